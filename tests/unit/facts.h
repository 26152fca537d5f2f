/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts that exist on paper only: the facts of tests/data/facts, for the planner, the same on every
 * machine. Each is called by root with all capabilities. Knows nothing of plans.
 */
#pragma once

#include "ocispec_test.h"
#include "plan/facts.h"

enum facts_host {
	FACTS_V2,     /* Linux 6.1, one v2 tree */
	FACTS_V1,     /* Linux 5.10, v1 alone */
	FACTS_HYBRID, /* Linux 6.18, v1 and beside it a v2 tree that has what v1 left over */
	FACTS_COUNT
};

static inline const char *facts_name(enum facts_host host)
{
	static const char *const names[] = { "v2", "v1", "hybrid" };

	return names[host];
}

static inline const char *facts_path(struct arena *arena, enum facts_host host)
{
	const char *source = getenv("srcdir");

	return arena_printf(arena, "%s/tests/data/facts/%s.json", source ? source : ".",
			    facts_name(host));
}

static inline struct host_facts facts_make(struct arena *arena, enum facts_host host)
{
	struct oci_document document = test_load(arena, facts_path(arena, host));
	struct host_facts facts = { 0 };
	struct error err = { 0 };

	if (facts_read(arena, &document, &facts, &err) < 0)
		fail_msg("%s: %u:%u %s %s", facts_name(host), err.line, err.column, err.pointer,
			 err.text);
	assert_true(facts.known == HOST_SET_ALL);
	return facts;
}

#define FACTS_FALSIFY_BOOL(field)   (field) = !(field);
#define FACTS_FALSIFY_U32(field)    (field) += 7;
#define FACTS_FALSIFY_U64(field)    (field) = ~(field);
#define FACTS_FALSIFY_I64(field)    (field) = ~(field);
#define FACTS_FALSIFY_STRING(field) (field) = "false";
#define FACTS_FALSIFY_ENUM(field)   (field) = (field) == 0;
#define FACTS_FALSIFY_OBJECT(field) memset(&(field), 0, sizeof(field));
#define FACTS_FALSIFY_LIST(field)   (field).n = 0;
#define FACTS_FALSIFY(object, field, name, kind, ...) \
	if (!(set & HOST_SET(field))) {               \
		FACTS_FALSIFY_##kind(facts->field)    \
	}

/* Makes all facts wrong but those of the set: what planning does not need it must not see. */
static inline void facts_falsify(struct host_facts *facts, uint64_t set)
{
	OCI_PROPERTIES_host_facts(FACTS_FALSIFY)
}
