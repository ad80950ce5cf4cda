// SPDX-License-Identifier: GPL-3.0-or-later
// The main program bound to the memory of one executor: one step for each element of an instruction, with its kernel
// chosen and the addresses of its operands worked out, so that running a row of it is one call. What is rare stays an
// instruction (exec.c, exec_time.c) and is a step that calls it.
#include "engine/exec.h"
#include "engine/vecmath.h"

typedef enum step_kind {
  STEP_GROUP, // `body` steps follow: all of them for each row
  STEP_INSTRUCTION,
  STEP_NATIVE, // a translated body
  STEP_UNARY,
  STEP_BINARY,
  STEP_BINARY_VS,
  STEP_BINARY_SV,
  STEP_TERNARY,
  STEP_FUSED,
  STEP_COPY,
  STEP_FILL,
  STEP_STORE,
  STEP_CUMULATE,
  STEP_CHANGE,
  STEP_CONVOLVE,   // all rows of a cohort sum
  STEP_DOT,        // one row of it: lanes and lanes
  STEP_DOT_AGES,   // the weights by age are numbers
  STEP_DOT_VALUES, // what is bought is
} step_kind;

typedef struct operand {
  const double *row0; // of the axis
  ptrdiff_t stride;   // from row to row
} operand;

struct tf_step {
  step_kind kind;
  int first, end; // rows
  uint32_t body;
  uint32_t element;
  double *d; // row 0
  ptrdiff_t d_stride;
  operand a[4];
  union {
    void (*unary)(double *d, const double *a, size_t n);
    void (*binary)(double *d, const double *a, const double *b, size_t n);
    void (*binary_vs)(double *d, const double *a, double b, size_t n);
    void (*binary_sv)(double *d, double a, const double *b, size_t n);
    void (*ternary)(double *d, const double *a, const double *b, const double *c, size_t n);
    tf_fused_kernel fused;
  } kernel;
  double number;
  const tf_instruction *made;
  const tf_native_body *native;
};

static const double *row_of(const operand *a, int row) {
  return a->row0 + row * a->stride;
}

// --- binding

typedef struct binding {
  tf_exec *x;
  tf_arena *arena;
  bool grouped;          // the instruction at hand is part of a group
  const double **spread; // by constant cell: its number over all lanes, NULL before it is needed
} binding;

static bool is_scalar(const binding *b, const tf_view *view) {
  return b->x->tape->storages.at[view->storage].place == TF_PLACE_CONSTANT;
}

static bool varies(const binding *b, const tf_view *view) {
  return b->x->tape->storages.at[view->storage].series && !view->fixed;
}

static operand operand_of(const binding *b, const tf_view *view, uint32_t element) {
  const tf_rows rows = tf_exec_rows(b->x, view, element, 0);
  return (operand){rows.row0, rows.stride};
}

// As lanes; a number that is the same in all rows is spread once.
static operand lanes_of(const binding *b, const tf_view *view, uint32_t element) {
  operand a = operand_of(b, view, element);
  if (!is_scalar(b, view)) {
    return a;
  }
  const double **column = &b->spread[(size_t)(a.row0 - b->x->constant) / 8];
  if (*column == NULL) {
    double *lanes = tf_alloc_aligned(b->arena, b->x->pitch, sizeof(double));
    tf_kernel_fill(lanes, *a.row0, b->x->pitch & ~(size_t)(TF_LANES - 1));
    *column = lanes;
  }
  return (operand){*column, 0};
}

static bool bind_map(const binding *b, tf_step *s, const tf_instruction *i, uint32_t e) {
  const tf_map_kernels *map = tf_map_kernel((tf_term_op)i->op);
  if (map->unary != NULL) {
    s->kind = STEP_UNARY;
    s->kernel.unary = map->unary;
    s->a[0] = operand_of(b, &i->views[0], e);
    return !is_scalar(b, &i->views[0]);
  }
  if (map->binary != NULL) {
    const bool left = is_scalar(b, &i->views[0]), right = is_scalar(b, &i->views[1]);
    if (right) {
      s->kind = STEP_BINARY_VS;
      s->kernel.binary_vs = map->binary_vs;
    } else if (left) {
      s->kind = STEP_BINARY_SV;
      s->kernel.binary_sv = map->binary_sv;
    } else {
      s->kind = STEP_BINARY;
      s->kernel.binary = map->binary;
    }
    s->a[0] = operand_of(b, &i->views[0], e);
    s->a[1] = operand_of(b, &i->views[1], e);
    return !(left && right);
  }
  s->kind = STEP_TERNARY;
  s->kernel.ternary = map->ternary;
  for (uint32_t v = 0; v < 3; v++) {
    if (is_scalar(b, &i->views[v]) && varies(b, &i->views[v])) {
      return false;
    }
    s->a[v] = lanes_of(b, &i->views[v], e);
  }
  return true;
}

static bool bind_convolve(const binding *b, tf_step *s, const tf_instruction *i, uint32_t e) {
  const bool values = is_scalar(b, &i->views[0]), ages = is_scalar(b, &i->views[1]);
  s->kind = ages ? STEP_DOT_AGES : values ? STEP_DOT_VALUES : b->grouped ? STEP_DOT : STEP_CONVOLVE;
  s->a[0] = operand_of(b, &i->views[0], e);
  s->a[1] = operand_of(b, &i->views[1], e);
  return !(values && ages);
}

static bool bind_running(const binding *b, tf_step *s, const tf_instruction *i, uint32_t e) {
  s->kind = i->op == TF_TERM_CHANGE ? STEP_CHANGE : STEP_CUMULATE;
  s->a[0] = operand_of(b, &i->views[0], e);
  s->number = tf_node_at(b->x->tape->graph, i->node)->number;
  return !is_scalar(b, &i->views[0]);
}

static bool bind_copy(const binding *b, tf_step *s, const tf_instruction *i, uint32_t e) {
  const bool scalar = is_scalar(b, &i->views[0]);
  s->kind = scalar ? STEP_FILL : i->op == TF_INSTRUCTION_STORE ? STEP_STORE : STEP_COPY;
  s->a[0] = operand_of(b, &i->views[0], e);
  return i->op != TF_INSTRUCTION_STORE || !scalar;
}

// False: it stays an instruction.
static bool bind_element(const binding *b, tf_step *s, const tf_instruction *i, uint32_t e) {
  if (i->op >= TF_TERM_NEGATE && i->op <= TF_TERM_CLAMP) {
    return bind_map(b, s, i, e);
  }
  switch (i->op) {
  case TF_INSTRUCTION_FUSED:
    s->kind = STEP_FUSED;
    s->kernel.fused = tf_kernel_fused(&i->fusion);
    for (uint32_t v = 0; v < i->view_count; v++) {
      s->a[v] = lanes_of(b, &i->views[v], e);
    }
    return true;
  case TF_NODE_COPY:
  case TF_INSTRUCTION_STORE:
    return bind_copy(b, s, i, e);
  case TF_TERM_THEN: // where the later periods are there already
    return i->end == 1 && bind_copy(b, s, i, e);
  case TF_TERM_CHANGE:
  case TF_TERM_CUMULATIVE:
    return bind_running(b, s, i, e);
  case TF_NODE_CONVOLVE:
    return bind_convolve(b, s, i, e);
  default:
    return false;
  }
}

static tf_step plain_step(const binding *b, const tf_instruction *i) {
  tf_step s = {.kind = STEP_INSTRUCTION, .first = i->first, .end = i->end, .d = b->x->scratch, .made = i};
  for (size_t k = 0; k < sizeof s.a / sizeof s.a[0]; k++) { // an address, for rows are counted from it
    s.a[k].row0 = b->x->scratch;
  }
  return s;
}

// Steps of one instruction, in `to` if it is not NULL; returns how many.
static size_t bind_instruction(const binding *b, const tf_instruction *i, tf_step *to) {
  const tf_step whole = plain_step(b, i);
  if (i->op == TF_INSTRUCTION_LOOP) {
    *to = whole;
    to->kind = STEP_GROUP;
    to->body = i->body;
    return 1;
  }
  for (uint32_t e = 0; e < i->elements && i->storage != TF_NO_STORAGE; e++) {
    tf_step s = whole;
    s.element = e;
    if (!bind_element(b, &s, i, e)) {
      *to = whole;
      return 1;
    }
    const tf_storage *storage = &b->x->tape->storages.at[i->storage];
    if (storage->place == TF_PLACE_WORK) {
      s.d = tf_exec_result(b->x, i->storage, e, 0);
      s.d_stride = storage->series ? (ptrdiff_t)b->x->pitch : 0;
    }
    to[e] = s;
  }
  if (i->elements == 0 || i->storage == TF_NO_STORAGE) {
    *to = whole;
    return 1;
  }
  return i->elements;
}

static tf_step native_step(const binding *b, const tf_native_body *body, const tf_instruction *first) {
  tf_step s = plain_step(b, first);
  s.kind = STEP_NATIVE;
  s.native = body;
  s.first = body->parts[0].first;
  s.end = body->parts[body->part_count - 1].end;
  return s;
}

void tf_exec_bind(tf_exec *x, tf_arena *arena) {
  const tf_program *program = &x->tape->main;
  size_t most = 0;
  for (size_t i = 0; i < program->list.count; i++) {
    most += program->list.at[i].elements > 1 ? program->list.at[i].elements : 1;
  }
  tf_step *steps = TF_ARRAY(arena, tf_step, most + 1);
  binding b = {x, arena, false, (const double **)tf_alloc(arena, x->tape->constant_cells + 1, sizeof(double *))};
  size_t count = 0, group = 0, left = 0; // instructions of the group that are still to come
  for (size_t i = 0; i < program->list.count; i++) {
    const tf_instruction *made = &program->list.at[i];
    b.grouped = left > 0;
    const tf_native_body *native = x->native != NULL ? x->native->at[i] : NULL;
    if (native != NULL) {
      steps[count] = native_step(&b, native, made);
      left -= left > 0 ? native->count : 0;
      steps[group].body += b.grouped ? 1 : 0;
      count++;
      i += native->count - 1;
      continue;
    }
    const size_t bound = bind_instruction(&b, made, &steps[count]);
    if (made->op == TF_INSTRUCTION_LOOP) {
      group = count;
      left = made->body;
      steps[group].body = 0;
    } else if (left > 0) {
      left--;
      steps[group].body += (uint32_t)bound;
    }
    count += bound;
  }
  x->steps = steps;
  x->step_count = count;
}

// --- running

static void run_dot(const tf_step *s, double *d, int row, size_t n) {
  const double *values = row_of(&s->a[0], row), *ages = s->a[1].row0;
  const ptrdiff_t back = -s->a[0].stride, on = s->a[1].stride;
  const size_t count = (size_t)(row - s->first + 1);
  if (s->kind == STEP_DOT) {
    tf_kernel_dot(d, values, back, ages, on, count, n);
  } else if (s->kind == STEP_DOT_AGES) {
    tf_kernel_dot_scalar(d, values, back, ages, on, count, n);
  } else {
    tf_kernel_dot_scalar(d, ages, on, values, back, count, n);
  }
}

static void run_running(const tf_step *s, double *d, int row, size_t n) {
  const double *now = row_of(&s->a[0], row);
  if (s->kind == STEP_CUMULATE) {
    if (row == s->first) {
      tf_kernel_scale(d, now, s->number, n);
    } else {
      tf_kernel_add_scaled(d, d - s->d_stride, now, s->number, n);
    }
  } else if (row == s->first) {
    tf_kernel_scale(d, now, 1 / s->number, n);
  } else {
    tf_kernel_change(d, now, now - s->a[0].stride, 1 / s->number, n);
  }
}

bool tf_exec_past_caches(const tf_tape *tape, size_t column_pitch) {
  enum { MANY = 1024 * 1024 }; // numbers: 8 MiB
  return tape->column_cells * column_pitch > MANY;
}

static void run_native(tf_exec *x, const tf_native_body *body, int row) {
  const tf_native_part *part = body->parts;
  while (row >= part->end) {
    part++;
  }
  if (part->code != NULL) {
    x->frame.work_row = x->work + row * (ptrdiff_t)x->pitch;
    x->frame.constant_row = x->constant + row * (ptrdiff_t)TF_LANES;
    x->frame.columns = x->native_columns + row;
    part->code(&x->frame);
  }
}

// Before and after all steps of a block.
static void begin_native(tf_exec *x) {
  for (size_t c = 0; c < x->native->columns; c++) {
    x->native_columns[c] = x->column + c * x->column_pitch + x->column_at;
  }
  x->frame = (tf_native_frame){.work = x->work, .constant = x->constant, .bytes = x->lanes * sizeof(double)};
}

static bool end_native(const tf_exec *x) {
  const double *seen = x->frame.seen;
  bool finite = true;
  for (size_t l = 0; l < sizeof x->frame.seen / sizeof *seen; l++) {
    finite = finite && seen[l] == 0;
  }
  return finite;
}

static void run_step(tf_exec *x, const tf_step *s, int row) {
  const size_t n = x->lanes;
  double *d = s->d + row * s->d_stride;
  const double *a = row_of(&s->a[0], row), *b = row_of(&s->a[1], row);
  switch (s->kind) {
  case STEP_NATIVE:
    run_native(x, s->native, row);
    break;
  case STEP_BINARY:
    s->kernel.binary(d, a, b, n);
    break;
  case STEP_BINARY_VS:
    s->kernel.binary_vs(d, a, *b, n);
    break;
  case STEP_BINARY_SV:
    s->kernel.binary_sv(d, *a, b, n);
    break;
  case STEP_FUSED: {
    const double *operands[4] = {a, b, row_of(&s->a[2], row), row_of(&s->a[3], row)};
    s->kernel.fused(d, operands, n);
    break;
  }
  case STEP_UNARY:
    s->kernel.unary(d, a, n);
    break;
  case STEP_TERNARY:
    s->kernel.ternary(d, a, b, row_of(&s->a[2], row), n);
    break;
  case STEP_COPY:
    tf_kernel_copy(d, a, n);
    break;
  case STEP_FILL:
    tf_kernel_fill(d, *a, n);
    break;
  case STEP_STORE:
    x->finite = tf_kernel_store(tf_exec_result(x, s->made->storage, s->element, row), a,
                                tf_exec_past_caches(x->tape, x->column_pitch), n) &&
                x->finite;
    break;
  case STEP_CUMULATE:
  case STEP_CHANGE:
    run_running(s, d, row, n);
    break;
  case STEP_DOT:
  case STEP_DOT_AGES:
  case STEP_DOT_VALUES:
    run_dot(s, d, row, n);
    break;
  default:
    tf_exec_instruction(x, s->made, row, row + 1);
    break;
  }
}

void tf_exec_steps(tf_exec *x) {
  const tf_step *steps = x->steps;
  x->finite = true;
  if (x->native != NULL) {
    begin_native(x);
  }
  for (size_t i = 0; i < x->step_count; i++) {
    const tf_step *s = &steps[i];
    if (s->kind == STEP_INSTRUCTION) {
      tf_exec_instruction(x, s->made, s->first, s->end);
      continue;
    }
    if (s->kind == STEP_CONVOLVE) {
      tf_kernel_convolve(s->d + s->first * s->d_stride, s->d_stride, row_of(&s->a[0], s->first), s->a[0].stride,
                         s->a[1].row0, s->a[1].stride, (size_t)(s->end - s->first), x->lanes);
      continue;
    }
    const size_t end = s->kind == STEP_GROUP ? i + s->body : i;
    const size_t begin = s->kind == STEP_GROUP ? i + 1 : i;
    for (int row = s->first; row < s->end; row++) {
      for (size_t k = begin; k <= end; k++) {
        if (row >= steps[k].first && row < steps[k].end) {
          run_step(x, &steps[k], row);
        }
      }
    }
    i = end;
  }
  if (x->native != NULL) {
    x->finite = end_native(x) && x->finite;
  }
  tf_kernel_stored();
}
