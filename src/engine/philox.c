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

uint64_t tf_philox_word(uint64_t seed, uint64_t name, uint32_t tag, uint32_t index) {
  const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  const uint32_t counter[4] = {index / 2, UINT32_C(0x80000000) | tag, (uint32_t)name, (uint32_t)(name >> 32)};
  uint32_t out[4];
  tf_philox(key, counter, out);
  return index % 2 == 0 ? (uint64_t)out[0] << 32 | out[1] : (uint64_t)out[2] << 32 | out[3];
}

typedef struct image {
  uint32_t a, b, c, d;
} image;

TF_INLINE image round_of(image s, uint32_t k0, uint32_t k1) {
  const uint64_t p0 = (uint64_t)s.a * MULTIPLIER_0;
  const uint64_t p1 = (uint64_t)s.c * MULTIPLIER_1;
  return (image){(uint32_t)(p1 >> 32) ^ s.b ^ k0, (uint32_t)p1, (uint32_t)(p0 >> 32) ^ s.d ^ k1, (uint32_t)p0};
}

// 16 samples: images of the counters base .. base + 7.
TF_KERNEL static void fill_16(uint64_t seed, uint64_t name, uint64_t base, double *u) {
  const uint32_t k0 = (uint32_t)seed;
  const uint32_t k1 = (uint32_t)(seed >> 32);
  _Alignas(64) uint32_t out[4][TF_LANES];
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
    out[0][l] = s.a;
    out[1][l] = s.b;
    out[2][l] = s.c;
    out[3][l] = s.d;
  }
  // The top 52 bits as (bits + 1/2) 2^-52: with the exponent of 1 they are a double in [1, 2); the difference is exact.
  uint64_t bits[2 * TF_LANES];
  for (size_t l = 0; l < TF_LANES; l++) {
    bits[l] = ((uint64_t)out[0][l] << 32 | out[1][l]) >> 12 | UINT64_C(0x3ff0000000000000);
    bits[TF_LANES + l] = ((uint64_t)out[2][l] << 32 | out[3][l]) >> 12 | UINT64_C(0x3ff0000000000000);
  }
  memcpy(u, bits, sizeof bits);
  for (size_t l = 0; l < (size_t)2 * TF_LANES; l++) {
    u[l] -= 1.0 - 0x1p-53;
  }
}

void tf_philox_fill(uint64_t seed, uint64_t name, uint64_t first, double *u, size_t n) {
  _Alignas(64) double both[2 * TF_LANES];
  size_t done = 0;
  while (done < n) {
    const uint64_t sample = first + done;
    const uint64_t base = sample / 16 * TF_LANES;
    if (sample % 16 == 0 && n - done >= 16) {
      fill_16(seed, name, base, u + done);
      done += 16;
    } else {
      fill_16(seed, name, base, both);
      memcpy(u + done, sample % 16 == 0 ? both : both + TF_LANES, TF_LANES * sizeof *u);
      done += TF_LANES;
    }
  }
}
