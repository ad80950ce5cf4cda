// SPDX-License-Identifier: GPL-3.0-or-later
// The time axis: `count` periods of `months` months. Lengths are calendar-free: a year is 8766 h, a month a twelfth.
#ifndef TF_MODEL_AXIS_H
#define TF_MODEL_AXIS_H

#include "base/context.h"
#include "base/date.h"

typedef struct tf_axis {
  int first_month; // year * 12 + month - 1 of the first period's first month
  int months;      // 12, 3 or 1
  int count;       // periods; 0: no axis was given (models without series run on one unnamed period)
} tf_axis;

#define TF_YEAR_SECONDS 31557600.0

// `2024..2030`, `2024..2030,quarter`, `2024-07..2030-06` (years that do not start in January), `2024..2030,month`.
// From a `time:` row or --time; spans point into `range` and `step` (step empty: year).
TF_NODISCARD tf_status tf_axis_parse(tf_context *cx, tf_located range, tf_located step, tf_axis *axis);
double tf_axis_step(const tf_axis *axis); // seconds of a period
// Row of the period on the axis that contains the written period p (negative: before the axis), and how many rows it
// covers: a year on a quarterly axis covers 4. covers = 0 if p is shorter than a period of the axis (a part of it).
void tf_axis_rows(const tf_axis *axis, tf_period p, int *row, int *covers);
tf_period tf_axis_period(const tf_axis *axis,
                         int row); // to print: 2026, 2026-Q1, 2026-01; years not from January as 2024-07
// Position of a date (seconds since 1970-01-01) in periods from the start of the axis; 1.5 is the middle of the second.
double tf_axis_position(const tf_axis *axis, double date_seconds);
double tf_axis_start_date(const tf_axis *axis, double row); // seconds since 1970-01-01 of a position

#endif
