/* SPDX-License-Identifier: Apache-2.0 */
/* Records; see the header. */
#include "container/record.h"

#include <errno.h>

#include "base/json.h"
#include "base/strbuf.h"
#include "container/undo.h"
#include "sys/file.h"

enum { RECORD_MODE = 0600, RECORD_SIZE_MAX = 16 << 20 };

void record_text(const struct oci_record *record, struct arena *arena, struct strbuf *ret)
{
	struct json json;

	strbuf_init(ret, arena);
	json_init(&json, ret, NULL);
	oci_encode_record(record, &json, NULL);
}

int record_write_text(int dir_fd, const struct strbuf *text, struct error *err)
{
	int r = file_replace(dir_fd, RECORD_NAME, RECORD_MODE, text->data, text->length);

	return r < 0 ? error_errno(err, -r, "write the container's record") : 0;
}

int record_write(int dir_fd, const struct oci_record *record, struct arena *arena,
		 struct error *err)
{
	struct strbuf text;

	record_text(record, arena, &text);
	return record_write_text(dir_fd, &text, err);
}

int record_read(int dir_fd, struct arena *arena, struct oci_record **ret, struct error *err)
{
	struct oci_document document = { .name = RECORD_NAME };
	char *text;
	int r = file_read_nofollow(dir_fd, RECORD_NAME, RECORD_SIZE_MAX, arena, &text,
				   &document.length);

	if (r == -ENOENT)
		return r;
	if (r < 0)
		return error_errno(err, -r, "read the container's record");
	document.text = text;
	r = oci_decode_record(arena, &document, NULL, ret, err);
	return r < 0 ? error_prefix(err, "read the container's record") : 0;
}

void record_set_identity(const struct identity *identity, struct oci_identity *ret)
{
	ret->pid = identity->pid;
	ret->start_time = identity->start_time;
	ret->pidfd_inode = identity->pidfd_inode;
	ret->has_pid = ret->has_start_time = ret->has_pidfd_inode = true;
}

struct identity record_identity(const struct oci_identity *identity)
{
	return (struct identity){ .pid = identity->pid,
				  .start_time = identity->start_time,
				  .pidfd_inode = identity->pidfd_inode };
}

void record_set_undo(const struct plan *plan, bool has_poststop, struct arena *arena,
		     struct oci_record *ret)
{
	ret->undo.n = 0;
	ret->undo.v = arena_array(arena, plan->n_undo, sizeof(*ret->undo.v));
	ret->has_undo = true;
	for (size_t i = 0; i < plan->n_undo; i++) {
		const struct undo *undo = &plan->undo[i];
		struct oci_record_undo *entry = &ret->undo.v[ret->undo.n];

		if (undo->operation == UNDO_POSTSTOP && !has_poststop)
			continue;
		ret->undo.n++;
		entry->op = undo_name((enum undo_operation)undo->operation);
		entry->path = undo->path;
		entry->made = undo->is_made;
		entry->exclusive = undo->is_exclusive;
		entry->has_op = entry->has_path = entry->has_made = entry->has_exclusive = true;
	}
}

const char *record_owner(const struct oci_record *record, struct arena *arena)
{
	return arena_printf(arena, "%s %s", record->id ? record->id : "",
			    record->created ? record->created : "");
}
