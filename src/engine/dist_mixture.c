// SPDX-License-Identifier: GPL-3.0-or-later
// mixture(p: distribution, ...): one u gives x = the true quantile of the mixture, so that x rises with u and rank
// correlation, Sobol' points and cuts work as for any other distribution.
//
// The quantile is tabulated over the normal score z by polynomials of degree 5 on intervals that are halved until three
// points inside agree with the exact solution to 1e-10 (relative, or of the interval's rise). Gaps between parts,
// single values and kinks get ever shorter intervals down to 2e-11 in z. Error: 1e-9 relative away from such jumps, for
// |z| <= 8.2 (all u that are drawn); at a jump either side may be taken for u within 1e-12 of it.
#include "engine/dist_solve.h"
#include "engine/dist_type.h"
#include "engine/sampler.h"
#include "engine/vecmath.h"

#define REACH 8.2095361516013856 // z of u = 2^-53
#define TOLERANCE 1e-10
enum { NODES = 6, FIRST_PIECES = 16, DEPTH_MAX = 36, PIECES_MAX = 2048, GUIDES = 512 };

typedef struct piece {
  double start, per_unit; // t = (z - start) * per_unit in 0..1
  double k[NODES];
} piece;

typedef struct mixture {
  size_t parts;
  const double *weight;
  const tf_dist *const *part;
  double spread;        // size of the values in the body: below 1e-4 of it, errors are absolute
  TF_VEC(piece) pieces; // ascending
  bool tabulated;
  const uint32_t *guide; // piece at the start of each of GUIDES equal parts of the range
} mixture;

typedef struct target {
  const mixture *p;
  double u, rest; // u and 1 - u, each exact where small
} target;

static double below(const void *params, double x) {
  const mixture *p = params;
  double sum = 0;
  for (size_t i = 0; i < p->parts; i++) {
    sum += p->weight[i] * tf_dist_below(p->part[i], x);
  }
  return sum;
}

static double above(const void *params, double x) {
  const mixture *p = params;
  double sum = 0;
  for (size_t i = 0; i < p->parts; i++) {
    sum += p->weight[i] * tf_dist_above(p->part[i], x);
  }
  return sum;
}

// P(X <= x) - u through the smaller tail.
static double excess(const void *user, double x) {
  const target *t = user;
  if (t->u > 0.5) {
    return t->rest - above(t->p, x);
  }
  // P(X <= x): as P(X < x), plus the single value at x if there is one.
  double sum = 0;
  for (size_t i = 0; i < t->p->parts; i++) {
    size_t count = 0;
    const bool single = tf_dist_atoms(t->p->part[i], &count) != NULL;
    sum += t->p->weight[i] * (single ? 1 - tf_dist_above(t->p->part[i], x) : tf_dist_below(t->p->part[i], x));
  }
  return sum - t->u;
}

// A part's single value at x up to rounding, else x itself.
static double snap(const mixture *p, double x) {
  const double slack = 1e-12 * fmax(fabs(x), p->spread);
  for (size_t i = 0; i < p->parts; i++) {
    size_t count = 0;
    const double *values = tf_dist_atoms(p->part[i], &count);
    size_t low = 0;
    size_t high = count;
    while (low < high) { // the first value not below x
      const size_t middle = low + (high - low) / 2;
      if (values[middle] < x - slack) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low < count && fabs(values[low] - x) <= slack) {
      return values[low];
    }
  }
  return x;
}

// The quantile at normal score z, known to lie between low and high.
static double exact_between(const mixture *p, double z, double low, double high) {
  if (!(high > low)) {
    return low;
  }
  const target t = {p, tf_dist_normal_below(z), tf_dist_normal_below(-z)};
  double x = low;
  if (!tf_solve_bracketed(excess, &t, low, high, 0, &x)) {
    x = excess(&t, low) >= 0 ? low : high; // an end, up to rounding
  }
  return snap(p, x);
}

static double exact(const mixture *p, double z) {
  const double u = fmin(fmax(tf_dist_normal_below(z), 0x1p-53), 1 - 0x1p-53);
  double low = INFINITY;
  double high = -INFINITY;
  for (size_t i = 0; i < p->parts; i++) { // the mixture's quantile lies between those of its parts
    const double x = tf_dist_quantile_one(p->part[i], u);
    low = fmin(low, x);
    high = fmax(high, x);
  }
  const double margin = high > low ? 1e-9 * (fabs(low) + fabs(high)) : 0; // the parts' tables are good to that
  return exact_between(p, z, low - margin, high + margin);
}

// Monomial coefficients in t of the polynomial through the values at t = 0, 1/5, .., 1 (Newton's divided differences).
static void interpolate(const double value[NODES], double k[NODES]) {
  double difference[NODES];
  for (int i = 0; i < NODES; i++) {
    difference[i] = value[i];
    k[i] = 0;
  }
  for (int order = 1; order < NODES; order++) {
    for (int i = NODES - 1; i >= order; i--) {
      difference[i] = (difference[i] - difference[i - 1]) / (0.2 * order);
    }
  }
  for (int i = NODES - 1; i >= 0; i--) { // k(t) = k(t) (t - t_i) + difference_i
    for (int j = NODES - 1; j > 0; j--) {
      k[j] = k[j - 1] - 0.2 * i * k[j];
    }
    k[0] = difference[i] - 0.2 * i * k[0];
  }
}

TF_INLINE double polynomial(const double *k, double t) {
  return ((((k[5] * t + k[4]) * t + k[3]) * t + k[2]) * t + k[1]) * t + k[0];
}

// Adds pieces that cover [start, start + width], where the quantile rises from low to high.
static void cover(tf_arena *arena, mixture *p, double start, double width, double low, double high, int depth) {
  if (p->pieces.count >= PIECES_MAX) {
    p->tabulated = false;
    return;
  }
  piece made = {start, 1 / width, {0}};
  double value[NODES] = {low};
  for (int i = 1; i < NODES - 1; i++) {
    value[i] = exact_between(p, start + 0.2 * i * width, value[i - 1], high);
  }
  value[NODES - 1] = high;
  interpolate(value, made.k);
  const double rise = high - low;
  bool good = true;
  for (int i = 0; i < 3 && good; i++) {
    static const double check[3] = {0.1, 0.5, 0.9};
    static const int left[3] = {0, 2, 4};
    const double wanted = exact_between(p, start + check[i] * width, value[left[i]], value[left[i] + 1]);
    good = fabs(polynomial(made.k, check[i]) - wanted) <= TOLERANCE * fmax(fmax(fabs(wanted), rise), 1e-4 * p->spread);
  }
  if (good) {
    tf_vec_push(arena, &p->pieces, made);
  } else if (depth == 0) { // a jump: a straight line across it
    for (int i = 0; i < NODES; i++) {
      made.k[i] = 0;
    }
    made.k[0] = low;
    made.k[1] = rise;
    tf_vec_push(arena, &p->pieces, made);
  } else {
    const double middle = exact_between(p, start + 0.5 * width, value[2], value[3]);
    cover(arena, p, start, 0.5 * width, low, middle, depth - 1);
    cover(arena, p, start + 0.5 * width, 0.5 * width, middle, high, depth - 1);
  }
}

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_WEIGHTED || spec->parts == NULL) {
    return tf_dist_no_form(cx, spec);
  }
  tf_status status = tf_dist_check_weights(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  mixture *p = TF_NEW(arena, mixture);
  double *weight = TF_ARRAY(arena, double, spec->count);
  const tf_dist **part = TF_ARRAY(arena, const tf_dist *, spec->count);
  double total = 0;
  for (size_t i = 0; i < spec->count; i++) {
    status = tf_dist_prepare(cx, arena, spec->parts[i], &part[p->parts]);
    if (status != TF_OK) {
      return status;
    }
    if (spec->weights[i] > 0) { // an impossible part is checked, then left out
      weight[p->parts++] = spec->weights[i];
      total += spec->weights[i];
    }
  }
  for (size_t i = 0; i < p->parts; i++) {
    weight[i] /= total;
  }
  p->weight = weight;
  p->part = part;
  p->spread = fmax(fabs(exact(p, -1)), fabs(exact(p, 1)));
  p->tabulated = true;
  for (int i = 0; i < FIRST_PIECES && p->tabulated; i++) {
    const double width = 2 * REACH / FIRST_PIECES;
    const double start = width * i - REACH;
    cover(arena, p, start, width, exact(p, start), exact(p, start + width), DEPTH_MAX);
  }
  uint32_t *guide = TF_ARRAY(arena, uint32_t, GUIDES + 1);
  uint32_t at = 0;
  for (int g = 0; g <= GUIDES && p->tabulated; g++) {
    const double z = 2 * REACH * g / GUIDES - REACH;
    while (at + 1 < p->pieces.count && p->pieces.at[at + 1].start <= z) {
      at++;
    }
    guide[g] = at;
  }
  p->guide = guide;
  *params = p;
  return TF_OK;
}

static double look_up(const mixture *p, double z) {
  const double inside = fmin(fmax(z, -REACH), REACH);
  const double position = (inside + REACH) * (GUIDES / (2 * REACH));
  const size_t cell = (size_t)fmin(position, GUIDES - 1);
  size_t low = p->guide[cell];
  size_t high = p->guide[cell + 1] + 1; // the piece is in low .. high - 1
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (p->pieces.at[middle].start <= inside) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const piece *found = &p->pieces.at[low];
  return polynomial(found->k, (inside - found->start) * found->per_unit);
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  const mixture *p = params;
  tf_normal_quantile(u, x, n);
  for (size_t i = 0; i < n; i++) {
    x[i] = p->tabulated ? look_up(p, x[i]) : exact(p, x[i]);
  }
}

static double mean(const void *params) {
  const mixture *p = params;
  double sum = 0;
  for (size_t i = 0; i < p->parts; i++) {
    sum += p->weight[i] * tf_dist_mean(p->part[i]);
  }
  return sum;
}

static double sd(const void *params) {
  const mixture *p = params;
  const double centre = mean(params);
  double sum = 0;
  for (size_t i = 0; i < p->parts; i++) {
    const double d = tf_dist_mean(p->part[i]) - centre;
    const double s = tf_dist_sd(p->part[i]);
    sum += p->weight[i] * (s * s + d * d);
  }
  return sqrt(sum);
}

const tf_dist_type tf_dist_mixture = {"mixture", prepare, quantile, below, above, mean, sd, NULL, NULL};
