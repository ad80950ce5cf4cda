// SPDX-License-Identifier: GPL-3.0-or-later
// One setting of one quantity by a scenario column, observed data, or --set: text with its place, not yet interpreted.
#ifndef TF_MODEL_BINDING_H
#define TF_MODEL_BINDING_H

#include "model/axis.h"
#include "model/model.h"

typedef enum tf_binding_mode {
  TF_BIND_SET,
  TF_BIND_MULTIPLY, // --set NAME*=0.8
  TF_BIND_ADD,      // --set NAME+=VALUE
  TF_BIND_DEFAULT   // the cell says `default`: back to the model
} tf_binding_mode;

typedef struct tf_binding {
  tf_binding_mode mode;
  tf_located name;   // "fleet.orders", without brackets
  tf_located label;  // element "GB200", or empty
  tf_located period; // "2024-Q3", or empty
  tf_located value;
  tf_located unit; // the row's unit cell, or empty
  tf_str source, date, note, confidence, group;
  tf_located definition; // what exactly was measured or meant: "incl-lease-principal"; see definition.h
  bool actual;           // from `data:`: an observed value
  bool bare_note;        // run echoes the unit that a bare number took
  tf_str setter;         // who: "scenarios/llama.csv column llama4-10x", "--set", "data/capex.csv"
} tf_binding;

// All bindings of one scenario column, weakest first: extended file, parents, file, --set. A later one for the same
// (name, label, period) wins; `base` in it means what it would have inherited from the earlier ones.
typedef struct tf_column {
  tf_str name; // the scenario's name
  tf_str file; // "" for a model run by itself
  tf_str title;
  tf_axis axis;
  TF_VEC(tf_binding) bindings;
  size_t data_used, data_left_out; // rows of the observed data files of its `data:` rows
  TF_VEC(tf_correlate_statement) correlations;
} tf_column;

#endif
