/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels of a Linux security module: process.apparmorProfile and process.selinuxLabel, which the
 * kernel gives the program when it is executed, and linux.mountLabel. Checked, planned and printed;
 * create refuses them, as there is nothing yet that runs them.
 */
#pragma once

#include "base/error.h"
#include "step/describe.h"
#include "step/planning.h"

/* What is checked before any step; also the mount options that give a context. */
int lsm_plan(struct planning *p, struct error *err);

/* Before the first mount, as a label is told when a file system is made. */
void lsm_plan_mounts(struct planning *p);

/*
 * The file that takes the label is opened while the process may still (after a change of user it
 * may not), by the process that writes it: the kernel wants both to be of one memory.
 */
void lsm_plan_open(struct planning *p);

/*
 * Behind the hooks of `start`: what a child of init executes would get the label, too. Before the
 * filter of system calls, which may not let it pass.
 */
void lsm_plan_label(struct planning *p);

struct lsm_label {
	bool is_selinux;     /* or else AppArmor's */
	const char *file;    /* below /proc/self */
	const char *text;    /* what is written */
	const char *pointer; /* of the property */
	unsigned slot;       /* where its descriptor is kept */
};
void lsm_open_describe(const struct lsm_label *args, struct describer *d);
void lsm_label_describe(const struct lsm_label *args, struct describer *d);

struct lsm_mounts {
	const char *context;
	struct oci_strings targets; /* file systems that take the option "context" */
	struct oci_strings queues;  /* of the type mqueue: labelled by attribute once mounted */
};
void lsm_mounts_describe(const struct lsm_mounts *args, struct describer *d);
