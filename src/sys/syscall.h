/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls that a libc does not wrap, or wraps with something of its own around them (the
 * setuid family synchronises threads, which a child made by a raw clone must not do). Each returns
 * the kernel's result, or -errno. Safe between clone and exec.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sys/kernel.h"

int sys_open_tree(int dir_fd, const char *path, unsigned flags);
int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to, unsigned flags);
int sys_fsopen(const char *type, unsigned flags);
int sys_fsconfig(int fs_fd, unsigned command, const char *key, const char *value);
int sys_fsmount(int fs_fd, unsigned flags, unsigned attributes);
int sys_mount_setattr(int dir_fd, const char *path, unsigned flags,
		      const struct kernel_mount_attr *attr);
int sys_openat2(int dir_fd, const char *path, const struct kernel_open_how *how);
int sys_pivot_root(const char *new_root, const char *put_old);

/* The child's pid in the parent, 0 in the child (on a copy of the parent's stack, as fork does). */
int sys_clone3(struct kernel_clone_args *args);
int sys_pidfd_open(pid_t pid);
int sys_pidfd_send_signal(int pidfd, int signal);
int sys_close_range(unsigned first, unsigned last, unsigned flags);
int sys_capset(const struct kernel_cap_data data[2]);
int sys_setresuid(uid_t uid);
int sys_setresgid(gid_t gid);
int sys_setgroups(size_t count, const gid_t *groups);
int sys_keyctl_join_session(const char *name);
int sys_execveat(int dir_fd, const char *path, char *const argv[], char *const envp[], int flags);
/* `pid` 0 is the caller itself, here and below. */
int sys_sched_setattr(pid_t pid, struct kernel_sched_attr *attr);
int sys_ioprio_set(pid_t pid, int value);
/* A bit for each node; `nodes` may be NULL: none. */
int sys_set_mempolicy(int mode, const unsigned long *nodes, unsigned long n_bits);
int sys_personality(unsigned long persona);
int sys_bpf(int command, void *attr, size_t size);

/* The length with its NUL; "(unreachable)..." comes through as the kernel gives it. */
int sys_getcwd(char *buffer, size_t size);
int sys_memfd_create(const char *name, unsigned flags);

/* As many entries as fit, as struct kernel_dirent one after the other; the length, 0 at the end. */
/* flags: KERNEL_RENAME_* */
int sys_renameat2(int old_dir_fd, const char *old, int new_dir_fd, const char *new, unsigned flags);
int sys_getdents(int fd, void *buffer, size_t size);
void sys_exit(int status) __attribute__((noreturn));
