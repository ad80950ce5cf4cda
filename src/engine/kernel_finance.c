// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of irr and payback, lane by lane.
//
// irr: flows c_i of periods i (history left out) have present value sum c_i q^i with q = (1+r)^-(period in years);
// whether they fall at the start, middle or end of their periods is one common factor and moves no root. No change of
// sign among the flows: no rate, NaN. One change: the rate is unique. Several: the root nearest to 0 %/year in ln(1+r)
// is given (the positive one of two equally near). Rates are looked for from -99.9 to 1,000,000 %/year.
#include <math.h>
#include <stddef.h>

#include "engine/kernel.h"
#include "model/axis.h"

typedef struct flows {
  const tf_rows *x;
  size_t lane;
  int count;
} flows;

// Present value up to a positive factor, at growth v = ln(1+r) per period, with q = e^-|v|: for v < 0 the powers are
// counted from the last flow, so that nothing overflows. *slope: derivative by q.
static double value(const flows *f, bool negative, double q, double *slope) {
  double sum = 0, s = 0;
  for (int i = 0; i < f->count; i++) {
    int row = negative ? i : f->count - 1 - i;
    s = s * q + sum;
    sum = sum * q + tf_rows_at(f->x, row, f->lane);
  }
  *slope = s;
  return sum;
}

// Root between q = low and q = high, where the values differ in sign: Newton, kept inside by bisection.
static double refine(const flows *f, bool negative, double low, double high) {
  double slope, at_low = value(f, negative, low, &slope);
  double q = 0.5 * (low + high);
  for (int step = 0; step < 200; step++) {
    double v = value(f, negative, q, &slope);
    if (v == 0) {
      return q;
    }
    if ((v < 0) == (at_low < 0)) {
      low = q;
    } else {
      high = q;
    }
    double next = q - v / slope;
    if (!(next > fmin(low, high) && next < fmax(low, high))) {
      next = 0.5 * (low + high);
    }
    if (fabs(next - q) <= 1e-16 * q || next == low || next == high) {
      return next;
    }
    q = next;
  }
  return q;
}

static double rate_of(const flows *f, double years) {
  int changes = 0;
  double last = 0, first = 0;
  for (int i = 0; i < f->count; i++) {
    double c = tf_rows_at(f->x, i, f->lane);
    if (!isfinite(c)) {
      return NAN;
    }
    if (c != 0) {
      changes += last != 0 && (c < 0) != (last < 0);
      first = first == 0 ? c : first;
      last = c;
    }
  }
  if (changes == 0) {
    return NAN;
  }
  double slope, zero = value(f, false, 1, &slope);
  if (zero == 0) {
    return 0;
  }
  const double up = log(1e4 + 1), down = -log(1e-3); // of ln(1+r) per year
  // With one change of sign the side is known: the value at r -> inf has the sign of the first flow.
  bool go_up = changes > 1 || (zero < 0) != (first < 0);
  bool go_down = changes > 1 || !go_up;
  const double stride = changes > 1 ? 0.02 : 0.25;
  double q_up = 1, q_down = 1;
  for (int k = 1; (k - 1) * stride < up; k++) {
    const double v = k * stride;
    if (go_up && v - stride < up) {
      double q = exp(-fmin(v, up) * years);
      if ((value(f, false, q, &slope) < 0) != (zero < 0)) {
        return expm1(-log(refine(f, false, q_up, q)) / years);
      }
      q_up = q;
    }
    if (go_down && v - stride < down) {
      double q = exp(-fmin(v, down) * years);
      if ((value(f, true, q, &slope) < 0) != (zero < 0)) {
        return expm1(log(refine(f, true, q_down, q)) / years);
      }
      q_down = q;
    }
  }
  return NAN;
}

void tf_kernel_irr(double *d, const tf_rows *x, double step, size_t n) {
  for (size_t i = 0; i < n; i++) {
    flows f = {x, i, x->end};
    d[i] = rate_of(&f, step / TF_YEAR_SECONDS) / TF_YEAR_SECONDS;
  }
}

void tf_kernel_payback(double *d, const tf_rows *x, const tf_rows *weights, double step, double into, size_t n) {
  for (size_t i = 0; i < n; i++) {
    double total = 0, time = 0;
    for (int row = x->first; row < x->end; row++) {
      double before = total;
      total += tf_rows_at(x, row, i) * (weights != NULL ? tf_rows_at(weights, row, i) : step);
      if (row >= 0 && before < 0 && total >= 0) {
        time = row - 1 + into + before / (before - total); // between the moments of the two flows
      }
    }
    double late = total < 0 ? INFINITY : time > 0 ? time * step : 0;
    d[i] = isfinite(total) ? late : NAN;
  }
}
