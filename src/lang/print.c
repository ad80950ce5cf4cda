// SPDX-License-Identifier: GPL-3.0-or-later
// Expressions back to text, with no parentheses but those the tree needs.
#include "lang/printer.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>

// What binds how strongly, weakest first; a child weaker than its place gets parentheses.
typedef enum level {
  LEVEL_THEN,
  LEVEL_EACH,
  LEVEL_SPREAD,
  LEVEL_IF,
  LEVEL_OR,
  LEVEL_AND,
  LEVEL_NOT,
  LEVEL_COMPARE,
  LEVEL_ADD,
  LEVEL_MULTIPLY,
  LEVEL_UNARY,
  LEVEL_POWER,
  LEVEL_OPERAND
} level;

static void print(const tf_expr *expr, level least, tf_text *out);

const char *tf_operator_text(tf_operator op) {
  static const char *const texts[] = {"",   "-",  "not", "+",  "-", "*",  "/",   "^",
                                      "==", "!=", "<",   "<=", ">", ">=", "and", "or"};
  return texts[op];
}

static level level_of_operator(tf_operator op) {
  switch (op) {
  case TF_OP_OR:
    return LEVEL_OR;
  case TF_OP_AND:
    return LEVEL_AND;
  case TF_OP_NOT:
    return LEVEL_NOT;
  case TF_OP_ADD:
  case TF_OP_SUBTRACT:
    return LEVEL_ADD;
  case TF_OP_MULTIPLY:
  case TF_OP_DIVIDE:
    return LEVEL_MULTIPLY;
  case TF_OP_NEGATE:
    return LEVEL_UNARY;
  case TF_OP_POWER:
    return LEVEL_POWER;
  default:
    return LEVEL_COMPARE;
  }
}

static level level_of(const tf_expr *expr) {
  switch (expr->kind) {
  case TF_EXPR_THEN:
    return LEVEL_THEN;
  case TF_EXPR_EACH:
    return LEVEL_EACH;
  case TF_EXPR_INTERVAL:
  case TF_EXPR_BOUNDS:
  case TF_EXPR_PLUS_MINUS:
    return LEVEL_SPREAD;
  case TF_EXPR_IF:
    return LEVEL_IF;
  case TF_EXPR_UNARY:
  case TF_EXPR_BINARY:
    return level_of_operator(expr->op);
  case TF_EXPR_NUMBER:
    // `5 m ^ 2` would be read as the unit m^2.
    return expr->has_unit ? LEVEL_POWER : LEVEL_OPERAND;
  default:
    return LEVEL_OPERAND;
  }
}

// ---- numbers ----

// The significant digits of a number and its power of ten: value = 0.DIGITS * 10^power.
typedef struct decimal {
  char digits[32];
  size_t count;
  int power;
} decimal;

static decimal decimal_of(double value) {
  char text[32];
  tf_number_print(value, text);
  decimal d = {.count = 0, .power = 0};
  bool point = false;
  const char *c = text;
  for (; *c != '\0' && *c != 'e'; c++) {
    if (*c == '.') {
      point = true;
      continue;
    }
    if (*c != '0' || d.count > 0) {
      d.digits[d.count++] = *c;
      d.power += point ? 0 : 1;
    } else {
      d.power -= point ? 1 : 0;
    }
  }
  if (*c == 'e') {
    d.power += (int)strtol(c + 1, NULL, 10);
  }
  while (d.count > 0 && d.digits[d.count - 1] == '0') {
    d.count--;
  }
  return d;
}

// Positional where that is no longer than with an exponent.
static void print_decimal(const decimal *d, tf_text *out) {
  int count = (int)d->count;
  if (count == 0) {
    tf_text_addc(out, '0');
  } else if (d->power > 0 && d->power <= (count > 7 ? count : 7)) {
    for (int i = 0; i < d->power || i < count; i++) {
      if (i == d->power) {
        tf_text_addc(out, '.');
      }
      tf_text_addc(out, i < count ? d->digits[i] : '0');
    }
  } else if (d->power <= 0 && d->power > -4) {
    tf_text_adds(out, "0.");
    for (int i = d->power; i < 0; i++) {
      tf_text_addc(out, '0');
    }
    tf_text_add(out, (tf_str){d->digits, d->count});
  } else {
    tf_text_addc(out, d->digits[0]);
    if (count > 1) {
      tf_text_addc(out, '.');
      tf_text_add(out, (tf_str){d->digits + 1, d->count - 1});
    }
    tf_text_addf(out, "e%d", d->power - 1);
  }
}

static void print_number(double value, bool percent, tf_text *out) {
  decimal d = decimal_of(value);
  d.power += percent ? 2 : 0;
  print_decimal(&d, out);
  if (percent) {
    tf_text_addc(out, '%');
  }
}

static void print_unit(const tf_expr *expr, tf_text *out) {
  if (expr->has_unit) {
    tf_text_addc(out, ' ');
    // A unit whose parts cancel is canonically "1", which behind a number would be a second number.
    tf_text_add(out, tf_str_is(expr->unit->text, "1") ? TF_STR("m/m") : expr->unit->text);
  }
}

// ---- parts ----

static void print_quoted(tf_str label, tf_text *out) {
  tf_text_addc(out, '\'');
  tf_text_add(out, label);
  tf_text_addc(out, '\'');
}

static bool plain_label(tf_str label) {
  for (size_t i = 0; i < label.len; i++) {
    char c = label.ptr[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
      return false;
    }
  }
  return label.len > 0;
}

static void print_period(tf_period period, tf_text *out) {
  char text[16];
  tf_text_adds(out, tf_period_print(period, text));
}

static void print_subscript(const tf_subscript *sub, tf_text *out) {
  switch (sub->kind) {
  case TF_SUB_LABEL:
    print_quoted(sub->label, out);
    return;
  case TF_SUB_PERIOD:
    print_period(sub->period, out);
    return;
  case TF_SUB_FIRST:
    tf_text_adds(out, "first");
    return;
  case TF_SUB_LAST:
    tf_text_adds(out, "last");
    return;
  case TF_SUB_SHIFT:
    break;
  }
  tf_text_addc(out, 't');
  if (sub->shift != NULL) {
    bool tight = sub->shift->kind == TF_EXPR_NUMBER && !sub->shift->has_unit;
    tf_text_adds(out, tight ? sub->backwards ? "-" : "+" : sub->backwards ? " - " : " + ");
    print(sub->shift, LEVEL_UNARY, out);
  }
  if (sub->otherwise != NULL) {
    tf_text_adds(out, " else ");
    print(sub->otherwise, LEVEL_IF, out);
  }
}

// Numbers and labels take subscripts only in parentheses.
static void print_subscripted(const tf_expr *expr, tf_text *out) {
  const tf_expr *base = expr->args[0];
  bool bare = base->kind == TF_EXPR_NAME || base->kind == TF_EXPR_SUBSCRIPT || base->kind == TF_EXPR_CALL ||
              base->kind == TF_EXPR_REDUCE || base->kind == TF_EXPR_BUILD;
  tf_text_adds(out, bare ? "" : "(");
  print(base, LEVEL_IF, out);
  tf_text_adds(out, bare ? "[" : ")[");
  for (size_t i = 0; i < expr->subscript_count; i++) {
    tf_text_adds(out, i > 0 ? ", " : "");
    print_subscript(&expr->subscripts[i], out);
  }
  tf_text_addc(out, ']');
}

static void print_list(const tf_expr *const *args, size_t count, tf_text *out) {
  for (size_t i = 0; i < count; i++) {
    tf_text_adds(out, i > 0 ? ", " : "");
    print(args[i], LEVEL_SPREAD, out);
  }
}

static void print_call(const tf_expr *expr, tf_text *out) {
  tf_text_add(out, expr->name);
  tf_text_addc(out, '(');
  print_list(expr->args, expr->count, out);
  for (size_t i = 0; i < expr->over_count; i++) {
    tf_text_adds(out, i > 0 ? ", " : " over ");
    tf_text_add(out, expr->over[i].text);
  }
  tf_text_addc(out, ')');
}

static void print_build(const tf_expr *expr, tf_text *out) {
  tf_text_addc(out, '[');
  for (size_t i = 0; i < expr->count; i++) {
    tf_text_adds(out, i > 0 ? ", " : "");
    if (plain_label(expr->labels[i].text)) {
      tf_text_add(out, expr->labels[i].text);
    } else {
      print_quoted(expr->labels[i].text, out);
    }
    tf_text_adds(out, ": ");
    print(expr->args[i], LEVEL_IF, out);
  }
  tf_text_addc(out, ']');
}

static void print_binary(const tf_expr *expr, tf_text *out) {
  level at = level_of(expr);
  if (expr->op == TF_OP_POWER) {
    print(expr->args[0], LEVEL_OPERAND, out);
    tf_text_addc(out, '^');
    print(expr->args[1], LEVEL_UNARY, out);
    return;
  }
  // Comparisons do not chain; the others associate to the left.
  print(expr->args[0], at == LEVEL_COMPARE ? LEVEL_ADD : at, out);
  tf_text_addf(out, " %s ", tf_operator_text(expr->op));
  print(expr->args[1], (level)(at + 1), out);
}

static void print_spread(const tf_expr *expr, const char *sign, tf_text *out) {
  print(expr->args[0], LEVEL_UNARY, out);
  tf_text_adds(out, sign);
  print(expr->args[1], LEVEL_UNARY, out);
  if (expr->kind == TF_EXPR_INTERVAL && expr->number != 0.9) {
    tf_text_adds(out, " at ");
    print_number(expr->number, true, out);
  }
}

static void print_bare(const tf_expr *expr, tf_text *out) {
  switch (expr->kind) {
  case TF_EXPR_NUMBER:
    print_number(expr->number, expr->percent, out);
    print_unit(expr, out);
    return;
  case TF_EXPR_DATE:
    print_period(*expr->period, out);
    return;
  case TF_EXPR_NAME:
    tf_text_add(out, expr->name);
    return;
  case TF_EXPR_LABEL:
    print_quoted(expr->name, out);
    return;
  case TF_EXPR_BOOL:
    tf_text_adds(out, expr->number != 0 ? "true" : "false");
    return;
  case TF_EXPR_UNARY:
    tf_text_adds(out, expr->op == TF_OP_NOT ? "not " : "-");
    print(expr->args[0], level_of(expr), out);
    return;
  case TF_EXPR_BINARY:
    print_binary(expr, out);
    return;
  case TF_EXPR_IF:
    tf_text_adds(out, "if ");
    print(expr->args[0], LEVEL_IF, out);
    tf_text_adds(out, " then ");
    print(expr->args[1], LEVEL_IF, out);
    tf_text_adds(out, " else ");
    print(expr->args[2], LEVEL_IF, out);
    return;
  case TF_EXPR_CALL:
  case TF_EXPR_REDUCE:
    print_call(expr, out);
    return;
  case TF_EXPR_SUBSCRIPT:
    print_subscripted(expr, out);
    return;
  case TF_EXPR_BUILD:
    print_build(expr, out);
    return;
  case TF_EXPR_THEN:
    print(expr->args[0], LEVEL_IF, out);
    tf_text_adds(out, ", then ");
    print(expr->args[1], LEVEL_IF, out);
    return;
  case TF_EXPR_INTERVAL:
    print_spread(expr, " to ", out);
    return;
  case TF_EXPR_BOUNDS:
    print_spread(expr, " .. ", out);
    return;
  case TF_EXPR_PLUS_MINUS:
    print_spread(expr, " +- ", out);
    return;
  case TF_EXPR_WEIGHTED:
    print(expr->args[0], LEVEL_SPREAD, out);
    tf_text_adds(out, ": ");
    print(expr->args[1], LEVEL_SPREAD, out);
    return;
  case TF_EXPR_EACH:
    print(expr->args[0], LEVEL_SPREAD, out);
    tf_text_adds(out, " each ");
    tf_text_add(out, expr->name);
    return;
  case TF_EXPR_WALK:
    tf_text_adds(out, "walk(");
    print(expr->args[0], LEVEL_UNARY, out);
    tf_text_adds(out, " per sqrt(year))");
    return;
  }
}

static void print(const tf_expr *expr, level least, tf_text *out) {
  if (level_of(expr) < least) {
    tf_text_addc(out, '(');
    print_bare(expr, out);
    tf_text_addc(out, ')');
  } else {
    print_bare(expr, out);
  }
}

void tf_expr_print(const tf_expr *expr, tf_text *out) {
  print(expr, LEVEL_THEN, out);
}
