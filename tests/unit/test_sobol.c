// SPDX-License-Identifier: GPL-3.0-or-later
// Sobol' points: known values, nets, lanes of scramblings, independence of blocks, and the error of a mean.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/context.h"
#include "engine/dist.h"
#include "engine/sampler.h"
#include "engine/sobol.h"

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

static uint64_t point(const uint64_t directions[static TF_SOBOL_BITS], uint64_t number) {
  uint64_t x = 0;
  for (uint32_t k = 0; k < TF_SOBOL_BITS; k++) {
    x ^= (number >> k & 1) != 0 ? directions[k] : 0;
  }
  return x;
}

// From scipy.stats.qmc.Sobol(1111, scramble=False), which lists points in Gray code order, times 2^14.
static void known_points(void **state) {
  (void)state;
  static const uint32_t dimension[8] = {0, 1, 2, 3, 12, 40, 500, 1110};
  static const struct {
    uint64_t number;
    uint64_t x[8];
  } known[] = {
      {1, {8192, 8192, 8192, 8192, 8192, 8192, 8192, 8192}},
      {2, {12288, 4096, 4096, 4096, 4096, 4096, 4096, 12288}},
      {5, {14336, 14336, 2048, 6144, 14336, 6144, 14336, 6144}},
      {31, {512, 8704, 14848, 15872, 15872, 13824, 6656, 9728}},
      {777, {11344, 15344, 2672, 4496, 6288, 11824, 14256, 9584}},
      {5000, {3222, 4270, 3534, 6758, 11598, 1650, 1106, 11202}},
      {9999, {1099, 15097, 16101, 5561, 3235, 15265, 4871, 3901}},
      {16383, {1, 13107, 12327, 11523, 1801, 535, 10657, 1851}},
  };
  for (size_t d = 0; d < 8; d++) {
    uint64_t directions[TF_SOBOL_BITS];
    tf_sobol_directions(dimension[d], directions);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
      const uint64_t gray = known[i].number ^ known[i].number >> 1;
      assert_true(point(directions, gray) == known[i].x[d] << (TF_SOBOL_BITS - 14));
    }
  }
}

// Direction k is 1 in digit k and 0 below: the matrix is triangular with ones, for every dimension.
static void directions_are_triangular(void **state) {
  (void)state;
  for (uint32_t d = 0; d < TF_SOBOL_DIMENSIONS; d++) {
    uint64_t directions[TF_SOBOL_BITS];
    tf_sobol_directions(d, directions);
    for (uint32_t k = 0; k < TF_SOBOL_BITS; k++) {
      const uint32_t lowest = TF_SOBOL_BITS - 1 - k;
      assert_true((directions[k] >> lowest & 1) == 1);
      assert_true((directions[k] & ((UINT64_C(1) << lowest) - 1)) == 0);
      assert_true(directions[k] >> TF_SOBOL_BITS == 0);
    }
  }
}

static tf_stream *stream_of(uint32_t replicates, uint64_t name, int32_t dimension) {
  const tf_sampler sampler = {TF_SAMPLER_SOBOL, 42, 1 << 16, replicates};
  return tf_stream_prepare(cx->arena, &sampler, (tf_stream_key){name, dimension}, UINT64_MAX);
}

static void sample_is_point_of_scrambling(void **state) {
  (void)state;
  enum { N = 1024 };
  static _Alignas(64) double u[N];
  for (uint32_t replicates = 1; replicates <= 8; replicates *= 2) {
    const tf_stream *stream = stream_of(replicates, 99, 7);
    const uint64_t first = UINT64_C(1234567) * 8;
    tf_stream_fill(stream, first, u, N);
    for (uint64_t i = 0; i < N; i++) {
      const uint64_t sample = first + i;
      uint64_t directions[TF_SOBOL_BITS];
      uint64_t shift = 0;
      tf_sobol_directions(7, directions);
      tf_sobol_scramble(42, 99, (uint32_t)(sample % replicates), TF_SOBOL_BITS, directions, &shift);
      const uint64_t bits = point(directions, sample / replicates) ^ shift;
      assert_true(u[i] == ((double)bits + 0.5) * 0x1p-52);
    }
  }
}

// A stream that is prepared for N samples gives the first N of all.
static void few_samples_are_the_first_of_all(void **state) {
  (void)state;
  enum { MOST = 4104 };
  static _Alignas(64) double all[MOST];
  static _Alignas(64) double few[MOST];
  static const uint64_t lengths[] = {1, 8, 9, 16, 17, 64, 65, 1000, 1024, 1025, 4096, 4097};
  for (uint32_t replicates = 1; replicates <= 8; replicates *= 2) {
    tf_stream_fill(stream_of(replicates, 17, 12), 0, all, MOST);
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
      const tf_sampler sampler = {TF_SAMPLER_SOBOL, 42, 1 << 16, replicates};
      const size_t n = (lengths[k] + 7) / 8 * 8;
      memset(few, 0, sizeof few);
      tf_stream_fill(tf_stream_prepare(cx->arena, &sampler, (tf_stream_key){17, 12}, lengths[k]), 0, few, n);
      assert_memory_equal(few, all, n * sizeof *few);
    }
  }
  const tf_sampler eight = {TF_SAMPLER_SOBOL, 42, 1 << 16, 8};
  const uint64_t end = UINT64_C(1) << 40, last = end - 64;
  tf_stream_fill(stream_of(8, 17, 12), last, all, 64);
  tf_stream_fill(tf_stream_prepare(cx->arena, &eight, (tf_stream_key){17, 12}, end), last, few, 64);
  assert_memory_equal(few, all, 64 * sizeof *few);
}

static void any_start_and_length(void **state) {
  (void)state;
  enum { N = 4096 };
  static _Alignas(64) double whole[N];
  static _Alignas(64) double part[N];
  for (uint32_t replicates = 1; replicates <= 8; replicates *= 2) {
    const tf_stream *stream = stream_of(replicates, 5, 300);
    tf_stream_fill(stream, 0, whole, N);
    for (size_t block = 8; block <= 512; block *= 2) {
      for (size_t from = 0; from < N; from += block) {
        tf_stream_fill(stream, from, part + from, block);
      }
      assert_memory_equal(part, whole, sizeof whole);
    }
  }
}

// 2^k consecutive points of every scrambling have one point in each interval of length 2^-k.
static void each_scrambling_is_a_net(void **state) {
  (void)state;
  enum { POINTS = 256, R = 8 };
  static _Alignas(64) double u[POINTS * R];
  for (int32_t d = 0; d < TF_SOBOL_DIMENSIONS; d += 37) {
    const tf_stream *stream = stream_of(R, 1000 + (uint64_t)d, d);
    tf_stream_fill(stream, (uint64_t)POINTS * R * 3, u, POINTS * R);
    for (uint32_t r = 0; r < R; r++) {
      bool seen[POINTS] = {false};
      for (size_t p = 0; p < POINTS; p++) {
        const double value = u[p * R + r];
        assert_true(value > 0 && value < 1);
        const size_t box = (size_t)(value * POINTS);
        assert_false(seen[box]);
        seen[box] = true;
      }
    }
  }
}

// The first two dimensions make a (0, m, 2) net: one of 2^8 points in every elementary box.
static void two_dimensions_are_a_net(void **state) {
  (void)state;
  enum { POINTS = 256 };
  static _Alignas(64) double u[2][POINTS];
  tf_stream_fill(stream_of(1, 1, 0), 0, u[0], POINTS);
  tf_stream_fill(stream_of(1, 2, 1), 0, u[1], POINTS);
  for (int split = 0; split <= 8; split++) {
    bool seen[POINTS] = {false};
    for (size_t p = 0; p < POINTS; p++) {
      const size_t box =
          (size_t)(u[0][p] * (1 << split)) * (size_t)(1 << (8 - split)) + (size_t)(u[1][p] * (1 << (8 - split)));
      assert_false(seen[box]);
      seen[box] = true;
    }
  }
}

static void keys(void **state) {
  (void)state;
  enum { N = 64 };
  _Alignas(64) double a[N];
  _Alignas(64) double b[N];
  const tf_sampler one = {TF_SAMPLER_SOBOL, 1, N, 8};
  const tf_sampler two = {TF_SAMPLER_SOBOL, 2, N, 8};
  const tf_sampler random = {TF_SAMPLER_RANDOM, 1, N, 8};
  tf_stream_fill(tf_stream_prepare(cx->arena, &one, (tf_stream_key){10, 3}, N), 0, a, N);
  tf_stream_fill(tf_stream_prepare(cx->arena, &one, (tf_stream_key){10, 3}, N), 0, b, N);
  assert_memory_equal(a, b, sizeof a);
  tf_stream_fill(tf_stream_prepare(cx->arena, &two, (tf_stream_key){10, 3}, N), 0, b, N);
  assert_true(memcmp(a, b, sizeof a) != 0);
  tf_stream_fill(tf_stream_prepare(cx->arena, &one, (tf_stream_key){11, 3}, N), 0, b, N);
  assert_true(memcmp(a, b, sizeof a) != 0);
  // Beyond the table, without a dimension, or when asked for: random, by the name alone.
  tf_stream_fill(tf_stream_prepare(cx->arena, &random, (tf_stream_key){10, 3}, N), 0, a, N);
  tf_stream_fill(tf_stream_prepare(cx->arena, &one, (tf_stream_key){10, -1}, N), 0, b, N);
  assert_memory_equal(a, b, sizeof a);
  tf_stream_fill(tf_stream_prepare(cx->arena, &one, (tf_stream_key){10, TF_SOBOL_DIMENSIONS}, N), 0, b, N);
  assert_memory_equal(a, b, sizeof a);
}

// The cost of one training run on a cluster, from twelve uncertain inputs: the problem on which the speed and accuracy
// of the program are stated.
enum { INPUTS = 12, SAMPLES = 16384, SEEDS = 20, COLUMN = 512 };

static void prepare_inputs(const tf_dist *dists[INPUTS]) {
  static const struct {
    tf_family family;
    tf_form form;
    double args[3];
    double low, high;
  } inputs[INPUTS] = {
      {TF_FAMILY_LOGNORMAL, TF_FORM_INTERVAL, {25e3, 40e3}, -INFINITY, INFINITY},         // USD/GPU
      {TF_FAMILY_TRIANGULAR, TF_FORM_ARGUMENTS, {1.25, 1.4, 1.7}, -INFINITY, INFINITY},   // server per GPU
      {TF_FAMILY_LOGNORMAL, TF_FORM_INTERVAL, {8e6, 14e6}, -INFINITY, INFINITY},          // USD/MW
      {TF_FAMILY_NORMAL, TF_FORM_MEAN_SD, {1200, 100}, -INFINITY, INFINITY},              // W/GPU
      {TF_FAMILY_UNIFORM, TF_FORM_BOUNDS, {1.1, 1.35}, -INFINITY, INFINITY},              // PUE
      {TF_FAMILY_LOGNORMAL, TF_FORM_INTERVAL, {0.05, 0.11}, -INFINITY, INFINITY},         // USD/kWh
      {TF_FAMILY_NORMAL, TF_FORM_MEAN_SD, {0.38, 0.06}, 0.2, 0.55},                       // MFU
      {TF_FAMILY_UNIFORM, TF_FORM_BOUNDS, {0.8, 0.97}, -INFINITY, INFINITY},              // goodput
      {TF_FAMILY_LOGNORMAL, TF_FORM_INTERVAL, {2e26, 8e26}, -INFINITY, INFINITY},         // FLOP
      {TF_FAMILY_UNIFORM, TF_FORM_BOUNDS, {3, 6}, -INFINITY, INFINITY},                   // years
      {TF_FAMILY_UNIFORM, TF_FORM_BOUNDS, {0.6, 0.95}, -INFINITY, INFINITY},              // utilisation
      {TF_FAMILY_TRIANGULAR, TF_FORM_ARGUMENTS, {0.02, 0.04, 0.08}, -INFINITY, INFINITY}, // operation per year
  };
  for (size_t d = 0; d < INPUTS; d++) {
    const tf_dist_spec spec = {.family = inputs[d].family,
                               .form = inputs[d].form,
                               .level = 0.9,
                               .count = inputs[d].form == TF_FORM_ARGUMENTS ? 3 : 2,
                               .args = inputs[d].args,
                               .low = inputs[d].low,
                               .high = inputs[d].high,
                               .unit_factor = 1};
    assert_int_equal(tf_dist_prepare(cx, cx->arena, &spec, &dists[d]), TF_OK);
  }
}

static double cost_of(double x[INPUTS][COLUMN], size_t i) {
  const double gpus = 1e5;
  const double it = gpus * x[0][i] * x[1][i];
  const double megawatts = gpus / 1e6 * x[3][i] * x[4][i];
  const double hours = x[8][i] / (gpus * 989e12 * x[6][i] * x[7][i]) / 3600;
  const double recovery = 0.08 / (1 - pow(1.08, -x[9][i]));
  const double per_year = it * recovery + megawatts * x[2][i] / 15 + x[11][i] * it;
  return per_year * hours / (8766 * x[10][i]) + megawatts * hours * 1000 * x[5][i];
}

static double mean_cost(const tf_dist *const *dists, tf_sampler sampler, double *sd) {
  static _Alignas(64) double x[INPUTS][COLUMN];
  const tf_arena_mark mark = tf_arena_save(cx->arena);
  const tf_stream *streams[INPUTS];
  for (int32_t d = 0; d < INPUTS; d++) {
    streams[d] = tf_stream_prepare(cx->arena, &sampler, (tf_stream_key){100 + (uint64_t)d, d}, sampler.samples);
  }
  double sum = 0;
  double square = 0;
  for (uint64_t first = 0; first < sampler.samples; first += COLUMN) {
    for (size_t d = 0; d < INPUTS; d++) {
      tf_stream_fill(streams[d], first, x[d], COLUMN);
      tf_dist_quantile(dists[d], x[d], x[d], COLUMN);
    }
    for (size_t i = 0; i < COLUMN; i++) {
      const double cost = cost_of(x, i);
      sum += cost;
      square += cost * cost;
    }
  }
  tf_arena_restore(cx->arena, mark);
  const double n = (double)sampler.samples;
  *sd = sqrt(square / n - sum / n * (sum / n));
  return sum / n;
}

static void error_of_a_mean(void **state) {
  (void)state;
  const tf_dist *dists[INPUTS];
  prepare_inputs(dists);
  double sd = 0;
  const double exact = mean_cost(dists, (tf_sampler){TF_SAMPLER_SOBOL, 777, 1 << 20, 8}, &sd);
  assert_true(fabs(exact / 959.86e6 - 1) < 1e-4);
  double mean_square[2] = {0, 0};
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    for (uint32_t i = 0; i < 2; i++) {
      const double off = mean_cost(dists, (tf_sampler){TF_SAMPLER_SOBOL, seed, SAMPLES, i == 0 ? 1 : 8}, &sd) - exact;
      mean_square[i] += off * off / SEEDS;
    }
  }
  const double plain = sd / sqrt(SAMPLES); // standard error of plain Monte Carlo
  const double gain_1 = plain / sqrt(mean_square[0]);
  const double gain_8 = plain / sqrt(mean_square[1]);
  print_message("error of the mean: %.0f times smaller than plain Monte Carlo with R = 1, %.0f with R = 8\n", gain_1,
                gain_8);
  assert_true(gain_1 >= 50);
  assert_true(gain_8 >= 25);
  // And plain Monte Carlo is what it is said to be.
  const double off = fabs(mean_cost(dists, (tf_sampler){TF_SAMPLER_RANDOM, 3, SAMPLES, 1}, &sd) - exact);
  assert_true(off < 4 * plain && off > plain / 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_points),
      cmocka_unit_test(directions_are_triangular),
      cmocka_unit_test(sample_is_point_of_scrambling),
      cmocka_unit_test(few_samples_are_the_first_of_all),
      cmocka_unit_test(any_start_and_length),
      cmocka_unit_test(each_scrambling_is_a_net),
      cmocka_unit_test(two_dimensions_are_a_net),
      cmocka_unit_test(keys),
      cmocka_unit_test(error_of_a_mean),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
