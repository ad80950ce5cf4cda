// SPDX-License-Identifier: GPL-3.0-or-later
// Small multiples: one panel per series on common scales (out/chart_plan.h). Laid out here, in points of the page.
#include <math.h>
#include <string.h>

#include "out/chart_plan.h"

enum { GAP_X = 22, HEAD = 20, FOOT = 24 };

typedef struct grid {
  size_t columns, rows;
  double x, y, width, height; // of the first panel's plotting area
  double step_x, step_y;
} grid;

typedef struct spans {
  double x0, x1, y0, y1;
} spans;

// A narrow page has room for fewer, wider panels.
size_t tf_panel_columns(size_t count, double width) {
  if (width < 600) {
    return count < 2 || count == 3 ? 1 : 2;
  }
  size_t columns = count <= 3 ? count : count == 4 ? 2 : count <= 9 ? 3 : count <= 16 ? 4 : count <= 30 ? 5 : 6;
  return columns;
}

static double x_at(const grid *g, const spans *s, size_t panel, double x) {
  return g->x + g->step_x * (double)(panel % g->columns) + (x - s->x0) / (s->x1 - s->x0) * g->width;
}

static double y_at(const tf_chart_plan *plan, const grid *g, const spans *s, size_t panel, double y) {
  double share = plan->ticks.log ? log(y / s->y0) / log(s->y1 / s->y0) : (y - s->y0) / (s->y1 - s->y0);
  share = fmin(fmax(share, 0), 1);
  size_t line = panel / g->columns;
  return g->y + g->step_y * (double)line + (1 - share) * g->height;
}

static spans spans_of(const tf_chart_plan *plan) {
  spans s = {INFINITY, -INFINITY, plan->ticks.low, fmax(plan->ticks.high, plan->ticks.at[plan->ticks.count - 1])};
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *series = &plan->series[i];
    s.x0 = fmin(s.x0, series->points[0].x);
    s.x1 = fmax(s.x1, series->points[series->count - 1].x);
  }
  s.x1 = s.x1 > s.x0 ? s.x1 : s.x0 + 1;
  return s;
}

// Names above, values at the ends, ticks at the left of the first column and under the lowest panel of each.
static void write_panel(tf_pen *pen, const grid *g, const spans *s, size_t i, double tick_width) {
  const tf_chart_plan *plan = pen->plan;
  const tf_chart_series *series = &plan->series[i];
  const tf_chart_point *end = &series->points[series->count - 1];
  size_t column = i % g->columns;
  size_t line = i / g->columns;
  double left = g->x + g->step_x * (double)column, right = left + g->width;
  double top = g->y + g->step_y * (double)line;
  bool small = g->columns > 4;
  tf_face bold = {small ? 9.5 : 10.5, true, plan->stretch}, light = {small ? 9 : 10, false, plan->stretch};
  tf_str value = tf_chart_value(plan, end, end->value, false);
  double value_width = tf_text_extent(light, value) + 8;
  // A name says more than a value that the axis shows as well.
  bool both = tf_text_extent(bold, series->name) + value_width <= g->width;
  tf_str name = tf_text_fit(plan->arena, bold, series->name, both ? g->width - value_width : g->width);
  tf_pen_text(pen, name, left, top - 11, TF_LEFT, bold, tf_chart_word(plan, i));
  if (both) {
    tf_pen_text(pen, value, right, top - 11, TF_RIGHT, light, "INK");
  }
  tf_face tick_face = {small ? 8.5 : 9.5, false, plan->stretch};
  for (size_t t = 0; t < plan->ticks.count && column == 0; t++) {
    double y = y_at(plan, g, s, i, plan->ticks.at[t]);
    tf_pen_text(pen, tf_scale_tick(&plan->scale, &plan->ticks, t), TF_CHART_EDGE + tick_width, y, TF_RIGHT, tick_face,
                "MUTED");
  }
  if (i + g->columns >= plan->count) {
    const tf_chart_series *longest = series;
    double bottom = top + g->height + 12;
    tf_str first = longest->points[0].period, last = end->period;
    tf_pen_text(pen, first, x_at(g, s, i, longest->points[0].x), bottom, TF_LEFT, tick_face, "MUTED");
    if (tf_text_extent(tick_face, first) + tf_text_extent(tick_face, last) + 10 < g->width && series->count > 1) {
      tf_pen_text(pen, last, x_at(g, s, i, end->x), bottom, TF_RIGHT, tick_face, "MUTED");
    }
  }
}

static void panel_data(const tf_chart_plan *plan, const grid *g, const spans *s, tf_text *out) {
  tf_text bands = tf_text_new(plan->arena), lines = tf_text_new(plan->arena), rules = tf_text_new(plan->arena),
          known = tf_text_new(plan->arena);
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *series = &plan->series[i];
    const char *apart = i > 0 ? "\n\n" : "";
    tf_text_adds(&bands, apart);
    tf_text_adds(&lines, apart);
    size_t start = series->reported > 0 ? series->reported - 1 : 0;
    for (size_t k = 0; k < series->count; k++) {
      const tf_chart_point *p = &series->points[k];
      double x = x_at(g, s, i, p->x), y = y_at(plan, g, s, i, p->value);
      if (k >= start) {
        const double row[] = {x, y_at(plan, g, s, i, p->p5), y_at(plan, g, s, i, p->p25), y_at(plan, g, s, i, p->p75),
                              y_at(plan, g, s, i, p->p95)};
        tf_script_row(&bands, row, 5);
      }
      tf_script_row(&lines, (double[]){x, y}, 2);
      if (k < series->reported) {
        tf_script_row(&known, (double[]){x, y}, 2);
      }
    }
    tf_text_adds(&known, "\n");
    for (size_t t = 0; t < plan->ticks.count; t++) {
      double left = g->x + g->step_x * (double)(i % g->columns);
      bool zero = plan->ticks.at[t] == 0;
      tf_script_row(&rules, (double[]){left, y_at(plan, g, s, i, plan->ticks.at[t]), g->width, zero ? 1 : 0}, 4);
    }
  }
  tf_chart_colours(plan, out);
  tf_gnuplot_data(out, "rules", tf_text_str(&rules));
  tf_gnuplot_data(out, "bands", tf_text_str(&bands));
  tf_gnuplot_data(out, "lines", tf_text_str(&lines));
  tf_str reported = tf_str_trim(tf_text_str(&known));
  tf_gnuplot_data(out, "reported", reported.len > 0 ? reported : TF_STR("NaN NaN"));
}

tf_status tf_chart_multiples(tf_chart_plan *plan, const char *stem, tf_str *script) {
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  size_t columns = tf_panel_columns(plan->count, plan->width), lines = (plan->count + columns - 1) / columns;
  if (!(plan->options->height > 0)) {
    plan->height = fmax(lines == 1 ? 380 : 500, 150 + 112 * (double)lines);
  }
  tf_status status = tf_script_start(plan, stem, &out);
  if (status != TF_OK) {
    return status;
  }
  // Few ticks: the panels are low.
  double low = plan->ticks.low, high = plan->ticks.high;
  plan->ticks = plan->ticks.log ? tf_ticks_log(low, high, 4) : tf_ticks_linear(low, high, lines > 2 ? 2 : 3);
  if (plan->options->has_y) {
    tf_ticks_clip(&plan->ticks, low, high);
  }
  tf_pen_page(&pen, plan, 6);
  tf_face tick_face = {columns > 4 ? 8.5 : 9.5, false, plan->stretch};
  double tick_width = 0;
  for (size_t t = 0; t < plan->ticks.count; t++) {
    tick_width = fmax(tick_width, tf_text_extent(tick_face, tf_scale_tick(&plan->scale, &plan->ticks, t)));
  }
  grid g = {.columns = columns, .rows = lines, .x = TF_CHART_EDGE + tick_width + 8, .y = plan->top};
  double wide = plan->width - TF_CHART_EDGE - g.x, tall = plan->bottom + 30 - plan->top;
  g.width = (wide - GAP_X * (double)(columns - 1)) / (double)columns;
  g.step_x = g.width + GAP_X;
  g.step_y = (tall + HEAD) / (double)lines;
  g.height = g.step_y - HEAD - (lines > 1 ? 14 : 0) - FOOT * (lines > 1 ? 0.35 : 1);
  spans s = spans_of(plan);
  for (size_t i = 0; i < plan->count; i++) {
    write_panel(&pen, &g, &s, i, tick_width);
  }
  tf_script_page_axes(plan, &out);
  panel_data(plan, &g, &s, &out);
  status = tf_script_template(plan, "multiples.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}
