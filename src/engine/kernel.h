// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels: loops over lanes (samples). Private to the engine.
//
// Every column is 64-byte aligned unless said otherwise and n is a multiple of 8, so each lane passes through the same
// vector body: a lane's result depends on that lane alone, and neither block size nor thread count can change it. A
// destination may be one of the operands. Comparisons, min and max pass NaN on; `and` and `or` are decided by a false
// or a true side whatever the other is.
#ifndef TF_ENGINE_KERNEL_H
#define TF_ENGINE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/term.h"

typedef struct tf_map_kernels { // those that the operation's arity has; _vs: b is one number, _sv: a is
  void (*unary)(double *d, const double *a, size_t n);
  void (*binary)(double *d, const double *a, const double *b, size_t n);
  void (*binary_vs)(double *d, const double *a, double b, size_t n);
  void (*binary_sv)(double *d, double a, const double *b, size_t n);
  void (*ternary)(double *d, const double *a, const double *b, const double *c, size_t n);
} tf_map_kernels;
const tf_map_kernels *tf_map_kernel(tf_term_op op); // op: class MAP

// Chains of + - * / over three or four operands in one pass: r = a op[0] b, then r = r op[1] c, or c op[1] r where
// swapped[0], and the same with op[2], swapped[1] and d. Each step is rounded, so a chain gives the same bits as its
// operations one by one.
typedef struct tf_fusion {
  uint8_t count; // of operations; 0: none
  uint8_t op[3]; // tf_term_op
  bool swapped[2];
} tf_fusion;
typedef void (*tf_fused_kernel)(double *d, const double *const *operands, size_t n);
tf_fused_kernel tf_kernel_fused(const tf_fusion *fusion); // NULL: there is none for this chain

// e^a, and x = e^(offset + factor x) in place; within 1.1 ulp, 0 and infinity where doubles end.
void tf_kernel_exp(double *d, const double *a, size_t n);
void tf_kernel_exp_linear(double *x, double offset, double factor, size_t n);

void tf_kernel_fill(double *d, double value, size_t n);
void tf_kernel_copy(double *d, const double *a, size_t n);
// d = a; true if every number is finite. `past`: past the caches, for what is not read soon; tf_kernel_stored() then
// makes it visible to other threads.
bool tf_kernel_store(double *d, const double *a, bool past, size_t n);
void tf_kernel_stored(void);
void tf_kernel_add(double *d, const double *a, const double *b, size_t n);
void tf_kernel_multiply(double *d, const double *a, const double *b, size_t n);
void tf_kernel_scale(double *d, const double *a, double factor, size_t n);                         // a * factor
void tf_kernel_add_scaled(double *d, const double *a, const double *b, double factor, size_t n);   // a + b * factor
void tf_kernel_blend(double *d, const double *a, double fa, const double *b, double fb, size_t n); // a * fa + b * fb
void tf_kernel_change(double *d, const double *now, const double *before, double per_step,
                      size_t n); // (now-before)*per_step
// d = sum over j < count of a[j * a_stride] * b[j * b_stride], in order of j; strides in doubles, may be negative or 0.
void tf_kernel_dot(double *d, const double *a, ptrdiff_t a_stride, const double *b, ptrdiff_t b_stride, size_t count,
                   size_t n);
// The same with one number per j for b.
void tf_kernel_dot_scalar(double *d, const double *a, ptrdiff_t a_stride, const double *b, ptrdiff_t b_stride,
                          size_t count, size_t n);
// Row r of d = sum over j <= r of a[r - j] * b[j], for all rows: as tf_kernel_dot row by row, in one pass.
void tf_kernel_convolve(double *d, ptrdiff_t d_stride, const double *a, ptrdiff_t a_stride, const double *b,
                        ptrdiff_t b_stride, size_t rows, size_t n);
// Share of row r after position p: clamp(r + 1 - p, 0, 1). Mean over row r of a rise from 0 at p to 1 at q (a step at p
// unless q > p).
void tf_kernel_after(double *d, const double *p, double r, size_t n);
void tf_kernel_ramp(double *d, const double *p, const double *q, double r, size_t n);
// min(want, remaining / each) where each > 0, else want; remaining goes down by what is taken, not below 0.
void tf_kernel_allocate(double *d, const double *want, const double *each, double *remaining, size_t n);
// One candidate of argmin / argmax: where it beats `best` (and neither is NaN), best = candidate, d = row. The first
// wins a tie; NaN candidates make d NaN.
void tf_kernel_arg(double *d, double *best, const double *candidate, double row, bool largest, size_t n);
// d = value where label == row (labels outside 0 .. count-1 leave NaN: start with that).
void tf_kernel_pick(double *d, const double *value, const double *label, double row, size_t n);
// One candidate of lookup: where key <= wanted and key >= best, best = key and d = row.
void tf_kernel_locate(double *d, double *best, const double *key, const double *wanted, double row, size_t n);
// What of a cohort stands (or is retired) at ages age .. age + count - 1 in periods, for a fixed life (kernel_time.c
// has the formulas), one column of d after the other, d_stride apart.
void tf_kernel_ages(double *d, ptrdiff_t d_stride, const double *life, bool retired, double step, int age, int count,
                    size_t n);
// What stands of (kind 0), leaves (1) and is written off (2) in the row `age` rows after the first, for a fixed life:
// from the running sum of x * step and x itself, each row 0 .. age at a multiple of its stride, lanes at a multiple of
// c_lane and x_lane (1, or 0 for one number per row). The same as the sum over cohorts, in constant time.
void tf_kernel_window(double *d, const double *c, ptrdiff_t c_stride, int c_lane, const double *x, ptrdiff_t x_stride,
                      int x_lane, const double *life, int kind, double step, int age, size_t n);
// Reads x at row + shift lanes by lane, see tf_rows below. linear between rows, held at the last row.
typedef struct tf_rows { // the rows of one element of a series
  const double *row0;    // row 0 of the axis
  ptrdiff_t stride;      // from row to row in doubles; 0 if constant over time
  bool scalar;           // one number per row instead of lanes
  int first, end;
} tf_rows;
static inline double tf_rows_at(const tf_rows *x, int row, size_t lane) {
  return x->row0[row * x->stride + (ptrdiff_t)(x->scalar ? 0 : lane)];
}
// The value at position row + shift / step, linear between periods; past the last period its value holds; before the
// first one `before` is taken, or NaN if that is NULL.
void tf_kernel_shift(double *d, const tf_rows *x, const tf_rows *shift, const tf_rows *before, double step, int row,
                     size_t n);
// What arrives in `row` of x delayed by `delay`: the share of each origin period goes to the two periods its delay
// falls between. Delays differ by origin. Rows before the first are worth `before`, with the delay of the first.
void tf_kernel_delay(double *d, const tf_rows *x, const tf_rows *delay, const tf_rows *before, double step, int row,
                     size_t n);
// Cohorts: what becomes of a purchase as it ages. The formulas stand in kernel_time.c.
typedef enum tf_cohort_kind {
  TF_COHORT_SURVIVE,
  TF_COHORT_RETIRED,
  TF_COHORT_WRITTEN_OFF,
  TF_COHORT_SCHEDULE, // shares by age are given: no weight is computed
  TF_COHORT_STANDS    // the share that stands: survive and straight_line are multiples of its sum over cohorts
} tf_cohort_kind;
// sum over purchase rows k <= row of x[k] * weight of age row - k at the life (and Weibull shape) of row k.
void tf_kernel_cohort(double *d, const tf_rows *x, const tf_rows *life, const tf_rows *shape, int kind, double step,
                      int row, size_t n);
// Weight of a cohort at `age` periods; life in periods, kind: a tf_cohort_kind.
double tf_cohort_weight(int kind, double life, double shape, bool has_shape, double step, int age);
// Finance: internal rate of return per second; time until cumulative cash stays >= 0 (weights NULL: times step), the
// flow of each row falling `into` of its period (0 start, 0.5 middle, 1 end).
void tf_kernel_irr(double *d, const tf_rows *x, double step, size_t n);
void tf_kernel_payback(double *d, const tf_rows *x, const tf_rows *weights, double step, double into, size_t n);

bool tf_kernel_finite(const double *a, size_t n); // any n
#endif
