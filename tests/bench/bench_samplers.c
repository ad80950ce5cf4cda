// SPDX-License-Identifier: GPL-3.0-or-later
// Errors of the samplers on the first output of a model, and their speed; samplers.py makes the tables.
//
//   bench_samplers error FILE MEAN SEEDS   per number of samples and sampler: root of the mean squared relative error
//   of
//                                          mean, 5 % and 95 % quantile over the seeds. MEAN is the exact mean, in the
//                                          declared unit; the quantiles' true values are the means over 16 other seeds
//                                          of 2^20 Sobol' points.
//   bench_samplers speed                   nanoseconds per uniform number, by blocks as the engine asks for them
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session.h"
#include "reference_problem.h"
#include "stats/summarise.h"

enum { LEAST = 8, MOST = 18, TRUTH = 20, TRUTH_SEEDS = 16, BLOCK = 512, DIMENSIONS = 16, ROUNDS = 9 };

typedef struct problem {
  tf_context *cx;
  tf_graph *graph;
  const tf_plan *plan;
} problem;

typedef struct found {
  double mean, p5, p95;
} found;

static bool evaluate(problem *p, tf_sampler sampler, found *out) {
  const tf_run_options options = {.sampler = sampler, .count = sampler.samples};
  tf_arena_mark mark = tf_arena_save(p->cx->arena);
  tf_samples *samples = NULL;
  tf_result *result = NULL;
  tf_summary_request request = {.model = p->plan->model, .plans = &p->plan, .plan_count = 1};
  request.sampler = &options.sampler;
  bool done = tf_run(p->cx, p->cx->arena, p->graph, &options, &samples) == TF_OK;
  request.samples = samples;
  done = done && tf_summarise(p->cx, p->cx->arena, &request, &result) == TF_OK;
  if (done) {
    const tf_row *row = &result->scenarios[0].rows.at[0];
    *out = (found){row->mean, row->p5, row->p95};
  }
  tf_arena_restore(p->cx->arena, mark);
  return done;
}

static bool errors(problem *p, double mean, int seeds) {
  found truth = {mean, 0, 0};
  for (int s = 0; s < TRUTH_SEEDS; s++) {
    found one;
    if (!evaluate(p, (tf_sampler){TF_SAMPLER_SOBOL, (uint64_t)(1000000 + s), UINT64_C(1) << TRUTH, 1}, &one)) {
      return false;
    }
    truth.p5 += one.p5 / TRUTH_SEEDS;
    truth.p95 += one.p95 / TRUTH_SEEDS;
  }
  static const struct {
    const char *name;
    tf_sampler sampler;
  } kinds[] = {{"random", {TF_SAMPLER_RANDOM, 0, 0, 1}},
               {"sobol8", {TF_SAMPLER_SOBOL, 0, 0, 8}},
               {"sobol1", {TF_SAMPLER_SOBOL, 0, 0, 1}}};
  for (int power = LEAST; power <= MOST; power++) {
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
      found sum = {0, 0, 0};
      for (int s = 1; s <= seeds; s++) {
        tf_sampler sampler = kinds[k].sampler;
        sampler.seed = (uint64_t)s;
        sampler.samples = UINT64_C(1) << power;
        found one;
        if (!evaluate(p, sampler, &one)) {
          return false;
        }
        sum.mean += pow(one.mean / truth.mean - 1, 2) / seeds;
        sum.p5 += pow(one.p5 / truth.p5 - 1, 2) / seeds;
        sum.p95 += pow(one.p95 / truth.p95 - 1, 2) / seeds;
      }
      printf("%d %s %.6e %.6e %.6e\n", power, kinds[k].name, sqrt(sum.mean), sqrt(sum.p5), sqrt(sum.p95));
    }
  }
  return true;
}

static void speed(tf_context *cx) {
  static const struct {
    const char *name;
    tf_sampler_kind kind;
    uint32_t replicates;
  } kinds[] = {{"philox", TF_SAMPLER_RANDOM, 1}, {"sobol8", TF_SAMPLER_SOBOL, 8}, {"sobol1", TF_SAMPLER_SOBOL, 1}};
  double *u = tf_alloc_columns(cx->arena, BLOCK);
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    tf_stream *streams[DIMENSIONS];
    const tf_sampler sampler = {kinds[k].kind, 1, 1U << 20, kinds[k].replicates};
    for (int d = 0; d < DIMENSIONS; d++) {
      streams[d] = tf_stream_prepare(cx->arena, &sampler, (tf_stream_key){(uint64_t)d * 77 + 1, d}, sampler.samples);
    }
    double least = INFINITY;
    double sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      const double start = seconds_now(1);
      for (uint64_t first = 0; first < sampler.samples; first += BLOCK) {
        for (int d = 0; d < DIMENSIONS; d++) {
          tf_stream_fill(streams[d], first, u, BLOCK);
          sum += u[0];
        }
      }
      least = fmin(least, seconds_now(1) - start);
    }
    printf("%s %.4f %.6f\n", kinds[k].name, 1e9 * least / (DIMENSIONS * (double)sampler.samples), sum);
  }
}

int main(int argc, char **argv) {
  tf_context *cx = tf_context_new();
  if (cx == NULL || argc < 2) {
    return 2;
  }
  bool done = true;
  if (strcmp(argv[1], "speed") == 0) {
    speed(cx);
  } else if (argc == 5) {
    char *const arguments[] = {argv[2]};
    tf_command_line line = {0};
    tf_session session;
    problem p = {.cx = cx, .graph = tf_graph_new(cx, cx->arena)};
    uint32_t scenario = 0;
    done = tf_options_parse(cx, tf_command_find("run"), 1, arguments, &line) == TF_OK &&
           tf_session_open(cx, &line, true, &session) == TF_OK;
    p.plan = done ? session.cases.at[0].plan : NULL;
    done = done && tf_graph_add(cx, p.graph, p.plan, p.plan->model->outputs.at, 1, &scenario) == TF_OK &&
           errors(&p, strtod(argv[3], NULL), atoi(argv[4]));
  }
  tf_context_free(cx);
  return done ? 0 : 1;
}
