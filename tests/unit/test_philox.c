// SPDX-License-Identifier: GPL-3.0-or-later
// Philox against the known answers of Random123, and its columns against single images.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "engine/philox.h"
#include "engine/sampler.h"

static void known_answers(void **state) {
  (void)state;
  static const struct {
    uint32_t counter[4], key[2], out[4];
  } cases[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
       {0xffffffff, 0xffffffff},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint32_t out[4];
    tf_philox(cases[i].key, cases[i].counter, out);
    assert_memory_equal(out, cases[i].out, sizeof out);
  }
}

static double uniform_of(uint32_t high, uint32_t low) {
  const uint64_t bits = ((uint64_t)high << 32 | low) >> 12;
  return ((double)bits + 0.5) * 0x1p-52;
}

static void column_is_the_images(void **state) {
  (void)state;
  enum { N = 64 };
  _Alignas(64) double u[N];
  const uint64_t seed = UINT64_C(0x123456789abcdef0);
  const uint64_t name = UINT64_C(0xfedcba9876543210);
  const uint64_t first = (UINT64_C(1) << 36) - 16; // the counter carries into its second word
  tf_philox_fill(seed, name, first, u, N);
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  for (uint64_t i = 0; i < N; i++) {
    const uint64_t sample = first + i;
    const uint64_t index = sample / 16 * 8 + sample % 8;
    const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), (uint32_t)name, (uint32_t)(name >> 32)};
    uint32_t out[4];
    tf_philox(key, counter, out);
    const double wanted = sample % 16 < 8 ? uniform_of(out[0], out[1]) : uniform_of(out[2], out[3]);
    assert_true(u[i] == wanted);
  }
}

static void any_start_and_length(void **state) {
  (void)state;
  enum { N = 512 };
  _Alignas(64) double whole[N];
  tf_philox_fill(7, 8, 0, whole, N);
  for (size_t block = 8; block <= N; block *= 2) {
    _Alignas(64) double part[N];
    for (size_t from = 0; from < N; from += block) {
      tf_philox_fill(7, 8, from, part, block);
      assert_memory_equal(part, whole + from, block * sizeof *part);
    }
  }
  _Alignas(64) double odd[24];
  tf_philox_fill(7, 8, 40, odd, 24);
  assert_memory_equal(odd, whole + 40, sizeof odd);
}

static void words_differ_from_samples(void **state) {
  (void)state;
  // Tag words take counters with the highest bit of the first half set; samples never reach them.
  const uint32_t key[2] = {5, 0};
  const uint32_t counter[4] = {3, UINT32_C(0x80000002), 9, 0};
  uint32_t out[4];
  tf_philox(key, counter, out);
  assert_true(tf_philox_word(5, 9, 2, 6) == ((uint64_t)out[0] << 32 | out[1]));
  assert_true(tf_philox_word(5, 9, 2, 7) == ((uint64_t)out[2] << 32 | out[3]));
  assert_true(tf_philox_word(5, 9, 2, 6) != tf_philox_word(5, 9, 3, 6));
  assert_true(tf_philox_word(5, 9, 2, 6) != tf_philox_word(6, 9, 2, 6));
  assert_true(tf_philox_word(5, 9, 2, 6) != tf_philox_word(5, 10, 2, 6));
}

static void uniformity(void **state) {
  (void)state;
  enum { N = 1 << 16, BINS = 64 };
  static _Alignas(64) double u[N];
  tf_philox_fill(1, 2, 0, u, N);
  double sum = 0;
  double square = 0;
  double neighbours = 0;
  int bins[BINS] = {0};
  for (size_t i = 0; i < N; i++) {
    assert_true(u[i] > 0 && u[i] < 1);
    sum += u[i];
    square += u[i] * u[i];
    neighbours += i > 0 ? (u[i] - 0.5) * (u[i - 1] - 0.5) : 0;
    bins[(int)(u[i] * BINS)]++;
  }
  // Five standard errors.
  assert_true(sum / N > 0.5 - 5 * 0.2887 / 256 && sum / N < 0.5 + 5 * 0.2887 / 256);
  assert_true(square / N > 1.0 / 3 - 5 * 0.298 / 256 && square / N < 1.0 / 3 + 5 * 0.298 / 256);
  assert_true(neighbours / N > -5.0 / 12 / 256 && neighbours / N < 5.0 / 12 / 256);
  double chi = 0;
  for (int b = 0; b < BINS; b++) {
    const double off = bins[b] - (double)N / BINS;
    chi += off * off / ((double)N / BINS);
  }
  assert_true(chi > 25 && chi < 125); // 63 degrees of freedom
}

static void streams_of_names_and_seeds(void **state) {
  (void)state;
  enum { N = 64 };
  _Alignas(64) double a[N];
  _Alignas(64) double b[N];
  tf_philox_fill(1, 2, 0, a, N);
  tf_philox_fill(1, 3, 0, b, N);
  assert_true(memcmp(a, b, sizeof a) != 0);
  tf_philox_fill(2, 2, 0, b, N);
  assert_true(memcmp(a, b, sizeof a) != 0);
  tf_philox_fill(1, 2, 0, b, N);
  assert_memory_equal(a, b, sizeof a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_answers),        cmocka_unit_test(column_is_the_images),
      cmocka_unit_test(any_start_and_length), cmocka_unit_test(words_differ_from_samples),
      cmocka_unit_test(uniformity),           cmocka_unit_test(streams_of_names_and_seeds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
