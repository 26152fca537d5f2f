/* SPDX-License-Identifier: Apache-2.0 */
/* Mount options; see the header. */
#include "topic/mount_option.h"

#include <string.h>
#include <sys/mount.h>

#include "sys/kernel.h"

#define ATTR(name) KERNEL_MOUNT_ATTR_##name

const struct mount_option mount_options[] = {
	{"async",           MOUNT_OPTION_SUPERBLOCK,      0                },
	{ "atime",          MOUNT_OPTION_ATIME,           ATTR(RELATIME)   },
	{ "bind",           MOUNT_OPTION_BIND,            0                },
	{ "defaults",       MOUNT_OPTION_NOTHING,         0                },
	{ "dev",            MOUNT_OPTION_CLEAR,           ATTR(NODEV)      },
	{ "diratime",       MOUNT_OPTION_CLEAR,           ATTR(NODIRATIME) },
	{ "dirsync",        MOUNT_OPTION_SUPERBLOCK,      0                },
	{ "exec",           MOUNT_OPTION_CLEAR,           ATTR(NOEXEC)     },
	{ "idmap",          MOUNT_OPTION_IDMAP,           0                },
	{ "iversion",       MOUNT_OPTION_SUPERBLOCK,      0                },
	{ "lazytime",       MOUNT_OPTION_SUPERBLOCK,      0                },
	{ "loud",           MOUNT_OPTION_NOTHING,         0                },
	{ "mand",           MOUNT_OPTION_SUPERBLOCK,      0                },
	{ "noatime",        MOUNT_OPTION_ATIME,           ATTR(NOATIME)    },
	{ "nodev",          MOUNT_OPTION_SET,             ATTR(NODEV)      },
	{ "nodiratime",     MOUNT_OPTION_SET,             ATTR(NODIRATIME) },
	{ "noexec",         MOUNT_OPTION_SET,             ATTR(NOEXEC)     },
	{ "noiversion",     MOUNT_OPTION_NOTHING,         0                },
	{ "nolazytime",     MOUNT_OPTION_SUPERBLOCK,      0                },
	{ "nomand",         MOUNT_OPTION_NOTHING,         0                },
	{ "norelatime",     MOUNT_OPTION_ATIME,           ATTR(RELATIME)   },
	{ "nostrictatime",  MOUNT_OPTION_ATIME,           ATTR(RELATIME)   },
	{ "nosuid",         MOUNT_OPTION_SET,             ATTR(NOSUID)     },
	{ "nosymfollow",    MOUNT_OPTION_SET,             ATTR(NOSYMFOLLOW)},
	{ "private",        MOUNT_OPTION_PROPAGATION,     MS_PRIVATE       },
	{ "ratime",         MOUNT_OPTION_ATIME_ALL,       ATTR(RELATIME)   },
	{ "rbind",          MOUNT_OPTION_BIND,            1                },
	{ "rdev",           MOUNT_OPTION_CLEAR_ALL,       ATTR(NODEV)      },
	{ "rdiratime",      MOUNT_OPTION_CLEAR_ALL,       ATTR(NODIRATIME) },
	{ "relatime",       MOUNT_OPTION_ATIME,           ATTR(RELATIME)   },
	{ "remount",        MOUNT_OPTION_REMOUNT,         0                },
	{ "rexec",          MOUNT_OPTION_CLEAR_ALL,       ATTR(NOEXEC)     },
	{ "ridmap",         MOUNT_OPTION_IDMAP,           1                },
	{ "rnoatime",       MOUNT_OPTION_ATIME_ALL,       ATTR(NOATIME)    },
	{ "rnodev",         MOUNT_OPTION_SET_ALL,         ATTR(NODEV)      },
	{ "rnodiratime",    MOUNT_OPTION_SET_ALL,         ATTR(NODIRATIME) },
	{ "rnoexec",        MOUNT_OPTION_SET_ALL,         ATTR(NOEXEC)     },
	{ "rnorelatime",    MOUNT_OPTION_ATIME_ALL,       ATTR(RELATIME)   },
	{ "rnostrictatime", MOUNT_OPTION_ATIME_ALL,       ATTR(RELATIME)   },
	{ "rnosuid",        MOUNT_OPTION_SET_ALL,         ATTR(NOSUID)     },
	{ "rnosymfollow",   MOUNT_OPTION_SET_ALL,         ATTR(NOSYMFOLLOW)},
	{ "ro",             MOUNT_OPTION_SET,             ATTR(RDONLY)     },
	{ "rprivate",       MOUNT_OPTION_PROPAGATION_ALL, MS_PRIVATE       },
	{ "rrelatime",      MOUNT_OPTION_ATIME_ALL,       ATTR(RELATIME)   },
	{ "rro",            MOUNT_OPTION_SET_ALL,         ATTR(RDONLY)     },
	{ "rrw",            MOUNT_OPTION_CLEAR_ALL,       ATTR(RDONLY)     },
	{ "rshared",        MOUNT_OPTION_PROPAGATION_ALL, MS_SHARED        },
	{ "rslave",         MOUNT_OPTION_PROPAGATION_ALL, MS_SLAVE         },
	{ "rstrictatime",   MOUNT_OPTION_ATIME_ALL,       ATTR(STRICTATIME)},
	{ "rsuid",          MOUNT_OPTION_CLEAR_ALL,       ATTR(NOSUID)     },
	{ "rsymfollow",     MOUNT_OPTION_CLEAR_ALL,       ATTR(NOSYMFOLLOW)},
	{ "runbindable",    MOUNT_OPTION_PROPAGATION_ALL, MS_UNBINDABLE    },
	{ "rw",             MOUNT_OPTION_CLEAR,           ATTR(RDONLY)     },
	{ "shared",         MOUNT_OPTION_PROPAGATION,     MS_SHARED        },
	{ "silent",         MOUNT_OPTION_NOTHING,         0                },
	{ "slave",          MOUNT_OPTION_PROPAGATION,     MS_SLAVE         },
	{ "strictatime",    MOUNT_OPTION_ATIME,           ATTR(STRICTATIME)},
	{ "suid",           MOUNT_OPTION_CLEAR,           ATTR(NOSUID)     },
	{ "symfollow",      MOUNT_OPTION_CLEAR,           ATTR(NOSYMFOLLOW)},
	{ "sync",           MOUNT_OPTION_SUPERBLOCK,      0                },
	{ "tmpcopyup",      MOUNT_OPTION_COPY,            0                },
	{ "unbindable",     MOUNT_OPTION_PROPAGATION,     MS_UNBINDABLE    },
};
const size_t mount_options_count = sizeof(mount_options) / sizeof(mount_options[0]);

const struct mount_option *mount_option_find(const char *name)
{
	size_t low = 0, high = mount_options_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, mount_options[middle].name);

		if (order == 0)
			return &mount_options[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *mount_option_name(enum mount_option_kind kind, uint32_t value)
{
	for (size_t i = 0; i < mount_options_count; i++)
		if (mount_options[i].kind == kind && mount_options[i].value == value)
			return mount_options[i].name;
	return "?";
}

/* A later option takes back an earlier one. */
static void change(uint64_t *set, uint64_t *clear, uint64_t to_set, uint64_t to_clear)
{
	*set = (*set & ~to_clear) | to_set;
	*clear = (*clear & ~to_set) | to_clear;
}

/*
 * The access times are one value of several bits: all are cleared, then one is set, so the mask
 * stays in `clear`, as mount_setattr(2) wants it.
 */
static void change_atime(uint64_t *set, uint64_t *clear, uint64_t value)
{
	*set = (*set & ~(uint64_t)ATTR(_ATIME)) | value;
	*clear |= ATTR(_ATIME);
}

/* For all mounts, the top too: what was said of that alone before is taken back. */
static void change_all(struct mount_flags *flags, const struct mount_option *option)
{
	uint64_t bits = option->kind == MOUNT_OPTION_ATIME_ALL ? ATTR(_ATIME) : option->value;

	flags->set &= ~bits;
	flags->clear &= ~bits;
	if (option->kind == MOUNT_OPTION_ATIME_ALL)
		change_atime(&flags->set_all, &flags->clear_all, option->value);
	else if (option->kind == MOUNT_OPTION_SET_ALL)
		change(&flags->set_all, &flags->clear_all, option->value, 0);
	else
		change(&flags->set_all, &flags->clear_all, 0, option->value);
}

static void apply_option(const struct mount_option *option, struct mount_flags *flags)
{
	switch ((enum mount_option_kind)option->kind) {
	case MOUNT_OPTION_SET:
		change(&flags->set, &flags->clear, option->value, 0);
		break;
	case MOUNT_OPTION_CLEAR:
		change(&flags->set, &flags->clear, 0, option->value);
		break;
	case MOUNT_OPTION_ATIME:
		change_atime(&flags->set, &flags->clear, option->value);
		break;
	case MOUNT_OPTION_SET_ALL:
	case MOUNT_OPTION_CLEAR_ALL:
	case MOUNT_OPTION_ATIME_ALL:
		change_all(flags, option);
		break;
	case MOUNT_OPTION_PROPAGATION:
		flags->propagation = option->value;
		break;
	case MOUNT_OPTION_PROPAGATION_ALL:
		flags->propagation_all = option->value;
		break;
	case MOUNT_OPTION_BIND:
		flags->is_bind = true;
		flags->is_recursive_bind |= option->value != 0;
		break;
	case MOUNT_OPTION_IDMAP:
		flags->is_idmapped = true;
		flags->is_idmapped_all |= option->value != 0;
		break;
	case MOUNT_OPTION_REMOUNT:
		flags->is_remount = true;
		break;
	case MOUNT_OPTION_COPY:
		flags->copies_up = true;
		break;
	case MOUNT_OPTION_SUPERBLOCK:
	case MOUNT_OPTION_NOTHING:
		break;
	}
}

/* fsconfig(2) knows this flag by no name for all file systems, but some by one of their own. */
static const char *superblock_name(const char *name)
{
	return strcmp(name, "iversion") == 0 ? "i_version" : name;
}

void mount_flags_parse(struct arena *arena, size_t n, const char *const *options,
		       struct mount_flags *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->data = arena_array(arena, n, sizeof(*ret->data));
	for (size_t i = 0; i < n; i++) {
		const struct mount_option *option = mount_option_find(options[i]);

		if (!option || option->kind == MOUNT_OPTION_SUPERBLOCK) {
			if (*options[i])
				ret->data[ret->n_data++] = superblock_name(options[i]);
		} else {
			apply_option(option, ret);
		}
	}
}

/* Several names mean the same access time; one of them is printed. */
static bool is_atime_name(const struct mount_option *option, uint64_t set)
{
	if ((set & ATTR(_ATIME)) != option->value)
		return false;
	return strcmp(option->name, "relatime") == 0 || strcmp(option->name, "noatime") == 0 ||
	       strcmp(option->name, "strictatime") == 0;
}

size_t mount_flags_names(uint64_t set, uint64_t clear, const char *names[MOUNT_NAMES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < mount_options_count && n < MOUNT_NAMES_MAX; i++) {
		const struct mount_option *option = &mount_options[i];
		bool is_named = false;

		if (option->kind == MOUNT_OPTION_SET)
			is_named = set & option->value;
		else if (option->kind == MOUNT_OPTION_CLEAR)
			is_named = clear & ~set & option->value;
		else if (option->kind == MOUNT_OPTION_ATIME && (clear & ATTR(_ATIME)))
			is_named = is_atime_name(option, set);
		if (is_named)
			names[n++] = option->name;
	}
	return n;
}
