// SPDX-License-Identifier: GPL-3.0-or-later
// Translation of the tape into machine code. Private to the engine.
//
// Kernels pass every value through memory: of a product that costs three cycles two are for loading and storing. Here
// neighbouring instructions of a tape become one loop over the lanes of a row in which values stay in registers. Only
// what is one or a few machine instructions is translated (+ - * /, comparisons, minimum, maximum, roots, rounding,
// running sums and changes, sums over an index, cohort sums, storing results); everything else stays with its kernel,
// and both take turns within a group. An instruction is rounded as its kernel rounds it, so that results are the same
// bits whether a tape is translated or not: tests/unit/test_native.c holds it to that.
//
// For x86-64 with AVX2 and FMA, four lanes at a time, and with AVX-512 (F, DQ), eight at a time. Elsewhere, and where
// the system allows no memory that is executed, there is no translation.
//
//   native.c        which instructions are translated together, for which rows
//   native_lower.c  instructions -> operations of the machine on values
//   native_emit.c   values -> registers, operations -> bytes
//   native_convolve.c  cohort sums, all rows at once
//   native_code.c   the bytes
#ifndef TF_ENGINE_NATIVE_H
#define TF_ENGINE_NATIVE_H

#include "engine/tape.h"

typedef struct tf_native_frame { // what translated code works on
  double *work_row;              // work memory, moved on by the row that is computed
  double *work;
  const double *constant_row, *constant;
  double *const *columns; // of results at this block, by column, moved on by the row
  size_t bytes;           // of the lanes of a row: a multiple of 64, not 0
  double seen[8];         // 0 before; 0 after, if all that was stored in columns is finite
} tf_native_frame;

typedef void (*tf_native_code)(tf_native_frame *frame);

typedef struct tf_native_part { // rows in which a body does the same
  int first, end;
  tf_native_code code; // NULL: nothing
} tf_native_part;

typedef struct tf_native_body { // instructions that are done together
  uint32_t count;
  uint32_t part_count;
  const tf_native_part *parts;
} tf_native_body;

typedef struct tf_native {
  const tf_native_body *const *at; // by instruction of the main program: the body that begins there, or NULL
  size_t columns;                  // pointers that a frame's columns need
} tf_native;

// Lanes of a register of this machine that code can be written for: 0 (none), 4 or 8.
int tf_native_lanes(void);
// Translates the main program of a tape for registers of `lanes` lanes (4 or 8, at most what the machine has) and cells
// `pitch` doubles apart; `past`: results are stored past the caches. Lives in the arena. NULL where nothing can be
// translated.
const tf_native *tf_native_translate(tf_arena *arena, const tf_tape *tape, size_t pitch, bool past, int lanes);

#endif
