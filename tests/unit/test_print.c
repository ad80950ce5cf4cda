// SPDX-License-Identifier: GPL-3.0-or-later
// Printed trees: exact spellings, and the property that text -> tree -> text -> tree gives the same tree, on random
// values drawn from the grammar. Random damage to valid texts must end in an error or a tree, never in a crash.
#include "lang_support.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/io.h"

static void test_spellings(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"1e26", "1e26"},
      {"3.8E25", "3.8e25"},
      {"1000000", "1000000"},
      {"10000000", "1e7"},
      {"12345678", "12345678"},
      {"0.00012", "0.00012"},
      {"0.000012", "1.2e-5"},
      {"57%", "57%"},
      {"0.1 %", "0.1%"},
      {"1e-9%", "1e-9%"},
      {"25k USD/GPU", "25000 USD/GPU"},
      {"(5 m)^2", "(5 m)^2"},
      {"5 GPU/GPU", "5 m/m"},
      {"((a))", "a"},
      {"a*(b*c)", "a * (b * c)"},
      {"(a*b)*c", "a * b * c"},
      {"a-(b-c)", "a - (b - c)"},
      {"(a < b) == (c < d)", "(a < b) == (c < d)"},
      {"-(-a)", "--a"},
      {"a - -b", "a - -b"},
      {"a + (-b)", "a + -b"},
      {"(if a then b else c) + 1", "(if a then b else c) + 1"},
      {"f(if a then b else c)", "f(if a then b else c)"},
      {"(a + b)[t-1]", "(a + b)[t-1]"},
      {"(5)[t]", "(5)[t]"},
      {"('a')[t]", "('a')[t]"},
      {"x[ t - 1 year , 'a' ]", "x[t - 1 year, 'a']"},
      {"x[t-1 else if a then b else c]", "x[t-1 else if a then b else c]"},
      {"[a: 1, 'b c': 2]", "[a: 1, 'b c': 2]"},
      {"(2 * 3) to 7", "(2 * 3) to 7"},
      {"1 to 2 at 90%", "1 to 2"},
      {"1 to 2 at 80%", "1 to 2 at 80%"},
      {"a,then b", "a, then b"},
      {"(not a) == b", "(not a) == b"},
      {"not a == b", "not a == b"},
      {"true and false", "true and false"},
      {"sum(x, over_x)", "sum(x, over_x)"},
      {"allocate(a, b, c over i)", "allocate(a, b, c over i)"},
      {"9%/year", "9 %/year"},
      {"2024-Q3", "2024-Q3"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("value", tf_str_of(cases[i][0]));
    assert_string_equal(print_value(&s, TF_VALUE_EQUATION), cases[i][1]);
    session_end(&s);
  }
}

// ---- random values ----

typedef struct source {
  uint64_t seed;
  tf_text out;
} source;

static unsigned pick(source *r, unsigned count) {
  r->seed = r->seed * 6364136223846793005U + 1442695040888963407U;
  return (unsigned)(r->seed >> 33) % count;
}

static void choose(source *r, const char *const *words, unsigned count) {
  tf_text_adds(&r->out, words[pick(r, count)]);
}
#define CHOOSE(r, ...)                                                                                                 \
  choose((r), (const char *const[]){__VA_ARGS__},                                                                      \
         (unsigned)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)))

static void number(source *r) {
  switch (pick(r, 4)) {
  case 0:
    tf_text_addf(&r->out, "%u", pick(r, 100000));
    break;
  case 1:
    tf_text_addf(&r->out, "%u.%u", pick(r, 1000), pick(r, 100000));
    break;
  case 2:
    tf_text_addf(&r->out, "%u.%ue%d", pick(r, 10), pick(r, 1000000), (int)pick(r, 60) - 30);
    break;
  default:
    tf_text_addf(&r->out, "%u.%u%%", pick(r, 100), pick(r, 1000));
    CHOOSE(r, "", "", " 1/year");
    return;
  }
  CHOOSE(r, "", "", "", " GPU", " USD/(GPU*year)", " 1/year", " m^2", " %/year", " kWh");
}

static void expression(source *r, int depth);

static void subscripted(source *r, int depth) {
  CHOOSE(r, "a", "cluster.gpus", "hardware.peak_bf16", "b_2");
  CHOOSE(r, "['H100 SXM']", "[2024]", "[2024-Q3, 'x']", "[first]", "[last]", "[t]", "[t-1]", "[t + 1 year]", "[");
  if (r->out.ptr[r->out.len - 1] == '[') {
    tf_text_adds(&r->out, "t - (");
    expression(r, depth - 1);
    tf_text_adds(&r->out, ") else ");
    expression(r, depth - 1);
    tf_text_addc(&r->out, ']');
  }
}

static void operand(source *r, int depth) {
  switch (depth <= 0 ? pick(r, 4) : pick(r, 10)) {
  case 0:
  case 1:
    number(r);
    return;
  case 2:
    CHOOSE(r, "a", "cluster.gpus", "b_2", "true", "false", "'GB200'", "2024-06-30", "2024-Q3");
    return;
  case 3:
    subscripted(r, depth);
    return;
  case 4:
    CHOOSE(r, "f(", "npv(", "sum(", "max(");
    expression(r, depth - 1);
    tf_text_adds(&r->out, ", ");
    expression(r, depth - 1);
    tf_text_addc(&r->out, ')');
    return;
  case 5:
    CHOOSE(r, "sum(", "argmin(");
    expression(r, depth - 1);
    CHOOSE(r, " over i)", " over i, hardware)");
    return;
  case 6:
    tf_text_adds(&r->out, "[a: ");
    expression(r, depth - 1);
    tf_text_adds(&r->out, ", 'b c': ");
    expression(r, depth - 1);
    tf_text_addc(&r->out, ']');
    return;
  default:
    tf_text_addc(&r->out, '(');
    expression(r, depth - 1);
    tf_text_addc(&r->out, ')');
    CHOOSE(r, "", "", "", "[t-1]");
    return;
  }
}

static void sum(source *r, int depth) {
  unsigned count = 1 + pick(r, 3);
  for (unsigned i = 0; i < count; i++) {
    if (i > 0) {
      CHOOSE(r, " + ", " - ", " * ", " / ", "^", "^-", "*-", " - -");
    }
    CHOOSE(r, "", "", "", "-");
    operand(r, depth);
  }
}

static void expression(source *r, int depth) {
  if (depth > 0 && pick(r, 8) == 0) {
    tf_text_adds(&r->out, "if ");
    expression(r, depth - 1);
    tf_text_adds(&r->out, " then ");
    expression(r, depth - 1);
    tf_text_adds(&r->out, " else ");
    expression(r, depth - 1);
    return;
  }
  CHOOSE(r, "", "", "", "not ");
  sum(r, depth);
  if (pick(r, 4) == 0) {
    CHOOSE(r, " < ", " <= ", " == ", " != ", " > ", " >= ");
    sum(r, depth);
  }
  if (depth > 0 && pick(r, 5) == 0) {
    CHOOSE(r, " and ", " or ", " and not ", " or not ");
    sum(r, depth);
  }
}

static void spread(source *r) {
  CHOOSE(r, "", "-");
  number(r);
  CHOOSE(r, " to ", " .. ", " +- ", " to ");
  number(r);
}

static void value(source *r) {
  switch (pick(r, 6)) {
  case 0:
    spread(r);
    CHOOSE(r, "", " each year", " each hardware");
    return;
  case 1:
    CHOOSE(r, "normal(", "lognormal(", "student(1, ");
    spread(r);
    CHOOSE(r, ")", ") each year");
    return;
  case 2:
    tf_text_adds(&r->out, "mixture(70%: ");
    spread(r);
    tf_text_adds(&r->out, ", 30%: gamma(");
    spread(r);
    tf_text_adds(&r->out, "))");
    return;
  case 3:
    expression(r, 1);
    tf_text_adds(&r->out, ", then ");
    expression(r, 2);
    return;
  default:
    expression(r, 3);
    return;
  }
}

// The tree of a value as text, without places; NULL if it does not parse.
static const char *dump(session *s, tf_str text, const char **printed) {
  uint32_t id = tf_source_add(s->cx->arena, &s->cx->sources, TF_STR("value"), text);
  const tf_expr *e = NULL;
  tf_located located = {text, {id, 0, (uint32_t)text.len}};
  if (tf_parse_value(s->cx, s->units, located, TF_VALUE_EQUATION, &e) != TF_OK) {
    return NULL;
  }
  tf_text out = tf_text_new(s->cx->arena);
  tf_expr_print(e, &out);
  *printed = out.ptr;
  tf_model_ast ast = {0};
  tf_definition d = {.type = TF_TYPE_DATE, .value = e};
  tf_vec_push(s->cx->arena, &ast.definitions, d);
  tf_text tree = tf_text_new(s->cx->arena);
  tf_ast_print(&ast, &tree);
  return tree.ptr;
}

static void test_printing_round_trips(void **state) {
  (void)state;
  size_t parsed = 0;
  for (uint64_t seed = 1; seed <= 4000; seed++) {
    session s = session_of("seed", TF_STR(""));
    source r = {.seed = seed * 7919, .out = tf_text_new(s.cx->arena)};
    value(&r);
    const char *first = NULL;
    const char *second = NULL;
    const char *tree = dump(&s, tf_text_str(&r.out), &first);
    if (tree != NULL) {
      const char *again = dump(&s, tf_str_of(first), &second);
      if (again == NULL || strcmp(tree, again) != 0 || strcmp(first, second) != 0) {
        fail_msg("seed %d: `%s` prints as `%s`, then `%s`", (int)seed, r.out.ptr, first,
                 again != NULL ? second : told(&s));
      }
      parsed++;
    }
    session_end(&s);
  }
  assert_true(parsed > 3900);
}

// ---- damage ----

static void damage(source *r, char *text, size_t *len, size_t capacity) {
  static const char bytes[] = "()[]{},:=+-*/^<>!.%$#'\"\n\r\t 0123456789eEkMabtnorif_\\&|~\x80\xC3\xE2\xFF\x01";
  unsigned count = 1 + pick(r, 6);
  for (unsigned i = 0; i<count && * len> 0; i++) {
    size_t at = pick(r, (unsigned)*len);
    switch (pick(r, 4)) {
    case 0:
      text[at] = bytes[pick(r, sizeof bytes - 1)];
      break;
    case 1:
      memmove(text + at, text + at + 1, *len - at - 1);
      (*len)--;
      break;
    case 2:
      if (*len < capacity) {
        memmove(text + at + 1, text + at, *len - at);
        text[at] = bytes[pick(r, sizeof bytes - 1)];
        (*len)++;
      }
      break;
    default: {
      size_t size = pick(r, 40);
      size_t from = pick(r, (unsigned)*len);
      size = size > *len - at ? *len - at : size;
      size = size > *len - from ? *len - from : size;
      memmove(text + at, text + from, size);
      break;
    }
    }
  }
}

static void parse_all(tf_str text) {
  session s = session_of("damaged", text);
  const tf_model_ast *ast = NULL;
  const tf_expr *e = NULL;
  tf_preamble preamble;
  tf_address address;
  tf_text out = tf_text_new(s.cx->arena);
  assert_int_equal(tf_parse_preamble(s.cx, s.source, &preamble), TF_OK);
  if (tf_format_model(s.cx, s.units, s.source, &out) == TF_OK &&
      tf_parse_model(s.cx, s.units, s.source, &ast) == TF_OK) {
    tf_ast_print(ast, &out);
  } else {
    assert_true(s.cx->diags.errors > 0);
  }
  for (tf_value_context c = TF_VALUE_EQUATION; c <= TF_VALUE_CELL; c++) {
    tf_located part = {tf_str_sub(s.text.text, 0, 80), s.text.at};
    if (tf_parse_value(s.cx, s.units, part, c, &e) == TF_OK) {
      tf_expr_print(e, &out);
    }
    if (tf_parse_address(s.cx, part, &address) == TF_OK) {
      assert_true(address.name.text.len > 0);
    }
  }
  for (size_t i = 0; i < s.cx->diags.list.count; i++) {
    tf_diag_render(&s.cx->sources, &s.cx->diags.list.at[i], &out);
  }
  session_end(&s);
}

static void test_damage_does_no_harm(void **state) {
  (void)state;
  tf_context *cx = tf_context_new();
  DIR *dir = opendir(TENFOLD_SOURCE_DIR "/tests/lang");
  assert_non_null(dir);
  for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
    if (!tf_str_ends(tf_str_of(entry->d_name), ".model")) {
      continue;
    }
    const char *path = tf_format(cx->arena, "%s/tests/lang/%s", TENFOLD_SOURCE_DIR, entry->d_name);
    uint32_t id = 0;
    assert_int_equal(tf_file_read(cx, path, (tf_span){0}, &id), TF_OK);
    tf_str text = cx->sources.list.at[id].text;
    source r = {.seed = tf_str_hash(text)};
    for (int i = 0; i < 100; i++) {
      size_t len = text.len;
      char *copy = tf_alloc(cx->arena, len + 64, 1);
      memcpy(copy, text.ptr, len);
      damage(&r, copy, &len, text.len + 64);
      parse_all((tf_str){copy, len});
    }
  }
  closedir(dir);
  tf_context_free(cx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_spellings),
      cmocka_unit_test(test_printing_round_trips),
      cmocka_unit_test(test_damage_does_no_harm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
