/* SPDX-License-Identifier: Apache-2.0 */
/* Plans the mounts of the configuration; see mount.h. Pure. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>

#include "base/path.h"
#include "sys/kernel.h"
#include "sys/selinux.h"
#include "topic/mount.h"
#include "topic/mount_entry.h"
#include "topic/mount_option.h"

static const char *const proc_files[] = {
	"/proc/cpuinfo",
	"/proc/diskstats",
	"/proc/loadavg",
	"/proc/meminfo",
	"/proc/slabinfo",
	"/proc/stat",
	"/proc/swaps",
	"/proc/uptime",
	"/proc/sys/crypto/fips_enabled",
	"/proc/sys/kernel/ns_last_pid",
};

/* /proc itself, and the files that lxcfs and the like replace. */
static bool may_cover_proc(const char *target)
{
	if (strcmp(target, "/proc") == 0)
		return true;
	for (size_t i = 0; i < sizeof(proc_files) / sizeof(proc_files[0]); i++)
		if (strcmp(target, proc_files[i]) == 0)
			return true;
	return false;
}

struct mount_data *mount_entry_add_data(struct mount_new *args, const char *key, const char *value)
{
	/* the planner made room for as many as there are options, and a few more */
	struct mount_data *data = (struct mount_data *)args->data + args->n_data++;

	data->key = key;
	data->value = value;
	return data;
}

struct mount_new *mount_entry_new(struct planning *p, const struct entry *e, const char *type,
				  const char *target)
{
	struct mount_new *args = arena_new(p->arena, struct mount_new);
	const struct mount_flags *flags = &e->flags;

	args->type = type;
	args->target = target;
	args->data = arena_array(p->arena, flags->n_data + SPARE_DATA, sizeof(*args->data));
	args->attributes = (flags->set_all & ~flags->clear) | flags->set;
	args->atime_mask = (flags->clear | flags->clear_all) & KERNEL_MOUNT_ATTR__ATIME;
	args->propagation = flags->propagation_all ? flags->propagation_all : flags->propagation;
	args->may_cover_proc = may_cover_proc(target);
	return args;
}

size_t mount_entry_option(const struct entry *e, enum mount_option_kind kind)
{
	size_t found = 0;

	for (size_t i = 0; i < e->mount->options.n; i++) {
		const struct mount_option *option = mount_option_find(e->mount->options.v[i]);

		if (option && option->kind == kind)
			found = i;
	}
	return found;
}

/* A file system whose read-only flag is worth nothing on its superblock: it is shared, or of
 * memory. */
static bool is_virtual(const char *type)
{
	static const char names[][8] = { "proc", "sysfs", "tmpfs", "mqueue", "devpts", "ramfs" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(type, names[i]) == 0)
			return true;
	return false;
}

static bool has_below(const struct oci_strings *paths, const char *target)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *below = path_below(paths->v[i], target);

		if (below && *below)
			return true;
	}
	return false;
}

static bool is_remount(const struct oci_mount *mount)
{
	for (size_t i = 0; i < mount->options.n; i++)
		if (strcmp(mount->options.v[i], "remount") == 0)
			return true;
	return false;
}

static bool has_remounts(const struct oci_config *config)
{
	for (size_t i = 0; i < config->mounts.n; i++)
		if (is_remount(&config->mounts.v[i]))
			return true;
	return false;
}

/* Whether an entry of the configuration remounts what is there. */
static bool is_remounted(const struct planning *p, const char *target)
{
	for (size_t i = 0; p->has_remounts && i < p->config->mounts.n; i++) {
		const struct oci_mount *mount = &p->config->mounts.v[i];

		if (is_remount(mount) &&
		    strcmp(path_absolute(p->arena, "/", mount->destination), target) == 0)
			return true;
	}
	return false;
}

/*
 * A slot for the descriptor of a mount that is remounted, or below which something is masked or
 * read-only (mask.c says why); SLOT_NONE for any other. A later mount on the same place is the one
 * that counts.
 */
static unsigned keep_mount(struct planning *p, const char *target)
{
	const struct oci_linux *os = p->config->linux_;
	bool has_masks = os && (has_below(&os->masked_paths, target) ||
				has_below(&os->readonly_paths, target));
	size_t i = 0;

	if (!has_masks && !is_remounted(p, target))
		return SLOT_NONE;
	while (i < p->n_kept && strcmp(p->kept[i].target, target) != 0)
		i++;
	if (i == KEPT_MAX)
		return SLOT_NONE;
	if (i == p->n_kept)
		p->n_kept++;
	p->kept[i] = (struct kept_mount){ .target = target, .slot = plan_new_slot(p) };
	return p->kept[i].slot;
}

static int plan_filesystem(struct planning *p, const struct entry *e)
{
	const char *type = e->mount->type;
	struct mount_new *args = mount_entry_new(p, e, type, e->target);
	bool has_mode = false;

	args->source = e->mount->source;
	args->is_strict = strcmp(type, "proc") == 0 || strcmp(type, "sysfs") == 0;
	for (size_t i = 0; i < e->flags.n_data; i++) {
		const char *option = e->flags.data[i];
		const char *equals = strchr(option, '=');

		if (mount_entry_drops_data(p, e, option))
			continue;
		has_mode |= strncmp(option, "mode=", 5) == 0;
		if (selinux_option_find(option) != SELINUX_NO_OPTION)
			mount_entry_add_data(args, selinux_option_name(selinux_option_find(option)),
					     selinux_option_value(p->arena, option));
		else if (equals)
			mount_entry_add_data(
				args, arena_strndup(p->arena, option, (size_t)(equals - option)),
				equals + 1);
		else
			mount_entry_add_data(args, option, NULL);
	}
	if ((args->attributes & KERNEL_MOUNT_ATTR_RDONLY) && !is_virtual(type))
		mount_entry_add_data(args, "ro", NULL);
	args->takes_mode = strcmp(type, "tmpfs") == 0 && !has_mode;
	args->copies_up = e->flags.copies_up;
	args->keep = keep_mount(p, e->target);
	if (!args->keep && strcmp(e->target, "/dev") == 0)
		args->keep = SLOT_DEV;
	mount_entry_seal_late(p, e, args);
	plan_add(p, OP_MOUNT_NEW, STAGE_ONE, args, "/mounts/%zu", e->index);
	return 0;
}

/* Options for a file system, where there is none that could take them. */
void mount_entry_warn_data(struct planning *p, const struct entry *e, const char *what)
{
	for (size_t i = 0; i < e->flags.n_data; i++)
		plan_warn(p, arena_printf(p->arena, "/mounts/%zu/options", e->index),
			  "mount option \"%s\" means nothing to %s", e->flags.data[i], what);
}

/* --- binds --- */

/*
 * A new user namespace may not be able to reach the source, so the runtime opens it there, or the
 * child has done so while it was the caller (mount_power.c). Elsewhere the child does it now, which
 * saves handing it over.
 */
static void plan_bind_open(struct planning *p, struct bind_open *open, size_t index)
{
	bool is_runtimes = !p->is_privileged && !open->is_in_root && p->copies_mounts;
	size_t step;

	if (!p->bind_slot)
		p->bind_slot = plan_new_slot(p);
	open->slot = p->bind_slot;
	if (is_runtimes && !open->propagation_all && open->propagation != MS_SHARED)
		/* what the child's own copy would have been */
		open->propagation_all = p->is_private ? MS_PRIVATE : MS_SLAVE;
	step = plan_add(p, OP_BIND_OPEN, is_runtimes ? STAGE_RUNTIME : STAGE_ONE, open,
			"/mounts/%zu/source", index);
	if (is_runtimes)
		p->plan->steps[step].hands_over = (uint8_t)open->slot;
}

void mount_entry_bind_steps(struct planning *p, struct bind_open *open, const char *target,
			    size_t index)
{
	struct bind_attach *attach = arena_new(p->arena, struct bind_attach);

	/* Where a detached mount cannot be changed: drop when Linux 5.12 is the oldest supported.
	 */
	open->is_changed_late = !p->facts->has_mount_setattr;
	attach->late = open->is_changed_late ? open : NULL;
	if (!open->slot)
		plan_bind_open(p, open, index);
	attach->slot = open->slot;
	attach->target = target;
	attach->may_cover_proc = may_cover_proc(target);
	attach->keep = keep_mount(p, target);
	plan_add(p, OP_BIND_ATTACH, STAGE_ONE, attach, "/mounts/%zu", index);
}

struct bind_open *mount_entry_new_bind(struct planning *p, const struct entry *e)
{
	struct bind_open *args = arena_new(p->arena, struct bind_open);

	args->set = e->flags.set;
	args->clear = e->flags.clear;
	args->set_all = e->flags.set_all;
	args->clear_all = e->flags.clear_all;
	args->propagation = e->flags.propagation;
	args->propagation_all = e->flags.propagation_all;
	return args;
}

void mount_entry_bind_source(struct planning *p, const struct oci_mount *mount,
			     struct bind_open *args)
{
	const char *source = path_absolute(p->arena, p->request->bundle, mount->source);
	const char *below = path_below(source, p->root);

	args->is_in_root = below && *below;
	args->source = args->is_in_root ? below : source;
}

static int plan_bind(struct planning *p, const struct entry *e, struct error *err)
{
	struct bind_open *args = mount_entry_new_bind(p, e);
	int r;

	if (!e->mount->source || !*e->mount->source) {
		error_set(err, EINVAL, "a bind mount needs a source");
		return error_at(err, "/mounts/%zu/source", e->index);
	}
	mount_entry_bind_source(p, e->mount, args);
	args->is_recursive = e->flags.is_recursive_bind;
	if (p->bind_opens && p->bind_opens[e->index])
		args = p->bind_opens[e->index];
	mount_entry_warn_data(p, e, "a bind mount");
	r = mount_entry_plan_idmap(p, e, args, err);
	if (r == 0)
		mount_entry_bind_steps(p, args, e->target, e->index);
	return r;
}

/* --- all --- */

static int check_copy(const struct entry *e, struct error *err)
{
	const char *type = e->mount->type;

	if (!e->flags.copies_up || (!e->flags.is_bind && type && strcmp(type, "tmpfs") == 0))
		return 0;
	error_set(err, EINVAL, "tmpcopyup is for a tmpfs");
	return error_at(err, "/mounts/%zu/options/%zu", e->index,
			mount_entry_option(e, MOUNT_OPTION_COPY));
}

static int plan_entry(struct planning *p, const struct entry *e, struct error *err)
{
	const struct oci_mount *mount = e->mount;
	int r;

	if (strcmp(e->target, "/") == 0) {
		error_set(err, EINVAL, "a mount cannot cover the container's root");
		return error_at(err, "/mounts/%zu/destination", e->index);
	}
	if (path_below(e->target, "/proc") && !may_cover_proc(e->target)) {
		error_set(err, EPERM, "mount on %s: it lies inside of /proc", e->target);
		return error_at(err, "/mounts/%zu/destination", e->index);
	}
	if (e->flags.is_remount)
		return mount_entry_plan_remount(p, e, err);
	r = check_copy(e, err);
	if (r < 0)
		return r;
	if (e->flags.is_bind)
		return plan_bind(p, e, err);
	if (mount_entry_is_idmapped(e))
		return mount_entry_refuse_idmap(e, "a new file system", err);
	if (!mount->type || !*mount->type) {
		error_set(err, EINVAL, "a mount needs a type, or the option bind or rbind");
		return error_at(err, "/mounts/%zu/type", e->index);
	}
	if (strcmp(mount->type, "bind") == 0) {
		error_set(err, EINVAL, "a bind mount needs the option bind or rbind");
		return error_at(err, "/mounts/%zu/options", e->index);
	}
	if (strcmp(mount->type, "cgroup") == 0)
		return mount_entry_plan_cgroup(p, e, err);
	return mount_entry_has_power(p, e->mount) ? plan_filesystem(p, e)
						  : mount_entry_plan_instead(p, e, err);
}

static const char *clean_target(struct planning *p, const struct oci_mount *mount, size_t i)
{
	if (mount->destination[0] != '/') {
		char *pointer = arena_printf(p->arena, "/mounts/%zu/destination", i);

		plan_warn(p, pointer, "mount destination \"%s\" is not absolute, taken as below /",
			  mount->destination);
	}
	return path_absolute(p->arena, "/", mount->destination);
}

size_t mount_plan_first_networked(const struct planning *p)
{
	for (size_t i = 0; i < p->config->mounts.n; i++) {
		const char *type = p->config->mounts.v[i].type;

		/* whatever is no well-known file system may be networked as well (nfs, 9p) */
		if (type && *type && strcmp(type, "sysfs") != 0 && is_virtual(type))
			continue;
		return i;
	}
	return p->config->mounts.n;
}

int mount_plan(struct planning *p, size_t from, size_t to, struct error *err)
{
	p->has_remounts = has_remounts(p->config);
	for (size_t i = from; i < to; i++) {
		const struct oci_mount *mount = &p->config->mounts.v[i];
		struct entry e = { .index = i, .mount = mount };
		int r;

		e.target = clean_target(p, mount, i);
		mount_flags_parse(p->arena, mount->options.n, mount->options.v, &e.flags);
		r = plan_entry(p, &e, err);
		if (r < 0)
			return r;
	}
	return 0;
}

bool mount_plan_covers(const struct planning *p, const char *path, bool *is_bind)
{
	bool is_covered = false;

	for (size_t i = 0; i < p->config->mounts.n; i++) {
		const struct oci_mount *mount = &p->config->mounts.v[i];
		struct mount_flags flags;

		if (strcmp(path_absolute(p->arena, "/", mount->destination), path) != 0)
			continue;
		is_covered = true;
		mount_flags_parse(p->arena, mount->options.n, mount->options.v, &flags);
		if (is_bind)
			*is_bind = flags.is_bind;
	}
	return is_covered;
}

bool mount_plan_touches(const struct planning *p, size_t from, const char *path)
{
	for (size_t i = from; i < p->config->mounts.n; i++) {
		const char *target =
			path_absolute(p->arena, "/", p->config->mounts.v[i].destination);

		if (path_below(target, path) || path_below(path, target))
			return true;
	}
	return false;
}
