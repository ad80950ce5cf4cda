// SPDX-License-Identifier: GPL-3.0-or-later
// Runs: indices, draws, undefined and impossible values, columns, memory.
#include <stdio.h>

#include "plan_builder.h"

#include "base/str.h"

static const char *const generations[] = {"A", "B", "C"};

static tf_samples *sampled(plan_builder *b, uint32_t quantity, uint64_t samples) {
  tf_run_options options = run_options(samples);
  return run_with(b, &options, &quantity, 1);
}

static void test_reductions(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 2);
  uint32_t g = add_index(b, "g", 3, generations);
  const double prices[] = {3, 1, 2};
  uint32_t price = add_column(b, "t.price", g, prices);
  const tf_term *x[] = {ref(b, price)};
  const struct {
    tf_term_op op;
    double value;
  } cases[] = {{TF_TERM_SUM, 6},     {TF_TERM_MEAN, 2},   {TF_TERM_MINIMUM, 1},
               {TF_TERM_MAXIMUM, 3}, {TF_TERM_ARGMIN, 1}, {TF_TERM_ARGMAX, 0}};
  for (size_t i = 0; i < 6; i++) {
    uint32_t r = add(b, "r", indexed(b, cases[i].op, g, 0, 1, x));
    assert_true(central(b, r)[0] == cases[i].value);
  }
  const tf_term *seven[] = {num(b, 7)}; // over rows that are all the same
  assert_true(central(b, add(b, "s", indexed(b, TF_TERM_SUM, g, 0, 1, seven)))[0] == 21);
  // Ties go to the first.
  const double equal[] = {5, 2, 2};
  const tf_term *y[] = {ref(b, add_column(b, "t.equal", g, equal))};
  assert_true(central(b, add(b, "m", indexed(b, TF_TERM_ARGMIN, g, 0, 1, y)))[0] == 1);
}

static void test_two_indices_and_declared_order(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  static const char *const sites[] = {"north", "south"};
  uint32_t g = add_index(b, "g", 3, generations), s = add_index(b, "s", 2, sites);
  const double a[] = {1, 2, 3}, c[] = {10, 20};
  uint32_t x = add_column(b, "x", g, a), y = add_column(b, "y", s, c);
  uint32_t both = add_over(b, "both", OP2(ADD, ref(b, x), ref(b, y)), 2, (uint32_t[]){g, s});
  uint32_t swapped = add_over(b, "swapped", ref(b, both), 2, (uint32_t[]){s, g});
  const double *v = central(b, both), *w = central(b, swapped);
  const double by_g[] = {11, 21, 12, 22, 13, 23}, by_s[] = {11, 12, 13, 21, 22, 23};
  for (int i = 0; i < 6; i++) {
    assert_true(v[i] == by_g[i] && w[i] == by_s[i]);
  }
  const tf_term *args[] = {ref(b, both)};
  const tf_term *inner[] = {indexed(b, TF_TERM_SUM, g, 0, 1, args)};
  assert_true(central(b, add(b, "total", indexed(b, TF_TERM_SUM, s, 0, 1, inner)))[0] == 102);
  assert_true(central(b, add(b, "one",
                             indexed(b, TF_TERM_SUM, g, 0, 1,
                                     (const tf_term *[]){indexed(b, TF_TERM_ELEMENT, s, 1, 1, args)})))[0] == 66);
}

static void test_labels(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 2);
  uint32_t g = add_index(b, "g", 3, generations);
  const double prices[] = {3, 1, 2};
  uint32_t price = add_column(b, "t.price", g, prices);
  const tf_term *constant[] = {ref(b, price), label_of(b, num(b, 2), g)};
  assert_true(central(b, add(b, "p", new_term(b, TF_TERM_PICK, 2, constant)))[0] == 2);
  uint32_t u = UNIFORM("u", 0, 3);
  const tf_term *drawn[] = {ref(b, price), label_of(b, OP1(FLOOR, ref(b, u)), g)};
  uint32_t picked = add(b, "picked", new_term(b, TF_TERM_PICK, 2, drawn));
  tf_run_options options = run_options(64);
  uint32_t ids[] = {u, picked};
  tf_samples *samples = run_with(b, &options, ids, 2);
  for (int i = 0; i < 64; i++) {
    assert_true(samples->outputs[1].samples[0][i] == prices[(int)samples->outputs[0].samples[0][i]]);
  }
  const tf_term *build[] = {num(b, 7), ref(b, u), num(b, 9)};
  uint32_t made = add_over(b, "made", indexed(b, TF_TERM_BUILD, g, 0, 3, build), 1, &g);
  const double *v = central(b, made);
  assert_true(v[0] == 7 && v[1] == 1.5 && v[2] == 9);
  uint32_t rows = add_over(b, "rows", indexed(b, TF_TERM_ROW, g, 0, 0, NULL), 1, &g);
  assert_true(central(b, rows)[2] == 2);
}

static void test_lookup(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 4);
  uint32_t t = add_index(b, "t", 3, generations);
  const double keys[] = {10, 20, 30}, values[] = {1, 2, 3}, wanted[] = {10, 19.9, 20, 99};
  uint32_t k = add_column(b, "t.key", t, keys), v = add_column(b, "t.value", t, values);
  uint32_t w = add_series(b, "w", 0, wanted);
  tf_term *found = new_term(b, TF_TERM_LOOKUP, 2, (const tf_term *[]){ref(b, v), ref(b, w)});
  found->quantity = k;
  const double *r = central(b, add(b, "r", found));
  assert_true(r[0] == 1 && r[1] == 1 && r[2] == 2 && r[3] == 3);
  tf_term *none = new_term(b, TF_TERM_LOOKUP, 2, (const tf_term *[]){ref(b, v), num(b, 9)});
  none->quantity = k;
  assert_null(central(b, add(b, "n", none)));
  assert_non_null(strstr(messages(b->cx), "`lookup` in `n` gives no number"));
}

static void test_allocate_from_the_last_row(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  uint32_t g = add_index(b, "g", 3, generations);
  const double wants[] = {10, 10, 10}, needs[] = {1, 2, 4};
  const tf_term *args[] = {ref(b, add_column(b, "w", g, wants)), ref(b, add_column(b, "e", g, needs)), num(b, 50)};
  uint32_t got = add_over(b, "got", indexed(b, TF_TERM_ALLOCATE, g, 0, 3, args), 1, &g);
  const double *v = central(b, got);
  assert_true(v[2] == 10 && v[1] == 5 && v[0] == 0); // 40 of 50, then 10 left for 2 each, then nothing
}

static void test_empty_cell(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  uint32_t g = add_index(b, "g", 3, generations);
  const double prices[] = {3, NAN, 2};
  uint32_t price = add_column(b, "hardware.price", g, prices);
  const tf_term *args[] = {ref(b, price)};
  assert_true(central(b, add(b, "c", indexed(b, TF_TERM_ELEMENT, g, 2, 1, args)))[0] == 2);
  assert_null(central(b, add(b, "m.cost", indexed(b, TF_TERM_SUM, g, 0, 1, args))));
  assert_messages(b->cx, "error: `hardware.price` has no value for `B`\n"
                         "  hint: `m.cost` needs it: fill the cell, or set `hardware.price[B]`\n");
  clear_messages(b->cx);
  const tf_term *choice =
      OP3(SELECT, OP2(EQUAL, indexed(b, TF_TERM_ROW, g, 0, 0, NULL), num(b, 1)), num(b, 0), ref(b, price));
  assert_true(central(b, add(b, "s", indexed(b, TF_TERM_SUM, g, 0, 1, &choice)))[0] == 5);
}

static void test_first_operation_that_failed(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  const double zero[] = {1, 0, 2};
  uint32_t d = add_series(b, "d", 0, zero);
  uint32_t q = add(b, "m.q", OP2(DIVIDE, num(b, 5), ref(b, d)));
  uint32_t r = add(b, "m.r", OP2(SUBTRACT, OP1(CUMULATIVE, ref(b, q)), num(b, 1)));
  assert_null(central(b, r));
  assert_messages(b->cx, "error: `/` in `m.q` gives infinity, 2025\n"
                         "  hint: of 5 and 0, in base units; `m.r` needs it\n");
  clear_messages(b->cx);
  uint32_t u = UNIFORM("u", -1, 3);
  uint32_t root = add(b, "root", OP1(SQRT, ref(b, u)));
  assert_null(sampled(b, root, 64));
  const char *text = messages(b->cx);
  assert_non_null(strstr(text, "error: `sqrt` in `root` gives no number, sample "));
  // It is the first such sample.
  tf_samples *all = sampled(b, u, 64);
  uint64_t first = 0;
  while (all->outputs[0].samples[0][first] >= 0) {
    first++;
  }
  char expected[64];
  (void)snprintf(expected, sizeof expected, "sample %llu\n", (unsigned long long)first);
  assert_non_null(strstr(text, expected));
}

static void test_branch_not_taken(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  uint32_t u = UNIFORM("u", -1, 1);
  uint32_t r = add(b, "r", OP3(SELECT, OP2(GREATER, ref(b, u), num(b, 0)), OP1(SQRT, ref(b, u)), num(b, 0)));
  assert_non_null(sampled(b, r, 64));
  uint32_t both =
      add(b, "both", OP2(AND, OP2(GREATER, ref(b, u), num(b, 0)), OP2(LESS, OP1(LN, ref(b, u)), num(b, 0))));
  assert_non_null(sampled(b, both, 64));
  uint32_t bad = add(b, "bad", OP2(MAX, OP1(SQRT, ref(b, u)), num(b, 0))); // max does not hide it
  assert_null(sampled(b, bad, 64));
}

static void test_undefined_results(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t u = UNIFORM("u", -1, 1);
  const double sign[] = {-1, 1, 1};
  uint32_t s = add_series(b, "s", 0, sign);
  uint32_t cash = add(b, "cash", OP2(MULTIPLY, ref(b, s), OP2(ADD, ref(b, u), num(b, 1.5))));
  uint32_t flow = add(b, "flow", OP2(ADD, ref(b, cash), OP2(MULTIPLY, ref(b, u), num(b, 2))));
  uint32_t rate = add(b, "rate", timed(b, TF_TERM_IRR, TF_TIMING_END, ref(b, flow), NULL));
  uint32_t more = add(b, "more", OP2(ADD, ref(b, rate), num(b, 1)));
  tf_samples *samples = sampled(b, more, 256);
  assert_non_null(samples);
  assert_true(samples->outputs[0].may_be_undefined);
  size_t undefined = 0;
  for (int i = 0; i < 256; i++) {
    undefined += isnan(samples->outputs[0].samples[0][i]) ? 1 : 0;
  }
  assert_true(undefined > 20 && undefined < 236);
  // An operand that is no number is an error, and so is what goes wrong beside the rate.
  uint32_t broken = add(b, "broken", OP2(DIVIDE, ref(b, flow), OP2(MAX, ref(b, u), num(b, 0))));
  assert_null(sampled(b, add(b, "r2", timed(b, TF_TERM_IRR, TF_TIMING_END, ref(b, broken), NULL)), 256));
  assert_non_null(strstr(messages(b->cx), "`/` in `broken`"));
  clear_messages(b->cx);
  uint32_t fine = add(b, "fine", timed(b, TF_TERM_IRR, TF_TIMING_END, ref(b, cash), NULL));
  assert_null(sampled(b, add(b, "r3", OP2(ADD, ref(b, fine), OP1(SQRT, ref(b, u)))), 256));
  assert_non_null(strstr(messages(b->cx), "`sqrt` in `r3`"));
}

static void test_checks(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 2);
  uint32_t u = UNIFORM("u", 0, 1);
  tf_check check = {.text = located(b->cx, "m", "u < 0.25"), .level = 0.95};
  check.condition = OP2(LESS, ref(b, u), num(b, 0.25));
  tf_vec_push(b->arena, &b->model.checks, check);
  tf_samples *samples = sampled(b, u, 1024);
  assert_int_equal(samples->output_count, 2);
  assert_int_equal(samples->outputs[1].check, 0);
  assert_int_equal(samples->outputs[1].quantity, TF_NO_ID);
  double holds = 0;
  for (int i = 0; i < 1024; i++) {
    holds += samples->outputs[1].samples[0][i];
  }
  assert_true(holds == 256);
}

static void test_draws_anew(void **state) {
  plan_builder *b = new_plan(*state, 2024, 3, 8);
  uint32_t g = add_index(b, "g", 3, generations);
  uint32_t same = UNIFORM("same", 0, 1), yearly = UNIFORM("yearly", 0, 1), row = UNIFORM("row", 0, 1),
           walk = UNIFORM("walk", 0, 1);
  b->plan.draws.at[1].each_year = true;
  b->plan.draws.at[2].each_index = g;
  b->model.quantities.at[row].index_count = 1;
  b->model.quantities.at[row].indices = &g;
  b->model.quantities.at[row].elements = 3;
  b->plan.draws.at[3].walk = true;
  b->plan.draws.at[3].walk_sd = 0.05 / sqrt(YEAR);
  uint32_t ids[] = {same, yearly, row, walk};
  tf_run_options options = run_options(4096);
  tf_samples *samples = run_with(b, &options, ids, 4);
  assert_true(samples->random_streams);
  assert_int_equal(samples->outputs[0].periods, 1);
  const tf_output *y = &samples->outputs[1], *r = &samples->outputs[2], *w = &samples->outputs[3];
  assert_int_equal(y->periods, 8);
  assert_memory_equal(y->samples[0], y->samples[3], 4096 * sizeof(double)); // quarters of 2024
  assert_memory_not_equal(y->samples[3], y->samples[4], 4096 * sizeof(double));
  assert_memory_not_equal(r->samples[0], r->samples[1], 4096 * sizeof(double));
  double variance = 0;
  for (int i = 0; i < 4096; i++) {
    variance += w->samples[7][i] * w->samples[7][i] / 4096;
  }
  assert_close(variance, 2 * 0.05 * 0.05, 0.08); // two years
  assert_true(w->central[7] == 0);
  assert_int_equal(samples->input_count, 4);
  assert_true(samples->inputs[0].same_everywhere && !samples->inputs[1].same_everywhere);
}

static void test_correlated_draws(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  uint32_t x = UNIFORM("x", 0, 1), y = UNIFORM("y", 0, 1), z = UNIFORM("z", 0, 1);
  tf_correlation pair = {x, z, -0.7, {0}};
  tf_vec_push(b->arena, &b->plan.correlations, pair);
  uint32_t ids[] = {x, y, z};
  tf_run_options options = run_options(16384);
  tf_samples *samples = run_with(b, &options, ids, 3);
  double xz = 0, xy = 0;
  for (int i = 0; i < 16384; i++) { // of uniforms: 12 E[uv] is Spearman's
    xz += (samples->outputs[0].samples[0][i] - 0.5) * (samples->outputs[2].samples[0][i] - 0.5) * 12 / 16384;
    xy += (samples->outputs[0].samples[0][i] - 0.5) * (samples->outputs[1].samples[0][i] - 0.5) * 12 / 16384;
  }
  assert_true(fabs(xz + 0.7) < 0.005 && fabs(xy) < 0.005);
  assert_true(samples->outputs[2].central[0] == 0.5);
  for (int i = 0; i < 100; i++) { // what drove the value
    assert_true(samples->inputs[2].u[i] == samples->outputs[2].samples[0][i]);
  }
}

// Beyond the cap samples are summed up in sketches, decided by all samples of the run.
static void test_memory_cap(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 1);
  uint32_t u = UNIFORM("u", 0, 1);
  tf_run_options options = run_options(1 << 17);
  options.memory = 1 << 20;
  tf_samples *all = run_with(b, &options, &u, 1);
  assert_true(!all->sketched && all->kept == 1 << 17 && all->outputs[0].sketches == NULL);
  options = run_options((1 << 17) + 8);
  options.memory = 1 << 20;
  options.first = 4096;
  options.count = 2048;
  tf_samples *part = run_with(b, &options, &u, 1);
  assert_true(part->sketched && part->kept == 2048 && part->input_kept == 2048);
  assert_int_equal(part->outputs[0].sketches[0]->count, 2048);
  assert_memory_equal(part->outputs[0].samples[0], all->outputs[0].samples[0] + 4096, 2048 * sizeof(double));
  assert_memory_equal(part->inputs[0].u, all->inputs[0].u + 4096, 2048 * sizeof(double));
  options.first = 1000;
  assert_null(run_with(b, &options, &u, 1));
  assert_messages(b->cx, "error: a part of a run that is summed up in sketches begins at a multiple of 1024\n");
}

static void test_one_element_and_period_set(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 2);
  uint32_t g = add_index(b, "g", 3, generations);
  uint32_t u = UNIFORM("u", 0, 1);
  uint32_t x = add_over(b, "x", OP2(MULTIPLY, ref(b, u), num(b, 2)), 1, &g);
  const tf_term **elements = (const tf_term **)tf_alloc(b->arena, 3, sizeof *elements);
  elements[1] = num(b, 42);
  b->quantities[x].elements = elements;
  give(b, x, 0, 2, 1, num(b, 5));
  tf_samples *samples = sampled(b, x, 64);
  const double *const *v = samples->outputs[0].samples;
  for (int i = 0; i < 64; i++) {
    assert_true(v[0][i] == v[1][i] && v[2][i] == 42 && v[3][i] == 42 && v[4][i] == v[0][i] && v[5][i] == 5);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_reductions),
      TEST(test_two_indices_and_declared_order),
      TEST(test_labels),
      TEST(test_lookup),
      TEST(test_allocate_from_the_last_row),
      TEST(test_empty_cell),
      TEST(test_first_operation_that_failed),
      TEST(test_branch_not_taken),
      TEST(test_undefined_results),
      TEST(test_checks),
      TEST(test_draws_anew),
      TEST(test_correlated_draws),
      TEST(test_memory_cap),
      TEST(test_one_element_and_period_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
