// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzz target of the language: the first byte chooses what the rest is read as. Whatever parses must print, and what is
// printed must parse again to the same print.
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "lang/parse.h"
#include "lang/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct session {
  tf_context *cx;
  tf_units *units;
} session;

static void fail_unless(bool condition) {
  if (!condition) {
    abort();
  }
}

static tf_located add_source(const session *s, tf_str text) {
  uint32_t source = tf_source_add(s->cx->arena, &s->cx->sources, TF_STR("fuzz"), text);
  return (tf_located){text, {source, 0, (uint32_t)text.len}};
}

static void read_model(const session *s, tf_str text) {
  tf_located located = add_source(s, text);
  tf_preamble preamble;
  fail_unless(tf_parse_preamble(s->cx, located.at.source, &preamble) == TF_OK);
  const tf_model_ast *ast = NULL;
  bool ok = tf_parse_model(s->cx, s->units, located.at.source, &ast) == TF_OK;
  fail_unless(ok == (s->cx->diags.errors == 0));
  if (!ok) {
    return;
  }
  tf_text tree = tf_text_new(s->cx->arena);
  tf_text laid_out = tf_text_new(s->cx->arena);
  tf_ast_print(ast, &tree);
  fail_unless(tf_format_model(s->cx, s->units, located.at.source, &laid_out) == TF_OK);
  uint32_t again = add_source(s, tf_text_str(&laid_out)).at.source;
  tf_text tree_again = tf_text_new(s->cx->arena);
  fail_unless(tf_parse_model(s->cx, s->units, again, &ast) == TF_OK);
  tf_ast_print(ast, &tree_again);
  fail_unless(tf_str_eq(tf_text_str(&tree), tf_text_str(&tree_again)));
}

static void read_value(const session *s, tf_str text, tf_value_context context) {
  const tf_expr *value = NULL;
  if (tf_parse_value(s->cx, s->units, add_source(s, text), context, &value) != TF_OK) {
    fail_unless(s->cx->diags.errors > 0);
    return;
  }
  tf_text first = tf_text_new(s->cx->arena);
  tf_text second = tf_text_new(s->cx->arena);
  tf_expr_print(value, &first);
  // Parentheses that only the printer needs may pass the limit of nesting; anything else is a fault.
  if (tf_parse_value(s->cx, s->units, add_source(s, tf_text_str(&first)), context, &value) == TF_OK) {
    tf_expr_print(value, &second);
    fail_unless(tf_str_eq(tf_text_str(&first), tf_text_str(&second)));
  } else {
    fail_unless(strcmp(s->cx->diags.list.at[s->cx->diags.list.count - 1].message, "nested too deeply") == 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  session s = {.cx = tf_context_new()};
  if (s.cx == NULL) {
    return 0;
  }
  s.units = tf_units_new(s.cx);
  tf_str text = tf_str_copy(s.cx->arena, (tf_str){(const char *)data + 1, size - 1});
  tf_address address;
  switch (data[0]) {
  case 'c':
    read_value(&s, text, TF_VALUE_CELL);
    break;
  case 'v':
    read_value(&s, text, TF_VALUE_EQUATION);
    break;
  case 'a':
    if (tf_parse_address(s.cx, add_source(&s, text), &address) != TF_OK) {
      fail_unless(s.cx->diags.errors > 0);
    }
    break;
  default:
    read_model(&s, text);
    break;
  }
  tf_text rendered = tf_text_new(s.cx->arena);
  for (size_t i = 0; i < s.cx->diags.list.count; i++) {
    tf_diag_render(&s.cx->sources, &s.cx->diags.list.at[i], &rendered);
  }
  tf_context_free(s.cx);
  return 0;
}
