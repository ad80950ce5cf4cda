// SPDX-License-Identifier: GPL-3.0-or-later
// Growth of arrays: doubling, so that adding n elements copies fewer than 2n.
#include "base/vec.h"

#include <string.h>

void *tf_vec_room(tf_arena *arena, void *at, size_t count, size_t more, size_t *capacity, size_t size) {
  size_t room = *capacity < 8 ? 8 : *capacity * 2;
  room = room < count + more ? count + more : room;
  void *moved = tf_alloc(arena, room, size);
  if (count > 0) {
    memcpy(moved, at, count * size);
  }
  *capacity = room;
  return moved;
}

void *tf_vec_grow(tf_arena *arena, void *at, size_t count, size_t *capacity, size_t size) {
  return tf_vec_room(arena, at, count, 1, capacity, size);
}
