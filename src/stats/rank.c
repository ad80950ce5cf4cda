// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/rank.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "engine/column.h"

enum { DIGIT = 8, DIGITS = 8, VALUES = 1 << DIGIT, BUCKETS = 4096, CROWDED = 64 };

// Whole numbers in the order of the values; the two zeros are one, NaN comes last.
static uint64_t order_key(double x) {
  const double v = x + 0.0;
  uint64_t bits = 0;
  memcpy(&bits, &v, sizeof bits);
  const uint64_t key = bits >> 63 != 0 ? ~bits : bits | UINT64_C(1) << 63;
  return v == v ? key : UINT64_MAX;
}

static unsigned digit_of(uint64_t key, unsigned digit) {
  return (unsigned)(key >> (digit * DIGIT) & (VALUES - 1));
}

// By value: stable, digit by digit from the lowest, so that no comparison is ever guessed wrong.
static const tf_rank_item *sort_items(const double *x, size_t count, tf_rank_item *scratch) {
  uint32_t starts[DIGITS][VALUES];
  memset(starts, 0, sizeof starts);
  tf_rank_item *from = scratch;
  tf_rank_item *to = scratch + count;
  for (size_t i = 0; i < count; i++) {
    const uint64_t key = order_key(x[i]);
    from[i] = (tf_rank_item){key, (uint32_t)i};
    for (unsigned d = 0; d < DIGITS; d++) {
      starts[d][digit_of(key, d)]++;
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
      to[start[digit_of(from[i].key, d)]++] = from[i];
    }
    tf_rank_item *t = from;
    from = to;
    to = t;
  }
  return from;
}

// Values spread evenly enough, as uniform numbers are: into buckets by value, then each item past the few that are
// larger. False where a bucket is crowded or a value not finite.
static bool sort_evenly(const double *x, size_t count, tf_rank_item *out) {
  uint32_t start[BUCKETS] = {0};
  const tf_column_scan scan = tf_column_read(x, count, 0);
  const double scale = (BUCKETS - 1) / (scan.high - scan.low);
  if (scan.odd > 0 || !(scale > 0 && scale < INFINITY)) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    start[(uint32_t)((x[i] - scan.low) * scale)]++;
  }
  uint32_t below = 0;
  for (size_t b = 0; b < BUCKETS; b++) {
    const uint32_t here = start[b];
    if (here > CROWDED) {
      return false;
    }
    start[b] = below;
    below += here;
  }
  for (size_t i = 0; i < count; i++) {
    out[start[(uint32_t)((x[i] - scan.low) * scale)]++] = (tf_rank_item){order_key(x[i]), (uint32_t)i};
  }
  for (size_t i = 1; i < count; i++) {
    const tf_rank_item item = out[i];
    size_t at = i;
    for (; at > 0 && out[at - 1].key > item.key; at--) {
      out[at] = out[at - 1];
    }
    out[at] = item;
  }
  return true;
}

void tf_ranks(const double *x, size_t count, double *rank, tf_rank_item *scratch) {
  const tf_rank_item *order = sort_evenly(x, count, scratch) ? scratch : sort_items(x, count, scratch);
  for (size_t i = 0; i < count;) {
    size_t end = i + 1;
    while (end < count && order[end].key == order[i].key && order[i].key != UINT64_MAX) { // NaN is equal to nothing
      end++;
    }
    double shared = ((double)i + 1 + (double)end) / 2;
    for (; i < end; i++) {
      rank[order[i].position] = shared;
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
