// SPDX-License-Identifier: GPL-3.0-or-later
// Uniform numbers as a pure function of (seed, stream, sample): independent of threads, blocks, shards and order.
//
// A stream is one source of randomness: an input, or one of its draws per year or row. Sobol (default): scrambled
// Joe-Kuo points, sample i is point i div R of scrambling i mod R (R = replicates), the scrambling keyed by (seed,
// replicate, stream name). Random, and streams beyond the table of dimensions: Philox4x32-10 keyed by (seed, name).
// 52 bits, never 0 or 1.
#ifndef TF_ENGINE_SAMPLER_H
#define TF_ENGINE_SAMPLER_H

#include "base/context.h"

typedef enum tf_sampler_kind { TF_SAMPLER_SOBOL, TF_SAMPLER_RANDOM } tf_sampler_kind;

typedef struct tf_sampler {
  tf_sampler_kind kind;
  uint64_t seed;
  uint64_t samples;    // N
  uint32_t replicates; // R: 1, 2, 4 or 8 scramblings
} tf_sampler;

typedef struct tf_stream_key {
  uint64_t name;     // tf_str_hash of the stream's name
  int32_t dimension; // Sobol dimension, or -1: random
} tf_stream_key;

typedef struct tf_stream tf_stream; // prepared: scrambled direction numbers; immutable, shared by threads

enum { TF_SOBOL_DIMENSIONS = 1111 }; // at least 1,000, in src/engine/sobol_directions.c as generated data

// For samples 0 .. samples-1 and the rest of the last eight; the stream must not be asked for later ones.
tf_stream *tf_stream_prepare(tf_arena *arena, const tf_sampler *sampler, tf_stream_key key, uint64_t samples);
// u[0..n) for samples first .. first+n-1; first and n are multiples of 8; u is 64-byte aligned.
void tf_stream_fill(const tf_stream *stream, uint64_t first, double *u, size_t n);

// Gaussian copula: u of k streams become correlated. `factor` is the lower triangle (row-major, k*k) of the Cholesky
// factor of the Pearson matrix 2 sin(pi/6 * Spearman). Works in place on k columns of n.
// On failure *bad_row is the first row at which the matrix is not positive definite.
TF_NODISCARD bool tf_correlation_factor(tf_arena *arena, const double *spearman, size_t k, double **factor,
                                        size_t *bad_row);
void tf_correlate(const double *factor, size_t k, double *const *u, size_t n);

// z = inverse standard normal cdf, and its inverse; n multiple of 8. Error below 1e-15 absolute or 4 ulp (8 ulp for u
// below 1e-17); tails to
// 1e-300.
void tf_normal_quantile(const double *u, double *z, size_t n);
void tf_normal_cdf(const double *z, double *u, size_t n);

#endif
