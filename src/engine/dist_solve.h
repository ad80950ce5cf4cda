// SPDX-License-Identifier: GPL-3.0-or-later
// One root of a monotone function, by bracketing.
#ifndef TF_ENGINE_DIST_SOLVE_H
#define TF_ENGINE_DIST_SOLVE_H

#include <stdbool.h>

typedef double (*tf_solve_function)(const void *user, double x);

// x in [low, high] with f(x) = 0, f(low) and f(high) of different sign (or zero): inverse quadratic interpolation where
// it is safe, else bisection, by T. R. Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero
// of a nonlinear function without using derivatives", Advances in Engineering Software 28 (1997) 145-149. Stops when
// the bracket is below tolerance + 2e-16 |x|. Discontinuous functions are allowed: the jump is found. False if the
// signs are equal.
bool tf_solve_bracketed(tf_solve_function f, const void *user, double low, double high, double tolerance, double *root);

#endif
