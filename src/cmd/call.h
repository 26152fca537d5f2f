/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of the program: what every verb is given and what it gives back, and the verbs
 * themselves. A verb writes its result to standard output and returns 0, or fails with an error
 * that main prints.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "cmd/options.h"

struct container_listener;
struct container_report;
struct container_request;

struct call {
	struct arena *arena;
	struct command_line line;
	struct log log;
	bool is_quiet;       /* nothing for people on standard error: it carries JSON */
	unsigned listen_fds; /* descriptors passed by socket activation */
	int status;          /* the exit status when nothing fails */
};

int cmd_create(struct call *call, struct error *err);
int cmd_delete(struct call *call, struct error *err);
int cmd_features(struct call *call, struct error *err);
int cmd_kill(struct call *call, struct error *err);
int cmd_list(struct call *call, struct error *err);
int cmd_plan(struct call *call, struct error *err);
int cmd_run(struct call *call, struct error *err);
int cmd_spec(struct call *call, struct error *err);
int cmd_start(struct call *call, struct error *err);
int cmd_state(struct call *call, struct error *err);

/* Not verbs, but asked for as options. */
int cmd_help(struct call *call, struct error *err);
int cmd_version(struct call *call, struct error *err);

/* The operand of that number, from 0; NULL when there is none. */
static inline const char *call_operand(const struct call *call, size_t number)
{
	return number < call->line.n_operands ? call->line.operands[number] : NULL;
}

/* Writes all of it to standard output. */
int call_print(const struct strbuf *text, struct error *err);

/* A path of the command line made absolute, from the caller's working directory; NULL stays NULL.
 */
int call_path(struct call *call, const char *path, const char **ret, struct error *err);

/* Where the records are: --root, or what the user's environment says. Absolute. */
int call_root(struct call *call, const char **ret, struct error *err);

/* What the options say of a new container; refuses those that this build does not carry out. */
int call_request(struct call *call, struct container_request *ret, struct error *err);

/* Warnings, for people and for the log; properties that are not known go to a debug log. */
void call_report(struct call *call, const struct container_report *report);

/* For verbs that have warnings to tell as they come. */
struct container_listener call_listener(struct call *call);

/* What only the plan verb shows people. */
void call_note(struct call *call, const char *text);

/* The whole error, for people on standard error and as one line of the log. */
void call_fail(struct call *call, const struct error *err);
