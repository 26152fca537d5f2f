/* SPDX-License-Identifier: Apache-2.0 */
/* Times as the callers of a runtime write them. */
#pragma once

#include <stdint.h>

enum { CLOCK_RFC3339_SIZE = 40 };

/* CLOCK_REALTIME in nanoseconds. */
uint64_t clock_now(void);

/* UTC, with nanoseconds and a Z: 2026-01-02T03:04:05.000000006Z. */
void clock_rfc3339(uint64_t nanoseconds, char buffer[CLOCK_RFC3339_SIZE]);
