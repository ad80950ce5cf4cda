// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/binomial.h"

#include <gsl/gsl_cdf.h>

double tf_binomial_at_most(size_t k, size_t n, double p) {
  return k >= n ? 1 : gsl_cdf_binomial_P((unsigned)k, p, (unsigned)n);
}

double tf_binomial_at_least(size_t k, size_t n, double p) {
  return k == 0 ? 1 : k > n ? 0 : gsl_cdf_binomial_Q((unsigned)(k - 1), p, (unsigned)n);
}
