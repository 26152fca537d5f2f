/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts about namespaces: those that are to be joined, whether there are time namespaces, and
 * who writes id maps. Asks the kernel and never changes anything.
 *
 * Trust: a path is the configuration's and may lead to anything, a FIFO or a device for instance.
 * So it is opened as a mere place first, which has no effect on what is there, and for use only
 * when its file system is the kernel's for namespaces.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/host.h"
#include "sys/kernel.h"
#include "sys/procfd.h"

/* Where distributions have them; never by PATH. */
static const char newuidmap[][24] = { "/usr/bin/newuidmap", "/bin/newuidmap" };
static const char newgidmap[][24] = { "/usr/bin/newgidmap", "/bin/newgidmap" };

static uint64_t inode_of(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* The inode of what that ioctl gives; 0 if it is out of reach. */
static uint64_t related_inode(int fd, unsigned long request)
{
	fd_auto int related_fd = ioctl(fd, request);

	return inode_of(related_fd);
}

static const char *own_name(uint64_t type)
{
	switch (type) {
	case KERNEL_CLONE_NEWPID:
		return "pid";
	case KERNEL_CLONE_NEWNET:
		return "net";
	case KERNEL_CLONE_NEWNS:
		return "mnt";
	case KERNEL_CLONE_NEWIPC:
		return "ipc";
	case KERNEL_CLONE_NEWUTS:
		return "uts";
	case KERNEL_CLONE_NEWUSER:
		return "user";
	case KERNEL_CLONE_NEWCGROUP:
		return "cgroup";
	case KERNEL_CLONE_NEWTIME:
		return "time";
	default:
		return "";
	}
}

static uint64_t own_inode(int proc_fd, const char *name)
{
	fd_auto int fd = procfd_open_namespace(proc_fd, name);

	return inode_of(fd);
}

/* -errno; 0 with ns->fd == -1 when there is something else than a namespace. */
static int open_namespace(int proc_fd, struct host_namespace *ns)
{
	fd_auto int place_fd = open(ns->path, O_PATH | O_CLOEXEC);
	struct statfs fs;

	if (place_fd < 0 || fstatfs(place_fd, &fs) < 0)
		return -errno;
	if (fs.f_type != KERNEL_NSFS_MAGIC)
		return 0;
	ns->fd = procfd_reopen(proc_fd, place_fd, O_RDONLY);
	return ns->fd < 0 ? ns->fd : 0;
}

static void probe_namespace(int proc_fd, struct host_namespace *ns)
{
	int r = open_namespace(proc_fd, ns), type;
	uid_t uid = UINT32_MAX;

	ns->error = -r;
	if (ns->fd < 0)
		return;
	type = ioctl(ns->fd, KERNEL_NS_GET_NSTYPE);
	ns->type = type > 0 ? (uint64_t)type : 0;
	ns->inode = inode_of(ns->fd);
	ns->owner = related_inode(ns->fd, KERNEL_NS_GET_USERNS);
	ns->is_own = ns->inode == own_inode(proc_fd, own_name(ns->type));
	/* the kernel tells a parent only if it is the caller's own or below it */
	ns->is_below =
		ns->type == KERNEL_CLONE_NEWPID && related_inode(ns->fd, KERNEL_NS_GET_PARENT) != 0;
	if (ns->type == KERNEL_CLONE_NEWUSER)
		ioctl(ns->fd, KERNEL_NS_GET_OWNER_UID, &uid);
	ns->owner_uid = uid;
	if (ns->is_own) /* nobody will join it */
		ns->fd = fd_close(ns->fd);
}

int host_probe_namespaces(int proc_fd, struct arena *arena, size_t n, const char *const *paths,
			  struct host_facts *facts, struct error *err)
{
	facts->userns = own_inode(proc_fd, "user");
	if (!facts->userns)
		return error_errno(err, errno, "look at the runtime's own user namespace");
	facts->n_namespaces = n;
	facts->namespaces = arena_array(arena, n, sizeof(*facts->namespaces));
	for (size_t i = 0; i < n; i++) {
		struct host_namespace *ns = &facts->namespaces[i];

		ns->path = paths[i];
		ns->fd = -1;
		/* a relative one is wrong whatever it leads to */
		if (ns->path && ns->path[0] == '/')
			probe_namespace(proc_fd, ns);
	}
	return 0;
}

void host_namespaces_close(struct host_facts *facts)
{
	for (size_t i = 0; i < facts->n_namespaces; i++)
		facts->namespaces[i].fd = fd_close(facts->namespaces[i].fd);
}

void host_probe_time(int proc_fd, struct host_facts *facts)
{
	struct timespec now;

	facts->has_time_namespaces = own_inode(proc_fd, "time") != 0;
	if (clock_gettime(CLOCK_MONOTONIC, &now) == 0)
		facts->monotonic = now.tv_sec;
	if (clock_gettime(CLOCK_BOOTTIME, &now) == 0)
		facts->boottime = now.tv_sec;
}

static const char *first_executable(const char paths[][24], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	return NULL;
}

void host_probe_idmap_helpers(struct host_facts *facts)
{
	const uint64_t needed = UINT64_C(1) << KERNEL_CAP_SETUID | UINT64_C(1) << KERNEL_CAP_SETGID;

	if ((facts->permitted & needed) == needed)
		return;
	facts->newuidmap = first_executable(newuidmap, sizeof(newuidmap) / sizeof(newuidmap[0]));
	facts->newgidmap = first_executable(newgidmap, sizeof(newgidmap) / sizeof(newgidmap[0]));
}
