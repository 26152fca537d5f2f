/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the log. Each entry is one write of its own, so that processes can share the file. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/strbuf.h"

int log_open(struct log *log, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);

	if (fd < 0)
		return -errno;
	log->fd = fd;
	return 0;
}

/* As Go's strconv.Quote does it, which is what reads these lines. */
static void log_quote(struct strbuf *out, const char *text)
{
	static const char letters[] = "\"\"\\\\\aa\bb\ff\nn\rr\tt\vv";

	strbuf_add_char(out, '"');
	for (; *text; text++) {
		const char *found = letters;

		while (*found && *found != *text)
			found += 2;
		if (*found)
			strbuf_add_format(out, "\\%c", found[1]);
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			strbuf_add_format(out, "\\x%02x", (unsigned char)*text);
		else
			strbuf_add_char(out, *text);
	}
	strbuf_add_char(out, '"');
}

static void log_format_json(struct strbuf *out, const char *level, const char *time,
			    const char *message)
{
	struct json json;

	json_init(&json, out, NULL);
	json_begin_object(&json, NULL);
	json_string(&json, "level", level);
	json_string(&json, "msg", message);
	json_string(&json, "time", time);
	json_end_object(&json);
}

void log_write(const struct log *log, enum log_level level, const char *message)
{
	static const char names[][8] = { "debug", "warning", "error" };
	char time[CLOCK_RFC3339_SIZE], memory[4096];
	struct arena arena;
	struct strbuf line;

	if (log->fd < 0 || level < log->level)
		return;
	clock_rfc3339(clock_now(), time);
	arena_init(&arena, memory, sizeof(memory));
	strbuf_init(&line, &arena);
	if (log->format == LOG_FORMAT_JSON) {
		log_format_json(&line, names[level], time, message);
	} else {
		strbuf_add_format(&line, "time=\"%s\" level=%s msg=", time, names[level]);
		log_quote(&line, message);
	}
	strbuf_add_char(&line, '\n');
	/* By contract a log that cannot be written is not worth failing for. */
	if (write(log->fd, line.data, line.length) < 0)
		errno = 0;
	arena_done(&arena);
}
