/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about the host, against what it says itself in other ways; and the parsers behind them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/cgroupfs.h"
#include "sys/host.h"
#include "sys/procfd.h"
#include "unit.h"

struct world {
	struct arena arena;
	struct error err;
	int proc_fd;
	char status[16384]; /* of this process */
};

static int world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	arena_init(&w->arena, NULL, 0);
	w->proc_fd = procfd_open();
	assert_true(w->proc_fd >= 0);
	assert_true(procfd_read(w->proc_fd, "self/status", w->status, sizeof(w->status)) > 0);
	*state = w;
	return 0;
}

static int world_teardown(void **state)
{
	struct world *w = *state;

	close(w->proc_fd);
	arena_done(&w->arena);
	free(w);
	return 0;
}

/* A mask of the process's status file. */
static uint64_t status_mask(const struct world *w, const char *key)
{
	const char *line = strstr(w->status, key);

	assert_non_null(line);
	return strtoull(line + strlen(key), NULL, 16);
}

static void test_facts_are_those_of_this_process(void **state)
{
	struct world *w = *state;
	struct host_facts facts = { 0 };

	assert_int_equal(host_probe(w->proc_fd, HOST_SET_ALL, &facts, &w->err), 0);
	assert_int_equal(facts.uid, geteuid());
	assert_int_equal(facts.gid, getegid());
	assert_true(facts.permitted == status_mask(w, "CapPrm:"));
	assert_true(facts.bounding == status_mask(w, "CapBnd:"));
	assert_true(facts.known == (HOST_SET_ALL & ~(HOST_SET(cgroups) | HOST_SET(namespaces) |
						     HOST_SET(uids) | HOST_SET(gids))));
}

static void test_only_what_is_asked_for_is_probed(void **state)
{
	struct world *w = *state;
	struct host_facts facts = { .uid = 70000, .last_cap = 5, .bounding = 1 };

	assert_int_equal(host_probe(-1, HOST_SET(last_cap) | HOST_SET(permitted), &facts, &w->err),
			 0);
	assert_int_equal(facts.uid, 70000);
	assert_true(facts.bounding == 1);
	assert_true(facts.last_cap > 5);
	assert_true(facts.known == (HOST_SET(last_cap) | HOST_SET(permitted)));
}

static void test_last_capability(void **state)
{
	struct world *w = *state;
	struct host_facts facts = { 0 };
	char text[64];

	assert_int_equal(host_probe(w->proc_fd, HOST_SET_ALL, &facts, &w->err), 0);
	assert_true(procfd_read(w->proc_fd, "sys/kernel/cap_last_cap", text, sizeof(text)) > 0);
	assert_int_equal(facts.last_cap, strtoul(text, NULL, 10));
}

static void test_initial_user_namespace(void **state)
{
	struct world *w = *state;
	struct host_facts facts = { 0 };
	unsigned long inside = 0, outside = 0, length = 0;
	char text[4096];

	assert_int_equal(host_probe(w->proc_fd, HOST_SET_ALL, &facts, &w->err), 0);
	assert_true(procfd_read(w->proc_fd, "self/uid_map", text, sizeof(text)) >= 0);
	if (sscanf(text, "%lu %lu %lu", &inside, &outside, &length) != 3)
		length = 0;
	assert_int_equal(facts.is_initial_userns,
			 length == UINT32_MAX && inside == 0 && outside == 0);
}

/* Each line of the map is one range, and there are no others. */
static void assert_ids(const struct world *w, const char *path, const struct host_ids_list *ids)
{
	char text[16384];
	const char *line = text;

	assert_true(procfd_read(w->proc_fd, path, text, sizeof(text)) >= 0);
	for (size_t i = 0; i < ids->n; i++) {
		unsigned long inside = 0, outside = 0, size = 0;

		assert_int_equal(sscanf(line, "%lu %lu %lu", &inside, &outside, &size), 3);
		assert_int_equal(ids->v[i].first, inside);
		assert_int_equal(ids->v[i].size, size);
		line = strchr(line, '\n') + 1;
	}
	assert_string_equal(line, "");
}

static void test_ids_are_those_of_the_maps(void **state)
{
	struct world *w = *state;
	struct host_facts facts = { 0 };

	for (int is_initial = 0; is_initial < 2; is_initial++) {
		assert_int_equal(host_probe_ids(w->proc_fd, &w->arena, &facts, &w->err), 0);
		assert_true(facts.known == (HOST_SET(uids) | HOST_SET(gids)));
		assert_ids(w, "self/uid_map", &facts.uids);
		assert_ids(w, "self/gid_map", &facts.gids);
		/* for the second time without a look */
		assert_int_equal(
			host_probe(w->proc_fd, HOST_SET(is_initial_userns), &facts, &w->err), 0);
		facts.known = 0;
	}
}

/* Whether a file system of that type is mounted there, by its line in mounts(5). */
static bool is_mounted(const struct world *w, const char *path_and_type)
{
	enum { MOUNTS_SIZE = 1 << 20 };
	char *text = malloc(MOUNTS_SIZE);
	bool is_there;

	assert_non_null(text);
	assert_true(procfd_read(w->proc_fd, "self/mounts", text, MOUNTS_SIZE) > 0);
	is_there = strstr(text, path_and_type);
	free(text);
	return is_there;
}

static void test_modules_and_resctrl(void **state)
{
	struct world *w = *state;
	struct host_facts facts = { .has_apparmor = true, .has_selinux = true };
	uint64_t set = HOST_SET(has_apparmor) | HOST_SET(has_selinux) | HOST_SET(has_resctrl);
	FILE *file = fopen("/sys/module/apparmor/parameters/enabled", "re");

	assert_int_equal(host_probe(-1, set, &facts, &w->err), 0);
	assert_int_equal(facts.has_apparmor, file && fgetc(file) == 'Y');
	assert_int_equal(facts.has_selinux, is_mounted(w, " /sys/fs/selinux selinuxfs rw"));
	assert_int_equal(facts.has_resctrl, is_mounted(w, " /sys/fs/resctrl resctrl "));
	assert_true(facts.known == set);
	if (file)
		fclose(file);
}

static void test_hierarchies_are_mounted(void **state)
{
	struct world *w = *state;
	struct host_cgroups cgroups;

	assert_int_equal(host_probe_cgroups(w->proc_fd, &w->arena, &cgroups, &w->err), 0);
	assert_int_equal(cgroups.mode == HOST_CGROUP_NONE, cgroups.n == 0);
	for (size_t i = 0; i < cgroups.n; i++) {
		const struct host_hierarchy *h = &cgroups.v[i];
		bool is_v2 = h->controllers[0] == '\0';

		assert_int_equal(cgroupfs_version(h->mount), is_v2 ? CGROUPFS_V2 : CGROUPFS_V1);
		assert_int_equal(h->own[0], '/');
		assert_null(h->target);
		/* v2 is the last one. */
		assert_true(!is_v2 || i + 1 == cgroups.n);
	}
}

static void test_target_that_is_not_there(void **state)
{
	struct world *w = *state;
	struct host_cgroups cgroups;

	assert_int_equal(host_probe_cgroups(w->proc_fd, &w->arena, &cgroups, &w->err), 0);
	assert_int_equal(
		host_probe_cgroup_target(&w->arena, "/oci-rt-not-there/a/b", &cgroups, &w->err), 0);
	for (size_t i = 0; i < cgroups.n; i++) {
		assert_string_equal(cgroups.v[i].exists_to, cgroups.v[i].mount);
		assert_string_equal(cgroups.v[i].target + strlen(cgroups.v[i].mount),
				    "/oci-rt-not-there/a/b");
		assert_false(cgroups.v[i].is_populated || cgroups.v[i].is_frozen);
	}
}

static void test_target_must_be_clean(void **state)
{
	static const char *const paths[] = { "", "/", "a", "/a/", "/a//b", "/../a", "/a/./b" };
	struct world *w = *state;
	struct host_cgroups cgroups = { 0 };

	for (size_t i = 0; i < COUNT(paths); i++)
		assert_true(host_probe_cgroup_target(&w->arena, paths[i], &cgroups, &w->err) < 0);
}

static void test_target_that_is_a_file(void **state)
{
	struct world *w = *state;
	struct host_cgroups cgroups;

	assert_int_equal(host_probe_cgroups(w->proc_fd, &w->arena, &cgroups, &w->err), 0);
	if (cgroups.n == 0)
		skip();
	assert_true(host_probe_cgroup_target(&w->arena, "/cgroup.procs/x", &cgroups, &w->err) < 0);
	assert_non_null(strstr(w->err.text, "/cgroup.procs"));
}

static void test_lists(void **state)
{
	(void)state;
	assert_true(cgroupfs_list_has("cpu,cpuacct", ',', "cpu"));
	assert_true(cgroupfs_list_has("cpu,cpuacct", ',', "cpuacct"));
	assert_false(cgroupfs_list_has("cpuacct", ',', "cpu"));
	assert_false(cgroupfs_list_has("name=cpu", ',', "cpu"));
	assert_false(cgroupfs_list_has("", ',', "cpu"));
	assert_true(cgroupfs_list_has("cpuset cpu io\n", ' ', "io"));
}

static void test_keyed_files(void **state)
{
	const char *text = "low 0\noom 1\noom_kill 12\noom_group_kill 3\n";

	(void)state;
	assert_int_equal(cgroupfs_keyed(text, "oom_kill"), 12);
	assert_int_equal(cgroupfs_keyed(text, "oom"), 1);
	assert_int_equal(cgroupfs_keyed(text, "low"), 0);
	assert_int_equal(cgroupfs_keyed(text, "oom_"), -1);
	assert_int_equal(cgroupfs_keyed("", "low"), -1);
}

/* A walk needs no cgroup: any directories will do. */
static int visit_remove(void *context, const struct cgroupfs_entry *entry)
{
	unsigned *count = context;

	++*count;
	return unlinkat(entry->parent_fd, entry->name, AT_REMOVEDIR) < 0 ? -1 : 0;
}

static int visit_stop(void *context, const struct cgroupfs_entry *entry)
{
	(void)entry;
	++*(unsigned *)context;
	return 7;
}

static void make_tree(const char *top)
{
	static const char *const names[] = { "", "/a", "/a/b", "/a/b/c", "/d", "/e" };
	char path[128];

	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s%s", top, names[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
}

static void test_walk_visits_children_first(void **state)
{
	char top[64], link[80];
	unsigned count = 0;

	(void)state;
	snprintf(top, sizeof(top), "/tmp/test-host-%d", (int)getpid());
	make_tree(top);
	snprintf(link, sizeof(link), "%s/link", top);
	assert_int_equal(symlink("/", link), 0);
	assert_int_equal(cgroupfs_walk(top, visit_stop, &count), 7);
	assert_int_equal(count, 1);
	assert_int_equal(unlink(link), 0);
	count = 0;
	assert_int_equal(cgroupfs_walk(top, visit_remove, &count), 0);
	assert_int_equal(count, 6);
	assert_int_equal(access(top, F_OK), -1);
	assert_int_equal(cgroupfs_walk(top, visit_remove, &count), 0);
}

enum { LEVELS = 5000 };

static void make_levels(const char *top, unsigned levels)
{
	int fd = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	while (levels-- > 0) {
		int below;

		assert_int_equal(mkdirat(fd, "x", 0700), 0);
		below = openat(fd, "x", O_PATH | O_DIRECTORY | O_CLOEXEC);
		assert_true(below >= 0);
		close(fd);
		fd = below;
	}
	close(fd);
}

/* Deeper than a path can name, or a process have descriptors. */
static void test_walk_goes_deep(void **state)
{
	char top[64];
	unsigned count = 0;

	(void)state;
	snprintf(top, sizeof(top), "/tmp/test-depth-%d", (int)getpid());
	assert_int_equal(mkdir(top, 0700), 0);
	make_levels(top, LEVELS);
	assert_int_equal(cgroupfs_walk(top, visit_stop, &count), 7);
	assert_int_equal(count, 1);
	count = 0;
	assert_int_equal(cgroupfs_walk(top, visit_remove, &count), 0);
	assert_int_equal(count, LEVELS + 1);
	assert_int_equal(access(top, F_OK), -1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(test_##name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(facts_are_those_of_this_process),
		CASE(only_what_is_asked_for_is_probed),
		CASE(last_capability),
		CASE(initial_user_namespace),
		CASE(ids_are_those_of_the_maps),
		CASE(modules_and_resctrl),
		CASE(hierarchies_are_mounted),
		CASE(target_that_is_not_there),
		CASE(target_must_be_clean),
		CASE(target_that_is_a_file),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_keyed_files),
		cmocka_unit_test(test_walk_visits_children_first),
		cmocka_unit_test(test_walk_goes_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
