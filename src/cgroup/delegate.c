/* SPDX-License-Identifier: Apache-2.0 */
/* Who owns the container's v2 cgroup: planning and the step. See the header. */
#include "cgroup/delegate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "cgroup/operations.h"
#include "sys/cgroupfs.h"
#include "sys/kernel.h"

#define DELEGATE_FILE "/sys/kernel/cgroup/delegate"

enum { LIST_SIZE = 4096, NAME_SIZE = 256 };

static bool is_readonly(const struct oci_strings *options)
{
	for (size_t i = 0; i < options->n; i++)
		if (strcmp(options->v[i], "ro") == 0 || strcmp(options->v[i], "rro") == 0)
			return true;
	return false;
}

/* The mount that lets the container write to its cgroup; the number of mounts when there is none.
 */
static size_t find_mount(const struct planning *p)
{
	size_t i;

	for (i = 0; i < p->config->mounts.n; i++) {
		const struct oci_mount *mount = &p->config->mounts.v[i];

		if (mount->source && strcmp(mount->source, "cgroup") == 0 &&
		    strcmp(path_clean(p->arena, mount->destination), CGROUPFS_TOP) == 0 &&
		    !is_readonly(&mount->options))
			break;
	}
	return i;
}

/* The host's id of one in the container; false if it has none. */
static bool host_id(const struct oci_id_mapping_list *mappings, uint32_t id, uint32_t *ret)
{
	for (size_t i = 0; i < mappings->n; i++) {
		const struct oci_id_mapping *mapping = &mappings->v[i];

		if (id < mapping->container_id || id - mapping->container_id >= mapping->size)
			continue;
		*ret = mapping->host_id + (id - mapping->container_id);
		return true;
	}
	return false;
}

void cgroup_delegate_plan(struct planning *p, const char *directory)
{
	const struct oci_process *process = p->config->process;
	uint32_t id = process && process->user ? process->user->uid : 0;
	size_t mount = find_mount(p);
	struct cgroup_delegate *args;

	if (p->facts->cgroups.mode != HOST_CGROUP_V2 || mount == p->config->mounts.n ||
	    !(p->new_namespaces & KERNEL_CLONE_NEWCGROUP))
		return;
	/* An id without a mapping is the error of the step that takes it. */
	if (!p->is_privileged && !host_id(&p->config->linux_->uid_mappings, id, &id))
		return;
	if (id == 0)
		return;
	args = arena_new(p->arena, struct cgroup_delegate);
	args->path = directory;
	args->uid = id;
	plan_add(p, OP_CGROUP_DELEGATE, STAGE_RUNTIME, args, "/mounts/%zu", mount);
}

/* What the kernel lists may not be there in this cgroup. */
static int give_file(int directory, const char *name, size_t length, uid_t uid)
{
	char file[NAME_SIZE];

	if (length == 0)
		return 0;
	if (length >= sizeof(file) || memchr(name, '/', length))
		return -EINVAL;
	memcpy(file, name, length);
	file[length] = '\0';
	if (fchownat(directory, file, uid, (gid_t)-1, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
		return -errno;
	return 0;
}

/*
 * Trust: the directory was made, or checked to be empty, by this plan, and nothing of the container
 * runs yet. Nobody else's files are in a directory of the kernel's, and there are no links; the
 * names are the kernel's own.
 */
int cgroup_delegate_apply(const struct cgroup_delegate *args, struct slots *slots,
			  struct error *err)
{
	fd_auto int directory = open(args->path, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	char list[LIST_SIZE];
	int r = cgroupfs_read(AT_FDCWD, DELEGATE_FILE, list, sizeof(list));

	(void)slots;
	if (directory < 0)
		return error_errno(err, errno, "open cgroup %s", args->path);
	/* drop when Linux 4.15 is the oldest supported */
	if (r == -ENOENT)
		strcpy(list, "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n");
	else if (r < 0)
		return error_errno(err, -r, "read " DELEGATE_FILE);
	if (fchownat(directory, "", args->uid, (gid_t)-1, AT_EMPTY_PATH) < 0)
		return error_errno(err, errno, "give cgroup %s to user %u", args->path, args->uid);
	for (const char *at = list; *at;) {
		size_t length = strcspn(at, "\n");

		r = give_file(directory, at, length, args->uid);
		if (r < 0)
			return error_errno(err, -r, "give %s/%.*s to user %u", args->path,
					   (int)length, at, args->uid);
		at += length + (at[length] == '\n');
	}
	return 0;
}

void cgroup_delegate_describe(const struct cgroup_delegate *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_uint(d, "uid", args->uid);
}
