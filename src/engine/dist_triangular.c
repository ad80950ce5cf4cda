// SPDX-License-Identifier: GPL-3.0-or-later
// Triangular(min, mode, max). Error: rounding (2 ulp of the larger end).
#include "engine/dist_type.h"
#include "engine/vecmath.h"

typedef struct triangular {
  double low, mode, high;
} triangular;

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_ARGUMENTS) {
    return tf_dist_no_form(cx, spec);
  }
  const tf_status status = tf_dist_check_triangle(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  triangular *p = TF_NEW(arena, triangular);
  *p = (triangular){spec->args[0], spec->args[1], spec->args[2]};
  *params = p;
  return TF_OK;
}

TF_KERNEL static void kernel(const triangular *p, const double *u, double *x, size_t n) {
  const double low = p->low;
  const double high = p->high;
  const double split = (p->mode - low) / (high - low);
  const double left = (high - low) * (p->mode - low);
  const double right = (high - low) * (high - p->mode);
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double v = u[i];
    const double rising = v * left;
    const double falling = (1.0 - v) * right;
    const double root = sqrt(v < split ? rising : falling); // one root serves both sides
    const double from_low = low + root;
    const double from_high = high - root;
    x[i] = v < split ? from_low : from_high;
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  kernel(params, u, x, n);
}

static double below(const void *params, double x) {
  const triangular *p = params;
  if (x <= p->low) {
    return 0;
  }
  if (x >= p->high) {
    return 1;
  }
  const double width = p->high - p->low;
  return x <= p->mode ? (x - p->low) * (x - p->low) / (width * (p->mode - p->low))
                      : 1 - (p->high - x) * (p->high - x) / (width * (p->high - p->mode));
}

static double above(const void *params, double x) {
  const triangular *p = params;
  if (x <= p->low) {
    return 1;
  }
  if (x >= p->high) {
    return 0;
  }
  const double width = p->high - p->low;
  return x >= p->mode ? (p->high - x) * (p->high - x) / (width * (p->high - p->mode))
                      : 1 - (x - p->low) * (x - p->low) / (width * (p->mode - p->low));
}

static double mean(const void *params) {
  const triangular *p = params;
  return (p->low + p->mode + p->high) / 3;
}

static double sd(const void *params) {
  const triangular *p = params;
  const double left = p->mode - p->low;
  const double right = p->high - p->mode;
  return sqrt((left * left + left * right + right * right) / 18);
}

const tf_dist_type tf_dist_triangular = {"triangular", prepare, quantile, below, above, mean, sd, NULL, NULL};
