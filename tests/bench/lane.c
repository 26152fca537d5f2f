/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of lane files. Must not know how lanes are run or reported. */
#include "lane.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int text_read(const char *path, char **ret_text)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || st.st_size > 1 << 20) {
		close(fd);
		return -EFBIG;
	}
	char *text = calloc(1, (size_t)st.st_size + 1);
	ssize_t length = text ? read(fd, text, (size_t)st.st_size) : -1;

	close(fd);
	if (length != st.st_size) {
		free(text);
		return -EIO;
	}
	*ret_text = text;
	return 0;
}

static int step_add(struct lane *lane, enum lane_kind kind, char *words)
{
	if (lane->step_count == LANE_STEPS_MAX)
		return -E2BIG;
	struct lane_step *step = &lane->steps[lane->step_count];
	size_t count = 0;
	char *word;

	while ((word = strsep(&words, "\t"))) {
		if (count == LANE_WORDS_MAX)
			return -E2BIG;
		step->words[count++] = word;
	}
	if ((count == 0) != (kind == LANE_SETTLE))
		return -EINVAL;
	step->kind = kind;
	lane->step_count++;
	return 0;
}

static int lane_add(struct lane_list *list, const char *name)
{
	if (list->count == LANE_MAX)
		return -E2BIG;
	if (!name || !*name)
		return -EINVAL;
	list->lanes[list->count++].name = name;
	return 0;
}

static int line_read(struct lane_list *list, char *line)
{
	static const char *const kinds[] = { "timed", "plain", "settle", "rescue" };
	char *first = strsep(&line, "\t");

	if (!*first || *first == '#')
		return 0;
	if (!strcmp(first, "lane"))
		return lane_add(list, line);
	if (list->count == 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(first, kinds[i]))
			return step_add(&list->lanes[list->count - 1], (enum lane_kind)i, line);
	return -EINVAL;
}

int lane_list_read(struct lane_list *ret_list, const char *path, int *ret_line)
{
	char *rest, *line;

	memset(ret_list, 0, sizeof(*ret_list));
	*ret_line = 0;
	int r = text_read(path, &ret_list->text);

	if (r < 0)
		return r;
	rest = ret_list->text;
	while (r == 0 && (line = strsep(&rest, "\n"))) {
		++*ret_line;
		r = line_read(ret_list, line);
	}
	if (r < 0)
		lane_list_done(ret_list);
	return r;
}

void lane_list_done(struct lane_list *list)
{
	free(list->text);
	memset(list, 0, sizeof(*list));
}

/* One word with its @ID@ replaced; the bytes that were needed, or -ENAMETOOLONG. */
static long word_write(char *to, size_t size, const char *word, const char *id)
{
	const char *mark = strstr(word, "@ID@");
	int head = mark ? (int)(mark - word) : (int)strlen(word);
	const char *tail = mark ? mark + strlen("@ID@") : "";
	int length = snprintf(to, size, "%.*s%s%s", head, word, mark ? id : "", tail);

	return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : length + 1;
}

int lane_step_words(const struct lane_step *step, const char *id, char *buffer, size_t size,
		    char *ret_words[LANE_WORDS_MAX + 1])
{
	size_t i = 0;

	for (; step->words[i]; i++) {
		long used = word_write(buffer, size, step->words[i], id);

		if (used < 0)
			return (int)used;
		ret_words[i] = buffer;
		buffer += used;
		size -= (size_t)used;
	}
	ret_words[i] = NULL;
	return 0;
}
