// SPDX-License-Identifier: GPL-3.0-or-later
// What all parts of the parser share: tokens taken and expected, names, and the messages for what cannot stand here.
#include "lang/parser.h"

#include <string.h>

tf_parser tf_parser_new(tf_context *cx, tf_units *units, tf_located text, size_t from, size_t to, bool cell) {
  tf_parser p = {.cx = cx, .value_at = SIZE_MAX, .spreadsheet_if = SIZE_MAX, .line = from};
  p.lexer = (tf_lexer){.cx = cx, .units = units, .origin = text, .pos = from, .end = to, .cell = cell};
  tf_lexer_next(&p.lexer, &p.token);
  p.taken = (tf_token){.kind = TF_TOKEN_END, .start = from, .end = from};
  return p;
}

void tf_parser_take(tf_parser *p) {
  switch (p->token.kind) {
  case TF_TOKEN_OPEN:
  case TF_TOKEN_OPEN_BRACKET:
    p->lexer.depth++;
    break;
  case TF_TOKEN_CLOSE:
  case TF_TOKEN_CLOSE_BRACKET:
    p->lexer.depth -= p->lexer.depth > 0 ? 1 : 0;
    break;
  default:
    break;
  }
  p->taken = p->token;
  tf_lexer_next(&p->lexer, &p->token);
}

void tf_parser_jump(tf_parser *p, size_t to) {
  p->taken.end = to;
  p->lexer.pos = to;
  tf_lexer_next(&p->lexer, &p->token);
}

tf_span tf_parser_span(const tf_parser *p, size_t from, size_t to) {
  return tf_lexer_span(&p->lexer, from, to);
}

tf_span tf_token_span(const tf_parser *p, const tf_token *token) {
  return tf_parser_span(p, token->start, token->end);
}

tf_located tf_token_located(const tf_parser *p, const tf_token *token) {
  return (tf_located){token->text, tf_token_span(p, token)};
}

// A place right after what was taken last: where something is missing.
static tf_span gap(const tf_parser *p) {
  return tf_parser_span(p, p->taken.end, p->taken.end);
}

bool tf_parser_expect(tf_parser *p, tf_token_kind kind, const char *what) {
  if (p->token.kind == kind) {
    tf_parser_take(p);
    return true;
  }
  if (p->token.kind == TF_TOKEN_END) {
    tf_fail(p->cx, TF_INVALID, gap(p), "%s is missing at the end", what);
  } else {
    tf_parser_unexpected(p, what);
  }
  return false;
}

// Does the token begin a line of its own? Then it was perhaps meant as a new statement.
static bool begins_line(const tf_parser *p, size_t start) {
  const char *text = p->lexer.origin.text.ptr;
  size_t i = start;
  while (i > p->line && tf_is_blank(text[i - 1])) {
    i--;
  }
  return i > p->line && text[i - 1] == '\n';
}

static bool is_distribution_sign(const tf_token *token) {
  return token->kind == TF_TOKEN_DOTS || token->kind == TF_TOKEN_PLUS_MINUS || token->keyword == TF_KEYWORD_TO ||
         token->keyword == TF_KEYWORD_EACH;
}

static bool starts_operand(const tf_token *token) {
  return token->kind == TF_TOKEN_NUMBER || token->kind == TF_TOKEN_DATE || token->kind == TF_TOKEN_LABEL ||
         token->kind == TF_TOKEN_OPEN ||
         (token->kind == TF_TOKEN_WORD && (token->keyword == TF_KEYWORD_NONE || token->keyword == TF_KEYWORD_IF));
}

static bool ends_operand(const tf_token *token) {
  return token->kind == TF_TOKEN_NUMBER || token->kind == TF_TOKEN_DATE || token->kind == TF_TOKEN_LABEL ||
         token->kind == TF_TOKEN_CLOSE || token->kind == TF_TOKEN_CLOSE_BRACKET ||
         (token->kind == TF_TOKEN_WORD && token->keyword == TF_KEYWORD_NONE);
}

static void hint_operand(tf_parser *p, tf_str text) {
  if (begins_line(p, p->token.start)) {
    tf_hint(p->cx, "a line that begins with a blank continues the one before; statements begin in column 1");
  } else if (p->taken.kind == TF_TOKEN_NUMBER && !p->taken.has_unit && p->token.kind == TF_TOKEN_WORD &&
             tf_unit_known(p->lexer.units, text)) {
    tf_hint(p->cx, "a unit follows its number after at most one blank: %.*s %.*s", TF_STR_ARGS(p->taken.text),
            TF_STR_ARGS(text));
  } else if (p->taken.kind == TF_TOKEN_WORD && p->token.kind == TF_TOKEN_WORD) {
    tf_hint(p->cx, "a name holds no blank; a label inside an expression is quoted: '%.*s %.*s'",
            TF_STR_ARGS(p->taken.text), TF_STR_ARGS(text));
  }
}

// Messages for one-character signs where the sign itself says what was meant.
static bool explain_sign(tf_parser *p, tf_span at) {
  switch (p->token.kind) {
  case TF_TOKEN_ASSIGN:
    tf_fail(p->cx, TF_INVALID, at, "`=` defines a quantity and cannot stand here");
    tf_hint(p->cx, "`==` compares");
    return true;
  case TF_TOKEN_PLUS:
    tf_fail(p->cx, TF_INVALID, at, "unexpected `+`");
    tf_hint(p->cx, "a positive number has no sign");
    return true;
  case TF_TOKEN_OPEN_BRACKET:
    tf_fail(p->cx, TF_INVALID, at, "unexpected `[`");
    tf_hint(p->cx, "a source stands only after a description: \"...\" [source]");
    return true;
  case TF_TOKEN_TEXT:
    tf_fail(p->cx, TF_INVALID, at, "unexpected text \"%.*s\"", TF_STR_ARGS(p->token.text));
    tf_hint(p->cx, "a description ends a definition; labels are in single quotes: '%.*s'", TF_STR_ARGS(p->token.text));
    return true;
  default:
    return false;
  }
}

void tf_parser_unexpected(tf_parser *p, const char *wanted) {
  const tf_token *token = &p->token;
  tf_span at = tf_token_span(p, token);
  if (token->kind == TF_TOKEN_BAD) {
    return; // the lexer said it
  }
  if (token->kind == TF_TOKEN_END) {
    tf_fail(p->cx, TF_INVALID, gap(p), "%s is missing at the end", wanted != NULL ? wanted : "something");
    return;
  }
  if (is_distribution_sign(token)) {
    tf_fail(p->cx, TF_INVALID, at, "a distribution cannot stand inside an equation");
    tf_hint(p->cx, "give it a name: `name : unit = ...`, then use the name");
    return;
  }
  if (explain_sign(p, at)) {
    return;
  }
  // Inside a list something else than an operator is missing.
  bool expression = wanted == NULL || wanted[0] != '`' || strcmp(wanted, "`)`") == 0 || strcmp(wanted, "`then`") == 0 ||
                    strcmp(wanted, "`else`") == 0;
  if (expression && ends_operand(&p->taken) && starts_operand(token)) {
    tf_fail(p->cx, TF_INVALID, at, "an operator is missing before `%.*s`", TF_STR_ARGS(token->text));
    hint_operand(p, token->text);
    return;
  }
  bool reserved = token->keyword != TF_KEYWORD_NONE;
  tf_str text = tf_str_sub(p->lexer.origin.text, token->start, token->end);
  tf_fail(p->cx, TF_INVALID, at, "unexpected %s`%.*s`%s%s%s", reserved ? "word " : "", TF_STR_ARGS(text),
          wanted != NULL ? ", " : "", wanted != NULL ? wanted : "", wanted != NULL ? " is missing" : "");
  if (begins_line(p, token->start)) {
    tf_hint(p->cx, "a line that begins with a blank continues the one before; statements begin in column 1");
  } else if (token->keyword == TF_KEYWORD_THEN && wanted == NULL) {
    tf_hint(p->cx, "write `a, then b` for a in the first period and b after it, or `if condition then a else b`");
  } else if (token->keyword == TF_KEYWORD_FOR || token->keyword == TF_KEYWORD_WHERE) {
    tf_hint(p->cx, "the language has no loops: use indices, `sum(x over index)` and `[t-1]`");
  }
}

// ---- names ----

static char *lower(tf_parser *p, tf_str name) {
  char *text = tf_cstr(p->cx->arena, name);
  for (char *c = text; *c != '\0'; c++) {
    *c = tf_lower(*c);
  }
  return text;
}

bool tf_parser_check_name(tf_parser *p, const tf_token *token, const char *what, bool dotted) {
  tf_span at = tf_token_span(p, token);
  if (token->keyword != TF_KEYWORD_NONE) {
    tf_fail(p->cx, TF_INVALID, at, "`%.*s` is a reserved word, not %s", TF_STR_ARGS(token->text), what);
    return false;
  }
  if (!dotted && tf_str_find(token->text, '.') != SIZE_MAX) {
    tf_fail(p->cx, TF_INVALID, at, "`%.*s` holds a point", TF_STR_ARGS(token->text));
    tf_hint(p->cx, "only names of other modules have one; write %s with a-z, 0-9 and _", what);
    return false;
  }
  if (token->capital) {
    tf_fail(p->cx, TF_INVALID, at, "`%.*s` is not %s: capital letters", TF_STR_ARGS(token->text), what);
    tf_hint(p->cx, "names are written in small letters: %s", lower(p, token->text));
    return false;
  }
  return true;
}

bool tf_parser_name(tf_parser *p, const char *what, bool dotted, tf_located *name) {
  if (p->token.kind == TF_TOKEN_TEXT || p->token.kind == TF_TOKEN_LABEL) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "%s is written without quotes", what);
    tf_hint(p->cx, "write %.*s", TF_STR_ARGS(p->token.text));
    return false;
  }
  if (p->token.kind != TF_TOKEN_WORD) {
    tf_parser_unexpected(p, what);
    return false;
  }
  if (!tf_parser_check_name(p, &p->token, what, dotted)) {
    return false;
  }
  *name = tf_token_located(p, &p->token);
  tf_parser_take(p);
  return true;
}

bool tf_parser_names(tf_parser *p, const char *what, bool dotted, tf_names *names) {
  for (;;) {
    tf_located name;
    if (!tf_parser_name(p, what, dotted, &name)) {
      return false;
    }
    tf_vec_push(p->cx->arena, names, name);
    if (p->token.kind != TF_TOKEN_COMMA) {
      return true;
    }
    tf_parser_take(p);
  }
}

bool tf_parser_percent(tf_parser *p, const char *what, double *share) {
  if (p->token.kind != TF_TOKEN_NUMBER) {
    tf_parser_unexpected(p, what);
    return false;
  }
  tf_span at = tf_token_span(p, &p->token);
  if (!p->token.percent || p->token.has_unit) {
    tf_fail(p->cx, TF_INVALID, at, "%s is written in percent", what);
    tf_hint(p->cx, "such as 95%%");
    return false;
  }
  if (!(p->token.number > 0 && p->token.number <= 1)) {
    tf_fail(p->cx, TF_INVALID, at, "%s lies above 0%% and at most at 100%%", what);
    return false;
  }
  *share = p->token.number;
  tf_parser_take(p);
  return true;
}
