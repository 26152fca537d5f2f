/* SPDX-License-Identifier: Apache-2.0 */
/* The planner: calls each topic in the order in which things must happen; see the header. */
#include "plan/planner.h"

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "cgroup/plan.h"
#include "plan/bounds.h"
#include "plan/operations.h"
#include "sys/kernel.h"
#include "topic/affinity.h"
#include "topic/caps.h"
#include "topic/device.h"
#include "topic/hook.h"
#include "topic/hostname.h"
#include "topic/idmap.h"
#include "topic/io_priority.h"
#include "topic/lsm.h"
#include "topic/mask.h"
#include "topic/memory_policy.h"
#include "topic/mount.h"
#include "topic/namespace.h"
#include "topic/netdev.h"
#include "topic/oom.h"
#include "topic/personality.h"
#include "topic/process.h"
#include "topic/rdt.h"
#include "topic/rlimit.h"
#include "topic/root.h"
#include "topic/scheduler.h"
#include "topic/seccomp.h"
#include "topic/sysctl.h"
#include "topic/terminal.h"
#include "topic/timens.h"
#include "topic/user.h"

static const char digits[] = "0123456789";

/* SemVer 2: a pre-release or build metadata may follow the three numbers. */
static bool is_version_1(const char *version)
{
	size_t minor, patch;

	if (strncmp(version, "1.", 2) != 0)
		return false;
	version += 2;
	minor = strspn(version, digits);
	if (minor == 0 || version[minor] != '.')
		return false;
	version += minor + 1;
	patch = strspn(version, digits);
	return patch > 0 && (!version[patch] || version[patch] == '-' || version[patch] == '+');
}

static int check_version(const struct oci_config *config, struct error *err)
{
	if (is_version_1(config->oci_version))
		return 0;
	error_set(err, EINVAL, "runtime-spec version \"%s\" is not supported, 1.x is",
		  config->oci_version);
	return error_at(err, "/ociVersion");
}

/* What several topics need to know before any step is planned. */
static int plan_conclusions(struct planning *p, struct error *err)
{
	const struct oci_root *root = p->config->root;
	int r = check_version(p->config, err);

	if (r == 0)
		r = bounds_check(p->config, err);
	if (r < 0)
		return r;
	if (root)
		p->root = path_absolute(p->arena, p->request->bundle, root->path);
	p->has_create_hooks = hook_has_create(p->config);
	r = namespace_plan(p, err);
	if (r == 0)
		r = hook_plan(p, err);
	if (r == 0)
		r = timens_plan(p, err);
	if (r == 0)
		r = caps_plan(p, err);
	if (r == 0)
		r = seccomp_plan(p, err);
	if (r == 0)
		r = lsm_plan(p, err);
	if (r == 0)
		r = affinity_check(p, err);
	return r == 0 ? process_plan(p, err) : r;
}

static void plan_runtime_meanwhile(struct planning *p, enum operation operation)
{
	size_t step = plan_add(p, operation, STAGE_RUNTIME, NULL, "%s", "");

	p->plan->steps[step].is_meanwhile = true;
}

static void plan_recording(struct planning *p)
{
	plan_runtime_meanwhile(p, OP_PREPARE_RECORD);
	plan_runtime_meanwhile(p, OP_KEEP_CONFIG);
}

/* What the runtime does while the child makes its mounts. */
static void plan_meanwhile(struct planning *p)
{
	cgroup_plan_devices(p, STAGE_RUNTIME);
	plan_recording(p);
}

/*
 * Whether the runtime has something to do for the child before its mounts. What it does meanwhile
 * must stand behind a step of its own.
 */
static bool has_runtime_steps(const struct planning *p)
{
	return (p->new_namespaces & KERNEL_CLONE_NEWUSER) || namespace_plan_forks(p);
}

/* The child, in all the namespaces that it can be in before it has its ids. */
static int plan_clone(struct planning *p, struct error *err)
{
	bool is_hidden = p->joined_namespaces & KERNEL_CLONE_NEWPID;
	bool is_later = namespace_plan_forks(p);
	int r;

	/*
	 * Who is in that pid namespace already must not look into the child, nor trace it. A child
	 * that joins it by itself is not in it yet, and not to be hidden from a runtime without
	 * privilege that writes its score.
	 */
	if (is_hidden && !is_later)
		process_plan_hide(p, STAGE_RUNTIME);
	namespace_plan_clone(p);
	r = oom_plan(p, err);
	rdt_plan_enter(p);
	if (is_hidden && is_later)
		process_plan_hide(p, STAGE_ONE);
	namespace_plan_network_make(p);
	if (!p->network && !has_runtime_steps(p))
		plan_meanwhile(p);
	timens_plan_open(p);
	idmap_plan_clear_groups(p);
	namespace_plan_enter_user(p);
	timens_plan_make(p);
	namespace_plan_enter(p);
	return r;
}

/* Everything up to the child that is one of its cgroup, its ids, and its namespaces. */
static int plan_child(struct planning *p, struct error *err)
{
	int r = cgroup_plan(p, err);

	p->has_cgroup = p->plan->n_undo > 0;
	if (!p->has_cgroup && !(p->new_namespaces & KERNEL_CLONE_NEWPID))
		plan_warn(p, "/linux/namespaces",
			  "with neither a cgroup nor a pid namespace of its own, processes that "
			  "outlive the container's init cannot be found");
	if (r == 0)
		r = rdt_plan(p, err);
	if (r == 0)
		r = root_plan_open(p, err);
	if (r < 0)
		return r;
	r = plan_clone(p, err);
	if (r < 0)
		return r;
	if (namespace_plan_forks(p))
		plan_meanwhile(p);
	/* the child has the ids of the caller still, whom the host's permissions are for */
	root_plan_open_inside(p);
	r = idmap_plan(p, err);
	if (r < 0)
		return r;
	if ((p->new_namespaces & KERNEL_CLONE_NEWUSER) && !namespace_plan_forks(p))
		plan_meanwhile(p);
	if (!p->copies_mounts && !idmap_root_is_caller(p))
		mount_plan_sources(p);
	idmap_plan_root(p);
	r = cgroup_plan_enter(p, err);
	if (r < 0)
		return r;
	/* once more after a change of ids, which may take it back */
	if (p->root_ids || !(p->joined_namespaces & KERNEL_CLONE_NEWPID))
		process_plan_hide(p, STAGE_ONE);
	namespace_plan_inside(p);
	r = hostname_plan(p, err);
	return r == 0 ? sysctl_plan(p, err) : r;
}

/*
 * Whether a later mount may have to do with a place where a device is made. Outside of /dev a link
 * of the root may lead into any of them.
 */
static bool devices_wait(const struct planning *p, size_t from)
{
	const struct oci_linux *os = p->config->linux_;

	for (size_t i = 0; os && from < p->config->mounts.n && i < os->devices.n; i++)
		if (!path_below(path_absolute(p->arena, "/", os->devices.v[i].path), "/dev"))
			return true;
	return mount_plan_touches(p, from, "/dev");
}

/*
 * Up to the first mount that shows the network namespace, if the runtime is making that meanwhile:
 * what can be done without it is done before the child asks for it.
 */
static int plan_unnetworked(struct planning *p, size_t networked,
			    const struct device_surroundings *around, bool *ret_has_devices,
			    struct error *err)
{
	int r = mount_plan(p, 0, networked, err);

	*ret_has_devices = false;
	if (r < 0 || !p->network)
		return r;
	for (size_t i = 0; i < p->n_kept; i++)
		p->kept[i].is_final = !mount_plan_touches(p, networked, p->kept[i].target);
	if (!devices_wait(p, networked)) {
		*ret_has_devices = true;
		r = device_plan(p, around, err);
	}
	if (r == 0)
		r = mask_plan(p, true, err);
	if (r < 0)
		return r;
	/* a new network namespace takes longer than all of the child's mounts so far */
	if (plan_has_own_mounts(p)) {
		cgroup_plan_devices(p, STAGE_ONE);
		namespace_plan_network_give(p);
		plan_recording(p);
	} else {
		namespace_plan_network_give(p);
		plan_meanwhile(p);
	}
	namespace_plan_network_enter(p);
	sysctl_plan_networked(p);
	return 0;
}

/* The file system: mounts by descriptors beneath the root, then the root is entered. */
static int plan_filesystem(struct planning *p, struct error *err)
{
	struct device_surroundings around = {
		.has_pts = mount_plan_covers(p, "/dev/pts", NULL),
		.has_proc = mount_plan_covers(p, "/proc", NULL),
	};
	size_t networked = mount_plan_first_networked(p);
	bool has_devices;
	int r = root_plan_attach(p, err);

	lsm_plan_mounts(p);
	mount_plan_covers(p, "/dev", &around.is_dev_bound);
	if (r == 0)
		r = plan_unnetworked(p, networked, &around, &has_devices, err);
	if (r == 0)
		r = mount_plan(p, networked, p->config->mounts.n, err);
	if (r == 0 && !has_devices)
		r = device_plan(p, &around, err);
	if (r < 0)
		return r;
	process_plan_in_root(p);
	r = mask_plan(p, false, err);
	if (r < 0)
		return r;
	hook_plan_create(p);
	r = root_plan_enter(p, err);
	if (r == 0)
		mount_plan_seals(p);
	return r;
}

/* Inside the root: the process, with less and less privilege. */
static int plan_process(struct planning *p, struct error *err)
{
	int r;

	process_plan_begin(p);
	r = terminal_plan(p, err);
	if (r == 0)
		r = rlimit_plan(p, err);
	if (r == 0)
		r = scheduler_plan(p, err);
	if (r < 0)
		return r;
	io_priority_plan(p);
	lsm_plan_open(p);
	caps_plan_bound(p);
	r = user_plan(p, err);
	if (r < 0)
		return r;
	if (!p->is_filtered_first)
		caps_plan_sets(p);
	r = personality_plan(p, err);
	if (r == 0)
		r = memory_policy_plan(p, err);
	if (r < 0)
		return r;
	process_plan_end(p);
	return 0;
}

/* Once `start` has called and its hooks are done. */
static void plan_start(struct planning *p)
{
	hook_plan_start(p);
	process_plan_cwd(p);
	rlimit_plan_last(p);
	lsm_plan_label(p);
	seccomp_plan_filter(p);
	if (p->is_filtered_first)
		caps_plan_sets(p);
	process_plan_program(p);
}

/*
 * `run` records that its container is there while the child does the last of the steps from that
 * one on, in which it needs nothing of the runtime's: the answer has come when the child asks for
 * it. What fails after that is taken back with everything else. Not so `create`, whose word is that
 * the child is done, nor with poststop hooks, which are for containers that have come to be.
 */
static void let_record(struct planning *p, size_t from)
{
	struct step *steps = p->plan->steps;
	size_t begin = p->plan->n_steps;

	if (p->request->waits_for_start || hook_list(p->config->hooks, HOOK_POSTSTOP).n > 0)
		return;
	while (begin > from && steps[begin - 1].stage == STAGE_TWO)
		begin--;
	/* the first behind one of the runtime's is where the child gets the baton */
	if (begin > from)
		begin++;
	for (size_t i = begin; i < p->plan->n_steps; i++)
		steps[i].is_meanwhile = true;
}

/* The hand-over: from here on the child outlives the runtime. `process`: the first step of it. */
static int plan_release(struct planning *p, size_t process, struct error *err)
{
	size_t created;
	int r;

	cgroup_plan_late(p);
	r = netdev_plan(p, err);
	if (r < 0)
		return r;
	let_record(p, process);
	created = plan_add(p, OP_RECORD_CREATED, STAGE_RUNTIME, NULL, "%s", "");
	plan_add(p, OP_RELEASE, STAGE_TWO, NULL, "%s", "");
	/* create must not end before the child has answered: it would take the child along */
	if (p->request->has_pid_file)
		plan_add(p, OP_PID_FILE, STAGE_RUNTIME, NULL, "%s", "");
	else if (p->request->waits_for_start)
		plan_add(p, OP_HAND_OVER, STAGE_RUNTIME, NULL, "%s", "");
	if (p->request->waits_for_start)
		plan_add(p, OP_WAIT_START, STAGE_TWO, NULL, "%s", "");
	plan_start(p);
	hook_plan_later(p, created);
	return 0;
}

int plan_make(struct arena *arena, const struct plan_request *request,
	      const struct oci_config *config, const struct host_facts *facts,
	      const struct plan **ret, struct error *err)
{
	struct plan *plan = arena_new(arena, struct plan);
	struct planning p = {
		.arena = arena, .request = request, .config = config, .facts = facts, .plan = plan
	};
	size_t process;
	int r;

	plan->n_slots = SLOT_FREE;
	r = plan_conclusions(&p, err);
	if (r == 0)
		r = plan_child(&p, err);
	if (r == 0)
		r = plan_filesystem(&p, err);
	process = plan->n_steps;
	if (r == 0)
		r = plan_process(&p, err);
	if (r == 0)
		r = plan_release(&p, process, err);
	if (r < 0)
		return r;
	*ret = plan;
	return 0;
}

/* Only what has no operation of its own says in words what it is. */
static const char *refused_name(const struct step *step)
{
	const struct unsupported_args *args = step->args;

	if (step->operation == OP_UNSUPPORTED && *args->what)
		return args->what;
	return *step->pointer ? step->pointer : operation_name((enum operation)step->operation);
}

int plan_refusal(const struct plan *plan, struct error *err)
{
	const struct step *first = NULL;
	size_t others = 0;

	for (size_t i = 0; i < plan->n_steps; i++) {
		if (operation_is_runnable((enum operation)plan->steps[i].operation))
			continue;
		if (first)
			others++;
		else
			first = &plan->steps[i];
	}
	if (!first)
		return 0;
	error_set(err, ENOTSUP, "%s is not carried out by this build", refused_name(first));
	if (others > 0)
		error_hint(err,
			   "so it is with %zu other step%s of this plan, which `oci-rt plan` shows",
			   others, others > 1 ? "s" : "");
	return error_at(err, "%s", first->pointer);
}
