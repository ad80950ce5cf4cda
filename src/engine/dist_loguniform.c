// SPDX-License-Identifier: GPL-3.0-or-later
// Loguniform: log x is uniform. Forms: bounds, interval. Error: relative 1e-15 (1 + |log x|).
#include "engine/dist_type.h"
#include "engine/vecmath.h"

typedef struct loguniform {
  double low, high;   // of x
  double start, span; // of log x
} loguniform;

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_INTERVAL && spec->form != TF_FORM_BOUNDS) {
    return tf_dist_no_form(cx, spec);
  }
  const bool interval = spec->form == TF_FORM_INTERVAL;
  tf_status status = interval ? tf_dist_check_interval(cx, spec) : tf_dist_check_bounds(cx, spec);
  if (status == TF_OK) {
    status = tf_dist_check_positive(cx, spec);
  }
  if (status != TF_OK) {
    return status;
  }
  const double a = spec->args[0];
  const double b = spec->args[1];
  const double inner = log(b / a);
  const double margin = interval ? inner * (0.5 / spec->level - 0.5) : 0;
  loguniform *p = TF_NEW(arena, loguniform);
  *p = (loguniform){a * exp(-margin), b * exp(margin), log(a) - margin, inner + 2 * margin};
  *params = p;
  return TF_OK;
}

TF_KERNEL static void kernel(const loguniform *p, const double *u, double *x, size_t n) {
  const double low = p->low;
  const double high = p->high;
  const double start = p->start;
  const double span = p->span;
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double value = exp(start + span * u[i]);
    const double at_least = value > low ? value : low;
    x[i] = at_least < high ? at_least : high;
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  kernel(params, u, x, n);
}

static double below(const void *params, double x) {
  const loguniform *p = params;
  return x > p->low ? fmin(log(x / p->low) / p->span, 1) : 0;
}

static double above(const void *params, double x) {
  const loguniform *p = params;
  return x < p->low ? 1 : fmax(log(p->high / x) / p->span, 0);
}

static double mean(const void *params) {
  const loguniform *p = params;
  return (p->high - p->low) / p->span;
}

static double sd(const void *params) {
  const loguniform *p = params;
  const double m = mean(params);
  return sqrt((p->high - p->low) * (p->high + p->low) / (2 * p->span) - m * m);
}

const tf_dist_type tf_dist_loguniform = {"loguniform", prepare, quantile, below, above, mean, sd, NULL, NULL};
