// SPDX-License-Identifier: GPL-3.0-or-later
// A plan while it is built. Private to the layer.
#ifndef TF_MODEL_PLANNER_H
#define TF_MODEL_PLANNER_H

#include "model/checker.h"
#include "model/plan.h"
#include "model/scc.h"

// One setting of one written period. Later ones win, but within one setter the finer period does.
typedef struct tf_given {
  size_t element; // TF_ALL_ELEMENTS: every row of the indices
  tf_period period;
  int row, covers;     // on the axis; covers = 0: a part of the row
  const tf_term *term; // as a rate, where it was an amount
  const tf_binding *binding;
  const tf_binding *defined; // whose definition holds: the binding's, or that of what its `base` was; NULL: none
} tf_given;
#define TF_ALL_ELEMENTS SIZE_MAX

// What a quantity is set to so far.
typedef struct tf_setting {
  const tf_term *value; // model's, or what replaced it
  const tf_binding *origin;
  bool keeps_equation;      // the setting builds on `base`
  const tf_term **elements; // NULL, or by element; NULL where the whole value applies
  const tf_binding **element_origins;
  const tf_binding *defined;          // whose definition holds for the whole, as in tf_given
  const tf_binding **element_defined; // by element, beside `elements`
  TF_VEC(tf_given) given;
  const tf_binding *touched; // the last setting of any kind
} tf_setting;

typedef struct tf_planner {
  tf_context *cx;
  tf_arena *arena;
  const tf_model *model;
  const tf_column *column;
  const tf_axis *axis;
  bool strict;
  int64_t as_of;
  tf_checker checker;
  tf_setting *settings; // by quantity
  tf_plan *plan;
  tf_plan_quantity *quantities; // plan->quantities while they may change
  tf_map seen;                  // settings made so far, to find doubled ones
  bool good;
} tf_planner;

void tf_plan_note(tf_planner *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *tf_plan_where(const tf_planner *p, const tf_binding *binding); // "--set", "x.csv column bull"

// plan_bind.c: one binding, on top of those before it.
bool tf_plan_bind(tf_planner *p, const tf_binding *binding);
// The value of one element of a term over the quantity's indices.
const tf_term *tf_plan_element(const tf_planner *p, uint32_t quantity, const tf_term *term, size_t element);
// slips.c: values that are hardly meant; true after the error. `cell`: the unit of the row, NULL if it says none.
bool tf_slip_text(tf_planner *p, const tf_binding *binding, const tf_quantity *quantity);
bool tf_slip_value(tf_planner *p, const tf_binding *binding, const tf_quantity *quantity, const tf_expr *expr,
                   const tf_unit *cell);
// plan_given.c: the settings of periods as rows of the axis: shares of a year, gaps, the last value held.
bool tf_plan_lay_out(tf_planner *p, uint32_t quantity);
// plan_check.c: what can only be said now that the axis and all values are known.
bool tf_plan_check(tf_planner *p);
// plan_definition.c: definitions carried along all terms; an error where two meet.
bool tf_plan_define(tf_planner *p, const tf_edges *edges);
// Terms of a plan in the order value, elements, given; for order.h. `user` is the planner.
bool tf_plan_terms(void *user, uint32_t quantity, size_t i, const tf_term **term);

#endif
