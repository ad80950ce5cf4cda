// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of products over the time axis. Compiled so that each step is one rounding where the machine has a fused
// multiply-add: half the instructions, and never further from the exact sum.
#include "engine/vecmath.h"

#include "engine/kernel.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#define TF_PAST_CACHES 1
#else
#define TF_PAST_CACHES 0
#endif

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

// `count` (1 to 4, known where this is inlined) rows of the result at a time, so that what is read of `a` serves all of
// them: `a` points at the first of these rows, which has `before` rows before it. Each row adds its terms in the order
// of tf_kernel_dot, in the same steps, and has the same bits.
TF_INLINE void convolve_rows(double *d, ptrdiff_t d_stride, const double *a, ptrdiff_t a_stride, const double *b,
                             ptrdiff_t b_stride, size_t before, const int count) {
  octet sum[4] = {{{0}, {0}}, {{0}, {0}}, {{0}, {0}}, {{0}, {0}}};
#pragma GCC unroll 4
  for (int k = count - 1; k > 0; k--) { // what was bought in these rows but the first
#pragma GCC unroll 4
    for (int r = k; r < count; r++) {
      sum[r] = add_product(sum[r], load(a + k * a_stride), load(b + (r - k) * b_stride));
    }
  }
  for (size_t left = before + 1; left > 0; left--, a -= a_stride, b += b_stride) {
    const octet bought = load(a);
#pragma GCC unroll 4
    for (int r = 0; r < count; r++) {
      sum[r] = add_product(sum[r], bought, load(b + r * b_stride));
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < count; r++) {
    save(d + r * d_stride, sum[r]);
  }
}

TF_KERNEL void tf_kernel_convolve(double *d, ptrdiff_t d_stride, const double *a, ptrdiff_t a_stride, const double *b,
                                  ptrdiff_t b_stride, size_t rows, size_t n) {
  for (size_t at = 0; at < n; at += TF_LANES) {
    const double *from = a + at, *ages = b + at;
    double *to = d + at;
    size_t row = 0;
    for (; row + 4 <= rows; row += 4, from += 4 * a_stride, to += 4 * d_stride) {
      convolve_rows(to, d_stride, from, a_stride, ages, b_stride, row, 4);
    }
    switch (rows - row) {
    case 3:
      convolve_rows(to, d_stride, from, a_stride, ages, b_stride, row, 3);
      break;
    case 2:
      convolve_rows(to, d_stride, from, a_stride, ages, b_stride, row, 2);
      break;
    case 1:
      convolve_rows(to, d_stride, from, a_stride, ages, b_stride, row, 1);
      break;
    default:
      break;
    }
  }
}

// Eight numbers from register to memory, past the caches where the machine can.
TF_INLINE void save_past(double *at, const double *from) {
#if TF_PAST_CACHES
  for (size_t i = 0; i < TF_LANES; i += 2) {
    _mm_stream_pd(at + i, _mm_load_pd(from + i));
  }
#else
  save(at, load(from));
#endif
}

// What passes through times 0 is added up: the sum is 0 unless something is not finite.
TF_KERNEL static octet store_near(double *d, const double *a, size_t n) {
  octet sum = {{0}, {0}};
  const octet nothing = {{0}, {0}};
  for (size_t at = 0; at < n; at += TF_LANES) {
    const octet x = load(a + at);
    save(d + at, x);
    sum = add_product(sum, x, nothing);
  }
  return sum;
}

TF_KERNEL static octet store_past(double *d, const double *a, size_t n) {
  octet sum = {{0}, {0}};
  const octet nothing = {{0}, {0}};
  for (size_t at = 0; at < n; at += TF_LANES) {
    sum = add_product(sum, load(a + at), nothing);
    save_past(d + at, a + at);
  }
  return sum;
}

bool tf_kernel_store(double *d, const double *a, bool past, size_t n) {
  const octet sum = past ? store_past(d, a, n) : store_near(d, a, n);
  double total = 0;
  for (int i = 0; i < TF_LANES / 2; i++) {
    total += sum.low[i] + sum.high[i];
  }
  return total == 0;
}

void tf_kernel_stored(void) {
#if TF_PAST_CACHES
  _mm_sfence();
#endif
}
