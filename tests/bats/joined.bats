# SPDX-License-Identifier: Apache-2.0
# Namespaces that are joined by their paths: what may be joined and what is refused, pods whose
# containers share some, and what is left when the first of them ends. And time namespaces.

load helpers

# first [FILTER]: a container whose namespaces others join; PATHS is the directory of its ns/
first() {
	POD=$ID-pod
	make_bundle "$T/pod"
	jq "${1:-.}"' | .process.args = ["/bin/sh", "-c", "echo ready; while :; do sleep 0.05; done"]' \
		"$CONFIG" >"$T/pod/config.json"
	rt_to "$T/pod.out" "$T/pod.err" create --bundle "$T/pod" "$POD"
	expect 0
	ok start "$POD"
	wait_for_line ready "$T/pod.out"
	POD_PID=$(state_of pid "$POD")
	PATHS=/proc/$POD_PID/ns
}

# join TYPE...: as a container of a Kubernetes pod is configured
join() {
	local type
	for type; do
		edit_config --arg type "$type" --arg path "$PATHS/$(link_name "$type")" \
			'(.linux.namespaces[] | select(.type == $type)).path = $path'
	done
	edit_config 'del(.hostname)'
}

link_name() {
	case $1 in
	network) echo net ;;
	mount) echo mnt ;;
	*) echo "$1" ;;
	esac
}

# set_path PATH: of the network namespace
set_path() {
	edit_config --arg path "$1" '(.linux.namespaces[] | select(.type == "network")).path = $path'
}

NETWORK=/linux/namespaces/1/path

@test "a path that leads to nothing, to a file, a directory, a FIFO or a device is no namespace" {
	mkfifo "$T/fifo"
	mknod "$T/device" c 1 3
	local path
	for path in "$T/nothing" "$CONFIG" "$T" "$T/fifo" "$T/device" /proc/self/status; do
		set_path "$path"
		RT_TIMEOUT=10 create_refused $NETWORK
	done
}

@test "a namespace of another type, a relative path and one that is listed twice are refused" {
	set_path /proc/self/ns/uts
	create_refused $NETWORK
	err_has "network"
	set_path proc/self/ns/net
	create_refused $NETWORK
	set_path /proc/self/ns/net
	edit_config '.linux.namespaces += [.linux.namespaces[1]]'
	create_refused /linux/namespaces/6/type
}

@test "joining the namespaces that the runtime is in is sharing them" {
	edit_config '.linux.namespaces = [{"type": "mount"},
		(["pid", "net", "ipc", "uts", "user", "cgroup", "time"][] | {
			"type": (if . == "net" then "network" else . end), "path": "/proc/self/ns/\(.)"})]
		| del(.hostname) | del(.mounts[] | select(.type == "sysfs" or .type == "mqueue"))'
	run_script 'for n in pid net ipc uts user cgroup time; do readlink /proc/self/ns/$n; done'
	is "$out" "$(for n in pid net ipc uts user cgroup time; do readlink "/proc/self/ns/$n"; done)"
}

@test "a host name cannot be set in the runtime's own uts namespace, joined or not" {
	edit_config '(.linux.namespaces[] | select(.type == "uts")).path = "/proc/self/ns/uts"'
	create_refused /hostname
	err_has "the path at /linux/namespaces/3 is that of the namespace which oci-rt itself is in"
}

# sysctl_refused NAME [WORD]: create fails and says so
sysctl_refused() {
	edit_config --arg name "$1" '.linux.sysctl = {($name): "77"}'
	create_refused "/linux/sysctl/$1"
	[[ -z ${2-} ]] || err_has "$2"
}

@test "a domain name or a sysctl is not set in a namespace of the runtime, joined or not" {
	local type
	for type in uts network ipc; do
		edit_config --arg type $type --arg path "/proc/$$/ns/$(link_name $type)" 'del(.hostname)
			| (.linux.namespaces[] | select(.type == $type)).path = $path'
		case $type in
		uts)
			edit_config '.domainname = "example"'
			create_refused /domainname
			edit_config 'del(.domainname)'
			sysctl_refused kernel.domainname
			;;
		network) sysctl_refused net.ipv4.ip_unprivileged_port_start "/linux/namespaces/1 is that of" ;;
		ipc) sysctl_refused kernel.msgmax "/linux/namespaces/2 is that of" ;;
		esac
		cp "$HERE/config.json" "$CONFIG"
	done
}

@test "a sysctl of a joined namespace is set there if the container's user namespace owns it" {
	first
	join network
	edit_config '.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "78"}'
	set_args cat /proc/sys/net/ipv4/ip_unprivileged_port_start
	ok run --bundle "$B" "$ID"
	is "$out" 78
	use_userns
	create
	expect 1
	err_has /linux/sysctl/net.ipv4.ip_unprivileged_port_start
	err_has "another user namespace"
}

@test "sysctls of a joined user namespace and of what it owns are set there" {
	use_userns
	first
	edit_config 'del(.linux.uidMappings, .linux.gidMappings)'
	join user network
	edit_config '.linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "79",
		"user.max_uts_namespaces": "5"}'
	set_script 'cd /proc/sys; cat net/ipv4/ip_unprivileged_port_start user/max_uts_namespaces'
	ok run --bundle "$B" "$ID"
	out_is $'79\n5'
}

@test "the record has the inode of a namespace that was joined" {
	first
	join network
	set_args /bin/sleep 1000
	create_ok
	is "net:[$(jq '.namespaces[] | select(.type == "network").inode' "$STATE/$ID/state.json")]" \
		"$(readlink "$PATHS/net")"
}

@test "containers of a pod share pid, ipc, network and uts, and have their own mounts" {
	first '.hostname = "pod"'
	join pid ipc network uts
	run_script 'for n in pid ipc net uts mnt; do readlink /proc/self/ns/$n; done; hostname
		[ $$ -gt 1 ] && tr "\0" " " </proc/1/cmdline'
	is "$(head -4 <<<"$out")" "$(for n in pid ipc net uts; do readlink "$PATHS/$n"; done)"
	isnt "$(sed -n 5p <<<"$out")" "$(readlink "$PATHS/mnt")"
	is "$(sed -n 6p <<<"$out")" pod
	[[ $(sed -n 7p <<<"$out") == "/bin/sh -c echo ready"* ]] || fail "process 1 is another"
	is "$(state_of status "$POD")" running
}

# pod_of_three: PATHS of the first, and two containers that joined it
pod_of_three() {
	first
	join pid ipc network uts
	set_args /bin/sleep 1000
	create_ok
	start_ok
	ID=$ID-2 create_ok
	ok start "$ID-2"
}

@test "when the first container of a pod ends, the others in its pid namespace end, too" {
	pod_of_three
	ok kill "$POD" KILL
	wait_status stopped
	ID=$ID-2 wait_status stopped
	ID=$POD wait_status stopped
	ok delete "$POD"
	ok delete "$ID-2"
	ok delete "$ID"
	assert_nothing_left
}

@test "the containers of a pod are deleted in any order" {
	pod_of_three
	ok delete --force "$ID"
	is "$(state_of status "$POD")" running
	is "$(state_of status "$ID-2")" running
	ok delete --force "$POD"
	ID=$ID-2 wait_status stopped
	ok delete "$ID-2"
	assert_nothing_left
}

@test "nothing can begin in a pid namespace whose first process has ended" {
	first
	touch "$T/pid"
	mount --bind "$PATHS/pid" "$T/pid"
	ok delete --force "$POD"
	edit_config --arg path "$T/pid" '(.linux.namespaces[] | select(.type == "pid")).path = $path'
	create
	umount "$T/pid"
	expect 1
	err_has "has ended"
	assert_nothing_left
}

@test "kill --all and delete --force end all of a container in a joined pid namespace" {
	first
	join pid
	set_script 'sleep 1000 & sleep 1000 & echo ready; wait'
	create_ok
	start_ok
	wait_for_line ready
	ok kill --all "$ID" KILL
	wait_status stopped
	until_true cgroup_is_empty "$ID"
	ok delete "$ID"
	create_ok
	start_ok
	wait_for_line ready
	ok delete --force "$ID"
	is "$(state_of status "$POD")" running
	ok delete --force "$POD"
	assert_nothing_left
}

cgroup_is_empty() {
	local dir
	for dir in $(cgroups_of "$1"); do
		[[ -z $(<"$dir/cgroup.procs") ]] || return 1
	done
}

@test "what outlives the first process of a container in a joined pid namespace ends by kill --all" {
	first
	join pid
	set_script '(trap "" HUP; exec sleep 1000) & echo ready; exit 0'
	create_ok
	start_ok
	wait_for_line ready
	wait_status stopped
	run ! cgroup_is_empty "$ID"
	ok kill --all "$ID" KILL
	until_true cgroup_is_empty "$ID"
	ok delete "$ID"
}

@test "a container joins the user namespace of another one, and all others of it" {
	use_userns
	first
	edit_config 'del(.linux.uidMappings, .linux.gidMappings)'
	join pid network ipc uts cgroup user
	run_script 'for n in pid net ipc uts user cgroup; do readlink /proc/self/ns/$n; done
		awk "{ print \$1, \$2, \$3 }" /proc/self/uid_map; id -u'
	is "$out" "$(for n in pid net ipc uts user cgroup; do readlink "$PATHS/$n"; done
		printf '0 100000 65536\n0')"
}

@test "a new pid namespace in a joined user namespace has its own /proc and process 1" {
	use_userns
	first
	edit_config 'del(.linux.uidMappings, .linux.gidMappings)'
	join user network
	run_script 'echo $$; echo /proc/[0-9]*; readlink /proc/self/ns/user'
	is "$out" $'1\n/proc/1\n'"$(readlink "$PATHS/user")"
}

@test "id mappings and a joined user namespace exclude each other" {
	use_userns
	first
	join user
	create
	expect 1
	err_names /linux/uidMappings
}

@test "a host name is refused where the joined uts namespace is the host's and the user is new" {
	first
	use_userns
	join uts
	edit_config '.hostname = "other"'
	create
	expect 1
	err_names /hostname
}

# --- mount namespaces of others

# without_mounts: nothing that would be mounted
without_mounts() {
	edit_config '.mounts = [] | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
}

@test "in a mount namespace that is not the container's own nothing is mounted" {
	first
	join mount
	create
	expect 1
	err_names /mounts/0
	edit_config '.mounts = []'
	create
	err_names /linux/maskedPaths
	edit_config '.linux.maskedPaths = []'
	create
	err_names /linux/readonlyPaths
	edit_config '.linux.readonlyPaths = [] | .root.readonly = true'
	create
	err_names /root/readonly
	edit_config '.root.readonly = false | .linux.rootfsPropagation = "private"'
	create
	err_names /linux/rootfsPropagation
	expect 1
}

@test "in a joined mount namespace the root is a directory of that one" {
	first
	join mount pid
	without_mounts
	mkdir -p "$T/pod/rootfs/inner/bin"
	cp "$ROOTFS/bin/busybox" "$T/pod/rootfs/inner/bin/busybox"
	edit_config '.root.path = "/inner"'
	set_args /bin/busybox sh -c 'cd /; echo *; /bin/busybox ls /dev | /bin/busybox head -1'
	rt run --bundle "$B" "$ID"
	expect 0
	out_is $'bin dev\nfull'
	edit_config '.root.path = "/"'
	run_script 'readlink /proc/self/ns/mnt; ls -d /inner'
	out_is "$(readlink "$PATHS/mnt")"$'\n/inner'
	is "$(state_of status "$POD")" running
}

@test "without a mount namespace the root is entered, and the host's mounts are what they were" {
	edit_config 'del(.linux.namespaces[] | select(.type == "mount"))'
	without_mounts
	run_script 'ls -d /usr 2>/dev/null; pwd; ls /bin/busybox; echo x >/dev/null'
	out_is $'/\n/bin/busybox'
	is "$(mount_table | diff "$T/mounts.before" -)" ""
}

# --- time

use_time() {
	[[ -e /proc/self/ns/time ]] || cannot time-namespaces "this kernel has none"
	edit_config --argjson offsets "$1" '.linux.namespaces += [{"type": "time"}]
		| .linux.timeOffsets = $offsets'
}

@test "the clocks of a time namespace are shifted by what was asked for, inside only" {
	use_time '{"boottime": {"secs": 10000000}, "monotonic": {"secs": -3, "nanosecs": 7}}'
	run_script 'cut -d. -f1 /proc/uptime; cat /proc/self/timens_offsets'
	(($(head -1 <<<"$out") >= 10000000)) || fail "the uptime is not shifted"
	(($(cut -d. -f1 /proc/uptime) < 10000000)) || fail "the host's uptime is shifted"
	is "$(tail -2 <<<"$out" | awk '{ print $1, $2, $3 }')" $'monotonic -3 7\nboottime 10000000 0'
}

@test "the clocks are shifted in a user namespace, new or joined, as well" {
	use_time '{"boottime": {"secs": 10000000}}'
	use_userns
	first
	is "$(awk '{ print $2 }' "/proc/$POD_PID/timens_offsets")" $'0\n10000000'
	edit_config 'del(.linux.uidMappings, .linux.gidMappings)'
	join user
	run_script 'awk "{ print \$2 }" /proc/self/timens_offsets; readlink /proc/self/ns/user'
	out_is $'0\n10000000\n'"$(readlink "$PATHS/user")"
}

@test "offsets without a new time namespace, of other clocks, or out of range are refused" {
	edit_config '.linux.timeOffsets = {"boottime": {"secs": 1}}'
	create_refused /linux/timeOffsets
	use_time '{"realtime": {"secs": 1}}'
	create_refused /linux/timeOffsets
	edit_config '.linux.timeOffsets = {"boottime": {"secs": -999999999}}'
	create_refused /linux/timeOffsets/boottime/secs
	edit_config '.linux.timeOffsets = {"monotonic": {"secs": 9223372036854775807}}'
	create_refused /linux/timeOffsets/monotonic/secs
}

# --- what the kernel would refuse

# in_userns COMMAND...: as root of a user namespace, without the host's privileges
in_userns() {
	VIEW=(unshare --user --map-root-user)
	"$@"
	VIEW=()
}

@test "from within a user namespace the host's namespaces cannot be joined" {
	local type
	first
	edit_config 'del(.linux.resources, .linux.cgroupsPath)'
	for type in network ipc uts pid mount cgroup; do
		cp "$CONFIG" "$T/saved.json"
		join $type
		in_userns create
		expect 1
		[[ $err =~ /linux/namespaces/[0-5]/path ]] || fail "$type: expected the pointer of its path"
		mv "$T/saved.json" "$CONFIG"
	done
}

@test "a pid namespace above the runtime's own cannot be joined" {
	edit_config '(.linux.namespaces[] | select(.type == "pid")).path = "/proc/1/ns/pid"'
	VIEW=(unshare --pid --fork)
	create
	VIEW=()
	expect 1
	err_names /linux/namespaces/0/path
	assert_nothing_left
}

# --- id mappings

@test "as many id mappings as their text has room for, and an error for one more" {
	use_userns
	local n=323
	edit_config --argjson n $n '
		.linux.uidMappings = [range($n) | {"containerID": ., "hostID": (100000 + .), "size": 1}]
		| .linux.gidMappings = .linux.uidMappings'
	run_script 'wc -l </proc/self/uid_map'
	out_is $n
	edit_config '.linux.uidMappings = [range(341) | {"containerID": ., "hostID": (. + 1), "size": 1}]'
	create_refused /linux/uidMappings
	# fewer, but too long
	edit_config '.linux.uidMappings = [range(200) |
		{"containerID": (4000000000 + .), "hostID": (4000000000 + .), "size": 1}]'
	create_refused /linux/uidMappings
}

@test "mappings that overlap are an error at the second of them" {
	use_userns
	edit_config '.linux.gidMappings += [{"containerID": 5, "hostID": 300000, "size": 10}]'
	create_refused /linux/gidMappings/1
	edit_config '.linux.gidMappings[1] = {"containerID": 70000, "hostID": 165535, "size": 1}'
	create_refused /linux/gidMappings/1
}

# --- supplementary groups

# deny_groups: DENYING is the pid of a process in a user namespace whose groups nobody may change
deny_groups() {
	unshare --user --setgroups deny sleep 600 3>&- &
	DENYING=$!
	BACKGROUND+=($DENYING)
	until_true grep -qx deny "/proc/$DENYING/setgroups"
	echo "0 100000 65536" >"/proc/$DENYING/uid_map"
	echo "0 100000 65536" >"/proc/$DENYING/gid_map"
	own_rootfs
	chown -hR 100000:100000 "$B/rootfs"
	edit_config --arg path "/proc/$DENYING/ns/user" '.linux.namespaces += [{"type": "user", "path": $path}]'
}

@test "root joins a user namespace that denies setgroups, and leaves his groups outside" {
	deny_groups
	set_args grep Groups: /proc/self/status
	VIEW=(setpriv --groups 7,8)
	ok run --bundle "$B" "$ID"
	out_matches '^Groups:[[:space:]]*$'
}

@test "groups that are asked for in a user namespace that denies setgroups are an error that says so" {
	deny_groups
	edit_config '.process.user.additionalGids = [5]'
	refused run --bundle "$B" "$ID"
	err_names /process/user
	err_has deny
	assert_nothing_left
}

# --- the end of a pod

@test "the first container of a pod is deleted before anybody has waited for the others" {
	needs_python
	set_args sleep 1000
	cp -a "$B" "$T/member"
	python3 - "$RT" "$STATE" "$B" "$T/member" "$ID" <<-'END' >"$T/seen" 2>&1 3>&-
		import ctypes, json, os, subprocess, sys, time
		rt, state, bundle, member, name = sys.argv[1:]
		ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # a subreaper that does not reap
		def call(*args):
		    done = subprocess.run([rt, "--root", state, *args], stdin=subprocess.DEVNULL,
		                          stdout=open(state + ".out", "w"), stderr=subprocess.STDOUT)
		    said = open(state + ".out").read()
		    if done.returncode:
		        print(args[0], done.returncode, said)
		    return said
		def pid(name):
		    return json.loads(call("state", name))["pid"]
		def stat(pid):
		    return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
		def await_(condition):
		    for i in range(1000):
		        if condition():
		            return
		        time.sleep(0.01)
		    print("waited too long")
		call("run", "--detach", "--bundle", bundle, name)
		config = json.load(open(member + "/config.json"))
		config["linux"]["namespaces"] = [n for n in config["linux"]["namespaces"] if n["type"] != "pid"]
		config["linux"]["namespaces"].append({"type": "pid", "path": f"/proc/{pid(name)}/ns/pid"})
		json.dump(config, open(member + "/config.json", "w"))
		call("run", "--detach", "--bundle", member, name + "-2")
		first, second = pid(name), pid(name + "-2")
		call("kill", name, "KILL")
		await_(lambda: stat(second)[0] == "Z")
		await_(lambda: int(stat(first)[6]) & 4)  # exiting, and no zombie
		print(stat(first)[0] != "Z")
		call("delete", name)
		print(sorted(os.listdir(state)) == [name + "-2"])
		call("delete", name + "-2")
		print(stat(first)[0] != "Z", stat(second)[0])
	END
	is "$(<"$T/seen")" $'True\nTrue\nTrue Z'
	until_true no_processes
	assert_nothing_left
}
