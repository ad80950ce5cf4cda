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

// Eight lanes as two vectors that stay in registers.
typedef double quad __attribute__((vector_size(32)));
typedef struct octet {
  quad low, high;
} octet;

TF_INLINE octet load(const double *at) {
  const quad *from = (const quad *)(const void *)at;
  return (octet){from[0], from[1]};
}

TF_INLINE void save(double *at, octet x) {
  quad *to = (quad *)(void *)at;
  to[0] = x.low;
  to[1] = x.high;
}

TF_INLINE octet add_product(octet sum, octet a, octet b) {
  return (octet){a.low * b.low + sum.low, a.high * b.high + sum.high};
}

// Four rows of the result at a time, so that what is read of `a` serves all of them; each row adds its terms in the
// order of tf_kernel_dot, in the same steps, and has the same bits.
TF_KERNEL void tf_kernel_convolve(double *d, ptrdiff_t d_stride, const double *a, ptrdiff_t a_stride, const double *b,
                                  ptrdiff_t b_stride, size_t rows, size_t n) {
  const octet zero = {{0}, {0}};
  for (size_t at = 0; at < n; at += TF_LANES) {
    const double *now = a + at; // the row of `a` that is met first
    double *to = d + at;
    size_t row = 0;
    for (; row + 4 <= rows; row += 4) {
      const double *pa = now + 3 * a_stride, *pb = b + at;
      octet s0 = zero, s1 = zero, s2 = zero, s3 = zero;
      octet b0 = load(pb), b1 = load(pb += b_stride), b2 = load(pb += b_stride), x = load(pa);
      s3 = add_product(s3, x, b0);
      x = load(pa -= a_stride);
      s2 = add_product(s2, x, b0);
      s3 = add_product(s3, x, b1);
      x = load(pa -= a_stride);
      s1 = add_product(s1, x, b0);
      s2 = add_product(s2, x, b1);
      s3 = add_product(s3, x, b2);
      for (size_t j = 0; j <= row; j++) {
        x = load(pa -= a_stride);
        const octet b3 = load(pb += b_stride);
        s0 = add_product(s0, x, b0);
        s1 = add_product(s1, x, b1);
        s2 = add_product(s2, x, b2);
        s3 = add_product(s3, x, b3);
        b0 = b1, b1 = b2, b2 = b3;
      }
      save(to, s0);
      save(to += d_stride, s1);
      save(to += d_stride, s2);
      save(to += d_stride, s3);
      to += d_stride;
      now += 4 * a_stride;
    }
    for (; row < rows; row++, to += d_stride, now += a_stride) {
      const double *pa = now, *pb = b + at;
      octet sum = zero;
      for (size_t j = 0; j <= row; j++, pa -= a_stride, pb += b_stride) {
        sum = add_product(sum, load(pa), load(pb));
      }
      save(to, sum);
    }
  }
}
