/* SPDX-License-Identifier: Apache-2.0 */
/* Runners for the container's process; see process.h. */
#include "topic/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/strbuf.h"
#include "sys/descriptors.h"
#include "sys/inroot.h"
#include "sys/signals.h"
#include "sys/syscall.h"

enum { CWD_MODE = 0755 };

/*
 * Trust: from here on no other process of the container's user may look into this one, which still
 * holds the host's descriptors (CVE-2016-9962). A user namespace's maps could not be written after
 * it.
 */
int process_hide_apply(const void *args, struct slots *slots, struct error *err)
{
	(void)args;
	(void)slots;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? error_errno(err, errno, "hide from ptrace")
						      : 0;
}

void process_hide_describe(const void *args, struct describer *d)
{
	(void)args;
	describe_int(d, "dumpable", 0);
}

/* --- the working directory --- */

/* Trust: a name in a hostile tree: made and opened beneath the root, and not used any further. */
int process_cwd_make_apply(const struct process_cwd *args, struct slots *slots, struct error *err)
{
	fd_auto int fd = inroot_make_dir(slot_get(slots, SLOT_ROOT), args->path, CWD_MODE);

	/* what is there but is no directory, or a magic link, chdir will refuse in the root itself
	 */
	if (fd == -ENOTDIR || fd == -ELOOP)
		return 0;
	return fd < 0 ? error_errno(err, -fd, "make the working directory %s", args->path) : 0;
}

void process_cwd_make_describe(const struct process_cwd *args, struct describer *d)
{
	describe_string(d, "path", args->path);
}

/*
 * Trust: the root is entered and every descriptor of the host is closed, so that /proc/self/fd
 * names nothing of the host (CVE-2024-21626); process_check_cwd_apply looks again.
 */
int process_chdir_apply(const struct process_cwd *args, struct slots *slots, struct error *err)
{
	if (chdir(args->path) == 0)
		return 0;
	if (errno != EACCES)
		return error_errno(err, errno, "change to the working directory %s", args->path);
	slot_set(slots, args->retry, 1); /* root may be refused what the user is not: NFS, FUSE */
	return 0;
}

void process_chdir_describe(const struct process_cwd *args, struct describer *d)
{
	describe_string(d, "path", args->path);
}

/* Trust: the kernel's own word for where we are: a directory outside of the root has no absolute
 * path. */
int process_check_cwd_apply(const struct process_cwd *args, struct slots *slots, struct error *err)
{
	char where[PATH_MAX];
	int r;

	if (slot_get(slots, args->retry) == 1 && chdir(args->path) < 0)
		return error_errno(err, errno, "change to the working directory %s", args->path);
	r = sys_getcwd(where, sizeof(where));
	if (r < 0)
		return error_errno(err, -r, "look where the working directory %s is", args->path);
	if (where[0] != '/')
		return error_set(err, EPERM, "the working directory %s is outside of the container",
				 args->path);
	return 0;
}

void process_check_cwd_describe(const struct process_cwd *args, struct describer *d)
{
	describe_string(d, "path", args->path);
}

/* --- session and descriptors --- */

/* Trust: a session of its own, so that the caller's terminal cannot be written into (TIOCSTI). */
int process_session_apply(const struct process_session *args, struct slots *slots,
			  struct error *err)
{
	(void)slots;
	if (setsid() < 0 && errno != EPERM) /* EPERM: it is a leader already */
		return error_errno(err, errno, "start a session");
	umask(args->umask);
	signals_reset();
	if (args->has_keyring) {
		int r = sys_keyctl_join_session(NULL);

		/* a kernel without keyrings, or one that forbids them here, gives nothing away
		 * either */
		if (r < 0 && r != -ENOSYS && r != -EPERM && r != -EACCES)
			return error_errno(err, -r, "make a session keyring");
	}
	return 0;
}

void process_session_describe(const struct process_session *args, struct describer *d)
{
	describe_octal(d, "umask", args->umask);
	describe_bool(d, "keyring", args->has_keyring);
}

/* Trust: all that came from the host goes, but for what was asked for and what init itself waits
 * with. */
int process_close_apply(const struct process_close *args, struct slots *slots, struct error *err)
{
	const int kept[] = { slot_get(slots, SLOT_SOCKET), slot_get(slots, SLOT_LISTEN),
			     slot_get(slots, SLOT_WAITING) };
	int r = descriptors_close_others(3 + args->keep, kept, sizeof(kept) / sizeof(kept[0]));

	if (r < 0)
		return error_errno(err, -r, "close the host's descriptors");
	slot_set(slots, SLOT_ROOT, -1);
	slot_set(slots, SLOT_EMPTY, -1);
	slot_set(slots, SLOT_DEV, -1);
	return 0;
}

void process_close_describe(const struct process_close *args, struct describer *d)
{
	describe_int(d, "from", 3 + (int)args->keep);
}

/* Trust: set before anything of the container is executed. */
int process_no_new_privileges_apply(const void *args, struct slots *slots, struct error *err)
{
	(void)args;
	(void)slots;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_errno(err, errno, "set no_new_privs");
	return 0;
}

void process_no_new_privileges_describe(const void *args, struct describer *d)
{
	(void)args;
	(void)d;
}

/* --- the program --- */

/* With the effective ids and capabilities, as execve judges. faccessat2 since Linux 5.8. */
static int check_executable(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	if (syscall(SYS_faccessat2, AT_FDCWD, path, X_OK, AT_EACCESS) < 0)
		return -errno;
	return 0;
}

/*
 * Trust: the names are resolved in the container's root with its user's rights; what is found is
 * only remembered by its index, and looked up again by execve.
 */
int process_find_apply(const struct process_program *args, struct slots *slots, struct error *err)
{
	int first = -ENOENT;

	for (size_t i = 0; i < args->n_candidates; i++) {
		int r = check_executable(args->candidates[i]);

		if (r == 0) {
			slot_set(slots, args->found, (int)i);
			return 0;
		}
		if (first == -ENOENT && r != -ENOTDIR)
			first = r;
	}
	if (args->is_searched && first == -ENOENT)
		return error_set(err, ENOENT, "exec \"%s\": executable file not found in $PATH",
				 args->argv[0]);
	return error_errno(err, -first, "exec \"%s\"", args->argv[0]);
}

void process_find_describe(const struct process_program *args, struct describer *d)
{
	describe_list(d, "in", args->n_candidates, args->candidates);
}

/* By the system call: after the clone, what libc remembers would be the runtime's. */
static void tell_own_pid(char *entry)
{
	struct strbuf text;

	strbuf_init_fixed(&text, entry, PROCESS_LISTEN_PID_SIZE);
	strbuf_add(&text, "LISTEN_PID=");
	strbuf_add_number(&text, (uint64_t)syscall(SYS_getpid));
}

/* Trust: the container's program begins here, with nothing of the host's. */
int process_exec_apply(const struct process_program *args, struct slots *slots, struct error *err)
{
	const char *path;

	if (!args->argv)
		return error_set(err, EINVAL, "the configuration has no process to start");
	path = args->candidates[slot_get(slots, args->found)];
	if (args->listen_pid)
		tell_own_pid(args->listen_pid);
	execve(path, args->argv, args->envp);
	return error_errno(err, errno, "exec \"%s\"", path);
}

void process_exec_describe(const struct process_program *args, struct describer *d)
{
	size_t n = 0;

	while (args->argv && args->argv[n])
		n++;
	describe_list(d, "args", n, (const char *const *)args->argv);
	for (n = 0; args->envp && args->envp[n];)
		n++;
	describe_list(d, "env", n, (const char *const *)args->envp);
}
