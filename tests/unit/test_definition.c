// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions along every operation: which one a result has, and where two may not meet.
#include "model_support.h"

// `a` and `a2` are in A, `b` in B, `ab` leads from A to B (an amount), `f` too (a factor); `n` has none. `x` is over an
// index: its rows are in A, A and B.
static const char *const inputs = "index i = p, q, r\n"
                                  "a : USD/year = 1\n"
                                  "a2 : USD/year = 2\n"
                                  "b : USD/year = 3\n"
                                  "ab : USD/year = 4\n"
                                  "f : 1 = 0.9\n"
                                  "n : USD/year = 5\n"
                                  "count : 1 = 6\n"
                                  "x[i] : USD/year = 7\n"
                                  "y[i] : USD/year = 8\n"
                                  "price : USD/GPU = 9\n"
                                  "tariff : USD/J = 10\n"
                                  "machines : GPU/year = 11\n"
                                  "energy : J/year = 12\n"
                                  "rate1 : % = 13%\n"
                                  "rate2 : % = 14%\n"
                                  "which : choice(one, two) = one\n";

static void defined(world *w, const char *name, const char *label, const char *value, const char *definition) {
  tf_binding *b = bind_as(w, "x.csv column base", name, label, "", value, "");
  b->definition = located(w, definition);
}

static world *with_result(const char *result) {
  world *w = world_new();
  load_ok(w, tf_format(w->cx->arena, "%s%s\n", inputs, result));
  axis(w, "2024..2026", "");
  defined(w, "a", "", "1", "A");
  defined(w, "a2", "", "2", "A");
  defined(w, "b", "", "3", "B");
  defined(w, "ab", "", "4", "A to B");
  defined(w, "f", "", "0.9", "A to B");
  defined(w, "x", "p", "1", "A");
  defined(w, "x", "q", "2", "A");
  defined(w, "x", "r", "3", "B");
  defined(w, "y", "p", "3", "B");
  defined(w, "price", "", "9", "list price");
  defined(w, "tariff", "", "10", "industrial");
  defined(w, "rate1", "", "13%", "at the wall");
  defined(w, "rate2", "", "14%", "of the peak");
  return w;
}

static void expect_definition(const char *type, const char *expression, const char *definition) {
  world *w = world_new();
  const char *line = tf_format(w->cx->arena, "z%s = %s", type, expression);
  world *used = with_result(line);
  build_ok(used);
  const tf_definition_held *held = planned(used, "m.z")->definitions;
  tf_str text = held == NULL ? TF_STR("") : held[0].text;
  if (!tf_str_is(text, definition)) {
    fail_msg("%s has the definition `%.*s`, not `%s`", expression, TF_STR_ARGS(text), definition);
  }
  world_free(used);
  world_free(w);
}

static void expect_meeting(const char *type, const char *expression, const char *message) {
  world *w = world_new();
  world *used = with_result(tf_format(w->cx->arena, "z%s = %s", type, expression));
  assert_int_equal(build(used), TF_INVALID);
  assert_true(used->cx->diags.errors == 1);
  if (!tf_str_is(tf_str_of(used->cx->diags.list.at[0].message), message)) {
    fail_msg("%s: `%s`, not `%s`", expression, used->cx->diags.list.at[0].message, message);
  }
  world_free(used);
  world_free(w);
}

static const char rate[] = " : USD/year";

static void operations_carry_definitions(void **state) {
  (void)state;
  expect_definition(rate, "a + a2", "A");
  expect_definition(rate, "a + n", "A");
  expect_definition(rate, "n - b", "B");
  expect_definition(rate, "0 + n", "");
  expect_definition(rate, "-a", "A");
  expect_definition(rate, "-ab", "B to A");
  expect_definition(rate, "a * count", "A");
  expect_definition(rate, "count * n", "");
  expect_definition(rate, "min(a, n)", "A");
  expect_definition(rate, "max(n, b)", "B");
  expect_definition(rate, "clamp(n, 0, a)", "A");
  expect_definition(rate, "mod(a, n)", "A");
  expect_definition(rate, "abs(a)", "A");
  expect_definition(rate, "if which == 'one' then a else n", "A");
  expect_definition(rate, "if a > a2 then n else n", "");
  expect_definition(rate, "n, then b", "B");
  expect_definition(rate, "a[t-1 else n]", "A");
  expect_definition(rate, "n[t-1 else b]", "B");
  expect_definition(rate, "a[t - 18 month else a2]", "A");
  expect_definition(rate, "delay(a, 6 month, n)", "A");
  expect_definition(rate, "average(b)", "B");
  expect_definition(" : USD", "cumulative(a)", "A");
  expect_definition(" : USD", "survive(a, 3 year)", "A");
  expect_definition(" : USD", "npv(a, 8 %/year, mid)", "A");
  expect_definition(" : USD^2/year^2", "a * a2", "A");
  expect_definition(" : USD^2/year^2", "a * b", "A, B");
  expect_definition(rate, "sqrt(a * a2)", "A");
  expect_definition(" : 1", "a / a2", "");
  expect_definition(" : 1", "a / n", "A");
  expect_definition(" : 1", "n / b", "B");
  expect_definition(" : year", "cumulative(a) / a2", "");
  expect_definition(" : 1", "a == a2", "");
  expect_definition(" : 1", "if a > n and b > n then 1 else 0", "");
  expect_definition(" : 1/year", "1 year * a / a2 / (1 year * 1 year)", "");
}

static void indices_are_taken_row_by_row(void **state) {
  (void)state;
  expect_definition(rate, "x['p'] + x['q']", "A");
  expect_definition(rate, "x['r'] + b", "B");
  expect_definition(rate, "sum(y over i)", "B");
  expect_definition(rate, "sum([p: a, q: a2, r: n] over i)", "A");
  expect_definition("[i] : USD/year", "x * count", "A");
  expect_definition("[i] : USD/year", "[p: b, q: a, r: n]", "B");
  expect_definition("[i] : USD/year", "allocate(x, 1, 10bn USD/year over i)", "A");
  expect_meeting(rate, "sum(x over i)", "two definitions meet in `sum`: `A` and `B`");
  expect_meeting(rate, "mean(x over i)", "two definitions meet in `mean`: `A` and `B`");
  expect_meeting(rate, "max(x over i)", "two definitions meet in `max`: `A` and `B`");
  expect_meeting(" : i", "argmax(x over i)", "two definitions meet in `argmax`: `A` and `B`");
  expect_meeting("[i] : USD/year", "x + y", "two definitions meet in a sum: `A` and `B`");
}

static void two_definitions_do_not_meet(void **state) {
  (void)state;
  expect_meeting(rate, "a + b", "two definitions meet in a sum: `A` and `B`");
  expect_meeting(rate, "(a + n) - b", "two definitions meet in a difference: `A` and `B`");
  expect_meeting(rate, "a + ab", "two definitions meet in a sum: `A` and `A to B`");
  expect_meeting(rate, "min(a, n, b)", "two definitions meet in a comparison: `A` and `B`");
  expect_meeting(rate, "clamp(n, a, b)", "two definitions meet in a comparison: `A` and `B`");
  expect_meeting(rate, "if which == 'one' then a else b",
                 "two definitions meet in the branches of an `if`: `A` and `B`");
  expect_meeting(rate, "a, then b", "two definitions meet in one series: `A` and `B`");
  expect_meeting(rate, "a[t-1 else b]", "two definitions meet in one series: `A` and `B`");
  expect_meeting(rate, "delay(a, 6 month, b)", "two definitions meet in one series: `A` and `B`");
  expect_meeting(" : 1", "a / b", "two definitions meet in a ratio: `A` and `B`");
  expect_meeting(" : year", "cumulative(a) / b", "two definitions meet in a ratio: `A` and `B`");
  expect_meeting(" : 1", "if a > b then 1 else 0", "two definitions meet in a comparison: `A` and `B`");
  expect_meeting(" : USD^2/year^2", "a * b + a * a2", "two definitions meet in a sum: `A, B` and `A`");
}

// A price and a tariff are parts of one cost, however each is defined.
static void kinds_do_not_meet(void **state) {
  (void)state;
  expect_definition(rate, "price * machines + tariff * energy", "industrial, list price");
  expect_definition(rate, "price * machines + n", "list price");
  expect_definition(rate, "a * (1 + rate1 + rate2)", "A, at the wall, of the peak");
  expect_definition(" : 1", "rate1 * rate2", "at the wall, of the peak");
  expect_definition(" : 1", "price * machines / a", "A, list price");
  expect_definition(" : 1", "price * machines / (price * machines + n)", "");
  expect_definition(rate, "restate(a * rate1, f)", "B, at the wall");
  expect_meeting(rate, "restate(a * rate1, f) + a", "two definitions meet in a sum: `B` and `A`");
  expect_meeting(rate, "(price * machines + a) - (tariff * energy + b)",
                 "two definitions meet in a difference: `A` and `B`");
}

static void bridges_lead_over(void **state) {
  (void)state;
  expect_definition(rate, "restate(a, ab)", "B");
  expect_definition(rate, "restate(a, f)", "B");
  expect_definition(rate, "restate(b, -ab)", "A");
  expect_definition(rate, "restate(b, 1 / f)", "A");
  expect_definition(rate, "restate(a, ab * count)", "B");
  expect_definition(rate, "restate(a, ab / a * a2)", "B"); // the same share of another amount
  expect_definition(rate, "restate(a, n)", "A");
  expect_definition(rate, "restate(n, ab)", "B");
  expect_definition(rate, "restate(a, 0)", "A");
  expect_definition(rate, "restate(a, ab) + b", "B");
  expect_meeting(rate, "restate(b, ab)", "the bridge leads from `A` to `B`, but the value is already in `B`");
  expect_meeting(rate, "restate(restate(a, ab), ab)",
                 "the bridge leads from `A` to `B`, but the value is already in `B`");
  expect_meeting(rate, "restate(a, -ab)", "the bridge leads from `B` to `A`, but the value is already in `A`");
  expect_meeting(rate, "restate(a, b)", "`restate` needs a bridge, but `m.b` has the definition `B`");
}

static void restate_is_addition_or_multiplication(void **state) {
  (void)state;
  world *w = with_result("z : USD/year = restate(a, -ab * 2)\nv : USD/year = restate(a, f)");
  assert_string_equal(equation(w, "m.z"), "restate(m.a, -m.ab * 2)");
  assert_string_equal(equation(w, "m.v"), "restate(m.a, m.f)");
  assert_int_equal(quantity(w, "m.z")->value->op, TF_TERM_ADD);
  assert_int_equal(quantity(w, "m.v")->value->op, TF_TERM_MULTIPLY);
  world_free(w);
  expect_errors("a : 1 = 2\nz : 1 = restate(a, 3)\n",
                "`restate` of something without a unit: is the bridge added or a factor?\n"
                "  hint: restate the amounts, then divide\n");
  expect_errors("a : USD = 2\nz : USD = restate(a)\n", "`restate` has 1 argument\n"
                                                       "  hint: write restate(x, by)\n");
  expect_errors("a : USD = 2\nb : GPU = 1\nz : USD = restate(a, b)\n",
                "cannot restate `a` (USD) and `b` (GPU)\n"
                "  also: `m.b` is in GPU\n"
                "  hint: they differ by a count of GPU and an amount of USD\n");
}

static void a_series_has_one_definition(void **state) {
  (void)state;
  world *w = world_new();
  load_ok(w, "a : USD/year = 1 USD/year, then a[t-1] * compound(0 %/year)\nc : USD/year = a\n");
  axis(w, "2024..2027", "");
  bind(w, "a", "2024", "5")->definition = located(w, "A");
  bind(w, "a", "2025", "base * 2")->definition = located(w, "");
  build_ok(w);
  assert_true(tf_str_is(planned(w, "m.c")->definitions[0].text, "A"));
  bind(w, "a", "2026", "6")->definition = located(w, "B");
  w->plan = NULL;
  assert_int_equal(build(w), TF_INVALID);
  assert_string_equal(w->cx->diags.list.at[0].message, "rows of `m.a` have two definitions, `A` and `B`");
  world_free(w);
  // What is computed and what is given for it must be the same thing.
  w = world_new();
  load_ok(w, "b : USD/year = 2\na : USD/year = b\n");
  axis(w, "2024..2027", "");
  bind(w, "b", "", "5")->definition = located(w, "B");
  bind(w, "a", "2024", "5")->definition = located(w, "A");
  assert_int_equal(build(w), TF_INVALID);
  assert_string_equal(w->cx->diags.list.at[0].message, "`m.a` is given in `A`, but its equation goes on in `B`");
  world_free(w);
  // Where all periods are given, the equation says nothing.
  w = world_new();
  load_ok(w, "b : USD/year = 2\na : USD/year = b\n");
  axis(w, "2024..2024", "");
  bind(w, "b", "", "5")->definition = located(w, "B");
  bind(w, "a", "2024", "5")->definition = located(w, "A");
  build_ok(w);
  assert_true(tf_str_is(planned(w, "m.a")->definitions[0].text, "A"));
  world_free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(operations_carry_definitions),
      cmocka_unit_test(indices_are_taken_row_by_row),
      cmocka_unit_test(two_definitions_do_not_meet),
      cmocka_unit_test(kinds_do_not_meet),
      cmocka_unit_test(bridges_lead_over),
      cmocka_unit_test(restate_is_addition_or_multiplication),
      cmocka_unit_test(a_series_has_one_definition),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
