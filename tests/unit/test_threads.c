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

// --- Beyond the cap: sketches

static tf_str sketch_bytes(tf_arena *arena, const tf_sketch *sketch) {
  tf_text text = tf_text_new(arena);
  tf_sketch_write(sketch, &text);
  return tf_text_str(&text);
}

static size_t sketch_count(const tf_output *output) {
  return output->check != TF_NO_ID ? 1 : output->elements * (size_t)(output->history + output->periods);
}

// A model with a label and a check that looks at every period beside the numbers.
static plan_builder *big_model_with_check(tf_context *cx, uint32_t *ids, size_t *count) {
  plan_builder *b = big_model(cx, ids, count);
  uint32_t label = add(b, "label", OP2(MIN, OP1(FLOOR, ref(b, ids[0])), num(b, 2)));
  b->model.quantities.at[label].kind = TF_KIND_LABEL;
  b->model.quantities.at[label].label_index = 0;
  ids[(*count)++] = label;
  tf_check check = {.text = located(b->cx, "m", "x < 12"), .level = 0.95};
  check.condition = OP2(LESS, ref(b, ids[2]), num(b, 12));
  tf_vec_push(b->arena, &b->model.checks, check);
  return b;
}

static void assert_same_sketches(tf_arena *arena, const tf_samples *a, const tf_samples *b) {
  assert_true(a->sketched && b->sketched);
  assert_int_equal(a->kept, b->kept);
  for (size_t i = 0; i < a->output_count; i++) {
    const tf_output *x = &a->outputs[i], *y = &b->outputs[i];
    for (size_t k = 0; k < sketch_count(x); k++) {
      assert_true(tf_str_eq(sketch_bytes(arena, x->sketches[k]), sketch_bytes(arena, y->sketches[k])));
      assert_memory_equal(x->samples[k], y->samples[k], a->kept * sizeof(double));
    }
  }
}

// What sketches say is what all columns say; the columns that are kept are their beginning.
static void assert_sketches_are_of(const tf_samples *sketched, const tf_samples *columns) {
  for (size_t i = 0; i < columns->output_count; i++) {
    const tf_output *x = &columns->outputs[i], *y = &sketched->outputs[i];
    size_t cells = x->elements * (size_t)(x->history + x->periods);
    uint64_t held = 0, labels[3] = {0};
    for (uint64_t n = 0; n < columns->count; n++) {
      bool holds = true;
      for (size_t k = 0; k < cells; k++) {
        holds = holds && x->samples[k][n] > 0.5;
      }
      held += holds;
      labels[x->label ? (int)x->samples[0][n] : 0]++;
    }
    if (x->check != TF_NO_ID) {
      assert_true(held > 0 && held < columns->count);
      assert_int_equal(tf_sketch_held(y->sketches[0], 1), held);
      assert_int_equal(tf_sketch_held(y->sketches[0], 0), columns->count - held);
    }
    for (uint32_t l = 0; l < 3 && x->label; l++) {
      assert_true(l == 0 || labels[l] > 0);
      assert_int_equal(tf_sketch_held(y->sketches[0], l), labels[l]);
    }
    for (size_t k = 0; k < cells && x->check == TF_NO_ID && !x->label; k++) {
      double low = INFINITY, high = -INFINITY;
      for (uint64_t n = 0; n < columns->count; n++) {
        low = fmin(low, x->samples[k][n]);
        high = fmax(high, x->samples[k][n]);
      }
      assert_int_equal(y->sketches[k]->count, columns->count);
      assert_true(y->sketches[k]->minimum == low && y->sketches[k]->maximum == high);
    }
  }
  for (size_t i = 0; i < columns->output_count; i++) {
    assert_memory_equal(columns->outputs[i].samples[0], sketched->outputs[i].samples[0],
                        sketched->kept * sizeof(double));
  }
}

static void test_sketches_over_threads_and_blocks(void **state) {
  uint32_t ids[16];
  size_t count;
  plan_builder *b = big_model_with_check(*state, ids, &count);
  enum { SAMPLES = 17003 };
  tf_run_options options = run_options(SAMPLES);
  const tf_samples *columns = run_with(b, &options, ids, count);
  options.memory = 1000;
  const tf_samples *reference = run_with(b, &options, ids, count);
  assert_non_null(reference);
  assert_int_equal(reference->kept, TF_KEPT_SAMPLES);
  assert_sketches_are_of(reference, columns);
  const struct {
    int threads;
    size_t block;
  } ways[] = {{1, 256}, {2, 64}, {5, 1024}};
  for (size_t i = 0; i < 3; i++) {
    options.threads = ways[i].threads;
    options.block = ways[i].block;
    const tf_samples *samples = run_with(b, &options, ids, count);
    assert_int_equal(samples->count, SAMPLES);
    assert_true(samples->complete);
    assert_same_sketches(b->arena, reference, samples);
  }
}

static void test_sketches_of_shards(void **state) {
  uint32_t ids[16];
  size_t count;
  plan_builder *b = big_model_with_check(*state, ids, &count);
  tf_run_options options = run_options(20003);
  options.memory = 1000;
  const tf_samples *reference = run_with(b, &options, ids, count);
  const uint64_t cuts[] = {0, 1024, 17 * 1024, 20003};
  const tf_samples *shards[3];
  for (size_t i = 0; i < 3; i++) {
    options.first = cuts[i];
    options.count = cuts[i + 1] - cuts[i];
    shards[i] = run_with(b, &options, ids, count);
    assert_non_null(shards[i]);
    assert_int_equal(shards[i]->kept, i == 0 ? 1024 : i == 1 ? 15 * 1024 : 0);
    assert_int_equal(shards[i]->input_kept, shards[i]->kept);
    assert_memory_equal(shards[i]->outputs[0].samples[0], reference->outputs[0].samples[0] + (i < 2 ? cuts[i] : 0),
                        shards[i]->kept * sizeof(double));
  }
  for (size_t i = 0; i < reference->output_count; i++) {
    for (size_t k = 0; k < sketch_count(&reference->outputs[i]); k++) {
      const tf_sketch *joined = tf_sketch_join(
          b->arena, shards[2]->outputs[i].sketches[k],
          tf_sketch_join(b->arena, shards[0]->outputs[i].sketches[k], shards[1]->outputs[i].sketches[k]));
      assert_true(tf_str_eq(sketch_bytes(b->arena, joined), sketch_bytes(b->arena, reference->outputs[i].sketches[k])));
    }
  }
}

// Round by round as in one go, before and after the columns are full.
static void test_growing_rounds(void **state) {
  uint32_t ids[16];
  size_t count;
  tf_context *cx = *state;
  plan_builder *b = big_model_with_check(cx, ids, &count);
  tf_graph *graph = tf_graph_new(cx, b->arena);
  uint32_t scenario;
  assert_int_equal(tf_graph_add(cx, graph, &b->plan, ids, count, &scenario), TF_OK);
  tf_run_options options = run_options(30000);
  options.memory = 16 << 20; // columns are used up to 16,384 samples
  options.threads = 3;
  tf_runner *runner = NULL;
  assert_int_equal(tf_run_open(cx, b->arena, graph, &options, &runner), TF_OK);
  for (uint64_t samples = 4096; samples <= 65536; samples *= 2) {
    const uint64_t asked = samples < 30000 ? samples : 30000;
    tf_samples *grown = NULL;
    assert_int_equal(tf_run_extend(runner, asked, &grown), TF_OK);
    options.sampler.samples = options.count = asked;
    const tf_samples *plain = run_with(b, &options, ids, count);
    assert_int_equal(grown->count, asked);
    assert_true(grown->sketched == plain->sketched && grown->sketched == (asked > 16384));
    if (grown->sketched) {
      assert_same_sketches(b->arena, plain, grown);
    } else {
      assert_same(plain, 0, grown);
    }
    assert_memory_equal(plain->inputs[0].u, grown->inputs[0].u, plain->input_kept * sizeof(double));
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

// What sketches hold of a run that was stopped is a whole beginning: the run of as many samples.
static void test_sketches_cancelled(void **state) {
  uint32_t ids[16];
  size_t count;
  tf_context *cx = *state;
  plan_builder *b = big_model_with_check(cx, ids, &count);
  tf_run_options options = run_options(200 * 1024);
  options.memory = 1000;
  options.threads = 3;
  stopper s = {0, 0};
  cx->cancel = &s.stop;
  cx->progress = stop_soon;
  cx->progress_user = &s;
  const tf_samples *samples = run_with(b, &options, ids, count);
  assert_true(s.calls >= 1);
  assert_false(samples->complete);
  assert_true(samples->count > 0 && samples->count < 200 * 1024 && samples->count % TF_SKETCH_ALIGN == 0);
  cx->cancel = NULL;
  cx->progress = NULL;
  options = run_options(samples->count);
  options.memory = 1000;
  assert_same_sketches(b->arena, run_with(b, &options, ids, count), samples);
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
    options.memory = threads % 2 == 0 ? 1000 : options.memory; // in columns and in sketches
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
      TEST(test_threads_and_blocks), TEST(test_shards),           TEST(test_sketches_over_threads_and_blocks),
      TEST(test_sketches_of_shards), TEST(test_growing_rounds),   TEST(test_other_requests),
      TEST(test_cancelled_before),   TEST(test_cancelled_during), TEST(test_sketches_cancelled),
      TEST(test_first_bad_sample),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
