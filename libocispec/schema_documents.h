/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The properties of the other documents: state, seccomp notification, features, and our own record:
 * rows of schema.h, which says how to read them. It must not be included by anything else.
 */
#pragma once

#define OCI_PROPERTIES_state(P)                                              \
	P(state, oci_version, "ociVersion", STRING, none, OCI_REQUIRED, ANY) \
	P(state, id, "id", STRING, none, OCI_REQUIRED, ANY)                  \
	P(state, status, "status", ENUM, status, OCI_REQUIRED, SHOWN_STATUS) \
	P(state, pid, "pid", I32, none, 0, NOT_NEGATIVE)                     \
	P(state, bundle, "bundle", STRING, none, OCI_REQUIRED, ANY)          \
	P(state, annotations, "annotations", MAP, none, 0, ANY)

#define OCI_PROPERTIES_container_process_state(P)                                              \
	P(container_process_state, oci_version, "ociVersion", STRING, none, OCI_REQUIRED, ANY) \
	P(container_process_state, fds, "fds", STRINGS, none, 0, ANY)                          \
	P(container_process_state, pid, "pid", I32, none, OCI_REQUIRED, NOT_NEGATIVE)          \
	P(container_process_state, metadata, "metadata", STRING, none, 0, ANY)                 \
	P(container_process_state, state, "state", OBJECT, state, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_features_cgroup(P)                                   \
	P(features_cgroup, v1, "v1", BOOL, none, 0, ANY)                    \
	P(features_cgroup, v2, "v2", BOOL, none, 0, ANY)                    \
	P(features_cgroup, systemd, "systemd", BOOL, none, 0, ANY)          \
	P(features_cgroup, systemd_user, "systemdUser", BOOL, none, 0, ANY) \
	P(features_cgroup, rdma, "rdma", BOOL, none, 0, ANY)

#define OCI_PROPERTIES_features_seccomp(P)                                           \
	P(features_seccomp, enabled, "enabled", BOOL, none, 0, ANY)                  \
	P(features_seccomp, actions, "actions", ENUMS, seccomp_action, 0, ANY)       \
	P(features_seccomp, operators, "operators", ENUMS, seccomp_operator, 0, ANY) \
	P(features_seccomp, archs, "archs", ENUMS, seccomp_arch, 0, ANY)             \
	P(features_seccomp, known_flags, "knownFlags", ENUMS, seccomp_flag, 0, ANY)  \
	P(features_seccomp, supported_flags, "supportedFlags", ENUMS, seccomp_flag, 0, ANY)

#define OCI_PROPERTIES_features_enabled(P) \
	P(features_enabled, enabled, "enabled", BOOL, none, 0, ANY)

#define OCI_PROPERTIES_features_intel_rdt(P)                            \
	P(features_intel_rdt, enabled, "enabled", BOOL, none, 0, ANY)   \
	P(features_intel_rdt, schemata, "schemata", BOOL, none, 0, ANY) \
	P(features_intel_rdt, monitoring, "monitoring", BOOL, none, 0, ANY)

#define OCI_PROPERTIES_features_memory_policy(P)                                     \
	P(features_memory_policy, modes, "modes", ENUMS, memory_policy_mode, 0, ANY) \
	P(features_memory_policy, flags, "flags", ENUMS, memory_policy_flag, 0, ANY)

#define OCI_PROPERTIES_features_mount_extensions(P) \
	P(features_mount_extensions, idmap, "idmap", OBJECT, features_enabled, 0, ANY)

#define OCI_PROPERTIES_features_linux(P)                                                          \
	P(features_linux, namespaces, "namespaces", ENUMS, namespace_type, 0, ANY)                \
	P(features_linux, capabilities, "capabilities", STRINGS, none, 0, ANY)                    \
	P(features_linux, cgroup, "cgroup", OBJECT, features_cgroup, 0, ANY)                      \
	P(features_linux, seccomp, "seccomp", OBJECT, features_seccomp, 0, ANY)                   \
	P(features_linux, apparmor, "apparmor", OBJECT, features_enabled, 0, ANY)                 \
	P(features_linux, selinux, "selinux", OBJECT, features_enabled, 0, ANY)                   \
	P(features_linux, intel_rdt, "intelRdt", OBJECT, features_intel_rdt, 0, ANY)              \
	P(features_linux, memory_policy, "memoryPolicy", OBJECT, features_memory_policy, 0, ANY)  \
	P(features_linux, mount_extensions, "mountExtensions", OBJECT, features_mount_extensions, \
	  0, ANY)                                                                                 \
	P(features_linux, net_devices, "netDevices", OBJECT, features_enabled, 0, ANY)

#define OCI_PROPERTIES_features(P)                                                               \
	P(features, oci_version_min, "ociVersionMin", STRING, none, OCI_REQUIRED, ANY)           \
	P(features, oci_version_max, "ociVersionMax", STRING, none, OCI_REQUIRED, ANY)           \
	P(features, hooks, "hooks", STRINGS, none, 0, ANY)                                       \
	P(features, mount_options, "mountOptions", STRINGS, none, 0, ANY)                        \
	P(features, annotations, "annotations", MAP, none, 0, ANY)                               \
	P(features, potentially_unsafe_config_annotations, "potentiallyUnsafeConfigAnnotations", \
	  STRINGS, none, 0, ANY)                                                                 \
	P(features, linux_, "linux", OBJECT, features_linux, 0, ANY)

#define OCI_PROPERTIES_identity(P)                                         \
	P(identity, pid, "pid", I32, none, OCI_REQUIRED, NOT_NEGATIVE)     \
	P(identity, start_time, "startTime", U64, none, OCI_REQUIRED, ANY) \
	P(identity, pidfd_inode, "pidfdInode", U64, none, 0, ANY)

#define OCI_PROPERTIES_record_cgroup(P)                                           \
	P(record_cgroup, hierarchy, "hierarchy", STRING, none, OCI_REQUIRED, ANY) \
	P(record_cgroup, path, "path", STRING, none, OCI_REQUIRED, ANY)

#define OCI_PROPERTIES_record_namespace(P)                                         \
	P(record_namespace, type, "type", ENUM, namespace_type, OCI_REQUIRED, ANY) \
	P(record_namespace, path, "path", STRING, none, 0, ANY)                    \
	P(record_namespace, inode, "inode", U64, none, 0, ANY)

#define OCI_PROPERTIES_record_undo(P)                             \
	P(record_undo, op, "op", STRING, none, OCI_REQUIRED, ANY) \
	P(record_undo, path, "path", STRING, none, 0, ANY)        \
	P(record_undo, made, "made", BOOL, none, 0, ANY)          \
	P(record_undo, exclusive, "exclusive", BOOL, none, 0, ANY)

#define OCI_PROPERTIES_record(P)                                              \
	P(record, format, "format", U32, none, OCI_REQUIRED, ANY)             \
	P(record, oci_version, "ociVersion", STRING, none, OCI_REQUIRED, ANY) \
	P(record, id, "id", STRING, none, OCI_REQUIRED, ANY)                  \
	P(record, status, "status", ENUM, status, OCI_REQUIRED, ANY)          \
	P(record, pid, "pid", I32, none, 0, NOT_NEGATIVE)                     \
	P(record, bundle, "bundle", STRING, none, OCI_REQUIRED, ANY)          \
	P(record, annotations, "annotations", MAP, none, 0, ANY)              \
	P(record, rootfs, "rootfs", STRING, none, 0, ANY)                     \
	P(record, created, "created", STRING, none, 0, ANY)                   \
	P(record, uid, "uid", U32, none, 0, ANY)                              \
	P(record, boot_id, "bootId", STRING, none, 0, ANY)                    \
	P(record, creator, "creator", OBJECT, identity, 0, ANY)               \
	P(record, init, "init", OBJECT, identity, 0, ANY)                     \
	P(record, runner, "runner", OBJECT, identity, 0, ANY)                 \
	P(record, poststop_next, "poststopNext", U32, none, 0, ANY)           \
	P(record, has_pid_namespace, "hasPidNamespace", BOOL, none, 0, ANY)   \
	P(record, cgroups, "cgroups", LIST, record_cgroup, 0, ANY)            \
	P(record, undo, "undo", LIST, record_undo, 0, ANY)                    \
	P(record, namespaces, "namespaces", LIST, record_namespace, 0, ANY)   \
	P(record, hooks, "hooks", OBJECT, hooks, 0, ANY)                      \
	P(record, process, "process", OBJECT, process, 0, ANY)                \
	P(record, resources, "resources", OBJECT, resources, 0, ANY)
