/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Namespaces, time offsets and id maps: what is refused, by pointer, and who joins what; and the
 * run of a program that maps ids.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan_test.h"
#include "topic/idmap.h"
#include "topic/namespace.h"

#define MAPS(maps)    "\"uidMappings\":" maps ",\"gidMappings\":" maps
#define ONE_MAP       "[{\"containerID\":0,\"hostID\":1000,\"size\":1}]"
#define RANGE         "[{\"containerID\":0,\"hostID\":100000,\"size\":65536}]"
#define NEW(type)     "{\"type\":\"" type "\"}"
#define JOIN(type)    "{\"type\":\"" type "\",\"path\":\"/run/ns/" type "\"}"
#define SPECIAL(what) "\"test.namespace-0\":\"" what "\""
#define SYSCTL(name)  ",\"sysctl\":{\"" name "\":\"1\"}"
#define CALLER(uid)   "\"test.uid\":\"" uid "\""
/* uid 0 of a user namespace that owns the caller's mount namespace only */
#define NESTED "\"test.user-namespace\":\"131072\""

struct wrong {
	const char *namespaces, *rest; /* of linux; "" or ",..." */
	const char *annotations;
	int code;
	const char *pointer;
};

/* clang-format off */
static const struct wrong wrongs[] = {
	/* paths */
	{ "{\"type\":\"pid\",\"path\":\"run/pid\"}", "", "", EINVAL, "/linux/namespaces/0/path" },
	{ JOIN("pid"), "", SPECIAL("missing"), ENOENT, "/linux/namespaces/0/path" },
	{ JOIN("pid"), "", SPECIAL("a file"), EINVAL, "/linux/namespaces/0/path" },
	{ JOIN("pid"), "", SPECIAL("of another type"), EINVAL, "/linux/namespaces/0/path" },
	{ JOIN("pid") "," NEW("pid"), "", "", EINVAL, "/linux/namespaces/1/type" },
	{ JOIN("user") "," JOIN("user"), "", "", EINVAL, "/linux/namespaces/1/type" },
	/* owners */
	{ JOIN("pid"), "", SPECIAL("not below"), EPERM, "/linux/namespaces/0/path" },
	{ JOIN("ipc"), "", SPECIAL("out of reach"), EPERM, "/linux/namespaces/0/path" },
	{ JOIN("user"), "", SPECIAL("out of reach"), EPERM, "/linux/namespaces/0/path" },
	{ JOIN("user"), "", SPECIAL("made by another") "," CALLER("1000"), EPERM,
	  "/linux/namespaces/0/path" },
	{ JOIN("ipc"), "", CALLER("0"), EPERM, "/linux/namespaces/0/path" },
	{ JOIN("ipc") "," JOIN("user"), "", CALLER("1000"), EPERM, "/linux/namespaces/0/path" },
	{ JOIN("ipc") "," JOIN("user"), "", SPECIAL("owned by another") "," CALLER("1000"), EPERM,
	  "/linux/namespaces/0/path" },
	{ JOIN("ipc") "," NEW("user"), "," MAPS(ONE_MAP), CALLER("1000"), EPERM,
	  "/linux/namespaces/0/path" },
	{ JOIN("mount") "," NEW("pid"), "", CALLER("0"), EPERM, "/linux/namespaces/0/path" },
	{ NEW("ipc"), "", CALLER("0"), EPERM, "/linux/namespaces" },
	/* names */
	{ JOIN("uts"), "", SPECIAL("own"), EINVAL, "/hostname" },
	{ JOIN("uts") "," NEW("user"), "," MAPS(RANGE), "", EPERM, "/hostname" },
	{ JOIN("uts") "," JOIN("user"), "", SPECIAL("owned by another"), EPERM, "/hostname" },
	/* parameters of the kernel */
	{ JOIN("network") "," NEW("uts"), SYSCTL("net.a"), SPECIAL("own"), EINVAL,
	  "/linux/sysctl/net.a" },
	{ JOIN("ipc") "," NEW("uts"), SYSCTL("kernel.sem"), SPECIAL("own"), EINVAL,
	  "/linux/sysctl/kernel.sem" },
	{ JOIN("user") "," NEW("uts"), SYSCTL("user.a"), SPECIAL("own"), EINVAL,
	  "/linux/sysctl/user.a" },
	{ JOIN("network") "," NEW("uts") "," NEW("user"), SYSCTL("net.a") "," MAPS(RANGE), "", EPERM,
	  "/linux/sysctl/net.a" },
	{ JOIN("ipc") "," JOIN("user") "," NEW("uts"), SYSCTL("kernel.sem"),
	  SPECIAL("owned by another"), EPERM, "/linux/sysctl/kernel.sem" },
	/* time */
	{ NEW("uts") "," NEW("time"), "", "\"test.no-time-namespaces\":\"\"", ENOTSUP,
	  "/linux/namespaces" },
	{ NEW("uts"), ",\"timeOffsets\":{\"boottime\":{\"secs\":1}}", "", EINVAL,
	  "/linux/timeOffsets" },
	{ NEW("uts") "," JOIN("time"), ",\"timeOffsets\":{\"boottime\":{\"secs\":1}}", "", EINVAL,
	  "/linux/timeOffsets" },
	{ NEW("uts") "," NEW("time"), ",\"timeOffsets\":{\"realtime\":{\"secs\":1}}", "", EINVAL,
	  "/linux/timeOffsets" },
	{ NEW("uts") "," NEW("time"), ",\"timeOffsets\":{\"monotonic\":{\"secs\":-1001}}", "", ERANGE,
	  "/linux/timeOffsets/monotonic/secs" },
	{ NEW("uts") "," NEW("time"), ",\"timeOffsets\":{\"boottime\":{\"secs\":4611684019}}", "",
	  ERANGE, "/linux/timeOffsets/boottime/secs" },
	/* mounts without a namespace for them */
	{ NEW("uts"), ",\"maskedPaths\":[\"/a\"]", "", EINVAL, "/linux/maskedPaths" },
	{ NEW("uts"), ",\"readonlyPaths\":[\"/a\"]", "", EINVAL, "/linux/readonlyPaths" },
	{ NEW("uts") "," JOIN("mount"), ",\"rootfsPropagation\":\"slave\"", "", EINVAL,
	  "/linux/rootfsPropagation" },
	/* maps */
	{ NEW("uts") "," JOIN("user"), "," MAPS(RANGE), "", EINVAL, "/linux/uidMappings" },
	{ NEW("uts") "," NEW("user"), "," MAPS(RANGE), CALLER("1000"), EPERM, "/linux/uidMappings" },
	{ NEW("uts") "," NEW("user"),
	  "," MAPS("[{\"containerID\":0,\"hostID\":1,\"size\":10},"
		   "{\"containerID\":9,\"hostID\":20,\"size\":1}]"), "", EINVAL,
	  "/linux/uidMappings/1" },
	{ NEW("uts") "," NEW("user"),
	  "," MAPS("[{\"containerID\":0,\"hostID\":1,\"size\":10},"
		   "{\"containerID\":20,\"hostID\":10,\"size\":1}]"), "", EINVAL,
	  "/linux/uidMappings/1" },
};
/* clang-format on */

static int plan_text(struct plan_world *w, const struct wrong *wrong)
{
	struct oci_document document = test_document(arena_printf(
		&w->arena,
		"{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"rootfs\"},\"hostname\":\"box\","
		"\"annotations\":{\"test.no-cgroup\":\"\"%s%s},"
		"\"process\":{\"cwd\":\"/\",\"args\":[\"true\"]},"
		"\"linux\":{\"namespaces\":[%s]%s}}",
		*wrong->annotations ? "," : "", wrong->annotations, wrong->namespaces,
		wrong->rest));

	return plan_world_plan(w, &document);
}

static void test_what_is_wrong_is_refused_by_its_pointer(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(wrongs); i++) {
		struct plan_world w;
		int r;

		plan_world_init(&w, FACTS_V2);
		r = plan_text(&w, &wrongs[i]);
		if (r != -wrongs[i].code || strcmp(w.err.pointer, wrongs[i].pointer) != 0)
			fail_msg("%s%s: %d, \"%s\" at %s", wrongs[i].namespaces, wrongs[i].rest, r,
				 w.err.text, w.err.pointer);
		assert_true(*w.err.text);
		plan_world_done(&w);
	}
}

struct lacking {
	const char *namespaces, *rest, *annotations;
	const char *hint;
};

#define OWN_PATH(n) "/linux/namespaces/" #n " is that of the namespace which oci-rt itself is in"

/* clang-format off */
static const struct lacking lackings[] = {
	{ JOIN("uts"), "", SPECIAL("own"), OWN_PATH(0) },
	{ NEW("mount"), "", "", "add {\"type\":\"uts\"}" },
	{ JOIN("network") "," NEW("uts"), SYSCTL("net.a"), SPECIAL("own"), OWN_PATH(0) },
	{ NEW("uts"), SYSCTL("net.a"), "", "add {\"type\":\"network\"}" },
	{ NEW("uts") "," JOIN("network"), ",\"netDevices\":{\"eth0\":{}}",
	  "\"test.namespace-1\":\"own\"", OWN_PATH(1) },
	{ JOIN("time") "," NEW("uts"), ",\"timeOffsets\":{\"boottime\":{\"secs\":1}}",
	  SPECIAL("own"), OWN_PATH(0) },
	{ JOIN("time") "," NEW("uts"), ",\"timeOffsets\":{\"boottime\":{\"secs\":1}}", "",
	  "one that is joined keeps" },
	{ JOIN("user") "," NEW("uts"), "," MAPS(ONE_MAP), SPECIAL("own"), OWN_PATH(0) },
	{ JOIN("mount") "," NEW("uts"), ",\"maskedPaths\":[\"/a\"]", SPECIAL("own"), OWN_PATH(0) },
	{ JOIN("mount") "," NEW("uts"), ",\"maskedPaths\":[\"/a\"]", "", "is left as it is" },
};
/* clang-format on */

static void test_a_namespace_of_the_runtimes_is_told_from_one_that_is_not_listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lackings); i++) {
		const struct lacking *l = &lackings[i];
		const struct wrong config = { l->namespaces, l->rest, l->annotations, EINVAL, "" };
		struct plan_world w;

		plan_world_init(&w, FACTS_V2);
		if (plan_text(&w, &config) != -EINVAL || !strstr(w.err.hint, l->hint))
			fail_msg("%s%s: %s (%s)", l->namespaces, l->rest, w.err.text, w.err.hint);
		plan_world_done(&w);
	}
}

/* How many steps of the plan have that operation, and the first of them. */
static size_t count(const struct plan *plan, enum operation operation, size_t *ret_first)
{
	size_t n = 0;

	for (size_t i = plan->n_steps; i-- > 0;)
		if (plan->steps[i].operation == operation) {
			*ret_first = i;
			n++;
		}
	return n;
}

struct right {
	const char *namespaces, *rest, *annotations;
	size_t joins, forks, unshares; /* steps of the child */
};

/* clang-format off */
static const struct right rights[] = {
	{ NEW("uts") "," NEW("pid"), "", "", 0, 0, 0 },
	{ JOIN("pid") "," NEW("uts"), "", "", 0, 0, 0 }, /* the runtime borrows it */
	{ JOIN("uts") "," JOIN("ipc"), "", "", 2, 0, 0 },
	{ JOIN("ipc") "," NEW("uts") "," NEW("user"), "," MAPS(RANGE), "", 0, 0, 0 },
	{ JOIN("ipc") "," NEW("uts") "," JOIN("user"), "", "", 2, 0, 1 },
	/* what is set in a namespace that is joined is set where the container has the right to */
	{ JOIN("network") "," NEW("uts"), SYSCTL("net.a"), "", 1, 0, 0 },
	{ JOIN("network") "," NEW("uts") "," JOIN("user"), SYSCTL("net.a"),
	  SPECIAL("owned by the joined one"), 2, 0, 1 },
	{ NEW("uts") "," JOIN("user"), SYSCTL("user.a"), "", 1, 0, 1 },
	{ NEW("pid") "," NEW("uts") "," JOIN("user"), "", "", 1, 1, 0 },
	{ JOIN("pid") "," NEW("uts") "," JOIN("user"), "",
	  SPECIAL("owned by the joined one") "," CALLER("1000"), 2, 1, 0 },
	/* what belongs to a user namespace below the joined one is in its power, too */
	{ JOIN("pid") "," NEW("uts") "," JOIN("user"), "",
	  SPECIAL("owned below the joined one") "," CALLER("1000"), 2, 1, 0 },
	{ JOIN("mount") "," NEW("uts") "," JOIN("user"), "",
	  SPECIAL("owned below the joined one") "," CALLER("1000"), 2, 0, 1 },
	{ JOIN("uts") "," JOIN("user"), ",\"sysctl\":{\"kernel.domainname\":\"a\"}",
	  SPECIAL("owned below the joined one"), 2, 0, 0 },
	/* who would not find back borrows nothing */
	{ JOIN("pid") "," NEW("uts"), "", NESTED, 1, 1, 0 },
	{ JOIN("mount") "," NEW("uts") "," NEW("user"), "," MAPS(RANGE), NESTED, 0, 0, 0 },
	{ JOIN("ipc") "," NEW("uts") "," NEW("user"), "," MAPS(RANGE), NESTED, 1, 1, 0 },
};
/* clang-format on */

static void test_the_fewest_processes_are_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rights); i++) {
		const struct right *right = &rights[i];
		const struct wrong config = { right->namespaces, right->rest, right->annotations, 0,
					      "" };
		struct plan_world w;
		size_t first;

		plan_world_init(&w, FACTS_V2);
		if (plan_text(&w, &config) != 0)
			fail_msg("%s: %s", right->namespaces, w.err.text);
		if (count(w.plan, OP_JOIN, &first) != right->joins ||
		    count(w.plan, OP_FORK, &first) != right->forks ||
		    count(w.plan, OP_ADOPT, &first) != right->forks ||
		    count(w.plan, OP_UNSHARE, &first) != right->unshares ||
		    count(w.plan, OP_CLONE, &first) != 1)
			fail_msg("%s: other steps than expected\n%s", right->namespaces,
				 plan_world_text(&w));
		plan_world_done(&w);
	}
}

/* The operand of the join that comes first. */
static void test_what_is_below_the_joined_user_namespace_is_joined_after_it(void **state)
{
	static const char *const owners[] = { SPECIAL("owned below the joined one"),
					      SPECIAL("owned by another") };

	(void)state;
	for (size_t i = 0; i < COUNT(owners); i++) {
		const struct wrong config = { JOIN("ipc") "," NEW("uts") "," JOIN("user"), "",
					      owners[i], 0, "" };
		const struct namespace_entry *entry;
		struct plan_world w;
		size_t first = 0;

		plan_world_init(&w, FACTS_V2);
		assert_int_equal(plan_text(&w, &config), 0);
		assert_int_equal(count(w.plan, OP_JOIN, &first), 2);
		entry = w.plan->steps[first].args;
		assert_int_equal(entry->index, i == 0 ? 2 : 0);
		plan_world_done(&w);
	}
}

/* Before there is a child that others could look into. */
static void test_a_joined_pid_namespace_is_entered_hidden(void **state)
{
	const struct wrong config = { JOIN("pid") "," NEW("uts"), "", "", 0, "" };
	struct plan_world w;
	size_t hide = 0, clone = 0;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	assert_int_equal(plan_text(&w, &config), 0);
	assert_int_equal(count(w.plan, OP_HIDE, &hide), 1);
	count(w.plan, OP_CLONE, &clone);
	assert_true(hide < clone);
	plan_world_done(&w);
}

static void test_who_may_not_change_groups_does_not(void **state)
{
	const struct wrong config = { NEW("uts") "," NEW("user"), "," MAPS(ONE_MAP), CALLER("1000"),
				      0, "" };
	struct plan_world w;
	size_t first = 0;

	(void)state;
	plan_world_init(&w, FACTS_V2);
	assert_int_equal(plan_text(&w, &config), 0);
	assert_int_equal(count(w.plan, OP_IDMAP_WRITE, &first), 3);
	assert_non_null(strstr(plan_world_text(&w), "file=setgroups map=deny"));
	assert_int_equal(count(w.plan, OP_BECOME_ROOT, &first), 1);
	assert_true(((const struct idmap_become_root *)w.plan->steps[first].args)->keeps_groups);
	plan_world_done(&w);
}

/* --- the program that maps ids --- */

static char folder[] = "/tmp/oci-rt-test-XXXXXX";

static const char *make_program(struct arena *arena, const char *script)
{
	const char *path = arena_printf(arena, "%s/program", folder);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", script);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

static int run_program(struct arena *arena, const char *script, struct error *err)
{
	struct idmap_range maps[] = {
		{0,  1000,       1    },
                { 1, 4294967294, 65536}
	};
	const struct idmap_helper args = { make_program(arena, script), maps, COUNT(maps) };
	int value[SLOT_FREE];
	struct slots slots = { value, SLOT_FREE };

	slot_set(&slots, SLOT_PID, 4321);
	return idmap_helper_apply(&args, &slots, err);
}

static void test_the_program_gets_pid_and_mappings_and_nothing_else(void **state)
{
	static const char script[] = "[ \"$*\" = '4321 0 1000 1 1 4294967294 65536' ] || exit 2\n"
				     "[ -z \"$HOME$LD_PRELOAD\" ] || exit 3\n"
				     "for fd in 3 4 5 6 7 8 9; do\n"
				     "	(: <&$fd) 2>/dev/null && exit 4\n"
				     "done\n"
				     "exit 0";
	struct error err = { 0 };
	struct arena arena;
	int fd = open("/dev/null", O_RDONLY); /* not close-on-exec */

	(void)state;
	arena_init(&arena, NULL, 0);
	setenv("HOME", "/x", 1);
	if (run_program(&arena, script, &err) != 0)
		fail_msg("%s", err.text);
	close(fd);
	arena_done(&arena);
}

static void test_what_the_program_says_is_in_the_error(void **state)
{
	struct error err = { 0 };
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	assert_int_equal(run_program(&arena, "echo no such range >&2; echo more >&2; exit 1", &err),
			 -EPERM);
	assert_non_null(strstr(err.text, "status 1: no such range"));
	assert_null(strstr(err.text, "more"));
	/* more than is kept, and than a pipe holds */
	err = (struct error){ 0 };
	assert_int_equal(run_program(&arena, "head -c 200000 /dev/zero | tr '\\0' x; exit 9", &err),
			 -EPERM);
	assert_non_null(strstr(err.text, "status 9: xxx"));
	arena_done(&arena);
}

static void test_a_program_that_is_not_there(void **state)
{
	struct idmap_range map = { 0, 1000, 1 };
	const struct idmap_helper args = { "/nonexistent/program", &map, 1 };
	int value[SLOT_FREE] = { 0 };
	struct slots slots = { value, SLOT_FREE };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(idmap_helper_apply(&args, &slots, &err), -ENOEXEC);
	assert_non_null(strstr(err.text, "/nonexistent/program"));
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[sizeof(folder) + sizeof("/program")];

	(void)state;
	snprintf(path, sizeof(path), "%s/program", folder);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_wrong_is_refused_by_its_pointer),
		cmocka_unit_test(
			test_a_namespace_of_the_runtimes_is_told_from_one_that_is_not_listed),
		cmocka_unit_test(test_the_fewest_processes_are_made),
		cmocka_unit_test(test_what_is_below_the_joined_user_namespace_is_joined_after_it),
		cmocka_unit_test(test_a_joined_pid_namespace_is_entered_hidden),
		cmocka_unit_test(test_who_may_not_change_groups_does_not),
		cmocka_unit_test(test_the_program_gets_pid_and_mappings_and_nothing_else),
		cmocka_unit_test(test_what_the_program_says_is_in_the_error),
		cmocka_unit_test(test_a_program_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
