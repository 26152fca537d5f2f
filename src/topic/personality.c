/* SPDX-License-Identifier: Apache-2.0 */
/* The personality; see the header. */
#include "topic/personality.h"

#include <errno.h>

#include "sys/kernel.h"
#include "sys/syscall.h"

int personality_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	const struct oci_personality *config = os ? os->personality : NULL;
	struct personality *args;

	if (!config)
		return 0;
	if (config->flags.n > 0) { /* the specification has the property, and no value for it */
		error_set(err, EINVAL, "personality flag \"%s\" is not known", config->flags.v[0]);
		return error_at(err, "/linux/personality/flags/0");
	}
	args = arena_new(p->arena, struct personality);
	args->name = oci_enum_name(OCI_ENUM_personality_domain, (int)config->domain);
	args->persona = config->domain == OCI_PERSONALITY_DOMAIN_LINUX32
				? KERNEL_PERSONALITY_LINUX32
				: KERNEL_PERSONALITY_LINUX;
	plan_add(p, OP_PERSONALITY, STAGE_TWO, args, "/linux/personality");
	return 0;
}

/* Trust: a constant for this process itself, which execve hands on. It gives no right. */
int personality_apply(const struct personality *args, struct slots *slots, struct error *err)
{
	int r = sys_personality(args->persona);

	(void)slots;
	return r < 0 ? error_errno(err, -r, "set the personality %s", args->name) : 0;
}

void personality_describe(const struct personality *args, struct describer *d)
{
	describe_string(d, "domain", args->name);
}
