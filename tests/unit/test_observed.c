// SPDX-License-Identifier: GPL-3.0-or-later
// Observed data in scenarios: what is taken, what is left out, what is refused.
#include "scenario_files.h"

static const char *const history = "entity,period,quantity,value,unit,definition,source,date,note\n"
                                   "Meta,2023,capex.annual,28.1,bn USD/year,incl,10-K,2024-02-01,first\n"
                                   "Meta,2024,annual,39.2,bn USD/year,incl,10-K,2025-01-29,\n"
                                   "Meta,2025-Q1,annual,13.7,bn USD,incl,Q1,2025-04-30,\n"
                                   "Meta,2023,revenue,134.9,bn USD/year,,10-K,2024-02-01,\n"
                                   "Google,2023,annual,32.3,bn USD/year,purchases,10-K,2024-01-30,\n"
                                   "Meta,2022,annual,,bn USD/year,incl,none,,\n";

#define SCENARIO(data) "model:,capex\n" data "\nparameter,period,base,source\ncapex.annual,2024,40,guess\n"

static void test_bindings(void **state) {
  tf_context *cx = CONTEXT(state);
  assert_int_equal(mkdir("data", 0777), 0);
  put("data/h.csv", history);
  tf_scenario *s = read_scenario(cx, SCENARIO("data:,capex.annual,data/h.csv,entity=Meta,definition=incl"));
  // Before the rows of the file, which therefore overrule them.
  assert_string_equal(bindings(cx, s, 0), "capex.annual@2023=28.1 (bn USD/year) A\n"
                                          "capex.annual@2024=39.2 (bn USD/year) A\n"
                                          "capex.annual@2025-Q1=13.7 (bn USD) A\n"
                                          "capex.annual@2024=40\n");
  const tf_binding *b = &s->columns.at[0].bindings.at[0];
  assert_str(b->source, "10-K");
  assert_str(b->date, "2024-02-01");
  assert_str(b->note, "first");
  assert_str(b->definition.text, "incl");
  assert_str(b->setter, "data/h.csv");
  assert_false(b->bare_note);
  assert_int_equal(s->data.count, 1);
  assert_int_equal(s->data.at[0].used, 3);
  assert_int_equal(s->data.at[0].left_out, 3);
  assert_str(s->data.at[0].path, "data/h.csv");
  assert_int_equal(s->columns.at[0].data_used, 3);
  assert_int_equal(s->columns.at[0].data_left_out, 3);
}

static void test_selection(void **state) {
  tf_context *cx = CONTEXT(state);
  put("h.csv", history);
  tf_scenario *s = read_scenario(cx, SCENARIO("data:,capex.annual[Meta],h.csv,entity = Meta,period=year"));
  assert_string_equal(bindings(cx, s, 0), "capex.annual[Meta]@2023=28.1 (bn USD/year) A\n"
                                          "capex.annual[Meta]@2024=39.2 (bn USD/year) A\n"
                                          "capex.annual@2024=40\n");
  s = read_scenario(cx, SCENARIO("data:,capex.annual,h.csv,entity=Meta,period=quarter"));
  assert_string_equal(bindings(cx, s, 0), "capex.annual@2025-Q1=13.7 (bn USD) A\ncapex.annual@2024=40\n");
  s = read_scenario(cx, SCENARIO("data:,finance.sales,h.csv,quantity=revenue"));
  assert_string_equal(bindings(cx, s, 0), "finance.sales@2023=134.9 (bn USD/year) A\ncapex.annual@2024=40\n");
  s = read_scenario(cx, SCENARIO("data:,capex.annual,h.csv,entity=Meta,period=2024"));
  assert_string_equal(bindings(cx, s, 0), "capex.annual@2024=39.2 (bn USD/year) A\ncapex.annual@2024=40\n");
}

static void test_as_of(void **state) {
  tf_context *cx = CONTEXT(state);
  put("h.csv", history);
  tf_scenario_options options = defaults();
  options.as_of = tf_date_days(2025, 1, 28);
  tf_scenario *s = read_with(cx, SCENARIO("data:,capex.annual,h.csv,entity=Meta"), &options);
  assert_messages(cx, "");
  assert_string_equal(bindings(cx, s, 0), "capex.annual@2023=28.1 (bn USD/year) A\ncapex.annual@2024=40\n");
  assert_int_equal(s->data.at[0].used, 1);
  assert_int_equal(s->data.at[0].left_out, 5);
  options.as_of++;
  s = read_with(cx, SCENARIO("data:,capex.annual,h.csv,entity=Meta"), &options);
  assert_int_equal(s->data.at[0].used, 2);

  // A month was over before its figure was known for sure.
  put("h.csv", "period,value,source,date\n2023,1,x,2024-02\n2024,2,x,2025-01\n");
  options.as_of = tf_date_days(2025, 1, 30);
  s = read_with(cx, SCENARIO("data:,capex.annual,h.csv"), &options);
  assert_int_equal(s->data.at[0].used, 1);
  options.as_of = tf_date_days(2025, 1, 31);
  s = read_with(cx, SCENARIO("data:,capex.annual,h.csv"), &options);
  assert_int_equal(s->data.at[0].used, 2);
}

static void test_inherited_data(void **state) {
  tf_context *cx = CONTEXT(state);
  assert_int_equal(mkdir("sub", 0777), 0);
  put("sub/h.csv", history);
  put("sub/old.csv", "model:,capex\ndata:,capex.annual,h.csv,entity=Meta,period=year\nparameter,base,source\n");
  tf_scenario *s = read_scenario(cx, "extends:,sub/old.csv\nparameter,period,base,source\ncapex.annual,2024,1,x\n");
  assert_string_equal(bindings(cx, s, 0), "capex.annual@2023=28.1 (bn USD/year) A\n"
                                          "capex.annual@2024=39.2 (bn USD/year) A\n"
                                          "capex.annual@2024=1\n");
  assert_int_equal(s->data.count, 1);
  assert_int_equal(s->columns.at[0].data_used, 2);
}

static void refuse_data(tf_context *cx, const char *data, const char *directive, const char *expected) {
  put("h.csv", data);
  refuse_scenario(cx, tf_format(cx->arena, "model:,capex\n%s\nparameter,base,source\n", directive), expected);
}

static void test_mixed(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_data(cx, history, "data:,capex.annual,h.csv",
              "h.csv:6:1: error: the rows used have two entities, `Meta` and `Google`\n"
              "Google,2023,annual,32.3,bn USD/year,purchases,10-K,2024-01-30,\n"
              "^~~~~~\n"
              "h.csv:2:1: note: the first is here\n"
              "Meta,2023,capex.annual,28.1,bn USD/year,incl,10-K,2024-02-01,first\n"
              "^~~~\n"
              "  hint: add a condition to the `data:` row, such as entity=Meta\n"
              "h.csv:6:37: error: the rows used have two definitions, `incl` and `purchases`\n"
              "Google,2023,annual,32.3,bn USD/year,purchases,10-K,2024-01-30,\n"
              "                                    ^~~~~~~~~\n"
              "h.csv:2:41: note: the first is here\n"
              "Meta,2023,capex.annual,28.1,bn USD/year,incl,10-K,2024-02-01,first\n"
              "                                        ^~~~\n"
              "  hint: add a condition to the `data:` row, such as definition=incl\n");
}

static void test_doubled(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_data(cx, "period,value,source\n2023,1,x\n2024,2,x\n2023,3,x\n", "data:,capex.annual,h.csv",
              "h.csv:4:1: error: two values for 2023\n"
              "2023,3,x\n"
              "^~~~\n"
              "h.csv:2:1: note: the first is here\n"
              "2023,1,x\n"
              "^~~~\n"
              "  hint: leave one out by a condition in the `data:` row\n");
  refuse_data(cx, "period,value,source\n2023-12,1,x\n2023-Q3,2,x\n2023,3,x\n", "data:,capex.annual,h.csv",
              "h.csv:4:1: error: 2023 overlaps 2023-Q3\n"
              "2023,3,x\n"
              "^~~~\n"
              "h.csv:3:1: note: the first is here\n"
              "2023-Q3,2,x\n"
              "^~~~~~~\n"
              "  hint: add period=year, period=quarter or period=month to the `data:` row\n");
}

static void test_no_match(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_data(cx, history, "data:,capex.annual,h.csv,entity=meta",
              "s.csv:2:33: error: no row has `meta` in the column `entity`\n"
              "data:,capex.annual,h.csv,entity=meta\n"
              "                                ^~~~\n"
              "  hint: did you mean `Meta`?\n");
  refuse_data(cx, history, "data:,capex.share,h.csv,entity=Meta",
              "s.csv:2:1: error: no row of the data is used for `capex.share`\n"
              "data:,capex.share,h.csv,entity=Meta\n"
              "^~~~~\n"
              "  hint: rows are used whose `quantity` is `capex.share` or `share`; write quantity=... for another\n");
  refuse_data(cx, history, "data:,a.b,h.csv,entity=Google,quantity=revenue",
              "s.csv:2:1: error: no row of the data is used for `a.b`\n"
              "data:,a.b,h.csv,entity=Google,quantity=revenue\n"
              "^~~~~\n"
              "  hint: no row meets all the conditions\n");
}

static void test_wrong_conditions(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_data(cx, history, "data:,capex.annual,h.csv,Meta,entty=Meta",
              "s.csv:2:26: error: `Meta` is not a condition\n"
              "data:,capex.annual,h.csv,Meta,entty=Meta\n"
              "                         ^~~~\n"
              "  hint: write column=value, such as entity=Meta\n"
              "s.csv:2:31: error: the data have no column `entty`\n"
              "data:,capex.annual,h.csv,Meta,entty=Meta\n"
              "                              ^~~~~\n"
              "  hint: did you mean `entity`?\n");
  refuse_data(cx, history, "data:,capex.annual[2024],h.csv",
              "s.csv:2:20: error: observed data bring their own periods\n"
              "data:,capex.annual[2024],h.csv\n"
              "                   ^~~~\n"
              "  hint: write `capex.annual`\n");
}

static void test_wrong_files(void **state) {
  tf_context *cx = CONTEXT(state);
  refuse_data(cx, "year,value\n2023,1\n", "data:,capex.annual,h.csv",
              "h.csv:1:1: error: observed data without a column `period`\n"
              "year,value\n"
              "^~~~\n"
              "  hint: the header is `entity,period,quantity,value,unit,definition,source,date,note`\n");
  refuse_data(cx, "period,value,value\n2023,1\n", "data:,capex.annual,h.csv",
              "h.csv:1:14: error: two columns `value`\n"
              "period,value,value\n"
              "             ^~~~~\n"
              "h.csv:1:8: note: the first is here\n"
              "period,value,value\n"
              "       ^~~~~\n");
  refuse_data(cx, "period,value,source,date\nFY23,1,x,\n2024,#REF!,x,\n2025,1,x,today\n2026,1,x,,y\n",
              "data:,capex.annual,h.csv",
              "h.csv:2:1: error: `FY23` is not a period\n"
              "FY23,1,x,\n"
              "^~~~\n"
              "  hint: periods are of the calendar: years that end in June are a time axis such as 2024-07..2030-06\n"
              "h.csv:4:10: error: `today` is not a date\n"
              "2025,1,x,today\n"
              "         ^~~~~\n"
              "  hint: write year, month and day: 2024-07-31\n"
              "h.csv:5:11: error: this row has 5 cells, the header 4 columns\n"
              "2026,1,x,,y\n"
              "          ^\n"
              "  hint: put text that holds the separator in quotes\n"
              "h.csv:3:6: error: `#REF!` is an error of the spreadsheet, not a value\n"
              "2024,#REF!,x,\n"
              "     ^~~~~\n"
              "  hint: mend the formula there and save the file again\n");
  refuse_scenario(cx, "model:,capex\ndata:,capex.annual,i.csv\nparameter,base\n",
                  "s.csv:2:20: error: there is no file `i.csv`\n"
                  "data:,capex.annual,i.csv\n"
                  "                   ^~~~~\n"
                  "  hint: did you mean `h.csv`?\n");
}

static void test_missing_source(void **state) {
  tf_context *cx = CONTEXT(state);
  put("h.csv", "period;value\n2023;1,5\n");
  tf_scenario_options options = defaults();
  tf_scenario *s = read_with(cx, "model:,capex\ndata:,capex.annual,h.csv\nparameter,base\n", &options);
  assert_messages(cx, "h.csv:2:1: warning: no source for `capex.annual`\n"
                      "2023;1,5\n"
                      "^~~~\n"
                      "  hint: write where the value comes from, or `assumption`\n");
  assert_string_equal(bindings(cx, s, 0), "capex.annual@2023=1.5 A\n");
  assert_true(s->columns.at[0].bindings.at[0].bare_note);
}

// Two `data:` rows share a file, which is read once.
static void test_file_read_once(void **state) {
  tf_context *cx = CONTEXT(state);
  put("h.csv", history);
  tf_scenario *s = read_scenario(cx, "model:,capex\ndata:,capex.annual,h.csv,entity=Meta,period=year\n"
                                     "data:,finance.revenue,h.csv,entity=Meta\nparameter,base\n");
  assert_int_equal(s->data.count, 2);
  assert_int_equal(s->columns.at[0].data_used, 3);
  size_t sources = 0;
  for (size_t i = 0; i < cx->sources.list.count; i++) {
    sources += tf_str_is(cx->sources.list.at[i].name, "h.csv") ? 1 : 0;
  }
  assert_int_equal(sources, 1);
  assert_true(s->columns.at[0].bindings.at[0].value.at.source == s->columns.at[0].bindings.at[2].value.at.source);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FOLDER_TEST(test_bindings),       FOLDER_TEST(test_selection),
      FOLDER_TEST(test_as_of),          FOLDER_TEST(test_inherited_data),
      FOLDER_TEST(test_mixed),          FOLDER_TEST(test_doubled),
      FOLDER_TEST(test_no_match),       FOLDER_TEST(test_wrong_conditions),
      FOLDER_TEST(test_wrong_files),    FOLDER_TEST(test_missing_source),
      FOLDER_TEST(test_file_read_once),
  };
  return cmocka_run_group_tests_name("observed", tests, NULL, NULL);
}
