/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest program there is: starts, exits with status 0. A container that runs it costs what
 * the runtime and the kernel cost, not what a libc does while it starts. Must not know anything.
 */
#include "bare.h"

int bare_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}
