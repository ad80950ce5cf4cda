// SPDX-License-Identifier: GPL-3.0-or-later
// Graph: sharing over scenarios, folding, shapes, order, and its errors.
#include <stdlib.h>

#include "plan_builder.h"

static tf_graph *graph_of(plan_builder *b, const uint32_t *ids, size_t count) {
  tf_graph *graph = tf_graph_new(b->cx, b->arena);
  uint32_t scenario;
  return tf_graph_add(b->cx, graph, &b->plan, ids, count, &scenario) == TF_OK ? graph : NULL;
}

static const char *printed(plan_builder *b, const tf_graph *graph) {
  tf_text text = tf_text_new(b->arena);
  tf_graph_print(graph, &text);
  return text.ptr;
}

static void test_equal_expressions_are_one_node(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = UNIFORM("x", 1, 2);
  uint32_t y = UNIFORM("y", 1, 2);
  uint32_t p = add(b, "p", OP2(ADD, ref(b, x), ref(b, y)));
  uint32_t q = add(b, "q", OP2(ADD, ref(b, y), ref(b, x)));
  uint32_t r = add(b, "r", OP2(MULTIPLY, ref(b, p), ref(b, q)));
  tf_graph *graph = graph_of(b, &r, 1);
  assert_string_equal(printed(b, graph), "graph: 6 nodes\n"
                                         "%0 [] = uniform x  sampled  # x\n"
                                         "%1 [] = quantile %0  sampled  # x\n"
                                         "%2 [] = uniform y  sampled  # y\n"
                                         "%3 [] = quantile %2  sampled  # y\n"
                                         "%4 [] = + %1 %3  sampled  # p\n"
                                         "%5 [] = * %4 %4  sampled  # r\n"
                                         "scenario 0\n"
                                         "  r = %5\n");
}

static void test_constants_fold(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = UNIFORM("x", 1, 2);
  uint32_t two = add(b, "two", OP2(ADD, num(b, 1), num(b, 1)));
  uint32_t y = add(b, "y", OP2(MULTIPLY, ref(b, x), OP2(POWER, ref(b, two), num(b, -1))));
  const tf_term *taken = OP3(SELECT, OP2(LESS, ref(b, two), num(b, 1)), OP1(LN, num(b, -1)), ref(b, y));
  uint32_t z = add(b, "z", OP2(MULTIPLY, taken, num(b, 1)));
  assert_string_equal(printed(b, graph_of(b, &z, 1)), "graph: 4 nodes\n"
                                                      "%2 [] = uniform x  sampled  # x\n"
                                                      "%3 [] = quantile %2  sampled  # x\n"
                                                      "%5 [] = constant 0.5\n"
                                                      "%6 [] = * %3 %5  sampled  # y\n"
                                                      "scenario 0\n"
                                                      "  z = %6\n");
}

// Whole powers are exact where the result is; constant bases go through exp; the rest through pow.
static void test_powers(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  for (int k = 1; k <= 22; k++) {
    double expected = strtod(tf_format(b->arena, "1e%d", k), NULL);
    assert_true(central(b, add(b, "p", OP2(POWER, num(b, 10), num(b, k))))[0] == expected);
    assert_true(central(b, add(b, "q", OP2(POWER, num(b, 10), num(b, -k))))[0] == 1 / expected);
  }
  const double exponents[] = {-8, -7, -3.5, -2, -0.5, 0, 0.3, 0.5, 1, 3, 5, 6, 7, 8, 9, 30};
  uint32_t u = UNIFORM("u", 1, 1.6);
  for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
    uint32_t x = add(b, "x", OP2(POWER, ref(b, u), num(b, exponents[i])));
    assert_close(central(b, x)[0], pow(1.3, exponents[i]), 1e-14);
    uint32_t y = add(b, "y", OP2(POWER, num(b, 1.7), OP2(MULTIPLY, ref(b, u), num(b, exponents[i]))));
    assert_close(central(b, y)[0], pow(1.7, 1.3 * exponents[i]), 1e-14);
  }
}

static void test_scenarios_share_nodes(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t g = UNIFORM("g", 1, 2);
  uint32_t h = add(b, "h", num(b, 3));
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(THEN, num(b, 1), OP2(MULTIPLY, lag(b, x, -1, NULL), ref(b, g))));
  uint32_t y = add(b, "y", OP2(ADD, ref(b, x), ref(b, h)));
  plan_builder *other = same_model(b);
  other->quantities[h].value = num(b, 4);
  tf_graph *graph = graph_of(b, &y, 1);
  uint32_t second;
  assert_int_equal(tf_graph_add(b->cx, graph, &other->plan, &y, 1, &second), TF_OK);
  assert_int_equal(second, 1);
  // The recurrence x is there once; only + and the constant 4 come with the second scenario.
  const char *text = printed(b, graph);
  assert_non_null(strstr(text, "graph: 11 nodes\n"));
  const char *first_then = strstr(text, " = then ");
  assert_non_null(first_then);
  assert_null(strstr(first_then + 1, " = then "));
}

static void test_other_growth_is_another_recurrence(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t g = add(b, "g", num(b, 2));
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(THEN, num(b, 1), OP2(MULTIPLY, lag(b, x, -1, NULL), ref(b, g))));
  plan_builder *other = same_model(b);
  other->quantities[g].value = num(b, 3);
  tf_graph *graph = graph_of(b, &x, 1);
  uint32_t second;
  assert_int_equal(tf_graph_add(b->cx, graph, &other->plan, &x, 1, &second), TF_OK);
  tf_run_options options = run_options(0);
  tf_samples *samples;
  assert_int_equal(tf_run(b->cx, b->arena, graph, &options, &samples), TF_OK);
  assert_true(samples->outputs[0].central[2] == 4);
  assert_true(samples->outputs[1].central[2] == 9);
  assert_false(tf_graph_uncertain(graph));
}

static void test_no_period_before(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = add(b, "m.x", NULL);
  tf_term *back = (tf_term *)(uintptr_t)lag(b, x, -1, NULL);
  back->at = located(b->cx, "m.model", "x = x[t-1] * 2\n").at;
  back->at.start = 4;
  back->at.end = 10;
  define(b, x, OP2(MULTIPLY, back, num(b, 2)));
  assert_null(graph_of(b, &x, 1));
  assert_messages(b->cx, "m.model:1:5: error: there is no period before 2024\n"
                         "x = x[t-1] * 2\n"
                         "    ^~~~~~\n"
                         "  hint: write `m.x[t-1 else ...]`, or give a value for a period before the axis\n");
}

static void test_given_period_makes_lag_legal(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(MULTIPLY, lag(b, x, -1, NULL), num(b, 2)));
  give(b, x, 0, 0, 0, num(b, 5));
  const double *v = central(b, x);
  assert_non_null(v);
  assert_true(v[0] == 5 && v[1] == 10 && v[2] == 20);
}

static void test_circle_within_a_period(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = add(b, "x", NULL);
  uint32_t y = add(b, "y", OP2(ADD, ref(b, x), num(b, 1)));
  define(b, x, OP2(ADD, ref(b, y), OP3(SELECT, num(b, 1), lag(b, x, -1, num(b, 0)), num(b, 0))));
  assert_null(graph_of(b, &y, 1));
  assert_non_null(strstr(messages(b->cx), "depends on itself within one period"));
}

static void test_last_inside_a_circle(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = add(b, "x", NULL);
  uint32_t y = add(b, "y", OP1(LAST, ref(b, x)));
  define(b, x, OP2(ADD, lag(b, x, -1, num(b, 0)), lag(b, y, -1, num(b, 0))));
  assert_null(graph_of(b, &x, 1));
  assert_non_null(strstr(messages(b->cx), "looks at other periods of what it is itself part of"));
}

// 10,000 quantities in a chain and in one circle: linear, and no deep recursion.
static void test_long_chains(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 2);
  enum { LENGTH = 10000 };
  tf_plan_quantity *quantities = TF_ARRAY(b->arena, tf_plan_quantity, LENGTH + 1);
  for (uint32_t i = 0; i < LENGTH; i++) {
    const tf_term *value = i == 0 ? lag(b, LENGTH - 1, -1, num(b, 0)) : ref(b, i - 1);
    tf_quantity q = {
        .name = tf_str_of(tf_format(b->arena, "q%u", i)), .elements = 1, .value = OP2(ADD, value, num(b, 1))};
    tf_vec_push(b->arena, &b->model.quantities, q);
  }
  b->plan.quantities = quantities;
  uint32_t last = LENGTH - 1;
  const double *v = central(b, last);
  assert_non_null(v);
  assert_true(v[0] == LENGTH && v[1] == 2 * LENGTH);
}

static void test_correlation_errors(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  uint32_t x = UNIFORM("x", 0, 1);
  uint32_t y = UNIFORM("y", 0, 1);
  uint32_t z = UNIFORM("z", 0, 1);
  uint32_t c = add(b, "c", num(b, 1));
  tf_correlation pairs[] = {{x, y, 0.9, {0}}, {y, z, 0.9, {0}}, {c, z, 0.5, {0}}, {x, z, -0.9, {0}}};
  for (size_t i = 0; i < 4; i++) {
    tf_vec_push(b->arena, &b->plan.correlations, pairs[i]);
  }
  assert_null(graph_of(b, &x, 1));
  assert_messages(b->cx,
                  "note: `c` is certain here: its correlation with `z` is not used\n"
                  "error: the correlations of `z` are impossible together: with x = -0.9, y = 0.9\n"
                  "  hint: what correlates with it must correlate with each other accordingly: weaken one of them\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_equal_expressions_are_one_node),
      TEST(test_constants_fold),
      TEST(test_powers),
      TEST(test_scenarios_share_nodes),
      TEST(test_other_growth_is_another_recurrence),
      TEST(test_no_period_before),
      TEST(test_given_period_makes_lag_legal),
      TEST(test_circle_within_a_period),
      TEST(test_last_inside_a_circle),
      TEST(test_long_chains),
      TEST(test_correlation_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
