/* SPDX-License-Identifier: Apache-2.0 */
/* A libFuzzer target: its input is a document of one sort, which is chosen when it is compiled. */
#include "fuzz_document.h"

#ifndef FUZZ_DOCUMENT
#	define FUZZ_DOCUMENT OCI_OBJECT_config
#endif

/* libFuzzer gives the name. NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NOLINTNEXTLINE(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_document(FUZZ_DOCUMENT, data, size);
	return 0;
}
