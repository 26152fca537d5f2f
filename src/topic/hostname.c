/* SPDX-License-Identifier: Apache-2.0 */
/* Host name and domain name; see the header. */
#include "topic/hostname.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sys/kernel.h"

enum { NAME_MAX_UTS = 64 }; /* uname(2) */

static int plan_name(struct planning *p, enum operation operation, const char *name,
		     const char *pointer, struct error *err)
{
	struct hostname *args;

	if (!name || !*name)
		return 0;
	if (!((p->new_namespaces | p->joined_namespaces) & KERNEL_CLONE_NEWUTS)) {
		error_set(err, EINVAL, "%s needs a UTS namespace of the container's own",
			  pointer + 1);
		plan_hint_namespace(p, KERNEL_CLONE_NEWUTS, "uts", err);
		return error_at(err, "%s", pointer);
	}
	if (!(p->owned_namespaces & KERNEL_CLONE_NEWUTS)) {
		error_set(err, EPERM,
			  "%s cannot be set: the UTS namespace belongs to another user "
			  "namespace than the container is in",
			  pointer + 1);
		return error_at(err, "%s", pointer);
	}
	if (strlen(name) > NAME_MAX_UTS) {
		error_set(err, ENAMETOOLONG, "%s is longer than %d bytes", pointer + 1,
			  NAME_MAX_UTS);
		return error_at(err, "%s", pointer);
	}
	args = arena_new(p->arena, struct hostname);
	args->name = name;
	plan_add(p, operation, STAGE_ONE, args, "%s", pointer);
	return 0;
}

int hostname_plan(struct planning *p, struct error *err)
{
	int r = plan_name(p, OP_HOSTNAME, p->config->hostname, "/hostname", err);

	if (r < 0)
		return r;
	return plan_name(p, OP_DOMAINNAME, p->config->domainname, "/domainname", err);
}

/* Trust: the name is a string of the configuration and changes a namespace that is the child's own.
 */
int hostname_apply(const struct hostname *args, struct slots *slots, struct error *err)
{
	(void)slots;
	if (sethostname(args->name, strlen(args->name)) < 0)
		return error_errno(err, errno, "set the host name to \"%s\"", args->name);
	return 0;
}

void hostname_describe(const struct hostname *args, struct describer *d)
{
	describe_string(d, "name", args->name);
}

/* Trust: as hostname_apply. */
int domainname_apply(const struct hostname *args, struct slots *slots, struct error *err)
{
	(void)slots;
	if (setdomainname(args->name, strlen(args->name)) < 0)
		return error_errno(err, errno, "set the domain name to \"%s\"", args->name);
	return 0;
}

void domainname_describe(const struct hostname *args, struct describer *d)
{
	describe_string(d, "name", args->name);
}
