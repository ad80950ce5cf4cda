// SPDX-License-Identifier: GPL-3.0-or-later
// Values that can be read and yet are hardly meant: what spreadsheets and people write for something else. Read as they
// stand they would be wrong numbers that nobody notices.
#include <math.h>

#include "base/number.h"
#include "model/planner.h"
#include "table/local_date.h"

// What stands where there is no value.
static bool is_placeholder(tf_str text) {
  static const char *const words[] = {"-",  "--",  "?",   "na",   "n/a",  "n.a.", "n.a",          "nan",
                                      "nm", "tbd", "tba", "null", "none", "nil",  "\xe2\x80\x93", "\xe2\x80\x94"};
  char low[8];
  if (text.len >= sizeof low) {
    return false;
  }
  for (size_t i = 0; i < text.len; i++) {
    low[i] = tf_lower(text.ptr[i]);
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (tf_str_is((tf_str){low, text.len}, words[i])) {
      return true;
    }
  }
  return false;
}

static bool from_command(const tf_binding *b) {
  return tf_str_starts(b->setter, "--set");
}

bool tf_slip_text(tf_planner *p, const tf_binding *b, const tf_quantity *q) {
  tf_str text = tf_str_trim(b->value.text);
  if (q->kind == TF_KIND_LABEL || !is_placeholder(text)) {
    return false;
  }
  (void)tf_fail(p->cx, TF_INVALID, b->value.at, "`%.*s` is no value", TF_STR_ARGS(text));
  tf_hint(p->cx, from_command(b) ? "leave the setting out, or write `default` for the model's own value"
                                 : "leave the cell empty to inherit, or write `default` for the model's own value");
  return true;
}

static bool is_number(const tf_expr *expr) {
  return expr->kind == TF_EXPR_NUMBER;
}

static bool is_whole(const tf_expr *expr) {
  return is_number(expr) && !expr->percent && !expr->has_unit && expr->number == floor(expr->number);
}

static bool is_operation(const tf_expr *expr, tf_operator op) {
  return expr->kind == TF_EXPR_BINARY && expr->op == op;
}

// `20-40`: a difference of two numbers of which the second is larger.
static bool range_with_hyphen(tf_planner *p, const tf_binding *b, const tf_expr *expr) {
  if (!is_operation(expr, TF_OP_SUBTRACT) || !is_number(expr->args[0]) || !is_number(expr->args[1]) ||
      expr->args[0]->number >= expr->args[1]->number) {
    return false;
  }
  tf_str text = tf_str_trim(b->value.text);
  size_t hyphen = tf_str_find(text, '-');
  for (size_t i = hyphen + 1; i + 1 < text.len; i++) { // after an exponent: 1e-3-5
    char before = text.ptr[hyphen - 1];
    hyphen = hyphen > 0 && (before == 'e' || before == 'E') && text.ptr[i] == '-' ? i : hyphen;
  }
  tf_str low = tf_str_trim(tf_str_sub(text, 0, hyphen));
  tf_str high = tf_str_trim(tf_str_sub(text, hyphen + 1, text.len));
  (void)tf_fail(p->cx, TF_INVALID, b->value.at, "`%.*s` is a difference, and a negative one: is a range meant?",
                TF_STR_ARGS(text));
  tf_hint(p->cx, "write `%.*s to %.*s` for a range, or the negative number itself", TF_STR_ARGS(low),
          TF_STR_ARGS(high));
  return true;
}

static bool between(const tf_expr *expr, double low, double high) {
  return expr->number >= low && expr->number <= high;
}

// `31/12/2024`, `12/31/24`, `2024/12/31`, without blanks: with them it is arithmetic.
static bool date_with_slashes(tf_planner *p, const tf_binding *b, const tf_quantity *q, const tf_expr *expr) {
  if (!is_operation(expr, TF_OP_DIVIDE) || !is_operation(expr->args[0], TF_OP_DIVIDE) || !is_whole(expr->args[1]) ||
      !is_whole(expr->args[0]->args[0]) || !is_whole(expr->args[0]->args[1]) ||
      tf_str_find(tf_str_trim(b->value.text), ' ') != SIZE_MAX) {
    return false;
  }
  const tf_expr *first = expr->args[0]->args[0];
  const tf_expr *second = expr->args[0]->args[1];
  const tf_expr *third = expr->args[1];
  bool last = between(first, 1, 31) && between(second, 1, 31) && (between(third, 0, 99) || between(third, 1900, 2199));
  if (!last && !(between(first, 1900, 2199) && between(second, 1, 12) && between(third, 1, 31))) {
    return false;
  }
  (void)tf_fail(p->cx, TF_INVALID, b->value.at, "`%.*s` is two divisions: is a date meant?",
                TF_STR_ARGS(tf_str_trim(b->value.text)));
  if (q->kind == TF_KIND_NUMBER || !tf_hint_local_date(p->cx, b->value.text, false)) {
    tf_hint(p->cx, "dates are written 2024-12-31; a quotient with parentheses: 8/(2*2)");
  }
  return true;
}

static bool has_bare_number(const tf_expr *expr) {
  if (is_number(expr)) {
    return !expr->has_unit && !expr->percent;
  }
  for (size_t i = 0; i < expr->count; i++) {
    if (has_bare_number(expr->args[i])) {
      return true;
    }
  }
  return false;
}

static bool has_unit(const tf_expr *expr) {
  bool found = is_number(expr) && expr->has_unit;
  for (size_t i = 0; i < expr->count && !found; i++) {
    found = has_unit(expr->args[i]);
  }
  return found;
}

// A scale behind a number: 72bn, 72 bn, 40k.
static bool has_scale(tf_str text) {
  static const char *const words[] = {"k", "M", "G", "T", "m", "mn", "bn", "tn"};
  for (size_t i = 1; i < text.len; i++) {
    bool digit = text.ptr[i - 1] >= '0' && text.ptr[i - 1] <= '9';
    size_t from = i + (text.ptr[i] == ' ' ? 1 : 0);
    size_t to = from;
    while (to < text.len &&
           ((text.ptr[to] >= 'a' && text.ptr[to] <= 'z') || (text.ptr[to] >= 'A' && text.ptr[to] <= 'Z'))) {
      to++;
    }
    for (size_t w = 0; digit && w < sizeof words / sizeof *words; w++) {
      if (tf_str_is(tf_str_sub(text, from, to), words[w])) {
        return true;
      }
    }
  }
  return false;
}

// The row's unit has a scale (`bn USD`), and so has the number; or the number is `$72`, whose unit would win.
static bool scaled_twice(tf_planner *p, const tf_binding *b, const tf_expr *expr) {
  tf_str unit = tf_str_trim(b->unit.text);
  tf_str text = tf_str_trim(b->value.text);
  bool dollar = tf_str_find(text, '$') != SIZE_MAX;
  bool scale = has_scale(text);
  if (!dollar && !scale && has_unit(expr)) { // `72 USD`: its own unit holds, as written
    tf_warn(p->cx, b->value.at, "`%.*s` is read in its own unit, not in that of its row, `%.*s`", TF_STR_ARGS(text),
            TF_STR_ARGS(unit));
    tf_hint(p->cx, "write the number alone, or its scale: 72 bn USD");
  }
  if (dollar ? scale : !(scale && has_bare_number(expr))) {
    return false;
  }
  if (dollar) {
    (void)tf_fail(p->cx, TF_INVALID, b->value.at, "`%.*s` is in USD, but the unit of its row is `%.*s`",
                  TF_STR_ARGS(text), TF_STR_ARGS(unit));
    tf_hint(p->cx, "write the number without `$` for the unit of the row, or with its scale, such as $72bn");
  } else {
    (void)tf_fail(p->cx, TF_INVALID, b->value.at, "`%.*s` has a scale, and so has the unit of its row, `%.*s`",
                  TF_STR_ARGS(text), TF_STR_ARGS(unit));
    tf_hint(p->cx, "write the scale once: with the number or in the unit");
  }
  return true;
}

bool tf_slip_value(tf_planner *p, const tf_binding *b, const tf_quantity *q, const tf_expr *expr, const tf_unit *cell) {
  if (q->kind == TF_KIND_LABEL || b->mode != TF_BIND_SET) {
    return false;
  }
  // Only units of money hold a blank: `bn USD`.
  bool scaled = cell != NULL && tf_str_find(cell->text, ' ') != SIZE_MAX;
  return range_with_hyphen(p, b, expr) || date_with_slashes(p, b, q, expr) || (scaled && scaled_twice(p, b, expr));
}
