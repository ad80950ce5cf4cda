// SPDX-License-Identifier: GPL-3.0-or-later
// Preparation, cutting and dispatch of distributions.
//
// A continuous distribution is cut at low and high by u' = P(X < low) + u (1 - P(X < low) - P(X > high)): exact, and
// monotone in u. At most 10 % of the mass is cut, so u' has the resolution of u itself (2^-53) and a tail that is not
// cut keeps its shape. A distribution of single values is cut by leaving out the values outside.
#include "engine/dist.h"

#include <string.h>

#include "base/number.h"
#include "engine/dist_type.h"
#include "engine/vecmath.h"

#define CUT_WARNING 0.01
#define CUT_ERROR 0.10
enum { MASS_DIGITS = 3 };

struct tf_dist {
  const tf_dist_type *type;
  const void *params;
  double low, high; // where it is cut
  double start;     // P(X < low)
  double mass;      // what remains
  double cut_mass;  // what was cut
  bool cut;         // u is mapped
};

static const tf_dist_type *const types[TF_FAMILY_COUNT] = {
#define FAMILY(id, name, forms, min_args, max_args, arguments) [TF_FAMILY_##id] = &tf_dist_##name,
#include "lang/family.def"
#undef FAMILY
};

static tf_status check_finite(tf_context *cx, const tf_dist_spec *spec) {
  const double *const columns[2] = {spec->args, spec->weights};
  for (size_t c = 0; c < 2; c++) {
    for (size_t i = 0; columns[c] != NULL && i < spec->count; i++) {
      if (!isfinite(columns[c][i])) {
        char buffer[32];
        return tf_fail(cx, TF_INVALID, spec->at, "%s %zu of the distribution is not a finite number: %s",
                       c == 0 ? "argument" : "weight", i + 1, tf_number_print(columns[c][i], buffer));
      }
    }
  }
  return TF_OK;
}

static const char *permitted_range(tf_context *cx, const tf_dist_spec *spec) {
  const char *low = tf_dist_value(cx, spec, spec->low);
  const char *high = tf_dist_value(cx, spec, spec->high);
  if (isfinite(spec->low) && isfinite(spec->high)) {
    return tf_format(cx->arena, "%s .. %s", low, high);
  }
  return isfinite(spec->low) ? tf_format(cx->arena, "of at least %s", low)
                             : tf_format(cx->arena, "of at most %s", high);
}

static tf_status report_cut(tf_context *cx, const tf_dist_spec *spec, double outside) {
  char buffer[48];
  const char *share = tf_number_pretty(outside * 100, MASS_DIGITS, buffer);
  const char *name = spec->quantity != NULL ? spec->quantity : "this quantity";
  if (outside > CUT_ERROR) {
    const tf_status status =
        tf_fail(cx, TF_INVALID, spec->at, "%s %% of the distribution of `%s` lies outside its permitted range %s",
                share, name, permitted_range(cx, spec));
    tf_hint(cx, "give a distribution that fits the range, or widen the range after `in`; up to 10 %% may be cut");
    return status;
  }
  if (outside > CUT_WARNING) {
    tf_warn(cx, spec->at, "%s %% of the distribution of `%s` lies outside its permitted range %s and is cut off", share,
            name, permitted_range(cx, spec));
  }
  return TF_OK;
}

tf_status tf_dist_prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const tf_dist **dist) {
  const tf_status finite = check_finite(cx, spec);
  if (finite != TF_OK) {
    return finite;
  }
  const tf_dist_type *type = types[spec->family];
  const void *params = NULL;
  const tf_status status = type->prepare(cx, arena, spec, &params);
  if (status != TF_OK) {
    return status;
  }
  const double below = spec->low > -INFINITY ? type->below(params, spec->low) : 0;
  const double above = spec->high < INFINITY ? type->above(params, spec->high) : 0;
  const double outside = below + above;
  if (outside > 0) {
    const tf_status cut = report_cut(cx, spec, outside);
    if (cut != TF_OK) {
      return cut;
    }
  }
  tf_dist *made = TF_NEW(arena, tf_dist);
  *made = (tf_dist){type, params, spec->low, spec->high, below, 1 - outside, outside, outside > 0};
  if (made->cut && type->restrict_to != NULL) {
    made->params = type->restrict_to(arena, params, spec->low, spec->high);
    made->cut = false;
  }
  // The ends of what can be drawn.
  if (!isfinite(tf_dist_quantile_one(made, 0x1p-53)) || !isfinite(tf_dist_quantile_one(made, 1.0 - 0x1p-53))) {
    return tf_dist_too_wide(cx, spec);
  }
  *dist = made;
  return TF_OK;
}

TF_KERNEL static void map_into_cut(const double *u, double *x, double start, double mass, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double mapped = start + u[i] * mass;
    x[i] = mapped < 1.0 - 0x1p-53 ? mapped : 1.0 - 0x1p-53;
  }
}

// The quantile of the last bits of u' may round to the wrong side of the cut.
TF_KERNEL static void keep_within(double *x, double low, double high, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double at_least = x[i] > low ? x[i] : low;
    x[i] = at_least < high ? at_least : high;
  }
}

void tf_dist_quantile(const tf_dist *dist, const double *u, double *x, size_t n) {
  if (!dist->cut) {
    dist->type->quantile(dist->params, u, x, n);
    return;
  }
  map_into_cut(u, x, dist->start, dist->mass, n);
  dist->type->quantile(dist->params, x, x, n);
  keep_within(x, dist->low, dist->high, n);
}

double tf_dist_quantile_one(const tf_dist *dist, double u) {
  _Alignas(64) double x[TF_LANES];
  for (size_t i = 0; i < TF_LANES; i++) {
    x[i] = u;
  }
  tf_dist_quantile(dist, x, x, TF_LANES);
  return x[0];
}

double tf_dist_median(const tf_dist *dist) {
  return tf_dist_quantile_one(dist, 0.5);
}

double tf_dist_cut_mass(const tf_dist *dist) {
  return dist->cut_mass;
}

double tf_dist_below(const tf_dist *dist, double x) {
  if (!dist->cut) {
    return dist->type->below(dist->params, x);
  }
  const double below = (dist->type->below(dist->params, x) - dist->start) / dist->mass;
  return fmin(fmax(below, 0), 1);
}

double tf_dist_above(const tf_dist *dist, double x) {
  if (!dist->cut) {
    return dist->type->above(dist->params, x);
  }
  const double rest = dist->cut_mass - dist->start;
  const double above = (dist->type->above(dist->params, x) - rest) / dist->mass;
  return fmin(fmax(above, 0), 1);
}

const double *tf_dist_atoms(const tf_dist *dist, size_t *count) {
  *count = 0;
  return dist->type->atoms != NULL ? dist->type->atoms(dist->params, count) : NULL;
}

// Moments of a cut distribution: with u = 1 / (1 + exp(-y)) the integrands of the moments decay at both ends, so that
// the trapezoidal rule in y converges fast (as for a periodic function).
static double integrate(const tf_dist *dist, double centre, int power) {
  enum { POINTS = 4096 };
  const double reach = 36; // u down to 2e-16
  double sum = 0;
  double weights = 0;
  for (int i = 0; i < POINTS; i += TF_LANES) {
    _Alignas(64) double x[TF_LANES];
    double weight[TF_LANES];
    for (int l = 0; l < TF_LANES; l++) {
      const double y = reach * ((2 * (i + l) + 1.0) / POINTS - 1);
      const double u = 1 / (1 + exp(-y));
      x[l] = u < 1.0 - 0x1p-53 ? u : 1.0 - 0x1p-53;
      weight[l] = u / (1 + exp(y));
    }
    tf_dist_quantile(dist, x, x, TF_LANES);
    for (int l = 0; l < TF_LANES; l++) {
      const double d = x[l] - centre;
      sum += weight[l] * (power == 2 ? d * d : d);
      weights += weight[l];
    }
  }
  return sum / weights;
}

double tf_dist_mean(const tf_dist *dist) {
  if (!dist->cut && dist->type->mean != NULL) {
    return dist->type->mean(dist->params);
  }
  const double centre = tf_dist_median(dist);
  return centre + integrate(dist, centre, 1);
}

double tf_dist_sd(const tf_dist *dist) {
  if (!dist->cut && dist->type->sd != NULL) {
    return dist->type->sd(dist->params);
  }
  return sqrt(integrate(dist, tf_dist_mean(dist), 2));
}

// Everything that decides x(u), and only that.
static bool same_numbers(const double *a, const double *b, size_t count) {
  if (a == NULL || b == NULL) {
    return a == b;
  }
  for (size_t i = 0; i < count; i++) {
    if (a[i] < b[i] || a[i] > b[i]) {
      return false;
    }
  }
  return true;
}

bool tf_dist_same(const tf_dist_spec *a, const tf_dist_spec *b) {
  if (a->family != b->family || a->form != b->form || a->count != b->count) {
    return false;
  }
  if (a->form == TF_FORM_INTERVAL && !same_numbers(&a->level, &b->level, 1)) {
    return false;
  }
  if (!same_numbers(&a->low, &b->low, 1) || !same_numbers(&a->high, &b->high, 1) ||
      !same_numbers(a->args, b->args, a->count) || !same_numbers(a->weights, b->weights, a->count) ||
      (a->parts == NULL) != (b->parts == NULL)) {
    return false;
  }
  for (size_t i = 0; a->parts != NULL && i < a->count; i++) {
    if (!tf_dist_same(a->parts[i], b->parts[i])) {
      return false;
    }
  }
  return true;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
  hash ^= value + UINT64_C(0x9e3779b97f4a7c15) + (hash << 6) + (hash >> 2);
  hash *= UINT64_C(0xff51afd7ed558ccd);
  return hash ^ hash >> 33;
}

static uint64_t mix_number(uint64_t hash, double value) {
  const double normalised = value + 0.0; // -0 is 0
  uint64_t bits = 0;
  memcpy(&bits, &normalised, sizeof bits);
  return mix(hash, bits);
}

uint64_t tf_dist_hash(const tf_dist_spec *spec) {
  uint64_t hash = mix(mix((uint64_t)spec->family, (uint64_t)spec->form), spec->count);
  if (spec->form == TF_FORM_INTERVAL) {
    hash = mix_number(hash, spec->level);
  }
  hash = mix_number(mix_number(hash, spec->low), spec->high);
  for (size_t i = 0; i < spec->count; i++) {
    hash = spec->args != NULL ? mix_number(hash, spec->args[i]) : hash;
    hash = spec->weights != NULL ? mix_number(hash, spec->weights[i]) : hash;
    hash = spec->parts != NULL ? mix(hash, tf_dist_hash(spec->parts[i])) : hash;
  }
  return hash;
}
