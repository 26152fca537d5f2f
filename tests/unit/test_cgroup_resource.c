/* SPDX-License-Identifier: Apache-2.0 */
/* Resources as writes, on hosts on paper: each property, and what is refused with which pointer. */
#include <errno.h>

#include "cgroup/resource.h"
#include "cgroup/resource_value.h"
#include "plan_test.h"

/* --- values --- */

/* Values of the formula, calculated with 30 digits. */
static const struct {
	uint64_t shares;
	uint32_t weight;
} weights[] = {
	{0,		       1    },
        { 1,                      1    },
        { 2,                      1    },
	{ 3,		      2    },
        { 4,                      2    },
        { 10,                     4    },
	{ 51,		     11   },
        { 100,                    17   },
        { 102,                    17   },
	{ 204,		    29   },
        { 256,                    35   },
        { 307,                    40   },
	{ 512,		    59   },
        { 768,                    80   },
        { 1000,                   99   },
	{ 1023,		   100  },
        { 1024,                   100  },
        { 1025,                   101  },
	{ 1536,		   138  },
        { 2048,                   174  },
        { 3072,                   240  },
	{ 4096,		   303  },
        { 10000,                  627  },
        { 65536,                  3023 },
	{ 100000,                 4340 },
        { 200000,                 7899 },
        { 262143,                 10000},
	{ 262144,                 10000},
        { 300000,                 10000},
        { 9223372036854775808ull, 10000},
};

static void test_weights_follow_the_formula(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(weights); i++)
		assert_int_equal(cgroup_cpu_weight(weights[i].shares), weights[i].weight);
}

static void test_more_shares_are_never_less_weight(void **state)
{
	uint32_t last = 1;

	(void)state;
	for (uint64_t shares = 0; shares < 270000; shares += 7) {
		uint32_t weight = cgroup_cpu_weight(shares);

		assert_true(weight >= last && weight <= 10000);
		last = weight;
	}
}

static void test_weights_of_block_io_are_in_proportion(void **state)
{
	(void)state;
	assert_int_equal(cgroup_io_weight(10), 1);
	assert_int_equal(cgroup_io_weight(11), 11);
	assert_int_equal(cgroup_io_weight(100), 910);
	assert_int_equal(cgroup_io_weight(500), 4950);
	assert_int_equal(cgroup_io_weight(1000), 10000);
}

static void test_lists(void **state)
{
	static const char *const good[] = { "0",   "0-3",   "0-3,7", "0, 2-4 ,9",
					    " 1 ", "0-0,1", "1023",  "0\n" };
	static const char *const bad[] = { "",    ",",    "0,", ",0",  "3-1",  "0-",
					   "-1",  "0--1", "a",  "0 1", "0x1",  "0-3/2",
					   "1.5", "all",  "+1", "0;1", "0,,1", "12345678901" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(cgroup_is_list(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(cgroup_is_list(bad[i]));
}

/* --- writes --- */

/* The writes, one a line, or the error's pointer. */
static const char *writes_text(struct plan_world *w, const char *resources)
{
	const char *text = arena_printf(
		&w->arena,
		"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\"},\"linux\":{\"resources\":%s}}",
		resources);
	const struct oci_document document = { .name = "config.json",
					       .text = text,
					       .length = strlen(text) };
	struct resource_request request = { .pointer = "/here" };
	struct plan plan = { .n_slots = SLOT_FREE };
	struct planning p = { .arena = &w->arena, .facts = &w->facts, .plan = &plan };
	struct resource_writes writes;
	struct strbuf buf;

	if (oci_decode_config(&w->arena, &document, NULL, &w->config, &w->err) < 0)
		fail_msg("%s: %s", resources, w->err.text);
	request.resources = w->config->linux_->resources;
	strbuf_init(&buf, &w->arena);
	if (cgroup_resources_plan(&p, &request, &writes, &w->err) < 0) {
		assert_true(w->err.code > 0 && w->err.text[0]);
		return arena_printf(&w->arena, "error %d %s", w->err.code, w->err.pointer);
	}
	for (size_t i = 0; i < writes.n; i++) {
		const struct resource_write *write = &writes.v[i];

		strbuf_add_format(&buf, "%s%s/%s=%s", i ? "; " : "", write->controller, write->file,
				  write->value);
		if (write->other_file)
			strbuf_add_format(&buf, " or %s", write->other_file);
		if (write->other_value)
			strbuf_add_format(&buf, "=%s", write->other_value);
		strbuf_add(&buf, write->may_be_absent ? " if there" : "");
		strbuf_add(&buf, write->is_late ? " late" : "");
	}
	for (size_t i = 0; i < plan.n_warnings; i++)
		strbuf_add_format(&buf, "; warning at %s", plan.warnings[i].pointer);
	return buf.data;
}

struct expectation {
	const char *resources;
	const char *writes[FACTS_COUNT]; /* v2, v1, hybrid; NULL: as the one before */
};

/* clang-format off */
static const struct expectation expectations[] = {
	/* nothing asked */
	{ "{}", { "" } },
	{ "{\"cpu\":{},\"memory\":{},\"blockIO\":{},\"network\":{},\"rdma\":{},\"unified\":{}}",
	  { "" } },
	{ "{\"cpu\":{\"shares\":0,\"quota\":0,\"period\":0,\"realtimePeriod\":0,"
	  "\"realtimeRuntime\":0,\"cpus\":\"\",\"mems\":\"\"}}", { "" } },
	{ "{\"memory\":{\"limit\":0,\"swap\":0,\"reservation\":0,\"kernel\":0,\"kernelTCP\":0,"
	  "\"disableOOMKiller\":false,\"checkBeforeUpdate\":true}}",
	  { "" } },
	{ "{\"blockIO\":{\"weight\":0,\"leafWeight\":0}}", { "" } },
	/* cpu */
	{ "{\"cpu\":{\"shares\":1}}",
	  { "cpu/cpu.weight=1; warning at /here/cpu/shares",
	    "cpu/cpu.shares=2; warning at /here/cpu/shares" } },
	{ "{\"cpu\":{\"shares\":1000000}}",
	  { "cpu/cpu.weight=10000; warning at /here/cpu/shares",
	    "cpu/cpu.shares=262144; warning at /here/cpu/shares" } },
	{ "{\"cpu\":{\"quota\":50000}}", { "cpu/cpu.max=50000", "cpu/cpu.cfs_quota_us=50000" } },
	{ "{\"cpu\":{\"quota\":-1}}", { "cpu/cpu.max=max", "cpu/cpu.cfs_quota_us=-1" } },
	{ "{\"cpu\":{\"quota\":-1,\"period\":20000}}",
	  { "cpu/cpu.max=max 20000", "cpu/cpu.cfs_period_us=20000; cpu/cpu.cfs_quota_us=-1" } },
	{ "{\"cpu\":{\"period\":20000}}",
	  { "cpu/cpu.max=max 20000", "cpu/cpu.cfs_period_us=20000" } },
	{ "{\"cpu\":{\"burst\":1000,\"quota\":1000,\"period\":1000}}",
	  { "cpu/cpu.max=1000 1000; cpu/cpu.max.burst=1000",
	    "error 95 /here/cpu/burst",
	    "cpu/cpu.cfs_period_us=1000; cpu/cpu.cfs_quota_us=1000; cpu/cpu.cfs_burst_us=1000" } },
	{ "{\"cpu\":{\"burst\":0}}",
	  { "cpu/cpu.max.burst=0", "error 95 /here/cpu/burst", "cpu/cpu.cfs_burst_us=0" } },
	{ "{\"cpu\":{\"burst\":1001,\"quota\":1000}}", { "error 22 /here/cpu/burst" } },
	{ "{\"cpu\":{\"quota\":999}}", { "error 22 /here/cpu/quota" } },
	{ "{\"cpu\":{\"quota\":17592186044415}}",
	  { "cpu/cpu.max=17592186044415", "cpu/cpu.cfs_quota_us=17592186044415" } },
	{ "{\"cpu\":{\"quota\":17592186044416}}", { "error 22 /here/cpu/quota" } },
	{ "{\"cpu\":{\"period\":999}}", { "error 22 /here/cpu/period" } },
	{ "{\"cpu\":{\"period\":1000001}}", { "error 22 /here/cpu/period" } },
	{ "{\"cpu\":{\"realtimeRuntime\":5,\"realtimePeriod\":10}}",
	  { "error 95 /here/cpu/realtimePeriod",
	    "cpu/cpu.rt_period_us=10; cpu/cpu.rt_runtime_us=5" } },
	{ "{\"cpu\":{\"realtimeRuntime\":-1}}",
	  { "error 95 /here/cpu/realtimeRuntime", "cpu/cpu.rt_runtime_us=-1" } },
	{ "{\"cpu\":{\"realtimeRuntime\":11,\"realtimePeriod\":10}}",
	  { "error 22 /here/cpu/realtimeRuntime" } },
	{ "{\"cpu\":{\"realtimeRuntime\":1000001}}", { "error 22 /here/cpu/realtimeRuntime" } },
	{ "{\"cpu\":{\"idle\":1,\"shares\":1024}}",
	  { "cpu/cpu.weight=100; cpu/cpu.idle=1", "error 95 /here/cpu/idle",
	    "cpu/cpu.shares=1024; cpu/cpu.idle=1" } },
	{ "{\"cpu\":{\"mems\":\"0\",\"cpus\":\"0-1,3\"}}",
	  { "cpuset/cpuset.cpus=0-1,3; cpuset/cpuset.mems=0" } },
	{ "{\"cpu\":{\"cpus\":\"1-0\"}}", { "error 22 /here/cpu/cpus" } },
	{ "{\"cpu\":{\"mems\":\"node0\"}}", { "error 22 /here/cpu/mems" } },
	/* memory */
	{ "{\"memory\":{\"limit\":1000,\"reservation\":900}}",
	  { "memory/memory.max=1000; memory/memory.low=900",
	    "memory/memory.limit_in_bytes=1000; memory/memory.soft_limit_in_bytes=900" } },
	{ "{\"memory\":{\"limit\":-1,\"reservation\":-1,\"swap\":-1}}",
	  { "memory/memory.max=max; memory/memory.swap.max=max if there; memory/memory.low=max",
	    "memory/memory.limit_in_bytes=-1; memory/memory.memsw.limit_in_bytes=-1 if there; "
	    "memory/memory.soft_limit_in_bytes=-1" } },
	{ "{\"memory\":{\"swap\":1500,\"limit\":1000}}",
	  { "memory/memory.max=1000; memory/memory.swap.max=500",
	    "memory/memory.limit_in_bytes=1000; memory/memory.memsw.limit_in_bytes=1500" } },
	{ "{\"memory\":{\"swap\":1000,\"limit\":1000}}",
	  { "memory/memory.max=1000; memory/memory.swap.max=0",
	    "memory/memory.limit_in_bytes=1000; memory/memory.memsw.limit_in_bytes=1000" } },
	{ "{\"memory\":{\"swap\":-1}}",
	  { "memory/memory.swap.max=max if there",
	    "memory/memory.memsw.limit_in_bytes=-1 if there" } },
	{ "{\"memory\":{\"swap\":999,\"limit\":1000}}", { "error 22 /here/memory/swap" } },
	{ "{\"memory\":{\"swap\":1000}}", { "error 22 /here/memory/swap" } },
	{ "{\"memory\":{\"swap\":1000,\"limit\":-1}}", { "error 22 /here/memory/swap" } },
	{ "{\"memory\":{\"disableOOMKiller\":true,\"limit\":1000}}",
	  { "error 95 /here/memory/disableOOMKiller",
	    "memory/memory.limit_in_bytes=1000; memory/memory.oom_control=1" } },
	{ "{\"memory\":{\"disableOOMKiller\":true}}",
	  { "error 22 /here/memory/disableOOMKiller" } },
	{ "{\"memory\":{\"disableOOMKiller\":true,\"limit\":-1}}",
	  { "error 22 /here/memory/disableOOMKiller" } },
	{ "{\"memory\":{\"swappiness\":0}}",
	  { "error 95 /here/memory/swappiness", "memory/memory.swappiness=0" } },
	{ "{\"memory\":{\"useHierarchy\":false}}",
	  { "error 95 /here/memory/useHierarchy", "; warning at /here/memory/useHierarchy" } },
	{ "{\"memory\":{\"useHierarchy\":true}}", { "", "memory/memory.use_hierarchy=1" } },
	{ "{\"memory\":{\"kernel\":1000}}",
	  { "error 95 /here/memory/kernel", "memory/memory.kmem.limit_in_bytes=1000",
	    "error 95 /here/memory/kernel" } },
	{ "{\"memory\":{\"kernel\":-1}}", { "", "memory/memory.kmem.limit_in_bytes=-1", "" } },
	{ "{\"memory\":{\"kernelTCP\":1000}}",
	  { "error 95 /here/memory/kernelTCP", "memory/memory.kmem.tcp.limit_in_bytes=1000" } },
	{ "{\"memory\":{\"kernelTCP\":-1}}", { "", "memory/memory.kmem.tcp.limit_in_bytes=-1" } },
	/* pids */
	{ "{\"pids\":{\"limit\":100}}", { "pids/pids.max=100 late" } },
	{ "{\"pids\":{\"limit\":0}}", { "pids/pids.max=0 late" } },
	{ "{\"pids\":{\"limit\":-1}}", { "pids/pids.max=max late" } },
	/* block I/O */
	{ "{\"blockIO\":{\"weight\":100}}",
	  { "io/io.bfq.weight=100 or io.weight=910",
	    "blkio/blkio.weight=100 or blkio.bfq.weight" } },
	{ "{\"blockIO\":{\"weight\":9}}", { "error 22 /here/blockIO/weight" } },
	{ "{\"blockIO\":{\"weight\":1001}}", { "error 22 /here/blockIO/weight" } },
	{ "{\"blockIO\":{\"leafWeight\":9}}", { "error 22 /here/blockIO/leafWeight" } },
	{ "{\"blockIO\":{\"leafWeight\":10}}",
	  { "error 95 /here/blockIO/leafWeight", "blkio/blkio.leaf_weight=10" } },
	{ "{\"blockIO\":{\"weightDevice\":[{\"major\":8,\"minor\":0,\"weight\":0},"
	  "{\"major\":8,\"minor\":16,\"weight\":1000}]}}",
	  { "io/io.bfq.weight=8:16 1000 or io.weight=8:16 10000",
	    "blkio/blkio.weight_device=8:16 1000 or blkio.bfq.weight_device" } },
	{ "{\"blockIO\":{\"weightDevice\":[{\"major\":8,\"minor\":0,\"leafWeight\":20}]}}",
	  { "error 95 /here/blockIO/weightDevice/0/leafWeight",
	    "blkio/blkio.leaf_weight_device=8:0 20" } },
	{ "{\"blockIO\":{\"weightDevice\":[{\"major\":8,\"minor\":0,\"weight\":10},"
	  "{\"major\":8,\"minor\":16,\"weight\":2}]}}",
	  { "error 22 /here/blockIO/weightDevice/1/weight" } },
	{ "{\"blockIO\":{\"weightDevice\":[{\"major\":8,\"minor\":0,\"leafWeight\":1001}]}}",
	  { "error 22 /here/blockIO/weightDevice/0/leafWeight" } },
	{ "{\"blockIO\":{\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":1},"
	  "{\"major\":9,\"minor\":1,\"rate\":0}]}}",
	  { "io/io.max=8:0 rbps=1; io/io.max=9:1 rbps=max",
	    "blkio/blkio.throttle.read_bps_device=8:0 1; "
	    "blkio/blkio.throttle.read_bps_device=9:1 0" } },
	{ "{\"blockIO\":{\"throttleWriteIOPSDevice\":[{\"major\":8,\"minor\":0,\"rate\":4}],"
	  "\"throttleReadIOPSDevice\":[{\"major\":8,\"minor\":0,\"rate\":3}],"
	  "\"throttleWriteBpsDevice\":[{\"major\":8,\"minor\":0,\"rate\":2}]}}",
	  { "io/io.max=8:0 wbps=2; io/io.max=8:0 riops=3; io/io.max=8:0 wiops=4",
	    "blkio/blkio.throttle.write_bps_device=8:0 2; "
	    "blkio/blkio.throttle.read_iops_device=8:0 3; "
	    "blkio/blkio.throttle.write_iops_device=8:0 4" } },
	/* huge pages; on the hybrid host they are v2's */
	{ "{\"hugepageLimits\":[{\"pageSize\":\"64KB\",\"limit\":0},"
	  "{\"pageSize\":\"1GB\",\"limit\":18446744073709551615}]}",
	  { "hugetlb/hugetlb.64KB.rsvd.max=0 or hugetlb.64KB.max; "
	    "hugetlb/hugetlb.1GB.rsvd.max=18446744073709551615 or hugetlb.1GB.max",
	    "hugetlb/hugetlb.64KB.rsvd.limit_in_bytes=0 or hugetlb.64KB.limit_in_bytes; "
	    "hugetlb/hugetlb.1GB.rsvd.limit_in_bytes=18446744073709551615 or "
	    "hugetlb.1GB.limit_in_bytes",
	    "hugetlb/hugetlb.64KB.rsvd.max=0 or hugetlb.64KB.max; "
	    "hugetlb/hugetlb.1GB.rsvd.max=18446744073709551615 or hugetlb.1GB.max" } },
	/* network: a v1 host's alone */
	{ "{\"network\":{\"classID\":0}}",
	  { "error 95 /here/network/classID", "net_cls/net_cls.classid=0",
	    "error 95 /here/network/classID" } },
	{ "{\"network\":{\"classID\":4294967295,"
	  "\"priorities\":[{\"name\":\"lo\",\"priority\":0},{\"name\":\"eth0\",\"priority\":7}]}}",
	  { "error 95 /here/network/classID",
	    "net_cls/net_cls.classid=4294967295; net_prio/net_prio.ifpriomap=lo 0; "
	    "net_prio/net_prio.ifpriomap=eth0 7",
	    "error 95 /here/network/classID" } },
	{ "{\"network\":{\"priorities\":[{\"name\":\"lo\",\"priority\":0}]}}",
	  { "error 95 /here/network/priorities/0", "net_prio/net_prio.ifpriomap=lo 0",
	    "error 95 /here/network/priorities/0" } },
	{ "{\"network\":{\"priorities\":[{\"name\":\"lo 1\",\"priority\":0}]}}",
	  { "error 22 /here/network/priorities/0/name" } },
	{ "{\"network\":{\"priorities\":[{\"name\":\"0123456789abcdef\",\"priority\":0}]}}",
	  { "error 22 /here/network/priorities/0/name" } },
	/* RDMA */
	{ "{\"blockIO\":{\"throttleWriteIOPSDevice\":[{\"major\":8,\"minor\":0,"
	  "\"rate\":4294967296}]}}",
	  { "io/io.max=8:0 wiops=4294967295; warning at "
	    "/here/blockIO/throttleWriteIOPSDevice/0",
	    "blkio/blkio.throttle.write_iops_device=8:0 4294967295; warning at "
	    "/here/blockIO/throttleWriteIOPSDevice/0" } },
	{ "{\"rdma\":{\"0123456789012345678901234567890123456789012345678901234567890123\":"
	  "{\"hcaHandles\":2}}}",
	  { "error 22 /here/rdma/"
	    "0123456789012345678901234567890123456789012345678901234567890123" } },
	{ "{\"rdma\":{\"mlx5_1\":{\"hcaHandles\":2,\"hcaObjects\":0},\"b\":{\"hcaObjects\":9}}}",
	  { "rdma/rdma.max=mlx5_1 hca_handle=2 hca_object=0; rdma/rdma.max=b hca_object=9",
	    "rdma/rdma.max=mlx5_1 hca_handle=2 hca_object=0; rdma/rdma.max=b hca_object=9",
	    "error 95 /here/rdma/mlx5_1" } },
	{ "{\"rdma\":{\"a b\":{\"hcaHandles\":2}}}", { "error 22 /here/rdma/a b" } },
	{ "{\"rdma\":{\"a/~\":{\"hcaHandles\":2}}}", { "error 22 /here/rdma/a~1~0" } },
	/* unified */
	{ "{\"unified\":{\"memory.high\":\"1000\"}}",
	  { "memory/memory.high=1000", "error 95 /here/unified/memory.high" } },
	{ "{\"unified\":{\"hugetlb.2MB.max\":\"0\"}}",
	  { "hugetlb/hugetlb.2MB.max=0", "error 95 /here/unified/hugetlb.2MB.max",
	    "hugetlb/hugetlb.2MB.max=0" } },
	{ "{\"unified\":{\"cgroup.max.depth\":\"3\"}}",
	  { "/cgroup.max.depth=3", "error 95 /here/unified/cgroup.max.depth",
	    "/cgroup.max.depth=3" } },
	{ "{\"unified\":{\"nosuch.max\":\"3\"}}", { "error 95 /here/unified/nosuch.max" } },
	{ "{\"memory\":{\"limit\":1000},\"unified\":{\"memory.max\":\"900\",\"pids.max\":\"5\"}}",
	  { "memory/memory.max=1000; memory/memory.max=900; pids/pids.max=5 late",
	    "error 95 /here/unified/memory.max" } },
	{ "{\"unified\":{\"io.max\":\"8:0 rbps=1\\n\\n8:16 wbps=2\\n\",\"cpu.idle\":\"\"}}",
	  { "io/io.max=8:0 rbps=1; io/io.max=8:16 wbps=2; cpu/cpu.idle=",
	    "error 95 /here/unified/io.max" } },
	{ "{\"unified\":{\"..\":\"1\"}}", { "error 22 /here/unified/.." } },
	{ "{\"unified\":{\"../cpu.max\":\"1\"}}", { "error 22 /here/unified/..~1cpu.max" } },
	{ "{\"unified\":{\"memory.max/../x\":\"1\"}}",
	  { "error 22 /here/unified/memory.max~1..~1x" } },
	{ "{\"unified\":{\"memory.max\\u0001\":\"1\"}}", { "error 22 /here/unified/memory.max\001" } },
	{ "{\"unified\":{\"cgroup.procs\":\"1\"}}", { "error 22 /here/unified/cgroup.procs" } },
	{ "{\"unified\":{\"cgroup.freeze\":\"1\"}}", { "error 22 /here/unified/cgroup.freeze" } },
	{ "{\"unified\":{\"cgroup.kill\":\"1\"}}", { "error 22 /here/unified/cgroup.kill" } },
};
/* clang-format on */

static void check_host(const struct expectation *expectation, enum facts_host host)
{
	struct plan_world w;
	const char *expected = NULL;

	for (int i = 0; i <= (int)host; i++)
		if (expectation->writes[i])
			expected = expectation->writes[i];
	plan_world_init(&w, host);
	print_message("%s: %s\n", facts_name(host), expectation->resources);
	assert_string_equal(writes_text(&w, expectation->resources), expected);
	plan_world_done(&w);
}

static void test_properties_become_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(expectations); i++)
		for (int host = 0; host < FACTS_COUNT; host++)
			check_host(&expectations[i], (enum facts_host)host);
}

static void test_a_missing_controller_is_named(void **state)
{
	static const struct {
		const char *resources, *text;
	} missing[] = {
		{"{\"pids\":{\"limit\":1}}",                                   "pids"   },
		{ "{\"blockIO\":{\"weight\":100}}",                            "io"     },
		{ "{\"cpu\":{\"cpus\":\"0\"}}",                                "cpuset" },
		{ "{\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":1}]}", "hugetlb"},
		{ "{\"network\":{\"classID\":1}}",                             "net_cls"},
	};
	struct plan_world w;

	(void)state;
	for (size_t i = 0; i < COUNT(missing); i++) {
		plan_world_init(&w, FACTS_V2);
		w.facts.cgroups.v2_controllers = "cpu memory";
		writes_text(&w, missing[i].resources);
		assert_int_equal(w.err.code, ENOTSUP);
		assert_non_null(strstr(
			w.err.text, arena_printf(&w.arena, "controller %s is", missing[i].text)));
		plan_world_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights_follow_the_formula),
		cmocka_unit_test(test_more_shares_are_never_less_weight),
		cmocka_unit_test(test_weights_of_block_io_are_in_proportion),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_properties_become_writes),
		cmocka_unit_test(test_a_missing_controller_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
