/* SPDX-License-Identifier: Apache-2.0 */
/* Adding to a plan; see the header. */
#include "step/planning.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "libocispec/pointer.h"
#include "sys/kernel.h"

enum { USUAL_POINTER = 256 };

/*
 * Text, %s and %zu: what pointers are made of. Anything else is a mistake of the caller's. A plan
 * has a hundred pointers, and a libc's printf is slow.
 */
__attribute__((format(printf, 2, 0))) static void add_pointer(struct strbuf *text,
							      const char *format, va_list args)
{
	size_t plain;

	for (const char *at = format; *at; at += plain) {
		if (strncmp(at, "%s", 2) == 0) {
			strbuf_add(text, va_arg(args, const char *));
			at += 2;
		} else if (strncmp(at, "%zu", 3) == 0) {
			strbuf_add_number(text, va_arg(args, size_t));
			at += 3;
		} else if (*at == '%') {
			abort();
		}
		plain = strcspn(at, "%");
		strbuf_add_bytes(text, at, plain);
	}
}

__attribute__((format(printf, 2, 0))) static const char *
pointer_text(struct arena *arena, const char *format, va_list args)
{
	char buffer[USUAL_POINTER];
	struct strbuf text;
	va_list again;

	if (!strchr(format, '%'))
		return format;
	if (strcmp(format, "%s") == 0)
		return arena_strdup(arena, va_arg(args, const char *));
	va_copy(again, args);
	strbuf_init_fixed(&text, buffer, sizeof(buffer));
	add_pointer(&text, format, args);
	if (text.is_cut) {
		strbuf_init(&text, arena);
		add_pointer(&text, format, again);
	}
	va_end(again);
	return text.data == buffer ? arena_strndup(arena, buffer, text.length) : text.data;
}

size_t plan_add(struct planning *p, enum operation operation, enum stage stage, const void *args,
		const char *pointer, ...)
{
	struct plan *plan = p->plan;
	va_list list;

	plan->steps = arena_grow(p->arena, plan->steps, plan->n_steps, &p->step_capacity,
				 sizeof(*plan->steps));
	va_start(list, pointer);
	plan->steps[plan->n_steps] = (struct step){
		.operation = (uint16_t)operation,
		.stage = (uint8_t)stage,
		.args = args,
		.pointer = pointer_text(p->arena, pointer, list),
	};
	va_end(list);
	return plan->n_steps++;
}

bool plan_has_power(const struct planning *p, uint64_t type)
{
	if ((p->new_namespaces | p->joined_namespaces) & type)
		return p->owned_namespaces & type;
	return p->is_privileged && p->facts->owned & type;
}

void plan_hint_own_namespace(const struct planning *p, uint64_t type, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;

	for (size_t i = 0; os && i < os->namespaces.n; i++) {
		const char *path = os->namespaces.v[i].path;
		const struct host_namespace *fact =
			path && *path ? host_find_namespace(p->facts, path) : NULL;

		if (fact && fact->is_own && fact->type == type)
			error_hint(err,
				   "the path at /linux/namespaces/%zu is that of the namespace "
				   "which oci-rt itself is in: without a path a new one is made",
				   i);
	}
}

int plan_hint_namespace(const struct planning *p, uint64_t type, const char *name,
			struct error *err)
{
	plan_hint_own_namespace(p, type, err);
	return error_hint(err, "add {\"type\":\"%s\"} to linux.namespaces", name);
}

bool plan_may(const struct planning *p, unsigned capability)
{
	return p->facts->permitted >> capability & 1;
}

bool plan_has_own_mounts(const struct planning *p)
{
	return p->new_namespaces & KERNEL_CLONE_NEWNS;
}

unsigned plan_new_slot(struct planning *p)
{
	return (unsigned)p->plan->n_slots++;
}

void plan_add_undo(struct planning *p, size_t step, const struct undo *undo)
{
	struct plan *plan = p->plan;

	plan->undo = arena_grow(p->arena, plan->undo, plan->n_undo, &p->undo_capacity,
				sizeof(*plan->undo));
	plan->undo[plan->n_undo] = *undo;
	plan->undo[plan->n_undo++].step = (uint32_t)step;
}

enum stage plan_privileged_stage(const struct planning *p, unsigned capability)
{
	bool has_it = p->facts->is_initial_userns && plan_may(p, capability);

	return !p->is_privileged && has_it ? STAGE_RUNTIME : STAGE_TWO;
}

static void keep_warning(struct planning *p, const char *pointer, const char *text)
{
	struct plan *plan = p->plan;

	plan->warnings = arena_grow(p->arena, plan->warnings, plan->n_warnings,
				    &p->warning_capacity, sizeof(*plan->warnings));
	plan->warnings[plan->n_warnings++] = (struct warning){
		.pointer = arena_strdup(p->arena, pointer),
		.text = arena_strdup(p->arena, text),
	};
}

const char *plan_pointer_to(const struct planning *p, const char *object, const char *name)
{
	struct strbuf pointer;

	strbuf_init(&pointer, p->arena);
	strbuf_add(&pointer, object);
	pointer_add_name(&pointer, name, strlen(name));
	return pointer.data;
}

void plan_warn(struct planning *p, const char *pointer, const char *format, ...)
{
	char text[ERROR_TEXT_SIZE];
	va_list args;

	if (p->plan->n_warnings == PLAN_WARNINGS_MAX)
		return;
	if (p->plan->n_warnings + 1 == PLAN_WARNINGS_MAX) {
		keep_warning(p, "", "there are more warnings, which are left out");
		return;
	}
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	keep_warning(p, pointer, text);
}

void plan_unsupported(struct planning *p, const char *what, const char *pointer, ...)
{
	struct unsupported_args *args = arena_new(p->arena, struct unsupported_args);
	va_list list;
	size_t step;

	args->what = what;
	step = plan_add(p, OP_UNSUPPORTED, STAGE_RUNTIME, args, "%s", "");
	va_start(list, pointer);
	p->plan->steps[step].pointer = pointer_text(p->arena, pointer, list);
	va_end(list);
}
