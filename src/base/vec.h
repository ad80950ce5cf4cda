// SPDX-License-Identifier: GPL-3.0-or-later
// Growing arrays in an arena: struct { T *at; size_t count, capacity; } with one macro to add.
#ifndef TF_BASE_VEC_H
#define TF_BASE_VEC_H

#include <stddef.h>

#include "base/arena.h"

#define TF_VEC(type)                                                                                                   \
  struct {                                                                                                             \
    type *at;                                                                                                          \
    size_t count, capacity;                                                                                            \
  }

// What the macros call, and only where there is no room left: move `count` elements of `size` bytes to an array with
// room for `more` (tf_vec_grow: one) beside them, at least twice as large, and return it. The old copy stays in the
// arena.
void *tf_vec_room(tf_arena *arena, void *at, size_t count, size_t more, size_t *capacity, size_t size);
void *tf_vec_grow(tf_arena *arena, void *at, size_t count, size_t *capacity, size_t size);

// Room for `more` elements beside those there are: what is known to come is not copied again and again. An array that
// must move at least doubles, so that asking often costs no more than growing.
#define tf_vec_reserve(arena, vec, more)                                                                               \
  do {                                                                                                                 \
    if ((vec)->capacity - (vec)->count < (more)) {                                                                     \
      (vec)->at = tf_vec_room((arena), (vec)->at, (vec)->count, (more), &(vec)->capacity, sizeof *(vec)->at);          \
    }                                                                                                                  \
  } while (0)

#define tf_vec_push(arena, vec, value)                                                                                 \
  do {                                                                                                                 \
    if ((vec)->count == (vec)->capacity) {                                                                             \
      (vec)->at = tf_vec_grow((arena), (vec)->at, (vec)->count, &(vec)->capacity, sizeof *(vec)->at);                  \
    }                                                                                                                  \
    (vec)->at[(vec)->count++] = (value);                                                                               \
  } while (0)

#endif
