// SPDX-License-Identifier: GPL-3.0-or-later
// Private to out: a chart between the result and the script.
#ifndef TF_OUT_CHART_PLAN_H
#define TF_OUT_CHART_PLAN_H

#include "out/blocks.h"
#include "out/chart.h"
#include "out/ticks.h"
#include "out/typeset.h"

// Series in a chart at most, lines that are labelled one by one, series of a fan that show their bands; and, in points
// of the page, the margin at its edges.
enum { TF_CHART_SERIES_MAX = 64, TF_CHART_LABELS_MAX = 14, TF_CHART_LINES_MAX = 3, TF_CHART_EDGE = 24 };

typedef struct tf_chart_point {
  double x; // years
  tf_str period;
  const tf_row *row;
  bool actual, uncertain;
  double value, p5, p25, p75, p95; // in the unit of the chart; bands equal value where nothing is uncertain
  double central;                  // all inputs at their median; `value` is this or the median (tf_chart_plan.median)
  double factor;                   // from the row's unit to the chart's
} tf_chart_point;

typedef struct tf_chart_series {
  tf_str name; // beside its end
  size_t scenario;
  const tf_block *block;
  size_t count;
  tf_chart_point *points;
  size_t reported; // points at the start that are observed
  bool uncertain;
  bool shared; // stands for every scenario: they all have the same
} tf_chart_series;

typedef struct tf_chart_plan {
  tf_context *cx;
  tf_arena *arena;
  const tf_result *result;
  const tf_plot_spec *spec;
  const tf_chart_options *options;
  tf_blocks blocks;
  size_t count;
  tf_chart_series series[TF_CHART_SERIES_MAX];
  bool single;    // one value per series, not values over time
  bool median;    // values are medians: the central case of one of them lies outside the middle half of outcomes
  bool fan;       // one series with all bands
  size_t bands;   // series that show their 90 % band in a chart of lines
  size_t history; // reported points at the start that are the same in every series: drawn once
  bool ruled;     // Reported | Projected
  double rule;
  tf_unit unit;
  tf_scale scale;
  tf_ticks ticks;
  // Texts.
  tf_str title, subtitle, footer, alt;
  tf_str csv;          // of kinds with data of their own; empty: that of the series
  const char *reading; // how to read the marks, for the footer; NULL: by kind
  // The page, in points from its upper left corner.
  double width, height, left, right, top, bottom; // of the plotting area
  double stretch;                                 // of the font
  double x0, x1;                                  // ends of the value axis of charts of rows
  const char *font;
} tf_chart_plan;

// Name for people: the description up to its first comma or bracket if it is short, else the name in words.
tf_str tf_chart_name(tf_arena *arena, const tf_row *row);
// "cost.annuity_rate" -> "cost annuity rate", for what would else share its name with another.
tf_str tf_chart_words(tf_arena *arena, tf_str name);
tf_str tf_chart_capital(tf_arena *arena, tf_str s);

// chart_select.c: the series that a statement names, their common unit, and what each is called.
TF_NODISCARD tf_status tf_chart_choose(tf_chart_plan *plan);
// One row per scenario for a name with an optional element and period; a series without a period gives its last one.
// Scenarios without the row are left out. TF_INVALID if there is none at all.
typedef struct tf_picks {
  size_t count;
  const tf_row **rows;
  size_t *scenarios;
} tf_picks;
TF_NODISCARD tf_status tf_chart_pick(const tf_chart_plan *plan, tf_located name, tf_picks *picks);
// Does the chart show nothing but what all scenarios share?
bool tf_chart_all_shared(const tf_chart_plan *plan);
// A value of a point as text, with the digits that tables show of it.
tf_str tf_chart_value(const tf_chart_plan *plan, const tf_chart_point *point, double value, bool with_unit);
// The colour of series i, 1 .. 7 (MARK and WORD of the theme): its position, or 1 for the one to highlight and 7 else.
size_t tf_chart_colour(const tf_chart_plan *plan, size_t series);
const char *tf_chart_word(const tf_chart_plan *plan, size_t series); // "WORD(3)"
void tf_chart_colours(const tf_chart_plan *plan, tf_text *out);      // COLOURS, for C(i) of the theme

// chart_text.c: title, subtitle, footer, description and data of a plan whose series are set.
TF_NODISCARD tf_status tf_chart_texts(tf_chart_plan *plan);
// The same for a plan whose title, subtitle and alt are already made by its kind: what the statement says instead, and
// the footer.
TF_NODISCARD tf_status tf_chart_finish_texts(tf_chart_plan *plan);
tf_str tf_chart_subtitle(const tf_chart_plan *plan);
// "Capital expenditure", "Orders of GB200"; and the parts before and behind a value: " in 2030".
tf_str tf_chart_subject(const tf_chart_plan *plan, const tf_chart_series *s);
tf_str tf_chart_csv(const tf_chart_plan *plan);

// One function per kind: texts (if the kind has its own), layout of the page, script.
TF_NODISCARD tf_status tf_chart_script(tf_chart_plan *plan, const char *stem, tf_str *script); // fan, lines
TF_NODISCARD tf_status tf_chart_bars(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_dumbbell(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_multiples(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_stack(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_shares(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_histogram(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_cumulative(tf_chart_plan *plan, const char *stem, tf_str *script); // cdf, exceedance
TF_NODISCARD tf_status tf_chart_drivers(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_published(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_dependencies(tf_chart_plan *plan, const char *stem, tf_str *script);

// chart_multiples.c: panels side by side on a page of that width.
size_t tf_panel_columns(size_t count, double width);

// Shared by the kinds of script: statements that draw text at a place of the page.
typedef struct tf_pen {
  const tf_chart_plan *plan;
  tf_text *out;
  int tag; // of labels and arrows
} tf_pen;
typedef enum tf_side { TF_LEFT, TF_CENTRE, TF_RIGHT } tf_side;
void tf_pen_text(tf_pen *pen, tf_str s, double x, double y, tf_side side, tf_face face, const char *colour);
// Title, subtitle and footer; sets plan->top and plan->bottom.
void tf_pen_page(tf_pen *pen, tf_chart_plan *plan, double room_above);
TF_NODISCARD tf_status tf_script_start(const tf_chart_plan *plan, const char *stem, tf_text *out);
TF_NODISCARD tf_status tf_script_template(const tf_chart_plan *plan, const char *name, tf_text *out);
void tf_script_margins(const tf_chart_plan *plan, tf_text *out);
// A straight line between two places of the page; style: "lc rgb AXIS lw 0.8".
void tf_pen_line(tf_pen *pen, double x0, double y0, double x1, double y1, const char *style);
// "1 2.5 NaN\n": one row of a datablock.
void tf_script_row(tf_text *data, const double *values, size_t count);
// The plotting area measured in points of the page, y downwards: for kinds that are laid out here, not by gnuplot.
void tf_script_page_axes(tf_chart_plan *plan, tf_text *out);
// Ticks of values along x (labels under the plot) or y; the latter returns the widest label.
void tf_script_x_ticks(const tf_chart_plan *plan, const tf_ticks *ticks, const tf_scale *scale, tf_text *out);
double tf_script_y_ticks(const tf_chart_plan *plan, const tf_ticks *ticks, const tf_scale *scale, tf_text *out);
// Ticks along x that leave room for their labels between `from` and `to` on the page.
tf_ticks tf_ticks_room(const tf_chart_plan *plan, double low, double high, bool log, double width);

// chart_edge.c: labels at the right edge. Each is wanted at a height of the page and drawn where there is room; a label
// moved away from what it names is tied to it.
enum { TF_EDGE_LINES = 3 };
typedef struct tf_edge_label {
  size_t lines;
  tf_str text[TF_EDGE_LINES];
  double wanted, at; // of the middle
  bool bold;
  const char *colour;
} tf_edge_label;
typedef struct tf_edge {
  tf_edge_label labels[TF_CHART_SERIES_MAX + 1];
  size_t count;
} tf_edge;
void tf_edge_add(tf_edge *e, tf_str text, double wanted, bool bold, const char *colour);
// A name with its value behind it, or below it where both are wider than `room`: `most` lines at most.
void tf_edge_name(const tf_chart_plan *plan, tf_edge *e, tf_str name, tf_str value, double wanted, const char *colour,
                  double room, size_t most);
// How many lines each of so many labels may have.
size_t tf_edge_lines(const tf_chart_plan *plan, size_t labels);
double tf_edge_width(const tf_chart_plan *plan, const tf_edge *e);
void tf_edge_place(const tf_chart_plan *plan, tf_edge *e, double low, double high);
void tf_edge_draw(tf_pen *pen, const tf_edge *e, double x);

// chart_rows.c: charts that read from top to bottom, one line each: names at the left, values at the right, an axis of
// values between. Sets the margins and the page's height (unless it was asked for) and writes axis and names.
typedef struct tf_rows {
  size_t count;
  const tf_str *names, *values; // values may be NULL
  const char *const *colours;   // of the values; NULL: INK
  double low, high;             // of the values on the axis, in the chart's unit
  bool log;
  double above;               // room for a line of text between subtitle and plot
  double pad_left, pad_right; // room for labels beyond the lowest and the highest value
} tf_rows;
TF_NODISCARD tf_status tf_rows_start(tf_chart_plan *plan, const char *stem, const tf_rows *rows, tf_pen *pen);
double tf_rows_y(const tf_chart_plan *plan, size_t count, size_t row); // on the page
double tf_rows_x(const tf_chart_plan *plan, double value);             // on the page; after tf_rows_start

#endif
