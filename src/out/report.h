// SPDX-License-Identifier: GPL-3.0-or-later
// A report before it is laid out: headings, paragraphs, tables and figures in order. The same report becomes one
// self-contained HTML page (out/html.h) or Markdown; nothing in it knows which.
//
// Order of a whole report: the answer, key results, charts, scenarios side by side, what the result depends on,
// assumptions, equations replaced, checks, method, warnings, and the numbers of all periods. The sections below are
// those that follow from the result alone; what was set by whom is added by cli. All texts are plain, in the context's
// arena, and escaped only by the layouts; nothing here fails.
#ifndef TF_OUT_REPORT_H
#define TF_OUT_REPORT_H

#include "out/chart.h"

typedef struct tf_report_cell {
  tf_str text, minor; // minor: smaller, below (range, technical name)
  bool has_bar;
  double bar; // -1 .. 1, drawn from the middle
} tf_report_cell;

typedef struct tf_report_row {
  const tf_report_cell *cells; // as many as the table has columns
  bool title;                  // only the first cell counts, across all columns
} tf_report_row;

typedef struct tf_report_table {
  size_t columns;
  const tf_str *headers;
  const bool *numeric; // by column: aligned right, never broken
  TF_VEC(tf_report_row) rows;
} tf_report_table;

typedef struct tf_report_figure {
  size_t number;
  const char *stem; // of the files in charts/
  tf_str title, alt, caption;
  // Pictures as SVG: for wide and narrow pages, on light and dark paper. Empty: there is none (gnuplot failed).
  tf_str wide[2], narrow[2];
  tf_report_table data;
} tf_report_figure;

typedef enum tf_part_kind {
  TF_PART_SECTION, // heading; id in `id`
  TF_PART_TITLE,   // smaller heading
  TF_PART_ANSWER,  // the one sentence that matters
  TF_PART_TEXT,
  TF_PART_NOTE, // set smaller
  TF_PART_LIST, // one item; neighbours form a list
  TF_PART_BAD,  // one item of a list of what failed
  TF_PART_TABLE,
  TF_PART_FIGURE,
  TF_PART_FOLD, // what follows up to TF_PART_END is shown on demand, always in print
  TF_PART_END
} tf_part_kind;

typedef struct tf_report_part {
  tf_part_kind kind;
  const char *id;
  tf_str text;
  const tf_report_table *table;
  const tf_report_figure *figure;
} tf_report_part;

typedef struct tf_report {
  tf_context *cx;
  const tf_result *result;
  tf_str title;
  tf_str provenance; // "tenfold 0.1.0 · 2026-11-21 · seed 1 · 16,384 samples"
  tf_str rerun;      // the command that computes the same from the report's own inputs, in its folder
  size_t figures;
  size_t messages; // recorded in the context before the report was begun: those of drawing say nothing of the results
  TF_VEC(tf_report_part) parts;
} tf_report;

tf_report tf_report_new(tf_context *cx, const tf_result *result);
void tf_report_section(tf_report *report, const char *id, const char *title);
void tf_report_add(tf_report *report, tf_part_kind kind, tf_str text);
void tf_report_addf(tf_report *report, tf_part_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

tf_report_table *tf_report_table_new(const tf_report *report, size_t columns, const tf_str *headers,
                                     const bool *numeric);
// A zeroed row of cells of the table, to be filled.
tf_report_cell *tf_report_row_add(const tf_report *report, tf_report_table *table);
void tf_report_row_title(const tf_report *report, tf_report_table *table, tf_str text);
void tf_report_table_add(tf_report *report, const tf_report_table *table); // nothing if it has no rows
void tf_report_figure_add(tf_report *report, const tf_report_figure *figure);
// The table of data of a chart: its CSV, shown as people read numbers.
tf_report_table tf_report_chart_data(const tf_report *report, tf_str csv);

// The answer: the first output of the first scenario (a series at its end), its range in words, and how the other
// scenarios compare, from paired draws. `sets`: what the command line changed, said first.
void tf_report_answer(tf_report *report, const char *const *sets, size_t set_count);
void tf_report_results(tf_report *report);
// How each scenario's first output compares with that of the first: one row a scenario.
void tf_report_outcomes(tf_report *report);
void tf_report_drivers(tf_report *report);
void tf_report_checks(tf_report *report);
void tf_report_method(tf_report *report);
// Warnings and notes of the scenarios and those recorded in the context.
void tf_report_warnings(tf_report *report);

// Every period of every series; nothing if there is none. The last section.
void tf_report_periods(tf_report *report);

// "Wall-clock time of the run", capital first; the technical name if there is no description.
tf_str tf_report_name(tf_arena *arena, tf_str label, tf_str name);

// Markdown with pictures at charts/STEM.svg.
void tf_report_markdown(const tf_report *report, tf_text *out);

#endif
