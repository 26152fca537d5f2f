/* SPDX-License-Identifier: Apache-2.0 */
/* Conversions of single values between what the configuration, cgroup v1 and v2 mean. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * cpu.shares of v1 [2..262144] as cpu.weight of v2 [1..10000]: 10^((l^2 + 125 l) / 612 - 7 / 34)
 * with l = log2(shares), rounded up, as runc and crun do since 2025; 1024 becomes 100.
 */
uint32_t cgroup_cpu_weight(uint64_t shares);

/* A weight of block I/O [10..1000] as io.weight of v2 [1..10000], in proportion, as runc and crun
 * do. */
uint32_t cgroup_io_weight(uint32_t weight);

/* Whether the text is a list of processors or memory nodes, as the kernel reads it: "0-3,7". */
bool cgroup_is_list(const char *text);
