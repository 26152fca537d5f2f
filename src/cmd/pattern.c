/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns become a machine of states, walked for all possibilities at once. Built from the
 * pattern's end to its beginning, so that each state knows its successor when it is made. It must
 * not know what the text is.
 */
#include "cmd/pattern.h"

#include <errno.h>
#include <string.h>

enum pattern_kind {
	PATTERN_END,   /* all has matched */
	PATTERN_ATOM,  /* one letter, then next */
	PATTERN_FORK,  /* next or other */
	PATTERN_FIRST, /* at the text's beginning, then next */
	PATTERN_LAST,  /* at the text's end, then next */
};

/* A part of the pattern's text. */
struct span {
	const char *at, *end;
};

static unsigned state_new(struct pattern *p, enum pattern_kind kind, unsigned next, unsigned other)
{
	p->states[p->n] = (struct pattern_state){ NULL, kind, (uint16_t)next, (uint16_t)other };
	return p->n++;
}

/* The end of a set that begins at `at` with its bracket; "]" is a letter when it comes first. */
static const char *set_end(const char *at, const char *end)
{
	at++;
	if (at < end && *at == '^')
		at++;
	if (at < end && *at == ']')
		at++;
	while (at < end && *at != ']')
		at++;
	return at < end ? at + 1 : NULL;
}

static const char *atom_end(const char *at, const char *end);

static const char *group_end(const char *at, const char *end)
{
	at++;
	while (at && at < end && *at != ')')
		at = atom_end(at, end);
	return at && at < end ? at + 1 : NULL;
}

/* The end of the atom that begins at `at`; NULL when the pattern ends within it. */
static const char *atom_end(const char *at, const char *end)
{
	if (*at == '[')
		return set_end(at, end);
	if (*at == '(')
		return group_end(at, end);
	if (*at == '\\')
		return at + 1 < end ? at + 2 : NULL;
	return at + 1;
}

static bool is_repetition(char c)
{
	return c == '*' || c == '+' || c == '?';
}

/* What the compiler below relies on: each bracket has its other half, each repetition an atom. */
static const char *pattern_fault(struct span span)
{
	const char *fault = NULL, *end;
	bool can_repeat = false;

	while (!fault && span.at < span.end) {
		if (is_repetition(*span.at) && !can_repeat)
			return "nothing to repeat";
		can_repeat = !is_repetition(*span.at) && !strchr("|^$", *span.at);
		if (strchr("){}", *span.at))
			return *span.at == ')' ? "a ) without (" : "{ } are not taken";
		end = atom_end(span.at, span.end);
		if (!end)
			return "it ends too early";
		if (*span.at == '(')
			fault = pattern_fault((struct span){ span.at + 1, end - 1 });
		span.at = end;
	}
	return fault;
}

static unsigned compile(struct pattern *p, struct span span, unsigned next);

static unsigned compile_atom(struct pattern *p, struct span span, unsigned next)
{
	unsigned state;

	if (*span.at == '(')
		return compile(p, (struct span){ span.at + 1, span.end - 1 }, next);
	if (*span.at == '^')
		return state_new(p, PATTERN_FIRST, next, next);
	if (*span.at == '$')
		return state_new(p, PATTERN_LAST, next, next);
	state = state_new(p, PATTERN_ATOM, next, next);
	p->states[state].atom = span.at;
	return state;
}

/* An atom with its repetition, in front of `next`. */
static unsigned compile_piece(struct pattern *p, struct span atom, char repetition, unsigned next)
{
	unsigned fork, entry;

	if (repetition == '?')
		return state_new(p, PATTERN_FORK, compile_atom(p, atom, next), next);
	if (!is_repetition(repetition))
		return compile_atom(p, atom, next);
	fork = state_new(p, PATTERN_FORK, next, next);
	entry = compile_atom(p, atom, fork);
	p->states[fork].next = (uint16_t)entry;
	return repetition == '*' ? fork : entry;
}

static unsigned compile_sequence(struct pattern *p, struct span span, unsigned next)
{
	struct span atom = span;
	char repetition = '\0';

	if (span.at == span.end)
		return next;
	atom.end = atom_end(span.at, span.end);
	if (atom.end < span.end && is_repetition(*atom.end))
		repetition = *atom.end;
	span.at = atom.end + (repetition != '\0');
	return compile_piece(p, atom, repetition, compile_sequence(p, span, next));
}

static unsigned compile(struct pattern *p, struct span span, unsigned next)
{
	const char *bar = span.at;

	while (bar < span.end && *bar != '|')
		bar = atom_end(bar, span.end);
	if (bar == span.end)
		return compile_sequence(p, span, next);
	return state_new(p, PATTERN_FORK, compile_sequence(p, (struct span){ span.at, bar }, next),
			 compile(p, (struct span){ bar + 1, span.end }, next));
}

int pattern_compile(struct pattern *ret, const char *text, struct error *err)
{
	size_t length = strlen(text);
	struct span span = { text, text + length };
	const char *fault;

	if (length > PATTERN_LENGTH)
		return error_set(err, E2BIG, "the pattern is longer than %d letters",
				 PATTERN_LENGTH);
	fault = pattern_fault(span);
	if (fault)
		return error_set(err, EINVAL, "the pattern \"%s\" is wrong: %s", text, fault);
	ret->n = 0;
	ret->start = compile(ret, span, state_new(ret, PATTERN_END, 0, 0));
	return 0;
}

static bool set_has(const char *set, char c)
{
	bool is_inverted = set[1] == '^', is_in = false;
	const char *at = set + 1 + is_inverted;

	do {
		if (at[1] == '-' && at[2] != ']') {
			is_in |= at[0] <= c && c <= at[2];
			at += 3;
		} else {
			is_in |= *at++ == c;
		}
	} while (*at != ']');
	return is_in != is_inverted;
}

static bool atom_matches(const char *atom, char c)
{
	if (*atom == '[')
		return set_has(atom, c);
	if (*atom == '\\')
		return atom[1] == c;
	return *atom == '.' || *atom == c;
}

/* Marks the state, and all that can be reached from it without reading a letter. */
static void enter(const struct pattern *p, bool *states, unsigned state, const char *text,
		  const char *at)
{
	const struct pattern_state *s = &p->states[state];

	if (states[state])
		return;
	states[state] = true;
	if (s->kind == PATTERN_FORK || (s->kind == PATTERN_FIRST && at == text) ||
	    (s->kind == PATTERN_LAST && !*at))
		enter(p, states, s->next, text, at);
	if (s->kind == PATTERN_FORK)
		enter(p, states, s->other, text, at);
}

bool pattern_matches(const struct pattern *pattern, const char *text)
{
	bool sets[2][PATTERN_STATES] = { 0 };
	const char *at = text;
	unsigned turn = 0, i;

	for (;; at++, turn ^= 1) {
		bool *now = sets[turn], *after = sets[turn ^ 1];

		enter(pattern, now, pattern->start, text, at);
		if (now[0]) /* state 0 is the end */
			return true;
		if (!*at)
			return false;
		memset(after, 0, sizeof(sets[0]));
		for (i = 1; i < pattern->n; i++) {
			const struct pattern_state *s = &pattern->states[i];

			if (now[i] && s->kind == PATTERN_ATOM && atom_matches(s->atom, *at))
				enter(pattern, after, s->next, text, at + 1);
		}
	}
}
