// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/paired.h"

#include <math.h>

#include "stats/quantile.h"

static double sample_of(const tf_row *row, double factor, size_t i) {
  return row->samples != NULL ? row->samples[i] / factor : row->central;
}

static double combine(bool ratio, double a, double b) {
  return ratio ? b / a : b - a;
}

static tf_paired pair(tf_arena *arena, const tf_row *a, const tf_row *b, size_t count, bool ratio) {
  tf_paired paired = {NAN, NAN, NAN};
  if (a->kind == TF_KIND_LABEL || (ratio && a->kind != TF_KIND_NUMBER)) {
    return paired;
  }
  double factor = a->kind == TF_KIND_NUMBER ? a->unit.factor : 1;
  double central = combine(ratio, a->central, b->central);
  paired.central = isfinite(central) ? central : NAN;
  if (!a->uncertain && !b->uncertain) {
    paired.p5 = paired.p95 = paired.central;
    return paired;
  }
  const size_t of_a = a->samples != NULL ? tf_row_kept(a, count) : count;
  const size_t of_b = b->samples != NULL ? tf_row_kept(b, count) : count;
  count = of_a < of_b ? of_a : of_b;
  double *x = TF_ARRAY(arena, double, count);
  for (size_t i = 0; i < count; i++) {
    double v = combine(ratio, sample_of(a, factor, i), sample_of(b, factor, i));
    x[i] = isfinite(v) ? v : NAN; // a sample in which one side has no value has no difference
  }
  static const double p[2] = {0.05, 0.95};
  double q[2];
  tf_quantiles(tf_quantile_work_new(arena, count), x, count, p, 2, q);
  paired.p5 = q[0];
  paired.p95 = q[1];
  return paired;
}

tf_paired tf_paired_difference(tf_arena *arena, const tf_row *a, const tf_row *b, size_t count) {
  return pair(arena, a, b, count, false);
}

tf_paired tf_paired_ratio(tf_arena *arena, const tf_row *a, const tf_row *b, size_t count) {
  return pair(arena, a, b, count, true);
}
