/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One mistake in a good document: a property that the document has is chosen at random, and its
 * value or name damaged in one of the ways below. It must be an error with the property's pointer.
 * Two mistakes leave a valid document: the name of an optional property misspelt, and an object put
 * into another one. Then the pointer of what is unknown now must be listed, and the property must
 * be absent: never may it be taken for something else.
 */
#include "libocispec/limit.h"
#include "ocispec_random.h"
#include "ocispec_test.h"

enum { ROUNDS = 150, VISITS = 4096 };

/* The properties that a document has. */
struct visits {
	char (*pointers)[OCI_POINTER_SIZE];
	enum oci_row *rows;
	size_t n;
};

static void note_visit(void *context, const char *pointer, enum oci_row row, const void *field)
{
	struct visits *visits = context;

	(void)field;
	if (visits->n == VISITS)
		return;
	snprintf(visits->pointers[visits->n], OCI_POINTER_SIZE, "%s", pointer);
	visits->rows[visits->n++] = row;
}

/* A document, the property that is damaged, and where its value and its name are in the text. */
struct mistake {
	struct arena *arena;
	enum oci_object object;
	const struct oci_document *document;
	const char *pointer;
	enum oci_row row;
	struct oci_position value;
	size_t name; /* its opening quote */
	/* what must come of it */
	const char *expected; /* the error's pointer */
	const char *unknown;  /* or, when it is accepted: what must be listed */
	const char *what;
};

static bool is_integer(enum oci_kind kind)
{
	return kind >= OCI_KIND_U16 && kind <= OCI_KIND_I64;
}

static bool is_list(enum oci_kind kind)
{
	return kind == OCI_KIND_LIST || kind == OCI_KIND_STRINGS || kind == OCI_KIND_U32S ||
	       kind == OCI_KIND_ENUMS;
}

static bool is_map(enum oci_kind kind)
{
	return kind == OCI_KIND_MAP || kind == OCI_KIND_OBJECT_MAP || kind == OCI_KIND_OBJECT;
}

/* The text with `length` bytes from `offset` on replaced. */
static struct oci_document replaced(const struct mistake *m, size_t offset, size_t length,
				    const char *by)
{
	const struct oci_document *from = m->document;
	size_t size = strlen(by), rest = from->length - offset - length;
	char *text = arena_alloc(m->arena, from->length + size + 1);

	memcpy(text, from->text, offset);
	memcpy(text + offset, by, size);
	memcpy(text + offset + size, from->text + offset + length, rest);
	return (struct oci_document){ "mistake", text, offset + size + rest };
}

static struct oci_document with_value(const struct mistake *m, const char *value)
{
	return replaced(m, m->value.offset, m->value.length, value);
}

static const char *value_text(const struct mistake *m)
{
	return arena_strndup(m->arena, m->document->text + m->value.offset, m->value.length);
}

/* --- the ways; false: not for this property --- */

static bool wrong_type(struct mistake *m, struct oci_document *ret)
{
	static const char *const values[] = { "\"x\"", "7", "true", "[]", "{}" };
	enum oci_kind kind = oci_rows[m->row].kind;
	unsigned right, chosen = random_below(COUNT(values));

	right = is_integer(kind) ? 1 : kind == OCI_KIND_BOOL ? 2 : is_list(kind) ? 3 : 4;
	if (kind == OCI_KIND_STRING || kind == OCI_KIND_ENUM)
		right = 0;
	*ret = with_value(m, values[chosen]);
	return chosen != right;
}

static bool wrong_word(struct mistake *m, struct oci_document *ret)
{
	static const char *const words[] = {
		"", "x", "PID", "pid ", "SCMP_ACT_ALLOWED", "\\u0001"
	};
	enum oci_kind kind = oci_rows[m->row].kind;
	const char *word = words[random_below(COUNT(words))];

	if (kind == OCI_KIND_ENUMS)
		m->expected = arena_printf(m->arena, "%s/0", m->pointer);
	*ret = with_value(
		m, arena_printf(m->arena, kind == OCI_KIND_ENUMS ? "[\"%s\"]" : "\"%s\"", word));
	return kind == OCI_KIND_ENUM || kind == OCI_KIND_ENUMS;
}

static const char *wrong_number(struct arena *arena, struct oci_range range)
{
	switch (random_below(6)) {
	case 0:
		return range.max == UINT64_MAX
			       ? "18446744073709551616"
			       : arena_printf(arena, "%llu", (unsigned long long)range.max + 1);
	case 1:
		return range.min == INT64_MIN
			       ? "-9223372036854775809"
			       : arena_printf(arena, "%lld", (long long)range.min - 1);
	case 2:
		return "1.0";
	case 3:
		return "1e0";
	case 4:
		return "-18446744073709551617";
	default:
		return "340282366920938463463374607431768211457";
	}
}

static bool wrong_range(struct mistake *m, struct oci_document *ret)
{
	const struct oci_row_info *row = &oci_rows[m->row];

	*ret = with_value(m, wrong_number(m->arena, oci_range_of(row->kind, row->limit)));
	return is_integer(row->kind);
}

static bool wrong_nesting(struct mistake *m, struct oci_document *ret)
{
	enum oci_kind kind = oci_rows[m->row].kind;
	bool in_list = random_below(2);

	*ret = with_value(m,
			  arena_printf(m->arena, in_list ? "[%s]" : "{\"x y\":%s}", value_text(m)));
	if (in_list && is_list(kind))
		m->expected = arena_printf(m->arena, "%s/0", m->pointer);
	else if (!in_list && kind == OCI_KIND_MAP)
		m->expected = arena_printf(m->arena, "%s/x y", m->pointer);
	else if (!in_list && is_map(kind)) {
		/* refused for what is missing inside of it, or listed */
		m->expected = NULL;
		m->unknown = arena_printf(m->arena, "%s/x y", m->pointer);
	}
	return true;
}

static bool missing(struct mistake *m, struct oci_document *ret)
{
	*ret = with_value(m, "null");
	return oci_rows[m->row].flags & OCI_REQUIRED;
}

static bool misspelt(struct mistake *m, struct oci_document *ret)
{
	const char *slash = strrchr(m->pointer, '/');

	*ret = replaced(m, m->name + 1, 0, "x");
	m->unknown = arena_printf(m->arena, "%.*s/x%s", (int)(slash - m->pointer), m->pointer,
				  slash + 1);
	if (oci_rows[m->row].flags & OCI_ONE_OF)
		m->expected = arena_strndup(m->arena, m->pointer, (size_t)(slash - m->pointer));
	else if (!(oci_rows[m->row].flags & OCI_REQUIRED))
		m->expected = NULL;
	return true;
}

static bool given_twice(struct mistake *m, struct oci_document *ret)
{
	size_t length = m->value.offset + m->value.length - m->name;
	const char *property = arena_strndup(m->arena, m->document->text + m->name, length);

	*ret = replaced(m, m->name, 0, arena_printf(m->arena, "%s,", property));
	return true;
}

static bool wrong_bytes(struct mistake *m, struct oci_document *ret)
{
	static const char *const bytes[] = { "\x01", "\xff",    "\xc0\xaf", "\xed\xa0\x80",
					     "\f",   "\\ud800", "\\u0000",  "\\udc00x",
					     "\\x",  "\\u1g",   "\t",       "\xf4\x90\x80\x80" };
	enum oci_kind kind = oci_rows[m->row].kind;

	*ret = replaced(m, m->value.offset + 1, 0, bytes[random_below(COUNT(bytes))]);
	return (kind == OCI_KIND_STRING || kind == OCI_KIND_ENUM);
}

static bool wrong_syntax(struct mistake *m, struct oci_document *ret)
{
	static const char *const values[] = {
		"", "tru", "nul", "'x'", "+1", "01", "NaN", "-", "x"
	};

	*ret = with_value(m, values[random_below(COUNT(values))]);
	return true;
}

static const struct {
	bool (*make)(struct mistake *m, struct oci_document *ret);
	const char *name;
} ways[] = {
	{wrong_type,     "type"    },
        { wrong_word,    "word"    },
        { wrong_range,   "range"   },
	{ wrong_nesting, "nesting" },
        { missing,       "missing" },
        { misspelt,      "misspelt"},
	{ given_twice,   "twice"   },
        { wrong_bytes,   "bytes"   },
        { wrong_syntax,  "syntax"  },
};

static unsigned made[COUNT(ways)];

/* --- the verdict --- */

static void check_absent(void *context, const char *pointer, enum oci_row row, const void *field)
{
	const struct mistake *m = context;

	(void)row;
	(void)field;
	if (m->what[0] == 'm' && strcmp(pointer, m->pointer) == 0)
		fail_msg("%s is there in spite of its name", pointer);
}

static void check_accepted(const struct mistake *m, const void *value,
			   const struct oci_strings *unknown)
{
	size_t i;

	for (i = 0; i < unknown->n; i++)
		if (m->unknown && strcmp(unknown->v[i], m->unknown) == 0)
			break;
	if (m->expected || i == unknown->n)
		fail_msg("%s at %s is accepted", m->what, m->pointer);
	oci_walk(m->object, value, check_absent, (void *)m);
}

static void check_mistake(const struct mistake *m, const struct oci_document *document)
{
	struct error err = { 0 };
	struct oci_strings unknown;
	void *value = NULL;
	int r = oci_decode(m->arena, m->object, document, &unknown, &value, &err);

	if (r == 0) {
		check_accepted(m, value, &unknown);
		return;
	}
	assert_int_equal(err.code, -r);
	assert_true(err.line > 0 && err.column > 0 && err.text[0]);
	if (m->expected ? strcmp(err.pointer, m->expected) != 0
			: strncmp(err.pointer, m->pointer, strlen(m->pointer)) != 0)
		fail_msg("%s at %s: the error \"%s\" is at %s", m->what, m->pointer, err.text,
			 err.pointer);
}

/* Where the name of the value begins, back over the colon. */
static size_t name_of(const struct oci_document *document, size_t value)
{
	size_t at = value;

	while (document->text[at - 1] != '"')
		at--;
	for (at -= 2; document->text[at] != '"'; at--)
		;
	return at;
}

static void make_mistake(struct arena *arena, enum oci_object object,
			 const struct oci_document *document, const struct visits *visits)
{
	size_t chosen = random_below((uint32_t)visits->n), way = random_below(COUNT(ways));
	struct mistake m = { .arena = arena,
			     .object = object,
			     .document = document,
			     .pointer = visits->pointers[chosen],
			     .row = visits->rows[chosen],
			     .expected = visits->pointers[chosen],
			     .what = ways[way].name };
	struct oci_document mutant;

	assert_int_equal(oci_locate(document, m.pointer, &m.value), 0);
	m.name = name_of(document, m.value.offset);
	if (!ways[way].make(&m, &mutant))
		return;
	made[way]++;
	check_mistake(&m, &mutant);
}

static void damage_sample(struct arena *arena, const char *path, enum oci_object object)
{
	struct oci_document document = test_load(arena, path);
	struct visits visits = { arena_array(arena, VISITS, OCI_POINTER_SIZE),
				 arena_array(arena, VISITS, sizeof(enum oci_row)), 0 };
	struct error err;
	unsigned round;
	void *value;

	assert_int_equal(oci_decode(arena, object, &document, NULL, &value, &err), 0);
	oci_walk(object, value, note_visit, &visits);
	for (round = 0; round < random_rounds(ROUNDS); round++) {
		struct arena memory;

		arena_init(&memory, NULL, 0);
		make_mistake(&memory, object, &document, &visits);
		arena_done(&memory);
	}
}

static void test_one_mistake_is_an_error_at_its_pointer(void **state)
{
	struct arena arena;
	size_t i;

	(void)state;
	random_begin();
	arena_init(&arena, NULL, 0);
	assert_true(test_each_file(test_samples(&arena), damage_sample) > 40);
	arena_done(&arena);
	/* Each way was gone often, or the test does not say what it seems to. */
	for (i = 0; i < COUNT(ways); i++)
		assert_true(made[i] >= 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_mistake_is_an_error_at_its_pointer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
