// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of periods laid out on the axis: a year fills its quarters; quarters make a year only if all are there; gaps
// of an input are filled as it declares, and its last value holds.
#include "model/planner.h"

#include <math.h>

typedef struct cell {
  const tf_term *term; // NULL: not given
  const tf_binding *binding;
  int months;             // of the written period
  const tf_given **parts; // NULL, or by month of the row: shorter periods
} cell;

typedef struct layout {
  tf_planner *p;
  uint32_t quantity;
  const tf_quantity *q;
  const tf_setting *s;
  int history, rows; // rows in all: history + periods
  cell *cells;       // [elements][rows]
} layout;

static cell *cell_at(const layout *l, size_t element, int row) {
  return &l->cells[element * (size_t)l->rows + (size_t)(l->history + row)];
}

static bool same_setter(const tf_binding *a, const tf_binding *b) {
  return a != NULL && b != NULL && tf_str_eq(a->setter, b->setter);
}

// ---- putting settings into rows ----

static void put_part(const layout *l, const tf_given *g, size_t element) {
  cell *c = cell_at(l, element, g->row);
  int months = l->p->axis->months;
  if (c->parts == NULL) {
    c->parts = TF_ARRAY(l->p->arena, const tf_given *, (size_t)months);
  }
  int first = tf_period_month_index(g->period) - (l->p->axis->first_month + g->row * months);
  for (int m = first; m < first + tf_period_months(g->period) && m < months; m++) {
    const tf_given *old = c->parts[m];
    bool finer = old != NULL && same_setter(old->binding, g->binding) &&
                 tf_period_months(old->period) < tf_period_months(g->period);
    if (!finer) {
      c->parts[m] = g;
    }
  }
}

static void put_whole(const layout *l, const tf_given *g, size_t element) {
  for (int row = g->row; row < g->row + g->covers && row < l->p->axis->count; row++) {
    cell *c = cell_at(l, element, row);
    int months = tf_period_months(g->period);
    if (c->term != NULL && same_setter(c->binding, g->binding) && c->months < months) {
      continue; // of one setter the finer period holds
    }
    bool mixed = false; // a year beside quarters of the same setter: the quarters must make the year
    for (int m = 0; c->parts != NULL && m < l->p->axis->months; m++) {
      mixed = mixed || (c->parts[m] != NULL && same_setter(c->parts[m]->binding, g->binding));
    }
    c->term = tf_plan_element(l->p, l->quantity, g->term, element);
    c->binding = g->binding;
    c->months = months;
    c->parts = mixed ? c->parts : NULL;
  }
}

static void missing_part(const layout *l, const cell *c, int row) {
  tf_planner *p = l->p;
  const tf_given *any = NULL;
  bool quarters = true;
  for (int m = 0; m < p->axis->months; m++) {
    any = any == NULL ? c->parts[m] : any;
    quarters = quarters && (c->parts[m] == NULL || c->parts[m]->period.kind == TF_PERIOD_QUARTER);
  }
  if (any == NULL) {
    return; // a row has parts only once one was put there
  }
  tf_text list = tf_text_new(p->arena);
  size_t count = 0;
  for (int m = 0; m < p->axis->months; m += quarters ? 3 : 1) {
    if (c->parts[m] != NULL) {
      continue;
    }
    int month = p->axis->first_month + row * p->axis->months + m;
    tf_period missing = {quarters ? TF_PERIOD_QUARTER : TF_PERIOD_MONTH, month / 12, month % 12 + 1, 1};
    char text[16];
    if (quarters && p->axis->months == 12 && p->axis->first_month % 12 == 0) {
      tf_text_addf(&list, "%sQ%d", count == 0 ? "" : ", ", m / 3 + 1);
    } else {
      tf_text_addf(&list, "%s%s", count == 0 ? "" : ", ", tf_period_print(missing, text));
    }
    count++;
  }
  char shown[16];
  (void)tf_fail(p->cx, TF_INVALID, any->binding->period.at, "`%.*s`: %s is only partly covered: %s %s missing",
                TF_STR_ARGS(l->q->name), tf_period_print(tf_axis_period(p->axis, row), shown), list.ptr,
                count == 1 ? "is" : "are");
  tf_hint(p->cx, "give what is missing or the whole period, or let the axis have shorter steps");
}

// Rates are averaged; of a stock the last part is the value at the end of the period.
static bool join_parts(const layout *l, cell *c, size_t element, int row) {
  tf_planner *p = l->p;
  int months = p->axis->months;
  for (int m = 0; m < months; m++) {
    if (c->parts[m] == NULL) {
      missing_part(l, c, row);
      return false;
    }
  }
  const tf_given *last = c->parts[months - 1];
  const tf_term *term = tf_plan_element(p, l->quantity, last->term, element);
  if (l->q->kind == TF_KIND_NUMBER && tf_dim_time_exponent(p->model->units, l->q->unit.dim) == -1.0) {
    const tf_term *sum = NULL;
    double total = 0.0;
    bool constant = true;
    for (int m = 0; m < months;) {
      const tf_given *g = c->parts[m];
      int end = m;
      while (end < months && c->parts[end] == g) {
        end++;
      }
      const tf_term *part = tf_plan_element(p, l->quantity, g->term, element);
      double number = 0.0;
      constant = tf_term_constant(part, &number) && constant;
      double share = (double)(end - m) / months;
      total += number * share;
      const tf_term *weight = tf_make_constant(p->arena, share, TF_KIND_NUMBER, TF_DIM_NONE, NULL, part->at);
      const tf_term *weighted = tf_make2(p->arena, TF_TERM_MULTIPLY, part, weight);
      sum = sum == NULL ? weighted : tf_make2(p->arena, TF_TERM_ADD, sum, weighted);
      m = end;
    }
    term =
        constant ? tf_make_constant(p->arena, total, TF_KIND_NUMBER, l->q->unit.dim, &l->q->unit, last->term->at) : sum;
  }
  c->term = term;
  c->binding = last->binding;
  for (int m = 0; m < months; m++) { // one assumed part makes the whole assumed
    c->binding = c->parts[m]->binding->actual ? c->binding : c->parts[m]->binding;
  }
  c->months = tf_period_months(last->period);
  return true;
}

static bool put_all(layout *l) {
  for (size_t i = 0; i < l->s->given.count; i++) {
    const tf_given *g = &l->s->given.at[i];
    if (g->row >= l->p->axis->count && tf_str_starts(g->binding->setter, "--set")) {
      char last[16]; // in a file it is a plan beyond the axis; typed, it is a slip
      (void)tf_fail(l->p->cx, TF_INVALID, g->binding->period.at,
                    "`%.*s` is given for %.*s, after the end of the time axis", TF_STR_ARGS(l->q->name),
                    TF_STR_ARGS(g->binding->period.text));
      tf_hint(l->p->cx, "its last period is %s; `--time` changes the axis",
              tf_period_print(tf_axis_period(l->p->axis, l->p->axis->count - 1), last));
      return false;
    }
    if (g->row >= l->p->axis->count) {
      tf_plan_note(l->p, "`%.*s` is given for %.*s, after the end of the time axis: not used", TF_STR_ARGS(l->q->name),
                   TF_STR_ARGS(g->binding->period.text));
      continue;
    }
    bool all = g->element == TF_ALL_ELEMENTS;
    for (size_t e = all ? 0 : g->element; e < (all ? l->q->elements : g->element + 1); e++) {
      if (g->covers == 0) {
        put_part(l, g, e);
      } else {
        put_whole(l, g, e);
      }
    }
  }
  bool good = true;
  for (size_t e = 0; e < l->q->elements; e++) {
    for (int row = -l->history; row < l->p->axis->count; row++) {
      cell *c = cell_at(l, e, row);
      if (c->parts != NULL && !join_parts(l, c, e, row)) {
        good = false;
        e = l->q->elements - 1; // the other rows of an index lack the same
        break;
      }
    }
  }
  return good;
}

// ---- filling ----

static const tf_term *between(const layout *l, const cell *a, const cell *b, double share) {
  tf_planner *p = l->p;
  tf_dim dim = l->q->unit.dim;
  double low = 0.0;
  double high = 0.0;
  bool constant = tf_term_constant(a->term, &low) && tf_term_constant(b->term, &high);
  bool geometric = l->q->fill == TF_FILL_LOG;
  if (constant) {
    double value = geometric ? low * pow(high / low, share) : low + (high - low) * share;
    return tf_make_constant(p->arena, value, l->q->kind, a->term->dim, a->term->unit, a->term->at);
  }
  const tf_term *near = tf_make_constant(p->arena, 1.0 - share, TF_KIND_NUMBER, TF_DIM_NONE, NULL, a->term->at);
  const tf_term *far = tf_make_constant(p->arena, share, TF_KIND_NUMBER, TF_DIM_NONE, NULL, b->term->at);
  tf_term_op weigh = geometric ? TF_TERM_POWER : TF_TERM_MULTIPLY;
  tf_term *x = tf_make2(p->arena, weigh, a->term, near);
  tf_term *y = tf_make2(p->arena, weigh, b->term, far);
  tf_term *joined = tf_make2(p->arena, geometric ? TF_TERM_MULTIPLY : TF_TERM_ADD, x, y);
  joined->dim = dim;
  return joined;
}

static bool positive(const layout *l, const cell *c) {
  double value = 1.0;
  if (!tf_term_constant(c->term, &value) || value > 0.0) {
    return true;
  }
  (void)tf_fail(l->p->cx, TF_INVALID, c->binding->value.at,
                "`%.*s` is filled on a logarithmic scale, so it must be above 0", TF_STR_ARGS(l->q->name));
  return false;
}

static bool fill_gap(const layout *l, size_t element, int from, int to) {
  tf_planner *p = l->p;
  const cell *a = cell_at(l, element, from);
  const cell *b = cell_at(l, element, to);
  char shown[3][16];
  if (l->q->fill == TF_FILL_NONE) {
    (void)tf_fail(p->cx, TF_INVALID, b->binding->period.at, "`%.*s` is not given for %s, between %s and %s",
                  TF_STR_ARGS(l->q->name), tf_period_print(tf_axis_period(p->axis, from + 1), shown[0]),
                  tf_period_print(tf_axis_period(p->axis, from), shown[1]),
                  tf_period_print(tf_axis_period(p->axis, to), shown[2]));
    tf_also(p->cx, a->binding->period.at, "given here");
    if (l->q->definition != NULL) {
      tf_hint(p->cx, "give it, or declare how gaps are filled: `%.*s : %.*s linear` (or log, or hold)",
              TF_STR_ARGS(l->q->definition->name.text), TF_STR_ARGS(l->q->definition->type_text.text));
    }
    return false;
  }
  bool steps = l->q->fill == TF_FILL_HOLD || l->q->kind == TF_KIND_LABEL;
  if (l->q->fill == TF_FILL_LOG && !steps && (!positive(l, a) || !positive(l, b))) {
    return false;
  }
  for (int row = from + 1; row < to; row++) {
    cell *c = cell_at(l, element, row);
    c->term = steps ? a->term : between(l, a, b, (double)(row - from) / (to - from));
  }
  return true;
}

static bool fill_element(const layout *l, size_t element, int *held, int *first) {
  int last = INT32_MIN;
  int periods = l->p->axis->count;
  for (int row = -l->history; row < periods; row++) {
    const cell *c = cell_at(l, element, row);
    if (c->term == NULL) {
      continue;
    }
    *first = last == INT32_MIN && row < *first ? row : *first;
    if (last != INT32_MIN && row > last + 1 && (l->q->fill != TF_FILL_NONE || l->s->origin == NULL) &&
        !fill_gap(l, element, last, row)) {
      return false;
    }
    last = row;
  }
  // Where the scenario also set the quantity as a whole, that value stands beside the given periods.
  if (last == INT32_MIN || l->s->origin != NULL) {
    return true;
  }
  for (int row = last + 1; row < periods; row++) {
    cell_at(l, element, row)->term = cell_at(l, element, last)->term;
  }
  *held = last + 1 < periods && last > *held ? last : *held;
  return true;
}

static bool fill(const layout *l) {
  int held = INT32_MIN;
  int first = INT32_MAX;
  for (size_t e = 0; e < l->q->elements; e++) {
    if (!fill_element(l, e, &held, &first)) {
      return false;
    }
  }
  char shown[2][16];
  const tf_axis *axis = l->p->axis;
  if (held != INT32_MIN) {
    tf_plan_note(l->p, "`%.*s`: the value of %s holds to %s", TF_STR_ARGS(l->q->name),
                 tf_period_print(tf_axis_period(axis, held), shown[0]),
                 tf_period_print(tf_axis_period(axis, axis->count - 1), shown[1]));
  }
  if (first != INT32_MAX && first > 0 && l->s->origin == NULL) {
    tf_plan_note(l->p, "`%.*s` is given from %s on; before it the model's value holds", TF_STR_ARGS(l->q->name),
                 tf_period_print(tf_axis_period(axis, first), shown[0]));
  }
  return true;
}

// ---- result ----

static bool find_history(layout *l) {
  for (size_t i = 0; i < l->s->given.count; i++) {
    int row = l->s->given.at[i].row;
    l->history = -row > l->history ? -row : l->history;
  }
  enum { CELLS_MAX = 16 * 1024 * 1024 };
  l->rows = l->history + l->p->axis->count;
  if ((double)l->rows * (double)l->q->elements > CELLS_MAX) {
    (void)tf_fail(l->p->cx, TF_INVALID, l->s->given.at[0].binding->period.at, "`%.*s` would have too many periods",
                  TF_STR_ARGS(l->q->name));
    return false;
  }
  return true;
}

bool tf_plan_lay_out(tf_planner *p, uint32_t quantity) {
  layout l = {.p = p, .quantity = quantity, .q = &p->model->quantities.at[quantity], .s = &p->settings[quantity]};
  tf_plan_quantity *out = &p->quantities[quantity];
  if (l.s->given.count == 0) {
    return true;
  }
  if (!find_history(&l)) {
    return false;
  }
  size_t count = l.q->elements * (size_t)l.rows;
  l.cells = TF_ARRAY(p->arena, cell, count + 1);
  bool equation = !l.q->input && l.s->origin == NULL;
  if (!put_all(&l) || (!equation && !fill(&l))) {
    return false;
  }
  const tf_term **given = TF_ARRAY(p->arena, const tf_term *, count + 1);
  const tf_binding **origins = TF_ARRAY(p->arena, const tf_binding *, count + 1);
  bool *actual = TF_ARRAY(p->arena, bool, count + 1);
  bool any = false;
  bool observed = false;
  for (size_t i = 0; i < count; i++) {
    given[i] = l.cells[i].term;
    origins[i] = l.cells[i].binding;
    actual[i] = l.cells[i].binding != NULL && l.cells[i].binding->actual;
    any = any || given[i] != NULL;
    observed = observed || actual[i];
  }
  if (any) {
    out->given = given;
    out->given_origin = origins;
    out->actual = observed ? actual : NULL;
    out->history = l.history;
  }
  return true;
}
