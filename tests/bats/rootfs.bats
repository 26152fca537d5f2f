# SPDX-License-Identifier: Apache-2.0
# The file system of a container: its root, the mounts, devices and links, masked and read-only paths.

load helpers

# add_mount DESTINATION TYPE SOURCE [OPTION...]
add_mount() {
	edit_config '.mounts += [{"destination": $ARGS.positional[0], "type": $ARGS.positional[1],
		"source": $ARGS.positional[2], "options": $ARGS.positional[3:]}]' --args -- "$@"
}

# the last mount's index
last_mount() {
	jq '.mounts | length - 1' "$CONFIG"
}

# --- the root

@test "a writable root is written to, a read-only one is not" {
	run_script 'echo x >/file && cat /file'
	out_is x
	is "$(<"$B/rootfs/file")" x
	edit_config '.root.readonly = true'
	run_script 'echo y >/file || echo refused; cat /file; grep " / / " /proc/self/mountinfo >&2
		touch /dev/shm/x && echo shm'
	out_is $'refused\nx\nshm'
	err_has "Read-only file system"
}

@test "a read-only root stays read-only for its own root" {
	edit_config '.root.readonly = true
		| .process.capabilities |= with_entries(.value += ["CAP_SYS_ADMIN"])'
	run_script 'mkdir /newdir || echo refused'
	out_is refused
	[[ ! -e $B/rootfs/newdir ]]
}

@test "a read-only root does not make the bundle read-only on the host" {
	edit_config '.root.readonly = true'
	start_waiting
	touch "$B/rootfs/from-host"
}

@test "the container cannot leave its root" {
	run_script 'cd /; cd ../../../..; ls -d etc; ls /.. | sort | tr "\n" " "'
	out_lacks usr
	is "$(tail -1 <<<"$out")" "$(cd "$B/rootfs" && printf '%s ' *)"
}

@test "root.path may be relative to the bundle with dots, and a symlink to a directory" {
	ln -s rootfs "$B/link"
	edit_config '.root.path = "./rootfs/../link/"'
	run_script 'echo here'
	out_is here
}

@test "root.path that is a file is an error" {
	edit_config '.root.path = "config.json"'
	create_refused /root/path
}

@test "a root that is missing in the configuration is an error" {
	edit_config 'del(.root)'
	create
	expect 1
	assert_nothing_left
}

# --- the default file systems

@test "proc is the container's own" {
	run_script 'cat /proc/1/comm; stat -f -c %T /proc'
	out_is $'sh\nproc'
}

@test "/dev is a tmpfs with the default devices, all of mode 666" {
	run_script 'stat -f -c %T /dev; cd /dev
		stat -c "%n %F %t:%T %a %u:%g" null zero full random urandom tty'
	out_is "$(cat <<-'END'
		tmpfs
		null character special file 1:3 666 0:0
		zero character special file 1:5 666 0:0
		full character special file 1:7 666 0:0
		random character special file 1:8 666 0:0
		urandom character special file 1:9 666 0:0
		tty character special file 5:0 666 0:0
	END
	)"
}

@test "the default devices work" {
	run_script 'echo x >/dev/null && head -c 3 /dev/zero | od -An -tx1
		head -c 8 /dev/urandom | wc -c; head -c 8 /dev/random | wc -c
		echo x >/dev/full || echo full'
	is "$(tr -s ' ' <<<"$out")" $' 00 00 00\n8\n8\nfull'
}

@test "the default devices have mode 666 whatever the caller's umask is" {
	umask 077
	run_script 'stat -c %a /dev/null /dev/tty; stat -c %a /dev /dev/shm'
	out_is $'666\n666\n755\n1777'
}

@test "/dev has the usual links" {
	run_script 'cd /dev; for l in fd stdin stdout stderr ptmx; do echo "$l $(readlink $l)"; done; ls /dev/fd/0'
	out_has_line "fd /proc/self/fd"
	out_has_line "stdin /proc/self/fd/0"
	out_has_line "stdout /proc/self/fd/1"
	out_has_line "stderr /proc/self/fd/2"
	out_has_line "ptmx pts/ptmx"
	out_has_line /dev/fd/0
	run_script 'echo via-stdout >/dev/stdout; echo via-stderr >/dev/stderr'
	is "$out $err" "via-stdout via-stderr"
}

@test "devpts is new: no terminal of the host, ptmx of mode 666" {
	run_script 'stat -f -c %T /dev/pts; ls /dev/pts; stat -L -c "%a %t:%T" /dev/ptmx
		grep " /dev/pts " /proc/mounts'
	is "$(head -3 <<<"$out")" $'devpts\nptmx\n666 5:2'
	out_has "gid=5,mode=620,ptmxmode=666"
}

@test "shm is a tmpfs of mode 1777 with the size that was asked for" {
	run_script 'stat -f -c %T /dev/shm; stat -c %a /dev/shm; df -k /dev/shm | tail -1
		grep " /dev/shm " /proc/mounts'
	is "$(head -2 <<<"$out")" $'tmpfs\n1777'
	out_has " 65536 "
	out_has "nosuid,nodev,noexec"
}

@test "mqueue is the container's own" {
	run_script 'grep " /dev/mqueue " /proc/mounts'
	out_has "mqueue"
	out_has "nosuid,nodev,noexec"
}

@test "sysfs is read-only and shows the container's network" {
	run_script 'ls /sys/class/net; echo x 2>/dev/null >/sys/kernel/mm/ksm/run || echo refused
		grep " /sys " /proc/mounts'
	is "$(head -1 <<<"$out")" lo
	out_has_line refused
	out_has "sysfs ro,"
}

@test "a cgroup mount shows the container's own cgroup, read-only" {
	add_mount /sys/fs/cgroup cgroup cgroup nosuid noexec nodev relatime ro
	case $(cgroup_layout) in
	v2)
		run_script 'cat /sys/fs/cgroup/cgroup.procs; mkdir /sys/fs/cgroup/x 2>&1 || echo refused'
		;;
	*)
		run_script 'cat /sys/fs/cgroup/devices/cgroup.procs
			ls /sys/fs/cgroup; mkdir /sys/fs/cgroup/devices/x || echo refused'
		local name
		for name in $(awk -F: '$2 != "" { n = split($2, a, ","); sub("name=", "", a[1])
				print a[1] }' /proc/self/cgroup); do
			out_has "$name"
		done
		;;
	esac
	is "$(head -1 <<<"$out")" 1
	out_has refused
}

# --- binds

@test "a directory is bound, read and written" {
	mkdir "$T/data"
	echo from-host >"$T/data/file"
	add_mount /mnt/data bind "$T/data" bind
	run_script 'cat /mnt/data/file; echo from-container >/mnt/data/back'
	out_is from-host
	is "$(<"$T/data/back")" from-container
}

@test "a file is bound over a file that is there and over one that is not" {
	echo from-host >"$T/file"
	add_mount /etc/passwd none "$T/file" bind
	add_mount /some/new/file none "$T/file" bind ro
	run_script 'cat /etc/passwd /some/new/file; echo x 2>/dev/null >/some/new/file || echo refused'
	out_is $'from-host\nfrom-host\nrefused'
	is "$(<"$T/file")" from-host
	[[ -f $B/rootfs/some/new/file ]]
}

@test "a read-only bind cannot be written, its source on the host can" {
	mkdir "$T/data"
	add_mount /data none "$T/data" bind ro
	run_script 'touch /data/x || echo refused'
	out_is refused
	touch "$T/data/y"
}

@test "binds have nosuid, nodev, noexec and noatime when asked for" {
	mkdir "$T/data"
	cp "$ROOTFS/bin/busybox" "$T/data/true"
	add_mount /data none "$T/data" bind nosuid nodev noexec noatime
	run_script 'grep " /data " /proc/mounts; /data/true 2>&1 || echo refused'
	out_has "nosuid,nodev,noexec,noatime"
	out_has_line refused
}

@test "a relative source is relative to the bundle" {
	mkdir "$B/data"
	echo x >"$B/data/file"
	add_mount /data none data bind
	run_script 'cat /data/file'
	out_is x
}

@test "a bind shows one file system, an rbind those mounted below it too" {
	mkdir -p "$T/top/below" "$T/hook"
	cat >"$T/hook/go" <<-END
		set -e
		mount -t tmpfs tmpfs "$T/top/below"
		echo deep >"$T/top/below/file"
		exec "\$@"
	END
	add_mount /one none "$T/top" bind
	add_mount /two none "$T/top" rbind
	VIEW=(unshare --mount --propagation private bash "$T/hook/go")
	run_script 'ls /one/below; cat /two/below/file'
	out_is deep
}

@test "rro makes all that is below read-only, ro the top only" {
	mkdir -p "$T/top/below"
	cat >"$T/go" <<-END
		mount -t tmpfs tmpfs "$T/top/below" && exec "\$@"
	END
	add_mount /one none "$T/top" rbind ro
	add_mount /two none "$T/top" rbind rro
	VIEW=(unshare --mount --propagation private bash "$T/go")
	run_script 'for d in /one /one/below /two /two/below; do
		touch $d/x 2>/dev/null && echo "$d written" || echo "$d refused"; done'
	out_is $'/one refused\n/one/below written\n/two refused\n/two/below refused'
}

@test "a bind whose source is missing is an error at that mount, and nothing is left" {
	add_mount /data none "$T/missing" bind
	create
	expect 1
	[[ $err =~ /mounts/$(last_mount)(/source)?([[:space:]]|$) ]] || fail "expected the pointer"
	err_has "no such file or directory"
	assert_nothing_left
}

@test "type bind alone is no bind" {
	mkdir "$T/data"
	add_mount /data bind "$T/data"
	create
	expect 1
	[[ $err =~ /mounts/$(last_mount) ]] || fail "expected the pointer"
	assert_nothing_left
}

@test "a later mount covers an earlier one, and is found below it" {
	mkdir "$T/a" "$T/b"
	touch "$T/a/of-a" "$T/b/of-b"
	mkdir "$T/a/sub"
	add_mount /m none "$T/a" bind
	add_mount /m/sub none "$T/b" bind
	add_mount /n none "$T/a" bind
	add_mount /n none "$T/b" bind
	run_script 'ls /m; ls /m/sub; ls /n'
	out_is $'of-a\nsub\nof-b\nof-b'
}

@test "mount points that are missing are made" {
	add_mount /a/b/c tmpfs tmpfs
	run_script 'stat -f -c %T /a/b/c; stat -c %a /a/b'
	out_is $'tmpfs\n755'
}

@test "a destination may be relative, with dots and slashes too many" {
	add_mount some//dir/../place/ tmpfs tmpfs
	run_script 'stat -f -c %T /some/place'
	out_is tmpfs
}

@test "a file cannot be mounted on a directory" {
	touch "$T/file"
	mkdir -p "$B/rootfs/dir"
	add_mount /dir none "$T/file" bind
	create
	expect 1
	[[ $err =~ /mounts/$(last_mount) ]] || fail "expected the pointer"
	assert_nothing_left
}

@test "pipes, sockets and device nodes can be bound" {
	mkfifo "$T/pipe"
	add_mount /pipe none "$T/pipe" bind
	add_mount /zero none /dev/zero bind
	run_script 'stat -c %F /pipe /zero'
	out_is $'fifo\ncharacter special file'
}

# --- tmpfs

@test "a tmpfs has the size and the mode that were asked for" {
	add_mount /t tmpfs tmpfs size=64k mode=0750 noexec
	run_script 'stat -c %a /t; df -k /t | tail -1; head -c 100000 /dev/zero 2>/dev/null >/t/x || echo full
		grep " /t " /proc/mounts'
	is "$(head -1 <<<"$out")" 750
	out_has " 64 "
	out_has "noexec"
}

@test "a tmpfs without a mode takes that of the directory that it covers" {
	own_rootfs
	mkdir "$B/rootfs/private"
	chmod 1701 "$B/rootfs/private"
	add_mount /private tmpfs tmpfs
	add_mount /fresh tmpfs tmpfs mode=1777
	run_script 'stat -c %a /private /fresh'
	out_is $'1701\n1777'
}

@test "tmpcopyup fills a tmpfs with what it covers" {
	mkdir -p "$B/rootfs/full/sub"
	echo x >"$B/rootfs/full/sub/file"
	add_mount /full tmpfs tmpfs tmpcopyup
	set_script 'cat /full/sub/file; stat -f -c %T /full; echo y >/full/new'
	rt run --bundle "$B" "$ID"
	if ((status != 0)); then
		[[ $err =~ /mounts/$(last_mount) ]] || fail "neither done nor refused by its pointer"
	else
		out_is $'x\ntmpfs'
	fi
	[[ ! -e $B/rootfs/full/new ]]
	assert_nothing_left
}

@test "an option that the file system does not know is an error at that mount" {
	add_mount /t tmpfs tmpfs nosuchoption=1
	create
	expect 1
	[[ $err =~ /mounts/$(last_mount) ]] || fail "expected the pointer"
	assert_nothing_left
}

@test "a file system that the kernel does not know is an error at that mount" {
	add_mount /t nosuchfs none
	create
	expect 1
	[[ $err =~ /mounts/$(last_mount) ]] || fail "expected the pointer"
	assert_nothing_left
}

# --- propagation

@test "what is mounted inside is not seen on the host, though the source is shared" {
	mkdir -p "$T/shared/sub"
	cat >"$T/go" <<-END
		set -e
		mount --bind "$T/shared" "$T/shared"
		mount --make-shared "$T/shared"
		"\$@" || exit
		grep -c "$T/shared" /proc/self/mountinfo
	END
	add_mount /m none "$T/shared" rbind
	edit_config '.process.capabilities |= with_entries(.value += ["CAP_SYS_ADMIN"])'
	VIEW=(unshare --mount --propagation private bash "$T/go")
	run_script 'mount -t tmpfs tmpfs /m/sub && touch /m/sub/inside && ls /m/sub'
	out_is $'inside\n1'
}

@test "the propagation of the container's own mounts is private, or what was asked for" {
	mkdir "$T/data"
	add_mount /private none "$T/data" bind private
	add_mount /shared none "$T/data" bind rshared
	add_mount /unbindable none "$T/data" bind unbindable
	run_script 'for d in /private /shared /unbindable /dev; do
		grep " $d " /proc/self/mountinfo | cut -d" " -f5,7; done'
	out_matches '^/private -'
	out_matches '/shared shared:[0-9]+'
	out_has_line "/unbindable unbindable"
	out_matches '/dev -'
}

@test "rootfsPropagation is what was asked for" {
	edit_config '.linux.rootfsPropagation = "private"'
	run_script 'awk "\$5 == \"/\" { print \$7 }" /proc/self/mountinfo'
	out_is -
	edit_config '.linux.rootfsPropagation = "unbindable"'
	run_script 'awk "\$5 == \"/\" { print \$7 }" /proc/self/mountinfo'
	out_is unbindable
	edit_config '.linux.rootfsPropagation = "nosuch"'
	create_refused /linux/rootfsPropagation
}

@test "what the host mounts later comes in, but not where the root is private" {
	mkdir -p "$T/shared/sub"
	cat >"$T/go" <<-END
		set -e
		mount --bind "$T/shared" "$T/shared"
		mount --make-shared "$T/shared"
		"\$@" || exit
		mount -t tmpfs tmpfs "$T/shared/sub"
		grep -c ' /m/sub ' "/proc/\$(cat "$T/pid")/mountinfo" >"$T/count" || :
	END
	add_mount /m none "$T/shared" rbind
	VIEW=(unshare --mount --propagation private bash "$T/go")
	create_ok --pid-file "$T/pid"
	[ "$(cat "$T/count")" = 1 ] || fail "the mount did not come in"
	ok delete --force "$ID"
	edit_config '.linux.rootfsPropagation = "rprivate"'
	create_ok --pid-file "$T/pid"
	[ "$(cat "$T/count")" = 0 ] || fail "the mount came in"
}

# --- masks

@test "masked paths are unreadable: files are empty, directories have nothing in them" {
	own_rootfs
	mkdir "$B/rootfs/secret-dir"
	echo secret >"$B/rootfs/secret-dir/file"
	echo secret >"$B/rootfs/secret-file"
	edit_config '.linux.maskedPaths += ["/secret-dir", "/secret-file"]'
	run_script 'cat /secret-file; ls -A /secret-dir; cat /proc/kcore /proc/keys /proc/timer_list | wc -c
		ls -A /sys/firmware; touch /secret-dir/x 2>/dev/null || echo refused
		stat -c %F /secret-file'
	out_is $'0\nrefused\ncharacter special file'
}

@test "masked paths stay masked for a root with CAP_DAC_OVERRIDE" {
	edit_config '.process.capabilities |= with_entries(.value += ["CAP_DAC_OVERRIDE"])'
	run_script 'head -c 10 /proc/keys | wc -c; echo x >/proc/keys; head -c 10 /proc/keys | wc -c'
	out_is $'0\n0'
}

@test "a masked path that does not exist is skipped" {
	edit_config '.linux.maskedPaths += ["/nosuch", "/etc/nosuch/deeper"]'
	run_script 'echo fine; ls /nosuch 2>/dev/null; true'
	out_is fine
	[[ ! -e $B/rootfs/nosuch ]]
}

@test "a path that is masked twice is masked" {
	edit_config '.linux.maskedPaths += ["/proc/keys", "/proc/keys", "/sys/firmware", "/sys/firmware"]'
	run_script 'wc -c </proc/keys; ls -A /sys/firmware; grep -c " /proc/keys " /proc/self/mountinfo'
	is "$(head -1 <<<"$out")" 0
}

@test "many masked directories are masked" {
	own_rootfs
	mkdir -p "$B"/rootfs/many/{1..60}/inside
	edit_config '.linux.maskedPaths += [range(1; 61) | "/many/\(.)"]'
	run_script 'find /many -name inside | wc -l; ls /many | wc -l'
	out_is $'0\n60'
}

@test "read-only paths are readable and cannot be written" {
	own_rootfs
	mkdir "$B/rootfs/frozen"
	echo x >"$B/rootfs/frozen/file"
	echo y >"$B/rootfs/frozen-file"
	edit_config '.linux.readonlyPaths += ["/frozen", "/frozen-file"]'
	run_script 'cat /frozen/file /frozen-file; for f in /frozen/new /frozen/file /frozen-file \
			/proc/sys/kernel/hostname /proc/sysrq-trigger; do
		echo z 2>/dev/null >$f || echo refused; done; cat /proc/sys/kernel/hostname'
	out_is $'x\ny\nrefused\nrefused\nrefused\nrefused\nrefused\nbox'
}

@test "read-only paths keep the flags of the mount that they are in" {
	edit_config '(.mounts[] | select(.destination == "/proc")).options = ["nosuid", "noexec", "nodev"]'
	run_script 'grep " /proc/sys " /proc/mounts'
	out_has "ro,nosuid,nodev,noexec"
}

@test "a read-only path that does not exist is skipped" {
	edit_config '.linux.readonlyPaths += ["/nosuch", "/etc/nosuch/deeper"]'
	run_script 'echo fine'
	out_is fine
	[[ ! -e $B/rootfs/nosuch ]]
}

# --- the caller's side

@test "the umask of the caller does not change what is made" {
	umask 077
	add_mount /a/b tmpfs tmpfs
	run_script 'stat -c %a /a'
	out_is 755
}

@test "fifty mounts with few descriptors allowed" {
	local i
	edit_config '.process.rlimits = [] | .mounts += [range(0; 50) | {"destination": "/m/\(.)",
		"type": "tmpfs", "source": "tmpfs"}]'
	ulimit -n 64
	run_script 'grep -c " /m/" /proc/mounts'
	out_is 50
}
