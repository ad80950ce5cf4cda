// SPDX-License-Identifier: GPL-3.0-or-later
// What can only be said of a plan: recurrences against the step of the axis, periods that are not on it, which settings
// reach an output.
#include "model/order.h"
#include "model/planner.h"

#include <math.h>
#include <string.h>

// Where every period of every row is given, the equation decides nothing.
static bool covered(const tf_planner *p, uint32_t quantity) {
  const tf_plan_quantity *pq = &p->quantities[quantity];
  if (pq->given == NULL) {
    return false;
  }
  size_t rows = (size_t)(pq->history + p->axis->count);
  for (size_t e = 0; e < p->model->quantities.at[quantity].elements; e++) {
    for (size_t r = (size_t)pq->history; r < rows; r++) {
      if (pq->given[e * rows + r] == NULL) {
        return false;
      }
    }
  }
  return p->axis->count > 0;
}

bool tf_plan_terms(void *user, uint32_t quantity, size_t i, const tf_term **term) {
  const tf_planner *p = user;
  const tf_plan_quantity *pq = &p->quantities[quantity];
  const tf_quantity *q = &p->model->quantities.at[quantity];
  size_t elements = pq->elements == NULL ? 0 : q->elements;
  size_t given = pq->given == NULL ? 0 : q->elements * (size_t)(pq->history + p->axis->count);
  if (i > elements + given) {
    return false;
  }
  if (i == 0) {
    *term = given > 0 && covered(p, quantity) ? NULL : pq->value;
  } else {
    *term = i <= elements ? pq->elements[i - 1] : pq->given[i - 1 - elements];
  }
  return true;
}

// ---- recurrences ----

typedef struct step_search {
  bool step, lag;
} step_search;

static bool visit_step(void *user, const tf_term *term) {
  step_search *s = user;
  switch (term->op) {
  case TF_TERM_LAG:
    s->lag = s->lag || term->lag != 0;
    break;
  case TF_TERM_STEP:
  case TF_TERM_ELAPSED:
  case TF_TERM_AFTER:
  case TF_TERM_RAMP:
  case TF_TERM_SHIFT:
  case TF_TERM_CUMULATIVE:
  case TF_TERM_CHANGE:
  case TF_TERM_DELAY:
  case TF_TERM_SURVIVE:
  case TF_TERM_RETIRED:
  case TF_TERM_STRAIGHT_LINE:
  case TF_TERM_SCHEDULE:
    s->step = true;
    break;
  default:
    break;
  }
  return true;
}

typedef struct shift_search {
  tf_planner *p;
  uint32_t quantity;
  bool good;
} shift_search;

// Inside a cycle a shift must not reach into the present period.
static bool visit_shift(void *user, const tf_term *term) {
  shift_search *s = user;
  double seconds = 0.0;
  double step = tf_axis_step(s->p->axis);
  bool near = term->op == TF_TERM_SHIFT && tf_term_constant(term->args[1], &seconds) && seconds < 0.0 &&
              -seconds < step * (1.0 - 1e-12);
  if (near) {
    (void)tf_fail(s->p->cx, TF_INVALID, term->at,
                  "`%.*s` needs its own period here: the shift is shorter than a period",
                  TF_STR_ARGS(s->p->model->quantities.at[s->quantity].name));
    tf_hint(s->p->cx, "shift by at least one period, or take an axis with shorter steps");
    s->good = false;
  }
  return true;
}

static bool check_recurrences(tf_planner *p, const tf_edges *edges) {
  if (p->axis->count == 0) {
    return true;
  }
  tf_components components;
  tf_components_find(p->arena, edges, &components);
  bool good = true;
  for (uint32_t c = 0; c < components.count; c++) {
    uint32_t begin = components.first[c];
    uint32_t end = components.first[c + 1];
    if (end - begin == 1 && !tf_edge_within(edges, &components, components.members[begin])) {
      continue;
    }
    step_search found = {false, false};
    uint32_t least = UINT32_MAX;
    shift_search shifts = {p, 0, true};
    for (uint32_t i = begin; i < end; i++) {
      uint32_t q = components.members[i];
      least = q < least ? q : least;
      shifts.quantity = q;
      const tf_term *term = NULL;
      for (size_t t = 0; tf_plan_terms(p, q, t, &term); t++) {
        if (term != NULL) {
          (void)tf_term_walk(term, visit_step, &found);
          (void)tf_term_walk(term, visit_shift, &shifts);
        }
      }
    }
    good = good && shifts.good;
    if (found.lag && !found.step && p->axis->months != 12) {
      const tf_quantity *q = &p->model->quantities.at[least];
      (void)tf_fail(p->cx, TF_INVALID, q->at, "this recurrence holds only on a yearly axis, not by %s: `%.*s`",
                    p->axis->months == 3 ? "quarters" : "months", TF_STR_ARGS(q->name));
      tf_hint(p->cx, "write x[t-1] * compound(growth) with a growth in %%/year, or use `step`");
      good = false;
    }
  }
  return good;
}

// ---- periods off the axis ----

typedef struct period_search {
  tf_planner *p;
  int history;
  bool good;
} period_search;

static bool visit_period(void *user, const tf_term *term) {
  period_search *s = user;
  const tf_axis *axis = s->p->axis;
  if (term->op != TF_TERM_AT || axis->count == 0) {
    return true;
  }
  int row = 0;
  int covers = 0;
  tf_axis_rows(axis, term->period, &row, &covers);
  int end = row + (covers > 0 ? covers : 1);
  if (row >= -s->history && end <= axis->count) {
    return true;
  }
  char shown[3][16];
  (void)tf_fail(s->p->cx, TF_INVALID, term->at, "%s is not on the time axis %s..%s",
                tf_period_print(term->period, shown[0]), tf_period_print(tf_axis_period(axis, 0), shown[1]),
                tf_period_print(tf_axis_period(axis, axis->count - 1), shown[2]));
  tf_hint(s->p->cx, "let the axis cover it, or read [first] or [last]");
  s->good = false;
  return true;
}

// How far back the quantities of a term are known.
static bool visit_history(void *user, const tf_term *term) {
  period_search *s = user;
  if (term->op == TF_TERM_QUANTITY || term->op == TF_TERM_LAG) {
    int history = s->p->quantities[term->quantity].history;
    s->history = history > s->history ? history : s->history;
  }
  return true;
}

static bool check_periods(tf_planner *p) {
  bool good = true;
  for (uint32_t q = 0; q < p->model->quantities.count; q++) {
    const tf_term *value = p->quantities[q].value;
    if (value == NULL || !p->quantities[q].used || (value->holds & TF_HOLDS_PERIOD) == 0) {
      continue;
    }
    period_search search = {p, 0, true};
    (void)tf_term_walk(value, visit_history, &search);
    (void)tf_term_walk(value, visit_period, &search);
    good = good && search.good;
  }
  return good;
}

// ---- looking ahead ----

// A shift to the future, or one whose sign is not known.
static bool visit_ahead(void *user, const tf_term *term) {
  const tf_planner *p = user;
  if (term->op == TF_TERM_LAG) {
    return !(term->lag > 0 && p->quantities[term->quantity].series);
  }
  double seconds = 0.0;
  return term->op != TF_TERM_SHIFT || term->args[1]->op == TF_TERM_NEGATE ||
         (tf_term_constant(term->args[1], &seconds) && seconds <= 0.0) ||
         (term->args[0]->op == TF_TERM_QUANTITY && !p->quantities[term->args[0]->quantity].series);
}

static void note_looking_ahead(tf_planner *p) {
  for (uint32_t q = 0; q < p->model->quantities.count && p->axis->count > 0; q++) {
    const tf_term *value = p->quantities[q].value;
    if (value != NULL && p->quantities[q].used && (value->holds & TF_HOLDS_SHIFT) != 0 &&
        !tf_term_walk(value, visit_ahead, p)) {
      char last[16];
      (void)tf_period_print(tf_axis_period(p->axis, p->axis->count - 1), last);
      tf_plan_note(p, "`%.*s` looks ahead: after %s it reads the values of %s",
                   TF_STR_ARGS(p->model->quantities.at[q].name), last, last);
    }
  }
}

// ---- what reaches an output ----

static void reach(tf_arena *arena, const tf_edges *edges, bool *reached) {
  uint32_t *stack = TF_ARRAY(arena, uint32_t, edges->count + 1u);
  uint32_t depth = 0;
  for (uint32_t q = 0; q < edges->count; q++) {
    if (reached[q]) {
      stack[depth++] = q;
    }
  }
  while (depth > 0) {
    uint32_t q = stack[--depth];
    for (uint32_t e = edges->first[q]; e < edges->first[q + 1]; e++) {
      uint32_t to = edges->targets[e];
      if (!reached[to]) {
        reached[to] = true;
        stack[depth++] = to;
      }
    }
  }
}

// Names in `plot` lines that are quantities.
static void mark_plotted(const tf_planner *p, bool *reached) {
  for (size_t i = 0; i < p->model->plots.count; i++) {
    tf_str rest = p->model->plots.at[i].text.text;
    while (rest.len > 0) {
      size_t len = 0;
      while (len < rest.len &&
             (rest.ptr[len] == '_' || rest.ptr[len] == '.' || (rest.ptr[len] >= 'a' && rest.ptr[len] <= 'z') ||
              (rest.ptr[len] >= '0' && rest.ptr[len] <= '9'))) {
        len++;
      }
      tf_located word = {tf_str_sub(rest, 0, len), {0}};
      uint32_t id = TF_NO_ID;
      p->cx->diags.muted++;
      if (len > 0 && tf_model_find(p->cx, p->model, word, &id) == TF_OK) {
        reached[id] = true;
      }
      p->cx->diags.muted--;
      rest = tf_str_sub(rest, len == 0 ? 1 : len, rest.len);
    }
  }
}

static bool visit_read(void *user, const tf_term *term) {
  bool *reached = user;
  if (term->op == TF_TERM_QUANTITY || term->op == TF_TERM_LAG || term->op == TF_TERM_LOOKUP) {
    reached[term->quantity] = true;
  }
  return true;
}

// Outputs, and what checks and charts read.
static void mark_roots(const tf_planner *p, bool *reached) {
  for (size_t i = 0; i < p->model->outputs.count; i++) {
    reached[p->model->outputs.at[i]] = true;
  }
  for (size_t i = 0; i < p->model->checks.count; i++) {
    if (p->model->checks.at[i].condition != NULL) {
      (void)tf_term_walk(p->model->checks.at[i].condition, visit_read, reached);
    }
  }
  mark_plotted(p, reached);
}

static void note_unreached(tf_planner *p, const bool *before, const bool *now) {
  tf_text lost = tf_text_new(p->arena);
  size_t count = 0;
  for (uint32_t q = 0; q < p->model->quantities.count; q++) {
    const tf_quantity *quantity = &p->model->quantities.at[q];
    if (quantity->input && !quantity->column && before[q] && !now[q]) {
      tf_text_addf(&lost, "%s%.*s", count == 0 ? "" : ", ", TF_STR_ARGS(quantity->name));
      count++;
    }
  }
  if (count > 0) {
    tf_plan_note(p, "no longer %s an output: %s", count == 1 ? "reaches" : "reach", lost.ptr);
  }
  for (uint32_t q = 0; q < p->model->quantities.count; q++) {
    const tf_binding *by = p->settings[q].touched;
    if (by != NULL && !now[q]) {
      tf_plan_note(p, "`%.*s` is set but reaches no output (%s)", TF_STR_ARGS(p->model->quantities.at[q].name),
                   tf_plan_where(p, by));
    }
  }
}

static void mark_used(tf_planner *p, const tf_edges *edges) {
  uint32_t count = (uint32_t)p->model->quantities.count;
  bool *now = TF_ARRAY(p->arena, bool, count + 1u);
  bool *before = TF_ARRAY(p->arena, bool, count + 1u);
  bool cut = false; // an equation is not used: something may be lost
  mark_roots(p, now);
  memcpy(before, now, count * sizeof *now);
  reach(p->arena, edges, now);
  for (uint32_t q = 0; q < count; q++) {
    p->quantities[q].used = now[q];
    cut = cut || (!p->model->quantities.at[q].input && (p->settings[q].origin != NULL || covered(p, q)));
  }
  if (cut) {
    reach(p->arena, p->model->edges, before);
  } else {
    memcpy(before, now, count * sizeof *now);
  }
  note_unreached(p, before, now);
}

static bool infer_series(tf_planner *p, const tf_edges *edges) {
  uint32_t count = (uint32_t)p->model->quantities.count;
  bool *series = TF_ARRAY(p->arena, bool, count + 1u);
  for (uint32_t q = 0; q < count; q++) {
    series[q] = p->quantities[q].given != NULL;
  }
  tf_series_infer(p->arena, edges, tf_plan_terms, p, p->checker.draws.at, series);
  bool good = true;
  for (uint32_t q = 0; q < count; q++) {
    p->quantities[q].series = series[q];
    const tf_term *value = p->quantities[q].value;
    good = (value == NULL || tf_check_constant_rates(p->cx, value, series, p->checker.draws.at)) && good;
  }
  return good;
}

bool tf_plan_check(tf_planner *p) {
  tf_edges edges;
  const uint32_t count = (uint32_t)p->model->quantities.count;
  bool *changed = TF_ARRAY(p->arena, bool, count + 1u);
  for (uint32_t q = 0; q < count; q++) {
    changed[q] = p->quantities[q].value != p->model->quantities.at[q].value || p->settings[q].elements != NULL ||
                 p->quantities[q].given != NULL;
  }
  tf_uses_update(p->arena, p->model->edges, changed, tf_plan_terms, p, &edges);
  bool good = infer_series(p, &edges);
  mark_used(p, &edges);
  note_looking_ahead(p);
  good = check_recurrences(p, &edges) && good;
  good = tf_plan_define(p, &edges) && good;
  return check_periods(p) && good;
}
