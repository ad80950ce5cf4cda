// SPDX-License-Identifier: GPL-3.0-or-later
// Bracketed root finding.
#include "engine/dist_solve.h"

#include <math.h>

bool tf_solve_bracketed(tf_solve_function f, const void *user, double low, double high, double tolerance,
                        double *root) {
  enum { STEPS_MAX = 300 };
  double b = low; // a and b bracket the root, c is the point before
  double a = high;
  double f_b = f(user, b);
  double f_a = f(user, a);
  if (!((f_a >= 0 && f_b <= 0) || (f_a <= 0 && f_b >= 0))) {
    return false;
  }
  double share = 0.5;
  double best = fabs(f_a) < fabs(f_b) ? a : b;
  for (int step = 0; step < STEPS_MAX; step++) {
    const double x = a + share * (b - a);
    const double value = f(user, x);
    double c = a;
    double f_c = f_a;
    if ((value > 0) != (f_a > 0)) {
      c = b;
      f_c = f_b;
      b = a;
      f_b = f_a;
    }
    a = x;
    f_a = value;
    const bool a_is_best = fabs(f_a) < fabs(f_b);
    best = a_is_best ? a : b;
    const double limit = (tolerance + 2.3e-16 * fabs(best)) / fabs(b - a);
    if (!(limit <= 0.5) || !(fabs(a_is_best ? f_a : f_b) > 0)) {
      break;
    }
    const double xi = (a - b) / (c - b);
    const double phi = (f_a - f_b) / (f_c - f_b);
    share = 0.5;
    if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi) {
      share = f_a / (f_b - f_a) * (f_c / (f_b - f_c)) + (c - a) / (b - a) * (f_a / (f_c - f_a)) * (f_b / (f_c - f_b));
    }
    share = fmin(fmax(share, limit), 1 - limit);
  }
  *root = best;
  return true;
}
