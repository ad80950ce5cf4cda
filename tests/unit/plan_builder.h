// SPDX-License-Identifier: GPL-3.0-or-later
// Models and plans made by hand, so that the engine is tested without parser and checker. Everything is in base units.
#ifndef TF_TESTS_PLAN_BUILDER_H
#define TF_TESTS_PLAN_BUILDER_H

#include <math.h>

#include "support.h"

#include "engine/run.h"

#define YEAR TF_YEAR_SECONDS

enum { PLAN_MAX = 128 };

typedef struct plan_builder {
  tf_context *cx;
  tf_arena *arena;
  tf_model model;
  tf_plan plan;
  tf_column column;
  tf_plan_quantity quantities[PLAN_MAX];
} plan_builder;

UNUSED static plan_builder *new_plan(tf_context *cx, int year, int months, int count) {
  plan_builder *b = TF_NEW(cx->arena, plan_builder);
  b->cx = cx;
  b->arena = cx->arena;
  b->plan.model = &b->model;
  b->plan.column = &b->column;
  b->plan.axis = (tf_axis){year * 12, months, count};
  b->plan.quantities = b->quantities;
  return b;
}

// A second plan of the same model: quantities are copied and can then be changed.
UNUSED static plan_builder *same_model(plan_builder *from) {
  plan_builder *b = TF_NEW(from->arena, plan_builder);
  *b = *from;
  b->plan.model = &from->model;
  b->plan.quantities = b->quantities;
  return b;
}

UNUSED static tf_term *new_term(plan_builder *b, tf_term_op op, size_t count, const tf_term *const *args) {
  tf_term *t = TF_NEW(b->arena, tf_term);
  t->op = op;
  t->index = TF_NO_ID;
  t->quantity = TF_NO_ID;
  t->count = (uint32_t)count;
  if (count > 0) {
    const tf_term **copy = (const tf_term **)tf_alloc(b->arena, count, sizeof *copy);
    memcpy(copy, args, count * sizeof *copy);
    t->args = copy;
  }
  return t;
}

UNUSED static const tf_term *num(plan_builder *b, double value) {
  tf_term *t = new_term(b, TF_TERM_CONSTANT, 0, NULL);
  t->number = value;
  return t;
}
UNUSED static const tf_term *ref(plan_builder *b, uint32_t quantity) {
  tf_term *t = new_term(b, TF_TERM_QUANTITY, 0, NULL);
  t->quantity = quantity;
  return t;
}
UNUSED static const tf_term *leaf(plan_builder *b, tf_term_op op) {
  return new_term(b, op, 0, NULL);
}
UNUSED static const tf_term *op1(plan_builder *b, tf_term_op op, const tf_term *x) {
  return new_term(b, op, 1, (const tf_term *[]){x});
}
UNUSED static const tf_term *op2(plan_builder *b, tf_term_op op, const tf_term *x, const tf_term *y) {
  return new_term(b, op, 2, (const tf_term *[]){x, y});
}
UNUSED static const tf_term *op3(plan_builder *b, tf_term_op op, const tf_term *x, const tf_term *y, const tf_term *z) {
  return new_term(b, op, 3, (const tf_term *[]){x, y, z});
}
#define OP1(op, x) op1(b, TF_TERM_##op, x)
#define OP2(op, x, y) op2(b, TF_TERM_##op, x, y)
#define OP3(op, x, y, z) op3(b, TF_TERM_##op, x, y, z)

UNUSED static const tf_term *lag(plan_builder *b, uint32_t quantity, int periods, const tf_term *otherwise) {
  tf_term *t = new_term(b, TF_TERM_LAG, otherwise != NULL ? 1 : 0, &otherwise);
  t->quantity = quantity;
  t->lag = periods;
  return t;
}
UNUSED static const tf_term *timed(plan_builder *b, tf_term_op op, tf_timing timing, const tf_term *x,
                                   const tf_term *r) {
  tf_term *t = new_term(b, op, r != NULL ? 2 : 1, (const tf_term *[]){x, r});
  t->timing = timing;
  return t;
}
UNUSED static const tf_term *at_period(plan_builder *b, const tf_term *x, tf_period period, bool rate) {
  tf_term *t = new_term(b, TF_TERM_AT, 1, &x);
  t->period = period;
  t->rate = rate;
  return t;
}
UNUSED static const tf_term *delayed(plan_builder *b, const tf_term *x, const tf_term *d, const tf_term *before,
                                     bool rate) {
  tf_term *t = new_term(b, TF_TERM_DELAY, 3, (const tf_term *[]){x, d, before});
  t->rate = rate;
  return t;
}
// REDUCE, ELEMENT, RESTRICT, BUILD, ROW, ALLOCATE
UNUSED static const tf_term *indexed(plan_builder *b, tf_term_op op, uint32_t index, uint32_t row, size_t count,
                                     const tf_term *const *args) {
  tf_term *t = new_term(b, op, count, args);
  t->index = index;
  t->row = row;
  return t;
}
UNUSED static const tf_term *label_of(plan_builder *b, const tf_term *x, uint32_t index) {
  tf_term *t = TF_NEW(b->arena, tf_term);
  *t = *x;
  t->index = index;
  t->kind = TF_KIND_LABEL;
  return t;
}

UNUSED static uint32_t add_index(plan_builder *b, const char *name, size_t count, const char *const *labels) {
  tf_index index = {.name = tf_str_of(name), .table = TF_NO_ID, .count = count};
  tf_str *copy = TF_ARRAY(b->arena, tf_str, count);
  for (size_t i = 0; i < count; i++) {
    copy[i] = tf_str_of(labels[i]);
  }
  index.labels = copy;
  tf_vec_push(b->arena, &b->model.indices, index);
  return (uint32_t)b->model.indices.count - 1;
}

UNUSED static uint32_t add_over(plan_builder *b, const char *name, const tf_term *value, size_t count,
                                const uint32_t *indices) {
  tf_quantity q = {.name = tf_str_of(name), .low = -INFINITY, .high = INFINITY, .sobol = -1};
  uint32_t id = (uint32_t)b->model.quantities.count;
  q.value = value;
  q.index_count = (uint32_t)count;
  uint32_t *copy = TF_ARRAY(b->arena, uint32_t, count + 1);
  q.elements = 1;
  for (size_t i = 0; i < count; i++) {
    copy[i] = indices[i];
    q.elements *= b->model.indices.at[indices[i]].count;
  }
  q.indices = copy;
  q.sobol = (int32_t)id;
  tf_vec_push(b->arena, &b->model.quantities, q);
  b->quantities[id].value = value;
  return id;
}
UNUSED static uint32_t add(plan_builder *b, const char *name, const tf_term *value) {
  return add_over(b, name, value, 0, NULL);
}
// For equations that name quantities defined later, or themselves.
UNUSED static void define(plan_builder *b, uint32_t quantity, const tf_term *value) {
  b->model.quantities.at[quantity].value = value;
  b->quantities[quantity].value = value;
}

// A table column over the rows of `index`; NAN is an empty cell.
UNUSED static uint32_t add_column(plan_builder *b, const char *name, uint32_t index, const double *values) {
  uint32_t id = add_over(b, name, NULL, 1, &index);
  size_t count = b->model.indices.at[index].count;
  const tf_term **cells = (const tf_term **)tf_alloc(b->arena, count, sizeof *cells);
  for (size_t i = 0; i < count; i++) {
    cells[i] = isnan(values[i]) ? NULL : num(b, values[i]);
  }
  b->model.quantities.at[id].column = true;
  b->model.quantities.at[id].column_values = cells;
  return id;
}

// A given period: the quantity's `history` must be the same in every call for it.
UNUSED static void give(plan_builder *b, uint32_t quantity, int history, size_t element, int row,
                        const tf_term *value) {
  tf_plan_quantity *q = &b->quantities[quantity];
  size_t rows = (size_t)(history + b->plan.axis.count);
  if (q->given == NULL) {
    q->given =
        (const tf_term *const *)tf_alloc(b->arena, rows * b->model.quantities.at[quantity].elements, sizeof *q->given);
    q->history = history;
    q->series = true;
  }
  ((const tf_term **)(uintptr_t)q->given)[element * rows + (size_t)(history + row)] = value;
}

// An input given in every period, from row -history on.
UNUSED static uint32_t add_series(plan_builder *b, const char *name, int history, const double *values) {
  uint32_t id = add(b, name, num(b, 0));
  for (int row = -history; row < b->plan.axis.count; row++) {
    give(b, id, history, 0, row, num(b, values[history + row]));
  }
  return id;
}

UNUSED static uint32_t add_draw(plan_builder *b, const char *name, tf_family family, tf_form form, double x, double y) {
  uint32_t id = add(b, name, NULL);
  double *args = TF_ARRAY(b->arena, double, 2);
  args[0] = x;
  args[1] = y;
  tf_draw draw = {.quantity = id, .each_index = TF_NO_ID};
  draw.spec = (tf_dist_spec){.family = family,
                             .form = form,
                             .level = 0.9,
                             .count = 2,
                             .args = args,
                             .low = -INFINITY,
                             .high = INFINITY,
                             .unit_factor = 1,
                             .unit = "1",
                             .quantity = name};
  tf_vec_push(b->arena, &b->plan.draws, draw);
  tf_term *t = new_term(b, TF_TERM_DRAW, 0, NULL);
  t->draw = (uint32_t)b->plan.draws.count - 1;
  define(b, id, t);
  return id;
}
#define UNIFORM(name, a, z) add_draw(b, name, TF_FAMILY_UNIFORM, TF_FORM_BOUNDS, a, z)
#define NORMAL(name, m, s) add_draw(b, name, TF_FAMILY_NORMAL, TF_FORM_MEAN_SD, m, s)
#define LOGNORMAL(name, low, high) add_draw(b, name, TF_FAMILY_LOGNORMAL, TF_FORM_INTERVAL, low, high)

UNUSED static tf_run_options run_options(uint64_t samples) {
  return (tf_run_options){
      .sampler = {TF_SAMPLER_SOBOL, 1, samples, 8}, .count = samples, .threads = 1, .memory = (uint64_t)1 << 30};
}

UNUSED static tf_samples *run_with(plan_builder *b, const tf_run_options *options, const uint32_t *ids, size_t count) {
  tf_graph *graph = tf_graph_new(b->cx, b->arena);
  uint32_t scenario;
  tf_samples *samples = NULL;
  if (tf_graph_add(b->cx, graph, &b->plan, ids, count, &scenario) != TF_OK ||
      tf_run(b->cx, b->arena, graph, options, &samples) != TF_OK) {
    return NULL;
  }
  return samples;
}

// The central values of one quantity, or NULL after an error.
UNUSED static const double *central(plan_builder *b, uint32_t quantity) {
  tf_run_options options = run_options(0);
  tf_samples *samples = run_with(b, &options, &quantity, 1);
  return samples != NULL ? samples->outputs[0].central : NULL;
}

#define assert_close(actual, expected, relative)                                                                       \
  do {                                                                                                                 \
    double assert_a = (actual), assert_e = (expected);                                                                 \
    if (!(fabs(assert_a - assert_e) <= (relative)*fmax(fabs(assert_e), 1e-300))) {                                     \
      fail_msg("%s is %.17g, not %.17g", #actual, assert_a, assert_e);                                                 \
    }                                                                                                                  \
  } while (0)

#endif
