# SPDX-License-Identifier: Apache-2.0
# The sweep of faults.bats over a container of an ordinary user, who has neither cgroup nor privilege
# to clean up with. Needs a build with fault injection: $RT, or another one that RT_FAULT names.

load helpers

U=54321
POINTS=400 # a sweep ends by itself; this is a bound

setup() {
	needs setpriv
	RT=${RT_FAULT:-$RT}
	test_setup
	own_rootfs
	cp "$RT" "$T/runtime"
	RT=$T/runtime
	mkdir "$STATE" "$T/bound"
	edit_config --argjson u $U --arg bound "$T/bound" 'del(.linux.resources)
		| .linux.namespaces += [{"type": "user"}]
		| .linux.uidMappings = [{"containerID": 0, "hostID": $u, "size": 1}]
		| .linux.gidMappings = .linux.uidMappings
		| .linux.maskedPaths = ["/proc/kcore", "/sys/firmware"] | .linux.readonlyPaths = ["/proc/sys"]
		| .mounts |= map(select(.destination | IN("/proc", "/dev", "/sys")))
		| .mounts += [{"destination": "/bound", "source": $bound, "options": ["bind"]}]
		| .process.oomScoreAdj = 500'
	set_script "while :; do sleep 1; done # $MARK"
	chown -hR $U:$U "$T"
	as_user
	rt create --bundle "$B" "$ID-first"
	expect 0
	with_fault runtime:fail:1
	rt create --bundle "$B" "$ID"
	((status == 1)) || cannot fault-injection "not a build for tests (configure --enable-developer)"
	as_user
	ok delete --force "$ID-first"
}

as_user() {
	VIEW=(setpriv --reuid $U --regid $U --clear-groups --inh-caps=-all)
}

# with_fault ACTOR:ACTION:N: for the next calls
with_fault() {
	FAULT=$1
	rm -f "$T/hit"
	as_user
	VIEW+=(env OCI_RT_FAULT="$1" OCI_RT_FAULT_HIT="$T/hit")
}

is_hit() {
	grep -qs hit "$T/hit"
}

orphan_ends() {
	[[ $(state_of status) == created ]] || until_true no_processes || fail "$FAULT: an orphan lives on"
}

ended_as_it_must() {
	if [[ $FAULT == runtime:kill:* ]]; then
		((status == 137)) || fail "$FAULT: exit status $status, expected 137"
	else
		((status == 1)) || fail "$FAULT: exit status $status, expected 1"
		[[ -n $err ]] || fail "$FAULT: no error was told"
		[[ $FAULT == *:kill:* || $err == *"injected fault"* ]] || fail "$FAULT: another error"
	fi
}

# sweep ACTOR:ACTION FUNCTION
sweep_points() {
	local n hit=1
	for ((n = 1; n <= POINTS && hit == 1; n++)); do
		"$2" "$1:$n"
		hit=0
		! is_hit || hit=1
		rt list -q
		((status == 0)) || fail "$FAULT: list fails"
		[[ ! -d $STATE/$ID ]] || grep -qxF "$ID" <<<"$out" || fail "$FAULT: the container is not listed"
		rt delete --force "$ID"
		((status == 0)) || fail "$FAULT: delete --force fails"
		assert_nothing_left || fail "$FAULT: something is left"
	done
	((n > 10 && n <= POINTS)) || fail "$1: $((n - 1)) points"
}

create_once() {
	with_fault "$1"
	rt create --bundle "$B" "$ID"
	as_user
	# a child that comes to grief when create has done its work is one that waits for start
	if ! is_hit || [[ $1-$status == child:*-0 ]]; then
		expect 0
		rm -f "$T/hit"
		return
	fi
	ended_as_it_must
	if [[ $1 == runtime:kill:* ]]; then
		orphan_ends
	else
		assert_nothing_left || fail "$FAULT: something is left before delete"
	fi
}

@test "a user's create whose runtime fails leaves nothing behind" {
	sweep_points runtime:fail create_once
}

@test "a user's create whose runtime is killed leaves what delete --force takes back" {
	sweep_points runtime:kill create_once
}

@test "a user's create whose child fails or is killed leaves nothing behind" {
	sweep_points child:fail create_once
	sweep_points child:kill create_once
}
