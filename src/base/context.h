// SPDX-License-Identifier: GPL-3.0-or-later
// The one state argument of every call that can fail: memory, sources, diagnostics, cancellation and progress.
// There are no mutable globals; two contexts in one process do not see each other.
#ifndef TF_BASE_CONTEXT_H
#define TF_BASE_CONTEXT_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"

struct tf_context {
  tf_memory memory;
  tf_arena *arena; // lifetime of the command: sources, models, plans, messages
  tf_sources sources;
  tf_diags diags;
  const atomic_int *cancel; // non-zero: stop soon; may be NULL
  void (*progress)(void *user, const char *what,
                   double share); // share in 0..1; called from the main thread; may be NULL
  void *progress_user;
};

// Allocates the context itself and its arena. The only allocation that may return NULL.
tf_context *tf_context_new(void);
void tf_context_free(tf_context *cx); // NULL is nothing

static inline int tf_cancelled(const tf_context *cx) {
  return cx->cancel != NULL && atomic_load_explicit(cx->cancel, memory_order_relaxed) != 0;
}

#endif
