/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the planner must know about this host: plain data, probed here and nowhere else, and only
 * when the configuration needs it. The structs are made of the rows of libocispec/schema_host.h,
 * where each field is explained: the text of `plan --facts` has the same. A test may write them by
 * hand.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "libocispec/schema_host.h"

/* Words of schema_host.h: HOST_CGROUP_NONE (nothing at /sys/fs/cgroup that is a cgroup file
 * system), HOST_CGROUP_V1 (one hierarchy a controller or a set of them), HOST_CGROUP_HYBRID (v1,
 * and a v2 tree at /sys/fs/cgroup/unified), HOST_CGROUP_V2 (one v2 tree at /sys/fs/cgroup). */
#define HOST_CONSTANT(name, text) name,
enum host_cgroup_mode { OCI_WORDS_host_cgroup_mode(HOST_CONSTANT) };

/* A field of a row. A list is { n, v }; what is null in the document is NULL here. */
#define HOST_TYPE_STRING(child)                           const char *
#define HOST_TYPE_BOOL(child)                             bool
#define HOST_TYPE_U32(child)                              uint32_t
#define HOST_TYPE_U64(child)                              uint64_t
#define HOST_TYPE_I64(child)                              int64_t
#define HOST_TYPE_ENUM(child)                             enum child
#define HOST_TYPE_OBJECT(child)                           struct child
#define HOST_TYPE_LIST(child)                             struct child##_list
#define HOST_FIELD(object, field, name, kind, child, ...) HOST_TYPE_##kind(child) field;

#define HOST_DECLARE(object)                        \
	struct object {                             \
		OCI_PROPERTIES_##object(HOST_FIELD) \
	};                                          \
	struct object##_list {                      \
		size_t n;                           \
		struct object *v;                   \
	};
OCI_HOST_OBJECTS(HOST_DECLARE)

/* The hierarchies of host_cgroups are its own n and v. */
#define HOST_FLAT_STRING(child, field) const char *field;
#define HOST_FLAT_ENUM(child, field)   enum child field;
#define HOST_FLAT_LIST(child, field) \
	size_t n;                    \
	struct child *v;
#define HOST_FLAT(object, field, name, kind, child, ...) HOST_FLAT_##kind(child, field)
struct host_cgroups {
	OCI_PROPERTIES_host_cgroups(HOST_FLAT)
};

/* HOST_FACT_uid and so on; a set of facts has a bit for each. */
#define HOST_FACT_ID(object, field, ...) HOST_FACT_##field,
enum host_fact { OCI_PROPERTIES_host_facts(HOST_FACT_ID) HOST_FACT_COUNT };
#define HOST_SET(field) (UINT64_C(1) << HOST_FACT_##field)
#define HOST_SET_ALL    ((UINT64_C(1) << HOST_FACT_COUNT) - 1)

struct host_facts {
	OCI_PROPERTIES_host_facts(
		HOST_FIELD) uint64_t known; /* the set of those that have been found out */
};

/* What is known of the namespace at that path; NULL: nothing. */
const struct host_namespace *host_find_namespace(const struct host_facts *facts, const char *path);

/* Both facts have to be known. */
static inline bool host_has_kernel(const struct host_facts *facts, uint32_t major, uint32_t minor)
{
	if (facts->kernel_major != major)
		return facts->kernel_major > major;
	return facts->kernel_minor >= minor;
}

/*
 * Those facts of the set that are about the process and its kernel: all but the cgroups, the
 * namespaces and the ids. What is not asked for costs no system call, and is left as it was.
 * `proc_fd` is from procfd_open. Who writes id maps depends on `permitted`, which has to be in the
 * set then.
 */
int host_probe(int proc_fd, uint64_t set, struct host_facts *facts, struct error *err);

/* CLONE_NEW* of the types that the fact `owned` is about. */
#define HOST_OWNABLE                                                                            \
	(KERNEL_CLONE_NEWPID | KERNEL_CLONE_NEWNET | KERNEL_CLONE_NEWNS | KERNEL_CLONE_NEWIPC | \
	 KERNEL_CLONE_NEWUTS | KERNEL_CLONE_NEWCGROUP | KERNEL_CLONE_NEWTIME)

/* Those of the caller's own namespaces that its user namespace owns: CLONE_NEW*. */
uint64_t host_own_namespaces(int proc_fd);

/*
 * The namespaces that are to be joined: paths[i], absolute, or NULL. Each is opened once, and
 * ret_fds[i] is the descriptor that the facts are about, close-on-exec, the caller's; -1 where
 * nobody will join anything. What is wrong with a path is a fact, not an error.
 */
void host_probe_namespaces(int proc_fd, struct arena *arena, size_t n, const char *const *paths,
			   int *ret_fds, struct host_facts *facts);

/*
 * The facts `uids` and `gids`. Of `is_initial_userns`, which has to be known, it follows that they
 * are all that there are: then nothing is read.
 */
int host_probe_ids(int proc_fd, struct arena *arena, struct host_facts *facts, struct error *err);

/* What host_probe has of host_namespaces.c. */
int host_probe_userns_inode(int proc_fd, uint64_t *ret, struct error *err);
void host_probe_time(int proc_fd, struct host_facts *facts);
void host_probe_idmap_helpers(struct host_facts *facts);

/* The layout: which hierarchies there are. Strings go to the arena. */
int host_probe_cgroups(int proc_fd, struct arena *arena, struct host_cgroups *ret,
		       struct error *err);

/*
 * The state of the directory that `path` (absolute: below each hierarchy's root) names in each
 * hierarchy: how much of it exists, whether it is populated or frozen.
 */
int host_probe_cgroup_target(struct arena *arena, const char *path, struct host_cgroups *cgroups,
			     struct error *err);
