// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels over columns of samples. A column need not be aligned, nor its length be a multiple of anything.
#include "engine/column.h"

#include <string.h>

#include "engine/vecmath.h"

enum { CHUNK = 4096, LANES = TF_COLUMN_LANES };

typedef struct lanes {
  double sum[LANES], square[LANES], low[LANES], high[LANES];
  int64_t odd[LANES];
} lanes;

// Whole groups of eight; every lane is its own.
TF_KERNEL static void add_groups(const double *x, size_t groups, double shift, lanes *into) {
  double sum[LANES] = {0};
  double square[LANES] = {0};
  double low[LANES];
  double high[LANES];
  int64_t odd[LANES] = {0};
  for (size_t l = 0; l < LANES; l++) {
    low[l] = into->low[l];
    high[l] = into->high[l];
  }
  for (size_t g = 0; g < groups; g++) {
    TF_SIMD
    for (size_t l = 0; l < LANES; l++) {
      const double v = x[g * LANES + l];
      const double d = v - shift;
      sum[l] += d;
      square[l] += d * d;
      low[l] = v < low[l] ? v : low[l];
      high[l] = v > high[l] ? v : high[l];
      odd[l] += fabs(v) <= 1.79769313486231570815e308 ? 0 : 1;
    }
  }
  for (size_t l = 0; l < LANES; l++) {
    into->sum[l] = sum[l];
    into->square[l] = square[l];
    into->low[l] = low[l];
    into->high[l] = high[l];
    into->odd[l] += odd[l];
  }
}

tf_column_scan tf_column_read(const double *x, size_t count, double shift) {
  tf_column_scan scan = {.low = INFINITY, .high = -INFINITY};
  lanes of = {{0}, {0}, {0}, {0}, {0}};
  for (size_t l = 0; l < LANES; l++) {
    of.low[l] = INFINITY;
    of.high[l] = -INFINITY;
  }
  for (size_t at = 0; at < count; at += CHUNK) {
    const size_t left = count - at < CHUNK ? count - at : CHUNK;
    const size_t whole = left / LANES * LANES;
    add_groups(x + at, left / LANES, shift, &of);
    for (size_t i = whole; i < left; i++) {
      const double v = x[at + i];
      const double d = v - shift;
      of.sum[i % LANES] += d;
      of.square[i % LANES] += d * d;
      of.low[0] = v < of.low[0] ? v : of.low[0];
      of.high[0] = v > of.high[0] ? v : of.high[0];
      of.odd[0] += fabs(v) <= 1.79769313486231570815e308 ? 0 : 1;
    }
    for (size_t l = 0; l < LANES; l++) {
      scan.sum[l] += of.sum[l];
      scan.square[l] += of.square[l];
    }
  }
  for (size_t l = 0; l < LANES; l++) {
    scan.low = of.low[l] < scan.low ? of.low[l] : scan.low;
    scan.high = of.high[l] > scan.high ? of.high[l] : scan.high;
    scan.odd += (uint64_t)of.odd[l];
  }
  return scan;
}

TF_KERNEL void tf_column_bins(const double *x, size_t count, double low, double scale, double last, uint16_t *bin) {
  TF_SIMD
  for (size_t i = 0; i < count; i++) {
    const double at = (x[i] - low) * scale;
    const int32_t whole = (int32_t)(at < last ? at : last);
    bin[i] = (uint16_t)whole;
  }
}

TF_KERNEL void tf_column_keys(const double *x, size_t count, double origin, uint32_t *key) {
  TF_SIMD
  for (size_t i = 0; i < count; i++) {
    const double v = (x[i] - origin) + 0.0;
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    key[i] = (uint32_t)(bits >> 41);
  }
}
