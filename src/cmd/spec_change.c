/* SPDX-License-Identifier: Apache-2.0 */
/* The options of `spec`, each one change to the configuration. */
#include "cmd/spec_change.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"

static const uint32_t highest_id = UINT32_MAX - 1; /* (uid_t)-1 is nobody */

/* The part of `text` in front of `separator`, and what follows it; NULL when there is none. */
static const char *split(struct arena *arena, const char *text, char separator,
			 const char **ret_first)
{
	const char *found = strchr(text, separator);

	*ret_first = found ? arena_strndup(arena, text, (size_t)(found - text)) : text;
	return found ? found + 1 : NULL;
}

static int parse_id(const char *text, uint32_t *ret)
{
	uint64_t id;
	int r = number_parse_uint(text, highest_id, &id);

	if (r == 0)
		*ret = (uint32_t)id;
	return r;
}

static void strings_add(struct arena *arena, struct oci_strings *strings, const char *text)
{
	const char **longer = arena_array(arena, strings->n + 1, sizeof(*longer));

	if (strings->n)
		memcpy(longer, strings->v, strings->n * sizeof(*longer));
	longer[strings->n++] = text;
	strings->v = longer;
}

static int change_user(struct call *call, struct oci_user *user, struct error *err)
{
	const char *text = call->line.options.user, *uid, *gid;

	if (!text)
		return 0;
	gid = split(call->arena, text, ':', &uid);
	if (parse_id(uid, &user->uid) < 0 || (gid && parse_id(gid, &user->gid) < 0))
		return error_set(err, EINVAL, "--user: \"%s\" is not UID or UID:GID", text);
	return 0;
}

/* A variable that is there already is replaced. */
static int change_env(struct call *call, struct oci_strings *env, struct error *err)
{
	const struct texts *given = &call->line.options.env;
	size_t i, k, length;

	for (i = 0; i < given->n; i++) {
		length = strcspn(given->v[i], "=");
		if (length == 0 || !given->v[i][length])
			return error_set(err, EINVAL, "--env: \"%s\" is not NAME=VALUE",
					 given->v[i]);
		for (k = 0; k < env->n; k++)
			if (strncmp(env->v[k], given->v[i], length + 1) == 0)
				break;
		if (k < env->n)
			env->v[k] = given->v[i];
		else
			strings_add(call->arena, env, given->v[i]);
	}
	return 0;
}

static int change_args(struct call *call, struct oci_strings *args, struct error *err)
{
	const struct command_line *line = &call->line;

	if (line->n_before_dashes > 0) {
		error_set(err, EINVAL, "unexpected argument \"%s\"", line->operands[0]);
		return error_hint(err, "the command stands after --");
	}
	if (line->n_operands > 0)
		*args = (struct oci_strings){ line->n_operands, line->operands };
	return 0;
}

static int change_process(struct call *call, struct oci_process *process, struct error *err)
{
	const char *cwd = call->line.options.cwd;

	if (cwd && *cwd != '/')
		return error_set(err, EINVAL, "--cwd: \"%s\" is not an absolute path", cwd);
	if (cwd)
		process->cwd = cwd;
	if (change_user(call, process->user, err) < 0 || change_env(call, &process->env, err) < 0)
		return -err->code;
	return change_args(call, &process->args, err);
}

static bool strings_have(const struct oci_strings *strings, const char *text)
{
	size_t i;

	for (i = 0; i < strings->n; i++)
		if (strcmp(strings->v[i], text) == 0)
			return true;
	return false;
}

/* A bind of all that is mounted below, too, and without propagation, unless it is said otherwise.
 */
static void bind_options(struct arena *arena, const char *text, struct oci_strings *options)
{
	const char *option;

	while (text && *text) {
		text = split(arena, text, ',', &option);
		if (*option)
			strings_add(arena, options, option);
	}
	if (!strings_have(options, "bind") && !strings_have(options, "rbind"))
		strings_add(arena, options, "rbind");
}

static int add_mount(struct call *call, struct oci_mount *mount, const char *text,
		     struct error *err)
{
	const char *source, *destination = NULL, *options = NULL, *rest;

	rest = split(call->arena, text, ':', &source);
	if (rest)
		options = split(call->arena, rest, ':', &destination);
	if (!destination || !*source || *destination != '/') {
		error_set(err, EINVAL, "--mount: \"%s\" is not SRC:DST or SRC:DST:OPTIONS", text);
		return error_hint(err, "DST is an absolute path of the container");
	}
	*mount = (struct oci_mount){
		.destination = destination,
		.type = "bind",
		.source = source,
		.has_destination = true,
		.has_type = true,
		.has_source = true,
		.has_options = true,
	};
	bind_options(call->arena, options, &mount->options);
	return 0;
}

static int change_mounts(struct call *call, struct oci_mount_list *mounts, struct error *err)
{
	const struct texts *given = &call->line.options.mounts;
	struct oci_mount *all;
	size_t i;

	all = arena_array(call->arena, mounts->n + given->n, sizeof(*all));
	memcpy(all, mounts->v, mounts->n * sizeof(*all));
	for (i = 0; i < given->n; i++)
		if (add_mount(call, &all[mounts->n + i], given->v[i], err) < 0)
			return -err->code;
	*mounts = (struct oci_mount_list){ mounts->n + given->n, all };
	return 0;
}

static void add_user_namespace(struct arena *arena, struct oci_linux *section,
			       const struct oci_id_mapping *uids, const struct oci_id_mapping *gids)
{
	struct oci_namespace_list *list = &section->namespaces;
	struct oci_namespace *all = arena_array(arena, list->n + 1, sizeof(*all));
	struct oci_id_mapping *maps = arena_array(arena, 2, sizeof(*maps));

	memcpy(all, list->v, list->n * sizeof(*all));
	all[list->n] = (struct oci_namespace){ .type = OCI_NAMESPACE_TYPE_USER, .has_type = true };
	*list = (struct oci_namespace_list){ list->n + 1, all };
	maps[0] = *uids;
	maps[1] = *gids;
	section->uid_mappings = (struct oci_id_mapping_list){ 1, &maps[0] };
	section->gid_mappings = (struct oci_id_mapping_list){ 1, &maps[1] };
	section->has_uid_mappings = section->has_gid_mappings = true;
}

static struct oci_id_mapping mapping(uint32_t host_id, uint32_t size)
{
	return (struct oci_id_mapping){ .host_id = host_id,
					.size = size,
					.has_container_id = true,
					.has_host_id = true,
					.has_size = true };
}

static int change_userns(struct call *call, struct oci_linux *section, struct error *err)
{
	const char *text = call->line.options.userns, *first, *size;
	struct oci_id_mapping map = mapping(0, 0);

	if (!text)
		return 0;
	size = split(call->arena, text, ':', &first);
	if (!size || parse_id(first, &map.host_id) < 0 || parse_id(size, &map.size) < 0 ||
	    map.size == 0 || map.host_id > highest_id - (map.size - 1))
		return error_set(err, EINVAL, "--userns: \"%s\" is not HOSTID:SIZE", text);
	add_user_namespace(call->arena, section, &map, &map);
	return 0;
}

/* Group 5 has no id in a map of one; the sysfs of a network that is not the user's is denied. */
static void rootless_mount(struct arena *arena, struct oci_mount *mount)
{
	size_t i;

	if (strcmp(mount->type, "devpts") == 0) {
		for (i = 0; i < mount->options.n; i++)
			if (strcmp(mount->options.v[i], "gid=5") == 0)
				mount->options.v[i] = mount->options.v[--mount->options.n];
	} else if (strcmp(mount->type, "sysfs") == 0) {
		mount->type = "none";
		mount->source = "/sys";
		mount->options = (struct oci_strings){ 0 };
		bind_options(arena, "rbind,nosuid,noexec,nodev,ro", &mount->options);
	}
}

/* What an ordinary user may do: its own id as root, the host's network, no cgroup of its own. */
static int change_rootless(struct call *call, struct oci_config *config, struct error *err)
{
	struct oci_linux *section = config->linux_;
	struct oci_id_mapping uid = mapping(geteuid(), 1), gid = mapping(getegid(), 1);
	size_t i, kept = 0;

	if (!call->line.options.is_rootless)
		return 0;
	if (call->line.options.userns)
		return error_set(err, EINVAL, "--rootless and --userns exclude each other");
	for (i = 0; i < config->mounts.n; i++)
		rootless_mount(call->arena, &config->mounts.v[i]);
	for (i = 0; i < section->namespaces.n; i++)
		if (section->namespaces.v[i].type != OCI_NAMESPACE_TYPE_NETWORK)
			section->namespaces.v[kept++] = section->namespaces.v[i];
	section->namespaces.n = kept;
	section->has_resources = false;
	section->resources = NULL;
	add_user_namespace(call->arena, section, &uid, &gid);
	return 0;
}

int spec_change(struct call *call, struct oci_config *config, struct error *err)
{
	const struct options *options = &call->line.options;

	if (change_rootless(call, config, err) < 0 ||
	    change_userns(call, config->linux_, err) < 0 ||
	    change_process(call, config->process, err) < 0 ||
	    change_mounts(call, &config->mounts, err) < 0)
		return -err->code;
	if (options->hostname)
		config->hostname = options->hostname;
	if (options->rootfs)
		config->root->path = options->rootfs;
	config->root->readonly = options->read_only;
	return 0;
}
