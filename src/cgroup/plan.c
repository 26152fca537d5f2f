/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Planning a container's cgroup; see the header. Pure. The order: directories from the top, then
 * values and device rules, so that the limits are there before the process is, then what is needed
 * to enter.
 */
#include "cgroup/plan.h"

#include <errno.h>
#include <string.h>

#include "cgroup/delegate.h"
#include "cgroup/devices.h"
#include "cgroup/limits.h"
#include "cgroup/operations.h"
#include "sys/cgroupfs.h"
#include "sys/kernel.h"

/* More names than anybody nests; the kernel's own limit would come as an error half way. */
enum { NAMES_MAX = 64, PATH_LENGTH_MAX = 2048 };

static const char path_pointer[] = "/linux/cgroupsPath";

static const char *configured_path(const struct oci_config *config)
{
	return config->linux_ ? config->linux_->cgroups_path : NULL;
}

static bool is_plain_name(const char *name, size_t length)
{
	if (length == 0 || (length == 1 && name[0] == '.') ||
	    (length == 2 && name[0] == '.' && name[1] == '.'))
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7f)
			return false;
	return true;
}

/* What is wrong with a path; NULL when nothing is. A slash at the end does no harm. */
static const char *path_fault(const char *path)
{
	unsigned names = 0;

	if (strlen(path) > PATH_LENGTH_MAX)
		return "is too long";
	path += *path == '/';
	while (*path) {
		size_t length = strcspn(path, "/");

		if (!is_plain_name(path, length))
			return "has a name that is empty, \".\", \"..\" or holds control characters";
		if (++names > NAMES_MAX)
			return "is too deep";
		path += length;
		path += *path == '/';
	}
	return names ? NULL : "names no cgroup";
}

const char *cgroup_target_path(struct arena *arena, const struct oci_config *config, const char *id)
{
	const char *path = configured_path(config);
	char *target;
	size_t length;

	/* An empty path is as none, as it is to the clients that write one. */
	if (!path || !*path)
		path = id;
	if (path_fault(path))
		return NULL;
	target = cgroupfs_join(arena, *path == '/' ? "" : "/", path);
	length = strlen(target);
	if (target[length - 1] == '/')
		target[length - 1] = '\0';
	return target;
}

/* What the planning of this topic works with. */
struct cgroup_planning {
	struct planning *p;
	const struct host_cgroups *cgroups;
	const char **targets; /* the container's directory in each hierarchy */
	struct resource_writes writes;
};

static bool is_v2(const struct host_hierarchy *h)
{
	return h->controllers[0] == '\0';
}

/* Engines write an empty path and empty resources when they mean none. */
static bool is_asked(const struct oci_config *config)
{
	const struct oci_linux *os = config->linux_;
	const struct oci_resources *r = os ? os->resources : NULL;

	if (os && os->cgroups_path && *os->cgroups_path)
		return true;
	return r && (r->devices.n || r->memory || r->cpu || r->pids || r->block_io ||
		     r->hugepage_limits.n || r->network || r->rdma.n || r->unified.n);
}

static const char *asked_pointer(const struct oci_config *config)
{
	const char *path = config->linux_->cgroups_path;

	return path && *path ? path_pointer : "/linux/resources";
}

/* Why this process cannot make cgroups, and what would help. */
struct obstacle {
	const char *what, *hint;
};

static const char leave_out[] = "leave out linux.cgroupsPath and linux.resources";

/* Gives false when it can. */
static bool find_obstacle(const struct host_facts *facts, struct obstacle *ret)
{
	bool is_root = facts->is_initial_userns && facts->uid == 0;

	*ret = (struct obstacle){ .hint = leave_out };
	if (facts->cgroups.n == 0) {
		ret->what = "this host has no cgroup file system at " CGROUPFS_TOP;
	} else if (!is_root && facts->cgroups.mode != HOST_CGROUP_V2) {
		ret->what = "no cgroup is delegated to this user: on a host with cgroup v1 only "
			    "root makes them";
		ret->hint = "leave out linux.cgroupsPath and linux.resources, or boot the host "
			    "with systemd.unified_cgroup_hierarchy=1";
	} else if (!is_root) {
		ret->what = "no cgroup is delegated to this user that this build could use";
		ret->hint = "leave out linux.cgroupsPath and linux.resources; this build makes "
			    "cgroups as root only";
	}
	return ret->what;
}

/* The deepest directory of the target that exists; the root where nothing is known. */
static const char *existing(const struct cgroup_planning *c, size_t hierarchy)
{
	const struct host_hierarchy *h = &c->cgroups->v[hierarchy];

	if (!h->target || !h->exists_to || strcmp(h->target, c->targets[hierarchy]) != 0)
		return h->mount;
	return h->exists_to;
}

static int check_state(const struct cgroup_planning *c, size_t hierarchy, struct error *err)
{
	const struct host_hierarchy *h = &c->cgroups->v[hierarchy];
	const char *there = existing(c, hierarchy);

	if (strcmp(there, h->mount) == 0 || (!h->is_frozen && !h->is_populated))
		return 0;
	error_set(err, EBUSY, "cgroup %s %s", there,
		  h->is_frozen ? "is frozen" : "holds processes already");
	error_hint(err, "choose another linux.cgroupsPath, or %s",
		   h->is_frozen ? "thaw it" : "end what runs in it");
	return error_at(err, "%s", configured_path(c->p->config) ? path_pointer : "");
}

/* The v2 controllers that resources need, in one list, and who asks for the first. */
static void list_needed(const struct cgroup_planning *c, struct cgroup_make *make)
{
	struct strbuf list;

	strbuf_init(&list, c->p->arena);
	make->needed_by = "";
	for (size_t i = 0; i < c->writes.n; i++) {
		const struct resource_write *write = &c->writes.v[i];

		if (!is_v2(write->hierarchy) || !*write->controller ||
		    cgroupfs_list_has(list.data, ' ', write->controller))
			continue;
		if (list.length == 0)
			make->needed_by = write->pointer;
		strbuf_add_format(&list, "%s%s", list.length ? " " : "", write->controller);
	}
	make->needed = list.data;
}

/*
 * On a v2 host each container gets all controllers: statistics and later limits need them. What the
 * v1 controllers of a hybrid host have left over is of no use, unless it is asked for.
 */
static struct cgroup_make make_template(const struct cgroup_planning *c,
					const struct host_hierarchy *h)
{
	struct cgroup_make make = { .mount = h->mount, .needed = "", .wanted = "" };

	make.needed_by = "";
	make.is_v2 = is_v2(h);
	make.inherits_cpuset = cgroupfs_list_has(h->controllers, ',', "cpuset");
	if (!make.is_v2)
		return make;
	list_needed(c, &make);
	make.wanted = make.needed;
	if (c->cgroups->mode == HOST_CGROUP_V2)
		make.wanted = c->cgroups->v2_controllers;
	return make;
}

static void add_make(const struct cgroup_planning *c, const struct cgroup_make *make)
{
	struct cgroup_make *args = arena_new(c->p->arena, struct cgroup_make);
	const char *pointer = configured_path(c->p->config) ? path_pointer : "";
	size_t step;

	*args = *make;
	step = plan_add(c->p, OP_CGROUP_MAKE, STAGE_RUNTIME, args, "%s", pointer);
	plan_add_undo(c->p, step,
		      &(struct undo){
			      .operation = UNDO_CGROUP,
			      .is_made = !make->is_found,
			      .is_exclusive = make->is_exclusive || make->is_found,
			      .path = make->path,
		      });
}

/* The directories that are missing, from the top, or the one that was found. */
static void plan_directories(const struct cgroup_planning *c, size_t hierarchy)
{
	struct cgroup_make make = make_template(c, &c->cgroups->v[hierarchy]);
	const char *target = c->targets[hierarchy];
	size_t at = strlen(existing(c, hierarchy));

	if (target[at] == '\0') {
		make.path = target;
		make.is_found = true;
		make.owner = c->p->request->owner;
		add_make(c, &make);
		return;
	}
	while (target[at]) {
		at += 1 + strcspn(target + at + 1, "/");
		make.is_exclusive = target[at] == '\0';
		make.owner = make.is_exclusive ? c->p->request->owner : NULL;
		make.path = make.is_exclusive ? target : arena_strndup(c->p->arena, target, at);
		add_make(c, &make);
	}
}

/* The v2 cgroup, where it is the only one. */
static void plan_delegation(const struct cgroup_planning *c)
{
	if (c->cgroups->mode == HOST_CGROUP_V2)
		cgroup_delegate_plan(c->p, c->targets[c->cgroups->n - 1]);
}

/* v1 if it has the devices controller, else v2, whose devices need none. */
static struct devices_target find_devices(const struct cgroup_planning *c)
{
	for (size_t i = 0; i < c->cgroups->n; i++) {
		const struct host_hierarchy *h = &c->cgroups->v[i];

		if (is_v2(h) || cgroupfs_list_has(h->controllers, ',', "devices"))
			return (struct devices_target){ c->targets[i], is_v2(h) };
	}
	return (struct devices_target){ 0 };
}

/*
 * A v2 cgroup that we make is entered by the clone. Not one that was there: the kernel kills a
 * child that is cloned into a cgroup in which cgroup.kill was ever written (it compares the count
 * of kills with that of the parent's cgroup), so there the child enters by cgroup.procs, slow as it
 * is. Nor while the runtime is in a cgroup namespace that it has borrowed: from there a cgroup
 * outside of it may be out of reach (nsdelegate).
 */
static bool is_cloned_into(const struct cgroup_planning *c, size_t hierarchy)
{
	const struct planning *p = c->p;

	if ((p->joined_namespaces & KERNEL_CLONE_NEWCGROUP) &&
	    (p->new_namespaces & KERNEL_CLONE_NEWUSER))
		return false;
	return is_v2(&c->cgroups->v[hierarchy]) &&
	       strlen(existing(c, hierarchy)) < strlen(c->targets[hierarchy]);
}

static void plan_open(const struct cgroup_planning *c)
{
	struct arena *arena = c->p->arena;
	struct cgroup_open *args = arena_new(arena, struct cgroup_open);
	const char **paths = arena_array(arena, c->cgroups->n, sizeof(*paths));
	unsigned *slots = arena_array(arena, c->cgroups->n, sizeof(*slots));

	for (size_t i = 0; i < c->cgroups->n; i++) {
		if (is_cloned_into(c, i)) {
			args->v2_path = c->targets[i];
			continue;
		}
		slots[args->n] = plan_new_slot(c->p);
		paths[args->n++] =
			cgroupfs_join(arena, c->targets[i],
				      is_v2(&c->cgroups->v[i]) ? "/cgroup.procs" : "/tasks");
	}
	args->paths = paths;
	args->slots = slots;
	plan_add(c->p, OP_CGROUP_OPEN, STAGE_RUNTIME, args, "%s", "");
}

static int plan_steps(struct cgroup_planning *c, struct error *err)
{
	struct devices_target devices = find_devices(c);
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->cgroups->n; i++)
		r = check_state(c, i, err);
	if (r == 0)
		r = cgroup_limits_read(c->p, &c->writes, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < c->cgroups->n; i++)
		plan_directories(c, i);
	cgroup_limits_plan(c->p, &c->writes, c->targets);
	plan_delegation(c);
	r = cgroup_devices_plan(c->p, &devices, err);
	if (r == 0)
		plan_open(c);
	return r;
}

/* The caller wants no cgroup, and the configuration wants limits. */
static void warn_of_no_limits(struct planning *p)
{
	if (p->config->linux_ && p->config->linux_->resources)
		plan_warn(p, "/linux/resources",
			  "without a cgroup of its own the container has none of these limits");
}

int cgroup_plan(struct planning *p, struct error *err)
{
	struct cgroup_planning c = { .p = p, .cgroups = &p->facts->cgroups };
	const char *path = configured_path(p->config), *target;
	struct obstacle obstacle;

	if (p->request->no_cgroup) {
		warn_of_no_limits(p);
		return 0;
	}
	if (find_obstacle(p->facts, &obstacle)) {
		if (!is_asked(p->config))
			return 0;
		error_set(err, EPERM, "%s", obstacle.what);
		error_hint(err, "%s", obstacle.hint);
		return error_at(err, "%s", asked_pointer(p->config));
	}
	target = cgroup_target_path(p->arena, p->config, p->request->id);
	if (!target) {
		error_set(err, EINVAL, "cgroup path \"%s\" %s", path ? path : p->request->id,
			  path_fault(path && *path ? path : p->request->id));
		return error_at(err, "%s", path ? path_pointer : "");
	}
	c.targets = arena_array(p->arena, c.cgroups->n, sizeof(*c.targets));
	for (size_t i = 0; i < c.cgroups->n; i++)
		c.targets[i] = cgroupfs_join(p->arena, c.cgroups->v[i].mount, target);
	return plan_steps(&c, err);
}

static const struct cgroup_open *find_open(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].operation == OP_CGROUP_OPEN)
			return plan->steps[i].args;
	return NULL;
}

static bool has_processors(const struct oci_config *config)
{
	const struct oci_resources *resources = config->linux_ ? config->linux_->resources : NULL;
	const struct oci_cpu *cpu = resources ? resources->cpu : NULL;

	return cpu && cpu->cpus && *cpu->cpus;
}

int cgroup_plan_enter(struct planning *p, struct error *err)
{
	const struct cgroup_open *opened = find_open(p->plan);
	struct cgroup_enter *args;

	(void)err;
	if (!opened)
		return 0;
	if (opened->n > 0) {
		args = arena_new(p->arena, struct cgroup_enter);
		args->n = opened->n;
		args->slots = opened->slots;
		args->paths = opened->paths;
		plan_add(p, OP_CGROUP_ENTER, STAGE_ONE, args, "%s", "");
	}
	if (has_processors(p->config))
		plan_add(p, OP_CGROUP_AFFINITY, STAGE_ONE, NULL, "%s", "/linux/resources/cpu/cpus");
	return 0;
}
