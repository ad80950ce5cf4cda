// SPDX-License-Identifier: GPL-3.0-or-later
// Execution of instructions that look along the time axis. Each can run over the whole series or for one period: what
// it needs of earlier periods is its own previous rows and those of its operands.
#include <math.h>

#include "engine/exec.h"

static const double *lanes_at(const tf_exec *x, const tf_instruction *i, uint32_t operand, uint32_t e, int row) {
  return tf_exec_lanes(x, tf_exec_cell(x, &i->views[operand], e, row), operand);
}

static int first_row(const tf_exec *x, const tf_view *view) { // INT_MIN-like for what does not vary
  const tf_storage *s = &x->tape->storages.at[view->storage];
  return s->series && !view->fixed ? -s->history - view->shift : -1000000000;
}

static void copy_to(const tf_exec *x, double *d, tf_cell cell) {
  if (cell.scalar) {
    tf_kernel_fill(d, *cell.at, x->lanes);
  } else {
    tf_kernel_copy(d, cell.at, x->lanes);
  }
}

// x[t-1 else a], and x[t+1] held at the end.
static void run_lag(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int row, double *d) {
  int from = row + node->extra;
  const tf_storage *s = &x->tape->storages.at[i->views[0].storage];
  bool varies = s->series && !i->views[0].fixed;
  int first = varies ? first_row(x, &i->views[0]) : 0;
  from = from >= i->end ? i->end - 1 : from;
  tf_cell cell = from >= first || node->operand_count == 1 ? tf_exec_cell(x, &i->views[0], e, from)
                                                           : tf_exec_cell(x, &i->views[1], e, row);
  copy_to(x, d, cell);
}

static void run_running(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int row,
                        double *d) {
  const double step = node->number;
  const double *now = lanes_at(x, i, 0, e, row);
  bool begins = row == i->first;
  if (i->op == TF_TERM_CUMULATIVE) {
    if (begins) {
      tf_kernel_scale(d, now, step, x->lanes);
    } else {
      tf_kernel_add_scaled(d, tf_exec_result(x, i->storage, e, row - 1), now, step, x->lanes);
    }
    return;
  }
  const double *before = begins ? NULL : tf_exec_lanes(x, tf_exec_cell(x, &i->views[0], e, row - 1), 1);
  if (i->op == TF_TERM_AVERAGE) {
    if (begins) {
      tf_kernel_copy(d, now, x->lanes);
    } else {
      tf_kernel_blend(d, before, 0.5, now, 0.5, x->lanes);
    }
    return;
  }
  if (begins) { // CHANGE
    tf_kernel_scale(d, now, 1 / step, x->lanes);
  } else {
    tf_kernel_change(d, now, before, 1 / step, x->lanes);
  }
}

static void run_shift(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int row, double *d) {
  tf_rows values = tf_exec_rows(x, &i->views[0], e, i->end);
  tf_rows shift = tf_exec_rows(x, &i->views[1], e, i->end);
  tf_rows before = {0};
  if (node->operand_count > 2) {
    before = tf_exec_rows(x, &i->views[2], e, i->end);
  }
  const tf_rows *otherwise = node->operand_count > 2 ? &before : NULL;
  if (i->op == TF_TERM_DELAY) {
    tf_kernel_delay(d, &values, &shift, otherwise, node->number, row, x->lanes);
    return;
  }
  tf_kernel_shift(d, &values, &shift, otherwise, node->number, row, x->lanes);
  for (size_t lane = 0; node->extra != 0 && lane < x->lanes; lane++) { // a delay looks back only
    d[lane] = tf_rows_at(&shift, row, lane) <= 0 ? d[lane] : NAN;
  }
}

static void run_ages(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int age, double *d) {
  const double step = node->number;
  if (node->extra == TF_COHORT_SCHEDULE) { // each year's share spread over its periods
    double per_year = TF_YEAR_SECONDS / step;
    uint32_t year = (uint32_t)((age + 1e-6) / per_year);
    if (year < i->view_count) {
      tf_kernel_scale(d, tf_exec_lanes(x, tf_exec_cell(x, &i->views[year], e, 0), 0), 1 / per_year, x->lanes);
    } else {
      tf_kernel_fill(d, 0, x->lanes);
    }
    return;
  }
  tf_rows life = tf_exec_rows(x, &i->views[0], e, 1), shape = tf_exec_rows(x, &i->views[1], e, 1);
  for (size_t lane = 0; lane < x->lanes; lane++) {
    double periods = tf_rows_at(&life, 0, lane) / step;
    d[lane] = tf_cohort_weight(node->extra, periods, tf_rows_at(&shape, 0, lane), true, step, age);
  }
}

static void dot_rows(const tf_exec *x, double *d, const tf_rows *a, const double *a0, ptrdiff_t a_stride,
                     const tf_rows *b, size_t count) {
  if (b->scalar) { // then a is not: what is constant on both sides is computed once, as lanes
    tf_kernel_dot_scalar(d, a0, a_stride, b->row0, b->stride, count, x->lanes);
  } else if (a->scalar) {
    tf_kernel_dot_scalar(d, b->row0, b->stride, a0, a_stride, count, x->lanes);
  } else {
    tf_kernel_dot(d, a0, a_stride, b->row0, b->stride, count, x->lanes);
  }
}

static void run_convolve(const tf_exec *x, const tf_instruction *i, uint32_t e, int row, double *d) {
  const int row_count = row - i->first + 1;
  tf_rows values = tf_exec_rows(x, &i->views[0], e, i->end);
  tf_rows ages = tf_exec_rows(x, &i->views[1], e, i->end);
  dot_rows(x, d, &values, values.row0 + row * values.stride, -values.stride, &ages, (size_t)row_count);
}

static void run_window(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int row, double *d) {
  tf_rows sums = tf_exec_rows(x, &i->views[0], e, i->end), values = tf_exec_rows(x, &i->views[1], e, i->end);
  tf_kernel_window(d, sums.row0 + i->first * sums.stride, sums.stride, sums.scalar ? 0 : 1,
                   values.row0 + i->first * values.stride, values.stride, values.scalar ? 0 : 1,
                   lanes_at(x, i, 2, e, row), node->extra, node->number, row - i->first, x->lanes);
}

static void run_cohort(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int row, double *d) {
  tf_rows values = tf_exec_rows(x, &i->views[0], e, i->end);
  tf_rows life = tf_exec_rows(x, &i->views[1], e, i->end);
  tf_rows shape = {0};
  if (i->view_count > 2) {
    shape = tf_exec_rows(x, &i->views[2], e, i->end);
  }
  values.first = i->first;
  tf_kernel_cohort(d, &values, &life, i->view_count > 2 ? &shape : NULL, node->extra, node->number, row, x->lanes);
}

static double into_period(int timing) {
  return timing == TF_TIMING_START ? 0 : timing == TF_TIMING_MID ? 0.5 : 1;
}

// step * (1+r)^-t with t the years from the start of the axis to the start, middle or end of the period. A rate that
// varies discounts each period at its own rate.
static void run_discount(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int row,
                         double *d) {
  const double years = node->number / TF_YEAR_SECONDS;
  const double into = into_period(node->extra);
  const tf_map_kernels *power = tf_map_kernel(TF_TERM_POWER), *add = tf_map_kernel(TF_TERM_ADD);
  const tf_storage *s = &x->tape->storages.at[i->views[0].storage];
  bool varies = s->series && !i->views[0].fixed;
  double *base = x->scratch + x->pitch, *factor = x->scratch + 2 * x->pitch, *one_period = x->scratch + 3 * x->pitch;
  int oldest = first_row(x, &i->views[0]);
  int at = row > oldest ? row : oldest;
  tf_kernel_scale(base, lanes_at(x, i, 0, e, at), TF_YEAR_SECONDS, x->lanes);
  add->binary_vs(base, base, 1, x->lanes);
  if (row == i->first) {
    power->binary_vs(d, base, varies ? -into * years : -(row + into) * years, x->lanes);
    for (int k = row; k < 0 && varies; k++) { // periods before the axis grow
      tf_kernel_scale(base, lanes_at(x, i, 0, e, k > oldest ? k : oldest), TF_YEAR_SECONDS, x->lanes);
      add->binary_vs(base, base, 1, x->lanes);
      power->binary_vs(factor, base, years, x->lanes);
      tf_kernel_multiply(d, d, factor, x->lanes);
    }
    tf_kernel_scale(d, d, node->number, x->lanes);
    return;
  }
  if (!varies) { // the rows are done one after the other: the factor of a period is kept
    if (row == i->first + 1) {
      power->binary_vs(one_period, base, -years, x->lanes);
    }
    tf_kernel_multiply(d, tf_exec_result(x, i->storage, e, row - 1), one_period, x->lanes);
    return;
  }
  // previous * (1+r_prev)^-(rest of its period) * (1+r)^-(part of this one)
  power->binary_vs(d, base, -into * years, x->lanes);
  int before = row - 1 > oldest ? row - 1 : oldest;
  tf_kernel_scale(base, lanes_at(x, i, 0, e, before), TF_YEAR_SECONDS, x->lanes);
  add->binary_vs(base, base, 1, x->lanes);
  power->binary_vs(factor, base, -(1 - into) * years, x->lanes);
  tf_kernel_multiply(d, d, factor, x->lanes);
  tf_kernel_multiply(d, d, tf_exec_result(x, i->storage, e, row - 1), x->lanes);
}

static void run_whole(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, double *d) {
  if (i->op == TF_NODE_PERIOD_MEAN) {
    int from = (int)node->number;
    copy_to(x, d, tf_exec_cell(x, &i->views[0], e, from));
    for (int row = from + 1; row < node->extra; row++) {
      tf_kernel_add(d, d, lanes_at(x, i, 0, e, row), x->lanes);
    }
    tf_map_kernel(TF_TERM_DIVIDE)->binary_vs(d, d, node->extra - from, x->lanes);
    return;
  }
  int end = node->extra;
  tf_rows values = tf_exec_rows(x, &i->views[0], e, end), weights = {0};
  if (i->view_count > 1) {
    weights = tf_exec_rows(x, &i->views[1], e, end);
  }
  if (i->op == TF_NODE_DOT) {
    dot_rows(x, d, &values, values.row0, values.stride, &weights, (size_t)end);
  } else if (i->op == TF_TERM_IRR) {
    tf_kernel_irr(d, &values, node->number, x->lanes);
  } else {
    tf_kernel_payback(d, &values, i->view_count > 1 ? &weights : NULL, node->number, into_period((int)node->index),
                      x->lanes);
  }
}

static void run_position(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int row,
                         double *d) {
  const tf_axis *axis = &x->tape->graph->axes.at[(uint32_t)node->extra];
  const double *date = lanes_at(x, i, 0, e, row);
  for (size_t lane = 0; lane < x->lanes; lane++) {
    d[lane] = isfinite(date[lane]) ? tf_axis_position(axis, date[lane]) : NAN;
  }
}

static bool run_cell(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, int row) {
  double *d = tf_exec_result(x, i->storage, e, row);
  switch (i->op) {
  case TF_TERM_ELAPSED:
    tf_kernel_fill(d, (row + 0.5) * node->number, x->lanes);
    return true;
  case TF_TERM_AFTER:
    tf_kernel_after(d, lanes_at(x, i, 0, e, row), row, x->lanes);
    return true;
  case TF_TERM_RAMP:
    tf_kernel_ramp(d, lanes_at(x, i, 0, e, row), lanes_at(x, i, 1, e, row), row, x->lanes);
    return true;
  case TF_TERM_THEN:
    copy_to(x, d, tf_exec_cell(x, &i->views[row == 0 ? 0 : 1], e, row));
    return true;
  case TF_TERM_LAG:
    run_lag(x, i, node, e, row, d);
    return true;
  case TF_TERM_CUMULATIVE:
  case TF_TERM_AVERAGE:
  case TF_TERM_CHANGE:
    run_running(x, i, node, e, row, d);
    return true;
  case TF_TERM_SHIFT:
  case TF_TERM_DELAY:
    run_shift(x, i, node, e, row, d);
    return true;
  case TF_NODE_WALK:
    if (row < 0) {
      tf_kernel_fill(d, 0, x->lanes);
    } else if (row == 0) {
      tf_kernel_scale(d, lanes_at(x, i, 0, e, 0), node->number, x->lanes);
    } else {
      const double *normal = tf_exec_cell(x, &i->views[row], e, 0).at;
      tf_kernel_add_scaled(d, tf_exec_result(x, i->storage, e, row - 1), normal, node->number, x->lanes);
    }
    return true;
  case TF_NODE_POSITION:
    run_position(x, i, node, e, row, d);
    return true;
  case TF_NODE_AGES:
    run_ages(x, i, node, e, row, d);
    return true;
  case TF_NODE_CONVOLVE:
    run_convolve(x, i, e, row, d);
    return true;
  case TF_NODE_WINDOW:
    run_window(x, i, node, e, row, d);
    return true;
  case TF_NODE_COHORT:
    run_cohort(x, i, node, e, row, d);
    return true;
  case TF_NODE_DISCOUNT:
    run_discount(x, i, node, e, row, d);
    return true;
  case TF_NODE_PERIOD_MEAN:
  case TF_NODE_DOT:
  case TF_TERM_IRR:
  case TF_TERM_PAYBACK:
    run_whole(x, i, node, e, d);
    return true;
  default:
    return false;
  }
}

bool tf_exec_time(tf_exec *x, const tf_instruction *i, int from, int to) {
  const tf_node *node = tf_node_at(x->tape->graph, i->node);
  bool known = true;
  for (uint32_t e = 0; e < i->elements; e++) {
    if (i->op == TF_NODE_AGES && i->view_count == 1 && node->extra != TF_COHORT_SCHEDULE) { // all ages at once
      double *d = tf_exec_result(x, i->storage, e, from);
      const ptrdiff_t stride = to - from > 1 ? tf_exec_result(x, i->storage, e, from + 1) - d : 0;
      tf_kernel_ages(d, stride, lanes_at(x, i, 0, e, 0), node->extra == TF_COHORT_RETIRED, node->number, from,
                     to - from, x->lanes);
      continue;
    }
    for (int row = from; row < to; row++) {
      known = run_cell(x, i, node, e, row) && known;
    }
  }
  return known;
}
