/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ending what runs in a cgroup and removing it. The paths come from a record on disk: each is
 * checked to lie below /sys/fs/cgroup without "..", to be a directory of a cgroup file system and
 * not the root of one, before anything is ended or removed (EINVAL). What is gone already is
 * success everywhere.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What a step of a container has made, or taken for itself. */
struct cgroup_claim {
	const char *path;
	const char *owner; /* what the directory was marked with; NULL: it is taken for ours */
	bool is_made, is_exclusive;
};

/*
 * Takes back what a step has made. `is_made`: the directory is removed; `is_exclusive`: what runs
 * in it, or below, is ended first and what is below it is removed, if the directory has this owner.
 * One that has another is left alone. From one that has none nothing is ended, as the step did not
 * get as far as marking it or somebody else has made it: it is removed if it is empty. A directory
 * that is not exclusive is shared: it is removed if nobody uses it. Costs a statfs, the look at the
 * mark and a rmdir when nothing is left in it.
 */
int cgroup_take_back(const struct cgroup_claim *claim, struct error *err);

/* Removes the cgroup and those below it; EBUSY when processes are there, after ten seconds if
 * `wait`.
 */
int cgroup_remove(const char *path, bool wait, struct error *err);

/* Removes those below it only. */
int cgroup_remove_below(const char *path, bool wait, struct error *err);

/* Removes a directory that others may use: not an error when they do. */
int cgroup_remove_shared(const char *path, struct error *err);

/*
 * Ends all that runs in the cgroup and below, frozen or not, and returns when no process is seen
 * there any more, or as soon as the kernel has done it at once (cgroup.kill [5.14]): they may still
 * be about to end.
 */
int cgroup_kill(const char *path, struct error *err);

/* Sends a signal to each process in the cgroup and below, once. SIGKILL is better cgroup_kill. */
int cgroup_signal_all(const char *path, int signal, struct error *err);

/*
 * How many processes of the cgroup the kernel has killed for want of memory (v2 memory.events, v1
 * memory.oom_control); 0 when that cannot be known.
 */
uint64_t cgroup_oom_kills(const char *path);
