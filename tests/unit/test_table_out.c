// SPDX-License-Identifier: GPL-3.0-or-later
// Tables for people: digits, scales, layout at several widths, scenarios side by side, comparisons.
#include "result_builder.h"

#include "out/compare_emit.h"
#include "out/grid.h"
#include "out/show.h"

static const char *text_of(builder *b, tf_str s) {
  return tf_cstr(b->cx->arena, s);
}

static const char *table(builder *b, tf_emit_options options) {
  tf_text out = tf_text_new(b->cx->arena);
  tf_emit_table(b->cx, &b->result, &options, &out);
  return out.ptr;
}

static void numbers_show_no_more_digits_than_their_error_leaves(void **state) {
  (void)state;
  builder b = builder_new(1);
  static const struct {
    double value, error;
    const char *text;
  } cases[] = {
      {158.3142, 1, "158"},
      {158.3142, 0.1, "158.3"},
      {158.3142, 10, "160"},
      {158.3142, 1000, "160"},
      {158.3142, 1e-9, "158.314"},
      {0.000123456, 1e-6, "0.000123"},
      {-3.14159, 0.01, "-3.14"},
      {9.996, 0.01, "10.00"},
      {38, 0.1, "38.0"},
      {123456789, 1e5, "123,500,000"},
      {1.2345e25, 1e23, "1.23e25"},
      {0, 1, "0"},
      {NAN, 1, ""},
      {INFINITY, 1, "inf"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tf_str shown = tf_show_number(b.cx->arena, cases[i].value, tf_show_place(cases[i].error));
    assert_string_equal(text_of(&b, shown), cases[i].text);
  }
  // Exact values: four digits, whole numbers below a million in full.
  assert_string_equal(text_of(&b, tf_show_number(b.cx->arena, 100000, TF_PLACE_EXACT)), "100,000");
  assert_string_equal(text_of(&b, tf_show_number(b.cx->arena, 16383, TF_PLACE_EXACT)), "16,383");
  assert_string_equal(text_of(&b, tf_show_number(b.cx->arena, 1.1, TF_PLACE_EXACT)), "1.1");
  assert_string_equal(text_of(&b, tf_show_number(b.cx->arena, 1.0 / 3, TF_PLACE_EXACT)), "0.3333");
  builder_free(&b);
}

static void shares_never_round_to_none_or_all(void **state) {
  (void)state;
  builder b = builder_new(1);
  static const struct {
    double share;
    const char *text;
  } cases[] = {{0, "0%"},          {1, "100%"},         {0.63, "63%"},        {0.634, "63%"},
               {0.004, "0.4%"},    {0.996, "99.6%"},    {0.99996, "99.996%"}, {0.9999999, "> 99.99%"},
               {0.9999, "99.99%"}, {0.00001, "0.001%"}, {0.12, "12%"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_string_equal(text_of(&b, tf_show_percent(b.cx->arena, cases[i].share)), cases[i].text);
  }
  builder_free(&b);
}

static builder small_result(void) {
  builder b = builder_new(1);
  b.scenarios[0].name = TF_STR("base");
  b.scenarios[0].title = TF_STR("One run");
  add_row(&b, 0, "cluster.gpus", "GPU", 100000);
  spread(add_row(&b, 0, "training.cost", "USD", 1), 330.4e6, 533.2e6);
  spread(add_row(&b, 0, "training.mfu", "%", 1), 38, 43);
  tf_row *row = spread(add_row(&b, 0, "finance.payback", "year", 1), 3.2, 11);
  row->p95 = INFINITY;
  row->later = true;
  row->undefined = 0.12;
  row->mean = row->se = row->sd = NAN;
  row = add_row(&b, 0, "fleet.binding", "1", 0);
  static const tf_share shares[] = {{{"chips", 5}, 0.37}, {{"power", 5}, 0.63}};
  row->kind = TF_KIND_LABEL;
  row->uncertain = true;
  row->shares = shares;
  row->share_count = 2;
  row = spread_normal(add_row(&b, 0, "finance.break_even", "1", 1), 1.85e9, 3e7);
  row->kind = TF_KIND_DATE;
  in_year(add_row(&b, 0, "capex.annual", "USD/year", 28.1e9), 2023, true);
  in_year(add_row(&b, 0, "capex.annual", "USD/year", 39.23e9), 2024, true);
  spread(in_year(add_row(&b, 0, "capex.annual", "USD/year", 1), 2025, false), 60e9, 80e9);
  return b;
}

static void a_table_shows_every_kind_of_value(void **state) {
  (void)state;
  builder b = small_result();
  assert_string_equal(
      table(&b, (tf_emit_options){.width = 100}),
      "One run (base)\n"
      "\n"
      "quantity            period  unit            central         5 %        95 %\n"
      "───────────────────────────────────────────────────────────────────────────\n"
      "cluster.gpus                GPU             100,000\n"
      "training.cost               m USD               420         330         533\n"
      "training.mfu                %                40.42%      38.00%      43.00%\n"
      "finance.payback             year               5.93        3.20      > 2030  no value in 12% of "
      "samples\n"
      "fleet.binding                            power 63%, chips 37%\n"
      "finance.break_even          date         2028-08-16  2027-01-22  2030-03-10\n"
      "\n"
      "capex.annual        2023A   bn USD/year       28.1\n"
      "                    2024A                     39.23\n"
      "                    2025E                     69.3         60.0        80.0\n"
      "\n"
      "central: all inputs at their median; 5 % and 95 %: 90 % of outcomes lie between; 16,384 samples,\n"
      "  seed 42\n");
  builder_free(&b);
}

static size_t widest_line(const char *text) {
  size_t widest = 0;
  while (*text != '\0') {
    size_t length = strcspn(text, "\n");
    size_t columns = tf_text_columns((tf_str){text, length});
    widest = columns > widest ? columns : widest;
    text += length + (text[length] != '\0');
  }
  return widest;
}

static void names_give_way_before_numbers_do(void **state) {
  (void)state;
  builder b = builder_new(1);
  spread(add_row(&b, 0, "a_module.a_quantity_with_quite_a_long_name", "USD/(GPU*hour)", 1), 1.1, 1.9);
  spread(add_row(&b, 0, "short", "day", 1), 100, 200);
  const char *text = table(&b, (tf_emit_options){.width = 60});
  assert_true(widest_line(text) <= 60);
  assert_non_null(strstr(text, "a_module.a_quantity_with_quite_a_long_name\n                         USD/(GPU*hour)"));
  text = table(&b, (tf_emit_options){.width = 40}); // unit and name above the numbers
  assert_non_null(
      strstr(text, "\na_module.a_quantity_with_quite_a_long_name, USD/(GPU*hour)\n       1.45  1.10  1.90\n"));
  builder_free(&b);
}

static void statistics_have_columns_of_their_own(void **state) {
  (void)state;
  builder b = builder_new(1);
  spread_normal(add_row(&b, 0, "x", "day", 1), 100, 10);
  assert_string_equal(
      table(&b, (tf_emit_options){.width = 100, .stats = true}),
      "quantity  unit  central    mean      se    sd   5 %  25 %   50 %   75 %   95 %\n"
      "──────────────────────────────────────────────────────────────────────────────\n"
      "x         day     100.0  100.00  0.0078  10.0  83.6  93.3  100.0  106.7  116.4\n"
      "\n"
      "central: all inputs at their median; 5 % and 95 %: 90 % of outcomes lie between; 16,384 samples,\n"
      "  seed 42\n");
  builder_free(&b);
}

static void a_certain_result_has_one_column(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.result.uncertain = false;
  b.result.complete = false;
  add_row(&b, 0, "x", "kW", 1.5);
  add_row(&b, 0, "yes", "1", 1)->kind = TF_KIND_BOOL;
  assert_string_equal(table(&b, (tf_emit_options){0}),
                      "quantity  unit  value\n"
                      "─────────────────────\n"
                      "x         kW      1.5\n"
                      "yes               yes\n"
                      "\n"
                      "one evaluation: no input of these results is uncertain; incomplete: stopped before all samples\n"
                      "  were done\n");
  builder_free(&b);
}

static builder two_scenarios(void) {
  builder b = builder_new(2);
  for (size_t s = 0; s < 2; s++) {
    b.scenarios[s].name = s == 0 ? TF_STR("base") : TF_STR("fast");
    b.scenarios[s].title = TF_STR("Two paths");
    spread(add_row(&b, s, "duration", "day", 1), 100 / (1.0 + (double)s), 200 / (1.0 + (double)s));
  }
  add_row(&b, 1, "only_here", "GPU", 7);
  tf_check_result check = {.text = TF_STR("duration < 1 year"),
                           .description = TF_STR("Deadline"),
                           .level = 0.95,
                           .share = 0.412,
                           .held = false};
  tf_vec_push(b.cx->arena, &b.scenarios[1].checks, check);
  tf_vec_push(b.cx->arena, &b.scenarios[0].notes, "value held from 2024");
  return b;
}

static void scenarios_stand_side_by_side_where_they_fit(void **state) {
  (void)state;
  builder b = two_scenarios();
  const char *notes = "check FAILED: fast: duration < 1 year, Deadline (holds in 41% of samples, wanted in 95%)\n";
  const tf_check_result held[] = {{.text = TF_STR("duration > 0 day"), .level = 1, .share = 1, .held = true},
                                  {.text = TF_STR("peak < 5 MW"), .module = TF_STR("site_b"), .level = 1, .share = 0}};
  tf_vec_push(b.cx->arena, &b.scenarios[0].checks, held[0]);
  tf_vec_push(b.cx->arena, &b.scenarios[0].checks, held[1]);
  const char *text = table(&b, (tf_emit_options){.width = 100});
  assert_null(strstr(text, "duration > 0 day")); // what holds is counted only
  assert_non_null(strstr(text, "check FAILED: base: site_b: peak < 5 MW"));
  assert_non_null(strstr(text, "checks: 1 of 3 hold\n"));
  assert_non_null(strstr(text, "Two paths\n"
                               "\n"
                               "                               base                    fast\n"
                               "quantity   unit  central  5 %  95 %    central   5 %   95 %\n"
                               "───────────────────────────────────────────────────────────\n"
                               "duration   day       141  100   200       70.7  50.0  100.0\n"
                               "only_here  GPU                               7\n"));
  assert_non_null(strstr(text, notes));
  assert_non_null(strstr(text, "note: base: value held from 2024\n"));
  text = table(&b, (tf_emit_options){.width = 45}); // no room: one after the other, in the same units
  assert_non_null(strstr(text, "base\nquantity  unit  central  5 %  95 %\n"));
  assert_non_null(strstr(text, "fast\nquantity   unit  central   5 %   95 %\n"));
  assert_true(widest_line(strstr(text, "quantity")) <= 45);
  builder_free(&b);
}

static void many_held_checks_are_counted_and_failed_ones_shown(void **state) {
  (void)state;
  builder b = two_scenarios();
  tf_check_result check = {.text = TF_STR("a > 0"), .description = TF_STR(""), .level = 0.95, .share = 1, .held = true};
  for (int i = 0; i < 3; i++) {
    tf_vec_push(b.cx->arena, &b.scenarios[0].checks, check);
    tf_vec_push(b.cx->arena, &b.scenarios[1].checks, check);
  }
  assert_non_null(strstr(table(&b, (tf_emit_options){0}),
                         "note: base: value held from 2024\n"
                         "check FAILED: fast: duration < 1 year, Deadline (holds in 41% of samples, wanted in 95%)\n"
                         "checks: 6 of 7 hold\n"));
  builder_free(&b);
}

static void wide_tables_break_between_periods(void **state) {
  (void)state;
  builder b = builder_new(1);
  add_capex(&b, 0, 0.3, 0.25);
  const char *text = table(&b, (tf_emit_options){.width = 60, .wide = true});
  assert_true(widest_line(text) <= 60);
  assert_non_null(strstr(text, "quantity      statistic  unit         2017A  2018A  2019A"));
  assert_non_null(strstr(text, "2030E\n"));
  assert_non_null(strstr(text, "              95 %"));
  builder_free(&b);
}

static void one_scale_per_quantity(void **state) {
  (void)state;
  builder b = builder_new(1);
  in_year(add_row(&b, 0, "capex", "USD/year", 0.9e9), 2023, false);
  in_year(add_row(&b, 0, "capex", "USD/year", 30e9), 2024, false);
  in_year(add_row(&b, 0, "capex", "USD/year", 2e12), 2025, false);
  const char *text = table(&b, (tf_emit_options){0});
  assert_non_null(strstr(text, "bn USD/year"));
  assert_non_null(strstr(text, "    0.9\n"));
  assert_non_null(strstr(text, "2,000\n"));
  builder_free(&b);
}

static void columns_count_code_points(void **state) {
  (void)state;
  assert_int_equal(tf_text_columns(TF_STR("a−b…")), 4);
  builder b = builder_new(1);
  tf_text out = tf_text_new(b.cx->arena);
  tf_text_wrap(&out, TF_STR("one two  three"), 9, 2);
  assert_string_equal(out.ptr, "one two\n  three");
  builder_free(&b);
}

static void a_comparison_shows_difference_and_ratio(void **state) {
  (void)state;
  builder b = builder_new(2);
  static const tf_str names[] = {{"base", 4}, {"fast", 4}};
  static const tf_compare_range values[] = {{141.2, 100, 200}, {70.6, 50, 100}};
  static const tf_compare_range differences[] = {{0, 0, 0}, {-70.6, -100, -50}},
                                ratios[] = {{0, 0, 0}, {0.5, 0.45, 0.55}};
  tf_compare_row row = {.name = TF_STR("duration"),
                        .label = TF_STR("Wall-clock time"),
                        .unit = unit_of(&b, "day"),
                        .uncertain = true,
                        .values = values,
                        .differences = differences,
                        .ratios = ratios};
  tf_compare compare = {.result = &b.result, .count = 2, .scenarios = names, .row_count = 1, .rows = &row};
  tf_emit_options options = {.width = 100};
  tf_text out = tf_text_new(b.cx->arena);
  tf_emit_compare_table(b.cx, &compare, &options, &out);
  assert_string_equal(
      out.ptr, "quantity  unit  base  fast    difference     5 %   95 %    ratio    5 %   95 %\n"
               "──────────────────────────────────────────────────────────────────────────────\n"
               "duration  day    141  70.6         -70.6  -100.0  -50.0    0.500  0.450  0.550\n"
               "\n"
               "difference and ratio to base, their 5 % and 95 % from paired draws; central: all inputs at their\n"
               "  median; 5 % and 95 %: 90 % of outcomes lie between; 16,384 samples, seed 42\n");
  out = tf_text_new(b.cx->arena);
  tf_emit_compare_csv(b.cx, &compare, &options, &out);
  assert_string_equal(out.ptr, "quantity,label,unit,index,period,scenario,base,central,p5,p95,difference,difference_p5,"
                               "difference_p95,ratio,ratio_p5,ratio_p95\n"
                               "duration,Wall-clock time,day,,,base,base,141.2,100,200,,,,,,\n"
                               "duration,Wall-clock time,day,,,fast,base,70.6,50,100,-70.6,-100,-50,0.5,0.45,0.55\n");
  builder_free(&b);
}

static void a_comparison_of_three_shows_differences_to_the_first(void **state) {
  (void)state;
  builder b = builder_new(3);
  b.result.uncertain = false;
  static const tf_str names[] = {{"a", 1}, {"b", 1}, {"c", 1}};
  static const tf_compare_range values[] = {{10, NAN, NAN}, {12, NAN, NAN}, {9, NAN, NAN}};
  static const tf_compare_range differences[] = {{0, 0, 0}, {2, NAN, NAN}, {-1, NAN, NAN}};
  static const tf_compare_range ratios[] = {{1, NAN, NAN}, {1.2, NAN, NAN}, {0.9, NAN, NAN}};
  tf_compare_row row = {
      .name = TF_STR("x"), .unit = unit_of(&b, "MW"), .values = values, .differences = differences, .ratios = ratios};
  tf_compare compare = {.result = &b.result, .count = 3, .scenarios = names, .row_count = 1, .rows = &row};
  tf_emit_options options = {0};
  tf_text out = tf_text_new(b.cx->arena);
  tf_emit_compare_table(b.cx, &compare, &options, &out);
  assert_non_null(strstr(out.ptr, "                             difference to a\n"
                                  "quantity  unit   a   b  c     b            c\n"));
  assert_non_null(strstr(out.ptr, "x         MW    10  12  9    +2           -1\n"));
  builder_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_show_no_more_digits_than_their_error_leaves),
      cmocka_unit_test(shares_never_round_to_none_or_all),
      cmocka_unit_test(a_table_shows_every_kind_of_value),
      cmocka_unit_test(names_give_way_before_numbers_do),
      cmocka_unit_test(statistics_have_columns_of_their_own),
      cmocka_unit_test(a_certain_result_has_one_column),
      cmocka_unit_test(scenarios_stand_side_by_side_where_they_fit),
      cmocka_unit_test(many_held_checks_are_counted_and_failed_ones_shown),
      cmocka_unit_test(wide_tables_break_between_periods),
      cmocka_unit_test(one_scale_per_quantity),
      cmocka_unit_test(columns_count_code_points),
      cmocka_unit_test(a_comparison_shows_difference_and_ratio),
      cmocka_unit_test(a_comparison_of_three_shows_differences_to_the_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
