/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal; see the header. */
#include "topic/terminal.h"

#include <errno.h>

/* Who comes back before the program ends cannot serve its terminal: somebody else must. */
static int check_socket(const struct plan_request *request, bool has_terminal, struct error *err)
{
	if (has_terminal && request->is_detached && !request->console_socket) {
		error_set(err, EINVAL, "a terminal needs somebody who takes its other end");
		error_hint(err, "give --console-socket, or run in the foreground");
	} else if (!has_terminal && request->console_socket) {
		error_set(err, EINVAL, "--console-socket without a terminal to send there");
		error_hint(err, "set process.terminal");
	} else if (request->console_socket && !request->is_detached) {
		error_set(err, EINVAL,
			  "--console-socket in the foreground, where the runtime "
			  "serves the terminal itself");
		error_hint(err, "add --detach");
	} else {
		return 0;
	}
	return error_at(err, "/process/terminal");
}

/* struct winsize of ioctl_tty(2) has no room for more. */
static int check_size(uint64_t size, const char *name, struct error *err)
{
	if (size <= UINT16_MAX)
		return 0;
	error_set(err, ERANGE, "a terminal has no %s of %llu, at most %d", name,
		  (unsigned long long)size, UINT16_MAX);
	return error_at(err, "/process/consoleSize/%s", name);
}

int terminal_plan(struct planning *p, struct error *err)
{
	const struct oci_process *process = p->config->process;
	bool has_terminal = process && process->terminal;
	const struct oci_console_size *size;
	struct terminal *args;
	int r = check_socket(p->request, has_terminal, err);

	if (r < 0 || !has_terminal)
		return r; /* without a terminal its size is ignored, as the specification says */
	args = arena_new(p->arena, struct terminal);
	args->socket = p->request->console_socket;
	size = process->console_size;
	if (size) {
		r = check_size(size->height, "height", err);
		if (r == 0)
			r = check_size(size->width, "width", err);
		args->rows = (uint16_t)size->height;
		args->columns = (uint16_t)size->width;
	}
	if (r == 0)
		plan_add(p, OP_TERMINAL, STAGE_TWO, args, "/process/terminal");
	return r;
}

void terminal_describe(const struct terminal *args, struct describer *d)
{
	if (args->socket)
		describe_string(d, "socket", args->socket);
	if (args->rows || args->columns) {
		describe_int(d, "rows", args->rows);
		describe_int(d, "columns", args->columns);
	}
}
