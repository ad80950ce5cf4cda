// SPDX-License-Identifier: GPL-3.0-or-later
// Permitted ranges of what is computed (engine/limits.h).
#include "engine/limits.h"

#include <math.h>

#include "base/date.h"
#include "base/number.h"
#include "engine/run_state.h"
#include "model/blame.h"
#include "model/print.h"

enum { FEWEST = 64 };
#define MEMORY 16777216.0 // bytes for the values of all samples
#define SHARE_ERROR 0.10
#define SHARE_WARNING 0.01
#define ROUNDING 1e-9 // of an end: sums over periods that should meet it exactly

typedef struct found { // a value outside its range
  bool any;
  double value;
  uint32_t element;
  int row;
  double share; // of samples; 1 where the central case is meant
} found;

// Constants were held against the range when they were read, and distributions are cut at it.
static bool simple(const tf_term *term) {
  return term == NULL || term->op == TF_TERM_CONSTANT || term->op == TF_TERM_DRAW;
}

static void look_at(void *user, const tf_term *term) {
  bool *computed = (bool *)user;
  *computed = *computed || !simple(term);
}

static bool computed_in_range(const tf_plan *plan, uint32_t quantity) {
  const tf_quantity *q = &plan->model->quantities.at[quantity];
  if (q->column || (q->kind != TF_KIND_NUMBER && q->kind != TF_KIND_DATE) || (isinf(q->low) && isinf(q->high))) {
    return false;
  }
  bool computed = false;
  tf_graph_plan_terms(plan, quantity, look_at, &computed);
  return computed;
}

static bool outside(const tf_quantity *q, double value) {
  const double below = isfinite(q->low) ? ROUNDING * fabs(q->low) : 0.0;
  const double above = isfinite(q->high) ? ROUNDING * fabs(q->high) : 0.0;
  return isfinite(value) && (value < q->low - below || value > q->high + above);
}

// The cell of the node with the greatest share of lanes outside.
static found find(const tf_exec *x, tf_arena *arena, const tf_quantity *q, tf_node_id id, size_t lanes) {
  const tf_node *node = tf_node_at(x->tape->graph, id);
  const tf_view view = tf_tape_view(x->tape, arena, id, &node->shape);
  const int first = node->shape.series ? node->shape.first : 0;
  const int end = node->shape.series ? node->shape.end : 1;
  found worst = {.any = false};
  for (uint32_t e = 0; e < node->shape.elements; e++) {
    for (int row = first; row < end; row++) {
      const tf_cell cell = tf_exec_cell(x, &view, e, row);
      const size_t count = cell.scalar ? 1 : lanes;
      size_t out = 0;
      double value = 0.0;
      for (size_t lane = 0; lane < count; lane++) {
        if (outside(q, cell.at[lane])) {
          value = out == 0 ? cell.at[lane] : value;
          out++;
        }
      }
      const double share = (double)out / (double)count;
      if (share > worst.share) {
        worst = (found){true, value, e, row, share};
      }
    }
  }
  return worst;
}

static const char *shown(tf_arena *arena, const tf_quantity *q, double value) {
  char text[48];
  if (q->kind == TF_KIND_DATE) {
    return tf_format(arena, "%s", tf_date_print(value / 86400.0, text));
  }
  const double number = value / q->unit.factor;
  const bool exact = value == q->low || value == q->high;
  (void)(exact ? tf_number_print15(number, text) : tf_number_pretty(number, 6, text));
  const bool plain = q->unit.text.len == 0 || tf_str_is(q->unit.text, "1");
  const char *blank = plain || tf_str_is(q->unit.text, "%") ? "" : " ";
  return tf_format(arena, "%s%s%.*s", text, blank, plain ? 0 : (int)q->unit.text.len, q->unit.text.ptr);
}

// `fleet.life[GB200]`
static const char *named(tf_arena *arena, const tf_graph *graph, const tf_graph_scenario *s, uint32_t quantity,
                         const found *f) {
  const tf_model *model = s->plan->model;
  const tf_quantity *q = &model->quantities.at[quantity];
  const tf_node *node = tf_node_at(graph, s->nodes[quantity]);
  tf_text text = tf_text_new(arena);
  tf_text_adds(&text, "`");
  tf_text_add(&text, q->name);
  size_t elements = 0;
  const uint32_t *map = tf_declared_map(graph, arena, model, q->indices, q->index_count, &node->shape, &elements);
  for (size_t e = 0; e < elements && node->shape.elements > 1; e++) {
    if (map[e] == f->element) {
      tf_text_addc(&text, '[');
      tf_element_labels(model, q, e, &text);
      tf_text_addc(&text, ']');
      break;
    }
  }
  tf_text_addc(&text, '`');
  return text.ptr;
}

typedef struct reads { // the first quantities that an equation reads
  const tf_model *model;
  uint32_t self;
  size_t count;
  uint32_t at[3];
} reads;

static void collect(reads *r, const tf_term *term) {
  const bool names = term->op == TF_TERM_QUANTITY || term->op == TF_TERM_LAG;
  bool known = !names || term->quantity == r->self || r->count == 3 || r->model->quantities.at[term->quantity].column;
  for (size_t i = 0; i < r->count && !known; i++) {
    known = r->at[i] == term->quantity;
  }
  if (!known) {
    r->at[r->count++] = term->quantity;
  }
  for (size_t i = 0; i < term->count && r->count < 3; i++) {
    collect(r, term->args[i]);
  }
}

static void report(tf_context *cx, const tf_graph *graph, const tf_graph_scenario *s, uint32_t quantity, const found *f,
                   bool central) {
  const tf_plan *plan = s->plan;
  const tf_quantity *q = &plan->model->quantities.at[quantity];
  const tf_plan_quantity *pq = &plan->quantities[quantity];
  const tf_span at = pq->origin != NULL ? pq->origin->value.at : q->definition->right.at;
  const char *name = named(cx->arena, graph, s, quantity, f);
  const char *low = shown(cx->arena, q, q->low);
  const char *high = shown(cx->arena, q, q->high);
  const tf_node *node = tf_node_at(graph, s->nodes[quantity]);
  tf_text when = tf_text_new(cx->arena);
  if (node->shape.series) {
    char period[16];
    tf_text_addf(&when, " in %s", tf_period_print(tf_axis_period(&graph->axes.at[node->shape.axis], f->row), period));
  }
  if (graph->scenarios.count > 1) {
    tf_text_addf(&when, " in %.*s", TF_STR_ARGS(plan->column->name));
  }
  const char *where = when.len > 0 ? when.ptr : "";
  const char *value = shown(cx->arena, q, f->value);
  if (central) {
    (void)tf_fail(cx, TF_INVALID, at, "%s = %s%s%s is outside its permitted range %s .. %s", name, value, where,
                  node->sampled ? ", all inputs at their median," : "", low, high);
  } else if (f->share > SHARE_ERROR) {
    (void)tf_fail(cx, TF_INVALID, at, "%s is outside its permitted range %s .. %s in %.0f %% of samples%s, as with %s",
                  name, low, high, 100 * f->share, where, value);
  } else {
    tf_warn(cx, at, "%s is outside its permitted range %s .. %s in %.1f %% of samples%s, as with %s", name, low, high,
            100 * f->share, where, value);
  }
  if (q->definition->low != NULL && at.source != q->at.source) {
    tf_also(cx, tf_span_join(q->definition->low->at, q->definition->high->at), "the range is declared here");
  }
  reads r = {.model = plan->model, .self = quantity};
  if (pq->value != NULL) {
    collect(&r, pq->value);
  }
  const tf_binding *set = pq->origin == NULL && (central || f->share > SHARE_ERROR)
                              ? tf_plan_blame_set(cx->arena, plan, quantity, NULL)
                              : NULL;
  if (set != NULL) {
    tf_also(cx, set->name.at, "it depends on what is set here");
  }
  tf_text hint = tf_text_new(cx->arena);
  if (q->label.len > 0) {
    tf_text_addf(&hint, "\"%.*s\": ", TF_STR_ARGS(q->label));
  }
  for (size_t i = 0; i < r.count; i++) {
    tf_text_addf(&hint, "%s`%.*s`", i == 0 ? "it follows from " : ", ",
                 TF_STR_ARGS(plan->model->quantities.at[r.at[i]].name));
  }
  tf_text_addf(&hint, "%s`tenfold explain FILE %.*s` shows how it comes about", r.count > 0 ? "; " : "",
               TF_STR_ARGS(q->name));
  tf_hint(cx, "%s", hint.ptr);
}

// ---- what results need: of an `if` that goes one way throughout, that branch alone ----

typedef struct walk {
  const tf_exec *x;
  tf_arena *arena;
  size_t lanes;
  bool *needed; // by node
  TF_VEC(tf_node_id) left;
} walk;

static void need(walk *w, tf_node_id id) {
  if (!w->needed[id]) {
    w->needed[id] = true;
    tf_vec_push(w->arena, &w->left, id);
  }
}

typedef struct ways {
  bool yes, no;
} ways;

static ways taken(const walk *w, tf_node_id condition) {
  ways all = {false, false};
  if (!w->x->tape->live[condition]) {
    return (ways){true, true};
  }
  const tf_node *node = tf_node_at(w->x->tape->graph, condition);
  const tf_view view = tf_tape_view(w->x->tape, w->arena, condition, &node->shape);
  const int first = node->shape.series ? node->shape.first : 0;
  const int end = node->shape.series ? node->shape.end : 1;
  for (uint32_t e = 0; e < node->shape.elements; e++) {
    for (int row = first; row < end; row++) {
      const tf_cell cell = tf_exec_cell(w->x, &view, e, row);
      for (size_t lane = 0; lane < (cell.scalar ? 1 : w->lanes); lane++) {
        all.yes = all.yes || cell.at[lane] != 0;
        all.no = all.no || cell.at[lane] == 0;
      }
    }
  }
  return all;
}

static bool *needed_nodes(const tf_exec *x, tf_arena *arena, size_t lanes) {
  const tf_graph *graph = x->tape->graph;
  walk w = {.x = x, .arena = arena, .lanes = lanes, .needed = TF_ARRAY(arena, bool, graph->nodes.count + 1)};
  for (size_t s = 0; s < graph->scenarios.count; s++) {
    const tf_graph_scenario *scenario = &graph->scenarios.at[s];
    for (size_t r = 0; r < scenario->requests.count; r++) {
      need(&w, scenario->requests.at[r].node);
    }
  }
  while (w.left.count > 0) {
    const tf_node *node = tf_node_at(graph, w.left.at[--w.left.count]);
    if (node->op == TF_NODE_STATE) {
      need(&w, tf_state_root(graph, node));
    }
    const ways all = node->op == TF_TERM_SELECT ? taken(&w, node->operands[0]) : (ways){true, true};
    for (uint32_t i = 0; i < node->operand_count; i++) {
      const bool dropped = node->op == TF_TERM_SELECT && ((i == 1 && !all.yes) || (i == 2 && !all.no));
      if (!dropped) {
        need(&w, node->operands[i]);
      }
    }
  }
  return w.needed;
}

// The first quantity of a scenario that lies outside: nodes are in the order of evaluation.
static tf_status check_scenario(tf_context *cx, const tf_exec *x, const tf_graph_scenario *s, const bool *needed,
                                size_t lanes) {
  const tf_graph *graph = x->tape->graph;
  uint32_t first = TF_NO_ID;
  found of_first = {.any = false};
  for (uint32_t q = 0; q < s->plan->model->quantities.count; q++) {
    const tf_node_id id = s->nodes[q];
    if (id == TF_NO_NODE || !x->tape->live[id] || !needed[id] || !computed_in_range(s->plan, q) ||
        (!x->central && !tf_node_at(graph, id)->sampled)) {
      continue;
    }
    const found f = find(x, cx->arena, &s->plan->model->quantities.at[q], id, lanes);
    const bool counts = f.any && (x->central || f.share > SHARE_WARNING);
    if (counts && (first == TF_NO_ID || id < s->nodes[first])) {
      first = q;
      of_first = f;
    }
  }
  if (first == TF_NO_ID) {
    return TF_OK;
  }
  report(cx, graph, s, first, &of_first, x->central);
  return x->central || of_first.share > SHARE_ERROR ? TF_INVALID : TF_OK;
}

// Every value is kept, so that a large model takes fewer samples. Not the number that was asked for: of eight samples
// one outside would be an eighth of them.
static size_t lanes_for(const tf_tape *tape) {
  size_t lanes = TF_LIMIT_SAMPLES;
  while (lanes > 8 && (double)tape->work_cells * (double)lanes * sizeof(double) > MEMORY) {
    lanes /= 2;
  }
  return lanes;
}

static tf_status check_all(tf_context *cx, const tf_exec *x) {
  tf_status status = TF_OK;
  const size_t lanes = x->central ? 1 : x->lanes;
  const bool *needed = needed_nodes(x, cx->arena, lanes);
  for (size_t s = 0; s < x->tape->graph->scenarios.count; s++) {
    tf_status one = check_scenario(cx, x, &x->tape->graph->scenarios.at[s], needed, lanes);
    status = status == TF_OK ? one : status;
  }
  return status;
}

static tf_status evaluate(tf_context *cx, const tf_graph *graph, const tf_sampler *sampler, bool drawn) {
  const tf_tape *tape = tf_tape_compile(graph, cx->arena, true);
  const size_t lanes = lanes_for(tape);
  tf_exec *x = tf_exec_new(cx->arena, tape, lanes);
  x->lanes = 8;
  x->central = true;
  tf_exec_run(x, &tape->main);
  const tf_status status = check_all(cx, x);
  if (status != TF_OK || !drawn || lanes < FEWEST) { // so few say nothing of a share
    return status;
  }
  tf_exec_streams(x, cx->arena, sampler, lanes);
  x->lanes = lanes;
  x->central = false;
  tf_exec_run(x, &tape->main);
  return check_all(cx, x);
}

tf_status tf_limits_check(tf_context *cx, const tf_graph *graph, const tf_sampler *sampler) {
  bool any = false;
  bool drawn = false;
  for (size_t s = 0; s < graph->scenarios.count; s++) {
    const tf_graph_scenario *scenario = &graph->scenarios.at[s];
    for (uint32_t q = 0; q < scenario->plan->model->quantities.count; q++) {
      const tf_node_id id = scenario->nodes[q];
      if (id != TF_NO_NODE && computed_in_range(scenario->plan, q)) {
        any = true;
        drawn = drawn || tf_node_at(graph, id)->sampled;
      }
    }
  }
  if (!any) {
    return TF_OK;
  }
  const tf_arena_mark mark = tf_arena_save(cx->arena);
  const size_t told = cx->diags.list.count;
  const tf_status status = evaluate(cx, graph, sampler, drawn);
  if (cx->diags.list.count == told) {
    tf_arena_restore(cx->arena, mark); // messages live in the arena: only a silent check is forgotten
  }
  return status;
}
