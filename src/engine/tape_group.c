// SPDX-License-Identifier: GPL-3.0-or-later
// Groups: instructions that run together, period by period.
//
// An instruction is done by rows if its row r needs rows up to r only of what it reads. All that do so and do not wait
// for a whole series run as one group: for each period every instruction of the group for that period. What lies
// between them then needs one row instead of a series, and is read again while it is in the first-level cache.
//
// 1. Every instruction gets a stage: even ones run whole, odd ones are groups. A row-by-row instruction joins the group
//    of its operands where it reads them in its own or earlier rows; where it reads a fixed row, or rows to come, it
//    waits for the next group. An instruction that runs whole waits for the groups it reads. Within a stage the order
//    of the nodes is kept. The loops of quantities that look back at themselves dissolve into groups.
// 2. A chain of + - * / whose inner values nobody else reads becomes one instruction (kernel_fused.c).
// 3. A storage whose writers and readers are all in one group and look at their own row only keeps one row; so does one
//    that else only its own writer reads, one row back: it is overwritten in place.
//
// None of this changes a bit of a result: each operation is done with the same operands by a kernel that rounds as
// before.
#include <stdlib.h>
#include <string.h>

#include "engine/tape.h"

typedef struct grouping {
  tf_tape *tape;
  tf_arena *arena;
  tf_instruction *list;
  uint32_t count;
  uint32_t *stage;   // by instruction
  uint32_t *made_in; // by storage: the stage of its last writer
  uint32_t *writers; // by storage: how many
  uint32_t *readers; // by storage: views that look at it
  uint32_t *writer;  // by storage: its last writer
} grouping;

static bool is_map(unsigned op) {
  return op >= TF_TERM_NEGATE && op <= TF_TERM_CLAMP;
}

// Row r of the result needs rows up to r of the operands.
static bool by_rows(const grouping *g, const tf_instruction *i) {
  const tf_node *node = i->node != TF_NO_NODE ? tf_node_at(g->tape->graph, i->node) : NULL;
  if (node == NULL || !node->shape.series) {
    return false;
  }
  if (is_map(i->op)) {
    return true;
  }
  switch (i->op) {
  case TF_TERM_LAG:
    return node->extra < 0;
  case TF_NODE_COPY:
  case TF_NODE_PATCH:
  case TF_INSTRUCTION_STORE:
  case TF_TERM_SUM:
  case TF_TERM_MEAN:
  case TF_TERM_MINIMUM:
  case TF_TERM_MAXIMUM:
  case TF_TERM_ARGMIN:
  case TF_TERM_ARGMAX:
  case TF_TERM_PICK:
  case TF_NODE_LOCATE:
  case TF_TERM_ALLOCATE:
  case TF_TERM_AFTER:
  case TF_TERM_RAMP:
  case TF_TERM_THEN:
  case TF_TERM_CUMULATIVE:
  case TF_TERM_AVERAGE:
  case TF_TERM_CHANGE:
  case TF_TERM_DELAY:
  case TF_NODE_POSITION:
  case TF_NODE_WINDOW:
  case TF_NODE_COHORT:
    return true; // CONVOLVE could be, but all its rows together read each operand once
  default:
    return false;
  }
}

// Makes each element of a row from the same element of the row before: one row can be the other.
static bool steps_in_place(const tf_instruction *i, uint32_t v) {
  const tf_view *view = &i->views[v];
  return view->storage == i->storage && !view->fixed && view->shift == -1 && view->elements == NULL &&
         (is_map(i->op) || i->op == TF_INSTRUCTION_FUSED);
}

// Looks at no row of operand `v` but its own, or has no need of any other place for the row before.
static bool reads_own_row(const tf_instruction *i, uint32_t v) {
  if (steps_in_place(i, v)) {
    return true;
  }
  if (i->views[v].fixed || i->views[v].shift != 0) {
    return false;
  }
  switch (i->op) {
  case TF_TERM_LAG:
  case TF_TERM_AVERAGE:
  case TF_TERM_CHANGE:
  case TF_TERM_SHIFT:
  case TF_TERM_DELAY:
  case TF_NODE_CONVOLVE:
  case TF_NODE_WINDOW:
  case TF_NODE_COHORT:
    return false;
  default:
    return true;
  }
}

// --- stages

static uint32_t stage_after(const grouping *g, const tf_instruction *i, bool rows) {
  uint32_t stage = rows ? 1 : 0;
  for (uint32_t v = 0; v < i->view_count; v++) {
    uint32_t made = g->made_in[i->views[v].storage];
    if (made % 2 == 1 && (!rows || i->views[v].fixed)) {
      made += rows ? 2 : 1;
    } else if (made % 2 == 0 && rows) {
      made += 1;
    }
    stage = made > stage ? made : stage;
  }
  return stage;
}

static void set_stage(grouping *g, uint32_t at, uint32_t stage) {
  g->stage[at] = stage;
  const uint32_t storage = g->list[at].storage;
  if (storage != TF_NO_STORAGE && g->tape->storages.at[storage].place != TF_PLACE_CONSTANT) {
    g->made_in[storage] = stage > g->made_in[storage] ? stage : g->made_in[storage];
  }
}

// A loop as a whole: what it makes itself has no stage yet, which is 0.
static void stage_loop(grouping *g, uint32_t head) {
  const uint32_t end = head + g->list[head].body;
  uint32_t stage = 1;
  for (uint32_t i = head + 1; i <= end; i++) {
    const uint32_t after = stage_after(g, &g->list[i], true);
    stage = after > stage ? after : stage;
  }
  for (uint32_t i = head + 1; i <= end; i++) {
    set_stage(g, i, stage);
  }
}

static void find_stages(grouping *g) {
  for (uint32_t i = 0; i < g->count; i++) {
    if (g->list[i].op == TF_INSTRUCTION_LOOP) {
      stage_loop(g, i);
      i += g->list[i].body;
    } else {
      set_stage(g, i, stage_after(g, &g->list[i], by_rows(g, &g->list[i])));
    }
  }
}

typedef struct ranked {
  uint32_t stage, at;
} ranked;

static int compare_ranked(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->stage != y->stage) {
    return x->stage < y->stage ? -1 : 1;
  }
  return (x->at > y->at) - (x->at < y->at);
}

// The instructions in order of their stages, without the heads of loops.
static void sort_by_stage(grouping *g) {
  ranked *order = TF_ARRAY(g->arena, ranked, g->count + 1);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < g->count; i++) {
    if (g->list[i].op != TF_INSTRUCTION_LOOP) {
      order[kept++] = (ranked){g->stage[i], i};
    }
  }
  qsort(order, kept, sizeof *order, compare_ranked);
  tf_instruction *sorted = TF_ARRAY(g->arena, tf_instruction, kept + 1);
  for (uint32_t i = 0; i < kept; i++) {
    sorted[i] = g->list[order[i].at];
    g->stage[i] = order[i].stage;
  }
  g->list = sorted;
  g->count = kept;
}

static void count_uses(grouping *g) {
  for (uint32_t i = 0; i < g->count; i++) {
    const tf_instruction *made = &g->list[i];
    if (made->storage != TF_NO_STORAGE) {
      g->writers[made->storage]++;
      g->writer[made->storage] = i;
    }
    for (uint32_t v = 0; v < made->view_count; v++) {
      g->readers[made->views[v].storage]++;
    }
  }
}

// --- chains

static bool may_chain(unsigned op) {
  return op == TF_TERM_ADD || op == TF_TERM_SUBTRACT || op == TF_TERM_MULTIPLY || op == TF_TERM_DIVIDE ||
         op == TF_INSTRUCTION_FUSED;
}

// A number for all lanes has to be the same in every row: it is spread over lanes once.
static bool can_be_lanes(const grouping *g, const tf_view *view) {
  const tf_storage *s = &g->tape->storages.at[view->storage];
  return s->place != TF_PLACE_CONSTANT || !s->series || view->fixed;
}

// The instruction that makes operand `v` of instruction `at`, if nobody else needs what it makes.
static tf_instruction *inner_of(const grouping *g, uint32_t at, uint32_t v) {
  const tf_instruction *outer = &g->list[at];
  const tf_view *view = &outer->views[v];
  if (g->tape->storages.at[view->storage].place != TF_PLACE_WORK || g->writers[view->storage] != 1 ||
      g->readers[view->storage] != 1 || view->fixed || view->shift != 0 || view->elements != NULL) {
    return NULL;
  }
  const uint32_t from = g->writer[view->storage];
  tf_instruction *inner = &g->list[from];
  const bool fits = from < at && g->stage[from] == g->stage[at] && may_chain(inner->op) &&
                    inner->elements == outer->elements && inner->first <= outer->first && inner->end >= outer->end;
  return fits ? inner : NULL;
}

// Joins `inner`, the operand `v` of `outer`, if there is a kernel for both together.
static bool join(const grouping *g, tf_instruction *outer, tf_instruction *inner, uint32_t v) {
  tf_fusion f = inner->op == TF_INSTRUCTION_FUSED ? inner->fusion : (tf_fusion){1, {(uint8_t)inner->op}, {false}};
  if (f.count >= 3) {
    return false;
  }
  const bool commutes = outer->op == TF_TERM_ADD || outer->op == TF_TERM_MULTIPLY;
  f.op[f.count] = (uint8_t)outer->op;
  f.swapped[f.count - 1] = v == 1 && !commutes;
  f.count++;
  bool ok = tf_kernel_fused(&f) != NULL && can_be_lanes(g, &outer->views[1 - v]);
  for (uint32_t k = 0; k < inner->view_count; k++) {
    ok = ok && can_be_lanes(g, &inner->views[k]);
  }
  if (!ok) {
    return false;
  }
  tf_view *views = TF_ARRAY(g->arena, tf_view, inner->view_count + 1);
  memcpy(views, inner->views, inner->view_count * sizeof *views);
  views[inner->view_count] = outer->views[1 - v];
  outer->views = views;
  outer->view_count = inner->view_count + 1;
  outer->op = TF_INSTRUCTION_FUSED;
  outer->fusion = f;
  inner->view_count = 0; // it is left out from now on
  inner->elements = 0;
  return true;
}

static void find_chains(grouping *g) {
  for (uint32_t i = 0; i < g->count; i++) {
    for (uint32_t v = 0; v < 2 && g->list[i].op != TF_INSTRUCTION_FUSED && may_chain(g->list[i].op); v++) {
      tf_instruction *inner = inner_of(g, i, v);
      if (inner != NULL && join(g, &g->list[i], inner, v)) {
        g->writers[inner->storage] = 0;
        g->readers[inner->storage] = 0;
        inner->storage = TF_NO_STORAGE;
      }
    }
  }
}

// --- rows that are kept

static void keep_one_row(grouping *g) {
  const size_t count = g->tape->storages.count;
  bool *whole = TF_ARRAY(g->arena, bool, count + 1);
  uint32_t *group = TF_ARRAY(g->arena, uint32_t, count + 1); // of the writers
  for (uint32_t i = 0; i < g->count; i++) {
    const tf_instruction *made = &g->list[i];
    if (made->storage == TF_NO_STORAGE) {
      continue;
    }
    whole[made->storage] = whole[made->storage] || g->stage[i] % 2 == 0 ||
                           (group[made->storage] != 0 && group[made->storage] != g->stage[i]);
    group[made->storage] = g->stage[i];
  }
  for (uint32_t i = 0; i < g->count; i++) {
    const tf_instruction *made = &g->list[i];
    for (uint32_t v = 0; v < made->view_count; v++) {
      const uint32_t s = made->views[v].storage;
      whole[s] = whole[s] || group[s] != g->stage[i] || !reads_own_row(made, v);
    }
  }
  for (uint32_t s = 0; s < count; s++) {
    tf_storage *storage = &g->tape->storages.at[s];
    if (!whole[s] && group[s] != 0 && storage->place == TF_PLACE_WORK && storage->series) {
      storage->series = false;
      storage->history = 0;
      storage->rows = 1;
    }
  }
}

// The program again: a head in front of every group.
static void write_back(grouping *g) {
  tf_program *program = &g->tape->main;
  program->list.count = 0;
  for (uint32_t i = 0; i < g->count;) {
    const uint32_t stage = g->stage[i];
    const size_t at = program->list.count;
    tf_instruction head = {.op = TF_INSTRUCTION_LOOP, .node = TF_NO_NODE, .storage = TF_NO_STORAGE};
    if (stage % 2 == 1) {
      tf_vec_push(g->arena, &program->list, head);
    }
    for (; i < g->count && g->stage[i] == stage; i++) {
      if (g->list[i].elements == 0 && g->list[i].storage == TF_NO_STORAGE) { // joined into another
        continue;
      }
      head.first = head.body == 0 || g->list[i].first < head.first ? g->list[i].first : head.first;
      head.end = head.body == 0 || g->list[i].end > head.end ? g->list[i].end : head.end;
      head.body++;
      tf_vec_push(g->arena, &program->list, g->list[i]);
    }
    if (stage % 2 == 1) {
      program->list.at[at] = head;
    }
  }
}

void tf_tape_group(tf_tape *tape, tf_arena *arena) {
  const size_t storages = tape->storages.count + 1;
  grouping g = {.tape = tape, .arena = arena, .list = tape->main.list.at, .count = (uint32_t)tape->main.list.count};
  g.stage = TF_ARRAY(arena, uint32_t, g.count + 1);
  g.made_in = TF_ARRAY(arena, uint32_t, storages);
  g.writers = TF_ARRAY(arena, uint32_t, storages);
  g.readers = TF_ARRAY(arena, uint32_t, storages);
  g.writer = TF_ARRAY(arena, uint32_t, storages);
  find_stages(&g);
  sort_by_stage(&g);
  count_uses(&g);
  find_chains(&g);
  keep_one_row(&g);
  write_back(&g);
}
