/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words that the OCI documents fix: one list per enum, each entry a constant (without its OCI_)
 * and the word as it stands in JSON. From here come the enums, their parsing and printing, the
 * lists in `features` and in the documentation. It must not know which property takes which word:
 * see schema.h.
 */
#pragma once

#include "libocispec/schema_host.h"

/* Every list below, in the order of enum oci_enum. */
#define OCI_ENUMS(E)          \
	E(namespace_type)     \
	E(device_type)        \
	E(device_rule_type)   \
	E(rootfs_propagation) \
	E(personality_domain) \
	E(scheduler_policy)   \
	E(scheduler_flag)     \
	E(io_priority_class)  \
	E(memory_policy_mode) \
	E(memory_policy_flag) \
	E(seccomp_action)     \
	E(seccomp_operator)   \
	E(seccomp_flag)       \
	E(seccomp_arch)       \
	E(status)             \
	E(host_cgroup_mode)

#define OCI_WORDS_namespace_type(W)          \
	W(NAMESPACE_TYPE_PID, "pid")         \
	W(NAMESPACE_TYPE_NETWORK, "network") \
	W(NAMESPACE_TYPE_MOUNT, "mount")     \
	W(NAMESPACE_TYPE_IPC, "ipc")         \
	W(NAMESPACE_TYPE_UTS, "uts")         \
	W(NAMESPACE_TYPE_USER, "user")       \
	W(NAMESPACE_TYPE_CGROUP, "cgroup")   \
	W(NAMESPACE_TYPE_TIME, "time")

#define OCI_WORDS_device_type(W)       \
	W(DEVICE_TYPE_CHAR, "c")       \
	W(DEVICE_TYPE_BLOCK, "b")      \
	W(DEVICE_TYPE_UNBUFFERED, "u") \
	W(DEVICE_TYPE_FIFO, "p")

#define OCI_WORDS_device_rule_type(W) \
	W(DEVICE_RULE_TYPE_ALL, "a")  \
	W(DEVICE_RULE_TYPE_CHAR, "c") \
	W(DEVICE_RULE_TYPE_BLOCK, "b")

#define OCI_WORDS_rootfs_propagation(W)                \
	W(ROOTFS_PROPAGATION_SHARED, "shared")         \
	W(ROOTFS_PROPAGATION_SLAVE, "slave")           \
	W(ROOTFS_PROPAGATION_PRIVATE, "private")       \
	W(ROOTFS_PROPAGATION_UNBINDABLE, "unbindable") \
	W(ROOTFS_PROPAGATION_RSHARED, "rshared")       \
	W(ROOTFS_PROPAGATION_RSLAVE, "rslave")         \
	W(ROOTFS_PROPAGATION_RPRIVATE, "rprivate")     \
	W(ROOTFS_PROPAGATION_RUNBINDABLE, "runbindable")

#define OCI_WORDS_personality_domain(W)      \
	W(PERSONALITY_DOMAIN_LINUX, "LINUX") \
	W(PERSONALITY_DOMAIN_LINUX32, "LINUX32")

#define OCI_WORDS_scheduler_policy(W)            \
	W(SCHEDULER_POLICY_OTHER, "SCHED_OTHER") \
	W(SCHEDULER_POLICY_FIFO, "SCHED_FIFO")   \
	W(SCHEDULER_POLICY_RR, "SCHED_RR")       \
	W(SCHEDULER_POLICY_BATCH, "SCHED_BATCH") \
	W(SCHEDULER_POLICY_ISO, "SCHED_ISO")     \
	W(SCHEDULER_POLICY_IDLE, "SCHED_IDLE")   \
	W(SCHEDULER_POLICY_DEADLINE, "SCHED_DEADLINE")

#define OCI_WORDS_scheduler_flag(W)                                   \
	W(SCHEDULER_FLAG_RESET_ON_FORK, "SCHED_FLAG_RESET_ON_FORK")   \
	W(SCHEDULER_FLAG_RECLAIM, "SCHED_FLAG_RECLAIM")               \
	W(SCHEDULER_FLAG_DL_OVERRUN, "SCHED_FLAG_DL_OVERRUN")         \
	W(SCHEDULER_FLAG_KEEP_POLICY, "SCHED_FLAG_KEEP_POLICY")       \
	W(SCHEDULER_FLAG_KEEP_PARAMS, "SCHED_FLAG_KEEP_PARAMS")       \
	W(SCHEDULER_FLAG_UTIL_CLAMP_MIN, "SCHED_FLAG_UTIL_CLAMP_MIN") \
	W(SCHEDULER_FLAG_UTIL_CLAMP_MAX, "SCHED_FLAG_UTIL_CLAMP_MAX")

#define OCI_WORDS_io_priority_class(W)             \
	W(IO_PRIORITY_CLASS_RT, "IOPRIO_CLASS_RT") \
	W(IO_PRIORITY_CLASS_BE, "IOPRIO_CLASS_BE") \
	W(IO_PRIORITY_CLASS_IDLE, "IOPRIO_CLASS_IDLE")

#define OCI_WORDS_memory_policy_mode(W)                                       \
	W(MEMORY_POLICY_MODE_DEFAULT, "MPOL_DEFAULT")                         \
	W(MEMORY_POLICY_MODE_BIND, "MPOL_BIND")                               \
	W(MEMORY_POLICY_MODE_INTERLEAVE, "MPOL_INTERLEAVE")                   \
	W(MEMORY_POLICY_MODE_WEIGHTED_INTERLEAVE, "MPOL_WEIGHTED_INTERLEAVE") \
	W(MEMORY_POLICY_MODE_PREFERRED, "MPOL_PREFERRED")                     \
	W(MEMORY_POLICY_MODE_PREFERRED_MANY, "MPOL_PREFERRED_MANY")           \
	W(MEMORY_POLICY_MODE_LOCAL, "MPOL_LOCAL")

#define OCI_WORDS_memory_policy_flag(W)                               \
	W(MEMORY_POLICY_FLAG_NUMA_BALANCING, "MPOL_F_NUMA_BALANCING") \
	W(MEMORY_POLICY_FLAG_RELATIVE_NODES, "MPOL_F_RELATIVE_NODES") \
	W(MEMORY_POLICY_FLAG_STATIC_NODES, "MPOL_F_STATIC_NODES")

#define OCI_WORDS_seccomp_action(W)                             \
	W(SECCOMP_ACTION_KILL, "SCMP_ACT_KILL")                 \
	W(SECCOMP_ACTION_KILL_PROCESS, "SCMP_ACT_KILL_PROCESS") \
	W(SECCOMP_ACTION_KILL_THREAD, "SCMP_ACT_KILL_THREAD")   \
	W(SECCOMP_ACTION_TRAP, "SCMP_ACT_TRAP")                 \
	W(SECCOMP_ACTION_ERRNO, "SCMP_ACT_ERRNO")               \
	W(SECCOMP_ACTION_TRACE, "SCMP_ACT_TRACE")               \
	W(SECCOMP_ACTION_ALLOW, "SCMP_ACT_ALLOW")               \
	W(SECCOMP_ACTION_LOG, "SCMP_ACT_LOG")                   \
	W(SECCOMP_ACTION_NOTIFY, "SCMP_ACT_NOTIFY")

#define OCI_WORDS_seccomp_operator(W)         \
	W(SECCOMP_OPERATOR_NE, "SCMP_CMP_NE") \
	W(SECCOMP_OPERATOR_LT, "SCMP_CMP_LT") \
	W(SECCOMP_OPERATOR_LE, "SCMP_CMP_LE") \
	W(SECCOMP_OPERATOR_EQ, "SCMP_CMP_EQ") \
	W(SECCOMP_OPERATOR_GE, "SCMP_CMP_GE") \
	W(SECCOMP_OPERATOR_GT, "SCMP_CMP_GT") \
	W(SECCOMP_OPERATOR_MASKED_EQ, "SCMP_CMP_MASKED_EQ")

#define OCI_WORDS_seccomp_flag(W)                                    \
	W(SECCOMP_FLAG_TSYNC, "SECCOMP_FILTER_FLAG_TSYNC")           \
	W(SECCOMP_FLAG_LOG, "SECCOMP_FILTER_FLAG_LOG")               \
	W(SECCOMP_FLAG_SPEC_ALLOW, "SECCOMP_FILTER_FLAG_SPEC_ALLOW") \
	W(SECCOMP_FLAG_WAIT_KILLABLE_RECV, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")

#define OCI_WORDS_seccomp_arch(W)                            \
	W(SECCOMP_ARCH_X86, "SCMP_ARCH_X86")                 \
	W(SECCOMP_ARCH_X86_64, "SCMP_ARCH_X86_64")           \
	W(SECCOMP_ARCH_X32, "SCMP_ARCH_X32")                 \
	W(SECCOMP_ARCH_ARM, "SCMP_ARCH_ARM")                 \
	W(SECCOMP_ARCH_AARCH64, "SCMP_ARCH_AARCH64")         \
	W(SECCOMP_ARCH_LOONGARCH64, "SCMP_ARCH_LOONGARCH64") \
	W(SECCOMP_ARCH_M68K, "SCMP_ARCH_M68K")               \
	W(SECCOMP_ARCH_MIPS, "SCMP_ARCH_MIPS")               \
	W(SECCOMP_ARCH_MIPS64, "SCMP_ARCH_MIPS64")           \
	W(SECCOMP_ARCH_MIPS64N32, "SCMP_ARCH_MIPS64N32")     \
	W(SECCOMP_ARCH_MIPSEL, "SCMP_ARCH_MIPSEL")           \
	W(SECCOMP_ARCH_MIPSEL64, "SCMP_ARCH_MIPSEL64")       \
	W(SECCOMP_ARCH_MIPSEL64N32, "SCMP_ARCH_MIPSEL64N32") \
	W(SECCOMP_ARCH_PARISC, "SCMP_ARCH_PARISC")           \
	W(SECCOMP_ARCH_PARISC64, "SCMP_ARCH_PARISC64")       \
	W(SECCOMP_ARCH_PPC, "SCMP_ARCH_PPC")                 \
	W(SECCOMP_ARCH_PPC64, "SCMP_ARCH_PPC64")             \
	W(SECCOMP_ARCH_PPC64LE, "SCMP_ARCH_PPC64LE")         \
	W(SECCOMP_ARCH_RISCV64, "SCMP_ARCH_RISCV64")         \
	W(SECCOMP_ARCH_S390, "SCMP_ARCH_S390")               \
	W(SECCOMP_ARCH_S390X, "SCMP_ARCH_S390X")             \
	W(SECCOMP_ARCH_SH, "SCMP_ARCH_SH")                   \
	W(SECCOMP_ARCH_SHEB, "SCMP_ARCH_SHEB")

/* The last one is never shown: it stands in the runtime's own record only. */
#define OCI_WORDS_status(W)            \
	W(STATUS_CREATING, "creating") \
	W(STATUS_CREATED, "created")   \
	W(STATUS_RUNNING, "running")   \
	W(STATUS_STOPPED, "stopped")   \
	W(STATUS_PAUSED, "paused")     \
	W(STATUS_DELETING, "deleting")
