/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a cgroup is: what is marked, and what becomes of that which is not ours. */
#include <errno.h>
#include <sys/xattr.h>

#include "cgroup_run.h"

#define ATTRIBUTE "trusted.oci-rt"

static void set_owner(struct world *w, const char *owner)
{
	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		const char *path = path_in(w, i, "");

		if (owner)
			assert_int_equal(setxattr(path, ATTRIBUTE, owner, strlen(owner), 0), 0);
		else
			assert_int_equal(removexattr(path, ATTRIBUTE), 0);
	}
}

static void assert_owner(struct world *w, const char *owner)
{
	char value[64] = "";

	for (size_t i = 0; i < w->facts.cgroups.n; i++) {
		ssize_t length = getxattr(path_in(w, i, ""), ATTRIBUTE, value, sizeof(value) - 1);

		assert_int_equal(length, owner ? (ssize_t)strlen(owner) : -1);
		if (owner)
			assert_memory_equal(value, owner, strlen(owner));
	}
}

static void test_what_is_marked_as_ours_is_ended(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	w->request.owner = "box now";
	make(w);
	assert_owner(w, "box now");
	pid = child_wait(w);
	take_back(w);
	assert_killed(pid);
	assert_false(is_anything_left(w));
}

static void test_what_is_another_containers_is_left_alone(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	w->request.owner = "box now";
	make(w);
	/* One that begins as ours does. */
	set_owner(w, "box now, but later");
	pid = child_wait(w);
	take_back(w);
	assert_int_equal(kill(pid, 0), 0);
	assert_owner(w, "box now, but later");
	/* Empty as well: it stays while its owner has not taken it back. */
	kill(pid, SIGKILL);
	assert_killed(pid);
	take_back(w);
	assert_owner(w, "box now, but later");
	w->request.owner = "box now, but later";
	take_back(w);
	assert_false(is_anything_left(w));
}

static void test_what_is_nobodys_is_removed_only_when_empty(void **state)
{
	struct world *w = *state;
	pid_t pid;

	if (!can_run(w))
		skip();
	w->request.owner = "box now";
	make(w);
	set_owner(w, NULL);
	pid = child_wait(w);
	take_back(w);
	assert_int_equal(kill(pid, 0), 0);
	assert_owner(w, NULL);
	assert_int_equal(access(path_in(w, 0, ""), F_OK), 0);
	kill(pid, SIGKILL);
	assert_killed(pid);
	take_back(w);
	assert_false(is_anything_left(w));
}

static void test_a_found_directory_is_taken_once(void **state)
{
	struct world *w = *state;
	struct cgroup_make args = { .wanted = "", .needed = "", .is_exclusive = true };
	struct cgroup_claim claim = { .owner = "box now", .is_exclusive = true };

	if (!can_run(w))
		skip();
	args.path = claim.path = path_in(w, 0, "");
	args.mount = w->facts.cgroups.v[0].mount;
	args.is_v2 = is_v2(w, 0);
	assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), 0);
	args.is_exclusive = false;
	args.is_found = true;
	args.owner = claim.owner;
	assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), 0);
	args.owner = "other now";
	assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), -EBUSY);
	assert_non_null(strstr(w->err.text, args.path));
	assert_int_equal(cgroup_take_back(&claim, &w->err), 0);
	/* Free again. */
	assert_int_equal(cgroup_make_apply(&args, &w->slots, &w->err), 0);
	claim.owner = "other now";
	claim.is_made = true;
	assert_int_equal(cgroup_take_back(&claim, &w->err), 0);
	assert_int_equal(rmdir(arena_printf(&w->arena, "%s%s", args.mount, w->top)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_marked_as_ours_is_ended),
		CASE(what_is_another_containers_is_left_alone),
		CASE(what_is_nobodys_is_removed_only_when_empty),
		CASE(a_found_directory_is_taken_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
