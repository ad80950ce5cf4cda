// SPDX-License-Identifier: GPL-3.0-or-later
// Uniform: x = a + (b - a) u. Forms: bounds (the meaning of a bare `a .. b`), interval. Error: rounding.
#include "engine/dist_type.h"
#include "engine/vecmath.h"

typedef struct uniform {
  double low, high;
} uniform;

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_INTERVAL && spec->form != TF_FORM_BOUNDS) {
    return tf_dist_no_form(cx, spec);
  }
  const bool interval = spec->form == TF_FORM_INTERVAL;
  const tf_status status = interval ? tf_dist_check_interval(cx, spec) : tf_dist_check_bounds(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  const double a = spec->args[0];
  const double b = spec->args[1];
  // The interval holds `level` of the width; the rest lies half on either side.
  const double margin = interval ? (b - a) * (0.5 / spec->level - 0.5) : 0;
  uniform *p = TF_NEW(arena, uniform);
  *p = (uniform){a - margin, b + margin};
  *params = p;
  return TF_OK;
}

TF_KERNEL static void kernel(const double *u, double *x, double low, double high, size_t n) {
  const double width = high - low;
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double value = low + width * u[i];
    x[i] = value < high ? value : high; // the width may have been rounded up
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  const uniform *p = params;
  kernel(u, x, p->low, p->high, n);
}

static double below(const void *params, double x) {
  const uniform *p = params;
  return fmin(fmax((x - p->low) / (p->high - p->low), 0), 1);
}

static double above(const void *params, double x) {
  const uniform *p = params;
  return fmin(fmax((p->high - x) / (p->high - p->low), 0), 1);
}

static double mean(const void *params) {
  const uniform *p = params;
  return 0.5 * p->low + 0.5 * p->high;
}

static double sd(const void *params) {
  const uniform *p = params;
  return (p->high - p->low) / sqrt(12);
}

const tf_dist_type tf_dist_uniform = {"uniform", prepare, quantile, below, above, mean, sd, NULL, NULL};
