// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of doubles without rounding: the same bits in any order and any grouping.
//
// Every finite double is a whole number of 2^-1074. The sum is kept as that whole number, in digits of 32 bits, each in
// a wider word whose upper half takes the carries (a long accumulator: Kulisch 1971; Collange, Defour, Graillat and
// Iakymchuk 2015). Up to 2^30 terms may be added between two calls of tf_exact_settle.
#ifndef TF_ENGINE_EXACT_SUM_H
#define TF_ENGINE_EXACT_SUM_H

#include "base/str.h"

enum { TF_EXACT_DIGITS = 68 };

typedef struct tf_exact_sum {
  int64_t digit[TF_EXACT_DIGITS]; // value: sum of digit[k] * 2^(32 k - 1074)
} tf_exact_sum;

void tf_exact_add(tf_exact_sum *sum, double x); // x finite
void tf_exact_join(tf_exact_sum *sum, const tf_exact_sum *other);
// Carries: every digit but the last in 0 .. 2^32-1, the last one with the sign. Equal sums then have equal digits.
void tf_exact_settle(tf_exact_sum *sum);
// |sum| of a settled sum, settled, and whether the sum is below 0.
tf_exact_sum tf_exact_size(const tf_exact_sum *sum, bool *negative);
// The nearest double but for one unit in the last place, of a settled sum; infinite beyond the range.
double tf_exact_value(const tf_exact_sum *sum);

#endif
