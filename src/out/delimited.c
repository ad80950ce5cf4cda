// SPDX-License-Identifier: GPL-3.0-or-later
// Fields of CSV output (out/delimited.h).
#include "out/delimited.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

void tf_csv_text(tf_text *out, tf_str s) {
  bool quote = s.len > 0 && (s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ');
  for (size_t i = 0; i < s.len && !quote; i++) {
    quote = s.ptr[i] != '\0' && strchr(",\"\n\r", s.ptr[i]) != NULL;
  }
  if (!quote) {
    tf_text_add(out, s);
    return;
  }
  tf_text_addc(out, '"');
  for (size_t i = 0; i < s.len; i++) {
    if (s.ptr[i] == '"') {
      tf_text_addc(out, '"');
    }
    tf_text_addc(out, s.ptr[i]);
  }
  tf_text_addc(out, '"');
}

void tf_csv_number(tf_text *out, double value) {
  char buffer[32];
  if (!isnan(value)) {
    tf_text_adds(out, tf_number_print15(value, buffer));
  }
}
