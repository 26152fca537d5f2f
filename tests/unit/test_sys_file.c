/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of whole files, and of the loopback device. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "sys/file.h"
#include "sys/loopback.h"
#include "unit.h"

struct place {
	char path[64];
	int fd;
	struct arena arena;
};

static int place_setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	memcpy(place->path, "/tmp/test-file-XXXXXX", 22);
	assert_non_null(mkdtemp(place->path));
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(place->fd >= 0);
	arena_init(&place->arena, NULL, 0);
	*state = place;
	return 0;
}

/* Each test removes what it knows of; whatever else is left makes this fail. */
static int place_teardown(void **state)
{
	struct place *place = *state;
	int r = rmdir(place->path);

	close(place->fd);
	arena_done(&place->arena);
	free(place);
	return r;
}

static void assert_content(struct place *place, const char *name, const char *wanted)
{
	size_t length;
	char *text;

	assert_int_equal(file_read(place->fd, name, 1000, &place->arena, &text, &length), 0);
	assert_int_equal(length, strlen(wanted));
	assert_string_equal(text, wanted);
}

static void a_file_is_replaced_whole(void **state)
{
	struct place *place = *state;
	struct stat st;

	assert_int_equal(file_replace(place->fd, "f", 0640, "one", 3), 0);
	assert_content(place, "f", "one");
	assert_int_equal(fstatat(place->fd, "f", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0640);
	assert_int_equal(file_replace(place->fd, "f", 0600, "", 0), 0);
	assert_content(place, "f", "");
	assert_int_equal(unlinkat(place->fd, "f", 0), 0);
}

static void what_an_earlier_process_left_is_no_obstacle(void **state)
{
	struct place *place = *state;
	char name[32];

	snprintf(name, sizeof(name), ".f.%d", (int)getpid());
	assert_int_equal(mknodat(place->fd, name, S_IFREG | 0600, 0), 0);
	assert_int_equal(file_replace(place->fd, "f", 0600, "x", 1), 0);
	assert_content(place, "f", "x");
	assert_int_equal(faccessat(place->fd, name, F_OK, 0), -1);
	assert_int_equal(unlinkat(place->fd, "f", 0), 0);
}

static void a_failed_replacement_leaves_nothing(void **state)
{
	struct place *place = *state;
	char name[256];

	assert_int_equal(mkdirat(place->fd, "d", 0700), 0);
	assert_int_equal(file_replace(place->fd, "d", 0600, "x", 1), -EISDIR);
	assert_int_equal(unlinkat(place->fd, "d", AT_REMOVEDIR), 0);
	memset(name, 'n', 255);
	name[255] = '\0';
	assert_int_equal(file_replace(place->fd, name, 0600, "x", 1), -ENAMETOOLONG);
}

static void the_limit_is_kept(void **state)
{
	struct place *place = *state;
	size_t length = 77;
	char *text = NULL;

	assert_int_equal(file_replace(place->fd, "f", 0600, "12345", 5), 0);
	assert_int_equal(file_read(place->fd, "f", 4, &place->arena, &text, &length), -EFBIG);
	assert_null(text);
	assert_int_equal(length, 77);
	assert_int_equal(file_read(place->fd, "f", 5, &place->arena, &text, &length), 0);
	assert_int_equal(length, 5);
	assert_string_equal(text, "12345");
	assert_int_equal(unlinkat(place->fd, "f", 0), 0);
	/* One without a size is measured as it is read. */
	assert_int_equal(file_read(-1, "/proc/self/status", 100, &place->arena, &text, &length),
			 -EFBIG);
	assert_int_equal(file_read(-1, "/proc/self/status", 100000, &place->arena, &text, &length),
			 0);
	assert_true(length > 500 && strlen(text) == length);
}

static void only_regular_files_are_read(void **state)
{
	struct place *place = *state;
	size_t length;
	char *text;

	assert_int_equal(mkfifoat(place->fd, "fifo", 0600), 0);
	assert_int_equal(file_read(place->fd, "fifo", 10, &place->arena, &text, &length), -EINVAL);
	assert_int_equal(file_read(place->fd, ".", 10, &place->arena, &text, &length), -EINVAL);
	assert_int_equal(file_read(place->fd, "/dev/null", 10, &place->arena, &text, &length),
			 -EINVAL);
	assert_int_equal(file_read(place->fd, "none", 10, &place->arena, &text, &length), -ENOENT);
	assert_int_equal(unlinkat(place->fd, "fifo", 0), 0);
}

static void a_link_is_followed_only_if_wanted(void **state)
{
	struct place *place = *state;
	size_t length;
	char *text;

	assert_int_equal(file_replace(place->fd, "f", 0600, "x", 1), 0);
	assert_int_equal(symlinkat("f", place->fd, "l"), 0);
	assert_content(place, "l", "x");
	assert_int_equal(file_read_nofollow(place->fd, "l", 9, &place->arena, &text, &length),
			 -ELOOP);
	assert_int_equal(file_read_nofollow(place->fd, "f", 9, &place->arena, &text, &length), 0);
	assert_int_equal(unlinkat(place->fd, "l", 0), 0);
	assert_int_equal(unlinkat(place->fd, "f", 0), 0);
}

static int check_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return 77;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0 || request.ifr_flags & IFF_UP)
		return 1;
	if (loopback_up() < 0)
		return 2;
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0 || !(request.ifr_flags & IFF_UP))
		return 3;
	return loopback_up() < 0 ? 4 : 0;
}

static void a_new_loopback_device_comes_up(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(check_loopback());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(a_file_is_replaced_whole),
		PLACE_TEST(what_an_earlier_process_left_is_no_obstacle),
		PLACE_TEST(a_failed_replacement_leaves_nothing),
		PLACE_TEST(the_limit_is_kept),
		PLACE_TEST(only_regular_files_are_read),
		PLACE_TEST(a_link_is_followed_only_if_wanted),
		cmocka_unit_test(a_new_loopback_device_comes_up),
	};

	umask(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
