/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of a topic: a small configuration, into which its properties are put as text, and
 * what the planner makes of it.
 */
#pragma once

#include <errno.h>

#include "plan_test.h"

#define PARTS_NAMESPACES \
	"{\"type\":\"mount\"},{\"type\":\"uts\"},{\"type\":\"ipc\"},{\"type\":\"network\"}"
#define PARTS_USER_NAMESPACE                                                 \
	"{\"type\":\"mount\"},{\"type\":\"user\"}],"                         \
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":10}]," \
	"\"gidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":10}"

/* Members of the three objects, each with a comma in front or behind as it stands: see parts_text.
 */
struct parts {
	const char *config;     /* ",\"domainname\":\"a\"" */
	const char *process;    /* ",\"oomScoreAdj\":1" */
	const char *namespaces; /* NULL: PARTS_NAMESPACES */
	const char *linux_;     /* ",\"sysctl\":{}" */
};

static inline const char *parts_or(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

/* Plans for that host. */
static inline int parts_plan(struct plan_world *w, const struct parts *parts)
{
	struct oci_document document = test_document(arena_printf(
		&w->arena,
		"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"}%s,"
		"\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]%s},"
		"\"linux\":{\"namespaces\":[%s]%s}}",
		parts_or(parts->config, ""), parts_or(parts->process, ""),
		parts_or(parts->namespaces, PARTS_NAMESPACES), parts_or(parts->linux_, "")));

	return plan_world_plan(w, &document);
}

static inline void parts_refused(const struct parts *parts, const char *pointer)
{
	struct plan_world w;
	int r;

	plan_world_init(&w, FACTS_V2);
	r = parts_plan(&w, parts);
	if (r >= 0 || strcmp(w.err.pointer, pointer) != 0)
		fail_msg("%s%s%s gave %d \"%s\" at %s, not at %s", parts_or(parts->config, ""),
			 parts_or(parts->process, ""), parts_or(parts->linux_, ""), r, w.err.text,
			 w.err.pointer, pointer);
	assert_int_equal(r, -w.err.code);
	assert_true(*w.err.text);
	plan_world_done(&w);
}

/* The world is left for the caller to look at and to end. */
static inline void parts_planned(struct plan_world *w, const struct parts *parts)
{
	plan_world_init(w, FACTS_V2);
	if (parts_plan(w, parts) < 0)
		fail_msg("%s%s%s gave \"%s\" at %s", parts_or(parts->config, ""),
			 parts_or(parts->process, ""), parts_or(parts->linux_, ""), w->err.text,
			 w->err.pointer);
}

/* The only step of that operation, or NULL. */
static inline const struct step *parts_step(const struct plan_world *w, enum operation operation)
{
	const struct step *found = NULL;

	for (size_t i = 0; i < w->plan->n_steps; i++) {
		if (w->plan->steps[i].operation != operation)
			continue;
		if (found)
			fail_msg("there are two steps %d", operation);
		found = &w->plan->steps[i];
	}
	return found;
}
