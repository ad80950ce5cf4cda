// SPDX-License-Identifier: GPL-3.0-or-later
// Metalog of T. W. Keelin, "The metalog distributions", Decision Analysis 13 (2016) 243-277, with as many terms as
// percentiles, so that it passes exactly through all of them. With c = u - 1/2 and L = log(u / (1 - u)) the quantile is
//   x = a1 + a2 L + a3 c L + a4 c + a5 c^2 + a6 c^2 L + a7 c^3 + a8 c^3 L + ...
// It is a distribution only if it rises everywhere, which is checked. Error: rounding of the sum, about 1e-14 of the
// largest term.
#include "base/number.h"
#include "engine/dist_solve.h"
#include "engine/dist_type.h"
#include "engine/vecmath.h"

enum { TERMS_MAX = 16, POWERS = TERMS_MAX / 2 + 1 };
#define REACH 38.0 // of L: u = 3e-17

typedef struct metalog {
  double plain[POWERS]; // x = sum plain[k] c^k + L sum logit[k] c^k
  double logit[POWERS];
} metalog;

// Term number i (from 0) is c^power, times L if *with_logit.
static int term(size_t i, bool *with_logit) {
  static const struct {
    int power;
    bool with_logit;
  } first[4] = {{0, false}, {0, true}, {1, true}, {1, false}};
  if (i < 4) {
    *with_logit = first[i].with_logit;
    return first[i].power;
  }
  *with_logit = i % 2 == 1;
  return (int)(i / 2);
}

// Gaussian elimination with row pivots; false if singular.
static bool solve(size_t n, double m[TERMS_MAX][TERMS_MAX + 1]) {
  for (size_t c = 0; c < n; c++) {
    size_t pivot = c;
    for (size_t r = c + 1; r < n; r++) {
      pivot = fabs(m[r][c]) > fabs(m[pivot][c]) ? r : pivot;
    }
    if (fabs(m[pivot][c]) < 1e-300) {
      return false;
    }
    for (size_t k = c; k <= n; k++) {
      const double swap = m[c][k];
      m[c][k] = m[pivot][k];
      m[pivot][k] = swap;
    }
    for (size_t r = 0; r < n; r++) {
      const double by = r == c ? 0 : m[r][c] / m[c][c];
      for (size_t k = c; k <= n && r != c; k++) {
        m[r][k] -= by * m[c][k];
      }
    }
  }
  for (size_t r = 0; r < n; r++) {
    m[r][n] /= m[r][r];
  }
  return true;
}

static double value_at(const metalog *p, double logit) {
  const double c = 0.5 * tanh(0.5 * logit);
  double plain = 0;
  double with = 0;
  for (int k = POWERS - 1; k >= 0; k--) {
    plain = plain * c + p->plain[k];
    with = with * c + p->logit[k];
  }
  return plain + logit * with;
}

// Derivative of x with respect to L: dc/dL = u (1 - u).
static double slope_at(const metalog *p, double logit) {
  const double c = 0.5 * tanh(0.5 * logit);
  const double du = 0.25 / (cosh(0.5 * logit) * cosh(0.5 * logit));
  double with = 0;
  double plain_slope = 0;
  double with_slope = 0;
  for (int k = POWERS - 1; k >= 0; k--) {
    with = with * c + p->logit[k];
    if (k > 0) {
      plain_slope = plain_slope * c + k * p->plain[k];
      with_slope = with_slope * c + k * p->logit[k];
    }
  }
  return with + du * (plain_slope + logit * with_slope);
}

// Where the quantile falls: the L of the worst slope, if that is not positive.
static bool falls(const metalog *p, double *where) {
  enum { POINTS = 4000 };
  double worst = INFINITY;
  for (int i = 0; i <= POINTS; i++) {
    const double logit = REACH * (2.0 * i / POINTS - 1);
    const double slope = slope_at(p, logit);
    if (slope < worst) {
      worst = slope;
      *where = logit;
    }
  }
  return !(worst > 0);
}

static tf_status check_points(tf_context *cx, const tf_dist_spec *spec) {
  tf_status status = TF_OK;
  char buffer[48];
  if (spec->count < 2 || spec->count > TERMS_MAX) {
    status = tf_fail(cx, TF_INVALID, spec->at, "a metalog distribution takes 2 to %d percentiles, not %zu", TERMS_MAX,
                     spec->count);
    tf_hint(cx, "for example `metalog(5%%: a, 50%%: b, 95%%: c)`");
    return status;
  }
  for (size_t i = 0; i < spec->count; i++) {
    const double u = spec->weights[i];
    if (!(u > 0 && u < 1)) {
      status = tf_fail(cx, TF_INVALID, spec->at, "a percentile must lie between 0 %% and 100 %%, not %s %%",
                       tf_number_pretty(u * 100, 6, buffer));
      tf_hint(cx, "bounds are given by `in A .. B`");
      return status;
    }
    if (i > 0 && !(u > spec->weights[i - 1])) {
      return tf_fail(cx, TF_INVALID, spec->at, "the percentiles must rise from left to right");
    }
    if (i > 0 && !(spec->args[i] > spec->args[i - 1])) {
      return tf_fail(cx, TF_INVALID, spec->at, "the values must rise with their percentiles: %s is not above %s",
                     tf_dist_value(cx, spec, spec->args[i]), tf_dist_value(cx, spec, spec->args[i - 1]));
    }
  }
  return TF_OK;
}

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_WEIGHTED || spec->args == NULL) {
    return tf_dist_no_form(cx, spec);
  }
  tf_status status = check_points(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  const size_t n = spec->count;
  double m[TERMS_MAX][TERMS_MAX + 1];
  for (size_t r = 0; r < n; r++) {
    const double u = spec->weights[r];
    const double logit = log(u / (1 - u));
    for (size_t i = 0; i < n; i++) {
      bool with_logit = false;
      const int power = term(i, &with_logit);
      m[r][i] = pow(u - 0.5, power) * (with_logit ? logit : 1);
    }
    m[r][n] = spec->args[r];
  }
  metalog *p = TF_NEW(arena, metalog);
  const bool solved = solve(n, m);
  for (size_t i = 0; i < n; i++) {
    bool with_logit = false;
    const int power = term(i, &with_logit);
    *(with_logit ? &p->logit[power] : &p->plain[power]) = m[i][n];
  }
  double where = 0;
  if (!solved || falls(p, &where)) {
    char buffer[48];
    status = tf_fail(cx, TF_INVALID, spec->at,
                     "no metalog distribution passes through these percentiles: its quantiles would fall near %s %%",
                     tf_number_pretty(100 / (1 + exp(-where)), 3, buffer));
    tf_hint(cx, "leave out a percentile, or move its value closer to a smooth curve through the others");
    return status;
  }
  *params = p;
  return TF_OK;
}

TF_KERNEL static void kernel(const metalog *p, const double *u, double *x, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double c = u[i] - 0.5;
    const double logit = log(u[i] / (1.0 - u[i]));
    double plain = p->plain[POWERS - 1];
    double with = p->logit[POWERS - 1];
    for (int k = POWERS - 2; k >= 0; k--) {
      plain = plain * c + p->plain[k];
      with = with * c + p->logit[k];
    }
    x[i] = plain + logit * with;
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  kernel(params, u, x, n);
}

typedef struct target {
  const metalog *p;
  double x;
} target;

static double distance(const void *user, double logit) {
  const target *t = user;
  return value_at(t->p, logit) - t->x;
}

static double logit_of(const metalog *p, double x) {
  const target t = {p, x};
  double logit = 0;
  if (distance(&t, -REACH) >= 0) {
    return -INFINITY;
  }
  if (distance(&t, REACH) <= 0) {
    return INFINITY;
  }
  return tf_solve_bracketed(distance, &t, -REACH, REACH, 1e-15, &logit) ? logit : 0;
}

static double below(const void *params, double x) {
  return 1 / (1 + exp(-logit_of(params, x)));
}

static double above(const void *params, double x) {
  return 1 / (1 + exp(logit_of(params, x)));
}

const tf_dist_type tf_dist_metalog = {"metalog", prepare, quantile, below, above, NULL, NULL, NULL, NULL};
