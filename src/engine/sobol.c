// SPDX-License-Identifier: GPL-3.0-or-later
// Direction numbers by the recurrence of Bratley and Fox (ACM TOMS algorithm 659), and their scrambling.
#include "engine/sobol.h"

#include <stddef.h>
#include <string.h>

#include "engine/philox.h"
#include "engine/vecmath.h"

static uint32_t degree_of(uint16_t polynomial) {
  uint32_t degree = 0;
  while (polynomial >> (degree + 1) != 0) {
    degree++;
  }
  return degree;
}

void tf_sobol_directions(uint32_t dimension, uint64_t directions[static TF_SOBOL_BITS]) {
  uint64_t m[TF_SOBOL_BITS] = {0}; // odd integers below 2^(k+1)
  if (dimension == 0) {
    for (uint32_t k = 0; k < TF_SOBOL_BITS; k++) { // van der Corput
      m[k] = 1;
    }
  } else {
    size_t at = 0;
    for (uint32_t d = 1; d < dimension; d++) {
      at += degree_of(tf_sobol_polynomials[d]);
    }
    const uint16_t polynomial = tf_sobol_polynomials[dimension];
    const uint32_t degree = degree_of(polynomial);
    for (uint32_t k = 0; k < degree; k++) {
      m[k] = tf_sobol_initial[at + k];
    }
    for (uint32_t k = degree; k < TF_SOBOL_BITS; k++) {
      m[k] = m[k - degree] ^ m[k - degree] << degree;
      for (uint32_t j = 1; j < degree; j++) {
        if ((polynomial >> (degree - j) & 1) != 0) {
          m[k] ^= m[k - j] << j;
        }
      }
    }
  }
  for (uint32_t k = 0; k < TF_SOBOL_BITS; k++) {
    directions[k] = m[k] << (TF_SOBOL_BITS - 1 - k);
  }
}

// The matrix times each of `count` directions, all at once, column by column. A direction has no digits below its own:
// column c changes directions c and later ones only.
TF_KERNEL static void multiply(const uint64_t *column, const uint64_t *directions, uint64_t *product, uint32_t count) {
  for (uint32_t c = 0; c < count; c++) {
    const uint64_t own = column[c];
    const uint32_t shift = TF_SOBOL_BITS - 1 - c;
    TF_SIMD
    for (uint32_t k = c / 4 * 4; k < count; k++) {
      product[k] ^= own & (0 - (directions[k] >> shift & 1));
    }
  }
}

void tf_sobol_scramble(uint64_t seed, uint64_t name, uint32_t replicate, uint32_t count, uint64_t *directions,
                       uint64_t *shift) {
  // Column c of the lower triangular matrix: digit c (from the highest) itself, and random digits below it.
  uint64_t random[TF_SOBOL_BITS];
  uint64_t column[TF_SOBOL_BITS];
  uint64_t scrambled[TF_SOBOL_BITS] = {0};
  for (uint32_t c = 0; c < count; c += 2) {
    tf_philox_pair(seed, name, replicate, c / 2, &random[c]);
  }
  for (uint32_t c = 0; c < count; c++) {
    const uint64_t unit = UINT64_C(1) << (TF_SOBOL_BITS - 1 - c);
    column[c] = unit | (random[c] >> 12 & (unit - 1));
  }
  multiply(column, directions, scrambled, count);
  memcpy(directions, scrambled, count * sizeof *directions);
  *shift = tf_philox_word(seed, name, replicate, TF_SOBOL_BITS) >> 12;
}
