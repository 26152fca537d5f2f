# SPDX-License-Identifier: Apache-2.0
# Any build, as it is: SIGKILL before each system call that changes the host, by strace's injection.
# Afterwards `delete --force` leaves nothing behind and has harmed nothing.

load helpers
load sweep

# what changes something that outlives the process, or makes a process
CALLS=mkdir,mkdirat,open,openat,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat
CALLS+=,unlink,unlinkat,rmdir,mknod,mknodat,write,pwrite64,ftruncate,chown,fchown,fchownat,lchown
CALLS+=,chmod,fchmod,fchmodat,clone,clone3,fork,vfork,mount,umount2,move_mount,mount_setattr
CALLS+=,pivot_root,sethostname,bind,kill,pidfd_send_signal,sendmsg,bpf

# kills of one verb, evenly over all; 1000 is each and every one, as in the release part of tests/run
MOST=${STRACE_KILLS:-60}

setup() {
	sweep_setup
	needs strace
	# the state directory is made by the first call of all
	create_ok && ok delete --force "$ID"
	can_trace || cannot ptrace "strace does not work here"
}

teardown() {
	sweep_teardown
}

can_trace() {
	strace -f -o /dev/null -e inject=getppid:signal=KILL:when=1 true 3>&-
}

# traced OUTPUT STRACE-OPTION... -- ARGUMENT...: the runtime under strace; sets status, out, err
traced() {
	local output=$1 options=() begin=$SECONDS
	shift
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	(
		traced_environment
		exec timeout --foreground -s KILL 10 strace -f -qq -o "$output" "${options[@]}" \
			"$RT" --root "$STATE" "$@" 3>&-
	) </dev/null >"$T/rt.out" 2>"$T/rt.err" && status=0 || status=$?
	((SECONDS - begin < 10)) || fail "${options[*]}: it hangs, or was not killed where the recorded one was"
	out=$(<"$T/rt.out") err=$(<"$T/rt.err")
}

# occurrences FILE: "CALL K", the K-th of that call in one process, for those that change something
occurrences() {
	sed -E 's/^([0-9]+) +/\1 /; /^[0-9]+ (<|\+|-)/d; /\?{3}/d' "$1" | awk '
		{
			call = $2
			sub(/\(.*/, "", call)
			k = ++count[$1, call]
			if (call ~ /^open/ && $0 !~ /O_CREAT|O_WRONLY|O_RDWR|O_TRUNC/)
				next
			if (!seen[call, k]++)
				print call, k
		}'
}

# evenly N: at most N of the lines, the first and the last among them
evenly() {
	awk -v most="$1" '{ line[n++] = $0 } END {
		if (n <= most) { for (i = 0; i < n; i++) print line[i]; exit }
		for (i = 0; i < most; i++) print line[int(i * (n - 1) / (most - 1))] }'
}

# kill_each FUNCTION: FUNCTION "CALL" "K" prepares, and calls the runtime with that kill
kill_each() {
	local call k n=0
	MISSED=0
	[[ -s $T/occurrences ]] || fail "nothing to kill at"
	while read -r call k; do
		"$1" "$call" "$k"
		n=$((n + 1))
	done < <(evenly "$MOST" <"$T/occurrences")
	((MISSED * 4 <= n)) || fail "$MISSED of $n kills were not reached"
	echo "$((n - MISSED)) kills"
}

# a trace of a successful call, for the occurrences; the container of create keeps strace waiting
record_create() {
	(
		traced_environment
		exec strace -f -qq -o "$T/trace" -e trace="$CALLS" \
			"$RT" --root "$STATE" create --bundle "$B" --pid-file "$T/pid" "$ID" 3>&-
	) </dev/null >"$T/container.out" 2>"$T/container.err" &
	local tracer=$!
	BACKGROUND+=("$tracer")
	until_true test -s "$T/pid"
	until_true status_is created
	ok delete --force "$ID"
	wait "$tracer" || :
	occurrences "$T/trace" >"$T/occurrences"
	rm -f "$T/pid"
	is_clean "the call that was recorded"
}

# How often a process makes a call may vary a little: where the kill was not reached, create succeeds,
# and its init would keep strace waiting. The pid file is the last that create writes.
create_killed() {
	traced /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" -- \
		create --bundle "$B" --pid-file "$T/pid" "$ID" &
	local tracer=$! reached=1
	until_true ended_or_created "$tracer" || fail "$1 $2: it hangs"
	if kill -0 "$tracer" 2>/dev/null && status_is created; then
		reached=0
		MISSED=$((MISSED + 1))
		rt delete --force "$ID"
	fi
	wait "$tracer" || :
	((reached == 0)) || orphan_ends "$1 $2"
	clean_up_after "create, killed at $1 $2"
	rm -f "$T/pid"
}

ended_or_created() {
	! kill -0 "$1" 2>/dev/null || { [[ -s $T/pid ]] && status_is created; }
}

@test "create, and its child, are killed before every system call that changes the host" {
	record_create
	kill_each create_killed
}

@test "with a user namespace, too" {
	use_userns
	record_create
	MOST=${STRACE_KILLS:-30} kill_each create_killed
}

start_killed() {
	create_ok
	(
		traced_environment
		exec timeout --foreground 10 strace -qq -o /dev/null -e trace="$1" \
			-e inject="$1:signal=KILL:when=$2" "$RT" --root "$STATE" start "$ID" 3>&-
	) </dev/null >"$T/rt.out" 2>"$T/rt.err" && status=0 || status=$?
	((status != 124)) || fail "start, $1 $2: it hangs"
	clean_up_after "start, killed at $1 $2"
}

@test "start is killed before every system call that changes something" {
	create_ok
	(
		traced_environment
		exec strace -qq -f -o "$T/trace" -e trace="$CALLS" "$RT" --root "$STATE" start "$ID" 3>&-
	) </dev/null >"$T/rt.out" 2>"$T/rt.err"
	ok delete --force "$ID"
	occurrences "$T/trace" >"$T/occurrences"
	kill_each start_killed
}

delete_killed() {
	create_ok
	start_ok
	traced /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" -- delete --force "$ID"
	clean_up_after "delete --force, killed at $1 $2"
}

@test "delete --force is killed before every system call that changes the host" {
	create_ok
	start_ok
	traced "$T/trace" -e trace="$CALLS" -- delete --force "$ID"
	expect 0
	occurrences "$T/trace" >"$T/occurrences"
	kill_each delete_killed
}

run_killed() {
	traced /dev/null -e trace="$1" -e inject="$1:signal=KILL:when=$2" -- run --bundle "$B" "$ID"
	clean_up_after "run, killed at $1 $2"
}

@test "run, and its child, are killed before every system call that changes the host" {
	set_args /bin/true
	traced "$T/trace" -e trace="$CALLS" -- run --bundle "$B" "$ID"
	expect 0
	occurrences "$T/trace" >"$T/occurrences"
	MOST=${STRACE_KILLS:-40} kill_each run_killed
}

# --- two creators, and a delete that comes between a directory and its lock

# create_slowly MICROSECONDS FILE: a create that is slow to come back from making a directory; its
# status goes to FILE
create_slowly() {
	local result=0
	(
		traced_environment
		exec strace -qq -o /dev/null -e trace=mkdirat -e inject="mkdirat:delay_exit=$1" \
			"$RT" --root "$STATE" create --bundle "$B" "$ID" 3>&-
	) </dev/null >"$2.out" 2>"$2.err" || result=$?
	echo $result >"$2"
}

state_has_an_entry() {
	[[ -n $(ls -A "$STATE") ]]
}

@test "a delete between two creators of one id does not make them share a state directory" {
	create_slowly 2000000 "$T/first" &
	BACKGROUND+=($!)
	until_true state_has_an_entry
	ok delete --force "$ID"
	create_slowly 3000000 "$T/second" &
	BACKGROUND+=($!)
	until_true test -s "$T/first"
	until_true test -s "$T/second"
	is "$(sort "$T/first" "$T/second" | paste -sd,)" 0,1
	is "$(state_of status)" created
	ok delete --force "$ID"
	assert_nothing_left
}

# --- SIGTERM, at the very moments at which an init could miss it

@test "a SIGTERM that comes as soon as create has ended ends an init that was slow to ask for it" {
	(
		traced_environment
		# the first calls give back what the caller ignores; those that follow ask for signals
		exec strace -f -qq -o /dev/null -e trace=rt_sigaction \
			-e inject=rt_sigaction:delay_enter=20000:when=66+ \
			"$RT" --root "$STATE" create --bundle "$B" --pid-file "$T/pid" "$ID" 3>&-
	) </dev/null >"$T/container.out" 2>"$T/container.err" &
	BACKGROUND+=($!)
	until_true test -s "$T/pid"
	kill -TERM "$(<"$T/pid")"
	wait_status stopped
}

@test "a SIGTERM between start's message and the program ends init, and start says so" {
	local pid tracer
	set_script 'echo ran'
	create_ok
	pid=$(state_of pid)
	# its first line is the call that init waits in
	strace -qq -o "$T/attached" -p "$pid" -e trace=poll,restart_syscall,getcwd \
		-e inject=getcwd:signal=TERM 3>&- &
	tracer=$!
	BACKGROUND+=("$tracer")
	until_true test -s "$T/attached"
	refused start "$ID"
	err_has "ended before its program ran"
	wait_status stopped
	wait "$tracer" || :
	is "$(<"$T/container.out")" ""
}
