// SPDX-License-Identifier: GPL-3.0-or-later
// The canonical layout: exact examples, and for every model at hand: formatting twice changes nothing, and the tree of
// the formatted text is the tree of the text.
#include "lang_support.h"

#include <dirent.h>

#include "base/io.h"

static const char *formatted(session *s) {
  tf_text out = tf_text_new(s->cx->arena);
  tf_text_adds(&out, "");
  if (tf_format_model(s->cx, s->units, s->source, &out) != TF_OK) {
    assert_int_equal(out.len, 0);
    return told(s);
  }
  return out.ptr;
}

static void test_layout(void **state) {
  (void)state;
  session s = session_of(
      "m", TF_STR("\xEF\xBB\xBF"
                  "# SPDX\r\n"
                  "language 1   \r\n"
                  "model  \"M\"\r\n"
                  "\r\n"
                  "gpus:GPU=5 # many\r\n"
                  "# between\r\n"
                  "cost_of_all[ a,b ]  :  USD/GPU   hold=  25k   to 40k USD/GPU  in 1 .. 2\"Text\"[src]# c\r\n"
                  "f( x ) = x +  1\r\n"
                  "long : 1 = a + # first\r\n"
                  "      b *  c \"Later\" [x]   # second\r\n"
                  "\r\n"
                  "label : hardware = H100 SXM\"Accelerator\"\r\n"
                  "split\r\n"
                  " : 1\r\n"
                  " = 5\r\n"
                  "output  a,\r\n"
                  "\tb\r\n"
                  "\r\n"
                  "\r\n"
                  "check a  > 1\r\n"
                  "\r\n"));
  assert_string_equal(formatted(&s),
                      "# SPDX\n"
                      "language 1\n"
                      "model  \"M\"\n"
                      "\n"
                      "gpus               : GPU          = 5  # many\n"
                      "# between\n"
                      "cost_of_all[ a,b ] : USD/GPU hold = 25k   to 40k USD/GPU  in 1 .. 2  \"Text\" [src]  # c\n"
                      "f( x ) = x +  1\n"
                      "long               : 1            = a +  # first\n"
                      "    b *  c \"Later\" [x]   # second\n"
                      "\n"
                      "label : hardware = H100 SXM  \"Accelerator\"\n"
                      "split\n"
                      "    : 1\n"
                      "    = 5\n"
                      "output  a,\n"
                      "    b\n"
                      "\n"
                      "\n"
                      "check a  > 1\n");
  session_end(&s);
}

static void test_wide_cells_step_out(void **state) {
  (void)state;
  session s = session_of("m", TF_STR("language 1\n\n"
                                     "a : 1 = 1 \"One\"\n"
                                     "a_name_that_is_longer_than_the_column_may_be : 1 = 2 \"Two\"\n"
                                     "bb : 1 = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + "
                                     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb \"Three\"\n"
                                     "c : 1 = 10 \"F\xC3\xBCnf\"\n"));
  assert_string_equal(formatted(&s), "language 1\n\n"
                                     "a  : 1 = 1   \"One\"\n"
                                     "a_name_that_is_longer_than_the_column_may_be : 1 = 2   \"Two\"\n"
                                     "bb : 1 = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + "
                                     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb  \"Three\"\n"
                                     "c  : 1 = 10  \"F\xC3\xBCnf\"\n");
  session_end(&s);
}

static void test_wrong_models_are_not_touched(void **state) {
  (void)state;
  session s = session_of("m", TF_STR("language 1\nx = 5\n"));
  assert_string_equal(formatted(&s), "2:1+1: `x` has no unit | write `x : 1 = ...`, with its unit in place of 1");
  session_end(&s);
}

// ---- every model ----

static size_t check_model(const char *path, bool must_parse) {
  tf_context *cx = tf_context_new();
  uint32_t id = 0;
  assert_int_equal(tf_file_read(cx, path, (tf_span){0}, &id), TF_OK);
  session first = session_of("first", cx->sources.list.at[id].text);
  const char *tree = print_model(&first);
  if (first.cx->diags.errors > 0) {
    if (must_parse) {
      fail_msg("%s: %s", path, tree);
    }
    session_end(&first);
    tf_context_free(cx);
    return 0;
  }
  const char *once = formatted(&first);
  session second = session_of("second", tf_str_of(once));
  assert_string_equal(tree, print_model(&second));
  assert_string_equal(once, formatted(&second));
  session_end(&first);
  session_end(&second);
  tf_context_free(cx);
  return 1;
}

static size_t check_folder(const char *folder, bool must_parse) {
  DIR *dir = opendir(folder);
  if (dir == NULL) {
    return 0;
  }
  size_t count = 0;
  char path[1024];
  for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
    if (tf_str_ends(tf_str_of(entry->d_name), ".model")) {
      assert_true(snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path);
      count += check_model(path, must_parse);
    }
  }
  closedir(dir);
  return count;
}

static void test_models_keep_their_trees(void **state) {
  (void)state;
  assert_true(check_folder(TENFOLD_SOURCE_DIR "/tests/lang", false) >= 2);
  (void)check_folder(TENFOLD_SOURCE_DIR "/models", true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_layout),
      cmocka_unit_test(test_wide_cells_step_out),
      cmocka_unit_test(test_wrong_models_are_not_touched),
      cmocka_unit_test(test_models_keep_their_trees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
