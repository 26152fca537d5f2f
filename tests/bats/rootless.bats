# SPDX-License-Identifier: Apache-2.0
# Containers of an ordinary user: without any privilege, in a user namespace; and of uid 0 in a user
# namespace that somebody else made, as Podman calls runtimes. Each test runs as a user that the host
# does not know. Such containers have no cgroup: what runs in them has MARK in its command line.

load helpers

U=54321         # nobody's on any host
SUBORDINATE=700000

setup() {
	needs setpriv
	test_setup
	user_setup
}

# The runtime is called by the user; the bundle and all that is the runtime's belongs to him.
user_setup() {
	AS_USER=(setpriv --reuid $U --regid $U --clear-groups --inh-caps=-all)
	own_rootfs
	cp "$RT" "$T/runtime"
	RT=$T/runtime
	mkdir "$T/home" "$T/xdg" "$STATE"
	edit_config --argjson u $U 'del(.linux.resources)
		| .linux.namespaces += [{"type": "user"}]
		| .linux.uidMappings = [{"containerID": 0, "hostID": $u, "size": 1}]
		| .linux.gidMappings = .linux.uidMappings
		| (.mounts[] | select(.type == "devpts") | .options) -= ["gid=5"]'
	chown -hR $U:$U "$T"
	VIEW=("${AS_USER[@]}")
}

# as_user COMMAND...: with nothing in the environment but what the test puts there
as_user() {
	(
		runtime_environment
		cd "$T/home"
		exec 3>&- env -i PATH="$PATH" HOME="$T/home" ASAN_OPTIONS="$ASAN_OPTIONS" \
			"${AS_USER[@]}" "$@"
	) </dev/null >"$T/rt.out" 2>"$T/rt.err" && status=0 || status=$?
	out=$(<"$T/rt.out") err=$(<"$T/rt.err")
}

# without TYPE...: the namespaces that the configuration does not ask for after all
without() {
	edit_config '.linux.namespaces |= map(select(.type | IN($ARGS.positional[]) | not))' --args "$@"
}

without_user() {
	without user
	edit_config 'del(.linux.uidMappings, .linux.gidMappings)'
}

# pod: a container whose namespaces others join, POD, and where they are, PATHS
pod() {
	set_script "echo ready; while :; do sleep 0.05; done # $MARK"
	POD=$ID-pod
	rt_to "$T/pod.out" "$T/pod.err" create --bundle "$B" "$POD"
	expect 0
	ok start "$POD"
	wait_for_line ready "$T/pod.out"
	PATHS=/proc/$(state_of pid "$POD")/ns
}

# --- a single mapping ---

@test "an ordinary user runs a container, whose root he is" {
	run_script 'id -u; id -g; cat /proc/self/uid_map; touch /made'
	out_matches '^0
0
 +0 +54321 +1$'
	is "$(stat -c %u:%g "$B/rootfs/made")" $U:$U
}

@test "the container has its devices, and they work" {
	run_script 'echo x >/dev/null && head -c 4 /dev/zero | wc -c
		for d in null zero full random urandom tty; do [ -c /dev/$d ] && stat -c %t:%T /dev/$d; done
		mknod /dev/made c 1 3 2>/dev/null || echo no mknod'
	is "$out" $'4\n1:3\n1:5\n1:7\n1:8\n1:9\n5:0\nno mknod'
}

@test "masked and read-only paths are what they are for root" {
	run_script 'head -c 1 /proc/kcore | wc -c; ls /sys/firmware | wc -l
		for p in /proc/sys/kernel/hostname /sys/x; do (echo x >$p) 2>/dev/null || echo kept; done
		umount /sys/firmware 2>/dev/null || echo masked
		mount -o remount,bind,rw /proc/sys 2>/dev/null || echo still read-only'
	is "$out" $'0\n0\nkept\nkept\nmasked\nstill read-only'
}

@test "a new network namespace has a loopback that is up, and a sysfs of its own" {
	run_script 'ls /sys/class/net; cat /sys/class/net/lo/flags; grep -c " sysfs " /proc/mounts'
	is "$out" $'lo\n0x9\n1'
}

@test "without a network namespace the host's /sys is bound, all of it read-only" {
	without network
	edit_config '(.mounts[] | select(.type == "sysfs") | .options) -= ["ro"]'
	set_script 'ls /sys/class/net | sort
		while read -r _ at _ options _; do
			case $at-$options in /sys/firmware-*) ;; /sys*-ro,*) ;; /sys*) echo "$at $options" ;; esac
		done </proc/mounts'
	rt run --bundle "$B" "$ID"
	expect 0
	is "$out" "$(ls /sys/class/net | sort)"
	err_names /mounts/5
	err_has "read-only"
}

@test "proc without a pid namespace of its own is an error that says so" {
	without pid
	create_refused /mounts/0
	err_has '{"type":"pid"}'
}

@test "a group that has no id is left out of devpts, with a warning" {
	edit_config '(.mounts[] | select(.type == "devpts") | .options) += ["gid=5"]'
	run_script 'grep -o "devpts .*gid=5" /proc/mounts || echo none'
	is "$out" none
	err_has "gid=5 is left out"
}

@test "a bind keeps the flags that the host's mount has, and taking them off is an error" {
	VIEW=(unshare --mount --propagation private sh -c
		'mount -t tmpfs -o nosuid,nodev,noexec,mode=777 locked "$0" && exec "$@"' "$T/home" "${AS_USER[@]}")
	edit_config --arg source "$T/home" '.mounts += [{"destination": "/mnt", "source": $source, "options": ["bind", "rw"]}]'
	run_script 'grep " /mnt " /proc/mounts | cut -d " " -f 4'
	out_has nosuid,nodev,noexec
	edit_config '.mounts[-1].options += ["exec"]'
	rt run --bundle "$B" "$ID"
	expect 1
	err_has "/mounts/6" # its source, or before Linux 5.12 the mount itself
	err_has "cannot be taken off"
}

@test "a path that only the user may enter is root and source of a bind" {
	mkdir "$T/home/private"
	echo mine >"$T/home/private/file"
	chown -R $U:$U "$T/home"
	chmod 700 "$T/home" "$B"
	edit_config --arg source "$T/home/private" '.mounts += [{"destination": "/mnt", "source": $source, "options": ["bind"]}]'
	run_script 'cat /mnt/file'
	is "$out" mine
}

@test "supplementary groups, which nobody may change here, are refused when asked for and kept else" {
	AS_USER=(setpriv --reuid $U --regid $U --groups 4711 --inh-caps=-all)
	VIEW=("${AS_USER[@]}")
	run_script 'grep Groups: /proc/self/status'
	is "${out//[[:space:]]/}" Groups:65534
	edit_config '.process.user.additionalGids = [4]'
	create_refused /process/user/additionalGids
}

@test "what takes a privilege is an error that says which" {
	edit_config '.process.oomScoreAdj = -1000'
	create_refused /process/oomScoreAdj
	err_has CAP_SYS_RESOURCE
	edit_config '.process.oomScoreAdj = 500 | .process.rlimits = [{"type": "RLIMIT_NOFILE", "soft": 9999999, "hard": 9999999}]'
	create_refused /process/rlimits/0
	err_has CAP_SYS_RESOURCE
	edit_config 'del(.process.rlimits)'
	run_script 'cat /proc/self/oom_score_adj'
	is "$out" 500
}

@test "without a user namespace the error says that one is needed" {
	without_user
	create_refused /linux/namespaces
	err_has '{"type":"user"}'
}

@test "limits and a cgroup path are refused where nothing is delegated, empty ones are none" {
	edit_config '.linux.resources = {} | .linux.cgroupsPath = ""'
	run_script 'echo runs'
	is "$out" runs
	edit_config '.linux.resources = {"pids": {"limit": 10}}'
	create_refused /linux/resources
	err_has delegated
	edit_config 'del(.linux.resources) | .linux.cgroupsPath = "/somewhere"'
	create_refused /linux/cgroupsPath
	err_has delegated
}

# --- the verbs ---

@test "create, state, start, list, kill and delete work for a user" {
	set_script "echo ready; while :; do sleep 0.05; done # $MARK"
	create_ok
	is "$(state_of status)" created
	start_ok
	wait_for_line ready
	is "$(state_of status)" running
	ok list --format json
	is "$(jq -r '.[0] | .id + " " + .status' <<<"$out")" "$ID running"
	refused delete "$ID"
	ok kill "$ID" KILL
	wait_status stopped
	ok delete "$ID"
	ok list -q
	is "$out" ""
}

@test "kill --all finds the processes without a cgroup, by their pid namespace" {
	set_script "trap 'echo first' TERM
		sh -c 'trap \"echo second; exit\" TERM; echo ready; while :; do sleep 0.05; done # $MARK' &
		wait; wait # the first one ends by the signal; $MARK"
	create_ok
	start_ok
	wait_for_line ready
	ok kill --all "$ID" TERM
	wait_status stopped
	wait_for_line second
	wait_for_line first
}

@test "kill --all with neither cgroup nor pid namespace is refused, and delete --force is not" {
	without pid
	edit_config '.mounts |= map(select(.type != "proc")) | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
	set_script "echo ready; while :; do sleep 0.05; done # $MARK"
	create_ok
	start_ok
	wait_for_line ready
	refused kill --all "$ID" KILL
	err_has "neither a cgroup nor a pid namespace"
	ok delete --force "$ID"
}

@test "another user's state directory is refused, and so is one that cannot be made" {
	VIEW=()
	chown 0:0 "$STATE"
	VIEW=("${AS_USER[@]}")
	refused list
	err_has "belongs to user 0"
	chmod 700 "$STATE"
	refused list
	err_has "permission denied"
	chown $U:$U "$STATE"
	mkdir "$T/closed"
	chmod 555 "$T/closed"
	as_user "$RT" --root "$T/closed/state" create --bundle "$B" "$ID"
	expect 1
	err_has "$T/closed/state"
}

@test "the state is in XDG_RUNTIME_DIR, and an empty one is none" {
	set_args /bin/sleep 1000
	as_user env XDG_RUNTIME_DIR="$T/xdg" "$RT" run --detach --bundle "$B" "$ID"
	expect 0
	[[ -d $T/xdg/oci-rt/$ID ]] || fail "no record there"
	is "$(stat -c %a "$T/xdg/oci-rt")" 1700
	as_user env XDG_RUNTIME_DIR="$T/xdg" "$RT" delete --force "$ID"
	expect 0
	local given
	for given in XDG_RUNTIME_DIR= PATH="$PATH"; do
		as_user env "$given" "$RT" run --bundle "$B" "$ID"
		expect 1
		err_has XDG_RUNTIME_DIR
		err_has --root
	done
}

@test "spec --rootless runs at once" {
	mv "$CONFIG" "$T/old"
	as_user sh -c 'cd "$1" && exec "$0" spec --rootless' "$RT" "$B"
	expect 0
	set_script 'id -u; ls /sys/class/net | sort; touch /x 2>/dev/null || echo read-only'
	chown $U "$CONFIG"
	as_user env XDG_RUNTIME_DIR="$T/xdg" "$RT" run --bundle "$B" "$ID"
	expect 0
	is "$out" "0
$(ls /sys/class/net | sort)
read-only"
	is "$err" ""
}

@test "plan shows a user what he would get" {
	ok plan --bundle "$B"
	out_matches 'stage 1  root-open'
	out_matches 'runtime  idmap-write file=setgroups map=.?deny'
	out_lacks device-make
	out_lacks cgroup-make
}

@test "hooks of a user's container run as he" {
	edit_config --arg out "$T/home/hook" '.hooks = {"createRuntime": [{"path": "/bin/sh", "args": ["sh", "-c", "id -u >" + $out]}]}'
	run_script 'echo runs'
	is "$out" runs
	is "$(<"$T/home/hook")" $U
}

# --- joining ---

@test "the namespaces of a user's other container are joined" {
	pod
	edit_config --arg paths "$PATHS" '(.linux.namespaces[] | select(.type | IN("mount", "cgroup") | not))
			|= . + {path: ($paths + "/" + (if .type == "network" then "net" else .type end))}
		| del(.linux.uidMappings, .linux.gidMappings, .hostname)
		| .process.oomScoreAdj = 300'
	run_script 'for n in user pid ipc uts net; do readlink /proc/self/ns/$n; done
		cat /proc/1/cmdline | tr "\0" " "; echo; cat /proc/self/oom_score_adj; ls /sys/class/net'
	is "$out" "$(for n in user pid ipc uts net; do readlink "$PATHS/$n"; done)
/bin/sh -c echo ready; while :; do sleep 0.05; done # $MARK 
300
lo"
	is "$(state_of status "$POD")" running
}

@test "a user namespace is joined, and the others are new in it" {
	pod
	edit_config --arg path "$PATHS/user" '(.linux.namespaces[] | select(.type == "user")).path = $path
		| del(.linux.uidMappings, .linux.gidMappings)'
	run_script 'readlink /proc/self/ns/user; echo $$; hostname; ls /sys/class/net'
	is "$out" "$(readlink "$PATHS/user")
1
box
lo"
}

# nest: a user namespace, that of process UPPER, and in one below it the namespaces of process LOWER
nest() {
	"${AS_USER[@]}" unshare --user --map-root-user sh -c \
		'unshare --user --map-root-user --net --uts --ipc --pid --mount --fork sleep 600 & wait' 3>&- &
	UPPER=$!
	until_true has_grandchild
	BACKGROUND+=("$LOWER" "$UPPER")
}

has_grandchild() {
	local child
	child=$(<"/proc/$UPPER/task/$UPPER/children")
	[[ -n $child ]] || return
	LOWER=$(<"/proc/${child% }/task/${child% }/children")
	LOWER=${LOWER% }
	[[ -n $LOWER ]] && is_sleep "$LOWER"
}

# join_at PID TYPE...
join_at() {
	local type
	for type in "${@:2}"; do
		edit_config --arg type "$type" --arg path "/proc/$1/ns/${type/network/net}" \
			'(.linux.namespaces[] | select(.type == $type)).path = $path'
	done
}

@test "what belongs to a user namespace below the joined one is joined, mounted and set" {
	nest
	join_at "$UPPER" user
	join_at "$LOWER" pid network ipc uts
	edit_config 'del(.linux.uidMappings, .linux.gidMappings) | .hostname = "below"
		| .linux.sysctl = {"net.ipv4.ip_unprivileged_port_start": "79"}'
	run_script 'for n in pid ipc uts net; do readlink /proc/self/ns/$n; done; hostname
		cat /proc/sys/net/ipv4/ip_unprivileged_port_start; tr "\0" " " </proc/1/cmdline
		readlink /proc/self/ns/user'
	is "$out" "$(for n in pid ipc uts net; do readlink "/proc/$LOWER/ns/$n"; done)
below
79
sleep 600 $(readlink "/proc/$UPPER/ns/user")"
}

@test "a mount namespace below the joined user namespace is joined as well" {
	nest
	join_at "$UPPER" user
	edit_config --arg path "/proc/$LOWER/ns/mnt" 'del(.linux.uidMappings, .linux.gidMappings, .hostname,
			.linux.maskedPaths, .linux.readonlyPaths, .root.readonly) | .mounts = []
		| .process.args = ["/bin/busybox", "sleep", "1000"]
		| .linux.namespaces = [.linux.namespaces[] | select(.type == "user")] + [{"type": "mount", "path": $path}]'
	create_ok
	is "$(readlink "/proc/$(state_of pid)/ns/mnt")" "$(readlink "/proc/$LOWER/ns/mnt")"
}

@test "what belongs to a user namespace above the joined one is not joined" {
	nest
	join_at "$LOWER" user
	"${AS_USER[@]}" nsenter --user="/proc/$UPPER/ns/user" --preserve-credentials unshare --net sleep 600 3>&- &
	until_true is_sleep $!
	BACKGROUND+=($!)
	join_at $! network
	edit_config 'del(.linux.uidMappings, .linux.gidMappings)'
	create_refused /linux/namespaces/1/path
	err_has "nor below it"
}

@test "a network namespace without its user namespace cannot be joined" {
	pod
	edit_config --arg path "$PATHS/net" '(.linux.namespaces[] | select(.type == "network")).path = $path'
	refused create --bundle "$B" "$ID"
	err_names /linux/namespaces/1/path
	err_has "user namespace"
}

# --- uid 0 in a user namespace ---

@test "root of a user namespace runs a configuration without one, as Podman does" {
	without_user
	edit_config '.linux.resources = {}'
	VIEW=("${AS_USER[@]}" unshare --user --map-root-user)
	run_script 'id -u; cat /proc/self/uid_map; ls /sys/class/net; stat -c %t:%T /dev/null'
	out_matches '^0
 +0 +54321 +1
lo
1:3$'
	VIEW+=(--mount)
	run_script 'echo with mounts of its own'
	is "$out" "with mounts of its own"
}

@test "root of a user namespace: the host's network, and limits are refused" {
	without_user
	without network
	VIEW=("${AS_USER[@]}" unshare --user --map-root-user --mount)
	run_script 'ls /sys/class/net | sort; touch /sys/x 2>/dev/null || echo read-only'
	is "$out" "$(ls /sys/class/net | sort)
read-only"
	edit_config '.linux.resources = {"memory": {"limit": 100000000}}'
	create_refused /linux/resources
}

@test "root of a user namespace has its state in XDG_RUNTIME_DIR" {
	without_user
	set_args /bin/true
	as_user env XDG_RUNTIME_DIR="$T/xdg" unshare --user --map-root-user "$RT" run --keep --bundle "$B" "$ID"
	expect 0
	[[ -d $T/xdg/oci-rt/$ID ]] || fail "no record there"
	as_user env XDG_RUNTIME_DIR="$T/xdg" unshare --user --map-root-user "$RT" delete "$ID"
	expect 0
	# without it there is only the host's own
	as_user unshare --user --map-root-user "$RT" run --bundle "$B" "$ID"
	expect 1
	err_has /run/oci-rt
	err_has --root
}

# become_uid_0 LINE...: of a user namespace with that map, to whom all of the test belongs
become_uid_0() {
	local first
	enter_user_namespace "$@"
	first=$(cut -d' ' -f2 <<<"$1")
	chown -hR "$first:$first" "$T"
}

# maps [CONTAINER HOST SIZE]...: of users and groups
maps() {
	edit_config '.linux.uidMappings = ([$ARGS.positional[] | tonumber] | [_nwise(3)]
		| map({containerID: .[0], hostID: .[1], size: .[2]})) | .linux.gidMappings = .linux.uidMappings' --args "$@"
}

# kernel_maps LINE...: whether the kernel takes such a map from who is in VIEW
kernel_maps() {
	printf '%s\n' "$@" >"$T/map"
	"${VIEW[@]}" unshare --user sleep 600 3>&- &
	BACKGROUND+=($!)
	until_true is_sleep $!
	"${VIEW[@]}" sh -c 'cat "$0" >"$1"' "$T/map" "/proc/$!/uid_map" 2>/dev/null
}

is_sleep() {
	[[ -e /proc/$1 && $(tr '\0' ' ' <"/proc/$1/cmdline") == "sleep 600 " ]]
}

@test "ids on the host's side that a user namespace has not are refused by name, as by the kernel" {
	become_uid_0 "0 100000 1" "1 200000 65536"
	maps 0 100000 65536
	create_refused /linux/uidMappings/0/hostID
	err_has "has the ids 0 and 1 to 65536"
	! kernel_maps "0 100000 65536" || fail "the kernel takes it"
	# of two ranges
	maps 0 0 65536
	create_refused /linux/uidMappings/0/hostID
	err_has "several ranges"
	! kernel_maps "0 0 65536" || fail "the kernel takes it"
	maps 0 0 1 1 2 65536
	create_refused /linux/uidMappings/1/hostID
	! kernel_maps "0 0 1" "1 2 65536" || fail "the kernel takes it"
	maps 0 0 1 1 1 65536
	edit_config '.linux.gidMappings[0].hostID = 70000'
	create_refused /linux/gidMappings/0/hostID
	# and those that it has are taken, to the last
	maps 0 0 1 1 1 65536
	edit_config '.process.user = {"uid": 65536, "gid": 1, "additionalGids": [65536]}'
	run_script 'cat /proc/self/uid_map; id -u; id -G'
	out_matches '^ +0 +0 +1
 +1 +1 +65536
65536
1 65536$'
}

@test "user 0 of a user namespace is mapped with CAP_SETFCAP only, group 0 without" {
	become_uid_0 "0 100000 65536"
	VIEW+=(setpriv --bounding-set -setfcap --inh-caps -setfcap)
	! kernel_maps "0 0 1" || fail "the kernel takes it"
	maps 0 1 10 10 0 1
	create_refused /linux/uidMappings/1/hostID
	err_has CAP_SETFCAP
	edit_config 'del(.linux.uidMappings, .linux.gidMappings)'
	create_refused /linux/namespaces/6
	maps 0 0 10
	edit_config '.linux.uidMappings[0].hostID = 1'
	chown -hR 100001:100000 "$B/rootfs"
	chmod 755 "$T" "$B"
	run_script 'cat /proc/self/uid_map /proc/self/gid_map'
	out_matches '^ +0 +1 +10
 +0 +0 +10$'
}

# user_refused USER POINTER WORD
user_refused() {
	edit_config ".process.user = $1"
	create_refused "/process/user$2"
	err_has "$3"
}

@test "without a user namespace of its own, a user or group that the caller's has not is refused" {
	without_user
	edit_config '.linux.resources = {} | .hooks.createRuntime = [{"path": "/bin/false"}]'
	become_uid_0 "0 100000 3" "7 200000 1"
	user_refused '{"uid": 3, "gid": 0}' /uid "has the ids 0 to 2 and 7"
	user_refused '{"uid": 0, "gid": 3}' /gid "has the ids 0 to 2 and 7"
	user_refused '{"uid": 0, "gid": 0, "additionalGids": [7, 8]}' /additionalGids/1 "has the ids 0 to 2 and 7"
	edit_config '.process.user = {"uid": 7, "gid": 2, "additionalGids": [1, 7]} | del(.hooks)'
	run_script 'id -u; id -G'
	out_is $'7\n2 1 7'
}

@test "who lacks CAP_SETUID or CAP_SETGID and needs it is told so before a hook runs" {
	without_user
	edit_config '.linux.resources = {} | .hooks.createRuntime = [{"path": "/bin/false"}]'
	become_uid_0 "0 100000 65536"
	local view=("${VIEW[@]}")
	VIEW+=(setpriv --bounding-set -setgid --inh-caps -setgid)
	user_refused '{"uid": 0, "gid": 0}' "" CAP_SETGID
	user_refused '{"uid": 0, "gid": 0, "additionalGids": [5]}' /additionalGids CAP_SETGID
	VIEW=("${view[@]}" setpriv --bounding-set -setuid --inh-caps -setuid)
	user_refused '{"uid": 3, "gid": 0}' /uid CAP_SETUID
	edit_config '.process.user = {"uid": 0, "gid": 3, "additionalGids": [5]} | del(.hooks)'
	run_script 'id -u; id -G'
	out_is $'0\n3 5'
}

@test "a user that the caller's own map does not have is refused in a user namespace without maps" {
	edit_config 'del(.linux.uidMappings, .linux.gidMappings) | .process.user.uid = 3'
	create_refused /process/user/uid
}

# --- ranges of subordinate ids ---

# The user has a name and a range in a mount namespace of the test's own.
use_range() {
	[[ -u /usr/bin/newuidmap || -n $(getcap /usr/bin/newuidmap 2>/dev/null) ]] ||
		cannot uidmap "newuidmap is not installed"
	{ cat /etc/passwd; echo "$MARK:x:$U:$U::$T/home:/bin/sh"; } >"$T/passwd"
	echo "$MARK:$SUBORDINATE:65536" >"$T/subuid"
	[[ -e /etc/subuid && -e /etc/subgid ]] || cannot uidmap "there is no /etc/subuid"
	VIEW=(unshare --mount --propagation private sh -c 'mount --bind "$0/passwd" /etc/passwd &&
		mount --bind "$0/subuid" /etc/subuid && mount --bind "$0/subuid" /etc/subgid && exec "$@"'
		"$T" "${AS_USER[@]}")
}

@test "a range of subordinate ids is mapped by newuidmap and newgidmap" {
	use_range
	edit_config --argjson first $SUBORDINATE '.linux.uidMappings += [{"containerID": 1, "hostID": $first, "size": 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	run_script 'cat /proc/self/uid_map; touch /made; chown 7:8 /made; su -s /bin/true root'
	out_matches '0 +54321 +1
 +1 +700000 +65536'
	is "$(stat -c %u:%g "$B/rootfs/made")" 700006:700007
	rm "$B/rootfs/made"
	edit_config '.process.user = {"uid": 7, "gid": 8, "additionalGids": [9]}'
	run_script 'id -u; id -g; id -G'
	is "$out" $'7\n8\n8 9'
}

@test "root may be a subordinate id: the user's own paths are opened before" {
	use_range
	mkdir "$T/home/private"
	echo mine >"$T/home/private/file"
	chmod 755 "$T/home/private"
	chown -R $U:$U "$T/home"
	chmod 700 "$T/home" "$B"
	edit_config --argjson first $SUBORDINATE --arg source "$T/home/private" '
		.linux.uidMappings = [{"containerID": 0, "hostID": $first, "size": 65536}]
		| .linux.gidMappings = .linux.uidMappings
		| .mounts += [{"destination": "/tmp", "source": $source, "options": ["bind"]}]'
	run_script 'id -u; cat /tmp/file; cat /proc/self/uid_map'
	out_matches '^0
mine
 +0 +700000 +65536$'
}

@test "ids that are not the user's are refused by newuidmap, in its words" {
	use_range
	edit_config '.linux.uidMappings = [{"containerID": 0, "hostID": 1, "size": 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	create_refused /linux/uidMappings
	err_has /etc/subuid
}

@test "without newuidmap a range is refused, and the package is named" {
	[[ ! -e /usr/bin/newuidmap ]] || cannot no-uidmap "newuidmap is installed"
	edit_config '.linux.uidMappings = [{"containerID": 0, "hostID": 700000, "size": 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	create_refused /linux/uidMappings
	err_has uidmap
}
