// SPDX-License-Identifier: GPL-3.0-or-later
// Plans -> graph -> tape -> columns of samples.
//
// What the numbers mean where there was a choice:
// - Powers: a constant whole exponent up to 8 (64 of a constant base) is a product, its negative one over that product,
// 0.5 a root; a constant
//   positive base b gives exp(y ln b); everything else is pow (kernels are within 4 ulp of the exact function).
// - Comparisons, min and max pass NaN on; a false side decides `and`, a true one `or`; `if` drops the branch not taken.
// - History: an equation has values before the axis in the periods in which every series that it reads has one; what
//   does not vary over time is worth the same then. x[t-1] without `else` needs a period before, or a given value
//   there.
// - Cohorts (survive, retired, straight_line, schedule): kernel_time.c has the formulas and their derivation. A life is
//   read in the period of purchase. schedule spreads each year's share evenly over the periods of that year of age.
// - delay of a rate: what leaves in a period arrives shared between the two periods its delay falls between; periods
//   before the first known one are worth `before`. Of a stock: its value that long ago. A negative delay is an error.
// - irr: none if the flows never change sign; several roots: the one nearest to 0 %/year in ln(1+r); from -99.9 to
//   1,000,000 %/year. Flows before the axis do not count. payback: +inf if cumulative cash is negative at the end of
//   the axis, 0 if it never is negative, else when it turns for the last time, linear between the moments (start,
//   middle or end of their periods) of the two flows; flows before the axis count. A discount rate that varies
//   discounts each period at its own.
// - Streams: quantity name; drawn anew "quantity#2026" (calendar year in which the period begins), "quantity#GB200",
//   "quantity#2026#GB200"; steps of a walk "quantity#2026-Q1".
#ifndef TF_ENGINE_RUN_H
#define TF_ENGINE_RUN_H

#include "engine/sampler.h"
#include "engine/sketch.h"
#include "model/plan.h"

// Samples 0 .. TF_KEPT_SAMPLES-1 are always kept as columns: rank correlations are of these.
enum { TF_KEPT_SAMPLES = 16384 };

// One hash-consed graph serves all scenarios of a command: equal subexpressions of different plans are one node.
typedef struct tf_graph tf_graph;
typedef uint32_t tf_node_id;

tf_graph *tf_graph_new(tf_context *cx, tf_arena *arena);
// Adds what a plan needs for the given quantities and all checks of its model. Returns the plan's number in the graph.
// The plan must outlive the graph. After an error the graph is only good for messages.
// Errors (TF_INVALID, at the term): a period before the first is read, a quantity needs itself within one period, a
// period is asked for that has no value, history has a gap, correlations are impossible together; those of
// tf_dist_prepare.
TF_NODISCARD tf_status tf_graph_add(tf_context *cx, tf_graph *graph, const tf_plan *plan, const uint32_t *quantities,
                                    size_t count, uint32_t *scenario);
void tf_graph_print(const tf_graph *graph, tf_text *out); // --stop-after=graph
void tf_tape_print(const tf_graph *graph, tf_text *out);  // --stop-after=tape
bool tf_graph_uncertain(const tf_graph *graph);           // any requested value depends on a draw

// Whether the model is translated into machine code (native.h); results have the same bits either way.
typedef enum tf_translation {
  TF_TRANSLATE_LONG_RUNS, // of 2,048 samples or more
  TF_TRANSLATE_NEVER,
  TF_TRANSLATE_ALWAYS,
  TF_TRANSLATE_BY_FOUR // always, and not for wider registers than of four lanes (tests)
} tf_translation;

typedef struct tf_run_options {
  tf_sampler sampler;
  // Samples first .. first+count-1 of sampler.samples (shards); whole runs: 0, samples. `first` is a multiple of
  // TF_SKETCH_ALIGN, and so is first+count unless it is sampler.samples.
  uint64_t first, count;
  int threads;  // 0: all available
  size_t block; // 0: chosen by the rule; else a power of two >= 64 (tests)
  // Cap for sample columns, bytes; 0: none. Where the columns of all sampler.samples would need more, samples are
  // streamed into sketches, in every shard alike.
  uint64_t memory;
  tf_translation translate;
} tf_run_options;

// One requested value: a quantity of a scenario (quantity != TF_NO_ID) or a check of it.
typedef struct tf_output {
  uint32_t scenario, quantity, check; // check: TF_NO_ID for quantities
  size_t index_count;
  const uint32_t *indices;
  size_t elements;
  int history; // rows before the axis that are given
  int periods; // 1 if not a series, else axis.count
  bool series;
  bool uncertain;               // depends on a draw
  bool may_be_undefined;        // downstream of irr, payback, ...
  bool label;                   // values are row positions
  const double *central;        // [elements][history + periods], all inputs at their median; base units
  const double *const *samples; // [elements][history + periods] columns of `kept` samples; NULL where not uncertain
  // In place of all samples, if `sketched`: [elements][history + periods]; of a check one, in which a sample is 1 if
  // the check holds in every period and row, else 0. NULL where not uncertain. Equal quantities share a sketch.
  const tf_sketch *const *sketches;
} tf_output;

typedef struct tf_samples {
  const tf_graph *graph;
  uint64_t first, count; // done, from sample `first` on: fewer than asked if cancelled
  uint64_t kept;         // length of the columns: count, or if sketched what of 0 .. TF_KEPT_SAMPLES-1 is among them
  uint64_t input_kept;   // length of the inputs' columns: what of 0 .. TF_KEPT_SAMPLES-1 was done
  bool complete;
  bool sketched; // outputs have sketches of all `count` samples
  size_t output_count;
  const tf_output *outputs; // per scenario: quantities in the order asked, then checks
  // Uncertain inputs, for rank correlations: columns of their draws.
  size_t input_count;
  const struct tf_input_column {
    uint32_t scenario, quantity;
    const double *u;      // uniform that drove it (ranks are those of the value); drawn anew: the first of them
    bool same_everywhere; // one u for all periods and rows
  } * inputs;
  bool random_streams; // some draws were beyond the Sobol table or drawn anew: they are random
} tf_samples;

// Evaluates the certain part once, everything with all inputs at their median, then the samples. Columns are the same
// bits for any number of threads, any block and any shard. Cancelled: TF_OK with complete = false and a whole
// beginning, which all statistics are of. A number in a result that is not finite, and that irr or payback do not
// explain, is TF_NUMERIC: the message names the first operation that made it from finite operands, in the first such
// sample. An empty table cell is TF_INVALID. The result lives in `arena`; progress is reported as "samples".
TF_NODISCARD tf_status tf_run(tf_context *cx, tf_arena *arena, const tf_graph *graph, const tf_run_options *options,
                              tf_samples **samples);

// The same in growing rounds: samples already done are kept. options->count is the most that will be asked for; the
// samples of each call are numbered from 0 and at least those of the call before, a multiple of TF_SKETCH_ALIGN if more
// are to follow. Every result is that of tf_run with as many samples; it stays valid, but for the columns of a run that
// went on.
typedef struct tf_runner tf_runner;
TF_NODISCARD tf_status tf_run_open(tf_context *cx, tf_arena *arena, const tf_graph *graph,
                                   const tf_run_options *options, tf_runner **runner);
TF_NODISCARD tf_status tf_run_extend(tf_runner *runner, uint64_t samples, tf_samples **result);

// One consistent evaluation that keeps every named quantity's value, for explain. at = TF_AT_CENTRAL or a sample
// number.
#define TF_AT_CENTRAL UINT64_MAX
typedef struct tf_trace tf_trace;
TF_NODISCARD tf_status tf_trace_run(tf_context *cx, tf_arena *arena, const tf_plan *plan, uint32_t quantity,
                                    const tf_run_options *options, uint64_t at, tf_trace **trace);
// Value of a quantity in the trace: false if it was not needed. element < elements; row from -history to periods-1.
bool tf_trace_value(const tf_trace *trace, uint32_t quantity, size_t element, int row, double *value);

#endif
