/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents damaged at random, always in the same way: whatever comes out, it is an error with a
 * place, or a struct that can be written and read again. To be run with sanitizers.
 */
#include "ocispec_random.h"
#include "ocispec_test.h"

enum { ROUNDS = 60, CHANGES = 8 };

/* Bytes that matter to a JSON parser come more often than others. */
static char random_byte(void)
{
	static const char likely[] = "\"\"\\{}[]:,0-.eu/~ntf \n";

	if (random_below(4))
		return likely[random_below(sizeof(likely))];
	return (char)random_below(256);
}

static size_t change_text(char *text, size_t length)
{
	size_t at = random_below((uint32_t)length), count = 1 + random_below(8);

	if (count > length - at)
		count = length - at;
	switch (random_below(4)) {
	case 0:
		memmove(text + at, text + at + count, length - at - count);
		return length - count > 0 ? length - count : 1;
	case 1: /* there is room for it: see below */
		memmove(text + at + count, text + at, length - at);
		return length + count;
	case 2:
		memmove(text + at, text + random_below((uint32_t)(length - count + 1)), count);
		return length;
	default:
		text[at] = random_byte();
		return length;
	}
}

static void check_text(struct arena *arena, enum oci_object object,
		       const struct oci_document *document)
{
	struct oci_strings unknown;
	struct oci_position position;
	struct error err = { 0 };
	void *value;
	size_t i;
	int r = oci_decode(arena, object, document, &unknown, &value, &err);

	if (r < 0) {
		assert_int_equal(err.code, -r);
		assert_true(err.line > 0 && err.column > 0 && err.text[0]);
		oci_locate(document, err.pointer, &position);
		return;
	}
	test_decode(arena, object, test_encode(arena, object, value));
	for (i = 0; i < unknown.n; i++)
		if (strlen(unknown.v[i]) + 1 < OCI_POINTER_SIZE)
			assert_int_equal(oci_locate(document, unknown.v[i], &position), 0);
}

static void mutate_sample(struct arena *arena, const char *path, enum oci_object object)
{
	struct oci_document sample = test_load(arena, path);
	unsigned round, i;

	for (round = 0; round < random_rounds(ROUNDS); round++) {
		struct arena memory;
		struct oci_document document = { "mutant", NULL, sample.length };
		char *text = malloc(sample.length + (size_t)CHANGES * 8), *exact;

		assert_non_null(text);
		memcpy(text, sample.text, sample.length);
		for (i = 1 + random_below(CHANGES); i; i--)
			document.length = change_text(text, document.length);
		exact = malloc(document.length);
		assert_non_null(exact);
		memcpy(exact, text, document.length);
		document.text = exact;
		arena_init(&memory, NULL, 0);
		check_text(&memory, object, &document);
		arena_done(&memory);
		free(exact);
		free(text);
	}
}

static void test_damaged_samples(void **state)
{
	struct arena arena;

	(void)state;
	random_begin();
	arena_init(&arena, NULL, 0);
	assert_true(test_each_file(test_samples(&arena), mutate_sample) > 40);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damaged_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
