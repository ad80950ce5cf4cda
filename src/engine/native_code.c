// SPDX-License-Identifier: GPL-3.0-or-later
// Encodings of the instructions that translated code is made of.
#include "engine/native_code.h"

#include <string.h>

#include "engine/native.h"

// General registers: rdi holds the frame, rax the byte of the lane at hand.
enum { RAX = 0, RCX = 1, RDX = 2, RSI = 6, RDI = 7, R8 = 8, R9 = 9, R10 = 10, R11 = 11 };
enum { NO_INDEX = -1, MAP_0F = 1, MAP_0F38 = 2, MAP_0F3A = 3, FUSED = 0xb8 };

static void byte(tf_code *code, unsigned value) {
  tf_vec_push(code->arena, &code->bytes, (unsigned char)value);
}

static void write(tf_code *code, const unsigned char *from, size_t count) {
  for (size_t i = 0; i < count; i++) {
    byte(code, from[i]);
  }
}

static void offset32(tf_code *code, int32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    byte(code, (uint32_t)value >> shift & 0xff);
  }
}

// Prefix of 256-bit instructions with the operand prefix 66; registers and bases above 7 are told here.
static void vex(tf_code *code, int map, int wide, int d, int a, int index, int base) {
  const unsigned high_d = d < 8 ? 0x80 : 0, high_index = index < 8 ? 0x40 : 0, high_base = base < 8 ? 0x20 : 0;
  byte(code, 0xc4);
  byte(code, high_d | high_index | high_base | (unsigned)map);
  byte(code, (unsigned)wide << 7 | (~(unsigned)a & 15) << 3 | 0x05);
}

static int base_register(tf_code_base base) {
  switch (base) {
  case TF_BASE_WORK_ROW:
    return R8;
  case TF_BASE_WORK:
    return R9;
  case TF_BASE_CONSTANT_ROW:
    return R10;
  default:
    return R11;
  }
}

// The instruction with a register as its last operand.
static void with_register(tf_code *code, int map, unsigned opcode, int d, int a, int b) {
  vex(code, map, opcode == FUSED, d, a, 0, b);
  byte(code, opcode);
  byte(code, 0xc0 | (unsigned)(d & 7) << 3 | (unsigned)(b & 7));
}

// With a place as its last operand; `after` bytes of the instruction follow. Lanes lie at base + offset + rax.
static void with_place(tf_code *code, int map, unsigned opcode, int d, int a, tf_code_place place, int after) {
  const unsigned reg = (unsigned)(d & 7) << 3;
  if (place.base == TF_BASE_LITERAL) { // counted from the end of the instruction
    vex(code, map, 0, d, a, 0, 0);
    byte(code, opcode);
    byte(code, reg | 5);
    offset32(code, (int32_t)code->literals + place.offset - (int32_t)code->bytes.count - 4 - after);
    return;
  }
  const int base = base_register(place.base);
  const bool lanes = place.base == TF_BASE_WORK_ROW || place.base == TF_BASE_WORK;
  vex(code, map, 0, d, a, RAX, base);
  byte(code, opcode);
  if (lanes) {
    byte(code, 0x80 | reg | 4);
    byte(code, RAX << 3 | (unsigned)(base & 7));
  } else {
    byte(code, 0x80 | reg | (unsigned)(base & 7));
  }
  offset32(code, place.offset);
}

size_t tf_code_begin(tf_code *code, const double *literals, size_t count) {
  while (code->bytes.count % 64 != 0) { // a cache line of its own
    byte(code, 0xcc);
  }
  code->literals = code->bytes.count;
  code->columns = 0;
  for (size_t i = 0; i < count; i++) {
    unsigned char number[sizeof(double)];
    memcpy(number, &literals[i], sizeof number);
    write(code, number, sizeof number);
  }
  const size_t begin = code->bytes.count;
  // endbr64, then each base from its place in the frame: mov register, [rdi + place]; xor eax, eax
  static const unsigned char land[] = {0xf3, 0x0f, 0x1e, 0xfa};
  write(code, land, sizeof land);
  static const struct {
    unsigned char reg, place;
  } loads[] = {{R8, offsetof(tf_native_frame, work_row)},      {R9, offsetof(tf_native_frame, work)},
               {R10, offsetof(tf_native_frame, constant_row)}, {R11, offsetof(tf_native_frame, constant)},
               {RSI, offsetof(tf_native_frame, columns)},      {RDX, offsetof(tf_native_frame, bytes)}};
  for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
    byte(code, loads[i].reg < 8 ? 0x48 : 0x4c);
    byte(code, 0x8b);
    byte(code, 0x40 | (unsigned)(loads[i].reg & 7) << 3 | RDI);
    byte(code, loads[i].place);
  }
  byte(code, 0x31);
  byte(code, 0xc0);
  return begin;
}

void tf_code_columns(tf_code *code) {
  // vmovupd seen, [rdi + seen]
  vex(code, MAP_0F, 0, TF_CODE_SEEN, 0, 0, RDI);
  byte(code, 0x10);
  byte(code, 0x40 | (TF_CODE_SEEN & 7) << 3 | RDI);
  byte(code, offsetof(tf_native_frame, seen));
  code->columns = 1;
}

void tf_code_loop(tf_code *code) {
  code->loop = code->bytes.count;
}

void tf_code_end(tf_code *code) {
  // add rax, 32; cmp rax, rdx; jb loop
  static const unsigned char next[] = {0x48, 0x83, 0xc0, 0x20, 0x48, 0x39, 0xd0, 0x0f, 0x82};
  write(code, next, sizeof next);
  offset32(code, (int32_t)code->loop - (int32_t)code->bytes.count - 4);
  if (code->columns > 0) { // vmovupd [rdi + seen], seen
    vex(code, MAP_0F, 0, TF_CODE_SEEN, 0, 0, RDI);
    byte(code, 0x11);
    byte(code, 0x40 | (TF_CODE_SEEN & 7) << 3 | RDI);
    byte(code, offsetof(tf_native_frame, seen));
  }
  // vzeroupper; ret
  static const unsigned char leave[] = {0xc5, 0xf8, 0x77, 0xc3};
  write(code, leave, sizeof leave);
}

void tf_code_load(tf_code *code, int d, tf_code_place from) {
  with_place(code, MAP_0F, 0x10, d, 0, from, 0);
}

void tf_code_spread(tf_code *code, int d, tf_code_place from) {
  with_place(code, MAP_0F38, 0x19, d, 0, from, 0);
}

void tf_code_store(tf_code *code, tf_code_place to, int a) {
  with_place(code, MAP_0F, 0x11, a, 0, to, 0);
}

void tf_code_column(tf_code *code, int32_t column, bool past, int a) {
  // mov rcx, [rsi + 8 column]
  static const unsigned char pointer[] = {0x48, 0x8b, 0x8e};
  write(code, pointer, sizeof pointer);
  offset32(code, column * (int32_t)sizeof(double *));
  // vmovntpd or vmovupd [rcx + rax], a
  vex(code, MAP_0F, 0, a, 0, RAX, RCX);
  byte(code, past ? 0x2b : 0x11);
  byte(code, (unsigned)(a & 7) << 3 | 4);
  byte(code, RAX << 3 | RCX);
  // A number less itself is 0, or NaN if it is not finite. Bits are joined by `or`, which nothing has to wait for.
  with_register(code, MAP_0F, 0x5c, TF_CODE_SCRATCH, a, a);
  with_register(code, MAP_0F, 0x56, TF_CODE_SEEN, TF_CODE_SEEN, TF_CODE_SCRATCH);
}

typedef struct encoding {
  uint8_t map, opcode;
  bool two;    // only d and the last operand
  bool detail; // a byte follows
} encoding;

static encoding encoding_of(tf_code_op op) {
  static const encoding encodings[] = {
      [TF_CODE_ADD] = {MAP_0F, 0x58, false, false},      [TF_CODE_SUBTRACT] = {MAP_0F, 0x5c, false, false},
      [TF_CODE_MULTIPLY] = {MAP_0F, 0x59, false, false}, [TF_CODE_DIVIDE] = {MAP_0F, 0x5e, false, false},
      [TF_CODE_MIN] = {MAP_0F, 0x5d, false, false},      [TF_CODE_MAX] = {MAP_0F, 0x5f, false, false},
      [TF_CODE_AND] = {MAP_0F, 0x54, false, false},      [TF_CODE_AND_NOT] = {MAP_0F, 0x55, false, false},
      [TF_CODE_OR] = {MAP_0F, 0x56, false, false},       [TF_CODE_XOR] = {MAP_0F, 0x57, false, false},
      [TF_CODE_COMPARE] = {MAP_0F, 0xc2, false, true},   [TF_CODE_BLEND] = {MAP_0F3A, 0x4b, false, true},
      [TF_CODE_SQRT] = {MAP_0F, 0x51, true, false},      [TF_CODE_ROUND] = {MAP_0F3A, 0x09, true, true},
      [TF_CODE_MOVE] = {MAP_0F, 0x10, true, false},      [TF_CODE_FUSED] = {MAP_0F38, FUSED, false, false},
  };
  return encodings[op];
}

void tf_code_operate(tf_code *code, tf_code_op op, unsigned detail, int d, int a, int b, int c) {
  const encoding e = encoding_of(op);
  with_register(code, e.map, e.opcode, d, e.two ? 0 : a, b);
  if (e.detail) {
    byte(code, op == TF_CODE_BLEND ? (unsigned)c << 4 : detail);
  }
}

void tf_code_operate_place(tf_code *code, tf_code_op op, unsigned detail, int d, int a, tf_code_place b) {
  const encoding e = encoding_of(op);
  with_place(code, e.map, e.opcode, d, e.two ? 0 : a, b, e.detail ? 1 : 0);
  if (e.detail) {
    byte(code, detail);
  }
}
