// SPDX-License-Identifier: GPL-3.0-or-later
// Encodings of the instructions that translated code is made of.
#include "engine/native_code.h"

#include <string.h>

#include "engine/native.h"

// General registers: rdi holds the frame, rax the byte of the lane at hand.
enum { RAX = 0, RCX = 1, RDX = 2, RSI = 6, RDI = 7, R8 = 8, R9 = 9, R10 = 10, R11 = 11 };
enum { MAP_0F = 1, MAP_0F38 = 2, MAP_0F3A = 3, FUSED = 0xb8 };
enum { LOAD = 0x10, STORE = 0x11, STORE_PAST = 0x2b }; // vmovupd, vmovntpd
enum { PREFIX_66 = 1, PREFIX_F3 = 2 };
enum { MASK = 1 }; // the mask register through which wide conditions pass

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

// Prefix of instructions of 256 bits with the operand prefix 66. Registers are told by their lowest three bits later
// on, and by the others here.
static void vex(tf_code *code, int map, unsigned opcode, int d, int a, int index, int base) {
  const unsigned high_d = d < 8 ? 0x80 : 0, high_index = index < 8 ? 0x40 : 0, high_base = base < 8 ? 0x20 : 0;
  byte(code, 0xc4);
  byte(code, high_d | high_index | high_base | (unsigned)map);
  byte(code, (opcode == FUSED ? 0x80U : 0) | (~(unsigned)a & 15) << 3 | 0x05);
}

// Of 512 bits, on doubles; where lanes are chosen, by `mask` (0: all).
static void evex(tf_code *code, int map, int prefix, int d, int a, int index, int base, int mask) {
  const unsigned high_d = (d & 8) == 0 ? 0x80 : 0, highest_d = (d & 16) == 0 ? 0x10 : 0;
  const unsigned high_index = (index & 8) == 0 ? 0x40 : 0, high_base = (base & 8) == 0 ? 0x20 : 0;
  byte(code, 0x62);
  byte(code, high_d | high_index | high_base | highest_d | (unsigned)map);
  byte(code, 0x80 | (~(unsigned)a & 15) << 3 | 0x04 | (unsigned)prefix);
  byte(code, 0x40 | ((a & 16) == 0 ? 0x08U : 0) | (unsigned)mask);
}

static void vector_prefix(tf_code *code, int map, unsigned opcode, int d, int a, int index, int base) {
  if (code->wide) {
    evex(code, map, PREFIX_66, d, a, index, base, 0);
  } else {
    vex(code, map, opcode, d, a, index, base);
  }
}

int tf_code_registers(const tf_code *code) {
  return code->wide ? TF_CODE_MOST_REGISTERS : 16;
}

static int seen_register(const tf_code *code) {
  return tf_code_registers(code) - 1;
}

static int scratch_register(const tf_code *code) {
  return tf_code_registers(code) - 2;
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

static void registers(tf_code *code, unsigned opcode, int d, int b) {
  byte(code, opcode);
  byte(code, 0xc0 | (unsigned)(d & 7) << 3 | (unsigned)(b & 7));
}

// The fifth bit of a register that is a last operand takes the place of the index's.
static int index_of_register(int b) {
  return b < 16 ? 0 : 8;
}

// The instruction with a register as its last operand.
static void with_register(tf_code *code, int map, unsigned opcode, int d, int a, int b) {
  vector_prefix(code, map, opcode, d, a, index_of_register(b), b);
  registers(code, opcode, d, b);
}

// With a place as its last operand; `after` bytes of the instruction follow. Lanes lie at base + offset + rax.
static void with_place(tf_code *code, int map, unsigned opcode, int d, int a, tf_code_place place, int after) {
  const unsigned reg = (unsigned)(d & 7) << 3;
  if (place.base == TF_BASE_LITERAL) { // counted from the end of the instruction
    vector_prefix(code, map, opcode, d, a, 0, 0);
    byte(code, opcode);
    byte(code, reg | 5);
    offset32(code, (int32_t)code->literals + place.offset - (int32_t)code->bytes.count - 4 - after);
    return;
  }
  const int base = base_register(place.base);
  const bool lanes = place.base == TF_BASE_WORK_ROW || place.base == TF_BASE_WORK;
  vector_prefix(code, map, opcode, d, a, RAX, base);
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
  code->columns = false;
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

// Between the register and its place in the frame: vmovupd
static void move_seen(tf_code *code, unsigned opcode) {
  const int seen = seen_register(code);
  vector_prefix(code, MAP_0F, opcode, seen, 0, 0, RDI);
  byte(code, opcode);
  byte(code, 0x80 | (unsigned)(seen & 7) << 3 | RDI);
  offset32(code, offsetof(tf_native_frame, seen));
}

void tf_code_columns(tf_code *code) {
  move_seen(code, LOAD);
  code->columns = true;
}

void tf_code_loop(tf_code *code) {
  code->loop = code->bytes.count;
}

void tf_code_end(tf_code *code) {
  // add rax, 32 or 64; cmp rax, rdx; jb loop
  const unsigned char next[] = {0x48, 0x83, 0xc0, code->wide ? 64 : 32, 0x48, 0x39, 0xd0, 0x0f, 0x82};
  write(code, next, sizeof next);
  offset32(code, (int32_t)code->loop - (int32_t)code->bytes.count - 4);
  if (code->columns) {
    move_seen(code, STORE);
  }
  // vzeroupper; ret
  static const unsigned char leave[] = {0xc5, 0xf8, 0x77, 0xc3};
  write(code, leave, sizeof leave);
}

void tf_code_load(tf_code *code, int d, tf_code_place from) {
  with_place(code, MAP_0F, LOAD, d, 0, from, 0);
}

void tf_code_spread(tf_code *code, int d, tf_code_place from) {
  with_place(code, MAP_0F38, 0x19, d, 0, from, 0);
}

void tf_code_store(tf_code *code, tf_code_place to, int a) {
  with_place(code, MAP_0F, STORE, a, 0, to, 0);
}

void tf_code_column(tf_code *code, int32_t column, bool past, int a) {
  // mov rcx, [rsi + 8 column]
  static const unsigned char pointer[] = {0x48, 0x8b, 0x8e};
  write(code, pointer, sizeof pointer);
  offset32(code, column * (int32_t)sizeof(double *));
  // vmovntpd or vmovupd [rcx + rax], a
  const unsigned opcode = past ? STORE_PAST : STORE;
  vector_prefix(code, MAP_0F, opcode, a, 0, RAX, RCX);
  byte(code, opcode);
  byte(code, (unsigned)(a & 7) << 3 | 4);
  byte(code, RAX << 3 | RCX);
  // A number less itself is 0, or NaN if it is not finite. Bits are joined by `or`, which nothing has to wait for.
  const int seen = seen_register(code), scratch = scratch_register(code);
  with_register(code, MAP_0F, 0x5c, scratch, a, a);
  with_register(code, MAP_0F, 0x56, seen, seen, scratch);
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

// Conditions are masks in registers of their own (AVX-512): here they become all bits of a lane, or none, as they are
// without. vpmovm2q d, MASK
static void spread_mask(tf_code *code, int d) {
  evex(code, MAP_0F38, PREFIX_F3, d, 0, 0, MASK, 0);
  registers(code, 0x38, d, MASK);
}

// vpmovq2m MASK, c; vblendmpd d{MASK}, a, b
static void blend_by_mask(tf_code *code, int d, int a, int b, int c) {
  evex(code, MAP_0F38, PREFIX_F3, MASK, 0, index_of_register(c), c, 0);
  registers(code, 0x39, MASK, c);
  evex(code, MAP_0F38, PREFIX_66, d, a, index_of_register(b), b, MASK);
  registers(code, 0x65, d, b);
}

void tf_code_operate(tf_code *code, tf_code_op op, unsigned detail, int d, int a, int b, int c) {
  const encoding e = encoding_of(op);
  if (code->wide && op == TF_CODE_BLEND) {
    blend_by_mask(code, d, a, b, c);
    return;
  }
  if (code->wide && op == TF_CODE_COMPARE) {
    with_register(code, e.map, e.opcode, MASK, a, b);
    byte(code, detail);
    spread_mask(code, d);
    return;
  }
  with_register(code, e.map, e.opcode, d, e.two ? 0 : a, b);
  if (e.detail) {
    byte(code, op == TF_CODE_BLEND ? (unsigned)c << 4 : detail);
  }
}

void tf_code_operate_place(tf_code *code, tf_code_op op, unsigned detail, int d, int a, tf_code_place b) {
  const encoding e = encoding_of(op);
  if (code->wide && op == TF_CODE_COMPARE) {
    with_place(code, e.map, e.opcode, MASK, a, b, 1);
    byte(code, detail);
    spread_mask(code, d);
    return;
  }
  with_place(code, e.map, e.opcode, d, e.two ? 0 : a, b, e.detail ? 1 : 0);
  if (e.detail) {
    byte(code, detail);
  }
}
