// SPDX-License-Identifier: GPL-3.0-or-later
// Chains of two or three operations in one pass: what lies between them stays in registers.
//
// Every step is rounded as the single operation would round it: no multiply-add is contracted here, because whether two
// operations are joined depends on who else reads what lies between them, and the bits of a result must not.
#include "engine/vecmath.h"

#include "engine/kernel.h"

#define CHAIN(name, last, expression)                                                                                  \
  TF_KERNEL static void name(double *d, const double *const *operands, size_t n) {                                     \
    const double *pa = operands[0], *pb = operands[1], *pc = operands[2], *pd = operands[last];                        \
    TF_SIMD                                                                                                            \
    for (size_t i = 0; i < n; i++) {                                                                                   \
      const double a = pa[i], b = pb[i], c = pc[i], e = pd[i];                                                         \
      (void)e;                                                                                                         \
      d[i] = (expression);                                                                                             \
    }                                                                                                                  \
  }

// Three operands: (a first b) second c, and c second (a first b) where that is something else.
#define THREE(first, first_name)                                                                                       \
  CHAIN(first_name##_add, 2, (a first b) + c)                                                                          \
  CHAIN(first_name##_subtract, 2, (a first b)-c)                                                                       \
  CHAIN(first_name##_multiply, 2, (a first b)*c)                                                                       \
  CHAIN(first_name##_divide, 2, (a first b) / c)                                                                       \
  CHAIN(first_name##_from, 2, c - (a first b))                                                                         \
  CHAIN(first_name##_under, 2, c / (a first b))
THREE(+, add)
THREE(-, subtract)
THREE(*, multiply)
THREE(/, divide)

// Four operands, in the shapes that models are full of: long products and quotients, long sums, sums of products.
CHAIN(product_of_4, 3, ((a * b) * c) * e)
CHAIN(product_over, 3, ((a * b) * c) / e)
CHAIN(product_over_times, 3, ((a * b) / c) * e)
CHAIN(product_over_over, 3, ((a * b) / c) / e)
CHAIN(product_plus, 3, ((a * b) * c) + e)
CHAIN(product_from, 3, e - ((a * b) * c))
CHAIN(product_under, 3, e / ((a * b) * c))
CHAIN(sum_of_4, 3, ((a + b) + c) + e)
CHAIN(product_and_sum, 3, ((a * b) + c) + e)
CHAIN(product_sum_times, 3, ((a * b) + c) * e)

enum { ADD, SUBTRACT, MULTIPLY, DIVIDE, KINDS };

static int kind_of(uint8_t op) {
  switch (op) {
  case TF_TERM_ADD:
    return ADD;
  case TF_TERM_SUBTRACT:
    return SUBTRACT;
  case TF_TERM_MULTIPLY:
    return MULTIPLY;
  case TF_TERM_DIVIDE:
    return DIVIDE;
  default:
    return KINDS;
  }
}

typedef struct shape_of_4 {
  uint8_t op[3];
  bool swapped;
  tf_fused_kernel kernel;
} shape_of_4;

static tf_fused_kernel fused_4(const tf_fusion *f) {
  static const shape_of_4 shapes[] = {
      {{MULTIPLY, MULTIPLY, MULTIPLY}, false, product_of_4},
      {{MULTIPLY, MULTIPLY, DIVIDE}, false, product_over},
      {{MULTIPLY, DIVIDE, MULTIPLY}, false, product_over_times},
      {{MULTIPLY, DIVIDE, DIVIDE}, false, product_over_over},
      {{MULTIPLY, MULTIPLY, ADD}, false, product_plus},
      {{MULTIPLY, MULTIPLY, SUBTRACT}, true, product_from},
      {{MULTIPLY, MULTIPLY, DIVIDE}, true, product_under},
      {{ADD, ADD, ADD}, false, sum_of_4},
      {{MULTIPLY, ADD, ADD}, false, product_and_sum},
      {{MULTIPLY, ADD, MULTIPLY}, false, product_sum_times},
  };
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && !f->swapped[0]; i++) {
    const shape_of_4 *s = &shapes[i];
    if (s->op[0] == kind_of(f->op[0]) && s->op[1] == kind_of(f->op[1]) && s->op[2] == kind_of(f->op[2]) &&
        s->swapped == f->swapped[1]) {
      return s->kernel;
    }
  }
  return NULL;
}

tf_fused_kernel tf_kernel_fused(const tf_fusion *fusion) {
  static const tf_fused_kernel threes[KINDS][KINDS] = {
      [ADD] = {add_add, add_subtract, add_multiply, add_divide},
      [SUBTRACT] = {subtract_add, subtract_subtract, subtract_multiply, subtract_divide},
      [MULTIPLY] = {multiply_add, multiply_subtract, multiply_multiply, multiply_divide},
      [DIVIDE] = {divide_add, divide_subtract, divide_multiply, divide_divide},
  };
  static const tf_fused_kernel swapped[KINDS][KINDS] = {
      [ADD] = {[SUBTRACT] = add_from, [DIVIDE] = add_under},
      [SUBTRACT] = {[SUBTRACT] = subtract_from, [DIVIDE] = subtract_under},
      [MULTIPLY] = {[SUBTRACT] = multiply_from, [DIVIDE] = multiply_under},
      [DIVIDE] = {[SUBTRACT] = divide_from, [DIVIDE] = divide_under},
  };
  if (fusion->count == 3) {
    return fused_4(fusion);
  }
  const int first = kind_of(fusion->op[0]), second = kind_of(fusion->op[1]);
  if (fusion->count != 2 || first == KINDS || second == KINDS) {
    return NULL;
  }
  return fusion->swapped[0] ? swapped[first][second] : threes[first][second];
}
