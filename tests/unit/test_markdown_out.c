// SPDX-License-Identifier: GPL-3.0-or-later
// Results as Markdown: tables that stay tables whatever the names hold.
#include "result_builder.h"

#include "out/compare_emit.h"
#include "out/grid.h"

static const char *markdown(builder *b, tf_emit_options options) {
  tf_text out = tf_text_new(b->cx->arena);
  tf_emit_markdown(b->cx, &b->result, &options, &out);
  return out.ptr;
}

static void a_result_is_a_pipe_table(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].name = TF_STR("base");
  b.scenarios[0].title = TF_STR("Cost | time");
  spread(add_row(&b, 0, "cost.rate", "USD/(GPU*hour)", 1), 1.1, 1.9);
  in_year(add_row(&b, 0, "capex", "USD/year", 28.1e9), 2023, true);
  spread(in_year(add_row(&b, 0, "capex", "USD/year", 1), 2024, false), 60e9, 80e9);
  tf_vec_push(b.cx->arena, &b.scenarios[0].notes, "a *note*");
  assert_string_equal(markdown(&b, (tf_emit_options){0}),
                      "## Cost \\| time (base)\n"
                      "\n"
                      "| quantity | period | unit | central | 5 % | 95 % |\n"
                      "|---|---|---|---:|---:|---:|\n"
                      "| cost.rate |  | USD/(GPU\\*hour) | 1.45 | 1.10 | 1.90 |\n"
                      "| capex | 2023A | bn USD/year | 28.1 |  |  |\n"
                      "| capex | 2024E | bn USD/year | 69.3 | 60.0 | 80.0 |\n"
                      "\n"
                      "- note: a \\*note\\*\n"
                      "- central: all inputs at their median; 5 % and 95 %: 90 % of outcomes lie between; 16,384 "
                      "samples, seed 42\n");
  builder_free(&b);
}

static size_t bars(const char *line) { // pipes that are not escaped
  size_t count = 0;
  for (size_t i = 0; line[i] != '\0' && line[i] != '\n'; i++) {
    count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
  }
  return count;
}

static void every_line_has_as_many_cells_as_the_head(void **state) {
  (void)state;
  builder b = builder_new(2);
  static const tf_share shares[] = {{{"a|b", 3}, 0.25}, {{"power", 5}, 0.75}};
  for (size_t s = 0; s < 2; s++) {
    b.scenarios[s].name = s == 0 ? TF_STR("one") : TF_STR("two");
    tf_row *row = add_row(&b, s, "binding", "1", 0);
    row->kind = TF_KIND_LABEL;
    row->uncertain = true;
    row->shares = shares;
    row->share_count = 2;
    row = spread(add_row(&b, s, "payback", "year", 1), 2, 8);
    row->undefined = 0.3;
    spread(in_year(add_row(&b, s, "capex", "USD/year", 1), 2024, false), 60e9, 80e9);
  }
  const char *text = markdown(&b, (tf_emit_options){0});
  assert_non_null(strstr(text, "power 75%, a\\|b 25%"));
  assert_non_null(strstr(text, "(one: no value in 30% of samples; two: no value in 30% of samples)"));
  size_t lines = 0;
  const char *start = strstr(text, "| quantity");
  for (const char *p = start; p != NULL && *p == '|'; p = strchr(p, '\n') + 1) {
    assert_int_equal(bars(p), bars(start));
    lines++;
  }
  assert_int_equal(lines, 5);
  builder_free(&b);
}

static void markup_and_control_characters_are_tamed(void **state) {
  (void)state;
  builder b = builder_new(1);
  tf_text out = tf_text_new(b.cx->arena);
  tf_markdown_escape(&out, TF_STR("a|b\\c\nd\x01<e> [f] `g` *h* i_j"));
  assert_string_equal(out.ptr, "a\\|b\\\\c d\\<e> \\[f\\] \\`g\\` \\*h\\* i_j");
  builder_free(&b);
}

static void a_comparison_is_a_pipe_table(void **state) {
  (void)state;
  builder b = builder_new(2);
  b.result.uncertain = false;
  static const tf_str names[] = {{"base", 4}, {"fast", 4}};
  static const tf_compare_range values[] = {{10, NAN, NAN}, {12, NAN, NAN}}, d[] = {{0, 0, 0}, {2, NAN, NAN}},
                                r[] = {{1, NAN, NAN}, {1.2, NAN, NAN}};
  tf_compare_row row = {
      .name = TF_STR("x"), .unit = unit_of(&b, "MW"), .values = values, .differences = d, .ratios = r};
  tf_compare compare = {
      .result = &b.result, .title = TF_STR("Two"), .count = 2, .scenarios = names, .row_count = 1, .rows = &row};
  tf_emit_options options = {0};
  tf_text out = tf_text_new(b.cx->arena);
  tf_emit_compare_markdown(b.cx, &compare, &options, &out);
  assert_string_equal(out.ptr,
                      "## Two\n"
                      "\n"
                      "| quantity | unit | base | fast | difference | ratio |\n"
                      "|---|---|---:|---:|---:|---:|\n"
                      "| x | MW | 10 | 12 | +2 | 1.2 |\n"
                      "\n"
                      "- difference and ratio to base; one evaluation: no input of these results is uncertain\n");
  builder_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_result_is_a_pipe_table),
      cmocka_unit_test(every_line_has_as_many_cells_as_the_head),
      cmocka_unit_test(markup_and_control_characters_are_tamed),
      cmocka_unit_test(a_comparison_is_a_pipe_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
