/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about a host as a document: what `plan --facts` prints, and what it takes and refuses. */
#include <errno.h>

#include "facts.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, NULL, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static const char *written(const struct host_facts *facts, uint64_t set)
{
	struct strbuf text;
	struct json json;

	strbuf_init(&text, &arena);
	json_init(&json, &text, NULL);
	facts_write(&arena, facts, set, &json);
	return text.data;
}

static struct host_facts read_text(const char *text)
{
	struct oci_document document = test_document(text);
	struct host_facts facts = { 0 };
	struct error err = { 0 };

	if (facts_read(&arena, &document, &facts, &err) < 0)
		fail_msg("%s [%s]: %s", err.text, err.pointer, text);
	return facts;
}

static void test_what_is_written_reads_as_the_same(void **state)
{
	(void)state;
	for (int host = 0; host < FACTS_COUNT; host++) {
		struct host_facts facts = facts_make(&arena, (enum facts_host)host), again;
		const char *text;

		facts_set_target(&arena, &facts, "/box");
		facts.cgroups.v[0].is_frozen = true;
		facts.uid = 1000;
		facts.gid = UINT32_MAX;
		facts.permitted = UINT64_MAX;
		text = written(&facts, HOST_SET_ALL);
		again = read_text(text);
		assert_string_equal(written(&again, HOST_SET_ALL), text);
		assert_int_equal(again.gid, UINT32_MAX);
		assert_true(again.permitted == UINT64_MAX && again.cgroups.v[0].is_frozen);
		assert_int_equal(again.cgroups.mode, facts.cgroups.mode);
		assert_int_equal(again.cgroups.n, facts.cgroups.n);
		assert_string_equal(again.cgroups.v[0].target, facts.cgroups.v[0].target);
	}
}

static void test_every_field_is_a_row(void **state)
{
	struct host_facts facts = { .cgroups.v2_controllers = "",
				    .newuidmap = "",
				    .newgidmap = "",
				    .known = HOST_SET_ALL };

	(void)state;
	assert_int_equal(HOST_FACT_COUNT, OCI_ROW_host_facts_cgroups - OCI_ROW_host_facts_uid + 1);
	for (unsigned i = 0; i < HOST_FACT_COUNT; i++) {
		const char *name = oci_row_name(OCI_ROW_host_facts_uid + i);
		const char *text = written(&facts, UINT64_C(1) << i);

		assert_string_equal(oci_row_object(OCI_ROW_host_facts_uid + i), "host_facts");
		assert_true(strncmp(text + 2, name, strlen(name)) == 0);
		assert_true(read_text(text).known == UINT64_C(1) << i);
	}
}

static void test_namespaces_read_as_they_were_written(void **state)
{
	struct host_namespace given[] = {
		{.path = "/run/ns/a",
                 .type = 0x40000000,
                 .inode = 4026532001,
                 .owner = 4026531837,
                 .is_own = true },
		{ .path = "/run/ns/b",
                 .type = 0x10000000,
                 .inode = UINT64_MAX,
                 .owner_uid = UINT32_MAX,
                 .is_owner_below = true,
                 .is_below = true },
		{ .path = "/run/ns/c",       .error = ENOENT },
		{ .path = "/run/ns/d"},
	};
	struct host_facts facts = {
		.namespaces = {COUNT(given), given},
                  .known = HOST_SET(namespaces)
	};

	(void)state;
	facts = read_text(written(&facts, HOST_SET_ALL));
	assert_true(facts.known == HOST_SET(namespaces));
	assert_int_equal(facts.namespaces.n, COUNT(given));
	for (size_t i = 0; i < COUNT(given); i++) {
		const struct host_namespace *ns = host_find_namespace(&facts, given[i].path);

		assert_ptr_equal(ns, &facts.namespaces.v[i]);
		assert_true(ns->type == given[i].type && ns->inode == given[i].inode &&
			    ns->owner == given[i].owner && ns->owner_uid == given[i].owner_uid &&
			    ns->error == given[i].error && ns->is_own == given[i].is_own &&
			    ns->is_below == given[i].is_below &&
			    ns->is_owner_below == given[i].is_owner_below);
	}
	assert_null(host_find_namespace(&facts, "/run/ns"));
}

static int joins_known(const char *namespaces, const char *paths)
{
	struct oci_document document = test_document(arena_printf(
		&arena, "{\"ociVersion\":\"1.2.0\",\"linux\":{\"namespaces\":[%s]}}", namespaces));
	struct host_facts facts = read_text(arena_printf(&arena, "{\"namespaces\":[%s]}", paths));
	struct oci_config *config;
	struct error err = { 0 };
	int r;

	assert_int_equal(oci_decode_config(&arena, &document, NULL, &config, &err), 0);
	r = facts_check_namespaces(&facts, config, &err);
	if (r < 0)
		assert_non_null(strstr(err.text, "/a/b"));
	return r;
}

static void test_each_namespace_that_is_joined_must_be_known(void **state)
{
	(void)state;
	assert_int_equal(joins_known("{\"type\":\"ipc\",\"path\":\"/a/b\"}", ""), -EINVAL);
	assert_int_equal(joins_known("{\"type\":\"ipc\",\"path\":\"/a/b\"}", "{\"path\":\"/a\"}"),
			 -EINVAL);
	assert_int_equal(joins_known("{\"type\":\"ipc\",\"path\":\"/a/b\"}", "{\"path\":\"/a/b\"}"),
			 0);
	/* relative: the planner refuses it, whatever is known */
	assert_int_equal(joins_known("{\"type\":\"ipc\",\"path\":\"a/b\"}", ""), 0);
	assert_int_equal(joins_known("{\"type\":\"ipc\"}", ""), 0);
}

static void test_only_what_is_known_is_written(void **state)
{
	struct host_facts facts = { .uid = 7, .gid = 8, .known = HOST_SET(gid) };

	(void)state;
	assert_string_equal(written(&facts, HOST_SET_ALL), "{\"gid\":8}");
	facts.known = HOST_SET_ALL;
	assert_string_equal(written(&facts, HOST_SET(uid) | HOST_SET(last_cap)),
			    "{\"uid\":7,\"lastCapability\":0}");
}

static void test_a_fact_that_is_missing_is_named(void **state)
{
	struct host_facts facts = read_text("{\"uid\":7}");
	struct error err = { 0 };

	(void)state;
	assert_int_equal(facts_check_known(&facts, HOST_SET(uid), &err), 0);
	assert_int_equal(facts_check_known(&facts, HOST_SET(uid) | HOST_SET(cgroups), &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "\"cgroups\""));
}

static void test_what_is_known_of_another_target_is_not_of_this_one(void **state)
{
	struct host_facts facts = facts_make(&arena, FACTS_V1);
	struct host_hierarchy *h = facts.cgroups.v;

	(void)state;
	facts_set_target(&arena, &facts, "/a/b");
	assert_string_equal(h->target, "/sys/fs/cgroup/pids/a/b");
	assert_string_equal(h->exists_to, "/sys/fs/cgroup/pids");
	h->exists_to = "/sys/fs/cgroup/pids/a";
	h->is_frozen = h->is_populated = true;
	facts_set_target(&arena, &facts, "/a/b");
	assert_string_equal(h->exists_to, "/sys/fs/cgroup/pids/a");
	assert_true(h->is_frozen && h->is_populated);
	facts_set_target(&arena, &facts, "/a/c");
	assert_string_equal(h->exists_to, "/sys/fs/cgroup/pids");
	assert_false(h->is_frozen || h->is_populated);
}

struct bad {
	const char *text;
	unsigned line, column;
	const char *pointer;
};

#define TREE(mode, list) \
	"{\"cgroups\":{\"mode\":\"" mode "\",\"v2Controllers\":\"\",\"hierarchies\":[" list "]}}"
#define CPU          "{\"controllers\":\"cpu\",\"mount\":\"/c\",\"own\":\"/\"}"
#define V2           "{\"controllers\":\"\",\"mount\":\"/u\",\"own\":\"/\"}"
#define TARGET(more) "{\"controllers\":\"cpu\",\"mount\":\"/c\",\"own\":\"/\"," more "}"

#define BAD(...)             \
	{                    \
		__VA_ARGS__, \
	}

#define NAMESPACES(list) "{\"namespaces\":[" list "]}"
#define PATH(more)       "{\"path\":\"/n\"" more "}"

static const struct bad bad[] = {
	BAD("", 1, 1, ""),
	BAD("[]", 1, 1, ""),
	BAD("{\"uid\":\"0\"}", 1, 8, "/uid"),
	BAD("{\n \"uid\": -1}", 2, 9, "/uid"),
	BAD("{\"uid\":4294967296}", 1, 8, "/uid"),
	BAD("{\"lastCapability\":64}", 1, 19, "/lastCapability"),
	BAD("{\"initialUserNamespace\":1}", 1, 25, "/initialUserNamespace"),
	BAD("{\"uid\":1,\"uid\":1}", 1, 10, "/uid"),
	BAD("{\"uid\":1,\n\"Uid\":1}", 2, 7, "/Uid"),
	BAD("{\"newuidmap\":1}", 1, 14, "/newuidmap"),
	BAD("{\"boottimeSeconds\":-1}", 1, 20, "/boottimeSeconds"),
	BAD(NAMESPACES("{}"), 1, 16, "/namespaces/0/path"),
	BAD(NAMESPACES("{\"path\":\"n\"}"), 1, 24, "/namespaces/0/path"),
	BAD(NAMESPACES(PATH("") "," PATH("")), 1, 38, "/namespaces/1/path"),
	BAD(NAMESPACES(PATH(",\"type\":3,\"inode\":1")), 1, 36, "/namespaces/0/type"),
	BAD(NAMESPACES(PATH(",\"type\":\"ipc\"")), 1, 36, "/namespaces/0/type"),
	BAD(NAMESPACES(PATH(",\"type\":64,\"inode\":1")), 1, 36, "/namespaces/0/type"),
	BAD(NAMESPACES(PATH(",\"type\":131072")), 1, 16, "/namespaces/0"),
	BAD(NAMESPACES(PATH(",\"inode\":5")), 1, 16, "/namespaces/0"),
	BAD(NAMESPACES(PATH(",\"type\":128,\"inode\":1,\"error\":1")), 1, 58,
	    "/namespaces/0/error"),
	BAD(NAMESPACES(PATH(",\"error\":4096")), 1, 37, "/namespaces/0/error"),
	BAD(NAMESPACES(PATH(",\"fd\":3")), 1, 34, "/namespaces/0/fd"),
	BAD("{\"cgroups\":{\"mode\":\"v3\"}}", 1, 20, "/cgroups/mode"),
	BAD("{\"cgroups\":{\"mode\":\"none\"}}", 1, 12, "/cgroups/hierarchies"),
	BAD(TREE("none", CPU), 1, 60, "/cgroups/hierarchies"),
	BAD(TREE("v1", ""), 1, 58, "/cgroups/hierarchies"),
	BAD(TREE("v2", CPU), 1, 58, "/cgroups/hierarchies"),
	BAD(TREE("v2", CPU "," V2), 1, 58, "/cgroups/hierarchies"),
	BAD(TREE("v1", CPU "," V2), 1, 119, "/cgroups/hierarchies/1/controllers"),
	BAD(TREE("hybrid", V2 "," CPU), 1, 78, "/cgroups/hierarchies/0/controllers"),
	BAD(TREE("v1", TARGET("\"nosuch\":{}")), 1, 112, "/cgroups/hierarchies/0/nosuch"),
	BAD(TREE("v1", TARGET("\"existsTo\":\"/d\",\"target\":\"/d/a\"")), 1, 128,
	    "/cgroups/hierarchies/0/target"),
	BAD(TREE("v1", TARGET("\"target\":\"/c/a\"")), 1, 59, "/cgroups/hierarchies/0"),
	BAD(TREE("v1", TARGET("\"target\":\"/c/a\",\"existsTo\":\"/c/a/b\"")), 1, 130,
	    "/cgroups/hierarchies/0/existsTo"),
};

static void test_errors_have_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct oci_document document = test_document(bad[i].text);
		struct host_facts facts = { .uid = 5 };
		struct error err = { 0 };

		if (facts_read(&arena, &document, &facts, &err) != -EINVAL)
			fail_msg("accepted: %s", bad[i].text);
		if (strcmp(err.pointer, bad[i].pointer) != 0 || err.line != bad[i].line ||
		    err.column != bad[i].column || strcmp(err.document, "test.json") != 0)
			fail_msg("%s: %s:%u:%u %s: %s", bad[i].text, err.document, err.line,
				 err.column, err.pointer, err.text);
		assert_int_equal(facts.uid, 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_written_reads_as_the_same, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_every_field_is_a_row, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_namespaces_read_as_they_were_written, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_each_namespace_that_is_joined_must_be_known,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_only_what_is_known_is_written, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_a_fact_that_is_missing_is_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_is_known_of_another_target_is_not_of_this_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_errors_have_their_place, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
