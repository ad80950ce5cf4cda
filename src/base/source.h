// SPDX-License-Identifier: GPL-3.0-or-later
// Source texts and byte spans in them. Lines and columns are computed only when a message is rendered.
#ifndef TF_BASE_SOURCE_H
#define TF_BASE_SOURCE_H

#include "base/str.h"
#include "base/vec.h"

// Half-open range of bytes in a source. {0,0,0} is "nowhere" (source 0 is reserved for it).
typedef struct tf_span {
  uint32_t source, start, end;
} tf_span;

typedef struct tf_source {
  tf_str name; // as shown in messages: the path as the user gave it, or "--set"
  tf_str text; // valid UTF-8 for models; raw bytes for CSV
} tf_source;

typedef struct tf_sources {
  TF_VEC(tf_source) list; // [0] is "nowhere"
} tf_sources;

// Text with the place it came from: cells, --set values, right sides.
typedef struct tf_located {
  tf_str text;
  tf_span at; // if at.end - at.start == text.len positions inside are exact, else the whole span is meant
} tf_located;

uint32_t tf_source_add(tf_arena *arena, tf_sources *sources, tf_str name, tf_str text);
tf_span tf_span_join(tf_span a, tf_span b);
static inline tf_span tf_located_span(tf_located t, size_t from, size_t to) { // bytes [from, to) of t.text as a span
  if (t.at.source == 0 || (size_t)(t.at.end - t.at.start) != t.text.len) {
    return t.at;
  }
  to = to > t.text.len ? t.text.len : to;
  from = from > to ? to : from;
  return (tf_span){t.at.source, t.at.start + (uint32_t)from, t.at.start + (uint32_t)to};
}
// Bytes [from, to) of `whole` as a located text of their own, without the spaces and tabs at its ends.
tf_located tf_located_part(tf_located whole, size_t from, size_t to);
// 1-based line, and column counted in code points.
void tf_source_position(const tf_source *source, uint32_t offset, uint32_t *line, uint32_t *column);

#endif
