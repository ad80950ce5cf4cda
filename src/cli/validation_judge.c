// SPDX-License-Identifier: GPL-3.0-or-later
// Verdicts and scores of validation: pure functions of claims and findings (cli/validation.h).
#include <math.h>
#include <stdlib.h>

#include "cli/validation.h"
#include "stats/binomial.h"

const char *tf_claim_kind_name(tf_claim_kind kind) {
  static const char *const names[TF_CLAIM_KINDS] = {"arithmetic", "reproduction", "prediction"};
  return names[kind];
}

const char *tf_verdict_name(tf_verdict verdict) {
  static const char *const names[] = {"pass", "FAIL", "known miss", "mended"};
  return names[verdict];
}

// The values that the published one stands for.
static void reach_of(const tf_claim *claim, double *low, double *high) {
  double p = claim->published;
  switch (claim->tolerance_kind) {
  case TF_TOLERANCE_ABSOLUTE:
    *low = p - claim->tolerance;
    *high = p + claim->tolerance;
    break;
  case TF_TOLERANCE_SHARE:
    *low = p - fabs(p) * claim->tolerance;
    *high = p + fabs(p) * claim->tolerance;
    break;
  case TF_TOLERANCE_FACTOR:
    *low = p < 0 ? p * claim->tolerance : p / claim->tolerance;
    *high = p < 0 ? p / claim->tolerance : p * claim->tolerance;
    break;
  }
}

bool tf_claim_holds(const tf_claim *claim, const tf_finding *finding) {
  double low = NAN;
  double high = NAN;
  reach_of(claim, &low, &high);
  // A value that sits on the edge but for the rounding of decimals is within.
  double slack = 1e-12 * fabs(claim->published);
  if (claim->kind == TF_PREDICTION && finding->uncertain && claim->stat == TF_STAT_CENTRAL) {
    return finding->p5 <= high + slack && finding->p95 >= low - slack;
  }
  return finding->computed >= low - slack && finding->computed <= high + slack;
}

tf_verdict tf_claim_verdict(const tf_claim *claim, const tf_finding *finding) {
  bool holds = tf_claim_holds(claim, finding);
  if (claim->miss_expected) {
    return holds ? TF_VERDICT_MENDED : TF_VERDICT_MISS;
  }
  return holds ? TF_VERDICT_PASS : TF_VERDICT_FAIL;
}

double tf_claim_error(const tf_claim *claim, const tf_finding *finding) {
  return claim->published == 0 ? NAN : finding->computed / claim->published - 1;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a;
  double y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median_of(double *values, size_t count) {
  if (count == 0) {
    return NAN;
  }
  qsort(values, count, sizeof *values, ascending);
  return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void add_prediction(const tf_claim *claim, const tf_finding *finding, double *errors, double *rule_sum,
                           double *model_sum, tf_score *score) {
  if (finding->uncertain) {
    score->ranged++;
    score->inside90 += claim->published >= finding->p5 && claim->published <= finding->p95;
    score->inside50 += claim->published >= finding->p25 && claim->published <= finding->p75;
  }
  if (!(claim->published > 0 && finding->computed > 0)) {
    return;
  }
  double error = fabs(log(finding->computed / claim->published));
  errors[score->predictions++] = error;
  if (claim->naive > 0) {
    double rule = fabs(log(claim->naive / claim->published));
    score->with_rule++;
    score->better_than_rule += error < rule;
    *rule_sum += rule;
    *model_sum += error;
  }
}

tf_score tf_claims_score(tf_arena *arena, const tf_claims *claims, const tf_finding *findings) {
  tf_score score = {.skill = NAN};
  double *errors = TF_ARRAY(arena, double, claims->count + 1);
  double rule_sum = 0;
  double model_sum = 0;
  for (size_t i = 0; i < claims->count; i++) {
    const tf_claim *claim = &claims->at[i];
    score.rows[claim->kind]++;
    score.verdicts[claim->kind][tf_claim_verdict(claim, &findings[i])]++;
    if (claim->kind == TF_PREDICTION) {
      add_prediction(claim, &findings[i], errors, &rule_sum, &model_sum, &score);
    }
  }
  score.median_log_error = median_of(errors, score.predictions);
  score.skill = rule_sum > 0 ? 1 - model_sum / rule_sum : NAN;
  score.at_most90 = tf_binomial_at_most(score.inside90, score.ranged, 0.9);
  score.at_least90 = tf_binomial_at_least(score.inside90, score.ranged, 0.9);
  score.at_most50 = tf_binomial_at_most(score.inside50, score.ranged, 0.5);
  score.at_least50 = tf_binomial_at_least(score.inside50, score.ranged, 0.5);
  return score;
}
