// SPDX-License-Identifier: GPL-3.0-or-later
// Results as JSON, schema 1 (out/emit.h).
#include <math.h>
#include <string.h>

#include "out/emit.h"
#include "out/json.h"
#include "out/show.h"

enum { SCHEMA = 1, DEPTH_OF_ROWS = 4 };

static void put_axis(tf_json *json, const tf_axis *axis) {
  tf_json_key(json, "axis");
  if (axis->count <= 0) {
    tf_json_null(json);
    return;
  }
  char buffer[16];
  tf_json_open(json, '{');
  tf_json_key(json, "first");
  tf_json_text(json, tf_str_of(tf_period_print(tf_axis_period(axis, 0), buffer)));
  tf_json_key(json, "last");
  tf_json_text(json, tf_str_of(tf_period_print(tf_axis_period(axis, axis->count - 1), buffer)));
  tf_json_key(json, "step");
  tf_json_text(json, axis->months == 12 ? TF_STR("year") : axis->months == 3 ? TF_STR("quarter") : TF_STR("month"));
  tf_json_key(json, "periods");
  tf_json_integer(json, (uint64_t)axis->count);
  tf_json_close(json, '}');
}

static void put_value(tf_json *json, const tf_result *result, const tf_row *row, tf_stat stat) {
  double value = tf_row_stat(row, stat);
  const double day = 86400;
  tf_json_key(json, tf_stat_key(stat));
  if (stat != TF_STAT_CENTRAL && (!row->uncertain || row->kind == TF_KIND_LABEL)) {
    tf_json_null(json);
  } else if (row->kind == TF_KIND_LABEL) {
    tf_str label = tf_show_label(result, row);
    if (label.len > 0) {
      tf_json_text(json, label);
    } else {
      tf_json_null(json);
    }
  } else if (row->kind == TF_KIND_BOOL && stat == TF_STAT_CENTRAL && !isnan(value)) {
    tf_json_bool(json, value != 0);
  } else if (row->kind == TF_KIND_DATE && isfinite(value) && stat != TF_STAT_SE && stat != TF_STAT_SD) {
    char buffer[16];
    tf_json_text(json, tf_str_of(tf_date_print(floor(value / day), buffer)));
  } else {
    tf_json_number(json, row->kind == TF_KIND_DATE ? value / day : value);
  }
}

static void put_row(tf_json *json, const tf_result *result, const tf_row *row) {
  char buffer[16];
  tf_json_open(json, '{');
  tf_json_key(json, "name");
  tf_json_text(json, row->name);
  tf_json_key(json, "label");
  tf_json_text(json, row->label);
  tf_json_key(json, "unit");
  tf_json_text(json, row->kind == TF_KIND_DATE     ? TF_STR("date")
                     : row->kind == TF_KIND_NUMBER ? row->unit.text
                                                   : TF_STR(""));
  tf_json_key(json, "index");
  if (row->index_count == 0) {
    tf_json_null(json);
  } else {
    tf_json_open(json, '{');
    for (size_t i = 0; i < row->index_count; i++) {
      tf_json_key_str(json, row->index_names[i]);
      tf_json_text(json, row->index_labels[i]);
    }
    tf_json_close(json, '}');
  }
  tf_json_key(json, "period");
  if (row->series) {
    tf_json_text(json, tf_str_of(tf_period_print(row->period, buffer)));
  } else {
    tf_json_null(json);
  }
  tf_json_key(json, "actual");
  tf_json_bool(json, row->actual);
  for (int stat = 0; stat < TF_STAT_COUNT; stat++) {
    put_value(json, result, row, (tf_stat)stat);
  }
  tf_json_key(json, "undefined");
  tf_json_number(json, row->undefined > 0 ? row->undefined : 0);
  tf_json_key(json, "shares");
  tf_json_open(json, '{');
  for (size_t i = 0; i < row->share_count; i++) {
    tf_json_key_str(json, row->shares[i].label);
    tf_json_number(json, row->shares[i].share);
  }
  tf_json_close(json, '}');
  tf_json_close(json, '}');
}

// Nulls that a reader of the schema would not expect, in words.
static void warn_nulls(tf_context *cx, tf_json *json, const tf_result *result, const tf_row *row) {
  if (row->kind == TF_KIND_LABEL) {
    return;
  }
  char buffer[16];
  tf_str title = tf_row_title(cx->arena, row);
  const char *place = tf_format(cx->arena, "%.*s%s%s", TF_STR_ARGS(title), row->series ? " " : "",
                                row->series ? tf_period_print(row->period, buffer) : "");
  tf_text beyond = tf_text_new(cx->arena), missing = tf_text_new(cx->arena);
  for (int stat = 0; stat < TF_STAT_COUNT; stat++) {
    double value = tf_row_stat(row, (tf_stat)stat);
    bool wanted = stat == TF_STAT_CENTRAL || (row->uncertain && stat != TF_STAT_SE && stat != TF_STAT_SD);
    if (isfinite(value) || !wanted) {
      continue;
    }
    tf_text *list = isinf(value) && value > 0 && row->later ? &beyond : &missing;
    tf_text_addf(list, "%s%s", list->len > 0 ? ", " : "", tf_stat_key((tf_stat)stat));
  }
  if (beyond.len > 0) {
    tf_json_text(json, tf_str_of(tf_format(cx->arena, "%s: %s: %.*s, beyond the axis, written as null", place,
                                           beyond.ptr, TF_STR_ARGS(tf_show_later(cx->arena, &result->axis)))));
  }
  if (missing.len > 0) {
    tf_str remark = tf_show_remark(cx->arena, row);
    tf_json_text(json, tf_str_of(tf_format(cx->arena, "%s: %s: no finite value, written as null%s%.*s", place,
                                           missing.ptr, remark.len > 0 ? "; " : "", TF_STR_ARGS(remark))));
  }
}

static void put_scenario(tf_context *cx, tf_json *json, const tf_result *result, const tf_scenario_result *scenario) {
  tf_json_open(json, '{');
  tf_json_key(json, "name");
  tf_json_text(json, scenario->name);
  tf_json_key(json, "file");
  tf_json_text(json, scenario->file);
  tf_json_key(json, "checks");
  tf_json_open(json, '[');
  for (size_t i = 0; i < scenario->checks.count; i++) {
    const tf_check_result *check = &scenario->checks.at[i];
    tf_json_open(json, '{');
    tf_json_key(json, "text");
    tf_json_text(json, check->text);
    tf_json_key(json, "description");
    tf_json_text(json, check->description);
    tf_json_key(json, "module");
    tf_json_text(json, check->module);
    tf_json_key(json, "level");
    tf_json_number(json, check->level);
    tf_json_key(json, "share");
    tf_json_number(json, check->share);
    tf_json_key(json, "held");
    tf_json_bool(json, check->held);
    tf_json_close(json, '}');
  }
  tf_json_close(json, ']');
  tf_json_key(json, "warnings");
  tf_json_open(json, '[');
  for (size_t i = 0; i < scenario->warnings.count; i++) {
    tf_json_text(json, tf_str_of(scenario->warnings.at[i]));
  }
  for (size_t i = 0; i < scenario->rows.count; i++) {
    warn_nulls(cx, json, result, &scenario->rows.at[i]);
  }
  tf_json_close(json, ']');
  tf_json_key(json, "results");
  tf_json_open(json, '[');
  for (size_t i = 0; i < scenario->rows.count; i++) {
    put_row(json, result, &scenario->rows.at[i]);
  }
  tf_json_close(json, ']');
  tf_json_close(json, '}');
}

void tf_json_quantiles(tf_json *json, const tf_result *result) {
  tf_json_key(json, "quantiles");
  tf_json_text(json, result->sketched ? TF_STR("sketch") : TF_STR("exact"));
  if (result->sketched) {
    tf_json_key(json, "quantile_error");
    tf_json_number(json, TF_SKETCH_ERROR);
  }
}

void tf_emit_json(tf_context *cx, const tf_result *result, const tf_emit_options *options, tf_text *out) {
  tf_json json = tf_json_new(out, DEPTH_OF_ROWS);
  tf_json_open(&json, '{');
  tf_json_key(&json, "schema");
  tf_json_integer(&json, SCHEMA);
  tf_json_key(&json, "tenfold");
  if (options->version == NULL) {
    tf_json_null(&json);
  } else {
    tf_json_text(&json, tf_str_of(options->version));
  }
  tf_json_key(&json, "complete");
  tf_json_bool(&json, result->complete);
  tf_json_key(&json, "seed");
  tf_json_integer(&json, result->seed);
  tf_json_key(&json, "samples");
  tf_json_integer(&json, result->samples);
  tf_json_quantiles(&json, result);
  put_axis(&json, &result->axis);
  tf_json_key(&json, "scenarios");
  tf_json_open(&json, '[');
  for (size_t s = 0; s < result->scenario_count; s++) {
    put_scenario(cx, &json, result, &result->scenarios[s]);
  }
  tf_json_close(&json, ']');
  tf_json_close(&json, '}');
}
