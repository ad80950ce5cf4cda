// SPDX-License-Identifier: GPL-3.0-or-later
// Plan = model + bindings of one scenario: what each quantity is worth or how it is computed, in base units, and why.
#ifndef TF_MODEL_PLAN_H
#define TF_MODEL_PLAN_H

#include "model/binding.h"

// What a value measures, as the `definition` cells of rows say it and as it was carried along the equations.
typedef struct tf_definition_held {
  tf_str text;          // "" for none; several, of parts of it, in order: "cash, industrial"
  const tf_binding *by; // a row that said so; NULL for none
  size_t count;         // of parts, in the order of `text`
  const struct tf_definition_part {
    uint64_t kind; // of thing that it defines: only parts of one kind can contradict one another
    tf_str text;
  } * parts;
} tf_definition_held;

typedef struct tf_plan_quantity {
  const tf_term *value; // the equation or what replaced it for the whole quantity; NULL for table columns
  const tf_term *const
      *elements; // [elements] replacements of single elements (table columns: all), NULL where none; or NULL
  // Given periods: [elements][history + axis.count], row r of the axis at [history + r]; NULL where the equation
  // applies; or NULL if nothing is given. Gaps of inputs are already filled as `fill` says, and the last value held.
  const tf_term *const *given;
  const bool *actual;                       // same layout: observed, not assumed; NULL if none
  int history;                              // rows before the axis in `given`
  bool series;                              // varies over periods in this plan
  bool used;                                // reaches an output, check or plot of this plan
  bool replaced;                            // its equation was replaced as a whole by a setting
  const tf_binding *origin;                 // the setting that won for the whole quantity, NULL: the model's own
  const tf_binding *const *given_origin;    // layout of given; NULL where not given, filled or held
  const tf_binding *const *element_origins; // by element: the setting of that row alone; NULL, or NULL where none
  const tf_definition_held *definitions;    // by element; NULL: none has one
} tf_plan_quantity;

typedef struct tf_plan {
  const tf_model *model;
  const tf_column *column;
  tf_axis axis;
  const tf_plan_quantity *quantities;  // by quantity id
  TF_VEC(tf_draw) draws;               // DRAW terms index these; the first model->draws.count are the model's
  TF_VEC(tf_correlation) correlations; // model's and scenario's
  TF_VEC(const char *)
  notes; // "set, equation not used: ...", inputs that no longer reach an output, units taken, held values
  size_t data_used, data_left_out; // rows of observed data
} tf_plan;

// Applies a column's bindings. `strict`: notes on replaced equations and missing sources are errors. `as_of`: days
// since 1970-01-01, bindings dated later are left out (INT64_MAX: none); undated ones stay, with a warning.
TF_NODISCARD tf_status tf_plan_build(tf_context *cx, const tf_model *model, const tf_column *column, bool strict,
                                     int64_t as_of, tf_plan **plan);
// Plans of one model that are shown side by side: two definitions of one result are an error.
TF_NODISCARD tf_status tf_plans_compare_definitions(tf_context *cx, const tf_plan *const *plans, size_t count);
void tf_plan_print(const tf_plan *plan, tf_text *out); // --stop-after=plan
// A term back to readable text with names and units, for explain.
void tf_term_print(const tf_plan *plan, const tf_term *term, tf_text *out);

#endif
