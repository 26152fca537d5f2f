/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long planning takes beside decoding: for each config.json that is given, with the facts of
 * one host, microseconds of both, their ratio and the number of steps. The best of many rounds
 * counts, in memory that is given back after each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cgroup/plan.h"
#include "plan/facts.h"
#include "plan/planner.h"

enum { ROUNDS = 2000, FILE_SIZE = 1 << 20, ARENA_SIZE = 1 << 20 };

static char memory[ARENA_SIZE], kept[ARENA_SIZE];

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void give_up(const char *what, const struct error *err)
{
	fprintf(stderr, "%s: %s %s\n", what, err->text, err->pointer);
	exit(1);
}

static struct oci_document load(struct arena *arena, const char *path)
{
	struct oci_document document = { .name = path };
	char *text = arena_alloc(arena, FILE_SIZE);
	FILE *file = fopen(path, "re");

	if (!file) {
		perror(path);
		exit(1);
	}
	document.length = fread(text, 1, FILE_SIZE, file);
	document.text = text;
	fclose(file);
	return document;
}

struct times {
	double decode, plan;
	size_t steps;
};

/* One round; false when the configuration cannot be planned for this host. */
static bool measure(const struct oci_document *document, const struct host_facts *host,
		    struct times *best)
{
	struct plan_request request = { .id = "box", .bundle = "/b", .waits_for_start = true };
	struct host_facts facts = *host;
	struct error err = { 0 };
	const struct plan *plan;
	struct oci_config *config;
	struct arena arena;
	double start, middle, end;
	bool is_planned;

	arena_init(&arena, memory, sizeof(memory));
	start = now();
	if (oci_decode_config(&arena, document, NULL, &config, &err) < 0)
		give_up(document->name, &err);
	middle = now();
	is_planned = plan_make(&arena, &request, config, &facts, &plan, &err) == 0;
	end = now();
	if (middle - start < best->decode)
		best->decode = middle - start;
	if (end - middle < best->plan)
		best->plan = end - middle;
	if (is_planned)
		best->steps = plan->n_steps;
	arena_done(&arena);
	return is_planned;
}

int main(int argc, char **argv)
{
	struct host_facts facts;
	struct oci_document document;
	struct error err = { 0 };
	struct arena arena;

	if (argc < 3) {
		fprintf(stderr, "usage: planning FACTS.json CONFIG.json...\n");
		return 2;
	}
	arena_init(&arena, kept, sizeof(kept));
	document = load(&arena, argv[1]);
	if (facts_read(&arena, &document, &facts, &err) < 0)
		give_up(argv[1], &err);
	facts_set_target(&arena, &facts, "/box");
	printf("%8s %8s %7s %6s %8s\n", "decode", "plan", "ratio", "steps", "bytes");
	for (int i = 2; i < argc; i++) {
		struct times best = { .decode = 1e9, .plan = 1e9 };
		bool is_planned = true;

		document = load(&arena, argv[i]);
		for (int round = 0; round < ROUNDS && is_planned; round++)
			is_planned = measure(&document, &facts, &best);
		if (is_planned)
			printf("%8.1f %8.1f %7.2f %6zu %8zu  %s\n", best.decode, best.plan,
			       best.plan / best.decode, best.steps, document.length, argv[i]);
	}
	arena_done(&arena);
	return 0;
}
