// SPDX-License-Identifier: GPL-3.0-or-later
// Standard errors mean what they say: over 1,000 seeds, the 95 % interval around the mean covers the exact mean of the
// reference problem in 90 to 99 % of them, with scrambled Sobol' points and with random numbers.
//
// The exact mean comes from the densities alone: total_cost is a sum of products of functions of one input each, whose
// expectations are integrals, computed here by Gauss-Legendre quadrature of 64 points.
#include "support.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

#include "../bench/reference_problem.h"
#include "cli/session.h"
#include "stats/summarise.h"

enum { SEEDS = 1000, SAMPLES = 1024 };

static double inverse_mfu(double x) {
  double z = (x - mfu_mean) / mfu_sd;
  return exp(-z * z / 2) / x;
}
static double density_mfu(double x) {
  double z = (x - mfu_mean) / mfu_sd;
  return exp(-z * z / 2);
}
static double recovery(double years) { // capital recovery factor
  return discount / (1 - pow(1 + discount, -years));
}

static double integral(double (*f)(double), double low, double high) {
  gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(64);
  double sum = 0;
  for (size_t i = 0; i < 64; i++) {
    double x = 0;
    double weight = 0;
    (void)gsl_integration_glfixed_point(low, high, i, &x, &weight, table);
    sum += weight * f(x);
  }
  gsl_integration_glfixed_table_free(table);
  return sum;
}

static double lognormal_mean(range r) { // of the one with these 5 % and 95 % quantiles
  double mu = log(r.low * r.high) / 2;
  double sigma = log(r.high / r.low) / (2 * score_95);
  return exp(mu + sigma * sigma / 2);
}

static double inverse_mean(range r) { // of 1/x, x uniform
  return log(r.high / r.low) / (r.high - r.low);
}

static double exact_mean(void) {
  const double tonnage = gpus * watts_mean * (pue.low + pue.high) / 2; // W of the facility
  const double seconds = lognormal_mean(compute) / (gpus * peak) * inverse_mean(goodput) *
                         integral(inverse_mfu, mfu_low, mfu_high) / integral(density_mfu, mfu_low, mfu_high);
  const double it = gpus * lognormal_mean(gpu_price) * (server.low + server.mode + server.high) / 3;
  const double charge =
      integral(recovery, life.low, life.high) / (life.high - life.low) + (upkeep.low + upkeep.mode + upkeep.high) / 3;
  const double buildings = tonnage * 1e-6 * lognormal_mean(building_price) / building_life;
  const double year = year_hours * 3600;
  return (it * charge + buildings) * seconds / year * inverse_mean(utilisation) +
         tonnage * 1e-3 * seconds / 3600 * lognormal_mean(electricity);
}

typedef struct problem {
  tf_context *cx;
  tf_session session;
  tf_graph *graph;
  const tf_plan *plan;
} problem;

static void open_problem(problem *p, tf_context *cx) {
  static char file[] = "tests/bench/cluster.model";
  char *const arguments[] = {file};
  static tf_command_line line;
  line = (tf_command_line){0};
  p->cx = cx;
  assert_int_equal(tf_options_parse(cx, tf_command_find("run"), 1, arguments, &line), TF_OK);
  assert_int_equal(tf_session_open(cx, &line, true, &p->session), TF_OK);
  p->plan = p->session.cases.at[0].plan;
  p->graph = tf_graph_new(cx, cx->arena);
  uint32_t scenario = 0;
  assert_int_equal(tf_graph_add(cx, p->graph, p->plan, p->plan->model->outputs.at, 1, &scenario), TF_OK);
}

static tf_row evaluate(problem *p, tf_sampler sampler) {
  const tf_run_options options = {.sampler = sampler, .count = sampler.samples, .threads = 1};
  tf_samples *samples = NULL;
  tf_result *result = NULL;
  assert_int_equal(tf_run(p->cx, p->cx->arena, p->graph, &options, &samples), TF_OK);
  tf_summary_request request = {.model = p->plan->model, .plans = &p->plan, .plan_count = 1, .samples = samples};
  request.sampler = &options.sampler;
  request.threads = 1;
  assert_int_equal(tf_summarise(p->cx, p->cx->arena, &request, &result), TF_OK);
  return result->scenarios[0].rows.at[0];
}

// Seeds whose interval mean +- `reach` standard errors covers the truth.
static int covered(problem *p, tf_sampler sampler, double reach, double truth) {
  int count = 0;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    tf_arena_mark mark = tf_arena_save(p->cx->arena);
    sampler.seed = seed;
    tf_row row = evaluate(p, sampler);
    count += fabs(row.mean - truth) <= reach * row.se;
    tf_arena_restore(p->cx->arena, mark);
  }
  return count;
}

static void intervals_cover(void **state) {
  problem p = {0};
  open_problem(&p, *state);
  const double truth = exact_mean();
  assert_true(fabs(truth / 959.86e6 - 1) < 1e-5); // as numpy has it (oracle/reference_problem.py)
  const struct {
    tf_sampler sampler;
    double freedom; // degrees of freedom of Student's t; 0: normal
  } cases[] = {{{TF_SAMPLER_SOBOL, 0, SAMPLES, 8}, 7},
               {{TF_SAMPLER_SOBOL, 0, SAMPLES, 4}, 3},
               {{TF_SAMPLER_SOBOL, 0, 1000, 8}, 7}, // no power of two
               {{TF_SAMPLER_RANDOM, 0, SAMPLES, 1}, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double reach = cases[i].freedom > 0 ? gsl_cdf_tdist_Pinv(0.975, cases[i].freedom) : gsl_cdf_ugaussian_Pinv(0.975);
    int count = covered(&p, cases[i].sampler, reach, truth);
    print_message("%s, %u replicates, %llu samples: %.1f %% of %d intervals cover\n",
                  cases[i].sampler.kind == TF_SAMPLER_SOBOL ? "sobol" : "random", cases[i].sampler.replicates,
                  (unsigned long long)cases[i].sampler.samples, 100.0 * count / SEEDS, SEEDS);
    assert_in_range(count, SEEDS * 90 / 100, SEEDS * 99 / 100);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(intervals_cover)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
