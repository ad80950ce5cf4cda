// SPDX-License-Identifier: GPL-3.0-or-later
// The exponential function over columns, written out so that it is compiled into the loops that need it: half the time
// of a call into libmvec for every vector.
//
// x = k ln 2 + r with |r| <= ln 2 / 2, e^x = 2^k (1 + r + r^2 q(r)). q has degree 9 and interpolates at the Chebyshev
// points (relative error of the whole below 2e-17); ln 2 is taken in two parts, the first with 11 bits to spare for k.
// 2^k is multiplied in two halves: results below the normal range are rounded once, those above it become infinite.
// Measured against long double: within 1.1 ulp.
#include <string.h>

#include "engine/vecmath.h"

#include "engine/kernel.h"

TF_INLINE double power_of_two(double shifted) { // 2^n of n + 1.5 * 2^52
  uint64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  bits = (bits << 52) + (UINT64_C(1023) << 52);
  double power;
  memcpy(&power, &bits, sizeof power);
  return power;
}

TF_INLINE double exponential(double exponent) {
  const double high = exponent > 710 ? 710 : exponent; // NaN passes
  const double x = high < -746 ? -746 : high;
  const double shift = 0x1.8p52;
  const double k = (x * 0x1.71547652b82fep+0 + shift) - shift;
  const double r = (x - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
  // Pairs, then pairs of pairs: the steps wait less for each other than one after the other.
  const double r2 = r * r, r4 = r2 * r2;
  const double q01 = 0x1.5555555555556p-3 * r + 0x1.0000000000001p-1;
  const double q23 = 0x1.11111111109b5p-7 * r + 0x1.5555555553d68p-5;
  const double q45 = 0x1.a01a01a7c2efep-13 * r + 0x1.6c16c17889ef1p-10;
  const double q67 = 0x1.71de0db2f6b19p-19 * r + 0x1.a019b9149a41cp-16;
  const double q89 = 0x1.af389ecfc4b9cp-26 * r + 0x1.28917c89a43a7p-22;
  const double q = (q23 * r2 + q01) + r4 * ((q67 * r2 + q45) + r4 * q89);
  const double p = (q * r2 + r) + 1.0;
  const double half = k * 0.5 + shift;
  const double rest = (k - (half - shift)) + shift;
  return p * power_of_two(half) * power_of_two(rest);
}

TF_KERNEL void tf_kernel_exp(double *d, const double *a, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    d[i] = exponential(a[i]);
  }
}

TF_KERNEL void tf_kernel_exp_linear(double *x, double offset, double factor, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    x[i] = exponential(offset + factor * x[i]);
  }
}
