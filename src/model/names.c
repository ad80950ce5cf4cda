// SPDX-License-Identifier: GPL-3.0-or-later
// What a name means where it stands: parameter, own quantity, column, index, or something of another module.
#include "model/checker.h"

#include <string.h>

void tf_hint_near(tf_checker *k, const tf_map *map, tf_str name) {
  if (k->cx->diags.muted > 0 || k->cx->diags.errors > TF_DIAG_MAX) {
    return; // nobody would see it, and the search is linear in the names
  }
  tf_str near = tf_map_nearest(map, name);
  if (near.len > 0) {
    tf_hint(k->cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  }
}

static bool find_parameter(const tf_scope *scope, tf_str name, const tf_value **value) {
  if (scope->frame == NULL) {
    return false;
  }
  const tf_function *function = scope->frame->function;
  for (size_t i = 0; i < function->parameter_count; i++) {
    if (tf_str_eq(function->parameters[i].text, name)) {
      *value = scope->frame->arguments == NULL ? NULL : &scope->frame->arguments[i];
      return true;
    }
  }
  return false;
}

static const tf_table *table_of(const tf_checker *k, uint32_t index) {
  if (index == TF_NO_ID || k->model->indices.at[index].table == TF_NO_ID) {
    return NULL;
  }
  return k->model->tables.at[k->model->indices.at[index].table];
}

static uint32_t find_column(tf_checker *k, const tf_table *table, tf_str column) {
  tf_arena_mark mark = tf_arena_save(k->arena);
  const char *name = tf_format(k->arena, "%.*s.%.*s", TF_STR_ARGS(table->name), TF_STR_ARGS(column));
  uint32_t id = tf_map_get(&k->model->names, tf_str_of(name));
  tf_arena_restore(k->arena, mark);
  return id;
}

static bool no_column(tf_checker *k, const tf_table *table, tf_str column, tf_span at, bool report) {
  if (!report) {
    return false;
  }
  for (size_t i = 0; i < table->column_count; i++) {
    if (tf_str_eq(table->columns[i].name.text, column)) {
      (void)tf_fail(k->cx, TF_INVALID, at, "`%.*s.%.*s` is text and has no value", TF_STR_ARGS(table->name),
                    TF_STR_ARGS(column));
      tf_also(k->cx, table->columns[i].name.at, "a column without a unit");
      tf_hint(k->cx, "give the header a unit, as in `%.*s [USD]`", TF_STR_ARGS(column));
      return false;
    }
  }
  (void)tf_fail(k->cx, TF_INVALID, at, "table `%.*s` has no column `%.*s`", TF_STR_ARGS(table->name),
                TF_STR_ARGS(column));
  tf_map columns = tf_map_new(k->arena);
  for (size_t i = 0; i < table->column_count; i++) {
    (void)tf_map_put(&columns, table->columns[i].name.text, (uint32_t)i);
  }
  tf_hint_near(k, &columns, column);
  return false;
}

static bool resolve_plain(const tf_checker *k, uint32_t module, tf_str name, tf_named *named) {
  const tf_module_names *names = &k->names[module];
  uint32_t id = tf_map_get(&names->quantities, name);
  if (id != TF_MAP_NONE) {
    *named = (tf_named){TF_NAMED_QUANTITY, id, TF_NO_ID, NULL};
    return true;
  }
  id = tf_map_get(&names->indices, name);
  if (id != TF_MAP_NONE) {
    *named = (tf_named){TF_NAMED_INDEX, id, TF_NO_ID, NULL};
    return true;
  }
  return false;
}

// `head.column` inside one module: a column of the row that a label names, or of a table. 1 found, 0 not meant, -1 an
// error was recorded (or would be).
static int resolve_column(tf_checker *k, const tf_scope *scope, tf_str head, tf_str column, tf_span at, bool report,
                          tf_named *named) {
  const tf_value *parameter = NULL;
  if (find_parameter(scope, head, &parameter)) {
    if (parameter == NULL) { // only names are looked at: any column may be meant
      *named = (tf_named){TF_NAMED_PARAMETER, TF_NO_ID, TF_NO_ID, NULL};
      return 1;
    }
    const tf_table *table = parameter->term->kind == TF_KIND_LABEL ? table_of(k, parameter->term->label) : NULL;
    if (table == NULL) {
      if (report) {
        (void)tf_fail(k->cx, TF_INVALID, at, "`%.*s` names no row of a table, so it has no `%.*s`", TF_STR_ARGS(head),
                      TF_STR_ARGS(column));
      }
      return -1;
    }
    uint32_t id = find_column(k, table, column);
    if (id == TF_MAP_NONE) {
      return no_column(k, table, column, at, report) ? 1 : -1;
    }
    *named = (tf_named){TF_NAMED_COLUMN, id, TF_NO_ID, parameter};
    return 1;
  }
  tf_named plain;
  if (!resolve_plain(k, scope->module, head, &plain)) {
    return 0;
  }
  if (plain.kind == TF_NAMED_INDEX) {
    const tf_index *index = &k->model->indices.at[plain.id];
    const tf_table *table = table_of(k, plain.id);
    if (table == NULL || !tf_str_eq(table->name, index->name)) {
      return 0;
    }
    uint32_t id = find_column(k, table, column);
    if (id == TF_MAP_NONE) {
      return no_column(k, table, column, at, report) ? 1 : -1;
    }
    *named = (tf_named){TF_NAMED_QUANTITY, id, TF_NO_ID, NULL};
    return 1;
  }
  const tf_quantity *q = &k->model->quantities.at[plain.id];
  const tf_table *table = q->kind == TF_KIND_LABEL ? table_of(k, q->label_index) : NULL;
  if (table == NULL) {
    return 0;
  }
  uint32_t id = find_column(k, table, column);
  if (id == TF_MAP_NONE) {
    if (tf_map_get(&k->names[scope->module].uses, head) != TF_MAP_NONE) {
      return 0;
    }
    return no_column(k, table, column, at, report) ? 1 : -1;
  }
  *named = (tf_named){TF_NAMED_COLUMN, id, plain.id, NULL};
  return 1;
}

static void hint_unknown(tf_checker *k, const tf_scope *scope, tf_str name) {
  // The same name in a module that is used says more than a similar spelling.
  const tf_map *uses = &k->names[scope->module].uses;
  for (size_t i = 0; i < uses->count; i++) {
    if (tf_map_get(&k->names[uses->entries[i].value].quantities, name) != TF_MAP_NONE) {
      tf_hint(k->cx, "did you mean `%.*s.%.*s`?", TF_STR_ARGS(uses->entries[i].key), TF_STR_ARGS(name));
      return;
    }
  }
  if (k->cx->diags.muted > 0 || k->cx->diags.errors > TF_DIAG_MAX) {
    return;
  }
  tf_map all = tf_map_new(k->arena);
  if (scope->frame != NULL) {
    for (size_t i = 0; i < scope->frame->function->parameter_count; i++) {
      (void)tf_map_put(&all, scope->frame->function->parameters[i].text, 0);
    }
  }
  const tf_map *maps[] = {&k->names[scope->module].quantities, &k->names[scope->module].indices};
  for (size_t m = 0; m < 2; m++) {
    for (size_t i = 0; i < maps[m]->count; i++) {
      (void)tf_map_put(&all, maps[m]->entries[i].key, 0);
    }
  }
  tf_hint_near(k, &all, name);
}

static bool unknown_in_module(tf_checker *k, uint32_t module, tf_str alias, tf_str tail, tf_span at) {
  (void)tf_fail(k->cx, TF_INVALID, at, "`%.*s` has no quantity `%.*s`", TF_STR_ARGS(alias), TF_STR_ARGS(tail));
  const char *path = tf_cstr(k->arena, k->model->modules[module].path);
  tf_str near = k->cx->diags.muted > 0 || k->cx->diags.errors > TF_DIAG_MAX
                    ? TF_STR("")
                    : tf_map_nearest(&k->names[module].quantities, tail);
  if (near.len > 0) {
    tf_hint(k->cx, "did you mean `%.*s.%.*s`?", TF_STR_ARGS(alias), TF_STR_ARGS(near));
  } else {
    tf_hint(k->cx, "its quantities are in %s", path);
  }
  return false;
}

bool tf_resolve(tf_checker *k, const tf_scope *scope, tf_str name, tf_span at, bool report, tf_named *named) {
  const tf_value *parameter = NULL;
  if (find_parameter(scope, name, &parameter)) {
    *named = (tf_named){TF_NAMED_PARAMETER, TF_NO_ID, TF_NO_ID, parameter};
    return true;
  }
  tf_str head;
  tf_str tail;
  if (!tf_str_split(name, '.', &head, &tail)) {
    if (resolve_plain(k, scope->module, name, named)) {
      return true;
    }
    if (report) {
      (void)tf_fail(k->cx, TF_INVALID, at, "unknown name `%.*s`", TF_STR_ARGS(name));
      hint_unknown(k, scope, name);
    }
    return false;
  }
  int found = resolve_column(k, scope, head, tail, at, report, named);
  if (found != 0) {
    return found > 0;
  }
  uint32_t module = tf_map_get(&k->names[scope->module].uses, head);
  if (module == TF_MAP_NONE) {
    if (report) {
      tf_named plain;
      if (resolve_plain(k, scope->module, head, &plain)) {
        (void)tf_fail(k->cx, TF_INVALID, at, "`%.*s` names no row of a table, so it has no `%.*s`", TF_STR_ARGS(head),
                      TF_STR_ARGS(tail));
      } else {
        (void)tf_fail(k->cx, TF_INVALID, at, "`%.*s` is not used here", TF_STR_ARGS(head));
        tf_hint(k->cx, "write `use %.*s` at the top of the model", TF_STR_ARGS(head));
      }
    }
    return false;
  }
  if (resolve_plain(k, module, tail, named)) {
    return true;
  }
  tf_str quantity;
  tf_str column;
  if (tf_str_split(tail, '.', &quantity, &column)) {
    tf_scope there = {.module = module, .label_index = TF_NO_ID};
    found = resolve_column(k, &there, quantity, column, at, report, named);
    if (found != 0) {
      return found > 0;
    }
  }
  return report ? unknown_in_module(k, module, head, tail, at) : false;
}

const tf_function *tf_resolve_function(const tf_checker *k, const tf_scope *scope, tf_str name, uint32_t *module) {
  uint32_t where = scope->module;
  tf_str head;
  tf_str tail;
  if (tf_str_split(name, '.', &head, &tail)) {
    where = tf_map_get(&k->names[scope->module].uses, head);
    if (where == TF_MAP_NONE) {
      return NULL;
    }
    name = tail;
  }
  uint32_t position = tf_map_get(&k->names[where].functions, name);
  if (position == TF_MAP_NONE) {
    return NULL;
  }
  *module = where;
  return &k->model->modules[where].ast->functions.at[position];
}

bool tf_resolve_index(tf_checker *k, uint32_t module, tf_located name, uint32_t *index) {
  const tf_scope scope = {.module = module, .label_index = TF_NO_ID};
  tf_named named;
  if (tf_resolve(k, &scope, name.text, name.at, false, &named) && named.kind == TF_NAMED_INDEX) {
    *index = named.id;
    return true;
  }
  (void)tf_fail(k->cx, TF_INVALID, name.at, "`%.*s` is no index or table", TF_STR_ARGS(name.text));
  const tf_map *indices = &k->names[module].indices;
  if (indices->count == 0) {
    tf_hint(k->cx, "declare it: `index %.*s = first, second` or `table %.*s`", TF_STR_ARGS(name.text),
            TF_STR_ARGS(name.text));
  } else {
    tf_hint_near(k, indices, name.text);
  }
  return false;
}

uint32_t tf_resolve_label(tf_checker *k, uint32_t index, tf_str label, tf_span at) {
  const tf_index *in = &k->model->indices.at[index];
  uint32_t row = tf_index_row(in, label);
  if (row != TF_NO_ID) {
    return row;
  }
  (void)tf_fail(k->cx, TF_INVALID, at, "`%.*s` has no %s `%.*s`", TF_STR_ARGS(in->name),
                in->table != TF_NO_ID ? "row" : "label", TF_STR_ARGS(label));
  tf_map labels = tf_map_new(k->arena);
  tf_text list = tf_text_new(k->arena);
  for (size_t i = 0; i < in->count; i++) {
    (void)tf_map_put(&labels, in->labels[i], (uint32_t)i);
    if (i < 12) {
      tf_text_addf(&list, "%s%.*s", i == 0 ? "" : ", ", TF_STR_ARGS(in->labels[i]));
    }
  }
  tf_str near = tf_map_nearest(&labels, label);
  if (near.len > 0) {
    tf_hint(k->cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  } else {
    tf_hint(k->cx, "it has %.*s%s", TF_STR_ARGS(tf_text_str(&list)), in->count > 12 ? " and more" : "");
  }
  return TF_NO_ID;
}
