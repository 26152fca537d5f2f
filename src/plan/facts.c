/* SPDX-License-Identifier: Apache-2.0 */
/* The facts as a document; see the header. What follows from rows is made of them. */
#include "plan/facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sys/kernel.h"
#include "topic/namespace.h"

enum { ERRNO_MAX = 4095 };

/* --- from the document's structs to those of sys/host.h --- */

#define TAKE_STRING(child, field) to->field = from->field;
#define TAKE_BOOL(child, field)   to->field = from->field;
#define TAKE_U32(child, field)    to->field = from->field;
#define TAKE_U64(child, field)    to->field = from->field;
#define TAKE_I64(child, field)    to->field = from->field;
#define TAKE_ENUM(child, field)   to->field = (__typeof__(to->field))from->field;
#define TAKE_OBJECT(child, field) \
	if (from->field)          \
		take_##child(arena, from->field, &to->field);
#define TAKE_ALL(child, from_list, to_n, to_v)                       \
	(to_n) = (from_list).n;                                      \
	(to_v) = arena_array(arena, (from_list).n, sizeof(*(to_v))); \
	for (size_t i = 0; i < (from_list).n; i++)                   \
		take_##child(arena, &(from_list).v[i], &(to_v)[i]);
#define TAKE_LIST(child, field)        TAKE_ALL(child, from->field, to->field.n, to->field.v)
#define TAKE_FLAT_STRING(child, field) TAKE_STRING(child, field)
#define TAKE_FLAT_ENUM(child, field)   TAKE_ENUM(child, field)
#define TAKE_FLAT_LIST(child, field)   TAKE_ALL(child, from->field, to->n, to->v)

#define TAKE(object, field, name, kind, child, ...)      TAKE_##kind(child, field)
#define TAKE_FLAT(object, field, name, kind, child, ...) TAKE_FLAT_##kind(child, field)
#define TAKE_FACT(object, field, name, kind, child, ...) \
	TAKE_##kind(child, field);                       \
	to->known |= from->has_##field * HOST_SET(field);

#define DEFINE_TAKE(object, rows)                                                       \
	static void take_##object(struct arena *arena, const struct oci_##object *from, \
				  struct object *to)                                    \
	{                                                                               \
		(void)arena;                                                            \
		OCI_PROPERTIES_##object(rows)                                           \
	}
#define DEFINE_TAKE_PLAIN(object) DEFINE_TAKE(object, TAKE)
OCI_HOST_OBJECTS(DEFINE_TAKE_PLAIN)
DEFINE_TAKE(host_cgroups, TAKE_FLAT)
DEFINE_TAKE(host_facts, TAKE_FACT)

/* --- and back: the first list of rows has the values, the second what is present --- */

#define GIVE_STRING(child, field) \
	to->field = from->field;  \
	to->has_##field = from->field;
#define GIVE_PLAIN(field, value) \
	to->field = (value);     \
	to->has_##field = true;
#define GIVE_BOOL(child, field) GIVE_PLAIN(field, from->field)
#define GIVE_U32(child, field)  GIVE_PLAIN(field, from->field)
#define GIVE_U64(child, field)  GIVE_PLAIN(field, from->field)
#define GIVE_I64(child, field)  GIVE_PLAIN(field, from->field)
#define GIVE_ENUM(child, field) GIVE_PLAIN(field, (enum oci_##child)from->field)
#define GIVE_OBJECT(child, field)                               \
	GIVE_PLAIN(field, arena_new(arena, struct oci_##child)) \
	give_##child(arena, &from->field, to->field);
#define GIVE_ALL(child, from_n, from_v, to_list)                          \
	(to_list).n = (from_n);                                           \
	(to_list).v = arena_array(arena, (from_n), sizeof(*(to_list).v)); \
	for (size_t i = 0; i < (from_n); i++)                             \
		give_##child(arena, &(from_v)[i], &(to_list).v[i]);
#define GIVE_LIST(child, field) \
	to->has_##field = true; \
	GIVE_ALL(child, from->field.n, from->field.v, to->field)
#define GIVE_FLAT_STRING(child, field) GIVE_STRING(child, field)
#define GIVE_FLAT_ENUM(child, field)   GIVE_ENUM(child, field)
#define GIVE_FLAT_LIST(child, field) \
	to->has_##field = true;      \
	GIVE_ALL(child, from->n, from->v, to->field)

#define GIVE(object, field, name, kind, child, ...)      GIVE_##kind(child, field)
#define GIVE_FLAT(object, field, name, kind, child, ...) GIVE_FLAT_##kind(child, field)
#define GIVE_FACT(object, field, name, kind, child, ...) \
	GIVE_##kind(child, field);                       \
	to->has_##field &= (from->known & HOST_SET(field)) != 0;

#define DEFINE_GIVE(object, rows)                                                 \
	static void give_##object(struct arena *arena, const struct object *from, \
				  struct oci_##object *to)                        \
	{                                                                         \
		(void)arena;                                                      \
		OCI_PROPERTIES_##object(rows)                                     \
	}
#define DEFINE_GIVE_PLAIN(object) DEFINE_GIVE(object, GIVE)
OCI_HOST_OBJECTS(DEFINE_GIVE_PLAIN)
DEFINE_GIVE(host_cgroups, GIVE_FLAT)
DEFINE_GIVE(host_facts, GIVE_FACT)

void facts_write(struct arena *arena, const struct host_facts *facts, uint64_t set,
		 struct json *json)
{
	struct host_facts shown = *facts;
	struct oci_host_facts document = { 0 };

	shown.known &= set;
	give_host_facts(arena, &shown, &document);
	oci_encode_host_facts(&document, json, NULL);
}

/* --- reading --- */

/* An error of ours, with its place. */
static int refuse(const struct oci_document *document, struct error *err)
{
	struct oci_position position;

	snprintf(err->document, sizeof(err->document), "%s", document->name);
	if (oci_locate(document, err->pointer, &position) == 0) {
		err->line = position.line;
		err->column = position.column;
	}
	return -err->code;
}

static bool is_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The planner adds to a part of the target what is missing: it must be a part. */
static int check_target(const struct host_hierarchy *h, size_t index, struct error *err)
{
	if (!h->target && !h->exists_to)
		return 0;
	if (!h->target || !h->exists_to) {
		error_set(err, EINVAL, "target and existsTo are given together");
		return error_at(err, "/cgroups/hierarchies/%zu", index);
	}
	if (!is_prefix(h->target, h->mount)) {
		error_set(err, EINVAL, "expected a directory below mount");
		return error_at(err, "/cgroups/hierarchies/%zu/target", index);
	}
	if (!is_prefix(h->target, h->exists_to) || !is_prefix(h->exists_to, h->mount)) {
		error_set(err, EINVAL, "expected a directory from mount to target");
		return error_at(err, "/cgroups/hierarchies/%zu/existsTo", index);
	}
	return 0;
}

static int check_hierarchies(const struct host_cgroups *cgroups, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < cgroups->n; i++) {
		bool is_last = i + 1 == cgroups->n, is_v2 = !*cgroups->v[i].controllers;

		r = check_target(&cgroups->v[i], i, err);
		if (r == 0 && is_v2 && (!is_last || cgroups->mode == HOST_CGROUP_V1)) {
			error_set(err, EINVAL, "the v2 tree, \"\", is the last one, and not of v1");
			r = error_at(err, "/cgroups/hierarchies/%zu/controllers", i);
		}
	}
	return r;
}

/* As many hierarchies as the mode says: none, any of v1, the v2 tree alone or behind others. */
static int check_cgroups(const struct host_cgroups *cgroups, struct error *err)
{
	bool has_v2 = cgroups->n > 0 && !*cgroups->v[cgroups->n - 1].controllers, fits = true;

	switch (cgroups->mode) {
	case HOST_CGROUP_NONE:
		fits = cgroups->n == 0;
		break;
	case HOST_CGROUP_V1:
	case HOST_CGROUP_HYBRID:
		fits = cgroups->n > 0;
		break;
	case HOST_CGROUP_V2:
		fits = cgroups->n == 1 && has_v2;
		break;
	}
	if (fits)
		return check_hierarchies(cgroups, err);
	error_set(err, EINVAL, "these are not the hierarchies of the mode that is given");
	return error_at(err, "/cgroups/hierarchies");
}

static bool is_type(uint64_t type)
{
	const uint64_t all = KERNEL_CLONE_NEWPID | KERNEL_CLONE_NEWNET | KERNEL_CLONE_NEWNS |
			     KERNEL_CLONE_NEWIPC | KERNEL_CLONE_NEWUTS | KERNEL_CLONE_NEWUSER |
			     KERNEL_CLONE_NEWCGROUP | KERNEL_CLONE_NEWTIME;

	return (type & (type - 1)) == 0 && (type & ~all) == 0;
}

static int check_namespace(const struct host_facts *facts, size_t index, struct error *err)
{
	const struct host_namespace *ns = &facts->namespaces.v[index];

	if (ns->path[0] != '/' || host_find_namespace(facts, ns->path) != ns) {
		error_set(err, EINVAL, "expected an absolute path that stands here once");
		return error_at(err, "/namespaces/%zu/path", index);
	}
	if (!is_type(ns->type)) {
		error_set(err, EINVAL, "expected 0 or one of the kernel's CLONE_NEW*");
		return error_at(err, "/namespaces/%zu/type", index);
	}
	if (ns->error > ERRNO_MAX || (ns->error && ns->type)) {
		error_set(err, EINVAL, "expected an errno, and none of what could be opened");
		return error_at(err, "/namespaces/%zu/error", index);
	}
	if (!ns->type == !ns->inode)
		return 0;
	error_set(err, EINVAL, "type and inode are given together");
	return error_at(err, "/namespaces/%zu", index);
}

static int check_namespaces(const struct host_facts *facts, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < facts->namespaces.n; i++)
		r = check_namespace(facts, i, err);
	return r;
}

int facts_read(struct arena *arena, const struct oci_document *document, struct host_facts *ret,
	       struct error *err)
{
	struct oci_strings unknown = { 0 };
	struct host_facts facts = { 0 };
	struct oci_host_facts *read = NULL;
	int r = oci_decode_host_facts(arena, document, &unknown, &read, err);

	if (r < 0 || !read)
		return r;
	if (unknown.n > 0) {
		error_set(err, EINVAL, "this is no fact that oci-rt knows");
		error_at(err, "%s", unknown.v[0]);
		return refuse(document, err);
	}
	take_host_facts(arena, read, &facts);
	if (facts.known & HOST_SET(cgroups) && check_cgroups(&facts.cgroups, err) < 0)
		return refuse(document, err);
	if (check_namespaces(&facts, err) < 0)
		return refuse(document, err);
	*ret = facts;
	return 0;
}

int facts_check_known(const struct host_facts *facts, uint64_t set, struct error *err)
{
	for (unsigned i = 0; i < HOST_FACT_COUNT; i++)
		if (set & ~facts->known & UINT64_C(1) << i)
			return error_set(err, EINVAL, "the fact \"%s\" is missing",
					 oci_row_name(OCI_ROW_host_facts_uid + i));
	return 0;
}

int facts_check_namespaces(const struct host_facts *facts, const struct oci_config *config,
			   struct error *err)
{
	const struct oci_linux *os = config->linux_;

	for (size_t i = 0; os && i < os->namespaces.n; i++) {
		const struct oci_namespace *ns = &os->namespaces.v[i];

		if (namespace_is_joined(ns) && ns->path[0] == '/' &&
		    !host_find_namespace(facts, ns->path))
			return error_set(err, EINVAL, "the facts say nothing of the namespace %s",
					 ns->path);
	}
	return 0;
}

void facts_set_target(struct arena *arena, struct host_facts *facts, const char *path)
{
	for (size_t i = 0; i < facts->cgroups.n; i++) {
		struct host_hierarchy *h = &facts->cgroups.v[i];
		const char *target = arena_printf(arena, "%s%s", h->mount, path);

		if (h->target && strcmp(h->target, target) == 0)
			continue;
		h->target = target;
		h->exists_to = h->mount;
		h->is_populated = h->is_frozen = false;
	}
}
