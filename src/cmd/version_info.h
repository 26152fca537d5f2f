/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which build this is. The build gives the values in config.h and version.h; a compiler run by hand
 * gets what stands here.
 */
#pragma once

#if __has_include("version.h")
#	include "version.h"
#endif

#ifndef PACKAGE_VERSION
#	define PACKAGE_VERSION "0.0.0"
#endif
#ifndef OCI_RT_COMMIT
#	define OCI_RT_COMMIT "unknown"
#endif
#ifndef OCI_SPEC_VERSION
#	define OCI_SPEC_VERSION "1.3.0"
#endif
