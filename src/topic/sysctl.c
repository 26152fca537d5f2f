/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel parameters; see the header. Which are a namespace's is a list of names, and what is not on
 * it is the host's: nothing here trusts the kernel to refuse a write.
 */
#include "topic/sysctl.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/fd.h"
#include "base/names.h"
#include "sys/kernel.h"
#include "sys/procfd.h"

/* --- names --- */

static const char root[] = "sys/";
enum {
	ROOT_LENGTH = sizeof(root) - 1,
	NAME_LENGTH_MAX = 255,
	VALUE_LENGTH_MAX = 4094, /* of the smallest page, less a NUL */
	DOMAIN_LENGTH_MAX = 64,  /* uname(2) */
};

/* A name that ends in a slash stands for all below it. */
struct owned {
	char name[24];
	uint32_t namespace; /* KERNEL_CLONE_NEW* */
};

static const struct owned owned[] = {
	{"fs/mqueue/",              KERNEL_CLONE_NEWIPC },
	{ "kernel/auto_msgmni",     KERNEL_CLONE_NEWIPC },
	{ "kernel/domainname",      KERNEL_CLONE_NEWUTS },
	{ "kernel/msg_next_id",     KERNEL_CLONE_NEWIPC },
	{ "kernel/msgmax",          KERNEL_CLONE_NEWIPC },
	{ "kernel/msgmnb",          KERNEL_CLONE_NEWIPC },
	{ "kernel/msgmni",          KERNEL_CLONE_NEWIPC },
	{ "kernel/sem",             KERNEL_CLONE_NEWIPC },
	{ "kernel/sem_next_id",     KERNEL_CLONE_NEWIPC },
	{ "kernel/shm_next_id",     KERNEL_CLONE_NEWIPC },
	{ "kernel/shm_rmid_forced", KERNEL_CLONE_NEWIPC },
	{ "kernel/shmall",          KERNEL_CLONE_NEWIPC },
	{ "kernel/shmmax",          KERNEL_CLONE_NEWIPC },
	{ "kernel/shmmni",          KERNEL_CLONE_NEWIPC },
	{ "net/",		   KERNEL_CLONE_NEWNET },
	{ "user/",                  KERNEL_CLONE_NEWUSER},
};

static const struct owned *find_owned(const char *name)
{
	for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++) {
		size_t length = strlen(owned[i].name);
		bool is_all = owned[i].name[length - 1] == '/';

		if (strncmp(name, owned[i].name, length + !is_all) == 0)
			return &owned[i];
	}
	return NULL;
}

/*
 * As sysctl(8) reads it: which of '.' and '/' comes first separates, and the other one is then part
 * of a name ("net.ipv4.conf.eth0/1.forwarding" is "net/ipv4/conf/eth0.1/forwarding").
 */
static char *canonical_name(struct arena *arena, const char *key)
{
	size_t first = strcspn(key, "./");
	char *name = arena_strdup(arena, key);

	for (char *c = name; key[first] == '.' && *c; c++)
		*c = (char)(*c == '.' ? '/' : *c == '/' ? '.' : *c);
	return name;
}

/* Components that are a name each: neither empty, nor "." or "..", nor with blanks or the like. */
static bool is_plain_name(const char *name)
{
	if (strlen(name) > NAME_LENGTH_MAX || !strchr(name, '/'))
		return false;
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return false;
	for (;;) {
		size_t length = strcspn(name, "/");

		if (length == 0 || (length <= 2 && strspn(name, ".") == length))
			return false;
		if (!name[length])
			return true;
		name += length + 1;
	}
}

/* --- planning --- */

static const char *namespace_word(uint32_t flag)
{
	return flag == KERNEL_CLONE_NEWIPC   ? "ipc"
	       : flag == KERNEL_CLONE_NEWUTS ? "uts"
	       : flag == KERNEL_CLONE_NEWNET ? "network"
					     : "user";
}

/* What has a property of its own cannot be said a second time and otherwise. */
static int check_conflict(const struct planning *p, const char *name, const char *value,
			  struct error *err)
{
	const char *domain = p->config->domainname;

	if (strcmp(name, "kernel/hostname") == 0) {
		error_set(err, EINVAL, "kernel.hostname is not set as a sysctl");
		return error_hint(err, "the configuration has the property hostname for it");
	}
	if (strcmp(name, "kernel/domainname") != 0 || !domain || !*domain ||
	    strcmp(domain, value) == 0)
		return 0;
	return error_set(err, EINVAL, "kernel.domainname is \"%s\", and domainname is \"%s\"",
			 value, domain);
}

static int check_owner(const struct planning *p, const char *name, struct error *err)
{
	const struct owned *found = find_owned(name);

	if (!found)
		return error_set(err, EINVAL,
				 "sysctl %s is the whole host's: it belongs to no namespace", name);
	if (p->owned_namespaces & found->namespace)
		return 0;
	if (p->joined_namespaces & found->namespace)
		return error_set(err, EPERM,
				 "sysctl %s cannot be set: the %s namespace belongs to another "
				 "user namespace than the container is in",
				 name, namespace_word(found->namespace));
	error_set(err, EINVAL,
		  "sysctl %s would be the host's: the container has no %s namespace of its own",
		  name, namespace_word(found->namespace));
	return plan_hint_namespace(p, found->namespace, namespace_word(found->namespace), err);
}

/*
 * The kernel takes a text up to the end of its line and as much of it as it has room for, a list of
 * numbers up to a page, and says nothing of the rest. A write of nothing would be none.
 */
static int check_value(const char *name, const char *value, struct error *err)
{
	size_t length = strlen(value), line = strcspn(value, "\n");

	if (length == 0)
		return error_set(err, EINVAL, "sysctl %s has no value", name);
	if (line + 1 < length)
		return error_set(err, EINVAL, "sysctl %s has a value of more than one line", name);
	if (length > VALUE_LENGTH_MAX)
		return error_set(err, E2BIG, "sysctl %s has a value of more than %d bytes", name,
				 VALUE_LENGTH_MAX);
	if (strcmp(name, "kernel/domainname") == 0 && line > DOMAIN_LENGTH_MAX)
		return error_set(err, ENAMETOOLONG, "kernel.domainname is longer than %d bytes",
				 DOMAIN_LENGTH_MAX);
	return 0;
}

static int check(const struct planning *p, const struct oci_pair *pair, const char *name,
		 struct error *err)
{
	int r;

	if (!is_plain_name(name))
		return error_set(err, EINVAL, "\"%s\" is no name of a sysctl", pair->key);
	r = check_conflict(p, name, pair->value, err);
	if (r == 0)
		r = check_owner(p, name, err);
	return r == 0 ? check_value(name, pair->value, err) : r;
}

static bool is_network(const struct sysctl *args)
{
	return strncmp(args->path + ROOT_LENGTH, "net/", 4) == 0;
}

static void plan_those(struct planning *p, bool is_of_network)
{
	size_t n = p->config->linux_ ? p->config->linux_->sysctl.n : 0;

	for (size_t i = 0; i < n; i++)
		if (is_network(&p->sysctls[i]) == is_of_network)
			plan_add(p, OP_SYSCTL, STAGE_ONE, &p->sysctls[i], "%s",
				 p->sysctls[i].pointer);
}

/* The same parameter twice, spelt in two ways: the order within a map has no meaning. */
static int check_repeated(struct name_set *seen, const char *name, struct error *err)
{
	if (name_set_add(seen, 0, name, strlen(name)))
		return 0;
	return error_set(err, EINVAL, "sysctl %s is set twice", name);
}

int sysctl_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	size_t n = os ? os->sysctl.n : 0;
	struct sysctl *all = arena_array(p->arena, n, sizeof(*all));
	struct name_set seen;

	name_set_init(&seen, p->arena);
	for (size_t i = 0; i < n; i++) {
		const struct oci_pair *pair = &os->sysctl.v[i];
		const char *name = canonical_name(p->arena, pair->key);
		int r = check(p, pair, name, err);

		all[i].path = arena_printf(p->arena, "%s%s", root, name);
		all[i].value = pair->value;
		all[i].pointer = plan_pointer_to(p, "/linux/sysctl", pair->key);
		if (r == 0)
			r = check_repeated(&seen, name, err);
		if (r < 0)
			return error_at(err, "%s", all[i].pointer);
	}
	p->sysctls = all;
	plan_those(p, false);
	if (!p->network)
		plan_those(p, true);
	return 0;
}

void sysctl_plan_networked(struct planning *p)
{
	plan_those(p, true);
}

/* --- running --- */

static int set_failed(const struct sysctl *args, int code, struct error *err)
{
	error_errno(err, code, "set sysctl %s to \"%s\"", args->path + ROOT_LENGTH, args->value);
	switch (code) {
	case ENOENT:
		error_hint(err, "this kernel has none of that name for a container");
		break;
	case EXDEV:
	case EROFS:
		error_hint(err, "something is mounted over /proc/sys of the host");
		break;
	case EACCES:
	case EPERM:
		error_hint(err, "the kernel does not let this user namespace set it");
		break;
	default:
		break;
	}
	return -code;
}

/*
 * Trust: /proc is the host's: the root is not entered yet. It is verified to be a procfs, nothing
 * that is mounted in it is crossed, no link is followed (CVE-2025-52881), and it is closed again.
 * What is written there is this process's namespaces', because the name is one of those that the
 * kernel looks up by its reader; the planner has seen to it that they are the container's.
 */
int sysctl_apply(const struct sysctl *args, struct slots *slots, struct error *err)
{
	fd_auto int proc_fd = procfd_open();
	int r = proc_fd;

	(void)slots;
	if (r < 0)
		return error_errno(err, -r, "open the host's procfs");
	r = procfd_write(proc_fd, args->path, args->value, strlen(args->value));
	return r < 0 ? set_failed(args, -r, err) : 0;
}

void sysctl_describe(const struct sysctl *args, struct describer *d)
{
	describe_string(d, "name", args->path + ROOT_LENGTH);
	describe_string(d, "value", args->value);
}
