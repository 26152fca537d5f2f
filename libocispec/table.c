/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that schema.h expands to, and how to read them. Knows nothing of JSON's text. */
#include "libocispec/table.h"

#include <string.h>

/* A pointer to each name would cost a relocation at every start; a struct of arrays does not. */
#define NAME_ARRAY(object, field, name, ...) char object##_##field[sizeof(name)];
#define NAME_TEXT(object, field, name, ...)  .object##_##field = name,
#define NAME_ARRAYS(object)                  OCI_PROPERTIES_##object(NAME_ARRAY)
#define NAME_TEXTS(object)                   OCI_PROPERTIES_##object(NAME_TEXT)
#define OBJECT_ARRAY(object)                 char object_##object[sizeof(#object)];
#define OBJECT_TEXT(object)                  .object_##object = #object,

struct row_names {
	OCI_OBJECTS(NAME_ARRAYS, NAME_ARRAYS)
};

static const struct row_names row_names = { OCI_OBJECTS(NAME_TEXTS, NAME_TEXTS) };

struct object_names {
	OCI_OBJECTS(OBJECT_ARRAY, OBJECT_ARRAY)
};

static const struct object_names object_names = { OCI_OBJECTS(OBJECT_TEXT, OBJECT_TEXT) };

#define OBJECT_OFFSET(object) offsetof(struct object_names, object_##object),

static const uint16_t object_name_offsets[OCI_OBJECT_COUNT] = { OCI_OBJECTS(OBJECT_OFFSET,
									    OBJECT_OFFSET) };

/* Of the two ids that a child's name gives, the one that the kind means; only that one exists. */
#define CHILD_STRING(object, words)     0
#define CHILD_BOOL(object, words)       0
#define CHILD_U16(object, words)        0
#define CHILD_U32(object, words)        0
#define CHILD_U64(object, words)        0
#define CHILD_I32(object, words)        0
#define CHILD_I64(object, words)        0
#define CHILD_STRINGS(object, words)    0
#define CHILD_U32S(object, words)       0
#define CHILD_MAP(object, words)        0
#define CHILD_ENUM(object, words)       words
#define CHILD_ENUMS(object, words)      words
#define CHILD_OBJECT(object, words)     object
#define CHILD_LIST(object, words)       object
#define CHILD_OBJECT_MAP(object, words) object

#define ROW(object, field, json_name, row_kind, row_child, row_flags, row_limit)         \
	{                                                                                \
		.name = offsetof(struct row_names, object##_##field),                    \
		.offset = offsetof(struct oci_##object, field),                          \
		.has = offsetof(struct oci_##object, has_##field),                       \
		.length = sizeof(json_name) - 1,                                         \
		.kind = OCI_KIND_##row_kind,                                             \
		.child = CHILD_##row_kind(OCI_OBJECT_##row_child, OCI_ENUM_##row_child), \
		.flags = (row_flags),                                                    \
		.limit = OCI_LIMIT_##row_limit,                                          \
	},
#define ROWS(object) OCI_PROPERTIES_##object(ROW)

const struct oci_row_info oci_rows[OCI_ROW_COUNT] = { OCI_OBJECTS(ROWS, ROWS) };

/* The place of each row in its object, the number of rows, and which row is an object's first. */
#define PLACE(object, field, ...) PLACE_##object##_##field,
#define PLACES(object)            enum { OCI_PROPERTIES_##object(PLACE) COUNT_##object };
OCI_OBJECTS(PLACES, PLACES)

#define FIRST(object) FIRST_##object, LAST_##object = FIRST_##object + COUNT_##object - 1,
enum { OCI_OBJECTS(FIRST, FIRST) };

#define FLAG_BIT(place, flags, flag) | ((flags) & (flag) ? UINT64_C(1) << (place) : 0)
#define REQUIRED_BIT(object, field, name, kind, child, flags, limit) \
	FLAG_BIT(PLACE_##object##_##field, flags, OCI_REQUIRED)
#define ONE_OF_BIT(object, field, name, kind, child, flags, limit) \
	FLAG_BIT(PLACE_##object##_##field, flags, OCI_ONE_OF)
#define OBJECT_INFO(properties, first_row, row_count, type, keyed) \
	{                                                          \
		.required = 0 properties(REQUIRED_BIT),            \
		.one_of = 0 properties(ONE_OF_BIT),                \
		.first = (first_row),                              \
		.count = (row_count),                              \
		.size = sizeof(type),                              \
		.is_keyed = (keyed),                               \
	},
#define PLAIN_OBJECT(object)                                                                      \
	OBJECT_INFO(OCI_PROPERTIES_##object, FIRST_##object, COUNT_##object, struct oci_##object, \
		    false)
#define KEYED_OBJECT(object)                                                                      \
	OBJECT_INFO(OCI_PROPERTIES_##object, FIRST_##object, COUNT_##object, struct oci_##object, \
		    true)

const struct oci_object_info oci_objects[OCI_OBJECT_COUNT] = { OCI_OBJECTS(PLAIN_OBJECT,
									   KEYED_OBJECT) };

#define FITS(object) _Static_assert(COUNT_##object <= 64, "one bit for each row");
OCI_OBJECTS(FITS, FITS)
_Static_assert((int)OCI_OBJECT_COUNT <= UINT8_MAX, "a row keeps its child in a byte");

const char *oci_row_name(enum oci_row row)
{
	return (const char *)&row_names + oci_rows[row].name;
}

enum oci_object oci_row_owner(enum oci_row row)
{
	unsigned object = 0;

	while (object + 1 < OCI_OBJECT_COUNT && oci_objects[object + 1].first <= (unsigned)row)
		object++;
	return object;
}

const char *oci_row_object(enum oci_row row)
{
	return (const char *)&object_names + object_name_offsets[oci_row_owner(row)];
}

static bool row_is(unsigned row, const char *name, size_t length)
{
	const char *known = (const char *)&row_names + oci_rows[row].name;

	return oci_rows[row].length == length && known[0] == name[0] &&
	       memcmp(known, name, length) == 0;
}

int oci_row_find(enum oci_object object, unsigned hint, const char *name, size_t length)
{
	unsigned first = oci_objects[object].first, end = first + oci_objects[object].count, row;

	/* Most writers keep the order of the specification, and so do the rows. */
	for (row = hint; row < end; row++)
		if (row_is(row, name, length))
			return (int)row;
	for (row = first; row < hint && row < end; row++)
		if (row_is(row, name, length))
			return (int)row;
	return -1;
}

bool oci_row_is_present(enum oci_row row, const void *object)
{
	return object && *((const bool *)object + oci_rows[row].has);
}

enum oci_kind oci_element_kind(enum oci_kind kind)
{
	switch (kind) {
	case OCI_KIND_LIST:
	case OCI_KIND_OBJECT_MAP:
		return OCI_KIND_OBJECT;
	case OCI_KIND_STRINGS:
	case OCI_KIND_MAP:
		return OCI_KIND_STRING;
	case OCI_KIND_U32S:
		return OCI_KIND_U32;
	case OCI_KIND_ENUMS:
		return OCI_KIND_ENUM;
	default:
		return OCI_KIND_SKIP;
	}
}

size_t oci_element_size(enum oci_kind kind, enum oci_object child)
{
	switch (kind) {
	case OCI_KIND_LIST:
	case OCI_KIND_OBJECT_MAP:
		return oci_objects[child].size;
	case OCI_KIND_STRINGS:
		return sizeof(const char *);
	case OCI_KIND_MAP:
		return sizeof(struct oci_pair);
	case OCI_KIND_U32S:
		return sizeof(uint32_t);
	case OCI_KIND_ENUMS:
		return sizeof(int);
	default:
		return 0;
	}
}
