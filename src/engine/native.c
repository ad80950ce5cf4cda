// SPDX-License-Identifier: GPL-3.0-or-later
// Which instructions are translated together: as many neighbours as can be, within a group or outside of groups. For
// rows in which some of them do nothing, or do something else, there is code of its own.
#include "engine/native.h"

#include <stdlib.h>
#include <string.h>

#include "engine/native_body.h"

#if defined(__x86_64__) && defined(__GNUC__)
int tf_native_lanes(void) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
    return 0;
  }
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? 8 : 4;
}
#else
int tf_native_lanes(void) {
  return 0;
}
#endif

// A body of one instruction is left to its kernel. More than a few columns at a time would be more streams past the
// caches than the machine joins into whole lines.
enum { FEWEST = 2, MOST_OPERATIONS = 2048, MOST_COLUMNS = 4, MOST_PARTS = 6, MOST_BYTES = 16 * 1024 * 1024 };

typedef struct translation {
  tf_arena *arena;
  const tf_tape *tape;
  const tf_readers *readers;
  size_t pitch;
  bool past;
  tf_code code;
  tf_native_body **at;
  TF_VEC(tf_native_part *) coded; // parts, and where the code of each begins
  TF_VEC(size_t) begins;
} translation;

static const tf_readers *find_readers(tf_arena *arena, const tf_tape *tape) {
  const size_t count = tape->storages.count;
  tf_readers *readers = TF_ARRAY(arena, tf_readers, count + 1);
  for (size_t s = 0; s < count; s++) {
    readers[s].first = UINT32_MAX;
  }
  for (uint32_t i = 0; i < tape->main.list.count; i++) {
    const tf_instruction *made = &tape->main.list.at[i];
    for (uint32_t v = 0; v < made->view_count; v++) {
      const tf_view *view = &made->views[v];
      tf_readers *r = &readers[view->storage];
      r->first = i < r->first ? i : r->first;
      r->last = i;
      r->other_rows =
          r->other_rows || view->fixed || view->shift != 0 || made->op == TF_TERM_CHANGE || made->op == TF_TERM_AVERAGE;
    }
    if (made->op == TF_TERM_CUMULATIVE && made->storage != TF_NO_STORAGE) { // reads its own row before
      readers[made->storage].other_rows = true;
    }
  }
  for (size_t o = 0; o < tape->outputs.count; o++) {
    const tf_tape_output *output = &tape->outputs.at[o];
    readers[output->view.storage].always = true;
    for (size_t k = 0; k < output->sources.count; k++) {
      const tf_tape_source *source = &output->sources.at[k];
      readers[source->value.storage].always = true;
      for (uint32_t v = 0; v < source->operand_count; v++) {
        readers[source->operands[v].storage].always = true;
      }
    }
  }
  return readers;
}

// The end of the body that begins at `begin`, before `end`; `begin` itself if nothing is translated there.
static uint32_t body_end(const translation *t, uint32_t begin, uint32_t end) {
  size_t operations = 0, columns = 0;
  uint32_t i = begin;
  for (; i < end; i++) {
    const tf_instruction *made = &t->tape->main.list.at[i];
    size_t more;
    if (!tf_native_can(t->tape, made, &more)) {
      break;
    }
    operations += more;
    columns += made->op == TF_INSTRUCTION_STORE ? made->elements : 0;
    if (operations > MOST_OPERATIONS || columns > MOST_COLUMNS) {
      break;
    }
  }
  return i - begin >= FEWEST ? i : begin;
}

static int compare_rows(const void *a, const void *b) {
  const int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

// Rows at which something begins or ends, ascending; returns how many.
static size_t find_changes(const translation *t, uint32_t begin, uint32_t end, int *rows) {
  size_t count = 0;
  for (uint32_t i = begin; i < end; i++) {
    const tf_instruction *made = &t->tape->main.list.at[i];
    rows[count++] = made->first;
    rows[count++] = made->end;
    if (tf_native_begins(made)) {
      rows[count++] = made->first + 1 < made->end ? made->first + 1 : made->end;
    }
  }
  qsort(rows, count, sizeof *rows, compare_rows);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (kept == 0 || rows[kept - 1] != rows[i]) {
      rows[kept++] = rows[i];
    }
  }
  return kept;
}

static bool translate_part(translation *t, uint32_t begin, uint32_t end, tf_native_part *part) {
  tf_lowered body = {0};
  size_t start;
  if (!tf_native_lower(t->arena, t->tape, t->readers, t->pitch, begin, end, part->first, &body)) {
    return false;
  }
  if (body.operations.count == 0) {
    return true;
  }
  if (!tf_native_emit(t->arena, &body, t->past, &t->code, &start)) {
    return false;
  }
  tf_vec_push(t->arena, &t->coded, part);
  tf_vec_push(t->arena, &t->begins, start);
  return true;
}

static bool translate_body(translation *t, uint32_t begin, uint32_t end) {
  int *rows = TF_ARRAY(t->arena, int, 3 * (size_t)(end - begin) + 1);
  const size_t changes = find_changes(t, begin, end, rows);
  if (changes < 2 || changes - 1 > MOST_PARTS) {
    return false;
  }
  tf_native_part *parts = TF_ARRAY(t->arena, tf_native_part, changes - 1);
  for (size_t p = 0; p + 1 < changes; p++) {
    parts[p].first = rows[p];
    parts[p].end = rows[p + 1];
    if (!translate_part(t, begin, end, &parts[p])) {
      return false;
    }
  }
  tf_native_body *body = TF_NEW(t->arena, tf_native_body);
  *body = (tf_native_body){end - begin, (uint32_t)changes - 1, parts};
  t->at[begin] = body;
  return true;
}

// A cohort sum is a body of its own, done for all rows at once.
static bool translate_convolve(translation *t, uint32_t at) {
  tf_native_part *part = TF_NEW(t->arena, tf_native_part);
  const size_t count = t->code.bytes.count;
  size_t start;
  if (!tf_native_convolve(t->tape, t->pitch, &t->tape->main.list.at[at], &t->code, &start)) {
    t->code.bytes.count = count;
    return false;
  }
  part->end = 1;
  tf_vec_push(t->arena, &t->coded, part);
  tf_vec_push(t->arena, &t->begins, start);
  tf_native_body *body = TF_NEW(t->arena, tf_native_body);
  *body = (tf_native_body){1, 1, part};
  t->at[at] = body;
  return true;
}

// Bodies among the instructions begin .. end-1.
static void translate_run(translation *t, uint32_t begin, uint32_t end) {
  for (uint32_t i = begin; i < end;) {
    const uint32_t to = body_end(t, i, end);
    const size_t count = t->code.bytes.count, coded = t->coded.count;
    if (to == i || t->code.bytes.count > MOST_BYTES || !translate_body(t, i, to)) {
      t->code.bytes.count = count;
      t->coded.count = t->begins.count = coded;
      i = to > i ? to : i + 1;
    } else {
      i = to;
    }
  }
}

static void translate_all(translation *t) {
  const tf_instruction *list = t->tape->main.list.at;
  const uint32_t count = (uint32_t)t->tape->main.list.count;
  for (uint32_t i = 0; i < count;) {
    if (list[i].op == TF_INSTRUCTION_LOOP) {
      translate_run(t, i + 1, i + 1 + list[i].body);
      i += 1 + list[i].body;
      continue;
    }
    uint32_t end = i;
    while (end < count && list[end].op != TF_INSTRUCTION_LOOP && list[end].first == 0 && list[end].end == 1) {
      end++;
    }
    translate_run(t, i, end);
    if (end == i) {
      (void)translate_convolve(t, i);
      end++;
    }
    i = end;
  }
}

const tf_native *tf_native_translate(tf_arena *arena, const tf_tape *tape, size_t pitch, bool past, int lanes) {
  if (lanes == 0) {
    return NULL;
  }
  translation t = {
      .arena = arena, .tape = tape, .pitch = pitch, .past = past, .code = {.arena = arena, .wide = lanes == 8}};
  const size_t count = tape->main.list.count;
  t.readers = find_readers(arena, tape);
  t.at = (tf_native_body **)tf_alloc(arena, count + 1, sizeof *t.at);
  translate_all(&t);
  if (t.coded.count == 0) {
    return NULL;
  }
  const unsigned char *code = tf_alloc_code(arena, t.code.bytes.at, t.code.bytes.count);
  if (code == NULL) {
    return NULL;
  }
  for (size_t i = 0; i < t.coded.count; i++) {
    const unsigned char *at = code + t.begins.at[i];
    memcpy(&t.coded.at[i]->code, &at, sizeof at); // C knows no way from data to functions but their bytes
  }
  tf_native *native = TF_NEW(arena, tf_native);
  native->at = (const tf_native_body *const *)t.at;
  native->columns = tape->column_cells;
  return native;
}
