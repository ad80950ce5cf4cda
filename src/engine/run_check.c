// SPDX-License-Identifier: GPL-3.0-or-later
// Results must be finite. What irr and payback leave undefined may pass; anything else is described with the first
// operation that made it.
#include <math.h>
#include <stdio.h>

#include "engine/run_state.h"
#include "model/blame.h"

static bool operands_finite(const tf_exec *x, const tf_tape_source *source, uint32_t element, size_t lane) {
  const tf_node *node = tf_node_at(x->tape->graph, source->node);
  for (uint32_t i = 0; i < source->operand_count; i++) {
    tf_rows rows = tf_exec_rows(x, &source->operands[i], element, node->extra);
    for (int row = node->op == TF_TERM_IRR && rows.first < 0 ? 0 : rows.first; row < rows.end; row++) {
      if (!isfinite(tf_rows_at(&rows, row, lane))) {
        return false;
      }
    }
  }
  return true;
}

// Does one of irr and payback below the result have no value in this lane, for finite operands?
static bool stems_from_undefined(const tf_exec *x, const tf_tape_output *output, size_t lane) {
  for (size_t s = 0; s < output->sources.count; s++) {
    const tf_tape_source *source = &output->sources.at[s];
    uint32_t elements = tf_node_at(x->tape->graph, source->node)->shape.elements;
    for (uint32_t e = 0; e < elements; e++) {
      tf_cell cell = tf_exec_cell(x, &source->value, e, 0);
      if (!isfinite(cell.at[cell.scalar ? 0 : lane]) && operands_finite(x, source, e, lane)) {
        return true;
      }
    }
  }
  return false;
}

static void check_cell(const tf_exec *x, uint32_t number, uint32_t element, int row, size_t from, size_t to,
                       tf_bad_value *bad) {
  const tf_tape_output *output = &x->tape->outputs.at[number];
  tf_cell cell = tf_exec_cell(x, &output->view, element, row);
  if (cell.scalar) {
    from = 0;
    to = 1;
  }
  if (tf_kernel_finite(cell.at + from, to - from)) {
    return;
  }
  for (size_t lane = from; lane < to; lane++) {
    uint64_t sample = x->central ? TF_AT_CENTRAL : x->first + lane;
    if (bad->found && sample >= bad->sample) {
      return;
    }
    if (!isfinite(cell.at[lane]) && !stems_from_undefined(x, output, lane)) {
      *bad = (tf_bad_value){true, sample, number, element, row};
      return;
    }
  }
}

void tf_check_block(const tf_exec *x, size_t from, size_t to, tf_bad_value *bad) {
  if (x->finite && !x->central) { // seen on the way to the columns
    return;
  }
  for (uint32_t i = 0; i < x->tape->outputs.count; i++) {
    const tf_node *node = tf_node_at(x->tape->graph, x->tape->outputs.at[i].node);
    if (!node->sampled && !x->central) {
      continue;
    }
    int first = node->shape.series ? node->shape.first : 0, end = node->shape.series ? node->shape.end : 1;
    for (uint32_t e = 0; e < node->shape.elements; e++) {
      for (int row = first; row < end; row++) {
        check_cell(x, i, e, row, from, to, bad);
      }
    }
  }
}

// --- describing

typedef struct finder {
  const tf_exec *x;
  tf_arena *arena;
  size_t lane;
} finder;

typedef struct place {
  tf_node_id node;
  uint32_t element;
  int row;
} place;

static double value_at(const finder *f, place p) {
  const tf_node *node = tf_node_at(f->x->tape->graph, p.node);
  tf_view view = tf_tape_view(f->x->tape, f->arena, p.node, &node->shape);
  tf_cell cell = tf_exec_cell(f->x, &view, p.element, p.row);
  return cell.at[cell.scalar ? 0 : f->lane];
}

static bool try_operand(const finder *f, const tf_node *node, place from, uint32_t operand, uint32_t fixed, int row,
                        place *to) {
  const tf_graph *graph = f->x->tape->graph;
  const tf_shape *shape = &tf_node_at(graph, node->operands[operand])->shape;
  uint32_t *map = tf_shape_map(graph, f->arena, &node->shape, shape, fixed);
  place p = {node->operands[operand], map != NULL ? map[from.element] : from.element, row};
  if (shape->series && (row < shape->first || row >= shape->end)) {
    return false;
  }
  if (isfinite(value_at(f, p))) {
    return false;
  }
  *to = p;
  return true;
}

static bool any_operand(const finder *f, const tf_node *node, place from, place *to) {
  for (uint32_t i = 0; i < node->operand_count; i++) {
    if (try_operand(f, node, from, i, 0, from.row, to)) {
      return true;
    }
  }
  return false;
}

// Rows of an index: those of a reduction, or the one that is picked.
static bool indexed_operand(const finder *f, const tf_node *node, place from, place *to) {
  const tf_graph *graph = f->x->tape->graph;
  uint32_t count = graph->indices.at[node->index].count;
  if (node->op == TF_TERM_PICK) {
    if (try_operand(f, node, from, 1, 0, from.row, to)) {
      return true;
    }
    const tf_shape *shape = &tf_node_at(graph, node->operands[1])->shape;
    uint32_t *map = tf_shape_map(graph, f->arena, &node->shape, shape, 0);
    double label = value_at(f, (place){node->operands[1], map != NULL ? map[from.element] : from.element, from.row});
    const uint32_t *rows = node->data;
    if (!(label >= 0 && label < rows[0])) {
      return false;
    }
    return try_operand(f, node, from, 0, rows[(uint32_t)label + 1], from.row, to);
  }
  for (uint32_t i = 0; i < node->operand_count; i++) {
    for (uint32_t k = 0; k < count; k++) {
      if (try_operand(f, node, from, i, k, from.row, to)) {
        return true;
      }
    }
  }
  return false;
}

// Earlier periods first; all of the axis where the operation looks at all of it.
static bool timed_operand(const finder *f, const tf_node *node, place from, place *to) {
  const tf_graph *graph = f->x->tape->graph;
  for (uint32_t i = 0; i < node->operand_count; i++) {
    const tf_shape *shape = &tf_node_at(graph, node->operands[i])->shape;
    int first = shape->series ? shape->first : 0, end = shape->series ? shape->end : 1;
    bool causal =
        node->shape.series && node->op != TF_TERM_LAG && node->op != TF_TERM_SHIFT && node->op != TF_NODE_CONVOLVE;
    for (int row = first; row < end && (!causal || row <= from.row || !shape->series); row++) {
      if (try_operand(f, node, from, i, 0, row, to)) {
        return true;
      }
    }
  }
  return false;
}

// One step towards the origin; false: this node made it.
static bool descend(const finder *f, place from, place *to) {
  const tf_graph *graph = f->x->tape->graph;
  const tf_node *node = tf_node_at(graph, from.node);
  *to = from;
  switch (node->op) {
  case TF_NODE_STATE:
    to->node = tf_state_root(graph, node);
    return true;
  case TF_NODE_SLICE:
    to->node = node->operands[0];
    to->element = ((const uint32_t *)node->data)[from.element];
    return true;
  case TF_NODE_PERIOD:
    to->node = node->operands[0];
    to->row = (int)node->number;
    return true;
  case TF_TERM_LAG:
    if (tf_node_is_view(graph, from.node)) {
      to->node = node->operands[0];
      to->row += node->extra;
      return true;
    }
    return timed_operand(f, node, from, to);
  case TF_TERM_SELECT: {
    if (try_operand(f, node, from, 0, 0, from.row, to)) {
      return true;
    }
    const tf_shape *shape = &tf_node_at(graph, node->operands[0])->shape;
    uint32_t *map = tf_shape_map(graph, f->arena, &node->shape, shape, 0);
    place condition = {node->operands[0], map != NULL ? map[from.element] : from.element, from.row};
    return try_operand(f, node, from, value_at(f, condition) != 0 ? 1 : 2, 0, from.row, to);
  }
  case TF_NODE_PATCH: {
    const uint32_t *cells = node->data;
    uint32_t rows = (uint32_t)node->extra;
    uint32_t row = (uint32_t)(from.row - node->shape.first);
    return try_operand(f, node, from, cells[rows == 1 ? from.element : from.element * rows + row], 0, from.row, to);
  }
  case TF_TERM_THEN:
    return try_operand(f, node, from, from.row == 0 ? 0 : 1, 0, from.row, to);
  default:
    if (node->op <= TF_TERM_CLAMP || node->op == TF_NODE_COPY) {
      return any_operand(f, node, from, to);
    }
    if ((node->op >= TF_TERM_SUM && node->op <= TF_TERM_ALLOCATE) || node->op == TF_TERM_PICK ||
        node->op == TF_NODE_LOCATE) {
      return indexed_operand(f, node, from, to);
    }
    return timed_operand(f, node, from, to);
  }
}

// Also: is one of them 0? Of operations over periods or rows that is not looked at.
static bool add_operands(const finder *f, place at, tf_text *text) {
  const tf_graph *graph = f->x->tape->graph;
  const tf_node *node = tf_node_at(graph, at.node);
  bool zero = node->op > TF_TERM_CLAMP;
  for (uint32_t i = 0; i < node->operand_count && node->op <= TF_TERM_CLAMP; i++) {
    const tf_shape *shape = &tf_node_at(graph, node->operands[i])->shape;
    uint32_t *map = tf_shape_map(graph, f->arena, &node->shape, shape, 0);
    double v = value_at(f, (place){node->operands[i], map != NULL ? map[at.element] : at.element, at.row});
    tf_text_addf(text, "%s%.6g", i > 0 ? " and " : "", v);
    zero = zero || v == 0;
  }
  return zero;
}

static tf_status fail_at(tf_context *cx, const finder *f, place at, const tf_node *reader, const tf_bad_value *bad,
                         const tf_graph_scenario *scenario, const tf_graph_request *request, const char *result) {
  const tf_graph *graph = f->x->tape->graph;
  const tf_node *node = tf_node_at(graph, at.node);
  if (node->op == TF_NODE_MISSING) {
    tf_fail(cx, TF_INVALID, reader != NULL ? reader->at : node->at, "`%s` has no value for `%s`", node->subject,
            (const char *)node->data);
    tf_hint(cx, "`%s` needs it: fill the cell, or set `%s[%s]`", result, node->subject, (const char *)node->data);
    return TF_INVALID;
  }
  double value = value_at(f, at);
  const char *what = isnan(value) ? "gives no number" : value > 0 ? "gives infinity" : "gives minus infinity";
  char period[16], when[64] = "", sample[64] = "";
  const tf_axis *axis = &graph->axes.at[node->shape.axis];
  if (node->shape.series) {
    tf_period_print(tf_axis_period(axis, at.row), period);
    (void)snprintf(when, sizeof when, ", %s", period);
  }
  if (bad->sample != TF_AT_CENTRAL) {
    (void)snprintf(sample, sizeof sample, ", sample %llu", (unsigned long long)bad->sample);
  } else if (node->sampled) {
    (void)snprintf(sample, sizeof sample, ", all inputs at their median");
  }
  const char *owner = node->owner != NULL ? node->owner : result;
  tf_text operands = tf_text_new(f->arena);
  bool zero = add_operands(f, at, &operands);
  const tf_model *model = scenario->plan->model;
  uint32_t quantity = tf_map_get(&model->names, tf_str_of(owner)); // none: of a check
  quantity = quantity == TF_MAP_NONE ? request->quantity : quantity;
  const tf_term *check = request->quantity == TF_NO_ID ? model->checks.at[request->check].condition : NULL;
  const tf_binding *set = tf_plan_blame(f->arena, scenario->plan, quantity, check, zero);
  if (set != NULL) {
    const char *text = tf_binding_text(cx->arena, set);
    const char *why = node->op == TF_TERM_DIVIDE && zero ? "a division by 0"
                      : operands.len > 0
                          ? tf_format(cx->arena, "`%s` of %s %s", tf_node_op_text(node->op), operands.ptr, what)
                          : tf_format(cx->arena, "`%s` %s", tf_node_op_text(node->op), what);
    tf_fail(cx, TF_INVALID, set->value.at, "with `%s`, `%s` cannot be computed%s%s: %s", text, owner, when, sample,
            why);
    tf_also(cx, node->at, "it is computed here");
    tf_hint(cx, "`%s` needs it: set `%.*s` to another value%s", result, TF_STR_ARGS(set->name.text),
            request->quantity == TF_NO_ID ? "" : ", or choose other results with --show");
    return TF_INVALID;
  }
  tf_fail(cx, TF_NUMERIC, node->at, "`%s` in `%s` %s%s%s", tf_node_op_text(node->op), owner, what, when, sample);
  if (operands.len > 0) {
    tf_hint(cx, "of %s, in base units; `%s` needs it", operands.ptr, result);
  } else {
    tf_hint(cx, "`%s` needs it", result);
  }
  return TF_NUMERIC;
}

tf_status tf_describe_bad(tf_context *cx, tf_arena *arena, const tf_graph *graph, const tf_sampler *sampler,
                          const tf_bad_value *bad) {
  const tf_tape *tape = tf_tape_compile(graph, arena, true);
  tf_exec *x = tf_exec_new(arena, tape, 8);
  finder f = {.x = x, .arena = arena};
  x->lanes = 8;
  x->central = bad->sample == TF_AT_CENTRAL;
  if (!x->central) {
    tf_exec_streams(x, arena, sampler, bad->sample + 1);
    x->first = bad->sample & ~(uint64_t)7;
    f.lane = (size_t)(bad->sample & 7);
  }
  tf_exec_run(x, &tape->main);
  const tf_tape_output *output = &tape->outputs.at[bad->output];
  const tf_graph_scenario *scenario = &graph->scenarios.at[output->scenario];
  const tf_graph_request *request = &scenario->requests.at[output->request];
  const tf_model *model = scenario->plan->model;
  const char *result = request->quantity != TF_NO_ID
                           ? tf_cstr(arena, model->quantities.at[request->quantity].name)
                           : tf_format(arena, "check %.*s", TF_STR_ARGS(model->checks.at[request->check].text.text));
  place at = {output->node, bad->element, bad->row}, next;
  const tf_node *reader = NULL;
  for (size_t steps = 0; steps < 1000000 && descend(&f, at, &next); steps++) {
    const tf_node *node = tf_node_at(graph, at.node);
    reader = node->at.end > node->at.start && node->op != TF_NODE_PATCH ? node : reader;
    at = next;
  }
  return fail_at(cx, &f, at, reader, bad, scenario, request, result);
}
