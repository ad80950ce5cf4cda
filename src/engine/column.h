// SPDX-License-Identifier: GPL-3.0-or-later
// One pass over a column of samples. For engine and stats.
#ifndef TF_ENGINE_COLUMN_H
#define TF_ENGINE_COLUMN_H

#include <stddef.h>
#include <stdint.h>

enum { TF_COLUMN_LANES = 8 };

// Sums in eight lanes (value i in lane i mod 8) over chunks of 4,096, chunk after chunk: the result is a function of
// the column alone, whatever the vector unit.
typedef struct tf_column_scan {
  uint64_t odd; // values that are not finite; if there are any, the sums mean nothing
  double low, high;
  double sum[TF_COLUMN_LANES], square[TF_COLUMN_LANES]; // of the differences to `shift`
} tf_column_scan;

tf_column_scan tf_column_read(const double *x, size_t count, double shift);

// bin[i] = min(last, (x[i] - low) * scale) for finite x >= low and a last bin below 32,768.
void tf_column_bins(const double *x, size_t count, double low, double scale, double last, uint16_t *bin);

// Sign, exponent and the first 11 bits of the mantissa of x - origin, as the lowest 23 bits; -0 is +0.
void tf_column_keys(const double *x, size_t count, double origin, uint32_t *key);

#endif
