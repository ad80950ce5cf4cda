// SPDX-License-Identifier: GPL-3.0-or-later
// Plans: the bindings of one scenario on top of a model, weakest first.
#include "model/planner.h"

void tf_plan_note(tf_planner *p, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = tf_vformat(p->arena, format, args);
  va_end(args);
  for (size_t i = 0; i < p->plan->notes.count; i++) {
    if (tf_str_eq(tf_str_of(p->plan->notes.at[i]), tf_str_of(text))) {
      return;
    }
  }
  tf_vec_push(p->arena, &p->plan->notes, text);
}

const char *tf_plan_where(const tf_planner *p, const tf_binding *binding) {
  return tf_cstr(p->arena, binding->setter);
}

// ---- --as-of ----

// A row dated by a month or a year is known on its last day, as data are (tf_date_read of the scenario layer).
static bool dated_later(const tf_planner *p, const tf_binding *b) {
  tf_period date;
  const char *bad = NULL;
  return p->as_of != INT64_MAX && b->date.len > 0 && tf_period_scan(b->date, &date, &bad) > 0 &&
         tf_period_end(date) - 1 > p->as_of;
}

static void warn_undated(tf_planner *p) {
  size_t count = 0;
  const tf_binding *first = NULL;
  for (size_t i = 0; i < p->column->bindings.count; i++) {
    const tf_binding *b = &p->column->bindings.at[i];
    if (b->date.len == 0 && !tf_str_starts(b->setter, "--set")) {
      first = first == NULL ? b : first;
      count++;
    }
  }
  if (p->as_of != INT64_MAX && count > 0) {
    char shown[16];
    tf_warn(p->cx, first->name.at, "%zu row%s without a date %s kept as known on %s", count, count == 1 ? "" : "s",
            count == 1 ? "is" : "are", tf_date_print((double)p->as_of, shown));
    tf_hint(p->cx, "write the day each value became known into the column `date`");
  }
}

static void bind_all(tf_planner *p) {
  for (size_t i = 0; i < p->column->bindings.count; i++) {
    const tf_binding *b = &p->column->bindings.at[i];
    if (dated_later(p, b)) {
      p->plan->data_left_out += b->actual ? 1 : 0;
      continue;
    }
    p->plan->data_used += b->actual ? 1 : 0;
    p->good = tf_plan_bind(p, b) && p->good;
  }
}

// ---- replaced equations ----

static bool report_replaced(tf_planner *p, uint32_t quantity) {
  const tf_setting *s = &p->settings[quantity];
  const tf_quantity *q = &p->model->quantities.at[quantity];
  if (s->origin == NULL || q->input || s->keeps_equation) {
    return true;
  }
  p->quantities[quantity].replaced = true;
  if (p->strict) {
    (void)tf_fail(p->cx, TF_INVALID, s->origin->name.at, "set, equation not used: `%.*s`", TF_STR_ARGS(q->name));
    tf_also(p->cx, q->at, "its equation is here");
    tf_hint(p->cx, "set the inputs of the equation, or build on it with `base`");
    return false;
  }
  tf_plan_note(p, "set, equation not used: `%.*s` (%s)", TF_STR_ARGS(q->name), tf_plan_where(p, s->origin));
  return true;
}

// A stronger setting of the whole leaves periods and rows that a weaker one gave: said, for few expect it.
static void report_kept(tf_planner *p, uint32_t quantity) {
  const tf_setting *s = &p->settings[quantity];
  const tf_quantity *q = &p->model->quantities.at[quantity];
  bool on_top = s->origin != NULL && s->origin->mode == TF_BIND_MULTIPLY;
  if (s->origin == NULL || on_top) {
    return;
  }
  for (size_t i = 0; i < s->given.count; i++) {
    const tf_given *g = &s->given.at[i];
    if (g->binding < s->origin && !tf_str_eq(g->binding->setter, s->origin->setter)) {
      tf_plan_note(p, "`%.*s` is set by %s; what %s gives for single periods still holds", TF_STR_ARGS(q->name),
                   tf_plan_where(p, s->origin), tf_plan_where(p, g->binding));
      break;
    }
  }
  for (size_t e = 0; s->elements != NULL && e < q->elements; e++) {
    const tf_binding *by = s->element_origins[e];
    if (s->elements[e] != NULL && by < s->origin && !tf_str_eq(by->setter, s->origin->setter)) {
      tf_plan_note(p, "`%.*s` is set by %s; what %s gives for single rows still holds", TF_STR_ARGS(q->name),
                   tf_plan_where(p, s->origin), tf_plan_where(p, by));
      break;
    }
  }
}

static void settle(tf_planner *p, uint32_t quantity) {
  const tf_setting *s = &p->settings[quantity];
  const tf_quantity *q = &p->model->quantities.at[quantity];
  tf_plan_quantity *out = &p->quantities[quantity];
  out->value = s->value;
  out->origin = s->origin;
  if (q->column) { // rows of tables are elements, given or not
    const tf_term **elements = TF_ARRAY(p->arena, const tf_term *, q->elements + 1);
    for (size_t e = 0; e < q->elements; e++) {
      bool set = s->elements != NULL && s->elements[e] != NULL;
      elements[e] = set ? s->elements[e] : q->column_values[e];
    }
    out->elements = elements;
    out->element_origins = s->element_origins;
  } else {
    for (size_t e = 0; s->elements != NULL && e < q->elements; e++) {
      if (s->elements[e] != NULL) {
        out->elements = s->elements;
        out->element_origins = s->element_origins;
      }
    }
  }
  p->good = report_replaced(p, quantity) && p->good;
  report_kept(p, quantity);
  p->good = tf_plan_lay_out(p, quantity) && p->good;
}

// ---- correlations ----

static void correlate(tf_planner *p) {
  tf_plan *plan = p->plan;
  size_t own = p->column->correlations.count;
  tf_correlation *mine = TF_ARRAY(p->arena, tf_correlation, own + 1);
  size_t count = 0;
  for (size_t i = 0; i < own; i++) {
    const tf_correlate_statement *statement = &p->column->correlations.at[i];
    tf_correlation c = {.at = statement->at};
    bool a = tf_model_find(p->cx, p->model, statement->a, &c.a) == TF_OK;
    bool b = tf_model_find(p->cx, p->model, statement->b, &c.b) == TF_OK;
    if (a && b && tf_check_correlation(&p->checker, 0, statement, &c, mine, count)) {
      mine[count++] = c;
    } else {
      p->good = false;
    }
  }
  for (size_t i = 0; i < p->model->correlations.count; i++) {
    const tf_correlation *c = &p->model->correlations.at[i];
    bool again = false;
    for (size_t j = 0; j < count; j++) {
      again = again || (mine[j].a == c->a && mine[j].b == c->b) || (mine[j].a == c->b && mine[j].b == c->a);
    }
    if (!again) {
      tf_vec_push(p->arena, &plan->correlations, *c);
    }
  }
  for (size_t i = 0; i < count; i++) {
    tf_vec_push(p->arena, &plan->correlations, mine[i]);
  }
}

tf_status tf_plan_build(tf_context *cx, const tf_model *model, const tf_column *column, bool strict, int64_t as_of,
                        tf_plan **plan) {
  tf_planner p = {.cx = cx,
                  .arena = cx->arena,
                  .model = model,
                  .column = column,
                  .axis = &column->axis,
                  .strict = strict,
                  .as_of = as_of,
                  .good = true};
  uint32_t count = (uint32_t)model->quantities.count;
  p.plan = TF_NEW(p.arena, tf_plan);
  p.quantities = TF_ARRAY(p.arena, tf_plan_quantity, count + 1u);
  p.settings = TF_ARRAY(p.arena, tf_setting, count + 1u);
  p.seen = tf_map_new(p.arena);
  *p.plan = (tf_plan){.model = model, .column = column, .axis = column->axis, .quantities = p.quantities};
  // The checker only reads the model here: cells name no quantity, and draws go to its own list.
  tf_checker_init(&p.checker, cx, (tf_model *)(uintptr_t)model);
  for (size_t i = 0; i < model->draws.count; i++) {
    tf_vec_push(p.arena, &p.checker.draws, model->draws.at[i]);
  }
  for (uint32_t q = 0; q < count; q++) {
    p.settings[q].value = model->quantities.at[q].value;
  }
  warn_undated(&p);
  bind_all(&p);
  for (uint32_t q = 0; q < count; q++) {
    settle(&p, q);
  }
  correlate(&p);
  if (!p.good || !tf_plan_check(&p)) {
    return TF_INVALID;
  }
  p.plan->draws.at = p.checker.draws.at;
  p.plan->draws.count = p.checker.draws.count;
  p.plan->draws.capacity = p.checker.draws.capacity;
  *plan = p.plan;
  return TF_OK;
}
