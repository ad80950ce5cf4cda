// SPDX-License-Identifier: GPL-3.0-or-later
// From syntax trees to terms: names looked up, functions put in, kinds, dimensions and indices checked. Private to the
// layer; used for models (load.c) and for the cells of scenarios (plan.c).
//
// Every function that returns bool has recorded an error when it returns false. Both sides of an operator are checked
// even if one fails, so that one run shows all errors.
#ifndef TF_MODEL_CHECKER_H
#define TF_MODEL_CHECKER_H

#include "model/make.h"
#include "model/model.h"

// Combinations of rows that a value may have one number for, and indices it may carry: the engine counts them in 32
// bits and holds them in memory.
enum { TF_ELEMENTS_MAX = 16 * 1024 * 1024, TF_INDICES_MAX = 32 };
enum { TF_INLINE_MAX = 64, TF_CHECK_DEPTH_MAX = 1200 }; // functions within functions; levels of expressions

// What is known of a (part of an) expression.
typedef struct tf_value {
  const tf_term *term;
  tf_unit unit;      // how to show it: of the quantity or literal itself; text is empty for anything compound
  uint32_t quantity; // it is this quantity as it stands, else TF_NO_ID
  bool plain;        // a quantity, column or literal: rounding works in `unit`
  bool zero;         // the bare number 0, which fits any unit
  bool names;        // names a quantity
  bool numbers;      // made of bare numbers and percentages alone
  bool percent;      // one of them was written with %
} tf_value;

// An inlined function: its parameters are values of the caller's scope, so no name can be captured.
typedef struct tf_frame {
  const tf_function *function;
  const tf_value *arguments; // parameter_count
  const struct tf_frame *caller;
  unsigned depth;
} tf_frame;

typedef struct tf_scope {
  uint32_t module;       // where names are looked up
  const tf_frame *frame; // NULL outside functions
  uint32_t label_index;  // labels here name rows of this index; TF_NO_ID if not known
  const tf_value *base;  // cells: what `base` means; NULL in models
  bool cell;             // a cell or --set value: constants and base alone
  const tf_quantity *of; // whose right side it is; NULL elsewhere
} tf_scope;

// What a module's names mean, beside its quantities.
typedef struct tf_module_names {
  tf_map quantities; // own name -> quantity
  tf_map indices;    // own name of an index or table -> index
  tf_map functions;  // own name -> position in ast->functions
  tf_map uses;       // alias -> module
} tf_module_names;

typedef struct tf_checker {
  tf_context *cx;
  tf_arena *arena;
  tf_model *model;              // plans: never changed
  const tf_module_names *names; // by module; NULL in plans, whose cells name no quantity
  TF_VEC(tf_draw) draws;
  size_t inlined;        // functions put into the present right side
  unsigned depth;        // of the present expression, functions included
  tf_dim time, per_time; // s, 1/s
  struct tf_table_facts {
    uint32_t index;        // the table's own rows
    uint32_t first_column; // quantity of column 0 of the table (TF_NO_ID for text)
    uint32_t key;          // quantity that lookup() compares with, TF_NO_ID if there is none
  } * tables;
  bool *broken;         // declarations that were refused: nothing more is said of them; NULL in plans
  uint32_t *modules_of; // module of each quantity; NULL in plans
  uint32_t inflation;   // the only quantity of that name, TF_NO_ID if none or several
} tf_checker;

// For a model being loaded, or for the plans of a loaded one.
void tf_checker_init(tf_checker *k, tf_context *cx, tf_model *model);

// ---- names.c ----
typedef enum tf_named_kind {
  TF_NAMED_NOTHING,
  TF_NAMED_QUANTITY,  // id
  TF_NAMED_COLUMN,    // id: column; of the row that `value` or the quantity `of` names
  TF_NAMED_PARAMETER, // value
  TF_NAMED_INDEX      // id
} tf_named_kind;
typedef struct tf_named {
  tf_named_kind kind;
  uint32_t id;
  uint32_t of;           // COLUMN: the label quantity, or TF_NO_ID
  const tf_value *value; // PARAMETER; COLUMN: the label parameter
} tf_named;
bool tf_resolve(tf_checker *k, const tf_scope *scope, tf_str name, tf_span at, bool report, tf_named *named);
// A function by name; *module is where its body's names are looked up. NULL if there is none; nothing is reported.
const tf_function *tf_resolve_function(const tf_checker *k, const tf_scope *scope, tf_str name, uint32_t *module);
bool tf_resolve_index(tf_checker *k, uint32_t module, tf_located name, uint32_t *index);
// Records "unknown label" with "did you mean"; returns the row, or TF_NO_ID after the error.
uint32_t tf_resolve_label(tf_checker *k, uint32_t index, tf_str label, tf_span at);
void tf_hint_near(tf_checker *k, const tf_map *map, tf_str name);

// ---- check.c ----
bool tf_check_expr(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value);
bool tf_check_args(tf_checker *k, const tf_scope *scope, const tf_expr *expr, size_t count, tf_value *values);
tf_value tf_value_of(const tf_term *term); // a compound value
void tf_merge_flags(tf_value *value, const tf_value *args, size_t count);

// ---- check_kind.c ----
// Brings values to one kind and dimension: 0 takes the unit of the others, a percentage becomes a yearly rate beside
// one. `verb` says what is done with them: "cannot add ...".
bool tf_unify(tf_checker *k, tf_span at, const char *verb, size_t count, tf_value *values, const tf_expr *const *exprs);
// A number of this dimension; `what` names the place for the message: "the life of `survive`".
bool tf_want_dim(tf_checker *k, tf_value *value, const tf_expr *expr, tf_dim dim, const char *what);
bool tf_want_kind(tf_checker *k, const tf_value *value, const tf_expr *expr, tf_value_kind kind, const char *what);
// How messages show a value: "`power` (MW)", "`a + b` (USD)".
const char *tf_show(tf_checker *k, const tf_value *value, const tf_expr *expr);
const char *tf_show_source(tf_checker *k, tf_span at); // `text` of the place, in backquotes, cut when long
const char *tf_show_dim(tf_checker *k, tf_dim dim);    // unit for a dimension
void tf_explain_missing(tf_checker *k, tf_dim have, tf_dim want);
bool tf_too_long(tf_checker *k, const tf_term *term, tf_span at);

// ---- check_index.c ----
// Restricts table rows to the subset that another argument carries; false where that is ambiguous.
bool tf_align(tf_checker *k, tf_span at, size_t count, const tf_term **args);
const tf_term *tf_restrict(tf_checker *k, const tf_term *term, uint32_t index); // from index's table, if it has it
bool tf_check_subscript(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value);
bool tf_check_reduce(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value);
bool tf_check_build(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value);
const tf_term *tf_pick(tf_checker *k, uint32_t column, const tf_term *label, tf_span at);
tf_str tf_local_index(const tf_checker *k, tf_str module, uint32_t index); // its name inside that module
const char *tf_index_list(tf_checker *k, const uint32_t *indices, size_t count);

// ---- check_call.c, check_time.c ----
bool tf_check_call(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value);
typedef bool (*tf_builtin)(tf_checker *k, const tf_scope *scope, const tf_expr *expr, tf_value *value);
tf_builtin tf_math_builtin(tf_str name); // NULL if there is none of this name
tf_builtin tf_time_builtin(tf_str name);
tf_builtin tf_money_builtin(tf_str name);
bool tf_builtin_name(tf_str name);
bool tf_count_args(tf_checker *k, const tf_expr *expr, size_t least, size_t most, const char *form);

// ---- check_value.c ----
// A right side or a whole cell of one quantity: raw labels, dates, the declared unit for bare numbers, distributions.
typedef struct tf_right {
  uint32_t quantity;     // whose
  tf_located text;       // raw
  const tf_expr *expr;   // NULL if the text is no expression
  const tf_unit *unit;   // for bare numbers: the unit cell's, or the declared one
  bool unit_cell;        // it is the unit cell's
  double amount_seconds; // > 0: a dated cell of a rate; an amount (without /time) in it is divided by this
} tf_right;
typedef struct tf_right_value {
  tf_value value; // of the quantity's kind and dimension
  bool bare;      // a bare number took the unit
} tf_right_value;
bool tf_check_right(tf_checker *k, const tf_scope *scope, const tf_right *right, tf_right_value *out);
// A number brought to the quantity's dimension: bare ones take `unit`.
bool tf_settle(tf_checker *k, const tf_right *right, const tf_unit *unit, bool unit_given, const tf_expr *expr,
               tf_value *value, bool *bare);
// A constant outside the permitted range is an error.
bool tf_check_range(tf_checker *k, uint32_t quantity, const tf_term *term, tf_span at);
// A value in a unit for messages: "38%", "5 MW".
const char *tf_number_in_unit(tf_arena *arena, const tf_unit *unit, double base);

// ---- dist_spec.c ----
bool tf_is_distribution(const tf_expr *expr);
// Adds the draws and gives the DRAW term.
bool tf_check_distribution(tf_checker *k, const tf_scope *scope, const tf_right *right, tf_right_value *out);

// ---- declare.c ----
// Names, indices, quantities and columns of all modules; nothing about right sides yet.
bool tf_declare(tf_checker *k);
// ---- infer.c ----
// Functions that call themselves, unknown names in functions, and the indices of quantities that do not state them.
bool tf_infer_indices(tf_checker *k);
// ---- define.c ----
// Right sides, ranges, cells of tables, checks, outputs, correlations.
bool tf_define_ranges(tf_checker *k); // first: distributions are cut at them
bool tf_define(tf_checker *k);
// Reads and checks the value of `correlate`; c->a and c->b are given. `others` came before it.
bool tf_check_correlation(tf_checker *k, uint32_t module, const tf_correlate_statement *statement, tf_correlation *c,
                          const tf_correlation *others, size_t count);
bool tf_define_quantity(tf_checker *k, uint32_t quantity, const tf_term **term, bool *input);

// ---- order.c ----
// Does the term vary over periods, given which quantities do? `draws` are those its DRAW terms index.
bool tf_term_series(const tf_term *term, const bool *series, const tf_draw *draws);
// npv and its like take one rate for all periods.
bool tf_check_constant_rates(tf_context *cx, const tf_term *term, const bool *series, const tf_draw *draws);
void tf_order_sobol(tf_model *model);

#endif
