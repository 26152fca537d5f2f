/* SPDX-License-Identifier: Apache-2.0 */
/* Host name and domain name of a UTS namespace of its own. */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

int hostname_plan(struct planning *p, struct error *err);

struct hostname {
	const char *name;
};
int hostname_apply(const struct hostname *args, struct slots *slots, struct error *err);
void hostname_describe(const struct hostname *args, struct describer *d);
int domainname_apply(const struct hostname *args, struct slots *slots, struct error *err);
void domainname_describe(const struct hostname *args, struct describer *d);
