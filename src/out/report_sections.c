// SPDX-License-Identifier: GPL-3.0-or-later
// Sections of a report that follow from the result alone: key results, drivers, checks, method, warnings.
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/io.h"
#include "base/number.h"
#include "out/report_parts.h"

static bool has_series(const tf_blocks *blocks) {
  bool found = false;
  for (size_t b = 0; b < blocks->count; b++) {
    found = found || (blocks->at[b].series && blocks->at[b].count > 1);
  }
  return found;
}

// Headers: the given first ones, then the scenarios.
static tf_report_table *by_scenario(const tf_report *report, size_t lead, const char *const *titles) {
  tf_arena *arena = report->cx->arena;
  size_t scenarios = report->result->scenario_count;
  tf_str *headers = TF_ARRAY(arena, tf_str, lead + scenarios);
  bool *numeric = TF_ARRAY(arena, bool, lead + scenarios);
  for (size_t c = 0; c < lead + scenarios; c++) {
    headers[c] = c < lead ? tf_str_of(titles[c]) : report->result->scenarios[c - lead].name;
    numeric[c] = c >= lead;
  }
  return tf_report_table_new(report, lead + scenarios, headers, numeric);
}

static void put_value(const tf_report *report, const tf_block *block, const tf_row *row, tf_report_cell *cell) {
  if (row != NULL) {
    cell->text = tf_report_value(report->cx->arena, block->show, row, false);
    cell->minor = tf_report_range(report->cx->arena, block->show, row, " to ");
    tf_str middle = tf_row_typical(row) ? TF_STR("") : tf_report_stat(report->cx->arena, block->show, row, TF_STAT_P50);
    if (middle.len > 0 && cell->minor.len > 0 && row->kind == TF_KIND_NUMBER) {
      cell->minor =
          tf_str_of(tf_format(report->cx->arena, "%.*s; median %.*s", TF_STR_ARGS(cell->minor), TF_STR_ARGS(middle)));
    }
  }
}

void tf_report_periods(tf_report *report) {
  tf_blocks of_all = tf_blocks_of(report->cx->arena, report->result, 0, report->result->scenario_count);
  const tf_blocks *blocks = &of_all;
  if (!has_series(blocks)) {
    return;
  }
  static const char *const titles[] = {"period"};
  tf_report_table *table = by_scenario(report, 1, titles);
  for (size_t b = 0; b < blocks->count; b++) {
    const tf_block *block = &blocks->at[b];
    if (!block->series || block->count < 2) {
      continue;
    }
    tf_arena *arena = report->cx->arena;
    tf_report_row_title(
        report, table,
        tf_str_of(tf_format(arena, "%.*s%s%.*s%s%s",
                            TF_STR_ARGS(tf_report_name(arena, block->first->label, block->title)),
                            block->first->index_count > 0 ? ", " : "", TF_STR_ARGS(tf_row_index(arena, block->first)),
                            block->show->unit[0] != '\0' ? ", " : "", block->show->unit)));
    for (size_t k = 0; k < block->count; k++) {
      tf_report_cell *cells = tf_report_row_add(report, table);
      for (size_t s = 0; s < blocks->scenarios; s++) {
        const tf_row *row = tf_block_row(blocks, block, k, s);
        if (row != NULL && cells[0].text.len == 0) {
          char buffer[16];
          cells[0].text = tf_str_copy(arena, tf_str_of(tf_period_print(row->period, buffer)));
        }
        put_value(report, block, row, &cells[1 + s]);
        if (row != NULL && row->actual) {
          cells[1 + s].minor = TF_STR("reported");
        }
      }
    }
  }
  tf_report_section(report, "periods", "All periods");
  tf_report_add(report, TF_PART_FOLD, TF_STR("Results of every period"));
  tf_report_table_add(report, table);
  tf_report_add(report, TF_PART_END, TF_STR(""));
}

static bool any_later(const tf_result *result) {
  for (size_t s = 0; s < result->scenario_count; s++) {
    for (size_t i = 0; i < result->scenarios[s].rows.count; i++) {
      const tf_row *row = &result->scenarios[s].rows.at[i];
      if (row->later && row->undefined > 0) {
        return true;
      }
    }
  }
  return false;
}

void tf_report_results(tf_report *report) {
  tf_arena *arena = report->cx->arena;
  tf_report_section(report, "results", "Key results");
  tf_blocks blocks = tf_blocks_of(arena, report->result, 0, report->result->scenario_count);
  static const char *const titles[] = {"quantity"};
  tf_report_table *table = by_scenario(report, 1, titles);
  for (size_t b = 0; b < blocks.count; b++) {
    const tf_block *block = &blocks.at[b];
    tf_report_cell *cells = tf_report_row_add(report, table);
    const tf_row *last = NULL;
    for (size_t s = 0; s < blocks.scenarios; s++) {
      const tf_row *row = tf_report_last(&blocks, block, s);
      put_value(report, block, row, &cells[1 + s]);
      last = last == NULL ? row : last;
    }
    tf_text name = tf_text_new(arena);
    tf_text_add(&name, tf_report_name(arena, block->first->label, block->title));
    if (block->first->label.len > 0 && block->first->index_count > 0) {
      tf_text_addf(&name, ", %.*s", TF_STR_ARGS(tf_row_index(arena, block->first)));
    }
    if (block->series && last != NULL) {
      char buffer[16];
      tf_text_addf(&name, ", %s", tf_period_print(last->period, buffer));
    }
    const char *unit = block->first->kind == TF_KIND_NUMBER ? block->show->unit : "";
    if (unit[0] != '\0' && strcmp(unit, "1") != 0) {
      tf_text_addf(&name, ", %s", unit);
    }
    cells[0].text = tf_text_str(&name);
    cells[0].minor = block->first->label.len > 0 ? block->title : TF_STR("");
  }
  tf_report_table_add(report, table);
  if (report->result->uncertain) {
    tf_report_add(
        report, TF_PART_NOTE,
        TF_STR(
            "Large figures: the central case, all inputs at their median. Small ones: the 5th to the 95th percentile, "
            "nine outcomes out of ten; and the median where the central case is not among the middle half."));
  }
  if (any_later(report->result)) {
    tf_report_addf(
        report, TF_PART_NOTE,
        "“%.*s”: not within the years computed; “no value” is the share of samples in which it does not come "
        "to pass in them.",
        TF_STR_ARGS(tf_show_later(arena, &report->result->axis)));
  }
  if (has_series(&blocks)) {
    tf_report_add(report, TF_PART_NOTE, TF_STR("Series are shown at their end; the last section has all periods."));
  }
}

static tf_str label_of(const tf_report *report, const tf_scenario_result *scenario, const tf_driver *driver) {
  const tf_model *model = scenario->plan != NULL ? scenario->plan->model : report->result->model;
  return driver->input < model->quantities.count ? model->quantities.at[driver->input].label : TF_STR("");
}

void tf_report_drivers(tf_report *report) {
  enum { MOST = 8 };
  const double least = 0.03; // weaker ones are noise of 16,384 samples or of no consequence
  tf_arena *arena = report->cx->arena;
  static const bool numeric[] = {false, true, false};
  tf_str *headers = TF_ARRAY(arena, tf_str, 3);
  headers[0] = TF_STR("input");
  headers[1] = TF_STR("correlation");
  headers[2] = TF_STR("lowers · raises");
  tf_report_table *table = tf_report_table_new(report, 3, headers, numeric);
  const tf_row *of = NULL;
  for (size_t s = 0; s < report->result->scenario_count; s++) {
    const tf_scenario_result *scenario = &report->result->scenarios[s];
    if (scenario->driver_count == 0 || scenario->driver_of == NULL) {
      continue;
    }
    of = of == NULL ? scenario->driver_of : of;
    if (!(fabs(scenario->drivers[0].rho) >= least)) {
      continue; // nothing moves it, as where a payback comes in no sample
    }
    if (report->result->scenario_count > 1) {
      tf_report_row_title(report, table, scenario->name);
    }
    for (size_t i = 0; i < scenario->driver_count && i < MOST; i++) {
      const tf_driver *driver = &scenario->drivers[i];
      if (!(fabs(driver->rho) >= least)) {
        continue;
      }
      tf_report_cell *cells = tf_report_row_add(report, table);
      tf_str label = label_of(report, scenario, driver);
      cells[0].text = tf_report_name(arena, label, driver->name);
      cells[0].minor = label.len > 0 ? driver->name : TF_STR("");
      cells[1].text = tf_show_fixed(arena, driver->rho, 2);
      cells[2].has_bar = true;
      cells[2].bar = driver->rho;
    }
  }
  tf_report_section(report, "drivers", "What the result depends on most");
  if (of == NULL) {
    tf_report_add(report, TF_PART_TEXT, TF_STR("Nothing that the first output depends on is uncertain."));
    return;
  }
  char period[16];
  tf_str name = tf_report_name(arena, of->label, of->name);
  tf_report_addf(report, TF_PART_TEXT,
                 "Rank correlation (Spearman) of each uncertain input with the first output, %.*s%s%s: 1 means that a "
                 "higher input always goes with a higher result, −1 that it always goes with a lower one.",
                 TF_STR_ARGS(name), of->series ? " in " : "", of->series ? tf_period_print(of->period, period) : "");
  tf_report_table_add(report, table);
}

void tf_report_checks(tf_report *report) {
  tf_arena *arena = report->cx->arena;
  static const char *const titles[] = {"check", "wanted"};
  tf_report_table *table = by_scenario(report, 2, titles);
  size_t most = 0;
  for (size_t s = 0; s < report->result->scenario_count; s++) {
    size_t count = report->result->scenarios[s].checks.count;
    most = count > most ? count : most;
  }
  tf_report_section(report, "checks", "Checks");
  if (most == 0) {
    tf_report_add(report, TF_PART_TEXT, TF_STR("The models state none."));
    return;
  }
  // Scenarios of different models have different checks: rows are matched by module and text.
  tf_map rows = tf_map_new(arena);
  for (size_t s = 0; s < report->result->scenario_count; s++) {
    const tf_scenario_result *scenario = &report->result->scenarios[s];
    for (size_t i = 0; i < scenario->checks.count; i++) {
      const tf_check_result *check = &scenario->checks.at[i];
      tf_str key = tf_str_of(tf_format(arena, "%.*s: %.*s", TF_STR_ARGS(check->module), TF_STR_ARGS(check->text)));
      uint32_t at = tf_map_get(&rows, key);
      if (at == TF_MAP_NONE) {
        tf_report_cell *cells = tf_report_row_add(report, table);
        cells[0].text = check->description.len > 0 ? check->description : check->text;
        cells[0].minor = key;
        cells[1].text = check->level < 1 ? tf_show_percent(arena, check->level) : TF_STR("always");
        at = (uint32_t)(table->rows.count - 1);
        (void)tf_map_put(&rows, key, at);
      }
      tf_report_cell *cell = (tf_report_cell *)&table->rows.at[at].cells[2 + s];
      cell->text = check->held ? TF_STR("✓ holds") : TF_STR("✗ fails");
      cell->minor = check->share < 1 || !check->held
                        ? tf_str_of(tf_format(arena, "in %.*s", TF_STR_ARGS(tf_show_percent(arena, check->share))))
                        : TF_STR("");
    }
  }
  tf_report_table_add(report, table);
}

// --- Method ---------------------------------------------------------------------------------------------------------

static bool equations_hold(const tf_model *model, const char *word) {
  for (size_t q = 0; q < model->quantities.count; q++) {
    const tf_definition *definition = model->quantities.at[q].definition;
    for (size_t i = 0; definition != NULL && i + strlen(word) <= definition->right.text.len; i++) {
      if (strncmp(definition->right.text.ptr + i, word, strlen(word)) == 0) {
        return true;
      }
    }
  }
  return false;
}

static bool real_money(const tf_model *model) {
  for (size_t q = 0; q < model->quantities.count; q++) {
    tf_str unit = model->quantities.at[q].unit.text;
    for (size_t i = 3; i + 4 <= unit.len; i++) {
      tf_str year = tf_str_sub(unit, i, i + 4);
      bool digits = unit.ptr[i - 1] >= 'A' && unit.ptr[i - 1] <= 'Z';
      for (size_t k = 0; k < 4 && digits; k++) {
        digits = year.ptr[k] >= '0' && year.ptr[k] <= '9';
      }
      if (digits) {
        return true;
      }
    }
  }
  return false;
}

static void sampling(tf_report *report) {
  const tf_result *result = report->result;
  char samples[48];
  if (!result->uncertain) {
    tf_report_add(report, TF_PART_LIST, TF_STR("No input of these results is uncertain: one evaluation."));
    return;
  }
  (void)tf_number_pretty((double)result->samples, 15, samples);
  if (result->sampler == TF_SAMPLER_RANDOM) {
    tf_report_addf(report, TF_PART_LIST,
                   "Sampling: %s independent random samples (Philox), seed %" PRIu64
                   "; every input has a stream of its own, so scenarios are paired.",
                   samples, result->seed);
  } else {
    tf_report_addf(report, TF_PART_LIST,
                   "Sampling: %s scrambled Sobol points, seed %" PRIu64
                   "; all scenarios of the same models use the same points, so their differences are those of the "
                   "scenarios.%s",
                   samples, result->seed,
                   result->random_streams ? " Inputs drawn anew each year or row are random beside them." : "");
  }
  if (result->sketched) {
    tf_report_addf(
        report, TF_PART_LIST,
        "Statistics: the samples would not fit into the memory allowed. They were counted in bins no wider than "
        "1/2,048 of their values, so every quantile is within 0.05 %% of that of the samples; means, standard "
        "deviations, extremes and shares are of all samples. Rank correlations%s are of the first 16,384.",
        result->scenario_count > 1 ? ", differences and ratios between scenarios" : "");
  }
  if (result->replicates <= 1) {
    tf_report_add(report, TF_PART_LIST, TF_STR("Standard errors: none, there is one scrambling."));
    return;
  }
  const tf_row *row = result->scenarios[0].rows.count > 0 ? result->scenarios[0].driver_of : NULL;
  tf_text text = tf_text_new(report->cx->arena);
  tf_text_addf(
      &text, "Standard errors come from the means of %u independent %s (Student's t with %u degrees of freedom)",
      (unsigned)result->replicates, result->sampler == TF_SAMPLER_RANDOM ? "parts of the sample" : "scramblings",
      (unsigned)result->replicates - 1);
  if (row != NULL && row->uncertain && isfinite(row->se) && isfinite(row->mean) && row->kind == TF_KIND_NUMBER) {
    tf_show show = tf_show_for(report->cx->arena, result, &row, 1);
    tf_str error = tf_show_stat(&show, row, TF_STAT_SE);
    tf_text_addf(&text, "; the mean of %.*s is %.*s", TF_STR_ARGS(row->name),
                 TF_STR_ARGS(tf_show_stat(&show, row, TF_STAT_MEAN)));
    tf_text_addf(&text, " %s with a standard error of %.*s", show.unit, TF_STR_ARGS(error));
  }
  tf_text_adds(&text, ". Numbers are shown to the digits that their error supports.");
  tf_report_add(report, TF_PART_LIST, tf_text_str(&text));
}

void tf_report_method(tf_report *report) {
  const tf_result *result = report->result;
  const tf_model *model = result->model;
  tf_report_section(report, "method", "Method");
  tf_report_add(report, TF_PART_LIST,
                result->uncertain
                    ? TF_STR("The central value is one consistent evaluation with all inputs at their median; it need "
                             "not be the mean or the median of the outcomes.")
                    : TF_STR("Values are exact evaluations of the equations."));
  sampling(report);
  tf_report_add(report, TF_PART_LIST,
                real_money(model)
                    ? TF_STR("Money: a currency with a year, such as USD2024, is in prices of that year; without one "
                             "it is nominal. They are converted by the series inflation only.")
                    : TF_STR("Money is nominal: amounts of the day they are paid, not corrected for inflation."));
  bool discounted = equations_hold(model, "npv(") || equations_hold(model, "irr(") || equations_hold(model, "annuity(");
  tf_report_add(report, TF_PART_LIST,
                discounted ? TF_STR("Discounting: each equation that discounts (npv, irr, annuity) states its rate and "
                                    "whether amounts fall at the start, middle or end of a period.")
                           : TF_STR("Nothing is discounted."));
  char first[16];
  char last[16];
  if (result->axis.count > 0) {
    tf_report_addf(report, TF_PART_LIST,
                   "Time: %s to %s in %d %s. A value stands for its whole period, rates are means over it. A year has "
                   "8,766 hours, a month is a twelfth of it.",
                   tf_period_print(tf_axis_period(&result->axis, 0), first),
                   tf_period_print(tf_axis_period(&result->axis, result->axis.count - 1), last), result->axis.count,
                   result->axis.months == 12  ? "years"
                   : result->axis.months == 3 ? "quarters"
                                              : "months");
  } else {
    tf_report_add(report, TF_PART_LIST, TF_STR("Time: a year has 8,766 hours, a month is a twelfth of it."));
  }
  for (size_t s = 0; s < result->scenario_count; s++) {
    const tf_plan *plan = result->scenarios[s].plan;
    if (plan != NULL && plan->data_used > 0) {
      tf_report_addf(report, TF_PART_LIST, "Observed data, %.*s: %zu rows used, %zu left out by the conditions.",
                     TF_STR_ARGS(result->scenarios[s].name), plan->data_used, plan->data_left_out);
    }
  }
}

// --- Warnings -------------------------------------------------------------------------------------------------------

static bool seen_before(const tf_map *seen, const char *text) {
  return tf_map_get(seen, tf_str_of(text)) != TF_MAP_NONE;
}

static void add_once(tf_report *report, tf_map *seen, tf_part_kind kind, const char *prefix, const char *text) {
  const char *line = tf_format(report->cx->arena, "%s%s", prefix, text);
  if (!seen_before(seen, line)) {
    (void)tf_map_put(seen, tf_str_of(line), 0);
    tf_report_addf(report, kind, "%s", line);
  }
}

static bool says(const tf_scenario_result *scenario, const char *text, bool warning) {
  size_t count = warning ? scenario->warnings.count : scenario->notes.count;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(warning ? scenario->warnings.at[i] : scenario->notes.at[i], text) == 0) {
      return true;
    }
  }
  return false;
}

// "bull, bear: ", or nothing where every scenario says it.
static const char *who_says(const tf_report *report, const char *text, bool warning) {
  tf_text names = tf_text_new(report->cx->arena);
  tf_text_adds(&names, "");
  size_t count = 0;
  for (size_t s = 0; s < report->result->scenario_count; s++) {
    if (says(&report->result->scenarios[s], text, warning)) {
      tf_text_addf(&names, "%s%.*s", count++ > 0 ? ", " : "", TF_STR_ARGS(report->result->scenarios[s].name));
    }
  }
  return count == report->result->scenario_count ? "" : tf_format(report->cx->arena, "%s: ", names.ptr);
}

void tf_report_warnings(tf_report *report) {
  tf_context *cx = report->cx;
  const tf_result *result = report->result;
  tf_map seen = tf_map_new(cx->arena);
  tf_report_section(report, "warnings", "Warnings and notes");
  size_t before = report->parts.count;
  for (size_t i = 0; i < report->messages; i++) {
    const tf_diag *diag = &cx->diags.list.at[i];
    if (diag->severity == TF_ERROR) {
      continue;
    }
    const char *place = "";
    if (diag->at.source != 0 && diag->at.source < cx->sources.list.count) {
      const tf_source *source = &cx->sources.list.at[diag->at.source];
      uint32_t line = 0;
      uint32_t column = 0;
      tf_source_position(source, diag->at.start, &line, &column);
      place = tf_format(cx->arena, "%.*s:%u: ", TF_STR_ARGS(tf_path_name(source->name)), (unsigned)line);
    }
    const char *text = tf_format(cx->arena, "%s%s", place, diag->message);
    bool warning = diag->severity == TF_WARNING;
    add_once(report, &seen, warning ? TF_PART_BAD : TF_PART_LIST, warning ? "Warning: " : "", text);
  }
  // What several scenarios say is told once, with their names unless it is all of them.
  for (size_t s = 0; s < result->scenario_count; s++) {
    const tf_scenario_result *scenario = &result->scenarios[s];
    for (size_t i = 0; i < scenario->warnings.count; i++) {
      const char *text = scenario->warnings.at[i];
      add_once(report, &seen, TF_PART_BAD, tf_format(cx->arena, "Warning: %s", who_says(report, text, true)), text);
    }
    for (size_t i = 0; i < scenario->notes.count; i++) {
      const char *text = scenario->notes.at[i];
      add_once(report, &seen, TF_PART_LIST, who_says(report, text, false), text);
    }
  }
  if (report->parts.count == before) {
    tf_report_add(report, TF_PART_TEXT, TF_STR("None."));
  }
}
