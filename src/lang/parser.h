// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lang: the state of recursive descent over one statement or value. Every function that reads something
// returns NULL or false after it recorded an error; the caller passes that on, so a statement shows one error.
#ifndef TF_LANG_PARSER_H
#define TF_LANG_PARSER_H

#include "lang/lexer.h"
#include "lang/parse.h"

enum { TF_NESTING_MAX = 200 }; // parentheses, `if`s, signs within one another; bounds the stack

typedef struct tf_parser {
  tf_lexer lexer;
  tf_context *cx;
  tf_token token;              // the next one, not yet taken
  tf_token taken;              // the one before it
  size_t line;                 // start of the statement, to tell what stands on a continuation line
  unsigned nesting;            // depth of recursion
  size_t value_at;             // where a distribution may begin; SIZE_MAX: nowhere
  const tf_expr *distribution; // a call of a distribution that began at value_at
  const tf_expr *enclosed;     // the expression last read that stood in parentheses
  size_t spreadsheet_if;       // the parenthesis right behind an `if`, perhaps of if(a, b, c)
} tf_parser;

typedef TF_VEC(tf_located) tf_names;

// A parser at bytes [from, to) of a text, its first token read.
tf_parser tf_parser_new(tf_context *cx, tf_units *units, tf_located text, size_t from, size_t to, bool cell);
void tf_parser_take(tf_parser *p); // moves on by one token
// Moves to a byte of the text, past what was read as text, and reads the token there.
void tf_parser_jump(tf_parser *p, size_t to);
static inline bool tf_parser_at(const tf_parser *p, tf_token_kind kind) {
  return p->token.kind == kind;
}
static inline bool tf_parser_word(const tf_parser *p, tf_keyword keyword) {
  return p->token.kind == TF_TOKEN_WORD && p->token.keyword == keyword;
}
tf_span tf_parser_span(const tf_parser *p, size_t from, size_t to);
tf_span tf_token_span(const tf_parser *p, const tf_token *token);
tf_located tf_token_located(const tf_parser *p, const tf_token *token);

// Takes a token of the kind, or says "`what` is missing" (a phrase such as "`)`").
bool tf_parser_expect(tf_parser *p, tf_token_kind kind, const char *what);
// The next token cannot stand here. `wanted` says what could ("an operator", "a value"), or NULL.
void tf_parser_unexpected(tf_parser *p, const char *wanted);
// A name that is defined or referred to; records what is wrong with it otherwise. `what`: "a name", "an index".
bool tf_parser_name(tf_parser *p, const char *what, bool dotted, tf_located *name);
// name, name, ... into `names`.
bool tf_parser_names(tf_parser *p, const char *what, bool dotted, tf_names *names);
// Errors for a name that cannot be one: reserved, capital letters, a point.
bool tf_parser_check_name(tf_parser *p, const tf_token *token, const char *what, bool dotted);

const tf_expr *tf_parser_expression(tf_parser *p); // no distributions
const tf_expr *tf_parser_value(tf_parser *p);      // with distributions; `, then` where the lexer reads no cell
const tf_expr *tf_parser_bound(tf_parser *p);      // a number, date, name or call, with sign: one end of a range
// 95% as a share in (0, 1]; `what`: "the level".
bool tf_parser_percent(tf_parser *p, const char *what, double *share);

// One statement that defines: `name : type = value` or `name(a, b) = expression`. In definition.c.
bool tf_parser_definition(tf_parser *p, tf_model_ast *ast);
// A list of labels for people's eyes: raw text between commas, or quoted. Ends before `end` or at the statement's end.
bool tf_parser_labels(tf_parser *p, size_t from, char end, tf_names *labels, size_t *stop);

#endif
