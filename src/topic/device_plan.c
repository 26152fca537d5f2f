/* SPDX-License-Identifier: Apache-2.0 */
/* Plans the devices and links; see device.h. Pure. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "step/id_map.h"
#include "sys/kernel.h"
#include "topic/device.h"

enum {
	DEFAULT_MODE = 0666,
	MODE_BITS = 07777,
	MAJOR_MAX = 0xfff,   /* more does not fit into the kernel's dev_t, */
	MINOR_MAX = 0xfffff, /* which would silently be another device */
};

struct default_device {
	char path[16];
	uint32_t major, minor;
};

/* runtime-spec, config-linux.md: Default Devices. ptmx is a link, console belongs to the terminal.
 */
static const struct default_device default_devices[] = {
	{"/dev/null",     1, 3},
        { "/dev/zero",    1, 5},
        { "/dev/full",    1, 7},
	{ "/dev/random",  1, 8},
        { "/dev/urandom", 1, 9},
        { "/dev/tty",     5, 0},
};

/* runtime-spec, runtime-linux.md: Dev symbolic links; core as every runtime makes it. */
static const struct device_link proc_links[] = {
	{"/dev/fd",      "/proc/self/fd",   false},
        { "/dev/stdin",  "/proc/self/fd/0", false},
	{ "/dev/stdout", "/proc/self/fd/1", false},
        { "/dev/stderr", "/proc/self/fd/2", false},
	{ "/dev/core",   "/proc/kcore",     false},
};

static const struct device_link ptmx_link = { "/dev/ptmx", "pts/ptmx", true };

static uint32_t file_type(enum oci_device_type type)
{
	switch (type) {
	case OCI_DEVICE_TYPE_BLOCK:
		return S_IFBLK;
	case OCI_DEVICE_TYPE_FIFO:
		return S_IFIFO;
	case OCI_DEVICE_TYPE_CHAR:
	case OCI_DEVICE_TYPE_UNBUFFERED:
		break;
	}
	return S_IFCHR;
}

static int refuse(struct error *err, size_t i, const char *property)
{
	return error_at(err, "/linux/devices/%zu/%s", i, property);
}

static int check_number(bool is_given, int64_t value, int64_t max, struct error *err)
{
	if (!is_given)
		return error_set(err, EINVAL, "a device needs a major and a minor number");
	if (value < 0 || value > max)
		return error_set(err, EINVAL, "there is no device number %lld, %lld is the highest",
				 (long long)value, (long long)max);
	return 0;
}

static int check_numbers(const struct oci_device *config, size_t i, struct error *err)
{
	if (config->type == OCI_DEVICE_TYPE_FIFO)
		return 0;
	if (check_number(config->has_major, config->major, MAJOR_MAX, err) < 0)
		return refuse(err, i, "major");
	if (check_number(config->has_minor, config->minor, MINOR_MAX, err) < 0)
		return refuse(err, i, "minor");
	return 0;
}

/* Podman gives the type of the file along with the mode. */
static int check_mode(const struct oci_device *config, size_t i, struct error *err)
{
	uint32_t type = config->file_mode & S_IFMT;

	if (!config->has_file_mode || !type || type == file_type(config->type))
		return 0;
	error_set(err, EINVAL, "the file mode 0%o is of another type than \"%s\"",
		  config->file_mode, oci_enum_name(OCI_ENUM_device_type, (int)config->type));
	return refuse(err, i, "fileMode");
}

/* Whether this process can give a file to that id. What is bound keeps its owner anyway. */
static int check_id(const struct planning *p, const struct oci_device *config,
		    const struct oci_id_mapping_list *maps, uint32_t id, struct error *err)
{
	bool is_fifo = config->type == OCI_DEVICE_TYPE_FIFO;

	if (id != UINT32_MAX &&
	    (p->is_privileged || !is_fifo || (maps->n == 0 || id_map_has(maps, id))))
		return 0;
	return error_set(err, EINVAL, "the owner %u of a device is no id of the container", id);
}

static int check_owner(const struct planning *p, const struct oci_device *config, size_t i,
		       struct error *err)
{
	const struct oci_linux *os = p->config->linux_;

	if (config->has_uid && check_id(p, config, &os->uid_mappings, config->uid, err) < 0)
		return refuse(err, i, "uid");
	if (config->has_gid && check_id(p, config, &os->gid_mappings, config->gid, err) < 0)
		return refuse(err, i, "gid");
	return 0;
}

/* Those that every host has, on their own paths; any other by udev's link, which is there whatever
 * the node is called. */
static const char *other_path(struct planning *p, const struct device *device)
{
	for (size_t i = 0; i < sizeof(default_devices) / sizeof(default_devices[0]); i++) {
		const struct default_device *known = &default_devices[i];

		if (S_ISCHR(device->mode) && device->major == known->major &&
		    device->minor == known->minor)
			return strcmp(device->path, known->path) == 0 ? NULL : known->path;
	}
	return arena_printf(p->arena, "/dev/%s/%u:%u", S_ISBLK(device->mode) ? "block" : "char",
			    device->major, device->minor);
}

static int understand(struct planning *p, size_t i, struct device *ret, struct error *err)
{
	const struct oci_device *config = &p->config->linux_->devices.v[i];
	bool is_fifo = config->type == OCI_DEVICE_TYPE_FIFO;
	int r = check_numbers(config, i, err);

	if (r == 0)
		r = check_mode(config, i, err);
	if (r == 0)
		r = check_owner(p, config, i, err);
	if (r < 0)
		return r;
	ret->path = path_clean(p->arena, config->path);
	if (*config->path != '/' || strcmp(ret->path, "/") == 0) {
		error_set(err, EINVAL, "\"%s\" is no absolute path of a device", config->path);
		return refuse(err, i, "path");
	}
	if (path_below(ret->path, "/proc")) {
		error_set(err, EPERM, "make %s: it lies inside of /proc", ret->path);
		return refuse(err, i, "path");
	}
	ret->mode = file_type(config->type) |
		    ((config->has_file_mode ? config->file_mode : DEFAULT_MODE) & MODE_BITS);
	ret->major = is_fifo ? 0 : (uint32_t)config->major;
	ret->minor = is_fifo ? 0 : (uint32_t)config->minor;
	ret->uid = config->has_uid ? config->uid : UINT32_MAX;
	ret->gid = config->has_gid ? config->gid : UINT32_MAX;
	ret->other = is_fifo ? NULL : other_path(p, ret);
	return 0;
}

/* mknod is for the first user namespace only */
static bool can_make(const struct planning *p)
{
	return p->is_privileged && p->facts->is_initial_userns && plan_may(p, KERNEL_CAP_MKNOD);
}

/* Which of the three it is; the step may fall back from making to binding. */
static enum operation choose(const struct planning *p, const struct device_surroundings *around,
			     struct device *device)
{
	bool is_fifo = S_ISFIFO(device->mode);

	if (around->is_dev_bound && path_below(device->path, "/dev"))
		return OP_DEVICE_FIND;
	if (!is_fifo && !can_make(p))
		return OP_DEVICE_BIND;
	device->can_bind = !is_fifo && plan_has_own_mounts(p);
	return OP_DEVICE_MAKE;
}

/* A node that is the host's own keeps its mode and its owner: it is not ours to change. */
static void warn_of_owner(struct planning *p, const struct device *device, size_t i)
{
	const struct oci_device *config = &p->config->linux_->devices.v[i];
	const char *property = config->has_file_mode ? "fileMode" : config->has_uid ? "uid" : "gid";

	if (!(config->has_file_mode || config->has_uid || config->has_gid))
		return;
	plan_warn(p, arena_printf(p->arena, "/linux/devices/%zu/%s", i, property),
		  "%s is the host's node, its mode and owner stay what they are there",
		  device->path);
}

static int plan_one(struct planning *p, const struct device_surroundings *around,
		    struct device *device, size_t i, struct error *err)
{
	enum operation operation = choose(p, around, device);

	if (operation == OP_DEVICE_BIND && !plan_has_own_mounts(p)) {
		error_set(err, EPERM,
			  "%s can only be bound from the host, for which the container needs a "
			  "mount namespace of its own",
			  device->path);
		return error_at(err, "/linux/devices/%zu", i);
	}
	plan_add(p, operation, STAGE_ONE, device, "/linux/devices/%zu", i);
	if (operation != OP_DEVICE_MAKE)
		warn_of_owner(p, device, i);
	return 0;
}

static bool is_same_device(const struct device *a, const struct device *b)
{
	return ((a->mode ^ b->mode) & S_IFMT) == 0 && a->major == b->major && a->minor == b->minor;
}

/* Whether a later entry is for the same path: the last one counts. They must be of one device. */
static int find_repetition(const struct device *devices, size_t n, size_t i, bool *ret,
			   struct error *err)
{
	*ret = false;
	for (size_t k = i + 1; k < n; k++) {
		if (strcmp(devices[i].path, devices[k].path) != 0)
			continue;
		if (!is_same_device(&devices[i], &devices[k])) {
			error_set(err, EINVAL, "%s cannot be two devices", devices[i].path);
			return refuse(err, k, "path");
		}
		*ret = true;
	}
	return 0;
}

static int plan_configured(struct planning *p, const struct device_surroundings *around,
			   struct device *devices, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		bool is_repeated;
		int r = find_repetition(devices, n, i, &is_repeated, err);

		/* engines list it for privileged containers; theirs is that of their own devpts */
		if (around->has_pts && strcmp(devices[i].path, ptmx_link.path) == 0)
			is_repeated = true;
		if (r == 0 && !is_repeated)
			r = plan_one(p, around, &devices[i], i, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool is_configured(const char *path, const struct device *devices, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(devices[i].path, path) == 0)
			return true;
	return false;
}

static void plan_default(struct planning *p, const struct device_surroundings *around,
			 const struct default_device *device)
{
	struct device *args = arena_new(p->arena, struct device);

	args->path = device->path;
	args->mode = S_IFCHR | DEFAULT_MODE;
	args->major = device->major;
	args->minor = device->minor;
	args->uid = UINT32_MAX;
	args->gid = UINT32_MAX;
	plan_add(p, choose(p, around, args), STAGE_ONE, args, "%s", "");
}

static void plan_defaults(struct planning *p, const struct device_surroundings *around,
			  const struct device *configured, size_t n)
{
	for (size_t i = 0; i < sizeof(default_devices) / sizeof(default_devices[0]); i++)
		if (!is_configured(default_devices[i].path, configured, n))
			plan_default(p, around, &default_devices[i]);
}

static void plan_links(struct planning *p, const struct device_surroundings *around)
{
	if (around->has_pts)
		plan_add(p, OP_SYMLINK, STAGE_ONE, &ptmx_link, "%s", "");
	for (size_t i = 0; around->has_proc && i < sizeof(proc_links) / sizeof(proc_links[0]); i++)
		plan_add(p, OP_SYMLINK, STAGE_ONE, &proc_links[i], "%s", "");
}

/* Whether there are default devices and links to be made. */
static bool makes_dev(struct planning *p, const struct device_surroundings *around)
{
	if (around->is_dev_bound)
		return false;
	if (can_make(p) || plan_has_own_mounts(p))
		return true;
	plan_warn(p, "/linux/namespaces",
		  "where devices cannot be made, and without a mount namespace of its own, the "
		  "container has the devices that its root has, and no others");
	return false;
}

int device_plan(struct planning *p, const struct device_surroundings *around, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;
	size_t n = os ? os->devices.n : 0;
	struct device *devices = arena_array(p->arena, n, sizeof(*devices));
	bool is_ours = makes_dev(p, around);
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = understand(p, i, &devices[i], err);
	if (r < 0)
		return r;
	if (is_ours)
		plan_defaults(p, around, devices, n);
	r = plan_configured(p, around, devices, n, err);
	if (r == 0 && is_ours)
		plan_links(p, around);
	return r;
}
