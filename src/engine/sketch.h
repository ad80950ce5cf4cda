// SPDX-License-Identifier: GPL-3.0-or-later
// A column of samples in little memory, joined without loss: what stands in the place of sample columns when all of
// them would not fit into the cap (--memory).
//
// Counts per bin of a fixed grid. A bin is what the doubles have in common that agree in sign, exponent and the first
// 11 bits of the mantissa: its width is at most 2^-11 of the smallest magnitude in it. Every order statistic is known
// to lie in one bin, so a quantile is wrong by no more than TF_SKETCH_ERROR of its value (values below 2.3e-308 count
// as 0; between two order statistics of different sign the error is relative to the larger of them). The zero of dates
// is arbitrary: their bins are of the differences to `origin`, and so is their error. Counts, the
// extremes and the sums do not depend on order: samples are summed in sub-blocks of TF_SKETCH_ALIGN that begin at
// multiples of it, value i of a sub-block in lane i mod 8, as differences to `shift`, and the sums of the sub-blocks
// are added exactly. So a sketch is the same bytes however its samples were shared among threads, blocks, shards and
// ranks, provided that every part begins at a multiple of TF_SKETCH_ALIGN.
#ifndef TF_ENGINE_SKETCH_H
#define TF_ENGINE_SKETCH_H

#include "engine/exact_sum.h"

enum { TF_SKETCH_ALIGN = 1024, TF_SKETCH_LANES = 8 };
#define TF_SKETCH_ERROR 0x1p-11 // relative, of a quantile

typedef struct tf_sketch {
  bool whole;                // of whole numbers 0 .. 2^22-1, each its own bin: labels (positions), checks (0 or 1)
  uint64_t count;            // samples
  uint64_t undefined, later; // of these, without a value, and +inf: "later than the axis"
  double minimum, maximum;   // of the finite ones; +inf and -inf if there are none
  double origin;             // finite; bins are of the differences to it: 0 but for dates
  double shift;              // finite; the sums are of the differences to it
  bool overflow;             // a square was beyond the range of doubles: the spread is infinite
  tf_exact_sum sum[TF_SKETCH_LANES]; // of samples i mod 8, settled; mean nothing if some are undefined or later
  tf_exact_sum square;
  size_t bin_count;
  const uint32_t *bin;  // in ascending order of the values
  const uint64_t *held; // samples in each, > 0
} tf_sketch;

// One sketch of the samples of both; order and grouping of joins make no difference. NULL if they are of different
// things (`whole`, `origin` or `shift` differ). The result lives in `arena` and may share memory with a and b.
tf_sketch *tf_sketch_join(tf_arena *arena, const tf_sketch *a, const tf_sketch *b);

// out[j] = p[j]-quantile of the defined samples by the rule of tf_quantiles (type 7; +inf larger than everything), an
// order statistic being placed evenly within its bin, and never beyond minimum and maximum. NAN if none is defined.
// p ascending. Constants are exact.
void tf_sketch_quantiles(const tf_sketch *sketch, const double *p, size_t p_count, double *out);
// Samples of a sketch of whole numbers that are worth `value`.
uint64_t tf_sketch_held(const tf_sketch *sketch, uint32_t value);

// Portable bytes (little-endian, a version in front); equal sketches give equal bytes.
void tf_sketch_write(const tf_sketch *sketch, tf_text *out);
// Reads one sketch and moves *bytes behind it. NULL, with *bytes unchanged, if it is none or damaged.
tf_sketch *tf_sketch_read(tf_arena *arena, tf_str *bytes);

#endif
