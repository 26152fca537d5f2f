/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a step tells what it will do: one description by key and value, written as text (key=value,
 * for people and golden files) or as members of a JSON object.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/strbuf.h"

struct describer {
	struct strbuf *text; /* either this ... */
	struct json *json;   /* ... or this */
};

void describe_string(struct describer *d, const char *key, const char *value);
void describe_int(struct describer *d, const char *key, int64_t value);
void describe_uint(struct describer *d, const char *key, uint64_t value);
void describe_octal(struct describer *d, const char *key, uint32_t value);
void describe_bool(struct describer *d, const char *key,
		   bool value); /* nothing in text when false */
void describe_list(struct describer *d, const char *key, size_t n, const char *const *v);

/* Paths of files: in text, what all have in common in front and behind is said once, as in
 * /sys/fs/cgroup/{pids memory}/box/tasks. */
void describe_paths(struct describer *d, const char *key, size_t n, const char *const *v);
