// SPDX-License-Identifier: GPL-3.0-or-later
// Beta on 0 .. 1: x = 1 / (1 + (b / a) exp(-d)). Forms: interval (both parameters solved), arguments (alpha, beta).
// Error: relative 1e-9 of x, and of 1 - x down to rounding, for u in 1e-16 .. 1 - 1e-16.
#include "engine/dist_beta.h"

#include "engine/vecmath.h"

typedef struct misfit {
  double low, high; // logit quantiles minus the wanted ones
} misfit;

static misfit misfit_at(tf_score_integral *integral, const double log_ab[2], double z, const double logit[2]) {
  tf_score_integrate(tf_score_beta(exp(log_ab[0]), exp(log_ab[1])), integral);
  const double centre = log_ab[0] - log_ab[1];
  return (misfit){centre + tf_score_at(integral, -z) - logit[0], centre + tf_score_at(integral, z) - logit[1]};
}

static double size_of(misfit m) {
  return fmax(fabs(m.low), fabs(m.high));
}

// Newton's method in the logarithms of both parameters with a numerical Jacobian, steps halved while they do not help.
static bool fit(const tf_dist_spec *spec, tf_score_integral *integral, double log_ab[2]) {
  enum { STEPS_MAX = 60, HALVINGS_MAX = 30 };
  const double z = tf_dist_interval_score(spec);
  const double logit[2] = {log(spec->args[0]) - log1p(-spec->args[0]), log(spec->args[1]) - log1p(-spec->args[1])};
  // Start from the moments of the logit, whose variance is about 1 / a + 1 / b.
  const double middle = 0.5 * (logit[0] + logit[1]);
  const double spread = (logit[1] - logit[0]) / (2 * z);
  const double share = 1 / (1 + exp(-middle));
  const double total = fmax(1 / (spread * spread * share * (1 - share)), 0.05);
  log_ab[0] = log(total * share);
  log_ab[1] = log(total * (1 - share));
  misfit now = misfit_at(integral, log_ab, z, logit);
  const double enough = 1e-12 * (1 + fabs(logit[0]) + fabs(logit[1])) * fmin(1, logit[1] - logit[0]);
  for (int step = 0; step < STEPS_MAX && size_of(now) > enough; step++) {
    const double h = 1e-5;
    const misfit by_a = misfit_at(integral, (const double[2]){log_ab[0] + h, log_ab[1]}, z, logit);
    const misfit by_b = misfit_at(integral, (const double[2]){log_ab[0], log_ab[1] + h}, z, logit);
    const double aa = (by_a.low - now.low) / h;
    const double ba = (by_a.high - now.high) / h;
    const double ab = (by_b.low - now.low) / h;
    const double bb = (by_b.high - now.high) / h;
    const double determinant = aa * bb - ab * ba;
    double move[2] = {-(now.low * bb - now.high * ab) / determinant, -(now.high * aa - now.low * ba) / determinant};
    const double longest = fmax(fabs(move[0]), fabs(move[1]));
    double scale = longest > 2 ? 2 / longest : 1;
    bool better = false;
    for (int halving = 0; halving < HALVINGS_MAX && !better; halving++, scale *= 0.5) {
      const double trial[2] = {log_ab[0] + scale * move[0], log_ab[1] + scale * move[1]};
      const misfit then = misfit_at(integral, trial, z, logit);
      better = size_of(then) < size_of(now);
      if (better) {
        log_ab[0] = trial[0];
        log_ab[1] = trial[1];
        now = then;
      }
    }
    if (!better) {
      break; // rounding
    }
  }
  return size_of(now) < 1e-10 * (1 + fabs(logit[0]) + fabs(logit[1]));
}

tf_status tf_beta_prepare(tf_context *cx, tf_arena *arena, tf_span at, double a, double b, double low, double high,
                          tf_beta **beta) {
  tf_beta *p = TF_NEW(arena, tf_beta);
  tf_score_integral *integral = TF_NEW(arena, tf_score_integral);
  *p = (tf_beta){a, b, low, high, integral, NULL};
  tf_score_integrate(tf_score_beta(a, b), integral);
  const tf_status status = tf_score_tabulate(cx, arena, at, integral, &p->table);
  if (status == TF_OK) {
    *beta = p;
  }
  return status;
}

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  double a = 0;
  double b = 0;
  if (spec->form == TF_FORM_ARGUMENTS) {
    tf_status status = tf_dist_check_parameter(cx, spec, 0, "alpha");
    if (status == TF_OK) {
      status = tf_dist_check_parameter(cx, spec, 1, "beta");
    }
    if (status != TF_OK) {
      return status;
    }
    a = spec->args[0];
    b = spec->args[1];
  } else if (spec->form == TF_FORM_INTERVAL) {
    tf_status status = tf_dist_check_interval(cx, spec);
    if (status != TF_OK) {
      return status;
    }
    if (!(spec->args[0] > 0 && spec->args[1] < 1)) {
      status = tf_fail(cx, TF_INVALID, spec->at, "a beta range lies between 0 %% and 100 %%, both left out");
      tf_hint(cx, "for other values write %s",
              tf_dist_written(cx, spec, "normal", spec->args[0], " to ", spec->args[1]));
      return status;
    }
    tf_score_integral *scratch = TF_NEW(arena, tf_score_integral);
    double log_ab[2];
    if (!fit(spec, scratch, log_ab)) {
      status = tf_fail(cx, TF_INVALID, spec->at, "no beta distribution fits this range");
      tf_hint(cx, "write %s", tf_dist_written(cx, spec, "normal", spec->args[0], " to ", spec->args[1]));
      return status;
    }
    a = exp(log_ab[0]);
    b = exp(log_ab[1]);
  } else {
    return tf_dist_no_form(cx, spec);
  }
  tf_beta *made = NULL;
  const tf_status status = tf_beta_prepare(cx, arena, spec->at, a, b, 0, 1, &made);
  *params = made;
  return status;
}

TF_KERNEL static void finish(double *x, double odds, double low, double width, double high, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double value = low + width / (1.0 + odds * exp(-x[i]));
    x[i] = value < high ? value : high;
  }
}

void tf_beta_quantile(const void *params, const double *u, double *x, size_t n) {
  const tf_beta *p = params;
  tf_score_quantile(p->table, u, x, n);
  finish(x, p->b / p->a, p->low, p->high - p->low, p->high, n);
}

static double position(const tf_beta *p, double x) {
  return log((x - p->low) / (p->high - x)) - log(p->a / p->b);
}

double tf_beta_below(const void *params, double x) {
  const tf_beta *p = params;
  return x <= p->low ? 0 : x >= p->high ? 1 : tf_score_below(p->integral, position(p, x));
}

double tf_beta_above(const void *params, double x) {
  const tf_beta *p = params;
  return x <= p->low ? 1 : x >= p->high ? 0 : tf_score_above(p->integral, position(p, x));
}

double tf_beta_mean(const void *params) {
  const tf_beta *p = params;
  return p->low + (p->high - p->low) * (p->a / (p->a + p->b));
}

double tf_beta_sd(const void *params) {
  const tf_beta *p = params;
  const double sum = p->a + p->b;
  return (p->high - p->low) * sqrt(p->a / sum * (p->b / sum) / (sum + 1));
}

const tf_dist_type tf_dist_beta = {
    "beta", prepare, tf_beta_quantile, tf_beta_below, tf_beta_above, tf_beta_mean, tf_beta_sd, NULL, NULL};
