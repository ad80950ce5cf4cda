// SPDX-License-Identifier: GPL-3.0-or-later
// Weibull: x = scale (-log(1 - u))^(1 / shape). Forms: interval (solved in closed form), arguments (shape, scale).
// Error: relative 1e-14 (1 + 1 / shape).
#include "engine/dist_type.h"
#include "engine/vecmath.h"

typedef struct weibull {
  double shape, scale;
} weibull;

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  weibull *p = TF_NEW(arena, weibull);
  if (spec->form == TF_FORM_ARGUMENTS) {
    tf_status status = tf_dist_check_parameter(cx, spec, 0, "shape");
    if (status == TF_OK) {
      status = tf_dist_check_parameter(cx, spec, 1, "scale");
    }
    if (status != TF_OK) {
      return status;
    }
    *p = (weibull){spec->args[0], spec->args[1]};
  } else if (spec->form == TF_FORM_INTERVAL) {
    tf_status status = tf_dist_check_interval(cx, spec);
    if (status == TF_OK) {
      status = tf_dist_check_positive(cx, spec);
    }
    if (status != TF_OK) {
      return status;
    }
    const double tail = 0.5 - 0.5 * spec->level;
    const double low = -log1p(-tail); // (A / scale)^shape
    const double high = -log(tail);   // (B / scale)^shape
    p->shape = log(high / low) / log(spec->args[1] / spec->args[0]);
    p->scale = spec->args[0] * exp(-log(low) / p->shape);
  } else {
    return tf_dist_no_form(cx, spec);
  }
  *params = p;
  return TF_OK;
}

TF_KERNEL static void kernel(const double *u, double *x, double scale, double power, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    x[i] = scale * exp(power * log(-log1p(-u[i]))); // half the time of pow
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  const weibull *p = params;
  kernel(u, x, p->scale, 1 / p->shape, n);
}

static double below(const void *params, double x) {
  const weibull *p = params;
  return x > 0 ? -expm1(-pow(x / p->scale, p->shape)) : 0;
}

static double above(const void *params, double x) {
  const weibull *p = params;
  return x > 0 ? exp(-pow(x / p->scale, p->shape)) : 1;
}

static double mean(const void *params) {
  const weibull *p = params;
  return p->scale * tgamma(1 + 1 / p->shape);
}

static double sd(const void *params) {
  const weibull *p = params;
  const double e = 1 / p->shape;
  if (e < 1e-5) { // log x has the standard deviation pi / sqrt(6) / shape; beyond it the difference below cancels
    return p->scale * e * 1.28254983016186409554;
  }
  return mean(params) * sqrt(expm1(lgamma(1 + 2 * e) - 2 * lgamma(1 + e)));
}

const tf_dist_type tf_dist_weibull = {"weibull", prepare, quantile, below, above, mean, sd, NULL, NULL};
