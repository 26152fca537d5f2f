/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a namespace can be joined; see the header. Pure. */
#include "topic/namespace_check.h"

#include <errno.h>

#include "sys/kernel.h"

uint64_t namespace_flag(enum oci_namespace_type type)
{
	switch (type) {
	case OCI_NAMESPACE_TYPE_PID:
		return KERNEL_CLONE_NEWPID;
	case OCI_NAMESPACE_TYPE_NETWORK:
		return KERNEL_CLONE_NEWNET;
	case OCI_NAMESPACE_TYPE_MOUNT:
		return KERNEL_CLONE_NEWNS;
	case OCI_NAMESPACE_TYPE_IPC:
		return KERNEL_CLONE_NEWIPC;
	case OCI_NAMESPACE_TYPE_UTS:
		return KERNEL_CLONE_NEWUTS;
	case OCI_NAMESPACE_TYPE_USER:
		return KERNEL_CLONE_NEWUSER;
	case OCI_NAMESPACE_TYPE_CGROUP:
		return KERNEL_CLONE_NEWCGROUP;
	case OCI_NAMESPACE_TYPE_TIME:
		return KERNEL_CLONE_NEWTIME;
	}
	return 0;
}

int namespace_check_path(const struct oci_namespace *ns, const struct host_namespace *fact,
			 struct error *err)
{
	const char *name = oci_enum_name(OCI_ENUM_namespace_type, (int)ns->type);

	if (ns->path[0] != '/')
		return error_set(err, EINVAL, "namespace path \"%s\" is not absolute", ns->path);
	if (fact->error)
		return error_errno(err, (int)fact->error, "open the %s namespace %s", name,
				   ns->path);
	if (!fact->type)
		return error_set(err, EINVAL, "%s is no namespace", ns->path);
	if (fact->type != namespace_flag(ns->type))
		return error_set(err, EINVAL, "%s is no %s namespace", ns->path, name);
	return 0;
}

static int refuse(struct error *err, const char *path, const char *why, const char *hint)
{
	error_set(err, EPERM, "the namespace %s cannot be joined: %s", path, why);
	if (hint)
		error_hint(err, "%s", hint);
	return -EPERM;
}

static int check_user(const struct planning *p, const struct host_namespace *fact,
		      struct error *err)
{
	if (plan_may(p, KERNEL_CAP_SYS_ADMIN))
		return 0;
	if (fact->owner == p->facts->userns && fact->owner_uid == p->facts->uid)
		return 0;
	return refuse(err, fact->path, "it was made by another user, and CAP_SYS_ADMIN is missing",
		      NULL);
}

bool namespace_has_power(const struct host_namespace *user, const struct host_namespace *fact)
{
	return fact->owner == user->inode || fact->is_owner_below;
}

int namespace_check_permission(const struct planning *p, const struct host_namespace *fact,
			       const struct host_namespace *user, struct error *err)
{
	if (!fact->owner)
		return refuse(err, fact->path, "its user namespace is not below the runtime's own",
			      NULL);
	if (fact->type == KERNEL_CLONE_NEWPID && !fact->is_below)
		return refuse(err, fact->path, "it is not below the runtime's own pid namespace",
			      NULL);
	if (fact->type == KERNEL_CLONE_NEWUSER)
		return check_user(p, fact, err);
	if (user && namespace_has_power(user, fact))
		return 0;
	if (fact->type == KERNEL_CLONE_NEWNS && !plan_may(p, KERNEL_CAP_SYS_CHROOT))
		return refuse(err, fact->path, "CAP_SYS_CHROOT is missing", NULL);
	if (plan_may(p, KERNEL_CAP_SYS_ADMIN))
		return 0;
	return refuse(err, fact->path,
		      "CAP_SYS_ADMIN over the user namespace that owns it is missing",
		      user ? "that one is neither the user namespace that is joined nor below it"
			   : "join that user namespace, too");
}
