/* SPDX-License-Identifier: Apache-2.0 */
/* Plans the container's process; see process.h. Pure. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "sys/kernel.h"
#include "topic/process.h"

/* What PATH is when the configuration's environment has none: execvp(3). */
static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

enum { DEFAULT_UMASK = 022, ENVIRONMENT_SPARE = 3, HOME_SIZE = sizeof("HOME=") + PATH_MAX };

struct process_parts {
	struct process_cwd cwd;
	struct process_session session;
	struct process_close close;
	struct process_program program;
	struct process_home home; /* no entry: HOME is configured */
};

static const char *find_path(const struct oci_strings *env)
{
	const char *path = default_path;

	for (size_t i = 0; i < env->n; i++)
		if (strncmp(env->v[i], "PATH=", 5) == 0)
			path = env->v[i] + 5; /* the last one counts */
	return path;
}

static void plan_candidates(struct planning *p, struct process_program *program, const char *name,
			    const char *path)
{
	const char **candidates;
	size_t n = 1;

	for (const char *c = path; *c; c++)
		n += *c == ':';
	candidates = arena_array(p->arena, n, sizeof(*candidates));
	program->candidates = candidates;
	if (strchr(name, '/') || !*name) {
		candidates[0] = name;
		program->n_candidates = 1;
		return;
	}
	program->is_searched = true;
	for (size_t i = 0; i < n; i++) {
		int length = (int)strcspn(path, ":");

		/* an empty part of PATH is the working directory */
		candidates[i] = length ? arena_printf(p->arena, "%.*s/%s", length, path, name)
				       : arena_printf(p->arena, "./%s", name);
		path += length + (path[length] == ':');
	}
	program->n_candidates = n;
}

static bool names_variable(const char *entry, const char *name)
{
	size_t length = strlen(name);

	return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static bool has_variable(const struct oci_strings *env, const char *name)
{
	for (size_t i = 0; i < env->n; i++)
		if (names_variable(env->v[i], name))
			return true;
	return false;
}

/* sd_listen_fds(3): the program's pid, as the program sees it. */
static char *plan_listen_pid(const struct planning *p, struct process_program *program)
{
	char *entry = arena_alloc(p->arena, PROCESS_LISTEN_PID_SIZE);

	if (p->new_namespaces & KERNEL_CLONE_NEWPID) {
		memcpy(entry, "LISTEN_PID=1", sizeof("LISTEN_PID=1"));
		return entry;
	}
	memcpy(entry, "LISTEN_PID=PID", sizeof("LISTEN_PID=PID"));
	program->listen_pid = entry;
	return entry;
}

static void plan_environment(struct planning *p, struct process_program *program,
			     struct process_home *home, const struct oci_strings *env)
{
	char **envp = arena_array(p->arena, env->n + ENVIRONMENT_SPARE + 1, sizeof(*envp));
	unsigned listen_fds = p->request->listen_fds;
	size_t n = 0;

	for (size_t i = 0; i < env->n; i++) {
		bool is_ours = listen_fds && (names_variable(env->v[i], "LISTEN_FDS") ||
					      names_variable(env->v[i], "LISTEN_PID"));

		if (!is_ours)
			envp[n++] = (char *)env->v[i];
	}
	if (listen_fds) {
		envp[n++] = arena_printf(p->arena, "LISTEN_FDS=%u", listen_fds);
		envp[n++] = plan_listen_pid(p, program);
	}
	if (!has_variable(env, "HOME")) {
		home->entry = arena_alloc(p->arena, HOME_SIZE);
		home->size = HOME_SIZE;
		memcpy(home->entry, "HOME=/", sizeof("HOME=/"));
		envp[n++] = home->entry;
	}
	program->envp = envp;
}

static int plan_program(struct planning *p, const struct oci_process *process,
			struct process_program *program, struct error *err)
{
	char **argv = arena_array(p->arena, process->args.n + 1, sizeof(*argv));

	if (process->args.n == 0) {
		error_set(err, EINVAL, "process.args must have at least one entry");
		return error_at(err, "/process/args");
	}
	for (size_t i = 0; i < process->env.n; i++) {
		const char *equals = strchr(process->env.v[i], '=');

		if (equals && equals != process->env.v[i])
			continue;
		error_set(err, EINVAL, "\"%s\" is not of the form NAME=value", process->env.v[i]);
		return error_at(err, "/process/env/%zu", i);
	}
	for (size_t i = 0; i < process->args.n; i++)
		argv[i] = (char *)process->args.v[i];
	program->argv = argv;
	plan_candidates(p, program, argv[0], find_path(&process->env));
	plan_environment(p, program, &p->process->home, &process->env);
	p->process->home.uid = process->user ? process->user->uid : 0;
	program->found = plan_new_slot(p);
	return 0;
}

static int plan_cwd(const struct oci_process *process, struct process_cwd *cwd, struct error *err)
{
	if (process->cwd[0] != '/') {
		error_set(err, EINVAL, "working directory \"%s\" is not absolute", process->cwd);
		return error_at(err, "/process/cwd");
	}
	/* not cleaned: "a/.." may be another directory than "." when a is a link */
	cwd->path = process->cwd;
	return 0;
}

int process_plan(struct planning *p, struct error *err)
{
	const struct oci_process *process = p->config->process;
	struct process_parts *parts = arena_new(p->arena, struct process_parts);
	int r;

	p->process = parts;
	parts->cwd.path = "/";
	parts->cwd.retry = plan_new_slot(p);
	parts->close.keep = p->request->preserve_fds;
	parts->session.umask = DEFAULT_UMASK;
	parts->session.has_keyring = !p->request->no_new_keyring;
	if (!process && !p->request->waits_for_start) {
		error_set(err, EINVAL, "there is no process to run");
		return error_at(err, "/process");
	}
	if (!process)
		return 0;
	if (process->user && process->user->has_umask)
		parts->session.umask = process->user->umask;
	r = plan_cwd(process, &parts->cwd, err);
	return r < 0 ? r : plan_program(p, process, &parts->program, err);
}

/* A configuration may have no process: it can be created, but not started. */
static const char *pointer(const struct planning *p, const char *path)
{
	return p->config->process ? path : "";
}

void process_plan_hide(struct planning *p, enum stage stage)
{
	plan_add(p, OP_HIDE, stage, NULL, "%s", "");
}

void process_plan_in_root(struct planning *p)
{
	if (strcmp(p->process->cwd.path, "/") != 0)
		plan_add(p, OP_CWD_MAKE, STAGE_ONE, &p->process->cwd, "/process/cwd");
}

void process_plan_begin(struct planning *p)
{
	plan_add(p, OP_SESSION, STAGE_TWO, &p->process->session, "%s", pointer(p, "/process"));
	plan_add(p, OP_CLOSE, STAGE_TWO, &p->process->close, "%s", "");
	plan_add(p, OP_CHDIR, STAGE_TWO, &p->process->cwd, "%s", pointer(p, "/process/cwd"));
}

void process_plan_end(struct planning *p)
{
	const struct oci_process *process = p->config->process;

	if (process && process->no_new_privileges)
		plan_add(p, OP_NO_NEW_PRIVILEGES, STAGE_TWO, NULL, "/process/noNewPrivileges");
	if (p->process->home.entry)
		plan_add(p, OP_HOME, STAGE_TWO, &p->process->home, "%s",
			 process && process->has_env ? "/process/env" : "");
	if (p->process->program.argv)
		plan_add(p, OP_FIND_PROGRAM, STAGE_TWO, &p->process->program, "/process/args/0");
}

void process_plan_cwd(struct planning *p)
{
	plan_add(p, OP_CHECK_CWD, STAGE_TWO, &p->process->cwd, "%s", pointer(p, "/process/cwd"));
}

void process_plan_program(struct planning *p)
{
	plan_add(p, OP_EXEC, STAGE_TWO, &p->process->program, "%s", pointer(p, "/process/args"));
}
