/* SPDX-License-Identifier: Apache-2.0 */
/* delete: carries out the undo list of a container's record; see container.h. */
#include <errno.h>
#include <time.h>

#include "base/fd.h"
#include "container/container.h"
#include "container/destroy.h"
#include "container/hooks.h"
#include "container/statedir.h"
#include "container/status.h"
#include "engine/fault.h"
#include "sys/procfd.h"

enum {
	LOCK_PAUSE_MS = 10,  /* between two tries for the lock ... */
	LOCK_TRIES = 1000,   /* ... when a creator was killed, or has not got its record yet */
	PATIENT_TRIES = 300, /* ... of them, before the hooks of another delete are ended */
};

struct deletion {
	struct statedir *dir;
	int proc_fd;
	bool force;
	uint32_t hooks_from; /* the poststop hook before this one was ended with who ran it */
};

/*
 * Who runs hooks: those of start are of no use any more; those of another delete are given time,
 * and the one that does not end is not begun once more, or nobody would ever get past it.
 */
static int end_runner(struct deletion *d, const struct status *status, int round, struct error *err)
{
	bool is_deleting = status->record && status->record->status == OCI_STATUS_DELETING;
	int r;

	if (status->runner_fd < 0 || (is_deleting && round < PATIENT_TRIES))
		return 0;
	r = destroy_process(status->runner_fd, "who runs the container's hooks", err);
	if (r == 0 && is_deleting)
		d->hooks_from = status->record->poststop_next + 1;
	return r;
}

/*
 * Who holds the lock is ended: the creator of a container that is being made; who runs its hooks;
 * or a `start`, by the end of the init that it waits for (which may be stopped, and never answer).
 */
static int end_holder(struct deletion *d, int round, struct error *err)
{
	struct arena arena;
	struct status status;
	struct error unread = { 0 };
	int r;

	arena_init(&arena, NULL, 0);
	/* a record that cannot be read names no creator */
	r = status_get(d->dir, d->proc_fd, &arena, &status, &unread);
	r = r < 0 ? 0 : destroy_process(status.creator_fd, "the creator of the container", err);
	if (r == 0)
		r = end_runner(d, &status, round, err);
	if (r == 0)
		r = destroy_kill(status.init_fd, err);
	status_done(&status);
	arena_done(&arena);
	return r;
}

static int lock(struct deletion *d, struct error *err)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };
	int r = statedir_lock(d->dir, err);

	for (int i = 0; r == -EBUSY && d->force && i < LOCK_TRIES; i++) {
		*err = (struct error){ 0 };
		r = end_holder(d, i, err);
		if (r < 0)
			return r;
		r = statedir_lock(d->dir, err);
		if (r == -EBUSY)
			nanosleep(&pause, NULL);
	}
	return r;
}

static int check_deletable(const char *id, const struct status *status, bool force,
			   struct error *err)
{
	if (force || status->now == OCI_STATUS_STOPPED || status->now == OCI_STATUS_CREATED ||
	    destroy_init_is_ending(status))
		return 0;
	error_set(err, EBUSY, "cannot delete container \"%s\": it is %s", id,
		  status_name(status->now));
	return error_hint(err, "stop it first, or use --force");
}

static int delete_locked(const struct deletion *d, struct arena *arena,
			 const struct container_listener *listener, struct error *err)
{
	struct status status;
	int r = status_get(d->dir, d->proc_fd, arena, &status, err);

	if (r < 0)
		error_hint(err,
			   "without its record nothing can be taken back: see for yourself what is "
			   "left of it, then remove its state directory");
	if (r == 0)
		r = check_deletable(d->dir->id, &status, d->force, err);
	if (r == 0 && status.record)
		hooks_pass_over(status.record, d->hooks_from, listener);
	if (r == 0)
		r = destroy(d->dir, &status, arena, listener, err);
	status_done(&status);
	return r;
}

int container_delete(const char *root, const char *id, bool force, struct arena *arena,
		     const struct container_listener *listener, struct error *err)
{
	statedir_auto struct statedir dir = STATEDIR_NONE;
	fd_auto int proc_fd = procfd_open();
	struct deletion d = { .dir = &dir, .proc_fd = proc_fd, .force = force };
	int r;

	fault_init();
	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open the host's procfs");
	r = container_check_id(id, err);
	if (r < 0)
		return r;
	if (force)
		statedir_remove_draft(root, id);
	r = statedir_open(root, id, &dir, err);
	if (r == 0)
		r = lock(&d, err);
	if (r == -ENOENT && force) {
		*err = (struct error){ 0 };
		return 0;
	}
	return r == 0 ? delete_locked(&d, arena, listener, err) : r;
}
