// SPDX-License-Identifier: GPL-3.0-or-later
// Writing JSON (RFC 8259) into a text: commas and indentation are kept right, text is always valid UTF-8.
//
// Members are written in the order of the calls. Between tf_json_open and tf_json_close of an object every value is
// preceded by tf_json_key.
#ifndef TF_OUT_JSON_H
#define TF_OUT_JSON_H

#include "base/str.h"

typedef struct tf_json {
  tf_text *out;
  int depth;
  bool first;  // nothing was written at this level yet
  bool keyed;  // a key waits for its value
  int compact; // > 0: depth from which everything stays on one line
} tf_json;

// Levels deeper than `compact` are written on one line.
tf_json tf_json_new(tf_text *out, int compact);
void tf_json_open(tf_json *json, char bracket); // '{' or '['
void tf_json_close(tf_json *json, char bracket);
void tf_json_key(tf_json *json, const char *key);
void tf_json_key_str(tf_json *json, tf_str key);
void tf_json_text(tf_json *json, tf_str s);       // bytes that are no UTF-8 become U+FFFD
void tf_json_number(tf_json *json, double value); // 15 digits; null unless finite
void tf_json_integer(tf_json *json, uint64_t value);
void tf_json_bool(tf_json *json, bool value);
void tf_json_null(tf_json *json);

#endif
