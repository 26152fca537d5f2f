/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints docs/configuration.md: libocispec's rows, what docs/configuration.def says of them, and
 * whether this build carries them out. Exits with 1 when the two do not fit together. With
 * --partial it prints the paths of the properties of which some values are refused, instead, and
 * with --silent the paths of those that are carried out and name no errors.
 */
#include <stdio.h>
#include <string.h>

#include "libocispec/limit.h"
#include "plan/bounds.h"
#include "plan/operations.h"

enum { PATH_SIZE = 256, PATHS = 8, STEPS = 7 };

/* Beside the operations, what a row may name instead; NO_STEP fills the rest. */
enum {
	NO_STEP = 0,
	OP_PARTS = 1000,
	OP_PLANNING,
	OP_WRITTEN,
	OP_WITH_TERMINAL,
	OP_EXEC_ONLY,
	OP_UPDATE_ONLY
};

struct note {
	const char *meaning, *errors;
	int steps[STEPS]; /* one more than the operation's number */
};

#define STEP(operation) (OP_##operation + 1)
/* Up to six operations, each made a symbol. */
#define STEPS_1(a)                        STEP(a)
#define STEPS_2(a, b)                     STEP(a), STEP(b)
#define STEPS_3(a, b, c)                  STEP(a), STEP(b), STEP(c)
#define STEPS_4(a, b, c, d)               STEP(a), STEP(b), STEP(c), STEP(d)
#define STEPS_5(a, b, c, d, e)            STEP(a), STEP(b), STEP(c), STEP(d), STEP(e)
#define STEPS_6(a, b, c, d, e, f)         STEP(a), STEP(b), STEP(c), STEP(d), STEP(e), STEP(f)
#define PICK(a, b, c, d, e, f, name, ...) name
#define STEPS_OF(...) \
	PICK(__VA_ARGS__, STEPS_6, STEPS_5, STEPS_4, STEPS_3, STEPS_2, STEPS_1, NONE)(__VA_ARGS__)

static const struct note notes[OCI_ROW_COUNT] = {
#define D(object, field, meaning, errors, ...) \
	[OCI_ROW_##object##_##field] = { meaning, errors, { STEPS_OF(__VA_ARGS__) } },
#include "docs/configuration.def"
};

/* Where an object is found in its document. */
struct place {
	char paths[PATHS][PATH_SIZE];
	unsigned n_paths;
	bool is_seen;
};

static struct place places[OCI_OBJECT_COUNT];
static enum oci_object order[OCI_OBJECT_COUNT];
static unsigned n_order;
static int complaints;

static void complain(enum oci_row row, const char *what)
{
	fprintf(stderr, "%s.%s: %s\n", oci_row_object(row), oci_row_name(row), what);
	complaints++;
}

static bool has_object(const struct oci_row_info *row)
{
	return row->kind == OCI_KIND_OBJECT || row->kind == OCI_KIND_LIST ||
	       row->kind == OCI_KIND_OBJECT_MAP;
}

/* --- where everything is --- */

static void visit_object(enum oci_object object, const char *path)
{
	const struct oci_object_info *info = &oci_objects[object];
	struct place *place = &places[object];
	char below[PATH_SIZE];
	unsigned i;

	if (!place->is_seen)
		order[n_order++] = object;
	place->is_seen = true;
	if (place->n_paths < PATHS)
		snprintf(place->paths[place->n_paths++], PATH_SIZE, "%s", path);
	for (i = info->first; i < (unsigned)info->first + info->count; i++) {
		if (!has_object(&oci_rows[i]))
			continue;
		snprintf(below, sizeof(below), "%s/%s%s", path, oci_row_name(i),
			 oci_rows[i].kind == OCI_KIND_OBJECT ? "" : "/[]");
		visit_object(oci_rows[i].child, below);
	}
}

/* --- whether it is carried out --- */

enum status { STATUS_NO, STATUS_PLANNED, STATUS_PART, STATUS_YES };

static enum status row_status(enum oci_row row);

static enum status both(enum status one, enum status other)
{
	return one == other ? one : STATUS_PART;
}

static enum status object_status(enum oci_object object)
{
	const struct oci_object_info *info = &oci_objects[object];
	enum status status = row_status(info->first);
	unsigned i;

	for (i = 1; i < info->count; i++)
		status = both(status, row_status(info->first + i));
	return status;
}

static enum status step_status(int step)
{
	if (step > OP_COUNT)
		return STATUS_YES;
	if (step - 1 == OP_UNSUPPORTED)
		return STATUS_NO;
	return operation_is_runnable((enum operation)(step - 1)) ? STATUS_YES : STATUS_PLANNED;
}

static enum status row_status(enum oci_row row)
{
	const int *steps = notes[row].steps;
	enum status status;
	unsigned i;

	if (steps[0] == STEP(PARTS))
		return object_status(oci_rows[row].child);
	if (steps[0] == STEP(WITH_TERMINAL))
		return row_status(OCI_ROW_process_terminal);
	status = step_status(steps[0]);
	for (i = 1; i < STEPS && steps[i]; i++)
		status = both(status, step_status(steps[i]));
	return status;
}

/* --- one row --- */

static const char *type_text(const struct oci_row_info *row)
{
	switch (row->kind) {
	case OCI_KIND_STRING:
		return "string";
	case OCI_KIND_BOOL:
		return "boolean";
	case OCI_KIND_ENUM:
		return "one of";
	case OCI_KIND_OBJECT:
		return "object";
	case OCI_KIND_LIST:
		return "array of objects";
	case OCI_KIND_OBJECT_MAP:
		return "objects by name";
	case OCI_KIND_STRINGS:
		return "array of strings";
	case OCI_KIND_U32S:
		return "array of integers";
	case OCI_KIND_ENUMS:
		return "array of";
	case OCI_KIND_MAP:
		return "strings by name";
	default:
		return "integer";
	}
}

static void print_words(const struct oci_row_info *row)
{
	struct oci_range range = oci_range_of(OCI_KIND_ENUM, row->limit);
	size_t count = oci_enum_count(row->child), i;

	for (i = 0; i < count && i <= range.max; i++)
		printf("%s `%s`", i ? "," : "", oci_enum_name(row->child, (int)i));
}

static void print_type(enum oci_row number)
{
	const struct oci_row_info *row = &oci_rows[number];
	struct oci_range range = oci_range_of(row->kind, row->limit);
	const char *limit = oci_limit_check(row->limit, "", 0);

	limit = limit ? limit : oci_limit_check(row->limit, "\n", 1);
	printf("%s", type_text(row));
	if (row->kind == OCI_KIND_ENUM || row->kind == OCI_KIND_ENUMS)
		print_words(row);
	else if (row->kind == OCI_KIND_U32S)
		printf(", 0 to %u", UINT32_MAX);
	else if (strcmp(type_text(row), "integer") == 0)
		printf(", %lld to %llu", (long long)range.min, (unsigned long long)range.max);
	else if (limit && row->kind == OCI_KIND_STRINGS)
		printf(", not empty");
	else if (limit)
		printf(": %s", limit);
	if (row->flags & OCI_REQUIRED)
		printf("; **required**");
	if (row->flags & OCI_ONE_OF)
		printf("; **at least one of these**");
}

static void print_steps(enum oci_row row)
{
	const int *steps = notes[row].steps;
	unsigned i;

	if (steps[0] == STEP(PARTS))
		printf("those of its parts");
	else if (steps[0] > OP_COUNT)
		printf("none of its own");
	for (i = 0; i < STEPS && steps[i]; i++)
		if (steps[i] <= OP_COUNT)
			printf("%s`%s`", i ? ", " : "",
			       operation_name((enum operation)(steps[i] - 1)));
}

static void print_row(enum oci_row row, bool is_written)
{
	static const char *const statuses[] = { "no", "planned", "in part", "yes" };

	printf("| `%s` | ", oci_row_name(row));
	print_type(row);
	printf(" | %s |", notes[row].meaning);
	if (!is_written) {
		printf(" ");
		print_steps(row);
		printf(" | %s | %s |",
		       notes[row].steps[0] == STEP(EXEC_ONLY)     ? "for `exec` only"
		       : notes[row].steps[0] == STEP(UPDATE_ONLY) ? "for `update` only"
								  : statuses[row_status(row)],
		       notes[row].errors);
	}
	printf("\n");
}

/* --- everything --- */

static void check_row(enum oci_row row, bool is_written)
{
	const struct note *note = &notes[row];

	if (!note->meaning || !*note->meaning) {
		complain(row, "docs/configuration.def does not say what it means");
		return;
	}
	if (!note->steps[0])
		complain(row, "docs/configuration.def does not say which steps it becomes");
	if (is_written != (note->steps[0] == STEP(WRITTEN)))
		complain(row, "WRITTEN is for what the runtime writes, and only for that");
	if ((note->steps[0] == STEP(PARTS)) && !has_object(&oci_rows[row]))
		complain(row, "it has no parts");
}

static void print_object(enum oci_object object, bool is_written)
{
	const struct oci_object_info *info = &oci_objects[object];
	const struct place *place = &places[object];
	unsigned i;

	printf("\n### ");
	for (i = 0; i < place->n_paths; i++)
		printf("%s`%s`", i ? ", " : "", *place->paths[i] ? place->paths[i] : "/");
	printf("\n\n| property | type | meaning |%s\n| --- | --- | --- |%s\n",
	       is_written ? "" : " steps | runs | errors |",
	       is_written ? "" : " --- | --- | --- |");
	for (i = info->first; i < (unsigned)info->first + info->count; i++) {
		check_row(i, is_written);
		print_row(i, is_written);
	}
}

static void print_document(const char *title, enum oci_object object, bool is_written)
{
	unsigned i;

	n_order = 0;
	memset(places, 0, sizeof(places));
	visit_object(object, "");
	printf("\n## %s\n", title);
	for (i = 0; i < n_order; i++)
		print_object(order[i], is_written);
}

/* Paths as in the plan's pointers, with [] for a number. */
static void print_partial(void)
{
	unsigned row, i;

	visit_object(OCI_OBJECT_config, "");
	for (row = 0; row < OCI_ROW_COUNT; row++) {
		const struct place *place = &places[oci_row_owner(row)];

		for (i = 0; i < STEPS && place->is_seen; i++)
			if (notes[row].steps[i] == STEP(UNSUPPORTED))
				printf("%s/%s\n", place->paths[0], oci_row_name(row));
	}
}

static void print_silent(void)
{
	unsigned row, i;

	visit_object(OCI_OBJECT_config, "");
	for (row = 0; row < OCI_ROW_COUNT; row++) {
		const struct place *place = &places[oci_row_owner(row)];

		if (!place->is_seen || *notes[row].errors)
			continue;
		for (i = 0; i < place->n_paths; i++)
			printf("%s/%s\n", place->paths[i], oci_row_name(row));
	}
}

static void print_introduction(void)
{
	printf("<!-- Made by tests/tools/configuration.c out of docs/configuration.def; do not edit. -->\n"
	       "# The configuration, property by property\n\n"
	       "Everything that the runtime specification 1.3.0 has for Linux. `[]` in a path stands for\n"
	       "any element of an array, or any name where names are free.\n\n"
	       "- **type**: a value of another type, out of the range, or another word is an error with\n"
	       "  line, column and JSON pointer; so is a property that is required and missing, a name\n"
	       "  that is given twice, and whatever is not well-formed JSON in UTF-8. `null` counts as\n"
	       "  absent. A document may have 16 MiB, arrays and objects %d deep, %d elements in each, and\n"
	       "  %d free names in all. All that becomes steps may have %d entries together.\n"
	       "- **steps**: what the property becomes in the plan, as `oci-rt plan` shows it.\n"
	       "- **runs**: *yes*; *no*: `create` refuses a configuration that has it, and names it;\n"
	       "  *in part*: the errors, or its parts, say what is refused; *planned*: its steps are\n"
	       "  printed by `plan`, but `create` refuses them.\n"
	       "- **errors**: what else is refused, when the plan is made or by its steps. A warning\n"
	       "  leaves the container as it is asked for otherwise.\n\n"
	       "Properties that are not here are ignored, as the specification says, and listed by\n"
	       "`oci-rt plan`. So are the parts of other platforms: `windows`, `solaris`, `vm`, `zos` and\n"
	       "`freebsd`, `process.commandLine` and `process.user.username`.\n",
	       OCI_DEPTH, OCI_ELEMENTS, OCI_NAMES, PLAN_ENTRIES_MAX);
}

int main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[1], "--partial") == 0) {
		print_partial();
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "--silent") == 0) {
		print_silent();
		return 0;
	}
	print_introduction();
	print_document("config.json", OCI_OBJECT_config, false);
	print_document("The state, which `state` and hooks give", OCI_OBJECT_state, true);
	print_document("What is sent to `linux.seccomp.listenerPath`",
		       OCI_OBJECT_container_process_state, true);
	print_document("What `features` gives: whether this build has it", OCI_OBJECT_features,
		       true);
	return complaints > 0;
}
