/* SPDX-License-Identifier: Apache-2.0 */
/* Conversion of resources. */
#include "cgroup/resource.h"
#include "unit.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weights_follow_the_formula),
		cmocka_unit_test(test_more_shares_are_never_less_weight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
