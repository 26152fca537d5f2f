# SPDX-License-Identifier: Apache-2.0
# Shared by the self-checks. A check is one small script that holds the tree against one rule; it exits
# with 0 (kept), 1 (broken; says where) or 77 (cannot be checked here; says why).
# Environment, all optional: srcdir, RT (the program), CC, CHECK_FLAGS (as the build compiles), MUST_WORK.

set -eu
LC_ALL=C
export LC_ALL

build=$PWD
cd "$(dirname "$0")/../.."
top=$PWD
: "${RT:=$build/oci-rt}" "${CC:=gcc}"

# flags for a compiler that runs in $build
: "${CHECK_FLAGS:=-std=gnu17 -D_GNU_SOURCE -iquote $top/src -iquote $top}"

skip() {
	echo "skipped: $*"
	test "${MUST_WORK:-}" != 1 || exit 1
	exit 77
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# sources PATTERN...: the tree's own files of these name patterns, relative to the top
sources() {
	for pattern; do
		find src libocispec helpers tests -type f -name "$pattern" 2>/dev/null
	done | sort
}

# Reads lines of complaint from stdin; with any, prints them under the rule and fails.
complain() {
	complaints=$(cat)
	test -z "$complaints" || {
		echo "$1:"
		echo "$complaints"
		exit 1
	}
}
