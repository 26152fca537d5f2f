# SPDX-License-Identifier: Apache-2.0
# Mounts that are more than a new file system or a bind: with mappings of ids of their own, changed
# once they are there, filled with what they cover.

load helpers

MAPPINGS='[{"containerID": 0, "hostID": 100000, "size": 65536}]'

# add_mounts JSON-ARRAY [JQ-ARGUMENT...]
add_mounts() {
	local mounts=$1
	shift
	edit_config "$@" ".mounts += $mounts"
}

# needs_idmapped_mounts: of a tmpfs, and of what the tests are in
needs_idmapped_mounts() {
	local major minor
	IFS=. read -r major minor _ < <(uname -r)
	((major > 6 || (major == 6 && ${minor%%[!0-9]*} >= 3))) ||
		cannot idmapped-mounts "a tmpfs takes mappings from Linux 6.3 on"
	[[ $(stat -f -c %T "$T") =~ ^(ext2/ext3|xfs|btrfs|tmpfs)$ ]] ||
		cannot idmapped-mounts "the file system of $T may not take mappings"
}

# A directory of the host's with a file of root's and one of 7:8.
make_volume() {
	needs_idmapped_mounts
	mkdir -m 755 "$T/volume" "$T/volume/sub"
	echo root >"$T/volume/root"
	echo seven >"$T/volume/seven"
	chown 7:8 "$T/volume/seven"
	chmod 755 "$T"
}

@test "a mount with mappings shows other ids, and writes them back" {
	make_volume
	add_mounts "[{destination: \"/m\", source: \"$T/volume\", options: [\"bind\", \"idmap\"],
		uidMappings: [{containerID: 0, hostID: 1000, size: 5}, {containerID: 7, hostID: 70, size: 1}],
		gidMappings: [{containerID: 0, hostID: 2000, size: 100}]},
		{destination: \"/plain\", source: \"$T/volume\", options: [\"bind\"]}]"
	run_script 'stat -c "%n %u:%g" /m/root /m/seven /plain/root; grep -c idmapped /proc/self/mountinfo'
	out_is $'/m/root 1000:2000\n/m/seven 70:2008\n/plain/root 0:0\n1'
	edit_config '.process.user = {"uid": 70, "gid": 2003}'
	chmod 777 "$T/volume"
	run_script 'echo x >/m/new'
	is "$(stat -c %u:%g "$T/volume/new")" 7:3
}

@test "an id that no mapping has is nobody's" {
	make_volume
	add_mounts "[{destination: \"/m\", source: \"$T/volume\", options: [\"bind\"],
		uidMappings: [{containerID: 0, hostID: 1000, size: 1}],
		gidMappings: [{containerID: 0, hostID: 1000, size: 1}]}]"
	run_script 'stat -c "%u:%g" /m/root /m/seven'
	out_is $'1000:1000\n65534:65534'
}

@test "in a user namespace a mount with idmap shows the ids that are on the disk" {
	make_volume
	use_userns
	add_mounts "[{destination: \"/m\", source: \"$T/volume\", options: [\"bind\", \"idmap\"]},
		{destination: \"/own\", source: \"$T/volume\", options: [\"bind\"],
			uidMappings: $MAPPINGS, gidMappings: $MAPPINGS},
		{destination: \"/plain\", source: \"$T/volume\", options: [\"bind\"]}]"
	run_script 'stat -c "%n %u:%g" /m/root /m/seven /own/seven /plain/root; echo x >/m/new'
	out_is $'/m/root 0:0\n/m/seven 7:8\n/own/seven 7:8\n/plain/root 65534:65534'
	is "$(stat -c %u:%g "$T/volume/new")" 0:0
}

@test "idmap maps the mount itself, ridmap also what is mounted below it" {
	make_volume
	edit_config --arg dir "$T/volume" '.mounts += [
		{destination: "/top", type: "tmpfs", source: "tmpfs"},
		{destination: "/top/below", source: $dir, options: ["bind"]}]'
	local mapped="source: \"$B/rootfs/top\", uidMappings: [{containerID: 0, hostID: 50, size: 10}],
		gidMappings: [{containerID: 0, hostID: 50, size: 10}]"
	add_mounts "[{destination: \"/one\", $mapped, options: [\"rbind\", \"idmap\"]},
		{destination: \"/all\", $mapped, options: [\"rbind\", \"ridmap\"]}]"
	run_script 'stat -c "%n %u" /one /one/below/seven /all /all/below/seven'
	out_is $'/one 50\n/one/below/seven 7\n/all 50\n/all/below/seven 57'
}

@test "a joined user namespace lends its mappings to mounts" {
	local pid
	make_volume
	own_rootfs
	chown -hR 100000:100000 "$B/rootfs"
	unshare --user sleep 60 3>&- &
	pid=$!
	until [[ $(readlink "/proc/$pid/ns/user") != $(readlink /proc/self/ns/user) ]]; do sleep 0.02; done
	echo '0 100000 65536' >"/proc/$pid/uid_map"
	echo '0 100000 65536' >"/proc/$pid/gid_map"
	edit_config --arg path "/proc/$pid/ns/user" '.linux.namespaces += [{type: "user", path: $path}]'
	add_mounts "[{destination: \"/m\", source: \"$T/volume\", options: [\"bind\", \"idmap\"]}]"
	set_script 'stat -c "%u:%g" /m/seven'
	rt run --bundle "$B" "$ID"
	kill "$pid"
	expect 0
	out_is 7:8
}

@test "a file can be bound with mappings, and attributes hold as well" {
	make_volume
	add_mounts "[{destination: \"/m\", source: \"$T/volume/seven\", options: [\"bind\", \"ro\", \"nosuid\"],
		uidMappings: $MAPPINGS, gidMappings: $MAPPINGS}]"
	run_script 'stat -c %u:%g /m; echo x >/m || grep -oE " /m ro,nosuid[^ ]*idmapped" /proc/self/mountinfo'
	out_is $'100007:100008\n /m ro,nosuid,relatime,idmapped'
}

@test "a file system that takes no mappings is an error that says so" {
	add_mounts "[{destination: \"/m\", source: \"/proc/sys\", options: [\"bind\"],
		uidMappings: $MAPPINGS, gidMappings: $MAPPINGS}]"
	create_refused "/mounts/6/source"
	err_has "mappings of ids"
}

@test "remount changes what it mentions and nothing else" {
	add_mounts '[{destination: "/t", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=700"]},
		{destination: "/t/deep", type: "tmpfs", source: "tmpfs"},
		{destination: "/b", source: "/srv", options: ["rbind"]},
		{destination: "/t", options: ["remount", "ro", "noexec"]},
		{destination: "/b", options: ["bind", "remount", "nodev"]}]'
	run_script 'grep -oE " /(t|t/deep|b) [^ ]+" /proc/self/mountinfo'
	out_has '/t ro,nosuid,noexec,relatime'
	out_has '/t/deep rw,relatime'
	out_matches ' /b [^ ]*nodev'
}

@test "remount of the last of two mounts on a place, and of all below it" {
	add_mounts '[{destination: "/t", type: "tmpfs", source: "one"},
		{destination: "/t", type: "tmpfs", source: "two"},
		{destination: "/t/deep", type: "tmpfs", source: "deep"},
		{destination: "/t", options: ["remount", "rro"]}]'
	run_script 'awk "/ tmpfs (one|two|deep) / { print \$(NF - 1), substr(\$6, 1, 2) }" /proc/self/mountinfo'
	out_is $'one rw\ntwo ro\ndeep ro'
}

@test "a read-only tmpfs can have other mounts and devices in it" {
	edit_config '(.mounts[] | select(.destination == "/dev") | .options) += ["ro"]'
	add_mounts '[{destination: "/t", type: "tmpfs", source: "tmpfs", options: ["ro"]},
		{destination: "/t/a/b", source: "/srv", options: ["bind"]}]'
	run_script 'ls -d /t/a/b; ls /dev/null /dev/fd/0; touch /t/x 2>&1; touch /dev/x 2>&1; true'
	out_has /t/a/b
	out_has /dev/null
	is "$(grep -c 'Read-only' <<<"$out")" 2
}

@test "tmpcopyup begins with what it covers: kinds, modes, owners, times, links" {
	own_rootfs
	local dir=$B/rootfs/cover
	mkdir -p "$dir/a/b"
	echo text >"$dir/a/b/file"
	chmod 4751 "$dir/a/b/file"
	chown 5:6 "$dir/a/b"
	chmod 2775 "$dir/a/b"
	mkfifo -m 620 "$dir/pipe"
	mknod -m 600 "$dir/null" c 1 3
	ln -s /etc/passwd "$dir/link"
	ln -s ../../../../../../../../etc "$dir/up"
	touch -d @1000000 "$dir/a/b/file"
	touch -h -d @2000000 "$dir/link"
	chmod 711 "$dir"
	add_mounts '[{destination: "/cover", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup", "ro"]}]'
	run_script 'cd /cover; stat -c "%n %A %u:%g" . a/b a/b/file pipe null; stat -c %Y a/b/file link
		readlink link; readlink up; cat a/b/file; stat -c %t:%T null; find . | wc -l; touch x 2>&1; stat -f -c %T .'
	out_is "$(cat <<-'END'
		. drwx--x--x 0:0
		a/b drwxrwsr-x 5:6
		a/b/file -rwsr-x--x 0:0
		pipe prw--w---- 0:0
		null crw------- 0:0
		1000000
		2000000
		/etc/passwd
		../../../../../../../../etc
		text
		1:3
		8
		touch: x: Read-only file system
		tmpfs
	END
	)"
}

@test "tmpcopyup does not follow links out of the rootfs, and is bounded by its size" {
	own_rootfs
	mkdir "$T/outside"
	echo secret >"$T/outside/secret"
	ln -s "$T/outside" "$B/rootfs/cover"
	add_mounts '[{destination: "/cover", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup", "size=1m"]}]'
	run_script 'find /cover/ -type f'
	out_is ""
	rm "$B/rootfs/cover"
	mkdir "$B/rootfs/cover"
	truncate -s 1T "$B/rootfs/cover/huge"
	create_refused /mounts/6
	err_has "no space left"
}

@test "tmpcopyup ends in a tree that is too deep" {
	own_rootfs
	local deep
	deep=$(printf 'd/%.0s' {1..150})
	mkdir -p "$B/rootfs/cover/$deep"
	add_mounts '[{destination: "/cover", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"]}]'
	create_refused /mounts/6
}
