/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden plans: every configuration of tests/data/plans and tests/data/samples is planned for three
 * hosts and compared with what was read and found right once, NAME.HOST.plan. With UPDATE_GOLDEN=1
 * the files are written instead: look at the difference before it is kept.
 */
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>

#include "plan_test.h"

enum { NAME_SIZE = 128, SMALL_PLANS = 15, SAMPLE_PLANS = 35 };

static unsigned different;

static const char *plans_folder(struct arena *arena)
{
	const char *given = getenv("OCI_PLANS"), *source = getenv("srcdir");

	return given ? given : arena_printf(arena, "%s/tests/data/plans", source ? source : ".");
}

static const char *golden_path(struct arena *arena, const char *config, enum facts_host host)
{
	const char *name = strrchr(config, '/') + 1;

	return arena_printf(arena, "%s/%.*s.%s.plan", plans_folder(arena),
			    (int)(strlen(name) - strlen(".json")), name, facts_name(host));
}

static const char *read_golden(struct arena *arena, const char *path)
{
	char *text = arena_alloc(arena, TEST_FILE_SIZE);
	FILE *file = fopen(path, "re");

	if (!file)
		return "";
	text[fread(text, 1, TEST_FILE_SIZE - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void write_golden(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* Cuts off a line; NULL at the end. */
static const char *next_line(struct arena *arena, const char **text)
{
	size_t length = strcspn(*text, "\n");
	const char *line = **text ? arena_strndup(arena, *text, length) : NULL;

	*text += length + ((*text)[length] == '\n');
	return line;
}

static bool is_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Lines at the same place, as far as they differ: enough to see what became of a step. */
static void show_difference(struct arena *arena, const char *path, const char *is, const char *was)
{
	print_error("%s\n", path);
	while (*is || *was) {
		const char *new_line = next_line(arena, &is), *old_line = next_line(arena, &was);

		if (is_same(new_line, old_line))
			continue;
		if (old_line)
			print_error("-%s\n", old_line);
		if (new_line)
			print_error("+%s\n", new_line);
	}
}

static const char *plan_text(struct plan_world *w, const struct oci_document *document)
{
	plan_world_plan(w, document);
	return plan_world_text(w);
}

/* Planning is pure: once more, in other memory, it gives the same. */
static void assert_repeatable(const struct oci_document *document, enum facts_host host,
			      const char *text)
{
	struct plan_world w;

	plan_world_init(&w, host);
	assert_string_equal(plan_text(&w, document), text);
	plan_world_done(&w);
}

static void check_host(const char *config, enum facts_host host)
{
	struct oci_document document;
	struct plan_world w;
	const char *path, *text, *golden;

	plan_world_init(&w, host);
	document = test_load(&w.arena, config);
	path = golden_path(&w.arena, config, host);
	text = plan_text(&w, &document);
	assert_repeatable(&document, host, text);
	if (getenv("UPDATE_GOLDEN"))
		write_golden(path, text);
	golden = read_golden(&w.arena, path);
	if (strcmp(text, golden) != 0) {
		show_difference(&w.arena, path, text, golden);
		different++;
	}
	plan_world_done(&w);
}

static void check_config(struct arena *arena, const char *path, enum oci_object object)
{
	(void)arena;
	if (object != OCI_OBJECT_config)
		return;
	for (int host = 0; host < FACTS_COUNT; host++)
		check_host(path, (enum facts_host)host);
}

static void check_folder(const char *folder, unsigned at_least)
{
	different = 0;
	assert_true(test_each_file(folder, check_config) >= at_least);
	if (different)
		fail_msg("%u plans differ; UPDATE_GOLDEN=1 rewrites them", different);
}

static void test_small_configurations(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	check_folder(plans_folder(&arena), SMALL_PLANS);
	arena_done(&arena);
}

static void test_configurations_of_real_clients(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	check_folder(test_samples(&arena), SAMPLE_PLANS);
	arena_done(&arena);
}

/* What the process may do, and where it is, does not count: all comes from config and facts. */
static void test_planning_needs_no_privilege(void **state)
{
	(void)state;
	if (geteuid() != 0) /* then the two before had none */
		return;
	assert_int_equal(seteuid(65534), 0);
	assert_int_equal(unsetenv("UPDATE_GOLDEN"), 0);
	test_small_configurations(state);
	assert_int_equal(seteuid(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_configurations),
		cmocka_unit_test(test_configurations_of_real_clients),
		cmocka_unit_test(test_planning_needs_no_privilege),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
