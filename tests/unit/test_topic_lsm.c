/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of AppArmor and SELinux: on which host, of which form, at which point. */
#include "parts_test.h"
#include "topic/lsm.h"
#include "topic/mount.h"

#define APPARMOR(name) ",\"apparmorProfile\":\"" name "\""
#define SELINUX(label) ",\"selinuxLabel\":\"" label "\""
#define MOUNT(label)   ",\"mountLabel\":\"" label "\""
#define MOUNTS(mounts) ",\"mounts\":[" mounts "]"
#define TMPFS(options) "{\"destination\":\"/t\",\"type\":\"tmpfs\",\"options\":[" options "]}"
#define CONTEXT        "u:object_r:t:s0:c1,c2"

/* The hosts of tests/data/facts: v2 has AppArmor, v1 SELinux, hybrid neither. */
static void plan_on(struct plan_world *w, enum facts_host host, const struct parts *parts)
{
	plan_world_init(w, host);
	if (parts_plan(w, parts) < 0)
		fail_msg("%s at %s", w->err.text, w->err.pointer);
}

static void refused_on(enum facts_host host, const struct parts *parts, const char *pointer,
		       int code)
{
	struct plan_world w;
	int r;

	plan_world_init(&w, host);
	r = parts_plan(&w, parts);
	if (r != -code || strcmp(w.err.pointer, pointer) != 0)
		fail_msg("%d \"%s\" at %s, not at %s", r, w.err.text, w.err.pointer, pointer);
	plan_world_done(&w);
}

static void test_a_label_needs_its_module(void **state)
{
	const struct parts apparmor = { .process = APPARMOR("p") },
			   selinux = { .process = SELINUX("u:r:t:s0") },
			   both = { .process = APPARMOR("p") SELINUX("u:r:t:s0") },
			   mounts = { .linux_ = MOUNT("u:r:t") };

	(void)state;
	refused_on(FACTS_HYBRID, &apparmor, "/process/apparmorProfile", ENOTSUP);
	refused_on(FACTS_V1, &apparmor, "/process/apparmorProfile", ENOTSUP);
	refused_on(FACTS_HYBRID, &selinux, "/process/selinuxLabel", ENOTSUP);
	refused_on(FACTS_V2, &selinux, "/process/selinuxLabel", ENOTSUP);
	refused_on(FACTS_V1, &both, "/process/apparmorProfile", ENOTSUP);
	refused_on(FACTS_V2, &both, "/process/selinuxLabel", ENOTSUP);
	refused_on(FACTS_V2, &mounts, "/linux/mountLabel", ENOTSUP);
}

static void test_an_empty_label_is_none(void **state)
{
	struct plan_world w;

	(void)state;
	plan_on(&w, FACTS_HYBRID,
		&(struct parts){ .process = APPARMOR("") SELINUX(""), .linux_ = MOUNT("") });
	assert_null(parts_step(&w, OP_LABEL_OPEN));
	assert_null(parts_step(&w, OP_LABEL));
	assert_null(parts_step(&w, OP_LABEL_MOUNTS));
	assert_int_equal(plan_refusal(w.plan, &w.err), 0);
	plan_world_done(&w);
}

static void test_names_that_no_profile_has(void **state)
{
	static const char *const names[] = { APPARMOR("a\\nb"), APPARMOR(" a"), APPARMOR("a "),
					     APPARMOR("\\u007f"), APPARMOR("\\t") };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		refused_on(FACTS_V2, &(struct parts){ .process = names[i] },
			   "/process/apparmorProfile", EINVAL);
}

static void test_texts_that_are_no_context(void **state)
{
	static const char *const labels[] = {
		SELINUX("t"),        SELINUX("u:r"),     SELINUX(":r:t"),   SELINUX("u::t"),
		SELINUX("u:r:"),     SELINUX("u:r:t:"),  SELINUX("u:r: t"), SELINUX("u:r:t\\n"),
		SELINUX("u:r:\\\""), SELINUX("u:r:'t'"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		refused_on(FACTS_V1, &(struct parts){ .process = labels[i] },
			   "/process/selinuxLabel", EINVAL);
	refused_on(FACTS_V1, &(struct parts){ .linux_ = MOUNT("some") }, "/linux/mountLabel",
		   EINVAL);
}

/* Opened by who is still the first user, written when no hook can get it any more. */
static void assert_label(enum facts_host host, const char *process, const char *file,
			 const char *text)
{
	const struct step *open, *write;
	const struct lsm_label *args;
	struct plan_world w;

	plan_on(&w, host,
		&(struct parts){ .process = process,
				 .linux_ = ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"}" });
	open = parts_step(&w, OP_LABEL_OPEN);
	write = parts_step(&w, OP_LABEL);
	assert_non_null(open);
	assert_non_null(write);
	assert_true(open < parts_step(&w, OP_USER));
	assert_true(write > parts_step(&w, OP_CHECK_CWD));
	assert_true(write < parts_step(&w, OP_SECCOMP));
	assert_int_equal(open->stage, STAGE_TWO);
	assert_int_equal(write->stage, STAGE_TWO);
	assert_ptr_equal(open->args, write->args);
	args = open->args;
	assert_string_equal(args->file, file);
	assert_string_equal(args->text, text);
	assert_true(args->slot >= SLOT_FREE);
	assert_int_equal(plan_refusal(w.plan, &w.err), -ENOTSUP);
	assert_string_equal(w.err.pointer, args->pointer);
	plan_world_done(&w);
}

static void test_what_is_written_where_and_when(void **state)
{
	(void)state;
	assert_label(FACTS_V2, APPARMOR("my profile//&x"), "attr/apparmor/exec",
		     "exec my profile//&x");
	assert_label(FACTS_V1, SELINUX(CONTEXT), "attr/exec", CONTEXT);
	assert_label(FACTS_V1, SELINUX("u:r:t:s0:c1-s15:c0.c9"), "attr/exec",
		     "u:r:t:s0:c1-s15:c0.c9");
	assert_label(FACTS_V1, SELINUX("u:r:t"), "attr/exec", "u:r:t");
}

static void test_which_mounts_are_labelled(void **state)
{
	static const char mounts[] =
		MOUNTS("{\"destination\":\"/proc\",\"type\":\"proc\"},"
		       "{\"destination\":\"/sys\",\"type\":\"sysfs\"},"
		       "{\"destination\":\"/b\",\"source\":\"/x\",\"options\":[\"rbind\"]},"
		       "{\"destination\":\"/c\",\"type\":\"tmpfs\",\"source\":\"/x\","
		       "\"options\":[\"bind\"]},"
		       "{\"destination\":\"/dev/mqueue\",\"type\":\"mqueue\"},"
		       "{\"destination\":\"/dev/pts/\",\"type\":\"devpts\"}," TMPFS("\"ro\""));
	const struct lsm_mounts *args;
	const struct step *step;
	struct plan_world w;

	(void)state;
	plan_on(&w, FACTS_V1, &(struct parts){ .config = mounts, .linux_ = MOUNT(CONTEXT) });
	step = parts_step(&w, OP_LABEL_MOUNTS);
	assert_non_null(step);
	assert_int_equal(step->stage, STAGE_ONE);
	assert_string_equal(step->pointer, "/linux/mountLabel");
	for (size_t i = 0; i < w.plan->n_steps; i++)
		if (w.plan->steps[i].operation == OP_MOUNT_NEW)
			assert_true(step < &w.plan->steps[i]);
	args = step->args;
	assert_string_equal(args->context, CONTEXT);
	assert_int_equal(args->targets.n, 2);
	assert_string_equal(args->targets.v[0], "/dev/pts");
	assert_string_equal(args->targets.v[1], "/t");
	assert_int_equal(args->queues.n, 1);
	assert_string_equal(args->queues.v[0], "/dev/mqueue");
	plan_world_done(&w);
}

static void option_refused(enum facts_host host, const char *mounts, const char *linux_,
			   const char *pointer)
{
	const struct parts parts = { .config = mounts, .linux_ = linux_ };
	struct plan_world w;

	plan_world_init(&w, host);
	assert_true(parts_plan(&w, &parts) < 0);
	assert_string_equal(w.err.pointer, pointer);
	plan_world_done(&w);
}

static void test_contexts_in_mount_options(void **state)
{
	(void)state;
	option_refused(FACTS_V2, MOUNTS(TMPFS("\"ro\",\"context=u:r:t\"")), "",
		       "/mounts/0/options/1");
	option_refused(FACTS_V1, MOUNTS(TMPFS("\"context=t\"")), "", "/mounts/0/options/0");
	option_refused(FACTS_V1, MOUNTS(TMPFS("\"rootcontext=\"")), "", "/mounts/0/options/0");
	option_refused(FACTS_V1, MOUNTS(TMPFS("\"context=u:r:t\",\"context=u:r:t\"")), "",
		       "/mounts/0/options/1");
	option_refused(FACTS_V1, MOUNTS(TMPFS("\"context=u:r:t\",\"defcontext=u:r:t\"")), "",
		       "/mounts/0/options/1");
	option_refused(FACTS_V1, MOUNTS(TMPFS("\"fscontext=u:r:t\",\"fscontext=u:r:t\"")), "",
		       "/mounts/0/options/1");
	option_refused(FACTS_V1, MOUNTS(TMPFS("\"context=u:r:t\"")), MOUNT("u:r:t"),
		       "/mounts/0/options/0");
	option_refused(FACTS_V1, MOUNTS(TMPFS("\"defcontext=u:r:t\"")), MOUNT("u:r:t"),
		       "/mounts/0/options/0");
}

/* The option of a mount that is new, as the kernel gets it. */
static const char *option_of(const struct plan_world *w, const char *key)
{
	const struct mount_new *args = parts_step(w, OP_MOUNT_NEW)->args;

	for (size_t i = 0; i < args->n_data; i++)
		if (strcmp(args->data[i].key, key) == 0)
			return args->data[i].value;
	fail_msg("there is no option %s", key);
	return NULL;
}

/* The kernel would take quotation marks for a part of the context. */
static void test_contexts_that_agree(void **state)
{
	struct plan_world w;

	(void)state;
	plan_on(&w, FACTS_V1,
		&(struct parts){ .config = MOUNTS(TMPFS("\"fscontext=u:r:t\",\"rootcontext=u:r:t\","
							"\"context=\\\"u:r:t:s0:c1,c2\\\"\"")) });
	assert_string_equal(option_of(&w, "context"), "u:r:t:s0:c1,c2");
	assert_string_equal(option_of(&w, "fscontext"), "u:r:t");
	plan_world_done(&w);
	plan_on(&w, FACTS_V1,
		&(struct parts){ .config =
					 MOUNTS(TMPFS("\"fscontext=u:r:t\",\"rootcontext=u:r:t\"")),
				 .linux_ = MOUNT("u:r:t") });
	plan_world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_label_needs_its_module),
		cmocka_unit_test(test_an_empty_label_is_none),
		cmocka_unit_test(test_names_that_no_profile_has),
		cmocka_unit_test(test_texts_that_are_no_context),
		cmocka_unit_test(test_what_is_written_where_and_when),
		cmocka_unit_test(test_which_mounts_are_labelled),
		cmocka_unit_test(test_contexts_in_mount_options),
		cmocka_unit_test(test_contexts_that_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
