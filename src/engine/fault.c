/* SPDX-License-Identifier: Apache-2.0 */
/* Faults on demand; see the header. Empty in a build that is not for tests. */
#include "engine/fault.h"

#ifdef FAULT_INJECTION

#	include <errno.h>
#	include <fcntl.h>
#	include <signal.h>
#	include <stdbool.h>
#	include <stdint.h>
#	include <stdlib.h>
#	include <string.h>
#	include <sys/mman.h>
#	include <unistd.h>

#	include "base/fd.h"
#	include "base/number.h"
#	include "sys/syscall.h"

static struct {
	enum actor wanted, self;
	bool is_kill;
	uint64_t at; /* 0: never */
	uint64_t passed;
	char *hit; /* a mapping: the child cannot open the file any more */
} fault;

static const char hit_text[4] = "hit\n";

static char *map_hit(const char *path)
{
	fd_auto int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *map;

	if (fd < 0 || ftruncate(fd, sizeof(hit_text)) < 0)
		return NULL;
	map = mmap(NULL, sizeof(hit_text), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return map == MAP_FAILED ? NULL : map;
}

void fault_init(void)
{
	static const char *const actors[] = { "runtime:", "child:" };
	const char *text = getenv("OCI_RT_FAULT");
	const char *hit = getenv("OCI_RT_FAULT_HIT");
	const char *action;

	for (int i = 0; text && i < ACTOR_COUNT; i++) {
		if (strncmp(text, actors[i], strlen(actors[i])) != 0)
			continue;
		action = text + strlen(actors[i]);
		fault.wanted = (enum actor)i;
		fault.is_kill = strncmp(action, "kill:", 5) == 0;
		number_parse_uint(action + 5, UINT32_MAX, &fault.at);
	}
	if (fault.at && hit)
		fault.hit = map_hit(hit);
}

void fault_become(enum actor actor)
{
	fault.self = actor;
	fault.passed = 0;
}

int fault_point(const char *where, struct error *err)
{
	if (!fault.at || fault.self != fault.wanted || ++fault.passed != fault.at)
		return 0;
	if (fault.hit)
		memcpy(fault.hit, hit_text, sizeof(hit_text));
	if (fault.is_kill) {
		syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
		sys_exit(128 + SIGKILL); /* the init of a pid namespace cannot kill itself */
	}
	return error_set(err, EIO, "%s: injected fault", where);
}

#endif
