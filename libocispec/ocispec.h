/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OCI documents as C structs: decode, encode, walk, locate. Made of the rows of schema.h and
 *the words of words.h; it knows src/base and nothing of what the runtime does with a document.
 *
 * A property `someName` is the field `some_name`, with `bool has_some_name` beside it:
 *
 *	STRING           const char *, NULL when absent
 *	BOOL, U16 ... I64 plain
 *	ENUM             enum oci_CHILD; 0 is a valid constant, so ask has_
 *	OBJECT           struct oci_CHILD *, NULL when absent
 *	LIST             struct oci_CHILD_list { n, v }, in place; n is 0 when absent
 *	OBJECT_MAP       the same, each element has its name in `key`
 *	STRINGS, U32S    struct oci_strings, struct oci_u32s
 *	ENUMS            struct oci_enums
 *	MAP              struct oci_map of string to string
 *
 * JSON null counts as absent. An empty string, list or object is present (has_ is true).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "libocispec/schema.h"
#include "libocispec/words.h"

/* Enums: OCI_NAMESPACE_TYPE_PID of enum oci_namespace_type, which is OCI_ENUM_namespace_type. */
#define OCI_WORD_CONSTANT(name, text) OCI_##name,
#define OCI_DECLARE_ENUM(name)        enum oci_##name{ OCI_WORDS_##name(OCI_WORD_CONSTANT) };
OCI_ENUMS(OCI_DECLARE_ENUM)

#define OCI_ENUM_ID(name) OCI_ENUM_##name,
enum oci_enum { OCI_ENUMS(OCI_ENUM_ID) OCI_ENUM_COUNT };

/* Objects: OCI_OBJECT_config. */
#define OCI_OBJECT_ID(object) OCI_OBJECT_##object,
enum oci_object { OCI_OBJECTS(OCI_OBJECT_ID, OCI_OBJECT_ID) OCI_OBJECT_COUNT };

/* Properties: OCI_ROW_process_scheduler; OCI_ROW_config_linux_ where the field is linux_. */
#define OCI_ROW_ID(object, field, ...) OCI_ROW_##object##_##field,
#define OCI_OBJECT_ROWS(object)        OCI_PROPERTIES_##object(OCI_ROW_ID)
enum oci_row { OCI_OBJECTS(OCI_OBJECT_ROWS, OCI_OBJECT_ROWS) OCI_ROW_COUNT };

struct oci_strings {
	size_t n;
	const char **v;
};

struct oci_u32s {
	size_t n;
	uint32_t *v;
};

struct oci_enums {
	size_t n;
	int *v;
};

struct oci_pair {
	const char *key, *value;
};

struct oci_map {
	size_t n;
	struct oci_pair *v;
};

#define OCI_DECLARE_LIST(object)        \
	struct oci_##object##_list {    \
		size_t n;               \
		struct oci_##object *v; \
	};
OCI_OBJECTS(OCI_DECLARE_LIST, OCI_DECLARE_LIST)

#define OCI_TYPE_STRING(child)     const char *
#define OCI_TYPE_BOOL(child)       bool
#define OCI_TYPE_U16(child)        uint16_t
#define OCI_TYPE_U32(child)        uint32_t
#define OCI_TYPE_U64(child)        uint64_t
#define OCI_TYPE_I32(child)        int32_t
#define OCI_TYPE_I64(child)        int64_t
#define OCI_TYPE_ENUM(child)       enum child
#define OCI_TYPE_OBJECT(child)     struct child *
#define OCI_TYPE_LIST(child)       struct child##_list
#define OCI_TYPE_OBJECT_MAP(child) struct child##_list
#define OCI_TYPE_STRINGS(child)    struct oci_strings
#define OCI_TYPE_U32S(child)       struct oci_u32s
#define OCI_TYPE_ENUMS(child)      struct oci_enums
#define OCI_TYPE_MAP(child)        struct oci_map

#define OCI_FIELD(object, field, name, kind, child, ...) OCI_TYPE_##kind(oci_##child) field;
#define OCI_HAS(object, field, ...)                      bool has_##field;
#define OCI_DECLARE_OBJECT(object)                                                  \
	struct oci_##object {                                                       \
		OCI_PROPERTIES_##object(OCI_FIELD) OCI_PROPERTIES_##object(OCI_HAS) \
	};
#define OCI_DECLARE_KEYED(object)                                                   \
	struct oci_##object {                                                       \
		const char *key;                                                    \
		OCI_PROPERTIES_##object(OCI_FIELD) OCI_PROPERTIES_##object(OCI_HAS) \
	};
OCI_OBJECTS(OCI_DECLARE_OBJECT, OCI_DECLARE_KEYED)

enum {
	OCI_DOCUMENT_SIZE = 16 << 20, /* a longer document is refused */
	OCI_DEPTH = 64,       /* arrays and objects within each other, unknown ones included */
	OCI_ELEMENTS = 65536, /* in one array or object, unknown ones included */
	OCI_NAMES = 262144,   /* that no row has, in all objects together */
	OCI_UNKNOWN = 1024,   /* unknown properties are listed, the others skipped in silence */
	OCI_POINTER_SIZE = ERROR_POINTER_SIZE,
};

struct oci_document {
	const char *name; /* short, "config.json": for errors */
	const char *text; /* need not end in NUL */
	size_t length;
};

struct oci_position {
	uint32_t line, column; /* from 1; the column in bytes */
	size_t offset, length; /* of the value's bytes in the text */
};

/*
 * Decodes a whole document into the arena; nothing of the result points into the text. Fails
 * closed: malformed JSON or UTF-8, a wrong type, an unknown word, a number that is no integer (1.0,
 * 1e3) or out of range, a missing required property, a name given twice, NUL in a string. The error
 * has document, line, column and JSON pointer; its code is EINVAL, or E2BIG for a limit of above.
 * Unknown properties are skipped; their JSON pointers go to ret_unknown (of the outermost unknown
 * ones, of the first OCI_UNKNOWN; may be NULL).
 */
int oci_decode(struct arena *arena, enum oci_object object, const struct oci_document *document,
	       struct oci_strings *ret_unknown, void **ret, struct error *err);

/* Writes what has_ says, in the order of the rows; key is NULL at the top and in arrays. */
void oci_encode(enum oci_object object, const void *value, struct json *json, const char *key);

/* oci_decode_config(arena, document, ret_unknown, &config, err), oci_encode_config() and so on. */
#define OCI_DECLARE_DOCUMENT(object)                                                           \
	static inline int oci_decode_##object(                                                 \
		struct arena *arena, const struct oci_document *document,                      \
		struct oci_strings *ret_unknown, struct oci_##object **ret, struct error *err) \
	{                                                                                      \
		void *value = NULL;                                                            \
		int r = oci_decode(arena, OCI_OBJECT_##object, document, ret_unknown, &value,  \
				   err);                                                       \
                                                                                               \
		if (r == 0)                                                                    \
			*ret = value;                                                          \
		return r;                                                                      \
	}                                                                                      \
                                                                                               \
	static inline void oci_encode_##object(const struct oci_##object *value,               \
					       struct json *json, const char *key)             \
	{                                                                                      \
		oci_encode(OCI_OBJECT_##object, value, json, key);                             \
	}
OCI_DECLARE_DOCUMENT(config)
OCI_DECLARE_DOCUMENT(process)
OCI_DECLARE_DOCUMENT(resources)
OCI_DECLARE_DOCUMENT(seccomp)
OCI_DECLARE_DOCUMENT(state)
OCI_DECLARE_DOCUMENT(container_process_state)
OCI_DECLARE_DOCUMENT(features)
OCI_DECLARE_DOCUMENT(record)
OCI_DECLARE_DOCUMENT(host_facts)

/*
 * Where the value of a JSON pointer (RFC 6901; "" is the whole document) stands. Reads the text
 * from the start: for errors and for patching a value in place. The text must be well-formed up to
 * there. -ENOENT when there is no such value, -EINVAL when the pointer or the text is malformed.
 */
int oci_locate(const struct oci_document *document, const char *pointer, struct oci_position *ret);

/* Line and column of a byte. */
void oci_position_at(const struct oci_document *document, size_t offset, struct oci_position *ret);

/*
 * What a walk calls for each present property: its JSON pointer (cut when longer than
 * OCI_POINTER_SIZE), its row, and the address of its field in the struct, of the type listed at the
 * top.
 */
typedef void (*oci_visit_fn)(void *context, const char *pointer, enum oci_row row,
			     const void *field);

/* Visits all present properties, empty ones too, and a property before what is in it. */
void oci_walk(enum oci_object object, const void *value, oci_visit_fn visit, void *context);

/* True for "", false, an empty list or map, an object without properties; never for a number. */
bool oci_value_is_empty(enum oci_row row, const void *field);

/* The property's name in JSON, and its object's name in schema.h. */
const char *oci_row_name(enum oci_row row);
const char *oci_row_object(enum oci_row row);

/* Words. The name of a value that is out of range is "?". Parsing: -EINVAL for an unknown word. */
const char *oci_enum_name(enum oci_enum words, int value);
size_t oci_enum_count(enum oci_enum words);
int oci_enum_parse(enum oci_enum words, const char *text, int *ret);
