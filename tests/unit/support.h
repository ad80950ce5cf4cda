// SPDX-License-Identifier: GPL-3.0-or-later
// Shared by the cmocka programs: contexts, texts as sources, diagnostics as one string, and fault injection.
#ifndef TF_TESTS_SUPPORT_H
#define TF_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/context.h"
#include "base/io.h"

#define UNUSED __attribute__((unused))

// cmocka setup and teardown: *state is a tf_context *.
UNUSED static int setup_context(void **state) {
  *state = tf_context_new();
  return *state == NULL ? -1 : 0;
}

UNUSED static int teardown_context(void **state) {
  tf_context_free(*state);
  return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup_context, teardown_context)

// The text registered as a source under `name`, with its place. The text must outlive the context.
UNUSED static tf_located located(tf_context *cx, const char *name, const char *text) {
  tf_str s = tf_str_of(text);
  uint32_t source = tf_source_add(cx->arena, &cx->sources, tf_str_of(name), s);
  return (tf_located){s, {source, 0, (uint32_t)s.len}};
}

// Every diagnostic rendered, in order, as one string in the context's arena.
UNUSED static const char *messages(tf_context *cx) {
  tf_text out = tf_text_new(cx->arena);
  tf_text_adds(&out, "");
  for (size_t i = 0; i < cx->diags.list.count; i++) {
    tf_diag_render(&cx->sources, &cx->diags.list.at[i], &out);
  }
  return out.ptr;
}

// Forgets what was said, so that the next assertion sees only what comes after.
UNUSED static void clear_messages(tf_context *cx) {
  cx->diags = (tf_diags){.last = 0};
}

#define assert_messages(cx, expected) assert_string_equal(messages(cx), (expected))
#define assert_str(actual, expected) assert_string_equal(tf_cstr(cx->arena, (actual)), (expected))

// True if the body ran to its end, false if an allocation failed and jumped to the guard.
UNUSED static bool completes(tf_context *cx, void (*body)(tf_context *cx)) {
  cx->memory.guarded = true;
  if (setjmp(cx->memory.guard) != 0) {
    return false;
  }
  body(cx);
  return true;
}

// Runs `body` in a context whose n-th allocation fails, for n = 1, 2, 3, ... until it passes without failure, and
// returns that n. The body must survive every one of them; what it allocated goes with the context.
UNUSED static uint64_t survive_faults(void (*body)(tf_context *cx), uint64_t limit) {
  for (uint64_t n = 1; n <= limit; n++) {
    tf_context *cx = tf_context_new();
    assert_non_null(cx);
    cx->memory.fail_at = cx->memory.allocations + n;
    bool done = completes(cx, body);
    tf_context_free(cx);
    if (done) {
      return n;
    }
  }
  fail_msg("more than %lu allocations", (unsigned long)limit);
  return 0;
}

#endif
