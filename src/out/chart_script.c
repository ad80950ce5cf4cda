// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts of charts over time: layout of axes and labels, data, and the kind's template (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "out/chart_plan.h"

enum { EDGE = TF_CHART_EDGE, GAP_TICKS = 10 };

static const double tick_size = 10.5, label_size = 10.5;

// --- Positions ------------------------------------------------------------------------------------------------------

typedef struct axes {
  double x0, x1, y0, y1; // ends of the axes
} axes;

static double y_on_page(const tf_chart_plan *plan, const axes *a, double value) {
  double share = plan->ticks.log ? log(value / a->y0) / log(a->y1 / a->y0) : (value - a->y0) / (a->y1 - a->y0);
  return plan->bottom - share * (plan->bottom - plan->top);
}

static double x_on_page(const tf_chart_plan *plan, const axes *a, double x) {
  return plan->left + (x - a->x0) / (a->x1 - a->x0) * (plan->right - plan->left);
}

static void x_range(const tf_chart_plan *plan, double *low, double *high) {
  *low = INFINITY;
  *high = -INFINITY;
  for (size_t i = 0; i < plan->count; i++) {
    *low = fmin(*low, plan->series[i].points[0].x);
    *high = fmax(*high, plan->series[i].points[plan->series[i].count - 1].x);
  }
}

// --- Ticks ----------------------------------------------------------------------------------------------------------

// Periods of all series in order of time, without repeats.
static size_t all_periods(const tf_chart_plan *plan, const tf_chart_point ***list) {
  size_t most = 0, count = 0;
  for (size_t i = 0; i < plan->count; i++) {
    most += plan->series[i].count;
  }
  const tf_chart_point **points = TF_ARRAY(plan->arena, const tf_chart_point *, most);
  for (size_t i = 0; i < plan->count; i++) {
    for (size_t k = 0; k < plan->series[i].count; k++) {
      const tf_chart_point *p = &plan->series[i].points[k];
      size_t at = count;
      while (at > 0 && points[at - 1]->x > p->x) {
        at--;
      }
      if (at == 0 || points[at - 1]->x < p->x) {
        for (size_t j = count++; j > at; j--) {
          points[j] = points[j - 1];
        }
        points[at] = p;
      }
    }
  }
  *list = points;
  return count;
}

// Labels under the axis: every k-th period so that they do not touch, counted from the last one; on a finer axis than
// years the years alone if there are enough of them.
static void put_x_ticks(const tf_chart_plan *plan, const axes *a, tf_text *out) {
  const tf_chart_point **periods = NULL;
  size_t count = all_periods(plan, &periods);
  tf_face face = {tick_size, false, plan->stretch};
  size_t years = 0;
  for (size_t i = 0; i < count; i++) {
    years += periods[i]->x == floor(periods[i]->x);
  }
  bool fine = periods[0]->row->period.kind != TF_PERIOD_YEAR;
  bool by_year = fine && years >= 3;
  if (by_year) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
      if (periods[i]->x == floor(periods[i]->x)) {
        periods[kept++] = periods[i];
      }
    }
    count = kept;
  }
  double room = 0;
  for (size_t i = 0; i < count; i++) {
    tf_str text = by_year ? tf_str_sub(periods[i]->period, 0, 4) : periods[i]->period;
    room = fmax(room, tf_text_extent(face, text) + 16);
  }
  static const size_t steps[] = {1, 2, 3, 4, 5, 10, 20, 25, 50, 100};
  size_t every = 200;
  for (size_t i = sizeof steps / sizeof *steps; i > 0; i--) {
    bool clear = true;
    for (size_t k = count - 1; k >= steps[i - 1] && clear; k -= steps[i - 1]) {
      clear = x_on_page(plan, a, periods[k]->x) - x_on_page(plan, a, periods[k - steps[i - 1]]->x) >= room;
    }
    every = clear ? steps[i - 1] : every;
  }
  tf_text_adds(out, "set xtics (");
  for (size_t i = (count - 1) % every, n = 0; i < count; i += every, n++) {
    tf_str text = by_year ? tf_str_sub(periods[i]->period, 0, 4) : periods[i]->period;
    tf_text_adds(out, n > 0 ? ", " : "");
    tf_gnuplot_quote_tick(out, text);
    tf_text_addf(out, " %.10g", periods[i]->x);
  }
  tf_text_adds(out, ")\n");
}

// --- Labels at the right edge ---------------------------------------------------------------------------------------

static tf_str label_text(const tf_chart_plan *plan, const char *name, const tf_chart_point *p, double value) {
  return tf_str_of(tf_format(plan->arena, "%s  %.*s", name, TF_STR_ARGS(tf_chart_value(plan, p, value, false))));
}

// Of more lines than can be labelled: the coloured one, the highest and the lowest at their ends.
static bool labelled(const tf_chart_plan *plan, size_t i) {
  if (plan->count <= TF_CHART_LABELS_MAX || tf_chart_colour(plan, i) == 1) {
    return true;
  }
  const tf_chart_series *own = &plan->series[i];
  double value = own->points[own->count - 1].value;
  bool highest = true, lowest = true;
  for (size_t k = 0; k < plan->count; k++) {
    const tf_chart_series *s = &plan->series[k];
    double other = s->points[s->count - 1].value;
    highest = highest && (other < value || (other == value && k >= i));
    lowest = lowest && (other > value || (other == value && k >= i));
  }
  return highest || lowest;
}

// wanted holds values here; positions come when the page is known.
static void collect_labels(const tf_chart_plan *plan, tf_edge *e, double room) {
  size_t most = tf_edge_lines(plan, plan->count <= TF_CHART_LABELS_MAX ? plan->count : 3);
  if (plan->fan) {
    const tf_chart_series *s = &plan->series[0];
    const tf_chart_point *end = &s->points[s->count - 1];
    const char *colour = s->reported == s->count ? "INK" : "WORD(1)";
    if (end->uncertain) {
      tf_edge_add(e, label_text(plan, "95th", end, end->p95), end->p95, false, colour);
      tf_edge_add(e, label_text(plan, "75th", end, end->p75), end->p75, false, colour);
      tf_edge_add(e, label_text(plan, plan->median ? "Median" : "Central", end, end->value), end->value, true, colour);
      tf_edge_add(e, label_text(plan, "25th", end, end->p25), end->p25, false, colour);
      tf_edge_add(e, label_text(plan, "5th", end, end->p5), end->p5, false, colour);
    } else {
      tf_edge_add(e, tf_chart_value(plan, end, end->value, true), end->value, true, colour);
    }
    return;
  }
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *s = &plan->series[i];
    const tf_chart_point *end = &s->points[s->count - 1];
    if (!labelled(plan, i)) {
      continue;
    }
    if (plan->count == 1) {
      tf_edge_add(e, tf_chart_value(plan, end, end->value, true), end->value, true, tf_chart_word(plan, i));
    } else {
      tf_edge_name(plan, e, s->name, tf_chart_value(plan, end, end->value, false), end->value, tf_chart_word(plan, i),
                   room, most);
    }
  }
}

// Quartiles, then the outer quantiles are left out where a narrow fan has no room for five labels.
static void thin_out(tf_edge *e, double line) {
  if (e->count == 5) {
    double high = e->labels[0].at, low = e->labels[4].at, middle = e->labels[2].at;
    bool close = middle - e->labels[1].at < 0.5 * line && e->labels[3].at - middle < 0.5 * line;
    if (low - high < 3.2 * line || close) {
      e->labels[1] = e->labels[2];
      e->labels[2] = e->labels[4];
      e->count = 3;
    }
  }
}

static void place_labels(const tf_chart_plan *plan, const axes *a, tf_edge *e) {
  double line = tf_face_line((tf_face){label_size, false, 1}) * 1.02;
  for (size_t i = 0; i < e->count; i++) {
    e->labels[i].at = e->labels[i].wanted = y_on_page(plan, a, e->labels[i].wanted);
  }
  if (plan->fan) {
    thin_out(e, line);
  }
  tf_edge_place(plan, e, plan->top - 6, plan->bottom + 4);
}

// --- Data -----------------------------------------------------------------------------------------------------------

// Where a series' own line begins: at its last reported point if the history is drawn for all.
static size_t start_of(const tf_chart_plan *plan) {
  return plan->history > 0 ? plan->history - 1 : 0;
}

static void put_series(const tf_chart_plan *plan, const char *name, tf_text *out,
                       void (*block)(const tf_chart_plan *, const tf_chart_series *, tf_text *), size_t count) {
  tf_text data = tf_text_new(plan->arena);
  for (size_t i = 0; i < count; i++) {
    tf_text_adds(&data, i > 0 ? "\n\n" : "");
    block(plan, &plan->series[i], &data);
  }
  tf_gnuplot_data(out, name, data.len == 0 ? TF_STR("NaN NaN NaN NaN NaN") : tf_text_str(&data));
}

static void block_history(const tf_chart_plan *plan, const tf_chart_series *s, tf_text *data) {
  for (size_t k = 0; k < plan->history && k < s->reported; k++) {
    tf_script_row(data, (double[]){s->points[k].x, s->points[k].value}, 2);
  }
}

static void block_value(const tf_chart_plan *plan, const tf_chart_series *s, tf_text *data) {
  for (size_t k = start_of(plan); k < s->count; k++) {
    tf_script_row(data, (double[]){s->points[k].x, s->points[k].value}, 2);
  }
}

static void block_fan(const tf_chart_plan *plan, const tf_chart_series *s, tf_text *data) {
  for (size_t k = start_of(plan); k < s->count; k++) {
    const tf_chart_point *p = &s->points[k];
    tf_script_row(data, (double[]){p->x, p->p5, p->p25, p->p75, p->p95}, 5);
  }
}

static void block_band(const tf_chart_plan *plan, const tf_chart_series *s, tf_text *data) {
  for (size_t k = start_of(plan); k < s->count; k++) {
    tf_script_row(data, (double[]){s->points[k].x, s->points[k].p5, s->points[k].p95}, 3);
  }
}

static void block_reported(const tf_chart_plan *plan, const tf_chart_series *s, tf_text *data) {
  bool any = false;
  for (size_t k = plan->history; k < s->reported; k++, any = true) {
    tf_script_row(data, (double[]){s->points[k].x, s->points[k].value}, 2);
  }
  if (!any) {
    tf_text_adds(data, "NaN NaN\n");
  }
}

static void block_last(const tf_chart_plan *plan, const tf_chart_series *s, tf_text *data) {
  const tf_chart_point *end = &s->points[s->count - 1];
  (void)plan;
  tf_script_row(data, (double[]){end->x, end->value}, 2);
}

// --- The script -----------------------------------------------------------------------------------------------------

static void put_rule(tf_pen *pen, const axes *a) {
  const tf_chart_plan *plan = pen->plan;
  double x = x_on_page(plan, a, plan->rule), y = plan->top - 13;
  tf_face face = {10, false, plan->stretch};
  tf_text_addf(pen->out,
               "set arrow %d from screen %.6f,%.6f to screen %.6f,%.6f nohead back lc rgb AXIS lw 1 dt (4,4)\n",
               ++pen->tag, x / plan->width, 1 - plan->bottom / plan->height, x / plan->width,
               1 - (plan->top - 20) / plan->height);
  if (x - tf_text_extent(face, TF_STR("Reported")) - 8 >= EDGE) {
    tf_pen_text(pen, TF_STR("Reported"), x - 7, y, TF_RIGHT, face, "MUTED");
  }
  tf_pen_text(pen, TF_STR("Projected"), x + 7, y, TF_LEFT, face, "MUTED");
}

// The last reported value, on the side of the line where there is nothing.
static void put_known(tf_pen *pen, const axes *a) {
  const tf_chart_plan *plan = pen->plan;
  const tf_chart_series *s = &plan->series[0];
  if (!plan->ruled || s->reported < 2 || plan->history != s->reported) {
    return;
  }
  const tf_chart_point *p = &s->points[s->reported - 1];
  bool rising = p->value >= p[-1].value;
  double x = x_on_page(plan, a, p->x), y = y_on_page(plan, a, p->value);
  tf_face face = {10.5, true, plan->stretch};
  tf_str text = tf_chart_value(plan, p, p->value, false);
  double before = y_on_page(plan, a, p[-1].value), run = x - x_on_page(plan, a, p[-1].x);
  // Beside a steep line the label can stand level with its point.
  double slope = fabs(before - y) / (run > 1 ? run : 1), away = slope > 1.2 ? 6 : 14;
  double at = rising ? y - away : y + away + 1;
  if (at > plan->top && at < plan->bottom - 6 && x - tf_text_extent(face, text) - 8 > plan->left) {
    tf_pen_text(pen, text, x - 7, at, TF_RIGHT, face, plan->fan ? "INK" : "MUTED");
  }
}

tf_status tf_chart_script(tf_chart_plan *plan, const char *stem, tf_str *script) {
  tf_text out = tf_text_new(plan->arena);
  tf_status status = tf_script_start(plan, stem, &out);
  if (status != TF_OK) {
    return status;
  }
  tf_pen pen = {.plan = plan, .out = &out};
  tf_pen_page(&pen, plan, plan->ruled ? 16 : 0);
  tf_edge labels = {.count = 0};
  collect_labels(plan, &labels, 0.3 * plan->width);
  double ticks = tf_script_y_ticks(plan, &plan->ticks, &plan->scale, &out);
  plan->left = EDGE + ticks + GAP_TICKS;
  // Labels that must move apart are tied to their lines, which takes room; whether they must is known only later.
  plan->right = plan->width - EDGE - tf_edge_width(plan, &labels) - 26 + (labels.count < 2 ? 15 : 0);
  axes a;
  double low = 0, high = 0;
  x_range(plan, &low, &high);
  high = high > low ? high : low + 1;
  double inner = plan->right - plan->left - 10;
  a.x0 = low - 10 * (high - low) / inner;
  a.x1 = high;
  double top = fmax(plan->ticks.high, plan->ticks.at[plan->ticks.count - 1]);
  a.y0 = plan->ticks.low;
  a.y1 = plan->ticks.log ? top * pow(top / a.y0, 0.02) : top + 0.02 * (top - a.y0);
  place_labels(plan, &a, &labels);
  tf_script_margins(plan, &out);
  tf_text_addf(&out, "set xrange [%.12g:%.12g]\nset yrange [%.12g:%.12g]\n%s", a.x0, a.x1, a.y0, a.y1,
               plan->ticks.log ? "set logscale y\n" : "");
  put_x_ticks(plan, &a, &out);
  if (!plan->ticks.log && a.y0 < 0 && a.y1 > 0) {
    tf_text_addf(&out, "set arrow %d from graph 0, first 0 to graph 1, first 0 nohead back lc rgb AXIS lw 1.2\n",
                 ++pen.tag);
  }
  if (plan->ruled) {
    put_rule(&pen, &a);
  }
  put_known(&pen, &a);
  tf_edge_draw(&pen, &labels, plan->right);
  const tf_chart_point **periods = NULL;
  size_t count = all_periods(plan, &periods);
  tf_text_addf(&out, "HISTORY_POINTS = %s\n", count > 40 ? "0" : "0.55");
  put_series(plan, "history", &out, block_history, 1);
  put_series(plan, "last", &out, block_last, plan->count);
  if (plan->fan) {
    put_series(plan, "bands", &out, block_fan, 1);
    put_series(plan, "median", &out, block_value, 1);
  } else {
    tf_chart_colours(plan, &out);
    tf_text_addf(&out, "BANDS = %zu\n", plan->bands);
    put_series(plan, "lines", &out, block_value, plan->count);
    put_series(plan, "reported", &out, block_reported, plan->count);
    put_series(plan, "bands", &out, block_band, plan->bands);
  }
  tf_text_addc(&out, '\n');
  status = tf_script_template(plan, plan->fan ? "fan.gp" : "lines.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}
