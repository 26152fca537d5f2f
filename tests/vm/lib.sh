# SPDX-License-Identifier: Apache-2.0
# Shared by build, run and stop: where the virtual machines are kept, and how QEMU is called.

vm_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$vm_here/../../contrib/lib.sh"

vm_kernels=(5.10 6.1 6.12)
vm_cpus=2
vm_memory=2048 # MiB
# with less, code is translated again and again while a suite runs
vm_translated=512 # MiB
vm_work_size=2G

# What no retry will help: no QEMU, no package, another architecture. tests/run skips then.
vm_unobtainable=77

unobtainable() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit $vm_unobtainable
}

# An image belongs to the files that it was made by: two trees that differ in them have one each.
vm_origin() {
	(cd "$vm_here" && sha256sum build lib.sh guest/*) | sha256sum | cut -c 1-12
}

vm_cache=${XDG_CACHE_HOME:-$HOME/.cache}/oci-rt
vm_dir=$vm_cache/vm-$(vm_origin)

kernel_is_known() {
	[[ " ${vm_kernels[*]} " == *" $1 "* ]]
}

# QEMU is not installed but unpacked, with the libraries of its own distribution and their loader.
qemu_tool() {
	local name=$1 tree=$vm_dir/qemu
	shift
	set -- "$tree/usr/lib64/ld-linux-x86-64.so.2" --library-path \
		"$tree/usr/lib/x86_64-linux-gnu" "$tree/usr/bin/$name" "$@"
	exec env QEMU_MODULE_DIR="$tree/usr/lib/x86_64-linux-gnu/qemu" "$@"
}

# qemu_bounded SECONDS ARGUMENT...: it ends by then, or with the one who called
qemu_bounded() {
	local seconds=$1
	shift
	exec setpriv --pdeathsig TERM timeout --kill-after=5 "$seconds" \
		setpriv --pdeathsig KILL "$BASH" -c '. "$0" && qemu_tool qemu-system-x86_64 "$@"' "$vm_here/lib.sh" "$@"
}

port() {
	printf '%s\n' -chardev "$1,id=$2,path=$3" -device "virtserialport,chardev=$2,name=org.vm.$2"
}

# qemu_arguments KERNEL DISK RUN: one on each line. RUN has the fifos out, err, ctl.in, ctl.out and the file
# work. A saved state is only good for exactly these arguments.
qemu_arguments() {
	local kernel=$1 disk=$2 run=$3 boot=(
		console=ttyS0 rw quiet panic=-1 oops=panic mitigations=off nokaslr tsc=reliable no_timer_check
		random.trust_cpu=on cgroup_no_v1=all swapaccount=1
		systemd.unified_cgroup_hierarchy=1 systemd.show_status=0
	)
	printf '%s\n' -nodefaults -no-user-config -display none -no-reboot \
		-L "$vm_dir/qemu/usr/share/qemu" -L "$vm_dir/qemu/usr/share/seabios" \
		-machine q35,vmport=off,hpet=off -accel "tcg,thread=multi,tb-size=$vm_translated" \
		-cpu max,-la57,-cx16 -smp $vm_cpus -m $vm_memory \
		-kernel "$vm_dir/kernel-$kernel" -initrd "$vm_dir/initramfs-$kernel" -append "${boot[*]}" \
		-serial "file:$run/console" \
		-drive "file=$disk,format=qcow2,if=none,id=root,cache=unsafe,snapshot=on" \
		-device virtio-blk-pci,drive=root \
		-drive "file=$run/work,format=raw,if=none,id=work,readonly=on" \
		-device virtio-blk-pci,drive=work \
		-device virtio-serial-pci
	port file out "$run/out"
	port file err "$run/err"
	port file status "$run/status"
	port pipe ctl "$run/ctl"
}
