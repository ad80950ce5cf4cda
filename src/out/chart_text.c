// SPDX-License-Identifier: GPL-3.0-or-later
// The words of a chart: title, subtitle, footer, description, and its data as CSV (out/chart_plan.h).
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/io.h"
#include "base/number.h"
#include "out/chart_plan.h"
#include "out/delimited.h"

enum { NAME_MAX_COLUMNS = 44 };

tf_str tf_chart_name(tf_arena *arena, const tf_row *row) {
  tf_str label = row->label;
  for (size_t i = 0; i < label.len; i++) {
    if (strchr(",;:(", label.ptr[i]) != NULL) {
      label = tf_str_sub(label, 0, i);
    }
  }
  label = tf_str_trim(label);
  if (label.len > 0 && tf_text_columns(label) <= NAME_MAX_COLUMNS) {
    return label;
  }
  return tf_chart_words(arena, row->name);
}

tf_str tf_chart_words(tf_arena *arena, tf_str name) {
  char *words = tf_cstr(arena, name);
  for (char *p = words; *p != '\0'; p++) {
    *p = *p == '_' || *p == '.' ? ' ' : *p;
  }
  return tf_str_of(words);
}

tf_str tf_chart_capital(tf_arena *arena, tf_str s) {
  char *copy = tf_cstr(arena, s);
  bool second_upper = s.len > 1 && copy[1] >= 'A' && copy[1] <= 'Z';
  if (s.len > 0 && copy[0] >= 'a' && copy[0] <= 'z' && !second_upper) {
    copy[0] = (char)(copy[0] - 'a' + 'A');
  }
  return (tf_str){copy, s.len};
}

// --- Titles with values in braces -----------------------------------------------------------------------------------

static const tf_row *find_row(const tf_chart_plan *plan, tf_str scenario, tf_str name, tf_str period) {
  for (int exact = 1; exact >= 0; exact--) {
    for (size_t s = 0; s < plan->result->scenario_count; s++) {
      const tf_scenario_result *of = &plan->result->scenarios[s];
      if (scenario.len > 0 && !tf_str_eq(scenario, of->name)) {
        continue;
      }
      for (size_t i = 0; i < of->rows.count; i++) {
        const tf_row *row = &of->rows.at[i];
        tf_str title = tf_row_title(plan->arena, row);
        bool same = tf_str_eq(title, name);
        if (!same && exact == 0 && title.len > name.len + 1 && title.ptr[title.len - name.len - 1] == '.') {
          same = tf_str_eq(tf_str_sub(title, title.len - name.len, title.len), name);
        }
        char buffer[16];
        if (same && (row->series ? tf_str_is(period, tf_period_print(row->period, buffer)) : period.len == 0)) {
          return row;
        }
      }
    }
  }
  return NULL;
}

static bool stat_named(tf_str name, tf_stat *stat) {
  for (int s = 0; s < TF_STAT_COUNT; s++) {
    if (tf_str_is(name, tf_stat_key((tf_stat)s))) {
      *stat = (tf_stat)s;
      return true;
    }
  }
  return false;
}

// A file that extends another has its charts, but may have scenarios of its own; --column leaves some out. Then what
// the title says of a scenario that is not there cannot be said. What is written for this one chart must be right.
static bool of_absent_scenario(const tf_chart_plan *plan, tf_located text, tf_str scenario) {
  bool present = scenario.len == 0;
  for (size_t s = 0; s < plan->result->scenario_count; s++) {
    present = present || tf_str_eq(scenario, plan->result->scenarios[s].name);
  }
  // The command line's own statement is read under the name `plot` (cli/command_plot.c).
  bool in_file = text.at.source != 0 && text.at.source < plan->cx->sources.list.count &&
                 !tf_str_is(plan->cx->sources.list.at[text.at.source].name, "plot");
  return !present && in_file;
}

static void note_absent(const tf_chart_plan *plan, tf_located text, tf_str scenario) {
  const char *message = tf_format(plan->arena,
                                  "the title speaks of `%.*s`, which is not among the scenarios drawn: the chart has a "
                                  "sentence from its own numbers",
                                  TF_STR_ARGS(scenario));
  for (size_t i = 0; i < plan->cx->diags.list.count; i++) {
    if (strcmp(plan->cx->diags.list.at[i].message, message) == 0 &&
        plan->cx->diags.list.at[i].at.start == text.at.start) {
      return; // a chart is built once for each of its pictures
    }
  }
  tf_note(plan->cx, text.at, "%s", message);
}

// Is it a value of a quantity that the chart draws? Then its title says it as it is drawn.
static bool drawn_here(const tf_chart_plan *plan, const tf_row *row) {
  for (size_t i = 0; i < plan->count; i++) {
    if (tf_row_same_series(plan->series[i].block->first, row)) {
      return true;
    }
  }
  return false;
}

// `[scenario:] name [period] [statistic]`, the text between braces. *absent: it is of a scenario that is not drawn.
static tf_status value_of(const tf_chart_plan *plan, tf_located text, tf_str *shown, bool *absent) {
  tf_str body = tf_str_trim(text.text), scenario = {"", 0}, left = {"", 0}, right = {"", 0}, period = {"", 0};
  if (tf_str_split(body, ':', &left, &right)) {
    scenario = tf_str_trim(left);
    body = tf_str_trim(right);
  }
  *absent = of_absent_scenario(plan, text, scenario);
  if (*absent) {
    note_absent(plan, text, scenario);
    return TF_OK;
  }
  tf_stat stat = TF_STAT_COUNT;
  for (size_t i = body.len; i > 0; i--) {
    if (body.ptr[i - 1] == ' ') {
      if (stat_named(tf_str_sub(body, i, body.len), &stat)) {
        body = tf_str_trim(tf_str_sub(body, 0, i));
      }
      break;
    }
  }
  const tf_row *row = find_row(plan, scenario, body, period);
  for (size_t i = body.len; i > 0 && row == NULL; i--) { // the last bracket is the period
    if (body.ptr[i - 1] == '[' && tf_str_ends(body, "]")) {
      period = tf_str_trim(tf_str_sub(body, i, body.len - 1));
      row = find_row(plan, scenario, tf_str_trim(tf_str_sub(body, 0, i - 1)), period);
      break;
    }
  }
  if (row == NULL) {
    tf_status status = tf_fail(plan->cx, TF_INVALID, text.at,
                               "the title asks for {%.*s}, which is not among the results", TF_STR_ARGS(text.text));
    tf_hint(plan->cx, "write {capex.annual[2030]}, {capex.annual[2030] p95} or {scenario: capex.annual[2030]}");
    return status;
  }
  if (row->kind == TF_KIND_LABEL && row->uncertain && row->share_count > 0 && stat == TF_STAT_COUNT) {
    *shown = tf_show_commonest(row); // beside shares of draws the label of the central case would be one of many
    return TF_OK;
  }
  if (row->kind != TF_KIND_NUMBER) {
    const tf_row *const one[] = {row};
    tf_show show = tf_show_for(plan->arena, plan->result, one, 1);
    *shown = tf_show_stat(&show, row, stat == TF_STAT_COUNT ? TF_STAT_CENTRAL : stat);
    return TF_OK;
  }
  bool median = !tf_row_typical(row) || (plan->median && row->uncertain && drawn_here(plan, row));
  median = median && plan->spec->kind != TF_PLOT_STACK; // whose parts are central cases: they add up
  double value = stat != TF_STAT_COUNT ? tf_row_stat(row, stat) : median ? row->p50 : row->central;
  tf_scale scale = tf_scale_for(plan->arena, plan->result->model->units, row->unit, fabs(value));
  *shown = isinf(value) && row->later ? tf_show_later(plan->arena, &plan->result->axis)
                                      : tf_scale_row_value(&scale, row, plan->result->samples, value, 1, true);
  return TF_OK;
}

// *filled stays as it is where the template speaks of a scenario that is not drawn.
static tf_status fill_template(const tf_chart_plan *plan, tf_located template, tf_str *filled) {
  tf_text text = tf_text_new(plan->arena);
  tf_text_adds(&text, "");
  for (size_t i = 0; i < template.text.len;) {
    tf_str rest = tf_str_sub(template.text, i, template.text.len);
    size_t end = rest.ptr[0] == '{' ? tf_str_find(rest, '}') : SIZE_MAX;
    if (end == SIZE_MAX) {
      tf_text_addc(&text, rest.ptr[0]);
      i++;
      continue;
    }
    tf_str shown = {"", 0};
    tf_located inner = {tf_str_sub(rest, 1, end), tf_located_span(template, i + 1, i + end)};
    bool absent = false;
    tf_status status = value_of(plan, inner, &shown, &absent);
    if (status != TF_OK || absent) {
      return status;
    }
    tf_text_add(&text, shown);
    i += end + 1;
  }
  *filled = tf_text_str(&text);
  return TF_OK;
}

// --- Sentences the numbers bear out ---------------------------------------------------------------------------------

static tf_str value_text(const tf_chart_plan *plan, const tf_chart_point *p) {
  return tf_chart_value(plan, p, p->value, true);
}

static const tf_chart_point *last_of(const tf_chart_series *s) {
  return &s->points[s->count - 1];
}

// "reaches" only what was never as high before; "falls to" only what was never as low.
static const char *verb_of(const tf_chart_series *s, const char *shown_first, const char *shown_last) {
  double last = last_of(s)->value, low = INFINITY, high = -INFINITY;
  for (size_t k = 0; k + 1 < s->count; k++) {
    low = fmin(low, s->points[k].value);
    high = fmax(high, s->points[k].value);
  }
  if (s->count < 2 || strcmp(shown_first, shown_last) == 0) {
    return "is";
  }
  return last > high ? "reaches" : last < low ? "falls to" : "is";
}

tf_str tf_chart_subject(const tf_chart_plan *plan, const tf_chart_series *s) {
  tf_str name = tf_chart_capital(plan->arena, tf_chart_name(plan->arena, s->block->first));
  tf_str index = tf_row_index(plan->arena, s->block->first);
  return index.len == 0 ? name
                        : tf_str_of(tf_format(plan->arena, "%.*s of %.*s", TF_STR_ARGS(name), TF_STR_ARGS(index)));
}

// "$163" before "$442 bn": the word is said once if both ends share it.
static tf_str lower_end(const tf_chart_plan *plan, const tf_chart_point *p) {
  tf_str low = tf_chart_value(plan, p, p->p5, false), high = tf_chart_value(plan, p, p->p95, false);
  size_t a = tf_str_find(low, ' '), b = tf_str_find(high, ' ');
  bool same = a != SIZE_MAX && b != SIZE_MAX && tf_str_eq(tf_str_sub(low, a, low.len), tf_str_sub(high, b, high.len));
  return same ? tf_str_sub(low, 0, a) : low;
}

static tf_str title_of_one(const tf_chart_plan *plan, const tf_chart_series *s) {
  const tf_chart_point *last = last_of(s);
  tf_str name = tf_chart_subject(plan, s), value = value_text(plan, last), first = value_text(plan, &s->points[0]);
  const char *verb = verb_of(s, tf_cstr(plan->arena, first), tf_cstr(plan->arena, value));
  tf_text text = tf_text_new(plan->arena);
  tf_text_addf(&text, "%.*s %s %.*s", TF_STR_ARGS(name), verb, TF_STR_ARGS(value));
  if (last->period.len > 0) {
    tf_text_addf(&text, " in %.*s", TF_STR_ARGS(last->period));
  }
  if (last->uncertain && (plan->fan || plan->single)) {
    tf_text_addf(&text, ", between %.*s", TF_STR_ARGS(lower_end(plan, last)));
    tf_text_addf(&text, " and %.*s", TF_STR_ARGS(tf_chart_value(plan, last, last->p95, false)));
  }
  return tf_text_str(&text);
}

static bool one_block(const tf_chart_plan *plan) {
  for (size_t i = 1; i < plan->count; i++) {
    if (plan->series[i].block != plan->series[0].block) {
      return false;
    }
  }
  return true;
}

// Lowest and highest end among the series that reach the last period.
static void extremes(const tf_chart_plan *plan, const tf_chart_series **low, const tf_chart_series **high) {
  double latest = -INFINITY;
  for (size_t i = 0; i < plan->count; i++) {
    latest = fmax(latest, last_of(&plan->series[i])->x);
  }
  *low = *high = NULL; // the first that reaches it
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *s = &plan->series[i];
    if (last_of(s)->x < latest) {
      continue;
    }
    *low = *low == NULL || last_of(s)->value < last_of(*low)->value ? s : *low;
    *high = *high == NULL || last_of(s)->value > last_of(*high)->value ? s : *high;
  }
}

// The first quantity in the first and the last scenario that have it.
static tf_str title_of_dumbbell(const tf_chart_plan *plan) {
  const tf_chart_series *first = &plan->series[0], *last = first;
  for (size_t i = 1; i < plan->count && plan->series[i].block == first->block; i++) {
    last = &plan->series[i];
  }
  tf_text text = tf_text_new(plan->arena);
  tf_text_addf(&text, "%.*s", TF_STR_ARGS(tf_chart_subject(plan, first)));
  tf_str period = first->points[0].period;
  tf_text_addf(&text, "%s%.*s: ", period.len > 0 ? " in " : "", TF_STR_ARGS(period));
  tf_text_addf(&text, "%.*s in ", TF_STR_ARGS(value_text(plan, &first->points[0])));
  tf_text_addf(&text, "%.*s, ", TF_STR_ARGS(plan->result->scenarios[first->scenario].name));
  tf_text_addf(&text, "%.*s in ", TF_STR_ARGS(value_text(plan, &last->points[0])));
  tf_text_add(&text, plan->result->scenarios[last->scenario].name);
  return tf_text_str(&text);
}

static tf_str title_of_many(const tf_chart_plan *plan) {
  if (plan->spec->kind == TF_PLOT_DUMBBELL && plan->series[1].block == plan->series[0].block) {
    return title_of_dumbbell(plan);
  }
  const tf_chart_series *low = NULL, *high = NULL;
  extremes(plan, &low, &high);
  if (low == NULL || high == NULL) { // one of them always reaches the latest period
    return (tf_str){"", 0};
  }
  tf_str least = value_text(plan, last_of(low)), most = value_text(plan, last_of(high));
  tf_str period = last_of(low)->period;
  tf_text text = tf_text_new(plan->arena);
  bool same = tf_str_eq(least, most);
  if (one_block(plan)) {
    tf_text_add(&text, tf_chart_subject(plan, &plan->series[0]));
  } else if (plan->count == 2) {
    tf_text_addf(&text, "%.*s and %.*s", TF_STR_ARGS(plan->series[0].name), TF_STR_ARGS(plan->series[1].name));
  } else if (tf_str_eq(plan->series[0].block->first->name, plan->series[plan->count - 1].block->first->name)) {
    tf_text_add(&text, tf_chart_capital(plan->arena, tf_chart_name(plan->arena, plan->series[0].block->first)));
  } else {
    tf_text_addf(&text, "%.*s is highest", TF_STR_ARGS(high->name));
    tf_text_addf(&text, "%s%.*s, at %.*s", period.len > 0 ? " in " : "", TF_STR_ARGS(period), TF_STR_ARGS(most));
    return tf_text_str(&text);
  }
  tf_text_addf(&text, "%s%.*s: ", period.len > 0 ? " in " : "", TF_STR_ARGS(period));
  if (same) {
    tf_text_addf(&text, "%.*s in every case", TF_STR_ARGS(most));
  } else {
    least = tf_chart_value(plan, last_of(low), last_of(low)->value, false); // the unit is said once
    tf_text_addf(&text, "%.*s (%.*s) to ", TF_STR_ARGS(least), TF_STR_ARGS(low->name));
    tf_text_addf(&text, "%.*s (%.*s)", TF_STR_ARGS(most), TF_STR_ARGS(high->name));
  }
  return tf_text_str(&text);
}

// "trillion US dollars" -> "US dollars" where every number carries its own word: $300 bn beside $1 tn.
static tf_str unit_said(const tf_chart_plan *plan) {
  static const char *const words[] = {"thousand ", "million ", "billion ", "trillion "};
  tf_plot_kind kind = plan->spec->kind;
  tf_str said = plan->scale.unit_words;
  bool own = plan->spec->log || kind == TF_PLOT_CDF || kind == TF_PLOT_EXCEEDANCE || kind == TF_PLOT_STACK;
  for (size_t i = 0; i < 4 && own && plan->scale.money; i++) {
    said = tf_str_starts(said, words[i]) ? tf_str_sub(said, strlen(words[i]), said.len) : said;
  }
  return said;
}

tf_str tf_chart_subtitle(const tf_chart_plan *plan) {
  tf_text text = tf_text_new(plan->arena);
  const tf_chart_series *first = &plan->series[0];
  tf_str label = first->block->first->label;
  if (one_block(plan)) {
    tf_text_add(&text,
                tf_chart_capital(plan->arena, label.len > 0 ? label : tf_chart_name(plan->arena, first->block->first)));
    if (first->block->first->index_count > 0) {
      tf_text_addf(&text, ", %.*s", TF_STR_ARGS(tf_row_index(plan->arena, first->block->first)));
    }
  }
  bool said = tf_str_is(plan->scale.unit_words, "%") && text.len > 0; // the axis says it
  if (plan->scale.unit_words.len > 0 && !said) {
    tf_text_addf(&text, "%s%.*s", text.len > 0 ? ", " : "", TF_STR_ARGS(unit_said(plan)));
  }
  if (plan->spec->log) {
    tf_text_addf(&text, "%slogarithmic scale", text.len > 0 ? ", " : "");
  }
  return tf_chart_capital(plan->arena, tf_text_str(&text));
}

static tf_str footer_of(const tf_chart_plan *plan) {
  const tf_result *result = plan->result;
  tf_text text = tf_text_new(plan->arena);
  tf_text_adds(&text, "Source: ");
  if (plan->spec->source.text.len > 0) {
    tf_text_addf(&text, "%.*s; ", TF_STR_ARGS(plan->spec->source.text));
  }
  const tf_scenario_result *scenario = &result->scenarios[plan->count > 0 ? plan->series[0].scenario : 0];
  if (scenario->file.len > 0) {
    tf_text_addf(&text, "%.*s", TF_STR_ARGS(tf_path_name(scenario->file)));
    if (result->scenario_count == 1 && scenario->name.len > 0) {
      tf_text_addf(&text, ", scenario %.*s", TF_STR_ARGS(scenario->name));
    }
  } else {
    tf_text_adds(&text, "model ");
    size_t roots = result->model->root_count;
    for (size_t i = 0; i < roots; i++) {
      tf_text_addf(&text, "%s%.*s", i > 0 ? ", " : "", TF_STR_ARGS(result->model->modules[i].name));
    }
    if (roots == 0) {
      tf_text_add(&text, scenario->name);
    }
  }
  bool uncertain = false, bands = false, reported = false, shared = false;
  for (size_t i = 0; i < plan->count; i++) {
    uncertain = uncertain || plan->series[i].uncertain;
    reported = reported || plan->series[i].reported > 0;
    shared = shared || plan->series[i].shared;
    bands = bands || (i < plan->bands && plan->series[i].uncertain);
  }
  if (plan->count == 0) {
    uncertain = result->uncertain && plan->spec->kind != TF_PLOT_DEPENDENCIES && plan->spec->kind != TF_PLOT_PUBLISHED;
  }
  if (uncertain) {
    char samples[48];
    tf_text_addf(&text, "; %s samples, seed %" PRIu64, tf_number_pretty((double)result->samples, 15, samples),
                 result->seed);
  }
  if (plan->reading != NULL) {
    tf_text_addf(&text, "%s%s", plan->reading[0] != '\0' ? ". " : "", plan->reading);
  } else if (uncertain) {
    const char *what = plan->median ? "median" : "central case";
    const char *many = plan->median ? "medians" : "central cases";
    tf_plot_kind kind = plan->spec->kind;
    if (kind == TF_PLOT_BARS) {
      tf_text_addf(&text, ". Dot: %s; lines: 50%% and 90%% of outcomes", what);
    } else if (kind == TF_PLOT_DUMBBELL) {
      tf_text_addf(&text, ". Dots: %s", many);
    } else if (kind == TF_PLOT_MULTIPLES) {
      tf_text_addf(&text, ". Lines: %s%s; bands: 50%% and 90%% of outcomes", many,
                   !reported             ? ""
                   : plan->options->dark ? ", white where reported"
                                         : ", dark where reported");
    } else if (plan->fan) {
      tf_text_addf(&text, ". Line: %s; bands: 50%% and 90%% of outcomes", what);
    } else {
      tf_text_addf(&text, ". Line%s%s", plan->count == 1 ? ": " : "s: ", plan->count == 1 ? what : many);
      tf_text_adds(&text, bands ? "; bands: 90% of outcomes" : "");
    }
    tf_text_adds(&text, plan->median ? " (the central case is not among the middle half)" : "");
  }
  tf_text_adds(&text, tf_chart_all_shared(plan) ? ". The same in all scenarios"
                      : shared                  ? ". What names no scenario is the same in all"
                                                : "");
  tf_text_adds(&text, result->complete ? "." : "; incomplete run.");
  return tf_text_str(&text);
}

static tf_str alt_of(const tf_chart_plan *plan) {
  tf_text text = tf_text_new(plan->arena);
  bool bars = plan->single;
  static const char *const kinds[] = {[TF_PLOT_FAN] = "Line chart",
                                      [TF_PLOT_LINES] = "Line chart",
                                      [TF_PLOT_BARS] = "Interval chart",
                                      [TF_PLOT_MULTIPLES] = "Small multiples",
                                      [TF_PLOT_STACK] = "Stacked chart",
                                      [TF_PLOT_DUMBBELL] = "Dumbbell chart",
                                      [TF_PLOT_HISTOGRAM] = "Histogram",
                                      [TF_PLOT_CDF] = "Cumulative distribution",
                                      [TF_PLOT_EXCEEDANCE] = "Exceedance curve"};
  tf_text_addf(&text, "%s. ", plan->fan ? "Fan chart" : kinds[plan->spec->kind]);
  tf_text_addf(&text, "%.*s. %.*s", TF_STR_ARGS(plan->title), TF_STR_ARGS(plan->subtitle));
  const tf_chart_series *first = &plan->series[0];
  if (!bars) {
    tf_text_addf(&text, ", %.*s to %.*s", TF_STR_ARGS(first->points[0].period), TF_STR_ARGS(last_of(first)->period));
  }
  tf_text_adds(&text, ".");
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *s = &plan->series[i];
    const tf_chart_point *end = last_of(s);
    tf_text_addf(&text, " %.*s: ", TF_STR_ARGS(s->name));
    if (s->reported > 0) {
      const tf_chart_point *known = &s->points[s->reported - 1];
      tf_text_addf(&text, "reported %.*s in %.*s", TF_STR_ARGS(value_text(plan, known)), TF_STR_ARGS(known->period));
      tf_text_adds(&text, s->reported < s->count ? ", " : "");
    }
    if (s->reported < s->count) {
      tf_text_addf(&text, "%s%.*s", end->uncertain && plan->median ? "median " : "",
                   TF_STR_ARGS(value_text(plan, end)));
      tf_text_addf(&text, "%s%.*s", end->period.len > 0 ? " in " : "", TF_STR_ARGS(end->period));
      if (end->uncertain) {
        tf_text_addf(&text, ", 90%% of outcomes between %.*s", TF_STR_ARGS(tf_chart_value(plan, end, end->p5, true)));
        tf_text_addf(&text, " and %.*s", TF_STR_ARGS(tf_chart_value(plan, end, end->p95, true)));
      }
    }
    tf_text_adds(&text, ".");
  }
  return tf_text_str(&text);
}

tf_status tf_chart_texts(tf_chart_plan *plan) {
  plan->title = plan->count == 1 ? title_of_one(plan, &plan->series[0]) : title_of_many(plan);
  plan->subtitle = tf_chart_subtitle(plan);
  // Kinds that add to these texts finish them by themselves.
  return tf_chart_finish_texts(plan);
}

// The scenario file's title, where the page does not carry it and two lines have room for all of it.
static void add_scope(tf_chart_plan *plan) {
  tf_str scope = plan->result->scenarios[0].title;
  if (plan->options->on_page || scope.len == 0 || plan->count == 0) {
    return;
  }
  tf_face face = {11.5, false, plan->stretch};
  tf_str lines[3];
  tf_str longer = tf_str_of(tf_format(plan->arena, "%.*s%s%.*s", TF_STR_ARGS(plan->subtitle),
                                      plan->subtitle.len > 0 ? " \xC2\xB7 " : "", TF_STR_ARGS(scope)));
  size_t count = tf_text_break(plan->arena, face, longer, plan->width - 2 * TF_CHART_EDGE, 3, lines);
  plan->subtitle = count <= 2 ? longer : plan->subtitle;
}

// The description names the title and the subtitle that stand in the picture.
static void say_instead(tf_chart_plan *plan, tf_str before, tf_str now) {
  for (size_t i = 0; before.len > 0 && i + before.len <= plan->alt.len; i++) {
    tf_str rest = tf_str_sub(plan->alt, i, plan->alt.len);
    if (tf_str_starts(rest, tf_cstr(plan->arena, before))) {
      tf_str start = tf_str_sub(plan->alt, 0, i), end = tf_str_sub(rest, before.len, rest.len);
      plan->alt =
          tf_str_of(tf_format(plan->arena, "%.*s%.*s%.*s", TF_STR_ARGS(start), TF_STR_ARGS(now), TF_STR_ARGS(end)));
      return;
    }
  }
}

tf_status tf_chart_finish_texts(tf_chart_plan *plan) {
  const tf_plot_spec *spec = plan->spec;
  tf_str title = plan->title, subtitle = plan->subtitle;
  tf_status status = spec->title.text.len == 0 ? TF_OK : fill_template(plan, spec->title, &plan->title);
  if (status == TF_OK && spec->subtitle.text.len > 0) {
    status = fill_template(plan, spec->subtitle, &plan->subtitle);
  } else if (status == TF_OK) {
    add_scope(plan);
  }
  plan->footer = footer_of(plan);
  if (plan->count > 0) {
    plan->alt = alt_of(plan);
  } else {
    say_instead(plan, title, plan->title);
    say_instead(plan, subtitle, plan->subtitle);
  }
  return status;
}

tf_str tf_chart_csv(const tf_chart_plan *plan) {
  tf_text text = tf_text_new(plan->arena);
  tf_text_adds(&text, "scenario,quantity,index,unit,period,actual,value,p5,p25,p75,p95\n");
  for (size_t i = 0; i < plan->count; i++) {
    const tf_chart_series *s = &plan->series[i];
    for (size_t n = 0; n < s->count * (s->shared ? plan->result->scenario_count : 1); n++) {
      const tf_chart_point *p = &s->points[n % s->count];
      tf_csv_text(&text, plan->result->scenarios[s->shared ? n / s->count : s->scenario].name);
      tf_text_addc(&text, ',');
      tf_csv_text(&text, p->row->name);
      tf_text_addc(&text, ',');
      tf_csv_text(&text, tf_row_index(plan->arena, p->row));
      tf_text_addc(&text, ',');
      tf_csv_text(&text, plan->unit.text);
      tf_text_addf(&text, ",%.*s,%s,", TF_STR_ARGS(p->period), p->actual ? "true" : "false");
      tf_csv_number(&text, p->value);
      const double band[] = {p->p5, p->p25, p->p75, p->p95};
      for (size_t b = 0; b < 4; b++) {
        tf_text_addc(&text, ',');
        if (p->uncertain) {
          tf_csv_number(&text, band[b]);
        }
      }
      tf_text_addc(&text, '\n');
    }
  }
  return tf_text_str(&text);
}
