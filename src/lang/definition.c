// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions: `name[indices] : type fill = right in A .. B "description" [source]`, and functions.
#include "lang/parser.h"

#include <string.h>

enum { PARAMETERS_MAX = 64 };

static char byte_at(const tf_parser *p, size_t i) {
  return i < p->lexer.end ? p->lexer.origin.text.ptr[i] : '\0';
}

static size_t skip_blanks(const tf_parser *p, size_t i) {
  while (i < p->lexer.end && tf_is_space(byte_at(p, i))) {
    i++;
  }
  return i;
}

static tf_str text_of(const tf_parser *p, size_t from, size_t to) {
  return tf_str_sub(p->lexer.origin.text, from, to);
}

// ---- labels written raw ----

// Past blanks, line ends and comments.
static size_t skip_layout(const tf_parser *p, size_t i) {
  for (;;) {
    i = skip_blanks(p, i);
    if (byte_at(p, i) != '#') {
      return i;
    }
    while (i < p->lexer.end && byte_at(p, i) != '\n') {
      i++;
    }
  }
}

static bool read_label(tf_parser *p, size_t *pos, char end, tf_located *label) {
  size_t i = *pos;
  if (byte_at(p, i) == '\'') {
    size_t from = ++i;
    while (i < p->lexer.end && byte_at(p, i) != '\'' && byte_at(p, i) != '\n') {
      i++;
    }
    if (byte_at(p, i) != '\'') {
      tf_fail(p->cx, TF_INVALID, tf_parser_span(p, from - 1, i), "the closing ' is missing");
      return false;
    }
    *label = (tf_located){text_of(p, from, i), tf_parser_span(p, from - 1, i + 1)};
    *pos = i + 1;
    return true;
  }
  size_t from = i;
  while (i < p->lexer.end && byte_at(p, i) != ',' && byte_at(p, i) != '\n' && byte_at(p, i) != '#' &&
         (end == '\0' || byte_at(p, i) != end) && byte_at(p, i) != '"') {
    i++;
  }
  *pos = i;
  while (i > from && tf_is_space(byte_at(p, i - 1))) {
    i--;
  }
  *label = (tf_located){text_of(p, from, i), tf_parser_span(p, from, i)};
  return true;
}

bool tf_parser_labels(tf_parser *p, size_t from, char end, tf_names *labels, size_t *stop) {
  size_t i = from;
  for (;;) {
    i = skip_layout(p, i);
    tf_located label;
    size_t start = i;
    if (!read_label(p, &i, end, &label)) {
      return false;
    }
    if (label.text.len == 0) {
      tf_fail(p->cx, TF_INVALID, tf_parser_span(p, start, i), "a label is missing");
      return false;
    }
    tf_vec_push(p->cx->arena, labels, label);
    i = skip_layout(p, i);
    if (i < p->lexer.end && byte_at(p, i) == ',') {
      i++;
      continue;
    }
    bool done = i >= p->lexer.end;
    if (end == '\0' ? done : !done && byte_at(p, i) == end) {
      *stop = i;
      return true;
    }
    if (done) {
      tf_fail(p->cx, TF_INVALID, tf_parser_span(p, i, i), "`%c` is missing at the end", end);
    } else {
      tf_fail(p->cx, TF_INVALID, tf_parser_span(p, i, i + 1), "`,` is missing between labels");
      tf_hint(p->cx, "a label stands on one line, with `,` before the next");
    }
    return false;
  }
}

// ---- types ----

static bool is_word_in(tf_str word, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (tf_str_is(word, words[i])) {
      return true;
    }
  }
  return false;
}

// A lower-case word that is no unit names a table or an index; everything else is meant as a unit.
static bool classify_type(tf_parser *p, tf_definition *d) {
  tf_str text = d->type_text.text;
  if (tf_str_is(text, "date")) {
    d->type = TF_TYPE_DATE;
    return true;
  }
  if (!tf_str_is(text, "1") && tf_is_name(text, true) && !tf_unit_known(p->lexer.units, text)) {
    static const char *const foreign[] = {"number", "float", "int", "integer", "double", "real", "dimensionless"};
    static const char *const logical[] = {"bool", "boolean", "text", "string"};
    if (tf_reserved_word(text)) {
      tf_fail(p->cx, TF_INVALID, d->type_text.at, "`%.*s` is a reserved word, not a type", TF_STR_ARGS(text));
      return false;
    }
    if (is_word_in(text, foreign, sizeof foreign / sizeof foreign[0])) {
      tf_fail(p->cx, TF_INVALID, d->type_text.at, "`%.*s` is no unit", TF_STR_ARGS(text));
      tf_hint(p->cx, "the type of a plain number is 1");
      return false;
    }
    if (is_word_in(text, logical, sizeof logical / sizeof logical[0])) {
      tf_fail(p->cx, TF_INVALID, d->type_text.at, "`%.*s` is no type", TF_STR_ARGS(text));
      tf_hint(p->cx, "list what is possible: choice(yes, no)");
      return false;
    }
    d->type = TF_TYPE_NAMED;
    return true;
  }
  d->type = TF_TYPE_UNIT;
  return tf_unit_parse(p->lexer.units, d->type_text, &d->unit) == TF_OK;
}

static bool read_choices(tf_parser *p, tf_definition *d, size_t start, size_t open) {
  tf_names labels = {0};
  size_t close = 0;
  if (!tf_parser_labels(p, open + 1, ')', &labels, &close)) {
    return false;
  }
  d->type = TF_TYPE_CHOICE;
  d->choices = labels.at;
  d->choice_count = labels.count;
  d->type_text = (tf_located){text_of(p, start, close + 1), tf_parser_span(p, start, close + 1)};
  tf_parser_jump(p, close + 1);
  return true;
}

// `TFLOP / s`: the unit goes on behind a blank.
static bool check_unit_blanks(tf_parser *p, size_t start, size_t end) {
  char last = byte_at(p, end - 1);
  bool goes_on = last == '/' || last == '*' || tf_parser_at(p, TF_TOKEN_SLASH) || tf_parser_at(p, TF_TOKEN_STAR) ||
                 tf_parser_at(p, TF_TOKEN_CARET);
  if (!goes_on) {
    return true;
  }
  size_t stop = end;
  tf_text joined = tf_text_new(p->cx->arena);
  for (size_t i = start; i < p->lexer.end && byte_at(p, i) != '=' && byte_at(p, i) != '\n' && byte_at(p, i) != '#';
       i++) {
    if (!tf_is_space(byte_at(p, i))) {
      tf_text_addc(&joined, byte_at(p, i));
      stop = i + 1;
    }
  }
  tf_fail(p->cx, TF_INVALID, tf_parser_span(p, start, stop), "a unit holds no blank");
  tf_hint(p->cx, "write %.*s", TF_STR_ARGS(tf_text_str(&joined)));
  return false;
}

static bool read_fill(tf_parser *p, tf_definition *d) {
  static const char *const fills[] = {"", "linear", "log", "hold"};
  if (!tf_parser_at(p, TF_TOKEN_WORD)) {
    return true;
  }
  for (size_t i = 1; i < sizeof fills / sizeof fills[0]; i++) {
    if (tf_str_is(p->token.text, fills[i])) {
      d->fill = (tf_fill)i;
      tf_parser_take(p);
      return true;
    }
  }
  tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "unexpected `%.*s` after the type",
          TF_STR_ARGS(p->token.text));
  tf_hint(p->cx, "there only `linear`, `log` or `hold` may stand: how gaps between given periods are filled");
  return false;
}

// The colon is the token not yet taken, so the text behind it has not been read.
static bool parse_type(tf_parser *p, tf_definition *d) {
  size_t start = skip_layout(p, p->token.end);
  size_t end = start;
  while (end < p->lexer.end && !tf_is_space(byte_at(p, end)) && byte_at(p, end) != '=' && byte_at(p, end) != '"' &&
         byte_at(p, end) != '#') {
    end++;
  }
  if (end == start) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "a type is missing after `:`");
    tf_hint(p->cx, "write the unit, or 1 for a plain number: `%.*s : 1 = ...`", TF_STR_ARGS(d->name.text));
    return false;
  }
  size_t word = start;
  while (tf_is_word(byte_at(p, word))) {
    word++;
  }
  size_t open = skip_blanks(p, word);
  if (tf_str_is(text_of(p, start, word), "choice")) {
    if (byte_at(p, open) != '(') {
      tf_fail(p->cx, TF_INVALID, tf_parser_span(p, start, word), "`choice` lists its labels");
      tf_hint(p->cx, "such as choice(low, high)");
      return false;
    }
    if (!read_choices(p, d, start, open)) {
      return false;
    }
  } else {
    d->type_text = (tf_located){text_of(p, start, end), tf_parser_span(p, start, end)};
    tf_parser_jump(p, end);
    if (!check_unit_blanks(p, start, end) || !classify_type(p, d)) {
      return false;
    }
  }
  if (!read_fill(p, d)) {
    return false;
  }
  d->type_at = tf_parser_span(p, start, p->taken.end);
  return true;
}

// ---- right sides ----

static bool value_missing(tf_parser *p, size_t at) {
  tf_fail(p->cx, TF_INVALID, tf_parser_span(p, at, at), "a value is missing after `=`");
  return false;
}

// Where a raw right side ends: at a description, a comment that nothing follows, or the statement's end.
static size_t raw_end(const tf_parser *p, size_t i) {
  size_t end = i;
  while (i < p->lexer.end && byte_at(p, i) != '"') {
    if (byte_at(p, i) == '#' || tf_is_space(byte_at(p, i))) {
      i = skip_layout(p, i);
      continue;
    }
    if (byte_at(p, i) == '\'') {
      size_t close = i + 1;
      while (close < p->lexer.end && byte_at(p, close) != '\'' && byte_at(p, close) != '\n') {
        close++;
      }
      i = byte_at(p, close) == '\'' ? close : i;
    }
    end = ++i;
  }
  return end;
}

// The right side of a label: raw text that may also be an expression. `=` is the token not yet taken.
static bool parse_raw(tf_parser *p, tf_definition *d) {
  size_t from = skip_blanks(p, p->token.end);
  size_t to = raw_end(p, from);
  d->right = tf_lexer_flatten(&p->lexer, from, to, true);
  if (d->right.text.len == 0) {
    return value_missing(p, p->token.end);
  }
  // Labels do not begin so; then what is wrong with the expression is worth saying.
  bool certain = tf_str_starts(d->right.text, "if ") || tf_str_starts(d->right.text, "'");
  p->cx->diags.muted += certain ? 0 : 1;
  tf_parser inner = tf_parser_new(p->cx, p->lexer.units, p->lexer.origin, from, to, false);
  inner.line = p->line;
  d->value = tf_parser_value(&inner);
  if (d->value != NULL && !tf_parser_at(&inner, TF_TOKEN_END)) {
    tf_parser_unexpected(&inner, NULL);
    d->value = NULL;
  }
  p->cx->diags.muted -= certain ? 0 : 1;
  if (certain && d->value == NULL) {
    return false;
  }
  tf_parser_jump(p, to);
  return true;
}

static bool parse_range(tf_parser *p, tf_definition *d) {
  tf_span word = tf_token_span(p, &p->token);
  tf_parser_take(p);
  d->low = tf_parser_bound(p);
  if (d->low == NULL) {
    return false;
  }
  if (!tf_parser_at(p, TF_TOKEN_DOTS)) {
    if (!tf_parser_at(p, TF_TOKEN_BAD)) {
      tf_fail(p->cx, TF_INVALID, tf_span_join(word, d->low->at), "the permitted range has two ends");
      tf_hint(p->cx, "write `in A .. B`");
    }
    return false;
  }
  tf_parser_take(p);
  d->high = tf_parser_bound(p);
  return d->high != NULL;
}

// Raw text from `[`, the token not yet taken, to the `]` that ends the definition: nothing but a comment follows it.
static bool parse_source(tf_parser *p, tf_definition *d) {
  size_t open = p->token.start;
  for (size_t i = open + 1; i < p->lexer.end; i++) {
    if (byte_at(p, i) != ']') {
      continue;
    }
    size_t next = skip_blanks(p, i + 1);
    bool comment = byte_at(p, next) == '#' && memchr(text_of(p, i, next).ptr, '\n', next - i) == NULL;
    if (next >= p->lexer.end || comment) {
      d->source = tf_lexer_flatten(&p->lexer, open + 1, i, false);
      if (d->source.text.len == 0) {
        tf_fail(p->cx, TF_INVALID, tf_parser_span(p, open, i + 1), "an empty source");
        return false;
      }
      tf_parser_jump(p, i + 1);
      return true;
    }
  }
  tf_fail(p->cx, TF_INVALID, tf_parser_span(p, open, open + 1), "the `]` that ends the source is missing");
  tf_hint(p->cx, "a source is the last thing on its line: \"...\" [source]");
  return false;
}

static bool parse_description(tf_parser *p, tf_definition *d) {
  d->description = p->token.text;
  d->description_at = tf_token_span(p, &p->token);
  tf_parser_take(p);
  if (tf_parser_at(p, TF_TOKEN_OPEN_BRACKET) && !parse_source(p, d)) {
    return false;
  }
  if (tf_parser_word(p, TF_KEYWORD_IN)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "the permitted range stands before the description");
    tf_hint(p->cx, "write `name : unit = value in A .. B \"description\" [source]`");
    return false;
  }
  if (tf_parser_at(p, TF_TOKEN_TEXT)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "a second description");
    return false;
  }
  return true;
}

static bool parse_right(tf_parser *p, tf_definition *d) {
  if (!tf_parser_at(p, TF_TOKEN_ASSIGN)) {
    if (tf_parser_at(p, TF_TOKEN_END) || tf_parser_at(p, TF_TOKEN_TEXT)) {
      tf_fail(p->cx, TF_INVALID, tf_parser_span(p, p->taken.end, p->taken.end), "`= value` is missing after the type");
      return false;
    }
    if (tf_parser_at(p, TF_TOKEN_EQUAL)) {
      tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "`==` compares and cannot stand here");
      tf_hint(p->cx, "`=` defines");
      return false;
    }
    tf_parser_unexpected(p, "`=`");
    return false;
  }
  if (d->type == TF_TYPE_CHOICE || d->type == TF_TYPE_NAMED) {
    if (!parse_raw(p, d)) {
      return false;
    }
  } else {
    tf_parser_take(p);
    size_t from = p->token.start;
    if (tf_parser_at(p, TF_TOKEN_END) || tf_parser_at(p, TF_TOKEN_TEXT)) {
      return value_missing(p, p->taken.end);
    }
    d->value = tf_parser_value(p);
    if (d->value == NULL) {
      return false;
    }
    d->right = tf_lexer_flatten(&p->lexer, from, p->taken.end, true);
  }
  if (tf_parser_word(p, TF_KEYWORD_IN) && !parse_range(p, d)) {
    return false;
  }
  if (d->low != NULL && tf_parser_word(p, TF_KEYWORD_IN)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "a second range");
    return false;
  }
  return !tf_parser_at(p, TF_TOKEN_TEXT) || parse_description(p, d);
}

// ---- names ----

// my-name
static void explain_hyphen(tf_parser *p, const tf_token *name) {
  size_t end = name->start;
  tf_text better = tf_text_new(p->cx->arena);
  while (tf_is_word(byte_at(p, end)) || byte_at(p, end) == '-') {
    tf_text_addc(&better, byte_at(p, end) == '-' ? '_' : byte_at(p, end));
    end++;
  }
  tf_fail(p->cx, TF_INVALID, tf_parser_span(p, name->start, end), "a name holds no `-`");
  tf_hint(p->cx, "write %.*s", TF_STR_ARGS(tf_text_str(&better)));
}

// What stands behind a name that is neither `:` nor `(` nor `[`.
static void explain_name(tf_parser *p, const tf_token *name) {
  const tf_token *next = &p->token;
  tf_span at = tf_parser_span(p, name->start, next->end);
  switch (next->kind) {
  case TF_TOKEN_BAD:
    return;
  case TF_TOKEN_ASSIGN:
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, name), "`%.*s` has no unit", TF_STR_ARGS(name->text));
    tf_hint(p->cx, "write `%.*s : 1 = ...`, with its unit in place of 1", TF_STR_ARGS(name->text));
    return;
  case TF_TOKEN_MINUS:
    explain_hyphen(p, name);
    return;
  case TF_TOKEN_WORD: {
    char after = byte_at(p, skip_blanks(p, next->end));
    if (after == ':' || after == '[' || after == '(') {
      tf_fail(p->cx, TF_INVALID, at, "a name holds no blank");
      tf_hint(p->cx, "write %.*s_%.*s", TF_STR_ARGS(name->text), TF_STR_ARGS(next->text));
      return;
    }
    break;
  }
  case TF_TOKEN_END:
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, name), "`%.*s` alone is no statement", TF_STR_ARGS(name->text));
    tf_hint(p->cx, "a definition is written `%.*s : unit = value`", TF_STR_ARGS(name->text));
    return;
  default:
    break;
  }
  tf_fail(p->cx, TF_INVALID, tf_parser_span(p, name->end, name->end), "`:` is missing after `%.*s`",
          TF_STR_ARGS(name->text));
  bool unit = next->kind == TF_TOKEN_WORD && next->keyword == TF_KEYWORD_NONE;
  tf_hint(p->cx, "a definition is written `%.*s : %.*s = value`", TF_STR_ARGS(name->text),
          TF_STR_ARGS(unit ? next->text : TF_STR("unit")));
}

static bool check_defined_name(tf_parser *p, const tf_token *name) {
  if (name->keyword == TF_KEYWORD_LET || name->keyword == TF_KEYWORD_IMPORT) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, name), "unexpected word `%.*s`", TF_STR_ARGS(name->text));
    tf_hint(p->cx, name->keyword == TF_KEYWORD_LET ? "a definition is written `name : unit = value`"
                                                   : "other models are read by `use name`, tables by `table name`");
    return false;
  }
  if (!tf_parser_check_name(p, name, "a name", false)) {
    return false;
  }
  if (tf_unit_known(p->lexer.units, name->text)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, name), "`%.*s` is a unit, not a name", TF_STR_ARGS(name->text));
    tf_hint(p->cx, "choose another name, such as `%.*s_value`", TF_STR_ARGS(name->text));
    return false;
  }
  return true;
}

static bool parse_function(tf_parser *p, tf_model_ast *ast, const tf_token *name) {
  tf_function f = {.name = tf_token_located(p, name)};
  tf_names parameters = {0};
  tf_parser_take(p);
  if (tf_parser_at(p, TF_TOKEN_CLOSE)) {
    tf_fail(p->cx, TF_INVALID, tf_parser_span(p, name->start, p->token.end), "a function has parameters");
    tf_hint(p->cx, "without them it is a quantity: `%.*s : unit = value`", TF_STR_ARGS(name->text));
    return false;
  }
  if (!tf_parser_names(p, "a parameter", false, &parameters) || !tf_parser_expect(p, TF_TOKEN_CLOSE, "`)`")) {
    return false;
  }
  if (parameters.count > PARAMETERS_MAX) {
    tf_fail(p->cx, TF_INVALID, f.name.at, "a function has at most %d parameters", (int)PARAMETERS_MAX);
    return false;
  }
  for (size_t i = 0; i < parameters.count; i++) {
    for (size_t j = 0; j < i; j++) {
      if (tf_str_eq(parameters.at[i].text, parameters.at[j].text)) {
        tf_fail(p->cx, TF_INVALID, parameters.at[i].at, "a second parameter `%.*s`",
                TF_STR_ARGS(parameters.at[i].text));
        return false;
      }
    }
  }
  if (tf_parser_at(p, TF_TOKEN_COLON)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "a function has no type");
    tf_hint(p->cx, "write `%.*s(...) = ...`: it takes the units of its arguments", TF_STR_ARGS(name->text));
    return false;
  }
  if (!tf_parser_expect(p, TF_TOKEN_ASSIGN, "`=`")) {
    return false;
  }
  f.body = tf_parser_expression(p);
  if (f.body == NULL) {
    return false;
  }
  if (tf_parser_at(p, TF_TOKEN_TEXT)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "a function has no description");
    tf_hint(p->cx, "write a comment: # ...");
    return false;
  }
  f.parameters = parameters.at;
  f.parameter_count = parameters.count;
  f.at = tf_parser_span(p, name->start, p->taken.end);
  tf_vec_push(p->cx->arena, &ast->functions, f);
  return true;
}

bool tf_parser_definition(tf_parser *p, tf_model_ast *ast) {
  tf_token name = p->token;
  tf_parser_take(p);
  if (name.keyword != TF_KEYWORD_NONE) {
    return check_defined_name(p, &name);
  }
  if (tf_parser_at(p, TF_TOKEN_OPEN)) {
    return check_defined_name(p, &name) && parse_function(p, ast, &name);
  }
  tf_definition d = {.name = tf_token_located(p, &name)};
  tf_names indices = {0};
  if (tf_parser_at(p, TF_TOKEN_OPEN_BRACKET)) {
    tf_parser_take(p);
    if (!tf_parser_names(p, "an index", true, &indices) || !tf_parser_expect(p, TF_TOKEN_CLOSE_BRACKET, "`]`")) {
      return false;
    }
  }
  d.indices = indices.at;
  d.index_count = indices.count;
  if (!tf_parser_at(p, TF_TOKEN_COLON)) {
    explain_name(p, &name);
    return false;
  }
  if (!check_defined_name(p, &name) || !parse_type(p, &d) || !parse_right(p, &d)) {
    return false;
  }
  d.at = tf_parser_span(p, name.start, p->taken.end);
  if (!tf_parser_at(p, TF_TOKEN_END)) {
    return true; // the caller says what cannot follow
  }
  tf_vec_push(p->cx->arena, &ast->definitions, d);
  return true;
}
