/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's process: session, descriptors, working directory, program. process_plan.c plans,
 * process.c runs.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* Everything of `process` that is checked and drawn up first; the steps follow in four places. */
int process_plan(struct planning *p, struct error *err);
/* When the id maps are written; by the runtime before the clone, if others could see the child. */
void process_plan_hide(struct planning *p, enum stage stage);
void process_plan_in_root(struct planning *p); /* beneath the root, before the masks */
void process_plan_begin(struct planning *p);   /* first inside the root */
void process_plan_end(struct planning *p);     /* last before init waits */
void process_plan_cwd(struct planning *p);
void process_plan_program(struct planning *p); /* after `start` */

int process_hide_apply(const void *args, struct slots *slots, struct error *err);
void process_hide_describe(const void *args, struct describer *d);

struct process_cwd {
	const char *path; /* absolute, clean, as seen inside */
	unsigned retry;   /* a slot: 1 when the user must try again what root could not enter */
};
int process_cwd_make_apply(const struct process_cwd *args, struct slots *slots, struct error *err);
void process_cwd_make_describe(const struct process_cwd *args, struct describer *d);
int process_chdir_apply(const struct process_cwd *args, struct slots *slots, struct error *err);
void process_chdir_describe(const struct process_cwd *args, struct describer *d);
int process_check_cwd_apply(const struct process_cwd *args, struct slots *slots, struct error *err);
void process_check_cwd_describe(const struct process_cwd *args, struct describer *d);

struct process_session {
	uint32_t umask;
	bool has_keyring; /* a new, empty session keyring instead of the caller's */
};
int process_session_apply(const struct process_session *args, struct slots *slots,
			  struct error *err);
void process_session_describe(const struct process_session *args, struct describer *d);

struct process_close {
	unsigned keep; /* how many descriptors from 3 on the container's process gets */
};
int process_close_apply(const struct process_close *args, struct slots *slots, struct error *err);
void process_close_describe(const struct process_close *args, struct describer *d);

int process_no_new_privileges_apply(const void *args, struct slots *slots, struct error *err);
void process_no_new_privileges_describe(const void *args, struct describer *d);

/* HOME, where the configuration's environment has none: from the container's own passwd. */
struct process_home {
	uint32_t uid;
	char *entry; /* "HOME=/": in the environment already; the runner fills in what it finds */
	size_t size;
};
/* Fills in the entry by what the passwd says, if it says an absolute path for that user. */
void process_home_read(const struct process_home *args, int passwd_fd);
int process_home_apply(const struct process_home *args, struct slots *slots, struct error *err);
void process_home_describe(const struct process_home *args, struct describer *d);

enum { PROCESS_LISTEN_PID_SIZE = 32 };

struct process_program {
	const char *const *candidates; /* where args[0] may lie, in the order of PATH */
	size_t n_candidates;
	bool is_searched;  /* args[0] has no slash: it is looked up in PATH */
	char *const *argv; /* NULL: the configuration has no process to start */
	char *const *envp;
	unsigned found; /* a slot: index of the candidate */
	/* "LISTEN_PID=PID", in the environment already; the runner fills in the pid. NULL: it is
	 * known, or not asked for. */
	char *listen_pid;
};
int process_find_apply(const struct process_program *args, struct slots *slots, struct error *err);
void process_find_describe(const struct process_program *args, struct describer *d);

/* Returns only when it fails. */
int process_exec_apply(const struct process_program *args, struct slots *slots, struct error *err);
void process_exec_describe(const struct process_program *args, struct describer *d);
