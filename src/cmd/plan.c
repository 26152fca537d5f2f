/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt plan: the plan on standard output, and on standard error what stands in its way. */
#include <errno.h>
#include <string.h>

#include "cmd/call.h"
#include "container/container.h"
#include "plan/operations.h"
#include "plan/print.h"

static void note_obstacles(struct call *call, const struct plan *plan,
			   const struct container_report *report)
{
	size_t i;

	for (i = 0; i < plan->n_steps; i++)
		if (!operation_is_runnable((enum operation)plan->steps[i].operation))
			call_note(call,
				  arena_printf(call->arena,
					       "create refuses this bundle: %s is not carried "
					       "out by this build (step %zu)",
					       plan->steps[i].pointer, i + 1));
	for (i = 0; i < report->n_unknown; i++)
		call_note(call, arena_printf(call->arena, "not in the specification, ignored: %s",
					     report->unknown[i]));
}

/* A bundle is meant when anything of it is named: without one, every fact there is is shown. */
static int show_facts(struct call *call, struct error *err)
{
	const struct options *options = &call->line.options;
	bool is_for_bundle = options->bundle || options->config || call_operand(call, 0);
	struct container_request request;
	struct strbuf out;
	struct json json;
	int r = call_request(call, &request, err);

	if (r < 0)
		return r;
	request.facts = NULL;
	strbuf_init(&out, call->arena);
	json_init(&json, &out, "  ");
	r = container_show_facts(is_for_bundle ? &request : NULL, call->arena, &json, err);
	if (r < 0)
		return r;
	strbuf_add_char(&out, '\n');
	return call_print(&out, err);
}

static int show_plan(struct call *call, bool is_json, struct error *err)
{
	struct container_report report = { 0 };
	struct container_request request;
	struct oci_strings unknown;
	const struct plan *plan;
	struct strbuf out;
	struct json json;
	int r = call_request(call, &request, err);

	if (r == 0)
		r = container_plan(&request, call->arena, &plan, &report, err);
	if (r != 0)
		return r;
	unknown = (struct oci_strings){ report.n_unknown, report.unknown };
	strbuf_init(&out, call->arena);
	json_init(&json, &out, "  ");
	if (is_json)
		plan_print_json(plan, &unknown, &json);
	else
		plan_print_text(plan, &unknown, &out);
	if (out.length > 0 && out.data[out.length - 1] != '\n')
		strbuf_add_char(&out, '\n');
	r = call_print(&out, err);
	note_obstacles(call, plan, &report);
	return r;
}

int cmd_plan(struct call *call, struct error *err)
{
	const struct options *options = &call->line.options;
	const char *format = options->format ? options->format : "text";
	bool is_json = strcmp(format, "json") == 0;

	if (!is_json && strcmp(format, "text") != 0)
		return error_set(err, EINVAL, "--format: \"%s\" is neither text nor json", format);
	if (options->facts && strcmp(options->facts, "show") == 0)
		return show_facts(call, err);
	return show_plan(call, is_json, err);
}
