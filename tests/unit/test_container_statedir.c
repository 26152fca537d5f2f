/* SPDX-License-Identifier: Apache-2.0 */
/* State directories: made once, locked by one, removed whole; what two processes do at once. */
#include <sys/file.h>

#include "container/container.h"
#include "container_test.h"

enum { RACERS = 8, ROUNDS = 30 };

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void test_made_for_nobody_else(void **state)
{
	struct container_world *w = *state;
	mode_t mask = umask(0);
	struct statedir dir = container_make(w, "box");
	char path[80];

	umask(mask);
	snprintf(path, sizeof(path), "%s/a", w->top);
	assert_int_equal(mode_of(path), 0700);
	assert_int_equal(mode_of(w->state), 01700);
	snprintf(path, sizeof(path), "%s/box", w->state);
	assert_int_equal(mode_of(path), 0700);
	assert_int_equal(fcntl(dir.fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(dir.root_fd, F_GETFD), FD_CLOEXEC);
	container_remove(w, &dir);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_an_id_is_taken_once(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box"), again = STATEDIR_NONE;

	assert_int_equal(statedir_make(w->state, "box", &again, &w->err), -EEXIST);
	assert_string_equal(w->err.text, "container \"box\" already exists");
	assert_true(again.fd < 0 && again.root_fd < 0);
	container_remove(w, &dir);
	dir = container_make(w, "box");
	container_remove(w, &dir);
}

static void test_what_is_not_there(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = STATEDIR_NONE, other;
	int root_fd = -EBADF;

	assert_int_equal(statedir_open_root(w->state, &root_fd, &w->err), -ENOENT);
	assert_true(root_fd < 0);
	assert_int_equal(statedir_open(w->state, "box", &dir, &w->err), -ENOENT);
	assert_string_equal(w->err.text, "container \"box\" does not exist");
	other = container_make(w, "other");
	assert_int_equal(statedir_open(w->state, "box", &dir, &w->err), -ENOENT);
	assert_true(dir.fd < 0 && dir.root_fd < 0);
	container_remove(w, &other);
}

static void test_links_and_files_are_not_followed(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = STATEDIR_NONE, box = container_make(w, "box");

	assert_int_equal(symlinkat("box", box.root_fd, "link"), 0);
	container_write_file(box.root_fd, "file", "");
	assert_true(statedir_open(w->state, "link", &dir, &w->err) < 0);
	assert_true(statedir_open(w->state, "file", &dir, &w->err) < 0);
	assert_int_equal(statedir_make(w->state, "link", &dir, &w->err), -EEXIST);
	assert_int_equal(unlinkat(box.root_fd, "link", 0), 0);
	assert_int_equal(unlinkat(box.root_fd, "file", 0), 0);
	container_remove(w, &box);
}

static void test_of_another_user(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	int root_fd = -EBADF;

	if (geteuid() == 0) {
		assert_int_equal(chown(w->state, 65534, 65534), 0);
		assert_int_equal(statedir_open_root(w->state, &root_fd, &w->err), -EPERM);
		assert_true(*w->err.hint && root_fd < 0);
		assert_int_equal(chown(w->state, 0, 0), 0);
	}
	container_remove(w, &dir);
}

static void test_the_lock_belongs_to_one(void **state)
{
	struct container_world *w = *state;
	struct statedir made = container_make(w, "box"), other = STATEDIR_NONE;

	assert_int_equal(statedir_open(w->state, "box", &other, &w->err), 0);
	assert_true(statedir_is_locked(&other));
	assert_int_equal(statedir_lock(&other, &w->err), -EBUSY);
	assert_non_null(strstr(w->err.text, "box"));
	statedir_unlock(&made);
	assert_false(statedir_is_locked(&other));
	assert_int_equal(statedir_lock(&other, &w->err), 0);
	assert_int_equal(statedir_lock(&made, &w->err), -EBUSY);
	statedir_close(&other);
	assert_int_equal(statedir_lock(&made, &w->err), 0);
	container_remove(w, &made);
}

/* Its holder was killed: the kernel lets the lock go. */
static void test_the_lock_of_a_dead_process(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	pid_t child;

	statedir_close(&dir);
	child = fork();
	if (child == 0) {
		if (statedir_open(w->state, "box", &dir, &w->err) == 0 &&
		    statedir_lock(&dir, &w->err) == 0)
			raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(statedir_open(w->state, "box", &dir, &w->err), 0);
	assert_int_equal(statedir_lock(&dir, &w->err), 0);
	container_remove(w, &dir);
}

/* Removed, or removed and made again, between open and lock: not ours any more. */
static void test_another_of_that_name(void **state)
{
	struct container_world *w = *state;
	struct statedir first = container_make(w, "box"), late = STATEDIR_NONE, second;

	assert_int_equal(statedir_open(w->state, "box", &late, &w->err), 0);
	container_remove(w, &first);
	assert_int_equal(statedir_lock(&late, &w->err), -ENOENT);
	second = container_make(w, "box");
	assert_int_equal(statedir_lock(&late, &w->err), -ENOENT);
	assert_string_equal(w->err.text, "container \"box\" does not exist");
	statedir_close(&late);
	container_remove(w, &second);
}

static void test_all_is_removed(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");

	container_write_file(dir.fd, RECORD_NAME, "{}");
	container_write_file(dir.fd, CONFIG_NAME, "{}");
	container_write_file(dir.fd, ".state.json.123", "{");
	container_write_file(dir.fd, "start", "");
	container_remove(w, &dir);
}

/* The record goes last: whoever is stopped half way leaves a container that can be deleted. */
static void test_a_removal_that_fails_keeps_the_record(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");

	container_write_file(dir.fd, RECORD_NAME, "{}");
	assert_int_equal(mkdirat(dir.fd, "unexpected", 0700), 0);
	assert_true(statedir_remove(&dir, &w->err) < 0);
	assert_int_equal(faccessat(dir.fd, RECORD_NAME, F_OK, 0), 0);
	assert_int_equal(unlinkat(dir.fd, "unexpected", AT_REMOVEDIR), 0);
	container_remove(w, &dir);
}

/* --- drafts --- */

/* As one that makes "box" has it for a moment, or leaves it when it is killed. */
static int open_draft(const struct container_world *w)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "%s/~box", w->state);
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static bool has_draft(const struct container_world *w)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/~box", w->state);
	return access(path, F_OK) == 0;
}

static void test_a_draft_is_no_container(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	struct container_states states;
	struct container_state shown;
	int fd;

	container_remove(w, &dir);
	fd = open_draft(w);
	assert_int_equal(container_list(w->state, &w->arena, &states, &w->err), 0);
	assert_int_equal(states.n, 0);
	assert_int_equal(statedir_open(w->state, "box", &dir, &w->err), -ENOENT);
	assert_int_equal(container_get_state(w->state, "~box", &w->arena, &shown, &w->err),
			 -EINVAL);
	close(fd);
	/* nobody's */
	statedir_remove_draft(w->state, "box");
	assert_false(has_draft(w));
}

static void test_the_draft_of_one_that_was_killed_is_used(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");

	container_remove(w, &dir);
	close(open_draft(w));
	dir = container_make(w, "box");
	assert_false(has_draft(w));
	container_remove(w, &dir);
}

/* Its owner is between the lock and the new name. */
static void test_the_draft_of_one_that_lives_is_left_alone(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	int fd;

	container_remove(w, &dir);
	fd = open_draft(w);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(statedir_make(w->state, "box", &dir, &w->err), -EEXIST);
	statedir_remove_draft(w->state, "box");
	assert_true(has_draft(w));
	close(fd);
	statedir_remove_draft(w->state, "box");
	assert_false(has_draft(w));
}

/* One that is taken keeps its directory, and a draft for it does not stay. */
static void test_a_draft_does_not_replace_a_container(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box"), again = STATEDIR_NONE;

	close(open_draft(w));
	assert_int_equal(statedir_make(w->state, "box", &again, &w->err), -EEXIST);
	assert_false(has_draft(w));
	container_remove(w, &dir);
}

static void test_the_longest_ids_have_drafts_too(void **state)
{
	struct container_world *w = *state;
	struct statedir first, second;
	char ids[2][256];

	memset(ids, 'a', sizeof(ids));
	ids[0][255] = ids[1][255] = '\0';
	ids[1][254] = 'b';
	first = container_make(w, ids[0]);
	second = container_make(w, ids[1]);
	container_remove(w, &first);
	container_remove(w, &second);
}

/* --- races --- */

/* 0: made it, and removed it at once; 1: somebody else had it; 2: anything else. */
static int race_make(struct container_world *w)
{
	struct statedir dir = STATEDIR_NONE;
	int r = statedir_make(w->state, "box", &dir, &w->err);

	if (r == -EEXIST)
		return 1;
	if (r < 0)
		return 2;
	usleep(2000);
	return statedir_remove(&dir, &w->err) == 0 ? 0 : 2;
}

/* Looks at it all the time, as `list` and `state` do. */
static int race_look(struct container_world *w)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct statedir dir = STATEDIR_NONE;

		if (statedir_open(w->state, "box", &dir, &w->err) == 0)
			statedir_is_locked(&dir);
		statedir_close(&dir);
	}
	return 1;
}

static unsigned run_race(struct container_world *w)
{
	pid_t children[RACERS];
	unsigned won = 0;
	int status;

	for (int i = 0; i < RACERS; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(i == 0 ? race_look(w) : race_make(w));
	}
	for (int i = 0; i < RACERS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
		won += WEXITSTATUS(status) == 0;
	}
	return won;
}

/* Somebody always gets it, nobody gets an error that makes no sense, and nothing is left. */
static void test_many_creators_at_once(void **state)
{
	struct container_world *w = *state;

	for (int i = 0; i < ROUNDS; i++)
		assert_true(run_race(w) >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTAINER_TEST(test_made_for_nobody_else),
		CONTAINER_TEST(test_an_id_is_taken_once),
		CONTAINER_TEST(test_what_is_not_there),
		CONTAINER_TEST(test_links_and_files_are_not_followed),
		CONTAINER_TEST(test_of_another_user),
		CONTAINER_TEST(test_the_lock_belongs_to_one),
		CONTAINER_TEST(test_the_lock_of_a_dead_process),
		CONTAINER_TEST(test_another_of_that_name),
		CONTAINER_TEST(test_all_is_removed),
		CONTAINER_TEST(test_a_removal_that_fails_keeps_the_record),
		CONTAINER_TEST(test_a_draft_is_no_container),
		CONTAINER_TEST(test_the_draft_of_one_that_was_killed_is_used),
		CONTAINER_TEST(test_the_draft_of_one_that_lives_is_left_alone),
		CONTAINER_TEST(test_a_draft_does_not_replace_a_container),
		CONTAINER_TEST(test_the_longest_ids_have_drafts_too),
		CONTAINER_TEST(test_many_creators_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
