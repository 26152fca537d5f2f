# SPDX-License-Identifier: Apache-2.0
# Namespaces: which are new, which are the caller's, and what a container sees in them.

load helpers

without_namespace() {
	edit_config --arg type "$1" 'del(.linux.namespaces[] | select(.type == $type))'
}

# namespace_links: one line a namespace, of the caller
namespace_links() {
	local name
	for name in pid net ipc uts mnt cgroup user time; do
		echo "$name $(readlink "/proc/self/ns/$name")"
	done
}

container_links() {
	run_script 'for name in pid net ipc uts mnt cgroup user time; do
		echo "$name $(readlink /proc/self/ns/$name)"; done'
}

@test "pid, network, ipc, uts, mount and cgroup namespaces are new, user and time the caller's" {
	container_links
	local name
	for name in pid net ipc uts mnt cgroup; do
		isnt "$(grep "^$name " <<<"$out")" "$(namespace_links | grep "^$name ")"
	done
	for name in user time; do
		is "$(grep "^$name " <<<"$out")" "$(namespace_links | grep "^$name ")"
	done
}

@test "a namespace that is not listed is the caller's" {
	local type
	edit_config '.mounts = [{"destination": "/proc", "type": "bind", "source": "/proc",
			"options": ["rbind"]}]
		| .linux.maskedPaths = [] | .linux.readonlyPaths = [] | del(.hostname)'
	for type in pid network ipc uts cgroup; do
		without_namespace $type
	done
	container_links
	local name
	for name in pid net ipc uts cgroup user time; do
		is "$(grep "^$name " <<<"$out")" "$(namespace_links | grep "^$name ")"
	done
	isnt "$(grep "^mnt " <<<"$out")" "$(namespace_links | grep "^mnt ")"
}

@test "the program is process 1 of its pid namespace and sees no other" {
	# by the shell itself: what it starts comes and goes
	run_script 'echo $$; echo /proc/[0-9]*'
	out_is $'1\n/proc/1'
}

@test "the program in the host's pid namespace has the pid that state tells" {
	without_namespace pid
	set_script 'echo $$; while :; do sleep 0.05; done'
	create_ok
	start_ok
	wait_for_line "$(state_of pid)"
}

@test "the container has its own host name, the host keeps its" {
	local before
	before=$(hostname)
	edit_config '.hostname = "a-b.example"'
	run_script 'hostname; cat /proc/sys/kernel/hostname'
	out_is $'a-b.example\na-b.example'
	is "$(hostname)" "$before"
}

@test "without a host name the container has the caller's" {
	edit_config 'del(.hostname)'
	run_script hostname
	out_is "$(hostname)"
}

@test "the container has its own domain name" {
	edit_config '.domainname = "some.domain"'
	run_script 'cat /proc/sys/kernel/domainname'
	out_is some.domain
}

@test "a host name or a domain name without an uts namespace is an error" {
	local before
	before=$(hostname)
	without_namespace uts
	create_refused /hostname
	edit_config 'del(.hostname) | .domainname = "x"'
	create_refused /domainname
	is "$(hostname)" "$before"
}

@test "loopback is up in a network namespace of its own, and a server answers there" {
	run_script 'mkdir -p /tmp/www; echo served >/tmp/www/file
		httpd -p 127.0.0.1:8080 -h /tmp/www && wget -q -O - http://127.0.0.1:8080/file
		ip -o link | grep -c LOOPBACK,UP; ip -o link | grep -cv " lo:"; true'
	out_is $'served\n1\n0'
}

@test "two containers' servers listen on the same port of their own loopbacks" {
	set_script 'echo "$(hostname)" >/tmp/name; (nc -l -p 7 </tmp/name &) ; sleep 0.2
		nc 127.0.0.1 7 </dev/null'
	make_bundle "$T/other"
	jq '.hostname = "other"' "$CONFIG" >"$T/other/config.json"
	rt_raw run --bundle "$T/other" "$ID-2" </dev/null >"$T/other.out" 2>&1 &
	ok run --bundle "$B" "$ID"
	out_is box
	wait $!
	is "$(<"$T/other.out")" other
}

@test "the host's network namespace is shared when it is not listed" {
	without_namespace network
	edit_config 'del(.mounts[] | select(.type == "sysfs"))'
	run_script 'cat /proc/net/dev'
	is "$(awk '/:/ { print $1 }' <<<"$out")" "$(awk '/:/ { print $1 }' /proc/net/dev)"
}

@test "System V and POSIX queues of the host are not seen in an ipc namespace of its own" {
	needs ipcmk ipcrm
	local queue
	queue=$(ipcmk -Q | grep -o '[0-9]*$')
	run_script 'tail -n +2 /proc/sysvipc/msg; ls /dev/mqueue'
	ipcrm -q "$queue"
	out_is ""
}

@test "a user namespace has the maps that were asked for" {
	use_userns
	run_script 'cat /proc/self/uid_map; echo; cat /proc/self/gid_map; id -u; id -g'
	is "$(awk 'NF == 3 { print $1, $2, $3 }' <<<"$out")" $'0 100000 65536\n0 100000 65536'
	is "$(tail -2 <<<"$out")" $'0\n0'
}

@test "a user namespace may have several maps" {
	use_userns
	edit_config '.linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 10},
			{"containerID": 10, "hostID": 200000, "size": 20}]
		| .linux.gidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}]
		| .process.user = {"uid": 12, "gid": 5}'
	run_script 'cat /proc/self/uid_map; id -u; id -g'
	is "$(awk '{ $1 = $1; print }' <<<"$out")" $'0 100000 10\n10 200000 20\n12\n5'
}

@test "the container's root is an ordinary user of the host" {
	use_userns
	start_waiting
	is "$(awk '$1 == "Uid:" { print $2, $3, $4, $5 }' "/proc/$(state_of pid)/status")" \
		"100000 100000 100000 100000"
	is "$(awk '$1 == "Gid:" { print $2, $3, $4, $5 }' "/proc/$(state_of pid)/status")" \
		"100000 100000 100000 100000"
}

@test "files of the mapped root are root's inside, the host's root is nobody" {
	use_userns
	touch "$B/rootfs/of-host-root"
	run_script 'stat -c "%u %g" /bin/busybox /of-host-root; touch /made; chown 5:6 /made'
	out_is $'0 0\n65534 65534'
	is "$(stat -c '%u %g' "$B/rootfs/made")" "100005 100006"
}

@test "a container with a user namespace has its devices, mounts and own network" {
	use_userns
	run_script 'hostname; echo x >/dev/null; head -c 4 /dev/zero | wc -c
		echo y >/dev/shm/y; cat /dev/shm/y; ls -d /dev/pts/ptmx /sys/kernel
		ip -o link | grep -c LOOPBACK,UP; echo $$'
	out_is $'box\n4\ny\n/dev/pts/ptmx\n/sys/kernel\n1\n1'
}

@test "a container with a user namespace runs with a read-only root" {
	use_userns
	edit_config '.root.readonly = true'
	run_script 'echo x 2>/dev/null >/file || echo refused; echo y >/dev/shm/y; cat /dev/shm/y'
	out_is $'refused\ny'
}

@test "create, start, kill and delete work by hand with a user namespace" {
	use_userns
	start_waiting
	is "$(state_of status)" running
	ok kill "$ID" KILL
	wait_status stopped
	ok delete "$ID"
	assert_nothing_left
}

@test "a user namespace without maps has a map of root" {
	use_userns
	edit_config 'del(.linux.uidMappings, .linux.gidMappings)'
	# the default is the caller's own ids: the rootfs is then the caller's
	chown -hR 0:0 "$B/rootfs"
	run_script 'id -u; id -g; stat -c "%u %g" /bin/busybox; readlink /proc/self/ns/user'
	is "$(head -3 <<<"$out")" $'0\n0\n0 0'
	isnt "$(tail -1 <<<"$out")" "$(readlink /proc/self/ns/user)"
}

@test "maps without a user namespace are an error" {
	edit_config '.linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 65536}]'
	create_refused /linux/uidMappings
}

@test "maps that the kernel refuses leave no container behind" {
	use_userns
	edit_config '.linux.uidMappings += [{"containerID": 5, "hostID": 300000, "size": 10}]'
	create
	expect 1
	[[ $err =~ /linux/uidMappings ]] || fail "expected the pointer"
	assert_nothing_left
}

@test "a namespace that is listed twice is an error" {
	edit_config '.linux.namespaces += [{"type": "uts"}]'
	create
	expect 1
	[[ $err =~ /linux/namespaces(/6)?([[:space:]/]|$) ]] || fail "expected the pointer"
	assert_nothing_left
}

@test "an unknown namespace type is an error" {
	edit_config '.linux.namespaces += [{"type": "nosuch"}]'
	create_refused /linux/namespaces/6/type
}

@test "a namespace whose path is the empty string is new" {
	edit_config '(.linux.namespaces[] | select(.type == "uts")).path = ""'
	run_script 'hostname'
	out_is box
}

@test "mounts of the container are not seen on the host, nor the host's old root inside" {
	set_script 'echo ready; while :; do sleep 0.05; done'
	create_ok
	start_ok
	wait_for_line ready
	is "$(mount_table | diff "$T/mounts.before" -)" ""
	is "$(awk '$5 == "/"' "/proc/$(state_of pid)/mountinfo" | wc -l)" 1
	is "$(awk -v t="$T" 'index($5, t) == 1 || $5 == "/usr"' "/proc/$(state_of pid)/mountinfo")" ""
	ls "/proc/$(state_of pid)/root/" >"$T/seen"
	run ! grep -x usr "$T/seen"
}
