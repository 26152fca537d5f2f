/* SPDX-License-Identifier: Apache-2.0 */
/* The config.json that `spec` starts from. */
#pragma once

/* A whole document, ended by NUL: a shell in new namespaces, as root with three capabilities. */
extern const char spec_default[];
extern const unsigned spec_default_length;
