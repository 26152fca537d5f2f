# SPDX-License-Identifier: Apache-2.0
# The command line: how options are written, what is printed where, logs, spec, features, version.

load helpers

# direct ARGUMENT...: without --root; for what makes no container
direct() {
	(
		runtime_environment
		exec "$RT" "$@" </dev/null 3>&-
	) >"$T/rt.out" 2>"$T/rt.err" && status=0 || status=$?
	out=$(<"$T/rt.out") err=$(<"$T/rt.err")
}

rfc3339='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$'

# --- version, help, features

@test "--version begins with the three lines that callers parse" {
	local option
	for option in --version -v -version; do
		direct $option
		expect 0
		is "$err" ""
		[[ $(sed -n 1p <<<"$out") =~ ^oci-rt\ version\ [0-9]+\.[0-9]+[^\ ]*$ ]] || fail "line 1"
		[[ $(sed -n 2p <<<"$out") =~ ^commit:\ [^\ ]+$ ]] || fail "line 2"
		[[ $(sed -n 3p <<<"$out") =~ ^spec:\ 1\.[0-9]+\.[0-9]+ ]] || fail "line 3"
	done
}

@test "exactly one line of --version has the word version" {
	direct --version
	is "$(grep -c version <<<"$out")" 1
}

@test "--help lists every verb, and each verb's help its options" {
	local verb
	direct --help
	expect 0
	is "$err" ""
	for verb in create start state kill delete run list spec plan features; do
		out_has "$verb"
	done
	for option in --root --log --log-format --debug --version; do
		out_has "$option"
	done
	direct create --help
	expect 0
	for option in --bundle --pid-file --preserve-fds --no-pivot --no-new-keyring --console-socket; do
		out_has "$option"
	done
	for verb in start state kill delete run list spec plan features; do
		direct $verb --help
		expect 0
		out_has "$verb"
	done
}

@test "features is one JSON document with what this build supports" {
	direct features
	expect 0
	is "$err" ""
	is "$(jq -s length <<<"$out")" 1
	is "$(jq -r '.ociVersionMin' <<<"$out")" 1.0.0
	is "$(jq -r '.ociVersionMax | test("^1\\.[0-9]+\\.[0-9]+$")' <<<"$out")" true
	is "$(jq -r '.hooks | type' <<<"$out")" array
	is "$(jq -r '[["bind", "rbind", "ro", "rro", "nosuid", "rslave", "noatime"][]
		| IN($f[0].mountOptions[])] | all' -n --slurpfile f <(echo "$out"))" true
	is "$(jq -c '.linux.namespaces - ["time"]' <<<"$out")" \
		'["cgroup","ipc","mount","network","pid","user","uts"]'
	is "$(jq -r '[.linux.capabilities[] | select(startswith("CAP_"))] | length > 30' <<<"$out")" true
	is "$(jq -r '.linux.cgroup | .v1 and .v2' <<<"$out")" true
	is "$(jq -r '.linux.memoryPolicy | .modes[0], (.modes | length), .flags[2]' <<<"$out" | tr '\n' ' ')" \
		'MPOL_DEFAULT 7 MPOL_F_STATIC_NODES '
	is "$(head -2 <<<"$out" | tail -1 | cut -c 1-5)" '    "'
}

@test "features tells nothing that create refuses" {
	direct features
	is "$(jq -c .hooks <<<"$out")" \
		'["prestart","createRuntime","createContainer","startContainer","poststart","poststop"]'
	is "$(jq -r '.linux.seccomp.enabled // false' <<<"$out")" false
	is "$(jq -r '.linux.apparmor.enabled // false' <<<"$out")" false
	is "$(jq -r '.linux.selinux.enabled // false' <<<"$out")" false
	is "$(jq -r '.linux.intelRdt.enabled // false' <<<"$out")" false
	is "$(jq -r '.linux.cgroup.systemd // false' <<<"$out")" false
}

@test "an unknown verb, an unknown option and no verb are errors with a word on stderr" {
	local arguments
	for arguments in nosuchverb --nosuch 'create --nosuch x' 'list --force' 'kill -x y' '' \
		'--log-format xml list' 'state --bundle x y'; do
		direct $arguments
		expect 1
		isnt "$err" ""
		is "$out" ""
	done
	direct craete
	err_has create
}

# --- how options are written

@test "long options take one dash or two, and their values after a blank or an equals sign" {
	set_script 'echo ran'
	rt run --bundle "$B" "$ID"
	out_is ran
	rt run --bundle="$B" "$ID"
	out_is ran
	rt run -bundle "$B" "$ID"
	out_is ran
	rt run -bundle="$B" "$ID"
	out_is ran
	rt run -b "$B" "$ID"
	out_is ran
	rt run -b="$B" "$ID"
	out_is ran
	rt run -no-subreaper -no-pivot=false --no-new-keyring "$ID" --bundle "$B"
	out_is ran
}

@test "global options take both forms too" {
	direct -root "$STATE" list -q
	expect 0
	direct --root="$STATE" -log="$T/log" -log-format=json --debug=false list -quiet
	expect 0
}

@test "options may stand after the id" {
	rt_to "$T/container.out" "$T/container.err" create "$ID" --bundle "$B" --pid-file "$T/pid"
	expect 0
	is "$(<"$T/pid")" "$(state_of pid)"
	ok kill "$ID" KILL --all
	ok delete "$ID" --force
	assert_nothing_left
}

@test "after -- there are no options" {
	refused state -- --help
	err_has "--help"
}

@test "a flag takes a value with an equals sign: true or false" {
	start_waiting
	refused delete --force=false "$ID"
	is "$(state_of status)" running
	ok delete --force=true "$ID"
	refused delete --force=maybe "$ID"
}

@test "an option that lacks its value is an error" {
	refused create "$ID" --bundle
	refused --log
	refused run --pid-file= --bundle "$B" "$ID"
	assert_nothing_left
}

@test "the letters of kill, delete and list work" {
	start_waiting
	ok list -f json
	is "$(jq -r '.[0].id' <<<"$out")" "$ID"
	ok kill -a "$ID" 9
	ok delete -f "$ID"
}

@test "options of runc and crun that change nothing here are taken" {
	rt --rootless=auto --log-level error --cgroup-manager cgroupfs run --no-subreaper \
		--no-new-keyring --no-pivot=false --bundle "$B" "$ID"
	expect 0
}

@test "options for what this build does not do are refused" {
	refused --systemd-cgroup create --bundle "$B" "$ID"
	refused --cgroup-manager systemd create --bundle "$B" "$ID"
	refused create --pidfd-socket "$T/socket" --bundle "$B" "$ID"
	assert_nothing_left
}

@test "kill and delete take a regular expression" {
	ID=$MARK-a create_ok
	ID=$MARK-b create_ok
	ID=$MARK-c create_ok
	ok kill --regex "$MARK-[ab]" KILL
	until_true test "$(rt_raw list -f json | jq -r '[.[] | select(.status == "stopped")] | length')" = 2
	ok delete --regex "$MARK-[ab]"
	ok list -q
	out_is "$MARK-c"
	ok delete -f -r "$MARK-.*"
	assert_nothing_left
}

@test "a relative --pid-file is relative to the caller's working directory" {
	mkdir "$T/here"
	cd "$T/here"
	create_ok --pid-file pid
	is "$(<"$T/here/pid")" "$(state_of pid)"
	[[ ! -e $B/pid ]]
}

# --- root

@test "--root may be relative, and is made with its parents" {
	cd "$T"
	direct --root some/new/root run --bundle "$B" "$ID"
	expect 0
	direct --root some/new/root list -q
	expect 0
	is "$(find "$T/some/new/root" -mindepth 1)" ""
	rm -r "$T/some"
}

@test "--root / and an empty --root are handled" {
	direct --root / list
	expect 1
}

@test "a user's own root is in XDG_RUNTIME_DIR" {
	cp "$RT" "$T/runtime"
	mkdir "$T/xdg"
	chown 65534:65534 "$T/xdg"
	env -i XDG_RUNTIME_DIR="$T/xdg" setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$T/runtime" list -q >"$T/seen" 2>&1 3>&-
	is "$(<"$T/seen")" ""
	local result=0
	env -i XDG_RUNTIME_DIR= setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$T/runtime" list -q >"$T/seen" 2>&1 3>&- || result=$?
	is $result 1
	grep -q XDG_RUNTIME_DIR "$T/seen"
}

@test "a state directory is found by its whole path, however long that is" {
	local deep=$T
	while ((${#deep} < 600)); do
		deep+=/a-rather-long-name-of-a-directory
	done
	mkdir -p "$deep"
	STATE=$deep/state
	start_waiting
	is "$(state_of status)" running
	ok kill "$ID" KILL
	ok delete "$ID"
	assert_nothing_left
}

# --- errors and logs

@test "an error is on stderr, says which verb failed, and stdout is empty" {
	refused create --bundle "$T/missing" "$ID"
	out_is ""
	[[ $err == "oci-rt create: "* ]] || fail "expected the verb"
}

@test "an error has what was tried, why, and the place" {
	edit_config '.mounts += [{"destination": "/data", "source": "/no/such/source", "options": ["bind"]}]'
	create
	expect 1
	[[ $err =~ ^oci-rt\ create:\ .*"/no/such/source".*"no such file or directory" ]] || fail "line 1"
	[[ $err =~ $'\n'"  at config.json:"[0-9]+:[0-9]+" /mounts/6" ]] || fail "line 2"
}

@test "--log-format json writes exactly one line on failure" {
	rt --log "$T/log" --log-format json create --bundle "$T/missing" "$ID"
	expect 1
	is "$(wc -l <"$T/log")" 1
	is "$(jq -r 'keys | join(" ")' "$T/log")" "level msg time"
	is "$(jq -r .level "$T/log")" error
	[[ $(jq -r .time "$T/log") =~ $rfc3339 ]]
	date -d "$(jq -r .time "$T/log")"
	[[ $(jq -r .msg "$T/log") == *"no such file or directory"* ]]
	# and for people on stderr
	err_has "no such file or directory"
}

@test "the log's message has pointer and place on its one line" {
	edit_config '.process.cwd = "relative"'
	rt --log "$T/log" --log-format json create --bundle "$B" "$ID"
	is "$(wc -l <"$T/log")" 1
	[[ $(jq -r .msg "$T/log") =~ config.json:[0-9]+:[0-9]+\ /process/cwd ]]
}

@test "the log stays empty when nothing fails, warnings included" {
	edit_config '.process.capabilities.bounding += ["CAP_NO_SUCH_THING"]'
	rt --log "$T/log" --log-format json run --bundle "$B" "$ID"
	expect 0
	[[ ! -s $T/log ]]
}

@test "the log is appended to" {
	echo first >"$T/log"
	rt --log "$T/log" --log-format json start "$ID"
	expect 1
	is "$(head -1 "$T/log")" first
	is "$(wc -l <"$T/log")" 2
}

@test "an error about anything is one valid JSON object" {
	local name=$'quote"back\\slash\nnewline\ttab\001one'
	rt --log "$T/log" --log-format json create --bundle "$T/$name" "$ID"
	expect 1
	is "$(wc -l <"$T/log")" 1
	is "$(jq -s length "$T/log")" 1
	# bytes that are no UTF-8 must not make the line undecodable
	rt --log "$T/log2" --log-format json create --bundle "$T/"$'\xff\xfe' "$ID"
	is "$(jq -s length "$T/log2")" 1
	iconv -f UTF-8 -t UTF-8 "$T/log2" >"$T/checked"
}

@test "an error in the options goes into the log, too" {
	rt --log "$T/log" --log-format json create --nosuch "$ID"
	expect 1
	is "$(wc -l <"$T/log")" 1
	is "$(jq -r .level "$T/log")" error
}

@test "a failing program of run is no error of the runtime's" {
	set_script 'exit 5'
	rt --log "$T/log" --log-format json run --bundle "$B" "$ID"
	expect 5
	[[ ! -s $T/log ]]
	is "$err" ""
}

@test "the text log has time, level and msg" {
	rt --log "$T/log" start "$ID"
	expect 1
	is "$(wc -l <"$T/log")" 1
	[[ $(<"$T/log") =~ ^time=\"([^\"]+)\"\ level=error\ msg=\".*does\ not\ exist.*\"$ ]]
	[[ ${BASH_REMATCH[1]} =~ $rfc3339 ]]
}

@test "--debug adds lines of level debug" {
	rt --debug --log "$T/log" run --bundle "$B" "$ID"
	expect 0
	grep -q 'level=debug' "$T/log"
	rt --debug --log "$T/log.json" --log-format json run --bundle "$B" "$ID"
	jq -se 'length > 0 and all(.[]; .level == "debug")' "$T/log.json"
}

@test "--log-level warning puts warnings into the log" {
	edit_config '.process.capabilities.bounding += ["CAP_NO_SUCH_THING"]'
	rt --log "$T/log" --log-format json --log-level warning run --bundle "$B" "$ID"
	expect 0
	is "$(jq -r .level "$T/log")" warning
	[[ $(jq -r .msg "$T/log") == *CAP_NO_SUCH_THING* ]]
}

@test "a relative --log is relative to the caller's working directory, of mode 644" {
	cd "$T"
	umask 022
	rt --log some.log start "$ID"
	is "$(stat -c %a "$T/some.log")" 644
}

@test "a log that cannot be opened is an error" {
	refused --log "$T/missing/log" list
	err_has "no such file or directory"
}

@test "--trace writes each step as a trace event" {
	ok run --trace "$T/trace" --bundle "$B" "$ID"
	jq -e '(if type == "array" then . else .traceEvents end) as $e
		| ($e | length) > 20 and any($e[]; .name | test("pivot-root"))
		and any($e[]; .name | test("mount")) and all($e[] | select(.ph == "X"); .dur >= 0 and .ts >= 0)' \
		"$T/trace"
}

# --- spec

@test "spec writes a configuration that runs as it is" {
	rm "$CONFIG"
	cd "$B"
	ok spec
	silent
	edit_config '.process.args = ["/bin/sh", "-c", "hostname; id -u; ls -d /sys/fs/cgroup /dev/shm; echo x >/x"]'
	rt run "$ID"
	expect 1
	is "$(head -4 <<<"$out")" "$(jq -r .hostname "$CONFIG")"$'\n0\n/dev/shm\n/sys/fs/cgroup'
	err_has "Read-only file system"
}

@test "spec's default is runc's: sh, three capabilities, its mounts and masks, but no terminal" {
	rm "$CONFIG"
	ok spec --bundle "$B"
	is "$(jq -r .process.terminal "$CONFIG")" false
	is "$(jq -c .process.args "$CONFIG")" '["sh"]'
	is "$(jq -c '.process.capabilities | [.bounding, .effective, .permitted] | unique | .[0]' "$CONFIG")" \
		'["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"]'
	is "$(jq -c '[.mounts[].destination]' "$CONFIG")" \
		'["/proc","/dev","/dev/pts","/dev/shm","/dev/mqueue","/sys","/sys/fs/cgroup"]'
	is "$(jq -c '[.linux.namespaces[].type]' "$CONFIG")" '["pid","network","ipc","uts","mount","cgroup"]'
	is "$(jq -r '.linux.maskedPaths | length >= 9' "$CONFIG")" true
	is "$(jq -r '.linux.readonlyPaths | length' "$CONFIG")" 5
	is "$(jq -r .root.readonly "$CONFIG")" true
	is "$(jq -r '.process.noNewPrivileges' "$CONFIG")" true
	is "$(head -c 3 "$CONFIG")" $'{\n\t'
}

@test "spec does not write over a configuration" {
	echo mine >"$CONFIG"
	refused spec --bundle "$B"
	err_has exist
	is "$(<"$CONFIG")" mine
}

@test "spec makes a container with options alone, no editor" {
	rm "$CONFIG"
	mkdir "$T/data"
	echo data >"$T/data/file"
	mv "$B/rootfs" "$T/elsewhere"
	ok spec --bundle "$B" --rootfs "$T/elsewhere" --hostname somename --env A=1 --env=B='two words' \
		--mount "$T/data:/data:ro" --cwd /tmp --user 12:34 --read-only=false \
		-- sh -c 'hostname; echo "$A $B"; cat /data/file; pwd; id -u; id -g; touch /data/x || echo ro; echo "[$0] [$1]"' -n --x
	ok run --bundle "$B" "$ID"
	out_is $'somename\n1 two words\ndata\n/tmp\n12\n34\nro\n[-n] [--x]'
}

@test "spec --env replaces what the default has" {
	rm "$CONFIG"
	ok spec --bundle "$B" --env PATH=/bin --read-only -- env
	is "$(jq -c '.process.env | map(select(startswith("PATH=")))' "$CONFIG")" '["PATH=/bin"]'
	refused spec --file x --bundle "$B" --env nonsense
	refused spec --file x --bundle "$B" --mount nonsense
	refused spec --file x --bundle "$B" --mount a:relative
	refused spec --file x --bundle "$B" --user x
	refused spec --file x --bundle "$B" word
	[[ ! -e $B/x ]]
}

@test "spec --userns makes a container whose root is another user of the host" {
	rm "$CONFIG"
	own_rootfs
	chown -hR 200000:200000 "$B/rootfs"
	ok spec --bundle "$B" --userns 200000:1000 -- sh -c 'cat /proc/self/uid_map; id -u'
	ok run --bundle "$B" "$ID"
	is "$(head -1 <<<"$out" | tr -s ' ')" " 0 200000 1000"
	is "$(tail -1 <<<"$out")" 0
}

@test "spec -f writes another file, which --config reads" {
	cd "$B"
	ok spec -f other.json -- echo other
	ok run --config "$B/other.json" "$ID"
	out_is other
}
