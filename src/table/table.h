// SPDX-License-Identifier: GPL-3.0-or-later
// CSV files with exact positions (the only user of libcsv), and tables with typed columns.
#ifndef TF_TABLE_TABLE_H
#define TF_TABLE_TABLE_H

#include "base/context.h"
#include "unit/unit.h"

// A CSV file as records of cells. Cell text is unquoted; its span covers the cell as written. Blank lines are skipped.
// Trailing empty cells and rows are dropped. A header with `;` and no `,` means `;` and decimal commas (decimal_comma).
typedef struct tf_record {
  size_t count;
  const tf_located *cells;
  uint32_t line;
} tf_record;

typedef struct tf_csv {
  uint32_t source;
  bool decimal_comma; // numbers in cells are rewritten with a point when they are read (tf_csv_number_text)
  TF_VEC(tf_record) records;
} tf_csv;

// Reads and checks: BOM and CRLF accepted; NUL, invalid UTF-8, unclosed quotes, stray quotes, lines over 1 MiB, an
// empty file are errors with their place. Ragged rows are the caller's matter (it knows the header).
TF_NODISCARD tf_status tf_csv_read(tf_context *cx, const char *path, tf_span from, const tf_csv **csv);
TF_NODISCARD tf_status tf_csv_parse(tf_context *cx, uint32_t source, const tf_csv **csv); // of a registered source
// Errors of spreadsheets in a cell: #REF! #NAME? #N/A #VALUE! #DIV/0! ###, (1.5), leading +, 3,8 in a comma file.
TF_NODISCARD tf_status tf_cell_check(tf_context *cx, const tf_csv *csv, tf_located cell);

typedef struct tf_table_column {
  tf_located name;
  tf_unit unit; // numbers
  bool text;    // no unit in the header, not a date: free text (source, note)
  bool date;
  const tf_located *cells; // by row
} tf_table_column;

// hardware.csv: the first column names the rows; a header cell is `name [unit]`, `name [date]`, or `name` for text.
typedef struct tf_table {
  tf_str name; // "hardware"
  tf_str path;
  size_t rows;
  const tf_located *row_names;
  size_t column_count;
  const tf_table_column *columns;
  const tf_csv *csv;
} tf_table;

TF_NODISCARD tf_status tf_table_read(tf_context *cx, tf_units *units, const char *path, tf_span from, tf_table **table);
// Adds rows of `extra` or replaces those of the same name; columns are matched by name, units converted by text later.
TF_NODISCARD tf_status tf_table_extend(tf_context *cx, tf_table *table, const tf_table *extra);

#endif
