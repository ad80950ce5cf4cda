// SPDX-License-Identifier: GPL-3.0-or-later
// Exponential(mean): x = -mean log(1 - u). Error: relative 1e-15.
#include "engine/dist_type.h"
#include "engine/vecmath.h"

typedef struct exponential {
  double mean;
} exponential;

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_ARGUMENTS) {
    return tf_dist_no_form(cx, spec);
  }
  const tf_status status = tf_dist_check_mean(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  exponential *p = TF_NEW(arena, exponential);
  p->mean = spec->args[0];
  *params = p;
  return TF_OK;
}

TF_KERNEL static void kernel(const double *u, double *x, double mean, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    x[i] = -mean * log1p(-u[i]);
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  kernel(u, x, ((const exponential *)params)->mean, n);
}

static double below(const void *params, double x) {
  return x > 0 ? -expm1(-x / ((const exponential *)params)->mean) : 0;
}

static double above(const void *params, double x) {
  return x > 0 ? exp(-x / ((const exponential *)params)->mean) : 1;
}

static double mean(const void *params) {
  return ((const exponential *)params)->mean;
}

const tf_dist_type tf_dist_exponential = {"exponential", prepare, quantile, below, above, mean, mean, NULL, NULL};
