// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as people read them: the one place where a result's value becomes text for tables, charts and sentences.
//
// Digits follow what the sample supports. A mean is known to its standard error, a quantile of N samples to about
// 2.1 sd / sqrt(N) (Stuart and Ord, Kendall's Advanced Theory of Statistics 1, 10.10, for the 5 % point of a normal);
// the last digit shown is the decimal place nearest to that, with 2 to 6 significant digits. A value that
// rests on no draw is shown with 4 digits, whole numbers below a million in full.
// Texts live in the arena; slices stay valid as long as it does. Nothing here fails.
#ifndef TF_OUT_SHOW_H
#define TF_OUT_SHOW_H

#include <limits.h>

#include "stats/result.h"

typedef enum tf_stat {
  TF_STAT_CENTRAL,
  TF_STAT_MEAN,
  TF_STAT_SE,
  TF_STAT_SD,
  TF_STAT_P5,
  TF_STAT_P25,
  TF_STAT_P50,
  TF_STAT_P75,
  TF_STAT_P95,
  TF_STAT_COUNT
} tf_stat;

double tf_row_stat(const tf_row *row, tf_stat stat);
const char *tf_stat_key(tf_stat stat);   // as in CSV and JSON: "p5"
const char *tf_stat_title(tf_stat stat); // as in tables: "5 %"

// How all rows of one quantity are shown: one scale and one unit, so that a column can be read downwards.
typedef struct tf_show {
  tf_arena *arena;
  const tf_result *result;
  double divide;    // a value in the declared unit is divided by this
  const char *unit; // what stands beside it: "bn USD/year"; "" for labels and yes/no
  bool percent;     // numbers carry %
} tf_show;

// The scale suits the middle one of the rows by size, so that early and late years are both readable.
tf_show tf_show_for(tf_arena *arena, const tf_result *result, const tf_row *const *rows, size_t count);
// One statistic of a row: "1,234.5", "38%", "2027-06-30", "power", "> 2035" (later than the axis); "" if there is none.
tf_str tf_show_stat(const tf_show *show, const tf_row *row, tf_stat stat);
// "power 63%, chips 37%", strongest first; "yes 63%, no 37%"; empty if the row has no shares.
tf_str tf_show_shares(const tf_show *show, const tf_row *row);
// "no value in 12% of samples", or empty.
tf_str tf_show_remark(tf_arena *arena, const tf_row *row);
// The label of a LABEL row at its centre, "" if it is not known.
tf_str tf_show_label(const tf_result *result, const tf_row *row);
tf_str tf_show_commonest(const tf_row *row); // the label of the greatest share; empty without shares

// Is the central case one of the middle half of outcomes? It need not be where the model takes a minimum or a maximum:
// charts then draw the median, and say so. True where nothing is uncertain or a quartile has no value.
bool tf_row_typical(const tf_row *row);
// How many significant digits tf_show_stat prints of a value of the row: charts print no more, so that a chart and a
// table never show different numbers for one thing. 0: the value is exact; -1: it is zero but for rounding.
int tf_show_digits(const tf_row *row, double value, uint64_t samples);
// The same for a value of which that much is left open; and what the samples leave open of a row's centre, in its unit.
int tf_show_digits_of(double value, double error);
double tf_show_error(const tf_row *row, uint64_t samples);

// Do its quantiles say more than its centre? Reported periods of an uncertain quantity do not.
bool tf_row_spreads(const tf_row *row);

// A number whose last supported digit is worth 10^place, with 2 to 6 significant digits; TF_PLACE_EXACT: no error.
#define TF_PLACE_EXACT INT_MIN
tf_str tf_show_number(tf_arena *arena, double value, int place);
// The place of the last digit that an error (same unit as the value) leaves standing.
int tf_show_place(double error);
// Exactly `decimals` digits after the point, thousands separated, a true minus; for axis ticks.
tf_str tf_show_fixed(tf_arena *arena, double value, int decimals);
// A share of 1 as "63%", "0.4%", "99.9%": never 0% or 100% unless it is so.
tf_str tf_show_percent(tf_arena *arena, double share);

// "fleet.orders[GB200]", and "2025A" (actual), "2026E" (projected) or "2025" (computed, but no
// projection); "" for what is no series.
tf_str tf_row_title(tf_arena *arena, const tf_row *row);
tf_str tf_row_period(tf_arena *arena, const tf_row *row);
// Labels of the elements as in the brackets: "GB200, power"; "" if there are none.
tf_str tf_row_index(tf_arena *arena, const tf_row *row);
// Same quantity and element / and the same period as well.
bool tf_row_same_series(const tf_row *a, const tf_row *b);
bool tf_row_same(const tf_row *a, const tf_row *b);
// "> 2035": the last period of the axis, for quantiles beyond it.
tf_str tf_show_later(tf_arena *arena, const tf_axis *axis);

// Columns that a text takes on a terminal (code points; the product's own texts have no wide characters), the longest
// prefix of at most `columns`, and a paragraph broken at blanks with every line but the first indented.
size_t tf_text_columns(tf_str s);
void tf_text_wrap(tf_text *out, tf_str s, size_t width, size_t indent);
void tf_text_pad(tf_text *out, size_t blanks);

#endif
