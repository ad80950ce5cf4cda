// SPDX-License-Identifier: GPL-3.0-or-later
// Mean, spread and standard error of a column of samples, in an order of summation that no thread count changes.
#ifndef TF_STATS_MOMENTS_H
#define TF_STATS_MOMENTS_H

#include "engine/sketch.h"

typedef struct tf_moments {
  uint64_t defined;        // samples with a value (neither NaN nor -inf)
  uint64_t later;          // of these, +inf: "later than the axis"
  double mean, sd;         // NAN unless every sample is defined and finite
  double se;               // standard error of the mean; NAN where none can be given
  double minimum, maximum; // of the finite ones
} tf_moments;

// Sample i belongs to replicate i mod replicates. With 2 or more replicates the standard error is that of their means
// (t with replicates - 1 degrees of freedom); for independent samples (`random`) it is sd/sqrt(count); one scrambling
// has none. sd is that of the population the samples stand for: sum of squares over count - 1.
tf_moments tf_moments_of(const double *x, size_t count, uint32_t replicates, bool random);
// The same of all samples of a sketch, a whole beginning of a run. Sums are exact but for what is lost within 1,024
// samples; none is given where squares are beyond the range of doubles.
tf_moments tf_moments_of_sketch(const tf_sketch *sketch, uint32_t replicates, bool random);

#endif
