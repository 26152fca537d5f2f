# SPDX-License-Identifier: Apache-2.0
# Limits: each property of linux.resources is read back from the container's cgroup, in the version of
# cgroups where this host has its controller, and limits; what cannot be is an error before anything is
# made. The unit tests know the rest of the conversions.

load helpers

# version_of CONTROLLER: v1, v2 or none; by its name on v1
version_of() {
	local name=$1 top=/sys/fs/cgroup
	if awk -F: -v c="$1" '$1 != 0 { n = split($2, a, ","); for (i = 1; i <= n; i++) if (a[i] == c) f = 1 }
		END { exit !f }' /proc/self/cgroup; then
		echo v1
		return
	fi
	[[ $name != blkio ]] || name=io
	[[ $(cgroup_layout) == v2 ]] || top+=/unified
	if grep -qsw -e "$name" "$top/cgroup.controllers"; then echo v2; else echo none; fi
}

needs_controller() {
	local name
	for name; do
		[[ $(version_of "$name") != none ]] || cannot "cgroup-$name" "this host has no such controller"
	done
}

# limits JSON: of linux.resources, the devices left out
limits() {
	edit_config --argjson limits "$1" '.linux.resources = $limits'
}

# directory CONTROLLER: the container's, on the host
directory() {
	local name=$1
	[[ $(version_of "$1") == v1 ]] || name=
	cgroup_dir "$(state_of pid)" "$name"
}

# reads CONTROLLER V1FILE V1VALUE V2FILE V2VALUE: what is in the container's cgroup
reads() {
	local file=$2 value=$3
	[[ $(version_of "$1") == v1 ]] || file=$4 value=$5
	is "$file $(<"$(directory "$1")/$file")" "$file $value"
}

# has_line CONTROLLER V1FILE V1LINE V2FILE V2LINE
has_line() {
	local file=$2 line=$3
	[[ $(version_of "$1") == v1 ]] || file=$4 line=$5
	grep -qxF -e "$line" "$(directory "$1")/$file" ||
		fail "expected in $file: $line; it is: $(<"$(directory "$1")/$file")"
}

again() {
	ok delete --force "$ID"
}

# a block device of this host, MAJOR:MINOR
block_device() {
	local dev
	for dev in /sys/block/*/dev; do
		[[ -e $dev ]] || cannot block-device "none in /sys/block"
		cat "$dev"
		return
	done
}

# --- read back

@test "limits of memory are written" {
	needs_controller memory
	limits '{"memory": {"limit": 67108864, "reservation": 33554432, "swap": 134217728}}'
	create_ok
	reads memory memory.limit_in_bytes 67108864 memory.max 67108864
	reads memory memory.soft_limit_in_bytes 33554432 memory.low 33554432
	reads memory memory.memsw.limit_in_bytes 134217728 memory.swap.max 67108864
	again
	limits '{"memory": {"limit": 67108864, "swap": 67108864}}'
	create_ok
	reads memory memory.memsw.limit_in_bytes 67108864 memory.swap.max 0
	again
	limits '{"memory": {"limit": -1, "reservation": -1, "swap": -1}}'
	create_ok
	reads memory memory.limit_in_bytes 9223372036854771712 memory.max max
}

@test "what only cgroup v1 knows of memory is written there" {
	[[ $(version_of memory) == v1 ]] || cannot cgroup-v1-memory "no memory controller on cgroup v1"
	limits '{"memory": {"limit": 67108864, "kernelTCP": 1048576, "swappiness": 7, "useHierarchy": true,
		"disableOOMKiller": true}}'
	create_ok
	reads memory memory.kmem.tcp.limit_in_bytes 1048576
	reads memory memory.swappiness 7
	reads memory memory.use_hierarchy 1
	has_line memory memory.oom_control "oom_kill_disable 1"
}

@test "shares, quota, period and burst are written" {
	needs_controller cpu
	limits '{"cpu": {"shares": 2048, "quota": 30000, "period": 50000, "burst": 10000}}'
	create_ok
	reads cpu cpu.shares 2048 cpu.weight 174
	reads cpu cpu.cfs_period_us 50000 cpu.max "30000 50000"
	reads cpu cpu.cfs_quota_us 30000 cpu.max "30000 50000"
	reads cpu cpu.cfs_burst_us 10000 cpu.max.burst 10000
	again
	limits '{"cpu": {"period": 50000}}'
	create_ok
	reads cpu cpu.cfs_period_us 50000 cpu.max "max 50000"
	again
	limits '{"cpu": {"quota": 5000}}'
	create_ok
	reads cpu cpu.cfs_quota_us 5000 cpu.max "5000 100000"
	again
	limits '{"cpu": {"quota": -1}}'
	create_ok
	reads cpu cpu.cfs_quota_us -1 cpu.max "max 100000"
}

@test "an idle cgroup may have shares, too" {
	needs_controller cpu
	limits '{"cpu": {"shares": 512, "idle": 1}}'
	create_ok
	reads cpu cpu.idle 1 cpu.idle 1
	again
	limits '{"cpu": {"shares": 512, "idle": 0}}'
	create_ok
	reads cpu cpu.idle 0 cpu.idle 0
	reads cpu cpu.shares 512 cpu.weight 59
}

@test "realtime runtime and period are written on cgroup v1" {
	[[ -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ]] || cannot cgroup-realtime "no realtime groups here"
	limits '{"cpu": {"realtimePeriod": 500000, "realtimeRuntime": 1000}}'
	create_ok
	reads cpu cpu.rt_period_us 500000
	reads cpu cpu.rt_runtime_us 1000
}

@test "processors and memory nodes are written, and the process runs on them" {
	local last
	needs_controller cpuset
	last=$(($(nproc --all) - 1))
	limits "{\"cpu\": {\"cpus\": \"$last\", \"mems\": \"0\"}}"
	edit_config --arg path "/$MARK/deep/er" '.linux.cgroupsPath = $path'
	set_script 'grep -E "^(Cpus|Mems)_allowed_list" /proc/self/status; sleep 100'
	create_ok
	reads cpuset cpuset.cpus "$last" cpuset.cpus "$last"
	reads cpuset cpuset.mems 0 cpuset.mems 0
	start_ok
	wait_for_line "Cpus_allowed_list:	$last"
	wait_for_line "Mems_allowed_list:	0"
}

@test "the container runs on its processors, whatever the caller is bound to" {
	local last
	needs taskset
	needs_controller cpuset
	last=$(($(nproc --all) - 1))
	((last > 0)) || cannot processors "this machine has one"
	limits "{\"cpu\": {\"cpus\": \"0,$last\"}}"
	set_args grep Cpus_allowed_list /proc/self/status
	VIEW=(taskset -c 0)
	ok run --bundle "$B" "$ID"
	[[ $out == *$'\t0'[,-]"$last" ]] || fail "expected 0 and $last"
}

@test "the number of processes is written, zero too" {
	needs_controller pids
	limits '{"pids": {"limit": 20}}'
	create_ok
	reads pids pids.max 20 pids.max 20
	again
	limits '{"pids": {"limit": -1}}'
	create_ok
	reads pids pids.max max pids.max max
	again
	limits '{"pids": {"limit": 0}}'
	create_ok
	reads pids pids.max 0 pids.max 0
	start_ok
	wait_status stopped
}

@test "rates of block devices are written" {
	local dev
	needs_controller blkio
	dev=$(block_device)
	limits "$(jq -n --arg dev "$dev" '($dev | split(":") | map(tonumber)) as $d
		| {major: $d[0], minor: $d[1]} as $d
		| {blockIO: {throttleReadBpsDevice: [$d + {rate: 1048576}],
			throttleWriteBpsDevice: [$d + {rate: 2097152}],
			throttleReadIOPSDevice: [$d + {rate: 100}],
			throttleWriteIOPSDevice: [$d + {rate: 200}]}}')"
	create_ok
	local max="$dev rbps=1048576 wbps=2097152 riops=100 wiops=200"
	has_line blkio blkio.throttle.read_bps_device "$dev 1048576" io.max "$max"
	has_line blkio blkio.throttle.write_bps_device "$dev 2097152" io.max "$max"
	has_line blkio blkio.throttle.read_iops_device "$dev 100" io.max "$max"
	has_line blkio blkio.throttle.write_iops_device "$dev 200" io.max "$max"
}

@test "the weight of block I/O is written, whatever the kernel calls the file" {
	local file
	needs_controller blkio
	limits '{"blockIO": {"weight": 500}}'
	create
	((status == 0)) || {
		err_names /linux/resources/blockIO/weight
		err_has "no such file"
		assert_nothing_left
		cannot cgroup-io-weight "this kernel has no weights of block I/O"
	}
	for file in blkio.weight blkio.bfq.weight io.bfq.weight io.weight; do
		[[ -e $(directory blkio)/$file ]] || continue
		case $file in
		io.bfq.weight) has_line blkio - - "$file" "default 500" ;;
		io.weight) has_line blkio - - "$file" "default 4950" ;;
		*) has_line blkio "$file" 500 ;;
		esac
		return
	done
	fail "no such file"
}

@test "huge pages are limited when they are reserved" {
	local size
	needs_controller hugetlb
	size=$(basename "$(find /sys/kernel/mm/hugepages -name 'hugepages-*' | head -1)")
	[[ -n $size ]] || cannot huge-pages "this machine has none"
	size=${size#hugepages-}
	size=$((${size%kB} / 1024))MB
	[[ $size != 1024MB ]] || size=1GB
	limits "{\"hugepageLimits\": [{\"pageSize\": \"$size\", \"limit\": 0}]}"
	create_ok
	reads hugetlb "hugetlb.$size.rsvd.limit_in_bytes" 0 "hugetlb.$size.rsvd.max" 0
	again
	limits '{"hugepageLimits": [{"pageSize": "7KB", "limit": 0}]}'
	create_refused /linux/resources/hugepageLimits/0
	err_has hugetlb.7KB
}

@test "the class of the network is written" {
	needs_controller net_cls
	limits '{"network": {"classID": 1048577}}'
	create_ok
	reads net_cls net_cls.classid 1048577
}

@test "priorities of network interfaces are written" {
	needs_controller net_prio
	limits '{"network": {"priorities": [{"name": "lo", "priority": 3}]}}'
	create_ok
	has_line net_prio net_prio.ifpriomap "lo 3"
}

@test "RDMA resources are written" {
	local device
	needs_controller rdma
	device=$(find /sys/class/infiniband -mindepth 1 -printf '%f\n' -quit 2>/dev/null) || :
	[[ -n $device ]] || cannot rdma-device "this machine has none"
	limits "{\"rdma\": {\"$device\": {\"hcaHandles\": 3}}}"
	create_ok
	has_line rdma rdma.max "$device hca_handle=3 hca_object=max" \
		rdma.max "$device hca_handle=3 hca_object=max"
}

@test "files of cgroup v2 are written by their names, and their controllers are enabled" {
	local dir
	case $(cgroup_layout) in
	v2 | hybrid) ;;
	*) cannot cgroup-v2 "there is no v2 tree" ;;
	esac
	edit_config --arg path "/$MARK/deep" '.linux.cgroupsPath = $path'
	limits '{"unified": {"cgroup.max.depth": "2", "cgroup.max.descendants": "5"}}'
	create_ok
	dir=$(cgroup_dir "$(state_of pid)" "")
	is "$(<"$dir/cgroup.max.depth")" 2
	is "$(<"$dir/cgroup.max.descendants")" 5
	again
	[[ $(version_of hugetlb) == v2 && -d /sys/kernel/mm/hugepages/hugepages-2048kB ]] || return 0
	limits '{"unified": {"hugetlb.2MB.max": "2097152"}}'
	create_ok
	dir=$(cgroup_dir "$(state_of pid)" "")
	is "$(<"$dir/hugetlb.2MB.max")" 2097152
}

# --- they limit

@test "a process that takes more memory than it may is killed, and that is counted" {
	needs_controller memory
	limits '{"memory": {"limit": 8388608, "swap": 8388608}}'
	set_script 'sleep 0.1; tail -c 64m /dev/zero'
	create_ok
	local dir
	dir=$(directory memory)
	start_ok
	until_true killed_in "$dir"
	again
	rt run --bundle "$B" "$ID"
	expect 137
}

# killed_in DIR: the kernel has counted one
killed_in() {
	cat "$1/memory.oom_control" "$1/memory.events" 2>/dev/null | grep -qE '^oom_kill [1-9]'
}

@test "an init that is killed for memory while it is set up is explained as such" {
	needs_controller memory
	limits '{"memory": {"limit": 40960, "swap": 40960}}'
	create_refused /linux/resources/memory/limit
	err_has "killed for memory"
	rt run --bundle "$B" "$ID"
	expect 1
	err_names /linux/resources/memory/limit
	err_has "killed for memory"
	assert_nothing_left
}

@test "there are no more processes than allowed" {
	needs_controller pids
	limits '{"pids": {"limit": 3}}'
	set_script 'for i in 1 2 3 4; do sleep 5 & echo $i; done'
	rt run --bundle "$B" "$ID"
	out_is $'1\n2'
	err_has "can't fork"
}

# order FILE: the lines of the strace log where it is opened for writing, and where init is cloned
line_of_call() {
	grep -nE -m1 -e "$1" "$T/calls" | cut -d: -f1
}

@test "limits are there before the process is, but the number of processes, which comes after the clone" {
	local name limit clone pids
	needs strace
	needs_controller memory pids
	limits '{"memory": {"limit": 67108864}, "pids": {"limit": 0}}'
	(
		traced_environment
		exec strace -f -o "$T/calls" -e trace=openat,clone3,execve \
			"$RT" --root "$STATE" run --bundle "$B" "$ID" </dev/null >"$T/out" 2>&1 3>&-
	) || fail "$(<"$T/out")"
	limit=$(line_of_call '(memory\.limit_in_bytes|memory\.max)"')
	pids=$(line_of_call 'pids\.max"')
	clone=$(line_of_call 'clone3\(')
	name=$(line_of_call 'execve\("/bin/true"')
	[[ -n $limit && -n $pids && -n $clone && -n $name ]] || fail "a call is missing"
	((limit < clone && clone < pids && pids < name)) || fail "order: $limit $clone $pids $name"
	is "$(grep -cE '(memory\.limit_in_bytes|memory\.max|pids\.max)"' "$T/calls")" 2
}

@test "where nothing is asked for nothing is written" {
	needs strace
	limits '{"cpu": {"shares": 0, "quota": 0, "period": 0}, "memory": {"disableOOMKiller": false},
		"blockIO": {"weight": 0}, "network": {}, "unified": {}}'
	(
		traced_environment
		exec strace -f -o "$T/calls" -e trace=openat \
			"$RT" --root "$STATE" run --bundle "$B" "$ID" </dev/null >"$T/out" 2>&1 3>&-
	) || fail "$(<"$T/out")"
	is "$(grep -E '/(cpu|memory|blkio|io|net_cls)\.[a-z_.]*", O_WRONLY' "$T/calls")" ""
}

# --- what cannot be

@test "limits that contradict each other are errors that leave nothing" {
	local limits pointer
	while read -r pointer limits; do
		limits "$limits"
		create_refused "/linux/resources/$pointer"
	done <<'END'
memory/swap {"memory": {"limit": 2097152, "swap": 1048576}}
memory/swap {"memory": {"swap": 1048576}}
memory/disableOOMKiller {"memory": {"disableOOMKiller": true}}
cpu/burst {"cpu": {"quota": 1000, "burst": 2000}}
cpu/quota {"cpu": {"quota": 10}}
cpu/period {"cpu": {"period": 10}}
cpu/realtimeRuntime {"cpu": {"realtimePeriod": 10, "realtimeRuntime": 20}}
cpu/cpus {"cpu": {"cpus": "3-1"}}
cpu/mems {"cpu": {"mems": "some"}}
blockIO/weight {"blockIO": {"weight": 5}}
blockIO/weightDevice/0/weight {"blockIO": {"weightDevice": [{"major": 8, "minor": 0, "weight": 5}]}}
unified/..~1x {"unified": {"../x": "1"}}
unified/.. {"unified": {"..": "1"}}
unified/cgroup.procs {"unified": {"cgroup.procs": "1"}}
unified/nosuch.max {"unified": {"nosuch.max": "1"}}
END
}

@test "on cgroup v1 alone files of v2 are an error" {
	use_view v1
	limits '{"unified": {"cgroup.max.depth": "1"}}'
	create_refused /linux/resources/unified/cgroup.max.depth
}

@test "on cgroup v2 alone what v2 does not have is an error" {
	use_view v2
	limits '{"network": {"classID": 1}}'
	create_refused /linux/resources/network/classID
	limits '{"memory": {"swappiness": 10}}'
	create_refused /linux/resources/memory/swappiness
	limits '{"cpu": {"realtimeRuntime": 10}}'
	create_refused /linux/resources/cpu/realtimeRuntime
	limits '{"blockIO": {"leafWeight": 10}}'
	create_refused /linux/resources/blockIO/leafWeight
}

@test "a controller that this host does not have is an error" {
	local name limits
	while read -r name limits; do
		[[ $(version_of "$name") == none ]] || continue
		limits "$limits"
		create
		expect 1
		[[ $err =~ /linux/resources/ ]] || fail "expected a pointer"
		err_has "controller $name is not available"
		assert_nothing_left
	done <<'END'
net_cls {"network": {"classID": 1}}
net_prio {"network": {"priorities": [{"name": "lo", "priority": 1}]}}
rdma {"rdma": {"mlx5_0": {"hcaHandles": 1}}}
hugetlb {"hugepageLimits": [{"pageSize": "2MB", "limit": 0}]}
pids {"pids": {"limit": 1}}
END
}

@test "a value that the kernel refuses is an error that names file and value, and leaves nothing" {
	needs_controller cpuset blkio
	limits '{"cpu": {"cpus": "0,100000"}}'
	create_refused /linux/resources/cpu/cpus
	err_has '"0,100000"'
	err_has "/cpuset.cpus"
	limits '{"blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 77, "rate": 1}]}}'
	create_refused /linux/resources/blockIO/throttleReadBpsDevice/0
	err_has "no such device"
	err_has "hint"
}

@test "kernel memory cannot be limited by itself any more" {
	[[ $(uname -r) =~ ^(5\.1[6-9]|6\.|7\.) ]] || cannot old-kernel "this one may be able to"
	limits '{"memory": {"kernel": 1048576}}'
	create_refused /linux/resources/memory/kernel
	limits '{"memory": {"kernel": -1}}'
	create_ok
}

# --- who owns the cgroup

# a cgroup file system for the container to write to, with option $1
add_cgroup_mount() {
	edit_config --arg option "$1" '.mounts += [{destination: "/sys/fs/cgroup", type: "cgroup",
		source: "cgroup", options: ["nosuid", "noexec", "nodev", $option]}]'
}

# owners UID: the container's v2 cgroup, and the files in it that the kernel lists, are this user's;
# all others are root's
owners() {
	local dir file listed
	dir=$(cgroup_dir "$(state_of pid)" "")
	is "$(stat -c %u "$dir")" "$1"
	for file in "$dir"/*; do
		listed=0
		! grep -qxF -e "${file##*/}" /sys/kernel/cgroup/delegate || listed=$1
		is "$file $(stat -c %u "$file")" "$file $listed"
	done
}

@test "a writable cgroup belongs to the user of the process, in a user namespace too" {
	use_view v2
	use_userns
	add_cgroup_mount rw
	set_script 'mkdir /sys/fs/cgroup/sub && echo made
		echo 0 >/sys/fs/cgroup/sub/cgroup.procs && cat /proc/self/cgroup
		echo 1 2>/dev/null >/sys/fs/cgroup/cgroup.max.depth || echo limited; sleep 100'
	create_ok
	owners 100000
	start_ok
	wait_for_line made
	wait_for_line limited
	grep -q "^0::/sub$" "$T/container.out" || fail "not in its own cgroup: $(<"$T/container.out")"
	again
	assert_nothing_left
	edit_config '.process.user = {"uid": 7, "gid": 7}'
	create_ok
	owners 100007
}

@test "a read-only cgroup, and that of the host's root, stays root's" {
	use_view v2
	add_cgroup_mount rw
	create_ok
	owners 0
	again
	use_userns
	edit_config '(.mounts[] | select(.type == "cgroup") | .options) += ["ro"]'
	create_ok
	owners 0
}
