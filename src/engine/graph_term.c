// SPDX-License-Identifier: GPL-3.0-or-later
// Terms -> nodes: leaves, element by element, over indices, and moves between indices.
#include <math.h>

#include "engine/graph.h"

tf_node tf_build_node(const tf_builder *b, unsigned op) {
  tf_node node = b->place;
  node.op = (uint16_t)op;
  node.shape = tf_shape_scalar(b->graph);
  return node;
}

tf_shape tf_build_series(const tf_builder *b, const tf_shape *like, int first) {
  tf_shape shape = *like;
  shape.series = true;
  shape.first = first;
  shape.end = b->axis.count;
  shape.axis = b->scenario->axis;
  return shape;
}

static const tf_shape *shape_of(const tf_builder *b, tf_node_id id) {
  return &tf_node_at(b->graph, id)->shape;
}

static uint32_t index_id(const tf_builder *b, uint32_t index) {
  return tf_graph_index_id(b->graph, &b->model->indices.at[index]);
}

// The index of x in which a label of index `label_index` names a row, and for each of its label positions the row:
// the same index, or one over the same table. TF_NO_ID if x has none (then it is the same in every row).
static uint32_t picked_index(const tf_builder *b, const tf_shape *x, const tf_term *term, const uint32_t **rows) {
  const tf_term *label = term->args[1];
  *rows = NULL;
  if (label->index == TF_NO_ID || label->index >= b->model->indices.count) {
    return TF_NO_ID;
  }
  const tf_index *from = &b->model->indices.at[label->index];
  uint32_t same = index_id(b, label->index);
  if (tf_shape_has(x, same)) {
    return same;
  }
  for (uint32_t i = 0; i < x->index_count && from->table != TF_NO_ID; i++) {
    const tf_index *to = b->graph->indices.at[x->indices[i]].index;
    if (to->table != from->table) {
      continue;
    }
    uint32_t *map = TF_ARRAY(b->graph->arena, uint32_t, from->count + 1);
    for (size_t k = 0; k < from->count; k++) {
      map[k] = tf_index_row(to, from->labels[k]);
    }
    *rows = map;
    return x->indices[i];
  }
  return TF_NO_ID;
}

static tf_node_id slice_row(const tf_builder *b, tf_node_id x, uint32_t index, uint32_t row) {
  const tf_shape *from = shape_of(b, x);
  if (!tf_shape_has(from, index)) {
    return x;
  }
  tf_shape to = tf_shape_without(b->graph, from, index);
  uint32_t *elements = tf_shape_map(b->graph, b->graph->arena, &to, from, row);
  return tf_node_slice(b->graph, &b->place, x, to, elements);
}

static bool build_pick(tf_builder *b, const tf_term *term, const tf_node_id *args, tf_node_id *node) {
  const uint32_t *rows = NULL;
  uint32_t index = picked_index(b, shape_of(b, args[0]), term, &rows);
  if (index == TF_NO_ID) {
    *node = args[0];
    return true;
  }
  double label;
  uint32_t count = b->graph->indices.at[index].count;
  if (tf_node_is_constant(b->graph, args[1], &label) && label >= 0 && label < 4294967295.0) {
    uint32_t row = rows != NULL ? rows[(uint32_t)label] : (uint32_t)label;
    if (row >= count) {
      return tf_fail(b->cx, TF_INVALID, term->at, "`%s` has no such row", b->graph->indices.at[index].name) == TF_OK;
    }
    *node = slice_row(b, args[0], index, row);
    return true;
  }
  // The label is uncertain or differs by element or period: rows[label] is looked at while running.
  tf_node made = tf_build_node(b, TF_TERM_PICK);
  made.operands = args;
  made.operand_count = 2;
  made.index = index;
  tf_shape rest = tf_shape_without(b->graph, shape_of(b, args[0]), index);
  made.shape = tf_shape_join(b->graph, &rest, shape_of(b, args[1]));
  uint32_t labels = rows != NULL ? (uint32_t)b->model->indices.at[term->args[1]->index].count : count;
  uint32_t *data = TF_ARRAY(b->graph->arena, uint32_t, (size_t)labels + 1);
  data[0] = labels;
  for (uint32_t i = 0; i < labels; i++) {
    data[i + 1] = rows != NULL ? rows[i] : i;
  }
  made.data = tf_graph_data(b->graph, data, ((size_t)labels + 1) * sizeof *data);
  *node = tf_node_intern(b->graph, made);
  return true;
}

static bool build_restrict(tf_builder *b, const tf_term *term, tf_node_id x, tf_node_id *node) {
  const tf_index *subset = &b->model->indices.at[term->index];
  const tf_shape *from = shape_of(b, x);
  uint32_t over = TF_NO_ID, target = index_id(b, term->index);
  for (uint32_t i = 0; i < from->index_count; i++) {
    const tf_index *index = b->graph->indices.at[from->indices[i]].index;
    if (index->table == subset->table && from->indices[i] != target) {
      over = from->indices[i];
    }
  }
  if (over == TF_NO_ID) {
    *node = x;
    return true;
  }
  const tf_index *table = b->graph->indices.at[over].index;
  tf_shape rest = tf_shape_without(b->graph, from, over);
  tf_shape to = tf_shape_with(b->graph, &rest, target);
  uint32_t *elements = TF_ARRAY(b->graph->arena, uint32_t, to.elements);
  for (uint32_t e = 0; e < to.elements; e++) {
    uint32_t row = tf_index_row(table, subset->labels[tf_shape_row(b->graph, &to, e, target)]);
    uint32_t *map = tf_shape_map(b->graph, b->graph->arena, &to, from, row);
    elements[e] = map != NULL ? map[e] : e;
  }
  *node = tf_node_slice(b->graph, &b->place, x, to, elements);
  return true;
}

static tf_node_id build_rows(const tf_builder *b, const tf_term *term, const tf_node_id *args) {
  uint32_t index = index_id(b, term->index);
  tf_node made = tf_build_node(b, TF_NODE_PATCH);
  made.operands = args;
  made.operand_count = (uint32_t)term->count;
  for (size_t i = 0; i < term->count; i++) {
    made.shape = tf_shape_join(b->graph, &made.shape, shape_of(b, args[i]));
  }
  made.shape = tf_shape_with(b->graph, &made.shape, index);
  uint32_t *cells = TF_ARRAY(b->graph->arena, uint32_t, made.shape.elements);
  for (uint32_t e = 0; e < made.shape.elements; e++) {
    cells[e] = tf_shape_row(b->graph, &made.shape, e, index);
  }
  made.data = tf_graph_data(b->graph, cells, made.shape.elements * sizeof *cells);
  made.extra = 1;
  return tf_node_intern(b->graph, made);
}

static tf_node_id build_reduce(const tf_builder *b, const tf_term *term, tf_node_id x) {
  tf_node made = tf_build_node(b, term->op);
  made.operands = &x;
  made.operand_count = 1;
  made.index = index_id(b, term->index);
  made.shape = tf_shape_without(b->graph, shape_of(b, x), made.index);
  return tf_node_intern(b->graph, made);
}

static tf_node_id build_allocate(const tf_builder *b, const tf_term *term, const tf_node_id *args) {
  tf_node made = tf_build_node(b, TF_TERM_ALLOCATE);
  made.operands = args;
  made.operand_count = 3;
  made.index = index_id(b, term->index);
  made.shape = tf_shape_join(b->graph, shape_of(b, args[0]), shape_of(b, args[1]));
  made.shape = tf_shape_join(b->graph, &made.shape, shape_of(b, args[2]));
  made.shape = tf_shape_with(b->graph, &made.shape, made.index);
  return tf_node_intern(b->graph, made);
}

// lookup(column, key): the position of the row first, then a pick.
static bool build_lookup(tf_builder *b, const tf_term *term, const tf_node_id *args, tf_node_id *node) {
  tf_node_id keys;
  const tf_quantity *key_column = &b->model->quantities.at[term->quantity];
  tf_term read = {.op = TF_TERM_QUANTITY, .quantity = term->quantity, .at = term->at};
  if (!tf_build_term(b, &read, &keys)) {
    return false;
  }
  uint32_t table = index_id(b, key_column->indices[0]);
  tf_node made = tf_build_node(b, TF_NODE_LOCATE);
  made.operands = (tf_node_id[]){args[1], keys};
  made.operand_count = 2;
  made.index = table;
  tf_shape rest = tf_shape_without(b->graph, shape_of(b, keys), table);
  made.shape = tf_shape_join(b->graph, shape_of(b, args[1]), &rest);
  made.subject = tf_cstr(b->graph->arena, key_column->name);
  tf_node_id where = tf_node_intern(b->graph, made);
  tf_term label = {.index = key_column->indices[0]};
  tf_term pick = {.op = TF_TERM_PICK, .args = (const tf_term *[]){term->args[0], &label}, .at = term->at};
  return build_pick(b, &pick, (tf_node_id[]){args[0], where}, node);
}

static bool build_read(tf_builder *b, const tf_term *term, tf_node_id *node) {
  *node = b->scenario->nodes[term->quantity];
  if (*node != TF_NO_NODE) {
    return true;
  }
  tf_fail(b->cx, TF_INVALID, term->at, "`%.*s` depends on itself within one period",
          TF_STR_ARGS(b->model->quantities.at[term->quantity].name));
  tf_hint(b->cx, "read the period before: `%.*s[t-1]`", TF_STR_ARGS(b->model->quantities.at[term->quantity].name));
  return false;
}

static bool build_leaf(tf_builder *b, const tf_term *term, tf_node_id *node) {
  tf_node made;
  switch (term->op) {
  case TF_TERM_CONSTANT:
    *node = tf_node_constant(b->graph, term->number);
    return true;
  case TF_TERM_STEP:
    *node = tf_node_constant(b->graph, tf_axis_step(&b->axis));
    return true;
  case TF_TERM_ELAPSED:
    made = tf_build_node(b, TF_TERM_ELAPSED);
    made.shape = tf_build_series(b, &made.shape, -b->scenario->history);
    made.number = tf_axis_step(&b->axis);
    *node = tf_node_intern(b->graph, made);
    return true;
  case TF_TERM_ROW: {
    made = tf_build_node(b, TF_NODE_ROWS);
    uint32_t index = index_id(b, term->index);
    made.shape = tf_shape_with(b->graph, &made.shape, index);
    double *rows = TF_ARRAY(b->graph->arena, double, made.shape.elements + 1);
    for (uint32_t i = 0; i < made.shape.elements; i++) {
      rows[i] = i;
    }
    made.data = tf_graph_data(b->graph, rows, made.shape.elements * sizeof *rows);
    *node = tf_node_intern(b->graph, made);
    return true;
  }
  case TF_TERM_DRAW:
    return tf_build_draw(b, term, node);
  default:
    return build_read(b, term, node);
  }
}

static bool build_args(tf_builder *b, const tf_term *term, tf_node_id *args) {
  for (size_t i = 0; i < term->count; i++) {
    if (!tf_build_term(b, term->args[i], &args[i])) {
      return false;
    }
  }
  return true;
}

bool tf_build_term(tf_builder *b, const tf_term *term, tf_node_id *node) {
  tf_op_class class = tf_op(term->op)->class;
  tf_span outer = b->place.at;
  if (term->at.end > term->at.start) {
    b->place.at = term->at;
  }
  bool ok;
  if (class == TF_CLASS_LEAF) {
    ok = build_leaf(b, term, node);
  } else if (class == TF_CLASS_TIME) {
    ok = tf_build_time(b, term, node);
  } else {
    tf_node_id few[4] = {0};
    tf_node_id *args = term->count <= 4 ? few : TF_ARRAY(b->graph->arena, tf_node_id, term->count);
    ok = build_args(b, term, args);
    if (ok) {
      switch (term->op) {
      case TF_TERM_ELEMENT:
        *node = slice_row(b, args[0], index_id(b, term->index), term->row);
        break;
      case TF_TERM_PICK:
        ok = build_pick(b, term, args, node);
        break;
      case TF_TERM_RESTRICT:
        ok = build_restrict(b, term, args[0], node);
        break;
      case TF_TERM_BUILD:
        *node = build_rows(b, term, args);
        break;
      case TF_TERM_LOOKUP:
        ok = build_lookup(b, term, args, node);
        break;
      case TF_TERM_ALLOCATE:
        *node = build_allocate(b, term, args);
        break;
      case TF_TERM_SUM:
      case TF_TERM_MEAN:
      case TF_TERM_MINIMUM:
      case TF_TERM_MAXIMUM:
      case TF_TERM_ARGMIN:
      case TF_TERM_ARGMAX:
        *node = build_reduce(b, term, args[0]);
        break;
      default:
        *node = tf_node_map(b->graph, &b->place, term->op, args, (uint32_t)term->count);
        break;
      }
    }
  }
  b->place.at = outer;
  return ok;
}
