/* SPDX-License-Identifier: Apache-2.0 */
/* Plans the namespaces; see namespace.h. Pure. */
#include <errno.h>

#include "sys/kernel.h"
#include "topic/namespace.h"
#include "topic/namespace_check.h"

/* What namespace_plan came to, for the steps. Each list has room for all that are joined. */
struct namespaces {
	struct namespace_entry *all, *borrowed, *first, *last;
	/* borrowed: by the runtime, for the clone; first: by the child, before it joins a user
	 * namespace; last: after that, or without one */
	size_t n, n_borrowed, n_first, n_last;
	const struct namespace_entry *user; /* in `all`; NULL: none is joined */
	bool has_pid_left;  /* one that only the child may join: it takes effect for its child */
	bool has_user_left; /* a new user namespace, which only the child's child is to be in */
};

bool namespace_is_joined(const struct oci_namespace *ns)
{
	return ns->path && *ns->path;
}

bool namespace_joins(const struct oci_config *config)
{
	const struct oci_linux *os = config->linux_;

	for (size_t i = 0; os && i < os->namespaces.n; i++)
		if (namespace_is_joined(&os->namespaces.v[i]))
			return true;
	return false;
}

static const struct host_namespace *fact_of(const struct planning *p, size_t index)
{
	static const struct host_namespace unknown = { .path = "", .error = ENOENT };
	const char *path = p->config->linux_->namespaces.v[index].path;
	const struct host_namespace *found = host_find_namespace(p->facts, path);

	return found ? found : &unknown;
}

/* --- conclusions --- */

static int take_joined(struct planning *p, struct namespaces *all, size_t i, struct error *err)
{
	const struct oci_namespace *ns = &p->config->linux_->namespaces.v[i];
	const struct host_namespace *fact = fact_of(p, i);
	int r = namespace_check_path(ns, fact, err);

	if (r < 0)
		return error_at(err, "/linux/namespaces/%zu/path", i);
	if (fact->is_own)
		return 0; /* nothing to be done: as if it were not listed */
	all->all[all->n] = (struct namespace_entry){
		.type = fact->type,
		.slot = (unsigned)(p->plan->namespace_slot + i),
		.index = i,
		.path = ns->path,
	};
	if (fact->type == KERNEL_CLONE_NEWUSER)
		all->user = &all->all[all->n];
	all->n++;
	p->joined_namespaces |= fact->type;
	return 0;
}

static int read_list(struct planning *p, struct namespaces *all, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	uint64_t seen = 0;

	for (size_t i = 0; os && i < os->namespaces.n; i++) {
		const struct oci_namespace *ns = &os->namespaces.v[i];
		uint64_t flag = namespace_flag(ns->type);
		int r = 0;

		if (seen & flag) {
			error_set(err, EINVAL, "namespace type \"%s\" is listed twice",
				  oci_enum_name(OCI_ENUM_namespace_type, (int)ns->type));
			return error_at(err, "/linux/namespaces/%zu/type", i);
		}
		seen |= flag;
		if (namespace_is_joined(ns))
			r = take_joined(p, all, i, err);
		else
			p->new_namespaces |= flag;
		if (r < 0)
			return r;
	}
	return 0;
}

static void push(struct namespace_entry *list, size_t *n, const struct namespace_entry *entry)
{
	list[(*n)++] = *entry;
}

/* Whether the runtime would find back from a namespace of that type into its own. */
static bool may_borrow(const struct planning *p, uint64_t type)
{
	return plan_may(p, KERNEL_CAP_SYS_ADMIN) && (p->facts->owned & type);
}

static bool may_borrow_all(const struct planning *p, const struct namespaces *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (!may_borrow(p, all->all[i].type))
			return false;
	return true;
}

/* Who joins it, and when. */
static void assign(const struct planning *p, struct namespaces *all,
		   const struct namespace_entry *entry)
{
	const struct host_namespace *fact = fact_of(p, entry->index);
	bool is_pid = entry->type == KERNEL_CLONE_NEWPID;
	bool is_borrowed = (p->new_namespaces & KERNEL_CLONE_NEWUSER) ||
			   (is_pid && may_borrow(p, entry->type));
	bool is_out_of_reach =
		all->user && !namespace_has_power(fact_of(p, all->user->index), fact);

	if (is_borrowed && !all->has_user_left) {
		push(all->borrowed, &all->n_borrowed, entry);
	} else if (is_out_of_reach || all->has_user_left) {
		push(all->first, &all->n_first, entry);
	} else {
		push(all->last, &all->n_last, entry);
		all->has_pid_left |= is_pid;
	}
}

/* A mount namespace takes the current root away, so it comes last of its kind. */
static void assign_all(const struct planning *p, struct namespaces *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (!(all->all[i].type & (KERNEL_CLONE_NEWNS | KERNEL_CLONE_NEWUSER)))
			assign(p, all, &all->all[i]);
	for (size_t i = 0; i < all->n; i++)
		if (all->all[i].type == KERNEL_CLONE_NEWNS)
			assign(p, all, &all->all[i]);
}

static int check_joined(const struct planning *p, const struct namespaces *all, struct error *err)
{
	const struct host_namespace *user = all->user ? fact_of(p, all->user->index) : NULL;

	for (size_t i = 0; i < all->n; i++)
		if (namespace_check_permission(p, fact_of(p, all->all[i].index), user, err) < 0)
			return error_at(err, "/linux/namespaces/%zu/path", all->all[i].index);
	return 0;
}

static int check_new(const struct planning *p, struct error *err)
{
	uint64_t user = (p->new_namespaces | p->joined_namespaces) & KERNEL_CLONE_NEWUSER;

	if (!p->new_namespaces || user || plan_may(p, KERNEL_CAP_SYS_ADMIN))
		return 0;
	error_set(err, EPERM, "new namespaces need CAP_SYS_ADMIN, or a user namespace");
	error_hint(err, "add {\"type\":\"user\"} to linux.namespaces");
	return error_at(err, "/linux/namespaces");
}

/* The namespaces over which the child has the privileges of their owner. */
static uint64_t owned(const struct planning *p, const struct namespaces *all)
{
	uint64_t types = p->new_namespaces;

	if (p->is_privileged)
		return types | p->joined_namespaces;
	if (all->user)
		types |= KERNEL_CLONE_NEWUSER; /* the child is in it */
	for (size_t i = 0; all->user && i < all->n; i++)
		if (namespace_has_power(fact_of(p, all->user->index),
					fact_of(p, all->all[i].index)))
			types |= all->all[i].type;
	return types;
}

static void make_room(struct planning *p, struct namespaces *all)
{
	size_t n = p->config->linux_->namespaces.n;

	all->all = arena_array(p->arena, n, sizeof(*all->all));
	all->borrowed = arena_array(p->arena, n, sizeof(*all->borrowed));
	all->first = arena_array(p->arena, n, sizeof(*all->first));
	all->last = arena_array(p->arena, n, sizeof(*all->last));
	p->plan->namespace_slot = p->plan->n_slots;
	p->plan->n_slots += n;
}

int namespace_plan(struct planning *p, struct error *err)
{
	struct namespaces *all = arena_new(p->arena, struct namespaces);
	int r;

	if (namespace_joins(p->config))
		make_room(p, all);
	p->namespaces = all;
	r = read_list(p, all, err);
	if (r == 0)
		r = check_joined(p, all, err);
	if (r == 0)
		r = check_new(p, err);
	if (r < 0)
		return r;
	p->is_privileged = !((p->new_namespaces | p->joined_namespaces) & KERNEL_CLONE_NEWUSER);
	p->owned_namespaces = owned(p, all);
	p->copies_mounts =
		plan_may(p, KERNEL_CAP_SYS_ADMIN) && (p->facts->owned & KERNEL_CLONE_NEWNS);
	all->has_user_left = (p->new_namespaces & KERNEL_CLONE_NEWUSER) && !may_borrow_all(p, all);
	assign_all(p, all);
	return 0;
}

/* --- the clone, and entering --- */

/*
 * Whether the runtime makes the network namespace. It needs CAP_NET_ADMIN over its own, to find
 * back; and the user namespace that the child is in must own it.
 */
static bool makes_network(const struct planning *p)
{
	return (p->new_namespaces & KERNEL_CLONE_NEWNET) && p->is_privileged &&
	       p->facts->is_initial_userns && plan_may(p, KERNEL_CAP_NET_ADMIN);
}

/*
 * What the child makes itself: clone3 would root a cgroup namespace in the runtime's own cgroup,
 * and close the offsets of a time namespace.
 */
static uint64_t made_at_once(const struct planning *p)
{
	return p->new_namespaces & ~(KERNEL_CLONE_NEWCGROUP | KERNEL_CLONE_NEWTIME);
}

/* After the child has joined what it must be in before. */
static bool are_made_later(const struct namespaces *all)
{
	return all->user || all->has_user_left;
}

void namespace_plan_clone(struct planning *p)
{
	struct namespace_clone *args = arena_new(p->arena, struct namespace_clone);

	/* in a joined user namespace they are made by who is in it */
	args->flags = are_made_later(p->namespaces) ? 0 : made_at_once(p);
	if (makes_network(p))
		args->flags &= ~KERNEL_CLONE_NEWNET;
	args->borrowed = p->namespaces->borrowed;
	args->n_borrowed = p->namespaces->n_borrowed;
	plan_add(p, OP_CLONE, STAGE_RUNTIME, args, "/linux/namespaces");
}

static void plan_joins(struct planning *p, const struct namespace_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		plan_add(p, OP_JOIN, STAGE_ONE, &entries[i], "/linux/namespaces/%zu/path",
			 entries[i].index);
}

void namespace_plan_enter_user(struct planning *p)
{
	plan_joins(p, p->namespaces->first, p->namespaces->n_first);
	if (p->namespaces->user)
		plan_joins(p, p->namespaces->user, 1);
}

/* The child's own child goes on in its place; its pidfd comes along with the baton. */
static void plan_fork(struct planning *p, uint64_t flags)
{
	struct namespace_clone *args = arena_new(p->arena, struct namespace_clone);
	size_t step;

	args->flags = flags;
	step = plan_add(p, OP_FORK, STAGE_ONE, args, "/linux/namespaces");
	p->plan->steps[step].hands_over = SLOT_PIDFD;
	plan_add(p, OP_ADOPT, STAGE_RUNTIME, NULL, "/linux/namespaces");
}

bool namespace_plan_forks(const struct planning *p)
{
	const struct namespaces *all = p->namespaces;

	return all->has_pid_left || all->has_user_left ||
	       (all->user && (p->new_namespaces & KERNEL_CLONE_NEWPID));
}

void namespace_plan_enter(struct planning *p)
{
	uint64_t flags = are_made_later(p->namespaces) ? made_at_once(p) : 0;

	plan_joins(p, p->namespaces->last, p->namespaces->n_last);
	if (namespace_plan_forks(p)) {
		plan_fork(p, flags);
	} else if (flags) {
		struct namespace_unshare *args = arena_new(p->arena, struct namespace_unshare);

		args->flags = flags;
		plan_add(p, OP_UNSHARE, STAGE_ONE, args, "/linux/namespaces");
	}
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
