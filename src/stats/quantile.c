// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/quantile.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "engine/column.h"

enum { BINS = 4096, SMALL = 2048, RANKS_MAX = 2 * TF_QUANTILES_MAX };

struct tf_quantile_work {
  size_t capacity;
  double *values;        // defined finite values, or those of the wanted bins
  uint16_t *bins;        // of each value
  uint32_t *counts;      // 2 * BINS: even and odd values, so that equal neighbours do not wait for each other
  unsigned char *wanted; // BINS
};

tf_quantile_work *tf_quantile_work_new(tf_arena *arena, size_t count) {
  tf_quantile_work *work = TF_NEW(arena, tf_quantile_work);
  work->capacity = count;
  work->values = tf_alloc_columns(arena, count + 1);
  work->bins = TF_ARRAY(arena, uint16_t, count + 1);
  work->counts = TF_ARRAY(arena, uint32_t, (size_t)2 * BINS);
  work->wanted = TF_ARRAY(arena, unsigned char, BINS);
  return work;
}

static void swap(double *a, double *b) {
  double t = *a;
  *a = *b;
  *b = t;
}

static void sift(double *x, size_t root, size_t count) {
  for (;;) {
    size_t child = 2 * root + 1;
    if (child >= count) {
      return;
    }
    if (child + 1 < count && x[child + 1] > x[child]) {
      child++;
    }
    if (!(x[child] > x[root])) {
      return;
    }
    swap(&x[root], &x[child]);
    root = child;
  }
}

// Heap sort: the fallback when quick selection meets an order that defeats its pivots.
static void heap_sort(double *x, size_t count) {
  for (size_t i = count / 2; i-- > 0;) {
    sift(x, i, count);
  }
  for (size_t end = count; end-- > 1;) {
    swap(&x[0], &x[end]);
    sift(x, 0, end);
  }
}

// Puts the k-th smallest of x[from..to) at x[k], smaller ones before it and larger ones behind (Hoare's selection).
static void select_rank(double *x, size_t from, size_t to, size_t k) {
  int budget = 64;
  while (to - from > 16) {
    if (--budget == 0) {
      break;
    }
    size_t middle = from + (to - from) / 2;
    if (x[middle] < x[from]) {
      swap(&x[middle], &x[from]);
    }
    if (x[to - 1] < x[from]) {
      swap(&x[to - 1], &x[from]);
    }
    if (x[to - 1] < x[middle]) {
      swap(&x[to - 1], &x[middle]);
    }
    double pivot = x[middle];
    size_t i = from;
    size_t j = to - 1;
    for (;;) {
      while (x[i] < pivot) {
        i++;
      }
      while (pivot < x[j]) {
        j--;
      }
      if (i >= j) {
        break;
      }
      swap(&x[i], &x[j]);
      i++;
      j--;
    }
    if (k <= j) {
      to = j + 1;
    } else {
      from = j + 1;
    }
  }
  heap_sort(x + from, to - from);
}

typedef struct rank_set {
  size_t count;
  size_t rank[RANKS_MAX]; // ascending
  double value[RANKS_MAX];
} rank_set;

// Values of the ranks when all `n` values lie in work->values.
static void ranks_by_selection(tf_quantile_work *work, size_t n, rank_set *ranks) {
  size_t from = 0;
  for (size_t j = 0; j < ranks->count; j++) {
    size_t k = ranks->rank[j];
    if (j == 0 || k != ranks->rank[j - 1]) {
      select_rank(work->values, from, n, k);
    }
    ranks->value[j] = work->values[k];
    from = k;
  }
}

// Moves the values of wanted bins to the front of work->values; returns how many. Few are, so eight are asked at once.
static size_t keep_wanted(tf_quantile_work *work, const double *x, size_t count) {
  enum { AT_ONCE = 8 };
  const unsigned char *wanted = work->wanted;
  const uint16_t *bins = work->bins;
  double *values = work->values;
  size_t kept = 0;
  for (size_t at = 0; at < count; at += AT_ONCE) {
    const size_t end = count - at < AT_ONCE ? count : at + AT_ONCE;
    if (end - at == AT_ONCE) {
      const uint16_t *b = bins + at;
      const unsigned low = (unsigned)wanted[b[0]] | wanted[b[1]] | wanted[b[2]] | wanted[b[3]];
      const unsigned high = (unsigned)wanted[b[4]] | wanted[b[5]] | wanted[b[6]] | wanted[b[7]];
      if ((low | high) == 0) {
        continue;
      }
    }
    for (size_t i = at; i < end; i++) {
      if (wanted[bins[i]] != 0) {
        values[kept++] = x[i];
      }
    }
  }
  return kept;
}

// Counts values per bin, then selects inside the few bins that hold a wanted rank. Binning is monotone, so the ranks of
// a bin are a contiguous range and the result is exact. x may be work->values.
static void ranks_by_histogram(tf_quantile_work *work, const double *x, size_t count, double low, double high,
                               rank_set *ranks) {
  uint16_t *bins = work->bins;
  uint32_t *counts = work->counts;
  uint32_t *others = counts + BINS;
  memset(counts, 0, (size_t)2 * BINS * sizeof *counts);
  tf_column_bins(x, count, low, (double)(BINS - 1) / (high - low), BINS - 1, bins);
  for (size_t i = 0; i + 1 < count; i += 2) {
    counts[bins[i]]++;
    others[bins[i + 1]]++;
  }
  if (count % 2 != 0) {
    counts[bins[count - 1]]++;
  }
  for (size_t bin = 0; bin < BINS; bin++) {
    counts[bin] += others[bin];
  }
  memset(work->wanted, 0, BINS);
  size_t below = 0;
  size_t next = 0;
  for (size_t bin = 0; bin < BINS && next < ranks->count; bin++) {
    size_t end = below + work->counts[bin];
    while (next < ranks->count && ranks->rank[next] < end) {
      work->wanted[bin] = 1;
      next++;
    }
    below = end;
  }
  const size_t kept = keep_wanted(work, x, count);
  // Position of a rank among the kept values: the rank less all values in unwanted bins before it.
  rank_set inner = {.count = ranks->count};
  below = 0;
  next = 0;
  size_t skipped = 0;
  for (size_t bin = 0; bin < BINS && next < ranks->count; bin++) {
    size_t end = below + work->counts[bin];
    if (!work->wanted[bin]) {
      skipped += work->counts[bin];
    }
    while (next < ranks->count && ranks->rank[next] < end) {
      inner.rank[next] = ranks->rank[next] - skipped;
      next++;
    }
    below = end;
  }
  ranks_by_selection(work, kept, &inner);
  memcpy(ranks->value, inner.value, sizeof inner.value);
}

// Quantiles of `finite` values (in x) followed by `later` times +inf.
static void quantiles_of(tf_quantile_work *work, const double *x, size_t finite, size_t later, double low, double high,
                         const double *p, size_t p_count, double *out) {
  size_t defined = finite + later;
  rank_set ranks = {0};
  for (size_t j = 0; j < p_count; j++) {
    double at = p[j] * (double)(defined > 0 ? defined - 1 : 0);
    size_t k = (size_t)at;
    if (k < finite) {
      ranks.rank[ranks.count++] = k;
    }
    if (k + 1 < finite && at > (double)k) {
      ranks.rank[ranks.count++] = k + 1;
    }
  }
  // Neighbouring quantiles may ask for overlapping ranks: keep them ascending.
  for (size_t i = 1; i < ranks.count; i++) {
    for (size_t j = i; j > 0 && ranks.rank[j] < ranks.rank[j - 1]; j--) {
      size_t t = ranks.rank[j];
      ranks.rank[j] = ranks.rank[j - 1];
      ranks.rank[j - 1] = t;
    }
  }
  if (ranks.count > 0) {
    if (!(high > low)) {
      for (size_t j = 0; j < ranks.count; j++) {
        ranks.value[j] = low;
      }
    } else if (finite < SMALL || !((double)(BINS - 1) / (high - low) < INFINITY) || !(high - low < INFINITY)) {
      memmove(work->values, x, finite * sizeof *x);
      ranks_by_selection(work, finite, &ranks);
    } else {
      ranks_by_histogram(work, x, finite, low, high, &ranks);
    }
  }
  for (size_t j = 0; j < p_count; j++) {
    if (defined == 0) {
      out[j] = NAN;
      continue;
    }
    double at = p[j] * (double)(defined - 1);
    size_t k = (size_t)at;
    double share = at - (double)k;
    if (k >= finite || (share > 0 && k + 1 >= finite && k + 1 < defined)) {
      out[j] = INFINITY;
      continue;
    }
    double a = NAN;
    double b = NAN;
    for (size_t i = 0; i < ranks.count; i++) {
      if (ranks.rank[i] == k) {
        a = ranks.value[i];
      }
      if (ranks.rank[i] == k + 1) {
        b = ranks.value[i];
      }
    }
    out[j] = share > 0 ? a + share * (b - a) : a;
  }
}

void tf_quantiles_finite(tf_quantile_work *work, const double *x, size_t count, double low, double high,
                         const double *p, size_t p_count, double *out) {
  quantiles_of(work, x, count, 0, low, high, p, p_count, out);
}

void tf_quantiles(tf_quantile_work *work, const double *x, size_t count, const double *p, size_t p_count, double *out) {
  const tf_column_scan scan = tf_column_read(x, count, 0);
  if (scan.odd == 0) {
    quantiles_of(work, x, count, 0, scan.low, scan.high, p, p_count, out);
    return;
  }
  size_t finite = 0;
  size_t later = 0;
  double low = INFINITY;
  double high = -INFINITY;
  for (size_t i = 0; i < count; i++) {
    const double v = x[i];
    later += v == INFINITY;
    if (v > -INFINITY && v < INFINITY) {
      work->values[finite++] = v;
      low = v < low ? v : low;
      high = v > high ? v : high;
    }
  }
  quantiles_of(work, work->values, finite, later, low, high, p, p_count, out);
}
