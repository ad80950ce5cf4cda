// SPDX-License-Identifier: GPL-3.0-or-later
// A result as text: a table for people, tidy CSV, JSON, Markdown. Pure functions of the result: nothing is written,
// printed or rounded on the way but what a format says. Values are in the declared unit in CSV and JSON, in the unit
// that suits their size (k, m, bn, tn USD) in tables. They cannot fail; `out` grows.
//
// CSV, tidy: scenario,quantity,label,unit,index,period,actual,central,mean,se,sd,p5,p25,p50,p75,p95; one row per
//   element and period, 15 significant digits, empty where there is no value, `inf` for a quantile later than the axis.
//   Dates are written 2027-06-30 (their se and sd in days), labels and true/false as words. `wide`: one row per
//   quantity, element and statistic; `value` for what has no periods, then one column per period.
// JSON: schema 1, keys always in the same order; what is no finite number is null, and where a reader would not
//   expect that, `warnings` of the scenario says why.
#ifndef TF_OUT_EMIT_H
#define TF_OUT_EMIT_H

#include "out/json.h"
#include "stats/result.h"

typedef struct tf_emit_options {
  bool stats;          // tables: mean, se, sd and all quantiles
  bool wide;           // tables, CSV, Markdown: periods as columns
  size_t width;        // columns of the terminal for tables; 0: 100
  const char *version; // of the program, for JSON; NULL: null
} tf_emit_options;

void tf_emit_table(tf_context *cx, const tf_result *result, const tf_emit_options *options, tf_text *out);
void tf_emit_csv(tf_context *cx, const tf_result *result, const tf_emit_options *options, tf_text *out);
void tf_emit_json(tf_context *cx, const tf_result *result, const tf_emit_options *options, tf_text *out);
void tf_emit_markdown(tf_context *cx, const tf_result *result, const tf_emit_options *options, tf_text *out);

// One sentence on how to read the numbers: what central and the quantiles are, samples, seed, whether it is complete.
tf_str tf_emit_reading(tf_arena *arena, const tf_result *result);
// How far the quantiles can be trusted: "quantiles":"exact", or "sketch" with "quantile_error", the largest relative
// error.
void tf_json_quantiles(tf_json *json, const tf_result *result);

#endif
