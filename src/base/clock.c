/* SPDX-License-Identifier: Apache-2.0 */
/* The time of day as text. libc's gmtime would read the host's time zone files first. */
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static const uint64_t second = 1000000000;

uint64_t clock_now(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * second + (uint64_t)now.tv_nsec;
}

struct date {
	uint16_t year;
	uint8_t month, day;
};

/*
 * The Gregorian date of a day counted from 1970-01-01. Years are taken from March on, so that the
 * leap day is the last one, within eras of 400 years, which all have the same length.
 */
static struct date date_of_day(uint64_t days)
{
	enum { DAYS_TO_1970 = 719468, ERA_DAYS = 146097 };
	unsigned era, day, year, month;

	days += DAYS_TO_1970; /* from 0000-03-01 */
	era = (unsigned)(days / ERA_DAYS);
	day = (unsigned)(days % ERA_DAYS);
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153; /* March is 0; five months in turn have 153 days */
	day -= (153 * month + 2) / 5;
	month = month < 10 ? month + 3 : month - 9;
	year += era * 400 + (month <= 2);
	return (struct date){ (uint16_t)year, (uint8_t)month, (uint8_t)(day + 1) };
}

void clock_rfc3339(uint64_t nanoseconds, char buffer[CLOCK_RFC3339_SIZE])
{
	uint64_t seconds = nanoseconds / second;
	struct date date = date_of_day(seconds / 86400);
	unsigned rest = (unsigned)(seconds % 86400);

	snprintf(buffer, CLOCK_RFC3339_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%09" PRIu64 "Z",
		 date.year, date.month, date.day, rest / 3600, rest / 60 % 60, rest % 60,
		 nanoseconds % second);
}
