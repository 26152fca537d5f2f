/* SPDX-License-Identifier: Apache-2.0 */
/* Users' names from the host's /etc/passwd, read without NSS. */
#pragma once

#include <stdint.h>

#include "base/arena.h"

struct owners {
	struct arena *arena;
	const char *passwd; /* the file's beginning; NULL: not read yet */
};

/* The user's name, or "#UID" for one that the file does not name. */
const char *owner_name(struct owners *owners, uint32_t uid);
