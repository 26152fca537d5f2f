/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of a container, STATE/ID/state.json: what later verbs must know, and how to take the
 * container back. Written before the host is changed, replaced whole.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "libocispec/ocispec.h"
#include "step/step.h"
#include "sys/identity.h"

#define RECORD_NAME "state.json"
#define CONFIG_NAME "config.json"

enum { RECORD_FORMAT = 1 };

/* Its text, to be written later; and the writing, at once or later. */
void record_text(const struct oci_record *record, struct arena *arena, struct strbuf *ret);
int record_write_text(int dir_fd, const struct strbuf *text, struct error *err);
int record_write(int dir_fd, const struct oci_record *record, struct arena *arena,
		 struct error *err);

/* -ENOENT without an error when there is none yet. Records of a newer format are read as far as
 * known. */
int record_read(int dir_fd, struct arena *arena, struct oci_record **ret, struct error *err);

void record_set_identity(const struct identity *identity, struct oci_identity *ret);
struct identity record_identity(const struct oci_identity *identity);

/* What marks the things of this container, and of no other that ever had its id. */
const char *record_owner(const struct oci_record *record, struct arena *arena);

/*
 * The plan's undo list, as the record has it; the poststop hooks are part of it only once the first
 * hook is about to run, or the container is created. The operations' names are frozen.
 */
void record_set_undo(const struct plan *plan, bool has_poststop, struct arena *arena,
		     struct oci_record *ret);
