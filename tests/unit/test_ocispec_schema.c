/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The specification's own test documents, which are not kept here: the folder that holds config,
 * features and state is given by OCI_SCHEMA_TESTS.
 */
#include "ocispec_test.h"

static struct arena arena;
static enum oci_object object;
static bool is_good;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, NULL, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void check_document(struct arena *memory, const char *path, enum oci_object by_name)
{
	struct oci_document document = test_load(memory, path);
	struct error err = { 0 };
	void *value;
	int r = oci_decode(memory, object, &document, NULL, &value, &err);

	(void)by_name;
	/* What is bad for another platform only is not ours to refuse. */
	if (strstr(path, "/freebsd-"))
		return;
	if ((r == 0) != is_good)
		fail_msg("%s: %d %s", path, r, err.text);
}

static void check_folder(enum oci_object wanted, const char *name)
{
	const char *top = getenv("OCI_SCHEMA_TESTS");

	if (!top || !*top) {
		skip();
		return;
	}
	object = wanted;
	is_good = true;
	assert_true(test_each_file(arena_printf(&arena, "%s/%s/good", top, name), check_document));
	is_good = false;
	assert_true(test_each_file(arena_printf(&arena, "%s/%s/bad", top, name), check_document));
}

static void test_config(void **state)
{
	(void)state;
	check_folder(OCI_OBJECT_config, "config");
}

static void test_features(void **state)
{
	(void)state;
	check_folder(OCI_OBJECT_features, "features");
}

static void test_state(void **state)
{
	(void)state;
	check_folder(OCI_OBJECT_state, "state");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_state),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
