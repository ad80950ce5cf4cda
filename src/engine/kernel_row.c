// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels over the lanes of one period: dates, ages, shared limits, labels.
#include "engine/vecmath.h"

#include "engine/kernel.h"

TF_INLINE double clamp01(double x) { // NaN passes
  double low = x < 0 ? 0 : x;
  return low > 1 ? 1 : low;
}

TF_KERNEL void tf_kernel_after(double *d, const double *p, double r, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    d[i] = clamp01(r + 1 - p[i]);
  }
}

// Integral of the rise from before it up to t.
TF_INLINE double risen(double t, double p, double length) {
  double x = t - p;
  double inside = x * x / (2 * length), beyond = x - length / 2;
  double positive = x < length ? inside : beyond;
  return x <= 0 ? 0 : positive;
}

TF_KERNEL void tf_kernel_ramp(double *d, const double *p, const double *q, double r, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    double length = q[i] - p[i];
    double slope = risen(r + 1, p[i], length) - risen(r, p[i], length);
    double step = clamp01(r + 1 - p[i]);
    double mean = length > 0 ? slope : step;
    d[i] = length != length ? length : mean;
  }
}

TF_KERNEL void tf_kernel_allocate(double *d, const double *want, const double *each, double *remaining, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    double w = want[i], e = each[i], left = remaining[i];
    double possible = left / e;
    double limited = w < possible || w != w ? w : possible;
    double got = e <= 0 ? w : limited;
    double rest = left - got * (e <= 0 ? 0 : e);
    d[i] = got;
    remaining[i] = rest < 0 ? 0 : rest;
  }
}

TF_KERNEL void tf_kernel_arg(double *d, double *best, const double *candidate, double row, bool largest, size_t n) {
  const double sign = largest ? -1 : 1;
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    double x = candidate[i], b = best[i], at = d[i];
    double next = x * sign < b * sign ? row : at;
    double value = x * sign < b * sign ? x : b;
    d[i] = x != x ? x : next;
    best[i] = value;
  }
}

TF_KERNEL void tf_kernel_pick(double *d, const double *value, const double *label, double row, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    double old = d[i], x = value[i];
    d[i] = label[i] == row ? x : old;
  }
}

TF_KERNEL void tf_kernel_locate(double *d, double *best, const double *key, const double *wanted, double row,
                                size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    double k = key[i], b = best[i], at = d[i];
    int better = (k <= wanted[i]) & (k >= b);
    d[i] = better != 0 ? row : at;
    best[i] = better != 0 ? k : b;
  }
}

// Eight lanes at a time through all ages: the life in periods is worked out once. The limits 0 and 1 come as arguments,
// for what the compiler knows of them costs it the machine's minimum and maximum.
TF_KERNEL static void ages_standing(double *d, ptrdiff_t d_stride, const double *life, double step, int age, int count,
                                    double none, double all, size_t n) {
  for (size_t at = 0; at < n; at += TF_LANES) {
    double periods[TF_LANES];
    TF_SIMD
    for (size_t i = 0; i < TF_LANES; i++) {
      periods[i] = life[at + i] / step;
    }
    double *to = d + at;
    for (int k = age; k < age + count; k++, to += d_stride) {
      TF_SIMD
      for (size_t i = 0; i < TF_LANES; i++) {
        const double rest = periods[i] - k;
        const double least = none > rest ? none : rest; // NaN passes
        to[i] = all < least ? all : least;
      }
    }
  }
}

TF_KERNEL static void ages_retired(double *d, ptrdiff_t d_stride, const double *life, double step, int age, int count,
                                   size_t n) {
  for (size_t at = 0; at < n; at += TF_LANES) {
    double *to = d + at;
    for (int k = age; k < age + count; k++, to += d_stride) {
      TF_SIMD
      for (size_t i = 0; i < TF_LANES; i++) {
        double rest = life[at + i] / step - k;
        double before = clamp01(rest + 1);
        double alive = k > 0 ? before : 1; // what is bought stands at first
        to[i] = alive - clamp01(rest);
      }
    }
  }
}

void tf_kernel_ages(double *d, ptrdiff_t d_stride, const double *life, bool retired, double step, int age, int count,
                    size_t n) {
  if (retired) {
    ages_retired(d, d_stride, life, step, age, count, n);
  } else {
    ages_standing(d, d_stride, life, step, age, count, 0, 1, n);
  }
}

// With a life of L = m + f periods the cohorts of the last m rows stand in full and the one before them with f.
TF_KERNEL void tf_kernel_window(double *d, const double *c, ptrdiff_t c_stride, int c_lane, const double *x,
                                ptrdiff_t x_stride, int x_lane, const double *life, int kind, double step, int age,
                                size_t n) {
  const int32_t sc = (int32_t)c_stride, sx = (int32_t)x_stride, rows = age + 1;
  const double most = age + 2; // older than the first row: all the same
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    double periods = life[i] / step;
    double positive = periods > 0 ? periods : 0;
    double used = positive < most ? positive : most;
    double whole = floor(used), part = used - whole;
    int32_t k = age - (int32_t)whole; // the row that stands in part
    int32_t at = k < 0 ? 0 : k, before = k < 1 ? 0 : k - 1, lane = (int32_t)i;
    double x_at = x[at * sx + lane * x_lane], x_before = x[before * sx + lane * x_lane];
    double leaving = k < 0 ? 0 : x_at * (1 - part);
    leaving += k < 1 ? 0 : x_before * part;
    double sum = c[(rows - 1) * sc + lane * c_lane];
    double gone = c[at * sc + lane * c_lane];
    double stands = k < 0 ? sum : sum - gone + x_at * step * part;
    double share = periods > 0 ? stands / life[i] : NAN;
    double result = kind == 0 ? stands : kind == 1 ? leaving : share;
    d[i] = periods != periods ? periods : result;
  }
}
