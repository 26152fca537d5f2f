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
#include <string.h>
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

uint64_t host_own_namespaces(int proc_fd)
{
	static const uint64_t types[] = { KERNEL_CLONE_NEWPID, KERNEL_CLONE_NEWNET,
					  KERNEL_CLONE_NEWNS,  KERNEL_CLONE_NEWIPC,
					  KERNEL_CLONE_NEWUTS, KERNEL_CLONE_NEWCGROUP,
					  KERNEL_CLONE_NEWTIME };
	uint64_t userns = own_inode(proc_fd, "user"), set = 0;

	for (size_t i = 0; userns && i < sizeof(types) / sizeof(types[0]); i++) {
		fd_auto int fd = procfd_open_namespace(proc_fd, own_name(types[i]));

		if (fd >= 0 && related_inode(fd, KERNEL_NS_GET_USERNS) == userns)
			set |= types[i];
	}
	return set;
}

/* A descriptor; -errno; -EBADF when there is something else than a namespace. */
static int open_namespace(int proc_fd, const char *path)
{
	fd_auto int place_fd = open(path, O_PATH | O_CLOEXEC);
	struct statfs fs;

	if (place_fd < 0 || fstatfs(place_fd, &fs) < 0)
		return -errno;
	if (fs.f_type != KERNEL_NSFS_MAGIC)
		return -EBADF;
	return procfd_reopen(proc_fd, place_fd, O_RDONLY);
}

static void probe_open(int proc_fd, int fd, struct host_namespace *ns)
{
	int type = ioctl(fd, KERNEL_NS_GET_NSTYPE);
	uid_t uid = UINT32_MAX;

	ns->type = type > 0 ? (uint64_t)type : 0;
	ns->inode = inode_of(fd);
	ns->owner = related_inode(fd, KERNEL_NS_GET_USERNS);
	ns->is_own = ns->inode == own_inode(proc_fd, own_name(ns->type));
	/* the kernel tells a parent only if it is the caller's own or below it */
	ns->is_below =
		ns->type == KERNEL_CLONE_NEWPID && related_inode(fd, KERNEL_NS_GET_PARENT) != 0;
	if (ns->type == KERNEL_CLONE_NEWUSER)
		ioctl(fd, KERNEL_NS_GET_OWNER_UID, &uid);
	ns->owner_uid = uid;
}

/* Gives the descriptor of what somebody will join, or -1. */
static int probe_namespace(int proc_fd, struct host_namespace *ns)
{
	int fd = open_namespace(proc_fd, ns->path);

	if (fd < 0) {
		ns->error = fd == -EBADF ? 0 : (uint32_t)-fd;
		return -1;
	}
	probe_open(proc_fd, fd, ns);
	return ns->is_own ? fd_close(fd) : fd;
}

/* Whether one of the ancestors of its owner is that user namespace: those that the kernel tells,
 * up to the caller's own. */
static bool is_owner_below(int fd, uint64_t user)
{
	fd_auto int ancestor_fd = ioctl(fd, KERNEL_NS_GET_USERNS);

	while (ancestor_fd >= 0) {
		int parent_fd = ioctl(ancestor_fd, KERNEL_NS_GET_PARENT);

		fd_close(ancestor_fd);
		ancestor_fd = parent_fd;
		if (inode_of(parent_fd) == user)
			return true;
	}
	return false;
}

/* The user namespace that will be joined; 0: none. */
static uint64_t joined_user(const struct host_namespace_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].type == KERNEL_CLONE_NEWUSER && !list->v[i].is_own)
			return list->v[i].inode;
	return 0;
}

/* fds[i] is that of list->v[i], but for paths that are NULL: those the list has not. */
static void probe_owners(const char *const *paths, const int *fds, struct host_namespace_list *list)
{
	uint64_t user = joined_user(list);

	for (size_t i = 0, n = 0; user && n < list->n; i++) {
		struct host_namespace *ns = &list->v[n];

		if (!paths[i])
			continue;
		n++;
		if (fds[i] >= 0 && ns->type != KERNEL_CLONE_NEWUSER && ns->owner != user)
			ns->is_owner_below = is_owner_below(fds[i], user);
	}
}

void host_probe_namespaces(int proc_fd, struct arena *arena, size_t n, const char *const *paths,
			   int *ret_fds, struct host_facts *facts)
{
	struct host_namespace_list *list = &facts->namespaces;

	list->n = 0;
	list->v = arena_array(arena, n, sizeof(*list->v));
	for (size_t i = 0; i < n; i++) {
		ret_fds[i] = -1;
		if (!paths[i])
			continue;
		list->v[list->n].path = paths[i];
		ret_fds[i] = probe_namespace(proc_fd, &list->v[list->n++]);
	}
	probe_owners(paths, ret_fds, list);
	facts->known |= HOST_SET(namespaces);
}

const struct host_namespace *host_find_namespace(const struct host_facts *facts, const char *path)
{
	for (size_t i = 0; i < facts->namespaces.n; i++)
		if (strcmp(facts->namespaces.v[i].path, path) == 0)
			return &facts->namespaces.v[i];
	return NULL;
}

int host_probe_userns_inode(int proc_fd, uint64_t *ret, struct error *err)
{
	uint64_t inode = own_inode(proc_fd, "user");

	if (!inode)
		return error_errno(err, errno, "look at the runtime's own user namespace");
	*ret = inode;
	return 0;
}

void host_probe_time(int proc_fd, struct host_facts *facts)
{
	struct timespec now;

	facts->has_time_namespaces = own_inode(proc_fd, "time") != 0;
	if (clock_gettime(CLOCK_MONOTONIC, &now) == 0)
		facts->monotonic = (uint32_t)now.tv_sec;
	if (clock_gettime(CLOCK_BOOTTIME, &now) == 0)
		facts->boottime = (uint32_t)now.tv_sec;
}

static const char *first_executable(const char paths[][24], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	return "";
}

void host_probe_idmap_helpers(struct host_facts *facts)
{
	const uint64_t needed = UINT64_C(1) << KERNEL_CAP_SETUID | UINT64_C(1) << KERNEL_CAP_SETGID;

	facts->newuidmap = facts->newgidmap = "";
	if ((facts->permitted & needed) == needed)
		return;
	facts->newuidmap = first_executable(newuidmap, sizeof(newuidmap) / sizeof(newuidmap[0]));
	facts->newgidmap = first_executable(newgidmap, sizeof(newgidmap) / sizeof(newgidmap[0]));
}
