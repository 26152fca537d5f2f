/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of verbs and options. A new option is one row here, one field in struct options, and
 * its lines in the man page and the completion. Texts lie in the rows: no relocation at start.
 */
#include "cmd/options.h"

static const struct verb_row verb_rows[VERB_COUNT] = {
	[VERB_GLOBAL] = {"",          "VERB [OPTION...]",      0, 255, "runs OCI containers"                               },
	[VERB_CREATE] = { "create",   "ID",                    1, 1,   "make a container from a bundle; start runs it"     },
	[VERB_DELETE] = { "delete",   "ID",                    1, 1,   "delete a container that has stopped"               },
	[VERB_FEATURES] = { "features", "",                      0, 0,   "print what this build supports, as JSON"           },
	[VERB_KILL] = { "kill",     "ID [SIGNAL]",           1, 2,   "send a signal (TERM) to a container"               },
	[VERB_LIST] = { "list",     "",                      0, 0,   "list the containers"                               },
	[VERB_PLAN] = { "plan",     "[ID]",                  0, 1,   "print the steps that create would take"            },
	[VERB_RUN] = { "run",      "ID",                    1, 1,   "create a container, start it, and wait for its end"},
	[VERB_SPEC] = { "spec",     "[-- COMMAND [ARG...]]", 0, 255, "write a config.json"                               },
	[VERB_START] = { "start",    "ID",                    1, 1,   "run the program of a created container"            },
	[VERB_STATE] = { "state",    "ID",                    1, 1,   "print the state of a container, as JSON"           },
};

#define V(verb) (1u << VERB_##verb)
#define MAKES   (V(CREATE) | V(RUN))
#define READS   (MAKES | V(PLAN))

/* Name, letter, kind, verbs, field, value, help; in the order in which --help shows them. */
#define ROW(name, letter, kind, verbs, field, value, help)                                       \
	{                                                                                        \
		name, letter, OPTION_##kind, verbs, offsetof(struct options, field), value, help \
	}

static const struct option_row option_rows[] = {
	ROW("cgroup-manager", 0, TEXT, V(GLOBAL), cgroup_manager, "NAME",
	    "who makes cgroups: cgroupfs (default), disabled; systemd is not built in"),
	ROW("debug", 0, FLAG, V(GLOBAL), debug, "", "write more into the log"),
	ROW("log", 0, TEXT, V(GLOBAL), log, "FILE", "append log entries to FILE"),
	ROW("log-format", 0, TEXT, V(GLOBAL), log_format, "FORMAT", "text (default) or json"),
	ROW("log-level", 0, TEXT, V(GLOBAL), log_level, "LEVEL", "error, warning or debug"),
	ROW("root", 0, TEXT, V(GLOBAL), root, "DIR", "where the containers' records are kept"),
	ROW("rootless", 0, TEXT, V(GLOBAL), rootless, "BOOL",
	    "true, false or auto; accepted, without effect"),
	ROW("systemd-cgroup", 0, FLAG, V(GLOBAL), systemd_cgroup, "",
	    "let systemd make cgroups; not part of this build"),
	ROW("help", 'h', FLAG, V(GLOBAL), help, "", "print this text"),
	ROW("version", 'v', FLAG, V(GLOBAL), version, "", "print version and build"),

	ROW("bundle", 'b', TEXT, READS | V(SPEC), bundle, "DIR",
	    "the bundle (default: the working directory)"),
	ROW("config", 'f', TEXT, MAKES, config, "FILE", "read FILE, not config.json of the bundle"),
	ROW("config", 0, TEXT, V(PLAN), config, "FILE", "read FILE, not config.json of the bundle"),
	ROW("console-socket", 0, TEXT, MAKES, console_socket, "PATH",
	    "send the terminal to this socket; not part of this build"),
	ROW("detach", 'd', FLAG, V(RUN), detach, "", "do not wait for the container's end"),
	ROW("keep", 0, FLAG, V(RUN), keep, "", "do not delete the container at its end"),
	ROW("no-new-keyring", 0, FLAG, READS, no_new_keyring, "",
	    "leave the container in the caller's session keyring"),
	ROW("no-pivot", 0, FLAG, READS, no_pivot, "",
	    "do without pivot_root, for a root in a ramdisk; less secure"),
	ROW("no-subreaper", 0, FLAG, MAKES, no_subreaper, "", "accepted, without effect"),
	ROW("pid-file", 0, TEXT, MAKES, pid_file, "FILE", "write the pid of the container's init"),
	ROW("pidfd-socket", 0, TEXT, MAKES, pidfd_socket, "PATH",
	    "send a pidfd to this socket; not part of this build"),
	ROW("preserve-fds", 0, COUNT, READS, preserve_fds, "N",
	    "give the container N descriptors, from 3 on"),
	ROW("trace", 0, TEXT, MAKES, trace, "FILE",
	    "write the time of every step, as trace events"),

	ROW("all", 'a', FLAG, V(KILL), all, "", "signal every process of the container"),
	ROW("force", 'f', FLAG, V(DELETE), force, "", "end it first; a missing one is no error"),
	ROW("regex", 'r', FLAG, V(DELETE) | V(KILL), regex, "",
	    "ID is a regular expression: all containers whose id has a match"),
	ROW("quiet", 'q', FLAG, V(LIST), quiet, "", "ids only"),
	ROW("format", 'f', TEXT, V(LIST), format, "FORMAT", "table (default) or json"),
	ROW("format", 'f', TEXT, V(PLAN), format, "FORMAT", "text (default) or json"),
	ROW("facts", 0, TEXT, V(PLAN), facts, "FILE|show",
	    "plan for the host that FILE describes; show: print this one's"),

	ROW("cwd", 0, TEXT, V(SPEC), cwd, "DIR", "working directory of the program"),
	ROW("env", 'e', TEXTS, V(SPEC), env, "NAME=VALUE", "add to the environment"),
	ROW("file", 'f', TEXT, V(SPEC), file, "FILE", "write FILE, not config.json"),
	ROW("hostname", 0, TEXT, V(SPEC), hostname, "NAME", "host name of the container"),
	ROW("mount", 0, TEXTS, V(SPEC), mounts, "SRC:DST[:OPTS]",
	    "bind SRC of the host to DST; OPTS as in ro,nosuid"),
	ROW("read-only", 0, FLAG, V(SPEC), read_only, "",
	    "read-only root; this is the default, =false undoes it"),
	ROW("rootfs", 0, TEXT, V(SPEC), rootfs, "DIR", "the root (default: rootfs)"),
	ROW("rootless", 0, FLAG, V(SPEC), is_rootless, "", "for a user without privileges"),
	ROW("user", 'u', TEXT, V(SPEC), user, "UID[:GID]", "who runs the program"),
	ROW("userns", 0, TEXT, V(SPEC), userns, "HOSTID:SIZE",
	    "add a user namespace: id 0 and up are HOSTID and up of the host"),
};

const struct verb_row *options_verb(enum verb verb)
{
	return &verb_rows[verb];
}

const struct option_row *options_rows(size_t *ret_count)
{
	*ret_count = sizeof(option_rows) / sizeof(option_rows[0]);
	return option_rows;
}
