/* SPDX-License-Identifier: Apache-2.0 */
/* Thin wrappers of system calls; see the header. Knows nothing of containers. */
#include "sys/syscall.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int result(long value)
{
	return value < 0 ? -errno : (int)value;
}

int sys_open_tree(int dir_fd, const char *path, unsigned flags)
{
	return result(syscall(SYS_open_tree, dir_fd, path, flags));
}

int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
	return result(syscall(SYS_move_mount, from_fd, from, to_fd, to, flags));
}

int sys_fsopen(const char *type, unsigned flags)
{
	return result(syscall(SYS_fsopen, type, flags));
}

int sys_fsconfig(int fs_fd, unsigned command, const char *key, const char *value)
{
	return result(syscall(SYS_fsconfig, fs_fd, command, key, value, 0));
}

int sys_fsmount(int fs_fd, unsigned flags, unsigned attributes)
{
	return result(syscall(SYS_fsmount, fs_fd, flags, attributes));
}

int sys_mount_setattr(int dir_fd, const char *path, unsigned flags,
		      const struct kernel_mount_attr *attr)
{
	return result(syscall(SYS_mount_setattr, dir_fd, path, flags, attr, sizeof(*attr)));
}

int sys_openat2(int dir_fd, const char *path, const struct kernel_open_how *how)
{
	return result(syscall(SYS_openat2, dir_fd, path, how, sizeof(*how)));
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
	return result(syscall(SYS_pivot_root, new_root, put_old));
}

int sys_clone3(struct kernel_clone_args *args)
{
	return result(syscall(SYS_clone3, args, sizeof(*args)));
}

int sys_pidfd_open(pid_t pid)
{
	return result(syscall(SYS_pidfd_open, pid, 0));
}

int sys_pidfd_send_signal(int pidfd, int signal)
{
	return result(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}

int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	return result(syscall(SYS_close_range, first, last, flags));
}

int sys_capset(const struct kernel_cap_data data[2])
{
	struct kernel_cap_header header = { .version = KERNEL_CAPABILITY_VERSION };

	return result(syscall(SYS_capset, &header, data));
}

int sys_setresuid(uid_t uid)
{
	return result(syscall(SYS_setresuid, uid, uid, uid));
}

int sys_setresgid(gid_t gid)
{
	return result(syscall(SYS_setresgid, gid, gid, gid));
}

int sys_setgroups(size_t count, const gid_t *groups)
{
	return result(syscall(SYS_setgroups, count, groups));
}

int sys_keyctl_join_session(const char *name)
{
	return result(syscall(SYS_keyctl, KERNEL_KEYCTL_JOIN_SESSION_KEYRING, name, 0, 0, 0));
}

int sys_execveat(int dir_fd, const char *path, char *const argv[], char *const envp[], int flags)
{
	return result(syscall(SYS_execveat, dir_fd, path, argv, envp, flags));
}

int sys_sched_setattr(pid_t pid, struct kernel_sched_attr *attr)
{
	return result(syscall(SYS_sched_setattr, pid, attr, 0));
}

int sys_ioprio_set(pid_t pid, int value)
{
	return result(syscall(SYS_ioprio_set, KERNEL_IOPRIO_WHO_PROCESS, pid, value));
}

int sys_set_mempolicy(int mode, const unsigned long *nodes, unsigned long n_bits)
{
	return result(syscall(SYS_set_mempolicy, mode, nodes, n_bits));
}

int sys_personality(unsigned long persona)
{
	return result(syscall(SYS_personality, persona));
}

int sys_bpf(int command, void *attr, size_t size)
{
	return result(syscall(SYS_bpf, command, attr, size));
}

int sys_getdents(int fd, void *buffer, size_t size)
{
	return result(syscall(SYS_getdents64, fd, buffer, size));
}

int sys_renameat2(int old_dir_fd, const char *old, int new_dir_fd, const char *new, unsigned flags)
{
	return result(syscall(SYS_renameat2, old_dir_fd, old, new_dir_fd, new, flags));
}

int sys_getcwd(char *buffer, size_t size)
{
	return result(syscall(SYS_getcwd, buffer, size));
}

int sys_memfd_create(const char *name, unsigned flags)
{
	return result(syscall(SYS_memfd_create, name, flags));
}

void sys_exit(int status)
{
	for (;;)
		syscall(SYS_exit_group, status);
}
