/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as text; nothing here asks the file system. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

/*
 * Lexically clean: one slash between names, no "." and no "..", which takes back the name before it
 * and stops at the top; no slash at the end but for "/" itself. A relative path stays relative, and
 * may be "." when nothing is left of it, or begin with "..". It may be `path` itself.
 */
const char *path_clean(struct arena *arena, const char *path);

/* `path` itself when absolute, else base/path; cleaned. */
const char *path_absolute(struct arena *arena, const char *base, const char *path);

/* What is left of `path` below `top` ("" when they are the same); NULL when it lies elsewhere. Both
 * clean. */
const char *path_below(const char *path, const char *top);

/* The last name of a clean path. */
const char *path_name(const char *path);
