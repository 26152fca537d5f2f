/* SPDX-License-Identifier: Apache-2.0 */
/* Reading device rules and shortening them; see the header. Knows no cgroup version. */
#include "cgroup/device_rule.h"

#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "cgroup/device_set.h"

enum { ACCESS_ALL = BPF_DEVICE_MKNOD | BPF_DEVICE_READ | BPF_DEVICE_WRITE };

/*
 * What every container may use besides: making any node (which alone opens none), the default
 * devices of the specification, and its terminals.
 */
static const struct device_rule default_rules[] = {
	{true,  BPF_DEVICE_CHAR,  BPF_DEVICE_MKNOD, -1,  -1},
	{ true, BPF_DEVICE_BLOCK, BPF_DEVICE_MKNOD, -1,  -1},
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       1,   3 }, /* null */
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       1,   5 }, /* zero */
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       1,   7 }, /* full */
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       1,   8 }, /* random */
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       1,   9 }, /* urandom */
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       5,   0 }, /* tty */
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       5,   1 }, /* console */
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       5,   2 }, /* ptmx */
	{ true, BPF_DEVICE_CHAR,  ACCESS_ALL,       136, -1}, /* pts */
};
enum { N_DEFAULT_RULES = sizeof(default_rules) / sizeof(default_rules[0]) };

/* Absent access means all of it, as an absent number means any; none at all is a mistake. */
static int read_access(const char *text, uint8_t *ret)
{
	uint8_t access = 0;

	if (!text) {
		*ret = ACCESS_ALL;
		return 0;
	}
	for (; *text; text++) {
		if (*text == 'r')
			access |= BPF_DEVICE_READ;
		else if (*text == 'w')
			access |= BPF_DEVICE_WRITE;
		else if (*text == 'm')
			access |= BPF_DEVICE_MKNOD;
		else
			return -EINVAL;
	}
	*ret = access;
	return access ? 0 : -EINVAL;
}

/* UINT32_MAX would be "any" to v1. */
static bool is_number(int64_t number)
{
	return number >= -1 && number < UINT32_MAX;
}

static int read_rule(const struct oci_device_rule *rule, size_t index, struct device_rule *ret,
		     struct error *err)
{
	static const char at[] = "/linux/resources/devices";

	ret->is_allowed = rule->allow;
	ret->major = rule->has_major ? rule->major : -1;
	ret->minor = rule->has_minor ? rule->minor : -1;
	if (!is_number(ret->major) || !is_number(ret->minor)) {
		error_set(err, EINVAL, "a device number is at least 0, or -1 for any");
		return error_at(err, "%s/%zu/%s", at, index,
				is_number(ret->major) ? "minor" : "major");
	}
	if (read_access(rule->access, &ret->access) < 0) {
		error_set(err, EINVAL, "device access \"%s\" is not made of r, w and m",
			  rule->access);
		return error_at(err, "%s/%zu/access", at, index);
	}
	return 0;
}

static void add_rule(struct device_rules *rules, const struct device_rule *rule, uint8_t type)
{
	rules->v[rules->n] = *rule;
	rules->v[rules->n++].type = type;
}

/* A rule for all types is one for each. */
static void add_types(struct device_rules *rules, const struct oci_device_rule *from,
		      const struct device_rule *rule)
{
	bool is_any = !from->has_type || from->type == OCI_DEVICE_RULE_TYPE_ALL;

	if (is_any || from->type == OCI_DEVICE_RULE_TYPE_CHAR)
		add_rule(rules, rule, BPF_DEVICE_CHAR);
	if (is_any || from->type == OCI_DEVICE_RULE_TYPE_BLOCK)
		add_rule(rules, rule, BPF_DEVICE_BLOCK);
}

int device_rules_read(struct arena *arena, const struct oci_device_rule *rules, size_t n,
		      struct device_rules *ret, struct error *err)
{
	struct device_rules list = { 0 };
	struct device_rule rule = { .access = ACCESS_ALL, .major = -1, .minor = -1 };

	if (n > DEVICE_RULES_MAX) {
		error_set(err, E2BIG, "there are more than %d device rules", DEVICE_RULES_MAX);
		return error_at(err, "/linux/resources/devices");
	}
	list.v = arena_array(arena, 2 * (n + 1) + N_DEFAULT_RULES, sizeof(*list.v));
	add_rule(&list, &rule, BPF_DEVICE_CHAR);
	add_rule(&list, &rule, BPF_DEVICE_BLOCK);
	for (size_t i = 0; i < n; i++) {
		int r = read_rule(&rules[i], i, &rule, err);

		if (r < 0)
			return r;
		add_types(&list, &rules[i], &rule);
	}
	memcpy(list.v + list.n, default_rules, sizeof(default_rules));
	list.n += N_DEFAULT_RULES;
	device_rules_shorten(&list);
	*ret = list;
	return 0;
}

/* What later rules decide is not decided by this one. */
static void take_what_is_decided_later(struct device_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		for (size_t k = i + 1; k < rules->n; k++)
			if (device_set_covers(&rules->v[k], &rules->v[i]))
				rules->v[i].access &= (uint8_t)~rules->v[k].access;
}

/* What an earlier rule has decided in the same way, with none between that says otherwise. */
static uint8_t decided_before(const struct device_rules *rules, size_t index)
{
	const struct device_rule *rule = &rules->v[index];
	uint8_t open = rule->access, decided = 0;

	for (size_t i = index; i > 0 && open; i--) {
		const struct device_rule *before = &rules->v[i - 1];
		bool is_same = before->is_allowed == rule->is_allowed;

		if (is_same && device_set_covers(before, rule))
			decided |= open & before->access;
		if (!is_same ? device_set_overlaps(before, rule) : device_set_covers(before, rule))
			open &= (uint8_t)~before->access;
	}
	return decided;
}

static void take_what_is_decided_before(struct device_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		rules->v[i].access &= (uint8_t)~decided_before(rules, i);
}

void device_rules_shorten(struct device_rules *rules)
{
	size_t kept = 0;

	/* First, so that what is said twice stays where it was said first. */
	take_what_is_decided_before(rules);
	take_what_is_decided_later(rules);
	take_what_is_decided_before(rules);
	for (size_t i = 0; i < rules->n; i++)
		if (rules->v[i].access)
			rules->v[kept++] = rules->v[i];
	rules->n = kept;
}

bool device_rules_allow_all(const struct device_rules *rules)
{
	/* Some rule decides about every device; with none that denies, all is allowed. */
	for (size_t i = 0; i < rules->n; i++)
		if (!rules->v[i].is_allowed)
			return false;
	return true;
}

static void add_number(struct strbuf *buf, int64_t number)
{
	char digits[20];
	size_t n = 0;

	if (number < 0) {
		strbuf_add_char(buf, '*');
		return;
	}
	do {
		digits[n++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (n > 0)
		strbuf_add_char(buf, digits[--n]);
}

void device_rule_text(const struct device_rule *rule, char text[DEVICE_RULE_TEXT_SIZE])
{
	struct strbuf buf;

	strbuf_init_fixed(&buf, text, DEVICE_RULE_TEXT_SIZE);
	strbuf_add(&buf, rule->type == BPF_DEVICE_CHAR ? "c " : "b ");
	add_number(&buf, rule->major);
	strbuf_add_char(&buf, ':');
	add_number(&buf, rule->minor);
	strbuf_add_char(&buf, ' ');
	if (rule->access & BPF_DEVICE_READ)
		strbuf_add_char(&buf, 'r');
	if (rule->access & BPF_DEVICE_WRITE)
		strbuf_add_char(&buf, 'w');
	if (rule->access & BPF_DEVICE_MKNOD)
		strbuf_add_char(&buf, 'm');
}
