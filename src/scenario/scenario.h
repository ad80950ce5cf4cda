// SPDX-License-Identifier: GPL-3.0-or-later
// Scenario CSV -> columns of bindings: directives, inheritance, observed data, --set.
#ifndef TF_SCENARIO_SCENARIO_H
#define TF_SCENARIO_SCENARIO_H

#include "model/binding.h"

typedef struct tf_scenario_options {
  const char *const *sets; // --set texts, in order
  size_t set_count;
  const char *time; // --time, or NULL
  bool strict;
  int64_t as_of;
} tf_scenario_options;

typedef struct tf_scenario {
  tf_str path;   // "" for a bare model
  tf_str folder; // where models and data are looked up first
  tf_str title;
  const tf_csv *csv;
  size_t model_count;
  const tf_located *models;
  size_t extra_count;
  const tf_table_extra *extras;
  tf_axis axis;
  bool has_seed, has_samples;
  uint64_t seed, samples;
  TF_VEC(tf_column) columns;       // in the order of the file
  TF_VEC(tf_plot_statement) plots; // `plot:` rows
} tf_scenario;

// Reads a scenario CSV (with what it extends and its data), or a .model file by itself (one column "model").
// Values stay text; names are not looked up here. Units are needed only to be handed on.
TF_NODISCARD tf_status tf_scenario_read(tf_context *cx, const char *path, const tf_scenario_options *options,
                                        tf_scenario **scenario);

#endif
