// SPDX-License-Identifier: GPL-3.0-or-later
// Charts: plot statements, titles that say what the numbers say, axes, labels that do not cover each other, scripts.
#include "result_builder.h"

#include "out/chart.h"
#include "out/ticks.h"
#include "out/typeset.h"

static const char *text_of(builder *b, tf_str s) {
  return tf_cstr(b->cx->arena, s);
}

static const char *said(builder *b) {
  tf_text out = tf_text_new(b->cx->arena);
  tf_text_adds(&out, "");
  for (size_t i = 0; i < b->cx->diags.list.count; i++) {
    tf_diag_render(&b->cx->sources, &b->cx->diags.list.at[i], &out);
  }
  return out.ptr;
}

static tf_located located(builder *b, const char *text) {
  uint32_t source = tf_source_add(b->cx->arena, &b->cx->sources, TF_STR("x.model"), tf_str_of(text));
  return (tf_located){tf_str_of(text), {source, 0, (uint32_t)strlen(text)}};
}

static tf_status build(builder *b, const char *plot, const tf_chart_options *options, tf_chart **chart) {
  tf_plot_spec *spec = TF_NEW(b->cx->arena, tf_plot_spec);
  assert_int_equal(setenv("TENFOLD_PATH", TENFOLD_SOURCE_DIR, 1), 0);
  tf_status status = tf_plot_parse(b->cx, located(b, plot), spec);
  return status == TF_OK ? tf_chart_build(b->cx, &b->result, spec, options, chart) : status;
}

static const tf_chart *chart_of(builder *b, const char *plot) {
  tf_chart *chart = NULL;
  tf_chart_options options = {.font = "Inter", .version = "0.1.0"};
  if (build(b, plot, &options, &chart) != TF_OK) {
    fail_msg("%s: %s", plot, said(b));
  }
  return chart;
}

static const char *error_of(builder *b, const char *plot) {
  tf_chart *chart = NULL;
  tf_chart_options options = {.font = "Inter"};
  b->cx->diags = (tf_diags){0};
  assert_int_equal(build(b, plot, &options, &chart), TF_INVALID);
  assert_null(chart);
  return said(b);
}

static void statements_are_read(void **state) {
  (void)state;
  builder b = builder_new(1);
  tf_plot_spec spec = {0};
  const char *text = "fan capex.annual,fleet.orders['H100 SXM', x] log \"A {b}\" subtitle \"S\" source \"T\"";
  assert_int_equal(tf_plot_parse(b.cx, located(&b, text), &spec), TF_OK);
  assert_int_equal(spec.kind, TF_PLOT_FAN);
  assert_int_equal(spec.count, 2);
  assert_string_equal(text_of(&b, spec.names[0].text), "capex.annual");
  assert_string_equal(text_of(&b, spec.names[1].text), "fleet.orders['H100 SXM', x]");
  assert_int_equal(spec.names[1].at.start, 17);
  assert_true(spec.log);
  assert_string_equal(text_of(&b, spec.title.text), "A {b}");
  assert_string_equal(text_of(&b, spec.subtitle.text), "S");
  assert_string_equal(text_of(&b, spec.source.text), "T");
  builder_free(&b);
}

static void wrong_statements_are_explained(void **state) {
  (void)state;
  builder b = builder_new(1);
  assert_string_equal(error_of(&b, "fam capex"), "x.model:1:1: error: there is no kind of chart called 'fam'\n"
                                                 "fam capex\n"
                                                 "^~~\n"
                                                 "  hint: did you mean 'fan'?\n");
  assert_non_null(strstr(error_of(&b, "pie capex"),
                         "hint: kinds are fan, lines, multiples, stack, bars, dumbbell, histogram, "
                         "cdf, exceedance, shares, drivers, published, dependencies\n"));
  assert_non_null(strstr(error_of(&b, "fan"), "a chart needs the name of a quantity\n"));
  assert_non_null(strstr(error_of(&b, "fan a,"), "a chart needs the name of a quantity after ','\n"));
  assert_non_null(strstr(error_of(&b, "fan a lgo"), "a chart has no option 'lgo'"));
  assert_non_null(strstr(error_of(&b, "fan a lgo"), "did you mean 'log'?"));
  assert_non_null(strstr(error_of(&b, "fan a \"open"), "the quoted text does not end"));
  assert_non_null(strstr(error_of(&b, "fan a title log"), "'title' needs a text in quotes"));
  assert_non_null(strstr(error_of(&b, "bars a scenario \"x\""), "`scenario` is for drivers: bars shows all of them"));
  assert_non_null(strstr(error_of(&b, ""), "there is no kind of chart called ''"));
  builder_free(&b);
}

static void what_cannot_be_drawn_is_refused(void **state) {
  (void)state;
  builder b = builder_new(1);
  add_capex(&b, 0, 0.3, 0.25);
  add_row(&b, 0, "cluster.gpus", "GPU", 8);
  in_year(add_row(&b, 0, "fleet.power", "MW", 0), 2024, false);
  in_year(add_row(&b, 0, "empty", "MW", NAN), 2024, false);
  in_year(add_row(&b, 0, "binding", "1", 0), 2024, false)->kind = TF_KIND_LABEL;
  const char *message = error_of(&b, "fan capex.anual");
  assert_non_null(strstr(message, "the chart needs 'capex.anual', which is not among the results"));
  assert_non_null(strstr(message, "did you mean 'capex.annual'?"));
  assert_non_null(strstr(error_of(&b, "fan nothing.like_it"), "ask for it with --show nothing.like_it"));
  assert_non_null(strstr(error_of(&b, "fan gpus"), "cluster.gpus has one value and no periods: fan cannot show it"));
  assert_non_null(strstr(error_of(&b, "bars annual"), "capex.annual has periods: bars cannot show it"));
  assert_non_null(strstr(error_of(&b, "lines annual, power"),
                         "one chart has one unit: capex.annual is in USD/year, fleet.power in MW"));
  assert_non_null(strstr(error_of(&b, "lines power log"),
                         "a logarithmic axis has no place for 0, the value of fleet.power in 2024"));
  assert_non_null(strstr(error_of(&b, "lines empty"), "there is nothing to draw: empty has no value in any period"));
  assert_non_null(strstr(error_of(&b, "lines binding"), "binding is no number"));
  assert_non_null(strstr(error_of(&b, "fan annual \"{annual[2099]}\""),
                         "the title asks for {annual[2099]}, which is not among the results"));
  builder_free(&b);
  b = builder_new(65);
  for (size_t s = 0; s < 65; s++) {
    b.scenarios[s].name = TF_STR("s");
    add_capex(&b, s, 0.3, 0);
  }
  assert_non_null(strstr(error_of(&b, "lines annual"), "more than 64 series cannot be told apart in a chart"));
  builder_free(&b);
}

static void titles_say_what_the_numbers_say(void **state) {
  (void)state;
  builder b = builder_new(1);
  add_capex(&b, 0, 0.3, 0.25);
  static const double falls[] = {9, 7, 5}, bump[] = {5, 9, 7}, same[] = {3, 3, 3};
  for (int i = 0; i < 3; i++) {
    in_year(add_row(&b, 0, "price.falls", "USD/GPU", falls[i] * 1e4), 2024 + i, false);
    in_year(add_row(&b, 0, "bump", "MW", bump[i]), 2024 + i, false);
    in_year(add_row(&b, 0, "same", "%", same[i]), 2024 + i, false);
  }
  assert_string_equal(text_of(&b, chart_of(&b, "fan annual")->title),
                      "Capital expenditure reaches $268 bn in 2030, between $163 and $442 bn");
  assert_string_equal(text_of(&b, chart_of(&b, "lines falls")->title), "Price falls falls to $50k in 2026");
  assert_string_equal(text_of(&b, chart_of(&b, "lines bump")->title), "Bump is 7 MW in 2026");
  assert_string_equal(text_of(&b, chart_of(&b, "lines same")->title), "Same is 3% in 2026");
  assert_string_equal(
      text_of(&b,
              chart_of(&b, "fan annual \"From {annual[2025]} to {capex.annual[2030]}, {annual[2030] p95} at most{\"")
                  ->title),
      "From $72 bn to $268 bn, $442 bn at most{");
  builder_free(&b);
}

// A chart that draws medians says medians of what it draws, also where the central case of that period is typical.
static void titles_say_what_is_drawn(void **state) {
  (void)state;
  builder b = builder_new(1);
  add_capex(&b, 0, 0.3, 0.25);
  tf_row *rows = b.scenarios[0].rows.at;
  rows[12].p50 = 200e9; // 2029: central 206 bn, among its quartiles
  assert_string_equal(text_of(&b, chart_of(&b, "fan annual \"Then {annual[2029]}\"")->title), "Then $206 bn");
  rows[13].central = 2 * rows[13].p95;
  assert_string_equal(text_of(&b, chart_of(&b, "fan annual \"Then {annual[2029]}\"")->title), "Then $200 bn");
  tf_row *other = spread(add_row(&b, 0, "price", "USD", 0), 1e9, 4e9); // not drawn: the table's number
  other->p50 = 1.9e9;
  assert_string_equal(text_of(&b, chart_of(&b, "fan annual \"At {price}\"")->title), "At $2 bn");
  builder_free(&b);
}

static void titles_of_several_name_the_ends(void **state) {
  (void)state;
  builder b = builder_new(3);
  static const char *const names[] = {"slow", "base", "fast"};
  for (size_t s = 0; s < 3; s++) {
    b.scenarios[s].name = tf_str_of(names[s]);
    add_capex(&b, s, 0.1 + 0.15 * (double)s, 0.25);
  }
  const tf_chart *chart = chart_of(&b, "lines annual");
  assert_string_equal(text_of(&b, chart->title), "Capital expenditure in 2030: $116 bn (slow) to $388 bn (fast)");
  assert_string_equal(text_of(&b, chart->subtitle), "Capital expenditure, billion US dollars per year");
  assert_non_null(strstr(chart->alt.ptr, "fast: reported $72 bn in 2025, $388 bn in 2030, 90% of outcomes between"));
  assert_string_equal(text_of(&b, chart_of(&b, "lines annual \"{fast: annual[2030]}\"")->title), "$388 bn");
  builder_free(&b);
}

static void the_csv_holds_what_is_shown(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].name = TF_STR("base");
  in_year(add_row(&b, 0, "capex.annual", "USD/year", 7e9), 2024, true);
  tf_row *row = spread(in_year(add_row(&b, 0, "capex.annual", "USD/year", 1), 2025, false), 1e9, 4e9);
  row->p25 = 1.5e9;
  row->p75 = 3e9;
  assert_string_equal(
      text_of(&b, chart_of(&b, "fan annual")->csv),
      "scenario,quantity,index,unit,period,actual,value,p5,p25,p75,p95\n"
      "base,capex.annual,,USD/year,2024,true,7000000000,,,,\n"
      "base,capex.annual,,USD/year,2025,false,2000000000,1000000000,1500000000,3000000000,4000000000\n");
  builder_free(&b);
}

static void scripts_are_complete_and_the_same_every_time(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].name = TF_STR("it's `x`");
  add_capex(&b, 0, 0.3, 0.25);
  const tf_chart *first = chart_of(&b, "fan annual \"it's `date`\""),
                 *second = chart_of(&b, "fan annual \"it's `date`\"");
  assert_string_equal(first->stem, "capex-annual-fan");
  assert_string_equal(first->script.ptr, second->script.ptr);
  const char *script = first->script.ptr;
  assert_non_null(strstr(script, "'it’s `date`'"));
  assert_non_null(strstr(script, "Source: model it’s `x`"));
  assert_non_null(strstr(script, "noenhanced"));
  assert_non_null(strstr(script, "MARKS = DARK ?"));     // the theme is inside
  assert_non_null(strstr(script, "$bands using 1:2:5")); // and the kind's template
  assert_non_null(strstr(script, "'Central  $268 bn'"));
  assert_non_null(strstr(script, "'Reported'"));
  assert_null(strstr(script, "load "));
  tf_chart *dark = NULL;
  tf_chart_options options = {.font = "Inter", .dark = true, .width = 640, .height = 360};
  assert_int_equal(build(&b, "fan annual", &options, &dark), TF_OK);
  assert_string_equal(dark->stem, "capex-annual-fan-dark");
  assert_non_null(strstr(dark->script.ptr, "W = 640; H = 360\nif (!exists(\"DARK\")) DARK = 1"));
  builder_free(&b);
}

// What the statement between two marks of a script says, without the rest of it.
static size_t lines_of_data(const char *script, const char *name) {
  const char *start = strstr(script, name);
  assert_non_null(start);
  const char *end = strstr(start, "\nEND_");
  assert_non_null(end);
  size_t lines = 0;
  for (const char *p = start; p < end; p++) {
    lines += *p == '\n';
  }
  return lines;
}

static void only_the_past_that_all_share_is_drawn_once(void **state) {
  (void)state;
  builder b = builder_new(2);
  for (size_t s = 0; s < 2; s++) {
    b.scenarios[s].name = s == 0 ? TF_STR("old") : TF_STR("new");
    add_capex(&b, s, 0.3, 0);
  }
  assert_int_equal(lines_of_data(chart_of(&b, "lines annual")->script.ptr, "$history << "), 9);
  assert_non_null(strstr(chart_of(&b, "lines annual")->script.ptr, "'Reported'"));
  b.scenarios[0].rows.at[8].actual = false; // 2025 was not known then
  b.scenarios[0].rows.at[8].central = 6e10;
  const char *script = chart_of(&b, "lines annual")->script.ptr;
  assert_int_equal(lines_of_data(script, "$history << "), 8);
  assert_null(strstr(script, "'Reported'"));                   // the past ends at different times
  assert_int_equal(lines_of_data(script, "$reported << "), 4); // head, nothing of the first, two blank lines; then 2025
  builder_free(&b);
}

static void a_default_is_the_most_telling(void **state) {
  (void)state;
  builder b = builder_new(1);
  tf_plot_spec spec = {0};
  assert_false(tf_chart_default(b.cx, &b.result, &spec));
  add_row(&b, 0, "plain", "GPU", 8);
  assert_true(tf_chart_default(b.cx, &b.result, &spec));
  assert_int_equal(spec.kind, TF_PLOT_BARS);
  in_year(add_row(&b, 0, "certain", "MW", 2), 2024, false);
  assert_true(tf_chart_default(b.cx, &b.result, &spec));
  assert_int_equal(spec.kind, TF_PLOT_LINES);
  add_capex(&b, 0, 0.3, 0.25);
  assert_true(tf_chart_default(b.cx, &b.result, &spec));
  assert_int_equal(spec.kind, TF_PLOT_FAN);
  assert_string_equal(text_of(&b, spec.names[0].text), "capex.annual");
  builder_free(&b);
}

static void labels_are_pushed_apart_no_further_than_needed(void **state) {
  (void)state;
  builder b = builder_new(1);
  double far[] = {10, 50, 90};
  tf_labels_place(b.cx->arena, far, 3, 15, 0, 100);
  assert_true(far[0] == 10 && far[1] == 50 && far[2] == 90);
  double near[] = {52, 50, 20}; // order of values is kept, the middle of the pair stays
  tf_labels_place(b.cx->arena, near, 3, 10, 0, 100);
  assert_true(fabs(near[1] - 46) < 1e-9 && fabs(near[0] - 56) < 1e-9 && near[2] == 20);
  double edge[] = {98, 99, 97};
  tf_labels_place(b.cx->arena, edge, 3, 10, 0, 100);
  assert_true(fabs(edge[2] - 80) < 1e-9 && fabs(edge[0] - 90) < 1e-9 && fabs(edge[1] - 100) < 1e-9);
  double crowd[] = {5, 5, 5, 5};
  tf_labels_place(b.cx->arena, crowd, 4, 10, 0, 15);
  assert_true(fabs(crowd[0] - 0) < 1e-9 && fabs(crowd[3] - 15) < 1e-9);
  tf_labels_place(b.cx->arena, NULL, 0, 10, 0, 15);
  // Many random sets: apart, inside, in order.
  uint32_t seed = 1;
  for (int round = 0; round < 500; round++) {
    double at[12], wanted[12];
    for (size_t i = 0; i < 12; i++) {
      seed = seed * 1664525U + 1013904223U;
      at[i] = wanted[i] = (double)(seed >> 8) / (double)(1U << 24) * 300;
    }
    tf_labels_place(b.cx->arena, at, 12, 17, 0, 300);
    for (size_t i = 0; i < 12; i++) {
      assert_true(at[i] >= -1e-9 && at[i] <= 300 + 1e-9);
      for (size_t k = 0; k < 12; k++) {
        assert_true(i == k || fabs(at[i] - at[k]) >= 17 - 1e-9);
        assert_true(wanted[i] >= wanted[k] || at[i] < at[k]);
      }
    }
  }
  builder_free(&b);
}

static void axes_end_at_round_numbers(void **state) {
  (void)state;
  tf_ticks t = tf_ticks_linear(3, 442, 5);
  assert_true(t.low == 0 && t.at[0] == 0 && t.at[1] == 100 && t.count == 5 && t.high == 442);
  t = tf_ticks_linear(0, 388, 5); // carried on to the tick that is near
  assert_true(t.count == 5 && t.at[4] == 400 && t.high == 400);
  t = tf_ticks_linear(95, 100, 5); // far from zero: no zero
  assert_true(t.low > 90 && t.at[0] >= t.low);
  t = tf_ticks_linear(-5.6, 6.8, 5);
  assert_true(t.low <= -5.6 && t.at[0] == -6 && t.at[t.count - 1] == 6);
  t = tf_ticks_linear(0, 0, 5);
  assert_true(t.low == 0 && t.high == 1 && t.count > 1);
  t = tf_ticks_linear(-3, -3, 5);
  assert_true(t.low <= -3 && t.high == 0);
  t = tf_ticks_linear(1e-12, 3e-12, 5);
  assert_true(t.count >= 3 && t.at[t.count - 1] <= 3.0001e-12);
  t = tf_ticks_log(6.7, 442, 7);
  assert_true(t.low == 5 && t.at[0] == 5 && t.at[1] == 10 && t.at[2] == 20 && t.at[t.count - 1] == 200);
  t = tf_ticks_log(1e22, 4e29, 8);
  assert_true(t.low == 1e22 && fabs(t.at[1] / 1e23 - 1) < 1e-12 && t.count == 8);
  t = tf_ticks_log(1e-30, 1e30, 8);
  assert_true(t.count >= 6 && t.count <= 8);
  for (double low = -7; low < 7; low += 0.37) { // always at least two ticks, within the axis, in order
    for (double width = 0.001; width < 1e4; width *= 3) {
      t = tf_ticks_linear(low, low + width, 5);
      assert_true(t.count >= 2 && t.count < TF_TICKS_MAX);
      assert_true(t.low <= low && t.high >= low + width);
      for (size_t i = 0; i < t.count; i++) {
        assert_true(t.at[i] >= t.low - 1e-9 * width && t.at[i] <= t.high + 1e-9 * width);
      }
    }
  }
}

static void values_are_written_for_readers(void **state) {
  (void)state;
  builder b = builder_new(1);
  static const struct {
    const char *unit;
    double value;
    const char *text;
  } cases[] = {
      {"USD/year", 268.4e9, "$268 bn"},
      {"USD", 2.246e12, "$2.2 tn"},
      {"USD", 1.02e12, "$1.0 tn"},
      {"USD", -3.2e9, "−$3.2 bn"},
      {"USD/GPU", 25000, "$25k"},
      {"USD", 6.5e6, "$6.5 m"},
      {"EUR", 3e9, "3 bn EUR"},
      {"%", 38.2, "38%"},
      {"%/year", 4.26, "4.3%"},
      {"FLOP", 1.6e29, "1.6×10²⁹ FLOP"},
      {"GPU", 100000, "100,000 GPUs"},
      {"GPU", 2.5e6, "2.5 million GPUs"},
      {"MW", 0, "0 MW"},
      {"USD/token", 1.4e-10, "$1.4×10⁻¹⁰"},
      {"day", 158.2, "158 days"},
      {"USD/(GPU*hour)", 1.45, "$1.4"},
      {"GPU", 999999.9, "1.0 million GPUs"},
      {"day", 1, "1 day"},
      {"1", 0.7969, "0.80"}, // a zero that was computed
      {"1", 0.8, "0.8"},
      {"1", 0.0499, "0.050"},
      {"1", 9.96, "10"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    tf_scale scale = tf_scale_for(b.cx->arena, b.model->units, unit_of(&b, cases[i].unit), fabs(cases[i].value));
    assert_string_equal(text_of(&b, tf_scale_value(&scale, cases[i].value, true)), cases[i].text);
  }
  tf_scale scale = tf_scale_for(b.cx->arena, b.model->units, unit_of(&b, "USD/(GPU*hour)"), 2);
  assert_string_equal(text_of(&b, scale.unit_words), "US dollars per GPU-hour");
  scale = tf_scale_for(b.cx->arena, b.model->units, unit_of(&b, "USD2024/year"), 2e12);
  assert_string_equal(text_of(&b, scale.unit_words), "trillion US dollars of 2024 per year");
  tf_ticks ticks = tf_ticks_linear(0, 2.3e12, 5);
  assert_string_equal(text_of(&b, tf_scale_tick(&scale, &ticks, 0)), "0");
  assert_string_equal(text_of(&b, tf_scale_tick(&scale, &ticks, 1)), "0.5");
  assert_string_equal(text_of(&b, tf_scale_tick(&scale, &ticks, 4)), "$2.0 tn");
  builder_free(&b);
}

static void lines_break_where_they_should(void **state) {
  (void)state;
  builder b = builder_new(1);
  tf_face face = {16, true, 1};
  tf_str lines[4];
  tf_str text = TF_STR("Capital expenditure reaches $268 bn in 2030, between $163 and $442 bn");
  double all = tf_text_extent(face, text);
  assert_int_equal(tf_text_break(b.cx->arena, face, text, all + 1, 3, lines), 1);
  // One letter short of all: the last number stays with its scale.
  assert_int_equal(tf_text_break(b.cx->arena, face, text, all - 5, 3, lines), 2);
  assert_string_equal(text_of(&b, lines[1]), "$442 bn");
  // Nor is a unit parted from its number; a word behind a word may be.
  text = TF_STR("the largest run reaches 4.6×10²⁸ FLOP, or 110 days on GPUs");
  for (double width = 170; width < all; width += 7) {
    size_t count = tf_text_break(b.cx->arena, face, text, width, 4, lines);
    for (size_t i = 0; i < count; i++) {
      assert_false(tf_str_starts(lines[i], "FLOP") || tf_str_starts(lines[i], "days"));
    }
  }
  text = TF_STR("Capital expenditure reaches $268 bn in 2030, between $163 and $442 bn");
  for (double width = 60; width < all; width += 7) {
    size_t count = tf_text_break(b.cx->arena, face, text, width, 3, lines);
    for (size_t i = 0; i < count; i++) {
      assert_true(tf_text_extent(face, lines[i]) <= width);
    }
  }
  assert_string_equal(text_of(&b, tf_text_fit(b.cx->arena, face, TF_STR("a long name"), 60)), "a lo…");
  assert_int_equal(tf_text_break(b.cx->arena, face, TF_STR(""), 60, 3, lines), 0);
  // Inter Bold at 16: measured 666 points on a rendered page.
  double known = tf_text_extent(face, TF_STR("AI data-centre capex could triple by 2030, but the range is wide"));
  assert_true(fabs(known - 666) < 4);
  builder_free(&b);
}

static void a_real_gnuplot_draws_every_format(void **state) {
  (void)state;
  if (system("gnuplot --version >/dev/null 2>&1") != 0) { // NOLINT: fixed text
    skip();
  }
  builder b = builder_new(2);
  for (size_t s = 0; s < 2; s++) {
    b.scenarios[s].name = s == 0 ? TF_STR("base") : TF_STR("fast");
    add_capex(&b, s, 0.3 + 0.1 * (double)s, 0.25);
    spread(add_row(&b, s, "cost", "USD", 1), 1e6, 3e6);
    in_year(add_row(&b, s, "share", "%", 3), 2024, false);
    in_year(add_row(&b, s, "share", "%", 4), 2025, false);
    in_year(add_row(&b, s, "none", "MW", 0), 2024, false);
  }
  static const char *const plots[] = {"fan annual", "lines annual log", "bars cost", "lines share", "fan none"};
  for (size_t i = 0; i < sizeof plots / sizeof *plots; i++) {
    const tf_chart *chart = chart_of(&b, plots[i]);
    tf_chart_options options = {0};
    static const struct {
      tf_chart_format format;
      const char *magic;
    } formats[] = {{TF_CHART_SVG, "<?xml"}, {TF_CHART_PNG, "\x89PNG"}, {TF_CHART_PDF, "%PDF"}};
    for (size_t f = 0; f < 3; f++) {
      tf_str bytes = {"", 0};
      tf_status status = tf_chart_draw(b.cx, chart, &options, formats[f].format, &bytes);
      assert_string_equal(said(&b), "");
      assert_int_equal(status, TF_OK);
      assert_true(tf_str_starts(bytes, formats[f].magic));
      assert_true(bytes.len > 2000);
    }
    tf_str preview = {"", 0};
    assert_int_equal(tf_chart_preview(b.cx, chart, &options, 90, 28, &preview), TF_OK);
    assert_true(preview.len > 200);
    assert_null(strstr(preview.ptr, "Source: ")); // it would cover the labels of the axis
  }
  builder_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(statements_are_read),
      cmocka_unit_test(wrong_statements_are_explained),
      cmocka_unit_test(what_cannot_be_drawn_is_refused),
      cmocka_unit_test(titles_say_what_the_numbers_say),
      cmocka_unit_test(titles_say_what_is_drawn),
      cmocka_unit_test(titles_of_several_name_the_ends),
      cmocka_unit_test(the_csv_holds_what_is_shown),
      cmocka_unit_test(scripts_are_complete_and_the_same_every_time),
      cmocka_unit_test(only_the_past_that_all_share_is_drawn_once),
      cmocka_unit_test(a_default_is_the_most_telling),
      cmocka_unit_test(labels_are_pushed_apart_no_further_than_needed),
      cmocka_unit_test(axes_end_at_round_numbers),
      cmocka_unit_test(values_are_written_for_readers),
      cmocka_unit_test(lines_break_where_they_should),
      cmocka_unit_test(a_real_gnuplot_draws_every_format),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
