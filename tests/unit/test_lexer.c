// SPDX-License-Identifier: GPL-3.0-or-later
// Statements, tokens and number literals.
#include "lang_support.h"

#include "lang/lexer.h"

#define TEXT(literal) TF_STR(literal)

static void test_statements(void **state) {
  (void)state;
  tf_str text = TEXT("# c\n\na = 1 # x\n  b\r\n# c\n\n\tc\nd\n   \n# e\n");
  size_t pos = 0;
  tf_statement s;
  assert_true(tf_statement_next(text, &pos, &s));
  assert_true(tf_str_is(tf_str_sub(text, s.start, s.end), "a = 1 # x\n  b\r\n# c\n\n\tc"));
  assert_false(s.indented);
  assert_true(tf_statement_next(text, &pos, &s));
  assert_true(tf_str_is(tf_str_sub(text, s.start, s.end), "d"));
  assert_false(tf_statement_next(text, &pos, &s));
  assert_false(tf_statement_next(text, &pos, &s));
  pos = 0;
  assert_true(tf_statement_next(TEXT("  a"), &pos, &s));
  assert_true(s.indented);
  pos = 0;
  assert_false(tf_statement_next(TEXT(""), &pos, &s));
}

static void test_keywords_and_names(void **state) {
  (void)state;
  static const char *const words[] = {"in",   "to",       "at",     "t",     "first",    "last",      "each",
                                      "over", "with",     "then",   "if",    "else",     "and",       "or",
                                      "not",  "use",      "as",     "model", "language", "table",     "index",
                                      "unit", "currency", "output", "check", "plot",     "correlate", "choice",
                                      "date", "true",     "false",  "where", "for",      "let",       "import"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    assert_true(tf_reserved_word(tf_str_of(words[i])));
  }
  assert_false(tf_reserved_word(TEXT("tt")));
  assert_false(tf_reserved_word(TEXT("")));
  assert_false(tf_reserved_word(TEXT("If")));
  assert_true(tf_is_name(TEXT("a_1"), false));
  assert_true(tf_is_name(TEXT("a.b_2"), true));
  assert_false(tf_is_name(TEXT("a.b"), false));
  assert_false(tf_is_name(TEXT("a..b"), true));
  assert_false(tf_is_name(TEXT("a."), true));
  assert_false(tf_is_name(TEXT("1a"), true));
  assert_false(tf_is_name(TEXT("A"), true));
  assert_false(tf_is_name(TEXT(""), true));
}

static tf_token first_token(session *s, bool cell) {
  tf_lexer lx = {.cx = s->cx, .units = s->units, .origin = s->text, .end = s->text.text.len, .cell = cell};
  tf_token token;
  tf_lexer_next(&lx, &token);
  return token;
}

// Decimal suffixes and percent signs are part of the number, which is rounded once.
static void test_numbers_are_exact(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value;
  } cases[] = {
      {"0", 0},           {"38%", 0.38},     {"57%", 0.57},  {"0.1%", 0.001}, {"38.7%", 0.387}, {"3.8T", 3.8e12},
      {"3.8E25", 3.8e25}, {"1e26", 1e26},    {"1.1k", 1100}, {"2.3M", 2.3e6}, {"2.3mn", 2.3e6}, {"4.7G", 4.7e9},
      {"4.7bn", 4.7e9},   {"8.9tn", 8.9e12}, {"1e-3k", 1},   {".5", 0.5},     {"5 %", 0.05},    {"2024", 2024},
      {"0.0001", 1e-4},   {"1e3%", 10},      {"0e-400", 0},  {"007", 7},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("number", tf_str_of(cases[i].text));
    tf_token token = first_token(&s, false);
    assert_int_equal(token.kind, TF_TOKEN_NUMBER);
    assert_true(token.number == cases[i].value);
    assert_false(token.has_unit);
    assert_int_equal(token.end, strlen(cases[i].text));
    session_end(&s);
  }
}

// What a double cannot hold is refused: infinity and 0 would be other numbers.
static void test_numbers_too_large_or_small(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"1e309", "1:1+5: the number is too large: numbers reach to 1.8e308 | is an exponent or a suffix too much?"},
      {"1e307G", "1:1+6: the number is too large: numbers reach to 1.8e308 | is an exponent or a suffix too much?"},
      {"0.001e-400", "1:1+10: the number is too small: it would become 0 | write 0, or a number above 1e-307"},
      {"1e-323%", "1:1+7: the number is too small: it would become 0 | write 0, or a number above 1e-307"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("number", tf_str_of(cases[i][0]));
    assert_int_equal(first_token(&s, false).kind, TF_TOKEN_BAD);
    assert_string_equal(told(&s), cases[i][1]);
    session_end(&s);
  }
}

static void test_units_of_numbers(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value;
    const char *unit;
    size_t length;
    bool percent;
  } cases[] = {
      {"989 TFLOP/(s*GPU) * mfu", 989, "TFLOP/(s*GPU)", 17, false},
      {"18 month", 18, "month", 8, false},
      {"100MW", 100, "MW", 5, false},
      {"5 MW*pue", 5, "MW", 4, false},
      {"5 MW/pue", 5, "MW", 4, false},
      {"25k USD/GPU", 25000, "USD/GPU", 11, false},
      {"40% 1/year", 0.4, "1/year", 10, true},
      {"9%/year", 9, "%/year", 7, false},
      {"9 %/year", 9, "%/year", 8, false},
      {"0.04 1/(GPU*year)", 0.04, "1/(GPU*year)", 17, false},
      {"5 t", 5, "t", 3, false},
      {"5 m", 5, "m", 3, false},
      {"5 B", 5, "B", 3, false},
      {"12h", 12, "hour", 3, false},
      {"3 USD2024", 3, "USD2024", 9, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("unit", tf_str_of(cases[i].text));
    tf_token token = first_token(&s, false);
    assert_int_equal(token.kind, TF_TOKEN_NUMBER);
    assert_true(token.number == cases[i].value);
    assert_true(token.has_unit);
    assert_int_equal(token.percent, cases[i].percent);
    assert_string_equal(tf_cstr(s.cx->arena, token.unit->text), cases[i].unit);
    assert_int_equal(token.end, cases[i].length);
    session_end(&s);
  }
}

// What follows a number without being its unit.
static void test_no_unit(void **state) {
  (void)state;
  static const struct {
    const char *text;
    size_t length;
  } cases[] = {{"5 to 6", 1},  {"5 in 1 .. 2", 1}, {"5 each year", 1}, {"5 per sqrt", 1},
               {"5 * GPU", 1}, {"5  GPU", 1},      {"5 at 80%", 1},    {"5\nGPU", 1},
               {"2..3", 1},    {"5/min(a, b)", 1}, {"5 1", 1}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("plain", tf_str_of(cases[i].text));
    tf_token token = first_token(&s, false);
    assert_int_equal(token.kind, TF_TOKEN_NUMBER);
    assert_false(token.has_unit);
    assert_int_equal(token.end, cases[i].length);
    session_end(&s);
  }
}

static void test_dates(void **state) {
  (void)state;
  static const struct {
    const char *text;
    tf_period_kind kind;
    size_t length;
  } cases[] = {{"2024-06-30", TF_PERIOD_DAY, 10},
               {"2024-07", TF_PERIOD_MONTH, 7},
               {"2024-Q3", TF_PERIOD_QUARTER, 7},
               {"2024-07..2030-06", TF_PERIOD_MONTH, 7}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("date", tf_str_of(cases[i].text));
    tf_token token = first_token(&s, false);
    assert_int_equal(token.kind, TF_TOKEN_DATE);
    assert_int_equal(token.period.kind, cases[i].kind);
    assert_int_equal(token.end, cases[i].length);
    session_end(&s);
  }
  session s = session_of("difference", TEXT("2024-1000"));
  assert_int_equal(first_token(&s, false).end, 4);
  session_end(&s);
}

// Cells of spreadsheets; the rest of the language is the same.
static void test_cells(void **state) {
  (void)state;
  static const struct {
    const char *text, *printed, *message;
  } cases[] = {
      {"$40,000", "40000 USD", "note 1:2+6: `40,000` is read as 40000"},
      {"$ 40,000/GPU", "40000 USD/GPU", "note 1:3+6: `40,000` is read as 40000"},
      {"1,234,567.5", "1234567.5", "note 1:1+11: `1,234,567.5` is read as 1234567.5"},
      {"25,000 to 40,000 USD/GPU", "25000 to 40000 USD/GPU",
       "note 1:1+6: `25,000` is read as 25000\nnote 1:11+6: `40,000` is read as 40000"},
      {"22.1 bn USD", "2.21e10 USD", ""},
      {"22.1bn USD/year", "2.21e10 USD/year", ""},
      {"22.1 bn", "2.21e10", ""},
      {"40 USD bn", "4e10 USD", ""},
      {"40 USD m", "4e7 USD", ""},
      {"5 m USD", "5000000 USD", ""},
      {"5 m", "5 m", ""},
      {"$22.1bn/year", "2.21e10 USD/year", ""},
      {"$40m", "4e7 USD", ""},
      {"$1.5 tn", "1.5e12 USD", ""},
      {"-$5", "-5 USD", ""},
      {"base * 0.8", "base * 0.8", ""},
      {"37 .. 40", "37 .. 40", ""},
      {"triangular(10, 20, 30)", "triangular(10, 20, 30)", ""},
      {"2024-06-30", "2024-06-30", ""},
      {"40%", "40%", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("cell", tf_str_of(cases[i].text));
    assert_string_equal(print_value(&s, TF_VALUE_CELL), cases[i].printed);
    assert_string_equal(told(&s), cases[i].message);
    session_end(&s);
  }
}

static void test_cell_errors(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "1:1+0: a value is missing"},
      {"  ", "1:1+2: a value is missing"},
      {"=5*3", "1:1+1: a value does not begin with `=` | write the expression alone"},
      {"3,8", "1:1+3: `3,8` holds a comma | the decimal sign is a point: 3.8"},
      {"40,00", "1:1+5: `40,00` holds a comma | the decimal sign is a point: 40.00"},
      {"4000,000", "1:1+8: `4000,000` holds a comma | the decimal sign is a point: 4000.000"},
      {"1,234,56", "1:1+8: `1,234,56` holds a comma | write the number without commas, its decimal sign as a point"},
      {"$", "1:1+1: a number is missing after `$` | write $40,000 or 40000 USD"},
      {"$5/foo", "1:3+4: unknown unit `foo` | a model declares its own units, such as `unit rack`"},
      {"5, then 6", "1:2+1: unexpected `,`"},
      {"#REF!", "1:1+1: unexpected `#` | an error of the spreadsheet, or a comment: write a value"},
      {"triangular(10,200,300)",
       "1:12+10: `10,200,300` could be one number or several | write 10200300 for one number, "
       "or a blank after each comma between arguments"},
      {"H100 SXM",
       "1:1+4: `H100` is not a name: capital letters | a label inside an expression is quoted: 'H100'; names "
       "are written in small letters"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    session s = session_of("cell", tf_str_of(cases[i].text));
    const tf_expr *untouched = NULL;
    assert_int_equal(tf_parse_value(s.cx, s.units, s.text, TF_VALUE_CELL, &untouched), TF_INVALID);
    assert_null(untouched);
    assert_string_equal(told(&s), cases[i].message);
    session_end(&s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_statements),
      cmocka_unit_test(test_keywords_and_names),
      cmocka_unit_test(test_numbers_are_exact),
      cmocka_unit_test(test_numbers_too_large_or_small),
      cmocka_unit_test(test_units_of_numbers),
      cmocka_unit_test(test_no_unit),
      cmocka_unit_test(test_dates),
      cmocka_unit_test(test_cells),
      cmocka_unit_test(test_cell_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
