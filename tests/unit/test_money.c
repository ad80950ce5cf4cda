// SPDX-License-Identifier: GPL-3.0-or-later
// Money in unit cells, and the scale in which people read it.
#include "support.h"

#include <math.h>

#include "unit/unit.h"

static void reads(tf_units *u, tf_context *cx, const char *text, const char *canonical, double factor) {
  tf_unit unit = {0};
  if (tf_unit_parse_cell(u, located(cx, "c", text), &unit) != TF_OK) {
    fail_msg("%s", messages(cx));
  }
  assert_str(unit.text, canonical);
  if (unit.factor != factor) {
    fail_msg("%s: %.17g instead of %.17g", text, unit.factor, factor);
  }
  tf_unit again = {0}; // what is printed can be read
  assert_int_equal(tf_unit_parse_cell(u, located(cx, "c", canonical), &again), TF_OK);
  assert_true(again.dim == unit.dim && again.factor == unit.factor);
  assert_str(again.text, canonical);
}

static void cells(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  double year = 31557600;
  reads(u, cx, "bn USD", "bn USD", 1e9);
  reads(u, cx, "USD bn", "bn USD", 1e9);
  reads(u, cx, "$bn", "bn USD", 1e9);
  reads(u, cx, "$ bn", "bn USD", 1e9);
  reads(u, cx, "bn $", "bn USD", 1e9);
  reads(u, cx, "USD m", "m USD", 1e6);
  reads(u, cx, "m USD", "m USD", 1e6);
  reads(u, cx, "mn EUR", "m EUR", 1e6);
  reads(u, cx, "$m", "m USD", 1e6);
  reads(u, cx, "k USD", "k USD", 1e3);
  reads(u, cx, "$k/GPU", "k USD/GPU", 1e3);
  reads(u, cx, "tn USD", "tn USD", 1e12);
  reads(u, cx, "$", "USD", 1);
  reads(u, cx, "$/GPU", "USD/GPU", 1);
  reads(u, cx, "$/(GPU*hour)", "USD/(GPU*hour)", 1 / 3600.0);
  reads(u, cx, "$*year", "USD*year", year);
  reads(u, cx, "bn USD/year", "bn USD/year", 1 / year * 1e9);
  reads(u, cx, "USD bn/year", "bn USD/year", 1 / year * 1e9);
  reads(u, cx, "$bn/year", "bn USD/year", 1 / year * 1e9);
  reads(u, cx, "bn  USD2024/year", "bn USD2024/year", 1 / year * 1e9);
  reads(u, cx, "\tUSD bn ", "bn USD", 1e9);
  reads(u, cx, "USD", "USD", 1);
  reads(u, cx, "m", "m", 1); // a metre
  reads(u, cx, "t", "t", 1000);
  reads(u, cx, "%/year", "%/year", 0.01 / year);
  reads(u, cx, "USD/kWh", "USD/kWh", 1 / 3.6e6);
  reads(u, cx, "GPU*USD/year", "USD*GPU/year", 1 / year);
  assert_messages(cx, "");
}

static void refuses(tf_units *u, tf_context *cx, const char *text, const char *expected) {
  tf_unit unit = {.factor = 7};
  assert_int_equal(tf_unit_parse_cell(u, located(cx, "c", text), &unit), TF_INVALID);
  assert_true(unit.factor == 7);
  assert_messages(cx, expected);
  clear_messages(cx);
}

static void wrong_cells(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  refuses(u, cx, "billion USD/year",
          "c:1:1: error: unknown scale `billion` of money in `billion USD/year`\n"
          "billion USD/year\n"
          "^~~~~~~\n"
          "  hint: did you mean `bn USD/year`?\n");
  refuses(u, cx, " $B", "c:1:3: error: unknown scale `B` of money in `$B`\n $B\n  ^\n  hint: did you mean `bn USD`?\n");
  refuses(u, cx, "USD million",
          "c:1:5: error: unknown scale `million` of money in `USD million`\nUSD million\n    ^~~~~~~\n"
          "  hint: did you mean `m USD`?\n");
  refuses(u, cx, "zz USD",
          "c:1:1: error: unknown scale `zz` of money in `zz USD`\nzz USD\n^~\n  hint: scales are k, m, bn and tn\n");
  refuses(
      u, cx, "bn USD bn",
      "c:1:1: error: two scales of money in `bn USD bn`\nbn USD bn\n^~~~~~~~~\n  hint: write one, such as `bn USD`\n");
  // Places behind the money are those of the cell, although it is read as `USD/yr`.
  refuses(u, cx, "USD bn/yr", "c:1:8: error: unknown unit `yr`\nUSD bn/yr\n       ^~\n  hint: did you mean `year`?\n");
  refuses(u, cx, "  $/yr", "c:1:5: error: unknown unit `yr`\n  $/yr\n    ^~\n  hint: did you mean `year`?\n");
  refuses(u, cx, "$/GPU*h",
          "c:1:1: error: `USD/GPU*h` is ambiguous\n$/GPU*h\n^~~~~~~\n"
          "  hint: write `USD/(GPU*h)` or `USD*h/GPU`\n");
  refuses(u, cx, "MUSD",
          "c:1:1: error: unknown unit `MUSD`: `USD` takes no prefix `M`\nMUSD\n^~~~\n"
          "  hint: currencies take no prefix: write the unit cell `m USD`, or the scale with the number, as in "
          "`25mn USD`\n");
  refuses(u, cx, "USD per GPU",
          "c:1:5: error: unknown scale `per` of money in `USD per GPU`\nUSD per GPU\n    ^~~\n"
          "  hint: write `/` for per\n");
  refuses(u, cx, "bn USD / year",
          "c:1:1: error: a unit holds no blanks, here `USD / year`\nbn USD / year\n^~~~~~~~~~~~~\n"
          "  hint: write `USD/year`\n");
  refuses(u, cx, "", "c:1:1: error: the unit is empty\n  hint: write `1` for a number without unit\n");
}

static void shows(tf_units *u, tf_context *cx, const char *cell, double magnitude, const char *text, double divisor) {
  tf_unit unit = {0};
  assert_int_equal(tf_unit_parse_cell(u, located(cx, "c", cell), &unit), TF_OK);
  const char *shown = NULL;
  double divided = tf_unit_display(u, unit, magnitude, &shown);
  assert_string_equal(shown, text);
  if (fabs(divided / divisor - 1) > 1e-15) {
    fail_msg("%s: %.17g instead of %.17g", cell, divided, divisor);
  }
}

static void display(void **state) {
  tf_context *cx = *state;
  tf_units *u = tf_units_new(cx);
  shows(u, cx, "USD", 5, "USD", 1);
  shows(u, cx, "USD", 9999, "USD", 1);
  shows(u, cx, "USD", 10000, "k USD", 1e3);
  shows(u, cx, "USD", 999999, "k USD", 1e3);
  shows(u, cx, "USD", 1e6, "m USD", 1e6);
  shows(u, cx, "USD", -4.2e9, "bn USD", 1e9);
  shows(u, cx, "USD", 1e12, "tn USD", 1e12);
  shows(u, cx, "USD", 1e18, "tn USD", 1e12);
  shows(u, cx, "USD/year", 3e10, "bn USD/year", 1e9);
  shows(u, cx, "USD2024/year", 3e10, "bn USD2024/year", 1e9);
  shows(u, cx, "USD/(GPU*hour)", 2.5, "USD/(GPU*hour)", 1);
  shows(u, cx, "USD/kWh", 0.06, "USD/kWh", 1);
  shows(u, cx, "USD/GPU", 40000, "k USD/GPU", 1e3);
  shows(u, cx, "bn USD/year", 0.05, "m USD/year", 1e-3);
  shows(u, cx, "bn USD/year", 50, "bn USD/year", 1);
  shows(u, cx, "bn USD/year", 5000, "tn USD/year", 1e3);
  shows(u, cx, "m USD", 0.000001, "USD", 1e-6);
  shows(u, cx, "USD", 0, "USD", 1);
  shows(u, cx, "bn USD", 0, "bn USD", 1);
  shows(u, cx, "USD", NAN, "USD", 1);
  shows(u, cx, "USD", INFINITY, "USD", 1);
  shows(u, cx, "MW", 1e12, "MW", 1);
  shows(u, cx, "t", 1e12, "t", 1);
  shows(u, cx, "GPU/USD", 1e12, "GPU/USD", 1);
  shows(u, cx, "USD/EUR", 1e12, "USD/EUR", 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(cells), TEST(wrong_cells), TEST(display)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
