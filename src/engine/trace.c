/* SPDX-License-Identifier: Apache-2.0 */
/* The trace file; see the header. */
#include "engine/trace.h"

#include "base/json.h"
#include "plan/operations.h"
#include "step/describe.h"

enum { NANOSECONDS_PER_MICROSECOND = 1000 };

/* Microseconds with their fraction. */
static void write_time(struct json *json, const char *key, uint64_t ns)
{
	char text[32];
	struct strbuf number;

	strbuf_init_fixed(&number, text, sizeof(text));
	strbuf_add_format(&number, "%llu.%03llu",
			  (unsigned long long)(ns / NANOSECONDS_PER_MICROSECOND),
			  (unsigned long long)(ns % NANOSECONDS_PER_MICROSECOND));
	json_raw(json, key, text);
}

static void write_event(const struct plan *plan, const struct shared *shared, size_t i,
			struct json *json)
{
	const struct step *step = &plan->steps[i];
	const struct step_times *times = &shared->times[i];
	struct describer d = { .json = json };

	json_begin_object(json, NULL);
	json_string(json, "name", operation_name((enum operation)step->operation));
	json_string(json, "cat", stage_name((enum stage)step->stage));
	json_string(json, "ph", "X");
	json_int(json, "pid", 1);
	json_int(json, "tid", step->stage == STAGE_RUNTIME ? 1 : 2);
	write_time(json, "ts", times->begin);
	write_time(json, "dur", times->end > times->begin ? times->end - times->begin : 0);
	json_begin_object(json, "args");
	json_uint(json, "step", i + 1);
	operation_describe(step, &d);
	json_end_object(json);
	json_end_object(json);
}

void trace_write(const struct plan *plan, const struct shared *shared, struct strbuf *out)
{
	struct json json;

	json_init(&json, out, NULL);
	json_begin_object(&json, NULL);
	json_begin_array(&json, "traceEvents");
	for (size_t i = 0; shared->is_timed && i < plan->n_steps; i++)
		if (shared->times[i].begin)
			write_event(plan, shared, i, &json);
	json_end_array(&json);
	json_end_object(&json);
	strbuf_add_char(out, '\n');
}
