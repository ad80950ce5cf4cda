// SPDX-License-Identifier: GPL-3.0-or-later
// Money over time: present values, annuities, and prices of one year against another.
//
// real(x, 2024) = x * P(2024) / P and nominal(x) = x * P / P(2024) with the price level in the middle of each period,
// P = exp(cumulative(f) - f * step / 2), f = ln(1 + inflation * 1 year) / 1 year; P(2024) is the mean over the year.
// (1 + nominal rate) = (1 + real rate)(1 + inflation) is the definition behind it (Fisher 1930).
#include "model/checker.h"

#include <math.h>
#include <string.h>

#define YEAR 31557600.0

static const tf_term *number(tf_checker *k, double value, tf_dim dim, tf_span at) {
  tf_unit year = {.dim = k->time, .factor = YEAR, .text = TF_STR("year")};
  return tf_make_constant(k->arena, value, TF_KIND_NUMBER, dim, dim == k->time ? &year : NULL, at);
}

// An operation whose dimension is told.
static const tf_term *make(tf_checker *k, tf_term_op op, tf_dim dim, const tf_term *a, const tf_term *b) {
  tf_term *term = b == NULL ? tf_make1(k->arena, op, a) : tf_make2(k->arena, op, a, b);
  term->dim = dim;
  term->kind = TF_KIND_NUMBER;
  return term;
}

static bool read_timing(tf_checker *k, const tf_expr *expr, tf_timing *timing) {
  static const char *const names[] = {"start", "mid", "end"};
  const tf_expr *last = expr->count > 0 ? expr->args[expr->count - 1] : NULL;
  for (unsigned i = 0; last != NULL && last->kind == TF_EXPR_NAME && i < 3; i++) {
    if (tf_str_is(last->name, names[i])) {
      *timing = (tf_timing)i;
      return true;
    }
  }
  const char *name = tf_cstr(k->arena, expr->name);
  const char *rate = strcmp(name, "npv") == 0 || strcmp(name, "discounted_payback") == 0 ? ", rate" : "";
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%s` does not say when in a period the money flows", name);
  tf_hint(k->cx, "write %s(x%s, start), %s(x%s, mid) or %s(x%s, end); end is what spreadsheets do", name, rate, name,
          rate, name, rate);
  return false;
}

// npv(x, r, timing), irr(x, timing), payback(x, timing), discounted_payback(x, r, timing)
static bool check_flows(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  bool npv = tf_str_is(expr->name, "npv");
  bool irr = tf_str_is(expr->name, "irr");
  bool rated = npv || tf_str_is(expr->name, "discounted_payback");
  tf_timing timing = TF_TIMING_END;
  tf_value v[2];
  size_t count = rated ? 2 : 1;
  if (!read_timing(k, expr, &timing) ||
      !tf_count_args(k, expr, count + 1, count + 1,
                     rated ? "npv(x, rate, mid) or discounted_payback(x, rate, mid)"
                           : "irr(x, mid) or payback(x, mid)") ||
      !tf_check_args(k, scope, expr, count, v) || !tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER, "the money") ||
      (rated && !tf_want_dim(k, &v[1], expr->args[1], k->per_time, "the rate"))) {
    return false;
  }
  if (tf_dim_time_exponent(k->model->units, v[0].term->dim) != -1.0) {
    (void)tf_fail(k->cx, TF_INVALID, expr->args[0]->at, "this must be per time, as in USD/year, not %s",
                  tf_show(k, &v[0], expr->args[0]));
    return false;
  }
  const tf_term *args[] = {v[0].term, v[1].term};
  if (!tf_align(k, expr->at, count, args)) {
    return false;
  }
  tf_term_op op = npv ? TF_TERM_NPV : irr ? TF_TERM_IRR : rated ? TF_TERM_DISCOUNTED_PAYBACK : TF_TERM_PAYBACK;
  tf_term *term = tf_make(k->arena, op, expr->at, count, args);
  term->kind = TF_KIND_NUMBER;
  term->timing = timing;
  term->dim = npv ? tf_dim_multiply(k->model->units, v[0].term->dim, k->time) : irr ? k->per_time : k->time;
  *value = tf_value_of(term);
  value->names = true;
  return true;
}

// annuity(x, r, n) = x * r / (1 - (1 + r)^-n) per year, r per year and n in years; x / n where r is 0.
static bool check_annuity(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[3];
  if (!tf_count_args(k, expr, 3, 3, "annuity(x, rate, life)") || !tf_check_args(k, scope, expr, 3, v) ||
      !tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER, "the first argument of `annuity`") ||
      !tf_want_dim(k, &v[1], expr->args[1], k->per_time, "the rate") ||
      !tf_want_dim(k, &v[2], expr->args[2], k->time, "the life")) {
    return false;
  }
  const tf_term *args[] = {v[0].term, v[1].term, v[2].term};
  if (!tf_align(k, expr->at, 3, args)) {
    return false;
  }
  tf_dim paid = tf_dim_divide(k->model->units, args[0]->dim, k->time);
  const tf_term *year = number(k, YEAR, k->time, expr->at);
  const tf_term *one = number(k, 1.0, TF_DIM_NONE, expr->at);
  const tf_term *rate = make(k, TF_TERM_MULTIPLY, TF_DIM_NONE, args[1], year);
  const tf_term *years = make(k, TF_TERM_DIVIDE, TF_DIM_NONE, args[2], year);
  const tf_term *growth = make(k, TF_TERM_ADD, TF_DIM_NONE, one, rate);
  const tf_term *discount =
      make(k, TF_TERM_POWER, TF_DIM_NONE, growth, make(k, TF_TERM_NEGATE, TF_DIM_NONE, years, NULL));
  const tf_term *paid_off = make(k, TF_TERM_SUBTRACT, TF_DIM_NONE, one, discount);
  const tf_term *factor = make(k, TF_TERM_DIVIDE, k->per_time, args[1], paid_off);
  tf_term *condition = tf_make2(k->arena, TF_TERM_EQUAL, args[1], number(k, 0.0, k->per_time, expr->at));
  condition->kind = TF_KIND_BOOL;
  condition->dim = TF_DIM_NONE;
  tf_term *term = tf_make3(k->arena, TF_TERM_SELECT, condition, make(k, TF_TERM_DIVIDE, paid, args[0], args[2]),
                           make(k, TF_TERM_MULTIPLY, paid, args[0], factor));
  term->kind = TF_KIND_NUMBER;
  term->dim = paid;
  term->at = expr->at;
  *value = tf_value_of(term);
  value->names = v[0].names || v[1].names || v[2].names;
  return true;
}

static bool read_year(tf_checker *k, const tf_expr *expr, int *year) {
  if (expr->kind == TF_EXPR_NUMBER && !expr->has_unit && !expr->percent && expr->number >= 1900.0 &&
      expr->number <= 2200.0 && expr->number == floor(expr->number)) {
    *year = (int)expr->number;
    return true;
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "the year of prices is a year, not %s", tf_show_source(k, expr->at));
  tf_hint(k->cx, "write real(x, 2024)");
  return false;
}

static bool capital(char c) {
  return c >= 'A' && c <= 'Z';
}

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

// The currency of an amount of money: its code, and the year of its prices (0: nominal). False if there is none.
static bool find_currency(tf_checker *k, tf_dim dim, char code[static 4], int *year) {
  if (!tf_dim_is_money(k->model->units, dim)) {
    return false;
  }
  const char *text = tf_dim_text(k->model->units, dim);
  for (const char *at = text; *at != '\0'; at++) {
    bool starts = at == text || !(capital(at[-1]) || (at[-1] >= 'a' && at[-1] <= 'z') || at[-1] == '_');
    if (!starts || !capital(at[0]) || !capital(at[1]) || !capital(at[2])) {
      continue;
    }
    bool dated = digit(at[3]) && digit(at[4]) && digit(at[5]) && digit(at[6]);
    if (!dated && (capital(at[3]) || digit(at[3]) || (at[3] >= 'a' && at[3] <= 'z'))) {
      continue;
    }
    memcpy(code, at, 3);
    code[3] = '\0';
    *year = dated ? (at[3] - '0') * 1000 + (at[4] - '0') * 100 + (at[5] - '0') * 10 + (at[6] - '0') : 0;
    // Of the names with three capitals, such as GPU, it is the one without which no money is left.
    const char *unit = dated ? tf_format(k->arena, "%s%04d", code, *year) : code;
    if (!tf_dim_is_money(k->model->units, tf_dim_divide(k->model->units, dim, tf_dim_of(k->model->units, unit)))) {
      return true;
    }
  }
  return false;
}

static bool find_inflation(tf_checker *k, const tf_scope *scope, const tf_expr *expr, const tf_term **yearly) {
  uint32_t id = tf_map_get(&k->names[scope->module].quantities, TF_STR("inflation"));
  id = id == TF_MAP_NONE ? k->inflation : id;
  if (id == TF_NO_ID) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%.*s` needs one quantity named `inflation`", TF_STR_ARGS(expr->name));
    tf_hint(k->cx, "declare it: `inflation : %%/year = 2.5%%`");
    return false;
  }
  const tf_quantity *q = &k->model->quantities.at[id];
  if (q->kind != TF_KIND_NUMBER || q->unit.dim != k->per_time || q->index_count > 0) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%.*s` needs `%.*s` in %%/year, without indices",
                  TF_STR_ARGS(expr->name), TF_STR_ARGS(q->name));
    tf_also(k->cx, q->at, "declared here");
    return false;
  }
  *yearly = tf_make_quantity(k->arena, k->model, id, expr->at);
  return true;
}

static bool check_prices(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  bool real = tf_str_is(expr->name, "real");
  size_t count = real ? 2 : 1;
  tf_value v;
  int year = 0;
  if (!tf_count_args(k, expr, count, count, real ? "real(x, 2024)" : "nominal(x)") ||
      !tf_check_expr(k, scope, expr->args[0], &v) ||
      !tf_want_kind(k, &v, expr->args[0], TF_KIND_NUMBER,
                    tf_format(k->arena, "the argument of `%.*s`", TF_STR_ARGS(expr->name))) ||
      (real && !read_year(k, expr->args[1], &year))) {
    return false;
  }
  char code[4] = "";
  int dated = 0;
  const char *shown = tf_show(k, &v, expr->args[0]);
  if (!find_currency(k, v.term->dim, code, &dated)) {
    (void)tf_fail(k->cx, TF_INVALID, expr->args[0]->at, "`%.*s` takes money, not %s", TF_STR_ARGS(expr->name), shown);
    return false;
  }
  if (real != (dated == 0)) {
    (void)tf_fail(k->cx, TF_INVALID, expr->args[0]->at, "%s is in %s prices already", shown, real ? "real" : "nominal");
    tf_hint(k->cx, real ? "nominal(x) makes it nominal" : "real(x, 2024) puts it in prices of 2024");
    return false;
  }
  year = real ? year : dated;
  const tf_term *inflation = NULL;
  if (!find_inflation(k, scope, expr, &inflation)) {
    return false;
  }
  const tf_term *one_year = number(k, YEAR, k->time, expr->at);
  const tf_term *growth = make(k, TF_TERM_ADD, TF_DIM_NONE, number(k, 1.0, TF_DIM_NONE, expr->at),
                               make(k, TF_TERM_MULTIPLY, TF_DIM_NONE, inflation, one_year));
  const tf_term *force = make(k, TF_TERM_DIVIDE, k->per_time, make(k, TF_TERM_LN, TF_DIM_NONE, growth, NULL), one_year);
  tf_term *step = tf_make(k->arena, TF_TERM_STEP, expr->at, 0, NULL);
  step->dim = k->time;
  const tf_term *half = make(k, TF_TERM_DIVIDE, k->time, step, number(k, 2.0, TF_DIM_NONE, expr->at));
  const tf_term *level =
      make(k, TF_TERM_EXP, TF_DIM_NONE,
           make(k, TF_TERM_SUBTRACT, TF_DIM_NONE, make(k, TF_TERM_CUMULATIVE, TF_DIM_NONE, force, NULL),
                make(k, TF_TERM_MULTIPLY, TF_DIM_NONE, force, half)),
           NULL);
  tf_term *then = tf_make1(k->arena, TF_TERM_AT, level);
  then->period = (tf_period){TF_PERIOD_YEAR, year, 1, 1};
  then->rate = true;
  then->at = expr->at;
  tf_dim nominal = tf_dim_of(k->model->units, code);
  tf_dim constant = tf_dim_of(k->model->units, tf_format(k->arena, "%s%04d", code, year));
  tf_dim rest = tf_dim_divide(k->model->units, v.term->dim, real ? nominal : constant);
  tf_dim dim = tf_dim_multiply(k->model->units, rest, real ? constant : nominal);
  const tf_term *ratio = make(k, TF_TERM_DIVIDE, TF_DIM_NONE, real ? then : level, real ? level : then);
  tf_term *term = tf_make2(k->arena, TF_TERM_MULTIPLY, v.term, ratio);
  term->dim = dim;
  term->at = expr->at;
  if (tf_too_long(k, term, expr->at)) {
    return false;
  }
  *value = tf_value_of(term);
  value->names = true;
  return true;
}

tf_builtin tf_money_builtin(tf_str name) {
  static const struct {
    tf_str name;
    tf_builtin check;
  } table[] = {{{"npv", sizeof "npv" - 1}, check_flows},
               {{"irr", sizeof "irr" - 1}, check_flows},
               {{"payback", sizeof "payback" - 1}, check_flows},
               {{"discounted_payback", sizeof "discounted_payback" - 1}, check_flows},
               {{"annuity", sizeof "annuity" - 1}, check_annuity},
               {{"real", sizeof "real" - 1}, check_prices},
               {{"nominal", sizeof "nominal" - 1}, check_prices}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    if (tf_str_eq(name, table[i].name)) {
      return table[i].check;
    }
  }
  return NULL;
}
