/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of resctrl; see the header. */
#include "topic/rdt.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* Where the kernel's documentation mounts it; sys/host.c has looked there. */
#define RESCTRL "/sys/fs/resctrl"

struct rdt_parts {
	const struct oci_intel_rdt *config;
	const char *name; /* of the class's directory; "": the default class */
	struct rdt_group group, monitor;
	struct rdt_schemata lines[3]; /* L3, memory bandwidth, all others: in this order */
	struct rdt_enter enter, enter_monitor;
};

/* --- checks --- */

/* What a group's directory has already, the default class's above all. */
static bool is_reserved(const char *name)
{
	static const char names[][12] = { "cpus",       "cpus_list", "info", "mode", "mon_data",
					  "mon_groups", "schemata",  "size", "tasks" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static int check_name(const char *name, struct error *err)
{
	if (strlen(name) > NAME_MAX)
		return error_set(err, ENAMETOOLONG,
				 "a class of service has a name of at most %d "
				 "bytes",
				 NAME_MAX);
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strpbrk(name, "/\n"))
		return error_set(err, EINVAL, "\"%s\" is no name of a class of service", name);
	if (is_reserved(name))
		return error_set(err, EINVAL,
				 "a class of service cannot be named \"%s\": resctrl "
				 "has a file of that name",
				 name);
	return 0;
}

static int check_schemata(const struct oci_strings *lines, struct error *err)
{
	for (size_t i = 0; i < lines->n; i++) {
		const char *line = lines->v[i], *colon = strchr(line, ':');

		if (!strchr(line, '\n') && colon && colon != line)
			continue;
		error_set(err, EINVAL,
			  "\"%s\" is no line of a schemata file: expected one like "
			  "\"L3:0=ff\"",
			  line);
		return error_at(err, "/linux/intelRdt/schemata/%zu", i);
	}
	return 0;
}

static int check(struct planning *p, const struct oci_intel_rdt *config, struct error *err)
{
	const char *l3 = config->l3_cache_schema;

	if (config->clos_id && strcmp(config->clos_id, "/") != 0 &&
	    check_name(config->clos_id, err) < 0)
		return error_at(err, "/linux/intelRdt/closID");
	if (!config->clos_id && check_name(p->request->id, err) < 0) {
		error_hint(err, "set closID, or give the container another id");
		return error_at(err, "/linux/intelRdt");
	}
	if (l3 && *l3 && strncmp(l3, "L3:", 3) != 0)
		plan_warn(p, "/linux/intelRdt/l3CacheSchema",
			  "a line for the L3 cache should begin with \"L3:\"");
	if (check_schemata(&config->schemata, err) < 0)
		return -err->code;
	if (p->facts->has_resctrl)
		return 0;
	error_set(err, ENOTSUP, "resctrl is not mounted on " RESCTRL);
	error_hint(err, "a processor and a kernel with resource control have it: mount -t resctrl "
			"resctrl " RESCTRL);
	return error_at(err, "/linux/intelRdt");
}

/* --- planning --- */

static bool has_schema(const struct oci_intel_rdt *config)
{
	return (config->l3_cache_schema && *config->l3_cache_schema) || config->mem_bw_schema ||
	       config->schemata.n;
}

static void plan_group(struct planning *p, struct rdt_parts *parts)
{
	const struct oci_intel_rdt *config = parts->config;

	parts->group.path =
		arena_printf(p->arena, RESCTRL "%s%s", *parts->name ? "/" : "", parts->name);
	if (!config->clos_id)
		parts->group.how = RDT_MAKE;
	else
		parts->group.how = has_schema(config) && *parts->name ? RDT_SHARE : RDT_EXPECT;
	plan_add(p, OP_RDT_GROUP, STAGE_RUNTIME, &parts->group, "%s",
		 config->clos_id ? "/linux/intelRdt/closID" : "/linux/intelRdt");
}

static void plan_lines(struct planning *p, struct rdt_parts *parts, struct rdt_schemata *args,
		       const char *name)
{
	if (!args->lines.n)
		return;
	args->path = arena_printf(p->arena, "%s/schemata", parts->group.path);
	args->is_compared = parts->group.how != RDT_MAKE;
	plan_add(p, OP_RDT_SCHEMATA, STAGE_RUNTIME, args, "/linux/intelRdt/%s", name);
}

static struct oci_strings single(struct arena *arena, const char *line)
{
	struct oci_strings list = { 0 };

	if (line && *line) {
		list.v = arena_array(arena, 1, sizeof(*list.v));
		list.v[list.n++] = line;
	}
	return list;
}

static void plan_schemata(struct planning *p, struct rdt_parts *parts)
{
	parts->lines[0].lines = single(p->arena, parts->config->l3_cache_schema);
	parts->lines[1].lines = single(p->arena, parts->config->mem_bw_schema);
	parts->lines[2].lines = parts->config->schemata;
	plan_lines(p, parts, &parts->lines[0], "l3CacheSchema");
	plan_lines(p, parts, &parts->lines[1], "memBwSchema");
	plan_lines(p, parts, &parts->lines[2], "schemata");
}

int rdt_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	const struct oci_intel_rdt *config = os ? os->intel_rdt : NULL;
	struct rdt_parts *parts;
	int r;

	if (!config)
		return 0;
	r = check(p, config, err);
	if (r < 0)
		return r;
	parts = arena_new(p->arena, struct rdt_parts);
	p->rdt = parts;
	parts->config = config;
	parts->name = config->clos_id ? config->clos_id : p->request->id;
	if (strcmp(parts->name, "/") == 0)
		parts->name = "";
	plan_group(p, parts);
	plan_schemata(p, parts);
	if (!config->enable_monitoring)
		return 0;
	parts->monitor.path =
		arena_printf(p->arena, "%s/mon_groups/%s", parts->group.path, p->request->id);
	plan_add(p, OP_RDT_GROUP, STAGE_RUNTIME, &parts->monitor,
		 "/linux/intelRdt/enableMonitoring");
	return 0;
}

static void plan_enter(struct planning *p, struct rdt_enter *args, const char *path,
		       const char *pointer)
{
	args->path = path;
	plan_add(p, OP_RDT_ENTER, STAGE_RUNTIME, args, "%s", pointer);
}

/* A monitoring group takes only who is of its class already. */
void rdt_plan_enter(struct planning *p)
{
	struct rdt_parts *parts = p->rdt;

	if (!parts)
		return;
	plan_enter(p, &parts->enter, parts->group.path, "/linux/intelRdt");
	if (parts->monitor.path)
		plan_enter(p, &parts->enter_monitor, parts->monitor.path,
			   "/linux/intelRdt/enableMonitoring");
}

/* --- describing --- */

void rdt_group_describe(const struct rdt_group *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_bool(d, "made", args->how == RDT_MAKE);
	describe_bool(d, "shared", args->how == RDT_SHARE);
	describe_bool(d, "expected", args->how == RDT_EXPECT);
}

void rdt_schemata_describe(const struct rdt_schemata *args, struct describer *d)
{
	describe_string(d, "path", args->path);
	describe_list(d, "lines", args->lines.n, args->lines.v);
	describe_bool(d, "compared", args->is_compared);
}

void rdt_enter_describe(const struct rdt_enter *args, struct describer *d)
{
	describe_string(d, "path", args->path);
}
