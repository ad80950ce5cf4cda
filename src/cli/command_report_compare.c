// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold compare DIR1 DIR2: what changed between two reports, in inputs and in results (cli/command_report.h).
#include <math.h>

#include "base/io.h"
#include "base/number.h"
#include "cli/command_report.h"
#include "cli/terminal.h"
#include "out/grid.h"
#include "out/show.h"

static const tf_span nowhere = {0, 0, 0};
enum { KEY_COLUMNS = 3 };

// One file of two reports, keyed by some of its columns.
typedef struct sheet {
  const tf_csv *csv;
  size_t keys[KEY_COLUMNS]; // scenario, name, period
  size_t index;             // column of elements, TF_NO_COLUMN: none
  tf_map rows;
  tf_units *units;
} sheet;

#define NO_COLUMN SIZE_MAX

bool tf_report_folder(tf_context *cx, const char *path) {
  return tf_folder_exists(path) && tf_file_exists(tf_path_join(cx->arena, tf_str_of(path), TF_STR("manifest.json")));
}

static size_t column_of(const tf_csv *csv, const char *name) {
  const tf_record *header = &csv->records.at[0];
  for (size_t i = 0; i < header->count; i++) {
    if (tf_str_is(header->cells[i].text, name)) {
      return i;
    }
  }
  return NO_COLUMN;
}

static tf_str cell(const sheet *s, size_t row, size_t column) {
  return column == NO_COLUMN ? TF_STR("") : tf_record_cell(&s->csv->records.at[row], column).text;
}

static tf_str key_of(tf_context *cx, const sheet *s, size_t row) {
  tf_text key = tf_text_new(cx->arena);
  for (size_t k = 0; k < KEY_COLUMNS; k++) {
    tf_text_add(&key, cell(s, row, s->keys[k]));
    tf_text_addc(&key, '\n');
  }
  tf_text_add(&key, cell(s, row, s->index));
  return tf_text_str(&key);
}

static tf_status read_sheet(tf_context *cx, const char *folder, const char *file, const char *name, sheet *s) {
  const char *path = tf_path_join(cx->arena, tf_str_of(folder), tf_str_of(file));
  tf_status status = tf_csv_read(cx, path, nowhere, &s->csv);
  if (status != TF_OK) {
    return status;
  }
  s->keys[0] = column_of(s->csv, "scenario");
  s->keys[1] = column_of(s->csv, name);
  s->keys[2] = column_of(s->csv, "period");
  s->index = column_of(s->csv, "index");
  if (s->keys[0] == NO_COLUMN || s->keys[1] == NO_COLUMN || s->keys[2] == NO_COLUMN) {
    return tf_fail(cx, TF_INVALID, nowhere, "`%s` is not the file that a report writes", path);
  }
  s->rows = tf_map_new(cx->arena);
  s->units = tf_units_new(cx);
  for (size_t i = 1; i < s->csv->records.count; i++) {
    (void)tf_map_put(&s->rows, key_of(cx, s, i), (uint32_t)i);
  }
  return TF_OK;
}

static tf_str name_of(tf_context *cx, const sheet *s, size_t row) {
  tf_str index = cell(s, row, s->index);
  tf_str name = cell(s, row, s->keys[1]);
  return index.len == 0 ? name : tf_str_of(tf_format(cx->arena, "%.*s[%.*s]", TF_STR_ARGS(name), TF_STR_ARGS(index)));
}

// "200k GPU"; a computed quantity says so.
static tf_str setting(tf_context *cx, const sheet *s, uint32_t row) {
  if (row == TF_MAP_NONE) {
    return TF_STR("–");
  }
  tf_str value = cell(s, row, column_of(s->csv, "value"));
  tf_str unit = cell(s, row, column_of(s->csv, "unit"));
  bool bare = unit.len == 0 || tf_str_is(unit, "1");
  return bare ? value : tf_str_of(tf_format(cx->arena, "%.*s %.*s", TF_STR_ARGS(value), TF_STR_ARGS(unit)));
}

static bool number_of(tf_str text, double *value) {
  bool negative = tf_str_starts(text, "-");
  size_t used = tf_number_scan(tf_str_sub(text, negative ? 1 : 0, text.len), value);
  *value = negative ? -*value : *value;
  return used > 0 && used + (negative ? 1 : 0) == text.len;
}

// What the numbers of a row are shown in: 1,455,000,000 USD is 1.455 bn USD.
static double scale_of(tf_context *cx, const sheet *s, size_t row, tf_str *unit) {
  double central = 0;
  tf_unit parsed = {0};
  *unit = cell(s, row, column_of(s->csv, "unit"));
  if (tf_unit_scan(s->units, *unit, &parsed) != unit->len || unit->len == 0 ||
      !number_of(cell(s, row, column_of(s->csv, "central")), &central)) {
    *unit = tf_str_is(*unit, "1") ? TF_STR("") : *unit;
    return 1;
  }
  const char *text = "";
  double divide = tf_unit_display(s->units, parsed, fabs(central), &text);
  *unit = tf_str_copy(cx->arena, tf_str_of(text));
  return divide;
}

// "158 days (135 to 205)", at a scale of its own
static tf_str outcome(tf_context *cx, const sheet *s, uint32_t row) {
  enum { DIGITS = 4 };
  if (row == TF_MAP_NONE) {
    return TF_STR("–");
  }
  static const char *const stats[] = {"central", "p5", "p95"};
  tf_str shown[3];
  tf_str unit = {"", 0};
  double divide = scale_of(cx, s, row, &unit);
  for (size_t k = 0; k < 3; k++) {
    double value = 0;
    char buffer[48];
    tf_str text = cell(s, row, column_of(s->csv, stats[k]));
    shown[k] = number_of(text, &value)
                   ? tf_str_copy(cx->arena, tf_str_of(tf_number_pretty(value / divide, DIGITS, buffer)))
                   : text;
  }
  const char *between = unit.len == 0 || unit.ptr[0] == '%' ? "" : " ";
  tf_text text = tf_text_new(cx->arena);
  tf_text_addf(&text, "%.*s%s%.*s", TF_STR_ARGS(shown[0]), between, TF_STR_ARGS(unit));
  if (shown[1].len > 0) {
    tf_text_addf(&text, " (%.*s to %.*s)", TF_STR_ARGS(shown[1]), TF_STR_ARGS(shown[2]));
  }
  return tf_text_str(&text);
}

static tf_str ratio(tf_context *cx, const sheet *a, uint32_t i, const sheet *b, uint32_t k) {
  double one = 0;
  double two = 0;
  char buffer[48];
  if (i == TF_MAP_NONE || k == TF_MAP_NONE || !number_of(cell(a, i, column_of(a->csv, "central")), &one) ||
      !number_of(cell(b, k, column_of(b->csv, "central")), &two) || one == 0 || two / one <= 0) {
    return TF_STR("");
  }
  return tf_str_copy(cx->arena, tf_str_of(tf_number_pretty(two / one, 4, buffer)));
}

typedef tf_str (*shower)(tf_context *cx, const sheet *s, uint32_t row);

static void add_line(tf_context *cx, tf_grid *grid, const sheet pair[2], const uint32_t rows[2], shower show) {
  size_t from = rows[0] != TF_MAP_NONE ? 0 : 1;
  const sheet *s = &pair[from];
  size_t row = rows[from];
  tf_cell *cells = tf_grid_cells(grid);
  cells[0].text = show(cx, &pair[0], rows[0]);
  cells[1].text = show(cx, &pair[1], rows[1]);
  if (show == outcome) {
    cells[2].text = ratio(cx, &pair[0], rows[0], &pair[1], rows[1]);
  }
  tf_grid_add(grid, (tf_grid_line){.name = tf_str_of(tf_format(cx->arena, "%.*s: %.*s", TF_STR_ARGS(cell(s, row, 0)),
                                                               TF_STR_ARGS(name_of(cx, s, row)))),
                                   .key = cell(s, row, s->keys[2]),
                                   .unit = TF_STR(""),
                                   .cells = cells});
}

// Rows whose shown texts differ, in the order of the first report, then what only the second has. Returns how many.
static size_t changes(tf_context *cx, const sheet pair[2], shower show, tf_grid *grid) {
  for (size_t i = 1; i < pair[0].csv->records.count; i++) {
    const uint32_t rows[2] = {(uint32_t)i, tf_map_get(&pair[1].rows, key_of(cx, &pair[0], i))};
    if (!tf_str_eq(show(cx, &pair[0], rows[0]), show(cx, &pair[1], rows[1]))) {
      add_line(cx, grid, pair, rows, show);
    }
  }
  for (size_t i = 1; i < pair[1].csv->records.count; i++) {
    if (tf_map_get(&pair[0].rows, key_of(cx, &pair[1], i)) == TF_MAP_NONE) {
      const uint32_t rows[2] = {TF_MAP_NONE, (uint32_t)i};
      add_line(cx, grid, pair, rows, show);
    }
  }
  return grid->lines.count;
}

static void put(const tf_grid *grid, bool markdown, size_t width, tf_text *out) {
  if (markdown) {
    tf_grid_markdown(grid, out);
  } else {
    tf_grid_text(grid, width, out);
  }
  tf_text_addc(out, '\n');
}

tf_status tf_report_compare(tf_context *cx, const tf_command_line *line) {
  size_t format = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_FORMAT, &format);
  if (status == TF_OK && (format == 1 || format == 2)) {
    status = tf_fail(cx, TF_USAGE, nowhere, "reports are compared as a table or in Markdown");
    tf_hint(cx, "for CSV or JSON compare their inputs: tenfold compare %s/inputs/scenario.csv %s/inputs/scenario.csv",
            line->files.at[0], line->files.at[1]);
  }
  sheet settings[2] = {{0}};
  sheet results[2] = {{0}};
  for (size_t i = 0; i < 2 && status == TF_OK; i++) {
    const char *folder = line->files.at[i];
    status = read_sheet(cx, folder, "inputs/resolved.csv", "parameter", &settings[i]);
    status = status == TF_OK ? read_sheet(cx, folder, "results.csv", "quantity", &results[i]) : status;
  }
  if (status != TF_OK) {
    return status;
  }
  const tf_str headers[] = {tf_str_of(line->files.at[0]), tf_str_of(line->files.at[1]), TF_STR("ratio")};
  tf_grid inputs = tf_grid_new(cx->arena, 2);
  tf_grid outputs = tf_grid_new(cx->arena, 3);
  inputs.headers = outputs.headers = headers;
  inputs.key_header = outputs.key_header = "period";
  inputs.name_header = "changed input";
  outputs.name_header = "changed result";
  inputs.unit_header = "";
  outputs.unit_header = "";
  tf_text out = tf_text_new(cx->arena);
  size_t width = tf_emit_options_of(line).width;
  if (changes(cx, settings, setting, &inputs) > 0) {
    put(&inputs, format == 3, width, &out);
  } else {
    tf_text_adds(&out, "no input changed\n\n");
  }
  if (changes(cx, results, outcome, &outputs) > 0) {
    put(&outputs, format == 3, width, &out);
    tf_text_adds(&out, "central (5 % to 95 %); ratio of the central values, second over first\n");
  } else {
    tf_text_adds(&out, "no result changed\n");
  }
  return tf_print_out(cx, line, tf_text_str(&out));
}
