# SPDX-License-Identifier: Apache-2.0
# Every pair of {absent, new, joined} over the namespaces, with no user namespace, a new one, and one
# that is joined. What a container must be in follows from three rules: an absent namespace is the
# caller's, a joined one is the one of the path, a new one is neither. Where the kernel refuses, the
# runtime must have refused before: those cases are in joined.bats, each with its pointer. All of it once more
# for a runtime that is uid 0 of a user namespace, and else in namespaces of the host's: it cannot go into others
# and back.

load helpers

TYPES=(pid network mount ipc uts cgroup time)
# what procfs calls them
declare -gA LINK=([pid]=pid [network]=net [mount]=mnt [ipc]=ipc [uts]=uts [cgroup]=cgroup
	[time]=time [user]=user)

setup() {
	test_setup
	needs unshare
	[[ -e /proc/self/ns/time ]] || cannot time-namespaces "this kernel has none"
	CALLER=self
}

# hold_both FIRST: the namespaces that are joined; those of USER belong to a user namespace of their own, whose
# ids begin with FIRST
hold_both() {
	hold host --mount
	hold user --mount --user
	HOST=$HELD_host USER=$HELD_user
	set_map "$USER" "$1" 1000
}

# set_map PID FIRST COUNT
set_map() {
	"${VIEW[@]}" sh -c 'echo "0 $2 $3" >/proc/$1/uid_map && echo "0 $2 $3" >/proc/$1/gid_map' - "$@"
}

# become_uid_0_of_userns: by whom everything is done from now on
become_uid_0_of_userns() {
	enter_user_namespace "0 100000 65536"
	CALLER=$KEEPER
	chown 100000:100000 "$T"
}

# own_by ID: what the container's root may have
own_by() {
	own_rootfs
	chown -hR "$1:$1" "$B/rootfs"
}

# hold NAME OPTION...: a process in namespaces of its own; its pid in HELD_NAME
hold() {
	local name=$1 parent
	shift
	"${VIEW[@]}" unshare --pid --fork --net --ipc --uts --cgroup --time "$@" sleep 3600 3>&- &
	parent=$!
	until_true has_child "$parent"
	declare -g "HELD_$name=$CHILD"
	until_true is_sleep "$CHILD"
	# the child first: it keeps the namespaces
	BACKGROUND+=("$CHILD" "$parent")
}

has_child() {
	CHILD=$(<"/proc/$1/task/$1/children")
	CHILD=${CHILD%% *}
	[[ -n $CHILD ]]
}

is_sleep() {
	[[ $(tr '\0' ' ' <"/proc/$1/cmdline") == "sleep 3600 " ]]
}

# read_links PID ARRAY: by type, one process for all of them
read_links() {
	local -n array=$2
	local type links i=0
	mapfile -t links < <(cd "/proc/$1/ns" && readlink "${LINK[@]}")
	for type in "${!LINK[@]}"; do
		array[$type]=${links[i++]}
	done
}

# set_state TYPE: STATE_OF is absent, new or joined in the case at hand, where all but the pair are
# new; HOLDER is whose it is if it is joined. With a user namespace that is joined, one of the two is
# owned by it and the other by the host: they are joined on different sides of it.
set_state() {
	HOLDER=HOST
	case $1 in
	"$FIRST") STATE_OF=$FIRST_STATE ;;
	"$SECOND") STATE_OF=$SECOND_STATE ;;
	user) STATE_OF=$USER_STATE HOLDER=USER ;;
	*) STATE_OF=new ;;
	esac
	[[ $USER_STATE != joined || $1 != "$FIRST" ]] || HOLDER=USER
}

set_list() {
	local type
	LIST=''
	for type in user "${TYPES[@]}"; do
		set_state "$type"
		case $STATE_OF in
		new) LIST+=",{\"type\":\"$type\"}" ;;
		joined) LIST+=",{\"type\":\"$type\",\"path\":\"/proc/${!HOLDER}/ns/${LINK[$type]}\"}" ;;
		esac
	done
	LIST=${LIST#,}
}

write_config() {
	printf '{"ociVersion": "1.2.0", "root": {"path": "rootfs"},
		"process": {"args": ["/bin/sleep", "1000"], "env": ["HOME=/"], "cwd": "/"},
		"linux": {"namespaces": [%s]%s}}\n' "$LIST" "$MAPS" >"$CONFIG"
}

check_type() {
	local type=$1 is=${IS[$1]} own=${OWN[$1]} joined
	set_state "$type"
	local -n holders="IN_$HOLDER"
	joined=${holders[$type]}
	case $STATE_OF in
	absent) [[ $is == "$own" ]] || fail "$CASE: $type is $is, not the caller's $own" ;;
	joined) [[ $is == "$joined" ]] || fail "$CASE: $type is $is, not the joined $joined" ;;
	new)
		[[ $is == *:* && $is != "$own" && $is != "${IN_HOST[$type]}" && $is != "${IN_USER[$type]}" ]] ||
			fail "$CASE: $type is $is, not new"
		;;
	esac
}

# quick_rt ARGUMENT...: as rt, in one process less each time
quick_rt() {
	"${VIEW[@]}" "$RT" --root "$STATE" "$@" </dev/null >"$T/rt.out" 2>"$T/rt.err" 3>&- && return
	status=$?
	err=$(<"$T/rt.err")
	fail "$CASE: $1"
}

check_case() {
	local type pid a b c
	declare -gA IS
	quick_rt run --detach --bundle "$B" --pid-file "$T/pid" "$ID"
	read -r pid <"$T/pid" || [[ -n $pid ]]
	read_links "$pid" IS
	for type in user "${TYPES[@]}"; do
		check_type "$type"
	done
	read -r a b c <"/proc/$pid/uid_map"
	[[ "$a $b $c" == "$UID_MAP" ]] || fail "$CASE: uid_map is $a $b $c"
	[[ /proc/$pid/exe -ef $B/rootfs/bin/busybox ]] || fail "$CASE: the program does not run"
	quick_rt delete --force "$ID"
}

# every_pair USER-STATE. What is new in a pair is new in the others as well: each list once.
every_pair() {
	local i j
	local -A seen=()
	USER_STATE=$1
	runtime_environment
	declare -gA OWN IN_HOST IN_USER
	read_links "$CALLER" OWN
	read_links "$HOST" IN_HOST
	read_links "$USER" IN_USER
	for ((i = 0; i < ${#TYPES[@]}; i++)); do
		for ((j = i + 1; j < ${#TYPES[@]}; j++)); do
			FIRST=${TYPES[i]} SECOND=${TYPES[j]}
			for FIRST_STATE in absent new joined; do
				for SECOND_STATE in absent new joined; do
					CASE="user $USER_STATE, $FIRST $FIRST_STATE, $SECOND $SECOND_STATE"
					set_list
					[[ -z ${seen[$LIST]:-} ]] || continue
					seen[$LIST]=1
					write_config
					check_case
				done
			done
		done
	done
	((${#seen[@]} >= 99)) || fail "only ${#seen[@]} different lists"
}

# new_map FIRST: the maps of a new user namespace
new_map() {
	local map="[{\"containerID\":0,\"hostID\":$1,\"size\":1000}]"
	MAPS=",\"uidMappings\":$map,\"gidMappings\":$map"
}

@test "without a user namespace, every pair of the others is what it was asked to be" {
	hold_both 200000
	MAPS='' UID_MAP='0 0 4294967295'
	every_pair absent
}

@test "with a new user namespace, every pair of the others is what it was asked to be" {
	hold_both 200000
	own_by 100000
	new_map 100000
	UID_MAP='0 100000 1000'
	every_pair new
}

@test "with a joined user namespace, every pair of the others is what it was asked to be" {
	hold_both 200000
	own_by 200000
	MAPS='' UID_MAP='0 200000 1000'
	every_pair joined
}

@test "for uid 0 of a user namespace, every pair of the others is what it was asked to be" {
	become_uid_0_of_userns
	hold_both 20000
	own_by 100000
	MAPS='' UID_MAP='0 100000 65536'
	every_pair absent
}

@test "for uid 0 of a user namespace, also with a new user namespace" {
	become_uid_0_of_userns
	hold_both 20000
	own_by 110000
	new_map 10000
	UID_MAP='0 110000 1000'
	every_pair new
}

@test "for uid 0 of a user namespace, also with a user namespace that is joined" {
	become_uid_0_of_userns
	hold_both 20000
	own_by 120000
	MAPS='' UID_MAP='0 120000 1000'
	every_pair joined
}
