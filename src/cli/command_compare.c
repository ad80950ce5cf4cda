// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold compare: scenarios side by side, from paired draws.
#include <math.h>

#include "cli/command_report.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "out/compare_emit.h"
#include "out/show.h"
#include "stats/paired.h"

static const tf_span nowhere = {0, 0, 0};

static bool same_place(const tf_row *a, const tf_row *b) {
  if (!tf_str_eq(a->name, b->name) || a->index_count != b->index_count || a->series != b->series) {
    return false;
  }
  for (size_t d = 0; d < a->index_count; d++) {
    if (!tf_str_eq(a->index_labels[d], b->index_labels[d])) {
      return false;
    }
  }
  return !a->series || tf_period_start(a->period) == tf_period_start(b->period);
}

static const tf_row *find_row(const tf_scenario_result *scenario, const tf_row *wanted, size_t guess) {
  if (guess < scenario->rows.count && same_place(&scenario->rows.at[guess], wanted)) {
    return &scenario->rows.at[guess];
  }
  for (size_t i = 0; i < scenario->rows.count; i++) {
    if (same_place(&scenario->rows.at[i], wanted)) {
      return &scenario->rows.at[i];
    }
  }
  return NULL;
}

static tf_compare_range as_range(tf_paired p) {
  return (tf_compare_range){p.central, p.p5, p.p95};
}

// Lines up the rows of the scenarios numbered `members`; rows that one of them lacks are left out, and counted.
static tf_compare line_up(tf_context *cx, const tf_result *result, const size_t *members, size_t count,
                          size_t *lacking) {
  tf_arena *arena = cx->arena;
  const tf_scenario_result *first = &result->scenarios[members[0]];
  TF_VEC(tf_compare_row) rows = {0};
  tf_str *names = TF_ARRAY(arena, tf_str, count);
  for (size_t k = 0; k < count; k++) {
    names[k] = result->scenarios[members[k]].name;
  }
  for (size_t i = 0; i < first->rows.count; i++) {
    const tf_row *a = &first->rows.at[i];
    tf_compare_range *values = TF_ARRAY(arena, tf_compare_range, count);
    tf_compare_range *differences = TF_ARRAY(arena, tf_compare_range, count);
    tf_compare_range *ratios = TF_ARRAY(arena, tf_compare_range, count);
    tf_str *labels = a->kind == TF_KIND_LABEL ? TF_ARRAY(arena, tf_str, count) : NULL;
    tf_compare_row row = {.name = a->name, .label = a->label, .unit = a->unit, .index_count = a->index_count};
    row.index_names = a->index_names;
    row.index_labels = a->index_labels;
    row.series = a->series;
    row.period = a->period;
    row.kind = a->kind;
    row.actual = true;
    bool complete = true;
    for (size_t k = 0; k < count; k++) {
      const tf_row *b = find_row(&result->scenarios[members[k]], a, i);
      if (b == NULL) {
        complete = false;
        break;
      }
      values[k] = (tf_compare_range){b->central, b->p5, b->p95};
      differences[k] = as_range(tf_paired_difference(arena, a, b, result->samples));
      ratios[k] = as_range(tf_paired_ratio(arena, a, b, result->samples));
      if (labels != NULL) {
        tf_show show = tf_show_for(arena, result, &b, 1);
        labels[k] = b->uncertain ? tf_show_shares(&show, b) : tf_show_label(result, b);
      }
      row.actual = row.actual && b->actual;
      row.uncertain = row.uncertain || b->uncertain;
      row.sketch = b->sketch != NULL ? b->sketch : row.sketch;
    }
    if (!complete) {
      (*lacking)++;
      continue;
    }
    row.values = values;
    row.differences = differences;
    row.ratios = ratios;
    row.labels = labels;
    tf_vec_push(arena, &rows, row);
  }
  tf_compare compare = {.result = result, .title = first->title, .count = count, .scenarios = names};
  compare.row_count = rows.count;
  compare.rows = rows.at;
  return compare;
}

static void emit(tf_context *cx, const tf_command_line *line, const tf_compare *compare, size_t format, tf_text *out) {
  tf_emit_options options = tf_emit_options_of(line);
  switch (format) {
  case 1:
    tf_emit_compare_csv(cx, compare, &options, out);
    break;
  case 2:
    tf_emit_compare_json(cx, compare, &options, out);
    break;
  case 3:
    tf_emit_compare_markdown(cx, compare, &options, out);
    break;
  default:
    tf_emit_compare_table(cx, compare, &options, out);
    break;
  }
}

tf_status tf_command_compare(tf_context *cx, const tf_command_line *line) {
  if (line->files.count == 2 && tf_report_folder(cx, line->files.at[0]) && tf_report_folder(cx, line->files.at[1])) {
    return tf_report_compare(cx, line);
  }
  tf_session session;
  size_t format = 0;
  tf_status status = tf_option_choice(cx, line, TF_OPTION_FORMAT, &format);
  if (status == TF_OK) {
    status = tf_session_open(cx, line, false, &session);
  }
  bool sets = tf_option_given(line, TF_OPTION_SET);
  size_t base_count = status == TF_OK ? session.cases.count : 0;
  if (status == TF_OK && sets) {
    status = tf_session_add_sets(&session);
  }
  if (status == TF_OK && session.cases.count < 2) {
    status = tf_fail(cx, TF_USAGE, nowhere, "there is only one scenario: nothing to compare it with");
    tf_hint(cx, "name a second file, or change something with --set NAME=VALUE");
  }
  const tf_result *result = NULL;
  if (status == TF_OK) {
    status = tf_session_run(&session, &result);
  }
  if (result == NULL) {
    return status;
  }
  tf_text out = tf_text_new(cx->arena);
  size_t *members = TF_ARRAY(cx->arena, size_t, session.cases.count);
  size_t comparisons = sets ? base_count : 1;
  size_t lacking = 0;
  for (size_t c = 0; c < comparisons; c++) {
    size_t count = 0;
    for (size_t i = 0; i < session.cases.count; i++) {
      if (!sets || i % base_count == c) {
        members[count++] = i;
      }
    }
    tf_compare compare = line_up(cx, result, members, count, &lacking);
    if (format == 2 && comparisons > 1) {
      tf_text_adds(&out, c == 0 ? "[\n" : ",\n");
    } else if (c > 0 && format != 1) {
      tf_text_addc(&out, '\n');
    }
    tf_text part = tf_text_new(cx->arena);
    emit(cx, line, &compare, format, &part);
    tf_str text = tf_text_str(&part);
    if (format == 1 && c > 0) { // one header for all comparisons
      size_t end = tf_str_find(text, '\n');
      text = tf_str_sub(text, end == SIZE_MAX ? text.len : end + 1, text.len);
    }
    tf_text_add(&out, text);
  }
  if (format == 2 && comparisons > 1) {
    tf_text_adds(&out, "]\n");
  }
  if (lacking > 0) {
    tf_note(cx, nowhere, "%zu values are left out: not every scenario has them", lacking);
  }
  tf_status written = tf_print_out(cx, line, tf_text_str(&out));
  return status == TF_OK ? written : status;
}
