# SPDX-License-Identifier: Apache-2.0
# The container's first process: arguments, environment, user, capabilities, descriptors, signals.

load helpers

# proc_status FIELD...: these lines of the program's /proc/self/status, read without a shell's help
proc_status() {
	set_args grep -E "^($(IFS='|' && echo "$*")):" /proc/self/status
	ok run --bundle "$B" "$ID"
	out=$(tr -s '\t ' ' ' <<<"$out")
}

# caps SET...: the numbers of these capability sets, CapEff and so on
all_caps() {
	edit_config --argjson caps "$1" '.process.capabilities = $caps'
	proc_status CapInh CapPrm CapEff CapBnd CapAmb
}

# --- arguments, environment, working directory

@test "arguments arrive as they are" {
	set_args /bin/sh -c 'for a; do echo "[$a]"; done' name '' 'two words' $'new\nline' '*' "it's" 'ü'
	ok run --bundle "$B" "$ID"
	out_is $'[]\n[two words]\n[new\nline]\n[*]\n[it\'s]\n[ü]'
}

@test "the program is found in the PATH of the container's environment" {
	mkdir -p "$B/rootfs/opt/first" "$B/rootfs/opt/second"
	printf '#!/bin/sh\necho second\n' >"$B/rootfs/opt/second/prog"
	chmod 755 "$B/rootfs/opt/second/prog"
	set_args prog
	edit_config '.process.env = ["PATH=/opt/missing:/opt/first:/opt/second:/bin"]'
	ok run --bundle "$B" "$ID"
	out_is second
	# what cannot be executed is passed over
	echo no >"$B/rootfs/opt/first/prog"
	ok run --bundle "$B" "$ID"
	out_is second
}

@test "a program without PATH in the environment is found in the default path" {
	edit_config '.process.env = [] | .process.args = ["true"]'
	ok run --bundle "$B" "$ID"
}

@test "a program with a slash is not looked for in PATH" {
	mkdir "$B/rootfs/work.d"
	printf '#!/bin/sh\necho relative\n' >"$B/rootfs/work.d/prog"
	chmod 755 "$B/rootfs/work.d/prog"
	edit_config '.process.cwd = "/work.d" | .process.args = ["./prog"]'
	ok run --bundle "$B" "$ID"
	out_is relative
}

@test "args[0] is the name that the program sees" {
	edit_config '.process.args = ["busybox", "sh", "-c", "cat /proc/$$/cmdline | tr \"\\0\" \" \""]'
	ok run --bundle "$B" "$ID"
	is "${out%% *}" busybox
}

@test "the environment is exactly what was asked for" {
	edit_config '.process.env = ["PATH=/bin", "A=b=c", "EMPTY=", "SPACE=a b", "HOME=/h"]'
	set_args env
	LEAKED=yes ok run --bundle "$B" "$ID"
	is "$(sort <<<"$out")" $'A=b=c\nEMPTY=\nHOME=/h\nPATH=/bin\nSPACE=a b'
}

@test "of an environment variable that is given twice the last counts" {
	edit_config '.process.env = ["PATH=/bin", "HOME=/", "A=first", "A=last"]'
	set_args /bin/sh -c 'echo $A'
	ok run --bundle "$B" "$ID"
	out_is last
}

@test "HOME comes from the container's passwd when it is not given" {
	own_rootfs
	echo 'someone:x:77:77::/home/someone:/bin/sh' >>"$B/rootfs/etc/passwd"
	edit_config '.process.env = ["PATH=/bin"] | .process.user = {"uid": 77, "gid": 77}'
	run_script 'echo $HOME'
	out_is /home/someone
}

@test "HOME is found without a shell behind it, behind a long comment, and far down in the passwd" {
	local passwd=$B/rootfs/etc/passwd
	own_rootfs
	edit_config '.process.env = ["PATH=/bin"] | .process.user = {"uid": 77, "gid": 77}'
	set_script 'echo $HOME'
	echo 'someone:x:77:77::/six' >"$passwd"
	ok run --bundle "$B" "$ID"
	out_is /six
	printf 'someone:x:77:77:%05000d:/long:/bin/sh\n' 0 >"$passwd"
	ok run --bundle "$B" "$ID"
	out_is /long
	seq 100000 140000 | sed 's|.*|user&:x:&:1::/other:/bin/sh|' >"$passwd"
	echo 'someone:x:77:77::/far:/bin/sh' >>"$passwd"
	(($(stat -c %s "$passwd") > 1 << 20))
	ok run --bundle "$B" "$ID"
	out_is /far
}

@test "a program that does not exist is an error of create that callers know" {
	set_args nosuchprogram
	create
	expect 1
	[[ $err == *"executable file not found"* || $err == *"no such file or directory"* ]] || fail wording
	[[ $err == *nosuchprogram* ]] || fail "expected the program's name"
	assert_nothing_left
	set_args /no/such/program
	create
	expect 1
	[[ $err == *"executable file not found"* || $err == *"no such file or directory"* ]] || fail wording
	[[ $err =~ /process/args ]] || fail "expected the pointer"
	assert_nothing_left
	rt run --bundle "$B" "$ID"
	expect 1
	assert_nothing_left
}

@test "a program that may not be executed is an error of create: permission denied" {
	echo hello >"$B/rootfs/file"
	set_args /file
	create
	expect 1
	[[ $err == *"permission denied"* ]] || fail wording
	assert_nothing_left
	mkdir "$B/rootfs/dir"
	set_args /dir
	create
	expect 1
	[[ $err == *"permission denied"* || $err == *"is a directory"* ]] || fail wording
	assert_nothing_left
}

@test "a file that is no program is an error of start, which stops the container" {
	own_rootfs
	echo "no program" >"$B/rootfs/file"
	chmod 755 "$B/rootfs/file"
	set_args /file
	create_ok
	rt start "$ID"
	expect 1
	err_has "exec"
	wait_status stopped
	ok delete "$ID"
	rt run --bundle "$B" "$ID"
	expect 1
	assert_nothing_left
}

@test "a configuration without process can be created, not started" {
	edit_config 'del(.process)'
	create
	if ((status == 0)); then
		refused start "$ID"
		is "$(state_of status)" created
		ok delete "$ID"
	else
		err_names /process
	fi
	assert_nothing_left
}

@test "args that are empty or missing are an error" {
	edit_config '.process.args = []'
	create_refused /process/args
	edit_config 'del(.process.args)'
	create
	expect 1
	assert_nothing_left
}

@test "the working directory is what was asked for" {
	edit_config '.process.cwd = "/home/../bin/"'
	run_script 'pwd -P'
	out_is /bin
}

@test "a working directory that is missing is made" {
	edit_config '.process.cwd = "/some/new/place"'
	run_script pwd
	out_is /some/new/place
	[[ -d $B/rootfs/some/new/place ]]
}

@test "a relative working directory is an error" {
	edit_config '.process.cwd = "tmp"'
	create_refused /process/cwd
	edit_config '.process.cwd = ""'
	create_refused /process/cwd
}

@test "a working directory that is a file is an error" {
	edit_config '.process.cwd = "/etc/passwd"'
	create
	expect 1
	[[ $err == *"not a directory"* ]] || fail wording
	assert_nothing_left
}

# --- who runs it

@test "the program runs as the user and with the groups that were asked for" {
	edit_config '.process.user = {"uid": 1000, "gid": 1001, "additionalGids": [5, 77]}'
	proc_status Uid Gid Groups
	is "$(sed 's/ $//' <<<"$out")" $'Uid: 1000 1000 1000 1000\nGid: 1001 1001 1001 1001\nGroups: 5 77'
}

@test "a user without capabilities has none, whatever the bounding set" {
	edit_config '.process.user = {"uid": 1000, "gid": 1000}
		| .process.capabilities = {"bounding": ["CAP_CHOWN"]}'
	proc_status CapInh CapPrm CapEff CapBnd CapAmb
	out_is "CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapBnd: 0000000000000001
CapAmb: 0000000000000000"
}

@test "the groups of the caller are not kept" {
	VIEW=(setpriv --groups 1234,5678)
	proc_status Groups
	is "$(sed 's/ *$//' <<<"$out")" "Groups:"
}

@test "ids up to 4294967294 work, 4294967295 and more do not" {
	edit_config '.process.user = {"uid": 4294967294, "gid": 4294967294}'
	proc_status Uid Gid
	out_is "Uid: 4294967294 4294967294 4294967294 4294967294
Gid: 4294967294 4294967294 4294967294 4294967294"
	local field
	for field in uid gid; do
		edit_config ".process.user = {\"uid\": 0, \"gid\": 0} | .process.user.$field = 4294967295"
		create_refused "/process/user/$field"
		sed -i 's/4294967295/4294967296/' "$CONFIG"
		create_refused "/process/user/$field"
		sed -i 's/4294967296/-1/' "$CONFIG"
		create_refused "/process/user/$field"
		sed -i 's/: -1/: "0"/' "$CONFIG"
		create_refused "/process/user/$field"
	done
	edit_config '.process.user = {"uid": 0, "gid": 0, "additionalGids": [1, 4294967295]}'
	create_refused /process/user/additionalGids/1
}

@test "the umask is what was asked for, or 022" {
	umask 0
	run_script umask
	out_is 0022
	edit_config '.process.user.umask = 63'
	run_script 'umask; touch /file; stat -c %a /file'
	out_is $'0077\n600'
}

@test "stdio that is a pipe is given to the container's user" {
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	set_script 'echo hello >/proc/self/fd/1'
	out=$(rt_raw run --bundle "$B" "$ID" </dev/null | cat)
	out_is hello
}

@test "of the caller's files a read-only one keeps its owner, one that can be written and a pipe are given" {
	echo mine >"$T/read"
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	set_script 'for fd in 0 1 2; do stat -Lc %u /proc/self/fd/$fd; done'
	rt_raw run --bundle "$B" "$ID" <"$T/read" >"$T/written" 2> >(cat >"$T/piped")
	is "$(<"$T/written")" $'0\n1000\n1000'
	is "$(stat -c %u "$T/read")" 0
	is "$(stat -c %u "$T/written")" 1000
}

@test "the host's /dev/null does not change its owner" {
	local before
	before=$(stat -c '%u:%g %a' /dev/null)
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	rt_raw run --bundle "$B" "$ID" </dev/null >/dev/null 2>&1
	is "$(stat -c '%u:%g %a' /dev/null)" "$before"
}

# --- capabilities

@test "each of the five capability sets is what was asked for" {
	all_caps '{"bounding": ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"], "permitted": ["CAP_CHOWN", "CAP_KILL"],
		"effective": ["CAP_CHOWN"], "inheritable": ["CAP_KILL"], "ambient": ["CAP_KILL"]}'
	# the exec by root raises permitted and effective to what the bounding set allows
	out_has_line "CapInh: 0000000000000020"
	out_has_line "CapBnd: 0000000000002021"
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	proc_status CapInh CapPrm CapEff CapBnd CapAmb
	out_is "CapInh: 0000000000000020
CapPrm: 0000000000000020
CapEff: 0000000000000020
CapBnd: 0000000000002021
CapAmb: 0000000000000020"
}

@test "root has the capabilities that were asked for, and inheritable and ambient are empty" {
	all_caps '{"bounding": ["CAP_CHOWN", "CAP_KILL"], "effective": ["CAP_CHOWN", "CAP_KILL"],
		"permitted": ["CAP_CHOWN", "CAP_KILL"]}'
	out_is "CapInh: 0000000000000000
CapPrm: 0000000000000021
CapEff: 0000000000000021
CapBnd: 0000000000000021
CapAmb: 0000000000000000"
}

@test "without capabilities all sets are empty, for root too" {
	all_caps null
	out_is "CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapBnd: 0000000000000000
CapAmb: 0000000000000000"
	all_caps '{}'
	out_has_line "CapEff: 0000000000000000"
	out_has_line "CapBnd: 0000000000000000"
	edit_config 'del(.process.capabilities)'
	proc_status CapEff CapBnd
	out_is $'CapEff: 0000000000000000\nCapBnd: 0000000000000000'
}

@test "capabilities of the caller are not handed on" {
	VIEW=(setpriv --inh-caps +chown,+kill --ambient-caps +chown,+kill)
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	proc_status CapInh CapPrm CapEff CapAmb
	out_is "CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapAmb: 0000000000000000"
}

@test "an ordinary user keeps effective capabilities through the ambient set" {
	edit_config '.process.user = {"uid": 1000, "gid": 1000}'
	all_caps '{"bounding": ["CAP_NET_RAW"], "permitted": ["CAP_NET_RAW"], "effective": ["CAP_NET_RAW"],
		"inheritable": ["CAP_NET_RAW"], "ambient": ["CAP_NET_RAW"]}'
	out_has_line "CapEff: 0000000000002000"
	out_has_line "CapAmb: 0000000000002000"
}

@test "an unknown capability is a warning, and the container runs" {
	edit_config '.process.capabilities |= with_entries(.value += ["CAP_NO_SUCH_THING"])'
	set_script 'echo ran'
	ok run --bundle "$B" "$ID"
	out_is ran
	err_has CAP_NO_SUCH_THING
}

@test "a capability that the caller does not have is a warning, and the container runs" {
	VIEW=(setpriv --bounding-set -sys_time)
	edit_config '.process.capabilities |= with_entries(.value += ["CAP_SYS_TIME"])'
	set_script 'echo ran; grep CapBnd /proc/self/status >&2'
	ok run --bundle "$B" "$ID"
	out_is ran
	is "$((0x$(awk '$1 == "CapBnd:" { print $2 }' <<<"$err") & (1 << 25)))" 0
}

# --- no_new_privs, session, root

@test "no_new_privs is set when it was asked for, and only then" {
	edit_config '.process.noNewPrivileges = true'
	proc_status NoNewPrivs
	out_is "NoNewPrivs: 1"
	edit_config '.process.noNewPrivileges = false'
	proc_status NoNewPrivs
	out_is "NoNewPrivs: 0"
	edit_config 'del(.process.noNewPrivileges)'
	proc_status NoNewPrivs
	out_is "NoNewPrivs: 0"
}

@test "the program leads a session of its own" {
	set_args /bin/sh -c 'cut -d" " -f1,5,6 /proc/$$/stat'
	ok run --bundle "$B" "$ID"
	out_is "1 1 1"
}

# in_session_with_key: the runtime's session keyring has a key that only who possesses it sees
in_session_with_key() {
	needs_python
	VIEW=(python3 -c 'import ctypes, os, sys
add_key, keyctl = {"x86_64": (248, 250), "aarch64": (217, 219)}.get(os.uname().machine, (0, 0))
call = ctypes.CDLL(None, use_errno=True).syscall
if not keyctl or call(keyctl, 1, None) < 0:
    sys.exit(77)
key = call(add_key, b"user", b"ort-test-key", b"secret", 6, -3)
if key < 0 or call(keyctl, 5, key, 0x3f000000) < 0:
    sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])')
	"${VIEW[@]}" /bin/true || cannot keyrings "no keys can be made here"
	"${VIEW[@]}" /bin/cat /proc/keys | grep -q ort-test-key || cannot keyrings "no key is shown in /proc/keys"
}

@test "the program has a new session keyring, or with --no-new-keyring the caller's" {
	in_session_with_key
	edit_config '.linux.maskedPaths = []'
	set_args cat /proc/keys
	ok run --bundle "$B" "$ID"
	out_lacks ort-test-key
	ok run --no-new-keyring --bundle "$B" "$ID"
	out_has ort-test-key
}

@test "--no-pivot is a warning, and the root is the container's" {
	touch "$B/rootfs/only-here"
	set_args ls /
	ok run --no-pivot --bundle "$B" "$ID"
	err_has pivot_root
	out_has_line only-here
	is "$(sort <<<"$out")" "$(ls "$B/rootfs" | sort)"
}

@test "--no-pivot does without pivot_root, for where the kernel refuses it" {
	needs strace
	touch "$B/rootfs/only-here"
	set_args ls /
	# under strace LeakSanitizer cannot work
	VIEW=(env "ASAN_OPTIONS=log_path=$T/sanitizer:detect_leaks=0" strace -f -qq -o /dev/null
		-e trace=pivot_root -e inject=pivot_root:error=EINVAL)
	refused run --bundle "$B" "$ID"
	err_names /root/path
	ok run --no-pivot --bundle "$B" "$ID"
	out_has_line only-here
}

# --- descriptors

@test "the program has descriptors 0, 1 and 2 and no other, whatever the caller has open" {
	set_args ls /proc/self/fd
	exec 5</dev/null 9>"$T/nine" 77<"$CONFIG"
	ok run --bundle "$B" "$ID"
	# 3 is the directory that ls reads
	is "$(tr '\n' ' ' <<<"$out")" "0 1 2 3 "
	set_script 'ls /proc/1/fd; while :; do sleep 0.05; done'
	create_ok
	start_ok
	wait_for_line 2
	is "$(ls "/proc/$(state_of pid)/fd" | sort -n | grep -vx 10 | tr '\n' ' ')" "0 1 2 "
	exec 5<&- 9>&- 77<&-
}

@test "a created container keeps nothing of its caller's open but 0, 1 and 2" {
	exec 9>"$T/nine"
	create_ok
	exec 9>&-
	run ! grep nine <(ls -l "/proc/$(state_of pid)/fd")
}

@test "--preserve-fds hands descriptors on, and no more than were asked for" {
	echo three >"$T/three"
	echo four >"$T/four"
	set_script 'cat <&3; cat <&4; exec ls /proc/self/fd'
	(
		runtime_environment
		exec 3<"$T/three" 4<"$T/four" 5<"$T/three" 8<"$T/four"
		exec "$RT" --root "$STATE" run --preserve-fds 2 --bundle "$B" "$ID" </dev/null
	) >"$T/out"
	# 5 is the directory that ls reads
	is "$(tr '\n' ' ' <"$T/out")" "three four 0 1 2 3 4 5 "
}

@test "a descriptor of --preserve-fds that is not open is an error" {
	refused create --preserve-fds 1 --bundle "$B" "$ID"
	assert_nothing_left
	refused create --preserve-fds x --bundle "$B" "$ID"
	refused create --preserve-fds -1 --bundle "$B" "$ID"
	assert_nothing_left
}

@test "LISTEN_FDS descriptors are handed on, with LISTEN_FDS and LISTEN_PID" {
	echo three >"$T/three"
	echo four >"$T/four"
	set_script 'echo "$LISTEN_FDS $LISTEN_PID"; cat <&3; cat <&4'
	(
		runtime_environment
		exec 3<"$T/three" 4<"$T/four"
		export LISTEN_FDS=1
		exec bash -c 'export LISTEN_PID=$$; exec "$@"' - \
			"$RT" --root "$STATE" run --preserve-fds 1 --bundle "$B" "$ID" </dev/null
	) >"$T/out"
	is "$(<"$T/out")" $'1 1\nthree\nfour'
}

@test "LISTEN_PID is the program's own pid where it has no pid namespace of its own" {
	echo three >"$T/three"
	edit_config '.linux.namespaces |= map(select(.type != "pid"))'
	set_script '[ "$LISTEN_PID" -gt 1 ] && [ "$LISTEN_PID" = $$ ] && echo "mine $LISTEN_FDS"'
	(
		runtime_environment
		exec 3<"$T/three"
		export LISTEN_FDS=1
		exec bash -c 'export LISTEN_PID=$$; exec "$@"' - \
			"$RT" --root "$STATE" run --bundle "$B" "$ID" </dev/null
	) >"$T/out"
	is "$(<"$T/out")" "mine 1"
}

@test "LISTEN_FDS of another process is not handed on" {
	set_script 'echo "<$LISTEN_FDS>"; exec ls /proc/self/fd'
	(
		runtime_environment
		exec 3<"$CONFIG"
		LISTEN_FDS=1 LISTEN_PID=1 exec "$RT" --root "$STATE" run --bundle "$B" "$ID" </dev/null
	) >"$T/out"
	is "$(tr '\n' ' ' <"$T/out")" "<> 0 1 2 3 "
}

@test "a caller with closed standard descriptors is served, and leaks nothing into them" {
	set_script 'ls /proc/$$/fd | tr "\n" " " >/seen
		for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done >>/seen'
	(
		runtime_environment
		exec 3>&-
		exec "$RT" --root "$STATE" run --bundle "$B" "$ID" <&- >&- 2>&-
	)
	out=$(<"$B/rootfs/seen")
	is "$(head -1 <<<"$out" | cut -c 1-6)" "0 1 2 "
	out_has /dev/null
	out_lacks "$STATE"
	assert_nothing_left
}

# --- signals

@test "signals that the caller blocks or ignores are neither blocked nor ignored in the container" {
	set_args grep -E '^Sig(Blk|Ign):' /proc/self/status
	VIEW=(python3 -c 'import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR1, signal.SIGCHLD, 40})
for s in (signal.SIGHUP, signal.SIGPIPE, signal.SIGINT, signal.SIGTERM):
    signal.signal(s, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])')
	needs python3
	ok run --bundle "$B" "$ID"
	out_is "$(printf 'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000')"
}

@test "a caller that ignores SIGCHLD gets the exit status all the same" {
	needs python3
	VIEW=(python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])')
	set_script 'exit 9'
	rt run --bundle "$B" "$ID"
	expect 9
}

@test "the program has the caller's nice value and no timers of the runtime" {
	VIEW=(nice -n 5)
	set_args /bin/sh -c 'cut -d" " -f19 /proc/$$/stat'
	ok run --bundle "$B" "$ID"
	out_is 5
}
