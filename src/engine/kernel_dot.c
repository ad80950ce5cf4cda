// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of products over the time axis. Compiled so that each step is one rounding where the machine has a fused
// multiply-add: half the instructions, and never further from the exact sum.
#include "engine/vecmath.h"

#include "engine/kernel.h"

// Lanes in groups of 8 stay in registers while the terms are added.
TF_KERNEL void tf_kernel_dot(double *d, const double *a, ptrdiff_t a_stride, const double *b, ptrdiff_t b_stride,
                             size_t count, size_t n) {
  for (size_t at = 0; at < n; at += TF_LANES) {
    double sum[TF_LANES] = {0};
    const double *pa = a + at, *pb = b + at;
    for (size_t j = 0; j < count; j++) {
      TF_SIMD
      for (size_t i = 0; i < TF_LANES; i++) {
        sum[i] = pa[i] * pb[i] + sum[i];
      }
      pa += a_stride;
      pb += b_stride;
    }
    for (size_t i = 0; i < TF_LANES; i++) {
      d[at + i] = sum[i];
    }
  }
}

TF_KERNEL void tf_kernel_dot_scalar(double *d, const double *a, ptrdiff_t a_stride, const double *b, ptrdiff_t b_stride,
                                    size_t count, size_t n) {
  for (size_t at = 0; at < n; at += TF_LANES) {
    double sum[TF_LANES] = {0};
    const double *pa = a + at, *pb = b;
    for (size_t j = 0; j < count; j++) {
      const double weight = *pb;
      TF_SIMD
      for (size_t i = 0; i < TF_LANES; i++) {
        sum[i] = pa[i] * weight + sum[i];
      }
      pa += a_stride;
      pb += b_stride;
    }
    for (size_t i = 0; i < TF_LANES; i++) {
      d[at + i] = sum[i];
    }
  }
}
