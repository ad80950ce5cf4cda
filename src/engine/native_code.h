// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of machine code for x86-64, with AVX2 and FMA or with AVX-512 (F and DQ). Private to the engine; native.h says
// what it is for.
//
// A function of one loop: it takes a tf_native_frame and works through the lanes of a block, four at a time in 16
// registers, or eight at a time in 32. What it reads and writes lies at a base of the frame plus a fixed offset.
// Encodings are those of volume 2 of the Intel 64 manual (VEX, always in the form of three bytes, or EVEX, and with
// offsets of 32 bits: easily checked, and fast enough).
#ifndef TF_ENGINE_NATIVE_CODE_H
#define TF_ENGINE_NATIVE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

typedef enum tf_code_base {
  TF_BASE_WORK_ROW,     // work memory, at the row that is computed
  TF_BASE_WORK,         // at row 0
  TF_BASE_CONSTANT_ROW, // one number for all lanes
  TF_BASE_CONSTANT,
  TF_BASE_LITERAL // offset: from the first of the literals of this code
} tf_code_base;

typedef struct tf_code_place {
  tf_code_base base;
  int32_t offset; // bytes
} tf_code_place;

typedef enum tf_code_op { // d = a op b, in each lane
  TF_CODE_ADD,
  TF_CODE_SUBTRACT,
  TF_CODE_MULTIPLY,
  TF_CODE_DIVIDE,
  TF_CODE_MIN, // a < b ? a : b
  TF_CODE_MAX, // a > b ? a : b
  TF_CODE_AND,
  TF_CODE_AND_NOT, // ~a & b
  TF_CODE_OR,
  TF_CODE_XOR,
  TF_CODE_COMPARE, // all bits where the condition holds, else none
  TF_CODE_BLEND,   // b where the highest bit of c is set, else a
  TF_CODE_SQRT,    // of b
  TF_CODE_ROUND,   // b, downwards or upwards
  TF_CODE_MOVE,    // b
  TF_CODE_FUSED,   // d + a * b, rounded once
  TF_CODE_STORE,   // a to a place
  TF_CODE_COLUMN   // a to a column of results
} tf_code_op;

// What `detail` says for COMPARE and ROUND.
enum {
  TF_COMPARE_EQUAL = 0x00,
  TF_COMPARE_UNORDERED = 0x03,
  TF_COMPARE_LESS = 0x11,
  TF_COMPARE_LESS_EQUAL = 0x12,
  TF_COMPARE_GREATER_EQUAL = 0x1d,
  TF_COMPARE_GREATER = 0x1e,
  TF_COMPARE_NOT_EQUAL = 0x0c, // and neither is NaN
  TF_ROUND_DOWN = 0x09,
  TF_ROUND_UP = 0x0a
};

enum { TF_CODE_MOST_REGISTERS = 32 };

typedef struct tf_code { // bytes that are written
  tf_arena *arena;
  bool wide; // registers of eight lanes, else of four
  TF_VEC(unsigned char) bytes;
  size_t literals, loop; // of the function at hand: where they begin
  bool columns;          // it writes to some
} tf_code;

int tf_code_registers(const tf_code *code); // 16 or 32

// Begins a function: its literals, then what is done before the loop. Returns where the function begins.
size_t tf_code_begin(tf_code *code, const double *literals, size_t count);
void tf_code_loop(tf_code *code); // here the loop begins
void tf_code_end(tf_code *code);

void tf_code_load(tf_code *code, int d, tf_code_place from);   // as many lanes as a register has
void tf_code_spread(tf_code *code, int d, tf_code_place from); // one number to all lanes
void tf_code_store(tf_code *code, tf_code_place to, int a);
// To entry `column` of the frame's columns (plus its row), past the caches or not; whether it is finite goes to the
// frame. Uses the last TF_CODE_FOR_COLUMNS registers, which are prepared by tf_code_columns before the loop.
enum { TF_CODE_FOR_COLUMNS = 2 };
void tf_code_columns(tf_code *code);
void tf_code_column(tf_code *code, int32_t column, bool past, int a);
void tf_code_operate(tf_code *code, tf_code_op op, unsigned detail, int d, int a, int b, int c);
void tf_code_operate_place(tf_code *code, tf_code_op op, unsigned detail, int d, int a, tf_code_place b); // not BLEND

#endif
