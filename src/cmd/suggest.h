/* SPDX-License-Identifier: Apache-2.0 */
/* Guessing which name was meant by one that was mistyped. */
#pragma once

enum { SUGGEST_NAME_SIZE = 32 };

/*
 * How many letters must be put in, taken out, replaced or swapped with their neighbour to turn one
 * name into the other; a big number when a name is too long to be one.
 */
unsigned suggest_distance(const char *typed, const char *name);

/* Whether a name at that distance may have been meant. */
int suggest_is_close(const char *typed, unsigned distance);
