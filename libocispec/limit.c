/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of single values. Knows the rules that the specification gives for one value, not how
 * values of several properties must agree: that is the planner's.
 */
#include "libocispec/limit.h"

#include <errno.h>
#include <string.h>

int oci_integer_parse(const char *text, size_t length, struct oci_integer *ret)
{
	struct oci_integer value = { 0 };
	bool is_too_big = false;
	size_t i = 0;

	if (length && text[0] == '-')
		value.is_negative = ++i;
	if (i == length)
		return -EINVAL;
	for (; i < length; i++) {
		unsigned digit = (unsigned char)text[i] - '0';

		if (digit > 9)
			return -EINVAL;
		if (__builtin_mul_overflow(value.magnitude, 10, &value.magnitude) ||
		    __builtin_add_overflow(value.magnitude, digit, &value.magnitude))
			is_too_big = true;
	}
	if (is_too_big)
		return -ERANGE;
	*ret = value;
	return 0;
}

static struct oci_range kind_range(enum oci_kind kind)
{
	switch (kind) {
	case OCI_KIND_U16:
		return (struct oci_range){ 0, UINT16_MAX };
	case OCI_KIND_U32:
		return (struct oci_range){ 0, UINT32_MAX };
	case OCI_KIND_U64:
		return (struct oci_range){ 0, UINT64_MAX };
	case OCI_KIND_I32:
		return (struct oci_range){ INT32_MIN, INT32_MAX };
	default:
		return (struct oci_range){ INT64_MIN, INT64_MAX };
	}
}

static struct oci_range limit_range(enum oci_limit limit)
{
	switch (limit) {
	case OCI_LIMIT_POSITIVE:
		return (struct oci_range){ 1, UINT64_MAX };
	case OCI_LIMIT_NOT_NEGATIVE:
		return (struct oci_range){ 0, UINT64_MAX };
	case OCI_LIMIT_MINUS_ONE: /* which means unlimited */
		return (struct oci_range){ -1, UINT64_MAX };
	case OCI_LIMIT_PERCENT:
		return (struct oci_range){ 0, 100 };
	case OCI_LIMIT_ZERO_OR_ONE:
		return (struct oci_range){ 0, 1 };
	case OCI_LIMIT_IO_PRIORITY: /* ioprio_set(2) */
		return (struct oci_range){ 0, 7 };
	case OCI_LIMIT_ARGUMENT: /* a system call has six */
		return (struct oci_range){ 0, 5 };
	case OCI_LIMIT_UMASK:
		return (struct oci_range){ 0, 0777 };
	case OCI_LIMIT_FILE_MODE: /* Podman gives the file's type, too */
		return (struct oci_range){ 0, UINT16_MAX };
	case OCI_LIMIT_NANOSECONDS: /* the kernel refuses a whole second */
		return (struct oci_range){ 0, 999999999 };
	case OCI_LIMIT_DEVICE_MAJOR: /* what the kernel's own 12 and 20 bits lose is another device
				      */
		return (struct oci_range){ 0, 4095 };
	case OCI_LIMIT_DEVICE_MINOR:
		return (struct oci_range){ 0, 1048575 };
	case OCI_LIMIT_RULE_NUMBER: /* -1 is a wildcard, as an absent number is */
		return (struct oci_range){ -1, UINT32_MAX };
	case OCI_LIMIT_SHOWN_STATUS:
		return (struct oci_range){ 0, OCI_STATUS_PAUSED };
	case OCI_LIMIT_CAPABILITY: /* a set of them is 64 bits */
		return (struct oci_range){ 0, 63 };
	default:
		return (struct oci_range){ INT64_MIN, UINT64_MAX };
	}
}

struct oci_range oci_range_of(enum oci_kind kind, enum oci_limit limit)
{
	struct oci_range range = kind_range(kind), narrow = limit_range(limit);

	if (narrow.min > range.min)
		range.min = narrow.min;
	if (narrow.max < range.max)
		range.max = narrow.max;
	return range;
}

bool oci_range_has(struct oci_range range, struct oci_integer value)
{
	if (!value.is_negative || value.magnitude == 0)
		return value.magnitude <= range.max &&
		       (range.min <= 0 || value.magnitude >= (uint64_t)range.min);
	/* The magnitude of the smallest number, INT64_MIN, has no int64_t. */
	return range.min < 0 && value.magnitude <= -(uint64_t)range.min;
}

static bool has_only(const char *text, size_t length, const char *allowed)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!strchr(allowed, text[i]))
			return false;
	return true;
}

/* 20 digits are more than any 64 bits have. */
enum { PAGE_SIZE_LENGTH = 22 };

/* As the kernel names them in hugetlb.<size>.*: "64KB", "2MB", "1GB". */
static bool is_page_size(const char *text, size_t length)
{
	if (length < 3 || length > PAGE_SIZE_LENGTH || text[0] < '1' || text[0] > '9' ||
	    text[length - 1] != 'B')
		return false;
	return strchr("KMG", text[length - 2]) && has_only(text, length - 2, "0123456789");
}

static bool is_memory_bandwidth(const char *text, size_t length)
{
	return length >= 3 && memcmp(text, "MB:", 3) == 0 && !memchr(text, '\n', length);
}

const char *oci_limit_check(enum oci_limit limit, const char *text, size_t length)
{
	switch (limit) {
	case OCI_LIMIT_NON_EMPTY:
		return length ? NULL : "a text that is not empty";
	case OCI_LIMIT_CPU_LIST:
		return has_only(text, length, "0123456789, -") ? NULL : "a list like \"0-3,7\"";
	case OCI_LIMIT_ACCESS:
		return has_only(text, length, "rwm") ? NULL : "letters out of \"rwm\"";
	case OCI_LIMIT_PAGE_SIZE:
		return is_page_size(text, length) ? NULL : "a size like \"64KB\", \"2MB\", \"1GB\"";
	case OCI_LIMIT_ONE_LINE:
		return memchr(text, '\n', length) ? "a text of one line" : NULL;
	case OCI_LIMIT_MEMORY_BANDWIDTH:
		return is_memory_bandwidth(text, length) ? NULL
							 : "one line that begins with \"MB:\"";
	default:
		return NULL;
	}
}
