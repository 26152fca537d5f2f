/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The baton: whose turn it is. One message on a SOCK_SEQPACKET pair: the index of the next step,
 * and the descriptors that the other actor needs from here on, with the slots they go into.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "step/step.h"

enum { BATON_FDS_MAX = 32 };

struct baton {
	uint32_t next; /* the step that the receiver continues with */
	uint32_t n_fds;
	uint8_t slots[BATON_FDS_MAX];
};

/* A pair for two actors, close-on-exec. */
int baton_pair(int ret[2]);

/* Sends it with the descriptors that its slots hold; they are closed here and their slots emptied.
 */
int baton_send(int fd, const struct baton *baton, struct slots *slots);

/* Waits for it and fills the slots. -EPIPE when the other end is gone, -EPROTO for what is no
 * baton. */
int baton_receive(int fd, struct baton *ret, struct slots *slots);
