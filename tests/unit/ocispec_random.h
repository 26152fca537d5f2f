/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chance for the tests of libocispec, the same in every run. OCI_SEED (a number) gives another
 * course, OCI_ROUNDS (a number) that many times more of it.
 */
#pragma once

#include <stdint.h>
#include <stdlib.h>

static uint64_t random_state;

static inline void random_begin(void)
{
	const char *seed = getenv("OCI_SEED");

	random_state = seed ? strtoull(seed, NULL, 0) | 1 : UINT64_C(0x2545f4914f6cdd1d);
}

static inline unsigned random_rounds(unsigned rounds)
{
	const char *factor = getenv("OCI_ROUNDS");

	return factor ? rounds * (unsigned)strtoul(factor, NULL, 0) : rounds;
}

/* xorshift64: good enough, and the same everywhere. */
static inline uint64_t random_bits(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static inline uint32_t random_below(uint32_t limit)
{
	return (uint32_t)(random_bits() >> 32) % limit;
}
