/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of the command line made absolute, and the directory where the containers' records are. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "cmd/call.h"
#include "sys/procfd.h"

enum { UID_MAP_SIZE = 4096 };

int call_path(struct call *call, const char *path, const char **ret, struct error *err)
{
	char here[PATH_MAX] = "/";

	if (!path) {
		*ret = NULL;
		return 0;
	}
	if (!*path)
		return error_set(err, EINVAL, "an empty path is no path");
	if (*path != '/' && !getcwd(here, sizeof(here)))
		return error_errno(err, errno, "working directory");
	*ret = path_absolute(call->arena, here, path);
	return 0;
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* The initial user namespace maps all ids to themselves; whoever cannot tell is not in another. */
static bool is_initial_user_namespace(void)
{
	char map[UID_MAP_SIZE];
	fd_auto int proc_fd = procfd_open();
	size_t blanks;

	if (proc_fd < 0 || procfd_read(proc_fd, "self/uid_map", map, sizeof(map)) < 0)
		return true;
	for (blanks = 0; map[blanks]; blanks++)
		if (map[blanks] == '\t' || map[blanks] == '\n')
			map[blanks] = ' ';
	return strstr(map, " 0 ") && strstr(map, " 4294967295 ");
}

/* As runc: root's own is /run, but in a user namespace that made somebody root it is the user's. */
static bool is_users_own(void)
{
	const char *user;

	if (geteuid() != 0)
		return true;
	if (!environment("XDG_RUNTIME_DIR"))
		return false;
	user = getenv("USER");
	return (!user || strcmp(user, "root") != 0) && !is_initial_user_namespace();
}

static int root_default(struct call *call, const char **ret, struct error *err)
{
	const char *runtime_dir = environment("XDG_RUNTIME_DIR");

	if (!is_users_own()) {
		*ret = "/run/oci-rt";
		return 0;
	}
	if (!runtime_dir) {
		error_set(err, ENOENT,
			  "no place for the containers' records: XDG_RUNTIME_DIR is "
			  "not set");
		return error_hint(err, "name a directory of your own with --root DIR");
	}
	if (*runtime_dir != '/')
		return error_set(err, EINVAL, "XDG_RUNTIME_DIR is not an absolute path: %s",
				 runtime_dir);
	*ret = path_clean(call->arena, arena_printf(call->arena, "%s/oci-rt", runtime_dir));
	return 0;
}

int call_root(struct call *call, const char **ret, struct error *err)
{
	const char *given = call->line.options.root;
	int r;

	if (!given || !*given)
		return root_default(call, ret, err);
	r = call_path(call, given, ret, err);
	if (r == 0 && strcmp(*ret, "/") == 0)
		return error_set(err, EINVAL, "--root: / cannot hold the containers' records");
	return r < 0 ? error_prefix(err, "--root") : 0;
}
