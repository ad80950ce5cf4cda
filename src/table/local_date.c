// SPDX-License-Identifier: GPL-3.0-or-later
// A text is cut into numbers and words; which of them stand there, and in which order, tells what was meant.
#include "table/local_date.h"

#include "base/date.h"

enum { PARTS = 8 };

typedef struct part {
  int number; // -1: a word
  size_t digits;
  tf_str word; // its letters
} part;

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Number of parts, 0 if the text holds anything but numbers, words and the signs between them. `sign`: the first one.
static size_t cut(tf_str text, part parts[PARTS], char *sign) {
  size_t count = 0;
  *sign = ' ';
  for (size_t i = 0; i < text.len;) {
    size_t from = i;
    if (count == PARTS) {
      return 0;
    }
    if (is_digit(text.ptr[i])) {
      int number = 0;
      for (; i < text.len && is_digit(text.ptr[i]); i++) {
        number = number < 100000000 ? number * 10 + (text.ptr[i] - '0') : number;
      }
      parts[count++] = (part){.number = number, .digits = i - from};
    } else if (is_letter(text.ptr[i])) {
      while (i < text.len && is_letter(text.ptr[i])) {
        i++;
      }
      parts[count++] = (part){.number = -1, .word = tf_str_sub(text, from, i)};
    } else if (text.ptr[i] == ' ' || text.ptr[i] == '-' || text.ptr[i] == '/' || text.ptr[i] == '.' ||
               text.ptr[i] == ',' || text.ptr[i] == ':' || text.ptr[i] == '\'') {
      *sign = *sign == ' ' ? text.ptr[i] : *sign;
      i++;
    } else {
      return 0;
    }
  }
  return count;
}

static bool word_is(part p, const char *word) {
  tf_str w = tf_str_of(word);
  bool same = p.number < 0 && p.word.len == w.len;
  for (size_t i = 0; same && i < w.len; i++) {
    same = tf_lower(p.word.ptr[i]) == w.ptr[i];
  }
  return same;
}

// 1 to 12 for Jan, January, JAN, Sept; 0 otherwise.
static int month_of(part p) {
  static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
                                       "july",    "august",   "september", "october", "november", "december"};
  for (int m = 0; m < 12 && p.number < 0 && p.word.len >= 3; m++) {
    tf_str whole = tf_str_of(months[m]);
    bool same = p.word.len <= whole.len;
    for (size_t i = 0; same && i < p.word.len; i++) {
      same = tf_lower(p.word.ptr[i]) == whole.ptr[i];
    }
    if (same) {
      return m + 1;
    }
  }
  return 0;
}

// Four digits, or two after 2000; 0 otherwise.
static int year_of(part p) {
  return p.number >= 1900 && p.number <= 2200 && p.digits == 4 ? p.number
         : p.number >= 0 && p.digits == 2                      ? 2000 + p.number
                                                               : 0;
}

static bool is_day(part p) {
  return p.number >= 1 && p.number <= 31 && p.digits <= 2;
}

static bool is_month(part p) {
  return p.number >= 1 && p.number <= 12 && p.digits <= 2;
}

static void say_day(tf_context *cx, bool periods, int year, int month, int day) {
  if (periods) {
    tf_hint(cx, "a day is no period: write %d-%02d for its month, %d for its year", year, month, year);
  } else {
    tf_hint(cx, "write %d-%02d-%02d", year, month, day);
  }
}

// Q1 2025, 2025Q1, 1Q25, Q1-25
static bool quarter(tf_context *cx, const part *p, size_t count) {
  size_t q = 0;
  while (q < count && !word_is(p[q], "q")) {
    q++;
  }
  if (count != 3 || q == count) {
    return false;
  }
  part number = q == 0 ? p[1] : q == 1 && p[0].digits == 1 ? p[0] : p[2];
  part year = q == 0 ? p[2] : q == 1 && p[0].digits == 1 ? p[2] : p[0];
  if (q == 2 || number.number < 1 || number.number > 4 || number.digits != 1 || year_of(year) == 0) {
    return false;
  }
  tf_hint(cx, "write %d-Q%d", year_of(year), number.number);
  return true;
}

// Jan-25, January 2025, 31-Jan-25, Jan 31, 2025
static bool named_month(tf_context *cx, bool periods, const part *p, size_t count) {
  int month = 0;
  int year = 0;
  int day = 0;
  for (size_t i = 0; i < count; i++) {
    if (p[i].number < 0) {
      if (month != 0 || month_of(p[i]) == 0) {
        return false;
      }
      month = month_of(p[i]);
    } else if (i + 1 == count || p[i].digits == 4) {
      year = year == 0 ? year_of(p[i]) : -1;
    } else {
      day = is_day(p[i]) ? p[i].number : -1;
    }
  }
  if (month == 0 || year <= 0 || day < 0 || count < 2 || count > 3 || (day > 0 && !tf_date_valid(year, month, day))) {
    return false;
  }
  if (day > 0) {
    say_day(cx, periods, year, month, day);
  } else {
    tf_hint(cx, "write %d-%02d", year, month);
  }
  return true;
}

// 31/12/2025, 12/31/2025, 31.12.2025, 2025/12/31, 2025-1-31, 1/2025, 2025/1
static bool numbers(tf_context *cx, bool periods, const part *p, size_t count, char sign) {
  for (size_t i = 0; i < count; i++) {
    if (p[i].number < 0) {
      return false;
    }
  }
  if (count == 2 && p[1].digits == 4 && is_month(p[0]) && year_of(p[1]) != 0) {
    tf_hint(cx, "write %d-%02d", p[1].number, p[0].number);
    return true;
  }
  if (count == 2 && p[0].digits == 4 && is_month(p[1]) && year_of(p[0]) != 0 && sign != '.' && sign != ',') {
    tf_hint(cx, "write %d-%02d", p[0].number, p[1].number);
    return true;
  }
  if (count == 3 && p[0].digits == 4 && tf_date_valid(p[0].number, p[1].number, p[2].number)) {
    say_day(cx, periods, p[0].number, p[1].number, p[2].number);
    return true;
  }
  int year = count == 3 ? year_of(p[2]) : 0;
  if (year == 0 || !is_day(p[0]) || !is_day(p[1])) {
    return false;
  }
  bool day_first = tf_date_valid(year, p[1].number, p[0].number);
  bool month_first =
      tf_date_valid(year, p[0].number, p[1].number) && sign != '.'; // points are written with the day first
  if (day_first && month_first && p[0].number != p[1].number && !periods) {
    tf_hint(cx, "write %d-%02d-%02d or %d-%02d-%02d, whichever day is meant", year, p[1].number, p[0].number, year,
            p[0].number, p[1].number);
  } else if (day_first && month_first && periods && p[0].number != p[1].number) {
    tf_hint(cx, "write %d-%02d or %d-%02d, whichever month is meant", year, p[1].number, year, p[0].number);
  } else if (day_first) {
    say_day(cx, periods, year, p[1].number, p[0].number);
  } else if (month_first) {
    say_day(cx, periods, year, p[0].number, p[1].number);
  } else {
    return false;
  }
  return true;
}

// 45688, 20250131
static bool one_number(tf_context *cx, bool periods, part p) {
  enum { FIRST_SERIAL = 36526, LAST_SERIAL = 73050, SERIAL_OF_1970 = 25569 }; // 2000-01-01 to 2099-12-31
  if (p.digits == 8 && tf_date_valid(p.number / 10000, p.number / 100 % 100, p.number % 100)) {
    say_day(cx, periods, p.number / 10000, p.number / 100 % 100, p.number % 100);
    return true;
  }
  if (p.digits == 5 && p.number >= FIRST_SERIAL && p.number <= LAST_SERIAL) {
    char day[16];
    tf_hint(cx, "a spreadsheet's number of the day %s: write the date, or format the column as yyyy-mm-dd there",
            tf_date_print(p.number - SERIAL_OF_1970, day));
    return true;
  }
  return false;
}

// 2025E, CY2025, FY25, H1 2025, 2025-01-31T00:00
static bool marked(tf_context *cx, const part *p, size_t count, tf_str text) {
  tf_period day;
  const char *bad = NULL;
  size_t used = tf_period_scan(text, &day, &bad);
  if (used == 10 && text.len > used && (text.ptr[used] == 'T' || text.ptr[used] == ' ' || text.ptr[used] == 'Z')) {
    tf_hint(cx, "write the day without a time: %.*s", TF_STR_ARGS(tf_str_sub(text, 0, used)));
    return true;
  }
  bool mark = count == 2 && p[1].number < 0 &&
              (word_is(p[1], "e") || word_is(p[1], "a") || word_is(p[1], "f") || word_is(p[1], "p"));
  if (mark && p[0].digits == 4 && year_of(p[0]) != 0) {
    tf_hint(cx, "write %d", p[0].number);
    return true;
  }
  if (count == 2 && word_is(p[0], "cy") && year_of(p[1]) != 0) {
    tf_hint(cx, "write %d", year_of(p[1]));
    return true;
  }
  for (size_t i = 0; i < count; i++) {
    if (word_is(p[i], "fy")) {
      tf_hint(cx, "periods are of the calendar: years that end in June are a time axis such as 2024-07..2030-06");
      return true;
    }
    if (word_is(p[i], "h") && count == 3) {
      tf_hint(cx, "there are no half-years: give its quarters, such as 2025-Q1 and 2025-Q2");
      return true;
    }
  }
  return false;
}

bool tf_hint_local_date(tf_context *cx, tf_str text, bool periods) {
  part parts[PARTS] = {{0}};
  char sign = ' ';
  text = tf_str_trim(text);
  size_t count = cut(text, parts, &sign);
  if (count == 0) {
    return false;
  }
  return count == 1 ? one_number(cx, periods, parts[0])
                    : quarter(cx, parts, count) || named_month(cx, periods, parts, count) ||
                          marked(cx, parts, count, text) || numbers(cx, periods, parts, count, sign);
}

bool tf_hint_period_label(tf_context *cx, tf_str text) {
  bool meant = tf_str_is(text, "first") || tf_str_is(text, "last") || tf_str_starts(text, "t") ||
               (text.len > 0 && is_digit(text.ptr[0]));
  if (tf_hint_local_date(cx, text, true)) {
    return true;
  }
  if (meant) {
    tf_hint(cx, "one period in brackets is written [2027], [2027-Q3] or [2027-07]");
  }
  return meant;
}
