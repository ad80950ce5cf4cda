// SPDX-License-Identifier: GPL-3.0-or-later
// Dates: every day of eight centuries, known days, and written periods.
#include "support.h"

#include <math.h>

#include "base/date.h"

// Day by day with the rule of leap years alone, apart from the formula under test.
static void every_day_from_1600_to_2400(void **state) {
  (void)state;
  int64_t days = -135140; // 1600-01-01, from Python's datetime
  assert_int_equal(tf_date_days(1600, 1, 1), days);
  for (int year = 1600; year <= 2400; year++) {
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int month = 1; month <= 12; month++) {
      int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
      assert_false(tf_date_valid(year, month, 0));
      assert_false(tf_date_valid(year, month, length + 1));
      for (int day = 1; day <= length; day++, days++) {
        int y = 0;
        int m = 0;
        int d = 0;
        tf_date_civil(days, &y, &m, &d);
        if (tf_date_days(year, month, day) != days || y != year || m != month || d != day ||
            !tf_date_valid(year, month, day)) {
          fail_msg("%d-%d-%d", year, month, day);
        }
      }
    }
  }
  assert_int_equal(days, tf_date_days(2401, 1, 1));
}

static void known_days(void **state) {
  (void)state;
  // Python: datetime.date(...).toordinal() - 719163
  assert_int_equal(tf_date_days(1970, 1, 1), 0);
  assert_int_equal(tf_date_days(1969, 12, 31), -1);
  assert_int_equal(tf_date_days(2000, 2, 29), 11016);
  assert_int_equal(tf_date_days(2024, 6, 30), 19904);
  assert_int_equal(tf_date_days(1, 1, 1), -719162);
  assert_int_equal(tf_date_days(9999, 12, 31), 2932896);
  assert_int_equal(tf_date_days(0, 3, 1), -719468);
  assert_int_equal(tf_date_days(-1, 12, 31), -719529);
  int y = 0;
  int m = 0;
  int d = 0;
  tf_date_civil(-719529, &y, &m, &d);
  assert_true(y == -1 && m == 12 && d == 31);
  assert_false(tf_date_valid(2023, 2, 29));
  assert_false(tf_date_valid(1900, 2, 29));
  assert_true(tf_date_valid(2000, 2, 29));
  assert_false(tf_date_valid(2024, 13, 1));
  assert_false(tf_date_valid(2024, 0, 1));
}

static void reads(const char *text, size_t used, const char *printed, int months, int64_t start, int64_t end) {
  tf_period p;
  const char *bad = "unset";
  assert_int_equal(tf_period_scan(tf_str_of(text), &p, &bad), used);
  assert_null(bad);
  char buffer[16];
  assert_string_equal(tf_period_print(p, buffer), printed);
  assert_int_equal(tf_period_months(p), months);
  assert_int_equal(tf_period_start(p), start);
  assert_int_equal(tf_period_end(p), end);
}

static void refuses(const char *text, const char *why) {
  tf_period p = {TF_PERIOD_DAY, -7, 0, 0};
  const char *bad = "unset";
  assert_int_equal(tf_period_scan(tf_str_of(text), &p, &bad), 0);
  assert_int_equal(p.year, -7); // untouched
  if (why == NULL) {
    assert_null(bad);
  } else {
    assert_non_null(bad);
    assert_string_equal(bad, why);
  }
}

static void periods(void **state) {
  (void)state;
  reads("2024", 4, "2024", 12, 19723, 20089);
  reads("2023", 4, "2023", 12, 19358, 19723);
  reads("2024-Q1", 7, "2024-Q1", 3, 19723, 19814);
  reads("2024-Q3", 7, "2024-Q3", 3, 19905, 19997);
  reads("2024-Q4", 7, "2024-Q4", 3, 19997, 20089);
  reads("2024-07", 7, "2024-07", 1, 19905, 19936);
  reads("2024-12", 7, "2024-12", 1, 20058, 20089);
  reads("2024-02", 7, "2024-02", 1, 19754, 19783);
  reads("2024-06-30", 10, "2024-06-30", 0, 19904, 19905);
  reads("2024-02-29", 10, "2024-02-29", 0, 19782, 19783);
  reads("0999", 4, "0999", 12, tf_date_days(999, 1, 1), tf_date_days(1000, 1, 1));
}

static void longest_prefix(void **state) {
  (void)state;
  reads("2024..2030", 4, "2024", 12, 19723, 20089);
  reads("2024 GPU", 4, "2024", 12, 19723, 20089);
  reads("2024-7", 4, "2024", 12, 19723, 20089);
  reads("2024-123", 4, "2024", 12, 19723, 20089);
  reads("2024-q3", 4, "2024", 12, 19723, 20089);
  reads("2024-", 4, "2024", 12, 19723, 20089);
  reads("2024-Q", 4, "2024", 12, 19723, 20089);
  reads("2024.", 4, "2024", 12, 19723, 20089);
  reads("2024-07-", 7, "2024-07", 1, 19905, 19936);
  reads("2024-07-4", 7, "2024-07", 1, 19905, 19936);
  reads("2024-07-123", 7, "2024-07", 1, 19905, 19936);
  reads("2024-06-30T12", 10, "2024-06-30", 0, 19904, 19905);
  reads("2024-07..2030-06", 7, "2024-07", 1, 19905, 19936);
}

static void no_periods(void **state) {
  (void)state;
  refuses("", NULL);
  refuses("202", NULL);
  refuses("20245", NULL);
  refuses("2024.5", NULL);
  refuses("2024k", NULL);
  refuses("2024e3", NULL);
  refuses("2024_", NULL);
  refuses("Q3", NULL);
  refuses("-2024", NULL);
  refuses("2024-00", "months are 01 to 12");
  refuses("2024-13", "months are 01 to 12");
  refuses("2024-13-01", "months are 01 to 12");
  refuses("2024-Q0", "quarters are Q1 to Q4");
  refuses("2024-Q5", "quarters are Q1 to Q4");
  refuses("2024-Q12", "quarters are Q1 to Q4");
  refuses("2024-02-30", "the month has no such day");
  refuses("2023-02-29", "the month has no such day");
  refuses("2024-04-31", "the month has no such day");
  refuses("2024-04-00", "the month has no such day");
}

static void printed_dates(void **state) {
  (void)state;
  char buffer[16];
  assert_string_equal(tf_date_print(0, buffer), "1970-01-01");
  assert_string_equal(tf_date_print(0.999, buffer), "1970-01-01");
  assert_string_equal(tf_date_print(-0.5, buffer), "1969-12-31");
  assert_string_equal(tf_date_print(19904.5, buffer), "2024-06-30");
  assert_string_equal(tf_date_print(2932896.5, buffer), "9999-12-31");
  assert_string_equal(tf_date_print(2932897, buffer), "> 9999");
  assert_string_equal(tf_date_print(INFINITY, buffer), "> 9999");
  assert_string_equal(tf_date_print(1e300, buffer), "> 9999");
  assert_string_equal(tf_date_print(-1e300, buffer), "< 0000");
  assert_string_equal(tf_date_print(NAN, buffer), "nan");
}

static void month_index(void **state) {
  (void)state;
  assert_int_equal(tf_period_month_index((tf_period){TF_PERIOD_YEAR, 2024, 1, 1}), 24288);
  assert_int_equal(tf_period_month_index((tf_period){TF_PERIOD_MONTH, 2024, 12, 1}), 24299);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(every_day_from_1600_to_2400),
      TEST(known_days),
      TEST(periods),
      TEST(longest_prefix),
      TEST(no_periods),
      TEST(printed_dates),
      TEST(month_index),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
