/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `start` says to a waiting init. FROZEN: an init may be older or newer than the binary that
 * starts it. Fields are only ever added behind the others, with a new version.
 *
 * One SOCK_SEQPACKET message, a struct start_message, with one descriptor: a memfd that holds a
 * struct actor_report. Init maps it and from then on tells there how far it got; the end of the
 * connection with ACTOR_EXECUTING in it means that the program runs.
 */
#pragma once

#include <stdint.h>

#include "engine/shared.h"

enum { START_VERSION = 1 };

#define START_MAGIC "oci-rt/s"

struct start_message {
	char magic[8];
	uint32_t version;
	uint32_t report_size; /* of the struct actor_report in the memfd */
};

/* Names in the container's state directory. */
#define START_SOCKET_NAME  "start"
#define START_WAITING_NAME "waiting"
