/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One error: what was tried, where in the configuration it was asked for, and what to do about it.
 *
 * A struct error is plain memory without pointers, so that one process can leave it whole in shared
 * memory for another. A zeroed struct is "no error". Functions that take one write it only when
 * they fail; whoever knows more on the way up adds to it; only main prints it.
 */
#pragma once

#include <stdint.h>

enum { ERROR_TEXT_SIZE = 1536, ERROR_POINTER_SIZE = 512, ERROR_HINT_SIZE = 512 };

struct error {
	int32_t code;          /* positive errno; 0 means that nothing failed */
	uint32_t line, column; /* in the document, from 1; 0 when not known */
	uint32_t step, steps;  /* from 1: the step of the plan that failed; 0 when outside one */
	uint32_t stage;        /* enum stage, of meaning only where step is not 0 */
	char text[ERROR_TEXT_SIZE]; /* what was tried, and why it failed; no trailing newline */
	char pointer[ERROR_POINTER_SIZE]; /* JSON pointer into the document; "" when none asks for
					     it */
	char document[64];          /* the document's short name, "config.json"; "" when none */
	char hint[ERROR_HINT_SIZE]; /* what the user can do; "" when nothing is known */
};

/* Sets code and text; too long a text is cut. Returns -code. Replaces whatever was in err. */
int error_set(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As error_set, followed by ": " and the text of errno `code` (base/errno_text.h). */
int error_errno(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "prefix: " in front of the text. Returns -err->code, so that it can end a function. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets the JSON pointer unless one is set already (the innermost knows best). Returns -err->code.
 */
int error_at(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets the hint unless one is set already. Returns -err->code. */
int error_hint(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
