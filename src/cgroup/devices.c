/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which devices a container may use: the step's arguments from the configuration's rules, and the
 * step itself. What the rules mean is device_rule.h's.
 */
#include "cgroup/devices.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "cgroup/device_rule.h"
#include "cgroup/operations.h"
#include "cgroup/plan.h"
#include "sys/cgroupfs.h"

static const char pointer[] = "/linux/resources/devices";

/* Their texts; with signs, a denying rule begins with '-'. */
static const char *const *rule_texts(struct arena *arena, const struct device_rules *rules,
				     bool has_signs)
{
	const char **texts = arena_array(arena, rules->n + 1, sizeof(*texts));

	for (size_t i = 0; i < rules->n; i++) {
		char text[DEVICE_RULE_TEXT_SIZE];
		bool is_denied = has_signs && !rules->v[i].is_allowed;

		device_rule_text(&rules->v[i], text);
		texts[i] = cgroupfs_join(arena, is_denied ? "-" : "", text);
	}
	return texts;
}

static int plan_v1(struct planning *p, const struct device_rules *rules,
		   struct cgroup_devices *args, struct error *err)
{
	struct device_rules exceptions;

	if (device_rules_exceptions(p->arena, rules, &args->is_allowed_else, &exceptions) < 0) {
		error_set(err, ENOTSUP,
			  "cgroup v1 cannot tell these device rules: one takes back a part of what "
			  "another gives");
		error_hint(err, "name the devices of a denying rule as the allowing rule before it "
				"does");
		return error_at(err, "%s", pointer);
	}
	args->n_rules = exceptions.n;
	args->rules = rule_texts(p->arena, &exceptions, false);
	return 0;
}

static void plan_v2(struct planning *p, struct device_rules *rules, struct cgroup_devices *args)
{
	args->n_program = device_rules_program(p->arena, rules, &args->program);
	args->n_rules = rules->n;
	args->rules = rule_texts(p->arena, rules, true);
}

static const struct oci_resources *config_resources(const struct oci_config *config)
{
	return config->linux_ ? config->linux_->resources : NULL;
}

int cgroup_devices_plan(struct planning *p, const struct devices_target *target, struct error *err)
{
	const struct oci_resources *resources = config_resources(p->config);
	const struct oci_device_rule_list none = { 0 };
	const struct oci_device_rule_list *list = resources ? &resources->devices : &none;
	struct cgroup_devices *args;
	struct device_rules rules;
	int r = device_rules_read(p->arena, list->v, list->n, &rules, err);

	if (r < 0)
		return r;
	if (!target->path && list->n > 0) {
		error_set(err, ENOTSUP, "device rules: this host has no devices cgroup");
		return error_at(err, "%s", pointer);
	}
	if (!target->path || (target->is_v2 && device_rules_allow_all(&rules)))
		return 0;
	args = arena_new(p->arena, struct cgroup_devices);
	args->path = target->path;
	if (target->is_v2) {
		plan_v2(p, &rules, args);
		p->devices = args;
		return 0;
	}
	r = plan_v1(p, &rules, args, err);
	if (r == 0)
		plan_add(p, OP_CGROUP_DEVICES, STAGE_RUNTIME, args, "%s", list->n ? pointer : "");
	return r;
}

void cgroup_plan_devices(struct planning *p, enum stage stage)
{
	const struct oci_resources *resources = config_resources(p->config);
	bool is_asked = resources && resources->devices.n > 0;
	size_t step;

	if (!p->devices)
		return;
	step = plan_add(p, OP_CGROUP_DEVICES, stage, p->devices, "%s", is_asked ? pointer : "");
	p->plan->steps[step].is_meanwhile = true;
}

static int write_exceptions(int directory, const char *file, const struct cgroup_devices *args,
			    struct error *err)
{
	fd_auto int fd = openat(directory, file, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(err, errno, "open %s/%s", args->path, file);
	for (size_t i = 0; i < args->n_rules; i++)
		if (write(fd, args->rules[i], strlen(args->rules[i])) < 0)
			return error_errno(err, errno, "write \"%s\" to %s/%s", args->rules[i],
					   args->path, file);
	return 0;
}

/* "a" drops all exceptions there are and sets what counts without one. */
static int apply_list(int directory, const struct cgroup_devices *args, struct error *err)
{
	const char *base = args->is_allowed_else ? "devices.allow" : "devices.deny";
	const char *other = args->is_allowed_else ? "devices.deny" : "devices.allow";
	int r = cgroupfs_write(directory, base, "a");

	if (r < 0)
		return error_errno(err, -r, "write \"a\" to %s/%s", args->path, base);
	return args->n_rules ? write_exceptions(directory, other, args, err) : 0;
}

static int apply_program(int directory, const struct cgroup_devices *args, struct error *err)
{
	fd_auto int fd = bpf_load_device(args->program, args->n_program);
	int r;

	if (fd < 0) {
		error_errno(err, -fd, "load the program of the device rules");
		return error_hint(err, "cgroup v2 needs CAP_BPF or CAP_SYS_ADMIN for them, and a "
				       "kernel with CONFIG_CGROUP_BPF");
	}
	r = bpf_attach_device(directory, fd);
	if (r < 0)
		return error_errno(err, -r, "attach the program of the device rules to cgroup %s",
				   args->path);
	return 0;
}

/*
 * Trust: the directory was made, or checked to be empty, by this plan, and nothing of the container
 * runs yet. Where the child looks the path up it does so from the host's root, in its own copy of
 * the host's mounts, in which only file systems of ours beneath the container's root are new. The
 * rules are those of the configuration; their texts were made here. A program holds nothing but
 * arithmetic on the device's numbers, and the kernel verifies it.
 */
int cgroup_devices_apply(const struct cgroup_devices *args, struct slots *slots, struct error *err)
{
	fd_auto int directory = open(args->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)slots;
	if (directory < 0)
		return error_errno(err, errno, "open cgroup %s", args->path);
	return args->n_program ? apply_program(directory, args, err)
			       : apply_list(directory, args, err);
}

void cgroup_devices_describe(const struct cgroup_devices *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_string(d, "else", args->is_allowed_else ? "allow" : "deny");
	describe_list(d, args->is_allowed_else ? "deny" : "allow", args->n_rules, args->rules);
}
