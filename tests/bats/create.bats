# SPDX-License-Identifier: Apache-2.0
# create: ids, pid and trace files, where the bundle and its configuration may be.

load helpers

@test "create prints nothing" {
	create_ok
	silent
}

@test "creating an id that exists is an error and leaves that container alone" {
	start_waiting
	refused_without_effect create --bundle "$B" "$ID"
	err_has "exist"
	refused_without_effect run --bundle "$B" "$ID"
	is "$(state_of status)" running
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
