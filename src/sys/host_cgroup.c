/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about the host's cgroups: which hierarchies there are, and in what state a container's
 * cgroup is before it is made. The conventional places are asked directly: reading the table of
 * mounts costs more than all of this. Knows nothing of resources or of what will be planned.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/strbuf.h"
#include "sys/cgroupfs.h"
#include "sys/host.h"
#include "sys/procfd.h"

enum {
	OWN_SIZE = 32768,   /* of /proc/self/cgroup */
	STATE_SIZE = 1024,  /* of a controller's short file */
	HIERARCHY_MAX = 31, /* v1 hierarchies: more than any kernel has controllers */
};

/* One line of /proc/self/cgroup, taken apart: "4:memory:/a". */
struct own_line {
	char *controllers, *path;
};

/* Cuts the next line off the text. False at its end, or when it is none of that form. */
static bool own_line_next(char **text, struct own_line *ret)
{
	char *line = *text, *end = strchr(line, '\n');
	char *controllers, *path;

	if (!end)
		return false;
	*end = '\0';
	*text = end + 1;
	controllers = strchr(line, ':');
	path = controllers ? strchr(controllers + 1, ':') : NULL;
	if (!path)
		return false;
	*path = '\0';
	*ret = (struct own_line){ .controllers = controllers + 1, .path = path + 1 };
	return true;
}

/* Where a v1 hierarchy is mounted by convention; NULL when none is mounted there. */
static const char *v1_mount(struct arena *arena, const char *controllers)
{
	static const char named[] = "name=";
	const char *name = controllers;
	char *mount;

	if (strncmp(name, named, sizeof(named) - 1) == 0)
		name += sizeof(named) - 1;
	mount = cgroupfs_join(arena, CGROUPFS_TOP "/", name);
	return cgroupfs_version(mount) == CGROUPFS_V1 ? mount : NULL;
}

static void add_hierarchy(struct arena *arena, struct host_cgroups *cgroups, const char *mount,
			  const struct own_line *line)
{
	if (!cgroups->v)
		cgroups->v = arena_array(arena, HIERARCHY_MAX + 1, sizeof(*cgroups->v));
	cgroups->v[cgroups->n++] = (struct host_hierarchy){
		.controllers = arena_strdup(arena, line->controllers),
		.mount = mount,
		.own = arena_strdup(arena, line->path),
	};
}

/* The v1 hierarchies in the order of the text, then the v2 tree, if it has a mount. */
static void add_hierarchies(struct arena *arena, char *text, const char *v2_mount,
			    struct host_cgroups *cgroups)
{
	struct own_line line, v2 = { .path = NULL };
	bool is_pure = v2_mount && strcmp(v2_mount, CGROUPFS_TOP) == 0;

	while (cgroups->n < HIERARCHY_MAX && own_line_next(&text, &line)) {
		const char *mount;

		if (*line.controllers == '\0') {
			v2 = line;
			continue;
		}
		mount = is_pure ? NULL : v1_mount(arena, line.controllers);
		if (mount)
			add_hierarchy(arena, cgroups, mount, &line);
	}
	if (v2_mount && v2.path)
		add_hierarchy(arena, cgroups, v2_mount, &v2);
}

static enum host_cgroup_mode mode_of(const char *v2_mount, size_t n)
{
	if (n == 0)
		return HOST_CGROUP_NONE;
	if (!v2_mount)
		return HOST_CGROUP_V1;
	return strcmp(v2_mount, CGROUPFS_TOP) == 0 ? HOST_CGROUP_V2 : HOST_CGROUP_HYBRID;
}

static const char *find_v2_mount(void)
{
	int top = cgroupfs_version(CGROUPFS_TOP);

	if (top == CGROUPFS_V2)
		return CGROUPFS_TOP;
	if (top >= 0 && cgroupfs_version(CGROUPFS_TOP "/unified") == CGROUPFS_V2)
		return CGROUPFS_TOP "/unified";
	return NULL;
}

static const char *root_controllers(struct arena *arena, const char *mount)
{
	char text[STATE_SIZE];
	int length = cgroupfs_read(AT_FDCWD, cgroupfs_join(arena, mount, "/cgroup.controllers"),
				   text, sizeof(text));

	if (length <= 0)
		return "";
	return arena_strndup(arena, text, strcspn(text, "\n"));
}

int host_probe_cgroups(int proc_fd, struct arena *arena, struct host_cgroups *ret,
		       struct error *err)
{
	struct host_cgroups cgroups = { .v2_controllers = "" };
	const char *v2_mount = find_v2_mount();
	char text[OWN_SIZE];
	int r = procfd_read(proc_fd, "self/cgroup", text, sizeof(text));

	/* A kernel without cgroups has no such file. */
	if (r < 0 && r != -ENOENT)
		return error_errno(err, -r, "read /proc/self/cgroup");
	if (r > 0)
		add_hierarchies(arena, text, v2_mount, &cgroups);
	cgroups.mode = mode_of(v2_mount, cgroups.n);
	if (v2_mount)
		cgroups.v2_controllers = root_controllers(arena, v2_mount);
	*ret = cgroups;
	return 0;
}

/* The deepest directory of the target that exists. The hierarchy's root does. */
static int find_existing(struct arena *arena, struct host_hierarchy *hierarchy, struct error *err)
{
	size_t top = strlen(hierarchy->mount);
	char *path = arena_strdup(arena, hierarchy->target);
	struct stat st;

	while (strlen(path) > top) {
		int r = stat(path, &st);

		if (r == 0 && !S_ISDIR(st.st_mode))
			return error_set(err, ENOTDIR, "%s is a file of the kernel, not a cgroup",
					 path);
		if (r == 0)
			break;
		if (errno != ENOENT && errno != ENOTDIR)
			return error_errno(err, errno, "look for cgroup %s", path);
		*strrchr(path, '/') = '\0';
	}
	hierarchy->exists_to = path;
	return 0;
}

static int read_state(const char *directory, const char *file, char text[STATE_SIZE])
{
	char path[PATH_MAX];
	struct strbuf buf;

	strbuf_init_fixed(&buf, path, sizeof(path));
	strbuf_add_format(&buf, "%s/%s", directory, file);
	return buf.is_cut ? -ENAMETOOLONG : cgroupfs_read(AT_FDCWD, path, text, STATE_SIZE);
}

/* A process put below a frozen cgroup is frozen, too: so the state of what is above counts. */
static void probe_v2_state(struct host_hierarchy *hierarchy, bool is_whole)
{
	char text[STATE_SIZE];

	if (read_state(hierarchy->exists_to, "cgroup.events", text) >= 0)
		hierarchy->is_populated = is_whole && cgroupfs_keyed(text, "populated") > 0;
	hierarchy->is_frozen = cgroupfs_is_frozen(hierarchy->exists_to, hierarchy->controllers);
}

static void probe_v1_state(struct host_hierarchy *hierarchy, bool is_whole)
{
	hierarchy->is_populated = is_whole && cgroupfs_is_populated(hierarchy->target);
	hierarchy->is_frozen = cgroupfs_is_frozen(hierarchy->exists_to, hierarchy->controllers);
}

static int probe_target(struct arena *arena, const char *path, struct host_hierarchy *hierarchy,
			struct error *err)
{
	int r;

	hierarchy->target = cgroupfs_join(arena, hierarchy->mount, path);
	hierarchy->is_populated = hierarchy->is_frozen = false;
	r = find_existing(arena, hierarchy, err);
	if (r < 0)
		return r;
	/* The root has no state, and processes in it are no obstacle. */
	if (strlen(hierarchy->exists_to) == strlen(hierarchy->mount))
		return 0;
	if (*hierarchy->controllers == '\0')
		probe_v2_state(hierarchy, strcmp(hierarchy->exists_to, hierarchy->target) == 0);
	else
		probe_v1_state(hierarchy, strcmp(hierarchy->exists_to, hierarchy->target) == 0);
	return 0;
}

int host_probe_cgroup_target(struct arena *arena, const char *path, struct host_cgroups *cgroups,
			     struct error *err)
{
	const char *clean = path_clean(arena, path);
	int r = 0;

	if (path[0] != '/' || path[1] == '\0' || strcmp(clean, path) != 0)
		return error_set(err, EINVAL, "cgroup path \"%s\" is not absolute and clean", path);
	for (size_t i = 0; r == 0 && i < cgroups->n; i++)
		r = probe_target(arena, path, &cgroups->v[i], err);
	return r;
}
