/* SPDX-License-Identifier: Apache-2.0 */
/* Processors of exec; see the header. */
#include "topic/affinity.h"

#include <errno.h>

#include "base/ranges.h"

enum { PROCESSOR_MAX = 8191 }; /* no kernel is built for more */

static int check_list(const char *list, const char *name, struct error *err)
{
	const char *text = list;
	struct range range;
	int r = 0;

	if (list)
		while ((r = ranges_next(&text, PROCESSOR_MAX, &range)) > 0)
			;
	if (r == 0)
		return 0;
	error_set(err, EINVAL, "\"%s\" is no list of processors like \"0-3,7\", up to %d", list,
		  PROCESSOR_MAX);
	return error_at(err, "/process/execCPUAffinity/%s", name);
}

int affinity_check(const struct planning *p, struct error *err)
{
	const struct oci_process *process = p->config->process;
	const struct oci_exec_cpu_affinity *config = process ? process->exec_cpu_affinity : NULL;
	int r;

	if (!config)
		return 0;
	r = check_list(config->initial, "initial", err);
	return r < 0 ? r : check_list(config->final, "final", err);
}
