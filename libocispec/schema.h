/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OCI documents, described once: the runtime specification 1.3.0 as far as Linux is concerned,
 * the runtime's own record, and the facts about a host. Structs, decoder, encoder, checks and walk
 *all come from these rows, so that a new property is one row here and nothing else in this library.
 *
 *	P(object, field, "jsonName", KIND, child, flags, LIMIT)
 *
 * KIND is one of enum oci_kind; child names the object of OBJECT, LIST and OBJECT_MAP and the enum
 * of ENUM and ENUMS, `none` otherwise; flags are of enum oci_flag; LIMIT is one of enum oci_limit
 * (both in table.h). Encoding keeps the order of the rows.
 *
 * The word `linux` is a macro in gnu17, so the field is linux_, and an object of that name may only
 * be used next to ##, as every user of these lists does.
 */
#pragma once

#include "libocispec/schema_config.h"
#include "libocispec/schema_documents.h"
#include "libocispec/schema_host.h"

/*
 * Every object, those that others hold by value first: O has rows only, K is an element of an
 * object whose names are free (a map), and has a `key` in front of its rows.
 */
#define OCI_OBJECTS(O, K)            \
	O(root)                      \
	O(console_size)              \
	O(user)                      \
	O(capabilities)              \
	O(rlimit)                    \
	O(scheduler)                 \
	O(io_priority)               \
	O(exec_cpu_affinity)         \
	O(process)                   \
	O(id_mapping)                \
	O(mount)                     \
	O(hook)                      \
	O(hooks)                     \
	O(namespace)                 \
	K(time_offset)               \
	O(device)                    \
	K(net_device)                \
	O(device_rule)               \
	O(memory)                    \
	O(cpu)                       \
	O(pids)                      \
	O(weight_device)             \
	O(throttle_device)           \
	O(block_io)                  \
	O(hugepage_limit)            \
	O(interface_priority)        \
	O(network)                   \
	K(rdma)                      \
	O(resources)                 \
	O(intel_rdt)                 \
	O(memory_policy)             \
	O(syscall_arg)               \
	O(syscall)                   \
	O(seccomp)                   \
	O(personality)               \
	O(linux)                     \
	O(config)                    \
	O(state)                     \
	O(container_process_state)   \
	O(features_cgroup)           \
	O(features_seccomp)          \
	O(features_enabled)          \
	O(features_intel_rdt)        \
	O(features_memory_policy)    \
	O(features_mount_extensions) \
	O(features_linux)            \
	O(features)                  \
	OCI_HOST_OBJECTS(O)          \
	O(host_cgroups)              \
	O(host_facts)                \
	O(identity)                  \
	O(record_cgroup)             \
	O(record_namespace)          \
	O(record_undo)               \
	O(record)
