/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A plan: the flat, ordered list of steps that makes a container. This is the header to read first.
 *
 * The planner writes it once, before anything on the host is changed; the actors (the runtime
 * process and its child) walk it in order, each running the steps of its own stages. What is known
 * only at run time goes into slots, never into the plan. Knows nothing of JSON, OCI structs, or how
 * steps are run.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who runs a step, and where. The last two are other processes' than the plan's actors. */
enum stage {
	STAGE_RUNTIME, /* the process that the user called, in the host's namespaces */
	STAGE_ONE,     /* the child, before it has entered its root */
	STAGE_TWO,     /* the child, inside its root: the container's init */
	STAGE_START,   /* who starts the container, once its program runs: by the record */
	STAGE_DELETE,  /* who deletes it, once all is taken back: by the record */
};

enum operation {
#define OPERATION(symbol, name, prefix)        OP_##symbol,
#define OPERATION_ENGINE(symbol, name, prefix) OP_##symbol,
#define OPERATION_LATER(symbol, name, prefix)  OP_##symbol,
#include "step/operations.def"
	OP_COUNT
};

struct step {
	uint16_t operation;  /* enum operation */
	uint8_t stage;       /* enum stage */
	uint8_t hands_over;  /* a slot whose descriptor goes along with the next baton; 0: none */
	bool is_meanwhile;   /* run without the baton, while the other actor walks on. Only behind a
				step of its own actor: the baton would pass it over. */
	const void *args;    /* the operation's own struct, of its topic; NULL when it has none */
	const char *pointer; /* what in config.json asks for it; "" when nothing does */
};

/*
 * Slots hold what is known only at run time: descriptors and a pid. Each actor has its own array;
 * one that the runtime fills before the clone is inherited.
 */
enum slot {
	SLOT_NONE,   /* no slot */
	SLOT_PID,    /* runtime: the child's pid as the runtime sees it */
	SLOT_PIDFD,  /* runtime: its pidfd */
	SLOT_PROC,   /* runtime: verified /proc of the host (sys/procfd.h) */
	SLOT_CGROUP, /* runtime: directory of the v2 cgroup that clone3 puts the child into */
	SLOT_ROOT,   /* stage 1: the root's mount; every target is resolved beneath it */
	SLOT_DEV, /* stage 1: the container's /dev, opened by the first step that makes something in
		     it */
	SLOT_EMPTY,   /* stage 1: the empty directory that masks others, once it is mounted */
	SLOT_LISTEN,  /* child: the socket that `start` connects to */
	SLOT_WAITING, /* child: the file whose lock says "created" */
	SLOT_SOCKET,  /* each actor's own end of the pair that carries the baton */
	SLOT_FREE,    /* the first one that a planner may give out */
};

struct slots {
	int *value; /* -1: empty */
	size_t count;
};

static inline int slot_get(const struct slots *slots, unsigned slot)
{
	return slots->value[slot];
}

static inline void slot_set(struct slots *slots, unsigned slot, int value)
{
	slots->value[slot] = value;
}

/* How to take back what a step does to the host. The names go into records: they are frozen. */
enum undo_operation {
	UNDO_CGROUP,   /* end what runs in this cgroup if it is ours, then remove the directory if
			  made */
	UNDO_POSTSTOP, /* run the poststop hooks, when all the rest is taken back */
};

struct undo {
	uint8_t operation; /* enum undo_operation */
	bool is_made;      /* absent when it was planned: ours to remove once the step has run */
	bool is_exclusive; /* nobody else may use it: its processes are ours to end */
	uint32_t step;     /* index of the step that it takes back */
	const char *path;  /* "" when it has none */
};

struct warning {
	const char *pointer; /* "" when no part of the configuration is meant */
	const char *text;
};

struct plan {
	struct step *steps;
	size_t n_steps;
	struct undo *undo; /* in the order of their steps; carried out from the end */
	size_t n_undo;
	struct warning *warnings;
	size_t n_warnings;
	size_t n_slots;
	size_t namespace_slot; /* the first of those that the namespaces to be joined are in, in the
				  order of the configuration; 0: none is */
	size_t kept_slot; /* one of these that the runtime needs after the clone, too; 0: none */
};
