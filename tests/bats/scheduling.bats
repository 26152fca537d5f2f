# SPDX-License-Identifier: Apache-2.0
# How the kernel treats the container's process beside its limits: OOM score, scheduling, I/O
# priority, personality, memory policy.

load helpers

# in_both TEST...: the test with the host's user namespace, then with one of the container's own
in_both() {
	"$@"
	use_userns
	"$@"
}

# --- oomScoreAdj

# caller_has ADJ: the runtime's own value; root may set it that far without CAP_SYS_RESOURCE
caller_has() {
	VIEW=(/bin/sh -c "echo $1 >/proc/self/oom_score_adj && exec \"\$@\"" sh)
}

without_resource_privilege() {
	needs setpriv
	VIEW=(setpriv --bounding-set -sys_resource)
}

score_is() {
	set_args cat /proc/self/oom_score_adj
	ok run --bundle "$B" "$ID"
	out_is "$1"
}

score_is_raised() {
	edit_config '.process.oomScoreAdj = 321'
	score_is 321
}

@test "oomScoreAdj is raised, in a user namespace and for an ordinary user too" {
	in_both score_is_raised
	edit_config '.process.user = {"uid": 1000, "gid": 1000} | .process.oomScoreAdj = 1000'
	score_is 1000
}

@test "oomScoreAdj is raised without the privilege to lower it" {
	without_resource_privilege
	in_both score_is_raised
}

@test "oomScoreAdj is what init has before its program runs, and the caller keeps its own" {
	edit_config '.process.oomScoreAdj = 777'
	VIEW=(/bin/sh -c 'echo 100 >/proc/self/oom_score_adj && "$@" && cat /proc/$$/oom_score_adj >&2' sh)
	create_ok
	VIEW=()
	is "$err" 100
	is "$(<"/proc/$(state_of pid)/oom_score_adj")" 777
}

@test "without oomScoreAdj the caller's value is inherited, and zero is zero" {
	caller_has 55
	score_is 55
	edit_config '.process.oomScoreAdj = 0'
	score_is 0
}

lowering_is_refused() {
	edit_config '.process.oomScoreAdj = -1'
	create_refused /process/oomScoreAdj
	err_has CAP_SYS_RESOURCE
}

@test "oomScoreAdj is not lowered without the privilege: an error that says what is missing" {
	without_resource_privilege
	in_both lowering_is_refused
}

score_is_lowered() {
	edit_config '.process.oomScoreAdj = -500'
	score_is -500
}

@test "oomScoreAdj is lowered with the privilege, in a user namespace too" {
	(echo -1 >/proc/self/oom_score_adj) 2>/dev/null ||
		cannot cap-sys-resource "root has no CAP_SYS_RESOURCE here"
	in_both score_is_lowered
}

@test "oomScoreAdj beyond 1000 is an error, no matter how it is signed" {
	local value
	for value in 1001 -1001 2147483647; do
		edit_config ".process.oomScoreAdj = $value"
		create_refused /process/oomScoreAdj
	done
}

# --- scheduler

# schedule_is NICE PRIORITY POLICY: of the program, as proc(5) numbers them. Without a cgroup of its
# own: a new one has no share of the realtime budget where the kernel divides it among cgroups.
schedule_is() {
	set_args cat /proc/self/stat
	ok --cgroup-manager disabled run --bundle "$B" "$ID"
	is "$(sed 's/.*) //' <<<"$out" | cut -d' ' -f17,38,39)" "$1 $2 $3"
}

batch_is_scheduled() {
	edit_config '.process.scheduler = {"policy": "SCHED_BATCH", "nice": 7}'
	schedule_is 7 0 3
}

fifo_is_scheduled() {
	edit_config '.process.scheduler = {"policy": "SCHED_FIFO", "priority": 13}'
	schedule_is 0 13 1
}

negative_nice_is_scheduled() {
	edit_config '.process.scheduler = {"policy": "SCHED_OTHER", "nice": -9}'
	schedule_is -9 0 0
}

@test "scheduler: policy, nice value and priority are the program's" {
	in_both batch_is_scheduled
	edit_config '.process.scheduler = {"policy": "SCHED_IDLE"}'
	schedule_is 0 0 5
}

@test "scheduler: what takes CAP_SYS_NICE is done by the runtime's, in a user namespace too" {
	chrt -f 1 true 2>/dev/null || cannot realtime "no realtime policy may be set here"
	in_both fifo_is_scheduled
	edit_config '.process.scheduler = {"policy": "SCHED_RR", "priority": 99}'
	schedule_is 0 99 2
}

@test "scheduler: a negative nice value, in a user namespace too, for an ordinary user too" {
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	in_both negative_nice_is_scheduled
}

@test "scheduler: deadline and flags are what was asked for, exactly" {
	needs chrt
	chrt -d -T 1000000 -D 2000000 -P 3000000 0 true 2>/dev/null ||
		cannot deadline "no deadline policy may be set here"
	edit_config '.process.scheduler = {"policy": "SCHED_DEADLINE", "runtime": 1000000,
		"deadline": 20000000, "period": 30000000, "flags": ["SCHED_FLAG_RESET_ON_FORK"]}'
	rt_to "$T/container.out" "$T/container.err" --cgroup-manager disabled create --bundle "$B" "$ID"
	expect 0
	out=$(chrt -p "$(state_of pid)")
	out_has SCHED_DEADLINE
	out_has SCHED_RESET_ON_FORK
	out_has 1000000/20000000/30000000
}

@test "scheduler: without the privilege it is an error that says what is missing" {
	needs setpriv
	VIEW=(setpriv --bounding-set -sys_nice)
	edit_config '.process.scheduler = {"policy": "SCHED_OTHER", "nice": -1}'
	create_refused /process/scheduler
	err_has CAP_SYS_NICE
	edit_config '.process.scheduler = {"policy": "SCHED_OTHER", "nice": 1}'
	schedule_is 1 0 0
}

@test "scheduler: without it the caller's is inherited" {
	needs chrt
	VIEW=(chrt -b 0)
	schedule_is 0 0 3
}

@test "scheduler: values that contradict each other are errors by their pointers" {
	edit_config '.process.scheduler = {"policy": "SCHED_OTHER", "priority": 1}'
	create_refused /process/scheduler/priority
	edit_config '.process.scheduler = {"policy": "SCHED_DEADLINE", "runtime": 5000, "deadline": 4000}'
	create_refused /process/scheduler/deadline
	edit_config '.process.scheduler = {"policy": "SCHED_BATCH", "flags": ["SCHED_FLAG_NOSUCH"]}'
	create_refused /process/scheduler/flags/0
}

# --- ioPriority

# io_is CLASS PRIORITY TEXT: what ionice(1) says inside
io_is() {
	edit_config --arg class "$1" --argjson priority "$2" \
		'.process.ioPriority = {"class": $class, "priority": $priority}'
	set_args ionice
	ok run --bundle "$B" "$ID"
	out_is "$3"
}

every_io_class() {
	io_is IOPRIO_CLASS_RT 2 "realtime: prio 2"
	io_is IOPRIO_CLASS_BE 7 "best-effort: prio 7"
	io_is IOPRIO_CLASS_IDLE 0 idle
}

@test "ioPriority: class and level are the program's, in a user namespace too" {
	needs ionice
	ionice -c 1 true || cannot io-realtime "the realtime class may not be set here"
	in_both every_io_class
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	io_is IOPRIO_CLASS_RT 0 "realtime: prio 0"
}

@test "ioPriority: without the privilege only the realtime class is an error, which says so" {
	needs setpriv
	VIEW=(setpriv --bounding-set -sys_nice)
	use_userns
	io_is IOPRIO_CLASS_BE 5 "best-effort: prio 5"
	edit_config '.process.ioPriority = {"class": "IOPRIO_CLASS_RT", "priority": 5}'
	create_refused /process/ioPriority
	err_has CAP_SYS_NICE
}

@test "ioPriority: a level beyond 7 and an unknown class are errors by their pointers" {
	edit_config '.process.ioPriority = {"class": "IOPRIO_CLASS_BE", "priority": 8}'
	create_refused /process/ioPriority/priority
	edit_config '.process.ioPriority = {"class": "IOPRIO_CLASS_NONE", "priority": 0}'
	create_refused /process/ioPriority/class
}

# --- personality

@test "personality LINUX32 shows a machine of 32 bits, and LINUX the kernel's, whatever the caller has" {
	needs setarch
	setarch linux32 true 2>/dev/null || cannot linux32 "no such personality here"
	set_args uname -m
	edit_config '.linux.personality = {"domain": "LINUX32"}'
	ok run --bundle "$B" "$ID"
	out_is "$(setarch linux32 uname -m)"
	VIEW=(setarch linux32)
	edit_config '.linux.personality = {"domain": "LINUX"}'
	ok run --bundle "$B" "$ID"
	out_is "$(uname -m)"
}

@test "personality: a flag is an error, as there is none" {
	edit_config '.linux.personality = {"domain": "LINUX", "flags": ["ADDR_NO_RANDOMIZE"]}'
	create_refused /linux/personality/flags/0
}

# --- memoryPolicy

# policy_is FILTER TEXT: the second word of each mapping of the program's that the kernel lists
policy_is() {
	edit_config ".linux.memoryPolicy = $1"
	set_args cat /proc/self/numa_maps
	ok run --bundle "$B" "$ID"
	is "$(cut -d' ' -f2 <<<"$out" | sort -u)" "$2"
}

every_memory_policy() {
	policy_is '{"mode": "MPOL_BIND", "nodes": "0"}' bind:0
	policy_is '{"mode": "MPOL_PREFERRED", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]}' \
		prefer=static:0
	policy_is '{"mode": "MPOL_INTERLEAVE", "nodes": "0-0,0"}' interleave:0
	policy_is '{"mode": "MPOL_LOCAL"}' local
}

@test "memoryPolicy: mode, nodes and flags are the program's, in a user namespace too" {
	[[ -e /proc/self/numa_maps ]] || cannot numa "this kernel is built without NUMA"
	in_both every_memory_policy
}

@test "memoryPolicy: a node that the host does not have is an error by its pointer" {
	[[ -e /proc/self/numa_maps ]] || cannot numa "this kernel is built without NUMA"
	edit_config '.linux.memoryPolicy = {"mode": "MPOL_BIND", "nodes": "1023"}'
	create_refused /linux/memoryPolicy
	err_has "memory nodes"
}

@test "memoryPolicy: what cannot be is an error by its pointer" {
	edit_config '.linux.memoryPolicy = {"mode": "MPOL_BIND", "nodes": ""}'
	create_refused /linux/memoryPolicy/nodes
	edit_config '.linux.memoryPolicy = {"mode": "MPOL_BIND", "nodes": "1-0"}'
	create_refused /linux/memoryPolicy/nodes
	edit_config '.linux.memoryPolicy = {"mode": "MPOL_LOCAL", "flags": ["MPOL_F_STATIC_NODES"]}'
	create_refused /linux/memoryPolicy/flags
}
