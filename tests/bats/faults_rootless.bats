# SPDX-License-Identifier: Apache-2.0
# The sweeps of faults.bats over containers of an ordinary user, who has neither cgroup nor privilege
# to clean up with. Needs a build with fault injection: $RT, or another one that RT_FAULT names.

load helpers
load sweep
load faults

U=54321

setup() {
	needs setpriv
	RT=${RT_FAULT:-$RT}
	test_setup
	own_rootfs
	cp "$RT" "$T/runtime"
	RT=$T/runtime
	mkdir "$STATE" "$T/bound"
	echo bound >"$T/bound/file"
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
	as_caller
	rt create --bundle "$B" "$ID-first"
	expect 0
	needs_faults
	ok delete --force "$ID-first"
}

as_caller() {
	VIEW=(setpriv --reuid $U --regid $U --clear-groups --inh-caps=-all)
}

@test "a user's create whose runtime fails leaves nothing behind" {
	MINIMUM=20 sweep runtime fail create_once
}

@test "a user's create whose runtime is killed leaves what delete --force takes back" {
	MINIMUM=20 sweep runtime kill create_once
}

@test "a user's create and start whose child fails or is killed leave nothing behind" {
	MINIMUM=40 sweep child fail create_and_start_once
	MINIMUM=40 sweep child kill create_and_start_once
}

@test "a user's start and delete are killed and fail at every point of their own" {
	later_ends_sweep
}

# user_holds OPTION...: a process of the user's in namespaces of its own, of which it is root
user_holds() {
	[[ -z $(kinds time) ]] || set -- --time "$@"
	hold --user --map-root-user "$@"
}

@test "a user's container that joins everything: all are killed and fail at every point" {
	user_holds
	join_held $(kinds user pid network ipc uts cgroup time)
	joins $(kinds user pid network ipc uts cgroup time)
	all_ends_sweep
	later_ends_sweep
}

@test "a user's container that joins its mounts as well: the same" {
	user_holds --mount
	join_held $(kinds user mount pid network ipc uts cgroup time)
	join_mounts
	joins $(kinds user mount pid network ipc uts cgroup time)
	all_ends_sweep
	later_ends_sweep
}
