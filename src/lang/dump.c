// SPDX-License-Identifier: GPL-3.0-or-later
// Syntax trees as an indented list, one node a line (--stop-after=ast).
#include "lang/printer.h"

static void node(const tf_expr *expr, int indent, const char *role, tf_text *out);

static void line(tf_text *out, int indent, const char *role) {
  for (int i = 0; i < indent; i++) {
    tf_text_adds(out, "  ");
  }
  tf_text_adds(out, role);
}

static void field(tf_text *out, const char *name, tf_str value) {
  if (value.len > 0) {
    tf_text_addf(out, "%s%s `%.*s`", name[0] != '\0' ? " " : "", name, TF_STR_ARGS(value));
  }
}

static void names(tf_text *out, const char *name, const tf_located *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(out, "%s`%.*s`", i == 0 ? name : ", ", TF_STR_ARGS(list[i].text));
  }
}

static const char *kind_text(tf_expr_kind kind) {
  static const char *const texts[] = {"number", "date",       "name",      "label",  "boolean", "unary", "binary",
                                      "if",     "call",       "subscript", "reduce", "build",   "then",  "interval",
                                      "bounds", "plus-minus", "weighted",  "each",   "walk"};
  return texts[kind];
}

static bool is_leaf(const tf_expr *expr) {
  return expr->count == 0 && expr->kind != TF_EXPR_CALL;
}

static void subscripts(const tf_expr *expr, int indent, tf_text *out) {
  static const char *const kinds[] = {"label", "period", "first", "last", "shift"};
  for (size_t i = 0; i < expr->subscript_count; i++) {
    const tf_subscript *sub = &expr->subscripts[i];
    char period[16];
    line(out, indent, "at ");
    tf_text_adds(out, kinds[sub->kind]);
    field(out, "", sub->label);
    if (sub->kind == TF_SUB_PERIOD) {
      tf_text_addf(out, " %s", tf_period_print(sub->period, period));
    }
    tf_text_adds(out, sub->shift == NULL ? "\n" : sub->backwards ? " back\n" : " forward\n");
    if (sub->shift != NULL) {
      node(sub->shift, indent + 1, "by ", out);
    }
    if (sub->otherwise != NULL) {
      node(sub->otherwise, indent + 1, "else ", out);
    }
  }
}

static void node(const tf_expr *expr, int indent, const char *role, tf_text *out) {
  line(out, indent, role);
  tf_text_adds(out, kind_text(expr->kind));
  if (is_leaf(expr)) {
    tf_text_addc(out, ' ');
    tf_expr_print(expr, out);
  } else if (expr->kind == TF_EXPR_UNARY || expr->kind == TF_EXPR_BINARY) {
    tf_text_addf(out, " %s", tf_operator_text(expr->op));
  } else {
    field(out, "", expr->name);
    names(out, " over ", expr->over, expr->over_count);
  }
  if (expr->kind == TF_EXPR_INTERVAL) {
    tf_text_addf(out, " at %g%%", expr->number * 100);
  }
  tf_text_addc(out, '\n');
  for (size_t i = 0; i < expr->count; i++) {
    node(expr->args[i], indent + 1, "", out);
    if (expr->kind == TF_EXPR_BUILD) {
      line(out, indent + 2, "label");
      field(out, "", expr->labels[i].text);
      tf_text_addc(out, '\n');
    }
  }
  subscripts(expr, indent + 1, out);
}

static void definition(const tf_definition *d, tf_text *out) {
  static const char *const types[] = {"unit", "date", "choice", "named"};
  static const char *const fills[] = {"", " linear", " log", " hold"};
  tf_text_addf(out, "definition `%.*s`", TF_STR_ARGS(d->name.text));
  names(out, " over ", d->indices, d->index_count);
  tf_text_addf(out, " : %s", types[d->type]);
  if (d->type == TF_TYPE_UNIT) {
    field(out, "", d->unit.text);
  } else if (d->type == TF_TYPE_CHOICE) {
    names(out, " ", d->choices, d->choice_count);
  } else {
    field(out, "", d->type_text.text);
  }
  tf_text_adds(out, fills[d->fill]);
  field(out, "description", d->description);
  field(out, "source", d->source.text);
  tf_text_addc(out, '\n');
  if (d->value != NULL) {
    node(d->value, 1, "", out);
  }
  if (d->value == NULL || d->type == TF_TYPE_CHOICE || d->type == TF_TYPE_NAMED) {
    line(out, 1, "raw");
    field(out, "", d->right.text);
    tf_text_addc(out, '\n');
  }
  if (d->low != NULL) {
    node(d->low, 1, "low ", out);
    node(d->high, 1, "high ", out);
  }
}

static void index_statement(const tf_index_statement *index, tf_text *out) {
  tf_text_addf(out, "index `%.*s`", TF_STR_ARGS(index->name.text));
  field(out, "of", index->table.text);
  names(out, " labels ", index->labels, index->label_count);
  tf_text_addc(out, '\n');
}

static void check(const tf_check_statement *c, tf_text *out) {
  tf_text_adds(out, "check");
  if (c->level < 1) {
    tf_text_addf(out, " with %g%%", c->level * 100);
  }
  field(out, "description", c->description);
  tf_text_addc(out, '\n');
  node(c->condition, 1, "", out);
}

static void listed(const char *word, const tf_located *list, size_t count, tf_text *out) {
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(out, "%s `%.*s`\n", word, TF_STR_ARGS(list[i].text));
  }
}

void tf_ast_print(const tf_model_ast *ast, tf_text *out) {
  tf_text_addf(out, "model \"%.*s\"\n", TF_STR_ARGS(ast->title));
  for (size_t i = 0; i < ast->uses.count; i++) {
    const tf_use *use = &ast->uses.at[i];
    tf_text_addf(out, "use `%.*s` as `%.*s`\n", TF_STR_ARGS(use->module.text), TF_STR_ARGS(use->as.text));
  }
  listed("table", ast->tables.at, ast->tables.count, out);
  listed("unit", ast->units.at, ast->units.count, out);
  listed("currency", ast->currencies.at, ast->currencies.count, out);
  for (size_t i = 0; i < ast->indices.count; i++) {
    index_statement(&ast->indices.at[i], out);
  }
  for (size_t i = 0; i < ast->definitions.count; i++) {
    definition(&ast->definitions.at[i], out);
  }
  for (size_t i = 0; i < ast->functions.count; i++) {
    const tf_function *f = &ast->functions.at[i];
    tf_text_addf(out, "function `%.*s`", TF_STR_ARGS(f->name.text));
    names(out, " of ", f->parameters, f->parameter_count);
    tf_text_addc(out, '\n');
    node(f->body, 1, "", out);
  }
  listed("output", ast->outputs.at, ast->outputs.count, out);
  for (size_t i = 0; i < ast->checks.count; i++) {
    check(&ast->checks.at[i], out);
  }
  for (size_t i = 0; i < ast->correlations.count; i++) {
    const tf_correlate_statement *c = &ast->correlations.at[i];
    tf_text_addf(out, "correlate `%.*s` `%.*s`\n", TF_STR_ARGS(c->a.text), TF_STR_ARGS(c->b.text));
    node(c->value, 1, "", out);
  }
  for (size_t i = 0; i < ast->plots.count; i++) {
    tf_text_addf(out, "plot `%.*s`\n", TF_STR_ARGS(ast->plots.at[i].text.text));
  }
}
