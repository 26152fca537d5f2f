/* SPDX-License-Identifier: Apache-2.0 */
/* Signals, for a program that is about to be executed. */
#pragma once

/*
 * Every signal's action is the standard one again, and none is blocked: what exec would keep of the
 * caller's is reset, also of the signals that a libc keeps to itself. Safe between clone and exec.
 */
void signals_reset(void);
