// SPDX-License-Identifier: GPL-3.0-or-later
// Reports: sentences that the numbers bear out, text that never becomes markup, the manifest.
#include "result_builder.h"

#include "out/html.h"
#include "out/manifest.h"
#include "out/report.h"

static const char *text_of(builder *b, const tf_text *text) {
  return tf_cstr(b->cx->arena, tf_text_str(text));
}

static const char *escaped(builder *b, tf_str s) {
  tf_text out = tf_text_new(b->cx->arena);
  tf_html_escape(&out, s);
  return text_of(b, &out);
}

static const char *prose(builder *b, const char *s) {
  tf_text out = tf_text_new(b->cx->arena);
  tf_html_prose(&out, tf_str_of(s));
  return text_of(b, &out);
}

static void text_is_escaped(void **state) {
  (void)state;
  builder b = builder_new(1);
  assert_string_equal(escaped(&b, TF_STR("<a href=\"x\">&'</a>")), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;");
  assert_string_equal(escaped(&b, TF_STR("a\nb\tc\x01\x7f"
                                         "d")),
                      "a b cd");
  assert_string_equal(escaped(&b, TF_STR("\xC3\xA9 \xFF \xC3")), "\xC3\xA9 \xEF\xBF\xBD \xEF\xBF\xBD");
  assert_string_equal(escaped(&b, TF_STR("")), "");
  builder_free(&b);
}

static void addresses_become_links(void **state) {
  (void)state;
  builder b = builder_new(1);
  assert_string_equal(prose(&b, "see https://x.org/a?b=1&c=2, and"),
                      "see <a href=\"https://x.org/a?b=1&amp;c=2\">https://x.org/a?b=1&amp;c=2</a>, and");
  assert_string_equal(prose(&b, "(http://x.org/)."), "(<a href=\"http://x.org/\">http://x.org/</a>).");
  assert_string_equal(prose(&b, "arXiv:2407.21783, table 4"),
                      "<a href=\"https://arxiv.org/abs/2407.21783\">arXiv:2407.21783</a>, table 4");
  assert_string_equal(prose(&b, "https://x.org/\"onclick=y"),
                      "<a href=\"https://x.org/\">https://x.org/</a>&quot;onclick=y");
  assert_string_equal(prose(&b, "of a `rent_chip`, `a<b`; 5` or `` or `x"),
                      "of a <code>rent_chip</code>, <code>a&lt;b</code>; 5` or `` or `x");
  assert_string_equal(prose(&b, "javascript:alert(1) ftp://x.org https:// arXiv: http"),
                      "javascript:alert(1) ftp://x.org https:// arXiv: http");
  builder_free(&b);
}

static const char *answer(builder *b, const char *const *sets, size_t count) {
  tf_report report = tf_report_new(b->cx, &b->result);
  tf_report_answer(&report, sets, count);
  for (size_t i = 0; i < report.parts.count; i++) {
    if (report.parts.at[i].kind == TF_PART_ANSWER) {
      return tf_cstr(b->cx->arena, report.parts.at[i].text);
    }
  }
  fail_msg("no answer");
  return "";
}

static void answer_of_one_certain_value(void **state) {
  (void)state;
  builder b = builder_new(1);
  add_row(&b, 0, "run.duration", "day", 158)->label = TF_STR("time of the run");
  assert_string_equal(answer(&b, NULL, 0), "Time of the run: 158 days.");
  const char *const sets[] = {"cluster.gpus=200k", "mfu*=0.9"};
  assert_string_equal(answer(&b, sets, 2), "With cluster.gpus=200k, mfu*=0.9: Time of the run: 158 days.");
  builder_free(&b);
}

static void answer_compares_scenarios(void **state) {
  (void)state;
  builder b = builder_new(2);
  b.scenarios[0].name = TF_STR("base");
  b.scenarios[1].name = TF_STR("large");
  spread(add_row(&b, 0, "run.duration", "day", 0), 60, 100);
  spread(add_row(&b, 1, "run.duration", "day", 0), 30, 50);
  assert_string_equal(answer(&b, NULL, 0), "run.duration: 77.5 days in base, in nine cases out of ten between 60.0 and "
                                           "100.0; 38.7 days (30.0 to 50.0) in large, 50% less.");
  b.scenarios[1].rows.at[0] = b.scenarios[0].rows.at[0];
  assert_string_equal(answer(&b, NULL, 0), "run.duration: 77.5 days in base, in nine cases out of ten between 60.0 and "
                                           "100.0; 77.5 days (60.0 to 100.0) in large, the same.");
  builder_free(&b);
}

// A model that takes the lowest of several limits: the central case lies above most outcomes.
static void answer_tells_the_median_of_an_untypical_case(void **state) {
  (void)state;
  builder b = builder_new(1);
  tf_row *row = spread(add_row(&b, 0, "fleet.gpus", "GPU", 0), 9e6, 16e6);
  row->p25 = 11e6;
  row->p75 = 14e6;
  row->p50 = 12.5e6;
  row->central = 15e6;
  assert_string_equal(answer(&b, NULL, 0), "fleet.gpus: 12.5 million GPUs at the median, in nine cases out of ten "
                                           "between 9 and 16 million (15 million with every input at its median).");
  row->central = 13e6;
  assert_string_equal(answer(&b, NULL, 0),
                      "fleet.gpus: 13 million GPUs, in nine cases out of ten between 9 and 16 million.");
  builder_free(&b);
}

// Scenarios are then told by their medians too, and compared by them.
static void medians_are_compared_with_medians(void **state) {
  (void)state;
  builder b = builder_new(2);
  b.scenarios[0].name = TF_STR("base");
  b.scenarios[1].name = TF_STR("large");
  tf_row *row = spread(add_row(&b, 0, "x", "GPU", 0), 9e6, 16e6);
  row->p25 = 11e6;
  row->p75 = 14e6;
  row->p50 = 12e6;
  row->central = 15e6;
  row = spread(add_row(&b, 1, "x", "GPU", 0), 18e6, 32e6);
  row->p50 = row->central = 24e6;
  assert_string_equal(answer(&b, NULL, 0),
                      "x: 12 million GPUs in base at the median, in nine cases out of ten between 9 "
                      "and 16 million (15 million with every input at its median); 24 million GPUs "
                      "(18 to 32 million) in large, 2 times as much.");
  builder_free(&b);
}

static void what_does_not_come_in_time_is_said_in_words(void **state) {
  (void)state;
  builder b = builder_new(4);
  static const char *const names[] = {"base", "early", "never", "some"};
  for (size_t s = 0; s < 4; s++) {
    b.scenarios[s].name = tf_str_of(names[s]);
    tf_row *row = spread(add_row(&b, s, "payback", "year", 0), 5, 9);
    row->later = true;
    row->undefined = s == 0 ? 0.8 : s == 1 ? 0 : s == 2 ? 1 : 0.06;
    if (s != 1) {
      row->p95 = row->mean = row->sd = INFINITY;
    }
    if (s == 0 || s == 2) {
      row->central = row->p50 = row->p25 = row->p75 = INFINITY;
    }
    row->p5 = s == 2 ? INFINITY : row->p5;
  }
  assert_string_equal(answer(&b, NULL, 0),
                      "payback: not by 2030 in base in 80% of outcomes, in nine cases out of ten 5 "
                      "or later; 6.71 (5.00 to 9.00) in early; not by 2030 in never in any outcome; "
                      "6.71 (5.00 or later) in some, not by 2030 in 6% of outcomes.");
  builder_free(&b);
}

static void answer_of_a_series_is_its_end(void **state) {
  (void)state;
  builder b = builder_new(1);
  add_capex(&b, 0, 0.3, 0);
  assert_string_equal(answer(&b, NULL, 0), "Capital expenditure in 2030: 268.1 bn USD/year.");
  builder_free(&b);
}

static void many_scenarios_are_told_by_their_ends(void **state) {
  (void)state;
  builder b = builder_new(6);
  static const double values[] = {5, 7, 2, 9, 4, 6};
  static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
  for (size_t s = 0; s < 6; s++) {
    b.scenarios[s].name = tf_str_of(names[s]);
    add_row(&b, s, "x", "GPU", values[s]);
  }
  assert_string_equal(answer(&b, NULL, 0), "x: 5 GPUs in a; 2 in c, 60% less; 9 in d, 80% more.");
  builder_free(&b);
}

static void nothing_to_answer(void **state) {
  (void)state;
  builder b = builder_new(1);
  assert_string_equal(answer(&b, NULL, 0), "Nothing was asked for: the models state no output.");
  builder_free(&b);
}

static void failed_checks_stand_beside_the_answer(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].name = TF_STR("base");
  add_row(&b, 0, "x", "GPU", 5);
  tf_check_result check = {.text = TF_STR("x < 4 GPU"), .description = TF_STR("room"), .module = TF_STR("m")};
  check.level = 0.95;
  check.share = 0.5;
  tf_vec_push(b.cx->arena, &b.scenarios[0].checks, check);
  check.held = true;
  check.share = 1;
  tf_vec_push(b.cx->arena, &b.scenarios[0].checks, check);
  tf_report report = tf_report_new(b.cx, &b.result);
  tf_report_answer(&report, NULL, 0);
  assert_int_equal(report.parts.at[2].kind, TF_PART_BAD);
  assert_string_equal(tf_cstr(b.cx->arena, report.parts.at[2].text), "1 of 2 checks fails: room (base)");
  builder_free(&b);
}

static void page_is_self_contained(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].title = TF_STR("<b>Title</b>");
  add_row(&b, 0, "x", "GPU", 5);
  tf_report report = tf_report_new(b.cx, &b.result);
  tf_report_answer(&report, NULL, 0);
  tf_report_add(&report, TF_PART_LIST, TF_STR("one"));
  tf_report_add(&report, TF_PART_BAD, TF_STR("two"));
  tf_report_results(&report);
  tf_text out = tf_text_new(b.cx->arena);
  tf_html_page(&report, &out);
  const char *html = text_of(&b, &out);
  assert_non_null(strstr(html, "default-src 'none'"));
  assert_non_null(strstr(html, "<h1>&lt;b&gt;Title&lt;/b&gt;</h1>"));
  assert_null(strstr(html, "://"));
  assert_null(strstr(html, "<script"));
  assert_null(strstr(html, "src="));
  assert_non_null(strstr(html, "<ul>\n<li>one</li>\n<li class=\"bad\">two</li>\n</ul>"));
  assert_non_null(strstr(html, "prefers-color-scheme:dark"));
  assert_non_null(strstr(html, "@page"));
  builder_free(&b);
}

static void data_of_charts_become_tables(void **state) {
  (void)state;
  builder b = builder_new(1);
  add_row(&b, 0, "x", "GPU", 5);
  tf_report report = tf_report_new(b.cx, &b.result);
  tf_report_table table =
      tf_report_chart_data(&report, TF_STR("scenario,quantity,index,unit,period,actual,value,p5,p25,p75,p95\n"
                                           "\"a, \"\"b\"\"\",x,,GPU,2024,true,1234567.891,,,,\n"
                                           "c,x,,GPU,2025,false,-0.000123456,1,2,3,inf\n"));
  assert_int_equal(table.columns, 8); // no index; quantity and unit are the same in all rows
  assert_int_equal(table.rows.count, 2);
  assert_string_equal(tf_cstr(b.cx->arena, table.rows.at[0].cells[0].text), "a, \"b\"");
  assert_string_equal(tf_cstr(b.cx->arena, table.rows.at[0].cells[2].text), "reported");
  assert_string_equal(tf_cstr(b.cx->arena, table.rows.at[0].cells[3].text), "1,235,000");
  assert_string_equal(tf_cstr(b.cx->arena, table.rows.at[1].cells[3].text), "-0.0001235");
  assert_string_equal(tf_cstr(b.cx->arena, table.rows.at[1].cells[7].text), "inf");
  assert_string_equal(tf_cstr(b.cx->arena, table.headers[3]), "value, GPU");
  assert_true(table.numeric[3] && !table.numeric[2]);
  builder_free(&b);
}

static void manifest_names_every_byte(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].name = TF_STR("base \"1\"");
  b.result.command = "tenfold report x.csv";
  tf_manifest_files inputs = {0};
  tf_manifest_files outputs = {0};
  tf_vec_push(b.cx->arena, &inputs, ((tf_manifest_file){"inputs/x.csv", "x.csv", TF_STR("abc")}));
  tf_vec_push(b.cx->arena, &outputs, ((tf_manifest_file){"report.html", NULL, TF_STR("")}));
  tf_manifest manifest = {
      .version = "1.2.3", .rerun = "tenfold run", .date = 1768435200 + 3661, .inputs = &inputs, .outputs = &outputs};
  tf_text out = tf_text_new(b.cx->arena);
  tf_manifest_json(b.cx, &manifest, &b.result, &out);
  const char *json = text_of(&b, &out);
  assert_non_null(strstr(json, "\"date\": \"2026-01-15T01:01:01Z\""));
  assert_non_null(strstr(json, "\"seed\": 42"));
  assert_non_null(strstr(json, "base \\\"1\\\""));
  assert_non_null(strstr(json, "{\"path\":\"inputs/x.csv\",\"from\":\"x.csv\",\"bytes\":3,\"sha256\":"
                               "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}"));
  assert_non_null(strstr(json, "{\"path\":\"report.html\",\"bytes\":0,\"sha256\":"
                               "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}"));
  assert_string_equal(tf_manifest_date(b.cx->arena, -1, false), "1969-12-31T23:59:59Z");
  assert_string_equal(tf_manifest_date(b.cx->arena, 0, true), "1970-01-01");
  builder_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_is_escaped),
      cmocka_unit_test(addresses_become_links),
      cmocka_unit_test(answer_of_one_certain_value),
      cmocka_unit_test(answer_compares_scenarios),
      cmocka_unit_test(answer_tells_the_median_of_an_untypical_case),
      cmocka_unit_test(medians_are_compared_with_medians),
      cmocka_unit_test(what_does_not_come_in_time_is_said_in_words),
      cmocka_unit_test(answer_of_a_series_is_its_end),
      cmocka_unit_test(many_scenarios_are_told_by_their_ends),
      cmocka_unit_test(nothing_to_answer),
      cmocka_unit_test(failed_checks_stand_beside_the_answer),
      cmocka_unit_test(page_is_self_contained),
      cmocka_unit_test(data_of_charts_become_tables),
      cmocka_unit_test(manifest_names_every_byte),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
