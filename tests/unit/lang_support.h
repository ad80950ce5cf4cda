// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the language share: a session per text, and diagnostics as one line each.
#ifndef TF_TESTS_LANG_SUPPORT_H
#define TF_TESTS_LANG_SUPPORT_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <string.h>

#include "base/context.h"
#include "lang/parse.h"
#include "lang/print.h"

typedef struct session {
  tf_context *cx;
  tf_units *units;
  uint32_t source;
  tf_located text;
} session;

static inline session session_of(const char *name, tf_str text) {
  session s = {.cx = tf_context_new()};
  assert_non_null(s.cx);
  s.units = tf_units_new(s.cx);
  tf_str kept = tf_str_copy(s.cx->arena, text);
  s.source = tf_source_add(s.cx->arena, &s.cx->sources, tf_str_of(name), kept);
  s.text = (tf_located){kept, {s.source, 0, (uint32_t)kept.len}};
  return s;
}

static inline void session_end(session *s) {
  tf_context_free(s->cx);
  s->cx = NULL;
}

// "line:column+length: message | hint" per diagnostic, joined by newlines; notes begin with "note ".
static inline const char *told(session *s) {
  tf_text out = tf_text_new(s->cx->arena);
  tf_text_adds(&out, "");
  for (size_t i = 0; i < s->cx->diags.list.count; i++) {
    const tf_diag *d = &s->cx->diags.list.at[i];
    uint32_t line = 0;
    uint32_t column = 0;
    tf_source_position(&s->cx->sources.list.at[d->at.source], d->at.start, &line, &column);
    tf_text_addf(&out, "%s%s%u:%u+%u: %s", i > 0 ? "\n" : "", d->severity == TF_ERROR ? "" : "note ", line, column,
                 d->at.end - d->at.start, d->message);
    if (d->hint != NULL) {
      tf_text_addf(&out, " | %s", d->hint);
    }
  }
  return out.len > 0 ? out.ptr : "";
}

// The printed form of a value, or its messages.
static inline const char *print_value(session *s, tf_value_context context) {
  const tf_expr *value = NULL;
  if (tf_parse_value(s->cx, s->units, s->text, context, &value) != TF_OK) {
    return told(s);
  }
  tf_text out = tf_text_new(s->cx->arena);
  tf_expr_print(value, &out);
  return out.ptr;
}

static inline const char *print_model(session *s) {
  const tf_model_ast *ast = NULL;
  if (tf_parse_model(s->cx, s->units, s->source, &ast) != TF_OK) {
    return told(s);
  }
  tf_text out = tf_text_new(s->cx->arena);
  tf_ast_print(ast, &out);
  return out.ptr;
}

#endif
