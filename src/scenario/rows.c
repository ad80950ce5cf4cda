// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of parameters: one binding for every scenario cell that is not empty.
#include "scenario/reader.h"
#include "table/local_date.h"

typedef struct parameter_row {
  const tf_record *record;
  tf_address address; // label and period from brackets or from their columns
  tf_binding common;  // what all scenarios share
} parameter_row;

static tf_located cell_of(const tf_header *header, const tf_record *record, tf_role role) {
  size_t i = header->reserved[role];
  return i == TF_NO_CELL ? (tf_located){TF_STR(""), {0, 0, 0}} : tf_record_cell(record, i);
}

tf_status tf_period_read(tf_context *cx, tf_located text, tf_period *period) {
  const char *bad = NULL;
  tf_period p;
  size_t used = tf_period_scan(text.text, &p, &bad);
  if (used > 0 && used == text.text.len && p.kind != TF_PERIOD_DAY) {
    *period = p;
    return TF_OK;
  }
  tf_status status = tf_fail(cx, TF_INVALID, text.at, "`%.*s` is not a period%s%s", TF_STR_ARGS(text.text),
                             bad == NULL ? "" : ": ", bad == NULL ? "" : bad);
  if (!tf_hint_local_date(cx, text.text, true)) {
    tf_hint(cx, "write a year 2024, a quarter 2024-Q3 or a month 2024-07");
  }
  return status;
}

tf_status tf_date_read(tf_context *cx, tf_located text, int64_t *days) {
  const char *bad = NULL;
  tf_period p;
  size_t used = tf_period_scan(text.text, &p, &bad);
  if (used > 0 && used == text.text.len) {
    *days = tf_period_end(p) - 1; // a month or a year without a day: known at its end at the latest
    return TF_OK;
  }
  tf_status status = tf_fail(cx, TF_INVALID, text.at, "`%.*s` is not a date%s%s", TF_STR_ARGS(text.text),
                             bad == NULL ? "" : ": ", bad == NULL ? "" : bad);
  if (!tf_hint_local_date(cx, text.text, false)) {
    tf_hint(cx, "write year, month and day: 2024-07-31");
  }
  return status;
}

tf_status tf_source_missing(const tf_scenario_reader *r, tf_located name) {
  tf_status status = TF_OK;
  if (r->options->strict) {
    status = tf_fail(r->cx, TF_INVALID, name.at, "no source for `%.*s`", TF_STR_ARGS(name.text));
  } else {
    tf_warn(r->cx, name.at, "no source for `%.*s`", TF_STR_ARGS(name.text));
  }
  tf_hint(r->cx, "write where the value comes from, or `assumption`");
  return status;
}

// Label and period may stand in brackets after the name or in columns of their own, not in both.
static tf_status one_place(tf_context *cx, tf_located cell, const char *what, tf_located *part) {
  if (cell.text.len == 0) {
    return TF_OK;
  }
  tf_status status = tf_cell_plain(cx, cell);
  if (status == TF_OK && part->text.len > 0) {
    status = tf_fail(cx, TF_INVALID, cell.at, "the %s is given twice", what);
    tf_also(cx, part->at, "it is given here");
  }
  *part = cell;
  return status;
}

static tf_status read_address(tf_context *cx, const tf_header *header, parameter_row *row) {
  tf_located name = cell_of(header, row->record, TF_ROLE_PARAMETER);
  if (name.text.len == 0) {
    tf_status status = tf_fail(cx, TF_INVALID, name.at, "a row without a parameter");
    tf_hint(cx, "a row whose first cell begins with # is a comment");
    return status;
  }
  tf_status status = tf_cell_plain(cx, name);
  status = status == TF_OK ? tf_parse_address(cx, name, &row->address) : status;
  if (status != TF_OK) {
    return status;
  }
  status = one_place(cx, cell_of(header, row->record, TF_ROLE_LABEL), "label", &row->address.label);
  status =
      tf_first(status, one_place(cx, cell_of(header, row->record, TF_ROLE_PERIOD), "period", &row->address.period));
  tf_period period;
  if (status == TF_OK && row->address.period.text.len > 0) {
    status = tf_period_read(cx, row->address.period, &period);
  }
  return status;
}

static tf_status read_common(tf_context *cx, const tf_header *header, parameter_row *row) {
  tf_located unit = cell_of(header, row->record, TF_ROLE_UNIT);
  tf_located date = cell_of(header, row->record, TF_ROLE_DATE);
  row->common = (tf_binding){.name = row->address.name,
                             .label = row->address.label,
                             .period = row->address.period,
                             .unit = unit,
                             .bare_note = unit.text.len == 0,
                             .source = cell_of(header, row->record, TF_ROLE_SOURCE).text,
                             .date = date.text,
                             .note = cell_of(header, row->record, TF_ROLE_NOTE).text,
                             .confidence = cell_of(header, row->record, TF_ROLE_CONFIDENCE).text,
                             .group = cell_of(header, row->record, TF_ROLE_GROUP).text,
                             .definition = cell_of(header, row->record, TF_ROLE_DEFINITION)};
  tf_status status = tf_cell_plain(cx, unit);
  int64_t days = 0;
  if (date.text.len > 0) {
    status = tf_first(status, tf_date_read(cx, date, &days));
  }
  return status;
}

static tf_status check_extra_cells(tf_context *cx, const tf_header *header, const tf_record *record) {
  tf_status status = tf_record_check(cx, record, header->record->count);
  for (size_t i = 0; i < record->count && status == TF_OK; i++) {
    if (record->cells[i].text.len > 0 && tf_record_cell(header->record, i).text.len == 0) {
      status = tf_fail(cx, TF_INVALID, record->cells[i].at, "a value in a column without a header");
      tf_hint(cx, "name the column, or begin its header with # to have it ignored");
    }
  }
  return status;
}

static tf_status read_value(tf_scenario_reader *r, tf_scenario_file *file, const parameter_row *row,
                            tf_scenario_column *column, bool *sourced) {
  tf_located cell = tf_record_cell(row->record, column->cell);
  if (cell.text.len == 0) {
    return TF_OK;
  }
  tf_binding binding = row->common;
  tf_status status = tf_csv_number_text(r->cx, file->csv, cell, &binding.value);
  binding.mode = tf_str_is(cell.text, "default") ? TF_BIND_DEFAULT : TF_BIND_SET;
  binding.setter = column->setter;
  tf_str source = column->source == TF_NO_CELL ? TF_STR("") : tf_record_cell(row->record, column->source).text;
  tf_str note = column->note == TF_NO_CELL ? TF_STR("") : tf_record_cell(row->record, column->note).text;
  binding.source = source.len > 0 ? source : binding.source;
  binding.note = note.len > 0 ? note : binding.note;
  *sourced = *sourced && binding.source.len > 0;
  if (status == TF_OK) {
    tf_vec_push(r->cx->arena, &column->own, binding);
  }
  return status;
}

static tf_status read_values(tf_scenario_reader *r, tf_scenario_file *file, const parameter_row *row) {
  tf_located name = cell_of(&file->header, row->record, TF_ROLE_PARAMETER);
  tf_status status = TF_OK;
  bool sourced = true;
  bool any = false;
  for (size_t i = 0; i < file->header.columns.count; i++) {
    tf_scenario_column *column = &file->header.columns.at[i];
    any = any || tf_record_cell(row->record, column->cell).text.len > 0;
    status = tf_first(status, read_value(r, file, row, column, &sourced));
  }
  if (!any) {
    tf_warn(r->cx, name.at, "no scenario has a value for `%.*s`", TF_STR_ARGS(name.text));
  } else if (!sourced) {
    status = tf_first(status, tf_source_missing(r, name));
  }
  return status;
}

// The same name, label and period in two rows: which one would hold is anyone's guess.
static tf_status check_twice(tf_context *cx, tf_map *seen, tf_located *first, uint32_t *count,
                             const parameter_row *row) {
  const tf_address *a = &row->address;
  tf_str key = a->name.text;
  if (a->label.text.len > 0 || a->period.text.len > 0) {
    key = tf_str_of(tf_format(cx->arena, "%.*s\t%.*s\t%.*s", TF_STR_ARGS(key), TF_STR_ARGS(a->label.text),
                              TF_STR_ARGS(a->period.text)));
  }
  uint32_t other = tf_map_get(seen, key);
  if (other == TF_MAP_NONE) {
    (void)tf_map_put(seen, key, *count);
    first[(*count)++] = a->name;
    return TF_OK;
  }
  tf_text what = tf_text_new(cx->arena);
  tf_text_addf(&what, "`%.*s`", TF_STR_ARGS(a->name.text));
  if (a->label.text.len > 0) {
    tf_text_addf(&what, " of `%.*s`", TF_STR_ARGS(a->label.text));
  }
  if (a->period.text.len > 0) {
    tf_text_addf(&what, " in %.*s", TF_STR_ARGS(a->period.text));
  }
  tf_status status = tf_fail(cx, TF_INVALID, a->name.at, "two rows for %.*s", TF_STR_ARGS(tf_text_str(&what)));
  tf_also(cx, first[other].at, "the first is here");
  return status;
}

tf_status tf_rows_read(tf_scenario_reader *r, tf_scenario_file *file) {
  tf_context *cx = r->cx;
  const tf_header *header = &file->header;
  tf_map seen = tf_map_new(cx->arena);
  tf_located *first = TF_ARRAY(cx->arena, tf_located, file->csv->records.count);
  uint32_t count = 0;
  tf_status status = TF_OK;
  for (size_t i = 0; i < file->csv->records.count; i++) {
    const tf_record *record = &file->csv->records.at[i];
    if (record == header->record || tf_is_directive(record)) {
      continue;
    }
    if (tf_cancelled(cx)) {
      return TF_CANCELLED;
    }
    parameter_row row = {.record = record};
    tf_status now = check_extra_cells(cx, header, record);
    now = now == TF_OK ? read_address(cx, header, &row) : now;
    now = now == TF_OK ? check_twice(cx, &seen, first, &count, &row) : now;
    if (now == TF_OK) {
      now = read_common(cx, header, &row);
      now = tf_first(now, read_values(r, file, &row));
    }
    status = tf_first(status, now);
  }
  return status;
}
