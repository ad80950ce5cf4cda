// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts of interval charts: one line per scenario or quantity without periods (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "out/chart_plan.h"

enum { EDGE = 24 };

tf_status tf_chart_bars(tf_chart_plan *plan, const char *stem, tf_str *script) {
  tf_text out = tf_text_new(plan->arena);
  // The page is as high as its lines ask for, unless told otherwise.
  if (!(plan->options->height > 0)) {
    plan->height = fmin(500, 190 + 46 * (double)plan->count);
  }
  tf_status status = tf_script_start(plan, stem, &out);
  if (status != TF_OK) {
    return status;
  }
  tf_pen pen = {.plan = plan, .out = &out};
  tf_pen_page(&pen, plan, -10);
  tf_face name_face = {11, false, plan->stretch}, value_face = {10.5, true, plan->stretch};
  tf_str names[TF_CHART_SERIES_MAX], values[TF_CHART_SERIES_MAX];
  double names_width = 0, values_width = 0;
  for (size_t i = 0; i < plan->count; i++) {
    names[i] = tf_text_fit(plan->arena, name_face, plan->series[i].name, 0.3 * plan->width);
    values[i] = tf_scale_value(&plan->scale, plan->series[i].points[0].value, true);
    names_width = fmax(names_width, tf_text_extent(name_face, names[i]));
    values_width = fmax(values_width, tf_text_extent(value_face, values[i]));
  }
  plan->left = EDGE + names_width + 18;
  plan->right = plan->width - EDGE - values_width - 16;
  double step = (plan->bottom - plan->top) / (double)plan->count;
  tf_ticks *ticks = &plan->ticks;
  double top = fmax(ticks->high, ticks->at[ticks->count - 1]);
  double x1 = ticks->log ? top * pow(top / ticks->low, 0.02) : top + 0.02 * (top - ticks->low);
  tf_script_margins(plan, &out);
  tf_text_addf(&out, "set xrange [%.12g:%.12g]\nset yrange [%zu.5:0.5]\n%sunset ytics\nset xtics (", ticks->low, x1,
               plan->count, ticks->log ? "set logscale x\n" : "");
  for (size_t i = 0; i < ticks->count; i++) {
    char number[32];
    tf_text_adds(&out, i > 0 ? ", " : "");
    tf_gnuplot_quote_tick(&out, tf_scale_tick(&plan->scale, ticks, i));
    tf_text_addf(&out, " %s", tf_number_print(ticks->at[i], number));
  }
  tf_text_adds(&out, ")\n");
  tf_text data = tf_text_new(plan->arena);
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_point *p = &plan->series[i].points[0];
    double y = plan->top + step * ((double)i + 0.5);
    tf_pen_text(&pen, names[i], EDGE, y, TF_LEFT, name_face, "INK");
    const char *colour = tf_format(plan->arena, "WORD(%zu)", i + 1);
    tf_pen_text(&pen, values[i], plan->width - EDGE, y, TF_RIGHT, value_face, colour);
    const double row[] = {p->value, p->p5, p->p25, p->p75, p->p95};
    tf_text_adds(&data, i > 0 ? "\n\n" : "");
    for (size_t k = 0; k < 5; k++) {
      char number[32];
      tf_text_addf(&data, "%s ", tf_number_print(row[k], number));
    }
    tf_text_addf(&data, "%zu\n", i + 1);
  }
  tf_text_addf(&out, "SERIES = %zu\n", plan->count);
  tf_gnuplot_data(&out, "rows", tf_text_str(&data));
  status = tf_script_template(plan, "bars.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}
