#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes ./configure from configure.ac. Run it once after a git clone; releases come with it made.
set -eu
cd "$(dirname "$0")"

for tool in autoreconf automake pkg-config; do
	command -v "$tool" >/dev/null || {
		echo "autogen.sh: $tool is missing (Debian: apt install autoconf automake pkg-config)" >&2
		exit 1
	}
done
exec autoreconf --install --warnings=all
