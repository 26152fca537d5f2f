/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci-rt spec: writes a config.json, the default one changed as the options say. It must not know
 * what a runtime makes of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "cmd/call.h"
#include "cmd/spec_change.h"
#include "cmd/spec_default.h"

static int spec_decode(struct call *call, struct oci_config **ret, struct error *err)
{
	const struct oci_document document = { "default", spec_default, spec_default_length };

	return oci_decode_config(call->arena, &document, NULL, ret, err);
}

/* NULL and an error when there is none. */
static const char *spec_path(struct call *call, struct error *err)
{
	const struct options *options = &call->line.options;
	const char *bundle, *file = options->file ? options->file : "config.json";

	if (call_path(call, options->bundle ? options->bundle : ".", &bundle, err) != 0)
		error_prefix(err, "--bundle");
	else if (!*file)
		error_set(err, EINVAL, "--file: an empty path is no path");
	else
		return path_absolute(call->arena, bundle, file);
	return NULL;
}

/* Somebody's own configuration is never written over. */
static int spec_write(const char *path, const struct strbuf *text, struct error *err)
{
	fd_auto int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
	ssize_t n;

	if (fd < 0 && errno == EEXIST) {
		error_set(err, EEXIST, "%s exists already", path);
		return error_hint(err, "remove it first, or write another file with --file FILE");
	}
	if (fd < 0)
		return error_errno(err, errno, "make %s", path);
	n = write(fd, text->data, text->length);
	if (n == (ssize_t)text->length)
		return 0;
	error_errno(err, n < 0 ? errno : EIO, "write %s", path);
	unlink(path);
	return -err->code;
}

int cmd_spec(struct call *call, struct error *err)
{
	const char *path = spec_path(call, err);
	struct oci_config *config = NULL;
	struct strbuf text;
	struct json json;

	if (!path || spec_decode(call, &config, err) < 0 || spec_change(call, config, err) < 0)
		return -err->code;
	strbuf_init(&text, call->arena);
	json_init(&json, &text, "\t");
	oci_encode_config(config, &json, NULL);
	strbuf_add_char(&text, '\n');
	return spec_write(path, &text, err);
}
