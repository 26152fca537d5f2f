/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents made at random from the table itself, in the order of its rows: decoded and encoded
 * again they must come back byte by byte, and every property of theirs must be found by a walk and
 * in the text. So each row is gone through, also those that no sample has.
 */
#include "base/json.h"
#include "libocispec/limit.h"
#include "ocispec_random.h"
#include "ocispec_test.h"

enum { ROUNDS = 150, DEPTH = 8 };

static const enum oci_object documents[] = {
	OCI_OBJECT_config,   OCI_OBJECT_process, OCI_OBJECT_resources,
	OCI_OBJECT_seccomp,  OCI_OBJECT_state,   OCI_OBJECT_container_process_state,
	OCI_OBJECT_features, OCI_OBJECT_record,  OCI_OBJECT_host_facts,
};

static bool rows_made[OCI_ROW_COUNT], rows_walked[OCI_ROW_COUNT];
static unsigned names_made;

static void make_object(enum oci_object object, struct json *json, const char *key, unsigned depth);

/* Texts for each limit; those for "any" have all that has to be escaped, and more than one plane.
 */
static const char *random_text(enum oci_limit limit)
{
	static const char *const any[] = { "",
					   "x",
					   "/a/b",
					   "\"",
					   "\\",
					   "\x01\x1f\b\f\n\r\t",
					   "\xc3\xa4",
					   "\xe2\x82\xac",
					   "\xf0\x9f\x98\x80",
					   "\x7f",
					   "//</",
					   "a text that is longer than sixteen bytes \\u0041" };
	static const char *const sizes[] = { "64KB", "2MB", "1GB", "1KB" };
	static const char *const lists[] = { "", "0-3,7", "1", " 1 - 2 " };

	switch (limit) {
	case OCI_LIMIT_CPU_LIST:
		return lists[random_below(COUNT(lists))];
	case OCI_LIMIT_ACCESS:
		return &"rwm"[random_below(4)];
	case OCI_LIMIT_PAGE_SIZE:
		return sizes[random_below(COUNT(sizes))];
	case OCI_LIMIT_MEMORY_BANDWIDTH:
		return random_below(2) ? "MB:" : "MB:0=20;1=\"\\";
	case OCI_LIMIT_ONE_LINE:
		return random_below(2) ? "" : "L3:0=f;1=\t";
	case OCI_LIMIT_NON_EMPTY:
		return any[1 + random_below(COUNT(any) - 1)];
	default:
		return any[random_below(COUNT(any))];
	}
}

static void make_number(struct oci_range range, struct json *json, const char *key)
{
	uint64_t span = range.max - (uint64_t)range.min;
	uint64_t number = (uint64_t)range.min +
			  (span == UINT64_MAX ? random_bits() : random_bits() % (span + 1));

	if (random_below(3) == 0)
		number = random_below(2) ? range.max : (uint64_t)range.min;
	if (range.min < 0 && (int64_t)number < 0)
		json_int(json, key, (int64_t)number);
	else
		json_uint(json, key, number);
}

static void make_word(const struct oci_row_info *row, enum oci_limit limit, struct json *json,
		      const char *key)
{
	struct oci_range range = oci_range_of(OCI_KIND_ENUM, limit);
	size_t count = oci_enum_count(row->child);

	if (range.max < count)
		count = range.max + 1;
	json_string(json, key, oci_enum_name(row->child, (int)random_below((uint32_t)count)));
}

/* A value of that kind: the row's, or an element's of the row. */
static void make_value(const struct oci_row_info *row, enum oci_kind kind, enum oci_limit limit,
		       struct json *json, const char *key, unsigned depth)
{
	switch (kind) {
	case OCI_KIND_STRING:
		json_string(json, key, random_text(limit));
		break;
	case OCI_KIND_BOOL:
		json_bool(json, key, random_below(2));
		break;
	case OCI_KIND_ENUM:
		make_word(row, limit, json, key);
		break;
	case OCI_KIND_OBJECT:
		make_object(row->child, json, key, depth + 1);
		break;
	default:
		make_number(oci_range_of(kind, limit), json, key);
	}
}

static const char *random_name(char name[32])
{
	static const char *const heads[] = {
		"a", "org.example/", "~", "\xc3\xa4", "\"", "a b", "\n"
	};

	snprintf(name, 32, "%s%u", heads[random_below(COUNT(heads))], names_made++);
	return name;
}

static void make_elements(const struct oci_row_info *row, struct json *json, const char *key,
			  unsigned depth)
{
	bool is_map = row->kind == OCI_KIND_MAP || row->kind == OCI_KIND_OBJECT_MAP;
	unsigned count = random_below(4) + (row->limit == OCI_LIMIT_NON_EMPTY);
	char name[32];

	if (is_map)
		json_begin_object(json, key);
	else
		json_begin_array(json, key);
	while (count--)
		make_value(row, oci_element_kind(row->kind), OCI_LIMIT_ANY, json,
			   is_map ? random_name(name) : NULL, depth);
	if (is_map)
		json_end_object(json);
	else
		json_end_array(json);
}

static void make_object(enum oci_object object, struct json *json, const char *key, unsigned depth)
{
	const struct oci_object_info *info = &oci_objects[object];
	unsigned i;

	json_begin_object(json, key);
	for (i = info->first; i < (unsigned)info->first + info->count; i++) {
		const struct oci_row_info *row = &oci_rows[i];

		if (!row->flags && random_below(depth > DEPTH ? 8 : 2))
			continue;
		/* One of several may be the only one. */
		if (row->flags == OCI_ONE_OF && i > info->first && random_below(2) &&
		    oci_rows[i - 1].flags == OCI_ONE_OF)
			continue;
		rows_made[i] = true;
		if (oci_element_kind(row->kind) == OCI_KIND_SKIP)
			make_value(row, row->kind, row->limit, json, oci_row_name(i), depth);
		else
			make_elements(row, json, oci_row_name(i), depth);
	}
	json_end_object(json);
}

static void check_visit(void *context, const char *pointer, enum oci_row row, const void *field)
{
	struct oci_position position;

	(void)field;
	rows_walked[row] = true;
	if (oci_locate(context, pointer, &position) < 0)
		fail_msg("%s is not found", pointer);
	assert_true(position.length > 0);
}

static void check_random_document(struct arena *arena, enum oci_object object)
{
	struct oci_strings unknown;
	struct oci_document document;
	struct error err = { 0 };
	struct strbuf text;
	struct json json;
	void *value = NULL;

	strbuf_init(&text, arena);
	json_init(&json, &text, NULL);
	make_object(object, &json, NULL, 0);
	document = test_document(text.data);
	if (oci_decode(arena, object, &document, &unknown, &value, &err) < 0)
		fail_msg("%s at %s:\n%s", err.text, err.pointer, text.data);
	assert_int_equal(unknown.n, 0);
	assert_string_equal(test_encode(arena, object, value), text.data);
	if (document.length < 20000)
		oci_walk(object, value, check_visit, &document);
}

static void test_random_documents_come_back(void **state)
{
	unsigned round, row;
	size_t i;

	(void)state;
	random_begin();
	for (round = 0; round < random_rounds(ROUNDS); round++) {
		for (i = 0; i < COUNT(documents); i++) {
			struct arena arena;

			arena_init(&arena, NULL, 0);
			check_random_document(&arena, documents[i]);
			arena_done(&arena);
		}
	}
	for (row = 0; row < OCI_ROW_COUNT; row++)
		if (!rows_made[row] || !rows_walked[row])
			fail_msg("%s.%s was never there", oci_row_object(row), oci_row_name(row));
}

/* All rows of the other documents by one text each, so that a failure is easy to read. */
static void test_a_notification_is_walked_and_found(void **state)
{
	static const char text[] =
		"{ \"ociVersion\": \"1.3.0\", \"fds\": [\"seccompFd\"],\n \"pid\": 4,\n"
		" \"state\": {\"ociVersion\": \"1.3.0\", \"id\": \"a\", \"status\": \"creating\",\n"
		"  \"bundle\": \"/b\", \"annotations\": {\"a/b\": \"c\"}}}";
	struct oci_document document = test_document(text);
	struct oci_position position;
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	oci_walk(OCI_OBJECT_container_process_state,
		 test_decode(&arena, OCI_OBJECT_container_process_state, text), check_visit,
		 &document);
	assert_int_equal(oci_locate(&document, "/state/annotations/a~1b", &position), 0);
	assert_int_equal(position.line, 4);
	assert_int_equal(position.column, 42);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_documents_come_back),
		cmocka_unit_test(test_a_notification_is_walked_and_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
