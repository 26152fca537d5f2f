/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who a process is: a pid alone may have been given to another process meanwhile. `proc_fd` is
 * always from sys/procfd.h, and pids are those of its pid namespace.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { BOOT_ID_SIZE = 37 };

struct identity {
	pid_t pid;
	uint64_t start_time;  /* in clock ticks since boot, as the reader's time namespace has it */
	uint64_t pidfd_inode; /* 0: not known, or a kernel without pidfs (before 6.9) */
};

/* Describes the process; `pidfd` is one of it, or -1. -ESRCH when there is none (any more). */
int identity_of(int proc_fd, pid_t pid, int pidfd, struct identity *ret);

/* A pidfd of that very process; -ESRCH when it is gone, whoever has its pid now. A zombie is found.
 */
int identity_open(int proc_fd, const struct identity *identity);

/*
 * 1 for a process that has ended, waited for or not, 0 for one that runs: as long as any of its
 * threads does. Asks the pidfd and reads nothing.
 */
int identity_has_ended(int pidfd);

/*
 * Whether all that is left of it is its entry in the table of processes: killed, all its memory and
 * files gone. The first process of a pid namespace stays like that, and has not ended, for as long
 * as somebody has not waited for the processes that joined its namespace. False when not known.
 */
bool identity_is_ending(int proc_fd, pid_t pid);

/* The kernel's random id of this boot, as text. */
int boot_id(int proc_fd, char ret[BOOT_ID_SIZE]);
