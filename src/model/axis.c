// SPDX-License-Identifier: GPL-3.0-or-later
// The time axis counted in months from year 0, so that quarters, years and years that start in July are whole numbers.
#include "model/axis.h"

#include <math.h>

#define MONTH_SECONDS (TF_YEAR_SECONDS / 12.0)
#define DAY_SECONDS 86400.0

enum { PERIODS_MAX = 12000 }; // a thousand years of months: longer is a slip of the pen

static tf_status parse_end(tf_context *cx, tf_located range, size_t from, tf_period *period, size_t *used) {
  const char *bad = NULL;
  tf_str rest = tf_str_sub(range.text, from, range.text.len);
  *used = tf_period_scan(rest, period, &bad);
  if (*used > 0 && period->kind != TF_PERIOD_DAY) {
    return TF_OK;
  }
  tf_span at = tf_located_span(range, from, range.text.len);
  tf_status status = rest.len == 0 ? tf_fail(cx, TF_INVALID, at, "a period is missing")
                     : bad != NULL ? tf_fail(cx, TF_INVALID, at, "`%.*s` is no period: %s", TF_STR_ARGS(rest), bad)
                                   : tf_fail(cx, TF_INVALID, at, "`%.*s` is no period", TF_STR_ARGS(rest));
  tf_hint(cx, "write 2024..2030, 2024-07..2030-06 or 2024-Q1..2026-Q4");
  return status;
}

static tf_status parse_step(tf_context *cx, tf_located step, int *months) {
  tf_str text = tf_str_trim(step.text);
  if (text.len == 0 || tf_str_is(text, "year") || tf_str_is(text, "quarter") || tf_str_is(text, "month")) {
    *months = text.len == 0 || text.ptr[0] == 'y' ? 12 : text.ptr[0] == 'q' ? 3 : 1;
    return TF_OK;
  }
  tf_status status = tf_fail(cx, TF_INVALID, step.at, "`%.*s` is no step of the time axis", TF_STR_ARGS(text));
  tf_hint(cx, "write year, quarter or month");
  return status;
}

tf_status tf_axis_parse(tf_context *cx, tf_located range, tf_located step, tf_axis *axis) {
  size_t begin = 0;
  while (begin < range.text.len && (range.text.ptr[begin] == ' ' || range.text.ptr[begin] == '\t')) {
    begin++;
  }
  // `2024..2030,quarter` in one text, as --time takes it
  tf_str left;
  tf_str right;
  if (step.text.len == 0 && tf_str_split(range.text, ',', &left, &right)) {
    step = (tf_located){right, tf_located_span(range, left.len + 1, range.text.len)};
    range = (tf_located){left, tf_located_span(range, 0, left.len)};
  }
  tf_period first;
  tf_period last;
  size_t used = 0;
  tf_status status = parse_end(cx, range, begin, &first, &used);
  if (status != TF_OK) {
    return status;
  }
  size_t at = begin + used;
  tf_str rest = tf_str_trim(tf_str_sub(range.text, at, range.text.len));
  if (!tf_str_starts(rest, "..")) {
    status = tf_fail(cx, TF_INVALID, tf_located_span(range, at, range.text.len),
                     "the time axis needs a first and a last period");
    tf_hint(cx, "write 2024..2030");
    return status;
  }
  at = (size_t)(rest.ptr - range.text.ptr) + 2;
  while (at < range.text.len && range.text.ptr[at] == ' ') {
    at++;
  }
  status = parse_end(cx, range, at, &last, &used);
  if (status != TF_OK) {
    return status;
  }
  if (tf_str_trim(tf_str_sub(range.text, at + used, range.text.len)).len > 0) {
    status = tf_fail(cx, TF_INVALID, tf_located_span(range, at + used, range.text.len),
                     "nothing may follow the last period");
    tf_hint(cx, "write the step in its own cell: 2024..2030,quarter");
    return status;
  }
  int months = 12;
  status = parse_step(cx, step, &months);
  if (status != TF_OK) {
    return status;
  }
  int start = tf_period_month_index(first);
  int end = tf_period_month_index(last) + tf_period_months(last);
  if (end <= start) {
    char to[16];
    char from[16];
    status = tf_fail(cx, TF_INVALID, range.at, "the time axis ends before it starts");
    tf_hint(cx, "the earlier period comes first: %s..%s", tf_period_print(last, from), tf_period_print(first, to));
    return status;
  }
  if ((end - start) % months != 0) {
    status = tf_fail(cx, TF_INVALID, range.at, "the time axis holds %d months, which are no whole number of %s",
                     end - start, months == 12 ? "years" : "quarters");
    tf_hint(cx, "let the last period end where a step ends, as in 2024-07..2030-06");
    return status;
  }
  if ((end - start) / months > PERIODS_MAX) {
    status = tf_fail(cx, TF_INVALID, range.at, "the time axis has %d periods, more than %d", (end - start) / months,
                     PERIODS_MAX);
    tf_hint(cx, "is a year misspelt? a longer step, quarter or year, gives fewer periods");
    return status;
  }
  *axis = (tf_axis){start, months, (end - start) / months};
  return TF_OK;
}

double tf_axis_step(const tf_axis *axis) {
  return axis->months * MONTH_SECONDS;
}

static int floor_divide(int a, int b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

void tf_axis_rows(const tf_axis *axis, tf_period p, int *row, int *covers) {
  int offset = tf_period_month_index(p) - axis->first_month;
  *row = floor_divide(offset, axis->months);
  int months = tf_period_months(p);
  // A year on an axis of years from July starts within a row: it is a part of two, and covers none.
  *covers = offset % axis->months == 0 ? months / axis->months : 0;
}

tf_period tf_axis_period(const tf_axis *axis, int row) {
  int month = axis->first_month + row * axis->months;
  tf_period p = {TF_PERIOD_MONTH, floor_divide(month, 12), 0, 1};
  p.month = month - p.year * 12 + 1;
  if (axis->months == 12 && p.month == 1) {
    p.kind = TF_PERIOD_YEAR;
  } else if (axis->months == 3 && p.month % 3 == 1) {
    p.kind = TF_PERIOD_QUARTER;
  }
  return p;
}

// Months are of equal length on the axis but not in the calendar: within a month a date is placed by its share of the
// days of that month, so that the first of each month falls exactly on a boundary.
double tf_axis_position(const tf_axis *axis, double date_seconds) {
  double days = date_seconds / DAY_SECONDS;
  if (!isfinite(days) || fabs(days) > 3e7) {
    return days > 0.0 ? INFINITY : days < 0.0 ? -INFINITY : (double)NAN;
  }
  int year = 0;
  int month = 0;
  int day = 0;
  tf_date_civil((int64_t)floor(days), &year, &month, &day);
  double first = (double)tf_date_days(year, month, 1);
  double next = (double)tf_date_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1);
  double months = year * 12 + month - 1 - axis->first_month + (days - first) / (next - first);
  return months / axis->months;
}

double tf_axis_start_date(const tf_axis *axis, double row) {
  double months = axis->first_month + row * axis->months;
  double whole = floor(months);
  int year = floor_divide((int)whole, 12);
  int month = (int)whole - year * 12 + 1;
  double first = (double)tf_date_days(year, month, 1);
  double next = (double)tf_date_days(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1);
  return (first + (months - whole) * (next - first)) * DAY_SECONDS;
}
