// SPDX-License-Identifier: GPL-3.0-or-later
// Calendar dates (proleptic Gregorian) as days since 1970-01-01, and written periods.
#ifndef TF_BASE_DATE_H
#define TF_BASE_DATE_H

#include "base/str.h"

int64_t tf_date_days(int year, int month, int day); // no check
void tf_date_civil(int64_t days, int *year, int *month, int *day);
bool tf_date_valid(int year, int month, int day);

// A written period: 2024 | 2024-Q3 | 2024-07 | 2024-06-30.
typedef enum tf_period_kind { TF_PERIOD_DAY, TF_PERIOD_MONTH, TF_PERIOD_QUARTER, TF_PERIOD_YEAR } tf_period_kind;
typedef struct tf_period {
  tf_period_kind kind;
  int year, month, day; // first month / day of it
} tf_period;

// Reads the longest prefix; returns the bytes used, 0 if s starts with no period. A bare `2024` is a year, unless a
// letter, a digit or a fraction follows at once (`2024k`, `20245`, `2024.5` are numbers; of `2024..2030` the year is
// read). Months and days have two digits: of `2024-7` only the year is read. *bad is NULL unless the date is
// impossible. Impossible dates (2024-02-30, 2024-Q5, 2024-13) return 0 with *bad set to a phrase that says why.
size_t tf_period_scan(tf_str s, tf_period *period, const char **bad);
int64_t tf_period_start(tf_period p); // days of its first day
int64_t tf_period_end(tf_period p);   // days of the day after its last
int tf_period_months(tf_period p);    // 12, 3, 1, 0 for a day
// "2024", "2024-Q3", "2024-07", "2024-06-30"
const char *tf_period_print(tf_period p, char buffer[static 16]);
// A date as number of days (fraction of a day dropped) to "2024-06-30"; "> 9999", "< 0000" beyond the calendar, "nan".
const char *tf_date_print(double days, char buffer[static 16]);
// Months counted from year 0: year * 12 + month - 1, the measure of the time axis.
int tf_period_month_index(tf_period p);

#endif
