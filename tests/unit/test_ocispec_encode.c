/* SPDX-License-Identifier: Apache-2.0 */
/* What is written, and that reading it again gives the same. */
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

/* Texts in the order of the rows, which must come back byte by byte. */
static const struct {
	enum oci_object object;
	const char *text;
} same[] = {
	{OCI_OBJECT_process,
         "{\"terminal\":false,\"user\":{\"uid\":0,\"gid\":0},\"args\":[],\"env\":[\"A=\\\"\\n/\"],\"cwd\":\"\"}"},
	{ OCI_OBJECT_process,
         "{\"user\":{\"uid\":4294967295,\"gid\":0,\"umask\":0,\"additionalGids\":[0,7]},\"cwd\":\"/\","
	  "\"rlimits\":[{\"type\":\"RLIMIT_CORE\",\"soft\":0,\"hard\":18446744073709551615}],"
	  "\"oomScoreAdj\":-2147483648,\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":-20,"
	  "\"flags\":[\"SCHED_FLAG_RECLAIM\",\"SCHED_FLAG_RESET_ON_FORK\"]}}"                                   },
	{ OCI_OBJECT_config,
         "{\"ociVersion\":\"1.3.0\",\"mounts\":[{\"destination\":\"/a\"},{\"destination\":\"b\","
	  "\"options\":[\"ro\"]}],\"hooks\":{\"poststop\":[]},\"annotations\":{\"k\":\"\","
	  "\"\\u0001\":\"\xc3\xa4\"},\"linux\":{\"timeOffsets\":{\"boottime\":{\"secs\":-9223372036854775808}},"
	  "\"netDevices\":{\"eth0\":{},\"e~/\":{\"name\":\"x\"}},\"resources\":{\"cpu\":"
	  "{\"quota\":-1},\"blockIO\":{\"weight\":0},\"unified\":{}},"
	  "\"sysctl\":{\"a.b\":\"1\"}}}"									},
	{ OCI_OBJECT_features,
         "{\"ociVersionMin\":\"1.0.0\",\"ociVersionMax\":\"1.3.0\",\"hooks\":[\"poststop\"],"
	  "\"linux\":{\"namespaces\":[\"pid\",\"time\"],\"cgroup\":{\"v1\":true,\"v2\":false},"
	  "\"mountExtensions\":{\"idmap\":{\"enabled\":true}}}}"                                                },
	{ OCI_OBJECT_record,
         "{\"format\":1,\"ociVersion\":\"1.3.0\",\"id\":\"a\",\"status\":\"created\",\"pid\":3,"
	  "\"bundle\":\"/b\",\"creator\":{\"pid\":2,\"startTime\":18446744073709551615},"
	  "\"runner\":{\"pid\":4,\"startTime\":5},\"poststopNext\":1,"
	  "\"hasPidNamespace\":true,\"cgroups\":[{\"hierarchy\":\"\",\"path\":\"/c\"}],"
	  "\"undo\":[{\"op\":\"x\",\"exclusive\":false}],\"namespaces\":[{\"type\":\"mount\"}],"
	  "\"hooks\":{\"poststop\":[{\"path\":\"/h\",\"timeout\":1}]},"
	  "\"process\":{\"cwd\":\"/\"},\"resources\":{\"pids\":{\"limit\":0}}}"                                 },
	{ OCI_OBJECT_container_process_state,
         "{\"ociVersion\":\"1.3.0\",\"fds\":[\"seccompFd\"],\"pid\":4,\"state\":"
	  "{\"ociVersion\":\"1.3.0\",\"id\":\"a\",\"status\":\"creating\",\"bundle\":\"/b\"}}"                  },
};

static void test_texts_come_back(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(same); i++) {
		const void *value = test_decode(&arena, same[i].object, same[i].text);

		assert_string_equal(test_encode(&arena, same[i].object, value), same[i].text);
	}
}

static void test_a_struct_made_by_hand(void **state)
{
	struct oci_pair pair = { "org.example", "x" };
	struct oci_state container = {
		.has_oci_version = true,
		.oci_version = "1.3.0",
		.has_id = true,
		.id = "c1",
		.has_status = true,
		.status = OCI_STATUS_CREATING,
		.pid = 12, /* without its has_ it is not written */
		.has_bundle = true,
		.bundle = "/b",
		.has_annotations = true,
		.annotations = {1, &pair},
	};
	struct strbuf text;
	struct json json;

	(void)state;
	strbuf_init(&text, &arena);
	json_init(&json, &text, "\t");
	json_begin_object(&json, NULL);
	oci_encode_state(&container, &json, "state");
	json_end_object(&json);
	assert_string_equal(text.data, "{\n\t\"state\": {\n\t\t\"ociVersion\": \"1.3.0\",\n"
				       "\t\t\"id\": \"c1\",\n\t\t\"status\": \"creating\",\n"
				       "\t\t\"bundle\": \"/b\",\n\t\t\"annotations\": {\n"
				       "\t\t\t\"org.example\": \"x\"\n\t\t}\n\t}\n}");
}

/* How often a visitor was called; what was lost on the way shows in it. */
static void count_property(void *context, const char *pointer, enum oci_row row, const void *field)
{
	(void)pointer;
	(void)row;
	(void)field;
	++*(unsigned *)context;
}

static void check_round_trip(struct arena *memory, const char *path, enum oci_object object)
{
	struct oci_document document = test_load(memory, path);
	unsigned before = 0, after = 0;
	struct error err = { 0 };
	const char *once, *twice;
	void *value, *again;

	assert_int_equal(oci_decode(memory, object, &document, NULL, &value, &err), 0);
	once = test_encode(memory, object, value);
	again = test_decode(memory, object, once);
	twice = test_encode(memory, object, again);
	oci_walk(object, value, count_property, &before);
	oci_walk(object, again, count_property, &after);
	assert_string_equal(once, twice);
	assert_int_equal(before, after);
	assert_true(before > 0);
}

static void test_samples_come_back(void **state)
{
	(void)state;
	assert_true(test_each_file(test_samples(&arena), check_round_trip) > 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_come_back),
		cmocka_unit_test(test_a_struct_made_by_hand),
		cmocka_unit_test(test_samples_come_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
