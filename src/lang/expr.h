// SPDX-License-Identifier: GPL-3.0-or-later
// Private to lang: the two halves of the expression parser, operators (expr.c) and operands (operand.c).
#ifndef TF_LANG_EXPR_H
#define TF_LANG_EXPR_H

#include "lang/parser.h"

tf_expr *tf_expr_new(tf_parser *p, tf_expr_kind kind, tf_span at);
// Gives the node its children and depth; NULL with an error when the tree gets too deep.
const tf_expr *tf_expr_join(tf_parser *p, tf_expr *expr, const tf_expr *const *args, size_t count);
bool tf_parser_enter(tf_parser *p); // one level deeper; the caller takes it back from p->nesting

// A number, name, call, label, `[a: x, b: y]` or parenthesised expression, with its subscripts.
const tf_expr *tf_parser_operand(tf_parser *p);
// An expression or a distribution; `each` only where it is outermost.
const tf_expr *tf_parser_item(tf_parser *p, bool outermost);
// normal, lognormal, ...: calls that are distributions.
bool tf_distribution_name(tf_str name);

#endif
