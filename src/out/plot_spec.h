// SPDX-License-Identifier: GPL-3.0-or-later
// What a `plot` statement asks for: `fan capex.annual`, `lines annual, cumulative log "Title with {annual[2030]}"`.
//
//   plot := kind name {',' name} {option}
//   kind := fan | lines | multiples | stack | bars | dumbbell | histogram | cdf | exceedance | shares | drivers
//           | published | dependencies
//   name := a quantity, `module.name` or `name`, optionally one element of it: `fleet.orders[GB200]`, one period of it:
//           `capex.annual[2030]`, or both: `fleet.orders[GB200][2030]`; of published: the path of a CSV file
//   option := log                       logarithmic axis
//           | [title] "text"            the title; {name[2030]} in it is replaced by the value shown there,
//                                       {name[2030] p95} by another statistic, {scenario: name[2030]} by another
//                                       column's
//           | subtitle "text"           instead of the one made from description and unit
//           | source "text"             in front of the source line
//           | scenario "name"           of drivers: the scenario whose inputs they are
#ifndef TF_OUT_PLOT_SPEC_H
#define TF_OUT_PLOT_SPEC_H

#include "base/context.h"

typedef enum tf_plot_kind {
  TF_PLOT_FAN,
  TF_PLOT_LINES,
  TF_PLOT_BARS,
  TF_PLOT_MULTIPLES,
  TF_PLOT_STACK,
  TF_PLOT_DUMBBELL,
  TF_PLOT_HISTOGRAM,
  TF_PLOT_CDF,
  TF_PLOT_EXCEEDANCE,
  TF_PLOT_SHARES,
  TF_PLOT_DRIVERS,
  TF_PLOT_PUBLISHED,
  TF_PLOT_DEPENDENCIES
} tf_plot_kind;

typedef struct tf_plot_spec {
  tf_plot_kind kind;
  size_t count; // of names
  const tf_located *names;
  bool log;
  tf_located title, subtitle, source; // empty: made from the result
  tf_located scenario;                // of drivers; empty: the first in which the result is uncertain
  tf_span at;
} tf_plot_spec;

const char *tf_plot_kind_name(tf_plot_kind kind);
// TF_INVALID with the place for an unknown kind or option (with "did you mean"), a missing name, an open quote.
TF_NODISCARD tf_status tf_plot_parse(tf_context *cx, tf_located text, tf_plot_spec *spec);

#endif
