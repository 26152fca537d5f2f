# SPDX-License-Identifier: Apache-2.0
# Faults at every point of a verb in turn, the runtime's and its child's, and what must hold afterwards:
# what the sweeps have in common, whoever calls. Needs a build with fault injection. Beside what
# sweep.bash wants, a test may have `as_caller`: it sets VIEW to how the runtime is called.

POINTS=600 # a sweep ends by itself; this is a bound

needs_faults() {
	has_faults || cannot fault-injection "not a build for tests (configure --enable-developer)"
}

has_faults() {
	local result=1
	with_fault runtime:fail:1
	rt create --bundle "$B" "$ID"
	! is_hit || result=0
	as_caller
	rt delete --force "$ID"
	return $result
}

# with_fault ACTOR:ACTION:N: for the next calls
with_fault() {
	rm -f "$T/hit"
	as_caller
	VIEW+=(env OCI_RT_FAULT="$1" OCI_RT_FAULT_HIT="$T/hit")
}

is_hit() {
	grep -qs hit "$T/hit"
}

# sweep ACTOR ACTION FUNCTION: FUNCTION "name" does the calls, and is over when no point is hit
sweep() {
	local n
	UNTOLD=
	for ((n = 1; n <= POINTS; n++)); do
		FAULT=$1:$2:$n
		as_caller
		rm -f "$T/hit"
		"$3" "$FAULT" "$1" "$2"
		is_hit || break
	done
	((n <= POINTS)) || fail "more than $POINTS points"
	((n > ${MINIMUM:-2})) || fail "only $((n - 1)) points were hit"
	echo "$1 $2: $((n - 1)) points"
}

# the actor's own call ended as it had to: 1 with an error, or by the signal
ended_as_it_must() {
	local name=$1 actor=$2 action=$3
	if [[ $actor-$action == runtime-kill ]]; then
		((status == 137)) || fail "$name: exit status $status, expected 137"
	else
		((status == 1)) || fail "$name: exit status $status, expected 1"
		[[ -n $err ]] || fail "$name: no error was told"
		[[ $action == kill || $err == *"injected fault"* ]] || fail "$name: another error was told"
	fi
}

create_once() {
	with_fault "$FAULT"
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	as_caller
	if is_hit; then
		ended_as_it_must "$@"
		if [[ $2-$3 == runtime-kill ]]; then
			orphan_ends "$1"
		else
			is_clean "$1: before delete"
		fi
	else
		expect 0
	fi
	clean_up_after "$1"
}

# The last point lies between "executing" and the system call itself: who is killed there cannot be
# told from a program that is killed at its first instruction, so start may say that it ran.
start_ended_as_it_must() {
	[[ -z $UNTOLD ]] || fail "$UNTOLD: start succeeded, but its program did not run"
	if ((status == 0)) && [[ $3 == kill ]]; then
		UNTOLD=$1
		return
	fi
	((status == 1)) || fail "$1: exit status $status of start, expected 1"
	[[ -n $err ]] || fail "$1: no error was told"
	[[ $(state_of status) != running ]] || fail "$1: it is said to run"
}

# the child's points of create, and after them those of start
create_and_start_once() {
	with_fault "$FAULT"
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	as_caller
	if ((status != 0)); then
		is_hit || fail "$1: create failed without a fault"
		ended_as_it_must "$@"
		is_clean "$1: before delete"
	elif ! is_hit; then
		rt start "$ID"
		if is_hit; then
			start_ended_as_it_must "$@"
			until_true no_processes
		else
			expect 0
		fi
	fi
	clean_up_after "$1"
}

# How the call with the fault ended, and what is left of it.
check_once() {
	as_caller
	if is_hit; then
		ended_as_it_must "$@"
	else
		expect 0
	fi
	clean_up_after "$1"
}

start_once() {
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	expect 0
	with_fault "$FAULT"
	rt start "$ID"
	check_once "$@"
}

# FORCE and STARTED are set by the test
delete_once() {
	rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	expect 0
	if ((STARTED)); then
		start_ok
	fi
	with_fault "$FAULT"
	rt delete $FORCE "$ID"
	check_once "$@"
}

# hold OPTION...: a process in namespaces of its own, its pid in HELD
hold() {
	as_caller
	"${VIEW[@]}" unshare --pid --fork --net --ipc --uts --cgroup "$@" sleep 600 3>&- &
	local parent=$!
	until_true held_by "$parent"
	BACKGROUND+=("$HELD" "$parent")
}

held_by() {
	HELD=$(<"/proc/$1/task/$1/children")
	HELD=${HELD%% *}
	[[ -n $HELD && $(tr '\0' ' ' <"/proc/$HELD/cmdline") == "sleep 600 " ]]
}

# join_held TYPE...: these of the namespaces of that process; what is not named is not the container's,
# but for its mounts
join_held() {
	edit_config --arg ns "/proc/$HELD/ns" 'del(.hostname) | .linux.namespaces = [
		($ARGS.positional[] | {"type": ., "path": "\($ns)/\({"network": "net", "mount": "mnt"}[.] // .)"})]
		| if any(.linux.namespaces[]; .type == "user") then del(.linux.uidMappings, .linux.gidMappings) else . end
		| if any(.linux.namespaces[]; .type == "mount") then . else .linux.namespaces += [{"type": "mount"}] end' \
		--args "$@"
}

# joins TYPE...: it does
joins() {
	local type link
	create_ok
	for type; do
		link=${type/network/net}
		link=${link/mount/mnt}
		is "$(readlink "/proc/$(state_of pid)/ns/$link")" "$(readlink "/proc/$HELD/ns/$link")"
	done
	ok delete "$ID"
}

# In a mount namespace that is joined nothing is mounted: the root is the one there, the program too.
join_mounts() {
	edit_config '.root.path = "/" | .process.cwd = "/"
		| del(.mounts, .linux.maskedPaths, .linux.readonlyPaths, .linux.devices)'
}

# the kinds that this kernel has, of those named
kinds() {
	local kind
	for kind; do
		[[ $kind == time && ! -e /proc/self/ns/time ]] || echo "$kind"
	done
}

all_ends_sweep() {
	MINIMUM=15 sweep runtime kill create_once
	MINIMUM=15 sweep runtime fail create_once
	MINIMUM=15 sweep child kill create_and_start_once
	MINIMUM=15 sweep child fail create_and_start_once
	held_lives
}

# What start and delete do themselves; that is less than create has to do.
later_ends_sweep() {
	sweep runtime kill start_once
	sweep runtime fail start_once
	FORCE='' STARTED=0
	sweep runtime kill delete_once
	sweep runtime fail delete_once
	FORCE=--force STARTED=1
	sweep runtime kill delete_once
	sweep runtime fail delete_once
	held_lives
}

held_lives() {
	[[ -z ${HELD-} || -d /proc/$HELD ]] || fail "the process whose namespaces were joined was killed"
}
