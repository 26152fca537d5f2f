# SPDX-License-Identifier: Apache-2.0
# linux.devices: what is made, with which numbers, mode and owner, and what must not be touched.

load helpers

# set_devices JSON
set_devices() {
	edit_config --argjson d "$1" '.linux.devices = $d | .linux.resources.devices = [{"allow": true, "access": "rwm"}]'
}

@test "devices of every type have their numbers, mode and owner" {
	set_devices '[{"type": "c", "path": "/dev/my0", "major": 1, "minor": 5, "fileMode": 420, "uid": 7, "gid": 8},
		{"type": "b", "path": "/dev/deep/er/b", "major": 7, "minor": 1048575},
		{"type": "u", "path": "/dev/u", "major": 1, "minor": 3, "fileMode": 8576},
		{"type": "p", "path": "/dev/fifo", "fileMode": 402, "uid": 9}]'
	run_script 'cd /dev; stat -c "%n %F %t:%T %a %u:%g" my0 deep/er/b u fifo; head -c 2 my0 | od -An -tx1'
	out_is "$(cat <<-'END'
		my0 character special file 1:5 644 7:8
		deep/er/b block special file 7:fffff 666 0:0
		u character special file 1:3 600 0:0
		fifo fifo 0:0 622 9:0
		 00 00
	END
	)"
}

@test "a device may lie outside of /dev, in the root and in a mount that comes last" {
	set_devices '[{"type": "c", "path": "/opt/x/null", "major": 1, "minor": 3},
		{"type": "c", "path": "/late/zero", "major": 1, "minor": 5}]'
	edit_config '.mounts += [{"destination": "/late", "type": "tmpfs", "source": "tmpfs"}]'
	run_script 'stat -c "%n %t:%T" /opt/x/null /late/zero'
	out_is $'/opt/x/null 1:3\n/late/zero 1:5'
}

@test "a configured device takes the place of the default one" {
	set_devices '[{"type": "c", "path": "/dev/null", "major": 1, "minor": 3, "fileMode": 384}]'
	run_script 'stat -c "%a %t:%T" /dev/null /dev/zero'
	out_is $'600 1:3\n666 1:5'
}

@test "a node that is there already is taken if it is the device, and stays as it is" {
	own_rootfs
	mkdir "$B/rootfs/nodes"
	mknod -m 640 "$B/rootfs/nodes/same" c 1 3
	chown 5:6 "$B/rootfs/nodes/same"
	set_devices '[{"type": "c", "path": "/nodes/same", "major": 1, "minor": 3, "fileMode": 438, "uid": 0, "gid": 0}]'
	run_script 'stat -c "%t:%T %a %u:%g" /nodes/same'
	out_is "1:3 640 5:6"
}

@test "anything else that is there already is an error, and is unharmed" {
	own_rootfs
	mkdir "$B/rootfs/nodes"
	mknod "$B/rootfs/nodes/zero" c 1 5
	mknod "$B/rootfs/nodes/block" b 1 3
	echo text >"$B/rootfs/nodes/file"
	ln -s zero "$B/rootfs/nodes/link"
	mkdir "$B/rootfs/nodes/dir"
	local name
	for name in zero block file link dir; do
		set_devices '[{"type": "c", "path": "/nodes/'$name'", "major": 1, "minor": 3}]'
		create_refused /linux/devices/0
	done
	is "$(<"$B/rootfs/nodes/file")" text
	is "$(stat -c %t:%T "$B/rootfs/nodes/zero")" 1:5
}

@test "links in the rootfs do not lead a device to the host" {
	mkdir -m 777 "$T/outside"
	ln -s "$T/outside" "$B/rootfs/out"
	ln -s "../../../../../../../../../../..$T/outside" "$B/rootfs/up"
	ln -s "$T/outside/file" "$B/rootfs/last"
	set_devices '[{"type": "c", "path": "/out/a", "major": 1, "minor": 3, "uid": 5},
		{"type": "p", "path": "/up/b/c", "uid": 5}]'
	run_script 'stat -c "%F %u" /out/a /up/b/c'
	out_is $'character special file 5\nfifo 5'
	set_devices '[{"type": "p", "path": "/last", "uid": 5}]'
	create_refused /linux/devices/0
	is "$(ls -A "$T/outside")" ""
}

@test "in a user namespace the host's node is bound, and keeps its owner and mode" {
	local before
	use_userns
	before=$(stat -c '%a %u:%g %t:%T' /dev/full)
	set_devices '[{"type": "c", "path": "/dev/full", "major": 1, "minor": 7, "fileMode": 384, "uid": 3},
		{"type": "c", "path": "/srv/dev/none", "major": 1, "minor": 9, "fileMode": 384},
		{"type": "p", "path": "/dev/fifo", "fileMode": 384, "uid": 3, "gid": 4}]'
	run_script 'stat -c "%t:%T %a" /dev/full; stat -c "%t:%T" /srv/dev/none; stat -c "%F %u:%g" /dev/fifo
		echo x >/dev/full || echo full; grep -c " /dev/full " /proc/self/mountinfo'
	out_is $'1:7 666\n1:9\nfifo 3:4\nfull\n1'
	is "$(stat -c '%a %u:%g %t:%T' /dev/full)" "$before"
}

@test "a host's node that is another device is not bound" {
	use_userns
	set_devices '[{"type": "c", "path": "/dev/full", "major": 60, "minor": 77}]'
	create_refused /linux/devices/0
	set_devices '[{"type": "b", "path": "/dev/full", "major": 1, "minor": 7}]'
	create_refused /linux/devices/0
	set_devices '[{"type": "c", "path": "/srv/nowhere", "major": 60, "minor": 77}]'
	create_refused /linux/devices/0
}

@test "where the kernel does not let a node be made, the host's is bound" {
	needs strace
	set_devices '[{"type": "c", "path": "/dev/full", "major": 1, "minor": 7, "fileMode": 384},
		{"type": "p", "path": "/dev/fifo"}]'
	set_script 'stat -c "%n %t:%T" /dev/null /dev/full; grep -oE " /dev/(null|full) " /proc/self/mountinfo | sort'
	# as a device cgroup of the caller's own would do it; busybox's mkfifo is mknod(2)
	(
		traced_environment
		exec strace -f -qq -o /dev/null -e trace=mknodat -e inject=mknodat:error=EPERM:when=1..6 \
			"$RT" --root "$STATE" run --bundle "$B" "$ID" </dev/null >"$T/out" 3>&-
	)
	is "$(<"$T/out")" $'/dev/null 1:3\n/dev/full 1:7\n /dev/full \n /dev/null '
}

@test "without a mount namespace nothing is bound on the host" {
	local before
	own_rootfs
	before=$(grep -c . /proc/self/mountinfo)
	edit_config '.mounts = [] | .linux.maskedPaths = [] | .linux.readonlyPaths = [] | .root.readonly = false
		| .linux.namespaces -= [{"type": "mount"}]'
	set_devices '[{"type": "c", "path": "/dev/x", "major": 1, "minor": 3}]'
	run_script 'stat -c %t:%T /dev/x'
	out_is 1:3
	is "$(grep -c . /proc/self/mountinfo)" "$before"
	use_userns
	create_refused /linux/devices/0
}

@test "in a /dev of the host's nothing is made: what is configured is there, or an error" {
	mkdir "$T/dev"
	mknod "$T/dev/there" c 1 3
	edit_config --arg dev "$T/dev" '.mounts |= map(select(.destination | startswith("/dev") | not))
		+ [{"destination": "/dev", "source": $dev, "options": ["bind"]}]'
	set_devices '[{"type": "c", "path": "/dev/there", "major": 1, "minor": 3}]'
	run_script 'ls /dev'
	out_is there
	set_devices '[{"type": "c", "path": "/dev/missing", "major": 1, "minor": 3}]'
	create_refused /linux/devices/0
	set_devices '[{"type": "c", "path": "/dev/there", "major": 1, "minor": 5}]'
	create_refused /linux/devices/0
	is "$(ls "$T/dev")" there
}

@test "no device is put into /proc, nor through a link over one of its files" {
	local dir=$T/device
	mkdir -m 755 "$dir"
	mknod -m 666 "$dir/hostname" c 1 7
	chmod 755 "$T"
	use_userns
	mkdir -p "$B/rootfs$T"
	ln -s /proc/sys/kernel "$B/rootfs$dir"
	set_devices '[{"type": "c", "path": "/proc/sys/kernel/hostname", "major": 1, "minor": 7}]'
	create_refused /linux/devices/0/path
	set_devices "[{\"type\": \"c\", \"path\": \"$dir/hostname\", \"major\": 1, \"minor\": 7}]"
	create_refused /linux/devices/0
	err_has "not permitted"
	rm "$B/rootfs$dir"
	chown -R 100000:100000 "$B/rootfs${T%%/${T#/*/}}"
	run_script "stat -c %t:%T $dir/hostname"
	out_is 1:7
}

@test "a listed /dev/ptmx is that of the container's own devpts, in a user namespace too" {
	set_devices '[{"type": "c", "path": "/dev/ptmx", "major": 5, "minor": 2}]'
	run_script 'readlink /dev/ptmx'
	out_is pts/ptmx
	use_userns
	run_script 'readlink /dev/ptmx'
	out_is pts/ptmx
}
