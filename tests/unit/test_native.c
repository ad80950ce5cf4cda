// SPDX-License-Identifier: GPL-3.0-or-later
// Translated code: its bytes are those of an assembler, and what it computes has the bits of the kernels.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plan_builder.h"

#include "engine/native.h"
#include "engine/native_code.h"

#ifndef PR_SET_MDWE // Linux 6.3
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

// --- bytes

// What GNU as makes of these lines, each with {vex3}, and {disp32} where there is an offset:
//   vaddpd ymm1, ymm2, ymm3             vsubpd ymm9, ymm10, ymm11           vmulpd ymm15, ymm0, ymm8
//   vdivpd ymm8, ymm15, ymm7            vminpd ymm0, ymm1, ymm2             vmaxpd ymm3, ymm4, ymm5
//   vandpd ymm6, ymm7, ymm8             vandnpd ymm9, ymm1, ymm2            vorpd ymm3, ymm12, ymm4
//   vxorpd ymm5, ymm6, ymm13            vcmppd ymm1, ymm14, ymm2, 0x11      vblendvpd ymm4, ymm5, ymm6, ymm11
//   vsqrtpd ymm10, ymm3                 vroundpd ymm2, ymm9, 0x0a           vmovupd ymm7, ymm12
//   vfmadd231pd ymm3, ymm9, ymm13       vaddpd ymm9, ymm2, [r8+rax+0x40]    vcmppd ymm3, ymm12, [r9+rax-0x12345], 0x1e
//   vroundpd ymm12, [r9+rax+0x1000], 9  vmovupd ymm14, [r8+rax+0x7ffffff0]  vbroadcastsd ymm6, [r10+0x80]
//   vbroadcastsd ymm11, [r11+0x8]       vmovupd [r9+rax+0x240], ymm13
//   mov rcx, [rsi+0x12345678]           vmovntpd [rcx+rax], ymm9            vsubpd ymm14, ymm9, ymm9
//   vorpd ymm15, ymm15, ymm14           mov rcx, [rsi+8*100000]             vmovupd [rcx+rax], ymm2
//   vsubpd ymm14, ymm2, ymm2            vorpd ymm15, ymm15, ymm14
static const unsigned char by_four[] = {
    0xc4, 0xe1, 0x6d, 0x58, 0xcb, 0xc4, 0x41, 0x2d, 0x5c, 0xcb, 0xc4, 0x41, 0x7d, 0x59, 0xf8, 0xc4, 0x61, 0x05, 0x5e,
    0xc7, 0xc4, 0xe1, 0x75, 0x5d, 0xc2, 0xc4, 0xe1, 0x5d, 0x5f, 0xdd, 0xc4, 0xc1, 0x45, 0x54, 0xf0, 0xc4, 0x61, 0x75,
    0x55, 0xca, 0xc4, 0xe1, 0x1d, 0x56, 0xdc, 0xc4, 0xc1, 0x4d, 0x57, 0xed, 0xc4, 0xe1, 0x0d, 0xc2, 0xca, 0x11, 0xc4,
    0xe3, 0x55, 0x4b, 0xe6, 0xb0, 0xc4, 0x61, 0x7d, 0x51, 0xd3, 0xc4, 0xc3, 0x7d, 0x09, 0xd1, 0x0a, 0xc4, 0xc1, 0x7d,
    0x10, 0xfc, 0xc4, 0xc2, 0xb5, 0xb8, 0xdd, 0xc4, 0x41, 0x6d, 0x58, 0x8c, 0x00, 0x40, 0x00, 0x00, 0x00, 0xc4, 0xc1,
    0x1d, 0xc2, 0x9c, 0x01, 0xbb, 0xdc, 0xfe, 0xff, 0x1e, 0xc4, 0x43, 0x7d, 0x09, 0xa4, 0x01, 0x00, 0x10, 0x00, 0x00,
    0x09, 0xc4, 0x41, 0x7d, 0x10, 0xb4, 0x00, 0xf0, 0xff, 0xff, 0x7f, 0xc4, 0xc2, 0x7d, 0x19, 0xb2, 0x80, 0x00, 0x00,
    0x00, 0xc4, 0x42, 0x7d, 0x19, 0x9b, 0x08, 0x00, 0x00, 0x00, 0xc4, 0x41, 0x7d, 0x11, 0xac, 0x01, 0x40, 0x02, 0x00,
    0x00, 0x48, 0x8b, 0x8e, 0x78, 0x56, 0x34, 0x12, 0xc4, 0x61, 0x7d, 0x2b, 0x0c, 0x01, 0xc4, 0x41, 0x35, 0x5c, 0xf1,
    0xc4, 0x41, 0x05, 0x56, 0xfe, 0x48, 0x8b, 0x8e, 0x00, 0x35, 0x0c, 0x00, 0xc4, 0xe1, 0x7d, 0x11, 0x14, 0x01, 0xc4,
    0x61, 0x6d, 0x5c, 0xf2, 0xc4, 0x41, 0x05, 0x56, 0xfe,
};

// And of these, with {disp32} where there is an offset:
//   vaddpd zmm1, zmm2, zmm3                   vsubpd zmm9, zmm10, zmm11
//   vmulpd zmm31, zmm0, zmm8                  vdivpd zmm8, zmm15, zmm23
//   vminpd zmm16, zmm17, zmm18                vmaxpd zmm3, zmm20, zmm5
//   vandpd zmm6, zmm7, zmm24                  vandnpd zmm25, zmm1, zmm2
//   vorpd zmm3, zmm12, zmm4                   vxorpd zmm21, zmm22, zmm29
//   vcmppd k1, zmm14, zmm18, 0x11             vpmovm2q zmm17, k1
//   vcmppd k1, zmm30, zmm2, 0x0c              vpmovm2q zmm9, k1
//   vpmovq2m k1, zmm27                        vblendmpd zmm20{k1}, zmm5, zmm22
//   vpmovq2m k1, zmm11                        vblendmpd zmm4{k1}, zmm21, zmm14
//   vsqrtpd zmm26, zmm19                      vrndscalepd zmm2, zmm25, 0x0a
//   vmovupd zmm23, zmm12                      vfmadd231pd zmm19, zmm9, zmm29
//   vaddpd zmm25, zmm18, [r8+rax+0x40]        vcmppd k1, zmm28, [r9+rax-0x12345], 0x1e
//   vpmovm2q zmm3, k1                         vrndscalepd zmm12, [r9+rax+0x1000], 9
//   vmovupd zmm30, [r8+rax+0x7ffffff0]        vbroadcastsd zmm6, [r10+0x80]
//   vbroadcastsd zmm27, [r11+0x8]             vmovupd [r9+rax+0x240], zmm29
//   mov rcx, [rsi+0x12345678]                 vmovntpd [rcx+rax], zmm25
//   vsubpd zmm30, zmm25, zmm25                vorpd zmm31, zmm31, zmm30
//   mov rcx, [rsi+8*100000]                   vmovupd [rcx+rax], zmm2
//   vsubpd zmm30, zmm2, zmm2                  vorpd zmm31, zmm31, zmm30
static const unsigned char by_eight[] = {
    0x62, 0xf1, 0xed, 0x48, 0x58, 0xcb, 0x62, 0x51, 0xad, 0x48, 0x5c, 0xcb, 0x62, 0x41, 0xfd, 0x48, 0x59, 0xf8,
    0x62, 0x31, 0x85, 0x48, 0x5e, 0xc7, 0x62, 0xa1, 0xf5, 0x40, 0x5d, 0xc2, 0x62, 0xf1, 0xdd, 0x40, 0x5f, 0xdd,
    0x62, 0x91, 0xc5, 0x48, 0x54, 0xf0, 0x62, 0x61, 0xf5, 0x48, 0x55, 0xca, 0x62, 0xf1, 0x9d, 0x48, 0x56, 0xdc,
    0x62, 0x81, 0xcd, 0x40, 0x57, 0xed, 0x62, 0xb1, 0x8d, 0x48, 0xc2, 0xca, 0x11, 0x62, 0xe2, 0xfe, 0x48, 0x38,
    0xc9, 0x62, 0xf1, 0x8d, 0x40, 0xc2, 0xca, 0x0c, 0x62, 0x72, 0xfe, 0x48, 0x38, 0xc9, 0x62, 0x92, 0xfe, 0x48,
    0x39, 0xcb, 0x62, 0xa2, 0xd5, 0x49, 0x65, 0xe6, 0x62, 0xd2, 0xfe, 0x48, 0x39, 0xcb, 0x62, 0xd2, 0xd5, 0x41,
    0x65, 0xe6, 0x62, 0x21, 0xfd, 0x48, 0x51, 0xd3, 0x62, 0x93, 0xfd, 0x48, 0x09, 0xd1, 0x0a, 0x62, 0xc1, 0xfd,
    0x48, 0x10, 0xfc, 0x62, 0x82, 0xb5, 0x48, 0xb8, 0xdd, 0x62, 0x41, 0xed, 0x40, 0x58, 0x8c, 0x00, 0x40, 0x00,
    0x00, 0x00, 0x62, 0xd1, 0x9d, 0x40, 0xc2, 0x8c, 0x01, 0xbb, 0xdc, 0xfe, 0xff, 0x1e, 0x62, 0xf2, 0xfe, 0x48,
    0x38, 0xd9, 0x62, 0x53, 0xfd, 0x48, 0x09, 0xa4, 0x01, 0x00, 0x10, 0x00, 0x00, 0x09, 0x62, 0x41, 0xfd, 0x48,
    0x10, 0xb4, 0x00, 0xf0, 0xff, 0xff, 0x7f, 0x62, 0xd2, 0xfd, 0x48, 0x19, 0xb2, 0x80, 0x00, 0x00, 0x00, 0x62,
    0x42, 0xfd, 0x48, 0x19, 0x9b, 0x08, 0x00, 0x00, 0x00, 0x62, 0x41, 0xfd, 0x48, 0x11, 0xac, 0x01, 0x40, 0x02,
    0x00, 0x00, 0x48, 0x8b, 0x8e, 0x78, 0x56, 0x34, 0x12, 0x62, 0x61, 0xfd, 0x48, 0x2b, 0x0c, 0x01, 0x62, 0x01,
    0xb5, 0x40, 0x5c, 0xf1, 0x62, 0x01, 0x85, 0x40, 0x56, 0xfe, 0x48, 0x8b, 0x8e, 0x00, 0x35, 0x0c, 0x00, 0x62,
    0xf1, 0xfd, 0x48, 0x11, 0x14, 0x01, 0x62, 0x61, 0xed, 0x48, 0x5c, 0xf2, 0x62, 0x01, 0x85, 0x40, 0x56, 0xfe,
};

typedef struct operation {
  tf_code_op op;
  uint8_t detail, d, a, b, c;
} operation;

static const operation operations_by_four[] = {
    {TF_CODE_ADD, 0, 1, 2, 3, 0},
    {TF_CODE_SUBTRACT, 0, 9, 10, 11, 0},
    {TF_CODE_MULTIPLY, 0, 15, 0, 8, 0},
    {TF_CODE_DIVIDE, 0, 8, 15, 7, 0},
    {TF_CODE_MIN, 0, 0, 1, 2, 0},
    {TF_CODE_MAX, 0, 3, 4, 5, 0},
    {TF_CODE_AND, 0, 6, 7, 8, 0},
    {TF_CODE_AND_NOT, 0, 9, 1, 2, 0},
    {TF_CODE_OR, 0, 3, 12, 4, 0},
    {TF_CODE_XOR, 0, 5, 6, 13, 0},
    {TF_CODE_COMPARE, TF_COMPARE_LESS, 1, 14, 2, 0},
    {TF_CODE_BLEND, 0, 4, 5, 6, 11},
    {TF_CODE_SQRT, 0, 10, 0, 3, 0},
    {TF_CODE_ROUND, TF_ROUND_UP, 2, 0, 9, 0},
    {TF_CODE_MOVE, 0, 7, 0, 12, 0},
    {TF_CODE_FUSED, 0, 3, 9, 13, 0},
};

static const operation operations_by_eight[] = {
    {TF_CODE_ADD, 0, 1, 2, 3, 0},
    {TF_CODE_SUBTRACT, 0, 9, 10, 11, 0},
    {TF_CODE_MULTIPLY, 0, 31, 0, 8, 0},
    {TF_CODE_DIVIDE, 0, 8, 15, 23, 0},
    {TF_CODE_MIN, 0, 16, 17, 18, 0},
    {TF_CODE_MAX, 0, 3, 20, 5, 0},
    {TF_CODE_AND, 0, 6, 7, 24, 0},
    {TF_CODE_AND_NOT, 0, 25, 1, 2, 0},
    {TF_CODE_OR, 0, 3, 12, 4, 0},
    {TF_CODE_XOR, 0, 21, 22, 29, 0},
    {TF_CODE_COMPARE, TF_COMPARE_LESS, 17, 14, 18, 0},
    {TF_CODE_COMPARE, TF_COMPARE_NOT_EQUAL, 9, 30, 2, 0},
    {TF_CODE_BLEND, 0, 20, 5, 22, 27},
    {TF_CODE_BLEND, 0, 4, 21, 14, 11},
    {TF_CODE_SQRT, 0, 26, 0, 19, 0},
    {TF_CODE_ROUND, TF_ROUND_UP, 2, 0, 25, 0},
    {TF_CODE_MOVE, 0, 23, 0, 12, 0},
    {TF_CODE_FUSED, 0, 19, 9, 29, 0},
};

static void assert_bytes(tf_context *cx, bool wide, const operation *operations, size_t count,
                         const unsigned char *known, size_t length) {
  const int high = wide ? 16 : 0; // registers of places, so that each half occurs
  tf_code code = {.arena = cx->arena, .wide = wide};
  for (size_t i = 0; i < count; i++) {
    const operation *o = &operations[i];
    tf_code_operate(&code, o->op, o->detail, o->d, o->a, o->b, o->c);
  }
  tf_code_operate_place(&code, TF_CODE_ADD, 0, 9 + high, 2 + high, (tf_code_place){TF_BASE_WORK_ROW, 0x40});
  tf_code_operate_place(&code, TF_CODE_COMPARE, TF_COMPARE_GREATER, 3, 12 + high,
                        (tf_code_place){TF_BASE_WORK, -0x12345});
  tf_code_operate_place(&code, TF_CODE_ROUND, TF_ROUND_DOWN, 12, 0, (tf_code_place){TF_BASE_WORK, 0x1000});
  tf_code_load(&code, 14 + high, (tf_code_place){TF_BASE_WORK_ROW, 0x7ffffff0});
  tf_code_spread(&code, 6, (tf_code_place){TF_BASE_CONSTANT_ROW, 0x80});
  tf_code_spread(&code, 11 + high, (tf_code_place){TF_BASE_CONSTANT, 8});
  tf_code_store(&code, (tf_code_place){TF_BASE_WORK, 0x240}, 13 + high);
  tf_code_column(&code, 0x12345678 / 8, true, 9 + high);
  tf_code_column(&code, 100000, false, 2);
  assert_int_equal(code.bytes.count, length);
  assert_memory_equal(code.bytes.at, known, length);
}

static void test_bytes(void **state) {
  assert_bytes(*state, false, operations_by_four, sizeof operations_by_four / sizeof(operation), by_four,
               sizeof by_four);
  assert_bytes(*state, true, operations_by_eight, sizeof operations_by_eight / sizeof(operation), by_eight,
               sizeof by_eight);
}

// --- results

static uint64_t next_random(uint64_t *seed) { // splitmix64
  uint64_t z = *seed += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

static size_t bodies_of(plan_builder *b, const uint32_t *ids, size_t count) {
  tf_graph *graph = tf_graph_new(b->cx, b->arena);
  uint32_t scenario;
  assert_int_equal(tf_graph_add(b->cx, graph, &b->plan, ids, count, &scenario), TF_OK);
  const tf_tape *tape = tf_tape_compile(graph, b->arena, false);
  const tf_native *native = tf_native_translate(b->arena, tape, 72, false, tf_native_lanes());
  size_t bodies = 0;
  for (size_t i = 0; native != NULL && i < tape->main.list.count; i++) {
    bodies += native->at[i] != NULL;
  }
  return bodies;
}

static bool machine_translates(void) {
  return tf_native_lanes() > 0;
}

// NaN is NaN: which of its bits an operation passes on is the machine's business.
static bool same_number(double x, double y) {
  return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

// Runs with kernels and with translated code, for several blocks; false if the model has no result.
static bool assert_same_results(plan_builder *b, const uint32_t *ids, size_t count) {
  tf_run_options options = run_options(203);
  options.translate = TF_TRANSLATE_NEVER;
  const tf_samples *x = run_with(b, &options, ids, count);
  for (size_t block = 64; block <= 1024; block *= 2) {
    // The widest registers there are, and those of four lanes.
    options.translate = block == 128 || block == 512 ? TF_TRANSLATE_BY_FOUR : TF_TRANSLATE_ALWAYS;
    options.block = block;
    const tf_samples *y = run_with(b, &options, ids, count);
    assert_true((x == NULL) == (y == NULL));
    for (size_t i = 0; x != NULL && i < x->output_count; i++) {
      const tf_output *p = &x->outputs[i], *q = &y->outputs[i];
      for (size_t k = 0; p->uncertain && k < p->elements * (size_t)(p->history + p->periods); k++) {
        for (size_t n = 0; n < x->count; n++) {
          if (!same_number(p->samples[k][n], q->samples[k][n])) {
            fail_msg("block %zu, output %zu, column %zu, sample %zu: %.17g, not %.17g", block, i, k, n,
                     q->samples[k][n], p->samples[k][n]);
          }
        }
      }
    }
  }
  return x != NULL;
}

static const tf_term *rate_without_root(plan_builder *b, uint32_t u) { // NaN in about half of the samples
  uint32_t flow = add(b, "flow", NULL);
  const tf_term *later = OP2(ADD, num(b, 0.1), OP2(MULTIPLY, ref(b, u), num(b, 0)));
  define(b, flow, OP2(THEN, OP2(SUBTRACT, ref(b, u), num(b, 1)), later));
  return timed(b, TF_TERM_IRR, TF_TIMING_END, ref(b, flow), NULL);
}

// Each operation on ordinary numbers, zeros of both signs and NaN, operands being draws or numbers.
static void test_operations(void **state) {
  static const struct {
    tf_term_op op;
    size_t operands;
  } ops[] = {{TF_TERM_NEGATE, 1},   {TF_TERM_NOT, 1},        {TF_TERM_ADD, 2},     {TF_TERM_SUBTRACT, 2},
             {TF_TERM_MULTIPLY, 2}, {TF_TERM_DIVIDE, 2},     {TF_TERM_EQUAL, 2},   {TF_TERM_NOT_EQUAL, 2},
             {TF_TERM_LESS, 2},     {TF_TERM_LESS_EQUAL, 2}, {TF_TERM_GREATER, 2}, {TF_TERM_GREATER_EQUAL, 2},
             {TF_TERM_AND, 2},      {TF_TERM_OR, 2},         {TF_TERM_SELECT, 3},  {TF_TERM_SQRT, 1},
             {TF_TERM_ABS, 1},      {TF_TERM_FLOOR, 1},      {TF_TERM_CEIL, 1},    {TF_TERM_MIN, 2},
             {TF_TERM_MAX, 2},      {TF_TERM_MOD, 2},        {TF_TERM_CLAMP, 3}};
  enum { KINDS = 5 };
  size_t ran = 0, tried = 0;
  for (size_t o = 0; o < sizeof ops / sizeof *ops; o++) {
    for (size_t kinds = 0; kinds < KINDS * KINDS * KINDS; kinds++) {
      plan_builder *b = new_plan(*state, 2024, 12, 4);
      uint32_t u = UNIFORM("u", 0.5, 1.5), v = UNIFORM("v", -3, 3);
      const tf_term *choices[KINDS] = {
          ref(b, add(b, "rate", rate_without_root(b, u))),
          ref(b, add(b, "whole", OP1(FLOOR, ref(b, v)))), // zero and equal numbers
          ref(b, add(b, "negative_zero", OP2(MULTIPLY, OP1(FLOOR, ref(b, v)), num(b, -1)))),
          ref(b, v),
          num(b, 2),
      };
      const tf_term *operands[3] = {choices[kinds % KINDS], choices[kinds / KINDS % KINDS],
                                    choices[kinds / KINDS / KINDS]};
      if ((ops[o].operands < 2 && kinds >= KINDS) || (ops[o].operands < 3 && kinds >= KINDS * KINDS)) {
        break;
      }
      const tf_term *made = new_term(b, ops[o].op, ops[o].operands, operands);
      // In a series, so that it stands in a group beside a neighbour.
      uint32_t x = add(b, "x", OP2(ADD, made, OP2(MULTIPLY, leaf(b, TF_TERM_ELAPSED), num(b, 0))));
      uint32_t y = add(b, "y", OP2(ADD, ref(b, x), ref(b, v)));
      const uint32_t ids[] = {x, y};
      ran += assert_same_results(b, ids, 2);
      tried++;
    }
  }
  assert_true(ran * 10 > tried * 8); // the others divide by zero or take the root of a negative number
}

// More values at once than there are registers: some give way to memory and come back.
static void test_registers_run_out(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 5);
  enum { MANY = 30 };
  uint32_t parts[MANY];
  for (int i = 0; i < MANY; i++) {
    uint32_t u = UNIFORM(tf_format(b->arena, "u%d", i), 1, 2);
    parts[i] = add(b, tf_format(b->arena, "p%d", i),
                   OP2(MULTIPLY, ref(b, u), OP2(ADD, leaf(b, TF_TERM_ELAPSED), num(b, i + 1))));
  }
  const tf_term *forward = ref(b, parts[0]), *backward = ref(b, parts[MANY - 1]);
  for (int i = 1; i < MANY; i++) {
    forward = OP2(DIVIDE, forward, ref(b, parts[i]));
    backward = OP2(SUBTRACT, ref(b, parts[MANY - 1 - i]), backward);
  }
  uint32_t x = add(b, "x", forward), y = add(b, "y", backward), z = add(b, "z", OP2(MIN, ref(b, x), ref(b, y)));
  const uint32_t ids[] = {x, y, z};
  assert_true(assert_same_results(b, ids, 3));
  assert_true(!machine_translates() || bodies_of(b, ids, 3) > 0);
}

// Recurrences, histories, running sums, indices, cohorts of 1 to 40 periods, more results than columns in one body.
static void test_time_and_indices(void **state) {
  static const char *const rows[] = {"A", "B", "C"};
  for (int periods = 1; periods <= 40; periods += periods < 20 ? 1 : 5) {
    plan_builder *b = new_plan(*state, 2024, 3, periods);
    uint32_t g = add_index(b, "g", 3, rows);
    const double prices[] = {3, 1, 2}, before[42] = {5, 6};
    uint32_t price = add_column(b, "price", g, prices);
    uint32_t u = UNIFORM("u", 1, 3), w = UNIFORM("w", -0.1, 0.2), life = UNIFORM("life", YEAR, 4 * YEAR);
    uint32_t x = add(b, "x", NULL);
    define(b, x, OP2(THEN, ref(b, u), OP2(MULTIPLY, lag(b, x, -1, NULL), OP2(ADD, num(b, 1), ref(b, w)))));
    uint32_t most = add(b, "most", NULL);
    define(b, most, OP2(THEN, ref(b, x), OP2(MAX, lag(b, most, -1, NULL), ref(b, x))));
    uint32_t given = add(b, "given", OP2(MULTIPLY, ref(b, x), num(b, 2)));
    give(b, given, 2, 0, -2, num(b, before[0]));
    give(b, given, 2, 0, -1, OP2(MULTIPLY, ref(b, u), num(b, before[1])));
    uint32_t past =
        add(b, "past", OP2(ADD, lag(b, given, -2, NULL), OP2(MULTIPLY, lag(b, given, -1, NULL), ref(b, w))));
    uint32_t each = add_over(b, "each", OP2(MULTIPLY, ref(b, price), OP2(ADD, ref(b, x), ref(b, past))), 1, &g);
    const tf_term *of_each = ref(b, each);
    uint32_t sum = add(b, "sum", indexed(b, TF_TERM_SUM, g, 0, 1, &of_each));
    uint32_t mean = add(b, "mean", indexed(b, TF_TERM_MEAN, g, 0, 1, &of_each));
    uint32_t least = add(b, "least", indexed(b, TF_TERM_MINIMUM, g, 0, 1, &of_each));
    uint32_t largest = add(b, "largest", indexed(b, TF_TERM_MAXIMUM, g, 0, 1, &of_each));
    uint32_t running = add(b, "running", OP1(CUMULATIVE, OP2(DIVIDE, ref(b, sum), num(b, YEAR))));
    uint32_t change = add(b, "change", OP1(CHANGE, ref(b, most)));
    uint32_t average = add(b, "average", OP1(AVERAGE, ref(b, running)));
    uint32_t stands = add(b, "stands", OP2(SURVIVE, OP2(DIVIDE, ref(b, x), num(b, YEAR)), ref(b, life)));
    uint32_t spent = add(b, "spent", OP2(STRAIGHT_LINE, ref(b, average), ref(b, life)));
    uint32_t all = add_over(b, "all", OP2(SUBTRACT, ref(b, each), OP2(ADD, ref(b, stands), ref(b, spent))), 1, &g);
    const tf_period first = {TF_PERIOD_QUARTER, 2024, 1, 1};
    uint32_t share = add_over(b, "share", OP2(DIVIDE, ref(b, each), at_period(b, ref(b, each), first, false)), 1, &g);
    const uint32_t ids[] = {x,       most,    past,   each,    sum,    mean,  least, given,
                            largest, running, change, average, stands, spent, all,   share};
    assert_true(assert_same_results(b, ids, sizeof ids / sizeof *ids));
    assert_true(!machine_translates() || bodies_of(b, ids, sizeof ids / sizeof *ids) > 1);
  }
}

// Values that nobody reads but a neighbour, one period later: they must be in memory all the same.
static void test_the_period_before(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 6);
  uint32_t u = UNIFORM("u", 1, 2);
  uint32_t x = add(b, "x", OP2(MULTIPLY, ref(b, u), leaf(b, TF_TERM_ELAPSED)));
  uint32_t y = add(b, "y", OP2(DIVIDE, ref(b, u), OP2(ADD, leaf(b, TF_TERM_ELAPSED), num(b, 1))));
  uint32_t z = add(b, "z", OP2(SUBTRACT, ref(b, u), leaf(b, TF_TERM_ELAPSED)));
  uint32_t change = add(b, "change", OP1(CHANGE, ref(b, x)));
  uint32_t average = add(b, "average", OP1(AVERAGE, ref(b, y)));
  uint32_t before = add(b, "before", OP2(THEN, ref(b, u), OP2(MULTIPLY, lag(b, z, -1, NULL), num(b, 3))));
  const uint32_t ids[] = {change, average, before};
  assert_true(assert_same_results(b, ids, 3));
  assert_true(!machine_translates() || bodies_of(b, ids, 3) == 1);
}

// Equations thrown together: whatever a body is made of, it computes what the kernels compute.
static void test_random_models(void **state) {
  static const tf_term_op ops[] = {TF_TERM_ADD,      TF_TERM_SUBTRACT, TF_TERM_MULTIPLY, TF_TERM_DIVIDE,
                                   TF_TERM_MIN,      TF_TERM_MAX,      TF_TERM_LESS,     TF_TERM_OR,
                                   TF_TERM_MULTIPLY, TF_TERM_ADD,      TF_TERM_MOD,      TF_TERM_AND};
  size_t ran = 0;
  for (uint64_t seed = 1; seed <= 150; seed++) {
    uint64_t random = seed * 1000;
    plan_builder *b = new_plan(*state, 2024, 12, 1 + (int)(next_random(&random) % 6));
    enum { MOST = 60 };
    uint32_t made[MOST];
    size_t count = 3 + next_random(&random) % 3;
    for (size_t i = 0; i < count; i++) {
      made[i] = UNIFORM(tf_format(b->arena, "u%zu", i), 0.5, 1.5);
    }
    const size_t wanted = count + 5 + next_random(&random) % 45;
    for (; count < wanted; count++) {
      const uint32_t some = made[next_random(&random) % count];
      const tf_term *a = ref(b, some), *c = ref(b, made[next_random(&random) % count]);
      const tf_term *d = num(b, (double)(next_random(&random) % 7) - 2);
      const char *name = tf_format(b->arena, "q%zu", count);
      switch (next_random(&random) % 12) {
      case 0:
        made[count] = add(b, name, NULL);
        define(b, made[count], OP2(THEN, a, OP2(ADD, OP2(MULTIPLY, lag(b, made[count], -1, NULL), num(b, 0.5)), c)));
        break;
      case 1:
        made[count] = add(b, name, OP1(CUMULATIVE, OP2(DIVIDE, a, num(b, YEAR))));
        break;
      case 2:
        made[count] = add(b, name, OP3(CLAMP, a, d, c));
        break;
      case 3:
        made[count] = add(b, name, OP3(SELECT, OP2(GREATER, a, d), c, OP1(ABS, a)));
        break;
      case 4:
        made[count] = add(b, name, OP1(SQRT, OP2(ADD, OP2(MULTIPLY, a, a), leaf(b, TF_TERM_ELAPSED))));
        break;
      default:
        made[count] = add(
            b, name,
            op2(b, ops[next_random(&random) % (sizeof ops / sizeof *ops)], a, next_random(&random) % 3 == 0 ? d : c));
        break;
      }
    }
    uint32_t ids[MOST];
    size_t asked = 0;
    for (size_t i = 0; i < count; i++) {
      if (next_random(&random) % 4 == 0 || i + 1 == count) {
        ids[asked++] = made[i];
      }
    }
    ran += assert_same_results(b, ids, asked);
  }
  assert_true(ran > 75); // the others divide by zero somewhere
}

// A tape so large that its code is cut into several bodies.
static void test_long_bodies(void **state) {
  static char labels[200][16];
  static const char *names[200];
  for (int i = 0; i < 200; i++) {
    (void)snprintf(labels[i], sizeof labels[i], "r%d", i);
    names[i] = labels[i];
  }
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t g = add_index(b, "g", 200, names), u = UNIFORM("u", 1, 2);
  const tf_term *row = indexed(b, TF_TERM_ROW, g, 0, 0, NULL);
  uint32_t last = add_over(b, "q0", OP2(ADD, ref(b, u), OP2(MULTIPLY, row, leaf(b, TF_TERM_ELAPSED))), 1, &g);
  for (int i = 1; i < 12; i++) {
    last =
        add_over(b, tf_format(b->arena, "q%d", i), OP2(MAX, OP2(MULTIPLY, ref(b, last), ref(b, u)), num(b, i)), 1, &g);
  }
  const tf_term *all = ref(b, last);
  uint32_t sum = add(b, "sum", indexed(b, TF_TERM_SUM, g, 0, 1, &all));
  const uint32_t ids[] = {last, sum};
  assert_true(assert_same_results(b, ids, 2));
}

// Where the system lets nothing become executable, the kernels do all the work.
static void test_nothing_may_be_executed(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t u = UNIFORM("u", 1, 2);
  uint32_t x = add(b, "x", OP2(MULTIPLY, ref(b, u), leaf(b, TF_TERM_ELAPSED)));
  uint32_t y = add(b, "y", OP2(ADD, ref(b, x), ref(b, u)));
  const uint32_t ids[] = {x, y};
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    enum { SAME = 0, OTHER = 1, NOT_REFUSED = 77 };
    const bool refused = prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0;
    const bool none = bodies_of(b, ids, 2) == 0;
    _exit(!refused ? NOT_REFUSED : none && assert_same_results(b, ids, 2) ? SAME : OTHER);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) { // a kernel that knows no such rule
    skip();
  }
  assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_bytes),
      TEST(test_operations),
      TEST(test_registers_run_out),
      TEST(test_time_and_indices),
      TEST(test_long_bodies),
      TEST(test_the_period_before),
      TEST(test_random_models),
      TEST(test_nothing_may_be_executed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
