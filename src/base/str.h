// SPDX-License-Identifier: GPL-3.0-or-later
// String slices: a pointer and a length, never NUL-terminated by contract. They point into source text or an arena.
#ifndef TF_BASE_STR_H
#define TF_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

typedef struct tf_str {
  const char *ptr;
  size_t len;
} tf_str;

#define TF_STR(literal) ((tf_str){"" literal, sizeof(literal) - 1})
#define TF_STR_ARGS(s) (int)(s).len, (s).ptr // for printf's %.*s

tf_str tf_str_of(const char *text); // NULL gives an empty slice
// Here, so that comparing with a literal is a look at the length for most.
// ASCII alone, whatever the locale.
static inline char tf_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}
static inline bool tf_str_eq(tf_str a, tf_str b) {
  return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool tf_str_is(tf_str a, const char *text) {
  const tf_str b = {text, strlen(text)};
  return tf_str_eq(a, b);
}
int tf_str_compare(tf_str a, tf_str b); // by bytes
bool tf_str_starts(tf_str s, const char *prefix);
bool tf_str_ends(tf_str s, const char *suffix);
tf_str tf_str_sub(tf_str s, size_t from, size_t to);              // clamped to the slice
tf_str tf_str_trim(tf_str s);                                     // ASCII blanks at both ends
size_t tf_str_find(tf_str s, char c);                             // SIZE_MAX if absent
bool tf_str_split(tf_str s, char c, tf_str *left, tf_str *right); // at the first c; false and left = s if absent
uint64_t tf_str_hash(tf_str s);             // FNV-1a then mixed: the same on every machine (it keys random streams)
size_t tf_str_distance(tf_str a, tf_str b); // edit distance (with transpositions) for "did you mean"
bool tf_utf8_valid(tf_str s, size_t *bad);  // *bad: offset of the first wrong byte
size_t tf_utf8_decode(tf_str s, uint32_t *code); // bytes of the first code point, 0 if malformed; code may be NULL

// Copies into the arena; the copy is followed by a NUL so that it can be handed to the C library.
tf_str tf_str_copy(tf_arena *arena, tf_str s);
char *tf_cstr(tf_arena *arena, tf_str s);
char *tf_format(tf_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *tf_vformat(tf_arena *arena, const char *format, va_list args);

// Growing text in an arena.
typedef struct tf_text {
  tf_arena *arena;
  char *ptr; // always NUL-terminated once something was added
  size_t len, capacity;
} tf_text;

tf_text tf_text_new(tf_arena *arena);
void tf_text_add(tf_text *t, tf_str s);
void tf_text_adds(tf_text *t, const char *s);
void tf_text_addc(tf_text *t, char c);
void tf_text_addf(tf_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
tf_str tf_text_str(const tf_text *t);

#endif
