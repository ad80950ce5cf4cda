// SPDX-License-Identifier: GPL-3.0-or-later
// Tables: rows by name, typed columns, cells still text.
#include "table/table.h"

#include <string.h>

#include "base/io.h"
#include "base/map.h"

typedef struct header_cell {
  tf_table_column column;
  size_t cell; // in the records
} header_cell;

static bool is_name(tf_str s) {
  for (size_t i = 0; i < s.len; i++) {
    char c = s.ptr[i];
    bool letter = (c >= 'a' && c <= 'z') || c == '_';
    if (!letter && (i == 0 || c < '0' || c > '9')) {
      return false;
    }
  }
  return s.len > 0;
}

static tf_located part(tf_located whole, size_t from, size_t to) {
  while (from < to && whole.text.ptr[from] == ' ') {
    from++;
  }
  while (to > from && whole.text.ptr[to - 1] == ' ') {
    to--;
  }
  return (tf_located){tf_str_sub(whole.text, from, to), tf_located_span(whole, from, to)};
}

// `name [unit]`, `name [date]` or `name`
static tf_status read_header_cell(tf_context *cx, tf_units *units, tf_located cell, tf_table_column *column) {
  tf_status status = tf_cell_plain(cx, cell);
  if (status != TF_OK) {
    return status;
  }
  size_t open = tf_str_find(cell.text, '[');
  *column = (tf_table_column){.name = part(cell, 0, open == SIZE_MAX ? cell.text.len : open), .text = open == SIZE_MAX};
  if (!is_name(column->name.text)) {
    status = tf_fail(cx, TF_INVALID, cell.at, "`%.*s` is not a column name", TF_STR_ARGS(column->name.text));
    tf_hint(cx, "a name holds a-z, 0-9 and _; a column whose header begins with # is ignored");
    return status;
  }
  if (open == SIZE_MAX) {
    return TF_OK;
  }
  if (!tf_str_ends(cell.text, "]")) {
    status = tf_fail(cx, TF_INVALID, cell.at, "`[` without `]` at the end of the header");
    tf_hint(cx, "write `price [USD/GPU]`");
    return status;
  }
  tf_located unit = part(cell, open + 1, cell.text.len - 1);
  if (tf_str_is(unit.text, "date")) {
    column->date = true;
    return TF_OK;
  }
  return tf_unit_parse(units, unit, &column->unit);
}

static tf_status read_header(tf_context *cx, tf_units *units, const tf_record *header, header_cell *columns,
                             size_t *count) {
  tf_map names = tf_map_new(cx->arena);
  tf_status result = TF_OK;
  for (size_t i = 1; i < header->count; i++) {
    tf_located cell = header->cells[i];
    if (tf_str_starts(cell.text, "#") && !tf_spreadsheet_error(cell.text)) {
      continue;
    }
    header_cell *column = &columns[*count];
    column->cell = i;
    tf_status status = read_header_cell(cx, units, cell, &column->column);
    if (status != TF_OK) {
      result = status;
      continue;
    }
    tf_located name = column->column.name;
    uint32_t other = tf_map_get(&names, name.text);
    if (other != TF_MAP_NONE) {
      result = tf_fail(cx, TF_INVALID, name.at, "two columns `%.*s`", TF_STR_ARGS(name.text));
      tf_also(cx, columns[other].column.name.at, "the first is here");
      continue;
    }
    (void)tf_map_put(&names, name.text, (uint32_t)*count);
    (*count)++;
  }
  return result;
}

static tf_status read_row_names(tf_context *cx, const tf_csv *csv, size_t columns, tf_located *names) {
  tf_map seen = tf_map_new(cx->arena);
  tf_status result = TF_OK;
  for (size_t r = 0; r + 1 < csv->records.count; r++) {
    const tf_record *record = &csv->records.at[r + 1];
    tf_located name = record->cells[0];
    names[r] = name;
    tf_status status = tf_record_check(cx, record, columns);
    if (status == TF_OK) {
      status = name.text.len == 0 ? tf_fail(cx, TF_INVALID, name.at, "a row without a name") : tf_cell_plain(cx, name);
    }
    uint32_t other = status == TF_OK ? tf_map_get(&seen, name.text) : TF_MAP_NONE;
    if (other != TF_MAP_NONE) {
      status = tf_fail(cx, TF_INVALID, name.at, "two rows `%.*s`", TF_STR_ARGS(name.text));
      tf_also(cx, names[other].at, "the first is here");
    }
    if (status == TF_OK) {
      (void)tf_map_put(&seen, name.text, (uint32_t)r);
    } else {
      result = status;
    }
  }
  return result;
}

static tf_status read_column(tf_context *cx, const tf_csv *csv, size_t rows, header_cell *column) {
  tf_located *cells = TF_ARRAY(cx->arena, tf_located, rows);
  tf_status result = TF_OK;
  for (size_t r = 0; r < rows; r++) {
    cells[r] = tf_record_cell(&csv->records.at[r + 1], column->cell);
    if (!column->column.text) {
      tf_status status = tf_csv_number_text(cx, csv, cells[r], &cells[r]);
      result = status == TF_OK ? result : status;
    }
  }
  column->column.cells = cells;
  return result;
}

tf_status tf_table_read(tf_context *cx, tf_units *units, const char *path, tf_span from, tf_table **table) {
  const tf_csv *csv = NULL;
  tf_status status = tf_csv_read(cx, path, from, &csv);
  if (status != TF_OK) {
    return status;
  }
  const tf_record *header = &csv->records.at[0];
  header_cell *columns = TF_ARRAY(cx->arena, header_cell, header->count);
  size_t count = 0;
  status = read_header(cx, units, header, columns, &count);
  size_t rows = csv->records.count - 1;
  tf_located *row_names = TF_ARRAY(cx->arena, tf_located, rows);
  tf_status rows_status = read_row_names(cx, csv, header->count, row_names);
  status = status == TF_OK ? rows_status : status;
  tf_table_column *found = TF_ARRAY(cx->arena, tf_table_column, count);
  for (size_t i = 0; i < count; i++) {
    tf_status column_status = read_column(cx, csv, rows, &columns[i]);
    status = status == TF_OK ? column_status : status;
    found[i] = columns[i].column;
  }
  if (status != TF_OK) {
    return status;
  }
  tf_table *result = TF_NEW(cx->arena, tf_table);
  tf_str whole_path = tf_str_copy(cx->arena, tf_str_of(path));
  *result = (tf_table){.name = tf_path_stem(whole_path),
                       .path = whole_path,
                       .rows = rows,
                       .row_names = row_names,
                       .column_count = count,
                       .columns = found,
                       .csv = csv};
  *table = result;
  return TF_OK;
}

static tf_map column_names(tf_context *cx, const tf_table *table) {
  tf_map names = tf_map_new(cx->arena);
  for (size_t i = 0; i < table->column_count; i++) {
    (void)tf_map_put(&names, table->columns[i].name.text, (uint32_t)i);
  }
  return names;
}

static tf_status unknown_column(tf_context *cx, const tf_table *table, const tf_map *names, tf_located name) {
  tf_status status = tf_fail(cx, TF_INVALID, name.at, "the table `%.*s` has no column `%.*s`", TF_STR_ARGS(table->name),
                             TF_STR_ARGS(name.text));
  tf_str near = tf_map_nearest(names, name.text);
  if (near.len > 0) {
    tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  } else {
    tf_hint(cx, "a column whose header begins with # is ignored");
  }
  return status;
}

static tf_status match_column(tf_context *cx, const tf_table *table, const tf_map *names,
                              const tf_table_column *column) {
  uint32_t found = tf_map_get(names, column->name.text);
  if (found == TF_MAP_NONE) {
    return unknown_column(cx, table, names, column->name);
  }
  const tf_table_column *old = &table->columns[found];
  if (old->text == column->text && old->date == column->date && old->unit.dim == column->unit.dim) {
    return TF_OK;
  }
  const char *kind = old->text ? "text" : old->date ? "a date" : tf_cstr(cx->arena, old->unit.text);
  tf_status status = tf_fail(cx, TF_INVALID, column->name.at, "the column `%.*s` of the table `%.*s` is in %s",
                             TF_STR_ARGS(column->name.text), TF_STR_ARGS(table->name), kind);
  tf_also(cx, old->name.at, "it is declared here");
  return status;
}

// Does the text end with a number that has no unit (40, 20 to 40, 3e5, 200k)? Then a unit may follow it.
static bool ends_bare(tf_str text) {
  size_t i = text.len;
  if (i > 1 && strchr("kMGT", text.ptr[i - 1]) != NULL) {
    i--;
  }
  bool digit = i > 0 && text.ptr[i - 1] >= '0' && text.ptr[i - 1] <= '9';
  while (i > 0 && (strchr("0123456789.eE,", text.ptr[i - 1]) != NULL)) {
    i--;
  }
  bool word = i > 0 && ((text.ptr[i - 1] >= 'a' && text.ptr[i - 1] <= 'z') ||
                        (text.ptr[i - 1] >= 'A' && text.ptr[i - 1] <= 'Z') || text.ptr[i - 1] == '^');
  return digit && !word;
}

// A cell of a column whose unit differs from the table's carries its unit with it.
static tf_located in_unit(tf_context *cx, const tf_table_column *from, const tf_table_column *to, tf_located cell) {
  bool same = from->text || from->date || from->unit.factor == to->unit.factor;
  if (!same && ends_bare(cell.text)) {
    cell.text = tf_str_of(tf_format(cx->arena, "%.*s %.*s", TF_STR_ARGS(cell.text), TF_STR_ARGS(from->unit.text)));
  }
  return cell;
}

tf_status tf_table_extend(tf_context *cx, tf_table *table, const tf_table *extra) {
  tf_map own_columns = column_names(cx, table);
  tf_map extra_columns = column_names(cx, extra);
  tf_status status = TF_OK;
  for (size_t i = 0; i < extra->column_count; i++) {
    tf_status found = match_column(cx, table, &own_columns, &extra->columns[i]);
    status = found == TF_OK ? status : found;
  }
  if (status != TF_OK) {
    return status;
  }
  tf_map rows = tf_map_new(cx->arena);
  tf_located *names = TF_ARRAY(cx->arena, tf_located, table->rows + extra->rows);
  size_t count = 0;
  for (size_t r = 0; r < table->rows + extra->rows; r++) {
    tf_located name = r < table->rows ? table->row_names[r] : extra->row_names[r - table->rows];
    if (tf_map_get(&rows, name.text) == TF_MAP_NONE) {
      (void)tf_map_put(&rows, name.text, (uint32_t)count);
      names[count++] = name;
    }
  }
  tf_table_column *columns = TF_ARRAY(cx->arena, tf_table_column, table->column_count);
  for (size_t i = 0; i < table->column_count; i++) {
    columns[i] = table->columns[i];
    tf_located *cells = TF_ARRAY(cx->arena, tf_located, count);
    for (size_t r = 0; r < count; r++) {
      cells[r] = r < table->rows ? columns[i].cells[r] : (tf_located){TF_STR(""), names[r].at};
    }
    uint32_t found = tf_map_get(&extra_columns, columns[i].name.text);
    const tf_table_column *more = found == TF_MAP_NONE ? NULL : &extra->columns[found];
    for (size_t r = 0; more != NULL && r < extra->rows; r++) {
      if (more->cells[r].text.len > 0) {
        cells[tf_map_get(&rows, extra->row_names[r].text)] = in_unit(cx, more, &columns[i], more->cells[r]);
      }
    }
    columns[i].cells = cells;
  }
  table->rows = count;
  table->row_names = names;
  table->columns = columns;
  return TF_OK;
}
