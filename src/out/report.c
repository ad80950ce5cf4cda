// SPDX-License-Identifier: GPL-3.0-or-later
// Putting a report together (out/report.h).
#include "out/report.h"

#include <stdarg.h>

#include "base/io.h"
#include "base/number.h"
#include "out/chart_plan.h"

tf_report tf_report_new(tf_context *cx, const tf_result *result) {
  tf_report report = {.cx = cx, .result = result, .messages = cx->diags.list.count};
  report.title = result->scenarios[0].title;
  size_t others = 0;
  for (size_t s = 1; s < result->scenario_count; s++) {
    others += tf_str_eq(result->scenarios[s].title, result->scenarios[s - 1].title) ? 0 : 1;
  }
  if (others > 0) {
    report.title = tf_str_of(tf_format(cx->arena, "%.*s — and %zu more", TF_STR_ARGS(report.title), others));
  }
  if (report.title.len == 0) {
    report.title = tf_path_stem(result->scenarios[0].file);
  }
  report.provenance = report.rerun = TF_STR("");
  return report;
}

void tf_report_add(tf_report *report, tf_part_kind kind, tf_str text) {
  tf_vec_push(report->cx->arena, &report->parts, ((tf_report_part){.kind = kind, .text = text}));
}

void tf_report_addf(tf_report *report, tf_part_kind kind, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = tf_vformat(report->cx->arena, format, args);
  va_end(args);
  tf_report_add(report, kind, tf_str_of(text));
}

void tf_report_section(tf_report *report, const char *id, const char *title) {
  tf_report_part part = {.kind = TF_PART_SECTION, .id = id, .text = tf_str_of(title)};
  tf_vec_push(report->cx->arena, &report->parts, part);
}

tf_report_table *tf_report_table_new(const tf_report *report, size_t columns, const tf_str *headers,
                                     const bool *numeric) {
  tf_report_table *table = TF_NEW(report->cx->arena, tf_report_table);
  table->columns = columns;
  table->headers = headers;
  table->numeric = numeric;
  return table;
}

tf_report_cell *tf_report_row_add(const tf_report *report, tf_report_table *table) {
  tf_report_cell *cells = TF_ARRAY(report->cx->arena, tf_report_cell, table->columns);
  for (size_t c = 0; c < table->columns; c++) {
    cells[c].text = cells[c].minor = TF_STR("");
  }
  tf_vec_push(report->cx->arena, &table->rows, ((tf_report_row){.cells = cells}));
  return cells;
}

void tf_report_row_title(const tf_report *report, tf_report_table *table, tf_str text) {
  tf_report_row_add(report, table)->text = text;
  table->rows.at[table->rows.count - 1].title = true;
}

void tf_report_table_add(tf_report *report, const tf_report_table *table) {
  if (table->rows.count > 0) {
    tf_vec_push(report->cx->arena, &report->parts, ((tf_report_part){.kind = TF_PART_TABLE, .table = table}));
  }
}

void tf_report_figure_add(tf_report *report, const tf_report_figure *figure) {
  tf_report_part part = {.kind = TF_PART_FIGURE, .figure = figure};
  tf_vec_push(report->cx->arena, &report->parts, part);
}

tf_str tf_report_name(tf_arena *arena, tf_str label, tf_str name) {
  return label.len > 0 ? tf_chart_capital(arena, label) : name;
}

// --- The data of a chart --------------------------------------------------------------------------------------------

// One field of a line of CSV as the chart wrote it.
static tf_str field(tf_arena *arena, tf_str *rest) {
  tf_text out = tf_text_new(arena);
  tf_text_adds(&out, "");
  bool quoted = false;
  size_t i = 0;
  for (; i < rest->len; i++) {
    char c = rest->ptr[i];
    if (c == '"') {
      if (quoted && i + 1 < rest->len && rest->ptr[i + 1] == '"') {
        tf_text_addc(&out, '"');
        i++;
      } else {
        quoted = !quoted;
      }
    } else if ((c == ',' || c == '\n') && !quoted) {
      break;
    } else {
      tf_text_addc(&out, c);
    }
  }
  *rest = tf_str_sub(*rest, i, rest->len);
  return tf_text_str(&out);
}

static size_t fields(tf_arena *arena, tf_str *rest, tf_str *cells, size_t most) {
  size_t count = 0;
  for (;;) {
    tf_str text = field(arena, rest);
    if (count < most) {
      cells[count++] = text;
    }
    bool more = rest->len > 0 && rest->ptr[0] == ',';
    *rest = tf_str_sub(*rest, rest->len > 0 ? 1 : 0, rest->len);
    if (!more) {
      return count;
    }
  }
}

static tf_str shown_number(tf_arena *arena, tf_str text) {
  enum { DIGITS = 4 };
  bool negative = tf_str_starts(text, "-");
  double value = 0;
  size_t used = tf_number_scan(tf_str_sub(text, negative ? 1 : 0, text.len), &value);
  if (used == 0 || used + (negative ? 1 : 0) != text.len) {
    return text;
  }
  char buffer[48];
  return tf_str_copy(arena, tf_str_of(tf_number_pretty(negative ? -value : value, DIGITS, buffer)));
}

// Kinds of charts with data of their own: the header says what the columns are.
static tf_report_table other_data(const tf_report *report, tf_str csv) {
  enum { COLUMNS = 8 };
  tf_arena *arena = report->cx->arena;
  tf_str *headers = TF_ARRAY(arena, tf_str, COLUMNS);
  bool *numeric = TF_ARRAY(arena, bool, COLUMNS);
  tf_str rest = csv, cells[COLUMNS];
  tf_report_table table = {.headers = headers, .numeric = numeric};
  table.columns = fields(arena, &rest, headers, COLUMNS);
  for (size_t c = 0; c < table.columns; c++) {
    numeric[c] = tf_str_is(headers[c], "value") || tf_str_is(headers[c], "computed") ||
                 tf_str_is(headers[c], "published") || tf_str_is(headers[c], "probability") ||
                 tf_str_ends(headers[c], "percent") || tf_str_ends(headers[c], "correlation");
    for (char *p = tf_cstr(arena, headers[c]), *start = p; *p != '\0'; p++) {
      *p = *p == '_' ? ' ' : *p;
      headers[c] = p[1] == '\0' ? tf_str_of(start) : headers[c];
    }
  }
  while (rest.len > 0) {
    size_t count = fields(arena, &rest, cells, COLUMNS);
    if (count < table.columns) {
      continue;
    }
    tf_report_cell *row = tf_report_row_add(report, &table);
    for (size_t c = 0; c < table.columns; c++) {
      row[c].text = numeric[c] ? shown_number(arena, cells[c]) : cells[c];
    }
  }
  return table;
}

// A word that is the same in every row says nothing there: the figure names it. A common unit goes to the head of the
// values.
static tf_report_table without_constants(const tf_report *report, tf_report_table table) {
  bool *same = TF_ARRAY(report->cx->arena, bool, table.columns);
  tf_str *headers = TF_ARRAY(report->cx->arena, tf_str, table.columns);
  bool *numeric = TF_ARRAY(report->cx->arena, bool, table.columns);
  tf_report_table kept = {.headers = headers, .numeric = numeric};
  tf_str unit = {"", 0};
  for (size_t c = 0; c < table.columns; c++) {
    same[c] = !table.numeric[c] && table.rows.count > 1;
    for (size_t r = 1; r < table.rows.count && same[c]; r++) {
      same[c] = tf_str_eq(table.rows.at[r].cells[c].text, table.rows.at[0].cells[c].text);
    }
    unit = same[c] && tf_str_is(table.headers[c], "unit") ? table.rows.at[0].cells[c].text : unit;
  }
  for (size_t c = 0; c < table.columns; c++) {
    if (!same[c]) {
      bool value = tf_str_is(table.headers[c], "value") && unit.len > 0;
      headers[kept.columns] =
          value ? tf_str_of(tf_format(report->cx->arena, "value, %.*s", TF_STR_ARGS(unit))) : table.headers[c];
      numeric[kept.columns++] = table.numeric[c];
    }
  }
  for (size_t r = 0; r < table.rows.count; r++) {
    tf_report_cell *row = tf_report_row_add(report, &kept);
    size_t at = 0;
    for (size_t c = 0; c < table.columns; c++) {
      if (!same[c]) {
        row[at++] = table.rows.at[r].cells[c];
      }
    }
  }
  return kept;
}

tf_report_table tf_report_chart_data(const tf_report *report, tf_str csv) {
  enum { COLUMNS = 11, TEXTS = 6 }; // as tf_chart writes them: the first six are words
  tf_arena *arena = report->cx->arena;
  static const char *const titles[COLUMNS] = {"scenario", "quantity", "index", "unit", "period", "",
                                              "value",    "5 %",      "25 %",  "75 %", "95 %"};
  tf_str lines_left = csv;
  tf_str cells[COLUMNS];
  if (fields(arena, &lines_left, cells, COLUMNS) < COLUMNS) {
    return without_constants(report, other_data(report, csv));
  }
  typedef struct line {
    tf_str cells[COLUMNS];
  } line;
  TF_VEC(line) lines = {0};
  bool filled[COLUMNS] = {false};
  while (lines_left.len > 0) {
    line one = {0};
    if (fields(arena, &lines_left, one.cells, COLUMNS) < COLUMNS) {
      continue;
    }
    one.cells[5] = tf_str_is(one.cells[5], "true") ? TF_STR("reported") : TF_STR("");
    for (size_t c = 0; c < COLUMNS; c++) {
      filled[c] = filled[c] || one.cells[c].len > 0;
    }
    tf_vec_push(arena, &lines, one);
  }
  tf_str *headers = TF_ARRAY(arena, tf_str, COLUMNS);
  bool *numeric = TF_ARRAY(arena, bool, COLUMNS);
  tf_report_table table = {.headers = headers, .numeric = numeric};
  for (size_t c = 0; c < COLUMNS; c++) {
    if (filled[c]) {
      headers[table.columns] = tf_str_of(titles[c]);
      numeric[table.columns++] = c >= TEXTS;
    }
  }
  for (size_t i = 0; i < lines.count; i++) {
    tf_report_cell *row = tf_report_row_add(report, &table);
    size_t at = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
      if (filled[c]) {
        row[at++].text = c >= TEXTS ? shown_number(arena, lines.at[i].cells[c]) : lines.at[i].cells[c];
      }
    }
  }
  return without_constants(report, table);
}

// --- Markdown -------------------------------------------------------------------------------------------------------

// Bars are for pages; the number beside them says the same.
static bool is_bars(const tf_report_table *table, size_t column) {
  bool found = false;
  for (size_t r = 0; r < table->rows.count; r++) {
    found = found || table->rows.at[r].cells[column].has_bar;
  }
  return found;
}

static void markdown_cell(tf_text *out, const tf_report_cell *cell, bool title) {
  tf_text_adds(out, title ? " **" : " ");
  tf_markdown_escape(out, cell->text);
  tf_text_adds(out, title ? "**" : "");
  if (cell->minor.len > 0) {
    tf_text_adds(out, cell->text.len > 0 ? " (" : "");
    tf_markdown_escape(out, cell->minor);
    tf_text_adds(out, cell->text.len > 0 ? ")" : "");
  }
  tf_text_adds(out, " |");
}

static void markdown_table(const tf_report_table *table, tf_text *out) {
  tf_text rule = tf_text_new(out->arena);
  tf_text_adds(out, "|");
  for (size_t c = 0; c < table->columns; c++) {
    if (!is_bars(table, c)) {
      tf_text_addc(out, ' ');
      tf_markdown_escape(out, table->headers[c]);
      tf_text_adds(out, " |");
      tf_text_adds(&rule, table->numeric[c] ? "---:|" : "---|");
    }
  }
  tf_text_adds(out, "\n|");
  tf_text_add(out, tf_text_str(&rule));
  tf_text_addc(out, '\n');
  for (size_t r = 0; r < table->rows.count; r++) {
    const tf_report_row *row = &table->rows.at[r];
    tf_text_adds(out, "|");
    for (size_t c = 0; c < table->columns; c++) {
      if (!is_bars(table, c)) {
        markdown_cell(out, &row->cells[c], row->title && c == 0);
      }
    }
    tf_text_addc(out, '\n');
  }
  tf_text_addc(out, '\n');
}

static void markdown_line(tf_text *out, const char *before, tf_str text, const char *after) {
  tf_text_adds(out, before);
  tf_markdown_escape(out, text);
  tf_text_adds(out, after);
}

static void markdown_part(const tf_report_part *part, bool list_goes_on, tf_text *out) {
  switch (part->kind) {
  case TF_PART_SECTION:
    markdown_line(out, "## ", part->text, "\n\n");
    break;
  case TF_PART_TITLE:
    markdown_line(out, "### ", part->text, "\n\n");
    break;
  case TF_PART_ANSWER:
    markdown_line(out, "**", part->text, "**\n\n");
    break;
  case TF_PART_FOLD:
  case TF_PART_TEXT:
  case TF_PART_NOTE:
    markdown_line(out, "", part->text, "\n\n");
    break;
  case TF_PART_LIST:
  case TF_PART_BAD:
    markdown_line(out, "- ", part->text, list_goes_on ? "\n" : "\n\n");
    break;
  case TF_PART_TABLE:
    markdown_table(part->table, out);
    break;
  case TF_PART_FIGURE:
    if (part->figure->wide[0].len > 0) {
      markdown_line(out, "![", part->figure->alt, "]");
      tf_text_addf(out, "(charts/%s.svg)\n\n", part->figure->stem);
    }
    tf_text_addf(out, "Figure %zu. ", part->figure->number);
    markdown_line(out, "", part->figure->caption, "\n\n");
    tf_text_addf(out, "Data: [charts/%s.csv](charts/%s.csv)\n\n", part->figure->stem, part->figure->stem);
    break;
  case TF_PART_END:
    break;
  }
}

static bool is_item(tf_part_kind kind) {
  return kind == TF_PART_LIST || kind == TF_PART_BAD;
}

void tf_report_markdown(const tf_report *report, tf_text *out) {
  markdown_line(out, "# ", report->title, "\n\n");
  for (size_t i = 0; i < report->parts.count; i++) {
    bool goes_on = i + 1 < report->parts.count && is_item(report->parts.at[i + 1].kind);
    markdown_part(&report->parts.at[i], goes_on, out);
  }
  tf_text_adds(out, "---\n\n");
  markdown_line(out, "", report->provenance, "\n\n");
  markdown_line(out, "Compute it again, in the folder of this page: ", report->rerun, "\n");
}
