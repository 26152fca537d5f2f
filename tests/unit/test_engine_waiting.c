/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for start: who is listened to, and who is hung up on. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/start_message.h"
#include "engine/waiting.h"
#include "unit.h"

enum { STEP = 41, ANSWER_TIMEOUT_MS = 10000, SILENT = 20 };

struct wait {
	struct sockaddr_un address;
	socklen_t address_size;
	pid_t init;
	int memory_fd;
	struct actor_report *report;
};

/* --- init --- */

static int be_init(int listen_fd)
{
	struct shared shared = { 0 };
	int values[SLOT_FREE];
	struct walker w = {
		.slots = {values, SLOT_FREE},
                  .shared = &shared, .at = STEP
	};
	struct error err = { 0 };

	for (unsigned i = 0; i < SLOT_FREE; i++)
		values[i] = -1;
	values[SLOT_LISTEN] = listen_fd;
	w.report = &shared.actor[ACTOR_CHILD];
	if (waiting_for_start(&w, &err) < 0)
		return 1;
	if (w.shared || values[SLOT_LISTEN] >= 0 || fcntl(listen_fd, F_GETFD) >= 0)
		return 2;
	w.report->state = ACTOR_EXECUTING;
	return 0;
}

/* An abstract address of the kernel's choice: no name is left behind. */
static int setup(void **state)
{
	static struct wait wait;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	wait.address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	assert_int_equal(bind(fd, (struct sockaddr *)&wait.address, sizeof(sa_family_t)), 0);
	assert_int_equal(listen(fd, 64), 0);
	wait.address_size = sizeof(wait.address);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&wait.address, &wait.address_size), 0);
	wait.memory_fd = memfd_create("report", MFD_CLOEXEC);
	assert_int_equal(ftruncate(wait.memory_fd, sizeof(*wait.report)), 0);
	wait.report = mmap(NULL, sizeof(*wait.report), PROT_READ | PROT_WRITE, MAP_SHARED,
			   wait.memory_fd, 0);
	assert_ptr_not_equal(wait.report, MAP_FAILED);
	wait.init = fork();
	if (wait.init == 0)
		_exit(be_init(fd));
	close(fd);
	*state = &wait;
	return 0;
}

static int teardown(void **state)
{
	struct wait *wait = *state;
	int status;

	assert_int_equal(waitpid(wait->init, &status, 0), wait->init);
	assert_int_equal(status, 0);
	munmap(wait->report, sizeof(*wait->report));
	close(wait->memory_fd);
	return 0;
}

/* --- its clients --- */

static int try_connect(const struct wait *wait)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (const struct sockaddr *)&wait->address, wait->address_size) == 0)
		return fd;
	close(fd);
	return -errno;
}

static void say(int fd, const void *text, size_t size, int descriptor)
{
	struct iovec part = { .iov_base = (void *)text, .iov_len = size };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .bytes = { 0 } };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (descriptor >= 0) {
		struct cmsghdr *header;

		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
	}
	assert_int_equal(sendmsg(fd, &message, MSG_NOSIGNAL), size);
}

static struct start_message start_message(void)
{
	return (struct start_message){ .magic = START_MAGIC,
				       .version = START_VERSION,
				       .report_size = sizeof(struct actor_report) };
}

/* True when init hangs up. */
static bool is_hung_up(int fd)
{
	struct pollfd end = { .fd = fd, .events = POLLIN };
	char c;

	return poll(&end, 1, ANSWER_TIMEOUT_MS) == 1 && recv(fd, &c, 1, 0) <= 0;
}

static void start(struct wait *wait)
{
	const struct start_message message = start_message();
	int fd = try_connect(wait);

	assert_true(fd >= 0);
	assert_int_equal(wait->report->state, ACTOR_WALKING);
	say(fd, &message, sizeof(message), wait->memory_fd);
	assert_true(is_hung_up(fd));
	assert_int_equal(wait->report->state, ACTOR_EXECUTING);
	assert_int_equal(wait->report->step, STEP);
	close(fd);
}

static void test_a_start_message_is_obeyed(void **state)
{
	start(*state);
}

static void test_a_silent_client_keeps_nobody_waiting(void **state)
{
	struct wait *wait = *state;
	int silent = try_connect(wait);

	assert_true(silent >= 0);
	start(wait);
	close(silent);
}

/* More than init keeps: those who have been silent for longest are hung up on. */
static void test_many_silent_clients(void **state)
{
	struct wait *wait = *state;
	int silent[SILENT];

	for (int i = 0; i < SILENT; i++)
		silent[i] = try_connect(wait);
	assert_true(is_hung_up(silent[0]));
	start(wait);
	for (int i = 0; i < SILENT; i++)
		close(silent[i]);
}

static void test_clients_that_come_and_go(void **state)
{
	struct wait *wait = *state;

	for (int i = 0; i < 3 * SILENT; i++)
		close(try_connect(wait));
	start(wait);
}

static void assert_hung_up_on(struct wait *wait, const void *text, size_t size, int descriptor)
{
	int fd = try_connect(wait);

	assert_true(fd >= 0);
	say(fd, text, size, descriptor);
	assert_true(is_hung_up(fd));
	assert_int_equal(wait->report->state, ACTOR_WALKING);
	close(fd);
}

static void test_nonsense_is_hung_up_on(void **state)
{
	struct wait *wait = *state;
	struct start_message message = start_message();
	int small = memfd_create("small", MFD_CLOEXEC);

	assert_int_equal(ftruncate(small, sizeof(struct actor_report) - 1), 0);
	assert_hung_up_on(wait, "start", 5, -1);
	assert_hung_up_on(wait, &message, sizeof(message), -1);
	assert_hung_up_on(wait, &message, sizeof(message) - 1, wait->memory_fd);
	assert_hung_up_on(wait, &message, sizeof(message), small);
	message.version = 0;
	assert_hung_up_on(wait, &message, sizeof(message), wait->memory_fd);
	message = start_message();
	message.magic[0] = 'x';
	assert_hung_up_on(wait, &message, sizeof(message), wait->memory_fd);
	message = start_message();
	message.report_size--;
	assert_hung_up_on(wait, &message, sizeof(message), wait->memory_fd);
	start(wait);
	close(small);
}

/* A newer binary may say more, and have a longer report. */
static void test_a_newer_starter_is_understood(void **state)
{
	struct wait *wait = *state;
	struct {
		struct start_message message;
		char more[32];
	} newer = { .message = start_message() };
	int fd = try_connect(wait);

	newer.message.version = START_VERSION + 7;
	newer.message.report_size += 4096;
	assert_int_equal(ftruncate(wait->memory_fd, sizeof(*wait->report) + 4096), 0);
	say(fd, &newer, sizeof(newer), wait->memory_fd);
	assert_true(is_hung_up(fd));
	assert_int_equal(wait->report->state, ACTOR_EXECUTING);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_start_message_is_obeyed),
		TEST(test_a_silent_client_keeps_nobody_waiting),
		TEST(test_many_silent_clients),
		TEST(test_clients_that_come_and_go),
		TEST(test_nonsense_is_hung_up_on),
		TEST(test_a_newer_starter_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
