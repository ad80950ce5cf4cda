// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and texts as little-endian bytes, for files that go from one machine to another.
//
// Writing appends to a growing text. Reading never goes beyond the end: the first read that would sets `bad`, and
// everything from there on is zero or empty, so that a reader checks once, at the end of a record.
#ifndef TF_BASE_BYTES_H
#define TF_BASE_BYTES_H

#include "base/str.h"

void tf_put_uint(tf_text *out, uint64_t value, size_t bytes); // the lowest `bytes` of its eight
void tf_put_u32(tf_text *out, uint32_t value);
void tf_put_u64(tf_text *out, uint64_t value);
void tf_put_f64(tf_text *out, double value);
void tf_put_str(tf_text *out, tf_str text); // its length (u64), then its bytes

typedef struct tf_bytes {
  tf_str rest;
  bool bad;
} tf_bytes;

uint64_t tf_get_uint(tf_bytes *in, size_t bytes); // of at most eight
uint32_t tf_get_u32(tf_bytes *in);
uint64_t tf_get_u64(tf_bytes *in);
double tf_get_f64(tf_bytes *in);
tf_str tf_get_str(tf_bytes *in); // points into what is read
// A number of items that each take at least `size` bytes of what is left: 0 and bad if there is no room for them.
size_t tf_get_count(tf_bytes *in, size_t size);

// Doubles are written as they lie in memory where that is little-endian; elsewhere their bytes are turned, either way.
void tf_turn_f64(double *x, size_t count);

#endif
