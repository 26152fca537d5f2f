# SPDX-License-Identifier: Apache-2.0
# What other runtimes fell over, as attacks on this one. Each test names the class it belongs to.

load helpers

# A directory of the host that nothing of the container may reach.
make_outside() {
	mkdir -p "$T/outside"
	echo host >"$T/outside/file"
	outside_before=$(outside)
}

outside() {
	find "$T/outside" -printf '%p %y %m %u %s\n' | sort
	cat "$T/outside/file"
}

outside_is_unharmed() {
	is "$(outside)" "$outside_before"
}

# --- paths in the rootfs (CVE-2019-19921, CVE-2023-27561, CVE-2023-28642)

@test "a rootfs whose /proc or /sys is a symlink is refused" {
	local name target
	make_outside
	for name in proc sys; do
		for target in "$T/outside" tmp /tmp ../../outside; do
			rm -rf "$B/rootfs/$name"
			ln -s "$target" "$B/rootfs/$name"
			create
			expect 1
			[[ $err =~ /mounts/[05] ]] || fail "expected the mount's pointer"
			assert_nothing_left
		done
		rm "$B/rootfs/$name"
		mkdir "$B/rootfs/$name"
	done
	outside_is_unharmed
}

@test "a rootfs with a symlink on the way to /proc is refused or has its proc where it says" {
	make_outside
	mkdir "$B/rootfs/real"
	ln -s real "$B/rootfs/way"
	edit_config '.mounts += [{"destination": "/way/proc", "type": "proc", "source": "proc"}]'
	create
	if ((status == 0)); then
		is "$(awk '$5 == "/way/proc" || $5 == "/real/proc"' "/proc/$(state_of pid)/mountinfo" | wc -l)" 1
	fi
	outside_is_unharmed
}

# (CVE-2026-41579, CVE-2026-47766)
@test "a rootfs whose /dev is a symlink does not get its devices and links on the host" {
	local mounts target
	make_outside
	for mounts in '.' '.mounts |= map(select(.destination | startswith("/dev") | not))'; do
		for target in "$T/outside" "../../../../../../../../../..$T/outside"; do
			cp "$HERE/config.json" "$CONFIG"
			edit_config "$mounts"
			rm -rf "$B/rootfs/dev"
			ln -s "$target" "$B/rootfs/dev"
			rt run --bundle "$B" "$ID"
			outside_is_unharmed
		done
	done
	assert_nothing_left
}

@test "a rootfs without a /dev mount gets its devices inside, whatever lies there" {
	make_outside
	edit_config '.mounts |= map(select(.destination | startswith("/dev") | not))'
	ln -s "$T/outside/file" "$B/rootfs/dev/null"
	ln -s "$T/outside/new" "$B/rootfs/dev/zero"
	ln -s "$T/outside" "$B/rootfs/dev/fd"
	ln -s "$T/outside/new" "$B/rootfs/dev/ptmx"
	ln -s "$T/outside/new" "$B/rootfs/dev/console"
	rt run --bundle "$B" "$ID"
	outside_is_unharmed
	assert_nothing_left
}

# (CVE-2019-18837, CVE-2021-30465, CVE-2024-45310)
@test "a mount whose target leads outside by symlinks lands inside" {
	local link
	make_outside
	ln -s "$T/outside" "$B/rootfs/absolute"
	ln -s "../../../../../../../../../..$T/outside" "$B/rootfs/relative"
	ln -s absolute "$B/rootfs/second"
	for link in absolute relative second; do
		edit_config --arg link "$link" '.mounts = (.mounts[:6] + [
			{"destination": "/\($link)/deep/er", "type": "tmpfs", "source": "tmpfs"},
			{"destination": "/\($link)", "type": "tmpfs", "source": "tmpfs"}])'
		run_script "echo inside >/$link/file; cat '$T/outside/file'; grep -c '$T/outside' /proc/self/mountinfo"
		is "$(head -1 <<<"$out")" inside
		outside_is_unharmed
	done
	[[ -d $B/rootfs/$T/outside/deep/er ]]
}

@test "a bind of a file on a symlink that leads outside lands inside" {
	make_outside
	echo mine >"$T/mine"
	ln -s "$T/outside/file" "$B/rootfs/link"
	ln -s "$T/outside/dangling" "$B/rootfs/dangling"
	edit_config --arg source "$T/mine" '.mounts += [
		{"destination": "/link", "source": $source, "options": ["bind"]},
		{"destination": "/dangling", "source": $source, "options": ["bind"]}]'
	run_script 'cat /link /dangling; echo changed >/link'
	out_is $'mine\nmine'
	outside_is_unharmed
}

@test "a destination with .. stays inside" {
	make_outside
	edit_config --arg t "$T/outside" '.mounts += [
		{"destination": "/../../../../../../../../../../..\($t)", "type": "tmpfs", "source": "tmpfs"},
		{"destination": "../../x", "type": "tmpfs", "source": "tmpfs"}]'
	run_script "touch '$T/outside/inside' /x/inside && echo done"
	out_is done
	outside_is_unharmed
}

@test "a bind whose source in an earlier mount is a symlink does not lead outside of what was asked" {
	make_outside
	mkdir -p "$T/volume"
	ln -s "$T/outside" "$T/volume/link"
	edit_config --arg v "$T/volume" '.mounts += [{"destination": "/v", "source": $v, "options": ["bind"]},
		{"destination": "/v/link/x", "type": "tmpfs", "source": "tmpfs"}]'
	rt run --bundle "$B" "$ID"
	outside_is_unharmed
	assert_nothing_left
}

@test "a working directory that is missing is not made outside" {
	make_outside
	ln -s "$T/outside" "$B/rootfs/link"
	edit_config '.process.cwd = "/link/made"'
	rt run --bundle "$B" "$ID"
	outside_is_unharmed
}

# --- masks (CVE-2025-31133)

@test "a masked path is covered by the kernel's null device, whatever /dev/null of the rootfs is" {
	local kind
	make_outside
	own_rootfs
	echo secret >"$B/rootfs/secret"
	echo writable >"$B/rootfs/writable"
	edit_config '.linux.maskedPaths = ["/secret"]
		| .mounts |= map(select(.destination | startswith("/dev") | not))'
	for kind in file link outside; do
		rm -rf "$B/rootfs/dev"
		mkdir "$B/rootfs/dev"
		case $kind in
		file) echo fake >"$B/rootfs/dev/null" ;;
		link) ln -s /writable "$B/rootfs/dev/null" ;;
		outside) ln -s "$T/outside/file" "$B/rootfs/dev/null" ;;
		esac
		set_script 'stat -c "%F %t:%T" /secret; cat /secret; echo x >/secret; cat /secret'
		rt run --bundle "$B" "$ID"
		# it may be refused; it may not be masked with something else
		((status != 0)) || out_is "character special file 1:3"
		out_lacks secret
		outside_is_unharmed
		is "$(<"$B/rootfs/writable")" writable
	done
	assert_nothing_left
}

@test "a masked path that is a symlink masks nothing outside, and hides what it leads to" {
	make_outside
	own_rootfs
	echo secret >"$B/rootfs/real"
	ln -s real "$B/rootfs/link"
	ln -s "$T/outside/file" "$B/rootfs/away"
	edit_config '.linux.maskedPaths += ["/link", "/away"] | .linux.readonlyPaths += ["/away"]'
	run_script 'cat /link /real'
	out_lacks secret
	outside_is_unharmed
	echo still >"$T/outside/writable"
}

@test "masked and read-only paths cannot be undone from inside" {
	edit_config '.process.capabilities |= with_entries(.value += ["CAP_SYS_CHROOT", "CAP_DAC_OVERRIDE"])'
	run_script 'umount /proc/kcore 2>/dev/null && echo undone; umount /sys/firmware 2>/dev/null && echo undone
		mount -o remount,rw /proc/sys 2>/dev/null && echo undone; cat /proc/kcore | wc -c'
	out_is 0
}

@test "masks hold although who shares the root renames /proc while the container starts" {
	local i ran=0 swap=${SWAP_PROGRAM:-$BATS_RUN_TMPDIR/swap}
	[[ -x $swap ]] || needs cc
	[[ -x $swap ]] || cc -O2 -o "$swap" "$HERE/../tools/swap.c"
	edit_config '.linux.readonlyPaths = ["/proc/sys", "/proc/sysrq-trigger"]
		| .linux.maskedPaths = ["/proc/kcore", "/proc/keys"]'
	# to open it for appending is enough to know, and changes nothing
	set_script 'for d in /proc /.p; do
			[ ! -d $d/sys/kernel ] ||
				{ echo looked; (: >>$d/sys/kernel/core_pattern) && echo ESCAPED; head -c 1 $d/keys; }
		done 2>/dev/null; true'
	"$swap" 600 "$B/rootfs" proc 3>&- &
	BACKGROUND+=($!)
	for ((i = 0; i < 60; i++)); do
		# an error is an answer, too
		rt run --bundle "$B" "$ID"
		[[ $out != *ESCAPED* ]] || fail "run $i: /proc/sys can be written"
		[[ -z ${out//looked/} || $out =~ ^(looked$'\n'?)+$ ]] || fail "run $i: /proc/keys can be read"
		[[ $out != *looked* ]] || ran=$((ran + 1))
	done
	kill -0 "${BACKGROUND[0]}" || fail "nobody renamed anything"
	((ran > 0)) || fail "no container came so far as to look"
}

# --- working directory and descriptors (CVE-2024-21626, CVE-2016-9962, LXC CVE-2016-8649)

@test "a working directory that is a leaked descriptor does not leave the container" {
	local fd
	make_outside
	set_script "pwd -P; cat ../../../../../../../../../../..$T/outside/file; ls / | grep -x usr"
	exec 8<"$T/outside"
	for fd in {3..14}; do
		edit_config ".process.cwd = \"/proc/self/fd/$fd\""
		rt run --bundle "$B" "$ID"
		[[ $out != *host* ]] || fail "fd $fd: the host is within reach"
		[[ $status != 0 || $out == /* ]] || fail "fd $fd: a working directory outside"
	done
	exec 8<&-
	assert_nothing_left
}

@test "a working directory that leads to a descriptor by a symlink does not leave the container" {
	local fd
	make_outside
	set_script "cat ../../../../../../../../../../..$T/outside/file"
	edit_config '.process.cwd = "/link"'
	for fd in {3..12}; do
		ln -sfn "/proc/self/fd/$fd" "$B/rootfs/link"
		rt run --bundle "$B" "$ID"
		[[ $out != *host* ]] || fail "fd $fd: the host is within reach"
	done
	assert_nothing_left
}

@test "a working directory that is moved out of the root while init waits is refused by start" {
	make_outside
	mkdir "$B/rootfs/work.d"
	edit_config '.process.cwd = "/work.d"'
	set_script 'cat ../file'
	create_ok
	mv "$B/rootfs/work.d" "$T/outside/"
	refused start "$ID"
	err_names /process/cwd
	err_has "outside of the container"
	wait_status stopped
	is "$(<"$T/container.out")" ""
}

@test "no directory of the host is open in an init that waits" {
	create_ok
	local pid fd
	pid=$(state_of pid)
	for fd in "/proc/$pid"/fd/*; do
		[[ ! -d $fd ]] || fail "$fd is a directory: $(readlink "$fd")"
	done
	is "$(readlink "/proc/$pid/cwd")" /
	is "$(readlink "/proc/$pid/root")" /
}

@test "the program cannot reach the host through its own descriptors or parents" {
	run_script "ls -l /proc/1/fd; cat /proc/1/root$T/state 2>/dev/null; ls -d /proc/*/root/usr 2>/dev/null; true"
	out_lacks "$STATE"
	out_lacks config.json
	out_lacks "/proc/1/root/usr"
}

# --- the runtime's own file (CVE-2019-5736)

@test "a program #!/proc/self/exe cannot change the runtime" {
	local runtime=$T/runtime before
	cp "$RT" "$runtime"
	before=$(sha256sum <"$runtime")
	printf '#!/proc/self/exe\n' >"$B/rootfs/evil"
	chmod 755 "$B/rootfs/evil"
	# whoever runs as /proc/self/exe: what it is must not be writable from here
	set_script '/evil --version 2>&1; (sleep 0.1; for p in 1 $$ self; do : >>/proc/$p/exe; done) 2>/dev/null; true'
	RT=$runtime rt run --bundle "$B" "$ID"
	is "$(sha256sum <"$runtime")" "$before"
	set_args /evil
	edit_config '.process.capabilities |= with_entries(.value += ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"])'
	RT=$runtime rt run --bundle "$B" "$ID"
	is "$(sha256sum <"$runtime")" "$before"
	ID=$MARK-2
	RT=$runtime rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	RT=$runtime rt start "$ID"
	is "$(sha256sum <"$runtime")" "$before"
}

@test "the file that an init runs while it waits is not the runtime's, or read-only" {
	local runtime=$T/runtime pid
	cp "$RT" "$runtime"
	RT=$runtime rt_to "$T/container.out" "$T/container.err" create --bundle "$B" "$ID"
	expect 0
	pid=$(state_of pid)
	if [[ $(stat -Lc %d:%i "/proc/$pid/exe") == $(stat -c %d:%i "$runtime") ]]; then
		# the same inode: then by a mount that cannot be written, whatever runs
		# ("text file busy" would be over as soon as it runs no more)
		(LC_ALL=C && : >"/proc/$pid/exe") 2>"$T/why" && fail "it was opened"
		grep -q "Read-only file system" "$T/why" || fail "$(<"$T/why")"
	fi
}

@test "an init that waits cannot be dumped or traced by its own user" {
	use_userns
	create_ok
	local pid
	pid=$(state_of pid)
	# /proc/PID of a process that is not dumpable belongs to root
	is "$(stat -c %u "/proc/$pid/environ")" 0
}

# --- users and capabilities (CVE-2022-29162 and others)

@test "the inheritable and ambient sets are empty when they are not asked for" {
	set_args grep -E '^Cap(Inh|Amb):' /proc/self/status
	ok run --bundle "$B" "$ID"
	is "$(tr -s '\t' ' ' <<<"$out")" $'CapInh: 0000000000000000\nCapAmb: 0000000000000000'
}

@test "supplementary groups are exactly those of the configuration" {
	VIEW=(setpriv --groups 0,4,27)
	edit_config '.process.user = {"uid": 1, "gid": 1}'
	set_args id -G
	ok run --bundle "$B" "$ID"
	out_is 1
}

@test "a passwd that is a pipe, endless, huge or leads outside neither hangs nor fools" {
	local kind
	make_outside
	echo 'evil:x:0:0::/from-outside:/bin/sh' >"$T/outside/passwd"
	outside_before=$(outside)
	own_rootfs
	edit_config '.process.env = ["PATH=/bin"]'
	set_script 'echo "<$HOME>"'
	for kind in pipe zero outside huge directory; do
		rm -rf "$B/rootfs/etc/passwd"
		case $kind in
		pipe) mkfifo "$B/rootfs/etc/passwd" ;;
		zero) ln -s /dev/zero "$B/rootfs/etc/passwd" ;;
		outside) ln -s "$T/outside/passwd" "$B/rootfs/etc/passwd" ;;
		huge) truncate -s 10G "$B/rootfs/etc/passwd" ;;
		directory) mkdir "$B/rootfs/etc/passwd" ;;
		esac
		RT_TIMEOUT=5 rt run --bundle "$B" "$ID"
		((status != 124)) || fail "$kind: it hangs"
		[[ $out != *from-outside* ]] || fail "$kind: read from the host"
	done
	assert_nothing_left
}

# --- devices (GHSA-g54h-m393-cpwq)

@test "without any device rule a device of the host cannot be opened" {
	edit_config 'del(.linux.resources)'
	run_script 'mknod /tmp/kmsg c 1 11 2>&1 && (: >/tmp/kmsg) 2>&1 && echo opened; true'
	out_lacks opened
	edit_config '.linux.resources = {"devices": []}'
	run_script 'rm -f /tmp/kmsg; mknod /tmp/kmsg c 1 11 2>&1 && (: >/tmp/kmsg) 2>&1 && echo opened; true'
	out_lacks opened
}

# --- ids, state, cgroups (CVE-2024-25621 and others)

@test "an id cannot name what lies outside the state directory" {
	mkdir -p "$STATE" "$T/victim"
	echo '{}' >"$T/victim/state.json"
	chmod 700 "$STATE"
	local id
	for id in ../victim ./../victim "$T/victim" ..; do
		refused delete --force "$id"
		refused state "$id"
		refused kill "$id" KILL
		refused start "$id"
	done
	[[ -s $T/victim/state.json ]]
}

@test "the state directory is for its owner only" {
	umask 0
	create_ok
	is "$(($(printf '0%s' "$(stat -c %a "$STATE")") & 077))" 0
	is "$(stat -c %u "$STATE")" 0
	is "$(find "$STATE" -mindepth 1 -perm /022 ! -type l ! -type s)" ""
}

@test "a state directory that others may write to, or that is somebody else's, is refused" {
	mkdir -m 700 "$STATE"
	chown 65534 "$STATE"
	refused create --bundle "$B" "$ID"
	is "$(find "$STATE" -mindepth 1)" ""
}

@test "a container's state that is a symlink is not followed" {
	mkdir -p -m 700 "$STATE" "$T/victim"
	echo '{}' >"$T/victim/state.json"
	ln -s "$T/victim" "$STATE/$ID"
	rt delete --force "$ID"
	[[ -s $T/victim/state.json ]]
	rt create --bundle "$B" "$ID"
	is "$(ls "$T/victim")" state.json
	rm "$STATE/$ID"
}

@test "a cgroupsPath with .. does not leave its place" {
	local path
	for path in "/$MARK/../../../../tmp/$MARK-x" "../../$MARK-x" "/../$MARK-x"; do
		edit_config --arg path "$path" '.linux.cgroupsPath = $path'
		create
		if ((status == 0)); then
			run ! grep -F '..' "/proc/$(state_of pid)/cgroup"
			ok delete "$ID"
		else
			err_names /linux/cgroupsPath
		fi
		[[ ! -e /tmp/$MARK-x ]]
		assert_nothing_left
	done
}

# only planned: a runtime that gets this wrong would end every process of the host
@test "the root of the cgroup tree is refused as a container's cgroup" {
	local path
	for path in / // /. /x/..; do
		edit_config --arg path "$path" '.linux.cgroupsPath = $path'
		refused plan --bundle "$B" "$ID"
		err_names /linux/cgroupsPath
	done
}

# --- others

@test "no abstract socket is made (CVE-2020-15257)" {
	edit_config 'del(.linux.namespaces[] | select(.type == "network"))
		| .mounts |= map(select(.type != "sysfs"))'
	awk '$8 ~ /^@/ { print $8 }' /proc/net/unix | sort >"$T/abstract.before"
	create_ok
	awk '$8 ~ /^@/ { print $8 }' /proc/net/unix | sort >"$T/abstract.after"
	run ! grep -i -e "$MARK" -e oci-rt "$T/abstract.after"
}

@test "a set-user-ID copy does nothing" {
	cp "$RT" "$T/runtime"
	chmod 4755 "$T/runtime"
	[[ -z $(findmnt -no OPTIONS -T "$T" | grep -o nosuid) ]] || cannot setuid "the temporary directory is nosuid"
	local result=0
	(cd / && setpriv --reuid 65534 --regid 65534 --clear-groups "$T/runtime" --root "$STATE" \
		create --bundle "$B" "$ID" </dev/null >"$T/seen" 2>&1 3>&-) || result=$?
	is $result 1
	assert_nothing_left
}

@test "a container's output cannot be mistaken for the runtime's, nor can a name draw on a terminal" {
	edit_config '.process.args = ["\u001b[31mred\u0007"]'
	create
	expect 1
	[[ $err != *$'\e'* && $err != *$'\a'* ]] || fail "control characters on stderr"
	edit_config '.process.args = ["a\nb"]'
	rt --log "$T/log" create --bundle "$B" "$ID"
	is "$(wc -l <"$T/log")" 1
}

@test "a device node as stdio of another user keeps its owner" {
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	mknod -m 600 "$T/node" c 1 3
	rt_raw run --bundle "$B" "$ID" <"$T/node" >"$T/node" 2>&1
	is "$(stat -c %u "$T/node")" 0
}

@test "a regular file as stdio keeps its content and mode" {
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	echo kept >"$T/input"
	chmod 640 "$T/input"
	set_args cat
	out=$(rt_raw run --bundle "$B" "$ID" <"$T/input" 2>&1)
	out_is kept
	is "$(stat -c '%a' "$T/input")" 640
}
