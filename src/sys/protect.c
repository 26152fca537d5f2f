/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Executing a protected copy of ourselves.
 *
 * Trust: the caller of the program is trusted, the container that comes later is not. That we are
 * the copy is told by the executable itself: the mount of the file is read-only and in no mount
 * namespace (its path is "/", which no file of a namespace has), or the file has all its seals. The
 * environment only says that a copy was tried, so that one that is not protected ends in an error
 * and not in a loop.
 *
 * The mount's descriptor must be closed when the container comes: through it, or while it is open
 * through /proc/PID/exe, the mount can be made writable again by whoever has CAP_SYS_ADMIN. It is
 * close-on-exec; with it goes the mount's last tie to a namespace, and then neither remounting nor
 * mount_setattr takes it (EINVAL).
 */
#include "sys/protect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fd.h"
#include "sys/procfd.h"
#include "sys/syscall.h"

static const char tried[] = "OCI_RT_COPY";
static const char tried_set[] = "OCI_RT_COPY=1";
static const char program[] = "oci-rt";

enum {
	SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE,
	COPY_CHUNK = 1 << 20,
	MEMFD_CLOEXEC = 1,
	MEMFD_ALLOW_SEALING = 2,
	MEMFD_EXEC = 16, /* [Linux 6.3] */
};

/* Follows the link: nothing of a container is near yet, and proc_fd is the host's procfs. */
static int exe_open(int proc_fd, int flags)
{
	int fd = openat(proc_fd, "self/exe", flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static bool is_detached_mount(int proc_fd)
{
	fd_auto int exe_fd = exe_open(proc_fd, O_PATH);
	struct statvfs about;
	char path[2];

	return exe_fd >= 0 && fstatvfs(exe_fd, &about) == 0 && about.f_flag & ST_RDONLY &&
	       readlinkat(proc_fd, "self/exe", path, sizeof(path)) == 1 && path[0] == '/';
}

static bool is_sealed(int proc_fd)
{
	fd_auto int exe_fd = exe_open(proc_fd, O_RDONLY);
	int seals = exe_fd < 0 ? -1 : fcntl(exe_fd, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS) == SEALS;
}

/* By the name that execveat gives to what has none of its own. */
static bool is_run_by_descriptor(void)
{
	const char *name = (const char *)getauxval(AT_EXECFN);

	return name && strncmp(name, "/dev/fd/", strlen("/dev/fd/")) == 0;
}

/* A descriptor of a read-only mount of the executable, attached nowhere. */
static int mount_copy(int proc_fd)
{
	const struct kernel_mount_attr read_only = { .set = KERNEL_MOUNT_ATTR_RDONLY };
	fd_auto int exe_fd = exe_open(proc_fd, O_PATH);
	fd_auto int tree_fd = -EBADF;
	int r;

	if (exe_fd < 0)
		return exe_fd;
	tree_fd = sys_open_tree(exe_fd, "",
				KERNEL_OPEN_TREE_CLONE | KERNEL_OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (tree_fd < 0)
		return tree_fd;
	r = sys_mount_setattr(tree_fd, "", AT_EMPTY_PATH, &read_only);
	return r < 0 ? r : fd_take(&tree_fd);
}

static int memory_file(void)
{
	unsigned flags = MEMFD_CLOEXEC | MEMFD_ALLOW_SEALING;
	int fd = sys_memfd_create(program, flags | MEMFD_EXEC);

	return fd == -EINVAL ? sys_memfd_create(program, flags) : fd;
}

static int copy_all(int to_fd, int from_fd)
{
	ssize_t n;

	do
		n = sendfile(to_fd, from_fd, NULL, COPY_CHUNK);
	while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}

/* A descriptor of a copy in memory that nobody can write to any more. */
static int memory_copy(int proc_fd)
{
	fd_auto int exe_fd = exe_open(proc_fd, O_RDONLY);
	fd_auto int copy_fd = exe_fd < 0 ? -EBADF : memory_file();
	int r;

	if (exe_fd < 0)
		return exe_fd;
	if (copy_fd < 0)
		return copy_fd;
	r = copy_all(copy_fd, exe_fd);
	if (r < 0)
		return r;
	if (fcntl(copy_fd, F_ADD_SEALS, SEALS) < 0)
		return -errno;
	return fd_take(&copy_fd);
}

/* Our environment, and one more that says what was tried. */
static char **copy_environment(struct arena *arena)
{
	size_t count = 0;
	char **all;

	while (environ[count])
		count++;
	all = arena_array(arena, count + 2, sizeof(*all));
	memcpy(all, environ, count * sizeof(*all));
	all[count] = arena_strdup(arena, tried_set);
	return all;
}

/* Comes back only when it fails. */
static int copy_execute(int copy_fd, char *const argv[])
{
	char memory[4096];
	struct arena arena;
	int r;

	if (copy_fd < 0)
		return copy_fd;
	arena_init(&arena, memory, sizeof(memory));
	r = sys_execveat(copy_fd, "", argv, copy_environment(&arena), AT_EMPTY_PATH);
	arena_done(&arena);
	return r;
}

static int become_copy(int proc_fd, char *const argv[], struct error *err)
{
	fd_auto int mount_fd = mount_copy(proc_fd);
	fd_auto int memory_fd = -EBADF;
	int r;

	copy_execute(mount_fd, argv);
	memory_fd = memory_copy(proc_fd);
	r = copy_execute(memory_fd, argv);
	return error_errno(err, -r, "execute a protected copy of oci-rt");
}

int protect_self(char *const argv[], struct error *err)
{
	fd_auto int proc_fd = procfd_open();
	bool is_copy = is_run_by_descriptor();

	if (proc_fd < 0)
		return error_errno(err, -proc_fd, "open /proc");
	if (!is_copy)
		return become_copy(proc_fd, argv, err);
	if (is_detached_mount(proc_fd) || is_sealed(proc_fd)) {
		unsetenv(tried);
		/* Kernels before 6.14 call it by the number of the descriptor. */
		prctl(PR_SET_NAME, program, 0, 0, 0);
		return 0;
	}
	if (getenv(tried))
		return error_set(err, EPERM, "the copy of oci-rt is not protected");
	return become_copy(proc_fd, argv, err);
}
