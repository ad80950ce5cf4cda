// SPDX-License-Identifier: GPL-3.0-or-later
// Small models in memory for the tests of the model layer.
#ifndef TF_TESTS_MODEL_SUPPORT_H
#define TF_TESTS_MODEL_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <math.h>

#include <cmocka.h>

#include "base/context.h"
#include "model/plan.h"

typedef struct world {
  tf_context *cx;
  tf_units *units;
  tf_memory_source sources[8];
  size_t source_count;
  tf_model *model;
  tf_column column;
  tf_plan *plan;
} world;

static inline world *world_new(void) {
  tf_context *cx = tf_context_new();
  assert_non_null(cx);
  world *w = TF_NEW(cx->arena, world);
  w->cx = cx;
  w->units = tf_units_new(cx);
  w->column.name = TF_STR("base");
  return w;
}

static inline void world_free(world *w) {
  tf_context_free(w->cx);
}

static inline void add_source(world *w, const char *name, const char *body, bool table) {
  const char *text = table ? body : tf_format(w->cx->arena, "language 1\n%s", body);
  tf_str file = tf_str_of(tf_format(w->cx->arena, "%s.%s", name, table ? "csv" : "model"));
  uint32_t source = tf_source_add(w->cx->arena, &w->cx->sources, file, tf_str_of(text));
  w->sources[w->source_count++] = (tf_memory_source){tf_str_of(name), source, table};
}

static inline void add_table(world *w, const char *name, const char *text) {
  add_source(w, name, text, true);
}

static inline void add_module(world *w, const char *name, const char *text) {
  add_source(w, name, text, false);
}

// Loads module `m` and those added before.
static inline tf_status load(world *w, const char *text) {
  add_source(w, "m", text, false);
  tf_located name = {TF_STR("m"), {0, 0, 0}};
  return tf_model_load_sources(w->cx, w->units, w->sources, w->source_count, &name, 1, &w->model);
}

static inline const char *all_messages(const world *w) {
  tf_text text = tf_text_new(w->cx->arena);
  for (size_t i = 0; i < w->cx->diags.list.count; i++) {
    const tf_diag *d = &w->cx->diags.list.at[i];
    tf_text_addf(&text, "%s\n", d->message);
    if (d->also_label != NULL) {
      tf_text_addf(&text, "  also: %s\n", d->also_label);
    }
    if (d->hint != NULL) {
      tf_text_addf(&text, "  hint: %s\n", d->hint);
    }
  }
  return text.len == 0 ? "" : text.ptr;
}

static inline void load_ok(world *w, const char *text) {
  if (load(w, text) != TF_OK) {
    fail_msg("did not load:\n%s\n%s", text, all_messages(w));
  }
}

static inline uint32_t find(const world *w, const char *name) {
  uint32_t id = tf_map_get(&w->model->names, tf_str_of(name));
  if (id == TF_MAP_NONE) {
    fail_msg("no quantity %s", name);
  }
  return id;
}

static inline const tf_quantity *quantity(const world *w, const char *name) {
  return &w->model->quantities.at[find(w, name)];
}

static inline const char *printed(const world *w, const tf_term *term) {
  tf_plan plan = {.model = w->model};
  plan.draws.at = w->plan != NULL ? w->plan->draws.at : w->model->draws.at;
  tf_text out = tf_text_new(w->cx->arena);
  tf_term_print(&plan, term, &out);
  return out.ptr;
}

static inline const char *equation(const world *w, const char *name) {
  return printed(w, quantity(w, name)->value);
}

static inline const char *indices_of(const world *w, const char *name) {
  const tf_quantity *q = quantity(w, name);
  tf_text out = tf_text_new(w->cx->arena);
  for (size_t i = 0; i < q->index_count; i++) {
    tf_text_addf(&out, "%s%.*s", i == 0 ? "" : " ", TF_STR_ARGS(w->model->indices.at[q->indices[i]].name));
  }
  return out.len == 0 ? "" : out.ptr;
}

// The whole of what is said about a model that does not load; also and hint on lines of their own.
static inline void expect_errors(const char *text, const char *messages) {
  world *w = world_new();
  assert_int_equal(load(w, text), TF_INVALID);
  assert_string_equal(all_messages(w), messages);
  world_free(w);
}

// ---- plans ----

static inline tf_located located(world *w, const char *text) {
  tf_str copy = tf_str_of(text);
  uint32_t source = tf_source_add(w->cx->arena, &w->cx->sources, TF_STR("x.csv"), copy);
  return (tf_located){copy, {source, 0, (uint32_t)copy.len}};
}

static inline void axis(world *w, const char *range, const char *step) {
  assert_int_equal(tf_axis_parse(w->cx, located(w, range), located(w, step), &w->column.axis), TF_OK);
}

// Adds a setting: name[label], period, value, unit; "" for none.
static inline tf_binding *bind_as(world *w, const char *setter, const char *name, const char *label, const char *period,
                                  const char *value, const char *unit) {
  tf_binding b = {.name = located(w, name),
                  .label = located(w, label),
                  .period = located(w, period),
                  .value = located(w, value),
                  .unit = located(w, unit),
                  .setter = tf_str_of(setter),
                  .bare_note = true};
  tf_vec_push(w->cx->arena, &w->column.bindings, b);
  return &w->column.bindings.at[w->column.bindings.count - 1];
}

static inline tf_binding *bind(world *w, const char *name, const char *period, const char *value) {
  return bind_as(w, "x.csv column base", name, "", period, value, "");
}

static inline tf_status build(world *w) {
  return tf_plan_build(w->cx, w->model, &w->column, false, INT64_MAX, &w->plan);
}

static inline void build_ok(world *w) {
  if (build(w) != TF_OK) {
    fail_msg("no plan:\n%s", all_messages(w));
  }
}

static inline const tf_plan_quantity *planned(const world *w, const char *name) {
  return &w->plan->quantities[find(w, name)];
}

// What is given for a row of the axis, as text; "" where the equation applies.
static inline const char *given(const world *w, const char *name, size_t element, int row) {
  const tf_plan_quantity *q = planned(w, name);
  if (q->given == NULL || row < -q->history) {
    return "";
  }
  size_t rows = (size_t)(q->history + w->plan->axis.count);
  const tf_term *term = q->given[element * rows + (size_t)(q->history + row)];
  return term == NULL ? "" : printed(w, term);
}

static inline const char *notes(const world *w) {
  tf_text out = tf_text_new(w->cx->arena);
  for (size_t i = 0; i < w->plan->notes.count; i++) {
    tf_text_addf(&out, "%s\n", w->plan->notes.at[i]);
  }
  return out.len == 0 ? "" : out.ptr;
}

#endif
