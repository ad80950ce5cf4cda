// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/datum.h"

typedef struct cell_walk {
  tf_arena *arena;
  const tf_plan *plan;
  const tf_trace *trace;
  uint32_t *rows; // current row of every index, TF_NO_ID where none is fixed
  tf_datum_list *found;
} cell_walk;

tf_datum_origin tf_datum_find(const tf_plan *plan, tf_datum cell) {
  const tf_plan_quantity *planned = &plan->quantities[cell.quantity];
  tf_datum_origin origin = {NULL, NULL};
  if (planned->given != NULL && cell.row >= -planned->history) {
    size_t width = (size_t)(planned->history + plan->axis.count);
    size_t at = cell.element * width + (size_t)(cell.row + planned->history);
    if (planned->given[at] != NULL) {
      origin.term = planned->given[at];
      origin.binding = planned->given_origin != NULL ? planned->given_origin[at] : planned->origin;
      return origin;
    }
  }
  if (planned->elements != NULL && planned->elements[cell.element] != NULL) {
    origin.term = planned->elements[cell.element];
    origin.binding = planned->origin;
    return origin;
  }
  origin.term = planned->value;
  origin.binding = planned->origin;
  return origin;
}

bool tf_datum_value(const tf_plan *plan, const tf_trace *trace, tf_datum cell, double *value) {
  int row = plan->quantities[cell.quantity].series ? cell.row : 0;
  return tf_trace_value(trace, cell.quantity, cell.element, row, value);
}

static void add_cell(cell_walk *walk, tf_datum cell) {
  double value;
  if (!walk->plan->quantities[cell.quantity].series) {
    cell.row = 0;
  }
  if (!tf_datum_value(walk->plan, walk->trace, cell, &value)) {
    return;
  }
  for (size_t i = 0; i < walk->found->count; i++) {
    const tf_datum *other = &walk->found->at[i];
    if (other->quantity == cell.quantity && other->element == cell.element && other->row == cell.row) {
      return;
    }
  }
  tf_vec_push(walk->arena, walk->found, cell);
}

// All elements of a quantity that agree with the fixed rows.
static void add_elements(cell_walk *walk, uint32_t id, int row) {
  const tf_model *model = walk->plan->model;
  const tf_quantity *quantity = &model->quantities.at[id];
  for (size_t e = 0; e < quantity->elements; e++) {
    size_t rest = e;
    bool fits = true;
    for (size_t d = quantity->index_count; d-- > 0;) {
      uint32_t index = quantity->indices[d];
      size_t size = model->indices.at[index].count;
      uint32_t fixed = walk->rows[index];
      fits = fits && (fixed == TF_NO_ID || rest % size == fixed);
      rest /= size;
    }
    if (fits) {
      add_cell(walk, (tf_datum){id, e, row});
    }
  }
}

static void collect(cell_walk *walk, const tf_term *term, int row);

static void collect_args(cell_walk *walk, const tf_term *term, int row) {
  for (size_t i = 0; i < term->count; i++) {
    collect(walk, term->args[i], row);
  }
}

static void collect_periods(cell_walk *walk, const tf_term *term, int from, int to) {
  for (int row = from; row <= to; row++) {
    collect(walk, term, row);
  }
}

// The row that a label term names, if it is a constant or a quantity of the trace.
static uint32_t label_row(const cell_walk *walk, const tf_term *label, int row) {
  double value = -1;
  if (label->op == TF_TERM_CONSTANT) {
    value = label->number;
  } else if (label->op == TF_TERM_QUANTITY && walk->plan->model->quantities.at[label->quantity].elements == 1) {
    if (!tf_datum_value(walk->plan, walk->trace, (tf_datum){label->quantity, 0, row}, &value)) {
      value = -1;
    }
  }
  return value >= 0 ? (uint32_t)value : TF_NO_ID;
}

static void collect_fixed(cell_walk *walk, const tf_term *term, uint32_t index, uint32_t fixed, int row) {
  uint32_t before = walk->rows[index];
  walk->rows[index] = fixed;
  collect(walk, term, row);
  walk->rows[index] = before;
}

static void collect_shape(cell_walk *walk, const tf_term *term, int row) {
  const tf_model *model = walk->plan->model;
  switch (term->op) {
  case TF_TERM_ELEMENT:
    collect_fixed(walk, term->args[0], term->index, term->row, row);
    break;
  case TF_TERM_PICK: {
    collect(walk, term->args[1], row);
    uint32_t index = term->args[1]->index;
    collect_fixed(walk, term->args[0], index, label_row(walk, term->args[1], row), row);
    break;
  }
  case TF_TERM_RESTRICT: {
    const tf_index *index = &model->indices.at[term->index];
    uint32_t fixed = walk->rows[term->index];
    for (size_t d = 0; d < term->args[0]->index_count; d++) {
      uint32_t whole = term->args[0]->indices[d];
      if (index->rows != NULL && model->indices.at[whole].table == index->table && whole != term->index &&
          fixed != TF_NO_ID) {
        collect_fixed(walk, term->args[0], whole, index->rows[fixed], row);
        return;
      }
    }
    collect_args(walk, term, row);
    break;
  }
  case TF_TERM_BUILD: {
    uint32_t fixed = walk->rows[term->index];
    if (fixed != TF_NO_ID && fixed < term->count) {
      collect(walk, term->args[fixed], row);
    } else {
      collect_args(walk, term, row);
    }
    break;
  }
  default:
    collect_args(walk, term, row);
  }
}

static void collect_time(cell_walk *walk, const tf_term *term, int row) {
  const tf_axis *axis = &walk->plan->axis;
  enum { HISTORY = 200 }; // periods before the axis that are looked at; cells without a value are passed over
  switch (term->op) {
  case TF_TERM_THEN: {
    int before = row - 1;
    collect(walk, before < 0 ? term->args[0] : term->args[1], row);
    break;
  }
  case TF_TERM_LAG: {
    size_t count = walk->found->count;
    add_elements(walk, term->quantity, row + term->lag);
    if (walk->found->count == count) {
      collect_args(walk, term, row);
    }
    break;
  }
  case TF_TERM_AT: {
    int first = 0;
    int covers = 1;
    tf_axis_rows(axis, term->period, &first, &covers);
    collect_periods(walk, term->args[0], first, first + (covers > 0 ? covers - 1 : 0));
    break;
  }
  case TF_TERM_FIRST:
    collect(walk, term->args[0], 0);
    break;
  case TF_TERM_LAST:
    collect(walk, term->args[0], axis->count > 0 ? axis->count - 1 : 0);
    break;
  case TF_TERM_AVERAGE:
  case TF_TERM_CHANGE:
    collect_periods(walk, term->args[0], row - 1, row);
    break;
  case TF_TERM_NPV:
  case TF_TERM_IRR:
  case TF_TERM_PAYBACK:
  case TF_TERM_DISCOUNTED_PAYBACK:
    for (size_t i = 1; i < term->count; i++) {
      collect(walk, term->args[i], row);
    }
    collect_periods(walk, term->args[0], 0, axis->count > 0 ? axis->count - 1 : 0);
    break;
  case TF_TERM_CUMULATIVE:
  case TF_TERM_DELAY:
  case TF_TERM_SURVIVE:
  case TF_TERM_RETIRED:
  case TF_TERM_STRAIGHT_LINE:
  case TF_TERM_SCHEDULE:
    for (size_t i = 1; i < term->count; i++) {
      collect(walk, term->args[i], row);
    }
    collect_periods(walk, term->args[0], -HISTORY, row);
    break;
  default:
    collect_args(walk, term, row);
  }
}

// The value of a simple operand: a constant, or a quantity with one element.
static bool operand_value(const cell_walk *walk, const tf_term *term, int row, double *value) {
  if (term->op == TF_TERM_CONSTANT) {
    *value = term->number;
    return true;
  }
  if (term->op != TF_TERM_QUANTITY || walk->plan->model->quantities.at[term->quantity].elements != 1) {
    return false;
  }
  return tf_datum_value(walk->plan, walk->trace, (tf_datum){term->quantity, 0, row}, value);
}

// Which way a condition goes, where that is plain to see: 1, 0, or -1. The branch not taken is not shown.
static int condition_holds(const cell_walk *walk, const tf_term *term, int row) {
  double a;
  double b;
  if (term->op == TF_TERM_NOT) {
    int inner = condition_holds(walk, term->args[0], row);
    return inner < 0 ? -1 : !inner;
  }
  if (term->op == TF_TERM_AND || term->op == TF_TERM_OR) {
    int left = condition_holds(walk, term->args[0], row);
    int right = condition_holds(walk, term->args[1], row);
    int decides = term->op == TF_TERM_OR;
    if (left == decides || right == decides) {
      return decides;
    }
    return left < 0 || right < 0 ? -1 : !decides;
  }
  if (term->count != 2 || !operand_value(walk, term->args[0], row, &a) ||
      !operand_value(walk, term->args[1], row, &b)) {
    return operand_value(walk, term, row, &a) ? a > 0.5 : -1;
  }
  switch (term->op) {
  case TF_TERM_EQUAL:
    return a == b;
  case TF_TERM_NOT_EQUAL:
    return a != b;
  case TF_TERM_LESS:
    return a < b;
  case TF_TERM_LESS_EQUAL:
    return a <= b;
  case TF_TERM_GREATER:
    return a > b;
  case TF_TERM_GREATER_EQUAL:
    return a >= b;
  default:
    return -1;
  }
}

static void collect(cell_walk *walk, const tf_term *term, int row) {
  if (term->op == TF_TERM_SELECT) {
    int taken = condition_holds(walk, term->args[0], row);
    if (taken >= 0) {
      collect(walk, term->args[0], row);
      collect(walk, term->args[taken ? 1 : 2], row);
      return;
    }
  }
  switch (tf_op(term->op)->class) {
  case TF_CLASS_LEAF:
    if (term->op == TF_TERM_QUANTITY) {
      add_elements(walk, term->quantity, row);
    }
    break;
  case TF_CLASS_TIME:
    collect_time(walk, term, row);
    break;
  case TF_CLASS_SHAPE:
    collect_shape(walk, term, row);
    break;
  case TF_CLASS_REDUCE: {
    uint32_t before = walk->rows[term->index];
    walk->rows[term->index] = TF_NO_ID;
    collect_args(walk, term, row);
    walk->rows[term->index] = before;
    break;
  }
  default:
    collect_args(walk, term, row);
  }
}

void tf_datum_inputs(tf_arena *arena, const tf_plan *plan, const tf_trace *trace, tf_datum cell,
                     tf_datum_list *inputs) {
  tf_datum_origin origin = tf_datum_find(plan, cell);
  if (origin.term == NULL) {
    return;
  }
  const tf_model *model = plan->model;
  const tf_quantity *quantity = &model->quantities.at[cell.quantity];
  cell_walk walk = {arena, plan, trace, TF_ARRAY(arena, uint32_t, model->indices.count + 1), inputs};
  for (size_t i = 0; i < model->indices.count; i++) {
    walk.rows[i] = TF_NO_ID;
  }
  size_t rest = cell.element;
  for (size_t d = quantity->index_count; d-- > 0;) {
    size_t size = model->indices.at[quantity->indices[d]].count;
    walk.rows[quantity->indices[d]] = (uint32_t)(rest % size);
    rest /= size;
  }
  collect(&walk, origin.term, cell.row);
}

const char *tf_datum_name(tf_arena *arena, const tf_plan *plan, tf_datum cell) {
  const tf_quantity *quantity = &plan->model->quantities.at[cell.quantity];
  tf_text text = tf_text_new(arena);
  tf_text_add(&text, quantity->name);
  bool series = plan->quantities[cell.quantity].series && plan->axis.count > 0;
  if (quantity->index_count == 0 && !series) {
    return text.ptr;
  }
  tf_text_addc(&text, '[');
  tf_element_labels(plan->model, quantity, cell.element, &text);
  if (series) {
    char period[16];
    tf_text_addf(&text, "%s%s", quantity->index_count > 0 ? ", " : "",
                 tf_period_print(tf_axis_period(&plan->axis, cell.row), period));
  }
  tf_text_addc(&text, ']');
  return text.ptr;
}
