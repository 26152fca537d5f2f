/* SPDX-License-Identifier: Apache-2.0 */
/* Records: written and read again, of other versions, and what they say is taken back. */
#include "container/undo.h"
#include "container_test.h"

/* --- to the disk and back --- */

static const struct oci_record *write_and_read(struct container_world *w, int dir_fd,
					       const struct oci_record *record)
{
	struct oci_record *again = NULL;

	if (record_write(dir_fd, record, &w->arena, &w->err) < 0 ||
	    record_read(dir_fd, &w->arena, &again, &w->err) < 0)
		fail_msg("%s", w->err.text);
	return again;
}

static void test_a_record_comes_back(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	struct oci_record record = container_record(OCI_STATUS_CREATING);
	struct oci_pair pairs[] = {
		{"a.b", "c \"d\""},
                { "e",  ""       }
	};
	const struct oci_record *again;

	record.annotations = (struct oci_map){ COUNT(pairs), pairs };
	record.has_annotations = true;
	record.uid = 4294967295u;
	record.boot_id = "00000000-1111-2222-3333-444444444444";
	record.has_uid = record.has_boot_id = true;
	again = write_and_read(w, dir.fd, &record);
	assert_int_equal(again->format, RECORD_FORMAT);
	assert_string_equal(again->id, "box");
	assert_string_equal(again->bundle, "/bundle");
	assert_int_equal(again->status, OCI_STATUS_CREATING);
	assert_int_equal(again->uid, 4294967295u);
	assert_string_equal(again->boot_id, record.boot_id);
	assert_int_equal(again->annotations.n, 2);
	assert_string_equal(again->annotations.v[0].value, "c \"d\"");
	assert_false(again->has_pid || again->has_init || again->has_undo);
	container_remove(w, &dir);
}

static void test_identities_come_back_whole(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	struct oci_record record = container_record(OCI_STATUS_CREATED);
	const struct identity given = { .pid = 4194304,
					.start_time = UINT64_MAX,
					.pidfd_inode = UINT64_C(0x8000000000000001) };
	struct oci_identity init;
	struct identity read;

	record_set_identity(&given, &init);
	record.init = &init;
	record.pid = given.pid;
	record.has_init = record.has_pid = true;
	read = record_identity(write_and_read(w, dir.fd, &record)->init);
	assert_int_equal(read.pid, given.pid);
	assert_true(read.start_time == given.start_time);
	assert_true(read.pidfd_inode == given.pidfd_inode);
	container_remove(w, &dir);
}

static void test_the_undo_list_comes_back(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	struct oci_record record = container_record(OCI_STATUS_CREATING);
	struct undo undo[] = {
		{.path = "/sys/fs/cgroup/a",    .is_made = true,      .step = 3},
		{ .path = "/sys/fs/cgroup/a/b", .is_exclusive = true, .step = 4},
	};
	const struct plan plan = { .undo = undo, .n_undo = COUNT(undo) };
	const struct oci_record *again;

	record_set_undo(&plan, true, &w->arena, &record);
	again = write_and_read(w, dir.fd, &record);
	assert_int_equal(again->undo.n, 2);
	assert_string_equal(again->undo.v[0].op, "cgroup");
	assert_string_equal(again->undo.v[0].path, "/sys/fs/cgroup/a");
	assert_true(again->undo.v[0].made && !again->undo.v[0].exclusive);
	assert_true(!again->undo.v[1].made && again->undo.v[1].exclusive);
	container_remove(w, &dir);
}

/* Readers see the old one or the new one, and nobody else sees either. */
static void test_a_record_is_replaced_whole(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	struct oci_record record = container_record(OCI_STATUS_CREATING);
	struct stat before, after;

	write_and_read(w, dir.fd, &record);
	assert_int_equal(fstatat(dir.fd, RECORD_NAME, &before, 0), 0);
	assert_int_equal(before.st_mode & 07777, 0600);
	record.status = OCI_STATUS_CREATED;
	assert_int_equal(write_and_read(w, dir.fd, &record)->status, OCI_STATUS_CREATED);
	assert_int_equal(fstatat(dir.fd, RECORD_NAME, &after, 0), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
	container_remove(w, &dir);
}

/* --- what somebody else wrote --- */

static int read_text(struct container_world *w, const char *text, struct oci_record **ret)
{
	struct statedir dir = container_make(w, "box");
	int r;

	if (text)
		container_write_file(dir.fd, RECORD_NAME, text);
	r = record_read(dir.fd, &w->arena, ret, &w->err);
	container_remove(w, &dir);
	return r;
}

static void test_no_record_is_no_error(void **state)
{
	struct container_world *w = *state;
	struct oci_record *record = NULL;

	assert_int_equal(read_text(w, NULL, &record), -ENOENT);
	assert_int_equal(w->err.code, 0);
	assert_null(record);
}

#define STATE(more)                                                                     \
	"{\"format\":9,\"ociVersion\":\"1.9.0\",\"id\":\"box\",\"status\":\"created\"," \
	"\"bundle\":\"/b\"" more "}"

static void test_a_newer_record_is_read_as_far_as_known(void **state)
{
	struct container_world *w = *state;
	struct oci_record *record = NULL;

	assert_int_equal(read_text(w, STATE(",\"later\":{\"x\":[1]},\"pid\":7"), &record), 0);
	assert_int_equal(record->format, 9);
	assert_int_equal(record->pid, 7);
}

static void test_damaged_records(void **state)
{
	static const char *const texts[] = {
		"",
		"{",
		"null",
		"{}",
		STATE(",\"pid\":\"7\""),
		STATE(",\"pid\":-1"),
		STATE(",\"undo\":[{\"path\":\"/x\"}]"),
		STATE("") "x",
	};
	struct container_world *w = *state;
	struct oci_record *record = NULL;

	for (size_t i = 0; i < COUNT(texts); i++) {
		w->err = (struct error){ 0 };
		assert_true(read_text(w, texts[i], &record) < 0);
		assert_true(w->err.code > 0);
		assert_non_null(strstr(w->err.text, "record"));
		assert_null(record);
	}
}

static void test_a_link_in_place_of_a_record(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	struct oci_record *record = NULL;

	container_write_file(dir.fd, "other", STATE(""));
	assert_int_equal(symlinkat("other", dir.fd, RECORD_NAME), 0);
	assert_true(record_read(dir.fd, &w->arena, &record, &w->err) < 0);
	assert_true(w->err.code > 0);
	container_remove(w, &dir);
}

/* --- undo --- */

#define NOT_THERE "/sys/fs/cgroup/unit-test-not-there/x"

static struct oci_record undo_of(struct oci_record_undo *undo, size_t n)
{
	struct oci_record record = container_record(OCI_STATUS_CREATED);

	record.undo = (struct oci_record_undo_list){ n, undo };
	record.has_undo = true;
	return record;
}

static void test_what_is_not_there_is_taken_back(void **state)
{
	struct oci_record_undo undo[] = {
		{.op = "cgroup",          .path = NOT_THERE, .made = true     },
		{ .op = "cgroup", .path = NOT_THERE "/y",      .made = true, .exclusive = true }
	};
	struct oci_record record = undo_of(undo, COUNT(undo));
	struct container_world *w = *state;

	assert_int_equal(undo_record(&record, &w->arena, &w->err), 0);
	assert_int_equal(undo_record(&record, &w->arena, &w->err), 0);
	assert_int_equal(w->err.code, 0);
}

/* Refused by name, whatever else could be undone: the record is still needed. */
static void test_an_operation_of_another_version(void **state)
{
	struct oci_record_undo undo[] = {
		{.op = "netdev",  .path = "eth0"},
                { .op = "cgroup", .path = "/tmp",   .made = true }
	};
	struct oci_record record = undo_of(undo, COUNT(undo));
	struct container_world *w = *state;

	assert_int_equal(undo_record(&record, &w->arena, &w->err), -ENOTSUP);
	assert_non_null(strstr(w->err.text, "\"netdev\""));
}

/* A record is a file: what it names is checked. The first failure, from the end, is told. */
static void test_paths_that_are_no_cgroups(void **state)
{
	struct container_world *w = *state;
	struct statedir dir = container_make(w, "box");
	struct oci_record_undo undo[] = {
		{.op = "cgroup", .path = w->state, .made = true,                        .exclusive = true },
		{ .op = "cgroup",             .path = "/sys/fs/cgroup/../../../tmp",               .made = true},
	};
	struct oci_record record = undo_of(undo, COUNT(undo));

	assert_true(undo_record(&record, &w->arena, &w->err) < 0);
	assert_non_null(strstr(w->err.text, "../tmp"));
	assert_int_equal(access(w->state, F_OK), 0);
	container_remove(w, &dir);
}

static void test_an_entry_without_a_path(void **state)
{
	struct oci_record_undo undo[] = {
		{.op = "cgroup", .made = true}
	};
	struct oci_record record = undo_of(undo, COUNT(undo));
	struct container_world *w = *state;

	assert_true(undo_record(&record, &w->arena, &w->err) < 0);
	assert_true(w->err.code > 0);
}

/* Only what the steps that have run did. */
static void test_a_plan_is_taken_back_as_far_as_it_went(void **state)
{
	struct undo undo[] = {
		{.path = NOT_THERE, .is_made = true, .step = 1},
		{ .path = "/tmp",   .is_made = true, .step = 2}
	};
	const struct plan plan = { .undo = undo, .n_undo = COUNT(undo), .n_steps = 4 };
	struct container_world *w = *state;

	assert_int_equal(undo_plan(&plan, NULL, 0, &w->err), 0);
	assert_int_equal(undo_plan(&plan, NULL, 2, &w->err), 0);
	assert_true(undo_plan(&plan, NULL, 3, &w->err) < 0);
	assert_true(w->err.code > 0);
}

static void test_the_names_of_operations_are_frozen(void **state)
{
	(void)state;
	assert_string_equal(undo_name(UNDO_CGROUP), "cgroup");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTAINER_TEST(test_a_record_comes_back),
		CONTAINER_TEST(test_identities_come_back_whole),
		CONTAINER_TEST(test_the_undo_list_comes_back),
		CONTAINER_TEST(test_a_record_is_replaced_whole),
		CONTAINER_TEST(test_no_record_is_no_error),
		CONTAINER_TEST(test_a_newer_record_is_read_as_far_as_known),
		CONTAINER_TEST(test_damaged_records),
		CONTAINER_TEST(test_a_link_in_place_of_a_record),
		CONTAINER_TEST(test_what_is_not_there_is_taken_back),
		CONTAINER_TEST(test_an_operation_of_another_version),
		CONTAINER_TEST(test_paths_that_are_no_cgroups),
		CONTAINER_TEST(test_an_entry_without_a_path),
		CONTAINER_TEST(test_a_plan_is_taken_back_as_far_as_it_went),
		CONTAINER_TEST(test_the_names_of_operations_are_frozen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
