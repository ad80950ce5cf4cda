// SPDX-License-Identifier: GPL-3.0-or-later
// What is said about distributions that cannot be: exact texts and hints, in the quantity's unit.
#include "dist_support.h"

// Prepares, expects failure, and compares message and hint of the last diagnostic.
static void assert_refused(tf_context *cx, tf_dist_spec spec, const char *message, const char *hint) {
  const tf_dist *dist = NULL;
  spec.at = (tf_span){0, 3, 9};
  clear_messages(cx);
  assert_int_equal(tf_dist_prepare(cx, cx->arena, &spec, &dist), TF_INVALID);
  assert_null(dist);
  assert_int_equal(cx->diags.errors, 1);
  const tf_diag *diag = &cx->diags.list.at[0];
  assert_string_equal(diag->message, message);
  if (hint == NULL) {
    assert_null(diag->hint);
  } else {
    assert_non_null(diag->hint);
    assert_string_equal(diag->hint, hint);
  }
  assert_int_equal(diag->at.start, 3);
  assert_int_equal(diag->at.end, 9);
}

static tf_dist_spec in_unit(tf_dist_spec spec, const char *unit, double factor) {
  spec.unit = unit;
  spec.unit_factor = factor;
  return spec;
}

static void ranges(void **state) {
  tf_context *cx = *state;
  assert_refused(cx, SPEC(LOGNORMAL, INTERVAL, 40, 20), "the range is backwards", "write `20 to 40`");
  assert_refused(cx, in_unit(SPEC(LOGNORMAL, INTERVAL, 0.4, 0.2), "%", 0.01), "the range is backwards",
                 "write `20% to 40%`");
  assert_refused(cx, in_unit(SPEC(GAMMA, INTERVAL, 4e4, 2e4), "kUSD/GPU", 1000), "the range is backwards",
                 "write `20 to 40 kUSD/GPU`");
  assert_refused(cx, SPEC(UNIFORM, BOUNDS, 2, 1), "the range is backwards", "write `1 .. 2`");
  assert_refused(cx, SPEC(TRIANGULAR, ARGUMENTS, 3, 2, 1), "the range is backwards", "the order is min, mode, max");
  assert_refused(cx, in_unit(SPEC(UNIFORM, BOUNDS, 2, 2), "USD", 1), "the range is empty: both ends are 2 USD",
                 "write the one value if it is certain");
  assert_refused(cx, SPEC(PERT, ARGUMENTS, 1, 1, 1), "the range is empty: both ends are 1",
                 "write the one value if it is certain");
  assert_refused(cx, in_unit(SPEC(TRIANGULAR, ARGUMENTS, 0.1, 0.5, 0.4), "%", 0.01),
                 "the mode 50 % lies outside 10 % .. 40 %", "the order is min, mode, max");
  tf_dist_spec level = SPEC(NORMAL, INTERVAL, 1, 2);
  level.level = 1;
  assert_refused(cx, level, "the level must lie between 0 % and 100 %, not 100 %",
                 "`A to B at 80%` holds 80 % of the mass, 10 % lie on either side");
  level.level = 0;
  assert_refused(cx, level, "the level must lie between 0 % and 100 %, not 0 %",
                 "`A to B at 80%` holds 80 % of the mass, 10 % lie on either side");
}

static void signs(void **state) {
  tf_context *cx = *state;
  assert_refused(cx, SPEC(LOGNORMAL, INTERVAL, -1, 2), "a lognormal range needs a positive lower end, not -1",
                 "for values that may be zero or negative write `normal(-1 to 2)`");
  assert_refused(cx, in_unit(SPEC(LOGNORMAL, INTERVAL, 0, 0.2), "%/year", 0.01),
                 "a lognormal range needs a positive lower end, not 0 %/year",
                 "for values that may be zero or negative write `normal(0%/year to 20%/year)`");
  assert_refused(cx, SPEC(LOGUNIFORM, BOUNDS, 0, 2), "a loguniform range needs a positive lower end, not 0",
                 "for values that may be zero or negative write `0 .. 2`");
  assert_refused(cx, SPEC(WEIBULL, INTERVAL, 0, 2), "a weibull range needs a positive lower end, not 0",
                 "for values that may be zero or negative write `normal(0 to 2)`");
  assert_refused(cx, in_unit(SPEC(NORMAL, MEAN_SD, 3, -1), "MW", 1),
                 "the standard deviation must be positive, not -1 MW", "write `3 +- 1 MW`");
  assert_refused(cx, SPEC(STUDENT, MEAN_SD, 3, 0, 4), "the standard deviation must be positive, not 0",
                 "write the one value if it is certain");
  assert_refused(cx, SPEC(STUDENT, MEAN_SD, 3, 1, 2),
                 "a student distribution with 2 degrees of freedom has no standard deviation",
                 "give more than 2 degrees of freedom; 3 is already heavy-tailed");
  assert_refused(cx, SPEC(GAMMA, MEAN_SD, -3, 1), "the mean must be positive, not -3",
                 "for values that may be zero or negative write `normal(-3 +- 1)`");
  assert_refused(cx, SPEC(EXPONENTIAL, ARGUMENTS, 0), "the mean must be positive, not 0", NULL);
  assert_refused(cx, SPEC(BETA, ARGUMENTS, 0, 1), "the alpha must be positive, not 0", NULL);
  assert_refused(cx, SPEC(WEIBULL, ARGUMENTS, 1, -1), "the scale must be positive, not -1", NULL);
  assert_refused(cx, SPEC(BETA, INTERVAL, 0, 0.5), "a beta range lies between 0 % and 100 %, both left out",
                 "for other values write `normal(0 to 0.5)`");
}

static void weights(void **state) {
  tf_context *cx = *state;
  tf_dist_spec discrete = SPEC(DISCRETE, WEIGHTED, 1, 2);
  discrete.weights = NUMBERS(0.7, 0.2);
  assert_refused(cx, discrete, "the probabilities sum to 90 %, not 100 %",
                 "write each as `70%: value`, together 100 %");
  discrete.weights = NUMBERS(1.2, -0.2);
  assert_refused(cx, discrete, "a probability must lie between 0 % and 100 %, not 120 %", NULL);
  discrete.count = 0;
  assert_refused(cx, discrete, "no values are given", NULL);
  const tf_dist_spec part = SPEC(NORMAL, MEAN_SD, 1, 2);
  const tf_dist_spec bad = SPEC(LOGNORMAL, INTERVAL, 40, 20);
  tf_dist_spec mixture = spec_of(TF_FAMILY_MIXTURE, TF_FORM_WEIGHTED, 2, NULL);
  mixture.parts = (const tf_dist_spec *const[]){&part, &part};
  mixture.weights = NUMBERS(0.7, 0.31);
  assert_refused(cx, mixture, "the probabilities sum to 101 %, not 100 %",
                 "write each as `70%: value`, together 100 %");
  mixture.weights = NUMBERS(1, 0);
  mixture.parts = (const tf_dist_spec *const[]){&part, &bad};
  const tf_dist *dist = NULL;
  clear_messages(cx);
  assert_int_equal(tf_dist_prepare(cx, cx->arena, &mixture, &dist), TF_INVALID); // checked though impossible
  assert_refused(cx, SPEC(EVENT, ARGUMENTS, 30),
                 "the probability of an event must lie between 0 % and 100 %, not 3000 %", "write `event(30%)`");
  assert_refused(cx, SPEC(EVENT, ARGUMENTS, -0.5),
                 "the probability of an event must lie between 0 % and 100 %, not -50 %", NULL);
}

static void percentiles(void **state) {
  tf_context *cx = *state;
  tf_dist_spec metalog = SPEC(METALOG, WEIGHTED, 1, 2, 3);
  metalog.weights = NUMBERS(0.5, 0.1, 0.9);
  assert_refused(cx, metalog, "the percentiles must rise from left to right", NULL);
  metalog.weights = NUMBERS(0, 0.1, 0.9);
  assert_refused(cx, metalog, "a percentile must lie between 0 % and 100 %, not 0 %",
                 "bounds are given by `in A .. B`");
  metalog = in_unit(SPEC(METALOG, WEIGHTED, 1, 3, 2), "day", 1);
  metalog.weights = NUMBERS(0.1, 0.5, 0.9);
  assert_refused(cx, metalog, "the values must rise with their percentiles: 2 day is not above 3 day", NULL);
  metalog = SPEC(METALOG, WEIGHTED, 1);
  metalog.weights = NUMBERS(0.5);
  assert_refused(cx, metalog, "a metalog distribution takes 2 to 16 percentiles, not 1",
                 "for example `metalog(5%: a, 50%: b, 95%: c)`");
  metalog = SPEC(METALOG, WEIGHTED, 1, 1.001, 100);
  metalog.weights = NUMBERS(0.05, 0.5, 0.95);
  const tf_dist *dist = NULL;
  clear_messages(cx);
  assert_int_equal(tf_dist_prepare(cx, cx->arena, &metalog, &dist), TF_INVALID);
  assert_non_null(strstr(cx->diags.list.at[0].message,
                         "no metalog distribution passes through these percentiles: its quantiles would fall near "));
  assert_string_equal(cx->diags.list.at[0].hint,
                      "leave out a percentile, or move its value closer to a smooth curve through the others");
}

static void other(void **state) {
  tf_context *cx = *state;
  tf_dist_spec empty = spec_of(TF_FAMILY_SAMPLE, TF_FORM_SAMPLE, 0, NULL);
  assert_refused(cx, empty, "the column to sample from is empty", "it needs at least one row with a value");
  assert_refused(cx, SPEC(NORMAL, MEAN_SD, 1, NAN), "argument 2 of the distribution is not a finite number: nan", NULL);
  assert_refused(cx, SPEC(UNIFORM, BOUNDS, -INFINITY, 1), "argument 1 of the distribution is not a finite number: -inf",
                 NULL);
  assert_refused(cx, SPEC(EXPONENTIAL, INTERVAL, 1, 2), "exponential is not written with `A to B`", NULL);
  assert_refused(cx, SPEC(UNIFORM, MEAN_SD, 1, 2), "uniform is not written with `m +- s`", NULL);
}

static void extremes(void **state) {
  tf_context *cx = *state;
  assert_refused(cx, SPEC(LOGNORMAL, INTERVAL, 1e-300, 1e300), "the distribution is too wide: its tail exceeds 1e308",
                 "check the ends and their units");
  assert_refused(cx, SPEC(UNIFORM, BOUNDS, -1e308, 1e308), "the distribution is too wide: its tail exceeds 1e308",
                 "check the ends and their units");
  // Extreme but possible.
  const tf_dist_spec specs[] = {
      SPEC(GAMMA, MEAN_SD, 1, 30),       SPEC(GAMMA, MEAN_SD, 1, 1e-8),         SPEC(GAMMA, INTERVAL, 1, 1e9),
      SPEC(BETA, ARGUMENTS, 1e-2, 100),  SPEC(BETA, ARGUMENTS, 1e4, 1),         SPEC(BETA, ARGUMENTS, 1e6, 1e6),
      SPEC(BETA, INTERVAL, 1e-12, 1e-3), SPEC(STUDENT, MEAN_SD, 0, 1, 1e9),     SPEC(STUDENT, MEAN_SD, 0, 1, 2.0001),
      SPEC(PERT, ARGUMENTS, 0, 1, 1),    SPEC(WEIBULL, INTERVAL, 1, 1 + 1e-12), SPEC(LOGNORMAL, INTERVAL, 1, 1 + 1e-12),
  };
  for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
    const tf_dist *dist = prepared(cx, specs[i]);
    double before = -INFINITY;
    for (int k = 53; k >= 1; k--) { // u = 2^-53 .. 1/2
      const double x = quantile_of(dist, ldexp(1, -k));
      assert_true(isfinite(x) && x >= before);
      before = x;
    }
    for (int k = 2; k <= 53; k++) { // u = 3/4 .. 1 - 2^-53
      const double x = quantile_of(dist, 1 - ldexp(1, -k));
      assert_true(isfinite(x) && x >= before);
      before = x;
    }
    assert_true(isfinite(tf_dist_mean(dist)) && tf_dist_sd(dist) > 0);
  }
}

static void cut_mass(void **state) {
  tf_context *cx = *state;
  tf_dist_spec spec = in_unit(SPEC(UNIFORM, BOUNDS, 0, 1), "%", 0.01);
  spec.quantity = "mfu";
  spec.low = 0.043;
  spec.high = 0.92;
  assert_refused(cx, spec, "12.3 % of the distribution of `mfu` lies outside its permitted range 4.3 % .. 92 %",
                 "give a distribution that fits the range, or widen the range after `in`; up to 10 % may be cut");
  spec.low = -INFINITY;
  spec.high = 0.5;
  assert_refused(cx, spec, "50 % of the distribution of `mfu` lies outside its permitted range of at most 50 %",
                 "give a distribution that fits the range, or widen the range after `in`; up to 10 % may be cut");
  spec.low = 2;
  spec.high = INFINITY;
  assert_refused(cx, spec, "100 % of the distribution of `mfu` lies outside its permitted range of at least 200 %",
                 "give a distribution that fits the range, or widen the range after `in`; up to 10 % may be cut");
  // Between 1 % and 10 %: a warning. Up to 1 %: silence, the share can be asked for.
  const tf_dist *dist = NULL;
  spec.low = 0.05;
  clear_messages(cx);
  assert_int_equal(tf_dist_prepare(cx, cx->arena, &spec, &dist), TF_OK);
  assert_int_equal(cx->diags.warnings, 1);
  assert_int_equal(cx->diags.errors, 0);
  assert_string_equal(
      cx->diags.list.at[0].message,
      "5 % of the distribution of `mfu` lies outside its permitted range of at least 5 % and is cut off");
  spec.low = 0.01;
  clear_messages(cx);
  assert_int_equal(tf_dist_prepare(cx, cx->arena, &spec, &dist), TF_OK);
  assert_int_equal(cx->diags.warnings + cx->diags.errors + cx->diags.notes, 0);
  assert_true(fabs(tf_dist_cut_mass(dist) - 0.01) < 1e-15);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(ranges), TEST(signs), TEST(weights), TEST(percentiles), TEST(other), TEST(extremes), TEST(cut_mass),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
