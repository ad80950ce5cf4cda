// SPDX-License-Identifier: GPL-3.0-or-later
// Streams of uniform numbers: eight Sobol' lanes side by side, or Philox.
#include "engine/sampler.h"

#include <string.h>

#include "engine/philox.h"
#include "engine/sobol.h"
#include "engine/vecmath.h"

// Half of the eight lanes: the largest vector that every wide instruction set here holds in a register.
typedef uint64_t half __attribute__((vector_size(32)));
typedef double real_half __attribute__((vector_size(32)));
typedef union lanes {
  half vector[2];
  uint64_t lane[TF_LANES];
} lanes;

struct tf_stream {
  // Sobol': samples 8g .. 8g+7 are start ^ (the xor of directions[k] over the bits k of g); lane l belongs to
  // scrambling l mod R and holds point 8g/R + l/R. flips[k] is directions[0] ^ .. ^ directions[k]: what changes
  // when bit k of g becomes 1 and those below it 0.
  lanes start;
  lanes directions[TF_SOBOL_BITS];
  lanes flips[TF_SOBOL_BITS];
  uint64_t seed, name;
  bool random;
};

static uint32_t bits_of(uint32_t replicates) {
  return replicates >= 8 ? 3 : replicates >= 4 ? 2 : replicates >= 2 ? 1 : 0;
}

// Binary digits of the largest number of a group of eight samples.
static uint32_t group_bits(uint64_t samples) {
  uint32_t bits = 0;
  for (uint64_t last = samples > 0 ? (samples - 1) / TF_LANES : 0; last != 0; last >>= 1) {
    bits++;
  }
  return bits;
}

tf_stream *tf_stream_prepare(tf_arena *arena, const tf_sampler *sampler, tf_stream_key key, uint64_t samples) {
  tf_stream *stream = tf_alloc_aligned(arena, 1, sizeof *stream);
  stream->seed = sampler->seed;
  stream->name = key.name;
  stream->random =
      sampler->kind == TF_SAMPLER_RANDOM || key.dimension < 0 || key.dimension >= (int32_t)TF_SOBOL_DIMENSIONS;
  if (stream->random) {
    return stream;
  }
  const uint32_t replicate_bits = bits_of(sampler->replicates);
  const uint32_t replicates = UINT32_C(1) << replicate_bits;
  const uint32_t lane_bits = 3 - replicate_bits; // low bits of the point's number that are spread over lanes
  // Only directions that some point uses are scrambled.
  const uint32_t needed = group_bits(samples) + lane_bits;
  const uint32_t count = needed < TF_SOBOL_BITS ? needed : TF_SOBOL_BITS;
  uint64_t plain[TF_SOBOL_BITS];
  tf_sobol_directions((uint32_t)key.dimension, plain);
  for (uint32_t r = 0; r < replicates; r++) {
    uint64_t scrambled[TF_SOBOL_BITS];
    uint64_t shift = 0;
    memcpy(scrambled, plain, sizeof plain);
    tf_sobol_scramble(sampler->seed, key.name, r, count, scrambled, &shift);
    for (uint32_t l = r; l < TF_LANES; l += replicates) {
      uint64_t start = shift;
      for (uint32_t k = 0; k < lane_bits; k++) {
        start ^= (l / replicates >> k & 1) != 0 ? scrambled[k] : 0;
      }
      stream->start.lane[l] = start;
      uint64_t flip = 0;
      for (uint32_t k = 0; k + lane_bits < count; k++) {
        stream->directions[k].lane[l] = scrambled[k + lane_bits];
        flip ^= scrambled[k + lane_bits];
        stream->flips[k].lane[l] = flip;
      }
    }
  }
  return stream;
}

// Number of trailing zero bits of x > 0, by multiplying the lowest set bit with a de Bruijn sequence.
TF_INLINE uint32_t trailing_zeros(uint64_t x) {
  static const uint8_t position[64] = {0,  1,  2,  53, 3,  7,  54, 27, 4,  38, 41, 8,  34, 55, 48, 28,
                                       62, 5,  39, 46, 44, 42, 22, 9,  24, 35, 59, 56, 49, 18, 29, 11,
                                       63, 52, 6,  26, 37, 40, 33, 47, 61, 45, 43, 21, 23, 58, 17, 10,
                                       51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12};
  return position[((x & (0 - x)) * UINT64_C(0x022fdd63cc95386d)) >> 58];
}

TF_KERNEL static void sobol_fill(const tf_stream *stream, uint64_t group, double *u, size_t groups) {
  // (bits + 1/2) 2^-52: with the exponent of 1 the bits are a double in [1, 2); the difference is exact.
  const half one = (half){0} + UINT64_C(0x3ff0000000000000);
  const lanes *flips = stream->flips;
  half low = stream->start.vector[0] ^ one;
  half high = stream->start.vector[1] ^ one;
  for (uint32_t k = 0; k < TF_SOBOL_BITS && group >> k != 0; k++) {
    if ((group >> k & 1) != 0) {
      low ^= stream->directions[k].vector[0];
      high ^= stream->directions[k].vector[1];
    }
  }
  real_half *out = (real_half *)(void *)u;
  for (size_t g = 0; g < groups; g++) {
    out[2 * g] = (real_half)low - (1.0 - 0x1p-53);
    out[2 * g + 1] = (real_half)high - (1.0 - 0x1p-53);
    const lanes *flip = &flips[trailing_zeros(group + g + 1)];
    low ^= flip->vector[0];
    high ^= flip->vector[1];
  }
}

void tf_stream_fill(const tf_stream *stream, uint64_t first, double *u, size_t n) {
  if (stream->random) {
    tf_philox_fill(stream->seed, stream->name, first, u, n);
  } else {
    sobol_fill(stream, first / TF_LANES, u, n / TF_LANES);
  }
}
