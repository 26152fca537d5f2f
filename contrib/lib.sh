# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts that a user calls on Debian or Ubuntu: saying things, and installing packages.

# What the script is doing now, in the user's words; stdout stays for results.
say() {
	printf '\033[1m==>\033[0m %s\n' "$*" >&2
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

test -t 2 || say() {
	printf '==> %s\n' "$*" >&2
}

missing_packages() {
	for package; do
		case $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) in
		installed) ;;
		*) echo "$package" ;;
		esac
	done
}

# install_packages NAME...: those that are not there; needs root only if there are such.
install_packages() {
	command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
		die "this needs apt-get, of Debian or Ubuntu; packages: $*"
	wanted=$(missing_packages "$@")
	test -n "$wanted" || return 0
	wanted=$(echo $wanted)
	test "$(id -u)" = 0 || die "these packages are missing; run: sudo apt-get install $wanted"
	say "installing $wanted"
	export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes
	# the lists of a machine may be missing or old: then they are fetched, and it is tried again
	apt_install $wanted >/dev/null 2>&1 || {
		apt-get --quiet --quiet update
		apt_install $wanted >/dev/null
	} || die "the packages could not be installed; is there a network?"
}

apt_install() {
	apt-get --quiet --quiet --yes --no-install-recommends -o DPkg::Lock::Timeout=300 \
		install "$@" </dev/null
}

# copy_tree FROM TO: the sources alone, with the commit they are at. What is built is a copy: the tree
# itself may be configured in another way, or belong to another user.
copy_tree() {
	mkdir -p "$2"
	tar -C "$1" --exclude=./.git --exclude=./_release --exclude=./_bundle --exclude='*.o' --exclude='*.a' \
		--exclude=.deps --exclude=./config.status --exclude=./config.h --exclude=./Makefile \
		--exclude=./oci-rt --exclude=./version.h -cf - . | tar -C "$2" --no-same-owner -xf -
	"$1/contrib/commit" "$1" >"$2/.commit"
}
