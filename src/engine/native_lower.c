// SPDX-License-Identifier: GPL-3.0-or-later
// Instructions of a tape -> operations of the machine. Each formula stands beside the kernel that it must agree with in
// every bit: kernel_map.c, kernel_fused.c, and exec_time.c for running sums.
#include <math.h>
#include <string.h>

#include "engine/native_body.h"

typedef struct cell_value { // the value that a cell holds at this point
  uint32_t storage, element;
  int row; // from the row that is computed; of a fixed row its number
  bool fixed;
  uint32_t value;
  uint32_t next; // in its slot; UINT32_MAX: none
} cell_value;

enum { SLOTS = 256 };

typedef struct lowering {
  tf_arena *arena;
  const tf_tape *tape;
  const tf_readers *readers;
  size_t pitch;
  uint32_t end; // of the body
  tf_lowered *to;
  bool ok;
  uint32_t slots[SLOTS];
  TF_VEC(cell_value) cells;
  TF_VEC(uint32_t) literal_values; // by literal
} lowering;

// --- what can be translated

static bool is_simple_map(unsigned op) {
  switch (op) {
  case TF_TERM_NEGATE:
  case TF_TERM_NOT:
  case TF_TERM_ADD:
  case TF_TERM_SUBTRACT:
  case TF_TERM_MULTIPLY:
  case TF_TERM_DIVIDE:
  case TF_TERM_EQUAL:
  case TF_TERM_NOT_EQUAL:
  case TF_TERM_LESS:
  case TF_TERM_LESS_EQUAL:
  case TF_TERM_GREATER:
  case TF_TERM_GREATER_EQUAL:
  case TF_TERM_AND:
  case TF_TERM_OR:
  case TF_TERM_SELECT:
  case TF_TERM_SQRT:
  case TF_TERM_ABS:
  case TF_TERM_FLOOR:
  case TF_TERM_CEIL:
  case TF_TERM_MIN:
  case TF_TERM_MAX:
  case TF_TERM_MOD:
  case TF_TERM_CLAMP:
    return true;
  default:
    return false;
  }
}

static bool is_constant(const tf_tape *tape, const tf_view *view) {
  return tape->storages.at[view->storage].place == TF_PLACE_CONSTANT;
}

bool tf_native_can(const tf_tape *tape, const tf_instruction *i, size_t *operations) {
  if (i->storage == TF_NO_STORAGE || i->elements == 0) {
    return false;
  }
  for (uint32_t v = 0; v < i->view_count; v++) {
    if (tape->storages.at[i->views[v].storage].place == TF_PLACE_COLUMN) {
      return false;
    }
  }
  *operations = 6 * (size_t)i->elements;
  if (is_simple_map(i->op)) {
    return true;
  }
  switch (i->op) {
  case TF_INSTRUCTION_FUSED:
  case TF_NODE_COPY:
  case TF_TERM_CUMULATIVE:
  case TF_TERM_CHANGE:
  case TF_TERM_AVERAGE:
    return true;
  case TF_TERM_THEN:
    return i->end == 1; // where the later periods are there already
  case TF_INSTRUCTION_STORE:
    return !is_constant(tape, &i->views[0]);
  case TF_TERM_SUM:
  case TF_TERM_MEAN:
  case TF_TERM_MINIMUM:
  case TF_TERM_MAXIMUM:
    *operations = 3 * ((size_t)i->group_size + 2) * i->elements;
    return i->group_size > 0;
  default:
    return false;
  }
}

bool tf_native_begins(const tf_instruction *i) {
  return i->op == TF_TERM_CUMULATIVE || i->op == TF_TERM_CHANGE || i->op == TF_TERM_AVERAGE;
}

// --- values

static uint32_t add_value(lowering *l, tf_native_value value) {
  tf_vec_push(l->arena, &l->to->values, value);
  return (uint32_t)l->to->values.count - 1;
}

static uint64_t bits_of(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}

static uint32_t literal(lowering *l, double number) {
  tf_lowered *to = l->to;
  for (size_t i = 0; i < to->literals.count; i++) {
    if (bits_of(to->literals.at[i]) == bits_of(number)) {
      return l->literal_values.at[i];
    }
  }
  const tf_code_place place = {TF_BASE_LITERAL, (int32_t)(to->literals.count * sizeof number)};
  const uint32_t value = add_value(l, (tf_native_value){.kind = TF_NATIVE_NUMBER, .place = place});
  tf_vec_push(l->arena, &to->literals, number);
  tf_vec_push(l->arena, &l->literal_values, value);
  return value;
}

static uint32_t operate(lowering *l, tf_code_op op, unsigned detail, uint32_t a, uint32_t b, uint32_t c) {
  const uint32_t d = add_value(l, (tf_native_value){.kind = TF_NATIVE_COMPUTED});
  const tf_operation made = {.op = op, .detail = (uint8_t)detail, .d = d, .a = a, .b = b, .c = c};
  tf_vec_push(l->arena, &l->to->operations, made);
  return d;
}

static uint32_t two(lowering *l, tf_code_op op, uint32_t a, uint32_t b) {
  return operate(l, op, 0, a, b, TF_NO_VALUE);
}

static uint32_t one(lowering *l, tf_code_op op, unsigned detail, uint32_t b) {
  return operate(l, op, detail, TF_NO_VALUE, b, TF_NO_VALUE);
}

static uint32_t compare(lowering *l, unsigned condition, uint32_t a, uint32_t b) {
  return operate(l, TF_CODE_COMPARE, condition, a, b, TF_NO_VALUE);
}

static uint32_t blend(lowering *l, uint32_t otherwise, uint32_t taken, uint32_t where) {
  return operate(l, TF_CODE_BLEND, 0, otherwise, taken, where);
}

static uint32_t nan_literal(lowering *l) {
  return literal(l, (double)NAN);
}

// --- cells

static uint32_t slot_of(uint32_t storage, uint32_t element, int row) {
  uint32_t h = storage * 2654435761u ^ element * 40503u ^ (uint32_t)row * 97u;
  return (h ^ h >> 15) % SLOTS;
}

static cell_value *find_cell(lowering *l, uint32_t storage, uint32_t element, int row, bool fixed) {
  for (uint32_t k = l->slots[slot_of(storage, element, row)]; k != UINT32_MAX; k = l->cells.at[k].next) {
    cell_value *c = &l->cells.at[k];
    if (c->storage == storage && c->element == element && c->row == row && c->fixed == fixed) {
      return c;
    }
  }
  return NULL;
}

static void hold_cell(lowering *l, uint32_t storage, uint32_t element, int row, bool fixed, uint32_t value) {
  cell_value *known = find_cell(l, storage, element, row, fixed);
  if (known != NULL) {
    known->value = value;
    return;
  }
  uint32_t *slot = &l->slots[slot_of(storage, element, row)];
  const cell_value made = {storage, element, row, fixed, value, *slot};
  *slot = (uint32_t)l->cells.count;
  tf_vec_push(l->arena, &l->cells, made);
}

// Where a cell lies; fixed: in row `row`, else `row` rows after the one that is computed.
static tf_code_place place_of(lowering *l, uint32_t storage, uint32_t element, int row, bool fixed) {
  const tf_storage *s = &l->tape->storages.at[storage];
  const bool constant = s->place == TF_PLACE_CONSTANT;
  const int64_t at = s->series ? row + s->history : 0;
  const int64_t cell = (int64_t)s->cell + (int64_t)element * s->rows + at;
  const int64_t offset = cell * (int64_t)(constant ? 8 : l->pitch) * (int64_t)sizeof(double);
  const bool moves = s->series && !fixed;
  l->ok = l->ok && offset > INT32_MIN && offset < INT32_MAX;
  const tf_code_base base = constant ? moves ? TF_BASE_CONSTANT_ROW : TF_BASE_CONSTANT
                            : moves  ? TF_BASE_WORK_ROW
                                     : TF_BASE_WORK;
  return (tf_code_place){base, (int32_t)offset};
}

// What an operand of the row reads, `on` rows after its own.
static uint32_t operand_on(lowering *l, const tf_view *view, uint32_t element, int on) {
  const tf_storage *s = &l->tape->storages.at[view->storage];
  const uint32_t e = view->elements != NULL ? view->elements[element] : element;
  const bool fixed = view->fixed || !s->series;
  const int row = !s->series ? 0 : view->fixed ? view->shift : view->shift + on;
  const cell_value *known = find_cell(l, view->storage, e, row, fixed);
  if (known != NULL) {
    return known->value;
  }
  const tf_native_value value = {.kind = s->place == TF_PLACE_CONSTANT ? TF_NATIVE_NUMBER : TF_NATIVE_LANES,
                                 .place = place_of(l, view->storage, e, row, fixed)};
  const uint32_t made = add_value(l, value);
  hold_cell(l, view->storage, e, row, fixed, made);
  return made;
}

static uint32_t operand(lowering *l, const tf_view *view, uint32_t element) {
  return operand_on(l, view, element, 0);
}

// Does anything read the result of instruction `at` from memory? All that comes after it in this body, in the same row,
// finds it in its register.
static bool read_from_memory(const lowering *l, uint32_t at) {
  const uint32_t storage = l->tape->main.list.at[at].storage;
  const tf_readers *readers = &l->readers[storage];
  return readers->always || readers->other_rows ||
         (readers->first <= readers->last && (readers->first <= at || readers->last >= l->end));
}

static void set_result(lowering *l, uint32_t at, uint32_t element, uint32_t value) {
  const uint32_t storage = l->tape->main.list.at[at].storage;
  const bool fixed = !l->tape->storages.at[storage].series;
  const tf_code_place home = place_of(l, storage, element, 0, fixed);
  const tf_native_value *made = &l->to->values.at[value];
  if (made->kind != TF_NATIVE_COMPUTED || made->homed) { // a copy: what it is a copy of may be gone before it is
    value = one(l, TF_CODE_MOVE, 0, value);
  }
  l->to->values.at[value].homed = true;
  l->to->values.at[value].place = home;
  hold_cell(l, storage, element, 0, fixed, value);
  if (read_from_memory(l, at)) {
    const tf_operation store = {
        .op = TF_CODE_STORE, .d = TF_NO_VALUE, .a = value, .b = TF_NO_VALUE, .c = TF_NO_VALUE, .place = home};
    tf_vec_push(l->arena, &l->to->operations, store);
  }
}

// --- formulas

static uint32_t lower_smaller(lowering *l, tf_code_op op, uint32_t x, uint32_t y) { // x where x is NaN
  const uint32_t least = two(l, op, x, y);
  return blend(l, least, x, compare(l, TF_COMPARE_UNORDERED, x, x));
}

static uint32_t lower_truth(lowering *l, unsigned condition, uint32_t x, uint32_t y) {
  const uint32_t holds = two(l, TF_CODE_AND, compare(l, condition, x, y), literal(l, 1));
  return blend(l, holds, nan_literal(l), compare(l, TF_COMPARE_UNORDERED, x, y));
}

static uint32_t lower_both(lowering *l, uint32_t x, uint32_t y) {
  const uint32_t zero = literal(l, 0);
  const uint32_t known = blend(l, literal(l, 1), nan_literal(l), compare(l, TF_COMPARE_UNORDERED, x, y));
  const uint32_t none =
      two(l, TF_CODE_OR, compare(l, TF_COMPARE_EQUAL, x, zero), compare(l, TF_COMPARE_EQUAL, y, zero));
  return two(l, TF_CODE_AND_NOT, none, known);
}

static uint32_t lower_either(lowering *l, uint32_t x, uint32_t y) {
  const uint32_t zero = literal(l, 0);
  const uint32_t known = blend(l, zero, nan_literal(l), compare(l, TF_COMPARE_UNORDERED, x, y));
  const uint32_t some =
      two(l, TF_CODE_OR, compare(l, TF_COMPARE_NOT_EQUAL, x, zero), compare(l, TF_COMPARE_NOT_EQUAL, y, zero));
  return blend(l, known, literal(l, 1), some);
}

static uint32_t lower_map(lowering *l, unsigned op, const uint32_t *o) {
  const uint32_t x = o[0], y = o[1];
  switch (op) {
  case TF_TERM_NEGATE:
    return two(l, TF_CODE_XOR, x, literal(l, -0.0));
  case TF_TERM_NOT: {
    const uint32_t none = two(l, TF_CODE_AND, compare(l, TF_COMPARE_EQUAL, x, literal(l, 0)), literal(l, 1));
    return blend(l, none, x, compare(l, TF_COMPARE_UNORDERED, x, x));
  }
  case TF_TERM_ADD:
    return two(l, TF_CODE_ADD, x, y);
  case TF_TERM_SUBTRACT:
    return two(l, TF_CODE_SUBTRACT, x, y);
  case TF_TERM_MULTIPLY:
    return two(l, TF_CODE_MULTIPLY, x, y);
  case TF_TERM_DIVIDE:
    return two(l, TF_CODE_DIVIDE, x, y);
  case TF_TERM_EQUAL:
    return lower_truth(l, TF_COMPARE_EQUAL, x, y);
  case TF_TERM_NOT_EQUAL:
    return lower_truth(l, TF_COMPARE_NOT_EQUAL, x, y);
  case TF_TERM_LESS:
    return lower_truth(l, TF_COMPARE_LESS, x, y);
  case TF_TERM_LESS_EQUAL:
    return lower_truth(l, TF_COMPARE_LESS_EQUAL, x, y);
  case TF_TERM_GREATER:
    return lower_truth(l, TF_COMPARE_GREATER, x, y);
  case TF_TERM_GREATER_EQUAL:
    return lower_truth(l, TF_COMPARE_GREATER_EQUAL, x, y);
  case TF_TERM_AND:
    return lower_both(l, x, y);
  case TF_TERM_OR:
    return lower_either(l, x, y);
  case TF_TERM_SELECT: {
    const uint32_t taken = blend(l, y, o[2], compare(l, TF_COMPARE_EQUAL, x, literal(l, 0)));
    return blend(l, taken, x, compare(l, TF_COMPARE_UNORDERED, x, x));
  }
  case TF_TERM_SQRT:
    return one(l, TF_CODE_SQRT, 0, x);
  case TF_TERM_ABS:
    return two(l, TF_CODE_AND_NOT, literal(l, -0.0), x);
  case TF_TERM_FLOOR:
    return one(l, TF_CODE_ROUND, TF_ROUND_DOWN, x);
  case TF_TERM_CEIL:
    return one(l, TF_CODE_ROUND, TF_ROUND_UP, x);
  case TF_TERM_MIN:
    return lower_smaller(l, TF_CODE_MIN, x, y);
  case TF_TERM_MAX:
    return lower_smaller(l, TF_CODE_MAX, x, y);
  case TF_TERM_MOD: {
    const uint32_t whole = one(l, TF_CODE_ROUND, TF_ROUND_DOWN, two(l, TF_CODE_DIVIDE, x, y));
    return two(l, TF_CODE_SUBTRACT, x, two(l, TF_CODE_MULTIPLY, y, whole));
  }
  default: // CLAMP
    return lower_smaller(l, TF_CODE_MIN, lower_smaller(l, TF_CODE_MAX, x, y), o[2]);
  }
}

static uint32_t lower_chain(lowering *l, const tf_instruction *i, uint32_t e) {
  uint32_t r = operand(l, &i->views[0], e);
  for (uint32_t k = 0; k < i->fusion.count; k++) {
    const uint32_t next = operand(l, &i->views[k + 1], e);
    const bool swapped = k > 0 && i->fusion.swapped[k - 1];
    r = lower_map(l, i->fusion.op[k], swapped ? (uint32_t[]){next, r} : (uint32_t[]){r, next});
  }
  return r;
}

static uint32_t lower_running(lowering *l, const tf_instruction *i, uint32_t e, bool begins) {
  const double step = tf_node_at(l->tape->graph, i->node)->number;
  const uint32_t now = operand(l, &i->views[0], e);
  if (i->op == TF_TERM_CUMULATIVE) {
    const uint32_t added = two(l, TF_CODE_MULTIPLY, now, literal(l, step));
    const tf_view own = {.storage = i->storage, .shift = -1};
    return begins ? added : two(l, TF_CODE_ADD, operand(l, &own, e), added);
  }
  if (begins) {
    return i->op == TF_TERM_AVERAGE ? now : two(l, TF_CODE_MULTIPLY, now, literal(l, 1 / step));
  }
  const uint32_t before = operand_on(l, &i->views[0], e, -1);
  if (i->op == TF_TERM_AVERAGE) {
    const uint32_t half = literal(l, 0.5);
    return two(l, TF_CODE_ADD, two(l, TF_CODE_MULTIPLY, before, half), two(l, TF_CODE_MULTIPLY, now, half));
  }
  return two(l, TF_CODE_MULTIPLY, two(l, TF_CODE_SUBTRACT, now, before), literal(l, 1 / step));
}

static uint32_t lower_reduction(lowering *l, const tf_instruction *i, uint32_t e) {
  const uint32_t *group = &i->groups[(size_t)e * i->group_size];
  const unsigned op = i->op == TF_TERM_MINIMUM ? TF_TERM_MIN : i->op == TF_TERM_MAXIMUM ? TF_TERM_MAX : TF_TERM_ADD;
  uint32_t r = operand(l, &i->views[0], group[0]);
  for (uint32_t k = 1; k < i->group_size; k++) {
    r = lower_map(l, op, (uint32_t[]){r, operand(l, &i->views[0], group[k])});
  }
  return i->op == TF_TERM_MEAN ? two(l, TF_CODE_DIVIDE, r, literal(l, i->group_size)) : r;
}

static void lower_store(lowering *l, const tf_instruction *i, uint32_t e) {
  const tf_storage *s = &l->tape->storages.at[i->storage];
  const size_t column = s->cell + (size_t)e * s->rows + (s->series ? (size_t)s->history : 0);
  l->ok = l->ok && column < INT32_MAX / sizeof(double *);
  const tf_operation made = {.op = TF_CODE_COLUMN,
                             .d = TF_NO_VALUE,
                             .a = operand(l, &i->views[0], e),
                             .b = TF_NO_VALUE,
                             .c = TF_NO_VALUE,
                             .column = (int32_t)column};
  tf_vec_push(l->arena, &l->to->operations, made);
  l->to->columns++;
}

static void lower_instruction(lowering *l, uint32_t at, int row) {
  const tf_instruction *i = &l->tape->main.list.at[at];
  for (uint32_t e = 0; e < i->elements; e++) {
    if (i->op == TF_INSTRUCTION_STORE) {
      lower_store(l, i, e);
      continue;
    }
    uint32_t result;
    if (i->op == TF_INSTRUCTION_FUSED) {
      result = lower_chain(l, i, e);
    } else if (i->op == TF_NODE_COPY || i->op == TF_TERM_THEN) {
      result = operand(l, &i->views[0], e);
    } else if (tf_native_begins(i)) {
      result = lower_running(l, i, e, row == i->first);
    } else if (is_simple_map(i->op)) {
      uint32_t operands[3] = {TF_NO_VALUE, TF_NO_VALUE, TF_NO_VALUE};
      for (uint32_t v = 0; v < i->view_count; v++) {
        operands[v] = operand(l, &i->views[v], e);
      }
      result = lower_map(l, i->op, operands);
    } else {
      result = lower_reduction(l, i, e);
    }
    set_result(l, at, e, result);
  }
}

bool tf_native_lower(tf_arena *arena, const tf_tape *tape, const tf_readers *readers, size_t pitch, uint32_t begin,
                     uint32_t end, int row, tf_lowered *to) {
  lowering l = {.arena = arena, .tape = tape, .readers = readers, .pitch = pitch, .end = end};
  l.to = to;
  l.ok = true;
  memset(l.slots, 0xff, sizeof l.slots);
  for (uint32_t i = begin; i < end && l.ok; i++) {
    const tf_instruction *made = &tape->main.list.at[i];
    if (row >= made->first && row < made->end) {
      lower_instruction(&l, i, row);
    }
  }
  return l.ok;
}
