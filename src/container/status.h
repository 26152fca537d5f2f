/* SPDX-License-Identifier: Apache-2.0 */
/* What state a container is in: drawn from the record and from the kernel, not remembered. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "container/statedir.h"
#include "libocispec/ocispec.h"

struct status {
	struct oci_record *record; /* NULL: none was written yet, or it cannot be read */
	enum oci_status now;
	int init_fd;    /* pidfd of an init that has not ended; -EBADF: none */
	int creator_fd; /* likewise of the creator of a container that is being made */
	int runner_fd;  /* ... of who runs its poststart or poststop hooks */
};

void status_done(struct status *status);

/* A record that cannot be read is an error, with *ret filled as far as that goes. */
int status_get(const struct statedir *dir, int proc_fd, struct arena *arena, struct status *ret,
	       struct error *err);

/* "stopped" */
const char *status_name(enum oci_status status);
