/* SPDX-License-Identifier: Apache-2.0 */
/* The loopback device of a new network namespace. */
#pragma once

/* Sets "lo" up in the current network namespace; needs CAP_NET_ADMIN there. 0 or -errno. */
int loopback_up(void);
