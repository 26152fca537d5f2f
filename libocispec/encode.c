/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing structs as JSON, row by row. What is written decodes to the same again. Knows no property
 * by name.
 */
#include <string.h>

#include "libocispec/table.h"

/* A number, a word, a string or a truth. */
static void encode_scalar(enum oci_kind kind, unsigned child, const void *field, struct json *json,
			  const char *key)
{
	const char *text;
	int value;

	switch (kind) {
	case OCI_KIND_STRING:
		text = oci_pointer_get(field);
		json_string(json, key, text ? text : "");
		break;
	case OCI_KIND_BOOL:
		json_bool(json, key, *(const bool *)field);
		break;
	case OCI_KIND_U16:
		json_uint(json, key, *(const uint16_t *)field);
		break;
	case OCI_KIND_U32:
		json_uint(json, key, *(const uint32_t *)field);
		break;
	case OCI_KIND_I32:
		json_int(json, key, *(const int32_t *)field);
		break;
	case OCI_KIND_I64:
		json_int(json, key, *(const int64_t *)field);
		break;
	case OCI_KIND_ENUM:
		memcpy(&value, field, sizeof(value));
		json_string(json, key, oci_enum_name(child, value));
		break;
	default:
		json_uint(json, key, *(const uint64_t *)field);
	}
}

static void encode_list(const struct oci_row_info *row, const void *field, struct json *json,
			const char *key)
{
	struct oci_list list = oci_list_get(field);
	enum oci_kind kind = oci_element_kind(row->kind);
	size_t size = oci_element_size(row->kind, row->child), i;

	json_begin_array(json, key);
	for (i = 0; i < list.n; i++) {
		const char *element = (const char *)list.v + i * size;

		if (kind == OCI_KIND_OBJECT)
			oci_encode(row->child, element, json, NULL);
		else
			encode_scalar(kind, row->child, element, json, NULL);
	}
	json_end_array(json);
}

static void encode_map(const struct oci_row_info *row, const void *field, struct json *json,
		       const char *key)
{
	struct oci_list list = oci_list_get(field);
	size_t size = oci_element_size(row->kind, row->child), i;

	json_begin_object(json, key);
	for (i = 0; i < list.n; i++) {
		const char *element = (const char *)list.v + i * size;
		const char *name = oci_pointer_get(element);

		if (row->kind == OCI_KIND_OBJECT_MAP)
			oci_encode(row->child, element, json, name);
		else
			encode_scalar(OCI_KIND_STRING, 0,
				      element + offsetof(struct oci_pair, value), json, name);
	}
	json_end_object(json);
}

static void encode_value(const struct oci_row_info *row, const void *field, struct json *json,
			 const char *key)
{
	switch (row->kind) {
	case OCI_KIND_OBJECT:
		oci_encode(row->child, oci_pointer_get(field), json, key);
		break;
	case OCI_KIND_LIST:
	case OCI_KIND_STRINGS:
	case OCI_KIND_U32S:
	case OCI_KIND_ENUMS:
		encode_list(row, field, json, key);
		break;
	case OCI_KIND_MAP:
	case OCI_KIND_OBJECT_MAP:
		encode_map(row, field, json, key);
		break;
	default:
		encode_scalar(row->kind, row->child, field, json, key);
	}
}

void oci_encode(enum oci_object object, const void *value, struct json *json, const char *key)
{
	const struct oci_object_info *info = &oci_objects[object];
	const char *base = value;
	unsigned i;

	json_begin_object(json, key);
	for (i = info->first; i < (unsigned)info->first + info->count; i++)
		if (oci_row_is_present(i, value))
			encode_value(&oci_rows[i], base + oci_rows[i].offset, json,
				     oci_row_name(i));
	json_end_object(json);
}
