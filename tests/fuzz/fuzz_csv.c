// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: any bytes as a CSV file. Beyond not crashing, every cell must lie where its span says, and every
// value must be read or refused with a message.
#include <stdlib.h>
#include <string.h>

#include "table/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

static void check_cell(tf_context *cx, const tf_csv *csv, tf_str text, tf_located cell) {
  check(cell.at.source == csv->source && cell.at.start <= cell.at.end && cell.at.end <= text.len);
  if (cell.at.end - cell.at.start == cell.text.len) {
    check(cell.text.len == 0 || memcmp(text.ptr + cell.at.start, cell.text.ptr, cell.text.len) == 0);
  }
  tf_located value;
  size_t errors = cx->diags.errors;
  if (tf_csv_number_text(cx, csv, cell, &value) == TF_OK) {
    check(cx->diags.errors == errors);
  } else {
    check(cx->diags.errors > errors || errors >= (size_t)TF_DIAG_MAX || cx->diags.list.count > 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  tf_context *cx = tf_context_new();
  if (cx == NULL) {
    return 0;
  }
  tf_str text = {size == 0 ? "" : (const char *)data, size};
  uint32_t source = tf_source_add(cx->arena, &cx->sources, TF_STR("fuzz.csv"), text);
  const tf_csv *csv = NULL;
  tf_status status = tf_csv_parse(cx, source, &csv);
  check((status == TF_OK) == (cx->diags.errors == 0));
  uint32_t line = 0;
  for (size_t r = 0; status == TF_OK && r < csv->records.count; r++) {
    const tf_record *record = &csv->records.at[r];
    check(record->count > 0 && record->cells[record->count - 1].text.len > 0 && record->line >= line);
    line = record->line;
    for (size_t i = 0; i < record->count; i++) {
      check_cell(cx, csv, text, record->cells[i]);
    }
  }
  tf_text out = tf_text_new(cx->arena);
  for (size_t i = 0; i < cx->diags.list.count; i++) {
    tf_diag_render(&cx->sources, &cx->diags.list.at[i], &out);
  }
  tf_context_free(cx);
  return 0;
}
