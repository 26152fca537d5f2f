# SPDX-License-Identifier: Apache-2.0
# What is made once for a whole run: the busybox rootfs that every bundle copies.

setup_suite() {
	[[ ${RT:-} == /* && -x $RT ]] || {
		echo "RT must be the absolute path of the runtime under test, is '${RT:-}'" >&2
		return 1
	}
	((EUID == 0)) || {
		echo "these tests make namespaces, mounts and cgroups: run them as root" >&2
		return 1
	}
	# A container's user may be nobody on the host: it must be able to pass through.
	chmod a+x "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR"
	export ROOTFS=$BATS_SUITE_TMPDIR/rootfs
	rootfs_build "$ROOTFS"
}

# One static busybox and a link for each of its programs.
rootfs_build() {
	local busybox applet
	busybox=$(rootfs_find_busybox) || return 1
	mkdir -p "$1"/{bin,etc,proc,sys,dev,tmp,home,root,run,var}
	cp "$busybox" "$1/bin/busybox"
	for applet in $("$1/bin/busybox" --list); do
		[[ -e $1/bin/$applet ]] || ln -s busybox "$1/bin/$applet"
	done
	chmod 1777 "$1/tmp"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$1/etc/passwd"
	echo 'root:x:0:' >"$1/etc/group"
}

rootfs_find_busybox() {
	local file
	for file in "${BUSYBOX:-}" /bin/busybox /usr/bin/busybox /bin/busybox.static; do
		[[ -x $file ]] && ! readelf -lW "$file" 2>/dev/null | grep -q INTERP || continue
		echo "$file"
		return
	done
	echo "no static busybox here: install busybox-static" >&2
	return 1
}
