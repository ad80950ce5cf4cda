// SPDX-License-Identifier: GPL-3.0-or-later
// Expressions to terms: literals, names, operators, conditions. Calls, indices and time have files of their own.
#include "model/checker.h"

#include <math.h>

tf_value tf_value_of(const tf_term *term) {
  return (tf_value){.term = term, .quantity = TF_NO_ID, .unit = {.dim = term->dim, .factor = 1.0, .text = {"", 0}}};
}

void tf_merge_flags(tf_value *value, const tf_value *args, size_t count) {
  value->numbers = count > 0;
  for (size_t i = 0; i < count; i++) {
    value->names = value->names || args[i].names;
    value->numbers = value->numbers && args[i].numbers;
    value->percent = value->percent || args[i].percent;
  }
}

bool tf_check_args(tf_checker *k, const tf_scope *scope, const tf_expr *expr, size_t count, tf_value *values) {
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    good = tf_check_expr(k, scope, expr->args[i], &values[i]) && good;
  }
  return good;
}

static bool check_number(tf_checker *k, const tf_expr *expr, tf_value *value) {
  *value = (tf_value){.quantity = TF_NO_ID, .plain = true};
  if (expr->kind == TF_EXPR_BOOL) {
    value->term = tf_make_constant(k->arena, expr->number, TF_KIND_BOOL, TF_DIM_NONE, NULL, expr->at);
    return true;
  }
  if (expr->has_unit) {
    value->unit = *expr->unit;
    value->term = tf_make_constant(k->arena, expr->number * expr->unit->factor, TF_KIND_NUMBER, expr->unit->dim,
                                   expr->unit, expr->at);
    return true;
  }
  tf_unit percent = {.dim = TF_DIM_NONE, .factor = 0.01, .percent = true, .text = TF_STR("%")};
  tf_unit one = {.dim = TF_DIM_NONE, .factor = 1.0, .text = TF_STR("1")};
  value->unit = expr->percent ? percent : one;
  value->numbers = true;
  value->percent = expr->percent;
  value->zero = expr->number == 0.0 && !expr->percent;
  value->term =
      tf_make_constant(k->arena, expr->number, TF_KIND_NUMBER, TF_DIM_NONE, expr->percent ? &percent : NULL, expr->at);
  return true;
}

static bool check_date(tf_checker *k, const tf_expr *expr, tf_value *value) {
  double seconds = (double)tf_period_start(*expr->period) * 86400.0;
  *value = (tf_value){.quantity = TF_NO_ID, .plain = true};
  value->term = tf_make_constant(k->arena, seconds, TF_KIND_DATE, TF_DIM_NONE, NULL, expr->at);
  return true;
}

static void value_of_quantity(tf_checker *k, uint32_t id, tf_span at, tf_value *value) {
  const tf_term *term = tf_make_quantity(k->arena, k->model, id, at);
  *value =
      (tf_value){.term = term, .quantity = id, .plain = true, .names = true, .unit = k->model->quantities.at[id].unit};
}

static bool check_built_in_name(tf_checker *k, const tf_expr *expr, tf_value *value) {
  bool step = tf_str_is(expr->name, "step");
  if (!step && !tf_str_is(expr->name, "elapsed")) {
    return false;
  }
  tf_term *term = tf_make(k->arena, step ? TF_TERM_STEP : TF_TERM_ELAPSED, expr->at, 0, NULL);
  term->kind = TF_KIND_NUMBER;
  term->dim = k->time;
  *value = tf_value_of(term);
  value->unit = (tf_unit){.dim = k->time, .factor = 31557600.0, .text = TF_STR("year")};
  return true;
}

// The unit of time that a short form or a plural stands for, or NULL.
static const char *time_meant(tf_str word) {
  static const struct {
    const char *word, *unit;
  } forms[] = {{"yr", "year"}, {"yrs", "year"}, {"years", "year"}, {"annum", "year"},   {"a", "year"},
               {"y", "year"},  {"hr", "hour"},  {"hrs", "hour"},   {"hours", "hour"},   {"days", "day"},
               {"d", "day"},   {"mo", "month"}, {"mth", "month"},  {"months", "month"}, {"qtr", "quarter"}};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (tf_str_is(word, forms[i].word)) {
      return forms[i].unit;
    }
  }
  return NULL;
}

static bool check_cell_name(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (tf_str_is(expr->name, "base")) {
    if (scope->base == NULL || scope->base->term == NULL) {
      (void)tf_fail(k->cx, TF_INVALID, expr->at, "`base` has no value here");
      tf_hint(k->cx, "it is what the cell would have inherited");
      return false;
    }
    *value = *scope->base;
    return true;
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "a cell holds numbers and `base`, not `%.*s`", TF_STR_ARGS(expr->name));
  const char *unit = time_meant(expr->name);
  if (unit != NULL) { // 20 %/yr
    tf_hint(k->cx, "did you mean the unit `%s`?", unit);
  } else {
    tf_hint(k->cx, "an equation belongs in a model; a label or a text stands alone in its cell");
  }
  return false;
}

static bool check_name(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (scope->cell) {
    return check_cell_name(k, scope, expr, value);
  }
  tf_named named;
  bool found = tf_resolve(k, scope, expr->name, expr->at, false, &named);
  if (!found && check_built_in_name(k, expr, value)) {
    return true;
  }
  if (!found) {
    return tf_resolve(k, scope, expr->name, expr->at, true, &named) && false;
  }
  switch (named.kind) {
  case TF_NAMED_PARAMETER:
    *value = *named.value;
    return value->term != NULL;
  case TF_NAMED_QUANTITY:
    value_of_quantity(k, named.id, expr->at, value);
    return true;
  case TF_NAMED_COLUMN: {
    const tf_term *label =
        named.value != NULL ? named.value->term : tf_make_quantity(k->arena, k->model, named.of, expr->at);
    const tf_term *picked = tf_pick(k, named.id, label, expr->at);
    *value = (tf_value){.term = picked,
                        .quantity = named.id,
                        .plain = true,
                        .names = true,
                        .unit = k->model->quantities.at[named.id].unit};
    return true;
  }
  case TF_NAMED_INDEX: { // the label of the row itself
    tf_term *row = tf_make(k->arena, TF_TERM_ROW, expr->at, 0, NULL);
    row->kind = TF_KIND_LABEL;
    row->index = row->label = named.id;
    tf_set_add(k->arena, &row->indices, &row->index_count, named.id);
    *value = tf_value_of(row);
    value->names = true;
    return true;
  }
  case TF_NAMED_NOTHING:
    break;
  }
  return false;
}

static bool check_label(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (scope->label_index == TF_NO_ID) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "it is not clear what '%.*s' is a label of", TF_STR_ARGS(expr->name));
    tf_hint(k->cx, "compare it with a quantity that names a row, as in `gpu == '%.*s'`", TF_STR_ARGS(expr->name));
    return false;
  }
  uint32_t row = tf_resolve_label(k, scope->label_index, expr->name, expr->at);
  if (row == TF_NO_ID) {
    return false;
  }
  tf_term *label = tf_make_constant(k->arena, row, TF_KIND_LABEL, TF_DIM_NONE, NULL, expr->at);
  label->index = label->label = scope->label_index;
  *value = tf_value_of(label);
  return true;
}

// A MAP operation over values whose kinds and dimensions were settled.
static bool make_map(tf_checker *k, tf_span at, tf_term_op op, size_t count, const tf_value *values, tf_value_kind kind,
                     tf_dim dim, tf_value *out) {
  const tf_term *args[3];
  for (size_t i = 0; i < count; i++) {
    args[i] = values[i].term;
  }
  if (!tf_align(k, at, count, args)) {
    return false;
  }
  tf_term *term = tf_make(k->arena, op, at, count, args);
  term->kind = kind;
  term->dim = dim;
  if (kind == TF_KIND_LABEL) {
    term->index = term->label = values[count - 1].term->label;
  }
  if (tf_too_long(k, term, at)) {
    return false;
  }
  tf_value result = tf_value_of(term);
  tf_merge_flags(&result, values, count);
  *out = result;
  return true;
}

static bool check_sum(tf_checker *k, const tf_expr *expr, tf_value *v, tf_value *value) {
  bool add = expr->op == TF_OP_ADD;
  tf_term_op op = add ? TF_TERM_ADD : TF_TERM_SUBTRACT;
  bool a_date = v[0].term->kind == TF_KIND_DATE;
  bool b_date = v[1].term->kind == TF_KIND_DATE;
  if (a_date && b_date && !add) {
    if (!make_map(k, expr->at, op, 2, v, TF_KIND_NUMBER, k->time, value)) {
      return false;
    }
    value->unit = (tf_unit){.dim = k->time, .factor = 31557600.0, .text = TF_STR("year")};
    return true;
  }
  if (a_date != b_date && (add || a_date)) {
    size_t other = a_date ? 1 : 0;
    if (v[other].term->kind == TF_KIND_NUMBER && v[other].term->dim == k->time) {
      return make_map(k, expr->at, op, 2, v, TF_KIND_DATE, TF_DIM_NONE, value);
    }
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "cannot %s %s %s a date", add ? "add" : "subtract",
                  tf_show(k, &v[other], expr->args[other]), add ? "to" : "from");
    tf_hint(k->cx, "only a time, as in `18 month`, moves a date");
    return false;
  }
  if (!tf_unify(k, expr->at, add ? "add" : "subtract", 2, v, expr->args)) {
    return false;
  }
  if (v[0].term->kind != TF_KIND_NUMBER) {
    return tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER, add ? "what is added" : "what is subtracted from");
  }
  tf_unit shown = v[0].unit.text.len > 0 ? v[0].unit : v[1].unit;
  if (!make_map(k, expr->at, op, 2, v, TF_KIND_NUMBER, v[0].term->dim, value)) {
    return false;
  }
  value->unit = shown;
  return true;
}

static bool check_product(tf_checker *k, const tf_expr *expr, tf_value *v, tf_value *value) {
  bool good = tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER, "a factor");
  good = tf_want_kind(k, &v[1], expr->args[1], TF_KIND_NUMBER, expr->op == TF_OP_DIVIDE ? "a divisor" : "a factor") &&
         good;
  if (!good) {
    return false;
  }
  bool multiply = expr->op == TF_OP_MULTIPLY;
  tf_dim dim = multiply ? tf_dim_multiply(k->model->units, v[0].term->dim, v[1].term->dim)
                        : tf_dim_divide(k->model->units, v[0].term->dim, v[1].term->dim);
  tf_unit shown = v[1].term->dim == TF_DIM_NONE               ? v[0].unit
                  : v[0].term->dim == TF_DIM_NONE && multiply ? v[1].unit
                                                              : (tf_unit){0};
  if (!make_map(k, expr->at, multiply ? TF_TERM_MULTIPLY : TF_TERM_DIVIDE, 2, v, TF_KIND_NUMBER, dim, value)) {
    return false;
  }
  value->unit = shown; // x * 0.5 is still in the unit of x
  return true;
}

static bool check_power(tf_checker *k, const tf_expr *expr, tf_value *v, tf_value *value) {
  bool good = tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER, "the base of a power");
  good = tf_want_dim(k, &v[1], expr->args[1], TF_DIM_NONE, "an exponent") && good;
  if (!good) {
    return false;
  }
  tf_dim dim = v[0].term->dim;
  if (dim != TF_DIM_NONE) {
    double exponent = 0.0;
    bool constant = tf_term_constant(v[1].term, &exponent);
    double halves = exponent * 2.0;
    if (!constant || halves != floor(halves) || fabs(halves) > 40.0) {
      (void)tf_fail(k->cx, TF_INVALID, expr->at, "cannot raise %s to the power %s: %s",
                    tf_show(k, &v[0], expr->args[0]), tf_show_source(k, expr->args[1]->at),
                    constant ? "its unit would have no meaning" : "its unit would depend on a value");
      tf_hint(k->cx, "divide by a unit first, as in `(x / 1 %s)^y`", tf_show_dim(k, dim));
      return false;
    }
    dim = halves == 2.0 * floor(exponent) ? tf_dim_power(k->model->units, dim, (int)exponent, 1)
                                          : tf_dim_power(k->model->units, dim, (int)halves, 2);
  }
  return make_map(k, expr->at, TF_TERM_POWER, 2, v, TF_KIND_NUMBER, dim, value);
}

static tf_term_op comparison(tf_operator op) {
  switch (op) {
  case TF_OP_EQUAL:
    return TF_TERM_EQUAL;
  case TF_OP_NOT_EQUAL:
    return TF_TERM_NOT_EQUAL;
  case TF_OP_LESS:
    return TF_TERM_LESS;
  case TF_OP_LESS_EQUAL:
    return TF_TERM_LESS_EQUAL;
  case TF_OP_GREATER:
    return TF_TERM_GREATER;
  default:
    return TF_TERM_GREATER_EQUAL;
  }
}

// `precision == fp8` without quotes, where no quantity has that name.
static bool bare_label(tf_checker *k, const tf_scope *scope, const tf_value *other, const tf_expr *expr) {
  tf_named named;
  if (expr->kind != TF_EXPR_NAME || other->term->kind != TF_KIND_LABEL || scope->cell ||
      tf_index_row(&k->model->indices.at[other->term->label], expr->name) == TF_NO_ID ||
      tf_resolve(k, scope, expr->name, expr->at, false, &named)) {
    return false;
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "a label inside an expression is quoted");
  tf_hint(k->cx, "write '%.*s'", TF_STR_ARGS(expr->name));
  return true;
}

// A quoted label takes its meaning from the other side.
static bool check_labelled_pair(tf_checker *k, const tf_scope *scope, const tf_expr *a, const tf_expr *b, tf_value *va,
                                tf_value *vb) {
  if (a->kind == TF_EXPR_LABEL && b->kind != TF_EXPR_LABEL) {
    return check_labelled_pair(k, scope, b, a, vb, va);
  }
  bool good = tf_check_expr(k, scope, a, va);
  tf_scope inner = *scope;
  if (b->kind == TF_EXPR_LABEL && good) {
    if (va->term->kind != TF_KIND_LABEL) {
      (void)tf_fail(k->cx, TF_INVALID, b->at, "cannot compare %s with the label '%.*s'", tf_show(k, va, a),
                    TF_STR_ARGS(b->name));
      return false;
    }
    inner.label_index = va->term->label;
  } else if (b->kind == TF_EXPR_LABEL || (good && bare_label(k, scope, va, b))) {
    return false; // after an error on the other side it is not known what a label belongs to
  }
  return tf_check_expr(k, &inner, b, vb) && good;
}

static bool check_comparison(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[2];
  tf_scope inner = *scope;
  inner.label_index = TF_NO_ID;
  if (!check_labelled_pair(k, &inner, expr->args[0], expr->args[1], &v[0], &v[1]) ||
      !tf_unify(k, expr->at, "compare", 2, v, expr->args)) {
    return false;
  }
  bool ordered = expr->op != TF_OP_EQUAL && expr->op != TF_OP_NOT_EQUAL;
  if (ordered && (v[0].term->kind == TF_KIND_LABEL || v[0].term->kind == TF_KIND_BOOL)) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "%s have no order",
                  v[0].term->kind == TF_KIND_LABEL ? "labels" : "conditions");
    tf_hint(k->cx, "compare them with == or !=");
    return false;
  }
  if (!make_map(k, expr->at, comparison(expr->op), 2, v, TF_KIND_BOOL, TF_DIM_NONE, value)) {
    return false;
  }
  value->numbers = false;
  return true;
}

static bool check_logic(tf_checker *k, const tf_expr *expr, size_t count, tf_value *v, tf_value *value) {
  const char *what = expr->op == TF_OP_AND  ? "what `and` joins"
                     : expr->op == TF_OP_OR ? "what `or` joins"
                                            : "what `not` turns";
  for (size_t i = 0; i < count; i++) {
    if (!tf_want_kind(k, &v[i], expr->args[i], TF_KIND_BOOL, what)) {
      return false;
    }
  }
  tf_term_op op = expr->op == TF_OP_AND ? TF_TERM_AND : expr->op == TF_OP_OR ? TF_TERM_OR : TF_TERM_NOT;
  return make_map(k, expr->at, op, count, v, TF_KIND_BOOL, TF_DIM_NONE, value);
}

static bool check_unary(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v;
  if (!tf_check_expr(k, scope, expr->args[0], &v)) {
    return false;
  }
  if (expr->op == TF_OP_NOT) {
    return check_logic(k, expr, 1, &v, value);
  }
  if (!tf_want_kind(k, &v, expr->args[0], TF_KIND_NUMBER, "what is negated")) {
    return false;
  }
  bool zero = v.zero;
  if (v.term->op == TF_TERM_CONSTANT) { // a negative literal stays a literal
    tf_term *term = tf_make_constant(k->arena, -v.term->number, TF_KIND_NUMBER, v.term->dim, v.term->unit, expr->at);
    *value = v;
    value->term = term;
    return true;
  }
  tf_unit shown = v.unit;
  if (!make_map(k, expr->at, TF_TERM_NEGATE, 1, &v, TF_KIND_NUMBER, v.term->dim, value)) {
    return false;
  }
  value->zero = zero;
  value->unit = shown;
  return true;
}

static bool check_binary(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (expr->op >= TF_OP_EQUAL && expr->op <= TF_OP_GREATER_EQUAL) {
    return check_comparison(k, scope, expr, value);
  }
  tf_value v[2];
  tf_scope inner = *scope;
  inner.label_index = TF_NO_ID;
  if (!tf_check_args(k, &inner, expr, 2, v)) {
    return false;
  }
  switch (expr->op) {
  case TF_OP_ADD:
  case TF_OP_SUBTRACT:
    return check_sum(k, expr, v, value);
  case TF_OP_MULTIPLY:
  case TF_OP_DIVIDE:
    return check_product(k, expr, v, value);
  case TF_OP_POWER:
    return check_power(k, expr, v, value);
  default:
    return check_logic(k, expr, 2, v, value);
  }
}

static bool check_if(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[3];
  tf_scope inner = *scope;
  inner.label_index = TF_NO_ID;
  bool good = tf_check_expr(k, &inner, expr->args[0], &v[0]);
  bool branches = true;
  if (scope->label_index == TF_NO_ID) {
    branches = check_labelled_pair(k, scope, expr->args[1], expr->args[2], &v[1], &v[2]);
  } else {
    branches = tf_check_expr(k, scope, expr->args[1], &v[1]);
    branches = tf_check_expr(k, scope, expr->args[2], &v[2]) && branches;
  }
  if (!good || !branches || !tf_want_kind(k, &v[0], expr->args[0], TF_KIND_BOOL, "what follows `if`") ||
      !tf_unify(k, expr->at, "choose between", 2, v + 1, expr->args + 1)) {
    return false;
  }
  tf_unit shown = v[1].unit.text.len > 0 ? v[1].unit : v[2].unit;
  if (!make_map(k, expr->at, TF_TERM_SELECT, 3, v, v[1].term->kind, v[1].term->dim, value)) {
    return false;
  }
  value->unit = shown;
  value->numbers = false;
  return true;
}

static bool check_then(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[2];
  bool good = tf_check_expr(k, scope, expr->args[0], &v[0]);
  good = tf_check_expr(k, scope, expr->args[1], &v[1]) && good;
  if (!good || !tf_unify(k, expr->at, "go from", 2, v, expr->args)) {
    return false;
  }
  const tf_term *args[] = {v[0].term, v[1].term};
  if (!tf_align(k, expr->at, 2, args)) {
    return false;
  }
  tf_term *term = tf_make(k->arena, TF_TERM_THEN, expr->at, 2, args);
  term->kind = v[0].term->kind;
  term->dim = v[0].term->dim;
  term->index = term->label = v[0].term->label;
  *value = tf_value_of(term);
  tf_merge_flags(value, v, 2);
  value->unit = v[0].unit;
  return true;
}

static bool check_any(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  switch (expr->kind) {
  case TF_EXPR_NUMBER:
  case TF_EXPR_BOOL:
    return check_number(k, expr, value);
  case TF_EXPR_DATE:
    return check_date(k, expr, value);
  case TF_EXPR_NAME:
    return check_name(k, scope, expr, value);
  case TF_EXPR_LABEL:
    return check_label(k, scope, expr, value);
  case TF_EXPR_UNARY:
    return check_unary(k, scope, expr, value);
  case TF_EXPR_BINARY:
    return check_binary(k, scope, expr, value);
  case TF_EXPR_IF:
    return check_if(k, scope, expr, value);
  case TF_EXPR_CALL:
    if (!tf_is_distribution(expr)) {
      return tf_check_call(k, scope, expr, value);
    }
    break;
  case TF_EXPR_SUBSCRIPT:
    return tf_check_subscript(k, scope, expr, value);
  case TF_EXPR_REDUCE:
    return tf_check_reduce(k, scope, expr, value);
  case TF_EXPR_BUILD:
    return tf_check_build(k, scope, expr, value);
  case TF_EXPR_THEN:
    return check_then(k, scope, expr, value);
  case TF_EXPR_WEIGHTED:
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`weight: value` stands only inside discrete, mixture and metalog");
    return false;
  case TF_EXPR_INTERVAL:
  case TF_EXPR_BOUNDS:
  case TF_EXPR_PLUS_MINUS:
  case TF_EXPR_EACH:
  case TF_EXPR_WALK:
    break;
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "a distribution must be the whole right side");
  tf_hint(k->cx, "give it a name: `x : unit = %s` and use x here",
          tf_cstr(k->arena,
                  tf_str_trim(tf_str_sub(k->cx->sources.list.at[expr->at.source].text, expr->at.start, expr->at.end))));
  return false;
}

bool tf_check_expr(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (k->depth >= TF_CHECK_DEPTH_MAX) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "this equation is nested too deep");
    tf_hint(k->cx, "give parts of it a name");
    return false;
  }
  k->depth++;
  bool good = check_any(k, scope, expr, value);
  k->depth--;
  return good;
}
