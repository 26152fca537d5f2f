/* SPDX-License-Identifier: Apache-2.0 */
/* delete, on records of containers that need no privilege to be taken back. */
#include "container/container.h"
#include "container_test.h"
#include "sys/procfd.h"

/* A container's directory, not locked, with a record of that status that names a process. */
static void make(struct container_world *w, enum oci_status status, pid_t pid)
{
	struct oci_record record = container_record(status);
	struct statedir dir = container_make(w, "box");
	struct oci_identity recorded = { 0 };
	fd_auto int proc_fd = procfd_open();
	struct identity identity = { .pid = pid, .start_time = 1 };

	if (pid > 0)
		assert_int_equal(identity_of(proc_fd, pid, -1, &identity), 0);
	record_set_identity(&identity, &recorded);
	record.creator = record.init = &recorded;
	record.has_creator = status == OCI_STATUS_CREATING;
	record.has_init = !record.has_creator;
	assert_int_equal(record_write(dir.fd, &record, &w->arena, &w->err), 0);
	statedir_close(&dir);
}

static bool is_there(const struct container_world *w)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/box", w->state);
	return access(path, F_OK) == 0;
}

static int delete_it(struct container_world *w, bool force)
{
	w->err = (struct error){ 0 };
	return container_delete(w->state, "box", force, &w->arena, NULL, &w->err);
}

static void assert_deleted(struct container_world *w, bool force)
{
	if (delete_it(w, force) < 0)
		fail_msg("%s", w->err.text);
	assert_int_equal(w->err.code, 0);
	assert_false(is_there(w));
}

static void test_one_that_is_not_there(void **state)
{
	struct container_world *w = *state;

	assert_int_equal(delete_it(w, false), -ENOENT);
	assert_string_equal(w->err.text, "container \"box\" does not exist");
	assert_deleted(w, true);
}

static void test_one_that_has_stopped(void **state)
{
	struct container_world *w = *state;

	make(w, OCI_STATUS_CREATED, 0);
	assert_deleted(w, false);
}

static void test_one_that_runs(void **state)
{
	struct container_world *w = *state;
	pid_t pid = container_process();

	make(w, OCI_STATUS_CREATED, pid);
	assert_true(delete_it(w, false) < 0);
	assert_non_null(strstr(w->err.text, "running"));
	assert_true(is_there(w));
	assert_int_equal(kill(pid, 0), 0);
	assert_deleted(w, true);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* The creator was killed before it could write a record. */
static void test_one_without_a_record(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");

	container_write_file(dir.fd, ".state.json.99", "{");
	statedir_close(&dir);
	assert_deleted(w, false);
}

static void test_one_whose_creator_was_killed(void **state)
{
	struct container_world *w = *state;

	make(w, OCI_STATUS_CREATING, 0);
	assert_deleted(w, false);
}

/* A creator that takes its time, and holds the lock. */
static pid_t start_creator(struct container_world *w)
{
	int ready[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		make(w, OCI_STATUS_CREATING, getpid());
		{
			struct statedir dir = STATEDIR_NONE;

			if (statedir_open(w->state, "box", &dir, &w->err) < 0 ||
			    statedir_lock(&dir, &w->err) < 0 || write(ready[1], "!", 1) != 1)
				_exit(1);
			for (;;)
				pause();
		}
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void test_one_that_is_being_created(void **state)
{
	struct container_world *w = *state;
	pid_t creator = start_creator(w);
	int status;

	assert_int_equal(delete_it(w, false), -EBUSY);
	assert_true(is_there(w));
	assert_deleted(w, true);
	assert_int_equal(waitpid(creator, &status, 0), creator);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void test_one_of_another_version(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	struct oci_record_undo undo = { .op = "magic", .has_op = true };
	struct oci_record record = container_record(OCI_STATUS_STOPPED);

	record.undo = (struct oci_record_undo_list){ 1, &undo };
	record.has_undo = true;
	assert_int_equal(record_write(dir.fd, &record, &w->arena, &w->err), 0);
	statedir_unlock(&dir);
	for (int force = 0; force <= 1; force++) {
		assert_int_equal(delete_it(w, force), -ENOTSUP);
		assert_non_null(strstr(w->err.text, "magic"));
		assert_int_equal(faccessat(dir.fd, RECORD_NAME, F_OK, 0), 0);
	}
	container_remove(w, &dir);
}

/* --- many at once --- */

enum { DELETERS = 6, ROUNDS = 20 };

static void race(struct container_world *w)
{
	pid_t children[DELETERS];
	int status;

	for (int i = 0; i < DELETERS; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(delete_it(w, true) < 0);
	}
	for (int i = 0; i < DELETERS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
}

/* With force, one that somebody else has just deleted is as good as one that never was. */
static void test_many_who_delete_at_once(void **state)
{
	struct container_world *w = *state;

	for (int i = 0; i < ROUNDS; i++) {
		make(w, OCI_STATUS_CREATED, 0);
		race(w);
		assert_false(is_there(w));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTAINER_TEST(test_one_that_is_not_there),
		CONTAINER_TEST(test_one_that_has_stopped),
		CONTAINER_TEST(test_one_that_runs),
		CONTAINER_TEST(test_one_without_a_record),
		CONTAINER_TEST(test_one_whose_creator_was_killed),
		CONTAINER_TEST(test_one_that_is_being_created),
		CONTAINER_TEST(test_one_of_another_version),
		CONTAINER_TEST(test_many_who_delete_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
