/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults on demand, in test builds only: OCI_RT_FAULT=ACTOR:ACTION:N makes an actor (runtime,
 * child) kill itself or fail at the N-th fault point that it passes. There is one before and one
 * after each step, and around each action of the container's state machine. Where OCI_RT_FAULT_HIT
 * names a file, it is made first, so that a sweep knows where it ends.
 */
#pragma once

#include "base/error.h"
#include "engine/shared.h"

#ifdef FAULT_INJECTION

/* Reads the environment. Without it no point is ever reached. */
void fault_init(void);

/* The process is this actor from now on, and counts from the beginning. */
void fault_become(enum actor actor);

/* 0, or the injected error; does not return when the fault is a kill. `where` is for the message.
 */
int fault_point(const char *where, struct error *err);

#else

static inline void fault_init(void)
{
}

static inline void fault_become(enum actor actor)
{
	(void)actor;
}

static inline int fault_point(const char *where, struct error *err)
{
	(void)where;
	(void)err;
	return 0;
}

#endif
