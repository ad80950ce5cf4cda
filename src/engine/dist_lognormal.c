// SPDX-License-Identifier: GPL-3.0-or-later
// Lognormal: x = exp(mu + sigma z). Forms: interval (the meaning of a bare `A to B`), mean and standard deviation of x.
// Error: relative 1e-15 (1 + sigma + |log x|).
#include <math.h>

#include "engine/dist_type.h"
#include "engine/kernel.h"
#include "engine/sampler.h"

typedef struct lognormal {
  double mu, sigma;
} lognormal;

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  const bool interval = spec->form == TF_FORM_INTERVAL;
  tf_status status = tf_dist_check_positive_form(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  lognormal *p = TF_NEW(arena, lognormal);
  const double a = spec->args[0];
  const double b = spec->args[1];
  if (interval) {
    p->mu = 0.5 * (log(a) + log(b));
    p->sigma = 0.5 * (b / a < 1e300 ? log(b / a) : log(b) - log(a)) / tf_dist_interval_score(spec);
  } else {
    const double variation = b / a;
    p->sigma = sqrt(log1p(variation * variation));
    p->mu = log(a) - 0.5 * p->sigma * p->sigma;
  }
  *params = p;
  return TF_OK;
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  const lognormal *p = params;
  tf_normal_quantile(u, x, n);
  tf_kernel_exp_linear(x, p->mu, p->sigma, n);
}

static double below(const void *params, double x) {
  const lognormal *p = params;
  return x > 0 ? tf_dist_normal_below((log(x) - p->mu) / p->sigma) : 0;
}

static double above(const void *params, double x) {
  const lognormal *p = params;
  return x > 0 ? tf_dist_normal_below((p->mu - log(x)) / p->sigma) : 1;
}

static double mean(const void *params) {
  const lognormal *p = params;
  return exp(p->mu + 0.5 * p->sigma * p->sigma);
}

static double sd(const void *params) {
  const lognormal *p = params;
  return mean(params) * sqrt(expm1(p->sigma * p->sigma));
}

const tf_dist_type tf_dist_lognormal = {"lognormal", prepare, quantile, below, above, mean, sd, NULL, NULL};
