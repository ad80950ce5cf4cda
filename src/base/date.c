// SPDX-License-Identifier: GPL-3.0-or-later
// Calendar arithmetic in eras of 400 years (146,097 days) whose years begin in March, so that the leap day comes last.
// The method is that of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
#include "base/date.h"

#include <math.h>
#include <stdio.h>

enum { ERA_DAYS = 146097, EPOCH = 719468 }; // EPOCH: days from 0000-03-01 to 1970-01-01

int64_t tf_date_days(int year, int month, int day) {
  int64_t y = (int64_t)year - (month <= 2 ? 1 : 0);
  int64_t era = (y >= 0 ? y : y - 399) / 400;
  int64_t of_era = y - era * 400;
  int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH;
}

void tf_date_civil(int64_t days, int *year, int *month, int *day) {
  int64_t z = days + EPOCH;
  int64_t era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
  int64_t d = z - era * ERA_DAYS;
  int64_t of_era = (d - d / 1460 + d / 36524 - d / 146096) / 365;
  int64_t of_year = d - (365 * of_era + of_era / 4 - of_era / 100);
  int64_t march = (5 * of_year + 2) / 153;
  *day = (int)(of_year - (153 * march + 2) / 5 + 1);
  *month = (int)(march < 10 ? march + 3 : march - 9);
  *year = (int)(of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

bool tf_date_valid(int year, int month, int day) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) {
    return false;
  }
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day >= 1 && day <= lengths[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool digit_at(tf_str s, size_t i) {
  return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

static bool letter_at(tf_str s, size_t i) {
  return i < s.len && ((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || s.ptr[i] == '_');
}

// Exactly two digits at i; -1 if not.
static int two_digits(tf_str s, size_t i) {
  return digit_at(s, i) && digit_at(s, i + 1) && !digit_at(s, i + 2) ? (s.ptr[i] - '0') * 10 + (s.ptr[i + 1] - '0')
                                                                     : -1;
}

static size_t refuse(const char **bad, const char *why) {
  *bad = why;
  return 0;
}

size_t tf_period_scan(tf_str s, tf_period *period, const char **bad) {
  *bad = NULL;
  int year = 0;
  for (size_t i = 0; i < 4; i++) {
    if (!digit_at(s, i)) {
      return 0;
    }
    year = year * 10 + (s.ptr[i] - '0');
  }
  // 20245, 2024.5 and 2024k are numbers.
  if (digit_at(s, 4) || letter_at(s, 4) || (s.len > 5 && s.ptr[4] == '.' && digit_at(s, 5))) {
    return 0;
  }
  tf_period p = {TF_PERIOD_YEAR, year, 1, 1};
  size_t used = 4;
  if (s.len > 5 && s.ptr[4] == '-' && s.ptr[5] == 'Q' && digit_at(s, 6)) {
    int quarter = s.ptr[6] - '0';
    if (quarter < 1 || quarter > 4 || digit_at(s, 7)) {
      return refuse(bad, "quarters are Q1 to Q4");
    }
    p = (tf_period){TF_PERIOD_QUARTER, year, quarter * 3 - 2, 1};
    used = 7;
  } else if (s.len > 4 && s.ptr[4] == '-' && two_digits(s, 5) >= 0) {
    p = (tf_period){TF_PERIOD_MONTH, year, two_digits(s, 5), 1};
    used = 7;
    if (p.month < 1 || p.month > 12) {
      return refuse(bad, "months are 01 to 12");
    }
    if (s.len > 7 && s.ptr[7] == '-' && two_digits(s, 8) >= 0) {
      p.kind = TF_PERIOD_DAY;
      p.day = two_digits(s, 8);
      used = 10;
      if (!tf_date_valid(p.year, p.month, p.day)) {
        return refuse(bad, "the month has no such day");
      }
    }
  }
  *period = p;
  return used;
}

int64_t tf_period_start(tf_period p) {
  return tf_date_days(p.year, p.month, p.day);
}

int64_t tf_period_end(tf_period p) {
  if (p.kind == TF_PERIOD_DAY) {
    return tf_period_start(p) + 1;
  }
  int next = tf_period_month_index(p) + tf_period_months(p);
  return tf_date_days(next / 12, next % 12 + 1, 1);
}

int tf_period_months(tf_period p) {
  return p.kind == TF_PERIOD_YEAR ? 12 : p.kind == TF_PERIOD_QUARTER ? 3 : p.kind == TF_PERIOD_MONTH ? 1 : 0;
}

int tf_period_month_index(tf_period p) {
  return p.year * 12 + p.month - 1;
}

const char *tf_period_print(tf_period p, char buffer[static 16]) {
  // Within four digits, as the scanner reads; the bound also tells the compiler that the buffer suffices.
  unsigned year = (unsigned)p.year % 10000u;
  unsigned month = (unsigned)p.month % 100u;
  switch (p.kind) {
  case TF_PERIOD_YEAR:
    (void)snprintf(buffer, 16, "%04u", year);
    break;
  case TF_PERIOD_QUARTER:
    (void)snprintf(buffer, 16, "%04u-Q%u", year, (month + 2) / 3);
    break;
  case TF_PERIOD_MONTH:
    (void)snprintf(buffer, 16, "%04u-%02u", year, month);
    break;
  case TF_PERIOD_DAY:
    (void)snprintf(buffer, 16, "%04u-%02u-%02u", year, month, (unsigned)p.day % 100u);
    break;
  }
  return buffer;
}

const char *tf_date_print(double days, char buffer[static 16]) {
  if (isnan(days)) {
    (void)snprintf(buffer, 16, "nan");
  } else if (days >= (double)tf_date_days(10000, 1, 1)) {
    (void)snprintf(buffer, 16, "> 9999");
  } else if (days < (double)tf_date_days(0, 1, 1)) {
    (void)snprintf(buffer, 16, "< 0000");
  } else {
    tf_period p = {.kind = TF_PERIOD_DAY};
    tf_date_civil((int64_t)floor(days), &p.year, &p.month, &p.day);
    (void)tf_period_print(p, buffer);
  }
  return buffer;
}
