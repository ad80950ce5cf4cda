// SPDX-License-Identifier: GPL-3.0-or-later
// Slices, spelling distance, UTF-8, growing text.
#include "support.h"

#include <stdio.h>

static tf_str s(const char *text) {
  return tf_str_of(text);
}

static void comparing(void **state) {
  (void)state;
  assert_true(tf_str_eq(s(""), s(NULL)));
  assert_true(tf_str_eq(s("ab"), s("ab")));
  assert_false(tf_str_eq(s("ab"), s("abc")));
  assert_true(tf_str_is(s("ab"), "ab"));
  assert_int_equal(tf_str_compare(s("a"), s("b")), -1);
  assert_int_equal(tf_str_compare(s("ab"), s("a")), 1);
  assert_int_equal(tf_str_compare(s("ab"), s("ab")), 0);
  assert_int_equal(tf_str_compare(s("\xFF"), s("a")), 1); // bytes, not signed chars
  assert_true(tf_str_starts(s("model x"), "model"));
  assert_false(tf_str_starts(s("mod"), "model"));
  assert_true(tf_str_ends(s("a.csv"), ".csv"));
  assert_false(tf_str_ends(s("csv"), ".csv"));
  assert_true(tf_str_starts(s(""), "") && tf_str_ends(s(""), ""));
}

static void cutting(void **state) {
  tf_context *cx = *state;
  assert_str(tf_str_sub(s("abcdef"), 2, 4), "cd");
  assert_str(tf_str_sub(s("abc"), 2, 99), "c");
  assert_str(tf_str_sub(s("abc"), 7, 9), "");
  assert_str(tf_str_sub(s("abc"), 2, 1), "");
  assert_str(tf_str_trim(s(" \t a b\r\n ")), "a b");
  assert_str(tf_str_trim(s("  ")), "");
  assert_int_equal(tf_str_find(s("a=b=c"), '='), 1);
  assert_true(tf_str_find(s("abc"), '=') == SIZE_MAX);
  assert_true(tf_str_find(s(""), '=') == SIZE_MAX);
  tf_str left;
  tf_str right;
  assert_true(tf_str_split(s("a=b=c"), '=', &left, &right));
  assert_str(left, "a");
  assert_str(right, "b=c");
  assert_false(tf_str_split(s("abc"), '=', &left, &right));
  assert_str(left, "abc");
  assert_str(right, "");
}

static void hash_is_the_same_everywhere(void **state) {
  (void)state;
  // FNV-1a of "" is its offset basis; the values are fixed because they key random streams.
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
  h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
  assert_true(tf_str_hash(s("")) == (h ^ (h >> 33)));
  assert_true(tf_str_hash(s("cluster.gpus")) == UINT64_C(0x17df5f345d24bb1a));
  assert_true(tf_str_hash(s("a")) != tf_str_hash(s("b")));
}

static void distance(void **state) {
  (void)state;
  assert_int_equal(tf_str_distance(s(""), s("")), 0);
  assert_int_equal(tf_str_distance(s(""), s("abc")), 3);
  assert_int_equal(tf_str_distance(s("kitten"), s("sitting")), 3);
  assert_int_equal(tf_str_distance(s("gpus"), s("gpsu")), 1); // transposition
  assert_int_equal(tf_str_distance(s("ca"), s("abc")), 3);    // optimal string alignment, not full Damerau
  assert_int_equal(tf_str_distance(s("duration"), s("durations")), 1);
  char a[400];
  char b[400];
  memset(a, 'a', sizeof a);
  memset(b, 'b', sizeof b);
  assert_int_equal(tf_str_distance((tf_str){a, 400}, (tf_str){b, 300}), 400);
  b[0] = 'a';
  assert_int_equal(tf_str_distance((tf_str){a, 100}, (tf_str){b, 100}), 99);
  assert_int_equal(tf_str_distance((tf_str){a, 127}, (tf_str){b, 127}), 126);
}

static void utf8(void **state) {
  (void)state;
  size_t bad = 99;
  assert_true(tf_utf8_valid(s("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), &bad));
  static const char *const wrong[] = {
      "ab\x80",             // continuation alone
      "ab\xC0\x80",         // overlong
      "ab\xC1\xBF",         // overlong
      "ab\xE0\x9F\xBF",     // overlong
      "ab\xF0\x8F\xBF\xBF", // overlong
      "ab\xED\xA0\x80",     // surrogate
      "ab\xF4\x90\x80\x80", // beyond U+10FFFF
      "ab\xF5\x80\x80\x80", // no such lead
      "ab\xE2\x82",         // cut short
      "ab\xE2\x82x",        // interrupted
      "ab\xFF",
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    bad = 99;
    assert_false(tf_utf8_valid(s(wrong[i]), &bad));
    assert_int_equal(bad, 2);
  }
  assert_false(tf_utf8_valid(s("\xFF"), NULL));
  uint32_t code = 0;
  assert_int_equal(tf_utf8_decode(s("\xF0\x9F\x98\x80"), &code), 4);
  assert_int_equal(code, 0x1F600);
  // Every code point there is, encoded by hand.
  for (uint32_t c = 0; c <= 0x10FFFF; c++) {
    char e[4] = {0};
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    uint32_t rest = c;
    for (size_t k = n; k-- > 1; rest >>= 6) {
      e[k] = (char)(0x80 | (rest & 0x3F));
    }
    e[0] = (char)(lead[n] | rest);
    bool surrogate = c >= 0xD800 && c < 0xE000;
    uint32_t back = 0;
    size_t used = tf_utf8_decode((tf_str){e, n}, &back);
    if (surrogate ? used != 0 : (used != n || back != c)) {
      fail_msg("U+%lX", (unsigned long)c);
    }
  }
}

static void copies_and_formats(void **state) {
  tf_context *cx = *state;
  tf_str copy = tf_str_copy(cx->arena, tf_str_sub(s("abcdef"), 1, 3));
  assert_string_equal(copy.ptr, "bc");
  assert_int_equal(copy.len, 2);
  assert_string_equal(tf_cstr(cx->arena, s(NULL)), "");
  assert_string_equal(tf_format(cx->arena, "%.*s-%d", TF_STR_ARGS(copy), 7), "bc-7");
  assert_string_equal(tf_format(cx->arena, "%s", ""), "");
}

static void text_grows(void **state) {
  tf_context *cx = *state;
  tf_text t = tf_text_new(cx->arena);
  assert_int_equal(tf_text_str(&t).len, 0);
  tf_text_adds(&t, "");
  assert_string_equal(t.ptr, "");
  for (int i = 0; i < 1000; i++) {
    tf_text_addf(&t, "%03d", i);
    tf_text_addc(&t, ',');
  }
  assert_int_equal(t.len, 4000);
  assert_int_equal(strlen(t.ptr), 4000);
  for (int i = 0; i < 1000; i++) {
    char expected[16];
    (void)snprintf(expected, sizeof expected, "%03d,", i);
    assert_memory_equal(t.ptr + (size_t)i * 4, expected, 4);
  }
  char big[5000];
  memset(big, 'x', sizeof big - 1);
  big[sizeof big - 1] = '\0';
  tf_text_addf(&t, "%s", big);
  assert_int_equal(t.len, 8999);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(comparing),          TEST(cutting),    TEST(hash_is_the_same_everywhere), TEST(distance), TEST(utf8),
      TEST(copies_and_formats), TEST(text_grows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
