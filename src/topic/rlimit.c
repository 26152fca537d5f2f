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
	uint32_t seen = 0;

	for (size_t i = 0; process && i < process->rlimits.n; i++) {
		const struct oci_rlimit *limit = &process->rlimits.v[i];
		struct rlimit_step *args = arena_new(p->arena, struct rlimit_step);
		int resource = check(limit, i, &seen, err);

		if (resource < 0)
			return resource;
		args->name = limit->type;
		args->resource = (uint32_t)resource;
		args->soft = limit->soft;
		args->hard = limit->hard;
		/* raising one needs the host's privilege, which a new user namespace takes from the
		 * child */
		plan_add(p, OP_RLIMIT, p->is_privileged ? STAGE_TWO : STAGE_RUNTIME, args,
			 "/process/rlimits/%zu", i);
	}
	return 0;
}

/* Trust: a number for the child; in stage runtime by its pid, which is our own unreaped child's. */
int rlimit_apply(const struct rlimit_step *args, struct slots *slots, struct error *err)
{
	const struct rlimit limit = { .rlim_cur = args->soft, .rlim_max = args->hard };
	int pid = slot_get(slots, SLOT_PID);

	if (prlimit(pid > 0 ? pid : 0, (int)args->resource, &limit, NULL) == 0)
		return 0;
	error_errno(err, errno, "set %s", args->name);
	if (err->code == EPERM)
		error_hint(err, "raising a hard limit needs CAP_SYS_RESOURCE");
	return -err->code;
}

void rlimit_describe(const struct rlimit_step *args, struct describer *d)
{
	describe_string(d, "type", args->name);
	describe_uint(d, "soft", args->soft);
	describe_uint(d, "hard", args->hard);
}
