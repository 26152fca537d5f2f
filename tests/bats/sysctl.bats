# SPDX-License-Identifier: Apache-2.0
# linux.sysctl: parameters of the container's own namespaces, and none of the host's.

load helpers

# set_sysctls NAME VALUE...: as linux.sysctl
set_sysctls() {
	edit_config '.linux.sysctl = ([$ARGS.positional | range(0; length; 2) as $i
		| {key: .[$i], value: .[$i + 1]}] | from_entries)' --args -- "$@"
}

# sysctl_is NAME VALUE: what a container with the present configuration reads, blanks made one
sysctl_is() {
	set_args cat "/proc/sys/$1"
	ok run --bundle "$B" "$ID"
	is "$(tr -s '\t ' ' ' <<<"$out")" "$2"
}

# sysctl_refused NAME VALUE: create fails and names it, and has made nothing
sysctl_refused() {
	local pointer=${1//\~/\~0}
	set_sysctls "$1" "$2"
	create
	expect 1
	grep -qF -e " /linux/sysctl/${pointer//\//\~1}" <<<"$err" || fail "expected the pointer to $1"
	assert_nothing_left
}

without_namespace() {
	edit_config --arg type "$1" '.linux.namespaces |= map(select(.type != $type))'
}

network_is_set() {
	local before
	before=$(</proc/sys/net/ipv4/ip_unprivileged_port_start)
	set_sysctls net.ipv4.ip_unprivileged_port_start 77 net.ipv4.ping_group_range "0 4711"
	sysctl_is net/ipv4/ip_unprivileged_port_start 77
	sysctl_is net/ipv4/ping_group_range "0 4711"
	is "$(</proc/sys/net/ipv4/ip_unprivileged_port_start)" "$before"
}

@test "sysctls of the network are set in the container's namespace and not in the host's" {
	network_is_set
	# without a mount that waits for the network it is entered last
	edit_config '.mounts |= map(select(.type != "sysfs"))'
	network_is_set
}

@test "sysctls of the network are set in a user namespace" {
	use_userns
	network_is_set
}

@test "sysctls of ipc are set in the container's namespace and not in the host's" {
	local msgmax sem
	msgmax=$(</proc/sys/kernel/msgmax)
	set_sysctls kernel.msgmax 9191 kernel.sem "250 32000 32 77" fs.mqueue.msg_max 33 \
		kernel.shm_rmid_forced 1
	sysctl_is kernel/msgmax 9191
	sysctl_is kernel/sem "250 32000 32 77"
	sysctl_is fs/mqueue/msg_max 33
	sysctl_is kernel/shm_rmid_forced 1
	is "$(</proc/sys/kernel/msgmax)" "$msgmax"
}

@test "the domain name may be a sysctl, but not another one than domainname" {
	set_sysctls kernel.domainname some.example
	sysctl_is kernel/domainname some.example
	edit_config '.domainname = "some.example"'
	sysctl_is kernel/domainname some.example
	edit_config '.domainname = "other.example"'
	create_refused /linux/sysctl/kernel.domainname
}

@test "the host name is no sysctl: it has a property of its own" {
	sysctl_refused kernel.hostname box
	err_has hostname
	sysctl_refused kernel/hostname box
}

@test "sysctls of the container's user namespace are set there" {
	local before
	before=$(</proc/sys/user/max_uts_namespaces)
	use_userns
	set_sysctls user.max_uts_namespaces 3
	sysctl_is user/max_uts_namespaces 3
	is "$(</proc/sys/user/max_uts_namespaces)" "$before"
}

@test "dots and slashes separate: the first one says which, and the other is part of a name" {
	local name
	for name in net.ipv4.conf.lo.log_martians net/ipv4/conf/lo/log_martians; do
		set_sysctls "$name" 1
		sysctl_is net/ipv4/conf/lo/log_martians 1
	done
	# no such device: the name of it is read as one, with a dot in it
	set_sysctls net.ipv4.conf.lo/1.log_martians 1
	create
	expect 1
	err_has "net/ipv4/conf/lo.1/log_martians"
	assert_nothing_left
}

@test "a sysctl without a namespace of its own would be the host's: an error that says which" {
	without_namespace network
	sysctl_refused net.ipv4.ip_forward 1
	err_has '{"type":"network"}'
	without_namespace ipc
	sysctl_refused kernel.msgmax 9191
	sysctl_refused fs.mqueue.msg_max 33
	err_has '{"type":"ipc"}'
	sysctl_refused user.max_uts_namespaces 3
	err_has '{"type":"user"}'
	edit_config 'del(.hostname)'
	without_namespace uts
	sysctl_refused kernel.domainname some.example
	err_has '{"type":"uts"}'
}

@test "a sysctl of the whole host is an error, however it is spelt" {
	local name
	for name in kernel.core_pattern kernel/core_pattern vm.swappiness fs.file-max kernel.semx \
		kernel.shmmaxx kernel.pid_max kernel.msgmaxi fs.mqueue net kernel dev.cdrom.lock netx.a \
		debug.exception-trace; do
		sysctl_refused "$name" 1
	done
}

@test "a name that leads elsewhere or is none is an error, and nothing is written" {
	local name before
	before=$(</proc/sys/kernel/core_pattern)
	for name in net/../kernel/core_pattern net.//.kernel.core_pattern net/./ipv4/ip_forward \
		net//ipv4/ip_forward /net/ipv4/ip_forward .net.ipv4.ip_forward net.ipv4.ip_forward. \
		net/ipv4/ip_forward/ ../sys/net/ipv4/ip_forward net/ipv4/../../kernel/core_pattern '' \
		'net.ipv4.ip forward' 'net~1ipv4'; do
		sysctl_refused "$name" 1
	done
	is "$(</proc/sys/kernel/core_pattern)" "$before"
}

@test "a sysctl that is set twice, in two spellings, is an error" {
	set_sysctls net.ipv4.ip_forward 1 net/ipv4/ip_forward 0
	create_refused /linux/sysctl/net~1ipv4~1ip_forward
}

@test "a sysctl that does not exist, or does not take the value, is an error by its pointer" {
	sysctl_refused net.ipv4.no_such_thing 1
	sysctl_refused kernel.msgmax nonsense
	sysctl_refused kernel.msgmax ''
	# the kernel takes what is fine, and leaves the rest
	sysctl_refused net.ipv4.ping_group_range "1 x"
}

@test "sysctls are written to the kernel's own files, whatever lies in the root at /proc" {
	mkdir -p "$B/rootfs/proc/sys/net/ipv4" "$B/rootfs/p"
	echo untouched >"$B/rootfs/proc/sys/net/ipv4/ip_forward"
	edit_config '.mounts[0].destination = "/p" | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
	set_sysctls net.ipv4.ip_forward 1
	set_script 'cat /proc/sys/net/ipv4/ip_forward /p/sys/net/ipv4/ip_forward'
	ok run --bundle "$B" "$ID"
	out_is $'untouched\n1'
}

@test "a /proc/sys of the host that is covered is not written into" {
	mkdir -p "$T/fake/ipv4"
	echo untouched >"$T/fake/ipv4/ip_forward"
	VIEW=(unshare -m /bin/sh -c "mount --bind $T/fake /proc/sys/net && exec \"\$@\"" sh)
	sysctl_refused net.ipv4.ip_forward 1
	err_has "mounted over /proc/sys"
	is "$(<"$T/fake/ipv4/ip_forward")" untouched
}
