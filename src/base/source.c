// SPDX-License-Identifier: GPL-3.0-or-later
// Sources and spans. A line ends with LF, CRLF or a lone CR, as spreadsheets write all three.
#include "base/source.h"

uint32_t tf_source_add(tf_arena *arena, tf_sources *sources, tf_str name, tf_str text) {
  if (sources->list.count == 0) {
    tf_vec_push(arena, &sources->list, ((tf_source){TF_STR(""), TF_STR("")}));
  }
  tf_vec_push(arena, &sources->list, ((tf_source){name, text}));
  return (uint32_t)(sources->list.count - 1);
}

tf_span tf_span_join(tf_span a, tf_span b) {
  if (a.source == 0) {
    return b;
  }
  if (b.source != a.source) {
    return a;
  }
  return (tf_span){a.source, a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
}

void tf_source_position(const tf_source *source, uint32_t offset, uint32_t *line, uint32_t *column) {
  tf_str text = source->text;
  size_t end = offset < text.len ? offset : text.len;
  size_t i = tf_str_starts(text, "\xEF\xBB\xBF") ? 3 : 0; // a byte order mark takes no column
  uint32_t lines = 1;
  uint32_t columns = 1;
  while (i < end) {
    char c = text.ptr[i];
    if (c == '\n' || (c == '\r' && (i + 1 == text.len || text.ptr[i + 1] != '\n'))) {
      lines++;
      columns = 1;
      i++;
      continue;
    }
    size_t used = tf_utf8_decode(tf_str_sub(text, i, text.len), NULL);
    i += used == 0 ? 1 : used;
    columns++;
  }
  *line = lines;
  *column = columns;
}

static bool blank(char c) {
  return c == ' ' || c == '\t';
}

tf_located tf_located_part(tf_located whole, size_t from, size_t to) {
  while (from < to && blank(whole.text.ptr[from])) {
    from++;
  }
  while (to > from && blank(whole.text.ptr[to - 1])) {
    to--;
  }
  return (tf_located){tf_str_sub(whole.text, from, to), tf_located_span(whole, from, to)};
}
