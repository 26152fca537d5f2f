/* SPDX-License-Identifier: Apache-2.0 */
/* The scheduler's policy; see the header. */
#include "topic/scheduler.h"

#include <errno.h>

#include "sys/kernel.h"
#include "sys/syscall.h"

/* sched(7). A deadline task's runtime is at least 1024 ns. */
enum { NICE_MIN = -20, NICE_MAX = 19, PRIORITY_MIN = 1, PRIORITY_MAX = 99, RUNTIME_MIN = 1024 };

/* --- planning --- */

/* By enum oci_scheduler_policy; -1 for SCHED_ISO, whose number Linux keeps free. */
static int kernel_policy(enum oci_scheduler_policy policy)
{
	switch (policy) {
	case OCI_SCHEDULER_POLICY_OTHER:
		return KERNEL_SCHED_OTHER;
	case OCI_SCHEDULER_POLICY_FIFO:
		return KERNEL_SCHED_FIFO;
	case OCI_SCHEDULER_POLICY_RR:
		return KERNEL_SCHED_RR;
	case OCI_SCHEDULER_POLICY_BATCH:
		return KERNEL_SCHED_BATCH;
	case OCI_SCHEDULER_POLICY_IDLE:
		return KERNEL_SCHED_IDLE;
	case OCI_SCHEDULER_POLICY_DEADLINE:
		return KERNEL_SCHED_DEADLINE;
	case OCI_SCHEDULER_POLICY_ISO:
		break;
	}
	return -1;
}

static uint64_t kernel_flag(enum oci_scheduler_flag flag)
{
	switch (flag) {
	case OCI_SCHEDULER_FLAG_RESET_ON_FORK:
		return KERNEL_SCHED_RESET_ON_FORK;
	case OCI_SCHEDULER_FLAG_RECLAIM:
		return KERNEL_SCHED_RECLAIM;
	case OCI_SCHEDULER_FLAG_DL_OVERRUN:
		return KERNEL_SCHED_DL_OVERRUN;
	case OCI_SCHEDULER_FLAG_KEEP_POLICY:
		return KERNEL_SCHED_KEEP_POLICY;
	case OCI_SCHEDULER_FLAG_KEEP_PARAMS:
		return KERNEL_SCHED_KEEP_PARAMS;
	case OCI_SCHEDULER_FLAG_UTIL_CLAMP_MIN:
		return KERNEL_SCHED_UTIL_CLAMP_MIN;
	case OCI_SCHEDULER_FLAG_UTIL_CLAMP_MAX:
		return KERNEL_SCHED_UTIL_CLAMP_MAX;
	}
	return 0;
}

static int plan_failed(struct error *err, const char *name)
{
	return error_at(err, "/process/scheduler/%s", name);
}

static int check_nice(struct planning *p, const struct scheduler *s, struct error *err)
{
	if (s->nice < NICE_MIN || s->nice > NICE_MAX) {
		error_set(err, EINVAL, "nice value %d is not within %d and %d", s->nice, NICE_MIN,
			  NICE_MAX);
		return plan_failed(err, "nice");
	}
	if (s->nice != 0 && s->policy != KERNEL_SCHED_OTHER && s->policy != KERNEL_SCHED_BATCH)
		plan_warn(p, "/process/scheduler/nice", "a nice value has no effect with %s",
			  s->name);
	return 0;
}

static int check_priority(const struct scheduler *s, struct error *err)
{
	bool is_realtime = s->policy == KERNEL_SCHED_FIFO || s->policy == KERNEL_SCHED_RR;

	if (!is_realtime && s->priority == 0)
		return 0;
	if (!is_realtime)
		error_set(err, EINVAL, "%s has no priority: only SCHED_FIFO and SCHED_RR have",
			  s->name);
	else if (s->priority < PRIORITY_MIN || s->priority > PRIORITY_MAX)
		error_set(err, EINVAL, "%s needs a priority within %d and %d, not %d", s->name,
			  PRIORITY_MIN, PRIORITY_MAX, s->priority);
	else
		return 0;
	return plan_failed(err, "priority");
}

/* Only SCHED_DEADLINE has them. */
static int check_no_times(const struct scheduler *s, struct error *err)
{
	const char *name = s->runtime ? "runtime" : s->deadline ? "deadline" : "period";

	if (!s->runtime && !s->deadline && !s->period)
		return 0;
	error_set(err, EINVAL, "%s has no %s: only SCHED_DEADLINE has", s->name, name);
	return plan_failed(err, name);
}

/* What sched(7) demands of the three; a period of 0 is the deadline. */
static int check_times(const struct scheduler *s, struct error *err)
{
	if (s->runtime < RUNTIME_MIN || s->runtime > INT64_MAX) {
		error_set(err, EINVAL, "SCHED_DEADLINE needs a runtime of at least %d ns",
			  RUNTIME_MIN);
		return plan_failed(err, "runtime");
	}
	if (s->deadline < s->runtime || s->deadline > INT64_MAX) {
		error_set(err, EINVAL, "SCHED_DEADLINE needs a deadline not before its runtime");
		return plan_failed(err, "deadline");
	}
	if (s->period && (s->period < s->deadline || s->period > INT64_MAX)) {
		error_set(err, EINVAL, "SCHED_DEADLINE needs a period not before its deadline");
		return plan_failed(err, "period");
	}
	return 0;
}

static int check(struct planning *p, const struct scheduler *s, struct error *err)
{
	int r = check_nice(p, s, err);

	if (r == 0)
		r = check_priority(s, err);
	if (r < 0)
		return r;
	return s->policy == KERNEL_SCHED_DEADLINE ? check_times(s, err) : check_no_times(s, err);
}

static void plan_flags(struct planning *p, const struct oci_enums *flags, struct scheduler *args)
{
	const char **names = arena_array(p->arena, flags->n, sizeof(*names));

	for (size_t i = 0; i < flags->n; i++) {
		args->flags |= kernel_flag((enum oci_scheduler_flag)flags->v[i]);
		names[i] = oci_enum_name(OCI_ENUM_scheduler_flag, flags->v[i]);
	}
	args->flag_names = names;
	args->n_flags = flags->n;
}

int scheduler_plan(struct planning *p, struct error *err)
{
	const struct oci_process *process = p->config->process;
	const struct oci_scheduler *config = process ? process->scheduler : NULL;
	struct scheduler *args;
	int policy;

	if (!config)
		return 0;
	policy = kernel_policy(config->policy);
	if (policy < 0) {
		error_set(err, EINVAL, "Linux has no scheduling policy SCHED_ISO");
		return plan_failed(err, "policy");
	}
	args = arena_new(p->arena, struct scheduler);
	*args = (struct scheduler){ .name = oci_enum_name(OCI_ENUM_scheduler_policy,
							  (int)config->policy),
				    .policy = (uint32_t)policy,
				    .nice = config->nice,
				    .priority = config->priority,
				    .runtime = config->runtime,
				    .deadline = config->deadline,
				    .period = config->period };
	plan_flags(p, &config->flags, args);
	if (check(p, args, err) < 0)
		return -err->code;
	plan_add(p, OP_SCHEDULER, plan_privileged_stage(p, KERNEL_CAP_SYS_NICE), args,
		 "/process/scheduler");
	return 0;
}

/* --- running --- */

/* Trust: numbers for this process, or in stage runtime for our own unreaped child. */
int scheduler_apply(const struct scheduler *args, struct slots *slots, struct error *err)
{
	struct kernel_sched_attr attr = { .size = sizeof(attr),
					  .policy = args->policy,
					  .flags = args->flags,
					  .nice = args->nice,
					  .priority = (uint32_t)args->priority,
					  .runtime = args->runtime,
					  .deadline = args->deadline,
					  .period = args->period };
	int pid = slot_get(slots, SLOT_PID);
	int r = sys_sched_setattr(pid > 0 ? pid : 0, &attr);

	if (r >= 0)
		return 0;
	error_errno(err, -r, "set the scheduling policy %s", args->name);
	if (r == -EPERM)
		error_hint(err,
			   "a policy or nice value above the caller's needs CAP_SYS_NICE outside "
			   "of any user namespace, and on cgroup v1 the cgroup a share of the "
			   "realtime budget (cpu.rt_runtime_us)");
	return r;
}

static void describe_time(struct describer *d, const char *key, uint64_t nanoseconds)
{
	if (nanoseconds)
		describe_uint(d, key, nanoseconds);
}

void scheduler_describe(const struct scheduler *args, struct describer *d)
{
	describe_string(d, "policy", args->name);
	describe_int(d, "nice", args->nice);
	if (args->priority)
		describe_int(d, "priority", args->priority);
	describe_time(d, "runtime", args->runtime);
	describe_time(d, "deadline", args->deadline);
	describe_time(d, "period", args->period);
	if (args->n_flags)
		describe_list(d, "flags", args->n_flags, args->flag_names);
}
