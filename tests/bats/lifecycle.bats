# SPDX-License-Identifier: Apache-2.0
# The state machine: what each verb does in each state, and that a wrong order changes nothing.

load helpers

@test "a created container waits: its program has not run" {
	set_script 'echo ran'
	create_ok
	is "$(state_of status)" created
	is "$(<"$T/container.out")" ""
	kill -0 "$(state_of pid)"
}

@test "start runs the program, with the descriptors of create" {
	set_script 'echo to-out; echo to-err >&2'
	create_ok
	start_ok
	silent
	wait_status stopped
	is "$(<"$T/container.out")" to-out
	is "$(<"$T/container.err")" to-err
}

@test "a running container is running, under the pid that create gave" {
	set_script 'while :; do sleep 0.05; done'
	create_ok
	local pid
	pid=$(state_of pid)
	start_ok
	is "$(state_of status)" running
	is "$(state_of pid)" "$pid"
}

@test "a container whose program has ended is stopped, without a pid" {
	create_ok
	start_ok
	wait_status stopped
	is "$(state_of pid)" 0
}

@test "delete removes a stopped container, and the id is free again" {
	create_ok
	start_ok
	wait_status stopped
	ok delete "$ID"
	silent
	assert_nothing_left
	create_ok
	is "$(state_of status)" created
}

@test "delete removes a created container, whose program never ran" {
	set_script 'echo ran'
	create_ok
	ok delete "$ID"
	assert_nothing_left
	is "$(<"$T/container.out")" ""
}

@test "delete --force removes a running container" {
	start_waiting
	ok delete --force "$ID"
	silent
	assert_nothing_left
}

@test "delete --force removes a created and a stopped container" {
	create_ok
	ok delete --force "$ID"
	assert_nothing_left
	create_ok
	start_ok
	wait_status stopped
	ok delete -f "$ID"
	assert_nothing_left
}

@test "delete --force of a container that does not exist is silent success" {
	ok delete --force "$ID"
	silent
	ok delete "$ID" -f
	silent
}

@test "starting a running container is an error and has no effect" {
	start_waiting
	refused_without_effect start "$ID"
	is "$(state_of status)" running
}

@test "starting a stopped container is an error and has no effect" {
	create_ok
	start_ok
	wait_status stopped
	refused_without_effect start "$ID"
	is "$(state_of status)" stopped
}

@test "deleting a running container without --force is an error and has no effect" {
	start_waiting
	refused_without_effect delete "$ID"
	is "$(state_of status)" running
}

@test "start, state, kill and delete of an unknown id say that it does not exist" {
	local verb
	for verb in start state kill delete; do
		refused $verb "$ID"
		err_has "does not exist"
	done
}

@test "a missing id and one argument too many are errors" {
	refused create --bundle "$B"
	refused create --bundle "$B" "$ID" extra
	refused start
	refused state
	refused state "$ID" extra
	refused delete
	refused kill
	assert_nothing_left
}

@test "the init outlives its creator and has another parent" {
	local creator pid
	rt_background create --bundle "$B" --pid-file "$T/pid" "$ID"
	creator=${BACKGROUND[0]}
	wait "$creator"
	pid=$(<"$T/pid")
	kill -0 "$pid"
	isnt "$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status")" "$creator"
	is "$(state_of status)" created
	start_ok
	wait_status stopped
}

@test "no process of the runtime is left beside a created or running container" {
	start_waiting
	local pid
	for pid in $(processes); do
		grep -qs "/$MARK\$" "/proc/$pid/cgroup" || [[ ! -e /proc/$pid ]] || fail "$pid is not in the container"
	done
	ok delete --force "$ID"
	create_ok
	is "$(processes)" "$(state_of pid)"
}

@test "of several starts exactly one wins, and the program runs once" {
	set_script 'echo ran; while :; do sleep 0.05; done'
	create_ok
	local i pids=() won=0
	for i in {1..6}; do
		rt_raw start "$ID" </dev/null >"$T/out.$i" 2>"$T/err.$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" && won=$((won + 1)) || is $? 1
	done
	is $won 1
	wait_for_line ran
	is "$(<"$T/container.out")" ran
	is "$(state_of status)" running
}

@test "containers of different ids live side by side" {
	local i pids=()
	set_script 'hostname'
	for i in 1 2 3 4 5; do
		rt_raw run --bundle "$B" "$ID-$i" </dev/null >"$T/out.$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	for i in 1 2 3 4 5; do
		is "$(<"$T/out.$i")" box
	done
	assert_nothing_left
}
