// SPDX-License-Identifier: GPL-3.0-or-later
// What tf_run, traces and messages about numbers share. Private to the engine.
#ifndef TF_ENGINE_RUN_STATE_H
#define TF_ENGINE_RUN_STATE_H

#include "engine/exec.h"

// Memory for blocks of `block` lanes in `arena`; the constants are computed. `columns` as well if there are any.
tf_exec *tf_exec_new(tf_arena *arena, const tf_tape *tape, size_t block);
// Streams of all live uniforms.
void tf_exec_streams(tf_exec *x, tf_arena *arena, const tf_sampler *sampler);

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

#endif
