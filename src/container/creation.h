/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One container in the making: what create and run share, and the files that they write about it.
 * create.c goes from step to step, creation_files.c writes.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "container/container.h"
#include "container/prepare.h"
#include "container/statedir.h"
#include "container/wait_files.h"
#include "engine/launch.h"
#include "libocispec/ocispec.h"

/* One container in the making. */
struct creation {
	const struct container_request *request;
	struct arena *arena;
	struct prepared prepared;
	struct statedir dir;
	struct oci_record record;
	struct oci_identity creator, init;
	struct strbuf created; /* the record as it will be once the container is created */
	struct engine engine;
	struct wait_files files;
	int proc_fd, trace_fd;
	bool has_pid_file; /* written by us */
};

/* Names the container in its record, before it is planned: the plan marks with it what is the
 * container's. */
void creation_name(struct creation *c);

/* Writes the record with status "creating" and the undo list, before the host is changed. */
int creation_record(struct creation *c, struct error *err);

/* What the engine asks for on its way: `context` is the creation (struct engine says when). */
int creation_prepare_record(void *context, pid_t pid, int pidfd, struct error *err);
int creation_keep_config(void *context, struct error *err);
int creation_record_hooks(void *context, struct error *err);
int creation_write_created(void *context, struct error *err);
int creation_write_pid_file(void *context, pid_t pid, struct error *err);

/*
 * The trace file is opened before anything is changed, since one that cannot be written is no
 * reason to take a container back; it is written of a launch that failed as well, as far as that
 * came.
 */
int creation_open_trace(struct creation *c, struct error *err);
void creation_write_trace(struct creation *c);
