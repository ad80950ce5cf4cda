// SPDX-License-Identifier: GPL-3.0-or-later
// The practical limit: the reference problem written by hand for the vector unit of the machine it is compiled on, with
// every freedom that the engine does not take (-march=native -ffast-math, no check of any number, random numbers in
// vectors side by side, blocks in the first-level cache).
//
// usage: baseline_vector cluster|projection SAMPLES ROUNDS [THREADS]
// prints per round: seconds of evaluation, 0, mean; the columns lie in memory before.
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference_problem.h"

#ifdef __AVX512F__
enum { WIDTH = 8 };
#else
enum { WIDTH = 4 };
#endif
enum { BLOCK = 512, INPUTS = 14, COLUMNS = 2 * YEARS + 1 };
typedef double real __attribute__((vector_size(WIDTH * 8)));
typedef uint64_t word __attribute__((vector_size(WIDTH * 8)));
typedef int64_t mask __attribute__((vector_size(WIDTH * 8)));

// --- xoshiro256++ (Blackman and Vigna), one generator per vector lane

typedef struct generator {
  word a, b, c, d;
} generator;

static uint64_t seed_next(uint64_t *state) { // splitmix64
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static void generator_start(generator *g, uint64_t seed) {
  for (int l = 0; l < WIDTH; l++) {
    g->a[l] = seed_next(&seed), g->b[l] = seed_next(&seed), g->c[l] = seed_next(&seed), g->d[l] = seed_next(&seed);
  }
}

static void uniforms(generator *from, double *u) {
  generator g = *from;
  for (int i = 0; i < BLOCK; i += WIDTH) {
    const word sum = g.a + g.d, bits = (sum << 23 | sum >> 41) + g.a, t = g.b << 17;
    g.c ^= g.a, g.d ^= g.b, g.b ^= g.c, g.a ^= g.d, g.c ^= t, g.d = g.d << 45 | g.d >> 19;
    *(real *)(u + i) = (real)(bits >> 12 | 0x3ff0000000000000u) - (1 - 0x1p-53);
  }
  *from = g;
}

// --- quantiles; the normal one after M. J. Wichura, Algorithm AS 241 (1988)

static inline double polynomial(const double *c, int n, double x) {
  double y = c[n - 1];
#pragma GCC unroll 8
  for (int i = n - 2; i >= 0; i--) {
    y = y * x + c[i];
  }
  return y;
}

static const double centre_p[8] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                   1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                   3.3430575583588128105e4, 2.5090809287301226727e3},
                    centre_q[8] = {1,
                                   4.2313330701600911252e1,
                                   6.8718700749205790830e2,
                                   5.3941960214247511077e3,
                                   2.1213794301586595867e4,
                                   3.9307895800092710610e4,
                                   2.8729085735721942674e4,
                                   5.2264952788528545610e3},
                    tail_p[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                 3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                 2.27238449892691845833e-2, 7.74545014278341407640e-4},
                    tail_q[8] = {1,
                                 2.05319162663775882187e0,
                                 1.67638483018380384940e0,
                                 6.89767334985100004550e-1,
                                 1.48103976427480074590e-1,
                                 1.51986665636164571966e-2,
                                 5.47593808499534494600e-4,
                                 1.05075007164441684324e-9};

static void normals(double *restrict z, const double *restrict u) { // beyond 1e-11 the tail is only near
  double tail[BLOCK + WIDTH] __attribute__((aligned(64)));
  int at[BLOCK + 1], count = 0;
  for (int i = 0; i < BLOCK; i++) {
    const double q = u[i] - 0.5, r = 0.180625 - q * q;
    z[i] = q * polynomial(centre_p, 8, r) / polynomial(centre_q, 8, r);
  }
  for (int i = 0; i < BLOCK; i++) {
    const double q = u[i] - 0.5;
    tail[count] = q;
    at[count] = i;
    count += fabs(q) > 0.425;
  }
  for (int i = 0; i < count; i++) {
    const double q = tail[i], r = sqrt(-log(0.5 - fabs(q))) - 1.6;
    tail[i] = copysign(polynomial(tail_p, 8, r) / polynomial(tail_q, 8, r), q);
  }
  for (int i = 0; i < count; i++) {
    z[at[i]] = tail[i];
  }
}

static void draw_normal(generator *g, double *restrict x, double mean, double sd) {
  double u[BLOCK] __attribute__((aligned(64)));
  uniforms(g, u);
  normals(x, u);
  for (int i = 0; i < BLOCK; i++) {
    x[i] = mean + sd * x[i];
  }
}

static void draw_cut(generator *g, double *restrict x, double mean, double sd, double low, double high) {
  double u[BLOCK] __attribute__((aligned(64)));
  const double below = 0.5 * erfc((mean - low) / sd * M_SQRT1_2),
               mass = 0.5 * erfc((mean - high) / sd * M_SQRT1_2) - below;
  uniforms(g, u);
  for (int i = 0; i < BLOCK; i++) {
    u[i] = below + mass * u[i];
  }
  normals(x, u);
  for (int i = 0; i < BLOCK; i++) {
    x[i] = mean + sd * x[i];
  }
}

static void draw_lognormal(generator *g, double *restrict x, range by) {
  const double mu = 0.5 * (log(by.low) + log(by.high)), sigma = (log(by.high) - log(by.low)) / (2 * score_95);
  double u[BLOCK] __attribute__((aligned(64)));
  uniforms(g, u);
  normals(x, u);
  for (int i = 0; i < BLOCK; i++) {
    x[i] = exp(mu + sigma * x[i]);
  }
}

static void draw_uniform(generator *g, double *restrict x, range by) {
  uniforms(g, x);
  for (int i = 0; i < BLOCK; i++) {
    x[i] = by.low + (by.high - by.low) * x[i];
  }
}

static void draw_triangle(generator *g, double *restrict x, triangle by) {
  const double width = by.high - by.low, split = (by.mode - by.low) / width;
  const double rise = width * (by.mode - by.low), fall = width * (by.high - by.mode);
  uniforms(g, x);
  for (int i = 0; i < BLOCK; i++) {
    const double u = x[i], root = sqrt(u < split ? u * rise : (1 - u) * fall);
    x[i] = u < split ? by.low + root : by.high - root;
  }
}

// --- the two models

typedef struct inputs {
  double price[BLOCK], boxes[BLOCK], place[BLOCK], watts[BLOCK], overhead[BLOCK], kwh[BLOCK], years[BLOCK], busy[BLOCK],
      care[BLOCK], mfu[BLOCK], good[BLOCK], flop[BLOCK], growth[BLOCK], fall[BLOCK];
} inputs;

static void draw_common(generator *g, inputs *in) {
  draw_lognormal(g, in->price, gpu_price);
  draw_triangle(g, in->boxes, server);
  draw_lognormal(g, in->place, building_price);
  draw_normal(g, in->watts, watts_mean, watts_sd);
  draw_uniform(g, in->overhead, pue);
  draw_lognormal(g, in->kwh, electricity);
  draw_uniform(g, in->years, life);
  draw_uniform(g, in->busy, utilisation);
  draw_triangle(g, in->care, upkeep);
}

static void cluster(generator *g, inputs *in, double *const *out, size_t from) {
  draw_common(g, in);
  draw_cut(g, in->mfu, mfu_mean, mfu_sd, mfu_low, mfu_high);
  draw_uniform(g, in->good, goodput);
  draw_lognormal(g, in->flop, compute);
  double *restrict total = out[0] + from, *restrict rate = out[1] + from, *restrict capex = out[2] + from,
                   *restrict days = out[3] + from;
  const double growth = log1p(discount);
#pragma GCC ivdep
  for (int i = 0; i < BLOCK; i++) {
    const double it = gpus * in->price[i] * in->boxes[i], mw = gpus / 1e6 * in->watts[i] * in->overhead[i];
    const double building = mw * in->place[i];
    const double seconds = in->flop[i] / (gpus * peak * in->mfu[i] * in->good[i]), hours = seconds * (1 / 3600.0);
    const double annuity = it * discount / (1 - exp(-growth * in->years[i]));
    const double yearly = annuity + building * (1 / building_life) + in->care[i] * it;
    const double cost = yearly * hours / (year_hours * in->busy[i]) + mw * hours * 1000 * in->kwh[i];
    capex[i] = it + building;
    days[i] = seconds * (1 / 86400.0);
    total[i] = cost;
    rate[i] = cost / (gpus * hours);
  }
}

static inline real at_least(real a, real b) {
  const mask m = a > b;
  return (real)((m & (mask)a) | (~m & (mask)b));
}

static inline real at_most(real a, real b) {
  const mask m = a < b;
  return (real)((m & (mask)a) | (~m & (mask)b));
}

static void projection(generator *g, inputs *in, double *const *out, size_t from) {
  draw_common(g, in);
  draw_normal(g, in->growth, growth_mean, growth_sd);
  draw_uniform(g, in->fall, decline);
  const real zero = {0}, one = zero + 1;
  for (int i = 0; i < BLOCK; i += WIDTH) {
#define AT(name) (*(const real *)(in->name + i))
    const real years = AT(years), place = AT(place), care = AT(care), inverse = 1 / years;
    const real power = AT(watts) * AT(overhead) * 1e-6, energy = AT(busy) * AT(kwh) * (year_hours * 1000);
    const real growth = 1 + AT(growth), fall = 1 - AT(fall);
#undef AT
    real unit = *(const real *)(in->price + i) * *(const real *)(in->boxes + i);
    real share[YEARS], bought[YEARS], spent[YEARS], most = zero, buildings = zero, net = zero;
    double factor = 1;
    for (int t = 0; t < YEARS; t++) {
      share[t] = at_most(at_least(years - t, zero), one);
      bought[t] = t > 0 ? bought[t - 1] * growth : zero + gpus;
      unit = t > 0 ? unit * fall : unit;
      spent[t] = bought[t] * unit;
      real installed = zero, off = zero;
      for (int k = 0; k <= t; k++) {
        installed += bought[k] * share[t - k];
        off += spent[k] * share[t - k];
      }
      const real mw = installed * power, construction = at_least(mw - most, zero) * place;
      most = at_least(mw, most);
      buildings += construction;
      const real cost = off * inverse + buildings * (1 / building_life) + care * installed * unit + mw * energy;
      net += cost * factor;
      factor /= 1 + discount;
      *(real *)(out[t] + from + i) = cost;
      *(real *)(out[YEARS + t] + from + i) = spent[t] + construction;
    }
    *(real *)(out[2 * YEARS] + from + i) = net;
  }
}

typedef struct share {
  int series;
  size_t begin, end; // blocks
  double *const *out;
} share;

static void *work(void *of) {
  const share *s = of;
  generator g;
  inputs in __attribute__((aligned(64)));
  generator_start(&g, 42 + s->begin);
  for (size_t b = s->begin; b < s->end; b++) {
    (s->series ? projection : cluster)(&g, &in, s->out, b * BLOCK);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 4) {
    return 2;
  }
  const int series = strcmp(argv[1], "projection") == 0, threads = argc > 4 && atoi(argv[4]) > 1 ? atoi(argv[4]) : 1;
  const size_t blocks = (strtoull(argv[2], NULL, 10) + BLOCK - 1) / BLOCK, lanes = blocks * BLOCK + 8;
  double *out[COLUMNS];
  for (int c = 0; c < (series ? COLUMNS : 4); c++) {
    void *column;
    if (posix_memalign(&column, 64, lanes * sizeof(double)) != 0) {
      return 1;
    }
    memset(column, 0, lanes * sizeof(double));
    out[c] = column;
  }
  share *shares = calloc((size_t)threads, sizeof *shares);
  pthread_t *ids = calloc((size_t)threads, sizeof *ids);
  for (int round = 0; round < atoi(argv[3]); round++) {
    const double start = seconds_now(threads);
    for (int t = 0; t < threads; t++) {
      shares[t] =
          (share){series, blocks * (size_t)t / (size_t)threads, blocks * (size_t)(t + 1) / (size_t)threads, out};
      if (t > 0) {
        pthread_create(&ids[t], NULL, work, &shares[t]);
      }
    }
    work(&shares[0]);
    for (int t = 1; t < threads; t++) {
      pthread_join(ids[t], NULL);
    }
    const double done = seconds_now(threads);
    double mean = 0;
    for (size_t i = 0; i < blocks * BLOCK; i++) {
      mean += out[series ? 2 * YEARS : 0][i];
    }
    printf("%.9f 0 %.8g\n", done - start, mean / (double)(blocks * BLOCK));
  }
  return 0;
}
