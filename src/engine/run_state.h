// SPDX-License-Identifier: GPL-3.0-or-later
// What tf_run, traces and messages about numbers share. Private to the engine.
#ifndef TF_ENGINE_RUN_STATE_H
#define TF_ENGINE_RUN_STATE_H

#include "engine/exec.h"
#include "engine/sketch_tally.h"

// Memory for blocks of `block` lanes in `arena`; the constants are computed. `columns` as well if there are any.
tf_exec *tf_exec_new(tf_arena *arena, const tf_tape *tape, size_t block);
// Streams of all live uniforms, for samples 0 .. samples-1 and the rest of the last eight.
void tf_exec_streams(tf_exec *x, tf_arena *arena, const tf_sampler *sampler, uint64_t samples);

// Takes the work memory of one thread.
void tf_exec_work(tf_exec *x, tf_arena *arena, size_t block);

typedef struct tf_bad_value { // a number that must not be in a result
  bool found;
  uint64_t sample; // TF_AT_CENTRAL: all inputs at their median
  uint32_t output; // number in tape->outputs
  uint32_t element;
  int row;
} tf_bad_value;

// Looks at lanes from..to-1 of every result of the block and keeps the earliest bad one.
void tf_check_block(const tf_exec *x, size_t from, size_t to, tf_bad_value *bad);
// Evaluates the sample again, finds the first operation that made it from finite operands, and describes it.
tf_status tf_describe_bad(tf_context *cx, tf_arena *arena, const tf_graph *graph, const tf_sampler *sampler,
                          const tf_bad_value *bad);

// Doubles from one column of results to the next, for `lanes` of them (a multiple of 8): an odd number of cache lines,
// because with a power of two all columns would share a few sets of the first-level cache; and for many lanes nine
// lines more than whole pages of 4 KiB. A load waits for stores not long before it whose addresses end in the same 12
// bits: columns that lie a line or two apart all meet the rows of work memory, or none does, as it happens to lie.
size_t tf_column_pitch(size_t lanes);

// --- run_blocks.c

typedef enum tf_run_item_kind { TF_ITEM_NUMBER, TF_ITEM_DATE, TF_ITEM_LABEL, TF_ITEM_CHECK } tf_run_item_kind;

typedef struct tf_run_item { // what one sketch is of
  tf_run_item_kind kind;
  size_t count; // columns: one, or all that a check must hold in
  const size_t *columns;
  double central; // of numbers and dates
} tf_run_item;

typedef struct tf_worker { // what a thread has of its own
  tf_exec x;
  double *columns; // of one unit, if samples are summed up in sketches
  tf_tally *tally;
  double *held; // of a check: TF_SKETCH_ALIGN
  tf_bad_value bad;
  // A unit whose counting waits for memory: its first lane, and where to go on.
  bool waits;
  size_t unit, part, item;
} tf_worker;

struct tf_runner {
  tf_context *cx;
  tf_arena *arena;
  const tf_graph *graph;
  tf_run_options options;
  const tf_tape *tape;
  tf_exec *x; // with constants and streams; its columns are those of the central evaluation
  size_t block;
  bool random_streams;
  const tf_output *outputs; // before any sample
  uint64_t from;            // the first sample, down to a multiple of 8: lane 0
  size_t skew;              // lanes before the first sample asked for
  double *columns;          // of all samples; NULL: not taken
  size_t pitch;
  uint64_t columned; // samples that lie in them
  bool sketched;
  size_t item_count;
  const tf_run_item *items;
  size_t **item_of; // by output and cell; NULL where not uncertain
  double *kept;     // if sketched: columns of the first TF_KEPT_SAMPLES samples
  size_t kept_pitch;
  double *input; // columns of uniforms
  size_t input_pitch;
  uint64_t counted; // samples done, in columns or in sketches
  int worker_count;
  tf_worker *workers;
  tf_bad_value bad;
};

// Does the samples from `counted` to `count`, in order of units: what is done is always a whole beginning. False if it
// was cancelled before the end, or a bad value was found.
bool tf_run_blocks(tf_runner *r, uint64_t count);

#endif
