/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program: puts its descriptors in order, reads the command line, calls the verb. Here alone
 * errors are printed and the exit status is decided; what a verb does stands in its own file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "cmd/call.h"
#include "cmd/log_options.h"
#include "cmd/version_info.h"
#include "sys/descriptors.h"
#include "sys/protect.h"

enum { OWN_ERROR = 1, FIRST_PASSED = 3, MEMORY_SIZE = 64 << 10, FILE_MASK = 022 };

/* What goes on into a container must be a copy that the container cannot write to. */
static bool is_entering(enum verb verb)
{
	return verb == VERB_CREATE || verb == VERB_RUN;
}

/*
 * How many descriptors systemd or another manager passes: LISTEN_FDS counts if LISTEN_PID is us
 * (sd_listen_fds(3)).
 */
static int listen_fds(unsigned *ret, struct error *err)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	uint64_t value;

	*ret = 0;
	if (!pid || !count || number_parse_uint(pid, INT32_MAX, &value) < 0 ||
	    value != (uint64_t)getpid())
		return 0;
	if (number_parse_uint(count, 1 << 16, &value) < 0)
		return error_set(err, EINVAL, "LISTEN_FDS: \"%s\" is no number of descriptors",
				 count);
	*ret = (unsigned)value;
	return 0;
}

/* Everything that is open and was not passed on purpose ends with the next exec. */
static int order_descriptors(struct call *call, struct error *err)
{
	unsigned passed = 0, missing;
	int r;

	if (is_entering(call->line.verb)) {
		if (listen_fds(&call->listen_fds, err) < 0)
			return -err->code;
		passed = call->line.options.preserve_fds + call->listen_fds;
	}
	if (descriptors_check(passed, &missing) < 0) {
		error_set(err, EBADF, "descriptor %u is not open", missing);
		return error_hint(err,
				  "--preserve-fds %u and LISTEN_FDS %u ask for descriptors %d to "
				  "%u",
				  call->line.options.preserve_fds, call->listen_fds, FIRST_PASSED,
				  FIRST_PASSED + passed - 1);
	}
	r = descriptors_hide(FIRST_PASSED + passed);
	return r < 0 ? error_errno(err, -r, "set close-on-exec on descriptors") : 0;
}

static int verb_call(struct call *call, struct error *err)
{
	switch (call->line.verb) {
	case VERB_CREATE:
		return cmd_create(call, err);
	case VERB_DELETE:
		return cmd_delete(call, err);
	case VERB_FEATURES:
		return cmd_features(call, err);
	case VERB_KILL:
		return cmd_kill(call, err);
	case VERB_LIST:
		return cmd_list(call, err);
	case VERB_PLAN:
		return cmd_plan(call, err);
	case VERB_RUN:
		return cmd_run(call, err);
	case VERB_SPEC:
		return cmd_spec(call, err);
	case VERB_START:
		return cmd_start(call, err);
	case VERB_STATE:
		return cmd_state(call, err);
	case VERB_GLOBAL:
	case VERB_COUNT:
		break;
	}
	error_set(err, EINVAL, "no verb is given");
	return error_hint(err, "oci-rt --help lists them");
}

static int call_run(struct call *call, char *const argv[], struct error *err)
{
	const struct options *options = &call->line.options;
	int r = options_parse(call->arena, argv, &call->line, err);

	if (r < 0)
		return r;
	if (options->help)
		return cmd_help(call, err);
	if (options->version)
		return cmd_version(call, err);
	r = options_check_operands(&call->line, err);
	if (r == 0)
		r = order_descriptors(call, err);
	if (r == 0 && is_entering(call->line.verb))
		r = protect_self(argv, err);
	if (r == 0)
		r = log_options_apply(call, err);
	if (r < 0)
		return r;
	log_write(&call->log, LOG_LEVEL_DEBUG,
		  arena_printf(call->arena, "oci-rt " PACKAGE_VERSION " %s",
			       options_verb(call->line.verb)->name));
	return verb_call(call, err);
}

int main(int argc, char *argv[])
{
	static char memory[MEMORY_SIZE];
	static struct error err, unused;
	struct arena arena;
	struct call call = { .arena = &arena, .log = { .fd = -EBADF } };

	(void)argc;
	/* Set-user-ID: nothing that the caller says may be believed, not even where its log is. */
	if (descriptors_open_standard() < 0 || getauxval(AT_SECURE))
		return OWN_ERROR;
	umask(FILE_MASK); /* what is made on the way has the mode that it is made with */
	arena_init_clear(&arena, memory, sizeof(memory));
	if (call_run(&call, argv, &err) >= 0)
		return call.status;
	/* What failed before the log was open belongs into it all the same. */
	if (call.log.fd < 0)
		log_options_apply(&call, &unused);
	call_fail(&call, &err);
	return OWN_ERROR;
}
