/* SPDX-License-Identifier: Apache-2.0 */
/* A container's state as callers read it, one object: the specification's, and what runc adds. */
#pragma once

#include "base/json.h"
#include "container/container.h"

/* The status as a word. */
const char *shown_status(const struct container_state *state);

/* `owner` is a user's name, or "" where it is not asked for. */
void shown_state_write(struct json *json, const struct container_state *state, const char *owner);
