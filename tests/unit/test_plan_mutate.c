/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configurations with some values exchanged at random, always in the same way: whatever can be
 * decoded is planned for three hosts, and what comes out is a plan that can be printed or an error
 * with a place. To be run with sanitizers.
 */
#include "ocispec_random.h"
#include "plan_test.h"

enum { ROUNDS = 40, CHANGES = 4, POINTERS_MAX = 4096, ELEMENTS_MAX = 4 };

static const char *const values[] = {
	"null",
	"[]",
	"{}",
	"\"\"",
	"\"/\"",
	"\"/proc\"",
	"\"/proc/sys/../..\"",
	"\"..\"",
	"\"a\"",
	"\"rbind\"",
	"\"cgroup\"",
	"\"user\"",
	"\"0-3,7\"",
	"\"0-\"",
	"true",
	"false",
	"0",
	"1",
	"-1",
	"7",
	"4095",
	"4294967295",
	"9223372036854775807",
	"[\"\"]",
	"[\"/dev\",\"/dev\"]",
	"[{\"containerID\":0,\"hostID\":0,\"size\":4294967295}]",
	"[{\"type\":\"user\"},{\"type\":\"mount\"},{\"type\":\"pid\",\"path\":\"/n\"}]",
	"{\"\\n\":\"~/\"}",
};

struct pointers {
	struct arena *arena;
	const char *v[POINTERS_MAX];
	size_t n;
};

static void add_pointer(struct pointers *all, const char *pointer)
{
	if (all->n < POINTERS_MAX)
		all->v[all->n++] = arena_strdup(all->arena, pointer);
}

/* A property, and its first elements, if it is a list of them. */
static void visit(void *context, const char *pointer, enum oci_row row, const void *field)
{
	(void)row;
	(void)field;
	add_pointer(context, pointer);
	for (unsigned i = 0; i < ELEMENTS_MAX; i++) {
		char element[OCI_POINTER_SIZE + 16];

		snprintf(element, sizeof(element), "%s/%u", pointer, i);
		add_pointer(context, element);
	}
}

static struct oci_document replaced(struct arena *arena, const struct oci_document *document,
				    const struct oci_position *at, const char *value, size_t length)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	strbuf_add_bytes(&text, document->text, at->offset);
	strbuf_add_bytes(&text, value, length);
	strbuf_add_bytes(&text, document->text + at->offset + at->length,
			 document->length - at->offset - at->length);
	return (struct oci_document){ document->name, text.data, text.length };
}

/* A value becomes one of the list, or that of another property. */
static struct oci_document change(struct arena *arena, const struct oci_document *document,
				  const struct pointers *all)
{
	const char *value = values[random_below(COUNT(values))];
	const char *source = all->v[random_below((uint32_t)all->n)];
	struct oci_position at, from;

	if (oci_locate(document, all->v[random_below((uint32_t)all->n)], &at) < 0)
		return *document;
	if (random_below(3) || oci_locate(document, source, &from) < 0)
		return replaced(arena, document, &at, value, strlen(value));
	return replaced(arena, document, &at, document->text + from.offset, from.length);
}

static unsigned n_plans, n_errors, n_meanwhile;

static void check_error(const struct plan_world *w, const struct oci_document *document, int r)
{
	struct oci_position position;

	n_errors++;
	assert_int_equal(r, -w->err.code);
	assert_true(w->err.text[0]);
	/* what is missing has no place */
	if (strlen(w->err.pointer) + 1 < sizeof(w->err.pointer))
		assert_true(oci_locate(document, w->err.pointer, &position) != -EINVAL);
}

static bool is_runtimes(const struct step *step)
{
	return step->stage == STAGE_RUNTIME;
}

/* What is run without the baton: step.h has the rule, and what is handed over goes with a baton. */
static void check_meanwhile(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct step *step = &plan->steps[i];

		if (!step->is_meanwhile)
			continue;
		assert_true(i > 0 && is_runtimes(step) == is_runtimes(step - 1));
		assert_int_equal(step->hands_over, 0);
		n_meanwhile++;
	}
}

static void plan_mutant(const struct oci_document *document, enum facts_host host)
{
	struct oci_config *config;
	struct plan_world w;
	int r;

	plan_world_init(&w, host);
	if (oci_decode_config(&w.arena, document, NULL, &config, &w.err) == 0) {
		r = plan_world_plan(&w, document);
		if (r < 0) {
			check_error(&w, document, r);
		} else {
			n_plans++;
			assert_true(*plan_world_text(&w));
			check_meanwhile(w.plan);
			w.request.waits_for_start = !w.request.waits_for_start;
			/* the other of create and run: some are refused by one only */
			if (plan_make(&w.arena, &w.request, w.config, &w.facts, &w.plan, &w.err) ==
			    0)
				check_meanwhile(w.plan);
		}
	}
	plan_world_done(&w);
}

static void mutate(struct arena *arena, const char *path, enum oci_object object)
{
	const struct oci_document sample = test_load(arena, path);
	struct pointers *all = arena_new(arena, struct pointers);
	struct error err = { 0 };
	struct oci_config *config;

	if (object != OCI_OBJECT_config)
		return;
	all->arena = arena;
	assert_int_equal(oci_decode_config(arena, &sample, NULL, &config, &err), 0);
	oci_walk(OCI_OBJECT_config, config, visit, all);
	for (unsigned round = 0; round < random_rounds(ROUNDS); round++) {
		struct oci_document mutant = sample;
		struct arena memory;

		arena_init(&memory, NULL, 0);
		for (unsigned i = 1 + random_below(CHANGES); i; i--)
			mutant = change(&memory, &mutant, all);
		for (enum facts_host host = 0; host < FACTS_COUNT; host++)
			plan_mutant(&mutant, host);
		arena_done(&memory);
	}
}

static void test_changed_configurations(void **state)
{
	const char *source = getenv("srcdir");
	struct arena arena;

	(void)state;
	random_begin();
	arena_init(&arena, NULL, 0);
	test_each_file(test_samples(&arena), mutate);
	test_each_file(arena_printf(&arena, "%s/tests/data/plans", source ? source : "."), mutate);
	arena_done(&arena);
	assert_true(n_plans > 500 && n_errors > 500 && n_meanwhile > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_changed_configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
