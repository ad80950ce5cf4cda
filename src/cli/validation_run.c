// SPDX-License-Identifier: GPL-3.0-or-later
// Claims -> plans -> one run for each distinct set of models -> findings (cli/validation.h).
#include <math.h>
#include <string.h>

#include "base/map.h"
#include "cli/validation.h"
#include "scenario/scenario.h"
#include "stats/summarise.h"

// The models of a claim, loaded once for all claims that name them alike.
typedef struct model_set {
  tf_str key;
  const tf_scenario *scenario; // NULL: models by name
  tf_model *model;             // NULL: could not be loaded
  tf_status status;
  TF_VEC(size_t) claims;
  TF_VEC(const tf_plan *) plans;
} model_set;

typedef TF_VEC(model_set) model_sets;

typedef struct runner {
  tf_context *cx;
  tf_units *units;
  const tf_validation_run *options;
  tf_claims *claims;
  tf_finding *findings;
  model_sets sets;
} runner;

static tf_status first(tf_status so_far, tf_status now) {
  return so_far == TF_OK ? now : so_far;
}

// "llama.csv#bull" -> file and column; names of models -> no column.
static void split_model(const tf_claim *claim, tf_located *file, tf_located *column) {
  size_t hash = tf_str_find(claim->model.text, '#');
  size_t end = hash == SIZE_MAX ? claim->model.text.len : hash;
  *file = tf_located_part(claim->model, 0, end);
  *column = tf_located_part(claim->model, hash == SIZE_MAX ? end : hash + 1, claim->model.text.len);
}

static bool is_file(tf_str model) {
  return tf_str_ends(model, ".csv") || tf_str_ends(model, ".model");
}

static tf_status load_names(runner *r, tf_located names, model_set *set) {
  TF_VEC(tf_located) list = {0};
  for (size_t i = 0; i < names.text.len;) {
    size_t end = i;
    while (end < names.text.len && names.text.ptr[end] != ' ') {
      end++;
    }
    if (end > i) {
      tf_vec_push(r->cx->arena, &list, tf_located_part(names, i, end));
    }
    i = end + 1;
  }
  return tf_model_load(r->cx, r->units, list.at, list.count, TF_STR(""), NULL, 0, &set->model);
}

static tf_status load_scenario(runner *r, tf_located path, model_set *set) {
  tf_scenario_options options = {.as_of = INT64_MAX};
  tf_scenario *scenario = NULL;
  size_t errors = r->cx->diags.errors;
  tf_status status = tf_scenario_read(r->cx, tf_cstr(r->cx->arena, path.text), &options, &scenario);
  if (status != TF_OK) {
    if (r->cx->diags.errors > errors) {
      tf_also(r->cx, path.at, "named here");
    }
    return status;
  }
  set->scenario = scenario;
  return tf_model_load(r->cx, r->units, scenario->models, scenario->model_count, scenario->folder, scenario->extras,
                       scenario->extra_count, &set->model);
}

static size_t find_set(runner *r, const tf_claim *claim) {
  tf_located file;
  tf_located column;
  split_model(claim, &file, &column);
  for (size_t i = 0; i < r->sets.count; i++) {
    if (tf_str_eq(r->sets.at[i].key, file.text)) {
      return i;
    }
  }
  model_set set = {.key = file.text};
  set.status = is_file(file.text) ? load_scenario(r, file, &set) : load_names(r, file, &set);
  tf_vec_push(r->cx->arena, &r->sets, set);
  return r->sets.count - 1;
}

static tf_status find_column(tf_context *cx, const model_set *set, tf_located name, tf_column *column) {
  if (set->scenario == NULL) {
    *column = (tf_column){0};
    if (name.text.len > 0) {
      return tf_fail(cx, TF_INVALID, name.at, "only a scenario file has columns");
    }
    return TF_OK;
  }
  tf_map names = tf_map_new(cx->arena);
  for (size_t i = 0; i < set->scenario->columns.count; i++) {
    const tf_column *at = &set->scenario->columns.at[i];
    (void)tf_map_put(&names, at->name, (uint32_t)i);
    if (name.text.len == 0 || tf_str_eq(at->name, name.text)) {
      *column = *at;
      return TF_OK;
    }
  }
  tf_status status =
      tf_fail(cx, TF_INVALID, name.at, "`%.*s` has no scenario `%.*s`", TF_STR_ARGS(set->key), TF_STR_ARGS(name.text));
  tf_str near = tf_map_nearest(&names, name.text);
  if (near.len > 0) {
    tf_hint(cx, "did you mean `%.*s`?", TF_STR_ARGS(near));
  }
  return status;
}

static tf_status read_time(tf_context *cx, tf_located text, tf_axis *axis) {
  size_t comma = tf_str_find(text.text, ',');
  size_t end = comma == SIZE_MAX ? text.text.len : comma;
  return tf_axis_parse(cx, tf_located_part(text, 0, end),
                       tf_located_part(text, comma == SIZE_MAX ? end : comma + 1, text.text.len), axis);
}

static tf_status apply_setting(tf_context *cx, const tf_claim *claim, tf_located setting, tf_column *column) {
  size_t equals = tf_str_find(setting.text, '=');
  if (equals != SIZE_MAX && tf_str_is(tf_located_part(setting, 0, equals).text, "time")) {
    return read_time(cx, tf_located_part(setting, equals + 1, setting.text.len), &column->axis);
  }
  tf_binding binding = {.source = claim->source, .date = claim->date, .setter = claim->file};
  if (tf_set_read(cx, setting, &binding) != TF_OK) {
    return TF_INVALID;
  }
  tf_vec_push(cx->arena, &column->bindings, binding);
  return TF_OK;
}

// The column's own bindings, then the claim's settings, on a copy: other claims share the original.
static tf_status settle(tf_context *cx, const tf_claim *claim, tf_column *column) {
  size_t inherited = column->bindings.count;
  const tf_binding *old = column->bindings.at;
  column->bindings.at = NULL;
  column->bindings.count = column->bindings.capacity = 0;
  for (size_t i = 0; i < inherited; i++) {
    tf_vec_push(cx->arena, &column->bindings, old[i]);
  }
  column->name = claim->name.text;
  column->file = claim->file;
  tf_status status = TF_OK;
  size_t length = claim->settings.text.len;
  for (size_t from = 0; from < length;) {
    size_t end = from;
    while (end < length && claim->settings.text.ptr[end] != ';') {
      end++;
    }
    tf_located setting = tf_located_part(claim->settings, from, end);
    if (setting.text.len > 0) {
      status = first(status, apply_setting(cx, claim, setting, column));
    }
    from = end + 1;
  }
  return status;
}

static tf_status check_quantity(runner *r, tf_claim *claim, const tf_plan *plan, uint32_t id) {
  tf_context *cx = r->cx;
  const tf_quantity *quantity = &plan->model->quantities.at[id];
  if (quantity->kind != TF_KIND_NUMBER) {
    return tf_fail(cx, TF_INVALID, claim->quantity.at, "`%.*s` is no number", TF_STR_ARGS(quantity->name));
  }
  tf_status status = tf_unit_parse_cell(r->units, claim->unit_text, &claim->unit);
  if (status != TF_OK) {
    return status;
  }
  if (claim->unit.dim != quantity->unit.dim) {
    status = tf_fail(cx, TF_INVALID, claim->unit_text.at, "`%.*s` is in %.*s, which %.*s does not fit",
                     TF_STR_ARGS(quantity->name), TF_STR_ARGS(quantity->unit.text), TF_STR_ARGS(claim->unit_text.text));
    return status;
  }
  if (plan->quantities[id].series && plan->axis.count == 0) {
    status = tf_fail(cx, TF_INVALID, claim->quantity.at, "`%.*s` varies over time, and the case has no time axis",
                     TF_STR_ARGS(quantity->name));
    tf_hint(cx, "add `time=2023..2030` to the settings");
    return status;
  }
  if (plan->quantities[id].series && claim->address.period.text.len == 0) {
    status = tf_fail(cx, TF_INVALID, claim->quantity.at, "which period of `%.*s`?", TF_STR_ARGS(quantity->name));
    tf_hint(cx, "write %.*s[2027]", TF_STR_ARGS(quantity->name));
  }
  return status;
}

static tf_status plan_claim(runner *r, size_t number, tf_graph **graphs) {
  tf_context *cx = r->cx;
  tf_claim *claim = &r->claims->at[number];
  size_t before = r->sets.count;
  size_t set_number = find_set(r, claim);
  model_set *set = &r->sets.at[set_number];
  if (set->status != TF_OK) {
    return set->status;
  }
  if (r->sets.count > before) {
    graphs[set_number] = tf_graph_new(cx, cx->arena);
  }
  tf_located file;
  tf_located name;
  split_model(claim, &file, &name);
  tf_column *column = TF_NEW(cx->arena, tf_column);
  tf_status status = find_column(cx, set, name, column);
  status = status == TF_OK ? settle(cx, claim, column) : status;
  tf_plan *plan = NULL;
  status = status == TF_OK ? tf_plan_build(cx, set->model, column, false, INT64_MAX, &plan) : status;
  uint32_t quantity = 0;
  status = status == TF_OK ? tf_model_find(cx, set->model, claim->address.name, &quantity) : status;
  status = status == TF_OK ? check_quantity(r, claim, plan, quantity) : status;
  uint32_t id = 0;
  status = status == TF_OK ? tf_graph_add(cx, graphs[set_number], plan, &quantity, 1, &id) : status;
  if (status == TF_OK) {
    tf_vec_push(cx->arena, &set->claims, number);
    tf_vec_push(cx->arena, &set->plans, plan); // NOLINT(bugprone-sizeof-expression): elements are pointers
  }
  return status;
}

static bool row_has_label(const tf_row *row, tf_str label) {
  for (size_t d = 0; d < row->index_count; d++) {
    if (tf_str_eq(row->index_labels[d], label)) {
      return true;
    }
  }
  return false;
}

// One label, which may hold a comma itself, or one for each of several indices.
static bool labels_fit(const tf_row *row, tf_str labels) {
  if (labels.len == 0 || row_has_label(row, labels)) {
    return true;
  }
  bool more = row->index_count > 1;
  bool fits = more;
  while (more && fits) {
    tf_str label;
    more = tf_str_split(labels, ',', &label, &labels);
    fits = row_has_label(row, tf_str_trim(label));
  }
  return fits;
}

static bool row_fits(const tf_claim *claim, const tf_row *row) {
  bool label = labels_fit(row, claim->address.label.text);
  tf_period period = {0};
  const char *bad = NULL;
  bool timed = claim->address.period.text.len > 0;
  if (timed && tf_period_scan(claim->address.period.text, &period, &bad) == 0) {
    return false;
  }
  return label && (!timed || !row->series ||
                   (tf_period_start(row->period) == tf_period_start(period) &&
                    tf_period_end(row->period) == tf_period_end(period)));
}

static tf_status take_finding(tf_context *cx, const tf_claim *claim, const tf_scenario_result *result,
                              tf_finding *finding) {
  const tf_row *found = NULL;
  size_t count = 0;
  for (size_t i = 0; i < result->rows.count; i++) {
    if (row_fits(claim, &result->rows.at[i])) {
      found = &result->rows.at[i];
      count++;
    }
  }
  if (count != 1) {
    tf_status status = tf_fail(cx, TF_INVALID, claim->quantity.at, "`%.*s` %s", TF_STR_ARGS(claim->quantity.text),
                               count == 0 ? "is not on the time axis or has no such row" : "means several values");
    tf_hint(cx, "name one label and one period in brackets");
    return status;
  }
  double scale = found->unit.factor / claim->unit.factor;
  double value = tf_row_stat(found, claim->stat);
  if (!found->uncertain && claim->stat != TF_STAT_CENTRAL) {
    return tf_fail(cx, TF_INVALID, claim->quantity.at, "`%.*s` is certain in this case: it has no quantiles",
                   TF_STR_ARGS(found->name));
  }
  if (!isfinite(value)) {
    return tf_fail(cx, TF_NUMERIC, claim->quantity.at, "`%.*s` has no value in this case", TF_STR_ARGS(found->name));
  }
  *finding = (tf_finding){.computed = value * scale, .p5 = NAN, .p25 = NAN, .p75 = NAN, .p95 = NAN};
  finding->uncertain = found->uncertain;
  if (found->uncertain) {
    finding->p5 = found->p5 * scale;
    finding->p25 = found->p25 * scale;
    finding->p75 = found->p75 * scale;
    finding->p95 = found->p95 * scale;
  }
  return TF_OK;
}

static tf_status run_set(runner *r, const model_set *set, const tf_graph *graph) {
  tf_context *cx = r->cx;
  tf_run_options run = {.threads = r->options->threads, .memory = UINT64_C(1) << 30, .count = r->options->samples};
  run.sampler = (tf_sampler){TF_SAMPLER_SOBOL, r->options->seed, r->options->samples, 8};
  tf_samples *samples = NULL;
  tf_status status = tf_run(cx, cx->arena, graph, &run, &samples);
  if (status != TF_OK) {
    return status;
  }
  tf_summary_request request = {.model = set->model,
                                .plans = set->plans.at,
                                .plan_count = set->plans.count,
                                .samples = samples,
                                .sampler = &run.sampler};
  tf_result *result = NULL;
  status = tf_summarise(cx, cx->arena, &request, &result);
  for (size_t i = 0; status == TF_OK && i < set->claims.count; i++) {
    size_t number = set->claims.at[i];
    status = take_finding(cx, &r->claims->at[number], &result->scenarios[i], &r->findings[number]);
  }
  return status;
}

tf_status tf_claims_run(tf_context *cx, tf_claims *claims, const tf_validation_run *options,
                        const tf_finding **findings) {
  runner r = {.cx = cx, .units = tf_units_new(cx), .options = options, .claims = claims};
  r.findings = TF_ARRAY(cx->arena, tf_finding, claims->count + 1);
  tf_graph **graphs = TF_ARRAY(cx->arena, tf_graph *, claims->count + 1);
  tf_status status = TF_OK;
  for (size_t i = 0; i < claims->count; i++) {
    status = first(status, plan_claim(&r, i, graphs));
  }
  for (size_t i = 0; i < r.sets.count && status == TF_OK; i++) {
    if (cx->progress != NULL) {
      cx->progress(cx->progress_user, "validation", (double)i / (double)r.sets.count);
    }
    status = run_set(&r, &r.sets.at[i], graphs[i]);
  }
  *findings = r.findings;
  return status;
}
