/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device rules: from the configuration's list to a short list of the same meaning, and from there
 * to what cgroup v1 (a list of exceptions) and v2 (a program) take. Pure.
 *
 * The meaning: of each kind of access (r, w, m) to a device, the last rule that matches decides;
 * when none does, it is denied. An access of several kinds is allowed when each of them is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/ocispec.h"
#include "sys/bpf.h"

struct device_rule {
	bool is_allowed;
	uint8_t type;         /* BPF_DEVICE_CHAR or BPF_DEVICE_BLOCK */
	uint8_t access;       /* BPF_DEVICE_MKNOD and so on */
	int64_t major, minor; /* -1: any */
};

struct device_rules {
	size_t n;
	struct device_rule *v;
};

enum { DEVICE_RULES_MAX = 1024, DEVICE_RULE_TEXT_SIZE = 40 };

/*
 * The configured rules (may be NULL, 0) and after them the devices that every container may use,
 * in the shortest form that says the same: no rule is left that never decides anything.
 */
int device_rules_read(struct arena *arena, const struct oci_device_rule *rules, size_t n,
		      struct device_rules *ret, struct error *err);

/* The same for any list of rules: the order is kept. */
void device_rules_shorten(struct device_rules *rules);

/* Whether everything is allowed. */
bool device_rules_allow_all(const struct device_rules *rules);

/*
 * The form of v1: what counts for all others, and exceptions from it, whose order has no meaning.
 * -ENOTSUP when these rules have no such form. The list must be a shortened one.
 */
int device_rules_exceptions(struct arena *arena, const struct device_rules *rules,
			    bool *ret_is_allowed_else, struct device_rules *ret);

/*
 * The form of v2: the rules in their order, without those that deny what nothing has allowed yet
 * (the list is changed), and a program for bpf_load_device. Gives the number of instructions.
 */
size_t device_rules_program(struct arena *arena, struct device_rules *rules,
			    const struct bpf_instruction **ret);

/* "c 1:3 rwm", as v1 reads it. */
void device_rule_text(const struct device_rule *rule, char text[DEVICE_RULE_TEXT_SIZE]);
