// SPDX-License-Identifier: GPL-3.0-or-later
// Time operators against closed forms and direct sums written out here: annuities, geometric series, cohorts, delays,
// on yearly, quarterly and monthly axes.
#include <stdlib.h>

#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_gamma.h>

#include "plan_builder.h"

#include "engine/kernel.h"

static const int steps[] = {12, 3, 1}; // months of the three axes
#define EACH_AXIS(i) for (size_t i = 0; i < 3; i++)

static double step_of(int months) {
  return months * YEAR / 12;
}

// A level flow at the end of each period: annuity formula with the period's rate.
static void test_npv_of_a_level_flow(void **state) {
  EACH_AXIS(i) {
    int periods = 10 * 12 / steps[i];
    double per_year = 12.0 / steps[i], flow = 100 / YEAR, rate = 0.08;
    double period_rate = pow(1 + rate, 1 / per_year) - 1;
    double annuity = 100 / per_year * (1 - pow(1 + period_rate, -periods)) / period_rate;
    const tf_timing timings[] = {TF_TIMING_START, TF_TIMING_MID, TF_TIMING_END};
    for (int t = 0; t < 3; t++) {
      plan_builder *b = new_plan(*state, 2024, steps[i], periods);
      uint32_t x = add(b, "x", num(b, flow));
      uint32_t v = add(b, "v", timed(b, TF_TERM_NPV, timings[t], ref(b, x), num(b, rate / YEAR)));
      assert_close(central(b, v)[0], annuity * pow(1 + period_rate, 1 - 0.5 * t), 1e-13);
    }
  }
}

static void test_npv_at_a_varying_rate(void **state) {
  const double rates[] = {0.05 / YEAR, 0.10 / YEAR, 0.20 / YEAR}, flows[] = {10 / YEAR, 20 / YEAR, 30 / YEAR};
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t r = add_series(b, "r", 0, rates), x = add_series(b, "x", 0, flows);
  uint32_t end = add(b, "end", timed(b, TF_TERM_NPV, TF_TIMING_END, ref(b, x), ref(b, r)));
  uint32_t mid = add(b, "mid", timed(b, TF_TERM_NPV, TF_TIMING_MID, ref(b, x), ref(b, r)));
  uint32_t start = add(b, "start", timed(b, TF_TERM_NPV, TF_TIMING_START, ref(b, x), ref(b, r)));
  assert_close(central(b, end)[0], 10 / 1.05 + 20 / 1.05 / 1.1 + 30 / 1.05 / 1.1 / 1.2, 1e-14);
  assert_close(central(b, start)[0], 10 + 20 / 1.05 + 30 / 1.05 / 1.1, 1e-14);
  assert_close(central(b, mid)[0], 10 / sqrt(1.05) + 20 / 1.05 / sqrt(1.1) + 30 / 1.05 / 1.1 / sqrt(1.2), 1e-14);
}

static double irr_of(void *state, int months, size_t count, const double *flows) {
  double step = step_of(months);
  double *rates = calloc(count, sizeof *rates);
  for (size_t i = 0; i < count; i++) {
    rates[i] = flows[i] / step;
  }
  plan_builder *b = new_plan(state, 2024, months, (int)count);
  uint32_t x = add_series(b, "x", 0, rates);
  free(rates);
  uint32_t v = add(b, "v", timed(b, TF_TERM_IRR, TF_TIMING_END, ref(b, x), NULL));
  return central(b, v)[0] * YEAR;
}

static void test_irr(void **state) {
  assert_close(irr_of(*state, 12, 2, (double[]){-100, 110}), 0.10, 1e-14);
  assert_close(irr_of(*state, 12, 3, (double[]){-100, 0, 121}), 0.10, 1e-14);
  assert_close(irr_of(*state, 12, 2, (double[]){-100, 50}), -0.50, 1e-14);
  assert_close(irr_of(*state, 12, 2, (double[]){-100, 100000}), 999, 1e-12);
  assert_close(irr_of(*state, 12, 2, (double[]){100, -110}), 0.10, 1e-14); // a loan
  assert_true(irr_of(*state, 12, 2, (double[]){-100, 100}) == 0);
  // Quarterly flows: 2 % a quarter is 1.02^4 - 1 a year.
  assert_close(irr_of(*state, 3, 5, (double[]){-100, 2, 2, 2, 102}), pow(1.02, 4) - 1, 1e-13);
  assert_close(irr_of(*state, 1, 3, (double[]){-100, 0, 100 * 1.01 * 1.01}), pow(1.01, 12) - 1, 1e-13);
  // Roots at 10 % and 20 %, both positive: the nearer to 0.
  assert_close(irr_of(*state, 12, 3, (double[]){100, -230, 132}), 0.10, 1e-12);
  // No change of sign, or no root in range: no rate.
  assert_true(isnan(irr_of(*state, 12, 3, (double[]){1, 2, 3})));
  assert_true(isnan(irr_of(*state, 12, 3, (double[]){0, 0, 0})));
  assert_true(isnan(irr_of(*state, 12, 3, (double[]){1, -2, 3})));
  assert_true(isnan(irr_of(*state, 12, 2, (double[]){-1, 1e6}))); // beyond 1,000,000 %/year
}

static void test_payback(void **state) {
  const double flows[] = {-100 / YEAR, 40 / YEAR, 40 / YEAR, 40 / YEAR, 40 / YEAR};
  plan_builder *b = new_plan(*state, 2024, 12, 5);
  uint32_t x = add_series(b, "x", 0, flows);
  uint32_t p = add(b, "p", timed(b, TF_TERM_PAYBACK, TF_TIMING_END, ref(b, x), NULL));
  assert_close(central(b, p)[0], 3.5 * YEAR, 1e-14);
  uint32_t at_start = add(b, "at_start", timed(b, TF_TERM_PAYBACK, TF_TIMING_START, ref(b, x), NULL));
  uint32_t at_mid = add(b, "at_mid", timed(b, TF_TERM_PAYBACK, TF_TIMING_MID, ref(b, x), NULL));
  assert_close(central(b, at_start)[0], 2.5 * YEAR, 1e-14); // -100 today, 40 in 1, 2, 3 ... years
  assert_close(central(b, at_mid)[0], 3 * YEAR, 1e-14);
  uint32_t d = add(b, "d", timed(b, TF_TERM_DISCOUNTED_PAYBACK, TF_TIMING_END, ref(b, x), num(b, 0.05 / YEAR)));
  double before = -100 / 1.05 + 40 / pow(1.05, 2) + 40 / pow(1.05, 3), last = 40 / pow(1.05, 4);
  assert_true(before < 0 && before + last > 0);
  assert_close(central(b, d)[0], (3 - before / last) * YEAR, 1e-12);
  // Later than the axis; never negative; negative again after a first return.
  const double late[] = {-100, 10, 10, 10, 10}, never[] = {0, 1, 0, 1, 1}, again[] = {-10, 20, -30, 5, 20};
  uint32_t l = add_series(b, "l", 0, late), n = add_series(b, "n", 0, never), a = add_series(b, "a", 0, again);
  assert_true(central(b, add(b, "pl", timed(b, TF_TERM_PAYBACK, TF_TIMING_END, ref(b, l), NULL)))[0] == INFINITY);
  assert_true(central(b, add(b, "pn", timed(b, TF_TERM_PAYBACK, TF_TIMING_END, ref(b, n), NULL)))[0] == 0);
  assert_close(central(b, add(b, "pa", timed(b, TF_TERM_PAYBACK, TF_TIMING_END, ref(b, a), NULL)))[0], 4.75 * YEAR,
               1e-14);
  // What was spent before the axis counts.
  const double past[] = {-30, 10, 10, 20, 0, 0};
  uint32_t h = add_series(b, "h", 1, past);
  assert_close(central(b, add(b, "ph", timed(b, TF_TERM_PAYBACK, TF_TIMING_END, ref(b, h), NULL)))[0], 2.5 * YEAR,
               1e-14);
}

// survive of a level purchase x and life L: x*step*L' in the steady state, whatever the axis.
static void test_survive_against_the_definition(void **state) {
  const double lives[] = {0, 0.3, 1, 2.4, 3, 50};
  EACH_AXIS(i) {
    int periods = 6 * 12 / steps[i];
    double step = step_of(steps[i]);
    for (size_t l = 0; l < 6; l++) {
      plan_builder *b = new_plan(*state, 2024, steps[i], periods);
      double life = lives[l] * YEAR;
      double *x = TF_ARRAY(b->arena, double, (size_t)periods + 2);
      for (int k = 0; k < periods + 2; k++) {
        x[k] = (7 + k % 3) / YEAR;
      }
      uint32_t buy = add_series(b, "buy", 2, x);
      uint32_t s = add(b, "s", OP2(SURVIVE, ref(b, buy), num(b, life)));
      uint32_t varying = add_series(b, "varying", 2, x);
      for (int row = -2; row < periods; row++) {
        give(b, varying, 2, 0, row, num(b, life));
      }
      uint32_t cohort = add(b, "cohort", OP2(SURVIVE, ref(b, buy), ref(b, varying)));
      uint32_t r = add(b, "r", OP2(RETIRED, ref(b, buy), num(b, life)));
      const double *stands = central(b, s), *same = central(b, cohort), *gone = central(b, r);
      for (int row = 0; row < periods; row++) {
        double expected = 0;
        for (int k = -2; k <= row; k++) {
          double share = (life - (row - k) * step) / step;
          expected += x[k + 2] * step * fmin(fmax(share, 0), 1);
        }
        assert_close(stands[row], expected, 1e-13);
        assert_close(same[row], expected, 1e-13);
        if (row > 0) { // stock and flows agree
          assert_close(stands[row - 1] + (x[row + 2] - gone[row]) * step, stands[row], 1e-12);
        }
      }
    }
  }
}

// Long axes use running sums: the same as the sum over cohorts in every sample, also inside a circle.
static void test_long_axes_and_uncertain_lives(void **state) {
  const int counts[] = {30, 100}; // direct; running sums
  for (int c = 0; c < 2; c++) {
    int periods = counts[c];
    plan_builder *b = new_plan(*state, 2024, 1, periods);
    double *x = TF_ARRAY(b->arena, double, (size_t)periods + 1);
    for (int k = 0; k < periods / 2; k++) {
      x[k] = (100 + k % 7) / YEAR;
    }
    uint32_t life = UNIFORM("life", 0.05 * YEAR, 4 * YEAR);
    uint32_t buy = add_series(b, "buy", 1, x);
    uint32_t scaled = add(b, "scaled", OP2(MULTIPLY, ref(b, buy), OP2(DIVIDE, ref(b, life), num(b, YEAR))));
    uint32_t s = add(b, "s", OP2(SURVIVE, ref(b, scaled), ref(b, life)));
    uint32_t r = add(b, "r", OP2(RETIRED, ref(b, buy), ref(b, life)));
    uint32_t w = add(b, "w", OP2(STRAIGHT_LINE, ref(b, scaled), ref(b, life)));
    uint32_t fleet = add(b, "fleet", NULL);
    uint32_t order =
        add(b, "order", OP2(DIVIDE, OP2(SUBTRACT, num(b, 50), lag(b, fleet, -1, num(b, 0))), num(b, YEAR)));
    define(b, fleet, OP2(SURVIVE, ref(b, order), num(b, 0.4 * YEAR)));
    uint32_t ids[] = {life, s, r, w, fleet, order};
    tf_run_options options = run_options(64);
    tf_samples *samples = run_with(b, &options, ids, 6);
    assert_non_null(samples);
    double step = YEAR / 12;
    for (int i = 0; i < 64; i++) {
      double l = samples->outputs[0].samples[0][i];
      for (int row = 0; row < periods; row++) {
        double stands = 0, gone = 0, off = 0, own = 0;
        for (int k = -1; k <= row; k++) {
          double share = fmin(fmax(l / step - (row - k), 0), 1);
          double before = k == row ? 1 : fmin(fmax(l / step - (row - k) + 1, 0), 1);
          double own_share = fmin(fmax(0.4 * 12 - (row - k), 0), 1);
          stands += x[k + 1] * l / YEAR * step * share;
          gone += x[k + 1] * (before - share);
          off += x[k + 1] * l / YEAR * share / (l / step);
          own += k < 0 ? 0 : samples->outputs[5].central[k] * step * own_share;
        }
        assert_true(fabs(samples->outputs[1].samples[row + samples->outputs[1].history][i] - stands) < 1e-11 * 400);
        assert_true(fabs(samples->outputs[2].samples[row + samples->outputs[2].history][i] - gone) <
                    1e-11 * 100 / YEAR);
        assert_true(fabs(samples->outputs[3].samples[row + samples->outputs[3].history][i] - off) < 1e-11 * 100 / YEAR);
        assert_close(samples->outputs[4].central[row], own, 1e-12);
      }
    }
  }
}

static double weibull_survival(double t, void *parameters) {
  const double *p = parameters;
  return exp(-pow(t / p[0], p[1]));
}

static void test_weibull_survival_is_the_mean_over_ages(void **state) {
  const double shapes[] = {0.7, 1, 2, 5, 40};
  gsl_integration_workspace *work = gsl_integration_workspace_alloc(1000);
  for (size_t s = 0; s < 5; s++) {
    plan_builder *b = new_plan(*state, 2024, 12, 12);
    const double life = 4.3;
    const double once[12] = {100 / YEAR};
    uint32_t x = add_series(b, "x", 0, once);
    uint32_t v = add(b, "v", OP3(SURVIVE, ref(b, x), num(b, life * YEAR), num(b, shapes[s])));
    const double *stands = central(b, v);
    double p[2] = {life / gsl_sf_gamma(1 + 1 / shapes[s]), shapes[s]}, total = 0;
    for (int a = 0; a < 12; a++) {
      double mean, error;
      gsl_function f = {weibull_survival, p};
      gsl_integration_qags(&f, a, a + 1, 1e-13, 1e-11, 1000, work, &mean, &error);
      assert_true(fabs(stands[a] - 100 * mean) < 1e-8);
      total += stands[a];
    }
    assert_true(shapes[s] < 2 || fabs(total - 100 * life) < 0.05 * life); // ages beyond the axis are small
  }
  gsl_integration_workspace_free(work);
  // In the limit of a sharp life it is the fixed one.
  plan_builder *b = new_plan(*state, 2024, 12, 6);
  const double once[6] = {100 / YEAR};
  uint32_t x = add_series(b, "x", 0, once);
  uint32_t v = add(b, "v", OP3(SURVIVE, ref(b, x), num(b, 2.5 * YEAR), num(b, 2000)));
  const double *stands = central(b, v);
  const double sharp[] = {100, 100, 50, 0, 0, 0};
  for (int a = 0; a < 6; a++) {
    assert_true(fabs(stands[a] - sharp[a]) < 0.1);
  }
}

// With m = x^-s and c = 1/s, what stands in the first period is life * P(s, x).
static void test_incomplete_gamma(void **state) {
  (void)state;
  const double s[] = {0.02, 0.3, 0.5, 1, 1.43, 3, 20}, x[] = {1e-8, 0.01, 0.4, 1, 2.2, 5, 19, 30, 200};
  for (size_t i = 0; i < 7; i++) {
    for (size_t k = 0; k < 9; k++) {
      const double life = pow(x[k], -s[i]) * tgamma(1 + s[i]);
      const double first = tf_cohort_weight(TF_COHORT_STANDS, life, 1 / s[i], true, 1, 0);
      assert_close(first / life, gsl_sf_gamma_inc_P(s[i], x[k]), 1e-12);
    }
  }
  assert_true(tf_cohort_weight(TF_COHORT_STANDS, 0, 2, true, 1, 0) == 0);
  assert_true(isnan(tf_cohort_weight(TF_COHORT_STANDS, 1, 0, true, 1, 0)));
}

static void test_straight_line_writes_off_everything_once(void **state) {
  EACH_AXIS(i) {
    int periods = 9 * 12 / steps[i], per_year = 12 / steps[i];
    const double lives[] = {0.01, 1, 2.5, 4};
    for (size_t l = 0; l < 4; l++) {
      plan_builder *b = new_plan(*state, 2024, steps[i], periods);
      double *x = TF_ARRAY(b->arena, double, (size_t)periods);
      for (int k = 0; k < 4 * per_year; k++) {
        x[k] = (3 + k) / YEAR;
      }
      uint32_t buy = add_series(b, "buy", 0, x);
      uint32_t d = add(b, "d", OP2(STRAIGHT_LINE, ref(b, buy), num(b, lives[l] * YEAR)));
      const double *off = central(b, d);
      double bought = 0, written = 0;
      for (int row = 0; row < periods; row++) {
        bought += x[row];
        written += off[row];
      }
      assert_close(written, bought, 1e-13);
      if (lives[l] == 4) { // whole periods: x / L in each
        double sum = 0;
        int life = 4 * per_year;
        for (int row = 0; row < periods; row++) {
          sum += x[row] - (row >= life ? x[row - life] : 0);
          assert_true(fabs(off[row] - sum / life) < 1e-13 * x[4 * per_year - 1]);
        }
      }
    }
  }
}

static void test_schedule(void **state) {
  EACH_AXIS(i) {
    int per_year = 12 / steps[i], periods = 5 * per_year;
    plan_builder *b = new_plan(*state, 2024, steps[i], periods);
    double *x = TF_ARRAY(b->arena, double, (size_t)periods);
    x[0] = 100 / YEAR;
    uint32_t buy = add_series(b, "buy", 0, x);
    const tf_term *args[] = {ref(b, buy), num(b, 0.5), num(b, 0.3), num(b, 0.2)};
    uint32_t d = add(b, "d", new_term(b, TF_TERM_SCHEDULE, 4, args));
    const double *off = central(b, d);
    const double shares[] = {0.5, 0.3, 0.2, 0, 0};
    for (int row = 0; row < periods; row++) {
      assert_true(fabs(off[row] - x[0] * shares[row / per_year] / per_year) < 1e-12 * x[0]);
    }
  }
}

// Nothing is lost: what has not arrived by the end of the axis is on its way.
static void test_delay_keeps_amounts(void **state) {
  const double delays[] = {0, 0.25, 1, 1.6, 3};
  EACH_AXIS(i) {
    int periods = 8 * 12 / steps[i];
    double step = step_of(steps[i]);
    for (size_t d = 0; d < 5; d++) {
      plan_builder *b = new_plan(*state, 2024, steps[i], periods);
      double *x = TF_ARRAY(b->arena, double, (size_t)periods);
      double *varying = TF_ARRAY(b->arena, double, (size_t)periods);
      double total = 0;
      for (int k = 0; k < 12 / steps[i] * 4; k++) {
        x[k] = 1 + k;
        total += x[k];
      }
      for (int k = 0; k < periods; k++) {
        varying[k] = delays[d] * YEAR;
      }
      uint32_t order = add_series(b, "order", 0, x), lead = add_series(b, "lead", 0, varying);
      uint32_t fixed = add(b, "fixed", delayed(b, ref(b, order), num(b, delays[d] * YEAR), num(b, 0), true));
      uint32_t by_origin = add(b, "by_origin", delayed(b, ref(b, order), ref(b, lead), num(b, 0), true));
      const double *one = central(b, fixed), *two = central(b, by_origin);
      double arrived = 0;
      for (int row = 0; row < periods; row++) {
        double back = row - delays[d] * YEAR / step, part = back - floor(back);
        int low = (int)floor(back);
        double expected = (low >= 0 ? x[low] * (1 - part) : 0) + (low + 1 >= 0 && part > 0 ? x[low + 1] * part : 0);
        assert_true(fabs(one[row] - expected) < 1e-12 * total);
        assert_true(fabs(two[row] - expected) < 1e-12 * total);
        arrived += one[row];
      }
      assert_close(arrived, total, 1e-13);
    }
  }
}

static void test_delay_before_the_axis(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 5);
  const double x[] = {10, 20, 30, 40, 50}, lead[] = {1.5 * YEAR, 1.5 * YEAR, 1.5 * YEAR, 1.5 * YEAR, 1.5 * YEAR};
  uint32_t order = add_series(b, "order", 0, x), d = add_series(b, "d", 0, lead);
  uint32_t fixed = add(b, "fixed", delayed(b, ref(b, order), num(b, 1.5 * YEAR), num(b, 8), true));
  uint32_t origin = add(b, "origin", delayed(b, ref(b, order), ref(b, d), num(b, 8), true));
  const double expected[] = {8, 9, 15, 25, 35};
  const double *one = central(b, fixed), *two = central(b, origin);
  for (int row = 0; row < 5; row++) {
    assert_close(one[row], expected[row], 1e-14);
    assert_close(two[row], expected[row], 1e-14);
  }
}

// Growth by compound(g) agrees on all axes at the ends of years; cumulative flows are sums of geometric series.
static void test_recurrences_on_three_axes(void **state) {
  const double g = 0.3;
  EACH_AXIS(i) {
    int per_year = 12 / steps[i], periods = 5 * per_year;
    plan_builder *b = new_plan(*state, 2024, steps[i], periods);
    double factor = pow(1 + g, 1.0 / per_year);
    uint32_t x = add(b, "x", NULL);
    define(b, x, OP2(THEN, num(b, 100 / YEAR), OP2(MULTIPLY, lag(b, x, -1, NULL), num(b, factor))));
    uint32_t sum = add(b, "sum", OP1(CUMULATIVE, ref(b, x)));
    const double *level = central(b, x), *total = central(b, sum);
    assert_close(level[4 * per_year] * YEAR, 100 * pow(1.3, 4), 1e-13);
    double geometric = 100.0 / per_year * (pow(factor, periods) - 1) / (factor - 1);
    assert_close(total[periods - 1], geometric, 1e-13);
  }
}

static void test_dates(void **state) {
  EACH_AXIS(i) {
    int periods = 4 * 12 / steps[i];
    plan_builder *b = new_plan(*state, 2024, steps[i], periods);
    double from = tf_axis_start_date(&b->plan.axis, 0.8 * 12 / steps[i]);
    double to = tf_axis_start_date(&b->plan.axis, 2.3 * 12 / steps[i]);
    uint32_t a = add(b, "a", OP1(AFTER, num(b, from)));
    uint32_t r = add(b, "r", OP2(RAMP, num(b, from), num(b, to)));
    const double *after = central(b, a), *ramp = central(b, r);
    double mean_after = 0, mean_ramp = 0;
    for (int row = 0; row < periods; row++) {
      mean_after += after[row] / periods;
      mean_ramp += ramp[row] / periods;
      assert_true(after[row] >= 0 && after[row] <= 1 && ramp[row] >= 0 && ramp[row] <= 1 &&
                  ramp[row] <= after[row] + 1e-12);
    }
    // Over all four years: 3.2 of them after 0.8; a rise from 0.8 to 2.3 and 1.7 years of 1. Months differ in days.
    assert_true(fabs(mean_after - 3.2 / 4) < 1e-9);
    assert_true(fabs(mean_ramp - (0.75 + 1.7) / 4) < 2e-3);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_npv_of_a_level_flow),
      TEST(test_npv_at_a_varying_rate),
      TEST(test_irr),
      TEST(test_payback),
      TEST(test_survive_against_the_definition),
      TEST(test_long_axes_and_uncertain_lives),
      TEST(test_weibull_survival_is_the_mean_over_ages),
      TEST(test_incomplete_gamma),
      TEST(test_straight_line_writes_off_everything_once),
      TEST(test_schedule),
      TEST(test_delay_keeps_amounts),
      TEST(test_delay_before_the_axis),
      TEST(test_recurrences_on_three_axes),
      TEST(test_dates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
