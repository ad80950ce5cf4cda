// SPDX-License-Identifier: GPL-3.0-or-later
// Distributions as written -> tf_draw: families, forms and constant arguments in base units. Fitting is the engine's.
#include "model/checker.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

typedef struct family_info {
  tf_str name;
  const char *forms;
  size_t least, most;
  const char *arguments;
} family_info;

static const family_info families[] = {
#define FAMILY(id, name, forms, min_args, max_args, arguments)                                                         \
  {{#name, sizeof #name - 1}, forms, min_args, max_args, arguments},
#include "lang/family.def"
#undef FAMILY
};

typedef struct dist_scope {
  tf_checker *k;
  const tf_scope *scope;
  const tf_right *right;
  tf_unit unit;    // for bare numbers of the literal
  bool unit_given; // it stands behind the last number, or in the unit cell
  bool percent;    // the last number is a percentage
  bool bare;
} dist_scope;

static bool family_of(tf_str name, tf_family *family) {
  for (size_t i = 0; i < TF_FAMILY_COUNT; i++) {
    if (tf_str_eq(name, families[i].name)) {
      *family = (tf_family)i;
      return true;
    }
  }
  return false;
}

bool tf_is_distribution(const tf_expr *expr) {
  tf_family family;
  switch (expr->kind) {
  case TF_EXPR_INTERVAL:
  case TF_EXPR_BOUNDS:
  case TF_EXPR_PLUS_MINUS:
  case TF_EXPR_EACH:
  case TF_EXPR_WALK:
    return true;
  case TF_EXPR_CALL:
    return family_of(expr->name, &family);
  default:
    return false;
  }
}

// The last number of a literal: its unit or % holds for those before it that have none.
static const tf_expr *last_number(const tf_expr *expr) {
  if (expr->kind == TF_EXPR_NUMBER) {
    return expr;
  }
  // student(m +- s, df): what follows the values is no value
  size_t count = expr->kind == TF_EXPR_CALL && expr->count > 0 && tf_is_distribution(expr->args[0]) ? 1 : expr->count;
  for (size_t i = count; i > 0; i--) {
    const tf_expr *found = last_number(expr->args[i - 1]);
    if (found != NULL) {
      return found;
    }
  }
  return NULL;
}

static tf_status fail(const dist_scope *d, tf_span at, const char *text) {
  return tf_fail(d->k->cx, TF_INVALID, at, "%s", text);
}

// A constant argument: in the unit of the quantity, or a number without one.
static bool constant(dist_scope *d, const tf_expr *expr, bool dimensionless, double *number) {
  tf_checker *k = d->k;
  const tf_quantity *q = &k->model->quantities.at[d->right->quantity];
  tf_value value;
  if (tf_is_distribution(expr)) {
    (void)fail(d, expr->at, "the parameters of a distribution are numbers");
    return false;
  }
  if (!tf_check_expr(k, d->scope, expr, &value)) {
    return false;
  }
  double plain = 0.0;
  if (!tf_term_constant(value.term, &plain)) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "the parameters of a distribution are constant, not %s",
                  tf_show_source(k, expr->at));
    tf_hint(k->cx, "give the distribution a name of its own and compute with it");
    return false;
  }
  if (dimensionless) {
    if (!tf_want_dim(k, &value, expr, TF_DIM_NONE, "this parameter")) {
      return false;
    }
    *number = plain;
    return true;
  }
  if (q->kind == TF_KIND_DATE) {
    if (!tf_want_kind(k, &value, expr, TF_KIND_DATE, "this parameter")) {
      return false;
    }
    *number = plain;
    return true;
  }
  if (!tf_want_kind(k, &value, expr, TF_KIND_NUMBER, "this parameter")) {
    return false;
  }
  if (d->percent && value.numbers && !value.percent && !value.zero) { // 20 to 40%: % holds for both
    const tf_term *term = tf_make_constant(k->arena, plain * 0.01, TF_KIND_NUMBER, TF_DIM_NONE, NULL, expr->at);
    value.term = term;
    value.percent = true;
  }
  return tf_settle(k, d->right, &d->unit, d->unit_given, expr, &value, &d->bare) &&
         tf_term_constant(value.term, number);
}

// The spread of m +- s: for dates a time.
static bool spread(dist_scope *d, const tf_expr *expr, double *number) {
  const tf_quantity *q = &d->k->model->quantities.at[d->right->quantity];
  if (q->kind != TF_KIND_DATE) {
    return constant(d, expr, false, number);
  }
  tf_value value;
  return tf_check_expr(d->k, d->scope, expr, &value) &&
         tf_want_dim(d->k, &value, expr, d->k->time, "the spread of a date") && tf_term_constant(value.term, number);
}

static bool forms_allow(tf_family family, char form) {
  return strchr(families[family].forms, form) != NULL;
}

static bool wrong_form(const dist_scope *d, const tf_expr *expr, tf_family family) {
  const family_info *info = &families[family];
  tf_text text = tf_text_new(d->k->arena);
  const char *const forms[] = {"IA to B", "Ba .. b", "Sm +- s", "Wp: value, p: value", "Ttable.column"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (strchr(info->forms, forms[i][0]) != NULL) {
      tf_text_addf(&text, "%s%.*s(%s%s%s)", text.len == 0 ? "" : " or ", TF_STR_ARGS(info->name), forms[i] + 1,
                   forms[i][0] == 'S' && info->most > 0 ? ", " : "", forms[i][0] == 'S' ? info->arguments : "");
    }
  }
  if (strchr(info->forms, 'A') != NULL) {
    tf_text_addf(&text, "%s%.*s(%s)", text.len == 0 ? "" : " or ", TF_STR_ARGS(info->name), info->arguments);
  }
  (void)tf_fail(d->k->cx, TF_INVALID, expr->at, "`%.*s` is not written like this", TF_STR_ARGS(info->name));
  tf_hint(d->k->cx, "write %.*s", TF_STR_ARGS(tf_text_str(&text)));
  return false;
}

static double *numbers(const dist_scope *d, size_t count) {
  return TF_ARRAY(d->k->arena, double, count == 0 ? 1 : count);
}

static bool interval(dist_scope *d, const tf_expr *expr, tf_family family, tf_dist_spec *spec) {
  double *args = numbers(d, 2);
  bool good = constant(d, expr->args[0], false, &args[0]);
  if (!good || !constant(d, expr->args[1], false, &args[1])) { // the second would only repeat the first
    return false;
  }
  const char *low = tf_show_source(d->k, expr->args[0]->at);
  const char *high = tf_show_source(d->k, expr->args[1]->at);
  if (!(args[0] < args[1])) {
    (void)tf_fail(d->k->cx, TF_INVALID, expr->at, "the interval from %s to %s is empty", low, high);
    tf_hint(d->k->cx, args[0] > args[1] ? "the smaller value comes first" : "write the one value if it is certain");
    return false;
  }
  const tf_quantity *q = &d->k->model->quantities.at[d->right->quantity];
  bool positive = family == TF_FAMILY_LOGNORMAL || family == TF_FAMILY_LOGUNIFORM;
  if (positive && (args[0] <= 0.0 || q->kind == TF_KIND_DATE)) {
    const char *text = tf_show_source(d->k, expr->at);
    (void)tf_fail(d->k->cx, TF_INVALID, expr->at,
                  q->kind == TF_KIND_DATE ? "`A to B` is lognormal, which dates cannot be"
                                          : "`A to B` is lognormal, so A must be above 0");
    tf_hint(d->k->cx, "write normal(%.*s)", (int)strlen(text) - 2, text + 1);
    return false;
  }
  spec->form = expr->kind == TF_EXPR_BOUNDS ? TF_FORM_BOUNDS : TF_FORM_INTERVAL;
  spec->level = expr->kind == TF_EXPR_BOUNDS ? 1.0 : expr->number;
  spec->count = 2;
  spec->args = args;
  return true;
}

static bool mean_spread(dist_scope *d, const tf_expr *expr, const tf_expr *call, tf_family family, tf_dist_spec *spec) {
  size_t extra = call == NULL ? 0 : call->count - 1;
  if (call != NULL && (extra < families[family].least || extra > families[family].most)) {
    return wrong_form(d, call, family);
  }
  double *args = numbers(d, 2 + extra);
  bool good = constant(d, expr->args[0], false, &args[0]);
  good = spread(d, expr->args[1], &args[1]) && good;
  for (size_t i = 0; i < extra; i++) {
    good = constant(d, call->args[i + 1], true, &args[2 + i]) && good;
  }
  if (good && !(args[1] > 0.0)) {
    (void)fail(d, expr->args[1]->at, "the spread after +- must be above 0");
    good = false;
  }
  spec->form = TF_FORM_MEAN_SD;
  spec->count = 2 + extra;
  spec->args = args;
  return good;
}

// Which arguments of a family have no unit, by their names in family.def.
static bool argument_dimensionless(tf_family family, size_t i) {
  switch (family) {
  case TF_FAMILY_BETA:
  case TF_FAMILY_EVENT:
  case TF_FAMILY_STUDENT:
    return true;
  case TF_FAMILY_WEIBULL:
    return i == 0;
  default:
    return false;
  }
}

static bool arguments(dist_scope *d, const tf_expr *call, tf_family family, tf_dist_spec *spec) {
  if (!forms_allow(family, 'A') || call->count < families[family].least || call->count > families[family].most) {
    return wrong_form(d, call, family);
  }
  double *args = numbers(d, call->count);
  bool good = true;
  for (size_t i = 0; i < call->count; i++) {
    good = constant(d, call->args[i], argument_dimensionless(family, i), &args[i]) && good;
  }
  spec->form = TF_FORM_ARGUMENTS;
  spec->count = call->count;
  spec->args = args;
  if (!good) {
    return false;
  }
  if ((family == TF_FAMILY_TRIANGULAR || family == TF_FAMILY_PERT) &&
      !(args[0] <= args[1] && args[1] <= args[2] && args[0] < args[2])) {
    (void)tf_fail(d->k->cx, TF_INVALID, call->at, "the values of `%.*s` must rise: min, mode, max",
                  TF_STR_ARGS(families[family].name));
    return false;
  }
  if (family == TF_FAMILY_EVENT && !(args[0] >= 0.0 && args[0] <= 1.0)) {
    (void)fail(d, call->args[0]->at, "a probability lies between 0% and 100%");
    return false;
  }
  return true;
}

static bool build(dist_scope *d, const tf_expr *expr, tf_dist_spec *spec);

// A part of a mixture: a distribution, or a constant (all of its weight on one value).
static bool build_part(dist_scope *d, const tf_expr *expr, const tf_dist_spec **part) {
  tf_dist_spec *spec = TF_NEW(d->k->arena, tf_dist_spec);
  if (tf_is_distribution(expr)) {
    *part = spec;
    return build(d, expr, spec);
  }
  double *args = numbers(d, 1);
  double *weights = numbers(d, 1);
  weights[0] = 1.0;
  *spec = (tf_dist_spec){.family = TF_FAMILY_DISCRETE,
                         .form = TF_FORM_WEIGHTED,
                         .count = 1,
                         .args = args,
                         .weights = weights,
                         .low = -INFINITY,
                         .high = INFINITY,
                         .at = expr->at};
  *part = spec;
  return constant(d, expr, false, args);
}

static bool weighted(dist_scope *d, const tf_expr *call, tf_family family, tf_dist_spec *spec) {
  size_t count = call->count;
  double *args = numbers(d, count);
  double *weights = numbers(d, count);
  const tf_dist_spec **parts = TF_ARRAY(d->k->arena, const tf_dist_spec *, count + 1);
  bool good = count > 0;
  double total = 0.0;
  for (size_t i = 0; i < count; i++) {
    const tf_expr *pair = call->args[i];
    if (pair->kind != TF_EXPR_WEIGHTED) {
      return wrong_form(d, call, family);
    }
    good = constant(d, pair->args[0], true, &weights[i]) && good;
    good = (family == TF_FAMILY_MIXTURE ? build_part(d, pair->args[1], &parts[i])
                                        : constant(d, pair->args[1], false, &args[i])) &&
           good;
    total += weights[i];
    bool inside =
        family == TF_FAMILY_METALOG ? weights[i] > 0.0 && weights[i] < 1.0 : weights[i] >= 0.0 && weights[i] <= 1.0;
    if (good && !inside) {
      (void)fail(d, pair->args[0]->at,
                 family == TF_FAMILY_METALOG ? "a percentile lies between 0% and 100%"
                                             : "a weight lies between 0% and 100%");
      good = false;
    }
  }
  if (!good) {
    return false;
  }
  if (family != TF_FAMILY_METALOG && fabs(total - 1.0) > 1e-9) {
    char buffer[32];
    (void)tf_fail(d->k->cx, TF_INVALID, call->at, "the weights add up to %s%%, not 100%%",
                  tf_number_print15(total * 100.0, buffer));
    return false;
  }
  spec->form = TF_FORM_WEIGHTED;
  spec->count = count;
  spec->args = args;
  spec->weights = weights;
  spec->parts = family == TF_FAMILY_MIXTURE ? parts : NULL;
  return true;
}

static bool sample(dist_scope *d, const tf_expr *call, tf_dist_spec *spec) {
  tf_checker *k = d->k;
  if (call->count != 1 || call->args[0]->kind != TF_EXPR_NAME) {
    return wrong_form(d, call, TF_FAMILY_SAMPLE);
  }
  const tf_expr *name = call->args[0];
  uint32_t id = tf_map_get(&k->model->names, name->name);
  if (id == TF_MAP_NONE || !k->model->quantities.at[id].column) {
    (void)tf_fail(k->cx, TF_INVALID, name->at, "`%.*s` is no column of a table", TF_STR_ARGS(name->name));
    tf_hint_near(k, &k->model->names, name->name);
    return false;
  }
  const tf_quantity *column = &k->model->quantities.at[id];
  const tf_quantity *q = &k->model->quantities.at[d->right->quantity];
  if (column->kind != q->kind || column->unit.dim != q->unit.dim) {
    (void)tf_fail(k->cx, TF_INVALID, name->at, "`%.*s` is in %.*s, but `%.*s` is in %.*s", TF_STR_ARGS(q->name),
                  TF_STR_ARGS(q->unit.text), TF_STR_ARGS(column->name), TF_STR_ARGS(column->unit.text));
    tf_explain_missing(k, column->unit.dim, q->unit.dim);
    return false;
  }
  double *args = numbers(d, column->elements);
  size_t count = 0;
  for (size_t i = 0; i < column->elements; i++) {
    const tf_term *value = column->column_values[i];
    if (value != NULL && !tf_term_constant(value, &args[count])) {
      (void)tf_fail(k->cx, TF_INVALID, name->at, "a value of `%.*s` is uncertain itself", TF_STR_ARGS(column->name));
      tf_also(k->cx, value->at, "this one");
      tf_hint(k->cx, "`sample` draws among constants");
      return false;
    }
    count += value != NULL;
  }
  if (count == 0) {
    (void)tf_fail(k->cx, TF_INVALID, name->at, "`%.*s` has no values", TF_STR_ARGS(column->name));
    return false;
  }
  spec->form = TF_FORM_SAMPLE;
  spec->count = count;
  spec->args = args;
  return true;
}

static bool build(dist_scope *d, const tf_expr *expr, tf_dist_spec *spec) {
  *spec = (tf_dist_spec){.level = 0.9, .low = -INFINITY, .high = INFINITY, .at = expr->at};
  const tf_quantity *q = &d->k->model->quantities.at[d->right->quantity];
  spec->unit_factor = q->unit.factor;
  spec->unit = tf_cstr(d->k->arena, q->unit.text);
  spec->quantity = tf_cstr(d->k->arena, q->name);
  switch (expr->kind) {
  case TF_EXPR_INTERVAL:
    spec->family = TF_FAMILY_LOGNORMAL;
    return interval(d, expr, spec->family, spec);
  case TF_EXPR_BOUNDS:
    spec->family = TF_FAMILY_UNIFORM;
    return interval(d, expr, spec->family, spec);
  case TF_EXPR_PLUS_MINUS:
    spec->family = TF_FAMILY_NORMAL;
    return mean_spread(d, expr, NULL, spec->family, spec);
  case TF_EXPR_CALL:
    break;
  default:
    (void)fail(d, expr->at, "this cannot stand inside a distribution");
    return false;
  }
  (void)family_of(expr->name, &spec->family);
  tf_family family = spec->family;
  if (forms_allow(family, 'W')) {
    return weighted(d, expr, family, spec);
  }
  if (forms_allow(family, 'T')) {
    return sample(d, expr, spec);
  }
  const tf_expr *first = expr->count > 0 ? expr->args[0] : NULL;
  if (first != NULL && first->kind == TF_EXPR_PLUS_MINUS && forms_allow(family, 'S')) {
    return mean_spread(d, first, expr, family, spec);
  }
  bool spans = first != NULL && expr->count == 1 &&
               ((first->kind == TF_EXPR_INTERVAL && forms_allow(family, 'I')) ||
                (first->kind == TF_EXPR_BOUNDS && forms_allow(family, 'B')));
  if (spans) {
    return interval(d, first, family, spec);
  }
  if (first != NULL && tf_is_distribution(first)) {
    return wrong_form(d, expr, family);
  }
  return arguments(d, expr, family, spec);
}

static bool each_of(tf_checker *k, const tf_scope *scope, const tf_right *right, const tf_expr *expr, tf_draw *draw) {
  if (tf_str_is(expr->name, "year")) {
    draw->each_year = true;
    return true;
  }
  tf_located name = {expr->name, expr->name_at};
  if (k->names != NULL) {
    return tf_resolve_index(k, scope->module, name, &draw->each_index);
  }
  const tf_quantity *q = &k->model->quantities.at[right->quantity];
  const char *own = tf_format(k->arena, "%.*s.%.*s", TF_STR_ARGS(q->module), TF_STR_ARGS(expr->name));
  uint32_t id = tf_map_get(&k->model->index_names, tf_str_of(own));
  id = id == TF_MAP_NONE ? tf_map_get(&k->model->index_names, expr->name) : id;
  if (id == TF_MAP_NONE) {
    (void)tf_fail(k->cx, TF_INVALID, expr->name_at, "`%.*s` is no index or table", TF_STR_ARGS(expr->name));
    tf_hint_near(k, &k->model->index_names, expr->name);
    return false;
  }
  draw->each_index = id;
  return true;
}

// walk(5% per sqrt(year)): sums of independent normal steps that start from 0; the spread grows with the root of time.
static bool check_walk(dist_scope *d, const tf_expr *expr, tf_draw *draw) {
  double sd = 0.0;
  const tf_quantity *q = &d->k->model->quantities.at[d->right->quantity];
  if (isfinite(q->low) || isfinite(q->high)) {
    (void)tf_fail(d->k->cx, TF_INVALID, expr->at, "`%.*s` has a permitted range, but a walk cannot be cut",
                  TF_STR_ARGS(q->name));
    tf_hint(d->k->cx, "leave out the range, and limit it where it is used: clamp(x, low, high)");
    return false;
  }
  if (!constant(d, expr->args[0], false, &sd)) {
    return false;
  }
  if (!(sd > 0.0)) {
    (void)fail(d, expr->args[0]->at, "the spread of a walk must be above 0");
    return false;
  }
  draw->walk = true;
  draw->walk_sd = sd / sqrt(31557600.0);
  return true;
}

bool tf_check_distribution(tf_checker *k, const tf_scope *scope, const tf_right *right, tf_right_value *out) {
  const tf_quantity *q = &k->model->quantities.at[right->quantity];
  const tf_expr *expr = right->expr;
  tf_draw draw = {.quantity = right->quantity, .each_index = TF_NO_ID};
  if (expr->kind == TF_EXPR_EACH) {
    if (!each_of(k, scope, right, expr, &draw)) {
      return false;
    }
    expr = expr->args[0];
  }
  dist_scope d = {.k = k, .scope = scope, .right = right, .unit = *right->unit, .unit_given = right->unit_cell};
  const tf_expr *last = last_number(expr);
  if (last != NULL && last->has_unit) {
    d.unit = *last->unit;
    d.unit_given = true;
  } else if (last != NULL && last->percent) {
    d.percent = true;
  }
  draw.spec.low = -INFINITY;
  draw.spec.high = INFINITY;
  draw.spec.at = expr->at;
  if (expr->kind == TF_EXPR_WALK ? !check_walk(&d, expr, &draw) : !build(&d, expr, &draw.spec)) {
    return false;
  }
  draw.spec.unit_factor = q->unit.factor;
  draw.spec.unit = tf_cstr(k->arena, q->unit.text);
  draw.spec.quantity = tf_cstr(k->arena, q->name);
  draw.spec.low = q->low;
  draw.spec.high = q->high;
  tf_term *term = tf_make(k->arena, TF_TERM_DRAW, expr->at, 0, NULL);
  term->kind = q->kind;
  term->dim = q->kind == TF_KIND_NUMBER ? q->unit.dim : TF_DIM_NONE;
  term->draw = (uint32_t)k->draws.count;
  if (draw.each_index != TF_NO_ID) {
    tf_set_add(k->arena, &term->indices, &term->index_count, draw.each_index);
  }
  tf_vec_push(k->arena, &k->draws, draw);
  *out = (tf_right_value){.value = tf_value_of(term), .bare = d.bare};
  return true;
}
