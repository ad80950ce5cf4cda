// SPDX-License-Identifier: GPL-3.0-or-later
// Expressions and values. The grammar stands at the top of parse.c.
#include "lang/expr.h"

#include <math.h>
#include <string.h>

static const tf_expr *parse_binary(tf_parser *p, int least);

// ---- nodes ----

tf_expr *tf_expr_new(tf_parser *p, tf_expr_kind kind, tf_span at) {
  tf_expr *expr = TF_NEW(p->cx->arena, tf_expr);
  expr->kind = kind;
  expr->at = at;
  expr->depth = 1;
  return expr;
}

const tf_expr *tf_expr_join(tf_parser *p, tf_expr *expr, const tf_expr *const *args, size_t count) {
  expr->args = args;
  expr->count = (uint32_t)count;
  for (size_t i = 0; i < count; i++) {
    expr->depth = args[i]->depth >= expr->depth ? args[i]->depth + 1 : expr->depth;
  }
  if (expr->depth > TF_EXPR_DEPTH_MAX) {
    tf_fail(p->cx, TF_INVALID, expr->at, "the expression is too long: more than %d operations in a chain",
            (int)TF_EXPR_DEPTH_MAX);
    tf_hint(p->cx, "give parts of it names");
    return NULL;
  }
  return expr;
}

static const tf_expr *join1(tf_parser *p, tf_expr *expr, const tf_expr *a) {
  const tf_expr **args = TF_ARRAY(p->cx->arena, const tf_expr *, 1);
  args[0] = a;
  return tf_expr_join(p, expr, args, 1);
}

static const tf_expr *join2(tf_parser *p, tf_expr *expr, const tf_expr *a, const tf_expr *b) {
  const tf_expr **args = TF_ARRAY(p->cx->arena, const tf_expr *, 2);
  args[0] = a;
  args[1] = b;
  return tf_expr_join(p, expr, args, 2);
}

bool tf_parser_enter(tf_parser *p) {
  if (p->nesting >= TF_NESTING_MAX) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "nested too deeply");
    tf_hint(p->cx, "at most %d levels; give parts of it names", (int)TF_NESTING_MAX);
    return false;
  }
  p->nesting++;
  return true;
}

// ---- operators ----

// Precedences, weakest first; unary minus stands between multiplication and power, `if` below all.
enum { WEAKEST = 1, OR = 1, AND = 2, NOT = 3, COMPARE = 4, ADD = 5, MULTIPLY = 6 };

typedef struct binary {
  tf_operator op;
  int precedence;
} binary;

static binary binary_of(const tf_token *token) {
  switch (token->kind) {
  case TF_TOKEN_PLUS:
    return (binary){TF_OP_ADD, ADD};
  case TF_TOKEN_MINUS:
    return (binary){TF_OP_SUBTRACT, ADD};
  case TF_TOKEN_STAR:
    return (binary){TF_OP_MULTIPLY, MULTIPLY};
  case TF_TOKEN_SLASH:
    return (binary){TF_OP_DIVIDE, MULTIPLY};
  case TF_TOKEN_EQUAL:
    return (binary){TF_OP_EQUAL, COMPARE};
  case TF_TOKEN_NOT_EQUAL:
    return (binary){TF_OP_NOT_EQUAL, COMPARE};
  case TF_TOKEN_LESS:
    return (binary){TF_OP_LESS, COMPARE};
  case TF_TOKEN_LESS_EQUAL:
    return (binary){TF_OP_LESS_EQUAL, COMPARE};
  case TF_TOKEN_GREATER:
    return (binary){TF_OP_GREATER, COMPARE};
  case TF_TOKEN_GREATER_EQUAL:
    return (binary){TF_OP_GREATER_EQUAL, COMPARE};
  case TF_TOKEN_WORD:
    return token->keyword == TF_KEYWORD_AND  ? (binary){TF_OP_AND, AND}
           : token->keyword == TF_KEYWORD_OR ? (binary){TF_OP_OR, OR}
                                             : (binary){TF_OP_NONE, 0};
  default:
    return (binary){TF_OP_NONE, 0};
  }
}

static const tf_expr *unary(tf_parser *p, tf_operator op, const tf_expr *(*operand)(tf_parser *)) {
  size_t start = p->token.start;
  if (!tf_parser_enter(p)) {
    return NULL;
  }
  tf_parser_take(p);
  const tf_expr *arg = operand(p);
  p->nesting--;
  if (arg == NULL) {
    return NULL;
  }
  tf_expr *expr = tf_expr_new(p, TF_EXPR_UNARY, tf_parser_span(p, start, p->taken.end));
  expr->op = op;
  return join1(p, expr, arg);
}

static const tf_expr *parse_unary(tf_parser *p);

static const tf_expr *parse_power(tf_parser *p) {
  size_t start = p->token.start;
  const tf_expr *base = tf_parser_operand(p);
  if (base == NULL || !tf_parser_at(p, TF_TOKEN_CARET)) {
    return base;
  }
  if (!tf_parser_enter(p)) {
    return NULL;
  }
  tf_parser_take(p);
  const tf_expr *exponent = parse_unary(p);
  p->nesting--;
  if (exponent == NULL) {
    return NULL;
  }
  tf_expr *expr = tf_expr_new(p, TF_EXPR_BINARY, tf_parser_span(p, start, p->taken.end));
  expr->op = TF_OP_POWER;
  return join2(p, expr, base, exponent);
}

static const tf_expr *parse_unary(tf_parser *p) {
  if (tf_parser_at(p, TF_TOKEN_MINUS)) {
    return unary(p, TF_OP_NEGATE, parse_unary);
  }
  return parse_power(p);
}

static const tf_expr *parse_not(tf_parser *p) {
  if (tf_parser_word(p, TF_KEYWORD_NOT)) {
    return unary(p, TF_OP_NOT, parse_not);
  }
  return parse_binary(p, COMPARE);
}

static bool is_comparison(tf_operator op) {
  return op >= TF_OP_EQUAL && op <= TF_OP_GREATER_EQUAL;
}

static const tf_expr *parse_binary(tf_parser *p, int least) {
  size_t start = p->token.start;
  bool negated = tf_parser_word(p, TF_KEYWORD_NOT);
  if (negated && least > NOT) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "`not` cannot stand here");
    tf_hint(p->cx, "put it in parentheses: (not x)");
    return NULL;
  }
  const tf_expr *left = negated ? parse_not(p) : parse_unary(p);
  bool compared = false;
  while (left != NULL) {
    binary next = binary_of(&p->token);
    if (next.op == TF_OP_NONE || next.precedence < least) {
      return left;
    }
    if (compared && is_comparison(next.op)) {
      tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "comparisons cannot be chained");
      tf_hint(p->cx, "write `a < b and b < c`");
      return NULL;
    }
    compared = is_comparison(next.op);
    tf_parser_take(p);
    const tf_expr *right = parse_binary(p, next.precedence + 1);
    if (right == NULL) {
      return NULL;
    }
    tf_expr *expr = tf_expr_new(p, TF_EXPR_BINARY, tf_parser_span(p, start, p->taken.end));
    expr->op = next.op;
    left = join2(p, expr, left, right);
  }
  return NULL;
}

static bool expect_word(tf_parser *p, tf_keyword keyword, const char *text) {
  if (tf_parser_word(p, keyword)) {
    tf_parser_take(p);
    return true;
  }
  if (tf_parser_at(p, TF_TOKEN_COMMA)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "unexpected `,`, %s is missing", text);
    tf_hint(p->cx, "write `if condition then a else b`, without commas");
    return false;
  }
  tf_parser_unexpected(p, text);
  return false;
}

static const tf_expr *parse_if(tf_parser *p) {
  size_t start = p->token.start;
  tf_parser_take(p);
  if (tf_parser_at(p, TF_TOKEN_OPEN)) {
    // if(a, b, c) of a spreadsheet is found by the comma inside the parentheses.
    p->spreadsheet_if = p->token.start;
  }
  const tf_expr *condition = tf_parser_expression(p);
  if (condition == NULL || !expect_word(p, TF_KEYWORD_THEN, "`then`")) {
    return NULL;
  }
  const tf_expr *yes = tf_parser_expression(p);
  if (yes == NULL || !expect_word(p, TF_KEYWORD_ELSE, "`else`")) {
    return NULL;
  }
  const tf_expr *no = tf_parser_expression(p);
  if (no == NULL) {
    return NULL;
  }
  const tf_expr **args = TF_ARRAY(p->cx->arena, const tf_expr *, 3);
  args[0] = condition;
  args[1] = yes;
  args[2] = no;
  tf_expr *expr = tf_expr_new(p, TF_EXPR_IF, tf_parser_span(p, start, p->taken.end));
  return tf_expr_join(p, expr, args, 3);
}

static const tf_expr *expression(tf_parser *p) {
  if (!tf_parser_enter(p)) {
    return NULL;
  }
  const tf_expr *expr = tf_parser_word(p, TF_KEYWORD_IF) ? parse_if(p) : parse_binary(p, WEAKEST);
  p->nesting--;
  return expr;
}

const tf_expr *tf_parser_expression(tf_parser *p) {
  size_t kept = p->value_at;
  p->value_at = SIZE_MAX;
  const tf_expr *expr = expression(p);
  p->value_at = kept;
  return expr;
}

const tf_expr *tf_parser_bound(tf_parser *p) {
  size_t kept = p->value_at;
  if (!tf_parser_enter(p)) {
    return NULL;
  }
  p->value_at = SIZE_MAX;
  const tf_expr *expr = parse_unary(p);
  p->value_at = kept;
  p->nesting--;
  return expr;
}

// ---- values ----

static const tf_expr *not_inside(tf_parser *p, tf_span at) {
  tf_fail(p->cx, TF_INVALID, at, "a distribution cannot stand inside an equation");
  tf_hint(p->cx, "give it a name: `name : unit = ...`, then use the name");
  return NULL;
}

static bool is_spread_sign(const tf_token *token) {
  return token->kind == TF_TOKEN_DOTS || token->kind == TF_TOKEN_PLUS_MINUS ||
         (token->kind == TF_TOKEN_WORD && token->keyword == TF_KEYWORD_TO);
}

// `A to B [at 80%]`, `a .. b`, `m +- s` behind its first part. Its parts are single numbers: in `2 * 5 to 10` a reader
// would multiply the interval, a parser only its lower end.
static const tf_expr *parse_spread(tf_parser *p, size_t start, const tf_expr *left) {
  bool single = left->kind != TF_EXPR_IF && (left->kind != TF_EXPR_BINARY || left->op == TF_OP_POWER);
  if (!single && left != p->enclosed) {
    return not_inside(p, tf_token_span(p, &p->token));
  }
  tf_expr_kind kind = p->token.kind == TF_TOKEN_DOTS         ? TF_EXPR_BOUNDS
                      : p->token.kind == TF_TOKEN_PLUS_MINUS ? TF_EXPR_PLUS_MINUS
                                                             : TF_EXPR_INTERVAL;
  tf_span sign = tf_token_span(p, &p->token);
  tf_parser_take(p);
  const tf_expr *right = tf_parser_bound(p);
  if (right == NULL) {
    return NULL;
  }
  if (binary_of(&p->token).op != TF_OP_NONE) {
    return not_inside(p, sign);
  }
  if (is_spread_sign(&p->token)) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "an interval has two ends");
    return NULL;
  }
  double level = 0.9;
  if (tf_parser_word(p, TF_KEYWORD_AT)) {
    tf_span at = tf_token_span(p, &p->token);
    if (kind != TF_EXPR_INTERVAL) {
      tf_fail(p->cx, TF_INVALID, at, "`at` follows only an interval `A to B`");
      return NULL;
    }
    tf_parser_take(p);
    if (!tf_parser_percent(p, "the level of an interval", &level)) {
      return NULL;
    }
    if (level >= 1) {
      tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->taken), "the level of an interval lies below 100%%");
      tf_hint(p->cx, "for hard bounds write `a .. b`");
      return NULL;
    }
  }
  tf_expr *expr = tf_expr_new(p, kind, tf_parser_span(p, start, p->taken.end));
  expr->number = kind == TF_EXPR_INTERVAL ? level : 0;
  return join2(p, expr, left, right);
}

static const tf_expr *parse_each(tf_parser *p, size_t start, const tf_expr *value, bool distribution) {
  if (!distribution) {
    tf_fail(p->cx, TF_INVALID, tf_token_span(p, &p->token), "`each` follows a distribution");
    tf_hint(p->cx, "such as `40 to 60 each year`");
    return NULL;
  }
  tf_parser_take(p);
  tf_located name;
  if (!tf_parser_name(p, "`year` or the name of an index", true, &name)) {
    return NULL;
  }
  tf_expr *expr = tf_expr_new(p, TF_EXPR_EACH, tf_parser_span(p, start, p->taken.end));
  expr->name = name.text;
  expr->name_at = name.at;
  return join1(p, expr, value);
}

const tf_expr *tf_parser_item(tf_parser *p, bool outermost) {
  size_t kept_at = p->value_at;
  const tf_expr *kept_distribution = p->distribution;
  size_t start = p->value_at = p->token.start;
  p->distribution = NULL;
  const tf_expr *value = expression(p);
  const tf_expr *called = p->distribution;
  p->value_at = kept_at;
  p->distribution = kept_distribution;
  if (value == NULL) {
    return NULL;
  }
  if (called != NULL && (called != value || is_spread_sign(&p->token))) {
    return not_inside(p, called->at);
  }
  bool distribution = called != NULL;
  if (is_spread_sign(&p->token)) {
    value = parse_spread(p, start, value);
    distribution = true;
  }
  if (value != NULL && outermost && tf_parser_word(p, TF_KEYWORD_EACH)) {
    value = parse_each(p, start, value, distribution);
  }
  return value;
}

static bool is_distribution(const tf_expr *expr) {
  switch (expr->kind) {
  case TF_EXPR_INTERVAL:
  case TF_EXPR_BOUNDS:
  case TF_EXPR_PLUS_MINUS:
  case TF_EXPR_EACH:
  case TF_EXPR_WALK:
    return true;
  case TF_EXPR_CALL:
    return tf_distribution_name(expr->name);
  default:
    return false;
  }
}

const tf_expr *tf_parser_value(tf_parser *p) {
  size_t start = p->token.start;
  const tf_expr *first = tf_parser_item(p, true);
  if (first == NULL || p->lexer.cell || !tf_parser_at(p, TF_TOKEN_COMMA)) {
    return first;
  }
  tf_span comma = tf_token_span(p, &p->token);
  tf_parser_take(p);
  if (!tf_parser_word(p, TF_KEYWORD_THEN)) {
    if (!tf_parser_at(p, TF_TOKEN_BAD)) {
      tf_fail(p->cx, TF_INVALID, comma, "unexpected `,`");
      tf_hint(p->cx, "after a value only `, then` follows: `a, then b` is a in the first period and b after it");
    }
    return NULL;
  }
  if (is_distribution(first)) {
    return not_inside(p, first->at);
  }
  tf_parser_take(p);
  const tf_expr *after = tf_parser_expression(p);
  if (after == NULL) {
    return NULL;
  }
  tf_expr *expr = tf_expr_new(p, TF_EXPR_THEN, tf_parser_span(p, start, p->taken.end));
  return join2(p, expr, first, after);
}
