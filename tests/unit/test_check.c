// SPDX-License-Identifier: GPL-3.0-or-later
// Equations: kinds, units, labels, dates, functions, time, money, distributions. What is wrong is said in these words.
#include "model_support.h"

static void expect_equation(const char *text, const char *name, const char *printed_as) {
  world *w = world_new();
  load_ok(w, text);
  assert_string_equal(equation(w, name), printed_as);
  world_free(w);
}

// The value of a constant right side, in the declared unit.
static void takes_value(const char *type, const char *right, double value) {
  world *w = world_new();
  load_ok(w, tf_format(w->cx->arena, "xx : %s = %s\n", type, right));
  const tf_quantity *q = quantity(w, "m.xx");
  assert_int_equal(q->value->op, TF_TERM_CONSTANT);
  if (fabs(q->value->number / q->unit.factor - value) > 1e-12 * fabs(value)) {
    fail_msg("%s = %s: %.17g", type, right, q->value->number / q->unit.factor);
  }
  assert_int_equal(q->value->dim, q->unit.dim);
  assert_true(q->input);
  world_free(w);
}

static void constants_take_the_declared_unit(void **state) {
  (void)state;
  takes_value("USD", "5", 5.0);
  takes_value("USD", "30k", 30000.0);
  takes_value("USD", "0", 0.0);
  takes_value("MW", "5", 5.0);
  takes_value("MW", "5 kW", 0.005);
  takes_value("day", "48 h", 2.0);
  takes_value("%", "40%", 40.0);
  takes_value("1", "40%", 0.4);
  takes_value("%/year", "40%", 40.0);
  takes_value("1/year", "40%", 0.4);
  takes_value("%/year", "0.4 1/year", 40.0);
  takes_value("%", "0", 0.0);
  takes_value("%/year", "0", 0.0);
  takes_value("1", "-3", -3.0);
  takes_value("USD/GPU", "-2k", -2000.0);
}

static void constant_arithmetic_is_in_the_declared_unit(void **state) {
  (void)state;
  expect_equation("aa : USD = 2 * 3\n", "m.aa", "6 USD");
  expect_equation("aa : % = 1 - 60%\n", "m.aa", "1 - 60%");
  expect_equation("aa : %/year = 2% + 3%\n", "m.aa", "5 %/year");
  expect_equation("aa : MW = 2 * 50 MW\n", "m.aa", "2 * 50 MW");
  expect_equation("aa : USD = 5 * ramp(2024-01-01, 2025-01-01)\n", "m.aa", "5 * ramp(2024-01-01, 2025-01-01) * 1 USD");
}

static void percentages_fit_rates(void **state) {
  (void)state;
  const char *growth = "growth : %/year = 20%\n";
  world *w = world_new();
  load_ok(w, tf_format(w->cx->arena,
                       "%saa : %%/year = growth + 5%%\nbb : 1 = if growth > 5%% then 1 else 2\n"
                       "cc : %%/year = max(growth, 0)\n",
                       growth));
  assert_string_equal(equation(w, "m.aa"), "m.growth + 5 %/year");
  assert_string_equal(equation(w, "m.bb"), "if m.growth > 5 %/year then 1 else 2");
  assert_string_equal(equation(w, "m.cc"), "max(m.growth, 0)");
  world_free(w);
}

static void zero_fits_any_unit(void **state) {
  (void)state;
  expect_equation("aa : USD = 5\nbb : USD = aa * 5 + 0\n", "m.bb", "m.aa * 5 + 0");
  expect_equation("aa : USD = 5\nbb : USD = if aa > 0 then aa else 0\n", "m.bb", "if m.aa > 0 then m.aa else 0");
  expect_equation("aa : USD/year = 5\nbb : USD/year = delay(aa, 6 month, 0)\n", "m.bb", "delay(m.aa, 6 month, 0)");
}

static void equations_print_as_they_were_meant(void **state) {
  (void)state;
  const char *inputs = "aa : 1 = 2\nbb : 1 = 3\ncc : 1 = 4\n";
  static const char *const same[] = {"(m.aa + m.bb) * m.cc",
                                     "m.aa - (m.bb - m.cc)",
                                     "m.aa / (m.bb * m.cc)",
                                     "m.aa^m.bb^m.cc",
                                     "(m.aa^m.bb)^m.cc",
                                     "-m.aa^m.bb",
                                     "(-m.aa)^m.bb",
                                     "if m.aa > m.bb and not m.aa == m.cc or m.bb < 2 then m.aa else m.cc",
                                     "min(m.aa, m.bb) + clamp(m.aa, m.bb, m.cc)",
                                     "mod(m.aa, m.bb)",
                                     "m.aa * m.bb / m.cc",
                                     "m.aa + m.bb - m.cc",
                                     "(if m.aa > 1 then m.bb else m.cc) * 2"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    world *w = world_new();
    load_ok(w, tf_format(w->cx->arena, "%sxx : 1 = %s\n", inputs, same[i]));
    assert_string_equal(equation(w, "m.xx"), same[i]);
    world_free(w);
  }
}

static void dimensions_follow_arithmetic(void **state) {
  (void)state;
  world *w = world_new();
  load_ok(w, "power : MW = 5\ntt : day = 3\nprice : USD/kWh = 0.1\ncost : USD = power * tt * price\n"
             "area : m^2 = 9 m^2\nside : m = sqrt(area)\nalso : m = area^(1/2)\nagain : m^2 = side^2\n"
             "rate : 1/day = 1 / tt\nspan : year = 2025-01-01 - 2024-01-01\nlater : date = 2024-01-01 + tt\n"
             "cap : 1 = (cost / 1 USD)^0.8\ncheck cost < 3k USD with 95% \"enough\"\n");
  assert_int_equal(w->model->checks.count, 1);
  assert_true(w->model->checks.at[0].level == 0.95);
  assert_string_equal(printed(w, w->model->checks.at[0].condition), "m.cost < 3000 USD");
  assert_int_equal(quantity(w, "m.later")->kind, TF_KIND_DATE);
  world_free(w);
}

static void rounding_is_in_the_unit(void **state) {
  (void)state;
  expect_equation("tt : day = 7\nxx : day = ceil(tt)\n", "m.xx", "ceil(m.tt / 1 day) * 1 day");
  expect_equation("nn : GPU = 7\nxx : GPU = ceil(nn * 1.5)\n", "m.xx", "ceil(m.nn * 1.5)");
  expect_equation("xx : % = round(33.3%)\n", "m.xx", "round(33.3% / 1%) * 1%");
  expect_equation("tt : day = 7\nxx : 1 = floor(tt / 2 day)\n", "m.xx", "floor(m.tt / 2 day)");
  expect_equation("tt : day = 7\nxx : day = mod(tt, 2 day)\n", "m.xx", "mod(m.tt, 2 day)");
}

static void functions_are_put_in(void **state) {
  (void)state;
  expect_equation("need(ee, cc) = demand * cc^(1 - ee)\ndemand : GPU = 5\naa : GPU = need(0.5, 3)\n", "m.aa",
                  "m.demand * 3^(1 - 0.5)");
  expect_equation("twice(x) = x + x\naa : MW = 3\nbb : MW = twice(twice(aa))\n", "m.bb", "m.aa + m.aa + m.aa + m.aa");
  // A parameter hides a quantity of its name; the argument's own names are those of the caller.
  expect_equation("ff(aa) = aa * bb\naa : 1 = 3\nbb : 1 = 4\ncc : 1 = ff(bb + aa)\n", "m.cc", "(m.bb + m.aa) * m.bb");
}

static void long_chains_of_functions_are_refused(void **state) {
  (void)state;
  world *w = world_new();
  tf_text text = tf_text_new(w->cx->arena);
  tf_text_adds(&text, "f0(x) = x + x\n");
  for (int i = 1; i < 40; i++) {
    tf_text_addf(&text, "f%d(x) = f%d(f%d(x))\n", i, i - 1, i - 1);
  }
  tf_text_adds(&text, "aa : 1 = f39(2)\n");
  assert_int_equal(load(w, text.ptr), TF_INVALID); // 2^39 terms if it were put in
  assert_non_null(strstr(all_messages(w), "this equation is too long once its functions are put in"));
  world_free(w);
}

static void time_functions_have_dimensions(void **state) {
  (void)state;
  world *w = world_new();
  load_ok(w, "orders : GPU/year = 5\nlife : year = 4\naa : GPU = survive(orders, life)\n"
             "ab : GPU = survive(orders, life, 3)\nbb : GPU/year = retired(orders, life)\n"
             "cc : USD/year = straight_line(5 USD/year, life)\ndd : USD/year = schedule(5 USD/year, 20%, 80%)\n"
             "ee : GPU = cumulative(orders)\nff : GPU/year = average(orders)\ngg : GPU/year = change(aa)\n"
             "hh : GPU/year = delay(orders, 6 month, 0)\nii : 1 = ramp(2024-01-01, 2025-01-01)\n"
             "jj : 1 = after(2024-06-30)\nkk : year = elapsed\nll : 1 = compound(5%)\n"
             "pp : GPU/year = orders[t - 6 month]\nqq : GPU/year = orders[2024] + orders[first] + orders[last]\n"
             "rr : GPU/year = orders[t-1 else 3 GPU/year]\nss : GPU/year = orders[t + life]\ntt : day = step\n");
  assert_string_equal(equation(w, "m.ll"), "(1 + 5 %/year * 1 year)^(step / 1 year)");
  assert_string_equal(equation(w, "m.rr"), "m.orders[t-1 else 3 GPU/year]");
  assert_string_equal(equation(w, "m.pp"), "m.orders[t - 6 month]");
  assert_string_equal(equation(w, "m.ss"), "m.orders[t + m.life]");
  assert_string_equal(equation(w, "m.qq"), "m.orders[2024] + m.orders[first] + m.orders[last]");
  assert_true(quantity(w, "m.aa")->series);
  assert_true(quantity(w, "m.kk")->series);
  assert_false(quantity(w, "m.orders")->series);
  assert_false(quantity(w, "m.qq")->series);
  assert_false(quantity(w, "m.tt")->series);
  assert_true(quantity(w, "m.qq")->value->args[0]->args[0]->rate); // a rate: x[2024] is a mean
  world_free(w);
}

static void money_has_a_time(void **state) {
  (void)state;
  world *w = world_new();
  load_ok(w,
          "inflation : %/year = 2%\nflow : USD/year = 5\naa : USD = npv(flow, 8%, mid)\nbb : %/year = irr(flow, end)\n"
          "cc : year = payback(flow, start)\ndd : year = discounted_payback(flow, 8%, end)\n"
          "ee : USD/year = annuity(5 USD, 8%, 4 year)\nff : USD2024/year = real(flow, 2024)\n"
          "gg : USD/year = nominal(ff)\nhh : USD2024/GPU = real(5 USD/GPU, 2024)\n");
  assert_int_equal(quantity(w, "m.aa")->value->timing, TF_TIMING_MID);
  assert_int_equal(quantity(w, "m.bb")->value->timing, TF_TIMING_END);
  assert_int_equal(quantity(w, "m.cc")->value->timing, TF_TIMING_START);
  assert_string_equal(equation(w, "m.dd"), "discounted_payback(m.flow, 8 %/year, end)");
  assert_string_equal(equation(w, "m.ee"), "if 8 %/year == 0 then 5 USD / 4 year else 5 USD * 8 %/year / (1 - (1 + 8 "
                                           "%/year * 1 year)^(-(4 year / 1 year)))");
  assert_int_equal(quantity(w, "m.ff")->value->dim, quantity(w, "m.ff")->unit.dim);
  assert_false(quantity(w, "m.aa")->series);
  world_free(w);
}

static void dates_and_labels_have_kinds(void **state) {
  (void)state;
  world *w = world_new();
  load_ok(w, "d1 : date = 2024-06-30\nd2 : date = d1 + 18 month\nd3 : date = max(d1, d2)\n"
             "pp : choice(bf16, fp8) = fp8\nqq : 1 = if pp == 'fp8' then 2 else 1\n"
             "ss : choice(low, high) = if pp != 'fp8' then 'low' else 'high'\nflag : 1 = d1 > d2\non : 1 = true\n");
  assert_int_equal(quantity(w, "m.pp")->kind, TF_KIND_LABEL);
  assert_true(quantity(w, "m.pp")->value->number == 1.0);
  assert_string_equal(equation(w, "m.qq"), "if m.pp == 'fp8' then 2 else 1");
  assert_string_equal(equation(w, "m.ss"), "if m.pp != 'fp8' then 'low' else 'high'");
  assert_string_equal(equation(w, "m.flag"), "if m.d1 > m.d2 then 1 else 0");
  assert_string_equal(equation(w, "m.d3"), "max(m.d1, m.d2)");
  world_free(w);
}

static const tf_draw *only_draw(world *w, const char *type, const char *right) {
  load_ok(w, tf_format(w->cx->arena, "xx : %s = %s\n", type, right));
  assert_int_equal(w->model->draws.count, 1);
  return &w->model->draws.at[0];
}

static void expect_draw(const char *type, const char *right, const char *as) {
  world *w = world_new();
  (void)only_draw(w, type, right);
  assert_string_equal(equation(w, "m.xx"), as);
  world_free(w);
}

static void distributions_are_read(void **state) {
  (void)state;
  expect_draw("USD", "5 to 10", "lognormal(5 USD to 10 USD)");
  expect_draw("kW", "5 to 10 MW", "lognormal(5000 kW to 10000 kW)");
  expect_draw("USD", "5 to 10 at 80%", "lognormal(5 USD to 10 USD at 80%)");
  expect_draw("%", "20 to 40%", "lognormal(20% to 40%)");
  expect_draw("%/year", "20% to 40%", "lognormal(20 %/year to 40 %/year)");
  expect_draw("USD", "normal(-5 to 10)", "normal(-5 USD to 10 USD)");
  expect_draw("USD", "5 .. 10", "uniform(5 USD .. 10 USD)");
  expect_draw("USD", "5 +- 1", "normal(5 USD +- 1 USD)");
  expect_draw("USD", "loguniform(5 .. 10)", "loguniform(5 USD .. 10 USD)");
  expect_draw("USD", "triangular(1, 2, 3)", "triangular(1 USD, 2 USD, 3 USD)");
  expect_draw("USD", "student(5 +- 1 USD, 4)", "student(5 USD +- 1 USD, 4)");
  expect_draw("%", "beta(2, 5)", "beta(2, 5)");
  expect_draw("1", "event(30%)", "event(0.3)");
  expect_draw("USD", "exponential(5)", "exponential(5 USD)");
  expect_draw("USD", "metalog(5%: 1, 50%: 2, 95%: 4)", "metalog(5%: 1 USD, 50%: 2 USD, 95%: 4 USD)");
  expect_draw("USD", "discrete(70%: 1, 30%: 2)", "discrete(70%: 1 USD, 30%: 2 USD)");
  expect_draw("USD", "mixture(70%: 1 to 2, 30%: 5)",
              "mixture(70%: lognormal(1 USD to 2 USD), 30%: discrete(100%: 5 USD))");
  expect_draw("date", "2024-03-01 +- 30 day", "normal(2024-03-01 +- 30 day)");
  expect_draw("date", "normal(2024-03-01 to 2025-03-01)", "normal(2024-03-01 to 2025-03-01)");
  expect_draw("%", "walk(5% per sqrt(year))", "walk(5% per sqrt(year))");
  expect_draw("USD", "5 to 10 each year", "lognormal(5 USD to 10 USD) each year");
}

static void distributions_are_cut_at_the_range(void **state) {
  (void)state;
  world *w = world_new();
  const tf_draw *d = only_draw(w, "MW", "5 to 10 in 4 .. 12");
  assert_true(fabs(d->spec.low - 4e6) < 1e-3 && fabs(d->spec.high - 12e6) < 1e-3);
  assert_true(fabs(d->spec.args[1] - 10e6) < 1e-3);
  assert_true(d->spec.unit_factor == 1e6);
  assert_string_equal(d->spec.unit, "MW");
  assert_string_equal(d->spec.quantity, "m.xx");
  assert_int_equal(d->quantity, find(w, "m.xx"));
  world_free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(constants_take_the_declared_unit),
      cmocka_unit_test(constant_arithmetic_is_in_the_declared_unit),
      cmocka_unit_test(percentages_fit_rates),
      cmocka_unit_test(zero_fits_any_unit),
      cmocka_unit_test(equations_print_as_they_were_meant),
      cmocka_unit_test(dimensions_follow_arithmetic),
      cmocka_unit_test(rounding_is_in_the_unit),
      cmocka_unit_test(functions_are_put_in),
      cmocka_unit_test(long_chains_of_functions_are_refused),
      cmocka_unit_test(time_functions_have_dimensions),
      cmocka_unit_test(money_has_a_time),
      cmocka_unit_test(dates_and_labels_have_kinds),
      cmocka_unit_test(distributions_are_read),
      cmocka_unit_test(distributions_are_cut_at_the_range),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
