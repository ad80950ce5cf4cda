// SPDX-License-Identifier: GPL-3.0-or-later
// Models, values and expressions.
//
//   model       := statement*                      each from column 1; a line that begins with a blank continues it
//   statement   := "language" "1" | "model" TEXT | "use" use {"," use} | "table" names | "unit" names
//                | "currency" names | index | "output" names | check | correlate | "plot" raw | definition | function
//   use         := NAME ["as" NAME]
//   index       := "index" NAME "=" (label {"," label} | NAME "[" LABEL {"," LABEL} "]")
//   check       := "check" expr ["with" PERCENT] [TEXT]
//   correlate   := "correlate" NAME "," NAME "=" expr
//   definition  := NAME ["[" names "]"] ":" type [fill] "=" right [TEXT ["[" raw "]"]]
//   type        := UNIT | "1" | "date" | "choice" "(" label {"," label} ")" | NAME
//   fill        := "linear" | "log" | "hold"
//   right       := value ["in" bound ".." bound] | raw        raw where the type is a table, an index or a choice
//   function    := NAME "(" names ")" "=" expr
//
//   value       := item | expr "," "then" expr                (the second in models only)
//   item        := (expr | spread | distribution) ["each" NAME]
//   spread      := bound ("to" bound ["at" PERCENT] | ".." bound | "+-" bound)
//   distribution:= FAMILY "(" weighted {"," weighted} ")" | "walk" "(" bound "per" "sqrt" "(" "year" ")" ")"
//   weighted    := [NUMBER ":"] item                          (without "each")
//   bound       := unary
//
//   expr        := "if" expr "then" expr "else" expr | or
//   or          := and {"or" and}
//   and         := not {"and" not}
//   not         := "not" not | comparison
//   comparison  := sum [("==" | "!=" | "<" | "<=" | ">" | ">=") sum]
//   sum         := product {("+" | "-") product}
//   product     := unary {("*" | "/") unary}
//   unary       := "-" unary | power
//   power       := operand ["^" unary]
//   operand     := primary {"[" subscript {"," subscript} "]"}
//   primary     := NUMBER | DATE | LABEL | "true" | "false" | NAME | NAME "(" [args ["over" names]] ")" | "(" expr ")"
//                | "[" label ":" expr {"," label ":" expr} "]"
//   subscript   := LABEL | YEAR | DATE | "first" | "last" | "t" [("+" | "-") bound ["else" expr]]
//
//   NUMBER      := digits ["." digits] ["e" ["+" | "-"] digits] [suffix] ["%"] [[blank] UNIT]
//   suffix      := "k" | "M" | "mn" | "G" | "bn" | "T" | "tn"
//   LABEL       := "'" ... "'"        TEXT := '"' ... '"'        both on one line
//   DATE        := 2024-06-30 | 2024-06 | 2024-Q2
#include "lang/parse.h"

#include "lang/parser.h"

#include <string.h>

static char first_byte(const tf_parser *p, size_t i) {
  while (i < p->lexer.end && tf_is_space(p->lexer.origin.text.ptr[i])) {
    i++;
  }
  return i < p->lexer.end ? p->lexer.origin.text.ptr[i] : '\0';
}

// ---- statements ----

static bool parse_language(tf_parser *p) {
  tf_parser_take(p);
  if (!tf_parser_at(p, TF_TOKEN_NUMBER)) {
    tf_parser_unexpected(p, "the number of the language");
    return false;
  }
  if (!tf_str_is(p->token.text, "1")) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "language %.*s is unknown", TF_STR_ARGS(p->token.text));
    tf_hint(p->cx, "this program reads `language 1`");
    return false;
  }
  tf_parser_take(p);
  return true;
}

static bool parse_title(tf_parser *p, tf_model_ast *ast, bool again) {
  tf_span at = tf_token_span(p, &p->token);
  tf_parser_take(p);
  if (again) {
    tf_fail(p->cx, TF_INVALID, at, "a second title");
    return false;
  }
  if (!tf_parser_at(p, TF_TOKEN_TEXT)) {
    if (!tf_parser_at(p, TF_TOKEN_BAD)) {
      tf_fail(p->cx, TF_INVALID, at, "the title of the model is missing");
      tf_hint(p->cx, "write it in quotes: model \"One pre-training run\"");
    }
    return false;
  }
  ast->title = p->token.text;
  tf_parser_take(p);
  return true;
}

static bool used_by_path(tf_parser *p) {
  tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "a model is used by name, not by path");
  tf_hint(p->cx, "write `use name` for name.model in the same folder or among the installed models");
  return false;
}

static bool parse_use(tf_parser *p, tf_context *cx, tf_model_ast *ast) {
  do {
    tf_parser_take(p); // `use` or a comma
    tf_use use = {0};
    if (tf_parser_at(p, TF_TOKEN_DOTS) || tf_parser_at(p, TF_TOKEN_SLASH)) {
      return used_by_path(p);
    }
    if (!tf_parser_name(p, "the name of a model", false, &use.module)) {
      return false;
    }
    use.as = use.module;
    if (tf_parser_word(p, TF_KEYWORD_AS)) {
      tf_parser_take(p);
      if (!tf_parser_name(p, "a name", false, &use.as)) {
        return false;
      }
    }
    tf_vec_push(cx->arena, &ast->uses, use);
  } while (tf_parser_at(p, TF_TOKEN_COMMA));
  return !tf_parser_at(p, TF_TOKEN_SLASH) || used_by_path(p);
}

// Units and currencies may have capital letters; the registry checks the rest.
static bool parse_units(tf_parser *p, tf_names *names) {
  do {
    tf_parser_take(p);
    if (!tf_parser_at(p, TF_TOKEN_WORD) || p->token.keyword != TF_KEYWORD_NONE) {
      tf_parser_unexpected(p, "the name of a unit");
      return false;
    }
    tf_located name = tf_token_located(p, &p->token);
    tf_vec_push(p->cx->arena, names, name);
    tf_parser_take(p);
  } while (tf_parser_at(p, TF_TOKEN_COMMA));
  return true;
}

static bool parse_row_labels(tf_parser *p, tf_names *labels) {
  do {
    tf_parser_take(p); // [ or ,
    if (!tf_parser_at(p, TF_TOKEN_LABEL)) {
      if (tf_parser_at(p, TF_TOKEN_WORD)) {
        tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "a label inside brackets is quoted");
        tf_hint(p->cx, "write '%.*s'", TF_STR_ARGS(p->token.text));
      } else {
        tf_parser_unexpected(p, "a label in quotes");
      }
      return false;
    }
    tf_located label = tf_token_located(p, &p->token);
    tf_vec_push(p->cx->arena, labels, label);
    tf_parser_take(p);
  } while (tf_parser_at(p, TF_TOKEN_COMMA));
  return tf_parser_expect(p, TF_TOKEN_CLOSE_BRACKET, "`,` or `]`");
}

static bool parse_index(tf_parser *p, tf_context *cx, tf_model_ast *ast) {
  size_t start = p->token.start;
  tf_parser_take(p);
  tf_index_statement index = {0};
  tf_names labels = {0};
  if (!tf_parser_name(p, "the name of an index", false, &index.name)) {
    return false;
  }
  if (tf_unit_known(p->lexer.units, index.name.text)) {
    tf_fail(cx, TF_INVALID, index.name.at, "`%.*s` is a unit, not a name", TF_STR_ARGS(index.name.text));
    return false;
  }
  if (!tf_parser_at(p, TF_TOKEN_ASSIGN)) {
    tf_parser_unexpected(p, "`=`");
    return false;
  }
  // Labels stand raw, so the text behind `=` must not be read as tokens before it is known what it is.
  size_t from = p->token.end;
  size_t word = from;
  tf_str text = p->lexer.origin.text;
  while (word < p->lexer.end && tf_is_space(text.ptr[word])) {
    word++;
  }
  while (word < p->lexer.end && (tf_is_word(text.ptr[word]) || text.ptr[word] == '.')) {
    word++;
  }
  if (word < p->lexer.end && text.ptr[word] == '[') {
    tf_parser_take(p);
    if (!tf_parser_name(p, "the name of a table", true, &index.table) || !parse_row_labels(p, &labels)) {
      return false;
    }
  } else {
    size_t stop = 0;
    if (!tf_parser_labels(p, from, '\0', &labels, &stop)) {
      return false;
    }
    tf_parser_jump(p, stop);
  }
  index.labels = labels.at;
  index.label_count = labels.count;
  index.at = tf_parser_span(p, start, p->taken.end);
  tf_vec_push(cx->arena, &ast->indices, index);
  return true;
}

static bool parse_check(tf_parser *p, tf_context *cx, tf_model_ast *ast) {
  size_t start = p->token.start;
  tf_parser_take(p);
  tf_check_statement check = {.level = 1};
  size_t from = p->token.start;
  check.condition = tf_parser_expression(p);
  if (check.condition == NULL) {
    return false;
  }
  check.text = tf_lexer_flatten(&p->lexer, from, p->taken.end, true);
  if (tf_parser_word(p, TF_KEYWORD_WITH)) {
    tf_parser_take(p);
    if (!tf_parser_percent(p, "the level of a check", &check.level)) {
      return false;
    }
  }
  if (tf_parser_at(p, TF_TOKEN_TEXT)) {
    check.description = p->token.text;
    tf_parser_take(p);
  }
  check.at = tf_parser_span(p, start, p->taken.end);
  tf_vec_push(cx->arena, &ast->checks, check);
  return true;
}

static bool parse_correlate(tf_parser *p, tf_context *cx, tf_model_ast *ast) {
  size_t start = p->token.start;
  tf_parser_take(p);
  tf_correlate_statement correlate = {0};
  if (!tf_parser_name(p, "the name of a quantity", true, &correlate.a) || !tf_parser_expect(p, TF_TOKEN_COMMA, "`,`") ||
      !tf_parser_name(p, "the name of a quantity", true, &correlate.b) ||
      !tf_parser_expect(p, TF_TOKEN_ASSIGN, "`=`")) {
    return false;
  }
  correlate.value = tf_parser_expression(p);
  if (correlate.value == NULL) {
    return false;
  }
  correlate.at = tf_parser_span(p, start, p->taken.end);
  tf_vec_push(cx->arena, &ast->correlations, correlate);
  return true;
}

static bool parse_plot(tf_parser *p, tf_context *cx, tf_model_ast *ast) {
  tf_plot_statement plot = {.at = tf_token_span(p, &p->token)};
  plot.text = tf_lexer_flatten(&p->lexer, p->token.end, p->lexer.end, true);
  if (plot.text.text.len == 0) {
    tf_fail(cx, TF_INVALID, plot.at, "a plot names its kind and quantities");
    tf_hint(cx, "such as `plot fan capex`");
    return false;
  }
  plot.at = tf_span_join(plot.at, plot.text.at);
  tf_vec_push(cx->arena, &ast->plots, plot);
  tf_parser_jump(p, p->lexer.end);
  return true;
}

static bool parse_listed(tf_parser *p, tf_names *names, const char *what, bool dotted) {
  tf_parser_take(p);
  if (!tf_parser_names(p, what, dotted, names)) {
    return false;
  }
  if (tf_parser_at(p, TF_TOKEN_WORD)) {
    tf_parser_unexpected(p, "`,`");
    return false;
  }
  return true;
}

// The vectors of a tree are anonymous types: lists are read aside and added.
#define ADD_NAMES(cx, names, vec)                                                                                      \
  do {                                                                                                                 \
    for (size_t add_ = 0; add_ < (names)->count; add_++) {                                                             \
      tf_vec_push((cx)->arena, (vec), (names)->at[add_]);                                                              \
    }                                                                                                                  \
  } while (0)

typedef struct once { // statements that stand once
  bool language, title;
} once;

static bool parse_statement(tf_parser *p, tf_context *cx, tf_model_ast *ast, once *seen) {
  tf_names names = {0};
  bool ok = true;
  char next = first_byte(p, p->token.end);
  tf_keyword keyword = next == ':' || next == '=' ? TF_KEYWORD_NONE : p->token.keyword;
  switch (keyword) {
  case TF_KEYWORD_LANGUAGE:
    if (seen->language) {
      tf_fail(cx, TF_INVALID, tf_token_span(p, &p->token), "`language` stands once, as the first statement");
      return false;
    }
    seen->language = true;
    return parse_language(p);
  case TF_KEYWORD_MODEL:
    ok = parse_title(p, ast, seen->title);
    seen->title = true;
    return ok;
  case TF_KEYWORD_USE:
    return parse_use(p, cx, ast);
  case TF_KEYWORD_TABLE:
    ok = parse_listed(p, &names, "the name of a table", false);
    ADD_NAMES(cx, &names, &ast->tables);
    return ok;
  case TF_KEYWORD_UNIT:
    ok = parse_units(p, &names);
    ADD_NAMES(cx, &names, &ast->units);
    return ok;
  case TF_KEYWORD_CURRENCY:
    ok = parse_units(p, &names);
    ADD_NAMES(cx, &names, &ast->currencies);
    return ok;
  case TF_KEYWORD_INDEX:
    return parse_index(p, cx, ast);
  case TF_KEYWORD_OUTPUT:
    ok = parse_listed(p, &names, "the name of a quantity", true);
    ADD_NAMES(cx, &names, &ast->outputs);
    return ok;
  case TF_KEYWORD_CHECK:
    return parse_check(p, cx, ast);
  case TF_KEYWORD_CORRELATE:
    return parse_correlate(p, cx, ast);
  case TF_KEYWORD_PLOT:
    return parse_plot(p, cx, ast);
  default:
    return tf_parser_definition(p, ast);
  }
}

static bool statement(tf_context *cx, tf_units *units, tf_located text, tf_statement where, tf_model_ast *ast,
                      once *seen) {
  tf_parser p = tf_parser_new(cx, units, text, where.start, where.end, false);
  if (where.indented) {
    tf_fail(cx, TF_INVALID, tf_token_span(&p, &p.token), "a statement begins in column 1");
    tf_hint(cx, "a line that begins with a blank continues the one before");
    return false;
  }
  if (tf_parser_at(&p, TF_TOKEN_BAD)) {
    return false;
  }
  if (!tf_parser_at(&p, TF_TOKEN_WORD)) {
    tf_fail(cx, TF_INVALID, tf_token_span(&p, &p.token), "a statement begins with a name or a word such as `output`");
    tf_hint(cx, "names begin with a letter");
    return false;
  }
  if (!parse_statement(&p, cx, ast, seen)) {
    return false;
  }
  if (!tf_parser_at(&p, TF_TOKEN_END)) {
    tf_parser_unexpected(&p, NULL);
    return false;
  }
  return true;
}

// ---- entry points ----

static tf_located model_text(const tf_context *cx, uint32_t source) {
  tf_str text = cx->sources.list.at[source].text;
  return (tf_located){text, {source, 0, (uint32_t)text.len}};
}

// The next line at or after *pos that begins with a letter in column 1, so that it begins a statement.
static bool letter_line(tf_str text, size_t *pos) {
  while (*pos < text.len && !tf_is_letter(text.ptr[*pos])) {
    const char *newline = memchr(text.ptr + *pos, '\n', text.len - *pos);
    *pos = newline == NULL ? text.len : (size_t)(newline - text.ptr) + 1;
  }
  return *pos < text.len;
}

static size_t next_line(tf_str text, size_t pos) {
  const char *newline = memchr(text.ptr + pos, '\n', text.len - pos);
  return newline == NULL ? text.len : (size_t)(newline - text.ptr) + 1;
}

static void read_preamble(tf_context *cx, tf_located text, tf_preamble *preamble) {
  tf_statement where;
  tf_model_ast ast = {0};
  cx->diags.muted++; // the parse of the whole model tells what is wrong
  for (size_t at = tf_model_text_start(text.text); letter_line(text.text, &at); at = next_line(text.text, at)) {
    char first = text.text.ptr[at]; // few of ten thousand statements can be `use`, `unit` or `currency`
    size_t pos = at;
    if ((first != 'u' && first != 'c') || !tf_statement_next(text.text, &pos, &where)) {
      continue;
    }
    size_t end = where.start;
    while (end < where.end && tf_is_word(text.text.ptr[end])) {
      end++;
    }
    tf_keyword keyword = tf_keyword_of(tf_str_sub(text.text, where.start, end));
    if (keyword == TF_KEYWORD_USE || keyword == TF_KEYWORD_UNIT || keyword == TF_KEYWORD_CURRENCY) {
      tf_parser p = tf_parser_new(cx, NULL, text, where.start, where.end, false);
      once nothing = {0};
      (void)parse_statement(&p, cx, &ast, &nothing);
    }
  }
  cx->diags.muted--;
  for (size_t i = 0; i < ast.uses.count; i++) {
    tf_vec_push(cx->arena, &preamble->uses, ast.uses.at[i]);
  }
  ADD_NAMES(cx, &ast.units, &preamble->units);
  ADD_NAMES(cx, &ast.currencies, &preamble->currencies);
}

tf_status tf_parse_preamble(tf_context *cx, uint32_t source, tf_preamble *preamble) {
  tf_preamble result = {0};
  read_preamble(cx, model_text(cx, source), &result);
  *preamble = result;
  return TF_OK;
}

static bool declare_units(tf_context *cx, tf_units *units, tf_located text) {
  tf_preamble preamble = {0};
  read_preamble(cx, text, &preamble);
  bool ok = true;
  for (size_t i = 0; i < preamble.units.count; i++) {
    ok = tf_unit_declare(units, preamble.units.at[i], false) == TF_OK && ok;
  }
  for (size_t i = 0; i < preamble.currencies.count; i++) {
    ok = tf_unit_declare(units, preamble.currencies.at[i], true) == TF_OK && ok;
  }
  return ok;
}

static bool begins_with_language(tf_str text, tf_statement where) {
  tf_str line = tf_str_trim(tf_str_sub(text, where.start, where.end));
  return tf_str_starts(line, "language") && (line.len == 8 || !tf_is_word(line.ptr[8]));
}

tf_status tf_parse_model(tf_context *cx, tf_units *units, uint32_t source, const tf_model_ast **ast) {
  tf_located text = model_text(cx, source);
  tf_status status = tf_model_text_check(cx, text);
  if (status != TF_OK) {
    return status;
  }
  tf_model_ast *result = TF_NEW(cx->arena, tf_model_ast);
  result->source = source;
  bool ok = declare_units(cx, units, text);
  size_t count = 0;
  for (size_t at = tf_model_text_start(text.text); letter_line(text.text, &at); at = next_line(text.text, at)) {
    count++;
  }
  tf_vec_reserve(cx->arena, &result->definitions, count); // nearly all statements of a large model are definitions
  count = 0;
  size_t pos = tf_model_text_start(text.text);
  tf_statement where;
  once seen = {0};
  while (tf_statement_next(text.text, &pos, &where)) {
    if (count++ == 0 && !begins_with_language(text.text, where)) {
      tf_fail(cx, TF_INVALID, tf_located_span(text, where.start, where.start), "the line `language 1` is missing");
      tf_hint(cx, "add it as the first line of the model");
      seen.language = true;
      ok = false;
    }
    ok = statement(cx, units, text, where, result, &seen) && ok;
  }
  if (count == 0) {
    tf_fail(cx, TF_INVALID, tf_located_span(text, 0, 0), "the model is empty");
    tf_hint(cx, "its first line is `language 1`");
    ok = false;
  }
  if (!ok) {
    return TF_INVALID;
  }
  *ast = result;
  return TF_OK;
}

static tf_status parse_text(tf_context *cx, tf_units *units, tf_located text, bool cell, bool distributions,
                            const tf_expr **result) {
  tf_parser p = tf_parser_new(cx, units, text, 0, text.text.len, cell);
  if (tf_parser_at(&p, TF_TOKEN_END)) {
    return tf_fail(cx, TF_INVALID, text.at, "a value is missing");
  }
  if (tf_parser_at(&p, TF_TOKEN_ASSIGN)) {
    tf_fail(cx, TF_INVALID, tf_token_span(&p, &p.token), "a value does not begin with `=`");
    tf_hint(cx, "write the expression alone");
    return TF_INVALID;
  }
  const tf_expr *expr = distributions ? tf_parser_value(&p) : tf_parser_expression(&p);
  if (expr == NULL) {
    return TF_INVALID;
  }
  if (!tf_parser_at(&p, TF_TOKEN_END)) {
    tf_parser_unexpected(&p, NULL);
    return TF_INVALID;
  }
  *result = expr;
  return TF_OK;
}

tf_status tf_parse_value(tf_context *cx, tf_units *units, tf_located text, tf_value_context context,
                         const tf_expr **value) {
  return parse_text(cx, units, text, context == TF_VALUE_CELL, true, value);
}

tf_status tf_parse_expression(tf_context *cx, tf_units *units, tf_located text, const tf_expr **expr) {
  return parse_text(cx, units, text, false, false, expr);
}
