// SPDX-License-Identifier: GPL-3.0-or-later
// Private to out: parts of a whole, gathered for one scenario (over periods) or for all (a column each), before they
// are drawn. Over periods with several scenarios there is one stack each, of the same parts in the same order.
#ifndef TF_OUT_CHART_STACK_H
#define TF_OUT_CHART_STACK_H

#include "out/chart_plan.h"

typedef struct tf_stack_part {
  tf_str name;
  double *at;    // by place, in the chart's unit
  double *error; // what the samples leave open of `at`, likewise; NULL: not known
  double size;   // sum of the absolute values, by which parts are ordered
  size_t colour; // 1 .. 7; of a label its place among all of them, so that charts of a report agree
} tf_stack_part;

typedef struct tf_stack {
  size_t parts, places;
  tf_stack_part *part;
  const double *x;     // of places
  const tf_str *place; // names: periods or scenarios
  bool areas, shares;  // shares: percent of draws
  bool total;          // the parts have one worth naming
  size_t scenario;     // of areas
} tf_stack;

// Where part i lies at a place: what is positive grows from zero upwards, what is negative downwards.
void tf_stack_ends(const tf_stack *s, size_t i, size_t place, double *low, double *high);
double tf_stack_total(const tf_stack *s, size_t place);
// A part and the total as text, to the digits that the samples support: what tables and other charts show of them.
tf_str tf_stack_part_text(const tf_chart_plan *plan, const tf_stack_part *part, size_t place);
tf_str tf_stack_total_text(const tf_chart_plan *plan, const tf_stack *s, size_t place, bool with_unit);

// chart_stack_panels.c: stacks of several scenarios on common scales, a panel each, with a key of the parts above. The
// plan has its texts and its scale.
TF_NODISCARD tf_status tf_stack_panels(tf_chart_plan *plan, const tf_stack *stacks, size_t count, const char *stem,
                                       tf_str *script);
// Names of the parts in their colours from `top` on, in as many lines as they need; returns the height.
double tf_stack_key(tf_pen *pen, const tf_stack *s, double top);
// The title that the last places of the stacks bear out.
tf_str tf_stack_panels_title(const tf_chart_plan *plan, const tf_stack *stacks, size_t count, tf_str subject);

#endif
