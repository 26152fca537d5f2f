# SPDX-License-Identifier: Apache-2.0
# kill: which signal reaches whom, and what is left of a container that was ended so.

load helpers

# keep_busy N: so many loops that take what they get of a processor, until teardown or for a minute of it
keep_busy() {
	local i
	for ((i = 0; i < $1; i++)); do
		(
			exec 3>&-
			ulimit -t 60
			while :; do :; done
		) &
		BACKGROUND+=($!)
	done
}

has_ended() {
	[[ ! -e /proc/$1 || $(cut -d' ' -f3 "/proc/$1/stat" 2>/dev/null) == Z ]]
}

# a container that can be told by signals, and says what it got
start_listener() {
	set_script 'for s in USR1 USR2 HUP TERM; do trap "echo got $s" $s; done
		echo ready; while :; do sleep 0.05; done'
	create_ok
	start_ok
	wait_for_line ready
}

@test "killing a stopped container is an error that callers know" {
	create_ok
	start_ok
	wait_status stopped
	refused_without_effect kill "$ID" KILL
	err_has "container not running"
}

@test "killing all of a stopped container is no error" {
	create_ok
	start_ok
	wait_status stopped
	ok kill --all "$ID" 9
}

@test "kill takes a signal as number, name, name with SIG, in any case" {
	start_listener
	local signal
	for signal in 10 USR1 SIGUSR1 usr1 sigusr1 SigUsr1; do
		ok kill "$ID" "$signal"
		silent
		wait_for_line "got USR1"
		: >"$T/container.out"
	done
	ok kill "$ID" 12
	wait_for_line "got USR2"
}

@test "kill without a signal sends SIGTERM" {
	start_listener
	ok kill "$ID"
	wait_for_line "got TERM"
}

@test "an unknown signal is an error and reaches nobody" {
	start_listener
	local signal
	for signal in NOPE SIG 65 -1 9x '' 99999999999 SIGSIGTERM; do
		refused_without_effect kill "$ID" -- "$signal"
	done
	is "$(state_of status)" running
}

@test "kill KILL ends the container" {
	start_waiting
	ok kill "$ID" KILL
	wait_status stopped
	ok delete "$ID"
	assert_nothing_left
}

@test "kill KILL followed at once by delete succeeds" {
	start_waiting
	ok kill "$ID" KILL
	ok delete "$ID"
	assert_nothing_left
}

@test "kill -a KILL followed at once by delete succeeds on a busy machine" {
	local i
	keep_busy 2
	set_script 'while :; do sleep 1; done'
	for i in {1..15}; do
		create_ok
		start_ok
		ok kill -a "$ID" KILL
		ok delete "$ID"
	done
	assert_nothing_left
}

# A container whose init ends only a moment after it was killed: a process that was put into its pid
# namespace from outside waits to be reaped. What the kernel says of init when kill is back: in AFTER,
# "gone" when it says nothing.
kill_slow_one() {
	local pid holder
	create_ok
	start_ok
	pid=$(state_of pid)
	nsenter --target "$pid" --pid sleep 1000 3>&- &
	holder=$!
	BACKGROUND+=("$holder")
	until_true holds "$holder"
	kill -STOP "$holder"
	(
		until_true has_ended "$HELD"
		sleep 0.2
		kill -CONT "$holder"
	) 3>&- &
	(
		runtime_environment
		ASAN_OPTIONS+=:detect_leaks=0 # which takes longer than the init
		exec "$RT" --root "$STATE" kill "$ID" KILL 3>&-
	)
	AFTER=gone
	{ read -r AFTER <"/proc/$pid/stat"; } 2>/dev/null || :
	AFTER=${AFTER##*) }
	AFTER=${AFTER%% *}
	wait "$holder" 2>/dev/null || :
	BACKGROUND=()
	wait_status stopped
	ok delete "$ID"
}

# The child is there, and in HELD.
holds() {
	HELD=$(<"/proc/$1/task/$1/children")
	HELD=${HELD%% *}
	[[ -n $HELD && $(tr '\0' ' ' <"/proc/$HELD/cmdline") == "sleep 1000 " ]]
}

# It waits for half a second at most: once may be too short on a machine that is busy with other things.
@test "kill KILL is back when the container has ended" {
	local i ended=0
	set_args /bin/sleep 1000
	for i in {1..5}; do
		kill_slow_one
		[[ $AFTER != gone && $AFTER != [ZX] ]] || ended=$((ended + 1))
	done
	((ended >= 3)) || fail "$((5 - ended)) of 5 still lived"
}

@test "kill reaches init alone, kill --all every process" {
	set_script '(trap "echo child" USR1; echo ready; while :; do sleep 0.05; done) &
		trap "echo parent" USR1; while :; do sleep 0.05; done'
	create_ok
	start_ok
	wait_for_line ready
	ok kill "$ID" USR1
	wait_for_line parent
	sleep 0.2
	run ! grep -x child "$T/container.out"
	: >"$T/container.out"
	ok kill --all "$ID" USR1
	wait_for_line parent
	wait_for_line child
}

@test "kill KILL ends every process of a container that shares the host's pid namespace" {
	edit_config 'del(.linux.namespaces[] | select(.type == "pid"))'
	set_script 'sleep 1000 & sleep 1001 & echo ready; wait'
	create_ok
	start_ok
	wait_for_line ready
	(($(processes | wc -l) >= 3))
	ok kill "$ID" KILL
	until_true no_processes
	ok delete "$ID"
	assert_nothing_left
}

@test "delete ends what the init of a shared pid namespace has left" {
	edit_config 'del(.linux.namespaces[] | select(.type == "pid"))'
	set_script 'sleep 1000 >/dev/null 2>&1 & exit 0'
	create_ok
	start_ok
	wait_status stopped
	ok delete "$ID"
	assert_nothing_left
}

@test "a created container dies of SIGTERM, SIGINT and SIGKILL" {
	set_script 'echo ran'
	local signal
	for signal in TERM INT KILL; do
		create_ok
		ok kill "$ID" "$signal"
		wait_status stopped
		refused start "$ID"
		ok delete "$ID"
	done
	is "$(<"$T/container.out")" ""
	assert_nothing_left
}

@test "a created container dies of a SIGTERM that comes at once" {
	local i
	for i in {1..20}; do
		create_ok --pid-file "$T/pid"
		kill -TERM "$(<"$T/pid")"
		wait_status stopped
		ok delete "$ID"
	done
	assert_nothing_left
}

@test "delete --force ends an init that is stopped by a signal, and the start that waits for it" {
	local pid
	create_ok
	pid=$(state_of pid)
	kill -STOP "$pid"
	rt_background start "$ID"
	sleep 0.2
	! has_ended "${BACKGROUND[0]}" || fail "start did not wait: $(<"$T/background.err")"
	RT_TIMEOUT=5 ok delete --force "$ID"
	until_true has_ended "$pid"
	until_true has_ended "${BACKGROUND[0]}"
	assert_nothing_left
}
