// SPDX-License-Identifier: GPL-3.0-or-later
// One binding: which quantity, rows and periods it means, what its value is in base units, and how it goes on top of
// what was there.
#include "model/planner.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "lang/parse.h"
#include "table/local_date.h"

// ---- which elements ----

static size_t stride_of(const tf_planner *p, const tf_quantity *q, size_t position) {
  size_t stride = 1;
  for (size_t i = position + 1; i < q->index_count; i++) {
    stride *= p->model->indices.at[q->indices[i]].count;
  }
  return stride;
}

static size_t row_in_element(const tf_planner *p, const tf_quantity *q, size_t element, size_t position) {
  return element / stride_of(p, q, position) % p->model->indices.at[q->indices[position]].count;
}

const tf_term *tf_plan_element(const tf_planner *p, uint32_t quantity, const tf_term *term, size_t element) {
  const tf_quantity *q = &p->model->quantities.at[quantity];
  for (size_t i = 0; i < q->index_count; i++) {
    uint32_t index = q->indices[i];
    if (!tf_set_has(term->indices, term->index_count, index)) {
      continue;
    }
    tf_term *picked = tf_make1(p->arena, TF_TERM_ELEMENT, term);
    picked->index = index;
    picked->row = (uint32_t)row_in_element(p, q, element, i);
    tf_set_remove(p->arena, &picked->indices, &picked->index_count, index);
    term = picked;
  }
  return term;
}

// The rows that a binding is for; an index that is not named means all its rows.
typedef struct selection {
  uint32_t *rows; // by position of the index; TF_NO_ID: all
  bool all;
} selection;

static bool select_elements(tf_planner *p, const tf_binding *b, const tf_quantity *q, selection *s) {
  *s = (selection){.all = b->label.text.len == 0};
  if (s->all) {
    return true;
  }
  tf_span at = b->label.at;
  if (q->index_count == 0) {
    (void)tf_fail(p->cx, TF_INVALID, at, "`%.*s` has no rows, so it has no [%.*s]", TF_STR_ARGS(q->name),
                  TF_STR_ARGS(b->label.text));
    if (!tf_hint_period_label(p->cx, b->label.text)) {
      tf_hint(p->cx, "write `%.*s`", TF_STR_ARGS(q->name));
    }
    return false;
  }
  s->rows = TF_ARRAY(p->arena, uint32_t, q->index_count);
  tf_str label = {"", 0};
  tf_label_fit fit = tf_element_rows(p->model, q, b->label.text, s->rows, &label);
  const char *indices = tf_index_list(&p->checker, q->indices, q->index_count);
  if (fit == TF_LABELS_UNKNOWN && q->index_count == 1) {
    (void)tf_resolve_label(&p->checker, q->indices[0], label, at);
  } else if (fit == TF_LABELS_UNKNOWN) {
    (void)tf_fail(p->cx, TF_INVALID, at, "`%.*s` is no label of %s", TF_STR_ARGS(label), indices);
  } else if (fit == TF_LABELS_SHARED) {
    (void)tf_fail(p->cx, TF_INVALID, at, "`%.*s` is a label of more than one index of `%.*s`", TF_STR_ARGS(label),
                  TF_STR_ARGS(q->name));
    tf_hint(p->cx, "give a label for each index, in the order %s", indices);
  } else if (fit == TF_LABELS_TWICE) {
    (void)tf_fail(p->cx, TF_INVALID, at, "`%.*s` is a second label of one index of `%.*s`", TF_STR_ARGS(label),
                  TF_STR_ARGS(q->name));
    tf_hint(p->cx, "one label for each of %s", indices);
  }
  return fit == TF_LABELS_FIT;
}

static bool selected(const tf_planner *p, const tf_quantity *q, const selection *s, size_t element) {
  for (size_t i = 0; i < q->index_count && !s->all; i++) {
    if (s->rows[i] != TF_NO_ID && row_in_element(p, q, element, i) != s->rows[i]) {
      return false;
    }
  }
  return true;
}

// ---- what was there ----

static const tf_term *inherited_whole(const tf_planner *p, uint32_t quantity) {
  return p->settings[quantity].value;
}

static const tf_term *inherited_element(const tf_planner *p, uint32_t quantity, size_t element) {
  const tf_setting *s = &p->settings[quantity];
  if (s->elements != NULL && s->elements[element] != NULL) {
    return s->elements[element];
  }
  if (p->model->quantities.at[quantity].column) {
    return p->model->quantities.at[quantity].column_values[element];
  }
  return s->value == NULL ? NULL : tf_plan_element(p, quantity, s->value, element);
}

static const tf_given *given_before(const tf_setting *s, size_t element, int row) {
  for (size_t i = s->given.count; i > 0; i--) {
    const tf_given *g = &s->given.at[i - 1];
    bool covers = row >= g->row && row < g->row + g->covers;
    if (covers && (g->element == element || g->element == TF_ALL_ELEMENTS)) {
      return g;
    }
  }
  return NULL;
}

static const tf_term *inherited_row(const tf_planner *p, uint32_t quantity, size_t element, int row) {
  const tf_given *g = given_before(&p->settings[quantity], element, row);
  if (g != NULL) {
    return element == TF_ALL_ELEMENTS || g->element != TF_ALL_ELEMENTS ? g->term
                                                                       : tf_plan_element(p, quantity, g->term, element);
  }
  return element == TF_ALL_ELEMENTS ? inherited_whole(p, quantity) : inherited_element(p, quantity, element);
}

// Whose definition holds: the row's own; what builds on `base` keeps that of the base.
static const tf_binding *defined_by(const tf_binding *b, bool uses_base, const tf_binding *base) {
  return b->definition.text.len > 0 ? b : uses_base ? base : NULL;
}

static const tf_binding *element_defined(const tf_setting *s, size_t element) {
  bool own = s->elements != NULL && element != TF_ALL_ELEMENTS && s->elements[element] != NULL;
  return own ? s->element_defined[element] : s->defined;
}

// ---- the value ----

typedef struct reading {
  const tf_binding *binding;
  uint32_t quantity;
  const tf_expr *expr; // NULL: a raw label
  tf_unit unit;
  bool unit_cell, uses_base, bare;
  double amount_seconds;
} reading;

static bool names_base(const tf_expr *expr) {
  if (expr->kind == TF_EXPR_NAME && tf_str_is(expr->name, "base")) {
    return true;
  }
  for (size_t i = 0; i < expr->count; i++) {
    if (names_base(expr->args[i])) {
      return true;
    }
  }
  return false;
}

static tf_value as_base(const tf_planner *p, uint32_t quantity, const tf_term *term) {
  return (tf_value){
      .term = term, .quantity = quantity, .plain = true, .names = true, .unit = p->model->quantities.at[quantity].unit};
}

static bool in_range(tf_planner *p, const reading *r, const tf_term *term) {
  double value = 0.0;
  if (tf_term_constant(term, &value) && !isfinite(value)) { // a large number of a large unit
    (void)tf_fail(p->cx, TF_INVALID, r->binding->value.at, "`%.*s` is too large for `%.*s`",
                  TF_STR_ARGS(tf_str_trim(r->binding->value.text)), TF_STR_ARGS(r->binding->name.text));
    tf_hint(p->cx, "numbers reach to 1.8e308 in base units: is an exponent or a suffix too much?");
    return false;
  }
  if (tf_check_range(&p->checker, r->quantity, term, r->binding->value.at)) {
    return true;
  }
  double number = 0.0;
  bool negative = r->expr != NULL && r->expr->kind == TF_EXPR_UNARY && r->expr->args[0]->kind == TF_EXPR_NUMBER &&
                  r->expr->args[0]->percent && !r->expr->args[0]->has_unit;
  if (negative && r->binding->mode == TF_BIND_SET && r->expr->args[0]->number < 1.0) {
    number = r->expr->args[0]->number;
    char share[32];
    char factor[32];
    tf_hint(p->cx, "to lower it by %s%%, write %.*s*=%s", tf_number_print15(number * 100.0, share),
            TF_STR_ARGS(r->binding->name.text), tf_number_print15(1.0 - number, factor));
  }
  return false;
}

// NAME*=0.8 on what was there.
static const tf_term *multiplied(tf_planner *p, const reading *r, const tf_term *old) {
  const tf_quantity *q = &p->model->quantities.at[r->quantity];
  tf_scope scope = {.cell = true, .label_index = TF_NO_ID};
  tf_value factor;
  if (r->expr == NULL || q->kind != TF_KIND_NUMBER) {
    (void)tf_fail(p->cx, TF_INVALID, r->binding->value.at, "only numbers can be multiplied");
    return NULL;
  }
  if (!tf_check_expr(&p->checker, &scope, r->expr, &factor) ||
      !tf_want_dim(&p->checker, &factor, r->expr, TF_DIM_NONE, "the factor")) {
    return NULL;
  }
  double a = 0.0;
  double b = 0.0;
  if (tf_term_constant(old, &a) && tf_term_constant(factor.term, &b)) {
    return tf_make_constant(p->arena, a * b, TF_KIND_NUMBER, q->unit.dim, &q->unit, r->binding->value.at);
  }
  tf_term *term = tf_make2(p->arena, TF_TERM_MULTIPLY, old, factor.term);
  term->at = r->binding->value.at;
  return term;
}

static const tf_term *added(tf_planner *p, const reading *r, const tf_term *old, const tf_term *more) {
  double a = 0.0;
  double b = 0.0;
  const tf_quantity *q = &p->model->quantities.at[r->quantity];
  if (tf_term_constant(old, &a) && tf_term_constant(more, &b)) {
    return tf_make_constant(p->arena, a + b, TF_KIND_NUMBER, q->unit.dim, &q->unit, r->binding->value.at);
  }
  tf_term *term = tf_make2(p->arena, TF_TERM_ADD, old, more);
  term->at = r->binding->value.at;
  return term;
}

// The value of the binding on top of `old` (NULL: nothing was there). NULL after an error.
static const tf_term *read_value(tf_planner *p, reading *r, const tf_term *old) {
  const tf_binding *b = r->binding;
  const tf_quantity *q = &p->model->quantities.at[r->quantity];
  if (b->mode != TF_BIND_SET && old == NULL) {
    (void)tf_fail(p->cx, TF_INVALID, b->name.at, "`%.*s` has no value to change", TF_STR_ARGS(q->name));
    return NULL;
  }
  const tf_term *term = NULL;
  if (b->mode == TF_BIND_MULTIPLY) {
    term = multiplied(p, r, old);
  } else {
    tf_value base = as_base(p, r->quantity, old);
    tf_scope scope = {.cell = true, .label_index = TF_NO_ID, .base = old == NULL ? NULL : &base};
    tf_right right = {.quantity = r->quantity,
                      .text = b->value,
                      .expr = r->expr,
                      .unit = &r->unit,
                      .unit_cell = r->unit_cell,
                      .amount_seconds = r->amount_seconds};
    if (b->mode == TF_BIND_ADD && (q->kind != TF_KIND_NUMBER || (r->expr != NULL && tf_is_distribution(r->expr)))) {
      (void)tf_fail(p->cx, TF_INVALID, b->value.at,
                    q->kind != TF_KIND_NUMBER ? "only numbers can be added" : "what is added is a constant");
      return NULL;
    }
    tf_right_value value;
    p->checker.inlined = 0;
    if (!tf_check_right(&p->checker, &scope, &right, &value)) {
      return NULL;
    }
    r->bare = r->bare || value.bare;
    term = b->mode == TF_BIND_ADD ? added(p, r, old, value.value.term) : value.value.term;
  }
  return term != NULL && !tf_too_long(&p->checker, term, b->value.at) && in_range(p, r, term) ? term : NULL;
}

static bool read_unit(tf_planner *p, reading *r) {
  const tf_binding *b = r->binding;
  const tf_quantity *q = &p->model->quantities.at[r->quantity];
  r->unit = q->unit;
  if (b->unit.text.len == 0) {
    return true;
  }
  bool words = q->kind != TF_KIND_NUMBER &&
               (tf_str_is(b->unit.text, "date") || tf_str_is(b->unit.text, "1") || tf_str_is(b->unit.text, "-"));
  if (words) {
    return true;
  }
  if (tf_unit_parse_cell(p->model->units, b->unit, &r->unit) != TF_OK) {
    return false;
  }
  tf_dim amount = tf_dim_multiply(p->model->units, q->unit.dim, p->checker.time);
  bool fits =
      q->kind == TF_KIND_NUMBER && (r->unit.dim == q->unit.dim || (r->amount_seconds > 0.0 && r->unit.dim == amount));
  if (fits) {
    r->unit_cell = true;
    return true;
  }
  (void)tf_fail(p->cx, TF_INVALID, b->unit.at, "the unit `%.*s` does not fit `%.*s` (%s)", TF_STR_ARGS(b->unit.text),
                TF_STR_ARGS(q->name),
                q->kind == TF_KIND_NUMBER ? tf_cstr(p->arena, q->unit.text)
                : q->kind == TF_KIND_DATE ? "a date"
                                          : "a label");
  tf_also(p->cx, q->at, "declared here");
  if (q->kind == TF_KIND_NUMBER) {
    tf_explain_missing(&p->checker, r->unit.dim, q->unit.dim);
  }
  return false;
}

static bool read_expr(tf_planner *p, reading *r) {
  const tf_binding *b = r->binding;
  bool label = p->model->quantities.at[r->quantity].kind == TF_KIND_LABEL;
  p->cx->diags.muted += label ? 1 : 0; // a raw label may be no expression
  tf_status status = tf_parse_value(p->cx, p->model->units, b->value, TF_VALUE_CELL, &r->expr);
  p->cx->diags.muted -= label ? 1 : 0;
  if (status != TF_OK) {
    r->expr = NULL;
    return label;
  }
  r->uses_base = names_base(r->expr) || b->mode != TF_BIND_SET;
  return true;
}

// ---- putting it in place ----

static bool seen_before(tf_planner *p, const tf_binding *b, uint32_t quantity, const tf_period *period) {
  if (b->mode != TF_BIND_SET || tf_str_starts(b->setter, "--set")) {
    return false; // on the command line the later one is meant
  }
  const char *key = tf_format(p->arena, "%u|%.*s|%d.%d|%.*s", quantity, TF_STR_ARGS(b->label.text),
                              period == NULL ? -1 : tf_period_month_index(*period),
                              period == NULL ? 0 : tf_period_months(*period), TF_STR_ARGS(b->setter));
  uint32_t other = tf_map_get(&p->seen, tf_str_of(key));
  if (other == TF_MAP_NONE) {
    (void)tf_map_put(&p->seen, tf_str_of(key), (uint32_t)(b - p->column->bindings.at));
    return false;
  }
  tf_text what = tf_text_new(p->arena);
  tf_text_addf(&what, "`%.*s", TF_STR_ARGS(p->model->quantities.at[quantity].name));
  if (b->label.text.len > 0) {
    tf_text_addf(&what, "[%.*s]", TF_STR_ARGS(b->label.text));
  }
  tf_text_adds(&what, "`");
  if (period != NULL) {
    tf_text_addf(&what, " in %.*s", TF_STR_ARGS(b->period.text));
  }
  (void)tf_fail(p->cx, TF_INVALID, b->name.at, "%s is given twice", what.ptr);
  tf_also(p->cx, p->column->bindings.at[other].name.at, "the first is here");
  return true;
}

static void need_elements(tf_planner *p, uint32_t quantity) {
  tf_setting *s = &p->settings[quantity];
  const tf_quantity *q = &p->model->quantities.at[quantity];
  if (s->elements == NULL) {
    s->elements = TF_ARRAY(p->arena, const tf_term *, q->elements + 1);
    s->element_origins = TF_ARRAY(p->arena, const tf_binding *, q->elements + 1);
    s->element_defined = TF_ARRAY(p->arena, const tf_binding *, q->elements + 1);
  }
}

static bool bind_elements(tf_planner *p, reading *r, const selection *select) {
  const tf_quantity *q = &p->model->quantities.at[r->quantity];
  tf_setting *s = &p->settings[r->quantity];
  bool column_whole = q->column && select->all;
  need_elements(p, r->quantity);
  const tf_term *shared = NULL;
  for (size_t e = 0; e < q->elements; e++) {
    const tf_term *old = inherited_element(p, r->quantity, e);
    if (!selected(p, q, select, e) || (column_whole && r->uses_base && old == NULL)) {
      continue;
    }
    if (r->binding->mode == TF_BIND_DEFAULT) {
      s->elements[e] = NULL;
      s->element_origins[e] = NULL;
      continue;
    }
    const tf_term *term = shared != NULL ? shared : read_value(p, r, old);
    if (term == NULL) {
      return false;
    }
    shared = r->uses_base ? NULL : term; // rows that are set together share their draw
    s->element_defined[e] = defined_by(r->binding, r->uses_base, element_defined(s, e));
    s->elements[e] = tf_plan_element(p, r->quantity, term, e);
    s->element_origins[e] = r->binding;
  }
  return true;
}

// NAME*=0.8 without a period changes what was assumed for periods too, but no observed fact.
static bool change_given(tf_planner *p, reading *r) {
  tf_setting *s = &p->settings[r->quantity];
  for (size_t i = 0; i < s->given.count; i++) {
    if (s->given.at[i].binding->actual) {
      continue;
    }
    const tf_term *term = read_value(p, r, s->given.at[i].term);
    if (term == NULL) {
      return false;
    }
    s->given.at[i].term = term;
  }
  return true;
}

static bool fits_indices(tf_planner *p, const reading *r, const tf_term *term) {
  const tf_quantity *q = &p->model->quantities.at[r->quantity];
  for (size_t i = 0; i < term->index_count; i++) {
    if (!tf_set_has(q->indices, q->index_count, term->indices[i])) {
      (void)tf_fail(p->cx, TF_INVALID, r->binding->value.at, "`%.*s` does not vary over `%.*s`", TF_STR_ARGS(q->name),
                    TF_STR_ARGS(p->model->indices.at[term->indices[i]].name));
      return false;
    }
  }
  return true;
}

static bool bind_whole(tf_planner *p, reading *r) {
  tf_setting *s = &p->settings[r->quantity];
  const tf_quantity *q = &p->model->quantities.at[r->quantity];
  if (r->binding->mode == TF_BIND_DEFAULT) {
    s->value = q->value;
    s->origin = s->defined = NULL;
    s->keeps_equation = false;
    return true;
  }
  bool on_top = r->binding->mode == TF_BIND_MULTIPLY || r->binding->mode == TF_BIND_ADD;
  const tf_term *term = read_value(p, r, s->value);
  if (term == NULL || !fits_indices(p, r, term)) {
    return false;
  }
  s->keeps_equation = r->uses_base && (s->origin == NULL || s->keeps_equation);
  s->value = term;
  s->origin = r->binding;
  s->defined = defined_by(r->binding, r->uses_base, s->defined);
  for (size_t e = 0; on_top && s->elements != NULL && e < q->elements; e++) {
    const tf_term *changed = s->elements[e] == NULL ? NULL : read_value(p, r, s->elements[e]);
    if (s->elements[e] != NULL && changed == NULL) {
      return false;
    }
    s->elements[e] = changed;
  }
  return !on_top || change_given(p, r);
}

static void forget_given(tf_setting *s, const tf_period *period, size_t element) {
  size_t kept = 0;
  for (size_t i = 0; i < s->given.count; i++) {
    const tf_given *g = &s->given.at[i];
    bool same = tf_period_month_index(g->period) == tf_period_month_index(*period) &&
                tf_period_months(g->period) == tf_period_months(*period) && g->element == element;
    if (!same) {
      s->given.at[kept++] = *g;
    }
  }
  s->given.count = kept;
}

static bool bind_period(tf_planner *p, reading *r, const selection *select, tf_period period) {
  const tf_quantity *q = &p->model->quantities.at[r->quantity];
  tf_setting *s = &p->settings[r->quantity];
  tf_given given = {.period = period, .binding = r->binding, .element = TF_ALL_ELEMENTS};
  tf_axis_rows(p->axis, period, &given.row, &given.covers);
  const tf_term *shared = NULL;
  for (size_t e = 0; e < (select->all ? 1 : q->elements); e++) {
    if (!select->all && !selected(p, q, select, e)) {
      continue;
    }
    given.element = select->all ? TF_ALL_ELEMENTS : e;
    if (r->binding->mode == TF_BIND_DEFAULT) {
      forget_given(s, &period, given.element);
      continue;
    }
    // On top of what was there a year may be four different quarters.
    int rows = r->uses_base && given.covers > 1 ? given.covers : 1;
    for (int row = 0; row < rows; row++) {
      tf_given one = given;
      if (rows > 1) {
        one.row = given.row + row;
        one.covers = 1;
      }
      one.term = shared != NULL ? shared : read_value(p, r, inherited_row(p, r->quantity, given.element, one.row));
      if (one.term == NULL || !fits_indices(p, r, one.term)) {
        return false;
      }
      shared = r->uses_base ? NULL : one.term;
      const tf_given *before = given_before(s, given.element, one.row);
      one.defined =
          defined_by(r->binding, r->uses_base, before != NULL ? before->defined : element_defined(s, given.element));
      if (given.element != TF_ALL_ELEMENTS) {
        one.term = tf_plan_element(p, r->quantity, one.term, given.element);
      }
      tf_vec_push(p->arena, &s->given, one);
    }
  }
  return true;
}

static bool read_period(tf_planner *p, const tf_binding *b, const tf_quantity *q, tf_period *period) {
  const char *bad = NULL;
  tf_str text = tf_str_trim(b->period.text);
  size_t used = tf_period_scan(text, period, &bad);
  if (used == 0 || used != text.len || period->kind == TF_PERIOD_DAY) {
    (void)tf_fail(p->cx, TF_INVALID, b->period.at, "`%.*s` is no period%s%s", TF_STR_ARGS(text),
                  bad == NULL ? "" : ": ", bad == NULL ? "" : bad);
    tf_hint(p->cx, "write 2024, 2024-Q3 or 2024-07");
    return false;
  }
  if (p->axis->count == 0) {
    (void)tf_fail(p->cx, TF_INVALID, b->period.at, "`%.*s` is given for %.*s, but there is no time axis",
                  TF_STR_ARGS(q->name), TF_STR_ARGS(text));
    tf_hint(p->cx, "add a row `time:,2024..2030`, or --time 2024..2030");
    return false;
  }
  int row = 0;
  int covers = 0;
  tf_axis_rows(p->axis, *period, &row, &covers);
  if (covers == 0 && tf_period_months(*period) >= p->axis->months) {
    char first[16];
    (void)tf_fail(p->cx, TF_INVALID, b->period.at,
                  "%.*s is no whole period of the time axis, whose periods start in %s", TF_STR_ARGS(text),
                  tf_period_print(tf_axis_period(p->axis, 0), first));
    return false;
  }
  return true;
}

bool tf_plan_bind(tf_planner *p, const tf_binding *b) {
  uint32_t id = TF_NO_ID;
  if (tf_model_find(p->cx, p->model, b->name, &id) != TF_OK) {
    return false;
  }
  const tf_quantity *q = &p->model->quantities.at[id];
  tf_setting *s = &p->settings[id];
  reading r = {.binding = b, .quantity = id};
  tf_period period = {0};
  bool dated = b->period.text.len > 0;
  if (dated && !read_period(p, b, q, &period)) {
    return false;
  }
  bool rate = q->kind == TF_KIND_NUMBER && tf_dim_time_exponent(p->model->units, q->unit.dim) == -1.0;
  r.amount_seconds = dated && rate ? tf_period_months(period) * (TF_YEAR_SECONDS / 12.0) : 0.0;
  selection select;
  if (!select_elements(p, b, q, &select) || seen_before(p, b, id, dated ? &period : NULL)) {
    return false;
  }
  if (b->mode != TF_BIND_DEFAULT && (tf_slip_text(p, b, q) || !read_unit(p, &r) || !read_expr(p, &r))) {
    return false;
  }
  if (r.expr != NULL && tf_slip_value(p, b, q, r.expr, r.unit_cell ? &r.unit : NULL)) {
    return false;
  }
  bool elements = !dated && (!select.all || q->column);
  if (dated ? !bind_period(p, &r, &select, period) : elements ? !bind_elements(p, &r, &select) : !bind_whole(p, &r)) {
    return false;
  }
  s->touched = b;
  if (b->bare_note && r.bare && q->unit.dim != TF_DIM_NONE) {
    tf_plan_note(p, "`%.*s`: %.*s was read in %.*s", TF_STR_ARGS(q->name), TF_STR_ARGS(tf_str_trim(b->value.text)),
                 TF_STR_ARGS(r.unit.text));
  }
  return true;
}
