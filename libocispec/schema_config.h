/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The properties of config.json (runtime specification 1.3.0, Linux): rows of schema.h, which says
 * how to read them. It must not be included by anything else.
 */
#pragma once

#define OCI_PROPERTIES_root(P)                                 \
	P(root, path, "path", STRING, none, OCI_REQUIRED, ANY) \
	P(root, readonly, "readonly", BOOL, none, 0, ANY)

#define OCI_PROPERTIES_console_size(P)                                  \
	P(console_size, height, "height", U64, none, OCI_REQUIRED, ANY) \
	P(console_size, width, "width", U64, none, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_user(P)                            \
	P(user, uid, "uid", U32, none, OCI_REQUIRED, ANY) \
	P(user, gid, "gid", U32, none, OCI_REQUIRED, ANY) \
	P(user, umask, "umask", U32, none, 0, UMASK)      \
	P(user, additional_gids, "additionalGids", U32S, none, 0, ANY)

#define OCI_PROPERTIES_capabilities(P)                                     \
	P(capabilities, bounding, "bounding", STRINGS, none, 0, ANY)       \
	P(capabilities, effective, "effective", STRINGS, none, 0, ANY)     \
	P(capabilities, inheritable, "inheritable", STRINGS, none, 0, ANY) \
	P(capabilities, permitted, "permitted", STRINGS, none, 0, ANY)     \
	P(capabilities, ambient, "ambient", STRINGS, none, 0, ANY)

#define OCI_PROPERTIES_rlimit(P)                                 \
	P(rlimit, type, "type", STRING, none, OCI_REQUIRED, ANY) \
	P(rlimit, soft, "soft", U64, none, OCI_REQUIRED, ANY)    \
	P(rlimit, hard, "hard", U64, none, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_scheduler(P)                                               \
	P(scheduler, policy, "policy", ENUM, scheduler_policy, OCI_REQUIRED, ANY) \
	P(scheduler, nice, "nice", I32, none, 0, ANY)                             \
	P(scheduler, priority, "priority", I32, none, 0, ANY)                     \
	P(scheduler, flags, "flags", ENUMS, scheduler_flag, 0, ANY)               \
	P(scheduler, runtime, "runtime", U64, none, 0, ANY)                       \
	P(scheduler, deadline, "deadline", U64, none, 0, ANY)                     \
	P(scheduler, period, "period", U64, none, 0, ANY)

#define OCI_PROPERTIES_io_priority(P)                                              \
	P(io_priority, class, "class", ENUM, io_priority_class, OCI_REQUIRED, ANY) \
	P(io_priority, priority, "priority", I32, none, OCI_REQUIRED, IO_PRIORITY)

#define OCI_PROPERTIES_exec_cpu_affinity(P)                                 \
	P(exec_cpu_affinity, initial, "initial", STRING, none, 0, CPU_LIST) \
	P(exec_cpu_affinity, final, "final", STRING, none, 0, CPU_LIST)

#define OCI_PROPERTIES_process(P)                                              \
	P(process, terminal, "terminal", BOOL, none, 0, ANY)                   \
	P(process, console_size, "consoleSize", OBJECT, console_size, 0, ANY)  \
	P(process, user, "user", OBJECT, user, 0, ANY)                         \
	P(process, args, "args", STRINGS, none, 0, ANY)                        \
	P(process, env, "env", STRINGS, none, 0, ANY)                          \
	P(process, cwd, "cwd", STRING, none, OCI_REQUIRED, ANY)                \
	P(process, capabilities, "capabilities", OBJECT, capabilities, 0, ANY) \
	P(process, rlimits, "rlimits", LIST, rlimit, 0, ANY)                   \
	P(process, no_new_privileges, "noNewPrivileges", BOOL, none, 0, ANY)   \
	P(process, apparmor_profile, "apparmorProfile", STRING, none, 0, ANY)  \
	P(process, selinux_label, "selinuxLabel", STRING, none, 0, ANY)        \
	P(process, oom_score_adj, "oomScoreAdj", I32, none, 0, ANY)            \
	P(process, scheduler, "scheduler", OBJECT, scheduler, 0, ANY)          \
	P(process, io_priority, "ioPriority", OBJECT, io_priority, 0, ANY)     \
	P(process, exec_cpu_affinity, "execCPUAffinity", OBJECT, exec_cpu_affinity, 0, ANY)

#define OCI_PROPERTIES_id_mapping(P)                                             \
	P(id_mapping, container_id, "containerID", U32, none, OCI_REQUIRED, ANY) \
	P(id_mapping, host_id, "hostID", U32, none, OCI_REQUIRED, ANY)           \
	P(id_mapping, size, "size", U32, none, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_mount(P)                                                     \
	P(mount, destination, "destination", STRING, none, OCI_REQUIRED, NON_EMPTY) \
	P(mount, type, "type", STRING, none, 0, ANY)                                \
	P(mount, source, "source", STRING, none, 0, ANY)                            \
	P(mount, options, "options", STRINGS, none, 0, ANY)                         \
	P(mount, uid_mappings, "uidMappings", LIST, id_mapping, 0, ANY)             \
	P(mount, gid_mappings, "gidMappings", LIST, id_mapping, 0, ANY)

#define OCI_PROPERTIES_hook(P)                                       \
	P(hook, path, "path", STRING, none, OCI_REQUIRED, NON_EMPTY) \
	P(hook, args, "args", STRINGS, none, 0, ANY)                 \
	P(hook, env, "env", STRINGS, none, 0, ANY)                   \
	P(hook, timeout, "timeout", I64, none, 0, POSITIVE)

#define OCI_PROPERTIES_hooks(P)                                           \
	P(hooks, prestart, "prestart", LIST, hook, 0, ANY)                \
	P(hooks, create_runtime, "createRuntime", LIST, hook, 0, ANY)     \
	P(hooks, create_container, "createContainer", LIST, hook, 0, ANY) \
	P(hooks, start_container, "startContainer", LIST, hook, 0, ANY)   \
	P(hooks, poststart, "poststart", LIST, hook, 0, ANY)              \
	P(hooks, poststop, "poststop", LIST, hook, 0, ANY)

#define OCI_PROPERTIES_namespace(P)                                         \
	P(namespace, type, "type", ENUM, namespace_type, OCI_REQUIRED, ANY) \
	P(namespace, path, "path", STRING, none, 0, ANY)

#define OCI_PROPERTIES_time_offset(P)                   \
	P(time_offset, secs, "secs", I64, none, 0, ANY) \
	P(time_offset, nanosecs, "nanosecs", U32, none, 0, NANOSECONDS)

#define OCI_PROPERTIES_device(P)                                       \
	P(device, type, "type", ENUM, device_type, OCI_REQUIRED, ANY)  \
	P(device, path, "path", STRING, none, OCI_REQUIRED, NON_EMPTY) \
	P(device, major, "major", I64, none, 0, DEVICE_MAJOR)          \
	P(device, minor, "minor", I64, none, 0, DEVICE_MINOR)          \
	P(device, file_mode, "fileMode", U32, none, 0, FILE_MODE)      \
	P(device, uid, "uid", U32, none, 0, ANY)                       \
	P(device, gid, "gid", U32, none, 0, ANY)

#define OCI_PROPERTIES_net_device(P) P(net_device, name, "name", STRING, none, 0, ANY)

#define OCI_PROPERTIES_device_rule(P)                                 \
	P(device_rule, allow, "allow", BOOL, none, OCI_REQUIRED, ANY) \
	P(device_rule, type, "type", ENUM, device_rule_type, 0, ANY)  \
	P(device_rule, major, "major", I64, none, 0, RULE_NUMBER)     \
	P(device_rule, minor, "minor", I64, none, 0, RULE_NUMBER)     \
	P(device_rule, access, "access", STRING, none, 0, ACCESS)

#define OCI_PROPERTIES_memory(P)                                              \
	P(memory, limit, "limit", I64, none, 0, MINUS_ONE)                    \
	P(memory, reservation, "reservation", I64, none, 0, MINUS_ONE)        \
	P(memory, swap, "swap", I64, none, 0, MINUS_ONE)                      \
	P(memory, kernel, "kernel", I64, none, 0, MINUS_ONE)                  \
	P(memory, kernel_tcp, "kernelTCP", I64, none, 0, MINUS_ONE)           \
	P(memory, swappiness, "swappiness", U64, none, 0, PERCENT)            \
	P(memory, disable_oom_killer, "disableOOMKiller", BOOL, none, 0, ANY) \
	P(memory, use_hierarchy, "useHierarchy", BOOL, none, 0, ANY)          \
	P(memory, check_before_update, "checkBeforeUpdate", BOOL, none, 0, ANY)

#define OCI_PROPERTIES_cpu(P)                                                \
	P(cpu, shares, "shares", U64, none, 0, ANY)                          \
	P(cpu, quota, "quota", I64, none, 0, MINUS_ONE)                      \
	P(cpu, burst, "burst", U64, none, 0, ANY)                            \
	P(cpu, period, "period", U64, none, 0, ANY)                          \
	P(cpu, realtime_runtime, "realtimeRuntime", I64, none, 0, MINUS_ONE) \
	P(cpu, realtime_period, "realtimePeriod", U64, none, 0, ANY)         \
	P(cpu, cpus, "cpus", STRING, none, 0, ANY)                           \
	P(cpu, mems, "mems", STRING, none, 0, ANY)                           \
	P(cpu, idle, "idle", I64, none, 0, ZERO_OR_ONE)

#define OCI_PROPERTIES_pids(P) P(pids, limit, "limit", I64, none, OCI_REQUIRED, MINUS_ONE)

#define OCI_PROPERTIES_weight_device(P)                                         \
	P(weight_device, major, "major", I64, none, OCI_REQUIRED, DEVICE_MAJOR) \
	P(weight_device, minor, "minor", I64, none, OCI_REQUIRED, DEVICE_MINOR) \
	P(weight_device, weight, "weight", U16, none, OCI_ONE_OF, ANY)          \
	P(weight_device, leaf_weight, "leafWeight", U16, none, OCI_ONE_OF, ANY)

#define OCI_PROPERTIES_throttle_device(P)                                         \
	P(throttle_device, major, "major", I64, none, OCI_REQUIRED, DEVICE_MAJOR) \
	P(throttle_device, minor, "minor", I64, none, OCI_REQUIRED, DEVICE_MINOR) \
	P(throttle_device, rate, "rate", U64, none, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_block_io(P)                                                                 \
	P(block_io, weight, "weight", U16, none, 0, ANY)                                           \
	P(block_io, leaf_weight, "leafWeight", U16, none, 0, ANY)                                  \
	P(block_io, weight_device, "weightDevice", LIST, weight_device, 0, ANY)                    \
	P(block_io, throttle_read_bps_device, "throttleReadBpsDevice", LIST, throttle_device, 0,   \
	  ANY)                                                                                     \
	P(block_io, throttle_write_bps_device, "throttleWriteBpsDevice", LIST, throttle_device, 0, \
	  ANY)                                                                                     \
	P(block_io, throttle_read_iops_device, "throttleReadIOPSDevice", LIST, throttle_device, 0, \
	  ANY)                                                                                     \
	P(block_io, throttle_write_iops_device, "throttleWriteIOPSDevice", LIST, throttle_device,  \
	  0, ANY)

#define OCI_PROPERTIES_hugepage_limit(P)                                                \
	P(hugepage_limit, page_size, "pageSize", STRING, none, OCI_REQUIRED, PAGE_SIZE) \
	P(hugepage_limit, limit, "limit", U64, none, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_interface_priority(P)                                       \
	P(interface_priority, name, "name", STRING, none, OCI_REQUIRED, NON_EMPTY) \
	P(interface_priority, priority, "priority", U32, none, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_network(P)                          \
	P(network, class_id, "classID", U32, none, 0, ANY) \
	P(network, priorities, "priorities", LIST, interface_priority, 0, ANY)

#define OCI_PROPERTIES_rdma(P)                                         \
	P(rdma, hca_handles, "hcaHandles", U32, none, OCI_ONE_OF, ANY) \
	P(rdma, hca_objects, "hcaObjects", U32, none, OCI_ONE_OF, ANY)

#define OCI_PROPERTIES_resources(P)                                                   \
	P(resources, devices, "devices", LIST, device_rule, 0, ANY)                   \
	P(resources, memory, "memory", OBJECT, memory, 0, ANY)                        \
	P(resources, cpu, "cpu", OBJECT, cpu, 0, ANY)                                 \
	P(resources, pids, "pids", OBJECT, pids, 0, ANY)                              \
	P(resources, block_io, "blockIO", OBJECT, block_io, 0, ANY)                   \
	P(resources, hugepage_limits, "hugepageLimits", LIST, hugepage_limit, 0, ANY) \
	P(resources, network, "network", OBJECT, network, 0, ANY)                     \
	P(resources, rdma, "rdma", OBJECT_MAP, rdma, 0, ANY)                          \
	P(resources, unified, "unified", MAP, none, 0, ANY)

#define OCI_PROPERTIES_intel_rdt(P)                                                   \
	P(intel_rdt, clos_id, "closID", STRING, none, 0, NON_EMPTY)                   \
	P(intel_rdt, l3_cache_schema, "l3CacheSchema", STRING, none, 0, ONE_LINE)     \
	P(intel_rdt, mem_bw_schema, "memBwSchema", STRING, none, 0, MEMORY_BANDWIDTH) \
	P(intel_rdt, schemata, "schemata", STRINGS, none, 0, ANY)                     \
	P(intel_rdt, enable_monitoring, "enableMonitoring", BOOL, none, 0, ANY)

#define OCI_PROPERTIES_memory_policy(P)                                             \
	P(memory_policy, mode, "mode", ENUM, memory_policy_mode, OCI_REQUIRED, ANY) \
	P(memory_policy, nodes, "nodes", STRING, none, 0, ANY)                      \
	P(memory_policy, flags, "flags", ENUMS, memory_policy_flag, 0, ANY)

#define OCI_PROPERTIES_syscall_arg(P)                                     \
	P(syscall_arg, index, "index", U32, none, OCI_REQUIRED, ARGUMENT) \
	P(syscall_arg, value, "value", U64, none, OCI_REQUIRED, ANY)      \
	P(syscall_arg, value_two, "valueTwo", U64, none, 0, ANY)          \
	P(syscall_arg, op, "op", ENUM, seccomp_operator, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_syscall(P)                                             \
	P(syscall, names, "names", STRINGS, none, OCI_REQUIRED, NON_EMPTY)    \
	P(syscall, action, "action", ENUM, seccomp_action, OCI_REQUIRED, ANY) \
	P(syscall, errno_ret, "errnoRet", U32, none, 0, ANY)                  \
	P(syscall, args, "args", LIST, syscall_arg, 0, ANY)

#define OCI_PROPERTIES_seccomp(P)                                                            \
	P(seccomp, default_action, "defaultAction", ENUM, seccomp_action, OCI_REQUIRED, ANY) \
	P(seccomp, default_errno_ret, "defaultErrnoRet", U32, none, 0, ANY)                  \
	P(seccomp, architectures, "architectures", ENUMS, seccomp_arch, 0, ANY)              \
	P(seccomp, flags, "flags", ENUMS, seccomp_flag, 0, ANY)                              \
	P(seccomp, listener_path, "listenerPath", STRING, none, 0, ANY)                      \
	P(seccomp, listener_metadata, "listenerMetadata", STRING, none, 0, ANY)              \
	P(seccomp, syscalls, "syscalls", LIST, syscall, 0, ANY)

#define OCI_PROPERTIES_personality(P)                                                 \
	P(personality, domain, "domain", ENUM, personality_domain, OCI_REQUIRED, ANY) \
	P(personality, flags, "flags", STRINGS, none, 0, ANY)

#define OCI_PROPERTIES_linux(P)                                                             \
	P(linux, namespaces, "namespaces", LIST, namespace, 0, ANY)                         \
	P(linux, uid_mappings, "uidMappings", LIST, id_mapping, 0, ANY)                     \
	P(linux, gid_mappings, "gidMappings", LIST, id_mapping, 0, ANY)                     \
	P(linux, time_offsets, "timeOffsets", OBJECT_MAP, time_offset, 0, ANY)              \
	P(linux, devices, "devices", LIST, device, 0, ANY)                                  \
	P(linux, net_devices, "netDevices", OBJECT_MAP, net_device, 0, ANY)                 \
	P(linux, cgroups_path, "cgroupsPath", STRING, none, 0, ANY)                         \
	P(linux, resources, "resources", OBJECT, resources, 0, ANY)                         \
	P(linux, intel_rdt, "intelRdt", OBJECT, intel_rdt, 0, ANY)                          \
	P(linux, memory_policy, "memoryPolicy", OBJECT, memory_policy, 0, ANY)              \
	P(linux, sysctl, "sysctl", MAP, none, 0, ANY)                                       \
	P(linux, seccomp, "seccomp", OBJECT, seccomp, 0, ANY)                               \
	P(linux, rootfs_propagation, "rootfsPropagation", ENUM, rootfs_propagation, 0, ANY) \
	P(linux, masked_paths, "maskedPaths", STRINGS, none, 0, ANY)                        \
	P(linux, readonly_paths, "readonlyPaths", STRINGS, none, 0, ANY)                    \
	P(linux, mount_label, "mountLabel", STRING, none, 0, ANY)                           \
	P(linux, personality, "personality", OBJECT, personality, 0, ANY)

#define OCI_PROPERTIES_config(P)                                              \
	P(config, oci_version, "ociVersion", STRING, none, OCI_REQUIRED, ANY) \
	P(config, root, "root", OBJECT, root, 0, ANY)                         \
	P(config, process, "process", OBJECT, process, 0, ANY)                \
	P(config, hostname, "hostname", STRING, none, 0, ANY)                 \
	P(config, domainname, "domainname", STRING, none, 0, ANY)             \
	P(config, mounts, "mounts", LIST, mount, 0, ANY)                      \
	P(config, hooks, "hooks", OBJECT, hooks, 0, ANY)                      \
	P(config, annotations, "annotations", MAP, none, 0, ANY)              \
	P(config, linux_, "linux", OBJECT, linux, 0, ANY)
