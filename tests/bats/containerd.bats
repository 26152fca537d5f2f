# SPDX-License-Identifier: Apache-2.0
# A real client: containerd's shim calls the runtime, through ctr. A daemon of the tests' own, with
# its own directories and socket; its image is made here, without a registry.

load helpers

setup_file() {
	have containerd ctr umoci || install_for_file containerd umoci || return 0
	export W=$BATS_FILE_TMPDIR
	make_image
	start_daemon
}

teardown_file() {
	[[ -s $W/pid ]] || return 0
	local i daemon
	daemon=$(<"$W/pid")
	ctr_ task ls -q | while read -r i; do ctr_ task kill -s KILL "$i"; done || :
	kill "$daemon" 2>/dev/null || :
	for ((i = 0; i < 100; i++)); do
		kill -0 "$daemon" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$daemon" 2>/dev/null || :
	# a shim that is left would be ours to end: they know the socket's directory
	for i in $(grep -lsaF -f - /proc/[0-9]*/cmdline <<<"$W"); do
		i=${i#/proc/}
		kill -KILL "${i%/*}" 2>/dev/null || :
	done
	awk -v w="$W" 'index($5, w) { print $5 }' /proc/self/mountinfo | while read -r i; do
		umount -l "$i" || :
	done
}

setup() {
	test_setup
	needs containerd ctr umoci
	[[ -S $W/containerd.sock ]] || fail "containerd does not run: $(tail -5 "$W/containerd.log")"
}

teardown() {
	local name
	for name in "$ID" "$ID-2"; do
		ctr_ task kill -s KILL "$name" && sleep 0.2
		ctr_ task rm -f "$name"
		ctr_ container rm "$name"
	done >/dev/null 2>&1 || :
	until_true no_processes
	# containerd asks for /default/ID and does not remove /default
	test_teardown
}

# the rootfs as an OCI image in a tar file
make_image() (
	set -e
	cd "$W"
	umoci init --layout oci
	umoci new --image oci:bb
	umoci unpack --image oci:bb unpacked
	cp -a "$ROOTFS/." unpacked/rootfs/
	umoci repack --image oci:bb unpacked
	umoci config --image oci:bb --config.cmd /bin/sh --config.env PATH=/bin
	tar -C oci -cf image.tar .
) >"$W/image.log" 2>&1 3>&-

start_daemon() {
	local i
	cat >"$W/config.toml" <<-END
		version = 2
		root = "$W/root"
		state = "$W/run"
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		[grpc]
		  address = "$W/containerd.sock"
		[ttrpc]
		  address = "$W/containerd.sock.ttrpc"
		[plugins."io.containerd.internal.v1.opt"]
		  path = "$W/opt"
	END
	containerd -c "$W/config.toml" >"$W/containerd.log" 2>&1 </dev/null 3>&- &
	echo $! >"$W/pid"
	for ((i = 0; i < 200; i++)); do
		[[ -S $W/containerd.sock ]] && ctr_ version >/dev/null 2>&1 && break
		sleep 0.05
	done
	ctr_ image import --index-name docker.io/library/bb:latest "$W/image.tar" >"$W/import.log" 2>&1
}

ctr_() {
	timeout -k 5 30 ctr -a "$W/containerd.sock" "$@" </dev/null 3>&-
}

# c ARGUMENT...: ctr, like rt
c() {
	ctr_ "$@" >"$T/ctr.out" 2>"$T/ctr.err" && status=0 || status=$?
	out=$(<"$T/ctr.out") err=$(<"$T/ctr.err")
}

# c_run OPTIONS... -- ID COMMAND...
c_run() {
	local options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	c run --runtime io.containerd.runc.v2 --runc-binary "$RT" --snapshotter native "${options[@]}" \
		docker.io/library/bb:latest "$@"
}

task_status() {
	ctr_ task ls | awk -v id="$ID" '$1 == id { print $3 }'
}

task_is() {
	[[ $(task_status) == "$1" ]]
}

@test "ctr run --rm shows the program's output" {
	c_run --rm -- "$ID" sh -c 'echo to-out; echo to-err >&2; hostname; id -u'
	expect 0
	is "$(head -1 <<<"$out")" to-out
	is "$(tail -1 <<<"$out")" 0
	is "$err" to-err
	c task ls -q
	out_is ""
}

@test "ctr run --rm gives the program's exit status" {
	c_run --rm -- "$ID" sh -c 'exit 7'
	expect 7
	c_run --rm -- "$ID" true
	expect 0
}

@test "the program is isolated: own processes, host name, network, mounts" {
	c_run --rm -- "$ID" sh -c 'echo $$; ip -o link | wc -l; readlink /proc/self/ns/uts; ls -d /usr 2>&1'
	is "$(sed -n 1,2p <<<"$out")" $'1\n1'
	isnt "$(sed -n 3p <<<"$out")" "$(readlink /proc/self/ns/uts)"
	out_has "No such file"
}

@test "ctr run -d, task ls, task kill and task rm" {
	c_run -d -- "$ID" sh -c 'while :; do sleep 0.1; done'
	expect 0
	until_true task_is RUNNING
	c task kill -s KILL "$ID"
	expect 0
	until_true task_is STOPPED
	c task rm "$ID"
	is "$(task_status)" ""
	c container rm "$ID"
	expect 0
}

@test "a program that handles SIGTERM ends with its own status" {
	c_run -d -- "$ID" sh -c 'trap "exit 5" TERM; while :; do sleep 0.1; done'
	expect 0
	until_true task_is RUNNING
	sleep 0.3
	c task kill -s TERM "$ID"
	expect 0
	until_true task_is STOPPED
	c task rm "$ID"
	[[ $err == *"exit code 5"* ]] || fail "expected the exit status"
}

@test "task kill --all reaches every process" {
	c_run -d -- "$ID" sh -c 'sleep 1000 & sleep 1001 & wait'
	until_true task_is RUNNING
	c task kill --all -s KILL "$ID"
	expect 0
	until_true task_is STOPPED
}

@test "task delete --force ends a running task" {
	c_run -d -- "$ID" sleep 1000
	until_true task_is RUNNING
	c task rm -f "$ID"
	is "$(task_status)" ""
}

@test "two containers side by side" {
	c_run -d -- "$ID" sleep 1000
	c_run -d -- "$ID-2" sleep 1000
	c task ls
	is "$(grep -c "RUNNING" <<<"$out")" 2
	c task kill -s KILL "$ID"
	until_true task_is STOPPED
	is "$(ctr_ task ls | awk -v id="$ID-2" '$1 == id { print $3 }')" RUNNING
}

@test "a program that does not exist is told as such" {
	c_run --rm -- "$ID" /no/such/program
	isnt "$status" 0
	[[ $err == *"no such file or directory"* || $err == *"executable file not found"* ]] || fail wording
	[[ $err != *"unable to retrieve OCI runtime error"* ]] || fail "the log was not understood"
	until_true no_processes
}

@test "a configuration that is refused is told with its pointer" {
	c_run --rm --seccomp -- "$ID" true
	if ((status != 0)); then
		[[ $err == */linux/seccomp* ]] || fail "expected the pointer in containerd's error"
		[[ $err != *"unable to retrieve OCI runtime error"* ]] || fail "the log was not understood"
	fi
}

@test "environment, working directory, bind mounts and read-only root arrive" {
	mkdir "$T/data"
	echo data >"$T/data/file"
	c_run --rm --env A=b --cwd /tmp --read-only \
		--mount "type=bind,src=$T/data,dst=/data,options=rbind:ro" -- "$ID" \
		sh -c 'echo $A; pwd; cat /data/file; touch /x 2>/dev/null || echo ro'
	expect 0
	out_is $'b\n/tmp\ndata\nro'
}
