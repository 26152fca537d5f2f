/* SPDX-License-Identifier: Apache-2.0 */
/* The container's user; see the header. */
#include "topic/user.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "step/id_map.h"
#include "sys/kernel.h"
#include "sys/syscall.h"

/* --- planning --- */

static int check_id(uint32_t id, const char *name, struct error *err)
{
	if (id != UINT32_MAX)
		return 0;
	error_set(err, EINVAL, "%u is no valid id", id);
	return error_at(err, "/process/user/%s", name);
}

/* The ids that there are: those that are mapped in a new user namespace, or the runtime's own. */
struct ids {
	const struct oci_id_mapping_list *maps; /* NULL: there is no new user namespace */
	const struct host_ids_list *own;
	const char *what;
};

static int check_mapped(const struct planning *p, const struct ids *ids, uint32_t id,
			struct error *err)
{
	if (ids->maps) {
		if (id_map_has(ids->maps, id))
			return 0;
		return error_set(err, EINVAL, "%s %u is not mapped in the user namespace",
				 ids->what, id);
	}
	/* what is mapped in one that is joined is not known */
	if (!p->is_privileged || id_map_host_has(ids->own, id))
		return 0;
	error_set(err, EINVAL, "%s %u is not mapped in oci-rt's own user namespace", ids->what, id);
	return id_map_hint_host(ids->own, err);
}

static int check_all_mapped(const struct planning *p, const struct user *user, struct error *err)
{
	const struct ids uids = { p->uid_maps, &p->facts->uids, "user" };
	const struct ids gids = { p->gid_maps, &p->facts->gids, "group" };

	if (check_mapped(p, &uids, user->uid, err) < 0)
		return error_at(err, "/process/user/uid");
	if (check_mapped(p, &gids, user->gid, err) < 0)
		return error_at(err, "/process/user/gid");
	for (size_t i = 0; i < user->n_groups; i++)
		if (check_mapped(p, &gids, user->groups[i], err) < 0)
			return error_at(err, "/process/user/additionalGids/%zu", i);
	return 0;
}

static int refuse(struct error *err, const char *what, const char *capability, const char *member)
{
	error_set(err, EPERM, "%s takes %s, which oci-rt does not have", what, capability);
	error_hint(err,
		   "add {\"type\":\"user\"} to linux.namespaces, or give oci-rt the capability");
	return error_at(err, "/process/user%s", member);
}

/*
 * credentials(7). In a user namespace of its own the child may do all that. Group 0 of a caller who
 * may not set groups is left to the kernel: the fact is not asked for.
 */
static int check_privilege(const struct planning *p, const struct user *user, struct error *err)
{
	bool has_gid = user->gid == 0 || user->gid == p->facts->gid;

	if (!p->is_privileged)
		return 0;
	if (!plan_may(p, KERNEL_CAP_SETGID) && !user->keeps_groups)
		return refuse(err, "setting the supplementary groups, even to none,", "CAP_SETGID",
			      user->n_groups ? "/additionalGids" : "");
	if (!plan_may(p, KERNEL_CAP_SETGID) && !has_gid)
		return refuse(err, "becoming another group", "CAP_SETGID", "/gid");
	if (!plan_may(p, KERNEL_CAP_SETUID) && user->uid != p->facts->uid)
		return refuse(err, "becoming another user", "CAP_SETUID", "/uid");
	return 0;
}

int user_plan(struct planning *p, struct error *err)
{
	static const struct oci_user root;
	const struct oci_process *process = p->config->process;
	const struct oci_user *config = process && process->user ? process->user : &root;
	struct user *args = arena_new(p->arena, struct user);
	const char *pointer;
	int r;

	args->uid = config->uid;
	args->gid = config->gid;
	args->groups = config->additional_gids.v;
	args->n_groups = config->additional_gids.n;
	args->keeps_groups = p->keeps_groups;
	args->may_keep_groups = p->may_keep_groups && args->n_groups == 0;
	args->is_joined = p->joined_namespaces & KERNEL_CLONE_NEWUSER;
	if (args->keeps_groups && args->n_groups) {
		error_set(err, EPERM,
			  "supplementary groups cannot be set in a user namespace whose "
			  "maker lacks CAP_SETGID");
		return error_at(err, "/process/user/additionalGids");
	}
	r = check_id(args->uid, "uid", err);
	if (r == 0)
		r = check_id(args->gid, "gid", err);
	for (size_t i = 0; r == 0 && i < args->n_groups; i++)
		r = check_id(args->groups[i], arena_printf(p->arena, "additionalGids/%zu", i), err);
	if (r == 0)
		r = check_all_mapped(p, args, err);
	if (r == 0)
		r = check_privilege(p, args, err);
	if (r < 0)
		return r;
	pointer = process && process->user ? "/process/user" : "";
	if (args->uid != 0 || !p->is_privileged)
		plan_add(p, OP_STDIO_OWNER, STAGE_TWO, args, "%s", pointer);
	plan_add(p, OP_USER, STAGE_TWO, args, "%s", pointer);
	return 0;
}

/* --- running --- */

/* What the container's program may need to open again through /proc/self/fd. */
static bool is_given(int fd, const struct stat *st)
{
	if (S_ISREG(st->st_mode)) /* a file that was opened for reading was not meant to be written
				   */
		return (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY;
	return S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode);
}

/*
 * Trust: the streams are the caller's. Only pipes, sockets and regular files are given away: a
 * device node, /dev/null above all, is the host's (runc gave it to the container's user once).
 */
int user_stdio_apply(const struct user *args, struct slots *slots, struct error *err)
{
	(void)slots;
	for (int fd = 0; fd <= 2; fd++) {
		struct stat st;

		if (fstat(fd, &st) < 0)
			return error_errno(err, errno, "look at standard stream %d", fd);
		if (st.st_uid == args->uid || !is_given(fd, &st))
			continue;
		/* what cannot be given away (a read-only file, an owner outside of the map) stays
		 */
		if (fchown(fd, args->uid, st.st_gid) < 0 && errno != EPERM && errno != EINVAL &&
		    errno != EROFS)
			return error_errno(err, errno, "give standard stream %d to user %u", fd,
					   args->uid);
	}
	return 0;
}

void user_stdio_describe(const struct user *args, struct describer *d)
{
	describe_int(d, "uid", args->uid);
}

/*
 * Trust: groups first, while that is still allowed; exactly those that are configured, none of the
 * caller's. The kernel clears the parent-death signal with each change, and makes dumpable what
 * fs.suid_dumpable says: both are set again.
 */
int user_apply(const struct user *args, struct slots *slots, struct error *err)
{
	int r = args->keeps_groups ? 0 : sys_setgroups(args->n_groups, args->groups);

	(void)slots;
	if (r == -EPERM && args->may_keep_groups)
		r = 0;
	if (r < 0) {
		error_errno(err, -r, "set the supplementary groups");
		if (r == -EPERM && args->is_joined)
			error_hint(err, "the user namespace that is joined does not allow it: its "
					"setgroups file says deny");
		return r;
	}
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return error_errno(err, errno, "keep the capabilities");
	r = sys_setresgid(args->gid);
	if (r < 0)
		return error_errno(err, -r, "become group %u", args->gid);
	r = sys_setresuid(args->uid);
	if (r < 0)
		return error_errno(err, -r, "become user %u", args->uid);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return error_errno(err, errno, "set the parent-death signal");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return error_errno(err, errno, "hide from ptrace");
	return 0;
}

void user_describe(const struct user *args, struct describer *d)
{
	describe_int(d, "uid", args->uid);
	describe_int(d, "gid", args->gid);
	if (d->json)
		json_begin_array(d->json, "groups");
	for (size_t i = 0; i < args->n_groups; i++)
		describe_int(d, d->json ? NULL : "group", args->groups[i]);
	if (d->json)
		json_end_array(d->json);
	describe_bool(d, "keeps-groups", args->keeps_groups);
	describe_bool(d, "keeps-groups-if-denied", args->may_keep_groups);
}
