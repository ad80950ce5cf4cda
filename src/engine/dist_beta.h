// SPDX-License-Identifier: GPL-3.0-or-later
// A beta variable stretched to low .. high: shared by beta and pert.
#ifndef TF_ENGINE_DIST_BETA_H
#define TF_ENGINE_DIST_BETA_H

#include "engine/dist_score.h"
#include "engine/dist_type.h"

typedef struct tf_beta {
  double a, b, low, high;
  const tf_score_integral *integral;
  const tf_score_table *table;
} tf_beta;

TF_NODISCARD tf_status tf_beta_prepare(tf_context *cx, tf_arena *arena, tf_span at, double a, double b, double low,
                                       double high, tf_beta **beta);
void tf_beta_quantile(const void *params, const double *u, double *x, size_t n);
double tf_beta_below(const void *params, double x);
double tf_beta_above(const void *params, double x);
double tf_beta_mean(const void *params);
double tf_beta_sd(const void *params);

#endif
