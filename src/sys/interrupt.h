/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HUP, INT and TERM while something is being made that has to be taken back: they end the process
 * that is waited for, so that the wait ends, and are remembered. Nobody polls for them, and none is
 * lost between a look and a wait. A signal that the caller ignores stays ignored. Must not know
 * what is made.
 */
#pragma once

#include <stdint.h>

/* From now on. A process that is forked later and has not reset its signals ends by them. */
void interrupt_begin(void);

/* The signal that came, 0: none. */
int interrupt_signal(void);

/* From now on a signal ends only what is watched then: what came is forgotten. */
void interrupt_forget(void);

/*
 * The process to be killed, by pidfd, -EBADF: none; at once if a signal came already. Gives the one
 * before. To be called again before the descriptor is closed.
 */
int interrupt_watch(int pidfd);

/*
 * That one is left alone while the word has that value, watched or not: whoever asks for the signal
 * passes it on.
 */
void interrupt_spare(int pidfd, const uint32_t *word, uint32_t value);
