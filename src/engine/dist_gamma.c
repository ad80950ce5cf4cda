// SPDX-License-Identifier: GPL-3.0-or-later
// Gamma: x = centre exp(d), centre = shape * scale = the mean. Forms: interval (shape solved so that the quantiles have
// the ratio B / A, then scaled), mean and standard deviation. Error: relative 1e-9 for u in 1e-16 .. 1 - 1e-16.
#include "engine/dist_score.h"
#include "engine/dist_solve.h"
#include "engine/dist_type.h"
#include "engine/vecmath.h"

typedef struct gamma {
  double shape, mean;
  const tf_score_integral *integral;
  const tf_score_table *table;
} gamma;

typedef struct spread {
  tf_score_integral *integral; // scratch
  double z, log_ratio;
} spread;

// log of (distance of the two quantiles in log x) / wanted, falling in the shape.
static double spread_error(const void *user, double log_shape) {
  const spread *s = user;
  tf_score_integrate(tf_score_gamma(exp(log_shape)), s->integral);
  return log((tf_score_at(s->integral, s->z) - tf_score_at(s->integral, -s->z)) / s->log_ratio);
}

static bool fit(const tf_dist_spec *spec, tf_score_integral *integral, gamma *p) {
  const double z = tf_dist_interval_score(spec);
  const double log_ratio = log(spec->args[1] / spec->args[0]);
  const spread wanted = {integral, z, log_ratio};
  // For large shapes log x has standard deviation 1 / sqrt(shape); for small ones the lower tail is longer.
  const double start = 2 * log(2 * z / log_ratio);
  double log_shape = 0;
  if (!tf_solve_bracketed(spread_error, &wanted, start - 3, start + 3, 1e-14, &log_shape) &&
      !tf_solve_bracketed(spread_error, &wanted, start - 12, start + 12, 1e-14, &log_shape)) {
    return false;
  }
  p->shape = exp(log_shape);
  tf_score_integrate(tf_score_gamma(p->shape), integral);
  p->mean = spec->args[0] * exp(-tf_score_at(integral, -z));
  return isfinite(p->mean) && p->mean > 0;
}

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  const bool interval = spec->form == TF_FORM_INTERVAL;
  tf_status status = tf_dist_check_positive_form(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  gamma *p = TF_NEW(arena, gamma);
  tf_score_integral *integral = TF_NEW(arena, tf_score_integral);
  if (interval) {
    if (!fit(spec, integral, p)) {
      status = tf_fail(cx, TF_INVALID, spec->at, "no gamma distribution fits this range");
      tf_hint(cx, "write %s for a lognormal one", tf_dist_written(cx, spec, "", spec->args[0], " to ", spec->args[1]));
      return status;
    }
  } else {
    const double variation = spec->args[1] / spec->args[0];
    p->mean = spec->args[0];
    p->shape = 1 / (variation * variation);
    tf_score_integrate(tf_score_gamma(p->shape), integral);
  }
  p->integral = integral;
  *params = p;
  return tf_score_tabulate(cx, arena, spec->at, integral, &p->table);
}

TF_KERNEL static void finish(double *x, double mean, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    x[i] = mean * exp(x[i]);
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  const gamma *p = params;
  tf_score_quantile(p->table, u, x, n);
  finish(x, p->mean, n);
}

static double below(const void *params, double x) {
  const gamma *p = params;
  return x > 0 ? tf_score_below(p->integral, log(x / p->mean)) : 0;
}

static double above(const void *params, double x) {
  const gamma *p = params;
  return x > 0 ? tf_score_above(p->integral, log(x / p->mean)) : 1;
}

static double mean(const void *params) {
  return ((const gamma *)params)->mean;
}

static double sd(const void *params) {
  const gamma *p = params;
  return p->mean / sqrt(p->shape);
}

const tf_dist_type tf_dist_gamma = {"gamma", prepare, quantile, below, above, mean, sd, NULL, NULL};
