// SPDX-License-Identifier: GPL-3.0-or-later
// Philox4x32-10: one image at a time, and eight side by side for columns.
#include "engine/philox.h"

#include <string.h>

#include "engine/vecmath.h"

#define MULTIPLIER_0 UINT32_C(0xD2511F53)
#define MULTIPLIER_1 UINT32_C(0xCD9E8D57)
#define WEYL_0 UINT32_C(0x9E3779B9)
#define WEYL_1 UINT32_C(0xBB67AE85)
enum { ROUNDS = 10 };

void tf_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]) {
  uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < ROUNDS; round++) {
    const uint64_t p0 = (uint64_t)a * MULTIPLIER_0;
    const uint64_t p1 = (uint64_t)c * MULTIPLIER_1;
    a = (uint32_t)(p1 >> 32) ^ b ^ k0;
    b = (uint32_t)p1;
    c = (uint32_t)(p0 >> 32) ^ d ^ k1;
    d = (uint32_t)p0;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}

void tf_philox_pair(uint64_t seed, uint64_t name, uint32_t tag, uint32_t pair, uint64_t words[2]) {
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  const uint32_t counter[4] = {pair, UINT32_C(0x80000000) | tag, (uint32_t)name, (uint32_t)(name >> 32)};
  uint32_t out[4];
  tf_philox(key, counter, out);
  words[0] = (uint64_t)out[0] << 32 | out[1];
  words[1] = (uint64_t)out[2] << 32 | out[3];
}

uint64_t tf_philox_word(uint64_t seed, uint64_t name, uint32_t tag, uint32_t index) {
  uint64_t words[2];
  tf_philox_pair(seed, name, tag, index / 2, words);
  return words[index % 2];
}

typedef struct image {
  uint32_t a, b, c, d;
} image;

TF_INLINE image round_of(image s, uint32_t k0, uint32_t k1) {
  const uint64_t p0 = (uint64_t)s.a * MULTIPLIER_0;
  const uint64_t p1 = (uint64_t)s.c * MULTIPLIER_1;
  // The low halves as products of 32 bits: fewer shuffles in vectors.
  return (image){(uint32_t)(p1 >> 32) ^ s.b ^ k0, s.c * MULTIPLIER_1, (uint32_t)(p0 >> 32) ^ s.d ^ k1,
                 s.a * MULTIPLIER_0};
}

// The top 52 of 64 bits as (bits + 1/2) 2^-52: with the exponent of 1 they are a double in [1, 2); the difference is
// exact.
TF_INLINE double uniform_of(uint32_t high, uint32_t low) {
  const uint64_t bits = ((uint64_t)high << 32 | low) >> 12 | UINT64_C(0x3ff0000000000000);
  double value = 0;
  memcpy(&value, &bits, sizeof value);
  return value - (1.0 - 0x1p-53);
}

// 16 samples: images of the counters base .. base + 7.
TF_INLINE void fill_16(uint64_t seed, uint64_t name, uint64_t base, double *u) {
  const uint32_t k0 = (uint32_t)seed;
  const uint32_t k1 = (uint32_t)(seed >> 32);
  TF_SIMD
  for (uint32_t l = 0; l < TF_LANES; l++) {
    // base is a multiple of 8: adding the lane carries nothing. Rounds are written out so that lanes stay in registers.
    image s = {(uint32_t)base + l, (uint32_t)(base >> 32), (uint32_t)name, (uint32_t)(name >> 32)};
    s = round_of(s, k0, k1);
    s = round_of(s, k0 + WEYL_0, k1 + WEYL_1);
    s = round_of(s, k0 + 2 * WEYL_0, k1 + 2 * WEYL_1);
    s = round_of(s, k0 + 3 * WEYL_0, k1 + 3 * WEYL_1);
    s = round_of(s, k0 + 4 * WEYL_0, k1 + 4 * WEYL_1);
    s = round_of(s, k0 + 5 * WEYL_0, k1 + 5 * WEYL_1);
    s = round_of(s, k0 + 6 * WEYL_0, k1 + 6 * WEYL_1);
    s = round_of(s, k0 + 7 * WEYL_0, k1 + 7 * WEYL_1);
    s = round_of(s, k0 + 8 * WEYL_0, k1 + 8 * WEYL_1);
    s = round_of(s, k0 + 9 * WEYL_0, k1 + 9 * WEYL_1);
    u[l] = uniform_of(s.a, s.b);
    u[TF_LANES + l] = uniform_of(s.c, s.d);
  }
}

TF_KERNEL static void fill_many(uint64_t seed, uint64_t name, uint64_t base, double *u, size_t count) {
  for (size_t i = 0; i < count; i++) {
    fill_16(seed, name, base + i * TF_LANES, u + i * 2 * TF_LANES);
  }
}

void tf_philox_fill(uint64_t seed, uint64_t name, uint64_t first, double *u, size_t n) {
  _Alignas(64) double both[2 * TF_LANES];
  size_t done = 0;
  while (done < n) {
    const uint64_t sample = first + done;
    const uint64_t base = sample / 16 * TF_LANES;
    if (sample % 16 == 0 && n - done >= 16) {
      const size_t count = (n - done) / 16;
      fill_many(seed, name, base, u + done, count);
      done += count * 16;
    } else {
      fill_many(seed, name, base, both, 1);
      memcpy(u + done, sample % 16 == 0 ? both : both + TF_LANES, TF_LANES * sizeof *u);
      done += TF_LANES;
    }
  }
}
