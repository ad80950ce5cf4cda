// SPDX-License-Identifier: GPL-3.0-or-later
// --set on the command line.
#include "scenario_files.h"

static tf_scenario *with_sets(tf_context *cx, const char *const *sets, size_t count) {
  tf_scenario_options options = defaults();
  options.sets = sets;
  options.set_count = count;
  return read_with(cx, "model:,a\nparameter,base,bull,source\na.b,1,2,x\n", &options);
}

static void test_forms(void **state) {
  tf_context *cx = CONTEXT(state);
  static const char *const sets[] = {"cluster.gpus=200k",
                                     "a.b*=0.8",
                                     "a.b+=5",
                                     " a.c = 20 to 40 ",
                                     "fleet.orders[GB200]=5 GPU/year",
                                     "capex.annual[2027]*=2",
                                     "a.d=default",
                                     "gpu=H100 SXM",
                                     "a.e=-20%",
                                     "a.f[2024-Q3] += -1",
                                     "a.g=if base > 1 then 2 else 3"};
  tf_scenario *s = with_sets(cx, sets, sizeof sets / sizeof *sets);
  assert_messages(cx, "");
  assert_non_null(s);
  const char *expected = "cluster.gpus=200k\n"
                         "a.b*=0.8\n"
                         "a.b+=5\n"
                         "a.c=20 to 40\n"
                         "fleet.orders[GB200]=5 GPU/year\n"
                         "capex.annual@2027*=2\n"
                         "a.d!=default\n"
                         "gpu=H100 SXM\n"
                         "a.e=-20%\n"
                         "a.f@2024-Q3+=-1\n"
                         "a.g=if base > 1 then 2 else 3\n";
  // After the cells, for every scenario.
  assert_string_equal(bindings(cx, s, 0), tf_format(cx->arena, "a.b=1\n%s", expected));
  assert_string_equal(bindings(cx, s, 1), tf_format(cx->arena, "a.b=1\na.b=2\n%s", expected));
  const tf_binding *last = &s->columns.at[0].bindings.at[5];
  assert_str(last->setter, "--set");
  assert_true(last->bare_note);
  assert_str(cx->sources.list.at[last->value.at.source].name, "--set");
  assert_int_equal(last->value.at.start, 20);
  assert_int_equal(last->value.at.end, 30);
}

static void refuse_set(tf_context *cx, const char *set, const char *expected) {
  assert_null(with_sets(cx, &set, 1));
  assert_messages(cx, expected);
  clear_messages(cx);
}

#define USAGE "  hint: write --set NAME=VALUE, NAME*=0.8 or NAME+=VALUE, for example --set cluster.gpus=200k\n"

static void test_wrong(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_set(cx, "foo", "--set:1:1: error: expected NAME=VALUE\nfoo\n^~~\n" USAGE);
  refuse_set(cx, "", "--set:1:1: error: expected NAME=VALUE\n" USAGE);
  refuse_set(cx, "foo=", "--set:1:1: error: no value after `=`\nfoo=\n^~~~\n" USAGE);
  refuse_set(cx, "=5", "--set:1:1: error: no name before `=`\n=5\n^~\n" USAGE);
  refuse_set(cx, "*=5", "--set:1:1: error: no name before `=`\n*=5\n^~~\n" USAGE);
  refuse_set(cx, "foo==5", "--set:1:1: error: one `=` sets a value, not two\nfoo==5\n^~~~~~\n" USAGE);
  refuse_set(cx, "foo-=5", "--set:1:4: error: there is no `-=`\nfoo-=5\n   ^~\n  hint: write NAME+=-VALUE\n");
  refuse_set(cx, "foo/=5",
             "--set:1:4: error: there is no `/=`\nfoo/=5\n   ^~\n  hint: write NAME*= with the inverse: NAME*=0.5\n");
  refuse_set(cx, "foo=3,8",
             "--set:1:5: error: `3,8` is not a number: the decimal sign is a point\n"
             "foo=3,8\n    ^~~\n  hint: write 3.8\n");
}

static void test_status_and_all_errors(void **state) {
  tf_context *cx = CONTEXT(state);
  static const char *const sets[] = {"foo", "bar"};
  tf_scenario_options options = defaults();
  options.sets = sets;
  options.set_count = 2;
  put("m.model", "language 1\n");
  tf_scenario *s = NULL;
  assert_int_equal(tf_scenario_read(cx, "m.model", &options, &s), TF_USAGE);
  assert_int_equal(cx->diags.errors, 2);
  assert_null(s);
}

static void test_thousands(void **state) {
  tf_context *cx = CONTEXT(state);
  const char *set = "cluster.gpus=100,000";
  tf_scenario *s = with_sets(cx, &set, 1);
  assert_messages(cx, "--set:1:14: note: `100,000` is read as 100000\n"
                      "cluster.gpus=100,000\n"
                      "             ^~~~~~~\n");
  assert_string_equal(bindings(cx, s, 0), "a.b=1\ncluster.gpus=100,000\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FOLDER_TEST(test_forms),
      FOLDER_TEST(test_wrong),
      FOLDER_TEST(test_status_and_all_errors),
      FOLDER_TEST(test_thousands),
  };
  return cmocka_run_group_tests_name("sets", tests, NULL, NULL);
}
