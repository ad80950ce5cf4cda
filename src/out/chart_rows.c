// SPDX-License-Identifier: GPL-3.0-or-later
// Charts of one line per value: bars and dumbbells, and the layout that drivers and validation share
// (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "out/chart_plan.h"

enum { NAME_LINES = 2, VALUE_GAP = 16, NAME_GAP = 18 };

// Few lines stand wide apart; many close up, and the page grows with them.
static double step_of(size_t count) {
  return count <= 6 ? 46 : count <= 14 ? 32 : 21;
}

static double to_axis(const tf_rows *rows, double value) {
  return rows->log ? log10(value) : value;
}

static double from_axis(const tf_rows *rows, double value) {
  return rows->log ? pow(10, value) : value;
}

double tf_rows_y(const tf_chart_plan *plan, size_t count, size_t row) {
  return plan->top + (plan->bottom - plan->top) / (double)count * ((double)row + 0.5);
}

double tf_rows_x(const tf_chart_plan *plan, double value) {
  double share =
      plan->ticks.log ? log(value / plan->x0) / log(plan->x1 / plan->x0) : (value - plan->x0) / (plan->x1 - plan->x0);
  return plan->left + share * (plan->right - plan->left);
}

static double put_names(tf_pen *pen, const tf_rows *rows, tf_face face) {
  const tf_chart_plan *plan = pen->plan;
  double room = 0.4 * plan->width, widest = 0, line = tf_face_line(face);
  size_t most = (plan->bottom - plan->top) / (double)rows->count >= 2 * line ? NAME_LINES : 1;
  for (size_t i = 0; i < rows->count; i++) {
    tf_str lines[NAME_LINES];
    size_t count = tf_text_break(plan->arena, face, rows->names[i], room, most, lines);
    double y = tf_rows_y(plan, rows->count, i) - 0.5 * line * (count > 0 ? (double)(count - 1) : 0);
    for (size_t k = 0; k < count; k++, y += line) {
      widest = fmax(widest, tf_text_extent(face, lines[k]));
      tf_pen_text(pen, lines[k], TF_CHART_EDGE, y, TF_LEFT, face, "INK");
    }
  }
  return widest;
}

tf_status tf_rows_start(tf_chart_plan *plan, const char *stem, const tf_rows *rows, tf_pen *pen) {
  double step = step_of(rows->count);
  tf_face names = {rows->count > 14 ? 10 : 11, false, plan->stretch};
  for (size_t i = 0; i < rows->count && plan->width < 600; i++) { // a narrow page gives long names two lines
    step = tf_text_extent(names, rows->names[i]) > 0.4 * plan->width ? fmax(step, 2.2 * tf_face_line(names)) : step;
  }
  if (!(plan->options->height > 0)) {
    plan->height = fmax(190, 144 + rows->above) + step * (double)rows->count;
  }
  tf_status status = tf_script_start(plan, stem, pen->out);
  if (status != TF_OK) {
    return status;
  }
  tf_pen_page(pen, plan, rows->above - 10);
  tf_face value_face = {rows->count > 14 ? 9.5 : 10.5, true, plan->stretch};
  double widest = 0;
  for (size_t i = 0; i < rows->count && rows->values != NULL; i++) {
    widest = fmax(widest, tf_text_extent(value_face, rows->values[i]));
    tf_pen_text(pen, rows->values[i], plan->width - TF_CHART_EDGE, tf_rows_y(plan, rows->count, i), TF_RIGHT,
                value_face, rows->colours != NULL ? rows->colours[i] : "INK");
  }
  plan->left = TF_CHART_EDGE + put_names(pen, rows, names) + NAME_GAP;
  plan->right = plan->width - TF_CHART_EDGE - (widest > 0 ? widest + VALUE_GAP : 0);
  double inner = plan->right - plan->left - rows->pad_left - rows->pad_right;
  inner = fmax(inner, 40);
  plan->ticks = tf_ticks_room(plan, rows->low, rows->high, rows->log, inner);
  if (plan->options->has_y) {
    tf_ticks_clip(&plan->ticks, plan->options->y_low, plan->options->y_high);
  }
  const tf_ticks *ticks = &plan->ticks;
  double resolution = plan->scale.resolution;
  plan->scale = tf_scale_for(plan->arena, plan->result->model->units, plan->unit,
                             fmax(fabs(ticks->high), fabs(ticks->low)) / (rows->log ? 1 : 2));
  plan->scale.resolution = resolution;
  double low = to_axis(rows, ticks->low), high = to_axis(rows, fmax(ticks->high, ticks->at[ticks->count - 1]));
  double point = (high - low) / inner;
  // The last tick's label is centred on it and must not leave the page.
  tf_face tick_face = {10.5, false, plan->stretch};
  double end = tf_text_extent(tick_face, tf_scale_tick(&plan->scale, ticks, ticks->count - 1)) / 2;
  double beyond = plan->width - TF_CHART_EDGE - plan->right;
  plan->x0 = from_axis(rows, low - point * rows->pad_left);
  plan->x1 = from_axis(rows, high + point * fmax(fmax(rows->pad_right, 6), end - beyond));
  tf_script_margins(plan, pen->out);
  tf_text_addf(pen->out, "set xrange [%.12g:%.12g]\nset yrange [%zu.5:0.5]\n%sunset ytics\n", plan->x0, plan->x1,
               rows->count, rows->log ? "set logscale x\n" : "");
  tf_script_x_ticks(plan, ticks, &plan->scale, pen->out);
  if (!rows->log && ticks->low < 0 && ticks->high > 0) {
    double zero = tf_rows_x(plan, 0);
    tf_pen_line(pen, zero, plan->top, zero, plan->bottom, "back lc rgb AXIS lw 1.2");
  }
  return TF_OK;
}

// Several quantities in several scenarios: the colour is the scenario's.
static size_t scenario_colour(const tf_chart_plan *plan, size_t series) {
  bool blocks = false;
  for (size_t i = 1; i < plan->count; i++) {
    blocks = blocks || plan->series[i].block != plan->series[0].block;
  }
  if (plan->options->highlight != NULL || plan->result->scenario_count < 2 ||
      (!blocks && plan->spec->kind == TF_PLOT_BARS)) {
    return tf_chart_colour(plan, series);
  }
  size_t scenario = plan->series[series].scenario;
  if (plan->series[series].shared) { // in grey beside those of the scenarios
    return tf_chart_all_shared(plan) ? 1 : 7;
  }
  return scenario < 6 ? scenario + 1 : 7;
}

static void put_colours(const tf_chart_plan *plan, tf_text *out) {
  tf_text_adds(out, "COLOURS = '");
  for (size_t i = 0; i < plan->count; i++) {
    tf_text_addf(out, "%s%zu", i > 0 ? " " : "", scenario_colour(plan, i));
  }
  tf_text_addf(out, "'\nSERIES = %zu\n", plan->count);
}

// --- Bars -----------------------------------------------------------------------------------------------------------

tf_status tf_chart_bars(tf_chart_plan *plan, const char *stem, tf_str *script) {
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  size_t n = plan->count;
  tf_str *names = TF_ARRAY(plan->arena, tf_str, n), *values = TF_ARRAY(plan->arena, tf_str, n);
  const char **colours = TF_ARRAY(plan->arena, const char *, n);
  tf_rows rows = {.count = n, .names = names, .values = values, .colours = colours, .log = plan->spec->log};
  rows.low = INFINITY;
  rows.high = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    const tf_chart_point *p = &plan->series[i].points[0];
    names[i] = plan->series[i].name;
    values[i] = tf_chart_value(plan, p, p->value, true);
    colours[i] = tf_format(plan->arena, "WORD(%zu)", scenario_colour(plan, i));
    rows.low = fmin(rows.low, fmin(p->value, p->p5));
    rows.high = fmax(rows.high, fmax(p->value, p->p95));
  }
  tf_status status = tf_rows_start(plan, stem, &rows, &pen);
  if (status != TF_OK) {
    return status;
  }
  tf_text data = tf_text_new(plan->arena);
  for (size_t i = 0; i < n; i++) {
    const tf_chart_point *p = &plan->series[i].points[0];
    const double row[] = {p->value, p->p5, p->p25, p->p75, p->p95, (double)i + 1};
    tf_text_adds(&data, i > 0 ? "\n\n" : "");
    tf_script_row(&data, row, 6);
  }
  put_colours(plan, &out);
  tf_text_addf(&out, "THICK = %s\n", n > 14 ? "4" : "5.5");
  tf_gnuplot_data(&out, "rows", tf_text_str(&data));
  status = tf_script_template(plan, "bars.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}

// --- Dumbbells ------------------------------------------------------------------------------------------------------

typedef struct dumbbell { // one quantity or element: its series are first .. first + count - 1
  size_t first, count;
  size_t low, high; // of its series
} dumbbell;

static size_t group_blocks(const tf_chart_plan *plan, dumbbell *groups) {
  size_t count = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *s = &plan->series[i];
    if (count == 0 || plan->series[groups[count - 1].first].block != s->block) {
      groups[count++] = (dumbbell){.first = i, .low = i, .high = i};
    }
    dumbbell *g = &groups[count - 1];
    g->count++;
    g->low = s->points[0].value < plan->series[g->low].points[0].value ? i : g->low;
    g->high = s->points[0].value > plan->series[g->high].points[0].value ? i : g->high;
  }
  return count;
}

// Names of the scenarios above the first line, each over its dot as far as there is room; above the names of the rows
// there is some, too.
static void put_key(tf_pen *pen, const dumbbell *first) {
  const tf_chart_plan *plan = pen->plan;
  tf_face face = {10, true, plan->stretch};
  size_t shown = first->count < 6 ? first->count : 6;
  tf_str names[6];
  double at[6], widest = 0;
  for (size_t i = 0; i < shown; i++) {
    const tf_chart_series *s = &plan->series[first->first + i];
    names[i] = tf_text_fit(plan->arena, face, plan->result->scenarios[s->scenario].name,
                           (plan->width - 2 * TF_CHART_EDGE) / (double)shown - 12);
    widest = fmax(widest, tf_text_extent(face, names[i]));
    at[i] = tf_rows_x(plan, s->points[0].value);
  }
  tf_labels_place(plan->arena, at, shown, widest + 12, TF_CHART_EDGE + widest / 2,
                  plan->width - TF_CHART_EDGE - widest / 2);
  for (size_t i = 0; i < shown; i++) {
    const char *colour = tf_format(plan->arena, "WORD(%zu)", scenario_colour(plan, first->first + i));
    tf_pen_text(pen, names[i], at[i], plan->top - 8, TF_CENTRE, face, colour);
  }
}

tf_status tf_chart_dumbbell(tf_chart_plan *plan, const char *stem, tf_str *script) {
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  dumbbell *groups = TF_ARRAY(plan->arena, dumbbell, plan->count);
  size_t n = group_blocks(plan, groups);
  tf_str *names = TF_ARRAY(plan->arena, tf_str, n);
  tf_face face = {10, true, plan->stretch};
  tf_rows rows = {.count = n, .names = names, .log = plan->spec->log, .low = INFINITY, .high = -INFINITY, .above = 18};
  for (size_t g = 0; g < n; g++) {
    const tf_row *row = plan->series[groups[g].first].block->first;
    tf_str index = tf_row_index(plan->arena, row), name = tf_chart_name(plan->arena, row);
    names[g] = tf_chart_capital(plan->arena, n > 1 && index.len > 0 ? index : name);
    const tf_chart_point *low = plan->series[groups[g].low].points, *high = plan->series[groups[g].high].points;
    rows.low = fmin(rows.low, low->value);
    rows.high = fmax(rows.high, high->value);
    rows.pad_left = fmax(rows.pad_left, 22 + tf_text_extent(face, tf_chart_value(plan, low, low->value, true)));
    rows.pad_right = fmax(rows.pad_right, 22 + tf_text_extent(face, tf_chart_value(plan, high, high->value, true)));
  }
  tf_status status = tf_rows_start(plan, stem, &rows, &pen);
  if (status != TF_OK) {
    return status;
  }
  put_key(&pen, &groups[0]);
  tf_text dots = tf_text_new(plan->arena), lines = tf_text_new(plan->arena);
  put_colours(plan, &out);
  for (size_t g = 0; g < n; g++) {
    const tf_chart_point *least = plan->series[groups[g].low].points, *most = plan->series[groups[g].high].points;
    double low = least->value, high = most->value;
    double y = tf_rows_y(plan, n, g);
    tf_script_row(&lines, (double[]){low, (double)g + 1, high - low}, 3);
    tf_pen_text(&pen, tf_chart_value(plan, most, high, true), tf_rows_x(plan, high) + 11, y, TF_LEFT, face,
                tf_format(plan->arena, "WORD(%zu)", scenario_colour(plan, groups[g].high)));
    if (groups[g].low != groups[g].high) {
      tf_pen_text(&pen, tf_chart_value(plan, least, low, true), tf_rows_x(plan, low) - 11, y, TF_RIGHT, face,
                  tf_format(plan->arena, "WORD(%zu)", scenario_colour(plan, groups[g].low)));
    }
    for (size_t k = 0; k < groups[g].count; k++) {
      tf_text_adds(&dots, dots.len > 0 ? "\n\n" : "");
      tf_script_row(&dots, (double[]){plan->series[groups[g].first + k].points[0].value, (double)g + 1}, 2);
    }
  }
  tf_gnuplot_data(&out, "ranges", tf_text_str(&lines));
  tf_gnuplot_data(&out, "dots", tf_text_str(&dots));
  status = tf_script_template(plan, "dumbbell.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}
