/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies what is in a directory into another, for a new file system that is to show what it covers.
 * Must not know what for.
 *
 * Trust: the source is hostile and may change while it is read: names are opened one by one beneath
 * their directory, no link is followed, and what was opened is what is copied. Nobody else sees the
 * target yet. How much there is to copy is bounded by the target's own size.
 */
#pragma once

enum { COPYTREE_DEPTH_MAX = 100 };

/*
 * Regular files, directories, symbolic links, pipes, sockets and devices, with mode, owner and
 * times; hard links become files of their own, extended attributes are left behind. A device is
 * only made where it is of no more use than it was: -EPERM if the source's mount has nodev and the
 * target's has not. -ENAMETOOLONG: deeper than COPYTREE_DEPTH_MAX. Allocates nothing. The umask
 * must be 0. In a failure the target has what was copied so far.
 */
int copytree(int from_fd, int to_fd);
