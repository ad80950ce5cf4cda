// SPDX-License-Identifier: GPL-3.0-or-later
// A quantity -> its node: the equation, with elements and periods that a scenario gives in their places.
#include <string.h>

#include "engine/graph.h"

#define NO_CELL UINT32_MAX

const tf_term *tf_plan_value(const tf_plan *plan, uint32_t quantity) {
  const tf_term *value = plan->quantities[quantity].value;
  return value != NULL ? value : plan->model->quantities.at[quantity].value;
}

const tf_term *tf_graph_plan_element(const tf_plan *plan, uint32_t quantity, size_t element) {
  const tf_plan_quantity *q = &plan->quantities[quantity];
  const tf_quantity *declared = &plan->model->quantities.at[quantity];
  if (q->elements != NULL && q->elements[element] != NULL) {
    return q->elements[element];
  }
  return declared->column_values != NULL ? declared->column_values[element] : NULL;
}

static const tf_term *given_at(const tf_plan *plan, uint32_t quantity, size_t element, int row) {
  const tf_plan_quantity *q = &plan->quantities[quantity];
  int rows = q->history + plan->axis.count;
  if (q->given == NULL || row < -q->history || row >= plan->axis.count) {
    return NULL;
  }
  return q->given[element * (size_t)rows + (size_t)(q->history + row)];
}

bool tf_build_needs_value(const tf_plan *plan, uint32_t quantity) {
  const tf_quantity *declared = &plan->model->quantities.at[quantity];
  if (tf_plan_value(plan, quantity) == NULL) {
    return false;
  }
  for (size_t e = 0; e < declared->elements; e++) {
    if (tf_graph_plan_element(plan, quantity, e) != NULL) {
      continue;
    }
    if (plan->quantities[quantity].given == NULL) {
      return true;
    }
    for (int row = 0; row < plan->axis.count; row++) {
      if (given_at(plan, quantity, e, row) == NULL) {
        return true;
      }
    }
  }
  return false;
}

void tf_graph_plan_terms(const tf_plan *plan, uint32_t quantity, void (*visit)(void *user, const tf_term *term),
                         void *user) {
  const tf_plan_quantity *q = &plan->quantities[quantity];
  const tf_quantity *declared = &plan->model->quantities.at[quantity];
  if (tf_build_needs_value(plan, quantity)) {
    visit(user, tf_plan_value(plan, quantity));
  }
  size_t rows = (size_t)(q->history + plan->axis.count);
  const tf_term *last = NULL; // the same term often stands in many cells
  for (size_t e = 0; e < declared->elements; e++) {
    const tf_term *element = tf_graph_plan_element(plan, quantity, e);
    if (element != NULL && element != last) {
      visit(user, element);
      last = element;
    }
    for (size_t row = 0; row < rows && q->given != NULL; row++) {
      const tf_term *given = q->given[e * rows + row];
      if (given != NULL && given != last) {
        visit(user, given);
        last = given;
      }
    }
  }
}

int tf_plan_given_history(const tf_plan *plan, uint32_t quantity) {
  const tf_quantity *declared = &plan->model->quantities.at[quantity];
  for (int row = -1; row >= -plan->quantities[quantity].history; row--) {
    for (size_t e = 0; e < declared->elements; e++) {
      if (given_at(plan, quantity, e, row) == NULL) {
        return -1 - row;
      }
    }
  }
  return plan->quantities[quantity].given != NULL ? plan->quantities[quantity].history : 0;
}

tf_shape tf_quantity_shape(tf_graph *graph, const tf_model *model, uint32_t quantity) {
  const tf_quantity *declared = &model->quantities.at[quantity];
  tf_shape shape = tf_shape_scalar(graph);
  for (size_t i = 0; i < declared->index_count; i++) {
    shape = tf_shape_with(graph, &shape, tf_graph_index_id(graph, &model->indices.at[declared->indices[i]]));
  }
  return shape;
}

uint32_t tf_quantity_element(const tf_graph *graph, const tf_model *model, uint32_t quantity, const tf_shape *shape,
                             uint32_t element) {
  const tf_quantity *declared = &model->quantities.at[quantity];
  uint32_t at = 0;
  for (size_t i = 0; i < declared->index_count; i++) {
    const tf_index *index = &model->indices.at[declared->indices[i]];
    uint32_t id = tf_graph_index_find(graph, index);
    at = at * (uint32_t)index->count + tf_shape_row(graph, shape, element, id);
  }
  return at;
}

uint32_t *tf_declared_map(const tf_graph *graph, tf_arena *arena, const tf_model *model, const uint32_t *indices,
                          size_t count, const tf_shape *shape, size_t *elements) {
  *elements = 1;
  for (size_t i = 0; i < count; i++) {
    *elements *= model->indices.at[indices[i]].count;
  }
  uint32_t *map = TF_ARRAY(arena, uint32_t, *elements + 1);
  for (size_t e = 0; e < *elements; e++) {
    uint32_t at = 0;
    for (uint32_t k = 0; k < shape->index_count; k++) { // the row of each of the shape's indices
      uint32_t row = 0;
      size_t rest = e;
      for (size_t i = count; i-- > 0;) {
        const tf_index *index = &model->indices.at[indices[i]];
        row = tf_graph_index_find(graph, index) == shape->indices[k] ? (uint32_t)(rest % index->count) : row;
        rest /= index->count;
      }
      at = at * graph->indices.at[shape->indices[k]].count + row;
    }
    map[e] = at;
  }
  return map;
}

// --- the table of cells

typedef struct patch {
  tf_builder *b;
  uint32_t quantity;
  tf_shape shape;
  TF_VEC(tf_node_id) operands;
  tf_node_id base; // TF_NO_NODE: no equation is needed
} patch;

static uint32_t operand_number(patch *p, tf_node_id node) {
  for (size_t i = p->operands.count; i-- > 0;) {
    if (p->operands.at[i] == node) {
      return (uint32_t)i;
    }
  }
  tf_vec_push(p->b->graph->arena, &p->operands, node);
  return (uint32_t)p->operands.count - 1;
}

static tf_node_id missing_cell(patch *p, size_t declared_element) {
  tf_builder *b = p->b;
  const tf_quantity *declared = &b->model->quantities.at[p->quantity];
  tf_node made = tf_build_node(b, TF_NODE_MISSING);
  tf_text label = tf_text_new(b->graph->arena);
  size_t rest = declared_element;
  for (size_t i = declared->index_count; i-- > 0;) {
    const tf_index *index = &b->model->indices.at[declared->indices[i]];
    tf_text_addf(&label, "%s%.*s", label.len > 0 ? ", " : "", TF_STR_ARGS(index->labels[rest % index->count]));
    rest /= index->count;
  }
  const char *text = label.ptr != NULL ? label.ptr : "";
  made.subject = tf_cstr(b->graph->arena, declared->name);
  made.data = tf_graph_data(b->graph, text, strlen(text) + 1);
  made.number = p->quantity;
  return tf_node_intern(b->graph, made);
}

// The node in one cell: given, the element's own, the equation, or missing.
static bool cell_node(patch *p, uint32_t element, int row, tf_node_id *node) {
  uint32_t declared = tf_quantity_element(p->b->graph, p->b->model, p->quantity, &p->shape, element);
  const tf_term *term = given_at(p->b->plan, p->quantity, declared, row);
  if (term == NULL) {
    term = tf_graph_plan_element(p->b->plan, p->quantity, declared);
  }
  if (term != NULL) {
    return tf_build_term(p->b, term, node);
  }
  *node = p->base != TF_NO_NODE ? p->base : missing_cell(p, declared);
  return true;
}

static bool has_value(const patch *p, tf_node_id node, int row) {
  const tf_node *n = tf_node_at(p->b->graph, node);
  return n->op != TF_NODE_MISSING && (!n->shape.series || n->shape.first <= row);
}

// Rows before the axis in which every element has a value, none between them and the axis without.
static bool find_history(patch *p, int *first) {
  const tf_plan_quantity *q = &p->b->plan->quantities[p->quantity];
  const tf_quantity *declared = &p->b->model->quantities.at[p->quantity];
  int gap = 0; // the latest row without a value, 0: none
  *first = 0;
  for (int row = -1; row >= -q->history; row--) {
    bool given = false;
    for (uint32_t e = 0; e < p->shape.elements; e++) {
      tf_node_id node;
      if (!cell_node(p, e, row, &node)) {
        return false;
      }
      gap = gap == 0 && !has_value(p, node, row) ? row : gap;
      given = given || given_at(p->b->plan, p->quantity, e, row) != NULL;
    }
    if (gap == 0) {
      *first = row;
    } else if (given) {
      char period[16], without[16];
      tf_period_print(tf_axis_period(&p->b->axis, row), period);
      tf_period_print(tf_axis_period(&p->b->axis, gap), without);
      if (row == gap) {
        tf_fail(p->b->cx, TF_INVALID, declared->at, "`%.*s` has a value in %s for some of its rows only",
                TF_STR_ARGS(declared->name), period);
      } else {
        tf_fail(p->b->cx, TF_INVALID, declared->at, "`%.*s` has a value in %s, but none in %s",
                TF_STR_ARGS(declared->name), period, without);
      }
      tf_hint(p->b->cx, "give it for every period from the first one to the start of the axis");
      return false;
    }
  }
  return true;
}

static bool fill_cells(patch *p, int first, int rows, uint32_t *cells) {
  for (uint32_t e = 0; e < p->shape.elements; e++) {
    for (int i = 0; i < rows; i++) {
      tf_node_id node;
      if (!cell_node(p, e, first + i, &node) || !tf_build_reaches(p->b, node, first + i)) {
        return false;
      }
      cells[e * (uint32_t)rows + (uint32_t)i] = operand_number(p, node);
    }
  }
  return true;
}

static bool build_patch(tf_builder *b, uint32_t quantity, tf_node_id base, tf_node_id *node) {
  patch p = {.b = b, .quantity = quantity, .shape = tf_quantity_shape(b->graph, b->model, quantity), .base = base};
  bool given = b->plan->quantities[quantity].given != NULL;
  int first = 0, rows = 1;
  if (given) {
    if (!find_history(&p, &first)) {
      return false;
    }
    if (b->member != NULL && b->member[quantity] != 0) { // as its state says
      first = -tf_plan_given_history(b->plan, quantity);
    }
    rows = b->axis.count - first;
  }
  uint32_t *cells = TF_ARRAY(b->graph->arena, uint32_t, (size_t)p.shape.elements * (size_t)rows);
  if (!fill_cells(&p, first, rows, cells)) {
    return false;
  }
  tf_node made = tf_build_node(b, TF_NODE_PATCH);
  made.operands = p.operands.at;
  made.operand_count = (uint32_t)p.operands.count;
  made.shape = p.shape;
  for (size_t i = 0; i < p.operands.count && !given; i++) {
    made.shape = tf_shape_join(b->graph, &made.shape, &tf_node_at(b->graph, p.operands.at[i])->shape);
  }
  if (given) {
    made.shape = tf_build_series(b, &made.shape, first);
  }
  made.extra = rows;
  made.data = tf_graph_data(b->graph, cells, (size_t)p.shape.elements * (size_t)rows * sizeof *cells);
  // One value everywhere needs no table.
  bool one = p.operands.count == 1 && !given && tf_node_at(b->graph, p.operands.at[0])->shape.index_count == 0;
  *node = one ? p.operands.at[0] : tf_node_intern(b->graph, made);
  return true;
}

bool tf_build_quantity(tf_builder *b, uint32_t quantity, tf_node_id *node) {
  const tf_quantity *declared = &b->model->quantities.at[quantity];
  const tf_plan_quantity *q = &b->plan->quantities[quantity];
  uint32_t outer_quantity = b->quantity;
  tf_node outer = b->place;
  b->quantity = quantity;
  b->place.at = declared->at;
  b->place.owner = tf_cstr(b->graph->arena, declared->name);
  tf_node_id base = TF_NO_NODE;
  bool ok = !tf_build_needs_value(b->plan, quantity) || tf_build_term(b, tf_plan_value(b->plan, quantity), &base);
  if (ok && (q->given != NULL || q->elements != NULL || declared->column_values != NULL)) {
    ok = build_patch(b, quantity, base, node);
  } else if (ok && base == TF_NO_NODE) {
    ok = tf_fail(b->cx, TF_INVALID, declared->at, "`%.*s` has no value", TF_STR_ARGS(declared->name)) == TF_OK;
  } else if (ok) {
    *node = base;
    ok = tf_build_reaches(b, base, 0);
  }
  b->quantity = outer_quantity;
  b->place = outer;
  return ok;
}
