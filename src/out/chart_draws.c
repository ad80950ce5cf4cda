// SPDX-License-Identifier: GPL-3.0-or-later
// Charts of the draws of one value: histogram, cumulative distribution and exceedance (out/chart_plan.h).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "out/chart_plan.h"
#include "out/delimited.h"

enum { BINS_WANTED = 40, BINS_MAX = 200, CURVE = 400, PANELS_MAX = 8, CURVES_MAX = 6, SKETCH_DRAWS = 1 << 16 };

typedef struct draws { // of one series, in the unit of the chart, ascending
  size_t count;
  double *at;
} draws;

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Of a sketch: its quantiles in even steps, which are what a chart can show of all samples.
static draws spread_sketch(const tf_chart_plan *plan, const tf_sketch *sketch) {
  draws d = {.at = TF_ARRAY(plan->arena, double, SKETCH_DRAWS)};
  double *p = TF_ARRAY(plan->arena, double, SKETCH_DRAWS);
  for (size_t i = 0; i < SKETCH_DRAWS; i++) {
    p[i] = ((double)i + 0.5) / SKETCH_DRAWS;
  }
  tf_sketch_quantiles(sketch, p, SKETCH_DRAWS, d.at);
  while (d.count < SKETCH_DRAWS && isfinite(d.at[d.count])) {
    d.at[d.count++] /= plan->unit.factor;
  }
  return d;
}

// Undefined draws and those later than the axis are left out.
static draws draws_of(const tf_chart_plan *plan, const tf_chart_series *s) {
  const tf_row *row = s->points[0].row;
  if (row->sketch != NULL) {
    return spread_sketch(plan, row->sketch);
  }
  size_t samples = tf_row_kept(row, plan->result->samples);
  draws d = {.at = TF_ARRAY(plan->arena, double, samples + 1)};
  for (size_t i = 0; i < samples; i++) {
    if (isfinite(row->samples[i])) {
      d.at[d.count++] = row->samples[i] / plan->unit.factor;
    }
  }
  qsort(d.at, d.count, sizeof *d.at, ascending);
  return d;
}

// Type 7 of Hyndman and Fan 1996, as in the tables.
static double quantile(const draws *d, double p) {
  double h = (double)(d->count - 1) * p;
  size_t i = (size_t)h;
  double next = d->at[i + 1 < d->count ? i + 1 : i];
  return d->at[i] + (h - (double)i) * (next - d->at[i]);
}

static tf_status all_draws(tf_chart_plan *plan, draws *all, size_t most) {
  if (plan->count > most) {
    tf_status status = tf_fail(plan->cx, TF_INVALID, plan->spec->at, "%s shows at most %zu values, not %zu",
                               tf_plot_kind_name(plan->spec->kind), most, plan->count);
    tf_hint(plan->cx, "use bars, or name fewer");
    return status;
  }
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *s = &plan->series[i];
    all[i] = draws_of(plan, s);
    if (all[i].count < 8 || all[i].at[0] >= all[i].at[all[i].count - 1]) {
      tf_str scenario = plan->result->scenarios[s->scenario].name;
      const char *where =
          plan->result->scenario_count > 1 ? tf_format(plan->arena, " in %.*s", TF_STR_ARGS(scenario)) : "";
      tf_status status = tf_fail(plan->cx, TF_INVALID, plan->spec->at, "%.*s has one value%s: %s needs draws",
                                 TF_STR_ARGS(s->block->title), where, tf_plot_kind_name(plan->spec->kind));
      tf_hint(plan->cx, "use bars, or give an input a range such as 3 to 5");
      return status;
    }
    if (plan->spec->log && quantile(&all[i], 0.005) <= 0) {
      tf_status status =
          tf_fail(plan->cx, TF_INVALID, plan->spec->at, "a logarithmic axis has no place for %g, a draw of %.*s",
                  all[i].at[0], TF_STR_ARGS(s->block->title));
      tf_hint(plan->cx, "leave out `log`");
      return status;
    }
  }
  return TF_OK;
}

// Nearly all draws: what lies further out would squeeze the rest.
static void range_of(const tf_chart_plan *plan, const draws *all, double *low, double *high) {
  *low = INFINITY;
  *high = -INFINITY;
  for (size_t i = 0; i < plan->count; i++) {
    *low = fmin(*low, quantile(&all[i], 0.005));
    *high = fmax(*high, quantile(&all[i], 0.995));
  }
  if (plan->options->has_y) {
    *low = plan->options->y_low;
    *high = plan->options->y_high;
  } else if (!plan->spec->log && *low > 0 && *low < 0.35 * *high) {
    *low = 0;
  }
}

// The draws of all series, and the ends of their axis.
static tf_status take_draws(tf_chart_plan *plan, draws *all, size_t most, double *low, double *high) {
  tf_status status = all_draws(plan, all, most);
  if (status == TF_OK) {
    range_of(plan, all, low, high);
  }
  return status;
}

// Once the kind has said its title and how to read it: all texts, and the script up to the page.
static tf_status start_page(tf_chart_plan *plan, const char *stem, tf_text *out) {
  tf_status status = tf_chart_finish_texts(plan);
  return status == TF_OK ? tf_script_start(plan, stem, out) : status;
}

static tf_status finish(tf_chart_plan *plan, const char *template, tf_text *out, tf_str *script) {
  tf_status status = tf_script_template(plan, template, out);
  if (status == TF_OK) {
    *script = tf_text_str(out);
  }
  return status;
}

static void value_axis(tf_chart_plan *plan, double low, double high, tf_text *out) {
  plan->ticks = tf_ticks_room(plan, low, high, plan->spec->log, plan->right - plan->left);
  tf_ticks_clip(&plan->ticks, low, high);
  double resolution = plan->scale.resolution;
  plan->scale = tf_scale_for(plan->arena, plan->result->model->units, plan->unit,
                             fmax(fabs(high), fabs(low)) / (plan->spec->log ? 1 : 2));
  plan->scale.resolution = resolution;
  plan->x0 = low;
  plan->x1 = high;
  tf_text_addf(out, "set xrange [%.12g:%.12g]\n%s", low, high, plan->spec->log ? "set logscale x\n" : "");
  tf_script_x_ticks(plan, &plan->ticks, &plan->scale, out);
}

static void put_csv(tf_chart_plan *plan, const draws *all) {
  tf_text csv = tf_text_new(plan->arena);
  tf_text_adds(&csv, "scenario,quantity,index,unit,probability,value\n");
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *s = &plan->series[i];
    for (int n = 0; n < 99 * (s->shared ? (int)plan->result->scenario_count : 1); n++) {
      int p = n % 99 + 1;
      tf_csv_text(&csv, plan->result->scenarios[s->shared ? (size_t)n / 99 : s->scenario].name);
      tf_text_addc(&csv, ',');
      tf_csv_text(&csv, s->points[0].row->name);
      tf_text_addc(&csv, ',');
      tf_csv_text(&csv, tf_row_index(plan->arena, s->points[0].row));
      tf_text_addc(&csv, ',');
      tf_csv_text(&csv, plan->unit.text);
      tf_text_addf(&csv, ",%g,", p / 100.0);
      tf_csv_number(&csv, quantile(&all[i], p / 100.0));
      tf_text_addc(&csv, '\n');
    }
  }
  plan->csv = tf_text_str(&csv);
}

// A quantile of a series, to the digits that tables show.
static tf_str quantile_text(const tf_chart_plan *plan, size_t series, const draws *d, double p) {
  return tf_chart_value(plan, &plan->series[series].points[0], quantile(d, p), true);
}

static tf_str number(const tf_chart_plan *plan, double value) {
  return tf_scale_value(&plan->scale, value, true);
}

static double on_page(const tf_chart_plan *plan, double value) {
  return fmin(fmax(tf_rows_x(plan, value), plan->left), plan->right);
}

// --- Histogram ------------------------------------------------------------------------------------------------------

typedef struct bins {
  size_t count;
  double edge[BINS_MAX + 1];
} bins;

// Round edges; equal steps of the logarithm on a logarithmic axis.
static bins make_bins(bool log, double low, double high) {
  bins b = {.count = 0};
  if (log) {
    b.count = BINS_WANTED;
    for (size_t i = 0; i <= b.count; i++) {
      b.edge[i] = low * pow(high / low, (double)i / (double)b.count);
    }
    return b;
  }
  tf_ticks round = tf_ticks_linear(low, low + (high - low) / 10, 4);
  double step = round.count > 1 ? round.at[1] - round.at[0] : (high - low) / BINS_WANTED;
  double first = floor(low / step) * step;
  while (b.count < BINS_MAX && first + step * (double)b.count < high - 1e-9 * step) {
    b.edge[b.count] = first + step * (double)b.count;
    b.count++;
  }
  b.edge[b.count] = first + step * (double)b.count;
  return b;
}

static double share_between(const draws *d, double from, double to) {
  size_t inside = 0;
  for (size_t i = 0; i < d->count; i++) {
    inside += d->at[i] >= from && d->at[i] < to;
  }
  return (double)inside / (double)d->count;
}

// Quantiles written above the bars, pushed apart, each with a line down to its place.
static void mark_quantiles(tf_pen *pen, const draws *d, double y, double base) {
  const tf_chart_plan *plan = pen->plan;
  static const double ps[] = {0.05, 0.5, 0.95};
  static const char *const words[] = {"5th percentile", "Median", "95th percentile"};
  tf_str texts[3];
  double at[3], widest = 0;
  for (size_t k = 0; k < 3; k++) {
    texts[k] = quantile_text(plan, 0, d, ps[k]);
    at[k] = on_page(plan, quantile(d, ps[k]));
    tf_face bold = {11, true, plan->stretch}, light = {9.5, false, plan->stretch};
    widest = fmax(widest, fmax(tf_text_extent(bold, texts[k]), tf_text_extent(light, tf_str_of(words[k]))));
  }
  double wanted[3];
  memcpy(wanted, at, sizeof wanted);
  tf_labels_place(plan->arena, at, 3, widest + 12, TF_CHART_EDGE + widest / 2,
                  plan->width - TF_CHART_EDGE - widest / 2);
  for (size_t k = 0; k < 3; k++) {
    tf_pen_text(pen, tf_str_of(words[k]), at[k], y - 34, TF_CENTRE, (tf_face){9.5, false, plan->stretch}, "MUTED");
    tf_pen_text(pen, texts[k], at[k], y - 19, TF_CENTRE, (tf_face){11, true, plan->stretch},
                k == 1 ? "WORD(1)" : "INK");
    tf_pen_line(pen, at[k], y - 9, wanted[k], y, "lc rgb AXIS lw 0.8");
    tf_pen_line(pen, wanted[k], y, wanted[k], base,
                k == 1 ? "front lc rgb INK lw 1.4" : "front lc rgb AXIS lw 1 dt (3,3)");
  }
}

static void histogram_texts(tf_chart_plan *plan, const bins *b) {
  tf_text text = tf_text_new(plan->arena);
  tf_text_add(&text, tf_chart_subtitle(plan));
  plan->subtitle = tf_text_str(&text);
  plan->reading = plan->spec->log ? "Height: share of samples; bars of equal ratio. Full colour: 90% of outcomes"
                                  : tf_format(plan->arena,
                                              "Height: share of samples in a step of %.*s. Full colour: 90%% of "
                                              "outcomes",
                                              TF_STR_ARGS(number(plan, b->edge[1] - b->edge[0])));
}

tf_status tf_chart_histogram(tf_chart_plan *plan, const char *stem, tf_str *script) {
  draws all[TF_CHART_SERIES_MAX];
  double low = 0, high = 0;
  tf_status status = take_draws(plan, all, PANELS_MAX, &low, &high);
  if (status != TF_OK) {
    return status;
  }
  bins b = make_bins(plan->spec->log, low, high);
  low = b.edge[0];
  high = b.edge[b.count];
  histogram_texts(plan, &b);
  bool one = plan->count == 1;
  if (!(plan->options->height > 0) && !one) {
    plan->height = 150 + 80 * (double)plan->count;
  }
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  status = start_page(plan, stem, &out);
  if (status != TF_OK) {
    return status;
  }
  tf_pen_page(&pen, plan, one ? 38 : -8);
  plan->left = TF_CHART_EDGE + 6;
  plan->right = plan->width - TF_CHART_EDGE - 22;
  tf_face name_face = {10.5, true, plan->stretch}, value_face = {10, false, plan->stretch};
  double panel = (plan->bottom - plan->top) / (double)plan->count;
  for (size_t i = 0; i < plan->count && !one; i++) {
    tf_str name = tf_text_fit(plan->arena, name_face, plan->series[i].name, 0.3 * plan->width);
    plan->left = fmax(plan->left, TF_CHART_EDGE + tf_text_extent(name_face, name) + 20);
    double y = plan->top + panel * ((double)i + 1);
    tf_pen_text(&pen, name, TF_CHART_EDGE, y - 24, TF_LEFT, name_face, tf_chart_word(plan, i));
    tf_str median = tf_str_of(tf_format(plan->arena, "median %.*s", TF_STR_ARGS(quantile_text(plan, i, &all[i], 0.5))));
    plan->left = fmax(plan->left, TF_CHART_EDGE + tf_text_extent(value_face, median) + 20);
    tf_pen_text(&pen, median, TF_CHART_EDGE, y - 8, TF_LEFT, value_face, "MUTED");
  }
  tf_script_margins(plan, &out);
  value_axis(plan, low, high, &out);
  tf_text_addf(&out, "set yrange [0:%zu]\nunset ytics\n", plan->count);
  double highest = 0;
  double shares[PANELS_MAX][BINS_MAX];
  for (size_t i = 0; i < plan->count; i++) {
    for (size_t k = 0; k < b.count; k++) {
      shares[i][k] = share_between(&all[i], b.edge[k], b.edge[k + 1]);
      highest = fmax(highest, shares[i][k]);
    }
  }
  tf_text bars = tf_text_new(plan->arena), marks = tf_text_new(plan->arena);
  for (size_t i = 0; i < plan->count; i++) {
    double base = (double)(plan->count - 1 - i), p5 = quantile(&all[i], 0.05), p95 = quantile(&all[i], 0.95);
    tf_text_adds(&bars, i > 0 ? "\n\n" : "");
    tf_text_adds(&marks, i > 0 ? "\n\n" : "");
    for (size_t k = 0; k < b.count; k++) {
      double middle = (b.edge[k] + b.edge[k + 1]) / 2;
      double tall = (one ? 1.0 : 0.86) * shares[i][k] / highest;
      tf_script_row(&bars, (double[]){b.edge[k], b.edge[k + 1], base, base + tall, middle >= p5 && middle <= p95}, 5);
    }
    double median = quantile(&all[i], 0.5);
    size_t at = 0;
    while (at + 1 < b.count && b.edge[at + 1] <= median) {
      at++;
    }
    tf_script_row(&marks, (double[]){median, base, (one ? 1.0 : 0.86) * shares[i][at] / highest, low, high}, 5);
  }
  tf_chart_colours(plan, &out);
  tf_gnuplot_data(&out, "bars", tf_text_str(&bars));
  tf_gnuplot_data(&out, "medians", tf_text_str(&marks));
  if (one) {
    mark_quantiles(&pen, &all[0], plan->top - 6, plan->bottom);
  }
  put_csv(plan, all);
  return finish(plan, "histogram.gp", &out, script);
}

// --- Cumulative and exceedance --------------------------------------------------------------------------------------

// Names at the right, in order of the medians; the curves themselves are told apart by colour and dash.
static void name_curves(tf_pen *pen, tf_edge *edge, const draws *all) {
  tf_chart_plan *plan = (tf_chart_plan *)pen->plan;
  size_t order[TF_CHART_SERIES_MAX];
  for (size_t i = 0; i < plan->count; i++) {
    size_t k = i;
    for (; k > 0 && quantile(&all[order[k - 1]], 0.5) > quantile(&all[i], 0.5); k--) {
      order[k] = order[k - 1];
    }
    order[k] = i;
  }
  for (size_t i = 0; i < plan->count; i++) {
    size_t s = order[i];
    tf_str value = quantile_text(plan, s, &all[s], 0.5);
    tf_edge_name(plan, edge, plan->series[s].name, value, 0, tf_chart_word(plan, s), 0.3 * plan->width,
                 tf_edge_lines(plan, plan->count));
  }
  double y = plan->top + 14; // one below the other, at the right of all curves
  for (size_t i = 0; i < edge->count; i++) {
    double half = 9.5 * (double)edge->labels[i].lines;
    edge->labels[i].wanted = edge->labels[i].at = y + half - 9.5;
    y += 2 * half + 5;
  }
}

static void label_quantiles(tf_pen *pen, const draws *d, bool exceeds) {
  const tf_chart_plan *plan = pen->plan;
  static const double ps[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  static const char *const below[] = {"5th", "25th", "Median", "75th", "95th"};
  static const char *const above[] = {"95% above", "75% above", "Even odds", "25% above", "5% above"};
  for (size_t k = 0; k < 5; k++) {
    double v = quantile(d, ps[k]), x = on_page(plan, v);
    double y = plan->bottom - (exceeds ? 1 - ps[k] : ps[k]) * (plan->bottom - plan->top);
    tf_str text = tf_str_of(tf_format(plan->arena, "%s  %.*s", exceeds ? above[k] : below[k],
                                      TF_STR_ARGS(quantile_text(plan, 0, d, ps[k]))));
    tf_face face = {10.5, k == 2, plan->stretch};
    tf_pen_text(pen, text, x + 11, exceeds ? y - 6 : y + 7, TF_LEFT, face, k == 2 ? "WORD(1)" : "INK");
  }
}

static void cumulative_texts(tf_chart_plan *plan, const draws *all, bool exceeds) {
  const tf_chart_series *s = &plan->series[0];
  const tf_chart_point *p = &s->points[0];
  tf_text text = tf_text_new(plan->arena);
  const char *when = p->period.len > 0 ? tf_format(plan->arena, " in %.*s", TF_STR_ARGS(p->period)) : "";
  if (plan->count == 1) {
    tf_str subject = tf_chart_subject(plan, s);
    tf_text_addf(&text,
                 exceeds ? "%.*s%s: 1 chance in 20 of more than %.*s" : "%.*s%s: even odds of staying below %.*s",
                 TF_STR_ARGS(subject), when, TF_STR_ARGS(quantile_text(plan, 0, &all[0], exceeds ? 0.95 : 0.5)));
    plan->title = tf_text_str(&text);
  }
  text = tf_text_new(plan->arena);
  tf_text_addf(&text, "%s", exceeds ? "Chance of more than the value below: " : "Chance of at most the value below: ");
  tf_text_add(&text, tf_chart_subtitle(plan));
  plan->subtitle = tf_text_str(&text);
  plan->reading = plan->count == 1 ? "Dots: quantiles" : "Dots, and at the right: medians";
}

tf_status tf_chart_cumulative(tf_chart_plan *plan, const char *stem, tf_str *script) {
  bool exceeds = plan->spec->kind == TF_PLOT_EXCEEDANCE;
  draws all[TF_CHART_SERIES_MAX];
  double low = 0, high = 0;
  tf_status status = take_draws(plan, all, CURVES_MAX, &low, &high);
  if (status != TF_OK) {
    return status;
  }
  cumulative_texts(plan, all, exceeds);
  tf_text out = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  status = start_page(plan, stem, &out);
  if (status != TF_OK) {
    return status;
  }
  tf_pen_page(&pen, plan, 0);
  tf_edge edge = {.count = 0};
  plan->left = TF_CHART_EDGE + 46;
  double room = 0;
  if (plan->count > 1) {
    name_curves(&pen, &edge, all);
    room = tf_edge_width(plan, &edge) + 14;
  } else { // labels stand beside their dots, the last one may stand near the end
    tf_face face = {10.5, false, plan->stretch};
    tf_str longest =
        tf_str_of(tf_format(plan->arena, "95%% above  %.*s", TF_STR_ARGS(quantile_text(plan, 0, &all[0], 0.95))));
    room = tf_text_extent(face, longest) - 30;
  }
  plan->right = plan->width - TF_CHART_EDGE - fmax(room, 30);
  tf_script_margins(plan, &out);
  value_axis(plan, low, high, &out);
  tf_text_adds(&out, "set yrange [0:1]\nset ytics ('0%%' 0, '25%%' 0.25, '50%%' 0.5, '75%%' 0.75, '100%%' 1)\n");
  tf_text curves = tf_text_new(plan->arena), dots = tf_text_new(plan->arena);
  for (size_t i = 0; i < plan->count; i++) {
    tf_text_adds(&curves, i > 0 ? "\n\n" : "");
    for (int k = 0; k <= CURVE; k++) {
      double p = 0.002 + 0.996 * k / CURVE;
      tf_script_row(&curves, (double[]){quantile(&all[i], p), exceeds ? 1 - p : p}, 2);
    }
  }
  static const double ps[] = {0.05, 0.25, 0.5, 0.75, 0.95};
  for (size_t k = 0; k < 5; k++) {
    tf_script_row(&dots, (double[]){plan->count == 1 ? quantile(&all[0], ps[k]) : NAN, exceeds ? 1 - ps[k] : ps[k]}, 2);
  }
  tf_text middles = tf_text_new(plan->arena);
  for (size_t i = 0; i < plan->count; i++) {
    tf_text_adds(&middles, i > 0 ? "\n\n" : "");
    tf_script_row(&middles, (double[]){quantile(&all[i], 0.5), 0.5}, 2);
  }
  tf_chart_colours(plan, &out);
  tf_gnuplot_data(&out, "curves", tf_text_str(&curves));
  tf_gnuplot_data(&out, "quantiles", tf_text_str(&dots));
  tf_gnuplot_data(&out, "medians", tf_text_str(&middles));
  if (plan->count == 1) {
    label_quantiles(&pen, &all[0], exceeds);
  } else {
    tf_edge_draw(&pen, &edge, plan->right);
  }
  put_csv(plan, all);
  return finish(plan, "cumulative.gp", &out, script);
}
