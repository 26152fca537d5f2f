/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log that callers read (--log, --log-format): one line an entry, as text
 * (time="..." level=error msg="...") or as JSON ({"level":"error","msg":"...","time":"..."}).
 * Only main and what it calls to print uses it.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

struct log {
	int fd; /* where entries go; -EBADF: nowhere but standard error */
	enum log_format format;
	enum log_level level; /* entries below it are dropped */
};

/* Opens (creates, appends to) the file, mode 0644, close-on-exec. -errno on failure. */
int log_open(struct log *log, const char *path);

/* One entry in the log; nothing on standard error. A write that fails is not reported. */
void log_write(const struct log *log, enum log_level level, const char *message);
