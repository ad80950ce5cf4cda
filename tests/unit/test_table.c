// SPDX-License-Identifier: GPL-3.0-or-later
// Cells as spreadsheets write them, and tables with typed columns.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support.h"
#include "table/table.h"

static const tf_csv comma_file = {.separator = ',', .noted = &(bool){false}};

static tf_located cell(tf_context *cx, const char *text) {
  return located(cx, "f.csv", text);
}

// The text of a value in a file with this separator, or NULL where it is refused.
static const char *value_of(tf_context *cx, char separator, const char *text) {
  bool noted = true;
  tf_csv csv = {.separator = separator, .decimal_comma = separator == ';', .noted = &noted};
  tf_located value;
  tf_status status = tf_csv_number_text(cx, &csv, cell(cx, text), &value);
  return status == TF_OK ? tf_cstr(cx->arena, value.text) : NULL;
}

static void reads(tf_context *cx, char separator, const char *text, const char *expected) {
  const char *value = value_of(cx, separator, text);
  assert_messages(cx, "");
  assert_string_equal(value, expected);
}

// Refused with this message and hint, at bytes [from, to).
static void refuses(tf_context *cx, char separator, const char *text, unsigned from, unsigned to, const char *message,
                    const char *hint) {
  assert_null(value_of(cx, separator, text));
  assert_int_equal(cx->diags.list.count, 1);
  const tf_diag *diag = &cx->diags.list.at[0];
  assert_int_equal(diag->severity, TF_ERROR);
  assert_string_equal(diag->message, message);
  assert_string_equal(diag->hint, hint);
  assert_int_equal(diag->at.start, from);
  assert_int_equal(diag->at.end, to);
  clear_messages(cx);
}

static void test_plain_values(void **state) {
  tf_context *cx = *state;
  static const char *const texts[] = {"40",
                                      "-40",
                                      "20 to 40",
                                      "38% to 43%",
                                      "$40,000",
                                      "100k",
                                      "base * 0.8",
                                      "2024-06-30",
                                      "10 .. 40",
                                      "10..40",
                                      "H100 SXM",
                                      "3.8e26",
                                      "pert(1, 2, 3)",
                                      "pert(1,2,3)",
                                      "normal(38% to 43%)",
                                      "(1 + 2) * base",
                                      "(base)",
                                      "100,000 to 200,000",
                                      "1,234,567.5 USD",
                                      "#1",
                                      "A\u2013B",
                                      "event(30%)",
                                      "'a, 1,5'",
                                      "[a: 0.5, b: 1.5]",
                                      "5 GPU,x",
                                      "default"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    reads(cx, ',', texts[i], texts[i]);
  }
}

static void test_spreadsheet_errors(void **state) {
  tf_context *cx = *state;
  static const char *const errors[] = {"#REF!", "#NAME?", "#N/A",    "#VALUE!", "#DIV/0!",
                                       "#NUM!", "#NULL!", "#SPILL!", "#BEZUG!", "Err:502"};
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    const char *message = tf_format(cx->arena, "`%s` is an error of the spreadsheet, not a value", errors[i]);
    unsigned size = (unsigned)strlen(errors[i]);
    refuses(cx, ',', errors[i], 0, size, message, "mend the formula there and save the file again");
    refuses(cx, ';', errors[i], 0, size, message, "mend the formula there and save the file again");
  }
  refuses(cx, ',', "####", 0, 4, "`####` is what a spreadsheet shows for a number too wide",
          "widen the column there and save the file again");
  refuses(cx, ',', "=B2*2", 0, 5, "a spreadsheet formula, not its value",
          "save the file with values in place of formulas");
}

static void test_signs(void **state) {
  tf_context *cx = *state;
  refuses(cx, ',', "(1.5)", 0, 5, "`(1.5)` is not read as a negative number", "write -1.5");
  refuses(cx, ',', "($40,000)", 0, 9, "`($40,000)` is not read as a negative number", "write -$40,000");
  refuses(cx, ',', "(12%)", 0, 5, "`(12%)` is not read as a negative number", "write -12%");
  refuses(cx, ',', "+5", 0, 1, "a leading plus sign", "write 5");
  refuses(cx, ',', "+ 5 to 6", 0, 1, "a leading plus sign", "write 5 to 6");
}

static void test_decimal_comma_in_comma_file(void **state) {
  tf_context *cx = *state;
  refuses(cx, ',', "3,8", 0, 3, "`3,8` is not a number: the decimal sign is a point", "write 3.8");
  refuses(cx, ',', "3,8e26", 0, 6, "`3,8e26` is not a number: the decimal sign is a point", "write 3.8e26");
  refuses(cx, ',', "0,500", 0, 5, "`0,500` is not a number: the decimal sign is a point", "write 0.500");
  refuses(cx, ',', "1 to 2,55", 5, 9, "`2,55` is not a number: the decimal sign is a point", "write 2.55");
  refuses(cx, ',', "1.234,56", 0, 8, "`1.234,56` is not a number: the decimal sign is a point", "write 1234.56");
  refuses(cx, ',', "1,00,000", 0, 8, "`1,00,000` is not a number: the decimal sign is a point",
          "thousands are in groups of three: 1,234,567");
  refuses(cx, ',', "1,2345", 0, 6, "`1,2345` is not a number: the decimal sign is a point", "write 1.2345");
}

static void test_thousands_within_parentheses(void **state) {
  tf_context *cx = *state;
  refuses(cx, ',', "pert(1,000, 2,000, 3,000)", 5, 10, "`1,000` could be one number or several arguments",
          "write 1000, or a blank after a comma that separates");
  refuses(cx, ',', "max(100,200,300)", 4, 15, "`100,200,300` could be one number or several arguments",
          "write 100200300, or a blank after a comma that separates");
}

static void test_look_alikes(void **state) {
  tf_context *cx = *state;
  refuses(cx, ',', "\xE2\x80\x98H100\xE2\x80\x99", 0, 3, "a curly quote", "write ' instead");
  refuses(cx, ',', "a\xE2\x80\x9D", 1, 4, "a curly quote", "write \" instead");
  refuses(cx, ',', "20\xC2\xA0to 40", 2, 4, "a non-breaking space", "write a plain space instead");
  refuses(cx, ',', "20\xE2\x80\x8B", 2, 5, "an invisible character", "delete it");
  refuses(cx, ',',
          "\xE2\x88\x92"
          "5",
          0, 3, "a typographic minus sign", "write - instead");
  refuses(cx, ',',
          "20\xE2\x80\x93"
          "40",
          2, 5, "a dash is not read as a range nor as a minus sign",
          "write `20 to 40` for a range, -40 for a negative number");
  refuses(cx, ',', "5 \xC2\xB1 1", 2, 4, "the sign `\xC2\xB1`", "write +- instead");
  refuses(cx, ',',
          "\xE2\x82\xAC"
          "40",
          0, 3, "the sign `\xE2\x82\xAC`", "write the currency by its code: 40 EUR");
}

static void test_semicolon_file(void **state) {
  tf_context *cx = *state;
  reads(cx, ';', "3,8e26", "3.8e26");
  reads(cx, ';', "0,95", "0.95");
  reads(cx, ';', "1.234,5", "1234.5");
  reads(cx, ';', "40.000", "40000");
  reads(cx, ';', "1.234.567", "1234567");
  reads(cx, ';', "1,5 to 2,5", "1.5 to 2.5");
  reads(cx, ';', "1,5..2,5", "1.5..2.5");
  reads(cx, ';', "pert(1,5, 2, 3,5)", "pert(1.5, 2, 3.5)");
  reads(cx, ';', "base * 0,8", "base * 0.8");
  reads(cx, ';', "USD2024 1,5", "USD2024 1.5");
  reads(cx, ';', "2024-06-30", "2024-06-30");
  reads(cx, ';', "hardware.price * 2", "hardware.price * 2");
  reads(cx, ';', "Llama 3.1", "Llama 3.1");
  reads(cx, ';', "'GPT 4.5'", "'GPT 4.5'");
  refuses(cx, ';', "1.5", 0, 3, "`1.5` is not a number: in a file with `;` the decimal sign is a comma", "write 1,5");
  refuses(cx, ';', "1 to 1.5", 5, 8, "`1.5` is not a number: in a file with `;` the decimal sign is a comma",
          "write 1,5");
  refuses(cx, ';', "1,234.5", 0, 7, "`1,234.5` is not a number: in a file with `;` the decimal sign is a comma",
          "write 1234,5");
  refuses(cx, ';', "max(1,2,3)", 4, 9, "`1,2,3` is not a number: in a file with `;` the decimal sign is a comma",
          "a comma that separates arguments needs a blank after it");
}

// A rewritten value keeps its place: exact while its length is the same, else the whole cell is meant.
static void test_rewritten_place(void **state) {
  tf_context *cx = *state;
  bool noted = true;
  tf_csv csv = {.separator = ';', .decimal_comma = true, .noted = &noted};
  tf_located value;
  assert_int_equal(tf_csv_number_text(cx, &csv, cell(cx, "3,8 to 4,1"), &value), TF_OK);
  tf_span at = tf_located_span(value, 7, 10);
  assert_int_equal(at.start, 7);
  assert_int_equal(at.end, 10);
  assert_int_equal(tf_csv_number_text(cx, &csv, cell(cx, "40.000 to 4,1"), &value), TF_OK);
  at = tf_located_span(value, 9, 12);
  assert_int_equal(at.start, 0);
  assert_int_equal(at.end, 13);
}

static void test_note_on_thousands(void **state) {
  tf_context *cx = *state;
  bool noted = false;
  tf_csv csv = {.separator = ',', .noted = &noted};
  assert_int_equal(tf_cell_check(cx, &csv, cell(cx, "$40,000")), TF_OK);
  assert_int_equal(tf_cell_check(cx, &csv, cell(cx, "100,000")), TF_OK); // once a file
  assert_messages(cx, "f.csv:1:2: note: `40,000` is read as 40000\n"
                      "$40,000\n"
                      " ^~~~~~\n"
                      "  hint: so are other numbers with separated thousands in this file\n");
  clear_messages(cx);
  assert_int_equal(tf_cell_check(cx, NULL, located(cx, "--set", "100,000")), TF_OK);
  assert_messages(cx, "--set:1:1: note: `100,000` is read as 100000\n"
                      "100,000\n"
                      "^~~~~~~\n");
  assert_int_equal(tf_cell_check(cx, &comma_file, cell(cx, "100000")), TF_OK);
}

// A table of this text; NULL where it is refused.
static tf_table *table_of(tf_context *cx, const char *text) {
  char path[] = "/tmp/tenfold-test-table-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), strlen(text));
  (void)close(file);
  tf_table *table = NULL;
  tf_status status = tf_table_read(cx, tf_units_new(cx), path, (tf_span){0, 0, 0}, &table);
  (void)unlink(path);
  assert_int_equal(status, table == NULL ? TF_INVALID : TF_OK);
  if (cx->sources.list.count > 0) { // a name that messages can be compared with
    cx->sources.list.at[cx->sources.list.count - 1].name = TF_STR("chips.csv");
  }
  return table;
}

static void refuse_table(tf_context *cx, const char *text, const char *expected) {
  assert_null(table_of(cx, text));
  assert_messages(cx, expected);
  clear_messages(cx);
}

static void test_columns(void **state) {
  tf_context *cx = *state;
  tf_table *t = table_of(cx, "hardware,peak_bf16 [TFLOP/(s*GPU)],released [date],#mine,note\n"
                             "H100 SXM,989,2022-09,x,\"Dense, 1,5\"\nB200,\"2,250\",,,\n");
  assert_non_null(t);
  assert_int_equal(t->rows, 2);
  assert_str(t->row_names[0].text, "H100 SXM");
  assert_int_equal(t->column_count, 3);
  assert_str(t->columns[0].name.text, "peak_bf16");
  assert_false(t->columns[0].text);
  assert_true(t->columns[0].unit.factor == 1e12);
  assert_str(t->columns[0].cells[1].text, "2,250");
  assert_true(t->columns[1].date);
  assert_str(t->columns[1].cells[0].text, "2022-09");
  assert_int_equal(t->columns[1].cells[1].text.len, 0);
  assert_true(t->columns[2].text);
  assert_str(t->columns[2].cells[0].text, "Dense, 1,5");
  assert_int_equal(t->columns[2].cells[1].text.len, 0);
  assert_int_equal(cx->diags.errors, 0);
  assert_int_equal(cx->diags.notes, 1);
}

static void test_semicolon_table(void **state) {
  tf_context *cx = *state;
  tf_table *t = table_of(cx, "chip;price [USD/GPU];note\nA;1.234,5;1,5 or so\n");
  assert_str(t->columns[0].cells[0].text, "1234.5");
  assert_str(t->columns[1].cells[0].text, "1,5 or so");
}

static void test_wrong_tables(void **state) {
  tf_context *cx = *state;
  refuse_table(cx, "chip,price [USD],price [EUR]\nA,1,2\n",
               "chips.csv:1:18: error: two columns `price`\n"
               "chip,price [USD],price [EUR]\n"
               "                 ^~~~~\n"
               "chips.csv:1:6: note: the first is here\n"
               "chip,price [USD],price [EUR]\n"
               "     ^~~~~\n");
  refuse_table(cx, "chip,price [USD]\nA,1\nB,2\nA,3\n",
               "chips.csv:4:1: error: two rows `A`\n"
               "A,3\n"
               "^\n"
               "chips.csv:2:1: note: the first is here\n"
               "A,1\n"
               "^\n");
  refuse_table(cx, "chip,Price [USD]\nA,1\n",
               "chips.csv:1:6: error: `Price` is not a column name\n"
               "chip,Price [USD]\n"
               "     ^~~~~~~~~~~\n"
               "  hint: a name holds a-z, 0-9 and _; a column whose header begins with # is ignored\n");
  refuse_table(cx, "chip,price [USD\nA,1\n",
               "chips.csv:1:6: error: `[` without `]` at the end of the header\n"
               "chip,price [USD\n"
               "     ^~~~~~~~~~\n"
               "  hint: write `price [USD/GPU]`\n");
  refuse_table(cx, "chip,price [USD]\nA,#REF!\n,2\nB,1,2\n",
               "chips.csv:3:1: error: a row without a name\n"
               ",2\n"
               "^\n"
               "chips.csv:4:5: error: this row has 3 cells, the header 2 columns\n"
               "B,1,2\n"
               "    ^\n"
               "  hint: put text that holds the separator in quotes\n"
               "chips.csv:2:3: error: `#REF!` is an error of the spreadsheet, not a value\n"
               "A,#REF!\n"
               "  ^~~~~\n"
               "  hint: mend the formula there and save the file again\n");
}

static void test_wrong_unit(void **state) {
  tf_context *cx = *state;
  assert_null(table_of(cx, "chip,price [USB/GPU]\nA,1\n"));
  assert_int_equal(cx->diags.errors, 1);
  assert_int_equal(cx->diags.list.at[0].at.start, 12);
}

static void test_extend(void **state) {
  tf_context *cx = *state;
  tf_table *t = table_of(cx, "chip,peak [TFLOP/s],price [USD],note\nA,1,2,old\nB,3,4,\n");
  tf_table *extra = table_of(cx, "chip,price [USD],peak [PFLOP/s]\nC,9,0.5\nB,7,\nA,,1.5 to 2\n");
  assert_int_equal(tf_table_extend(cx, t, extra), TF_OK);
  assert_int_equal(t->rows, 3);
  assert_str(t->row_names[2].text, "C");
  const tf_table_column *peak = &t->columns[0];
  const tf_table_column *price = &t->columns[1];
  assert_str(peak->cells[0].text, "1.5 to 2 PFLOP/s"); // its unit goes with it
  assert_str(peak->cells[1].text, "3");                // an empty cell keeps what was there
  assert_str(peak->cells[2].text, "0.5 PFLOP/s");
  assert_str(price->cells[0].text, "2");
  assert_str(price->cells[1].text, "7");
  assert_str(price->cells[2].text, "9");
  assert_str(t->columns[2].cells[0].text, "old");
  assert_int_equal(t->columns[2].cells[2].text.len, 0);
}

static void test_extend_mismatch(void **state) {
  tf_context *cx = *state;
  tf_table *t = table_of(cx, "chip,peak [TFLOP/s],price [USD]\nA,1,2\n");
  tf_table *unknown = table_of(cx, "chip,prise [USD]\nB,7\n");
  assert_int_equal(tf_table_extend(cx, t, unknown), TF_INVALID);
  assert_string_equal(strstr(cx->diags.list.at[0].message, "has no column"), "has no column `prise`");
  assert_string_equal(cx->diags.list.at[0].hint, "did you mean `price`?");
  clear_messages(cx);
  tf_table *other = table_of(cx, "chip,price [EUR]\nB,7\n");
  assert_int_equal(tf_table_extend(cx, t, other), TF_INVALID);
  assert_string_equal(strstr(cx->diags.list.at[0].message, "is in"), "is in USD");
  assert_int_equal(t->rows, 1);
}

static void test_shipped_hardware(void **state) {
  tf_context *cx = *state;
  tf_table *t = NULL;
  assert_int_equal(
      tf_table_read(cx, tf_units_new(cx), TENFOLD_SOURCE_DIR "/models/hardware.csv", (tf_span){0, 0, 0}, &t), TF_OK);
  assert_messages(cx, "");
  assert_str(t->name, "hardware");
  assert_true(t->rows > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_plain_values),
      TEST(test_spreadsheet_errors),
      TEST(test_signs),
      TEST(test_decimal_comma_in_comma_file),
      TEST(test_thousands_within_parentheses),
      TEST(test_look_alikes),
      TEST(test_semicolon_file),
      TEST(test_rewritten_place),
      TEST(test_note_on_thousands),
      TEST(test_columns),
      TEST(test_semicolon_table),
      TEST(test_wrong_tables),
      TEST(test_wrong_unit),
      TEST(test_extend),
      TEST(test_extend_mismatch),
      TEST(test_shipped_hardware),
  };
  return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
