// SPDX-License-Identifier: GPL-3.0-or-later
// Gaussian copula: rank correlations between streams of uniform numbers.
//
// Uniform numbers become normal scores, the scores are mixed by the Cholesky factor of their Pearson matrix, and the
// mixed scores become uniform again. A bivariate normal with Pearson correlation r has Spearman correlation
// (6 / pi) asin(r / 2) (K. Pearson 1907), so r = 2 sin(pi / 6 * rho).
#include <string.h>

#include "engine/sampler.h"
#include "engine/vecmath.h"

#define PI_6 0.52359877559829887308
#define SMALLEST_PIVOT 1e-10 // an exactly singular matrix (a correlation of 1) leaves rounding only

bool tf_correlation_factor(tf_arena *arena, const double *spearman, size_t k, double **factor, size_t *bad_row) {
  double *l = TF_ARRAY(arena, double, k *k);
  for (size_t i = 0; i < k; i++) {
    for (size_t j = 0; j <= i; j++) {
      double sum = i == j ? 1.0 : 2.0 * sin(PI_6 * spearman[i * k + j]);
      for (size_t m = 0; m < j; m++) {
        sum -= l[i * k + m] * l[j * k + m];
      }
      if (i != j) {
        l[i * k + j] = sum / l[j * k + j];
      } else if (sum > SMALLEST_PIVOT) {
        l[i * k + i] = sqrt(sum);
      } else {
        *bad_row = i;
        return false;
      }
    }
  }
  *factor = l;
  return true;
}

TF_KERNEL static void scale_column(double *z, double by, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    z[i] *= by;
  }
}

TF_KERNEL static void add_column(double *restrict z, const double *restrict x, double by, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    z[i] += by * x[i];
  }
}

// Rounding must not make a 0 or 1 of a number from far out in the tails.
TF_KERNEL static void keep_inside(double *u, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double low = u[i] > 0x1p-53 ? u[i] : 0x1p-53;
    u[i] = low < 1.0 - 0x1p-53 ? low : 1.0 - 0x1p-53;
  }
}

void tf_correlate(const double *factor, size_t k, double *const *u, size_t n) {
  _Alignas(64) double first[TF_CHUNK]; // the first stream leads: it stays as it was, bit by bit
  for (size_t from = 0; from < n && k > 1; from += TF_CHUNK) {
    const size_t m = n - from < TF_CHUNK ? n - from : TF_CHUNK;
    memcpy(first, u[0] + from, m * sizeof *first);
    for (size_t i = 0; i < k; i++) {
      tf_normal_quantile(u[i] + from, u[i] + from, m);
    }
    for (size_t i = k - 1; i > 0; i--) { // downwards: row i needs only rows above it, still unmixed
      double *z = u[i] + from;
      scale_column(z, factor[i * k + i], m);
      for (size_t j = 0; j < i; j++) {
        const double by = factor[i * k + j];
        if (by < 0 || by > 0) {
          add_column(z, u[j] + from, by, m);
        }
      }
      tf_normal_cdf(z, z, m);
      keep_inside(z, m);
    }
    memcpy(u[0] + from, first, m * sizeof *first);
  }
}
