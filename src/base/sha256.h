// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 (FIPS 180-4): the fingerprint by which a manifest names the bytes that a result was computed from.
#ifndef TF_BASE_SHA256_H
#define TF_BASE_SHA256_H

#include "base/str.h"

enum { TF_SHA256_BYTES = 32, TF_SHA256_TEXT = 65 };

void tf_sha256(tf_str data, uint8_t digest[static TF_SHA256_BYTES]);
// The digest in 64 lower-case hexadecimal digits; returns the buffer.
const char *tf_sha256_text(tf_str data, char buffer[static TF_SHA256_TEXT]);

#endif
