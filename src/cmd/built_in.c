/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of what this build carries out. */
#include "cmd/built_in.h"

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

const struct linux_feature linux_features[] = {
	{"cgroup",           "v1",          true },
        { "cgroup",          "v2",          true },
	{ "cgroup",          "systemd",     false},
        { "cgroup",          "systemdUser", false},
	{ "cgroup",          "rdma",        false},
        { "seccomp",         "enabled",     false},
	{ "apparmor",        "enabled",     false},
        { "selinux",         "enabled",     false},
	{ "intelRdt",        "enabled",     false},
        { "mountExtensions", "idmap",       false},
	{ "netDevices",      "enabled",     false},
        { "",                "",            false},
};

const char built_in_hooks[][16] = { "" };
