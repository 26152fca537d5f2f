# SPDX-License-Identifier: Apache-2.0
# run: create and start in one, in the foreground and not.

load helpers

@test "a run that fails leaves a trace of how far it came" {
	edit_config '.process.args = ["/no/such/program"]'
	refused run --bundle "$B" --trace "$T/trace" "$ID"
	jq -e '(if type == "array" then . else .traceEvents end) | length > 10' "$T/trace"
	assert_nothing_left
}

@test "run returns the program's own exit status" {
	set_script 'exit 7'
	rt run --bundle "$B" "$ID"
	expect 7
	silent
	assert_nothing_left
	set_script 'exit 255'
	rt run --bundle "$B" "$ID"
	expect 255
	ok run --bundle "$(make_bundle "$T/true" && echo "$T/true")" "$ID"
}

@test "run returns 128 plus the signal that ended the program" {
	set_script 'echo ready; while :; do sleep 0.05; done'
	rt_background run --bundle "$B" "$ID"
	wait_for_line ready "$T/background.out"
	kill -KILL "$(state_of pid)"
	wait "${BACKGROUND[0]}" && status=0 || status=$?
	BACKGROUND=()
	expect 137
	assert_nothing_left
}

@test "run passes signals on to the program" {
	set_script 'trap "exit 33" TERM; echo ready; while :; do sleep 0.05; done'
	rt_background run --bundle "$B" "$ID"
	wait_for_line ready "$T/background.out"
	kill -TERM "${BACKGROUND[0]}"
	wait "${BACKGROUND[0]}" && status=0 || status=$?
	BACKGROUND=()
	expect 33
	assert_nothing_left
}

@test "run deletes its container at the end" {
	ok run --bundle "$B" "$ID"
	silent
	assert_nothing_left
	ok list -q
	out_is ""
}

@test "run gives standard input to the program" {
	set_args cat
	out=$(echo hello | rt_raw run --bundle "$B" "$ID")
	out_is hello
}

@test "run --detach returns while the program runs" {
	set_script 'echo ready; while :; do sleep 0.05; done'
	rt_to "$T/container.out" "$T/container.err" run --detach --bundle "$B" --pid-file "$T/pid" "$ID"
	expect 0
	is "$(state_of status)" running
	is "$(<"$T/pid")" "$(state_of pid)"
	wait_for_line ready
	ok kill "$ID" KILL
	ok delete "$ID"
}

@test "a detached container that has ended is stopped until it is deleted" {
	rt_to "$T/container.out" "$T/container.err" run -d --bundle "$B" "$ID"
	expect 0
	wait_status stopped
	ok delete "$ID"
}

@test "run --keep leaves a stopped container" {
	set_script 'exit 3'
	rt run --keep --bundle "$B" "$ID"
	expect 3
	is "$(state_of status)" stopped
	ok delete "$ID"
	assert_nothing_left
}

@test "run without process is refused before anything is made" {
	edit_config 'del(.process)'
	refused run --bundle "$B" --trace "$T/trace" "$ID"
	err_has process
	[[ ! -e $T/trace ]] || fail "a plan was carried out"
	assert_nothing_left
}

@test "an init that nobody has reaped yet is stopped and can be deleted" {
	needs_python
	python3 - "$RT" "$STATE" "$B" "$ID" <<-'END' >"$T/seen" 3>&-
		import ctypes, os, subprocess, sys, time
		rt, state, bundle, name = sys.argv[1:]
		ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # a subreaper that does not reap
		def call(*args):
		    return subprocess.run([rt, "--root", state, *args], stdin=subprocess.DEVNULL,
		                          capture_output=True, text=True)
		devnull = open(os.devnull, "w")
		subprocess.run([rt, "--root", state, "create", "--bundle", bundle, name],
		               stdin=subprocess.DEVNULL, stdout=devnull, stderr=devnull, check=True)
		import json
		pid = json.loads(call("state", name).stdout)["pid"]
		print(open(f"/proc/{pid}/status").read().split("PPid:")[1].split()[0] == str(os.getpid()))
		print(call("start", name).returncode)
		while open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z":
		    time.sleep(0.01)
		print(json.loads(call("state", name).stdout)["status"])
		print(call("delete", name).returncode)
	END
	is "$(<"$T/seen")" "True"$'\n'"0"$'\n'"stopped"$'\n'"0"
	assert_nothing_left
}
