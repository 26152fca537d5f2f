/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a configuration and the facts of a host to a plan. Pure: the same input gives the same plan,
 * on any host, for any user.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "step/planning.h"

/*
 * The plan lives in the arena and points into config and request, which must outlive it. An error
 * names the JSON pointer of what cannot be. What this build merely does not carry out is in the
 * plan, as steps without a runner: see plan_refusal.
 */
int plan_make(struct arena *arena, const struct plan_request *request,
	      const struct oci_config *config, const struct host_facts *facts,
	      const struct plan **ret, struct error *err);

/* 0, or the error that names the first step which has no runner, and how many others there are. */
int plan_refusal(const struct plan *plan, struct error *err);
