/* SPDX-License-Identifier: Apache-2.0 */
/* The runners of namespace steps; see the header. Knows nothing of the configuration. */
#include "topic/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/kernel.h"
#include "sys/loopback.h"
#include "sys/netns.h"
#include "sys/procfd.h"

/* The names of the configuration, and those that procfs has for the same. */
static const struct {
	uint64_t flag;
	char name[12], link[12];
} types[NAMESPACE_TYPES] = {
	{KERNEL_CLONE_NEWPID,     "pid",     "pid"   },
        { KERNEL_CLONE_NEWNET,    "network", "net"   },
	{ KERNEL_CLONE_NEWNS,     "mount",   "mnt"   },
        { KERNEL_CLONE_NEWIPC,    "ipc",     "ipc"   },
	{ KERNEL_CLONE_NEWUTS,    "uts",     "uts"   },
        { KERNEL_CLONE_NEWUSER,   "user",    "user"  },
	{ KERNEL_CLONE_NEWCGROUP, "cgroup",  "cgroup"},
        { KERNEL_CLONE_NEWTIME,   "time",    "time"  },
};

static size_t find_type(uint64_t flag)
{
	size_t i = 0;

	while (i < NAMESPACE_TYPES - 1 && types[i].flag != flag)
		i++;
	return i;
}

static void describe_namespaces(struct describer *d, uint64_t flags)
{
	const char *names[NAMESPACE_TYPES];
	size_t n = 0;

	for (size_t i = 0; i < NAMESPACE_TYPES; i++)
		if (flags & types[i].flag)
			names[n++] = types[i].name;
	describe_list(d, "new", n, names);
}

void namespace_hint(int code, bool joins_pid, struct error *err)
{
	if (code == ENOSPC)
		error_hint(err, "a limit of user.max_*_namespaces is reached, or namespaces are "
				"nested too deeply");
	else if (code == ENOMEM && joins_pid)
		error_hint(err, "the first process of the joined pid namespace has ended: no other "
				"can begin in it");
}

/* --- the clone --- */

void namespace_clone_describe(const struct namespace_clone *args, struct describer *d)
{
	const char *names[NAMESPACE_TYPES];

	describe_namespaces(d, args->flags);
	if (args->n_borrowed == 0)
		return;
	for (size_t i = 0; i < args->n_borrowed; i++)
		names[i] = types[find_type(args->borrowed[i].type)].name;
	describe_list(d, "in", args->n_borrowed, names);
}

bool namespace_borrows_pid(const struct namespace_clone *args)
{
	for (size_t i = 0; i < args->n_borrowed; i++)
		if (args->borrowed[i].type == KERNEL_CLONE_NEWPID)
			return true;
	return false;
}

static int lend(const struct namespace_clone *args, int proc_fd, struct namespace_lent *lent)
{
	for (size_t i = 0; i < args->n_borrowed; i++) {
		const struct namespace_entry *entry = &args->borrowed[i];

		lent->fd[i] = procfd_open_namespace(proc_fd, types[find_type(entry->type)].link);
		if (lent->fd[i] < 0)
			return lent->fd[i];
		lent->n++;
		if (entry->type != KERNEL_CLONE_NEWNS)
			continue;
		lent->root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		lent->cwd_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (lent->root_fd < 0 || lent->cwd_fd < 0)
			return -errno;
	}
	return 0;
}

/*
 * Trust: the namespaces are descriptors of what the configuration names, of the right type. Who is
 * in them already does not see the runtime, whose own pid namespace is another; the child is hidden
 * from it before it exists (OP_HIDE).
 */
int namespace_borrow(const struct namespace_clone *args, const struct slots *slots,
		     struct namespace_lent *ret, struct error *err)
{
	struct error later;
	int r;

	*ret = (struct namespace_lent){ .root_fd = -EBADF, .cwd_fd = -EBADF };
	r = lend(args, slot_get(slots, SLOT_PROC), ret);
	if (r < 0)
		error_errno(err, -r, "open the runtime's own namespaces");
	for (size_t i = 0; r == 0 && i < args->n_borrowed; i++) {
		const struct namespace_entry *entry = &args->borrowed[i];

		if (setns(slot_get(slots, entry->slot), (int)entry->type) == 0)
			continue;
		r = error_errno(err, errno, "join the %s namespace %s",
				types[find_type(entry->type)].name, entry->path);
		error_at(err, "/linux/namespaces/%zu/path", entry->index);
	}
	if (r < 0)
		namespace_return(args, ret, &later);
	return r;
}

/* Trust: by descriptors of the runtime's own; the root is where it was, even below a chroot. */
static int return_to(uint64_t type, int fd, const struct namespace_lent *lent)
{
	if (setns(fd, (int)type) < 0)
		return -errno;
	if (type != KERNEL_CLONE_NEWNS)
		return 0;
	if (fchdir(lent->root_fd) < 0 || chroot(".") < 0 || fchdir(lent->cwd_fd) < 0)
		return -errno;
	return 0;
}

int namespace_return(const struct namespace_clone *args, struct namespace_lent *lent,
		     struct error *err)
{
	int first = 0;

	for (size_t i = 0; i < lent->n; i++) {
		int r = return_to(args->borrowed[i].type, lent->fd[i], lent);

		if (r < 0 && first == 0)
			first = error_errno(err, -r, "go back to the host's %s namespace",
					    types[find_type(args->borrowed[i].type)].name);
		lent->fd[i] = fd_close(lent->fd[i]);
	}
	lent->n = 0;
	lent->root_fd = fd_close(lent->root_fd);
	lent->cwd_fd = fd_close(lent->cwd_fd);
	return first;
}

/* --- inside --- */

/*
 * Trust: the descriptor is of what the configuration names, of the right type and with an owner
 * that was looked at. What is in it may be hostile; it does not see this process, or cannot look
 * into it (OP_HIDE comes before a joined pid namespace).
 */
int namespace_join_apply(const struct namespace_entry *args, struct slots *slots, struct error *err)
{
	fd_auto int fd = slot_get(slots, args->slot);

	slot_set(slots, args->slot, -1);
	if (setns(fd, (int)args->type) < 0)
		return error_errno(err, errno, "join the %s namespace %s",
				   types[find_type(args->type)].name, args->path);
	return 0;
}

void namespace_join_describe(const struct namespace_entry *args, struct describer *d)
{
	describe_string(d, "type", types[find_type(args->type)].name);
	describe_string(d, "path", args->path);
}

/* Trust: nothing hostile takes part; the container has not begun. */
int namespace_unshare_apply(const struct namespace_unshare *args, struct slots *slots,
			    struct error *err)
{
	(void)slots;
	if (unshare((int)args->flags) == 0)
		return 0;
	error_errno(err, errno, "make namespaces");
	namespace_hint(err->code, false, err);
	return -err->code;
}

void namespace_unshare_describe(const struct namespace_unshare *args, struct describer *d)
{
	describe_namespaces(d, args->flags);
}

/* Trust: a socket ioctl in a network namespace that nobody else is in yet. */
int namespace_loopback_apply(const void *args, struct slots *slots, struct error *err)
{
	int r = loopback_up();

	(void)args;
	(void)slots;
	return r < 0 ? error_errno(err, -r, "bring up the loopback interface") : 0;
}

void namespace_loopback_describe(const void *args, struct describer *d)
{
	(void)args;
	describe_string(d, "interface", "lo");
}

/* --- a network namespace that the runtime makes --- */

/*
 * Trust: nothing hostile; the new namespace is named by a socket in it, no path is used. The
 * runtime goes back to its own, whatever happened.
 */
int network_make_apply(const struct network *args, struct slots *slots, struct error *err)
{
	fd_auto int own_fd = netns_current();
	fd_auto int new_fd = -EBADF;
	int r = own_fd;

	if (r >= 0)
		r = unshare(CLONE_NEWNET) < 0 ? -errno : 0;
	if (r < 0)
		return error_errno(err, -r, "make a network namespace");
	r = loopback_up();
	new_fd = netns_current();
	if (setns(own_fd, CLONE_NEWNET) < 0)
		return error_errno(err, errno, "go back to the host's network namespace");
	if (r < 0)
		return error_errno(err, -r, "bring up the loopback interface");
	if (new_fd < 0)
		return error_errno(err, -new_fd, "open the network namespace");
	slot_set(slots, args->slot, fd_take(&new_fd));
	return 0;
}

void network_make_describe(const struct network *args, struct describer *d)
{
	(void)args;
	describe_string(d, "up", "lo");
}

/* The baton that follows brings it. */
int network_give_apply(const struct network *args, struct slots *slots, struct error *err)
{
	(void)args;
	(void)slots;
	(void)err;
	return 0;
}

void network_give_describe(const struct network *args, struct describer *d)
{
	(void)args;
	(void)d;
}

/* Trust: a descriptor that came with the baton, of a namespace that the runtime has just made. */
int network_enter_apply(const struct network *args, struct slots *slots, struct error *err)
{
	fd_auto int fd = slot_get(slots, args->slot);

	slot_set(slots, args->slot, -1);
	if (setns(fd, CLONE_NEWNET) < 0)
		return error_errno(err, errno, "enter the network namespace");
	return 0;
}

void network_enter_describe(const struct network *args, struct describer *d)
{
	(void)args;
	(void)d;
}
