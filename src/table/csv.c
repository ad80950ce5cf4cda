// SPDX-License-Identifier: GPL-3.0-or-later
// libcsv with positions. libcsv has no line numbers, keeps byte order marks, accepts NUL and runs an unclosed quote to
// the end of the file; so the text is checked first, and then fed in pieces that each end with a separator, a quote or
// a line end: the callback for a cell then always comes at the last byte of a piece, which gives its exact place.
#include <csv.h>
#include <string.h>

#include "base/io.h"
#include "table/table.h"

typedef struct reader {
  tf_context *cx;
  tf_csv *csv;
  tf_str text;
  uint32_t source;
  struct csv_parser parser;
  TF_VEC(tf_located) row; // cells of the record being read
  size_t start;           // of the cell being read, at its quote if it has one
  size_t end;             // where the cell ends, when libcsv hands it over
  uint32_t line;          // being read
  uint32_t start_line;    // of the cell
  uint32_t row_line;      // of the first cell of the record
} reader;

static tf_span span_of(const reader *r, size_t from, size_t to) {
  return (tf_span){r->source, (uint32_t)from, (uint32_t)to};
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

static bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

// libcsv is given a buffer as large as a cell may be; it never allocates (its hooks could not use an arena: they get no
// context). Asking for more is refused and ends as CSV_ENOMEM.
static void *refuse_memory(void *old, size_t size) {
  (void)old;
  (void)size;
  return NULL;
}

static void keep_memory(void *buffer) {
  (void)buffer;
}

static tf_located trimmed(tf_str text, tf_span at, bool exact) {
  size_t from = 0;
  size_t to = text.len;
  while (from < to && (is_blank(text.ptr[from]) || is_line_end(text.ptr[from]))) {
    from++;
  }
  while (to > from && (is_blank(text.ptr[to - 1]) || is_line_end(text.ptr[to - 1]))) {
    to--;
  }
  if (exact) {
    at = (tf_span){at.source, at.start + (uint32_t)from, at.start + (uint32_t)to};
  }
  return (tf_located){tf_str_sub(text, from, to), at};
}

static void on_cell(void *bytes, size_t size, void *user) {
  reader *r = user;
  size_t from = r->start;
  size_t to = r->end;
  while (to > from && is_blank(r->text.ptr[to - 1])) {
    to--;
  }
  bool quoted = to > from && r->text.ptr[from] == '"';
  if (quoted) {
    from++;
    to--;
  }
  tf_located cell = {{r->text.ptr + from, to - from}, span_of(r, from, to)};
  if (size != to - from) { // doubled quotes: the text differs from what is written
    cell = trimmed(tf_str_copy(r->cx->arena, (tf_str){bytes, size}), span_of(r, from - 1, to + 1), false);
  } else if (quoted) {
    cell = trimmed(cell.text, cell.at, true);
  }
  if (r->row.count == 0) {
    r->row_line = r->start_line;
  }
  tf_vec_push(r->cx->arena, &r->row, cell);
}

static void on_record(int terminator, void *user) {
  (void)terminator;
  reader *r = user;
  size_t count = r->row.count;
  while (count > 0 && r->row.at[count - 1].text.len == 0) {
    count--;
  }
  r->row.count = 0;
  if (count == 0 || (tf_str_starts(r->row.at[0].text, "#") && !tf_spreadsheet_error(r->row.at[0].text))) {
    return;
  }
  tf_located *cells = TF_ARRAY(r->cx->arena, tf_located, count);
  memcpy(cells, r->row.at, count * sizeof *cells);
  tf_record record = {.count = count, .cells = cells, .line = r->row_line};
  tf_vec_push(r->cx->arena, &r->csv->records, record);
}

static size_t line_end_from(tf_str text, size_t from) {
  while (from < text.len && !is_line_end(text.ptr[from])) {
    from++;
  }
  return from;
}

static size_t skip_blanks(tf_str text, size_t from) {
  while (from < text.len && is_blank(text.ptr[from])) {
    from++;
  }
  return from;
}

// A line that begins with `#` outside quotes: nothing in it is looked at, quotes least of all.
static bool comment_line(const reader *r, size_t from, size_t *end) {
  from = skip_blanks(r->text, from);
  if (from == r->text.len || r->text.ptr[from] != '#') {
    return false;
  }
  *end = line_end_from(r->text, from);
  size_t cell_end = from;
  while (cell_end < *end && r->text.ptr[cell_end] != r->csv->separator) {
    cell_end++;
  }
  return !tf_spreadsheet_error(tf_str_trim(tf_str_sub(r->text, from, cell_end)));
}

static tf_status check_lines(const reader *r) {
  for (size_t from = 0; from < r->text.len;) {
    size_t left = r->text.len - from;
    size_t window = left < (size_t)TF_CSV_LINE_MAX + 1 ? left : (size_t)TF_CSV_LINE_MAX + 1;
    const char *newline = memchr(r->text.ptr + from, '\n', window);
    if (newline != NULL) {
      from = (size_t)(newline - r->text.ptr) + 1;
      continue;
    }
    const char *last = memchr(r->text.ptr + from, '\r', window);
    if (last != NULL) {
      from = (size_t)(last - r->text.ptr) + 1;
    } else if (window > (size_t)TF_CSV_LINE_MAX) {
      tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, from, from), "a line longer than 1 MiB");
      tf_hint(r->cx, "is this a CSV file?");
      return status;
    } else {
      break;
    }
  }
  return TF_OK;
}

static tf_status check_encoding(const reader *r) {
  tf_str text = r->text;
  if (tf_str_starts(text, "\xFF\xFE") || tf_str_starts(text, "\xFE\xFF")) {
    tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, 0, 0), "the file is UTF-16, not UTF-8");
    tf_hint(r->cx, "save it as `CSV UTF-8`");
    return status;
  }
  size_t nul = tf_str_find(text, '\0');
  if (nul != SIZE_MAX && nul <= 1 && text.len > nul + 2 && text.ptr[nul + 2] == '\0') { // no mark, but every other byte
    tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, 0, 0), "the file is UTF-16, not UTF-8");
    tf_hint(r->cx, "save it as `CSV UTF-8`");
    return status;
  }
  static const struct {
    const char *start, *what;
  } others[] = {{"PK\003\004", "a workbook"}, {"\xD0\xCF\x11\xE0", "a workbook"}, {"%PDF", "a PDF"},
                {"<!", "a web page"},         {"<?xml", "an XML file"},           {"<html", "a web page"}};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    if (tf_str_starts(text, others[i].start)) {
      tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, 0, 0), "%s, not a CSV file", others[i].what);
      tf_hint(r->cx, "save the table as `CSV UTF-8`");
      return status;
    }
  }
  if (nul != SIZE_MAX) {
    tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, nul, nul + 1), "a NUL byte");
    tf_hint(r->cx, "is this a CSV file?");
    return status;
  }
  for (size_t i = 0; i < text.len;) {
    uint64_t eight = 0;
    if (text.len - i >= sizeof eight) {
      memcpy(&eight, text.ptr + i, sizeof eight);
      if ((eight & UINT64_C(0x8080808080808080)) == 0) { // eight ASCII bytes
        i += sizeof eight;
        continue;
      }
    }
    size_t used = tf_utf8_decode(tf_str_sub(text, i, text.len), NULL);
    if (used == 0) {
      tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, i, i + 1), "byte 0x%02X is not valid UTF-8 here",
                                 (unsigned)(unsigned char)text.ptr[i]);
      tf_hint(r->cx, "save the file as `CSV UTF-8`");
      return status;
    }
    i += used;
  }
  return TF_OK;
}

// The separator that follows a directive (`title:;...`), or 0 if the line is no directive or nothing follows.
static char after_directive(tf_str line, bool *directive) {
  size_t i = tf_str_starts(line, "\"") ? 1 : 0;
  size_t name = i;
  while (i < line.len && ((line.ptr[i] >= 'a' && line.ptr[i] <= 'z') || (line.ptr[i] >= 'A' && line.ptr[i] <= 'Z'))) {
    i++;
  }
  *directive = i > name && i < line.len && line.ptr[i] == ':';
  if (!*directive) {
    return '\0';
  }
  i++;
  if (name == 1 && i < line.len && line.ptr[i] == '"') {
    i++;
  }
  while (i < line.len && line.ptr[i] == ' ') {
    i++;
  }
  *directive = i == line.len || line.ptr[i] == ',' || line.ptr[i] == ';' || line.ptr[i] == '\t' || line.ptr[i] == '|';
  return *directive && i < line.len ? line.ptr[i] : '\0';
}

// A header line: `;` without `,` outside quotes; a tab or `|` if there is neither.
static char of_header(tf_str line) {
  bool quoted = false;
  char found = '\0';
  for (size_t i = 0; i < line.len; i++) {
    char c = line.ptr[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      return ',';
    } else if (!quoted && (c == ';' || ((c == '\t' || c == '|') && found == '\0'))) {
      found = c;
    }
  }
  return found == '\0' ? ',' : found;
}

// Some program wrote the directives with one separator, and the table came from another one.
static tf_status check_header(const reader *r, size_t from, char separator) {
  char other = separator == ';' ? ',' : ';';
  for (size_t i = from; i < r->text.len; i++) {
    size_t end = line_end_from(r->text, i);
    tf_str content = tf_str_sub(r->text, i, end);
    if (tf_str_starts(content, "parameter") && tf_str_find(content, separator) == SIZE_MAX &&
        tf_str_find(content, other) != SIZE_MAX) {
      tf_status status =
          tf_fail(r->cx, TF_INVALID, span_of(r, i, end),
                  "the cells of this row are separated by `%c`, those of the first row by `%c`", other, separator);
      tf_hint(r->cx, "use one of the two in the whole file");
      return status;
    }
    i = end;
  }
  return TF_OK;
}

// Sets the separator from the first line that tells, and *from to the first byte to read.
static tf_status find_separator(reader *r, size_t *from) {
  size_t i = tf_str_starts(r->text, "\xEF\xBB\xBF") ? 3 : 0;
  *from = i;
  r->csv->separator = ',';
  char found = '\0';
  size_t line = i;
  for (; found == '\0' && i < r->text.len; i++) {
    size_t end = line_end_from(r->text, i);
    line = skip_blanks(r->text, i);
    tf_str content = tf_str_trim(tf_str_sub(r->text, i, end));
    bool directive = false;
    size_t quote = tf_str_starts(content, "\"sep=") ? 1 : 0;
    if (i == *from && tf_str_starts(tf_str_sub(content, quote, content.len), "sep=")) {
      found = content.len > quote + 4 ? content.ptr[quote + 4] : '\t';
      *from = end;
      r->line = 1;
    } else if (content.len > 0 && !comment_line(r, i, &(size_t){0})) {
      found = after_directive(content, &directive);
      found = directive ? found : of_header(content);
    }
    i = end;
  }
  if (found != '\0' && found != ',' && found != ';') {
    tf_status status = found == '\t'
                           ? tf_fail(r->cx, TF_INVALID, span_of(r, line, line), "cells are separated by tabs")
                           : tf_fail(r->cx, TF_INVALID, span_of(r, line, line), "cells are separated by `%c`", found);
    tf_hint(r->cx, "save the file as CSV, with commas");
    return status;
  }
  r->csv->separator = found == ';' ? ';' : ',';
  r->csv->decimal_comma = found == ';';
  return check_header(r, *from, r->csv->separator);
}

static tf_status quote_error(const reader *r, size_t at) {
  if (r->parser.quoted == 0) {
    tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, at, at + 1), "a quote inside a cell without quotes");
    tf_hint(r->cx, "put the whole cell in quotes and double the quotes inside it: \"a 19\"\" rack\"");
    return status;
  }
  tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, at, at + 1), "text after a closing quote");
  tf_also(r->cx, span_of(r, r->start, r->start + 1), "the quoted cell begins here");
  tf_hint(r->cx, "double the quotes inside a quoted cell: \"a 19\"\" rack\"");
  return status;
}

static tf_status unclosed_quote(const reader *r) {
  tf_status status = tf_fail(r->cx, TF_INVALID, span_of(r, r->start, r->start + 1), "this quote is never closed");
  tf_hint(r->cx, "close it, or double a quote that belongs to the text");
  return status;
}

static tf_status library_error(reader *r, size_t at) {
  if (csv_error(&r->parser) == CSV_EPARSE) {
    return quote_error(r, at);
  }
  return tf_fail(r->cx, TF_INVALID, span_of(r, at, at), "%s", csv_strerror(csv_error(&r->parser)));
}

static tf_status feed(reader *r, size_t from) {
  enum { BETWEEN_RECORDS = 0, BETWEEN_CELLS = 1 }; // of parser.pstate, which is public; others are within a cell
  bool special[256] = {['"'] = true, ['\n'] = true, ['\r'] = true};
  special[(unsigned char)r->csv->separator] = true;
  tf_str text = r->text;
  while (from < text.len) {
    size_t end = from;
    if (r->parser.pstate == BETWEEN_RECORDS && comment_line(r, from, &end)) {
      from = end;
    }
    end = from;
    while (end < text.len && !special[(unsigned char)text.ptr[end]]) {
      end++;
    }
    if (r->parser.pstate <= BETWEEN_CELLS) {
      r->start_line = r->line;
      r->start = skip_blanks(text, from);
      if (r->start > end) {
        r->start = end;
      }
    } else if (end - r->start > (size_t)TF_CSV_LINE_MAX) {
      return unclosed_quote(r);
    }
    r->end = end;
    size_t size = end - from + (end < text.len ? 1 : 0);
    size_t used = csv_parse(&r->parser, text.ptr + from, size, on_cell, on_record, r);
    if (used != size) {
      return library_error(r, from + used);
    }
    from += size;
    if (end < text.len &&
        (text.ptr[end] == '\n' || (text.ptr[end] == '\r' && (end + 1 == text.len || text.ptr[end + 1] != '\n')))) {
      r->line++;
      if (tf_cancelled(r->cx)) {
        return TF_CANCELLED;
      }
    }
  }
  r->end = text.len;
  if (r->parser.pstate <= BETWEEN_CELLS) {
    r->start = text.len;
  }
  return csv_fini(&r->parser, on_cell, on_record, r) == 0 ? TF_OK : unclosed_quote(r);
}

tf_status tf_csv_parse(tf_context *cx, uint32_t source, const tf_csv **csv) {
  reader r = {.cx = cx, .source = source, .text = cx->sources.list.at[source].text, .line = 1};
  r.csv = TF_NEW(cx->arena, tf_csv);
  r.csv->source = source;
  r.csv->noted = TF_NEW(cx->arena, bool);
  tf_status status = check_lines(&r);
  status = status == TF_OK ? check_encoding(&r) : status;
  size_t from = 0;
  status = status == TF_OK ? find_separator(&r, &from) : status;
  if (status != TF_OK) {
    return status;
  }
  if (csv_init(&r.parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
    return tf_fail(cx, TF_INVALID, span_of(&r, 0, 0), "the CSV reader does not start");
  }
  csv_set_delim(&r.parser, (unsigned char)r.csv->separator);
  csv_set_realloc_func(&r.parser, refuse_memory);
  csv_set_free_func(&r.parser, keep_memory);
  // The largest cell, a closing quote that is taken back, and the NUL.
  r.parser.entry_size = (r.text.len < (size_t)TF_CSV_LINE_MAX ? r.text.len : (size_t)TF_CSV_LINE_MAX) + 4;
  r.parser.entry_buf = tf_alloc(cx->arena, r.parser.entry_size, 1);
  status = feed(&r, from);
  if (status != TF_OK) {
    return status;
  }
  if (r.csv->records.count == 0) {
    return tf_fail(cx, TF_INVALID, span_of(&r, from, from), "the file is empty");
  }
  *csv = r.csv;
  return TF_OK;
}

tf_status tf_csv_read(tf_context *cx, const char *path, tf_span from, const tf_csv **csv) {
  uint32_t source = 0;
  tf_status status = tf_file_read(cx, path, from, &source);
  return status == TF_OK ? tf_csv_parse(cx, source, csv) : status;
}

tf_located tf_record_cell(const tf_record *record, size_t i) {
  if (i < record->count) {
    return record->cells[i];
  }
  tf_span last = record->cells[record->count - 1].at;
  return (tf_located){TF_STR(""), {last.source, last.end, last.end}};
}

tf_status tf_record_check(tf_context *cx, const tf_record *record, size_t columns) {
  for (size_t i = columns; i < record->count; i++) {
    if (record->cells[i].text.len > 0) {
      tf_status status = tf_fail(cx, TF_INVALID, record->cells[i].at, "this row has %zu cells, the header %zu columns",
                                 record->count, columns);
      tf_hint(cx, "put text that holds the separator in quotes");
      return status;
    }
  }
  return TF_OK;
}
