/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signals' names. SIGRTMIN is 34 whatever the libc, which keeps some for itself: it is what
 * callers mean who write SIGRTMIN+3 to systemd.
 */
#include "cmd/signal_name.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"

enum { FIRST_REAL_TIME = 34, LAST_SIGNAL = _NSIG - 1 };

struct signal_word {
	char name[7];
	uint8_t number;
};

static const struct signal_word words[] = {
	{"HUP",     SIGHUP         },
	{ "INT",    SIGINT         },
	{ "QUIT",   SIGQUIT        },
	{ "ILL",    SIGILL         },
	{ "TRAP",   SIGTRAP        },
	{ "ABRT",   SIGABRT        },
	{ "IOT",    SIGABRT        },
	{ "BUS",    SIGBUS         },
	{ "FPE",    SIGFPE         },
	{ "KILL",   SIGKILL        },
	{ "USR1",   SIGUSR1        },
	{ "SEGV",   SIGSEGV        },
	{ "USR2",   SIGUSR2        },
	{ "PIPE",   SIGPIPE        },
	{ "ALRM",   SIGALRM        },
	{ "TERM",   SIGTERM        },
	{ "CHLD",   SIGCHLD        },
	{ "CLD",    SIGCHLD        },
	{ "CONT",   SIGCONT        },
	{ "STOP",   SIGSTOP        },
	{ "TSTP",   SIGTSTP        },
	{ "TTIN",   SIGTTIN        },
	{ "TTOU",   SIGTTOU        },
	{ "URG",    SIGURG         },
	{ "XCPU",   SIGXCPU        },
	{ "XFSZ",   SIGXFSZ        },
	{ "VTALRM", SIGVTALRM      },
	{ "PROF",   SIGPROF        },
	{ "WINCH",  SIGWINCH       },
	{ "IO",     SIGIO          },
	{ "POLL",   SIGIO          },
	{ "PWR",    SIGPWR         },
	{ "SYS",    SIGSYS         },
#ifdef SIGSTKFLT
	{ "STKFLT", SIGSTKFLT      },
#endif
	{ "RTMIN",  FIRST_REAL_TIME},
	{ "RTMAX",  LAST_SIGNAL    },
};

/* What follows a name: nothing, or for the real-time signals a distance to the other end. */
static int signal_distance(int number, const char *rest)
{
	const int room = LAST_SIGNAL - FIRST_REAL_TIME;
	uint64_t distance;

	if (!*rest)
		return 0;
	if (number < FIRST_REAL_TIME || *rest != (number == LAST_SIGNAL ? '-' : '+') ||
	    number_parse_uint(rest + 1, (uint64_t)room, &distance) < 0)
		return -EINVAL;
	return (int)distance;
}

int signal_parse(const char *text, int *ret)
{
	uint64_t number;
	size_t length, i;
	int distance;

	if (number_parse_uint(text, LAST_SIGNAL, &number) == 0) {
		*ret = (int)number;
		return 0;
	}
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	length = strcspn(text, "+-");
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].name) != length ||
		    strncasecmp(words[i].name, text, length) != 0)
			continue;
		distance = signal_distance(words[i].number, text + length);
		if (distance < 0)
			return distance;
		*ret = words[i].number + (words[i].number == LAST_SIGNAL ? -distance : distance);
		return 0;
	}
	return -EINVAL;
}
