// SPDX-License-Identifier: GPL-3.0-or-later
// Functions that look along the time axis. Flows are per time, stocks are not: what sums a flow multiplies its
// dimension by a time.
#include "model/checker.h"

enum { ARGS_MAX = 64 }; // of `schedule`: ages in years

static tf_value make_time(tf_checker *k, const tf_expr *expr, tf_term_op op, size_t count, const tf_term **args,
                          const tf_value *v) {
  tf_term *term = tf_make(k->arena, op, expr->at, count, args);
  term->kind = TF_KIND_NUMBER;
  term->dim = args[0]->dim;
  term->rate = tf_dim_time_exponent(k->model->units, args[0]->dim) == -1.0;
  tf_value value = tf_value_of(term);
  tf_merge_flags(&value, v, count);
  value.numbers = false;
  return value;
}

static const char *argument(tf_checker *k, const tf_expr *expr, const char *what) {
  return tf_format(k->arena, "%s of `%.*s`", what, TF_STR_ARGS(expr->name));
}

// The common part: checked arguments, the first a number, indices aligned.
static bool prepare(tf_checker *k, const tf_scope *scope, const tf_expr *expr, size_t least, size_t most,
                    const char *form, tf_value *v, const tf_term **args) {
  if (!tf_count_args(k, expr, least, most, form) || !tf_check_args(k, scope, expr, expr->count, v) ||
      !tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER, argument(k, expr, "the first argument"))) {
    return false;
  }
  for (size_t i = 0; i < expr->count; i++) {
    args[i] = v[i].term;
  }
  return true;
}

static bool align(tf_checker *k, const tf_expr *expr, size_t count, const tf_value *v, const tf_term **args) {
  for (size_t i = 0; i < count; i++) {
    args[i] = v[i].term;
  }
  return tf_align(k, expr->at, count, args);
}

// cumulative(x): x per time gives a stock. average(x), change(x).
static bool check_running(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[1];
  const tf_term *args[1];
  bool sum = tf_str_is(expr->name, "cumulative");
  bool mean = tf_str_is(expr->name, "average");
  if (!prepare(k, scope, expr, 1, 1, sum ? "cumulative(x)" : mean ? "average(x)" : "change(x)", v, args)) {
    return false;
  }
  tf_units *units = k->model->units;
  tf_term *term = tf_make1(k->arena, sum ? TF_TERM_CUMULATIVE : mean ? TF_TERM_AVERAGE : TF_TERM_CHANGE, args[0]);
  term->at = expr->at;
  term->dim = sum    ? tf_dim_multiply(units, args[0]->dim, k->time)
              : mean ? args[0]->dim
                     : tf_dim_divide(units, args[0]->dim, k->time);
  *value = tf_value_of(term);
  value->names = v[0].names;
  if (mean) {
    value->unit = v[0].unit;
  }
  return true;
}

static bool check_delay(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[3];
  const tf_term *args[3];
  if (!prepare(k, scope, expr, 3, 3, "delay(x, lead_time, before)", v, args) ||
      !tf_want_dim(k, &v[1], expr->args[1], k->time, "the delay")) {
    return false;
  }
  tf_value pair[] = {v[0], v[2]};
  const tf_expr *exprs[] = {expr->args[0], expr->args[2]};
  if (!tf_unify(k, expr->at, "put together", 2, pair, exprs)) {
    return false;
  }
  v[0] = pair[0];
  v[2] = pair[1];
  if (!align(k, expr, 3, v, args)) {
    return false;
  }
  *value = make_time(k, expr, TF_TERM_DELAY, 3, args, v);
  value->unit = v[0].unit;
  return true;
}

static bool want_flow(tf_checker *k, const tf_value *v, const tf_expr *expr) {
  if (tf_dim_time_exponent(k->model->units, v->term->dim) == -1.0) {
    return true;
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "this must be per time, as in GPU/year, not %s", tf_show(k, v, expr));
  return false;
}

// survive(x, life [, shape]), retired(x, life [, shape]), straight_line(x, life)
static bool check_cohorts(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  bool survive = tf_str_is(expr->name, "survive");
  bool line = tf_str_is(expr->name, "straight_line");
  tf_value v[3];
  const tf_term *args[3];
  const char *form = survive ? "survive(x, life) or survive(x, life, shape)"
                     : line  ? "straight_line(x, life)"
                             : "retired(x, life)";
  if (!prepare(k, scope, expr, 2, line ? 2 : 3, form, v, args) || !want_flow(k, &v[0], expr->args[0]) ||
      !tf_want_dim(k, &v[1], expr->args[1], k->time, "the life") ||
      (expr->count == 3 && !tf_want_dim(k, &v[2], expr->args[2], TF_DIM_NONE, "the shape")) ||
      !align(k, expr, expr->count, v, args)) {
    return false;
  }
  tf_value result = make_time(k, expr,
                              survive ? TF_TERM_SURVIVE
                              : line  ? TF_TERM_STRAIGHT_LINE
                                      : TF_TERM_RETIRED,
                              expr->count, args, v);
  if (survive) {
    tf_term *term = tf_make(k->arena, TF_TERM_SURVIVE, expr->at, expr->count, args);
    term->kind = TF_KIND_NUMBER;
    term->dim = tf_dim_multiply(k->model->units, args[0]->dim, k->time);
    term->rate = true;
    result.term = term;
    result.unit = (tf_unit){.dim = term->dim, .factor = 1.0};
  } else {
    result.unit = v[0].unit;
  }
  *value = result;
  return true;
}

static bool check_schedule(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[ARGS_MAX];
  const tf_term *args[ARGS_MAX];
  if (!prepare(k, scope, expr, 2, ARGS_MAX, "schedule(x, first_year_share, second_year_share, ...)", v, args) ||
      !want_flow(k, &v[0], expr->args[0])) {
    return false;
  }
  for (size_t i = 1; i < expr->count; i++) {
    if (!tf_want_dim(k, &v[i], expr->args[i], TF_DIM_NONE, "a share of `schedule`")) {
      return false;
    }
  }
  if (!align(k, expr, expr->count, v, args)) {
    return false;
  }
  *value = make_time(k, expr, TF_TERM_SCHEDULE, expr->count, args, v);
  value->unit = v[0].unit;
  return true;
}

// after(d): the share of the period after d; ramp(d1, d2): the period's mean of a rise from 0 to 1.
static bool check_calendar(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  bool after = tf_str_is(expr->name, "after");
  size_t count = after ? 1 : 2;
  tf_value v[2];
  const tf_term *args[2];
  if (!tf_count_args(k, expr, count, count, after ? "after(date)" : "ramp(from, to)") ||
      !tf_check_args(k, scope, expr, count, v)) {
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    if (!tf_want_kind(k, &v[i], expr->args[i], TF_KIND_DATE, argument(k, expr, "the argument"))) {
      return false;
    }
  }
  if (!align(k, expr, count, v, args)) {
    return false;
  }
  tf_term *term = tf_make(k->arena, after ? TF_TERM_AFTER : TF_TERM_RAMP, expr->at, count, args);
  term->kind = TF_KIND_NUMBER;
  *value = tf_value_of(term);
  value->names = v[0].names || (count == 2 && v[1].names);
  return true;
}

// compound(g) = (1 + g*1 year)^(step/1 year): the growth of one period at the yearly rate g.
static bool check_compound(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[1];
  const tf_term *args[1];
  if (!prepare(k, scope, expr, 1, 1, "compound(growth)", v, args) ||
      !tf_want_dim(k, &v[0], expr->args[0], k->per_time, "the argument of `compound`")) {
    return false;
  }
  tf_unit year_unit = {.dim = k->time, .factor = 31557600.0, .text = TF_STR("year")};
  const tf_term *year = tf_make_constant(k->arena, year_unit.factor, TF_KIND_NUMBER, k->time, &year_unit, expr->at);
  const tf_term *one = tf_make_constant(k->arena, 1.0, TF_KIND_NUMBER, TF_DIM_NONE, NULL, expr->at);
  tf_term *share = tf_make2(k->arena, TF_TERM_MULTIPLY, v[0].term, year);
  share->dim = TF_DIM_NONE;
  tf_term *step = tf_make(k->arena, TF_TERM_STEP, expr->at, 0, NULL);
  step->dim = k->time;
  tf_term *years = tf_make2(k->arena, TF_TERM_DIVIDE, step, year);
  years->dim = TF_DIM_NONE;
  tf_term *power = tf_make2(k->arena, TF_TERM_POWER, tf_make2(k->arena, TF_TERM_ADD, one, share), years);
  power->at = expr->at;
  *value = tf_value_of(power);
  value->names = v[0].names;
  return true;
}

// lookup(table.column, key): the value in the last row whose key is at or before `key`. The key column is the first
// column after the row names that is no text, or the row names themselves where they are dates or numbers.
static bool check_lookup(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[2];
  if (!tf_count_args(k, expr, 2, 2, "lookup(table.column, key)") || !tf_check_args(k, scope, expr, 2, v)) {
    return false;
  }
  uint32_t column = v[0].quantity;
  if (column == TF_NO_ID || !k->model->quantities.at[column].column || v[0].term->op != TF_TERM_QUANTITY) {
    (void)tf_fail(k->cx, TF_INVALID, expr->args[0]->at, "the first argument of `lookup` is a column, not %s",
                  tf_show_source(k, expr->args[0]->at));
    tf_hint(k->cx, "write lookup(table.column, key)");
    return false;
  }
  uint32_t own = k->model->quantities.at[column].indices[0];
  uint32_t table = k->model->indices.at[own].table;
  uint32_t key = k->tables[table].key;
  if (key == TF_NO_ID || key == column) {
    (void)tf_fail(k->cx, TF_INVALID, expr->args[0]->at, "table `%.*s` has no column to look up by",
                  TF_STR_ARGS(k->model->tables.at[table]->name));
    tf_hint(k->cx, "its row names must be dates or numbers, or the first column after them a date or a number");
    return false;
  }
  const tf_quantity *by = &k->model->quantities.at[key];
  const char *what = tf_format(k->arena, "the key of `lookup` (`%.*s`)", TF_STR_ARGS(by->name));
  bool fits = by->kind == TF_KIND_DATE ? tf_want_kind(k, &v[1], expr->args[1], TF_KIND_DATE, what)
                                       : tf_want_dim(k, &v[1], expr->args[1], by->unit.dim, what);
  if (!fits) {
    return false;
  }
  const tf_term *args[] = {v[0].term, v[1].term};
  tf_term *term = tf_make(k->arena, TF_TERM_LOOKUP, expr->at, 2, args);
  term->kind = v[0].term->kind;
  term->dim = v[0].term->dim;
  term->label = v[0].term->label;
  term->quantity = key;
  term->index = own;
  if (!tf_set_has(v[1].term->indices, v[1].term->index_count, own)) {
    tf_set_remove(k->arena, &term->indices, &term->index_count, own);
  }
  *value = tf_value_of(term);
  value->names = true;
  value->unit = v[0].unit;
  return true;
}

tf_builtin tf_time_builtin(tf_str name) {
  static const struct {
    tf_str name;
    tf_builtin check;
  } table[] = {{{"cumulative", sizeof "cumulative" - 1}, check_running},
               {{"average", sizeof "average" - 1}, check_running},
               {{"change", sizeof "change" - 1}, check_running},
               {{"delay", sizeof "delay" - 1}, check_delay},
               {{"survive", sizeof "survive" - 1}, check_cohorts},
               {{"retired", sizeof "retired" - 1}, check_cohorts},
               {{"straight_line", sizeof "straight_line" - 1}, check_cohorts},
               {{"schedule", sizeof "schedule" - 1}, check_schedule},
               {{"after", sizeof "after" - 1}, check_calendar},
               {{"ramp", sizeof "ramp" - 1}, check_calendar},
               {{"compound", sizeof "compound" - 1}, check_compound},
               {{"lookup", sizeof "lookup" - 1}, check_lookup}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    if (tf_str_eq(name, table[i].name)) {
      return table[i].check;
    }
  }
  return NULL;
}
