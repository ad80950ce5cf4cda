// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/bytes.h"

#include <string.h>

void tf_put_uint(tf_text *out, uint64_t value, size_t bytes) {
  char text[8];
  for (size_t i = 0; i < bytes; i++) {
    text[i] = (char)(unsigned char)(value >> (8 * i));
  }
  tf_text_add(out, (tf_str){text, bytes});
}

void tf_put_u32(tf_text *out, uint32_t value) {
  tf_put_uint(out, value, 4);
}

void tf_put_u64(tf_text *out, uint64_t value) {
  tf_put_uint(out, value, 8);
}

void tf_put_f64(tf_text *out, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  tf_put_uint(out, bits, 8);
}

void tf_put_str(tf_text *out, tf_str text) {
  tf_put_uint(out, text.len, 8);
  tf_text_add(out, text);
}

uint64_t tf_get_uint(tf_bytes *in, size_t bytes) {
  if (in->bad || in->rest.len < bytes) {
    in->bad = true;
    return 0;
  }
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; i++) {
    value |= (uint64_t)(unsigned char)in->rest.ptr[i] << (8 * i);
  }
  in->rest = (tf_str){in->rest.ptr + bytes, in->rest.len - bytes};
  return value;
}

uint32_t tf_get_u32(tf_bytes *in) {
  return (uint32_t)tf_get_uint(in, 4);
}

uint64_t tf_get_u64(tf_bytes *in) {
  return tf_get_uint(in, 8);
}

double tf_get_f64(tf_bytes *in) {
  uint64_t bits = tf_get_uint(in, 8);
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

tf_str tf_get_str(tf_bytes *in) {
  uint64_t len = tf_get_uint(in, 8);
  if (in->bad || len > in->rest.len) {
    in->bad = true;
    return TF_STR("");
  }
  tf_str text = {in->rest.ptr, (size_t)len};
  in->rest = (tf_str){in->rest.ptr + len, in->rest.len - (size_t)len};
  return text;
}

size_t tf_get_count(tf_bytes *in, size_t size) {
  uint64_t count = tf_get_uint(in, 8);
  if (in->bad || count > in->rest.len / size) {
    in->bad = true;
    return 0;
  }
  return (size_t)count;
}

void tf_turn_f64(double *x, size_t count) {
  const uint16_t probe = 1;
  unsigned char low;
  memcpy(&low, &probe, 1);
  if (low == 1) {
    return;
  }
  for (size_t i = 0; i < count; i++) {
    unsigned char bytes[8];
    unsigned char turned[8];
    memcpy(bytes, &x[i], 8);
    for (size_t k = 0; k < 8; k++) {
      turned[k] = bytes[7 - k];
    }
    memcpy(&x[i], turned, 8);
  }
}
