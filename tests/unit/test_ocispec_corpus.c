/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuzzer's inputs again, without a fuzzer: tests/fuzz/corpus has a folder for each sort of
 * document, with what libFuzzer kept of them and what once was a finding. Every input is also read
 * as each other sort of document, and cut off at many places.
 */
#include "ocispec_test.h"
#include "tests/fuzz/fuzz_document.h"

enum { CUTS = 16 };

static const struct {
	const char *folder;
	enum oci_object object;
} sorts[] = {
	{"config",   OCI_OBJECT_config },
	{ "process", OCI_OBJECT_process},
	{ "state",   OCI_OBJECT_state  },
};

/* The bytes in memory of exactly their size, so that a sanitizer sees a read beyond them. */
static void check_bytes(enum oci_object object, const char *text, size_t length)
{
	uint8_t *exact = malloc(length + !length);

	assert_non_null(exact);
	memcpy(exact, text, length);
	fuzz_document(object, exact, length);
	free(exact);
}

static void check_input(struct arena *arena, const char *path, enum oci_object by_name)
{
	struct oci_document document = test_load(arena, path);
	size_t i;

	(void)by_name;
	for (i = 0; i < COUNT(sorts); i++) {
		size_t cut;

		check_bytes(sorts[i].object, document.text, document.length);
		for (cut = 0; cut < CUTS; cut++)
			check_bytes(sorts[i].object, document.text, document.length * cut / CUTS);
	}
}

static void test_inputs_of_the_fuzzer(void **state)
{
	const char *source = getenv("srcdir");
	struct arena arena;
	size_t i;

	(void)state;
	arena_init(&arena, NULL, 0);
	for (i = 0; i < COUNT(sorts); i++)
		assert_true(test_each_file(arena_printf(&arena, "%s/tests/fuzz/corpus/%s",
							source ? source : ".", sorts[i].folder),
					   check_input) >= 20);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inputs_of_the_fuzzer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
