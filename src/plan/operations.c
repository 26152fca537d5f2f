/* SPDX-License-Identifier: Apache-2.0 */
/* The operations' table; see the header. It knows every topic, and no topic knows it. */
#include "plan/operations.h"

#include <errno.h>

#include "cgroup/operations.h"
#include "step/planning.h"
#include "topic/caps.h"
#include "topic/device.h"
#include "topic/hook.h"
#include "topic/hostname.h"
#include "topic/idmap.h"
#include "topic/io_priority.h"
#include "topic/lsm.h"
#include "topic/mask.h"
#include "topic/memory_policy.h"
#include "topic/mount.h"
#include "topic/namespace.h"
#include "topic/netdev.h"
#include "topic/oom.h"
#include "topic/personality.h"
#include "topic/process.h"
#include "topic/rdt.h"
#include "topic/rlimit.h"
#include "topic/root.h"
#include "topic/scheduler.h"
#include "topic/seccomp.h"
#include "topic/sysctl.h"
#include "topic/terminal.h"
#include "topic/timens.h"
#include "topic/user.h"

/* --- what has no topic --- */

static void unsupported_describe(const struct unsupported_args *args, struct describer *d)
{
	if (*args->what)
		describe_string(d, "what", args->what);
}

/* The engine's own steps explain themselves by their names. */
static void engine_describe(const void *args, struct describer *d)
{
	(void)args;
	(void)d;
}

/* --- the table, as switches: no pointers that would have to be relocated at start --- */

const char *operation_name(enum operation operation)
{
	switch (operation) {
#define OPERATION(symbol, name, prefix) \
	case OP_##symbol:               \
		return name;
#define OPERATION_ENGINE(symbol, name, prefix) OPERATION(symbol, name, prefix)
#define OPERATION_LATER(symbol, name, prefix)  OPERATION(symbol, name, prefix)
#include "step/operations.def"
	case OP_COUNT:
		break;
	}
	return "?";
}

bool operation_is_runnable(enum operation operation)
{
	switch (operation) {
#define OPERATION(symbol, name, prefix)
#define OPERATION_ENGINE(symbol, name, prefix)
#define OPERATION_LATER(symbol, name, prefix) case OP_##symbol:
#include "step/operations.def"
		return false;
	default:
		return true;
	}
}

bool operation_is_engines(enum operation operation)
{
	switch (operation) {
#define OPERATION(symbol, name, prefix)
#define OPERATION_ENGINE(symbol, name, prefix) case OP_##symbol:
#define OPERATION_LATER(symbol, name, prefix)
#include "step/operations.def"
		return true;
	default:
		return false;
	}
}

void operation_describe(const struct step *step, struct describer *d)
{
	switch ((enum operation)step->operation) {
#define OPERATION(symbol, name, prefix)           \
	case OP_##symbol:                         \
		prefix##_describe(step->args, d); \
		break;
#define OPERATION_ENGINE(symbol, name, prefix) OPERATION(symbol, name, prefix)
#define OPERATION_LATER(symbol, name, prefix)  OPERATION(symbol, name, prefix)
#include "step/operations.def"
	case OP_COUNT:
		break;
	}
}

int operation_apply(const struct step *step, struct slots *slots, struct error *err)
{
	switch ((enum operation)step->operation) {
#define OPERATION(symbol, name, prefix) \
	case OP_##symbol:               \
		return prefix##_apply(step->args, slots, err);
#define OPERATION_ENGINE(symbol, name, prefix)
#define OPERATION_LATER(symbol, name, prefix)
#include "step/operations.def"
	default:
		return error_set(err, ENOSYS, "%s is not carried out by this build",
				 operation_name((enum operation)step->operation));
	}
}

const char *stage_name(enum stage stage)
{
	switch (stage) {
	case STAGE_RUNTIME:
		return "runtime";
	case STAGE_ONE:
		return "stage 1";
	case STAGE_TWO:
		return "stage 2";
	case STAGE_START:
		return "start";
	case STAGE_DELETE:
		return "delete";
	}
	return "?";
}
