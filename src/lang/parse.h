// SPDX-License-Identifier: GPL-3.0-or-later
// Text -> syntax tree. Recovers after an error and goes on with the next statement, so that one run shows all errors.
// The grammar stands at the top of parse.c. Depth, line length and counts are bounded: no input overflows the stack.
#ifndef TF_LANG_PARSE_H
#define TF_LANG_PARSE_H

#include "lang/ast.h"

// The `use`, `unit` and `currency` lines of a source, found without parsing the rest: units of all modules must be
// known before any of them is parsed. `units` and `currencies` are declared by the caller with tf_unit_declare.
// Lines that are wrong are skipped: the parse of the whole model tells what is wrong with them. Always TF_OK.
typedef struct tf_preamble {
  TF_VEC(tf_use) uses;
  TF_VEC(tf_located) units;
  TF_VEC(tf_located) currencies;
} tf_preamble;
TF_NODISCARD tf_status tf_parse_preamble(tf_context *cx, uint32_t source, tf_preamble *preamble);

// A whole model. Errors are recorded in cx; TF_INVALID if there was any. Declares the model's own units again, so that
// a model which uses no other can be parsed alone. A type in small letters that is no unit is TF_TYPE_NAMED; for it and
// for choices the right side may be raw text, and then `value` is NULL without an error. A source ends at the first `]`
// that nothing but a comment follows.
TF_NODISCARD tf_status tf_parse_model(tf_context *cx, tf_units *units, uint32_t source, const tf_model_ast **ast);

// A value as in cells, --set and right sides: expression, distribution, `a, then b` (models only). Spans point into
// `text.at`. Cells may also spell money and thousands as spreadsheets do ($40,000); in equations that is an error.
typedef enum tf_value_context { TF_VALUE_EQUATION, TF_VALUE_CELL } tf_value_context;
TF_NODISCARD tf_status tf_parse_value(tf_context *cx, tf_units *units, tf_located text, tf_value_context context,
                                      const tf_expr **value);
// A boolean or arithmetic expression of quantities, for --show-like places and tests; no distributions.
TF_NODISCARD tf_status tf_parse_expression(tf_context *cx, tf_units *units, tf_located text, const tf_expr **expr);
// `name`, `name[label]`, `name[2027]`, `name[label, 2027]`, `name[label, label]`: how quantities are addressed from
// outside. CSV and --set write labels raw: capex.orders[GB200].
typedef struct tf_address {
  tf_located name;
  tf_located label;  // empty if none; "GB200, north" for several, which a span beside it holds
  tf_located period; // empty if none
} tf_address;
TF_NODISCARD tf_status tf_parse_address(tf_context *cx, tf_located text, tf_address *address);

bool tf_reserved_word(tf_str word);

#endif
