// SPDX-License-Identifier: GPL-3.0-or-later
// The CSV reader: places of cells, what spreadsheets write, and the exact words for what is wrong.
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support.h"
#include "table/table.h"

static tf_status parse_bytes(tf_context *cx, tf_str text, const tf_csv **csv) {
  uint32_t source = tf_source_add(cx->arena, &cx->sources, TF_STR("f.csv"), text);
  return tf_csv_parse(cx, source, csv);
}

static const tf_csv *parse(tf_context *cx, const char *text) {
  const tf_csv *csv = NULL;
  assert_int_equal(parse_bytes(cx, tf_str_of(text), &csv), TF_OK);
  assert_messages(cx, "");
  return csv;
}

static void refuse(tf_context *cx, tf_str text, const char *expected) {
  const tf_csv *csv = NULL;
  assert_int_equal(parse_bytes(cx, text, &csv), TF_INVALID);
  assert_null(csv);
  assert_messages(cx, expected);
  clear_messages(cx);
}

// Every cell as `line:column text`, a bar between cells, a line for each record.
static const char *layout(tf_context *cx, const tf_csv *csv) {
  tf_text out = tf_text_new(cx->arena);
  tf_text_adds(&out, "");
  for (size_t r = 0; r < csv->records.count; r++) {
    const tf_record *record = &csv->records.at[r];
    for (size_t i = 0; i < record->count; i++) {
      uint32_t line = 0;
      uint32_t column = 0;
      tf_span at = record->cells[i].at;
      tf_source_position(&cx->sources.list.at[at.source], at.start, &line, &column);
      tf_text_addf(&out, "%s%u:%u %.*s", i > 0 ? "|" : "", line, column, TF_STR_ARGS(record->cells[i].text));
      if (i == 0) {
        assert_int_equal(record->line, line);
      }
    }
    tf_text_adds(&out, "\n");
  }
  return out.ptr;
}

static void check_layout(tf_context *cx, const char *text, const char *expected) {
  assert_string_equal(layout(cx, parse(cx, text)), expected);
}

static void test_places(void **state) {
  tf_context *cx = *state;
  check_layout(cx, "a,b,c\n1,  22 ,3\n", "1:1 a|1:3 b|1:5 c\n2:1 1|2:5 22|2:9 3\n");
  check_layout(cx, "a,b", "1:1 a|1:3 b\n");
  check_layout(cx, "a,,c\n,,x\n", "1:1 a|1:3 |1:4 c\n2:1 |2:2 |2:3 x\n");
  check_layout(cx, "\"a\",\"b, c\"\n", "1:2 a|1:6 b, c\n");
  check_layout(cx, "\"a \"\"19\"\" b\",c\n", "1:1 a \"19\" b|1:14 c\n");
  check_layout(cx, "caf\xC3\xA9,\xE2\x82\xAC,x\n", "1:1 caf\xC3\xA9|1:6 \xE2\x82\xAC|1:8 x\n");
}

static void test_multi_line_cell(void **state) {
  tf_context *cx = *state;
  check_layout(cx, "a,\"one\ntwo, \"\"2\"\"\n\nthree\",b\nc,d\n",
               "1:1 a|1:3 one\ntwo, \"2\"\n\nthree|4:8 b\n5:1 c|5:3 d\n");
  check_layout(cx, "\"x\r\ny\",b\r\nc,d\r\n", "1:2 x\r\ny|2:4 b\n3:1 c|3:3 d\n");
}

static void test_spans_are_exact(void **state) {
  tf_context *cx = *state;
  const tf_csv *csv = parse(cx, "ab,\" cd \",\"e\"\"f\",\"\"\nz");
  const tf_record *r = &csv->records.at[0];
  assert_int_equal(r->count, 3); // the last is empty
  assert_int_equal(r->cells[0].at.start, 0);
  assert_int_equal(r->cells[0].at.end, 2);
  assert_int_equal(r->cells[1].at.start, 5); // the blank inside the quotes is trimmed
  assert_int_equal(r->cells[1].at.end, 7);
  assert_str(r->cells[1].text, "cd");
  assert_int_equal(r->cells[2].at.start, 10); // with its quotes: the text is not as written
  assert_int_equal(r->cells[2].at.end, 16);
  assert_str(r->cells[2].text, "e\"f");
}

static void test_byte_order_mark(void **state) {
  tf_context *cx = *state;
  check_layout(cx,
               "\xEF\xBB\xBF"
               "a,b\r\n1,2\r\n",
               "1:1 a|1:3 b\n2:1 1|2:3 2\n");
  check_layout(cx, "\xEF\xBB\xBF\"a\",b\r\n", "1:2 a|1:5 b\n");
}

static void test_line_ends(void **state) {
  tf_context *cx = *state;
  check_layout(cx, "a,b\r\n\r\n\r\nc,d\r\n", "1:1 a|1:3 b\n4:1 c|4:3 d\n");
  check_layout(cx, "a,b\rc,d\r", "1:1 a|1:3 b\n2:1 c|2:3 d\n");
  check_layout(cx, "\n  \na,b\n\t\nc,d", "3:1 a|3:3 b\n5:1 c|5:3 d\n");
}

static void test_trailing_empties(void **state) {
  tf_context *cx = *state;
  check_layout(cx, "a,b,,,\n1,,,,\n,,,,\n\"\",\" \",\n2,3,,,\n,,,,\n,,,,\n", "1:1 a|1:3 b\n2:1 1\n5:1 2|5:3 3\n");
}

static void test_comments(void **state) {
  tf_context *cx = *state;
  check_layout(cx, "# it's \"quoted, once\n a,b\n  # more\n\"# a spreadsheet's, with comma\",,\n1,#x\n",
               "2:2 a|2:4 b\n5:1 1|5:3 #x\n");
  // What a failed formula left in the first cell is not taken for a comment.
  check_layout(cx, "a,b\n#REF!,1\n#N/A,2\n###,3\n", "1:1 a|1:3 b\n2:1 #REF!|2:7 1\n3:1 #N/A|3:6 2\n4:1 ###|4:5 3\n");
}

static void test_semicolons(void **state) {
  tf_context *cx = *state;
  const tf_csv *csv = parse(cx, "name;value\nx;3,8e26\ny;\"a;b\"\n");
  assert_int_equal(csv->separator, ';');
  assert_true(csv->decimal_comma);
  assert_string_equal(layout(cx, csv), "1:1 name|1:6 value\n2:1 x|2:3 3,8e26\n3:1 y|3:4 a;b\n");
  csv = parse(cx, "name,value;x\n1,2\n");
  assert_int_equal(csv->separator, ',');
  assert_false(csv->decimal_comma);
  csv = parse(cx, "\"a,b\";c\n");
  assert_int_equal(csv->separator, ';');
  csv = parse(cx, "a\n1,5\n");
  assert_int_equal(csv->separator, ',');
}

static void test_separator_of_directives(void **state) {
  tf_context *cx = *state;
  assert_int_equal(parse(cx, "title:;Capex, three paths\nparameter;unit;base\n")->separator, ';');
  assert_int_equal(parse(cx, "title:,Capex; three paths\nparameter,unit,base\n")->separator, ',');
  assert_int_equal(parse(cx, "\"title:\";x, y\n")->separator, ';');
  assert_int_equal(parse(cx, "# a, b\n\ntitle:\nmodel: ;capex, x\n")->separator, ';');
}

static void test_sep_line(void **state) {
  tf_context *cx = *state;
  const tf_csv *csv = parse(cx, "sep=;\r\nname,x;value\r\n1;2\r\n");
  assert_true(csv->decimal_comma);
  assert_string_equal(layout(cx, csv), "2:1 name,x|2:8 value\n3:1 1|3:3 2\n");
  assert_int_equal(parse(cx, "\xEF\xBB\xBFsep=,\na;b,c\n")->separator, ',');
}

static void test_tabs(void **state) {
  tf_context *cx = *state;
  refuse(cx, TF_STR("# x\nname\tvalue\n1\t2\n"),
         "f.csv:2:1: error: cells are separated by tabs\n"
         "name\tvalue\n"
         "^\n"
         "  hint: save the file as CSV, with commas\n");
}

static void test_unclosed_quote(void **state) {
  tf_context *cx = *state;
  refuse(cx, TF_STR("a,b\nc,\"d\ne,f\n"),
         "f.csv:2:3: error: this quote is never closed\n"
         "c,\"d\n"
         "  ^\n"
         "  hint: close it, or double a quote that belongs to the text\n");
}

static void test_text_after_quote(void **state) {
  tf_context *cx = *state;
  refuse(cx, TF_STR("a,b\nx,\"5\" inch\n"),
         "f.csv:2:7: error: text after a closing quote\n"
         "x,\"5\" inch\n"
         "      ^\n"
         "f.csv:2:3: note: the quoted cell begins here\n"
         "x,\"5\" inch\n"
         "  ^\n"
         "  hint: double the quotes inside a quoted cell: \"a 19\"\" rack\"\n");
  // The end of an unclosed quote is only seen at the next one.
  refuse(cx, TF_STR("a,\"b\nc,\"d\"\n"),
         "f.csv:2:4: error: text after a closing quote\n"
         "c,\"d\"\n"
         "   ^\n"
         "f.csv:1:3: note: the quoted cell begins here\n"
         "a,\"b\n"
         "  ^\n"
         "  hint: double the quotes inside a quoted cell: \"a 19\"\" rack\"\n");
}

static void test_stray_quote(void **state) {
  tf_context *cx = *state;
  refuse(cx, TF_STR("a,b\nx,5 \"inch\"\n"),
         "f.csv:2:5: error: a quote inside a cell without quotes\n"
         "x,5 \"inch\"\n"
         "    ^\n"
         "  hint: put the whole cell in quotes and double the quotes inside it: \"a 19\"\" rack\"\n");
}

static void test_nul(void **state) {
  tf_context *cx = *state;
  refuse(cx, TF_STR("a,b\n1\0,2\n"),
         "f.csv:2:2: error: a NUL byte\n"
         "1\xE2\x90\x80,2\n"
         " ^\n"
         "  hint: is this a CSV file?\n");
}

static void test_encoding(void **state) {
  tf_context *cx = *state;
  refuse(cx, TF_STR("name,value\ncaf\xE9,2 and so on\n"),
         "f.csv:2:4: error: byte 0xE9 is not valid UTF-8 here\n"
         "caf\xEF\xBF\xBD,2 and so on\n"
         "   ^\n"
         "  hint: save the file as `CSV UTF-8`\n");
  refuse(cx,
         TF_STR("\xFF\xFE"
                "a\0,\0"),
         "f.csv:1:1: error: the file is UTF-16, not UTF-8\n"
         "\xEF\xBF\xBD\xEF\xBF\xBD"
         "a\xE2\x90\x80,\xE2\x90\x80\n"
         "^\n"
         "  hint: save it as `CSV UTF-8`\n");
  refuse(cx, TF_STR("a,\xC3"),
         "f.csv:1:3: error: byte 0xC3 is not valid UTF-8 here\n"
         "a,\xEF\xBF\xBD\n"
         "  ^\n"
         "  hint: save the file as `CSV UTF-8`\n");
}

static void test_empty(void **state) {
  tf_context *cx = *state;
  const char *expected = "f.csv:1:1: error: the file is empty\n";
  refuse(cx, TF_STR(""), expected);
  refuse(cx, TF_STR("\xEF\xBB\xBF"), expected);
  refuse(cx, TF_STR("\n,,\n"), expected);
  refuse(cx, TF_STR("# a comment\n"), "f.csv:1:1: error: the file is empty\n# a comment\n^\n");
}

static void test_missing_file(void **state) {
  tf_context *cx = *state;
  const tf_csv *csv = NULL;
  assert_int_equal(tf_csv_read(cx, "/nowhere/f.csv", (tf_span){0, 0, 0}, &csv), TF_FILE);
  assert_messages(cx, "error: there is no file `/nowhere/f.csv`\n  hint: there is no folder `/nowhere`\n");
}

static void test_read_file(void **state) {
  tf_context *cx = *state;
  char path[] = "/tmp/tenfold-test-csv-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, "a,b\n1,2\n", 8), 8);
  (void)close(file);
  const tf_csv *csv = NULL;
  tf_status status = tf_csv_read(cx, path, (tf_span){0, 0, 0}, &csv);
  (void)unlink(path);
  assert_int_equal(status, TF_OK);
  assert_string_equal(layout(cx, csv), "1:1 a|1:3 b\n2:1 1|2:3 2\n");
}

// A cell as long as a line may be is read; one byte more is refused.
static void test_longest_line(void **state) {
  tf_context *cx = *state;
  size_t most = TF_CSV_LINE_MAX;
  char *text = malloc(most + 8);
  assert_non_null(text);
  memset(text, 'x', most);
  memcpy(text + most, "\na,b\n", 6);
  const tf_csv *csv = NULL;
  assert_int_equal(parse_bytes(cx, (tf_str){text, most + 5}, &csv), TF_OK);
  assert_int_equal(csv->records.count, 2);
  assert_int_equal(csv->records.at[0].cells[0].text.len, most);
  assert_int_equal(csv->records.at[1].line, 2);

  memset(text, 'x', most + 1);
  text[most + 1] = '\n';
  assert_int_equal(parse_bytes(cx, (tf_str){text, most + 2}, &csv), TF_INVALID);
  assert_string_equal(cx->diags.list.at[0].message, "a line longer than 1 MiB");
  free(text);
}

// 100 MB without a line end: refused without reading it all, without more memory.
static void test_huge_line(void **state) {
  tf_context *cx = *state;
  size_t size = 100000000;
  char *text = malloc(size);
  assert_non_null(text);
  memset(text, 'x', size);
  struct rusage before;
  struct rusage after;
  (void)getrusage(RUSAGE_SELF, &before);
  const tf_csv *csv = NULL;
  assert_int_equal(parse_bytes(cx, (tf_str){text, size}, &csv), TF_INVALID);
  (void)getrusage(RUSAGE_SELF, &after);
  assert_true(after.ru_maxrss - before.ru_maxrss < 8 * 1024); // KiB
  assert_string_equal(cx->diags.list.at[0].message, "a line longer than 1 MiB");
  assert_string_equal(cx->diags.list.at[0].hint, "is this a CSV file?");
  clear_messages(cx);

  // The same as one quoted cell of many lines: found at the opening quote.
  for (size_t i = 79; i < size; i += 80) {
    text[i] = '\n';
  }
  memcpy(text, "a,b\n1,\"", 7);
  (void)getrusage(RUSAGE_SELF, &before);
  assert_int_equal(parse_bytes(cx, (tf_str){text, size}, &csv), TF_INVALID);
  (void)getrusage(RUSAGE_SELF, &after);
  assert_true(after.ru_maxrss - before.ru_maxrss < 8 * 1024);
  assert_string_equal(cx->diags.list.at[0].message, "this quote is never closed");
  assert_int_equal(cx->diags.list.at[0].at.start, 6);
  free(text);
}

// A quoted cell of many lines as long as one may be, and its closing quote.
static void test_longest_quoted_cell(void **state) {
  tf_context *cx = *state;
  size_t most = TF_CSV_LINE_MAX;
  char *text = malloc(most + 8);
  assert_non_null(text);
  for (size_t i = 0; i < most; i++) {
    text[i] = i % 100 == 99 ? '\n' : 'x';
  }
  text[0] = '"';
  text[most - 1] = '"';
  memcpy(text + most, ",b\n", 4);
  const tf_csv *csv = NULL;
  assert_int_equal(parse_bytes(cx, (tf_str){text, most + 3}, &csv), TF_OK);
  assert_int_equal(csv->records.at[0].cells[0].text.len, most - 2);
  assert_str(csv->records.at[0].cells[1].text, "b");
  free(text);
}

static void test_record_cell(void **state) {
  tf_context *cx = *state;
  const tf_csv *csv = parse(cx, "a,b,c\n1\n1,2,3,,5\n");
  tf_located missing = tf_record_cell(&csv->records.at[1], 2);
  assert_int_equal(missing.text.len, 0);
  assert_int_equal(missing.at.start, 7);
  assert_int_equal(tf_record_check(cx, &csv->records.at[1], 3), TF_OK);
  assert_int_equal(tf_record_check(cx, &csv->records.at[2], 3), TF_INVALID);
  assert_messages(cx, "f.csv:3:8: error: this row has 5 cells, the header 3 columns\n"
                      "1,2,3,,5\n"
                      "       ^\n"
                      "  hint: put text that holds the separator in quotes\n");
}

static void read_with_faults(tf_context *cx) {
  const tf_csv *csv = NULL;
  assert_int_equal(parse_bytes(cx, TF_STR("a,\"b \"\"c\"\"\"\n1,2\n3,4\n"), &csv), TF_OK);
}

static void test_out_of_memory(void **state) {
  (void)state;
  assert_true(survive_faults(read_with_faults, 1000) > 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_places),
      TEST(test_multi_line_cell),
      TEST(test_spans_are_exact),
      TEST(test_byte_order_mark),
      TEST(test_line_ends),
      TEST(test_trailing_empties),
      TEST(test_comments),
      TEST(test_semicolons),
      TEST(test_separator_of_directives),
      TEST(test_sep_line),
      TEST(test_tabs),
      TEST(test_unclosed_quote),
      TEST(test_text_after_quote),
      TEST(test_stray_quote),
      TEST(test_nul),
      TEST(test_encoding),
      TEST(test_empty),
      TEST(test_missing_file),
      TEST(test_read_file),
      TEST(test_longest_line),
      TEST(test_huge_line),
      TEST(test_longest_quoted_cell),
      TEST(test_record_cell),
      cmocka_unit_test(test_out_of_memory),
  };
  return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
