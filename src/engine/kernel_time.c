// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels that look along the time axis lane by lane: shifts, delays and cohorts.
//
// Cohorts. A purchase of period k is spread evenly over that period, so that at the end of period i = k + a its ages
// fill the interval [a, a+1] periods. What is left of it is the mean of the survival function over these ages:
//   fixed life L (periods):  S(a) = clamp(L - a, 0, 1)
//   Weibull of shape c:      S(a) = integral of exp(-(t/m)^c) over [a, a+1], m = L / Gamma(1 + 1/c) so that the mean
//                            life is L;  = L * (P(1/c, ((a+1)/m)^c) - P(1/c, (a/m)^c)),
// with P the lower regularised incomplete gamma function; the first is the limit of the second for large c. In both the
// S(a) add up to L. From S follow, with S(-1) = 1,
//   survive:        x * step * S(a)          what stands at the end of the period
//   retired:        x * (S(a-1) - S(a))      so that installed[i] = installed[i-1] + (x - retired) * step
//   straight_line:  x * S(a) / L             sums to what was bought; for whole L exactly x/L in L periods
#include <math.h>
#include <stddef.h>

#include "engine/kernel.h"

// P(s, x) = x^s e^-x / Gamma(s+1) * (sum of x^n / ((s+1)...(s+n))), for x < s + 1: Abramowitz & Stegun 6.5.29.
static double gamma_sum(double s, double x) {
  double term = 1, sum = 1;
  for (int n = 1; n < 1000 && term > sum * 1e-17; n++) {
    term *= x / (s + n);
    sum += term;
  }
  return sum;
}

// 1 - P(s, x) = x^s e^-x / Gamma(s) * continued fraction (modified Lentz), for x >= s + 1: 6.5.31.
static double gamma_rest(double s, double x) {
  double b = x + 1 - s, c = 1e300, d = 1 / b, h = d;
  for (int n = 1; n < 1000; n++) {
    double a = -n * (n - s);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    h *= c * d;
    if (fabs(c * d - 1) < 1e-16) {
      break;
    }
  }
  return exp(s * log(x) - x - lgamma(s + 1)) * s * h;
}

// Integral of exp(-(t/m)^c) from 0 to age: life * P(1/c, (age/m)^c). In the series life * x^(1/c) / Gamma(1+1/c) is the
// age itself, which keeps it exact where x underflows.
static double lived(double age, double life, double m, double c) {
  double x = pow(age / m, c);
  return x < 1 / c + 1 ? age * exp(-x) * gamma_sum(1 / c, x) : life * (isinf(x) ? 1 : 1 - gamma_rest(1 / c, x));
}

static double survival(double life, double shape, bool has_shape, int age) {
  if (age < 0) {
    return 1;
  }
  if (!has_shape) {
    double rest = life - age;
    return rest > 1 ? 1 : rest < 0 ? 0 : rest;
  }
  if (!(shape > 0) || isnan(life)) {
    return NAN;
  }
  if (life <= 0) {
    return 0;
  }
  double m = life / tgamma(1 + 1 / shape);
  return lived(age + 1, life, m, shape) - lived(age, life, m, shape);
}

double tf_cohort_weight(int kind, double life, double shape, bool has_shape, double step, int age) {
  double now = survival(life, shape, has_shape, age);
  switch (kind) {
  case TF_COHORT_SURVIVE:
    return now * step;
  case TF_COHORT_RETIRED:
    return survival(life, shape, has_shape, age - 1) - now;
  case TF_COHORT_STANDS:
    return now;
  default: // written off: nothing can be written off over no life at all
    return life > 0 ? now / life : NAN;
  }
}

void tf_kernel_cohort(double *d, const tf_rows *x, const tf_rows *life, const tf_rows *shape, int kind, double step,
                      int row, size_t n) {
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (int k = x->first; k <= row; k++) {
      double l = tf_rows_at(life, k, i) / step;
      double c = shape != NULL ? tf_rows_at(shape, k, i) : 0;
      sum += tf_rows_at(x, k, i) * tf_cohort_weight(kind, l, c, shape != NULL, step, row - k);
    }
    d[i] = sum;
  }
}

static double read_row(const tf_rows *x, const tf_rows *before, int at, int row, size_t lane) {
  if (at >= x->first) {
    return tf_rows_at(x, at < x->end ? at : x->end - 1, lane);
  }
  return before != NULL ? tf_rows_at(before, row, lane) : NAN;
}

void tf_kernel_shift(double *d, const tf_rows *x, const tf_rows *shift, const tf_rows *before, double step, int row,
                     size_t n) {
  for (size_t i = 0; i < n; i++) {
    double position = row + tf_rows_at(shift, row, i) / step;
    if (!(fabs(position) < 1e9)) { // NaN, or further than any axis reaches
      double far = position < 0 ? read_row(x, before, x->first - 1, row, i) : tf_rows_at(x, x->end - 1, i);
      d[i] = isnan(position) ? NAN : far;
      continue;
    }
    double whole = floor(position), part = position - whole;
    double low = read_row(x, before, (int)whole, row, i);
    d[i] = part == 0 ? low : low * (1 - part) + read_row(x, before, (int)whole + 1, row, i) * part;
  }
}

void tf_kernel_delay(double *d, const tf_rows *x, const tf_rows *delay, const tf_rows *before, double step, int row,
                     size_t n) {
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (int k = x->first; k <= row; k++) {
      double periods = tf_rows_at(delay, k, i) / step;
      double off = fabs(row - k - periods);
      sum += off < 1 ? tf_rows_at(x, k, i) * (1 - off) : 0;
      sum = periods >= 0 ? sum : NAN; // nothing arrives before it leaves
    }
    // Origins before the first row: they lie since = row - first + 1, since + 1, ... periods back.
    double periods = tf_rows_at(delay, x->first, i) / step;
    double whole = floor(periods), part = periods - whole, since = row - x->first + 1;
    double share = (whole >= since ? 1 - part : 0) + (whole + 1 >= since ? part : 0);
    d[i] = share > 0 ? sum + tf_rows_at(before, row, i) * share : sum;
  }
}
