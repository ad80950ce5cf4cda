// SPDX-License-Identifier: GPL-3.0-or-later
// Traces: one evaluation with every value, the same numbers as the run.
#include "plan_builder.h"

static const char *const generations[] = {"A", "B"};

static void test_values_are_those_of_the_run(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t g = add_index(b, "g", 2, generations);
  const double prices[] = {3, 4};
  uint32_t price = add_column(b, "price", g, prices);
  uint32_t u = LOGNORMAL("u", 1, 2);
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(THEN, ref(b, u), OP2(MULTIPLY, lag(b, x, -1, NULL), num(b, 2))));
  give(b, x, 1, 0, -1, num(b, 5));
  uint32_t cost = add_over(b, "cost", OP2(MULTIPLY, ref(b, price), OP2(ADD, ref(b, x), ref(b, u))), 1, &g);
  const tf_term *args[] = {ref(b, cost)};
  uint32_t total = add(b, "total", indexed(b, TF_TERM_SUM, g, 0, 1, args));
  uint32_t aside = add(b, "aside", num(b, 1));
  tf_run_options options = run_options(128);
  uint32_t ids[] = {u, x, cost, total};
  tf_samples *samples = run_with(b, &options, ids, 4);
  const uint64_t at[] = {TF_AT_CENTRAL, 0, 9, 127};
  for (size_t k = 0; k < 4; k++) {
    tf_trace *trace;
    assert_int_equal(tf_trace_run(b->cx, b->arena, &b->plan, total, &options, at[k], &trace), TF_OK);
    for (size_t i = 0; i < 4; i++) {
      const tf_output *o = &samples->outputs[i];
      for (size_t e = 0; e < o->elements; e++) {
        for (int row = -o->history; row < o->periods; row++) {
          size_t cell = e * (size_t)(o->history + o->periods) + (size_t)(o->history + row);
          double value, expected = at[k] == TF_AT_CENTRAL || !o->uncertain ? o->central[cell] : o->samples[cell][at[k]];
          assert_true(tf_trace_value(trace, ids[i], e, row, &value));
          assert_memory_equal(&value, &expected, sizeof value);
        }
      }
    }
    double value;
    assert_true(tf_trace_value(trace, price, 1, 0, &value) && value == 4);
    assert_false(tf_trace_value(trace, aside, 0, 0, &value)); // not needed
    assert_false(tf_trace_value(trace, cost, 2, 0, &value));
    assert_false(tf_trace_value(trace, total, 0, 3, &value));
    assert_false(tf_trace_value(trace, x, 0, -2, &value));
  }
}

static void test_error_in_a_trace(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = add(b, "x", OP1(LN, num(b, -1)));
  tf_trace *trace;
  tf_run_options options = run_options(1);
  assert_int_equal(tf_trace_run(b->cx, b->arena, &b->plan, x, &options, TF_AT_CENTRAL, &trace), TF_NUMERIC);
  assert_messages(b->cx, "error: `ln` in `x` gives no number\n"
                         "  hint: of -1, in base units; `x` needs it\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_values_are_those_of_the_run), TEST(test_error_in_a_trace)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
