/* SPDX-License-Identifier: Apache-2.0 */
/* --version: callers parse its first three lines. */
#include "cmd/built_in.h"
#include "cmd/call.h"
#include "cmd/version_info.h"

int cmd_version(struct call *call, struct error *err)
{
	struct strbuf out;
	size_t i;

	strbuf_init(&out, call->arena);
	strbuf_add(&out, "oci-rt version " PACKAGE_VERSION "\n"
			 "commit: " OCI_RT_COMMIT "\n"
			 "spec: " OCI_SPEC_VERSION "\n");
	for (i = 0; built_in[i].name[0]; i++)
		strbuf_add_format(&out, "%s%c%s", i ? " " : "", built_in[i].is_on ? '+' : '-',
				  built_in[i].name);
	strbuf_add_char(&out, '\n');
	return call_print(&out, err);
}
