// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers to and from text. The C library converts under LC_NUMERIC "C", which holds because nothing calls setlocale.
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

// No double nor midpoint between two doubles has more than 768 significant decimal digits; of the digits behind them it
// matters only whether one is not zero.
enum { SIGNIFICANT = 770 };

typedef struct decimal {
  char digits[SIGNIFICANT + 1];
  size_t count;
  int64_t exponent; // value = digits * 10^exponent
} decimal;

static void add_digit(decimal *d, char c, bool fraction) {
  if (d->count == 0 && c == '0') {
    d->exponent -= fraction ? 1 : 0;
  } else if (d->count < SIGNIFICANT) {
    d->digits[d->count++] = c;
    d->exponent -= fraction ? 1 : 0;
  } else {
    if (c != '0') {
      d->digits[SIGNIFICANT - 1] = d->digits[SIGNIFICANT - 1] == '0' ? '1' : d->digits[SIGNIFICANT - 1];
    }
    d->exponent += fraction ? 0 : 1;
  }
}

static double convert(decimal *d) {
  static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (d->count == 0) {
    return 0;
  }
  // Both operands are exact, so the one operation rounds correctly (Clinger 1990).
  if (d->count <= 15 && d->exponent >= -22 && d->exponent <= 22) {
    double whole = 0;
    for (size_t i = 0; i < d->count; i++) {
      whole = whole * 10 + (d->digits[i] - '0');
    }
    return d->exponent < 0 ? whole / tens[-d->exponent] : whole * tens[d->exponent];
  }
  int64_t exponent = d->exponent > 9999 ? 9999 : d->exponent < -9999 ? -9999 : d->exponent;
  char text[SIGNIFICANT + 16];
  d->digits[d->count] = '\0';
  (void)snprintf(text, sizeof text, "%se%d", d->digits, (int)exponent);
  return strtod(text, NULL);
}

size_t tf_number_scan(tf_str s, double *value) {
  decimal d; // its digits are written before they are read: clearing all of them costs more than most numbers
  d.count = 0;
  d.exponent = 0;
  size_t i = 0;
  size_t digits = 0;
  for (; i < s.len && digit(s.ptr[i]); i++, digits++) {
    add_digit(&d, s.ptr[i], false);
  }
  // Of `1..5` only the 1 belongs to the number.
  if (i < s.len && s.ptr[i] == '.' && (i + 1 == s.len || s.ptr[i + 1] != '.')) {
    size_t point = i++;
    for (; i < s.len && digit(s.ptr[i]); i++, digits++) {
      add_digit(&d, s.ptr[i], true);
    }
    i = digits == 0 ? point : i;
  }
  if (digits == 0) {
    return 0;
  }
  if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
    size_t k = i + 1;
    bool negative = k < s.len && s.ptr[k] == '-';
    k += k < s.len && (s.ptr[k] == '-' || s.ptr[k] == '+') ? 1 : 0;
    if (k < s.len && digit(s.ptr[k])) {
      int64_t exponent = 0;
      for (; k < s.len && digit(s.ptr[k]); k++) {
        exponent = exponent > INT64_C(1000000000000) ? exponent : exponent * 10 + (s.ptr[k] - '0');
      }
      d.exponent += negative ? -exponent : exponent;
      i = k;
    }
  }
  *value = convert(&d);
  return i;
}

// True and the text if the value is no finite number, or zero (whose sign nobody wants to see).
static bool print_special(double value, char *buffer) {
  const char *text = isnan(value) ? "nan" : isinf(value) ? (value > 0 ? "inf" : "-inf") : value == 0 ? "0" : NULL;
  if (text != NULL) {
    memcpy(buffer, text, strlen(text) + 1);
  }
  return text != NULL;
}

const char *tf_number_print(double value, char buffer[static 32]) {
  if (!print_special(value, buffer)) {
    for (int digits = 15; digits <= 17; digits++) {
      (void)snprintf(buffer, 32, "%.*g", digits, value);
      if (strtod(buffer, NULL) == value) {
        break;
      }
    }
  }
  return buffer;
}

const char *tf_number_print15(double value, char buffer[static 32]) {
  if (!print_special(value, buffer)) {
    (void)snprintf(buffer, 32, "%.15g", value);
  }
  return buffer;
}

const char *tf_number_pretty(double value, int digits, char buffer[static 48]) {
  if (print_special(value, buffer)) {
    return buffer;
  }
  digits = digits < 1 ? 1 : digits > 17 ? 17 : digits;
  char text[32];
  (void)snprintf(text, sizeof text, "%.*e", digits - 1, fabs(value)); // d.ddde+xx
  char *mark = strchr(text, 'e');
  int exponent = (int)strtol(mark + 1, NULL, 10);
  char kept[20] = {text[0]};
  int count = 1;
  for (const char *p = text + 1; p < mark; p++) {
    if (*p != '.') {
      kept[count++] = *p;
    }
  }
  while (count > 1 && kept[count - 1] == '0') {
    count--;
  }
  char *out = buffer;
  if (value < 0) {
    *out++ = '-';
  }
  bool plain = exponent >= -4 && exponent < 15;
  int whole = plain ? exponent : 0; // digits before the point, less one
  for (int i = whole < 0 ? 0 : whole; i >= 0; i--) {
    int at = whole - i;
    *out++ = at >= 0 && at < count ? kept[at] : '0';
    if (i > 0 && i % 3 == 0) {
      *out++ = ',';
    }
  }
  if (whole < 0) {
    out[-1] = '0';
  }
  if (count > whole + 1) {
    *out++ = '.';
    for (int i = whole + 1; i < count; i++) {
      *out++ = i < 0 ? '0' : kept[i];
    }
  }
  *out = '\0';
  if (!plain) {
    (void)snprintf(out, 8, "e%d", exponent);
  }
  return buffer;
}
