// SPDX-License-Identifier: GPL-3.0-or-later
// Normal: x = m + s z. Forms: interval, mean and standard deviation. Error: that of z (4 ulp or 1e-15 s) and rounding.
#include "engine/dist_type.h"
#include "engine/sampler.h"
#include "engine/vecmath.h"

typedef struct normal {
  double mean, sd;
} normal;

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_INTERVAL && spec->form != TF_FORM_MEAN_SD) {
    return tf_dist_no_form(cx, spec);
  }
  const bool interval = spec->form == TF_FORM_INTERVAL;
  const tf_status status = interval ? tf_dist_check_interval(cx, spec) : tf_dist_check_sd(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  normal *p = TF_NEW(arena, normal);
  const double a = spec->args[0];
  const double b = spec->args[1];
  *p = interval ? (normal){0.5 * a + 0.5 * b, (0.5 * b - 0.5 * a) / tf_dist_interval_score(spec)} : (normal){a, b};
  *params = p;
  return TF_OK;
}

TF_KERNEL static void finish(double *x, double mean, double sd, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    x[i] = mean + sd * x[i];
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  const normal *p = params;
  tf_normal_quantile(u, x, n);
  finish(x, p->mean, p->sd, n);
}

static double below(const void *params, double x) {
  const normal *p = params;
  return tf_dist_normal_below((x - p->mean) / p->sd);
}

static double above(const void *params, double x) {
  const normal *p = params;
  return tf_dist_normal_below((p->mean - x) / p->sd);
}

static double mean(const void *params) {
  return ((const normal *)params)->mean;
}

static double sd(const void *params) {
  return ((const normal *)params)->sd;
}

const tf_dist_type tf_dist_normal = {"normal", prepare, quantile, below, above, mean, sd, NULL, NULL};
