/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt list: a table, JSON on one line, or ids. */
#include <errno.h>
#include <string.h>

#include "cmd/call.h"
#include "cmd/owner.h"
#include "cmd/shown_state.h"
#include "container/container.h"

enum { COLUMNS = 6, COLUMN_WIDTH = 12, COLUMN_GAP = 3 };

struct table_row {
	const char *cell[COLUMNS];
};

/* Letters, not bytes: a byte that continues a UTF-8 sequence has no width. */
static size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void table_write(struct strbuf *out, const struct table_row *rows, size_t n)
{
	size_t width[COLUMNS], row, column, fill;

	for (column = 0; column < COLUMNS; column++) {
		width[column] = COLUMN_WIDTH;
		for (row = 0; row < n; row++) {
			fill = text_width(rows[row].cell[column]) + COLUMN_GAP;
			width[column] = fill > width[column] ? fill : width[column];
		}
	}
	for (row = 0; row < n; row++) {
		for (column = 0; column < COLUMNS; column++) {
			strbuf_add(out, rows[row].cell[column]);
			fill = width[column] - text_width(rows[row].cell[column]);
			while (column < COLUMNS - 1 && fill-- > 0)
				strbuf_add_char(out, ' ');
		}
		strbuf_add_char(out, '\n');
	}
}

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

static void list_table(struct call *call, const struct container_states *states,
		       struct owners *owners, struct strbuf *out)
{
	struct table_row *rows = arena_array(call->arena, states->n + 1, sizeof(*rows));
	size_t i;

	rows[0] = (struct table_row){
		{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}
	};
	for (i = 0; i < states->n; i++) {
		const struct container_state *state = &states->v[i];

		rows[i + 1] = (struct table_row){
			{
                         text_or_empty(state->record->id),
                         arena_printf(call->arena, "%d", (int)state->pid),
                         shown_status(state),
                         text_or_empty(state->record->bundle),
                         text_or_empty(state->record->created),
                         owner_name(owners, state->uid),
			 }
		};
	}
	table_write(out, rows, states->n + 1);
}

static void list_json(const struct container_states *states, struct owners *owners,
		      struct strbuf *out)
{
	struct json json;
	size_t i;

	json_init(&json, out, NULL);
	if (states->n == 0) {
		json_null(&json, NULL);
	} else {
		json_begin_array(&json, NULL);
		for (i = 0; i < states->n; i++)
			shown_state_write(&json, &states->v[i],
					  owner_name(owners, states->v[i].uid));
		json_end_array(&json);
	}
	strbuf_add_char(out, '\n');
}

static void list_ids(const struct container_states *states, struct strbuf *out)
{
	size_t i;

	for (i = 0; i < states->n; i++)
		strbuf_add_format(out, "%s\n", states->v[i].record->id);
}

int cmd_list(struct call *call, struct error *err)
{
	const struct options *options = &call->line.options;
	const char *root, *format = options->format ? options->format : "table";
	bool is_json = strcmp(format, "json") == 0;
	struct owners owners = { .arena = call->arena };
	struct container_states states;
	struct strbuf out;
	int r;

	if (!is_json && strcmp(format, "table") != 0)
		return error_set(err, EINVAL, "--format: \"%s\" is neither table nor json", format);
	r = call_root(call, &root, err);
	if (r == 0)
		r = container_list(root, call->arena, &states, err);
	if (r != 0)
		return r;
	strbuf_init(&out, call->arena);
	if (options->quiet)
		list_ids(&states, &out);
	else if (is_json)
		list_json(&states, &owners, &out);
	else
		list_table(call, &states, &owners, &out);
	return call_print(&out, err);
}
