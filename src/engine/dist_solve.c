// SPDX-License-Identifier: GPL-3.0-or-later
// Bracketed root finding.
#include "engine/dist_solve.h"

#include <math.h>

bool tf_solve_bracketed(tf_solve_function f, const void *user, double low, double high, double tolerance,
                        double *root) {
  enum { STEPS_MAX = 300, STALLS_MAX = 2 };
  double f_low = f(user, low);
  double f_high = f(user, high);
  if ((f_low > 0 && f_high > 0) || (f_low < 0 && f_high < 0) || isnan(f_low) || isnan(f_high)) {
    return false;
  }
  const double rising = f_low < 0 || f_high > 0 ? 1 : -1;
  double slow = 0; // steps since the bracket was last halved
  for (int step = 0; step < STEPS_MAX; step++) {
    const double width = high - low;
    const double middle = low + 0.5 * width;
    const double limit = tolerance + 2.3e-16 * fmax(fabs(low), fabs(high));
    if (width <= limit || middle <= low || middle >= high) {
      break;
    }
    double x = middle;
    if (slow < STALLS_MAX && isfinite(f_low) && isfinite(f_high) && (f_low < f_high || f_low > f_high)) {
      x = low - f_low * (width / (f_high - f_low)); // regula falsi, pushed towards the middle by a shrinking part
      const double push = fmin(0.2 * width * fabs(x - middle) / width, fabs(x - middle));
      x += (x < middle ? 1 : -1) * fmax(push * 0.05, 0.25 * limit);
      if (!(x > low && x < high)) {
        x = middle;
      }
    }
    const double value = f(user, x);
    if (rising * value < 0) {
      low = x;
      f_low = value;
    } else if (rising * value > 0) {
      high = x;
      f_high = value;
    } else {
      *root = x;
      return true;
    }
    slow = high - low > 0.5 * width ? slow + 1 : 0;
  }
  *root = fabs(f_low) < fabs(f_high) ? low : high;
  return true;
}
