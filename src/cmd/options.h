/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: every verb and option once, in two tables that serve parsing, --help and the
 * self-checks of the documentation. It must not know what a verb does.
 *
 * `-name`, `--name`, `--name=value`, `-name=value`, `--name value`; options may stand before and
 * after the container's id; "--" ends them. Global options come before the verb or after it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* VERB_GLOBAL stands for what comes before the verb: the program itself. */
enum verb {
	VERB_GLOBAL,
	VERB_CREATE,
	VERB_DELETE,
	VERB_FEATURES,
	VERB_KILL,
	VERB_LIST,
	VERB_PLAN,
	VERB_RUN,
	VERB_SPEC,
	VERB_START,
	VERB_STATE,
	VERB_COUNT,
};

enum { OPTIONS_TEXTS = 256 }; /* how often --env or --mount may be given */

/* The values of an option that may be given again and again. */
struct texts {
	size_t n, capacity;
	const char **v;
};

/* What was given, as it was given: no path is made absolute here. NULL or false: not given. */
struct options {
	bool debug, systemd_cgroup, help, version;
	const char *log, *log_format, *log_level, *root, *cgroup_manager, *rootless;

	const char *bundle, *config, *pid_file, *trace;
	const char *console_socket, *pidfd_socket;
	unsigned preserve_fds;
	bool no_pivot, no_new_keyring, no_subreaper, detach, keep;

	bool all, force, regex, quiet;
	const char *format, *facts;

	bool is_rootless, read_only; /* read_only is true unless --read-only=false */
	const char *file, *rootfs, *hostname, *cwd, *user, *userns;
	struct texts env, mounts;
};

struct command_line {
	enum verb verb; /* VERB_GLOBAL: none was given */
	struct options options;
	const char **operands; /* neither options nor the verb; ends in NULL */
	size_t n_operands;
	size_t n_before_dashes; /* how many of them stood before "--"; n_operands without one */
};

/* A verb as --help shows it. */
struct verb_row {
	char name[12];
	char operands[28]; /* "ID [SIGNAL]" */
	uint8_t min, max;  /* how many operands; max 255: any number */
	char help[96];
};

enum option_kind {
	OPTION_FLAG,  /* bool; --name, --name=true, --name=false */
	OPTION_TEXT,  /* const char * */
	OPTION_TEXTS, /* struct texts */
	OPTION_COUNT, /* unsigned */
};

struct option_row {
	char name[20];
	char letter;    /* 0: none */
	uint8_t kind;   /* enum option_kind */
	uint16_t verbs; /* bit n: enum verb n takes it */
	uint16_t field; /* its place in struct options */
	char value[16]; /* what --help calls its value; "" for a flag */
	char help[96];
};

/* The row of a verb, VERB_GLOBAL included. */
const struct verb_row *options_verb(enum verb verb);

/* All options of all verbs; *ret_count says how many. */
const struct option_row *options_rows(size_t *ret_count);

/* The verb of that name, or VERB_GLOBAL for none. */
enum verb options_find_verb(const char *name);

/*
 * Reads the whole command line. On failure *ret holds what was understood until then, so that the
 * error can go into the log that was asked for. Arguments stay where they are: nothing is copied.
 */
int options_parse(struct arena *arena, char *const argv[], struct command_line *ret,
		  struct error *err);

/* Whether the verb got as many operands as it needs; the error shows its usage. */
int options_check_operands(const struct command_line *line, struct error *err);
