// SPDX-License-Identifier: GPL-3.0-or-later
// Diagnostics: errors, warnings and notes with a place, a second place, and how to mend it. Library code describes and
// returns a status; only cli prints. At most TF_DIAG_MAX errors are kept; the rest are counted. The same text at the
// same place is recorded and counted once.
#ifndef TF_BASE_DIAG_H
#define TF_BASE_DIAG_H

#include "base/source.h"
#include "base/status.h"
#include "base/vec.h"

typedef struct tf_context tf_context;

enum {
  TF_DIAG_MAX = 20,       // errors kept
  TF_DIAG_MAX_OTHER = 200 // warnings kept, and notes kept
};

typedef enum tf_severity { TF_NOTE, TF_WARNING, TF_ERROR } tf_severity;

typedef struct tf_diag {
  tf_severity severity;
  tf_status status;       // TF_OK for notes and warnings
  tf_span at;             // {0} if there is no place
  tf_span also;           // second label, {0} if none
  const char *message;    // one line, lower-case start, no full stop
  const char *also_label; // text for the second place
  const char *hint;       // how to mend it
} tf_diag;

typedef struct tf_diags {
  TF_VEC(tf_diag) list;
  size_t errors, warnings, notes; // counted even beyond the maximum
  unsigned muted;                 // > 0: speculative work; nothing is recorded, statuses are still returned
  size_t last;                    // 1 + index of the diagnostic that tf_hint and tf_also add to; 0: none
} tf_diags;

// Record and return `status`, so that `return tf_fail(...)` does both. `format` as printf.
tf_status tf_fail(tf_context *cx, tf_status status, tf_span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void tf_warn(tf_context *cx, tf_span at, const char *format, ...) __attribute__((format(printf, 3, 4)));
void tf_note(tf_context *cx, tf_span at, const char *format, ...) __attribute__((format(printf, 3, 4)));
// Add to the diagnostic recorded last (nothing when it was muted or dropped).
void tf_hint(tf_context *cx, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tf_also(tf_context *cx, tf_span at, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Renders `file:line:column: error: text`, the source line (cut to 120 columns around the place, with `...` at a cut),
// a caret line `^~~~`, the second label likewise as a note, `  hint: ...`. Plain text, ends with a newline. A
// diagnostic without a place is `error: text`. Control characters, bad UTF-8 and direction marks are made visible, so
// that a file cannot write to the terminal through its messages.
void tf_diag_render(const tf_sources *sources, const tf_diag *diag, tf_text *out);

#endif
