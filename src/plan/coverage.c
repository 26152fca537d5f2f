/* SPDX-License-Identifier: Apache-2.0 */
/* What this build does not carry out; see the header. */
#include "plan/coverage.h"

/* A property leaves this list when its topic plans it. What lies inside of one is not looked at. */
bool coverage_is_later(enum oci_row row)
{
	switch (row) {
	case OCI_ROW_process_console_size: /* without a terminal it is ignored, as the spec says */
	case OCI_ROW_process_exec_cpu_affinity: /* for exec only; affinity.c has looked at it */
		return false;
	case OCI_ROW_mount_uid_mappings:
	case OCI_ROW_mount_gid_mappings:
	case OCI_ROW_linux_devices:
		return true;
	default:
		return false;
	}
}

static void visit(void *context, const char *pointer, enum oci_row row, const void *field)
{
	if (coverage_is_later(row) && !oci_value_is_empty(row, field))
		plan_unsupported(context, "", "%s", pointer);
}

void coverage_plan(struct planning *p)
{
	oci_walk(OCI_OBJECT_config, p->config, visit, p);
}
