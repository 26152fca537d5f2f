# SPDX-License-Identifier: Apache-2.0
# What is refused before anything is made: properties that this build does not carry out, and
# configurations that are no good. And `plan`, which only looks.

load helpers

# refuses FILTER POINTER: create with this change fails, names the pointer, and has made nothing
refuses() {
	local pattern
	cp "$HERE/config.json" "$CONFIG"
	edit_config "$1"
	create
	((status == 1)) || fail "with $1: exit status $status, expected 1"
	pattern="config\\.json:[0-9]+:[0-9]+ ${2//./\\.}(/|[[:space:])]|\$)"
	[[ $err =~ $pattern ]] || fail "with $1: expected a place and the pointer $2"
	assert_nothing_left
}

# line_of TEXT: its first line in config.json
line_of() {
	grep -nF -m1 -e "$1" "$CONFIG" | cut -d: -f1
}

# bad_document: create fails and says where, as config.json:LINE:COLUMN
bad_document() {
	create
	expect 1
	[[ $err =~ config\.json:[0-9]+:[0-9]+ ]] || fail "expected config.json:LINE:COLUMN"
	assert_nothing_left
}

# edit_text SED-SCRIPT: on the base configuration
edit_text() {
	sed -e "$1" "$HERE/config.json" >"$CONFIG"
	! cmp -s "$HERE/config.json" "$CONFIG"
}

# --- what this build does not do (a row leaves when it does)

@test "LSM labels are refused by their pointers, enabled or not" {
	refuses '.process.apparmorProfile = "some"' /process/apparmorProfile
	refuses '.process.selinuxLabel = "u:r:t:s0"' /process/selinuxLabel
	refuses '.process.selinuxLabel = "some"' /process/selinuxLabel
	refuses '.linux.mountLabel = "u:r:t:s0"' /linux/mountLabel
}

@test "seccomp, RDT, network devices and the rest are refused by their pointers" {
	refuses '.linux.netDevices = {"eth7": {}}' /linux/netDevices/eth7
	refuses '.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW"}' /linux/seccomp
	refuses '.linux.intelRdt = {"closID": "x"}' /linux/intelRdt
	refuses '.linux.intelRdt = {}' /linux/intelRdt
}

@test "a remount with options of the file system is refused by its pointer" {
	refuses '.mounts += [{"destination": "/dev/shm", "options": ["remount", "size=1m"]}]' \
		/mounts/6/options/0
}

@test "mappings of a mount and options that cannot be are refused by their pointers" {
	refuses '.mounts += [{"destination": "/m", "source": "/tmp", "options": ["bind", "idmap"]}]' \
		/mounts/6/options/1
	refuses '.mounts += [{"destination": "/m", "source": "/tmp", "options": ["bind"],
		"uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}]}]' /mounts/6/gidMappings
	refuses '.mounts += [{"destination": "/m", "source": "/tmp", "options": ["bind", "remount"]}]' \
		/mounts/6/destination
	refuses '.mounts += [{"destination": "/m", "source": "/tmp", "options": ["bind", "tmpcopyup"]}]' \
		/mounts/6/options/1
}

@test "what is refused is refused by run, too, with nothing on stdout" {
	edit_config '.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW"}'
	refused run --bundle "$B" "$ID"
	out_is ""
	err_names /linux/seccomp
	assert_nothing_left
}

@test "a refusal names the first step without a runner, and says how many others there are" {
	edit_config '.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW"}'
	ok plan --bundle "$B" --format json
	local first count
	for change in . '.linux.personality = {"domain": "LINUX32"}' '.linux.netDevices = {"eth7": {}}'; do
		edit_config "$change"
		ok plan --bundle "$B" --format json
		count=$(jq '[.steps[] | select(.runs | not)] | length' <<<"$out")
		first=$(jq -r 'first(.steps[] | select(.runs | not)) | .pointer' <<<"$out")
		create_refused "$first"
		err_has "is not carried out by this build"
		case $count in
		1) [[ $err != *"other step"* ]] || fail "there are no others" ;;
		2) err_has "with 1 other step of" ;;
		*) err_has "with $((count - 1)) other steps of" ;;
		esac
		((count <= 1)) || err_has "oci-rt plan"
	done
	((count > 0)) || fail "nothing is refused any more: another property is needed"
	assert_nothing_left
}

@test "a refusal makes nothing, not even for a moment" {
	needs strace
	edit_config '.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW"}'
	(
		traced_environment
		exec strace -f -o "$T/calls" -e trace=mkdir,mkdirat,rename,renameat,renameat2,link,linkat \
			"$RT" --root "$STATE" create --bundle "$B" "$ID" </dev/null >"$T/out" 2>&1 3>&-
	) && fail "created"
	# the state directory itself may be there afterwards; a sanitizer looks for its log's directory
	is "$(grep -F '(' "$T/calls" | grep -vF -e "$STATE\"," -e EEXIST -e '+++' -e '---')" ""
	is "$(find "$STATE" -mindepth 1 2>/dev/null)" ""
}

@test "empty values of what this build does not do are no obstacle" {
	edit_config '.hooks = {} | .linux.devices = [] | .linux.sysctl = {} | .linux.uidMappings = []
		| .linux.gidMappings = [] | .process.apparmorProfile = "" | .process.selinuxLabel = ""
		| .linux.mountLabel = "" | .process.consoleSize = {"height": 10, "width": 20}
		| .hooks.prestart = [] | .linux.netDevices = {}'
	ok run --bundle "$B" "$ID"
}

# --- what the specification does not know

@test "properties that the specification does not know are ignored, at every level" {
	edit_config '.nosuch = {"deep": [1, {"deeper": null}]} | .process.nosuch = 1
		| .process.user.nosuch = "x" | .mounts[0].nosuch = [] | .linux.nosuch = true
		| .linux.namespaces[0].nosuch = 1.5e10 | .root.nosuch = null | .windows = {"layerFolders": []}
		| .vm = {"kernel": {"path": "/k"}} | .solaris = {}'
	set_script 'echo ran'
	ok run --bundle "$B" "$ID"
	out_is ran
	is "$err" ""
}

@test "an unknown property whose name resembles a known one is not that one" {
	edit_config '.process.Args = ["/bin/false"] | .Process = {} | .process["args "] = 1'
	set_script 'echo ran'
	ok run --bundle "$B" "$ID"
	out_is ran
}

# --- documents that are no good

@test "a wrong type is an error at its line, by its pointer" {
	edit_text 's/"noNewPrivileges": true/"noNewPrivileges": "true"/'
	bad_document
	[[ $err =~ config\.json:$(line_of noNewPrivileges):[0-9]+\ /process/noNewPrivileges ]] || fail place
	edit_text 's/"uid": 0/"uid": "0"/'
	bad_document
	[[ $err =~ config\.json:$(line_of '"uid"'):[0-9]+\ /process/user/uid ]] || fail place
	refuses '.process.args = "sh"' /process/args
	refuses '.process.args = ["sh", 1]' /process/args/1
	refuses '.process.env = {}' /process/env
	refuses '.mounts = {}' /mounts
	refuses '.mounts[2].options = "ro"' /mounts/2/options
	refuses '.mounts[3] = []' /mounts/3
	refuses '.linux = []' /linux
	refuses '.hostname = 5' /hostname
	refuses '.root = "rootfs"' /root
	refuses '.annotations = {"a": 1}' /annotations/a
}

@test "the column is that of the value or of its name" {
	edit_text 's/"noNewPrivileges": true/"noNewPrivileges": 7/'
	bad_document
	local line column
	line=$(line_of noNewPrivileges)
	column=$(sed -E "s/.*config\.json:$line:([0-9]+).*/\1/;q" <<<"${err#*$'\n'}")
	# tabs count as one; the value may be told by its begin or its end
	local text
	text=$(sed -n "${line}p" "$CONFIG")
	local begin=${text%%\"noNew*} value=${text%%7*}
	((column > ${#begin} && column <= ${#value} + 2)) || fail "column $column of: $text"
}

@test "numbers that do not fit are errors" {
	local number
	for number in 4294967296 -1 1.5 1e3 18446744073709551616 99999999999999999999999; do
		edit_text "s/\"uid\": 0/\"uid\": $number/"
		bad_document
		err_names /process/user/uid
	done
	edit_text 's/"soft": 1024/"soft": 18446744073709551616/'
	bad_document
	err_names /process/rlimits/0/soft
	edit_text 's/"soft": 1024/"soft": -1/'
	bad_document
	err_names /process/rlimits/0/soft
}

@test "a required property that is missing is an error by its pointer" {
	refuses 'del(.ociVersion)' /ociVersion
	refuses 'del(.process.cwd)' /process/cwd
	refuses 'del(.mounts[1].destination)' /mounts/1/destination
	refuses 'del(.linux.namespaces[2].type)' /linux/namespaces/2/type
	refuses 'del(.process.rlimits[0].hard)' /process/rlimits/0/hard
	refuses 'del(.linux.resources.devices[0].allow)' /linux/resources/devices/0/allow
	refuses 'del(.root.path)' /root/path
}

@test "a value that the specification does not know is an error by its pointer" {
	refuses '.linux.namespaces[0].type = "PID"' /linux/namespaces/0/type
	refuses '.linux.rootfsPropagation = "sahred"' /linux/rootfsPropagation
	refuses '.linux.resources.devices[0].access = "rwx"' /linux/resources/devices/0/access
	refuses '.linux.resources.devices[0].type = "x"' /linux/resources/devices/0/type
	refuses '.mounts[0].destination = ""' /mounts/0/destination
	refuses '.process.env += ["no-equals-sign"]' /process/env/2
	refuses '.process.user.umask = 4096' /process/user/umask
}

@test "versions of the specification: 1.x is read, others are refused" {
	local version
	for version in 1.0.0 1.0.2-dev 1.1.0-rc.2 1.3.0; do
		edit_config ".ociVersion = \"$version\""
		ok run --bundle "$B" "$ID"
	done
	for version in 0.9.0 2.0.0 1 x '' 1.0; do
		refuses ".ociVersion = \"$version\"" /ociVersion
	done
}

@test "text that is no JSON is an error at its place" {
	local text
	head -c 700 "$HERE/config.json" >"$CONFIG"
	bad_document
	: >"$CONFIG"
	bad_document
	for text in '[]' '"x"' 'null' '{' '{} {}' '{"a": }' '{"ociVersion": "1.0.0",}' "{'a': 1}" \
		'{"a": 01}' '{"a": nul}' '{"a": "\x"}' '{"a": +1}' '// c' '{"a": NaN}'; do
		echo "$text" >"$CONFIG"
		create
		expect 1
		[[ $err == *config.json* ]] || fail "expected config.json for: $text"
	done
	(cat "$HERE/config.json" && echo x) >"$CONFIG"
	bad_document
	edit_text $'3s/"process"/"pro\tcess"/'
	bad_document
	assert_nothing_left
}

@test "bytes that are no UTF-8, and half surrogates, are errors" {
	local bytes
	for bytes in '\xff' '\xc0\xaf' '\xed\xa0\x80' '\xf4\x90\x80\x80' '\xe2\x82'; do
		printf "$(sed 's/"hostname": "box"/"hostname": "b%bx"/; s/\\/\\\\/g' "$HERE/config.json")" \
			"$bytes" >"$CONFIG"
		bad_document
	done
	for bytes in '\\ud800' '\\udc00\\ud800' '\\u12' '\\u0000'; do
		edit_text "s/\"hostname\": \"box\"/\"hostname\": \"b${bytes}x\"/"
		bad_document
	done
}

@test "a property that is given twice is an error by its pointer" {
	edit_text 's/"noNewPrivileges": true/"noNewPrivileges": true, "noNewPrivileges": false/'
	bad_document
	err_names /process/noNewPrivileges
}

@test "a string with a NUL is refused where C strings are made of it" {
	edit_text 's|"args": \["/bin/true"\]|"args": ["/bin/true\\u0000x"]|'
	bad_document
	edit_text 's|"/proc/kcore"|"/proc/kcore\\u0000"|'
	bad_document
}

@test "deep, long and large documents are refused without a crash" {
	{
		echo '{"ociVersion": "1.0.0", "x": '
		printf '[%.0s' {1..20000}
	} >"$CONFIG"
	bad_document
	{
		echo '{"ociVersion": "1.0.0", "x": '
		printf '{"a":%.0s' {1..20000}
	} >"$CONFIG"
	bad_document
	edit_text "s|\"hostname\": \"box\"|\"hostname\": \"$(printf 'x%.0s' {1..5000})\"|"
	bad_document
	err_names /hostname
	edit_config -n '{"ociVersion": "1.0.0", "process": {"cwd": "/", "args": ["true"]},
		"root": {"path": "rootfs"}, "linux": {"namespaces": [{"type": "mount"}]},
		"mounts": [range(0; 200000) | {"destination": "/m", "type": "tmpfs"}]}'
	create
	expect 1
	assert_nothing_left
}

@test "a config.json that is no file is an error" {
	rm "$CONFIG"
	mkdir "$CONFIG"
	refused create --bundle "$B" "$ID"
	assert_nothing_left
}

@test "--config names another file" {
	set_script 'echo other'
	mv "$CONFIG" "$T/other.json"
	echo nonsense >"$CONFIG"
	ok run --bundle "$B" --config "$T/other.json" "$ID"
	out_is other
}

# --- plan

# plan_as_nobody ARGUMENT...
plan_as_nobody() {
	cp "$RT" "$T/runtime"
	chmod 755 "$T/runtime" "$B"
	chmod 644 "$CONFIG"
	(
		cd /
		env -i PATH="$PATH" setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs \
			"$T/runtime" plan --bundle "$B" "$@" </dev/null >"$T/rt.out" 2>"$T/rt.err" 3>&-
	) && status=0 || status=$?
	out=$(<"$T/rt.out") err=$(<"$T/rt.err")
}

@test "plan works without privilege and touches nothing" {
	local before
	edit_config '.linux.namespaces += [{"type": "user"}] | del(.linux.resources)'
	before=$(find "$T" -newermt @0 -printf '%p %T@\n' | grep -v '/rt\.\|runtime' | sort)
	plan_as_nobody
	expect 0
	out_has pivot-root
	is "$(find "$T" -newermt @0 -printf '%p %T@\n' | grep -v '/rt\.\|runtime' | sort | head -5000 |
		diff - <(echo "$before") | grep -v "$CONFIG\|$B \|$T " | grep '^[<>]')" ""
	assert_nothing_left
}

@test "plan touches nothing as root either" {
	needs strace
	(
		traced_environment
		exec strace -f -o "$T/calls" "$RT" --root "$STATE" plan --bundle "$B" "$ID" \
			</dev/null >"$T/out" 3>&-
	)
	# a sanitizer looks for its log's directory; the call that asks whether there is mount_setattr
	sed -i '/EEXIST/d; /mount_setattr(-1, /d' "$T/calls"
	run ! grep -E '^[0-9]+ +(mkdir|rename|unlink|link|symlink|mknod|mount|move_mount|pivot_root|unshare|setns|sethostname|chown|chmod|fchown|fchmod|clone3|kill|setuid|capset|execve.*memfd)' "$T/calls"
	run ! grep -E '^[0-9]+ +openat?2?\(.*O_(WRONLY|RDWR|CREAT)' "$T/calls"
	assert_nothing_left
}

@test "plan lists a step a line, in their order, with the pointers that ask for them" {
	ok plan --bundle "$B"
	local step before=0 at
	# what is masked in /proc is masked before /sys is there: the network namespace is made meanwhile
	for step in cgroup-make clone 'mount-new.*\[/mounts/0\]' 'mask.*\[/linux/maskedPaths/0\]' \
		'mount-new.*\[/mounts/5\]' pivot-root 'rlimit-raise.*\[/process/rlimits/0\]' \
		'capabilities ' 'rlimit ' exec; do
		at=$(grep -nE -m1 "^ *[0-9]+ +[a-z0-9 ]+ $step" <<<"$out" | cut -d: -f1)
		((at > before)) || fail "expected $step after line $before"
		before=$at
	done
	is "$(awk '/^ *[0-9]/ { if ($1 != ++n) print "gap at " n }' <<<"$out")" ""
	out_matches 'hostname.*box.*\[/hostname\]'
	out_matches 'undo [0-9]+ +cgroup'
}

@test "plan --format json is JSON, and each of its pointers is in the configuration" {
	local pointer
	ok plan --format json --bundle "$B" "$ID"
	is "$(jq -r '[.steps[].step] == [range(1; (.steps | length) + 1)]' <<<"$out")" true
	is "$(jq -r 'all(.steps[]; .runs and (.operation | length > 0) and (.args | type == "object"))' \
		<<<"$out")" true
	is "$(jq -r '[.steps[].stage] | unique | length' <<<"$out")" 3
	is "$(jq -r '.undo | length > 0' <<<"$out")" true
	is "$(jq -c .warnings <<<"$out")" '[]'
	for pointer in $(jq -r '.steps[].pointer // empty' <<<"$out" | sort -u); do
		jq -e --arg p "$pointer" 'getpath($p | ltrimstr("/") | split("/")
			| map(if test("^[0-9]+$") then tonumber else . end)) != null' "$CONFIG" >"$T/found" ||
			fail "no $pointer in config.json"
	done
}

@test "plan shows what create would refuse, and says so" {
	edit_config '.linux.seccomp = {"defaultAction": "SCMP_ACT_ALLOW"} | .process.terminal = true'
	ok plan --bundle "$B" --format json
	is "$(jq -r '[.steps[] | select(.runs | not) | .pointer] | sort | join(" ")' <<<"$out")" \
		"/linux/seccomp /process/terminal"
	err_has /linux/seccomp
	err_has /process/terminal
}

@test "plan of a bad configuration is the error that create would give" {
	edit_config '.process.cwd = "relative"'
	refused plan --bundle "$B"
	err_names /process/cwd
	out_is ""
	refused plan --format yaml --bundle "$B"
	refused plan --bundle "$T/missing"
}

@test "plan says which capabilities are unknown" {
	edit_config '.process.capabilities.bounding += ["CAP_NO_SUCH_THING"]'
	ok plan --bundle "$B" --format json
	is "$(jq -r '.warnings[0].pointer' <<<"$out")" /process/capabilities/bounding/7
}

@test "plan lists misspelt and other unknown properties by their pointers, as text and as JSON" {
	local pointer
	edit_config '.process.arg = .process.args | .process.oomScoreAdjust = 5 | .mounts[1].option = ["ro"]
		| .linux.resources.cpu.share = 7 | .windows = {"layerFolders": ["x"]} | .vm = {} | .zos = 1
		| .solaris = {"milestone": "m"} | .freebsd = {"devices": []} | .linux["a/b~"] = [1]'
	ok plan --bundle "$B" --format json
	is "$(jq -r '.unknown | sort | join(" ")' <<<"$out")" "/freebsd /linux/a~1b~0 /linux/resources/cpu/share \
/mounts/1/option /process/arg /process/oomScoreAdjust /solaris /vm /windows /zos"
	for pointer in $(jq -r '.unknown[]' <<<"$out"); do
		err_has "not in the specification, ignored: $pointer"
	done
	ok plan --bundle "$B"
	is "$(grep -c '^unknown ' <<<"$out")" 10
	grep -qE '^unknown +\[/process/oomScoreAdjust\]$' <<<"$out" || fail "no line for it in: $out"
	cp "$HERE/config.json" "$CONFIG"
	ok plan --bundle "$B" --format json
	is "$(jq -c .unknown <<<"$out")" "[]"
}
