// SPDX-License-Identifier: GPL-3.0-or-later
// Many parts become one: memory for the whole, where each part goes in it, and samples as a run would have given them.
#include <string.h>

#include "base/bytes.h"
#include "out/part.h"

static const tf_span nowhere = {0, 0, 0};

static uint64_t kept_of(const tf_part_group *group, uint64_t samples) {
  if (group->column_count == 0) {
    return 0;
  }
  return group->sketched && samples > TF_KEPT_SAMPLES ? TF_KEPT_SAMPLES : samples;
}

static uint64_t input_kept_of(uint64_t samples) {
  return samples < TF_KEPT_SAMPLES ? samples : TF_KEPT_SAMPLES;
}

// Columns that lie an odd number of cache lines apart: a power of two would put all of them into the same sets.
static const double **new_columns(tf_arena *arena, size_t count, uint64_t length) {
  size_t lines = ((size_t)length + 7) / 8;
  size_t pitch = 8 * (lines | 1);
  const double **columns = (const double **)tf_alloc(arena, count + 1, sizeof *columns);
  double *memory = tf_alloc_columns(arena, count * pitch + 8);
  for (size_t c = 0; c < count; c++) {
    columns[c] = memory + c * pitch;
  }
  return columns;
}

struct tf_part_desk {
  tf_room *places;
  struct tf_part_tray { // of one group: sketches as they come in, and those joined so far
    char *incoming, *joined;
    uint64_t incoming_room, room;
  } * trays;
};

tf_part *tf_part_whole(tf_arena *arena, const tf_part *part) {
  tf_part *whole = TF_NEW(arena, tf_part);
  *whole = *part;
  const uint64_t samples = part->sampler.samples;
  size_t places = 1;
  whole->extent = (tf_part_extent){.name = "whole", .count = samples};
  whole->extent.shares = TF_ARRAY(arena, struct tf_part_share, part->groups.count + 1);
  whole->groups.at = TF_ARRAY(arena, tf_part_group, part->groups.count + 1);
  for (size_t g = 0; g < part->groups.count; g++) {
    tf_part_group *group = &whole->groups.at[g];
    *group = part->groups.at[g];
    struct tf_part_share *share = &whole->extent.shares[g];
    share->kept = kept_of(group, samples);
    share->input_kept = input_kept_of(samples);
    group->columns = new_columns(arena, group->column_count, share->kept);
    group->input_columns = new_columns(arena, group->input_count, share->input_kept);
    group->sketches = TF_STR("");
    places += group->column_count + group->input_count + 1;
  }
  whole->desk = TF_NEW(arena, struct tf_part_desk);
  whole->desk->places = TF_ARRAY(arena, tf_room, places);
  whole->desk->trays = TF_ARRAY(arena, struct tf_part_tray, part->groups.count + 1);
  return whole;
}

size_t tf_part_places(tf_arena *arena, const tf_part *whole, const tf_part_extent *extent, tf_room **places) {
  tf_room *list = whole->desk->places;
  size_t count = 0;
  for (size_t g = 0; g < whole->groups.count; g++) {
    const tf_part_group *group = &whole->groups.at[g];
    const struct tf_part_share *share = &extent->shares[g];
    struct tf_part_tray *tray = &whole->desk->trays[g];
    for (size_t c = 0; c < group->column_count && share->kept > 0; c++) {
      double *to = (double *)(uintptr_t)(group->columns[c] + extent->first);
      list[count++] = (tf_room){to, (size_t)share->kept * sizeof(double)};
    }
    for (size_t c = 0; c < group->input_count && share->input_kept > 0; c++) {
      double *to = (double *)(uintptr_t)(group->input_columns[c] + extent->first);
      list[count++] = (tf_room){to, (size_t)share->input_kept * sizeof(double)};
    }
    if (share->sketch_size > tray->incoming_room) {
      tray->incoming_room = 2 * share->sketch_size;
      tray->incoming = tf_alloc(arena, (size_t)tray->incoming_room, 1);
    }
    list[count++] = (tf_room){tray->incoming, (size_t)share->sketch_size};
  }
  *places = list;
  return count;
}

// The sketches of the whole and of one more part, joined and written to `out`; false if the part's are none.
static bool join_sketches(tf_arena *arena, const tf_part_group *group, tf_str more, tf_text *out) {
  tf_str known = group->sketches;
  for (size_t s = 0; s < group->sketch_count; s++) {
    const tf_sketch *a = tf_sketch_read(arena, &known);
    const tf_sketch *b = tf_sketch_read(arena, &more);
    const tf_sketch *both = a != NULL && b != NULL ? tf_sketch_join(arena, a, b) : NULL;
    if (both == NULL) {
      return false;
    }
    tf_sketch_write(both, out);
  }
  return more.len == 0;
}

// Keeps the sketches of the whole as bytes in memory that only they use, so that thousands of parts need no more than
// two do. Where they outgrow it the joining is done again with twice the room.
static bool take_sketches(tf_arena *arena, tf_part_group *group, struct tf_part_tray *tray, tf_str more) {
  if (more.len == 0) { // nothing is uncertain
    return group->sketch_count == 0;
  }
  for (;;) {
    tf_arena_mark mark = tf_arena_save(arena);
    tf_text joined = tf_text_new(arena);
    if (group->sketches.len == 0) {
      tf_text_add(&joined, more);
    } else if (!join_sketches(arena, group, more, &joined)) {
      return false;
    }
    size_t size = joined.len;
    if (size <= tray->room) {
      memcpy(tray->joined, joined.ptr, size);
      group->sketches = (tf_str){tray->joined, size};
      tf_arena_restore(arena, mark);
      return true;
    }
    tf_arena_restore(arena, mark);
    char *larger = tf_alloc(arena, size, 2);
    if (group->sketches.len > 0) {
      memcpy(larger, group->sketches.ptr, group->sketches.len);
    }
    group->sketches.ptr = larger;
    tray->joined = larger;
    tray->room = 2 * (uint64_t)size;
  }
}

bool tf_part_take(tf_arena *arena, tf_part *whole, const tf_part_extent *extent, bool from_file) {
  const tf_room *place = whole->desk->places;
  for (size_t g = 0; g < whole->groups.count; g++) {
    tf_part_group *group = &whole->groups.at[g];
    const struct tf_part_share *share = &extent->shares[g];
    size_t columns = (share->kept > 0 ? group->column_count : 0) + (share->input_kept > 0 ? group->input_count : 0);
    for (size_t c = 0; c < columns; c++, place++) {
      if (from_file) {
        tf_turn_f64(place->at, place->size / sizeof(double));
      }
    }
    tf_str more = {place->at, place->size};
    place++;
    if (group->sketched && !take_sketches(arena, group, &whole->desk->trays[g], more)) {
      return false;
    }
  }
  return true;
}

// --- samples

static tf_status other_program(tf_context *cx) {
  tf_status status = tf_fail(cx, TF_INVALID, nowhere, "the partial results were made by another build of tenfold");
  tf_hint(cx, "join them with the program that computed them");
  return status;
}

static bool same_layout(tf_arena *arena, const tf_part_group *group, const tf_samples *outline) {
  tf_part probe = {0};
  tf_part_add(arena, &probe, outline);
  const tf_part_group *found = &probe.groups.at[0];
  return found->layout == group->layout && found->central_count == group->central_count &&
         group->column_of_count == group->central_count;
}

tf_status tf_part_samples(tf_context *cx, tf_arena *arena, const tf_part *whole, size_t number,
                          const tf_samples *outline, const tf_model *model, tf_samples **samples) {
  if (number >= whole->groups.count || !same_layout(arena, &whole->groups.at[number], outline)) {
    return other_program(cx);
  }
  const tf_part_group *group = &whole->groups.at[number];
  for (size_t i = 0; i < group->input_count; i++) {
    if (group->inputs[i].quantity >= model->quantities.count) {
      return other_program(cx);
    }
  }
  tf_samples *result = TF_NEW(arena, tf_samples);
  *result = *outline;
  result->first = 0;
  result->count = whole->sampler.samples;
  result->input_kept = input_kept_of(result->count);
  result->kept = group->sketched ? result->input_kept : result->count;
  result->complete = true;
  result->sketched = group->sketched;
  const tf_sketch **sketches = (const tf_sketch **)tf_alloc(arena, group->sketch_count + 1, sizeof *sketches);
  tf_str bytes = group->sketches;
  for (size_t s = 0; s < group->sketch_count; s++) {
    sketches[s] = tf_sketch_read(arena, &bytes);
    if (sketches[s] == NULL) {
      return other_program(cx);
    }
  }
  tf_output *outputs = TF_ARRAY(arena, tf_output, outline->output_count + 1);
  size_t cell = 0;
  size_t sketch = 0;
  for (size_t i = 0; i < outline->output_count; i++) {
    tf_output *output = &outputs[i];
    *output = outline->outputs[i];
    size_t cells = output->elements * ((size_t)output->history + (size_t)output->periods);
    size_t held = output->check != TF_NO_ID ? 1 : cells;
    const double **columns = (const double **)tf_alloc(arena, cells + 1, sizeof *columns);
    const tf_sketch **own = (const tf_sketch **)tf_alloc(arena, held + 1, sizeof *own);
    for (size_t c = 0; c < cells; c++, cell++) {
      uint32_t column = group->column_of[cell];
      if (output->uncertain && column == TF_NO_ID) {
        return other_program(cx);
      }
      columns[c] = column != TF_NO_ID ? group->columns[column] : NULL;
    }
    for (size_t c = 0; c < held && group->sketched; c++, sketch++) {
      uint32_t which = sketch < group->sketch_of_count ? group->sketch_of[sketch] : TF_NO_ID;
      if (output->uncertain && which == TF_NO_ID) {
        return other_program(cx);
      }
      own[c] = which != TF_NO_ID ? sketches[which] : NULL;
    }
    output->central = group->central + (cell - cells);
    output->samples = output->uncertain ? columns : NULL;
    output->sketches = output->uncertain && group->sketched ? own : NULL;
  }
  result->outputs = outputs;
  struct tf_input_column *inputs = TF_ARRAY(arena, struct tf_input_column, group->input_count + 1);
  for (size_t i = 0; i < group->input_count; i++) {
    const struct tf_part_input *input = &group->inputs[i];
    inputs[i] =
        (struct tf_input_column){input->scenario, input->quantity, group->input_columns[i], input->same_everywhere};
  }
  result->input_count = group->input_count;
  result->inputs = inputs;
  *samples = result;
  return TF_OK;
}
