// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of the operations that work element by element.
#include "engine/vecmath.h"

#include "engine/kernel.h"

#define UNARY(name, expression)                                                                                        \
  TF_KERNEL static void name(double *d, const double *a, size_t n) {                                                   \
    TF_SIMD                                                                                                            \
    for (size_t i = 0; i < n; i++) {                                                                                   \
      const double x = a[i];                                                                                           \
      d[i] = (expression);                                                                                             \
    }                                                                                                                  \
  }

#define BINARY(name, expression)                                                                                       \
  TF_KERNEL static void name(double *d, const double *a, const double *b, size_t n) {                                  \
    TF_SIMD                                                                                                            \
    for (size_t i = 0; i < n; i++) {                                                                                   \
      const double x = a[i], y = b[i];                                                                                 \
      d[i] = (expression);                                                                                             \
    }                                                                                                                  \
  }                                                                                                                    \
  TF_KERNEL static void name##_vs(double *d, const double *a, double y, size_t n) {                                    \
    TF_SIMD                                                                                                            \
    for (size_t i = 0; i < n; i++) {                                                                                   \
      const double x = a[i];                                                                                           \
      d[i] = (expression);                                                                                             \
    }                                                                                                                  \
  }                                                                                                                    \
  TF_KERNEL static void name##_sv(double *d, double x, const double *b, size_t n) {                                    \
    TF_SIMD                                                                                                            \
    for (size_t i = 0; i < n; i++) {                                                                                   \
      const double y = b[i];                                                                                           \
      d[i] = (expression);                                                                                             \
    }                                                                                                                  \
  }

// Halves away from zero; x - trunc(x) is exact, so 0.49999999999999994 stays 0.
TF_INLINE double round_away(double x) {
  double t = trunc(x);
  return fabs(x - t) >= 0.5 ? t + copysign(1.0, x) : t;
}
// 1 or 0, NaN if a side is NaN.
TF_INLINE double truth(double x, double y, int holds) {
  return x != x || y != y ? NAN : holds != 0 ? 1.0 : 0.0;
}
TF_INLINE double both(double x, double y) {
  double known = x != x || y != y ? NAN : 1.0;
  return x == 0 || y == 0 ? 0.0 : known;
}
TF_INLINE double either(double x, double y) {
  double known = x != x || y != y ? NAN : 0.0;
  return (x == x && x != 0) || (y == y && y != 0) ? 1.0 : known;
}
// One comparison as the machine's minimum and maximum make it (y if a side is NaN), and one for NaN in x.
TF_INLINE double smaller(double x, double y) {
  const double least = x < y ? x : y;
  return x == x ? least : x;
}
TF_INLINE double larger(double x, double y) {
  const double most = x > y ? x : y;
  return x == x ? most : x;
}

UNARY(map_negate, -x)
UNARY(map_not, x != x ? x : x == 0 ? 1.0 : 0.0)
UNARY(map_ln, log(x))
UNARY(map_log10, log10(x))
UNARY(map_log2, log2(x))
UNARY(map_sqrt, sqrt(x))
UNARY(map_abs, fabs(x))
UNARY(map_floor, floor(x))
UNARY(map_ceil, ceil(x))
UNARY(map_round, round_away(x))
BINARY(map_add, x + y)
BINARY(map_subtract, x - y)
BINARY(map_multiply, x *y)
BINARY(map_divide, x / y)
BINARY(map_power, pow(x, y))
BINARY(map_equal, truth(x, y, x == y))
BINARY(map_not_equal, truth(x, y, x != y))
BINARY(map_less, truth(x, y, x < y))
BINARY(map_less_equal, truth(x, y, x <= y))
BINARY(map_greater, truth(x, y, x > y))
BINARY(map_greater_equal, truth(x, y, x >= y))
BINARY(map_and, both(x, y))
BINARY(map_or, either(x, y))
BINARY(map_min, smaller(x, y))
BINARY(map_max, larger(x, y))
BINARY(map_mod, x - y * floor(x / y))

TF_KERNEL static void map_select(double *d, const double *a, const double *b, const double *c, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double x = a[i], y = b[i], z = c[i];
    const double taken = x == 0 ? z : y;
    d[i] = x != x ? x : taken;
  }
}

TF_KERNEL static void map_clamp(double *d, const double *a, const double *b, const double *c, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double x = a[i], y = b[i], z = c[i];
    d[i] = smaller(larger(x, y), z);
  }
}

#define BINARY_ENTRY(name)                                                                                             \
  { .binary = name, .binary_vs = name##_vs, .binary_sv = name##_sv }

const tf_map_kernels *tf_map_kernel(tf_term_op op) {
  static const tf_map_kernels kernels[TF_TERM_COUNT] = {
      [TF_TERM_NEGATE] = {.unary = map_negate},
      [TF_TERM_NOT] = {.unary = map_not},
      [TF_TERM_ADD] = BINARY_ENTRY(map_add),
      [TF_TERM_SUBTRACT] = BINARY_ENTRY(map_subtract),
      [TF_TERM_MULTIPLY] = BINARY_ENTRY(map_multiply),
      [TF_TERM_DIVIDE] = BINARY_ENTRY(map_divide),
      [TF_TERM_POWER] = BINARY_ENTRY(map_power),
      [TF_TERM_EQUAL] = BINARY_ENTRY(map_equal),
      [TF_TERM_NOT_EQUAL] = BINARY_ENTRY(map_not_equal),
      [TF_TERM_LESS] = BINARY_ENTRY(map_less),
      [TF_TERM_LESS_EQUAL] = BINARY_ENTRY(map_less_equal),
      [TF_TERM_GREATER] = BINARY_ENTRY(map_greater),
      [TF_TERM_GREATER_EQUAL] = BINARY_ENTRY(map_greater_equal),
      [TF_TERM_AND] = BINARY_ENTRY(map_and),
      [TF_TERM_OR] = BINARY_ENTRY(map_or),
      [TF_TERM_SELECT] = {.ternary = map_select},
      [TF_TERM_EXP] = {.unary = tf_kernel_exp},
      [TF_TERM_LN] = {.unary = map_ln},
      [TF_TERM_LOG10] = {.unary = map_log10},
      [TF_TERM_LOG2] = {.unary = map_log2},
      [TF_TERM_SQRT] = {.unary = map_sqrt},
      [TF_TERM_ABS] = {.unary = map_abs},
      [TF_TERM_FLOOR] = {.unary = map_floor},
      [TF_TERM_CEIL] = {.unary = map_ceil},
      [TF_TERM_ROUND] = {.unary = map_round},
      [TF_TERM_MIN] = BINARY_ENTRY(map_min),
      [TF_TERM_MAX] = BINARY_ENTRY(map_max),
      [TF_TERM_MOD] = BINARY_ENTRY(map_mod),
      [TF_TERM_CLAMP] = {.ternary = map_clamp},
  };
  return &kernels[op];
}

// --- used by several operations

TF_KERNEL void tf_kernel_fill(double *d, double value, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    d[i] = value;
  }
}

TF_KERNEL void tf_kernel_copy(double *d, const double *a, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    d[i] = a[i];
  }
}

void tf_kernel_add(double *d, const double *a, const double *b, size_t n) {
  map_add(d, a, b, n);
}

void tf_kernel_multiply(double *d, const double *a, const double *b, size_t n) {
  map_multiply(d, a, b, n);
}

void tf_kernel_scale(double *d, const double *a, double factor, size_t n) {
  map_multiply_vs(d, a, factor, n);
}

TF_KERNEL void tf_kernel_add_scaled(double *d, const double *a, const double *b, double factor, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    d[i] = a[i] + b[i] * factor;
  }
}

TF_KERNEL void tf_kernel_blend(double *d, const double *a, double fa, const double *b, double fb, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    d[i] = a[i] * fa + b[i] * fb;
  }
}

// 0 * x is 0 for what is finite and NaN for what is not. Four sums side by side, so that no addition waits for another.
TF_KERNEL static double sum_of_nothing(const double *a, size_t n) {
  double sums[4 * TF_LANES] = {0}, sum = 0;
  size_t at = 0;
  for (; at + 4 * TF_LANES <= n; at += 4 * TF_LANES) {
    TF_SIMD
    for (size_t i = 0; i < 4 * TF_LANES; i++) {
      sums[i] += a[at + i] * 0.0;
    }
  }
  for (; at < n; at++) {
    sum += a[at] * 0.0;
  }
  for (size_t i = 0; i < 4 * TF_LANES; i++) {
    sum += sums[i];
  }
  return sum;
}

bool tf_kernel_finite(const double *a, size_t n) {
  return sum_of_nothing(a, n) == 0;
}

TF_KERNEL void tf_kernel_change(double *d, const double *now, const double *before, double per_step, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    d[i] = (now[i] - before[i]) * per_step;
  }
}
