/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of libocispec share: documents from strings and from files. */
#pragma once

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libocispec/ocispec.h"
#include "unit.h"

enum { TEST_FILE_SIZE = 1 << 20 };

static inline struct oci_document test_document(const char *text)
{
	return (struct oci_document){ "test.json", text, strlen(text) };
}

/* A whole file in memory of exactly its size, so that a sanitizer sees a read beyond it. */
static inline struct oci_document test_load(struct arena *arena, const char *path)
{
	struct oci_document document = { "test.json", NULL, 0 };
	FILE *file = fopen(path, "re");
	char *text = arena_alloc(arena, TEST_FILE_SIZE);

	assert_non_null(file);
	document.text = text;
	document.length = fread(text, 1, TEST_FILE_SIZE, file);
	assert_true(document.length < TEST_FILE_SIZE);
	fclose(file);
	return document;
}

/* Decoding that must succeed. */
static inline void *test_decode(struct arena *arena, enum oci_object object, const char *text)
{
	struct oci_document document = test_document(text);
	struct error err = { 0 };
	void *value = NULL;

	if (oci_decode(arena, object, &document, NULL, &value, &err) < 0)
		fail_msg("%s:%u:%u %s", err.text, err.line, err.column, err.pointer);
	return value;
}

static inline char *test_encode(struct arena *arena, enum oci_object object, const void *value)
{
	struct strbuf text;
	struct json json;

	strbuf_init(&text, arena);
	json_init(&json, &text, NULL);
	oci_encode(object, value, &json, NULL);
	return text.data;
}

static inline const char *test_samples(struct arena *arena)
{
	const char *given = getenv("OCI_SAMPLES"), *source = getenv("srcdir");

	return given ? given : arena_printf(arena, "%s/tests/data/samples", source ? source : ".");
}

/* What a sample is, by its name. */
static inline enum oci_object test_sample_object(const char *name)
{
	if (strncmp(name, "exec-process-", strlen("exec-process-")) == 0)
		return OCI_OBJECT_process;
	if (strncmp(name, "update-", strlen("update-")) == 0)
		return OCI_OBJECT_resources;
	return OCI_OBJECT_config;
}

typedef void (*test_file_fn)(struct arena *arena, const char *path, enum oci_object object);

/* Calls the function for each .json file of a folder, with a fresh arena. Returns how many. */
static inline unsigned test_each_file(const char *folder, test_file_fn fn)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	unsigned count = 0;

	if (!directory) {
		fail_msg("no folder %s", folder);
		return 0;
	}
	while ((entry = readdir(directory))) {
		const char *end = strrchr(entry->d_name, '.');
		struct arena arena;

		if (!end || strcmp(end, ".json") != 0)
			continue;
		arena_init(&arena, NULL, 0);
		fn(&arena, arena_printf(&arena, "%s/%s", folder, entry->d_name),
		   test_sample_object(entry->d_name));
		arena_done(&arena);
		count++;
	}
	closedir(directory);
	return count;
}
