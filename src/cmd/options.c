/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the command line by the tables of option_table.c. It must not know what an option does:
 * values go into struct options as they are.
 */
#include "cmd/options.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/number.h"
#include "cmd/suggest.h"

enum { PRESERVE_FDS_MAX = 1 << 20 };

/* Where the parser stands. */
struct parse {
	struct arena *arena;
	struct command_line *line;
	char *const *at; /* the argument that comes next */
	bool has_dashes; /* "--" was seen */
	struct error *err;
};

/* One option as typed: -name=value, taken apart. */
struct typed {
	const char *text; /* whole, for errors */
	const char *name; /* without dashes; not ended where value is not NULL */
	size_t length;
	const char *value; /* what follows "="; NULL: nothing */
};

enum verb options_find_verb(const char *name)
{
	int verb;

	for (verb = VERB_GLOBAL + 1; verb < VERB_COUNT; verb++)
		if (strcmp(options_verb((enum verb)verb)->name, name) == 0)
			return (enum verb)verb;
	return VERB_GLOBAL;
}

static bool row_has_name(const struct option_row *row, const struct typed *typed)
{
	if (typed->length == 1 && row->letter == typed->name[0])
		return true;
	return strlen(row->name) == typed->length &&
	       memcmp(row->name, typed->name, typed->length) == 0;
}

static const struct option_row *option_find_of(enum verb verb, const struct typed *typed)
{
	size_t count, i;
	const struct option_row *rows = options_rows(&count);

	for (i = 0; i < count; i++)
		if (rows[i].verbs & 1u << verb && row_has_name(&rows[i], typed))
			return &rows[i];
	return NULL;
}

/* The verb's own option, else a global one: those are taken after the verb, too. */
static const struct option_row *option_find(enum verb verb, const struct typed *typed)
{
	const struct option_row *row = option_find_of(verb, typed);

	return row || verb == VERB_GLOBAL ? row : option_find_of(VERB_GLOBAL, typed);
}

static int option_unknown(struct parse *p, const struct typed *typed)
{
	const uint32_t mask = 1u << p->line->verb | 1u << VERB_GLOBAL;
	const char *name = arena_strndup(p->arena, typed->name, typed->length);
	const struct option_row *rows, *best = NULL;
	unsigned distance, least = UINT_MAX;
	size_t count, i;

	rows = options_rows(&count);
	for (i = 0; i < count; i++) {
		distance = suggest_distance(name, rows[i].name);
		if (rows[i].verbs & mask && distance < least) {
			least = distance;
			best = &rows[i];
		}
	}
	error_set(p->err, EINVAL, "unknown option %s", typed->text);
	if (best && suggest_is_close(name, least))
		return error_hint(p->err, "did you mean --%s?", best->name);
	return error_hint(p->err, "oci-rt %s%s--help lists them", options_verb(p->line->verb)->name,
			  p->line->verb == VERB_GLOBAL ? "" : " ");
}

/* The words that Go's flags take for a boolean, which callers of runc may write. */
static int flag_parse(const char *value, bool *ret)
{
	static const char words[][6] = { "0", "f", "F", "false", "False", "FALSE",
					 "1", "t", "T", "true",  "True",  "TRUE" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], value) == 0) {
			*ret = i >= 6;
			return 0;
		}
	}
	return -EINVAL;
}

static int option_set_flag(struct parse *p, const struct option_row *row, const char *value,
			   bool *field)
{
	if (!value)
		*field = true;
	else if (flag_parse(value, field) < 0)
		return error_set(p->err, EINVAL, "--%s: \"%s\" is neither true nor false",
				 row->name, value);
	return 0;
}

static int option_set_count(struct parse *p, const struct option_row *row, const char *value,
			    unsigned *field)
{
	uint64_t count;

	if (number_parse_uint(value, PRESERVE_FDS_MAX, &count) < 0)
		return error_set(p->err, EINVAL, "--%s: \"%s\" is no number from 0 to %d",
				 row->name, value, PRESERVE_FDS_MAX);
	*field = (unsigned)count;
	return 0;
}

static int option_add_text(struct parse *p, const struct option_row *row, const char *value,
			   struct texts *field)
{
	if (field->n == OPTIONS_TEXTS)
		return error_set(p->err, E2BIG, "--%s is given more than %d times", row->name,
				 OPTIONS_TEXTS);
	field->v = arena_grow(p->arena, field->v, field->n, &field->capacity, sizeof(*field->v));
	field->v[field->n++] = value;
	return 0;
}

static int option_set(struct parse *p, const struct option_row *row, const char *value)
{
	void *field = (char *)&p->line->options + row->field;

	if (row->kind == OPTION_FLAG)
		return option_set_flag(p, row, value, field);
	if (!value && !*p->at)
		return error_set(p->err, EINVAL, "--%s needs a value (%s)", row->name, row->value);
	if (!value)
		value = *p->at++;
	if (row->kind == OPTION_COUNT)
		return option_set_count(p, row, value, field);
	if (row->kind == OPTION_TEXTS)
		return option_add_text(p, row, value, field);
	*(const char **)field = value;
	return 0;
}

static int option_parse(struct parse *p, const char *text)
{
	struct typed typed = { .text = text, .name = text + 1 };
	const struct option_row *row;

	if (*typed.name == '-')
		typed.name++;
	typed.length = strcspn(typed.name, "=");
	if (typed.name[typed.length])
		typed.value = typed.name + typed.length + 1;
	row = option_find(p->line->verb, &typed);
	return row ? option_set(p, row, typed.value) : option_unknown(p, &typed);
}

static int verb_unknown(struct parse *p, const char *name)
{
	unsigned distance, least = UINT_MAX;
	int verb, best = VERB_GLOBAL;

	for (verb = VERB_GLOBAL + 1; verb < VERB_COUNT; verb++) {
		distance = suggest_distance(name, options_verb((enum verb)verb)->name);
		if (distance < least) {
			least = distance;
			best = verb;
		}
	}
	error_set(p->err, EINVAL, "unknown verb \"%s\"", name);
	if (suggest_is_close(name, least))
		return error_hint(p->err, "did you mean %s?", options_verb((enum verb)best)->name);
	return error_hint(p->err, "oci-rt --help lists them");
}

/* "help VERB" is "VERB --help". */
static int verb_parse(struct parse *p, const char *name)
{
	struct command_line *line = p->line;

	if (strcmp(name, "help") == 0) {
		line->options.help = true;
		if (!*p->at)
			return 0;
		name = *p->at++;
	}
	line->verb = options_find_verb(name);
	return line->verb == VERB_GLOBAL ? verb_unknown(p, name) : 0;
}

static int argument_parse(struct parse *p)
{
	struct command_line *line = p->line;
	const char *text = *p->at++;

	if (!p->has_dashes && strcmp(text, "--") == 0) {
		p->has_dashes = true;
		line->n_before_dashes = line->n_operands;
		return 0;
	}
	if (!p->has_dashes && text[0] == '-' && text[1])
		return option_parse(p, text);
	if (line->verb == VERB_GLOBAL)
		return verb_parse(p, text);
	line->operands[line->n_operands++] = text;
	return 0;
}

int options_parse(struct arena *arena, char *const argv[], struct command_line *ret,
		  struct error *err)
{
	struct parse p = { .arena = arena, .line = ret, .at = argv, .err = err };
	size_t count = 0;
	int r = 0;

	while (argv[count])
		count++;
	*ret = (struct command_line){ .options.read_only = true };
	ret->operands = arena_array(arena, count + 1, sizeof(*ret->operands));
	if (count > 0)
		p.at++;
	while (r == 0 && *p.at)
		r = argument_parse(&p);
	if (!p.has_dashes)
		ret->n_before_dashes = ret->n_operands;
	return r;
}

int options_check_operands(const struct command_line *line, struct error *err)
{
	const struct verb_row *row = options_verb(line->verb);

	if (line->n_operands >= row->min && line->n_operands <= row->max)
		return 0;
	if (line->n_operands < row->min)
		error_set(err, EINVAL, "the container's id is missing");
	else
		error_set(err, EINVAL, "unexpected argument \"%s\"", line->operands[row->max]);
	return error_hint(err, "usage: oci-rt %s [OPTION...] %s", row->name, row->operands);
}
