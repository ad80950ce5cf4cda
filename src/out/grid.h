// SPDX-License-Identifier: GPL-3.0-or-later
// A table for people, before it is laid out: rows with a name, a key (period or statistic), a unit and cells in groups
// of columns. The same grid becomes text for a terminal or a Markdown table.
//
// Texts and arrays belong to the grid's arena. `cells` of a line has `columns` entries. A cell may span several columns
// (a sentence instead of numbers); the spanned ones are ignored.
#ifndef TF_OUT_GRID_H
#define TF_OUT_GRID_H

#include "base/str.h"
#include "base/vec.h"

typedef struct tf_cell {
  tf_str text;
  size_t span; // 0 or 1: one column
} tf_cell;

typedef struct tf_grid_line {
  tf_str name, key, unit; // empty: as in the line above
  const tf_cell *cells;
  tf_str remark; // behind the last column
  bool gap;      // an empty line before this one
} tf_grid_line;

typedef struct tf_grid_group { // a title over columns first .. first+count-1
  tf_str title;
  size_t first, count;
} tf_grid_group;

typedef struct tf_grid {
  tf_arena *arena;
  const char *name_header, *key_header, *unit_header; // key_header NULL: no such column
  size_t columns;
  const tf_str *headers;
  size_t group_count; // 0: no line of titles
  const tf_grid_group *groups;
  TF_VEC(tf_grid_line) lines;
} tf_grid;

tf_grid tf_grid_new(tf_arena *arena, size_t columns);
// A zeroed array of cells for a new line.
tf_cell *tf_grid_cells(tf_grid *grid);
void tf_grid_add(tf_grid *grid, tf_grid_line line);

// Columns of a terminal that tf_grid_text needs to keep numbers beside names; names longer than TF_GRID_NAME then stand
// on a line of their own, so they do not count.
enum { TF_GRID_NAME = 18 };
size_t tf_grid_width(const tf_grid *grid);
// Plain text. If the grid is wider than `width`, long names go on lines of their own; if that is not enough, all names
// and units do, above their numbers.
void tf_grid_text(const tf_grid *grid, size_t width, tf_text *out);
// A pipe table (GitHub's dialect); names are repeated in every row so that rows can be copied alone.
void tf_grid_markdown(const tf_grid *grid, tf_text *out);
// Text that Markdown would read as markup is escaped; line breaks become blanks.
void tf_markdown_escape(tf_text *out, tf_str s);

#endif
