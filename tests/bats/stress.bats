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

# What a verb may be told when others change the same container: what it is, or that it is no more.
known_errors() {
	cat <<-'END'
		create	container "[^"]*" already exists
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
		# what it says then is the shell's
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
