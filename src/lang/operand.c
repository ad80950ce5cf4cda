// SPDX-License-Identifier: GPL-3.0-or-later
// Operands of expressions: numbers, names with subscripts, calls and distributions, reductions, labels.
#include "lang/expr.h"

#include <string.h>

bool tf_distribution_name(tf_str name) {
  static const char *const names[] = {
#define FAMILY(id, name, forms, min_args, max_args, arguments) #name,
#include "lang/family.def"
#undef FAMILY
      "walk"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (tf_str_is(name, names[i])) {
      return true;
    }
  }
  return false;
}

static bool reducer(tf_str name) {
  static const char *const names[] = {"sum", "mean", "min", "max", "argmin", "argmax", "allocate"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (tf_str_is(name, names[i])) {
      return true;
    }
  }
  return false;
}

// ---- subscripts ----

static void hint_subscript(tf_parser *p) {
  tf_hint(p->cx, "a subscript is a label in quotes ['GB200'], a period [2024] or [first] or [last], or [t-1]; a source "
                 "stands only after a description");
}

static bool parse_shift(tf_parser *p, tf_subscript *sub) {
  sub->kind = TF_SUB_SHIFT;
  tf_parser_take(p);
  if (tf_parser_at(p, TF_TOKEN_PLUS) || tf_parser_at(p, TF_TOKEN_MINUS)) {
    sub->backwards = tf_parser_at(p, TF_TOKEN_MINUS);
    tf_parser_take(p);
    sub->shift = tf_parser_bound(p);
    if (sub->shift == NULL) {
      return false;
    }
    if (!tf_parser_at(p, TF_TOKEN_CLOSE_BRACKET) && !tf_parser_at(p, TF_TOKEN_COMMA) &&
        !tf_parser_at(p, TF_TOKEN_END) && !tf_parser_word(p, TF_KEYWORD_ELSE) && !tf_parser_at(p, TF_TOKEN_BAD)) {
      tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "unexpected `%.*s` in a subscript",
              TF_STR_ARGS(p->token.text));
      tf_hint(p->cx, "put the shift in parentheses: [t - (a + b)]");
      return false;
    }
  }
  if (tf_parser_word(p, TF_KEYWORD_ELSE)) {
    if (sub->shift == NULL) {
      tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "`else` follows a shift");
      tf_hint(p->cx, "such as [t-1 else 0]");
      return false;
    }
    tf_parser_take(p);
    sub->otherwise = tf_parser_expression(p);
    return sub->otherwise != NULL;
  }
  return true;
}

static bool year_of(const tf_token *token, tf_period *period) {
  const char *why = NULL;
  return !token->has_unit && !token->percent && token->text.len == 4 &&
         tf_period_scan(token->text, period, &why) == 4 && period->kind == TF_PERIOD_YEAR;
}

static bool parse_subscript(tf_parser *p, tf_subscript *sub) {
  const tf_token *token = &p->token;
  size_t start = token->start;
  tf_span at = tf_token_span(p, token);
  if (token->kind == TF_TOKEN_LABEL) {
    sub->kind = TF_SUB_LABEL;
    sub->label = token->text;
    tf_parser_take(p);
  } else if (token->kind == TF_TOKEN_DATE || (token->kind == TF_TOKEN_NUMBER && year_of(token, &sub->period))) {
    sub->kind = TF_SUB_PERIOD;
    sub->period = token->kind == TF_TOKEN_DATE ? token->period : sub->period;
    tf_parser_take(p);
  } else if (tf_parser_word(p, TF_KEYWORD_FIRST) || tf_parser_word(p, TF_KEYWORD_LAST)) {
    sub->kind = token->keyword == TF_KEYWORD_FIRST ? TF_SUB_FIRST : TF_SUB_LAST;
    tf_parser_take(p);
  } else if (tf_parser_word(p, TF_KEYWORD_T)) {
    if (!parse_shift(p, sub)) {
      return false;
    }
  } else if (token->kind == TF_TOKEN_WORD && token->keyword == TF_KEYWORD_NONE) {
    tf_fail(p->cx, TF_INVALID, at, "`%.*s` is no subscript", TF_STR_ARGS(token->text));
    tf_hint(p->cx, "a label inside brackets is quoted: ['%.*s']; a source stands only after a description",
            TF_STR_ARGS(token->text));
    return false;
  } else if (token->kind == TF_TOKEN_END) {
    tf_fail(p->cx, TF_INVALID, at, "`]` is missing at the end");
    return false;
  } else {
    if (token->kind != TF_TOKEN_BAD) {
      tf_fail(p->cx, TF_INVALID, at, "`%.*s` is no subscript",
              TF_STR_ARGS(tf_str_sub(p->lexer.origin.text, token->start, token->end)));
      hint_subscript(p);
    }
    return false;
  }
  sub->at = tf_parser_span(p, start, p->taken.end);
  return true;
}

static const tf_expr *parse_subscripts(tf_parser *p, size_t start, const tf_expr *value) {
  TF_VEC(tf_subscript) list = {0};
  unsigned deepest = 0;
  tf_parser_take(p);
  do {
    if (list.count > 0) {
      tf_parser_take(p);
    }
    tf_subscript sub = {0};
    if (!parse_subscript(p, &sub)) {
      return NULL;
    }
    deepest = sub.shift != NULL && sub.shift->depth > deepest ? sub.shift->depth : deepest;
    deepest = sub.otherwise != NULL && sub.otherwise->depth > deepest ? sub.otherwise->depth : deepest;
    tf_vec_push(p->cx->arena, &list, sub);
  } while (tf_parser_at(p, TF_TOKEN_COMMA));
  if (!tf_parser_at(p, TF_TOKEN_CLOSE_BRACKET)) {
    if (p->token.kind != TF_TOKEN_END && p->token.kind != TF_TOKEN_BAD) {
      tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "unexpected `%.*s` in a subscript",
              TF_STR_ARGS(p->token.text));
      hint_subscript(p);
      return NULL;
    }
    return tf_parser_expect(p, TF_TOKEN_CLOSE_BRACKET, "`]`") ? value : NULL;
  }
  tf_parser_take(p);
  tf_expr *expr = tf_expr_new(p, TF_EXPR_SUBSCRIPT, tf_parser_span(p, start, p->taken.end));
  expr->subscripts = list.at;
  expr->subscript_count = (uint32_t)list.count;
  expr->depth = deepest + 1;
  const tf_expr **args = TF_ARRAY(p->cx->arena, const tf_expr *, 1);
  args[0] = value;
  return tf_expr_join(p, expr, args, 1);
}

// ---- calls ----

typedef TF_VEC(const tf_expr *) expr_list;

static void add_expr(tf_parser *p, expr_list *list, const tf_expr *expr) {
  tf_vec_push(p->cx->arena, list, expr); // NOLINT(bugprone-sizeof-expression): elements are pointers
}

// `walk(5% per sqrt(year))` behind its parenthesis.
static const tf_expr *parse_walk(tf_parser *p, size_t start) {
  static const char *const rest[] = {"per", "sqrt", "(", "year", ")"};
  const tf_expr *step = tf_parser_bound(p);
  if (step == NULL) {
    return NULL;
  }
  for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
    if (!tf_str_is(p->token.text, rest[i]) || p->token.kind == TF_TOKEN_TEXT || p->token.kind == TF_TOKEN_LABEL) {
      if (p->token.kind != TF_TOKEN_BAD) {
        tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "`per sqrt(year)` is missing");
        tf_hint(p->cx, "a walk is written `walk(5%% per sqrt(year))`");
      }
      return NULL;
    }
    tf_parser_take(p);
  }
  if (!tf_parser_expect(p, TF_TOKEN_CLOSE, "`)`")) {
    return NULL;
  }
  tf_expr *expr = tf_expr_new(p, TF_EXPR_WALK, tf_parser_span(p, start, p->taken.end));
  const tf_expr **args = TF_ARRAY(p->cx->arena, const tf_expr *, 1);
  args[0] = step;
  return tf_expr_join(p, expr, args, 1);
}

// `70%: value` in a distribution.
static const tf_expr *parse_weighted(tf_parser *p, size_t start) {
  const tf_expr *arg = tf_parser_item(p, false);
  if (arg == NULL || !tf_parser_at(p, TF_TOKEN_COLON)) {
    return arg;
  }
  if (arg->kind != TF_EXPR_NUMBER) {
    tf_fail(p->cx, TF_INVALID, arg->at, "a weight is a number");
    tf_hint(p->cx, "such as `mixture(70%%: 1 to 2, 30%%: 5 to 9)`");
    return NULL;
  }
  tf_parser_take(p);
  const tf_expr *value = tf_parser_item(p, false);
  if (value == NULL) {
    return NULL;
  }
  tf_expr *expr = tf_expr_new(p, TF_EXPR_WEIGHTED, tf_parser_span(p, start, p->taken.end));
  const tf_expr **args = TF_ARRAY(p->cx->arena, const tf_expr *, 2);
  args[0] = arg;
  args[1] = value;
  return tf_expr_join(p, expr, args, 2);
}

static const tf_expr *not_over(tf_parser *p, const tf_token *name) {
  tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "`%.*s` does not reduce over an index",
          TF_STR_ARGS(name->text));
  tf_hint(p->cx, "`over` stands in sum, mean, min, max, argmin, argmax and allocate");
  return NULL;
}

static const tf_expr *call_separator(tf_parser *p, const tf_token *name) {
  if (tf_parser_at(p, TF_TOKEN_END)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, name), "`)` is missing at the end");
    tf_hint(p->cx, "the call of `%.*s` is not closed", TF_STR_ARGS(name->text));
  } else if (tf_parser_at(p, TF_TOKEN_COLON)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "unexpected `:`");
    tf_hint(p->cx, "weights `70%%: value` stand in metalog, discrete and mixture");
  } else {
    tf_parser_unexpected(p, "`,` or `)`");
  }
  return NULL;
}

static const tf_expr *parse_call(tf_parser *p) {
  tf_token name = p->token;
  bool distribution = tf_distribution_name(name.text);
  if (tf_str_is(name.text, "log")) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &name), "`log` is ambiguous");
    tf_hint(p->cx, "write ln(x) for the natural or log10(x) for the decimal logarithm");
    return NULL;
  }
  if (distribution && name.start != p->value_at) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &name), "a distribution cannot stand inside an equation");
    tf_hint(p->cx, "give it a name: `name : unit = ...`, then use the name");
    return NULL;
  }
  tf_parser_take(p); // the name
  tf_parser_take(p); // (
  if (tf_str_is(name.text, "walk")) {
    const tf_expr *walk = parse_walk(p, name.start);
    p->distribution = walk;
    return walk;
  }
  expr_list args = {0};
  tf_names over = {0};
  while (!tf_parser_at(p, TF_TOKEN_CLOSE)) {
    if (args.count > 0) {
      if (!tf_parser_at(p, TF_TOKEN_COMMA)) {
        return call_separator(p, &name);
      }
      tf_parser_take(p);
    }
    const tf_expr *arg = distribution ? parse_weighted(p, p->token.start) : tf_parser_expression(p);
    if (arg == NULL) {
      return NULL;
    }
    add_expr(p, &args, arg);
    if (tf_parser_word(p, TF_KEYWORD_OVER)) {
      if (!reducer(name.text)) {
        return not_over(p, &name);
      }
      tf_parser_take(p);
      if (!tf_parser_names(p, "an index", true, &over)) {
        return NULL;
      }
      break;
    }
  }
  if (!tf_parser_at(p, TF_TOKEN_CLOSE)) {
    return call_separator(p, &name);
  }
  tf_parser_take(p);
  tf_expr *expr =
      tf_expr_new(p, over.count > 0 ? TF_EXPR_REDUCE : TF_EXPR_CALL, tf_parser_span(p, name.start, p->taken.end));
  expr->name = name.text;
  expr->name_at = tf_token_span(p, &name);
  if (over.count > 0) {
    expr->over = over.at;
    expr->over_count = (uint32_t)over.count;
  }
  const tf_expr *call = tf_expr_join(p, expr, args.at, args.count);
  if (distribution) {
    p->distribution = call;
  }
  return call;
}

// ---- the rest ----

// `[chips: a, power: b]`
static const tf_expr *parse_build(tf_parser *p) {
  size_t start = p->token.start;
  expr_list args = {0};
  tf_names labels = {0};
  do {
    tf_parser_take(p); // [ or ,
    if (!tf_parser_at(p, TF_TOKEN_LABEL) && !tf_parser_at(p, TF_TOKEN_WORD)) {
      tf_parser_unexpected(p, "a label as in `[chips: a, power: b]`");
      return NULL;
    }
    tf_located label = tf_token_located(p, &p->token);
    tf_vec_push(p->cx->arena, &labels, label);
    tf_parser_take(p);
    if (!tf_parser_at(p, TF_TOKEN_COLON)) {
      if (p->token.kind != TF_TOKEN_BAD) {
        tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->taken), "`:` is missing after the label `%.*s`",
                TF_STR_ARGS(label.text));
        tf_hint(p->cx, "a value by rows is written `[chips: a, power: b]`; a source stands only after a description");
      }
      return NULL;
    }
    tf_parser_take(p);
    const tf_expr *arg = tf_parser_expression(p);
    if (arg == NULL) {
      return NULL;
    }
    add_expr(p, &args, arg);
  } while (tf_parser_at(p, TF_TOKEN_COMMA));
  if (!tf_parser_expect(p, TF_TOKEN_CLOSE_BRACKET, "`]`")) {
    return NULL;
  }
  tf_expr *expr = tf_expr_new(p, TF_EXPR_BUILD, tf_parser_span(p, start, p->taken.end));
  expr->labels = labels.at;
  return tf_expr_join(p, expr, args.at, args.count);
}

static const tf_expr *parse_enclosed(tf_parser *p) {
  tf_token open = p->token;
  tf_parser_take(p);
  const tf_expr *inner = tf_parser_expression(p);
  if (inner == NULL) {
    return NULL;
  }
  if (tf_parser_at(p, TF_TOKEN_END)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &open), "`(` is not closed");
    return NULL;
  }
  if (tf_parser_at(p, TF_TOKEN_COMMA) && p->spreadsheet_if == open.start) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "unexpected `,`, `then` is missing");
    tf_hint(p->cx, "write `if condition then a else b`, without commas");
    return NULL;
  }
  if (!tf_parser_expect(p, TF_TOKEN_CLOSE, "`)`")) {
    return NULL;
  }
  p->enclosed = inner;
  return inner;
}

static const tf_expr *parse_word(tf_parser *p) {
  tf_token token = p->token;
  tf_span at = tf_token_span(p, &token);
  if (token.keyword == TF_KEYWORD_TRUE || token.keyword == TF_KEYWORD_FALSE) {
    tf_expr *expr = tf_expr_new(p, TF_EXPR_BOOL, at);
    expr->number = token.keyword == TF_KEYWORD_TRUE ? 1 : 0;
    tf_parser_take(p);
    return expr;
  }
  if (token.keyword == TF_KEYWORD_IF) {
    tf_fail(p->cx, TF_INVALID, at, "`if` cannot stand inside an expression without parentheses");
    tf_hint(p->cx, "write (if condition then a else b)");
    return NULL;
  }
  if (token.keyword != TF_KEYWORD_NONE) {
    tf_parser_unexpected(p, "a value");
    return NULL;
  }
  size_t next = token.end;
  tf_str text = p->lexer.origin.text;
  while (next < p->lexer.end && tf_is_blank(text.ptr[next])) {
    next++;
  }
  if (token.capital) {
    if (next < p->lexer.end && text.ptr[next] == '(') { // SUM(...), as spreadsheets write it
      (void)tf_parser_check_name(p, &token, "a function", true);
    } else {
      tf_fail(p->cx, TF_INVALID, at, "`%.*s` is not a name: capital letters", TF_STR_ARGS(token.text));
      tf_hint(p->cx, "a label inside an expression is quoted: '%.*s'; names are written in small letters",
              TF_STR_ARGS(token.text));
    }
    return NULL;
  }
  if (next < p->lexer.end && text.ptr[next] == '(') {
    return parse_call(p);
  }
  tf_expr *expr = tf_expr_new(p, TF_EXPR_NAME, at);
  expr->name = token.text;
  tf_parser_take(p);
  return expr;
}

static const tf_expr *parse_primary(tf_parser *p) {
  tf_token token = p->token;
  tf_expr *expr = NULL;
  switch (token.kind) {
  case TF_TOKEN_NUMBER:
    expr = tf_expr_new(p, TF_EXPR_NUMBER, tf_token_span(p, &token));
    expr->number = token.number;
    expr->percent = token.percent;
    expr->has_unit = token.has_unit;
    if (token.has_unit) {
      expr->unit = token.unit;
    }
    tf_parser_take(p);
    return expr;
  case TF_TOKEN_DATE: {
    expr = tf_expr_new(p, TF_EXPR_DATE, tf_token_span(p, &token));
    tf_period *period = TF_NEW(p->cx->arena, tf_period);
    *period = token.period;
    expr->period = period;
    tf_parser_take(p);
    return expr;
  }
  case TF_TOKEN_LABEL:
    expr = tf_expr_new(p, TF_EXPR_LABEL, tf_token_span(p, &token));
    expr->name = token.text;
    tf_parser_take(p);
    return expr;
  case TF_TOKEN_WORD:
    return parse_word(p);
  case TF_TOKEN_OPEN:
    return parse_enclosed(p);
  case TF_TOKEN_OPEN_BRACKET:
    return parse_build(p);
  default:
    tf_parser_unexpected(p, "a value");
    return NULL;
  }
}

static bool takes_subscripts(const tf_expr *expr, const tf_expr *enclosed) {
  return expr->kind == TF_EXPR_NAME || expr->kind == TF_EXPR_SUBSCRIPT || expr->kind == TF_EXPR_REDUCE ||
         (expr->kind == TF_EXPR_CALL && !tf_distribution_name(expr->name)) || expr->kind == TF_EXPR_BUILD ||
         expr == enclosed;
}

const tf_expr *tf_parser_operand(tf_parser *p) {
  size_t start = p->token.start;
  const tf_expr *expr = parse_primary(p);
  while (expr != NULL && tf_parser_at(p, TF_TOKEN_OPEN_BRACKET) && takes_subscripts(expr, p->enclosed)) {
    expr = parse_subscripts(p, start, expr);
  }
  return expr;
}
