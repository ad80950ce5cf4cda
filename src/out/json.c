// SPDX-License-Identifier: GPL-3.0-or-later
// Writing JSON (out/json.h).
#include "out/json.h"

#include <inttypes.h>
#include <math.h>

#include "base/number.h"

tf_json tf_json_new(tf_text *out, int compact) {
  return (tf_json){.out = out, .first = true, .compact = compact};
}

static void line_break(tf_json *json) {
  if (json->depth > json->compact) {
    return;
  }
  tf_text_addc(json->out, '\n');
  for (int i = 0; i < json->depth; i++) {
    tf_text_adds(json->out, "  ");
  }
}

static void separate(tf_json *json) {
  if (json->keyed) {
    json->keyed = false;
    return;
  }
  if (!json->first) {
    tf_text_addc(json->out, ',');
  }
  if (json->depth > 0) {
    line_break(json);
  }
  json->first = false;
}

void tf_json_open(tf_json *json, char bracket) {
  separate(json);
  tf_text_addc(json->out, bracket);
  json->depth++;
  json->first = true;
}

void tf_json_close(tf_json *json, char bracket) {
  bool empty = json->first;
  int inner = json->depth--;
  if (!empty && inner <= json->compact) {
    line_break(json);
  }
  tf_text_addc(json->out, bracket);
  json->first = false;
  if (json->depth == 0) {
    tf_text_addc(json->out, '\n');
  }
}

// Length of the valid UTF-8 sequence at s, 0 if there is none.
static size_t sequence(tf_str s) {
  unsigned char lead = (unsigned char)s.ptr[0];
  size_t length = lead < 0x80U ? 1 : lead < 0xC2U ? 0 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : lead < 0xF5U ? 4 : 0;
  size_t bad = 0;
  return length > 0 && length <= s.len && tf_utf8_valid(tf_str_sub(s, 0, length), &bad) ? length : 0;
}

static void quoted(tf_text *out, tf_str s) {
  tf_text_addc(out, '"');
  for (size_t i = 0; i < s.len;) {
    size_t length = sequence(tf_str_sub(s, i, s.len));
    unsigned char c = (unsigned char)s.ptr[i];
    if (length == 0) {
      tf_text_adds(out, "\xEF\xBF\xBD");
    } else if (c == '"' || c == '\\') {
      tf_text_addc(out, '\\');
      tf_text_addc(out, (char)c);
    } else if (c == '\n') {
      tf_text_adds(out, "\\n");
    } else if (c == '\t') {
      tf_text_adds(out, "\\t");
    } else if (c < 0x20 || c == 0x7F) {
      tf_text_addf(out, "\\u%04x", c);
    } else {
      tf_text_add(out, tf_str_sub(s, i, i + length));
    }
    i += length == 0 ? 1 : length;
  }
  tf_text_addc(out, '"');
}

void tf_json_key_str(tf_json *json, tf_str key) {
  separate(json);
  quoted(json->out, key);
  tf_text_adds(json->out, json->depth > json->compact ? ":" : ": ");
  json->keyed = true;
}

void tf_json_key(tf_json *json, const char *key) {
  tf_json_key_str(json, tf_str_of(key));
}

void tf_json_text(tf_json *json, tf_str s) {
  separate(json);
  quoted(json->out, s);
}

void tf_json_number(tf_json *json, double value) {
  char buffer[32];
  separate(json);
  tf_text_adds(json->out, isfinite(value) ? tf_number_print15(value, buffer) : "null");
}

void tf_json_integer(tf_json *json, uint64_t value) {
  separate(json);
  tf_text_addf(json->out, "%" PRIu64, value);
}

void tf_json_bool(tf_json *json, bool value) {
  separate(json);
  tf_text_adds(json->out, value ? "true" : "false");
}

void tf_json_null(tf_json *json) {
  separate(json);
  tf_text_adds(json->out, "null");
}
