// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers: correct rounding against the C library, edges of the grammar, and printing.
#include "support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"

// Bytes read of the text; the value is checked bit for bit.
static void reads(const char *text, size_t used, double expected) {
  double value = -1;
  assert_int_equal(tf_number_scan(tf_str_of(text), &value), used);
  uint64_t bits[2];
  memcpy(&bits[0], &value, sizeof value);
  memcpy(&bits[1], &expected, sizeof value);
  if (bits[0] != bits[1]) {
    fail_msg("%.60s: %.17g instead of %.17g", text, value, expected);
  }
}

static void refuses(const char *text) {
  double value = -1;
  assert_int_equal(tf_number_scan(tf_str_of(text), &value), 0);
  assert_true(value == -1); // untouched
}

static void grammar(void **state) {
  (void)state;
  reads("0", 1, 0);
  reads("12", 2, 12);
  reads("1.5", 3, 1.5);
  reads(".5", 2, 0.5);
  reads("5.", 2, 5);
  reads("1..5", 1, 1);
  reads("1...5", 1, 1);
  reads("1.5..2", 3, 1.5);
  reads("1e3", 3, 1000);
  reads("1E+3", 4, 1000);
  reads("1e-3x", 4, 0.001);
  reads("5e", 1, 5);
  reads("5e+", 1, 5);
  reads("5em", 1, 5);
  reads("0x10", 1, 0);
  reads("1,000", 1, 1);
  reads("25k", 2, 25);
  reads("1_000", 1, 1);
  reads("007", 3, 7);
  refuses("");
  refuses(".");
  refuses("..5");
  refuses("-1");
  refuses("+1");
  refuses("e5");
  refuses("inf");
  refuses("nan");
  refuses(" 1");
  double value = 0;
  assert_int_equal(tf_number_scan((tf_str){"123456", 3}, &value), 3); // never beyond the slice
  assert_true(value == 123);
}

static void range(void **state) {
  (void)state;
  reads("1e400", 5, INFINITY);
  reads("1e99999999999999999999", 22, INFINITY);
  reads("1e-400", 6, 0);
  reads("1e-99999999999999999999", 23, 0);
  reads("0e99999999999999999999", 22, 0);
  reads("1.7976931348623157e308", 22, DBL_MAX);
  reads("1.7976931348623159e308", 22, INFINITY);
  reads("4.9406564584124654e-324", 23, 0x1p-1074);
  reads("2.2250738585072011e-308", 23, 2.2250738585072011e-308); // once made other readers loop
  reads("9007199254740993", 16, 9007199254740992.0);             // a tie goes to even
  reads("9007199254740993.0000000000000000000000000000000000001", 54, 9007199254740994.0);
}

// digits repeated n times, with a tail, and an exponent that brings the value back.
static char *repeated(tf_context *cx, const char *head, char digit, size_t n, const char *tail) {
  tf_text t = tf_text_new(cx->arena);
  tf_text_adds(&t, head);
  for (size_t i = 0; i < n; i++) {
    tf_text_addc(&t, digit);
  }
  tf_text_adds(&t, tail);
  return t.ptr;
}

static void thousands_of_digits(void **state) {
  tf_context *cx = *state;
  char *text = repeated(cx, "0.", '3', 5000, "");
  reads(text, strlen(text), 1.0 / 3);
  text = repeated(cx, "", '9', 5000, "e-5000");
  reads(text, strlen(text), 1.0);
  text = repeated(cx, "", '0', 100000, "7");
  reads(text, strlen(text), 7);
  text = repeated(cx, "0.", '0', 100000, "7e100001");
  reads(text, strlen(text), 7);
  text = repeated(cx, "1", '0', 100000, "e-100000");
  reads(text, strlen(text), 1);
  text = repeated(cx, "1", '0', 400, "");
  reads(text, strlen(text), INFINITY);
  // Half way between 1 and its neighbour, decided by a digit 3000 places later.
  text = repeated(cx, "1.00000000000000011102230246251565404236316680908203125", '0', 3000, "1");
  reads(text, strlen(text), 1 + DBL_EPSILON);
  text = repeated(cx, "1.00000000000000011102230246251565404236316680908203125", '0', 3000, "0");
  reads(text, strlen(text), 1);
}

static uint64_t next_random(uint64_t *x) {
  *x ^= *x << 13;
  *x ^= *x >> 7;
  *x ^= *x << 17;
  return *x;
}

static void random_digits_as_the_c_library_reads_them(void **state) {
  (void)state;
  uint64_t x = 88172645463325252u;
  for (int i = 0; i < 200000; i++) {
    char text[80];
    int len =
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(next_random(&x) >> (next_random(&x) % 64)),
                 (unsigned long long)(next_random(&x) >> (next_random(&x) % 64)),
                 (int)(next_random(&x) % (i % 2 == 0 ? 680 : 40)) - (i % 2 == 0 ? 340 : 20));
    reads(text, (size_t)len, strtod(text, NULL));
  }
}

static void printing_reads_back(void **state) {
  (void)state;
  uint64_t x = 1234567;
  char buffer[32];
  for (int i = 0; i < 100000; i++) {
    uint64_t bits = next_random(&x) & UINT64_C(0x7FFFFFFFFFFFFFFF);
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value)) {
      const char *text = tf_number_print(value, buffer);
      reads(text, strlen(text), value);
    }
  }
}

static void printing(void **state) {
  (void)state;
  char buffer[32];
  assert_string_equal(tf_number_print(0.1, buffer), "0.1");
  assert_string_equal(tf_number_print(0.1 + 0.2, buffer), "0.30000000000000004");
  assert_string_equal(tf_number_print(-1e100, buffer), "-1e+100");
  assert_string_equal(tf_number_print(123456789, buffer), "123456789");
  assert_string_equal(tf_number_print(-0.0, buffer), "0");
  assert_string_equal(tf_number_print(INFINITY, buffer), "inf");
  assert_string_equal(tf_number_print(-INFINITY, buffer), "-inf");
  assert_string_equal(tf_number_print(-NAN, buffer), "nan");
  assert_string_equal(tf_number_print15(0.1 + 0.2, buffer), "0.3");
  assert_string_equal(tf_number_print15(1.0 / 3, buffer), "0.333333333333333");
  assert_string_equal(tf_number_print15(-0.0, buffer), "0");
  assert_string_equal(tf_number_print15(NAN, buffer), "nan");
}

static void pretty(void **state) {
  (void)state;
  static const struct {
    double value;
    int digits;
    const char *text;
  } cases[] = {
      {0, 3, "0"},
      {1, 3, "1"},
      {-1, 3, "-1"},
      {0.5, 3, "0.5"},
      {1234567, 3, "1,230,000"},
      {1234567, 15, "1,234,567"},
      {999999, 3, "1,000,000"},
      {-999.96, 4, "-1,000"},
      {999.96, 5, "999.96"},
      {1000, 1, "1,000"},
      {100, 17, "100"},
      {0.00012345, 3, "0.000123"},
      {0.0001, 3, "0.0001"},
      {0.000099999, 3, "0.0001"},
      {0.00009, 3, "9e-5"},
      {1.25e-7, 3, "1.25e-7"},
      {1e15, 3, "1e15"},
      {1.2345e20, 3, "1.23e20"},
      {999.9e12, 3, "1e15"},
      {123456789012345.0, 15, "123,456,789,012,345"},
      {-123456789012345.6, 17, "-123,456,789,012,345.59"},
      {0.045, 2, "0.045"},
      {12.5, 0, "10"},
      {12.5, 99, "12.5"},
      {1e308, 3, "1e308"},
      {-2.2250738585072014e-308, 17, "-2.2250738585072014e-308"},
      {5e-324, 17, "4.9406564584124654e-324"},
      {INFINITY, 3, "inf"},
      {-INFINITY, 3, "-inf"},
      {NAN, 3, "nan"},
  };
  char buffer[48];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_string_equal(tf_number_pretty(cases[i].value, cases[i].digits, buffer), cases[i].text);
  }
}

// Without its commas a pretty number is the number rounded to that many digits.
static void pretty_is_the_rounded_number(void **state) {
  (void)state;
  uint64_t x = 42;
  for (int i = 0; i < 100000; i++) {
    int digits = (int)(next_random(&x) % 17) + 1;
    double value = ldexp((double)(next_random(&x) >> 11), (int)(next_random(&x) % 100) - 80);
    char buffer[48];
    char plain[48] = "";
    size_t len = 0;
    for (const char *p = tf_number_pretty(value, digits, buffer); *p != '\0'; p++) {
      if (*p != ',') {
        plain[len++] = *p;
      }
    }
    char rounded[48];
    (void)snprintf(rounded, sizeof rounded, "%.*e", digits - 1, value);
    if (strtod(plain, NULL) != strtod(rounded, NULL)) {
      fail_msg("%s to %d digits is %s", rounded, digits, buffer);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(grammar),
      TEST(range),
      TEST(thousands_of_digits),
      TEST(random_digits_as_the_c_library_reads_them),
      TEST(printing_reads_back),
      TEST(printing),
      TEST(pretty),
      TEST(pretty_is_the_rounded_number),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
