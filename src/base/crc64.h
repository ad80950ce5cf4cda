// SPDX-License-Identifier: GPL-3.0-or-later
// CRC-64/XZ (the reflected polynomial of ECMA-182): tells damage to a file, and finds any that lies within 64 bits in
// a row. Sixteen bytes a step, so that checking columns costs little beside making them.
#ifndef TF_BASE_CRC64_H
#define TF_BASE_CRC64_H

#include "base/str.h"

typedef struct tf_crc64 tf_crc64; // tables

tf_crc64 *tf_crc64_new(tf_arena *arena);
// The checksum of what was summed up to `sum` and then `data`; start with 0.
uint64_t tf_crc64_add(const tf_crc64 *tables, uint64_t sum, tf_str data);

#endif
