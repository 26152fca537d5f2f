/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device rules: what the v1 list and the v2 program allow is compared, device by device, with what
 * the configuration's rules mean.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cgroup/device_rule.h"
#include "unit.h"

enum { ACCESS_ALL = BPF_DEVICE_MKNOD | BPF_DEVICE_READ | BPF_DEVICE_WRITE };

struct request {
	int type;
	uint32_t major, minor;
	int access;
};

/* --- the meaning, straight from the configuration ------------------------------------------- */

static bool rule_names(const struct oci_device_rule *rule, const struct request *request)
{
	if (rule->has_type && rule->type == OCI_DEVICE_RULE_TYPE_CHAR &&
	    request->type != BPF_DEVICE_CHAR)
		return false;
	if (rule->has_type && rule->type == OCI_DEVICE_RULE_TYPE_BLOCK &&
	    request->type != BPF_DEVICE_BLOCK)
		return false;
	if (rule->has_major && rule->major >= 0 && rule->major != request->major)
		return false;
	return !rule->has_minor || rule->minor < 0 || rule->minor == request->minor;
}

static bool rule_has(const struct oci_device_rule *rule, int bit)
{
	const char letter = bit == BPF_DEVICE_READ ? 'r' : bit == BPF_DEVICE_WRITE ? 'w' : 'm';

	return !rule->access || strchr(rule->access, letter);
}

static bool is_default(const struct request *request, int bit)
{
	bool is_tty = request->major == 5 && request->minor <= 2;
	bool is_memory = request->major == 1 &&
			 (request->minor == 3 || request->minor == 5 || request->minor == 7 ||
			  request->minor == 8 || request->minor == 9);

	if (bit == BPF_DEVICE_MKNOD)
		return true;
	return request->type == BPF_DEVICE_CHAR && (is_tty || is_memory || request->major == 136);
}

static bool meaning_of_bit(const struct oci_device_rule *rules, size_t n,
			   const struct request *request, int bit)
{
	bool is_allowed = false;

	for (size_t i = 0; i < n; i++)
		if (rule_names(&rules[i], request) && rule_has(&rules[i], bit))
			is_allowed = rules[i].allow;
	return is_allowed || is_default(request, bit);
}

static bool meaning(const struct oci_device_rule *rules, size_t n, const struct request *request)
{
	bool is_allowed = true;

	for (int bit = 1; bit <= BPF_DEVICE_WRITE; bit <<= 1)
		if (request->access & bit)
			is_allowed = is_allowed && meaning_of_bit(rules, n, request, bit);
	return is_allowed;
}

/* --- cgroup v1: security/device_cgroup.c ---------------------------------------------------- */

static bool exception_names(const struct device_rule *rule, const struct request *request)
{
	return rule->type == request->type && (rule->major < 0 || rule->major == request->major) &&
	       (rule->minor < 0 || rule->minor == request->minor);
}

static bool v1_allows(bool is_allowed_else, const struct device_rules *exceptions,
		      const struct request *request)
{
	for (size_t i = 0; i < exceptions->n; i++) {
		const struct device_rule *exception = &exceptions->v[i];

		if (!exception_names(exception, request))
			continue;
		if (is_allowed_else && (exception->access & request->access))
			return false;
		if (!is_allowed_else && !(request->access & ~exception->access))
			return true;
	}
	return is_allowed_else;
}

/* --- cgroup v2: the instructions in use ----------------------------------------------------- */

static uint64_t alu(uint8_t code, uint64_t a, uint64_t source, int32_t immediate)
{
	uint64_t b = (uint64_t)(int64_t)immediate;

	switch (code) {
	case BPF_ADD_IMM:
		return a + b;
	case BPF_OR_IMM:
		return a | b;
	case BPF_AND_IMM:
		return a & b;
	case BPF_XOR_IMM:
		return a ^ b;
	case BPF_MOV_IMM:
		return b;
	case BPF_LSH_IMM:
		return a << b;
	case BPF_RSH_IMM:
		return a >> b;
	case BPF_MUL_IMM:
		return a * b;
	case BPF_OR_REG:
		return a | source;
	case BPF_AND_REG:
		return a & source;
	case BPF_MOV_REG:
		return source;
	case BPF_MOV32_REG:
		return (uint32_t)source;
	case BPF_XOR32_IMM:
		return (uint32_t)a ^ (uint32_t)immediate;
	default:
		fail_msg("instruction 0x%x is not one that is used", code);
		return 0;
	}
}

static uint64_t run_program(const struct bpf_instruction *program, size_t n,
			    const uint32_t context[3])
{
	uint64_t registers[16];

	/* A register that is read before it is set shows. */
	memset(registers, 0xa5, sizeof(registers));
	for (size_t pc = 0; pc < n; pc++) {
		const struct bpf_instruction *in = &program[pc];
		bool is_low = BPF_REGISTERS(1, 0) == 1;
		unsigned low = in->registers & 15, high = in->registers >> 4;
		unsigned destination = is_low ? low : high, source = is_low ? high : low;

		if (in->code == BPF_RETURN)
			return registers[0];
		if (in->code == BPF_LOAD_WORD)
			registers[destination] = context[in->offset / 4];
		else if (in->code == BPF_JUMP_NOT_EQUAL_IMM)
			pc += registers[destination] != (uint64_t)in->immediate ? (size_t)in->offset
										: 0;
		else
			registers[destination] = alu(in->code, registers[destination],
						     registers[source], in->immediate);
	}
	fail_msg("the program has no end");
	return 0;
}

static bool v2_allows(const struct bpf_instruction *program, size_t n,
		      const struct request *request)
{
	const uint32_t context[3] = { (uint32_t)(request->access << 16 | request->type),
				      request->major, request->minor };
	uint64_t result = run_program(program, n, context);

	assert_true(result <= 1);
	return result == 1;
}

/* --- comparing ------------------------------------------------------------------------------ */

/* Numbers that rules and defaults name, and some that they do not. */
static const uint32_t majors[] = { 0, 1, 2, 3, 5, 8, 136, 4095 };
static const uint32_t minors[] = { 0, 1, 2, 3, 5, 8, 200, 1048575 };

struct forms {
	struct device_rules exceptions;
	bool has_v1, is_allowed_else;
	const struct bpf_instruction *program;
	size_t n_program;
};

static void compare_one(const struct oci_device_rule *rules, size_t n, const struct forms *forms,
			const struct request *request)
{
	bool wanted = meaning(rules, n, request);

	if (v2_allows(forms->program, forms->n_program, request) != wanted)
		fail_msg("v2: type %d %u:%u access %d should be %d", request->type, request->major,
			 request->minor, request->access, wanted);
	/* The kernel asks v1 for reading and writing together, or for making a node. */
	if (!forms->has_v1 || (request->access > 1 && (request->access & BPF_DEVICE_MKNOD)))
		return;
	if (v1_allows(forms->is_allowed_else, &forms->exceptions, request) != wanted)
		fail_msg("v1: type %d %u:%u access %d should be %d", request->type, request->major,
			 request->minor, request->access, wanted);
}

static struct forms make_forms(struct arena *arena, const struct oci_device_rule *rules, size_t n)
{
	struct forms forms = { 0 };
	struct device_rules list;
	struct error err = { 0 };
	int r;

	assert_int_equal(device_rules_read(arena, rules, n, &list, &err), 0);
	r = device_rules_exceptions(arena, &list, &forms.is_allowed_else, &forms.exceptions);
	assert_true(r == 0 || r == -ENOTSUP);
	forms.has_v1 = r == 0;
	forms.n_program = device_rules_program(arena, &list, &forms.program);
	return forms;
}

static void compare(const struct oci_device_rule *rules, size_t n, const struct forms *forms)
{
	for (int type = BPF_DEVICE_BLOCK; type <= BPF_DEVICE_CHAR; type++)
		for (size_t i = 0; i < COUNT(majors); i++)
			for (size_t k = 0; k < COUNT(minors); k++)
				for (int access = 1; access <= ACCESS_ALL; access++)
					compare_one(rules, n, forms,
						    &(struct request){ type, majors[i], minors[k],
								       access });
}

/*
 * A list without order exists only if, for each kind of access, one of the two defaults can be
 * completed by boxes that lie wholly on the other side. Numbers not named stand for infinitely
 * many, so a box for them is a whole row, column or plane.
 */
static bool box_fits(const struct oci_device_rule *rules, size_t n, struct request at, bool side,
		     bool is_row, bool is_column)
{
	for (size_t i = 0; i < COUNT(majors); i++)
		for (size_t k = 0; k < COUNT(minors); k++) {
			struct request request = at;

			if ((!is_row && !is_column &&
			     (majors[i] != at.major || minors[k] != at.minor)) ||
			    (is_row && !is_column && majors[i] != at.major) ||
			    (is_column && !is_row && minors[k] != at.minor))
				continue;
			request.major = majors[i];
			request.minor = minors[k];
			if (meaning(rules, n, &request) != side)
				return false;
		}
	return true;
}

/* 0 and 4095, 200 and 1048575 are named by no rule. */
static bool is_named(const struct request *at, bool *ret_minor)
{
	*ret_minor = at->minor != 200 && at->minor != 1048575;
	return at->major != 0 && at->major != 4095;
}

static bool form_exists(const struct oci_device_rule *rules, size_t n, bool is_allowed_else)
{
	for (int type = BPF_DEVICE_BLOCK; type <= BPF_DEVICE_CHAR; type++)
		for (int bit = 1; bit <= BPF_DEVICE_WRITE; bit <<= 1)
			for (size_t i = 0; i < COUNT(majors) * COUNT(minors); i++) {
				struct request at = { type, majors[i / COUNT(minors)],
						      minors[i % COUNT(minors)], bit };
				bool minor_named, major_named = is_named(&at, &minor_named);

				if (meaning(rules, n, &at) != is_allowed_else &&
				    !box_fits(rules, n, at, !is_allowed_else, !minor_named,
					      !major_named))
					return false;
			}
	return true;
}

/* --- cases ---------------------------------------------------------------------------------- */

static void check(const struct oci_device_rule *rules, size_t n, bool has_v1)
{
	struct arena arena;
	struct forms forms;

	arena_init(&arena, NULL, 0);
	forms = make_forms(&arena, rules, n);
	assert_int_equal(forms.has_v1, has_v1);
	compare(rules, n, &forms);
	arena_done(&arena);
}

#define RULE(is_allowed, kind, a, b, letters)                                                 \
	{                                                                                     \
		.allow = (is_allowed), .has_type = true, .type = OCI_DEVICE_RULE_TYPE_##kind, \
		.has_major = true, .major = (a), .has_minor = true, .minor = (b),             \
		.access = (letters)                                                           \
	}

static void test_no_rules(void **state)
{
	(void)state;
	check(NULL, 0, true);
}

static void test_deny_all(void **state)
{
	const struct oci_device_rule rules[] = {
		{.allow = false, .access = "rwm"}
	};

	(void)state;
	check(rules, COUNT(rules), true);
}

static void test_allow_all_is_one_thing(void **state)
{
	const struct oci_device_rule rules[] = {
		{.allow = true, .access = "rwm"}
	};
	struct device_rules list;
	struct arena arena;
	struct error err;
	bool is_allowed_else;

	(void)state;
	check(rules, COUNT(rules), true);
	arena_init(&arena, NULL, 0);
	assert_int_equal(device_rules_read(&arena, rules, 1, &list, &err), 0);
	assert_true(device_rules_allow_all(&list));
	assert_int_equal(list.n, 2);
	assert_int_equal(device_rules_exceptions(&arena, &list, &is_allowed_else, &list), 0);
	assert_true(is_allowed_else);
	assert_int_equal(list.n, 0);
	arena_done(&arena);
}

static void test_defaults_are_not_said_twice(void **state)
{
	const struct oci_device_rule rules[] = {
		{.allow = false, .access = "rwm"},
		RULE(true, CHAR, 1, 3, "rwm"),
		RULE(true, CHAR, 136, -1, "rwm"),
		RULE(true, CHAR, 10, 200, "rwm")
	};
	struct device_rules list;
	struct arena arena;
	struct error err;
	bool is_allowed_else;

	(void)state;
	check(rules, COUNT(rules), true);
	arena_init(&arena, NULL, 0);
	assert_int_equal(device_rules_read(&arena, rules, COUNT(rules), &list, &err), 0);
	assert_int_equal(device_rules_exceptions(&arena, &list, &is_allowed_else, &list), 0);
	assert_false(is_allowed_else);
	assert_int_equal(list.n, 12);
	arena_done(&arena);
}

static void test_all_but_some(void **state)
{
	const struct oci_device_rule rules[] = {
		{.allow = true, .access = "rwm"},
		RULE(false, BLOCK, 8, -1, "rw"),
		RULE(false, CHAR, 2, 1, NULL)
	};

	(void)state;
	check(rules, COUNT(rules), true);
}

static void test_reading_and_writing_by_two_rules(void **state)
{
	const struct oci_device_rule rules[] = { RULE(true, CHAR, 2, -1, "r"),
						 RULE(true, CHAR, -1, 1, "w"),
						 RULE(true, CHAR, 8, 8, "r"),
						 RULE(true, CHAR, 8, -1, "w") };

	(void)state;
	check(rules, COUNT(rules), true);
}

static void test_part_of_a_range_is_too_much_for_v1(void **state)
{
	const struct oci_device_rule rules[] = { RULE(true, CHAR, 8, -1, "rwm"),
						 RULE(false, CHAR, 8, 1, "rw") };

	(void)state;
	check(rules, COUNT(rules), false);
}

static void test_a_hidden_denial_is_none(void **state)
{
	const struct oci_device_rule rules[] = { RULE(true, CHAR, 1, -1, "rwm"),
						 RULE(false, CHAR, -1, 3, "rw"),
						 RULE(true, CHAR, 8, -1, "r") };

	/* 1:3 is among the devices that everybody may use. */
	(void)state;
	check(rules, 2, true);
	check(rules, 3, true);
}

static void test_random_rules(void **state)
{
	static const char letters[][4] = { "r", "w", "m", "rw", "rm", "wm", "rwm", "rwm" };
	static const int numbers[] = { -1, -1, 1, 2, 3, 5, 8 };
	struct oci_device_rule rules[6];
	unsigned seed = 1, with_v1 = 0, without = 0;

	(void)state;
	for (int round = 0; round < 1500; round++) {
		size_t n = 1 + (size_t)rand_r(&seed) % COUNT(rules);
		struct arena arena;
		struct forms forms;

		for (size_t i = 0; i < n; i++)
			rules[i] = (struct oci_device_rule){
				.allow = rand_r(&seed) % 2,
				.has_type = rand_r(&seed) % 4,
				.type = rand_r(&seed) % 3,
				.has_major = true,
				.major = numbers[(size_t)rand_r(&seed) % COUNT(numbers)],
				.has_minor = true,
				.minor = numbers[(size_t)rand_r(&seed) % COUNT(numbers)],
				.access = letters[(size_t)rand_r(&seed) % COUNT(letters)],
			};
		arena_init(&arena, NULL, 0);
		forms = make_forms(&arena, rules, n);
		compare(rules, n, &forms);
		assert_int_equal(forms.has_v1,
				 form_exists(rules, n, false) || form_exists(rules, n, true));
		with_v1 += forms.has_v1;
		without += !forms.has_v1;
		arena_done(&arena);
	}
	assert_true(with_v1 > 100 && without > 100);
}

static void assert_refused(const struct oci_device_rule *rules, size_t n, const char *pointer)
{
	struct device_rules list;
	struct arena arena;
	struct error err = { 0 };

	arena_init(&arena, NULL, 0);
	assert_true(device_rules_read(&arena, rules, n, &list, &err) < 0);
	assert_string_equal(err.pointer, pointer);
	arena_done(&arena);
}

static void test_bad_rules(void **state)
{
	const struct oci_device_rule access[] = { { .access = "r" }, { .access = "rx" } };
	const struct oci_device_rule empty[] = { { .access = "" } };
	const struct oci_device_rule major[] = { RULE(true, CHAR, -2, 0, "r") };
	const struct oci_device_rule minor[] = { RULE(true, CHAR, 0, UINT32_MAX, "r") };

	(void)state;
	assert_refused(access, 2, "/linux/resources/devices/1/access");
	assert_refused(empty, 1, "/linux/resources/devices/0/access");
	assert_refused(major, 1, "/linux/resources/devices/0/major");
	assert_refused(minor, 1, "/linux/resources/devices/0/minor");
	assert_refused(access, DEVICE_RULES_MAX + 1, "/linux/resources/devices");
}

static void test_texts(void **state)
{
	const struct device_rule some = { true, BPF_DEVICE_CHAR, ACCESS_ALL, 1, 3 };
	const struct device_rule any = { true, BPF_DEVICE_BLOCK, BPF_DEVICE_MKNOD, -1, -1 };
	char text[DEVICE_RULE_TEXT_SIZE];

	(void)state;
	device_rule_text(&some, text);
	assert_string_equal(text, "c 1:3 rwm");
	device_rule_text(&any, text);
	assert_string_equal(text, "b *:* m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_rules),
		cmocka_unit_test(test_deny_all),
		cmocka_unit_test(test_allow_all_is_one_thing),
		cmocka_unit_test(test_defaults_are_not_said_twice),
		cmocka_unit_test(test_all_but_some),
		cmocka_unit_test(test_reading_and_writing_by_two_rules),
		cmocka_unit_test(test_part_of_a_range_is_too_much_for_v1),
		cmocka_unit_test(test_a_hidden_denial_is_none),
		cmocka_unit_test(test_random_rules),
		cmocka_unit_test(test_bad_rules),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
