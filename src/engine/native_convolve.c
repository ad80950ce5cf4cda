// SPDX-License-Identifier: GPL-3.0-or-later
// Cohort sums: row r of the result is the sum over purchase rows k <= r of values[k] * ages[r - k].
//
// A few rows of the result at a time stay in registers. From one purchase row to the one before it the weights move on
// by one row, so that each step loads one row of values and one of weights and serves all of them. Every row adds its
// terms in the order and the steps of tf_kernel_dot (kernel_dot.c).
#include <math.h>

#include "engine/native_body.h"

enum { MOST_TERMS = 2048 };

// Does tf_kernel_dot round a multiply-add once? It does so where its compiler could use the machine's.
static bool kernels_fuse(void) {
  _Alignas(64) double a[8], b[8], d[8];
  for (int i = 0; i < 8; i++) {
    a[i] = 1 + ldexp(1, -30);
    b[i] = 1 - ldexp(1, -30);
  }
  _Alignas(64) double ones[16], terms[16];
  for (int i = 0; i < 16; i++) { // -1, then (1 + e)(1 - e) = 1 - e^2: their sum is 0 unless the product is not rounded
    ones[i] = i < 8 ? -1 : a[i - 8];
    terms[i] = i < 8 ? 1 : b[i - 8];
  }
  tf_kernel_dot(d, ones, 8, terms, 8, 2, 8);
  return d[0] != 0;
}

typedef struct rows_of { // of lanes
  int32_t row0;          // offset in work memory
  int32_t stride;
} rows_of;

static tf_code_place row_place(const rows_of *x, int row) {
  return (tf_code_place){TF_BASE_WORK, x->row0 + row * x->stride};
}

// Rows of a series in work memory as a reader sees them; false if they are something else, or too far away.
static bool find_rows(const tf_tape *tape, size_t pitch, const tf_view *view, uint32_t element, rows_of *to) {
  const tf_storage *s = &tape->storages.at[view->storage];
  if (s->place != TF_PLACE_WORK || !s->series || view->fixed) {
    return false;
  }
  const uint32_t e = view->elements != NULL ? view->elements[element] : element;
  const int64_t cell = (int64_t)s->cell + (int64_t)e * s->rows + s->history + view->shift;
  const int64_t row = (int64_t)(pitch * sizeof(double));
  if ((cell + s->rows) * row > INT32_MAX) {
    return false;
  }
  *to = (rows_of){(int32_t)(cell * row), (int32_t)row};
  return true;
}

// Rows first .. first+count-1 of the result.
static void sum_rows(tf_code *code, const rows_of *d, const rows_of *values, const rows_of *ages, int first,
                     int count) {
  const int bought = 2 * count; // registers: sums, then a ring of weights, then this
  for (int r = 0; r < count; r++) {
    tf_code_operate(code, TF_CODE_XOR, 0, r, r, r, 0);
  }
  for (int k = first + count - 1; k >= 0; k--) { // the weight of row r at purchase row k is that of age r - k
    const int newest = first + count - 1 - k;    // the oldest age that is used from here on
    tf_code_load(code, count + newest % count, row_place(ages, newest));
    tf_code_load(code, bought, row_place(values, k));
    for (int r = first > k ? first : k; r < first + count; r++) {
      tf_code_operate(code, TF_CODE_FUSED, 0, r - first, bought, count + (r - k) % count, 0);
    }
  }
  for (int r = 0; r < count; r++) {
    tf_code_store(code, row_place(d, first + r), r);
  }
}

bool tf_native_convolve(const tf_tape *tape, size_t pitch, const tf_instruction *i, tf_code *code, size_t *begin) {
  const int rows = i->end - i->first;
  const size_t terms = rows > 0 ? (size_t)rows * ((size_t)rows + 1) / 2 * i->elements : 0;
  if (i->op != TF_NODE_CONVOLVE || terms == 0 || terms > MOST_TERMS || !kernels_fuse()) {
    return false;
  }
  const int at_once = (tf_code_registers(code) - 1) / 2; // a sum and a weight for each, and one row of values
  const tf_view own = {.storage = i->storage};
  *begin = tf_code_begin(code, NULL, 0);
  tf_code_loop(code);
  for (uint32_t e = 0; e < i->elements; e++) {
    rows_of d, values, ages;
    if (!find_rows(tape, pitch, &own, e, &d) || !find_rows(tape, pitch, &i->views[0], e, &values) ||
        !find_rows(tape, pitch, &i->views[1], e, &ages)) {
      return false;
    }
    d.row0 += i->first * d.stride;
    values.row0 += i->first * values.stride;
    const int parts = (rows + at_once - 1) / at_once;
    for (int p = 0; p < parts; p++) { // of equal size, but for one row
      const int from = rows * p / parts, to = rows * (p + 1) / parts;
      sum_rows(code, &d, &values, &ages, from, to - from);
    }
  }
  tf_code_end(code);
  return true;
}
