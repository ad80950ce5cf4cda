// SPDX-License-Identifier: GPL-3.0-or-later
// Execution of a tape over one block of lanes. Private to the engine.
#ifndef TF_ENGINE_EXEC_H
#define TF_ENGINE_EXEC_H

#include "engine/kernel.h"
#include "engine/native.h"
#include "engine/tape.h"

enum { TF_SCRATCH_COLUMNS = 5 };

typedef struct tf_step tf_step;

typedef struct tf_exec {
  const tf_tape *tape;
  const tf_step *steps; // the main program bound to this memory; NULL: it runs instruction by instruction
  size_t step_count;
  const tf_native *native;         // translated bodies that steps may use; NULL: none
  tf_native_frame frame;           // of translated code
  double **native_columns;         // native->columns + 1: where each column lies at this block
  bool finite;                     // all that the last run stored in columns is finite; only after bound runs
  bool constants;                  // the constants program runs: results go to the constants, 8 lanes each
  size_t lanes;                    // of this block, a multiple of 8
  size_t pitch;                    // doubles from cell to cell in work
  double *work;                    // tape->work_cells * pitch
  double *constant;                // tape->constant_cells * 8
  double *column;                  // tape->column_cells * column_pitch
  size_t column_pitch;             // doubles from column to column
  size_t column_at;                // lane of this block in the columns
  uint64_t first;                  // sample of lane 0
  bool central;                    // u = 0.5 everywhere
  const tf_stream *const *streams; // by node
  double *scratch;                 // TF_SCRATCH_COLUMNS * pitch
  double **pointers;               // tape->correlate_max
  double *input;                   // kept uniforms: tape->inputs.count * input_pitch; NULL: none
  size_t input_pitch, input_lanes; // lanes of each that are still to be written from column_at on
} tf_exec;

void tf_exec_run(tf_exec *x, const tf_program *program);
void tf_exec_instruction(tf_exec *x, const tf_instruction *i, int from, int to); // in rows from .. to-1

// A cell: lanes, or one number for all of them.
typedef struct tf_cell {
  const double *at;
  bool scalar;
} tf_cell;
tf_cell tf_exec_cell(const tf_exec *x, const tf_view *view, uint32_t element, int row);
double *tf_exec_result(const tf_exec *x, uint32_t storage, uint32_t element, int row);
// As lanes, spread over a scratch column if it is one number.
const double *tf_exec_lanes(const tf_exec *x, tf_cell cell, size_t scratch);
// The rows of one element of an operand.
tf_rows tf_exec_rows(const tf_exec *x, const tf_view *view, uint32_t element, int end);

// --- exec_steps.c
// Binds the main program to the memory of x, whose constants are computed. Columns may still change.
void tf_exec_bind(tf_exec *x, tf_arena *arena);
void tf_exec_steps(tf_exec *x);
// Are columns of this size stored past the caches? They do not fit into them anyway, and what they push out is read
// again before they are.
bool tf_exec_past_caches(const tf_tape *tape, size_t column_pitch);

// --- exec_time.c: instructions that look along the time axis, in rows from .. to-1
bool tf_exec_time(tf_exec *x, const tf_instruction *i, int from, int to);

#endif
