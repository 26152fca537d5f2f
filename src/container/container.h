/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a container: what every verb of the command line calls. Each function is a verb's
 * whole work; none prints. Errors come whole, with pointer and hint where there are any.
 *
 * `root` is the absolute path of the state directory, one folder a container below it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "libocispec/ocispec.h"
#include "step/step.h"
#include "sys/host.h"

/* Everything that is to be told beside an error; in the arena that was given. */
struct container_report {
	const struct warning *warnings;
	size_t n_warnings;
	const char **unknown; /* JSON pointers of properties that the specification does not know */
	size_t n_unknown;
};

/* Who is told warnings as they come; either may be NULL. */
struct container_listener {
	void (*tell)(void *context, const struct container_report *report);
	void *context;
};

/* What create, run and plan take from the command line. */
struct container_request {
	const char *root;
	const char *id;
	const char *bundle;         /* absolute, clean */
	const char *config;         /* another file than bundle/config.json; NULL: that one */
	const char *facts;          /* plan: this file instead of what the host says; NULL: none */
	const char *pid_file;       /* absolute; NULL: none */
	const char *console_socket; /* --console-socket; absolute; NULL: none */
	const char *trace_file;     /* --trace; absolute; NULL: none */
	unsigned preserve_fds;      /* --preserve-fds plus LISTEN_FDS: kept from descriptor 3 on */
	unsigned listen_fds;        /* of them, socket-activated */
	bool no_pivot, no_new_keyring, no_cgroup, systemd_cgroup;
	bool detach; /* run: come back once the program runs */
	bool keep;   /* run: leave the container behind when it has ended */

	/* create and run: told when the plan is made and before anything is changed, and of each
	 * poststop hook that fails */
	struct container_listener listener;
};

/* Makes a container that waits for start. On failure the host is as it was. */
int container_create(const struct container_request *request, struct arena *arena,
		     struct error *err);

/*
 * create, start and (unless detached) wait and delete. *ret_status is the program's own exit
 * status, or 128 plus the signal that ended it; 0 when detached.
 */
int container_run(const struct container_request *request, struct arena *arena, int *ret_status,
		  struct error *err);

/* The plan alone, for this host or that of request->facts: nothing is touched, no privilege needed.
 * root and pid_file are not used; an id that is NULL is "container". */
int container_plan(const struct container_request *request, struct arena *arena,
		   const struct plan **ret_plan, struct container_report *ret_report,
		   struct error *err);

/* Every fact about this host. */
int container_get_facts(struct arena *arena, struct host_facts *ret, struct error *err);

/*
 * Writes the facts about this host that planning the request looks at; every fact when the request
 * is NULL. As they are: not as root would find them.
 */
int container_show_facts(const struct container_request *request, struct arena *arena,
			 struct json *json, struct error *err);

/*
 * Whether create would take a configuration of this text on this host, called by root: it is
 * planned, and no step lacks a runner. Nothing is touched.
 */
bool container_would_take(const struct container_request *request, const char *config);

/*
 * Runs the program of a created container. In any other state an error that names it: -EINVAL. A
 * startContainer or poststart hook that fails is the end of the container: it is deleted.
 */
int container_start(const char *root, const char *id, struct arena *arena,
		    const struct container_listener *listener, struct error *err);

/* Sends a signal to the init of a created or running container; `all`: to every process of its
 * cgroup. */
int container_kill(const char *root, const char *id, int signal, bool all, struct arena *arena,
		   struct error *err);

/* Deletes a stopped or created one; with force any, and a missing one is no error. */
int container_delete(const char *root, const char *id, bool force, struct arena *arena,
		     const struct container_listener *listener, struct error *err);

struct container_state {
	const struct oci_record *record; /* as on disk; all of it lives in the arena */
	enum oci_status status;          /* as it is now, not as recorded */
	int32_t pid;                     /* 0 unless created, running or paused */
	uint32_t uid;                    /* owner */
};

int container_get_state(const char *root, const char *id, struct arena *arena,
			struct container_state *ret, struct error *err);

struct container_states {
	size_t n;
	struct container_state *v; /* by id */
};

/* A missing root is an empty list. A record that cannot be read is listed as stopped, with its id.
 */
int container_list(const char *root, struct arena *arena, struct container_states *ret,
		   struct error *err);

/* [A-Za-z0-9_+.-]+, 255 bytes at most, not "." or ".."; the error says which rule was broken. */
int container_check_id(const char *id, struct error *err);
