// SPDX-License-Identifier: GPL-3.0-or-later
// A datum: one value of a quantity in one element and period, and which cells its equation reads.
#ifndef TF_CLI_DATUM_H
#define TF_CLI_DATUM_H

#include "engine/run.h"

typedef struct tf_datum {
  uint32_t quantity;
  size_t element;
  int row; // on the axis; 0 for what is no series
} tf_datum;

typedef TF_VEC(tf_datum) tf_datum_list;

// What a cell's value comes from: a setting, or an equation.
typedef struct tf_datum_origin {
  const tf_term *term;       // NULL: no value
  const tf_binding *binding; // the setting that won, NULL: the model's own right side
} tf_datum_origin;

tf_datum_origin tf_datum_find(const tf_plan *plan, tf_datum cell);
// Appends the cells that `cell` is computed from, in order of appearance, without repeats. Needs the trace for labels
// that pick a row. Time operators read all periods up to their own (npv: all).
void tf_datum_inputs(tf_arena *arena, const tf_plan *plan, const tf_trace *trace, tf_datum cell, tf_datum_list *inputs);
// "capex.annual[2027]", "fleet.orders[GB200, 2027]"
const char *tf_datum_name(tf_arena *arena, const tf_plan *plan, tf_datum cell);
bool tf_datum_value(const tf_plan *plan, const tf_trace *trace, tf_datum cell, double *value); // base units

#endif
