// SPDX-License-Identifier: GPL-3.0-or-later
// Sketches that are finished: joined, asked, stored. sketch_tally.c makes them.
#include "engine/sketch.h"

#include <math.h>

#include "base/bytes.h"
#include "engine/sketch_tally.h"

// --- joining

tf_sketch *tf_sketch_join(tf_arena *arena, const tf_sketch *a, const tf_sketch *b) {
  if (a->whole != b->whole || a->origin != b->origin || a->shift != b->shift) {
    return NULL;
  }
  tf_sketch *joined = TF_NEW(arena, tf_sketch);
  *joined = *a;
  joined->count += b->count;
  joined->undefined += b->undefined;
  joined->later += b->later;
  joined->minimum = b->minimum < a->minimum ? b->minimum : a->minimum;
  joined->maximum = b->maximum > a->maximum ? b->maximum : a->maximum;
  joined->overflow = a->overflow || b->overflow;
  for (size_t l = 0; l < TF_SKETCH_LANES; l++) {
    tf_exact_join(&joined->sum[l], &b->sum[l]);
    tf_exact_settle(&joined->sum[l]);
  }
  tf_exact_join(&joined->square, &b->square);
  tf_exact_settle(&joined->square);
  uint32_t *bin = TF_ARRAY(arena, uint32_t, a->bin_count + b->bin_count + 1);
  uint64_t *held = TF_ARRAY(arena, uint64_t, a->bin_count + b->bin_count + 1);
  size_t n = 0;
  for (size_t i = 0, j = 0; i < a->bin_count || j < b->bin_count; n++) {
    const bool from_a = i < a->bin_count && (j == b->bin_count || a->bin[i] <= b->bin[j]);
    const bool from_b = j < b->bin_count && (i == a->bin_count || b->bin[j] <= a->bin[i]);
    bin[n] = from_a ? a->bin[i] : b->bin[j];
    held[n] = (from_a ? a->held[i] : 0) + (from_b ? b->held[j] : 0);
    i += from_a;
    j += from_b;
  }
  joined->bin = bin;
  joined->held = held;
  joined->bin_count = n;
  return joined;
}

// --- quantiles

typedef struct cursor { // at bin `at`, with `below` samples in the bins before it
  size_t at;
  uint64_t below;
} cursor;

// The value of rank k (from 0) among the finite samples: exactly the extremes, else evenly placed within its bin.
static double ranked(const tf_sketch *sketch, cursor *c, uint64_t k, uint64_t finite) {
  while (c->below + sketch->held[c->at] <= k) {
    c->below += sketch->held[c->at++];
  }
  if (k == 0 || k + 1 == finite) {
    return k == 0 ? sketch->minimum : sketch->maximum;
  }
  if (sketch->whole) {
    return (double)sketch->bin[c->at];
  }
  double low = 0;
  double high = 0;
  tf_sketch_edges(sketch->bin[c->at], &low, &high);
  low += sketch->origin;
  high += sketch->origin;
  low = low > sketch->minimum ? low : sketch->minimum;
  high = high < sketch->maximum ? high : sketch->maximum;
  return low + ((double)(k - c->below) + 0.5) / (double)sketch->held[c->at] * (high - low);
}

void tf_sketch_quantiles(const tf_sketch *sketch, const double *p, size_t p_count, double *out) {
  const uint64_t defined = sketch->count - sketch->undefined;
  const uint64_t finite = defined - sketch->later;
  cursor c = {0};
  for (size_t j = 0; j < p_count; j++) {
    if (defined == 0) {
      out[j] = NAN;
      continue;
    }
    const double at = p[j] * (double)(defined - 1);
    const uint64_t k = (uint64_t)at;
    const double share = at - (double)k;
    if (k >= finite || (share > 0 && k + 1 >= finite && k + 1 < defined)) {
      out[j] = INFINITY;
      continue;
    }
    const double a = ranked(sketch, &c, k, finite);
    cursor ahead = c;
    out[j] = share > 0 && k + 1 < finite ? a + share * (ranked(sketch, &ahead, k + 1, finite) - a) : a;
  }
}

uint64_t tf_sketch_held(const tf_sketch *sketch, uint32_t value) {
  size_t from = 0;
  size_t to = sketch->bin_count;
  while (from < to) {
    const size_t middle = from + (to - from) / 2;
    if (sketch->bin[middle] < value) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from < sketch->bin_count && sketch->bin[from] == value ? sketch->held[from] : 0;
}

// --- bytes: 'S', version, flags, counts, extremes, origin, shift, sums, bins. Counts are in groups of seven bits, the
// lowest first, with the eighth bit set where more follow; doubles are their eight bytes, the lowest first; a sum is
// its sign, the place of its lowest digit, and digits of four bytes; bins are steps from the one before.

enum { MARK = 'S', VERSION = 1, FLAG_WHOLE = 1, FLAG_OVERFLOW = 2 };

static void put_count(tf_text *out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    tf_put_uint(out, (value & 0x7f) | 0x80, 1);
  }
  tf_put_uint(out, value, 1);
}

static void put_sum(tf_text *out, const tf_exact_sum *sum) {
  bool negative;
  const tf_exact_sum size = tf_exact_size(sum, &negative);
  size_t from = 0;
  size_t to = TF_EXACT_DIGITS;
  while (to > 0 && size.digit[to - 1] == 0) {
    to--;
  }
  while (from < to && size.digit[from] == 0) {
    from++;
  }
  tf_put_uint(out, negative, 1);
  put_count(out, from);
  put_count(out, to - from);
  for (size_t k = from; k < to; k++) {
    tf_put_uint(out, (uint64_t)size.digit[k], 4);
  }
}

void tf_sketch_write(const tf_sketch *sketch, tf_text *out) {
  tf_put_uint(out, MARK, 1);
  tf_put_uint(out, VERSION, 1);
  tf_put_uint(out, (sketch->whole ? FLAG_WHOLE : 0) | (sketch->overflow ? FLAG_OVERFLOW : 0), 1);
  put_count(out, sketch->count);
  put_count(out, sketch->undefined);
  put_count(out, sketch->later);
  tf_put_f64(out, sketch->minimum);
  tf_put_f64(out, sketch->maximum);
  tf_put_f64(out, sketch->origin);
  tf_put_f64(out, sketch->shift);
  for (size_t l = 0; l < TF_SKETCH_LANES; l++) {
    put_sum(out, &sketch->sum[l]);
  }
  put_sum(out, &sketch->square);
  put_count(out, sketch->bin_count);
  uint32_t before = 0;
  for (size_t i = 0; i < sketch->bin_count; i++) {
    put_count(out, sketch->bin[i] - before);
    put_count(out, sketch->held[i]);
    before = sketch->bin[i];
  }
}

static uint64_t get_count(tf_bytes *in) {
  uint64_t value = 0;
  for (unsigned place = 0; place < 63; place += 7) {
    const uint64_t group = tf_get_uint(in, 1);
    value |= (group & 0x7f) << place;
    if (group < 0x80) {
      return value;
    }
  }
  in->bad = true;
  return 0;
}

static void get_sum(tf_bytes *in, tf_exact_sum *sum) {
  const uint64_t negative = tf_get_uint(in, 1);
  const uint64_t from = get_count(in);
  const uint64_t digits = get_count(in);
  if (in->bad || negative > 1 || from > TF_EXACT_DIGITS || digits > TF_EXACT_DIGITS - from) {
    in->bad = true;
    return;
  }
  for (size_t k = from; k < from + digits; k++) {
    sum->digit[k] = (int64_t)tf_get_uint(in, 4) * (negative != 0 ? -1 : 1);
  }
  tf_exact_settle(sum);
}

static void get_bins(tf_arena *arena, tf_bytes *in, tf_sketch *sketch) {
  const uint64_t bins = get_count(in);
  if (bins > in->rest.len / 2) { // two bytes at least for each
    in->bad = true;
    return;
  }
  uint32_t *bin = TF_ARRAY(arena, uint32_t, (size_t)bins + 1);
  uint64_t *held = TF_ARRAY(arena, uint64_t, (size_t)bins + 1);
  uint64_t before = 0;
  uint64_t total = 0;
  for (size_t i = 0; i < bins && !in->bad; i++) {
    const uint64_t step = get_count(in);
    held[i] = get_count(in);
    in->bad = in->bad || (i > 0 && step == 0) || step >= TF_SKETCH_BINS - before || held[i] == 0 ||
              held[i] > sketch->count - total;
    before += in->bad ? 0 : step;
    total += in->bad ? 0 : held[i];
    bin[i] = (uint32_t)before;
  }
  sketch->bin = bin;
  sketch->held = held;
  sketch->bin_count = (size_t)bins;
  in->bad = in->bad || total != sketch->count - sketch->undefined - sketch->later;
}

tf_sketch *tf_sketch_read(tf_arena *arena, tf_str *bytes) {
  tf_bytes in = {.rest = *bytes};
  tf_sketch *sketch = TF_NEW(arena, tf_sketch);
  in.bad = tf_get_uint(&in, 1) != MARK || tf_get_uint(&in, 1) != VERSION;
  const uint64_t flags = tf_get_uint(&in, 1);
  sketch->whole = (flags & FLAG_WHOLE) != 0;
  sketch->overflow = (flags & FLAG_OVERFLOW) != 0;
  sketch->count = get_count(&in);
  sketch->undefined = get_count(&in);
  sketch->later = get_count(&in);
  sketch->minimum = tf_get_f64(&in);
  sketch->maximum = tf_get_f64(&in);
  sketch->origin = tf_get_f64(&in);
  sketch->shift = tf_get_f64(&in);
  for (size_t l = 0; l < TF_SKETCH_LANES; l++) {
    get_sum(&in, &sketch->sum[l]);
  }
  get_sum(&in, &sketch->square);
  const bool counts = sketch->undefined <= sketch->count && sketch->later <= sketch->count - sketch->undefined;
  in.bad = in.bad || flags > (FLAG_WHOLE | FLAG_OVERFLOW) || !counts || !isfinite(sketch->origin) ||
           !isfinite(sketch->shift) || isnan(sketch->minimum) || isnan(sketch->maximum);
  if (!in.bad) {
    get_bins(arena, &in, sketch);
  }
  if (in.bad) {
    return NULL;
  }
  *bytes = in.rest;
  return sketch;
}
