// SPDX-License-Identifier: GPL-3.0-or-later
// Operations on values, between instructions of a tape and machine code. Private to native*.c.
//
// One list of operations stands for what a body does in one row. A value is made once: loaded (lanes), spread (one
// number for all lanes) or computed; loading is left to the place where a register is found for it.
#ifndef TF_ENGINE_NATIVE_BODY_H
#define TF_ENGINE_NATIVE_BODY_H

#include "engine/native.h"
#include "engine/native_code.h"

#define TF_NO_VALUE UINT32_MAX

typedef enum tf_native_kind { TF_NATIVE_LANES, TF_NATIVE_NUMBER, TF_NATIVE_COMPUTED } tf_native_kind;

typedef struct tf_native_value {
  tf_native_kind kind;
  bool homed;          // COMPUTED: may be put to `place` when registers run out
  tf_code_place place; // where it is loaded from
} tf_native_value;

typedef struct tf_operation {
  tf_code_op op;
  uint8_t detail;
  uint32_t d, a, b, c; // values; TF_NO_VALUE: none
  tf_code_place place; // STORE
  int32_t column;      // COLUMN
} tf_operation;

typedef struct tf_lowered { // what a body does in some rows
  TF_VEC(tf_native_value) values;
  TF_VEC(tf_operation) operations;
  TF_VEC(double) literals;
  uint32_t columns; // COLUMN operations
} tf_lowered;

// Who reads a storage, by instruction of the main program.
typedef struct tf_readers {
  uint32_t first, last; // first > last: nobody
  bool other_rows;      // one of them reads another row than its own
  bool always;          // something behind the program does
} tf_readers;

// --- native_lower.c

// Can the instruction be translated (whatever its operands)? Then `operations` is about how many it takes.
bool tf_native_can(const tf_tape *tape, const tf_instruction *i, size_t *operations);
// Does it do something else in its first row?
bool tf_native_begins(const tf_instruction *i);
// What instructions begin .. end-1 do in `row` (and all rows of its part). False if something cannot be translated.
bool tf_native_lower(tf_arena *arena, const tf_tape *tape, const tf_readers *readers, size_t pitch, uint32_t begin,
                     uint32_t end, int row, tf_lowered *to);

// --- native_convolve.c

// Appends a function that does a whole cohort sum (CONVOLVE) of lanes and lanes. False if it is no such instruction,
// has too many rows, or the kernels of this build do not fuse multiply-adds.
bool tf_native_convolve(const tf_tape *tape, size_t pitch, const tf_instruction *i, tf_code *code, size_t *begin);

// --- native_emit.c

// Appends a function to `code` and sets where it begins. False if registers do not suffice.
bool tf_native_emit(tf_arena *arena, const tf_lowered *body, bool past, tf_code *code, size_t *begin);

#endif
