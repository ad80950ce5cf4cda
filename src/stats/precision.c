// SPDX-License-Identifier: GPL-3.0-or-later
#include "stats/precision.h"

#include <math.h>

#include "stats/moments.h"

#ifdef _OPENMP
#include <omp.h>
#endif

typedef struct judged_cell {
  const tf_output *output;
  size_t cell;
  bool date;
  double ratio; // NAN: it has no mean
} judged_cell;

static double ratio_of(const tf_samples *samples, const judged_cell *c, const tf_sampler *sampler) {
  const bool random = sampler->kind == TF_SAMPLER_RANDOM;
  const tf_moments m =
      c->output->sketches != NULL
          ? tf_moments_of_sketch(c->output->sketches[c->cell], sampler->replicates, random)
          : tf_moments_of(c->output->samples[c->cell], (size_t)samples->kept, sampler->replicates, random);
  if (!isfinite(m.mean) || !isfinite(m.se)) {
    return NAN;
  }
  const double scale = c->date ? m.sd : fmax(fabs(m.mean), m.sd);
  return m.se > 0 ? m.se / scale : 0;
}

tf_precision tf_precision_of(tf_arena *arena, const tf_samples *samples, const tf_plan *const *plans,
                             const tf_sampler *sampler, int threads) {
  TF_VEC(judged_cell) cells = {0};
  for (size_t o = 0; o < samples->output_count; o++) {
    const tf_output *output = &samples->outputs[o];
    if (!output->uncertain || output->check != TF_NO_ID || samples->count == 0) {
      continue;
    }
    const tf_value_kind kind = plans[output->scenario]->model->quantities.at[output->quantity].kind;
    const size_t count = output->elements * (size_t)(output->history + output->periods);
    for (size_t cell = 0; cell < count && (kind == TF_KIND_NUMBER || kind == TF_KIND_DATE); cell++) {
      tf_vec_push(arena, &cells, ((judged_cell){output, cell, kind == TF_KIND_DATE, NAN}));
    }
  }
#ifdef _OPENMP
  threads = threads > 0 ? threads : omp_get_num_procs();
#pragma omp parallel for schedule(dynamic) num_threads(threads)
#else
  (void)threads;
#endif
  for (size_t i = 0; i < cells.count; i++) {
    cells.at[i].ratio = ratio_of(samples, &cells.at[i], sampler);
  }
  tf_precision found = {0};
  for (size_t i = 0; i < cells.count; i++) {
    const judged_cell *c = &cells.at[i];
    if (isnan(c->ratio)) {
      continue;
    }
    if (found.judged++ == 0 || c->ratio > found.worst) { // the first of equally bad ones
      found.worst = c->ratio;
      found.output = c->output;
      found.cell = c->cell;
    }
  }
  return found;
}
