/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples of lanes, and what is said of them: best, median, means and ratios, as a table for people
 * and as JSON for the script that judges. Must not know where samples come from.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stddef.h>
#include <stdio.h>

/* One round of one lane. Times in nanoseconds. */
struct report_sample {
	long long timed; /* the timed commands */
	long long whole; /* the same and the wait for what they left behind */
	long long cpu;   /* user and system time of all processes, the container's included */
	long page_faults;
};

struct report_lane {
	const char *name;
	struct report_sample *samples; /* rounds of them; sorted by the report */
};

struct report {
	const char *title;
	size_t rounds; /* at least 1 */
	unsigned int idle_ms;
	size_t lane_count;
	struct report_lane *lanes;
	size_t against_count;
	const char *const *against; /* the lanes that the others are divided by */
};

/* A table of fixed columns, microseconds. */
void report_print(const struct report *report, FILE *to);

/*
 * One object on one line: title, rounds, idle_ms, lanes[]: name, best_us, median_us, whole_best_us,
 * whole_median_us, cpu_us (mean), page_faults (median), of{LANE: {best, median}}.
 */
void report_print_json(const struct report *report, FILE *to);

#endif
