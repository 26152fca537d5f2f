# SPDX-License-Identifier: Apache-2.0
# The resource limits of the container's first process.

load helpers

@test "resource limits are what was asked for, exactly" {
	edit_config '.process.rlimits = [
		{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}, {"type": "RLIMIT_CORE", "soft": 0, "hard": 0},
		{"type": "RLIMIT_STACK", "soft": 1048576, "hard": 2097152},
		{"type": "RLIMIT_FSIZE", "soft": 12345, "hard": 67890},
		{"type": "RLIMIT_AS", "soft": 1073741824, "hard": 1073741824},
		{"type": "RLIMIT_CPU", "soft": 100, "hard": 101}]'
	run_script 'cat /proc/self/limits'
	out=$(tr -s ' ' <<<"$out")
	out_has "Max open files 100 200 files"
	out_has "Max core file size 0 0 bytes"
	out_has "Max stack size 1048576 2097152 bytes"
	out_has "Max file size 12345 67890 bytes"
	out_has "Max address space 1073741824 1073741824 bytes"
	out_has "Max cpu time 100 101 seconds"
}

@test "all sixteen resource limits are known" {
	edit_config '.process.rlimits = ["AS", "CORE", "CPU", "DATA", "FSIZE", "LOCKS", "RSS", "STACK"]
		| .process.rlimits |= map({"type": "RLIMIT_\(.)", "soft": 1073741824, "hard": 1073741824})
		| .process.rlimits += (["MEMLOCK", "MSGQUEUE", "NICE", "NOFILE", "RTPRIO", "SIGPENDING"]
			| map({"type": "RLIMIT_\(.)", "soft": 0, "hard": 0}))
		| .process.rlimits |= map(if .type == "RLIMIT_NOFILE" then .soft = 64 | .hard = 64 else . end)
		| .process.rlimits += [{"type": "RLIMIT_NPROC", "soft": 500, "hard": 600},
			{"type": "RLIMIT_RTTIME", "soft": 7, "hard": 8}]'
	run_script 'cat /proc/self/limits'
	out=$(tr -s ' ' <<<"$out")
	out_has "Max open files 64 64 files"
	out_has "Max processes 500 600 processes"
	out_has "Max realtime timeout 7 8 us"
	is "$(grep -c ' 1073741824 1073741824' <<<"$out")" 8
}

@test "a limit of three descriptors is no trouble on the way to the program" {
	edit_config '.process.rlimits = [{"type": "RLIMIT_NOFILE", "soft": 3, "hard": 3}]'
	set_script 'echo printed; ulimit -n'
	create_ok
	start_ok
	wait_status stopped
	is "$(<"$T/container.out")" $'printed\n3'
}

@test "unlimited is 18446744073709551615" {
	sed 's/"soft": 1024/"soft": 18446744073709551615/; s/"hard": 1024/"hard": 18446744073709551615/
		s/RLIMIT_NOFILE/RLIMIT_FSIZE/' "$HERE/config.json" >"$CONFIG"
	sed -i 's|"args": \[.*\]|"args": ["/bin/cat", "/proc/self/limits"]|' "$CONFIG"
	ok run --bundle "$B" "$ID"
	out=$(tr -s ' ' <<<"$out")
	out_has "Max file size unlimited unlimited bytes"
}

@test "an unknown resource limit, one given twice, and soft above hard are errors" {
	edit_config '.process.rlimits = [{"type": "RLIMIT_NOSUCH", "soft": 1, "hard": 1}]'
	create
	expect 1
	[[ $err =~ /process/rlimits/0(/type)?([[:space:]]|$) ]] || fail "expected the pointer"
	edit_config '.process.rlimits = [{"type": "RLIMIT_CORE", "soft": 0, "hard": 1},
		{"type": "RLIMIT_CORE", "soft": 0, "hard": 1}]'
	create
	expect 1
	[[ $err =~ /process/rlimits/1(/type)?([[:space:]]|$) ]] || fail "expected the pointer"
	edit_config '.process.rlimits = [{"type": "RLIMIT_CORE", "soft": 2, "hard": 1}]'
	create
	expect 1
	[[ $err =~ /process/rlimits/0(/soft|/hard)?([[:space:]]|$) ]] || fail "expected the pointer"
	assert_nothing_left
}
