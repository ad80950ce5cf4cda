// SPDX-License-Identifier: GPL-3.0-or-later
// Case files of validation -> claims (cli/validation.h).
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/map.h"
#include "base/number.h"
#include "cli/validation.h"

typedef enum column_id {
  CASE,
  KIND,
  MODEL,
  SETTINGS,
  QUANTITY,
  UNIT,
  PUBLISHED,
  TOLERANCE,
  SOURCE,
  DATE,
  EXPECTED,
  NAIVE,
  NOTE,
  COLUMNS
} column_id;

static const char *const column_names[COLUMNS] = {"case",     "kind",      "model",     "settings", "quantity",
                                                  "unit",     "published", "tolerance", "source",   "date",
                                                  "expected", "naive",     "note"};

typedef struct case_row {
  tf_context *cx;
  const tf_csv *csv;
  const tf_record *record;
  const size_t *at; // by column_id
} case_row;

static tf_located cell(const case_row *row, column_id id) {
  return tf_record_cell(row->record, row->at[id]);
}

static tf_status read_header(tf_context *cx, const tf_csv *csv, size_t at[COLUMNS]) {
  const tf_record *header = &csv->records.at[0];
  tf_map names = tf_map_new(cx->arena);
  for (size_t i = 0; i < COLUMNS; i++) {
    at[i] = SIZE_MAX;
    (void)tf_map_put(&names, tf_str_of(column_names[i]), (uint32_t)i);
  }
  for (size_t i = 0; i < header->count; i++) {
    tf_located name = header->cells[i];
    uint32_t id = tf_map_get(&names, name.text);
    if (id == TF_MAP_NONE) {
      tf_status status = tf_fail(cx, TF_INVALID, name.at, "a case file has no column `%.*s`", TF_STR_ARGS(name.text));
      tf_str near = tf_map_nearest(&names, name.text);
      if (near.len > 0) {
        tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
      }
      return status;
    }
    if (at[id] != SIZE_MAX) {
      return tf_fail(cx, TF_INVALID, name.at, "the column `%s` stands twice", column_names[id]);
    }
    at[id] = i;
  }
  for (size_t i = 0; i < COLUMNS; i++) {
    if (at[i] == SIZE_MAX) {
      tf_status status = tf_fail(cx, TF_INVALID, header->cells[0].at, "the column `%s` is missing", column_names[i]);
      tf_hint(cx, "a case file has the columns case,kind,model,settings,quantity,unit,published,tolerance,source,date,"
                  "expected,naive,note");
      return status;
    }
  }
  return TF_OK;
}

// A decimal number, with a sign; the whole text.
static bool plain_number(tf_str text, double *value) {
  bool minus = text.len > 0 && text.ptr[0] == '-';
  tf_str digits = tf_str_sub(text, minus ? 1 : 0, text.len);
  double number = NAN;
  size_t used = tf_number_scan(digits, &number);
  if (used == 0 || used != digits.len || !isfinite(number)) {
    return false;
  }
  *value = minus ? -number : number;
  return true;
}

static tf_status read_number(const case_row *row, column_id id, double *value) {
  tf_located text = cell(row, id);
  tf_status status = tf_csv_number_text(row->cx, row->csv, text, &text);
  if (status == TF_OK && !plain_number(text.text, value)) {
    status = tf_fail(row->cx, TF_INVALID, text.at, "`%s` must be a number, not `%.*s`", column_names[id],
                     TF_STR_ARGS(text.text));
    tf_hint(row->cx, "such as 140.25 or 3.8e25; its unit stands in the column `unit`");
  }
  return status;
}

// One of some words; *choice is its position.
static tf_status read_word(const case_row *row, column_id id, const char *const *words, size_t count, size_t *choice) {
  tf_located text = cell(row, id);
  for (size_t i = 0; i < count; i++) {
    if (tf_str_is(text.text, words[i])) {
      *choice = i;
      return TF_OK;
    }
  }
  tf_text list = tf_text_new(row->cx->arena);
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(&list, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i]);
  }
  return tf_fail(row->cx, TF_INVALID, text.at, "`%s` must be %.*s, not `%.*s`", column_names[id],
                 TF_STR_ARGS(tf_text_str(&list)), TF_STR_ARGS(text.text));
}

static tf_status read_tolerance(const case_row *row, tf_claim *claim) {
  tf_located text = cell(row, TOLERANCE);
  tf_str number = text.text;
  claim->tolerance_text = text.text;
  claim->tolerance_kind = TF_TOLERANCE_ABSOLUTE;
  if (tf_str_ends(number, "%")) {
    claim->tolerance_kind = TF_TOLERANCE_SHARE;
    number = tf_str_trim(tf_str_sub(number, 0, number.len - 1));
  } else if (tf_str_starts(number, "x")) {
    claim->tolerance_kind = TF_TOLERANCE_FACTOR;
    number = tf_str_sub(number, 1, number.len);
  }
  double least = claim->tolerance_kind == TF_TOLERANCE_FACTOR ? 1 : 0;
  if (!plain_number(number, &claim->tolerance) || claim->tolerance < least) {
    tf_status status = tf_fail(row->cx, TF_INVALID, text.at, "`%.*s` is no tolerance", TF_STR_ARGS(text.text));
    tf_hint(row->cx, "write 0.05 (in the unit of the row), 2%% (of the published value) or x1.5 (a factor either way)");
    return status;
  }
  claim->tolerance *= claim->tolerance_kind == TF_TOLERANCE_SHARE ? 0.01 : 1;
  return TF_OK;
}

static tf_status read_quantity(const case_row *row, tf_claim *claim) {
  tf_located text = cell(row, QUANTITY);
  claim->quantity = text;
  claim->stat = TF_STAT_CENTRAL;
  size_t at = tf_str_find(text.text, '@');
  tf_located name = text;
  if (at != SIZE_MAX) {
    name = tf_located_part(text, 0, at);
    tf_located key = tf_located_part(text, at + 1, text.text.len);
    bool found = false;
    for (int s = 0; s < (int)TF_STAT_COUNT && !found; s++) {
      found = tf_str_is(key.text, tf_stat_key((tf_stat)s));
      claim->stat = found ? (tf_stat)s : claim->stat;
    }
    if (!found) {
      tf_status status = tf_fail(row->cx, TF_INVALID, key.at, "there is no statistic `%.*s`", TF_STR_ARGS(key.text));
      tf_hint(row->cx, "write NAME@p5, @p25, @p50, @p75, @p95, @mean or @sd");
      return status;
    }
  }
  return tf_parse_address(row->cx, name, &claim->address);
}

static tf_status read_naive(const case_row *row, tf_claim *claim) {
  tf_located text = cell(row, NAIVE);
  claim->naive = NAN;
  if (text.text.len == 0) {
    return TF_OK;
  }
  tf_str number;
  tf_str rule = {"", 0};
  if (!tf_str_split(text.text, '=', &number, &rule) || !plain_number(tf_str_trim(number), &claim->naive) ||
      tf_str_trim(rule).len == 0) {
    tf_status status = tf_fail(row->cx, TF_INVALID, text.at, "`%.*s` is no naive guess", TF_STR_ARGS(text.text));
    tf_hint(row->cx, "write the value in the unit of the row, and the rule: 28.1 = as the year before");
    return status;
  }
  claim->naive_rule = tf_str_trim(rule);
  return TF_OK;
}

static tf_status check_date(const case_row *row) {
  tf_located text = cell(row, DATE);
  tf_period period;
  const char *bad = NULL;
  if (text.text.len == 0 || tf_period_scan(text.text, &period, &bad) == text.text.len) {
    return TF_OK;
  }
  tf_status status = tf_fail(row->cx, TF_INVALID, text.at, "`%.*s` is not a date%s%s", TF_STR_ARGS(text.text),
                             bad == NULL ? "" : ": ", bad == NULL ? "" : bad);
  tf_hint(row->cx, "write year, month and day: 2024-07-31");
  return status;
}

static tf_status first(tf_status so_far, tf_status now) {
  return so_far == TF_OK ? now : so_far;
}

static tf_status read_row(const case_row *row, tf_claim *claim) {
  static const column_id needed[] = {CASE, KIND, MODEL, QUANTITY, UNIT, PUBLISHED, TOLERANCE, SOURCE, EXPECTED};
  tf_context *cx = row->cx;
  tf_status status = tf_record_check(cx, row->record, COLUMNS);
  for (size_t i = 0; i < sizeof needed / sizeof *needed && status == TF_OK; i++) {
    tf_located text = cell(row, needed[i]);
    if (text.text.len == 0) {
      status = tf_fail(cx, TF_INVALID, text.at, "`%s` is empty", column_names[needed[i]]);
    }
  }
  if (status != TF_OK) {
    return status;
  }
  static const char *const kinds[] = {"arithmetic", "reproduction", "prediction"};
  static const char *const expectations[] = {"pass", "miss"};
  size_t kind = 0;
  size_t miss = 0;
  claim->name = cell(row, CASE);
  claim->model = cell(row, MODEL);
  claim->settings = cell(row, SETTINGS);
  claim->unit_text = cell(row, UNIT);
  claim->source = cell(row, SOURCE).text;
  claim->date = cell(row, DATE).text;
  claim->note = cell(row, NOTE).text;
  status = read_word(row, KIND, kinds, TF_CLAIM_KINDS, &kind);
  status = first(status, read_number(row, PUBLISHED, &claim->published));
  status = first(status, read_tolerance(row, claim));
  status = first(status, read_quantity(row, claim));
  status = first(status, read_naive(row, claim));
  status = first(status, check_date(row));
  status = first(status, read_word(row, EXPECTED, expectations, 2, &miss));
  claim->kind = (tf_claim_kind)kind;
  claim->miss_expected = miss == 1;
  if (status == TF_OK && claim->miss_expected && claim->note.len == 0) {
    status = tf_fail(cx, TF_INVALID, cell(row, EXPECTED).at, "a known miss needs a note that says why");
  }
  return status;
}

static tf_status check_repeated(tf_context *cx, const tf_claims *claims, const tf_claim *claim) {
  for (size_t i = 0; i < claims->count; i++) {
    const tf_claim *other = &claims->at[i];
    if (tf_str_eq(other->name.text, claim->name.text) && tf_str_eq(other->quantity.text, claim->quantity.text)) {
      tf_status status = tf_fail(cx, TF_INVALID, claim->name.at, "the case `%.*s` has `%.*s` twice",
                                 TF_STR_ARGS(claim->name.text), TF_STR_ARGS(claim->quantity.text));
      tf_also(cx, other->name.at, "the first time here");
      return status;
    }
  }
  return TF_OK;
}

tf_status tf_claims_read(tf_context *cx, const char *path, tf_claims *claims) {
  const tf_csv *csv = NULL;
  size_t at[COLUMNS];
  tf_status status = tf_csv_read(cx, path, (tf_span){0, 0, 0}, &csv);
  status = status == TF_OK ? read_header(cx, csv, at) : status;
  if (status != TF_OK) {
    return status;
  }
  for (size_t i = 1; i < csv->records.count; i++) {
    case_row row = {cx, csv, &csv->records.at[i], at};
    tf_claim claim = {.file = tf_str_copy(cx->arena, tf_str_of(path))};
    tf_status s = read_row(&row, &claim);
    s = s == TF_OK ? check_repeated(cx, claims, &claim) : s;
    if (s == TF_OK) {
      tf_vec_push(cx->arena, claims, claim);
    }
    status = first(status, s);
  }
  return status;
}
