// SPDX-License-Identifier: GPL-3.0-or-later
// Indices: merging, reductions, picking elements, building values by label, and reading other periods.
//
// A table's rows are an index of their own, and `index generation = hardware[...]` a subset of them. Where a subset and
// its table meet, the table's side is restricted to the subset.
#include "model/checker.h"

#include <math.h>

tf_str tf_local_index(const tf_checker *k, tf_str module, uint32_t index) {
  const tf_index *in = &k->model->indices.at[index];
  tf_str prefix;
  tf_str own;
  return tf_str_eq(in->module, module) && tf_str_split(in->name, '.', &prefix, &own) ? own : in->name;
}

const char *tf_index_list(tf_checker *k, const uint32_t *indices, size_t count) {
  tf_text list = tf_text_new(k->arena);
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(&list, "%s%.*s", i == 0 ? "" : ", ", TF_STR_ARGS(k->model->indices.at[indices[i]].name));
  }
  return count == 0 ? "no index" : tf_cstr(k->arena, tf_text_str(&list));
}

const tf_term *tf_restrict(tf_checker *k, const tf_term *term, uint32_t index) {
  uint32_t table = k->model->indices.at[index].table;
  if (table == TF_NO_ID || tf_set_has(term->indices, term->index_count, index)) {
    return term;
  }
  uint32_t own = k->tables[table].index;
  if (own == index || !tf_set_has(term->indices, term->index_count, own)) {
    return term;
  }
  tf_term *restricted = tf_make1(k->arena, TF_TERM_RESTRICT, term);
  restricted->index = index;
  tf_set_remove(k->arena, &restricted->indices, &restricted->index_count, own);
  tf_set_add(k->arena, &restricted->indices, &restricted->index_count, index);
  return restricted;
}

// The subset of `table` among the arguments' indices: TF_NO_ID if there is none; false if there are several.
static bool find_subset(tf_checker *k, tf_span at, size_t count, const tf_term *const *args, uint32_t table,
                        uint32_t *subset) {
  *subset = TF_NO_ID;
  for (size_t a = 0; a < count; a++) {
    for (size_t i = 0; i < args[a]->index_count; i++) {
      uint32_t id = args[a]->indices[i];
      if (k->model->indices.at[id].table != table || id == k->tables[table].index || id == *subset) {
        continue;
      }
      if (*subset != TF_NO_ID) {
        (void)tf_fail(k->cx, TF_INVALID, at, "the rows of `%.*s` could be those of `%.*s` or of `%.*s`",
                      TF_STR_ARGS(k->model->tables.at[table]->name), TF_STR_ARGS(k->model->indices.at[*subset].name),
                      TF_STR_ARGS(k->model->indices.at[id].name));
        tf_hint(k->cx, "give the part that is meant a name, with its index: `x[%.*s] : unit = ...`",
                TF_STR_ARGS(k->model->indices.at[id].name));
        return false;
      }
      *subset = id;
    }
  }
  return true;
}

// The indices of all arguments together are those of the value.
static bool few_combinations(tf_checker *k, tf_span at, size_t count, const tf_term *const *args) {
  uint32_t seen[TF_INDICES_MAX];
  size_t seen_count = 0;
  uint64_t rows = 1;
  for (size_t a = 0; a < count; a++) {
    for (size_t i = 0; i < args[a]->index_count; i++) {
      const uint32_t id = args[a]->indices[i];
      if (tf_set_has(seen, seen_count, id)) {
        continue;
      }
      rows *= k->model->indices.at[id].count;
      if (rows > TF_ELEMENTS_MAX || seen_count == TF_INDICES_MAX) {
        (void)tf_fail(k->cx, TF_INVALID, at, "more than %d combinations of rows, or %d indices", TF_ELEMENTS_MAX,
                      TF_INDICES_MAX);
        tf_hint(k->cx, "sum over an index before the values of another one come in");
        return false;
      }
      seen[seen_count++] = id;
    }
  }
  return true;
}

bool tf_align(tf_checker *k, tf_span at, size_t count, const tf_term **args) {
  bool differ = false;
  for (size_t a = 0; a < count; a++) {
    differ = differ || (args[a]->index_count > 0 &&
                        (args[a]->index_count != args[0]->index_count || args[a]->indices != args[0]->indices));
  }
  differ = differ || args[0]->index_count > 1;
  if (!differ) {
    return true;
  }
  for (size_t a = 0; a < count; a++) {
    for (size_t i = 0; i < args[a]->index_count; i++) {
      uint32_t table = k->model->indices.at[args[a]->indices[i]].table;
      if (table == TF_NO_ID || k->tables[table].index != args[a]->indices[i]) {
        continue;
      }
      uint32_t subset = TF_NO_ID;
      if (!find_subset(k, at, count, args, table, &subset)) {
        return false;
      }
      if (subset != TF_NO_ID) {
        args[a] = tf_restrict(k, args[a], subset);
        i = SIZE_MAX; // its set has changed: from the first again
      }
    }
  }
  return few_combinations(k, at, count, args);
}

const tf_term *tf_pick(tf_checker *k, uint32_t column, const tf_term *label, tf_span at) {
  const tf_term *values = tf_make_quantity(k->arena, k->model, column, at);
  values = tf_restrict(k, values, label->label);
  const tf_term *args[] = {values, label};
  tf_term *pick = tf_make(k->arena, TF_TERM_PICK, at, 2, args);
  pick->kind = values->kind;
  pick->dim = values->dim;
  pick->label = values->label;
  pick->index = label->label;
  if (!tf_set_has(label->indices, label->index_count, label->label)) {
    tf_set_remove(k->arena, &pick->indices, &pick->index_count, label->label);
  }
  return pick;
}

// ---- subscripts ----

// Labels for all indices of a quantity, in the order in which it states them: then a label may be one of two indices.
static bool labels_in_order(const tf_checker *k, const tf_expr *expr, uint32_t quantity) {
  const tf_quantity *q = &k->model->quantities.at[quantity];
  size_t labels = 0;
  for (size_t i = 0; i < expr->subscript_count; i++) {
    if (expr->subscripts[i].kind != TF_SUB_LABEL) {
      continue;
    }
    if (labels == q->index_count ||
        tf_index_row(&k->model->indices.at[q->indices[labels]], expr->subscripts[i].label) == TF_NO_ID) {
      return false;
    }
    labels++;
  }
  return q->shown && labels == q->index_count;
}

// `of`: the index whose label it is, TF_NO_ID if the label alone must tell.
static bool check_element(tf_checker *k, const tf_subscript *sub, const tf_expr *expr, uint32_t of, tf_value *value) {
  const tf_term *term = value->term;
  uint32_t found = of;
  for (size_t i = 0; i < term->index_count && of == TF_NO_ID; i++) {
    uint32_t id = term->indices[i];
    if (tf_index_row(&k->model->indices.at[id], sub->label) == TF_NO_ID) {
      continue;
    }
    if (found != TF_NO_ID) {
      (void)tf_fail(k->cx, TF_INVALID, sub->at, "'%.*s' is a label of `%.*s` and of `%.*s`", TF_STR_ARGS(sub->label),
                    TF_STR_ARGS(k->model->indices.at[found].name), TF_STR_ARGS(k->model->indices.at[id].name));
      tf_hint(k->cx,
              "give a label for each index, in the order in which the quantity states them, or reduce one of them");
      return false;
    }
    found = id;
  }
  if (term->index_count == 0) {
    (void)tf_fail(k->cx, TF_INVALID, sub->at, "%s has no index, so it has no ['%.*s']",
                  tf_show_source(k, expr->args[0]->at), TF_STR_ARGS(sub->label));
    return false;
  }
  if (found == TF_NO_ID && term->index_count == 1) {
    (void)tf_resolve_label(k, term->indices[0], sub->label, sub->at);
    return false;
  }
  if (found == TF_NO_ID) {
    (void)tf_fail(k->cx, TF_INVALID, sub->at, "'%.*s' is no label of %s", TF_STR_ARGS(sub->label),
                  tf_index_list(k, term->indices, term->index_count));
    return false;
  }
  tf_term *element = tf_make1(k->arena, TF_TERM_ELEMENT, term);
  element->index = found;
  element->row = tf_index_row(&k->model->indices.at[found], sub->label);
  element->at = expr->at;
  tf_set_remove(k->arena, &element->indices, &element->index_count, found);
  value->term = element;
  return true;
}

static bool is_rate(const tf_checker *k, const tf_term *term) {
  return term->kind == TF_KIND_NUMBER && tf_dim_time_exponent(k->model->units, term->dim) == -1.0;
}

static tf_term *copy_term(tf_checker *k, const tf_term *term, const tf_term *const *args) {
  tf_term *copy = TF_NEW(k->arena, tf_term);
  *copy = *term;
  copy->args = args;
  for (size_t i = 0; i < term->count; i++) {
    copy->holds |= args[i]->holds;
  }
  return copy;
}

// Pushes a shift by whole periods down to the quantities of a name; NULL for anything that has no name.
static const tf_term *lag_term(tf_checker *k, const tf_term *term, int32_t lag, const tf_term *otherwise) {
  switch (term->op) {
  case TF_TERM_CONSTANT:
  case TF_TERM_ROW:
    return term;
  case TF_TERM_QUANTITY: {
    tf_term *lagged = tf_make(k->arena, TF_TERM_LAG, term->at, otherwise == NULL ? 0 : 1, &otherwise);
    lagged->kind = term->kind;
    lagged->dim = term->dim;
    lagged->index = lagged->label = term->label;
    lagged->quantity = term->quantity;
    lagged->lag = lag;
    for (size_t i = 0; i < term->index_count; i++) {
      tf_set_add(k->arena, &lagged->indices, &lagged->index_count, term->indices[i]);
    }
    return lagged;
  }
  case TF_TERM_PICK:
  case TF_TERM_ELEMENT:
  case TF_TERM_RESTRICT: {
    if (term->op == TF_TERM_PICK && otherwise != NULL) {
      return NULL;
    }
    const tf_term **args = TF_ARRAY(k->arena, const tf_term *, term->count);
    for (size_t i = 0; i < term->count; i++) {
      args[i] = lag_term(k, term->args[i], lag, otherwise);
      if (args[i] == NULL) {
        return NULL;
      }
    }
    return copy_term(k, term, args);
  }
  default:
    return NULL;
  }
}

static bool check_shift(tf_checker *k, const tf_scope *scope, const tf_subscript *sub, const tf_expr *expr,
                        tf_value *value) {
  if (sub->shift == NULL) {
    return true; // x[t]
  }
  tf_scope inner = *scope;
  inner.label_index = value->term->label;
  tf_value v[2] = {*value, {0}};
  const tf_expr *exprs[] = {expr->args[0], sub->otherwise};
  tf_value shift;
  if (sub->otherwise != NULL &&
      (!tf_check_expr(k, &inner, sub->otherwise, &v[1]) || !tf_unify(k, sub->at, "fall back from", 2, v, exprs))) {
    return false;
  }
  const tf_term *pair[] = {v[0].term, v[1].term};
  if (!tf_check_expr(k, scope, sub->shift, &shift) || (sub->otherwise != NULL && !tf_align(k, sub->at, 2, pair))) {
    return false;
  }
  const tf_term *otherwise = sub->otherwise == NULL ? NULL : pair[1];
  double periods = 0.0;
  if (shift.numbers && !shift.percent && tf_term_constant(shift.term, &periods)) {
    if (periods != floor(periods) || fabs(periods) > 100000.0) {
      (void)tf_fail(k->cx, TF_INVALID, sub->at, "a shift is a whole number of periods or a time");
      tf_hint(k->cx, "write [t-1] or [t - 18 month]");
      return false;
    }
    const tf_term *lagged = lag_term(k, pair[0], (int32_t)(sub->backwards ? -periods : periods), otherwise);
    if (lagged == NULL) {
      (void)tf_fail(k->cx, TF_INVALID, expr->at, "only a quantity has periods, not %s",
                    tf_show_source(k, expr->args[0]->at));
      tf_hint(k->cx, "give it a name");
      return false;
    }
    value->term = lagged;
    return true;
  }
  if (!tf_want_dim(k, &shift, sub->shift, k->time, "a shift")) {
    return false;
  }
  if (value->term->kind != TF_KIND_NUMBER) {
    (void)tf_fail(k->cx, TF_INVALID, sub->at, "only numbers can be shared between neighbouring periods");
    tf_hint(k->cx, "shift by whole periods, as in [t-1]");
    return false;
  }
  const tf_term *seconds = sub->backwards ? tf_make1(k->arena, TF_TERM_NEGATE, shift.term) : shift.term;
  const tf_term *args[] = {pair[0], seconds, otherwise};
  size_t count = otherwise == NULL ? 2 : 3;
  if (!tf_align(k, sub->at, count, args)) {
    return false;
  }
  tf_term *term = tf_make(k->arena, TF_TERM_SHIFT, expr->at, count, args);
  term->kind = value->term->kind;
  term->dim = value->term->dim;
  term->rate = is_rate(k, value->term);
  value->term = term;
  value->names = value->names || shift.names;
  return true;
}

bool tf_check_subscript(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (!tf_check_expr(k, scope, expr->args[0], value)) {
    return false;
  }
  if (scope->cell) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "a cell cannot read other periods or rows");
    return false;
  }
  const uint32_t *in_order = value->quantity != TF_NO_ID && labels_in_order(k, expr, value->quantity)
                                 ? k->model->quantities.at[value->quantity].indices
                                 : NULL;
  value->quantity = TF_NO_ID;
  value->numbers = value->zero = false;
  for (size_t i = 0; i < expr->subscript_count; i++) {
    const tf_subscript *sub = &expr->subscripts[i];
    if (sub->kind == TF_SUB_LABEL) {
      if (!check_element(k, sub, expr, in_order == NULL ? TF_NO_ID : *in_order++, value)) {
        return false;
      }
    } else if (sub->kind == TF_SUB_SHIFT) {
      if (!check_shift(k, scope, sub, expr, value)) {
        return false;
      }
    } else {
      tf_term_op op = sub->kind == TF_SUB_PERIOD  ? TF_TERM_AT
                      : sub->kind == TF_SUB_FIRST ? TF_TERM_FIRST
                                                  : TF_TERM_LAST;
      tf_term *term = tf_make1(k->arena, op, value->term);
      term->period = sub->period;
      term->rate = is_rate(k, value->term);
      term->at = expr->at;
      value->term = term;
    }
  }
  return true;
}

// ---- reductions ----

// The argument with its index brought to the one that is reduced.
static bool over_index(tf_checker *k, tf_value *value, const tf_expr *expr, uint32_t index, tf_span at) {
  value->term = tf_restrict(k, value->term, index);
  if (tf_set_has(value->term->indices, value->term->index_count, index)) {
    return true;
  }
  (void)tf_fail(k->cx, TF_INVALID, at, "%s does not vary over `%.*s`", tf_show_source(k, expr->at),
                TF_STR_ARGS(k->model->indices.at[index].name));
  if (value->term->index_count > 0) {
    tf_hint(k->cx, "it varies over %s", tf_index_list(k, value->term->indices, value->term->index_count));
  } else {
    tf_hint(k->cx, "it has one value for all rows");
  }
  return false;
}

static bool check_allocate(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (expr->count != 3 || expr->over_count != 1) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`allocate` takes three values and one index");
    tf_hint(k->cx, "write allocate(want, each, limit over i)");
    return false;
  }
  tf_value v[3];
  uint32_t index = TF_NO_ID;
  bool good = tf_check_args(k, scope, expr, 3, v);
  if (!tf_resolve_index(k, scope->module, expr->over[0], &index) || !good ||
      !tf_want_kind(k, &v[0], expr->args[0], TF_KIND_NUMBER, "what is wanted") ||
      !tf_want_kind(k, &v[1], expr->args[1], TF_KIND_NUMBER, "what each takes") ||
      !over_index(k, &v[0], expr->args[0], index, expr->over[0].at)) {
    return false;
  }
  tf_dim limit = tf_dim_multiply(k->model->units, v[0].term->dim, v[1].term->dim);
  if (!tf_want_dim(k, &v[2], expr->args[2], limit, "the limit (want x each)")) {
    return false;
  }
  const tf_term *args[] = {v[0].term, v[1].term, v[2].term};
  if (!tf_align(k, expr->at, 3, args)) {
    return false;
  }
  if (tf_set_has(args[2]->indices, args[2]->index_count, index)) {
    (void)tf_fail(k->cx, TF_INVALID, expr->args[2]->at,
                  "the limit is shared by the rows of `%.*s`, so it cannot vary over them",
                  TF_STR_ARGS(k->model->indices.at[index].name));
    return false;
  }
  tf_term *term = tf_make(k->arena, TF_TERM_ALLOCATE, expr->at, 3, args);
  term->kind = TF_KIND_NUMBER;
  term->dim = v[0].term->dim;
  term->index = index;
  *value = tf_value_of(term);
  value->unit = v[0].unit;
  value->names = true;
  return true;
}

static bool reduction(tf_str name, tf_term_op *op) {
  static const struct {
    const char *name;
    tf_term_op op;
  } table[] = {{"sum", TF_TERM_SUM},     {"mean", TF_TERM_MEAN},     {"min", TF_TERM_MINIMUM},
               {"max", TF_TERM_MAXIMUM}, {"argmin", TF_TERM_ARGMIN}, {"argmax", TF_TERM_ARGMAX}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    if (tf_str_is(name, table[i].name)) {
      *op = table[i].op;
      return true;
    }
  }
  return false;
}

bool tf_check_reduce(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (scope->cell) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "a cell cannot reduce over an index");
    return false;
  }
  if (tf_str_is(expr->name, "allocate")) {
    return check_allocate(k, scope, expr, value);
  }
  tf_term_op op = TF_TERM_SUM;
  if (!reduction(expr->name, &op) || expr->count != 1) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%.*s` does not work over an index", TF_STR_ARGS(expr->name));
    tf_hint(k->cx, "sum, mean, min, max, argmin and argmax of one value do");
    return false;
  }
  bool label = op == TF_TERM_ARGMIN || op == TF_TERM_ARGMAX;
  if (label && expr->over_count != 1) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%.*s` gives a label of one index", TF_STR_ARGS(expr->name));
    return false;
  }
  tf_value v;
  if (!tf_check_expr(k, scope, expr->args[0], &v)) {
    return false;
  }
  bool date = v.term->kind == TF_KIND_DATE && op != TF_TERM_SUM && op != TF_TERM_MEAN;
  if (!date && !tf_want_kind(k, &v, expr->args[0], TF_KIND_NUMBER, "what is reduced")) {
    return false;
  }
  tf_unit unit = v.unit;
  for (size_t i = 0; i < expr->over_count; i++) {
    uint32_t index = TF_NO_ID;
    if (!tf_resolve_index(k, scope->module, expr->over[i], &index) ||
        !over_index(k, &v, expr->args[0], index, expr->over[i].at)) {
      return false;
    }
    tf_term *term = tf_make1(k->arena, op, v.term);
    term->at = expr->at;
    term->index = index;
    tf_set_remove(k->arena, &term->indices, &term->index_count, index);
    if (label) {
      term->kind = TF_KIND_LABEL;
      term->dim = TF_DIM_NONE;
      term->label = index;
    }
    v.term = term;
  }
  *value = tf_value_of(v.term);
  value->unit = label ? value->unit : unit;
  value->names = true;
  return true;
}

// ---- [chips: a, power: b] ----

static bool same_labels(const tf_index *index, const tf_expr *expr) {
  if (index->count != expr->count) {
    return false;
  }
  for (size_t i = 0; i < expr->count; i++) {
    if (tf_index_row(index, expr->labels[i].text) == TF_NO_ID) {
      return false;
    }
  }
  return true;
}

// Of two indices with the same labels the one that the quantity states.
static bool stated(const tf_scope *scope, uint32_t index) {
  return scope->of != NULL && scope->of->shown && tf_set_has(scope->of->indices, scope->of->index_count, index);
}

static bool find_built_index(tf_checker *k, const tf_scope *scope, const tf_expr *expr, uint32_t *found) {
  const tf_map *indices = &k->names[scope->module].indices;
  *found = TF_NO_ID;
  uint32_t nearest = TF_NO_ID;
  for (size_t i = 0; i < indices->count; i++) {
    uint32_t id = indices->entries[i].value;
    const tf_index *index = &k->model->indices.at[id];
    if (same_labels(index, expr)) {
      if (*found != TF_NO_ID && stated(scope, *found) != stated(scope, id)) {
        *found = stated(scope, id) ? id : *found;
        continue;
      }
      if (*found != TF_NO_ID) {
        (void)tf_fail(k->cx, TF_INVALID, expr->at, "these labels are those of `%.*s` and of `%.*s`",
                      TF_STR_ARGS(k->model->indices.at[*found].name), TF_STR_ARGS(index->name));
        return false;
      }
      *found = id;
    }
    if (tf_index_row(index, expr->labels[0].text) != TF_NO_ID) {
      nearest = id;
    }
  }
  if (*found != TF_NO_ID) {
    return true;
  }
  if (nearest == TF_NO_ID) {
    (void)tf_fail(k->cx, TF_INVALID, expr->labels[0].at, "no index has the label `%.*s`",
                  TF_STR_ARGS(expr->labels[0].text));
    return false;
  }
  const tf_index *index = &k->model->indices.at[nearest];
  for (size_t i = 0; i < expr->count; i++) {
    if (tf_index_row(index, expr->labels[i].text) == TF_NO_ID) {
      (void)tf_resolve_label(k, nearest, expr->labels[i].text, expr->labels[i].at);
      return false;
    }
  }
  for (size_t row = 0; row < index->count; row++) {
    bool given = false;
    for (size_t i = 0; i < expr->count; i++) {
      given = given || tf_str_eq(expr->labels[i].text, index->labels[row]);
    }
    if (!given) {
      (void)tf_fail(k->cx, TF_INVALID, expr->at, "`%.*s` of `%.*s` is missing", TF_STR_ARGS(index->labels[row]),
                    TF_STR_ARGS(index->name));
      return false;
    }
  }
  (void)tf_fail(k->cx, TF_INVALID, expr->at, "a label of `%.*s` stands twice", TF_STR_ARGS(index->name));
  return false;
}

bool tf_check_build(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value) {
  if (scope->cell) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "a cell holds one value");
    tf_hint(k->cx, "give each row a line of its own, as in `x[label]`");
    return false;
  }
  if (expr->count == 0) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "nothing between the brackets");
    return false;
  }
  tf_value *v = TF_ARRAY(k->arena, tf_value, expr->count);
  uint32_t index = TF_NO_ID;
  bool good = tf_check_args(k, scope, expr, expr->count, v);
  if (!find_built_index(k, scope, expr, &index) || !good ||
      !tf_unify(k, expr->at, "put together", expr->count, v, expr->args)) {
    return false;
  }
  const tf_index *in = &k->model->indices.at[index];
  const tf_term **args = TF_ARRAY(k->arena, const tf_term *, expr->count);
  bool *given = TF_ARRAY(k->arena, bool, expr->count);
  for (size_t i = 0; i < expr->count; i++) {
    uint32_t row = tf_index_row(in, expr->labels[i].text);
    if (given[row]) {
      (void)tf_fail(k->cx, TF_INVALID, expr->labels[i].at, "`%.*s` stands twice", TF_STR_ARGS(expr->labels[i].text));
      return false;
    }
    given[row] = true;
    args[row] = v[i].term;
    if (tf_set_has(v[i].term->indices, v[i].term->index_count, index)) {
      (void)tf_fail(k->cx, TF_INVALID, expr->args[i]->at, "%s varies over `%.*s` itself",
                    tf_show_source(k, expr->args[i]->at), TF_STR_ARGS(in->name));
      tf_hint(k->cx, "pick its row, as in x['%.*s']", TF_STR_ARGS(expr->labels[i].text));
      return false;
    }
  }
  if (!tf_align(k, expr->at, expr->count, args)) {
    return false;
  }
  tf_term *term = tf_make(k->arena, TF_TERM_BUILD, expr->at, expr->count, args);
  term->kind = v[0].term->kind;
  term->dim = v[0].term->dim;
  term->label = v[0].term->label;
  term->index = index;
  tf_set_add(k->arena, &term->indices, &term->index_count, index);
  if (tf_too_long(k, term, expr->at)) {
    return false;
  }
  *value = tf_value_of(term);
  tf_merge_flags(value, v, expr->count);
  value->numbers = false;
  value->unit = v[0].unit;
  return true;
}
