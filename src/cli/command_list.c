// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold list: find quantities by name, label or synonym; or every value of a scenario as one flat CSV.
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/number.h"
#include "cli/commands.h"
#include "cli/flat.h"
#include "cli/session.h"
#include "cli/settings.h"
#include "cli/terminal.h"
#include "out/delimited.h"
#include "out/json.h"
#include "table/table.h"

static const tf_span nowhere = {0, 0, 0};

typedef TF_VEC(tf_str) word_list;

static bool contains(tf_str text, tf_str word) {
  for (size_t i = 0; i + word.len <= text.len; i++) {
    size_t k = 0;
    while (k < word.len && tolower((unsigned char)text.ptr[i + k]) == tolower((unsigned char)word.ptr[k])) {
      k++;
    }
    if (k == word.len) {
      return true;
    }
  }
  return false;
}

// models/synonyms.csv: word,means. Searching one finds the other.
static tf_status add_synonyms(tf_context *cx, word_list *words) {
  const char *path = tf_data_find(cx, NULL, "models", TF_STR("synonyms.csv"));
  const tf_csv *csv = NULL;
  if (path == NULL) {
    return TF_OK;
  }
  tf_status status = tf_csv_read(cx, path, nowhere, &csv);
  size_t given = words->count;
  for (size_t r = 1; status == TF_OK && r < csv->records.count; r++) {
    const tf_record *record = &csv->records.at[r];
    for (size_t i = 0; i < given && record->count >= 2; i++) {
      if (tf_str_eq(record->cells[0].text, words->at[i])) {
        tf_vec_push(cx->arena, words, record->cells[1].text);
      }
    }
  }
  return status;
}

static bool matches(const tf_quantity *quantity, const word_list *words) {
  if (words->count == 0) {
    return true;
  }
  for (size_t i = 0; i < words->count; i++) {
    if (contains(quantity->name, words->at[i]) || contains(quantity->label, words->at[i])) {
      return true;
    }
  }
  return false;
}

static const char *full_name(tf_arena *arena, const tf_model *model, const tf_quantity *quantity) {
  tf_text text = tf_text_new(arena);
  tf_text_add(&text, quantity->name);
  for (size_t d = 0; d < quantity->index_count; d++) {
    tf_text_addf(&text, "%s%.*s", d == 0 ? "[" : ", ", TF_STR_ARGS(model->indices.at[quantity->indices[d]].name));
  }
  if (quantity->index_count > 0) {
    tf_text_addc(&text, ']');
  }
  return text.ptr;
}

static const char *range_text(tf_arena *arena, const tf_quantity *quantity) {
  char low[32];
  char high[32];
  if (quantity->low == -INFINITY && quantity->high == INFINITY) {
    return "";
  }
  double factor = quantity->unit.factor;
  return tf_format(arena, "%s .. %s", tf_number_print15(quantity->low / factor, low),
                   tf_number_print15(quantity->high / factor, high));
}

static const char *unit_text(tf_arena *arena, const tf_quantity *quantity) {
  switch (quantity->kind) {
  case TF_KIND_NUMBER:
    return tf_cstr(arena, quantity->unit.text);
  case TF_KIND_DATE:
    return "date";
  case TF_KIND_LABEL:
    return quantity->definition != NULL ? tf_cstr(arena, quantity->definition->type_text.text) : "label";
  default:
    return "true/false";
  }
}

static const char *value_text(tf_arena *arena, const tf_quantity *quantity) {
  if (quantity->definition == NULL) {
    return "";
  }
  return tf_squeeze(arena, quantity->definition->right.text);
}

static void print_text(tf_arena *arena, const tf_model *model, const tf_quantity *quantity, tf_text *out) {
  const char *kind = quantity->column ? "table column" : quantity->input ? "input" : "equation";
  tf_text_addf(out, "%s  [%s]  %s%s\n", full_name(arena, model, quantity), unit_text(arena, quantity), kind,
               quantity->series ? ", over time" : "");
  if (quantity->label.len > 0) {
    tf_text_addf(out, "    %.*s\n", TF_STR_ARGS(quantity->label));
  }
  const char *value = value_text(arena, quantity);
  if (value[0] != '\0') {
    tf_text_addf(out, "    = %s", value);
    const char *range = range_text(arena, quantity);
    tf_text_addf(out, range[0] != '\0' ? "   in %s\n" : "%s\n", range);
  }
  if (quantity->source.text.len > 0) {
    tf_text_addf(out, "    source: %.*s\n", TF_STR_ARGS(quantity->source.text));
  }
}

static void print_json(tf_arena *arena, const tf_model *model, const tf_quantity *quantity, tf_json *json) {
  const struct {
    const char *key, *text;
  } fields[] = {{"name", full_name(arena, model, quantity)},
                {"unit", unit_text(arena, quantity)},
                {"kind", quantity->column  ? "column"
                         : quantity->input ? "input"
                                           : "equation"},
                {"label", tf_cstr(arena, quantity->label)},
                {"default", value_text(arena, quantity)},
                {"range", range_text(arena, quantity)},
                {"source", tf_cstr(arena, quantity->source.text)}};
  tf_json_open(json, '{');
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    tf_json_key(json, fields[i].key);
    tf_json_text(json, tf_str_of(fields[i].text));
  }
  tf_json_key(json, "series");
  tf_json_bool(json, quantity->series);
  tf_json_close(json, '}');
}

static void print_csv(tf_arena *arena, const tf_model *model, const tf_quantity *quantity, tf_text *out) {
  const char *fields[] = {full_name(arena, model, quantity),
                          unit_text(arena, quantity),
                          quantity->column  ? "column"
                          : quantity->input ? "input"
                                            : "equation",
                          tf_cstr(arena, quantity->label),
                          value_text(arena, quantity),
                          range_text(arena, quantity),
                          tf_cstr(arena, quantity->source.text)};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    if (i > 0) {
      tf_text_addc(out, ',');
    }
    tf_csv_text(out, tf_str_of(fields[i]));
  }
  tf_text_addc(out, '\n');
}

// Every model of the data folders, as one.
static tf_status load_installed(tf_context *cx, tf_units *units, tf_model **model) {
  const char *folders[16];
  size_t count = tf_data_folders(cx, "models", folders);
  TF_VEC(tf_located) names = {0};
  tf_map seen = tf_map_new(cx->arena);
  for (size_t i = 0; i < count; i++) {
    const tf_str *files = NULL;
    const size_t found = tf_folder_list(cx, folders[i], &files);
    for (size_t k = 0; k < found; k++) {
      if (tf_str_ends(files[k], ".model") && tf_map_put(&seen, tf_path_stem(files[k]), 0)) {
        tf_vec_push(cx->arena, &names, ((tf_located){tf_path_stem(files[k]), nowhere}));
      }
    }
  }
  if (names.count == 0) {
    tf_status status = tf_fail(cx, TF_FILE, nowhere, "no models were found");
    tf_hint(cx, "name a model or scenario file, or set TENFOLD_PATH to the folder that holds models/");
    return status;
  }
  return tf_model_load(cx, units, names.at, names.count, TF_STR("."), NULL, 0, model);
}

static bool is_file_name(const char *text) {
  tf_str s = tf_str_of(text);
  return tf_str_ends(s, ".csv") || tf_str_ends(s, ".model") || (tf_str_find(s, '/') != SIZE_MAX);
}

tf_status tf_command_list(tf_context *cx, const tf_command_line *line) {
  tf_command_line files = *line;
  word_list words = {0};
  files.files.at = NULL;
  files.files.count = files.files.capacity = 0;
  for (size_t i = 0; i < line->files.count; i++) {
    if (is_file_name(line->files.at[i])) {
      tf_vec_push(cx->arena, &files.files, line->files.at[i]);
    } else {
      tf_vec_push(cx->arena, &words, tf_str_of(line->files.at[i]));
    }
  }
  size_t format = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_FORMAT, &format);
  tf_text out = tf_text_new(cx->arena);
  if (status == TF_OK && tf_option_given(line, TF_OPTION_RESOLVED)) {
    tf_session session;
    status = tf_session_open(cx, &files, true, &session);
    if (status == TF_OK) {
      const char *path = tf_option_text(line, TF_OPTION_OUTPUT);
      status = tf_print_flat(&session, path != NULL ? path : "resolved.csv", &out);
    }
    if (status == TF_OK) {
      status = tf_print_out(cx, line, tf_text_str(&out));
    }
    return status;
  }
  TF_VEC(tf_model *) models = {0};
  if (status == TF_OK && files.files.count > 0) {
    tf_session session;
    status = tf_session_open(cx, &files, true, &session);
    for (size_t i = 0; status == TF_OK && i < session.models.count; i++) {
      tf_vec_push(cx->arena, &models, session.models.at[i]);
    }
  } else if (status == TF_OK) {
    tf_model *model = NULL;
    status = load_installed(cx, tf_units_new(cx), &model);
    tf_vec_push(cx->arena, &models, model);
  }
  if (status == TF_OK) {
    status = add_synonyms(cx, &words);
  }
  if (status != TF_OK) {
    return status;
  }
  size_t found = 0;
  tf_json json = tf_json_new(&out, 2);
  if (format == 2) {
    tf_json_open(&json, '[');
  } else if (format == 1) {
    tf_text_adds(&out, "name,unit,kind,label,default,range,source\n");
  }
  for (size_t m = 0; m < models.count; m++) {
    const tf_model *model = models.at[m];
    for (size_t i = 0; i < model->quantities.count; i++) {
      const tf_quantity *quantity = &model->quantities.at[i];
      if (!matches(quantity, &words)) {
        continue;
      }
      found++;
      if (format == 2) {
        print_json(cx->arena, model, quantity, &json);
      } else if (format == 1) {
        print_csv(cx->arena, model, quantity, &out);
      } else {
        print_text(cx->arena, model, quantity, &out);
      }
    }
  }
  if (format == 2) {
    tf_json_close(&json, ']');
    tf_text_addc(&out, '\n');
  }
  if (found == 0 && format == 0) {
    status = tf_fail(cx, TF_NO, nowhere, "nothing is named or described like that");
    tf_hint(cx, "`tenfold list` without a word lists every quantity");
    return status;
  }
  return tf_print_out(cx, line, tf_text_str(&out));
}
