/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts about this host that every plan needs. Asks the kernel and never changes anything; the
 * cgroups are host_cgroup.c's.
 */
#include "sys/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/number.h"
#include "sys/kernel.h"
#include "sys/procfd.h"

/* uid_map(5): the one line that maps everything to itself. */
static const uint32_t whole_map[3] = { 0, 0, UINT32_MAX };

/* "6.1.0-44-amd64" is 6.1. */
static uint32_t kernel_version(void)
{
	struct utsname name;
	unsigned long major, minor = 0;
	char *end;

	if (uname(&name) < 0)
		return 0;
	major = strtoul(name.release, &end, 10);
	if (*end == '.')
		minor = strtoul(end + 1, NULL, 10);
	return HOST_KERNEL(major, minor);
}

static int probe_permitted(uint64_t *ret, struct error *err)
{
	struct kernel_cap_header header = { .version = KERNEL_CAPABILITY_VERSION };
	struct kernel_cap_data data[2] = { { 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return error_errno(err, errno, "ask for the runtime's own capabilities");
	*ret = (uint64_t)data[1].permitted << 32 | data[0].permitted;
	return 0;
}

/* The kernel refuses a capability that it does not know: that is how many there are. */
static void probe_bounding(struct host_facts *facts)
{
	for (int cap = 0; cap <= KERNEL_CAP_LAST_POSSIBLE; cap++) {
		int is_in = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (is_in < 0)
			return;
		facts->last_cap = (uint32_t)cap;
		facts->bounding |= (uint64_t)(is_in > 0) << cap;
	}
}

static bool is_whole_map(const char *text)
{
	for (size_t i = 0; i < 3; i++) {
		char *end;
		unsigned long long value = strtoull(text, &end, 10);

		if (end == text || value != whole_map[i])
			return false;
		text = end;
	}
	return strcmp(text, "\n") == 0;
}

/* A kernel without user namespaces has no such file: then there is only the initial one. */
static int probe_userns(int proc_fd, bool *ret, struct error *err)
{
	char text[128];
	int r = procfd_read(proc_fd, "self/uid_map", text, sizeof(text));

	if (r < 0 && r != -ENOENT && r != -EFBIG)
		return error_errno(err, -r, "read /proc/self/uid_map");
	*ret = r == -ENOENT || (r > 0 && is_whole_map(text));
	return 0;
}

int host_probe(int proc_fd, struct host_facts *ret, struct error *err)
{
	struct host_facts facts = {
		.kernel = kernel_version(),
		.uid = geteuid(),
		.gid = getegid(),
	};
	struct rlimit limit;
	int r = probe_permitted(&facts.permitted, err);

	if (r == 0)
		r = probe_userns(proc_fd, &facts.is_initial_userns, err);
	if (r < 0)
		return r;
	probe_bounding(&facts);
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return error_errno(err, errno, "ask for the limit of open files");
	facts.rlimit_nofile_hard = limit.rlim_max;
	*ret = facts;
	return 0;
}
