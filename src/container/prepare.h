/* SPDX-License-Identifier: Apache-2.0 */
/* From a bundle to a plan: reads the configuration, asks the host for the facts, plans. Changes
 * nothing. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "container/container.h"
#include "libocispec/ocispec.h"
#include "step/planning.h"
#include "sys/host.h"

struct prepared {
	struct oci_document document; /* config.json as it was read */
	struct oci_config *config;
	struct host_facts facts;
	int *namespace_fds; /* of linux.namespaces that are joined; no facts: see prepare_done */
	size_t n_namespaces;
	struct plan_request request;
	const struct plan *plan;
};

/*
 * All but the plan. The facts are those that the configuration needs, of this host; with
 * request->facts they come from that file, and proc_fd is not used.
 */
int prepare_config(const struct container_request *request, int proc_fd, struct arena *arena,
		   struct container_report *ret_report, struct prepared *ret, struct error *err);

/* The same with a document that is in `prepared` already. */
int prepare_document(const struct container_request *request, int proc_fd, struct arena *arena,
		     struct container_report *ret_report, struct prepared *prepared,
		     struct error *err);

/* Every fact about this host, for no configuration in particular: none about namespaces. */
int prepare_all_facts(int proc_fd, struct arena *arena, struct host_facts *ret, struct error *err);

/* The plan, with its warnings in the report. */
int prepare_plan(struct prepared *prepared, struct arena *arena, struct container_report *report,
		 struct error *err);

/* Whether the container's cgroup was there already, in any hierarchy, when the facts were asked. */
bool prepare_found_cgroup(const struct prepared *prepared);

/*
 * Asks once more what there is of the container's cgroup, and plans again: for who found one that
 * may have been another container's of this id, which came or went meanwhile. Facts from a file
 * stay as they are.
 */
int prepare_plan_again(const struct container_request *request, struct prepared *prepared,
		       struct arena *arena, struct container_report *report, struct error *err);

/* Closes the descriptors that were not given away. */
void prepare_done(struct prepared *prepared);

/* The descriptors of the namespaces that are joined, for the engine, whose they are then. */
const int *prepare_give_namespaces(struct prepared *prepared, struct arena *arena);

/* Adds line and column of what the error's pointer names. Returns -err->code. */
int prepare_locate(const struct prepared *prepared, struct error *err);
