// SPDX-License-Identifier: GPL-3.0-or-later
// Spearman rank correlation.
#ifndef TF_STATS_RANK_H
#define TF_STATS_RANK_H

#include <stdint.h>

#include "base/arena.h"

// rank[i] = mean rank (1-based; ties share) of x[i] among the count values; NaN ranks last. Scratch of 2*count uint32.
void tf_ranks(const double *x, size_t count, double *rank, uint32_t *scratch);
// Correlation of two columns of ranks; 0 where one of them does not vary.
double tf_rank_correlation(const double *a, const double *b, size_t count);

#endif
