// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons as tables, CSV and JSON (out/compare_emit.h).
#include <math.h>
#include <string.h>

#include "out/compare_emit.h"
#include "out/delimited.h"
#include "out/grid.h"
#include "out/json.h"
#include "out/show.h"

enum { WIDTH_DEFAULT = 100 };

// A compared row seen as a result row of one scenario, so that both are shown alike.
static tf_row row_of(const tf_compare_row *row, size_t scenario) {
  const tf_compare_range *v = &row->values[scenario];
  return (tf_row){.quantity = TF_NO_ID,
                  .name = row->name,
                  .label = row->label,
                  .unit = row->unit,
                  .index_count = row->index_count,
                  .index_names = row->index_names,
                  .index_labels = row->index_labels,
                  .series = row->series,
                  .period = row->period,
                  .actual = row->actual,
                  .uncertain = row->uncertain,
                  .kind = row->kind,
                  .sketch = row->sketch,
                  .central = v->central,
                  .mean = NAN,
                  .se = NAN,
                  .sd = NAN,
                  .p5 = v->p5,
                  .p25 = NAN,
                  .p50 = NAN,
                  .p75 = NAN,
                  .p95 = v->p95,
                  .later = true};
}

uint64_t tf_compare_pairs(const tf_result *result) {
  return result->sketched && result->samples > TF_KEPT_SAMPLES ? TF_KEPT_SAMPLES : result->samples;
}

// The last digit of a quantile of N samples, from the range that 90 % of them lie in (see out/show.h).
static int place_of(const tf_compare_range *range, const tf_result *result, double divide) {
  const uint64_t samples = tf_compare_pairs(result);
  double width = fabs(range->p95 - range->p5);
  if (!isfinite(width) || width == 0 || samples == 0) {
    return TF_PLACE_EXACT;
  }
  return tf_show_place(2.1 * width / 3.29 / sqrt((double)samples) / divide);
}

static tf_str signed_text(tf_arena *arena, tf_str number, double value, const char *suffix) {
  return number.len == 0 ? number
                         : tf_str_of(tf_format(arena, "%s%.*s%s", value > 0 ? "+" : "", TF_STR_ARGS(number), suffix));
}

static void difference_cells(const tf_show *show, const tf_compare_row *row, const tf_compare_range *range,
                             tf_cell *cells, size_t count) {
  const double day = 86400;
  bool date = row->kind == TF_KIND_DATE;
  double divide = date ? day : show->divide;
  int place = place_of(range, show->result, divide);
  double values[3] = {range->central, range->p5, range->p95};
  for (size_t i = 0; i < count; i++) {
    if (isfinite(values[i])) {
      tf_str number = tf_show_number(show->arena, values[i] / divide, place);
      cells[i].text = signed_text(show->arena, number, values[i], show->percent ? "%" : date ? " days" : "");
    }
  }
}

static void ratio_cells(const tf_show *show, const tf_compare_range *range, tf_cell *cells) {
  int place = place_of(range, show->result, 1);
  double values[3] = {range->central, range->p5, range->p95};
  for (size_t i = 0; i < 3; i++) {
    if (isfinite(values[i])) {
      // More than four digits of a ratio say nothing.
      int least = values[i] == 0 ? 0 : (int)floor(log10(fabs(values[i]))) - 3;
      cells[i].text = tf_show_number(show->arena, values[i], place != TF_PLACE_EXACT && place < least ? least : place);
    }
  }
}

static tf_show show_of(tf_context *cx, const tf_compare *compare, const tf_compare_row *row) {
  // One scale for all periods and elements of the quantity: they stand next to each other in `rows`.
  size_t first = (size_t)(row - compare->rows), last = first;
  while (first > 0 && tf_str_eq(compare->rows[first - 1].name, row->name)) {
    first--;
  }
  while (last + 1 < compare->row_count && tf_str_eq(compare->rows[last + 1].name, row->name)) {
    last++;
  }
  size_t count = (last - first + 1) * compare->count;
  tf_row *rows = TF_ARRAY(cx->arena, tf_row, count);
  const tf_row **list = TF_ARRAY(cx->arena, const tf_row *, count);
  for (size_t i = 0; i < count; i++) {
    rows[i] = row_of(&compare->rows[first + i / compare->count], i % compare->count);
    list[i] = &rows[i];
  }
  return tf_show_for(cx->arena, compare->result, list, count);
}

static tf_str value_text(const tf_show *show, const tf_compare_row *row, size_t scenario) {
  if (row->kind == TF_KIND_LABEL) {
    return row->labels == NULL ? (tf_str){"", 0} : row->labels[scenario];
  }
  tf_row one = row_of(row, scenario);
  return tf_show_stat(show, &one, TF_STAT_CENTRAL);
}

// Columns: values of all scenarios; then for two: difference 5 % 95 % ratio 5 % 95 %; for more: differences.
static tf_grid grid_of(tf_context *cx, const tf_compare *compare) {
  bool uncertain = compare->result->uncertain, pair = compare->count == 2;
  size_t spread = uncertain ? 3 : 1;
  size_t columns = compare->count + (pair ? 2 * spread : compare->count - 1);
  tf_grid grid = tf_grid_new(cx->arena, columns);
  tf_str *headers = TF_ARRAY(cx->arena, tf_str, columns);
  for (size_t s = 0; s < compare->count; s++) {
    headers[s] = compare->scenarios[s];
  }
  tf_grid_group *groups = TF_ARRAY(cx->arena, tf_grid_group, 3);
  groups[0] = (tf_grid_group){TF_STR(""), 0, compare->count};
  if (pair) {
    static const char *const names[2] = {"difference", "ratio"};
    for (size_t k = 0; k < 2; k++) {
      size_t at = compare->count + k * spread;
      headers[at] = tf_str_of(names[k]);
      groups[k + 1] = (tf_grid_group){TF_STR(""), at, spread};
      for (size_t i = 1; i < spread; i++) {
        headers[at + i] = i == 1 ? TF_STR("5 %") : TF_STR("95 %");
      }
    }
    grid.groups = groups;
    grid.group_count = 3;
  } else {
    for (size_t s = 1; s < compare->count; s++) {
      headers[compare->count + s - 1] = compare->scenarios[s];
    }
    groups[1] =
        (tf_grid_group){tf_str_of(tf_format(cx->arena, "difference to %.*s", TF_STR_ARGS(compare->scenarios[0]))),
                        compare->count, compare->count - 1};
    grid.groups = groups;
    grid.group_count = 2;
  }
  grid.headers = headers;
  for (size_t i = 0; i < compare->row_count; i++) {
    const tf_compare_row *row = &compare->rows[i];
    tf_show show = show_of(cx, compare, row);
    tf_cell *cells = tf_grid_cells(&grid);
    for (size_t s = 0; s < compare->count; s++) {
      cells[s].text = value_text(&show, row, s);
      if (s > 0 && row->kind != TF_KIND_LABEL && row->kind != TF_KIND_BOOL) {
        if (pair) {
          difference_cells(&show, row, &row->differences[s], cells + compare->count, row->uncertain ? spread : 1);
          if (row->kind == TF_KIND_NUMBER) {
            ratio_cells(&show, &row->ratios[s], cells + compare->count + spread);
            for (size_t k = 1; k < spread && !row->uncertain; k++) {
              cells[compare->count + spread + k].text = (tf_str){"", 0};
            }
          }
        } else {
          difference_cells(&show, row, &row->differences[s], cells + compare->count + s - 1, 1);
        }
      }
    }
    tf_row as_row = row_of(row, 0), before = i > 0 ? row_of(row - 1, 0) : as_row;
    bool first = i == 0 || !tf_row_same_series(&before, &as_row);
    grid.key_header = row->series ? "period" : grid.key_header;
    tf_grid_add(&grid, (tf_grid_line){.name = first ? tf_row_title(cx->arena, &as_row) : (tf_str){"", 0},
                                      .key = tf_row_period(cx->arena, &as_row),
                                      .unit = first ? tf_str_of(show.unit) : (tf_str){"", 0},
                                      .cells = cells,
                                      .gap = first && i > 0 && (row->series || before.series)});
  }
  return grid;
}

static tf_str reading(tf_context *cx, const tf_compare *compare) {
  tf_text text = tf_text_new(cx->arena);
  if (compare->result->uncertain) {
    tf_text_addf(&text, "difference and ratio to %.*s, their 5 %% and 95 %% from paired draws%s; ",
                 TF_STR_ARGS(compare->scenarios[0]),
                 tf_compare_pairs(compare->result) < compare->result->samples ? " (the first 16,384)" : "");
  } else {
    tf_text_addf(&text, "difference and ratio to %.*s; ", TF_STR_ARGS(compare->scenarios[0]));
  }
  tf_text_add(&text, tf_emit_reading(cx->arena, compare->result));
  return tf_text_str(&text);
}

void tf_emit_compare_table(tf_context *cx, const tf_compare *compare, const tf_emit_options *options, tf_text *out) {
  size_t width = options->width == 0 ? WIDTH_DEFAULT : options->width;
  if (compare->title.len > 0) {
    tf_text_wrap(out, compare->title, width, 0);
    tf_text_adds(out, "\n\n");
  }
  tf_grid grid = grid_of(cx, compare);
  tf_grid_text(&grid, width, out);
  tf_text_addc(out, '\n');
  tf_text_wrap(out, reading(cx, compare), width, 2);
  tf_text_addc(out, '\n');
}

void tf_emit_compare_markdown(tf_context *cx, const tf_compare *compare, const tf_emit_options *options, tf_text *out) {
  (void)options; // Markdown has no width
  if (compare->title.len > 0) {
    tf_text_adds(out, "## ");
    tf_markdown_escape(out, compare->title);
    tf_text_adds(out, "\n\n");
  }
  tf_grid grid = grid_of(cx, compare);
  tf_grid_markdown(&grid, out);
  tf_text_adds(out, "\n- ");
  tf_markdown_escape(out, reading(cx, compare));
  tf_text_addc(out, '\n');
}

static tf_str unit_text(const tf_compare_row *row) {
  return row->kind == TF_KIND_DATE ? TF_STR("date") : row->kind == TF_KIND_NUMBER ? row->unit.text : TF_STR("");
}

static void csv_date_or_number(tf_text *out, const tf_compare_row *row, double value, bool difference) {
  const double day = 86400;
  char buffer[16];
  if (row->kind == TF_KIND_DATE && isfinite(value) && !difference) {
    tf_text_adds(out, tf_date_print(floor(value / day), buffer));
  } else {
    tf_csv_number(out, row->kind == TF_KIND_DATE ? value / day : value);
  }
}

void tf_emit_compare_csv(tf_context *cx, const tf_compare *compare, const tf_emit_options *options, tf_text *out) {
  (void)options; // tidy only
  tf_text_adds(out, "quantity,label,unit,index,period,scenario,base,central,p5,p95,difference,difference_p5,"
                    "difference_p95,ratio,ratio_p5,ratio_p95\n");
  for (size_t i = 0; i < compare->row_count; i++) {
    const tf_compare_row *row = &compare->rows[i];
    for (size_t s = 0; s < compare->count; s++) {
      tf_row one = row_of(row, s);
      tf_str fields[] = {row->name, row->label, unit_text(row), tf_row_index(cx->arena, &one)};
      for (size_t f = 0; f < 4; f++) {
        tf_csv_text(out, fields[f]);
        tf_text_addc(out, ',');
      }
      char buffer[16];
      tf_text_addf(out, "%s,", row->series ? tf_period_print(row->period, buffer) : "");
      tf_csv_text(out, compare->scenarios[s]);
      tf_text_addc(out, ',');
      tf_csv_text(out, compare->scenarios[0]);
      const tf_compare_range *ranges[3] = {&row->values[s], s > 0 ? &row->differences[s] : NULL,
                                           s > 0 ? &row->ratios[s] : NULL};
      for (size_t r = 0; r < 3; r++) {
        for (size_t k = 0; k < 3; k++) {
          tf_text_addc(out, ',');
          if (row->kind == TF_KIND_LABEL) {
            if (r == 0 && k == 0 && row->labels != NULL) {
              tf_csv_text(out, row->labels[s]);
            }
          } else if (ranges[r] != NULL && (k == 0 || row->uncertain)) {
            double value = k == 0 ? ranges[r]->central : k == 1 ? ranges[r]->p5 : ranges[r]->p95;
            if (r == 2) {
              tf_csv_number(out, value);
            } else {
              csv_date_or_number(out, row, value, r == 1);
            }
          }
        }
      }
      tf_text_addc(out, '\n');
    }
  }
}

static void json_range(tf_json *json, const char *key, const tf_compare_row *row, const tf_compare_range *range,
                       bool date) {
  const double day = 86400;
  double values[3] = {range->central, range->p5, range->p95};
  static const char *const names[3] = {"central", "p5", "p95"};
  tf_json_key(json, key);
  tf_json_open(json, '{');
  for (size_t k = 0; k < 3; k++) {
    char buffer[16];
    tf_json_key(json, names[k]);
    if (k > 0 && !row->uncertain) {
      tf_json_null(json);
    } else if (date && isfinite(values[k])) {
      tf_json_text(json, tf_str_of(tf_date_print(floor(values[k] / day), buffer)));
    } else {
      bool days = row->kind == TF_KIND_DATE && strcmp(key, "ratio") != 0;
      tf_json_number(json, days ? values[k] / day : values[k]);
    }
  }
  tf_json_close(json, '}');
}

void tf_emit_compare_json(tf_context *cx, const tf_compare *compare, const tf_emit_options *options, tf_text *out) {
  (void)cx; // nothing is allocated
  tf_json json = tf_json_new(out, 2);
  tf_json_open(&json, '{');
  tf_json_key(&json, "schema");
  tf_json_integer(&json, 1);
  tf_json_key(&json, "tenfold");
  if (options->version == NULL) {
    tf_json_null(&json);
  } else {
    tf_json_text(&json, tf_str_of(options->version));
  }
  tf_json_key(&json, "complete");
  tf_json_bool(&json, compare->result->complete);
  tf_json_key(&json, "seed");
  tf_json_integer(&json, compare->result->seed);
  tf_json_key(&json, "samples");
  tf_json_integer(&json, compare->result->samples);
  tf_json_quantiles(&json, compare->result);
  tf_json_key(&json, "base");
  tf_json_text(&json, compare->scenarios[0]);
  tf_json_key(&json, "comparison");
  tf_json_open(&json, '[');
  for (size_t i = 0; i < compare->row_count; i++) {
    const tf_compare_row *row = &compare->rows[i];
    char buffer[16];
    tf_json_open(&json, '{');
    tf_json_key(&json, "name");
    tf_json_text(&json, row->name);
    tf_json_key(&json, "label");
    tf_json_text(&json, row->label);
    tf_json_key(&json, "unit");
    tf_json_text(&json, unit_text(row));
    tf_json_key(&json, "index");
    if (row->index_count == 0) {
      tf_json_null(&json);
    } else {
      tf_json_open(&json, '{');
      for (size_t k = 0; k < row->index_count; k++) {
        tf_json_key_str(&json, row->index_names[k]);
        tf_json_text(&json, row->index_labels[k]);
      }
      tf_json_close(&json, '}');
    }
    tf_json_key(&json, "period");
    if (row->series) {
      tf_json_text(&json, tf_str_of(tf_period_print(row->period, buffer)));
    } else {
      tf_json_null(&json);
    }
    tf_json_key(&json, "actual");
    tf_json_bool(&json, row->actual);
    tf_json_key(&json, "scenarios");
    tf_json_open(&json, '[');
    for (size_t s = 0; s < compare->count; s++) {
      tf_json_open(&json, '{');
      tf_json_key(&json, "name");
      tf_json_text(&json, compare->scenarios[s]);
      if (row->kind == TF_KIND_LABEL) {
        tf_json_key(&json, "value");
        tf_json_text(&json, row->labels == NULL ? TF_STR("") : row->labels[s]);
      } else {
        json_range(&json, "value", row, &row->values[s], row->kind == TF_KIND_DATE);
        if (s > 0) {
          json_range(&json, "difference", row, &row->differences[s], false);
          json_range(&json, "ratio", row, &row->ratios[s], false);
        }
      }
      tf_json_close(&json, '}');
    }
    tf_json_close(&json, ']');
    tf_json_close(&json, '}');
  }
  tf_json_close(&json, ']');
  tf_json_close(&json, '}');
}
