// SPDX-License-Identifier: GPL-3.0-or-later
// The header row: reserved columns, scenarios and their parents. A header that is nearly a reserved name would silently
// become a scenario of its own; so it is an error, and `scenario:NAME` says that a scenario is meant.
#include "scenario/reader.h"

static const char *const reserved_names[TF_ROLE_RESERVED] = {
    [TF_ROLE_PARAMETER] = "parameter", [TF_ROLE_UNIT] = "unit",
    [TF_ROLE_PERIOD] = "period",       [TF_ROLE_LABEL] = "label",
    [TF_ROLE_SOURCE] = "source",       [TF_ROLE_DATE] = "date",
    [TF_ROLE_NOTE] = "note",           [TF_ROLE_CONFIDENCE] = "confidence",
    [TF_ROLE_GROUP] = "group",         [TF_ROLE_DEFINITION] = "definition",
};

enum { SCENARIOS_MAX = 1000 }; // of a file: chains of parents are followed by recursion

// Headers that people give to what has a reserved column here.
static const struct synonym {
  const char *name;
  tf_role role;
} synonyms[] = {
    {"name", TF_ROLE_PARAMETER},
    {"names", TF_ROLE_PARAMETER},
    {"param", TF_ROLE_PARAMETER},
    {"params", TF_ROLE_PARAMETER},
    {"parameters", TF_ROLE_PARAMETER},
    {"quantity", TF_ROLE_PARAMETER},
    {"variable", TF_ROLE_PARAMETER},
    {"input", TF_ROLE_PARAMETER},
    {"units", TF_ROLE_UNIT},
    {"periods", TF_ROLE_PERIOD},
    {"year", TF_ROLE_PERIOD},
    {"years", TF_ROLE_PERIOD},
    {"quarter", TF_ROLE_PERIOD},
    {"month", TF_ROLE_PERIOD},
    {"time", TF_ROLE_PERIOD},
    {"labels", TF_ROLE_LABEL},
    {"element", TF_ROLE_LABEL},
    {"row", TF_ROLE_LABEL},
    {"sources", TF_ROLE_SOURCE},
    {"url", TF_ROLE_SOURCE},
    {"urls", TF_ROLE_SOURCE},
    {"link", TF_ROLE_SOURCE},
    {"links", TF_ROLE_SOURCE},
    {"reference", TF_ROLE_SOURCE},
    {"references", TF_ROLE_SOURCE},
    {"ref", TF_ROLE_SOURCE},
    {"citation", TF_ROLE_SOURCE},
    {"dates", TF_ROLE_DATE},
    {"as_of", TF_ROLE_DATE},
    {"as of", TF_ROLE_DATE},
    {"notes", TF_ROLE_NOTE},
    {"comment", TF_ROLE_NOTE},
    {"comments", TF_ROLE_NOTE},
    {"remark", TF_ROLE_NOTE},
    {"remarks", TF_ROLE_NOTE},
    {"description", TF_ROLE_NOTE},
    {"descriptions", TF_ROLE_NOTE},
    {"desc", TF_ROLE_NOTE},
    {"groups", TF_ROLE_GROUP},
    {"category", TF_ROLE_GROUP},
    {"definitions", TF_ROLE_DEFINITION},
};

// Headers of tables that hold one value per row, or a range in columns.
static const char *const value_headers[] = {"value", "values",  "low",     "high", "lower",  "upper",   "min",
                                            "max",   "minimum", "maximum", "mean", "median", "average", "mode",
                                            "sd",    "std",     "stddev",  "p5",   "p10",    "p25",     "p50",
                                            "p75",   "p90",     "p95",     "5%",   "95%"};

static tf_str lower(tf_context *cx, tf_str s) {
  tf_text out = tf_text_new(cx->arena);
  for (size_t i = 0; i < s.len; i++) {
    tf_text_addc(&out, tf_lower(s.ptr[i]));
  }
  return tf_text_str(&out);
}

static tf_role reserved_role(tf_str name) {
  for (int i = 0; i < TF_ROLE_RESERVED; i++) {
    if (tf_str_is(name, reserved_names[i])) {
      return (tf_role)i;
    }
  }
  return TF_ROLE_RESERVED;
}

// The reserved column that `name` (in lower case) is nearly, or TF_ROLE_RESERVED. Slips of one letter count only for
// long names: `late` and `rate` are good scenarios beside `date`.
static tf_role near_role(tf_str name) {
  enum { LONG = 6 };
  for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
    if (tf_str_is(name, synonyms[i].name)) {
      return synonyms[i].role;
    }
  }
  for (int i = 0; i < TF_ROLE_RESERVED; i++) {
    tf_str reserved = tf_str_of(reserved_names[i]);
    if (tf_str_eq(name, reserved) || (reserved.len >= LONG && tf_str_distance(name, reserved) == 1)) {
      return (tf_role)i;
    }
  }
  return TF_ROLE_RESERVED;
}

static tf_status check_scenario_name(tf_context *cx, tf_located name) {
  tf_str low = lower(cx, name.text);
  tf_role role = near_role(low);
  if (role != TF_ROLE_RESERVED) {
    tf_status status = tf_fail(cx, TF_INVALID, name.at, "`%.*s` is nearly the reserved column `%s`",
                               TF_STR_ARGS(name.text), reserved_names[role]);
    tf_hint(cx, "rename it to `%s`, to `#%.*s` to have it ignored, or to `scenario:%.*s` if it is a scenario",
            reserved_names[role], TF_STR_ARGS(name.text), TF_STR_ARGS(name.text));
    return status;
  }
  for (size_t i = 0; i < sizeof value_headers / sizeof *value_headers; i++) {
    if (tf_str_is(low, value_headers[i])) {
      tf_status status =
          tf_fail(cx, TF_INVALID, name.at, "`%.*s` would be a scenario of that name", TF_STR_ARGS(name.text));
      tf_hint(cx,
              "name the column after its scenario, such as `base`, and write a range in one cell: `20 to 40`; "
              "`scenario:%.*s` if it is a scenario",
              TF_STR_ARGS(name.text));
      return status;
    }
  }
  tf_period period;
  const char *bad = NULL;
  if (tf_period_scan(name.text, &period, &bad) == name.text.len) {
    tf_status status = tf_fail(cx, TF_INVALID, name.at, "`%.*s` is a period, not a scenario", TF_STR_ARGS(name.text));
    tf_hint(cx, "give each period a row, with the period in the column `period`; `scenario:%.*s` if it is a scenario",
            TF_STR_ARGS(name.text));
    return status;
  }
  return TF_OK;
}

static tf_status twice(tf_context *cx, tf_located cell, tf_str name, tf_span first) {
  tf_status status = tf_fail(cx, TF_INVALID, cell.at, "two columns `%.*s`", TF_STR_ARGS(name));
  tf_also(cx, first, "the first is here");
  return status;
}

static size_t find_column(const tf_header *header, tf_str name) {
  for (size_t i = 0; i < header->columns.count; i++) {
    if (tf_str_eq(header->columns.at[i].name.text, name)) {
      return i;
    }
  }
  return TF_NO_CELL;
}

static tf_status no_scenario(tf_context *cx, const tf_header *header, tf_located name) {
  tf_map names = tf_map_new(cx->arena);
  for (size_t i = 0; i < header->columns.count; i++) {
    (void)tf_map_put(&names, header->columns.at[i].name.text, (uint32_t)i);
  }
  tf_status status = tf_fail(cx, TF_INVALID, name.at, "there is no scenario `%.*s`", TF_STR_ARGS(name.text));
  tf_str near = tf_map_nearest(&names, name.text);
  if (near.len > 0) {
    tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  } else {
    tf_hint(cx, "a parent is another scenario column of this file");
  }
  return status;
}

static tf_status read_scenario(tf_context *cx, tf_header *header, tf_located cell, size_t at) {
  tf_scenario_column column = {
      .name = cell, .parent_name = {TF_STR(""), cell.at}, .cell = at, .source = TF_NO_CELL, .note = TF_NO_CELL};
  bool forced = tf_str_starts(cell.text, "scenario:");
  size_t from = forced ? sizeof "scenario:" - 1 : 0;
  size_t less = tf_str_find(cell.text, '<');
  column.name = tf_located_part(cell, from, less == SIZE_MAX ? cell.text.len : less);
  if (less != SIZE_MAX) {
    column.parent_name = tf_located_part(cell, less + 1, cell.text.len);
  }
  if (column.name.text.len == 0 || (less != SIZE_MAX && column.parent_name.text.len == 0)) {
    tf_status status = tf_fail(cx, TF_INVALID, cell.at, "a scenario without a name");
    tf_hint(cx, "write `bull < bear` for a scenario bull that inherits from bear");
    return status;
  }
  tf_status status = forced ? TF_OK : check_scenario_name(cx, column.name);
  if (status != TF_OK) {
    return status;
  }
  if (header->columns.count == SCENARIOS_MAX) {
    return tf_fail(cx, TF_INVALID, cell.at, "more than %d scenarios in a file", SCENARIOS_MAX);
  }
  size_t other = find_column(header, column.name.text);
  if (other != TF_NO_CELL) {
    return twice(cx, column.name, column.name.text, header->columns.at[other].name.at);
  }
  tf_vec_push(cx->arena, &header->columns, column);
  return TF_OK;
}

// `source:NAME` and `note:NAME`, after all scenarios are known.
static tf_status read_per_scenario(tf_context *cx, tf_header *header, tf_located cell, size_t at, bool source) {
  size_t colon = tf_str_find(cell.text, ':');
  tf_located name = tf_located_part(cell, colon + 1, cell.text.len);
  size_t found = find_column(header, name.text);
  if (found == TF_NO_CELL) {
    return no_scenario(cx, header, name);
  }
  size_t *slot = source ? &header->columns.at[found].source : &header->columns.at[found].note;
  if (*slot != TF_NO_CELL) {
    return twice(cx, cell, cell.text, header->record->cells[*slot].at);
  }
  *slot = at;
  return TF_OK;
}

static bool per_scenario(tf_str text, bool *source) {
  *source = tf_str_starts(text, "source:");
  return *source || tf_str_starts(text, "note:");
}

static tf_status read_cell(tf_context *cx, tf_header *header, size_t i) {
  tf_located cell = header->record->cells[i];
  bool source = false;
  tf_status status = tf_cell_plain(cx, cell);
  if (status != TF_OK || cell.text.len == 0 || cell.text.ptr[0] == '#' || per_scenario(cell.text, &source)) {
    return status;
  }
  tf_role role = reserved_role(cell.text);
  if (role == TF_ROLE_RESERVED) {
    return read_scenario(cx, header, cell, i);
  }
  if (header->reserved[role] != TF_NO_CELL) {
    return twice(cx, cell, cell.text, header->record->cells[header->reserved[role]].at);
  }
  header->reserved[role] = i;
  return TF_OK;
}

// Parents may stand to the right of their children; a circle of them is an error.
static tf_status read_parents(tf_context *cx, tf_header *header) {
  tf_status status = TF_OK;
  for (size_t i = 0; i < header->columns.count; i++) {
    tf_scenario_column *column = &header->columns.at[i];
    column->parent = i == 0 ? TF_NO_CELL : 0;
    if (column->parent_name.text.len == 0) {
      continue;
    }
    size_t parent = find_column(header, column->parent_name.text);
    if (parent == TF_NO_CELL) {
      status = tf_first(status, no_scenario(cx, header, column->parent_name));
    } else if (i == 0) {
      status = tf_first(
          status, tf_fail(cx, TF_INVALID, column->parent_name.at, "the first scenario is the base: it has no parent"));
      tf_hint(cx, "put `%.*s` first", TF_STR_ARGS(column->parent_name.text));
    } else {
      column->parent = parent;
    }
  }
  for (size_t i = 0; i < header->columns.count && status == TF_OK; i++) {
    size_t at = i;
    for (size_t steps = 0; at != TF_NO_CELL; steps++) {
      if (steps > header->columns.count) {
        const tf_scenario_column *column = &header->columns.at[i];
        status =
            tf_fail(cx, TF_INVALID, column->name.at, "`%.*s` inherits from itself", TF_STR_ARGS(column->name.text));
        tf_hint(cx, "parents must lead to the first scenario, `%.*s`", TF_STR_ARGS(header->columns.at[0].name.text));
        return status;
      }
      at = header->columns.at[at].parent;
    }
  }
  return status;
}

static void name_setters(tf_context *cx, tf_scenario_file *file) {
  for (size_t i = 0; i < file->header.columns.count; i++) {
    tf_scenario_column *column = &file->header.columns.at[i];
    column->setter =
        tf_str_of(tf_format(cx->arena, "%.*s column %.*s", TF_STR_ARGS(file->path), TF_STR_ARGS(column->name.text)));
  }
}

// What stands in the place of the header: a directive that is not quite one, a title, names merged over columns.
static tf_status no_parameter(tf_context *cx, const tf_record *record) {
  tf_located first = record->cells[0];
  if (first.text.len == 0 && record->count > 1) {
    tf_str next = record->cells[1].text;
    if (next.len > 1 && next.ptr[next.len - 1] == ':') {
      tf_status status = tf_fail(cx, TF_INVALID, record->cells[1].at, "the first column is empty");
      tf_hint(cx, "delete it: directives begin in the first column");
      return status;
    }
  }
  tf_status status = tf_fail(cx, TF_INVALID, first.at, "the header row has no column `parameter`");
  if (tf_directive_known(first.text)) {
    tf_hint(cx, "a directive ends in a colon: `%.*s:`", TF_STR_ARGS(first.text));
  } else if (record->count == 1) {
    tf_hint(cx,
            "write `title:` before a title, # before a comment; the header is such as `parameter,unit,base,source`");
  } else if (first.text.len == 0) {
    tf_hint(cx, "a row above the header begins with #; the header is such as `parameter,unit,base,source`");
  } else {
    tf_hint(cx, "the first row that is no directive is the header: `parameter,unit,base,source`");
  }
  return status;
}

tf_status tf_header_read(tf_context *cx, tf_scenario_file *file, const tf_record *record) {
  tf_header *header = &file->header;
  *header = (tf_header){.record = record};
  for (int i = 0; i < TF_ROLE_RESERVED; i++) {
    header->reserved[i] = TF_NO_CELL;
  }
  tf_status status = TF_OK;
  for (size_t i = 0; i < record->count; i++) {
    status = tf_first(status, read_cell(cx, header, i));
  }
  if (status != TF_OK) {
    return status;
  }
  if (header->reserved[TF_ROLE_PARAMETER] == TF_NO_CELL) {
    return no_parameter(cx, record);
  }
  if (header->columns.count == 0) {
    status = tf_fail(cx, TF_INVALID, record->cells[0].at, "the header row names no scenario");
    tf_hint(cx, "add a column for the values, such as `base`");
    return status;
  }
  for (size_t i = 0; i < record->count; i++) {
    bool source = false;
    if (per_scenario(record->cells[i].text, &source)) {
      status = tf_first(status, read_per_scenario(cx, header, record->cells[i], i, source));
    }
  }
  status = tf_first(status, read_parents(cx, header));
  name_setters(cx, file);
  return status;
}

void tf_header_none(tf_context *cx, tf_scenario_file *file) {
  tf_scenario_column column = {.name = {TF_STR("base"), {0, 0, 0}}, .parent = TF_NO_CELL};
  file->header = (tf_header){.record = NULL};
  tf_vec_push(cx->arena, &file->header.columns, column);
  name_setters(cx, file);
}
