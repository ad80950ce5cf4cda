// SPDX-License-Identifier: GPL-3.0-or-later
// The answer of a report in one sentence, and the outcomes side by side.
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "out/chart_plan.h"
#include "out/report_parts.h"
#include "stats/paired.h"

// The unit beside a number in a sentence: what is counted stands in plural.
static tf_str unit_words(tf_arena *arena, const char *unit, tf_str number) {
  static const char *const times[] = {"hour", "day", "week", "month", "quarter", "year", "GPU", "token"};
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
    if (strcmp(unit, times[i]) == 0 && !tf_str_is(number, "1")) {
      return tf_str_of(tf_format(arena, " %ss", unit));
    }
  }
  return unit[0] == '\0' || strcmp(unit, "1") == 0 || unit[0] == '%' ? tf_str_of(unit[0] == '%' ? unit + 1 : "")
                                                                     : tf_str_of(tf_format(arena, " %s", unit));
}

static tf_str power_text(tf_arena *arena, tf_str mantissa, tf_str power) {
  static const char *const digits[] = {"\xE2\x81\xB0", "\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",     "\xE2\x81\xB4",
                                       "\xE2\x81\xB5", "\xE2\x81\xB6", "\xE2\x81\xB7", "\xE2\x81\xB8", "\xE2\x81\xB9"};
  tf_text text = tf_text_new(arena);
  tf_text_add(&text, mantissa);
  tf_text_adds(&text, "\xC3\x97"
                      "10");
  for (size_t i = 0; i < power.len; i++) {
    char c = power.ptr[i];
    tf_text_adds(&text, c == '-' ? "\xE2\x81\xBB" : c >= '0' && c <= '9' ? digits[c - '0'] : "");
  }
  return tf_text_str(&text);
}

// "14,100,000" -> "14.1 million", where that is shorter; `word` is the end of the text.
static tf_str in_millions(tf_arena *arena, tf_str number, const char **word) {
  static const char *const words[] = {" million", " billion", " trillion"};
  size_t groups = 0, last = 0;
  for (size_t i = 0; i < number.len; i++) {
    groups += number.ptr[i] == ',';
    last = number.ptr[i] == ',' ? i : last;
    if (number.ptr[i] == '.') {
      return number;
    }
  }
  if (groups < 2 || groups > 4 || !tf_str_is(tf_str_sub(number, last + 1, number.len), "000")) {
    return number;
  }
  size_t head = tf_str_find(number, ',');
  tf_text text = tf_text_new(arena);
  tf_text_add(&text, tf_str_sub(number, 0, head));
  tf_text_addc(&text, '.');
  for (size_t i = head + 1; i < number.len; i++) {
    if (number.ptr[i] != ',') {
      tf_text_addc(&text, number.ptr[i]);
    }
  }
  tf_str short_text = tf_text_str(&text);
  while (short_text.len > 0 && short_text.ptr[short_text.len - 1] == '0') {
    short_text.len--;
  }
  short_text.len -= short_text.ptr[short_text.len - 1] == '.' ? 1 : 0;
  *word = words[groups - 2];
  return short_text;
}

// A number as tables of the terminal print it, in the characters of print: a true minus, powers of ten, millions.
static tf_str typeset(tf_arena *arena, tf_str number, const char **word) {
  *word = "";
  bool negative = number.len > 1 && number.ptr[0] == '-' && number.ptr[1] >= '0' && number.ptr[1] <= '9';
  tf_str plain = negative ? tf_str_sub(number, 1, number.len) : number;
  for (size_t i = 0; i < plain.len; i++) {
    if (strchr("0123456789,.e+-%", plain.ptr[i]) == NULL ||
        (plain.ptr[i] == '-' && (i == 0 || plain.ptr[i - 1] != 'e'))) {
      return number; // a date, words
    }
  }
  size_t power = tf_str_find(plain, 'e');
  plain = power != SIZE_MAX ? power_text(arena, tf_str_sub(plain, 0, power), tf_str_sub(plain, power + 1, plain.len))
                            : in_millions(arena, plain, word);
  return tf_str_of(tf_format(arena, "%s%.*s", negative ? "\xE2\x88\x92" : "", TF_STR_ARGS(plain)));
}

tf_str tf_report_stat(tf_arena *arena, const tf_show *show, const tf_row *row, tf_stat stat) {
  const char *word = "";
  tf_str number = typeset(arena, tf_show_stat(show, row, stat), &word);
  return tf_str_of(tf_format(arena, "%.*s%s", TF_STR_ARGS(number), word));
}

tf_str tf_report_value(tf_arena *arena, const tf_show *show, const tf_row *row, bool with_unit) {
  if (row->kind == TF_KIND_LABEL && row->uncertain) {
    return tf_show_shares(show, row);
  }
  tf_str number = tf_report_stat(arena, show, row, TF_STAT_CENTRAL);
  tf_str remark = tf_show_remark(arena, row);
  if (number.len == 0) {
    return remark.len > 0 ? remark : TF_STR("no value");
  }
  bool later = number.ptr[0] == '>'; // "> 2035" is a date, whatever the unit
  tf_str unit = with_unit && !later && row->kind == TF_KIND_NUMBER ? unit_words(arena, show->unit, number) : TF_STR("");
  return tf_str_of(tf_format(arena, "%.*s%.*s%s%.*s%s", TF_STR_ARGS(number), TF_STR_ARGS(unit),
                             remark.len > 0 ? " (" : "", TF_STR_ARGS(remark), remark.len > 0 ? ")" : ""));
}

tf_str tf_report_range(tf_arena *arena, const tf_show *show, const tf_row *row, const char *between) {
  if (!tf_row_spreads(row) || row->kind == TF_KIND_LABEL) {
    return TF_STR("");
  }
  const char *words[2];
  tf_str low = typeset(arena, tf_show_stat(show, row, TF_STAT_P5), &words[0]);
  tf_str high = typeset(arena, tf_show_stat(show, row, TF_STAT_P95), &words[1]);
  if (low.len == 0 || high.len == 0) {
    return TF_STR("");
  }
  return tf_str_of(tf_format(arena, "%.*s%s%s%.*s%s", TF_STR_ARGS(low),
                             strcmp(words[0], words[1]) == 0 ? "" : words[0], // "9.4 to 16 million"
                             between, TF_STR_ARGS(high), words[1]));
}

const tf_row *tf_report_last(const tf_blocks *blocks, const tf_block *block, size_t scenario) {
  const tf_row *row = block->count > 0 ? tf_block_row(blocks, block, block->count - 1, scenario) : NULL;
  for (size_t k = block->count; k > 0 && row == NULL; k--) {
    row = tf_block_row(blocks, block, k - 1, scenario);
  }
  return row;
}

// "2.1 times as much", "the same", "300 days later"; empty if there is nothing to say. Of medians where those are told,
// so that a reader who divides one number by the other finds what is written.
static tf_str ratio_words(const tf_report *report, const tf_row *a, const tf_row *b, bool median) {
  tf_arena *arena = report->cx->arena;
  size_t samples = report->result->samples;
  char buffer[48];
  if (a->kind == TF_KIND_DATE) {
    double days = tf_paired_difference(arena, a, b, samples).central / 86400;
    if (!isfinite(days) || fabs(days) < 1) {
      return isfinite(days) ? TF_STR("the same day") : TF_STR("");
    }
    return tf_str_of(
        tf_format(arena, "%s days %s", tf_number_pretty(round(fabs(days)), 4, buffer), days > 0 ? "later" : "earlier"));
  }
  double first = median ? a->p50 : a->central;
  double ratio = a->kind != TF_KIND_NUMBER ? NAN
                 : median                  ? b->p50 / a->p50
                                           : tf_paired_ratio(arena, a, b, samples).central;
  if (!isfinite(ratio) || ratio <= 0 || first < 0) { // of losses "more" would be read both ways
    return TF_STR("");
  }
  if (fabs(ratio - 1) < 5e-4) {
    bool alike = a->p5 == b->p5 && a->p95 == b->p95;
    return !alike                    ? TF_STR("the same in the middle")
           : fabs(ratio - 1) < 1e-12 ? TF_STR("the same")
                                     : TF_STR("almost the same");
  }
  if (ratio >= 2) {
    return tf_str_of(tf_format(arena, "%s times as much", tf_number_pretty(ratio, 2, buffer)));
  }
  double percent = 100 * fabs(ratio - 1);
  return tf_str_of(
      tf_format(arena, "%s%% %s", tf_number_pretty(percent, percent < 1 ? 1 : 2, buffer), ratio > 1 ? "more" : "less"));
}

// --- The sentence ---------------------------------------------------------------------------------------------------

typedef struct sentence {
  const tf_report *report;
  tf_arena *arena;
  const tf_show *show;
  bool median; // as in charts: the central case of a scenario is not among its middle half of outcomes
  tf_text text;
} sentence;

static const char *last_period(const sentence *s) {
  char buffer[16];
  const tf_axis *axis = &s->report->result->axis;
  return axis->count <= 0 ? "the end"
                          : tf_format(s->arena, "%s", tf_period_print(tf_axis_period(axis, axis->count - 1), buffer));
}

static bool beyond(const tf_row *row, double value) {
  return row->later && isinf(value) && value > 0;
}

// "158 days", "not by 2042".
static void add_value(sentence *s, const tf_row *row, bool with_unit) {
  double value = s->median ? row->p50 : row->central;
  if (beyond(row, value)) {
    tf_text_addf(&s->text, "not by %s", last_period(s));
    return;
  }
  tf_row bare = *row;
  bare.undefined = 0; // said behind the range
  bare.central = value;
  tf_text_add(&s->text, tf_report_value(s->arena, s->show, &bare, with_unit));
}

// "135 to 205", "2033-06-30 or later"; empty where the quantiles say no more than the value, or nothing at all.
static tf_str range_words(const sentence *s, const tf_row *row, const char *between) {
  tf_str range = tf_report_range(s->arena, s->show, row, between);
  if (range.len == 0 || !beyond(row, row->p95)) {
    return range;
  }
  return beyond(row, row->p5) ? TF_STR("")
                              : tf_str_of(tf_format(s->arena, "%.*s or later",
                                                    TF_STR_ARGS(tf_report_stat(s->arena, s->show, row, TF_STAT_P5))));
}

// What the quantiles do not say: how often there is no value, or none in time.
static void add_remark(sentence *s, const tf_row *row) {
  bool told = beyond(row, s->median ? row->p50 : row->central);
  if (!(row->undefined > 0)) {
    return;
  }
  if (!row->later) {
    tf_text_addf(&s->text, ", %.*s", TF_STR_ARGS(tf_show_remark(s->arena, row)));
  } else if (row->undefined >= 1) {
    tf_text_adds(&s->text, " in any outcome");
  } else {
    tf_text_adds(&s->text, told ? " in " : tf_format(s->arena, ", not by %s in ", last_period(s)));
    tf_text_addf(&s->text, "%.*s of outcomes", TF_STR_ARGS(tf_show_percent(s->arena, row->undefined)));
  }
}

static void add_first(sentence *s, const tf_row *row, tf_str scenario) {
  add_value(s, row, true);
  if (scenario.len > 0) {
    tf_text_addf(&s->text, " in %.*s", TF_STR_ARGS(scenario));
  }
  tf_text_adds(&s->text, s->median ? " at the median" : "");
  add_remark(s, row);
  tf_str range = range_words(s, row, " and ");
  if (range.len > 0) {
    tf_text_addf(&s->text, ", in nine cases out of ten %s%.*s", tf_str_ends(range, "later") ? "" : "between ",
                 TF_STR_ARGS(range));
  }
  if (s->median) {
    tf_text_addf(&s->text, " (%.*s with every input at its median)",
                 TF_STR_ARGS(tf_report_stat(s->arena, s->show, row, TF_STAT_CENTRAL)));
  }
}

static void add_other(sentence *s, const tf_row *first, const tf_row *row, tf_str scenario) {
  tf_str range = range_words(s, row, " to ");
  tf_str ratio = ratio_words(s->report, first, row, s->median);
  tf_text_adds(&s->text, "; ");
  add_value(s, row, s->report->result->scenario_count == 2); // of more, once is enough
  if (range.len > 0) {
    tf_text_addf(&s->text, " (%.*s)", TF_STR_ARGS(range));
  }
  tf_text_addf(&s->text, " in %.*s", TF_STR_ARGS(scenario));
  add_remark(s, row);
  if (ratio.len > 0) {
    tf_text_addf(&s->text, ", %.*s", TF_STR_ARGS(ratio));
  }
}

static double told(const tf_row *row, bool median) {
  return median ? row->p50 : row->central;
}

// Of many scenarios only the lowest and the highest are told.
static void extremes(const tf_blocks *blocks, const tf_block *block, bool median, size_t *low, size_t *high) {
  *low = *high = 0;
  for (size_t s = 1; s < blocks->scenarios; s++) {
    const tf_row *row = tf_report_last(blocks, block, s);
    const tf_row *least = tf_report_last(blocks, block, *low);
    const tf_row *most = tf_report_last(blocks, block, *high);
    if (row != NULL && least != NULL && most != NULL) {
      *low = told(row, median) < told(least, median) ? s : *low;
      *high = told(row, median) > told(most, median) ? s : *high;
    }
  }
}

static void check_line(tf_report *report) {
  size_t count = 0;
  size_t held = 0;
  tf_text failed = tf_text_new(report->cx->arena);
  for (size_t s = 0; s < report->result->scenario_count; s++) {
    const tf_scenario_result *scenario = &report->result->scenarios[s];
    for (size_t i = 0; i < scenario->checks.count; i++) {
      const tf_check_result *check = &scenario->checks.at[i];
      count++;
      held += check->held ? 1 : 0;
      if (!check->held) {
        tf_str words = check->description.len > 0 ? check->description : check->text;
        tf_text_addf(&failed, "%s%.*s (%.*s)", failed.len > 0 ? "; " : "", TF_STR_ARGS(words),
                     TF_STR_ARGS(scenario->name));
      }
    }
  }
  if (count > 0 && held == count) {
    tf_report_addf(report, TF_PART_NOTE, "All %zu checks hold.", count);
  } else if (count > 0) {
    tf_report_addf(report, TF_PART_BAD, "%zu of %zu checks %s: %s", count - held, count,
                   count - held == 1 ? "fails" : "fail", failed.ptr);
  }
}

void tf_report_answer(tf_report *report, const char *const *sets, size_t set_count) {
  enum { TELL = 4 };
  tf_arena *arena = report->cx->arena;
  tf_report_section(report, "answer", "The answer");
  tf_blocks blocks = tf_blocks_of(arena, report->result, 0, report->result->scenario_count);
  const tf_block *block = blocks.count > 0 ? &blocks.at[0] : NULL;
  const tf_row *row = block != NULL ? tf_report_last(&blocks, block, 0) : NULL;
  if (row == NULL) {
    tf_report_add(report, TF_PART_ANSWER, TF_STR("Nothing was asked for: the models state no output."));
    return;
  }
  sentence told_as = {report, arena, block->show, false, tf_text_new(arena)};
  for (size_t s = 0; s < blocks.scenarios; s++) {
    const tf_row *other = tf_report_last(&blocks, block, s);
    told_as.median = told_as.median || (other != NULL && other->kind == TF_KIND_NUMBER && !tf_row_typical(other));
  }
  tf_text *text = &told_as.text;
  for (size_t i = 0; i < set_count; i++) {
    tf_text_addf(text, "%s%s", i == 0 ? "With " : ", ", sets[i]);
  }
  tf_text_adds(text, set_count > 0 ? ": " : "");
  tf_str name = tf_report_name(arena, row->label, row->name);
  tf_text_add(text, name);
  if (row->index_count > 0) {
    tf_text_addf(text, " of %.*s", TF_STR_ARGS(tf_row_index(arena, row)));
  }
  char period[16];
  tf_text_addf(text, "%s%s: ", row->series ? " in " : "", row->series ? tf_period_print(row->period, period) : "");
  add_first(&told_as, row, blocks.scenarios > 1 ? report->result->scenarios[0].name : TF_STR(""));
  size_t low = 0;
  size_t high = 0;
  extremes(&blocks, block, told_as.median, &low, &high);
  for (size_t s = 1; s < blocks.scenarios; s++) {
    const tf_row *other = tf_report_last(&blocks, block, s);
    if (other != NULL && (blocks.scenarios <= TELL || s == low || s == high)) {
      add_other(&told_as, row, other, report->result->scenarios[s].name);
    }
  }
  tf_text_addc(text, '.');
  tf_report_add(report, TF_PART_ANSWER, tf_text_str(text));
  if (!report->result->complete) {
    tf_report_add(report, TF_PART_BAD, TF_STR("Incomplete: the run was stopped before all samples were done."));
  }
  check_line(report);
}

void tf_report_outcomes(tf_report *report) {
  tf_arena *arena = report->cx->arena;
  if (report->result->scenario_count < 2) {
    return;
  }
  tf_blocks blocks = tf_blocks_of(arena, report->result, 0, report->result->scenario_count);
  static const bool numeric[] = {false, true, true, true};
  tf_str *headers = TF_ARRAY(arena, tf_str, 4);
  const tf_block *block = &blocks.at[0];
  const tf_row *first = blocks.count > 0 ? tf_report_last(&blocks, block, 0) : NULL;
  if (first == NULL || first->kind == TF_KIND_LABEL) {
    return;
  }
  char period[16];
  headers[0] = TF_STR("scenario");
  headers[1] =
      tf_str_of(tf_format(arena, "%.*s%s%s", TF_STR_ARGS(tf_report_name(arena, first->label, first->name)),
                          first->series ? ", " : "", first->series ? tf_period_print(first->period, period) : ""));
  headers[2] = tf_str_of(tf_format(arena, "difference from %.*s", TF_STR_ARGS(report->result->scenarios[0].name)));
  headers[3] = TF_STR("ratio");
  tf_report_table *table = tf_report_table_new(report, 4, headers, numeric);
  for (size_t s = 0; s < blocks.scenarios; s++) {
    const tf_row *row = tf_report_last(&blocks, block, s);
    if (row == NULL) {
      continue;
    }
    tf_report_cell *cells = tf_report_row_add(report, table);
    cells[0].text = report->result->scenarios[s].name;
    cells[1].text = tf_report_value(arena, block->show, row, true);
    cells[1].minor = tf_report_range(arena, block->show, row, " to ");
    if (s == 0 || row->kind != TF_KIND_NUMBER) {
      continue;
    }
    // Paired draws: what both scenarios share drops out of the ranges.
    tf_paired difference = tf_paired_difference(arena, first, row, report->result->samples);
    tf_paired ratio = tf_paired_ratio(arena, first, row, report->result->samples);
    tf_row as_row = *row;
    as_row.central = difference.central;
    as_row.p5 = difference.p5;
    as_row.p95 = difference.p95;
    as_row.uncertain = difference.p95 > difference.p5;
    cells[2].text = tf_report_value(arena, block->show, &as_row, true);
    cells[2].minor = as_row.uncertain ? tf_report_range(arena, block->show, &as_row, " to ") : TF_STR("");
    if (isfinite(ratio.central)) {
      char a[48];
      char b[48];
      cells[3].text = tf_str_of(tf_format(arena, "%s", tf_number_pretty(ratio.central, 3, a)));
      if (ratio.p95 > ratio.p5) {
        cells[3].minor = tf_str_of(
            tf_format(arena, "%s to %s", tf_number_pretty(ratio.p5, 3, a), tf_number_pretty(ratio.p95, 3, b)));
      }
    }
  }
  tf_report_table_add(report, table);
}
