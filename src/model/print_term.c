// SPDX-License-Identifier: GPL-3.0-or-later
// Terms and distributions as text that a user could have written.
#include "base/number.h"
#include "model/checker.h"
#include "model/print.h"

#include <math.h>

typedef struct writer {
  const tf_model *model;
  const tf_draw *draws;
  tf_text *out;
} writer;

// How tightly an operation binds; what stands in a looser one needs parentheses.
enum { LOOSEST, THEN, IF, OR, AND, NOT, COMPARE, SUM, PRODUCT, MINUS, POWER, TIGHTEST };

static int binding(const tf_term *term) {
  if (term->restates) {
    return TIGHTEST;
  }
  switch (term->op) {
  case TF_TERM_THEN:
    return THEN;
  case TF_TERM_SELECT:
    return IF;
  case TF_TERM_OR:
    return OR;
  case TF_TERM_AND:
    return AND;
  case TF_TERM_NOT:
    return NOT;
  case TF_TERM_EQUAL:
  case TF_TERM_NOT_EQUAL:
  case TF_TERM_LESS:
  case TF_TERM_LESS_EQUAL:
  case TF_TERM_GREATER:
  case TF_TERM_GREATER_EQUAL:
    return COMPARE;
  case TF_TERM_ADD:
  case TF_TERM_SUBTRACT:
    return SUM;
  case TF_TERM_MULTIPLY:
  case TF_TERM_DIVIDE:
    return PRODUCT;
  case TF_TERM_NEGATE:
    return MINUS;
  case TF_TERM_POWER:
    return POWER;
  case TF_TERM_CONSTANT:
    return term->number < 0.0 && term->kind == TF_KIND_NUMBER ? MINUS : TIGHTEST;
  default:
    return TIGHTEST;
  }
}

static void write_term(const writer *w, const tf_term *term, int least);

static void write_number(const writer *w, const tf_term *term) {
  tf_arena *arena = w->out->arena;
  if (term->unit != NULL) {
    tf_text_adds(w->out, tf_number_in_unit(arena, term->unit, term->number));
    return;
  }
  if (term->number == 0.0) {
    tf_text_addc(w->out, '0');
    return;
  }
  if (term->dim == TF_DIM_NONE) {
    char buffer[32];
    tf_text_adds(w->out, tf_number_print15(term->number, buffer));
    return;
  }
  tf_unit unit = tf_unit_base(w->model->units, term->dim);
  tf_text_adds(w->out, tf_number_in_unit(arena, &unit, term->number));
}

static void write_label(const writer *w, uint32_t index, double row) {
  const tf_index *in = index == TF_NO_ID ? NULL : &w->model->indices.at[index];
  if (in != NULL && row >= 0.0 && row < (double)in->count) {
    tf_text_addf(w->out, "'%.*s'", TF_STR_ARGS(in->labels[(size_t)row]));
  }
}

static void write_constant(const writer *w, const tf_term *term) {
  char buffer[16];
  switch (term->kind) {
  case TF_KIND_LABEL:
    write_label(w, term->label, term->number);
    break;
  case TF_KIND_DATE:
    tf_text_adds(w->out, tf_date_print(term->number / 86400.0, buffer));
    break;
  case TF_KIND_BOOL:
    tf_text_adds(w->out, term->number != 0.0 ? "true" : "false");
    break;
  case TF_KIND_NUMBER:
    write_number(w, term);
    break;
  }
}

static tf_str name_of(const writer *w, uint32_t quantity) {
  return w->model->quantities.at[quantity].name;
}

static tf_str index_of(const writer *w, uint32_t index) {
  return w->model->indices.at[index].name;
}

static void write_args(const writer *w, const char *name, const tf_term *term, const char *more) {
  tf_text_addf(w->out, "%s(", name);
  for (size_t i = 0; i < term->count; i++) {
    tf_text_adds(w->out, i == 0 ? "" : ", ");
    write_term(w, term->args[i], LOOSEST);
  }
  tf_text_addf(w->out, "%s)", more);
}

static void write_subscripted(const writer *w, const tf_term *term, const char *subscript) {
  write_term(w, term->args[0], TIGHTEST);
  tf_text_adds(w->out, subscript);
}

static void write_shift(const writer *w, const tf_term *term) {
  write_term(w, term->args[0], TIGHTEST);
  const tf_term *by = term->args[1];
  bool back = by->op == TF_TERM_NEGATE;
  tf_text_adds(w->out, back ? "[t - " : "[t + ");
  write_term(w, back ? by->args[0] : by, PRODUCT);
  if (term->count > 2) {
    tf_text_adds(w->out, " else ");
    write_term(w, term->args[2], LOOSEST);
  }
  tf_text_addc(w->out, ']');
}

static void write_lag(const writer *w, const tf_term *term) {
  tf_text_addf(w->out, "%.*s[t%+d", TF_STR_ARGS(name_of(w, term->quantity)), (int)term->lag);
  if (term->count > 0) {
    tf_text_adds(w->out, " else ");
    write_term(w, term->args[0], LOOSEST);
  }
  tf_text_addc(w->out, ']');
}

static void write_pick(const writer *w, const tf_term *term) {
  const tf_term *column = term->args[0];
  column = column->op == TF_TERM_RESTRICT ? column->args[0] : column;
  const tf_term *label = term->args[1];
  if (label->op == TF_TERM_CONSTANT) {
    write_term(w, column, TIGHTEST);
    tf_text_addc(w->out, '[');
    write_constant(w, label);
    tf_text_addc(w->out, ']');
    return;
  }
  write_term(w, label, TIGHTEST);
  tf_str table;
  tf_str name;
  bool plain = column->op == TF_TERM_QUANTITY || column->op == TF_TERM_LAG;
  if (plain && tf_str_split(name_of(w, column->quantity), '.', &table, &name)) {
    tf_text_addf(w->out, ".%.*s", TF_STR_ARGS(name));
  }
}

static void write_reduce(const writer *w, const tf_term *term) {
  static const struct {
    tf_term_op op;
    const char *name;
  } names[] = {{TF_TERM_MINIMUM, "min"}, {TF_TERM_MAXIMUM, "max"}};
  const char *name = tf_op(term->op)->text;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    name = names[i].op == term->op ? names[i].name : name;
  }
  write_args(w, name, term, tf_format(w->out->arena, " over %.*s", TF_STR_ARGS(index_of(w, term->index))));
}

static void write_build(const writer *w, const tf_term *term) {
  const tf_index *in = &w->model->indices.at[term->index];
  for (size_t i = 0; i < term->count; i++) {
    tf_text_addf(w->out, "%s'%.*s': ", i == 0 ? "[" : ", ", TF_STR_ARGS(in->labels[i]));
    write_term(w, term->args[i], LOOSEST);
  }
  tf_text_addc(w->out, ']');
}

static void write_binary(const writer *w, const tf_term *term, int level) {
  bool right = term->op == TF_TERM_POWER; // a^(b^c) needs none, (a^b)^c does
  bool strict = term->op == TF_TERM_SUBTRACT || term->op == TF_TERM_DIVIDE || level == COMPARE;
  write_term(w, term->args[0], right || level == COMPARE ? level + 1 : level);
  tf_text_addf(w->out, right ? "%s" : " %s ", tf_op(term->op)->text);
  write_term(w, term->args[1], strict ? level + 1 : level);
}

static void write_open(const writer *w, const tf_term *term) {
  static const char *const timings[] = {", start", ", mid", ", end"};
  char buffer[16];
  tf_arena *arena = w->out->arena;
  switch (term->op) {
  case TF_TERM_CONSTANT:
    write_constant(w, term);
    return;
  case TF_TERM_QUANTITY:
    tf_text_add(w->out, name_of(w, term->quantity));
    return;
  case TF_TERM_DRAW:
    tf_draw_write(w->model, &w->draws[term->draw], w->out);
    return;
  case TF_TERM_STEP:
  case TF_TERM_ELAPSED:
    tf_text_adds(w->out, tf_op(term->op)->text);
    return;
  case TF_TERM_ROW:
    tf_text_add(w->out, index_of(w, term->index));
    return;
  case TF_TERM_NEGATE:
    tf_text_addc(w->out, '-');
    write_term(w, term->args[0], POWER);
    return;
  case TF_TERM_NOT:
    tf_text_adds(w->out, "not ");
    write_term(w, term->args[0], NOT);
    return;
  case TF_TERM_SELECT:
    tf_text_adds(w->out, "if ");
    write_term(w, term->args[0], OR);
    tf_text_adds(w->out, " then ");
    write_term(w, term->args[1], OR);
    tf_text_adds(w->out, " else ");
    write_term(w, term->args[2], IF);
    return;
  case TF_TERM_THEN:
    write_term(w, term->args[0], IF);
    tf_text_adds(w->out, ", then ");
    write_term(w, term->args[1], IF);
    return;
  case TF_TERM_LAG:
    write_lag(w, term);
    return;
  case TF_TERM_SHIFT:
    write_shift(w, term);
    return;
  case TF_TERM_AT:
    write_subscripted(w, term, tf_format(arena, "[%s]", tf_period_print(term->period, buffer)));
    return;
  case TF_TERM_FIRST:
  case TF_TERM_LAST:
    write_subscripted(w, term, term->op == TF_TERM_FIRST ? "[first]" : "[last]");
    return;
  case TF_TERM_ELEMENT:
    write_subscripted(w, term,
                      tf_format(arena, "['%.*s']", TF_STR_ARGS(w->model->indices.at[term->index].labels[term->row])));
    return;
  case TF_TERM_RESTRICT: // merging says it
    write_term(w, term->args[0], TIGHTEST);
    return;
  case TF_TERM_PICK:
    write_pick(w, term);
    return;
  case TF_TERM_BUILD:
    write_build(w, term);
    return;
  case TF_TERM_NPV:
  case TF_TERM_IRR:
  case TF_TERM_PAYBACK:
  case TF_TERM_DISCOUNTED_PAYBACK:
    write_args(w, tf_op(term->op)->text, term, timings[term->timing]);
    return;
  default:
    break;
  }
  if (tf_op(term->op)->class == TF_CLASS_REDUCE) {
    write_reduce(w, term);
    return;
  }
  if (term->restates) {
    write_args(w, "restate", term, "");
    return;
  }
  int level = binding(term);
  if (level < TIGHTEST) {
    write_binary(w, term, level);
  } else {
    write_args(w, tf_op(term->op)->text, term, "");
  }
}

static void write_term(const writer *w, const tf_term *term, int least) {
  bool wrap = binding(term) < least;
  if (wrap) {
    tf_text_addc(w->out, '(');
  }
  write_open(w, term);
  if (wrap) {
    tf_text_addc(w->out, ')');
  }
}

void tf_term_write(const tf_model *model, const tf_draw *draws, const tf_term *term, tf_text *out) {
  writer w = {model, draws, out};
  write_term(&w, term, LOOSEST);
}

void tf_value_write(const tf_model *model, const tf_quantity *q, double base, tf_text *out) {
  char buffer[16];
  switch (q->kind) {
  case TF_KIND_LABEL: {
    const tf_index *in = &model->indices.at[q->label_index];
    if (base >= 0.0 && base < (double)in->count) {
      tf_text_add(out, in->labels[(size_t)base]);
    }
    break;
  }
  case TF_KIND_DATE:
    tf_text_adds(out, tf_date_print(base / 86400.0, buffer));
    break;
  case TF_KIND_BOOL:
    tf_text_adds(out, base != 0.0 ? "true" : "false");
    break;
  case TF_KIND_NUMBER:
    tf_text_adds(out, tf_number_in_unit(out->arena, &q->unit, base));
    break;
  }
}

// ---- distributions ----

static const char *const family_names[] = {
#define FAMILY(id, name, forms, min_args, max_args, arguments) #name,
#include "lang/family.def"
#undef FAMILY
};

static void write_spec(const tf_model *model, const tf_quantity *q, const tf_dist_spec *spec, tf_text *out) {
  char buffer[32];
  tf_text_addf(out, "%s(", family_names[spec->family]);
  bool plain = spec->family == TF_FAMILY_EVENT || spec->family == TF_FAMILY_BETA || spec->family == TF_FAMILY_WEIBULL;
  size_t shown = spec->form == TF_FORM_SAMPLE && spec->count > 4 ? 4 : spec->count;
  for (size_t i = 0; i < shown; i++) {
    static const char *const between[] = {" to ", " .. ", " +- "};
    bool pair = i == 1 && spec->form <= TF_FORM_MEAN_SD;
    tf_text_adds(out, i == 0 ? "" : pair ? between[spec->form] : ", ");
    if (spec->form == TF_FORM_WEIGHTED) {
      tf_text_addf(out, "%s%%: ", tf_number_print15(spec->weights[i] * 100.0, buffer));
    }
    if (spec->parts != NULL) {
      write_spec(model, q, spec->parts[i], out);
    } else if ((spec->form == TF_FORM_ARGUMENTS && plain) || (spec->form == TF_FORM_MEAN_SD && i > 1)) {
      tf_text_adds(out, tf_number_print15(spec->args[i], buffer));
    } else if (q->kind == TF_KIND_DATE && pair && spec->form == TF_FORM_MEAN_SD) {
      tf_text_addf(out, "%s day", tf_number_print15(spec->args[i] / 86400.0, buffer));
    } else {
      tf_value_write(model, q, spec->args[i], out);
    }
  }
  if (shown < spec->count) {
    tf_text_addf(out, ", ... %zu values", spec->count);
  }
  if (spec->form == TF_FORM_INTERVAL && spec->level != 0.9) {
    tf_text_addf(out, " at %s%%", tf_number_print15(spec->level * 100.0, buffer));
  }
  tf_text_addc(out, ')');
}

void tf_draw_write(const tf_model *model, const tf_draw *draw, tf_text *out) {
  const tf_quantity *q = &model->quantities.at[draw->quantity];
  if (draw->walk) {
    tf_text_addf(out, "walk(%s per sqrt(year))",
                 tf_number_in_unit(out->arena, &q->unit, draw->walk_sd * sqrt(31557600.0)));
  } else {
    write_spec(model, q, &draw->spec, out);
  }
  if (draw->each_year) {
    tf_text_adds(out, " each year");
  } else if (draw->each_index != TF_NO_ID) {
    tf_text_addf(out, " each %.*s", TF_STR_ARGS(model->indices.at[draw->each_index].name));
  }
}
