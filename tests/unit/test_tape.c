// SPDX-License-Identifier: GPL-3.0-or-later
// Tape: what runs once, what runs for each block, where values lie; and the kernels' treatment of special values.
#include "plan_builder.h"

#include "engine/kernel.h"
#include "engine/tape.h"

static const char *tape_of(plan_builder *b, const uint32_t *ids, size_t count) {
  tf_graph *graph = tf_graph_new(b->cx, b->arena);
  uint32_t scenario;
  assert_int_equal(tf_graph_add(b->cx, graph, &b->plan, ids, count, &scenario), TF_OK);
  tf_text text = tf_text_new(b->arena);
  tf_tape_print(graph, &text);
  return text.ptr;
}

static void test_outputs_are_stored(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t u = UNIFORM("u", 1, 2);
  uint32_t x = add(b, "x", NULL);
  define(b, x, OP2(THEN, ref(b, u), OP2(MULTIPLY, lag(b, x, -1, NULL), num(b, 2))));
  uint32_t ids[] = {u, x};
  assert_string_equal(tape_of(b, ids, 2), "tape: 1 constant, 2 work and 4 output cells, at most 2 registers at once\n"
                                          "once:\n"
                                          "  c0 = constant 2  # %4\n"
                                          "for each block:\n"
                                          "  w0 = uniform  # %0\n"
                                          "  keep input w0  # %0\n"
                                          "  w1 = quantile w0  # %1\n"
                                          "  o0 = store w1  # %1\n"
                                          "  for each period 0..2\n"
                                          "    w0 = * c0 w0[t-1]  # %9\n"
                                          "    w0 = then w1 w0  # %10\n"
                                          "    o1..3 = store w0  # %10\n");
}

// What is read in its own period only has one row; what nobody else reads stays inside a chain.
static void test_periods_run_as_a_group(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t u = UNIFORM("u", 1, 2);
  uint32_t x = add(b, "x", OP2(MULTIPLY, ref(b, u), leaf(b, TF_TERM_ELAPSED)));
  uint32_t y = add(b, "y", OP2(SUBTRACT, OP2(MULTIPLY, ref(b, x), ref(b, u)), ref(b, x)));
  uint32_t z = add(b, "z", OP2(ADD, OP1(SQRT, ref(b, x)), lag(b, y, -1, num(b, 0))));
  uint32_t ids[] = {z};
  const char *text = strstr(tape_of(b, ids, 1), "  for each period");
  assert_string_equal(text, "  for each period 0..2\n"
                            "    w0 = * w1 c0..2  # %3\n"
                            "    w2..4 = ((w1 * w0) - w0)  # %5\n"
                            "    w5 = sqrt w0  # %6\n"
                            "    w6 = lag w2..4 c3  # %8\n"
                            "    w7 = + w5 w6  # %9\n"
                            "    o0..2 = store w7  # %9\n");
}

static double step_of(uint8_t op, double x, double y) {
  return op == TF_TERM_ADD ? x + y : op == TF_TERM_SUBTRACT ? x - y : op == TF_TERM_MULTIPLY ? x * y : x / y;
}

static void test_chains_round_as_their_parts(void **state) {
  (void)state;
  enum { N = 64 };
  _Alignas(64) static double operand[4][N], d[N];
  for (int k = 0; k < 4; k++) {
    for (int i = 0; i < N; i++) {
      operand[k][i] = (i % 2 == 0 ? 1 : -1) * sqrt(2 + k + 4.0 * i) / (1 + k);
    }
  }
  const double *operands[] = {operand[0], operand[1], operand[2], operand[3]};
  const uint8_t ops[] = {TF_TERM_ADD, TF_TERM_SUBTRACT, TF_TERM_MULTIPLY, TF_TERM_DIVIDE};
  int kernels = 0;
  for (int code = 0; code < 512; code++) { // operations, sides, and two or three steps
    tf_fusion f = {code >= 256 ? 3 : 2,
                   {ops[code & 3], ops[code >> 2 & 3], ops[code >> 4 & 3]},
                   {(code >> 6 & 1) != 0, (code >> 7 & 1) != 0}};
    tf_fused_kernel kernel = tf_kernel_fused(&f);
    if (kernel == NULL || (f.count == 2 && (code & 0xb0) != 0)) {
      continue;
    }
    kernels++;
    kernel(d, operands, N);
    for (int i = 0; i < N; i++) {
      double r = step_of(f.op[0], operand[0][i], operand[1][i]);
      for (int k = 1; k < f.count; k++) {
        r = f.swapped[k - 1] ? step_of(f.op[k], operand[k + 1][i], r) : step_of(f.op[k], r, operand[k + 1][i]);
      }
      assert_true(d[i] == r);
    }
  }
  assert_int_equal(kernels, 24 + 10);
}

// Work memory stays small however long the chain: values that are no longer read make room.
static void test_registers_are_reused(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t x = UNIFORM("x", 1, 2);
  uint32_t y = x;
  for (int i = 0; i < 100; i++) {
    y = add(b, tf_format(b->arena, "y%d", i), OP2(ADD, OP1(SQRT, ref(b, y)), ref(b, x)));
  }
  const char *text = tape_of(b, &y, 1);
  assert_non_null(strstr(text, " 3 work and 1 output cells"));
}

static void test_what_is_certain_runs_once(void **state) {
  plan_builder *b = new_plan(*state, 2024, 12, 3);
  uint32_t u = UNIFORM("u", 1, 2);
  uint32_t x = add(b, "x", NULL); // a certain recurrence in one circle with an uncertain one
  uint32_t y = add(b, "y", NULL);
  define(b, x, OP2(ADD, lag(b, x, -1, num(b, 1)), OP2(MULTIPLY, num(b, 2), leaf(b, TF_TERM_ELAPSED))));
  define(b, y, OP2(MULTIPLY, OP2(ADD, lag(b, y, -1, num(b, 1)), ref(b, x)), ref(b, u)));
  const char *text = tape_of(b, &y, 1);
  const char *block = strstr(text, "for each block:");
  assert_non_null(strstr(text, "for each period"));
  assert_true(strstr(text, "for each period") < block);
  assert_null(strstr(block, "elapsed"));
}

static double kernel2(tf_term_op op, double x, double y) {
  _Alignas(64) double a[8], c[8], d[8], v[8], w[8];
  const tf_map_kernels *kernel = tf_map_kernel(op);
  tf_kernel_fill(a, x, 8);
  tf_kernel_fill(c, y, 8);
  kernel->binary(d, a, c, 8);
  kernel->binary_vs(v, a, y, 8);
  kernel->binary_sv(w, x, c, 8);
  assert_memory_equal(d, v, sizeof d);
  assert_memory_equal(d, w, sizeof d);
  return d[3];
}

static double kernel1(tf_term_op op, double x) {
  _Alignas(64) double a[8], d[8];
  tf_kernel_fill(a, x, 8);
  tf_map_kernel(op)->unary(d, a, 8);
  return d[7];
}

static void test_special_values(void **state) {
  (void)state;
  assert_true(isnan(kernel2(TF_TERM_MIN, NAN, 1)) && isnan(kernel2(TF_TERM_MIN, 1, NAN)));
  assert_true(isnan(kernel2(TF_TERM_MAX, NAN, 1)) && isnan(kernel2(TF_TERM_MAX, 1, NAN)));
  assert_true(kernel2(TF_TERM_MIN, 2, 1) == 1 && kernel2(TF_TERM_MAX, 2, INFINITY) == INFINITY);
  const tf_term_op comparisons[] = {TF_TERM_EQUAL,      TF_TERM_NOT_EQUAL, TF_TERM_LESS,
                                    TF_TERM_LESS_EQUAL, TF_TERM_GREATER,   TF_TERM_GREATER_EQUAL};
  const double equal[] = {1, 0, 0, 1, 0, 1}, less[] = {0, 1, 1, 1, 0, 0};
  for (int i = 0; i < 6; i++) {
    assert_true(kernel2(comparisons[i], 2, 2) == equal[i] && kernel2(comparisons[i], 1, 2) == less[i]);
    assert_true(isnan(kernel2(comparisons[i], NAN, 2)) && isnan(kernel2(comparisons[i], 2, NAN)));
  }
  assert_true(kernel2(TF_TERM_AND, NAN, 0) == 0 && isnan(kernel2(TF_TERM_AND, NAN, 1)) &&
              kernel2(TF_TERM_AND, 1, 1) == 1);
  assert_true(kernel2(TF_TERM_OR, NAN, 1) == 1 && isnan(kernel2(TF_TERM_OR, 0, NAN)) && kernel2(TF_TERM_OR, 0, 0) == 0);
  assert_true(kernel2(TF_TERM_MOD, -1, 3) == 2 && kernel2(TF_TERM_MOD, 7, 3) == 1);
  assert_true(kernel1(TF_TERM_ROUND, 0.49999999999999994) == 0 && kernel1(TF_TERM_ROUND, -2.5) == -3);
  assert_true(kernel1(TF_TERM_ROUND, 4503599627370497.0) == 4503599627370497.0);
  assert_true(kernel1(TF_TERM_FLOOR, -0.5) == -1 && kernel1(TF_TERM_CEIL, 1.2) == 2);
  assert_true(kernel1(TF_TERM_NOT, 0) == 1 && isnan(kernel1(TF_TERM_NOT, NAN)));
  assert_true(isnan(kernel1(TF_TERM_LN, -1)) && kernel1(TF_TERM_LN, 0) == -INFINITY &&
              kernel1(TF_TERM_EXP, 800) == INFINITY);
  assert_true(kernel1(TF_TERM_EXP, -800) == 0 && isnan(kernel1(TF_TERM_SQRT, -1)));
  assert_true(isnan(kernel2(TF_TERM_POWER, -2, 0.5)) && kernel2(TF_TERM_POWER, 0, -1) == INFINITY);
  _Alignas(64) double c[8] = {1, 0, NAN, 5, 1, 0, NAN, -1}, y[8], z[8], d[8];
  tf_kernel_fill(y, NAN, 8);
  tf_kernel_fill(z, 3, 8);
  tf_map_kernel(TF_TERM_SELECT)->ternary(d, c, z, y, 8);
  assert_true(d[0] == 3 && isnan(d[1]) && isnan(d[2]) && d[3] == 3 && d[7] == 3);
  assert_false(tf_kernel_finite((const double[]){1, INFINITY}, 2));
  assert_false(tf_kernel_finite((const double[]){1, 2, NAN}, 3));
  assert_true(tf_kernel_finite((const double[]){1, -1.7e308, 0, INFINITY}, 3));
}

// Lanes do not meet: each lane of a long column is what it is alone.
static void test_lanes_are_independent(void **state) {
  (void)state;
  enum { N = 512 };
  _Alignas(64) static double a[N], c[N], d[N];
  for (int i = 0; i < N; i++) {
    a[i] = 0.37 * (i + 1);
    c[i] = 4 - 0.01 * i;
  }
  const tf_term_op binary[] = {TF_TERM_POWER, TF_TERM_DIVIDE, TF_TERM_MOD, TF_TERM_ADD};
  for (int k = 0; k < 4; k++) {
    tf_map_kernel(binary[k])->binary(d, a, c, N);
    for (int i = 0; i < N; i += 37) {
      double alone = kernel2(binary[k], a[i], c[i]);
      assert_memory_equal(&d[i], &alone, sizeof alone);
    }
  }
  const tf_term_op unary[] = {TF_TERM_EXP, TF_TERM_LN, TF_TERM_LOG10, TF_TERM_LOG2, TF_TERM_SQRT};
  for (int k = 0; k < 5; k++) {
    tf_map_kernel(unary[k])->unary(d, a, N);
    for (int i = 0; i < N; i += 37) {
      double alone = kernel1(unary[k], a[i]);
      assert_memory_equal(&d[i], &alone, sizeof alone);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_outputs_are_stored),    TEST(test_periods_run_as_a_group),    TEST(test_chains_round_as_their_parts),
      TEST(test_registers_are_reused),  TEST(test_what_is_certain_runs_once), TEST(test_special_values),
      TEST(test_lanes_are_independent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
