// SPDX-License-Identifier: GPL-3.0-or-later
// A model with its modules: every name resolved, every dimension and index checked before anything runs.
#ifndef TF_MODEL_MODEL_H
#define TF_MODEL_MODEL_H

#include "base/map.h"
#include "lang/ast.h"
#include "model/distribution.h"
#include "model/term.h"
#include "table/table.h"
#include "unit/unit.h"

#define TF_NO_ID UINT32_MAX

typedef struct tf_index { // an index statement, or the rows of a table
  tf_str name;            // qualified: "fleet.generation"; tables by their own name: "hardware"
  tf_str module;
  uint32_t table; // TF_NO_ID, or the table whose rows it selects
  size_t count;
  const tf_str *labels;
  const uint32_t *rows; // rows[i]: row of the table; NULL if there is none
  tf_span at;
} tf_index;

typedef struct tf_draw { // one source of randomness of a quantity
  tf_dist_spec spec;     // walk: unused
  uint32_t quantity;     // names the stream
  bool each_year;
  uint32_t each_index; // drawn anew per row, or TF_NO_ID
  bool walk;
  double walk_sd; // per sqrt(second), in base units
} tf_draw;

typedef struct tf_quantity {
  tf_str name;   // qualified: "cluster.gpus"; table columns: "hardware.price"
  tf_str module; // "cluster"
  tf_str label;  // description, "" if none
  tf_located source;
  tf_span at;
  const tf_definition *definition; // NULL for table columns
  tf_value_kind kind;
  uint32_t label_index; // LABEL: the index (tf_index id) whose rows it names; choices have an anonymous one
  tf_unit unit;         // as declared: the unit of results; factor 1 for labels, dates, booleans
  tf_fill fill;
  bool input;  // the right side names no quantity
  bool column; // a table column
  bool series; // depends on time by the model alone
  bool shown;  // its indices are declared
  uint32_t index_count;
  const uint32_t *indices;             // in the order in which they are stated, which is that of its elements
  size_t elements;                     // product of the index sizes (1 if none)
  double low, high;                    // permitted range in base units, +-INFINITY if open
  const tf_term *value;                // right side; NULL for table columns
  const tf_term *const *column_values; // elements terms, NULL where the cell is empty; NULL for other quantities
  int32_t sobol;                       // dimension, -1 beyond the table of dimensions
} tf_quantity;

typedef struct tf_check {
  tf_str module;
  tf_located text;
  tf_str description;
  const tf_term *condition;
  double level; // 1: in every sample
} tf_check;

typedef struct tf_correlation {
  uint32_t a, b; // quantities
  double rho;    // Spearman
  tf_span at;
} tf_correlation;

typedef struct tf_model {
  tf_units *units;
  size_t module_count;
  struct tf_module {
    tf_str name; // instance name
    tf_str path;
    const tf_model_ast *ast;
  } const *modules; // roots first, then in order of first use
  size_t root_count;
  TF_VEC(tf_quantity) quantities; // modules in order, declarations in order; then table columns
  TF_VEC(tf_index) indices;
  TF_VEC(tf_draw) draws; // of the model's own defaults
  TF_VEC(tf_check) checks;
  TF_VEC(tf_correlation) correlations;
  TF_VEC(uint32_t) outputs;        // of the root modules, in order; if none is stated, the quantities no other uses
  TF_VEC(tf_plot_statement) plots; // of the root modules
  TF_VEC(tf_table *) tables;
  const struct tf_edges *edges; // what reads what (order.h)
  tf_map names;                 // qualified name -> quantity
  tf_map index_names;           // index or table name -> index id
} tf_model;

enum { TF_SOBOL_LIMIT = 1111 }; // dimensions given out by tf_quantity.sobol; quantities beyond draw at random

// What replaces or extends the tables of models (`table:,hardware,my-chips.csv`).
typedef struct tf_table_extra {
  tf_located table, path;
  tf_str folder; // of the scenario
} tf_table_extra;

// Loads the named modules (each a file NAME.model in `folder` or among the installed models, or a path that ends in
// .model) with all they use, checks everything, reports all errors.
TF_NODISCARD tf_status tf_model_load(tf_context *cx, tf_units *units, const tf_located *names, size_t count,
                                     tf_str folder, const tf_table_extra *extras, size_t extra_count, tf_model **model);

// The same from texts in memory (tests, fuzzing): modules and tables by name, looked up before any file.
typedef struct tf_memory_source {
  tf_str name;     // "cluster" for a model, "hardware" for a table
  uint32_t source; // tables: registered under the name "hardware.csv"
  bool table;
} tf_memory_source;
TF_NODISCARD tf_status tf_model_load_sources(tf_context *cx, tf_units *units, const tf_memory_source *sources,
                                             size_t source_count, const tf_located *names, size_t count,
                                             tf_model **model);

// A quantity by what a user typed: "cluster.gpus", or "gpus" if only one module has it. TF_NO_ID and an error with
// "did you mean" otherwise.
TF_NODISCARD tf_status tf_model_find(tf_context *cx, const tf_model *model, tf_located name, uint32_t *quantity);
uint32_t tf_index_row(const tf_index *index, tf_str label); // TF_NO_ID if absent
// The rows that labels in brackets name, "GB200, north": one for each of some indices of the quantity. All of them in
// the order of its indices, else in any order, if each is a label of one index alone. `rows` has room for as many as
// the quantity has indices: TF_NO_ID where all rows are meant. Otherwise the label at which it fails.
typedef enum tf_label_fit {
  TF_LABELS_FIT,
  TF_LABELS_UNKNOWN, // no index has it
  TF_LABELS_SHARED,  // two indices have it
  TF_LABELS_TWICE    // another label of its index stands before it
} tf_label_fit;
tf_label_fit tf_element_rows(const tf_model *model, const tf_quantity *quantity, tf_str labels, uint32_t *rows,
                             tf_str *label);
// The labels of an element as they stand in brackets, "GB200, north"; nothing for a quantity without indices.
void tf_element_labels(const tf_model *model, const tf_quantity *quantity, size_t element, tf_text *out);
// Quantities that an equation reads, in order of appearance, without repeats. NULL reads none.
size_t tf_quantity_uses(const tf_model *model, tf_arena *arena, const tf_term *value, uint32_t **uses);
void tf_model_print(const tf_model *model, tf_text *out); // --stop-after=model

#endif
