// SPDX-License-Identifier: GPL-3.0-or-later
// Graph and tape as readable text.
#include <inttypes.h>

#include "engine/tape.h"

const char *tf_node_op_text(unsigned op) {
  static const char *const terms[TF_TERM_COUNT] = {
#define OP(id, text, arity, class) [TF_TERM_##id] = text,
#include "model/op.def"
#undef OP
  };
  static const char *const inner[] = {
      [TF_NODE_MISSING - TF_NODE_MISSING] = "missing",
      [TF_NODE_ROWS - TF_NODE_MISSING] = "rows",
      [TF_NODE_UNIFORM - TF_NODE_MISSING] = "uniform",
      [TF_NODE_STATE - TF_NODE_MISSING] = "state",
      [TF_NODE_QUANTILE - TF_NODE_MISSING] = "quantile",
      [TF_NODE_CORRELATE - TF_NODE_MISSING] = "correlate",
      [TF_NODE_NORMAL - TF_NODE_MISSING] = "normal",
      [TF_NODE_WALK - TF_NODE_MISSING] = "walk",
      [TF_NODE_PATCH - TF_NODE_MISSING] = "patch",
      [TF_NODE_COPY - TF_NODE_MISSING] = "copy",
      [TF_NODE_SLICE - TF_NODE_MISSING] = "slice",
      [TF_NODE_PERIOD - TF_NODE_MISSING] = "period",
      [TF_NODE_PERIOD_MEAN - TF_NODE_MISSING] = "mean of periods",
      [TF_NODE_POSITION - TF_NODE_MISSING] = "position",
      [TF_NODE_AGES - TF_NODE_MISSING] = "life",
      [TF_NODE_CONVOLVE - TF_NODE_MISSING] = "cohorts",
      [TF_NODE_WINDOW - TF_NODE_MISSING] = "cohorts by running sums",
      [TF_NODE_COHORT - TF_NODE_MISSING] = "cohorts of varying life",
      [TF_NODE_DISCOUNT - TF_NODE_MISSING] = "discount",
      [TF_NODE_DOT - TF_NODE_MISSING] = "npv",
      [TF_NODE_LOCATE - TF_NODE_MISSING] = "lookup",
  };
  if (op < TF_TERM_COUNT) {
    return terms[op];
  }
  return op < TF_NODE_OP_COUNT        ? inner[op - TF_NODE_MISSING]
         : op == TF_INSTRUCTION_LOOP  ? "for each period"
         : op == TF_INSTRUCTION_STORE ? "store"
         : op == TF_INSTRUCTION_FUSED ? "chain"
                                      : "keep input";
}

static void print_shape(const tf_graph *graph, const tf_shape *shape, tf_text *out) {
  tf_text_adds(out, "[");
  for (uint32_t i = 0; i < shape->index_count; i++) {
    tf_text_addf(out, "%s%s", i > 0 ? ", " : "", graph->indices.at[shape->indices[i]].name);
  }
  if (shape->series) {
    tf_text_addf(out, "%st %d..%d", shape->index_count > 0 ? ", " : "", shape->first, shape->end - 1);
  }
  tf_text_adds(out, "]");
}

static void print_node(const tf_graph *graph, tf_node_id id, tf_text *out) {
  const tf_node *node = tf_node_at(graph, id);
  tf_text_addf(out, "%%%" PRIu32 " ", id);
  print_shape(graph, &node->shape, out);
  tf_text_addf(out, " = %s", tf_node_op_text(node->op));
  if (node->op == TF_TERM_CONSTANT) {
    tf_text_addf(out, " %.17g", node->number);
  }
  if (node->op == TF_TERM_LAG) {
    tf_text_addf(out, " %+" PRId32, node->extra);
  }
  if (node->op == TF_NODE_STATE) {
    tf_text_addf(out, " of %%%" PRIu32, tf_state_root(graph, node));
  }
  if (node->op == TF_NODE_PERIOD) {
    tf_text_addf(out, " %d", (int)node->number);
  }
  if (node->subject != NULL && (node->op == TF_NODE_UNIFORM || node->op == TF_NODE_MISSING)) {
    tf_text_addf(out, " %s", node->subject);
  }
  for (uint32_t i = 0; i < node->operand_count; i++) {
    tf_text_addf(out, " %%%" PRIu32, node->operands[i]);
  }
  tf_text_addf(out, "%s%s", node->sampled ? "  sampled" : "", node->undefinable ? "  may be undefined" : "");
  if (node->owner != NULL) {
    tf_text_addf(out, "  # %s", node->owner);
  }
  tf_text_addc(out, '\n');
}

static void print_requests(const tf_graph *graph, tf_text *out) {
  for (size_t s = 0; s < graph->scenarios.count; s++) {
    const tf_graph_scenario *scenario = &graph->scenarios.at[s];
    const tf_model *model = scenario->plan->model;
    tf_text_addf(out, "scenario %zu\n", s);
    for (size_t i = 0; i < scenario->requests.count; i++) {
      const tf_graph_request *request = &scenario->requests.at[i];
      tf_str name = request->quantity != TF_NO_ID ? model->quantities.at[request->quantity].name
                                                  : model->checks.at[request->check].text.text;
      tf_text_addf(out, "  %s%.*s = %%%" PRIu32 "\n", request->quantity != TF_NO_ID ? "" : "check ", TF_STR_ARGS(name),
                   request->node);
    }
  }
}

void tf_graph_print(const tf_graph *graph, tf_text *out) {
  const tf_tape *tape = tf_tape_compile(graph, graph->arena, false); // tells which nodes live
  size_t live = 0;
  for (tf_node_id id = 0; id < graph->nodes.count; id++) {
    live += tape->live[id];
  }
  tf_text_addf(out, "graph: %zu nodes\n", live);
  for (tf_node_id id = 0; id < graph->nodes.count; id++) {
    if (tape->live[id]) {
      print_node(graph, id, out);
    }
  }
  print_requests(graph, out);
}

static void print_storage(const tf_tape *tape, uint32_t number, tf_text *out) {
  static const char places[] = {'c', 'w', 'o'};
  const tf_storage *s = &tape->storages.at[number];
  tf_text_addf(out, "%c%zu", places[s->place], s->cell);
  size_t cells = (size_t)s->rows * s->elements;
  if (cells > 1) {
    tf_text_addf(out, "..%zu", s->cell + cells - 1);
  }
}

static void print_view(const tf_tape *tape, const tf_view *view, tf_text *out) {
  print_storage(tape, view->storage, out);
  if (view->fixed) {
    tf_text_addf(out, "[%d]", view->shift);
  } else if (view->shift != 0) {
    tf_text_addf(out, "[t%+d]", view->shift);
  }
}

// Operations in one pass, in the order in which they are done: ((a * b) / c), (d - (a * b)).
static void print_chain(const tf_tape *tape, const tf_instruction *made, tf_text *out) {
  const tf_fusion *f = &made->fusion;
  for (uint8_t k = f->count; k-- > 0;) {
    tf_text_addc(out, '(');
    if (k > 0 && f->swapped[k - 1]) {
      print_view(tape, &made->views[k + 1], out);
      tf_text_addf(out, " %s ", tf_node_op_text(f->op[k]));
    }
  }
  print_view(tape, &made->views[0], out);
  for (uint8_t k = 0; k < f->count; k++) {
    if (k == 0 || !f->swapped[k - 1]) {
      tf_text_addf(out, " %s ", tf_node_op_text(f->op[k]));
      print_view(tape, &made->views[k + 1], out);
    }
    tf_text_addc(out, ')');
  }
  tf_text_addf(out, "  # %%%" PRIu32 "\n", made->node);
}

static void print_program(const tf_tape *tape, const tf_program *program, tf_text *out) {
  size_t loop_end = 0;
  for (size_t i = 0; i < program->list.count; i++) {
    const tf_instruction *made = &program->list.at[i];
    tf_text_adds(out, loop_end > 0 && i <= loop_end ? "    " : "  ");
    if (made->op == TF_INSTRUCTION_LOOP) {
      loop_end = i + made->body;
      tf_text_addf(out, "for each period %d..%d\n", made->first, made->end - 1);
      continue;
    }
    if (made->op != TF_INSTRUCTION_INPUT) {
      print_storage(tape, made->storage, out);
      tf_text_adds(out, " = ");
    }
    if (made->op == TF_INSTRUCTION_FUSED) {
      print_chain(tape, made, out);
      continue;
    }
    tf_text_adds(out, tf_node_op_text(made->op));
    if (made->op == TF_TERM_CONSTANT) {
      tf_text_addf(out, " %.17g", tf_node_at(tape->graph, made->node)->number);
    }
    for (uint32_t v = 0; v < made->view_count; v++) {
      tf_text_addc(out, ' ');
      print_view(tape, &made->views[v], out);
    }
    tf_text_addf(out, "  # %%%" PRIu32 "\n", made->node);
  }
}

void tf_tape_print(const tf_graph *graph, tf_text *out) {
  const tf_tape *tape = tf_tape_compile(graph, graph->arena, false);
  tf_text_addf(out, "tape: %zu constant, %zu work and %zu output cells, at most %zu registers at once\n",
               tape->constant_cells, tape->work_cells, tape->column_cells, tape->registers);
  tf_text_adds(out, "once:\n");
  print_program(tape, &tape->constants, out);
  tf_text_adds(out, "for each block:\n");
  print_program(tape, &tape->main, out);
}
