// SPDX-License-Identifier: GPL-3.0-or-later
// The table of operations, and terms: made, walked, and evaluated where they are constant.
#include "model/term.h"

#include <math.h>
#include <string.h>

#include "model/make.h"

static const tf_op_info operations[] = {
#define OP(id, text, arity, class) {text, arity, TF_CLASS_##class},
#include "model/op.def"
#undef OP
};

const tf_op_info *tf_op(tf_term_op op) {
  return &operations[op];
}

bool tf_set_has(const uint32_t *set, size_t count, uint32_t id) {
  for (size_t i = 0; i < count; i++) {
    if (set[i] == id) {
      return true;
    }
  }
  return false;
}

void tf_set_add(tf_arena *arena, const uint32_t **set, uint32_t *count, uint32_t id) {
  if (tf_set_has(*set, *count, id)) {
    return;
  }
  uint32_t *larger = TF_ARRAY(arena, uint32_t, *count + 1);
  size_t at = 0;
  while (at < *count && (*set)[at] < id) {
    larger[at] = (*set)[at];
    at++;
  }
  larger[at] = id;
  for (size_t i = at; i < *count; i++) {
    larger[i + 1] = (*set)[i];
  }
  *set = larger;
  (*count)++;
}

void tf_set_remove(tf_arena *arena, const uint32_t **set, uint32_t *count, uint32_t id) {
  if (!tf_set_has(*set, *count, id)) {
    return;
  }
  uint32_t *smaller = TF_ARRAY(arena, uint32_t, *count);
  uint32_t kept = 0;
  for (size_t i = 0; i < *count; i++) {
    if ((*set)[i] != id) {
      smaller[kept++] = (*set)[i];
    }
  }
  *set = smaller;
  *count = kept;
}

static uint8_t held(tf_term_op op) {
  switch (op) {
  case TF_TERM_DRAW:
    return TF_HOLDS_DRAW | TF_HOLDS_TIME;
  case TF_TERM_ELAPSED:
  case TF_TERM_LOOKUP: // its key column is read too
    return TF_HOLDS_TIME;
  case TF_TERM_LAG:
  case TF_TERM_SHIFT:
    return TF_HOLDS_SHIFT | TF_HOLDS_TIME;
  case TF_TERM_AT:
    return TF_HOLDS_PERIOD | TF_HOLDS_TIME;
  case TF_TERM_NPV:
  case TF_TERM_DISCOUNTED_PAYBACK:
    return TF_HOLDS_RATE | TF_HOLDS_TIME;
  default:
    return operations[op].class == TF_CLASS_TIME ? TF_HOLDS_TIME : 0;
  }
}

tf_term *tf_make(tf_arena *arena, tf_term_op op, tf_span at, size_t count, const tf_term *const *args) {
  // The arguments lie behind the term, in its own last cache line or the next one.
  tf_term *term = tf_alloc(arena, 1, sizeof(tf_term) + count * sizeof *args);
  term->op = op;
  term->holds = held(op);
  term->at = at;
  term->index = term->label = term->quantity = TF_NO_ID;
  term->count = (uint32_t)count;
  term->nodes = 1;
  if (count > 0) {
    const tf_term **copy = (const tf_term **)(void *)(term + 1);
    memcpy(copy, args, count * sizeof *copy);
    term->args = copy;
  }
  for (size_t i = 0; i < count; i++) {
    const tf_term *arg = args[i];
    term->holds |= arg->holds;
    term->nodes = arg->nodes > TF_TERM_NODES_MAX ? arg->nodes : term->nodes + arg->nodes; // saturates, never wraps
    term->depth = arg->depth + 1 > term->depth ? arg->depth + 1 : term->depth;
    if (term->index_count == 0) {
      term->indices = arg->indices;
      term->index_count = arg->index_count;
    } else if (term->indices != arg->indices) {
      for (size_t j = 0; j < arg->index_count; j++) {
        tf_set_add(arena, &term->indices, &term->index_count, arg->indices[j]);
      }
    }
  }
  return term;
}

tf_term *tf_make1(tf_arena *arena, tf_term_op op, const tf_term *a) {
  tf_term *term = tf_make(arena, op, a->at, 1, &a);
  term->kind = a->kind;
  term->dim = a->dim;
  term->label = a->label;
  return term;
}

tf_term *tf_make2(tf_arena *arena, tf_term_op op, const tf_term *a, const tf_term *b) {
  const tf_term *args[] = {a, b};
  tf_term *term = tf_make(arena, op, tf_span_join(a->at, b->at), 2, args);
  term->kind = a->kind;
  term->dim = a->dim;
  term->label = a->label;
  return term;
}

tf_term *tf_make3(tf_arena *arena, tf_term_op op, const tf_term *a, const tf_term *b, const tf_term *c) {
  const tf_term *args[] = {a, b, c};
  tf_term *term = tf_make(arena, op, a->at, 3, args);
  term->kind = a->kind;
  term->dim = a->dim;
  term->label = a->label;
  return term;
}

tf_term *tf_make_constant(tf_arena *arena, double number, tf_value_kind kind, tf_dim dim, const tf_unit *unit,
                          tf_span at) {
  tf_term *term = tf_make(arena, TF_TERM_CONSTANT, at, 0, NULL);
  term->number = number;
  term->kind = kind;
  term->dim = dim;
  if (unit != NULL) {
    tf_unit *copy = TF_NEW(arena, tf_unit);
    *copy = *unit;
    term->unit = copy;
  }
  return term;
}

tf_term *tf_make_quantity(tf_arena *arena, const tf_model *model, uint32_t quantity, tf_span at) {
  const tf_quantity *q = &model->quantities.at[quantity];
  tf_term *term = tf_make(arena, TF_TERM_QUANTITY, at, 0, NULL);
  term->quantity = quantity;
  term->kind = q->kind;
  term->dim = q->kind == TF_KIND_NUMBER ? q->unit.dim : TF_DIM_NONE;
  term->index = term->label = q->kind == TF_KIND_LABEL ? q->label_index : TF_NO_ID;
  for (uint32_t i = 0; i < q->index_count; i++) { // a term's indices are a set, a quantity's stand as they are stated
    tf_set_add(arena, &term->indices, &term->index_count, q->indices[i]);
  }
  return term;
}

static double truth(bool holds) {
  return holds ? 1.0 : 0.0;
}

// The arithmetic of a MAP operation on plain numbers; false for what has no value here.
static bool evaluate(tf_term_op op, const double *a, double *value) {
  switch (op) {
  case TF_TERM_NEGATE:
    *value = -a[0];
    return true;
  case TF_TERM_NOT:
    *value = truth(a[0] == 0.0);
    return true;
  case TF_TERM_ADD:
    *value = a[0] + a[1];
    return true;
  case TF_TERM_SUBTRACT:
    *value = a[0] - a[1];
    return true;
  case TF_TERM_MULTIPLY:
    *value = a[0] * a[1];
    return true;
  case TF_TERM_DIVIDE:
    *value = a[0] / a[1];
    return true;
  case TF_TERM_POWER:
    *value = pow(a[0], a[1]);
    return true;
  case TF_TERM_EQUAL:
    *value = truth(a[0] == a[1]);
    return true;
  case TF_TERM_NOT_EQUAL:
    *value = truth(a[0] != a[1]);
    return true;
  case TF_TERM_LESS:
    *value = truth(a[0] < a[1]);
    return true;
  case TF_TERM_LESS_EQUAL:
    *value = truth(a[0] <= a[1]);
    return true;
  case TF_TERM_GREATER:
    *value = truth(a[0] > a[1]);
    return true;
  case TF_TERM_GREATER_EQUAL:
    *value = truth(a[0] >= a[1]);
    return true;
  case TF_TERM_AND:
    *value = truth(a[0] != 0.0 && a[1] != 0.0);
    return true;
  case TF_TERM_OR:
    *value = truth(a[0] != 0.0 || a[1] != 0.0);
    return true;
  case TF_TERM_SELECT:
    *value = a[0] != 0.0 ? a[1] : a[2];
    return true;
  case TF_TERM_EXP:
    *value = exp(a[0]);
    return true;
  case TF_TERM_LN:
    *value = log(a[0]);
    return true;
  case TF_TERM_LOG10:
    *value = log10(a[0]);
    return true;
  case TF_TERM_LOG2:
    *value = log2(a[0]);
    return true;
  case TF_TERM_SQRT:
    *value = sqrt(a[0]);
    return true;
  case TF_TERM_ABS:
    *value = fabs(a[0]);
    return true;
  case TF_TERM_FLOOR:
    *value = floor(a[0]);
    return true;
  case TF_TERM_CEIL:
    *value = ceil(a[0]);
    return true;
  case TF_TERM_ROUND:
    *value = round(a[0]);
    return true;
  case TF_TERM_MIN:
    *value = a[0] < a[1] ? a[0] : a[1];
    return true;
  case TF_TERM_MAX:
    *value = a[0] > a[1] ? a[0] : a[1];
    return true;
  case TF_TERM_MOD:
    *value = a[0] - a[1] * floor(a[0] / a[1]);
    return true;
  case TF_TERM_CLAMP:
    *value = a[0] < a[1] ? a[1] : a[0] > a[2] ? a[2] : a[0];
    return true;
  default:
    return false;
  }
}

bool tf_term_constant(const tf_term *term, double *value) {
  if (term->op == TF_TERM_CONSTANT) {
    *value = term->number;
    return true;
  }
  double args[3];
  if (term->count == 0 || term->count > 3 || tf_op(term->op)->class != TF_CLASS_MAP) {
    return false;
  }
  for (size_t i = 0; i < term->count; i++) {
    if (!tf_term_constant(term->args[i], &args[i])) {
      return false;
    }
  }
  return evaluate(term->op, args, value);
}

bool tf_term_walk(const tf_term *term, tf_term_visit visit, void *user) {
  if (!visit(user, term)) {
    return false;
  }
  for (size_t i = 0; i < term->count; i++) {
    if (!tf_term_walk(term->args[i], visit, user)) {
      return false;
    }
  }
  return true;
}
