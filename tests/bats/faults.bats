# SPDX-License-Identifier: Apache-2.0
# Killing the runtime and its child, and failing them, at every point in turn. Afterwards `delete
# --force` leaves nothing behind and has harmed nothing. Needs a build with fault injection: $RT, or
# another one that RT_FAULT names.

load helpers
load sweep
load faults

setup() {
	RT=${RT_FAULT:-$RT}
	sweep_setup
	needs_faults
}

teardown() {
	sweep_teardown
}

@test "the runtime is killed at every point of create" {
	MINIMUM=20 sweep runtime kill create_once
}

@test "the runtime fails at every point of create" {
	MINIMUM=20 sweep runtime fail create_once
}

@test "the child is killed at every point of create and start" {
	MINIMUM=40 sweep child kill create_and_start_once
}

@test "the child fails at every point of create and start" {
	MINIMUM=40 sweep child fail create_and_start_once
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

@test "a container that joins everything: all are killed and fail at every point" {
	hold_everything
	join_held $(kinds user pid network ipc uts cgroup time)
	joins $(kinds user pid network ipc uts cgroup time)
	all_ends_sweep
	later_ends_sweep
}

# hold_everything OPTION...: also a user namespace, whose root is 100000
hold_everything() {
	[[ -z $(kinds time) ]] || set -- --time "$@"
	hold --user "$@"
	echo "0 100000 65536" >"/proc/$HELD/uid_map"
	echo "0 100000 65536" >"/proc/$HELD/gid_map"
	own_rootfs
	chown -hR 100000:100000 "$B/rootfs"
}

@test "a container that joins its mounts as well: the same" {
	hold_everything --mount
	join_held $(kinds user mount pid network ipc uts cgroup time)
	join_mounts
	joins $(kinds user mount pid network ipc uts cgroup time)
	all_ends_sweep
	later_ends_sweep
}

@test "a container that joins all but a user namespace, which is the host's: all ends of create" {
	hold
	join_held pid network ipc uts cgroup
	all_ends_sweep
}

@test "a joined user namespace and a new pid namespace, with a second fork: the same" {
	hold_everything
	join_held user network ipc uts cgroup
	edit_config '.linux.namespaces += [{"type": "pid"}]'
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
