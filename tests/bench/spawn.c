/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs lanes of commands side by side and measures them: posix_spawn to wait, nothing between. Must
 * not know what the commands are.
 *
 * spawn [--rounds N] [--idle-ms N] [--title TEXT] [--prefix ID] [--against LANE]...
 *       [--json FILE] LANEFILE
 *
 * @ID@ becomes PREFIX-LANE-ROUND. In each round every lane runs once, in an order that changes from
 * round to round, so that no lane always pays for what the kernel still clears away after the same
 * other one. Standard input and output of the commands are /dev/null; a status other than 0, or a
 * command that takes longer than 20 seconds, ends everything with what the command wrote to
 * standard error. This program adopts orphans: what a command leaves running is counted to its lane
 * and can be waited for ("settle").
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lane.h"
#include "report.h"

enum { ROUNDS_MAX = 100000, AGAINST_MAX = 4, COMMAND_SECONDS = 20 };

struct options {
	const char *title, *prefix, *json, *file;
	const char *against[AGAINST_MAX];
	size_t against_count, rounds;
	unsigned int idle_ms;
};

struct bench {
	const struct options *options;
	struct lane_list lanes;
	struct report_sample *samples[LANE_MAX];
	posix_spawn_file_actions_t actions;
	int error_fd; /* standard error of the commands */
	char id[64];
};

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void idle(unsigned int ms)
{
	struct timespec ts = { ms / 1000, (long)(ms % 1000) * 1000000 };

	if (ms)
		nanosleep(&ts, NULL);
}

static void usage_add(struct report_sample *sample, const struct rusage *usage)
{
	const struct timeval *user = &usage->ru_utime, *system = &usage->ru_stime;

	/* Only the sum is exact: the kernel guesses the two parts from its clock ticks. */
	sample->cpu += (user->tv_sec + system->tv_sec) * 1000000000LL;
	sample->cpu += (user->tv_usec + system->tv_usec) * 1000LL;
	sample->page_faults += usage->ru_minflt + usage->ru_majflt;
}

/* Waits for one process (-1: any), bounded; its pid, or a negative errno: -EINTR after too long. */
static pid_t wait_bounded(pid_t pid, int flags, int *ret_status, struct report_sample *sample)
{
	struct rusage usage;

	alarm(COMMAND_SECONDS);
	pid_t ended = wait4(pid, ret_status, flags, &usage);
	int r = errno;

	alarm(0);
	if (ended < 0)
		return -r;
	if (ended > 0)
		usage_add(sample, &usage);
	return ended;
}

static void error_show(const struct bench *bench)
{
	char buffer[4096];
	ssize_t length;
	off_t at = 0;

	while ((length = pread(bench->error_fd, buffer, sizeof(buffer), at)) > 0) {
		fwrite(buffer, 1, (size_t)length, stderr);
		at += length;
	}
}

static int command_fail(const struct bench *bench, char *const words[], const char *how, int number)
{
	fprintf(stderr, "spawn: %s %d:", how, number);
	for (; *words; words++)
		fprintf(stderr, " %s", *words);
	fputc('\n', stderr);
	error_show(bench);
	return -1;
}

/* Runs one command. Its time, or negative after a complaint. */
static long long command_run(struct bench *bench, const struct lane_step *step,
			     struct report_sample *sample)
{
	char *words[LANE_WORDS_MAX + 1];
	char buffer[8192];
	pid_t pid;
	int status;

	if (lane_step_words(step, bench->id, buffer, sizeof(buffer), words) < 0)
		return command_fail(bench, step->words, "words too long, bytes",
				    (int)sizeof(buffer));
	if (lseek(bench->error_fd, 0, SEEK_SET) < 0 || ftruncate(bench->error_fd, 0) < 0)
		return command_fail(bench, words, "no standard error, errno", errno);
	long long begin = now();
	int r = posix_spawnp(&pid, words[0], &bench->actions, NULL, words, environ);

	if (r)
		return command_fail(bench, words, "cannot start, errno", r);
	r = wait_bounded(pid, 0, &status, sample);
	long long end = now();

	if (r < 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return command_fail(bench, words, "still running after seconds:", COMMAND_SECONDS);
	}
	if (WIFSIGNALED(status))
		return command_fail(bench, words, "killed by signal", WTERMSIG(status));
	if (WEXITSTATUS(status))
		return command_fail(bench, words, "exit status", WEXITSTATUS(status));
	return end - begin;
}

/* Waits for every adopted process. The time it took, or negative after a complaint. */
static long long settle(struct report_sample *sample)
{
	long long begin = now();
	pid_t r;
	int status;

	do
		r = wait_bounded(-1, 0, &status, sample);
	while (r > 0);
	if (r == -ECHILD)
		return now() - begin;
	fprintf(stderr, "spawn: what the lane left behind does not end\n");
	return -1;
}

static int step_run(struct bench *bench, const struct lane_step *step, struct report_sample *sample)
{
	struct report_sample ignored = { 0 };
	long long took = 0;

	if (step->kind == LANE_SETTLE)
		took = settle(sample);
	else if (step->kind == LANE_PLAIN)
		return command_run(bench, step, &ignored) < 0 ? -1 : 0;
	else if (step->kind == LANE_TIMED) {
		idle(bench->options->idle_ms);
		took = command_run(bench, step, sample);
		sample->timed += took;
	}
	sample->whole += took;
	return took < 0 ? -1 : 0;
}

static void lane_rescue(struct bench *bench, const struct lane *lane)
{
	struct report_sample ignored = { 0 };

	for (size_t i = 0; i < lane->step_count; i++)
		if (lane->steps[i].kind == LANE_RESCUE)
			command_run(bench, &lane->steps[i], &ignored);
}

static int lane_run(struct bench *bench, size_t number, size_t round)
{
	const struct lane *lane = &bench->lanes.lanes[number];
	struct report_sample *sample = &bench->samples[number][round];
	int status;

	snprintf(bench->id, sizeof(bench->id), "%s-%zu-%zu", bench->options->prefix, number, round);
	for (size_t i = 0; i < lane->step_count; i++)
		if (step_run(bench, &lane->steps[i], sample) < 0) {
			fprintf(stderr, "spawn: lane %s, round %zu\n", lane->name, round);
			lane_rescue(bench, lane);
			return -1;
		}
	while (wait_bounded(-1, WNOHANG, &status, sample) > 0)
		continue;
	return 0;
}

/* A new order of the lanes for each round, the same at every call of the program. */
static void shuffle(size_t *order, size_t count)
{
	static unsigned int seed = 1;

	for (size_t i = count; i > 1; i--) {
		seed = seed * 1103515245U + 12345U;
		size_t j = (seed >> 16) % i;
		size_t other = order[i - 1];

		order[i - 1] = order[j];
		order[j] = other;
	}
}

/* The first round is only for warming up. */
static int rounds_run(struct bench *bench)
{
	size_t order[LANE_MAX], count = bench->lanes.count;

	for (size_t i = 0; i < count; i++) {
		order[i] = i;
		bench->samples[i] = calloc(bench->options->rounds + 1, sizeof(**bench->samples));
		if (!bench->samples[i])
			return -1;
	}
	for (size_t round = 0; round <= bench->options->rounds; round++) {
		shuffle(order, count);
		for (size_t i = 0; i < count; i++)
			if (lane_run(bench, order[i], round) < 0)
				return -1;
	}
	return 0;
}

static int bench_report(const struct bench *bench)
{
	const struct options *o = bench->options;
	struct report_lane lanes[LANE_MAX];
	struct report report = {
		.title = o->title,
		.rounds = o->rounds,
		.idle_ms = o->idle_ms,
		.lane_count = bench->lanes.count,
		.lanes = lanes,
		.against_count = o->against_count,
		.against = o->against,
	};

	for (size_t i = 0; i < bench->lanes.count; i++) {
		lanes[i].name = bench->lanes.lanes[i].name;
		lanes[i].samples = bench->samples[i] + 1;
	}
	report_print(&report, stdout);
	if (!o->json)
		return 0;
	FILE *json = fopen(o->json, "ae");

	if (!json) {
		fprintf(stderr, "spawn: %s: %s\n", o->json, strerror(errno));
		return -1;
	}
	report_print_json(&report, json);
	return fclose(json) ? -1 : 0;
}

static int bench_prepare(struct bench *bench)
{
	struct sigaction action = { .sa_handler = on_alarm }; /* no SA_RESTART: it ends a wait */
	int line;
	int r = lane_list_read(&bench->lanes, bench->options->file, &line);

	if (r < 0) {
		fprintf(stderr, "spawn: %s:%d: %s\n", bench->options->file, line, strerror(-r));
		return -1;
	}
	sigaction(SIGALRM, &action, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	bench->error_fd = memfd_create("standard error", MFD_CLOEXEC);
	posix_spawn_file_actions_init(&bench->actions);
	posix_spawn_file_actions_addopen(&bench->actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&bench->actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&bench->actions, bench->error_fd, 2);
	return bench->error_fd < 0 ? -1 : 0;
}

static int options_read(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{"rounds",   required_argument, NULL, 'r'},
		{ "idle-ms", required_argument, NULL, 'i'},
		{ "title",   required_argument, NULL, 't'},
		{ "prefix",  required_argument, NULL, 'p'},
		{ "against", required_argument, NULL, 'a'},
		{ "json",    required_argument, NULL, 'j'},
		{ NULL,      0,                 NULL, 0  },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'r')
			o->rounds = strtoul(optarg, NULL, 10);
		else if (c == 'i')
			o->idle_ms = (unsigned int)strtoul(optarg, NULL, 10);
		else if (c == 't')
			o->title = optarg;
		else if (c == 'p')
			o->prefix = optarg;
		else if (c == 'j')
			o->json = optarg;
		else if (c == 'a' && o->against_count < AGAINST_MAX)
			o->against[o->against_count++] = optarg;
		else
			return -1;
	}
	o->file = argv[optind];
	return argc == optind + 1 && o->rounds > 0 && o->rounds <= ROUNDS_MAX ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct options options = { .title = "lanes", .prefix = "bench", .rounds = 100 };
	struct bench bench = { .options = &options };

	if (options_read(&options, argc, argv) < 0) {
		fprintf(stderr,
			"usage: spawn [--rounds N] [--idle-ms N] [--title TEXT] [--prefix ID] "
			"[--against LANE]... [--json FILE] LANEFILE\n");
		return 2;
	}
	if (bench_prepare(&bench) < 0)
		return 2;
	int r = rounds_run(&bench);

	if (r == 0)
		r = bench_report(&bench);
	for (size_t i = 0; i < LANE_MAX; i++)
		free(bench.samples[i]);
	lane_list_done(&bench.lanes);
	posix_spawn_file_actions_destroy(&bench.actions);
	return r < 0 ? 1 : 0;
}
