// SPDX-License-Identifier: GPL-3.0-or-later
// Tails of the binomial distribution: how likely so many hits are if each of n independent cases is one with
// probability p, in 0..1. By GSL, to about 1e-13 relative, either tail accurate where it is small.
#ifndef TF_STATS_BINOMIAL_H
#define TF_STATS_BINOMIAL_H

#include <stddef.h>

double tf_binomial_at_most(size_t k, size_t n, double p);  // P(X <= k)
double tf_binomial_at_least(size_t k, size_t n, double p); // P(X >= k)

#endif
