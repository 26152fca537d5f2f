/* SPDX-License-Identifier: Apache-2.0 */
/* oci-rt features: what an engine may ask for, from the tables that serve the work itself. */
#include <string.h>
#include <sys/capability.h>

#include "cmd/built_in.h"
#include "cmd/call.h"
#include "cmd/version_info.h"
#include "libocispec/ocispec.h"
#include "topic/mount_option.h"

enum { CAPABILITIES = 64 };

/* The namespaces that are made and joined, in the order of the alphabet as runc has them. */
static const uint8_t namespaces[] = {
	OCI_NAMESPACE_TYPE_CGROUP,  OCI_NAMESPACE_TYPE_IPC, OCI_NAMESPACE_TYPE_MOUNT,
	OCI_NAMESPACE_TYPE_NETWORK, OCI_NAMESPACE_TYPE_PID, OCI_NAMESPACE_TYPE_USER,
	OCI_NAMESPACE_TYPE_UTS,
};

static void write_hooks(struct json *json)
{
	size_t i;

	json_begin_array(json, "hooks");
	for (i = 0; built_in_hooks[i][0]; i++)
		json_string(json, NULL, built_in_hooks[i]);
	json_end_array(json);
}

static void write_mount_options(struct json *json)
{
	size_t i;

	json_begin_array(json, "mountOptions");
	for (i = 0; i < mount_options_count; i++)
		if (mount_options[i].kind != MOUNT_OPTION_LATER)
			json_string(json, NULL, mount_options[i].name);
	json_end_array(json);
}

static void write_namespaces(struct json *json)
{
	size_t i;

	json_begin_array(json, "namespaces");
	for (i = 0; i < sizeof(namespaces); i++)
		json_string(json, NULL, oci_enum_name(OCI_ENUM_namespace_type, namespaces[i]));
	json_end_array(json);
}

/* libcap's names are in small letters, the specification's are not. One without a name is a number.
 */
static void write_capabilities(struct json *json, struct arena *arena)
{
	int number;

	json_begin_array(json, "capabilities");
	for (number = 0; number < CAPABILITIES; number++) {
		char *known = cap_to_name((cap_value_t)number), *name, *at;

		name = arena_strdup(arena, known ? known : "");
		cap_free(known);
		if (strncmp(name, "cap_", 4) != 0)
			break;
		for (at = name; *at; at++)
			*at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
		json_string(json, NULL, name);
	}
	json_end_array(json);
}

/* {"cgroup":{"v1":true}}, but {"mountExtensions":{"idmap":{"enabled":false}}}. */
static void write_linux_feature(struct json *json, const struct linux_feature *feature)
{
	if (strcmp(feature->object, "mountExtensions") != 0) {
		json_bool(json, feature->key, feature->is_on);
		return;
	}
	json_begin_object(json, feature->key);
	json_bool(json, "enabled", feature->is_on);
	json_end_object(json);
}

static void write_linux_features(struct json *json)
{
	const struct linux_feature *feature;
	const char *object = "";

	for (feature = linux_features; feature->object[0]; feature++) {
		if (strcmp(feature->object, object) != 0) {
			if (*object)
				json_end_object(json);
			object = feature->object;
			json_begin_object(json, object);
		}
		write_linux_feature(json, feature);
	}
	json_end_object(json);
}

static void write_words(struct json *json, const char *key, enum oci_enum words)
{
	json_begin_array(json, key);
	for (int i = 0; i < (int)oci_enum_count(words); i++)
		json_string(json, NULL, oci_enum_name(words, i));
	json_end_array(json);
}

static void write_memory_policy(struct json *json)
{
	json_begin_object(json, "memoryPolicy");
	write_words(json, "modes", OCI_ENUM_memory_policy_mode);
	write_words(json, "flags", OCI_ENUM_memory_policy_flag);
	json_end_object(json);
}

int cmd_features(struct call *call, struct error *err)
{
	struct strbuf out;
	struct json json;

	strbuf_init(&out, call->arena);
	json_init(&json, &out, "    ");
	json_begin_object(&json, NULL);
	json_string(&json, "ociVersionMin", "1.0.0");
	json_string(&json, "ociVersionMax", OCI_SPEC_VERSION);
	write_hooks(&json);
	write_mount_options(&json);
	json_begin_object(&json, "linux");
	write_namespaces(&json);
	write_capabilities(&json, call->arena);
	write_linux_features(&json);
	write_memory_policy(&json);
	json_end_object(&json);
	json_begin_object(&json, "annotations");
	json_end_object(&json);
	json_end_object(&json);
	strbuf_add_char(&out, '\n');
	return call_print(&out, err);
}
