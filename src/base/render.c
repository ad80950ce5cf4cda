// SPDX-License-Identifier: GPL-3.0-or-later
// Diagnostics as plain text with the source line and a caret under the place.
#include "base/diag.h"

// Columns of a source line shown, and columns kept before a place that is further right than that.
enum { WIDTH = 120, LEAD = 40, DOTS = 3 };

// Adds one code point so that it can be seen and takes one column: control characters as their Unicode pictures,
// bad bytes and marks that reorder or hide text as U+FFFD. Returns the bytes read.
static size_t add_visible(tf_text *out, tf_str s, bool keep_tab) {
  uint32_t code = 0;
  size_t used = tf_utf8_decode(s, &code);
  if (used == 0) {
    tf_text_adds(out, "\xEF\xBF\xBD");
    return 1;
  }
  if (code == '\t' && keep_tab) {
    tf_text_addc(out, '\t');
  } else if (code < 0x20) {
    tf_text_add(out, (tf_str){(char[]){'\xE2', '\x90', (char)(0x80 + code)}, 3});
  } else if (code == 0x7F) {
    tf_text_adds(out, "\xE2\x90\xA1");
  } else if ((code >= 0x80 && code < 0xA0) || (code >= 0x200B && code <= 0x200F) ||
             (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF) {
    tf_text_adds(out, "\xEF\xBF\xBD");
  } else {
    tf_text_add(out, tf_str_sub(s, 0, used));
  }
  return used;
}

static void add_clean(tf_text *out, tf_str s) {
  while (s.len > 0) {
    s = tf_str_sub(s, add_visible(out, s, false), s.len);
  }
}

static size_t cells(tf_str s) {
  size_t count = 0;
  for (size_t i = 0; i < s.len; count++) {
    size_t used = tf_utf8_decode(tf_str_sub(s, i, s.len), NULL);
    i += used == 0 ? 1 : used;
  }
  return count;
}

static bool line_end(char c) {
  return c == '\n' || c == '\r';
}

// The source line that holds the place, and the caret line; nothing for an empty line.
static void add_line(tf_text *out, const tf_source *source, tf_span at) {
  tf_str text = source->text;
  size_t from = at.start < text.len ? at.start : text.len;
  size_t to = from;
  size_t first = tf_str_starts(text, "\xEF\xBB\xBF") ? 3 : 0;
  while (from > first && !line_end(text.ptr[from - 1])) {
    from--;
  }
  while (to < text.len && !line_end(text.ptr[to])) {
    to++;
  }
  tf_str line = tf_str_sub(text, from, to);
  if (line.len == 0) {
    return;
  }
  size_t start = (at.start < from ? from : at.start > to ? to : at.start) - from;
  size_t end = (at.end > to ? to : at.end) - from;
  size_t total = cells(line);
  size_t mark = cells(tf_str_sub(line, 0, start));
  size_t marked = end > start ? cells(tf_str_sub(line, start, end)) : 1;
  size_t low = 0;
  size_t high = total;
  if (total > WIDTH) {
    low = mark > LEAD ? mark - LEAD : 0;
    if (low > total - WIDTH) {
      low = total - WIDTH;
    }
    high = low + WIDTH;
  }
  tf_text carets = tf_text_new(out->arena);
  size_t cell = 0;
  for (size_t i = 0; i < line.len && cell < high; cell++) {
    tf_str rest = tf_str_sub(line, i, line.len);
    bool dot = (low > 0 && cell >= low && cell < low + DOTS) || (high < total && cell >= high - DOTS);
    if (cell < low || dot) {
      size_t used = tf_utf8_decode(rest, NULL);
      i += used == 0 ? 1 : used;
      if (dot) {
        tf_text_addc(out, '.');
      }
    } else {
      i += add_visible(out, rest, true);
    }
    if (cell >= low) {
      tf_text_addc(&carets, cell == mark                          ? '^'
                            : cell > mark && cell < mark + marked ? '~'
                            : rest.ptr[0] == '\t' && !dot         ? '\t'
                                                                  : ' ');
    }
  }
  if (mark >= total) {
    tf_text_addc(&carets, '^');
  }
  while (carets.len > 0 && (carets.ptr[carets.len - 1] == ' ' || carets.ptr[carets.len - 1] == '\t')) {
    carets.len--;
  }
  tf_text_addc(out, '\n');
  tf_text_add(out, tf_text_str(&carets));
  tf_text_addc(out, '\n');
}

static const tf_source *source_of(const tf_sources *sources, tf_span at) {
  return at.source == 0 || at.source >= sources->list.count ? NULL : &sources->list.at[at.source];
}

static void add_place(tf_text *out, const tf_sources *sources, tf_span at, const char *severity, const char *text) {
  const tf_source *source = source_of(sources, at);
  if (source != NULL) {
    uint32_t line = 0;
    uint32_t column = 0;
    tf_source_position(source, at.start, &line, &column);
    add_clean(out, source->name);
    tf_text_addf(out, ":%lu:%lu: ", (unsigned long)line, (unsigned long)column);
  }
  tf_text_adds(out, severity);
  tf_text_adds(out, ": ");
  add_clean(out, tf_str_of(text));
  tf_text_addc(out, '\n');
  if (source != NULL) {
    add_line(out, source, at);
  }
}

void tf_diag_render(const tf_sources *sources, const tf_diag *diag, tf_text *out) {
  static const char *const words[] = {[TF_NOTE] = "note", [TF_WARNING] = "warning", [TF_ERROR] = "error"};
  add_place(out, sources, diag->at, words[diag->severity], diag->message);
  if (diag->also_label != NULL) {
    add_place(out, sources, diag->also, "note", diag->also_label);
  }
  if (diag->hint != NULL) {
    tf_text_adds(out, "  hint: ");
    add_clean(out, tf_str_of(diag->hint));
    tf_text_addc(out, '\n');
  }
}
