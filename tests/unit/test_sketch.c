// SPDX-License-Identifier: GPL-3.0-or-later
// Sketches: their error against GSL's exact quantiles, and that no order, grouping or thread changes a byte of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/sha256.h"
#include "engine/sketch_tally.h"
#include "stats/moments.h"
#include "stats/quantile.h"

enum { N = 50000 }; // no multiple of a sub-block

static double next_uniform(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return ((double)(*state >> 12) + 0.5) * 0x1p-52;
}

typedef enum shape {
  NORMAL_AROUND_ZERO,
  NARROW,
  HEAVY_LOGNORMAL,
  NEGATIVE,
  MOSTLY_ZERO,
  CONSTANT,
  TINY_AND_HUGE,
  WITH_UNDEFINED_AND_LATER,
  SHAPES
} shape;

static double draw(shape s, uint64_t *state) {
  const double u = next_uniform(state);
  const double z = gsl_cdf_ugaussian_Pinv(u);
  switch (s) {
  case NORMAL_AROUND_ZERO:
    return z;
  case NARROW:
    return 1e9 * (1 + 1e-4 * z);
  case HEAVY_LOGNORMAL:
    return exp(3 * z) * 1e15;
  case NEGATIVE:
    return -exp(z);
  case MOSTLY_ZERO:
    return u < 0.6 ? (u < 0.3 ? 0.0 : -0.0) : 100 * z;
  case CONSTANT:
    return -0.1;
  case TINY_AND_HUGE:
    return u < 0.5 ? 1e-300 * u : 1e300 * u;
  default:
    return u < 0.1 ? NAN : u > 0.8 ? INFINITY : 10 * u;
  }
}

static double *values_of(tf_arena *arena, shape s) {
  double *x = TF_ARRAY(arena, double, N);
  uint64_t state = 11 + (uint64_t)s;
  for (size_t i = 0; i < N; i++) {
    x[i] = draw(s, &state);
  }
  return x;
}

// Sub-block `number` of x, whatever it takes.
static void add_part(tf_tally *tally, size_t column, const double *x, size_t count, size_t number) {
  const size_t from = number * TF_SKETCH_ALIGN;
  const size_t n = count - from < TF_SKETCH_ALIGN ? count - from : TF_SKETCH_ALIGN;
  while (!tf_tally_add(tally, column, x + from, n)) {
    tf_tally_stock(tally);
  }
}

static size_t parts_of(size_t count) {
  return (count + TF_SKETCH_ALIGN - 1) / TF_SKETCH_ALIGN;
}

static tf_sketch *sketch_of(tf_arena *arena, const double *x, size_t count, tf_sketch_column column) {
  tf_tally *tally = tf_tally_new(arena, &column, 1, 0);
  for (size_t part = 0; part < parts_of(count); part++) {
    add_part(tally, 0, x, count, part);
  }
  return tf_tally_sketch(arena, &tally, 1, 0);
}

static tf_str bytes_of(tf_arena *arena, const tf_sketch *sketch) {
  tf_text text = tf_text_new(arena);
  tf_sketch_write(sketch, &text);
  return tf_text_str(&text);
}

static void assert_same(tf_arena *arena, const tf_sketch *a, const tf_sketch *b) {
  assert_true(tf_str_eq(bytes_of(arena, a), bytes_of(arena, b)));
}

// An order statistic lies in the bin that is said, so an interpolated one lies between those of its two neighbours.
static void quantiles_are_within_the_stated_error(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  static const double p[] = {0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1};
  enum { P = sizeof p / sizeof *p };
  for (shape s = 0; s < SHAPES; s++) {
    const double *x = values_of(arena, s);
    const tf_sketch *sketch = sketch_of(arena, x, N, (tf_sketch_column){0, 1, false});
    double got[P];
    double want[P];
    tf_sketch_quantiles(sketch, p, P, got);
    tf_quantiles(tf_quantile_work_new(arena, N), x, N, p, P, want);
    for (size_t j = 0; j < P; j++) {
      if (!isfinite(want[j])) {
        assert_true(got[j] == want[j]);
      } else {
        assert_true(fabs(got[j] - want[j]) <= TF_SKETCH_ERROR * fabs(want[j]) + DBL_MIN);
        assert_true(s != CONSTANT || got[j] == want[j]);
      }
    }
    if (s != WITH_UNDEFINED_AND_LATER) {
      assert_true(got[0] == want[0] && got[P - 1] == want[P - 1]);
    }
  }
  // Where values lie densely, even placing within bins is far closer than the bound.
  const double *x = values_of(arena, HEAVY_LOGNORMAL);
  const tf_sketch *sketch = sketch_of(arena, x, N, (tf_sketch_column){0, 1e15, false});
  const double median[] = {0.5};
  double got;
  double want;
  tf_sketch_quantiles(sketch, median, 1, &got);
  tf_quantiles(tf_quantile_work_new(arena, N), x, N, median, 1, &want);
  assert_true(fabs(got - want) <= 1e-4 * want);
  tf_arena_free(arena);
}

static void dates_are_known_relative_to_their_origin(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  const double origin = 1.9e9; // 2030
  double *x = TF_ARRAY(arena, double, N);
  uint64_t seed = 3;
  for (size_t i = 0; i < N; i++) {
    x[i] = origin + 86400 * floor(700 * (next_uniform(&seed) - 0.5));
  }
  const tf_sketch *sketch = sketch_of(arena, x, N, (tf_sketch_column){origin, origin, false});
  static const double p[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  double got[5];
  double want[5];
  tf_sketch_quantiles(sketch, p, 5, got);
  tf_quantiles(tf_quantile_work_new(arena, N), x, N, p, 5, want);
  for (size_t j = 0; j < 5; j++) {
    assert_true(fabs(got[j] - want[j]) <= TF_SKETCH_ERROR * fabs(want[j] - origin) + 1e-6);
  }
  tf_arena_free(arena);
}

static void moments_equal_those_of_the_column(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  static const uint32_t replicates[] = {8, 4, 2, 1};
  for (shape s = 0; s < SHAPES; s++) {
    const double *x = values_of(arena, s);
    for (size_t r = 0; r < 5; r++) {
      const bool random = r == 4;
      const double shift = s == NARROW ? 1e9 : s == HEAVY_LOGNORMAL ? 1e15 : 0.5;
      const tf_sketch *sketch = sketch_of(arena, x, N, (tf_sketch_column){0, shift, false});
      const tf_moments got = tf_moments_of_sketch(sketch, random ? 8 : replicates[r], random);
      const tf_moments want = tf_moments_of(x, N, random ? 8 : replicates[r], random);
      assert_int_equal(got.defined, want.defined);
      assert_int_equal(got.later, want.later);
      assert_true(got.minimum == want.minimum && got.maximum == want.maximum);
      assert_true(isnan(got.mean) == (isnan(want.mean) || s == TINY_AND_HUGE)); // squares beyond the range
      if (!isnan(got.mean)) {
        assert_true(fabs(got.mean - want.mean) <= 1e-13 * (fabs(want.mean) + want.sd));
        assert_true(fabs(got.sd - want.sd) <= 1e-12 * fabs(want.mean) + 1e-12 * want.sd);
        assert_true(isnan(got.se) == isnan(want.se));
        assert_true(isnan(got.se) || fabs(got.se - want.se) <= 1e-12 * fabs(want.mean) + 1e-10 * want.se);
      }
    }
  }
  tf_arena_free(arena);
}

// Threads take sub-blocks as they come; shards are joined in any order and grouping; a bin may run over.
static void no_order_or_grouping_changes_a_byte(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  for (shape s = 0; s < SHAPES; s++) {
    const double *x = values_of(arena, s);
    const tf_sketch_column column = {0, 0.3, false};
    const tf_sketch *whole = sketch_of(arena, x, N, column);
    // Three threads, backwards, with bins that are full at 7.
    tf_tally *threads[3];
    for (size_t t = 0; t < 3; t++) {
      threads[t] = tf_tally_new(arena, &column, 1, 7);
    }
    uint64_t seed = 5;
    for (size_t part = parts_of(N); part-- > 0;) {
      add_part(threads[(size_t)(3 * next_uniform(&seed))], 0, x, N, part);
    }
    assert_same(arena, whole, tf_tally_sketch(arena, threads, 3, 0));
    // Shards of 0, 1, 5, ... sub-blocks, joined from both ends.
    static const size_t cuts[] = {0, 0, 1, 6, 6, 20, 48, 49};
    enum { PARTS = sizeof cuts / sizeof *cuts - 1 };
    const tf_sketch *shard[PARTS];
    for (size_t k = 0; k < PARTS; k++) {
      const size_t from = cuts[k] * TF_SKETCH_ALIGN;
      const size_t to = k + 1 == PARTS ? N : cuts[k + 1] * TF_SKETCH_ALIGN;
      shard[k] = sketch_of(arena, x + from, to - from, column);
    }
    const tf_sketch *left = shard[0];
    const tf_sketch *right = shard[PARTS - 1];
    for (size_t k = 1; k < PARTS; k++) {
      left = tf_sketch_join(arena, left, shard[k]);
      right = tf_sketch_join(arena, shard[PARTS - 1 - k], right);
    }
    assert_same(arena, whole, left);
    assert_same(arena, whole, right);
    assert_same(arena, whole,
                tf_sketch_join(arena, tf_sketch_join(arena, tf_sketch_join(arena, shard[6], shard[2]), shard[5]),
                               tf_sketch_join(arena, tf_sketch_join(arena, shard[1], shard[3]),
                                              tf_sketch_join(arena, shard[4], shard[0]))));
  }
  const double one[] = {1};
  const tf_sketch *a = sketch_of(arena, one, 1, (tf_sketch_column){0, 0, false});
  assert_null(tf_sketch_join(arena, a, sketch_of(arena, one, 1, (tf_sketch_column){0, 1, false})));
  assert_null(tf_sketch_join(arena, a, sketch_of(arena, one, 1, (tf_sketch_column){1, 0, false})));
  assert_null(tf_sketch_join(arena, a, sketch_of(arena, one, 1, (tf_sketch_column){0, 0, true})));
  tf_arena_free(arena);
}

static void whole_numbers_are_counted_apart(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  double *x = TF_ARRAY(arena, double, N);
  for (size_t i = 0; i < N; i++) {
    x[i] = i % 10 == 0 ? NAN : 4000.0 + (double)(i % 5000); // more labels than the mantissa of a bin tells apart
  }
  const tf_sketch *sketch = sketch_of(arena, x, N, (tf_sketch_column){0, 0, true});
  assert_int_equal(sketch->undefined, N / 10);
  assert_int_equal(tf_sketch_held(sketch, 3999), 0);
  for (uint32_t v = 4000; v < 9000; v++) {
    assert_int_equal(tf_sketch_held(sketch, v), (v - 4000) % 10 == 0 ? 0 : N / 5000);
  }
  tf_arena_free(arena);
}

static void sums_are_exact(void **state) {
  (void)state;
  // Terms that cancel but for the smallest one, in an order in which plain addition loses it.
  const double terms[] = {1e300, 1, -1e300, 0x1p-1074, -3, 2, -0x1.8p1000, 0x1p1000, 0x1p999};
  tf_exact_sum sum = {{0}};
  for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
    tf_exact_add(&sum, terms[i]);
  }
  tf_exact_settle(&sum);
  assert_true(tf_exact_value(&sum) == 0x1p-1074);
  tf_exact_add(&sum, -0x1p-1073);
  tf_exact_settle(&sum);
  assert_true(tf_exact_value(&sum) == -0x1p-1074);
  // Sums of whole numbers beyond 2^53, against integers.
  tf_exact_sum large = {{0}};
  uint64_t want = 0;
  for (uint64_t i = 1; i <= 2000; i++) {
    tf_exact_add(&large, (double)(i << 40));
    tf_exact_add(&large, (double)i);
    want += (i << 40) + i;
  }
  tf_exact_settle(&large);
  assert_true(tf_exact_value(&large) == (double)want);
  tf_exact_add(&large, DBL_MAX);
  tf_exact_add(&large, DBL_MAX);
  tf_exact_settle(&large);
  assert_true(tf_exact_value(&large) == INFINITY);
}

static void what_is_written_is_read_again(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  tf_text text = tf_text_new(arena);
  const tf_sketch *all[SHAPES];
  for (shape s = 0; s < SHAPES; s++) {
    all[s] = sketch_of(arena, values_of(arena, s), N, (tf_sketch_column){0, -2.5, false});
    tf_sketch_write(all[s], &text);
  }
  tf_str bytes = tf_text_str(&text);
  for (shape s = 0; s < SHAPES; s++) {
    const tf_sketch *again = tf_sketch_read(arena, &bytes);
    assert_non_null(again);
    assert_same(arena, all[s], again);
  }
  assert_int_equal(bytes.len, 0);
  assert_null(tf_sketch_read(arena, &bytes));
  tf_arena_free(arena);
}

// Parts of a run go from one machine and one release to another: what they hold is fixed, byte by byte.
static void the_format_does_not_change(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  enum { COUNT = 2000 };
  double *x = TF_ARRAY(arena, double, COUNT);
  for (size_t i = 0; i < COUNT; i++) { // doubles that no machine rounds
    x[i] = i % 17 == 3 ? NAN : i % 19 == 5 ? INFINITY : ((double)(i % 700) - 300) * 0.25;
  }
  tf_text text = tf_text_new(arena);
  tf_sketch_write(sketch_of(arena, x, COUNT, (tf_sketch_column){0.5, -2.5, false}), &text);
  for (size_t i = 0; i < COUNT; i++) {
    x[i] = (double)(i % 5);
  }
  tf_sketch_write(sketch_of(arena, x, COUNT, (tf_sketch_column){0, 0, true}), &text);
  char digest[TF_SHA256_TEXT];
  assert_string_equal(tf_sha256_text(tf_text_str(&text), digest),
                      "726db8eb98eac2676a1d95b5596115dfca9f84afa83fdb31550136c954205231");
  tf_arena_free(arena);
}

// Bytes cut short or changed are refused, or at least are a sketch that can be asked: nothing is read beyond them.
static void damaged_bytes_do_no_harm(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  static const double p[] = {0, 0.5, 1};
  double q[3];
  double *x = TF_ARRAY(arena, double, 40);
  uint64_t seed = 9;
  for (size_t i = 0; i < 40; i++) {
    x[i] = i % 9 == 0 ? NAN : draw(NORMAL_AROUND_ZERO, &seed);
  }
  const tf_str bytes = bytes_of(arena, sketch_of(arena, x, 40, (tf_sketch_column){0, 0, false}));
  for (size_t length = 0; length < bytes.len; length++) {
    tf_str cut = tf_str_copy(arena, tf_str_sub(bytes, 0, length));
    tf_str rest = cut;
    assert_null(tf_sketch_read(arena, &rest));
    assert_true(rest.ptr == cut.ptr && rest.len == cut.len);
  }
  for (size_t at = 0; at < bytes.len; at++) {
    for (int bit = 0; bit < 8; bit++) {
      char *copy = tf_cstr(arena, bytes);
      copy[at] = (char)((unsigned char)copy[at] ^ (1U << bit));
      tf_str changed = {copy, bytes.len};
      const tf_sketch *sketch = tf_sketch_read(arena, &changed);
      if (sketch != NULL) {
        tf_sketch_quantiles(sketch, p, 3, q);
      }
    }
  }
  tf_arena_free(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quantiles_are_within_the_stated_error),
      cmocka_unit_test(dates_are_known_relative_to_their_origin),
      cmocka_unit_test(moments_equal_those_of_the_column),
      cmocka_unit_test(no_order_or_grouping_changes_a_byte),
      cmocka_unit_test(whole_numbers_are_counted_apart),
      cmocka_unit_test(sums_are_exact),
      cmocka_unit_test(what_is_written_is_read_again),
      cmocka_unit_test(the_format_does_not_change),
      cmocka_unit_test(damaged_bytes_do_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
