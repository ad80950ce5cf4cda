// SPDX-License-Identifier: GPL-3.0-or-later
// Differences and ratios of two scenarios from paired draws: sample i against sample i.
#ifndef TF_STATS_PAIRED_H
#define TF_STATS_PAIRED_H

#include "base/arena.h"
#include "stats/result.h"

typedef struct tf_paired {
  double central, p5, p95; // NAN: none
} tf_paired;

// b - a in the unit of the rows, and b / a. `count` samples were done; pairs are those that both rows hold; a certain
// row counts as constant. Ratios of dates and of values of which one is zero have none.
tf_paired tf_paired_difference(tf_arena *arena, const tf_row *a, const tf_row *b, size_t count);
tf_paired tf_paired_ratio(tf_arena *arena, const tf_row *a, const tf_row *b, size_t count);

#endif
