// SPDX-License-Identifier: GPL-3.0-or-later
// Slicing: table[k][b] is the remainder of byte b followed by k zero bytes (Kounavis and Berry 2005).
#include "base/crc64.h"

enum { SLICES = 16 };

struct tf_crc64 {
  uint64_t table[SLICES][256];
};

tf_crc64 *tf_crc64_new(tf_arena *arena) {
  tf_crc64 *tables = TF_NEW(arena, tf_crc64);
  for (uint64_t b = 0; b < 256; b++) {
    uint64_t r = b;
    for (int bit = 0; bit < 8; bit++) {
      r = r >> 1U ^ ((r & 1U) != 0 ? UINT64_C(0xc96c5795d7870f42) : 0);
    }
    tables->table[0][b] = r;
  }
  for (size_t k = 1; k < SLICES; k++) {
    for (size_t b = 0; b < 256; b++) {
      uint64_t r = tables->table[k - 1][b];
      tables->table[k][b] = tables->table[0][r & 255U] ^ r >> 8U;
    }
  }
  return tables;
}

static uint64_t little(const unsigned char *p) {
  uint64_t value = 0;
  for (unsigned i = 0; i < 8; i++) {
    value |= (uint64_t)p[i] << (8 * i);
  }
  return value;
}

uint64_t tf_crc64_add(const tf_crc64 *tables, uint64_t sum, tf_str data) {
  const unsigned char *p = (const unsigned char *)data.ptr;
  size_t left = data.len;
  uint64_t r = ~sum;
  for (; left >= SLICES; left -= SLICES, p += SLICES) {
    uint64_t low = r ^ little(p);
    uint64_t high = little(p + 8);
    r = 0;
    for (unsigned i = 0; i < 8; i++) {
      r ^= tables->table[SLICES - 1 - i][low >> (8 * i) & 255U] ^ tables->table[7 - i][high >> (8 * i) & 255U];
    }
  }
  for (; left > 0; left--, p++) {
    r = tables->table[0][(r ^ *p) & 255U] ^ r >> 8U;
  }
  return ~r;
}
