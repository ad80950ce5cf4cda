// SPDX-License-Identifier: GPL-3.0-or-later
// Quantiles of gamma and beta as tables over the normal score, fast enough to be sampled by inversion.
//
// Both families become smooth, log-concave densities on the whole line in the right variable: d = log(x / a) for a
// gamma variable of shape a and scale 1, d = logit(x) - log(a / b) for a beta variable. In d
//   gamma: log f = const - a (exp(d) - 1 - d)
//   beta:  log f = const - a log(1 + (1 - m)(exp(-d) - 1)) - b log(1 + m (exp(d) - 1)),  m = a / (a + b)
// with the maximum at d = 0, so nothing cancels for large a and b and nothing underflows for small ones. The density is
// integrated by Gauss-Legendre panels from both far ends (mass beyond: < 1e-36), which gives P(D < d) and P(D > d)
// to about 1e-14 relative in both tails without a normalising constant. d as a function of the normal score z =
// Phi^-1(u) is then nearly linear; it is tabulated by quintic Hermite polynomials on |z| <= 8.5 (u = 1e-17), with exact
// first and second derivatives at the nodes, and checked against the exact solution in the middle of every cell.
#ifndef TF_ENGINE_DIST_SCORE_H
#define TF_ENGINE_DIST_SCORE_H

#include "base/context.h"

typedef struct tf_score_density {
  bool beta;   // else gamma
  double a, b; // a > 0, and b > 0 for beta
  double m, n; // a / (a + b) and b / (a + b), each to full precision
} tf_score_density;

tf_score_density tf_score_gamma(double a);
tf_score_density tf_score_beta(double a, double b);

enum { TF_SCORE_PANELS = 1024 };

// The integrated density.
typedef struct tf_score_integral {
  tf_score_density density;
  size_t count;                      // panels
  double edge[TF_SCORE_PANELS + 1];  // ascending d
  double lower[TF_SCORE_PANELS + 1]; // P(D < edge)
  double upper[TF_SCORE_PANELS + 1]; // P(D > edge)
  double log_norm;                   // log of the total of exp(log f - log f(0))
} tf_score_integral;

void tf_score_integrate(tf_score_density density, tf_score_integral *integral);
double tf_score_below(const tf_score_integral *integral, double d); // P(D < d)
double tf_score_above(const tf_score_integral *integral, double d); // P(D > d)
double tf_score_at(const tf_score_integral *integral, double z);    // d with P(D < d) = Phi(z)

typedef struct tf_score_table tf_score_table;

// Tabulates to an absolute error of d below 1e-10 + 1e-12 |d|: x has a relative error below 1e-9 wherever it is above
// the smallest double; the bound reached is checked.
// TF_NUMERIC with an error at `at` if it cannot be reached.
TF_NODISCARD tf_status tf_score_tabulate(tf_context *cx, tf_arena *arena, tf_span at, const tf_score_integral *integral,
                                         const tf_score_table **table);
// d[i] for u[i], n <= TF_CHUNK, a multiple of 8; d may be u.
void tf_score_quantile(const tf_score_table *table, const double *u, double *d, size_t n);

#endif
