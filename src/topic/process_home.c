/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HOME from the container's passwd; see process.h. No NSS: what the image's file says in its own
 * format, passwd(5), and nothing more.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/number.h"
#include "topic/process.h"

enum {
	FILE_MAX = 16 << 20, /* of a passwd file that somebody else has written: 200,000 users */
	BLOCK_SIZE = 4096,
	UID_SIZE = 16,
};

enum { FIELD_NAME, FIELD_PASSWORD, FIELD_UID, FIELD_GID, FIELD_COMMENT, FIELD_HOME, FIELD_SHELL };

/* What is kept of a line, of any length, up to where it has been read. */
struct line {
	uint32_t wanted;
	unsigned field;
	bool is_other; /* another user's: the rest is of no interest */
	size_t length; /* of the field that is being read, also where it has no room */
	char uid[UID_SIZE];
	char home[PATH_MAX];
};

static void keep(char *field, size_t size, size_t at, char c)
{
	if (at < size)
		field[at] = c;
}

static void take_character(struct line *line, char c)
{
	if (line->field == FIELD_UID)
		keep(line->uid, sizeof(line->uid), line->length, c);
	else if (line->field == FIELD_HOME)
		keep(line->home, sizeof(line->home), line->length, c);
	line->length++;
}

/* A number or a path without room is none: no user has it, and no directory. */
static void end_field(struct line *line)
{
	uint64_t number;

	if (line->field == FIELD_UID) {
		line->uid[line->length < sizeof(line->uid) ? line->length : 0] = '\0';
		line->is_other = number_parse_uint(line->uid, UINT32_MAX, &number) < 0 ||
				 number != line->wanted;
	} else if (line->field == FIELD_HOME) {
		line->home[line->length < sizeof(line->home) ? line->length : 0] = '\0';
	}
	if (line->field < FIELD_SHELL)
		line->field++;
	line->length = 0;
}

/* Whether it was the user's. It has a home directory without a shell, too. */
static bool end_line(struct line *line)
{
	bool is_found;

	end_field(line);
	is_found = !line->is_other && line->field == FIELD_SHELL;
	line->field = FIELD_NAME;
	line->is_other = false;
	return is_found;
}

/* True at the end of the user's line. */
static bool take(struct line *line, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n') {
			if (end_line(line))
				return true;
		} else if (line->is_other) {
			continue;
		} else if (bytes[i] == ':') {
			end_field(line);
		} else {
			take_character(line, bytes[i]);
		}
	}
	return false;
}

static bool find(struct line *line, int fd)
{
	char block[BLOCK_SIZE];
	size_t total = 0;
	ssize_t got;

	while (total < FILE_MAX && (got = read(fd, block, sizeof(block))) > 0) {
		total += (size_t)got;
		if (take(line, block, (size_t)got))
			return true;
	}
	/* the last line need not end; but what is cut is not known */
	return total < FILE_MAX && end_line(line);
}

/* Only an absolute path is one: relative to what should another be? */
void process_home_read(const struct process_home *args, int passwd_fd)
{
	struct line line;

	line.wanted = args->uid;
	line.field = FIELD_NAME;
	line.length = 0;
	line.is_other = false;
	if (find(&line, passwd_fd) && line.home[0] == '/')
		snprintf(args->entry, args->size, "HOME=%s", line.home);
}

/*
 * Trust: the file is the image's. The root is entered, so its name resolves inside. It is read with
 * the container's user's rights, never waits (a fifo), and only so much of it. What it says goes
 * nowhere but into the environment of the container's own program.
 */
int process_home_apply(const struct process_home *args, struct slots *slots, struct error *err)
{
	fd_auto int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	(void)slots;
	(void)err;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		process_home_read(args, fd);
	return 0;
}

void process_home_describe(const struct process_home *args, struct describer *d)
{
	describe_int(d, "uid", args->uid);
}
