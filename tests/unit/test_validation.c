// SPDX-License-Identifier: GPL-3.0-or-later
// Verdicts and scores of validation: a planted wrong value must fail, and ranges that are too wide are a fault as well.
#include "support.h"

#include <math.h>

#include "cli/validation.h"
#include "stats/binomial.h"

static tf_claim claim_of(tf_claim_kind kind, double published, tf_tolerance_kind how, double tolerance) {
  return (tf_claim){.kind = kind,
                    .stat = TF_STAT_CENTRAL,
                    .published = published,
                    .tolerance_kind = how,
                    .tolerance = tolerance,
                    .naive = NAN};
}

static tf_finding certain(double computed) {
  return (tf_finding){.computed = computed, .p5 = NAN, .p25 = NAN, .p75 = NAN, .p95 = NAN};
}

static tf_finding ranged(double computed, double p5, double p95) {
  double quarter = (p95 - p5) / 4;
  return (tf_finding){computed, p5, p5 + quarter, p95 - quarter, p95, true};
}

static void tolerances(void **state) {
  (void)state;
  tf_claim absolute = claim_of(TF_ARITHMETIC, 140.25, TF_TOLERANCE_ABSOLUTE, 0.005);
  tf_finding on_the_edge = certain(140.255);
  tf_finding beyond = certain(140.2551);
  assert_true(tf_claim_holds(&absolute, &on_the_edge));
  assert_false(tf_claim_holds(&absolute, &beyond));

  tf_claim share = claim_of(TF_REPRODUCTION, -200, TF_TOLERANCE_SHARE, 0.01);
  tf_finding within = certain(-201.9);
  tf_finding without = certain(-202.1);
  assert_true(tf_claim_holds(&share, &within));
  assert_false(tf_claim_holds(&share, &without));

  tf_claim factor = claim_of(TF_REPRODUCTION, 30, TF_TOLERANCE_FACTOR, 1.5);
  tf_finding low = certain(20.0);
  tf_finding high = certain(45.0);
  tf_finding too_low = certain(19.9);
  assert_true(tf_claim_holds(&factor, &low));
  assert_true(tf_claim_holds(&factor, &high));
  assert_false(tf_claim_holds(&factor, &too_low));

  tf_claim exact = claim_of(TF_ARITHMETIC, 0.3, TF_TOLERANCE_ABSOLUTE, 0);
  tf_finding decimal = certain(0.1 + 0.2);
  assert_true(tf_claim_holds(&exact, &decimal));
  tf_finding nothing = certain(NAN);
  assert_false(tf_claim_holds(&exact, &nothing));
}

static void predictions_are_judged_by_their_range(void **state) {
  (void)state;
  tf_claim claim = claim_of(TF_PREDICTION, 39.2, TF_TOLERANCE_ABSOLUTE, 0.1);
  tf_finding wide = ranged(34, 30, 42);
  tf_finding touching = ranged(34, 30, 39.1);
  tf_finding below = ranged(34, 30, 39);
  tf_finding above = ranged(45, 39.4, 50);
  assert_true(tf_claim_holds(&claim, &wide));
  assert_true(tf_claim_holds(&claim, &touching));
  assert_false(tf_claim_holds(&claim, &below));
  assert_false(tf_claim_holds(&claim, &above));
  // A reproduction must hit with its central value, however wide its range is.
  claim.kind = TF_REPRODUCTION;
  assert_false(tf_claim_holds(&claim, &wide));
  // A certain prediction has only its central value, and so has one that asks for a quantile.
  claim.kind = TF_PREDICTION;
  tf_finding point = certain(34);
  assert_false(tf_claim_holds(&claim, &point));
  claim.stat = TF_STAT_P95;
  tf_finding quantile = ranged(42, 30, 42);
  assert_false(tf_claim_holds(&claim, &quantile));
}

static void a_planted_wrong_value_fails(void **state) {
  (void)state;
  tf_claim claim = claim_of(TF_ARITHMETIC, 0.703, TF_TOLERANCE_ABSOLUTE, 0.0005);
  tf_finding right = certain(0.7034);
  tf_finding wrong = certain(0.7134);
  assert_int_equal(tf_claim_verdict(&claim, &right), TF_VERDICT_PASS);
  assert_int_equal(tf_claim_verdict(&claim, &wrong), TF_VERDICT_FAIL);
  claim.miss_expected = true;
  assert_int_equal(tf_claim_verdict(&claim, &right), TF_VERDICT_MENDED);
  assert_int_equal(tf_claim_verdict(&claim, &wrong), TF_VERDICT_MISS);
  assert_true(fabs(tf_claim_error(&claim, &wrong) - 0.0104 / 0.703) < 1e-12);
  claim.published = 0;
  assert_true(isnan(tf_claim_error(&claim, &wrong)));
}

// Held against sums of products: C(n, i) p^i (1-p)^(n-i), the coefficients by Pascal's rule.
static void binomial(void **state) {
  (void)state;
  enum { N = 60 };
  const double p = 0.9;
  double choose[N + 2] = {1};
  for (size_t n = 0; n <= N; n++) {
    double below = 0;
    for (size_t k = 0; k <= n + 1; k++) {
      double above = 0;
      for (size_t i = k; i <= n; i++) {
        above += choose[i] * pow(p, (double)i) * pow(0.1, (double)(n - i));
      }
      assert_true(fabs(tf_binomial_at_least(k, n, p) - above) <= 1e-12 * above);
      if (k <= n) {
        below += choose[k] * pow(p, (double)k) * pow(0.1, (double)(n - k));
        assert_true(fabs(tf_binomial_at_most(k, n, p) - below) <= 1e-12 * below);
      }
    }
    for (size_t i = n + 1; i > 0; i--) {
      choose[i] += choose[i - 1];
    }
  }
}

enum { MANY = 40 };

// MANY predictions with the range 8 .. 12 around 10; `inside` of the published values lie well within, the others not.
static tf_score score_of(tf_context *cx, size_t inside, double where) {
  tf_claims claims = {0};
  tf_finding *findings = TF_ARRAY(cx->arena, tf_finding, MANY);
  for (size_t i = 0; i < MANY; i++) {
    tf_vec_push(cx->arena, &claims, claim_of(TF_PREDICTION, i < inside ? where : 13, TF_TOLERANCE_ABSOLUTE, 0));
    findings[i] = ranged(10, 8, 12);
  }
  return tf_claims_score(cx->arena, &claims, findings);
}

static void calibration(void **state) {
  tf_context *cx = *state;
  tf_score narrow = score_of(cx, 30, 11.5);
  assert_int_equal(narrow.ranged, MANY);
  assert_int_equal(narrow.inside90, 30);
  assert_int_equal(narrow.inside50, 0);
  assert_true(narrow.at_most90 < 0.01);
  tf_score wide = score_of(cx, MANY, 10.2);
  assert_int_equal(wide.inside90, MANY);
  assert_int_equal(wide.inside50, MANY);
  assert_true(wide.at_least90 < 0.05 && wide.at_least50 < 1e-9);
  assert_true(wide.at_most90 == 1);
  tf_score right = score_of(cx, 36, 10.2);
  assert_true(right.at_most90 > 0.3 && right.at_least90 > 0.3);
}

static void errors_and_skill(void **state) {
  tf_context *cx = *state;
  tf_claims claims = {0};
  tf_finding findings[4] = {certain(20), certain(40), certain(10), certain(5)};
  for (int i = 0; i < 4; i++) {
    tf_vec_push(cx->arena, &claims, claim_of(TF_PREDICTION, 10, TF_TOLERANCE_FACTOR, 1));
  }
  claims.at[3].kind = TF_REPRODUCTION; // counts for nothing here
  claims.at[0].naive = 40;             // ln 4 against ln 2
  claims.at[1].naive = 20;             // ln 2 against ln 4
  tf_score score = tf_claims_score(cx->arena, &claims, findings);
  assert_int_equal(score.predictions, 3);
  assert_true(fabs(score.median_log_error - log(2)) < 1e-15);
  assert_int_equal(score.with_rule, 2);
  assert_int_equal(score.better_than_rule, 1);
  assert_true(fabs(score.skill) < 1e-15);
  assert_int_equal(score.verdicts[TF_PREDICTION][TF_VERDICT_PASS], 1);
  assert_int_equal(score.verdicts[TF_PREDICTION][TF_VERDICT_FAIL], 2);
  assert_int_equal(score.rows[TF_REPRODUCTION], 1);
  assert_int_equal(score.ranged, 0);

  tf_claims none = {0};
  tf_score empty = tf_claims_score(cx->arena, &none, findings);
  assert_true(isnan(empty.median_log_error) && isnan(empty.skill));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(tolerances),
      TEST(predictions_are_judged_by_their_range),
      TEST(a_planted_wrong_value_fails),
      TEST(binomial),
      TEST(calibration),
      TEST(errors_and_skill),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
