/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces; see the header. */
#include "topic/namespace.h"

#include <errno.h>
#include <sched.h>

#include "base/fd.h"
#include "sys/kernel.h"
#include "sys/loopback.h"
#include "sys/netns.h"

/* By enum oci_namespace_type. */
static uint64_t namespace_flag(enum oci_namespace_type type)
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

int namespace_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	uint64_t made = 0;

	for (size_t i = 0; os && i < os->namespaces.n; i++) {
		const struct oci_namespace *ns = &os->namespaces.v[i];
		uint64_t flag = namespace_flag(ns->type);

		if (made & flag) {
			error_set(err, EINVAL, "namespace type \"%s\" is listed twice",
				  oci_enum_name(OCI_ENUM_namespace_type, (int)ns->type));
			return error_at(err, "/linux/namespaces/%zu/type", i);
		}
		made |= flag;
		if (ns->path && *ns->path)
			plan_unsupported(p, "joining a namespace", "/linux/namespaces/%zu/path", i);
		else if (flag == KERNEL_CLONE_NEWTIME)
			plan_unsupported(p, "a time namespace", "/linux/namespaces/%zu/type", i);
	}
	if (!(made & KERNEL_CLONE_NEWNS))
		plan_unsupported(p, "a container without a mount namespace of its own",
				 "/linux/namespaces");
	p->new_namespaces = made;
	p->is_privileged = !(made & KERNEL_CLONE_NEWUSER);
	return 0;
}

/* --- the clone --- */

/*
 * Whether the runtime makes the network namespace. It needs CAP_NET_ADMIN over its own, to find
 * back; and a new user namespace must own it.
 */
static bool makes_network(const struct planning *p)
{
	return (p->new_namespaces & KERNEL_CLONE_NEWNET) && p->is_privileged &&
	       p->facts->is_initial_userns &&
	       (p->facts->permitted & UINT64_C(1) << KERNEL_CAP_NET_ADMIN);
}

void namespace_plan_clone(struct planning *p)
{
	struct namespace_clone *args = arena_new(p->arena, struct namespace_clone);

	/* clone3 would root a cgroup namespace in the runtime's own cgroup: the child unshares it
	 */
	args->flags = p->new_namespaces & ~KERNEL_CLONE_NEWCGROUP;
	if (makes_network(p))
		args->flags &= ~KERNEL_CLONE_NEWNET;
	plan_add(p, OP_CLONE, STAGE_RUNTIME, args, "/linux/namespaces");
}

static void describe_namespaces(struct describer *d, uint64_t flags)
{
	const char *names[8];
	size_t n = 0;

	for (int type = 0; type < (int)oci_enum_count(OCI_ENUM_namespace_type); type++)
		if (flags & namespace_flag((enum oci_namespace_type)type))
			names[n++] = oci_enum_name(OCI_ENUM_namespace_type, type);
	describe_list(d, "new", n, names);
}

void namespace_clone_describe(const struct namespace_clone *args, struct describer *d)
{
	describe_namespaces(d, args->flags);
}

/* --- inside --- */

void namespace_plan_inside(struct planning *p)
{
	if (p->new_namespaces & KERNEL_CLONE_NEWCGROUP) {
		struct namespace_unshare *args = arena_new(p->arena, struct namespace_unshare);

		args->flags = KERNEL_CLONE_NEWCGROUP;
		plan_add(p, OP_UNSHARE, STAGE_ONE, args, "/linux/namespaces");
	}
	if ((p->new_namespaces & KERNEL_CLONE_NEWNET) && !p->network)
		plan_add(p, OP_LOOPBACK, STAGE_ONE, NULL, "/linux/namespaces");
}

/* Trust: nothing hostile takes part; the container has not begun. */
int namespace_unshare_apply(const struct namespace_unshare *args, struct slots *slots,
			    struct error *err)
{
	(void)slots;
	if (unshare((int)args->flags) < 0)
		return error_errno(err, errno, "make a cgroup namespace");
	return 0;
}

void namespace_unshare_describe(const struct namespace_unshare *args, struct describer *d)
{
	describe_namespaces(d, args->flags);
}

/* Trust: a socket ioctl in a network namespace that nobody else is in yet. */
int namespace_loopback_apply(const void *args, struct slots *slots, struct error *err)
{
	int r = loopback_up();

	(void)args;
	(void)slots;
	return r < 0 ? error_errno(err, -r, "bring up the loopback interface") : 0;
}

void namespace_loopback_describe(const void *args, struct describer *d)
{
	(void)args;
	describe_string(d, "interface", "lo");
}

/* --- a network namespace that the runtime makes --- */

void namespace_plan_network_make(struct planning *p)
{
	struct network *args;
	size_t step;

	if (!makes_network(p))
		return;
	args = arena_new(p->arena, struct network);
	args->slot = plan_new_slot(p);
	p->network = args;
	step = plan_add(p, OP_NETWORK_MAKE, STAGE_RUNTIME, args, "/linux/namespaces");
	p->plan->steps[step].is_meanwhile = true;
}

void namespace_plan_network_give(struct planning *p)
{
	size_t step = plan_add(p, OP_NETWORK_GIVE, STAGE_RUNTIME, p->network, "/linux/namespaces");

	p->plan->steps[step].hands_over = (uint8_t)p->network->slot;
}

void namespace_plan_network_enter(struct planning *p)
{
	plan_add(p, OP_NETWORK_ENTER, STAGE_ONE, p->network, "/linux/namespaces");
}

/*
 * Trust: nothing hostile; the new namespace is named by a socket in it, no path is used. The
 * runtime goes back to its own, whatever happened.
 */
int network_make_apply(const struct network *args, struct slots *slots, struct error *err)
{
	fd_auto int own_fd = netns_current();
	fd_auto int new_fd = -EBADF;
	int r = own_fd;

	if (r >= 0)
		r = unshare(CLONE_NEWNET) < 0 ? -errno : 0;
	if (r < 0)
		return error_errno(err, -r, "make a network namespace");
	r = loopback_up();
	new_fd = netns_current();
	if (setns(own_fd, CLONE_NEWNET) < 0)
		return error_errno(err, errno, "go back to the host's network namespace");
	if (r < 0)
		return error_errno(err, -r, "bring up the loopback interface");
	if (new_fd < 0)
		return error_errno(err, -new_fd, "open the network namespace");
	slot_set(slots, args->slot, fd_take(&new_fd));
	return 0;
}

void network_make_describe(const struct network *args, struct describer *d)
{
	(void)args;
	describe_string(d, "up", "lo");
}

/* The baton that follows brings it. */
int network_give_apply(const struct network *args, struct slots *slots, struct error *err)
{
	(void)args;
	(void)slots;
	(void)err;
	return 0;
}

void network_give_describe(const struct network *args, struct describer *d)
{
	(void)args;
	(void)d;
}

/* Trust: a descriptor that came with the baton, of a namespace that the runtime has just made. */
int network_enter_apply(const struct network *args, struct slots *slots, struct error *err)
{
	fd_auto int fd = slot_get(slots, args->slot);

	slot_set(slots, args->slot, -1);
	if (setns(fd, CLONE_NEWNET) < 0)
		return error_errno(err, errno, "enter the network namespace");
	return 0;
}

void network_enter_describe(const struct network *args, struct describer *d)
{
	(void)args;
	(void)d;
}
