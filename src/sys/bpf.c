/* SPDX-License-Identifier: Apache-2.0 */
/* Loading and attaching device programs; see the header. */
#include "sys/bpf.h"

#include <errno.h>
#include <sys/resource.h>

#include "sys/syscall.h"

/* bpf(2): commands, types, flags; and the heads of the attributes that they take. */
enum { COMMAND_LOAD = 5, COMMAND_ATTACH = 8 };
enum { PROGRAM_CGROUP_DEVICE = 15, ATTACH_CGROUP_DEVICE = 6, ATTACH_ALLOW_MULTI = 2 };

struct load_attributes {
	uint32_t type, instruction_count;
	uint64_t instructions, license;
	uint32_t log_level, log_size;
	uint64_t log;
	uint32_t kernel_version, flags;
};

struct attach_attributes {
	uint32_t target_fd, program_fd, attach_type, flags;
};

/*
 * Before 5.11 the program is charged to RLIMIT_MEMLOCK, and the answer is EPERM when it does not
 * fit. The limit is raised for this call only, and it does not matter whether that is allowed.
 * Drop when Linux 5.11 is the oldest supported.
 */
static int load_unlimited(struct load_attributes *attributes)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit before;
	int r;

	if (getrlimit(RLIMIT_MEMLOCK, &before) < 0 || setrlimit(RLIMIT_MEMLOCK, &unlimited) < 0)
		return -EPERM;
	r = sys_bpf(COMMAND_LOAD, attributes, sizeof(*attributes));
	setrlimit(RLIMIT_MEMLOCK, &before);
	return r;
}

int bpf_load_device(const struct bpf_instruction *program, size_t count)
{
	struct load_attributes attributes = {
		.type = PROGRAM_CGROUP_DEVICE,
		.instruction_count = (uint32_t)count,
		.instructions = (uintptr_t)program,
		.license = (uintptr_t) "Apache-2.0",
	};
	int r = sys_bpf(COMMAND_LOAD, &attributes, sizeof(attributes));

	return r == -EPERM ? load_unlimited(&attributes) : r;
}

int bpf_attach_device(int cgroup_fd, int program_fd)
{
	struct attach_attributes attributes = {
		.target_fd = (uint32_t)cgroup_fd,
		.program_fd = (uint32_t)program_fd,
		.attach_type = ATTACH_CGROUP_DEVICE,
		.flags = ATTACH_ALLOW_MULTI,
	};

	return sys_bpf(COMMAND_ATTACH, &attributes, sizeof(attributes));
}
