/* SPDX-License-Identifier: Apache-2.0 */
/* Visiting what is present in a document. Knows no property by name. */
#include <string.h>

#include "libocispec/pointer.h"
#include "libocispec/table.h"

struct walk {
	oci_visit_fn visit;
	void *context;
	struct strbuf pointer;
};

static void walk_object(struct walk *walk, enum oci_object object, const void *value);

/* The elements of a list or map of objects; the others have no properties. */
static void walk_elements(struct walk *walk, const struct oci_row_info *row, const void *field)
{
	struct oci_list list = oci_list_get(field);
	size_t size = oci_element_size(row->kind, row->child), before = walk->pointer.length, i;

	for (i = 0; i < list.n; i++) {
		const char *element = (const char *)list.v + i * size;

		if (row->kind == OCI_KIND_OBJECT_MAP) {
			const char *name = oci_pointer_get(element);

			pointer_add_name(&walk->pointer, name, strlen(name));
		} else {
			pointer_add_index(&walk->pointer, i);
		}
		walk_object(walk, row->child, element);
		pointer_cut(&walk->pointer, before);
	}
}

static void walk_object(struct walk *walk, enum oci_object object, const void *value)
{
	const struct oci_object_info *info = &oci_objects[object];
	size_t before = walk->pointer.length;
	unsigned i;

	for (i = info->first; i < (unsigned)info->first + info->count; i++) {
		const struct oci_row_info *row = &oci_rows[i];
		const char *field = (const char *)value + row->offset;

		if (!oci_row_is_present(i, value))
			continue;
		pointer_add_name(&walk->pointer, oci_row_name(i), row->length);
		walk->visit(walk->context, walk->pointer.data, i, field);
		if (row->kind == OCI_KIND_OBJECT)
			walk_object(walk, row->child, oci_pointer_get(field));
		else if (oci_element_kind(row->kind) == OCI_KIND_OBJECT)
			walk_elements(walk, row, field);
		pointer_cut(&walk->pointer, before);
	}
}

void oci_walk(enum oci_object object, const void *value, oci_visit_fn visit, void *context)
{
	struct walk walk = { .visit = visit, .context = context };
	char buffer[OCI_POINTER_SIZE];

	strbuf_init_fixed(&walk.pointer, buffer, sizeof(buffer));
	walk_object(&walk, object, value);
}

static bool object_is_empty(enum oci_object object, const void *value)
{
	const struct oci_object_info *info = &oci_objects[object];
	unsigned i;

	for (i = info->first; i < (unsigned)info->first + info->count; i++)
		if (oci_row_is_present(i, value))
			return false;
	return true;
}

bool oci_value_is_empty(enum oci_row row, const void *field)
{
	const char *text;

	switch (oci_rows[row].kind) {
	case OCI_KIND_STRING:
		text = oci_pointer_get(field);
		return !text || !*text;
	case OCI_KIND_BOOL:
		return !*(const bool *)field;
	case OCI_KIND_OBJECT:
		return object_is_empty(oci_rows[row].child, oci_pointer_get(field));
	case OCI_KIND_LIST:
	case OCI_KIND_OBJECT_MAP:
	case OCI_KIND_STRINGS:
	case OCI_KIND_U32S:
	case OCI_KIND_ENUMS:
	case OCI_KIND_MAP:
		return oci_list_get(field).n == 0;
	default:
		return false;
	}
}
