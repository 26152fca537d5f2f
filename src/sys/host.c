/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts about this host and the process that asks. Asks the kernel and never changes anything;
 * the cgroups are host_cgroup.c's, the ids host_ids.c's.
 */
#include "sys/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/number.h"
#include "sys/kernel.h"
#include "sys/mountattr.h"
#include "sys/procfd.h"

/* uid_map(5): the one line that maps everything to itself. */
static const uint32_t whole_map[3] = { 0, 0, UINT32_MAX };

static int probe_permitted(uint64_t *ret, struct error *err)
{
	struct kernel_cap_header header = { .version = KERNEL_CAPABILITY_VERSION };
	struct kernel_cap_data data[2] = { { 0 } };

	if (syscall(SYS_capget, &header, data) < 0)
		return error_errno(err, errno, "ask for the runtime's own capabilities");
	*ret = (uint64_t)data[1].permitted << 32 | data[0].permitted;
	return 0;
}

static bool is_capability(uint32_t cap)
{
	return prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0;
}

/* The kernel refuses a capability that it does not know: between them lies the last one. For who
 * has not asked for each of them anyway. */
static uint32_t last_capability(void)
{
	uint32_t known = 0, unknown = KERNEL_CAP_LAST_POSSIBLE + 1;

	while (unknown - known > 1) {
		uint32_t middle = (known + unknown) / 2;

		if (is_capability(middle))
			known = middle;
		else
			unknown = middle;
	}
	return known;
}

static uint64_t bounding_set(uint32_t *ret_last)
{
	uint64_t set = 0;

	*ret_last = 0;
	for (uint32_t cap = 0; cap <= KERNEL_CAP_LAST_POSSIBLE; cap++) {
		int is_in = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (is_in < 0)
			break;
		set |= (uint64_t)(is_in > 0) << cap;
		*ret_last = cap;
	}
	return set;
}

static void probe_capabilities(uint64_t set, struct host_facts *facts)
{
	uint32_t last;

	if (set & HOST_SET(bounding))
		facts->bounding = bounding_set(&last);
	else if (set & HOST_SET(last_cap))
		last = last_capability();
	if (set & HOST_SET(last_cap))
		facts->last_cap = last;
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

/*
 * user_namespaces(7): "deny" where the maker of the namespace had no privilege over groups. Without
 * the file [3.19] they may be changed.
 */
static bool probe_groups(int proc_fd)
{
	char text[16];

	return procfd_read(proc_fd, "self/setgroups", text, sizeof(text)) < 0 ||
	       strcmp(text, "deny\n") != 0;
}

/* A release is "6.1.0-9-amd64". */
static int probe_kernel(struct host_facts *facts, struct error *err)
{
	struct utsname name;
	char *rest;

	if (uname(&name) < 0)
		return error_errno(err, errno, "ask for the kernel's version");
	facts->kernel_major = (uint32_t)strtoul(name.release, &rest, 10);
	facts->kernel_minor = *rest == '.' ? (uint32_t)strtoul(rest + 1, NULL, 10) : 0;
	return 0;
}

/* The module's parameter is "Y" or "N"; a kernel without AppArmor has none. */
static bool is_apparmor_enabled(void)
{
	fd_auto int fd = open("/sys/module/apparmor/parameters/enabled", O_RDONLY | O_CLOEXEC);
	char answer;

	return fd >= 0 && read(fd, &answer, 1) == 1 && answer == 'Y';
}

static bool is_mounted(const char *path, uint32_t magic, struct statfs *ret)
{
	return statfs(path, ret) == 0 && (uint32_t)ret->f_type == magic;
}

/* Its file system can be mounted once it is enabled; a container is shown a read-only one to say
 * that it must not care, which libselinux obeys, too. */
static bool is_selinux_enabled(void)
{
	struct statfs fs;

	return is_mounted("/sys/fs/selinux", KERNEL_SELINUX_MAGIC, &fs) &&
	       !((unsigned long)fs.f_flags & ST_RDONLY);
}

static void probe_modules(uint64_t set, struct host_facts *facts)
{
	struct statfs fs;

	if (set & HOST_SET(has_apparmor))
		facts->has_apparmor = is_apparmor_enabled();
	if (set & HOST_SET(has_selinux))
		facts->has_selinux = is_selinux_enabled();
	if (set & HOST_SET(has_resctrl))
		facts->has_resctrl = is_mounted("/sys/fs/resctrl", KERNEL_RDT_MAGIC, &fs);
}

static const uint64_t apart =
	HOST_SET(cgroups) | HOST_SET(namespaces) | HOST_SET(uids) | HOST_SET(gids);
static const uint64_t time_facts =
	HOST_SET(has_time_namespaces) | HOST_SET(monotonic) | HOST_SET(boottime);

/* Facts that few configurations ask for. */
static int probe_rare(int proc_fd, uint64_t set, struct host_facts *facts, struct error *err)
{
	if (set & time_facts)
		host_probe_time(proc_fd, facts);
	if (set & (HOST_SET(newuidmap) | HOST_SET(newgidmap)))
		host_probe_idmap_helpers(facts);
	if (set & HOST_SET(userns))
		return host_probe_userns_inode(proc_fd, &facts->userns, err);
	return 0;
}

int host_probe(int proc_fd, uint64_t set, struct host_facts *facts, struct error *err)
{
	int r = 0;

	set &= ~apart;
	if (set & HOST_SET(uid))
		facts->uid = geteuid();
	if (set & HOST_SET(gid))
		facts->gid = getegid();
	probe_capabilities(set, facts);
	if (set & HOST_SET(has_mount_setattr))
		facts->has_mount_setattr = mountattr_takes_detached();
	probe_modules(set, facts);
	if (set & HOST_SET(has_time_namespaces))
		host_probe_time(proc_fd, facts);
	if (set & HOST_SET(permitted))
		r = probe_permitted(&facts->permitted, err);
	if (r == 0 && set & (HOST_SET(kernel_major) | HOST_SET(kernel_minor)))
		r = probe_kernel(facts, err);
	if (r == 0 && set & HOST_SET(is_initial_userns))
		r = probe_userns(proc_fd, &facts->is_initial_userns, err);
	/* in the first user namespace a capability counts for all that there are */
	if (r == 0 && set & HOST_SET(owned))
		facts->owned =
			facts->is_initial_userns ? HOST_OWNABLE : host_own_namespaces(proc_fd);
	if (r == 0 && set & HOST_SET(may_set_groups))
		facts->may_set_groups = facts->is_initial_userns || probe_groups(proc_fd);
	if (r == 0)
		r = probe_rare(proc_fd, set, facts, err);
	if (r == 0)
		facts->known |= set;
	return r;
}
