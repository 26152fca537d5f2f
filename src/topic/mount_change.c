/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts of the configuration that are changed once they are there: `remount`, and what becomes
 * read-only when all that lies in it is made. See mount.h.
 */
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "sys/kernel.h"
#include "sys/mountattr.h"
#include "topic/mount_entry.h"

/* --- planning --- */

static unsigned find_kept(const struct planning *p, const char *target)
{
	for (size_t i = 0; i < p->n_kept; i++)
		if (strcmp(p->kept[i].target, target) == 0)
			return p->kept[i].slot;
	return SLOT_NONE;
}

static int check_remount(const struct entry *e, struct error *err)
{
	if (mount_entry_is_idmapped(e))
		return mount_entry_refuse_idmap(e, "a remount", err);
	if (!e->flags.copies_up)
		return 0;
	error_set(err, EINVAL, "tmpcopyup is for a new tmpfs, and not for a remount");
	return error_at(err, "/mounts/%zu/options/%zu", e->index,
			mount_entry_option(e, MOUNT_OPTION_COPY));
}

/*
 * mount(8): what is not mentioned stays as it is. Only attributes of the mount are changed, never
 * those of its file system, which may be the host's as well.
 */
int mount_entry_plan_remount(struct planning *p, const struct entry *e, struct error *err)
{
	struct mount_change *args = arena_new(p->arena, struct mount_change);
	int r = check_remount(e, err);

	if (r < 0)
		return r;
	if (e->flags.n_data) {
		plan_unsupported(p, "remount with options of the file system",
				 "/mounts/%zu/options/%zu", e->index,
				 mount_entry_option(e, MOUNT_OPTION_REMOUNT));
		return 0;
	}
	args->slot = find_kept(p, e->target);
	if (!args->slot) {
		error_set(err, EINVAL, "remount %s: no mount before this one is there", e->target);
		return error_at(err, "/mounts/%zu/destination", e->index);
	}
	args->target = e->target;
	args->how = mount_entry_new_bind(p, e);
	plan_add(p, OP_MOUNT_CHANGE, STAGE_ONE, args, "/mounts/%zu", e->index);
	return 0;
}

/* Whether something is made in it: a later mount's place, a device. */
static bool is_filled(const struct planning *p, const struct entry *e)
{
	const struct oci_linux *os = p->config->linux_;

	if (strcmp(e->target, "/dev") == 0 || mount_plan_touches(p, e->index + 1, e->target))
		return true;
	for (size_t i = 0; os && i < os->devices.n; i++)
		if (path_below(path_absolute(p->arena, "/", os->devices.v[i].path), e->target))
			return true;
	return false;
}

/*
 * A tmpfs that is read-only and has other things in it: they could not be made there. It is sealed
 * when the root is entered.
 */
void mount_entry_seal_late(struct planning *p, const struct entry *e, struct mount_new *args)
{
	struct mount_seal *seal;

	if (!(args->attributes & KERNEL_MOUNT_ATTR_RDONLY) || strcmp(args->type, "tmpfs") != 0)
		return;
	if (!is_filled(p, e))
		return;
	args->attributes &= ~(uint64_t)KERNEL_MOUNT_ATTR_RDONLY;
	if (!args->keep)
		args->keep = plan_new_slot(p);
	seal = arena_new(p->arena, struct mount_seal);
	seal->slot = args->keep;
	seal->target = e->target;
	seal->index = e->index;
	seal->next = p->seals;
	p->seals = seal;
}

void mount_plan_seals(struct planning *p)
{
	static const struct mount_seal root = { .slot = SLOT_ROOT, .target = "/" };

	for (const struct mount_seal *seal = p->seals; seal; seal = seal->next)
		plan_add(p, OP_MOUNT_READONLY, STAGE_TWO, seal, "/mounts/%zu", seal->index);
	if (p->config->root && p->config->root->readonly)
		plan_add(p, OP_MOUNT_READONLY, STAGE_TWO, &root, "/root/readonly");
}

/* --- running --- */

/* Trust: a mount of ours, by its descriptor; what is mounted below it keeps its own flags. */
int mount_seal_apply(const struct mount_seal *args, struct slots *slots, struct error *err)
{
	const struct kernel_mount_attr attr = { .set = KERNEL_MOUNT_ATTR_RDONLY };
	int r = mountattr_set(slot_get(slots, args->slot), false, &attr);

	return r < 0 ? error_errno(err, -r, "make %s read-only", args->target) : 0;
}

void mount_seal_describe(const struct mount_seal *args, struct describer *d)
{
	describe_string(d, "target", args->target);
}
