/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan's text does not show of the process: environment, candidates, close-on-exec. */
#include <sys/mman.h>
#include <unistd.h>

#include "plan_test.h"
#include "topic/process.h"

#define CONFIG(process)                                                                           \
	"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"r\"},\"process\":{\"cwd\":\"/\"," process \
	"},\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}"

static const void *find_args(const struct plan *plan, enum operation operation)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->steps[i].operation == operation)
			return plan->steps[i].args;
	fail_msg("there is no step %d", operation);
	return NULL;
}

static const struct process_program *plan_program(struct plan_world *w, const char *text)
{
	struct oci_document document = test_document(text);

	plan_world_init(w, FACTS_V2);
	if (plan_world_plan(w, &document) < 0)
		fail_msg("%s at %s", w->err.text, w->err.pointer);
	return find_args(w->plan, OP_EXEC);
}

static const char *joined(struct plan_world *w, size_t n, const char *const *v)
{
	struct strbuf text;

	strbuf_init(&text, &w->arena);
	for (size_t i = 0; i < n; i++)
		strbuf_add_format(&text, "%s%s", i ? " " : "", v[i]);
	return text.data;
}

static size_t count(char *const *v)
{
	size_t n = 0;

	while (v[n])
		n++;
	return n;
}

static void assert_candidates(const char *process, const char *wanted)
{
	char text[1024];
	const struct process_program *program;
	struct plan_world w;

	snprintf(text, sizeof(text), CONFIG("%s") "}", process);
	program = plan_program(&w, text);
	assert_string_equal(joined(&w, program->n_candidates, program->candidates), wanted);
	plan_world_done(&w);
}

/* execvp(3), with the PATH of the configuration. */
static void test_where_a_program_may_lie(void **state)
{
	(void)state;
	assert_candidates("\"args\":[\"/bin/a\"]", "/bin/a");
	assert_candidates("\"args\":[\"./a\"]", "./a");
	assert_candidates("\"args\":[\"b/a\"],\"env\":[\"PATH=/x\"]", "b/a");
	assert_candidates("\"args\":[\"a\"],\"env\":[\"PATH=/x\"]", "/x/a");
	assert_candidates("\"args\":[\"a\"],\"env\":[\"PATH=/x:/y/\"]", "/x/a /y//a");
	assert_candidates("\"args\":[\"a\"],\"env\":[\"PATH=:/y::z:\"]", "./a /y/a ./a z/a ./a");
	assert_candidates("\"args\":[\"a\"],\"env\":[\"PATH=\"]", "./a");
	assert_candidates(
		"\"args\":[\"a\"],\"env\":[\"XPATH=/no\",\"PATHS=/no\"]",
		"/usr/local/sbin/a /usr/local/bin/a /usr/sbin/a /usr/bin/a /sbin/a /bin/a");
	assert_candidates("\"args\":[\"\"],\"env\":[\"PATH=/x:/y\"]", "");
}

static void test_arguments_end_in_null(void **state)
{
	const struct process_program *program;
	struct plan_world w;

	(void)state;
	program = plan_program(&w, CONFIG("\"args\":[\"a\",\"\",\"b c\"]") "}");
	assert_int_equal(count(program->argv), 3);
	assert_string_equal(program->argv[1], "");
	assert_string_equal(program->argv[2], "b c");
	assert_true(program->found >= SLOT_FREE && program->found < w.plan->n_slots);
	plan_world_done(&w);
}

static bool has_variable(const struct process_program *program, const char *text)
{
	for (size_t i = 0; program->envp[i]; i++)
		if (strcmp(program->envp[i], text) == 0)
			return true;
	return false;
}

static void test_the_environment_is_what_is_configured(void **state)
{
	const struct process_program *program;
	struct plan_world w;

	(void)state;
	program = plan_program(
		&w, CONFIG("\"args\":[\"a\"],\"env\":[\"B=2\",\"A=1=1\",\"LISTEN_FDS=9\","
			   "\"HOME=/h\"]") "}");
	assert_true(has_variable(program, "A=1=1"));
	assert_true(has_variable(program, "B=2"));
	assert_true(has_variable(program, "LISTEN_FDS=9"));
	assert_true(has_variable(program, "HOME=/h"));
	plan_world_done(&w);
}

/* sd_listen_fds(3): how many, and for which process; what the configuration says of it is wrong. */
static void test_socket_activation_is_passed_on(void **state)
{
	const struct process_program *program;
	const struct process_close *closing;
	struct plan_world w;

	(void)state;
	program = plan_program(
		&w, CONFIG("\"args\":[\"a\"],\"env\":[\"LISTEN_FDS=9\",\"LISTEN_PID=7\","
			   "\"LISTEN_FDS_=1\"]") ",\"annotations\":{\"test.listen-fds\":\"2\","
						 "\"test.preserve-fds\":\"4\"}}");
	closing = find_args(w.plan, OP_CLOSE);
	assert_true(has_variable(program, "LISTEN_FDS=2"));
	/* without a pid namespace of its own the pid is known at the end only */
	assert_true(has_variable(program, "LISTEN_PID=PID"));
	assert_non_null(program->listen_pid);
	assert_true(has_variable(program, "LISTEN_FDS_=1"));
	assert_false(has_variable(program, "LISTEN_FDS=9"));
	assert_false(has_variable(program, "LISTEN_PID=7"));
	assert_int_equal(closing->keep, 4);
	plan_world_done(&w);
}

static void test_without_a_process_there_is_nothing_to_execute(void **state)
{
	struct oci_document document =
		test_document("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"r\"},"
			      "\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}}");
	const struct process_program *program;
	struct slots slots = { 0 };
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	assert_int_equal(plan_world_plan(&w, &document), 0);
	program = find_args(w.plan, OP_EXEC);
	assert_null(program->argv);
	assert_true(process_exec_apply(program, &slots, &w.err) < 0);
	assert_true(w.err.code > 0);
	plan_world_done(&w);
}

/* user 77's, of a passwd that is so much of `filler`, line by line, and then `text` */
static void assert_home(size_t filler, const char *text, const char *wanted)
{
	static const char other[] = "other:x:78:78::/other:/bin/sh\n";
	int fd = memfd_create("passwd", MFD_CLOEXEC);
	char entry[64] = "HOME=/", block[sizeof(other) * 128] = "";
	const struct process_home args = { .uid = 77, .entry = entry, .size = sizeof(entry) };

	for (size_t i = 0; i < 128; i++)
		strcat(block, other);
	for (size_t done = 0; done < filler; done += strlen(block))
		assert_int_equal(write(fd, block, strlen(block)), strlen(block));
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	lseek(fd, 0, SEEK_SET);
	process_home_read(&args, fd);
	close(fd);
	assert_string_equal(entry, wanted);
}

/* "me:x:77:77:", so many characters as comment, ":/" and as many as path */
static void assert_long_home(size_t comment, size_t path, const char *wanted)
{
	char text[16384];

	snprintf(text, sizeof(text), "me:x:77:77:%0*d:/%0*d:/bin/sh\n", (int)comment, 0, (int)path,
		 0);
	assert_home(0, text, wanted);
}

static void test_home_is_the_sixth_field_of_the_first_line_of_the_user(void **state)
{
	(void)state;
	assert_home(0, "me:x:77:77::/home:/bin/sh\n", "HOME=/home");
	assert_home(0, "me:x:77:77::/home\n", "HOME=/home");
	assert_home(0, "me:x:77:77::/home", "HOME=/home");
	assert_home(0, "me:x:77:77::/home:a:b:c", "HOME=/home");
	assert_home(0, "\n\n::\n77\nyou:x:7::/77:/77\nme:x:77:77::/1\nme:x:77:77::/2", "HOME=/1");
	assert_home(0, "me:x:77:77:/comment\n", "HOME=/");
	assert_home(0, "me:x:77:77:\n:/joined\n", "HOME=/");
	assert_home(0, "me:x:77:77::\n", "HOME=/");
	assert_home(0, "me:x:77:77::relative\nme:x:77:77::/later\n", "HOME=/");
	assert_home(0, "me:x:077777777777777777777777:77::/home\nme:x:-77:77::/home\n", "HOME=/");
	assert_home(0, "me:x::77::/home\nme:x:770:77::/home\nme:x:7:77::/home\n", "HOME=/");
	assert_home(0, "", "HOME=/");
}

static void test_neither_a_long_line_nor_a_long_file_hides_a_home(void **state)
{
	(void)state;
	assert_long_home(15000, 3, "HOME=/000");
	assert_long_home(1, 8000, "HOME=/");
	assert_home(8 << 20, "me:x:77:77::/home\n", "HOME=/home");
	assert_home(17 << 20, "me:x:77:77::/home\n", "HOME=/");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_where_a_program_may_lie),
		cmocka_unit_test(test_arguments_end_in_null),
		cmocka_unit_test(test_the_environment_is_what_is_configured),
		cmocka_unit_test(test_socket_activation_is_passed_on),
		cmocka_unit_test(test_without_a_process_there_is_nothing_to_execute),
		cmocka_unit_test(test_home_is_the_sixth_field_of_the_first_line_of_the_user),
		cmocka_unit_test(test_neither_a_long_line_nor_a_long_file_hides_a_home),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
