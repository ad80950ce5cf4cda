// SPDX-License-Identifier: GPL-3.0-or-later
// Results as CSV: columns, digits, quoting, gaps, and the wide form.
#include "result_builder.h"

#include "out/delimited.h"

static const char header[] = "scenario,quantity,label,unit,index,period,actual,central,mean,se,sd,p5,p25,p50,p75,p95\n";

static const char *csv(builder *b, bool wide) {
  tf_text out = tf_text_new(b->cx->arena);
  tf_emit_options options = {.wide = wide};
  tf_emit_csv(b->cx, &b->result, &options, &out);
  return out.ptr;
}

static void rows_are_tidy(void **state) {
  (void)state;
  builder b = builder_new(2);
  b.scenarios[0].name = TF_STR("base");
  b.scenarios[1].name = TF_STR("fast, cheap");
  tf_row *row = add_row(&b, 0, "cluster.capex", "USD", 4812345678.25);
  row->label = TF_STR("Capital cost, \"all in\"");
  row = in_year(add_row(&b, 0, "fleet.orders", "GPU/year", 1), 2026, false);
  static const tf_str names[] = {{"fleet.generation", 16}, {"site", 4}}, labels[] = {{"GB200", 5}, {"north", 5}};
  row->index_names = names;
  row->index_labels = labels;
  row->index_count = 2;
  row->uncertain = true;
  row->central = 0.1 + 0.2; // the 16th digit is noise of unit conversion
  row->mean = 0.5;
  row->se = 0.001;
  row->sd = 0.25;
  row->p5 = 0.125;
  row->p25 = 0.25;
  row->p50 = 0.5;
  row->p75 = 0.75;
  row->p95 = 1e30;
  in_year(add_row(&b, 1, "capex", "USD/year", 5e10), 2025, true);
  char expected[1024];
  (void)snprintf(
      expected, sizeof expected, "%s%s", header,
      "base,cluster.capex,\"Capital cost, \"\"all in\"\"\",USD,,,false,4812345678.25,,,,,,,,\n"
      "base,fleet.orders,,GPU/year,\"GB200, north\",2026,false,0.3,0.5,0.001,0.25,0.125,0.25,0.5,0.75,1e+30\n"
      "\"fast, cheap\",capex,,USD/year,,2025,true,50000000000,,,,,,,,\n");
  assert_string_equal(csv(&b, false), expected);
  builder_free(&b);
}

static void dates_labels_and_gaps_are_words_or_nothing(void **state) {
  (void)state;
  builder b = builder_new(1);
  tf_row *row = spread_normal(add_row(&b, 0, "when", "1", 1), 86400.0 * 20000, 86400);
  row->kind = TF_KIND_DATE;
  row->se = 43200;
  static const tf_share shares[] = {{{"chips", 5}, 0.37}, {{"power", 5}, 0.63}};
  row = add_row(&b, 0, "binding", "1", 0);
  row->kind = TF_KIND_LABEL;
  row->uncertain = true;
  row->shares = shares;
  row->share_count = 2;
  row = add_row(&b, 0, "ok", "1", 1);
  row->kind = TF_KIND_BOOL;
  row = spread(add_row(&b, 0, "payback", "year", 1), 2, 8);
  row->p95 = INFINITY;
  row->later = true;
  row->mean = row->se = row->sd = NAN;
  const char *text = csv(&b, false);
  assert_non_null(strstr(text, ",when,,date,,,false,2024-10-04,2024-10-04,0.5,1,2024-10-02,2024-10-03,2024-10-04,"
                               "2024-10-04,2024-10-05\n"));
  assert_non_null(strstr(text, ",binding,,,,,false,power,,,,,,,,\n"));
  assert_non_null(strstr(text, ",ok,,,,,false,true,,,,,,,,\n"));
  assert_non_null(strstr(text, ",payback,,year,,,false,4,,,,2,"));
  assert_non_null(strstr(text, ",inf\n"));
  builder_free(&b);
}

static void wide_has_a_column_per_period(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].name = TF_STR("base");
  add_row(&b, 0, "gpus", "GPU", 8);
  in_year(add_row(&b, 0, "capex", "USD/year", 10), 2023, true);
  tf_row *row = spread(in_year(add_row(&b, 0, "capex", "USD/year", 1), 2024, false), 1, 4);
  row->mean = 2.5;
  row->se = 0.5;
  row->sd = 1;
  row->p25 = 1.5;
  row->p75 = 3;
  assert_string_equal(csv(&b, true), "scenario,quantity,label,unit,index,statistic,value,2023,2024\n"
                                     "base,gpus,,GPU,,central,8,,\n"
                                     "base,capex,,USD/year,,central,,10,2\n"
                                     "base,capex,,USD/year,,mean,,,2.5\n"
                                     "base,capex,,USD/year,,se,,,0.5\n"
                                     "base,capex,,USD/year,,sd,,,1\n"
                                     "base,capex,,USD/year,,p5,,,1\n"
                                     "base,capex,,USD/year,,p25,,,1.5\n"
                                     "base,capex,,USD/year,,p50,,,2\n"
                                     "base,capex,,USD/year,,p75,,,3\n"
                                     "base,capex,,USD/year,,p95,,,4\n");
  builder_free(&b);
}

static void only_what_needs_quotes_has_them(void **state) {
  (void)state;
  builder b = builder_new(1);
  static const char *const cases[][2] = {
      {"plain", "plain"}, {"a b", "a b"},       {" a", "\" a\""},     {"a ", "\"a \""},   {"a,b", "\"a,b\""},
      {"\"", "\"\"\"\""}, {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""}, {"a;b'c", "a;b'c"}, {"", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tf_text out = tf_text_new(b.cx->arena);
    tf_text_adds(&out, "");
    tf_csv_text(&out, tf_str_of(cases[i][0]));
    assert_string_equal(tf_cstr(b.cx->arena, tf_text_str(&out)), cases[i][1]);
  }
  builder_free(&b);
}

static void nothing_to_say_is_a_header(void **state) {
  (void)state;
  builder b = builder_new(1);
  assert_string_equal(csv(&b, false), header);
  assert_string_equal(csv(&b, true), "scenario,quantity,label,unit,index,statistic,value\n");
  builder_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_tidy),
      cmocka_unit_test(dates_labels_and_gaps_are_words_or_nothing),
      cmocka_unit_test(wide_has_a_column_per_period),
      cmocka_unit_test(only_what_needs_quotes_has_them),
      cmocka_unit_test(nothing_to_say_is_a_header),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
