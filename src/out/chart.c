// SPDX-License-Identifier: GPL-3.0-or-later
// From a plot statement and a result to a chart (out/chart.h).
#include "out/chart.h"

#include <math.h>
#include <string.h>

#include "base/io.h"
#include "out/chart_plan.h"
#include "out/svg.h"

// --- Which series ---------------------------------------------------------------------------------------------------

// `name`, `module.name`, `name[label]`: does the block answer to it? Quotes around labels are optional.
static bool names_block(tf_str wanted, const tf_block *block, bool exact) {
  tf_str base = wanted, index = {"", 0};
  if (tf_str_split(wanted, '[', &base, &index)) {
    index = tf_str_trim(tf_str_ends(index, "]") ? tf_str_sub(index, 0, index.len - 1) : index);
  }
  base = tf_str_trim(base);
  tf_str name = block->first->name;
  bool same = tf_str_eq(base, name);
  if (!same && !exact && name.len > base.len + 1 && name.ptr[name.len - base.len - 1] == '.') {
    same = tf_str_eq(base, tf_str_sub(name, name.len - base.len, name.len));
  }
  if (!same || index.len == 0) {
    return same;
  }
  size_t count = block->first->index_count;
  for (size_t i = 0; i < count; i++) {
    tf_str label = index, rest = {"", 0};
    bool more = tf_str_split(index, ',', &label, &rest);
    label = tf_str_trim(label);
    if (label.len >= 2 && label.ptr[0] == '\'' && tf_str_ends(label, "'")) {
      label = tf_str_sub(label, 1, label.len - 1);
    }
    if (!tf_str_eq(label, block->first->index_labels[i]) || more != (i + 1 < count)) {
      return false;
    }
    index = rest;
  }
  return true;
}

static tf_status unknown_name(const tf_chart_plan *plan, tf_located name) {
  tf_status status = tf_fail(plan->cx, TF_INVALID, name.at, "the chart needs '%.*s', which is not among the results",
                             TF_STR_ARGS(name.text));
  size_t least = 4;
  tf_str near = {"", 0};
  for (size_t b = 0; b < plan->blocks.count; b++) {
    size_t distance = tf_str_distance(name.text, plan->blocks.at[b].title);
    if (distance < least) {
      least = distance;
      near = plan->blocks.at[b].title;
    }
  }
  if (near.len > 0) {
    tf_hint(plan->cx, "did you mean '%.*s'?", TF_STR_ARGS(near));
  } else {
    tf_hint(plan->cx, "ask for it with --show %.*s, or name it in `output`", TF_STR_ARGS(name.text));
  }
  return status;
}

static double year_of(tf_period period) {
  return period.year + (period.month - 1) / 12.0;
}

static tf_chart_point point_of(const tf_chart_plan *plan, const tf_row *row, double factor) {
  char buffer[16];
  bool uncertain = row->uncertain && isfinite(row->p5) && isfinite(row->p95) && row->p95 > row->p5;
  double value = row->uncertain ? row->p50 : row->central;
  tf_chart_point p = {.x = row->series ? year_of(row->period) : 0,
                      .period = row->series ? tf_str_copy(plan->arena, tf_str_of(tf_period_print(row->period, buffer)))
                                            : (tf_str){"", 0},
                      .row = row,
                      .actual = row->actual,
                      .uncertain = uncertain,
                      .value = value * factor};
  p.p5 = uncertain ? row->p5 * factor : p.value;
  p.p25 = uncertain ? row->p25 * factor : p.value;
  p.p75 = uncertain ? row->p75 * factor : p.value;
  p.p95 = uncertain ? row->p95 * factor : p.value;
  return p;
}

static tf_status add_series(tf_chart_plan *plan, const tf_block *block, tf_located name) {
  const tf_row *first = block->first;
  bool bars = plan->spec->kind == TF_PLOT_BARS;
  if (first->kind != TF_KIND_NUMBER) {
    return tf_fail(plan->cx, TF_INVALID, name.at, "%.*s is no number: %s cannot show it", TF_STR_ARGS(block->title),
                   tf_plot_kind_name(plan->spec->kind));
  }
  if (block->series == bars) {
    tf_status status =
        tf_fail(plan->cx, TF_INVALID, name.at, "%.*s has %s: %s cannot show it", TF_STR_ARGS(block->title),
                bars ? "periods" : "one value and no periods", tf_plot_kind_name(plan->spec->kind));
    tf_hint(plan->cx, bars ? "use fan or lines" : "use bars");
    return status;
  }
  if (plan->count == 0) {
    plan->unit = first->unit;
  } else if (first->unit.dim != plan->unit.dim) {
    tf_status status = tf_fail(plan->cx, TF_INVALID, name.at, "one chart has one unit: %.*s is in %.*s, %.*s in %.*s",
                               TF_STR_ARGS(plan->series[0].block->title), TF_STR_ARGS(plan->unit.text),
                               TF_STR_ARGS(block->title), TF_STR_ARGS(first->unit.text));
    tf_hint(plan->cx, "give each unit a plot of its own");
    return status;
  }
  double factor = first->unit.factor / plan->unit.factor;
  for (size_t s = 0; s < plan->blocks.scenarios; s++) {
    tf_chart_point *points = TF_ARRAY(plan->arena, tf_chart_point, block->count + 1);
    tf_chart_series series = {.scenario = s, .block = block, .points = points};
    for (size_t k = 0; k < block->count; k++) {
      const tf_row *row = tf_block_row(&plan->blocks, block, k, s);
      if (row == NULL) {
        continue;
      }
      tf_chart_point p = point_of(plan, row, factor);
      if (!isfinite(p.value)) {
        continue; // a gap; the table says why
      }
      series.reported += p.actual && series.reported == series.count;
      series.uncertain = series.uncertain || p.uncertain;
      points[series.count++] = p;
    }
    if (series.count == 0) {
      continue;
    }
    if (plan->count == TF_CHART_SERIES_MAX) {
      tf_status status = tf_fail(plan->cx, TF_INVALID, plan->spec->at,
                                 "more than %d lines cannot be told apart in a chart", TF_CHART_SERIES_MAX);
      tf_hint(plan->cx, "name single elements, as in fleet.orders[GB200], or fewer scenarios");
      return status;
    }
    plan->series[plan->count++] = series;
  }
  return TF_OK;
}

static tf_status choose_series(tf_chart_plan *plan) {
  for (size_t n = 0; n < plan->spec->count; n++) {
    size_t found = 0;
    for (int exact = 1; exact >= 0 && found == 0; exact--) {
      for (size_t b = 0; b < plan->blocks.count; b++) {
        if (names_block(plan->spec->names[n].text, &plan->blocks.at[b], exact == 1)) {
          tf_status status = add_series(plan, &plan->blocks.at[b], plan->spec->names[n]);
          if (status != TF_OK) {
            return status;
          }
          found++;
        }
      }
    }
    if (found == 0) {
      return unknown_name(plan, plan->spec->names[n]);
    }
  }
  if (plan->count == 0) {
    return tf_fail(plan->cx, TF_INVALID, plan->spec->at, "there is nothing to draw: %.*s has no value in any period",
                   TF_STR_ARGS(plan->spec->names[0].text));
  }
  return TF_OK;
}

// --- What they have in common ---------------------------------------------------------------------------------------

static void name_series(tf_chart_plan *plan) {
  bool quantities = false, elements = false;
  for (size_t i = 1; i < plan->count; i++) {
    quantities = quantities || !tf_str_eq(plan->series[i].block->first->name, plan->series[0].block->first->name);
    elements = elements || plan->series[i].block != plan->series[0].block;
  }
  bool scenarios = plan->blocks.scenarios > 1;
  for (size_t i = 0; i < plan->count; i++) {
    tf_chart_series *s = &plan->series[i];
    tf_text name = tf_text_new(plan->arena);
    if (quantities || (plan->count == 1 && !scenarios)) {
      tf_text_add(&name, tf_chart_capital(plan->arena, tf_chart_name(plan->arena, s->block->first)));
    }
    if (elements && s->block->first->index_count > 0) {
      tf_text_adds(&name, name.len > 0 ? ", " : "");
      tf_text_add(&name, tf_row_index(plan->arena, s->block->first));
    }
    if (scenarios) {
      tf_text_adds(&name, name.len > 0 ? ", " : "");
      tf_text_add(&name, plan->result->scenarios[s->scenario].name);
    }
    s->name = tf_text_str(&name);
  }
}

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
    bool bands = plan->fan || i < plan->bands || plan->spec->kind == TF_PLOT_BARS;
    for (size_t k = 0; k < plan->series[i].count; k++) {
      const tf_chart_point *p = &plan->series[i].points[k];
      double bottom = bands ? fmin(p->p5, p->value) : p->value;
      lowest = bottom < low ? p : lowest;
      low = fmin(low, bottom);
      high = fmax(high, bands ? fmax(p->p95, p->value) : p->value);
    }
  }
  if (plan->spec->log && low <= 0 && lowest != NULL) {
    tf_status status =
        tf_fail(plan->cx, TF_INVALID, plan->spec->at, "a logarithmic axis has no place for %g, the value of %.*s%s%.*s",
                low, TF_STR_ARGS(lowest->row->name), lowest->period.len > 0 ? " in " : "", TF_STR_ARGS(lowest->period));
    tf_hint(plan->cx, "leave out `log`");
    return status;
  }
  plan->ticks = plan->spec->log ? tf_ticks_log(low, high, 8) : tf_ticks_linear(low, high, 5);
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
    char c = s.ptr[i];
    char lower = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
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
                          .height = options->height > 0 ? options->height : 500,
                          .font = options->font != NULL ? options->font : tf_gnuplot_font(cx)};
  plan->stretch = strncmp(plan->font, "Inter", 5) == 0 ? 1 : 1.1;
  tf_status status = choose_series(plan);
  if (status != TF_OK) {
    return status;
  }
  bool bars = spec->kind == TF_PLOT_BARS;
  plan->fan = spec->kind == TF_PLOT_FAN && plan->count == 1;
  plan->bands = spec->kind == TF_PLOT_FAN && plan->count > 1 && plan->count <= TF_CHART_LINES_MAX ? plan->count : 0;
  name_series(plan);
  if (!bars) {
    find_history(plan);
  }
  status = set_axis(plan);
  if (status == TF_OK) {
    status = tf_chart_texts(plan);
  }
  if (status != TF_OK) {
    return status;
  }
  tf_text stem = tf_text_new(cx->arena);
  tf_text_add(&stem, plan->series[0].block->title);
  tf_text_addf(&stem, " %s%s", tf_plot_kind_name(spec->kind), options->dark ? " dark" : "");
  tf_chart made = {.stem = options->stem != NULL ? options->stem : slug(cx->arena, tf_text_str(&stem)),
                   .title = plan->title,
                   .subtitle = plan->subtitle,
                   .footer = plan->footer,
                   .alt = plan->alt,
                   .csv = tf_chart_csv(plan),
                   .dark = options->dark};
  status = bars ? tf_chart_bars(plan, slug(cx->arena, tf_str_of(made.stem)), &made.script)
                : tf_chart_script(plan, slug(cx->arena, tf_str_of(made.stem)), &made.script);
  if (status == TF_OK) {
    *chart = TF_NEW(cx->arena, tf_chart);
    **chart = made;
  }
  return status;
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
