// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/until.h"

#include <math.h>

#include "base/number.h"
#include "cli/settings.h"
#include "stats/precision.h"

static const tf_span nowhere = {0, 0, 0};
enum { FIRST_ROUND = 4096, MOST_SAMPLES = 1 << 24 };

typedef struct group {
  tf_runner *runner;
  const tf_plan *const *plans;
} group;

struct tf_until {
  double target;
  uint64_t most, at; // samples
  TF_VEC(group) groups;
};

static tf_status read_share(tf_context *cx, const char *text, double *share) {
  const tf_str s = tf_str_of(text);
  const size_t used = tf_number_scan(s, share);
  const bool percent = used > 0 && used + 1 == s.len && s.ptr[used] == '%';
  *share *= percent ? 0.01 : 1;
  if (used == 0 || (!percent && used != s.len) || !(*share > 0 && *share <= 0.5)) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--until %s: not a share between 0 and 50 %%", text);
    tf_hint(cx, "such as --until 0.5%%: standard errors of at most 0.5 %% of the mean or the standard deviation");
    return status;
  }
  return TF_OK;
}

tf_status tf_until_read(tf_session *session, tf_until **until) {
  tf_context *cx = session->cx;
  const char *text = tf_option_text(session->line, TF_OPTION_UNTIL);
  *until = NULL;
  if (text == NULL) {
    return TF_OK;
  }
  double target = 0;
  tf_status status = read_share(cx, text, &target);
  if (status != TF_OK) {
    return status;
  }
  tf_run_options *run = &session->run;
  if (run->sampler.kind == TF_SAMPLER_SOBOL && run->sampler.replicates < 2) {
    status = tf_fail(cx, TF_USAGE, nowhere, "--until %s: one scrambling has no standard error", text);
    tf_hint(cx, "leave out --replicates 1, or take --sampler random");
    return status;
  }
  if (session->sampling != NULL || tf_option_given(session->line, TF_OPTION_SHARD)) {
    status = tf_fail(cx, TF_USAGE, nowhere, "--until %s: a part of a run cannot tell when the whole is enough", text);
    tf_hint(cx, "give all parts the same --samples");
    return status;
  }
  *until = TF_NEW(cx->arena, tf_until);
  (*until)->target = target;
  // What a scenario says is the length of a plain run; only the command line limits this one.
  (*until)->most = tf_option_given(session->line, TF_OPTION_SAMPLES) ? run->sampler.samples : MOST_SAMPLES;
  (*until)->at = (*until)->most < FIRST_ROUND ? (*until)->most : FIRST_ROUND;
  run->sampler.samples = run->count = (*until)->most;
  return TF_OK;
}

tf_status tf_until_open(tf_until *until, tf_session *session, const tf_graph *graph, const tf_plan *const *plans,
                        tf_samples **samples) {
  tf_context *cx = session->cx;
  group g = {.plans = plans};
  tf_status status = tf_run_open(cx, cx->arena, graph, &session->run, &g.runner);
  if (status == TF_OK) {
    tf_vec_push(cx->arena, &until->groups, g);
    status = tf_run_extend(g.runner, until->at, samples);
  }
  return status;
}

typedef struct verdict {
  tf_precision worst; // of all groups
  size_t judged, group;
} verdict;

static verdict judge(tf_until *until, const tf_session *session, tf_samples *const *samples) {
  verdict v = {0};
  for (size_t g = 0; g < until->groups.count; g++) {
    const tf_precision p = tf_precision_of(session->cx->arena, samples[g], until->groups.at[g].plans,
                                           &session->run.sampler, session->run.threads);
    if (p.judged > 0 && (v.judged == 0 || p.worst > v.worst.worst)) {
      v.worst = p;
      v.group = g;
    }
    v.judged += p.judged;
  }
  return v;
}

// capex.annual[GB200], 2027
static const char *name_of(tf_session *session, const tf_until *until, const verdict *v) {
  tf_arena *arena = session->cx->arena;
  const tf_output *output = v->worst.output;
  const tf_plan *plan = until->groups.at[v->group].plans[output->scenario];
  const size_t rows = (size_t)(output->history + output->periods);
  const char *name =
      tf_parameter_name(arena, plan->model, output->quantity, v->worst.cell / rows, output->index_count == 0);
  if (!output->series) {
    return name;
  }
  char period[16];
  const int row = (int)(v->worst.cell % rows) - output->history;
  return tf_format(arena, "%s in %s", name, tf_period_print(tf_axis_period(&plan->axis, row), period));
}

static bool all_certain(tf_samples *const *samples, size_t groups) {
  for (size_t g = 0; g < groups; g++) {
    if (tf_graph_uncertain(samples[g]->graph)) {
      return false;
    }
  }
  return true;
}

tf_status tf_until_grow(tf_until *until, tf_session *session, tf_samples **samples) {
  tf_context *cx = session->cx;
  const size_t groups = until->groups.count;
  bool complete = true;
  for (size_t g = 0; g < groups; g++) {
    complete = complete && samples[g]->complete;
  }
  const char *last = NULL; // the worst of the last round that was not enough
  verdict v = judge(until, session, samples);
  while (complete && v.judged > 0 && v.worst.worst > until->target && until->at < until->most) {
    last = name_of(session, until, &v);
    until->at = until->at < until->most - until->at ? 2 * until->at : until->most;
    for (size_t g = 0; g < groups && complete; g++) {
      tf_status status = tf_run_extend(until->groups.at[g].runner, until->at, &samples[g]);
      if (status != TF_OK) {
        return status;
      }
      complete = samples[g]->complete;
    }
    v = judge(until, session, samples);
  }
  session->run.sampler.samples = session->run.count = until->at;
  if (!complete || all_certain(samples, groups)) {
    return TF_OK;
  }
  char taken[48];
  char wanted[48];
  char reached[48];
  (void)tf_number_pretty((double)until->at, 15, taken);
  (void)tf_number_pretty(100 * until->target, 6, wanted);
  (void)tf_number_pretty(100 * v.worst.worst, 3, reached);
  if (v.judged == 0) {
    tf_warn(cx, nowhere, "--until %s %%: no uncertain result has a mean; %s samples were taken", wanted, taken);
  } else if (v.worst.worst > until->target) {
    tf_warn(cx, nowhere, "%s samples are not enough for standard errors of %s %%: that of `%s` is %s %%", taken, wanted,
            name_of(session, until, &v), reached);
    tf_hint(cx, "allow more with --samples");
  } else if (last == NULL) {
    tf_note(cx, nowhere, "%s samples, the first round: every standard error is within %s %%", taken, wanted);
  } else {
    tf_note(cx, nowhere, "%s samples: every standard error is within %s %%, that of `%s` was the last to be", taken,
            wanted, last);
  }
  return TF_OK;
}
