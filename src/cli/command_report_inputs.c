// SPDX-License-Identifier: GPL-3.0-or-later
// The inputs of a report: copies that give the same results wherever they lie (cli/command_report.h).
#include <inttypes.h>
#include <string.h>

#include "base/io.h"
#include "cli/command_report.h"
#include "out/delimited.h"

static const tf_span nowhere = {0, 0, 0};

typedef struct copier {
  tf_context *cx;
  const tf_session *session;
  const char *folder; // inside the report: "inputs" or "inputs/llama"
  tf_map names;       // file names taken in it -> number of the original
  tf_map originals;   // path read -> number in `flat`
  TF_VEC(const char *) flat;
  tf_manifest_files *files;
} copier;

static tf_status text_of(tf_context *cx, const char *path, tf_str *text) {
  uint32_t source = 0;
  tf_status status = tf_file_read(cx, path, nowhere, &source);
  if (status == TF_OK) {
    *text = cx->sources.list.at[source].text;
  }
  return status;
}

// A name that is safe in a CSV cell and on every file system, free in the folder: data.csv, data-2.csv ...
static const char *free_name(copier *c, tf_str wanted) {
  tf_text safe = tf_text_new(c->cx->arena);
  for (size_t i = 0; i < wanted.len; i++) {
    char k = wanted.ptr[i];
    bool plain = (k >= 'a' && k <= 'z') || (k >= 'A' && k <= 'Z') || (k >= '0' && k <= '9') || k == '_' || k == '-' ||
                 (k == '.' && i > 0);
    tf_text_addc(&safe, plain ? k : '-');
  }
  tf_str name = tf_text_str(&safe);
  tf_str stem = tf_path_stem(name);
  tf_str ending = tf_str_sub(name, stem.len, name.len);
  for (size_t n = 2; tf_map_get(&c->names, name) != TF_MAP_NONE; n++) {
    name = tf_str_of(tf_format(c->cx->arena, "%.*s-%zu%.*s", TF_STR_ARGS(stem), n, TF_STR_ARGS(ending)));
  }
  return tf_cstr(c->cx->arena, name);
}

static void take_name(copier *c, const char *name, const char *original) {
  uint32_t number = (uint32_t)c->flat.count;
  tf_vec_push(c->cx->arena, &c->flat, name);
  (void)tf_map_put(&c->names, tf_str_of(name), number);
  if (original != NULL) {
    (void)tf_map_put(&c->originals, tf_str_of(original), number);
  }
}

static const char *copy_name(const copier *c, const char *path) {
  uint32_t number = tf_map_get(&c->originals, tf_str_of(path));
  return number == TF_MAP_NONE ? NULL : c->flat.at[number];
}

static void add_file(copier *c, const char *name, const char *from, tf_str bytes) {
  const char *path = tf_format(c->cx->arena, "%s/%s", c->folder, name);
  tf_vec_push(c->cx->arena, c->files, ((tf_manifest_file){path, from, bytes}));
}

// Data and table files are copied as they are.
static tf_status copy_plain(copier *c, const char *path, const char **name) {
  *name = copy_name(c, path);
  if (*name != NULL) {
    return TF_OK;
  }
  tf_str text = {"", 0};
  tf_status status = text_of(c->cx, path, &text);
  if (status == TF_OK) {
    *name = free_name(c, tf_path_name(tf_str_of(path)));
    take_name(c, *name, path);
    add_file(c, *name, path, text);
  }
  return status;
}

// Models find one another, and their tables, by name in the scenario's folder, so these keep their names.
static tf_status copy_model_file(copier *c, const char *path) {
  const char *name = tf_cstr(c->cx->arena, tf_path_name(tf_str_of(path)));
  if (copy_name(c, path) != NULL) {
    return TF_OK;
  }
  if (tf_map_get(&c->names, tf_str_of(name)) != TF_MAP_NONE) {
    tf_warn(c->cx, nowhere, "inputs: two files are called `%s`; `%s` is left out, so the copies may not run", name,
            path);
    return TF_OK;
  }
  tf_str text = {"", 0};
  tf_status status = text_of(c->cx, path, &text);
  if (status == TF_OK) {
    take_name(c, name, path);
    add_file(c, name, path, text);
  }
  return status;
}

static tf_status copy_models(copier *c, const tf_model *model) {
  tf_status status = TF_OK;
  for (size_t i = 0; i < model->module_count && status == TF_OK; i++) {
    status = copy_model_file(c, tf_cstr(c->cx->arena, model->modules[i].path));
  }
  for (size_t i = 0; i < model->tables.count && status == TF_OK; i++) {
    status = copy_model_file(c, tf_cstr(c->cx->arena, model->tables.at[i]->path));
  }
  return status;
}

// --- Scenario files -------------------------------------------------------------------------------------------------

typedef struct rewriting { // of one file: text up to `done` is in `out`
  tf_str text;
  size_t done;
  tf_text out;
} rewriting;

static void replace(rewriting *r, tf_span at, const char *name) {
  tf_text_add(&r->out, tf_str_sub(r->text, r->done, at.start));
  tf_text_adds(&r->out, name);
  r->done = at.end;
}

static tf_status copy_scenario(copier *c, const char *path, const char *name);

// `model:,sub/mine.model other`: a path becomes the name of the copy.
static void rewrite_models(copier *c, rewriting *r, const tf_located *cell) {
  tf_text names = tf_text_new(c->cx->arena);
  bool paths = false;
  for (size_t from = 0, at = 0; at <= cell->text.len; at++) {
    if (at < cell->text.len && cell->text.ptr[at] != ' ' && cell->text.ptr[at] != ',') {
      continue;
    }
    tf_str one = tf_str_sub(cell->text, from, at);
    from = at + 1;
    if (one.len == 0) {
      continue;
    }
    bool path = tf_str_ends(one, ".model");
    paths = paths || path;
    tf_text_adds(&names, names.len > 0 ? " " : "");
    tf_text_add(&names, path ? tf_path_stem(one) : one);
  }
  if (paths) {
    replace(r, cell->at, names.ptr);
  }
}

static tf_status rewrite_row(copier *c, rewriting *r, const tf_record *record, tf_str folder) {
  tf_str first = record->cells[0].text;
  const char *name = NULL;
  tf_status status = TF_OK;
  if (tf_str_is(first, "model:")) {
    for (size_t i = 1; i < record->count; i++) {
      rewrite_models(c, r, &record->cells[i]);
    }
  } else if (tf_str_is(first, "extends:") && record->count > 1) {
    const char *path = tf_scenario_locate(c->cx, folder, record->cells[1].text);
    name = copy_name(c, path);
    if (name == NULL) {
      name = free_name(c, tf_path_name(tf_str_of(path)));
      status = copy_scenario(c, path, name);
    }
    replace(r, record->cells[1].at, name);
  } else if ((tf_str_is(first, "data:") || tf_str_is(first, "table:")) && record->count > 2) {
    tf_str cell = record->cells[2].text;
    const char *path =
        tf_str_is(first, "data:") ? tf_scenario_locate(c->cx, folder, cell) : tf_path_join(c->cx->arena, folder, cell);
    status = copy_plain(c, path, &name);
    if (status == TF_OK) {
      replace(r, record->cells[2].at, name);
    }
  }
  return status;
}

static tf_status copy_scenario(copier *c, const char *path, const char *name) {
  const tf_csv *csv = NULL;
  tf_status status = tf_csv_read(c->cx, path, nowhere, &csv);
  if (status != TF_OK) {
    return status;
  }
  take_name(c, name, path);
  rewriting r = {.text = c->cx->sources.list.at[csv->source].text, .out = tf_text_new(c->cx->arena)};
  for (size_t i = 0; i < csv->records.count && status == TF_OK; i++) {
    status = rewrite_row(c, &r, &csv->records.at[i], tf_path_folder(tf_str_of(path)));
  }
  tf_text_add(&r.out, tf_str_sub(r.text, r.done, r.text.len));
  add_file(c, name, path, tf_text_str(&r.out));
  return status;
}

// --- What the command line changed ----------------------------------------------------------------------------------

static void add_row(tf_text *out, const char *directive, tf_str value) {
  tf_text_addf(out, "%s,", directive);
  tf_csv_text(out, value);
  tf_text_addc(out, '\n');
}

static bool changed(const tf_command_line *line) {
  static const tf_option_id options[] = {TF_OPTION_SET,     TF_OPTION_TIME,  TF_OPTION_SEED,
                                         TF_OPTION_SAMPLES, TF_OPTION_UNTIL, TF_OPTION_COLUMN};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    if (tf_option_given(line, options[i])) {
      return true;
    }
  }
  return false;
}

static void add_changes(copier *c, const tf_scenario *scenario, tf_text *out) {
  const tf_command_line *line = c->session->line;
  tf_arena *arena = c->cx->arena;
  if (tf_option_given(line, TF_OPTION_TIME)) {
    add_row(out, "time:", tf_str_of(tf_option_text(line, TF_OPTION_TIME)));
  }
  if (tf_option_given(line, TF_OPTION_SEED)) {
    add_row(out, "seed:", tf_str_of(tf_format(arena, "%" PRIu64, c->session->run.sampler.seed)));
  }
  if (tf_option_given(line, TF_OPTION_SAMPLES) || tf_option_given(line, TF_OPTION_UNTIL)) {
    add_row(out, "samples:", tf_str_of(tf_format(arena, "%" PRIu64, c->session->run.sampler.samples)));
  }
  const char *const *sets = NULL;
  size_t count = tf_option_all(c->cx, line, TF_OPTION_SET, false, &sets);
  for (size_t i = 0; i < count; i++) {
    add_row(out, "set:", tf_str_of(sets[i]));
  }
  tf_text_adds(out, "parameter");
  for (size_t i = 0; i < c->session->cases.count; i++) {
    const tf_case *one = &c->session->cases.at[i];
    if (one->scenario == scenario) {
      tf_text_addc(out, ',');
      tf_csv_text(out, tf_str_of(tf_format(arena, "scenario:%.*s", TF_STR_ARGS(one->column->name))));
    }
  }
  tf_text_addc(out, '\n');
}

static tf_status copy_one(copier *c, const tf_scenario *scenario, const char *given, const tf_model *model) {
  static const char top[] = "scenario.csv";
  c->names = tf_map_new(c->cx->arena);
  c->originals = tf_map_new(c->cx->arena);
  take_name(c, top, NULL);
  take_name(c, "resolved.csv", NULL);
  tf_status status = copy_models(c, model);
  if (status != TF_OK) {
    return status;
  }
  tf_text out = tf_text_new(c->cx->arena);
  if (scenario->path.len == 0) { // a model run by itself
    add_row(&out, "model:", tf_path_stem(tf_str_of(given)));
    add_changes(c, scenario, &out);
    add_file(c, top, NULL, tf_text_str(&out));
    return TF_OK;
  }
  const char *path = tf_cstr(c->cx->arena, scenario->path);
  if (!changed(c->session->line)) {
    return copy_scenario(c, path, top);
  }
  const char *base = free_name(c, tf_path_name(scenario->path));
  status = copy_scenario(c, path, base);
  add_row(&out, "extends:", tf_str_of(base));
  add_changes(c, scenario, &out);
  add_file(c, top, NULL, tf_text_str(&out));
  return status;
}

// A word of a command line; paths and values of users may hold blanks and quotes.
static void add_word(tf_text *out, const char *word) {
  if (word[0] != '\0' && strpbrk(word, " \t\n'\"\\$*?`#~[]()<>{}|&;!") == NULL) {
    tf_text_adds(out, word);
    return;
  }
  tf_text_addc(out, '\'');
  for (const char *c = word; *c != '\0'; c++) {
    if (*c == '\'') {
      tf_text_adds(out, "'\\''");
    } else {
      tf_text_addc(out, *c);
    }
  }
  tf_text_addc(out, '\'');
}

static void add_option(const tf_session *session, tf_text *out, tf_option_id id) {
  const char *text = tf_option_text(session->line, id);
  if (text != NULL) {
    tf_text_addf(out, " --%s ", tf_option_table[id].name);
    add_word(out, text);
  }
}

tf_status tf_report_inputs(const tf_session *session, tf_manifest_files *files, const char **rerun) {
  tf_context *cx = session->cx;
  tf_text command = tf_text_new(cx->arena);
  tf_text_adds(&command, "tenfold run");
  tf_map folders = tf_map_new(cx->arena);
  tf_status status = TF_OK;
  for (size_t s = 0; s < session->scenarios.count && status == TF_OK; s++) {
    const tf_scenario *scenario = session->scenarios.at[s];
    const tf_case *of = NULL;
    for (size_t i = 0; i < session->cases.count && of == NULL; i++) {
      of = session->cases.at[i].scenario == scenario ? &session->cases.at[i] : NULL;
    }
    if (of == NULL) {
      continue; // --column takes none of its columns
    }
    copier c = {.cx = cx, .session = session, .folder = "inputs", .files = files};
    if (session->scenarios.count > 1) {
      tf_str stem = tf_path_stem(tf_str_of(session->line->files.at[s]));
      tf_str name = stem;
      for (size_t n = 2; !tf_map_put(&folders, name, 0); n++) {
        name = tf_str_of(tf_format(cx->arena, "%.*s-%zu", TF_STR_ARGS(stem), n));
      }
      c.folder = tf_format(cx->arena, "inputs/%.*s", TF_STR_ARGS(name));
    }
    status = copy_one(&c, scenario, session->line->files.at[s], session->models.at[of->group]);
    tf_text_addc(&command, ' ');
    add_word(&command, tf_format(cx->arena, "%s/scenario.csv", c.folder));
  }
  static const tf_option_id others[] = {TF_OPTION_SHOW, TF_OPTION_SAMPLER, TF_OPTION_REPLICATES, TF_OPTION_AS_OF};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    add_option(session, &command, others[i]);
  }
  *rerun = command.ptr;
  return status;
}
