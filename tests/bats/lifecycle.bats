# SPDX-License-Identifier: Apache-2.0
# The state machine: what each verb does in each state, and that a wrong order changes nothing.

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

@test "a created container waits: its program has not run" {
	set_script 'echo ran'
	create_ok
	is "$(state_of status)" created
	is "$(<"$T/container.out")" ""
	kill -0 "$(state_of pid)"
}

@test "create prints nothing" {
	create_ok
	silent
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

@test "creating an id that exists is an error and leaves that container alone" {
	start_waiting
	refused_without_effect create --bundle "$B" "$ID"
	err_has "exist"
	refused_without_effect run --bundle "$B" "$ID"
	is "$(state_of status)" running
}

@test "start, state, kill and delete of an unknown id say that it does not exist" {
	local verb
	for verb in start state kill delete; do
		refused $verb "$ID"
		err_has "does not exist"
	done
}

@test "an id that is no good is refused before anything is made" {
	local id
	for id in . .. a/b ../x /x 'a b' 'a\b' $'a\nb' 'ä' '' 'x;y' 'a*' "$(printf 'x%.0s' {1..256})"; do
		refused create --bundle "$B" -- "$id"
		refused run --bundle "$B" -- "$id"
		refused state -- "$id"
		refused delete --force -- "$id"
	done
	assert_nothing_left
}

@test "ids may have every allowed character, and 255 of them" {
	local id
	for id in "$MARK-a_B.c+9" "${MARK}$(printf 'x%.0s' $(seq $((255 - ${#MARK}))))"; do
		ok run --bundle "$B" "$id"
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

@test "state has the keys of the specification and of runc" {
	edit_config '.annotations = {"a.b": "c", "empty": ""}'
	create_ok
	ok state "$ID"
	is "$(jq -r '.ociVersion | test("^1\\.[0-9]+\\.[0-9]+")' <<<"$out")" true
	is "$(jq -r .id <<<"$out")" "$ID"
	is "$(jq -r .status <<<"$out")" created
	is "$(jq -r '.pid > 1' <<<"$out")" true
	is "$(jq -r .bundle <<<"$out")" "$B"
	is "$(jq -r .rootfs <<<"$out")" "$B/rootfs"
	is "$(jq -c .annotations <<<"$out")" '{"a.b":"c","empty":""}'
	is "$(jq -r .owner <<<"$out")" ""
	is "$(jq -r 'keys - ["ociVersion", "id", "pid", "status", "bundle", "rootfs", "created",
		"annotations", "owner"] | length' <<<"$out")" 0
}

@test "state is indented by two spaces and ends without a newline" {
	create_ok
	rt_raw state "$ID" >"$T/state.json"
	is "$(head -c 4 "$T/state.json")" $'{\n  '
	is "$(tail -c 2 "$T/state.json")" $'\n}'
	isnt "$(tail -c 1 "$T/state.json" | od -An -c | tr -d ' ')" '\n'
}

@test "created is the time of create, as RFC 3339 in UTC with fractions" {
	local before created after
	before=$(date +%s)
	create_ok
	after=$(date +%s)
	created=$(state_of created)
	[[ $created =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$ ]]
	created=$(date -d "$created" +%s)
	((created >= before && created <= after))
}

@test "list shows a table with runc's columns" {
	create_ok
	ok list
	[[ ${out%%$'\n'*} =~ ^ID\ +PID\ +STATUS\ +BUNDLE\ +CREATED\ +OWNER\ *$ ]] || fail header
	out_matches "$ID +$(state_of pid) +created +$B +[0-9TZ:.-]+ +root"
	is "$(wc -l <<<"$out")" 2
}

@test "list of nothing is a header, null or nothing" {
	ok list
	is "$(wc -l <<<"$out")" 1
	ok list --format json
	out_is null
	ok list -q
	out_is ""
	assert_nothing_left
}

@test "list --format json is one line: an array of states with owners" {
	create_ok
	ID=${MARK}b create_ok
	ok list --format=json
	is "$(wc -l <<<"$out")" 1
	is "$(jq -r '[.[].id] | sort | join(" ")' <<<"$out")" "$MARK ${MARK}b"
	is "$(jq -r '.[0].owner' <<<"$out")" root
	is "$(jq -r '.[0].status' <<<"$out")" created
	is "$(jq -r '.[0].pid' <<<"$out")" "$(state_of pid "$MARK")"
}

@test "list -q shows ids only" {
	create_ok
	ID=${MARK}b create_ok
	ok list -q
	out_is "$MARK"$'\n'"${MARK}b"
	refused list --format yaml
}

@test "the pid file is the pid, without a newline" {
	create_ok --pid-file "$T/pid"
	local pid
	pid=$(state_of pid)
	is "$(<"$T/pid")" "$pid"
	is "$(stat -c %s "$T/pid")" ${#pid}
}

@test "the pid file is replaced as a whole: its old reader keeps the old one" {
	echo old >"$T/pid"
	ln "$T/pid" "$T/kept"
	create_ok --pid-file "$T/pid"
	is "$(<"$T/kept")" old
	is "$(<"$T/pid")" "$(state_of pid)"
	is "$(find "$T" -maxdepth 1 -name '*pid*' | wc -l)" 1
}

@test "a pid file that cannot be written leaves no container behind" {
	refused create --bundle "$B" --pid-file "$T/missing/pid" "$ID"
	err_has "no such file or directory"
	assert_nothing_left
	mkdir "$T/dir"
	refused create --bundle "$B" --pid-file "$T/dir" "$ID"
	assert_nothing_left
	is "$(find "$T" -maxdepth 1 -name '.*' -type f)" ""
}

@test "a trace file that cannot be written is an error before anything is made" {
	refused run --bundle "$B" --trace /nonexistent/t --pid-file "$T/pid" "$ID"
	err_has /nonexistent/t
	[[ ! -e $T/pid ]] || fail "there was a container"
	[[ ! -e $STATE/$ID ]] || fail "there was a record"
	assert_nothing_left
}

@test "a run that fails leaves a trace of how far it came" {
	edit_config '.process.args = ["/no/such/program"]'
	refused run --bundle "$B" --trace "$T/trace" "$ID"
	jq -e '(if type == "array" then . else .traceEvents end) | length > 10' "$T/trace"
	assert_nothing_left
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

@test "a config.json that is changed after create has no effect" {
	set_script 'echo first'
	create_ok
	set_script 'echo second'
	start_ok
	wait_status stopped
	is "$(<"$T/container.out")" first
	echo nonsense >"$CONFIG"
	ok state "$ID"
	ok delete "$ID"
}

@test "the configuration that is kept is the bundle's, byte for byte" {
	cp "$CONFIG" "$T/config"
	create_ok
	cmp "$T/config" "$STATE/$ID/config.json"
	jq -c . "$T/config" >"$CONFIG"
	cmp "$T/config" "$STATE/$ID/config.json"
}

@test "run without process is refused before anything is made" {
	edit_config 'del(.process)'
	refused run --bundle "$B" --trace "$T/trace" "$ID"
	err_has process
	[[ ! -e $T/trace ]] || fail "a plan was carried out"
	assert_nothing_left
}

@test "an error in a configuration of another name has that name" {
	local verb
	edit_config '.process.cwd = "relative"'
	mv "$CONFIG" "$B/k.json"
	for verb in create run; do
		refused $verb --bundle "$B" --config "$B/k.json" "$ID"
		err_has k.json
		[[ $err != *config.json* ]] || fail "not config.json: it is not there"
	done
	assert_nothing_left
}

@test "a bundle that is gone after create does not matter to state, kill and delete" {
	start_waiting
	mv "$B" "$T/elsewhere"
	is "$(state_of status)" running
	ok list
	ok kill "$ID" KILL
	wait_status stopped
	ok delete "$ID"
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

@test "a bundle may be given relative to the working directory, or not at all" {
	set_script 'echo here'
	cd "$T"
	ok run --bundle bundle "$ID"
	out_is here
	cd "$B"
	ok run "$ID"
	out_is here
	ok run -b ../bundle/. "$ID"
	out_is here
	rt_to "$T/container.out" "$T/container.err" create "$ID"
	expect 0
	is "$(state_of bundle)" "$B"
}

@test "a root may be an absolute path outside the bundle" {
	mv "$B/rootfs" "$T/elsewhere"
	edit_config --arg path "$T/elsewhere" '.root.path = $path'
	set_script 'echo here'
	ok run --bundle "$B" "$ID"
	out_is here
}

@test "a bundle, a config.json or a root that is missing is an error" {
	refused create --bundle "$T/missing" "$ID"
	err_has "no such file or directory"
	mv "$B/rootfs" "$B/other"
	create_refused /root/path
	err_has "no such file or directory"
	rm "$CONFIG"
	refused create --bundle "$B" "$ID"
	err_has "config.json"
	err_has "no such file or directory"
	assert_nothing_left
}

@test "of several creates of one id exactly one wins" {
	local i pids=() won=0
	for i in {1..6}; do
		rt_raw create --bundle "$B" "$ID" </dev/null >"$T/out.$i" 2>"$T/err.$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" && won=$((won + 1)) || is $? 1
	done
	is $won 1
	is "$(state_of status)" created
	is "$(processes)" "$(state_of pid)"
	start_ok
	wait_status stopped
	ok delete "$ID"
	assert_nothing_left
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

@test "an init that nobody has reaped yet is stopped and can be deleted" {
	needs python3
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
