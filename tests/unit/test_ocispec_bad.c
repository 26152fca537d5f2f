/* SPDX-License-Identifier: Apache-2.0 */
/* Documents that must be refused, with the place and the words of each error. */
#include <errno.h>

#include "ocispec_test.h"

struct bad {
	enum oci_object object;
	const char *text;
	uint32_t line, column;
	const char *pointer;
	const char *says; /* part of the error's text */
};

#define BAD(object, text, line, column, pointer, says)    \
	{                                                 \
		object, text, line, column, pointer, says \
	}
#define TEXT(text, ...)    BAD(OCI_OBJECT_process, text, __VA_ARGS__)
#define PROCESS(rest, ...) TEXT("{\"cwd\":\"/\",\n" rest "}", __VA_ARGS__)
#define CONFIG(rest, ...)  BAD(OCI_OBJECT_config, "{\"ociVersion\":\"1\",\n" rest "}", __VA_ARGS__)
#define LINUX(rest, ...)   CONFIG("\"linux\":{\n" rest "}", __VA_ARGS__)

static const struct bad wrong_types[] = {
	PROCESS("\"terminal\":\"true\"", 2, 12, "/terminal",
		"expected true or false, found the string \"true\""),
	PROCESS("\"terminal\":1", 2, 12, "/terminal", "expected true or false, found a number"),
	PROCESS("\"args\":\"sh\"", 2, 8, "/args", "expected an array"),
	PROCESS("\"args\":{}", 2, 8, "/args", "expected an array, found an object"),
	PROCESS("\"args\":[\"a\", [\"b\"]]", 2, 14, "/args/1", "expected a string, found an array"),
	PROCESS("\"args\":[\"a\",\n null]", 3, 2, "/args/1", "expected a string, found null"),
	PROCESS("\"env\":[true]", 2, 8, "/env/0", "expected a string, found true"),
	PROCESS("\"env\":[ false]", 2, 9, "/env/0", "found false"),
	PROCESS("\"user\":[]", 2, 8, "/user", "expected an object, found an array"),
	PROCESS("\"user\":\"a\\\"\\\\\"", 2, 8, "/user", "found the string \"a\\\"\\\\\""),
	PROCESS("\"user\":{\"additionalGids\":[1,\"2\"]}", 2, 29, "/user/additionalGids/1",
		"expected an integer, found the string \"2\""),
	PROCESS("\"rlimits\":[1]", 2, 12, "/rlimits/0", "expected an object, found a number"),
	PROCESS("\"scheduler\":{\"policy\":3}", 2, 23, "/scheduler/policy", "expected a string"),
	CONFIG("\"annotations\":{\"a~/\":1}", 2, 22, "/annotations/a~0~1", "expected a string"),
	CONFIG("\"mounts\":{\"0\":{}}", 2, 10, "/mounts", "expected an array"),
	LINUX("\"netDevices\":{\"e\":\"x\"}", 3, 19, "/linux/netDevices/e", "expected an object"),
	LINUX("\"netDevices\":[]", 3, 14, "/linux/netDevices",
	      "expected an object, found an array"),
	TEXT("[]", 1, 1, "", "expected an object, found an array"),
	TEXT(" null", 1, 2, "", "expected an object, found null"),
	TEXT("\"x\"", 1, 1, "", "expected an object, found the string"),
	TEXT(" 1", 1, 2, "", "expected an object, found a number"),
	TEXT("12", 1, 1, "", "expected an object, found a number"),
};

static const struct bad wrong_values[] = {
	PROCESS("\"oomScoreAdj\":1.0", 2, 15, "/oomScoreAdj", "fraction or an exponent"),
	PROCESS("\"oomScoreAdj\":1e3 ", 2, 15, "/oomScoreAdj", "fraction or an exponent"),
	PROCESS("\"oomScoreAdj\":2147483648", 2, 15, "/oomScoreAdj",
		"expected an integer from -2147483648 to 2147483647, found 2147483648"),
	PROCESS("\"user\":{\"uid\":-1}", 2, 15, "/user/uid", "from 0 to 4294967295, found -1"),
	PROCESS("\"user\":{\"uid\":4294967296}", 2, 15, "/user/uid", "found 4294967296"),
	PROCESS("\"user\":{\"umask\":512}", 2, 17, "/user/umask", "from 0 to 511"),
	PROCESS("\"rlimits\":[{\"type\":\"x\",\"soft\":18446744073709551616,\"hard\":1}]", 2, 31,
		"/rlimits/0/soft", "to 18446744073709551615, found 18446744073709551616"),
	PROCESS("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_RT\",\"priority\":8}", 2, 52,
		"/ioPriority/priority", "from 0 to 7"),
	PROCESS("\"ioPriority\":{\"class\":\"rt\"}", 2, 23, "/ioPriority/class",
		"expected IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE, found \"rt\""),
	PROCESS("\"execCPUAffinity\":{\"initial\":\"a\"}", 2, 30, "/execCPUAffinity/initial",
		"a list like"),
	LINUX("\"namespaces\":[{\"type\":\"net\"}]", 3, 23, "/linux/namespaces/0/type",
	      "expected pid, network, mount, ipc, uts, user, cgroup or time, found \"net\""),
	LINUX("\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"x\"]}", 3, 62,
	      "/linux/seccomp/architectures/0", "\"x\" is not one of the 23 words"),
	LINUX("\"seccomp\":{\"defaultAction\":\"\\u0041\"}", 3, 28, "/linux/seccomp/defaultAction",
	      "found \"A\""),
	LINUX("\"resources\":{\"cpu\":{\"quota\":9223372036854775808}}", 3, 29,
	      "/linux/resources/cpu/quota", "to 9223372036854775807"),
	LINUX("\"timeOffsets\":{\"boottime\":{\"secs\":-9223372036854775809}}", 3, 35,
	      "/linux/timeOffsets/boottime/secs", "from -9223372036854775808"),
	LINUX("\"resources\":{\"cpu\":{\"quota\":-2}}", 3, 29, "/linux/resources/cpu/quota",
	      "from -1"),
	LINUX("\"resources\":{\"cpu\":{\"realtimeRuntime\":-2}}", 3, 39,
	      "/linux/resources/cpu/realtimeRuntime", "from -1"),
	LINUX("\"resources\":{\"pids\":{\"limit\":-2}}", 3, 30, "/linux/resources/pids/limit",
	      "from -1"),
	LINUX("\"devices\":[{\"type\":\"c\",\"path\":\"/a\",\"major\":4096}]", 3, 44,
	      "/linux/devices/0/major", "from 0 to 4095"),
	LINUX("\"devices\":[{\"type\":\"c\",\"path\":\"/a\",\"minor\":1048576}]", 3, 44,
	      "/linux/devices/0/minor", "from 0 to 1048575"),
	LINUX("\"resources\":{\"blockIO\":{\"weightDevice\":[{\"major\":4096}]}}", 3, 50,
	      "/linux/resources/blockIO/weightDevice/0/major", "from 0 to 4095"),
	LINUX("\"resources\":{\"blockIO\":{\"weightDevice\":[{\"minor\":1048576}]}}", 3, 50,
	      "/linux/resources/blockIO/weightDevice/0/minor", "from 0 to 1048575"),
	LINUX("\"resources\":{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":4350}]}}", 3, 59,
	      "/linux/resources/blockIO/throttleReadBpsDevice/0/major", "from 0 to 4095"),
	LINUX("\"resources\":{\"blockIO\":{\"throttleWriteIOPSDevice\":[{\"minor\":1048576}]}}", 3,
	      61, "/linux/resources/blockIO/throttleWriteIOPSDevice/0/minor", "from 0 to 1048575"),
	LINUX("\"resources\":{\"blockIO\":{\"weight\":65536}}", 3, 34,
	      "/linux/resources/blockIO/weight", "from 0 to 65535"),
	LINUX("\"resources\":{\"memory\":{\"limit\":-2}}", 3, 32, "/linux/resources/memory/limit",
	      "from -1 to"),
	LINUX("\"resources\":{\"memory\":{\"swappiness\":101}}", 3, 37,
	      "/linux/resources/memory/swappiness", "from 0 to 100"),
	LINUX("\"resources\":{\"devices\":[{\"allow\":true,\"access\":\"rx\"}]}", 3, 48,
	      "/linux/resources/devices/0/access", "letters out of \"rwm\", found \"rx\""),
	LINUX("\"resources\":{\"hugepageLimits\":[{\"pageSize\":\"111111111111111111111KB\","
	      "\"limit\":1}]}",
	      3, 44, "/linux/resources/hugepageLimits/0/pageSize", "\"64KB\""),
	LINUX("\"resources\":{\"hugepageLimits\":[{\"pageSize\":\"64kB\",\"limit\":1}]}", 3, 44,
	      "/linux/resources/hugepageLimits/0/pageSize", "\"64KB\""),
	LINUX("\"intelRdt\":{\"memBwSchema\":\"L3:1\"}", 3, 27, "/linux/intelRdt/memBwSchema",
	      "begins with \"MB:\""),
	LINUX("\"sysctl\":{\"\":\"1\"}", 3, 11, "/linux/sysctl/", "a name that is not empty"),
	CONFIG("\"hooks\":{\"poststop\":[{\"path\":\"/h\",\"timeout\":0}]}", 2, 45,
	       "/hooks/poststop/0/timeout", "from 1 to"),
	CONFIG("\"mounts\":[{\"destination\":\"\"}]", 2, 26, "/mounts/0/destination",
	       "not empty, found \"\""),
	BAD(OCI_OBJECT_state,
	    "{\"ociVersion\":\"1\",\"id\":\"x\",\"bundle\":\"/\",\"status\":\"deleting\"}", 1, 50,
	    "/status", "expected creating, created, running, stopped or paused, found"),
};

static const struct bad incomplete[] = {
	TEXT("{}", 1, 1, "/cwd", "required but missing: cwd"),
	TEXT("\n {\"cwd\":null}", 2, 2, "/cwd", "required but missing: cwd"),
	PROCESS("\"rlimits\":[{\"type\":\"RLIMIT_CORE\"}]", 2, 12, "/rlimits/0/soft",
		"required but missing: soft, hard"),
	PROCESS("\"user\":{}", 2, 8, "/user/uid", "required but missing: uid, gid"),
	PROCESS("\"user\":{\"uid\":0}", 2, 8, "/user/gid", "required but missing: gid"),
	PROCESS("\"user\":{\"gid\":0}", 2, 8, "/user/uid", "required but missing: uid"),
	PROCESS("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_IDLE\"}", 2, 14, "/ioPriority/priority",
		"required but missing: priority"),
	LINUX("\"resources\":{\"rdma\":{\"m\":{}}}", 3, 26, "/linux/resources/rdma/m",
	      "at least one of these is required: hcaHandles, hcaObjects"),
	LINUX("\"resources\":{\"pids\":{}}", 3, 21, "/linux/resources/pids/limit",
	      "missing: limit"),
	LINUX("\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":"
	      "[{\"action\":\"SCMP_ACT_LOG\",\"names\":[]}]}",
	      3, 88, "/linux/seccomp/syscalls/0/names", "an array that is not empty"),
	BAD(OCI_OBJECT_features, "{\"ociVersionMin\":\"1.0.0\"}", 1, 1, "/ociVersionMax",
	    "missing: ociVersionMax"),
};

static const struct bad given_twice[] = {
	PROCESS("\"cwd\":\"/x\"", 2, 1, "/cwd", "the name \"cwd\" is given twice"),
	PROCESS("\"\\u0063wd\":\"/x\"", 2, 1, "/cwd", "the name \"cwd\" is given twice"),
	PROCESS("\"env\":null,\"env\":[]", 2, 12, "/env", "twice"),
	PROCESS("\"x\":1,\"\\u0078\":2", 2, 7, "/x", "twice"),
	PROCESS("\"x\":[{\"y\":1,\"y\":1}]", 2, 13, "/x/0/y", "twice"),
	CONFIG("\"annotations\":{\"a\":\"1\",\"a\":\"1\"}", 2, 24, "/annotations/a", "twice"),
	CONFIG("\"annotations\":{\"\\n\":\"1\",\"\\u000a\":\"1\"}", 2, 25, "/annotations/\n",
	       "twice"),
};

static const struct bad malformed[] = {
	TEXT("", 1, 1, "", "it ends too early"),
	TEXT("  \n", 2, 1, "", "it ends too early"),
	TEXT("{\"cwd\":\"/\"", 1, 11, "/cwd", "it ends too early"),
	TEXT("{\"cwd\":\"/", 1, 10, "/cwd", "it ends too early"),
	TEXT("{\"cwd\":tru", 1, 11, "/cwd", "it ends too early"),
	TEXT("{\"cwd\":\"/\"} x", 1, 13, "", "malformed JSON"),
	TEXT("{\"cwd\":\"/\"}\n{}", 2, 1, "", "trailing garbage"),
	TEXT("{\"cwd\":\"/\",}", 1, 12, "", "malformed JSON"),
	PROCESS("\"args\":[\"a\" \"b\"]", 2, 13, "/args/0", "malformed JSON"),
	PROCESS("\"oomScoreAdj\":01", 2, 16, "/oomScoreAdj", "malformed JSON"),
	PROCESS("\"oomScoreAdj\":-", 2, 15, "/oomScoreAdj", "malformed JSON"),
	PROCESS("\"a\":\"\\x\"", 2, 7, "/a", "malformed JSON"),
	PROCESS("\"a\":\"b\tc\"", 2, 7, "/a", "malformed JSON"),
	PROCESS("\"a\":// no\n1", 2, 5, "/a", "malformed JSON"),
	PROCESS("a:1", 2, 1, "", "malformed JSON"),
	TEXT("\xef\xbb\xbf{\"cwd\":\"/\"}", 1, 1, "", "malformed JSON"),
	PROCESS("\"a\":\"\\u0000\"", 2, 6, "/a", "must not contain NUL"),
	PROCESS("\"a\":\"\\ud800\"", 2, 6, "/a", "half of a surrogate pair"),
	PROCESS("\"a\":\"\\ud800\\u0041\"", 2, 6, "/a", "half of a surrogate pair"),
	PROCESS("\"a\":\"x\\uDFFF\"", 2, 7, "/a", "half of a surrogate pair"),
	PROCESS("\"a\":\"\\\\\\udc00\"", 2, 8, "/a", "half of a surrogate pair"),
	PROCESS("\"a\":\"\xc0\xaf\"", 2, 6, "/a", "not UTF-8"),
	PROCESS("\"a\":\"\xe0\x80\xaf\"", 2, 6, "/a", "not UTF-8"),
	PROCESS("\"a\":\"\xed\xa0\x80\"", 2, 6, "/a", "not UTF-8"),
	PROCESS("\"a\":\"\xf4\x90\x80\x80\"", 2, 6, "/a", "not UTF-8"),
	PROCESS("\"a\":\"\xf0\x8f\x80\x80\"", 2, 6, "/a", "not UTF-8"),
	PROCESS("\"a\":\"\xff\"", 2, 6, "/a", "not UTF-8"),
	PROCESS("\"abcdefgh\":\"abcdefg\xe2\x82\"", 2, 20, "/abcdefgh", "not UTF-8"),
	PROCESS("\"args\":[\"a\",\"\xff\"]", 2, 14, "/args/1", "not UTF-8"),
	PROCESS("\"args\":[\"\\ud800\"]", 2, 10, "/args/0", "half of a surrogate pair"),
	PROCESS("\"args\":[\"a\" \xc3]", 2, 13, "/args/0", "not UTF-8"),
	PROCESS("\"x\":[[],[1,2\xc3]]", 2, 13, "/x/1/1", "not UTF-8"),
	PROCESS("\"a\":1,\"\xff\":2", 2, 8, "", "not UTF-8"),
	PROCESS("\"user\":{\"x\":1,\"\\u0000\":2}", 2, 16, "/user", "must not contain NUL"),
	PROCESS("\"user\":{\"\xff\":2}", 2, 10, "/user", "not UTF-8"),
	PROCESS("\"user\":{\"gid\"\v:2}", 2, 14, "/user/gid", "vertical tab"),
	PROCESS("\"user\":\f{}", 2, 8, "/user", "form feed"),
	PROCESS("\"user\":[],\"a\":\"\xff\"", 2, 8, "/user", "found an array"),
	TEXT("{\"cwd\":\"/\"}\xff", 1, 12, "", "not UTF-8"),
	TEXT("\xff", 1, 1, "", "not UTF-8"),
	PROCESS("\"args\":[\"a\",]", 2, 13, "/args/1", "malformed JSON"),
	PROCESS("\"args\":[\"a\", tru]", 2, 14, "/args/1", "malformed JSON"),
	PROCESS("\"user\":{\"uid\":1,,}", 2, 17, "/user", "malformed JSON"),
	PROCESS("\"user\":{\"uid\":}", 2, 15, "/user/uid", "malformed JSON"),
	PROCESS("\"args\":[\"a\"", 2, 12, "/args/0", "malformed JSON"),
};

static void check_bad(const struct bad *bad)
{
	struct oci_document document = test_document(bad->text);
	struct error err = { 0 };
	struct arena arena;
	void *value = NULL;
	int r;

	arena_init(&arena, NULL, 0);
	r = oci_decode(&arena, bad->object, &document, NULL, &value, &err);
	if (r != -EINVAL || err.code != EINVAL || value || err.line != bad->line ||
	    err.column != bad->column || strcmp(err.pointer, bad->pointer) != 0 ||
	    !strstr(err.text, bad->says) || strcmp(err.document, "test.json") != 0)
		fail_msg("%s\n gave %d: %s at %s:%u:%u %s", bad->text, r, err.text, err.document,
			 err.line, err.column, err.pointer);
	arena_done(&arena);
}

#define CHECK_ALL(table)                          \
	for (size_t i = 0; i < COUNT(table); i++) \
	check_bad(&(table)[i])

static void test_wrong_types(void **state)
{
	(void)state;
	CHECK_ALL(wrong_types);
}

static void test_wrong_values(void **state)
{
	(void)state;
	CHECK_ALL(wrong_values);
}

static void test_what_is_required(void **state)
{
	(void)state;
	CHECK_ALL(incomplete);
}

static void test_names_given_twice(void **state)
{
	(void)state;
	CHECK_ALL(given_twice);
}

static void test_malformed_text(void **state)
{
	(void)state;
	CHECK_ALL(malformed);
}

static void test_nul_in_the_text(void **state)
{
	static const char text[] = "{\"cwd\":\"/\",\n\"a\":\"\0\"}";
	struct oci_document document = { "test.json", text, sizeof(text) - 1 };
	struct oci_process *process = NULL;
	struct error err = { 0 };
	struct arena arena;

	(void)state;
	arena_init(&arena, NULL, 0);
	assert_int_equal(oci_decode_process(&arena, &document, NULL, &process, &err), -EINVAL);
	assert_int_equal(err.line, 2);
	assert_int_equal(err.column, 6);
	assert_string_equal(err.pointer, "/a");
	arena_done(&arena);
}

static void check_too_big(const struct oci_document *document, const char *pointer)
{
	struct oci_process *process = NULL;
	struct error err = { 0 };
	struct arena arena;

	arena_init(&arena, NULL, 0);
	assert_int_equal(oci_decode_process(&arena, document, NULL, &process, &err), -E2BIG);
	assert_int_equal(err.code, E2BIG);
	assert_string_equal(err.pointer, pointer);
	assert_true(err.line > 0 && err.column > 0);
	arena_done(&arena);
}

static void test_depth_is_limited(void **state)
{
	char text[256] = "{\"cwd\":\"/\",\"x\":", pointer[OCI_POINTER_SIZE];
	struct oci_document document;
	struct strbuf expected;
	unsigned i;

	(void)state;
	memset(text + strlen(text), '[', OCI_DEPTH);
	strbuf_init_fixed(&expected, pointer, sizeof(pointer));
	strbuf_add(&expected, "/x");
	for (i = 0; i + 1 < OCI_DEPTH; i++)
		strbuf_add(&expected, "/0");
	document = test_document(text);
	check_too_big(&document, pointer);
}

static void test_elements_are_limited(void **state)
{
	static const char *const heads[] = { "{\"args\":[", "{\"x\":[", "{\"x\":{" };
	static const char *const pointers[] = { "/args/65536", "/x/65536", "/x/n65536" };
	struct oci_document document;
	struct arena arena;
	struct strbuf text;
	unsigned i, k;

	(void)state;
	arena_init(&arena, NULL, 0);
	for (i = 0; i < 3; i++) {
		strbuf_init(&text, &arena);
		strbuf_add(&text, heads[i]);
		for (k = 0; k <= OCI_ELEMENTS; k++)
			strbuf_add_format(&text, i == 2 ? "%s\"n%u\":1" : "%s\"%u\"", k ? "," : "",
					  k);
		document = test_document(text.data);
		check_too_big(&document, pointers[i]);
	}
	arena_done(&arena);
}

/* Each object has fewer than it may. */
static void test_free_names_are_limited_in_all(void **state)
{
	const unsigned each = 60000;
	struct oci_document document;
	struct arena arena;
	struct strbuf text;

	(void)state;
	arena_init(&arena, NULL, 0);
	strbuf_init(&text, &arena);
	strbuf_add(&text, "{\"cwd\":\"/\"");
	for (unsigned i = 0; i < 5; i++) {
		strbuf_add_format(&text, ",\"x%u\":{\"n\":1", i);
		for (unsigned k = 1; k < each; k++)
			strbuf_add_format(&text, ",\"%u\":1", k);
		strbuf_add(&text, "}");
	}
	strbuf_add(&text, "}");
	document = test_document(text.data);
	/* x0 to x4 are names, too */
	check_too_big(&document, "/x4/22139");
	arena_done(&arena);
}

static void test_length_is_limited(void **state)
{
	struct oci_document document = { "test.json", NULL, OCI_DOCUMENT_SIZE + 1 };
	char *text = malloc(document.length);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', document.length);
	document.text = text;
	check_too_big(&document, "");
	free(text);
}

static void test_errors_stay_in_their_buffers(void **state)
{
	struct oci_document document;
	struct oci_process *process;
	struct error err = { 0 };
	struct arena arena;
	struct strbuf text;
	unsigned i;

	(void)state;
	arena_init(&arena, NULL, 0);
	strbuf_init(&text, &arena);
	strbuf_add(&text, "{\"cwd\":1,\"");
	for (i = 0; i < 4000; i++)
		strbuf_add(&text, "\xc3\xa4~");
	strbuf_add(&text, "\":1}");
	text.data[7] = '"';
	document = test_document(text.data);
	document.name =
		"a name that is quite a bit longer than what an error can hold for a document";
	assert_int_equal(oci_decode_process(&arena, &document, NULL, &process, &err), -EINVAL);
	assert_int_equal(strlen(err.document), sizeof(err.document) - 1);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_types),
		cmocka_unit_test(test_wrong_values),
		cmocka_unit_test(test_what_is_required),
		cmocka_unit_test(test_names_given_twice),
		cmocka_unit_test(test_malformed_text),
		cmocka_unit_test(test_nul_in_the_text),
		cmocka_unit_test(test_depth_is_limited),
		cmocka_unit_test(test_elements_are_limited),
		cmocka_unit_test(test_free_names_are_limited_in_all),
		cmocka_unit_test(test_length_is_limited),
		cmocka_unit_test(test_errors_stay_in_their_buffers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
