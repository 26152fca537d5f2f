/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of what this build carries out. */
#include "cmd/built_in.h"

#include <string.h>

const struct built_in built_in[] = {
	{"YAJL",       true },
        { "CAP",       true },
        { "CGROUP_V1", true },
        { "CGROUP_V2", true },
	{ "SECCOMP",   false},
        { "SYSTEMD",   false},
        { "CRIU",      false},
        { "APPARMOR",  false},
	{ "SELINUX",   false},
        { "INTELRDT",  false},
        { "",          false},
};

bool built_in_has(const char *name)
{
	for (size_t i = 0; built_in[i].name[0]; i++)
		if (strcmp(built_in[i].name, name) == 0)
			return built_in[i].is_on;
	return false;
}
