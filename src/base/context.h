// SPDX-License-Identifier: GPL-3.0-or-later
// The one state argument of every call that can fail: memory, sources, diagnostics, cancellation and progress.
// There are no mutable globals; two contexts in one process do not see each other.
#ifndef TF_BASE_CONTEXT_H
#define TF_BASE_CONTEXT_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"

// Where files were looked up: what a partial result needs in order to be joined without them. A file that was read is
// among `sources` under its path.
typedef struct tf_lookups {
  bool sealed;           // nothing is looked up on disk: what is not recorded here does not exist
  TF_VEC(tf_str) found;  // paths that exist
  TF_VEC(tf_str) models; // if sealed: the data folders (tf_data_folders) of models
  TF_VEC(tf_str) scenarios;
} tf_lookups;

struct tf_context {
  tf_memory memory;
  tf_arena *arena; // lifetime of the command: sources, models, plans, messages
  tf_sources sources;
  tf_diags diags;
  tf_lookups lookups;
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
