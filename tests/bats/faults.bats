# SPDX-License-Identifier: Apache-2.0
# Killing the runtime and its child, and failing them, at every point in turn. Afterwards `delete
# --force` leaves nothing behind and has harmed nothing. Needs a build with fault injection: $RT, or
# another one that RT_FAULT names.

load helpers
load sweep

POINTS=600 # a sweep ends by itself; this is a bound

setup() {
	RT=${RT_FAULT:-$RT}
	sweep_setup
	has_faults || cannot fault-injection "not a build for tests (configure --enable-developer)"
}

teardown() {
	sweep_teardown
}

has_faults() {
	local result=1
	with_fault runtime:fail:1
	rt create --bundle "$B" "$ID"
	! is_hit || result=0
	VIEW=()
	rt delete --force "$ID"
	return $result
}

# with_fault ACTOR:ACTION:N: for the next calls
with_fault() {
	rm -f "$T/hit"
	VIEW=(env OCI_RT_FAULT="$1" OCI_RT_FAULT_HIT="$T/hit")
}

is_hit() {
	grep -qs hit "$T/hit"
}

# sweep ACTOR ACTION FUNCTION: FUNCTION "name" does the calls, and is over when no point is hit
sweep() {
	local n
	UNTOLD=
	for ((n = 1; n <= POINTS; n++)); do
		FAULT=$1:$2:$n
		VIEW=()
		rm -f "$T/hit"
		"$3" "$FAULT" "$1" "$2"
		is_hit || break
	done
	((n <= POINTS)) || fail "more than $POINTS points"
	((n > ${MINIMUM:-2})) || fail "only $((n - 1)) points were hit"
	echo "$1 $2: $((n - 1)) points"
}

# the actor's own call ended as it had to: 1 with an error, or by the signal
ended_as_it_must() {
	local name=$1 actor=$2 action=$3
	if [[ $actor-$action == runtime-kill ]]; then
		((status == 137)) || fail "$name: exit status $status, expected 137"
	else
		((status == 1)) || fail "$name: exit status $status, expected 1"
		[[ -n $err ]] || fail "$name: no error was told"
		[[ $action == kill || $err == *"injected fault"* ]] || fail "$name: another error was told"
	fi
}

create_once() {
	with_fault "$FAULT"
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	VIEW=()
	if is_hit; then
		ended_as_it_must "$@"
		if [[ $2-$3 == runtime-kill ]]; then
			orphan_ends "$1"
		else
			is_clean "$1: before delete"
		fi
	else
		expect 0
	fi
	clean_up_after "$1"
}

@test "the runtime is killed at every point of create" {
	MINIMUM=20 sweep runtime kill create_once
}

@test "the runtime fails at every point of create" {
	MINIMUM=20 sweep runtime fail create_once
}

# The last point lies between "executing" and the system call itself: who is killed there cannot be
# told from a program that is killed at its first instruction, so start may say that it ran.
start_ended_as_it_must() {
	if ((status == 0)) && [[ $3 == kill ]]; then
		UNTOLD=$1
		return
	fi
	[[ -z $UNTOLD ]] || fail "$UNTOLD: start succeeded, but its program did not run"
	((status == 1)) || fail "$1: exit status $status of start, expected 1"
	[[ -n $err ]] || fail "$1: no error was told"
	[[ $(state_of status) != running ]] || fail "$1: it is said to run"
}

# the child's points of create, and after them those of start
create_and_start_once() {
	with_fault "$FAULT"
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	VIEW=()
	if ((status != 0)); then
		is_hit || fail "$1: create failed without a fault"
		ended_as_it_must "$@"
		is_clean "$1: before delete"
	elif ! is_hit; then
		rt start "$ID"
		if is_hit; then
			start_ended_as_it_must "$@"
			until_true no_processes
		else
			expect 0
		fi
	fi
	clean_up_after "$1"
}

@test "the child is killed at every point of create and start" {
	MINIMUM=40 sweep child kill create_and_start_once
}

@test "the child fails at every point of create and start" {
	MINIMUM=40 sweep child fail create_and_start_once
}

start_once() {
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	expect 0
	with_fault "$FAULT"
	rt start "$ID"
	VIEW=()
	if is_hit; then
		ended_as_it_must "$@"
	else
		expect 0
	fi
	clean_up_after "$1"
}

@test "start is killed at every point of its own" {
	sweep runtime kill start_once
}

@test "start fails at every point of its own" {
	sweep runtime fail start_once
}

run_once() {
	with_fault "$FAULT"
	rt run --bundle "$B" "$ID"
	VIEW=()
	if is_hit; then
		[[ $2-$3 == runtime-kill ]] && ((status == 137)) || [[ $2-$3 != runtime-kill && $status != 0 ]] ||
			fail "$1: exit status $status"
		# a failure is cleaned up by run itself
		[[ $3 == kill ]] || assert_no_live_container "$1"
	else
		expect 0
	fi
	clean_up_after "$1"
}

assert_no_live_container() {
	until_true no_processes || fail "$1: processes are left"
}

@test "run is killed at every point" {
	set_args /bin/true
	MINIMUM=20 sweep runtime kill run_once
}

@test "run fails at every point" {
	set_args /bin/true
	MINIMUM=20 sweep runtime fail run_once
}

@test "the child of run is killed at every point" {
	set_args /bin/true
	MINIMUM=20 sweep child kill run_once
}

@test "the child of run fails at every point" {
	set_args /bin/true
	MINIMUM=20 sweep child fail run_once
}

# FORCE and STARTED are set by the test
delete_once() {
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	expect 0
	if ((STARTED)); then
		start_ok
	fi
	with_fault "$FAULT"
	rt delete $FORCE "$ID"
	VIEW=()
	if is_hit; then
		ended_as_it_must "$@"
	else
		expect 0
	fi
	clean_up_after "$1"
}

@test "delete is killed and fails at every point" {
	FORCE='' STARTED=0
	sweep runtime kill delete_once
	sweep runtime fail delete_once
}

@test "delete --force is killed and fails at every point" {
	FORCE=--force STARTED=1
	sweep runtime kill delete_once
	sweep runtime fail delete_once
}

# --- other shapes

@test "a container with a user namespace: all are killed and fail at every point of create" {
	use_userns
	MINIMUM=20 sweep runtime kill create_once
	MINIMUM=20 sweep runtime fail create_once
	MINIMUM=20 sweep child kill create_and_start_once
	MINIMUM=20 sweep child fail create_and_start_once
}

# hold OPTION...: a process in namespaces of its own, its pid in HELD
hold() {
	unshare --pid --fork --net --ipc --uts --cgroup "$@" sleep 600 3>&- &
	local parent=$!
	until_true held_by "$parent"
	BACKGROUND+=("$HELD" "$parent")
}

held_by() {
	HELD=$(<"/proc/$1/task/$1/children")
	HELD=${HELD%% *}
	[[ -n $HELD && $(tr '\0' ' ' <"/proc/$HELD/cmdline") == "sleep 600 " ]]
}

# join_held: all namespaces but those that the pid and mounts of the test need
join_held() {
	edit_config --arg ns "/proc/$HELD/ns" 'del(.hostname) | .linux.namespaces = [{"type": "mount"},
		(["pid", "network", "ipc", "uts", "cgroup"][] | {
			"type": ., "path": "\($ns)/\(if . == "network" then "net" else . end)"})]'
}

all_ends_sweep() {
	MINIMUM=20 sweep runtime kill create_once
	MINIMUM=20 sweep runtime fail create_once
	MINIMUM=20 sweep child kill create_and_start_once
	MINIMUM=20 sweep child fail create_and_start_once
	[[ -d /proc/$HELD ]] || fail "the process whose namespaces were joined was killed"
}

@test "a container that joins everything: all are killed and fail at every point of create" {
	hold
	join_held
	all_ends_sweep
}

@test "a joined user namespace and a new pid namespace, with a second fork: the same" {
	hold --user
	echo "0 100000 65536" >"/proc/$HELD/uid_map"
	echo "0 100000 65536" >"/proc/$HELD/gid_map"
	own_rootfs
	chown -hR 100000:100000 "$B/rootfs"
	join_held
	edit_config --arg ns "/proc/$HELD/ns" '.linux.namespaces += [{"type": "user", "path": "\($ns)/user"}]
		| (.linux.namespaces[] | select(.type == "pid")) |= {"type": "pid"}'
	all_ends_sweep
}

existing_cgroup_once() {
	create_once "$@"
	local tree
	for tree in $(sweep_trees); do
		[[ -d $tree/$PARENT/own ]] || fail "$1: the cgroup that was there is gone"
		[[ ! -s $tree/$PARENT/own/cgroup.procs ]] || fail "$1: a process is left in it"
	done
}

@test "an empty cgroup that was there before is there after every kill and failure of create" {
	local tree
	for tree in $(sweep_trees); do
		mkdir "$tree/$PARENT/own"
	done
	edit_config --arg path "/$PARENT/own" '.linux.cgroupsPath = $path'
	MINIMUM=20 sweep runtime kill existing_cgroup_once
	MINIMUM=20 sweep runtime fail existing_cgroup_once
	for tree in $(sweep_trees); do
		rmdir "$tree/$PARENT/own"
	done
}

# Every kind of hook; those on the host say that they ran.
use_hooks() {
	edit_config --arg log "$T/hooks" '.hooks = (["prestart", "createRuntime", "createContainer",
		"startContainer", "poststart", "poststop"] | map({key: ., value: [{
			"path": "/bin/sh", "env": ["PATH=/bin:/usr/bin", "LOG=" + $log],
			"args": ["sh", "-c", "test ! -d ${LOG%/*} || echo " + . + " >>$LOG; cat >/dev/null"]}]})
		| from_entries)'
}

# Whatever has been killed or has failed: once a hook has run, poststop hooks are the last that do.
hooks_hold() {
	[[ ! -s $T/hooks ]] || is "$(tail -1 "$T/hooks")" poststop
	rm -f "$T/hooks"
}

hooked_create_once() {
	create_once "$@"
	hooks_hold
}

hooked_start_once() {
	create_and_start_once "$@"
	hooks_hold
}

# A fault in a poststop hook is a warning.
hooked_delete_once() {
	create_ok
	start_ok
	with_fault "$FAULT"
	rt delete --force "$ID"
	VIEW=()
	if is_hit && [[ $3 == fail && $err == *"warning: poststop hook: injected fault"* ]]; then
		expect 0
		is_clean "$1: before delete"
	elif is_hit; then
		ended_as_it_must "$@"
	else
		expect 0
	fi
	clean_up_after "$1"
	rm -f "$T/hooks"
}

@test "a container with hooks: create is killed and fails at every point" {
	use_hooks
	MINIMUM=25 sweep runtime kill hooked_create_once
	MINIMUM=25 sweep runtime fail hooked_create_once
}

@test "a container with hooks: its child is killed and fails at every point of create and start" {
	use_hooks
	MINIMUM=40 sweep child kill hooked_start_once
	MINIMUM=40 sweep child fail hooked_start_once
}

@test "a container with hooks: start and delete are killed and fail at every point of their own" {
	use_hooks
	sweep runtime kill start_once
	sweep runtime fail start_once
	sweep runtime kill hooked_delete_once
	sweep runtime fail hooked_delete_once
}

@test "a container with hooks: run is killed and fails at every point" {
	use_hooks
	set_args /bin/true
	MINIMUM=25 sweep runtime kill run_once
	MINIMUM=40 sweep child kill run_once
	MINIMUM=40 sweep child fail run_once
}
