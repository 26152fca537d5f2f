/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the decoder share: one frame for each array or object that is open, and the way
 * an error is told. Private to this library.
 */
#pragma once

#include <yajl/yajl_parse.h>

#include "base/names.h"
#include "libocispec/limit.h"
#include "libocispec/table.h"

enum frame_type {
	FRAME_TOP,        /* holds the document's one value */
	FRAME_OBJECT,     /* an object with rows */
	FRAME_LIST,       /* an array */
	FRAME_MAP,        /* an object of free names with strings */
	FRAME_OBJECT_MAP, /* an object of free names with objects */
	FRAME_SKIPPED_OBJECT,
	FRAME_SKIPPED_LIST,
};

struct frame {
	uint8_t type;                  /* enum frame_type */
	uint8_t object;                /* FRAME_OBJECT: which */
	uint8_t expects, child, limit; /* what the next value must be: a kind, as in a row */
	uint8_t kind;                  /* lists and maps: their own kind */
	uint16_t row;                  /* FRAME_OBJECT: the row of the next value, if it has one */
	uint16_t size;                 /* of one element */
	uint32_t count;                /* names or elements begun so far */
	uint32_t serial;               /* tells the objects of a document apart */
	uint64_t seen, present;        /* rows whose name was there; whose value was not null */
	void *at;                      /* the object, or the list's field in its object */
	size_t capacity;               /* of the list */
	size_t start;                  /* offset of the bracket in the text */
	const char *name;              /* the last name; NULL when it is the row's */
	size_t name_length;
};

struct decoder {
	struct arena *arena;
	const struct oci_document *document;
	char *copy;     /* of the text: strings are ended in it and point into it */
	uintptr_t text; /* where the document's text lies */
	size_t length;  /* how much of it is parsed */
	yajl_handle parser;
	struct name_set names;
	uint32_t serial;
	unsigned depth; /* the open frame, frames[depth] */
	bool is_at_end; /* yajl has been told that there is no more text */
	struct frame frames[OCI_DEPTH + 1];
	void *result;
	struct oci_strings *unknown; /* NULL: not wanted */
	size_t unknown_capacity;
	struct error *err;
};

static inline struct frame *decode_frame(struct decoder *decoder)
{
	return &decoder->frames[decoder->depth];
}

/* The callbacks of yajl; their context is the decoder. */
extern const yajl_callbacks decode_callbacks;
int decode_start_object(void *context);
int decode_name(void *context, const unsigned char *bytes, size_t length);
int decode_end_object(void *context);
int decode_start_list(void *context);
int decode_end_list(void *context);

/* Says that a list has too many elements. Always returns NULL. */
struct frame *frame_fail_elements(struct decoder *decoder);

/* The open frame, about to get a value. NULL after an error. */
static inline struct frame *frame_begin_value(struct decoder *decoder)
{
	struct frame *frame = decode_frame(decoder);

	if ((frame->type == FRAME_LIST || frame->type == FRAME_SKIPPED_LIST) &&
	    frame->count++ >= OCI_ELEMENTS)
		return frame_fail_elements(decoder);
	return frame;
}

/* Where the frame's next value goes, which is thereby present. */
void *frame_place(struct decoder *decoder, struct frame *frame);

/* A string that ends in NUL and outlives the document. */
static inline const char *decode_keep(struct decoder *decoder, const char *text, size_t length)
{
	uintptr_t at = (uintptr_t)text - decoder->text;

	/* What had escapes is in a buffer of yajl's, all else in the text, before a quote. */
	if (at >= decoder->length)
		return arena_strndup(decoder->arena, text, length);
	decoder->copy[at + length] = '\0';
	return decoder->copy + at;
}

/* Where an error is: the byte, and how many frames (from the top) its pointer goes through. */
struct decode_place {
	size_t offset;
	unsigned frames;
};

/* What yajl has just read, of that many bytes: the open frame's current value or name. */
struct decode_place decode_place_token(const struct decoder *decoder, size_t length);

/* The string or name that yajl has just read. */
struct decode_place decode_place_string(const struct decoder *decoder);

/* The open array or object itself. */
struct decode_place decode_place_frame(const struct decoder *decoder);

/* Where the text breaks off or has a byte that cannot be there: that byte, and what it is part of.
 */
struct decode_place decode_place_cut(struct decoder *decoder, size_t offset);

/* Fills in decoder->err. Always returns 0, which makes yajl stop. */
int decode_fail(struct decoder *decoder, struct decode_place place, int code, const char *format,
		...) __attribute__((format(printf, 4, 5)));

/* "a string", "an array" ... */
const char *decode_kind_text(enum oci_kind kind);

/* The errors that callbacks have in common: "expected X, found Y"; an unknown word. */
int decode_fail_kind(struct decoder *decoder, struct decode_place place, const char *found);
int decode_fail_word(struct decoder *decoder, const char *text, size_t length);
int decode_fail_missing(struct decoder *decoder, uint64_t missing, bool any_will_do);

/* What yajl had to say about the text itself. Returns -EINVAL. */
int decode_fail_syntax(struct decoder *decoder);

/* The JSON pointer that goes through that many frames; its buffer is of OCI_POINTER_SIZE. */
void decode_pointer(const struct decoder *decoder, unsigned frames, char *buffer);

/* Text from the document as it can be shown in an error: quoted, escaped, not too long. */
enum { DECODE_QUOTE_SIZE = 128 };
const char *decode_quote(char buffer[DECODE_QUOTE_SIZE], const char *text, size_t length);
