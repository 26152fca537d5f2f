/* SPDX-License-Identifier: Apache-2.0 */
/* From options to a log. */
#include "cmd/log_options.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"

/* An option's words and what they stand for; rootless is accepted, without effect. */
static const struct word levels[] = {
	{"debug",    LOG_LEVEL_DEBUG  },
	{ "warning", LOG_LEVEL_WARNING},
	{ "error",   LOG_LEVEL_ERROR  },
};
static const struct word formats[] = {
	{"text",  LOG_FORMAT_TEXT},
        { "json", LOG_FORMAT_JSON}
};
static const struct word managers[] = {
	{"cgroupfs",  0},
        { "systemd",  0},
        { "disabled", 0}
};
static const struct word rootless[] = {
	{"true",   0},
        { "false", 0},
        { "auto",  0},
        { "1",     0},
        { "0",     0},
};

/* The word's entry. With no word the first one; NULL and an error for one that is not there. */
static const struct word *choose(const struct word *words, size_t count, const char *text,
				 const char *option, struct error *err)
{
	const struct word *found = text ? words_find(words, count, text) : words;
	struct strbuf list;
	char memory[64];
	size_t i;

	if (found)
		return found;
	strbuf_init_fixed(&list, memory, sizeof(memory));
	for (i = 0; i < count; i++)
		strbuf_add_format(&list, "%s%s", i ? ", " : "", words[i].name);
	error_set(err, EINVAL, "--%s: \"%s\" is none of %s", option, text, list.data);
	return NULL;
}

/*
 * Callers of JSON logs read them whole and expect the one line that is an error; a text log is for
 * people, who want the warnings, too.
 */
static int choose_level(struct call *call, struct error *err)
{
	const struct options *options = &call->line.options;
	bool is_json_file = call->log.format == LOG_FORMAT_JSON && !call->is_quiet;
	const struct word *level =
		choose(levels, WORDS_COUNT(levels), options->log_level, "log-level", err);

	if (!level)
		return -err->code;
	call->log.level = is_json_file ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING;
	if (options->log_level)
		call->log.level = (enum log_level)level->value;
	if (options->debug)
		call->log.level = LOG_LEVEL_DEBUG;
	return 0;
}

static int choose_format(struct call *call, struct error *err)
{
	const struct word *format = choose(formats, WORDS_COUNT(formats),
					   call->line.options.log_format, "log-format", err);

	if (!format)
		return -err->code;
	call->log.format = (enum log_format)format->value;
	return 0;
}

static int open_file(struct call *call, const char *path, struct error *err)
{
	int r;

	if (strncmp(path, "journald:", 9) == 0 || strncmp(path, "syslog:", 7) == 0)
		return error_set(err, ENOTSUP, "--log: only files are part of this build, not %s",
				 path);
	if (strncmp(path, "file:", 5) == 0)
		path += 5;
	r = log_open(&call->log, path);
	return r < 0 ? error_errno(err, -r, "open the log file %s", path) : 0;
}

static int check_others(const struct options *options, struct error *err)
{
	if (!choose(managers, WORDS_COUNT(managers), options->cgroup_manager, "cgroup-manager",
		    err) ||
	    !choose(rootless, WORDS_COUNT(rootless), options->rootless, "rootless", err))
		return -err->code;
	return 0;
}

int log_options_apply(struct call *call, struct error *err)
{
	const struct options *options = &call->line.options;
	bool has_file = options->log && *options->log;

	if (choose_format(call, err) < 0)
		return -err->code;
	call->is_quiet = call->log.format == LOG_FORMAT_JSON && !has_file;
	if (choose_level(call, err) < 0)
		return -err->code;
	if (has_file && open_file(call, options->log, err) < 0)
		return -err->code;
	if (!has_file && (call->is_quiet || options->debug))
		call->log.fd = STDERR_FILENO;
	return check_others(options, err);
}
