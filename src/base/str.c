// SPDX-License-Identifier: GPL-3.0-or-later
// String slices: comparing, cutting, hashing, spelling distance, UTF-8.
#include "base/str.h"

#include <string.h>

tf_str tf_str_of(const char *text) {
  return text == NULL ? TF_STR("") : (tf_str){text, strlen(text)};
}

int tf_str_compare(tf_str a, tf_str b) {
  size_t shorter = a.len < b.len ? a.len : b.len;
  int order = shorter == 0 ? 0 : memcmp(a.ptr, b.ptr, shorter);
  if (order != 0) {
    return order < 0 ? -1 : 1;
  }
  return (a.len > b.len) - (a.len < b.len);
}

bool tf_str_starts(tf_str s, const char *prefix) {
  size_t len = strlen(prefix);
  return s.len >= len && (len == 0 || memcmp(s.ptr, prefix, len) == 0);
}

bool tf_str_ends(tf_str s, const char *suffix) {
  size_t len = strlen(suffix);
  return s.len >= len && (len == 0 || memcmp(s.ptr + s.len - len, suffix, len) == 0);
}

tf_str tf_str_sub(tf_str s, size_t from, size_t to) {
  if (to > s.len) {
    to = s.len;
  }
  if (from > to) {
    from = to;
  }
  return from == 0 && to == 0 ? (tf_str){s.ptr == NULL ? "" : s.ptr, 0} : (tf_str){s.ptr + from, to - from};
}

static bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

tf_str tf_str_trim(tf_str s) {
  size_t from = 0;
  size_t to = s.len;
  while (from < to && blank(s.ptr[from])) {
    from++;
  }
  while (to > from && blank(s.ptr[to - 1])) {
    to--;
  }
  return tf_str_sub(s, from, to);
}

size_t tf_str_find(tf_str s, char c) {
  const char *at = s.len == 0 ? NULL : memchr(s.ptr, c, s.len);
  return at == NULL ? SIZE_MAX : (size_t)(at - s.ptr);
}

bool tf_str_split(tf_str s, char c, tf_str *left, tf_str *right) {
  size_t at = tf_str_find(s, c);
  if (at == SIZE_MAX) {
    *left = s;
    *right = tf_str_sub(s, s.len, s.len);
    return false;
  }
  *left = tf_str_sub(s, 0, at);
  *right = tf_str_sub(s, at + 1, s.len);
  return true;
}

// FNV-1a (Fowler, Noll, Vo), then the finaliser of MurmurHash3 (fmix64), because FNV alone leaves the high bits of
// short keys alike.
uint64_t tf_str_hash(tf_str s) {
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < s.len; i++) {
    h = (h ^ (unsigned char)s.ptr[i]) * UINT64_C(0x100000001b3);
  }
  h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
  h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
  return h ^ (h >> 33);
}

// Optimal string alignment distance over three rows. What two spellings share at both ends does not change it, so
// only the differing middles count; middles longer than a row are as far apart as the longer one is long.
size_t tf_str_distance(tf_str a, tf_str b) {
  enum { ROW = 128 };
  while (a.len > 0 && b.len > 0 && a.ptr[0] == b.ptr[0]) {
    a = tf_str_sub(a, 1, a.len);
    b = tf_str_sub(b, 1, b.len);
  }
  while (a.len > 0 && b.len > 0 && a.ptr[a.len - 1] == b.ptr[b.len - 1]) {
    a = tf_str_sub(a, 0, a.len - 1);
    b = tf_str_sub(b, 0, b.len - 1);
  }
  size_t longer = a.len > b.len ? a.len : b.len;
  if (a.len == 0 || b.len == 0 || longer >= ROW) {
    return longer;
  }
  size_t rows[3][ROW];
  size_t *before = rows[0];
  size_t *last = rows[1];
  size_t *now = rows[2];
  for (size_t j = 0; j <= b.len; j++) {
    last[j] = j;
    before[j] = j;
  }
  for (size_t i = 1; i <= a.len; i++) {
    now[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
      size_t best = last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1] ? 1 : 0);
      best = last[j] + 1 < best ? last[j] + 1 : best;
      best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
      if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1]) {
        best = before[j - 2] + 1 < best ? before[j - 2] + 1 : best;
      }
      now[j] = best;
    }
    size_t *free_row = before;
    before = last;
    last = now;
    now = free_row;
  }
  return last[b.len];
}

// Well-formed sequences of Unicode table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
bool tf_utf8_valid(tf_str s, size_t *bad) {
  for (size_t i = 0; i < s.len;) {
    uint64_t eight; // bytes at a time as long as all of them are ASCII
    if (s.len - i >= sizeof eight) {
      memcpy(&eight, s.ptr + i, sizeof eight);
      if ((eight & UINT64_C(0x8080808080808080)) == 0) {
        i += sizeof eight;
        continue;
      }
    }
    size_t used = tf_utf8_decode(tf_str_sub(s, i, s.len), NULL);
    if (used == 0) {
      if (bad != NULL) {
        *bad = i;
      }
      return false;
    }
    i += used;
  }
  return true;
}

size_t tf_utf8_decode(tf_str s, uint32_t *code) {
  if (s.len == 0) {
    return 0;
  }
  const unsigned char *p = (const unsigned char *)s.ptr;
  size_t len = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
  if (len == 0 || len > s.len) {
    return 0;
  }
  uint32_t value = len == 1 ? p[0] : p[0] & (0x7Fu >> len);
  for (size_t k = 1; k < len; k++) {
    if ((p[k] & 0xC0) != 0x80) {
      return 0;
    }
    value = value << 6 | (p[k] & 0x3Fu);
  }
  if ((len == 3 && (value < 0x800 || (value >= 0xD800 && value < 0xE000))) ||
      (len == 4 && (value < 0x10000 || value > 0x10FFFF))) {
    return 0;
  }
  if (code != NULL) {
    *code = value;
  }
  return len;
}
