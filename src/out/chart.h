// SPDX-License-Identifier: GPL-3.0-or-later
// Charts of a result: what a plot statement asks for, as a self-contained gnuplot script with its data, as pictures,
// and as words for those who do not see it.
//
// Kinds (gallery: plots/README.md): `fan` shows one series with the bands of 50 % and 90 % of outcomes; of two or three
// it shows the 90 % bands; of more, lines. `lines` shows scenarios or quantities of one unit; `multiples` gives each a
// panel. `stack` adds parts up, over periods as areas, else as columns. `bars` shows quantities without periods as dot
// and interval, `dumbbell` scenarios as dots on one line per quantity. `histogram`, `cdf` and `exceedance` show the
// draws of one value. `shares` says how often each label (a binding limit) occurs. `drivers` are the rank correlations
// of a value with its uncertain inputs. `published` sets computed against published values of a CSV. `dependencies`
// draws which quantities an equation needs. The title is the statement's, with {values} filled in, else a sentence that
// the numbers bear out. Values shown are those of the central case (every input at its median), as in tables, to the
// digits of tables; where that lies outside the middle half of outcomes the chart shows medians and its footer says so.
// Parts of a stack are always those of the central case, because medians do not add up.
//
// The script is made of plots/theme.gp, the data and plots/KIND.gp, found like models are. It is complete: anyone with
// gnuplot can run `gnuplot -d capex-annual-fan.gp`, or edit it. No user text in it can be run (out/gnuplot.h).
#ifndef TF_OUT_CHART_H
#define TF_OUT_CHART_H

#include "out/gnuplot.h"
#include "out/plot_spec.h"
#include "stats/result.h"

typedef enum tf_chart_format { TF_CHART_SVG = 1, TF_CHART_PNG = 2, TF_CHART_PDF = 4 } tf_chart_format;

typedef struct tf_chart_options {
  bool dark;
  double width, height;  // points; 0: 800 x 500
  const char *stem;      // of the files; NULL: from quantity and kind, "capex-annual-fan"
  const char *prefix;    // before the stem made from quantity and kind: the scenario's name; NULL: none
  const char *version;   // for the footer; NULL: left out
  const char *font;      // NULL: tf_gnuplot_font
  unsigned formats;      // tf_chart_format added up; 0: SVG and PNG
  bool no_title;         // the caption says it
  bool on_page;          // for a page whose heading is the scenario's title: charts do not repeat it
  bool grey;             // shades and dashes instead of colours
  bool caption;          // tf_chart_write leaves stem.txt with title, subtitle and source line
  const char *highlight; // the series that keeps its colour, the others are grey; NULL: none
  bool has_y;            // the value axis ends at y_low and y_high, in the declared unit
  double y_low, y_high;
  double dpi;   // of PNG, at 1/100 inch to the point; 0: 200
  size_t depth; // levels of a dependency diagram; 0: all
  tf_gnuplot gnuplot;
} tf_chart_options;

typedef struct tf_chart { // everything in the context's arena
  const char *stem;
  tf_str title, subtitle, footer;
  tf_str alt;    // kind, range and main values in two or three sentences
  tf_str script; // complete gnuplot program; SVG unless TERM is set
  tf_str csv;    // exactly the data shown: scenario,quantity,index,unit,period,actual,value,p5,p25,p75,p95
  bool dark;
} tf_chart;

// The chart without pictures. TF_INVALID with the statement's place: a quantity that is not in the result, no periods
// (fan, lines) or periods (bars), several units, nothing to draw, more lines than can be told apart, a logarithm of
// what is not positive, a wrong {value} in the title. TF_FILE: the templates are missing.
TF_NODISCARD tf_status tf_chart_build(tf_context *cx, const tf_result *result, const tf_plot_spec *spec,
                                      const tf_chart_options *options, tf_chart **chart);
// The most telling chart of a result: a fan of the first uncertain series (lines if there are several scenarios), else
// the first series, else bars. False if there is nothing to draw.
bool tf_chart_default(tf_context *cx, const tf_result *result, tf_plot_spec *spec);

// Writes stem.gp, stem.csv and the pictures into the folder, which is made if needed; each file appears whole or not at
// all. Script and data are there even if gnuplot fails.
TF_NODISCARD tf_status tf_chart_write(tf_context *cx, const tf_chart *chart, const tf_chart_options *options,
                                      const char *folder);
// One picture as bytes; an SVG is ready to stand inline in a page (title, description, ids of its own).
TF_NODISCARD tf_status tf_chart_draw(tf_context *cx, const tf_chart *chart, const tf_chart_options *options,
                                     tf_chart_format format, tf_str *bytes);
// A preview in letters for a terminal of that size.
TF_NODISCARD tf_status tf_chart_preview(tf_context *cx, const tf_chart *chart, const tf_chart_options *options,
                                        int columns, int rows, tf_str *text);

#endif
