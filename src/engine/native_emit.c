// SPDX-License-Identifier: GPL-3.0-or-later
// Values -> registers: one walk over the operations. A value takes a register when it is first needed and gives it back
// with its last use; when none is free, the value whose next use is furthest gives way, to its own cell in work memory
// if it was computed. Numbers that are the same for all lanes stay in registers throughout where there are enough.
#include "engine/native_body.h"

enum { LOOK_AHEAD = 64, NOT_KEPT = 10 }; // registers that are left to other values
#define NEVER UINT32_MAX

typedef struct emitting {
  const tf_lowered *body;
  tf_code *code;
  int registers;                         // that may be given out: 0 .. registers-1
  uint32_t held[TF_CODE_MOST_REGISTERS]; // value by register
  bool kept[TF_CODE_MOST_REGISTERS];     // for the whole loop
  bool pinned[TF_CODE_MOST_REGISTERS];   // operand of the operation at hand
  int *in;                               // register by value, -1: none
  bool *saved;                           // by value: COMPUTED, and its cell holds it
  uint32_t *last;                        // by value: the last operation that reads it, or NEVER
  bool ok;
} emitting;

static void operands_of(const tf_operation *o, uint32_t *to) {
  to[0] = o->a;
  to[1] = o->b;
  to[2] = o->c;
}

static void find_last_uses(emitting *e) {
  for (uint32_t i = 0; i < e->body->operations.count; i++) {
    uint32_t operands[3];
    operands_of(&e->body->operations.at[i], operands);
    for (int k = 0; k < 3; k++) {
      if (operands[k] != TF_NO_VALUE) {
        e->last[operands[k]] = i;
      }
    }
  }
}

// Operations from `at` on before the value is read.
static uint32_t next_use(const emitting *e, uint32_t value, uint32_t at) {
  for (uint32_t i = at; i < e->body->operations.count && i < at + LOOK_AHEAD; i++) {
    const tf_operation *o = &e->body->operations.at[i];
    if (o->a == value || o->b == value || o->c == value) {
      return i - at;
    }
  }
  return LOOK_AHEAD;
}

static void release(emitting *e, int reg) {
  if (e->held[reg] != TF_NO_VALUE && !e->kept[reg]) {
    e->in[e->held[reg]] = -1;
    e->held[reg] = TF_NO_VALUE;
  }
}

// A free register, at operation `at`.
static int take_register(emitting *e, uint32_t at) {
  int best = -1;
  uint32_t furthest = 0;
  for (int r = 0; r < e->registers; r++) {
    if (e->held[r] == TF_NO_VALUE) {
      return r;
    }
    const uint32_t v = e->held[r];
    const tf_native_value *value = &e->body->values.at[v];
    const bool movable = value->kind != TF_NATIVE_COMPUTED || e->saved[v] || value->homed;
    if (e->kept[r] || e->pinned[r] || !movable) {
      continue;
    }
    const uint32_t distance = next_use(e, v, at);
    if (best < 0 || distance > furthest) {
      best = r;
      furthest = distance;
    }
  }
  if (best < 0) {
    e->ok = false;
    return 0;
  }
  const uint32_t v = e->held[best];
  if (e->body->values.at[v].kind == TF_NATIVE_COMPUTED && !e->saved[v]) {
    tf_code_store(e->code, e->body->values.at[v].place, best);
    e->saved[v] = true;
  }
  release(e, best);
  return best;
}

static void hold(emitting *e, uint32_t v, int reg) {
  e->held[reg] = v;
  e->in[v] = reg;
}

static void fetch(emitting *e, uint32_t v, int reg) {
  const tf_native_value *value = &e->body->values.at[v];
  if (value->kind == TF_NATIVE_NUMBER) {
    tf_code_spread(e->code, reg, value->place);
  } else {
    tf_code_load(e->code, reg, value->place);
  }
  hold(e, v, reg);
}

static int need(emitting *e, uint32_t v, uint32_t at) {
  if (e->in[v] < 0) {
    fetch(e, v, take_register(e, at));
  }
  e->pinned[e->in[v]] = true;
  return e->in[v];
}

// Read from memory for the last time: the operation can do that itself.
static bool is_read_in_place(const emitting *e, uint32_t v, uint32_t at) {
  return e->in[v] < 0 && e->body->values.at[v].kind != TF_NATIVE_NUMBER && e->last[v] == at;
}

static bool commutes(tf_code_op op) {
  return op == TF_CODE_ADD || op == TF_CODE_MULTIPLY || op == TF_CODE_AND || op == TF_CODE_OR || op == TF_CODE_XOR;
}

static void emit_operation(emitting *e, uint32_t at, bool past) {
  const tf_operation *o = &e->body->operations.at[at];
  uint32_t a = o->a, b = o->b;
  if (commutes(o->op) && is_read_in_place(e, a, at)) {
    a = o->b;
    b = o->a;
  }
  const int ra = a != TF_NO_VALUE ? need(e, a, at) : 0;
  const bool in_place = b != TF_NO_VALUE && b != a && o->op != TF_CODE_BLEND && is_read_in_place(e, b, at);
  const int rb = b != TF_NO_VALUE && !in_place ? need(e, b, at) : 0;
  const int rc = o->c != TF_NO_VALUE ? need(e, o->c, at) : 0;
  uint32_t operands[3];
  operands_of(o, operands);
  for (int k = 0; k < 3; k++) {
    if (operands[k] != TF_NO_VALUE && e->in[operands[k]] >= 0) {
      const int reg = e->in[operands[k]];
      e->pinned[reg] = false;
      if (e->last[operands[k]] == at) {
        release(e, reg);
      }
    }
  }
  if (o->op == TF_CODE_STORE) {
    tf_code_store(e->code, o->place, ra);
    e->saved[o->a] = true; // a result is stored in its own cell only
    return;
  }
  if (o->op == TF_CODE_COLUMN) {
    tf_code_column(e->code, o->column, past, ra);
    return;
  }
  // Operands are read before the result is written, so it may take the place of any of them.
  const int rd = take_register(e, at + 1);
  if (in_place) {
    tf_code_operate_place(e->code, o->op, o->detail, rd, ra, e->body->values.at[b].place);
  } else {
    tf_code_operate(e->code, o->op, o->detail, rd, ra, rb, rc);
  }
  if (e->last[o->d] != NEVER) {
    hold(e, o->d, rd);
  }
}

// How many registers values that are loaded or computed need at once, at least.
static int pressure_of(const emitting *e) {
  int most = 0, live = 0;
  for (uint32_t i = 0; i < e->body->operations.count; i++) {
    const tf_operation *o = &e->body->operations.at[i];
    uint32_t operands[3];
    operands_of(o, operands);
    int loaded = 0;
    for (int k = 0; k < 3; k++) {
      const bool again = (k > 0 && operands[k] == operands[0]) || (k > 1 && operands[k] == operands[1]);
      if (operands[k] == TF_NO_VALUE || again) {
        continue;
      }
      const bool computed = e->body->values.at[operands[k]].kind == TF_NATIVE_COMPUTED;
      loaded += computed ? 0 : 1;
      live -= computed && e->last[operands[k]] == i ? 1 : 0;
    }
    live += o->d != TF_NO_VALUE ? 1 : 0;
    most = live + loaded > most ? live + loaded : most;
  }
  return most;
}

// The numbers that are read most often get registers of their own, from the last one down.
static void keep_numbers(emitting *e, tf_arena *arena) {
  const size_t count = e->body->values.count;
  uint32_t *uses = TF_ARRAY(arena, uint32_t, count + 1);
  for (size_t i = 0; i < e->body->operations.count; i++) {
    uint32_t operands[3];
    operands_of(&e->body->operations.at[i], operands);
    for (int k = 0; k < 3; k++) {
      if (operands[k] != TF_NO_VALUE && e->body->values.at[operands[k]].kind == TF_NATIVE_NUMBER) {
        uses[operands[k]]++;
      }
    }
  }
  const int left = e->registers - pressure_of(e) - 1, most = tf_code_registers(e->code) - NOT_KEPT;
  for (int k = 0; k < left && k < most; k++) {
    uint32_t best = 0;
    for (uint32_t v = 1; v < count; v++) {
      best = uses[v] > uses[best] ? v : best;
    }
    if (count == 0 || uses[best] == 0) {
      break;
    }
    uses[best] = 0;
    const int reg = --e->registers;
    fetch(e, best, reg);
    e->kept[reg] = true;
  }
}

bool tf_native_emit(tf_arena *arena, const tf_lowered *body, bool past, tf_code *code, size_t *begin) {
  emitting e = {.body = body, .code = code, .registers = tf_code_registers(code), .ok = true};
  const size_t count = body->values.count + 1;
  e.in = TF_ARRAY(arena, int, count);
  e.saved = TF_ARRAY(arena, bool, count);
  e.last = TF_ARRAY(arena, uint32_t, count);
  for (size_t v = 0; v < count; v++) {
    e.in[v] = -1;
    e.last[v] = NEVER;
  }
  for (int r = 0; r < e.registers; r++) {
    e.held[r] = TF_NO_VALUE;
  }
  find_last_uses(&e);
  *begin = tf_code_begin(code, body->literals.at, body->literals.count);
  if (body->columns > 0) {
    tf_code_columns(code);
    e.registers -= TF_CODE_FOR_COLUMNS;
  }
  keep_numbers(&e, arena);
  tf_code_loop(code);
  for (uint32_t i = 0; i < body->operations.count && e.ok; i++) {
    emit_operation(&e, i, past);
  }
  tf_code_end(code);
  return e.ok;
}
