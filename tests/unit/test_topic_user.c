/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a change of user must leave behind, whatever the kernel made of it on the way: it clears
 * the parent-death signal, and makes dumpable what fs.suid_dumpable says.
 */
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "topic/user.h"
#include "unit.h"

enum { OTHER = 12345 };

enum outcome { FINE, FAILED, LIVES_ON, CAN_BE_DUMPED, OTHER_IDS, OTHER_GROUPS };

static enum outcome look(const struct user *user)
{
	gid_t groups[8];
	uid_t uid[3];
	gid_t gid[3];
	int death = 0;

	if (prctl(PR_GET_PDEATHSIG, &death, 0, 0, 0) < 0 || death != SIGKILL)
		return LIVES_ON;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return CAN_BE_DUMPED;
	if (getresuid(&uid[0], &uid[1], &uid[2]) < 0 || getresgid(&gid[0], &gid[1], &gid[2]) < 0)
		return FAILED;
	for (int i = 0; i < 3; i++)
		if (uid[i] != user->uid || gid[i] != user->gid)
			return OTHER_IDS;
	if (getgroups(8, groups) != (int)user->n_groups)
		return OTHER_GROUPS;
	for (size_t i = 0; i < user->n_groups; i++)
		if (groups[i] != user->groups[i])
			return OTHER_GROUPS;
	return FINE;
}

/* In a process of its own, which begins dumpable and without a parent-death signal. */
static enum outcome become(const struct user *user)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct slots slots = { 0 };
		struct error err = { 0 };

		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
		prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
		_exit(user_apply(user, &slots, &err) < 0 ? FAILED : look(user));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return (enum outcome)WEXITSTATUS(status);
}

/* The ids do not change, so the kernel leaves dumpable what was. */
static void test_hidden_and_bound_to_its_parent_as_the_same_user(void **state)
{
	const struct user user = { .uid = geteuid(), .gid = getegid() };

	(void)state;
	if (geteuid() != 0)
		skip(); /* setgroups is root's */
	assert_int_equal(become(&user), FINE);
}

static void test_hidden_and_bound_to_its_parent_as_another_user(void **state)
{
	const uint32_t groups[] = { 5, 77 };
	const struct user user = {
		.uid = OTHER, .gid = OTHER + 1, .groups = groups, .n_groups = 2
	};

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(become(&user), FINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hidden_and_bound_to_its_parent_as_the_same_user),
		cmocka_unit_test(test_hidden_and_bound_to_its_parent_as_another_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
