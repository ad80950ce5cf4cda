// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/moments.h"

#include <math.h>

#include "engine/column.h"

enum { LANES = TF_COLUMN_LANES };

static void scan_values(const double *x, size_t count, tf_moments *m) {
  double low = INFINITY;
  double high = -INFINITY;
  uint64_t undefined = 0;
  uint64_t later = 0;
  for (size_t i = 0; i < count; i++) {
    double v = x[i];
    undefined += v != v || v == -INFINITY;
    later += v == INFINITY;
    low = v < low && v > -INFINITY ? v : low;
    high = v > high && v < INFINITY ? v : high;
  }
  m->defined = count - undefined;
  m->later = later;
  m->minimum = low;
  m->maximum = high;
}

// From sums of the differences to `shift`, by lane. Mean and spread are still to be filled in.
static void conclude(tf_moments *m, double shift, const double *sum, double squares, uint64_t count,
                     uint32_t replicates, bool random) {
  double total = 0;
  for (size_t l = 0; l < LANES; l++) {
    total += sum[l];
  }
  double n = (double)count;
  double offset = total / n;
  m->mean = shift + offset;
  if (count > 1) {
    double variance = (squares - total * offset) / (n - 1);
    m->sd = sqrt(variance > 0 ? variance : 0);
  }
  if (random) {
    m->se = count > 1 ? m->sd / sqrt(n) : NAN;
    return;
  }
  if (replicates < 2 || replicates > LANES || LANES % replicates != 0 || count < replicates) {
    return;
  }
  double spread = 0;
  for (uint32_t r = 0; r < replicates; r++) {
    double part = 0;
    for (uint32_t l = r; l < LANES; l += replicates) {
      part += sum[l];
    }
    uint64_t members = (count - r + replicates - 1) / replicates; // samples r, r + replicates, ...
    double d = part / (double)members - offset;
    spread += d * d;
  }
  m->se = sqrt(spread / (double)(replicates - 1) / (double)replicates);
}

tf_moments tf_moments_of(const double *x, size_t count, uint32_t replicates, bool random) {
  tf_moments m = {.mean = NAN, .sd = NAN, .se = NAN, .minimum = NAN, .maximum = NAN};
  if (count == 0) {
    return m;
  }
  // The first value as shift keeps the sum of squares from cancelling when the spread is small beside the mean.
  double shift = x[0];
  const tf_column_scan scan = tf_column_read(x, count, shift);
  if (scan.odd > 0) {
    scan_values(x, count, &m);
  } else {
    m.defined = count;
    m.minimum = scan.low;
    m.maximum = scan.high;
  }
  if (m.defined != count || m.later != 0) {
    return m;
  }
  double squares = 0;
  for (size_t l = 0; l < LANES; l++) {
    squares += scan.square[l];
  }
  conclude(&m, shift, scan.sum, squares, count, replicates, random);
  return m;
}

tf_moments tf_moments_of_sketch(const tf_sketch *sketch, uint32_t replicates, bool random) {
  tf_moments m = {.mean = NAN, .sd = NAN, .se = NAN, .minimum = NAN, .maximum = NAN};
  if (sketch->count == 0) {
    return m;
  }
  m.defined = sketch->count - sketch->undefined;
  m.later = sketch->later;
  m.minimum = sketch->minimum;
  m.maximum = sketch->maximum;
  if (m.defined != sketch->count || m.later != 0 || sketch->overflow) {
    return m;
  }
  double sum[LANES];
  for (size_t l = 0; l < LANES; l++) {
    sum[l] = tf_exact_value(&sketch->sum[l]);
  }
  conclude(&m, sketch->shift, sum, tf_exact_value(&sketch->square), sketch->count, replicates, random);
  return m;
}
