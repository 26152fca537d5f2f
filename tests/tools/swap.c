/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever shares the root of a container that starts: takes a directory away and puts it back, over
 * and over, with an empty one in its place meanwhile. For a test of what is looked up by name while
 * that goes on. Must not know who looks.
 *
 * swap SECONDS ROOT NAME
 *
 * ROOT/NAME is ROOT/.p while it is away. Ends after that many seconds, or when it cannot go on;
 * then the directory is back, unless a signal ended it. Exit status: 0, 1 a call failed, 2 wrong
 * arguments.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WRONG = 2, AWAY_NS = 200000, BACK_NS = 400000 };

static long long now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Never the same time twice in a row, so that it does not fall into step with what it disturbs. */
static void sleep_some(long most_ns)
{
	struct timespec ts = { .tv_nsec = random() % most_ns };

	nanosleep(&ts, NULL);
}

/* What a container makes in the empty directory keeps it from going: the next round tries again. */
static int swap_once(const char *name)
{
	if (rename(name, ".p") < 0)
		return -errno;
	if (mkdir(name, 0755) == 0)
		sleep_some(AWAY_NS);
	rmdir(name);
	if (rename(".p", name) < 0)
		return -errno;
	sleep_some(BACK_NS);
	return 0;
}

int main(int argc, char **argv)
{
	long long end = now_s() + (argc == 4 ? atoi(argv[1]) : 0);
	int r = 0;

	if (argc != 4 || chdir(argv[2]) < 0) {
		fputs("usage: swap SECONDS ROOT NAME\n", stderr);
		return WRONG;
	}
	while (r == 0 && now_s() < end)
		r = swap_once(argv[3]);
	if (r < 0)
		fprintf(stderr, "swap: %s: %s\n", argv[3], strerror(-r));
	return r < 0;
}
