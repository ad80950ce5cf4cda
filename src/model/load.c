// SPDX-License-Identifier: GPL-3.0-or-later
// Modules with all they use, from files or from memory, and their tables; then the checks in order.
#include <string.h>

#include "base/io.h"
#include "base/map.h"
#include "lang/parse.h"
#include "model/order.h"

typedef struct module_entry {
  tf_str name; // of the instance
  tf_str file; // module name: "cluster"
  const char *path;
  uint32_t source;
  tf_located asked; // where it was first asked for
  const tf_model_ast *ast;
} module_entry;

typedef struct loader {
  tf_context *cx;
  tf_units *units;
  tf_str folder; // of the root: looked at first
  const tf_memory_source *memory;
  size_t memory_count;
  TF_VEC(module_entry) modules;
  tf_map names; // instance -> module
  bool good;
  tf_status status; // of the first failure
} loader;

static void failed(loader *l, tf_status status) {
  if (status != TF_OK && l->good) {
    l->status = status;
    l->good = false;
  }
}

static const tf_memory_source *in_memory(const loader *l, tf_str name, bool table) {
  for (size_t i = 0; i < l->memory_count; i++) {
    if (l->memory[i].table == table && tf_str_eq(l->memory[i].name, name)) {
      return &l->memory[i];
    }
  }
  return NULL;
}

// In the folder of the root model, then of the file that asks, then among the installed ones.
static const char *find_file(loader *l, tf_str name, const char *asking) {
  const char *root = l->folder.len > 0 ? tf_cstr(l->cx->arena, l->folder) : NULL;
  if (root != NULL) {
    const char *path = tf_path_join(l->cx->arena, l->folder, name);
    if (tf_file_found(l->cx, path)) {
      return path;
    }
  }
  const char *own = asking == NULL ? NULL : tf_cstr(l->cx->arena, tf_path_folder(tf_str_of(asking)));
  return tf_data_find(l->cx, own, "models", name);
}

// The model or table of a folder whose name is nearest, if it is nearer than `least`.
static void nearer(loader *l, tf_str folder, tf_located name, const char *ending, tf_str *nearest, size_t *least) {
  tf_str file = tf_str_of(tf_format(l->cx->arena, "%.*s%s", TF_STR_ARGS(name.text), ending));
  tf_str near = tf_path_name(tf_file_near(l->cx, tf_path_join(l->cx->arena, folder, file)));
  if (!tf_str_ends(near, ending)) {
    return;
  }
  tf_str stem = tf_path_stem(near);
  size_t cost = tf_str_misspelling(name.text, stem);
  if (cost < *least) {
    *least = cost;
    *nearest = stem;
  }
}

static void not_found(loader *l, tf_located name, const char *kind, const char *ending) {
  failed(l, tf_fail(l->cx, TF_FILE, name.at, "there is no %s `%.*s`", kind, TF_STR_ARGS(name.text)));
  const char *folders[16];
  size_t count = tf_data_folders(l->cx, "models", folders);
  tf_str nearest = TF_STR("");
  size_t least = SIZE_MAX;
  if (!l->cx->lookups.sealed && tf_str_find(name.text, '/') == SIZE_MAX) {
    nearer(l, l->folder.len > 0 ? l->folder : TF_STR("."), name, ending, &nearest, &least);
    for (size_t i = 0; i < count; i++) {
      nearer(l, tf_str_of(folders[i]), name, ending, &nearest, &least);
    }
  }
  if (nearest.len > 0) {
    tf_hint(l->cx, "did you mean `%.*s`?", TF_STR_ARGS(nearest));
    return;
  }
  tf_text text = tf_text_new(l->cx->arena);
  tf_text_addf(&text, "%.*s%s is looked up in %.*s", TF_STR_ARGS(name.text), ending,
               l->folder.len > 0 ? (int)l->folder.len : 1, l->folder.len > 0 ? l->folder.ptr : ".");
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(&text, ", %s", folders[i]);
  }
  tf_hint(l->cx, "%s", text.ptr);
}

static bool read_module(loader *l, module_entry *entry, const char *asking) {
  const tf_memory_source *memory = in_memory(l, entry->file, false);
  if (memory != NULL) {
    entry->source = memory->source;
    entry->path = tf_cstr(l->cx->arena, l->cx->sources.list.at[memory->source].name);
    return true;
  }
  if (entry->path == NULL) {
    tf_str file = tf_str_of(tf_format(l->cx->arena, "%.*s.model", TF_STR_ARGS(entry->file)));
    entry->path = find_file(l, file, asking);
  }
  if (entry->path == NULL) {
    not_found(l, (tf_located){entry->file, entry->asked.at}, "model", ".model");
    return false;
  }
  tf_status status = tf_file_read(l->cx, entry->path, entry->asked.at, &entry->source);
  failed(l, status);
  return status == TF_OK;
}

static void add_module(loader *l, tf_str name, tf_str file, const char *path, tf_located asked, const char *asking) {
  uint32_t known = tf_map_get(&l->names, name);
  if (known != TF_MAP_NONE) {
    const module_entry *other = &l->modules.at[known];
    if (!tf_str_eq(other->file, file)) {
      failed(l, tf_fail(l->cx, TF_INVALID, asked.at, "`%.*s` is both %.*s.model and %.*s.model", TF_STR_ARGS(name),
                        TF_STR_ARGS(other->file), TF_STR_ARGS(file)));
      tf_also(l->cx, other->asked.at, "the first is here");
      tf_hint(l->cx, "choose another name after `as`");
    }
    return;
  }
  module_entry entry = {.name = name, .file = file, .path = path, .asked = asked};
  if (read_module(l, &entry, asking)) {
    tf_vec_push(l->cx->arena, &l->modules, entry);
    (void)tf_map_put(&l->names, name, (uint32_t)(l->modules.count - 1));
  }
}

static void add_root(loader *l, tf_located name) {
  if (tf_str_ends(name.text, ".model")) {
    const char *path = tf_cstr(l->cx->arena, name.text);
    if (l->folder.len > 0 && !tf_str_is(l->folder, ".")) { // from the file that names it; then from where we are
      const char *joined = tf_path_join(l->cx->arena, l->folder, name.text);
      path = tf_file_found(l->cx, joined) ? joined : path;
    }
    (void)tf_file_found(l->cx, path); // known to parts of a run
    tf_str stem = tf_path_stem(tf_str_of(path));
    add_module(l, stem, stem, path, name, NULL);
  } else {
    add_module(l, name.text, name.text, NULL, name, NULL);
  }
}

// Units of all modules must be known before any of them is parsed.
static void read_preambles(loader *l) {
  for (size_t i = 0; i < l->modules.count; i++) { // grows while it runs
    tf_preamble preamble = {0};
    uint32_t source = l->modules.at[i].source;
    failed(l, tf_parse_preamble(l->cx, source, &preamble));
    for (size_t u = 0; u < preamble.units.count; u++) {
      failed(l, tf_unit_declare(l->units, preamble.units.at[u], false));
    }
    for (size_t u = 0; u < preamble.currencies.count; u++) {
      failed(l, tf_unit_declare(l->units, preamble.currencies.at[u], true));
    }
    for (size_t u = 0; u < preamble.uses.count; u++) {
      const tf_use *use = &preamble.uses.at[u];
      add_module(l, use->as.text.len > 0 ? use->as.text : use->module.text, use->module.text, NULL, use->module,
                 l->modules.at[i].path);
    }
  }
}

static void parse_modules(loader *l) {
  for (size_t i = 0; i < l->modules.count; i++) {
    module_entry *entry = &l->modules.at[i];
    for (size_t j = 0; j < i && entry->ast == NULL; j++) { // copies share the tree
      entry->ast = l->modules.at[j].source == entry->source ? l->modules.at[j].ast : NULL;
    }
    if (entry->ast == NULL) {
      failed(l, tf_parse_model(l->cx, l->units, entry->source, &entry->ast));
    }
  }
}

static void read_table(loader *l, tf_model *model, tf_located name, const char *asking) {
  for (size_t i = 0; i < model->tables.count; i++) {
    if (tf_str_eq(model->tables.at[i]->name, name.text)) {
      return;
    }
  }
  const tf_memory_source *memory = in_memory(l, name.text, true);
  tf_str file = tf_str_of(tf_format(l->cx->arena, "%.*s.csv", TF_STR_ARGS(name.text)));
  const char *path =
      memory != NULL ? tf_cstr(l->cx->arena, l->cx->sources.list.at[memory->source].name) : find_file(l, file, asking);
  if (path == NULL) {
    not_found(l, name, "table", ".csv");
    return;
  }
  tf_table *table = NULL;
  tf_status status = tf_table_read(l->cx, l->units, path, name.at, &table);
  failed(l, status);
  if (status == TF_OK) {
    table->name = name.text;
    tf_vec_push(l->cx->arena, &model->tables, table);
  }
}

static void extend_tables(loader *l, const tf_model *model, const tf_table_extra *extras, size_t count) {
  for (size_t e = 0; e < count; e++) {
    tf_table *table = NULL;
    tf_map names = tf_map_new(l->cx->arena);
    for (size_t i = 0; i < model->tables.count; i++) {
      (void)tf_map_put(&names, model->tables.at[i]->name, (uint32_t)i);
      table = tf_str_eq(model->tables.at[i]->name, extras[e].table.text) ? model->tables.at[i] : table;
    }
    if (table == NULL) {
      failed(l, tf_fail(l->cx, TF_INVALID, extras[e].table.at, "no model has a table `%.*s`",
                        TF_STR_ARGS(extras[e].table.text)));
      tf_str near = tf_map_nearest(&names, extras[e].table.text);
      if (near.len > 0) {
        tf_hint(l->cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
      }
      continue;
    }
    const char *path = tf_path_join(l->cx->arena, extras[e].folder, extras[e].path.text);
    tf_table *extra = NULL;
    tf_status status = tf_table_read(l->cx, l->units, path, extras[e].path.at, &extra);
    status = status == TF_OK ? tf_table_extend(l->cx, table, extra) : status;
    failed(l, status);
  }
}

static tf_status load(loader *l, const tf_located *names, size_t count, const tf_table_extra *extras,
                      size_t extra_count, tf_model **out) {
  tf_arena *arena = l->cx->arena;
  l->names = tf_map_new(arena);
  l->good = true;
  for (size_t i = 0; i < count; i++) {
    add_root(l, names[i]);
  }
  size_t roots = l->modules.count;
  read_preambles(l);
  if (!l->good) {
    return l->status;
  }
  parse_modules(l);
  if (!l->good) {
    return l->status;
  }
  tf_model *model = TF_NEW(arena, tf_model);
  struct tf_module *modules = TF_ARRAY(arena, struct tf_module, l->modules.count + 1);
  for (size_t i = 0; i < l->modules.count; i++) {
    modules[i] = (struct tf_module){l->modules.at[i].name, tf_str_of(l->modules.at[i].path), l->modules.at[i].ast};
    for (size_t t = 0; t < modules[i].ast->tables.count; t++) {
      read_table(l, model, modules[i].ast->tables.at[t], l->modules.at[i].path);
    }
  }
  if (l->good) {
    extend_tables(l, model, extras, extra_count);
  }
  if (!l->good) {
    return l->status;
  }
  model->units = l->units;
  model->modules = modules;
  model->module_count = l->modules.count;
  model->root_count = roots;
  model->names = tf_map_new(arena);
  model->index_names = tf_map_new(arena);
  tf_checker k;
  tf_checker_init(&k, l->cx, model);
  // Each step needs what the one before it found, but a wrong declaration does not hide wrong equations.
  bool good = tf_declare(&k);
  good = tf_define_ranges(&k) && good;
  bool inferred = tf_infer_indices(&k);
  tf_edges *edges = TF_NEW(arena, tf_edges);
  good = inferred && tf_define(&k) && good;
  if (good) {
    model->draws.at = k.draws.at;
    model->draws.count = k.draws.count;
    model->draws.capacity = k.draws.capacity;
    tf_uses_collect(arena, (uint32_t)model->quantities.count, tf_model_terms, model, edges);
    model->edges = edges;
    good = tf_check_cycles(&k, edges);
  }
  if (!good) {
    return TF_INVALID;
  }
  tf_order_sobol(model);
  bool *series = TF_ARRAY(arena, bool, model->quantities.count + 1);
  tf_series_infer(arena, edges, tf_model_terms, model, model->draws.at, series);
  for (size_t q = 0; q < model->quantities.count; q++) {
    model->quantities.at[q].series = series[q];
  }
  for (size_t q = 0; q < model->quantities.count; q++) {
    const tf_term *value = model->quantities.at[q].value;
    good = (value == NULL || tf_check_constant_rates(l->cx, value, series, model->draws.at)) && good;
  }
  if (!good) {
    return TF_INVALID;
  }
  *out = model;
  return TF_OK;
}

void tf_checker_init(tf_checker *k, tf_context *cx, tf_model *model) {
  *k = (tf_checker){.cx = cx, .arena = cx->arena, .model = model, .inflation = TF_NO_ID};
  k->time = tf_dim_of(model->units, "s");
  k->per_time = tf_dim_of(model->units, "1/year");
  k->tables = tf_alloc(cx->arena, model->tables.count + 1, sizeof *k->tables);
  for (size_t t = 0; t < model->tables.count; t++) {
    k->tables[t].index = k->tables[t].first_column = k->tables[t].key = TF_NO_ID;
    uint32_t own = tf_map_get(&model->index_names, model->tables.at[t]->name);
    k->tables[t].index = own == TF_MAP_NONE ? TF_NO_ID : own;
  }
}

tf_status tf_model_load(tf_context *cx, tf_units *units, const tf_located *names, size_t count, tf_str folder,
                        const tf_table_extra *extras, size_t extra_count, tf_model **model) {
  loader l = {.cx = cx, .units = units, .folder = folder};
  return load(&l, names, count, extras, extra_count, model);
}

tf_status tf_model_load_sources(tf_context *cx, tf_units *units, const tf_memory_source *sources, size_t source_count,
                                const tf_located *names, size_t count, tf_model **model) {
  loader l = {.cx = cx, .units = units, .memory = sources, .memory_count = source_count};
  return load(&l, names, count, NULL, 0, model);
}
