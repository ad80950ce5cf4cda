// SPDX-License-Identifier: GPL-3.0-or-later
// One evaluation that keeps every value, for explain.
#include "engine/run_state.h"

struct tf_trace {
  tf_arena *arena;
  const tf_graph *graph;
  const tf_exec *x;
  const tf_plan *plan;
  size_t lane;
};

tf_status tf_trace_run(tf_context *cx, tf_arena *arena, const tf_plan *plan, uint32_t quantity,
                       const tf_run_options *options, uint64_t at, tf_trace **trace) {
  tf_graph *graph = tf_graph_new(cx, arena);
  uint32_t scenario;
  tf_status status = tf_graph_add_plan(cx, graph, plan, &quantity, 1, false, &scenario);
  if (status != TF_OK) {
    return status;
  }
  const tf_tape *tape = tf_tape_compile(graph, arena, true);
  tf_exec *x = tf_exec_new(arena, tape, 8);
  tf_trace *made = TF_NEW(arena, tf_trace);
  *made = (tf_trace){arena, graph, x, plan, 0};
  x->lanes = 8;
  x->central = at == TF_AT_CENTRAL;
  if (!x->central) {
    tf_exec_streams(x, arena, &options->sampler, at + 1);
    x->first = at & ~(uint64_t)7;
    made->lane = (size_t)(at & 7);
  }
  tf_exec_run(x, &tape->main);
  tf_bad_value bad = {0};
  tf_check_block(x, made->lane, made->lane + 1, &bad);
  if (bad.found) {
    return tf_describe_bad(cx, arena, graph, &options->sampler, &bad);
  }
  *trace = made;
  return TF_OK;
}

bool tf_trace_value(const tf_trace *trace, uint32_t quantity, size_t element, int row, double *value) {
  const tf_graph *graph = trace->graph;
  tf_node_id id = graph->scenarios.at[0].nodes[quantity];
  if (id == TF_NO_NODE || !trace->x->tape->live[id]) {
    return false;
  }
  const tf_node *node = tf_node_at(graph, id);
  const tf_quantity *q = &trace->plan->model->quantities.at[quantity];
  if (node->shape.series && (row < node->shape.first || row >= node->shape.end)) {
    return false;
  }
  tf_arena_mark mark = tf_arena_save(trace->arena);
  size_t elements;
  uint32_t *map =
      tf_declared_map(graph, trace->arena, trace->plan->model, q->indices, q->index_count, &node->shape, &elements);
  bool known = element < elements;
  if (known) {
    tf_view view = tf_tape_view(trace->x->tape, trace->arena, id, &node->shape);
    tf_cell cell = tf_exec_cell(trace->x, &view, map[element], row);
    *value = cell.at[cell.scalar ? 0 : trace->lane];
  }
  tf_arena_restore(trace->arena, mark);
  return known;
}
