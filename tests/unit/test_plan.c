// SPDX-License-Identifier: GPL-3.0-or-later
// Plans: settings on top of a model, given periods, gaps, history, notes.
#include "lang/parse.h"
#include "model_support.h"

static const char *const series = "annual : USD/year = 5\ntotal : USD = cumulative(annual)\noutput total\n";

static world *loaded(const char *text) {
  world *w = world_new();
  add_table(w, "hardware", "name,price [USD/GPU]\nH100,30000\nH200,35000\nGB200,\n");
  load_ok(w, text);
  return w;
}

static void without_settings_the_model_holds(void **state) {
  (void)state;
  world *w = loaded(series);
  build_ok(w);
  assert_ptr_equal(planned(w, "m.annual")->value, quantity(w, "m.annual")->value);
  assert_null(planned(w, "m.annual")->origin);
  assert_null(planned(w, "m.annual")->given);
  assert_string_equal(notes(w), "");
  assert_true(planned(w, "m.total")->used);
  world_free(w);
}

static void the_later_setting_wins(void **state) {
  (void)state;
  world *w = loaded(series);
  (void)bind_as(w, "x.csv column base", "annual", "", "", "7", "");
  const tf_binding *last = bind_as(w, "--set", "m.annual", "", "", "9 bn USD/year", "");
  build_ok(w);
  assert_string_equal(printed(w, planned(w, "m.annual")->value), "9000000000 USD/year");
  assert_string_equal(tf_cstr(w->cx->arena, planned(w, "m.annual")->origin->setter), "--set");
  assert_true(planned(w, "m.annual")->origin == last);
  world_free(w);
}

static void base_is_what_was_inherited(void **state) {
  (void)state;
  world *w = loaded("cost : USD = 10 to 20\ntwice : USD = cost * 2\n");
  (void)bind(w, "cost", "", "base * 0.8");
  (void)bind_as(w, "--set", "twice", "", "", "base + 5 USD", "");
  build_ok(w);
  assert_string_equal(printed(w, planned(w, "m.cost")->value), "lognormal(10 USD to 20 USD) * 0.8");
  assert_string_equal(printed(w, planned(w, "m.twice")->value), "m.cost * 2 + 5 USD");
  assert_false(planned(w, "m.twice")->replaced); // its equation is still used
  world_free(w);
}

static void multiply_and_add(void **state) {
  (void)state;
  world *w = loaded("cost : USD = 10\nprice : USD = 2 to 3\n");
  bind_as(w, "--set", "cost", "", "", "0.8", "")->mode = TF_BIND_MULTIPLY;
  bind_as(w, "--set", "cost", "", "", "2", "")->mode = TF_BIND_ADD;
  bind_as(w, "--set", "price", "", "", "150%", "")->mode = TF_BIND_MULTIPLY;
  build_ok(w);
  assert_string_equal(printed(w, planned(w, "m.cost")->value), "10 USD");
  assert_string_equal(printed(w, planned(w, "m.price")->value), "lognormal(2 USD to 3 USD) * 150%");
  world_free(w);
}

static void default_goes_back_to_the_model(void **state) {
  (void)state;
  world *w = loaded(series);
  (void)bind(w, "annual", "", "7");
  (void)bind(w, "annual", "2025", "8");
  bind_as(w, "x.csv column bull", "annual", "", "", "default", "")->mode = TF_BIND_DEFAULT;
  bind_as(w, "x.csv column bull", "annual", "", "2025", "default", "")->mode = TF_BIND_DEFAULT;
  axis(w, "2024..2026", "");
  build_ok(w);
  assert_string_equal(printed(w, planned(w, "m.annual")->value), "5 USD/year");
  assert_null(planned(w, "m.annual")->origin);
  assert_null(planned(w, "m.annual")->given);
  world_free(w);
}

static void units_of_cells(void **state) {
  (void)state;
  world *w = loaded("cost : USD = 10\nshare : % = 5%\npower : MW = 5\nrate : %/year = 3%\n");
  (void)bind_as(w, "x", "cost", "", "", "40", "bn USD");
  (void)bind_as(w, "x", "share", "", "", "40", "%");
  (void)bind_as(w, "x", "power", "", "", "3 kW", "GW"); // a number's own unit wins
  (void)bind_as(w, "x", "rate", "", "", "7%", "");
  build_ok(w);
  assert_string_equal(printed(w, planned(w, "m.cost")->value), "40 bn USD");
  assert_string_equal(printed(w, planned(w, "m.share")->value), "40%");
  assert_true(fabs(planned(w, "m.power")->value->number - 3000.0) < 1e-9);
  assert_true(fabs(planned(w, "m.rate")->value->number * TF_YEAR_SECONDS - 0.07) < 1e-12);
  world_free(w);
}

static void cells_may_be_uncertain(void **state) {
  (void)state;
  world *w = loaded("cost : USD = 10 in 0 .. 100\nother : USD = 1 to 2\n");
  (void)bind(w, "cost", "", "20 to 40");
  build_ok(w);
  assert_int_equal(w->model->draws.count, 1);
  assert_int_equal(w->plan->draws.count, 2); // the model's come first
  assert_int_equal(planned(w, "m.other")->value->draw, 0);
  assert_int_equal(planned(w, "m.cost")->value->draw, 1);
  assert_true(w->plan->draws.at[1].spec.high == 100.0);
  assert_int_equal(w->plan->draws.at[1].quantity, find(w, "m.cost"));
  world_free(w);
}

static void labels_and_dates_are_raw(void **state) {
  (void)state;
  world *w = loaded("table hardware\ngpu : hardware = H100\nday1 : date = 2024-01-01\npp : choice(aa, 3 kk) = aa\n");
  (void)bind(w, "gpu", "", "GB200");
  (void)bind(w, "day1", "", "2025-07-01");
  (void)bind(w, "pp", "", "3 kk");
  build_ok(w);
  assert_string_equal(printed(w, planned(w, "m.gpu")->value), "'GB200'");
  assert_string_equal(printed(w, planned(w, "m.day1")->value), "2025-07-01");
  assert_string_equal(printed(w, planned(w, "m.pp")->value), "'3 kk'");
  world_free(w);
}

static void rows_are_set_by_label(void **state) {
  (void)state;
  world *w =
      loaded("table hardware\nindex gen = hardware['H100', 'GB200']\nindex site = east, west\n"
             "orders[gen] : GPU/year = 5\npower[gen, site] : MW = 3\nall : USD/GPU = sum(hardware.price over gen)\n");
  (void)bind_as(w, "x", "orders", "GB200", "", "7", "");
  (void)bind_as(w, "x", "power", "west, H100", "", "8", "");
  (void)bind_as(w, "x", "hardware.price", "GB200", "", "60k", "");
  (void)bind_as(w, "x", "hardware.price", "H100", "", "base / 2", "");
  build_ok(w);
  const tf_plan_quantity *orders = planned(w, "m.orders");
  assert_null(orders->elements[0]);
  assert_string_equal(printed(w, orders->elements[1]), "7 GPU/year");
  const tf_plan_quantity *power = planned(w, "m.power"); // rows of the later index change fastest
  assert_null(power->elements[0]);
  assert_string_equal(printed(w, power->elements[1]), "8 MW");
  const tf_plan_quantity *price = planned(w, "hardware.price");
  assert_string_equal(printed(w, price->elements[0]), "30000 USD/GPU / 2");
  assert_string_equal(printed(w, price->elements[1]), "35000 USD/GPU");
  assert_string_equal(printed(w, price->elements[2]), "60000 USD/GPU");
  world_free(w);
}

static void given_periods_lie_on_the_axis(void **state) {
  (void)state;
  world *w = loaded(series);
  axis(w, "2024..2027", "");
  bind(w, "annual", "2022", "1")->actual = true;
  bind(w, "annual", "2023", "2")->actual = true;
  (void)bind(w, "annual", "2024", "3");
  (void)bind(w, "annual", "2031", "4");
  build_ok(w);
  const tf_plan_quantity *q = planned(w, "m.annual");
  assert_int_equal(q->history, 2);
  assert_string_equal(given(w, "m.annual", 0, -2), "1 USD/year");
  assert_string_equal(given(w, "m.annual", 0, -1), "2 USD/year");
  assert_string_equal(given(w, "m.annual", 0, 0), "3 USD/year");
  assert_string_equal(given(w, "m.annual", 0, 3), "3 USD/year"); // the last value holds
  assert_true(q->actual[0] && q->actual[1] && !q->actual[2] && !q->actual[3]);
  assert_non_null(q->given_origin[2]);
  assert_null(q->given_origin[3]);
  assert_true(q->series);
  assert_int_equal(w->plan->data_used, 2);
  assert_non_null(strstr(notes(w), "`m.annual` is given for 2031, after the end of the time axis: not used\n"));
  assert_non_null(strstr(notes(w), "`m.annual`: the value of 2024 holds to 2027\n"));
  world_free(w);
}

static void an_equation_goes_on_after_given_periods(void **state) {
  (void)state;
  world *w = loaded("bought : GPU/year = 5 GPU/year, then bought[t-1] * compound(20%)\n");
  axis(w, "2024..2027", "");
  (void)bind(w, "bought", "2023", "4");
  (void)bind(w, "bought", "2025", "9");
  build_ok(w);
  assert_string_equal(given(w, "m.bought", 0, -1), "4 GPU/year");
  assert_string_equal(given(w, "m.bought", 0, 0), "");
  assert_string_equal(given(w, "m.bought", 0, 1), "9 GPU/year");
  assert_string_equal(given(w, "m.bought", 0, 2), "");
  assert_false(planned(w, "m.bought")->replaced);
  world_free(w);
}

static void years_fill_quarters_and_quarters_make_years(void **state) {
  (void)state;
  world *w = loaded(series);
  axis(w, "2024..2025", "quarter");
  (void)bind(w, "annual", "2024", "8");
  (void)bind(w, "annual", "2024-Q3", "9");
  (void)bind(w, "annual", "2025-Q1", "2 bn USD"); // an amount of the quarter
  build_ok(w);
  assert_string_equal(given(w, "m.annual", 0, 0), "8 USD/year");
  assert_string_equal(given(w, "m.annual", 0, 2), "9 USD/year");
  assert_string_equal(given(w, "m.annual", 0, 3), "8 USD/year");
  assert_string_equal(given(w, "m.annual", 0, 4), "8000000000 USD/year");
  world_free(w);
  w = loaded("annual : USD/year = 5\nfleet : GPU = 7\n");
  axis(w, "2024..2025", "");
  static const char *const quarters[] = {"2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"};
  for (size_t i = 0; i < 4; i++) {
    (void)bind_as(w, "x", "annual", "", quarters[i], tf_format(w->cx->arena, "%zu", i + 1), "bn USD");
    (void)bind_as(w, "x", "fleet", "", quarters[i], tf_format(w->cx->arena, "%zu", i + 1), "");
  }
  build_ok(w);
  assert_string_equal(given(w, "m.annual", 0, 0), "10000000000 USD/year"); // amounts add up
  assert_string_equal(given(w, "m.fleet", 0, 0), "4 GPU");                 // a stock is that of the end
  world_free(w);
}

static void gaps_are_filled_as_declared(void **state) {
  (void)state;
  static const struct {
    const char *fill, *middle;
  } cases[] = {{"linear", "25 USD/year"}, {"log", "20 USD/year"}, {"hold", "10 USD/year"}};
  for (size_t i = 0; i < 3; i++) {
    world *w = world_new();
    load_ok(w, tf_format(w->cx->arena, "annual : USD/year %s = 5\n", cases[i].fill));
    axis(w, "2023..2027", "");
    (void)bind(w, "annual", "2024", "10");
    (void)bind(w, "annual", "2026", "40");
    build_ok(w);
    assert_string_equal(given(w, "m.annual", 0, 0), "");
    assert_string_equal(given(w, "m.annual", 0, 2), cases[i].middle);
    assert_string_equal(given(w, "m.annual", 0, 4), "40 USD/year");
    assert_non_null(strstr(notes(w), "`m.annual` is given from 2024 on; before it the model's value holds\n"));
    world_free(w);
  }
}

static void a_whole_setting_stands_beside_given_periods(void **state) {
  (void)state;
  world *w = loaded(series);
  axis(w, "2024..2026", "");
  (void)bind_as(w, "data.csv", "annual", "", "2024", "3", "");
  (void)bind_as(w, "--set", "annual", "", "", "50", "");
  build_ok(w);
  assert_string_equal(given(w, "m.annual", 0, 0), "3 USD/year");
  assert_string_equal(given(w, "m.annual", 0, 1), "");
  assert_non_null(strstr(notes(w), "`m.annual` is set by --set; what data.csv gives for single periods still holds\n"));
  world_free(w);
}

static void factors_change_assumed_periods_but_no_facts(void **state) {
  (void)state;
  world *w = loaded(series);
  axis(w, "2024..2026", "");
  bind(w, "annual", "2024", "3")->actual = true;
  (void)bind(w, "annual", "2025", "4");
  bind_as(w, "--set", "annual", "", "", "0.5", "")->mode = TF_BIND_MULTIPLY;
  build_ok(w);
  assert_string_equal(given(w, "m.annual", 0, 0), "3 USD/year");
  assert_string_equal(given(w, "m.annual", 0, 1), "2 USD/year");
  world_free(w);
}

static void replaced_equations_are_noted(void **state) {
  (void)state;
  const char *text = "aa : USD = 5\nbb : USD = aa\ncc : USD = 7\noutput bb\n";
  world *w = loaded(text);
  (void)bind(w, "bb", "", "3");
  (void)bind(w, "cc", "", "3");
  build_ok(w);
  assert_true(planned(w, "m.bb")->replaced);
  assert_false(planned(w, "m.aa")->used);
  assert_string_equal(notes(w), "`m.bb`: 3 was read in USD\n`m.cc`: 3 was read in USD\n"
                                "set, equation not used: `m.bb` (x.csv column base)\n"
                                "no longer reaches an output: m.aa\n"
                                "`m.cc` is set but reaches no output (x.csv column base)\n");
  world_free(w);
  w = loaded(text);
  (void)bind(w, "bb", "", "3");
  assert_int_equal(tf_plan_build(w->cx, w->model, &w->column, true, INT64_MAX, &w->plan), TF_INVALID);
  assert_string_equal(all_messages(w), "set, equation not used: `m.bb`\n  also: its equation is here\n  hint: set the "
                                       "inputs of the equation, or build on it with `base`\n");
  world_free(w);
}

static void later_knowledge_is_left_out(void **state) {
  (void)state;
  world *w = loaded(series);
  bind(w, "annual", "", "7")->date = TF_STR("2024-03-01");
  bind_as(w, "y", "annual", "", "", "8", "")->date = TF_STR("2024-05-01");
  (void)bind_as(w, "x.csv column base", "m.total", "", "", "8", "");
  assert_int_equal(tf_plan_build(w->cx, w->model, &w->column, false, tf_date_days(2024, 4, 1), &w->plan), TF_OK);
  assert_string_equal(printed(w, planned(w, "m.annual")->value), "7 USD/year");
  assert_string_equal(all_messages(w),
                      "1 row without a date is kept as known on 2024-04-01\n  hint: write the day each "
                      "value became known into the column `date`\n");
  world_free(w);
}

static void correlations_of_scenarios_win(void **state) {
  (void)state;
  world *w = loaded(
      "aa : USD = 5 to 6\nbb : USD = 5 to 6\ncc : USD = 5 to 6\ncorrelate aa, bb = 0.5\ncorrelate aa, cc = 0.3\n");
  const tf_expr *value = NULL;
  assert_int_equal(tf_parse_value(w->cx, w->units, located(w, "-0.2"), TF_VALUE_CELL, &value), TF_OK);
  tf_correlate_statement statement = {.a = located(w, "bb"), .b = located(w, "m.aa"), .value = value};
  tf_vec_push(w->cx->arena, &w->column.correlations, statement);
  build_ok(w);
  assert_int_equal(w->plan->correlations.count, 2);
  assert_true(w->plan->correlations.at[0].rho == 0.3 && w->plan->correlations.at[1].rho == -0.2);
  world_free(w);
}

static void plans_print(void **state) {
  (void)state;
  world *w = loaded(series);
  axis(w, "2024..2025", "");
  bind(w, "annual", "2024", "3")->actual = true;
  build_ok(w);
  tf_text out = tf_text_new(w->cx->arena);
  tf_plan_print(w->plan, &out);
  const char *expected = "axis 2024..2025, 2 periods of 12 months\n"
                         "m.annual (series) = 5 USD/year\n"
                         "  2024 observed 3 USD/year  # x.csv column base\n"
                         "  2025 = 3 USD/year\n"
                         "m.total (series) = cumulative(m.annual)\n"
                         "note: `m.annual`: 3 was read in USD/year\n"
                         "note: `m.annual`: the value of 2024 holds to 2025\n";
  assert_string_equal(out.ptr, expected);
  world_free(w);
}

// Wherever memory ends, control comes back to the guard and nothing is lost.
static void memory_may_end_anywhere(void **state) {
  (void)state;
  volatile bool finished = false;
  for (volatile uint64_t n = 1; !finished; n += n < 200 ? 1 : 37) {
    tf_context *cx = tf_context_new();
    assert_non_null(cx);
    cx->memory.fail_at = cx->memory.allocations + n;
    cx->memory.guarded = true;
    if (setjmp(cx->memory.guard) == 0) {
      world w = {.cx = cx, .units = tf_units_new(cx)};
      add_table(&w, "hardware", "name,price [USD/GPU]\nH100,30000\nGB200,\n");
      add_source(&w, "m",
                 "table hardware\nindex gen = hardware['H100']\norders[gen] : GPU/year = 5 to 6\n"
                 "cost : USD/year = sum(orders * hardware.price over gen)\noutput cost\n",
                 false);
      tf_located name = {TF_STR("m"), {0, 0, 0}};
      assert_int_equal(tf_model_load_sources(cx, w.units, w.sources, w.source_count, &name, 1, &w.model), TF_OK);
      axis(&w, "2024..2025", "");
      (void)bind_as(&w, "x", "orders", "H100", "2024", "base * 2", "");
      assert_int_equal(tf_plan_build(cx, w.model, &w.column, false, INT64_MAX, &w.plan), TF_OK);
      finished = true;
    }
    tf_context_free(cx);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_settings_the_model_holds),
      cmocka_unit_test(the_later_setting_wins),
      cmocka_unit_test(base_is_what_was_inherited),
      cmocka_unit_test(multiply_and_add),
      cmocka_unit_test(default_goes_back_to_the_model),
      cmocka_unit_test(units_of_cells),
      cmocka_unit_test(cells_may_be_uncertain),
      cmocka_unit_test(labels_and_dates_are_raw),
      cmocka_unit_test(rows_are_set_by_label),
      cmocka_unit_test(given_periods_lie_on_the_axis),
      cmocka_unit_test(an_equation_goes_on_after_given_periods),
      cmocka_unit_test(years_fill_quarters_and_quarters_make_years),
      cmocka_unit_test(gaps_are_filled_as_declared),
      cmocka_unit_test(a_whole_setting_stands_beside_given_periods),
      cmocka_unit_test(factors_change_assumed_periods_but_no_facts),
      cmocka_unit_test(replaced_equations_are_noted),
      cmocka_unit_test(later_knowledge_is_left_out),
      cmocka_unit_test(correlations_of_scenarios_win),
      cmocka_unit_test(plans_print),
      cmocka_unit_test(memory_may_end_anywhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
