// SPDX-License-Identifier: GPL-3.0-or-later
// What depends on what: same-period cycles, look-ahead in cycles, what varies over periods, the order of Sobol
// dimensions, and which quantities are not used.
#include "model/order.h"

#include <math.h>
#include <string.h>

typedef struct collector {
  tf_arena *arena;
  TF_VEC(uint32_t) targets;
  TF_VEC(unsigned char) kinds;
  struct last_edge {
    uint32_t from, position;
  } * last; // by target: the edge that was noted last, so that edges appear once
  uint32_t from;
} collector;

static void note(collector *c, uint32_t quantity, unsigned kind) {
  struct last_edge *last = &c->last[quantity];
  if (last->from == c->from) {
    c->kinds.at[last->position] = (unsigned char)(c->kinds.at[last->position] | kind);
    return;
  }
  *last = (struct last_edge){c->from, (uint32_t)c->targets.count};
  tf_vec_push(c->arena, &c->targets, quantity);
  tf_vec_push(c->arena, &c->kinds, (unsigned char)kind);
}

static void collect(collector *c, const tf_term *term, unsigned kind) {
  if (term->op == TF_TERM_QUANTITY) {
    note(c, term->quantity, kind);
    return;
  }
  if (term->op == TF_TERM_LAG) {
    note(c, term->quantity, term->lag < 0 ? TF_USE_PAST : term->lag > 0 ? TF_USE_AHEAD : kind);
  } else if (term->op == TF_TERM_LOOKUP) {
    note(c, term->quantity, kind);
  }
  unsigned first = kind; // of args[0]
  double shift = 0.0;
  switch (term->op) {
  case TF_TERM_SHIFT:
    // By a time that is not known before the run, or to the future, it may read any period.
    first = tf_term_constant(term->args[1], &shift) && shift < 0.0 ? TF_USE_PAST : TF_USE_SAME | TF_USE_AHEAD;
    break;
  case TF_TERM_AT:
  case TF_TERM_LAST:
  case TF_TERM_NPV:
  case TF_TERM_IRR:
  case TF_TERM_PAYBACK:
  case TF_TERM_DISCOUNTED_PAYBACK:
    first = kind | TF_USE_AHEAD;
    break;
  default:
    break;
  }
  for (size_t i = 0; i < term->count; i++) {
    collect(c, term->args[i], i == 0 ? first : kind);
  }
}

static collector collector_new(tf_arena *arena, uint32_t count) {
  collector c = {.arena = arena, .last = tf_alloc(arena, count + 1u, sizeof *c.last)};
  memset(c.last, 0xff, (count + 1u) * sizeof *c.last);
  return c;
}

void tf_uses_collect(tf_arena *arena, uint32_t count, tf_term_list terms, void *user, tf_edges *edges) {
  collector c = collector_new(arena, count);
  uint32_t *first = TF_ARRAY(arena, uint32_t, count + 1u);
  for (uint32_t q = 0; q < count; q++) {
    c.from = q;
    first[q] = (uint32_t)c.targets.count;
    const tf_term *term = NULL;
    for (size_t i = 0; terms(user, q, i, &term); i++) {
      if (term != NULL) {
        collect(&c, term, TF_USE_SAME);
      }
    }
  }
  first[count] = (uint32_t)c.targets.count;
  *edges = (tf_edges){count, first, c.targets.at, c.kinds.at};
}

void tf_uses_update(tf_arena *arena, const tf_edges *base, const bool *changed, tf_term_list terms, void *user,
                    tf_edges *edges) {
  collector c = collector_new(arena, base->count);
  uint32_t *first = TF_ARRAY(arena, uint32_t, base->count + 1u);
  tf_vec_reserve(arena, &c.targets, base->first[base->count]);
  tf_vec_reserve(arena, &c.kinds, base->first[base->count]);
  for (uint32_t q = 0; q < base->count; q++) {
    c.from = q;
    first[q] = (uint32_t)c.targets.count;
    const tf_term *term = NULL;
    for (size_t i = 0; changed[q] && terms(user, q, i, &term); i++) {
      if (term != NULL) {
        collect(&c, term, TF_USE_SAME);
      }
    }
    for (uint32_t e = base->first[q]; !changed[q] && e < base->first[q + 1]; e++) {
      tf_vec_push(arena, &c.targets, base->targets[e]);
      tf_vec_push(arena, &c.kinds, base->kinds[e]);
    }
  }
  first[base->count] = (uint32_t)c.targets.count;
  *edges = (tf_edges){base->count, first, c.targets.at, c.kinds.at};
}

void tf_uses_filter(tf_arena *arena, const tf_edges *all, unsigned wanted, tf_edges *edges) {
  uint32_t *first = TF_ARRAY(arena, uint32_t, all->count + 1u);
  uint32_t *targets = TF_ARRAY(arena, uint32_t, all->first[all->count] + 1u);
  uint32_t kept = 0;
  for (uint32_t q = 0; q < all->count; q++) {
    first[q] = kept;
    for (uint32_t e = all->first[q]; e < all->first[q + 1]; e++) {
      if ((all->kinds[e] & wanted) != 0) {
        targets[kept++] = all->targets[e];
      }
    }
  }
  first[all->count] = kept;
  *edges = (tf_edges){all->count, first, targets, NULL};
}

bool tf_model_terms(void *user, uint32_t quantity, size_t i, const tf_term **term) {
  const tf_quantity *q = &((const tf_model *)user)->quantities.at[quantity];
  size_t values = q->column_values == NULL ? 0 : q->elements;
  if (i > values) {
    return false;
  }
  *term = i == 0 ? q->value : q->column_values[i - 1];
  return true;
}

size_t tf_quantity_uses(const tf_model *model, tf_arena *arena, const tf_term *value, uint32_t **uses) {
  uint32_t count = (uint32_t)model->quantities.count;
  collector c = collector_new(arena, count);
  if (value != NULL) {
    collect(&c, value, TF_USE_SAME);
  }
  *uses = c.targets.at;
  return c.targets.count;
}

// ---- cycles ----

static const char *path_text(const tf_model *model, tf_arena *arena, const uint32_t *path, size_t length) {
  tf_text text = tf_text_new(arena);
  size_t shown = length > 12 ? 10 : length;
  for (size_t i = 0; i < shown; i++) {
    tf_text_addf(&text, "%.*s -> ", TF_STR_ARGS(model->quantities.at[path[i]].name));
  }
  if (shown < length) {
    tf_text_addf(&text, "... (%zu more) -> ", length - shown);
  }
  tf_text_add(&text, model->quantities.at[path[0]].name);
  return text.ptr;
}

// The member that was declared first, so that the message does not depend on the search.
static uint32_t first_member(const tf_components *components, uint32_t component) {
  uint32_t least = UINT32_MAX;
  for (uint32_t i = components->first[component]; i < components->first[component + 1]; i++) {
    least = components->members[i] < least ? components->members[i] : least;
  }
  return least;
}

static bool cyclic(const tf_edges *edges, const tf_components *components, uint32_t component) {
  uint32_t begin = components->first[component];
  return components->first[component + 1] - begin > 1 || tf_edge_within(edges, components, components->members[begin]);
}

static bool same_period_cycles(tf_checker *k, const tf_edges *all, bool *bad) {
  tf_edges edges;
  tf_components components;
  tf_uses_filter(k->arena, all, TF_USE_SAME, &edges);
  tf_components_find(k->arena, &edges, &components);
  uint32_t *path = TF_ARRAY(k->arena, uint32_t, edges.count + 1u);
  bool good = true;
  for (uint32_t c = 0; c < components.count; c++) {
    if (!cyclic(&edges, &components, c)) {
      continue;
    }
    good = false;
    uint32_t from = first_member(&components, c);
    size_t length = tf_cycle_path(k->arena, &edges, &components, from, path);
    for (uint32_t i = components.first[c]; i < components.first[c + 1]; i++) {
      bad[components.members[i]] = true;
    }
    const tf_quantity *q = &k->model->quantities.at[from];
    (void)tf_fail(k->cx, TF_INVALID, q->at, "these need each other in the same period: %s",
                  path_text(k->model, k->arena, path, length));
    if (length > 1) {
      const tf_quantity *other = &k->model->quantities.at[path[1]];
      tf_also(k->cx, other->at, "`%.*s` is used by `%.*s`", TF_STR_ARGS(other->name), TF_STR_ARGS(q->name));
    }
    tf_hint(k->cx, "let one of them read the period before, as in `%.*s[t-1]`",
            TF_STR_ARGS(k->model->quantities.at[path[length - 1]].name));
  }
  return good;
}

static bool look_ahead_cycles(tf_checker *k, const tf_edges *all, const bool *bad) {
  tf_edges ahead;
  tf_components components;
  uint32_t count = (uint32_t)k->model->quantities.count;
  tf_uses_filter(k->arena, all, TF_USE_AHEAD, &ahead);
  if (ahead.first[count] == 0) {
    return true;
  }
  tf_components_find(k->arena, all, &components);
  bool good = true;
  for (uint32_t q = 0; q < count; q++) {
    if (bad[q] || !tf_edge_within(&ahead, &components, q)) {
      continue;
    }
    good = false;
    uint32_t *path = TF_ARRAY(k->arena, uint32_t, count + 1u);
    size_t length = tf_cycle_path(k->arena, all, &components, q, path);
    (void)tf_fail(k->cx, TF_INVALID, k->model->quantities.at[q].at, "`%.*s` reads periods to come inside a cycle: %s",
                  TF_STR_ARGS(k->model->quantities.at[q].name), path_text(k->model, k->arena, path, length));
    tf_hint(k->cx, "a cycle can only read the past, as in [t-1]");
  }
  return good;
}

bool tf_check_cycles(tf_checker *k, const tf_edges *all) {
  bool *bad = TF_ARRAY(k->arena, bool, k->model->quantities.count + 1);
  bool good = same_period_cycles(k, all, bad);
  return look_ahead_cycles(k, all, bad) && good;
}

// ---- what varies over periods ----

bool tf_term_series(const tf_term *term, const bool *series, const tf_draw *draws) {
  switch (term->op) {
  case TF_TERM_QUANTITY:
    return series[term->quantity];
  case TF_TERM_DRAW:
    return draws[term->draw].each_year || draws[term->draw].walk;
  case TF_TERM_LAG:
    return series[term->quantity] || term->count > 0;
  case TF_TERM_ELAPSED:
  case TF_TERM_AFTER:
  case TF_TERM_RAMP:
  case TF_TERM_THEN:
  case TF_TERM_CUMULATIVE:
  case TF_TERM_CHANGE:
  case TF_TERM_DELAY:
  case TF_TERM_SURVIVE:
  case TF_TERM_RETIRED:
  case TF_TERM_STRAIGHT_LINE:
  case TF_TERM_SCHEDULE:
    return true;
  case TF_TERM_AT:
  case TF_TERM_FIRST:
  case TF_TERM_LAST:
  case TF_TERM_NPV:
  case TF_TERM_IRR:
  case TF_TERM_PAYBACK:
  case TF_TERM_DISCOUNTED_PAYBACK:
    return false;
  default:
    break;
  }
  if (term->op == TF_TERM_SHIFT && term->count == 3) {
    return true;
  }
  for (size_t i = 0; i < term->count; i++) {
    if (tf_term_series(term->args[i], series, draws)) {
      return true;
    }
  }
  return false;
}

void tf_series_infer(tf_arena *arena, const tf_edges *edges, tf_term_list terms, void *user, const tf_draw *draws,
                     bool *series) {
  tf_components components;
  tf_components_find(arena, edges, &components);
  for (uint32_t c = 0; c < components.count; c++) {
    bool varies = cyclic(edges, &components, c);
    for (uint32_t i = components.first[c]; i < components.first[c + 1]; i++) {
      uint32_t q = components.members[i];
      const tf_term *term = NULL;
      bool timeless = true;
      for (size_t t = 0; !series[q] && timeless && terms(user, q, t, &term); t++) {
        timeless = term == NULL || (term->holds & TF_HOLDS_TIME) == 0;
      }
      for (uint32_t e = edges->first[q]; timeless && !series[q] && e < edges->first[q + 1]; e++) {
        series[q] = series[edges->targets[e]];
      }
      for (size_t t = 0; !timeless && !series[q] && terms(user, q, t, &term); t++) {
        series[q] = term != NULL && tf_term_series(term, series, draws);
      }
      series[q] = series[q] || varies;
    }
  }
}

typedef struct rate_search {
  tf_context *cx;
  const bool *series;
  const tf_draw *draws;
  bool good;
} rate_search;

static bool visit_rate(void *user, const tf_term *term) {
  rate_search *search = user;
  bool rated = term->op == TF_TERM_NPV || term->op == TF_TERM_DISCOUNTED_PAYBACK;
  if (rated && tf_term_series(term->args[1], search->series, search->draws)) {
    (void)tf_fail(search->cx, TF_INVALID, term->at, "the rate of `%s` must be one for all periods",
                  tf_op(term->op)->text);
    tf_hint(search->cx, "pick a period, as in rate[first]");
    search->good = false;
  }
  return true;
}

bool tf_check_constant_rates(tf_context *cx, const tf_term *term, const bool *series, const tf_draw *draws) {
  rate_search search = {cx, series, draws, true};
  if ((term->holds & TF_HOLDS_RATE) == 0) {
    return true;
  }
  (void)tf_term_walk(term, visit_rate, &search);
  return search.good;
}

// ---- Sobol dimensions ----

static bool uncertain_default(const tf_quantity *q) {
  if (q->value != NULL) {
    return (q->value->holds & TF_HOLDS_DRAW) != 0;
  }
  for (size_t i = 0; q->column_values != NULL && i < q->elements; i++) {
    if (q->column_values[i] != NULL && (q->column_values[i]->holds & TF_HOLDS_DRAW) != 0) {
      return true;
    }
  }
  return false;
}

void tf_order_sobol(tf_model *model) {
  int32_t next = 0;
  for (int pass = 0; pass < 3; pass++) { // uncertain inputs, other inputs, computed quantities
    for (size_t i = 0; i < model->quantities.count; i++) {
      tf_quantity *q = &model->quantities.at[i];
      int group = !q->input ? 2 : uncertain_default(q) ? 0 : 1;
      if (group == pass) {
        q->sobol = next < TF_SOBOL_LIMIT ? next : -1;
        next++;
      }
    }
  }
}
