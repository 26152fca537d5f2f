/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that the actors share; see the header. */
#include "engine/shared.h"

#include <errno.h>
#include <sys/mman.h>

int shared_make(size_t n_steps, bool is_timed, struct shared **ret)
{
	size_t size = sizeof(struct shared) + (is_timed ? n_steps * sizeof(struct step_times) : 0);
	struct shared *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (shared == MAP_FAILED)
		return -errno;
	shared->size = size;
	shared->is_timed = is_timed;
	*ret = shared;
	return 0;
}

void shared_free(struct shared *shared)
{
	if (shared)
		munmap(shared, shared->size);
}
