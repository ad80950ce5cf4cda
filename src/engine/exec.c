// SPDX-License-Identifier: GPL-3.0-or-later
// Execution of a tape: leaves, element by element, over indices.
#include <math.h>

#include "engine/exec.h"
#include "engine/vecmath.h"

static double *place_of(const tf_exec *x, const tf_storage *s, size_t *pitch) {
  switch (s->place) {
  case TF_PLACE_CONSTANT:
    *pitch = 8;
    return x->constant;
  case TF_PLACE_WORK:
    *pitch = x->pitch;
    return x->work;
  default:
    *pitch = x->column_pitch;
    return x->column + x->column_at;
  }
}

double *tf_exec_result(const tf_exec *x, uint32_t storage, uint32_t element, int row) {
  const tf_storage *s = &x->tape->storages.at[storage];
  size_t pitch, at = s->series ? (size_t)(row + s->history) : 0;
  double *base = place_of(x, s, &pitch);
  return base + (s->cell + (size_t)element * s->rows + at) * pitch;
}

tf_cell tf_exec_cell(const tf_exec *x, const tf_view *view, uint32_t element, int row) {
  const tf_storage *s = &x->tape->storages.at[view->storage];
  uint32_t e = view->elements != NULL ? view->elements[element] : element;
  int at = view->fixed ? view->shift : row + view->shift;
  return (tf_cell){tf_exec_result(x, view->storage, e, at), s->place == TF_PLACE_CONSTANT && !x->constants};
}

const double *tf_exec_lanes(const tf_exec *x, tf_cell cell, size_t scratch) {
  if (!cell.scalar) {
    return cell.at;
  }
  double *column = x->scratch + scratch * x->pitch;
  tf_kernel_fill(column, *cell.at, x->lanes);
  return column;
}

tf_rows tf_exec_rows(const tf_exec *x, const tf_view *view, uint32_t element, int end) {
  const tf_storage *s = &x->tape->storages.at[view->storage];
  tf_cell cell = tf_exec_cell(x, view, element, s->series && !view->fixed ? -view->shift : 0);
  size_t pitch;
  (void)place_of(x, s, &pitch);
  bool varies = s->series && !view->fixed;
  // Row 0 of the reader may lie `shift` rows before the storage's own row 0.
  const double *row0 = cell.at + (varies ? view->shift * (ptrdiff_t)pitch : 0);
  int first = varies ? -s->history - view->shift : 0;
  return (tf_rows){row0, varies ? (ptrdiff_t)pitch : 0, cell.scalar, first, end};
}

// --- element by element

static void map_cells(const tf_exec *x, const tf_map_kernels *kernel, double *d, const tf_cell *c, size_t n) {
  if (kernel->unary != NULL) {
    kernel->unary(d, tf_exec_lanes(x, c[0], 0), n);
  } else if (kernel->binary != NULL) {
    if (c[1].scalar && !c[0].scalar) {
      kernel->binary_vs(d, c[0].at, *c[1].at, n);
    } else if (c[0].scalar && !c[1].scalar) {
      kernel->binary_sv(d, *c[0].at, c[1].at, n);
    } else {
      kernel->binary(d, tf_exec_lanes(x, c[0], 0), tf_exec_lanes(x, c[1], 1), n);
    }
  } else {
    kernel->ternary(d, tf_exec_lanes(x, c[0], 0), tf_exec_lanes(x, c[1], 1), tf_exec_lanes(x, c[2], 2), n);
  }
}

static void run_map(const tf_exec *x, const tf_instruction *i, int from, int to) {
  const tf_map_kernels *kernel = tf_map_kernel((tf_term_op)i->op);
  for (uint32_t e = 0; e < i->elements; e++) {
    for (int row = from; row < to; row++) {
      tf_cell cells[3];
      for (uint32_t v = 0; v < i->view_count; v++) {
        cells[v] = tf_exec_cell(x, &i->views[v], e, row);
      }
      map_cells(x, kernel, tf_exec_result(x, i->storage, e, row), cells, x->lanes);
    }
  }
}

static void copy_cell(const tf_exec *x, double *d, tf_cell cell) {
  if (cell.scalar) {
    tf_kernel_fill(d, *cell.at, x->lanes);
  } else {
    tf_kernel_copy(d, cell.at, x->lanes);
  }
}

static void run_copy(const tf_exec *x, const tf_instruction *i, int from, int to) {
  for (uint32_t e = 0; e < i->elements; e++) {
    for (int row = from; row < to; row++) {
      copy_cell(x, tf_exec_result(x, i->storage, e, row), tf_exec_cell(x, &i->views[0], e, row));
    }
  }
}

static void run_patch(const tf_exec *x, const tf_instruction *i, const tf_node *node, int from, int to) {
  const uint32_t *operands = node->data;
  int rows = node->extra;
  for (uint32_t e = 0; e < i->elements; e++) {
    for (int row = from; row < to; row++) {
      uint32_t operand = operands[rows == 1 ? e : e * (uint32_t)rows + (uint32_t)(row - i->first)];
      copy_cell(x, tf_exec_result(x, i->storage, e, row), tf_exec_cell(x, &i->views[operand], e, row));
    }
  }
}

// --- over indices

static void reduce_arg(const tf_exec *x, const tf_instruction *i, const uint32_t *group, double *d, int row) {
  double *best = x->scratch;
  bool largest = i->op == TF_TERM_ARGMAX;
  tf_kernel_fill(d, 0, x->lanes);
  tf_kernel_fill(best, largest ? -INFINITY : INFINITY, x->lanes);
  for (uint32_t k = 0; k < i->group_size; k++) {
    const double *candidate = tf_exec_lanes(x, tf_exec_cell(x, &i->views[0], group[k], row), 1);
    tf_kernel_arg(d, best, candidate, k, largest, x->lanes);
  }
}

static void reduce(const tf_exec *x, const tf_instruction *i, const uint32_t *group, double *d, int row) {
  const tf_map_kernels *kernel = tf_map_kernel(i->op == TF_TERM_MINIMUM   ? TF_TERM_MIN
                                               : i->op == TF_TERM_MAXIMUM ? TF_TERM_MAX
                                                                          : TF_TERM_ADD);
  copy_cell(x, d, tf_exec_cell(x, &i->views[0], group[0], row));
  for (uint32_t k = 1; k < i->group_size; k++) {
    tf_cell cells[2] = {{d, false}, tf_exec_cell(x, &i->views[0], group[k], row)};
    map_cells(x, kernel, d, cells, x->lanes);
  }
  if (i->op == TF_TERM_MEAN) {
    tf_cell cells[2] = {{d, false}, {&(double){i->group_size}, true}};
    map_cells(x, tf_map_kernel(TF_TERM_DIVIDE), d, cells, x->lanes);
  }
}

static void pick(const tf_exec *x, const tf_instruction *i, const tf_node *node, uint32_t e, double *d, int row) {
  const uint32_t *rows = node->data; // rows[0] labels, then the row that each names
  const uint32_t *group = &i->groups[(size_t)e * i->group_size];
  const double *label = tf_exec_lanes(x, tf_exec_cell(x, &i->views[1], e, row), 0);
  tf_kernel_fill(d, NAN, x->lanes);
  for (uint32_t k = 0; k < rows[0]; k++) {
    if (rows[k + 1] < i->group_size) {
      const double *value = tf_exec_lanes(x, tf_exec_cell(x, &i->views[0], group[rows[k + 1]], row), 1);
      tf_kernel_pick(d, value, label, k, x->lanes);
    }
  }
}

static void locate(const tf_exec *x, const tf_instruction *i, uint32_t e, double *d, int row) {
  const uint32_t *group = &i->groups[(size_t)e * i->group_size];
  const double *wanted = tf_exec_lanes(x, tf_exec_cell(x, &i->views[0], e, row), 0);
  double *best = x->scratch + x->pitch;
  tf_kernel_fill(d, NAN, x->lanes);
  tf_kernel_fill(best, -INFINITY, x->lanes);
  for (uint32_t k = 0; k < i->group_size; k++) {
    const double *key = tf_exec_lanes(x, tf_exec_cell(x, &i->views[1], group[k], row), 2);
    tf_kernel_locate(d, best, key, wanted, k, x->lanes);
  }
}

static void run_reduction(const tf_exec *x, const tf_instruction *i, const tf_node *node, int from, int to) {
  for (uint32_t e = 0; e < i->elements; e++) {
    for (int row = from; row < to; row++) {
      double *d = tf_exec_result(x, i->storage, e, row);
      const uint32_t *group = &i->groups[(size_t)e * i->group_size];
      if (i->op == TF_TERM_PICK) {
        pick(x, i, node, e, d, row);
      } else if (i->op == TF_NODE_LOCATE) {
        locate(x, i, e, d, row);
      } else if (i->op == TF_TERM_ARGMIN || i->op == TF_TERM_ARGMAX) {
        reduce_arg(x, i, group, d, row);
      } else {
        reduce(x, i, group, d, row);
      }
    }
  }
}

static void run_allocate(const tf_exec *x, const tf_instruction *i, int from, int to) {
  double *remaining = x->scratch;
  for (uint32_t set = 0; set < i->elements; set++) {
    const uint32_t *group = &i->groups[(size_t)set * i->group_size];
    for (int row = from; row < to; row++) {
      copy_cell(x, remaining, tf_exec_cell(x, &i->views[2], group[0], row));
      for (uint32_t k = i->group_size; k-- > 0;) {
        const double *want = tf_exec_lanes(x, tf_exec_cell(x, &i->views[0], group[k], row), 1);
        const double *each = tf_exec_lanes(x, tf_exec_cell(x, &i->views[1], group[k], row), 2);
        tf_kernel_allocate(tf_exec_result(x, i->storage, group[k], row), want, each, remaining, x->lanes);
      }
    }
  }
}

// --- leaves and draws

static void run_correlate(const tf_exec *x, const tf_instruction *i, const tf_node *node) {
  for (uint32_t k = 0; k < i->view_count; k++) {
    x->pointers[k] = tf_exec_result(x, i->storage, k, 0);
    copy_cell(x, x->pointers[k], tf_exec_cell(x, &i->views[k], 0, 0));
  }
  tf_correlate(node->data, i->view_count, x->pointers, x->lanes);
}

static void run_input(const tf_exec *x, const tf_instruction *i) {
  if (x->input == NULL || x->central) {
    return;
  }
  size_t n = x->input_lanes < x->lanes ? x->input_lanes : x->lanes;
  tf_cell cell = tf_exec_cell(x, &i->views[0], 0, 0);
  if (n > 0) {
    tf_kernel_copy(x->input + i->body * x->input_pitch + x->column_at, cell.at, n);
  }
}

static void run_leaf(const tf_exec *x, const tf_instruction *i, const tf_node *node) {
  double *d = tf_exec_result(x, i->storage, 0, 0);
  switch (i->op) {
  case TF_TERM_CONSTANT:
    tf_kernel_fill(d, node->number, x->lanes);
    break;
  case TF_NODE_MISSING:
    tf_kernel_fill(d, NAN, x->lanes);
    break;
  case TF_NODE_ROWS:
    for (uint32_t e = 0; e < i->elements; e++) {
      tf_kernel_fill(tf_exec_result(x, i->storage, e, 0), ((const double *)node->data)[e], x->lanes);
    }
    break;
  case TF_NODE_UNIFORM:
    if (x->central) {
      tf_kernel_fill(d, 0.5, x->lanes);
    } else {
      tf_stream_fill(x->streams[i->node], x->first, d, x->lanes);
    }
    break;
  case TF_NODE_QUANTILE:
    tf_dist_quantile(node->data, tf_exec_cell(x, &i->views[0], 0, 0).at, d, x->lanes);
    break;
  default: // NORMAL
    tf_normal_quantile(tf_exec_cell(x, &i->views[0], 0, 0).at, d, x->lanes);
    break;
  }
}

void tf_exec_instruction(tf_exec *x, const tf_instruction *i, int from, int to) {
  const tf_node *node = i->node != TF_NO_NODE ? tf_node_at(x->tape->graph, i->node) : NULL;
  if (i->op >= TF_TERM_NEGATE && i->op <= TF_TERM_CLAMP) {
    run_map(x, i, from, to);
    return;
  }
  switch (i->op) {
  case TF_TERM_CONSTANT:
  case TF_NODE_MISSING:
  case TF_NODE_ROWS:
  case TF_NODE_UNIFORM:
  case TF_NODE_QUANTILE:
  case TF_NODE_NORMAL:
    run_leaf(x, i, node);
    break;
  case TF_NODE_COPY:
  case TF_INSTRUCTION_STORE:
    run_copy(x, i, from, to);
    break;
  case TF_NODE_PATCH:
    run_patch(x, i, node, from, to);
    break;
  case TF_NODE_CORRELATE:
    run_correlate(x, i, node);
    break;
  case TF_INSTRUCTION_INPUT:
    run_input(x, i);
    break;
  case TF_TERM_ALLOCATE:
    run_allocate(x, i, from, to);
    break;
  case TF_TERM_SUM:
  case TF_TERM_MEAN:
  case TF_TERM_MINIMUM:
  case TF_TERM_MAXIMUM:
  case TF_TERM_ARGMIN:
  case TF_TERM_ARGMAX:
  case TF_TERM_PICK:
  case TF_NODE_LOCATE:
    run_reduction(x, i, node, from, to);
    break;
  default:
    (void)tf_exec_time(x, i, from, to);
    break;
  }
}

void tf_exec_run(tf_exec *x, const tf_program *program) {
  if (program == &x->tape->main && x->steps != NULL) {
    tf_exec_steps(x);
    return;
  }
  const tf_instruction *list = program->list.at;
  for (size_t i = 0; i < program->list.count; i++) {
    if (list[i].op != TF_INSTRUCTION_LOOP) {
      tf_exec_instruction(x, &list[i], list[i].first, list[i].end);
      continue;
    }
    for (int row = list[i].first; row < list[i].end; row++) {
      for (size_t k = i + 1; k <= i + list[i].body; k++) {
        if (row >= list[k].first && row < list[k].end) {
          tf_exec_instruction(x, &list[k], row, row + 1);
        }
      }
    }
    i += list[i].body;
  }
}
