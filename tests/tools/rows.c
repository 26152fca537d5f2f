/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints what libocispec's table says of each property, for comparison with a JSON schema: lines of
 * path, aspect and value, with tabs between. "[]" in a path stands for any element of an array, or
 * any name of a map. Knows no property by name.
 */
#include <stdio.h>
#include <string.h>

#include "libocispec/limit.h"

enum { PATH_SIZE = 512 };

static void print_object(enum oci_object object, const char *path);

static const char *type_of(enum oci_kind kind)
{
	switch (kind) {
	case OCI_KIND_STRING:
	case OCI_KIND_ENUM:
		return "string";
	case OCI_KIND_BOOL:
		return "boolean";
	case OCI_KIND_OBJECT:
	case OCI_KIND_OBJECT_MAP:
	case OCI_KIND_MAP:
		return "object";
	case OCI_KIND_LIST:
	case OCI_KIND_STRINGS:
	case OCI_KIND_U32S:
	case OCI_KIND_ENUMS:
		return "array";
	default:
		return "integer";
	}
}

static void print_words(const char *path, unsigned words, enum oci_limit limit)
{
	struct oci_range range = oci_range_of(OCI_KIND_ENUM, limit);
	size_t count = oci_enum_count(words), i;

	for (i = 0; i < count && i <= range.max; i++)
		printf("%s\tword %s\tyes\n", path, oci_enum_name(words, (int)i));
}

/* The limits of texts, by the name that they have in the rows. */
static const char *text_limit(enum oci_limit limit)
{
	static const char *const names[] = {
		[OCI_LIMIT_NON_EMPTY] = "NON_EMPTY",
		[OCI_LIMIT_CPU_LIST] = "CPU_LIST",
		[OCI_LIMIT_ACCESS] = "ACCESS",
		[OCI_LIMIT_PAGE_SIZE] = "PAGE_SIZE",
		[OCI_LIMIT_ONE_LINE] = "ONE_LINE",
		[OCI_LIMIT_MEMORY_BANDWIDTH] = "MEMORY_BANDWIDTH",
	};

	return limit < sizeof(names) / sizeof(names[0]) ? names[limit] : NULL;
}

static void print_value(const char *path, enum oci_kind kind, unsigned child, enum oci_limit limit)
{
	struct oci_range range = oci_range_of(kind, limit);
	const char *text = text_limit(limit);

	printf("%s\ttype\t%s\n", path, type_of(kind));
	if (strcmp(type_of(kind), "integer") == 0)
		printf("%s\trange\t%lld..%llu\n", path, (long long)range.min,
		       (unsigned long long)range.max);
	else if (text && strcmp(type_of(kind), "array") == 0)
		printf("%s\tleast\t1\n", path);
	else if (text)
		printf("%s\ttext\t%s\n", path, text);
	if (kind == OCI_KIND_ENUM)
		print_words(path, child, limit);
	if (kind == OCI_KIND_OBJECT)
		print_object(child, path);
}

static void print_row(enum oci_row row, const char *object_path)
{
	const struct oci_row_info *info = &oci_rows[row];
	enum oci_kind element = oci_element_kind(info->kind);
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", object_path, oci_row_name(row));
	if (info->flags & OCI_REQUIRED)
		printf("%s\trequired\tyes\n", path);
	if (info->flags & OCI_ONE_OF)
		printf("%s\trequired\tone of several\n", path);
	print_value(path, info->kind, info->child, info->limit);
	if (element == OCI_KIND_SKIP)
		return;
	snprintf(path, sizeof(path), "%s/%s/[]", object_path, oci_row_name(row));
	print_value(path, element, info->child, OCI_LIMIT_ANY);
}

static void print_object(enum oci_object object, const char *path)
{
	const struct oci_object_info *info = &oci_objects[object];
	unsigned i;

	for (i = info->first; i < (unsigned)info->first + info->count; i++)
		print_row(i, path);
}

int main(void)
{
	print_object(OCI_OBJECT_config, "config:");
	print_object(OCI_OBJECT_state, "state:");
	print_object(OCI_OBJECT_features, "features:");
	return 0;
}
