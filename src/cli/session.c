// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/session.h"

#include <math.h>
#include <string.h>

#include "cli/options.h"
#include "cli/until.h"
#include "engine/dist.h"
#include "engine/limits.h"
#include "lang/parse.h"
#include "stats/summarise.h"
#include "table/local_date.h"

static const tf_span nowhere = {0, 0, 0};
enum { DEFAULT_SAMPLES = 16384, DEFAULT_SEED = 1 };

static tf_status read_as_of(tf_context *cx, const tf_command_line *line, int64_t *as_of) {
  const char *text = tf_option_text(line, TF_OPTION_AS_OF);
  *as_of = INT64_MAX;
  if (text == NULL) {
    return TF_OK;
  }
  tf_period period;
  const char *bad = NULL;
  size_t used = tf_period_scan(tf_str_of(text), &period, &bad);
  if (used == 0 || used != strlen(text)) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--as-of %s: not a date%s%s", text, bad != NULL ? ": " : "",
                               bad != NULL ? bad : "");
    if (!tf_hint_local_date(cx, tf_str_of(text), false)) {
      tf_hint(cx, "such as 2025-01-29, 2025-01 or 2025; a month or year means its last day");
    }
    return status;
  }
  *as_of = tf_period_end(period) - 1;
  return TF_OK;
}

tf_status tf_session_sampling(tf_session *session) {
  tf_context *cx = session->cx;
  const tf_command_line *line = session->line;
  uint64_t seed = DEFAULT_SEED;
  uint64_t samples = DEFAULT_SAMPLES;
  for (size_t i = session->scenarios.count; i-- > 0;) { // the first file that says something wins
    const tf_scenario *s = session->scenarios.at[i];
    seed = s->has_seed ? s->seed : seed;
    samples = s->has_samples ? s->samples : samples;
  }
  tf_run_options *run = &session->run;
  size_t choice = 0;
  uint64_t number = 0;
  tf_status status =
      tf_option_number(cx, line, TF_OPTION_SAMPLES, samples, 8, UINT64_C(1) << 40, &run->sampler.samples);
  if (status == TF_OK) {
    status = tf_option_number(cx, line, TF_OPTION_SEED, seed, 0, UINT64_C(1) << 53, &run->sampler.seed);
  }
  if (status == TF_OK) {
    status = tf_option_choice(cx, line, TF_OPTION_SAMPLER, &choice);
    run->sampler.kind = choice == 1 ? TF_SAMPLER_RANDOM : TF_SAMPLER_SOBOL;
  }
  if (status == TF_OK) {
    choice = 3;
    if (tf_option_given(line, TF_OPTION_REPLICATES)) {
      status = tf_option_choice(cx, line, TF_OPTION_REPLICATES, &choice);
    }
    run->sampler.replicates = 1U << choice;
  }
  if (status == TF_OK) {
    status = tf_option_number(cx, line, TF_OPTION_THREADS, 0, 1, 1024, &number);
    run->threads = (int)number;
  }
  if (status == TF_OK) {
    status = tf_option_number(cx, line, TF_OPTION_MEMORY, UINT64_C(1) << 30, 1000, UINT64_C(1) << 50, &run->memory);
  }
  run->translate = tf_option_given(line, TF_OPTION_INTERPRET) ? TF_TRANSLATE_NEVER : TF_TRANSLATE_LONG_RUNS;
  run->first = 0;
  run->count = run->sampler.samples;
  return status;
}

static bool same_models(const tf_scenario *a, const tf_scenario *b) {
  if (a->path.len > 0 && tf_str_eq(a->path, b->path)) {
    return true; // the same file, with and without --set
  }
  if (a->model_count != b->model_count || a->extra_count != 0 || b->extra_count != 0) {
    return false;
  }
  for (size_t i = 0; i < a->model_count; i++) {
    if (!tf_str_eq(a->models[i].text, b->models[i].text)) {
      return false;
    }
  }
  return tf_str_eq(a->folder, b->folder);
}

static bool column_wanted(const tf_column *column, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (tf_str_is(column->name, names[i])) {
      return true;
    }
  }
  return count == 0;
}

// A distribution that nothing uses is still checked: what is wrong with it would otherwise show only later.
static tf_status check_unused_draws(tf_context *cx, const tf_plan *plan) {
  tf_status status = TF_OK;
  for (size_t i = 0; i < plan->draws.count; i++) {
    const tf_draw *draw = &plan->draws.at[i];
    if (draw->walk || plan->quantities[draw->quantity].used) {
      continue;
    }
    tf_arena_mark mark = tf_arena_save(cx->arena);
    const tf_dist *dist = NULL;
    size_t before = cx->diags.list.count;
    tf_status s = tf_dist_prepare(cx, cx->arena, &draw->spec, &dist);
    if (s == TF_OK && cx->diags.list.count == before) {
      tf_arena_restore(cx->arena, mark); // messages live in the arena: only a silent check is forgotten
    }
    status = s != TF_OK ? s : status;
  }
  return status;
}

// "llama3-405b, cluster.gpus=200k": the columns of a file that was read again with --set.
static void rename_columns(tf_context *cx, tf_scenario *scenario, const tf_scenario_options *options) {
  for (size_t i = 0; i < scenario->columns.count; i++) {
    tf_text name = tf_text_new(cx->arena);
    tf_text_add(&name, scenario->columns.at[i].name);
    for (size_t k = 0; k < options->set_count; k++) {
      tf_text_addf(&name, ", %s", options->sets[k]);
    }
    scenario->columns.at[i].name = tf_text_str(&name);
  }
}

static tf_status open_file(tf_session *session, const char *path, const tf_scenario_options *options, bool rename) {
  tf_context *cx = session->cx;
  tf_scenario *scenario = NULL;
  tf_status status = tf_scenario_read(cx, path, options, &scenario);
  if (status != TF_OK) {
    return status;
  }
  const char *const *wanted = NULL;
  size_t wanted_count = tf_option_all(cx, session->line, TF_OPTION_COLUMN, true, &wanted);
  bool *keep = TF_ARRAY(cx->arena, bool, scenario->columns.count + 1);
  for (size_t i = 0; i < scenario->columns.count; i++) {
    keep[i] = column_wanted(&scenario->columns.at[i], wanted, wanted_count);
  }
  if (rename) {
    rename_columns(cx, scenario, options);
  }
  size_t group = 0;
  while (group < session->scenarios.count && !same_models(session->scenarios.at[group], scenario)) {
    group++;
  }
  // Groups are numbered by the first scenario that has them.
  size_t model = session->models.count;
  for (size_t i = 0; i < session->cases.count; i++) {
    if (group < session->scenarios.count && session->cases.at[i].scenario == session->scenarios.at[group]) {
      model = session->cases.at[i].group;
    }
  }
  if (model == session->models.count) {
    tf_model *loaded = NULL;
    status = tf_model_load(cx, session->units, scenario->models, scenario->model_count, scenario->folder,
                           scenario->extras, scenario->extra_count, &loaded);
    if (status != TF_OK) {
      return status;
    }
    tf_vec_push(cx->arena, &session->models, loaded);
  }
  tf_vec_push(cx->arena, &session->scenarios, scenario);
  for (size_t i = 0; i < scenario->columns.count; i++) {
    const tf_column *column = &scenario->columns.at[i];
    if (!keep[i]) {
      continue;
    }
    if (scenario->columns.at[i].title.len == 0) {
      scenario->columns.at[i].title = session->models.at[model]->modules[0].ast->title;
    }
    tf_plan *plan = NULL;
    tf_status built = tf_plan_build(cx, session->models.at[model], column, options->strict, options->as_of, &plan);
    built = built == TF_OK ? check_unused_draws(cx, plan) : built;
    if (built != TF_OK) {
      status = status == TF_OK ? built : status; // go on: the other columns' errors show in the same run
      continue;
    }
    tf_vec_push(cx->arena, &session->cases, ((tf_case){scenario, column, plan, model}));
  }
  return status;
}

// What is shown side by side is compared, so it must have one definition.
static tf_status check_definitions(const tf_session *session) {
  const tf_plan **plans = TF_ARRAY(session->cx->arena, const tf_plan *, session->cases.count + 1);
  tf_status status = TF_OK;
  for (size_t group = 0; group < session->models.count && status == TF_OK; group++) {
    size_t count = 0;
    for (size_t i = 0; i < session->cases.count; i++) {
      if (session->cases.at[i].group == group) {
        plans[count++] = session->cases.at[i].plan;
      }
    }
    status = tf_plans_compare_definitions(session->cx, plans, count);
  }
  return status;
}

static tf_status check_columns(tf_session *session) {
  tf_context *cx = session->cx;
  const char *const *wanted = NULL;
  size_t count = tf_option_all(cx, session->line, TF_OPTION_COLUMN, true, &wanted);
  if (count == 0 && tf_option_given(session->line, TF_OPTION_COLUMN)) {
    return tf_fail(cx, TF_USAGE, nowhere, "--column names no scenario");
  }
  for (size_t i = 0; i < count; i++) {
    tf_map names = tf_map_new(cx->arena);
    for (size_t s = 0; s < session->scenarios.count; s++) {
      for (size_t k = 0; k < session->scenarios.at[s]->columns.count; k++) {
        (void)tf_map_put(&names, session->scenarios.at[s]->columns.at[k].name, (uint32_t)k);
      }
    }
    if (tf_map_get(&names, tf_str_of(wanted[i])) == TF_MAP_NONE) {
      tf_status status = tf_fail(cx, TF_USAGE, nowhere, "--column %s: there is no scenario of that name", wanted[i]);
      tf_text list = tf_text_new(cx->arena);
      for (size_t n = 0; n < names.count; n++) {
        tf_text_addf(&list, "%s%.*s", n == 0 ? "" : ", ", TF_STR_ARGS(names.entries[n].key));
      }
      tf_hint(cx, "the scenarios are %.*s", TF_STR_ARGS(tf_text_str(&list)));
      return status;
    }
  }
  return TF_OK;
}

tf_status tf_session_open(tf_context *cx, const tf_command_line *line, bool sets, tf_session *session) {
  *session = (tf_session){.cx = cx, .line = line};
  session->units = tf_units_new(cx);
  session->quiet = tf_option_given(line, TF_OPTION_QUIET);
  session->strict = tf_option_given(line, TF_OPTION_STRICT);
  tf_text command = tf_text_new(cx->arena);
  tf_text_adds(&command, "tenfold");
  for (int i = 1; i < line->argc; i++) {
    bool plain = line->argv[i][0] != '\0' && strpbrk(line->argv[i], " \t\n'\"\\$*[]()<>|&;") == NULL;
    tf_text_addf(&command, plain ? " %s" : " '%s'", line->argv[i]);
  }
  session->command = command.ptr;
  if (line->files.count == 0) {
    tf_status status = tf_fail(cx, TF_USAGE, nowhere, "no scenario or model file was given");
    tf_hint(cx, "such as `tenfold run scenarios/llama.csv`");
    return status;
  }
  tf_scenario_options options = {.strict = session->strict};
  options.set_count = sets ? tf_option_all(cx, line, TF_OPTION_SET, false, &options.sets) : 0;
  options.time = tf_option_text(line, TF_OPTION_TIME);
  tf_status status = tf_session_sampling(session); // a slip in an option shows before any file is read
  if (status == TF_OK) {
    status = read_as_of(cx, line, &options.as_of);
  }
  for (size_t i = 0; i < line->files.count && status == TF_OK; i++) {
    status = open_file(session, line->files.at[i], &options, false);
  }
  if (status == TF_OK) {
    status = check_columns(session);
  }
  if (status == TF_OK) {
    status = check_definitions(session);
  }
  if (status == TF_OK) {
    status = tf_session_sampling(session);
  }
  return status;
}

tf_status tf_session_add_sets(tf_session *session) {
  tf_scenario_options options = {.strict = session->strict};
  options.set_count = tf_option_all(session->cx, session->line, TF_OPTION_SET, false, &options.sets);
  options.time = tf_option_text(session->line, TF_OPTION_TIME);
  tf_status status = read_as_of(session->cx, session->line, &options.as_of);
  for (size_t i = 0; i < session->line->files.count && status == TF_OK; i++) {
    status = open_file(session, session->line->files.at[i], &options, true);
  }
  return status == TF_OK ? check_definitions(session) : status;
}

tf_status tf_session_need_axis(const tf_session *session, const tf_case *c, uint32_t quantity) {
  if (session->any_axis || c->plan->axis.count > 0 || !c->plan->quantities[quantity].series) {
    return TF_OK;
  }
  tf_status status = tf_fail(session->cx, TF_INVALID, nowhere, "`%.*s` varies over time, but there is no time axis",
                             TF_STR_ARGS(c->plan->model->quantities.at[quantity].name));
  tf_hint(session->cx, "add a row `time:,2024..2030` to the scenario, or --time 2024..2030");
  return status;
}

static void keep_shown(tf_context *cx, const tf_shown *shown, size_t count, tf_scenario_result *result) {
  TF_VEC(tf_row) kept = {0};
  for (size_t i = 0; i < result->rows.count; i++) {
    if (tf_shown_has(shown, count, &result->rows.at[i])) {
      tf_vec_push(cx->arena, &kept, result->rows.at[i]);
    }
  }
  result->rows.at = kept.at;
  result->rows.count = kept.count;
}

typedef struct group_cases { // the cases of one group, in their order
  TF_VEC(const tf_plan *) plans;
  TF_VEC(const tf_shown *) shown;
  TF_VEC(size_t) shown_counts;
} group_cases;

static tf_status sample_group(tf_session *session, size_t group, tf_until *until, group_cases *cases,
                              tf_samples **samples) {
  tf_context *cx = session->cx;
  tf_graph *graph = tf_graph_new(cx, cx->arena);
  tf_status status = TF_OK;
  for (size_t i = 0; i < session->cases.count; i++) {
    const tf_case *c = &session->cases.at[i];
    if (c->group != group) {
      continue;
    }
    const tf_shown *list = NULL;
    size_t count = 0;
    tf_status s = tf_session_shown(session, c, &list, &count);
    for (size_t k = 0; k < count && s == TF_OK; k++) {
      s = tf_session_need_axis(session, c, list[k].quantity);
    }
    if (s != TF_OK) {
      return s;
    }
    TF_VEC(uint32_t) wanted = {0};
    for (size_t k = 0; k < count; k++) {
      bool seen = false;
      for (size_t j = 0; j < wanted.count; j++) {
        seen = seen || wanted.at[j] == list[k].quantity;
      }
      if (!seen) {
        tf_vec_push(cx->arena, &wanted, list[k].quantity);
      }
    }
    uint32_t id = 0;
    s = tf_graph_add(cx, graph, c->plan, wanted.at, wanted.count, &id);
    if (s != TF_OK) {
      status = s;
    }
    tf_vec_push(cx->arena, &cases->plans, c->plan);
    tf_vec_push(cx->arena, &cases->shown, list);
    tf_vec_push(cx->arena, &cases->shown_counts, count);
  }
  if (status == TF_OK) {
    status = tf_limits_check(cx, graph, &session->run.sampler);
  }
  if (status != TF_OK) {
    return status;
  }
  if (session->sampling != NULL) {
    return session->sampling(session->sampling_user, session, group, graph, samples);
  }
  if (until != NULL) {
    return tf_until_open(until, session, graph, cases->plans.at, samples);
  }
  return tf_run(cx, cx->arena, graph, &session->run, samples);
}

tf_status tf_session_samples(tf_session *session, size_t group, tf_samples **samples) {
  group_cases cases = {0};
  tf_until *until = NULL;
  tf_status status = tf_until_read(session, &until); // which a part has no use for
  return status == TF_OK ? sample_group(session, group, NULL, &cases, samples) : status;
}

static tf_status summarise_group(tf_session *session, size_t group, const group_cases *cases, const tf_samples *samples,
                                 const tf_result **result) {
  tf_context *cx = session->cx;
  tf_summary_request request = {.model = session->models.at[group], .plans = cases->plans.at};
  request.plan_count = cases->plans.count;
  request.samples = samples;
  request.sampler = &session->run.sampler;
  request.command = session->command;
  request.drivers = true;
  request.threads = session->run.threads;
  tf_result *summary = NULL;
  tf_status status = tf_summarise(cx, cx->arena, &request, &summary);
  if (status != TF_OK) {
    return status;
  }
  for (size_t s = 0; s < summary->scenario_count; s++) {
    keep_shown(cx, cases->shown.at[s], cases->shown_counts.at[s], (tf_scenario_result *)&summary->scenarios[s]);
  }
  *result = summary;
  return TF_OK;
}

// Scrambled Sobol' points are even only in powers of two; the number asked for is taken all the same.
static void note_samples(const tf_session *session, const tf_result *result) {
  const tf_sampler *sampler = &session->run.sampler;
  uint64_t even = sampler->replicates;
  while (even < sampler->samples) {
    even *= 2;
  }
  if (result->uncertain && sampler->kind == TF_SAMPLER_SOBOL && even != sampler->samples) {
    tf_note(session->cx, nowhere, "%llu samples are no power of two: %llu would cover the inputs more evenly",
            (unsigned long long)sampler->samples, (unsigned long long)even);
  }
}

// Several models: each is run by itself, so that its numbers are those of a run alone; the results are joined.
static const tf_result *join_results(const tf_session *session, const tf_result *const *parts) {
  tf_context *cx = session->cx;
  if (session->models.count == 1) {
    return parts[0];
  }
  tf_result *joined = TF_NEW(cx->arena, tf_result);
  tf_scenario_result *all = TF_ARRAY(cx->arena, tf_scenario_result, session->cases.count);
  size_t *next = TF_ARRAY(cx->arena, size_t, session->models.count);
  *joined = *parts[session->models.count - 1];
  for (size_t group = 0; group < session->models.count; group++) {
    joined->uncertain = joined->uncertain || parts[group]->uncertain;
    joined->sketched = joined->sketched || parts[group]->sketched;
    joined->random_streams = joined->random_streams || parts[group]->random_streams;
    joined->complete = joined->complete && parts[group]->complete;
  }
  for (size_t i = 0; i < session->cases.count; i++) {
    size_t group = session->cases.at[i].group;
    all[i] = parts[group]->scenarios[next[group]++];
  }
  joined->model = parts[0]->model;
  joined->axis = parts[0]->axis;
  joined->scenarios = all;
  joined->scenario_count = session->cases.count;
  return joined;
}

static tf_status run_all(tf_session *session, const tf_result **result) {
  tf_context *cx = session->cx;
  const size_t groups = session->models.count;
  group_cases *cases = TF_ARRAY(cx->arena, group_cases, groups);
  tf_samples **samples = (tf_samples **)tf_alloc(cx->arena, groups, sizeof *samples);
  const tf_result **parts = (const tf_result **)tf_alloc(cx->arena, groups, sizeof *parts);
  tf_until *until = NULL;
  tf_status status = tf_until_read(session, &until);
  for (size_t group = 0; group < groups && status == TF_OK; group++) {
    tf_status ran = sample_group(session, group, until, &cases[group], &samples[group]);
    status = ran == TF_CANCELLED && samples[group] != NULL ? TF_OK : ran;
  }
  if (status == TF_OK && until != NULL) {
    status = tf_until_grow(until, session, samples);
  }
  for (size_t group = 0; group < groups && status == TF_OK; group++) {
    status = summarise_group(session, group, &cases[group], samples[group], &parts[group]);
  }
  if (status != TF_OK) {
    return status;
  }
  *result = join_results(session, parts);
  return (*result)->complete ? TF_OK : TF_CANCELLED;
}

tf_status tf_session_run(tf_session *session, const tf_result **result) {
  tf_status status = run_all(session, result);
  if (status == TF_OK) {
    note_samples(session, *result);
  } else if (status == TF_CANCELLED && *result != NULL) { // not every form of output has a place to say so
    tf_warn(session->cx, nowhere, "interrupted: %llu samples were done", (unsigned long long)(*result)->samples);
  }
  return status;
}
