/* SPDX-License-Identifier: Apache-2.0 */
/* I/O priority; see the header. */
#include "topic/io_priority.h"

#include <errno.h>

#include "sys/kernel.h"
#include "sys/syscall.h"

static int kernel_class(enum oci_io_priority_class class)
{
	switch (class) {
	case OCI_IO_PRIORITY_CLASS_RT:
		return KERNEL_IOPRIO_CLASS_RT;
	case OCI_IO_PRIORITY_CLASS_BE:
		return KERNEL_IOPRIO_CLASS_BE;
	case OCI_IO_PRIORITY_CLASS_IDLE:
		return KERNEL_IOPRIO_CLASS_IDLE;
	}
	return 0;
}

void io_priority_plan(struct planning *p)
{
	const struct oci_process *process = p->config->process;
	const struct oci_io_priority *config = process ? process->io_priority : NULL;
	struct io_priority *args;

	if (!config)
		return;
	args = arena_new(p->arena, struct io_priority);
	args->name = oci_enum_name(OCI_ENUM_io_priority_class, (int)config->class);
	args->class = kernel_class(config->class);
	args->priority = config->priority;
	plan_add(p, OP_IO_PRIORITY, plan_privileged_stage(p, KERNEL_CAP_SYS_NICE), args,
		 "/process/ioPriority");
}

/* Trust: two small numbers for this process, or in stage runtime for our own unreaped child. */
int io_priority_apply(const struct io_priority *args, struct slots *slots, struct error *err)
{
	int pid = slot_get(slots, SLOT_PID);
	int r = sys_ioprio_set(pid > 0 ? pid : 0,
			       args->class << KERNEL_IOPRIO_CLASS_SHIFT | args->priority);

	if (r >= 0)
		return 0;
	error_errno(err, -r, "set the I/O priority to %s, %d", args->name, args->priority);
	if (r == -EPERM)
		error_hint(err, "IOPRIO_CLASS_RT needs CAP_SYS_NICE (before Linux 5.14 "
				"CAP_SYS_ADMIN) outside of any user namespace");
	return r;
}

void io_priority_describe(const struct io_priority *args, struct describer *d)
{
	describe_string(d, "class", args->name);
	describe_int(d, "priority", args->priority);
}
