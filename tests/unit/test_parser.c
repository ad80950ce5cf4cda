// SPDX-License-Identifier: GPL-3.0-or-later
// Expressions, values, definitions and addresses; bounds on depth and size. Error texts are in tests/lang.
#include "lang_support.h"

#include <stdlib.h>

static const char *tree(session *s) {
  const tf_expr *value = NULL;
  if (tf_parse_value(s->cx, s->units, s->text, TF_VALUE_EQUATION, &value) != TF_OK) {
    return told(s);
  }
  // The dump of a model with this one value shows the tree without places.
  tf_model_ast ast = {0};
  tf_definition d = {.type = TF_TYPE_DATE, .value = value};
  tf_vec_push(s->cx->arena, &ast.definitions, d);
  tf_text out = tf_text_new(s->cx->arena);
  tf_ast_print(&ast, &out);
  return out.ptr;
}

static void test_precedence(void **state) {
  (void)state;
  static const struct {
    const char *text, *explicit_text;
  } cases[] = {
      {"a + b * c", "a + (b * c)"},
      {"a - b - c", "(a - b) - c"},
      {"a / b / c", "(a / b) / c"},
      {"a / b * c", "(a / b) * c"},
      {"a ^ b ^ c", "a ^ (b ^ c)"},
      {"-a ^ b", "-(a ^ b)"},
      {"a ^ -b ^ c", "a ^ (-(b ^ c))"},
      {"-a * b", "(-a) * b"},
      {"a * -b", "a * (-b)"},
      {"a + b < c - d", "(a + b) < (c - d)"},
      {"not a == b and c or d", "((not (a == b)) and c) or d"},
      {"a or b and not c", "a or (b and (not c))"},
      {"not not a", "not (not a)"},
      {"if a or b then c else d + e", "if (a or b) then c else (d + e)"},
      {"if a then b else if c then d else e", "if a then b else (if c then d else e)"},
      {"if a then if b then c else d else e", "if a then (if b then c else d) else e"},
      {"x[t-1] ^ 2", "(x[t-1]) ^ 2"},
      {"-x['a']", "-(x['a'])"},
      {"a,then b + 1", "a, then (b + 1)"},
      {"2 ^ 3 * 4", "(2 ^ 3) * 4"},
      {"a == b or c != d", "(a == b) or (c != d)"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session a = session_of("a", tf_str_of(cases[i].text));
    session b = session_of("b", tf_str_of(cases[i].explicit_text));
    assert_string_equal(tree(&a), tree(&b));
    assert_int_equal(a.cx->diags.errors, 0);
    session_end(&a);
    session_end(&b);
  }
}

// Trees that must differ.
static void test_grouping_matters(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"(a + b) * c", "a + b * c"},
                                         {"a - (b - c)", "a - b - c"},
                                         {"(-a) ^ b", "-a ^ b"},
                                         {"(a ^ b) ^ c", "a ^ b ^ c"},
                                         {"not (a and b)", "not a and b"}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    session a = session_of("a", tf_str_of(pairs[i][0]));
    session b = session_of("b", tf_str_of(pairs[i][1]));
    assert_string_not_equal(tree(&a), tree(&b));
    session_end(&a);
    session_end(&b);
  }
}

static void test_spans(void **state) {
  (void)state;
  session s = session_of("spans", TF_STR("aa + bb[t-1] * f(c)"));
  const tf_expr *e = NULL;
  assert_int_equal(tf_parse_value(s.cx, s.units, s.text, TF_VALUE_EQUATION, &e), TF_OK);
  assert_int_equal(e->at.start, 0);
  assert_int_equal(e->at.end, 19);
  assert_int_equal(e->depth, 4);
  const tf_expr *product = e->args[1];
  assert_int_equal(product->at.start, 5);
  assert_int_equal(product->args[0]->kind, TF_EXPR_SUBSCRIPT);
  assert_int_equal(product->args[0]->at.end, 12);
  assert_int_equal(product->args[0]->subscripts[0].at.start, 8);
  assert_int_equal(product->args[0]->subscripts[0].at.end, 11);
  assert_int_equal(product->args[1]->name_at.start, 15);
  assert_int_equal(product->args[1]->name_at.end, 16);
  session_end(&s);
}

static void test_definition_fields(void **state) {
  (void)state;
  session s =
      session_of("m", TF_STR("language 1\nx[i, j] : USD/year hold = 5 to 6 # c\n   in 1 .. 9 \"text\" [src ] 2]\n"
                             "y : hardware = H100 SXM  # c\n"));
  const tf_model_ast *ast = NULL;
  assert_int_equal(tf_parse_model(s.cx, s.units, s.source, &ast), TF_OK);
  const tf_definition *d = &ast->definitions.at[0];
  assert_true(tf_str_is(d->name.text, "x"));
  assert_int_equal(d->index_count, 2);
  assert_true(tf_str_is(d->type_text.text, "USD/year"));
  assert_int_equal(d->fill, TF_FILL_HOLD);
  assert_true(tf_str_is(d->right.text, "5 to 6"));
  assert_int_equal(d->value->kind, TF_EXPR_INTERVAL);
  assert_true(d->value->number == 0.9);
  assert_true(d->low->number == 1 && d->high->number == 9);
  assert_true(tf_str_is(d->description, "text"));
  assert_true(tf_str_is(d->source.text, "src ] 2"));
  assert_int_equal(d->at.start, 11);
  d = &ast->definitions.at[1];
  assert_int_equal(d->type, TF_TYPE_NAMED);
  assert_null(d->value);
  assert_true(tf_str_is(d->right.text, "H100 SXM"));
  assert_int_equal(d->right.at.end - d->right.at.start, 8);
  assert_true(tf_str_is(tf_str_sub(s.text.text, d->right.at.start, d->right.at.end), "H100 SXM"));
  session_end(&s);
}

static void test_preamble(void **state) {
  (void)state;
  session s = session_of("m", TF_STR("language 1\nuse a, b as c\nunit rack # x\nbroken ((\nuse 5 GPU\ncurrency XTS\n"
                                     "used : 1 = 3\n"));
  tf_preamble p;
  assert_int_equal(tf_parse_preamble(s.cx, s.source, &p), TF_OK);
  assert_int_equal(p.uses.count, 2);
  assert_true(tf_str_is(p.uses.at[0].as.text, "a"));
  assert_true(tf_str_is(p.uses.at[1].module.text, "b"));
  assert_true(tf_str_is(p.uses.at[1].as.text, "c"));
  assert_int_equal(p.units.count, 1);
  assert_int_equal(p.currencies.count, 1);
  assert_int_equal(s.cx->diags.errors, 0);
  session_end(&s);
}

static void test_expression_has_no_distribution(void **state) {
  (void)state;
  session s = session_of("e", TF_STR("5 to 6"));
  const tf_expr *e = NULL;
  assert_int_equal(tf_parse_expression(s.cx, s.units, s.text, &e), TF_INVALID);
  assert_null(e);
  assert_string_equal(told(&s), "1:3+2: a distribution cannot stand inside an equation | give it a name: `name : unit "
                                "= ...`, then use the name");
  session_end(&s);
  s = session_of("e", TF_STR("a * 2"));
  assert_int_equal(tf_parse_expression(s.cx, s.units, s.text, &e), TF_OK);
  session_end(&s);
}

// A cell is a slice of a CSV; places point into the file where the text is the very text of the span, else to the cell.
static void test_places_of_cells(void **state) {
  (void)state;
  session s = session_of("f.csv", TF_STR("a,b,1 + GPUU\n"));
  tf_located exact = {tf_str_sub(s.text.text, 4, 12), {s.source, 4, 12}};
  const tf_expr *e = NULL;
  assert_int_equal(tf_parse_value(s.cx, s.units, exact, TF_VALUE_CELL, &e), TF_INVALID);
  tf_located unquoted = {TF_STR("+1"), {s.source, 2, 3}};
  assert_int_equal(tf_parse_value(s.cx, s.units, unquoted, TF_VALUE_CELL, &e), TF_INVALID);
  assert_string_equal(told(&s),
                      "1:9+4: `GPUU` is not a name: capital letters | a label inside an expression is quoted: "
                      "'GPUU'; names are written in small letters\n"
                      "1:3+1: unexpected `+` | a positive number has no sign");
  session_end(&s);
}

static void test_address(void **state) {
  (void)state;
  static const struct {
    const char *text, *name, *label, *period, *message;
  } cases[] = {
      {"gpus", "gpus", "", "", ""},
      {" cluster.gpus ", "cluster.gpus", "", "", ""},
      {"orders[GB200]", "orders", "GB200", "", ""},
      {"hardware.price[H100 SXM]", "hardware.price", "H100 SXM", "", ""},
      {"x[2027]", "x", "", "2027", ""},
      {"x[2027-Q3]", "x", "", "2027-Q3", ""},
      {"x[GB200, 2027-01]", "x", "GB200", "2027-01", ""},
      {"x[2027, GB200]", "x", "GB200", "2027", ""},
      {"x['a, b', 2027]", "x", "a, b", "2027", ""},
      {"x[2027 model]", "x", "2027 model", "", ""},
      {"Cluster.gpus[2027]", "Cluster.gpus", "", "2027", ""}, // looked up, for "did you mean"
      {"cluster-gpus", "cluster-gpus", "", "", ""},
      {"", "", "", "",
       "1:1+0: the name of a quantity is missing | such as cluster.gpus, fleet.orders[GB200] or capex.annual[2027]"},
      {"[a]", "", "", "",
       "1:1+0: the name of a quantity is missing | such as cluster.gpus, fleet.orders[GB200] or capex.annual[2027]"},
      {"x/y", "", "", "",
       "1:1+3: `x/y` is not the name of a quantity | such as cluster.gpus, fleet.orders[GB200] or capex.annual[2027]"},
      {"x[a", "", "", "", "1:1+3: `]` is missing at the end of `x[a`"},
      {"x[]", "", "", "", "1:3+0: a label or period is missing between the brackets"},
      {"x[a, b]", "x", "a, b", "", ""},
      {"x['a', 2027,'b c']", "x", "a, b c", "2027", ""},
      {"x[2027, 2028]", "", "", "",
       "1:9+4: a second period `2028` | an address is name, name[label], name[2027] or name[label, 2027]"},
      {"x[2027-13]", "", "", "", "1:3+7: `2027-13` is no period: months are 01 to 12"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("--set", tf_str_of(cases[i].text));
    tf_address a = {0};
    tf_status status = tf_parse_address(s.cx, s.text, &a);
    assert_int_equal(status, cases[i].message[0] == '\0' ? TF_OK : TF_INVALID);
    assert_string_equal(told(&s), cases[i].message);
    assert_true(tf_str_is(a.name.text, cases[i].name));
    assert_true(tf_str_is(a.label.text, cases[i].label));
    assert_true(tf_str_is(a.period.text, cases[i].period));
    session_end(&s);
  }
}

// ---- bounds ----

static session repeated(const char *head, const char *unit, size_t count, const char *tail) {
  session s = session_of("deep", TF_STR(""));
  tf_text text = tf_text_new(s.cx->arena);
  tf_text_adds(&text, head);
  for (size_t i = 0; i < count; i++) {
    tf_text_adds(&text, unit);
  }
  tf_text_adds(&text, tail);
  tf_str all = tf_text_str(&text);
  s.source = tf_source_add(s.cx->arena, &s.cx->sources, TF_STR("deep"), all);
  s.text = (tf_located){all, {s.source, 0, (uint32_t)all.len}};
  return s;
}

static void test_nesting_is_bounded(void **state) {
  (void)state;
  static const char *const units[] = {
      "(",    "-",     "not ", "if a then ",        "f(",      "[a: ",         "x[t-",  "2^",     "x[t-1 else ",
      "sum(", "a + (", "if ",  "if a then b else ", "normal(", "mixture(5%: ", "x[t-(", "1 to (", "f(a, "};
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    session s = repeated("", units[i], 100000, "1");
    const tf_expr *e = NULL;
    assert_int_equal(tf_parse_value(s.cx, s.units, s.text, TF_VALUE_EQUATION, &e), TF_INVALID);
    assert_int_equal(s.cx->diags.errors, 1);
    const char *message = s.cx->diags.list.at[0].message;
    bool distribution = strncmp(units[i], "normal", 6) == 0 || strncmp(units[i], "1 to", 4) == 0;
    assert_string_equal(message, distribution && message[0] == 'a' ? "a distribution cannot stand inside an equation"
                                                                   : "nested too deeply");
    session_end(&s);
  }
}

static void test_nesting_limit(void **state) {
  (void)state;
  const tf_expr *e = NULL;
  session s = repeated("", "(", 150, "1");
  session closed = repeated(s.text.text.ptr, ")", 150, "");
  assert_int_equal(tf_parse_value(closed.cx, closed.units, closed.text, TF_VALUE_EQUATION, &e), TF_OK);
  session_end(&closed);
  session_end(&s);
}

// A long chain makes a deep tree although nothing is nested: bounded too, since everything behind recurses over trees.
static void test_chains_are_bounded(void **state) {
  (void)state;
  const tf_expr *e = NULL;
  session s = repeated("a", " + a", 900, "");
  assert_int_equal(tf_parse_value(s.cx, s.units, s.text, TF_VALUE_EQUATION, &e), TF_OK);
  assert_int_equal(e->depth, 901);
  session_end(&s);
  static const char *const units[] = {" + a", " * a", " and a", "[t-1]"};
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    s = repeated("a", units[i], 100000, "");
    assert_int_equal(tf_parse_value(s.cx, s.units, s.text, TF_VALUE_EQUATION, &e), TF_INVALID);
    assert_string_equal(s.cx->diags.list.at[0].message,
                        "the expression is too long: more than 1000 operations in a chain");
    session_end(&s);
  }
}

// Texts of a megabyte or so, each of which would take minutes if any part of the parser were quadratic.
static void test_time_is_linear(void **state) {
  (void)state;
  static const struct {
    const char *head, *unit, *tail;
    bool valid;
  } cases[] = {
      {"language 1\nx : 1 = 5 \"a\" [", "] ", "]", true},
      {"language 1\nx : 1 = 5\n", "\n", "", true},
      {"language 1\nx : 1 = 5\n", "# c\n", "  + 5", true},
      {"language 1\nx : 1 = 5\n", "  + 5\n", "", false},
      {"language 1\nx : hardware = a ", "'", "", true},
      {"language 1\nx : hardware = a ", "b ", "", true},
      {"language 1\nx : 1 = f(1", ", 1", ")", true},
      {"language 1\nindex i = a", ", a", "", true},
      {"language 1\noutput a", ", a", "", true},
      {"language 1\nx : 1 = ", "1", "", false},
      {"language 1\nx : 1 = 0.", "1", "", true},
      {"language 1\nx : 1 = 1", ",111", "", false},
      {"language 1\nx : 1 = 5 ", "a", "", false},
      {"language 1\nx : ", "m*", "m = 5", false},
      {"language 1\n", "x = 5\n", "", false},
      {"language 1\n", "use a\n", "", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = repeated(cases[i].head, cases[i].unit, 200000, cases[i].tail);
    const tf_model_ast *ast = NULL;
    assert_int_equal(tf_parse_model(s.cx, s.units, s.source, &ast), cases[i].valid ? TF_OK : TF_INVALID);
    session_end(&s);
  }
}

static void test_many_equations(void **state) {
  (void)state;
  enum { COUNT = 100000 };
  session s = session_of("big", TF_STR(""));
  tf_text text = tf_text_new(s.cx->arena);
  tf_text_adds(&text, "language 1\n");
  for (int i = 0; i < COUNT; i++) {
    tf_text_addf(&text, "x%d : USD = (x%d + 3.5k USD/GPU * y%d) * 40%% \"Text\" [source]\n", i, i + 1, i + 2);
  }
  tf_str all = tf_text_str(&text);
  uint32_t source = tf_source_add(s.cx->arena, &s.cx->sources, TF_STR("big"), all);
  const tf_model_ast *ast = NULL;
  assert_int_equal(tf_parse_model(s.cx, s.units, source, &ast), TF_OK);
  assert_int_equal(ast->definitions.count, COUNT);
  session_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_precedence),
      cmocka_unit_test(test_grouping_matters),
      cmocka_unit_test(test_spans),
      cmocka_unit_test(test_definition_fields),
      cmocka_unit_test(test_preamble),
      cmocka_unit_test(test_expression_has_no_distribution),
      cmocka_unit_test(test_places_of_cells),
      cmocka_unit_test(test_address),
      cmocka_unit_test(test_nesting_is_bounded),
      cmocka_unit_test(test_nesting_limit),
      cmocka_unit_test(test_chains_are_bounded),
      cmocka_unit_test(test_time_is_linear),
      cmocka_unit_test(test_many_equations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
