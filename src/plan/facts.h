/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts about a host as a document, both ways: for `plan --facts`, and for tests that plan for
 * hosts which exist on paper only. Pure; the rows are those of libocispec/schema_host.h.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/ocispec.h"
#include "sys/host.h"

/*
 * Reads a document of facts. What libocispec refuses is an error, and here a property that is not
 * known is one, too, as are facts that contradict each other: with document, line, column and
 * pointer.
 */
int facts_read(struct arena *arena, const struct oci_document *document, struct host_facts *ret,
	       struct error *err);

/* An error that names the first fact of the set which is not known; 0 when all are. */
int facts_check_known(const struct host_facts *facts, uint64_t set, struct error *err);

/* Likewise: each namespace that the configuration joins must be among the facts. */
int facts_check_namespaces(const struct host_facts *facts, const struct oci_config *config,
			   struct error *err);

/*
 * Facts of a file may have been written for another container, or for none. What they say of the
 * directories that `path` (absolute, below each hierarchy's root) names stays; where they say
 * nothing of them, nothing of them is there.
 */
void facts_set_target(struct arena *arena, struct host_facts *facts, const char *path);

/* Writes those of the set that are known. */
void facts_write(struct arena *arena, const struct host_facts *facts, uint64_t set,
		 struct json *json);
