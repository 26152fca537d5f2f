/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removing cgroups; see the header. The usual case is one rmdir: only when that fails is looked
 * for what is in the way.
 */
#include "cgroup/remove.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "cgroup/checked.h"
#include "cgroup/owner.h"
#include "sys/cgroupfs.h"

/* How long is waited for processes to be gone: pauses that double up to the longest. */
enum { PAUSE_FIRST_NS = 50 * 1000, PAUSE_LONGEST_NS = 20 * 1000 * 1000, WAIT_SECONDS = 10 };

static bool is_in_use(int code)
{
	return code == EBUSY || code == ENOTEMPTY;
}

/* What a walk removes: everything, or all but the cgroup at which it begins. */
struct removal {
	bool keeps_top;
};

static int visit_remove(void *context, const struct cgroupfs_entry *entry)
{
	const struct removal *removal = context;

	if (removal->keeps_top && entry->parent_fd == AT_FDCWD)
		return 0;
	if (unlinkat(entry->parent_fd, entry->name, AT_REMOVEDIR) == 0 || cgroupfs_is_gone(errno))
		return 0;
	return -errno;
}

/* An event of v2 ends the pause early: that the last process is gone is one. */
static void wait_for_change(const char *path, long nanoseconds)
{
	const struct timespec pause = { .tv_nsec = nanoseconds };
	struct pollfd events = { .events = POLLPRI };
	fd_auto int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd_auto int fd =
		directory < 0 ? -1 : openat(directory, "cgroup.events", O_RDONLY | O_CLOEXEC);
	char text[256];

	/* What has not been read counts as a change. */
	if (fd >= 0 && read(fd, text, sizeof(text)) > 0)
		events.fd = fd;
	else
		events.fd = -1;
	ppoll(&events, 1, &pause, NULL);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int remove_tree(const char *path, bool keeps_top, bool wait, struct error *err)
{
	struct removal removal = { .keeps_top = keeps_top };
	double end = seconds_now() + WAIT_SECONDS;
	long pause = PAUSE_FIRST_NS;
	int r;

	while ((r = cgroupfs_walk(path, visit_remove, &removal)) < 0) {
		if (!is_in_use(-r) || !wait || seconds_now() > end)
			return error_errno(err, -r, "remove cgroup %s", path);
		wait_for_change(path, pause);
		pause = pause * 2 > PAUSE_LONGEST_NS ? PAUSE_LONGEST_NS : pause * 2;
	}
	return 0;
}

/* One rmdir: 0 when that was all, 1 when the cgroup is in use, or an error. */
static int remove_once(const char *path, struct error *err)
{
	if (rmdir(path) == 0 || cgroupfs_is_gone(errno))
		return 0;
	if (is_in_use(errno))
		return 1;
	return error_errno(err, errno, "remove cgroup %s", path);
}

static int remove_quickly(const char *path, struct error *err)
{
	int r = cgroup_check(path, err);

	return r <= 0 ? r : remove_once(path, err);
}

int cgroup_remove(const char *path, bool wait, struct error *err)
{
	int r = remove_quickly(path, err);

	if (r > 0)
		r = cgroup_check_below(path, err);
	return r <= 0 ? r : remove_tree(path, false, wait, err);
}

int cgroup_remove_below(const char *path, bool wait, struct error *err)
{
	int r = cgroup_check_below(path, err);

	return r <= 0 ? r : remove_tree(path, true, wait, err);
}

int cgroup_remove_shared(const char *path, struct error *err)
{
	int r = remove_quickly(path, err);

	return r < 0 ? r : 0;
}

/* What is in our way is ours. */
static int take_back_own(const struct cgroup_claim *claim, struct error *err)
{
	int r = claim->is_made ? remove_once(claim->path, err) : 1;

	if (r <= 0)
		return r;
	r = cgroup_kill(claim->path, err);
	if (r < 0)
		return r;
	if (claim->is_made)
		return cgroup_remove(claim->path, true, err);
	r = cgroup_remove_below(claim->path, true, err);
	if (r < 0 || !claim->owner)
		return r;
	r = cgroup_owner_clear(claim->path);
	return r < 0 ? error_errno(err, -r, "unmark cgroup %s", claim->path) : 0;
}

static int take_back_exclusive(const struct cgroup_claim *claim, struct error *err)
{
	int r = cgroup_check(claim->path, err);

	if (r <= 0)
		return r;
	r = claim->owner ? cgroup_owner_compare(claim->path, claim->owner) : CGROUP_OWNER_SAME;
	if (r < 0)
		return error_errno(err, -r, "look whose cgroup %s is", claim->path);
	if (r == CGROUP_OWNER_SAME)
		return take_back_own(claim, err);
	if (r == CGROUP_OWNER_NONE && claim->is_made) {
		r = remove_once(claim->path, err);
		return r < 0 ? r : 0;
	}
	return 0;
}

int cgroup_take_back(const struct cgroup_claim *claim, struct error *err)
{
	if (claim->is_exclusive)
		return take_back_exclusive(claim, err);
	return claim->is_made ? cgroup_remove_shared(claim->path, err) : 0;
}
