// SPDX-License-Identifier: GPL-3.0-or-later
// The time axis: what is read, rows of periods, positions of dates.
#include "model_support.h"

static void assert_near(double a, double b, double error) {
  assert_true(fabs(a - b) <= error);
}

static void expect_axis(const char *range, const char *step, int first_month, int months, int count) {
  world *w = world_new();
  tf_axis a = {0};
  if (tf_axis_parse(w->cx, located(w, range), located(w, step), &a) != TF_OK) {
    fail_msg("%s: %s", range, all_messages(w));
  }
  assert_int_equal(a.first_month, first_month);
  assert_int_equal(a.months, months);
  assert_int_equal(a.count, count);
  world_free(w);
}

static void expect_bad(const char *range, const char *step, const char *messages) {
  world *w = world_new();
  tf_axis a = {7, 7, 7};
  assert_int_equal(tf_axis_parse(w->cx, located(w, range), located(w, step), &a), TF_INVALID);
  assert_string_equal(all_messages(w), messages);
  assert_int_equal(a.count, 7); // outputs are untouched
  world_free(w);
}

static void axes_are_read(void **state) {
  (void)state;
  expect_axis("2024..2030", "", 2024 * 12, 12, 7);
  expect_axis(" 2024 .. 2030 ", "year", 2024 * 12, 12, 7);
  expect_axis("2024..2030", "quarter", 2024 * 12, 3, 28);
  expect_axis("2024..2030,quarter", "", 2024 * 12, 3, 28);
  expect_axis("2024..2024", "month", 2024 * 12, 1, 12);
  expect_axis("2024-07..2030-06", "", 2024 * 12 + 6, 12, 6);
  expect_axis("2024-Q3..2025-Q2", "quarter", 2024 * 12 + 6, 3, 4);
}

static void slips_are_named(void **state) {
  (void)state;
  const char *help = "  hint: write 2024..2030, 2024-07..2030-06 or 2024-Q1..2026-Q4\n";
  char text[256];
  (void)snprintf(text, sizeof text, "`soon` is no period\n%s", help);
  expect_bad("soon", "", text);
  (void)snprintf(text, sizeof text, "`2024-13..2030` is no period: months are 01 to 12\n%s", help);
  expect_bad("2024-13..2030", "", text);
  (void)snprintf(text, sizeof text, "`2030-06-30` is no period\n%s", help);
  expect_bad("2024..2030-06-30", "", text);
  expect_bad("2024-2030", "", "the time axis needs a first and a last period\n  hint: write 2024..2030\n");
  expect_bad("2030..2024", "",
             "the time axis ends before it starts\n  hint: the earlier period comes first: 2024..2030\n");
  expect_bad("2026-Q3..2025", "quarter",
             "the time axis ends before it starts\n  hint: the earlier period comes first: 2025..2026-Q3\n");
  expect_bad("2024..2030 x", "",
             "nothing may follow the last period\n  hint: write the step in its own cell: 2024..2030,quarter\n");
  expect_bad("2024..2030", "week", "`week` is no step of the time axis\n  hint: write year, quarter or month\n");
  expect_bad("2024-07..2030", "",
             "the time axis holds 78 months, which are no whole number of years\n  hint: let the last period end where "
             "a step ends, as in 2024-07..2030-06\n");
  expect_bad("1000..9000", "month",
             "the time axis has 96012 periods, more than 12000\n"
             "  hint: is a year misspelt? a longer step, quarter or year, gives fewer periods\n");
}

static tf_period period(const char *text) {
  tf_period p = {0};
  const char *bad = NULL;
  assert_int_equal(tf_period_scan(tf_str_of(text), &p, &bad), strlen(text));
  return p;
}

static void expect_rows(const tf_axis *a, const char *text, int row, int covers) {
  int r = -99;
  int c = -99;
  tf_axis_rows(a, period(text), &r, &c);
  assert_int_equal(r, row);
  assert_int_equal(c, covers);
}

static void periods_have_rows(void **state) {
  (void)state;
  tf_axis years = {2024 * 12, 12, 7};
  expect_rows(&years, "2024", 0, 1);
  expect_rows(&years, "2030", 6, 1);
  expect_rows(&years, "2023", -1, 1);
  expect_rows(&years, "2020", -4, 1);
  expect_rows(&years, "2025-Q4", 1, 0);
  expect_rows(&years, "2023-12", -1, 0);
  tf_axis quarters = {2024 * 12, 3, 28};
  expect_rows(&quarters, "2024", 0, 4);
  expect_rows(&quarters, "2023", -4, 4);
  expect_rows(&quarters, "2025-Q1", 4, 1);
  expect_rows(&quarters, "2025-02", 4, 0);
  expect_rows(&quarters, "2023-12", -1, 0);
  tf_axis july = {2024 * 12 + 6, 12, 6};
  expect_rows(&july, "2024", -1, 0); // half of two periods
  expect_rows(&july, "2024-07", 0, 0);
}

static void rows_have_names(void **state) {
  (void)state;
  char text[16];
  tf_axis years = {2024 * 12, 12, 7};
  assert_string_equal(tf_period_print(tf_axis_period(&years, 2), text), "2026");
  assert_string_equal(tf_period_print(tf_axis_period(&years, -1), text), "2023");
  tf_axis quarters = {2024 * 12, 3, 28};
  assert_string_equal(tf_period_print(tf_axis_period(&quarters, 5), text), "2025-Q2");
  tf_axis months = {2024 * 12, 1, 28};
  assert_string_equal(tf_period_print(tf_axis_period(&months, 13), text), "2025-02");
  tf_axis july = {2024 * 12 + 6, 12, 6};
  assert_string_equal(tf_period_print(tf_axis_period(&july, 1), text), "2025-07");
}

static double seconds(int year, int month, int day) {
  return (double)tf_date_days(year, month, day) * 86400.0;
}

static void dates_have_positions(void **state) {
  (void)state;
  tf_axis years = {2024 * 12, 12, 7};
  assert_near(tf_axis_step(&years), 31557600.0, 0.0);
  assert_near(tf_axis_position(&years, seconds(2024, 1, 1)), 0.0, 0.0);
  assert_near(tf_axis_position(&years, seconds(2025, 7, 1)), 1.5, 1e-15);
  assert_near(tf_axis_position(&years, seconds(2022, 1, 1)), -2.0, 0.0);
  assert_near(tf_axis_position(&years, seconds(2024, 2, 15)), (1.0 + 14.0 / 29.0) / 12.0, 1e-15);
  assert_true(tf_axis_position(&years, INFINITY) > 1e300);
  assert_true(tf_axis_position(&years, -INFINITY) < -1e300);
  tf_axis quarters = {2024 * 12 + 6, 3, 7};
  assert_near(tf_axis_step(&quarters), 31557600.0 / 4.0, 0.0);
  assert_near(tf_axis_position(&quarters, seconds(2025, 1, 1)), 2.0, 0.0);
  for (double row = -30.0; row < 60.0; row += 0.37) { // there and back
    assert_near(tf_axis_position(&quarters, tf_axis_start_date(&quarters, row)), row, 1e-9);
    assert_near(tf_axis_position(&years, tf_axis_start_date(&years, row)), row, 1e-9);
  }
  assert_near(tf_axis_start_date(&years, 1.0), seconds(2025, 1, 1), 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(axes_are_read),   cmocka_unit_test(slips_are_named),      cmocka_unit_test(periods_have_rows),
      cmocka_unit_test(rows_have_names), cmocka_unit_test(dates_have_positions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
