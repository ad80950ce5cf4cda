// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the scenario layer: a scenario file while it is read, before its columns inherit from one another.
#ifndef TF_SCENARIO_READER_H
#define TF_SCENARIO_READER_H

#include "base/map.h"
#include "lang/parse.h"
#include "scenario/scenario.h"

#define TF_NO_CELL SIZE_MAX

// Reserved columns come first: they index tf_header.reserved.
typedef enum tf_role {
  TF_ROLE_PARAMETER,
  TF_ROLE_UNIT,
  TF_ROLE_PERIOD,
  TF_ROLE_LABEL,
  TF_ROLE_SOURCE,
  TF_ROLE_DATE,
  TF_ROLE_NOTE,
  TF_ROLE_CONFIDENCE,
  TF_ROLE_GROUP,
  TF_ROLE_DEFINITION,
  TF_ROLE_RESERVED
} tf_role;

typedef struct tf_scenario_column { // `bull < bear`
  tf_located name;
  tf_located parent_name; // empty: the base
  size_t parent;          // TF_NO_CELL for the base itself
  size_t cell;
  size_t source, note; // cells of `source:NAME`, `note:NAME`, or TF_NO_CELL
  tf_str setter;
  TF_VEC(tf_binding) own; // of its own cells, in the order of rows
} tf_scenario_column;

typedef struct tf_header {
  const tf_record *record;            // NULL: the file has no header row
  size_t reserved[TF_ROLE_RESERVED];  // cell, or TF_NO_CELL
  TF_VEC(tf_scenario_column) columns; // scenarios, in order
} tf_header;

typedef struct tf_data_row { // data:,NAME,PATH,KEY=VALUE,...
  tf_span at;
  tf_address address;
  tf_located path;
  size_t condition_count;
  const tf_located *conditions;
} tf_data_row;

typedef struct tf_scenario_file tf_scenario_file;
struct tf_scenario_file {
  tf_str path, folder;
  const tf_csv *csv;
  const tf_scenario_file *child;    // that extends this one, while it is read
  const tf_scenario_file *extended; // NULL if none
  tf_located extends;
  tf_span title_at, time_at, seed_at, samples_at; // of what was given, source 0 if it was not
  tf_str title;
  tf_axis axis;
  uint64_t seed, samples;
  TF_VEC(tf_located) models;
  TF_VEC(tf_table_extra) extras;
  TF_VEC(tf_correlate_statement) correlations;
  TF_VEC(tf_plot_statement) plots;
  TF_VEC(tf_located) shows;
  TF_VEC(tf_data_row) data_rows;
  TF_VEC(tf_data_use) data; // what they took
  TF_VEC(tf_binding) observed;
  TF_VEC(tf_binding) sets; // of `set:` rows: on top of every column
  tf_header header;
};

typedef struct tf_data_file {
  const tf_csv *csv;
} tf_data_file;

typedef struct tf_scenario_reader {
  tf_context *cx;
  const tf_scenario_options *options;
  TF_VEC(tf_data_file) data_files; // read so far: several `data:` rows share a file
} tf_scenario_reader;

// The first error wins as the status; the work goes on so that all errors are shown.
static inline tf_status tf_first(tf_status so_far, tf_status now) {
  return so_far == TF_OK ? now : so_far;
}

// directive.c: is the row a directive, and what it says.
bool tf_is_directive(const tf_record *record);
bool tf_directive_known(tf_str name); // one without its colon
TF_NODISCARD tf_status tf_directive_read(tf_scenario_reader *r, tf_scenario_file *file, const tf_record *record);
TF_NODISCARD tf_status tf_time_read(tf_context *cx, const char *text, tf_axis *axis); // --time

// header.c
TF_NODISCARD tf_status tf_header_read(tf_context *cx, tf_scenario_file *file, const tf_record *record);
// A file without header row has one column `base` without cells.
void tf_header_none(tf_context *cx, tf_scenario_file *file);

// rows.c: all rows of parameters, into the columns' own bindings.
TF_NODISCARD tf_status tf_rows_read(tf_scenario_reader *r, tf_scenario_file *file);
TF_NODISCARD tf_status tf_period_read(tf_context *cx, tf_located text, tf_period *period);
// The day by which it was known: of a month or year without a day, the last one.
TF_NODISCARD tf_status tf_date_read(tf_context *cx, tf_located text, int64_t *days);
// A row without source: a warning, or an error where that was asked for.
TF_NODISCARD tf_status tf_source_missing(const tf_scenario_reader *r, tf_located name);

// observed.c: all `data:` rows, into file->observed and file->data.
TF_NODISCARD tf_status tf_observed_read(tf_scenario_reader *r, tf_scenario_file *file);

// sets.c: --set texts, in order.
TF_NODISCARD tf_status tf_sets_read(tf_context *cx, const tf_scenario_options *options, size_t *count,
                                    const tf_binding **bindings);

#endif
