// SPDX-License-Identifier: GPL-3.0-or-later
// The canonical layout of a model (tenfold fmt). Works on the text, guided by the places in the syntax tree, so that
// whatever it does not understand stays as written.
//
// A block is a run of lines without an empty one. In a block the `:` and the `=` of definitions stand in columns, and
// so do descriptions; a cell wider than its column's limit steps out of line instead of pushing the others away.
// Comments behind a definition come two blanks after it. Lines that continue a statement are indented by four blanks.
#include "lang/lexer.h"
#include "lang/parse.h"
#include "lang/print.h"

#include <string.h>

enum { NAME_WIDTH_MAX = 32, TYPE_WIDTH_MAX = 32, RIGHT_WIDTH_MAX = 64, INDENT = 4 };

// One line of the source, without its end.
typedef struct row {
  tf_str text;                // trimmed at the right
  bool continues;             // belongs to the statement above
  const tf_definition *about; // the definition whose first line it is and that can be laid out, or NULL
  tf_str name, type, right;   // cells of that first line
  tf_str rest;                // description and source on it, or empty
  tf_str comment;             // from its #, or empty
} row;

typedef TF_VEC(row) rows;

static tf_str trim_right(tf_str s) {
  while (s.len > 0 && tf_is_space(s.ptr[s.len - 1])) {
    s.len--;
  }
  return s;
}

// Width in characters: UTF-8 continuation bytes take none.
static size_t width(tf_str s) {
  size_t count = 0;
  for (size_t i = 0; i < s.len; i++) {
    count += ((unsigned char)s.ptr[i] & 0xC0) != 0x80 ? 1 : 0;
  }
  return count;
}

static void blanks(tf_text *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    tf_text_addc(out, ' ');
  }
}

// Length of s before a comment, or its whole length.
static size_t comment_from(tf_str s) {
  char quote = 0;
  for (size_t i = 0; i < s.len; i++) {
    char c = s.ptr[i];
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      return i;
    }
  }
  return s.len;
}

// ---- cells of a definition's first line ----

// Description and source with one blank between them.
static tf_str describe(tf_context *cx, tf_str rest, size_t description) {
  tf_str source = tf_str_trim(tf_str_sub(rest, description, rest.len));
  rest = tf_str_sub(rest, 0, description);
  return source.len > 0 ? tf_str_of(tf_format(cx->arena, "%.*s %.*s", TF_STR_ARGS(rest), TF_STR_ARGS(source))) : rest;
}

static void split_right(tf_context *cx, row *r, const tf_definition *d, tf_str text, size_t from, size_t end) {
  size_t description = d->description_at.source != 0 ? d->description_at.start : SIZE_MAX;
  size_t finish = d->at.end; // behind description and source
  if (description < end) {
    r->right = tf_str_trim(tf_str_sub(text, from, description));
    size_t stop = finish < end ? finish : end;
    size_t closed = d->description_at.end - description; // behind its quotes
    r->rest = describe(cx, tf_str_trim(tf_str_sub(text, description, stop)), closed);
    r->comment = finish < end ? tf_str_trim(tf_str_sub(text, finish, end)) : (tf_str){"", 0};
    return;
  }
  tf_str tail = tf_str_sub(text, from, end);
  size_t length = comment_from(tail);
  r->right = tf_str_trim(tf_str_sub(tail, 0, length));
  r->rest = (tf_str){"", 0};
  r->comment = tf_str_trim(tf_str_sub(tail, length, tail.len));
}

// Cuts the line into name, type and right side; leaves it as written if `=` stands on a later line.
static void split(tf_context *cx, row *r, const tf_definition *d, tf_str text, size_t start, size_t end) {
  size_t type = d->type_at.start;
  size_t type_end = d->type_at.end;
  if (type_end > end) {
    return;
  }
  size_t colon = type;
  while (colon > start && text.ptr[colon] != ':') {
    colon--;
  }
  size_t assign = type_end;
  while (assign < end && tf_is_blank(text.ptr[assign])) {
    assign++;
  }
  if (text.ptr[colon] != ':' || assign >= end || text.ptr[assign] != '=') {
    return;
  }
  r->name = tf_str_trim(tf_str_sub(text, start, colon));
  static const char *const fills[] = {"", " linear", " log", " hold"};
  r->type = tf_str_sub(text, d->type_text.at.start, d->type_text.at.end);
  if (d->fill != TF_FILL_NONE) {
    r->type = tf_str_of(tf_format(cx->arena, "%.*s%s", TF_STR_ARGS(r->type), fills[d->fill]));
  }
  split_right(cx, r, d, text, assign + 1, end);
  r->about = d;
}

static void read_rows(tf_context *cx, const tf_model_ast *ast, tf_str text, rows *all) {
  size_t at = tf_model_text_start(text);
  size_t pos = at;
  size_t next = 0; // definition
  tf_statement statement = {0};
  bool more = tf_statement_next(text, &pos, &statement);
  while (at < text.len) {
    const char *newline = memchr(text.ptr + at, '\n', text.len - at);
    size_t end = newline != NULL ? (size_t)(newline - text.ptr) : text.len;
    row r = {.text = trim_right(tf_str_sub(text, at, end))};
    while (more && statement.end < at) {
      more = tf_statement_next(text, &pos, &statement);
    }
    r.continues = more && at > statement.start && at < statement.end;
    while (next < ast->definitions.count && ast->definitions.at[next].at.start < at) {
      next++;
    }
    if (next < ast->definitions.count && ast->definitions.at[next].at.start == at) {
      split(cx, &r, &ast->definitions.at[next], text, at, at + r.text.len);
    }
    tf_vec_push(cx->arena, all, r);
    at = newline != NULL ? end + 1 : text.len;
  }
}

// ---- layout ----

typedef struct widths {
  size_t name, type, right;
} widths;

static size_t widen(size_t column, tf_str cell, size_t limit) {
  size_t size = width(cell);
  return size > limit || size < column ? column : size;
}

static widths measure(const rows *all, size_t from, size_t to) {
  widths w = {0};
  for (size_t i = from; i < to; i++) {
    const row *r = &all->at[i];
    if (r->about == NULL) {
      continue;
    }
    w.name = widen(w.name, r->name, NAME_WIDTH_MAX);
    w.type = widen(w.type, r->type, TYPE_WIDTH_MAX);
    // A right side that goes on below has no description behind it here.
    if (r->rest.len > 0) {
      w.right = widen(w.right, r->right, RIGHT_WIDTH_MAX);
    }
  }
  return w;
}

static void pad(tf_text *out, tf_str cell, size_t column) {
  tf_text_add(out, cell);
  size_t size = width(cell);
  blanks(out, size < column ? column - size : 0);
}

static void lay_out(const row *r, const widths *w, tf_text *out) {
  pad(out, r->name, w->name);
  tf_text_adds(out, " : ");
  pad(out, r->type, w->type);
  tf_text_adds(out, r->right.len > 0 ? " = " : " =");
  if (r->rest.len > 0) {
    pad(out, r->right, w->right);
    tf_text_adds(out, "  ");
    tf_text_add(out, r->rest);
  } else {
    tf_text_add(out, r->right);
  }
  if (r->comment.len > 0) {
    tf_text_adds(out, "  ");
    tf_text_add(out, r->comment);
  }
}

static void write_row(const row *r, const widths *w, tf_text *out) {
  if (r->about != NULL) {
    lay_out(r, w, out);
  } else if (r->continues && tf_str_trim(r->text).len > 0 && tf_is_blank(r->text.ptr[0])) {
    blanks(out, INDENT);
    tf_text_add(out, tf_str_trim(r->text));
  } else {
    tf_text_add(out, r->text);
  }
  tf_text_addc(out, '\n');
}

tf_status tf_format_model(tf_context *cx, tf_units *units, uint32_t source, tf_text *out) {
  const tf_model_ast *ast = NULL;
  tf_status status = tf_parse_model(cx, units, source, &ast);
  if (status != TF_OK) {
    return status;
  }
  rows all = {0};
  read_rows(cx, ast, cx->sources.list.at[source].text, &all);
  size_t count = all.count;
  while (count > 0 && all.at[count - 1].text.len == 0) {
    count--;
  }
  for (size_t from = 0; from < count;) {
    size_t to = from;
    while (to < count && all.at[to].text.len > 0) {
      to++;
    }
    widths w = measure(&all, from, to);
    for (size_t i = from; i < to; i++) {
      write_row(&all.at[i], &w, out);
    }
    for (; to < count && all.at[to].text.len == 0; to++) {
      tf_text_addc(out, '\n');
    }
    from = to;
  }
  return TF_OK;
}
