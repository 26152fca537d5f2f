/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci-rt features: what an engine may ask for. Nothing here knows what is carried out: for each
 * word and property of the specification a small configuration that has it is planned for this
 * host, and what create would take is listed.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>

#include "cmd/built_in.h"
#include "cmd/call.h"
#include "cmd/version_info.h"
#include "container/container.h"
#include "libocispec/ocispec.h"
#include "sys/host.h"
#include "topic/mount_option.h"

/* What a trial adds to the least configuration; NULL: nothing. A text begins with its comma. */
struct trial {
	const char *process, *namespaces, *linux_, *top;
	const char *mount; /* the only one, or several */
	bool has_cgroup;
};

static const char mappings[] = "[{\"containerID\":0,\"hostID\":1,\"size\":1}]";

static const char *or_none(const char *text)
{
	return text ? text : "";
}

static bool is_taken(struct arena *arena, const struct trial *trial)
{
	struct container_request request = { .id = "trial", .bundle = "/" };
	const char *config = arena_printf(
		arena,
		"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"/\","
		"\"args\":[\"/x\"],\"user\":{\"uid\":0,\"gid\":0}%s},\"mounts\":[%s],\"linux\":{"
		"\"namespaces\":[{\"type\":\"mount\"}%s]%s}%s}",
		or_none(trial->process), or_none(trial->mount), or_none(trial->namespaces),
		or_none(trial->linux_), or_none(trial->top));

	request.no_cgroup = !trial->has_cgroup;
	return container_would_take(&request, config);
}

/* --- words: each that is taken, in a place of the configuration that a format makes --- */

typedef bool (*word_fn)(struct arena *arena, const char *word);

static struct oci_enums taken_words(struct arena *arena, enum oci_enum words, word_fn takes)
{
	struct oci_enums list = { .v = arena_array(arena, oci_enum_count(words), sizeof(int)) };

	for (int i = 0; i < (int)oci_enum_count(words); i++)
		if (takes(arena, oci_enum_name(words, i)))
			list.v[list.n++] = i;
	return list;
}

static bool takes_namespace(struct arena *arena, const char *word)
{
	struct trial trial = { .namespaces = "" };

	if (strcmp(word, "mount") != 0) /* it is in every trial */
		trial.namespaces = arena_printf(arena, ",{\"type\":\"%s\"}", word);
	return is_taken(arena, &trial);
}

static bool takes_filter(struct arena *arena, const char *format, const char *word)
{
	char *seccomp = arena_strdup(arena, format), *at = strchr(seccomp, '$');
	const char *text =
		arena_printf(arena, ",\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"%.*s%s%s}",
			     (int)(at - seccomp), seccomp, word, at + 1);

	return is_taken(arena, &(struct trial){ .linux_ = text });
}

static bool takes_seccomp_action(struct arena *arena, const char *word)
{
	return takes_filter(arena,
			    ",\"listenerPath\":\"/x\","
			    "\"syscalls\":[{\"names\":[\"getpid\"],\"action\":\"$\"}]",
			    word);
}

static bool takes_seccomp_operator(struct arena *arena, const char *word)
{
	return takes_filter(arena,
			    ",\"syscalls\":[{\"names\":[\"getpid\"],\"action\":\"SCMP_ACT_ERRNO\","
			    "\"args\":[{\"index\":0,\"value\":1,\"op\":\"$\"}]}]",
			    word);
}

static bool takes_seccomp_arch(struct arena *arena, const char *word)
{
	return takes_filter(arena, ",\"architectures\":[\"$\"]", word);
}

static bool takes_seccomp_flag(struct arena *arena, const char *word)
{
	return takes_filter(arena, ",\"flags\":[\"$\"]", word);
}

/* A mode that needs no nodes is refused with them, the others without. */
static bool takes_memory_mode(struct arena *arena, const char *word)
{
	static const char format[] = ",\"memoryPolicy\":{\"mode\":\"%s\",\"nodes\":\"%s\"}";

	return is_taken(arena,
			&(struct trial){ .linux_ = arena_printf(arena, format, word, "0") }) ||
	       is_taken(arena, &(struct trial){ .linux_ = arena_printf(arena, format, word, "") });
}

static bool takes_memory_flag(struct arena *arena, const char *word)
{
	return is_taken(arena, &(struct trial){ .linux_ = arena_printf(
							arena,
							",\"memoryPolicy\":{\"mode\":\"MPOL_BIND\","
							"\"nodes\":\"0\",\"flags\":[\"%s\"]}",
							word) });
}

/* --- names --- */

static void add_name(struct oci_strings *list, const char *name)
{
	list->v[list->n++] = name;
}

static struct oci_strings taken_hooks(struct arena *arena)
{
	struct oci_strings list = { 0 };
	unsigned first = OCI_ROW_hooks_prestart, last = OCI_ROW_hooks_poststop;

	list.v = arena_array(arena, last - first + 1, sizeof(*list.v));
	for (unsigned row = first; row <= last; row++) {
		const char *name = oci_row_name(row);
		const char *top =
			arena_printf(arena, ",\"hooks\":{\"%s\":[{\"path\":\"/x\"}]}", name);

		if (is_taken(arena, &(struct trial){ .top = top }))
			add_name(&list, name);
	}
	return list;
}

/* An option may be one of binds with mappings, or of what is there already. */
static bool takes_rare_option(struct arena *arena, const char *name)
{
	const char *mapped =
		arena_printf(arena,
			     "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":"
			     "[\"bind\",\"%s\"],\"uidMappings\":%s,\"gidMappings\":%s}",
			     name, mappings, mappings);
	const char *again = arena_printf(arena,
					 "{\"destination\":\"/m\",\"type\":\"tmpfs\"},"
					 "{\"destination\":\"/m\",\"options\":[\"%s\"]}",
					 name);

	return is_taken(arena, &(struct trial){ .mount = mapped }) ||
	       is_taken(arena, &(struct trial){ .mount = again });
}

/* An option may be one of binds only, or of new mounts only. */
static bool takes_mount_option(struct arena *arena, const char *name)
{
	const char *tmpfs = arena_printf(arena,
					 "{\"destination\":\"/m\",\"type\":\"tmpfs\",\"source\":"
					 "\"tmpfs\",\"options\":[\"%s\"]}",
					 name);
	const char *bind = arena_printf(arena,
					"{\"destination\":\"/m\",\"source\":\"/x\",\"options\":"
					"[\"bind\",\"%s\"]}",
					name);

	return is_taken(arena, &(struct trial){ .mount = bind }) ||
	       is_taken(arena, &(struct trial){ .mount = tmpfs }) || takes_rare_option(arena, name);
}

static struct oci_strings taken_mount_options(struct arena *arena)
{
	struct oci_strings list = { .v = arena_array(arena, mount_options_count, sizeof(*list.v)) };

	for (size_t i = 0; i < mount_options_count; i++)
		if (takes_mount_option(arena, mount_options[i].name))
			add_name(&list, mount_options[i].name);
	return list;
}

/* libcap's names are in small letters, the specification's are not. One without a name is a number.
 */
static const char *capability_name(struct arena *arena, uint32_t number)
{
	char *known = cap_to_name((cap_value_t)number), *name = arena_strdup(arena, or_none(known));

	cap_free(known);
	for (char *at = name; *at; at++)
		*at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
	return strncmp(name, "CAP_", 4) == 0 ? name : NULL;
}

/* Those that both the kernel and libcap know: no others are given to a container. */
static struct oci_strings known_capabilities(struct arena *arena, uint32_t last)
{
	struct oci_strings list = { .v = arena_array(arena, last + 1, sizeof(*list.v)) };

	for (uint32_t i = 0; i <= last; i++) {
		const char *name = capability_name(arena, i);

		if (name)
			add_name(&list, name);
	}
	return list;
}

/* --- the parts of the document --- */

static int by_name(const void *a, const void *b)
{
	return strcmp(oci_enum_name(OCI_ENUM_namespace_type, *(const int *)a),
		      oci_enum_name(OCI_ENUM_namespace_type, *(const int *)b));
}

static struct oci_enums taken_namespaces(struct arena *arena)
{
	struct oci_enums list = taken_words(arena, OCI_ENUM_namespace_type, takes_namespace);

	qsort(list.v, list.n, sizeof(*list.v), by_name);
	return list;
}

/* A container's cgroup is made in each hierarchy that is there. */
static struct oci_features_cgroup *describe_cgroup(struct arena *arena,
						   const struct host_cgroups *cgroups)
{
	struct oci_features_cgroup *part = arena_new(arena, struct oci_features_cgroup);
	const char *rdma = ",\"resources\":{\"rdma\":{\"mlx5_0\":{\"hcaHandles\":1}}}";
	bool is_made = is_taken(arena, &(struct trial){ .has_cgroup = true });

	part->has_v1 = part->has_v2 = part->has_systemd = part->has_systemd_user = true;
	part->v1 = is_made && cgroups->n > 0 && *cgroups->v[0].controllers;
	part->v2 = is_made && cgroups->n > 0 && !*cgroups->v[cgroups->n - 1].controllers;
	part->systemd = built_in_has("SYSTEMD");
	part->has_rdma = true;
	part->rdma = is_taken(arena, &(struct trial){ .linux_ = rdma, .has_cgroup = true });
	return part;
}

static struct oci_features_seccomp *describe_seccomp(struct arena *arena)
{
	struct oci_features_seccomp *part = arena_new(arena, struct oci_features_seccomp);

	part->has_enabled = true;
	part->enabled = takes_seccomp_action(arena, "SCMP_ACT_ERRNO");
	if (!part->enabled)
		return part;
	part->has_actions = part->has_operators = part->has_archs = true;
	part->has_known_flags = part->has_supported_flags = true;
	part->actions = taken_words(arena, OCI_ENUM_seccomp_action, takes_seccomp_action);
	part->operators = taken_words(arena, OCI_ENUM_seccomp_operator, takes_seccomp_operator);
	part->archs = taken_words(arena, OCI_ENUM_seccomp_arch, takes_seccomp_arch);
	part->known_flags = part->supported_flags =
		taken_words(arena, OCI_ENUM_seccomp_flag, takes_seccomp_flag);
	return part;
}

static struct oci_features_intel_rdt *describe_rdt(struct arena *arena)
{
	struct oci_features_intel_rdt *part = arena_new(arena, struct oci_features_intel_rdt);
	const char *group = ",\"intelRdt\":{\"closID\":\"x\"}",
		   *schemata = ",\"intelRdt\":{\"closID\":\"x\",\"schemata\":[\"L3:0=f\"]}",
		   *monitoring = ",\"intelRdt\":{\"closID\":\"x\",\"enableMonitoring\":true}";

	part->has_enabled = part->has_schemata = part->has_monitoring = true;
	part->enabled = is_taken(arena, &(struct trial){ .linux_ = group });
	part->schemata = is_taken(arena, &(struct trial){ .linux_ = schemata });
	part->monitoring = is_taken(arena, &(struct trial){ .linux_ = monitoring });
	return part;
}

static struct oci_features_memory_policy *describe_memory_policy(struct arena *arena)
{
	struct oci_features_memory_policy *part =
		arena_new(arena, struct oci_features_memory_policy);

	part->modes = taken_words(arena, OCI_ENUM_memory_policy_mode, takes_memory_mode);
	part->flags = taken_words(arena, OCI_ENUM_memory_policy_flag, takes_memory_flag);
	part->has_modes = part->has_flags = part->modes.n > 0;
	return part;
}

static struct oci_features_enabled *describe_enabled(struct arena *arena, struct trial trial)
{
	struct oci_features_enabled *part = arena_new(arena, struct oci_features_enabled);

	part->has_enabled = true;
	part->enabled = is_taken(arena, &trial);
	return part;
}

static struct oci_features_mount_extensions *describe_extensions(struct arena *arena)
{
	struct oci_features_mount_extensions *part =
		arena_new(arena, struct oci_features_mount_extensions);
	const char *mount =
		arena_printf(arena,
			     "{\"destination\":\"/m\",\"source\":\"/x\",\"options\":[\"bind\"],"
			     "\"uidMappings\":%s,\"gidMappings\":%s}",
			     mappings, mappings);

	part->has_idmap = true;
	part->idmap = describe_enabled(arena, (struct trial){ .mount = mount });
	return part;
}

static struct oci_features_linux *describe_linux(struct arena *arena,
						 const struct host_facts *facts)
{
	struct oci_features_linux *part = arena_new(arena, struct oci_features_linux);

	part->has_namespaces = part->has_capabilities = part->has_cgroup = true;
	part->has_seccomp = part->has_apparmor = part->has_selinux = part->has_intel_rdt = true;
	part->has_memory_policy = part->has_mount_extensions = part->has_net_devices = true;
	part->namespaces = taken_namespaces(arena);
	part->capabilities = known_capabilities(arena, facts->last_cap);
	part->cgroup = describe_cgroup(arena, &facts->cgroups);
	part->seccomp = describe_seccomp(arena);
	part->apparmor =
		describe_enabled(arena, (struct trial){ .process = ",\"apparmorProfile\":\"x\"" });
	part->selinux = describe_enabled(
		arena, (struct trial){ .process = ",\"selinuxLabel\":\"u:r:t:s0\"" });
	part->intel_rdt = describe_rdt(arena);
	part->memory_policy = describe_memory_policy(arena);
	part->mount_extensions = describe_extensions(arena);
	part->net_devices =
		describe_enabled(arena, (struct trial){ .namespaces = ",{\"type\":\"network\"}",
							.linux_ = ",\"netDevices\":{\"x0\":{}}" });
	return part;
}

int cmd_features(struct call *call, struct error *err)
{
	struct oci_features features = {
		.oci_version_min = "1.0.0",
		.has_oci_version_min = true,
		.oci_version_max = OCI_SPEC_VERSION,
		.has_oci_version_max = true,
		.has_hooks = true,
		.has_mount_options = true,
		.has_linux_ = true,
		.has_annotations = true,
		/* none is acted upon */
		.has_potentially_unsafe_config_annotations = true,
	};
	struct host_facts facts = { 0 };
	struct strbuf out;
	struct json json;
	int r = container_get_facts(call->arena, &facts, err);

	if (r < 0)
		return r;
	features.hooks = taken_hooks(call->arena);
	features.mount_options = taken_mount_options(call->arena);
	features.linux_ = describe_linux(call->arena, &facts);
	strbuf_init(&out, call->arena);
	json_init(&json, &out, "    ");
	oci_encode_features(&features, &json, NULL);
	strbuf_add_char(&out, '\n');
	return call_print(&out, err);
}
