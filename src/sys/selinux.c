/* SPDX-License-Identifier: Apache-2.0 */
/* SELinux's texts; see the header. */
#include "sys/selinux.h"

#include <stddef.h>
#include <string.h>

static const char option_names[SELINUX_NO_OPTION][12] = {
	[SELINUX_CONTEXT] = "context",
	[SELINUX_FSCONTEXT] = "fscontext",
	[SELINUX_DEFCONTEXT] = "defcontext",
	[SELINUX_ROOTCONTEXT] = "rootcontext",
};

static bool may_have(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && !strchr("\"'\\", c);
}

bool selinux_is_context(const char *text)
{
	size_t length = strlen(text), in_field = 0;
	unsigned n_colons = 0;

	for (size_t i = 0; i < length; i++) {
		if (!may_have(text[i]))
			return false;
		if (text[i] != ':') {
			in_field++;
			continue;
		}
		if (in_field == 0)
			return false;
		in_field = 0;
		n_colons++;
	}
	return n_colons >= 2 && in_field > 0;
}

enum selinux_option selinux_option_find(const char *option)
{
	size_t length = strcspn(option, "=");

	for (int i = 0; option[length] && i < SELINUX_NO_OPTION; i++)
		if (strlen(option_names[i]) == length &&
		    strncmp(option, option_names[i], length) == 0)
			return (enum selinux_option)i;
	return SELINUX_NO_OPTION;
}

const char *selinux_option_name(enum selinux_option option)
{
	return option_names[option];
}

const char *selinux_option_value(struct arena *arena, const char *option)
{
	const char *value = strchr(option, '=') + 1;
	size_t length = strlen(value);

	if (length < 2 || *value != '"' || value[length - 1] != '"')
		return value;
	return arena_strndup(arena, value + 1, length - 2);
}
