// SPDX-License-Identifier: GPL-3.0-or-later
// Kinds and dimensions: what fits what, and the words for what does not.
#include "model/checker.h"

#include <math.h>
#include <string.h>

enum { SHOWN_MAX = 48 }; // longer expressions are cut in messages

const char *tf_show_source(tf_checker *k, tf_span at) {
  if (at.source == 0 || at.source >= k->cx->sources.list.count) {
    return "the value";
  }
  tf_str text = tf_str_trim(tf_str_sub(k->cx->sources.list.at[at.source].text, at.start, at.end));
  if (text.len == 0) {
    return "the value";
  }
  size_t line = tf_str_find(text, '\n');
  size_t shown = line < text.len ? line : text.len;
  if (shown <= SHOWN_MAX && shown == text.len) {
    return tf_format(k->arena, "`%.*s`", TF_STR_ARGS(text));
  }
  shown = shown > SHOWN_MAX ? SHOWN_MAX : shown;
  while (shown > 0 && ((unsigned char)text.ptr[shown] & 0xC0u) == 0x80u) {
    shown--; // never inside a character
  }
  return tf_format(k->arena, "`%.*s ...`", (int)shown, text.ptr);
}

const char *tf_show_dim(tf_checker *k, tf_dim dim) {
  if (dim == TF_DIM_NONE) {
    return "no unit";
  }
  tf_unit unit = tf_unit_base(k->model->units, dim);
  return tf_cstr(k->arena, unit.text);
}

static const char *kind_name(tf_value_kind kind) {
  switch (kind) {
  case TF_KIND_NUMBER:
    return "a number";
  case TF_KIND_DATE:
    return "a date";
  case TF_KIND_LABEL:
    return "a label";
  case TF_KIND_BOOL:
    return "a condition";
  }
  return "a value";
}

const char *tf_show(tf_checker *k, const tf_value *value, const tf_expr *expr) {
  const char *text = tf_show_source(k, expr->at);
  const char *kind = kind_name(value->term->kind);
  if (value->term->kind == TF_KIND_LABEL) {
    tf_str name = value->term->label == TF_NO_ID ? TF_STR("") : k->model->indices.at[value->term->label].name;
    return name.len == 0 ? tf_format(k->arena, "%s (a label)", text)
                         : tf_format(k->arena, "%s (a row of %.*s)", text, TF_STR_ARGS(name));
  }
  if (value->term->kind != TF_KIND_NUMBER) {
    return tf_format(k->arena, "%s (%s)", text, kind);
  }
  if (value->unit.text.len > 0 && value->unit.dim == value->term->dim && !tf_str_is(value->unit.text, "1")) {
    return tf_format(k->arena, "%s (%.*s)", text, TF_STR_ARGS(value->unit.text));
  }
  return tf_format(k->arena, "%s (%s)", text, tf_show_dim(k, value->term->dim));
}

void tf_explain_missing(tf_checker *k, tf_dim have, tf_dim want) {
  const char *missing = tf_dim_missing(k->model->units, have, want);
  if (missing != NULL) {
    tf_hint(k->cx, "they differ by %s", missing);
  }
}

bool tf_too_long(tf_checker *k, const tf_term *term, tf_span at) {
  if (term->nodes <= TF_TERM_NODES_MAX && term->depth <= TF_TERM_DEPTH_MAX) {
    return false;
  }
  (void)tf_fail(k->cx, TF_INVALID, at, "this equation is too long once its functions are put in");
  tf_hint(k->cx, "give parts of it a name");
  return true;
}

// Where the quantities of a mismatch come from.
static void point_at(tf_checker *k, const tf_value *a, const tf_value *b) {
  const tf_value *named = a->quantity != TF_NO_ID ? a : b->quantity != TF_NO_ID ? b : NULL;
  if (named == NULL) {
    return;
  }
  const tf_quantity *q = &k->model->quantities.at[named->quantity];
  if (q->kind == TF_KIND_NUMBER && tf_str_is(q->unit.text, "1")) {
    tf_also(k->cx, q->at, "`%.*s` has no unit", TF_STR_ARGS(q->name));
  } else if (q->kind == TF_KIND_NUMBER) {
    tf_also(k->cx, q->at, "`%.*s` is in %.*s", TF_STR_ARGS(q->name), TF_STR_ARGS(q->unit.text));
  } else {
    tf_also(k->cx, q->at, "`%.*s` is %s", TF_STR_ARGS(q->name), kind_name(q->kind));
  }
}

// The words between two values: "cannot add a and b", "cannot compare a with b".
static const char *joint(const char *verb) {
  return strcmp(verb, "compare") == 0    ? "with"
         : strcmp(verb, "subtract") == 0 ? "from"
         : strstr(verb, " from") != NULL ? "to"
                                         : "and";
}

// A bare number beside something with a unit: most likely the unit was forgotten. Not so in `1 + growth` and
// `price + 10%`, where a unit would turn an error into a wrong number.
static bool hint_bare(tf_checker *k, const tf_value *bare, const tf_expr *expr, const tf_value *other,
                      const tf_expr *other_expr) {
  if (!bare->numbers || other->numbers || expr->kind != TF_EXPR_NUMBER || other->term->kind != TF_KIND_NUMBER) {
    return false;
  }
  if (other->term->dim == k->per_time && bare->term->op == TF_TERM_CONSTANT && bare->term->number == 1.0) {
    const char *rate = tf_show_source(k, other_expr->at);
    tf_hint(k->cx, "growth over a period is `compound(%.*s)`", (int)strlen(rate) - 2, rate + 1);
    return true;
  }
  if (bare->percent) {
    const char *share = tf_show_source(k, expr->at);
    tf_hint(k->cx, "a share of something is a product, as in `x * %.*s`", (int)strlen(share) - 2, share + 1);
    return true;
  }
  const char *text = tf_show_source(k, expr->at);
  const char *unit = other->unit.text.len > 0 ? tf_cstr(k->arena, other->unit.text) : tf_show_dim(k, other->term->dim);
  tf_hint(k->cx, "give the number a unit, as in `%.*s %s`", (int)strlen(text) - 2, text + 1, unit);
  return true;
}

static bool mismatch(tf_checker *k, tf_span at, const char *verb, const tf_value *a, const tf_expr *a_expr,
                     const tf_value *b, const tf_expr *b_expr) {
  if (strcmp(verb, "subtract") == 0) { // "cannot subtract b from a"
    const tf_value *value = a;
    const tf_expr *expr = a_expr;
    a = b;
    a_expr = b_expr;
    b = value;
    b_expr = expr;
  }
  (void)tf_fail(k->cx, TF_INVALID, at, "cannot %s %s %s %s", verb, tf_show(k, a, a_expr), joint(verb),
                tf_show(k, b, b_expr));
  point_at(k, b, a);
  if (hint_bare(k, a, a_expr, b, b_expr) || hint_bare(k, b, b_expr, a, a_expr)) {
    return false;
  }
  if (a->term->kind == TF_KIND_NUMBER && b->term->kind == TF_KIND_NUMBER) {
    tf_explain_missing(k, a->term->dim, b->term->dim);
  } else if ((a->term->kind == TF_KIND_DATE && b->numbers) || (b->term->kind == TF_KIND_DATE && a->numbers)) {
    tf_hint(k->cx, "write a day, as in 2025-01-01");
  }
  return false;
}

// Turns `40%` into 40 %/year.
static void make_yearly(tf_checker *k, tf_value *value) {
  tf_unit yearly = {.dim = k->per_time, .factor = 1.0 / 31557600.0, .text = TF_STR("1/year")};
  tf_unit percent = {.dim = k->per_time, .factor = 0.01 / 31557600.0, .percent = true, .text = TF_STR("%/year")};
  double number = 0.0;
  if (tf_term_constant(value->term, &number)) {
    value->term =
        tf_make_constant(k->arena, number / 31557600.0, TF_KIND_NUMBER, k->per_time, &percent, value->term->at);
  } else {
    const tf_term *one =
        tf_make_constant(k->arena, yearly.factor, TF_KIND_NUMBER, k->per_time, &yearly, value->term->at);
    tf_term *product = tf_make2(k->arena, TF_TERM_MULTIPLY, value->term, one);
    product->dim = k->per_time;
    value->term = product;
  }
  value->unit = percent;
}

static void adopt_dim(tf_checker *k, tf_value *value, tf_dim dim) {
  tf_term *zero = tf_make_constant(k->arena, 0.0, TF_KIND_NUMBER, dim, NULL, value->term->at);
  value->term = zero;
}

// Can `value` be made of dimension `dim` without a wrong number in silence? Does it.
static bool adapt(tf_checker *k, tf_value *value, tf_dim dim) {
  if (value->term->dim == dim) {
    return true;
  }
  if (value->zero) {
    adopt_dim(k, value, dim);
    return true;
  }
  if (value->numbers && value->percent && dim == k->per_time && value->term->dim == TF_DIM_NONE) {
    make_yearly(k, value);
    return true;
  }
  return false;
}

bool tf_unify(tf_checker *k, tf_span at, const char *verb, size_t count, tf_value *values,
              const tf_expr *const *exprs) {
  size_t reference = 0;
  for (size_t i = 0; i < count; i++) { // the first that is not flexible decides
    bool flexible = values[i].zero || (values[i].numbers && values[i].percent);
    if (!flexible) {
      reference = i;
      break;
    }
    if (values[reference].zero && !values[i].zero) {
      reference = i;
    }
  }
  const tf_value *r = &values[reference];
  for (size_t i = 0; i < count; i++) {
    size_t first = i < reference ? i : reference;
    size_t second = i < reference ? reference : i;
    bool same = values[i].term->kind == r->term->kind;
    if (same && r->term->kind == TF_KIND_NUMBER) {
      same = adapt(k, &values[i], r->term->dim);
    } else if (same && r->term->kind == TF_KIND_LABEL) {
      same = values[i].term->label == r->term->label;
    }
    if (!same) {
      return mismatch(k, at, verb, &values[first], exprs[first], &values[second], exprs[second]);
    }
  }
  return true;
}

bool tf_want_kind(tf_checker *k, const tf_value *value, const tf_expr *expr, tf_value_kind kind, const char *what) {
  if (value->term->kind == kind) {
    return true;
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "%s must be %s, not %s", what, kind_name(kind), tf_show(k, value, expr));
  point_at(k, value, value);
  if (kind == TF_KIND_BOOL && value->term->kind == TF_KIND_NUMBER) {
    tf_hint(k->cx, "compare it with something, as in `x > 0`");
  } else if (kind == TF_KIND_DATE && value->numbers) {
    tf_hint(k->cx, "write a day, as in 2025-01-01");
  } else if (kind == TF_KIND_NUMBER && value->term->kind == TF_KIND_BOOL) {
    tf_hint(k->cx, "write `if ... then 1 else 0`");
  }
  return false;
}

bool tf_want_dim(tf_checker *k, tf_value *value, const tf_expr *expr, tf_dim dim, const char *what) {
  if (!tf_want_kind(k, value, expr, TF_KIND_NUMBER, what)) {
    return false;
  }
  if (adapt(k, value, dim)) {
    return true;
  }
  if (dim == TF_DIM_NONE) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "%s must have no unit, not %s", what, tf_show(k, value, expr));
    point_at(k, value, value);
    tf_hint(k->cx, "divide it by something of the same unit");
    return false;
  }
  const char *unit = dim == k->time ? "a time" : dim == k->per_time ? "per time, as in %/year" : tf_show_dim(k, dim);
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "%s must be %s%s, not %s", what,
                dim == k->time || dim == k->per_time ? "" : "in ", unit, tf_show(k, value, expr));
  point_at(k, value, value);
  if (value->numbers && !value->percent && dim == k->per_time) {
    tf_hint(k->cx, "write it with a %% sign, as in 8%%");
  } else if (value->numbers && !value->percent && dim == k->time) {
    tf_hint(k->cx, "give the number a unit, as in `3 year` or `18 month`");
  } else {
    tf_explain_missing(k, value->term->dim, dim);
  }
  return false;
}
