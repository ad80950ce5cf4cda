// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/summarise.h"

#include <limits.h>
#include <math.h>

#include "stats/moments.h"
#include "stats/quantile.h"
#include "stats/rank.h"

#ifdef _OPENMP
#include <omp.h>
#endif

static const double percentiles[5] = {0.05, 0.25, 0.50, 0.75, 0.95};

static void clear_statistics(tf_row *row) {
  row->mean = row->se = row->sd = NAN;
  row->p5 = row->p25 = row->p50 = row->p75 = row->p95 = NAN;
}

static void fill_row(const tf_moments *moments, const double *q, uint64_t count, double factor, tf_row *row) {
  const tf_moments m = *moments;
  row->mean = m.mean / factor;
  row->sd = m.sd / factor;
  row->se = m.se / factor;
  row->p5 = q[0] / factor;
  row->p25 = q[1] / factor;
  row->p50 = q[2] / factor;
  row->p75 = q[3] / factor;
  row->p95 = q[4] / factor;
  row->undefined = count > 0 ? (double)(count - m.defined + m.later) / (double)count : 0;
  row->later = m.later > 0;
}

static void describe(tf_quantile_work *work, const double *x, size_t count, const tf_sampler *sampler, double factor,
                     tf_row *row) {
  tf_moments m = tf_moments_of(x, count, sampler->replicates, sampler->kind == TF_SAMPLER_RANDOM);
  double q[5];
  if (isfinite(m.mean)) { // then every value is
    tf_quantiles_finite(work, x, count, m.minimum, m.maximum, percentiles, 5, q);
  } else {
    tf_quantiles(work, x, count, percentiles, 5, q);
  }
  fill_row(&m, q, count, factor, row);
}

void tf_summarise_sketch(const tf_sketch *sketch, const tf_sampler *sampler, double factor, tf_row *row) {
  tf_moments m = tf_moments_of_sketch(sketch, sampler->replicates, sampler->kind == TF_SAMPLER_RANDOM);
  double q[5];
  tf_sketch_quantiles(sketch, percentiles, 5, q);
  fill_row(&m, q, sketch->count, factor, row);
}

void tf_summarise_column(tf_arena *arena, const double *samples, size_t count, const tf_sampler *sampler, double factor,
                         tf_row *row) {
  clear_statistics(row);
  describe(tf_quantile_work_new(arena, count), samples, count, sampler, factor, row);
}

// Samples of each label; of a certain result the one it has.
static uint64_t tally_labels(const tf_row *row, const tf_index *index, size_t count, double central, uint64_t *seen) {
  if (row->sketch != NULL) {
    for (size_t l = 0; l < index->count; l++) {
      seen[l] = tf_sketch_held(row->sketch, (uint32_t)l);
    }
    return row->sketch->count;
  }
  const double *x = row->samples != NULL ? row->samples : &central;
  count = row->samples != NULL ? count : 1;
  for (size_t i = 0; i < count; i++) {
    if (x[i] >= 0 && x[i] < (double)index->count) {
      seen[(size_t)x[i]]++;
    }
  }
  return count;
}

// Shares of the labels that occur, most frequent first; equal shares in the order of the index.
static void count_labels(tf_arena *arena, const tf_index *index, size_t count, double central, tf_row *row) {
  uint64_t *seen = TF_ARRAY(arena, uint64_t, index->count + 1);
  const uint64_t all = tally_labels(row, index, count, central, seen);
  tf_share *shares = TF_ARRAY(arena, tf_share, index->count + 1);
  for (size_t l = 0; l < index->count; l++) {
    if (seen[l] == 0) {
      continue;
    }
    tf_share share = {index->labels[l], (double)seen[l] / (double)all};
    size_t at = row->share_count++;
    while (at > 0 && shares[at - 1].share < share.share) {
      shares[at] = shares[at - 1];
      at--;
    }
    shares[at] = share;
  }
  row->shares = shares;
}

// The labels of element e: a mixed-radix number over the indices, the last one running fastest.
static void name_element(tf_arena *arena, const tf_model *model, const tf_output *output, size_t element, tf_row *row) {
  row->index_count = output->index_count;
  if (output->index_count == 0) {
    return;
  }
  tf_str *names = TF_ARRAY(arena, tf_str, output->index_count);
  tf_str *labels = TF_ARRAY(arena, tf_str, output->index_count);
  for (size_t d = output->index_count; d-- > 0;) {
    const tf_index *index = &model->indices.at[output->indices[d]];
    names[d] = index->name;
    labels[d] = index->labels[element % index->count];
    element /= index->count;
  }
  row->index_names = names;
  row->index_labels = labels;
}

// The last period with an observed value of any quantity; INT_MIN if nothing was observed.
static int last_observed(const tf_plan *plan) {
  int last = INT_MIN;
  for (size_t q = 0; q < plan->model->quantities.count; q++) {
    const tf_plan_quantity *planned = &plan->quantities[q];
    int width = planned->history + plan->axis.count;
    for (size_t e = 0; planned->actual != NULL && e < plan->model->quantities.at[q].elements; e++) {
      for (int r = width - 1; r >= 0 && r - planned->history > last; r--) {
        last = planned->actual[e * (size_t)width + (size_t)r] ? r - planned->history : last;
      }
    }
  }
  return last;
}

typedef struct column_job { // statistics of one row, filled in parallel
  tf_row *row;
  double factor;
} column_job;

typedef TF_VEC(column_job) job_list;

static void add_rows(tf_arena *arena, const tf_summary_request *request, const tf_output *output, int observed,
                     tf_scenario_result *scenario) {
  const tf_model *model = request->model;
  const tf_plan *plan = scenario->plan;
  const tf_quantity *quantity = &model->quantities.at[output->quantity];
  const tf_plan_quantity *planned = &plan->quantities[output->quantity];
  size_t rows = (size_t)(output->history + output->periods);
  for (size_t e = 0; e < output->elements; e++) {
    for (size_t r = 0; r < rows; r++) {
      size_t cell = e * rows + r;
      tf_row row = {.model = model, .quantity = output->quantity, .name = quantity->name, .label = quantity->label};
      row.unit = quantity->unit;
      row.kind = quantity->kind;
      row.series = output->series;
      row.row = (int)r - output->history;
      if (row.series) {
        row.period = tf_axis_period(&plan->axis, row.row);
      }
      if (row.series && planned->actual != NULL && row.row >= -planned->history) {
        size_t given_rows = (size_t)(planned->history + plan->axis.count);
        row.actual = planned->actual[e * given_rows + (size_t)(row.row + planned->history)];
      }
      row.past = row.series && !row.actual && row.row <= observed;
      name_element(arena, model, output, e, &row);
      double factor = quantity->kind == TF_KIND_NUMBER ? quantity->unit.factor : 1;
      row.central = output->central[cell] / factor;
      clear_statistics(&row);
      row.samples = output->samples != NULL ? output->samples[cell] : NULL;
      row.sketch = output->sketches != NULL ? output->sketches[cell] : NULL;
      row.uncertain = row.samples != NULL;
      if (!row.uncertain) {
        double v = output->central[cell];
        row.later = v == INFINITY;
        row.undefined = v != v || v == INFINITY ? 1 : 0;
      }
      if (output->label) {
        const tf_index *index = &model->indices.at[quantity->label_index];
        count_labels(arena, index, (size_t)request->samples->kept, output->central[cell], &row);
      }
      tf_vec_push(arena, &scenario->rows, row);
    }
  }
}

// Share of the samples in which a check holds in every period and row.
static double share_held(tf_arena *arena, const tf_samples *samples, const tf_output *output) {
  if (output->sketches != NULL) {
    const tf_sketch *held = output->sketches[0];
    return held->count > 0 ? (double)tf_sketch_held(held, 1) / (double)held->count : 0;
  }
  size_t rows = (size_t)(output->history + output->periods);
  size_t cells = output->elements * rows;
  size_t count = output->uncertain ? (size_t)samples->kept : 1;
  unsigned char *broken = TF_ARRAY(arena, unsigned char, count + 1);
  for (size_t cell = 0; cell < cells; cell++) {
    if (cell % rows < (size_t)output->history) {
      continue; // history is what it was
    }
    const double *x = output->samples != NULL && output->samples[cell] != NULL ? output->samples[cell] : NULL;
    for (size_t i = 0; i < count; i++) {
      double v = x != NULL ? x[i] : output->central[cell];
      broken[i] |= !(v > 0.5);
    }
  }
  size_t held = 0;
  for (size_t i = 0; i < count; i++) {
    held += broken[i] == 0;
  }
  return count > 0 ? (double)held / (double)count : 0;
}

static tf_check_result judge(tf_arena *arena, const tf_summary_request *request, const tf_output *output) {
  const tf_check *check = &request->model->checks.at[output->check];
  tf_check_result judged = {.text = check->text.text, .description = check->description, .module = check->module};
  judged.level = check->level;
  judged.share = share_held(arena, request->samples, output);
  judged.held = judged.share >= judged.level;
  return judged;
}

static int thread_count(const tf_summary_request *request, size_t jobs) {
#ifdef _OPENMP
  int threads = request->threads > 0 ? request->threads : omp_get_num_procs();
  return (size_t)threads <= jobs ? threads : jobs > 0 ? (int)jobs : 1;
#else
  (void)request;
  (void)jobs;
  return 1;
#endif
}

static void describe_jobs(tf_arena *arena, const tf_summary_request *request, const job_list *jobs) {
  size_t count = (size_t)request->samples->kept;
  const int threads = thread_count(request, jobs->count);
  tf_quantile_work **work = TF_ARRAY(arena, tf_quantile_work *, (size_t)threads);
  for (int t = 0; t < threads && !request->samples->sketched; t++) {
    work[t] = tf_quantile_work_new(arena, count);
  }
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic) num_threads(threads)
#endif
  for (size_t j = 0; j < jobs->count; j++) {
    int thread = 0;
#ifdef _OPENMP
    thread = omp_get_thread_num();
#endif
    tf_row *row = jobs->at[j].row;
    if (row->sketch != NULL) {
      tf_summarise_sketch(row->sketch, request->sampler, jobs->at[j].factor, row);
    } else {
      describe(work[thread], row->samples, count, request->sampler, jobs->at[j].factor, row);
    }
  }
}

// Rank correlations of the scenario's inputs with its first uncertain output: the last period of the first element.
static void find_drivers(tf_arena *arena, const tf_summary_request *request, uint32_t scenario,
                         tf_scenario_result *result) {
  const tf_samples *samples = request->samples;
  const tf_row *target = NULL;
  for (size_t i = 0; i < result->rows.count; i++) {
    const tf_row *row = &result->rows.at[i];
    if (row->uncertain && row->kind != TF_KIND_LABEL && (target == NULL || row->quantity == target->quantity)) {
      target = row;
    }
  }
  size_t count = (size_t)(samples->kept < samples->input_kept ? samples->kept : samples->input_kept);
  if (target == NULL || count < 8) {
    return;
  }
  result->driver_of = target;
  double *y = TF_ARRAY(arena, double, count);
  double *rho = TF_ARRAY(arena, double, samples->input_count + 1);
  const int threads = thread_count(request, samples->input_count);
  double **x = TF_ARRAY(arena, double *, (size_t)threads);
  tf_rank_item **scratch = TF_ARRAY(arena, tf_rank_item *, (size_t)threads);
  for (int t = 0; t < threads; t++) {
    x[t] = TF_ARRAY(arena, double, count);
    scratch[t] = TF_ARRAY(arena, tf_rank_item, 2 * count);
  }
  tf_ranks(target->samples, count, y, scratch[0]);
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic) num_threads(threads)
#endif
  for (size_t i = 0; i < samples->input_count; i++) {
    int thread = 0;
#ifdef _OPENMP
    thread = omp_get_thread_num();
#endif
    if (samples->inputs[i].scenario == scenario && samples->inputs[i].u != NULL) {
      tf_ranks(samples->inputs[i].u, count, x[thread], scratch[thread]);
      rho[i] = tf_rank_correlation(x[thread], y, count);
    }
  }
  tf_driver *drivers = TF_ARRAY(arena, tf_driver, samples->input_count + 1);
  size_t found = 0;
  for (size_t i = 0; i < samples->input_count; i++) {
    const struct tf_input_column *input = &samples->inputs[i];
    if (input->scenario != scenario || input->u == NULL) {
      continue;
    }
    tf_driver driver = {.input = input->quantity, .name = request->model->quantities.at[input->quantity].name};
    driver.rho = rho[i];
    size_t at = found++;
    while (at > 0 && fabs(drivers[at - 1].rho) < fabs(driver.rho)) {
      drivers[at] = drivers[at - 1];
      at--;
    }
    drivers[at] = driver;
  }
  result->drivers = drivers;
  result->driver_count = found;
}

tf_status tf_summarise(tf_context *cx, tf_arena *arena, const tf_summary_request *request, tf_result **result) {
  const tf_samples *samples = request->samples;
  tf_result *r = TF_NEW(arena, tf_result);
  r->seed = request->sampler->seed;
  r->samples = samples->count;
  r->sketched = samples->sketched;
  r->replicates = request->sampler->replicates;
  r->sampler = request->sampler->kind;
  r->complete = samples->complete;
  r->random_streams = samples->random_streams;
  r->model = request->model;
  r->command = request->command;
  r->scenario_count = request->plan_count;
  tf_scenario_result *scenarios = TF_ARRAY(arena, tf_scenario_result, request->plan_count);
  int *observed = TF_ARRAY(arena, int, request->plan_count);
  for (size_t s = 0; s < request->plan_count; s++) {
    const tf_plan *plan = request->plans[s];
    scenarios[s].plan = plan;
    observed[s] = last_observed(plan);
    scenarios[s].name = plan->column->name;
    scenarios[s].file = plan->column->file;
    bool model_alone = plan->column->title.len == 0 && tf_str_ends(plan->column->file, ".model");
    scenarios[s].title = model_alone ? plan->model->modules[0].ast->title : plan->column->title;
    for (size_t n = 0; n < plan->notes.count; n++) {
      tf_vec_push(arena, &scenarios[s].notes, plan->notes.at[n]);
    }
  }
  if (request->plan_count > 0) {
    r->axis = request->plans[0]->axis;
  }
  for (size_t o = 0; o < samples->output_count; o++) {
    const tf_output *output = &samples->outputs[o];
    if (tf_cancelled(cx)) {
      r->complete = false;
    }
    r->uncertain = r->uncertain || output->uncertain;
    tf_scenario_result *scenario = &scenarios[output->scenario];
    if (output->check != TF_NO_ID) {
      tf_vec_push(arena, &scenario->checks, judge(arena, request, output));
    } else {
      add_rows(arena, request, output, observed[output->scenario], scenario);
    }
  }
  job_list jobs = {0};
  for (size_t s = 0; s < request->plan_count; s++) {
    for (size_t i = 0; i < scenarios[s].rows.count; i++) {
      tf_row *row = &scenarios[s].rows.at[i];
      if (row->uncertain && row->kind != TF_KIND_LABEL) {
        double factor = row->kind == TF_KIND_NUMBER ? row->unit.factor : 1;
        tf_vec_push(arena, &jobs, ((column_job){row, factor}));
      }
    }
  }
  describe_jobs(arena, request, &jobs);
  for (size_t s = 0; s < request->plan_count && request->drivers; s++) {
    find_drivers(arena, request, (uint32_t)s, &scenarios[s]);
  }
  r->scenarios = scenarios;
  *result = r;
  return TF_OK;
}
