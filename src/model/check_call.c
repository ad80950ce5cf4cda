// SPDX-License-Identifier: GPL-3.0-or-later
// Calls: arithmetic functions, and functions of models, which are put in where they are called.
#include "model/checker.h"

#include <math.h>
#include <string.h>

bool tf_count_args(tf_checker *k, const tf_expr *expr, size_t least, size_t most, const char *form) {
  if (expr->count >= least && expr->count <= most) {
    return true;
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%.*s` has %u argument%s", TF_STR_ARGS(expr->name), expr->count,
                expr->count == 1 ? "" : "s");
  tf_hint(k->cx, "write %s", form);
  return false;
}

static bool finish(tf_checker *k, const tf_expr *expr, tf_term_op op, size_t count, const tf_value *v,
                   tf_value *value) {
  const tf_term *args[3];
  for (size_t i = 0; i < count; i++) {
    args[i] = v[i].term;
  }
  if (!tf_align(k, expr->at, count, args)) {
    return false;
  }
  tf_term *term = tf_make(k->arena, op, expr->at, count, args);
  term->kind = args[0]->kind;
  term->dim = args[0]->dim;
  term->label = args[0]->label;
  if (tf_too_long(k, term, expr->at)) {
    return false;
  }
  *value = tf_value_of(term);
  tf_merge_flags(value, v, count);
  value->unit = v[0].unit;
  return true;
}

// exp and the logarithms: dimensionless.
static bool check_transcendental(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  static const struct {
    const char *name;
    tf_term_op op;
  } table[] = {{"exp", TF_TERM_EXP}, {"ln", TF_TERM_LN}, {"log10", TF_TERM_LOG10}, {"log2", TF_TERM_LOG2}};
  tf_term_op op = TF_TERM_EXP;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    if (tf_str_is(expr->name, table[i].name)) {
      op = table[i].op;
    }
  }
  tf_value v;
  const char *what = tf_format(k->arena, "the argument of `%.*s`", TF_STR_ARGS(expr->name));
  if (!tf_count_args(k, expr, 1, 1, tf_format(k->arena, "%.*s(x)", TF_STR_ARGS(expr->name))) ||
      !tf_check_expr(k, scope, expr->args[0], &v) || !tf_want_dim(k, &v, expr->args[0], TF_DIM_NONE, what) ||
      !finish(k, expr, op, 1, &v, value)) {
    return false;
  }
  value->unit = (tf_unit){0};
  return true;
}

static bool check_sqrt(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v;
  if (!tf_count_args(k, expr, 1, 1, "sqrt(x)") || !tf_check_expr(k, scope, expr->args[0], &v) ||
      !tf_want_kind(k, &v, expr->args[0], TF_KIND_NUMBER, "the argument of `sqrt`") ||
      !finish(k, expr, TF_TERM_SQRT, 1, &v, value)) {
    return false;
  }
  tf_term *root = tf_make1(k->arena, TF_TERM_SQRT, v.term);
  root->dim = tf_dim_power(k->model->units, v.term->dim, 1, 2);
  value->term = root;
  value->unit = (tf_unit){0};
  return true;
}

static bool check_abs(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v;
  return tf_count_args(k, expr, 1, 1, "abs(x)") && tf_check_expr(k, scope, expr->args[0], &v) &&
         tf_want_kind(k, &v, expr->args[0], TF_KIND_NUMBER, "the argument of `abs`") &&
         finish(k, expr, TF_TERM_ABS, 1, &v, value);
}

// Units of these come in several sizes, so the base unit says nothing about what was meant; things that are counted do
// not.
static bool counted(tf_checker *k, tf_dim dim) {
  static const char *const sized[] = {"kg", "m", "s", "bit"};
  const char *text = tf_dim_text(k->model->units, dim);
  while (*text != '\0') {
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    for (size_t i = 0; i < sizeof sized / sizeof *sized; i++) {
      if (len == strlen(sized[i]) && strncmp(text, sized[i], len) == 0) {
        return false;
      }
    }
    text += len == 0 ? 1 : len;
  }
  return true;
}

static bool check_rounding(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_term_op op = tf_str_is(expr->name, "floor")  ? TF_TERM_FLOOR
                  : tf_str_is(expr->name, "ceil") ? TF_TERM_CEIL
                                                  : TF_TERM_ROUND;
  const char *name = tf_cstr(k->arena, expr->name);
  tf_value v;
  if (!tf_count_args(k, expr, 1, 1, tf_format(k->arena, "%s(x)", name)) ||
      !tf_check_expr(k, scope, expr->args[0], &v) ||
      !tf_want_kind(k, &v, expr->args[0], TF_KIND_NUMBER, tf_format(k->arena, "the argument of `%s`", name))) {
    return false;
  }
  bool in_unit = v.plain && v.unit.dim == v.term->dim && v.unit.factor > 0.0;
  if (!in_unit && v.term->dim != TF_DIM_NONE && !counted(k, v.term->dim)) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%s` of %s: it is not clear in which unit", name,
                  tf_show(k, &v, expr->args[0]));
    const char *unit = v.unit.text.len > 0 ? tf_cstr(k->arena, v.unit.text) : tf_show_dim(k, v.term->dim);
    tf_hint(k->cx, "divide by a unit, as in `%s(x / 1 %s) * 1 %s`", name, unit, unit);
    return false;
  }
  if (!in_unit || v.unit.factor == 1.0) {
    return finish(k, expr, op, 1, &v, value);
  }
  // round(x / unit) * unit
  const tf_term *unit = tf_make_constant(k->arena, v.unit.factor, TF_KIND_NUMBER, v.unit.dim, &v.unit, expr->at);
  tf_term *ratio = tf_make2(k->arena, TF_TERM_DIVIDE, v.term, unit);
  ratio->dim = TF_DIM_NONE;
  tf_term *rounded = tf_make1(k->arena, op, ratio);
  tf_term *back = tf_make2(k->arena, TF_TERM_MULTIPLY, rounded, unit);
  back->dim = v.term->dim;
  *value = tf_value_of(back);
  tf_merge_flags(value, &v, 1);
  value->unit = v.unit;
  return true;
}

// min and max of several values, clamp and mod: one kind and dimension.
static bool check_alike(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  bool clamp = tf_str_is(expr->name, "clamp");
  bool mod = tf_str_is(expr->name, "mod");
  bool least = tf_str_is(expr->name, "min");
  const char *form = clamp   ? "clamp(x, low, high)"
                     : mod   ? "mod(a, b)"
                     : least ? "min(a, b) or min(x over index)"
                             : "max(a, b) or max(x over index)";
  size_t fewest = clamp ? 3 : 2;
  size_t most = clamp ? 3 : mod ? 2 : 1000;
  if (!tf_count_args(k, expr, fewest, most, form)) {
    return false;
  }
  tf_value few[3];
  tf_value *v = expr->count <= 3 ? few : TF_ARRAY(k->arena, tf_value, expr->count);
  const char *verb = clamp ? "clamp" : mod ? "divide" : least ? "take the least of" : "take the greatest of";
  if (!tf_check_args(k, scope, expr, expr->count, v) || !tf_unify(k, expr->at, verb, expr->count, v, expr->args)) {
    return false;
  }
  bool date = v[0].term->kind == TF_KIND_DATE && !mod;
  if (!date && v[0].term->kind != TF_KIND_NUMBER) { // asked first: the words are needed by the few that are wrong
    return tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER,
                        tf_format(k->arena, "the argument of `%.*s`", TF_STR_ARGS(expr->name)));
  }
  if (clamp || mod) {
    return finish(k, expr, clamp ? TF_TERM_CLAMP : TF_TERM_MOD, expr->count, v, value);
  }
  tf_value result = v[0];
  for (size_t i = 1; i < expr->count; i++) {
    tf_value pair[] = {result, v[i]};
    if (!finish(k, expr, least ? TF_TERM_MIN : TF_TERM_MAX, 2, pair, &result)) {
      return false;
    }
    result.unit = pair[0].unit.text.len > 0 ? pair[0].unit : pair[1].unit;
  }
  *value = result;
  return true;
}

// restate(x, by) leads from one definition to another (plan_definition.c): x + by, or x * by where `by` has no unit.
static bool check_restate(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  tf_value v[2];
  if (!tf_count_args(k, expr, 2, 2, "restate(x, by)") || !tf_check_args(k, scope, expr, 2, v) ||
      !tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER, "the first argument of `restate`") ||
      !tf_want_kind(k, &v[1], expr->args[1], TF_KIND_NUMBER, "the bridge of `restate`")) {
    return false;
  }
  if (v[0].term->dim == TF_DIM_NONE) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at,
                  "`restate` of something without a unit: is the bridge added or a factor?");
    tf_hint(k->cx, "restate the amounts, then divide");
    return false;
  }
  bool factor = v[1].term->dim == TF_DIM_NONE && !v[1].zero;
  if (!factor && !tf_unify(k, expr->at, "restate", 2, v, expr->args)) {
    return false;
  }
  if (!finish(k, expr, factor ? TF_TERM_MULTIPLY : TF_TERM_ADD, 2, v, value)) {
    return false;
  }
  tf_term *term = TF_NEW(k->arena, tf_term);
  *term = *value->term;
  term->restates = true;
  value->term = term;
  return true;
}

static bool check_log(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  (void)scope;
  (void)value;
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "`log` could be either logarithm");
  tf_hint(k->cx, "write ln(x) for the natural one or log10(x) for the decimal one");
  return false;
}

tf_builtin tf_math_builtin(tf_str name) {
  static const struct {
    tf_str name;
    tf_builtin check;
  } table[] = {{{"exp", sizeof "exp" - 1}, check_transcendental},
               {{"ln", sizeof "ln" - 1}, check_transcendental},
               {{"log10", sizeof "log10" - 1}, check_transcendental},
               {{"log2", sizeof "log2" - 1}, check_transcendental},
               {{"sqrt", sizeof "sqrt" - 1}, check_sqrt},
               {{"abs", sizeof "abs" - 1}, check_abs},
               {{"floor", sizeof "floor" - 1}, check_rounding},
               {{"ceil", sizeof "ceil" - 1}, check_rounding},
               {{"round", sizeof "round" - 1}, check_rounding},
               {{"min", sizeof "min" - 1}, check_alike},
               {{"max", sizeof "max" - 1}, check_alike},
               {{"mod", sizeof "mod" - 1}, check_alike},
               {{"clamp", sizeof "clamp" - 1}, check_alike},
               {{"restate", sizeof "restate" - 1}, check_restate},
               {{"log", sizeof "log" - 1}, check_log}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    if (tf_str_eq(name, table[i].name)) {
      return table[i].check;
    }
  }
  return NULL;
}

bool tf_builtin_name(tf_str name) {
  static const char *const over[] = {"sum", "mean", "argmin", "argmax", "allocate"};
  for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
    if (tf_str_is(name, over[i])) {
      return true;
    }
  }
  return tf_math_builtin(name) != NULL || tf_time_builtin(name) != NULL || tf_money_builtin(name) != NULL;
}

// `f -> g -> f`, if the function is being put in already.
static bool recursion(tf_checker *k, const tf_scope *scope, const tf_function *function, const tf_expr *expr) {
  bool found = false;
  for (const tf_frame *frame = scope->frame; frame != NULL && !found; frame = frame->caller) {
    found = frame->function == function;
  }
  if (!found) {
    return false;
  }
  const char *path = tf_cstr(k->arena, function->name.text);
  for (const tf_frame *frame = scope->frame; frame != NULL; frame = frame->caller) {
    path = tf_format(k->arena, "%.*s -> %s", TF_STR_ARGS(frame->function->name.text), path);
    if (frame->function == function) {
      break;
    }
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "function `%.*s` calls itself: %s", TF_STR_ARGS(function->name.text),
                path);
  tf_also(k->cx, function->name.at, "declared here");
  tf_hint(k->cx, "a recurrence over time is written with [t-1]");
  return true;
}

static void hint_function(tf_checker *k, const tf_scope *scope, tf_str name) {
  static const char *const known[] = {
      "exp",     "ln",     "log10",  "log2",    "sqrt",     "abs",           "floor",
      "ceil",    "round",  "min",    "max",     "mod",      "clamp",         "restate",
      "sum",     "mean",   "argmin", "argmax",  "allocate", "compound",      "cumulative",
      "average", "change", "delay",  "survive", "retired",  "straight_line", "schedule",
      "after",   "ramp",   "lookup", "npv",     "irr",      "payback",       "discounted_payback",
      "annuity", "real",   "nominal"};
  tf_map all = tf_map_new(k->arena);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    (void)tf_map_put(&all, tf_str_of(known[i]), 0);
  }
  if (k->names != NULL) {
    const tf_map *own = &k->names[scope->module].functions;
    for (size_t i = 0; i < own->count; i++) {
      (void)tf_map_put(&all, own->entries[i].key, 0);
    }
  }
  tf_hint_near(k, &all, name);
}

static bool call_function(tf_checker *k, const tf_scope *scope, const tf_expr *expr, const tf_function *function,
                          uint32_t module, tf_value *value) {
  if (function->parameter_count != expr->count) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%.*s` takes %zu argument%s, not %u", TF_STR_ARGS(expr->name),
                  function->parameter_count, function->parameter_count == 1 ? "" : "s", expr->count);
    tf_also(k->cx, function->name.at, "declared here");
    return false;
  }
  if (recursion(k, scope, function, expr)) {
    return false;
  }
  unsigned depth = scope->frame == NULL ? 0 : scope->frame->depth + 1;
  if (depth >= TF_INLINE_MAX || ++k->inlined > TF_TERM_NODES_MAX) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "functions within functions go too deep here");
    tf_hint(k->cx, "give parts of the equation a name");
    return false;
  }
  tf_value *arguments = TF_ARRAY(k->arena, tf_value, expr->count + 1);
  if (!tf_check_args(k, scope, expr, expr->count, arguments)) {
    return false;
  }
  tf_frame frame = {function, arguments, scope->frame, depth};
  tf_scope inner = {.module = module, .frame = &frame, .label_index = scope->label_index};
  size_t errors = k->cx->diags.errors;
  if (tf_check_expr(k, &inner, function->body, value)) {
    value->plain = false;
    return true;
  }
  // The innermost call is the one that helps; outer ones leave its label alone.
  if (k->cx->diags.errors == errors + 1 && k->cx->diags.list.count > 0 &&
      k->cx->diags.list.at[k->cx->diags.list.count - 1].also_label == NULL) {
    tf_also(k->cx, expr->at, "in this call of `%.*s`", TF_STR_ARGS(expr->name));
  }
  return false;
}

bool tf_check_call(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  uint32_t module = 0;
  const tf_function *function = scope->cell ? NULL : tf_resolve_function(k, scope, expr->name, &module);
  if (function != NULL) {
    return call_function(k, scope, expr, function, module, value);
  }
  tf_scope inner = *scope;
  inner.label_index = TF_NO_ID;
  tf_builtin check = tf_math_builtin(expr->name);
  if (check != NULL) {
    return check(k, &inner, expr, value);
  }
  check = tf_time_builtin(expr->name);
  check = check == NULL ? tf_money_builtin(expr->name) : check;
  if (check != NULL) {
    if (scope->cell) {
      (void)tf_fail(k->cx, TF_INVALID, expr->at, "a cell cannot use `%.*s`", TF_STR_ARGS(expr->name));
      tf_hint(k->cx, "an equation belongs in a model");
      return false;
    }
    return check(k, &inner, expr, value);
  }
  if (tf_builtin_name(expr->name)) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%.*s` needs an index", TF_STR_ARGS(expr->name));
    tf_hint(k->cx,
            tf_str_is(expr->name, "allocate") ? "write allocate(want, each, limit over i)" : "write `%.*s(x over i)`",
            TF_STR_ARGS(expr->name));
    return false;
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->name_at.end > expr->name_at.start ? expr->name_at : expr->at,
                "unknown function `%.*s`", TF_STR_ARGS(expr->name));
  hint_function(k, scope, expr->name);
  return false;
}
