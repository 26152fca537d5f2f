/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of containers share: a state directory for each test, and processes to wait for.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "container/record.h"
#include "container/statedir.h"
#include "unit.h"

struct container_world {
	char top[32];   /* removed at the end, and empty by then */
	char state[64]; /* not there yet */
	struct arena arena;
	struct error err;
};

static inline int container_world_setup(void **state)
{
	struct container_world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	strcpy(w->top, "/tmp/unit-state-XXXXXX");
	assert_non_null(mkdtemp(w->top));
	snprintf(w->state, sizeof(w->state), "%s/a/state", w->top);
	arena_init(&w->arena, NULL, 0);
	*state = w;
	return 0;
}

static inline int container_world_teardown(void **state)
{
	struct container_world *w = *state;
	char path[64];

	arena_done(&w->arena);
	rmdir(w->state);
	snprintf(path, sizeof(path), "%s/a", w->top);
	rmdir(path);
	assert_int_equal(rmdir(w->top), 0);
	free(w);
	return 0;
}

#define CONTAINER_TEST(name) \
	cmocka_unit_test_setup_teardown(name, container_world_setup, container_world_teardown)

/* A new container's directory, locked. */
static inline struct statedir container_make(struct container_world *w, const char *id)
{
	struct statedir dir = STATEDIR_NONE;

	if (statedir_make(w->state, id, &dir, &w->err) < 0)
		fail_msg("%s", w->err.text);
	return dir;
}

static inline void container_remove(struct container_world *w, struct statedir *dir)
{
	assert_int_equal(statedir_remove(dir, &w->err), 0);
	statedir_close(dir);
}

/* A record with all that must be in it. */
static inline struct oci_record container_record(enum oci_status status)
{
	return (struct oci_record){ .format = RECORD_FORMAT,
				    .oci_version = "1.2.0",
				    .id = "box",
				    .status = status,
				    .bundle = "/bundle",
				    .has_format = true,
				    .has_oci_version = true,
				    .has_id = true,
				    .has_status = true,
				    .has_bundle = true };
}

static inline void container_write_file(int dir_fd, const char *name, const char *text)
{
	int fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* A process that waits until it is ended. */
static inline pid_t container_process(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static inline void container_end_process(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}
