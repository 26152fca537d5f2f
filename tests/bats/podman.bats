# SPDX-License-Identifier: Apache-2.0
# A real client: Podman and its conmon call the runtime, as root and as an ordinary user. For the latter Podman
# makes a user namespace, in which it calls the runtime as uid 0. Settings and storage are the tests' own, and
# the image is made here, without a registry. Podman chooses the containers' ids; their programs have MARK in
# their command lines.

load helpers

programs=(podman conmon newuidmap setpriv)
image=localhost/bb

setup_file() {
	export W=$BATS_FILE_TMPDIR PODMAN_USER=oci-rt-$BATS_ROOT_PID
	have "${programs[@]}" || install_for_file podman conmon netavark uidmap || return 0
	chmod a+x "$W" "${W%/*}"
	mkdir "$W/root" "$W/user"
	make_settings
	tar -C "$ROOTFS" -cf "$W/image.tar" .
	cp "$RT" "$W/runtime"
	make_user
	chown "$PODMAN_USER" "$W/user"
	make_image p && make_image u
}

# Podman knows by a runtime's name what it can do: of "plain" it expects little.
make_settings() {
	cat >"$W/user.conf" <<-END
		[engine]
		runtime_supports_json = ["known"]
		runtime_supports_nocgroup = ["known"]
		runtime_supports_nocgroups = ["known"]
		[engine.runtimes]
		known = ["$W/runtime"]
		plain = ["$W/runtime"]
		[containers]
		seccomp_profile = "unconfined"
	END
	cp "$W/user.conf" "$W/root.conf"
	# of its own it asks for more than root may give itself everywhere
	echo 'default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]' >>"$W/root.conf"
}

# Somebody else may be making one at the same time.
make_user() {
	local i
	for ((i = 0; i < 50; i++)); do
		useradd --home-dir "$W/user" "$PODMAN_USER" >"$W/useradd.log" 2>&1 && return
		sleep 0.1
	done
	return 1
}

# make_image p|u
make_image() {
	"$1" import --quiet --change CMD=/bin/sh --change ENV=PATH=/bin "$W/image.tar" $image
	expect 0
}

teardown_file() {
	local pause path
	pause=$(cat "$W/user/tmp/pause.pid" 2>/dev/null) && kill "$pause"
	userdel "$PODMAN_USER" 2>/dev/null || :
	awk -v w="$W/" 'index($5, w) { print $5 }' /proc/self/mountinfo | while read -r path; do
		umount -l "$path" || :
	done
}

setup() {
	test_setup
	needs "${programs[@]}"
	id "$PODMAN_USER" >/dev/null || fail "no user: $(<"$W/useradd.log")"
	RUNTIME=known
	NAME=$MARK
}

teardown() {
	p rm --all --force --time 0
	u rm --all --force --time 0
	until_true no_processes
	# Podman lets the parent be that it asked for, and its own cgroups in there
	cgroups_of "$MARK" | while read -r path; do find "$path" -depth -type d -exec rmdir {} +; done
	test_teardown
}

# podman_command FOLDER DRIVER: sets COMMAND
podman_command() {
	COMMAND=(timeout -k 5 60 podman --root "$1/storage" --runroot "$1/run" --tmpdir "$1/tmp"
		--volumepath "$1/volumes" --network-config-dir "$1/networks" --storage-driver "$2"
		--cgroup-manager cgroupfs --events-backend file --runtime "${RUNTIME:-known}")
}

# p ARGUMENT...: Podman as root, like rt
p() {
	podman_command "$W/root" overlay
	CONTAINERS_CONF=$W/root.conf "${COMMAND[@]}" "$@" \
		</dev/null >"$W/out" 2>"$W/err" 3>&- && status=0 || status=$?
	out=$(<"$W/out") err=$(<"$W/err")
}

# u ARGUMENT...: Podman as the ordinary user
u() {
	podman_command "$W/user" vfs
	(
		cd "$W/user"
		mkdir -p -m 700 xdg
		chown "$PODMAN_USER" xdg
		exec setpriv --reuid "$PODMAN_USER" --regid "$PODMAN_USER" --init-groups env -i PATH="$PATH" \
			HOME="$PWD" XDG_RUNTIME_DIR="$PWD/xdg" CONTAINERS_CONF="$W/user.conf" "${COMMAND[@]}" "$@"
	) </dev/null >"$W/out" 2>"$W/err" 3>&- && status=0 || status=$?
	out=$(<"$W/out") err=$(<"$W/err")
}

# p_run OPTION... IMAGE COMMAND..., and u_run
p_run() {
	p run --security-opt seccomp=unconfined --pull never --network none --cgroup-parent "/$MARK" "$@"
}

u_run() {
	u run --security-opt seccomp=unconfined --pull never --network none "$@"
}

wait_script='echo ready; while :; do sleep 0.05; done #'

logs_are() {
	"$1" logs "$2"
	[[ $out == "$3" ]]
}

@test "podman run --rm shows the program's output and gives its exit status" {
	p_run --rm $image sh -c 'echo to-out; echo to-err >&2; id -u; exit 7'
	expect 7
	out_is $'to-out\n0'
	is "$err" to-err
}

@test "a detached container is seen running, is stopped, and is gone when removed" {
	p_run -d --name "$NAME" $image sh -c "trap 'exit 5' TERM; $wait_script $MARK"
	expect 0
	until_true logs_are p "$NAME" ready
	p inspect --format '{{.State.Status}} {{.OCIRuntime}}' "$NAME"
	out_is "running known"
	p stop "$NAME"
	expect 0
	p inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$NAME"
	out_is "exited 5"
	p rm "$NAME"
	expect 0
	until_true no_processes
}

@test "a program that does not exist is told as such, whatever Podman knows of the runtime" {
	for RUNTIME in known plain; do
		p_run --rm $image /no/such/program
		expect 127
		err_has "/no/such/program"
	done
}

@test "a container without cgroups" {
	p run --security-opt seccomp=unconfined --network none --rm --cgroups disabled $image cat /proc/self/cgroup
	expect 0
	out_lacks libpod
}

@test "a container in another's network, ipc, uts and pid namespaces" {
	local own
	p_run -d --name "$NAME" $image sh -c "$wait_script $MARK"
	until_true logs_are p "$NAME" ready
	p inspect --format '{{.State.Pid}}' "$NAME"
	own=$(readlink "/proc/$out"/ns/{net,ipc,uts,pid})
	p run --rm --security-opt seccomp=unconfined --cgroup-parent "/$MARK" --network "container:$NAME" \
		--ipc "container:$NAME" --uts "container:$NAME" --pid "container:$NAME" $image \
		sh -c 'for i in net ipc uts pid; do readlink /proc/self/ns/$i; done; ps'
	expect 0
	is "$(head -4 <<<"$out")" "$own"
	out_has "$MARK"
}

@test "an ordinary user's container: output, exit status, and whose root he is" {
	u_run --rm $image sh -c 'id -u; cat /proc/self/uid_map; exit 7'
	expect 7
	is "$(head -1 <<<"$out")" 0
	is "$(awk 'NR == 2 { print $1, $2, $3 }' <<<"$out")" "0 $(id -u "$PODMAN_USER") 1"
}

@test "an ordinary user's container under his own id: a user namespace within Podman's" {
	u_run --rm --userns keep-id $image sh -c 'id -u; cat /proc/self/uid_map'
	expect 0
	is "$(head -1 <<<"$out")" "$(id -u "$PODMAN_USER")"
	is "$(wc -l <<<"$out")" 4
}

@test "an ordinary user's detached container, with another in its namespaces" {
	u_run -d --name "$NAME" $image sh -c "$wait_script $MARK"
	expect 0
	until_true logs_are u "$NAME" ready
	u run --rm --security-opt seccomp=unconfined --network "container:$NAME" --ipc "container:$NAME" \
		--pid "container:$NAME" $image ps
	expect 0
	out_has "$MARK"
	u inspect --format '{{.State.Status}}' "$NAME"
	out_is running
	u rm --force --time 0 "$NAME"
	expect 0
	until_true no_processes
}

@test "an ordinary user's container without cgroups, with a volume and devices" {
	mkdir -m 755 "$W/user/data"
	echo content >"$W/user/data/file"
	u_run --rm --cgroups disabled --device /dev/null:/dev/nix -v "$W/user/data:/data:ro" $image \
		sh -c 'cat /data/file; touch /data/x 2>/dev/null || echo read-only; stat -c %t:%T /dev/nix'
	expect 0
	out_is $'content\nread-only\n1:3'
}
