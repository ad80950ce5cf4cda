// SPDX-License-Identifier: GPL-3.0-or-later
// Birth and end of a context.
#include "base/context.h"

#include "base/memory.h"

tf_context *tf_context_new(void) {
  tf_context *cx = tf_memory_take(sizeof *cx);
  if (cx == NULL) {
    return NULL;
  }
  cx->arena = tf_arena_try(&cx->memory);
  if (cx->arena == NULL) {
    tf_memory_give(cx);
    return NULL;
  }
  return cx;
}

void tf_context_free(tf_context *cx) {
  if (cx != NULL) {
    tf_arena_free(cx->arena);
    tf_memory_give(cx);
  }
}
