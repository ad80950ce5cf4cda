// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of samples -> the result that is shown: the one place where base units become declared units again.
#ifndef TF_STATS_SUMMARISE_H
#define TF_STATS_SUMMARISE_H

#include "stats/result.h"

typedef struct tf_summary_request {
  const tf_model *model;
  const tf_plan *const *plans; // one per scenario of the samples, in their order
  size_t plan_count;
  const tf_samples *samples;
  const tf_sampler *sampler;
  const char *command;
  bool drivers; // rank correlations of the inputs with the first output
  int threads;  // 0: all available
} tf_summary_request;

// The result lives in `arena` and points into the plans and the samples.
TF_NODISCARD tf_status tf_summarise(tf_context *cx, tf_arena *arena, const tf_summary_request *request,
                                    tf_result **result);

// The same of a sketch as of a row of a result: in the unit of `factor`.
void tf_summarise_sketch(const tf_sketch *sketch, const tf_sampler *sampler, double factor, tf_row *row);

// Statistics of `count` samples in base units, in the unit of `factor`, for derived columns (differences, ratios).
void tf_summarise_column(tf_arena *arena, const double *samples, size_t count, const tf_sampler *sampler, double factor,
                         tf_row *row);

#endif
