// SPDX-License-Identifier: GPL-3.0-or-later
// Moments, quantiles and ranks against GSL and against answers worked out by hand.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/moments.h"
#include "stats/quantile.h"
#include "stats/rank.h"

// A small generator of its own, so that the test does not lean on what it tests.
static double next_uniform(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return ((double)(*state >> 12) + 0.5) * 0x1p-52;
}

static void fill(double *x, size_t count, int kind, uint64_t seed) {
  for (size_t i = 0; i < count; i++) {
    double u = next_uniform(&seed);
    switch (kind) {
    case 0:
      x[i] = u;
      break;
    case 1: // heavy tail: most of the range of the histogram is empty
      x[i] = exp(8 * (u - 0.5)) * 1e12;
      break;
    case 2: // ties
      x[i] = floor(5 * u);
      break;
    default: // nearly constant beside a large mean
      x[i] = 1e9 + 1e-3 * u;
      break;
    }
  }
}

static void quantiles_equal_those_of_gsl(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  static const size_t sizes[] = {1, 2, 3, 7, 100, 2047, 2048, 2049, 16384, 100003};
  static const double p[] = {0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    size_t n = sizes[s];
    double *x = TF_ARRAY(arena, double, n);
    double *sorted = TF_ARRAY(arena, double, n);
    for (int kind = 0; kind < 4; kind++) {
      fill(x, n, kind, 7 + (uint64_t)kind);
      memcpy(sorted, x, n * sizeof *x);
      gsl_sort(sorted, 1, n);
      double got[7];
      tf_quantiles(tf_quantile_work_new(arena, n), x, n, p, 7, got);
      for (size_t j = 0; j < 7; j++) {
        double want = gsl_stats_quantile_from_sorted_data(sorted, 1, n, p[j]);
        assert_true(fabs(got[j] - want) <= 4e-16 * fabs(want));
      }
    }
  }
  tf_arena_free(arena);
}

static void undefined_values_are_left_out_and_later_ones_count_as_largest(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  const double x[] = {3, NAN, 1, INFINITY, 2, INFINITY, NAN};
  static const double p[] = {0.0, 0.5, 0.75, 1.0};
  double got[4];
  tf_quantiles(tf_quantile_work_new(arena, 7), x, 7, p, 4, got);
  assert_true(got[0] == 1); // defined: 1 2 3 inf inf
  assert_true(got[1] == 3);
  assert_true(got[2] == INFINITY);
  assert_true(got[3] == INFINITY);
  const double none[] = {NAN, NAN};
  tf_quantiles(tf_quantile_work_new(arena, 2), none, 2, p, 4, got);
  assert_true(isnan(got[0]) && isnan(got[3]));
  tf_moments m = tf_moments_of(x, 7, 8, false);
  assert_int_equal(m.defined, 5);
  assert_int_equal(m.later, 2);
  assert_true(isnan(m.mean)); // a mean only if all are defined
  tf_arena_free(arena);
}

static void sorted_and_reversed_input_gives_the_same_quantiles(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  enum { N = 5000 };
  double *x = TF_ARRAY(arena, double, N);
  static const double p[] = {0.05, 0.5, 0.95};
  double up[3];
  double down[3];
  for (size_t i = 0; i < N; i++) {
    x[i] = (double)i * (double)i;
  }
  tf_quantiles(tf_quantile_work_new(arena, N), x, N, p, 3, up);
  for (size_t i = 0; i < N; i++) {
    x[i] = (double)(N - 1 - i) * (double)(N - 1 - i);
  }
  tf_quantiles(tf_quantile_work_new(arena, N), x, N, p, 3, down);
  assert_memory_equal(up, down, sizeof up);
  tf_arena_free(arena);
}

static void moments_equal_those_of_gsl(void **state) {
  (void)state;
  tf_memory memory = {0};
  tf_arena *arena = tf_arena_new(&memory);
  static const size_t sizes[] = {2, 8, 9, 4095, 4096, 4097, 50000};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    size_t n = sizes[s];
    double *x = TF_ARRAY(arena, double, n);
    for (int kind = 0; kind < 4; kind++) {
      fill(x, n, kind, 11);
      tf_moments m = tf_moments_of(x, n, 1, true);
      double mean = gsl_stats_mean(x, 1, n);
      double sd = gsl_stats_sd(x, 1, n);
      assert_true(fabs(m.mean - mean) <= 1e-13 * fabs(mean));
      // Beside a mean of 1e9 GSL's two passes use a mean that is rounded to 1e-7, a ten-thousandth of the spread.
      double tolerance = kind == 3 ? 1e-6 : 1e-12;
      assert_true(fabs(m.sd - sd) <= tolerance * sd);
      assert_true(fabs(m.se - sd / sqrt((double)n)) <= tolerance * m.se);
    }
  }
  tf_arena_free(arena);
}

static void the_standard_error_is_that_of_the_replicate_means(void **state) {
  (void)state;
  // Replicate r holds the samples r, r+8, ...: its mean is 10 r, so the se is sd(0, 10, ..., 70) / sqrt(8).
  double x[800];
  for (size_t i = 0; i < 800; i++) {
    x[i] = 10.0 * (double)(i % 8) + (i % 16 < 8 ? 1 : -1);
  }
  tf_moments m = tf_moments_of(x, 800, 8, false);
  assert_true(fabs(m.mean - 35) < 1e-12);
  assert_true(fabs(m.se - sqrt(600) / sqrt(8)) < 1e-12); // variance of 0,10,..,70 is 600
  assert_true(isnan(tf_moments_of(x, 800, 1, false).se));
  // Two replicates: even and odd samples.
  m = tf_moments_of(x, 800, 2, false);
  assert_true(fabs(m.se - 5) < 1e-12); // means 30 and 40: sd 7.07 / sqrt(2)
}

static void ranks_share_ties_and_correlate(void **state) {
  (void)state;
  const double x[] = {10, 20, 20, 5, NAN};
  double rank[5];
  tf_rank_item scratch[10];
  tf_ranks(x, 5, rank, scratch);
  const double want[] = {2, 3.5, 3.5, 1, 5};
  assert_memory_equal(rank, want, sizeof want);
  enum { N = 4001 };
  static double a[N];
  static double b[N];
  static double ra[N];
  static double rb[N];
  static tf_rank_item work[2 * N];
  double gsl_work[2 * N];
  fill(a, N, 0, 3);
  fill(b, N, 2, 5);
  for (size_t i = 0; i < N; i++) {
    b[i] += 3 * a[i];
  }
  tf_ranks(a, N, ra, work);
  tf_ranks(b, N, rb, work);
  double got = tf_rank_correlation(ra, rb, N);
  assert_true(fabs(got - gsl_stats_spearman(a, 1, b, 1, N, gsl_work)) < 1e-12);
  fill(b, N, 2, 9);
  for (size_t i = 0; i < N; i++) {
    b[i] = 1;
  }
  tf_ranks(b, N, rb, work);
  assert_true(tf_rank_correlation(ra, rb, N) == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quantiles_equal_those_of_gsl),
      cmocka_unit_test(undefined_values_are_left_out_and_later_ones_count_as_largest),
      cmocka_unit_test(sorted_and_reversed_input_gives_the_same_quantiles),
      cmocka_unit_test(moments_equal_those_of_gsl),
      cmocka_unit_test(the_standard_error_is_that_of_the_replicate_means),
      cmocka_unit_test(ranks_share_ties_and_correlate),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
