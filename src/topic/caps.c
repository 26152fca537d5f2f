/* SPDX-License-Identifier: Apache-2.0 */
/* Capabilities; see the header. Names come from libcap, system calls are made here. */
#include "topic/caps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "sys/syscall.h"

enum { KNOWN_MAX = 64 };

#define BIT(capability) (UINT64_C(1) << (capability))

/* --- planning --- */

/* Names that have been looked up. */
struct known {
	const char *name[KNOWN_MAX];
	int value[KNOWN_MAX];
	size_t n;
};

/* One of the five sets: what of it can be given, and why the rest cannot. */
struct set_rule {
	const char *name;
	uint64_t grantable;
	const char *why_not;
	struct known *known;
};

/* -1 for a name that is none. libcap looks at all it knows, and the sets list mostly the same. */
static int value_of(const char *name, struct known *known)
{
	cap_value_t value;

	for (size_t i = 0; i < known->n; i++)
		if (strcmp(known->name[i], name) == 0)
			return known->value[i];
	if (strncmp(name, "CAP_", 4) != 0 || cap_from_name(name, &value) < 0)
		return -1;
	if (known->n < KNOWN_MAX) {
		known->name[known->n] = name;
		known->value[known->n++] = value;
	}
	return value;
}

/*
 * The bit of "CAP_X"; 0, and a warning, for one that is unknown or that cannot be given here: the
 * specification wants a warning for both, and no failure.
 */
static uint64_t known_bit(struct planning *p, const struct oci_strings *names, size_t i,
			  const struct set_rule *rule)
{
	const char *name = names->v[i], *why = NULL;
	int value = value_of(name, rule->known);

	if (value < 0 || (uint32_t)value > p->facts->last_cap)
		why = "it is not known here";
	else if (!(rule->grantable & BIT(value)))
		why = rule->why_not;
	if (!why)
		return BIT(value);
	plan_warn(p, arena_printf(p->arena, "/process/capabilities/%s/%zu", rule->name, i),
		  "capability %s is left out: %s", name, why);
	return 0;
}

static uint64_t plan_set(struct planning *p, const struct oci_strings *names,
			 const struct set_rule *rule)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < names->n; i++)
		bits |= known_bit(p, names, i, rule);
	return bits;
}

int caps_plan(struct planning *p, struct error *err)
{
	const struct oci_process *process = p->config->process;
	const struct oci_capabilities *config = process ? process->capabilities : NULL;
	struct caps *caps = arena_new(p->arena, struct caps);
	uint64_t all = p->is_privileged ? p->facts->permitted & p->facts->bounding : UINT64_MAX;
	static const char not_ours[] = "oci-rt does not have it itself";
	struct known known = { .n = 0 };

	(void)err;
	caps->last = p->facts->last_cap;
	p->caps = caps;
	if (!config)
		return 0;
	caps->bounding = plan_set(p, &config->bounding,
				  &(struct set_rule){ "bounding", all, not_ours, &known });
	caps->permitted = plan_set(p, &config->permitted,
				   &(struct set_rule){ "permitted", all, not_ours, &known });
	/* capset(2) adds nothing to inheritable that is not in bounding, which shrinks before */
	caps->inheritable = plan_set(p, &config->inheritable,
				     &(struct set_rule){ "inheritable", caps->bounding,
							 "it is not in bounding", &known });
	caps->effective = plan_set(p, &config->effective,
				   &(struct set_rule){ "effective", caps->permitted,
						       "it is not in permitted", &known });
	caps->ambient =
		plan_set(p, &config->ambient,
			 &(struct set_rule){ "ambient", caps->permitted & caps->inheritable,
					     "it is not in permitted and inheritable", &known });
	p->keeps_admin = caps->effective & BIT(CAP_SYS_ADMIN);
	return 0;
}

/* No configuration of them means that there are none to keep. */
static const char *config_pointer(const struct planning *p)
{
	const struct oci_process *process = p->config->process;

	return process && process->capabilities ? "/process/capabilities" : "";
}

void caps_plan_bound(struct planning *p)
{
	plan_add(p, OP_BOUNDING, STAGE_TWO, p->caps, "%s", config_pointer(p));
}

void caps_plan_sets(struct planning *p)
{
	plan_add(p, OP_CAPABILITIES, STAGE_TWO, p->caps, "%s", config_pointer(p));
}

/* --- running --- */

/* Trust: nothing hostile; every capability that is not configured is dropped, one failure is an
 * error. */
int caps_bound_apply(const struct caps *args, struct slots *slots, struct error *err)
{
	(void)slots;
	for (uint32_t i = 0; i <= args->last; i++)
		if (!(args->bounding & BIT(i)) && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
			return error_errno(err, errno, "drop capability %u from the bounding set",
					   i);
	return 0;
}

static int raise_ambient(const struct caps *args, struct error *err)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return error_errno(err, errno, "clear the ambient capabilities");
	for (uint32_t i = 0; i <= args->last; i++)
		if ((args->ambient & BIT(i)) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) < 0)
			return error_errno(err, errno, "raise ambient capability %u", i);
	return 0;
}

/* Trust: as caps_bound_apply; all sets are written, none is inherited from the caller. */
int caps_apply(const struct caps *args, struct slots *slots, struct error *err)
{
	struct kernel_cap_data data[2];
	int r;

	(void)slots;
	for (int i = 0; i < 2; i++) {
		data[i].effective = (uint32_t)(args->effective >> 32 * i);
		data[i].permitted = (uint32_t)(args->permitted >> 32 * i);
		data[i].inheritable = (uint32_t)(args->inheritable >> 32 * i);
	}
	r = sys_capset(data);
	if (r < 0)
		return error_errno(err, -r, "set the capabilities");
	return raise_ambient(args, err);
}

static void describe_set(struct describer *d, const char *key, uint64_t set)
{
	char *names[64];
	size_t n = 0;

	for (int i = 0; i < 64; i++)
		if (set & BIT(i))
			names[n++] = cap_to_name(i);
	describe_list(d, key, n, (const char *const *)names);
	while (n)
		cap_free(names[--n]);
}

void caps_bound_describe(const struct caps *args, struct describer *d)
{
	describe_set(d, "keep", args->bounding);
}

void caps_describe(const struct caps *args, struct describer *d)
{
	describe_set(d, "effective", args->effective);
	describe_set(d, "permitted", args->permitted);
	describe_set(d, "inheritable", args->inheritable);
	describe_set(d, "ambient", args->ambient);
}
