/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the planner share: from a config.json's text to a plan's text. */
#pragma once

#include <errno.h>

#include "cgroup/plan.h"
#include "facts.h"
#include "plan/needs.h"
#include "plan/planner.h"
#include "plan/print.h"

struct plan_world {
	struct arena arena;
	struct host_facts facts;
	struct plan_request request;
	struct oci_config *config;
	struct oci_strings unknown;
	const struct plan *plan;
	struct error err;
};

static inline void plan_world_init(struct plan_world *w, enum facts_host host)
{
	memset(w, 0, sizeof(*w));
	arena_init(&w->arena, NULL, 0);
	w->facts = facts_make(&w->arena, host);
	w->request.id = "box";
	w->request.bundle = "/bundle";
	w->request.waits_for_start = true;
}

static inline void plan_world_done(struct plan_world *w)
{
	arena_done(&w->arena);
}

static inline const char *plan_world_annotation(const struct plan_world *w, const char *key)
{
	for (size_t i = 0; i < w->config->annotations.n; i++)
		if (strcmp(w->config->annotations.v[i].key, key) == 0)
			return w->config->annotations.v[i].value;
	return NULL;
}

static inline unsigned plan_world_number(const struct plan_world *w, const char *key)
{
	const char *text = plan_world_annotation(w, key);

	return text ? (unsigned)strtoul(text, NULL, 10) : 0;
}

/* The command line of a test's configuration is in its annotations. */
static inline void plan_world_take_request(struct plan_world *w)
{
	w->request.preserve_fds = plan_world_number(w, "test.preserve-fds");
	w->request.listen_fds = plan_world_number(w, "test.listen-fds");
	w->request.waits_for_start = !plan_world_annotation(w, "test.run");
	w->request.has_pid_file = plan_world_annotation(w, "test.pid-file");
	w->request.no_new_keyring = plan_world_annotation(w, "test.no-new-keyring");
	w->request.no_cgroup = plan_world_annotation(w, "test.no-cgroup");
	w->request.no_pivot = plan_world_annotation(w, "test.no-pivot");
}

/* CLONE_NEW*, by enum oci_namespace_type. */
static inline uint64_t plan_world_type(enum oci_namespace_type type)
{
	static const uint64_t types[] = { 0x20000000, 0x40000000, 0x00020000, 0x08000000,
					  0x04000000, 0x10000000, 0x02000000, 0x00000080 };

	return types[type];
}

enum {
	TEST_USERNS = 4026531837, /* as in tests/data/facts */
	TEST_NAMESPACES = 4026532100
};

/* What is special about a namespace of the test's configuration is in an annotation. */
static inline void plan_world_change(struct host_namespace *ns, const char *change, uint64_t user)
{
	if (strcmp(change, "owned by the joined one") == 0)
		ns->owner = user;
	else if (strcmp(change, "owned below the joined one") == 0) {
		ns->owner = TEST_NAMESPACES + 98;
		ns->is_owner_below = true;
	} else if (strcmp(change, "owned by another") == 0)
		ns->owner = TEST_NAMESPACES + 99;
	else if (strcmp(change, "out of reach") == 0)
		ns->owner = 0;
	else if (strcmp(change, "not below") == 0)
		ns->is_below = false;
	else if (strcmp(change, "made by another") == 0)
		ns->owner_uid++;
	else if (strcmp(change, "own") == 0)
		ns->is_own = true;
	else if (strcmp(change, "missing") == 0)
		*ns = (struct host_namespace){ .path = ns->path, .error = ENOENT };
	else if (strcmp(change, "a file") == 0)
		*ns = (struct host_namespace){ .path = ns->path };
	else if (strcmp(change, "of another type") == 0)
		ns->type ^= 0x44000000;
	else
		fail_msg("what is a namespace that is \"%s\"?", change);
}

/* As if the path had been opened: a namespace of the right type that the host owns. */
static inline void plan_world_open_namespace(struct plan_world *w, size_t i, uint64_t user)
{
	const char *change =
		plan_world_annotation(w, arena_printf(&w->arena, "test.namespace-%zu", i));
	const struct oci_namespace *ns = &w->config->linux_->namespaces.v[i];
	struct host_namespace *fact = &w->facts.namespaces.v[w->facts.namespaces.n++];

	*fact = (struct host_namespace){
		.path = ns->path,
		.type = plan_world_type(ns->type),
		.inode = TEST_NAMESPACES + i,
		.owner = TEST_USERNS,
		.owner_uid = w->facts.uid,
		.is_below = ns->type == OCI_NAMESPACE_TYPE_PID,
	};
	if (change)
		plan_world_change(fact, change, user);
}

static inline void plan_world_open_namespaces(struct plan_world *w)
{
	const struct oci_linux *os = w->config->linux_;
	struct host_namespace_list *list = &w->facts.namespaces;
	size_t n = os ? os->namespaces.n : 0;
	uint64_t user = 0;

	list->v = arena_array(&w->arena, n, sizeof(*list->v));
	for (size_t i = 0; i < n; i++)
		if (os->namespaces.v[i].type == OCI_NAMESPACE_TYPE_USER)
			user = TEST_NAMESPACES + i;
	for (size_t i = 0; i < n; i++)
		if (os->namespaces.v[i].path && *os->namespaces.v[i].path)
			plan_world_open_namespace(w, i, user);
}

/* "0 1,1 65536": the first of some ids and how many, and so on. */
static inline struct host_ids_list plan_world_ids(struct plan_world *w, const char *text)
{
	struct host_ids_list list = { .v = arena_array(&w->arena, strlen(text),
						       sizeof(struct host_ids)) };

	for (; text; text = strchr(text, ',')) {
		char *end;

		text += *text == ',';
		list.v[list.n].first = (uint32_t)strtoul(text, &end, 10);
		list.v[list.n++].size = (uint32_t)strtoul(end, NULL, 10);
	}
	return list;
}

/* In a user namespace with those ids, and without that capability. */
static inline void plan_world_take_less(struct plan_world *w)
{
	if (plan_world_annotation(w, "test.ids")) {
		w->facts.is_initial_userns = false;
		w->facts.uids = w->facts.gids =
			plan_world_ids(w, plan_world_annotation(w, "test.ids"));
	}
	if (plan_world_annotation(w, "test.may-not-set-groups"))
		w->facts.may_set_groups = false;
	if (plan_world_annotation(w, "test.lacks"))
		w->facts.permitted &= ~(UINT64_C(1) << plan_world_number(w, "test.lacks"));
}

/* Who calls: root with all capabilities, unless the test's configuration says otherwise. */
static inline void plan_world_take_caller(struct plan_world *w)
{
	if (plan_world_annotation(w, "test.no-time-namespaces"))
		w->facts.has_time_namespaces = false;
	if (plan_world_annotation(w, "test.user-namespace")) {
		/* root of somebody's own, which has the runtime's mounts and no more */
		w->facts.is_initial_userns = w->facts.may_set_groups = false;
		w->facts.owned = plan_world_number(w, "test.user-namespace");
	}
	plan_world_take_less(w);
	if (!plan_world_annotation(w, "test.uid"))
		return;
	w->facts.uid = w->facts.gid = plan_world_number(w, "test.uid");
	w->facts.permitted = 0;
	if (plan_world_annotation(w, "test.newuidmap"))
		w->facts.newuidmap = plan_world_annotation(w, "test.newuidmap");
	if (plan_world_annotation(w, "test.newgidmap"))
		w->facts.newgidmap = plan_world_annotation(w, "test.newgidmap");
}

/* Decodes, which must succeed, and plans, which need not. */
static inline int plan_world_plan(struct plan_world *w, const struct oci_document *document)
{
	const char *target;

	if (oci_decode_config(&w->arena, document, &w->unknown, &w->config, &w->err) < 0)
		fail_msg("%s:%u:%u %s", w->err.text, w->err.line, w->err.column, w->err.pointer);
	plan_world_take_request(w);
	plan_world_take_caller(w);
	plan_world_open_namespaces(w);
	facts_falsify(&w->facts, plan_needs(&w->request, w->config));
	target = cgroup_target_path(&w->arena, w->config, w->request.id);
	if (target)
		facts_set_target(&w->arena, &w->facts, target);
	return plan_make(&w->arena, &w->request, w->config, &w->facts, &w->plan, &w->err);
}

/* The plan as text, or the error that there is instead. */
static inline const char *plan_world_text(struct plan_world *w)
{
	struct strbuf text;

	strbuf_init(&text, &w->arena);
	if (w->plan)
		plan_print_text(w->plan, &w->unknown, &text);
	else
		strbuf_add_format(&text, "error %d  %s [%s]\nhint  %s\n", w->err.code, w->err.text,
				  w->err.pointer, w->err.hint);
	return text.data;
}
