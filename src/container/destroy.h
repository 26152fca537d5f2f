/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a container: what `delete` does, and `start` when a hook has failed. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "container/container.h"
#include "container/statedir.h"
#include "container/status.h"

/*
 * Ends init if it lives, carries out the record's undo list, runs the poststop hooks, removes the
 * state directory. To be called with the lock held. It can be repeated after a failure.
 */
int destroy(const struct statedir *dir, const struct status *status, struct arena *arena,
	    const struct container_listener *listener, struct error *err);

/*
 * The last part of it: everything but the record is taken back. The record says so, hooks are run
 * if the container has got so far as to need them, and the directory goes.
 */
int destroy_rest(const struct statedir *dir, const struct oci_record *record, bool has_poststop,
		 struct arena *arena, const struct container_listener *listener, struct error *err);

/*
 * Whether nothing but its place in the table of processes is left of an init that has not ended:
 * those who joined its pid namespace are still to be waited for by whoever started them. A
 * container need not wait for that.
 */
bool destroy_init_is_ending(const struct status *status);

/*
 * SIGKILL and the wait for the end of a process, which need not be a child of ours. A pidfd that is
 * negative is nobody's.
 */
int destroy_kill(int pidfd, struct error *err);
int destroy_process(int pidfd, const char *who, struct error *err);
