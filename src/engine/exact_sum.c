// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/exact_sum.h"

#include <math.h>
#include <string.h>

#define DIGIT_BITS 32
#define DIGIT_MASK INT64_C(0xffffffff)

void tf_exact_add(tf_exact_sum *sum, double x) {
  uint64_t bits = 0;
  memcpy(&bits, &x, sizeof bits);
  const uint64_t exponent = bits >> 52 & 0x7ff;
  const uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
  // |x| = whole * 2^(place - 1074)
  const uint64_t whole = exponent == 0 ? fraction : fraction | UINT64_C(1) << 52;
  const uint64_t place = exponent == 0 ? 0 : exponent - 1;
  const uint64_t low = (whole & DIGIT_MASK) << (place % DIGIT_BITS);
  const uint64_t high = (whole >> DIGIT_BITS) << (place % DIGIT_BITS);
  const int64_t sign = bits >> 63 != 0 ? -1 : 1;
  int64_t *digit = &sum->digit[place / DIGIT_BITS];
  digit[0] += sign * (int64_t)(low & DIGIT_MASK);
  digit[1] += sign * (int64_t)((low >> DIGIT_BITS) + (high & DIGIT_MASK));
  digit[2] += sign * (int64_t)(high >> DIGIT_BITS);
}

void tf_exact_join(tf_exact_sum *sum, const tf_exact_sum *other) {
  for (size_t k = 0; k < TF_EXACT_DIGITS; k++) {
    sum->digit[k] += other->digit[k];
  }
}

void tf_exact_settle(tf_exact_sum *sum) {
  int64_t carry = 0;
  for (size_t k = 0; k + 1 < TF_EXACT_DIGITS; k++) {
    const int64_t total = sum->digit[k] + carry;
    const int64_t low = total & DIGIT_MASK;
    sum->digit[k] = low;
    carry = (total - low) / (DIGIT_MASK + 1); // exact, also of negative totals
  }
  sum->digit[TF_EXACT_DIGITS - 1] += carry;
}

tf_exact_sum tf_exact_size(const tf_exact_sum *sum, bool *negative) {
  tf_exact_sum size = *sum;
  *negative = sum->digit[TF_EXACT_DIGITS - 1] < 0;
  if (*negative) {
    for (size_t k = 0; k < TF_EXACT_DIGITS; k++) {
      size.digit[k] = -size.digit[k];
    }
    tf_exact_settle(&size);
  }
  return size;
}

double tf_exact_value(const tf_exact_sum *sum) {
  bool negative;
  const tf_exact_sum size = tf_exact_size(sum, &negative);
  size_t top = TF_EXACT_DIGITS - 1;
  while (top > 2 && size.digit[top] == 0) {
    top--;
  }
  // Three digits hold at least 65 bits from the first one that is set, unless the sum has no more.
  const uint64_t first = (uint64_t)size.digit[top] << DIGIT_BITS | (uint64_t)size.digit[top - 1];
  const double value = (double)first + (double)size.digit[top - 2] * 0x1p-32;
  const double placed = ldexp(value, DIGIT_BITS * ((int)top - 1) - 1074);
  return negative ? -placed : placed;
}
