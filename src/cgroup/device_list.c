/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device rules as cgroup v1 keeps them: a default, and exceptions from it without an order.
 *
 * Why a search for conflicts is enough: rules name boxes (a type, a number or any, a number or
 * any), and a box is hidden by later ones only if a single one of them covers it. So a rule that
 * is left after shortening decides about a typical device of its box, and only a box at least as
 * big can stand for it in a list without order. If a later rule says otherwise about a part of
 * that box, and is not itself overruled there, no such list exists for this default.
 */
#include <errno.h>

#include "cgroup/device_rule.h"
#include "cgroup/device_set.h"

enum { READ_WRITE = BPF_DEVICE_READ | BPF_DEVICE_WRITE };

/* Whether rule `later` decides, against rule `index`, about devices that both name. */
static bool is_conflict(const struct device_rules *rules, size_t index, size_t later)
{
	const struct device_rule *rule = &rules->v[index], *other = &rules->v[later];
	uint8_t access = rule->access & other->access;
	struct device_rule common;

	if (rule->is_allowed == other->is_allowed || !access || !device_set_overlaps(rule, other))
		return false;
	common = device_set_common(rule, other);
	for (size_t i = later + 1; i < rules->n && access; i++)
		if (device_set_covers(&rules->v[i], &common))
			access &= (uint8_t)~rules->v[i].access;
	return access != 0;
}

static bool has_conflict(const struct device_rules *rules, size_t index)
{
	for (size_t later = index + 1; later < rules->n; later++)
		if (is_conflict(rules, index, later))
			return true;
	return false;
}

static bool has_form(const struct device_rules *rules, bool is_allowed_else)
{
	for (size_t i = 0; i < rules->n; i++)
		if (rules->v[i].is_allowed != is_allowed_else && has_conflict(rules, i))
			return false;
	return true;
}

static struct device_rule *find_exception(const struct device_rules *list,
					  const struct device_rule *set)
{
	for (size_t i = 0; i < list->n; i++)
		if (device_set_covers(&list->v[i], set) && device_set_covers(set, &list->v[i]))
			return &list->v[i];
	return NULL;
}

static size_t add_exception(struct arena *arena, struct device_rules *list, size_t capacity,
			    const struct device_rule *rule)
{
	struct device_rule *same = find_exception(list, rule);

	if (same) {
		same->access |= rule->access;
		return capacity;
	}
	list->v = arena_grow(arena, list->v, list->n, &capacity, sizeof(*list->v));
	list->v[list->n++] = *rule;
	return capacity;
}

/* Reading may be allowed by one exception and writing by another. */
static bool is_split(const struct device_rule *a, const struct device_rule *b)
{
	return device_set_overlaps(a, b) && ((a->access | b->access) & READ_WRITE) == READ_WRITE &&
	       (a->access & READ_WRITE) != READ_WRITE && (b->access & READ_WRITE) != READ_WRITE;
}

/* v1 lets a device be opened for both only if a single exception allows both. */
static void join_split(struct arena *arena, struct device_rules *list, size_t capacity)
{
	size_t n = list->n;

	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++) {
			struct device_rule common;

			if (!is_split(&list->v[i], &list->v[k]))
				continue;
			common = device_set_common(&list->v[i], &list->v[k]);
			common.access = READ_WRITE;
			capacity = add_exception(arena, list, capacity, &common);
		}
}

int device_rules_exceptions(struct arena *arena, const struct device_rules *rules,
			    bool *ret_is_allowed_else, struct device_rules *ret)
{
	struct device_rules list = { 0 };
	bool is_allowed_else = device_rules_allow_all(rules);
	size_t capacity = 0;

	if (!is_allowed_else && !has_form(rules, false)) {
		if (!has_form(rules, true))
			return -ENOTSUP;
		is_allowed_else = true;
	}
	for (size_t i = 0; i < rules->n; i++)
		if (rules->v[i].is_allowed != is_allowed_else)
			capacity = add_exception(arena, &list, capacity, &rules->v[i]);
	if (!is_allowed_else)
		join_split(arena, &list, capacity);
	*ret_is_allowed_else = is_allowed_else;
	*ret = list;
	return 0;
}
