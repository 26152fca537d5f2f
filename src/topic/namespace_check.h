/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether what a path leads to is a namespace that the kernel would let the container join, judged
 * by the facts before anything happens. Private to the topic.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "libocispec/ocispec.h"
#include "step/planning.h"

/* CLONE_NEW* */
uint64_t namespace_flag(enum oci_namespace_type type);

/* Whether it is there, and of the type that is listed. The error has no pointer yet. */
int namespace_check_path(const struct oci_namespace *ns, const struct host_namespace *fact,
			 struct error *err);

/* user_namespaces(7): who is in a user namespace and may all there, may all in those below it. */
bool namespace_has_power(const struct host_namespace *user, const struct host_namespace *fact);

/*
 * user_namespaces(7), setns(2): what the kernel would answer. `user` is the user namespace that is
 * joined, NULL if none is. The error has no pointer yet.
 */
int namespace_check_permission(const struct planning *p, const struct host_namespace *fact,
			       const struct host_namespace *user, struct error *err);
