// SPDX-License-Identifier: GPL-3.0-or-later
// Spearman rank correlation.
#ifndef TF_STATS_RANK_H
#define TF_STATS_RANK_H

#include <stdint.h>

#include "base/arena.h"

typedef struct tf_rank_item {
  uint64_t key; // in the order of the values
  uint32_t position;
} tf_rank_item;

// rank[i] = mean rank (1-based; ties share) of x[i] among the count values; NaN ranks last. scratch: 2 * count items.
void tf_ranks(const double *x, size_t count, double *rank, tf_rank_item *scratch);
// Correlation of two columns of ranks; 0 where one of them does not vary.
double tf_rank_correlation(const double *a, const double *b, size_t count);

#endif
