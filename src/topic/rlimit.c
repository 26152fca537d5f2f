/* SPDX-License-Identifier: Apache-2.0 */
/* Resource limits; see the header. */
#include "topic/rlimit.h"

#include <errno.h>
#include <sys/resource.h>

#include "base/words.h"

/* getrlimit(2): all that Linux has. */
static const struct word resources[] = {
	{"RLIMIT_AS",          RLIMIT_AS        },
	{ "RLIMIT_CORE",       RLIMIT_CORE      },
	{ "RLIMIT_CPU",        RLIMIT_CPU       },
	{ "RLIMIT_DATA",       RLIMIT_DATA      },
	{ "RLIMIT_FSIZE",      RLIMIT_FSIZE     },
	{ "RLIMIT_LOCKS",      RLIMIT_LOCKS     },
	{ "RLIMIT_MEMLOCK",    RLIMIT_MEMLOCK   },
	{ "RLIMIT_MSGQUEUE",   RLIMIT_MSGQUEUE  },
	{ "RLIMIT_NICE",       RLIMIT_NICE      },
	{ "RLIMIT_NOFILE",     RLIMIT_NOFILE    },
	{ "RLIMIT_NPROC",      RLIMIT_NPROC     },
	{ "RLIMIT_RSS",        RLIMIT_RSS       },
	{ "RLIMIT_RTPRIO",     RLIMIT_RTPRIO    },
	{ "RLIMIT_RTTIME",     RLIMIT_RTTIME    },
	{ "RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
	{ "RLIMIT_STACK",      RLIMIT_STACK     },
};

static int check(const struct oci_rlimit *limit, size_t i, uint32_t *seen, struct error *err)
{
	const struct word *word = words_find(resources, WORDS_COUNT(resources), limit->type);

	if (!word) {
		error_set(err, EINVAL, "resource limit \"%s\" is not known", limit->type);
		return error_at(err, "/process/rlimits/%zu/type", i);
	}
	if (*seen & 1u << word->value) {
		error_set(err, EINVAL, "resource limit %s is listed twice", limit->type);
		return error_at(err, "/process/rlimits/%zu/type", i);
	}
	if (limit->soft > limit->hard) {
		error_set(err, EINVAL, "the soft limit of %s is above its hard limit", limit->type);
		return error_at(err, "/process/rlimits/%zu/soft", i);
	}
	*seen |= 1u << word->value;
	return (int)word->value;
}

int rlimit_plan(struct planning *p, struct error *err)
{
	const struct oci_process *process = p->config->process;
	struct rlimit_step *limits;
	uint32_t seen = 0;

	if (!process)
		return 0;
	limits = arena_array(p->arena, process->rlimits.n, sizeof(*limits));
	p->rlimits = limits;
	for (size_t i = 0; i < process->rlimits.n; i++) {
		const struct oci_rlimit *limit = &process->rlimits.v[i];
		int resource = check(limit, i, &seen, err);

		if (resource < 0)
			return resource;
		limits[i] = (struct rlimit_step){ .name = limit->type,
						  .soft = limit->soft,
						  .hard = limit->hard,
						  .resource = (uint32_t)resource };
		/* the privilege is the host's, which a new user namespace takes from the child */
		plan_add(p, OP_RLIMIT_RAISE, p->is_privileged ? STAGE_TWO : STAGE_RUNTIME,
			 &limits[i], "/process/rlimits/%zu", i);
	}
	return 0;
}

void rlimit_plan_last(struct planning *p)
{
	const struct oci_process *process = p->config->process;

	for (size_t i = 0; process && i < process->rlimits.n; i++)
		plan_add(p, OP_RLIMIT, STAGE_TWO, &p->rlimits[i], "/process/rlimits/%zu", i);
}

static int set_failed(const struct rlimit_step *args, struct error *err)
{
	error_errno(err, errno, "set %s", args->name);
	if (err->code == EPERM)
		error_hint(err, "raising a hard limit needs CAP_SYS_RESOURCE");
	return -err->code;
}

/* Trust: a number for the child; in stage runtime by its pid, which is our own unreaped child's. */
int rlimit_raise_apply(const struct rlimit_step *args, struct slots *slots, struct error *err)
{
	int pid = slot_get(slots, SLOT_PID);
	struct rlimit limit;

	pid = pid > 0 ? pid : 0;
	if (prlimit(pid, (int)args->resource, NULL, &limit) < 0)
		return set_failed(args, err);
	if (args->hard <= limit.rlim_max)
		return 0;
	limit.rlim_max = args->hard;
	return prlimit(pid, (int)args->resource, &limit, NULL) < 0 ? set_failed(args, err) : 0;
}

/* The largest number means that there is none. */
static void describe_limit(struct describer *d, const char *key, uint64_t limit)
{
	if (limit == RLIM_INFINITY && !d->json)
		describe_string(d, key, "unlimited");
	else
		describe_uint(d, key, limit);
}

void rlimit_raise_describe(const struct rlimit_step *args, struct describer *d)
{
	describe_string(d, "type", args->name);
	describe_limit(d, "hard", args->hard);
}

/* Trust: only this process's own limits, which are not above what was allowed it by now. */
int rlimit_apply(const struct rlimit_step *args, struct slots *slots, struct error *err)
{
	const struct rlimit limit = { .rlim_cur = args->soft, .rlim_max = args->hard };

	(void)slots;
	return setrlimit((int)args->resource, &limit) < 0 ? set_failed(args, err) : 0;
}

void rlimit_describe(const struct rlimit_step *args, struct describer *d)
{
	describe_string(d, "type", args->name);
	describe_limit(d, "soft", args->soft);
	describe_limit(d, "hard", args->hard);
}
