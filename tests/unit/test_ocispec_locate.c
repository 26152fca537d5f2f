/* SPDX-License-Identifier: Apache-2.0 */
/* Values found again by their JSON pointers, and walks over what is present. */
#include <errno.h>

#include "ocispec_test.h"

static const char text[] = "{\"a\": {\"b/c~\": [10, \"x\\\"]\", {\"\": null}]},\n"
			   "  \"\\u00e4\\ud83d\\ude00\" : [ ] , \"last\":-1.5e3 }\n";

static const struct {
	const char *pointer;
	uint32_t line, column;
	const char *value;
} found[] = {
	{"/a/b~1c~0",                  1, 16, "[10, \"x\\\"]\", {\"\": null}]"},
	{ "/a/b~1c~0/0",               1, 17, "10"                            },
	{ "/a/b~1c~0/1",               1, 21, "\"x\\\"]\""                    },
	{ "/a/b~1c~0/2",               1, 29, "{\"\": null}"                  },
	{ "/a/b~1c~0/2/",              1, 34, "null"                          },
	{ "/\xc3\xa4\xf0\x9f\x98\x80", 2, 26, "[ ]"                           },
	{ "/last",		     2, 39, "-1.5e3"                        },
};

static void test_values_are_found(void **state)
{
	struct oci_document document = test_document(text);
	struct oci_position position;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(found); i++) {
		assert_int_equal(oci_locate(&document, found[i].pointer, &position), 0);
		assert_int_equal(position.line, found[i].line);
		assert_int_equal(position.column, found[i].column);
		assert_int_equal(position.length, strlen(found[i].value));
		assert_memory_equal(text + position.offset, found[i].value, position.length);
	}
	assert_int_equal(oci_locate(&document, "", &position), 0);
	assert_int_equal(position.offset, 0);
	assert_int_equal(position.length, strlen(text) - 1);
}

static void test_values_that_are_not_there(void **state)
{
	static const char *const pointers[] = { "/b",          "/a/b",
						"/a/b~1c~0/3", "/a/b~1c~0/x",
						"/a/b~1c~0/",  "/a/b~1c~0/01",
						"/last/0",     "/lastly",
						"/las",        "/",
						"/a/b~1c~0/-", "/a/b~1c~0/99999999999" };
	struct oci_document document = test_document(text);
	struct oci_position position;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pointers); i++)
		assert_int_equal(oci_locate(&document, pointers[i], &position), -ENOENT);
	assert_int_equal(oci_locate(&document, "a", &position), -EINVAL);
}

/* Whatever is cut off, nothing may be read beyond the end. */
static void test_a_text_that_is_cut(void **state)
{
	struct oci_position position;
	size_t length, i;

	(void)state;
	for (length = 0; length < sizeof(text); length++) {
		char *copy = malloc(length + 1);
		struct oci_document document = { "cut", copy + 1, length };

		assert_non_null(copy);
		memcpy(copy + 1, text, length);
		for (i = 0; i < COUNT(found); i++)
			if (oci_locate(&document, found[i].pointer, &position) == 0)
				assert_true(position.offset + position.length <= length);
		free(copy);
	}
}

struct visits {
	struct strbuf seen;
};

static void note_visit(void *context, const char *pointer, enum oci_row row, const void *field)
{
	struct visits *visits = context;

	strbuf_add_format(&visits->seen, "%s %s.%s%s\n", pointer, oci_row_object(row),
			  oci_row_name(row), oci_value_is_empty(row, field) ? " empty" : "");
}

static void test_a_walk_sees_what_is_present(void **state)
{
	struct visits visits;
	struct arena arena;
	const void *config;

	(void)state;
	arena_init(&arena, NULL, 0);
	strbuf_init(&visits.seen, &arena);
	config = test_decode(&arena, OCI_OBJECT_config,
			     "{\"linux\":{\"resources\":{\"rdma\":{\"m/1\":{\"hcaHandles\":0}},"
			     "\"memory\":{},\"cpu\":{\"cpus\":\"\"}},\"seccomp\":null,"
			     "\"netDevices\":{\"e\":{}},\"sysctl\":{}},\"ociVersion\":\"1\","
			     "\"mounts\":[{\"options\":[],\"destination\":\"/\"},"
			     "{\"destination\":\"/b\"}],\"process\":{\"terminal\":false,"
			     "\"noNewPrivileges\":true,\"cwd\":\"/\"}}");
	oci_walk(OCI_OBJECT_config, config, note_visit, &visits);
	assert_string_equal(visits.seen.data,
			    "/ociVersion config.ociVersion\n"
			    "/process config.process\n"
			    "/process/terminal process.terminal empty\n"
			    "/process/cwd process.cwd\n"
			    "/process/noNewPrivileges process.noNewPrivileges\n"
			    "/mounts config.mounts\n"
			    "/mounts/0/destination mount.destination\n"
			    "/mounts/0/options mount.options empty\n"
			    "/mounts/1/destination mount.destination\n"
			    "/linux config.linux\n"
			    "/linux/netDevices linux.netDevices\n"
			    "/linux/resources linux.resources\n"
			    "/linux/resources/memory resources.memory empty\n"
			    "/linux/resources/cpu resources.cpu\n"
			    "/linux/resources/cpu/cpus cpu.cpus empty\n"
			    "/linux/resources/rdma resources.rdma\n"
			    "/linux/resources/rdma/m~11/hcaHandles rdma.hcaHandles\n"
			    "/linux/sysctl linux.sysctl empty\n");
	arena_done(&arena);
}

static void locate_visited(void *context, const char *pointer, enum oci_row row, const void *field)
{
	struct oci_position position;

	(void)row;
	(void)field;
	if (oci_locate(context, pointer, &position) < 0)
		fail_msg("%s is not found", pointer);
	assert_true(position.length > 0 && position.line > 0);
}

static void check_located(struct arena *arena, const char *path, enum oci_object object)
{
	struct oci_document document = test_load(arena, path);
	struct error err;
	void *value;

	assert_int_equal(oci_decode(arena, object, &document, NULL, &value, &err), 0);
	oci_walk(object, value, locate_visited, &document);
}

static void test_what_a_walk_sees_is_found_in_the_text(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	assert_true(test_each_file(test_samples(&arena), check_located) > 40);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_found),
		cmocka_unit_test(test_values_that_are_not_there),
		cmocka_unit_test(test_a_text_that_is_cut),
		cmocka_unit_test(test_a_walk_sees_what_is_present),
		cmocka_unit_test(test_what_a_walk_sees_is_found_in_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
