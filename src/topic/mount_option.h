/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mount options: the one table of them, for the planner, for printing, and for `features`. What the
 * table does not know is data of the file system.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum mount_option_kind {
	MOUNT_OPTION_SET,     /* an attribute of the mount: value is set */
	MOUNT_OPTION_CLEAR,   /* value is cleared */
	MOUNT_OPTION_ATIME,   /* one value of the access-time enumeration */
	MOUNT_OPTION_SET_ALL, /* the same three, for the mount and all below it */
	MOUNT_OPTION_CLEAR_ALL,
	MOUNT_OPTION_ATIME_ALL,
	MOUNT_OPTION_PROPAGATION, /* value is MS_SHARED and so on */
	MOUNT_OPTION_PROPAGATION_ALL,
	MOUNT_OPTION_BIND,       /* value 1: with what is mounted below */
	MOUNT_OPTION_SUPERBLOCK, /* a flag of the file system, by the name that it knows */
	MOUNT_OPTION_NOTHING,    /* what is so anyway */
	MOUNT_OPTION_IDMAP,      /* value 1: and what is mounted below */
	MOUNT_OPTION_REMOUNT,    /* changes what is mounted there */
	MOUNT_OPTION_COPY,       /* a new file system begins with what it covers */
};

struct mount_option {
	char name[20];
	uint32_t kind; /* enum mount_option_kind */
	uint32_t value;
};

extern const struct mount_option mount_options[];
extern const size_t mount_options_count;

/* The entry of that name, or NULL. */
const struct mount_option *mount_option_find(const char *name);

/* The first entry of that kind and value; "?" when there is none. */
const char *mount_option_name(enum mount_option_kind kind, uint32_t value);

/* What a list of options comes to. */
struct mount_flags {
	uint64_t set, clear;                   /* attributes of the mount itself */
	uint64_t set_all, clear_all;           /* of it and all below */
	uint32_t propagation, propagation_all; /* MS_*; 0: none asked for */
	bool is_bind, is_recursive_bind;
	bool is_idmapped, is_idmapped_all;
	bool is_remount, copies_up;
	const char **data; /* for the file system: "name" or "name=value" */
	size_t n_data;
};

void mount_flags_parse(struct arena *arena, size_t n, const char *const *options,
		       struct mount_flags *ret);

enum { MOUNT_NAMES_MAX = 16 };

/* The names of the options that come to these attributes, for printing. Returns how many. */
size_t mount_flags_names(uint64_t set, uint64_t clear, const char *names[MOUNT_NAMES_MAX]);
