// SPDX-License-Identifier: GPL-3.0-or-later
// Copies and growing text in an arena.
#include <stdio.h>
#include <string.h>

#include "base/str.h"

char *tf_cstr(tf_arena *arena, tf_str s) {
  char *copy = tf_alloc(arena, s.len + 1, 1);
  if (s.len > 0) {
    memcpy(copy, s.ptr, s.len);
  }
  return copy;
}

tf_str tf_str_copy(tf_arena *arena, tf_str s) {
  return (tf_str){tf_cstr(arena, s), s.len};
}

char *tf_vformat(tf_arena *arena, const char *format, va_list args) {
  char brief[256]; // most texts are short: they are printed once, not once more to know their length
  va_list again;
  va_copy(again, args);
  int len = vsnprintf(brief, sizeof brief, format, args);
  // A negative length means a conversion that cannot be printed; the format itself is then the best that can be said.
  char *text = len < 0 ? tf_cstr(arena, tf_str_of(format)) : tf_alloc(arena, (size_t)len + 1, 1);
  if (len >= (int)sizeof brief) {
    (void)vsnprintf(text, (size_t)len + 1, format, again);
  } else if (len > 0) {
    memcpy(text, brief, (size_t)len);
  }
  va_end(again);
  return text;
}

char *tf_format(tf_arena *arena, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = tf_vformat(arena, format, args);
  va_end(args);
  return text;
}

tf_text tf_text_new(tf_arena *arena) {
  return (tf_text){arena, NULL, 0, 0};
}

// Room for `more` bytes and the NUL.
static void reserve(tf_text *t, size_t more) {
  if (t->capacity - t->len > more) {
    return;
  }
  size_t capacity = t->capacity < 64 ? 64 : t->capacity * 2;
  if (capacity < t->len + more + 1) {
    capacity = t->len + more + 1;
  }
  char *moved = tf_alloc(t->arena, capacity, 1);
  if (t->len > 0) {
    memcpy(moved, t->ptr, t->len);
  }
  t->ptr = moved;
  t->capacity = capacity;
}

void tf_text_add(tf_text *t, tf_str s) {
  reserve(t, s.len);
  if (s.len > 0) {
    memcpy(t->ptr + t->len, s.ptr, s.len);
  }
  t->len += s.len;
  t->ptr[t->len] = '\0';
}

void tf_text_adds(tf_text *t, const char *s) {
  tf_text_add(t, tf_str_of(s));
}

void tf_text_addc(tf_text *t, char c) {
  tf_text_add(t, (tf_str){&c, 1});
}

void tf_text_addf(tf_text *t, const char *format, ...) {
  va_list args;
  va_start(args, format);
  va_list again;
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (len > 0) {
    reserve(t, (size_t)len);
    (void)vsnprintf(t->ptr + t->len, (size_t)len + 1, format, again);
    t->len += (size_t)len;
  }
  va_end(again);
}

tf_str tf_text_str(const tf_text *t) {
  return t->ptr == NULL ? TF_STR("") : (tf_str){t->ptr, t->len};
}
