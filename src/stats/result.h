// SPDX-License-Identifier: GPL-3.0-or-later
// The immutable result of a command: one row per scenario, quantity, element and period, in the declared unit.
#ifndef TF_STATS_RESULT_H
#define TF_STATS_RESULT_H

#include "engine/run.h"

typedef struct tf_share { // of a label or of binding limits
  tf_str label;
  double share;
} tf_share;

typedef struct tf_row {
  const tf_model *model; // whose quantity it is; NULL: that of the result
  uint32_t quantity;     // id in the model
  tf_str name, label;
  tf_unit unit;
  size_t index_count; // of index_names and index_labels
  const tf_str *index_names, *index_labels;
  bool series;
  int row; // on the axis, negative: history; 0 if not a series
  tf_period period;
  bool actual;
  bool past; // not observed itself, but not after the scenario's last observed period: neither actual nor a projection
  bool uncertain;
  tf_value_kind kind;
  // In `unit`; dates in seconds since 1970-01-01, labels as positions in their index. NAN: none (printed empty / null).
  double central, mean, se, sd, p5, p25, p50, p75, p95;
  bool later;         // quantiles that are +inf mean "later than the axis" (payback)
  double undefined;   // share of samples without a value
  size_t share_count; // label results
  const tf_share *shares;
  const double *samples; // base units, tf_row_kept of them; NULL if certain
  // Base units, all samples, in place of the columns that would not fit into memory: statistics are of these. NULL:
  // samples are all there is.
  const tf_sketch *sketch;
} tf_row;

typedef struct tf_check_result {
  tf_str text, description, module;
  double level, share; // wanted and found
  bool held;
} tf_check_result;

typedef struct tf_driver { // rank correlation of an input with an output, from the first 16,384 samples
  uint32_t input;
  tf_str name;
  double rho;
} tf_driver;

typedef struct tf_scenario_result {
  tf_str name, file, title;
  const tf_plan *plan;
  TF_VEC(tf_row) rows;
  TF_VEC(tf_check_result) checks;
  TF_VEC(const char *) warnings;
  TF_VEC(const char *) notes;
  const tf_driver *drivers; // of the first output, strongest first
  size_t driver_count;
  const tf_row *driver_of; // the row they are about, NULL if none
} tf_scenario_result;

typedef struct tf_result {
  uint64_t seed, samples; // samples done
  bool sketched;          // statistics of some rows are of sketches (TF_SKETCH_ERROR)
  uint32_t replicates;    // 1 or fewer: no standard error
  tf_sampler_kind sampler;
  bool uncertain, complete, random_streams;
  tf_axis axis; // of the first scenario
  const tf_model *model;
  size_t scenario_count;
  const tf_scenario_result *scenarios;
  const char *command; // for provenance
} tf_result;
// Samples that a row holds, of `samples` done: the first TF_KEPT_SAMPLES if its statistics are of a sketch, else all.
static inline size_t tf_row_kept(const tf_row *row, uint64_t samples) {
  return row->samples == NULL                                         ? 0
         : row->sketch != NULL && samples > (uint64_t)TF_KEPT_SAMPLES ? (size_t)TF_KEPT_SAMPLES
                                                                      : (size_t)samples;
}

#endif
