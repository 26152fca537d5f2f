# SPDX-License-Identifier: Apache-2.0
# plan --facts: the facts about a host, shown and given; and that no fact is asked for in vain.

load helpers

FACTS=$HERE/../data/facts
PLANS=$HERE/../data/plans
SAMPLES=$HERE/../data/samples

# plan_for HOST ARGUMENT...: with the facts of tests/data/facts
plan_for() {
	rt plan --facts "$FACTS/$1.json" "${@:2}"
}

# refuses_facts JQ-FILTER POINTER: the hybrid host's, changed so, are an error at that place
refuses_facts() {
	jq "$1" "$FACTS/hybrid.json" >"$T/facts.json"
	refused plan --facts "$T/facts.json" --bundle "$B"
	[[ $err =~ facts\.json:[0-9]+:[0-9]+\ $2($|[[:space:]]) ]] || fail "with $1: expected the place of $2"
	out_is ""
}

# calls FILE: the system calls of a plan with the arguments that follow
calls() {
	(
		traced_environment
		exec strace -f -o "$1" "$RT" --root "$STATE" "${@:2}" </dev/null >"$T/out" 2>"$T/err" 3>&-
	)
}

# probes FILE: which facts about the host were asked for. That a library counts the capabilities when
# it is loaded, with a few calls, is not it.
probes() {
	{
		grep -oE -e '\bcapget' -e '\bgetegid' -e '"/sys/(fs/(cgroup|selinux|resctrl)|module/apparmor)' \
			"$1" | tr -d '"'
		grep -oE '"[0-9]+/(uid_map|cgroup)"' "$1" | cut -d/ -f2 | tr -d '"'
		(($(grep -c PR_CAPBSET_READ "$1") < 35)) || echo bounding
	} | LC_ALL=C sort -u | xargs
}

@test "--facts show prints every fact of this host as JSON" {
	ok plan --facts show
	# all but what is joined, which only a bundle can say
	is "$(jq -r 'keys | join(" ")' <<<"$out")" \
		"$(jq -r 'del(.namespaces) | keys | join(" ")' "$FACTS/v2.json")"
	is "$(jq -r '"\(.kernelMajor).\(.kernelMinor)"' <<<"$out")" "$(uname -r | cut -d. -f1,2)"
	is "$(jq -r '"\(.uid) \(.gid)"' <<<"$out")" "0 0"
	is "$(jq -r '.uids[], .gids[] | "\(.first) \(.size)"' <<<"$out")" \
		"$(awk '{ print $1, $3 }' /proc/self/uid_map /proc/self/gid_map)"
	is "$(jq -r .cgroups.mode <<<"$out")" "$(cgroup_layout)"
	is "$(jq -r .lastCapability <<<"$out")" "$(</proc/sys/kernel/cap_last_cap)"
	is "$(jq -r .boundingCapabilities <<<"$out")" $((0x$(awk '/CapBnd/ { print $2 }' /proc/self/status)))
	is "$(jq -r .userNamespace <<<"$out")" "$(stat -L -c %i /proc/self/ns/user)"
	is "$(jq -r .timeNamespaces <<<"$out")" "$([[ ! -e /proc/self/ns/time ]] || echo true)"
	((BASHPID > 0 && $(jq -r .boottimeSeconds <<<"$out") <= $(cut -d. -f1 /proc/uptime)))
	# each v1 hierarchy that is mounted where it belongs; the place of the v2 tree differs
	is "$(jq -r '.cgroups.hierarchies[].mount' <<<"$out" | while read -r mount; do
		[[ $(stat -f -c %T "$mount") == cgroup* ]] || echo "$mount"
	done)" ""
}

@test "--facts show with a bundle prints what its plan looks at, and no more" {
	ok plan --facts show --bundle "$B"
	is "$(jq -r '[has("gid"), has("permittedCapabilities"), has("cgroups")] | join(" ")' <<<"$out")" \
		"false true true"
	is "$(jq -r '[.cgroups.hierarchies[] | has("target") and has("existsTo")] | all' <<<"$out")" true
	without_namespaces
	ok --cgroup-manager disabled plan --facts show --bundle "$B"
	is "$(jq -r 'keys | join(" ")' <<<"$out")" \
		"gids initialUserNamespace lastCapability permittedCapabilities setgroups uid uids"
}

# A container that is in the host's namespaces.
without_namespaces() {
	edit_config 'del(.process.capabilities, .linux.resources, .hostname, .linux.maskedPaths,
		.linux.readonlyPaths) | .mounts = [] | .linux.namespaces = []'
}

# join PATH: the network namespace that is there
join() {
	edit_config --arg path "$1" '(.linux.namespaces[] | select(.type == "network")).path = $path'
}

@test "what the paths of namespaces lead to is among the facts, and plans as well from a file" {
	local plan pid
	ok create --bundle "$B" "$ID-pod"
	pid=$(state_of pid "$ID-pod")
	join "/proc/$pid/ns/net"
	ok plan --facts show --bundle "$B" "$ID"
	echo "$out" >"$T/facts.json"
	is "$(jq -r '.namespaces | length' <<<"$out")" 1
	is "$(jq -r '.namespaces[0] | "\(.path) \(.type) \(.inode) \(.own)"' <<<"$out")" \
		"/proc/$pid/ns/net $((0x40000000)) $(stat -L -c %i "/proc/$pid/ns/net") false"
	is "$(jq -r '.namespaces[0].owner' <<<"$out")" "$(stat -L -c %i /proc/self/ns/user)"
	ok plan --bundle "$B" "$ID"
	plan=$out
	ok delete --force "$ID-pod"
	ok plan --facts "$T/facts.json" --bundle "$B" "$ID"
	is "$out" "$plan"
	out_has "join "
	refused plan --bundle "$B" "$ID"
	err_has "/proc/$pid/ns/net"
}

@test "a plan from facts looks at no path of a namespace; each must be among them" {
	needs strace
	join "$T/net"
	jq --arg path "$T/net" '.namespaces = [{path: $path, type: 1073741824, inode: 4026539999,
		owner: .userNamespace}]' "$FACTS/v2.json" >"$T/facts.json"
	calls "$T/calls" plan --facts "$T/facts.json" --bundle "$B" "$ID"
	grep -q " join .*$T/net" "$T/out"
	! grep -F "$T/net" "$T/calls" || fail "the path was looked at"
	join "$T/other"
	refused plan --facts "$T/facts.json" --bundle "$B"
	err_has "$T/other"
	refuses_facts '.namespaces = [{path: "a"}]' /namespaces/0/path
	refuses_facts '.namespaces = [{path: "/a", type: 5, inode: 1}]' /namespaces/0/type
}

@test "the plan from the facts that were shown is the plan of this host" {
	ok plan --bundle "$B" "$ID"
	local plan=$out
	ok plan --facts show --bundle "$B" "$ID"
	echo "$out" >"$T/facts.json"
	ok plan --facts "$T/facts.json" --bundle "$B" "$ID"
	is "$out" "$plan"
	# and all facts of the host, taken for no container, are enough
	ok plan --facts show
	echo "$out" >"$T/facts.json"
	ok plan --facts "$T/facts.json" --bundle "$B" "$ID"
	is "$out" "$plan"
}

@test "a plan for another host is the one that the unit tests know" {
	local host sample
	for sample in docker-default docker-memory docker-userns-remap; do
		cp "$SAMPLES/$sample.json" "$CONFIG"
		for host in v1 v2 hybrid; do
			plan_for "$host" --bundle "$B" box
			expect 0
			diff <(echo "$out") "$PLANS/$sample.$host.plan" || fail "$sample for $host"
		done
	done
}

@test "a plan for another host asks nothing of this one" {
	needs strace
	calls "$T/calls" plan --bundle "$B" --facts "$FACTS/v2.json" "$ID"
	grep -q pivot-root "$T/out"
	is "$(probes "$T/calls")" ""
	calls "$T/calls" plan --bundle "$B" "$ID"
	is "$(probes "$T/calls")" "/sys/fs/cgroup bounding capget cgroup uid_map"
}

@test "a fact that no property needs is not asked for" {
	needs strace
	edit_config 'del(.linux.resources, .hostname) | .linux.namespaces = [{"type": "mount"}]'
	calls "$T/calls" --cgroup-manager disabled plan --bundle "$B" "$ID"
	is "$(probes "$T/calls")" "bounding capget uid_map"
	without_namespaces
	calls "$T/calls" --cgroup-manager disabled plan --bundle "$B" "$ID"
	# who may set groups: every container does
	is "$(probes "$T/calls")" "capget uid_map"
	# who may make one: the plan has the answer
	edit_config '.linux.namespaces = [{"type": "ipc"}]'
	calls "$T/calls" --cgroup-manager disabled plan --bundle "$B" "$ID"
	is "$(probes "$T/calls")" "capget uid_map"
	edit_config '.linux.namespaces = [{"type": "mount"}]
		| .mounts += [{"destination": "/sys/fs/cgroup", "type": "cgroup"}]'
	calls "$T/calls" --cgroup-manager disabled plan --bundle "$B" "$ID"
	is "$(probes "$T/calls")" "/sys/fs/cgroup capget cgroup uid_map"
}

@test "which ids there are is read where they are not all" {
	needs strace unshare
	without_namespaces
	calls "$T/calls" --cgroup-manager disabled plan --bundle "$B" "$ID"
	! grep -q '/gid_map"' "$T/calls" || fail "the initial user namespace has all"
	VIEW=(unshare --map-root-user)
	ok plan --facts show
	is "$(jq -c '[.uids, .gids]' <<<"$out")" '[[{"first":0,"size":1}],[{"first":0,"size":1}]]'
}

@test "run asks for the facts of its plan, and no others" {
	needs strace
	without_namespaces
	edit_config '.process.args = ["/bin/true"] | .linux.namespaces = [{"type": "ipc"}]'
	calls "$T/calls" --cgroup-manager disabled run --bundle "$B" "$ID"
	is "$(sed '/clone3(/q' "$T/calls" >"$T/before" && probes "$T/before")" "capget uid_map"
}

@test "facts that are no good are errors with their place" {
	refuses_facts '.uid = "0"' /uid
	refuses_facts '.lastCapability = -1' /lastCapability
	refuses_facts '.cgroups.mode = "v3"' /cgroups/mode
	refuses_facts '.nosuch = 1' /nosuch
	refuses_facts '.cgroups.hierarchies[1].Own = "/"' /cgroups/hierarchies/1/Own
	refuses_facts 'del(.cgroups.hierarchies[2].own)' /cgroups/hierarchies/2/own
	refuses_facts '.cgroups.hierarchies = []' /cgroups/hierarchies
	echo '{' >"$T/facts.json"
	refused plan --facts "$T/facts.json" --bundle "$B"
	err_has facts.json:
	refused plan --facts "$T/missing" --bundle "$B"
	err_has "$T/missing"
}

@test "a fact that is missing is an error only where the plan needs it" {
	jq 'del(.gid, .ownedNamespaces)' "$FACTS/v2.json" >"$T/facts.json"
	refused plan --facts "$T/facts.json" --bundle "$B"
	err_has '"ownedNamespaces"'
	without_namespaces
	ok plan --facts "$T/facts.json" --bundle "$B"
	jq 'del(.gid)' "$FACTS/v2.json" >"$T/facts.json"
	edit_config '.linux.namespaces += [{"type": "user"}]
		| .linux.uidMappings = [{"containerID": 0, "hostID": 1, "size": 1}]
		| .linux.gidMappings = .linux.uidMappings'
	refused plan --facts "$T/facts.json" --bundle "$B"
	err_has '"gid"'
}

@test "plan lists misspelt names as unknown, by their pointers" {
	edit_config '.process.noNewPriviliges = true | .linux.maskedpaths = ["/proc/keys"]
		| .mounts[1].option = ["ro"] | .Hostname = {"a": {"b": 1}}'
	ok plan --bundle "$B" --format json
	is "$(jq -r '.unknown | sort | join(" ")' <<<"$out")" \
		"/Hostname /linux/maskedpaths /mounts/1/option /process/noNewPriviliges"
	ok plan --bundle "$B"
	is "$(grep -c '^unknown ' <<<"$out")" 4
	out_has '[/mounts/1/option]'
	err_has /mounts/1/option
	cp "$HERE/config.json" "$CONFIG"
	ok plan --bundle "$B" --format json
	is "$(jq -c .unknown <<<"$out")" "[]"
}

@test "which security module is enabled is asked for where there is a label, resctrl where it is used" {
	needs strace
	local change modules="/sys/fs/selinux /sys/module/apparmor"
	edit_config 'del(.process.capabilities, .linux.resources, .hostname) | .linux.namespaces = [{"type": "mount"}]'
	cp "$CONFIG" "$T/base.json"
	calls "$T/calls" --cgroup-manager disabled plan --bundle "$B" "$ID"
	local others
	others=$(probes "$T/calls")
	for change in '.process.apparmorProfile = "x"' '.process.selinuxLabel = "u:r:t"' \
		'.linux.mountLabel = "u:r:t"' \
		'.mounts += [{"destination": "/m", "type": "tmpfs", "options": ["rootcontext=u:r:t"]}]'; do
		jq "$change" "$T/base.json" >"$CONFIG"
		calls "$T/calls" --cgroup-manager disabled plan --bundle "$B" "$ID" || :
		is "$(probes "$T/calls")" "$modules $others"
	done
	jq '.linux.intelRdt = {}' "$T/base.json" >"$CONFIG"
	calls "$T/calls" --cgroup-manager disabled plan --bundle "$B" "$ID" || :
	is "$(probes "$T/calls")" "/sys/fs/resctrl $others"
}

@test "a label or resctrl on a host that has it is planned, on another one refused by its pointer" {
	edit_config '.process.apparmorProfile = "docker-default"'
	plan_for v2 --bundle "$B"
	expect 0
	out_matches 'label .*docker-default.*\[/process/apparmorProfile\]'
	plan_for v1 --bundle "$B"
	expect 1
	err_names /process/apparmorProfile
	cp "$HERE/config.json" "$CONFIG"
	edit_config '.process.selinuxLabel = "u:r:t:s0" | .linux.mountLabel = "u:r:t:s0"'
	plan_for v1 --bundle "$B"
	expect 0
	out_matches 'label-mounts .*\[/linux/mountLabel\]'
	out_matches 'label .*u:r:t:s0.*\[/process/selinuxLabel\]'
	plan_for hybrid --bundle "$B"
	expect 1
	err_names /process/selinuxLabel
	cp "$HERE/config.json" "$CONFIG"
	edit_config '.linux.intelRdt = {"closID": "x"}'
	plan_for v2 --bundle "$B"
	expect 0
	out_matches 'rdt-group path=/sys/fs/resctrl/x .*\[/linux/intelRdt/closID\]'
	plan_for hybrid --bundle "$B"
	expect 1
	err_names /linux/intelRdt
}
