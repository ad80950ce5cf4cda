// SPDX-License-Identifier: GPL-3.0-or-later
// tenfold fmt: the canonical layout of model files.
#include <string.h>

#include "base/io.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "lang/parse.h"
#include "lang/print.h"

static const tf_span nowhere = {0, 0, 0};

static tf_status format_file(tf_context *cx, const char *path, tf_text *formatted, bool *same) {
  tf_units *units = tf_units_new(cx);
  uint32_t source = 0;
  tf_status status = tf_file_read(cx, path, nowhere, &source);
  tf_preamble preamble = {0};
  if (status == TF_OK) {
    status = tf_parse_preamble(cx, source, &preamble);
  }
  for (size_t i = 0; i < preamble.units.count && status == TF_OK; i++) {
    status = tf_unit_declare(units, preamble.units.at[i], false);
  }
  for (size_t i = 0; i < preamble.currencies.count && status == TF_OK; i++) {
    status = tf_unit_declare(units, preamble.currencies.at[i], true);
  }
  if (status == TF_OK) {
    status = tf_format_model(cx, units, source, formatted);
  }
  if (status == TF_OK) {
    *same = tf_str_eq(cx->sources.list.at[source].text, tf_text_str(formatted));
  }
  return status;
}

tf_status tf_command_fmt(tf_context *cx, const tf_command_line *line) {
  bool write = tf_option_given(line, TF_OPTION_WRITE);
  bool check = tf_option_given(line, TF_OPTION_CHECK);
  if (line->files.count == 0) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "fmt needs a model file");
    tf_hint(cx, "such as `tenfold fmt --write my.model`");
    return status;
  }
  tf_status worst = TF_OK;
  tf_text out = tf_text_new(cx->arena);
  for (size_t i = 0; i < line->files.count; i++) {
    tf_text formatted = tf_text_new(cx->arena);
    bool same = true;
    tf_status status = format_file(cx, line->files.at[i], &formatted, &same);
    if (status == TF_OK && check && !same) {
      tf_text_addf(&out, "%s is not formatted\n", line->files.at[i]);
      status = TF_NO;
    } else if (status == TF_OK && write && !same) {
      status = tf_file_write(cx, line->files.at[i], tf_text_str(&formatted));
    } else if (status == TF_OK && !write && !check) {
      tf_text_add(&out, tf_text_str(&formatted));
    }
    worst = status > worst ? status : worst;
  }
  if (out.len > 0) {
    tf_status printed = tf_print_out(cx, line, tf_text_str(&out));
    worst = printed > worst ? printed : worst;
  }
  return worst;
}
