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

/*
 * A namespace that is to be joined, by its path. It is opened once, and what is used later is the
 * descriptor. Namespaces are told apart by inode.
 */
struct host_namespace {
	const char *path; /* NULL: no path was given, and all else is 0 */
	int fd;           /* close-on-exec; -1 when there is an error */
	int error;        /* a positive errno: why it could not be opened */
	uint64_t type;    /* CLONE_NEW*, one of them; 0: the path leads to something else */
	uint64_t inode;
	uint64_t owner; /* the user namespace that owns it, of a user namespace its parent; 0: it
			   is neither the runtime's own nor below it */
	uint32_t owner_uid; /* of a user namespace: who made it, as the runtime sees him */
	bool is_own;        /* the runtime is in it */
	bool is_below;      /* a pid namespace: below the runtime's own */
};

/* HOST_FACT_uid and so on; a set of facts has a bit for each. */
#define HOST_FACT_ID(object, field, ...) HOST_FACT_##field,
enum host_fact { OCI_PROPERTIES_host_facts(HOST_FACT_ID) HOST_FACT_COUNT };
#define HOST_SET(field) (UINT64_C(1) << HOST_FACT_##field)
#define HOST_SET_ALL    ((UINT64_C(1) << HOST_FACT_COUNT) - 1)

struct host_facts {
	OCI_PROPERTIES_host_facts(
		HOST_FIELD) uint64_t known; /* the set of those that have been found out */

	/* Only if a namespace is to be joined: one for each of linux.namespaces, in their order. */
	struct host_namespace *namespaces;
	size_t n_namespaces;
	uint64_t userns; /* the inode of the runtime's own user namespace */

	/* Only where the runtime may not write id maps itself: absolute paths; NULL: not found. */
	const char *newuidmap, *newgidmap;
};

/* Both facts have to be known. */
static inline bool host_has_kernel(const struct host_facts *facts, uint32_t major, uint32_t minor)
{
	if (facts->kernel_major != major)
		return facts->kernel_major > major;
	return facts->kernel_minor >= minor;
}

/*
 * Those facts of the set that are about the process and its kernel: all but the cgroups. What is
 * not asked for costs no system call, and is left as it was. `proc_fd` is from procfd_open.
 */
int host_probe(int proc_fd, uint64_t set, struct host_facts *facts, struct error *err);

/*
 * Opens the namespaces that are to be joined: paths[i], or NULL. What is wrong with one is a fact,
 * too, not an error. The descriptors are host_namespaces_close's.
 */
int host_probe_namespaces(int proc_fd, struct arena *arena, size_t n, const char *const *paths,
			  struct host_facts *facts, struct error *err);
void host_namespaces_close(struct host_facts *facts);

/* Whether there are time namespaces [5.6], and the clocks that they shift; for host_probe. */
void host_probe_time(int proc_fd, struct host_facts *facts);

/* The programs that write id maps, if the caller may not (by facts->permitted). */
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
