/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Callers that have not all ids, or not all capabilities: what they are refused before anything is
 * done, by pointer and with a hint, and what they are not.
 */
#include <errno.h>

#include "plan_test.h"

#define MAP(inside, outside, size) \
	"{\"containerID\":" #inside ",\"hostID\":" #outside ",\"size\":" #size "}"
#define MAPS(uids, gids) ",\"uidMappings\":[" uids "],\"gidMappings\":[" gids "]"
#define BOTH(maps)       MAPS(maps, maps)
#define AS(uid, gid, groups) \
	",\"user\":{\"uid\":" #uid ",\"gid\":" #gid ",\"additionalGids\":[" groups "]}"
#define USER       "{\"type\":\"user\"}"
#define UTS        "{\"type\":\"uts\"}"
#define JOINED     "{\"type\":\"user\",\"path\":\"/run/ns/user\"}"
#define IDS(ids)   "\"test.ids\":\"" ids "\""
#define PODMAN     IDS("0 1,1 65536") /* as of an ordinary user: himself, and his range */
#define NO_SETGID  "\"test.lacks\":\"6\""
#define NO_SETUID  "\"test.lacks\":\"7\""
#define NO_SETFCAP "\"test.lacks\":\"31\""
#define DENIED     "\"test.may-not-set-groups\":\"\""
#define ORDINARY   "\"test.uid\":\"1000\""
#define HELPERS    "\"test.newuidmap\":\"/bin/newuidmap\",\"test.newgidmap\":\"/bin/newgidmap\""

struct expectation {
	const char *namespaces, *rest; /* of linux; "" or ",..." */
	const char *user;              /* of process; "" or AS(...) */
	const char *annotations;
	int code; /* 0: it is planned */
	const char *pointer, *hint;
};

/* clang-format off */
static const struct expectation expectations[] = {
	/* maps: each in one range of the caller's */
	{ USER, BOTH(MAP(0, 100000, 65536)), "", PODMAN, EPERM, "/linux/uidMappings/0/hostID",
	  "a user namespace that has the ids 0 and 1 to 65536" },
	{ USER, BOTH(MAP(0, 100000, 65536)), "", "", 0, "", "" },
	{ USER, BOTH(MAP(0, 0, 1) "," MAP(1, 1, 65536)), "", PODMAN, 0, "", "" },
	{ USER, BOTH(MAP(0, 0, 1) "," MAP(1, 1, 65537)), "", PODMAN, EPERM,
	  "/linux/uidMappings/1/hostID", "0 and 1 to 65536" },
	{ USER, BOTH(MAP(0, 0, 65537)), "", PODMAN, EPERM, "/linux/uidMappings/0/hostID",
	  "0 and 1 to 65536" },
	{ USER, MAPS(MAP(0, 5, 10), MAP(0, 65530, 8)), "", PODMAN, EPERM,
	  "/linux/gidMappings/0/hostID", "0 and 1 to 65536" },
	{ USER, MAPS(MAP(0, 5, 10), MAP(0, 65530, 7)), "", PODMAN, 0, "", "" },
	{ USER, BOTH(MAP(0, 30, 1)), "", IDS("0 1,5 1,7 2"), EPERM, "/linux/uidMappings/0/hostID",
	  "the ids 0, 5 and 7 to 8" },
	{ USER, BOTH(MAP(0, 30, 1)), "", IDS("0 1,2 1,4 1,6 1,8 1,10 1,12 1,14 1,16 1"), EPERM,
	  "/linux/uidMappings/0/hostID", "12, 14 and others" },
	{ USER, BOTH(MAP(0, 4294967294, 1)), "", "", 0, "", "" },
	/* also where another program writes it */
	{ USER, BOTH(MAP(0, 1000, 1) "," MAP(1, 70000, 10)), "", ORDINARY "," HELPERS, 0, "", "" },
	{ USER, BOTH(MAP(0, 1000, 1) "," MAP(1, 70000, 10)), "",
	  ORDINARY "," HELPERS "," IDS("0 65536"), EPERM, "/linux/uidMappings/1/hostID",
	  "the ids 0 to 65535" },
	/* without any: the caller's own, if he has some */
	{ USER, "", "", PODMAN, 0, "", "" },
	{ USER, "", "", IDS("5 1"), EPERM, "/linux/namespaces/0", "the ids 5" },
	/* user 0 of the caller's user namespace */
	{ USER, BOTH(MAP(0, 0, 1)), "", NO_SETFCAP, EPERM, "/linux/uidMappings/0/hostID", "" },
	{ USER, "", "", NO_SETFCAP, EPERM, "/linux/namespaces/0", "" },
	{ USER, BOTH(MAP(0, 5, 1) "," MAP(1, 0, 5)), "", NO_SETFCAP, EPERM,
	  "/linux/uidMappings/1/hostID", "that capability" },
	{ USER, MAPS(MAP(0, 1, 9), MAP(0, 0, 9)), "", NO_SETFCAP, 0, "", "" },
	{ USER, BOTH(MAP(0, 1000, 1)), "", ORDINARY, 0, "", "" },
	{ USER, BOTH(MAP(0, 0, 9)), "", "\"test.uid\":\"0\"," HELPERS, 0, "", "" },
	/* ids without a new user namespace */
	{ UTS, "", AS(3, 0, ""), IDS("0 1"), EINVAL, "/process/user/uid", "has the ids 0" },
	{ UTS, "", AS(0, 3, ""), IDS("0 1"), EINVAL, "/process/user/gid", "has the ids 0" },
	{ UTS, "", AS(0, 0, "0,3"), IDS("0 1"), EINVAL,
	  "/process/user/additionalGids/1", "has the ids 0" },
	{ UTS, "", "", IDS("5 10"), EINVAL, "/process/user/uid", "has the ids 5 to 14" },
	{ UTS, "", AS(3, 65536, "7"), PODMAN, 0, "", "" },
	{ UTS, "", AS(4294967294, 0, ""), "", 0, "", "" },
	/* whether it is mapped in one that is joined is not known */
	{ JOINED, "", AS(3, 0, ""), IDS("0 1"), 0, "", "" },
	/* in a new one without maps the caller's own are */
	{ USER, "", AS(3, 0, ""), ORDINARY, EINVAL, "/process/user/uid", "" },
	{ USER, "", AS(3, 0, ""), "", 0, "", "" },
	/* capabilities */
	{ UTS, "", "", NO_SETGID, EPERM, "/process/user", "\"type\":\"user\"" },
	{ UTS, "", AS(0, 0, "3"), NO_SETGID, EPERM, "/process/user/additionalGids",
	  "\"type\":\"user\"" },
	{ UTS, "", "", NO_SETGID "," DENIED, 0, "", "" },
	{ UTS, "", AS(0, 3, ""), NO_SETGID "," DENIED, EPERM, "/process/user/gid",
	  "\"type\":\"user\"" },
	{ UTS, "", AS(3, 0, ""), NO_SETGID "," DENIED, 0, "", "" },
	{ UTS, "", "", NO_SETUID, 0, "", "" },
	{ UTS, "", AS(3, 0, ""), NO_SETUID, EPERM, "/process/user/uid", "\"type\":\"user\"" },
	{ UTS, "", AS(0, 3, "4"), NO_SETUID, 0, "", "" },
	{ JOINED, "", AS(3, 3, ""), ORDINARY, 0, "", "" },
	{ USER, BOTH(MAP(0, 1000, 1)), "", ORDINARY, 0, "", "" },
};
/* clang-format on */

static int plan(struct plan_world *w, const struct expectation *e)
{
	struct oci_document document = test_document(arena_printf(
		&w->arena,
		"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"rootfs\"},"
		"\"annotations\":{\"test.no-cgroup\":\"\"%s%s},"
		"\"process\":{\"cwd\":\"/\",\"args\":[\"true\"]%s},"
		"\"linux\":{\"namespaces\":[%s]%s}}",
		*e->annotations ? "," : "", e->annotations, e->user, e->namespaces, e->rest));

	return plan_world_plan(w, &document);
}

static void test_what_a_caller_may_is_planned_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(expectations); i++) {
		const struct expectation *e = &expectations[i];
		struct plan_world w;
		int r;

		plan_world_init(&w, FACTS_V2);
		r = plan(&w, e);
		if (r != -e->code || strcmp(w.err.pointer, e->pointer) != 0 ||
		    !strstr(w.err.hint, e->hint) || !*w.err.text != !e->code)
			fail_msg("%s%s%s for %s: %d, \"%s\" at %s (%s)", e->namespaces, e->rest,
				 e->user, e->annotations, r, w.err.text, w.err.pointer, w.err.hint);
		plan_world_done(&w);
	}
}

static void test_ids_of_several_ranges_are_told_from_such_that_are_not_there(void **state)
{
	struct expectation e = { .namespaces = USER, .user = "", .annotations = PODMAN };
	struct plan_world w;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	e.rest = BOTH(MAP(0, 0, 65537));
	assert_int_equal(plan(&w, &e), -EPERM);
	assert_non_null(strstr(w.err.text, "0 to 65536 on the host's side are of several ranges"));
	plan_world_done(&w);
	plan_world_init(&w, FACTS_V2);
	e.rest = BOTH(MAP(0, 0, 65538));
	assert_int_equal(plan(&w, &e), -EPERM);
	assert_non_null(strstr(w.err.text, "not all mapped"));
	plan_world_done(&w);
}

#define RIGHT        BOTH(MAP(0, 1, 65536))
#define WRONG_USERS  BOTH(MAP(0, 2, 65536))
#define WRONG_GROUPS MAPS(MAP(0, 1, 9), MAP(0, 1, 9) "," MAP(9, 70000, 1))

/* A user namespace of the caller's is made for them. */
static void test_the_mappings_of_a_mount_are_of_ids_that_the_caller_has(void **state)
{
	static const char format[] =
		"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"rootfs\"},"
		"\"annotations\":{\"test.no-cgroup\":\"\"," PODMAN "},"
		"\"process\":{\"cwd\":\"/\",\"args\":[\"true\"]},"
		"\"mounts\":[{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"bind\"]"
		"%s}],\"linux\":{\"namespaces\":[{\"type\":\"mount\"}]}}";
	static const char *const cases[][2] = {
		{RIGHT,         ""			      },
		{ WRONG_USERS,  "/mounts/0/uidMappings/0/hostID"},
		{ WRONG_GROUPS, "/mounts/0/gidMappings/1/hostID"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct oci_document document;
		struct plan_world w;

		plan_world_init(&w, FACTS_V2);
		document = test_document(arena_printf(&w.arena, format, cases[i][0]));
		assert_int_equal(plan_world_plan(&w, &document), *cases[i][1] ? -EPERM : 0);
		assert_string_equal(w.err.pointer, cases[i][1]);
		plan_world_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_caller_may_is_planned_and_nothing_else),
		cmocka_unit_test(test_ids_of_several_ranges_are_told_from_such_that_are_not_there),
		cmocka_unit_test(test_the_mappings_of_a_mount_are_of_ids_that_the_caller_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
