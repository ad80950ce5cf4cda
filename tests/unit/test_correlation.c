// SPDX-License-Identifier: GPL-3.0-or-later
// Gaussian copula: Spearman's correlation of the result, marginals, impossible sets.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

#include "base/context.h"
#include "engine/sampler.h"

enum { N = 100000, K = 4 };

static tf_context *cx;

static int setup(void **state) {
  (void)state;
  cx = tf_context_new();
  return cx == NULL;
}

static int teardown(void **state) {
  (void)state;
  tf_context_free(cx);
  return 0;
}

static void fill(double *const *u, size_t k, tf_sampler_kind kind) {
  const tf_sampler sampler = {kind, 11, N, 8};
  for (size_t j = 0; j < k; j++) {
    tf_stream_fill(tf_stream_prepare(cx->arena, &sampler, (tf_stream_key){j + 1, (int32_t)j}, N), 0, u[j], N);
  }
}

static void spearman_is_as_asked(void **state) {
  (void)state;
  const double wanted[K * K] = {1, 0.4, -0.7, 0.2, 0.4, 1, -0.1, 0.6, -0.7, -0.1, 1, 0.1, 0.2, 0.6, 0.1, 1};
  double *u[K];
  for (size_t j = 0; j < K; j++) {
    u[j] = tf_alloc_aligned(cx->arena, N, sizeof(double));
  }
  double *factor = NULL;
  size_t bad = 0;
  assert_true(tf_correlation_factor(cx->arena, wanted, K, &factor, &bad));
  for (int kind = 0; kind < 2; kind++) {
    fill(u, K, kind == 0 ? TF_SAMPLER_SOBOL : TF_SAMPLER_RANDOM);
    tf_correlate(factor, K, u, N);
    double *work = tf_alloc(cx->arena, 2 * (size_t)N, sizeof(double));
    for (size_t i = 0; i < K; i++) {
      double mean = 0;
      double square = 0;
      for (size_t s = 0; s < N; s++) {
        assert_true(u[i][s] > 0 && u[i][s] < 1);
        mean += u[i][s] / N;
        square += u[i][s] * u[i][s] / N;
      }
      assert_true(fabs(mean - 0.5) < 5 * 0.29 / sqrt(N));
      assert_true(fabs(square - 1.0 / 3) < 5 * 0.3 / sqrt(N));
      for (size_t j = 0; j < i; j++) {
        const double found = gsl_stats_spearman(u[i], 1, u[j], 1, N, work);
        assert_true(fabs(found - wanted[i * K + j]) < 0.013); // four standard errors of independent samples
      }
    }
  }
}

static void factor_squared_is_the_matrix(void **state) {
  (void)state;
  const double spearman[9] = {1, 0.5, -0.3, 0.5, 1, 0.25, -0.3, 0.25, 1};
  double *l = NULL;
  size_t bad = 0;
  assert_true(tf_correlation_factor(cx->arena, spearman, 3, &l, &bad));
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < 3; j++) {
      double sum = 0;
      for (size_t m = 0; m < 3; m++) {
        sum += l[i * 3 + m] * l[j * 3 + m];
      }
      const double pearson = i == j ? 1 : 2 * sin(acos(-1.0) / 6 * spearman[i * 3 + j]);
      assert_true(fabs(sum - pearson) < 1e-15);
      assert_true(j <= i || l[i * 3 + j] == 0);
    }
  }
}

static void impossible_sets(void **state) {
  (void)state;
  double *factor = NULL;
  size_t bad = 77;
  const double triple[9] = {1, 0.9, 0.9, 0.9, 1, -0.9, 0.9, -0.9, 1};
  assert_false(tf_correlation_factor(cx->arena, triple, 3, &factor, &bad));
  assert_int_equal(bad, 2);
  const double same[4] = {1, 1, 1, 1};
  assert_false(tf_correlation_factor(cx->arena, same, 2, &factor, &bad));
  assert_int_equal(bad, 1);
  assert_null(factor);
}

static void the_first_stays_and_blocks_do_not_matter(void **state) {
  (void)state;
  enum { M = 1024 };
  const double pair[4] = {1, -0.8, -0.8, 1};
  double *factor = NULL;
  size_t bad = 0;
  assert_true(tf_correlation_factor(cx->arena, pair, 2, &factor, &bad));
  static _Alignas(64) double before[2][M];
  static _Alignas(64) double whole[2][M];
  static _Alignas(64) double part[2][M];
  const tf_sampler sampler = {TF_SAMPLER_RANDOM, 5, M, 1};
  for (uint64_t j = 0; j < 2; j++) {
    tf_stream_fill(tf_stream_prepare(cx->arena, &sampler, (tf_stream_key){j, -1}, M), 0, before[j], M);
  }
  memcpy(whole, before, sizeof before);
  tf_correlate(factor, 2, (double *const[2]){whole[0], whole[1]}, M);
  assert_memory_equal(whole[0], before[0], sizeof before[0]);
  assert_true(memcmp(whole[1], before[1], sizeof before[1]) != 0);
  for (size_t block = 8; block <= 512; block *= 2) {
    memcpy(part, before, sizeof before);
    for (size_t from = 0; from < M; from += block) {
      tf_correlate(factor, 2, (double *const[2]){part[0] + from, part[1] + from}, block);
    }
    assert_memory_equal(part, whole, sizeof whole);
  }
}

static void extremes_stay_inside(void **state) {
  (void)state;
  const double pair[4] = {1, 0.99, 0.99, 1};
  double *factor = NULL;
  size_t bad = 0;
  assert_true(tf_correlation_factor(cx->arena, pair, 2, &factor, &bad));
  _Alignas(64) double u[2][8];
  for (int i = 0; i < 8; i++) {
    u[0][i] = i < 4 ? 0x1p-53 : 1 - 0x1p-53;
    u[1][i] = i % 2 == 0 ? 0x1p-53 : 1 - 0x1p-53;
  }
  tf_correlate(factor, 2, (double *const[2]){u[0], u[1]}, 8);
  for (int i = 0; i < 8; i++) {
    assert_true(u[1][i] > 0 && u[1][i] < 1);
  }
  // One stream alone is left as it is.
  const double alone[1] = {1};
  assert_true(tf_correlation_factor(cx->arena, alone, 1, &factor, &bad));
  const double kept = u[0][0];
  tf_correlate(factor, 1, (double *const[1]){u[0]}, 8);
  assert_true(u[0][0] == kept);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spearman_is_as_asked), cmocka_unit_test(factor_squared_is_the_matrix),
      cmocka_unit_test(impossible_sets),      cmocka_unit_test(the_first_stays_and_blocks_do_not_matter),
      cmocka_unit_test(extremes_stay_inside),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
