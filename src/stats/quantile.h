// SPDX-License-Identifier: GPL-3.0-or-later
// Exact sample quantiles by histogram and selection: O(n) instead of a sort.
#ifndef TF_STATS_QUANTILE_H
#define TF_STATS_QUANTILE_H

#include "base/arena.h"

enum { TF_QUANTILES_MAX = 16 };

typedef struct tf_quantile_work tf_quantile_work;                      // scratch, one per thread
tf_quantile_work *tf_quantile_work_new(tf_arena *arena, size_t count); // for columns of up to `count` samples

// out[j] = the p[j]-quantile of the defined (non-NaN) values of x: linear interpolation between order statistics at
// (n-1)p (type 7 of Hyndman and Fan 1996, the rule of spreadsheets' PERCENTILE). +inf counts as larger than everything;
// between a finite value and +inf there is no interpolation: +inf. NAN if no value is defined. p ascending.
void tf_quantiles(tf_quantile_work *work, const double *x, size_t count, const double *p, size_t p_count, double *out);
// The same for a column of finite values whose range is known: it is not read once more to find it.
void tf_quantiles_finite(tf_quantile_work *work, const double *x, size_t count, double low, double high,
                         const double *p, size_t p_count, double *out);

#endif
