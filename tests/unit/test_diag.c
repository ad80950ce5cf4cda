// SPDX-License-Identifier: GPL-3.0-or-later
// Diagnostics: the exact text that users see.
#include "support.h"

static const char model[] = "language 1\n"
                            "model \"One run\"\n"
                            "gpus : GPU = 10\n"
                            "\tcost\t= gpus * prize\n"
                            "label : 1 = caf\xC3\xA9 + x\n"
                            "last";

static tf_span at(tf_located text, const char *what) {
  const char *found = strstr(text.text.ptr, what);
  assert_non_null(found);
  size_t start = (size_t)(found - text.text.ptr);
  return tf_located_span(text, start, start + strlen(what));
}

static void place_line_and_caret(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "a.model", model);
  assert_int_equal(tf_fail(cx, TF_INVALID, at(text, "GPU"), "wrong unit `%s`", "GPU"), TF_INVALID);
  assert_messages(cx, "a.model:3:8: error: wrong unit `GPU`\n"
                      "gpus : GPU = 10\n"
                      "       ^~~\n");
}

static void tabs_keep_the_caret_aligned(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "a.model", model);
  (void)tf_fail(cx, TF_INVALID, at(text, "prize"), "unknown name `prize`");
  tf_hint(cx, "did you mean `%s`?", "price");
  assert_messages(cx, "a.model:4:16: error: unknown name `prize`\n"
                      "\tcost\t= gpus * prize\n"
                      "\t    \t         ^~~~~\n"
                      "  hint: did you mean `price`?\n");
}

static void columns_count_code_points(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "a.model", model);
  (void)tf_fail(cx, TF_INVALID, at(text, "x\nlast"), "two lines");
  assert_messages(cx, "a.model:5:20: error: two lines\n"
                      "label : 1 = caf\xC3\xA9 + x\n"
                      "                   ^\n");
  clear_messages(cx);
  (void)tf_fail(cx, TF_INVALID, at(text, "\xC3\xA9"), "accent");
  assert_messages(cx, "a.model:5:16: error: accent\n"
                      "label : 1 = caf\xC3\xA9 + x\n"
                      "               ^\n");
}

static void end_of_text_and_of_line(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "a.model", model);
  uint32_t end = (uint32_t)sizeof model - 1;
  (void)tf_fail(cx, TF_INVALID, (tf_span){text.at.source, end, end}, "unexpected end");
  assert_messages(cx, "a.model:6:5: error: unexpected end\nlast\n    ^\n");
  clear_messages(cx);
  (void)tf_fail(cx, TF_INVALID, (tf_span){text.at.source, 10, 11}, "line end");
  assert_messages(cx, "a.model:1:11: error: line end\nlanguage 1\n          ^\n");
  clear_messages(cx);
  (void)tf_fail(cx, TF_INVALID, (tf_span){text.at.source, 100000, 200000}, "far out");
  assert_messages(cx, "a.model:6:5: error: far out\nlast\n    ^\n");
}

static void second_label_and_severities(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "a.model", model);
  tf_located other = located(cx, "b.csv", "parameter,unit\ngpus,W\n");
  tf_warn(cx, at(text, "10"), "ten");
  tf_also(cx, at(other, "gpus"), "%s here", "set");
  tf_hint(cx, "look");
  tf_note(cx, (tf_span){0, 0, 0}, "done in %d steps", 3);
  assert_messages(cx, "a.model:3:14: warning: ten\n"
                      "gpus : GPU = 10\n"
                      "             ^~\n"
                      "b.csv:2:1: note: set here\n"
                      "gpus,W\n"
                      "^~~~\n"
                      "  hint: look\n"
                      "note: done in 3 steps\n");
  assert_int_equal(cx->diags.errors, 0);
  assert_int_equal(cx->diags.warnings, 1);
  assert_int_equal(cx->diags.notes, 1);
  assert_int_equal(cx->diags.list.at[0].status, TF_OK);
}

static void without_a_place(void **state) {
  tf_context *cx = *state;
  assert_int_equal(tf_fail(cx, TF_USAGE, (tf_span){0, 0, 0}, "no scenario given"), TF_USAGE);
  assert_messages(cx, "error: no scenario given\n");
}

static void line_ends_of_all_kinds(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "x.csv",
                            "\xEF\xBB\xBF"
                            "a,b\r\nc,d\re,f\n");
  (void)tf_fail(cx, TF_INVALID, at(text, "a"), "one");
  (void)tf_fail(cx, TF_INVALID, at(text, "d"), "two");
  (void)tf_fail(cx, TF_INVALID, at(text, "e"), "three");
  assert_messages(cx, "x.csv:1:1: error: one\na,b\n^\n"
                      "x.csv:2:3: error: two\nc,d\n  ^\n"
                      "x.csv:3:1: error: three\ne,f\n^\n");
}

static void control_characters_are_made_visible(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "x\033.csv", tf_format(cx->arena, "a\033[31m\x01\x7F\xFF%c%c%c z", 0xE2, 0x80, 0xAE));
  (void)tf_fail(cx, TF_INVALID, at(text, "z"), "bad `%s`", "\033[0m\n");
  assert_messages(cx, "x\xE2\x90\x9B.csv:1:12: error: bad `\xE2\x90\x9B[0m\xE2\x90\x8A`\n"
                      "a\xE2\x90\x9B[31m\xE2\x90\x81\xE2\x90\xA1\xEF\xBF\xBD\xEF\xBF\xBD z\n"
                      "           ^\n");
}

// A line of n columns `0123456789...` with the place at column c (from 0), w wide.
static void long_line(tf_context *cx, uint32_t n, uint32_t c, uint32_t w) {
  char *line = tf_alloc(cx->arena, n + 1, 1);
  for (uint32_t i = 0; i < n; i++) {
    line[i] = (char)('a' + i % 26);
  }
  tf_located text = located(cx, "l", line);
  (void)tf_fail(cx, TF_INVALID, (tf_span){text.at.source, c, c + w}, "here");
}

static void long_lines_are_cut_around_the_place(void **state) {
  tf_context *cx = *state;
  static const struct {
    uint32_t length, column, width;
    bool left, right;
  } cases[] = {
      {120, 5, 3, false, false},     {121, 5, 3, false, true},     {121, 120, 1, true, false},
      {5000, 0, 1, false, true},     {5000, 40, 2, false, true},   {5000, 41, 2, true, true},
      {5000, 2500, 5, true, true},   {5000, 4999, 1, true, false}, {5000, 5000, 0, true, false},
      {5000, 100, 4000, true, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    clear_messages(cx);
    long_line(cx, cases[i].length, cases[i].column, cases[i].width);
    tf_str rest = tf_str_of(messages(cx));
    tf_str head;
    tf_str line;
    tf_str caret;
    assert_true(tf_str_split(rest, '\n', &head, &rest));
    assert_true(tf_str_split(rest, '\n', &line, &rest));
    assert_true(tf_str_split(rest, '\n', &caret, &rest));
    assert_int_equal(line.len, 120);
    assert_int_equal(tf_str_starts(line, "..."), cases[i].left);
    assert_int_equal(tf_str_ends(line, "..."), cases[i].right);
    // The caret stands under the letter of its column.
    size_t mark = tf_str_find(caret, '^');
    assert_true(mark <= 120);
    if (cases[i].column < cases[i].length) {
      assert_int_equal(line.ptr[mark], 'a' + (int)(cases[i].column % 26));
    } else {
      assert_int_equal(mark, line.len);
    }
    assert_true(caret.len <= 121);
    size_t tildes = 0;
    for (size_t k = 0; k < caret.len; k++) {
      tildes += caret.ptr[k] == '~' ? 1 : 0;
    }
    size_t expected = cases[i].width == 0 ? 0 : cases[i].width - 1;
    assert_int_equal(tildes, expected > 119 - mark ? 119 - mark : expected);
  }
}

static void twenty_errors_are_kept(void **state) {
  tf_context *cx = *state;
  for (int i = 0; i < 30; i++) {
    (void)tf_fail(cx, TF_INVALID, (tf_span){0, 0, 0}, "error %d", i);
    tf_hint(cx, "hint %d", i);
  }
  assert_int_equal(cx->diags.errors, 30);
  assert_int_equal(cx->diags.list.count, TF_DIAG_MAX);
  assert_string_equal(cx->diags.list.at[19].message, "error 19");
  assert_string_equal(cx->diags.list.at[19].hint, "hint 19"); // not that of a dropped one
  tf_warn(cx, (tf_span){0, 0, 0}, "still heard");
  assert_int_equal(cx->diags.list.count, TF_DIAG_MAX + 1);
}

static void the_same_error_once(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "a.model", model);
  (void)tf_fail(cx, TF_INVALID, at(text, "GPU"), "same");
  tf_hint(cx, "first");
  assert_int_equal(tf_fail(cx, TF_INVALID, at(text, "GPU"), "same"), TF_INVALID);
  tf_hint(cx, "second");
  (void)tf_fail(cx, TF_INVALID, at(text, "10"), "same");
  tf_warn(cx, at(text, "GPU"), "same");
  assert_int_equal(cx->diags.errors, 2);
  assert_int_equal(cx->diags.list.count, 3);
  assert_string_equal(cx->diags.list.at[0].hint, "first");
}

static void muted_work_says_nothing(void **state) {
  tf_context *cx = *state;
  tf_warn(cx, (tf_span){0, 0, 0}, "before");
  cx->diags.muted++;
  assert_int_equal(tf_fail(cx, TF_FILE, (tf_span){0, 0, 0}, "quiet"), TF_FILE);
  tf_hint(cx, "no");
  cx->diags.muted--;
  tf_hint(cx, "no"); // the last diagnostic was the muted one
  assert_messages(cx, "warning: before\n");
  assert_int_equal(cx->diags.errors, 0);
}

static void spans(void **state) {
  tf_context *cx = *state;
  tf_located text = located(cx, "a", "abcdef");
  tf_span part = tf_located_span(text, 2, 4);
  assert_true(part.start == 2 && part.end == 4 && part.source == text.at.source);
  part = tf_located_span(text, 4, 99);
  assert_true(part.start == 4 && part.end == 6);
  text.text = TF_STR("other"); // the text is not what the source holds: the whole place is meant
  part = tf_located_span(text, 2, 4);
  assert_true(part.start == 0 && part.end == 6);
  tf_span joined = tf_span_join((tf_span){1, 5, 7}, (tf_span){1, 2, 3});
  assert_true(joined.start == 2 && joined.end == 7);
  joined = tf_span_join((tf_span){0, 0, 0}, (tf_span){1, 2, 3});
  assert_true(joined.source == 1 && joined.start == 2);
  joined = tf_span_join((tf_span){1, 5, 7}, (tf_span){2, 2, 3});
  assert_true(joined.source == 1 && joined.start == 5 && joined.end == 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(place_line_and_caret),
      TEST(tabs_keep_the_caret_aligned),
      TEST(columns_count_code_points),
      TEST(end_of_text_and_of_line),
      TEST(second_label_and_severities),
      TEST(without_a_place),
      TEST(line_ends_of_all_kinds),
      TEST(control_characters_are_made_visible),
      TEST(long_lines_are_cut_around_the_place),
      TEST(twenty_errors_are_kept),
      TEST(the_same_error_once),
      TEST(muted_work_says_nothing),
      TEST(spans),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
