// SPDX-License-Identifier: GPL-3.0-or-later
// Results as JSON: schema, order of keys, nulls with their reason, escapes. Another JSON reader is the oracle.
#include "result_builder.h"

#include <unistd.h>

#include "out/compare_emit.h"
#include "out/json.h"

static const char *json(builder *b) {
  tf_text out = tf_text_new(b->cx->arena);
  tf_emit_options options = {.version = "0.1.0"};
  tf_emit_json(b->cx, &b->result, &options, &out);
  return out.ptr;
}

// Python reads the text, and the condition on the object `d` holds.
static void assert_python(const char *text, const char *condition) {
  char path[] = "/tmp/tenfold-json-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
  (void)close(fd);
  char command[2048];
  (void)snprintf(
      command, sizeof command,
      "python3 -c 'import json,sys; d=json.load(open(\"%s\",encoding=\"utf-8\")); sys.exit(0 if (%s) else 1)'", path,
      condition);
  int status = system(command); // NOLINT: fixed text
  (void)unlink(path);
  if (status != 0) {
    fail_msg("%s does not hold of %s", condition, text);
  }
}

static void the_schema_is_kept(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.scenarios[0].name = TF_STR("base");
  b.scenarios[0].file = TF_STR("a.csv");
  tf_row *row = spread_normal(in_year(add_row(&b, 0, "fleet.orders", "GPU/year", 1), 2026, false), 100, 10);
  row->label = TF_STR("Orders");
  static const tf_str names[] = {{"hardware", 8}}, labels[] = {{"GB200", 5}};
  row->index_names = names;
  row->index_labels = labels;
  row->index_count = 1;
  row->p5 = 84;
  row->p25 = 93;
  row->p75 = 107;
  row->p95 = 116;
  row->se = 0.25;
  tf_check_result check = {.text = TF_STR("a < b"),
                           .description = TF_STR("Limit"),
                           .module = TF_STR("m"),
                           .level = 1,
                           .share = 1,
                           .held = true};
  tf_vec_push(b.cx->arena, &b.scenarios[0].checks, check);
  tf_vec_push(b.cx->arena, &b.scenarios[0].warnings, "no source");
  assert_string_equal(
      json(&b),
      "{\n"
      "  \"schema\": 1,\n"
      "  \"tenfold\": \"0.1.0\",\n"
      "  \"complete\": true,\n"
      "  \"seed\": 42,\n"
      "  \"samples\": 16384,\n"
      "  \"quantiles\": \"exact\",\n"
      "  \"axis\": {\n"
      "    \"first\": \"2023\",\n"
      "    \"last\": \"2030\",\n"
      "    \"step\": \"year\",\n"
      "    \"periods\": 8\n"
      "  },\n"
      "  \"scenarios\": [\n"
      "    {\n"
      "      \"name\": \"base\",\n"
      "      \"file\": \"a.csv\",\n"
      "      \"checks\": [\n"
      "        {\"text\":\"a < b\",\"description\":\"Limit\",\"module\":\"m\",\"level\":1,\"share\":1,\"held\":true}\n"
      "      ],\n"
      "      \"warnings\": [\n"
      "        \"no source\"\n"
      "      ],\n"
      "      \"results\": [\n"
      "        "
      "{\"name\":\"fleet.orders\",\"label\":\"Orders\",\"unit\":\"GPU/year\",\"index\":{\"hardware\":\"GB200\"},"
      "\"period\":\"2026\",\"actual\":false,\"central\":100,\"mean\":100,\"se\":0.25,\"sd\":10,\"p5\":84,\"p25\":93,"
      "\"p50\":100,\"p75\":107,\"p95\":116,\"undefined\":0,\"shares\":{}}\n"
      "      ]\n"
      "    }\n"
      "  ]\n"
      "}\n");
  builder_free(&b);
}

static void what_has_no_value_is_null_with_a_reason(void **state) {
  (void)state;
  builder b = builder_new(1);
  b.result.axis.count = 0;
  tf_row *row = spread(add_row(&b, 0, "payback", "year", 1), 2, 8);
  row->p95 = INFINITY;
  row->later = true;
  row->mean = row->se = row->sd = NAN;
  row->undefined = 0.125;
  add_row(&b, 0, "certain", "day", 3);
  row = add_row(&b, 0, "broken", "day", NAN);
  (void)row;
  static const tf_share shares[] = {{{"chips", 5}, 0.25}, {{"power", 5}, 0.75}};
  row = add_row(&b, 0, "binding", "1", 0);
  row->kind = TF_KIND_LABEL;
  row->uncertain = true;
  row->shares = shares;
  row->share_count = 2;
  row->mean = NAN;
  const char *text = json(&b);
  assert_python(text, "d[\"axis\"] is None and d[\"scenarios\"][0][\"results\"][0][\"p95\"] is None"
                      " and d[\"scenarios\"][0][\"results\"][0][\"undefined\"] == 0.125"
                      " and d[\"scenarios\"][0][\"results\"][1][\"mean\"] is None"
                      " and d[\"scenarios\"][0][\"results\"][1][\"central\"] == 3"
                      " and d[\"scenarios\"][0][\"results\"][2][\"central\"] is None"
                      " and d[\"scenarios\"][0][\"results\"][3][\"central\"] == \"power\""
                      " and d[\"scenarios\"][0][\"results\"][3][\"shares\"] == {\"chips\": 0.25, \"power\": 0.75}"
                      " and len(d[\"scenarios\"][0][\"warnings\"]) == 3");
  assert_non_null(strstr(text, "\"payback: p95: later, beyond the axis, written as null\""));
  assert_non_null(strstr(text, "\"payback: mean: no finite value, written as null; no value in 12% of samples\""));
  assert_non_null(strstr(text, "\"broken: central: no finite value, written as null\""));
  builder_free(&b);
}

static void any_bytes_become_valid_text(void **state) {
  (void)state;
  builder b = builder_new(1);
  tf_text out = tf_text_new(b.cx->arena);
  tf_json j = tf_json_new(&out, 0);
  tf_json_open(&j, '[');
  tf_json_text(&j, TF_STR("quote \" backslash \\ tab \t line \n bell \a del \x7f \xC3\xA9 \xF0\x9F\x92\xA1"));
  tf_json_text(&j, TF_STR("cut \xE2\x82 lone \xFF over \xC0\xAF surrogate \xED\xA0\x80"));
  tf_json_number(&j, NAN);
  tf_json_number(&j, -INFINITY);
  tf_json_number(&j, 0.1 + 0.2);
  tf_json_open(&j, '{');
  tf_json_close(&j, '}');
  tf_json_close(&j, ']');
  assert_python(out.ptr, "d[0] == \"quote \\\" backslash \\\\ tab \\t line \\n bell \\u0007 del \\u007f \\u00e9 "
                         "\\U0001F4A1\" and d[1].startswith(\"cut \\ufffd\") and d[2] is None and d[3] is None"
                         " and d[4] == 0.3 and d[5] == {}");
  builder_free(&b);
}

static void a_comparison_is_valid_json(void **state) {
  (void)state;
  builder b = builder_new(2);
  static const tf_str names[] = {{"base", 4}, {"fast", 4}};
  static const tf_compare_range values[] = {{2, 1, 3}, {4, 2, 6}}, d[] = {{0, 0, 0}, {2, 1, 3}},
                                r[] = {{1, 1, 1}, {2, NAN, 2}};
  tf_compare_row row = {.name = TF_STR("x"),
                        .unit = unit_of(&b, "day"),
                        .uncertain = true,
                        .values = values,
                        .differences = d,
                        .ratios = r};
  tf_compare compare = {.result = &b.result, .count = 2, .scenarios = names, .row_count = 1, .rows = &row};
  tf_emit_options options = {0};
  tf_text out = tf_text_new(b.cx->arena);
  tf_emit_compare_json(b.cx, &compare, &options, &out);
  assert_python(out.ptr,
                "d[\"base\"] == \"base\" and d[\"tenfold\"] is None"
                " and d[\"comparison\"][0][\"scenarios\"][1][\"difference\"] == {\"central\":2,\"p5\":1,\"p95\":3}"
                " and d[\"comparison\"][0][\"scenarios\"][1][\"ratio\"][\"p5\"] is None"
                " and \"ratio\" not in d[\"comparison\"][0][\"scenarios\"][0]");
  builder_free(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_schema_is_kept),
      cmocka_unit_test(what_has_no_value_is_null_with_a_reason),
      cmocka_unit_test(any_bytes_become_valid_text),
      cmocka_unit_test(a_comparison_is_valid_json),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
