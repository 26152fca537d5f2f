# SPDX-License-Identifier: Apache-2.0
# Many callers at once: those that contend for the same ids, and those that should not even notice
# that there are others.

load helpers

CALLERS=16
ROUNDS=14 # of each caller
IDS=8

setup() {
	test_setup
	RT_TIMEOUT=300
	edit_config 'del(.linux.resources, .linux.cgroupsPath)'
	set_args /bin/sleep 1000
	mkdir "$T/callers"
}

# call VERB ARGUMENT...: one line in the caller's log: exit status, tab, verb, tab, the error
call() {
	local result=0 said
	rt_raw "$@" </dev/null >"$OUT" 2>"$OUT.err" || result=$?
	said=$(tr '\n\t' '  ' <"$OUT.err")
	printf '%s\t%s\t%s\n' "$result" "$([[ $2 == --force ]] && echo "$1 $2" || echo "$1")" "$said" >>"$LOG"
	return $result
}

# callers FUNCTION: so many at a time; each has N, a LOG and an OUT of its own
callers() {
	local n pids=() pid
	for ((n = 0; n < CALLERS; n++)); do
		(
			N=$n LOG=$T/callers/$n.log OUT=$T/callers/$n.out
			"$1" || echo "-1	caller	failed" >>"$LOG"
		) 3>&- &
		pids+=($!)
		BACKGROUND+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || fail "a caller ended with status $?"
	done
	BACKGROUND=()
	cat "$T"/callers/*.log >"$T/calls"
}

# calls_of VERB [STATUS]: how many there were
calls_of() {
	awk -F'\t' -v verb="$1" -v status="${2-}" '
		$2 ~ "^" verb "( |$)" && (status == "" || $1 == status) { n++ } END { print n + 0 }' "$T/calls"
}

# --- on ids that they share ---

# What a verb may be told when others change the same container: what it is, that it is no more, or, where
# the last steps of create and start are under way, that delete --force has ended its init.
known_errors() {
	cat <<-'END'
		create	container "[^"]*" already exists
		create	the container's init was killed by signal 9 [(]Killed[)] during [a-z-]+ +at .*
		start	container "[^"]*" does not exist
		start	container "[^"]*" is being changed by another command
		start	cannot start container "[^"]*": it (is running already|has stopped|is creating)
		start	the container's init ended before its program ran
		kill	container "[^"]*" does not exist
		kill	container not running
		kill	cannot send a signal: the container is creating
		state	container "[^"]*" does not exist
		delete	container "[^"]*" does not exist
		delete	container "[^"]*" is being changed by another command
		delete	cannot delete container "[^"]*": it is (running|creating)
	END
}

# Calls that failed otherwise than these. A creator, but nobody else, may be killed by delete --force.
unknown_errors() {
	known_errors >"$T/known"
	awk -F'\t' '
		NR == FNR { known[$1] = known[$1] (known[$1] == "" ? "" : "|") $2; next }
		$1 == 0 && $3 == "" { next }
		# what is said then are the words of the shell
		$1 == 137 && $2 == "create" && ($3 == "" || $3 ~ "[0-9] Killed ") { next }
		$1 == 1 && ($2 in known) && $3 ~ "^(oci-rt " $2 ": )?(" known[$2] ")( +hint: .*)? *$" { next }
		{ print }' "$T/known" "$T/calls"
}

contend() {
	local round id
	for ((round = 0; round < ROUNDS; round++)); do
		id=$ID-$(((N * 7 + round * 5 + round * N) % IDS))
		call create --bundle "$B" "$id" || :
		call start "$id" || :
		call state "$id" || :
		case $(((N + round) % 4)) in
		0) call delete --force "$id" || : ;;
		1) call kill "$id" KILL || : ;;
		2) call list -q || : ;;
		3) ;;
		esac
		call delete "$id" || :
	done
}

# Both say the same of each id.
views_agree() {
	local n id listed
	ok list --format json
	listed=$out
	for ((n = 0; n < IDS; n++)); do
		id=$ID-$n
		rt state "$id"
		if ((status == 0)); then
			is "$(jq -r --arg id "$id" '.[] | select(.id == $id) | "\(.status) \(.pid)"' <<<"$listed")" \
				"$(jq -r '"\(.status) \(.pid)"' <<<"$out")"
			[[ $(jq -r .status <<<"$out") =~ ^(created|running|stopped)$ ]] || fail "it is neither"
		else
			expect 1
			err_has "does not exist"
			is "$(jq -r --arg id "$id" '.[] | select(.id == $id)' <<<"$listed")" ""
		fi
	done
}

@test "two hundred starts and deletes 16 at a time, from 16 callers, on 8 ids, end in a consistent state" {
	local n
	callers contend
	[[ -z $(unknown_errors) ]] || fail "errors that are not of the known kinds:
$(unknown_errors | sort | uniq -c)"
	(($(calls_of start) >= 200 && $(calls_of delete) >= 200)) || fail "only $(wc -l <"$T/calls") calls"
	(($(calls_of create 0) >= IDS && $(calls_of start 0) >= IDS && $(calls_of delete 0) >= IDS)) ||
		fail "next to nothing succeeded: $(cut -f 1,2 "$T/calls" | sort | uniq -c)"
	views_agree
	for ((n = 0; n < IDS; n++)); do
		ok delete --force "$ID-$n"
		refused state "$ID-$n"
	done
	ok list -q
	is "$out" ""
	assert_nothing_left
	assert_no_sanitizer_report
}

# --- on ids of their own ---

whole_lives() {
	local round id
	for ((round = 0; round < ROUNDS; round++)); do
		id=$ID-$N-$round
		call create --bundle "$B" "$id" && call start "$id" && call state "$id" || return
		is "$(jq -r .status "$OUT")" running
		call kill "$id" KILL || return
		until_true ended "$id"
		call delete "$id" || return
	done
}

ended() {
	call state "$1" && [[ $(jq -r .status "$OUT") == stopped ]]
}

@test "two hundred containers of 16 callers at a time, each with an id of its own, do not disturb each other" {
	callers whole_lives
	[[ -z $(awk -F'\t' '$1 != 0 || $3 != ""' "$T/calls") ]] ||
		fail "these failed: $(awk -F'\t' '$1 != 0 || $3 != ""' "$T/calls")"
	is "$(calls_of create 0) $(calls_of start 0) $(calls_of delete 0)" \
		"$((CALLERS * ROUNDS)) $((CALLERS * ROUNDS)) $((CALLERS * ROUNDS))"
	ok list -q
	is "$out" ""
	assert_nothing_left
	assert_no_sanitizer_report
}

# --- between a look and the lock ---

# create_stopped CALLS PATH [CALLS PATH]: create as $CREATOR in the background, which is stopped by
# strace behind the first of these system calls with that path, and behind the second
create_stopped() {
	local options=()
	while (($#)); do
		options+=(-P "$2" -e "inject=$1:signal=STOP:when=1")
		shift 2
	done
	needs strace
	strace -f -o /dev/null -e inject=getppid:signal=KILL:when=1 true 3>&- ||
		cannot ptrace "strace does not work here"
	(
		traced_environment
		exec 3>&- strace -qq -o "$T/strace" "${options[@]}" \
			"$RT" --root "$STATE" create --bundle "$B" "$ID"
	) </dev/null >"$T/created.out" 2>"$T/created.err" &
	TRACER=$!
	BACKGROUND+=("$TRACER")
	until_true is_stopped 1
}

# is_stopped TIMES: so often by now
is_stopped() {
	is_traced && [[ $(grep -c -e '--- stopped by SIGSTOP' "$T/strace") == "$1" ]]
}

is_traced() {
	CREATOR=$(<"/proc/$TRACER/task/$TRACER/children")
	CREATOR=${CREATOR%% *}
	[[ -n $CREATOR && -s $T/strace ]]
}

# Behind the look whether the id is taken, and behind the last one at the container's cgroup.
create_stopped_twice() {
	local v2=/sys/fs/cgroup
	[[ $(cgroup_layout) != hybrid ]] || v2+=/unified
	[[ -e $v2/cgroup.controllers ]] || cannot cgroup-v2 "this host has cgroup v1 only"
	create_stopped access,faccessat,faccessat2 "$STATE/$ID" open,openat "$v2/$ID/cgroup.events"
	# another one of that id is made meanwhile
	create_ok
	kill -CONT "$CREATOR"
	until_true is_stopped 2
}

# The stopped one's end, as that of a call of rt.
go_on() {
	kill -CONT "$CREATOR"
	wait "$TRACER" && status=0 || status=$?
	out=$(<"$T/created.out") err=$(<"$T/created.err")
}

@test "create of an id that is taken after the first look says so, not that the cgroup is in use" {
	create_stopped_twice
	go_on
	expect 1
	err_has "container \"$ID\" already exists"
	is "$(state_of status)" created
}

@test "create of an id that was another's for a moment succeeds, whatever was seen of that one's cgroup" {
	create_stopped_twice
	ok delete --force "$ID"
	go_on
	expect 0
	is "$(state_of status)" created
	start_ok
	ok delete --force "$ID"
	assert_nothing_left
}

waits_for_reader() {
	[[ $(cat "/proc/$1/wchan") =~ fifo|partner ]]
}

@test "an empty cgroup that was found, and is gone when the id is locked, is made" {
	local tree pid trees=()
	[[ $(cgroup_layout) != none ]] || cannot cgroup "no cgroups are mounted here"
	for tree in /sys/fs/cgroup{,/*}; do
		[[ ! -L $tree && -e $tree/cgroup.procs ]] || continue
		[[ $tree == /sys/fs/cgroup || $(cgroup_layout) != v2 ]] || continue
		mkdir "$tree/$ID"
		trees+=("$tree/$ID")
	done
	mkfifo "$T/trace" # opened between the plan and the lock
	rt_background create --bundle "$B" --trace "$T/trace" "$ID"
	pid=$!
	until_true waits_for_reader "$pid"
	rmdir "${trees[@]}"
	cat "$T/trace" >"$T/traced"
	wait "$pid" || fail "it failed: $(<"$T/background.err")"
	is "$(cgroups_of "$ID" | wc -l)" "${#trees[@]}"
	ok delete --force "$ID"
	assert_nothing_left
}
