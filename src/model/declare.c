// SPDX-License-Identifier: GPL-3.0-or-later
// The names of all modules: indices, tables with their columns, quantities with their types. Right sides come later,
// when every name is known.
#include <string.h>

#include "model/checker.h"

#include <math.h>

#include "base/number.h"

typedef struct declarer {
  tf_checker *k;
  tf_module_names *names; // by module, written here
  TF_VEC(uint32_t) broken;
  bool good;
} declarer;

static void refuse(declarer *d, tf_span at, const char *what, tf_located name) {
  (void)tf_fail(d->k->cx, TF_INVALID, at, "%s `%.*s`", what, TF_STR_ARGS(name.text));
  d->good = false;
}

static tf_str qualified(tf_checker *k, tf_str module, tf_str name) {
  char *text = TF_ARRAY(k->arena, char, module.len + name.len + 2);
  memcpy(text, module.ptr, module.len);
  text[module.len] = '.';
  memcpy(text + module.len + 1, name.ptr, name.len);
  return (tf_str){text, module.len + 1 + name.len};
}

static uint32_t add_index(tf_checker *k, tf_index index) {
  tf_vec_push(k->arena, &k->model->indices, index);
  return (uint32_t)(k->model->indices.count - 1);
}

static uint32_t add_quantity(tf_checker *k, tf_quantity q) {
  tf_vec_push(k->arena, &k->model->quantities, q);
  uint32_t id = (uint32_t)(k->model->quantities.count - 1);
  (void)tf_map_put(&k->model->names, q.name, id);
  return id;
}

// ---- tables ----

static void declare_table_index(tf_checker *k, uint32_t table) {
  const tf_table *t = k->model->tables.at[table];
  tf_str *labels = TF_ARRAY(k->arena, tf_str, t->rows + 1);
  uint32_t *rows = TF_ARRAY(k->arena, uint32_t, t->rows + 1);
  for (size_t r = 0; r < t->rows; r++) {
    labels[r] = t->row_names[r].text;
    rows[r] = (uint32_t)r;
  }
  tf_index index = {.name = t->name,
                    .module = t->name,
                    .table = table,
                    .count = t->rows,
                    .labels = labels,
                    .rows = rows,
                    .at = t->rows > 0 ? t->row_names[0].at : (tf_span){0}};
  k->tables[table].index = add_index(k, index);
  (void)tf_map_put(&k->model->index_names, t->name, k->tables[table].index);
}

static bool all_row_names(const tf_table *t, bool dates) {
  for (size_t r = 0; r < t->rows; r++) {
    tf_str name = tf_str_trim(t->row_names[r].text);
    tf_period period;
    const char *bad = NULL;
    double number = 0.0;
    size_t used = dates ? tf_period_scan(name, &period, &bad) : tf_number_scan(name, &number);
    if (used == 0 || used != name.len) {
      return false;
    }
  }
  return t->rows > 0;
}

// Row names that are dates or numbers are a column too, under the name of the first header cell: what lookup() compares
// with. `size [GPU]` gives numbers a unit, `date [date]` makes them dates; undeclared, years and dates are dates.
static void declare_row_names(declarer *d, uint32_t table) {
  tf_checker *k = d->k;
  const tf_table *t = k->model->tables.at[table];
  tf_located header = t->csv->records.at[0].cells[0];
  tf_str name = header.text;
  tf_str unit_text = TF_STR("");
  bool bracket = tf_str_split(header.text, '[', &name, &unit_text);
  unit_text = tf_str_trim(unit_text);
  unit_text = tf_str_ends(unit_text, "]") ? tf_str_trim(tf_str_sub(unit_text, 0, unit_text.len - 1)) : unit_text;
  name = tf_str_trim(name);
  tf_quantity q = {.module = t->name,
                   .label = {"", 0},
                   .at = header.at,
                   .kind = TF_KIND_NUMBER,
                   .label_index = TF_NO_ID,
                   .unit = {.factor = 1.0, .text = TF_STR("1")},
                   .input = true,
                   .column = true,
                   .shown = true,
                   .low = -INFINITY,
                   .high = INFINITY,
                   .elements = t->rows,
                   .sobol = -1};
  bool dates = bracket ? tf_str_is(unit_text, "date") : all_row_names(t, true);
  if (name.len == 0 || !all_row_names(t, dates)) {
    return;
  }
  if (bracket && !dates && tf_unit_parse(k->model->units, (tf_located){unit_text, header.at}, &q.unit) != TF_OK) {
    d->good = false;
    return;
  }
  q.kind = dates ? TF_KIND_DATE : TF_KIND_NUMBER;
  q.name = qualified(k, t->name, name);
  if (tf_map_get(&k->model->names, q.name) != TF_MAP_NONE) {
    return;
  }
  tf_set_add(k->arena, &q.indices, &q.index_count, k->tables[table].index);
  const tf_term **values = TF_ARRAY(k->arena, const tf_term *, t->rows + 1);
  for (size_t r = 0; r < t->rows; r++) {
    tf_str text = tf_str_trim(t->row_names[r].text);
    tf_period period = {0};
    const char *bad = NULL;
    double value = 0.0;
    if (dates) {
      (void)tf_period_scan(text, &period, &bad);
      value = (double)tf_period_start(period) * 86400.0;
    } else {
      (void)tf_number_scan(text, &value);
      value *= q.unit.factor;
    }
    values[r] = tf_make_constant(k->arena, value, q.kind, dates ? TF_DIM_NONE : q.unit.dim, dates ? NULL : &q.unit,
                                 t->row_names[r].at);
  }
  q.column_values = values;
  k->tables[table].key = add_quantity(k, q);
}

static void declare_columns(declarer *d, uint32_t table) {
  tf_checker *k = d->k;
  const tf_table *t = k->model->tables.at[table];
  for (size_t c = 0; c < t->column_count; c++) {
    const tf_table_column *column = &t->columns[c];
    if (column->text) {
      continue;
    }
    tf_quantity q = {.name = qualified(k, t->name, column->name.text),
                     .module = t->name,
                     .label = {"", 0},
                     .at = column->name.at,
                     .kind = column->date ? TF_KIND_DATE : TF_KIND_NUMBER,
                     .label_index = TF_NO_ID,
                     .input = true,
                     .column = true,
                     .shown = true,
                     .low = -INFINITY,
                     .high = INFINITY,
                     .elements = t->rows};
    q.unit = column->date ? (tf_unit){.factor = 1.0, .text = TF_STR("1")} : column->unit;
    tf_set_add(k->arena, &q.indices, &q.index_count, k->tables[table].index);
    q.column_values = TF_ARRAY(k->arena, const tf_term *, t->rows + 1);
    uint32_t id = add_quantity(k, q);
    if (k->tables[table].first_column == TF_NO_ID) {
      k->tables[table].first_column = id;
    }
  }
  declare_row_names(d, table);
  if (k->tables[table].key == TF_NO_ID) {
    k->tables[table].key = k->tables[table].first_column;
  }
}

// ---- indices ----

static bool table_rows(declarer *d, uint32_t module, const tf_index_statement *statement, tf_index *index) {
  tf_checker *k = d->k;
  uint32_t own = tf_map_get(&d->names[module].indices, statement->table.text);
  if (own == TF_MAP_NONE || k->model->indices.at[own].table == TF_NO_ID) {
    refuse(d, statement->table.at, "there is no table", statement->table);
    tf_hint(k->cx, "declare it: `table %.*s`", TF_STR_ARGS(statement->table.text));
    return false;
  }
  index->table = k->model->indices.at[own].table;
  uint32_t *rows = TF_ARRAY(k->arena, uint32_t, statement->label_count + 1);
  bool good = true;
  for (size_t i = 0; i < statement->label_count; i++) {
    rows[i] = tf_resolve_label(k, own, statement->labels[i].text, statement->labels[i].at);
    good = good && rows[i] != TF_NO_ID;
  }
  index->rows = rows;
  d->good = d->good && good;
  return good;
}

static bool unique_labels(declarer *d, const tf_located *labels, size_t count, tf_str **out) {
  tf_map seen = tf_map_new(d->k->arena);
  *out = TF_ARRAY(d->k->arena, tf_str, count + 1);
  for (size_t i = 0; i < count; i++) {
    uint32_t other = tf_map_get(&seen, labels[i].text);
    if (other != TF_MAP_NONE) {
      refuse(d, labels[i].at, "a second label", labels[i]);
      tf_also(d->k->cx, labels[other].at, "the first is here");
      return false;
    }
    (void)tf_map_put(&seen, labels[i].text, (uint32_t)i);
    (*out)[i] = labels[i].text;
  }
  return true;
}

static bool taken(declarer *d, uint32_t module, tf_located name) {
  uint32_t other = tf_map_get(&d->names[module].quantities, name.text);
  tf_span at = {0};
  if (other != TF_MAP_NONE) {
    at = d->k->model->quantities.at[other].at;
  } else if ((other = tf_map_get(&d->names[module].indices, name.text)) != TF_MAP_NONE) {
    at = d->k->model->indices.at[other].at;
  } else {
    return false;
  }
  (void)tf_fail(d->k->cx, TF_INVALID, name.at, "`%.*s` is defined twice", TF_STR_ARGS(name.text));
  tf_also(d->k->cx, at, "the first is here");
  d->good = false;
  return true;
}

static void declare_indices(declarer *d, uint32_t module) {
  tf_checker *k = d->k;
  const struct tf_module *m = &k->model->modules[module];
  for (size_t i = 0; i < m->ast->indices.count; i++) {
    const tf_index_statement *statement = &m->ast->indices.at[i];
    tf_str *labels = NULL;
    if (taken(d, module, statement->name) || !unique_labels(d, statement->labels, statement->label_count, &labels)) {
      continue;
    }
    tf_index index = {.name = qualified(k, m->name, statement->name.text),
                      .module = m->name,
                      .table = TF_NO_ID,
                      .count = statement->label_count,
                      .labels = labels,
                      .at = statement->at};
    if (statement->table.text.len > 0 && !table_rows(d, module, statement, &index)) {
      continue;
    }
    uint32_t id = add_index(k, index);
    (void)tf_map_put(&d->names[module].indices, statement->name.text, id);
    (void)tf_map_put(&k->model->index_names, index.name, id);
  }
}

// ---- quantities ----

static bool declare_type(declarer *d, uint32_t module, const tf_definition *def, tf_quantity *q) {
  tf_checker *k = d->k;
  q->kind = TF_KIND_LABEL;
  q->label_index = TF_NO_ID;
  q->unit = (tf_unit){.dim = TF_DIM_NONE, .factor = 1.0, .text = TF_STR("1")};
  switch (def->type) {
  case TF_TYPE_UNIT:
    q->kind = TF_KIND_NUMBER;
    q->unit = def->unit;
    return true;
  case TF_TYPE_DATE:
    q->kind = TF_KIND_DATE;
    return true;
  case TF_TYPE_CHOICE: {
    tf_str *labels = NULL;
    if (!unique_labels(d, def->choices, def->choice_count, &labels)) {
      return false;
    }
    tf_index index = {.name = q->name,
                      .module = q->module,
                      .table = TF_NO_ID,
                      .count = def->choice_count,
                      .labels = labels,
                      .at = def->type_text.at};
    q->label_index = add_index(k, index);
    return true;
  }
  case TF_TYPE_NAMED:
    break;
  }
  if (tf_resolve_index(k, module, def->type_text, &q->label_index)) {
    return true;
  }
  d->good = false;
  return false;
}

static bool declare_index_set(declarer *d, uint32_t module, const tf_definition *def, tf_quantity *q) {
  tf_checker *k = d->k;
  q->elements = 1;
  q->shown = def->index_count > 0;
  uint32_t *stated = TF_ARRAY(k->arena, uint32_t, def->index_count + 1);
  for (size_t i = 0; i < def->index_count; i++) {
    uint32_t id = TF_NO_ID;
    if (!tf_resolve_index(k, module, def->indices[i], &id)) {
      d->good = false;
      return false;
    }
    if (tf_set_has(q->indices, q->index_count, id)) {
      refuse(d, def->indices[i].at, "a second index", def->indices[i]);
      return false;
    }
    stated[q->index_count++] = id;
    q->indices = stated;
    q->elements *= k->model->indices.at[id].count;
    if (q->elements > TF_ELEMENTS_MAX || i == TF_INDICES_MAX) {
      (void)tf_fail(k->cx, TF_INVALID, def->indices[i].at, "more than %d combinations of rows, or %d indices",
                    TF_ELEMENTS_MAX, TF_INDICES_MAX);
      d->good = false;
      return false;
    }
  }
  return true;
}

static void declare_quantities(declarer *d, uint32_t module) {
  tf_checker *k = d->k;
  const struct tf_module *m = &k->model->modules[module];
  tf_vec_reserve(k->arena, &k->model->quantities, m->ast->definitions.count);
  tf_map_reserve(&k->model->names, k->model->names.count + m->ast->definitions.count);
  tf_map_reserve(&d->names[module].quantities, m->ast->definitions.count);
  for (size_t i = 0; i < m->ast->definitions.count; i++) {
    const tf_definition *def = &m->ast->definitions.at[i];
    if (tf_unit_known(k->model->units, def->name.text)) {
      (void)tf_fail(k->cx, TF_INVALID, def->name.at, "`%.*s` is the name of a unit", TF_STR_ARGS(def->name.text));
      d->good = false;
      continue;
    }
    if (tf_str_is(def->name.text, "step") || tf_str_is(def->name.text, "elapsed")) {
      (void)tf_fail(k->cx, TF_INVALID, def->name.at, "`%.*s` is built in", TF_STR_ARGS(def->name.text));
      d->good = false;
      continue;
    }
    if (taken(d, module, def->name)) {
      continue;
    }
    tf_quantity q = {.name = qualified(k, m->name, def->name.text),
                     .module = m->name,
                     .label = def->description,
                     .source = def->source,
                     .at = def->name.at,
                     .definition = def,
                     .fill = def->fill,
                     .low = -INFINITY,
                     .high = INFINITY,
                     .sobol = -1};
    q.at = def->type_text.text.len > 0 ? tf_span_join(def->name.at, def->type_text.at) : def->name.at;
    bool good = declare_type(d, module, def, &q) && declare_index_set(d, module, def, &q);
    if (!good) {
      q.kind = TF_KIND_NUMBER; // known by name, so that its uses are no errors of their own
      q.elements = q.elements == 0 ? 1 : q.elements;
    }
    uint32_t id = add_quantity(k, q);
    (void)tf_map_put(&d->names[module].quantities, def->name.text, id);
    if (!good) {
      tf_vec_push(k->arena, &d->broken, id);
    }
  }
}

static void declare_functions(declarer *d, uint32_t module) {
  const tf_model_ast *ast = d->k->model->modules[module].ast;
  for (size_t i = 0; i < ast->functions.count; i++) {
    const tf_function *function = &ast->functions.at[i];
    uint32_t other = tf_map_get(&d->names[module].functions, function->name.text);
    if (other != TF_MAP_NONE) {
      (void)tf_fail(d->k->cx, TF_INVALID, function->name.at, "function `%.*s` is defined twice",
                    TF_STR_ARGS(function->name.text));
      tf_also(d->k->cx, ast->functions.at[other].name.at, "the first is here");
      d->good = false;
    } else if (tf_builtin_name(function->name.text)) {
      refuse(d, function->name.at, "there is a built-in function", function->name);
      tf_hint(d->k->cx, "choose another name");
    } else {
      (void)tf_map_put(&d->names[module].functions, function->name.text, (uint32_t)i);
    }
  }
}

bool tf_declare(tf_checker *k) {
  tf_model *model = k->model;
  tf_module_names *names = TF_ARRAY(k->arena, tf_module_names, model->module_count + 1);
  declarer d = {.k = k, .names = names, .good = true};
  k->names = names;
  tf_map modules = tf_map_new(k->arena);
  for (uint32_t m = 0; m < model->module_count; m++) {
    (void)tf_map_put(&modules, model->modules[m].name, m);
    names[m] =
        (tf_module_names){tf_map_new(k->arena), tf_map_new(k->arena), tf_map_new(k->arena), tf_map_new(k->arena)};
  }
  for (uint32_t t = 0; t < model->tables.count; t++) {
    declare_table_index(k, t);
  }
  for (uint32_t m = 0; m < model->module_count; m++) {
    const tf_model_ast *ast = model->modules[m].ast;
    (void)tf_map_put(&names[m].uses, model->modules[m].name, m); // its own name works inside it
    for (size_t i = 0; i < ast->uses.count; i++) {
      (void)tf_map_put(&names[m].uses, ast->uses.at[i].as.text, tf_map_get(&modules, ast->uses.at[i].as.text));
    }
    for (size_t i = 0; i < ast->tables.count; i++) {
      uint32_t index = tf_map_get(&model->index_names, ast->tables.at[i].text);
      if (index != TF_MAP_NONE) {
        (void)tf_map_put(&names[m].indices, ast->tables.at[i].text, index);
      }
    }
    declare_indices(&d, m);
    declare_functions(&d, m);
  }
  for (uint32_t m = 0; m < model->module_count; m++) {
    declare_quantities(&d, m); // after the indices of all modules, which types may name
  }
  size_t own = model->quantities.count;
  for (uint32_t t = 0; t < model->tables.count; t++) {
    declare_columns(&d, t);
  }
  k->broken = TF_ARRAY(k->arena, bool, model->quantities.count + 1);
  for (size_t i = 0; i < d.broken.count; i++) {
    k->broken[d.broken.at[i]] = true;
  }
  k->modules_of = TF_ARRAY(k->arena, uint32_t, model->quantities.count + 1);
  for (size_t q = 0; q < own; q++) {
    k->modules_of[q] = tf_map_get(&modules, model->quantities.at[q].module);
  }
  k->inflation = TF_NO_ID;
  size_t found = 0;
  for (uint32_t m = 0; m < model->module_count; m++) {
    uint32_t id = tf_map_get(&names[m].quantities, TF_STR("inflation"));
    if (id != TF_MAP_NONE) {
      k->inflation = found++ == 0 ? id : TF_NO_ID;
    }
  }
  return d.good;
}
