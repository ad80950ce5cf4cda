// SPDX-License-Identifier: GPL-3.0-or-later
// What --until is judged by: which results count, and what their standard errors are compared with.
#include "plan_builder.h"

#include "stats/moments.h"
#include "stats/precision.h"

enum { N = 4096 };

static tf_precision judge(plan_builder *b, const uint32_t *ids, size_t count, const tf_samples **samples) {
  tf_run_options options = run_options(N);
  *samples = run_with(b, &options, ids, count);
  const tf_plan *plans[] = {&b->plan};
  tf_precision one = tf_precision_of(b->arena, *samples, plans, &options.sampler, 1);
  options.memory = 1000;
  tf_precision four = tf_precision_of(b->arena, run_with(b, &options, ids, count), plans, &options.sampler, 4);
  assert_int_equal(one.judged, four.judged); // of sketches as of columns
  assert_true(fabs(one.worst - four.worst) <= 1e-9 * one.worst);
  assert_int_equal(one.cell, four.cell);
  return one;
}

static void the_worst_of_mean_or_spread_counts(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  const uint32_t far = NORMAL("far", 100, 1);
  const uint32_t around = NORMAL("around", 0, 1);
  const uint32_t constant = add(b, "constant", num(b, 5));
  const double sign[] = {1, 1, 50};
  const uint32_t series = add(b, "series", OP2(ADD, ref(b, add_series(b, "sign", 0, sign)), ref(b, around)));
  const uint32_t ids[] = {far, around, constant, series};
  const tf_samples *samples = NULL;
  const tf_precision p = judge(b, ids, 4, &samples);
  assert_int_equal(p.judged, 1 + 1 + 3);
  assert_true(p.cell == 0 && (p.output == &samples->outputs[1] || p.output == &samples->outputs[3]));
  // The same error stands against 1 of `around` (its spread), against the larger of 1 and 1 in the first period of
  // `series`, and against 100 of `far`.
  const tf_moments m = tf_moments_of(samples->outputs[1].samples[0], N, 8, false);
  assert_close(p.worst, m.se / fmax(fabs(m.mean), m.sd), 1e-9);
  const uint32_t one[] = {far};
  const tf_precision small = judge(b, one, 1, &samples);
  const tf_moments f = tf_moments_of(samples->outputs[0].samples[0], N, 8, false);
  assert_close(small.worst, f.se / fabs(f.mean), 1e-9);
  assert_true(small.worst < p.worst / 10);
}

static void dates_are_judged_by_their_spread(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  const uint32_t day = NORMAL("day", 1.9e9, 1e7);
  b->model.quantities.at[day].kind = TF_KIND_DATE;
  const tf_samples *samples = NULL;
  const tf_precision p = judge(b, &day, 1, &samples);
  const tf_moments m = tf_moments_of(samples->outputs[0].samples[0], N, 8, false);
  assert_close(p.worst, m.se / m.sd, 1e-6);
}

static void labels_checks_and_results_without_a_mean_do_not_count(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  static const char *const sites[] = {"north", "south"};
  (void)add_index(b, "site", 2, sites);
  const uint32_t u = UNIFORM("u", 0, 2);
  const uint32_t label = add(b, "label", OP1(FLOOR, ref(b, u)));
  b->model.quantities.at[label].kind = TF_KIND_LABEL;
  // A payback that comes too late in some of the samples has no mean.
  const double flows[] = {-1, 0.5, 0.25};
  const uint32_t cash =
      add(b, "cash", OP2(ADD, ref(b, add_series(b, "flows", 0, flows)), OP2(MULTIPLY, ref(b, u), num(b, 0.1))));
  const uint32_t late = add(b, "late", timed(b, TF_TERM_PAYBACK, TF_TIMING_END, ref(b, cash), NULL));
  tf_check check = {.text = located(b->cx, "m", "u < 1"), .level = 0.95};
  check.condition = OP2(LESS, ref(b, u), num(b, 1));
  tf_vec_push(b->arena, &b->model.checks, check);
  const uint32_t ids[] = {label, late};
  const tf_samples *samples = NULL;
  const tf_precision p = judge(b, ids, 2, &samples);
  const tf_moments m = tf_moments_of(samples->outputs[1].samples[0], N, 8, false);
  assert_true(m.later > 0 && m.later < N);
  assert_int_equal(p.judged, 0);
  assert_null(p.output);
  assert_true(p.worst == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(the_worst_of_mean_or_spread_counts),
      TEST(dates_are_judged_by_their_spread),
      TEST(labels_checks_and_results_without_a_mean_do_not_count),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
