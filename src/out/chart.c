// SPDX-License-Identifier: GPL-3.0-or-later
// From a plot statement and a result to a chart (out/chart.h).
#include "out/chart.h"

#include <math.h>
#include <string.h>

#include "base/io.h"
#include "out/chart_plan.h"
#include "out/svg.h"

// --- What they have in common ---------------------------------------------------------------------------------------

// Scenarios may know more of the past than others: what they share is drawn once, the rest belongs to each.
static void find_history(tf_chart_plan *plan) {
  const tf_chart_series *first = &plan->series[0];
  plan->history = first->reported;
  plan->ruled = first->reported > 0 && first->reported < first->count;
  plan->rule = plan->ruled ? first->points[first->reported - 1].x : 0;
  for (size_t i = 1; i < plan->count; i++) {
    const tf_chart_series *s = &plan->series[i];
    size_t same = 0;
    while (same < plan->history && same < s->reported && s->points[same].x == first->points[same].x &&
           fabs(s->points[same].value - first->points[same].value) <= 1e-9 * fabs(first->points[same].value)) {
      same++;
    }
    plan->history = same;
    if (s->reported > 0) {
      plan->ruled = plan->ruled && s->reported < s->count && s->points[s->reported - 1].x == plan->rule;
    }
  }
}

static tf_status set_axis(tf_chart_plan *plan) {
  double low = INFINITY, high = -INFINITY;
  const tf_chart_point *lowest = NULL;
  for (size_t i = 0; i < plan->count; i++) {
    bool bands =
        plan->fan || i < plan->bands || plan->spec->kind == TF_PLOT_BARS || plan->spec->kind == TF_PLOT_MULTIPLES;
    for (size_t k = 0; k < plan->series[i].count; k++) {
      const tf_chart_point *p = &plan->series[i].points[k];
      double bottom = bands ? fmin(p->p5, p->value) : p->value;
      lowest = bottom < low ? p : lowest;
      low = fmin(low, bottom);
      high = fmax(high, bands ? fmax(p->p95, p->value) : p->value);
    }
  }
  if (plan->options->has_y) {
    low = plan->options->y_low;
    high = plan->options->y_high;
  }
  if (plan->spec->log && low <= 0 && lowest != NULL) {
    tf_status status =
        tf_fail(plan->cx, TF_INVALID, plan->spec->at, "a logarithmic axis has no place for %g, the value of %.*s%s%.*s",
                low, TF_STR_ARGS(lowest->row->name), lowest->period.len > 0 ? " in " : "", TF_STR_ARGS(lowest->period));
    tf_hint(plan->cx, "leave out `log`");
    return status;
  }
  plan->ticks = plan->spec->log ? tf_ticks_log(low, high, 8) : tf_ticks_linear(low, high, 5);
  if (plan->options->has_y) {
    tf_ticks_clip(&plan->ticks, low, high);
  }
  plan->scale = tf_scale_for(plan->arena, plan->result->model->units, plan->unit,
                             fmax(fabs(plan->ticks.high), fabs(plan->ticks.low)) / (plan->spec->log ? 1 : 2));
  // Digits that tell apart what stands at the right edge.
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_point *end = &plan->series[i].points[plan->series[i].count - 1];
    least = fmin(least, plan->count == 1 ? end->p5 : end->value);
    most = fmax(most, plan->count == 1 ? end->p95 : end->value);
  }
  plan->scale.resolution = (most - least) / 4;
  return TF_OK;
}

// --- The chart ------------------------------------------------------------------------------------------------------

// Letters, digits and '-': part of file names and of ids.
static const char *slug(tf_arena *arena, tf_str s) {
  tf_text text = tf_text_new(arena);
  for (size_t i = 0; i < s.len && text.len < 80; i++) {
    char lower = tf_lower(s.ptr[i]);
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
      tf_text_addc(&text, lower);
    } else if (text.len > 0 && text.ptr[text.len - 1] != '-') {
      tf_text_addc(&text, '-');
    }
  }
  while (text.len > 0 && text.ptr[text.len - 1] == '-') {
    text.ptr[--text.len] = '\0';
  }
  return text.len == 0 ? "chart" : text.ptr;
}

// Whether a kind begins with the series that the statement names, and what draws it.
static const struct maker {
  bool series;
  tf_status (*draw)(tf_chart_plan *plan, const char *stem, tf_str *script);
} makers[] = {[TF_PLOT_FAN] = {true, tf_chart_script},
              [TF_PLOT_LINES] = {true, tf_chart_script},
              [TF_PLOT_BARS] = {true, tf_chart_bars},
              [TF_PLOT_MULTIPLES] = {true, tf_chart_multiples},
              [TF_PLOT_STACK] = {true, tf_chart_stack},
              [TF_PLOT_DUMBBELL] = {true, tf_chart_dumbbell},
              [TF_PLOT_HISTOGRAM] = {true, tf_chart_histogram},
              [TF_PLOT_CDF] = {true, tf_chart_cumulative},
              [TF_PLOT_EXCEEDANCE] = {true, tf_chart_cumulative},
              [TF_PLOT_SHARES] = {false, tf_chart_shares},
              [TF_PLOT_DRIVERS] = {false, tf_chart_drivers},
              [TF_PLOT_PUBLISHED] = {false, tf_chart_published},
              [TF_PLOT_DEPENDENCIES] = {false, tf_chart_dependencies}};

static tf_status series_of(tf_chart_plan *plan) {
  tf_plot_kind kind = plan->spec->kind;
  tf_status status = tf_chart_choose(plan);
  if (status != TF_OK) {
    return status;
  }
  plan->fan = kind == TF_PLOT_FAN && plan->count == 1;
  plan->bands = kind == TF_PLOT_FAN && plan->count > 1 && plan->count <= TF_CHART_LINES_MAX ? plan->count : 0;
  if (!plan->single) {
    find_history(plan);
  }
  status = set_axis(plan);
  return status == TF_OK ? tf_chart_texts(plan) : status;
}

tf_status tf_chart_build(tf_context *cx, const tf_result *result, const tf_plot_spec *spec,
                         const tf_chart_options *options, tf_chart **chart) {
  tf_chart_plan *plan = TF_NEW(cx->arena, tf_chart_plan);
  *plan = (tf_chart_plan){.cx = cx,
                          .arena = cx->arena,
                          .result = result,
                          .spec = spec,
                          .options = options,
                          .blocks = tf_blocks_of(cx->arena, result, 0, result->scenario_count),
                          .width = options->width > 0 ? options->width : 800,
                          .height = options->height > 0                          ? options->height
                                    : options->width > 0 && options->width < 500 ? options->width
                                                                                 : 500,
                          .font = options->font != NULL ? options->font : tf_gnuplot_font(cx)};
  plan->stretch = strncmp(plan->font, "Inter", 5) == 0 ? 1 : 1.1;
  tf_status status = makers[spec->kind].series ? series_of(plan) : TF_OK;
  if (status != TF_OK) {
    return status;
  }
  tf_text stem = tf_text_new(cx->arena);
  const char *prefix = options->prefix != NULL ? options->prefix : "";
  tf_text_addf(&stem, "%s%s", prefix, prefix[0] != '\0' ? " " : "");
  tf_text_add(&stem, plan->count > 0 ? plan->series[0].block->title : tf_path_stem(spec->names[0].text));
  if (plan->count == 0 && tf_str_find(spec->names[0].text, '/') == SIZE_MAX) {
    stem = tf_text_new(cx->arena);
    tf_text_addf(&stem, "%s%s", prefix, prefix[0] != '\0' ? " " : "");
    tf_text_add(&stem, spec->names[0].text);
  }
  tf_text_addf(&stem, " %s%s", tf_plot_kind_name(spec->kind), options->dark ? " dark" : "");
  const char *name = options->stem != NULL ? options->stem : slug(cx->arena, tf_text_str(&stem));
  tf_str script = {"", 0};
  status = makers[spec->kind].draw(plan, slug(cx->arena, tf_str_of(name)), &script);
  if (status != TF_OK) {
    return status;
  }
  *chart = TF_NEW(cx->arena, tf_chart);
  **chart = (tf_chart){.stem = name,
                       .title = plan->title,
                       .subtitle = plan->subtitle,
                       .footer = plan->footer,
                       .alt = plan->alt,
                       .script = script,
                       .csv = plan->csv.len > 0 ? plan->csv : tf_chart_csv(plan),
                       .dark = options->dark};
  return TF_OK;
}

bool tf_chart_default(tf_context *cx, const tf_result *result, tf_plot_spec *spec) {
  const tf_row *best = NULL;
  int merit = 0;
  for (size_t s = 0; s < result->scenario_count; s++) {
    for (size_t i = 0; i < result->scenarios[s].rows.count; i++) {
      const tf_row *row = &result->scenarios[s].rows.at[i];
      int own = row->kind != TF_KIND_NUMBER || !isfinite(row->central) ? 0
                : row->series                                          ? (row->uncertain ? 4 : 3)
                                                                       : (row->uncertain ? 2 : 1);
      if (own > merit) {
        best = row;
        merit = own;
      }
    }
  }
  if (best == NULL) {
    return false;
  }
  tf_located *name = TF_NEW(cx->arena, tf_located);
  name->text = tf_row_title(cx->arena, best);
  tf_plot_kind kind = !best->series ? TF_PLOT_BARS : merit == 4 ? TF_PLOT_FAN : TF_PLOT_LINES;
  *spec = (tf_plot_spec){.kind = kind, .names = name, .count = 1};
  return true;
}

// --- Pictures and files ---------------------------------------------------------------------------------------------

static const struct picture {
  tf_chart_format format;
  const char *name;
} pictures[] = {{TF_CHART_SVG, "svg"}, {TF_CHART_PNG, "png"}, {TF_CHART_PDF, "pdf"}};

tf_status tf_chart_draw(tf_context *cx, const tf_chart *chart, const tf_chart_options *options, tf_chart_format format,
                        tf_str *bytes) {
  const char *name = format == TF_CHART_PNG ? "png" : format == TF_CHART_PDF ? "pdf" : "svg";
  tf_str drawn = {"", 0};
  tf_status status =
      tf_gnuplot_run(cx, &options->gnuplot, tf_format(cx->arena, "TERM = '%s'", name), chart->script, name, &drawn);
  if (status == TF_OK) {
    *bytes = format == TF_CHART_SVG
                 ? tf_svg_finish(cx->arena, drawn, chart->title, chart->alt, slug(cx->arena, tf_str_of(chart->stem)))
                 : drawn;
  }
  return status;
}

tf_status tf_chart_write(tf_context *cx, const tf_chart *chart, const tf_chart_options *options, const char *folder) {
  unsigned formats = options->formats == 0 ? TF_CHART_SVG | TF_CHART_PNG : options->formats;
  tf_status status = tf_folder_make(cx, folder);
  const char *path = tf_path_join(cx->arena, tf_str_of(folder), tf_str_of(chart->stem));
  if (status == TF_OK) {
    status = tf_file_write(cx, tf_format(cx->arena, "%s.gp", path), chart->script);
  }
  if (status == TF_OK) {
    status = tf_file_write(cx, tf_format(cx->arena, "%s.csv", path), chart->csv);
  }
  if (status == TF_OK && options->caption) {
    const char *caption = tf_format(cx->arena, "%.*s\n%.*s\n%.*s\n", TF_STR_ARGS(chart->title),
                                    TF_STR_ARGS(chart->subtitle), TF_STR_ARGS(chart->footer));
    status = tf_file_write(cx, tf_format(cx->arena, "%s.txt", path), tf_str_of(caption));
  }
  for (size_t i = 0; i < sizeof pictures / sizeof *pictures && status == TF_OK; i++) {
    if ((formats & (unsigned)pictures[i].format) != 0) {
      tf_str bytes = {"", 0};
      status = tf_chart_draw(cx, chart, options, pictures[i].format, &bytes);
      if (status == TF_OK) {
        status = tf_file_write(cx, tf_format(cx->arena, "%s.%s", path, pictures[i].name), bytes);
      }
    }
  }
  return status;
}

tf_status tf_chart_preview(tf_context *cx, const tf_chart *chart, const tf_chart_options *options, int columns,
                           int rows, tf_str *text) {
  tf_str drawn = {"", 0};
  const char *settings = tf_format(cx->arena, "TERM = 'dumb'; COLUMNS = %d; ROWS = %d", columns, rows);
  tf_status status = tf_gnuplot_run(cx, &options->gnuplot, settings, chart->script, "txt", &drawn);
  if (status == TF_OK) {
    size_t start = 0;
    while (start < drawn.len && (drawn.ptr[start] == '\f' || drawn.ptr[start] == '\n')) {
      start++;
    }
    tf_text lines = tf_text_new(cx->arena);
    tf_str rest = tf_str_sub(drawn, start, drawn.len), line = rest;
    for (bool more = true; more && rest.len > 0;) {
      more = tf_str_split(rest, '\n', &line, &rest);
      while (line.len > 0 && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\f')) {
        line.len--;
      }
      tf_text_add(&lines, line);
      tf_text_addc(&lines, '\n');
    }
    *text = tf_text_str(&lines);
  }
  return status;
}
