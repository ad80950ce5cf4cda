// SPDX-License-Identifier: GPL-3.0-or-later
// Layout of tables for people (out/grid.h).
#include "out/grid.h"

#include <string.h>

#include "out/show.h"

enum { GAP = 2, STACK_INDENT = 2 };

tf_grid tf_grid_new(tf_arena *arena, size_t columns) {
  return (tf_grid){.arena = arena, .name_header = "quantity", .unit_header = "unit", .columns = columns};
}

tf_cell *tf_grid_cells(tf_grid *grid) {
  return TF_ARRAY(grid->arena, tf_cell, grid->columns);
}

void tf_grid_add(tf_grid *grid, tf_grid_line line) {
  tf_vec_push(grid->arena, &grid->lines, line);
}

typedef struct layout {
  size_t name, key, unit; // widths
  size_t *cells;
  size_t remark;
} layout;

static size_t larger(size_t a, size_t b) {
  return a > b ? a : b;
}

static size_t span_of(const tf_grid *grid, const tf_cell *cell, size_t column) {
  size_t span = cell->span < 1 ? 1 : cell->span;
  return span > grid->columns - column ? grid->columns - column : span;
}

static size_t sum_width(const layout *l, size_t first, size_t count) {
  size_t width = 0;
  for (size_t i = first; i < first + count; i++) {
    width += l->cells[i] + (i > first ? GAP : 0);
  }
  return width;
}

static size_t longest_line(tf_str s) { // a cell is one line
  return tf_text_columns(s);
}

static layout measure(const tf_grid *grid) {
  layout l = {.name = strlen(grid->name_header),
              .key = grid->key_header == NULL ? 0 : strlen(grid->key_header),
              .unit = 0,
              .cells = TF_ARRAY(grid->arena, size_t, grid->columns + 1)};
  for (size_t c = 0; c < grid->columns; c++) {
    l.cells[c] = tf_text_columns(grid->headers[c]);
  }
  for (size_t i = 0; i < grid->lines.count; i++) {
    const tf_grid_line *line = &grid->lines.at[i];
    l.name = larger(l.name, tf_text_columns(line->name));
    l.key = larger(l.key, tf_text_columns(line->key));
    l.unit = larger(l.unit, tf_text_columns(line->unit));
    l.remark = larger(l.remark, tf_text_columns(line->remark));
    for (size_t c = 0; c < grid->columns; c += span_of(grid, &line->cells[c], c)) {
      if (span_of(grid, &line->cells[c], c) == 1) {
        l.cells[c] = larger(l.cells[c], longest_line(line->cells[c].text));
      }
    }
  }
  l.unit = l.unit == 0 ? 0 : larger(l.unit, strlen(grid->unit_header));
  // Titles and spanning sentences widen the last column they cover.
  for (size_t g = 0; g < grid->group_count; g++) {
    const tf_grid_group *group = &grid->groups[g];
    size_t need = tf_text_columns(group->title), have = sum_width(&l, group->first, group->count);
    l.cells[group->first + group->count - 1] += need > have ? need - have : 0;
  }
  for (size_t i = 0; i < grid->lines.count; i++) {
    const tf_grid_line *line = &grid->lines.at[i];
    for (size_t c = 0; c < grid->columns;) {
      size_t span = span_of(grid, &line->cells[c], c);
      // A sentence that reaches the right edge needs no room kept free behind it in the other lines.
      if (span > 1 && c + span < grid->columns) {
        size_t need = longest_line(line->cells[c].text), have = sum_width(&l, c, span);
        l.cells[c + span - 1] += need > have ? need - have : 0;
      }
      c += span;
    }
  }
  return l;
}

static size_t groups_gap(const tf_grid *grid, size_t column) {
  for (size_t g = 1; g < grid->group_count; g++) {
    if (grid->groups[g].first == column) {
      return GAP + 2;
    }
  }
  return GAP;
}

static size_t head_width(const tf_grid *grid, const layout *l, bool stacked) {
  size_t width = stacked ? STACK_INDENT : l->name;
  width += grid->key_header == NULL || l->key == 0 ? 0 : l->key + (stacked ? 0 : GAP);
  return width + (stacked || l->unit == 0 ? 0 : l->unit + GAP);
}

static size_t total_width(const tf_grid *grid, const layout *l, bool stacked) {
  size_t width = head_width(grid, l, stacked);
  for (size_t c = 0; c < grid->columns; c++) {
    width += groups_gap(grid, c) + l->cells[c];
  }
  return width + (l->remark == 0 ? 0 : GAP + l->remark);
}

static size_t without_remark(const tf_grid *grid, const layout *l, bool stacked) {
  // A long remark may run over the edge of the numbers' block without moving names.
  return total_width(grid, l, stacked) - (l->remark == 0 ? 0 : GAP + l->remark);
}

size_t tf_grid_width(const tf_grid *grid) {
  layout l = measure(grid);
  l.name = l.name > TF_GRID_NAME ? TF_GRID_NAME : l.name;
  return without_remark(grid, &l, false);
}

static void pad_to(tf_text *out, size_t *column, size_t target) {
  for (; *column < target; ++*column) {
    tf_text_addc(out, ' ');
  }
}

static void put(tf_text *out, size_t *column, tf_str s) {
  tf_text_add(out, s);
  *column += tf_text_columns(s);
}

// Trailing blanks are taken back: nobody sees them, and they break comparisons of outputs.
static void end_line(tf_text *out) {
  while (out->len > 0 && out->ptr[out->len - 1] == ' ') {
    out->ptr[--out->len] = '\0';
  }
  tf_text_addc(out, '\n');
}

static void put_head(const tf_grid *grid, const layout *l, bool stacked, tf_str name, tf_str key, tf_str unit,
                     tf_text *out, size_t *column) {
  size_t at = stacked ? STACK_INDENT : l->name;
  if (!stacked) {
    put(out, column, name);
  }
  pad_to(out, column, at);
  if (grid->key_header != NULL && l->key > 0) {
    at += stacked ? 0 : GAP;
    pad_to(out, column, at);
    put(out, column, key);
    at += l->key;
  }
  if (!stacked && l->unit > 0) {
    pad_to(out, column, at + GAP);
    put(out, column, unit);
  }
  pad_to(out, column, head_width(grid, l, stacked));
}

static void put_rule(size_t width, tf_text *out) {
  for (size_t i = 0; i < width; i++) {
    tf_text_adds(out, "\xE2\x94\x80"); // ─
  }
  tf_text_addc(out, '\n');
}

static void put_headers(const tf_grid *grid, const layout *l, bool stacked, tf_text *out) {
  size_t column = 0;
  bool titled = false;
  for (size_t g = 0; g < grid->group_count; g++) {
    titled = titled || grid->groups[g].title.len > 0;
  }
  if (titled) {
    pad_to(out, &column, head_width(grid, l, stacked));
    for (size_t g = 0; g < grid->group_count; g++) {
      const tf_grid_group *group = &grid->groups[g];
      size_t start = head_width(grid, l, stacked);
      for (size_t c = 0; c <= group->first; c++) {
        start += groups_gap(grid, c) + (c < group->first ? l->cells[c] : 0);
      }
      size_t width = sum_width(l, group->first, group->count), title = tf_text_columns(group->title);
      pad_to(out, &column, start + (width > title ? width - title : 0)); // right, as the numbers below
      put(out, &column, group->title);
    }
    end_line(out);
    column = 0;
  }
  put_head(grid, l, stacked, tf_str_of(grid->name_header), tf_str_of(grid->key_header), tf_str_of(grid->unit_header),
           out, &column);
  for (size_t c = 0; c < grid->columns; c++) {
    size_t start = column + groups_gap(grid, c);
    pad_to(out, &column, start + l->cells[c] - tf_text_columns(grid->headers[c]));
    put(out, &column, grid->headers[c]);
  }
  end_line(out);
}

static void put_cells(const tf_grid *grid, const layout *l, const tf_grid_line *line, tf_text *out, size_t *column) {
  size_t start = *column;
  for (size_t c = 0; c < grid->columns;) {
    const tf_cell *cell = &line->cells[c];
    size_t span = span_of(grid, cell, c);
    start += groups_gap(grid, c);
    size_t width = sum_width(l, c, span);
    size_t columns = tf_text_columns(cell->text);
    pad_to(out, column, start + (span > 1 || columns > width ? 0 : width - columns));
    put(out, column, cell->text);
    start += width;
    c += span;
  }
  if (line->remark.len > 0) {
    pad_to(out, column, start + GAP);
    if (*column > start + GAP) {
      pad_to(out, column, *column + GAP);
    }
    put(out, column, line->remark);
  }
}

void tf_grid_text(const tf_grid *grid, size_t width, tf_text *out) {
  layout l = measure(grid);
  size_t needed = without_remark(grid, &l, false);
  bool stacked = tf_grid_width(grid) > width;
  if (!stacked && needed > width) {
    l.name -= needed - width;
  }
  put_headers(grid, &l, stacked, out);
  put_rule(without_remark(grid, &l, stacked), out);
  for (size_t i = 0; i < grid->lines.count; i++) {
    const tf_grid_line *line = &grid->lines.at[i];
    if (line->gap && i > 0) {
      tf_text_addc(out, '\n');
    }
    size_t column = 0;
    if (stacked && line->name.len > 0) {
      tf_text_add(out, line->name);
      if (line->unit.len > 0) {
        tf_text_addf(out, ", %.*s", TF_STR_ARGS(line->unit));
      }
      end_line(out);
    }
    tf_str name = line->name;
    if (!stacked && tf_text_columns(name) > l.name) {
      tf_text_add(out, name);
      end_line(out);
      name = (tf_str){"", 0};
    }
    put_head(grid, &l, stacked, name, line->key, line->unit, out, &column);
    put_cells(grid, &l, line, out, &column);
    end_line(out);
  }
}

void tf_markdown_escape(tf_text *out, tf_str s) {
  for (size_t i = 0; i < s.len; i++) {
    char c = s.ptr[i];
    if (c == '\n' || c == '\r' || c == '\t') {
      c = ' ';
    } else if ((unsigned char)c < 0x20 || c == 0x7f) {
      continue;
    } else if (strchr("\\|*`<[]", c) != NULL) {
      tf_text_addc(out, '\\');
    }
    tf_text_addc(out, c);
  }
}

static void markdown_cell(tf_text *out, tf_str s) {
  tf_text_adds(out, " ");
  tf_markdown_escape(out, tf_str_trim(s));
  tf_text_adds(out, " |");
}

void tf_grid_markdown(const tf_grid *grid, tf_text *out) {
  bool keys = grid->key_header != NULL;
  tf_text_addf(out, "| %s |", grid->name_header);
  tf_text_adds(out, keys ? " " : "");
  tf_text_addf(out, "%s%s", keys ? grid->key_header : "", keys ? " |" : "");
  tf_text_addf(out, " %s |", grid->unit_header);
  for (size_t c = 0; c < grid->columns; c++) {
    tf_text title = tf_text_new(grid->arena);
    for (size_t g = 0; g < grid->group_count; g++) {
      if (c >= grid->groups[g].first && c < grid->groups[g].first + grid->groups[g].count) {
        tf_text_addf(&title, "%.*s%s", TF_STR_ARGS(grid->groups[g].title), grid->groups[g].title.len > 0 ? " " : "");
      }
    }
    tf_text_add(&title, grid->headers[c]);
    markdown_cell(out, tf_text_str(&title));
  }
  tf_text_adds(out, keys ? "\n|---|---|---|" : "\n|---|---|");
  for (size_t c = 0; c < grid->columns; c++) {
    tf_text_adds(out, "---:|");
  }
  tf_text_addc(out, '\n');
  tf_str name = {"", 0}, unit = {"", 0};
  for (size_t i = 0; i < grid->lines.count; i++) {
    const tf_grid_line *line = &grid->lines.at[i];
    if (line->name.len > 0) {
      name = line->name;
      unit = line->unit;
    }
    tf_text_adds(out, "|");
    markdown_cell(out, name);
    if (keys) {
      markdown_cell(out, line->key);
    }
    markdown_cell(out, unit);
    for (size_t c = 0; c < grid->columns;) {
      size_t span = span_of(grid, &line->cells[c], c);
      tf_text text = tf_text_new(grid->arena);
      tf_text_add(&text, tf_str_trim(line->cells[c].text));
      if (c + span == grid->columns && line->remark.len > 0) {
        tf_text_addf(&text, " (%.*s)", TF_STR_ARGS(line->remark));
      }
      markdown_cell(out, tf_text_str(&text));
      for (size_t k = 1; k < span; k++) {
        tf_text_adds(out, " |");
      }
      c += span;
    }
    tf_text_addc(out, '\n');
  }
}
