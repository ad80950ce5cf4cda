// SPDX-License-Identifier: GPL-3.0-or-later
// Scenario CSV -> columns of bindings: directives, inheritance, observed data, --set.
//
// A file holds directive rows (first cell `title:`, `model:`, ...), a header row, and rows of parameters; every column
// that is not reserved is a scenario. The first scenario is the base; `bull < bear` names another parent, every other
// column has the base as parent. scenarios/README.md is the reference of the format.
//
// Order of a column's bindings, weakest first: what the extended file gives its column of the same name (else of
// the nearest parent's name, else its base), observed data of this file, the base column's cells, ... the parent's, the
// column's own, `set:` rows of the file, --set. So a parameter row of a file overrules its observed data for the same
// period. Data are left out here where they are dated after `as_of`; the dates of parameter rows are the plan's matter.
//
// Observed data (`data:,capex.annual,data/capex.csv,entity=Meta`): rows whose cells equal every condition, and whose
// `quantity` cell is the quantity's name or its last part (`annual`), unless a condition on `quantity` says otherwise.
// `period=year`, `period=quarter`, `period=month` select by the kind of period. Of the rows used, two entities, two
// definitions, or periods that overlap are errors; none is an error; rows without a value are left out.
#ifndef TF_SCENARIO_SCENARIO_H
#define TF_SCENARIO_SCENARIO_H

#include "model/binding.h"

typedef struct tf_scenario_options {
  const char *const *sets; // --set texts, in order
  size_t set_count;
  const char *time; // --time (`A..B` or `A..B,STEP`), or NULL
  bool strict;      // a row without a source is an error
  int64_t as_of;    // days since 1970-01-01; INT64_MAX: no limit
} tf_scenario_options;

// One `data:` row and what it took from its file.
typedef struct tf_data_use {
  tf_located name; // of the quantity
  tf_str path;
  size_t used, left_out; // rows
} tf_data_use;

typedef struct tf_scenario {
  tf_str path;   // "" for a bare model
  tf_str folder; // where models and data are looked up first
  tf_str title;
  const tf_csv *csv; // NULL for a bare model
  size_t model_count;
  const tf_located *models; // names, or paths from `folder` that end in .model; an extended file's come first
  size_t extra_count;
  const tf_table_extra *extras; // an extended file's come first
  tf_axis axis;
  bool has_seed, has_samples;
  uint64_t seed, samples;
  TF_VEC(tf_column) columns;       // in the order of the file
  TF_VEC(tf_plot_statement) plots; // `plot:` rows
  TF_VEC(tf_located) shows;        // names in `show:` rows, in the order in which results are shown
  TF_VEC(tf_data_use) data;        // `data:` rows, an extended file's first
} tf_scenario;

// Reads a scenario CSV (with what it extends and its data), or a .model file by itself (one column "model"; `models`
// then holds the file's name and `folder` its folder). Values stay text; names are not looked up here. A path that is
// no file is looked up among the installed scenarios. Title, time, seed, samples, plots and what is shown, if the file
// does not give them, are those of the file it extends. All errors of the file are reported; TF_INVALID, or TF_FILE if
// a file cannot be read, or TF_USAGE for a wrong --set or --time. Everything lives in the context's arena.
TF_NODISCARD tf_status tf_scenario_read(tf_context *cx, const char *path, const tf_scenario_options *options,
                                        tf_scenario **scenario);

// The file that `name` means from `folder`: there, or among the installed scenarios, else where it was expected.
const char *tf_scenario_locate(tf_context *cx, tf_str folder, tf_str name);
// One setting as --set has it (NAME=VALUE, NAME*=VALUE, NAME+=VALUE) into mode, name, label, period and value of
// `binding`; the rest of it stays. TF_USAGE with the place in `set` if something is off.
TF_NODISCARD tf_status tf_set_read(tf_context *cx, tf_located set, tf_binding *binding);

#endif
