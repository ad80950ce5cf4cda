// SPDX-License-Identifier: GPL-3.0-or-later
// Observed data: tidy CSV `entity,period,quantity,value,unit,definition,source,date,note`, of which a `data:` row takes
// those rows that meet its conditions, as given periods. What would add up to a wrong series is an error.
#include "base/io.h"
#include "scenario/reader.h"

enum {
  DATA_ENTITY,
  DATA_PERIOD,
  DATA_QUANTITY,
  DATA_VALUE,
  DATA_UNIT,
  DATA_DEFINITION,
  DATA_SOURCE,
  DATA_DATE,
  DATA_NOTE,
  DATA_COLUMNS
};

static const char *const data_columns[DATA_COLUMNS] = {"entity",     "period", "quantity", "value", "unit",
                                                       "definition", "source", "date",     "note"};

typedef struct condition {
  tf_located key, value;
  size_t cell; // TF_NO_CELL: `period=year`, on the kind of the period
  tf_period_kind kind;
} condition;

typedef struct used_row {
  const tf_record *record;
  tf_located period_cell;
  tf_period period;
} used_row;

typedef struct selection {
  tf_scenario_reader *r;
  const tf_csv *csv;
  const tf_data_row *row;
  size_t cells[DATA_COLUMNS];
  tf_str quantity, last_part; // empty: not compared
  TF_VEC(condition) conditions;
  TF_VEC(used_row) used;
  size_t left_out;
} selection;

static tf_located cell_of(const selection *s, const tf_record *record, int column) {
  size_t i = s->cells[column];
  return i == TF_NO_CELL ? (tf_located){TF_STR(""), {0, 0, 0}} : tf_record_cell(record, i);
}

static tf_status read_file(tf_scenario_reader *r, const char *path, tf_span from, const tf_csv **csv) {
  uint32_t source = 0;
  tf_status status = tf_file_read(r->cx, path, from, &source);
  if (status != TF_OK) {
    return status;
  }
  for (size_t i = 0; i < r->data_files.count; i++) {
    if (r->data_files.at[i].csv->source == source) {
      *csv = r->data_files.at[i].csv;
      return TF_OK;
    }
  }
  status = tf_csv_parse(r->cx, source, csv);
  if (status == TF_OK) {
    tf_vec_push(r->cx->arena, &r->data_files, ((tf_data_file){*csv}));
  }
  return status;
}

static size_t find_header(const tf_record *header, tf_str name) {
  for (size_t i = 0; i < header->count; i++) {
    if (tf_str_eq(header->cells[i].text, name)) {
      return i;
    }
  }
  return TF_NO_CELL;
}

static tf_status find_columns(selection *s) {
  const tf_record *header = &s->csv->records.at[0];
  for (int i = 0; i < DATA_COLUMNS; i++) {
    s->cells[i] = find_header(header, tf_str_of(data_columns[i]));
  }
  for (int i = 0; i < DATA_COLUMNS; i++) {
    if (s->cells[i] == TF_NO_CELL && (i == DATA_PERIOD || i == DATA_VALUE)) {
      tf_status status =
          tf_fail(s->r->cx, TF_INVALID, header->cells[0].at, "observed data without a column `%s`", data_columns[i]);
      tf_hint(s->r->cx, "the header is `entity,period,quantity,value,unit,definition,source,date,note`");
      return status;
    }
  }
  tf_map seen = tf_map_new(s->r->cx->arena);
  for (size_t i = 0; i < header->count; i++) {
    tf_located cell = header->cells[i];
    uint32_t first = tf_map_get(&seen, cell.text);
    if (first != TF_MAP_NONE) {
      tf_status status = tf_fail(s->r->cx, TF_INVALID, cell.at, "two columns `%.*s`", TF_STR_ARGS(cell.text));
      tf_also(s->r->cx, header->cells[first].at, "the first is here");
      return status;
    }
    if (cell.text.len > 0) {
      (void)tf_map_put(&seen, cell.text, (uint32_t)i);
    }
  }
  return TF_OK;
}

static tf_status unknown_key(const selection *s, tf_located key) {
  tf_context *cx = s->r->cx;
  tf_map names = tf_map_new(cx->arena);
  const tf_record *header = &s->csv->records.at[0];
  for (size_t i = 0; i < header->count; i++) {
    (void)tf_map_put(&names, header->cells[i].text, 0);
  }
  tf_status status = tf_fail(cx, TF_INVALID, key.at, "the data have no column `%.*s`", TF_STR_ARGS(key.text));
  tf_str near = tf_map_nearest(&names, key.text);
  if (near.len > 0) {
    tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  }
  return status;
}

static bool period_kind(tf_str text, tf_period_kind *kind) {
  *kind = tf_str_is(text, "year") ? TF_PERIOD_YEAR : tf_str_is(text, "quarter") ? TF_PERIOD_QUARTER : TF_PERIOD_MONTH;
  return *kind != TF_PERIOD_MONTH || tf_str_is(text, "month");
}

static tf_status read_condition(selection *s, tf_located text) {
  if (text.text.len == 0) {
    return TF_OK;
  }
  size_t equals = tf_str_find(text.text, '=');
  if (equals == SIZE_MAX) {
    tf_status status = tf_fail(s->r->cx, TF_INVALID, text.at, "`%.*s` is not a condition", TF_STR_ARGS(text.text));
    tf_hint(s->r->cx, "write column=value, such as entity=Meta");
    return status;
  }
  condition c = {.key = tf_located_part(text, 0, equals), .value = tf_located_part(text, equals + 1, text.text.len)};
  c.cell = find_header(&s->csv->records.at[0], c.key.text);
  if (c.cell == TF_NO_CELL) {
    return unknown_key(s, c.key);
  }
  if (c.cell == s->cells[DATA_PERIOD] && period_kind(c.value.text, &c.kind)) {
    c.cell = TF_NO_CELL;
  }
  if (c.cell == s->cells[DATA_QUANTITY]) {
    s->quantity = s->last_part = TF_STR("");
  }
  tf_vec_push(s->r->cx->arena, &s->conditions, c);
  return TF_OK;
}

static tf_status read_conditions(selection *s) {
  if (s->cells[DATA_QUANTITY] != TF_NO_CELL) {
    s->quantity = s->last_part = s->row->address.name.text;
    for (size_t dot = tf_str_find(s->last_part, '.'); dot != SIZE_MAX; dot = tf_str_find(s->last_part, '.')) {
      s->last_part = tf_str_sub(s->last_part, dot + 1, s->last_part.len);
    }
  }
  tf_status status = TF_OK;
  for (size_t i = 0; i < s->row->condition_count; i++) {
    status = tf_first(status, read_condition(s, s->row->conditions[i]));
  }
  return status;
}

// The first condition that no row meets by itself explains best why nothing matched.
static tf_status no_match(const selection *s) {
  tf_context *cx = s->r->cx;
  for (size_t i = 0; i < s->conditions.count; i++) {
    const condition *c = &s->conditions.at[i];
    tf_map values = tf_map_new(cx->arena);
    for (size_t k = 1; c->cell != TF_NO_CELL && k < s->csv->records.count; k++) {
      (void)tf_map_put(&values, tf_record_cell(&s->csv->records.at[k], c->cell).text, 0);
    }
    if (c->cell != TF_NO_CELL && tf_map_get(&values, c->value.text) == TF_MAP_NONE) {
      tf_status status = tf_fail(cx, TF_INVALID, c->value.at, "no row has `%.*s` in the column `%.*s`",
                                 TF_STR_ARGS(c->value.text), TF_STR_ARGS(c->key.text));
      tf_str near = tf_map_nearest(&values, c->value.text);
      if (near.len > 0) {
        tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
      }
      return status;
    }
  }
  tf_status status = tf_fail(cx, TF_INVALID, s->row->at, "no row of the data is used for `%.*s`",
                             TF_STR_ARGS(s->row->address.name.text));
  if (s->quantity.len > 0) {
    tf_hint(cx, "rows are used whose `quantity` is `%.*s` or `%.*s`; write quantity=... for another",
            TF_STR_ARGS(s->quantity), TF_STR_ARGS(s->last_part));
  } else {
    tf_hint(cx, "no row meets all the conditions");
  }
  return status;
}

static bool meets(const selection *s, const tf_record *record) {
  tf_str quantity = cell_of(s, record, DATA_QUANTITY).text;
  if (s->quantity.len > 0 && !tf_str_eq(quantity, s->quantity) && !tf_str_eq(quantity, s->last_part)) {
    return false;
  }
  for (size_t i = 0; i < s->conditions.count; i++) {
    const condition *c = &s->conditions.at[i];
    if (c->cell != TF_NO_CELL && !tf_str_eq(tf_record_cell(record, c->cell).text, c->value.text)) {
      return false;
    }
  }
  return cell_of(s, record, DATA_VALUE).text.len > 0;
}

// Conditions on the kind of period, and --as-of.
static bool meets_dated(const selection *s, tf_period period, tf_located date, int64_t known) {
  for (size_t i = 0; i < s->conditions.count; i++) {
    const condition *c = &s->conditions.at[i];
    if (c->cell == TF_NO_CELL && c->kind != period.kind) {
      return false;
    }
  }
  return date.text.len == 0 || known <= s->r->options->as_of;
}

static tf_status select_row(selection *s, const tf_record *record) {
  tf_context *cx = s->r->cx;
  tf_status status = tf_record_check(cx, record, s->csv->records.at[0].count);
  if (status != TF_OK || !meets(s, record)) {
    s->left_out += status == TF_OK ? 1 : 0;
    return status;
  }
  used_row used = {.record = record, .period_cell = cell_of(s, record, DATA_PERIOD)};
  tf_located date = cell_of(s, record, DATA_DATE);
  int64_t known = 0;
  status = tf_period_read(cx, used.period_cell, &used.period);
  if (date.text.len > 0) {
    status = tf_first(status, tf_date_read(cx, date, &known));
  }
  if (status == TF_OK && meets_dated(s, used.period, date, known)) {
    tf_vec_push(cx->arena, &s->used, used);
  } else {
    s->left_out++;
  }
  return status;
}

// All rows used agree in this column: other entities and definitions are other quantities.
static tf_status check_same(const selection *s, int column, const char *what) {
  if (s->used.count == 0) {
    return TF_OK;
  }
  tf_located first = cell_of(s, s->used.at[0].record, column);
  for (size_t i = 1; i < s->used.count; i++) {
    tf_located other = cell_of(s, s->used.at[i].record, column);
    if (!tf_str_eq(first.text, other.text)) {
      tf_status status = tf_fail(s->r->cx, TF_INVALID, other.at, "the rows used have two %s, `%.*s` and `%.*s`", what,
                                 TF_STR_ARGS(first.text), TF_STR_ARGS(other.text));
      tf_also(s->r->cx, first.at, "the first is here");
      tf_hint(s->r->cx, "add a condition to the `data:` row, such as %s=%.*s", data_columns[column],
              TF_STR_ARGS(first.text.len > 0 ? first.text : other.text));
      return status;
    }
  }
  return TF_OK;
}

// By month, the row used that covers it: linear in the number of rows.
static tf_status check_overlaps(const selection *s) {
  tf_context *cx = s->r->cx;
  if (s->used.count == 0) {
    return TF_OK;
  }
  int first = tf_period_month_index(s->used.at[0].period);
  int end = first;
  for (size_t i = 0; i < s->used.count; i++) {
    int month = tf_period_month_index(s->used.at[i].period);
    first = month < first ? month : first;
    month += tf_period_months(s->used.at[i].period);
    end = month > end ? month : end;
  }
  size_t *owner = TF_ARRAY(cx->arena, size_t, (size_t)(end - first)); // row + 1
  for (size_t i = 0; i < s->used.count; i++) {
    const used_row *row = &s->used.at[i];
    int month = tf_period_month_index(row->period) - first;
    for (int k = month; k < month + tf_period_months(row->period); k++) {
      if (owner[k] != 0) {
        const used_row *other = &s->used.at[owner[k] - 1];
        bool same = tf_str_eq(other->period_cell.text, row->period_cell.text);
        tf_status status =
            tf_fail(cx, TF_INVALID, row->period_cell.at, same ? "two values for %.*s" : "%.*s overlaps %.*s",
                    TF_STR_ARGS(row->period_cell.text), TF_STR_ARGS(other->period_cell.text));
        tf_also(cx, other->period_cell.at, "the first is here");
        tf_hint(cx, "%s",
                same ? "leave one out by a condition in the `data:` row"
                     : "add period=year, period=quarter or period=month to the `data:` row");
        return status;
      }
      owner[k] = i + 1;
    }
  }
  return TF_OK;
}

static tf_status bind(selection *s, tf_scenario_file *file, const used_row *used, tf_str path) {
  tf_context *cx = s->r->cx;
  const tf_record *record = used->record;
  tf_located unit = cell_of(s, record, DATA_UNIT);
  tf_binding binding = {.mode = TF_BIND_SET,
                        .name = s->row->address.name,
                        .label = s->row->address.label,
                        .period = used->period_cell,
                        .unit = unit,
                        .source = cell_of(s, record, DATA_SOURCE).text,
                        .date = cell_of(s, record, DATA_DATE).text,
                        .note = cell_of(s, record, DATA_NOTE).text,
                        .definition = cell_of(s, record, DATA_DEFINITION),
                        .actual = true,
                        .bare_note = unit.text.len == 0,
                        .setter = path};
  tf_status status = tf_cell_plain(cx, unit);
  status = tf_first(status, tf_csv_number_text(cx, s->csv, cell_of(s, record, DATA_VALUE), &binding.value));
  if (binding.source.len == 0) {
    tf_located place = {binding.name.text, used->period_cell.at};
    status = tf_first(status, tf_source_missing(s->r, place));
  }
  if (status == TF_OK) {
    tf_vec_push(cx->arena, &file->observed, binding);
  }
  return status;
}

static tf_status read_data_row(tf_scenario_reader *r, tf_scenario_file *file, const tf_data_row *row) {
  tf_str path = tf_str_of(tf_scenario_locate(r->cx, file->folder, row->path.text));
  selection s = {.r = r, .row = row};
  tf_status status = read_file(r, path.ptr, row->path.at, &s.csv);
  status = status == TF_OK ? find_columns(&s) : status;
  status = status == TF_OK ? read_conditions(&s) : status;
  if (status != TF_OK) {
    return status;
  }
  for (size_t i = 1; i < s.csv->records.count; i++) {
    if (tf_cancelled(r->cx)) {
      return TF_CANCELLED;
    }
    status = tf_first(status, select_row(&s, &s.csv->records.at[i]));
  }
  if (status == TF_OK && s.used.count == 0) {
    status = no_match(&s);
  }
  status = tf_first(status, check_same(&s, DATA_ENTITY, "entities"));
  status = tf_first(status, check_same(&s, DATA_DEFINITION, "definitions"));
  status = status == TF_OK ? check_overlaps(&s) : status;
  for (size_t i = 0; i < s.used.count && status != TF_CANCELLED; i++) {
    status = tf_first(status, bind(&s, file, &s.used.at[i], path));
  }
  tf_data_use use = {.name = row->address.name, .path = path, .used = s.used.count, .left_out = s.left_out};
  tf_vec_push(r->cx->arena, &file->data, use);
  return status;
}

tf_status tf_observed_read(tf_scenario_reader *r, tf_scenario_file *file) {
  tf_status status = TF_OK;
  for (size_t i = 0; i < file->data_rows.count; i++) {
    status = tf_first(status, read_data_row(r, file, &file->data_rows.at[i]));
  }
  return status;
}
