/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts about a host as a document: rows of schema.h and their words, which say how to read
 * them. `plan --facts` writes and reads it, and src/sys/host.h makes its structs of the same rows,
 * so that a fact is one row here and nowhere forgotten. It must not know how a fact is found out.
 *
 * A fact of the outermost object may be missing, for it is only asked for when a configuration
 * needs it; which ones those are stands in src/plan/needs.c.
 */
#pragma once

/* Every object but host_cgroups, whose one list stands in it directly, and host_facts itself; those
 * that others hold come first. */
#define OCI_HOST_OBJECTS(O) \
	O(host_hierarchy)   \
	O(host_namespace)   \
	O(host_ids)

#define OCI_WORDS_host_cgroup_mode(W)   \
	W(HOST_CGROUP_NONE, "none")     \
	W(HOST_CGROUP_V1, "v1")         \
	W(HOST_CGROUP_HYBRID, "hybrid") \
	W(HOST_CGROUP_V2, "v2")

/*
 * One mounted hierarchy, and what is known of the container's cgroup in it:
 *
 *	controllers  as in /proc/self/cgroup: "cpu,cpuacct", "name=systemd"; "" for v2
 *	mount        where it is mounted: "/sys/fs/cgroup/cpu"
 *	own          the runtime's own cgroup in it, relative to its root: "/"
 *	target       the container's directory, "/sys/fs/cgroup/cpu/x"; none: not looked for
 *	exists_to    the deepest directory of the target that is there already, a prefix of it
 *	is_populated it exists and holds processes, its own or below it
 */
#define OCI_PROPERTIES_host_hierarchy(P)                                               \
	P(host_hierarchy, controllers, "controllers", STRING, none, OCI_REQUIRED, ANY) \
	P(host_hierarchy, mount, "mount", STRING, none, OCI_REQUIRED, NON_EMPTY)       \
	P(host_hierarchy, own, "own", STRING, none, OCI_REQUIRED, NON_EMPTY)           \
	P(host_hierarchy, target, "target", STRING, none, 0, NON_EMPTY)                \
	P(host_hierarchy, exists_to, "existsTo", STRING, none, 0, NON_EMPTY)           \
	P(host_hierarchy, is_populated, "populated", BOOL, none, 0, ANY)               \
	P(host_hierarchy, is_frozen, "frozen", BOOL, none, 0, ANY)

/* The hierarchies are in the order of /proc/self/cgroup, v2 last; the controllers are those of
 * cgroup.controllers of the v2 root, blank separated. */
#define OCI_PROPERTIES_host_cgroups(P)                                                       \
	P(host_cgroups, mode, "mode", ENUM, host_cgroup_mode, OCI_REQUIRED, ANY)             \
	P(host_cgroups, hierarchies, "hierarchies", LIST, host_hierarchy, OCI_REQUIRED, ANY) \
	P(host_cgroups, v2_controllers, "v2Controllers", STRING, none, OCI_REQUIRED, ANY)

/*
 * A namespace that is to be joined, by its path. Namespaces are told apart by inode.
 *
 *	path       as in linux.namespaces
 *	error      why it could not be opened, a positive errno; 0: it could
 *	type       CLONE_NEW*, one of them; 0: the path leads to something else
 *	inode      given together with the type
 *	owner      the user namespace that owns it, of a user namespace its parent; 0: it is neither
 *	           the runtime's own nor below it
 *	owner_uid  of a user namespace: who made it, as the runtime sees him
 *	is_own     the runtime is in it
 *	is_below   a pid namespace: below the runtime's own
 *	is_owner_below  the owner is below the user namespace that is to be joined, too
 */
#define OCI_PROPERTIES_host_namespace(P)                                       \
	P(host_namespace, path, "path", STRING, none, OCI_REQUIRED, NON_EMPTY) \
	P(host_namespace, error, "error", U32, none, 0, ANY)                   \
	P(host_namespace, type, "type", U64, none, 0, ANY)                     \
	P(host_namespace, inode, "inode", U64, none, 0, ANY)                   \
	P(host_namespace, owner, "owner", U64, none, 0, ANY)                   \
	P(host_namespace, owner_uid, "ownerUid", U32, none, 0, ANY)            \
	P(host_namespace, is_own, "own", BOOL, none, 0, ANY)                   \
	P(host_namespace, is_below, "below", BOOL, none, 0, ANY)               \
	P(host_namespace, is_owner_below, "ownerBelow", BOOL, none, 0, ANY)

/* Ids that are mapped together: `size` of them, from `first` on, as the runtime sees them. */
#define OCI_PROPERTIES_host_ids(P)                                \
	P(host_ids, first, "first", U32, none, OCI_REQUIRED, ANY) \
	P(host_ids, size, "size", U32, none, OCI_REQUIRED, ANY)

/*
 *	kernel_major       5 for Linux 5.10
 *	kernel_minor       10
 *	is_initial_userns  the runtime's user namespace maps every id to itself
 *	permitted          the runtime's permitted capabilities, bit n is capability n
 *	bounding           its bounding set
 *	last_cap           the last capability that the kernel knows
 *	has_mount_setattr  a detached mount can be changed (sys/mountattr.h)
 *	has_apparmor       AppArmor is there and enabled
 *	has_selinux        SELinux is there and enabled
 *	has_resctrl        resctrl is mounted on /sys/fs/resctrl
 *	userns             the inode of the runtime's own user namespace
 *	namespaces         those that are to be joined
 *	has_time_namespaces, monotonic, boottime: what these clocks say, in seconds
 *	newuidmap          the program that writes uid maps where the runtime may not, an absolute
 *	                   path; "": none is needed, or none is there; so newgidmap
 *	owned              CLONE_NEW* of those namespaces of the runtime that belong to its user
 *			   namespace, or that the first one has power over
 *	may_set_groups     the runtime's user namespace lets supplementary groups be changed
 *	uids, gids         the ids that the runtime's user namespace has, by the lines of its maps
 */
#define OCI_PROPERTIES_host_facts(P)                                                 \
	P(host_facts, uid, "uid", U32, none, 0, ANY)                                 \
	P(host_facts, gid, "gid", U32, none, 0, ANY)                                 \
	P(host_facts, kernel_major, "kernelMajor", U32, none, 0, ANY)                \
	P(host_facts, kernel_minor, "kernelMinor", U32, none, 0, ANY)                \
	P(host_facts, is_initial_userns, "initialUserNamespace", BOOL, none, 0, ANY) \
	P(host_facts, permitted, "permittedCapabilities", U64, none, 0, ANY)         \
	P(host_facts, bounding, "boundingCapabilities", U64, none, 0, ANY)           \
	P(host_facts, last_cap, "lastCapability", U32, none, 0, CAPABILITY)          \
	P(host_facts, has_mount_setattr, "mountSetattr", BOOL, none, 0, ANY)         \
	P(host_facts, has_apparmor, "apparmor", BOOL, none, 0, ANY)                  \
	P(host_facts, has_selinux, "selinux", BOOL, none, 0, ANY)                    \
	P(host_facts, has_resctrl, "resctrl", BOOL, none, 0, ANY)                    \
	P(host_facts, userns, "userNamespace", U64, none, 0, ANY)                    \
	P(host_facts, namespaces, "namespaces", LIST, host_namespace, 0, ANY)        \
	P(host_facts, has_time_namespaces, "timeNamespaces", BOOL, none, 0, ANY)     \
	P(host_facts, monotonic, "monotonicSeconds", U32, none, 0, ANY)              \
	P(host_facts, boottime, "boottimeSeconds", U32, none, 0, ANY)                \
	P(host_facts, newuidmap, "newuidmap", STRING, none, 0, ANY)                  \
	P(host_facts, newgidmap, "newgidmap", STRING, none, 0, ANY)                  \
	P(host_facts, owned, "ownedNamespaces", U64, none, 0, ANY)                   \
	P(host_facts, may_set_groups, "setgroups", BOOL, none, 0, ANY)               \
	P(host_facts, uids, "uids", LIST, host_ids, 0, ANY)                          \
	P(host_facts, gids, "gids", LIST, host_ids, 0, ANY)                          \
	P(host_facts, cgroups, "cgroups", OBJECT, host_cgroups, 0, ANY)
