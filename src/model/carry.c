// SPDX-License-Identifier: GPL-3.0-or-later
// Definitions along the operations of a term: the rules of definition.h, element by element.
#include "model/carry.h"

tf_mark tf_mark_at(tf_marks m, size_t element) {
  return m.each == NULL ? m.one : m.each[element];
}

bool tf_marks_plain(tf_marks m) { // nothing defined in it
  return m.each == NULL && m.one.set == TF_SET_NONE;
}

static size_t size_of(const tf_carrier *c, const uint32_t *indices, size_t count) {
  size_t size = 1;
  for (size_t i = 0; i < count; i++) {
    size *= c->p->model->indices.at[indices[i]].count;
  }
  return size;
}

tf_extent tf_extent_of(const tf_term *term) {
  return (tf_extent){term->indices, term->index_count};
}

// Row of `index` in an element of the shape; SIZE_MAX if it has no such index.
static size_t row_of(const tf_carrier *c, tf_extent from, size_t element, uint32_t index) {
  for (size_t i = from.count; i-- > 0;) {
    size_t rows = c->p->model->indices.at[from.indices[i]].count;
    if (from.indices[i] == index) {
      return element % rows;
    }
    element /= rows;
  }
  return SIZE_MAX;
}

// The element of `to` that has the rows of `element` of `from`, and row `row` of `index`.
static size_t element_in(const tf_carrier *c, tf_extent to, tf_extent from, size_t element, uint32_t index,
                         size_t row) {
  size_t result = 0;
  for (size_t i = 0; i < to.count; i++) {
    size_t r = to.indices[i] == index ? row : row_of(c, from, element, to.indices[i]);
    result = result * c->p->model->indices.at[to.indices[i]].count + (r == SIZE_MAX ? 0 : r);
  }
  return result;
}

tf_mark tf_mark_in(const tf_carrier *c, tf_marks m, tf_extent to, tf_extent from, size_t element) {
  return m.each == NULL ? m.one : m.each[element_in(c, to, from, element, TF_NO_ID, 0)];
}

// ---- messages ----

const char *tf_mark_name(const tf_carrier *c, const tf_mark *m) {
  const tf_quantity *q = &c->p->model->quantities.at[m->quantity];
  tf_text text = tf_text_new(c->p->arena);
  tf_text_addf(&text, "%.*s", TF_STR_ARGS(q->name));
  if (q->index_count > 0) {
    tf_text_addc(&text, '[');
    tf_element_labels(c->p->model, q, m->element, &text);
    tf_text_addc(&text, ']');
  }
  return text.ptr;
}

void tf_mark_show_both(const tf_carrier *c, const tf_mark *a, const tf_mark *b, const char *hint) {
  tf_context *cx = c->p->cx;
  tf_also(cx, a->by->definition.at, "`%s` is in `%.*s`", tf_mark_name(c, a), TF_STR_ARGS(a->by->definition.text));
  tf_hint(cx, "%s", hint);
  tf_note(cx, b->by->definition.at, "`%s` is in `%.*s`", tf_mark_name(c, b), TF_STR_ARGS(b->by->definition.text));
}

tf_mark tf_mark_given(tf_carrier *c, uint32_t quantity, size_t element, const tf_binding *by) {
  uint64_t kind = tf_definition_kind(c->p->model, quantity, c->p->checker.time);
  tf_mark m = {tf_definition_set_of(&c->names, kind, by->definition.text), by, quantity, element};
  while (c->origins.count < c->names.names.count) { // names are numbered as they are met
    tf_vec_push(c->p->arena, &c->origins, m);
  }
  return m;
}

// Of a value that has several definitions: where those of `part` were given.
static tf_mark origin_of(const tf_carrier *c, const tf_mark *m, uint32_t part) {
  if (m->set == part || part == TF_SET_NONE) {
    return *m;
  }
  uint32_t name = c->names.sets.at[part].names[0];
  return name < c->origins.count ? c->origins.at[name] : *m;
}

static bool told_before(tf_carrier *c, const tf_binding *one, const tf_binding *two) {
  for (size_t i = 0; i < c->told.count; i++) {
    const tf_cause *t = &c->told.at[i];
    if ((t->one == one && t->two == two) || (t->one == two && t->two == one)) {
      return true;
    }
  }
  tf_vec_push(c->p->arena, &c->told, ((tf_cause){one, two}));
  return false;
}

// `in_a` and `in_b`: what does not agree of the two.
static void fail_meeting(tf_carrier *c, const tf_term *term, const char *what, const tf_mark *a, const tf_mark *b,
                         uint32_t in_a, uint32_t in_b) {
  if (!c->report) {
    return;
  }
  c->good = false;
  const char *one = tf_definition_text(&c->names, in_a);
  const char *two = tf_definition_text(&c->names, in_b);
  tf_mark first = origin_of(c, a, in_a);
  tf_mark second = origin_of(c, b, in_b);
  if (told_before(c, first.by, second.by)) { // one mend for all places
    tf_note(c->p->cx, term->at, "`%s` and `%s` meet in %s here, too", one, two, what);
    return;
  }
  (void)tf_fail(c->p->cx, TF_INVALID, term->at, "two definitions meet in %s: `%s` and `%s`", what, one, two);
  bool bridge = tf_definition_bridge(&c->names, in_a) != NULL || tf_definition_bridge(&c->names, in_b) != NULL;
  const char *hint = "a bridge acts in `restate(x, by)` alone";
  if (!bridge) {
    hint = tf_format(c->p->arena,
                     "bring one of them over with `restate(x, by)`, where rows of `by` have the definition `%s to %s`",
                     one, two);
  }
  tf_mark_show_both(c, &first, &second, hint);
}

// ---- rules ----

// Sides that define one thing must agree; one without a definition fits any.
static tf_mark meet(tf_carrier *c, const tf_term *term, const char *what, tf_mark a, tf_mark b) {
  uint32_t in_a = TF_SET_NONE;
  uint32_t in_b = TF_SET_NONE;
  if (a.set == TF_SET_NONE) {
    return b;
  }
  if (tf_definition_clash(&c->names, a.set, b.set, &in_a, &in_b)) {
    fail_meeting(c, term, what, &a, &b, in_a, in_b);
    a.set = c->report ? TF_SET_NONE : a.set; // said once, not again wherever the result is used
    return a;
  }
  a.set = tf_definition_union(&c->names, a.set, b.set);
  return a;
}

static bool is_end(const tf_carrier *c, uint32_t bridge, uint32_t set) {
  const tf_definition_name *name = tf_definition_bridge(&c->names, bridge);
  return name != NULL && c->names.sets.at[set].count == 1 &&
         (tf_definition_has(&c->names, set, name->from) || tf_definition_has(&c->names, set, name->to));
}

// A bridge and one of its ends: the bridge.
static bool with_end(const tf_carrier *c, tf_mark a, tf_mark b, tf_mark *bridge) {
  *bridge = is_end(c, a.set, b.set) ? a : b;
  return is_end(c, a.set, b.set) || is_end(c, b.set, a.set);
}

static tf_mark product(tf_carrier *c, tf_mark a, tf_mark b) {
  tf_mark bridge;
  if (a.set == TF_SET_NONE) {
    return b;
  }
  if (with_end(c, a, b, &bridge)) {
    return bridge;
  }
  a.set = tf_definition_union(&c->names, a.set, b.set);
  return a;
}

// Is nothing left but a number, or a time (a growth, a stock against a flow)?
static bool like_by_like(const tf_carrier *c, tf_dim dim) {
  return dim == TF_DIM_NONE || dim == c->p->checker.time || dim == c->p->checker.per_time;
}

static tf_mark quotient(tf_carrier *c, const tf_term *term, tf_mark a, tf_mark b) {
  tf_mark bridge;
  uint32_t in_a = TF_SET_NONE;
  uint32_t in_b = TF_SET_NONE;
  if (b.set == TF_SET_NONE) {
    return a;
  }
  if (a.set == TF_SET_NONE) {
    double number = 0.0;
    b.set = tf_term_constant(term->args[0], &number) ? tf_definition_back(&c->names, b.set) : b.set;
    return b;
  }
  if (!like_by_like(c, term->dim)) {
    return product(c, a, b);
  }
  if (with_end(c, a, b, &bridge)) {
    return bridge;
  }
  if (tf_definition_clash(&c->names, a.set, b.set, &in_a, &in_b)) {
    fail_meeting(c, term, "a ratio", &a, &b, in_a, in_b);
    return (tf_mark){.set = TF_SET_NONE};
  }
  a.set = tf_definition_cancel(&c->names, a.set, b.set);
  return a;
}

static tf_mark restated(tf_carrier *c, const tf_term *term, tf_mark x, tf_mark by) {
  tf_context *cx = c->p->cx;
  if (by.set == TF_SET_NONE) {
    return x;
  }
  const tf_definition_name *found = tf_definition_bridge(&c->names, by.set);
  tf_definition_name bridge = found != NULL ? *found : (tf_definition_name){.text = TF_STR("")};
  bool circle = found != NULL && tf_str_eq(bridge.from, bridge.to);
  if (circle && c->report) {
    c->good = false;
    (void)tf_fail(cx, TF_INVALID, term->at, "the bridge `%s` leads from `%.*s` to itself", tf_mark_name(c, &by),
                  TF_STR_ARGS(bridge.from));
    tf_also(cx, by.by->definition.at, "given here");
    tf_hint(cx, "say in its definition what it leads to: `%.*s to ...`", TF_STR_ARGS(bridge.from));
  }
  if (circle) {
    return (tf_mark){.set = TF_SET_NONE};
  }
  if (found != NULL && x.set == TF_SET_NONE) {
    by.set = tf_definition_set_of(&c->names, tf_definition_kind_of(c->p->model->units, term->dim, c->p->checker.time),
                                  bridge.to);
    return by;
  }
  if (found != NULL && tf_definition_has(&c->names, x.set, bridge.from)) {
    x.set = tf_definition_replace(&c->names, x.set, bridge.from, bridge.to);
    return x;
  }
  if (!c->report) {
    return x;
  }
  c->good = false;
  const char *have = tf_definition_text(&c->names, x.set);
  bool there = found != NULL && tf_definition_has(&c->names, x.set, bridge.to);
  if (found == NULL) {
    (void)tf_fail(cx, TF_INVALID, term->at, "`restate` needs a bridge, but `%s` has the definition `%s`",
                  tf_mark_name(c, &by), tf_definition_text(&c->names, by.set));
    tf_also(cx, by.by->definition.at, "given here");
    tf_hint(cx, "say in its definition where it leads: `%s to ...`", x.set == TF_SET_NONE ? "A" : have);
    return (tf_mark){.set = TF_SET_NONE};
  }
  (void)tf_fail(cx, TF_INVALID, term->at, "the bridge leads from `%.*s` to `%.*s`, but the value is %s `%s`",
                TF_STR_ARGS(bridge.from), TF_STR_ARGS(bridge.to), there ? "already in" : "in", have);
  tf_mark_show_both(c, &x, &by,
                    there ? "leave the bridge out where it is not needed; it would count twice"
                          : "give the bridge from what the value is in");
  return (tf_mark){.set = TF_SET_NONE};
}

// ---- terms ----

static tf_mark combine(tf_carrier *c, const tf_term *term, const tf_mark *a) {
  switch (term->op) {
  case TF_TERM_ADD:
    return term->restates ? restated(c, term, a[0], a[1]) : meet(c, term, "a sum", a[0], a[1]);
  case TF_TERM_SUBTRACT:
    return meet(c, term, "a difference", a[0], a[1]);
  case TF_TERM_MULTIPLY:
    return term->restates ? restated(c, term, a[0], a[1]) : product(c, a[0], a[1]);
  case TF_TERM_DIVIDE:
    return quotient(c, term, a[0], a[1]);
  case TF_TERM_NEGATE: {
    tf_mark back = a[0];
    back.set = tf_definition_back(&c->names, back.set);
    return back;
  }
  case TF_TERM_POWER:
    return product(c, a[0], a[1]);
  case TF_TERM_EQUAL:
  case TF_TERM_NOT_EQUAL:
  case TF_TERM_LESS:
  case TF_TERM_LESS_EQUAL:
  case TF_TERM_GREATER:
  case TF_TERM_GREATER_EQUAL:
    (void)meet(c, term, "a comparison", a[0], a[1]);
    return (tf_mark){.set = TF_SET_NONE};
  case TF_TERM_NOT:
  case TF_TERM_AND:
  case TF_TERM_OR:
    return (tf_mark){.set = TF_SET_NONE};
  case TF_TERM_SELECT:
    return meet(c, term, "the branches of an `if`", a[1], a[2]);
  case TF_TERM_THEN:
    return meet(c, term, "one series", a[0], a[1]);
  case TF_TERM_MIN:
  case TF_TERM_MAX:
  case TF_TERM_MOD:
    return meet(c, term, "a comparison", a[0], a[1]);
  case TF_TERM_CLAMP:
    return meet(c, term, "a comparison", meet(c, term, "a comparison", a[0], a[1]), a[2]);
  case TF_TERM_SHIFT:
    return term->count > 2 ? meet(c, term, "one series", a[0], a[2]) : a[0];
  case TF_TERM_DELAY:
    return meet(c, term, "one series", a[0], a[2]);
  case TF_TERM_AFTER:
  case TF_TERM_RAMP:
    return (tf_mark){.set = TF_SET_NONE};
  default: // of one argument, or what is looked at comes first
    return a[0];
  }
}

// Element by element, all arguments over the union of their indices.
static tf_marks carry_map(tf_carrier *c, const tf_term *term) {
  enum { ARGS_MAX = 64 };
  tf_marks args[ARGS_MAX];
  size_t count = term->count < ARGS_MAX ? term->count : ARGS_MAX;
  bool any = false;
  bool each = false;
  for (size_t i = 0; i < count; i++) {
    args[i] = tf_carry(c, term->args[i]);
    any = any || !tf_marks_plain(args[i]);
    each = each || args[i].each != NULL;
  }
  if (!any) {
    return (tf_marks){0};
  }
  tf_mark one[ARGS_MAX];
  if (!each) {
    for (size_t i = 0; i < count; i++) {
      one[i] = args[i].one;
    }
    return (tf_marks){.one = combine(c, term, one)};
  }
  size_t size = size_of(c, term->indices, term->index_count);
  tf_mark *result = TF_ARRAY(c->p->arena, tf_mark, size + 1);
  for (size_t e = 0; e < size; e++) {
    for (size_t i = 0; i < count; i++) {
      one[i] = tf_mark_in(c, args[i], tf_extent_of(term->args[i]), tf_extent_of(term), e);
    }
    result[e] = combine(c, term, one);
  }
  return (tf_marks){.each = result};
}

// All rows of the index must agree.
static tf_marks carry_reduce(tf_carrier *c, const tf_term *term) {
  tf_marks x = tf_carry(c, term->args[0]);
  bool label = term->op == TF_TERM_ARGMIN || term->op == TF_TERM_ARGMAX;
  if (x.each == NULL) {
    return label ? (tf_marks){0} : x;
  }
  const char *what = tf_format(c->p->arena, "`%s`",
                               term->op == TF_TERM_SUM || label ? tf_op(term->op)->text
                               : term->op == TF_TERM_MEAN       ? "mean"
                               : term->op == TF_TERM_MINIMUM    ? "min"
                                                                : "max");
  size_t rows = c->p->model->indices.at[term->index].count;
  size_t size = size_of(c, term->indices, term->index_count);
  tf_mark *result = TF_ARRAY(c->p->arena, tf_mark, size + 1);
  for (size_t e = 0; e < size; e++) {
    tf_mark all = {.set = TF_SET_NONE};
    for (size_t r = 0; r < rows; r++) {
      all = meet(c, term, what, all,
                 x.each[element_in(c, tf_extent_of(term->args[0]), tf_extent_of(term), e, term->index, r)]);
    }
    result[e] = label ? (tf_mark){.set = TF_SET_NONE} : all;
  }
  return (tf_marks){.each = result};
}

// A row that an uncertain label picks may be any of them.
static tf_marks carry_pick(tf_carrier *c, const tf_term *term) {
  tf_marks x = tf_carry(c, term->args[0]);
  if (x.each == NULL) {
    return x;
  }
  uint32_t index = term->args[1]->label;
  double row = 0.0;
  bool known = tf_term_constant(term->args[1], &row);
  size_t rows = index == TF_NO_ID ? 0 : c->p->model->indices.at[index].count;
  size_t size = size_of(c, term->indices, term->index_count);
  tf_mark *result = TF_ARRAY(c->p->arena, tf_mark, size + 1);
  for (size_t e = 0; e < size; e++) {
    tf_mark all = {.set = TF_SET_NONE};
    for (size_t r = 0; r < rows; r++) {
      if (!known || (double)r == row) {
        tf_mark m = x.each[element_in(c, tf_extent_of(term->args[0]), tf_extent_of(term), e, index, r)];
        all = all.set == TF_SET_NONE ? m : all;
        all.set = tf_definition_union(&c->names, all.set, m.set);
      }
    }
    result[e] = all;
  }
  return (tf_marks){.each = result};
}

static tf_marks carry_shape(tf_carrier *c, const tf_term *term) {
  if (term->op == TF_TERM_PICK) {
    return carry_pick(c, term);
  }
  if (term->op == TF_TERM_LOOKUP) { // any row of the column
    tf_marks x = tf_carry(c, term->args[0]);
    tf_mark all = x.one;
    size_t size = x.each == NULL ? 0 : size_of(c, term->args[0]->indices, term->args[0]->index_count);
    for (size_t e = 0; e < size; e++) {
      all = all.set == TF_SET_NONE ? x.each[e] : all;
      all.set = tf_definition_union(&c->names, all.set, x.each[e].set);
    }
    return (tf_marks){.one = all};
  }
  size_t size = size_of(c, term->indices, term->index_count);
  tf_mark *result = TF_ARRAY(c->p->arena, tf_mark, size + 1);
  tf_marks *args = TF_ARRAY(c->p->arena, tf_marks, term->count + 1);
  bool each = term->op == TF_TERM_BUILD;
  for (size_t i = 0; i < term->count; i++) {
    args[i] = tf_carry(c, term->args[i]);
    each = each || args[i].each != NULL;
  }
  if (!each) {
    return args[0];
  }
  const tf_index *to = term->index == TF_NO_ID ? NULL : &c->p->model->indices.at[term->index];
  bool any = false;
  for (size_t e = 0; e < size; e++) {
    size_t arg = 0;
    size_t row = term->row; // ELEMENT
    uint32_t index = term->index;
    if (term->op == TF_TERM_BUILD) {
      arg = row_of(c, tf_extent_of(term), e, term->index);
    } else if (term->op == TF_TERM_RESTRICT && to != NULL) {
      row = to->rows == NULL ? 0 : to->rows[row_of(c, tf_extent_of(term), e, term->index)];
      for (size_t i = 0; i < term->args[0]->index_count; i++) {
        uint32_t from = term->args[0]->indices[i];
        index = c->p->model->indices.at[from].table == to->table ? from : index;
      }
    }
    const tf_term *x = term->args[arg];
    result[e] = args[arg].each == NULL
                    ? args[arg].one
                    : args[arg].each[element_in(c, tf_extent_of(x), tf_extent_of(term), e, index, row)];
    any = any || result[e].set != TF_SET_NONE;
  }
  return any ? (tf_marks){.each = result} : (tf_marks){0};
}

// A quantity in another period, and what stands for it where there is none.
static tf_marks carry_lag(tf_carrier *c, const tf_term *term) {
  tf_marks own = c->of[term->quantity];
  tf_marks otherwise = term->count > 0 ? tf_carry(c, term->args[0]) : (tf_marks){0};
  if (tf_marks_plain(own) && tf_marks_plain(otherwise)) {
    return (tf_marks){0};
  }
  const tf_quantity *q = &c->p->model->quantities.at[term->quantity];
  size_t size = size_of(c, term->indices, term->index_count);
  tf_mark *result = TF_ARRAY(c->p->arena, tf_mark, size + 1);
  for (size_t e = 0; e < size; e++) {
    tf_mark other =
        term->count > 0 ? tf_mark_in(c, otherwise, tf_extent_of(term->args[0]), tf_extent_of(term), e) : otherwise.one;
    tf_mark here = tf_mark_in(c, own, (tf_extent){q->indices, q->index_count}, tf_extent_of(term), e);
    result[e] = meet(c, term, "one series", here, other);
  }
  return (tf_marks){.each = result};
}

// A quantity's elements stand in the order in which it states its indices, a term's in that of its set.
static tf_marks carry_quantity(const tf_carrier *c, const tf_term *term) {
  tf_marks own = c->of[term->quantity];
  const tf_quantity *q = &c->p->model->quantities.at[term->quantity];
  if (own.each == NULL || q->index_count < 2) {
    return own;
  }
  size_t size = size_of(c, term->indices, term->index_count);
  tf_mark *result = TF_ARRAY(c->p->arena, tf_mark, size + 1);
  for (size_t e = 0; e < size; e++) {
    result[e] = tf_mark_in(c, own, (tf_extent){q->indices, q->index_count}, tf_extent_of(term), e);
  }
  return (tf_marks){.each = result};
}

tf_marks tf_carry(tf_carrier *c, const tf_term *term) {
  switch (tf_op(term->op)->class) {
  case TF_CLASS_LEAF:
    return term->op == TF_TERM_QUANTITY ? carry_quantity(c, term) : (tf_marks){0};
  case TF_CLASS_REDUCE:
    return term->op == TF_TERM_ALLOCATE ? tf_carry(c, term->args[0]) : carry_reduce(c, term);
  case TF_CLASS_SHAPE:
    return carry_shape(c, term);
  case TF_CLASS_TIME:
  case TF_CLASS_MAP:
    break;
  }
  if (term->op == TF_TERM_LAG) {
    return carry_lag(c, term);
  }
  return term->count == 0 ? (tf_marks){0} : carry_map(c, term);
}
