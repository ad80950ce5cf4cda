// SPDX-License-Identifier: GPL-3.0-or-later
// Time: first periods, history, given periods, shifts, single periods, circles.
#include "plan_builder.h"

#define assert_values(actual, ...)                                                                                     \
  do {                                                                                                                 \
    const double assert_expected[] = {__VA_ARGS__};                                                                    \
    const double *assert_actual = (actual);                                                                            \
    assert_non_null(assert_actual);                                                                                    \
    for (size_t assert_i = 0; assert_i < sizeof assert_expected / sizeof *assert_expected; assert_i++) {               \
      if (!(fabs(assert_actual[assert_i] - assert_expected[assert_i]) <= 1e-12 * fabs(assert_expected[assert_i]))) {   \
        fail_msg("value %zu is %.17g, not %.17g", assert_i, assert_actual[assert_i], assert_expected[assert_i]);       \
      }                                                                                                                \
    }                                                                                                                  \
  } while (0)

static void test_then_and_lag(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 4);
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(THEN, num(b, 100), OP2(MULTIPLY, lag(b, x, -1, NULL), num(b, 2))));
  assert_values(central(b, x), 100, 200, 400, 800);
  uint32_t before = add(b, "before", lag(b, x, -2, num(b, 7)));
  assert_values(central(b, before), 7, 7, 100, 200);
  uint32_t ahead = add(b, "ahead", lag(b, x, 1, NULL));
  assert_values(central(b, ahead), 200, 400, 800, 800);
  uint32_t same = add(b, "same", OP2(ADD, lag(b, x, 0, NULL), lag(b, before, -1, num(b, 0))));
  assert_values(central(b, same), 100, 207, 407, 900);
}

static void test_history_reaches_through_equations(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  const double x[] = {1, 2, 3, 4, 5};
  uint32_t a = add_series(b, "a", 2, x);
  uint32_t twice = add(b, "twice", OP2(MULTIPLY, ref(b, a), num(b, 2)));
  assert_values(central(b, add(b, "back", lag(b, twice, -2, NULL))), 2, 4, 6);
  assert_values(central(b, add(b, "sum", OP1(CUMULATIVE, OP2(DIVIDE, ref(b, twice), num(b, YEAR))))), 12, 20, 30);
  assert_values(central(b, add(b, "mean", OP1(AVERAGE, ref(b, twice)))), 5, 7, 9);
  assert_values(central(b, add(b, "change", OP2(MULTIPLY, OP1(CHANGE, ref(b, twice)), num(b, YEAR)))), 2, 2, 2);
  // Beside a series without history there is none.
  const double y[] = {10, 10, 10};
  uint32_t short_one = add_series(b, "short", 0, y);
  uint32_t joined = add(b, "joined", OP2(ADD, ref(b, twice), ref(b, short_one)));
  assert_values(central(b, add(b, "total", OP1(CUMULATIVE, OP2(DIVIDE, ref(b, joined), num(b, YEAR))))), 16, 34, 54);
}

// What was ordered before the axis arrived before it too: the fleet at the start is not lost.
static void test_history_reaches_through_delays(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  const double x[] = {1, 2, 3, 4, 5}, half[] = {YEAR / 2, YEAR / 2, YEAR / 2, YEAR / 2, YEAR / 2};
  uint32_t a = add_series(b, "a", 2, x), d = add_series(b, "d", 2, half);
  const tf_term *delays[] = {num(b, YEAR), num(b, YEAR / 2), ref(b, d)};
  const double expected[][3] = {{10 + 1 + 2, 16, 20}, {5.5 + 1.5 + 2.5, 13, 17.5}, {5.5 + 1.5 + 2.5, 13, 17.5}};
  for (int i = 0; i < 3; i++) {
    uint32_t arrived = add(b, "arrived", delayed(b, ref(b, a), delays[i], num(b, 10), true));
    uint32_t sum = add(b, "sum", OP1(CUMULATIVE, OP2(DIVIDE, ref(b, arrived), num(b, YEAR))));
    assert_values(central(b, sum), expected[i][0], expected[i][1], expected[i][2]);
  }
}

static void test_first_period_without_history(void **state) {
  plan_builder *b = new_plan(*state, 2024, 3, 3);
  const double x[] = {4, 6, 9};
  uint32_t a = add_series(b, "a", 0, x);
  assert_values(central(b, add(b, "mean", OP1(AVERAGE, ref(b, a)))), 4, 5, 7.5);
  assert_values(central(b, add(b, "change", OP2(MULTIPLY, OP1(CHANGE, ref(b, a)), num(b, YEAR)))), 16, 8, 12);
  assert_values(central(b, add(b, "elapsed", OP2(DIVIDE, leaf(b, TF_TERM_ELAPSED), num(b, YEAR)))), 0.125, 0.375,
                0.625);
  assert_values(central(b, add(b, "step", OP2(DIVIDE, leaf(b, TF_TERM_STEP), num(b, YEAR)))), 0.25);
}

static void test_given_periods(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 4);
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(THEN, num(b, 100), OP2(MULTIPLY, lag(b, x, -1, NULL), num(b, 2))));
  uint32_t y = add(b, "y", OP2(ADD, ref(b, x), num(b, 1)));
  give(b, x, 0, 0, 0, num(b, 5));
  give(b, x, 0, 0, 1, num(b, 6));
  assert_values(central(b, x), 5, 6, 12, 24);
  assert_values(central(b, y), 6, 7, 13, 25);
}

static void test_given_history_starts_the_recurrence(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(THEN, num(b, 100), OP2(MULTIPLY, lag(b, x, -1, NULL), num(b, 2))));
  give(b, x, 2, 0, -2, num(b, 3));
  give(b, x, 2, 0, -1, num(b, 4));
  uint32_t sum = add(b, "sum", OP1(CUMULATIVE, OP2(DIVIDE, ref(b, x), num(b, YEAR))));
  assert_values(central(b, sum), 15, 31, 63);
  tf_run_options options = run_options(0);
  tf_samples *samples = run_with(b, &options, &x, 1);
  assert_int_equal(samples->outputs[0].history, 2);
  assert_int_equal(samples->outputs[0].periods, 3);
  assert_values(samples->outputs[0].central, 3, 4, 8, 16, 32);
}

static void test_gap_in_history(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(MULTIPLY, lag(b, x, -1, num(b, 1)), num(b, 2)));
  give(b, x, 2, 0, -2, num(b, 3));
  assert_null(central(b, x));
  assert_messages(b->cx, "error: `x` has a value in 2022, but none in 2023\n"
                         "  hint: give it for every period from the first one to the start of the axis\n");
}

// Two quantities that need each other, one of them through the period before.
static void test_circle_of_two(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 5);
  uint32_t debt = add(b, "debt", NULL);
  uint32_t interest = add(b, "interest", OP2(MULTIPLY, lag(b, debt, -1, num(b, 1000)), num(b, 0.1)));
  uint32_t paid = add(b, "paid", OP2(ADD, ref(b, interest), num(b, 50)));
  define(b, debt, OP2(ADD, lag(b, debt, -1, num(b, 1000)), OP2(SUBTRACT, ref(b, interest), ref(b, paid))));
  assert_values(central(b, debt), 950, 900, 850, 800, 750);
  assert_values(central(b, interest), 100, 95, 90, 85, 80);
}

// Purchases that keep a fleet at its target: survive inside the circle.
static void test_cohorts_inside_a_circle(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 8);
  uint32_t buy = add(b, "buy", NULL);
  uint32_t fleet = add(b, "fleet", OP2(SURVIVE, ref(b, buy), num(b, 2.5 * YEAR)));
  uint32_t gone = add(b, "gone", OP2(RETIRED, ref(b, buy), num(b, 2.5 * YEAR)));
  define(b, buy, OP2(DIVIDE, OP2(SUBTRACT, num(b, 100), lag(b, fleet, -1, num(b, 0))), num(b, YEAR)));
  const double *bought = central(b, buy), *stands = central(b, fleet), *left = central(b, gone);
  double x[8], expected;
  for (int i = 0; i < 8; i++) {
    const double survival[] = {1, 1, 0.5};
    double before = 0;
    for (int k = 0; k < i; k++) {
      before += i - 1 - k < 3 ? x[k] * survival[i - 1 - k] : 0;
    }
    x[i] = 100 - before;
    expected = 0;
    for (int k = 0; k <= i; k++) {
      expected += i - k < 3 ? x[k] * survival[i - k] : 0;
    }
    assert_close(bought[i] * YEAR, x[i], 1e-12);
    assert_close(stands[i], expected, 1e-12);
    assert_true(fabs(before + x[i] - left[i] * YEAR - expected) < 1e-10);
  }
}

static void test_shifts(void **state) {
  plan_builder *b = new_plan(*state, 2024, 3, 6);
  const double x[] = {1, 2, 4, 8, 16, 32};
  uint32_t a = add_series(b, "a", 0, x);
  const tf_term *year_ago[] = {ref(b, a), num(b, -YEAR), num(b, 9)};
  assert_values(central(b, add(b, "ago", new_term(b, TF_TERM_SHIFT, 3, year_ago))), 9, 9, 9, 9, 1, 2);
  const tf_term *half[] = {ref(b, a), num(b, -YEAR / 8), num(b, 0)};
  assert_values(central(b, add(b, "half", new_term(b, TF_TERM_SHIFT, 3, half))), 0.5, 1.5, 3, 6, 12, 24);
  const tf_term *lead[] = {ref(b, a), num(b, YEAR * 0.375)};
  assert_values(central(b, add(b, "lead", new_term(b, TF_TERM_SHIFT, 2, lead))), 3, 6, 12, 24, 32, 32);
  const tf_term *none[] = {ref(b, a), num(b, -YEAR / 2)};
  assert_null(central(b, add(b, "none", new_term(b, TF_TERM_SHIFT, 2, none))));
  assert_non_null(strstr(messages(b->cx), "there is no period before 2024-Q1"));
}

// x[t - 1 year] of itself is a recurrence as x[t-1] is.
static void test_recurrence_by_time(void **state) {
  plan_builder *b = new_plan(*state, 2024, 3, 8);
  uint32_t x = add(b, "x", NULL);
  const tf_term *args[] = {ref(b, x), num(b, -YEAR), num(b, 1)};
  define(b, x, OP2(MULTIPLY, new_term(b, TF_TERM_SHIFT, 3, args), num(b, 3)));
  assert_values(central(b, x), 3, 3, 3, 3, 9, 9, 9, 9);
}

static void test_single_periods(void **state) {
  plan_builder *b = new_plan(*state, 2024, 3, 8);
  const double x[] = {100, 1, 2, 3, 4, 5, 6, 7, 8};
  uint32_t a = add_series(b, "a", 1, x);
  tf_period year = {TF_PERIOD_YEAR, 2025, 1, 1}, quarter = {TF_PERIOD_QUARTER, 2024, 10, 1};
  tf_period past = {TF_PERIOD_QUARTER, 2023, 10, 1}, late = {TF_PERIOD_YEAR, 2026, 1, 1};
  assert_values(central(b, add(b, "rate", at_period(b, ref(b, a), year, true))), 6.5);
  assert_values(central(b, add(b, "stock", at_period(b, ref(b, a), year, false))), 8);
  assert_values(central(b, add(b, "q4", at_period(b, ref(b, a), quarter, true))), 4);
  assert_values(central(b, add(b, "old", at_period(b, ref(b, a), past, true))), 100);
  assert_values(central(b, add(b, "first", OP1(FIRST, ref(b, a)))), 1);
  assert_values(central(b, add(b, "last", OP1(LAST, ref(b, a)))), 8);
  assert_values(central(b, add(b, "share", OP2(DIVIDE, ref(b, a), OP1(LAST, ref(b, a))))), 0.125, 0.25);
  assert_null(central(b, add(b, "late", at_period(b, ref(b, a), late, true))));
  assert_messages(b->cx, "error: there is no value for 2026\n"
                         "  hint: the values run from 2023-Q4 to 2025-Q4\n");
}

static void test_without_an_axis(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 0);
  uint32_t x = add(b, "x", OP2(MULTIPLY, num(b, 6), num(b, 7)));
  assert_values(central(b, x), 42);
  uint32_t y = add(b, "y", NULL);
  define(b, y, OP2(ADD, lag(b, y, -1, NULL), num(b, 1)));
  assert_null(central(b, y));
  assert_non_null(strstr(messages(b->cx), "there is no period before"));
}

static void test_life_by_period_of_purchase(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 5);
  const double x[] = {10 / YEAR, 20 / YEAR, 0, 0, 0}, life[] = {1 * YEAR, 3 * YEAR, 9 * YEAR, 9 * YEAR, 9 * YEAR};
  uint32_t buy = add_series(b, "buy", 0, x), l = add_series(b, "l", 0, life);
  assert_values(central(b, add(b, "s", OP2(SURVIVE, ref(b, buy), ref(b, l)))), 10, 20, 20, 20);
  const double *d = central(b, add(b, "d", OP2(STRAIGHT_LINE, ref(b, buy), ref(b, l))));
  const double expected[] = {10, 20.0 / 3, 20.0 / 3, 20.0 / 3, 0};
  for (int row = 0; row < 5; row++) {
    assert_true(fabs(d[row] * YEAR - expected[row]) < 1e-12);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_then_and_lag),
      TEST(test_history_reaches_through_equations),
      TEST(test_history_reaches_through_delays),
      TEST(test_first_period_without_history),
      TEST(test_given_periods),
      TEST(test_given_history_starts_the_recurrence),
      TEST(test_gap_in_history),
      TEST(test_circle_of_two),
      TEST(test_cohorts_inside_a_circle),
      TEST(test_shifts),
      TEST(test_recurrence_by_time),
      TEST(test_single_periods),
      TEST(test_without_an_axis),
      TEST(test_life_by_period_of_purchase),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
