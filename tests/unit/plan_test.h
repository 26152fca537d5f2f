/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the planner share: from a config.json's text to a plan's text. */
#pragma once

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

/* Decodes, which must succeed, and plans, which need not. */
static inline int plan_world_plan(struct plan_world *w, const struct oci_document *document)
{
	const char *target;

	if (oci_decode_config(&w->arena, document, NULL, &w->config, &w->err) < 0)
		fail_msg("%s:%u:%u %s", w->err.text, w->err.line, w->err.column, w->err.pointer);
	plan_world_take_request(w);
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
		plan_print_text(w->plan, &(struct oci_strings){ 0 }, &text);
	else
		strbuf_add_format(&text, "error %d  %s [%s]\nhint  %s\n", w->err.code, w->err.text,
				  w->err.pointer, w->err.hint);
	return text.data;
}
