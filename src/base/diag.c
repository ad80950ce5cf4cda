// SPDX-License-Identifier: GPL-3.0-or-later
// Recording of diagnostics.
#include "base/diag.h"

#include "base/context.h"

static bool same_place(tf_span a, tf_span b) {
  return a.source == b.source && a.start == b.start && a.end == b.end;
}

static void record(tf_context *cx, tf_severity severity, tf_status status, tf_span at, const char *format,
                   va_list args) {
  tf_diags *diags = &cx->diags;
  diags->last = 0;
  if (diags->muted > 0) {
    return;
  }
  size_t *total = severity == TF_ERROR ? &diags->errors : severity == TF_WARNING ? &diags->warnings : &diags->notes;
  // Beyond the maximum only the count matters; it is never formatted nor compared.
  if (*total >= (severity == TF_ERROR ? (size_t)TF_DIAG_MAX : (size_t)TF_DIAG_MAX_OTHER)) {
    (*total)++;
    return;
  }
  tf_arena_mark mark = tf_arena_save(cx->arena);
  const char *message = tf_vformat(cx->arena, format, args);
  for (size_t i = 0; i < diags->list.count; i++) {
    const tf_diag *other = &diags->list.at[i];
    if (other->severity == severity && same_place(other->at, at) && tf_str_is(tf_str_of(message), other->message)) {
      tf_arena_restore(cx->arena, mark);
      return;
    }
  }
  tf_diag diag = {.severity = severity, .status = status, .at = at, .message = message};
  tf_vec_push(cx->arena, &diags->list, diag);
  (*total)++;
  diags->last = diags->list.count;
}

tf_status tf_fail(tf_context *cx, tf_status status, tf_span at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  record(cx, TF_ERROR, status, at, format, args);
  va_end(args);
  return status;
}

void tf_warn(tf_context *cx, tf_span at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  record(cx, TF_WARNING, TF_OK, at, format, args);
  va_end(args);
}

void tf_note(tf_context *cx, tf_span at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  record(cx, TF_NOTE, TF_OK, at, format, args);
  va_end(args);
}

// The diagnostic that hints and second places go to, or NULL.
static tf_diag *last_diag(tf_context *cx) {
  return cx->diags.muted > 0 || cx->diags.last == 0 ? NULL : &cx->diags.list.at[cx->diags.last - 1];
}

void tf_hint(tf_context *cx, const char *format, ...) {
  tf_diag *diag = last_diag(cx);
  if (diag != NULL) {
    va_list args;
    va_start(args, format);
    diag->hint = tf_vformat(cx->arena, format, args);
    va_end(args);
  }
}

void tf_also(tf_context *cx, tf_span at, const char *format, ...) {
  tf_diag *diag = last_diag(cx);
  if (diag != NULL) {
    va_list args;
    va_start(args, format);
    diag->also_label = tf_vformat(cx->arena, format, args);
    diag->also = at;
    va_end(args);
  }
}
