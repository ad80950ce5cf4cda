// SPDX-License-Identifier: GPL-3.0-or-later
// Philox4x32-10, the counter-based generator of J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
// SC'11: a keyed bijection of 128-bit counters whose images pass as random. No state: any number of a stream can be
// computed on its own.
#ifndef TF_ENGINE_PHILOX_H
#define TF_ENGINE_PHILOX_H

#include <stddef.h>
#include <stdint.h>

// One image: out = philox(key, counter). out may be counter.
void tf_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]);

// 64 random bits number `index` of purpose `tag` for a name. Tags and sample numbers never share a counter: a tag sets
// the highest bit of the counter's first half, which sample numbers do not reach.
// Numbers 2 pair and 2 pair + 1 come from one image.
void tf_philox_pair(uint64_t seed, uint64_t name, uint32_t tag, uint32_t pair, uint64_t words[2]);
uint64_t tf_philox_word(uint64_t seed, uint64_t name, uint32_t tag, uint32_t index);

// Uniform numbers (52 bits, never 0 or 1) of samples first .. first+n-1, both multiples of 8, u aligned to 64 bytes.
// Counter = (sample / 16 * 8 + sample mod 8, name), key = seed; the lower half of each image serves the first 8 of 16
// samples, the upper half the other 8.
void tf_philox_fill(uint64_t seed, uint64_t name, uint64_t first, double *u, size_t n);

#endif
