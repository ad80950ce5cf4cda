// SPDX-License-Identifier: GPL-3.0-or-later
// Single values with probabilities: discrete(p: v, ...), event(p) = discrete(1 - p: 0, p: 1), and sample(column), whose
// rows are equally likely. Values are sorted, so the order in which they are written does not matter and x rises with
// u. Exact: x is one of the values (type 1 quantile: the smallest value v with P(X <= v) > u).
#include <stdlib.h>
#include <string.h>

#include "engine/dist_type.h"
#include "engine/vecmath.h"

enum { FEW = 16, GUIDES = 1024 };

typedef struct discrete {
  size_t count;
  const double *value;      // ascending, distinct unless equally likely
  const double *weight;     // NULL: equally likely
  const double *cumulative; // P(X <= value[i]), the last one is 1; NULL: equally likely
  const uint32_t *guide;    // first candidate for u in [g, g + 1) / GUIDES; NULL for few values
} discrete;

typedef struct pair {
  double value, weight;
} pair;

static int by_value(const void *left, const void *right) {
  const double a = *(const double *)left; // of a pair, its first member
  const double b = *(const double *)right;
  return (a > b) - (a < b);
}

// count pairs, ascending; equal values are joined, impossible ones left out, weights normalised.
static const discrete *assemble(tf_arena *arena, const pair *pairs, size_t count) {
  discrete *p = TF_NEW(arena, discrete);
  double *value = TF_ARRAY(arena, double, count + 1);
  double *weight = TF_ARRAY(arena, double, count + 1);
  double *cumulative = TF_ARRAY(arena, double, count + 1);
  size_t kept = 0;
  double total = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(pairs[i].weight > 0)) {
      continue;
    }
    total += pairs[i].weight;
    if (kept > 0 && !(pairs[i].value > value[kept - 1])) {
      weight[kept - 1] += pairs[i].weight;
    } else {
      value[kept] = pairs[i].value;
      weight[kept++] = pairs[i].weight;
    }
  }
  double sum = 0;
  for (size_t i = 0; i < kept; i++) {
    weight[i] /= total;
    sum += weight[i];
    cumulative[i] = i + 1 == kept ? 1 : sum;
  }
  *p = (discrete){kept, value, weight, cumulative, NULL};
  if (kept > FEW) {
    uint32_t *guide = TF_ARRAY(arena, uint32_t, GUIDES + 1);
    uint32_t at = 0;
    for (size_t g = 0; g <= GUIDES; g++) {
      while (at + 1 < kept && cumulative[at] <= (double)g / GUIDES) {
        at++;
      }
      guide[g] = at;
    }
    p->guide = guide;
  }
  return p;
}

static tf_status prepare_discrete(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_WEIGHTED || spec->args == NULL) {
    return tf_dist_no_form(cx, spec);
  }
  const tf_status status = tf_dist_check_weights(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  pair *pairs = TF_ARRAY(arena, pair, spec->count);
  for (size_t i = 0; i < spec->count; i++) {
    pairs[i] = (pair){spec->args[i], spec->weights[i]};
  }
  qsort(pairs, spec->count, sizeof *pairs, by_value);
  *params = assemble(arena, pairs, spec->count);
  return TF_OK;
}

static tf_status prepare_event(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_ARGUMENTS) {
    return tf_dist_no_form(cx, spec);
  }
  const double probability = spec->args[0];
  if (!(probability >= 0 && probability <= 1)) {
    const tf_dist_spec share = {.unit = "%", .unit_factor = 0.01};
    const tf_status status =
        tf_fail(cx, TF_INVALID, spec->at, "the probability of an event must lie between 0 %% and 100 %%, not %s",
                tf_dist_value(cx, &share, probability));
    if (probability > 1 && probability <= 100) {
      const tf_dist_spec bare = {.unit_factor = 1};
      tf_hint(cx, "write `event(%s%%)`", tf_dist_value(cx, &bare, probability));
    }
    return status;
  }
  const pair pairs[2] = {{0, 1 - probability}, {1, probability}};
  *params = assemble(arena, pairs, 2);
  return TF_OK;
}

static tf_status prepare_sample(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_SAMPLE) {
    return tf_dist_no_form(cx, spec);
  }
  if (spec->count == 0) {
    const tf_status status = tf_fail(cx, TF_INVALID, spec->at, "the column to sample from is empty");
    tf_hint(cx, "it needs at least one row with a value");
    return status;
  }
  discrete *p = TF_NEW(arena, discrete);
  double *value = TF_ARRAY(arena, double, spec->count);
  memcpy(value, spec->args, spec->count * sizeof *value);
  qsort(value, spec->count, sizeof *value, by_value);
  *p = (discrete){spec->count, value, NULL, NULL, NULL};
  *params = p;
  return TF_OK;
}

// Selects the value among few: comparisons only, no branches.
TF_KERNEL static void select_few(const discrete *p, const double *u, double *x, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double v = u[i];
    double value = p->value[0];
    for (size_t k = 1; k < p->count; k++) {
      value = v >= p->cumulative[k - 1] ? p->value[k] : value;
    }
    x[i] = value;
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  const discrete *p = params;
  if (p->cumulative == NULL) {
    const double count = (double)p->count;
    const size_t last = p->count - 1;
    for (size_t i = 0; i < n; i++) {
      const size_t at = (size_t)(u[i] * count);
      x[i] = p->value[at < last ? at : last];
    }
  } else if (p->guide == NULL) {
    select_few(p, u, x, n);
  } else {
    for (size_t i = 0; i < n; i++) {
      const double v = u[i];
      uint32_t at = p->guide[(size_t)(v * GUIDES)];
      while (v >= p->cumulative[at] && at + 1 < p->count) {
        at++;
      }
      x[i] = p->value[at];
    }
  }
}

static double weight_of(const discrete *p, size_t i) {
  return p->weight != NULL ? p->weight[i] : 1 / (double)p->count;
}

static double below(const void *params, double x) {
  const discrete *p = params;
  double sum = 0;
  for (size_t i = 0; i < p->count && p->value[i] < x; i++) {
    sum += weight_of(p, i);
  }
  return fmin(sum, 1);
}

static double above(const void *params, double x) {
  const discrete *p = params;
  double sum = 0;
  for (size_t i = p->count; i > 0 && p->value[i - 1] > x; i--) {
    sum += weight_of(p, i - 1);
  }
  return fmin(sum, 1);
}

static double mean(const void *params) {
  const discrete *p = params;
  double sum = 0;
  for (size_t i = 0; i < p->count; i++) {
    sum += weight_of(p, i) * p->value[i];
  }
  return sum;
}

static double sd(const void *params) {
  const discrete *p = params;
  const double centre = mean(params);
  double sum = 0;
  for (size_t i = 0; i < p->count; i++) {
    sum += weight_of(p, i) * (p->value[i] - centre) * (p->value[i] - centre);
  }
  return sqrt(sum);
}

static const double *atoms(const void *params, size_t *count) {
  const discrete *p = params;
  *count = p->count;
  return p->value;
}

static const void *restrict_to(tf_arena *arena, const void *params, double low, double high) {
  const discrete *p = params;
  size_t from = 0;
  size_t to = p->count;
  while (from < to && p->value[from] < low) {
    from++;
  }
  while (to > from && p->value[to - 1] > high) {
    to--;
  }
  if (p->weight == NULL) {
    discrete *part = TF_NEW(arena, discrete);
    *part = (discrete){to - from, p->value + from, NULL, NULL, NULL};
    return part;
  }
  pair *pairs = TF_ARRAY(arena, pair, to - from + 1);
  for (size_t i = from; i < to; i++) {
    pairs[i - from] = (pair){p->value[i], p->weight[i]};
  }
  return assemble(arena, pairs, to - from);
}

const tf_dist_type tf_dist_discrete = {"discrete", prepare_discrete, quantile, below, above, mean, sd,
                                       atoms,      restrict_to};
const tf_dist_type tf_dist_event = {"event", prepare_event, quantile, below, above, mean, sd, atoms, restrict_to};
const tf_dist_type tf_dist_sample = {"sample", prepare_sample, quantile, below, above, mean, sd, atoms, restrict_to};
