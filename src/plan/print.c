/* SPDX-License-Identifier: Apache-2.0 */
/* A plan on paper; see the header. */
#include "plan/print.h"

#include "plan/operations.h"
#include "step/describe.h"

static const char *undo_name(const struct undo *undo)
{
	switch ((enum undo_operation)undo->operation) {
	case UNDO_CGROUP:
		return "cgroup";
	case UNDO_POSTSTOP:
		return "poststop";
	}
	return "?";
}

static void print_step(const struct plan *plan, size_t i, struct strbuf *out)
{
	const struct step *step = &plan->steps[i];
	struct describer d = { .text = out };

	strbuf_add_format(out, "%3zu  %-8s %s%s", i + 1, stage_name((enum stage)step->stage),
			  operation_name((enum operation)step->operation),
			  step->is_meanwhile ? " meanwhile" : "");
	operation_describe(step, &d);
	if (*step->pointer)
		strbuf_add_format(out, " [%s]", step->pointer);
	strbuf_add_char(out, '\n');
}

void plan_print_text(const struct plan *plan, const struct oci_strings *unknown, struct strbuf *out)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		print_step(plan, i, out);
	for (size_t i = 0; i < plan->n_undo; i++) {
		const struct undo *undo = &plan->undo[i];

		strbuf_add_format(out, "undo %u  %s%s%s%s%s\n", undo->step + 1, undo_name(undo),
				  *undo->path ? " path=" : "", undo->path,
				  undo->is_made ? " made" : "",
				  undo->is_exclusive ? " exclusive" : "");
	}
	for (size_t i = 0; i < plan->n_warnings; i++)
		strbuf_add_format(out, "warning  %s [%s]\n", plan->warnings[i].text,
				  plan->warnings[i].pointer);
	for (size_t i = 0; i < unknown->n; i++)
		strbuf_add_format(out, "unknown  [%s]\n", unknown->v[i]);
}

static void print_step_json(const struct plan *plan, size_t i, struct json *json)
{
	const struct step *step = &plan->steps[i];
	struct describer d = { .json = json };

	json_begin_object(json, NULL);
	json_uint(json, "step", i + 1);
	json_string(json, "stage", stage_name((enum stage)step->stage));
	json_string(json, "operation", operation_name((enum operation)step->operation));
	if (step->is_meanwhile)
		json_bool(json, "meanwhile", true);
	json_bool(json, "runs", operation_is_runnable((enum operation)step->operation));
	json_begin_object(json, "args");
	operation_describe(step, &d);
	json_end_object(json);
	if (*step->pointer)
		json_string(json, "pointer", step->pointer);
	json_end_object(json);
}

void plan_print_json(const struct plan *plan, const struct oci_strings *unknown, struct json *json)
{
	json_begin_object(json, NULL);
	json_begin_array(json, "steps");
	for (size_t i = 0; i < plan->n_steps; i++)
		print_step_json(plan, i, json);
	json_end_array(json);
	json_begin_array(json, "undo");
	for (size_t i = 0; i < plan->n_undo; i++) {
		const struct undo *undo = &plan->undo[i];

		json_begin_object(json, NULL);
		json_uint(json, "step", undo->step + 1);
		json_string(json, "operation", undo_name(undo));
		json_string(json, "path", undo->path);
		json_bool(json, "made", undo->is_made);
		json_bool(json, "exclusive", undo->is_exclusive);
		json_end_object(json);
	}
	json_end_array(json);
	json_begin_array(json, "warnings");
	for (size_t i = 0; i < plan->n_warnings; i++) {
		json_begin_object(json, NULL);
		json_string(json, "text", plan->warnings[i].text);
		json_string(json, "pointer", plan->warnings[i].pointer);
		json_end_object(json);
	}
	json_end_array(json);
	json_begin_array(json, "unknown");
	for (size_t i = 0; i < unknown->n; i++)
		json_string(json, NULL, unknown->v[i]);
	json_end_array(json);
	json_end_object(json);
}
