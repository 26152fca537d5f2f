/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of procfs, through a descriptor that is known to be a procfs. This is the only place that
 * names its mount point.
 *
 * Trust: a container, or whoever set up the mount namespace, may have mounted something over a file
 * in there. No function here crosses a mount (-EXDEV) or a symbolic link (-ELOOP), and what was
 * opened is checked to be procfs. The links "self" and "thread-self" at the beginning of a path are
 * the exception: they are read and replaced by what they say, in the pid namespace of that procfs.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sockaddr_un;

/* An O_PATH descriptor of the procfs that the process sees, its root verified; -ENODEV if it is
 * none. */
int procfd_open(void);

/*
 * Opens a file below it; `flags` as in open(2) without O_CREAT. With O_PATH | O_NOFOLLOW the last
 * name may be a symbolic link, which is opened itself, to be read by readlinkat(2). Close-on-exec.
 */
int procfd_open_file(int proc_fd, const char *path, int flags);

/*
 * The namespace of that name ("net") that the caller is in, for setns(2), by the link in its own
 * directory "ns"; "time_for_children" is one, too. Close-on-exec.
 */
int procfd_open_namespace(int proc_fd, const char *name);

/* The same of another process, a child of the caller's that it has not reaped. */
int procfd_open_namespace_of(int proc_fd, pid_t pid, const char *name);

/* The inode of the namespace of that name that a process is in. -EACCES: it may not be looked at.
 */
int procfd_namespace_inode(int proc_fd, pid_t pid, const char *name, uint64_t *ret);

/* What an O_PATH descriptor of the caller's is of, opened with these flags. Close-on-exec. */
int procfd_reopen(int proc_fd, int fd, int flags);

/* Reads a whole file and ends it with a NUL; gives its length. -EFBIG if it does not fit. */
int procfd_read(int proc_fd, const char *path, char *buffer, size_t size);

/* Writes by a single write(2); 0, or -errno (-EIO if only a part was taken). */
int procfd_write(int proc_fd, const char *path, const char *text, size_t length);

/*
 * The address of a socket called `name` in a directory of any depth: by the directory's descriptor,
 * since a socket's address has room for some hundred bytes only. Good while dir_fd is open.
 * -ENAMETOOLONG.
 */
int procfd_socket_address(int dir_fd, const char *name, struct sockaddr_un *ret);
