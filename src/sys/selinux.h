/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SELinux's texts as the kernel takes them: contexts, and the options of a mount that give one.
 * Only about text; nothing here asks for the policy, or whether SELinux is there.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"

/* "user:role:type" or "user:role:type:range", as far as that can be told without a policy. */
bool selinux_is_context(const char *text);

/* "context=...", "fscontext=...", "defcontext=...", "rootcontext=...": mount(8). */
enum selinux_option {
	SELINUX_CONTEXT,
	SELINUX_FSCONTEXT,
	SELINUX_DEFCONTEXT,
	SELINUX_ROOTCONTEXT,
	SELINUX_NO_OPTION,
};
enum selinux_option selinux_option_find(const char *option);
const char *selinux_option_name(enum selinux_option option); /* "context" */

/*
 * What follows the equals sign, without the quotation marks that mount(2) needs where a context has
 * a comma: fsconfig(2) takes them for a part of it.
 */
const char *selinux_option_value(struct arena *arena, const char *option);
