// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions: right sides against declarations, permitted ranges, cells of tables, checks, outputs, correlations.
#include "model/order.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "lang/parse.h"

// ---- permitted ranges ----

static bool range_end(tf_checker *k, uint32_t quantity, const tf_expr *expr, const tf_unit *unit, bool given,
                      double *number) {
  const tf_quantity *q = &k->model->quantities.at[quantity];
  tf_scope scope = {.module = k->modules_of[quantity], .label_index = TF_NO_ID};
  tf_right right = {.quantity = quantity, .text = {{"", 0}, expr->at}, .unit = &q->unit};
  tf_value value;
  bool bare = false;
  if (!tf_check_expr(k, &scope, expr, &value)) {
    return false;
  }
  if (!tf_term_constant(value.term, number)) {
    (void)tf_fail(k->cx, TF_INVALID, expr->at, "a permitted range is constant, not %s", tf_show_source(k, expr->at));
    return false;
  }
  if (q->kind == TF_KIND_DATE) {
    return tf_want_kind(k, &value, expr, TF_KIND_DATE, "the permitted range of a date");
  }
  return tf_want_kind(k, &value, expr, TF_KIND_NUMBER, "a permitted range") &&
         tf_settle(k, &right, unit, given, expr, &value, &bare) && tf_term_constant(value.term, number);
}

static bool define_range(tf_checker *k, uint32_t quantity) {
  tf_quantity *q = &k->model->quantities.at[quantity];
  const tf_definition *def = q->definition;
  if (def == NULL || def->low == NULL || def->high == NULL || k->broken[quantity]) {
    return true;
  }
  if (q->kind == TF_KIND_LABEL) {
    (void)tf_fail(k->cx, TF_INVALID, def->low->at, "a label has no permitted range");
    return false;
  }
  bool given = def->high->kind == TF_EXPR_NUMBER && def->high->has_unit;
  const tf_unit *unit = given ? def->high->unit : &q->unit;
  double low = -INFINITY;
  double high = INFINITY;
  bool good = range_end(k, quantity, def->low, unit, given, &low);
  if (!range_end(k, quantity, def->high, unit, given, &high) || !good) {
    return false;
  }
  if (!(low < high)) {
    (void)tf_fail(k->cx, TF_INVALID, tf_span_join(def->low->at, def->high->at), "the permitted range is empty");
    tf_hint(k->cx, "the smaller value comes first");
    return false;
  }
  q->low = low;
  q->high = high;
  return true;
}

// ---- right sides ----

static const tf_term *fit_indices(tf_checker *k, uint32_t quantity, const tf_term *term) {
  const tf_quantity *q = &k->model->quantities.at[quantity];
  if (!q->shown) {
    return term;
  }
  for (size_t i = 0; i < q->index_count; i++) {
    term = tf_restrict(k, term, q->indices[i]);
  }
  for (size_t i = 0; i < term->index_count; i++) {
    if (!tf_set_has(q->indices, q->index_count, term->indices[i])) {
      const char *missing = tf_cstr(k->arena, k->model->indices.at[term->indices[i]].name);
      (void)tf_fail(k->cx, TF_INVALID, term->at, "`%.*s` does not state the index `%s` of its right side",
                    TF_STR_ARGS(q->name), missing);
      tf_also(k->cx, q->at, "it states %s", tf_index_list(k, q->indices, q->index_count));
      tf_hint(k->cx, "add the index, or reduce it, as in `sum(x over i)`");
      return NULL;
    }
  }
  return term;
}

bool tf_define_quantity(tf_checker *k, uint32_t quantity, const tf_term **term, bool *input) {
  if (k->broken[quantity]) {
    return false;
  }
  const tf_quantity *q = &k->model->quantities.at[quantity];
  tf_scope scope = {.module = k->modules_of[quantity], .label_index = TF_NO_ID, .of = q};
  tf_right right = {.quantity = quantity, .text = q->definition->right, .expr = q->definition->value, .unit = &q->unit};
  tf_right_value value;
  k->inlined = 0;
  if (!tf_check_right(k, &scope, &right, &value)) {
    return false;
  }
  const tf_term *fitted = fit_indices(k, quantity, value.value.term);
  if (fitted == NULL || tf_too_long(k, fitted, q->definition->right.at)) {
    return false;
  }
  *term = fitted;
  *input = !value.value.names;
  return tf_check_range(k, quantity, fitted, q->definition->right.at);
}

static bool define_cells(tf_checker *k, uint32_t quantity) {
  tf_quantity *q = &k->model->quantities.at[quantity];
  const tf_table *t = k->model->tables.at[k->model->indices.at[q->indices[0]].table];
  const tf_table_column *column = NULL;
  for (size_t c = 0; c < t->column_count; c++) {
    column = t->columns[c].name.at.start == q->at.start && t->columns[c].name.at.source == q->at.source ? &t->columns[c]
                                                                                                        : column;
  }
  if (column == NULL) {
    return true; // row names: read where they were declared
  }
  const tf_term **values = TF_ARRAY(k->arena, const tf_term *, t->rows + 1);
  q->column_values = values;
  tf_scope scope = {.cell = true, .label_index = TF_NO_ID};
  bool good = true;
  for (size_t r = 0; r < t->rows; r++) {
    if (tf_str_trim(column->cells[r].text).len == 0) {
      continue;
    }
    tf_right right = {.quantity = quantity, .text = column->cells[r], .unit = &q->unit, .unit_cell = true};
    tf_right_value value;
    if (tf_parse_value(k->cx, k->model->units, column->cells[r], TF_VALUE_CELL, &right.expr) != TF_OK ||
        !tf_check_right(k, &scope, &right, &value)) {
      good = false;
      continue;
    }
    values[r] = value.value.term;
  }
  return good;
}

// ---- statements ----

static bool define_checks(tf_checker *k, uint32_t module) {
  const tf_model_ast *ast = k->model->modules[module].ast;
  bool good = true;
  for (size_t i = 0; i < ast->checks.count; i++) {
    const tf_check_statement *statement = &ast->checks.at[i];
    tf_scope scope = {.module = module, .label_index = TF_NO_ID};
    tf_value value;
    k->inlined = 0;
    if (!tf_check_expr(k, &scope, statement->condition, &value) ||
        !tf_want_kind(k, &value, statement->condition, TF_KIND_BOOL, "a check")) {
      good = false;
      continue;
    }
    tf_check check = {k->model->modules[module].name, statement->text, statement->description, value.term,
                      statement->level};
    tf_vec_push(k->arena, &k->model->checks, check);
  }
  return good;
}

static bool named_quantity(tf_checker *k, uint32_t module, tf_located name, uint32_t *id) {
  tf_scope scope = {.module = module, .label_index = TF_NO_ID};
  tf_named named;
  if (!tf_resolve(k, &scope, name.text, name.at, true, &named)) {
    return false;
  }
  if (named.kind != TF_NAMED_QUANTITY) {
    (void)tf_fail(k->cx, TF_INVALID, name.at, "`%.*s` is no quantity", TF_STR_ARGS(name.text));
    return false;
  }
  *id = named.id;
  return true;
}

static bool define_correlations(tf_checker *k, uint32_t module) {
  const tf_model_ast *ast = k->model->modules[module].ast;
  bool good = true;
  for (size_t i = 0; i < ast->correlations.count; i++) {
    const tf_correlate_statement *statement = &ast->correlations.at[i];
    tf_correlation c = {.at = statement->at};
    bool a = named_quantity(k, module, statement->a, &c.a);
    bool b = named_quantity(k, module, statement->b, &c.b);
    good = a && b &&
           tf_check_correlation(k, module, statement, &c, k->model->correlations.at, k->model->correlations.count) &&
           good;
    if (good) {
      tf_vec_push(k->arena, &k->model->correlations, c);
    }
  }
  return good;
}

bool tf_check_correlation(tf_checker *k, uint32_t module, const tf_correlate_statement *statement, tf_correlation *c,
                          const tf_correlation *others, size_t count) {
  tf_scope scope = {.module = module, .label_index = TF_NO_ID, .cell = k->names == NULL};
  tf_value value;
  if (c->a == c->b) {
    (void)tf_fail(k->cx, TF_INVALID, statement->at, "`%.*s` is correlated with itself",
                  TF_STR_ARGS(k->model->quantities.at[c->a].name));
    return false;
  }
  if (!tf_check_expr(k, &scope, statement->value, &value) ||
      !tf_want_dim(k, &value, statement->value, TF_DIM_NONE, "a correlation")) {
    return false;
  }
  if (!tf_term_constant(value.term, &c->rho) || !(c->rho >= -1.0 && c->rho <= 1.0)) {
    (void)tf_fail(k->cx, TF_INVALID, statement->value->at, "a correlation lies between -1 and 1");
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    bool same = (others[i].a == c->a && others[i].b == c->b) || (others[i].a == c->b && others[i].b == c->a);
    if (same) {
      (void)tf_fail(k->cx, TF_INVALID, statement->at, "`%.*s` and `%.*s` are correlated twice",
                    TF_STR_ARGS(k->model->quantities.at[c->a].name), TF_STR_ARGS(k->model->quantities.at[c->b].name));
      tf_also(k->cx, others[i].at, "the first is here");
      return false;
    }
  }
  return true;
}

static bool define_outputs(tf_checker *k, uint32_t module) {
  const tf_model_ast *ast = k->model->modules[module].ast;
  bool good = true;
  for (size_t i = 0; i < ast->outputs.count; i++) {
    uint32_t id = TF_NO_ID;
    if (!named_quantity(k, module, ast->outputs.at[i], &id)) {
      good = false;
      continue;
    }
    const tf_quantity *q = &k->model->quantities.at[id];
    if (!q->shown && q->index_count > 0) {
      const char *indices = tf_index_list(k, q->indices, q->index_count);
      (void)tf_fail(k->cx, TF_INVALID, ast->outputs.at[i].at,
                    "the output `%.*s` varies over %s, which it does not state", TF_STR_ARGS(q->name), indices);
      tf_also(k->cx, q->at, "declared here");
      tf_text list = tf_text_new(k->arena);
      for (size_t n = 0; n < q->index_count; n++) {
        tf_str index = tf_local_index(k, q->module, q->indices[n]);
        tf_text_addf(&list, "%s%.*s", n == 0 ? "" : ", ", TF_STR_ARGS(index));
      }
      tf_hint(k->cx, "write `%.*s[%s]` where it is declared", TF_STR_ARGS(q->definition->name.text), list.ptr);
      good = false;
      continue;
    }
    bool twice = false;
    for (size_t o = 0; o < k->model->outputs.count; o++) {
      twice = twice || k->model->outputs.at[o] == id;
    }
    if (!twice) {
      tf_vec_push(k->arena, &k->model->outputs, id);
    }
  }
  return good;
}

// Without an output statement: what nothing else uses.
static void default_outputs(tf_checker *k) {
  tf_model *model = k->model;
  bool *used = TF_ARRAY(k->arena, bool, model->quantities.count + 1);
  tf_edges edges;
  tf_uses_collect(k->arena, (uint32_t)model->quantities.count, tf_model_terms, model, &edges);
  for (uint32_t i = 0; i < edges.count; i++) {
    for (uint32_t e = edges.first[i]; e < edges.first[i + 1]; e++) {
      used[edges.targets[e]] = used[edges.targets[e]] || edges.targets[e] != i;
    }
  }
  for (uint32_t i = 0; i < model->quantities.count; i++) {
    const tf_quantity *q = &model->quantities.at[i];
    bool candidate = !q->column && !used[i] && k->modules_of[i] < model->root_count;
    if (candidate && (q->shown || q->index_count == 0)) {
      tf_vec_push(k->arena, &model->outputs, i);
    }
  }
}

bool tf_define(tf_checker *k) {
  tf_model *model = k->model;
  bool good = true;
  for (uint32_t q = 0; q < model->quantities.count; q++) { // first: sample(table.column) reads the cells
    good = (!model->quantities.at[q].column || define_cells(k, q)) && good;
  }
  for (uint32_t q = 0; q < model->quantities.count; q++) {
    tf_quantity *quantity = &model->quantities.at[q];
    good = (quantity->column || tf_define_quantity(k, q, &quantity->value, &quantity->input)) && good;
  }
  for (uint32_t m = 0; m < model->module_count; m++) {
    good = define_checks(k, m) && good;
    good = define_correlations(k, m) && good;
  }
  for (uint32_t m = 0; m < model->root_count; m++) {
    good = define_outputs(k, m) && good;
    const tf_model_ast *ast = model->modules[m].ast;
    for (size_t i = 0; i < ast->plots.count; i++) {
      tf_vec_push(k->arena, &model->plots, ast->plots.at[i]);
    }
  }
  if (good && model->outputs.count == 0) {
    default_outputs(k);
  }
  return good;
}

bool tf_define_ranges(tf_checker *k) {
  bool good = true;
  for (uint32_t q = 0; q < k->model->quantities.count; q++) {
    good = define_range(k, q) && good;
  }
  return good;
}
