# SPDX-License-Identifier: Apache-2.0
# What every test shares: a bundle to start from, the runtime with a state directory of the test's
# own, and a teardown that fails the test when anything is left behind.
#
# A test finds these variables:
#   MARK    a word that occurs nowhere else; part of every id, cgroup and path of the test
#   ID      the usual container's id (begins with MARK)
#   T       the test's directory        STATE   the runtime's state directory
#   B       its bundle                  CONFIG  the bundle's config.json
# and after `rt`:
#   status, out, err    exit status, standard output, standard error

bats_require_minimum_version 1.5.0

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

setup() {
	test_setup
}

teardown() {
	test_teardown
}

test_setup() {
	MARK=ort${BATS_ROOT_PID:-$$}t${BATS_SUITE_TEST_NUMBER}z
	ID=$MARK
	T=$BATS_TEST_TMPDIR/$MARK
	STATE=$T/state
	B=$T/bundle
	CONFIG=$B/config.json
	VIEW=()
	status=0 out= err=
	BACKGROUND=()
	mkdir -p "$T"
	chmod a+x "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$T"
	mount_table >"$T/mounts.before"
	make_bundle
}

test_teardown() {
	local left=0 pid
	cd /
	for pid in "${BACKGROUND[@]}"; do
		kill -KILL "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
	delete_all || left=1
	assert_nothing_left || left=1
	assert_no_sanitizer_report || left=1
	((left == 0)) || sweep_away
	return $left
}

# --- bundles ----------------------------------------------------------------------------------------

# make_bundle [DIR]: the base configuration and a rootfs. Its files are hard links: a test that
# changes what is in a file, its owner or its mode takes own_rootfs first.
make_bundle() {
	local dir=${1:-$B}
	mkdir -p "$dir"
	cp -al "$ROOTFS" "$dir/rootfs"
	cp "$HERE/config.json" "$dir/config.json"
}

own_rootfs() {
	rm -rf "$B/rootfs"
	cp -a "$ROOTFS" "$B/rootfs"
}

# edit_config [JQ OPTIONS] FILTER [--args ...]
edit_config() {
	jq "$@" <"$CONFIG" >"$CONFIG.new"
	mv "$CONFIG.new" "$CONFIG"
}

# set_args COMMAND [ARGUMENT...]
set_args() {
	jq '.process.args = $ARGS.positional' "$CONFIG" --args -- "$@" >"$CONFIG.new"
	mv "$CONFIG.new" "$CONFIG"
}

# set_script SCRIPT: what the container's shell runs
set_script() {
	set_args /bin/sh -c "$1"
}

# A user namespace whose root is 100000 on the host, with a rootfs that belongs to it.
use_userns() {
	own_rootfs
	chown -hR 100000:100000 "$B/rootfs"
	edit_config '.linux.namespaces += [{"type": "user"}]
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 65536}]
		| .linux.gidMappings = [{"containerID": 0, "hostID": 100000, "size": 65536}]'
}

# enter_user_namespace LINE...: everything is done from now on by uid 0 of one with that map, KEEPER's
enter_user_namespace() {
	printf '%s\n' "$@" >"$T/map"
	unshare --user sleep 3600 3>&- &
	KEEPER=$!
	until_true is_in_another_user_namespace $KEEPER
	cat "$T/map" >"/proc/$KEEPER/uid_map"
	cat "$T/map" >"/proc/$KEEPER/gid_map"
	BACKGROUND+=($KEEPER)
	VIEW=(nsenter --user="/proc/$KEEPER/ns/user" --setuid 0 --setgid 0)
}

is_in_another_user_namespace() {
	[[ $(readlink "/proc/$1/ns/user") != $(readlink /proc/self/ns/user) ]]
}

# --- running the runtime ------------------------------------------------------------------------------

# Reports of the sanitizers go to files, which teardown looks for: output stays what it is.
runtime_environment() {
	export ASAN_OPTIONS=log_path=$T/sanitizer:detect_leaks=1
	export UBSAN_OPTIONS=log_path=$T/sanitizer:print_stacktrace=1:halt_on_error=1
	export LSAN_OPTIONS=report_objects=1
}

# The same for a process under strace, where LeakSanitizer cannot work.
traced_environment() {
	runtime_environment
	ASAN_OPTIONS+=:detect_leaks=0
}

# rt ARGUMENT...: the runtime with the test's state directory; sets status, out and err. Descriptor 3
# is bats's own: whoever keeps it open keeps bats waiting.
rt() {
	rt_to "$T/rt.out" "$T/rt.err" "$@"
}

# rt_to OUT ERR ARGUMENT...: the same, with files for what the container prints later
rt_to() {
	local out_file=$1 err_file=$2
	shift 2
	rt_raw "$@" </dev/null >"$out_file" 2>"$err_file" && status=0 || status=$?
	out=$(<"$out_file")
	err=$(<"$err_file")
}

# rt_raw ARGUMENT...: no redirection, its exit status is the runtime's
rt_raw() {
	(
		runtime_environment
		exec 3>&-
		exec timeout --foreground -k 5 "${RT_TIMEOUT:-30}" "${VIEW[@]}" "$RT" --root "$STATE" "$@"
	)
}

# rt_background ARGUMENT...: the runtime itself as $!, its output in $T/background.{out,err}; ended
# by teardown
rt_background() {
	(
		runtime_environment
		exec 3>&- "${VIEW[@]}" "$RT" --root "$STATE" "$@"
	) </dev/null >"$T/background.out" 2>"$T/background.err" &
	BACKGROUND+=($!)
}

# expect STATUS: of the last rt
expect() {
	((status == $1)) || fail "exit status $status, expected $1"
}

ok() {
	rt "$@"
	expect 0
}

# refused ARGUMENT...: exit status 1 and one error message that says which verb failed
refused() {
	rt "$@"
	expect 1
	[[ -n $err ]] || fail "failed without a word on stderr"
}

# create [OPTIONS]: what the container prints goes to $T/container.{out,err}
create() {
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$@" "$ID"
}

create_ok() {
	create "$@"
	expect 0
}

start_ok() {
	ok start "$ID"
}

# create_refused POINTER: create fails, names the part of the configuration, and leaves nothing
create_refused() {
	create
	expect 1
	err_names "$1"
	assert_nothing_left
}

# run_script SCRIPT [OPTIONS]: runs it in a container, to success
run_script() {
	set_script "$1"
	shift
	rt run --bundle "$B" "$@" "$ID"
	expect 0
}

# --- what the last call said --------------------------------------------------------------------------

# Says what the last call said, and fails the test.
fail() {
	echo "$*"
	echo "-- exit status: $status"
	echo "-- stdout: $out"
	echo "-- stderr: $err"
	return 1
}

out_is() {
	[[ $out == "$1" ]] || fail "expected on stdout: $1"
}

out_has() {
	[[ $out == *"$1"* ]] || fail "expected in stdout: $1"
}

out_has_line() {
	grep -qxF -e "$1" <<<"$out" || fail "expected as a line of stdout: $1"
}

out_lacks() {
	[[ $out != *"$1"* ]] || fail "not expected in stdout: $1"
}

out_matches() {
	[[ $out =~ $1 ]] || fail "expected on stdout, as a pattern: $1"
}

err_has() {
	[[ ${err,,} == *"${1,,}"* ]] || fail "expected in stderr: $1"
}

# err_names POINTER: the error is at this place of config.json
err_names() {
	local pattern='(^|[[:space:]])'${1//./\\.}'([[:space:])]|$)'
	[[ $err =~ $pattern ]] || fail "expected the JSON pointer $1 in stderr"
}

silent() {
	[[ -z $out && -z $err ]] || fail "expected no output"
}

# is A B: two values are the same
is() {
	[[ $1 == "$2" ]] || fail "got '$1', expected '$2'"
}

isnt() {
	[[ $1 != "$2" ]] || fail "got '$1', expected anything else"
}

# --- state ----------------------------------------------------------------------------------------------

# state_of FIELD [ID]
state_of() {
	rt_raw state "${2:-$ID}" 2>/dev/null | jq -r ".$1"
}

# until_true COMMAND...: waits, at most 10 seconds
until_true() {
	local i
	for ((i = 0; i < 400; i++)); do
		"$@" && return
		sleep 0.025
	done
	fail "waited too long for: $*"
}

status_is() {
	[[ $(state_of status) == "$1" ]]
}

wait_status() {
	until_true status_is "$1"
}

wait_for_line() {
	until_true grep -qxF -e "$1" "${2:-$T/container.out}"
}

# start_waiting: a created and started container whose program says "ready" and waits
start_waiting() {
	set_script 'echo ready; while :; do sleep 0.05; done'
	create_ok "$@"
	start_ok
	wait_for_line ready
}

# All that a verb that fails must leave as it was. A pid is told, so that it is the same process.
snapshot() {
	(cd "$STATE" && find . -mindepth 1 -printf '%P %y %m %s\n' | sort)
	find "$STATE" -name '*.json' -exec cat {} +
	rt_raw state "$ID"
	find /sys/fs/cgroup -depth -name "*$MARK*" | sort
	mount_table
}

# refused_without_effect ARGUMENT...
refused_without_effect() {
	snapshot >"$T/before"
	refused "$@"
	snapshot >"$T/after"
	diff -u "$T/before" "$T/after" || fail "the failed call changed something"
}

# --- cgroups --------------------------------------------------------------------------------------------

# v1, v2, hybrid or none: how this host's cgroups are mounted
cgroup_layout() {
	case $(stat -fc %T /sys/fs/cgroup 2>/dev/null) in
	cgroup2fs) echo v2 ;;
	tmpfs) [[ -e /sys/fs/cgroup/unified/cgroup.procs ]] && echo hybrid || echo v1 ;;
	*) echo none ;;
	esac
}

# use_view v1|v2: from now on the runtime sees cgroups so; see the script `view`
use_view() {
	local layout
	layout=$(cgroup_layout)
	case $layout-$1 in
	hybrid-v1 | hybrid-v2) VIEW=("$HERE/view" "$1") ;;
	v1-v1 | v2-v2 | hybrid-hybrid) VIEW=() ;;
	*) cannot "cgroup-$1" "this host has cgroups in the layout $layout only" ;;
	esac
}

# cgroup_dir PID CONTROLLER: the directory on the host; the controller "" is the v2 tree
cgroup_dir() {
	local path mount
	path=$(awk -F: -v c="$2" '{ n = split($2, a, ","); if (c == "" && $1 == 0) print $3
		for (i = 1; i <= n; i++) if (c != "" && a[i] == c) print $3 }' "/proc/$1/cgroup")
	if [[ -z $2 ]]; then
		mount=/sys/fs/cgroup
		[[ $(cgroup_layout) == v2 ]] || mount=/sys/fs/cgroup/unified
	else
		mount=/sys/fs/cgroup/${2#name=}
	fi
	echo "$mount$path"
}

# cgroups_of NAME: every directory with that name, in all hierarchies
cgroups_of() {
	# what others remove meanwhile makes it fail
	find /sys/fs/cgroup -depth -type d -name "$1" 2>/dev/null || :
}

# --- what is left ---------------------------------------------------------------------------------------

# Without the ids, which are never the same, and without mounts of other people's temporary files.
mount_table() {
	awk '{ $1 = $2 = ""; print }' /proc/self/mountinfo |
		awk -v mark="$MARK" 'index($0, mark) || $3 !~ "^/(tmp|var/tmp)/"' | sort
}

# Processes of the test: the runtime's by their command line, the containers' by their cgroup.
processes() {
	local file pid state
	for file in $(grep -lsaF -f - /proc/[0-9]*/cgroup /proc/[0-9]*/cmdline <<<"$MARK"); do
		pid=${file#/proc/}
		pid=${pid%/*}
		state=
		{ read -r state <"/proc/$pid/stat"; } 2>/dev/null || continue
		[[ ${state##*) } == [ZX]* ]] || echo "$pid"
	done | sort -un
}

no_processes() {
	[[ -z $(processes) ]]
}

delete_all() {
	local dir result=0
	for dir in "$STATE"/*/; do
		[[ -d $dir ]] || continue
		rt delete --force "$(basename "$dir")"
		((status == 0)) || {
			fail "teardown: delete --force failed" || result=1
		}
	done
	return $result
}

# assert_nothing_left: no process, no cgroup, no mount, no state of this test
assert_nothing_left() {
	local left= i found pids
	# a process that was killed is in the table for a moment longer
	for ((i = 0; i < 80; i++)); do
		pids=$(processes)
		[[ -n $pids ]] || break
		sleep 0.025
	done
	for found in $pids; do
		left+="process $found: $(tr '\0' ' ' 2>/dev/null <"/proc/$found/cmdline" | head -c 300)"$'\n'
	done
	found=$(cgroups_of "*$MARK*")
	[[ -z $found ]] || left+="cgroups: $found"$'\n'
	found=$(mount_table | diff "$T/mounts.before" -) || left+="mounts: $found"$'\n'
	found=$(find "$STATE" -mindepth 1 2>/dev/null | head)
	[[ -z $found ]] || left+="state: $found"$'\n'
	[[ -z $left ]] || {
		echo "left behind:"
		echo "$left"
		return 1
	}
}

assert_no_sanitizer_report() {
	local file result=0
	for file in "$T"/sanitizer*; do
		[[ -s $file ]] || continue
		echo "sanitizer report:"
		head -c 4000 "$file"
		result=1
	done
	return $result
}

# After a failure only: the next tests must not suffer from what this one left.
sweep_away() {
	local pid dir
	for pid in $(processes); do
		kill -KILL "$pid" 2>/dev/null || :
	done
	sleep 0.1
	cgroups_of "*$MARK*" | while read -r dir; do
		find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || :
	done
	awk -v mark="$MARK" 'index($5, mark) { print $5 }' /proc/self/mountinfo |
		while read -r dir; do umount -l "$dir" || :; done
}

# --- skipping -------------------------------------------------------------------------------------------

# cannot NAME REASON: this host cannot do it. With MUST_WORK=1 only what tests/skips-allowed names
# may be skipped.
cannot() {
	if [[ ${MUST_WORK:-} == 1 ]] && ! grep -qE "^$1([[:space:]]|\$)" "$HERE/../skips-allowed"; then
		fail "MUST_WORK: cannot skip '$1' ($2): it is not in tests/skips-allowed"
		return 1
	fi
	skip "$1: $2"
}

# have PROGRAM...: all of them
have() {
	local program
	for program; do
		command -v "$program" >/dev/null || return
	done
}

# install_for_file PACKAGE...: in setup_file, where apt can; else the tests' `needs` skips them
install_for_file() {
	command -v apt-get >/dev/null || return
	{
		apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \
			--no-install-recommends "$@"
	} >"$BATS_FILE_TMPDIR/apt.log" 2>&1 3>&-
}

# needs_python: with its standard library, which Debian's python3-minimal is without
needs_python() {
	python3 -c 'import ctypes, json' 2>/dev/null || cannot python3 "not installed"
}

# needs PROGRAM...
needs() {
	local program
	for program; do
		command -v "$program" >/dev/null || cannot "$program" "not installed"
	done
}
