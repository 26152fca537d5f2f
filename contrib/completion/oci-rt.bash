# SPDX-License-Identifier: Apache-2.0
# Completion of oci-rt's command line for bash. Verbs and options are those of oci-rt --help.

# The --root, if any, that is typed already: container ids are asked for there.
_oci_rt_ids() {
	local i root=()
	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		--root | -root) root=(--root "${words[i + 1]}") ;;
		--root=* | -root=*) root=(--root "${words[i]#*=}") ;;
		esac
	done
	"${words[0]}" "${root[@]}" list -q 2>/dev/null
}

_oci_rt_signals="HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP
	TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS RTMIN RTMAX"

# The options of a verb; of the program itself without one.
_oci_rt_options() {
	case $1 in
	create)
		echo "--bundle --config --console-socket --no-new-keyring --no-pivot --no-subreaper
			--pid-file --pidfd-socket --preserve-fds --trace"
		;;
	run)
		echo "--bundle --config --console-socket --detach --keep --no-new-keyring --no-pivot
			--no-subreaper --pid-file --pidfd-socket --preserve-fds --trace"
		;;
	plan) echo "--bundle --config --facts --format --no-new-keyring --no-pivot --preserve-fds" ;;
	spec)
		echo "--bundle --cwd --env --file --hostname --mount --read-only --rootfs --rootless
			--user --userns"
		;;
	kill) echo "--all --regex" ;;
	delete) echo "--force --regex" ;;
	list) echo "--format --quiet" ;;
	features | start | state) ;;
	*)
		echo "--cgroup-manager --debug --log --log-format --log-level --root --rootless
			--systemd-cgroup --version"
		;;
	esac
	echo "--help"
}

_oci_rt_verbs="create delete features help kill list plan run spec start state"

# What follows the verb where no option stands: ids, a signal, nothing.
_oci_rt_operand() {
	case $1/$2 in
	start/0 | state/0 | kill/0 | delete/0) _oci_rt_ids ;;
	kill/1) echo "$_oci_rt_signals" ;;
	help/0) echo "$_oci_rt_verbs" ;;
	esac
}

# Whether the option before the cursor takes a value, and which: fills COMPREPLY.
_oci_rt_value() {
	case $1/${2/#--/-} in
	*/-cgroup-manager) COMPREPLY=($(compgen -W "cgroupfs disabled" -- "$cur")) ;;
	*/-log-format) COMPREPLY=($(compgen -W "text json" -- "$cur")) ;;
	*/-log-level) COMPREPLY=($(compgen -W "error warning debug" -- "$cur")) ;;
	list/-format | list/-f) COMPREPLY=($(compgen -W "table json" -- "$cur")) ;;
	plan/-format | plan/-f) COMPREPLY=($(compgen -W "text json" -- "$cur")) ;;
	plan/-facts) COMPREPLY=($(compgen -W "show" -- "$cur") $(compgen -f -- "$cur")) ;;
	spec/-rootless) return 1 ;;
	*/-rootless) COMPREPLY=($(compgen -W "true false auto" -- "$cur")) ;;
	*/-root | */-bundle | */-b | spec/-rootfs) COMPREPLY=($(compgen -d -- "$cur")) ;;
	*/-log | */-config | */-pid-file | */-trace | */-console-socket | */-pidfd-socket | spec/-file | \
		create/-f | run/-f | spec/-f)
		COMPREPLY=($(compgen -f -- "$cur"))
		;;
	*/-preserve-fds | spec/-cwd | spec/-env | spec/-e | spec/-hostname | spec/-mount | spec/-user | \
		spec/-u | spec/-userns) ;;
	*) return 1 ;;
	esac
	compopt -o filenames 2>/dev/null || true
}

_oci_rt() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local words=("${COMP_WORDS[@]}") cword=$COMP_CWORD verb= operands=0 i
	COMPREPLY=()
	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		--) return ;;
		-*) ;;
		=) ;;
		*)
			if [[ ${words[i - 1]} == -* || ${words[i - 1]} == = ]] &&
				_oci_rt_value "$verb" "${words[i - 1]}"; then
				:
			elif [[ -z $verb ]]; then
				verb=${words[i]}
			else
				((operands++))
			fi
			;;
		esac
	done
	COMPREPLY=()
	_oci_rt_value "$verb" "$prev" && return
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "$(_oci_rt_options "$verb")" -- "$cur"))
	elif [[ -z $verb ]]; then
		COMPREPLY=($(compgen -W "$_oci_rt_verbs" -- "$cur"))
	else
		COMPREPLY=($(compgen -W "$(_oci_rt_operand "$verb" "$operands")" -- "$cur"))
	fi
}

complete -F _oci_rt oci-rt
