// SPDX-License-Identifier: GPL-3.0-or-later
// Terms that look along the time axis -> nodes.
#include <math.h>

#include "engine/graph.h"
#include "engine/kernel.h"

static const tf_node *at(const tf_builder *b, tf_node_id id) {
  return tf_node_at(b->graph, id);
}

static int first_of(const tf_builder *b, tf_node_id id) { // what does not vary has no history of its own
  const tf_shape *shape = &at(b, id)->shape;
  return shape->series ? shape->first : 0;
}

// The [t-1] below `node` that has no value in `row`.
static const tf_node *culprit(const tf_builder *b, tf_node_id id, int row) {
  const tf_node *node = at(b, id);
  if (node->op == TF_TERM_LAG || node->op == TF_TERM_SHIFT) {
    return node;
  }
  for (uint32_t i = 0; i < node->operand_count; i++) {
    const tf_shape *operand = &at(b, node->operands[i])->shape;
    int needed = node->op == TF_TERM_THEN && i == 1 ? row + 1 : row;
    if (operand->series && operand->first > needed) {
      return culprit(b, node->operands[i], needed);
    }
  }
  return node;
}

static void missing_period(tf_builder *b, const tf_node *node, int row) {
  char period[16];
  int back = row > 0 ? row : 0;
  tf_period_print(tf_axis_period(&b->axis, back), period);
  const char *name = node->subject != NULL ? node->subject : node->owner != NULL ? node->owner : "x";
  if (row < 0) {
    tf_period_print(tf_axis_period(&b->axis, row), period);
    tf_fail(b->cx, TF_INVALID, node->at, "`%s` has no value in %s, before the first period", name, period);
    tf_hint(b->cx, "give it a value there, or the other quantity none");
    return;
  }
  if (b->axis.count <= 0) {
    tf_fail(b->cx, TF_INVALID, node->at, "there is no period before the only one");
  } else {
    tf_fail(b->cx, TF_INVALID, node->at, "there is no period before %s", period);
  }
  tf_hint(b->cx, "write `%s[t-1 else ...]`, or give a value for a period before the axis", name);
}

bool tf_build_reaches(tf_builder *b, tf_node_id node, int row) {
  if (!at(b, node)->shape.series || at(b, node)->shape.first <= row) {
    return true;
  }
  missing_period(b, culprit(b, node, row), row);
  return false;
}

// Whole-axis reads of what is being computed period by period.
static bool outside_loop(tf_builder *b, tf_node_id x, const char *what) {
  if (b->group == 0 || at(b, x)->loop != b->group) {
    return true;
  }
  tf_fail(b->cx, TF_INVALID, b->place.at, "%s looks at other periods of what it is itself part of", what);
  tf_hint(b->cx, "within quantities that need each other only earlier periods can be read, as in x[t-1]");
  return false;
}

// `start`: the first row, 0 or before, that `otherwise` is to fill.
static tf_node_id lag_node(const tf_builder *b, tf_node_id x, int lag, tf_node_id otherwise, int start,
                           const char *subject) {
  tf_node made = tf_build_node(b, TF_TERM_LAG);
  tf_node_id operands[2] = {x, otherwise};
  int first = first_of(b, x) - lag;
  bool whole = first <= start || otherwise == TF_NO_NODE;
  made.operands = operands;
  made.operand_count = whole ? 1 : 2;
  made.extra = lag;
  made.subject = subject;
  made.shape = at(b, x)->shape;
  if (!whole) {
    made.shape = tf_shape_join(b->graph, &made.shape, &at(b, otherwise)->shape);
    first = start;
  }
  if (lag > 0) {
    first = first_of(b, x); // held past the last period; rows before the first stay unread
  }
  made.shape = tf_build_series(b, &made.shape, first);
  return tf_node_intern(b->graph, made);
}

static const char *name_of(const tf_builder *b, uint32_t quantity) {
  return tf_cstr(b->graph->arena, b->model->quantities.at[quantity].name);
}

// The value of a quantity in other periods: inside its own group it is the state.
static bool read_other_period(tf_builder *b, const tf_term *term, uint32_t quantity, int lag, tf_node_id *x) {
  if (b->member != NULL && b->member[quantity] != 0) {
    *x = b->states[b->member[quantity] - 1];
    return lag < 0 || outside_loop(b, *x, "a look ahead");
  }
  *x = b->scenario->nodes[quantity];
  if (*x == TF_NO_NODE) {
    tf_term read = {.op = TF_TERM_QUANTITY, .quantity = quantity, .at = term->at};
    return tf_build_term(b, &read, x);
  }
  return true;
}

static bool otherwise_of(tf_builder *b, const tf_term *term, size_t index, tf_node_id *otherwise) {
  *otherwise = TF_NO_NODE;
  return term->count <= index || (tf_build_term(b, term->args[index], otherwise) && tf_build_reaches(b, *otherwise, 0));
}

static bool build_lag(tf_builder *b, const tf_term *term, tf_node_id *node) {
  tf_node_id x = 0, otherwise = 0;
  if (!read_other_period(b, term, term->quantity, term->lag, &x) || !otherwise_of(b, term, 0, &otherwise)) {
    return false;
  }
  if (term->lag == 0 || (!at(b, x)->shape.series && otherwise == TF_NO_NODE)) {
    *node = x;
    return true;
  }
  *node = lag_node(b, x, term->lag, otherwise, 0, name_of(b, term->quantity));
  return true;
}

static bool shift_constant(const tf_term *term, double *seconds) {
  const tf_term *arg = term->args[1];
  bool negated = arg->op == TF_TERM_NEGATE;
  arg = negated ? arg->args[0] : arg;
  *seconds = negated ? -arg->number : arg->number;
  return arg->op == TF_TERM_CONSTANT;
}

bool tf_term_looks_back(const tf_term *term, double step) {
  double seconds;
  return term->op == TF_TERM_SHIFT && term->args[0]->op == TF_TERM_QUANTITY && shift_constant(term, &seconds) &&
         seconds <= -step * (1 - 1e-9);
}

// x at t + shift. Whole periods are a lag.
static bool shift_node(tf_builder *b, tf_node_id x, tf_node_id shift, tf_node_id otherwise, bool causal, int start,
                       const char *subject, tf_node_id *node) {
  double seconds = 0;
  bool known = tf_node_is_constant(b->graph, shift, &seconds);
  double periods = seconds / tf_axis_step(&b->axis);
  if (!at(b, x)->shape.series && otherwise == TF_NO_NODE) {
    *node = x;
    return true;
  }
  if (known && periods > 0 && !outside_loop(b, x, "a look ahead")) {
    return false;
  }
  if (known && fabs(periods - round(periods)) < 1e-9 && fabs(periods) < 1e6) {
    int lag = (int)round(periods);
    *node = lag == 0 ? x : lag_node(b, x, lag, otherwise, start, subject);
    return true;
  }
  if (!tf_build_reaches(b, x, 0)) {
    return false;
  }
  tf_node made = tf_build_node(b, TF_TERM_SHIFT);
  made.operands = (tf_node_id[]){x, shift, otherwise};
  made.operand_count = otherwise == TF_NO_NODE ? 2 : 3;
  made.extra = causal || (b->group != 0 && at(b, x)->loop == b->group);
  made.number = tf_axis_step(&b->axis);
  made.subject = subject;
  made.shape = at(b, x)->shape;
  for (uint32_t i = 1; i < made.operand_count; i++) {
    made.shape = tf_shape_join(b->graph, &made.shape, &at(b, made.operands[i])->shape);
  }
  int first = otherwise == TF_NO_NODE && known && periods < 0 ? first_of(b, x) - (int)floor(periods) : start;
  int shift_first = at(b, shift)->shape.series ? first_of(b, shift) : first;
  made.shape = tf_build_series(b, &made.shape, first > shift_first ? first : shift_first);
  *node = tf_node_intern(b->graph, made);
  return true;
}

static bool build_shift(tf_builder *b, const tf_term *term, tf_node_id *node) {
  tf_node_id x = 0, shift = 0, otherwise = 0;
  bool back = tf_term_looks_back(term, tf_axis_step(&b->axis));
  if (!(back ? read_other_period(b, term, term->args[0]->quantity, -1, &x) : tf_build_term(b, term->args[0], &x)) ||
      !tf_build_term(b, term->args[1], &shift) || !otherwise_of(b, term, 2, &otherwise)) {
    return false;
  }
  const char *subject = term->args[0]->op == TF_TERM_QUANTITY ? name_of(b, term->args[0]->quantity) : NULL;
  return shift_node(b, x, shift, otherwise, false, 0, subject, node);
}

// The first row of a delay: that of x, so that what was ordered before the axis also arrived before it, as far as the
// delay and what was on its way are known there.
static int delay_start(const tf_builder *b, tf_node_id x, tf_node_id delay, tf_node_id before) {
  int start = first_of(b, x);
  bool known = (!at(b, delay)->shape.series || first_of(b, delay) <= start) &&
               (!at(b, before)->shape.series || first_of(b, before) <= start);
  return known && start < 0 ? start : 0;
}

static bool build_delay(tf_builder *b, const tf_node_id *args, bool rate, tf_node_id *node) {
  tf_node_id x = args[0], delay = args[1], before = args[2];
  double seconds;
  if (tf_node_is_constant(b->graph, delay, &seconds) && seconds < 0) {
    tf_fail(b->cx, TF_INVALID, b->place.at, "a delay is negative");
    tf_hint(b->cx, "`x[t + lead]` looks ahead");
    return false;
  }
  if (!tf_build_reaches(b, x, 0) || !tf_build_reaches(b, before, 0)) {
    return false;
  }
  if (!rate || !at(b, delay)->shape.series) {
    tf_node_id back = tf_node_map(b->graph, &b->place, TF_TERM_NEGATE, &delay, 1);
    return shift_node(b, x, back, before, true, delay_start(b, x, delay, before), NULL, node);
  }
  if (!tf_build_reaches(b, delay, first_of(b, x))) {
    return false;
  }
  tf_node made = tf_build_node(b, TF_TERM_DELAY);
  made.operands = args;
  made.operand_count = 3;
  made.number = tf_axis_step(&b->axis);
  made.shape = tf_shape_join(b->graph, &at(b, x)->shape, &at(b, delay)->shape);
  made.shape = tf_shape_join(b->graph, &made.shape, &at(b, before)->shape);
  made.shape = tf_build_series(b, &made.shape, delay_start(b, x, delay, before));
  *node = tf_node_intern(b->graph, made);
  return true;
}

// On long axes the cohorts of a fixed life come from running sums: constant time for each period instead of one step
// for each age. On short ones the direct sum is as fast and rounds less.
enum { TF_LONG_AXIS = 48 };

static tf_node_id window_node(const tf_builder *b, const tf_node_id *args, const tf_node *like, tf_cohort_kind kind) {
  tf_node sum = tf_build_node(b, TF_TERM_CUMULATIVE);
  sum.operands = args;
  sum.operand_count = 1;
  sum.number = tf_axis_step(&b->axis);
  sum.shape = tf_build_series(b, &at(b, args[0])->shape, like->shape.first);
  tf_node made = *like;
  made.op = TF_NODE_WINDOW;
  made.operands = (tf_node_id[]){tf_node_intern(b->graph, sum), args[0], args[1]};
  made.operand_count = 3;
  made.extra = (int32_t)kind;
  made.number = sum.number;
  return tf_node_intern(b->graph, made);
}

// From the sum of what stands of each purchase: times the length of a period, or over the life in periods. There is no
// number for a life that is not positive: the sum is 0 then, the reciprocal infinite.
static tf_node_id cohort_multiple(const tf_builder *b, tf_node_id sum, tf_node_id life, tf_cohort_kind kind) {
  const tf_node *place = &b->place;
  tf_node_id factor = tf_node_constant(b->graph, tf_axis_step(&b->axis));
  if (kind == TF_COHORT_WRITTEN_OFF) {
    const tf_node_id zero = tf_node_constant(b->graph, 0), one = tf_node_constant(b->graph, 1);
    const tf_node_id periods = tf_node_map(b->graph, place, TF_TERM_DIVIDE, (tf_node_id[]){life, factor}, 2);
    const tf_node_id positive = tf_node_map(b->graph, place, TF_TERM_MAX, (tf_node_id[]){periods, zero}, 2);
    factor = tf_node_map(b->graph, place, TF_TERM_DIVIDE, (tf_node_id[]){one, positive}, 2);
  }
  return tf_node_map(b->graph, place, TF_TERM_MULTIPLY, (tf_node_id[]){sum, factor}, 2);
}

static bool build_cohort(tf_builder *b, const tf_term *term, const tf_node_id *args, tf_node_id *node) {
  if (!tf_build_reaches(b, args[0], 0)) {
    return false;
  }
  int first = first_of(b, args[0]);
  bool varies = false;
  tf_shape rest = at(b, args[1])->shape;
  for (size_t i = 1; i < term->count; i++) {
    varies = varies || at(b, args[i])->shape.series;
    rest = tf_shape_join(b->graph, &rest, &at(b, args[i])->shape);
    if (!tf_build_reaches(b, args[i], first)) {
      return false;
    }
  }
  if (varies && term->op == TF_TERM_SCHEDULE) {
    return tf_fail(b->cx, TF_INVALID, term->at, "the shares of a schedule cannot vary over periods") == TF_OK;
  }
  tf_cohort_kind kind = term->op == TF_TERM_SURVIVE         ? TF_COHORT_SURVIVE
                        : term->op == TF_TERM_RETIRED       ? TF_COHORT_RETIRED
                        : term->op == TF_TERM_STRAIGHT_LINE ? TF_COHORT_WRITTEN_OFF
                                                            : TF_COHORT_SCHEDULE;
  tf_node made = tf_build_node(b, varies ? TF_NODE_COHORT : TF_NODE_CONVOLVE);
  made.shape = tf_shape_join(b->graph, &at(b, args[0])->shape, &rest);
  made.shape = tf_build_series(b, &made.shape, first);
  tf_node_id operands[2] = {args[0], TF_NO_NODE};
  if (!varies && kind != TF_COHORT_SCHEDULE && term->count == 2 && b->axis.count - first > TF_LONG_AXIS) {
    *node = window_node(b, args, &made, kind);
    return true;
  }
  if (varies) {
    made.operands = args;
    made.operand_count = (uint32_t)term->count;
    made.extra = (int32_t)kind;
    made.number = tf_axis_step(&b->axis);
  } else {
    tf_node ages = tf_build_node(b, TF_NODE_AGES);
    ages.operands = args + 1;
    ages.operand_count = (uint32_t)term->count - 1;
    const bool stands = kind == TF_COHORT_SURVIVE || kind == TF_COHORT_WRITTEN_OFF;
    ages.extra = stands ? (int32_t)TF_COHORT_STANDS : (int32_t)kind;
    ages.number = tf_axis_step(&b->axis);
    ages.shape = tf_build_series(b, &rest, 0);
    ages.shape.end = b->axis.count - first;
    operands[1] = tf_node_intern(b->graph, ages);
    made.operands = operands;
    made.operand_count = 2;
    *node = tf_node_intern(b->graph, made);
    *node = stands ? cohort_multiple(b, *node, args[1], kind) : *node;
    return true;
  }
  *node = tf_node_intern(b->graph, made);
  return true;
}

static bool build_discount(tf_builder *b, tf_node_id rate, tf_timing timing, int first, tf_node_id *node) {
  if (!tf_build_reaches(b, rate, 0)) {
    return false;
  }
  tf_node made = tf_build_node(b, TF_NODE_DISCOUNT);
  made.operands = &rate;
  made.operand_count = 1;
  made.extra = (int32_t)timing;
  made.number = tf_axis_step(&b->axis);
  made.shape = tf_build_series(b, &at(b, rate)->shape, first);
  *node = tf_node_intern(b->graph, made);
  return true;
}

static bool build_value(tf_builder *b, const tf_term *term, const tf_node_id *args, tf_node_id *node) {
  tf_node_id operands[2] = {args[0], TF_NO_NODE};
  bool discounted = term->op == TF_TERM_NPV || term->op == TF_TERM_DISCOUNTED_PAYBACK;
  int history = term->op == TF_TERM_NPV ? 0 : first_of(b, args[0]);
  if (!tf_build_reaches(b, args[0], 0) || !outside_loop(b, args[0], tf_node_op_text(term->op)) ||
      (discounted && (!outside_loop(b, args[1], tf_node_op_text(term->op)) ||
                      !build_discount(b, args[1], term->timing, history, &operands[1])))) {
    return false;
  }
  tf_node made = tf_build_node(b, term->op == TF_TERM_NPV   ? TF_NODE_DOT
                                  : term->op == TF_TERM_IRR ? TF_TERM_IRR
                                                            : TF_TERM_PAYBACK);
  made.operands = operands;
  made.operand_count = discounted ? 2 : 1;
  made.extra = b->axis.count;
  made.number = tf_axis_step(&b->axis);
  made.undefinable = term->op != TF_TERM_NPV;
  made.index = made.op == TF_TERM_PAYBACK ? (uint32_t)term->timing : 0;
  made.shape = at(b, args[0])->shape;
  if (discounted) {
    made.shape = tf_shape_join(b->graph, &made.shape, &at(b, operands[1])->shape);
  }
  made.shape.series = false;
  *node = tf_node_intern(b->graph, made);
  return true;
}

static bool build_position(tf_builder *b, tf_node_id date, tf_node_id *node) {
  double seconds;
  if (tf_node_is_constant(b->graph, date, &seconds)) {
    *node = tf_node_constant(b->graph, tf_axis_position(&b->axis, seconds));
    return true;
  }
  tf_node made = tf_build_node(b, TF_NODE_POSITION);
  made.operands = &date;
  made.operand_count = 1;
  made.extra = (int32_t)b->scenario->axis;
  made.shape = at(b, date)->shape;
  *node = tf_node_intern(b->graph, made);
  return true;
}

static bool build_dates(tf_builder *b, const tf_term *term, const tf_node_id *args, tf_node_id *node) {
  tf_node_id positions[2];
  tf_node made = tf_build_node(b, term->op);
  int first = -b->scenario->history;
  for (size_t i = 0; i < term->count; i++) {
    if (!build_position(b, args[i], &positions[i])) {
      return false;
    }
    const tf_shape *shape = &at(b, args[i])->shape;
    made.shape = tf_shape_join(b->graph, &made.shape, shape);
    first = shape->series && shape->first > first ? shape->first : first;
  }
  made.operands = positions;
  made.operand_count = (uint32_t)term->count;
  made.shape = tf_build_series(b, &made.shape, first);
  *node = tf_node_intern(b->graph, made);
  return true;
}

static bool build_period(tf_builder *b, const tf_term *term, tf_node_id x, tf_node_id *node) {
  int row = term->op == TF_TERM_LAST ? b->axis.count - 1 : 0, covers = 1;
  const tf_shape *shape = &at(b, x)->shape;
  if (term->op == TF_TERM_AT) {
    tf_axis_rows(&b->axis, term->period, &row, &covers);
    covers = covers < 1 ? 1 : covers;
  }
  if (!shape->series) {
    *node = x;
    return true;
  }
  if (!outside_loop(b, x, "x[first], x[last] or x[2024]")) {
    return false;
  }
  int from = term->rate ? row : row + covers - 1, to = row + covers;
  if (from < shape->first || to > shape->end) {
    char period[16];
    tf_period_print(term->op == TF_TERM_AT ? term->period : tf_axis_period(&b->axis, row), period);
    tf_fail(b->cx, TF_INVALID, term->at, "there is no value for %s", period);
    char last[16];
    tf_period_print(tf_axis_period(&b->axis, shape->first), period);
    tf_period_print(tf_axis_period(&b->axis, shape->end - 1), last);
    tf_hint(b->cx, "the values run from %s to %s", period, last);
    return false;
  }
  tf_node made = tf_build_node(b, to - from > 1 ? TF_NODE_PERIOD_MEAN : TF_NODE_PERIOD);
  made.operands = &x;
  made.operand_count = 1;
  made.number = from;
  made.extra = to - from > 1 ? to : 0;
  made.shape = *shape;
  made.shape.series = false;
  *node = tf_node_intern(b->graph, made);
  return true;
}

// a, then b: with a value given in the period before the axis, b from the start; given for some elements only, b there.
static bool build_then(tf_builder *b, const tf_node_id *args, tf_node_id *node) {
  const tf_plan_quantity *q = b->quantity != TF_NO_ID ? &b->plan->quantities[b->quantity] : NULL;
  bool given = q != NULL && q->given != NULL && q->history > 0;
  if (given) { // all elements: tf_build_quantity refuses history of some elements only
    *node = args[1];
    return q->given[q->history - 1] != NULL || tf_build_reaches(b, args[1], 0);
  }
  if (b->axis.count == 1) {
    *node = args[0];
    return tf_build_reaches(b, args[0], 0);
  }
  if (!tf_build_reaches(b, args[0], 0) || !tf_build_reaches(b, args[1], 1)) {
    return false;
  }
  tf_node made = tf_build_node(b, TF_TERM_THEN);
  made.operands = args;
  made.operand_count = 2;
  made.shape = tf_shape_join(b->graph, &at(b, args[0])->shape, &at(b, args[1])->shape);
  made.shape = tf_build_series(b, &made.shape, 0);
  *node = tf_node_intern(b->graph, made);
  return true;
}

bool tf_build_time(tf_builder *b, const tf_term *term, tf_node_id *node) {
  if (term->op == TF_TERM_LAG) {
    return build_lag(b, term, node);
  }
  if (term->op == TF_TERM_SHIFT) {
    return build_shift(b, term, node);
  }
  tf_node_id few[8] = {0};
  tf_node_id *args = term->count <= 8 ? few : TF_ARRAY(b->graph->arena, tf_node_id, term->count);
  for (size_t i = 0; i < term->count; i++) {
    if (!tf_build_term(b, term->args[i], &args[i])) {
      return false;
    }
  }
  switch (term->op) {
  case TF_TERM_THEN:
    return build_then(b, args, node);
  case TF_TERM_AFTER:
  case TF_TERM_RAMP:
    return build_dates(b, term, args, node);
  case TF_TERM_AT:
  case TF_TERM_FIRST:
  case TF_TERM_LAST:
    return build_period(b, term, args[0], node);
  case TF_TERM_DELAY:
    return build_delay(b, args, term->rate, node);
  case TF_TERM_SURVIVE:
  case TF_TERM_RETIRED:
  case TF_TERM_STRAIGHT_LINE:
  case TF_TERM_SCHEDULE:
    return build_cohort(b, term, args, node);
  case TF_TERM_NPV:
  case TF_TERM_IRR:
  case TF_TERM_PAYBACK:
  case TF_TERM_DISCOUNTED_PAYBACK:
    return build_value(b, term, args, node);
  default: { // CUMULATIVE, AVERAGE, CHANGE
    if (!tf_build_reaches(b, args[0], 0)) {
      return false;
    }
    tf_node made = tf_build_node(b, term->op);
    made.operands = args;
    made.operand_count = 1;
    made.number = tf_axis_step(&b->axis);
    made.shape = tf_build_series(b, &at(b, args[0])->shape, first_of(b, args[0]));
    *node = tf_node_intern(b->graph, made);
    return true;
  }
  }
}
