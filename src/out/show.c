// SPDX-License-Identifier: GPL-3.0-or-later
// Values of results as text for people (out/show.h).
#include "out/show.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

enum { DIGITS_MIN = 2, DIGITS_MAX = 6, DIGITS_EXACT = 4 };

double tf_row_stat(const tf_row *row, tf_stat stat) {
  switch (stat) {
  case TF_STAT_CENTRAL:
    return row->central;
  case TF_STAT_MEAN:
    return row->mean;
  case TF_STAT_SE:
    return row->se;
  case TF_STAT_SD:
    return row->sd;
  case TF_STAT_P5:
    return row->p5;
  case TF_STAT_P25:
    return row->p25;
  case TF_STAT_P50:
    return row->p50;
  case TF_STAT_P75:
    return row->p75;
  case TF_STAT_P95:
    return row->p95;
  case TF_STAT_COUNT:
    break;
  }
  return NAN;
}

const char *tf_stat_key(tf_stat stat) {
  static const char *const keys[TF_STAT_COUNT] = {"central", "mean", "se", "sd", "p5", "p25", "p50", "p75", "p95"};
  return keys[stat];
}

const char *tf_stat_title(tf_stat stat) {
  static const char *const titles[TF_STAT_COUNT] = {"central", "mean", "se",   "sd",  "5 %",
                                                    "25 %",    "50 %", "75 %", "95 %"};
  return titles[stat];
}

// floor(log10(|value|)), safe at powers of ten: what printing with one digit says.
static int magnitude_of(double value) {
  int exponent = (int)floor(log10(fabs(value)));
  double power = pow(10, exponent);
  if (fabs(value) >= 10 * power) {
    exponent++;
  } else if (fabs(value) < power) {
    exponent--;
  }
  return exponent;
}

// `digits` significant digits; with trailing zeros kept if `decimals` >= 0 (base/number.h drops them).
static tf_str number_text(tf_arena *arena, double value, int digits, int decimals) {
  char buffer[48];
  const char *pretty = tf_number_pretty(value, digits, buffer);
  tf_text text = tf_text_new(arena);
  tf_text_adds(&text, pretty);
  if (decimals > 0 && strchr(pretty, 'e') == NULL) {
    const char *point = strchr(pretty, '.');
    int have = point == NULL ? 0 : (int)strlen(point + 1);
    if (point == NULL) {
      tf_text_addc(&text, '.');
    }
    for (; have < decimals; have++) {
      tf_text_addc(&text, '0');
    }
  }
  return tf_text_str(&text);
}

int tf_show_place(double error) {
  return error > 0 && isfinite(error) ? (int)lround(log10(error)) : TF_PLACE_EXACT;
}

static int digits_for(int magnitude, int place) {
  int digits = magnitude - place + 1;
  return digits < DIGITS_MIN ? DIGITS_MIN : digits > DIGITS_MAX ? DIGITS_MAX : digits;
}

tf_str tf_show_number(tf_arena *arena, double value, int place) {
  if (!isfinite(value)) {
    return isnan(value) ? (tf_str){"", 0} : value > 0 ? TF_STR("inf") : TF_STR("-inf");
  }
  if (value == 0) {
    return TF_STR("0");
  }
  int magnitude = magnitude_of(value);
  if (place == TF_PLACE_EXACT) {
    bool whole = fabs(value) < 1e6 && fabs(value - round(value)) <= 1e-9 * fabs(value);
    return number_text(arena, value, whole ? DIGITS_MAX : DIGITS_EXACT, -1);
  }
  int digits = digits_for(magnitude, place);
  return number_text(arena, value, digits, digits - 1 - magnitude);
}

tf_str tf_show_fixed(tf_arena *arena, double value, int decimals) {
  double unit = pow(10, decimals);
  double rounded = round(value * unit) / unit;
  if (rounded == 0) {
    return decimals <= 0 ? TF_STR("0") : number_text(arena, 0, 1, decimals);
  }
  int digits = magnitude_of(rounded) + 1 + decimals;
  tf_str plain = number_text(arena, fabs(rounded), digits < 1 ? 1 : digits, decimals);
  return rounded < 0 ? tf_str_of(tf_format(arena, "\xE2\x88\x92%.*s", TF_STR_ARGS(plain))) : plain;
}

tf_str tf_show_percent(tf_arena *arena, double share) {
  double percent = 100 * share;
  int digits = percent > 0 && percent < 1 ? 1 : 2;
  char buffer[48];
  if (percent > 99 && percent < 100) { // 99.6 is not all
    double missing = 100 - percent;
    digits = 2 + (missing < 0.95 ? 1 : 0) + (missing < 0.095 ? 1 : 0) + (missing < 0.0095 ? 1 : 0);
  }
  const char *text = tf_number_pretty(percent, digits, buffer);
  if (percent < 100 && strcmp(text, "100") == 0) {
    return TF_STR("> 99.99%");
  }
  return tf_str_of(tf_format(arena, "%s%%", text));
}

tf_str tf_show_later(tf_arena *arena, const tf_axis *axis) {
  char buffer[16];
  if (axis->count <= 0) {
    return TF_STR("later");
  }
  return tf_str_of(tf_format(arena, "> %s", tf_period_print(tf_axis_period(axis, axis->count - 1), buffer)));
}

// The spread of a row where its own is not defined: from the widest pair of quantiles that is, as of a normal.
static double spread_of(const tf_row *row) {
  const double pairs[][3] = {
      {row->p5, row->p95, 3.29}, {row->p5, row->p75, 2.319}, {row->p25, row->p75, 1.349}, {row->p5, row->p50, 1.645}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs && !isfinite(row->sd); i++) {
    double width = pairs[i][1] - pairs[i][0];
    if (isfinite(width)) {
      return width / pairs[i][2];
    }
  }
  return row->sd;
}

// The error of a statistic in the unit of the row; 0 if it is exact.
static double error_of(const tf_row *row, tf_stat stat, uint64_t samples) {
  double sd = spread_of(row);
  if (row->sketch != NULL && stat >= TF_STAT_P5) { // as large as the sketch may make it
    const double error = TF_SKETCH_ERROR * fabs(tf_row_stat(row, stat));
    const double sampling = isfinite(sd) ? 2.1 * sd / sqrt((double)samples) : 0;
    return error > sampling ? error : sampling;
  }
  if (!row->uncertain || !isfinite(sd) || samples == 0) {
    return 0;
  }
  if (stat == TF_STAT_MEAN && row->se > 0) {
    return row->se;
  }
  return (stat == TF_STAT_MEAN ? 1 : 2.1) * sd / sqrt((double)samples);
}

static int compare_doubles(double a, double b) {
  return (a > b) - (a < b);
}

// What is this small beside the row's own range is a difference that came to nothing but rounding: zero to a reader.
#define NOISE 1e-12

static double reach_of(const tf_row *row) {
  double low = isfinite(row->p5) ? fabs(row->p5) : 0;
  double high = isfinite(row->p95) ? fabs(row->p95) : 0;
  return low > high ? low : high;
}

tf_show tf_show_for(tf_arena *arena, const tf_result *result, const tf_row *const *rows, size_t count) {
  tf_show show = {.arena = arena, .result = result, .divide = 1, .unit = ""};
  if (count == 0) {
    return show;
  }
  const tf_row *first = rows[0];
  show.percent = first->unit.percent;
  if (first->kind == TF_KIND_DATE) {
    show.unit = "date";
  }
  if (first->kind != TF_KIND_NUMBER) {
    return show;
  }
  double *sizes = TF_ARRAY(arena, double, count);
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    double size = fabs(rows[i]->central);
    double reach = reach_of(rows[i]);
    if (!isfinite(size) || size <= NOISE * reach) {
      size = fabs(rows[i]->p50);
    }
    if (!isfinite(size) || size <= NOISE * reach) {
      size = reach;
    }
    if (isfinite(size) && size > 0) { // insertion: a quantity has few rows
      size_t at = used++;
      for (; at > 0 && compare_doubles(sizes[at - 1], size) > 0; at--) {
        sizes[at] = sizes[at - 1];
      }
      sizes[at] = size;
    }
  }
  show.divide = tf_unit_display(result->model->units, first->unit, used == 0 ? 0 : sizes[used / 2], &show.unit);
  if (strcmp(show.unit, "1") == 0) {
    show.unit = "";
  }
  return show;
}

tf_str tf_show_label(const tf_result *result, const tf_row *row) {
  const tf_model *model = row->model != NULL ? row->model : result->model; // files may have models of their own
  if (row->kind == TF_KIND_LABEL && isfinite(row->central) && row->central >= 0 &&
      row->quantity < model->quantities.count) {
    uint32_t id = model->quantities.at[row->quantity].label_index;
    if (id < model->indices.count && (size_t)row->central < model->indices.at[id].count) {
      return model->indices.at[id].labels[(size_t)row->central];
    }
  }
  return tf_show_commonest(row);
}

tf_str tf_show_commonest(const tf_row *row) {
  const tf_share *best = NULL;
  for (size_t i = 0; i < row->share_count; i++) {
    best = best == NULL || row->shares[i].share > best->share ? &row->shares[i] : best;
  }
  return best == NULL ? (tf_str){"", 0} : best->label;
}

tf_str tf_show_shares(const tf_show *show, const tf_row *row) {
  tf_text text = tf_text_new(show->arena);
  if (row->kind == TF_KIND_BOOL && row->uncertain && row->share_count == 0 && isfinite(row->mean)) {
    double yes = row->mean;
    const char *names[2] = {yes >= 0.5 ? "yes" : "no", yes >= 0.5 ? "no" : "yes"};
    double high = yes >= 0.5 ? yes : 1 - yes;
    tf_text_addf(&text, "%s %.*s", names[0], TF_STR_ARGS(tf_show_percent(show->arena, high)));
    if (high < 1) {
      tf_text_addf(&text, ", %s %.*s", names[1], TF_STR_ARGS(tf_show_percent(show->arena, 1 - high)));
    }
    return tf_text_str(&text);
  }
  bool *done = TF_ARRAY(show->arena, bool, row->share_count + 1);
  for (size_t k = 0; k < row->share_count; k++) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < row->share_count; i++) {
      if (!done[i] && row->shares[i].share > 0 &&
          (best == SIZE_MAX || row->shares[i].share > row->shares[best].share)) {
        best = i;
      }
    }
    if (best == SIZE_MAX) {
      break;
    }
    done[best] = true;
    tf_text_addf(&text, "%s%.*s %.*s", text.len == 0 ? "" : ", ", TF_STR_ARGS(row->shares[best].label),
                 TF_STR_ARGS(tf_show_percent(show->arena, row->shares[best].share)));
  }
  return tf_text_str(&text);
}

tf_str tf_show_remark(tf_arena *arena, const tf_row *row) {
  if (!(row->undefined > 0)) {
    return (tf_str){"", 0};
  }
  if (row->undefined >= 1) {
    return TF_STR("no value in any sample");
  }
  return tf_str_of(
      tf_format(arena, "no value in %.*s of samples", TF_STR_ARGS(tf_show_percent(arena, row->undefined))));
}

bool tf_row_spreads(const tf_row *row) {
  bool quantiles = row->kind == TF_KIND_NUMBER || row->kind == TF_KIND_DATE;
  return row->uncertain && !(quantiles && row->p5 == row->p95 && row->p5 == row->central);
}

bool tf_row_typical(const tf_row *row) {
  bool known = row->uncertain && !isnan(row->p25) && !isnan(row->p75) && row->p75 > row->p25;
  double slack = known && isfinite(row->p75 - row->p25) ? 1e-9 * (row->p75 - row->p25) : 0;
  return !known || (row->central >= row->p25 - slack && row->central <= row->p75 + slack);
}

double tf_show_error(const tf_row *row, uint64_t samples) {
  return error_of(row, TF_STAT_P50, samples);
}

int tf_show_digits_of(double value, double error) {
  int place = tf_show_place(error);
  return place == TF_PLACE_EXACT || value == 0 || !isfinite(value) ? 0 : digits_for(magnitude_of(value), place);
}

int tf_show_digits(const tf_row *row, double value, uint64_t samples) {
  return value != 0 && fabs(value) < NOISE * reach_of(row) ? -1 : tf_show_digits_of(value, tf_show_error(row, samples));
}

static tf_str date_text(const tf_show *show, const tf_row *row, double value, tf_stat stat) {
  const double day = 86400;
  if (stat == TF_STAT_SE || stat == TF_STAT_SD) {
    tf_str days = tf_show_number(show->arena, value / day, tf_show_place(row->sd / day / 10));
    return tf_str_of(tf_format(show->arena, "%.*s days", TF_STR_ARGS(days)));
  }
  char buffer[16];
  return tf_str_of(tf_format(show->arena, "%s", tf_date_print(floor(value / day), buffer)));
}

tf_str tf_show_stat(const tf_show *show, const tf_row *row, tf_stat stat) {
  double value = tf_row_stat(row, stat);
  if (row->kind == TF_KIND_LABEL) {
    return stat == TF_STAT_CENTRAL ? tf_show_label(show->result, row) : (tf_str){"", 0};
  }
  if (isnan(value)) {
    return (tf_str){"", 0};
  }
  if (isinf(value) && value > 0 && row->later) {
    return tf_show_later(show->arena, &show->result->axis);
  }
  if (row->kind == TF_KIND_DATE && isfinite(value)) {
    return date_text(show, row, value, stat);
  }
  if (row->kind == TF_KIND_BOOL) {
    return stat == TF_STAT_CENTRAL ? (value != 0 ? TF_STR("yes") : TF_STR("no")) : (tf_str){"", 0};
  }
  if (stat != TF_STAT_SE && fabs(value) < NOISE * reach_of(row)) {
    value = 0;
  }
  double error = error_of(row, stat, show->result->samples);
  int place = tf_show_place(error / show->divide);
  if (stat == TF_STAT_SE && value > 0) {
    place = magnitude_of(value / show->divide) - 1; // two digits: an error of an error
  }
  tf_str number = tf_show_number(show->arena, value / show->divide, place);
  if (show->percent && isfinite(value)) {
    return tf_str_of(tf_format(show->arena, "%.*s%%", TF_STR_ARGS(number)));
  }
  return number;
}

tf_str tf_row_index(tf_arena *arena, const tf_row *row) {
  tf_text text = tf_text_new(arena);
  for (size_t i = 0; i < row->index_count; i++) {
    tf_text_adds(&text, i == 0 ? "" : ", ");
    tf_text_add(&text, row->index_labels[i]);
  }
  return tf_text_str(&text);
}

tf_str tf_row_title(tf_arena *arena, const tf_row *row) {
  if (row->index_count == 0) {
    return row->name;
  }
  tf_str index = tf_row_index(arena, row);
  return tf_str_of(tf_format(arena, "%.*s[%.*s]", TF_STR_ARGS(row->name), TF_STR_ARGS(index)));
}

tf_str tf_row_period(tf_arena *arena, const tf_row *row) {
  char buffer[16];
  if (!row->series) {
    return (tf_str){"", 0};
  }
  const char *mark = row->actual ? "A" : row->past ? "" : "E";
  return tf_str_of(tf_format(arena, "%s%s", tf_period_print(row->period, buffer), mark));
}

bool tf_row_same_series(const tf_row *a, const tf_row *b) {
  if (!tf_str_eq(a->name, b->name) || a->index_count != b->index_count || a->series != b->series) {
    return false;
  }
  for (size_t i = 0; i < a->index_count; i++) {
    if (!tf_str_eq(a->index_labels[i], b->index_labels[i])) {
      return false;
    }
  }
  return true;
}

bool tf_row_same(const tf_row *a, const tf_row *b) {
  return tf_row_same_series(a, b) &&
         (!a->series || (a->period.kind == b->period.kind && tf_period_start(a->period) == tf_period_start(b->period)));
}

size_t tf_text_columns(tf_str s) {
  size_t columns = 0;
  for (size_t i = 0; i < s.len; i++) {
    columns += ((unsigned char)s.ptr[i] & 0xC0U) != 0x80U;
  }
  return columns;
}

void tf_text_pad(tf_text *out, size_t blanks) {
  for (; blanks > 0; blanks--) {
    tf_text_addc(out, ' ');
  }
}

void tf_text_wrap(tf_text *out, tf_str s, size_t width, size_t indent) {
  size_t column = indent;
  bool first = true;
  for (size_t i = 0; i < s.len;) {
    size_t start = i;
    while (i < s.len && s.ptr[i] != ' ' && s.ptr[i] != '\n') {
      i++;
    }
    tf_str word = tf_str_sub(s, start, i);
    size_t columns = tf_text_columns(word);
    if (!first && column + 1 + columns > width) {
      tf_text_addc(out, '\n');
      tf_text_pad(out, indent);
      column = indent;
      first = true;
    }
    if (columns > 0) {
      tf_text_adds(out, first ? "" : " ");
      tf_text_add(out, word);
      column += columns + (first ? 0 : 1);
      first = false;
    }
    while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\n')) {
      i++;
    }
  }
}
