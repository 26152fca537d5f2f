# SPDX-License-Identifier: Apache-2.0
# Cgroups: where the container is, what is written there, which devices it may use, what is left.
# Each test runs in every view that this host can show: its own, and v1 alone and v2 alone where the
# host is a hybrid.

load helpers

views() {
	case $(cgroup_layout) in
	hybrid) echo hybrid v1 v2 ;;
	none) ;;
	*) cgroup_layout ;;
	esac
}

# in_views FUNCTION: in a view after the other
in_views() {
	local view
	[[ -n $(views) ]] || cannot cgroup "no cgroups are mounted here"
	for view in $(views); do
		echo "view: $view"
		use_view "$view"
		CURRENT=$view
		"$@"
		delete_all
	done
}

# trees: the hierarchies' directories of the current view, seen from the host
trees() {
	local layout
	layout=$(cgroup_layout)
	case $CURRENT-$layout in
	v2-v2) echo /sys/fs/cgroup ;;
	v2-hybrid) echo /sys/fs/cgroup/unified ;;
	v1-*) find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d ! -name unified ;;
	hybrid-*) find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d ;;
	esac
}

# make_cgroups NAME, remove_cgroups NAME: in every tree of the view
make_cgroups() {
	local tree
	for tree in $(trees); do
		mkdir -p "$tree/$1"
	done
}

remove_cgroups() {
	local tree
	for tree in $(trees); do
		find "$tree/${1%%/*}" -depth -type d -exec rmdir {} +
	done
}

# one tree that has all processes in it and can freeze: the freezer's, or v2
freezing_tree() {
	case $CURRENT in
	v2) trees ;;
	*) echo /sys/fs/cgroup/freezer ;;
	esac
}

paths_of() {
	cut -d: -f3 "/proc/$1/cgroup"
}

set_path() {
	edit_config --arg path "$1" '.linux.cgroupsPath = $path'
}

# --- where it is

is_in_its_cgroup() {
	set_path "/$MARK-top/sub"
	create_ok
	local pid tree
	pid=$(state_of pid)
	for tree in $(trees); do
		grep -qx "$pid" "$tree/$MARK-top/sub/cgroup.procs" || fail "not in $tree/$MARK-top/sub"
	done
	is "$(paths_of "$pid" | grep -c "^/$MARK-top/sub\$")" "$(trees | wc -l)"
	start_ok
	wait_status stopped
	ok delete "$ID"
	assert_nothing_left
}

@test "a container is in the cgroup that was asked for, in every hierarchy, before it starts" {
	in_views is_in_its_cgroup
}

has_default_cgroup() {
	edit_config 'del(.linux.cgroupsPath)'
	create_ok
	is "$(paths_of "$(state_of pid)" | grep -c "/$ID\$")" "$(trees | wc -l)"
	ok delete "$ID"
	assert_nothing_left
}

@test "without cgroupsPath the cgroup has the id as its name" {
	in_views has_default_cgroup
}

has_relative_cgroup() {
	set_path "$MARK-relative/sub"
	create_ok
	is "$(paths_of "$(state_of pid)" | grep -c "/$MARK-relative/sub\$")" "$(trees | wc -l)"
	ok delete "$ID"
	assert_nothing_left
}

@test "a relative cgroupsPath is a place too" {
	in_views has_relative_cgroup
}

sees_slash() {
	set_path "/$MARK-x"
	run_script 'cut -d: -f3 /proc/self/cgroup | sort -u'
	out_is /
}

@test "in a cgroup namespace the container sees itself at /" {
	in_views sees_slash
}

sees_path() {
	set_path "/$MARK-x"
	edit_config 'del(.linux.namespaces[] | select(.type == "cgroup"))'
	run_script 'cut -d: -f3 /proc/self/cgroup'
	is "$(grep -c "^/$MARK-x\$" <<<"$out")" "$(trees | wc -l)"
}

@test "without a cgroup namespace the container sees its cgroup's path" {
	in_views sees_path
}

children_too() {
	set_script 'sleep 1000 & sleep 1001 & echo ready; wait'
	create_ok
	start_ok
	wait_for_line ready
	local tree
	for tree in $(trees); do
		is "$(wc -l <"$(find "$tree" -name "$ID")/cgroup.procs")" 3
	done
	ok delete --force "$ID"
	assert_nothing_left
}

@test "the program's children are in its cgroup, and end with it" {
	in_views children_too
}

shows_own_tree() {
	set_path "/$MARK-x"
	edit_config '.mounts = (.mounts | map(select(.destination != "/sys/fs/cgroup")))
		+ [{"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
			"options": ["nosuid", "noexec", "nodev", "relatime", "ro"]}]'
	run_script 'find /sys/fs/cgroup -name cgroup.procs | head -1 | xargs grep -x 1
		mkdir "$(dirname "$(find /sys/fs/cgroup -name cgroup.procs | head -1)")/x" 2>/dev/null || echo refused
		find /sys/fs/cgroup -name "*'"$MARK"'*"'
	out_is $'1\nrefused'
}

@test "the cgroup mount shows the container's own part, read-only, in every hierarchy" {
	in_views shows_own_tree
}

own_tree_without_namespace() {
	edit_config 'del(.linux.namespaces[] | select(.type == "cgroup"))'
	shows_own_tree
}

@test "the cgroup mount shows no more without a cgroup namespace" {
	in_views own_tree_without_namespace
}

in_userns() {
	cp "$HERE/config.json" "$CONFIG"
	use_userns
	set_path "/$MARK-x"
	run_script 'cut -d: -f3 /proc/self/cgroup | sort -u; id -u'
	out_is $'/\n0'
	assert_nothing_left
}

@test "a container with a user namespace is in its cgroup too" {
	in_views in_userns
}

@test "with --cgroup-manager disabled no cgroup is made" {
	edit_config 'del(.linux.resources) | del(.linux.namespaces[] | select(.type == "cgroup"))'
	set_args cat /proc/self/cgroup
	rt --cgroup-manager disabled run --bundle "$B" "$ID"
	expect 0
	out_is "$(</proc/self/cgroup)"
	rt_to "$T/container.out" "$T/container.err" --cgroup-manager=disabled create --bundle "$B" "$ID"
	expect 0
	is "$(cgroups_of "*$MARK*")" ""
	is "$(state_of status)" created
	ok delete "$ID"
}

# --- what is written

has_shares() {
	set_path "/$MARK-x"
	edit_config '.linux.resources.cpu = {"shares": 512}'
	if [[ $CURRENT != v2 ]]; then
		create_ok
		is "$(<"/sys/fs/cgroup/cpu/$MARK-x/cpu.shares")" 512
	elif grep -qw cpu "$(trees)/cgroup.controllers"; then
		create_ok
		is "$(<"$(trees)/$MARK-x/cpu.weight")" 59
	else
		create
		expect 1
		[[ $err =~ /linux/resources/cpu ]] || fail "expected the pointer"
		assert_nothing_left
	fi
}

@test "cpu shares are written, and refused where there is no cpu controller" {
	in_views has_shares
}

# --- devices

# device_rules JSON: after "all denied"
device_rules() {
	edit_config --argjson rules "$1" \
		'.linux.resources = {"devices": ([{"allow": false, "access": "rwm"}] + $rules)}'
}

# /dev/kmsg may be opened for writing without privilege; nothing is written to it
may_open() {
	run_script 'rm -f /tmp/kmsg; mknod /tmp/kmsg c 1 11 2>&1 && (: >/tmp/kmsg) 2>&1 && echo opened; true'
}

unlisted_device() {
	device_rules '[]'
	may_open
	out_lacks opened
	[[ ${out,,} == *"operation not permitted"* ]] || fail "expected EPERM"
}

@test "a device that is not listed cannot be made and opened" {
	in_views unlisted_device
}

listed_device() {
	device_rules '[{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rwm"}]'
	may_open
	out_is opened
	device_rules '[{"allow": true, "type": "c", "major": 1, "minor": -1, "access": "rwm"}]'
	may_open
	out_is opened
	device_rules '[{"allow": true, "type": "c", "access": "rwm"}]'
	may_open
	out_is opened
	device_rules '[{"allow": true, "type": "c", "minor": 11, "access": "rwm"}]'
	may_open
	out_is opened
	device_rules '[{"allow": true, "type": "a", "access": "rwm"}]'
	may_open
	out_is opened
}

@test "a device that is listed can, with numbers, wildcards, or all" {
	in_views listed_device
}

no_match() {
	local rules
	for rules in '{"allow": true, "type": "b", "major": 1, "minor": 11, "access": "rwm"}' \
		'{"allow": true, "type": "c", "major": 1, "minor": 12, "access": "rwm"}' \
		'{"allow": true, "type": "c", "major": 2, "minor": 11, "access": "rwm"}' \
		'{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rm"}'; do
		device_rules "[$rules]"
		may_open
		out_lacks opened
	done
}

@test "rules for another type, major, minor or access do not open it" {
	in_views no_match
}

later_wins() {
	device_rules '[{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rwm"},
		{"allow": false, "type": "c", "major": 1, "minor": 11, "access": "w"}]'
	may_open
	out_lacks opened
	device_rules '[{"allow": false, "type": "c", "major": 1, "minor": 11, "access": "w"},
		{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rwm"}]'
	may_open
	out_is opened
}

@test "of two rules for a device the later counts" {
	in_views later_wins
}

default_devices() {
	device_rules '[]'
	run_script 'for d in null zero full random urandom; do head -c 0 /dev/$d && echo $d; done
		echo x >/dev/null; ls /dev/pts/ptmx; : </dev/ptmx && echo ptmx; mknod /tmp/null c 1 3
		echo x >/tmp/null && echo mknod; rm -f /tmp/null'
	out_is $'null\nzero\nfull\nrandom\nurandom\n/dev/pts/ptmx\nptmx\nmknod'
}

@test "the default devices work though all is denied" {
	in_views default_devices
}

sample_runs() {
	jq --arg path "/$MARK-ctr/sub" '.linux.cgroupsPath = $path' "$HERE/ctr-default.json" >"$CONFIG"
	[[ $CURRENT != v2 ]] || grep -qw cpu "$(trees)/cgroup.controllers" ||
		edit_config 'del(.linux.resources.cpu)'
	ok run --bundle "$B" "$ID"
	out_is hi
	assert_nothing_left
}

@test "containerd's default configuration runs as it is" {
	in_views sample_runs
}

# --- what was there before

parent_stays() {
	make_cgroups "$MARK-parent/sibling"
	set_path "/$MARK-parent/own"
	ok run --bundle "$B" "$ID"
	create_ok
	is "$(cgroups_of own | grep -c "$MARK-parent")" "$(trees | wc -l)"
	ok delete "$ID"
	is "$(cgroups_of own | grep -c "$MARK-parent")" 0
	is "$(cgroups_of sibling | grep -c "$MARK-parent")" "$(trees | wc -l)"
	remove_cgroups "$MARK-parent"
	assert_nothing_left
}

@test "a parent cgroup that was there stays, with its other children" {
	in_views parent_stays
}

siblings_live() {
	make_cgroups "$MARK-parent"
	set_path "/$MARK-parent/one"
	create_ok
	ok start "$ID"
	wait_status stopped
	set_path "/$MARK-parent/two"
	rt_to "$T/two.out" "$T/two.err" create --bundle "$B" "$ID-2"
	expect 0
	ok delete "$ID"
	is "$(state_of status "$ID-2")" created
	is "$(cgroups_of two | grep -c "$MARK-parent")" "$(trees | wc -l)"
	ok delete "$ID-2"
	remove_cgroups "$MARK-parent"
	assert_nothing_left
}

@test "deleting a container does not harm its neighbour in the same parent" {
	in_views siblings_live
}

empty_is_used() {
	make_cgroups "$MARK-empty"
	set_args /bin/true
	set_path "/$MARK-empty"
	create_ok
	is "$(paths_of "$(state_of pid)" | grep -c "/$MARK-empty\$")" "$(trees | wc -l)"
	ok delete "$ID"
	is "$(cgroups_of "$MARK-empty" | wc -l)" "$(trees | wc -l)"
	ok run --bundle "$B" "$ID"
	start_waiting
	ok delete --force "$ID"
	is "$(cgroups_of "$MARK-empty" | wc -l)" "$(trees | wc -l)"
	remove_cgroups "$MARK-empty"
	assert_nothing_left
}

@test "an empty cgroup that was there is used and stays" {
	in_views empty_is_used
}

busy_is_refused() {
	local tree pid
	make_cgroups "$MARK-busy"
	set_path "/$MARK-busy"
	for tree in $(freezing_tree); do
		sleep 100 3>&- &
		pid=$!
		BACKGROUND+=("$pid")
		echo $pid >"$tree/$MARK-busy/cgroup.procs"
	done
	RT_TIMEOUT=5 create
	expect 1
	err_names /linux/cgroupsPath
	kill -0 "$pid"
	is "$(cgroups_of "$MARK-busy" | wc -l)" "$(trees | wc -l)"
	is "$(find "$STATE" -mindepth 1)" ""
	ok delete --force "$ID"
	kill -0 "$pid"
	kill "$pid"
	wait "$pid" || :
	remove_cgroups "$MARK-busy"
	assert_nothing_left
}

@test "a cgroup that holds a process is refused, and the process lives on" {
	in_views busy_is_refused
}

frozen_is_refused() {
	local file
	make_cgroups "$MARK-frozen"
	set_path "/$MARK-frozen"
	file=$(freezing_tree)/$MARK-frozen/cgroup.freeze
	[[ -e $file ]] && echo 1 >"$file" || {
		file=$(freezing_tree)/$MARK-frozen/freezer.state
		echo FROZEN >"$file"
	}
	RT_TIMEOUT=5 create
	expect 1
	err_names /linux/cgroupsPath
	[[ $(<"$file") == [1F]* ]]
	is "$(find "$STATE" -mindepth 1)" ""
	remove_cgroups "$MARK-frozen"
	assert_nothing_left
}

@test "a frozen cgroup is refused at once" {
	in_views frozen_is_refused
}

one_cgroup_two_containers() {
	set_path "/$MARK-shared"
	start_waiting
	rt create --bundle "$B" "$ID-2"
	expect 1
	err_names /linux/cgroupsPath
	is "$(state_of status)" running
	ok delete --force "$ID"
	assert_nothing_left
}

@test "two containers do not share a cgroup" {
	in_views one_cgroup_two_containers
}

nested_are_removed() {
	set_path "/$MARK-nest"
	create_ok
	local tree
	for tree in $(trees); do
		mkdir -p "$tree/$MARK-nest/inner/most"
	done
	ok delete "$ID"
	assert_nothing_left
}

@test "cgroups that were made below the container's go with it" {
	in_views nested_are_removed
}

frozen_is_deleted() {
	local file
	set_path "/$MARK-cold"
	start_waiting
	file=$(freezing_tree)/$MARK-cold/cgroup.freeze
	[[ -e $file ]] && echo 1 >"$file" || echo FROZEN >"$(freezing_tree)/$MARK-cold/freezer.state"
	RT_TIMEOUT=8 ok delete --force "$ID"
	assert_nothing_left
}

@test "delete --force removes a container that somebody has frozen" {
	in_views frozen_is_deleted
}

# --- whose it is

stale_is_harmless() {
	set_path "/$MARK-again"
	create_ok
	cp -a "$STATE/$ID" "$T/stale"
	ok delete "$ID"
	set_script 'echo ready; while :; do sleep 0.05; done'
	rt_to "$T/two.out" "$T/two.err" create --bundle "$B" "$ID-2"
	expect 0
	ok start "$ID-2"
	wait_for_line ready "$T/two.out"
	mv "$T/stale" "$STATE/$ID"
	ok delete --force "$ID"
	is "$(state_of status "$ID-2")" running
	is "$(cgroups_of "$MARK-again" | wc -l)" "$(trees | wc -l)"
	ok delete --force "$ID-2"
	assert_nothing_left
}

@test "deleting a stale record does not touch another container that has the same cgroup now" {
	in_views stale_is_harmless
}

stale_is_harmless_to_strangers() {
	local tree pid
	set_path "/$MARK-again"
	create_ok
	cp -a "$STATE/$ID" "$T/stale"
	ok delete "$ID"
	make_cgroups "$MARK-again"
	tree=$(freezing_tree)
	sleep 100 3>&- &
	pid=$!
	BACKGROUND+=("$pid")
	echo $pid >"$tree/$MARK-again/cgroup.procs"
	mv "$T/stale" "$STATE/$ID"
	ok delete --force "$ID"
	kill -0 "$pid"
	[[ -d $tree/$MARK-again ]] || fail "the cgroup in use is gone"
	kill "$pid"
	wait "$pid" || :
	make_cgroups "$MARK-again"
	remove_cgroups "$MARK-again"
	assert_nothing_left
}

@test "deleting a stale record ends nothing in a cgroup that somebody else has made since" {
	in_views stale_is_harmless_to_strangers
}

stopped_keeps_its_cgroup() {
	make_cgroups "$MARK-empty"
	set_path "/$MARK-empty"
	set_args /bin/true
	create_ok
	start_ok
	wait_status stopped
	rt create --bundle "$B" "$ID-2"
	expect 1
	err_names /linux/cgroupsPath
	ok delete "$ID"
	rt_to "$T/two.out" "$T/two.err" create --bundle "$B" "$ID-2"
	expect 0
	ok delete "$ID-2"
	remove_cgroups "$MARK-empty"
	assert_nothing_left
}

@test "an empty cgroup that was there is a stopped container's until that is deleted" {
	in_views stopped_keeps_its_cgroup
}

one_of_two_gets_it() {
	local i won=0 pids=()
	make_cgroups "$MARK-empty"
	set_path "/$MARK-empty"
	for i in 1 2; do
		rt_raw create --bundle "$B" "$ID-$i" </dev/null >"$T/$i.out" 2>"$T/$i.err" 3>&- &
		pids+=($!)
	done
	for i in 1 2; do
		! wait "${pids[i - 1]}" || won=$((won + 1))
	done
	is "$won" 1
	for i in 1 2; do
		ok delete --force "$ID-$i"
	done
	is "$(cgroups_of "$MARK-empty" | wc -l)" "$(trees | wc -l)"
	remove_cgroups "$MARK-empty"
	assert_nothing_left
}

@test "of two that are created in the same empty cgroup at once exactly one gets it" {
	local n
	for n in 1 2 3; do
		in_views one_of_two_gets_it
	done
}

# --- depth

deep_is_deleted() {
	set_path "/$MARK-deep"
	edit_config '.mounts = (.mounts | map(select(.destination != "/sys/fs/cgroup")))
		+ [{"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
			"options": ["nosuid", "noexec", "nodev", "relatime"]}]'
	set_script 'nest() {
			cd "$1" || return
			i=0; while [ $i -lt 300 ]; do mkdir x && cd x || exit; i=$((i+1)); done
			sleep 1000 & echo $! >cgroup.procs || exit
		}
		for d in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/freezer; do
			[ ! -e $d/cgroup.procs ] || nest $d
		done
		echo ready; wait'
	create_ok
	start_ok
	wait_for_line ready
	(($(find "$(freezing_tree)/$MARK-deep" -name x | wc -l) == 300)) || fail "not that deep"
	ok delete --force "$ID"
	assert_nothing_left
}

@test "delete --force removes cgroups that a container has nested deeply" {
	in_views deep_is_deleted
}
