/* SPDX-License-Identifier: Apache-2.0 */
/* A new time namespace; see the header. */
#include "topic/timens.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/strbuf.h"
#include "sys/kernel.h"
#include "sys/procfd.h"

/* time_namespaces(7): half of what the kernel counts in nanoseconds. */
#define SECONDS_MAX INT64_C(4611686018)

static const char offsets_pointer[] = "/linux/timeOffsets";

/* --- planning --- */

static bool is_new(const struct planning *p)
{
	return p->new_namespaces & KERNEL_CLONE_NEWTIME;
}

static int check_clock(const struct planning *p, const struct oci_time_offset *offset,
		       struct error *err)
{
	bool is_monotonic = strcmp(offset->key, "monotonic") == 0;
	int64_t now = is_monotonic ? p->facts->monotonic : p->facts->boottime;

	if (!is_monotonic && strcmp(offset->key, "boottime") != 0) {
		error_set(err, EINVAL, "there is no offset for a clock \"%s\"", offset->key);
		return error_hint(err, "the clocks are monotonic and boottime");
	}
	if (offset->secs > SECONDS_MAX - now)
		return error_set(err, ERANGE, "an offset of %" PRId64 " seconds is too large",
				 offset->secs);
	if (offset->secs < -now) {
		error_set(err, ERANGE, "the clock would be negative");
		return error_hint(err, "the host's shows %" PRId64 " seconds", now);
	}
	return 0;
}

/* Only the two clocks' names come here: nothing in a pointer that had to be escaped. */
static int check_offset(const struct planning *p, const struct oci_time_offset *offset,
			struct error *err)
{
	if (check_clock(p, offset, err) == 0)
		return 0;
	if (err->code == EINVAL)
		return error_at(err, offsets_pointer);
	return error_at(err, "%s/%s/secs", offsets_pointer, offset->key);
}

/* Whose pointer the steps have: the offsets', or the namespace's. */
int timens_plan(struct planning *p, struct error *err)
{
	const struct oci_linux *os = p->config->linux_;

	if (is_new(p) && !p->facts->has_time_namespaces) {
		error_set(err, ENOTSUP, "this kernel has no time namespaces");
		return error_at(err, "/linux/namespaces");
	}
	if (!os || os->time_offsets.n == 0)
		return 0;
	if (!is_new(p)) {
		error_set(err, EINVAL, "offsets of clocks need a new time namespace");
		if (p->joined_namespaces & KERNEL_CLONE_NEWTIME)
			error_hint(err, "one that is joined keeps its clocks");
		plan_hint_namespace(p, KERNEL_CLONE_NEWTIME, "time", err);
		return error_at(err, offsets_pointer);
	}
	for (size_t i = 0; i < os->time_offsets.n; i++) {
		int r = check_offset(p, &os->time_offsets.v[i], err);

		if (r < 0)
			return r;
	}
	return 0;
}

static bool has_offsets(const struct planning *p)
{
	return is_new(p) && p->config->linux_->time_offsets.n > 0;
}

void timens_plan_open(struct planning *p)
{
	struct timens *args;
	struct strbuf text;

	if (!has_offsets(p))
		return;
	args = arena_new(p->arena, struct timens);
	args->slot = plan_new_slot(p);
	strbuf_init(&text, p->arena);
	for (size_t i = 0; i < p->config->linux_->time_offsets.n; i++) {
		const struct oci_time_offset *offset = &p->config->linux_->time_offsets.v[i];

		strbuf_add_format(&text, "%s %" PRId64 " %u\n", offset->key, offset->secs,
				  offset->nanosecs);
	}
	args->offsets = text.data;
	args->length = text.length;
	p->time = args;
	plan_add(p, OP_TIME_OPEN, STAGE_ONE, args, "%s", offsets_pointer);
}

void timens_plan_make(struct planning *p)
{
	static const struct timens none = { .offsets = "" };

	if (is_new(p))
		plan_add(p, OP_TIME_MAKE, STAGE_ONE, p->time ? p->time : &none, "%s",
			 p->time ? offsets_pointer : "/linux/namespaces");
}

/* --- running --- */

/* Trust: the child's own file in the verified /proc of the host; nothing hostile takes part. */
int timens_open_apply(const struct timens *args, struct slots *slots, struct error *err)
{
	fd_auto int proc_fd = procfd_open();
	int fd = proc_fd;

	if (fd >= 0)
		fd = procfd_open_file(proc_fd, "self/timens_offsets", O_WRONLY);
	if (fd < 0)
		return error_errno(err, -fd, "open timens_offsets");
	slot_set(slots, args->slot, fd);
	return 0;
}

void timens_open_describe(const struct timens *args, struct describer *d)
{
	(void)args;
	describe_string(d, "file", "timens_offsets");
}

static int write_offsets(const struct timens *args, struct slots *slots)
{
	fd_auto int fd = args->slot ? slot_get(slots, args->slot) : -EBADF;

	if (!args->slot)
		return 0;
	slot_set(slots, args->slot, -1);
	return write(fd, args->offsets, args->length) < 0 ? -errno : 0;
}

/* unshare gave it to children only. */
static int enter(void)
{
	fd_auto int proc_fd = procfd_open();
	fd_auto int fd = -EBADF;

	if (proc_fd < 0)
		return proc_fd;
	fd = procfd_open_namespace(proc_fd, "time_for_children");
	if (fd < 0)
		return fd;
	return setns(fd, KERNEL_CLONE_NEWTIME) < 0 ? -errno : 0;
}

/* Trust: as timens_open_apply; the namespace is this process's own, and nobody else is in it. */
int timens_make_apply(const struct timens *args, struct slots *slots, struct error *err)
{
	int r;

	if (unshare(KERNEL_CLONE_NEWTIME) < 0)
		return error_errno(err, errno, "make a time namespace");
	r = write_offsets(args, slots);
	if (r < 0)
		return error_errno(err, -r, "set the offsets of the clocks");
	r = enter();
	return r < 0 ? error_errno(err, -r, "enter the time namespace") : 0;
}

void timens_make_describe(const struct timens *args, struct describer *d)
{
	if (args->slot)
		describe_string(d, "offsets", args->offsets);
}
