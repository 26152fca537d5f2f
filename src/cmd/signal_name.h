/* SPDX-License-Identifier: Apache-2.0 */
/* Signals by name or number. */
#pragma once

/*
 * The number of "SIGTERM", "term", "15", "RTMIN+3", "RTMAX-1"; case does not count. 0 is taken: it
 * sends nothing and asks whether one could. -EINVAL for what is no signal.
 */
int signal_parse(const char *text, int *ret);
