/* SPDX-License-Identifier: Apache-2.0 */
/* Hooks by the record; see the header. */
#include "container/hooks.h"

#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "container/record.h"
#include "engine/fault.h"
#include "sys/procfd.h"
#include "topic/hook.h"

/* What all of them are told. */
static void make_state(const struct oci_record *record, struct arena *arena, struct hook_state *ret)
{
	const struct oci_state state = { .oci_version = record->oci_version,
					 .has_oci_version = true,
					 .id = record->id,
					 .has_id = true,
					 .bundle = record->bundle,
					 .has_bundle = true,
					 .annotations = record->annotations,
					 .has_annotations = record->has_annotations };

	hook_state_make(arena, &state, ret);
}

/* What hooks of one kind are run with. */
struct round {
	const struct oci_record *record;
	enum hook_kind kind;
	pid_t pid; /* what they are told; 0: none */
	struct hook_state state;
	struct arena *arena;
};

static int run(const struct round *round, size_t i, struct error *err)
{
	enum hook_kind kind = round->kind;
	const struct oci_hook_list list = hook_list(round->record->hooks, kind);
	struct hook hook;
	const char *point = kind == HOOK_POSTSTOP ? "poststop hook" : "poststart hook";
	int r = fault_point(point, err);

	if (r == 0) {
		hook_make(round->arena, kind, &list.v[i], &round->state, &hook);
		r = hook_run(&hook, -1, round->pid, err);
	}
	if (r == 0)
		r = fault_point(point, err);
	return r < 0 ? error_at(err, "/hooks/%s/%zu", hook_kind_name(kind), i) : 0;
}

/* This process, as who runs hooks. */
static int find_runner(struct oci_identity *ret, struct error *err)
{
	fd_auto int proc_fd = procfd_open();
	struct identity self;
	int r = proc_fd < 0 ? proc_fd : identity_of(proc_fd, getpid(), -1, &self);

	if (r < 0)
		return error_errno(err, -r, "find out about this process");
	record_set_identity(&self, ret);
	return 0;
}

int hooks_poststart(int dir_fd, const struct oci_record *record, struct arena *arena,
		    struct error *err)
{
	size_t n = hook_list(record->hooks, HOOK_POSTSTART).n;
	struct oci_record running = *record;
	struct error unwritten = { 0 };
	struct oci_identity runner;
	struct round round = {
		.record = record, .kind = HOOK_POSTSTART, .pid = record->pid, .arena = arena
	};
	int r;

	if (n == 0)
		return 0;
	r = find_runner(&runner, err);
	running.runner = &runner;
	running.has_runner = true;
	if (r == 0)
		r = record_write(dir_fd, &running, arena, err);
	if (r < 0)
		return error_at(err, "/hooks/%s", hook_kind_name(HOOK_POSTSTART));
	make_state(record, arena, &round.state);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = run(&round, i, err);
	/* `run` lives on, and holds no lock; a record that still names it does no harm otherwise */
	record_write(dir_fd, record, arena, &unwritten);
	return r;
}

static void tell(const struct container_listener *listener, const struct error *err)
{
	const struct warning warning = { .pointer = err->pointer, .text = err->text };
	const struct container_report report = { .warnings = &warning, .n_warnings = 1 };

	if (listener && listener->tell)
		listener->tell(listener->context, &report);
}

/* Before each hook: whoever has to go on knows where. */
int hooks_poststop(int dir_fd, const struct oci_record *record, struct arena *arena,
		   const struct container_listener *listener, struct error *err)
{
	size_t n = hook_list(record->hooks, HOOK_POSTSTOP).n;
	struct oci_record deleting = *record;
	struct oci_identity runner;
	struct round round = { .record = record, .kind = HOOK_POSTSTOP, .arena = arena };
	int r;

	if (n == 0)
		return 0;
	r = find_runner(&runner, err);
	make_state(record, arena, &round.state);
	deleting.status = OCI_STATUS_DELETING;
	deleting.runner = &runner;
	deleting.has_runner = deleting.has_poststop_next = true;
	for (size_t i = record->poststop_next; r == 0 && i < n; i++) {
		struct error failure = { 0 };

		deleting.poststop_next = (uint32_t)i;
		r = record_write(dir_fd, &deleting, arena, err);
		if (r == 0 && run(&round, i, &failure) < 0)
			tell(listener, &failure);
	}
	return r;
}

void hooks_pass_over(struct oci_record *record, uint32_t next,
		     const struct container_listener *listener)
{
	const struct oci_hook_list list = hook_list(record->hooks, HOOK_POSTSTOP);
	struct error told = { 0 };

	if (record->poststop_next >= next || next > list.n)
		return;
	record->poststop_next = next;
	error_set(&told, ECANCELED,
		  "the poststop hook %s did not end and was killed with the command that ran it",
		  list.v[next - 1].path);
	error_at(&told, "/hooks/%s/%u", hook_kind_name(HOOK_POSTSTOP), next - 1);
	tell(listener, &told);
}
