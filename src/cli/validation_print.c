// SPDX-License-Identifier: GPL-3.0-or-later
// Claims and findings as a table, CSV, JSON or Markdown, with the score below (cli/validation.h).
#include <math.h>

#include "base/map.h"
#include "base/number.h"
#include "cli/validation.h"
#include "out/delimited.h"
#include "out/grid.h"
#include "out/json.h"

enum { CELLS = 7, FEW = 10 };
static const double unlikely = 0.05; // how improbable a count must be before the ranges are blamed

static const char *kind_meaning(tf_claim_kind kind) {
  static const char *const meanings[TF_CLAIM_KINDS] = {
      "Arithmetic: formula and value from one source, or a closed form",
      "Reproduction: published inputs, published result",
      "Prediction: only what identifies the case is set; the rest is the models' own"};
  return meanings[kind];
}

static tf_str percent(tf_arena *arena, double share) {
  if (isnan(share)) {
    return (tf_str){"", 0};
  }
  char buffer[48];
  double value = 100 * share;
  bool whole = fabs(value) >= 9.95;
  const char *text = tf_number_pretty(whole ? round(value) : value, fabs(value) < 0.995 ? 1 : whole ? 6 : 2, buffer);
  if (fabs(value) < 0.0005) {
    text = "0";
  }
  return tf_str_of(tf_format(arena, "%s%s%%", value >= 0.0005 ? "+" : "", text));
}

static tf_str number(tf_arena *arena, double value, int digits) {
  char buffer[48];
  return isnan(value) ? (tf_str){"", 0} : tf_str_copy(arena, tf_str_of(tf_number_pretty(value, digits, buffer)));
}

static void table_of(tf_context *cx, const tf_claims *claims, const tf_finding *findings, tf_claim_kind kind,
                     tf_grid *grid) {
  static const char *const headers[CELLS] = {"published", "computed", "5 %", "95 %", "error", "tolerance", "verdict"};
  *grid = tf_grid_new(cx->arena, CELLS);
  tf_str *texts = TF_ARRAY(cx->arena, tf_str, CELLS);
  for (size_t i = 0; i < CELLS; i++) {
    texts[i] = tf_str_of(headers[i]);
  }
  grid->name_header = "case";
  grid->key_header = "quantity";
  grid->headers = texts;
  for (size_t i = 0; i < claims->count; i++) {
    const tf_claim *claim = &claims->at[i];
    const tf_finding *finding = &findings[i];
    if (claim->kind != kind) {
      continue;
    }
    tf_cell *cells = tf_grid_cells(grid);
    cells[0].text = number(cx->arena, claim->published, 10);
    cells[1].text = number(cx->arena, finding->computed, 5);
    cells[2].text = number(cx->arena, finding->p5, 3);
    cells[3].text = number(cx->arena, finding->p95, 3);
    cells[4].text = percent(cx->arena, tf_claim_error(claim, finding));
    cells[5].text = claim->tolerance_text;
    cells[6].text = tf_str_of(tf_verdict_name(tf_claim_verdict(claim, finding)));
    tf_grid_add(grid, (tf_grid_line){.name = claim->name.text,
                                     .key = claim->quantity.text,
                                     .unit = claim->unit_text.text,
                                     .cells = cells});
  }
}

static const char *range_judgement(const tf_score *score) {
  if (score->ranged < FEW) {
    return "too few to judge";
  }
  if (score->at_most90 < unlikely || score->at_most50 < unlikely) {
    return "too narrow: fewer than chance allows";
  }
  if (score->at_least90 < unlikely || score->at_least50 < unlikely) {
    return "too wide: more than chance allows";
  }
  return "as they should";
}

static void print_counts(const tf_score *score, tf_text *out) {
  for (int k = 0; k < (int)TF_CLAIM_KINDS; k++) {
    const size_t *v = score->verdicts[k];
    tf_text_addf(out, "%s: %zu of %zu pass", tf_claim_kind_name((tf_claim_kind)k),
                 v[TF_VERDICT_PASS] + v[TF_VERDICT_MENDED], score->rows[k]);
    if (v[TF_VERDICT_MISS] > 0) {
      tf_text_addf(out, ", %zu known %s", v[TF_VERDICT_MISS], v[TF_VERDICT_MISS] == 1 ? "miss" : "misses");
    }
    if (v[TF_VERDICT_MENDED] > 0) {
      tf_text_addf(out, ", %zu expected to miss and mended", v[TF_VERDICT_MENDED]);
    }
    tf_text_addf(out, v[TF_VERDICT_FAIL] > 0 ? ", %zu FAIL\n" : "\n", v[TF_VERDICT_FAIL]);
  }
}

// Which models have the ranges to be trusted: the share of published values inside, by models or scenario file.
static void print_models(tf_context *cx, const tf_claims *claims, const tf_finding *findings, tf_text *out) {
  tf_map names = tf_map_new(cx->arena);
  size_t *ranged = TF_ARRAY(cx->arena, size_t, claims->count + 1);
  size_t *inside = TF_ARRAY(cx->arena, size_t, claims->count + 1);
  for (size_t i = 0; i < claims->count; i++) {
    const tf_claim *claim = &claims->at[i];
    if (claim->kind != TF_PREDICTION || !findings[i].uncertain) {
      continue;
    }
    tf_str model;
    tf_str column;
    (void)tf_str_split(claim->model.text, '#', &model, &column);
    model = tf_str_trim(model);
    if (tf_map_get(&names, model) == TF_MAP_NONE) {
      (void)tf_map_put(&names, model, (uint32_t)names.count);
    }
    uint32_t at = tf_map_get(&names, model);
    ranged[at]++;
    inside[at] += claim->published >= findings[i].p5 && claim->published <= findings[i].p95;
  }
  for (size_t i = 0; i < names.count; i++) {
    tf_text_addf(out, "%s%.*s %zu of %zu", i == 0 ? "in the 90% range by model: " : ", ",
                 TF_STR_ARGS(names.entries[i].key), inside[i], ranged[i]);
  }
  tf_text_adds(out, names.count > 0 ? "\n" : "");
}

static void print_score(const tf_score *score, tf_text *out) {
  print_counts(score, out);
  if (score->predictions > 0) {
    tf_text_addf(out,
                 "error of predictions: median |ln(computed / published)| %.3f: half are within a factor of %.2f\n",
                 score->median_log_error, exp(score->median_log_error));
  }
  if (score->ranged > 0) {
    double n = (double)score->ranged;
    tf_text_addf(
        out,
        "ranges of predictions: %zu of %zu published values (%.0f%%) lie in the 90%% range, %zu (%.0f%%) in its "
        "middle 50%%: %s\n",
        score->inside90, score->ranged, 100 * (double)score->inside90 / n, score->inside50,
        100 * (double)score->inside50 / n, range_judgement(score));
  }
  if (score->with_rule > 0) {
    tf_text_addf(out,
                 "skill against naive rules: %.2f (1 is perfect, 0 no better); nearer than the rule in %zu of %zu\n",
                 score->skill, score->better_than_rule, score->with_rule);
  }
}

// What fails, and what is known to: with the reason.
static void print_misses(tf_context *cx, const tf_claims *claims, const tf_finding *findings, size_t width,
                         bool markdown, tf_text *out) {
  bool any = false;
  for (size_t i = 0; i < claims->count; i++) {
    const tf_claim *claim = &claims->at[i];
    tf_verdict verdict = tf_claim_verdict(claim, &findings[i]);
    if (verdict == TF_VERDICT_PASS) {
      continue;
    }
    tf_text_adds(out, any ? "" : "\n");
    any = true;
    tf_text line = tf_text_new(cx->arena);
    char published[48];
    char computed[48];
    (void)tf_number_pretty(claim->published, 10, published);
    (void)tf_number_pretty(findings[i].computed, 5, computed);
    tf_text_addf(&line, "%s%s: %.*s, %.*s: %s, published %s %.*s. %.*s", markdown ? "- " : "", tf_verdict_name(verdict),
                 TF_STR_ARGS(claim->name.text), TF_STR_ARGS(claim->quantity.text), computed, published,
                 TF_STR_ARGS(claim->unit_text.text), TF_STR_ARGS(claim->note.len > 0 ? claim->note : claim->source));
    if (markdown) {
      tf_markdown_escape(out, tf_text_str(&line));
      tf_text_addc(out, '\n');
    } else {
      tf_text_wrap(out, tf_text_str(&line), width, 2);
      tf_text_addc(out, '\n');
    }
  }
}

static void print_text(tf_context *cx, const tf_claims *claims, const tf_finding *findings, bool markdown, size_t width,
                       tf_text *out) {
  tf_score score = tf_claims_score(cx->arena, claims, findings);
  for (int k = 0; k < (int)TF_CLAIM_KINDS; k++) {
    if (score.rows[k] == 0) {
      continue;
    }
    tf_grid grid;
    table_of(cx, claims, findings, (tf_claim_kind)k, &grid);
    if (markdown) {
      tf_text_addf(out, "### %s\n\n", kind_meaning((tf_claim_kind)k));
      tf_grid_markdown(&grid, out);
    } else {
      tf_text_addf(out, "%s\n\n", kind_meaning((tf_claim_kind)k));
      tf_grid_text(&grid, width, out);
    }
    tf_text_addc(out, '\n');
  }
  tf_text lines = tf_text_new(cx->arena);
  print_score(&score, &lines);
  if (score.ranged >= FEW) {
    print_models(cx, claims, findings, &lines);
  }
  tf_str rest = tf_text_str(&lines);
  while (rest.len > 0) {
    tf_str line;
    (void)tf_str_split(rest, '\n', &line, &rest);
    if (markdown) {
      tf_text_addf(out, "- %.*s\n", TF_STR_ARGS(line));
    } else {
      tf_text_wrap(out, line, width, 2);
      tf_text_addc(out, '\n');
    }
  }
  print_misses(cx, claims, findings, width, markdown, out);
}

static void print_csv(const tf_claims *claims, const tf_finding *findings, tf_text *out) {
  tf_text_adds(out, "case,kind,model,quantity,unit,published,computed,p5,p95,error,tolerance,verdict,naive,rule,source,"
                    "date,note\n");
  for (size_t i = 0; i < claims->count; i++) {
    const tf_claim *claim = &claims->at[i];
    const tf_finding *finding = &findings[i];
    const tf_str head[] = {claim->name.text, tf_str_of(tf_claim_kind_name(claim->kind)), claim->model.text,
                           claim->quantity.text, claim->unit_text.text};
    for (size_t k = 0; k < sizeof head / sizeof *head; k++) {
      tf_csv_text(out, head[k]);
      tf_text_addc(out, ',');
    }
    const double numbers[] = {claim->published, finding->computed, finding->p5, finding->p95,
                              tf_claim_error(claim, finding)};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
      tf_csv_number(out, numbers[k]);
      tf_text_addc(out, ',');
    }
    tf_csv_text(out, claim->tolerance_text);
    tf_text_addf(out, ",%s,", tf_verdict_name(tf_claim_verdict(claim, finding)));
    tf_csv_number(out, claim->naive);
    const tf_str tail[] = {claim->naive_rule, claim->source, claim->date, claim->note};
    for (size_t k = 0; k < sizeof tail / sizeof *tail; k++) {
      tf_text_addc(out, ',');
      tf_csv_text(out, tail[k]);
    }
    tf_text_addc(out, '\n');
  }
}

static void json_text(tf_json *json, const char *key, tf_str text) {
  tf_json_key(json, key);
  tf_json_text(json, text);
}

static void json_number(tf_json *json, const char *key, double value) {
  tf_json_key(json, key);
  tf_json_number(json, value);
}

static void json_count(tf_json *json, const char *key, size_t value) {
  tf_json_key(json, key);
  tf_json_integer(json, value);
}

static void print_json_claim(const tf_claim *claim, const tf_finding *finding, tf_json *json) {
  tf_json_open(json, '{');
  json_text(json, "case", claim->name.text);
  json_text(json, "kind", tf_str_of(tf_claim_kind_name(claim->kind)));
  json_text(json, "model", claim->model.text);
  json_text(json, "settings", claim->settings.text);
  json_text(json, "quantity", claim->quantity.text);
  json_text(json, "unit", claim->unit_text.text);
  json_number(json, "published", claim->published);
  json_number(json, "computed", finding->computed);
  json_number(json, "p5", finding->p5);
  json_number(json, "p95", finding->p95);
  json_number(json, "error", tf_claim_error(claim, finding));
  json_text(json, "tolerance", claim->tolerance_text);
  json_text(json, "verdict", tf_str_of(tf_verdict_name(tf_claim_verdict(claim, finding))));
  json_number(json, "naive", claim->naive);
  json_text(json, "rule", claim->naive_rule);
  json_text(json, "source", claim->source);
  json_text(json, "date", claim->date);
  json_text(json, "note", claim->note);
  tf_json_close(json, '}');
}

static void print_json(tf_context *cx, const tf_claims *claims, const tf_finding *findings, tf_text *out) {
  tf_score score = tf_claims_score(cx->arena, claims, findings);
  tf_json json = tf_json_new(out, 2);
  tf_json_open(&json, '{');
  json_count(&json, "schema", 1);
  tf_json_key(&json, "cases");
  tf_json_open(&json, '[');
  for (size_t i = 0; i < claims->count; i++) {
    print_json_claim(&claims->at[i], &findings[i], &json);
  }
  tf_json_close(&json, ']');
  tf_json_key(&json, "kinds");
  tf_json_open(&json, '[');
  for (int k = 0; k < (int)TF_CLAIM_KINDS; k++) {
    tf_json_open(&json, '{');
    json_text(&json, "kind", tf_str_of(tf_claim_kind_name((tf_claim_kind)k)));
    json_count(&json, "cases", score.rows[k]);
    json_count(&json, "pass", score.verdicts[k][TF_VERDICT_PASS]);
    json_count(&json, "fail", score.verdicts[k][TF_VERDICT_FAIL]);
    json_count(&json, "known_miss", score.verdicts[k][TF_VERDICT_MISS]);
    json_count(&json, "mended", score.verdicts[k][TF_VERDICT_MENDED]);
    tf_json_close(&json, '}');
  }
  tf_json_close(&json, ']');
  json_number(&json, "median_log_error", score.median_log_error);
  json_count(&json, "ranged", score.ranged);
  json_count(&json, "inside90", score.inside90);
  json_count(&json, "inside50", score.inside50);
  json_text(&json, "ranges", tf_str_of(range_judgement(&score)));
  json_number(&json, "skill", score.skill);
  json_count(&json, "with_rule", score.with_rule);
  json_count(&json, "better_than_rule", score.better_than_rule);
  tf_json_close(&json, '}');
  tf_text_addc(out, '\n');
}

void tf_claims_print(tf_context *cx, const tf_claims *claims, const tf_finding *findings, size_t format, size_t width,
                     tf_text *out) {
  switch (format) {
  case 1:
    print_csv(claims, findings, out);
    break;
  case 2:
    print_json(cx, claims, findings, out);
    break;
  default:
    print_text(cx, claims, findings, format == 3, width, out);
    break;
  }
}
