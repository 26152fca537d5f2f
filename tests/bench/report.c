/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics and their printing. Must not know where samples come from. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

struct summary {
	double best, median, whole_best, whole_median, cpu;
	double page_faults;
};

static int compare_timed(const void *a, const void *b)
{
	const struct report_sample *x = a, *y = b;

	return (x->timed > y->timed) - (x->timed < y->timed);
}

static int compare_whole(const void *a, const void *b)
{
	const struct report_sample *x = a, *y = b;

	return (x->whole > y->whole) - (x->whole < y->whole);
}

static int compare_faults(const void *a, const void *b)
{
	const struct report_sample *x = a, *y = b;

	return (x->page_faults > y->page_faults) - (x->page_faults < y->page_faults);
}

static struct summary summarise(const struct report *report, const struct report_lane *lane)
{
	struct summary s = { 0 };
	struct report_sample *samples = lane->samples;
	size_t n = report->rounds, middle = (n - 1) / 2;

	for (size_t i = 0; i < n; i++)
		s.cpu += (double)samples[i].cpu / 1e3 / (double)n;
	qsort(samples, n, sizeof(*samples), compare_faults);
	s.page_faults = (double)samples[middle].page_faults;
	qsort(samples, n, sizeof(*samples), compare_whole);
	s.whole_best = (double)samples[0].whole / 1e3;
	s.whole_median = (double)samples[middle].whole / 1e3;
	qsort(samples, n, sizeof(*samples), compare_timed);
	s.best = (double)samples[0].timed / 1e3;
	s.median = (double)samples[middle].timed / 1e3;
	return s;
}

/* The summary of the lane of that name, or NULL. */
static const struct summary *summary_find(const struct report *report, const struct summary *all,
					  const char *name)
{
	for (size_t i = 0; i < report->lane_count; i++)
		if (!strcmp(report->lanes[i].name, name))
			return &all[i];
	return NULL;
}

static struct summary *summarise_all(const struct report *report)
{
	struct summary *all = calloc(report->lane_count, sizeof(*all));

	if (!all)
		abort();
	for (size_t i = 0; i < report->lane_count; i++)
		all[i] = summarise(report, &report->lanes[i]);
	return all;
}

static void print_head(const struct report *report, FILE *to)
{
	fprintf(to, "\n%s, %zu rounds", report->title, report->rounds);
	if (report->idle_ms)
		fprintf(to, ", each after %u ms of idling", report->idle_ms);
	else
		fputs(", one after the other", to);
	fprintf(to, "\n%-10s %9s %9s %9s", "us", "best", "median", "whole");
	for (size_t i = 0; i < report->against_count; i++)
		fprintf(to, "   of %-10s", report->against[i]);
	fprintf(to, " %9s %7s\n", "cpu", "faults");
}

void report_print(const struct report *report, FILE *to)
{
	struct summary *all = summarise_all(report);

	print_head(report, to);
	for (size_t i = 0; i < report->lane_count; i++) {
		const struct summary *s = &all[i];

		fprintf(to, "%-10s %9.0f %9.0f %9.0f", report->lanes[i].name, s->best, s->median,
			s->whole_median);
		for (size_t j = 0; j < report->against_count; j++) {
			const struct summary *by = summary_find(report, all, report->against[j]);

			if (by)
				fprintf(to, " %7.2f %7.2f", s->best / by->best,
					s->median / by->median);
			else
				fprintf(to, " %7s %7s", "-", "-");
		}
		fprintf(to, " %9.0f %7.0f\n", s->cpu, s->page_faults);
	}
	free(all);
}

static void print_json_lane(const struct report *report, const struct summary *all, size_t i,
			    FILE *to)
{
	const struct summary *s = &all[i];
	const char *comma = "";

	fprintf(to, "{\"name\":\"%s\",\"best_us\":%.1f,\"median_us\":%.1f,", report->lanes[i].name,
		s->best, s->median);
	fprintf(to, "\"whole_best_us\":%.1f,\"whole_median_us\":%.1f,", s->whole_best,
		s->whole_median);
	fprintf(to, "\"cpu_us\":%.1f,\"page_faults\":%.0f,\"of\":{", s->cpu, s->page_faults);
	for (size_t j = 0; j < report->against_count; j++) {
		const struct summary *by = summary_find(report, all, report->against[j]);

		if (!by)
			continue;
		fprintf(to, "%s\"%s\":{\"best\":%.4f,\"median\":%.4f}", comma, report->against[j],
			s->best / by->best, s->median / by->median);
		comma = ",";
	}
	fputs("}}", to);
}

void report_print_json(const struct report *report, FILE *to)
{
	struct summary *all = summarise_all(report);

	fprintf(to, "{\"title\":\"%s\",\"rounds\":%zu,\"idle_ms\":%u,\"lanes\":[", report->title,
		report->rounds, report->idle_ms);
	for (size_t i = 0; i < report->lane_count; i++) {
		if (i)
			fputc(',', to);
		print_json_lane(report, all, i, to);
	}
	fputs("]}\n", to);
	free(all);
}
