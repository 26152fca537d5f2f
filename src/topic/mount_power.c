/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts without the host's privileges. A file system that shows a namespace may be made by who has
 * power over that namespace; for others the planner finds something else, or says what is missing.
 * Pure. It must not know how mounts are made.
 */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>

#include "base/number.h"
#include "step/id_map.h"
#include "sys/kernel.h"
#include "topic/mount_entry.h"

/* Each of these shows one namespace: Linux asks for CAP_SYS_ADMIN in the one that owns it. */
static const struct shown {
	char type[8], host[16]; /* where the host has it; "": no bind can stand in for it */
	uint64_t namespace;
	char name[8]; /* in linux.namespaces */
} shown[] = {
	{"proc",    "",            KERNEL_CLONE_NEWPID, "pid"    },
	{ "sysfs",  "/sys",        KERNEL_CLONE_NEWNET, "network"},
	{ "mqueue", "/dev/mqueue", KERNEL_CLONE_NEWIPC, "ipc"    },
};

static const struct shown *find_shown(const char *type)
{
	for (size_t i = 0; type && i < sizeof(shown) / sizeof(shown[0]); i++)
		if (strcmp(shown[i].type, type) == 0)
			return &shown[i];
	return NULL;
}

bool mount_entry_has_power(const struct planning *p, const struct oci_mount *mount)
{
	const struct shown *found = find_shown(mount->type);

	return !found || plan_has_power(p, found->namespace);
}

static int refuse(const struct planning *p, const struct entry *e, const struct shown *found,
		  struct error *err)
{
	error_set(err, EPERM,
		  "%s cannot be mounted on %s: the container's user namespace does not own the %s "
		  "namespace",
		  found->type, e->target, found->name);
	plan_hint_own_namespace(p, found->namespace, err);
	error_hint(err,
		   "add {\"type\":\"%s\"} to linux.namespaces, or bind the host's /%s with rbind",
		   found->name, found->type);
	return error_at(err, "/mounts/%zu", e->index);
}

/*
 * What the host has is the same, of the same namespace. Of /sys it is more: the cgroups are there
 * as well, and what the caller may write to. So that is read-only, whatever was asked for.
 */
int mount_entry_plan_instead(struct planning *p, const struct entry *e, struct error *err)
{
	const struct shown *found = find_shown(e->mount->type);
	struct bind_open *args;

	if (!*found->host)
		return refuse(p, e, found, err);
	args = mount_entry_new_bind(p, e);
	args->source = found->host;
	args->is_recursive = true;
	if (found->namespace == KERNEL_CLONE_NEWNET) {
		if (!((args->set | args->set_all) & KERNEL_MOUNT_ATTR_RDONLY))
			plan_warn(p, arena_printf(p->arena, "/mounts/%zu", e->index),
				  "the host's /sys is bound read-only on %s: a sysfs of its own "
				  "needs a network namespace of its own",
				  e->target);
		args->set_all |= (args->set & ~KERNEL_MOUNT_ATTR__ATIME) | KERNEL_MOUNT_ATTR_RDONLY;
		args->clear &= ~(uint64_t)KERNEL_MOUNT_ATTR_RDONLY;
		args->clear_all &= ~(uint64_t)KERNEL_MOUNT_ATTR_RDONLY;
	}
	mount_entry_warn_data(p, e, "a bind of the host's");
	mount_entry_bind_steps(p, args, e->target, e->index);
	return 0;
}

static bool is_mapped(const struct oci_id_mapping_list *maps, uint64_t id)
{
	if (maps->n == 0)
		return id == 0; /* the caller's own, as 0 */
	return id_map_has(maps, id);
}

/* devpts: everybody asks for group 5 (tty), which a map of one id does not have. */
bool mount_entry_drops_data(struct planning *p, const struct entry *e, const char *option)
{
	const struct oci_linux *os = p->config->linux_;
	uint64_t gid;

	if (!(p->new_namespaces & KERNEL_CLONE_NEWUSER) || strcmp(e->mount->type, "devpts") != 0 ||
	    strncmp(option, "gid=", 4) != 0)
		return false;
	if (number_parse_uint(option + 4, UINT32_MAX, &gid) < 0 ||
	    is_mapped(&os->gid_mappings, gid))
		return false;
	plan_warn(p, arena_printf(p->arena, "/mounts/%zu/options", e->index),
		  "%s is left out: the user namespace has no group %s", option, option + 4);
	return true;
}

/* The steps' slots are their own: all of them are open at the same time. */
static struct bind_open *plan_source(struct planning *p, const struct oci_mount *mount, size_t i)
{
	struct entry e = { .index = i, .mount = mount };
	struct bind_open *open;

	mount_flags_parse(p->arena, mount->options.n, mount->options.v, &e.flags);
	if (!e.flags.is_bind || !mount->source || !*mount->source)
		return NULL;
	open = mount_entry_new_bind(p, &e);
	mount_entry_bind_source(p, mount, open);
	open->is_recursive = e.flags.is_recursive_bind;
	if (open->is_in_root)
		return NULL;
	open->is_changed_late = !p->facts->has_mount_setattr;
	open->slot = plan_new_slot(p);
	plan_add(p, OP_BIND_OPEN, STAGE_ONE, open, "/mounts/%zu/source", i);
	return open;
}

void mount_plan_sources(struct planning *p)
{
	const struct oci_mount_list *mounts = &p->config->mounts;

	p->bind_opens = arena_array(p->arena, mounts->n, sizeof(struct bind_open *));
	for (size_t i = 0; i < mounts->n; i++)
		p->bind_opens[i] = plan_source(p, &mounts->v[i], i);
}
