// SPDX-License-Identifier: GPL-3.0-or-later
// Syntax trees and models back to text.
#ifndef TF_LANG_PRINT_H
#define TF_LANG_PRINT_H

#include "lang/ast.h"

void tf_expr_print(const tf_expr *expr, tf_text *out);    // shortest spelling that parses to the same tree
void tf_ast_print(const tf_model_ast *ast, tf_text *out); // for --stop-after=ast: one node a line, indented

// The canonical layout of a model (tenfold fmt): columns of `:`, `=` and descriptions aligned within a block, comments
// and blank lines kept, everything else as written. Formatting twice changes nothing; the syntax tree is unchanged.
TF_NODISCARD tf_status tf_format_model(tf_context *cx, tf_units *units, uint32_t source, tf_text *out);

#endif
