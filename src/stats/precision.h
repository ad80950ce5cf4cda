// SPDX-License-Identifier: GPL-3.0-or-later
// How well the means of a run are known: when `--until` may stop.
#ifndef TF_STATS_PRECISION_H
#define TF_STATS_PRECISION_H

#include "engine/run.h"

typedef struct tf_precision {
  size_t judged; // results with a mean: numbers and dates that are uncertain and defined in every sample
  // The one that is known worst: its standard error over max(|mean|, sd); of a date, whose zero is arbitrary, over its
  // sd. 0 if none was judged.
  double worst;
  const tf_output *output; // NULL if none was judged
  size_t cell;             // in output->central
} tf_precision;

// `plans` are those of the scenarios of the samples, in their order. Threads make no difference.
TF_NODISCARD tf_precision tf_precision_of(tf_arena *arena, const tf_samples *samples, const tf_plan *const *plans,
                                          const tf_sampler *sampler, int threads);

#endif
