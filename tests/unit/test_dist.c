// SPDX-License-Identifier: GPL-3.0-or-later
// Quantiles of every family against GSL's distribution functions and closed forms, tails included; moments; intervals;
// cuts; independence of block sizes; equality and hashes.
#include "dist_support.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>

static void assert_close(const char *what, double at, double found, double wanted, double relative, double absolute) {
  if (!(fabs(found - wanted) <= relative * fabs(wanted) + absolute)) {
    fail_msg("%s at %.17g: %.17g instead of %.17g, off by %.3g", what, at, found, wanted, found - wanted);
  }
}

// u over the whole range that is drawn: both tails to 1e-12, densely between.
enum { PROBES = 24 + 199 };
static double probe(int i) {
  if (i < 12) {
    return pow(10, -(i + 1));
  }
  if (i < 24) {
    return 1 - pow(10, -(i - 11));
  }
  return (i - 23) / 200.0;
}

typedef struct oracle {
  double a, b, location, scale;
  double (*lower)(double x, const struct oracle *o);
  double (*upper)(double x, const struct oracle *o);
  double (*density)(double x, const struct oracle *o);
} oracle;

// Moves x to the exact quantile by Newton's steps on GSL's distribution function, and compares.
static void check_against(const char *name, const tf_dist *dist, const oracle *o, double relative, double absolute) {
  for (int i = 0; i < PROBES; i++) {
    const double u = probe(i);
    const double found = quantile_of(dist, u);
    double x = (found - o->location) / o->scale;
    for (int step = 0; step < 3; step++) {
      const double f = o->density(x, o);
      x -= u < 0.5 ? (o->lower(x, o) - u) / f : ((1 - u) - o->upper(x, o)) / f;
    }
    assert_close(name, u, found, o->location + o->scale * x, relative, absolute);
  }
}

static double gamma_lower(double x, const oracle *o) {
  return gsl_cdf_gamma_P(x, o->a, 1);
}
static double gamma_upper(double x, const oracle *o) {
  return gsl_cdf_gamma_Q(x, o->a, 1);
}
static double gamma_density(double x, const oracle *o) {
  return gsl_ran_gamma_pdf(x, o->a, 1);
}
static double beta_lower(double x, const oracle *o) {
  return gsl_cdf_beta_P(x, o->a, o->b);
}
static double beta_upper(double x, const oracle *o) {
  return gsl_cdf_beta_Q(x, o->a, o->b);
}
static double beta_density(double x, const oracle *o) {
  return gsl_ran_beta_pdf(x, o->a, o->b);
}
static double student_lower(double x, const oracle *o) {
  return gsl_cdf_tdist_P(x, o->a);
}
static double student_upper(double x, const oracle *o) {
  return gsl_cdf_tdist_Q(x, o->a);
}
static double student_density(double x, const oracle *o) {
  return gsl_ran_tdist_pdf(x, o->a);
}

static void gamma_quantiles(void **state) {
  tf_context *cx = *state;
  static const double shapes[] = {0.3, 0.7, 1, 2.25, 9, 50, 400, 1e4};
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    const double shape = shapes[i];
    const double mean = 7;
    const tf_dist *dist = prepared(cx, SPEC(GAMMA, MEAN_SD, mean, mean / sqrt(shape)));
    const oracle o = {shape, 0, 0, mean / shape, gamma_lower, gamma_upper, gamma_density};
    check_against("gamma", dist, &o, 1e-9, 0);
    assert_close("gamma mean", shape, tf_dist_mean(dist), mean, 1e-14, 0);
    assert_close("gamma sd", shape, tf_dist_sd(dist), mean / sqrt(shape), 1e-14, 0);
  }
}

// Large shapes, where GSL's distribution function fails: the expansion of E. A. Cornish and R. A. Fisher (1937).
static void gamma_of_large_shape(void **state) {
  tf_context *cx = *state;
  for (double shape = 1e6; shape <= 1e12; shape *= 1000) {
    const tf_dist *dist = prepared(cx, SPEC(GAMMA, MEAN_SD, 1, 1 / sqrt(shape)));
    for (int i = 0; i < PROBES; i++) {
      const double u = probe(i);
      const double z = u < 0.5 ? gsl_cdf_ugaussian_Pinv(u) : gsl_cdf_ugaussian_Qinv(1 - u);
      const double root = sqrt(shape);
      const double wanted = 1 + z / root + (z * z - 1) / (3 * shape) + z * (z * z - 7) / (36 * shape * root) -
                            (3 * z * z * z * z + 7 * z * z - 16) / (810 * shape * shape);
      assert_close("gamma", u, quantile_of(dist, u), wanted, 1e-12, 1e-9 / root);
    }
  }
}

static void beta_quantiles(void **state) {
  tf_context *cx = *state;
  static const double shapes[][2] = {{2, 5}, {0.5, 0.5}, {1, 1}, {0.4, 3}, {30, 2}, {200, 300}, {1.2, 0.9}, {5, 5}};
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    const double a = shapes[i][0];
    const double b = shapes[i][1];
    const tf_dist *dist = prepared(cx, SPEC(BETA, ARGUMENTS, a, b));
    const oracle o = {a, b, 0, 1, beta_lower, beta_upper, beta_density};
    // Near 1 the spacing of doubles is what limits both.
    check_against("beta", dist, &o, 1e-9, b < 1 ? 3e-9 : 0);
    assert_close("beta mean", a, tf_dist_mean(dist), a / (a + b), 1e-14, 0);
    assert_close("beta sd", a, tf_dist_sd(dist), sqrt(a * b / (a + b + 1)) / (a + b), 1e-14, 0);
  }
  // The uniform distribution is its own oracle.
  const tf_dist *flat = prepared(cx, SPEC(BETA, ARGUMENTS, 1, 1));
  for (int i = 0; i < PROBES; i++) {
    assert_close("beta(1, 1)", probe(i), quantile_of(flat, probe(i)), probe(i), 1e-9, 0);
  }
}

static void pert_quantiles(void **state) {
  tf_context *cx = *state;
  const double low = -2;
  const double mode = 1;
  const double high = 6;
  const tf_dist *dist = prepared(cx, SPEC(PERT, ARGUMENTS, low, mode, high));
  const oracle o = {1 + 4 * (mode - low) / (high - low),
                    1 + 4 * (high - mode) / (high - low),
                    low,
                    high - low,
                    beta_lower,
                    beta_upper,
                    beta_density};
  check_against("pert", dist, &o, 1e-9, 1e-9);
  assert_close("pert mean", 0, tf_dist_mean(dist), (low + 4 * mode + high) / 6, 1e-14, 0);
  const double m = (low + 4 * mode + high) / 6;
  assert_close("pert sd", 0, tf_dist_sd(dist), sqrt((m - low) * (high - m) / 7), 1e-14, 0);
  // The mode may be an end.
  const tf_dist *edge = prepared(cx, SPEC(PERT, ARGUMENTS, 0, 0, 1));
  assert_close("pert edge", 0.5, quantile_of(edge, 0.5), 1 - pow(0.5, 0.2), 1e-10, 0);
}

static void student_quantiles(void **state) {
  tf_context *cx = *state;
  static const double df[] = {2.1, 3, 4, 7.5, 30, 1000};
  for (size_t i = 0; i < sizeof df / sizeof df[0]; i++) {
    const tf_dist *dist = prepared(cx, SPEC(STUDENT, MEAN_SD, 10, 2, df[i]));
    const oracle o = {df[i], 0, 10, 2 * sqrt((df[i] - 2) / df[i]), student_lower, student_upper, student_density};
    check_against("student", dist, &o, 1e-9, 1e-9);
    assert_close("student mean", df[i], tf_dist_mean(dist), 10, 0, 0);
    assert_close("student sd", df[i], tf_dist_sd(dist), 2, 0, 0);
    assert_close("student median", df[i], tf_dist_median(dist), 10, 1e-12, 0);
  }
}

// Families with closed forms: quantile, and mean and sd by adding up quantiles.
static void closed_forms(void **state) {
  tf_context *cx = *state;
  const tf_dist *normal = prepared(cx, SPEC(NORMAL, MEAN_SD, 3, 2));
  const tf_dist *lognormal = prepared(cx, SPEC(LOGNORMAL, INTERVAL, 2, 8));
  const tf_dist *lognormal_m = prepared(cx, SPEC(LOGNORMAL, MEAN_SD, 5, 2));
  const tf_dist *uniform = prepared(cx, SPEC(UNIFORM, BOUNDS, -1, 4));
  const tf_dist *loguniform = prepared(cx, SPEC(LOGUNIFORM, BOUNDS, 0.1, 1000));
  const tf_dist *weibull = prepared(cx, SPEC(WEIBULL, ARGUMENTS, 1.7, 3));
  const tf_dist *exponential = prepared(cx, SPEC(EXPONENTIAL, ARGUMENTS, 2.5));
  const tf_dist *triangular = prepared(cx, SPEC(TRIANGULAR, ARGUMENTS, 1, 2, 5));
  const double z95 = gsl_cdf_ugaussian_Pinv(0.95);
  const double mu = 0.5 * (log(2) + log(8));
  const double sigma = log(4) / (2 * z95);
  const double sigma_m = sqrt(log1p(0.16));
  const double mu_m = log(5) - 0.5 * sigma_m * sigma_m;
  for (int i = 0; i < PROBES; i++) {
    const double u = probe(i);
    const double z = u < 0.5 ? gsl_cdf_ugaussian_Pinv(u) : gsl_cdf_ugaussian_Qinv(1 - u);
    const double e = u < 0.5 ? -log1p(-u) : -log(1 - u);
    assert_close("normal", u, quantile_of(normal, u), 3 + 2 * z, 1e-14, 1e-14);
    assert_close("lognormal", u, quantile_of(lognormal, u), exp(mu + sigma * z), 1e-14, 0);
    assert_close("lognormal", u, quantile_of(lognormal_m, u), exp(mu_m + sigma_m * z), 1e-14, 0);
    assert_close("uniform", u, quantile_of(uniform, u), -1 + 5 * u, 1e-15, 1e-15);
    assert_close("loguniform", u, quantile_of(loguniform, u), 0.1 * pow(1e4, u), 2e-14, 0);
    assert_close("weibull", u, quantile_of(weibull, u), 3 * pow(e, 1 / 1.7), 1e-14, 0);
    assert_close("exponential", u, quantile_of(exponential, u), 2.5 * e, 2e-15, 0);
    const double rising = 1 + sqrt(u * 4);
    const double falling = 5 - sqrt((1 - u) * 12);
    assert_close("triangular", u, quantile_of(triangular, u), u < 0.25 ? rising : falling, 1e-15, 1e-15);
  }
  assert_close("lognormal mean", 0, tf_dist_mean(lognormal_m), 5, 1e-14, 0);
  assert_close("lognormal sd", 0, tf_dist_sd(lognormal_m), 2, 1e-14, 0);
  assert_close("lognormal median", 0, tf_dist_median(lognormal), 4, 1e-14, 0);
}

// The stated mean and sd of every family against those of a fine grid of quantiles.
static void moments(void **state) {
  tf_context *cx = *state;
  const tf_dist_spec part_1 = SPEC(NORMAL, MEAN_SD, 3, 1);
  const tf_dist_spec part_2 = SPEC(UNIFORM, BOUNDS, 5, 9);
  tf_dist_spec mixture = spec_of(TF_FAMILY_MIXTURE, TF_FORM_WEIGHTED, 2, NULL);
  mixture.weights = NUMBERS(0.7, 0.3);
  mixture.parts = (const tf_dist_spec *const[]){&part_1, &part_2};
  tf_dist_spec discrete = SPEC(DISCRETE, WEIGHTED, 5, 1, 2.5);
  discrete.weights = NUMBERS(0.5, 0.3, 0.2);
  tf_dist_spec metalog = SPEC(METALOG, WEIGHTED, 1, 2, 4);
  metalog.weights = NUMBERS(0.05, 0.5, 0.95);
  tf_dist_spec cut = SPEC(NORMAL, MEAN_SD, 0, 1);
  cut.low = -2;
  cut.high = 1.7;
  const tf_dist_spec specs[] = {
      SPEC(NORMAL, MEAN_SD, 3, 2),
      SPEC(LOGNORMAL, INTERVAL, 2, 3),
      SPEC(UNIFORM, INTERVAL, 2, 3),
      SPEC(LOGUNIFORM, INTERVAL, 2, 3),
      SPEC(TRIANGULAR, ARGUMENTS, 1, 2, 5),
      SPEC(PERT, ARGUMENTS, 1, 2, 5),
      SPEC(BETA, INTERVAL, 0.2, 0.5),
      SPEC(GAMMA, INTERVAL, 1, 3),
      SPEC(WEIBULL, INTERVAL, 1, 3),
      SPEC(STUDENT, MEAN_SD, 1, 3, 12),
      SPEC(EXPONENTIAL, ARGUMENTS, 3),
      SPEC(EVENT, ARGUMENTS, 0.3),
      SPEC(SAMPLE, SAMPLE, 3, 1, 2, 2, 9),
      mixture,
      discrete,
      metalog,
      cut,
  };
  enum { N = 1 << 17 };
  double *x = tf_alloc_aligned(cx->arena, N, sizeof *x);
  for (size_t s = 0; s < sizeof specs / sizeof specs[0]; s++) {
    const tf_dist *dist = prepared(cx, specs[s]);
    for (size_t i = 0; i < N; i++) {
      x[i] = ((double)i + 0.5) / N;
    }
    tf_dist_quantile(dist, x, x, N);
    double mean = 0;
    double square = 0;
    for (size_t i = 0; i < N; i++) {
      assert_true(i == 0 || x[i] >= x[i - 1]); // and every quantile rises
      mean += x[i] / N;
    }
    for (size_t i = 0; i < N; i++) {
      square += (x[i] - mean) * (x[i] - mean) / N;
    }
    assert_close("mean of family", (double)specs[s].family, tf_dist_mean(dist), mean, 1e-4, 1e-4);
    assert_close("sd of family", (double)specs[s].family, tf_dist_sd(dist), sqrt(square), 1e-3, 0);
  }
}

// shape(A to B at P): the quantiles at (1 - P)/2 and 1 - (1 - P)/2 are A and B.
static void intervals(void **state) {
  tf_context *cx = *state;
  static const tf_family positive[] = {TF_FAMILY_NORMAL,     TF_FAMILY_LOGNORMAL, TF_FAMILY_UNIFORM,
                                       TF_FAMILY_LOGUNIFORM, TF_FAMILY_GAMMA,     TF_FAMILY_WEIBULL};
  static const double ranges[][2] = {{20, 40}, {1, 1.001}, {0.001, 5}, {3e26, 8e28}, {1e-9, 2e-9}};
  static const double levels[] = {0.5, 0.8, 0.9, 0.98};
  for (size_t f = 0; f < sizeof positive / sizeof positive[0]; f++) {
    for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++) {
      for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
        tf_dist_spec spec = spec_of(positive[f], TF_FORM_INTERVAL, 2, ranges[r]);
        spec.level = levels[l];
        const tf_dist *dist = prepared(cx, spec);
        const double tail = 0.5 - 0.5 * levels[l];
        const double span = ranges[r][1] - ranges[r][0];
        assert_close("lower end", (double)positive[f], quantile_of(dist, tail), ranges[r][0], 1e-9, 1e-12 * span);
        assert_close("upper end", (double)positive[f], quantile_of(dist, 1 - tail), ranges[r][1], 1e-9, 1e-12 * span);
      }
    }
  }
  static const double shares[][2] = {{0.2, 0.5}, {0.01, 0.02}, {0.4, 0.999}, {1e-6, 0.5}, {0.3, 0.301}, {0.001, 0.999}};
  for (size_t r = 0; r < sizeof shares / sizeof shares[0]; r++) {
    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
      tf_dist_spec spec = spec_of(TF_FAMILY_BETA, TF_FORM_INTERVAL, 2, shares[r]);
      spec.level = levels[l];
      const tf_dist *dist = prepared(cx, spec);
      const double tail = 0.5 - 0.5 * levels[l];
      assert_close("beta lower end", levels[l], quantile_of(dist, tail), shares[r][0], 1e-9, 0);
      assert_close("beta upper end", levels[l], quantile_of(dist, 1 - tail), shares[r][1], 1e-9, 0);
    }
  }
}

static void metalog_passes_through_its_points(void **state) {
  tf_context *cx = *state;
  static const double u[][5] = {{0.1, 0.9}, {0.05, 0.5, 0.95}, {0.1, 0.25, 0.5, 0.9}, {0.05, 0.25, 0.5, 0.75, 0.95}};
  static const double x[][5] = {{1, 3}, {10, 20, 50}, {-3, -1, 0, 4}, {1, 2, 3, 4.5, 8}};
  for (size_t i = 0; i < 4; i++) {
    tf_dist_spec spec = spec_of(TF_FAMILY_METALOG, TF_FORM_WEIGHTED, i + 2, x[i]);
    spec.weights = u[i];
    const tf_dist *dist = prepared(cx, spec);
    for (size_t k = 0; k < i + 2; k++) {
      assert_close("metalog", u[i][k], quantile_of(dist, u[i][k]), x[i][k], 1e-13, 1e-13);
    }
  }
  // Two terms are the logistic distribution.
  tf_dist_spec spec = spec_of(TF_FAMILY_METALOG, TF_FORM_WEIGHTED, 2, x[0]);
  spec.weights = u[0];
  const tf_dist *logistic = prepared(cx, spec);
  for (int i = 0; i < PROBES; i++) {
    const double v = probe(i);
    assert_close("logistic", v, quantile_of(logistic, v), 2 + gsl_cdf_logistic_Pinv(v, 1 / log(9)), 1e-12, 1e-13);
  }
}

static void single_values(void **state) {
  tf_context *cx = *state;
  tf_dist_spec spec = SPEC(DISCRETE, WEIGHTED, 5, 1, 2.5, 1);
  spec.weights = NUMBERS(0.25, 0.25, 0.125, 0.375);
  const tf_dist *dist = prepared(cx, spec);
  assert_true(quantile_of(dist, 1e-12) == 1);
  assert_true(quantile_of(dist, 0.624) == 1);
  assert_true(quantile_of(dist, 0.626) == 2.5);
  assert_true(quantile_of(dist, 0.751) == 5);
  assert_true(quantile_of(dist, 1 - 0x1p-53) == 5);
  const tf_dist *event = prepared(cx, SPEC(EVENT, ARGUMENTS, 0.3));
  assert_true(quantile_of(event, 0.69999) == 0);
  assert_true(quantile_of(event, 0.70001) == 1);
  assert_true(quantile_of(prepared(cx, SPEC(EVENT, ARGUMENTS, 0)), 1 - 0x1p-53) == 0);
  assert_true(quantile_of(prepared(cx, SPEC(EVENT, ARGUMENTS, 1)), 0x1p-53) == 1);
  // Rows of a column in any order are the same distribution: the k-th of n values for u in ((k-1)/n, k/n).
  const tf_dist *forwards = prepared(cx, SPEC(SAMPLE, SAMPLE, 1, 2, 3, 4, 5));
  const tf_dist *shuffled = prepared(cx, SPEC(SAMPLE, SAMPLE, 4, 1, 5, 3, 2));
  for (int i = 0; i < PROBES; i++) {
    const double u = probe(i) * 0.999;
    assert_true(quantile_of(forwards, u) == quantile_of(shuffled, u));
    assert_true(quantile_of(forwards, u) == ceil(u * 5));
  }
  // Many values use another search.
  enum { MANY = 1000 };
  double values[MANY];
  double weights[MANY];
  for (int i = 0; i < MANY; i++) {
    values[i] = MANY - i;
    weights[i] = 1.0 / MANY;
  }
  spec = spec_of(TF_FAMILY_DISCRETE, TF_FORM_WEIGHTED, MANY, values);
  spec.weights = weights;
  const tf_dist *many = prepared(cx, spec);
  for (int i = 0; i < MANY; i++) {
    assert_true(quantile_of(many, (i + 0.5) / MANY) == i + 1);
  }
}

static void mixtures(void **state) {
  tf_context *cx = *state;
  const tf_dist_spec near = SPEC(UNIFORM, BOUNDS, 1, 2);
  const tf_dist_spec far = SPEC(UNIFORM, BOUNDS, 5, 9);
  tf_dist_spec spec = spec_of(TF_FAMILY_MIXTURE, TF_FORM_WEIGHTED, 2, NULL);
  spec.weights = NUMBERS(0.7, 0.3);
  spec.parts = (const tf_dist_spec *const[]){&far, &near}; // order does not matter to the quantile
  const tf_dist *gap = prepared(cx, spec);
  for (int i = 0; i < PROBES; i++) {
    const double u = probe(i);
    const double wanted = u < 0.3 ? 1 + u / 0.3 : 5 + 4 * (u - 0.3) / 0.7;
    if (fabs(u - 0.3) > 1e-9) {
      assert_close("gap", u, quantile_of(gap, u), wanted, 1e-9, 0);
    }
  }
  // Overlapping normals, against the sum of GSL's distribution functions.
  const tf_dist_spec left = SPEC(NORMAL, MEAN_SD, 0, 1);
  const tf_dist_spec right = SPEC(NORMAL, MEAN_SD, 3, 2);
  spec.weights = NUMBERS(0.6, 0.4);
  spec.parts = (const tf_dist_spec *const[]){&left, &right};
  const tf_dist *two = prepared(cx, spec);
  for (int i = 0; i < PROBES; i++) {
    const double u = probe(i);
    const double x = quantile_of(two, u);
    const double f = 0.6 * gsl_ran_gaussian_pdf(x, 1) + 0.4 * gsl_ran_gaussian_pdf(x - 3, 2);
    const double lower = 0.6 * gsl_cdf_gaussian_P(x, 1) + 0.4 * gsl_cdf_gaussian_P(x - 3, 2);
    const double upper = 0.6 * gsl_cdf_gaussian_Q(x, 1) + 0.4 * gsl_cdf_gaussian_Q(x - 3, 2);
    const double off = u < 0.5 ? (lower - u) / f : ((1 - u) - upper) / f;
    assert_close("normals", u, x, x - off, 1e-9, 1e-9);
  }
  // A single value among a range keeps its exact value and its probability.
  tf_dist_spec never = SPEC(DISCRETE, WEIGHTED, 0);
  never.weights = NUMBERS(1);
  spec.weights = NUMBERS(0.4, 0.6);
  spec.parts = (const tf_dist_spec *const[]){&never, &near};
  const tf_dist *atom = prepared(cx, spec);
  assert_true(quantile_of(atom, 1e-9) == 0);
  assert_true(quantile_of(atom, 0.3999999) == 0);
  assert_close("after the atom", 0.7, quantile_of(atom, 0.7), 1.5, 1e-9, 0);
  assert_close("after the atom", 0.4000001, quantile_of(atom, 0.4000001), 1 + 1e-7 / 0.6, 1e-9, 0);
}

// `in A .. B` cuts exactly: the quantile of what remains, never a value outside.
static void cuts(void **state) {
  tf_context *cx = *state;
  tf_dist_spec spec = SPEC(NORMAL, MEAN_SD, 0.38, 0.06);
  spec.low = 0.3;
  spec.high = 0.55;
  const tf_dist *dist = prepared(cx, spec);
  clear_messages(cx);
  const double below = gsl_cdf_gaussian_P(0.3 - 0.38, 0.06);
  const double above = gsl_cdf_gaussian_Q(0.55 - 0.38, 0.06);
  assert_close("mass", 0, tf_dist_cut_mass(dist), below + above, 1e-13, 0);
  for (int i = 0; i < PROBES; i++) {
    const double u = probe(i);
    const double rest = below + u * (1 - below - above);
    const double x = quantile_of(dist, u);
    assert_true(x >= 0.3 && x <= 0.55);
    assert_close("cut", u, x, 0.38 + gsl_cdf_gaussian_Pinv(rest, 0.06), 1e-12, 0);
  }
  assert_close("median of the rest", 0.5, tf_dist_median(dist),
               0.38 + gsl_cdf_gaussian_Pinv(below + 0.5 * (1 - below - above), 0.06), 1e-12, 0);
  // Mean of a truncated normal.
  const double a = (0.3 - 0.38) / 0.06;
  const double b = (0.55 - 0.38) / 0.06;
  const double mass = 1 - below - above;
  const double shift = (gsl_ran_ugaussian_pdf(a) - gsl_ran_ugaussian_pdf(b)) / mass;
  assert_close("mean of the rest", 0, tf_dist_mean(dist), 0.38 + 0.06 * shift, 1e-9, 0);
  const double tilt = (a * gsl_ran_ugaussian_pdf(a) - b * gsl_ran_ugaussian_pdf(b)) / mass;
  assert_close("sd of the rest", 0, tf_dist_sd(dist), 0.06 * sqrt(1 + tilt - shift * shift), 1e-8, 0);
  // A tail that is not cut keeps its shape.
  spec.high = INFINITY;
  const tf_dist *open = prepared(cx, spec);
  clear_messages(cx);
  for (int k = 1; k <= 12; k++) {
    const double rest = pow(10, -k);
    const double x = quantile_of(open, 1 - rest);
    assert_close("open tail", rest, x, 0.38 + gsl_cdf_gaussian_Qinv((1 - below) * rest, 0.06), 1e-5, 0);
  }
  // Every family is cut where it is told to, with the mass its quantiles say.
  const tf_dist_spec families[] = {
      SPEC(LOGNORMAL, INTERVAL, 2, 3),     SPEC(UNIFORM, BOUNDS, 1.9, 3.05),
      SPEC(LOGUNIFORM, BOUNDS, 1.9, 3.05), SPEC(TRIANGULAR, ARGUMENTS, 1.5, 2.5, 3.5),
      SPEC(PERT, ARGUMENTS, 1, 2.5, 4),    SPEC(GAMMA, INTERVAL, 2, 3),
      SPEC(WEIBULL, INTERVAL, 2, 3),       SPEC(STUDENT, MEAN_SD, 2.5, 0.3, 5),
      SPEC(NORMAL, INTERVAL, 2, 3),
  };
  for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
    const tf_dist *whole = prepared(cx, families[f]);
    tf_dist_spec part = families[f];
    part.low = quantile_of(whole, 0.03);
    part.high = quantile_of(whole, 0.98);
    const tf_dist *rest = prepared(cx, part);
    clear_messages(cx);
    assert_close("mass cut", (double)f, tf_dist_cut_mass(rest), 0.05, 1e-8, 0);
    for (int i = 0; i < PROBES; i++) {
      const double u = probe(i);
      const double x = quantile_of(rest, u);
      assert_true(x >= part.low && x <= part.high);
      assert_close("cut family", u, x, quantile_of(whole, 0.03 + 0.95 * u), 1e-8, 0);
    }
  }
  // Values are left out, the others stay.
  tf_dist_spec values = SPEC(DISCRETE, WEIGHTED, 1, 2, 3);
  values.weights = NUMBERS(0.05, 0.5, 0.45);
  values.low = 1.5;
  const tf_dist *left = prepared(cx, values);
  assert_true(quantile_of(left, 1e-12) == 2);
  assert_true(quantile_of(left, 0.526) == 2);
  assert_true(quantile_of(left, 0.527) == 3);
  assert_close("mass of a value", 0, tf_dist_cut_mass(left), 0.05, 1e-15, 0);
  values.low = 1; // a value at the end is inside
  assert_true(tf_dist_cut_mass(prepared(cx, values)) == 0);
}

static void block_size_changes_nothing(void **state) {
  tf_context *cx = *state;
  const tf_dist_spec part_1 = SPEC(LOGNORMAL, INTERVAL, 1, 2);
  const tf_dist_spec part_2 = SPEC(LOGNORMAL, INTERVAL, 5, 9);
  tf_dist_spec mixture = spec_of(TF_FAMILY_MIXTURE, TF_FORM_WEIGHTED, 2, NULL);
  mixture.weights = NUMBERS(0.7, 0.3);
  mixture.parts = (const tf_dist_spec *const[]){&part_1, &part_2};
  tf_dist_spec metalog = SPEC(METALOG, WEIGHTED, 1, 2, 4);
  metalog.weights = NUMBERS(0.05, 0.5, 0.95);
  tf_dist_spec discrete = SPEC(DISCRETE, WEIGHTED, 1, 2, 4);
  discrete.weights = NUMBERS(0.05, 0.5, 0.45);
  tf_dist_spec cut = SPEC(LOGNORMAL, INTERVAL, 1, 2);
  cut.low = 0.9;
  const tf_dist_spec specs[] = {
      SPEC(NORMAL, INTERVAL, 1, 2),
      SPEC(LOGNORMAL, INTERVAL, 1, 2),
      SPEC(UNIFORM, INTERVAL, 1, 2),
      SPEC(LOGUNIFORM, INTERVAL, 1, 2),
      SPEC(TRIANGULAR, ARGUMENTS, 1, 2, 5),
      SPEC(PERT, ARGUMENTS, 1, 2, 5),
      SPEC(BETA, ARGUMENTS, 2, 3),
      SPEC(GAMMA, MEAN_SD, 2, 1),
      SPEC(WEIBULL, INTERVAL, 1, 2),
      SPEC(STUDENT, MEAN_SD, 1, 2, 5),
      SPEC(EXPONENTIAL, ARGUMENTS, 3),
      SPEC(EVENT, ARGUMENTS, 0.3),
      SPEC(SAMPLE, SAMPLE, 3, 1, 2, 2),
      mixture,
      metalog,
      discrete,
      cut,
  };
  enum { N = 2048 };
  double *u = tf_alloc_aligned(cx->arena, N, sizeof *u);
  double *whole = tf_alloc_aligned(cx->arena, N, sizeof *u);
  double *part = tf_alloc_aligned(cx->arena, N, sizeof *u);
  for (int i = 0; i < N; i++) {
    u[i] = i % 9 == 0 ? ldexp(1, -(i % 53) - 1) : fmod(i * 0.61803398874989, 1) * 0.9999 + 0.00005;
  }
  for (size_t s = 0; s < sizeof specs / sizeof specs[0]; s++) {
    const tf_dist *dist = prepared(cx, specs[s]);
    tf_dist_quantile(dist, u, whole, N);
    for (size_t block = 8; block <= 512; block *= 2) {
      memcpy(part, u, N * sizeof *u); // in place
      for (size_t from = 0; from < N; from += block) {
        tf_dist_quantile(dist, part + from, part + from, block);
      }
      assert_memory_equal(part, whole, N * sizeof *u);
    }
  }
}

static void equality_and_hash(void **state) {
  (void)state;
  const tf_dist_spec a = SPEC(NORMAL, INTERVAL, 1, 2);
  tf_dist_spec b = SPEC(NORMAL, INTERVAL, 1, 2);
  b.quantity = "another";
  b.unit = "USD";
  b.unit_factor = 3;
  b.at = (tf_span){1, 2, 3};
  assert_true(tf_dist_same(&a, &b));
  assert_true(tf_dist_hash(&a) == tf_dist_hash(&b));
  tf_dist_spec c = a;
  c.level = 0.8;
  assert_false(tf_dist_same(&a, &c));
  assert_true(tf_dist_hash(&a) != tf_dist_hash(&c));
  c = a;
  c.low = 0;
  assert_false(tf_dist_same(&a, &c));
  assert_true(tf_dist_hash(&a) != tf_dist_hash(&c));
  c = SPEC(LOGNORMAL, INTERVAL, 1, 2);
  assert_false(tf_dist_same(&a, &c));
  c = SPEC(NORMAL, INTERVAL, 1, 2.5);
  assert_false(tf_dist_same(&a, &c));
  // The level matters to intervals only; 0 and -0 are one number.
  tf_dist_spec d = SPEC(UNIFORM, BOUNDS, 0.0, 2);
  tf_dist_spec e = SPEC(UNIFORM, BOUNDS, -0.0, 2);
  e.level = 0.5;
  assert_true(tf_dist_same(&d, &e));
  assert_true(tf_dist_hash(&d) == tf_dist_hash(&e));
  tf_dist_spec m = spec_of(TF_FAMILY_MIXTURE, TF_FORM_WEIGHTED, 2, NULL);
  m.weights = NUMBERS(0.5, 0.5);
  m.parts = (const tf_dist_spec *const[]){&a, &d};
  tf_dist_spec n = m;
  n.parts = (const tf_dist_spec *const[]){&b, &e};
  assert_true(tf_dist_same(&m, &n));
  assert_true(tf_dist_hash(&m) == tf_dist_hash(&n));
  n.parts = (const tf_dist_spec *const[]){&b, &c};
  assert_false(tf_dist_same(&m, &n));
  assert_true(tf_dist_hash(&m) != tf_dist_hash(&n));
}

int main(void) {
  gsl_set_error_handler_off();
  const struct CMUnitTest tests[] = {
      TEST(gamma_quantiles),
      TEST(gamma_of_large_shape),
      TEST(beta_quantiles),
      TEST(pert_quantiles),
      TEST(student_quantiles),
      TEST(closed_forms),
      TEST(moments),
      TEST(intervals),
      TEST(metalog_passes_through_its_points),
      TEST(single_values),
      TEST(mixtures),
      TEST(cuts),
      TEST(block_size_changes_nothing),
      TEST(equality_and_hash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
