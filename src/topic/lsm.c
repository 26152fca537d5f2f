/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of a security module; see the header. */
#include "topic/lsm.h"

#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "sys/selinux.h"

/* The kernel takes a label as one write of at most a page. */
enum { LABEL_MAX = 4000, N_LABELS = 2 };

struct lsm_parts {
	struct lsm_label labels[N_LABELS];
	size_t n_labels;
	struct lsm_mounts mounts; /* no context: not asked for */
};

/* --- texts --- */

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static int check_context(const char *text, struct error *err)
{
	if (!selinux_is_context(text))
		return error_set(err, EINVAL,
				 "\"%s\" is no SELinux context: expected user:role:type or "
				 "user:role:type:range",
				 text);
	if (strlen(text) > LABEL_MAX)
		return error_set(err, ENAMETOOLONG, "a SELinux context has at most %d bytes",
				 LABEL_MAX);
	return 0;
}

/* The kernel cuts off blanks at both ends, which would be another name. */
static int check_profile(const char *text, struct error *err)
{
	size_t length = strlen(text);

	if (length > LABEL_MAX)
		return error_set(err, ENAMETOOLONG, "a profile's name has at most %d bytes",
				 LABEL_MAX);
	for (size_t i = 0; i < length; i++)
		if (is_control(text[i]) || (text[i] == ' ' && (i == 0 || i + 1 == length)))
			return error_set(err, EINVAL,
					 "\"%s\" is no name of a profile: it has a character that "
					 "none may have, or a blank at an end",
					 text);
	return 0;
}

static int check_selinux(const struct planning *p, struct error *err)
{
	if (p->facts->has_selinux)
		return 0;
	error_set(err, ENOTSUP, "SELinux is not enabled on this host");
	if (p->facts->has_apparmor)
		error_hint(err, "AppArmor is the one that is enabled: process.apparmorProfile");
	return -ENOTSUP;
}

static int check_apparmor(const struct planning *p, struct error *err)
{
	if (p->facts->has_apparmor)
		return 0;
	error_set(err, ENOTSUP, "AppArmor is not enabled on this host");
	if (p->facts->has_selinux)
		error_hint(err, "SELinux is the one that is enabled: process.selinuxLabel");
	return -ENOTSUP;
}

/* --- the program --- */

static bool is_given(const char *text)
{
	return text && *text;
}

static int plan_labels(struct planning *p, struct lsm_parts *parts, struct error *err)
{
	const struct oci_process *process = p->config->process;

	if (process && is_given(process->apparmor_profile)) {
		if (check_profile(process->apparmor_profile, err) < 0 || check_apparmor(p, err) < 0)
			return error_at(err, "/process/apparmorProfile");
		parts->labels[parts->n_labels++] = (struct lsm_label){
			.file = "attr/apparmor/exec",
			.text = arena_printf(p->arena, "exec %s", process->apparmor_profile),
			.pointer = "/process/apparmorProfile",
		};
	}
	if (process && is_given(process->selinux_label)) {
		if (check_context(process->selinux_label, err) < 0 || check_selinux(p, err) < 0)
			return error_at(err, "/process/selinuxLabel");
		parts->labels[parts->n_labels++] = (struct lsm_label){
			.is_selinux = true,
			.file = "attr/exec",
			.text = process->selinux_label,
			.pointer = "/process/selinuxLabel",
		};
	}
	for (size_t i = 0; i < parts->n_labels; i++)
		parts->labels[i].slot = plan_new_slot(p);
	return 0;
}

/* --- mounts --- */

static bool is_bind(const struct oci_mount *mount)
{
	for (size_t i = 0; i < mount->options.n; i++)
		if (strcmp(mount->options.v[i], "bind") == 0 ||
		    strcmp(mount->options.v[i], "rbind") == 0)
			return true;
	return false;
}

/* File systems whose labels are the policy's: the kernel takes no other. */
static bool has_own_labels(const char *type)
{
	static const char types[][8] = { "proc", "sysfs", "cgroup", "cgroup2" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

static bool is_queue(const struct oci_mount *mount)
{
	return mount->type && strcmp(mount->type, "mqueue") == 0;
}

/* Whether it is a file system of the container's own that mountLabel is for. */
static bool is_labelled(const struct planning *p, const struct oci_mount *mount)
{
	return is_given(p->config->linux_ ? p->config->linux_->mount_label : NULL) &&
	       !is_bind(mount) && mount->type && !has_own_labels(mount->type);
}

/* What the kernel refuses: the same twice, and a context for all beside one for the rest. */
static int check_option(const bool *seen, enum selinux_option option, bool is_all_labelled,
			struct error *err)
{
	bool is_whole = option == SELINUX_CONTEXT || option == SELINUX_DEFCONTEXT;

	if (seen[option])
		return error_set(err, EINVAL, "%s is given twice", selinux_option_name(option));
	if (is_whole && (seen[SELINUX_CONTEXT] || seen[SELINUX_DEFCONTEXT]))
		return error_set(err, EINVAL, "context and defcontext exclude each other");
	if (!is_whole || !is_all_labelled)
		return 0;
	error_set(err, EINVAL,
		  "the mount has a context of its own, and linux.mountLabel has one "
		  "for all mounts");
	error_hint(err, "take one of the two away");
	return -EINVAL;
}

static int check_mount(const struct planning *p, size_t index, struct error *err)
{
	const struct oci_mount *mount = &p->config->mounts.v[index];
	bool seen[SELINUX_NO_OPTION] = { false };

	if (is_bind(mount)) /* which takes no such options: mount_plan.c warns */
		return 0;
	for (size_t i = 0; i < mount->options.n; i++) {
		const char *text = mount->options.v[i];
		enum selinux_option option = selinux_option_find(text);
		int r;

		if (option == SELINUX_NO_OPTION)
			continue;
		r = check_option(seen, option, is_labelled(p, mount), err);
		if (r == 0)
			r = check_context(selinux_option_value(p->arena, text), err);
		if (r == 0)
			r = check_selinux(p, err);
		if (r < 0)
			return error_at(err, "/mounts/%zu/options/%zu", index, i);
		seen[option] = true;
	}
	return 0;
}

static void add_target(struct planning *p, struct oci_strings *list, const char *target)
{
	if (!list->v)
		list->v = arena_array(p->arena, p->config->mounts.n, sizeof(*list->v));
	list->v[list->n++] = path_absolute(p->arena, "/", target);
}

static int plan_mounts(struct planning *p, struct lsm_mounts *mounts, struct error *err)
{
	const char *label = p->config->linux_ ? p->config->linux_->mount_label : NULL;

	for (size_t i = 0; i < p->config->mounts.n; i++) {
		const struct oci_mount *mount = &p->config->mounts.v[i];
		int r = check_mount(p, i, err);

		if (r < 0)
			return r;
		if (is_labelled(p, mount))
			add_target(p, is_queue(mount) ? &mounts->queues : &mounts->targets,
				   mount->destination);
	}
	if (!is_given(label))
		return 0;
	if (check_context(label, err) < 0 || check_selinux(p, err) < 0)
		return error_at(err, "/linux/mountLabel");
	mounts->context = label;
	return 0;
}

int lsm_plan(struct planning *p, struct error *err)
{
	struct lsm_parts *parts = arena_new(p->arena, struct lsm_parts);
	int r = plan_labels(p, parts, err);

	p->lsm = parts;
	return r == 0 ? plan_mounts(p, &parts->mounts, err) : r;
}

void lsm_plan_mounts(struct planning *p)
{
	if (p->lsm->mounts.context)
		plan_add(p, OP_LABEL_MOUNTS, STAGE_ONE, &p->lsm->mounts, "/linux/mountLabel");
}

static void plan_each_label(struct planning *p, enum operation operation)
{
	for (size_t i = 0; i < p->lsm->n_labels; i++)
		plan_add(p, operation, STAGE_TWO, &p->lsm->labels[i], "%s",
			 p->lsm->labels[i].pointer);
}

void lsm_plan_open(struct planning *p)
{
	plan_each_label(p, OP_LABEL_OPEN);
}

void lsm_plan_label(struct planning *p)
{
	plan_each_label(p, OP_LABEL);
}

/* --- describing --- */

void lsm_open_describe(const struct lsm_label *args, struct describer *d)
{
	describe_string(d, "module", args->is_selinux ? "selinux" : "apparmor");
	describe_string(d, "file", args->file);
}

void lsm_label_describe(const struct lsm_label *args, struct describer *d)
{
	describe_string(d, "module", args->is_selinux ? "selinux" : "apparmor");
	describe_string(d, "text", args->text);
}

void lsm_mounts_describe(const struct lsm_mounts *args, struct describer *d)
{
	describe_string(d, "context", args->context);
	describe_list(d, "mounts", args->targets.n, args->targets.v);
	if (args->queues.n)
		describe_list(d, "queues", args->queues.n, args->queues.v);
}
