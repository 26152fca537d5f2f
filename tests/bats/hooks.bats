# SPDX-License-Identifier: Apache-2.0
# Hooks: where, when and how each kind is run, and what comes of one that fails.

load helpers

IN_CONTAINER=/hook.log # below the rootfs, for what a startContainer hook has to say

setup() {
	test_setup
	LOG=$T/hook.log
	ALL=(prestart createRuntime createContainer startContainer poststart poststop)
	set_args /bin/sleep 1000
}

# add_hook KIND SCRIPT [JQ]: a shell that runs the script, with LOG as where to write to; the filter
# changes the hook
add_hook() {
	local log=$LOG
	[[ $1 != startContainer ]] || log=$IN_CONTAINER
	edit_config --arg kind "$1" --arg script "$2" --arg log "$log" '.hooks[$kind] += [{
		"path": "/bin/sh", "args": ["sh", "-c", $script],
		"env": ["PATH=/bin:/usr/bin", "LOG=" + $log, "KIND=" + $kind]} | '"${3:-.}"']'
}

# add_all SCRIPT
add_all() {
	local kind
	for kind in "${ALL[@]}"; do
		add_hook "$kind" "$1"
	done
}

# What all hooks have written, the startContainer hooks' part last.
logged() {
	cat "$LOG" "$B/rootfs$IN_CONTAINER" 2>/dev/null
}

whole_life() {
	create_ok
	start_ok
	ok delete --force "$ID"
	silent
}

# fails_at KIND: the last call failed for that kind's first hook, with its line, and the container is
# gone
fails_at() {
	local line
	expect 1
	line=$(grep -n "^    \"$1\": \[" "$CONFIG")
	[[ $err =~ " config.json:$((${line%%:*} + 1)):"[0-9]+" /hooks/$1/0" ]] || fail "expected its line"
	assert_nothing_left
}

# --- what a hook is given -------------------------------------------------------------------------

@test "hooks of all kinds run once each, in the order of a container's life and of their lists" {
	local kind
	for kind in prestart createRuntime createContainer poststart poststop; do
		add_hook "$kind" 'echo $KIND one >>$LOG'
		add_hook "$kind" 'echo $KIND two >>$LOG'
	done
	add_hook startContainer 'echo $KIND one >>$LOG'
	add_hook startContainer 'echo $KIND two >>$LOG'
	create_ok
	is "$(paste -sd, "$LOG")" "prestart one,prestart two,createRuntime one,createRuntime two,$(
		)createContainer one,createContainer two"
	[[ ! -e $B/rootfs$IN_CONTAINER ]]
	start_ok
	is "$(tail -n +7 "$LOG" | paste -sd,)" "poststart one,poststart two"
	is "$(paste -sd, "$B/rootfs$IN_CONTAINER")" "startContainer one,startContainer two"
	ok delete --force "$ID"
	is "$(tail -n +9 "$LOG" | paste -sd,)" "poststop one,poststop two"
}

@test "run runs the same hooks, in the foreground and detached" {
	local kind
	add_all 'echo $KIND >>$LOG'
	set_args /bin/true
	ok run --bundle "$B" "$ID"
	is "$(paste -sd, "$LOG")" prestart,createRuntime,createContainer,poststart,poststop
	is "$(<"$B/rootfs$IN_CONTAINER")" startContainer
	rm "$LOG" "$B/rootfs$IN_CONTAINER"
	set_args /bin/sleep 1000
	rt_to "$T/container.out" "$T/container.err" run --detach --bundle "$B" "$ID"
	expect 0
	is "$(paste -sd, "$LOG")" prestart,createRuntime,createContainer,poststart
	is "$(<"$B/rootfs$IN_CONTAINER")" startContainer
	ok delete --force "$ID"
	is "$(tail -1 "$LOG")" poststop
}

@test "each hook reads the state with the status of its point and the pid as it sees it" {
	local pid kind want seen
	edit_config '.annotations = {"one": "1", "a/b": "\"quoted\" \\ /slash/"}'
	add_all '(cat; echo) >$LOG.$KIND'
	create_ok
	pid=$(state_of pid)
	start_ok
	ok delete --force "$ID"
	mv "$B/rootfs$IN_CONTAINER.startContainer" "$T"/hook.log.startContainer
	for kind in "${ALL[@]}"; do
		case $kind in
		createContainer) want="creating 1" ;;
		startContainer) want="created 1" ;;
		poststart) want="running $pid" ;;
		poststop) want="stopped 0" ;;
		*) want="creating $pid" ;;
		esac
		seen=$(jq -r '"\(.status) \(.pid)"' "$LOG.$kind")
		[[ $seen == "$want" ]] || fail "$kind was told '$seen', expected '$want'"
		is "$(jq -c '[.ociVersion, .id, .bundle, .annotations]' "$LOG.$kind")" \
			"$(jq -c --arg id "$ID" --arg b "$B" '[.ociVersion, $id, $b, .annotations]' "$CONFIG")"
		is "$(wc -l <"$LOG.$kind")" 1
		grep -qF '/slash/' "$LOG.$kind" || fail "the slash is escaped"
	done
}

@test "the namespaces of each hook are those of its kind" {
	local kind ns here inside
	add_all 'for ns in pid net ipc uts mnt cgroup user; do
		echo $ns $(readlink /proc/self/ns/$ns); done >$LOG.$KIND'
	create_ok
	start_ok
	mv "$B/rootfs$IN_CONTAINER.startContainer" "$T"/hook.log.startContainer
	for ns in pid net ipc uts mnt cgroup user; do
		here+="$ns $(readlink "/proc/self/ns/$ns")"$'\n'
		inside+="$ns $(readlink "/proc/$(state_of pid)/ns/$ns")"$'\n'
	done
	ok delete --force "$ID"
	isnt "$here" "$inside"
	for kind in "${ALL[@]}"; do
		case $kind in
		*Container) is "$(<"$LOG.$kind")"$'\n' "$inside" ;;
		*) is "$(<"$LOG.$kind")"$'\n' "$here" ;;
		esac
	done
}

@test "a hook of create finds the container's mounts made and its root not yet entered" {
	mkdir "$T/extra"
	touch "$T/extra/file"
	add_hook prestart 'read -r state; pid=${state#*\"pid\":}; pid=${pid%%,*}
		grep -c " $ROOT/proc " /proc/$pid/mountinfo >$LOG
		nsenter -t $pid -n true && echo joined >>$LOG' '.env += ["ROOT='"$B/rootfs"'"]'
	add_hook createContainer 'test -e /proc/self/root$ROOT/dev/null && echo host-root >>$LOG
		mount --bind $EXTRA $ROOT/mnt' '.env += ["ROOT='"$B/rootfs"'", "EXTRA='"$T/extra"'"]'
	mkdir "$B/rootfs/mnt"
	set_args /bin/test -e /mnt/file
	ok run --bundle "$B" "$ID"
	is "$(paste -sd, "$LOG")" 1,joined,host-root
	[[ ! -e $B/rootfs/mnt/file ]] || fail "the hook's mount is seen on the host"
}

@test "a root that may only be reached by the host's root is no obstacle to hooks" {
	use_userns
	chmod 700 "$B"
	add_hook createContainer 'id -u >$OUT; pwd >>$OUT' '.env += ["OUT='"$T/out/log"'"]'
	mkdir -m 777 "$T/out"
	set_args /bin/true
	ok run --bundle "$B" "$ID"
	is "$(head -1 "$T/out/log")" 0
	chmod 755 "$B"
}

@test "the path of a startContainer hook is the container's, those of others the host's" {
	printf '#!/bin/sh\necho inside >/hook.log\n' >"$B/rootfs/bin/only-inside"
	chmod +x "$B/rootfs/bin/only-inside"
	printf '#!/bin/sh\necho $0 >>%q\n' "$LOG" >"$T/only-outside"
	chmod +x "$T/only-outside"
	edit_config --arg out "$T/only-outside" '.hooks = {
		"startContainer": [{"path": "/bin/only-inside"}], "createContainer": [{"path": $out}],
		"createRuntime": [{"path": $out}]}'
	set_args /bin/true
	ok run --bundle "$B" "$ID"
	is "$(<"$B/rootfs$IN_CONTAINER")" inside
	is "$(paste -sd, "$LOG")" "$T/only-outside,$T/only-outside"
}

@test "arguments and environment are exactly those configured" {
	printf '#!/bin/busybox sh\n(tr "\\0" "|" </proc/$$/cmdline; echo; cat /proc/$$/environ | tr "\\0" "|"; echo) >>%q\n' \
		"$LOG" >"$T/hook"
	chmod +x "$T/hook"
	edit_config --arg hook "$T/hook" '.hooks.createRuntime = [{"path": $hook},
		{"path": $hook, "args": []},
		{"path": "/bin/sh", "args": ["other name", $hook, "", "a b"], "env": ["B=2", "A=", "B=3"]}]'
	FOREIGN=1 create_ok
	is "$(sed -n 1p "$LOG")" "/bin/busybox|sh|$T/hook|"
	is "$(sed -n 2p "$LOG")" ""
	is "$(sed -n 3p "$LOG")" "/bin/busybox|sh|$T/hook|"
	is "$(sed -n 4p "$LOG")" ""
	is "$(sed -n 5p "$LOG")" "other name|$T/hook||a b|"
	is "$(sed -n 6p "$LOG")" "B=2|A=|B=3|"
}

@test "a hook begins in the bundle, in the container's root, or where the program will" {
	edit_config '.process.cwd = "/tmp"'
	add_all 'pwd -P >$LOG.$KIND; ls >>$LOG.$KIND'
	cd /
	whole_life
	is "$(head -1 "$LOG.createRuntime")" "$B"
	is "$(head -1 "$LOG.poststart")" "$B"
	is "$(head -1 "$LOG.poststop")" "$B"
	is "$(head -1 "$LOG.createContainer")" "$B/rootfs"
	grep -qx proc "$LOG.createContainer"
	is "$(head -1 "$B/rootfs$IN_CONTAINER.startContainer")" /tmp
}

@test "a hook has nothing of the runtime's: descriptors, signals, session, umask" {
	local kind
	# what the last one lists is its own
	add_all 'umask >$LOG.umask; exec 3>&1; readlink /proc/self/fd/3 >$LOG.$KIND; exec 3>&-
		ls /proc/self/fd | sort -n | paste -sd, - >>$LOG.$KIND
		grep -E "^Sig(Blk|Ign)" /proc/self/status | cut -f2 | sort -u >>$LOG.$KIND
		cut -d" " -f5,6 /proc/self/stat >>$LOG.$KIND'
	(
		exec 8</dev/null 9</dev/null
		trap '' HUP USR1
		umask 077
		whole_life
	)
	mv "$B/rootfs$IN_CONTAINER.startContainer" "$T"/hook.log.startContainer
	for kind in "${ALL[@]}"; do
		is "$(sed -n 1p "$LOG.$kind")" /dev/null
		is "$(sed -n 2p "$LOG.$kind")" 0,1,2,3
		is "$(sed -n 3p "$LOG.$kind")" 0000000000000000
		[[ $(sed -n 4p "$LOG.$kind") =~ ^([0-9]+)\ ([0-9]+)$ ]]
		is "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
		isnt "${BASH_REMATCH[2]}" "$(cut -d' ' -f6 /proc/self/stat)"
	done
	is "$(<"$LOG.umask")" 0022
}

@test "what is passed on to the program with --preserve-fds is not passed on to hooks" {
	local kind
	add_all 'for fd in 3 4 5; do ! (: <&$fd) 2>/dev/null || echo $KIND has $fd >>$LOG; done
		echo $KIND >>$LOG'
	set_script 'cat <&3; cat <&4'
	echo three >"$T/three"
	echo four >"$T/four"
	(
		runtime_environment
		exec 3<"$T/three" 4<"$T/four"
		exec "$RT" --root "$STATE" run --preserve-fds 2 --bundle "$B" "$ID" </dev/null
	) >"$T/out"
	is "$(<"$T/out")" $'three\nfour'
	is "$(logged | sort | paste -sd' ')" "$(printf '%s\n' "${ALL[@]}" | sort | paste -sd' ')"
}

@test "the hook of a container with a large state gets all of it" {
	# more than a pipe holds
	jq -n '[range(3000) | {key: "key \(.)", value: ("x" * 100)}] | from_entries' >"$T/annotations"
	edit_config --slurpfile a "$T/annotations" '.annotations = $a[0]'
	add_all 'sleep 0.1; cat >$LOG.$KIND'
	whole_life
	mv "$B/rootfs$IN_CONTAINER.startContainer" "$T"/hook.log.startContainer
	for kind in "${ALL[@]}"; do
		is "$(jq -r '.annotations | length' "$LOG.$kind")" 3000
		(($(stat -c %s "$LOG.$kind") > 300000))
	done
}

# --- hooks that misbehave -----------------------------------------------------------------------------

@test "a hook that closes its standard input early, or never reads it, is no failure" {
	jq -n '[range(3000) | {key: "key \(.)", value: ("x" * 100)}] | from_entries' >"$T/annotations"
	edit_config --slurpfile a "$T/annotations" '.annotations = $a[0]'
	add_all 'exec <&-; echo $KIND >>$LOG'
	add_all 'echo $KIND >>$LOG'
	whole_life
	is "$(logged | sort | uniq -c | awk '{ print $1 }' | sort -u)" 2
	is "$(logged | sort -u | wc -l)" 6
}

@test "a hook that prints megabytes keeps nobody waiting, and the end of it is in the error" {
	add_hook createRuntime 'yes 0123456789 | head -c 5000000; yes 0123456789 | head -c 5000000 >&2
		echo done >>$LOG'
	create_ok
	ok delete --force "$ID"
	add_hook createRuntime 'yes 0123456789 | head -c 5000000 >&2; echo the very end >&2; exit 3'
	create
	expect 1
	err_names /hooks/createRuntime/1
	err_has "status 3: ... 0123456789 0123456789 "
	err_has "01234the very end"
	((${#err} < 2000))
}

@test "a background child of a hook neither holds up the runtime nor is killed by it" {
	local pid
	add_hook createRuntime 'sleep 1000 & echo $! >$LOG'
	create_ok
	pid=$(<"$LOG")
	start_ok
	ok delete --force "$ID"
	[[ $(tr '\0' ' ' <"/proc/$pid/cmdline") == "sleep 1000 " ]] || fail "the background child is gone"
	kill "$pid"
}

@test "a background child of a failing hook that keeps standard error open keeps nobody waiting" {
	local pid
	add_hook createRuntime 'sleep 1000 & echo $! >$LOG; echo why >&2; exit 1'
	create
	kill "$(<"$LOG")"
	fails_at createRuntime
	err_has "status 1: why"
}

# logged_by N: that many have written
logged_by() {
	[[ $(logged | wc -l) == "$1" ]]
}

# Hooks of all kinds leave a child that writes to standard error when they have ended: also more than
# the pipe holds; it waits, but not for ever.
assert_children_may_write() {
	# / changes under a createContainer hook
	add_all 'test $KIND != createContainer || LOG=.'"$IN_CONTAINER"'
		(n=0; until test -e $LOG.go || test $((n += 1)) -gt 600; do sleep 0.1; done
		echo late >&2; yes | head -c 300000 >&2; echo $KIND >>$LOG) & exit 0'
	create_ok
	start_ok
	[[ -z $(logged) ]] || fail "there was no waiting"
	touch "$LOG.go" "$B/rootfs$IN_CONTAINER.go"
	until_true logged_by 5
	rm "$LOG.go"
	ok delete --force "$ID"
	logged_by 5
	touch "$LOG.go"
	until_true logged_by 6
	is "$(logged | sort | paste -sd' ')" "$(printf '%s\n' "${ALL[@]}" | sort | paste -sd' ')"
}

@test "a background child of a hook may write to standard error when the hook has ended" {
	assert_children_may_write
}

@test "it may so in a user namespace, and as another user" {
	use_userns
	install -m 666 /dev/null "$B/rootfs$IN_CONTAINER"
	edit_config '.process.user = {"uid": 7, "gid": 7}'
	assert_children_may_write
}

@test "a hook in a container without a procfs is heard all the same" {
	edit_config 'del(.mounts, .linux.maskedPaths, .linux.readonlyPaths)'
	add_hook startContainer 'yes | head -c 300000 >&2; echo reason >&2; exit 1'
	rt run --bundle "$B" "$ID"
	fails_at startContainer
	err_has "y y reason"
}

@test "a hook of any kind may open its standard error by name" {
	local kind
	for kind in prestart createRuntime createContainer startContainer poststart; do
		edit_config 'del(.hooks)'
		add_hook "$kind" 'echo by name >/dev/stderr; exit 1'
		rt run --bundle "$B" "$ID"
		fails_at "$kind"
		err_has "status 1: by name"
	done
}

pids_are_gone() {
	local pid
	for pid in "$@"; do
		[[ ! -e /proc/$pid ]] || return 1
	done
}

@test "after its timeout a hook is killed with its whole group" {
	local kind
	for kind in prestart createRuntime createContainer startContainer poststart; do
		edit_config 'del(.hooks)'
		rm -f "$LOG" "$B/rootfs$IN_CONTAINER"
		add_hook "$kind" 'sleep 1000 & echo $! >$LOG; sleep 1000 & echo $! >>$LOG; echo slow >&2; sleep 1000' \
			'.timeout = 1'
		rt run --bundle "$B" "$ID"
		fails_at "$kind"
		err_has "within 1 s: slow"
		is "$(logged | wc -l)" 2
		# those of the container's pids are counted by their cgroup, which is gone
		[[ $kind == *Container ]] || until_true pids_are_gone $(<"$LOG")
	done
}

@test "a poststop hook that is too late is a warning" {
	add_hook poststop 'sleep 1000 & echo $! >$LOG; sleep 1000' '.timeout = 1'
	create_ok
	ok delete --force "$ID"
	err_has "warning: the poststop hook /bin/sh did not end within 1 s"
	until_true pids_are_gone "$(<"$LOG")"
}

@test "a timeout that is not reached, however long, is none" {
	add_hook createRuntime 'echo one >>$LOG' '.timeout = 9007199254740991'
	add_hook createRuntime 'echo two >>$LOG' '.timeout = 30'
	create_ok
	is "$(paste -sd, "$LOG")" one,two
}

# --- failures ---------------------------------------------------------------------------------------------

@test "a failing hook of create leaves no container; later hooks do not run, poststop hooks do" {
	local kind
	for kind in prestart createRuntime createContainer; do
		edit_config 'del(.hooks)'
		rm -f "$LOG"
		add_hook "$kind" 'echo $KIND >>$LOG; echo reason >&2; exit 7'
		add_hook "$kind" 'echo not this >>$LOG'
		add_hook poststop '(cat; echo) >>$LOG'
		create
		fails_at "$kind"
		err_has "the $kind hook /bin/sh ended with status 7: reason"
		is "$(head -1 "$LOG")" "$kind"
		is "$(tail -n +2 "$LOG" | jq -r .status)" stopped
	done
}

@test "a failing hook of start stops and destroys the container, and poststop hooks run" {
	local kind
	for kind in startContainer poststart; do
		edit_config 'del(.hooks)'
		rm -f "$LOG"
		add_hook "$kind" 'echo reason >&2; exit 7'
		add_hook "$kind" 'echo not this >>$LOG'
		add_hook poststop 'echo $KIND >>$LOG'
		create_ok
		rt start "$ID"
		fails_at "$kind"
		err_has "the $kind hook /bin/sh ended with status 7: reason"
		is "$(<"$LOG")" poststop
		[[ ! -e $B/rootfs$IN_CONTAINER ]]
		ok delete --force "$ID"
	done
}

@test "a failing hook is the end of run, too" {
	local kind
	for kind in prestart createRuntime createContainer startContainer poststart; do
		edit_config 'del(.hooks)'
		rm -f "$LOG"
		add_hook "$kind" 'kill -TERM $$'
		add_hook poststop 'echo $KIND >>$LOG'
		rt run --bundle "$B" "$ID"
		fails_at "$kind"
		err_has "killed by signal 15"
		is "$(<"$LOG")" poststop
	done
}

@test "a hook that cannot be executed is named, with the reason" {
	local kind
	for kind in prestart createContainer startContainer; do
		edit_config --arg kind "$kind" '.hooks = {($kind): [{"path": "/no/such/hook"}]}'
		rt run --bundle "$B" "$ID"
		fails_at "$kind"
		err_has "/no/such/hook: no such file or directory"
	done
	touch "$T/plain"
	edit_config --arg path "$T/plain" '.hooks = {"createRuntime": [{"path": $path}]}'
	create
	fails_at createRuntime
	err_has "permission denied"
}

@test "a hook for which the container may not have another process is an error that names the limit" {
	local limit
	grep -q pids /proc/self/cgroup /sys/fs/cgroup/cgroup.controllers 2>/dev/null ||
		cannot cgroup-pids "this host has no such controller"
	set_args /bin/true
	for limit in 0 1; do
		edit_config --argjson limit "$limit" 'del(.hooks) | .linux.resources.pids.limit = $limit'
		add_hook startContainer 'echo not this >>$LOG'
		rt run --bundle "$B" "$ID"
		fails_at startContainer
		err_has "run the hook /bin/sh: resource temporarily unavailable"
		err_has "hint: the container's limit of processes, /linux/resources/pids/limit, "
		[[ ! -e $B/rootfs$IN_CONTAINER ]]
	done
	edit_config '.linux.resources.pids.limit = 2'
	ok run --bundle "$B" "$ID"
	is "$(<"$B/rootfs$IN_CONTAINER")" "not this"
}

@test "a failing poststop hook is a warning, and the others run" {
	add_hook poststop 'echo one >>$LOG; echo reason >&2; exit 1'
	add_hook poststop 'echo two >>$LOG'
	create_ok
	rt --log "$T/log" delete --force "$ID"
	expect 0
	is "$(paste -sd, "$LOG")" one,two
	err_has "warning: the poststop hook /bin/sh ended with status 1: reason (at /hooks/poststop/0)"
	grep -q 'level=warning.*/hooks/poststop/0' "$T/log"
	assert_nothing_left
}

@test "poststop hooks run once nothing is left of the container but its state" {
	add_hook poststop 'read -r state; grep -h . /sys/fs/cgroup/*/'"$MARK"'/cgroup.procs >$LOG 2>&1
		'"$RT --root $STATE state $ID"' >>$LOG.state; '"$RT --root $STATE delete $ID"' >$LOG.busy 2>&1' \
		'.env += ["ASAN_OPTIONS=detect_leaks=0"]'
	create_ok
	ok delete --force "$ID"
	! grep -q '^[0-9]' "$LOG"
	[[ -z $(cgroups_of "$MARK") ]]
	is "$(jq -r '"\(.status) \(.pid)"' "$LOG.state")" "stopped 0"
	grep -q "$ID" "$LOG.busy"
}

@test "no poststop hook runs for a container that never came to its first hook" {
	add_hook createRuntime 'echo $KIND >>$LOG'
	add_hook poststop 'echo $KIND >>$LOG'
	edit_config '.mounts += [{"destination": "/x", "source": "/no/such/file", "options": ["bind"]}]'
	create_refused /mounts/6/source
	[[ ! -e $LOG ]]
}

@test "a container without hooks of create has its poststop hooks once it is created" {
	add_hook poststop 'echo $KIND >>$LOG'
	set_args /no/such/program
	create_refused /process/args/0
	[[ ! -e $LOG ]]
	set_args /bin/true
	create_ok
	ok delete "$ID"
	is "$(<"$LOG")" poststop
}

# --- the runtime, called by its own hooks, and killed under them ----------------------------------------

@test "a hook may ask for the state of its container, and is told creating" {
	add_hook createRuntime "$RT --root $STATE state $ID"' >$LOG' '.env += ["ASAN_OPTIONS=detect_leaks=0"]'
	create_ok
	is "$(jq -r .status "$LOG")" creating
	ok delete --force "$ID"
	rm "$LOG"
	edit_config 'del(.hooks)'
	add_hook poststart "$RT --root $STATE state $ID"' >$LOG' '.env += ["ASAN_OPTIONS=detect_leaks=0"]'
	create_ok
	start_ok
	is "$(jq -r .status "$LOG")" running
}

@test "a hook that changes its own container is told that it is busy" {
	add_hook createRuntime "$RT --root $STATE start $ID"' 2>$LOG; '"$RT --root $STATE delete $ID"' 2>>$LOG; true' \
		'.env += ["ASAN_OPTIONS=detect_leaks=0"]'
	create_ok
	is "$(wc -l <"$LOG")" "$(grep -c . "$LOG")"
	is "$(state_of status)" created
}

hook_runs() {
	[[ -s $LOG ]]
}

@test "when the runtime is killed during a hook the hook dies, and delete --force runs poststop hooks" {
	local kind pid
	for kind in prestart createRuntime createContainer; do
		edit_config 'del(.hooks)'
		rm -f "$LOG"
		add_hook "$kind" 'echo $$ >$LOG.pid; echo $KIND >$LOG; exec sleep 1000'
		add_hook poststop 'echo $KIND >>$LOG'
		rt_background create --bundle "$B" "$ID"
		pid=$!
		until_true hook_runs
		is "$(state_of status)" creating
		is "$(jq -r .status "$STATE/$ID/state.json")" creating
		is "$(jq -r '.undo[-1].op' "$STATE/$ID/state.json")" poststop
		kill -KILL "$pid"
		until_true status_is stopped
		until_true no_processes
		# that of the container's pids is counted by its cgroup
		[[ $kind == *Container ]] || until_true pids_are_gone "$(<"$LOG.pid")"
		ok delete --force "$ID"
		assert_nothing_left
		is "$(paste -sd, "$LOG")" "$kind,poststop"
	done
}

@test "delete --force during a hook ends it all" {
	add_hook createRuntime 'echo $KIND >$LOG; exec sleep 1000'
	add_hook poststop 'echo $KIND >>$LOG'
	rt_background create --bundle "$B" "$ID"
	until_true hook_runs
	ok delete --force "$ID"
	assert_nothing_left
	is "$(paste -sd, "$LOG")" createRuntime,poststop
}

@test "delete --force during a poststart hook ends start, or run, the hook and the container" {
	local verb pid
	add_hook poststart 'echo $$ >$LOG.pid; echo $KIND >$LOG; exec sleep 1000'
	add_hook poststop 'echo $KIND >>$LOG'
	for verb in start run; do
		rm -f "$LOG"
		if [[ $verb == start ]]; then
			create_ok
			rt_background start "$ID"
		else
			rt_background run --bundle "$B" "$ID"
		fi
		pid=$!
		until_true hook_runs
		ok delete --force "$ID"
		assert_nothing_left
		wait "$pid" || :
		until_true pids_are_gone "$(<"$LOG.pid")"
		is "$(paste -sd, "$LOG")" poststart,poststop
	done
}

@test "once its poststart hooks are done nobody who runs hooks is in the record" {
	add_hook poststart 'jq -e .runner '"$STATE/$ID/state.json"' >$LOG'
	create_ok
	start_ok
	[[ -s $LOG ]] || fail "the record did not name who runs the hook"
	is "$(jq .runner "$STATE/$ID/state.json")" null
	ok delete --force "$ID"
}

@test "delete --force ends another delete whose poststop hook hangs, and goes on behind that hook" {
	add_hook poststop 'echo one >>$LOG'
	add_hook poststop 'echo $$ >$LOG.pid; echo two >>$LOG; exec sleep 1000'
	add_hook poststop 'echo three >>$LOG'
	create_ok
	rt_background delete --force "$ID"
	until_true hook_is_at two
	ok delete --force "$ID"
	err_has "/hooks/poststop/1"
	assert_nothing_left
	until_true pids_are_gone "$(<"$LOG.pid")"
	is "$(paste -sd, "$LOG")" one,two,three
}

hook_is_at() {
	[[ -s $LOG && $(tail -1 "$LOG") == "$1" ]]
}

@test "a delete that is killed during a poststop hook can be repeated" {
	local pid
	add_hook poststop 'echo one >>$LOG; test -e $LOG.go || exec sleep 1000'
	create_ok
	rt_background delete --force "$ID"
	pid=$!
	until_true hook_runs
	is "$(jq -r .status "$STATE/$ID/state.json")" deleting
	is "$(state_of status)" stopped
	kill -KILL "$pid"
	touch "$LOG.go"
	wait "$pid" || :
	ok delete "$ID"
	assert_nothing_left
	is "$(paste -sd, "$LOG")" one,one
}

# --- in the company of others ---------------------------------------------------------------------------

@test "a createContainer hook is not looked up in a mount namespace that others are in" {
	local pid
	make_bundle "$T/pod"
	jq '.process.args = ["/bin/sleep", "1000"]' "$CONFIG" >"$T/pod/config.json"
	rt_to "$T/pod.out" "$T/pod.err" create --bundle "$T/pod" "$ID-pod"
	expect 0
	pid=$(state_of pid "$ID-pod")
	edit_config --arg path "/proc/$pid/ns/mnt" 'del(.mounts, .linux.maskedPaths, .linux.readonlyPaths)
		| (.linux.namespaces[] | select(.type == "mount")).path = $path | .root.path = "/"'
	add_hook createContainer 'echo $KIND >$LOG'
	create
	expect 1
	err_names /hooks/createContainer/0
	err_has "createRuntime"
	[[ ! -e $LOG && ! -e $STATE/$ID ]]
	edit_config 'del(.hooks)'
	add_hook createRuntime 'echo $KIND >$LOG'
	create_ok
	is "$(<"$LOG")" createRuntime
	ok delete --force "$ID"
	ok delete --force "$ID-pod"
}

@test "a createContainer hook is not run in a user namespace where others have a pid for it" {
	use_userns
	: >"$LOG"
	chmod 666 "$LOG"
	edit_config '.linux.namespaces |= map(select(.type != "pid")) | .mounts |= map(select(.type != "proc"))
		| del(.linux.maskedPaths, .linux.readonlyPaths)'
	add_hook createContainer 'echo $KIND >$LOG'
	create
	expect 1
	err_names /hooks/createContainer/0
	err_has "createRuntime"
	[[ ! -s $LOG && ! -e $STATE/$ID ]]
	edit_config '.linux.namespaces += [{"type": "pid"}]'
	create_ok
	is "$(<"$LOG")" createContainer
}

# --- malformed --------------------------------------------------------------------------------------------

@test "a hook's path must be absolute, its environment well-formed, its timeout more than nothing" {
	local kind
	for kind in "${ALL[@]}"; do
		edit_config --arg kind "$kind" '.hooks = {($kind): [{"path": "/x"}, {"path": "relative"}]}'
		create_refused "/hooks/$kind/1/path"
		edit_config --arg kind "$kind" '.hooks = {($kind): [{"path": "/x", "env": ["A=1", "B"]}]}'
		create_refused "/hooks/$kind/0/env/1"
		edit_config --arg kind "$kind" '.hooks = {($kind): [{"path": "/x", "timeout": 0}]}'
		create_refused "/hooks/$kind/0/timeout"
	done
}
