/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A launch without namespaces, for which no privilege is needed: the clone, the hand-over, the
 * program, and every way in which that goes wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/launch.h"
#include "topic/namespace.h"
#include "topic/process.h"
#include "unit.h"

enum { SLOT_FOUND = SLOT_FREE, SLOT_COUNT };

enum { AT_CLONE, AT_KEEP, AT_FIND, AT_RECORD, AT_RELEASE, AT_PID_FILE, AT_EXEC, STEP_COUNT };

struct launch {
	struct step steps[STEP_COUNT];
	struct plan plan;
	struct process_program program;
	char *argv[4], *envp[1];
	const char *candidate;
	struct engine engine;
	int slots[SLOT_COUNT];
	pid_t kept, recorded, filed;
	int record_result; /* what record_created gives */
	struct error err;
};

static const struct namespace_clone no_namespaces;

static int prepare_record(void *context, pid_t pid, int pidfd, struct error *err)
{
	struct launch *l = context;

	(void)err;
	l->kept = pid;
	assert_true(fcntl(pidfd, F_GETFD) & FD_CLOEXEC);
	return 0;
}

static int record_created(void *context, struct error *err)
{
	struct launch *l = context;

	l->recorded = l->kept; /* 0 unless it was prepared before */
	if (l->record_result < 0)
		return error_set(err, -l->record_result, "no record");
	return 0;
}

static int write_pid_file(void *context, pid_t pid, struct error *err)
{
	struct launch *l = context;

	(void)err;
	l->filed = pid;
	return 0;
}

static void set_step(struct launch *l, int at, enum operation operation, enum stage stage,
		     const void *args)
{
	l->steps[at] = (struct step){ .operation = (uint16_t)operation,
				      .stage = (uint8_t)stage,
				      .args = args,
				      .pointer = at == AT_EXEC ? "/process/args" : "" };
}

static void set_program(struct launch *l, const char *path, const char *script)
{
	static char option[] = "-c";

	l->candidate = path;
	l->argv[0] = (char *)path;
	l->argv[1] = script ? option : NULL;
	l->argv[2] = (char *)script;
	l->program.candidates = &l->candidate;
	l->program.n_candidates = 1;
	l->program.argv = l->argv;
	l->program.envp = l->envp;
	l->program.found = SLOT_FOUND;
}

static int setup(void **state)
{
	struct launch *l = calloc(1, sizeof(*l));

	assert_non_null(l);
	set_step(l, AT_CLONE, OP_CLONE, STAGE_RUNTIME, &no_namespaces);
	set_step(l, AT_KEEP, OP_PREPARE_RECORD, STAGE_RUNTIME, NULL);
	l->steps[AT_KEEP].is_meanwhile = true;
	set_step(l, AT_FIND, OP_FIND_PROGRAM, STAGE_ONE, &l->program);
	set_step(l, AT_RECORD, OP_RECORD_CREATED, STAGE_RUNTIME, NULL);
	set_step(l, AT_RELEASE, OP_RELEASE, STAGE_TWO, NULL);
	set_step(l, AT_PID_FILE, OP_PID_FILE, STAGE_RUNTIME, NULL);
	set_step(l, AT_EXEC, OP_EXEC, STAGE_TWO, &l->program);
	l->plan = (struct plan){ .steps = l->steps, .n_steps = STEP_COUNT, .n_slots = SLOT_COUNT };
	l->engine.plan = &l->plan;
	l->engine.proc_fd = l->engine.listen_fd = l->engine.waiting_fd = -1;
	l->engine.context = l;
	l->engine.prepare_record = prepare_record;
	l->engine.record_created = record_created;
	l->engine.write_pid_file = write_pid_file;
	l->engine.walker.slots = (struct slots){ l->slots, SLOT_COUNT };
	set_program(l, "/bin/sh", "exit 7");
	*state = l;
	return 0;
}

static int teardown(void **state)
{
	struct launch *l = *state;

	engine_done(&l->engine);
	free(l);
	/* no child was left behind */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	return 0;
}

static void test_a_program_is_launched(void **state)
{
	struct launch *l = *state;

	assert_int_equal(engine_launch(&l->engine, &l->err), 0);
	assert_true(l->engine.pid > 0);
	assert_int_equal(l->recorded, l->engine.pid);
	assert_int_equal(l->filed, l->engine.pid);
	assert_int_equal(engine_await_program(&l->engine, &l->err), 0);
	assert_int_equal(engine_wait(&l->engine), 7);
	assert_int_equal(l->engine.pid, 0);
	assert_int_equal(l->err.code, 0);
}

static void test_the_signal_that_ends_a_program(void **state)
{
	struct launch *l = *state;

	set_program(l, "/bin/sh", "kill -TERM $$");
	assert_int_equal(engine_launch(&l->engine, &l->err), 0);
	assert_int_equal(engine_await_program(&l->engine, &l->err), 0);
	assert_int_equal(engine_wait(&l->engine), 128 + SIGTERM);
}

/* Nothing of ours is open in it: not the baton, not the pidfd, nothing that was never named. */
static void test_the_program_has_no_descriptors_of_the_runtime(void **state)
{
	struct launch *l = *state;
	int leak = open("/dev/null", O_RDONLY);

	assert_true(leak >= 3);
	set_program(l, "/bin/sh",
		    "for f in /proc/self/fd/*; do n=${f##*/}; "
		    "test $n -le 2 || test ! -e $f || exit $n; done");
	assert_int_equal(engine_launch(&l->engine, &l->err), 0);
	assert_int_equal(engine_await_program(&l->engine, &l->err), 0);
	assert_int_equal(engine_wait(&l->engine), 0);
	close(leak);
}

static void test_preserved_descriptors_stay(void **state)
{
	struct launch *l = *state;
	int fd = open("/dev/null", O_RDONLY);
	char script[64];

	assert_true(fd >= 3);
	l->engine.preserve_fds = (unsigned)fd - 2;
	snprintf(script, sizeof(script), "test -e /proc/self/fd/%d", fd);
	set_program(l, "/bin/sh", script);
	assert_int_equal(engine_launch(&l->engine, &l->err), 0);
	assert_int_equal(engine_await_program(&l->engine, &l->err), 0);
	assert_int_equal(engine_wait(&l->engine), 0);
	close(fd);
}

static void test_a_program_that_is_not_there(void **state)
{
	struct launch *l = *state;

	set_program(l, "/no/such/program", NULL);
	assert_true(engine_launch(&l->engine, &l->err) < 0);
	assert_int_equal(l->err.code, ENOENT);
	assert_int_equal(l->err.step, AT_FIND + 1);
	assert_int_equal(l->err.stage, STAGE_ONE);
	assert_int_equal(l->engine.walker.at, AT_FIND);
	assert_int_equal(l->recorded, 0);
	assert_int_equal(l->engine.pid, 0);
}

/* Found, and no program after all: told by the one who awaits it. */
static void test_a_program_that_cannot_be_executed(void **state)
{
	char path[] = "/tmp/unit-launch-XXXXXX";
	struct launch *l = *state;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "\177ELF?", 5), 5);
	assert_int_equal(fchmod(fd, 0755), 0);
	close(fd);
	set_program(l, path, NULL);
	assert_int_equal(engine_launch(&l->engine, &l->err), 0);
	assert_true(engine_await_program(&l->engine, &l->err) < 0);
	assert_int_equal(l->err.code, ENOEXEC);
	assert_int_equal(l->err.step, AT_EXEC + 1);
	assert_string_equal(l->err.pointer, "/process/args");
	unlink(path);
}

static void test_a_record_that_cannot_be_written(void **state)
{
	struct launch *l = *state;

	l->record_result = -ENOSPC;
	assert_int_equal(engine_launch(&l->engine, &l->err), -ENOSPC);
	assert_string_equal(l->err.text, "no record");
	assert_int_equal(l->err.step, AT_RECORD + 1);
	assert_int_equal(l->engine.walker.at, AT_RECORD);
	assert_true(l->recorded > 0);
	assert_int_equal(kill(l->recorded, 0), -1);
}

static void test_steps_are_timed_when_traced(void **state)
{
	struct launch *l = *state;

	l->engine.is_traced = true;
	assert_int_equal(engine_launch(&l->engine, &l->err), 0);
	assert_int_equal(engine_await_program(&l->engine, &l->err), 0);
	for (int i = 0; i < STEP_COUNT; i++)
		assert_true(l->engine.walker.shared->times[i].begin > 0);
	assert_int_equal(l->engine.walker.shared->times[AT_EXEC].end, 0);
	assert_int_equal(engine_wait(&l->engine), 7);
}

static void test_killing_before_and_after_a_launch(void **state)
{
	struct launch *l = *state;

	engine_kill(&l->engine);
	set_program(l, "/bin/sh", "sleep 100");
	assert_int_equal(engine_launch(&l->engine, &l->err), 0);
	engine_kill(&l->engine);
	assert_int_equal(l->engine.pid, 0);
	engine_kill(&l->engine);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_program_is_launched),
		TEST(test_the_signal_that_ends_a_program),
		TEST(test_the_program_has_no_descriptors_of_the_runtime),
		TEST(test_preserved_descriptors_stay),
		TEST(test_a_program_that_is_not_there),
		TEST(test_a_program_that_cannot_be_executed),
		TEST(test_a_record_that_cannot_be_written),
		TEST(test_steps_are_timed_when_traced),
		TEST(test_killing_before_and_after_a_launch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
