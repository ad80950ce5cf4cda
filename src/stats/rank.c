// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/rank.h"

#include <math.h>
#include <string.h>

static bool comes_before(double a, double b) {
  return a < b || (b != b && a == a);
}

// Stable merge sort of positions by value, bottom up: no recursion, and the same order on every machine.
static const uint32_t *sort_positions(const double *x, size_t count, uint32_t *scratch) {
  uint32_t *from = scratch;
  uint32_t *to = scratch + count;
  for (size_t i = 0; i < count; i++) {
    from[i] = (uint32_t)i;
  }
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t start = 0; start < count; start += 2 * width) {
      size_t middle = start + width < count ? start + width : count;
      size_t end = start + 2 * width < count ? start + 2 * width : count;
      size_t a = start;
      size_t b = middle;
      for (size_t k = start; k < end; k++) {
        bool right = a >= middle || (b < end && comes_before(x[from[b]], x[from[a]]));
        to[k] = right ? from[b++] : from[a++];
      }
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
