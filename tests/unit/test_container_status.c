/* SPDX-License-Identifier: Apache-2.0 */
/* What state a container is in, from its record and from the processes that the record names. */
#include "container/container.h"
#include "container/status.h"
#include "container/wait_files.h"
#include "container_test.h"
#include "engine/start_message.h"
#include "sys/procfd.h"

struct world {
	struct container_world base;
	struct statedir dir;
	int proc_fd;
	char boot[BOOT_ID_SIZE];
};

/* The container world comes first in it, so that its functions can be used. */
static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct container_world *base;

	assert_non_null(w);
	assert_int_equal(container_world_setup((void **)&base), 0);
	w->base = *base;
	free(base);
	w->dir = container_make(&w->base, "box");
	statedir_unlock(&w->dir);
	w->proc_fd = procfd_open();
	assert_true(w->proc_fd >= 0);
	assert_int_equal(boot_id(w->proc_fd, w->boot), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	container_remove(&w->base, &w->dir);
	close(w->proc_fd);
	return container_world_teardown(state);
}

static struct oci_identity identify(struct world *w, pid_t pid)
{
	struct oci_identity recorded = { 0 };
	struct identity identity;

	assert_int_equal(identity_of(w->proc_fd, pid, -1, &identity), 0);
	record_set_identity(&identity, &recorded);
	return recorded;
}

/* A record of this boot that names the process as creator or init, as its status wants. */
static void write_record(struct world *w, enum oci_status status, struct oci_identity *process,
			 const char *boot)
{
	struct oci_record record = container_record(status);

	record.boot_id = boot;
	record.has_boot_id = boot != NULL;
	if (status == OCI_STATUS_CREATING) {
		record.creator = process;
		record.has_creator = true;
	} else {
		record.init = process;
		record.pid = process->pid;
		record.has_init = record.has_pid = true;
	}
	assert_int_equal(record_write(w->dir.fd, &record, &w->base.arena, &w->base.err), 0);
}

static void assert_status(struct world *w, enum oci_status wanted, bool has_init, bool has_creator)
{
	struct status status;
	int r = status_get(&w->dir, w->proc_fd, &w->base.arena, &status, &w->base.err);

	if (r < 0)
		fail_msg("%s", w->base.err.text);
	assert_string_equal(status_name(status.now), status_name(wanted));
	assert_int_equal(status.init_fd >= 0, has_init);
	assert_int_equal(status.creator_fd >= 0, has_creator);
	status_done(&status);
}

/* --- without a record --- */

static void test_no_record_yet(void **state)
{
	struct world *w = *state;
	struct statedir creators = STATEDIR_NONE;

	assert_status(w, OCI_STATUS_STOPPED, false, false);
	assert_int_equal(statedir_open(w->base.state, "box", &creators, &w->base.err), 0);
	assert_int_equal(statedir_lock(&creators, &w->base.err), 0);
	assert_status(w, OCI_STATUS_CREATING, false, false);
	statedir_close(&creators);
	assert_status(w, OCI_STATUS_STOPPED, false, false);
}

/* delete asks for the status while it holds the lock itself, and must still hold it afterwards. */
static void test_asking_does_not_lose_the_own_lock(void **state)
{
	struct world *w = *state;
	struct statedir other = STATEDIR_NONE;
	struct status status;

	assert_int_equal(statedir_lock(&w->dir, &w->base.err), 0);
	assert_int_equal(status_get(&w->dir, w->proc_fd, &w->base.arena, &status, &w->base.err), 0);
	status_done(&status);
	assert_int_equal(statedir_open(w->base.state, "box", &other, &w->base.err), 0);
	assert_int_equal(statedir_lock(&other, &w->base.err), -EBUSY);
	statedir_close(&other);
}

static void test_a_record_that_cannot_be_read(void **state)
{
	struct world *w = *state;
	struct status status;

	container_write_file(w->dir.fd, RECORD_NAME, "{");
	assert_true(status_get(&w->dir, w->proc_fd, &w->base.arena, &status, &w->base.err) < 0);
	assert_true(w->base.err.code > 0);
	assert_null(status.record);
	assert_int_equal(status.now, OCI_STATUS_STOPPED);
	status_done(&status);
}

/* --- with one --- */

static void test_a_creator_at_work(void **state)
{
	struct world *w = *state;
	pid_t pid = container_process();
	struct oci_identity creator = identify(w, pid);

	write_record(w, OCI_STATUS_CREATING, &creator, w->boot);
	assert_status(w, OCI_STATUS_CREATING, false, true);
	container_end_process(pid);
	assert_status(w, OCI_STATUS_STOPPED, false, false);
}

static void test_an_init_at_work(void **state)
{
	struct world *w = *state;
	pid_t pid = container_process();
	struct oci_identity init = identify(w, pid);

	write_record(w, OCI_STATUS_CREATED, &init, w->boot);
	assert_status(w, OCI_STATUS_RUNNING, true, false);
	container_end_process(pid);
	assert_status(w, OCI_STATUS_STOPPED, false, false);
}

/* Ended, and nobody has waited for it. */
static void test_an_init_that_is_a_zombie(void **state)
{
	struct world *w = *state;
	pid_t pid = container_process();
	struct oci_identity init = identify(w, pid);
	siginfo_t info;

	write_record(w, OCI_STATUS_CREATED, &init, w->boot);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_status(w, OCI_STATUS_STOPPED, false, false);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Whoever has the pid now, he is not the one. */
static void test_another_process_with_that_pid(void **state)
{
	struct world *w = *state;
	struct oci_identity init = identify(w, getpid());

	init.start_time--;
	write_record(w, OCI_STATUS_CREATED, &init, w->boot);
	assert_status(w, OCI_STATUS_STOPPED, false, false);
	write_record(w, OCI_STATUS_CREATING, &init, w->boot);
	assert_status(w, OCI_STATUS_STOPPED, false, false);
}

static void test_processes_of_another_boot(void **state)
{
	struct world *w = *state;
	struct oci_identity self = identify(w, getpid());

	write_record(w, OCI_STATUS_CREATED, &self, "00000000-0000-0000-0000-000000000000");
	assert_status(w, OCI_STATUS_STOPPED, false, false);
	write_record(w, OCI_STATUS_CREATING, &self, "00000000-0000-0000-0000-000000000000");
	assert_status(w, OCI_STATUS_STOPPED, false, false);
	write_record(w, OCI_STATUS_CREATED, &self, NULL);
	assert_status(w, OCI_STATUS_RUNNING, true, false);
}

static void test_a_pid_that_can_be_none(void **state)
{
	struct world *w = *state;
	struct oci_identity nobody = { .has_pid = true, .has_start_time = true };

	write_record(w, OCI_STATUS_CREATED, &nobody, w->boot);
	assert_status(w, OCI_STATUS_STOPPED, false, false);
}

/* "created" is the lock that a waiting init holds, whatever the record says. */
static void test_an_init_that_waits_for_start(void **state)
{
	struct world *w = *state;
	struct wait_files files = WAIT_FILES_NONE;
	struct oci_identity init = identify(w, getpid());

	write_record(w, OCI_STATUS_CREATED, &init, w->boot);
	assert_int_equal(wait_files_make(w->dir.fd, &files, &w->base.err), 0);
	assert_status(w, OCI_STATUS_CREATED, true, false);
	wait_files_close(&files);
	assert_status(w, OCI_STATUS_RUNNING, true, false);
}

static void test_files_to_wait_with_are_made_once(void **state)
{
	struct world *w = *state;
	struct wait_files files = WAIT_FILES_NONE, more = WAIT_FILES_NONE;

	assert_int_equal(wait_files_make(w->dir.fd, &files, &w->base.err), 0);
	assert_true(wait_files_make(w->dir.fd, &more, &w->base.err) < 0);
	assert_true(more.listen_fd < 0 && more.waiting_fd < 0);
	assert_int_equal(fcntl(files.listen_fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(files.waiting_fd, F_GETFD), FD_CLOEXEC);
	wait_files_close(&files);
}

/* --- state and list --- */

static void test_the_state_that_is_told(void **state)
{
	struct world *w = *state;
	pid_t pid = container_process();
	struct oci_identity init = identify(w, pid);
	struct container_state told;

	write_record(w, OCI_STATUS_CREATED, &init, w->boot);
	assert_int_equal(
		container_get_state(w->base.state, "box", &w->base.arena, &told, &w->base.err), 0);
	assert_int_equal(told.pid, pid);
	assert_int_equal(told.uid, geteuid());
	assert_int_equal(told.status, OCI_STATUS_RUNNING);
	container_end_process(pid);
	assert_int_equal(
		container_get_state(w->base.state, "box", &w->base.arena, &told, &w->base.err), 0);
	assert_int_equal(told.pid, 0);
	assert_int_equal(told.status, OCI_STATUS_STOPPED);
}

static void test_a_list_by_id(void **state)
{
	struct world *w = *state;
	struct statedir a = container_make(&w->base, "zz"), b = container_make(&w->base, "a");
	struct oci_identity self = identify(w, getpid());
	struct container_states list;

	write_record(w, OCI_STATUS_CREATED, &self, w->boot);
	container_write_file(b.fd, RECORD_NAME, "damaged");
	assert_int_equal(mkdirat(a.root_fd, "not an id", 0700), 0);
	assert_int_equal(container_list(w->base.state, &w->base.arena, &list, &w->base.err), 0);
	assert_int_equal(list.n, 3);
	assert_string_equal(list.v[0].record->id, "a");
	assert_int_equal(list.v[0].status, OCI_STATUS_STOPPED);
	assert_string_equal(list.v[1].record->id, "box");
	assert_int_equal(list.v[1].status, OCI_STATUS_RUNNING);
	assert_string_equal(list.v[2].record->id, "zz");
	assert_int_equal(list.v[2].status, OCI_STATUS_CREATING);
	assert_int_equal(unlinkat(a.root_fd, "not an id", AT_REMOVEDIR), 0);
	container_remove(&w->base, &a);
	container_remove(&w->base, &b);
}

static void test_a_list_of_nothing(void **state)
{
	struct world *w = *state;
	struct container_states list = { .n = 7 };

	assert_int_equal(
		container_list("/no/such/state/directory", &w->base.arena, &list, &w->base.err), 0);
	assert_int_equal(list.n, 0);
	assert_int_equal(w->base.err.code, 0);
}

/* --- ids --- */

static void test_ids(void **state)
{
	static const char *const good[] = { "a", "A-Z_0.9+", "..a", ".a", "-x", "0", "a..b" };
	static const char *const bad[] = { "",    ".",   "..",       "a/b",  "/",   "a b",
					   "a\n", "a:b", "\xc3\xbc", "a\\b", "a%s", "a*" };
	char longest[257];
	struct error err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(container_check_id(good[i], &err), 0);
	assert_int_equal(err.code, 0);
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(container_check_id(bad[i], &err), -EINVAL);
		assert_non_null(strstr(err.text, "container id"));
	}
	memset(longest, 'x', sizeof(longest) - 1);
	longest[256] = '\0';
	assert_int_equal(container_check_id(longest, &err), -EINVAL);
	longest[255] = '\0';
	assert_int_equal(container_check_id(longest, &err), 0);
}

/* Every verb looks at the id before it looks at the disk. */
static void test_verbs_refuse_bad_ids(void **state)
{
	struct container_state told;
	struct arena arena;
	struct error err = { 0 };

	(void)state;
	arena_init(&arena, NULL, 0);
	assert_int_equal(container_get_state("/tmp", "../etc", &arena, &told, &err), -EINVAL);
	assert_int_equal(container_start("/tmp", "../etc", &arena, NULL, &err), -EINVAL);
	assert_int_equal(container_kill("/tmp", "../etc", SIGTERM, false, &arena, &err), -EINVAL);
	assert_int_equal(container_delete("/tmp", "../etc", true, &arena, NULL, &err), -EINVAL);
	arena_done(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_record_yet),
		TEST(test_asking_does_not_lose_the_own_lock),
		TEST(test_a_record_that_cannot_be_read),
		TEST(test_a_creator_at_work),
		TEST(test_an_init_at_work),
		TEST(test_an_init_that_is_a_zombie),
		TEST(test_another_process_with_that_pid),
		TEST(test_processes_of_another_boot),
		TEST(test_a_pid_that_can_be_none),
		TEST(test_an_init_that_waits_for_start),
		TEST(test_files_to_wait_with_are_made_once),
		TEST(test_the_state_that_is_told),
		TEST(test_a_list_by_id),
		TEST(test_a_list_of_nothing),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_verbs_refuse_bad_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
