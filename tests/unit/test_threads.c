// SPDX-License-Identifier: GPL-3.0-or-later
// Results have the same bits for any number of threads, any block and any shard; cancelling leaves a whole beginning.
#include "plan_builder.h"

static const char *const generations[] = {"A", "B", "C"};

// Something of everything: draws, powers, recurrences, cohorts, npv, irr, reductions, picks.
static plan_builder *big_model(tf_context *cx, uint32_t *ids, size_t *count) {
  plan_builder *b = new_plan(cx, 2024, 3, 12);
  uint32_t g = add_index(b, "g", 3, generations);
  const double prices[] = {3, 1, 2};
  uint32_t price = add_column(b, "price", g, prices);
  uint32_t u = UNIFORM("u", 1, 3), v = LOGNORMAL("v", 2, 5), w = NORMAL("w", 0.1, 0.02);
  tf_correlation pair = {u, w, 0.5, {0}};
  tf_vec_push(b->arena, &b->plan.correlations, pair);
  uint32_t power = add(b, "power", OP2(POWER, ref(b, v), OP1(NEGATE, ref(b, u))));
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(THEN, ref(b, v), OP2(MULTIPLY, lag(b, x, -1, NULL), OP2(ADD, num(b, 1), ref(b, w)))));
  uint32_t life = add(b, "life", OP2(MULTIPLY, ref(b, u), num(b, YEAR)));
  uint32_t s = add(b, "s", OP2(SURVIVE, OP2(DIVIDE, ref(b, x), num(b, YEAR)), ref(b, life)));
  uint32_t d = add(b, "d", OP2(STRAIGHT_LINE, ref(b, x), ref(b, life)));
  uint32_t weibull = add(b, "weibull", OP3(SURVIVE, ref(b, x), ref(b, life), num(b, 2)));
  uint32_t n = add(b, "n", timed(b, TF_TERM_NPV, TF_TIMING_MID, ref(b, x), OP2(DIVIDE, ref(b, w), num(b, YEAR))));
  const double sign[] = {-1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  uint32_t cash = add(b, "cash", OP2(MULTIPLY, ref(b, add_series(b, "sign", 0, sign)), ref(b, x)));
  uint32_t irr = add(b, "irr", timed(b, TF_TERM_IRR, TF_TIMING_END, ref(b, cash), NULL));
  const tf_term *drawn[] = {ref(b, price), label_of(b, OP2(MIN, OP1(FLOOR, ref(b, u)), num(b, 2)), g)};
  uint32_t picked = add(b, "picked", new_term(b, TF_TERM_PICK, 2, drawn));
  const tf_term *each = OP2(MULTIPLY, ref(b, price), ref(b, x));
  uint32_t over = add_over(b, "over", each, 1, &g);
  uint32_t sum = add(b, "sum", indexed(b, TF_TERM_SUM, g, 0, 1, &each));
  uint32_t delay = add(b, "delay", delayed(b, ref(b, x), ref(b, life), num(b, 1), true));
  const uint32_t all[] = {u, power, x, s, d, weibull, n, irr, picked, over, sum, delay};
  memcpy(ids, all, sizeof all);
  *count = sizeof all / sizeof *all;
  return b;
}

static void assert_same(const tf_samples *a, uint64_t offset, const tf_samples *b) {
  assert_non_null(a);
  assert_non_null(b);
  assert_int_equal(a->output_count, b->output_count);
  for (size_t i = 0; i < a->output_count; i++) {
    const tf_output *x = &a->outputs[i], *y = &b->outputs[i];
    for (size_t k = 0; k < x->elements * (size_t)(x->history + x->periods); k++) {
      assert_memory_equal(&x->central[k], &y->central[k], sizeof(double));
      assert_memory_equal(x->samples[k] + offset, y->samples[k], b->count * sizeof(double));
    }
  }
}

static void test_threads_and_blocks(void **state) {
  uint32_t ids[16];
  size_t count;
  plan_builder *b = big_model(*state, ids, &count);
  enum { SAMPLES = 3003 }; // no multiple of anything
  tf_run_options options = run_options(SAMPLES);
  options.block = 64;
  const tf_samples *reference = run_with(b, &options, ids, count);
  assert_non_null(reference);
  const int threads[] = {1, 2, 5};
  const size_t blocks[] = {0, 64, 128, 256, 512, 1024};
  for (size_t t = 0; t < 3; t++) {
    for (size_t k = 0; k < 6; k++) {
      options.threads = threads[t];
      options.block = blocks[k];
      const tf_samples *samples = run_with(b, &options, ids, count);
      assert_int_equal(samples->count, SAMPLES);
      assert_true(samples->complete);
      assert_same(reference, 0, samples);
    }
  }
}

static void test_shards(void **state) {
  uint32_t ids[16];
  size_t count;
  plan_builder *b = big_model(*state, ids, &count);
  tf_run_options options = run_options(2048);
  const tf_samples *reference = run_with(b, &options, ids, count);
  const uint64_t cuts[] = {0, 1, 17, 512, 1000, 2047, 2048};
  for (size_t i = 0; i + 1 < sizeof cuts / sizeof *cuts; i++) {
    options.first = cuts[i];
    options.count = cuts[i + 1] - cuts[i];
    assert_same(reference, cuts[i], run_with(b, &options, ids, count));
  }
}

// A requested set changes nothing in what another request gives.
static void test_other_requests(void **state) {
  uint32_t ids[16];
  size_t count;
  plan_builder *b = big_model(*state, ids, &count);
  tf_run_options options = run_options(512);
  const tf_samples *all = run_with(b, &options, ids, count);
  for (size_t i = 0; i < count; i++) {
    const tf_samples *one = run_with(b, &options, &ids[i], 1);
    assert_memory_equal(one->outputs[0].samples[0], all->outputs[i].samples[0], 512 * sizeof(double));
  }
}

static void test_cancelled_before(void **state) {
  uint32_t ids[16];
  size_t count;
  tf_context *cx = *state;
  plan_builder *b = big_model(cx, ids, &count);
  static atomic_int stop = 1;
  cx->cancel = &stop;
  tf_run_options options = run_options(4096);
  const tf_samples *samples = run_with(b, &options, ids, count);
  assert_non_null(samples);
  assert_false(samples->complete);
  assert_int_equal(samples->count, 0);
}

typedef struct stopper {
  atomic_int stop;
  int calls;
} stopper;

static void stop_soon(void *user, const char *what, double share) {
  stopper *s = user;
  assert_string_equal(what, "samples");
  assert_true(share > 0 && share <= 1);
  s->calls++;
  s->stop = 1;
}

static void test_cancelled_during(void **state) {
  uint32_t ids[16];
  size_t count;
  tf_context *cx = *state;
  plan_builder *b = big_model(cx, ids, &count);
  tf_run_options options = run_options(64 * 1024);
  options.block = 64;
  const tf_samples *reference = run_with(b, &options, ids, count);
  stopper s = {0, 0};
  cx->cancel = &s.stop;
  cx->progress = stop_soon;
  cx->progress_user = &s;
  options.threads = 2;
  const tf_samples *samples = run_with(b, &options, ids, count);
  assert_true(s.calls >= 1);
  assert_false(samples->complete);
  assert_true(samples->count > 0 && samples->count < 64 * 1024 && samples->count % 64 == 0);
  assert_same(reference, 0, samples);
}

// The same sample is named whatever thread comes to it first.
static void test_first_bad_sample(void **state) {
  tf_context *cx = *state;
  plan_builder *b = new_plan(cx, 2024, 12, 1);
  uint32_t u = UNIFORM("u", -0.001, 1);
  uint32_t r = add(b, "r", OP1(LN, ref(b, u)));
  const char *expected = NULL;
  for (int threads = 1; threads < 6; threads++) {
    tf_run_options options = run_options(100000);
    options.threads = threads;
    options.block = 64;
    clear_messages(cx);
    assert_null(run_with(b, &options, &r, 1));
    const char *text = messages(cx);
    assert_non_null(strstr(text, "`ln` in `r` gives no number, sample "));
    assert_string_equal(expected != NULL ? expected : text, text);
    expected = text;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_threads_and_blocks), TEST(test_shards),           TEST(test_other_requests),
      TEST(test_cancelled_before),   TEST(test_cancelled_during), TEST(test_first_bad_sample),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
