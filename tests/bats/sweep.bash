# SPDX-License-Identifier: Apache-2.0
# For the tests that kill or fail the runtime in the middle: a container with one step of each kind,
# neighbours that must not be harmed, and what must hold afterwards.

# A parent cgroup in every hierarchy, with a neighbour that lives in it, and a directory to bind.
# The parent's name does not hold MARK: it is not what the container leaves behind.
sweep_setup() {
	local tree
	test_setup
	PARENT=${MARK%z}p
	for tree in $(sweep_trees); do
		mkdir -p "$tree/$PARENT/neighbour"
	done
	sleep 600 3>&- &
	NEIGHBOUR=$!
	BACKGROUND+=("$NEIGHBOUR")
	for tree in $(sweep_trees); do
		case $tree in
		*/cpuset) ;; # a new one takes no process before its processors are set
		*) echo "$NEIGHBOUR" >"$tree/$PARENT/neighbour/cgroup.procs" ;;
		esac
	done
	mkdir "$T/bound"
	echo bound >"$T/bound/file"
	edit_config --arg bound "$T/bound" --arg path "/$PARENT/$MARK" '
		.linux.cgroupsPath = $path
		| .linux.resources.cpu = {"shares": 512}
		| .linux.resources.memory = {"limit": 536870912}
		| .linux.resources.pids = {"limit": 100}
		| .linux.maskedPaths = ["/proc/kcore", "/sys/firmware"]
		| .linux.readonlyPaths = ["/proc/sys"]
		| .mounts |= map(select(.destination | IN("/proc", "/dev", "/dev/pts", "/sys")))
		| .mounts += [{"destination": "/bound", "source": $bound, "options": ["bind"]}]
		| .linux.devices = [{"type": "c", "path": "/opt/null", "major": 1, "minor": 3, "uid": 5},
			{"type": "p", "path": "/dev/fifo"}]
		| .mounts += [{"destination": "/opt", "type": "tmpfs", "options": ["ro", "tmpcopyup"]},
			{"destination": "/bound", "options": ["remount", "ro"]}]
		| .linux.sysctl = {"kernel.msgmax": "9191", "net.ipv4.ip_forward": "1"}
		| .process.oomScoreAdj = 10
		| .process.args = ["/bin/sleep", "1000"] | .process.cwd = "/made/dir"'
	sweep_idmap
}

# Where the kernel can: a mount with mappings, which a child of the runtime's is made for.
sweep_idmap() {
	local major minor
	IFS=. read -r major minor _ < <(uname -r)
	((major > 6 || (major == 6 && ${minor%%[!0-9]*} >= 3))) || return 0
	[[ $(stat -f -c %T "$T") =~ ^(ext2/ext3|xfs|btrfs|tmpfs)$ ]] || return 0
	edit_config '(.mounts[] | select(.source == "'"$T/bound"'")) |= . + {
		"uidMappings": [{"containerID": 0, "hostID": 10, "size": 10}],
		"gidMappings": [{"containerID": 0, "hostID": 10, "size": 10}]}'
}

sweep_teardown() {
	local tree i result=0
	test_teardown || result=1
	for tree in $(sweep_trees); do
		# the neighbour was killed a moment ago
		for ((i = 0; i < 40; i++)); do
			find "$tree/$PARENT" -depth -type d -exec rmdir {} + 2>/dev/null && break
			sleep 0.025
		done
	done
	[[ -z $(cgroups_of "$PARENT") ]] && return $result
}

sweep_trees() {
	case $(cgroup_layout) in
	v2) echo /sys/fs/cgroup ;;
	none) ;;
	*) find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d ;;
	esac
}

# Sets VIEW to how the runtime is called when nothing is done to it.
as_caller() {
	VIEW=()
}

# After a call that was ended or failed: what is there can be listed, and delete --force cleans up.
clean_up_after() {
	local what=$1
	as_caller
	rt list -q
	((status == 0)) || fail "$what: list fails"
	[[ ! -d $STATE/$ID ]] || grep -qxF "$ID" <<<"$out" || fail "$what: the container is not listed"
	rt delete --force "$ID"
	((status == 0)) || fail "$what: delete --force fails"
	is_clean "$what"
}

is_clean() {
	local tree
	assert_nothing_left || fail "$1: something is left"
	is "$(<"$T/bound/file")" bound
	[[ -n ${PARENT-} ]] || return 0
	kill -0 "$NEIGHBOUR" || fail "$1: the neighbour was killed"
	for tree in $(sweep_trees); do
		[[ -d $tree/$PARENT/neighbour ]] || fail "$1: $tree/$PARENT/neighbour is gone"
	done
}

# A child of a dead runtime ends by itself, unless its container was complete.
orphan_ends() {
	[[ $(state_of status) == created ]] || until_true no_processes || fail "$1: an orphan lives on"
}
