// SPDX-License-Identifier: GPL-3.0-or-later
// A scenario from its files: read the file and what it extends, then put every column's bindings in order.
#include "scenario/scenario.h"

#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "scenario/reader.h"

enum { EXTENDS_MAX = 32 };

static tf_status read_file(tf_scenario_reader *r, const char *path, tf_span from, const tf_scenario_file *child,
                           const tf_scenario_file **result);

static bool same_file(const char *a, const char *b) {
  struct stat one;
  struct stat two;
  return stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

static tf_status check_cycle(tf_context *cx, const char *path, tf_span from, const tf_scenario_file *child) {
  int depth = 0;
  for (const tf_scenario_file *at = child; at != NULL; at = at->child, depth++) {
    if (same_file(path, at->path.ptr)) {
      tf_status status = tf_fail(cx, TF_INVALID, from, "`%s` extends itself", path);
      if (child != at) {
        tf_also(cx, at->extends.at, "by way of this file");
      }
      return status;
    }
  }
  if (depth > EXTENDS_MAX) {
    return tf_fail(cx, TF_INVALID, from, "more than %d files extend one another", EXTENDS_MAX);
  }
  return TF_OK;
}

static tf_status read_directives(tf_scenario_reader *r, tf_scenario_file *file, const tf_record **header) {
  tf_status status = TF_OK;
  *header = NULL;
  for (size_t i = 0; i < file->csv->records.count; i++) {
    const tf_record *record = &file->csv->records.at[i];
    if (tf_is_directive(record)) {
      status = tf_first(status, tf_directive_read(r, file, record));
    } else if (*header == NULL) {
      *header = record;
    }
  }
  return status;
}

// What the file says nothing of comes from the file it extends. Models are looked up beside the file that names them:
// a name that is found in the folder of the extended file becomes a path from here.
static void inherit_models(tf_context *cx, tf_scenario_file *file) {
  const tf_scenario_file *old = file->extended;
  tf_str way = tf_path_folder(file->extends.text);
  bool elsewhere = !tf_str_eq(old->folder, file->folder);
  size_t own = file->models.count;
  tf_located *names = TF_ARRAY(cx->arena, tf_located, own);
  if (own > 0) {
    memcpy(names, file->models.at, own * sizeof *names);
  }
  file->models.count = 0;
  for (size_t i = 0; i < old->models.count + own; i++) {
    bool inherited = i < old->models.count;
    tf_located name = inherited ? old->models.at[i] : names[i - old->models.count];
    if (inherited && elsewhere) {
      bool path = tf_str_ends(name.text, ".model");
      tf_str file_name = path ? name.text : tf_str_of(tf_format(cx->arena, "%.*s.model", TF_STR_ARGS(name.text)));
      if (path || tf_file_found(cx, tf_path_join(cx->arena, old->folder, file_name))) {
        name.text = tf_str_of(tf_path_join(cx->arena, way, file_name));
      }
    }
    bool repeated = false;
    for (size_t k = 0; k < file->models.count; k++) {
      repeated = repeated || tf_str_eq(file->models.at[k].text, name.text);
    }
    if (!repeated) {
      tf_vec_push(cx->arena, &file->models, name);
    }
  }
}

static bool same_pair(const tf_correlate_statement *a, const tf_correlate_statement *b) {
  return (tf_str_eq(a->a.text, b->a.text) && tf_str_eq(a->b.text, b->b.text)) ||
         (tf_str_eq(a->a.text, b->b.text) && tf_str_eq(a->b.text, b->a.text));
}

static void inherit_correlations(tf_context *cx, tf_scenario_file *file) {
  const tf_scenario_file *old = file->extended;
  size_t own = file->correlations.count;
  for (size_t i = 0; i < old->correlations.count; i++) {
    bool replaced = false;
    for (size_t k = 0; k < own; k++) {
      replaced = replaced || same_pair(&old->correlations.at[i], &file->correlations.at[k]);
    }
    if (!replaced) {
      tf_vec_push(cx->arena, &file->correlations, old->correlations.at[i]);
    }
  }
}

static void inherit(tf_context *cx, tf_scenario_file *file) {
  const tf_scenario_file *old = file->extended;
  inherit_models(cx, file);
  inherit_correlations(cx, file);
  tf_scenario_file own = *file;
  memset(&file->extras, 0, sizeof file->extras);
  for (size_t i = 0; i < old->extras.count + own.extras.count; i++) {
    tf_vec_push(cx->arena, &file->extras,
                i < old->extras.count ? old->extras.at[i] : own.extras.at[i - old->extras.count]);
  }
  for (size_t i = 0; own.plots.count == 0 && i < old->plots.count; i++) {
    tf_vec_push(cx->arena, &file->plots, old->plots.at[i]);
  }
  for (size_t i = 0; own.shows.count == 0 && i < old->shows.count; i++) {
    tf_vec_push(cx->arena, &file->shows, old->shows.at[i]);
  }
  if (file->title_at.source == 0) {
    file->title = old->title;
    file->title_at = old->title_at;
  }
  if (file->time_at.source == 0) {
    file->axis = old->axis;
    file->time_at = old->time_at;
  }
  if (file->seed_at.source == 0) {
    file->seed = old->seed;
    file->seed_at = old->seed_at;
  }
  if (file->samples_at.source == 0) {
    file->samples = old->samples;
    file->samples_at = old->samples_at;
  }
}

static tf_status read_extended(tf_scenario_reader *r, tf_scenario_file *file) {
  if (file->extends.text.len == 0) {
    return TF_OK;
  }
  const char *path = tf_scenario_locate(r->cx, file->folder, file->extends.text);
  tf_status status = check_cycle(r->cx, path, file->extends.at, file);
  status = status == TF_OK ? read_file(r, path, file->extends.at, file, &file->extended) : status;
  if (status == TF_OK) {
    inherit(r->cx, file);
  }
  return status;
}

static tf_status read_file(tf_scenario_reader *r, const char *path, tf_span from, const tf_scenario_file *child,
                           const tf_scenario_file **result) {
  tf_context *cx = r->cx;
  tf_scenario_file *file = TF_NEW(cx->arena, tf_scenario_file);
  file->path = tf_str_copy(cx->arena, tf_str_of(path));
  file->folder = tf_path_folder(file->path);
  file->child = child;
  tf_status status = tf_csv_read(cx, path, from, &file->csv);
  if (status != TF_OK) {
    return status;
  }
  const tf_record *header = NULL;
  status = read_directives(r, file, &header);
  if (header == NULL) {
    tf_header_none(cx, file);
  } else {
    tf_status header_status = tf_header_read(cx, file, header);
    header_status = header_status == TF_OK ? tf_rows_read(r, file) : header_status;
    status = tf_first(status, header_status);
  }
  status = tf_first(status, tf_observed_read(r, file));
  status = tf_first(status, read_extended(r, file));
  if (status == TF_OK && child == NULL && file->models.count == 0) {
    status = tf_fail(cx, TF_INVALID, file->csv->records.at[0].cells[0].at, "the scenario names no model");
    tf_hint(cx, "add a row such as `model:,cluster`");
  }
  *result = file;
  return status;
}

typedef struct target {
  tf_context *cx;
  tf_column *column;
} target;

// Grows to the size needed: a column is put together from a few long lists.
static void add(const target *to, const tf_binding *bindings, size_t count) {
  tf_column *c = to->column;
  if (count == 0) {
    return;
  }
  tf_binding *all = TF_ARRAY(to->cx->arena, tf_binding, c->bindings.count + count);
  if (c->bindings.count > 0) {
    memcpy(all, c->bindings.at, c->bindings.count * sizeof *all);
  }
  memcpy(all + c->bindings.count, bindings, count * sizeof *all);
  c->bindings.at = all;
  c->bindings.count += count;
  c->bindings.capacity = c->bindings.count;
}

static void add_ancestors(const target *to, const tf_scenario_file *file, size_t column) {
  const tf_scenario_column *own = &file->header.columns.at[column];
  if (own->parent != TF_NO_CELL) {
    add_ancestors(to, file, own->parent);
  }
  add(to, own->own.at, own->own.count);
}

static bool column_named(const tf_header *header, tf_str name, size_t *column) {
  for (size_t i = 0; i < header->columns.count; i++) {
    if (tf_str_eq(header->columns.at[i].name.text, name)) {
      *column = i;
      return true;
    }
  }
  return false;
}

// The column of the extended file from which a column of this one goes on: that of its own name, else of its parent's,
// and so on, else the base. So what a column inherits from its parent is what the parent shows.
static size_t column_extended(const target *to, const tf_scenario_file *file, size_t column) {
  const tf_header *header = &file->extended->header;
  size_t found = 0;
  if (column_named(header, to->column->name, &found)) {
    return found;
  }
  while (column != TF_NO_CELL && column < file->header.columns.count) {
    const tf_scenario_column *own = &file->header.columns.at[column];
    if (column_named(header, own->name.text, &found)) {
      return found;
    }
    column = own->parent;
  }
  return 0;
}

// Weakest first. Depth is bounded by EXTENDS_MAX and by the number of columns.
static void add_file(const target *to, const tf_scenario_file *file, size_t column) {
  if (file->extended != NULL) {
    add_file(to, file->extended, column_extended(to, file, column));
  }
  add(to, file->observed.at, file->observed.count);
  for (size_t i = 0; i < file->data.count; i++) {
    to->column->data_used += file->data.at[i].used;
    to->column->data_left_out += file->data.at[i].left_out;
  }
  add_ancestors(to, file, column);
  add(to, file->sets.at, file->sets.count);
}

static void add_data_uses(tf_context *cx, tf_scenario *scenario, const tf_scenario_file *file) {
  if (file->extended != NULL) {
    add_data_uses(cx, scenario, file->extended);
  }
  for (size_t i = 0; i < file->data.count; i++) {
    tf_vec_push(cx->arena, &scenario->data, file->data.at[i]);
  }
}

static void assemble(tf_context *cx, const tf_scenario_file *file, const tf_binding *sets, size_t set_count,
                     tf_scenario *scenario) {
  scenario->path = file->path;
  scenario->folder = file->folder;
  scenario->title = file->title;
  scenario->csv = file->csv;
  scenario->model_count = file->models.count;
  scenario->models = file->models.at;
  scenario->extra_count = file->extras.count;
  scenario->extras = file->extras.at;
  scenario->has_seed = file->seed_at.source != 0;
  scenario->seed = file->seed;
  scenario->has_samples = file->samples_at.source != 0;
  scenario->samples = file->samples;
  for (size_t i = 0; i < file->plots.count; i++) {
    tf_vec_push(cx->arena, &scenario->plots, file->plots.at[i]);
  }
  for (size_t i = 0; i < file->shows.count; i++) {
    tf_vec_push(cx->arena, &scenario->shows, file->shows.at[i]);
  }
  add_data_uses(cx, scenario, file);
  for (size_t i = 0; i < file->header.columns.count; i++) {
    tf_column column = {
        .name = file->header.columns.at[i].name.text, .file = file->path, .title = file->title, .axis = scenario->axis};
    target to = {cx, &column};
    add_file(&to, file, i);
    add(&to, sets, set_count);
    for (size_t k = 0; k < file->correlations.count; k++) {
      tf_vec_push(cx->arena, &column.correlations, file->correlations.at[k]);
    }
    tf_vec_push(cx->arena, &scenario->columns, column);
  }
}

static tf_status bare_model(tf_context *cx, const char *path, const tf_binding *sets, size_t set_count,
                            tf_scenario *scenario) {
  uint32_t source = 0;
  tf_status status = tf_file_read(cx, path, (tf_span){0, 0, 0}, &source);
  if (status != TF_OK) {
    return status;
  }
  tf_str whole = tf_str_copy(cx->arena, tf_str_of(path));
  tf_located *models = TF_ARRAY(cx->arena, tf_located, 1);
  models[0] = (tf_located){tf_path_name(whole), {0, 0, 0}};
  scenario->folder = tf_path_folder(whole);
  scenario->model_count = 1;
  scenario->models = models;
  tf_column column = {.name = TF_STR("model"), .file = whole, .title = TF_STR(""), .axis = scenario->axis};
  target to = {cx, &column};
  add(&to, sets, set_count);
  tf_vec_push(cx->arena, &scenario->columns, column);
  return TF_OK;
}

tf_status tf_scenario_read(tf_context *cx, const char *path, const tf_scenario_options *options,
                           tf_scenario **scenario) {
  tf_scenario_reader r = {.cx = cx, .options = options};
  tf_scenario *result = TF_NEW(cx->arena, tf_scenario);
  result->path = result->title = TF_STR("");
  const tf_binding *sets = NULL;
  size_t set_count = 0;
  tf_status status = tf_sets_read(cx, options, &set_count, &sets);
  if (options->time != NULL) {
    status = tf_first(status, tf_time_read(cx, options->time, &result->axis));
  }
  if (tf_str_ends(tf_str_of(path), ".model")) {
    status = tf_first(status, bare_model(cx, path, sets, set_count, result));
  } else {
    const tf_scenario_file *file = NULL;
    const char *found = tf_scenario_locate(cx, TF_STR("."), tf_str_of(path));
    status = tf_first(status, read_file(&r, found, (tf_span){0, 0, 0}, NULL, &file));
    if (status == TF_OK) {
      result->axis = options->time == NULL ? file->axis : result->axis;
      assemble(cx, file, sets, set_count, result);
    }
  }
  if (status == TF_OK) {
    *scenario = result;
  }
  return status;
}
