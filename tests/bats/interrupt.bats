# SPDX-License-Identifier: Apache-2.0
# run and create, and a signal that comes before the container is there: nothing of it is left.

load helpers

# hook KIND SCRIPT: with LOG, which is seen from wherever it runs
hook() {
	local log=$T/log
	[[ $1 != startContainer ]] || log=/log
	edit_config --arg kind "$1" --arg script "$2" --arg log "$log" '.hooks[$kind] += [{
		"path": "/bin/sh", "args": ["sh", "-c", $script],
		"env": ["PATH=/bin:/usr/bin", "LOG=" + $log]}]'
}

is_logged() {
	grep -qsx "$1" "$T/log" "$B/rootfs/log"
}

# ended: how the runtime in the background did
ended() {
	wait "${BACKGROUND[0]}" && status=0 || status=$?
	BACKGROUND=()
	err=$(<"$T/background.err")
}

# interrupted SIGNAL KIND [VERB OPTION...]: run gets the signal while the hook of that kind waits
interrupted() {
	rm -f "$T/log" "$B/rootfs/log"
	cp "$HERE/config.json" "$CONFIG"
	set_args /bin/sleep 1000
	# what it has begun in its group must end, too
	hook "$2" 'sleep 1000 & echo ready >"$LOG"; wait'
	hook poststop 'echo stopped >>"$LOG"'
	# a shell starts what is in the background with INT ignored, nohup with HUP
	VIEW=(env --default-signal=HUP,INT,TERM)
	rt_background "${3:-run}" "${@:4}" --bundle "$B" "$ID"
	VIEW=()
	until_true is_logged ready
	kill "-$1" "${BACKGROUND[0]}"
	ended
	expect 1
	err_has "signal $(kill -l "$1") ("
	assert_nothing_left
	# what a hook of create has seen is said to be over
	is_logged stopped || [[ $2 == startContainer ]] || fail "poststop was not run after $2"
}

@test "a signal while a hook waits ends the hook, the container and run, which says so" {
	own_rootfs
	local kind
	for kind in prestart createRuntime createContainer startContainer; do
		interrupted TERM $kind
	done
	interrupted HUP createRuntime
	interrupted INT createContainer
	err_has /hooks/createContainer/0
}

@test "a signal ends create, and nothing of the container is left" {
	own_rootfs
	local kind
	for kind in prestart createRuntime createContainer; do
		interrupted TERM $kind create
		err_has "before the container was created"
	done
	interrupted INT createRuntime create
}

@test "a signal ends run --detach, too, until its poststart hooks are done" {
	own_rootfs
	interrupted TERM createContainer run --detach
	interrupted INT poststart run --detach
}

@test "a signal that the caller ignores does not end run" {
	hook createRuntime 'echo ready >"$LOG"; while [ -e "$LOG" ]; do sleep 0.02; done'
	set_args true
	VIEW=(env --ignore-signal=HUP)
	rt_background run --bundle "$B" "$ID"
	VIEW=()
	until_true is_logged ready
	kill -HUP "${BACKGROUND[0]}"
	rm "$T/log"
	ended
	expect 0
	assert_nothing_left
}

@test "a second signal ends the hooks of what is taken back" {
	set_args /bin/sleep 1000
	hook createRuntime 'echo ready >"$LOG"; sleep 1000'
	hook poststop 'echo stopping >>"$LOG"; sleep 1000'
	rt_background run --bundle "$B" "$ID"
	until_true is_logged ready
	kill -TERM "${BACKGROUND[0]}"
	until_true is_logged stopping
	kill -TERM "${BACKGROUND[0]}"
	ended
	expect 1
	err_has "signal 15 ("
	assert_nothing_left
}

# signalled CALL N: run, to which TERM comes with its N-th call of that kind
signalled() {
	(
		traced_environment
		exec timeout -s KILL 60 strace -qq -o "$T/calls" -e trace="$1" \
			-e inject="$1:signal=TERM:when=$2" "$RT" --root "$STATE" run --bundle "$B" "$ID" \
			</dev/null >"$T/out" 2>"$T/err" 3>&-
	) && status=0 || status=$?
}

@test "a signal with any of run's calls leaves no container, or comes to the program" {
	needs strace
	# the program itself ends by it, or well
	set_script 'trap "exit 7" TERM; exit 0'
	local call n ends=0
	for call in mkdir mkdirat clone3 recvmsg sendmsg renameat fchdir openat2; do
		for ((n = 1; n < 60; n += n / 8 + 1)); do
			signalled $call $n
			grep -q SIGTERM "$T/calls" || break
			case $status in
			1) grep -q "signal 15 (" "$T/err" || fail "$call $n: $(<"$T/err")" ;;
			0 | 7 | 137 | 143) ;; # before the first change, or after the last
			*) fail "$call $n: exit status $status, $(<"$T/err")" ;;
			esac
			((status != 1)) || ends=$((ends + 1))
			assert_nothing_left
		done
	done
	((ends > 10))
}
