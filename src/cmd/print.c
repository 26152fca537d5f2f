/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call has to say: results on standard output, errors and warnings on standard error and in
 * the log. It must not decide what is an error.
 */
#include <errno.h>
#include <unistd.h>

#include "cmd/call.h"
#include "container/container.h"
#include "step/step.h"

static int write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, text, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		length -= (size_t)n;
	}
	return 0;
}

int call_print(const struct strbuf *text, struct error *err)
{
	int r = write_all(STDOUT_FILENO, text->data, text->length);

	return r < 0 ? error_errno(err, -r, "write to standard output") : 0;
}

/* Nothing that came from a document may move a terminal's cursor, or look like a line of ours. */
static void add_plain(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			strbuf_add_format(out, "\\x%02x", (unsigned char)*text);
		else
			strbuf_add_char(out, *text);
	}
}

static void begin_line(const struct call *call, struct strbuf *out)
{
	const char *name = options_verb(call->line.verb)->name;

	strbuf_init(out, call->arena);
	strbuf_add(out, "oci-rt");
	if (*name)
		strbuf_add_format(out, " %s", name);
	strbuf_add(out, ": ");
}

/* Standard error is the last resort: where it cannot be written, nobody can be told. */
static void end_line(struct strbuf *out)
{
	strbuf_add_char(out, '\n');
	(void)write_all(STDERR_FILENO, out->data, out->length);
}

static const char *stage_name(uint32_t stage)
{
	if (stage == STAGE_ONE)
		return "stage 1";
	return stage == STAGE_TWO ? "stage 2" : "runtime"; /* of others no error tells the step */
}

static bool has_place(const struct error *err)
{
	return err->document[0] || err->pointer[0] || err->step;
}

/* config.json:118:21 /mounts/3 (step 17 of 42, stage 2) */
static void add_place(struct strbuf *out, const struct error *err)
{
	const char *blank = "";

	if (err->document[0]) {
		add_plain(out, err->document);
		if (err->line)
			strbuf_add_format(out, ":%u:%u", err->line, err->column);
		blank = " ";
	}
	if (err->pointer[0]) {
		strbuf_add(out, blank);
		add_plain(out, err->pointer);
		blank = " ";
	}
	if (err->step)
		strbuf_add_format(out, "%s(step %u of %u, %s)", blank, err->step, err->steps,
				  stage_name(err->stage));
}

static void fail_for_people(struct call *call, const struct error *err)
{
	struct strbuf out;

	begin_line(call, &out);
	add_plain(&out, err->text);
	if (has_place(err)) {
		strbuf_add(&out, "\n  at ");
		add_place(&out, err);
	}
	if (err->hint[0]) {
		strbuf_add(&out, "\n  hint: ");
		add_plain(&out, err->hint);
	}
	end_line(&out);
}

static void fail_in_log(struct call *call, const struct error *err)
{
	struct strbuf out;

	strbuf_init(&out, call->arena);
	strbuf_add(&out, err->text);
	if (has_place(err)) {
		strbuf_add(&out, " (at ");
		add_place(&out, err);
		strbuf_add_char(&out, ')');
	}
	if (err->hint[0])
		strbuf_add_format(&out, "; hint: %s", err->hint);
	log_write(&call->log, LOG_LEVEL_ERROR, out.data);
}

/* A text log on standard error would only repeat what is said there for people. */
static bool has_log_of_its_own(const struct call *call)
{
	return call->log.fd != STDERR_FILENO || call->is_quiet;
}

void call_fail(struct call *call, const struct error *err)
{
	if (!call->is_quiet)
		fail_for_people(call, err);
	if (has_log_of_its_own(call))
		fail_in_log(call, err);
}

void call_note(struct call *call, const char *text)
{
	struct strbuf out;

	if (call->is_quiet)
		return;
	begin_line(call, &out);
	strbuf_add(&out, "note: ");
	add_plain(&out, text);
	end_line(&out);
}

static void report_warning(struct call *call, const struct warning *warning)
{
	const char *text = warning->text;
	struct strbuf out;

	if (warning->pointer && *warning->pointer)
		text = arena_printf(call->arena, "%s (at %s)", text, warning->pointer);
	if (!call->is_quiet) {
		begin_line(call, &out);
		strbuf_add(&out, "warning: ");
		add_plain(&out, text);
		end_line(&out);
	}
	if (has_log_of_its_own(call))
		log_write(&call->log, LOG_LEVEL_WARNING, text);
}

static void tell(void *context, const struct container_report *report)
{
	call_report(context, report);
}

struct container_listener call_listener(struct call *call)
{
	return (struct container_listener){ .tell = tell, .context = call };
}

void call_report(struct call *call, const struct container_report *report)
{
	size_t i;

	for (i = 0; i < report->n_warnings; i++)
		report_warning(call, &report->warnings[i]);
	if (call->log.fd < 0 || call->log.level > LOG_LEVEL_DEBUG)
		return;
	for (i = 0; i < report->n_unknown; i++)
		log_write(&call->log, LOG_LEVEL_DEBUG,
			  arena_printf(call->arena, "%s: not known, ignored", report->unknown[i]));
}
