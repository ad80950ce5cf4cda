// SPDX-License-Identifier: GPL-3.0-or-later
// Private to out: a chart between the result and the script.
#ifndef TF_OUT_CHART_PLAN_H
#define TF_OUT_CHART_PLAN_H

#include "out/blocks.h"
#include "out/chart.h"
#include "out/ticks.h"
#include "out/typeset.h"

enum { TF_CHART_SERIES_MAX = 14, TF_CHART_LINES_MAX = 3 };

typedef struct tf_chart_point {
  double x; // years
  tf_str period;
  const tf_row *row;
  bool actual, uncertain;
  double value, p5, p25, p75, p95; // in the unit of the chart; bands equal value where nothing is uncertain
} tf_chart_point;

typedef struct tf_chart_series {
  tf_str name; // beside its end
  size_t scenario;
  const tf_block *block;
  size_t count;
  const tf_chart_point *points;
  size_t reported; // points at the start that are observed
  bool uncertain;
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
  // The page, in points from its upper left corner.
  double width, height, left, right, top, bottom; // of the plotting area
  double stretch;                                 // of the font
  const char *font;
} tf_chart_plan;

// Name for people: the description up to its first comma or bracket if it is short, else the name in words.
tf_str tf_chart_name(tf_arena *arena, const tf_row *row);
tf_str tf_chart_capital(tf_arena *arena, tf_str s);

// chart_text.c: title, subtitle, footer, description and data of a plan whose series are set.
TF_NODISCARD tf_status tf_chart_texts(tf_chart_plan *plan);
tf_str tf_chart_csv(const tf_chart_plan *plan);
// chart_script.c: the layout of the page and the script.
TF_NODISCARD tf_status tf_chart_script(tf_chart_plan *plan, const char *stem, tf_str *script);
TF_NODISCARD tf_status tf_chart_bars(tf_chart_plan *plan, const char *stem, tf_str *script);

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

#endif
