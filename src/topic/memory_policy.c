/* SPDX-License-Identifier: Apache-2.0 */
/* The memory policy; see the header. */
#include "topic/memory_policy.h"

#include <errno.h>

#include "base/ranges.h"
#include "sys/syscall.h"

enum { WORD_BITS = 8 * sizeof(unsigned long) };

/* --- planning --- */

static int kernel_mode(enum oci_memory_policy_mode mode)
{
	switch (mode) {
	case OCI_MEMORY_POLICY_MODE_DEFAULT:
		return KERNEL_MPOL_DEFAULT;
	case OCI_MEMORY_POLICY_MODE_BIND:
		return KERNEL_MPOL_BIND;
	case OCI_MEMORY_POLICY_MODE_INTERLEAVE:
		return KERNEL_MPOL_INTERLEAVE;
	case OCI_MEMORY_POLICY_MODE_WEIGHTED_INTERLEAVE:
		return KERNEL_MPOL_WEIGHTED_INTERLEAVE;
	case OCI_MEMORY_POLICY_MODE_PREFERRED:
		return KERNEL_MPOL_PREFERRED;
	case OCI_MEMORY_POLICY_MODE_PREFERRED_MANY:
		return KERNEL_MPOL_PREFERRED_MANY;
	case OCI_MEMORY_POLICY_MODE_LOCAL:
		return KERNEL_MPOL_LOCAL;
	}
	return -1;
}

static int kernel_flag(enum oci_memory_policy_flag flag)
{
	switch (flag) {
	case OCI_MEMORY_POLICY_FLAG_NUMA_BALANCING:
		return KERNEL_MPOL_F_NUMA_BALANCING;
	case OCI_MEMORY_POLICY_FLAG_RELATIVE_NODES:
		return KERNEL_MPOL_F_RELATIVE_NODES;
	case OCI_MEMORY_POLICY_FLAG_STATIC_NODES:
		return KERNEL_MPOL_F_STATIC_NODES;
	}
	return 0;
}

/* The first Linux that knows the mode. */
static int check_kernel(const struct planning *p, const struct memory_policy *args,
			struct error *err)
{
	if (args->mode == KERNEL_MPOL_PREFERRED_MANY && !host_has_kernel(p->facts, 5, 15))
		error_set(err, ENOTSUP, "%s needs Linux 5.15", args->name);
	else if (args->mode == KERNEL_MPOL_WEIGHTED_INTERLEAVE && !host_has_kernel(p->facts, 6, 9))
		error_set(err, ENOTSUP, "%s needs Linux 6.9", args->name);
	else
		return 0;
	return error_at(err, "/linux/memoryPolicy/mode");
}

static int read_nodes(struct memory_policy *args, struct error *err)
{
	const char *text = args->list;
	struct range range;
	int r;

	while ((r = ranges_next(&text, KERNEL_NODES_MAX - 1, &range)) > 0)
		for (unsigned node = range.first; node <= range.last; node++) {
			unsigned long bit = 1ul << node % WORD_BITS;

			args->n_nodes += !(args->nodes[node / WORD_BITS] & bit);
			args->nodes[node / WORD_BITS] |= bit;
		}
	if (r == 0)
		return 0;
	error_set(err, EINVAL, "\"%s\" is no list of memory nodes like \"0-1,3\", below %d",
		  args->list, KERNEL_NODES_MAX);
	return error_at(err, "/linux/memoryPolicy/nodes");
}

/* Gives the kernel's bits of them. */
static int plan_flags(struct planning *p, const struct oci_enums *flags, struct memory_policy *args)
{
	const char **names = arena_array(p->arena, flags->n, sizeof(*names));
	int all = 0;

	for (size_t i = 0; i < flags->n; i++) {
		all |= kernel_flag((enum oci_memory_policy_flag)flags->v[i]);
		names[i] = oci_enum_name(OCI_ENUM_memory_policy_flag, flags->v[i]);
	}
	args->flag_names = names;
	args->n_flags = flags->n;
	return all;
}

/* set_mempolicy(2): which modes are about nodes. MPOL_PREFERRED of none is MPOL_LOCAL. */
static int check_nodes(const struct memory_policy *args, struct error *err)
{
	bool has_none = args->mode == KERNEL_MPOL_DEFAULT || args->mode == KERNEL_MPOL_LOCAL;

	if (has_none && args->n_nodes > 0)
		error_set(err, EINVAL, "%s takes no memory nodes", args->name);
	else if (!has_none && args->mode != KERNEL_MPOL_PREFERRED && args->n_nodes == 0)
		error_set(err, EINVAL, "%s needs memory nodes", args->name);
	else
		return 0;
	return error_at(err, "/linux/memoryPolicy/nodes");
}

static int check_flags(const struct memory_policy *args, int flags, struct error *err)
{
	const int both = KERNEL_MPOL_F_STATIC_NODES | KERNEL_MPOL_F_RELATIVE_NODES;

	if ((flags & both) == both)
		error_set(err, EINVAL,
			  "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other");
	else if (flags & both && args->n_nodes == 0)
		error_set(err, EINVAL, "flags for memory nodes, and %s has none", args->name);
	else if (flags & KERNEL_MPOL_F_NUMA_BALANCING && args->mode != KERNEL_MPOL_BIND &&
		 args->mode != KERNEL_MPOL_PREFERRED_MANY)
		error_set(err, EINVAL,
			  "MPOL_F_NUMA_BALANCING goes with MPOL_BIND and MPOL_PREFERRED_MANY only");
	else
		return 0;
	return error_at(err, "/linux/memoryPolicy/flags");
}

int memory_policy_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	const struct oci_memory_policy *config = os ? os->memory_policy : NULL;
	struct memory_policy *args;
	int flags, r;

	if (!config)
		return 0;
	args = arena_new(p->arena, struct memory_policy);
	args->name = oci_enum_name(OCI_ENUM_memory_policy_mode, (int)config->mode);
	args->list = config->nodes ? config->nodes : "";
	args->mode = kernel_mode(config->mode);
	flags = plan_flags(p, &config->flags, args);
	r = read_nodes(args, err);
	if (r == 0)
		r = check_nodes(args, err);
	if (r == 0)
		r = check_flags(args, flags, err);
	if (r == 0)
		r = check_kernel(p, args, err);
	if (r < 0)
		return r;
	args->mode |= flags;
	plan_add(p, OP_MEMORY_POLICY, STAGE_TWO, args, "/linux/memoryPolicy");
	return 0;
}

/* --- running --- */

/* Trust: a mask of our own making, for this process itself; execve hands the policy on. */
int memory_policy_apply(const struct memory_policy *args, struct slots *slots, struct error *err)
{
	/* the kernel reads one bit less than it is told */
	int r = sys_set_mempolicy(args->mode, args->n_nodes ? args->nodes : NULL,
				  args->n_nodes ? KERNEL_NODES_MAX + 1 : 0);

	(void)slots;
	if (r >= 0)
		return 0;
	error_errno(err, -r, "set the memory policy %s", args->name);
	if (r == -EINVAL)
		error_hint(err, "the kernel is too old for it, or the container's cpuset has none "
				"of these memory nodes");
	else if (r == -ENOSYS)
		error_hint(err, "this kernel is built without NUMA");
	return r;
}

void memory_policy_describe(const struct memory_policy *args, struct describer *d)
{
	describe_string(d, "mode", args->name);
	if (args->n_nodes)
		describe_string(d, "nodes", args->list);
	if (args->n_flags)
		describe_list(d, "flags", args->n_flags, args->flag_names);
}
