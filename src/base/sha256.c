// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256, after the pseudo-code of FIPS 180-4, sections 5.1.1 and 6.2.2.
#include "base/sha256.h"

#include <string.h>

enum { BLOCK = 64, ROUNDS = 64 };

// First 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t constants[ROUNDS] = {
    0x428a2f98U, 0x71374491U, 0xb5c0fbcfU, 0xe9b5dba5U, 0x3956c25bU, 0x59f111f1U, 0x923f82a4U, 0xab1c5ed5U,
    0xd807aa98U, 0x12835b01U, 0x243185beU, 0x550c7dc3U, 0x72be5d74U, 0x80deb1feU, 0x9bdc06a7U, 0xc19bf174U,
    0xe49b69c1U, 0xefbe4786U, 0x0fc19dc6U, 0x240ca1ccU, 0x2de92c6fU, 0x4a7484aaU, 0x5cb0a9dcU, 0x76f988daU,
    0x983e5152U, 0xa831c66dU, 0xb00327c8U, 0xbf597fc7U, 0xc6e00bf3U, 0xd5a79147U, 0x06ca6351U, 0x14292967U,
    0x27b70a85U, 0x2e1b2138U, 0x4d2c6dfcU, 0x53380d13U, 0x650a7354U, 0x766a0abbU, 0x81c2c92eU, 0x92722c85U,
    0xa2bfe8a1U, 0xa81a664bU, 0xc24b8b70U, 0xc76c51a3U, 0xd192e819U, 0xd6990624U, 0xf40e3585U, 0x106aa070U,
    0x19a4c116U, 0x1e376c08U, 0x2748774cU, 0x34b0bcb5U, 0x391c0cb3U, 0x4ed8aa4aU, 0x5b9cca4fU, 0x682e6ff3U,
    0x748f82eeU, 0x78a5636fU, 0x84c87814U, 0x8cc70208U, 0x90befffaU, 0xa4506cebU, 0xbef9a3f7U, 0xc67178f2U};

static uint32_t rotate(uint32_t x, unsigned n) {
  return (x >> n) | (x << (32U - n));
}

static void compress(uint32_t state[8], const uint8_t *block) {
  uint32_t w[ROUNDS];
  for (size_t t = 0; t < 16; t++) {
    const uint8_t *p = block + 4 * t;
    w[t] = (uint32_t)p[0] << 24U | (uint32_t)p[1] << 16U | (uint32_t)p[2] << 8U | (uint32_t)p[3];
  }
  for (size_t t = 16; t < ROUNDS; t++) {
    uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3U;
    uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10U;
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
  uint32_t v[8]; // a to h
  memcpy(v, state, sizeof v);
  for (size_t t = 0; t < ROUNDS; t++) {
    uint32_t big1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
    uint32_t choose = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t one = v[7] + big1 + choose + constants[t] + w[t];
    uint32_t big0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
    uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += one;
    v[0] = one + big0 + majority;
  }
  for (size_t i = 0; i < 8; i++) {
    state[i] += v[i];
  }
}

void tf_sha256(tf_str data, uint8_t digest[static TF_SHA256_BYTES]) {
  uint32_t state[8] = {0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                       0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  const uint8_t *bytes = (const uint8_t *)data.ptr;
  size_t whole = data.len / BLOCK * BLOCK;
  for (size_t i = 0; i < whole; i += BLOCK) {
    compress(state, bytes + i);
  }
  // The rest, a one bit, zeros, and the length in bits: one block, or two if it does not fit.
  uint8_t tail[2 * BLOCK] = {0};
  size_t rest = data.len - whole;
  if (rest > 0) {
    memcpy(tail, bytes + whole, rest);
  }
  tail[rest] = 0x80;
  size_t size = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
  uint64_t bits = (uint64_t)data.len * 8;
  for (size_t i = 0; i < 8; i++) {
    tail[size - 1 - i] = (uint8_t)(bits >> 8 * i);
  }
  for (size_t i = 0; i < size; i += BLOCK) {
    compress(state, tail + i);
  }
  for (size_t i = 0; i < TF_SHA256_BYTES; i++) {
    digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
  }
}

const char *tf_sha256_text(tf_str data, char buffer[static TF_SHA256_TEXT]) {
  static const char digits[] = "0123456789abcdef";
  uint8_t digest[TF_SHA256_BYTES];
  tf_sha256(data, digest);
  for (size_t i = 0; i < TF_SHA256_BYTES; i++) {
    buffer[2 * i] = digits[digest[i] >> 4U];
    buffer[2 * i + 1] = digits[digest[i] & 15U];
  }
  buffer[2 * TF_SHA256_BYTES] = '\0';
  return buffer;
}
