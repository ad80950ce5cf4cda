// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows of a result a plot statement means (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "out/chart_plan.h"

// --- Which series ---------------------------------------------------------------------------------------------------

static bool over_time(tf_plot_kind kind) {
  return kind == TF_PLOT_FAN || kind == TF_PLOT_LINES || kind == TF_PLOT_MULTIPLES;
}

// `capex.annual[2030]` without its period, if the last bracket holds one.
static bool split_period(tf_str wanted, tf_str *name, tf_period *period) {
  size_t open = wanted.len;
  while (open > 0 && wanted.ptr[open - 1] != '[') {
    open--;
  }
  *name = wanted;
  if (open == 0 || !tf_str_ends(wanted, "]")) {
    return false;
  }
  tf_str inner = tf_str_trim(tf_str_sub(wanted, open, wanted.len - 1));
  const char *bad = NULL;
  if (inner.len == 0 || tf_period_scan(inner, period, &bad) != inner.len) {
    return false;
  }
  *name = tf_str_trim(tf_str_sub(wanted, 0, open - 1));
  return true;
}

static bool same_period(tf_period a, tf_period b) {
  return tf_period_start(a) == tf_period_start(b) && tf_period_end(a) == tf_period_end(b);
}

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
  double value = isfinite(row->central) || !row->uncertain ? row->central : row->p50;
  tf_chart_point p = {.x = row->series ? year_of(row->period) : 0,
                      .period = row->series ? tf_str_copy(plan->arena, tf_str_of(tf_period_print(row->period, buffer)))
                                            : (tf_str){"", 0},
                      .row = row,
                      .actual = row->actual,
                      .uncertain = uncertain,
                      .value = value * factor,
                      .central = row->central * factor,
                      .factor = factor};
  p.p5 = uncertain ? row->p5 * factor : p.value;
  p.p25 = uncertain ? row->p25 * factor : p.value;
  p.p75 = uncertain ? row->p75 * factor : p.value;
  p.p95 = uncertain ? row->p95 * factor : p.value;
  return p;
}

static tf_status fits(tf_chart_plan *plan, const tf_block *block, tf_located name, bool periods) {
  const tf_row *first = block->first;
  tf_plot_kind kind = plan->spec->kind;
  if (first->kind != TF_KIND_NUMBER) {
    tf_status status = tf_fail(plan->cx, TF_INVALID, name.at, "%.*s is no number: %s cannot show it",
                               TF_STR_ARGS(block->title), tf_plot_kind_name(kind));
    if (first->kind == TF_KIND_LABEL || first->kind == TF_KIND_BOOL) {
      tf_hint(plan->cx, "use shares");
    }
    return status;
  }
  bool bars = kind == TF_PLOT_BARS;
  if (over_time(kind) ? !periods : bars && periods) {
    tf_status status =
        tf_fail(plan->cx, TF_INVALID, name.at, "%.*s has %s: %s cannot show it", TF_STR_ARGS(block->title),
                bars ? "periods" : "one value and no periods", tf_plot_kind_name(kind));
    if (bars) {
      char period[16];
      tf_hint(plan->cx, "use fan or lines, or name one period, as in %.*s[%s]", TF_STR_ARGS(block->title),
              tf_period_print(first->period, period));
    } else {
      tf_hint(plan->cx, "use bars");
    }
    return status;
  }
  if (plan->count == 0) {
    plan->unit = first->unit;
    plan->single = !periods || !(over_time(kind) || kind == TF_PLOT_STACK);
    return TF_OK;
  }
  if (first->unit.dim != plan->unit.dim) {
    tf_status status = tf_fail(plan->cx, TF_INVALID, name.at, "one chart has one unit: %.*s is in %.*s, %.*s in %.*s",
                               TF_STR_ARGS(plan->series[0].block->title), TF_STR_ARGS(plan->unit.text),
                               TF_STR_ARGS(block->title), TF_STR_ARGS(first->unit.text));
    tf_hint(plan->cx, "give each unit a plot of its own");
    return status;
  }
  if (kind == TF_PLOT_STACK && periods == plan->single) {
    return tf_fail(plan->cx, TF_INVALID, name.at, "%.*s has %s, %.*s %s: they do not add up", TF_STR_ARGS(block->title),
                   periods ? "periods" : "none", TF_STR_ARGS(plan->series[0].block->title),
                   periods ? "has none" : "has periods");
  }
  return TF_OK;
}

static tf_status add_series(tf_chart_plan *plan, const tf_block *block, tf_located name, const tf_period *period) {
  tf_status status = fits(plan, block, name, block->series && period == NULL);
  if (status != TF_OK) {
    return status;
  }
  double factor = block->first->unit.factor / plan->unit.factor;
  for (size_t s = 0; s < plan->blocks.scenarios; s++) {
    tf_chart_point *points = TF_ARRAY(plan->arena, tf_chart_point, block->count + 1);
    tf_chart_series series = {.scenario = s, .block = block, .points = points};
    for (size_t k = 0; k < block->count; k++) {
      const tf_row *row = tf_block_row(&plan->blocks, block, k, s);
      if (row == NULL || (period != NULL && row->series && !same_period(*period, row->period))) {
        continue;
      }
      tf_chart_point p = point_of(plan, row, factor);
      if (!isfinite(p.value)) {
        continue; // a gap; the table says why
      }
      if (plan->single) { // without a period: the last one
        points[0] = p;
        series.count = 1;
        series.uncertain = p.uncertain;
        continue;
      }
      series.reported += p.actual && series.reported == series.count;
      series.uncertain = series.uncertain || p.uncertain;
      points[series.count++] = p;
    }
    if (series.count == 0) {
      continue;
    }
    if (plan->count == TF_CHART_SERIES_MAX) {
      status = tf_fail(plan->cx, TF_INVALID, plan->spec->at, "more than %d series cannot be told apart in a chart",
                       TF_CHART_SERIES_MAX);
      tf_hint(plan->cx, "name single elements, as in fleet.orders[GB200], or fewer scenarios");
      return status;
    }
    plan->series[plan->count++] = series;
  }
  return TF_OK;
}

static tf_status add_named(tf_chart_plan *plan, tf_located name, size_t *found) {
  tf_period period;
  tf_str base = name.text;
  bool one = split_period(name.text, &base, &period);
  for (int exact = 1; exact >= 0 && *found == 0; exact--) {
    for (size_t b = 0; b < plan->blocks.count; b++) {
      if (names_block(base, &plan->blocks.at[b], exact == 1)) {
        tf_status status = add_series(plan, &plan->blocks.at[b], name, one ? &period : NULL);
        if (status != TF_OK) {
          return status;
        }
        ++*found;
      }
    }
  }
  return TF_OK;
}

tf_status tf_chart_pick(const tf_chart_plan *plan, tf_located name, tf_picks *picks) {
  tf_period period;
  tf_str base = name.text;
  bool one = split_period(name.text, &base, &period);
  *picks = (tf_picks){.rows = TF_ARRAY(plan->arena, const tf_row *, plan->blocks.scenarios),
                      .scenarios = TF_ARRAY(plan->arena, size_t, plan->blocks.scenarios)};
  for (int exact = 1; exact >= 0 && picks->count == 0; exact--) {
    for (size_t b = 0; b < plan->blocks.count && picks->count == 0; b++) {
      const tf_block *block = &plan->blocks.at[b];
      if (!names_block(base, block, exact == 1)) {
        continue;
      }
      for (size_t s = 0; s < plan->blocks.scenarios; s++) {
        const tf_row *last = NULL;
        for (size_t k = 0; k < block->count; k++) {
          const tf_row *row = tf_block_row(&plan->blocks, block, k, s);
          last = row != NULL && (!one || !row->series || same_period(period, row->period)) ? row : last;
        }
        if (last != NULL) {
          picks->rows[picks->count] = last;
          picks->scenarios[picks->count++] = s;
        }
      }
    }
  }
  return picks->count > 0 ? TF_OK : unknown_name(plan, name);
}

static void name_series(tf_chart_plan *plan);

// The name that is to stand out must be one of those there are.
static tf_status check_highlight(const tf_chart_plan *plan) {
  const char *wanted = plan->options->highlight;
  if (wanted == NULL) {
    return TF_OK;
  }
  for (size_t i = 0; i < plan->count; i++) {
    if (tf_chart_colour(plan, i) == 1) {
      return TF_OK;
    }
  }
  tf_status status =
      tf_fail(plan->cx, TF_USAGE, (tf_span){0}, "--highlight %s: the chart has no series of that name", wanted);
  tf_text list = tf_text_new(plan->arena);
  for (size_t i = 0; i < plan->count && i < 12; i++) {
    tf_text_addf(&list, "%s%.*s", i > 0 ? ", " : "", TF_STR_ARGS(plan->series[i].name));
  }
  tf_hint(plan->cx, "there are %.*s", TF_STR_ARGS(tf_text_str(&list)));
  return status;
}

// One number for one thing: charts draw the central case that tables show, unless it is no typical outcome; then all
// series of the chart show medians, so that they can be compared.
static void settle_values(tf_chart_plan *plan) {
  for (size_t i = 0; i < plan->count; i++) {
    for (size_t k = 0; k < plan->series[i].count; k++) {
      const tf_chart_point *p = &plan->series[i].points[k];
      plan->median = plan->median || (p->uncertain && !tf_row_typical(p->row));
    }
  }
  for (size_t i = 0; i < plan->count && plan->median; i++) {
    for (size_t k = 0; k < plan->series[i].count; k++) {
      tf_chart_point *p = &plan->series[i].points[k];
      p->value = p->uncertain && isfinite(p->row->p50) ? p->row->p50 * p->factor : p->value;
    }
  }
}

tf_str tf_chart_value(const tf_chart_plan *plan, const tf_chart_point *point, double value, bool with_unit) {
  return tf_scale_row_value(&plan->scale, point->row, plan->result->samples, value / point->factor, point->factor,
                            with_unit);
}

bool tf_chart_all_shared(const tf_chart_plan *plan) {
  bool all = plan->count > 0;
  for (size_t i = 0; i < plan->count; i++) {
    all = all && plan->series[i].shared;
  }
  return all;
}

static bool same_points(const tf_chart_series *a, const tf_chart_series *b) {
  bool same = a->count == b->count;
  for (size_t k = 0; k < a->count && same; k++) {
    const tf_chart_point *p = &a->points[k], *q = &b->points[k];
    same = p->x == q->x && p->value == q->value && p->p5 == q->p5 && p->p25 == q->p25 && p->p75 == q->p75 &&
           p->p95 == q->p95;
  }
  return same;
}

static bool several_quantities(const tf_chart_plan *plan) {
  return plan->count > 1 && plan->series[0].block != plan->series[plan->count - 1].block;
}

// What every scenario has alike is drawn once: three times the same picture would only ask what differs.
static void join_same(tf_chart_plan *plan) {
  tf_plot_kind kind = plan->spec->kind;
  size_t scenarios = plan->blocks.scenarios, kept = 0;
  bool fit = kind == TF_PLOT_BARS || kind == TF_PLOT_HISTOGRAM || kind == TF_PLOT_CDF || kind == TF_PLOT_EXCEEDANCE ||
             ((kind == TF_PLOT_LINES || kind == TF_PLOT_MULTIPLES) && several_quantities(plan));
  if (!fit || scenarios < 2 || plan->options->highlight != NULL) {
    return;
  }
  for (size_t i = 0, next = 0; i < plan->count; i = next) {
    bool same = true;
    for (next = i + 1; next < plan->count && plan->series[next].block == plan->series[i].block; next++) {
      same = same && same_points(&plan->series[next], &plan->series[i]);
    }
    bool all = same && next - i == scenarios;
    for (size_t k = i; k < (all ? i + 1 : next); k++) {
      plan->series[kept] = plan->series[k];
      plan->series[kept++].shared = all;
    }
  }
  plan->count = kept;
}

tf_status tf_chart_choose(tf_chart_plan *plan) {
  for (size_t n = 0; n < plan->spec->count; n++) {
    size_t found = 0;
    tf_status status = add_named(plan, plan->spec->names[n], &found);
    if (status != TF_OK) {
      return status;
    }
    if (found == 0) {
      return unknown_name(plan, plan->spec->names[n]);
    }
  }
  if (plan->count == 0) {
    return tf_fail(plan->cx, TF_INVALID, plan->spec->at, "there is nothing to draw: %.*s has no value in any period",
                   TF_STR_ARGS(plan->spec->names[0].text));
  }
  settle_values(plan);
  join_same(plan);
  name_series(plan);
  return check_highlight(plan);
}

size_t tf_chart_colour(const tf_chart_plan *plan, size_t series) {
  const char *wanted = plan->options->highlight;
  if (wanted == NULL) {
    return series < 6 && plan->count <= TF_CHART_LABELS_MAX ? series + 1 : series == 0 ? 1 : 7;
  }
  const tf_chart_series *s = &plan->series[series];
  const tf_row *row = s->block->first;
  bool named = tf_str_is(s->name, wanted) || tf_str_is(plan->result->scenarios[s->scenario].name, wanted) ||
               tf_str_is(row->name, wanted) || tf_str_is(s->block->title, wanted);
  for (size_t i = 0; i < row->index_count; i++) {
    named = named || tf_str_is(row->index_labels[i], wanted);
  }
  return named ? 1 : 7;
}

const char *tf_chart_word(const tf_chart_plan *plan, size_t series) {
  return tf_format(plan->arena, "WORD(%zu)", tf_chart_colour(plan, series));
}

void tf_chart_colours(const tf_chart_plan *plan, tf_text *out) {
  tf_text_adds(out, "COLOURS = '");
  for (size_t i = 0; i < plan->count; i++) {
    tf_text_addf(out, "%s%zu", i > 0 ? " " : "", tf_chart_colour(plan, i));
  }
  tf_text_addf(out, "'\nSERIES = %zu\n", plan->count);
}

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
    if (quantities || (plan->count == 1 && !scenarios) || s->shared) {
      tf_text_add(&name, tf_chart_capital(plan->arena, tf_chart_name(plan->arena, s->block->first)));
    }
    if (elements && s->block->first->index_count > 0) {
      tf_text_adds(&name, name.len > 0 ? ", " : "");
      tf_text_add(&name, tf_row_index(plan->arena, s->block->first));
    }
    if (scenarios && !s->shared) {
      tf_text_adds(&name, name.len > 0 ? ", " : "");
      tf_text_add(&name, plan->result->scenarios[s->scenario].name);
    }
    s->name = tf_text_str(&name);
  }
}
