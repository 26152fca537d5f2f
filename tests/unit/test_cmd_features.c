/* SPDX-License-Identifier: Apache-2.0 */
/* What `features` prints is a features document of the specification, and says what plan says. */
#include <fcntl.h>
#include <unistd.h>

#include "cmd/call.h"
#include "ocispec_test.h"
#include "sys/host.h"

static struct arena arena;

/* What the verb prints on standard output. */
static struct oci_document printed(void)
{
	struct call call = { .arena = &arena };
	struct error err = { 0 };
	char name[] = "/tmp/test-features-XXXXXX";
	int fd = mkstemp(name), kept = dup(STDOUT_FILENO), r;
	struct oci_document document;

	assert_true(fd >= 0 && kept >= 0);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	r = cmd_features(&call, &err);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	close(fd);
	if (r < 0)
		fail_msg("%s", err.text);
	document = test_load(&arena, name);
	unlink(name);
	return document;
}

static void test_it_is_a_features_document(void **state)
{
	struct oci_strings unknown = { 0 };
	struct oci_document document = printed();
	struct oci_features *features;
	struct error err = { 0 };

	(void)state;
	if (oci_decode_features(&arena, &document, &unknown, &features, &err) < 0)
		fail_msg("%u:%u %s %s", err.line, err.column, err.pointer, err.text);
	assert_int_equal(unknown.n, 0);
	assert_string_equal(features->oci_version_max, "1.3.0");
	assert_true(features->has_hooks && features->mount_options.n > 30);
	assert_true(features->linux_->namespaces.n >= 7);
	assert_true(features->linux_->capabilities.n > 30);
	assert_true(features->linux_->has_seccomp && features->linux_->seccomp->has_enabled);
	assert_true(features->linux_->mount_extensions->idmap->has_enabled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_a_features_document),
	};
	int r;

	arena_init(&arena, NULL, 0);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&arena);
	return r;
}
