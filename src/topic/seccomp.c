/* SPDX-License-Identifier: Apache-2.0 */
/* The filter of system calls; see the header. */
#include "topic/seccomp.h"

#include <errno.h>
#include <string.h>

#include "sys/kernel.h"

/* seccomp(2): 16 bits go along with an action; an error number above 4095 is none. */
enum { DATA_MAX = UINT16_MAX, ERRNO_MAX = 4095 };

static const char *action_name(enum oci_seccomp_action action)
{
	return oci_enum_name(OCI_ENUM_seccomp_action, (int)action);
}

static bool gives_errno(enum oci_seccomp_action action)
{
	return action == OCI_SECCOMP_ACTION_ERRNO || action == OCI_SECCOMP_ACTION_TRACE;
}

/* The specification: the runtime must fail where an action takes no error number. */
static int check_errno(enum oci_seccomp_action action, uint32_t value, struct error *err)
{
	uint32_t most = action == OCI_SECCOMP_ACTION_TRACE ? DATA_MAX : ERRNO_MAX;

	if (!gives_errno(action))
		return error_set(err, EINVAL,
				 "%s gives no error number: only SCMP_ACT_ERRNO and "
				 "SCMP_ACT_TRACE do",
				 action_name(action));
	if (value > most)
		return error_set(err, ERANGE, "%s gives no error number above %u, here it is %u",
				 action_name(action), most, value);
	return 0;
}

/* --- rules --- */

static bool is_any(const struct oci_seccomp *config, enum oci_seccomp_action action)
{
	for (size_t i = 0; i < config->syscalls.n; i++)
		if (config->syscalls.v[i].action == action)
			return true;
	return false;
}

static int check_names(const struct oci_syscall *rule, size_t index, struct error *err)
{
	for (size_t i = 0; i < rule->names.n; i++) {
		if (!*rule->names.v[i]) {
			error_set(err, EINVAL, "a system call has a name");
		} else if (rule->action == OCI_SECCOMP_ACTION_NOTIFY &&
			   strcmp(rule->names.v[i], "write") == 0) {
			error_set(err, EINVAL, "SCMP_ACT_NOTIFY cannot be used for write");
			error_hint(err, "who waits for the listener may have to write before "
					"anybody can answer");
		} else {
			continue;
		}
		return error_at(err, "/linux/seccomp/syscalls/%zu/names/%zu", index, i);
	}
	return 0;
}

/* Values that say something, but not what was meant. */
static void warn_args(struct planning *p, const struct oci_syscall *rule, size_t index)
{
	for (size_t i = 0; i < rule->args.n; i++) {
		const struct oci_syscall_arg *arg = &rule->args.v[i];
		const char *pointer;

		if (!arg->value_two)
			continue;
		pointer = arena_printf(p->arena, "/linux/seccomp/syscalls/%zu/args/%zu/valueTwo",
				       index, i);
		if (arg->op != OCI_SECCOMP_OPERATOR_MASKED_EQ)
			plan_warn(p, pointer, "valueTwo means nothing to %s",
				  oci_enum_name(OCI_ENUM_seccomp_operator, (int)arg->op));
		else if (arg->value_two & ~arg->value)
			plan_warn(p, pointer,
				  "no argument can be equal to it: it has bits that "
				  "the mask has not");
	}
}

static int check_rules(struct planning *p, const struct oci_seccomp *config, struct error *err)
{
	for (size_t i = 0; i < config->syscalls.n; i++) {
		const struct oci_syscall *rule = &config->syscalls.v[i];
		int r = check_names(rule, i, err);

		if (r < 0)
			return r;
		if (rule->has_errno_ret && check_errno(rule->action, rule->errno_ret, err) < 0)
			return error_at(err, "/linux/seccomp/syscalls/%zu/errnoRet", i);
		warn_args(p, rule, i);
	}
	return 0;
}

static void plan_args(struct planning *p, const struct oci_syscall *config,
		      struct seccomp_rule *rule)
{
	struct seccomp_arg *args = arena_array(p->arena, config->args.n, sizeof(*args));

	for (size_t i = 0; i < config->args.n; i++) {
		args[i].index = config->args.v[i].index;
		args[i].op = config->args.v[i].op;
		args[i].value = config->args.v[i].value;
		args[i].value_two = config->args.v[i].value_two;
	}
	rule->n_args = config->args.n;
	rule->args = args;
}

static void plan_rules(struct planning *p, const struct oci_seccomp *config, struct seccomp *args)
{
	struct seccomp_rule *rules = arena_array(p->arena, config->syscalls.n, sizeof(*rules));

	for (size_t i = 0; i < config->syscalls.n; i++) {
		const struct oci_syscall *from = &config->syscalls.v[i];

		rules[i].names = from->names;
		rules[i].action = from->action;
		rules[i].has_errno = gives_errno(from->action);
		if (rules[i].has_errno)
			rules[i].errno_ret = from->has_errno_ret ? from->errno_ret : EPERM;
		plan_args(p, from, &rules[i]);
	}
	args->n_rules = config->syscalls.n;
	args->rules = rules;
}

/* --- the whole --- */

/* Who is asked must be somebody; the listener's socket is of no use otherwise, and ignored. */
static int check_listener(const struct oci_seccomp *config, struct error *err)
{
	const char *path = config->listener_path;
	bool has_path = path && *path;

	if (config->default_action == OCI_SECCOMP_ACTION_NOTIFY) {
		error_set(err, EINVAL, "SCMP_ACT_NOTIFY cannot be the default action");
		error_hint(err, "the calls that start the program would wait for an answer, too");
		return error_at(err, "/linux/seccomp/defaultAction");
	}
	if (config->listener_metadata && *config->listener_metadata && !has_path) {
		error_set(err, EINVAL, "listenerMetadata must not be set without listenerPath");
		return error_at(err, "/linux/seccomp/listenerMetadata");
	}
	if (!is_any(config, OCI_SECCOMP_ACTION_NOTIFY))
		return 0;
	if (!has_path)
		error_set(err, EINVAL, "SCMP_ACT_NOTIFY needs a listenerPath: who answers?");
	else if (*path != '/')
		error_set(err, EINVAL, "listenerPath \"%s\" is not absolute", path);
	else
		return 0;
	return error_at(err, "/linux/seccomp/listenerPath");
}

static int check_flags(struct planning *p, const struct oci_seccomp *config, struct error *err)
{
	for (size_t i = 0; i < config->flags.n; i++) {
		if (config->flags.v[i] != OCI_SECCOMP_FLAG_WAIT_KILLABLE_RECV)
			continue;
		if (!host_has_kernel(p->facts, 5, 19)) {
			error_set(err, ENOTSUP,
				  "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs Linux 5.19");
			return error_at(err, "/linux/seccomp/flags/%zu", i);
		}
		if (!is_any(config, OCI_SECCOMP_ACTION_NOTIFY))
			plan_warn(p, arena_printf(p->arena, "/linux/seccomp/flags/%zu", i),
				  "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV means nothing without "
				  "SCMP_ACT_NOTIFY");
	}
	return 0;
}

/* Names of what is listed, each once. */
static struct oci_strings words(struct planning *p, enum oci_enum kind,
				const struct oci_enums *list, const char *property)
{
	struct oci_strings names = { .v = arena_array(p->arena, list->n, sizeof(*names.v)) };

	for (size_t i = 0; i < list->n; i++) {
		const char *name = oci_enum_name(kind, list->v[i]);
		size_t k = 0;

		while (k < i && list->v[k] != list->v[i])
			k++;
		if (k == i)
			names.v[names.n++] = name;
		else
			plan_warn(p, arena_printf(p->arena, "/linux/seccomp/%s/%zu", property, i),
				  "%s is listed twice", name);
	}
	return names;
}

static int check(struct planning *p, const struct oci_seccomp *config, struct error *err)
{
	int r = check_listener(config, err);

	if (r == 0)
		r = check_flags(p, config, err);
	if (r < 0)
		return r;
	if (config->has_default_errno_ret &&
	    check_errno(config->default_action, config->default_errno_ret, err) < 0)
		return error_at(err, "/linux/seccomp/defaultErrnoRet");
	return check_rules(p, config, err);
}

/* Who may load it, and when. In a user namespace the child has every capability for a start. */
static int plan_place(struct planning *p, struct error *err)
{
	const struct oci_process *process = p->config->process;

	p->is_filtered_first = !(process && process->no_new_privileges) && !p->keeps_admin;
	if (!p->is_filtered_first || !p->is_privileged || plan_may(p, KERNEL_CAP_SYS_ADMIN))
		return 0;
	error_set(err, EPERM,
		  "a filter of system calls takes CAP_SYS_ADMIN, which oci-rt does not "
		  "have, or noNewPrivileges");
	error_hint(err, "set process.noNewPrivileges");
	return error_at(err, "/linux/seccomp");
}

int seccomp_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	const struct oci_seccomp *config = os ? os->seccomp : NULL;
	struct seccomp *args;
	int r;

	if (!config)
		return 0;
	r = check(p, config, err);
	if (r == 0)
		r = plan_place(p, err);
	if (r < 0)
		return r;
	args = arena_new(p->arena, struct seccomp);
	args->default_action = action_name(config->default_action);
	args->has_errno = gives_errno(config->default_action);
	args->default_errno = config->has_default_errno_ret ? config->default_errno_ret : EPERM;
	args->architectures =
		words(p, OCI_ENUM_seccomp_arch, &config->architectures, "architectures");
	args->flags = words(p, OCI_ENUM_seccomp_flag, &config->flags, "flags");
	plan_rules(p, config, args);
	if (is_any(config, OCI_SECCOMP_ACTION_NOTIFY)) {
		args->listener = config->listener_path;
		args->metadata = config->listener_metadata;
	}
	p->seccomp = args;
	return 0;
}

void seccomp_plan_filter(struct planning *p)
{
	if (p->seccomp)
		plan_add(p, OP_SECCOMP, STAGE_TWO, p->seccomp, "/linux/seccomp");
}

/* --- on paper --- */

/* A name that is none of a system call is quoted: "a,b" is not two. */
static void add_name(struct strbuf *out, const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_";

	if (name[strspn(name, letters)])
		json_quote(out, name, strlen(name));
	else
		strbuf_add(out, name);
}

/* Between the argument and the value; behind the mask stands one more. */
static const char signs[][3] = {
	[OCI_SECCOMP_OPERATOR_NE] = "!=",       [OCI_SECCOMP_OPERATOR_LT] = "<",
	[OCI_SECCOMP_OPERATOR_LE] = "<=",       [OCI_SECCOMP_OPERATOR_EQ] = "==",
	[OCI_SECCOMP_OPERATOR_GE] = ">=",       [OCI_SECCOMP_OPERATOR_GT] = ">",
	[OCI_SECCOMP_OPERATOR_MASKED_EQ] = "&",
};

static void add_arg(struct strbuf *out, const struct seccomp_arg *arg)
{
	strbuf_add_format(out, "arg%u%s%llu", arg->index, signs[arg->op],
			  (unsigned long long)arg->value);
	if (arg->op == OCI_SECCOMP_OPERATOR_MASKED_EQ)
		strbuf_add_format(out, "==%llu", (unsigned long long)arg->value_two);
	else if (arg->value_two)
		strbuf_add_format(out, " valueTwo=%llu", (unsigned long long)arg->value_two);
}

/* "SCMP_ACT_ERRNO errno=99 mount,umount2 if arg2&7==1" */
static const char *rule_text(struct arena *arena, const struct seccomp_rule *rule)
{
	struct strbuf out;

	strbuf_init(&out, arena);
	strbuf_add(&out, action_name(rule->action));
	if (rule->has_errno)
		strbuf_add_format(&out, " errno=%u", rule->errno_ret);
	for (size_t i = 0; i < rule->names.n; i++) {
		strbuf_add_char(&out, i ? ',' : ' ');
		add_name(&out, rule->names.v[i]);
	}
	for (size_t i = 0; i < rule->n_args; i++) {
		strbuf_add(&out, i ? ", " : " if ");
		add_arg(&out, &rule->args[i]);
	}
	return out.data;
}

static void describe_rules(struct describer *d, const struct seccomp *args)
{
	struct arena arena;
	const char **lines;

	if (args->n_rules == 0)
		return;
	arena_init(&arena, NULL, 0);
	lines = arena_array(&arena, args->n_rules, sizeof(*lines));
	for (size_t i = 0; i < args->n_rules; i++)
		lines[i] = rule_text(&arena, &args->rules[i]);
	describe_list(d, "rules", args->n_rules, lines);
	arena_done(&arena);
}

static void describe_some(struct describer *d, const char *key, const struct oci_strings *list)
{
	if (list->n)
		describe_list(d, key, list->n, list->v);
}

void seccomp_describe(const struct seccomp *args, struct describer *d)
{
	describe_string(d, "default", args->default_action);
	if (args->has_errno)
		describe_uint(d, "errno", args->default_errno);
	describe_rules(d, args);
	describe_some(d, "architectures", &args->architectures);
	describe_some(d, "flags", &args->flags);
	if (args->listener)
		describe_string(d, "listener", args->listener);
	if (args->metadata)
		describe_string(d, "metadata", args->metadata);
}
