// SPDX-License-Identifier: GPL-3.0-or-later
// Computed against published values, from a CSV with one line per value: how far each is off (out/chart_plan.h).
#include <math.h>
#include <string.h>

#include "base/io.h"
#include "base/number.h"
#include "out/chart_plan.h"
#include "out/delimited.h"
#include "table/table.h"

typedef struct value {             // one line of the file
  tf_str name, shown;              // "158 / 159 days"
  double computed, published, off; // off: percent
} value;

static size_t column_of(const tf_record *header, const char *name) {
  for (size_t i = 0; i < header->count; i++) {
    if (tf_str_is(header->cells[i].text, name)) {
      return i;
    }
  }
  return SIZE_MAX;
}

static tf_status number_of(tf_context *cx, const tf_csv *csv, tf_located cell, double *number) {
  tf_located text = cell;
  tf_status status = tf_csv_number_text(cx, csv, cell, &text);
  if (status != TF_OK) {
    return status;
  }
  if (text.text.len == 0 || tf_number_scan(text.text, number) != text.text.len) {
    return tf_fail(cx, TF_INVALID, cell.at, "'%.*s' is no number", TF_STR_ARGS(cell.text));
  }
  return TF_OK;
}

static tf_str both(tf_chart_plan *plan, const value *v, tf_located unit_text) {
  tf_unit unit = {.dim = TF_DIM_NONE, .factor = 1, .text = TF_STR("1")};
  if (unit_text.text.len > 0 && !tf_str_is(unit_text.text, "1") &&
      tf_unit_parse(plan->result->model->units, unit_text, &unit) != TF_OK) {
    unit = (tf_unit){.dim = TF_DIM_NONE, .factor = 1, .text = TF_STR("1")};
  }
  tf_scale scale = tf_scale_for(plan->arena, plan->result->model->units, unit, fabs(v->published));
  scale.resolution = fabs(v->published - v->computed) / 2;
  tf_str a = tf_scale_value(&scale, v->computed, false), b = tf_scale_value(&scale, v->published, true);
  return tf_str_of(tf_format(plan->arena, "%.*s / %.*s", TF_STR_ARGS(a), TF_STR_ARGS(b)));
}

// A scenario or a model in the place of the table.
static tf_status not_a_table(tf_context *cx, tf_located file, const char *what) {
  tf_status status =
      tf_fail(cx, TF_INVALID, file.at, "`%.*s` is a %s: published draws values from a CSV file of its own",
              TF_STR_ARGS(file.text), what);
  tf_hint(
      cx,
      "that file needs the columns name, unit, computed, published. What a %s computes is shown, with --show NAME, "
      "by bars and dumbbell (one value), fan, lines, multiples and stack (over time), histogram, cdf and exceedance "
      "(draws), shares (labels), drivers and dependencies (what moves it)",
      what);
  return status;
}

static bool is_scenario(const tf_csv *csv) {
  for (size_t r = 0; r < csv->records.count; r++) {
    const tf_str first = tf_record_cell(&csv->records.at[r], 0).text;
    if (tf_str_is(first, "model:") || tf_str_is(first, "extends:") ||
        column_of(&csv->records.at[r], "parameter") == 0) {
      return true;
    }
  }
  return false;
}

static tf_status read_values(tf_chart_plan *plan, const tf_csv *csv, tf_located file, value *values, size_t *count) {
  const tf_record *header = &csv->records.at[0];
  size_t computed = column_of(header, "computed"), published = column_of(header, "published");
  size_t unit = column_of(header, "unit"), name = column_of(header, "name");
  if (computed == SIZE_MAX && published == SIZE_MAX && is_scenario(csv)) {
    return not_a_table(plan->cx, file, "scenario");
  }
  if (computed == SIZE_MAX || published == SIZE_MAX) {
    tf_status status = tf_fail(plan->cx, TF_INVALID, header->cells[0].at, "%.*s has no column '%s'",
                               TF_STR_ARGS(file.text), computed == SIZE_MAX ? "computed" : "published");
    tf_hint(plan->cx, "columns are name, unit, computed, published");
    return status;
  }
  for (size_t r = 1; r < csv->records.count; r++) {
    const tf_record *record = &csv->records.at[r];
    tf_located p = tf_record_cell(record, published), c = tf_record_cell(record, computed);
    if (p.text.len == 0 || c.text.len == 0) {
      continue;
    }
    value v = {.name = tf_record_cell(record, name == SIZE_MAX ? 0 : name).text};
    tf_status status = number_of(plan->cx, csv, p, &v.published);
    status = status == TF_OK ? number_of(plan->cx, csv, c, &v.computed) : status;
    if (status == TF_OK && v.published == 0) {
      status = tf_fail(plan->cx, TF_INVALID, p.at, "a published value of 0 has no ratio to it");
    }
    if (status == TF_OK && *count == TF_CHART_SERIES_MAX) {
      status = tf_fail(plan->cx, TF_INVALID, p.at, "more than %d values do not fit a chart", TF_CHART_SERIES_MAX);
    }
    if (status != TF_OK) {
      return status;
    }
    v.off = 100 * (v.computed / v.published - 1);
    v.shown = both(plan, &v, tf_record_cell(record, unit == SIZE_MAX ? record->count : unit));
    values[(*count)++] = v;
  }
  return *count > 0 ? TF_OK
                    : tf_fail(plan->cx, TF_INVALID, file.at, "%.*s holds no pair of values", TF_STR_ARGS(file.text));
}

static void put_texts(tf_chart_plan *plan, const value *values, size_t count) {
  size_t close = 0;
  tf_text alt = tf_text_new(plan->arena), csv = tf_text_new(plan->arena);
  tf_text_adds(&csv, "name,computed,published,off_percent\n");
  for (size_t i = 0; i < count; i++) {
    close += fabs(values[i].off) <= 10;
  }
  plan->title = tf_str_of(
      close == count ? tf_format(plan->arena,
                                 count == 1 ? "The computed value is within 10%% of the published one"
                                            : "All %zu computed values are within 10%% of the published ones",
                                 count)
                     : tf_format(plan->arena, "%zu of %zu computed values %s within 10%% of the published ones", close,
                                 count, close == 1 ? "is" : "are"));
  plan->subtitle = TF_STR("Computed minus published, in percent of the published value");
  tf_text_addf(&alt, "Dot chart. %.*s.", TF_STR_ARGS(plan->title));
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(&alt, " %.*s: %+.3g%%.", TF_STR_ARGS(values[i].name), values[i].off);
    tf_csv_text(&csv, values[i].name);
    const double numbers[] = {values[i].computed, values[i].published, values[i].off};
    for (size_t k = 0; k < 3; k++) {
      tf_text_addc(&csv, ',');
      tf_csv_number(&csv, numbers[k]);
    }
    tf_text_addc(&csv, '\n');
  }
  plan->alt = tf_text_str(&alt);
  plan->csv = tf_text_str(&csv);
  plan->reading = "Band: 10% either way";
}

tf_status tf_chart_published(tf_chart_plan *plan, const char *stem, tf_str *script) {
  tf_located file = plan->spec->names[0];
  const tf_csv *csv = NULL;
  value values[TF_CHART_SERIES_MAX];
  size_t count = 0;
  if (tf_str_ends(file.text, ".model")) {
    return not_a_table(plan->cx, file, "model");
  }
  tf_status status = tf_csv_read(plan->cx, tf_cstr(plan->arena, file.text), file.at, &csv);
  status = status == TF_OK ? read_values(plan, csv, file, values, &count) : status;
  tf_located percent = {TF_STR("%"), {0}};
  status = status == TF_OK ? tf_unit_parse(plan->result->model->units, percent, &plan->unit) : status;
  if (status != TF_OK) {
    return status;
  }
  put_texts(plan, values, count);
  status = tf_chart_finish_texts(plan);
  if (status != TF_OK) {
    return status;
  }
  tf_text out = tf_text_new(plan->arena), data = tf_text_new(plan->arena);
  tf_pen pen = {.plan = plan, .out = &out};
  tf_str names[TF_CHART_SERIES_MAX], shown[TF_CHART_SERIES_MAX];
  tf_rows rows = {.count = count, .names = names, .values = shown, .low = -12, .high = 12, .above = 18};
  rows.pad_left = rows.pad_right = 8;
  for (size_t i = 0; i < count; i++) {
    names[i] = values[i].name;
    shown[i] = values[i].shown;
    rows.low = fmin(rows.low, values[i].off);
    rows.high = fmax(rows.high, values[i].off);
    tf_script_row(&data, (double[]){values[i].off, (double)i + 1, fabs(values[i].off) <= 10 ? 1 : 2}, 3);
  }
  status = tf_rows_start(plan, stem, &rows, &pen);
  if (status != TF_OK) {
    return status;
  }
  tf_face face = {10, false, plan->stretch};
  tf_pen_text(&pen, TF_STR("computed / published"), plan->width - TF_CHART_EDGE, plan->top - 8, TF_RIGHT, face,
              "MUTED");
  tf_gnuplot_data(&out, "rows", tf_text_str(&data));
  status = tf_script_template(plan, "published.gp", &out);
  if (status == TF_OK) {
    *script = tf_text_str(&out);
  }
  return status;
}
