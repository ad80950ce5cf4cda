// SPDX-License-Identifier: GPL-3.0-or-later
// The settings behind a value that cannot be. Walks over quantities are lists, not recursion: a chain of quantities may
// be as long as a model. Only ever called to describe an error.
#include "model/blame.h"

typedef struct blame {
  tf_arena *arena;
  const tf_plan *plan;
  unsigned char *known; // by quantity: what it, or one of its elements or periods, may be
  bool *seen;           // by quantity
  TF_VEC(uint32_t) left;
  bool extremes_alone; // of what an equation reads, only what may be 0 or infinite is followed
} blame;

// What a value may be, going by the equations: 0, or infinite because something is divided by 0 (x / (y / 0) is 0).
enum { ZERO = 1, INFINITE = 2 };

static bool constant_zero(const tf_term *term) {
  return term != NULL && term->op == TF_TERM_CONSTANT && term->kind == TF_KIND_NUMBER && term->number == 0.0;
}

static unsigned swapped(unsigned bits) { // of 1/x
  return ((bits & ZERO) != 0 ? INFINITE : 0U) | ((bits & INFINITE) != 0 ? ZERO : 0U);
}

// By what is known of quantities so far. Of both ways of an `if` either counts.
static unsigned extremes(const blame *b, const tf_term *term) {
  unsigned all = 0;                // what any argument is
  unsigned both = ZERO | INFINITE; // what all are
  unsigned first = 0;
  unsigned second = 0;
  unsigned last = 0;
  for (size_t i = 0; i < term->count; i++) {
    last = extremes(b, term->args[i]);
    first = i == 0 ? last : first;
    second = i == 1 ? last : second;
    all |= last;
    both &= last;
  }
  switch (term->op) {
  case TF_TERM_CONSTANT:
    return constant_zero(term) ? ZERO : 0;
  case TF_TERM_QUANTITY:
  case TF_TERM_LAG:
    return b->known[term->quantity] | all;
  case TF_TERM_ADD:
  case TF_TERM_SUBTRACT:
  case TF_TERM_MAX:
    return (both & ZERO) | (all & INFINITE);
  case TF_TERM_MULTIPLY:
  case TF_TERM_THEN:
  case TF_TERM_BUILD:
    return all;
  case TF_TERM_MIN:
    return (all & ZERO) | (both & INFINITE);
  case TF_TERM_DIVIDE:
    return first | swapped(last);
  case TF_TERM_POWER:
    return first | swapped(first);
  case TF_TERM_LN:
  case TF_TERM_LOG10:
  case TF_TERM_LOG2:
    return first != 0 ? INFINITE : 0;
  case TF_TERM_SELECT:
    return second | last;
  case TF_TERM_NOT:
  case TF_TERM_EQUAL:
  case TF_TERM_NOT_EQUAL:
  case TF_TERM_LESS:
  case TF_TERM_LESS_EQUAL:
  case TF_TERM_GREATER:
  case TF_TERM_GREATER_EQUAL:
  case TF_TERM_AND:
  case TF_TERM_OR:
    return 0;
  default: // what moves, adds up or rounds its first argument
    return first;
  }
}

static size_t given_width(const blame *b, const tf_plan_quantity *q) {
  return (size_t)(q->history + b->plan->axis.count);
}

// Calls for every term that a quantity's value comes from.
static void each_term(const blame *b, uint32_t quantity, void (*visit)(void *user, const tf_term *term), void *user) {
  const tf_plan_quantity *q = &b->plan->quantities[quantity];
  size_t elements = b->plan->model->quantities.at[quantity].elements;
  if (q->value != NULL) {
    visit(user, q->value);
  }
  for (size_t e = 0; q->elements != NULL && e < elements; e++) {
    if (q->elements[e] != NULL) {
      visit(user, q->elements[e]);
    }
  }
  for (size_t i = 0; q->given != NULL && i < elements * given_width(b, q); i++) {
    if (q->given[i] != NULL) {
      visit(user, q->given[i]);
    }
  }
}

typedef struct gathering {
  const blame *b;
  unsigned found;
} gathering;

static void visit_extremes(void *user, const tf_term *term) {
  gathering *g = user;
  g->found |= extremes(g->b, term);
}

// The least that holds: a quantity in a circle is 0 only if something outside makes it so.
static void find_extremes(blame *b) {
  bool changed = true;
  while (changed) {
    changed = false;
    for (uint32_t q = 0; q < b->plan->model->quantities.count; q++) {
      gathering g = {.b = b};
      each_term(b, q, visit_extremes, &g);
      changed = changed || (g.found & ~(unsigned)b->known[q]) != 0;
      b->known[q] = (unsigned char)(b->known[q] | g.found);
    }
  }
}

static void follow(blame *b, const tf_term *term) {
  bool names = term->op == TF_TERM_QUANTITY || term->op == TF_TERM_LAG || term->op == TF_TERM_LOOKUP;
  if (names && !b->seen[term->quantity] && (!b->extremes_alone || b->known[term->quantity] != 0)) {
    b->seen[term->quantity] = true;
    tf_vec_push(b->arena, &b->left, term->quantity);
  }
  for (size_t i = 0; i < term->count; i++) {
    follow(b, term->args[i]);
  }
}

static void visit_follow(void *user, const tf_term *term) {
  follow(user, term);
}

static bool by_command(const tf_binding *binding) {
  return tf_str_starts(binding->setter, "--set");
}

// The setting of the quantity (of the part of it that is 0), if it was set by the right one.
static const tf_binding *setting_of(const blame *b, uint32_t quantity, bool command, bool zero) {
  const tf_plan_quantity *q = &b->plan->quantities[quantity];
  size_t elements = b->plan->model->quantities.at[quantity].elements;
#define FITS(binding, term)                                                                                            \
  ((binding) != NULL && by_command(binding) == command && (!zero || (term) == NULL || constant_zero(term)))
  if (FITS(q->origin, q->value)) {
    return q->origin;
  }
  for (size_t e = 0; q->element_origins != NULL && e < elements; e++) {
    if (FITS(q->element_origins[e], q->elements == NULL ? NULL : q->elements[e])) {
      return q->element_origins[e];
    }
  }
  for (size_t i = 0; q->given != NULL && q->given_origin != NULL && i < elements * given_width(b, q); i++) {
    if (FITS(q->given_origin[i], q->given[i])) {
      return q->given_origin[i];
    }
  }
#undef FITS
  return NULL;
}

static const tf_binding *nearest(blame *b, uint32_t quantity, const tf_term *term, bool command, bool zeros) {
  size_t count = b->plan->model->quantities.count;
  b->seen = TF_ARRAY(b->arena, bool, count);
  b->left.count = 0;
  b->extremes_alone = zeros;
  if (quantity != TF_NO_ID) {
    b->seen[quantity] = true;
    each_term(b, quantity, visit_follow, b);
  } else if (term != NULL) {
    follow(b, term);
  }
  for (size_t i = 0; i < b->left.count; i++) { // grows while it runs
    const tf_binding *found = setting_of(b, b->left.at[i], command, zeros);
    if (found != NULL) {
      return found;
    }
    each_term(b, b->left.at[i], visit_follow, b);
  }
  return NULL;
}

const tf_binding *tf_plan_blame(tf_arena *arena, const tf_plan *plan, uint32_t quantity, const tf_term *term,
                                bool zero) {
  blame b = {.arena = arena, .plan = plan, .known = TF_ARRAY(arena, unsigned char, plan->model->quantities.count)};
  const tf_binding *found = NULL;
  if (zero) {
    find_extremes(&b);
    found = nearest(&b, quantity, term, true, true);
    found = found == NULL ? nearest(&b, quantity, term, false, true) : found;
  }
  return found == NULL ? nearest(&b, quantity, term, true, false) : found;
}

const tf_binding *tf_plan_blame_set(tf_arena *arena, const tf_plan *plan, uint32_t quantity, const tf_term *term) {
  return tf_plan_blame(arena, plan, quantity, term, false);
}

const char *tf_binding_text(tf_arena *arena, const tf_binding *binding) {
  static const char *const signs[] = {
      [TF_BIND_SET] = "=", [TF_BIND_MULTIPLY] = "*=", [TF_BIND_ADD] = "+=", [TF_BIND_DEFAULT] = "="};
  tf_text text = tf_text_new(arena);
  tf_text_add(&text, binding->name.text);
  if (binding->label.text.len + binding->period.text.len > 0) {
    bool both = binding->label.text.len > 0 && binding->period.text.len > 0;
    tf_text_addf(&text, "[%.*s%s%.*s]", TF_STR_ARGS(binding->label.text), both ? ", " : "",
                 TF_STR_ARGS(binding->period.text));
  }
  tf_text_addf(&text, " %s %.*s", signs[binding->mode], TF_STR_ARGS(binding->value.text));
  return text.ptr;
}
