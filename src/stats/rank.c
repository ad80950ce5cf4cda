// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/rank.h"

#include <math.h>
#include <string.h>

enum { DIGIT = 11, DIGITS = 6, VALUES = 1 << DIGIT };

// Whole numbers in the order of the values; the two zeros are one, NaN comes last.
static uint64_t order_key(double x) {
  const double v = x + 0.0;
  uint64_t bits = 0;
  memcpy(&bits, &v, sizeof bits);
  const uint64_t key = bits >> 63 != 0 ? ~bits : bits | UINT64_C(1) << 63;
  return v == v ? key : UINT64_MAX;
}

// Positions by value: stable, digit by digit from the lowest, so that no comparison is ever guessed wrong.
static const uint32_t *sort_positions(const double *x, size_t count, uint32_t *scratch) {
  uint32_t starts[DIGITS][VALUES];
  memset(starts, 0, sizeof starts);
  uint32_t *from = scratch;
  uint32_t *to = scratch + count;
  for (size_t i = 0; i < count; i++) {
    const uint64_t key = order_key(x[i]);
    from[i] = (uint32_t)i;
    for (unsigned d = 0; d < DIGITS; d++) {
      starts[d][key >> (d * DIGIT) & (VALUES - 1)]++;
    }
  }
  for (unsigned d = 0; d < DIGITS; d++) {
    uint32_t *start = starts[d];
    uint32_t below = 0;
    uint32_t largest = 0;
    for (unsigned v = 0; v < VALUES; v++) {
      const uint32_t here = start[v];
      start[v] = below;
      below += here;
      largest = here > largest ? here : largest;
    }
    if (largest == count) { // the digit is the same everywhere
      continue;
    }
    for (size_t i = 0; i < count; i++) {
      const uint32_t at = from[i];
      to[start[order_key(x[at]) >> (d * DIGIT) & (VALUES - 1)]++] = at;
    }
    uint32_t *t = from;
    from = to;
    to = t;
  }
  return from;
}

void tf_ranks(const double *x, size_t count, double *rank, uint32_t *scratch) {
  const uint32_t *order = sort_positions(x, count, scratch);
  for (size_t i = 0; i < count;) {
    size_t end = i + 1;
    while (end < count && x[order[end]] == x[order[i]]) {
      end++;
    }
    double shared = ((double)i + 1 + (double)end) / 2;
    for (; i < end; i++) {
      rank[order[i]] = shared;
    }
  }
}

double tf_rank_correlation(const double *a, const double *b, size_t count) {
  double mean = ((double)count + 1) / 2; // of any column of ranks, ties included
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (size_t i = 0; i < count; i++) {
    double da = a[i] - mean;
    double db = b[i] - mean;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}
