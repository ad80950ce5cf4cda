// SPDX-License-Identifier: GPL-3.0-or-later
// Nanoseconds per number of every family, generator and helper, on columns of 512: `make bench_dist`.
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "base/context.h"
#include "engine/dist.h"
#include "engine/sampler.h"

enum { N = 512, ROUNDS = 7, REPEATS = 2000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct work {
  void (*run)(const struct work *w, double *x);
  const tf_dist *dist;
  const tf_stream *stream;
  const double *u;
} work;

static void run_dist(const work *w, double *x) {
  tf_dist_quantile(w->dist, w->u, x, N);
}

static void run_stream(const work *w, double *x) {
  tf_stream_fill(w->stream, 512, x, N);
}

static void run_normal(const work *w, double *x) {
  tf_normal_quantile(w->u, x, N);
}

static void run_cdf(const work *w, double *x) {
  tf_normal_cdf(w->u, x, N);
}

static void report(const char *name, const work *w, double prepared) {
  static _Alignas(64) double x[N];
  double best = INFINITY;
  for (int round = 0; round < ROUNDS; round++) {
    const double start = now();
    for (int i = 0; i < REPEATS; i++) {
      w->run(w, x);
    }
    best = fmin(best, (now() - start) / REPEATS / N * 1e9);
  }
  printf("%-24s %7.2f ns", name, best);
  if (prepared >= 0) {
    printf("   prepared in %.2f ms", prepared * 1e3);
  }
  printf("\n");
}

int main(void) {
  tf_context *cx = tf_context_new();
  if (cx == NULL) {
    return 1;
  }
  static _Alignas(64) double u[N];
  tf_sampler random = {TF_SAMPLER_RANDOM, 1, N, 1};
  tf_sampler sobol = {TF_SAMPLER_SOBOL, 1, N, 8};
  work w = {run_stream, NULL, tf_stream_prepare(cx->arena, &random, (tf_stream_key){1, -1}, UINT64_MAX), NULL};
  report("philox", &w, -1);
  double start = now();
  w.stream = tf_stream_prepare(cx->arena, &sobol, (tf_stream_key){1, 1000}, UINT64_MAX);
  report("sobol", &w, now() - start);
  tf_stream_fill(w.stream, 0, u, N);
  w.u = u;
  w.run = run_normal;
  report("normal quantile", &w, -1);
  w.run = run_cdf;
  report("normal cdf", &w, -1);

  const tf_dist_spec part_1 = {.family = TF_FAMILY_LOGNORMAL,
                               .level = 0.9,
                               .count = 2,
                               .args = (double[]){1, 2},
                               .low = -INFINITY,
                               .high = INFINITY,
                               .unit_factor = 1};
  tf_dist_spec part_2 = part_1;
  part_2.args = (double[]){5, 9};
  const tf_dist_spec *parts[2] = {&part_1, &part_2};
  const double percentiles[3] = {0.05, 0.5, 0.95};
  const double shares[2] = {0.7, 0.3};
  double column[1000];
  for (int i = 0; i < 1000; i++) {
    column[i] = i * 0.5;
  }
  const struct {
    const char *name;
    tf_dist_spec spec;
  } cases[] = {
#define CASE(label, id, shape, n, ...)                                                                                 \
  {                                                                                                                    \
    label, {                                                                                                           \
      .family = TF_FAMILY_##id, .form = TF_FORM_##shape, .level = 0.9, .count = (n), .args = (double[])__VA_ARGS__,    \
      .low = -INFINITY, .high = INFINITY, .unit_factor = 1                                                             \
    }                                                                                                                  \
  }
      CASE("normal", NORMAL, MEAN_SD, 2, {3, 1}),
      CASE("lognormal", LOGNORMAL, INTERVAL, 2, {1, 2}),
      CASE("uniform", UNIFORM, BOUNDS, 2, {1, 2}),
      CASE("loguniform", LOGUNIFORM, BOUNDS, 2, {1, 2}),
      CASE("triangular", TRIANGULAR, ARGUMENTS, 3, {1, 2, 4}),
      CASE("pert", PERT, ARGUMENTS, 3, {1, 2, 4}),
      CASE("beta", BETA, ARGUMENTS, 2, {2, 5}),
      CASE("beta by interval", BETA, INTERVAL, 2, {0.2, 0.7}),
      CASE("gamma", GAMMA, MEAN_SD, 2, {3, 2}),
      CASE("gamma by interval", GAMMA, INTERVAL, 2, {1, 2}),
      CASE("weibull", WEIBULL, INTERVAL, 2, {1, 2}),
      CASE("student", STUDENT, MEAN_SD, 3, {0, 1, 4}),
      CASE("exponential", EXPONENTIAL, ARGUMENTS, 1, {2}),
      CASE("event", EVENT, ARGUMENTS, 1, {0.3}),
      CASE("sample of 1000", SAMPLE, SAMPLE, 1000, {0}),
      CASE("metalog 3", METALOG, WEIGHTED, 3, {1, 2, 4}),
      CASE("mixture of 2", MIXTURE, WEIGHTED, 2, {0}),
      CASE("normal, cut", NORMAL, MEAN_SD, 2, {3, 1}),
#undef CASE
  };
  w.run = run_dist;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    tf_dist_spec spec = cases[i].spec;
    if (spec.family == TF_FAMILY_SAMPLE) {
      spec.args = column;
    } else if (spec.family == TF_FAMILY_METALOG) {
      spec.weights = percentiles;
    } else if (spec.family == TF_FAMILY_MIXTURE) {
      spec.args = NULL;
      spec.weights = shares;
      spec.parts = parts;
    } else if (spec.family == TF_FAMILY_NORMAL && i > 0) {
      spec.low = 1;
    }
    start = now();
    if (tf_dist_prepare(cx, cx->arena, &spec, &w.dist) != TF_OK) {
      printf("%s: %s\n", cases[i].name, cx->diags.list.at[cx->diags.list.count - 1].message);
      continue;
    }
    report(cases[i].name, &w, now() - start);
  }
  tf_context_free(cx);
  return 0;
}
