/* SPDX-License-Identifier: Apache-2.0 */
/* Documents that are good: what the structs hold afterwards. */
#include "ocispec_test.h"

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

static void test_every_kind_of_value(void **state)
{
	const struct oci_config *config = test_decode(
		&arena, OCI_OBJECT_config,
		"{\"ociVersion\":\"1.3.0\",\"process\":{\"terminal\":true,\"cwd\":\"/\",\"oomScoreAdj\":-999,"
		"\"user\":{\"uid\":4294967295,\"gid\":0,\"additionalGids\":[1,2,3]},"
		"\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":18446744073709551615}],"
		"\"scheduler\":{\"policy\":\"SCHED_RR\",\"flags\":[\"SCHED_FLAG_KEEP_PARAMS\"]}},"
		"\"annotations\":{\"a/b\":\"\",\"c\":\"\\u00e4\\ud83d\\ude00\"},"
		"\"linux\":{\"netDevices\":{\"eth0\":{\"name\":\"e\"},\"eth1\":{}},"
		"\"resources\":{\"blockIO\":{\"weight\":65535}},"
		"\"timeOffsets\":{\"boottime\":{\"secs\":-9223372036854775808}},"
		"\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"time\",\"path\":\"/x\"}]}}");
	const struct oci_process *process = config->process;

	(void)state;
	assert_string_equal(config->oci_version, "1.3.0");
	assert_true(process->has_terminal && process->terminal);
	assert_int_equal(process->oom_score_adj, -999);
	assert_int_equal(process->user->uid, UINT32_MAX);
	assert_true(process->user->has_gid && !process->user->has_umask);
	assert_int_equal(process->user->additional_gids.n, 3);
	assert_int_equal(process->user->additional_gids.v[2], 3);
	assert_true(process->rlimits.v[0].hard == UINT64_MAX);
	assert_int_equal(process->scheduler->policy, OCI_SCHEDULER_POLICY_RR);
	assert_int_equal(process->scheduler->flags.v[0], OCI_SCHEDULER_FLAG_KEEP_PARAMS);
	assert_int_equal(config->annotations.n, 2);
	assert_string_equal(config->annotations.v[0].key, "a/b");
	assert_string_equal(config->annotations.v[0].value, "");
	assert_string_equal(config->annotations.v[1].value, "\xc3\xa4\xf0\x9f\x98\x80");
	assert_string_equal(config->linux_->net_devices.v[0].name, "e");
	assert_string_equal(config->linux_->net_devices.v[1].key, "eth1");
	assert_null(config->linux_->net_devices.v[1].name);
	assert_int_equal(config->linux_->resources->block_io->weight, 65535);
	assert_true(config->linux_->time_offsets.v[0].secs == INT64_MIN);
	assert_int_equal(config->linux_->namespaces.v[0].type, OCI_NAMESPACE_TYPE_PID);
	assert_int_equal(config->linux_->namespaces.v[1].type, OCI_NAMESPACE_TYPE_TIME);
	assert_string_equal(config->linux_->namespaces.v[1].path, "/x");
}

static void test_null_counts_as_absent(void **state)
{
	const struct oci_config *config =
		test_decode(&arena, OCI_OBJECT_config,
			    "{\"ociVersion\":\"1.0.0\",\"process\":null,\"mounts\":null,"
			    "\"hostname\":null,\"annotations\":{\"a\":null,\"b\":\"\"},"
			    "\"linux\":{\"netDevices\":{\"eth0\":null},\"resources\":"
			    "{\"memory\":{\"limit\":null}}}}");

	(void)state;
	assert_false(config->has_process || config->has_mounts || config->has_hostname);
	assert_null(config->process);
	assert_int_equal(config->annotations.n, 1);
	assert_int_equal(config->linux_->net_devices.n, 0);
	assert_true(config->linux_->has_net_devices);
	assert_false(config->linux_->resources->memory->has_limit);
}

static void test_empty_counts_as_present(void **state)
{
	const struct oci_process *process = test_decode(
		&arena, OCI_OBJECT_process,
		"{\"cwd\":\"\",\"args\":[],\"user\":{\"uid\":0,\"gid\":0},\"rlimits\":[]}");

	(void)state;
	assert_true(process->has_cwd && process->has_args && process->has_user);
	assert_true(process->has_rlimits);
	assert_string_equal(process->cwd, "");
	assert_int_equal(process->args.n, 0);
	assert_non_null(process->user);
}

static void test_unknown_properties_are_skipped_and_told(void **state)
{
	struct oci_document document = test_document(
		"{\"windows\":{\"a\":[1.5e3,null,{\"b\":[[]]}]},\"ociVersion\":\"1.0.0\","
		"\"process\":{\"cwd\":\"/\",\"command/Line~\":\"x\"},"
		"\"mounts\":[{\"destination\":\"/\",\"\\u0078\":true}]}");
	struct oci_strings unknown;
	struct oci_config *config = NULL;
	struct error err;

	(void)state;
	assert_int_equal(oci_decode_config(&arena, &document, &unknown, &config, &err), 0);
	if (!config) {
		fail();
		return;
	}
	assert_int_equal(unknown.n, 3);
	assert_string_equal(unknown.v[0], "/windows");
	assert_string_equal(unknown.v[1], "/process/command~1Line~0");
	assert_string_equal(unknown.v[2], "/mounts/0/x");
	assert_string_equal(config->mounts.v[0].destination, "/");
}

static void test_unknown_properties_are_not_told_without_end(void **state)
{
	struct oci_strings unknown;
	struct oci_config *config;
	struct error err = { 0 };
	struct oci_document document;
	struct strbuf text;

	(void)state;
	strbuf_init(&text, &arena);
	strbuf_add(&text, "{\"ociVersion\":\"1.0.0\"");
	for (unsigned i = 0; i < OCI_UNKNOWN + 5; i++)
		strbuf_add_format(&text, ",\"x%u\":1", i);
	strbuf_add(&text, "}");
	document = test_document(text.data);
	assert_int_equal(oci_decode_config(&arena, &document, &unknown, &config, &err), 0);
	assert_int_equal(unknown.n, OCI_UNKNOWN);
	assert_string_equal(unknown.v[OCI_UNKNOWN - 1], "/x1023");
}

/* A list is moved as it grows; what its elements hold must move with it. */
static void test_lists_of_lists_grow(void **state)
{
	struct strbuf text;
	const struct oci_config *config;
	size_t i, k;

	(void)state;
	strbuf_init(&text, &arena);
	strbuf_add(&text, "{\"ociVersion\":\"1.0.0\",\"mounts\":[");
	for (i = 0; i < 500; i++) {
		strbuf_add_format(&text, "%s{\"options\":[", i ? "," : "");
		for (k = 0; k < i % 40; k++)
			strbuf_add_format(&text, "%s\"%zu-%zu\"", k ? "," : "", i, k);
		strbuf_add_format(&text, "],\"destination\":\"/%zu\"}", i);
	}
	strbuf_add(&text, "]}");
	config = test_decode(&arena, OCI_OBJECT_config, text.data);
	assert_int_equal(config->mounts.n, 500);
	for (i = 0; i < 500; i++) {
		const struct oci_mount *mount = &config->mounts.v[i];

		assert_string_equal(mount->destination, arena_printf(&arena, "/%zu", i));
		assert_int_equal(mount->options.n, i % 40);
		for (k = 0; k < mount->options.n; k++)
			assert_string_equal(mount->options.v[k],
					    arena_printf(&arena, "%zu-%zu", i, k));
	}
}

static void test_many_free_names(void **state)
{
	struct strbuf text;
	const struct oci_config *config;
	unsigned i;

	(void)state;
	strbuf_init(&text, &arena);
	strbuf_add(&text, "{\"ociVersion\":\"1.0.0\",\"annotations\":{");
	for (i = 0; i < 5000; i++)
		strbuf_add_format(&text, "%s\"n%u\":\"%u\"", i ? "," : "", i, i);
	strbuf_add(&text, "}}");
	config = test_decode(&arena, OCI_OBJECT_config, text.data);
	assert_int_equal(config->annotations.n, 5000);
	assert_string_equal(config->annotations.v[4999].key, "n4999");
}

static void test_names_may_be_the_same_in_different_objects(void **state)
{
	(void)state;
	test_decode(&arena, OCI_OBJECT_config,
		    "{\"ociVersion\":\"1.0.0\",\"x\":[{\"x\":1},{\"x\":{\"x\":2}}]}");
}

static void test_depth_up_to_the_limit(void **state)
{
	char text[256] = "{\"cwd\":\"/\",\"x\":";

	(void)state;
	memset(text + strlen(text), '[', OCI_DEPTH - 1);
	memset(text + strlen(text), ']', OCI_DEPTH - 1);
	text[strlen(text)] = '}';
	test_decode(&arena, OCI_OBJECT_process, text);
}

static void test_the_text_may_go_away(void **state)
{
	static const char text[] = "{\"cwd\":\"/a\",\"args\":[\"sh\",\"a\\\"b\"]}";
	struct oci_document document = { "p", arena_strdup(&arena, text), sizeof(text) - 1 };
	struct oci_process *process = NULL;
	struct error err;

	(void)state;
	assert_int_equal(oci_decode_process(&arena, &document, NULL, &process, &err), 0);
	if (!process) {
		fail();
		return;
	}
	memset((char *)document.text, 'x', document.length);
	assert_string_equal(process->cwd, "/a");
	assert_string_equal(process->args.v[0], "sh");
	assert_string_equal(process->args.v[1], "a\"b");
}

static void test_other_documents(void **state)
{
	const struct oci_state *container =
		test_decode(&arena, OCI_OBJECT_state,
			    "{\"ociVersion\":\"1.0.2\",\"id\":\"x\",\"status\":\"paused\","
			    "\"pid\":7,\"bundle\":\"/b\",\"more\":1}");
	const struct oci_record *record =
		test_decode(&arena, OCI_OBJECT_record,
			    "{\"format\":1,\"ociVersion\":\"1.3.0\",\"id\":\"x\",\"bundle\":\"/b\","
			    "\"status\":\"deleting\",\"init\":{\"pid\":9,\"startTime\":5},"
			    "\"cgroups\":[{\"hierarchy\":\"\",\"path\":\"/sys/fs/cgroup/x\"}],"
			    "\"undo\":[{\"op\":\"rmdir\",\"path\":\"/r\",\"made\":true}]}");

	(void)state;
	assert_int_equal(container->status, OCI_STATUS_PAUSED);
	assert_int_equal(container->pid, 7);
	assert_int_equal(record->status, OCI_STATUS_DELETING);
	assert_int_equal(record->init->start_time, 5);
	assert_false(record->init->has_pidfd_inode);
	assert_string_equal(record->cgroups.v[0].hierarchy, "");
	assert_true(record->undo.v[0].made && !record->undo.v[0].has_exclusive);
}

static void check_sample(struct arena *memory, const char *path, enum oci_object object)
{
	struct oci_document document = test_load(memory, path);
	struct error err = { 0 };
	void *value;

	if (oci_decode(memory, object, &document, NULL, &value, &err) < 0)
		fail_msg("%s:%u:%u: %s %s", path, err.line, err.column, err.pointer, err.text);
}

static void test_samples_of_real_clients(void **state)
{
	(void)state;
	assert_true(test_each_file(test_samples(&arena), check_sample) > 40);
}

static void test_words(void **state)
{
	unsigned list;
	int value;

	(void)state;
	for (list = 0; list < OCI_ENUM_COUNT; list++) {
		size_t i;

		assert_true(oci_enum_count(list) > 0);
		for (i = 0; i < oci_enum_count(list); i++) {
			assert_int_equal(oci_enum_parse(list, oci_enum_name(list, (int)i), &value),
					 0);
			assert_int_equal(value, i);
		}
		assert_string_equal(oci_enum_name(list, (int)i), "?");
		assert_string_equal(oci_enum_name(list, -1), "?");
		assert_true(oci_enum_parse(list, "", &value) < 0);
	}
	assert_int_equal(oci_enum_count(OCI_ENUM_namespace_type), 8);
	assert_int_equal(oci_enum_count(OCI_ENUM_seccomp_arch), 23);
}

static void test_rows_have_names(void **state)
{
	(void)state;
	assert_string_equal(oci_row_name(OCI_ROW_config_linux_), "linux");
	assert_string_equal(oci_row_object(OCI_ROW_config_linux_), "config");
	assert_string_equal(oci_row_object(OCI_ROW_linux_seccomp), "linux");
	assert_string_equal(oci_row_object(0), "root");
	assert_string_equal(oci_row_name(OCI_ROW_COUNT - 1), "resources");
	assert_string_equal(oci_row_object(OCI_ROW_COUNT - 1), "record");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_value),
		cmocka_unit_test(test_null_counts_as_absent),
		cmocka_unit_test(test_empty_counts_as_present),
		cmocka_unit_test(test_unknown_properties_are_skipped_and_told),
		cmocka_unit_test(test_unknown_properties_are_not_told_without_end),
		cmocka_unit_test(test_lists_of_lists_grow),
		cmocka_unit_test(test_many_free_names),
		cmocka_unit_test(test_names_may_be_the_same_in_different_objects),
		cmocka_unit_test(test_depth_up_to_the_limit),
		cmocka_unit_test(test_the_text_may_go_away),
		cmocka_unit_test(test_other_documents),
		cmocka_unit_test(test_samples_of_real_clients),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_rows_have_names),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
