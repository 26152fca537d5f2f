# SPDX-License-Identifier: Apache-2.0
# features: what it lists is what plan has a runner for, and create takes.

load helpers

setup() {
	test_setup
	ok features
	FEATURES=$out
}

# agrees JQ-FILTER CHANGE: the feature is told if and only if the base configuration with the change has
# a plan that create would take
agrees() {
	local told takes=false
	told=$(jq -r "$1" <<<"$FEATURES")
	cp "$HERE/config.json" "$CONFIG"
	edit_config "$2"
	rt plan --format json --bundle "$B"
	((status != 0)) || takes=$(jq '[.steps[].runs] | all' <<<"$out")
	is "$1: $told" "$1: $takes"
}

@test "each kind of hook is listed if and only if it is run" {
	local kind
	for kind in prestart createRuntime createContainer startContainer poststart poststop; do
		agrees ".hooks | index(\"$kind\") != null" ".hooks.$kind = [{\"path\": \"/bin/true\"}]"
	done
}

@test "each namespace is listed if and only if it is made" {
	local type
	for type in cgroup ipc mount network pid time uts; do
		agrees ".linux.namespaces | index(\"$type\") != null" \
			".linux.namespaces |= (map(select(.type != \"$type\")) + [{\"type\": \"$type\"}])"
	done
}

@test "each mount option is listed if and only if it is carried out" {
	local option
	for option in bind ro rro nosuid rslave noatime; do
		agrees ".mountOptions | index(\"$option\") != null" \
			".mounts += [{\"destination\": \"/m\", \"source\": \"/tmp\", \"options\": [\"bind\", \"$option\"]}]"
	done
	for option in idmap ridmap; do
		agrees ".mountOptions | index(\"$option\") != null" \
			".mounts += [{\"destination\": \"/m\", \"source\": \"/tmp\", \"options\": [\"rbind\", \"$option\"],
			\"uidMappings\": [{\"containerID\": 0, \"hostID\": 1, \"size\": 1}],
			\"gidMappings\": [{\"containerID\": 0, \"hostID\": 1, \"size\": 1}]}]"
	done
	agrees '.mountOptions | index("tmpcopyup") != null' \
		'.mounts += [{"destination": "/m", "type": "tmpfs", "options": ["tmpcopyup"]}]'
	agrees '.mountOptions | index("remount") != null' \
		'.mounts += [{"destination": "/dev/shm", "options": ["remount", "ro"]}]'
}

@test "what a part of linux enables is what create takes" {
	agrees '.linux.seccomp.enabled' '.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW"}'
	agrees '.linux.apparmor.enabled' '.process.apparmorProfile = "unconfined"'
	agrees '.linux.selinux.enabled' '.process.selinuxLabel = "u:r:t:s0"'
	agrees '.linux.intelRdt.enabled' '.linux.intelRdt = {"closID": "x"}'
	agrees '.linux.netDevices.enabled' '.linux.netDevices = {"x0": {}}'
	agrees '.linux.mountExtensions.idmap.enabled' '.mounts += [{"destination": "/m", "source": "/tmp",
		"options": ["bind"], "uidMappings": [{"containerID": 0, "hostID": 1, "size": 1}],
		"gidMappings": [{"containerID": 0, "hostID": 1, "size": 1}]}]'
	agrees '.linux.cgroup.rdma' '.linux.resources.rdma = {"mlx5_0": {"hcaHandles": 1}}'
	agrees '(.linux.memoryPolicy.modes // []) | index("MPOL_BIND") != null' \
		'.linux.memoryPolicy = {"mode": "MPOL_BIND", "nodes": "0"}'
}

@test "the capabilities are those that the kernel knows" {
	is "$(jq '.linux.capabilities | length' <<<"$FEATURES")" $(($(</proc/sys/kernel/cap_last_cap) + 1))
	is "$(jq -r '.linux.capabilities | unique | length' <<<"$FEATURES")" \
		$(($(</proc/sys/kernel/cap_last_cap) + 1))
	out_has CAP_CHOWN
}

@test "the kinds of cgroups are those of this host" {
	local view want
	for view in v1 v2; do
		[[ $(cgroup_layout) == hybrid || $(cgroup_layout) == "$view" ]] || continue
		use_view "$view"
		ok features
		want='[true,false]'
		[[ $view == v1 ]] || want='[false,true]'
		is "$(jq -c '.linux.cgroup | [.v1, .v2]' <<<"$out")" "$want"
	done
}

@test "what is enabled is built in" {
	local word key
	ok --version
	while read -r word key; do
		[[ $(jq -r "$key" <<<"$FEATURES") != true ]] || out_has "+$word"
	done <<-END
		CGROUP_V1 .linux.cgroup.v1
		CGROUP_V2 .linux.cgroup.v2
		SYSTEMD .linux.cgroup.systemd
		SECCOMP .linux.seccomp.enabled
		APPARMOR .linux.apparmor.enabled
		SELINUX .linux.selinux.enabled
		INTELRDT .linux.intelRdt.enabled
	END
}
