// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions carried along all equations of a plan (definition.h says how), and an error where two different ones
// meet: their sum or ratio would be a number of nothing that anybody measured.
//
// Per element, not per period: a series has one definition. Quantities are taken after what they read; within a
// circle (a value from its own past) until nothing changes, which ends because a value that has a definition keeps it.
#include "model/carry.h"

// ---- quantities ----

static bool holds(const tf_plan_quantity *pq, const tf_given *g, size_t element, size_t rows) {
  for (size_t r = 0; r < rows; r++) {
    const tf_binding *by = pq->given_origin[element * rows + r];
    bool part =
        g->covers == 0 && by != NULL && (int)r == pq->history + g->row && tf_str_eq(by->setter, g->binding->setter);
    if (by == g->binding || part) {
      return true;
    }
  }
  return false;
}

// The rows that hold for one element have one definition.
static tf_mark given_mark(tf_carrier *c, uint32_t quantity, size_t element) {
  tf_planner *p = c->p;
  const tf_setting *s = &p->settings[quantity];
  const tf_plan_quantity *pq = &p->quantities[quantity];
  size_t rows = (size_t)(pq->history + p->axis->count);
  tf_mark all = {.set = TF_SET_NONE};
  for (size_t i = 0; pq->given != NULL && i < s->given.count; i++) {
    const tf_given *g = &s->given.at[i];
    bool here = g->defined != NULL && (g->element == TF_ALL_ELEMENTS || g->element == element);
    if (!here || !holds(pq, g, element, rows)) {
      continue;
    }
    tf_mark m = tf_mark_given(c, quantity, element, g->defined);
    if (all.set != TF_SET_NONE && all.set != m.set && c->report) {
      c->good = false;
      (void)tf_fail(p->cx, TF_INVALID, m.by->definition.at, "rows of `%s` have two definitions, `%s` and `%s`",
                    tf_mark_name(c, &m), tf_definition_text(&c->names, all.set), tf_definition_text(&c->names, m.set));
      tf_also(p->cx, all.by->definition.at, "the first is here");
      tf_hint(p->cx, "a series has one definition: give all its periods in it, or bring some over with "
                     "`restate(x, by)` in a quantity of its own");
    }
    all = all.set == TF_SET_NONE ? m : all;
  }
  return all;
}

// A value and the definition that its setting states.
static tf_mark stated(tf_carrier *c, uint32_t quantity, size_t element, tf_mark value, const tf_binding *by) {
  return by == NULL ? value : tf_mark_given(c, quantity, element, by);
}

static bool covered_element(const tf_planner *p, uint32_t quantity, size_t element) {
  const tf_plan_quantity *pq = &p->quantities[quantity];
  size_t rows = (size_t)(pq->history + p->axis->count);
  for (size_t r = (size_t)pq->history; pq->given != NULL && r < rows; r++) {
    if (pq->given[element * rows + r] == NULL) {
      return false;
    }
  }
  return pq->given != NULL && p->axis->count > 0;
}

static bool same(tf_marks a, tf_marks b, size_t count) {
  for (size_t e = 0; e < count; e++) {
    if (tf_mark_at(a, e).set != tf_mark_at(b, e).set) {
      return false;
    }
  }
  return true;
}

// Is a definition stated for it, or carried to it by anything it reads?
static bool touched(const tf_carrier *c, const tf_edges *edges, uint32_t quantity) {
  const tf_setting *s = &c->p->settings[quantity];
  bool own = s->defined != NULL || s->element_defined != NULL;
  for (size_t i = 0; i < s->given.count && !own; i++) {
    own = s->given.at[i].defined != NULL;
  }
  for (uint32_t e = edges->first[quantity]; e < edges->first[quantity + 1] && !own; e++) {
    own = !tf_marks_plain(c->of[edges->targets[e]]);
  }
  return own;
}

// What the quantity has, by its settings and its equation. True if that changed.
static bool settle(tf_carrier *c, const tf_edges *edges, uint32_t quantity) {
  tf_planner *p = c->p;
  const tf_plan_quantity *pq = &p->quantities[quantity];
  const tf_setting *s = &p->settings[quantity];
  if (!touched(c, edges, quantity)) {
    return false;
  }
  size_t count = c->count_of[quantity];
  bool all_covered = true;
  for (size_t e = 0; e < count; e++) {
    all_covered = all_covered && covered_element(p, quantity, e);
  }
  const tf_term *value = all_covered ? NULL : pq->value;
  const tf_extent own = {p->model->quantities.at[quantity].indices, p->model->quantities.at[quantity].index_count};
  tf_marks whole = value == NULL ? (tf_marks){0} : tf_carry(c, value);
  tf_mark *result = TF_ARRAY(p->arena, tf_mark, count + 1);
  bool any = false;
  for (size_t e = 0; e < count; e++) {
    tf_mark m = value == NULL ? whole.one : tf_mark_in(c, whole, tf_extent_of(value), own, e);
    m = stated(c, quantity, e, m, s->defined);
    if (pq->elements != NULL && pq->elements[e] != NULL) {
      m = tf_mark_at(tf_carry(c, pq->elements[e]), 0);
      m = stated(c, quantity, e, m, s->element_defined == NULL ? NULL : s->element_defined[e]);
    }
    tf_mark given = given_mark(c, quantity, e);
    bool over = covered_element(p, quantity, e);
    if (given.set != TF_SET_NONE && m.set != TF_SET_NONE && !over && c->report &&
        tf_definition_clash(&c->names, given.set, m.set, &(uint32_t){0}, &(uint32_t){0})) {
      c->good = false;
      (void)tf_fail(p->cx, TF_INVALID, p->model->quantities.at[quantity].at,
                    "`%s` is given in `%s`, but its equation goes on in `%s`", tf_mark_name(c, &given),
                    tf_definition_text(&c->names, given.set), tf_definition_text(&c->names, m.set));
      tf_mark_show_both(c, &given, &m, "give its rows in the definition of what it is computed from, or restate that");
    }
    result[e] = given.set != TF_SET_NONE || over ? given : m;
    any = any || result[e].set != TF_SET_NONE;
  }
  tf_marks now = any ? (tf_marks){.each = result} : (tf_marks){0};
  bool changed = !same(c->of[quantity], now, count);
  c->of[quantity] = now;
  return changed;
}

static void settle_all(tf_carrier *c, const tf_edges *edges) {
  tf_components components;
  tf_components_find(c->p->arena, edges, &components);
  for (uint32_t k = 0; k < components.count; k++) {
    uint32_t begin = components.first[k];
    uint32_t end = components.first[k + 1];
    bool circle = end - begin > 1 || tf_edge_within(edges, &components, components.members[begin]);
    bool changed = circle;
    c->report = false;
    for (uint32_t round = 0; changed && round <= end - begin + 1; round++) {
      changed = false;
      for (uint32_t i = begin; i < end; i++) {
        changed = settle(c, edges, components.members[i]) || changed;
      }
    }
    c->report = true;
    for (uint32_t i = begin; i < end; i++) {
      (void)settle(c, edges, components.members[i]);
    }
  }
}

static void keep(tf_carrier *c) {
  tf_planner *p = c->p;
  for (uint32_t q = 0; q < p->model->quantities.count; q++) {
    if (tf_marks_plain(c->of[q])) {
      continue;
    }
    tf_definition_held *held = TF_ARRAY(p->arena, tf_definition_held, c->count_of[q] + 1);
    for (size_t e = 0; e < c->count_of[q]; e++) {
      tf_mark m = tf_mark_at(c->of[q], e);
      held[e] = (tf_definition_held){.text = tf_str_of(tf_definition_text(&c->names, m.set)),
                                     .by = m.set == TF_SET_NONE ? NULL : m.by};
      held[e].count = tf_definition_parts(&c->names, m.set, &held[e].parts);
    }
    p->quantities[q].definitions = held;
  }
}

// Before any is carried: what is half a bridge would pass for a name.
static bool all_whole(tf_planner *p, bool *any) {
  bool good = true;
  for (size_t i = 0; i < p->column->bindings.count; i++) {
    const tf_located *cell = &p->column->bindings.at[i].definition;
    const char *hint = NULL;
    *any = *any || cell->text.len > 0;
    if (cell->text.len > 0 && !tf_definition_whole(p->arena, cell->text, &hint)) {
      (void)tf_fail(p->cx, TF_INVALID, cell->at, "the definition `%.*s` is neither a name nor a bridge `A to B`",
                    TF_STR_ARGS(tf_str_trim(cell->text)));
      tf_hint(p->cx, "%s", hint);
      good = false;
    }
  }
  return good;
}

bool tf_plan_define(tf_planner *p, const tf_edges *edges) {
  bool any = false;
  if (!all_whole(p, &any)) {
    return false;
  }
  if (!any) {
    return true;
  }
  uint32_t count = (uint32_t)p->model->quantities.count;
  tf_carrier c = {.p = p, .good = true};
  tf_definitions_init(&c.names, p->arena);
  c.of = TF_ARRAY(p->arena, tf_marks, count + 1u);
  c.count_of = TF_ARRAY(p->arena, size_t, count + 1u);
  for (uint32_t q = 0; q < count; q++) {
    c.count_of[q] = p->model->quantities.at[q].elements;
  }
  settle_all(&c, edges);
  for (size_t i = 0; i < p->model->checks.count; i++) {
    (void)tf_carry(&c, p->model->checks.at[i].condition);
  }
  keep(&c);
  return c.good;
}

// ---- scenarios side by side ----

static tf_definition_held held(const tf_plan *plan, uint32_t quantity, size_t element) {
  const tf_definition_held *all = plan->quantities[quantity].definitions;
  return all == NULL ? (tf_definition_held){.by = NULL} : all[element];
}

static const char *scenario_name(tf_context *cx, const tf_plan *plan) {
  return tf_format(cx->arena, "%.*s of %.*s", TF_STR_ARGS(plan->column->name), TF_STR_ARGS(plan->column->file));
}

// A part of one whose kind the other defines, but not so. NULL if there is none.
static const struct tf_definition_part *contradicts(tf_definition_held a, tf_definition_held b) {
  for (size_t i = 0; i < a.count; i++) {
    bool kind = false;
    bool name = false;
    for (size_t k = 0; k < b.count; k++) {
      kind = kind || b.parts[k].kind == a.parts[i].kind;
      name = name || (b.parts[k].kind == a.parts[i].kind && tf_str_eq(b.parts[k].text, a.parts[i].text));
    }
    if (kind && !name) {
      return &a.parts[i];
    }
  }
  return NULL;
}

static tf_status compare_element(tf_context *cx, const tf_plan *one, const tf_plan *two, uint32_t quantity,
                                 size_t element) {
  tf_definition_held a = held(one, quantity, element);
  tf_definition_held b = held(two, quantity, element);
  if (contradicts(a, b) == NULL && contradicts(b, a) == NULL) {
    return TF_OK;
  }
  const tf_quantity *q = &one->model->quantities.at[quantity];
  tf_text name = tf_text_new(cx->arena);
  tf_text_add(&name, q->name);
  if (q->index_count > 0) {
    tf_text_addc(&name, '[');
    tf_element_labels(one->model, q, element, &name);
    tf_text_addc(&name, ']');
  }
  tf_status status =
      tf_fail(cx, TF_INVALID, b.by->definition.at, "`%s` is in `%.*s` in the scenario %s, but in `%.*s` in %s",
              name.ptr, TF_STR_ARGS(b.text), scenario_name(cx, two), TF_STR_ARGS(a.text), scenario_name(cx, one));
  tf_also(cx, a.by->definition.at, "the other is here");
  tf_hint(cx, "side by side they would be compared: bring one over with `restate(x, by)`, or show one with --column");
  return status;
}

tf_status tf_plans_compare_definitions(tf_context *cx, const tf_plan *const *plans, size_t count) {
  for (size_t i = 1; i < count; i++) {
    const tf_model *model = plans[0]->model;
    for (uint32_t q = 0; q < model->quantities.count; q++) {
      bool shown = plans[i]->quantities[q].used && plans[i]->quantities[q].definitions != NULL;
      for (size_t e = 0; shown && e < model->quantities.at[q].elements; e++) {
        tf_status status = compare_element(cx, plans[0], plans[i], q, e);
        if (status != TF_OK) {
          return status;
        }
      }
    }
  }
  return TF_OK;
}
