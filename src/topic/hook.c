/* SPDX-License-Identifier: Apache-2.0 */
/* Plans hooks; see hook.h. Pure. */
#include "topic/hook.h"

#include <errno.h>
#include <string.h>

#include "sys/kernel.h"

static const char kind_names[HOOK_KINDS][16] = {
	[HOOK_PRESTART] = "prestart",
	[HOOK_CREATE_RUNTIME] = "createRuntime",
	[HOOK_CREATE_CONTAINER] = "createContainer",
	[HOOK_START_CONTAINER] = "startContainer",
	[HOOK_POSTSTART] = "poststart",
	[HOOK_POSTSTOP] = "poststop",
};

const char *hook_kind_name(enum hook_kind kind)
{
	return kind_names[kind];
}

struct oci_hook_list hook_list(const struct oci_hooks *hooks, enum hook_kind kind)
{
	if (!hooks)
		return (struct oci_hook_list){ 0 };
	switch (kind) {
	case HOOK_PRESTART:
		return hooks->prestart;
	case HOOK_CREATE_RUNTIME:
		return hooks->create_runtime;
	case HOOK_CREATE_CONTAINER:
		return hooks->create_container;
	case HOOK_START_CONTAINER:
		return hooks->start_container;
	case HOOK_POSTSTART:
		return hooks->poststart;
	case HOOK_POSTSTOP:
		return hooks->poststop;
	case HOOK_KINDS:
		break;
	}
	return (struct oci_hook_list){ 0 };
}

/* The lifecycle's own words; "created" begins when create is done, which it is not while its hooks
 * run. */
static enum oci_status status_at(enum hook_kind kind)
{
	switch (kind) {
	case HOOK_START_CONTAINER:
		return OCI_STATUS_CREATED;
	case HOOK_POSTSTART:
		return OCI_STATUS_RUNNING;
	case HOOK_POSTSTOP:
		return OCI_STATUS_STOPPED;
	default:
		return OCI_STATUS_CREATING;
	}
}

/* --- checks --- */

static int check_environment(const struct oci_strings *env, const char *kind, size_t i,
			     struct error *err)
{
	for (size_t j = 0; j < env->n; j++) {
		const char *equals = strchr(env->v[j], '=');

		if (equals && equals != env->v[j])
			continue;
		error_set(err, EINVAL, "\"%s\" is not of the form NAME=value", env->v[j]);
		return error_at(err, "/hooks/%s/%zu/env/%zu", kind, i, j);
	}
	return 0;
}

static int check_hook(const struct oci_hook *hook, const char *kind, size_t i, struct error *err)
{
	if (hook->path[0] != '/') {
		error_set(err, EINVAL, "the hook's path \"%s\" is not absolute", hook->path);
		return error_at(err, "/hooks/%s/%zu/path", kind, i);
	}
	return check_environment(&hook->env, kind, i, err);
}

/*
 * A createContainer hook is of the host, and so are its privileges: it must not be found by a name
 * that others may change, nor be open to who has a pid for it and privileges over its memory, which
 * belongs to the user namespace once the hook is executed: who is root of that one, and whoever has
 * the uid of its maker, even without a capability.
 */
static int check_company(const struct planning *p, struct error *err)
{
	/* an ordinary user's uid has no privileges to take */
	bool is_makers =
		(p->new_namespaces & KERNEL_CLONE_NEWUSER) && plan_may(p, KERNEL_CAP_SYS_ADMIN);
	bool is_open = (is_makers || (p->joined_namespaces & KERNEL_CLONE_NEWUSER)) &&
		       !(p->new_namespaces & KERNEL_CLONE_NEWPID);

	if (p->config->hooks->create_container.n == 0)
		return 0;
	if (p->joined_namespaces & KERNEL_CLONE_NEWNS)
		error_set(err, EINVAL,
			  "a createContainer hook cannot run in a mount namespace that is joined: "
			  "what its path leads to is up to those who are in there");
	else if (is_open)
		error_set(err, EINVAL,
			  "a createContainer hook cannot run in a user namespace without a new "
			  "pid namespace: who sees its process could reach the host through it");
	else
		return 0;
	error_hint(err, "make it a createRuntime hook: it runs at the same point, in the runtime's "
			"own namespaces");
	return error_at(err, "/hooks/%s/0", kind_names[HOOK_CREATE_CONTAINER]);
}

int hook_plan(struct planning *p, struct error *err)
{
	int r = 0;

	if (!p->config->hooks)
		return 0;
	for (enum hook_kind kind = 0; kind < HOOK_KINDS; kind++) {
		struct oci_hook_list list = hook_list(p->config->hooks, kind);

		for (size_t i = 0; r == 0 && i < list.n; i++)
			r = check_hook(&list.v[i], kind_names[kind], i, err);
	}
	return r == 0 ? check_company(p, err) : r;
}

/* --- steps --- */

/* exec's own form: the strings stay where they are, a NULL comes behind them. */
static char *const *vector(struct arena *arena, const struct oci_strings *strings,
			   const char *if_none)
{
	char **v = arena_array(arena, strings->n + 2, sizeof(*v));

	for (size_t i = 0; i < strings->n; i++)
		v[i] = (char *)strings->v[i];
	if (strings->n == 0 && if_none)
		v[0] = (char *)if_none;
	return v;
}

/* Up to the pid, and what is behind its 0. Version, id and status in front cannot hold its key. */
static char *split_state(struct arena *arena, const struct oci_state *state, const char **ret_rest)
{
	static const char key[] = "\"pid\":";
	struct strbuf text;
	struct json json;
	char *at;

	strbuf_init(&text, arena);
	json_init(&json, &text, NULL);
	oci_encode_state(state, &json, NULL);
	at = strstr(text.data, key) + strlen(key);
	*ret_rest = at + 1;
	return arena_strndup(arena, text.data, (size_t)(at - text.data));
}

/*
 * The state's text is made now, since nothing that writes JSON runs after the clone; the pid is
 * known only then.
 */
void hook_state_make(struct arena *arena, const struct oci_state *state, struct hook_state *ret)
{
	struct oci_state told = *state;
	const char *nothing;

	told.has_status = told.has_pid = true;
	told.pid = 0;
	split_state(arena, &told, &ret->rest);
	told.has_bundle = told.has_annotations = false;
	for (enum hook_kind kind = 0; kind < HOOK_KINDS; kind++) {
		told.status = status_at(kind);
		ret->begin[kind] = split_state(arena, &told, &nothing);
	}
	ret->bundle = state->bundle;
}

void hook_make(struct arena *arena, enum hook_kind kind, const struct oci_hook *given,
	       const struct hook_state *state, struct hook *ret)
{
	ret->kind = (uint8_t)kind;
	ret->path = given->path;
	ret->argv = vector(arena, &given->args, given->path);
	ret->envp = vector(arena, &given->env, NULL);
	ret->timeout = given->has_timeout ? given->timeout : 0;
	ret->status = oci_enum_name(OCI_ENUM_status, (int)status_at(kind));
	ret->state = state->begin[kind];
	ret->rest = state->rest;
	ret->bundle = state->bundle;
}

static const struct hook_state *plan_state(struct planning *p)
{
	const struct oci_state state = {
		.oci_version = p->config->oci_version,
		.has_oci_version = true,
		.id = p->request->id,
		.has_id = true,
		.bundle = p->request->bundle,
		.has_bundle = true,
		.annotations = p->config->annotations,
		.has_annotations = p->config->has_annotations,
	};
	struct hook_state *made;

	if (!p->hook_state) {
		made = arena_new(p->arena, struct hook_state);
		hook_state_make(p->arena, &state, made);
		p->hook_state = made;
	}
	return p->hook_state;
}

/* The limit is set by the time of `start`, behind the other hooks in the container's cgroup. */
static bool is_counted(const struct planning *p, enum hook_kind kind)
{
	const struct oci_linux *os = p->config->linux_;
	const struct oci_resources *resources = os ? os->resources : NULL;

	return kind == HOOK_START_CONTAINER && resources && resources->pids &&
	       resources->pids->limit >= 0;
}

static void plan_kind(struct planning *p, enum hook_kind kind, enum stage stage)
{
	struct oci_hook_list list = hook_list(p->config->hooks, kind);

	for (size_t i = 0; i < list.n; i++) {
		struct hook *hook = arena_new(p->arena, struct hook);

		hook_make(p->arena, kind, &list.v[i], plan_state(p), hook);
		hook->is_counted = is_counted(p, kind);
		plan_add(p, OP_HOOK, stage, hook, "/hooks/%s/%zu", kind_names[kind], i);
	}
}

static void plan_poststop(struct planning *p, size_t step)
{
	const struct undo undo = { .operation = UNDO_POSTSTOP, .path = "" };

	if (hook_list(p->config->hooks, HOOK_POSTSTOP).n)
		plan_add_undo(p, step, &undo);
}

bool hook_has_create(const struct oci_config *config)
{
	const struct oci_hooks *hooks = config->hooks;

	return hooks && hooks->prestart.n + hooks->create_runtime.n + hooks->create_container.n;
}

void hook_plan_create(struct planning *p)
{
	if (!hook_has_create(p->config))
		return;
	plan_poststop(p, plan_add(p, OP_RECORD_HOOKS, STAGE_RUNTIME, NULL, "/hooks"));
	plan_kind(p, HOOK_PRESTART, STAGE_RUNTIME);
	plan_kind(p, HOOK_CREATE_RUNTIME, STAGE_RUNTIME);
	plan_kind(p, HOOK_CREATE_CONTAINER, STAGE_ONE);
}

void hook_plan_start(struct planning *p)
{
	plan_kind(p, HOOK_START_CONTAINER, STAGE_TWO);
}

void hook_plan_later(struct planning *p, size_t created)
{
	if (!hook_has_create(p->config))
		plan_poststop(p, created);
	plan_kind(p, HOOK_POSTSTART, STAGE_START);
	plan_kind(p, HOOK_POSTSTOP, STAGE_DELETE);
}

void hook_describe(const struct hook *args, struct describer *d)
{
	size_t n = 0;

	describe_string(d, "path", args->path);
	while (args->argv[n])
		n++;
	describe_list(d, "args", n, (const char *const *)args->argv);
	for (n = 0; args->envp[n];)
		n++;
	describe_list(d, "env", n, (const char *const *)args->envp);
	if (args->timeout)
		describe_int(d, "timeout", args->timeout);
	describe_string(d, "status", args->status);
}
