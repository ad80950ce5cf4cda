// SPDX-License-Identifier: GPL-3.0-or-later
// Where the storages of a tape lie: lifetimes, and work memory shared by storages that do not live at the same time.
#include <string.h>

#include "engine/tape.h"

void tf_storage_touch(tf_tape *tape, const tf_view *view, uint32_t at) {
  tf_storage *storage = &tape->storages.at[view->storage];
  storage->end = at > storage->end ? at : storage->end;
}

void tf_tape_lifetimes(tf_tape *tape) {
  tf_instruction *list = tape->main.list.at;
  uint32_t loop_begin = 0, loop_end = 0;
  for (uint32_t i = 0; i < tape->main.list.count; i++) {
    if (list[i].op == TF_INSTRUCTION_LOOP) {
      loop_begin = i;
      loop_end = i + list[i].body;
      continue;
    }
    bool inside = loop_end != 0 && i <= loop_end;
    uint32_t at = inside ? loop_end : i;
    if (list[i].storage != TF_NO_STORAGE) {
      tf_storage *storage = &tape->storages.at[list[i].storage];
      uint32_t begin = inside ? loop_begin : i;
      storage->begin = begin < storage->begin ? begin : storage->begin;
      storage->end = at > storage->end ? at : storage->end;
    }
    for (uint32_t v = 0; v < list[i].view_count; v++) {
      tf_storage_touch(tape, &list[i].views[v], at);
    }
  }
}

typedef struct hole {
  size_t cell, cells;
} hole;

typedef struct pool {
  hole *holes;
  size_t count, top;
} pool;

static size_t take_cells(pool *p, size_t cells) {
  for (size_t i = 0; i < p->count; i++) {
    if (p->holes[i].cells >= cells) {
      size_t cell = p->holes[i].cell;
      p->holes[i].cell += cells;
      p->holes[i].cells -= cells;
      if (p->holes[i].cells == 0) {
        memmove(&p->holes[i], &p->holes[i + 1], (--p->count - i) * sizeof *p->holes);
      }
      return cell;
    }
  }
  size_t cell = p->top;
  if (p->count > 0 && p->holes[p->count - 1].cell + p->holes[p->count - 1].cells == p->top) { // grow the last hole
    cell = p->holes[--p->count].cell;
  }
  p->top = cell + cells;
  return cell;
}

static void give_cells(pool *p, size_t cell, size_t cells) {
  size_t at = 0;
  while (at < p->count && p->holes[at].cell < cell) {
    at++;
  }
  bool joins_left = at > 0 && p->holes[at - 1].cell + p->holes[at - 1].cells == cell;
  bool joins_right = at < p->count && cell + cells == p->holes[at].cell;
  if (joins_left) {
    p->holes[at - 1].cells += cells;
    if (joins_right) {
      p->holes[at - 1].cells += p->holes[at].cells;
      memmove(&p->holes[at], &p->holes[at + 1], (--p->count - at) * sizeof *p->holes);
    }
  } else if (joins_right) {
    p->holes[at].cell = cell;
    p->holes[at].cells += cells;
  } else {
    memmove(&p->holes[at + 1], &p->holes[at], (p->count++ - at) * sizeof *p->holes);
    p->holes[at] = (hole){cell, cells};
  }
}

typedef struct event {
  uint32_t at, storage;
} event;

// By instruction, storages of one instruction in the order in which they come: they are counted, not compared. Events
// at or behind `end` (held to the end of the block) come last.
static event *in_order(tf_arena *arena, const event *events, size_t count, size_t end) {
  uint32_t *next = TF_ARRAY(arena, uint32_t, end + 2);
  event *sorted = TF_ARRAY(arena, event, count + 1);
  for (size_t i = 0; i < count; i++) {
    next[(events[i].at < end ? events[i].at : end) + 1]++;
  }
  for (size_t at = 0; at < end; at++) {
    next[at + 1] += next[at];
  }
  for (size_t i = 0; i < count; i++) {
    sorted[next[events[i].at < end ? events[i].at : end]++] = events[i];
  }
  return sorted;
}

void tf_tape_assign(tf_tape *tape, tf_arena *arena) {
  size_t count = tape->storages.count, work = 0;
  event *begins = TF_ARRAY(arena, event, count + 1), *ends = TF_ARRAY(arena, event, count + 1);
  pool p = {.holes = TF_ARRAY(arena, hole, count + 2)};
  for (uint32_t s = 0; s < count; s++) {
    tf_storage *storage = &tape->storages.at[s];
    size_t cells = (size_t)storage->rows * storage->elements;
    if (storage->place == TF_PLACE_WORK && storage->begin == UINT32_MAX) { // inside a chain
      continue;
    }
    if (storage->place == TF_PLACE_WORK) {
      begins[work] = (event){storage->begin, s};
      ends[work++] = (event){storage->end, s};
      continue;
    }
    size_t *top = storage->place == TF_PLACE_CONSTANT ? &tape->constant_cells : &tape->column_cells;
    storage->cell = *top;
    *top += cells;
  }
  begins = in_order(arena, begins, work, tape->main.list.count);
  ends = in_order(arena, ends, work, tape->main.list.count);
  size_t ended = 0, live = 0;
  for (size_t i = 0; i < work; i++) {
    for (; !tape->keep && ends[ended].at < begins[i].at; ended++, live--) {
      const tf_storage *gone = &tape->storages.at[ends[ended].storage];
      give_cells(&p, gone->cell, (size_t)gone->rows * gone->elements);
    }
    tf_storage *storage = &tape->storages.at[begins[i].storage];
    storage->cell = take_cells(&p, (size_t)storage->rows * storage->elements);
    tape->registers = ++live > tape->registers ? live : tape->registers;
  }
  tape->work_cells = p.top;
}
