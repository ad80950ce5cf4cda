// SPDX-License-Identifier: GPL-3.0-or-later
// Syntax trees of models and values: what was written and where, before any name has a meaning.
#ifndef TF_LANG_AST_H
#define TF_LANG_AST_H

#include "base/context.h"
#include "base/date.h"
#include "unit/unit.h"

typedef enum tf_expr_kind { // at most 256
  TF_EXPR_NUMBER,           // number [percent] [unit]
  TF_EXPR_DATE,             // a written day, month or quarter (a bare year is a NUMBER; subscripts read it as a period)
  TF_EXPR_NAME,             // name, possibly dotted: gpus, cluster.gpus, gpu.peak_fp8, hardware.price
  TF_EXPR_LABEL,            // 'GB200' in name
  TF_EXPR_BOOL,             // true / false in number (1 / 0)
  TF_EXPR_UNARY,            // op args[0]
  TF_EXPR_BINARY,           // args[0] op args[1]
  TF_EXPR_IF,               // if args[0] then args[1] else args[2]
  TF_EXPR_CALL,             // name(args): functions and distributions; weighted arguments are TF_EXPR_WEIGHTED
  TF_EXPR_SUBSCRIPT,        // args[0][subscripts]
  TF_EXPR_REDUCE,           // name(args[0] over over[0], ...): sum mean min max argmin argmax; allocate(a, b, c over i)
  TF_EXPR_BUILD,            // [labels[i]: args[i], ...]
  TF_EXPR_THEN,             // args[0], then args[1]
  TF_EXPR_INTERVAL,         // args[0] to args[1] [at number]: number = level, 0.9 unless written
  TF_EXPR_BOUNDS,           // args[0] .. args[1]
  TF_EXPR_PLUS_MINUS,       // args[0] +- args[1]
  TF_EXPR_WEIGHTED,         // args[0]: args[1], as in 70%: 5
  TF_EXPR_EACH, // args[0] each name   (a distribution drawn anew per `year` or per row of an index or table)
  TF_EXPR_WALK  // walk(args[0] per sqrt(year))
} tf_expr_kind;

typedef enum tf_operator {
  TF_OP_NONE,
  TF_OP_NEGATE,
  TF_OP_NOT,
  TF_OP_ADD,
  TF_OP_SUBTRACT,
  TF_OP_MULTIPLY,
  TF_OP_DIVIDE,
  TF_OP_POWER,
  TF_OP_EQUAL,
  TF_OP_NOT_EQUAL,
  TF_OP_LESS,
  TF_OP_LESS_EQUAL,
  TF_OP_GREATER,
  TF_OP_GREATER_EQUAL,
  TF_OP_AND,
  TF_OP_OR
} tf_operator;

typedef struct tf_expr tf_expr;

typedef enum tf_subscript_kind {
  TF_SUB_LABEL,  // ['GB200']: label
  TF_SUB_PERIOD, // [2024], [2024-Q3], [2024-07]
  TF_SUB_FIRST,
  TF_SUB_LAST,
  TF_SUB_SHIFT // [t + shift], [t - shift], [t]; [... else otherwise]
} tf_subscript_kind;

typedef struct tf_subscript {
  tf_subscript_kind kind;
  tf_span at;
  tf_str label;
  tf_period period;
  const tf_expr *shift;     // NULL for [t]
  bool backwards;           // t - shift
  const tf_expr *otherwise; // after else, or NULL
} tf_subscript;

enum { TF_EXPR_DEPTH_MAX = 1000 };

// There are many of them: what only one kind has shares its place with what only others have.
struct tf_expr {
  tf_expr_kind kind : 8;
  tf_operator op : 8;
  bool percent;   // NUMBER: written with % (number is already times 0.01)
  bool has_unit;  // NUMBER: written with a unit
  uint32_t depth; // levels of the tree, 1 for a leaf, at most TF_EXPR_DEPTH_MAX: walks may recurse
  uint32_t count; // of args, and of labels in BUILD
  uint32_t over_count, subscript_count;
  tf_span at;
  tf_str name; // NAME, CALL, REDUCE, LABEL, EACH
  union {
    double number;   // NUMBER, BOOL, INTERVAL
    tf_span name_at; // CALL, REDUCE, EACH
  };
  const tf_expr *const *args;
  union {
    const tf_unit *unit;            // NUMBER with a unit
    const tf_period *period;        // DATE
    const tf_located *labels;       // BUILD
    const tf_located *over;         // REDUCE
    const tf_subscript *subscripts; // SUBSCRIPT
  };
};

typedef enum tf_type_kind {
  TF_TYPE_UNIT,
  TF_TYPE_DATE,
  TF_TYPE_CHOICE,
  TF_TYPE_NAMED /* a table or an index */
} tf_type_kind;
typedef enum tf_fill { TF_FILL_NONE, TF_FILL_LINEAR, TF_FILL_LOG, TF_FILL_HOLD } tf_fill;

// name[indices] : type fill = right in low .. high "description" [source]
typedef struct tf_definition {
  tf_span at;
  tf_located name;
  size_t index_count;
  const tf_located *indices;
  tf_type_kind type;
  tf_located type_text;
  tf_unit unit; // TYPE_UNIT
  size_t choice_count;
  const tf_located *choices; // TYPE_CHOICE
  tf_fill fill;
  tf_span type_at;           // the type with its fill, as written
  tf_located right;          // the right side as one line of text, for raw labels (gpu : hardware = H100 SXM)
  const tf_expr *value;      // NULL if the right side is not an expression: then only a raw label can be meant
  const tf_expr *low, *high; // permitted range, or NULL
  tf_str description;
  tf_span description_at; // with its quotes
  tf_located source;      // without its brackets
} tf_definition;

typedef struct tf_function { // name(parameters) = body
  tf_span at;
  tf_located name;
  size_t parameter_count;
  const tf_located *parameters;
  const tf_expr *body;
} tf_function;

typedef struct tf_index_statement { // index limit = chips, power   |   index generation = hardware['H100 SXM', 'H200']
  tf_span at;
  tf_located name;
  tf_located table; // empty text: labels stand for themselves
  size_t label_count;
  const tf_located *labels;
} tf_index_statement;

typedef struct tf_use { // use module [as name]; `as` is the module's own name if none is written
  tf_located module, as;
} tf_use;

typedef struct tf_check_statement { // check condition [with level] ["text"]
  tf_span at;
  tf_located text; // the condition as written
  const tf_expr *condition;
  double level; // 1 if not written
  tf_str description;
} tf_check_statement;

typedef struct tf_correlate_statement { // correlate a, b = 0.4
  tf_span at;
  tf_located a, b;
  const tf_expr *value;
} tf_correlate_statement;

typedef struct tf_plot_statement { // plot fan capex, other [key value ...] ["title"]
  tf_span at;
  tf_located text; // everything after `plot`; interpreted by out
} tf_plot_statement;

typedef struct tf_model_ast {
  uint32_t source;
  tf_str title;
  TF_VEC(tf_use) uses;
  TF_VEC(tf_located) tables;
  TF_VEC(tf_index_statement) indices;
  TF_VEC(tf_located) units;      // already declared in the registry
  TF_VEC(tf_located) currencies; // likewise
  TF_VEC(tf_definition) definitions;
  TF_VEC(tf_function) functions;
  TF_VEC(tf_located) outputs;
  TF_VEC(tf_check_statement) checks;
  TF_VEC(tf_correlate_statement) correlations;
  TF_VEC(tf_plot_statement) plots;
} tf_model_ast;

#endif
