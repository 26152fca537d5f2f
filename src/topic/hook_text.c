/* SPDX-License-Identifier: Apache-2.0 */
/* A hook's standard error; see the header. */
#include "topic/hook_text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/procfd.h"

enum {
	DRAIN_MAX = 1 << 20, /* the most that a pipe holds when its writer has ended */
	WORD_MAX = 64,       /* what is given up for a whole word at the beginning */
};

/*
 * Trust: the procfs may be the container's, and is only used: what comes of it is the pipe itself,
 * or it is not taken.
 */
static int reopen_both_ways(int fd)
{
	fd_auto int proc_fd = procfd_open();
	fd_auto int both_fd = proc_fd < 0 ? -EBADF : procfd_reopen(proc_fd, fd, O_RDWR);
	struct stat wanted, found;

	if (both_fd < 0 || fstat(fd, &wanted) < 0 || fstat(both_fd, &found) < 0 ||
	    found.st_dev != wanted.st_dev || found.st_ino != wanted.st_ino)
		return -ENOENT;
	return fd_take(&both_fd);
}

int hook_text_open(struct hook_text *text)
{
	int ends[2], both_fd;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	text->read_fd = ends[0];
	text->hook_fd = ends[1];
	/* ours alone: how an end blocks is shared with whoever has the same end */
	if (fcntl(text->read_fd, F_SETFL, O_RDONLY | O_NONBLOCK) < 0)
		return -errno;
	both_fd = reopen_both_ways(text->hook_fd);
	if (both_fd >= 0) {
		fd_close(text->hook_fd);
		text->hook_fd = both_fd;
	}
	return 0;
}

void hook_text_add(struct hook_text *text, const char *bytes, size_t n)
{
	char *begin = text->bytes + HOOK_TEXT_DOTS;

	if (text->length + n > (size_t)2 * HOOK_TEXT_SIZE) {
		size_t kept = text->length < HOOK_TEXT_SIZE ? text->length : HOOK_TEXT_SIZE;

		memmove(begin, begin + text->length - kept, kept);
		text->length = kept;
		text->is_cut = true;
	}
	memcpy(begin + text->length, bytes, n);
	text->length += n;
}

bool hook_text_read(struct hook_text *text)
{
	char bytes[HOOK_TEXT_SIZE];
	ssize_t n = read(text->read_fd, bytes, sizeof(bytes));

	if (n > 0)
		hook_text_add(text, bytes, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		text->read_fd = fd_close(text->read_fd);
	return n > 0;
}

/* Who waits for room already is woken by what is read, and finds that it must not wait. */
void hook_text_finish(struct hook_text *text)
{
	int flags = fcntl(text->hook_fd, F_GETFL);

	if (flags >= 0)
		fcntl(text->hook_fd, F_SETFL, flags | O_NONBLOCK);
	for (size_t i = 0; i < DRAIN_MAX / HOOK_TEXT_SIZE && text->read_fd >= 0; i++)
		if (!hook_text_read(text))
			break;
}

void hook_text_close(struct hook_text *text)
{
	text->read_fd = fd_close(text->read_fd);
	text->hook_fd = fd_close(text->hook_fd);
}

static bool is_blank(char c)
{
	return c == '\0' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* At a blank, or else behind what may be the rest of a character. */
static char *find_beginning(char *from, const char *end)
{
	char *at = from;

	while (at < end && at < from + WORD_MAX && *at != ' ')
		at++;
	if (at < end && *at == ' ') {
		while (at[1] == ' ')
			at++;
		return at;
	}
	for (at = from; at < end && (*at & 0xc0) == 0x80;)
		at++;
	return at;
}

const char *hook_text_line(struct hook_text *text)
{
	char *line = text->bytes + HOOK_TEXT_DOTS, *end;

	while (text->length > 0 && is_blank(line[text->length - 1]))
		text->length--;
	for (size_t i = 0; i < text->length; i++)
		if (is_blank(line[i]))
			line[i] = ' ';
	end = line + text->length;
	*end = '\0';
	if (text->length == 0 || (!text->is_cut && text->length <= HOOK_TEXT_SIZE))
		return line;
	if (text->length > HOOK_TEXT_SIZE - HOOK_TEXT_DOTS)
		line = end - (HOOK_TEXT_SIZE - HOOK_TEXT_DOTS);
	line = find_beginning(line, end) - HOOK_TEXT_DOTS;
	memcpy(line, "...", HOOK_TEXT_DOTS);
	return line;
}
