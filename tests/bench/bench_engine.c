// SPDX-License-Identifier: GPL-3.0-or-later
// Seconds of the engine alone on a model or scenario: evaluation, then statistics, in memory that was used before.
//
// usage: bench_engine FILE SAMPLES ROUNDS THREADS [BLOCK]      prints per round: seconds of evaluation, of statistics,
// a mean
//        bench_engine FILE SAMPLES ROUNDS pairs                prints per round: seconds of evaluation on the wall with
// one thread, right after it with two, and, of two processes that run side by side with one thread each, the mean
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/session.h"
#include "reference_problem.h"
#include "stats/summarise.h"

static int failed(tf_context *cx, const char *what) {
  (void)fprintf(stderr, "%s: %s\n", what,
                cx->diags.list.count > 0 ? cx->diags.list.at[cx->diags.list.count - 1].message : "failed");
  return 1;
}

// Seconds of one run on the wall; negative if it failed.
static double run_once(tf_context *cx, const tf_graph *graph, const tf_run_options *run) {
  const tf_arena_mark mark = tf_arena_save(cx->arena);
  tf_samples *samples = NULL;
  const double start = seconds_now(2);
  const tf_status status = tf_run(cx, cx->arena, graph, run, &samples);
  const double passed = seconds_now(2) - start;
  tf_arena_restore(cx->arena, mark);
  return status == TF_OK ? passed : -1;
}

// The second of two runs: whoever has waited finds its caches empty.
static double run_again(tf_context *cx, const tf_graph *graph, const tf_run_options *run) {
  return run_once(cx, graph, run) < 0 ? -1 : run_once(cx, graph, run);
}

// A second process: for each byte that it reads it runs with one thread, and answers with the seconds.
static void serve_runs(tf_context *cx, const tf_graph *graph, const tf_run_options *run, int asked, int answers) {
  char byte;
  while (read(asked, &byte, 1) == 1) {
    const double passed = run_again(cx, graph, run);
    if (write(answers, &passed, sizeof passed) != (ssize_t)sizeof passed) {
      break;
    }
  }
}

// A second thread beside one, and a second process beside one, as close in time as can be: the speed of a shared
// machine changes within seconds, and what it gives to a second process no second thread can exceed.
static int compare_threads(tf_context *cx, const tf_graph *graph, tf_run_options *run, int rounds) {
  int asked[2];
  int answers[2];
  if (pipe(asked) != 0 || pipe(answers) != 0) {
    return failed(cx, "pipe");
  }
  run->threads = 1;
  const pid_t child = fork(); // before any thread was made
  if (child < 0) {
    return failed(cx, "fork");
  }
  if (child == 0) {
    (void)close(asked[1]);
    serve_runs(cx, graph, run, asked[0], answers[1]);
    _exit(0);
  }
  (void)close(asked[0]);
  (void)close(answers[1]);
  bool good = true;
  for (int round = -1; good && round < rounds; round++) {
    run->threads = 1;
    const double one = run_once(cx, graph, run);
    run->threads = 2;
    const double two = run_once(cx, graph, run);
    run->threads = 1;
    double other = -1;
    good = write(asked[1], "r", 1) == 1;
    const double beside = run_again(cx, graph, run);
    good = good && read(answers[0], &other, sizeof other) == (ssize_t)sizeof other;
    good = good && one >= 0 && two >= 0 && beside >= 0 && other >= 0;
    if (good && round >= 0) {
      printf("%.9f %.9f %.9f\n", one, two, (beside + other) / 2);
    }
  }
  (void)close(asked[1]); // the child ends
  (void)waitpid(child, NULL, 0);
  return good ? 0 : failed(cx, "run");
}

int main(int argc, char **argv) {
  if (argc < 5) {
    return 2;
  }
  const bool pairs = strcmp(argv[4], "pairs") == 0;
  char two[] = "2";
  tf_context *cx = tf_context_new();
  if (cx == NULL) {
    return 1;
  }
  char *const arguments[] = {argv[1], (char[]){"--samples"}, argv[2], (char[]){"--threads"}, pairs ? two : argv[4]};
  tf_command_line line = {0};
  tf_session session;
  if (tf_options_parse(cx, tf_command_find("run"), 5, arguments, &line) != TF_OK ||
      tf_session_open(cx, &line, true, &session) != TF_OK) {
    return failed(cx, argv[1]);
  }
  session.run.memory = 0;
  session.run.block = argc > 5 ? strtoull(argv[5], NULL, 10) : 0;
  const tf_plan *plan = session.cases.at[0].plan;
  tf_graph *graph = tf_graph_new(cx, cx->arena);
  uint32_t scenario = 0;
  if (tf_graph_add(cx, graph, plan, plan->model->outputs.at, plan->model->outputs.count, &scenario) != TF_OK) {
    return failed(cx, "graph");
  }
  const int rounds = atoi(argv[3]), threads = pairs ? 2 : atoi(argv[4]);
  if (pairs) {
    const int result = compare_threads(cx, graph, &session.run, rounds);
    tf_context_free(cx);
    return result;
  }
  for (int round = -1; round < rounds; round++) { // the first one warms up
    const tf_arena_mark mark = tf_arena_save(cx->arena);
    tf_samples *samples = NULL;
    tf_result *result = NULL;
    const double wall = seconds_now(2), start = seconds_now(threads);
    if (tf_run(cx, cx->arena, graph, &session.run, &samples) != TF_OK) {
      return failed(cx, "run");
    }
    const double evaluated = seconds_now(threads), passed = seconds_now(2) - wall;
    tf_summary_request request = {.model = plan->model, .plans = &plan, .plan_count = 1, .samples = samples};
    request.sampler = &session.run.sampler;
    request.threads = session.run.threads;
    if (tf_summarise(cx, cx->arena, &request, &result) != TF_OK) {
      return failed(cx, "statistics");
    }
    const double done = seconds_now(threads);
    if (round >= 0) {
      printf("%.9f %.9f %.8g %.9f\n", evaluated - start, done - evaluated,
             result->scenarios[0].rows.at[result->scenarios[0].rows.count - 1].mean, passed);
    }
    tf_arena_restore(cx->arena, mark);
  }
  tf_context_free(cx);
  return 0;
}
