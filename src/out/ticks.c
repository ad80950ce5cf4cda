// SPDX-License-Identifier: GPL-3.0-or-later
// Round axes and values as charts write them (out/ticks.h).
#include "out/ticks.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "out/show.h"

#define MINUS "\xE2\x88\x92"
#define TIMES "\xC3\x97"

static double nice_step(double raw) {
  static const double steps[] = {1, 2, 2.5, 5, 10};
  double power = pow(10, floor(log10(raw)));
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    if (steps[i] * power >= raw * (1 - 1e-9)) {
      return steps[i] * power;
    }
  }
  return 10 * power;
}

static int decimals_of(double step) {
  int decimals = 0;
  double scaled = step;
  while (decimals < 15 && fabs(scaled - round(scaled)) > 1e-6 * fabs(scaled)) {
    scaled *= 10;
    decimals++;
  }
  return decimals;
}

tf_ticks tf_ticks_linear(double low, double high, int wanted) {
  tf_ticks t = {.log = false};
  if (!(high > low)) { // one value: an axis from zero to it and a little beyond
    double only = low;
    low = only > 0 ? 0 : only < 0 ? 1.25 * only : 0;
    high = only > 0 ? 1.25 * only : only < 0 ? 0 : 1;
  }
  double range = high - low;
  if (low > 0 && low < 0.65 * high) {
    low = 0;
  } else if (high < 0 && high > 0.65 * low) {
    high = 0;
  } else if (low > 0) {
    low = fmax(0, low - 0.1 * range);
  }
  double step = nice_step(0.8 * (high - low) / wanted); // rather one more than two fewer
  double first = ceil(low / step - 1e-9), last = floor(high / step + 1e-9);
  // An axis that would end far from a tick is carried on to the next one.
  last += high / step - last > 0.6 ? 1 : 0;
  first -= low != 0 && first - low / step > 0.6 ? 1 : 0;
  t.low = low == 0 ? 0 : fmin(low, first * step);
  t.high = fmax(high, last * step);
  t.decimals = decimals_of(step);
  for (double k = first; k <= last && t.count < TF_TICKS_MAX; k++) {
    t.at[t.count++] = k * step;
  }
  return t;
}

// Powers of ten times the given steps within the axis, which starts at the 1, 2 or 5 below the lowest value.
tf_ticks tf_ticks_log(double low, double high, int wanted) {
  tf_ticks t = {.log = true};
  high = high > low ? high : low * 1.5;
  static const double steps[] = {1, 2, 5};
  double decades = log10(high / low);
  int from = (int)floor(log10(low) + 1e-9), to = (int)ceil(log10(high) - 1e-9);
  for (size_t i = 0; i < 3; i++) {
    double start = steps[i] * pow(10, from);
    t.low = i == 0 || start <= low * (1 + 1e-9) ? start : t.low;
  }
  t.high = high;
  static const double fine[] = {1, 2, 5}, middle[] = {1, 3, 10};
  const double *in_decade = decades < 2 ? fine : middle;
  size_t count = decades < 2 ? 3 : decades < 3.3 ? 2 : 1;
  int every = count > 1 ? 1 : 1 + (to - from - 1) / wanted;
  for (int e = from; e <= to; e += every) {
    for (size_t i = 0; i < count; i++) {
      double at = in_decade[i] * pow(10, e);
      if (at >= t.low * (1 - 1e-9) && at <= high * (1 + 1e-9) && t.count < TF_TICKS_MAX) {
        t.at[t.count++] = at;
      }
    }
  }
  return t;
}

static tf_str superscript(tf_arena *arena, int power) {
  static const char *const digits[] = {"\xE2\x81\xB0", "\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",     "\xE2\x81\xB4",
                                       "\xE2\x81\xB5", "\xE2\x81\xB6", "\xE2\x81\xB7", "\xE2\x81\xB8", "\xE2\x81\xB9"};
  const char *plain = tf_format(arena, "%d", power);
  tf_text text = tf_text_new(arena);
  for (const char *p = plain; *p != '\0'; p++) {
    tf_text_adds(&text, *p == '-' ? "\xE2\x81\xBB" : digits[*p - '0']);
  }
  return tf_text_str(&text);
}

void tf_ticks_clip(tf_ticks *ticks, double low, double high) {
  size_t kept = 0;
  double slack = 1e-9 * (high - low);
  for (size_t i = 0; i < ticks->count; i++) {
    if (ticks->at[i] >= low - slack && ticks->at[i] <= high + slack) {
      ticks->at[kept++] = ticks->at[i];
    }
  }
  if (kept == 0) {
    ticks->at[kept++] = low;
  }
  ticks->count = kept;
  ticks->low = low;
  ticks->high = high;
}

// Units that are words, as English has them.
static const struct noun {
  const char *unit, *one, *many;
} nouns[] = {{"s", "second", "seconds"},
             {"min", "minute", "minutes"},
             {"h", "hour", "hours"},
             {"hour", "hour", "hours"},
             {"day", "day", "days"},
             {"week", "week", "weeks"},
             {"month", "month", "months"},
             {"quarter", "quarter", "quarters"},
             {"year", "year", "years"},
             {"GPU", "GPU", "GPUs"},
             {"token", "token", "tokens"},
             {"person", "person", "people"},
             {"t", "tonne", "tonnes"},
             {"rack", "rack", "racks"},
             {"node", "node", "nodes"},
             {"bit", "bit", "bits"},
             {"Mtoken", "million tokens", "million tokens"}};

static tf_str noun_of(tf_str unit, bool many) {
  for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++) {
    if (tf_str_is(unit, nouns[i].unit)) {
      return tf_str_of(many ? nouns[i].many : nouns[i].one);
    }
  }
  return unit;
}

// "GPU*hour" -> "GPU-hours": the last factor is counted, the others qualify it.
static tf_str nouns_of(tf_arena *arena, tf_str product, bool many) {
  tf_text text = tf_text_new(arena);
  tf_text_adds(&text, "");
  tf_str left = {"", 0}, rest = product;
  for (bool more = true; more;) {
    tf_str whole = rest;
    more = tf_str_split(whole, '*', &left, &rest);
    tf_text_add(&text, noun_of(left, many && !more));
    tf_text_adds(&text, more ? "-" : "");
  }
  return tf_text_str(&text);
}

// "USD/(GPU*hour)" -> "US dollars per GPU-hour"; the word of the scale in front.
static tf_str words_of_unit(tf_arena *arena, tf_str unit, const char *scale) {
  tf_str above = unit, below = {"", 0};
  if (tf_str_is(unit, "1")) {
    return tf_str_of(scale);
  }
  bool per = tf_str_split(unit, '/', &above, &below);
  if (per && tf_str_starts(below, "(") && tf_str_ends(below, ")")) {
    below = tf_str_sub(below, 1, below.len - 1);
  }
  if (tf_str_starts(above, "USD")) {
    tf_str year = tf_str_sub(above, 3, 7);
    bool real = above.len >= 7 && year.ptr[0] >= '0' && year.ptr[0] <= '9';
    tf_str tail = tf_str_sub(above, real ? 7 : 3, above.len);
    above = real ? tf_str_of(tf_format(arena, "US dollars of %.*s%.*s", TF_STR_ARGS(year), TF_STR_ARGS(tail)))
                 : tf_str_of(tf_format(arena, "US dollars%.*s", TF_STR_ARGS(tail)));
  }
  above = tf_str_starts(above, "US dollars") ? above : nouns_of(arena, above, true);
  below = nouns_of(arena, below, false);
  tf_text text = tf_text_new(arena);
  tf_text_addf(&text, "%s%s", scale, scale[0] != '\0' ? " " : "");
  if (!(per && tf_str_is(above, "1"))) {
    tf_text_add(&text, above);
  }
  if (per) {
    tf_text_addf(&text, "%sper %.*s", text.len > 0 && text.ptr[text.len - 1] != ' ' ? " " : "", TF_STR_ARGS(below));
  }
  return tf_text_str(&text);
}

typedef struct count_word {
  double from, divide;
  const char *word;
} count_word;

static count_word count_step(double size) {
  static const count_word steps[] = {{1e12, 1e12, "trillion"}, {1e9, 1e9, "billion"}, {1e6, 1e6, "million"}};
  for (size_t i = 0; i < sizeof steps / sizeof *steps && size < 1e15; i++) {
    if (size >= steps[i].from) {
      return steps[i];
    }
  }
  return (count_word){0, 1, ""};
}

static int power_of(double size) {
  if (size == 0 || !isfinite(size) || (size >= 1e-3 && size < 1e15)) {
    return 0;
  }
  int power = (int)floor(log10(size) + 1e-9);
  return power;
}

tf_scale tf_scale_for(tf_arena *arena, tf_units *units, tf_unit unit, double magnitude) {
  tf_scale scale = {.arena = arena, .units = units, .unit = unit, .divide = 1, .word = ""};
  const char *shown = "";
  double divide = tf_unit_display(units, unit, magnitude, &shown);
  scale.money = tf_dim_is_money(units, unit.dim) && unit.text.len > 0;
  if (scale.money) {
    tf_str text = tf_str_of(shown), left = {"", 0}, rest = text;
    static const char *const steps[][2] = {{"k", "thousand"}, {"m", "million"}, {"bn", "billion"}, {"tn", "trillion"}};
    const char *long_word = "";
    scale.divide = divide;
    if (fabs(magnitude) >= 1e16) { // beyond thousands of trillions
      (void)tf_str_split(text, ' ', &left, &rest);
      scale.power = power_of(fabs(magnitude));
      scale.divide = pow(10, scale.power);
    } else if (tf_str_split(text, ' ', &left, &rest)) {
      scale.word = tf_cstr(arena, left);
      for (size_t i = 0; i < 4; i++) {
        long_word = tf_str_is(left, steps[i][0]) ? steps[i][1] : long_word;
      }
    } else {
      rest = text;
    }
    scale.currency = tf_str_sub(rest, 0, 3);
    scale.dollar = tf_str_is(scale.currency, "USD");
    if (scale.word[0] == '\0' && fabs(magnitude) < 1e-3) {
      scale.power = power_of(fabs(magnitude));
      scale.divide *= scale.power == 0 ? 1 : pow(10, scale.power);
    }
    scale.unit_words = words_of_unit(arena, rest, long_word);
    return scale;
  }
  scale.power = power_of(fabs(magnitude));
  if (scale.power != 0) {
    scale.divide = pow(10, scale.power);
  } else if (!unit.percent) {
    count_word s = count_step(fabs(magnitude));
    scale.divide = s.divide;
    scale.word = s.word;
  }
  scale.unit_words = words_of_unit(arena, unit.text, scale.word);
  bool simple = tf_str_find(unit.text, '/') == SIZE_MAX && tf_str_find(unit.text, '*') == SIZE_MAX;
  scale.unit_beside = simple && !unit.percent && !tf_str_is(unit.text, "1") ? unit.text : (tf_str){"", 0};
  return scale;
}

// A number with its sign, currency, word of scale and unit around it.
static tf_str dress(const tf_scale *scale, bool negative, tf_str number, const char *word, int power, bool full) {
  tf_text text = tf_text_new(scale->arena);
  tf_text_adds(&text, negative ? MINUS : "");
  tf_text_adds(&text, full && scale->dollar ? "$" : "");
  tf_text_add(&text, number);
  if (power != 0) {
    tf_text_addf(&text, TIMES "10%.*s", TF_STR_ARGS(superscript(scale->arena, power)));
  }
  if (scale->unit.percent) {
    tf_text_addc(&text, '%');
  }
  if (full && word[0] != '\0') {
    tf_text_addf(&text, "%s%s", strcmp(word, "k") == 0 ? "" : " ", word);
  }
  if (full && scale->money && !scale->dollar) {
    tf_text_addf(&text, " %.*s", TF_STR_ARGS(scale->currency));
  }
  return tf_text_str(&text);
}

static tf_str add_unit(const tf_scale *scale, tf_str text) {
  if (scale->unit_beside.len == 0) {
    return text;
  }
  tf_str noun = noun_of(scale->unit_beside, !tf_str_is(text, "1"));
  return tf_str_of(tf_format(scale->arena, "%.*s %.*s", TF_STR_ARGS(text), TF_STR_ARGS(noun)));
}

tf_str tf_scale_value(const tf_scale *scale, double value, bool with_unit) {
  return tf_scale_value_to(scale, value, with_unit, 0);
}

tf_str tf_scale_row_value(const tf_scale *scale, const tf_row *row, uint64_t samples, double value, double factor,
                          bool with_unit) {
  int digits = tf_show_digits(row, value, samples);
  return tf_scale_value_to(scale, digits < 0 ? 0 : value * factor, with_unit, digits < 0 ? 0 : digits);
}

// "0.80" of 0.797, "2.0" of 1.98: a zero that was computed stays, one that is exact needs none.
static void add_zeros(tf_text *text, double number, int digits) {
  const char *point = strchr(text->ptr, '.');
  int have = point != NULL ? (int)strlen(point + 1) : 0;
  double shown = fabs(number) * pow(10, have);
  if (strpbrk(text->ptr, "e,") != NULL || fabs(shown - round(shown)) <= 1e-9 * shown) {
    return;
  }
  int whole = (int)strspn(text->ptr, "0123456789");
  int zeros = point != NULL ? (int)strspn(point + 1, "0") : 0;
  int wanted = text->ptr[0] == '0' ? zeros + digits : digits - whole;
  for (; have < wanted; have++) {
    tf_text_adds(text, have == 0 ? ".0" : "0");
  }
}

tf_str tf_scale_value_to(const tf_scale *scale, double value, bool with_unit, int most) {
  if (!isfinite(value)) {
    return TF_STR("no value");
  }
  double size = fabs(value);
  // The scale is that of what will be shown: 999,999 is a million.
  double third = size > 0 ? pow(10, floor(log10(size)) - (most > 0 && most < 3 ? most - 1 : 2)) : 1;
  tf_scale own = tf_scale_for(scale->arena, scale->units, scale->unit, fmax(size, round(size / third) * third));
  double number = size / own.divide;
  char buffer[48];
  // Two digits below 100, three above; more if values that stand together would else look the same.
  int digits = number >= 99.5 ? 3 : 2;
  if (scale->resolution > 0 && size > 0) {
    int needed = 1 + (int)floor(log10(size)) - (int)floor(log10(scale->resolution));
    digits = needed > 6 ? 6 : needed > digits ? needed : digits;
  }
  digits = most > 0 && most < digits ? most : digits;
  const char *plain = tf_number_pretty(number, digits, buffer);
  tf_text text = tf_text_new(scale->arena);
  tf_text_adds(&text, plain);
  add_zeros(&text, number, digits);
  bool negative = value < 0;
  tf_str dressed = dress(&own, negative, tf_text_str(&text), own.word, own.power, true);
  return with_unit ? add_unit(scale, dressed) : dressed;
}

tf_str tf_scale_tick(const tf_scale *scale, const tf_ticks *ticks, size_t tick) {
  double value = ticks->at[tick];
  bool top = tick + 1 == ticks->count;
  if (ticks->log) {
    double size = fabs(value);
    double power = log10(size);
    bool decade = fabs(power - round(power)) < 1e-9;
    tf_scale own = tf_scale_for(scale->arena, scale->units, scale->unit, size * 1.0001);
    tf_str text;
    if (!own.money && decade && (size > 1.5e6 || size < 0.9e-3)) {
      text = tf_str_of(tf_format(scale->arena, "10%.*s", TF_STR_ARGS(superscript(scale->arena, (int)round(power)))));
    } else {
      char buffer[48];
      text = dress(&own, false, tf_str_of(tf_number_pretty(size / own.divide, 3, buffer)), own.word, own.power, true);
    }
    text = tf_str_copy(scale->arena, text);
    return top ? add_unit(scale, text) : text;
  }
  double number = value / scale->divide;
  int decimals = ticks->decimals;
  // The decimals tell steps in the declared unit apart; those on the axis are what the scale leaves of them.
  double step = ticks->count > 1 ? (ticks->at[1] - ticks->at[0]) / scale->divide : number;
  decimals = step == 0 ? decimals : decimals_of(step);
  tf_str digits = tf_show_fixed(scale->arena, fabs(number), decimals);
  int power = value == 0 ? 0 : scale->power;
  if (value == 0) {
    digits = TF_STR("0");
  }
  tf_str text = dress(scale, value < 0, digits, scale->word, power, top && value != 0);
  return top && value != 0 ? add_unit(scale, text) : text;
}
