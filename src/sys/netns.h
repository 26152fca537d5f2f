/* SPDX-License-Identifier: Apache-2.0 */
/* Network namespaces by descriptor. */
#pragma once

/*
 * A close-on-exec descriptor of the network namespace that the caller is in, for setns(2), by a
 * socket in it and not by a path (SIOCGSKNS, Linux 4.9; needs CAP_NET_ADMIN there). -errno.
 */
int netns_current(void);
