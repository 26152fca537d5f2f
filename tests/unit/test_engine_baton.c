/* SPDX-License-Identifier: Apache-2.0 */
/* The baton between two ends in one process: what arrives, and what is no baton. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/baton.h"
#include "unit.h"

enum { SLOT_COUNT = 64 };

struct pair {
	int fd[2];
	int sent[SLOT_COUNT], got[SLOT_COUNT];
	struct slots sender, receiver;
};

static int setup(void **state)
{
	static struct pair pair;

	pair.sender = (struct slots){ pair.sent, SLOT_COUNT };
	pair.receiver = (struct slots){ pair.got, SLOT_COUNT };
	for (unsigned i = 0; i < SLOT_COUNT; i++)
		pair.sent[i] = pair.got[i] = -1;
	*state = &pair;
	return baton_pair(pair.fd);
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	close(pair->fd[0]);
	close(pair->fd[1]);
	for (unsigned i = 0; i < SLOT_COUNT; i++) {
		if (pair->sent[i] >= 0)
			close(pair->sent[i]);
		if (pair->got[i] >= 0)
			close(pair->got[i]);
	}
	return 0;
}

static int count_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static ino_t inode(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_ino;
}

static void test_both_ends_are_close_on_exec(void **state)
{
	struct pair *pair = *state;

	assert_int_equal(fcntl(pair->fd[0], F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(pair->fd[1], F_GETFD), FD_CLOEXEC);
}

static void test_the_next_step_arrives(void **state)
{
	const struct baton baton = { .next = 123456 };
	struct pair *pair = *state;
	struct baton got = { 0 };

	assert_int_equal(baton_send(pair->fd[0], &baton, &pair->sender), 0);
	assert_int_equal(baton_receive(pair->fd[1], &got, &pair->receiver), 0);
	assert_int_equal(got.next, 123456);
	assert_int_equal(got.n_fds, 0);
}

/* In both directions, one message at a time. */
static void test_batons_keep_their_order(void **state)
{
	struct pair *pair = *state;
	struct baton got;

	for (uint32_t i = 0; i < 10; i++) {
		const struct baton baton = { .next = i };

		assert_int_equal(baton_send(pair->fd[1], &baton, &pair->sender), 0);
	}
	for (uint32_t i = 0; i < 10; i++) {
		assert_int_equal(baton_receive(pair->fd[0], &got, &pair->receiver), 0);
		assert_int_equal(got.next, i);
	}
}

static void send_pipes(struct pair *pair, uint32_t n, ino_t inodes[])
{
	struct baton baton = { .next = 1, .n_fds = n };

	for (uint32_t i = 0; i < n; i++) {
		int fds[2];

		assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
		close(fds[1]);
		inodes[i] = inode(fds[0]);
		baton.slots[i] = (uint8_t)(SLOT_FREE + i);
		pair->sent[baton.slots[i]] = fds[0];
	}
	assert_int_equal(baton_send(pair->fd[0], &baton, &pair->sender), 0);
}

static void check_descriptors(struct pair *pair, uint32_t n)
{
	ino_t inodes[BATON_FDS_MAX];
	struct baton got;
	int before = count_open();

	send_pipes(pair, n, inodes);
	assert_int_equal(baton_receive(pair->fd[1], &got, &pair->receiver), 0);
	assert_int_equal(got.n_fds, n);
	assert_int_equal(count_open(), before + (int)n);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(inode(pair->got[SLOT_FREE + i]), inodes[i]);
		assert_int_equal(fcntl(pair->got[SLOT_FREE + i], F_GETFD), FD_CLOEXEC);
		assert_true(pair->sent[SLOT_FREE + i] < 0);
	}
}

static void test_a_descriptor_changes_its_owner(void **state)
{
	check_descriptors(*state, 1);
}

static void test_as_many_descriptors_as_there_may_be(void **state)
{
	check_descriptors(*state, BATON_FDS_MAX);
}

static void test_the_other_end_is_gone(void **state)
{
	const struct baton baton = { .next = 1 };
	struct pair *pair = *state;
	struct baton got = { .next = 77 };

	close(pair->fd[1]);
	pair->fd[1] = -1;
	assert_int_equal(baton_receive(pair->fd[0], &got, &pair->receiver), -EPIPE);
	assert_int_equal(got.next, 77);
	assert_int_equal(baton_send(pair->fd[0], &baton, &pair->sender), -EPIPE);
}

/* What was sent before the end is still read. */
static void test_a_baton_outlives_its_sender(void **state)
{
	const struct baton baton = { .next = 5 };
	struct pair *pair = *state;
	struct baton got;

	assert_int_equal(baton_send(pair->fd[1], &baton, &pair->sender), 0);
	close(pair->fd[1]);
	pair->fd[1] = -1;
	assert_int_equal(baton_receive(pair->fd[0], &got, &pair->receiver), 0);
	assert_int_equal(got.next, 5);
	assert_int_equal(baton_receive(pair->fd[0], &got, &pair->receiver), -EPIPE);
}

/* The other end has not read what was sent to it: the kernel says "reset", which is the same. */
static void test_an_end_that_left_unread_batons(void **state)
{
	const struct baton baton = { .next = 5 };
	struct pair *pair = *state;
	struct baton got;

	assert_int_equal(baton_send(pair->fd[0], &baton, &pair->sender), 0);
	close(pair->fd[1]);
	pair->fd[1] = -1;
	assert_int_equal(baton_receive(pair->fd[0], &got, &pair->receiver), -EPIPE);
}

static void assert_refused(struct pair *pair, const void *message, size_t size)
{
	struct baton got = { .next = 77 };

	assert_int_equal(send(pair->fd[0], message, size, 0), size);
	assert_int_equal(baton_receive(pair->fd[1], &got, &pair->receiver), -EPROTO);
	assert_int_equal(got.next, 77);
}

static void test_messages_of_another_size(void **state)
{
	static const char bytes[sizeof(struct baton) * 4];

	assert_refused(*state, bytes, 1);
	assert_refused(*state, bytes, sizeof(struct baton) - 1);
	assert_refused(*state, bytes, sizeof(struct baton) + 1);
	assert_refused(*state, bytes, sizeof(bytes));
}

/* Announced, but not there. */
static void test_missing_descriptors(void **state)
{
	const struct baton baton = {
		.next = 1, .n_fds = 2, .slots = {SLOT_FREE, SLOT_FREE + 1}
	};

	assert_refused(*state, &baton, sizeof(baton));
}

static void send_raw(int fd, const struct baton *baton, int descriptor)
{
	struct iovec part = { .iov_base = (void *)baton, .iov_len = sizeof(*baton) };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .bytes = { 0 } };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
	assert_int_equal(sendmsg(fd, &message, 0), sizeof(*baton));
}

/* There, but not announced, or for no slot: none may stay open. */
static void test_unwanted_descriptors_are_closed(void **state)
{
	const struct baton unannounced = { .next = 1 };
	const struct baton nowhere = { .next = 1, .n_fds = 1, .slots = { SLOT_COUNT } };
	struct pair *pair = *state;
	int before = count_open();
	struct baton got;

	send_raw(pair->fd[0], &unannounced, 0);
	assert_int_equal(baton_receive(pair->fd[1], &got, &pair->receiver), -EPROTO);
	assert_int_equal(count_open(), before);
	send_raw(pair->fd[0], &nowhere, 0);
	baton_receive(pair->fd[1], &got, &pair->receiver);
	assert_int_equal(count_open(), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_both_ends_are_close_on_exec),
		TEST(test_the_next_step_arrives),
		TEST(test_batons_keep_their_order),
		TEST(test_a_descriptor_changes_its_owner),
		TEST(test_as_many_descriptors_as_there_may_be),
		TEST(test_the_other_end_is_gone),
		TEST(test_a_baton_outlives_its_sender),
		TEST(test_an_end_that_left_unread_batons),
		TEST(test_messages_of_another_size),
		TEST(test_missing_descriptors),
		TEST(test_unwanted_descriptors_are_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
