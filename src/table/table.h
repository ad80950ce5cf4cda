// SPDX-License-Identifier: GPL-3.0-or-later
// CSV files with exact positions (the only user of libcsv), and tables with typed columns.
//
// What is read: RFC 4180 with a byte order mark, LF, CRLF or CR line ends, blanks around cells, quoted cells over
// several lines. Blank lines are skipped, and so are comments: rows whose first cell begins with `#` (unless it is an
// error of a spreadsheet such as #REF!). A first line `sep=;` or `sep=,` is obeyed. Trailing empty cells and rows are
// dropped.
//
// The separator is a comma, or a semicolon where the first row says so: a header with `;` and no `,`, or a directive
// row (`title:;...`) whose first cell is followed by `;`. With `;` the decimal sign is a comma and thousands are
// grouped by points (3,8e26 and 40.000).
//
// Memory: everything lives in the context's arena. Cell texts point into the source where they can (all but cells with
// doubled quotes); beside them a read takes 1 MiB at most, whatever the file holds.
#ifndef TF_TABLE_TABLE_H
#define TF_TABLE_TABLE_H

#include "base/context.h"
#include "unit/unit.h"

enum { TF_CSV_LINE_MAX = 1024 * 1024 }; // bytes of a line, and of a quoted cell over several lines

// A record of cells, without its trailing empty ones (at least one cell is left). Cell texts are unquoted and trimmed.
// The span of a cell covers its text exactly, in quoted cells without the quotes; the span of a cell with doubled
// quotes covers it as written, quotes included, so that its length differs from the text's.
typedef struct tf_record {
  size_t count;
  const tf_located *cells;
  uint32_t line; // 1-based, of its first cell
} tf_record;

typedef struct tf_csv {
  uint32_t source;
  char separator;
  bool decimal_comma; // numbers in cells are rewritten with a point when they are read (tf_csv_number_text)
  bool *noted;        // a note on separated thousands was given: one is enough for a file
  TF_VEC(tf_record) records;
} tf_csv;

// Reads and checks: BOM and CRLF accepted; NUL, invalid UTF-8, unclosed quotes (with the place of the opening one),
// stray quotes, text after a closing quote, lines over 1 MiB, tabs as separators, an empty file are errors with their
// place (TF_INVALID). Ragged rows are the caller's matter (it knows the header).
TF_NODISCARD tf_status tf_csv_read(tf_context *cx, const char *path, tf_span from, const tf_csv **csv);
TF_NODISCARD tf_status tf_csv_parse(tf_context *cx, uint32_t source, const tf_csv **csv); // of a registered source
// Cell i of a record; beyond its last one an empty cell whose span is the end of the row.
tf_located tf_record_cell(const tf_record *record, size_t i);
// Cells beyond the header's `columns` are an error at the first of them that is not empty.
TF_NODISCARD tf_status tf_record_check(tf_context *cx, const tf_record *record, size_t columns);

// Characters that look like others and errors of spreadsheets, for any cell that is not free text: curly quotes,
// non-breaking spaces, the minus sign and dashes of typography, +- and * as signs, currency signs but $; #REF! #NAME?
// #N/A #VALUE! #DIV/0! #NUM! ###.
TF_NODISCARD tf_status tf_cell_plain(tf_context *cx, tf_located cell);
// For cells of values: besides, (1.5), a leading +, formulas, and in a comma file (or `csv` NULL, for --set) 3,8 and
// irregular thousands. Regular thousands (100,000) are left to the parser of values, with a note. Within parentheses
// `1,000` could be one number or two arguments and is an error.
TF_NODISCARD tf_status tf_cell_check(tf_context *cx, const tf_csv *csv, tf_located cell);
// tf_cell_check, then the cell's text with numbers as values are written: in a file with decimal commas 3,8e26 becomes
// 3.8e26 and 40.000 becomes 40000 (with a note); 1.5 there is an error. Other cells come back as they are.
TF_NODISCARD tf_status tf_csv_number_text(tf_context *cx, const tf_csv *csv, tf_located cell, tf_located *value);
// Is the text what a spreadsheet writes where a formula failed or a column was too narrow?
bool tf_spreadsheet_error(tf_str text);

typedef struct tf_table_column {
  tf_located name;
  tf_unit unit; // numbers
  bool text;    // no unit in the header, not a date: free text (source, note)
  bool date;
  const tf_located *cells; // by row; numbers and dates as tf_csv_number_text gives them, empty where there is none
} tf_table_column;

// hardware.csv: the first column names the rows; a header cell is `name [unit]`, `name [date]`, or `name` for text.
// A column whose header begins with `#` is ignored.
typedef struct tf_table {
  tf_str name; // "hardware": the file's name without extension
  tf_str path;
  size_t rows;
  const tf_located *row_names;
  size_t column_count;
  const tf_table_column *columns;
  const tf_csv *csv;
} tf_table;

// Errors (TF_INVALID): two columns or two rows of one name, a column name that is no name, an unknown unit, ragged
// rows, cells that tf_cell_check refuses. Values stay text: the model layer reads them.
TF_NODISCARD tf_status tf_table_read(tf_context *cx, tf_units *units, const char *path, tf_span from, tf_table **table);
// Adds rows of `extra` or replaces those of the same name; columns are matched by name. An empty or absent cell keeps
// what the row had. Where a column of `extra` has another unit of the same dimension, its unit is written after the
// bare numbers. Errors: a column the table does not have, a column of another dimension or kind.
TF_NODISCARD tf_status tf_table_extend(tf_context *cx, tf_table *table, const tf_table *extra);

#endif
