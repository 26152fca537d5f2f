/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's interface as far as the runtime uses it and as a libc's headers do not give it the
 * same way everywhere (musl has no <linux/...>). Values are the kernel's ABI and never change; the
 * numbers in brackets name the first Linux that has them.
 */
#pragma once

#include <stdint.h>
#include <sys/syscall.h>

/* mount attributes: fsmount(2), mount_setattr(2) [5.12] */
#define KERNEL_MOUNT_ATTR_RDONLY      0x00000001u
#define KERNEL_MOUNT_ATTR_NOSUID      0x00000002u
#define KERNEL_MOUNT_ATTR_NODEV       0x00000004u
#define KERNEL_MOUNT_ATTR_NOEXEC      0x00000008u
#define KERNEL_MOUNT_ATTR__ATIME      0x00000070u
#define KERNEL_MOUNT_ATTR_RELATIME    0x00000000u
#define KERNEL_MOUNT_ATTR_NOATIME     0x00000010u
#define KERNEL_MOUNT_ATTR_STRICTATIME 0x00000020u
#define KERNEL_MOUNT_ATTR_NODIRATIME  0x00000080u
#define KERNEL_MOUNT_ATTR_IDMAP       0x00100000u
#define KERNEL_MOUNT_ATTR_NOSYMFOLLOW 0x00200000u

struct kernel_mount_attr {
	uint64_t set, clear, propagation, userns_fd;
};

/* open_tree(2), move_mount(2), fsopen(2), fsmount(2), fsconfig(2) [5.2] */
#define KERNEL_OPEN_TREE_CLONE   1u
#define KERNEL_OPEN_TREE_CLOEXEC 02000000u
#define KERNEL_MOVE_F_EMPTY_PATH 0x00000004u
#define KERNEL_MOVE_T_EMPTY_PATH 0x00000040u
#define KERNEL_FSOPEN_CLOEXEC    1u
#define KERNEL_FSMOUNT_CLOEXEC   1u
#define KERNEL_FSCONFIG_FLAG     0u
#define KERNEL_FSCONFIG_STRING   1u
#define KERNEL_FSCONFIG_CREATE   6u
#define KERNEL_AT_RECURSIVE      0x8000

/* openat2(2) [5.6] */
struct kernel_open_how {
	uint64_t flags, mode, resolve;
};
#define KERNEL_RESOLVE_NO_XDEV       0x01u
#define KERNEL_RESOLVE_NO_MAGICLINKS 0x02u
#define KERNEL_RESOLVE_NO_SYMLINKS   0x04u
#define KERNEL_RESOLVE_BENEATH       0x08u
#define KERNEL_RESOLVE_IN_ROOT       0x10u

/* renameat2(2) */
#define KERNEL_RENAME_NOREPLACE 1u

/* An entry of a directory, as getdents64 gives it. */
struct kernel_dirent {
	uint64_t inode;
	int64_t offset;
	uint16_t length; /* of all of it: the next one follows */
	uint8_t type;
	char name[];
};

/* clone3(2) [5.3], into a cgroup [5.7] */
struct kernel_clone_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
		set_tid_size, cgroup;
};
#define KERNEL_CLONE_PIDFD       0x00001000ull
#define KERNEL_CLONE_PARENT      0x00008000ull
#define KERNEL_CLONE_PARENT_TID  0x00100000ull
#define KERNEL_CLONE_NEWTIME     0x00000080ull
#define KERNEL_CLONE_NEWNS       0x00020000ull
#define KERNEL_CLONE_NEWCGROUP   0x02000000ull
#define KERNEL_CLONE_NEWUTS      0x04000000ull
#define KERNEL_CLONE_NEWIPC      0x08000000ull
#define KERNEL_CLONE_NEWUSER     0x10000000ull
#define KERNEL_CLONE_NEWPID      0x20000000ull
#define KERNEL_CLONE_NEWNET      0x40000000ull
#define KERNEL_CLONE_INTO_CGROUP 0x200000000ull

/* close_range(2) [5.9], CLOEXEC [5.11] */
#define KERNEL_CLOSE_RANGE_CLOEXEC 4u

/* What statfs says a file system is. */
#define KERNEL_PROC_MAGIC    0x9fa0
#define KERNEL_CGROUP_MAGIC  0x27e0eb
#define KERNEL_CGROUP2_MAGIC 0x63677270
#define KERNEL_PIDFS_MAGIC   0x50494446
#define KERNEL_PF_EXITING    0x4 /* field 9 of /proc/PID/stat: include/linux/sched.h */
#define KERNEL_NSFS_MAGIC    0x6e736673
#define KERNEL_SELINUX_MAGIC 0xf97cff8c
#define KERNEL_RDT_MAGIC     0x07655821

/* ioctl_ns(2) [4.11], on the descriptor of a namespace */
#define KERNEL_NS_GET_USERNS    0xb701u
#define KERNEL_NS_GET_PARENT    0xb702u
#define KERNEL_NS_GET_NSTYPE    0xb703u
#define KERNEL_NS_GET_OWNER_UID 0xb704u

/* capset(2), version 3: two words of 32 capabilities each */
#define KERNEL_CAPABILITY_VERSION 0x20080522u
struct kernel_cap_header {
	uint32_t version;
	int32_t pid;
};
struct kernel_cap_data {
	uint32_t effective, permitted, inheritable;
};
#define KERNEL_CAP_LAST_POSSIBLE 63
#define KERNEL_CAP_SETGID        6
#define KERNEL_CAP_SETUID        7
#define KERNEL_CAP_NET_ADMIN     12
#define KERNEL_CAP_SYS_CHROOT    18
#define KERNEL_CAP_SYS_ADMIN     21
#define KERNEL_CAP_SYS_NICE      23
#define KERNEL_CAP_SYS_RESOURCE  24
#define KERNEL_CAP_MKNOD         27
#define KERNEL_CAP_SETFCAP       31

/* keyctl(2) */
#define KERNEL_KEYCTL_JOIN_SESSION_KEYRING 1

/* sched_setattr(2) [3.14], with the utilization's bounds [5.3] */
struct kernel_sched_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period; /* nanoseconds */
	uint32_t util_min, util_max;
};
#define KERNEL_SCHED_OTHER    0u
#define KERNEL_SCHED_FIFO     1u
#define KERNEL_SCHED_RR       2u
#define KERNEL_SCHED_BATCH    3u
#define KERNEL_SCHED_IDLE     5u
#define KERNEL_SCHED_DEADLINE 6u

#define KERNEL_SCHED_RESET_ON_FORK  0x01u
#define KERNEL_SCHED_RECLAIM        0x02u
#define KERNEL_SCHED_DL_OVERRUN     0x04u
#define KERNEL_SCHED_KEEP_POLICY    0x08u
#define KERNEL_SCHED_KEEP_PARAMS    0x10u
#define KERNEL_SCHED_UTIL_CLAMP_MIN 0x20u
#define KERNEL_SCHED_UTIL_CLAMP_MAX 0x40u

/* ioprio_set(2) */
#define KERNEL_IOPRIO_WHO_PROCESS 1
#define KERNEL_IOPRIO_CLASS_SHIFT 13
#define KERNEL_IOPRIO_CLASS_RT    1
#define KERNEL_IOPRIO_CLASS_BE    2
#define KERNEL_IOPRIO_CLASS_IDLE  3

/* set_mempolicy(2); WEIGHTED_INTERLEAVE [6.9] */
#define KERNEL_MPOL_DEFAULT             0
#define KERNEL_MPOL_PREFERRED           1
#define KERNEL_MPOL_BIND                2
#define KERNEL_MPOL_INTERLEAVE          3
#define KERNEL_MPOL_LOCAL               4
#define KERNEL_MPOL_PREFERRED_MANY      5
#define KERNEL_MPOL_WEIGHTED_INTERLEAVE 6
#define KERNEL_MPOL_F_NUMA_BALANCING    0x2000
#define KERNEL_MPOL_F_RELATIVE_NODES    0x4000
#define KERNEL_MPOL_F_STATIC_NODES      0x8000
#define KERNEL_NODES_MAX                1024 /* no kernel is built for more memory nodes */

/* personality(2) */
#define KERNEL_PERSONALITY_LINUX   0x0000ul
#define KERNEL_PERSONALITY_LINUX32 0x0008ul
