/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HOME from the container's passwd; see process.h. No NSS: what the image's file says in its own
 * format, passwd(5), and nothing more.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/number.h"
#include "topic/process.h"

enum {
	FILE_MAX = 1 << 20, /* of a passwd file that somebody else has written */
	LINE_MAX_SIZE = 1024,
	BLOCK_SIZE = 4096,
};

enum { FIELD_NAME, FIELD_PASSWORD, FIELD_UID, FIELD_GID, FIELD_COMMENT, FIELD_HOME, FIELD_SHELL };

/* The line's home directory if it is that user's; cuts the line into its fields. */
static const char *home_of(char *line, uint32_t uid)
{
	char *field[FIELD_SHELL + 1];
	uint64_t number;

	for (int i = 0; i <= FIELD_SHELL; i++) {
		field[i] = line;
		line = strchr(line, ':');
		if (!line && i < FIELD_SHELL)
			return NULL;
		if (line && i < FIELD_SHELL)
			*line++ = '\0';
	}
	if (number_parse_uint(field[FIELD_UID], UINT32_MAX, &number) < 0 || number != uid)
		return NULL;
	return field[FIELD_HOME];
}

/* Only an absolute path is one: relative to what should another be? */
static bool take_home(const struct process_home *args, char *line)
{
	const char *home = home_of(line, args->uid);

	if (!home)
		return false;
	if (*home == '/')
		snprintf(args->entry, args->size, "HOME=%s", home);
	return true;
}

/* Line by line; one that is too long is nobody's. */
static void search(const struct process_home *args, int fd)
{
	char block[BLOCK_SIZE], line[LINE_MAX_SIZE];
	size_t length = 0, total = 0;
	ssize_t got;

	while (total < FILE_MAX && (got = read(fd, block, sizeof(block))) > 0) {
		total += (size_t)got;
		for (ssize_t i = 0; i < got; i++) {
			if (block[i] != '\n') {
				if (length < sizeof(line))
					line[length] = block[i];
				length++;
				continue;
			}
			line[length < sizeof(line) ? length : 0] = '\0';
			if (take_home(args, line))
				return;
			length = 0;
		}
	}
	if (length && length < sizeof(line)) {
		line[length] = '\0';
		take_home(args, line);
	}
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
		search(args, fd);
	return 0;
}

void process_home_describe(const struct process_home *args, struct describer *d)
{
	describe_int(d, "uid", args->uid);
}
