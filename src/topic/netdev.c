/* SPDX-License-Identifier: Apache-2.0 */
/* Network devices of the host; see the header. */
#include "topic/netdev.h"

#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "sys/kernel.h"

/* IFNAMSIZ counts the NUL. */
enum { DEVICE_NAME_MAX = 15 };

static const char loopback[] = "lo";

/* A member of netDevices, with ~ and / escaped; `end` is "" or "/name". */
static const char *pointer_of(const struct planning *p, const char *device)
{
	return plan_pointer_to(p, "/linux/netDevices", device);
}

/* The kernel's dev_valid_name; a no-break space of Latin-1 is a blank to it. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (unsigned char)c == 0xa0;
}

static int check_name(const char *name, struct error *err)
{
	size_t length = strlen(name);

	if (length > DEVICE_NAME_MAX)
		return error_set(err, EINVAL,
				 "a network device's name has at most %d bytes, \"%s\" has %zu",
				 DEVICE_NAME_MAX, name, length);
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return error_set(err, EINVAL, "no network device is named \"%s\"", name);
	for (const char *c = name; *c; c++)
		if (*c == '/' || *c == ':' || is_blank(*c))
			return error_set(err, EINVAL,
					 "\"%s\" is no name of a network device: it "
					 "has a slash, a colon or a blank",
					 name);
	return 0;
}

/* One "%d" makes a template; any other percent sign the kernel refuses. */
static int check_template(const char *name, struct error *err)
{
	const char *percent = strchr(name, '%');

	if (!percent || (percent[1] == 'd' && !strchr(percent + 1, '%')))
		return 0;
	return error_set(err, EINVAL, "\"%s\" is no template for a name: it may have one %%d",
			 name);
}

static int check_device(const char *name, struct error *err)
{
	int r = check_name(name, err);

	if (r < 0)
		return r;
	if (strchr(name, '%'))
		return error_set(err, EINVAL, "no network device is named \"%s\"", name);
	if (strcmp(name, loopback) == 0)
		return error_set(err, EINVAL,
				 "each network namespace has its own lo, which cannot "
				 "be moved");
	return 0;
}

/* `done` are those before it, of which none may have the same name; a template finds another. */
static int check_target(const struct netdev *device, const struct netdev *done, size_t n_done,
			struct error *err)
{
	int r = check_name(device->name, err);

	if (r == 0)
		r = check_template(device->name, err);
	if (r < 0)
		return r;
	if (strcmp(device->name, loopback) == 0)
		return error_set(err, EEXIST, "the container has a device lo already");
	for (size_t i = 0; i < n_done && !strchr(device->name, '%'); i++)
		if (strcmp(done[i].name, device->name) == 0)
			return error_set(err, EEXIST, "%s and %s would both be named %s",
					 done[i].device, device->device, device->name);
	return 0;
}

/* Whether there is somewhere to move to, and whether the runtime may. */
static int check_place(const struct planning *p, struct error *err)
{
	if (!((p->new_namespaces | p->joined_namespaces) & KERNEL_CLONE_NEWNET)) {
		error_set(
			err, EINVAL,
			"network devices can be moved into a network namespace of the container's "
			"own only");
		plan_hint_namespace(p, KERNEL_CLONE_NEWNET, "network", err);
	} else if (!plan_may(p, KERNEL_CAP_NET_ADMIN)) {
		error_set(err, EPERM,
			  "moving network devices takes CAP_NET_ADMIN, which oci-rt does "
			  "not have");
	} else {
		return 0;
	}
	return error_at(err, "/linux/netDevices");
}

int netdev_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	size_t n = os ? os->net_devices.n : 0;
	struct netdev *devices;

	if (n == 0)
		return 0;
	if (check_place(p, err) < 0)
		return -err->code;
	devices = arena_array(p->arena, n, sizeof(*devices));
	for (size_t i = 0; i < n; i++) {
		const char *key = os->net_devices.v[i].key;
		const char *name = os->net_devices.v[i].name;

		devices[i].device = key;
		devices[i].name = name && *name ? name : key;
		if (check_device(key, err) < 0)
			return error_at(err, "%s", pointer_of(p, key));
		if (check_target(&devices[i], devices, i, err) < 0)
			return error_at(err, "%s%s", pointer_of(p, key),
					devices[i].name == name ? "/name" : "");
		plan_add(p, OP_NETWORK_DEVICE, STAGE_RUNTIME, &devices[i], "%s",
			 pointer_of(p, key));
	}
	return 0;
}

void netdev_describe(const struct netdev *args, struct describer *d)
{
	describe_string(d, "device", args->device);
	describe_string(d, "name", args->name);
}
