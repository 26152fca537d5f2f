/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of schema.h as a table that code can walk: small integers and one blob of names, so that
 * it needs no relocation. Private to this library.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libocispec/ocispec.h"

enum oci_kind {
	OCI_KIND_SKIP, /* a value that no row describes */
	OCI_KIND_STRING,
	OCI_KIND_BOOL,
	OCI_KIND_U16,
	OCI_KIND_U32,
	OCI_KIND_U64,
	OCI_KIND_I32,
	OCI_KIND_I64,
	OCI_KIND_ENUM,
	OCI_KIND_OBJECT,
	OCI_KIND_LIST,
	OCI_KIND_OBJECT_MAP,
	OCI_KIND_STRINGS,
	OCI_KIND_U32S,
	OCI_KIND_ENUMS,
	OCI_KIND_MAP,
};

enum oci_flag {
	OCI_REQUIRED = 1, /* the object is refused without it */
	OCI_ONE_OF = 2,   /* the object needs at least one of its properties with this flag */
};

/* What a value must satisfy beyond its kind; what each means stands in limit.c. */
enum oci_limit {
	OCI_LIMIT_ANY,
	/* numbers, and the constants of enums */
	OCI_LIMIT_POSITIVE,
	OCI_LIMIT_NOT_NEGATIVE,
	OCI_LIMIT_MINUS_ONE,
	OCI_LIMIT_PERCENT,
	OCI_LIMIT_ZERO_OR_ONE,
	OCI_LIMIT_IO_PRIORITY,
	OCI_LIMIT_ARGUMENT,
	OCI_LIMIT_UMASK,
	OCI_LIMIT_FILE_MODE,
	OCI_LIMIT_NANOSECONDS,
	OCI_LIMIT_DEVICE_MAJOR,
	OCI_LIMIT_DEVICE_MINOR,
	OCI_LIMIT_RULE_NUMBER,
	OCI_LIMIT_SHOWN_STATUS,
	OCI_LIMIT_CAPABILITY,
	/* texts; NON_EMPTY is for lists, too */
	OCI_LIMIT_NON_EMPTY,
	OCI_LIMIT_CPU_LIST,
	OCI_LIMIT_ACCESS,
	OCI_LIMIT_PAGE_SIZE,
	OCI_LIMIT_ONE_LINE,
	OCI_LIMIT_MEMORY_BANDWIDTH,
};

struct oci_row_info {
	uint16_t name;   /* where its name begins among the names */
	uint16_t offset; /* of the field in the struct */
	uint16_t has;    /* of its companion */
	uint8_t length;  /* of the name */
	uint8_t kind, child, flags, limit;
};

struct oci_object_info {
	uint64_t required, one_of; /* a bit for each row, from its first */
	uint16_t first, count;     /* its rows */
	uint16_t size;             /* of the struct */
	bool is_keyed;             /* begins with a `key` */
};

/* What all lists look like. Read and written by list_get and list_set only, because of aliasing. */
struct oci_list {
	size_t n;
	void *v;
};

extern const struct oci_row_info oci_rows[OCI_ROW_COUNT];
extern const struct oci_object_info oci_objects[OCI_OBJECT_COUNT];

/* The row of that name in an object, or -1; `hint` is where to look first. */
int oci_row_find(enum oci_object object, unsigned hint, const char *name, size_t length);

/* Whether the object, which may be NULL, has the row's property. */
bool oci_row_is_present(enum oci_row row, const void *object);

/* The object that a row is of. */
enum oci_object oci_row_owner(enum oci_row row);

/* The kind of what is in a list or map; SKIP for the other kinds. The size of one such element. */
enum oci_kind oci_element_kind(enum oci_kind kind);
size_t oci_element_size(enum oci_kind kind, enum oci_object child);

static inline struct oci_list oci_list_get(const void *field)
{
	struct oci_list list;

	memcpy(&list, field, sizeof(list));
	return list;
}

static inline void oci_list_set(void *field, struct oci_list list)
{
	memcpy(field, &list, sizeof(list));
}

static inline void *oci_pointer_get(const void *field)
{
	void *pointer;

	memcpy(&pointer, field, sizeof(pointer));
	return pointer;
}

static inline void oci_pointer_set(void *field, const void *pointer)
{
	memcpy(field, &pointer, sizeof(pointer));
}

/* The constant of a word of that length, or -1. */
int oci_enum_find(enum oci_enum words, const char *text, size_t length);
