/* SPDX-License-Identifier: Apache-2.0 */
/* --help, from the tables that the parser reads. */
#include <string.h>

#include "cmd/call.h"

enum { HELP_COLUMN = 34 };

static void add_option(struct strbuf *out, const struct option_row *row)
{
	size_t start = out->length;

	if (row->letter)
		strbuf_add_format(out, "  -%c, --%s", row->letter, row->name);
	else
		strbuf_add_format(out, "      --%s", row->name);
	if (row->value[0])
		strbuf_add_format(out, " %s", row->value);
	do
		strbuf_add_char(out, ' ');
	while (out->length - start < HELP_COLUMN);
	strbuf_add_format(out, "%s\n", row->help);
}

static void add_options(struct strbuf *out, enum verb verb, const char *title)
{
	size_t count, i;
	const struct option_row *rows = options_rows(&count);
	bool is_first = true;

	for (i = 0; i < count; i++) {
		if (!(rows[i].verbs & 1u << verb))
			continue;
		if (is_first)
			strbuf_add_format(out, "\n%s:\n", title);
		is_first = false;
		add_option(out, &rows[i]);
	}
}

static void add_program(struct strbuf *out)
{
	int verb;

	strbuf_add(out, "usage: oci-rt [OPTION...] VERB [OPTION...] [ID]\n\nverbs:\n");
	for (verb = VERB_GLOBAL + 1; verb < VERB_COUNT; verb++) {
		const struct verb_row *row = options_verb((enum verb)verb);

		strbuf_add_format(out, "  %-10s %s\n", row->name, row->help);
	}
	add_options(out, VERB_GLOBAL, "options");
	strbuf_add(out, "\noci-rt VERB --help shows the options of a verb.\n");
}

static void add_verb(struct strbuf *out, enum verb verb)
{
	const struct verb_row *row = options_verb(verb);

	strbuf_add_format(out, "usage: oci-rt [OPTION...] %s [OPTION...]%s%s\n\n%s\n", row->name,
			  row->operands[0] ? " " : "", row->operands, row->help);
	add_options(out, verb, "options");
}

int cmd_help(struct call *call, struct error *err)
{
	struct strbuf out;

	strbuf_init(&out, call->arena);
	if (call->line.verb == VERB_GLOBAL)
		add_program(&out);
	else
		add_verb(&out, call->line.verb);
	return call_print(&out, err);
}
