// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/settings.h"

#include "out/delimited.h"

const char *tf_squeeze(tf_arena *arena, tf_str text) {
  tf_text out = tf_text_new(arena);
  bool blank = false;
  bool comment = false;
  bool quoted = false;
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    quoted = quoted != (c == '\'');
    comment = (comment || (c == '#' && !quoted)) && c != '\n';
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = out.len > 0;
      continue;
    }
    if (comment) {
      continue;
    }
    if (blank) {
      tf_text_addc(&out, ' ');
      blank = false;
    }
    tf_text_addc(&out, c);
  }
  return out.len > 0 ? out.ptr : "";
}

const char *tf_parameter_name(tf_arena *arena, const tf_model *model, uint32_t quantity, size_t element, bool all) {
  const tf_quantity *q = &model->quantities.at[quantity];
  if (all || q->index_count == 0) {
    return tf_cstr(arena, q->name);
  }
  tf_text text = tf_text_new(arena);
  tf_text_add(&text, q->name);
  tf_text_addc(&text, '[');
  tf_element_labels(model, q, element, &text);
  tf_text_addc(&text, ']');
  return text.ptr;
}

typedef struct resolved_row {
  const char *parameter, *period, *kind;
  tf_str value, unit, setter, source, date, note;
} resolved_row;

static void print_row(const tf_case *c, const resolved_row *row, tf_text *out) {
  tf_csv_text(out, c->column->name);
  tf_text_addc(out, ',');
  tf_csv_text(out, tf_str_of(row->parameter));
  tf_text_addf(out, ",%s,", row->period);
  tf_csv_text(out, row->value);
  tf_text_addc(out, ',');
  tf_csv_text(out, row->unit);
  tf_text_addf(out, ",%s,", row->kind);
  tf_csv_text(out, row->setter);
  tf_text_addc(out, ',');
  tf_csv_text(out, row->source);
  tf_text_addc(out, ',');
  tf_csv_text(out, row->date);
  tf_text_addc(out, ',');
  tf_csv_text(out, row->note);
  tf_text_addc(out, '\n');
}

static void print_binding(tf_arena *arena, const tf_case *c, const char *parameter, const char *period,
                          const tf_binding *b, tf_text *out) {
  static const char *const modes[] = {"", "*", "+", ""};
  resolved_row row = {.parameter = parameter, .period = period, .kind = b->actual ? "observed" : "set"};
  row.value = tf_str_of(tf_format(arena, "%s%s", modes[b->mode], tf_squeeze(arena, b->value.text)));
  row.unit = b->unit.text;
  row.setter = b->setter;
  row.source = b->source;
  row.date = b->date;
  row.note = b->note;
  print_row(c, &row, out);
}

static void print_given(tf_arena *arena, const tf_case *c, uint32_t id, tf_text *out) {
  const tf_plan_quantity *planned = &c->plan->quantities[id];
  const tf_quantity *quantity = &c->plan->model->quantities.at[id];
  if (planned->given_origin == NULL) {
    return;
  }
  size_t width = (size_t)(planned->history + c->plan->axis.count);
  for (size_t e = 0; e < quantity->elements; e++) {
    const tf_binding *before = NULL;
    for (size_t r = 0; r < width; r++) {
      const tf_binding *b = planned->given_origin[e * width + r];
      if (b == NULL || b == before) {
        continue; // a year on a quarterly axis is one setting
      }
      before = b;
      const char *name = tf_parameter_name(arena, c->plan->model, id, e, b->label.text.len == 0);
      print_binding(arena, c, name, tf_cstr(arena, b->period.text), b, out);
    }
  }
}

// Settings of single rows of an index, where no setting of the whole came after them.
static void print_elements(tf_arena *arena, const tf_case *c, uint32_t id, tf_text *out) {
  const tf_plan_quantity *planned = &c->plan->quantities[id];
  const tf_binding *before = NULL;
  for (size_t e = 0; planned->element_origins != NULL && e < c->plan->model->quantities.at[id].elements; e++) {
    const tf_binding *b = planned->element_origins[e];
    if (b != NULL && b != before) {
      print_binding(arena, c, tf_parameter_name(arena, c->plan->model, id, e, false), "", b, out);
    }
    before = b;
  }
}

void tf_print_resolved(const tf_session *session, tf_text *out) {
  tf_arena *arena = session->cx->arena;
  tf_text_adds(out, "scenario,parameter,period,value,unit,kind,set by,source,date,note\n");
  for (size_t i = 0; i < session->cases.count; i++) {
    const tf_case *c = &session->cases.at[i];
    const tf_model *model = c->plan->model;
    for (uint32_t id = 0; id < model->quantities.count; id++) {
      const tf_quantity *quantity = &model->quantities.at[id];
      const tf_plan_quantity *planned = &c->plan->quantities[id];
      const char *name = tf_cstr(arena, quantity->name);
      if (planned->origin != NULL) {
        const tf_binding *b = planned->origin;
        const char *full =
            b->label.text.len > 0 ? tf_format(arena, "%s[%.*s]", name, TF_STR_ARGS(b->label.text)) : name;
        print_binding(arena, c, full, "", b, out);
      } else if (quantity->definition != NULL) {
        resolved_row row = {.parameter = name, .period = "", .kind = quantity->input ? "default" : "equation"};
        row.value = tf_str_of(tf_squeeze(arena, quantity->definition->right.text));
        row.unit = quantity->kind == TF_KIND_NUMBER ? quantity->unit.text : quantity->definition->type_text.text;
        row.setter = TF_STR("model");
        row.source = quantity->source.text;
        print_row(c, &row, out);
      }
      print_elements(arena, c, id, out);
      print_given(arena, c, id, out);
    }
  }
}
