/* SPDX-License-Identifier: Apache-2.0 */
/* Hooks: the state they are told, and a runner that nothing a hook does can hold up or end. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan_test.h"
#include "topic/hook.h"

/* A shell's script as a hook of that kind, with a state of a pid that is not known yet. */
static void make_hook(struct arena *arena, enum hook_kind kind, const char *script,
		      struct hook *ret)
{
	const char *const args[] = { "sh", "-c", script };
	const char *const env[] = { "PATH=/bin:/usr/bin" };
	const struct oci_hook given = {
		.path = "/bin/sh",
		.args = {.n = 3,  .v = (void *)args},
		.env = { .n = 1, .v = (void *)env }
	};
	const struct oci_state state = { .oci_version = "1.2.0",
					 .has_oci_version = true,
					 .id = "box",
					 .has_id = true,
					 .bundle = "/tmp",
					 .has_bundle = true };
	struct hook_state text;

	hook_state_make(arena, &state, &text);
	hook_make(arena, kind, &given, &text, ret);
}

static int run_script(enum hook_kind kind, int64_t timeout, const char *script, struct error *err)
{
	struct arena arena;
	struct hook hook;
	int r;

	arena_init(&arena, NULL, 0);
	memset(err, 0, sizeof(*err));
	make_hook(&arena, kind, script, &hook);
	hook.timeout = timeout;
	r = hook_run(&hook, -1, 4711, err);
	arena_done(&arena);
	return r;
}

static void assert_ends(const char *script, int code, const char *text)
{
	struct error err;

	assert_int_equal(run_script(HOOK_CREATE_RUNTIME, 0, script, &err), -code);
	assert_int_equal(err.code, code);
	assert_string_equal(err.text, text);
}

static void assert_state(enum hook_kind kind, const char *status)
{
	struct arena arena;
	struct strbuf wanted;
	struct hook hook;

	arena_init(&arena, NULL, 0);
	make_hook(&arena, kind, "", &hook);
	strbuf_init(&wanted, &arena);
	strbuf_add_format(
		&wanted,
		"{\"ociVersion\":\"1.2.0\",\"id\":\"box\",\"status\":\"%s\",\"pid\":", status);
	assert_string_equal(hook.state, wanted.data);
	assert_string_equal(hook.rest, ",\"bundle\":\"/tmp\"}");
	assert_string_equal(hook.status, status);
	arena_done(&arena);
}

static void test_the_state_has_the_status_of_its_point(void **state)
{
	(void)state;
	assert_state(HOOK_PRESTART, "creating");
	assert_state(HOOK_CREATE_RUNTIME, "creating");
	assert_state(HOOK_CREATE_CONTAINER, "creating");
	assert_state(HOOK_START_CONTAINER, "created");
	assert_state(HOOK_POSTSTART, "running");
	assert_state(HOOK_POSTSTOP, "stopped");
}

/* What comes behind the pid cannot be taken for it. */
static void test_a_key_of_the_same_name_is_not_the_pid(void **state)
{
	struct oci_hook given = { .path = "/x" };
	struct oci_state told = { .oci_version = "1.2.0",
				  .has_oci_version = true,
				  .id = "i",
				  .has_id = true,
				  .bundle = "\"pid\":7",
				  .has_bundle = true };
	struct hook_state text;
	struct arena arena;
	struct hook hook;

	(void)state;
	arena_init(&arena, NULL, 0);
	hook_state_make(&arena, &told, &text);
	hook_make(&arena, HOOK_PRESTART, &given, &text, &hook);
	assert_string_equal(hook.rest, ",\"bundle\":\"\\\"pid\\\":7\"}");
	assert_string_equal(hook.argv[0], "/x");
	assert_null(hook.argv[1]);
	assert_null(hook.envp[0]);
	arena_done(&arena);
}

static void test_all_hooks_share_one_text(void **state)
{
	static const char config[] =
		"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},"
		"\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]},\"annotations\":{\"k\":\"v\"},"
		"\"hooks\":{\"prestart\":[{\"path\":\"/a\"},{\"path\":\"/b\"}],"
		"\"poststop\":[{\"path\":\"/c\"}]},\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}}";
	const struct oci_document document = test_document(config);
	const struct hook *hooks[3];
	struct plan_world w;
	size_t n = 0;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	assert_int_equal(plan_world_plan(&w, &document), 0);
	for (size_t i = 0; i < w.plan->n_steps; i++)
		if (w.plan->steps[i].operation == OP_HOOK && n < COUNT(hooks))
			hooks[n++] = w.plan->steps[i].args;
	assert_int_equal(n, 3);
	assert_string_equal(hooks[0]->rest,
			    ",\"bundle\":\"/bundle\",\"annotations\":{\"k\":\"v\"}}");
	assert_ptr_equal(hooks[0]->state, hooks[1]->state);
	assert_ptr_equal(hooks[0]->rest, hooks[1]->rest);
	assert_ptr_equal(hooks[0]->rest, hooks[2]->rest);
	plan_world_done(&w);
}

static void test_the_pid_is_put_in(void **state)
{
	(void)state;
	assert_ends("cat >&2; exit 1", ECANCELED,
		    "the createRuntime hook /bin/sh ended with status 1: {\"ociVersion\":\"1.2.0\","
		    "\"id\":\"box\",\"status\":\"creating\",\"pid\":4711,\"bundle\":\"/tmp\"}");
}

static void test_a_failure_has_the_end_of_standard_error(void **state)
{
	struct error err;

	(void)state;
	assert_ends("exit 3", ECANCELED, "the createRuntime hook /bin/sh ended with status 3");
	assert_ends("kill -9 $$", ECANCELED,
		    "the createRuntime hook /bin/sh was killed by signal 9");
	assert_ends("printf 'one\\ntwo\\n\\n ' >&2; echo no; exit 1", ECANCELED,
		    "the createRuntime hook /bin/sh ended with status 1: one two");
	assert_int_equal(run_script(HOOK_POSTSTOP, 0,
				    "yes x | head -c 3000000 >&2; echo last >&2; exit 1", &err),
			 -ECANCELED);
	assert_true(strlen(err.text) < 1200);
	assert_string_equal(err.text + strlen(err.text) - 8, "x x last");
	/* no half of a character at its beginning */
	assert_int_equal(run_script(HOOK_POSTSTOP, 0,
				    "yes ä | tr -d '\\n' | head -c 3001 >&2; printf a >&2; exit 1",
				    &err),
			 -ECANCELED);
	assert_non_null(strstr(err.text, "status 1: ...\xc3\xa4"));
}

static void test_a_program_that_is_not_there_is_an_error_by_its_errno(void **state)
{
	const struct oci_hook given = { .path = "/no/such/hook" };
	const struct oci_state told = { .oci_version = "1.2.0", .id = "i", .bundle = "/" };
	struct error err = { 0 };
	struct hook_state text;
	struct arena arena;
	struct hook hook;

	(void)state;
	arena_init(&arena, NULL, 0);
	hook_state_make(&arena, &told, &text);
	hook_make(&arena, HOOK_POSTSTART, &given, &text, &hook);
	assert_int_equal(hook_run(&hook, -1, 1, &err), -ENOENT);
	assert_string_equal(err.text,
			    "execute the poststart hook /no/such/hook: no such file or directory");
	arena_done(&arena);
}

static void test_a_late_hook_is_killed_with_its_group(void **state)
{
	struct error err;
	const char *why;
	long child;

	(void)state;
	assert_int_equal(run_script(HOOK_PRESTART, 1, "sleep 600 & echo $! >&2; sleep 600", &err),
			 -ETIMEDOUT);
	why = strstr(err.text, "did not end within 1 s: ");
	assert_non_null(why);
	child = strtol(why + strlen("did not end within 1 s: "), NULL, 10);
	assert_true(child > 1);
	/* it belongs to init now, who reaps it in its own time */
	for (int i = 0; i < 400 && kill((pid_t)child, 0) == 0; i++)
		usleep(25000);
	assert_int_equal(kill((pid_t)child, 0), -1);
}

static bool is_flooded;

/*
 * What hook_run calls. A hook that writes as fast as it can is read faster now and then, and is
 * late at that moment: to be seen as one that there is always something to read from, it gets the
 * time.
 */
int poll(struct pollfd *v, nfds_t n, int timeout)
{
	const struct timespec given = { timeout / 1000, timeout % 1000 * 1000000L };
	int r = ppoll(v, n, timeout < 0 ? NULL : &given, NULL);

	return r == 0 && is_flooded ? ppoll(v, n, NULL, NULL) : r;
}

static void test_a_late_hook_that_never_stops_writing_is_killed_too(void **state)
{
	struct error err;
	int r;

	(void)state;
	is_flooded = true;
	alarm(60); /* the end of the test, if it is never late */
	r = run_script(HOOK_PRESTART, 1, "while :; do echo more >&2; done", &err);
	alarm(0);
	is_flooded = false;
	assert_int_equal(r, -ETIMEDOUT);
	assert_non_null(strstr(err.text, "did not end within 1 s: "));
	assert_non_null(strstr(err.text, "more more"));
}

/* Descriptors, and what is done about signals, are as they were. */
static void test_the_caller_is_left_as_it_was(void **state)
{
	struct sigaction mine = { .sa_handler = SIG_DFL }, now;
	struct error err;
	int before = dup(0), after;

	(void)state;
	close(before);
	sigaction(SIGPIPE, &mine, NULL);
	mine.sa_handler = SIG_IGN;
	sigaction(SIGCHLD, &mine, NULL); /* its exit status is known all the same */
	assert_int_equal(run_script(HOOK_POSTSTOP, 0, "exec <&-; exit 5", &err), -ECANCELED);
	assert_non_null(strstr(err.text, "status 5"));
	assert_int_equal(run_script(HOOK_POSTSTOP, 9, "exit 0", &err), 0);
	assert_int_equal(err.code, 0);
	sigaction(SIGPIPE, NULL, &now);
	assert_true(now.sa_handler == SIG_DFL);
	sigaction(SIGCHLD, NULL, &now);
	assert_true(now.sa_handler == SIG_IGN);
	mine.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &mine, NULL);
	after = dup(0);
	close(after);
	assert_int_equal(after, before);
}

#define CONFIG(hooks)                                                          \
	"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},\"hooks\":" hooks \
	",\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]},\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}}"

static void assert_refused(const char *text, const char *pointer)
{
	const struct oci_document document = test_document(text);
	struct plan_world w;

	plan_world_init(&w, FACTS_V2);
	assert_int_equal(plan_world_plan(&w, &document), -EINVAL);
	assert_string_equal(w.err.pointer, pointer);
	plan_world_done(&w);
}

static void test_what_cannot_be_a_hook_is_refused_by_its_pointer(void **state)
{
	(void)state;
	assert_refused(CONFIG("{\"poststop\":[{\"path\":\"/a\"},{\"path\":\"b\"}]}"),
		       "/hooks/poststop/1/path");
	assert_refused(CONFIG("{\"startContainer\":[{\"path\":\"./a\"}]}"),
		       "/hooks/startContainer/0/path");
	assert_refused(CONFIG("{\"prestart\":[{\"path\":\"/a\",\"env\":[\"A=\",\"A\"]}]}"),
		       "/hooks/prestart/0/env/1");
	assert_refused(CONFIG("{\"poststart\":[{\"path\":\"/a\",\"env\":[\"=1\"]}]}"),
		       "/hooks/poststart/0/env/0");
}

#define JOINING(namespaces, kind)                                                          \
	"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},\"hooks\":{\"" kind           \
	"\":[{\"path\":\"/a\"}]},\"process\":{\"cwd\":\"/\",\"args\":[\"a\"]},\"linux\":{" \
	"\"namespaces\":[" namespaces "]}}"
#define NEW(type)  "{\"type\":\"" type "\"}"
#define JOIN(type) "{\"type\":\"" type "\",\"path\":\"/run/ns/" type "\"}"

static void assert_taken(const char *text)
{
	const struct oci_document document = test_document(text);
	struct plan_world w;

	plan_world_init(&w, FACTS_V2);
	if (plan_world_plan(&w, &document) < 0)
		fail_msg("%s (%s)", w.err.text, w.err.pointer);
	plan_world_done(&w);
}

/* Who is in the namespaces that are joined may be hostile, and the hook has the host's privileges.
 */
static void test_a_hook_of_the_host_is_not_run_in_reach_of_others(void **state)
{
	static const char pointer[] = "/hooks/createContainer/0";

	(void)state;
	assert_refused(JOINING(JOIN("mount"), "createContainer"), pointer);
	assert_refused(JOINING(JOIN("mount") "," JOIN("user") "," NEW("pid"), "createContainer"),
		       pointer);
	assert_refused(JOINING(NEW("mount") "," JOIN("user") "," JOIN("pid"), "createContainer"),
		       pointer);
	assert_refused(JOINING(NEW("mount") "," JOIN("user"), "createContainer"), pointer);
	assert_refused(JOINING(NEW("mount") "," NEW("user"), "createContainer"), pointer);
	assert_taken(JOINING(NEW("mount") "," JOIN("user") "," NEW("pid"), "createContainer"));
	assert_taken(JOINING(NEW("mount") "," NEW("user") "," NEW("pid"), "createContainer"));
	assert_taken(JOINING(NEW("mount") "," JOIN("pid"), "createContainer"));
	assert_taken(JOINING(JOIN("mount"), "createRuntime"));
	assert_taken(JOINING(NEW("mount") "," JOIN("user") "," JOIN("pid"), "createRuntime"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_state_has_the_status_of_its_point),
		cmocka_unit_test(test_a_key_of_the_same_name_is_not_the_pid),
		cmocka_unit_test(test_all_hooks_share_one_text),
		cmocka_unit_test(test_the_pid_is_put_in),
		cmocka_unit_test(test_a_failure_has_the_end_of_standard_error),
		cmocka_unit_test(test_a_program_that_is_not_there_is_an_error_by_its_errno),
		cmocka_unit_test(test_a_late_hook_is_killed_with_its_group),
		cmocka_unit_test(test_a_late_hook_that_never_stops_writing_is_killed_too),
		cmocka_unit_test(test_the_caller_is_left_as_it_was),
		cmocka_unit_test(test_what_cannot_be_a_hook_is_refused_by_its_pointer),
		cmocka_unit_test(test_a_hook_of_the_host_is_not_run_in_reach_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
