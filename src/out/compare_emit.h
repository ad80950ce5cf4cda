// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison as text: values of two or more scenarios side by side, with difference and ratio to the first.
//
// Ranges are of paired draws: sample i of one scenario against sample i of the other, so that what both share drops
// out. Everything is in the declared unit of the quantity (ratios: 1). NAN: there is none.
//
// CSV: quantity,label,unit,index,period,scenario,base,central,p5,p95,difference,difference_p5,difference_p95,
//   ratio,ratio_p5,ratio_p95: one row per scenario, `base` names the first; difference and ratio are empty in its rows.
#ifndef TF_OUT_COMPARE_EMIT_H
#define TF_OUT_COMPARE_EMIT_H

#include "out/emit.h"

typedef struct tf_compare_range {
  double central, p5, p95;
} tf_compare_range;

typedef struct tf_compare_row {
  tf_str name, label;
  tf_unit unit;
  size_t index_count;
  const tf_str *index_names, *index_labels;
  bool series;
  tf_period period;
  bool actual;    // in every scenario
  bool uncertain; // in any scenario
  tf_value_kind kind;
  const tf_compare_range *values;      // [count] of tf_compare
  const tf_compare_range *differences; // [count], entry 0 unused: scenario minus the first; dates: in seconds
  const tf_compare_range *ratios;      // [count], entry 0 unused: scenario over the first
  const tf_sketch *sketch;             // of a scenario whose quantiles are of sketches; NULL: exact
  const tf_str *labels;                // [count] of LABEL rows: "power", or shares as text; else NULL
} tf_compare_row;

typedef struct tf_compare {
  const tf_result *result; // samples, seed, axis, model for units
  tf_str title;
  size_t count; // scenarios, at least 2
  const tf_str *scenarios;
  size_t row_count;
  const tf_compare_row *rows;
} tf_compare;

// Samples that differences and ratios are of: all, or the first ones where sketches stand for the others.
uint64_t tf_compare_pairs(const tf_result *result);

// Two scenarios: value, value, difference and ratio with their 5 and 95 %. More: the values and what each differs.
void tf_emit_compare_table(tf_context *cx, const tf_compare *compare, const tf_emit_options *options, tf_text *out);
void tf_emit_compare_csv(tf_context *cx, const tf_compare *compare, const tf_emit_options *options, tf_text *out);
void tf_emit_compare_json(tf_context *cx, const tf_compare *compare, const tf_emit_options *options, tf_text *out);
void tf_emit_compare_markdown(tf_context *cx, const tf_compare *compare, const tf_emit_options *options, tf_text *out);

#endif
