// SPDX-License-Identifier: GPL-3.0-or-later
// Whole right sides and cells: what a label, a date or a number stands for in the quantity it is given to.
#include "model/checker.h"

#include <math.h>

#include "base/number.h"
#include "lang/parse.h"

const char *tf_number_in_unit(tf_arena *arena, const tf_unit *unit, double base) {
  char buffer[32];
  const char *number = tf_number_print15(base / unit->factor, buffer);
  if (tf_str_is(unit->text, "%")) {
    return tf_format(arena, "%s%%", number);
  }
  return unit->text.len == 0 || tf_str_is(unit->text, "1")
             ? tf_format(arena, "%s", number)
             : tf_format(arena, "%s %.*s", number, TF_STR_ARGS(unit->text));
}

bool tf_check_range(tf_checker *k, uint32_t quantity, const tf_term *term, tf_span at) {
  const tf_quantity *q = &k->model->quantities.at[quantity];
  double value = 0.0;
  if (q->kind == TF_KIND_LABEL || !tf_term_constant(term, &value)) {
    return true;
  }
  // The bounds went through the same conversion, but a product may differ from it in the last bits: of each bound
  // itself, or a wide range (1 .. 1e16) would let 0 and negative numbers through.
  const double below = isfinite(q->low) ? 1e-12 * fabs(q->low) : 0.0;
  const double above = isfinite(q->high) ? 1e-12 * fabs(q->high) : 0.0;
  if (!(value < q->low - below) && !(value > q->high + above)) {
    return true;
  }
  if (q->kind == TF_KIND_DATE) {
    char shown[3][16];
    (void)tf_fail(k->cx, TF_INVALID, at, "`%.*s` = %s is outside its permitted range %s .. %s", TF_STR_ARGS(q->name),
                  tf_date_print(value / 86400.0, shown[0]), tf_date_print(q->low / 86400.0, shown[1]),
                  tf_date_print(q->high / 86400.0, shown[2]));
  } else {
    (void)tf_fail(k->cx, TF_INVALID, at, "`%.*s` = %s is outside its permitted range %s .. %s", TF_STR_ARGS(q->name),
                  tf_number_in_unit(k->arena, &q->unit, value), tf_number_in_unit(k->arena, &q->unit, q->low),
                  tf_number_in_unit(k->arena, &q->unit, q->high));
  }
  if (q->definition != NULL && q->definition->low != NULL && at.source != q->at.source) {
    tf_also(k->cx, tf_span_join(q->definition->low->at, q->definition->high->at), "the range is declared here");
  }
  return false;
}

// In its own file a quantity goes by its short name.
static tf_str name_here(const tf_quantity *q, tf_span at) {
  tf_str module;
  tf_str own;
  bool here = q->definition != NULL && at.source == q->at.source && tf_str_split(q->name, '.', &module, &own);
  return here ? own : q->name;
}

static const char *whose(tf_checker *k, const tf_right *right) {
  const tf_quantity *q = &k->model->quantities.at[right->quantity];
  const tf_str name = name_here(q, right->text.at);
  return tf_format(k->arena, "`%.*s`", TF_STR_ARGS(name));
}

// 0.4 for a quantity in %: nobody knows which is meant.
static bool percent_or_not(tf_checker *k, const tf_right *right, const tf_expr *expr, const tf_term *term) {
  double value = 0.0;
  (void)tf_term_constant(term, &value);
  char buffer[32];
  const char *number = tf_number_print15(value, buffer);
  char scaled[32];
  const char *hundredfold = tf_number_print15(value * 100.0, scaled);
  const tf_quantity *q = &k->model->quantities.at[right->quantity];
  tf_str name = name_here(q, expr->at);
  bool share = fabs(value) <= 1.0;
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%s` for `%.*s`: is this %s%% or %s%%?", number, TF_STR_ARGS(name),
                share ? hundredfold : number, share ? number : hundredfold);
  tf_hint(k->cx, "write %s%% or %s%%", share ? hundredfold : number, share ? number : hundredfold);
  return false;
}

static void scale(tf_checker *k, tf_value *value, const tf_unit *unit) {
  double number = 0.0;
  tf_span at = value->term->at;
  if (tf_term_constant(value->term, &number)) {
    value->term = tf_make_constant(k->arena, number * unit->factor, TF_KIND_NUMBER, unit->dim, unit, at);
  } else {
    const tf_term *one = tf_make_constant(k->arena, unit->factor, TF_KIND_NUMBER, unit->dim, unit, at);
    tf_term *product = tf_make2(k->arena, TF_TERM_MULTIPLY, value->term, one);
    product->dim = unit->dim;
    value->term = product;
  }
  value->unit = *unit;
  value->numbers = value->percent = value->zero = false;
}

// An amount of a period as a rate.
static void divide_by_period(tf_checker *k, tf_value *value, double seconds, const tf_unit *to) {
  double number = 0.0;
  tf_span at = value->term->at;
  if (tf_term_constant(value->term, &number)) {
    value->term = tf_make_constant(k->arena, number / seconds, TF_KIND_NUMBER, to->dim, to, at);
  } else {
    tf_unit year = {.dim = k->time, .factor = 31557600.0, .text = TF_STR("year")};
    tf_term *rate = tf_make2(k->arena, TF_TERM_DIVIDE, value->term,
                             tf_make_constant(k->arena, seconds, TF_KIND_NUMBER, k->time, &year, at));
    rate->dim = to->dim;
    value->term = rate;
  }
}

static const char *shown_unit(tf_checker *k, const tf_value *value) {
  bool known = value->unit.text.len > 0 && value->unit.dim == value->term->dim && value->unit.dim != TF_DIM_NONE;
  return known ? tf_cstr(k->arena, value->unit.text) : tf_show_dim(k, value->term->dim);
}

bool tf_settle(tf_checker *k, const tf_right *right, const tf_unit *unit, bool unit_given, const tf_expr *expr,
               tf_value *value, bool *bare) {
  const tf_quantity *q = &k->model->quantities.at[right->quantity];
  tf_dim dim = q->unit.dim;
  if (value->numbers && !value->percent && !value->zero && unit->percent && !unit_given) {
    return percent_or_not(k, right, expr, value->term);
  }
  if (value->zero) {
    value->term = tf_make_constant(k->arena, 0.0, TF_KIND_NUMBER, dim, &q->unit, value->term->at);
    return true;
  }
  if (value->term->dim == TF_DIM_NONE && value->numbers && value->percent && dim == k->per_time) {
    tf_unit yearly = {.dim = k->per_time, .factor = 1.0 / 31557600.0, .percent = true, .text = TF_STR("%/year")};
    scale(k, value, &yearly);
    yearly.factor *= 0.01; // the number holds the hundredth already
    value->unit = yearly;
    double number = 0.0;
    if (tf_term_constant(value->term, &number)) {
      value->term = tf_make_constant(k->arena, number, TF_KIND_NUMBER, dim, &yearly, value->term->at);
    }
    return true;
  }
  bool takes_unit = value->term->dim == TF_DIM_NONE && !value->percent && !value->names &&
                    (unit->dim != TF_DIM_NONE || (value->numbers && unit->factor != 1.0));
  if (takes_unit) {
    *bare = true;
    scale(k, value, unit);
  }
  if (value->term->dim == dim) {
    return true;
  }
  if (right->amount_seconds > 0.0 && value->term->dim == tf_dim_multiply(k->model->units, dim, k->time)) {
    divide_by_period(k, value, right->amount_seconds, &q->unit);
    return true;
  }
  bool cell = right->unit_cell || right->text.at.source != q->at.source;
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "%s is in %.*s, but %s", whose(k, right), TF_STR_ARGS(q->unit.text),
                tf_format(k->arena, "%s %s %s", cell ? "this value" : "its right side",
                          value->term->dim == TF_DIM_NONE && !value->percent ? "has"
                          : value->percent                                   ? "is"
                                                                             : "is in",
                          value->percent ? "a percentage" : shown_unit(k, value)));
  if (cell) {
    tf_also(k->cx, q->at, "declared here");
  }
  double number = 0.0;
  if (value->percent && tf_term_constant(value->term, &number) && number < 0.0 && number > -1.0) {
    char factor[32];
    tf_hint(k->cx, "to lower it by %s%%, write %.*s*=%s", tf_number_print15(-number * 100.0, factor),
            TF_STR_ARGS(q->name), tf_number_print15(1.0 + number, (char[32]){0}));
  } else {
    tf_explain_missing(k, value->term->dim, dim);
  }
  return false;
}

static tf_str unquote(tf_str text) {
  text = tf_str_trim(text);
  if (text.len >= 2 && (text.ptr[0] == '\'' || text.ptr[0] == '"') && text.ptr[text.len - 1] == text.ptr[0]) {
    return tf_str_trim(tf_str_sub(text, 1, text.len - 1));
  }
  return text;
}

static bool check_label_right(tf_checker *k, const tf_scope *scope, const tf_right *right, tf_value *value) {
  uint32_t index = k->model->quantities.at[right->quantity].label_index;
  tf_str raw = unquote(right->text.text);
  uint32_t row = tf_index_row(&k->model->indices.at[index], raw);
  tf_named named;
  bool name = right->expr != NULL && right->expr->kind == TF_EXPR_NAME;
  bool base = name && scope->cell && tf_str_is(right->expr->name, "base");
  bool meant = name && !scope->cell && tf_resolve(k, scope, right->expr->name, right->expr->at, false, &named);
  bool raw_only = right->expr == NULL || right->expr->kind == TF_EXPR_NUMBER || right->expr->kind == TF_EXPR_DATE ||
                  right->expr->kind == TF_EXPR_LABEL || (name && !meant && !base);
  if (row == TF_NO_ID && raw_only) {
    (void)tf_resolve_label(k, index, raw, right->text.at);
    return false;
  }
  if (row != TF_NO_ID) {
    tf_term *label = tf_make_constant(k->arena, row, TF_KIND_LABEL, TF_DIM_NONE, NULL, right->text.at);
    label->index = label->label = index;
    *value = tf_value_of(label);
    return true;
  }
  if (tf_is_distribution(right->expr)) {
    (void)tf_fail(k->cx, TF_INVALID, right->expr->at, "%s is a label, and labels cannot be uncertain", whose(k, right));
    return false;
  }
  tf_scope inner = *scope;
  inner.label_index = index;
  if (!tf_check_expr(k, &inner, right->expr, value)) {
    return false;
  }
  if (value->term->kind != TF_KIND_LABEL || value->term->label != index) {
    (void)tf_fail(k->cx, TF_INVALID, right->expr->at, "%s is a row of `%.*s`, not %s", whose(k, right),
                  TF_STR_ARGS(k->model->indices.at[index].name), tf_show(k, value, right->expr));
    return false;
  }
  return true;
}

// A right side that is no expression: read again, for the words about it.
static bool no_expression(tf_checker *k, const tf_scope *scope, const tf_right *right) {
  const tf_expr *ignored = NULL;
  size_t errors = k->cx->diags.errors;
  if (tf_parse_value(k->cx, k->model->units, right->text, scope->cell ? TF_VALUE_CELL : TF_VALUE_EQUATION, &ignored) ==
          TF_OK ||
      (k->cx->diags.errors == errors && k->cx->diags.muted == 0)) {
    (void)tf_fail(k->cx, TF_INVALID, right->text.at, "`%.*s` is no value", TF_STR_ARGS(right->text.text));
  }
  return false;
}

bool tf_check_right(tf_checker *k, const tf_scope *scope, const tf_right *right, tf_right_value *out) {
  const tf_quantity *q = &k->model->quantities.at[right->quantity];
  tf_right_value result = {0};
  tf_value *value = &result.value;
  if (q->kind == TF_KIND_LABEL) {
    if (!check_label_right(k, scope, right, value)) {
      return false;
    }
    *out = result;
    return true;
  }
  if (right->expr == NULL) {
    return no_expression(k, scope, right);
  }
  if (tf_is_distribution(right->expr)) {
    return tf_check_distribution(k, scope, right, out);
  }
  if (!tf_check_expr(k, scope, right->expr, value)) {
    return false;
  }
  if (q->kind == TF_KIND_DATE) {
    if (!tf_want_kind(k, value, right->expr, TF_KIND_DATE, whose(k, right))) {
      return false;
    }
    *out = result;
    return true;
  }
  if (value->term->kind == TF_KIND_BOOL && q->unit.dim == TF_DIM_NONE && q->unit.factor == 1.0) { // a flag: 0 or 1
    const tf_term *one = tf_make_constant(k->arena, 1.0, TF_KIND_NUMBER, TF_DIM_NONE, NULL, right->expr->at);
    const tf_term *zero = tf_make_constant(k->arena, 0.0, TF_KIND_NUMBER, TF_DIM_NONE, NULL, right->expr->at);
    tf_term *flag = tf_make3(k->arena, TF_TERM_SELECT, value->term, one, zero);
    flag->kind = TF_KIND_NUMBER;
    value->term = flag;
  }
  if ((value->term->kind != TF_KIND_NUMBER && !tf_want_kind(k, value, right->expr, TF_KIND_NUMBER, whose(k, right))) ||
      !tf_settle(k, right, right->unit, right->unit_cell, right->expr, value, &result.bare)) {
    return false;
  }
  *out = result;
  return true;
}
