/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lanes: the sequences of commands that are measured side by side, as a text file describes them.
 * Must not know how they are run or reported.
 *
 * One line is one word list, separated by tabs; empty lines and lines that begin with # say
 *nothing:
 *
 *	lane NAME        the following lines belong to the lane NAME
 *	timed COMMAND... a command whose time is measured
 *	plain COMMAND... one whose time is not
 *	settle           wait until every process that the lane left behind has ended
 *	rescue COMMAND...  run only after a failure, to leave nothing behind; its status does not
 *count
 *
 * A round runs the lines in their order. @ID@ in a word becomes the identifier of lane and round.
 */
#ifndef BENCH_LANE_H
#define BENCH_LANE_H

#include <stddef.h>

enum {
	LANE_MAX = 8,       /* lanes in one file */
	LANE_STEPS_MAX = 8, /* lines of one lane */
	LANE_WORDS_MAX = 32 /* words of one line */
};

enum lane_kind { LANE_TIMED, LANE_PLAIN, LANE_SETTLE, LANE_RESCUE };

struct lane_step {
	enum lane_kind kind;
	char *words[LANE_WORDS_MAX + 1]; /* NULL ends them */
};

struct lane {
	const char *name;
	size_t step_count;
	struct lane_step steps[LANE_STEPS_MAX];
};

struct lane_list {
	char *text; /* everything above points into it */
	size_t count;
	struct lane lanes[LANE_MAX];
};

/* Reads the file. 0, or a negative errno with *ret_line the line at fault (0: the file itself). */
int lane_list_read(struct lane_list *ret_list, const char *path, int *ret_line);

void lane_list_done(struct lane_list *list);

/*
 * The words of a step with @ID@ replaced, written into buffer; ret_words ends with NULL.
 * 0 or -ENAMETOOLONG.
 */
int lane_step_words(const struct lane_step *step, const char *id, char *buffer, size_t size,
		    char *ret_words[LANE_WORDS_MAX + 1]);

#endif
