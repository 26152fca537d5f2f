/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a hook writes to its standard error: the pipe, and the end of the text, for an error. Knows
 * nothing of how a hook is run. Allocates nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
	HOOK_TEXT_SIZE = 1024, /* what is kept of it: as much as an error has room for */
	HOOK_TEXT_DOTS = 3,    /* "...", for what was cut off */
};

struct hook_text {
	int read_fd; /* ours; never blocks */
	/*
	 * The hook's. Where there is a procfs it reads, too: then whoever inherits it from the hook
	 * and writes when nobody listens any more is not killed for it by SIGPIPE.
	 */
	int hook_fd;
	size_t length;
	bool is_cut;                                         /* something stood before the bytes */
	char bytes[HOOK_TEXT_DOTS + 2 * HOOK_TEXT_SIZE + 1]; /* behind room for dots */
};

/* Both close-on-exec. */
int hook_text_open(struct hook_text *text);

/* Once; false when nothing is there, or nothing will come any more. */
bool hook_text_read(struct hook_text *text);

/*
 * Once the hook has ended: reads the rest, and from now on no one waits for room in the pipe, but
 * fails with EAGAIN when it is full.
 */
void hook_text_finish(struct hook_text *text);

void hook_text_close(struct hook_text *text);

/* At most HOOK_TEXT_SIZE bytes. */
void hook_text_add(struct hook_text *text, const char *bytes, size_t n);

/*
 * Its end as one line of at most HOOK_TEXT_SIZE bytes, "" if there is none. What was cut off in
 * front is three dots, at the end of a word if there is one near, never within a character.
 */
const char *hook_text_line(struct hook_text *text);
