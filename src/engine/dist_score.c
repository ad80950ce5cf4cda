// SPDX-License-Identifier: GPL-3.0-or-later
// Integration and tabulation of log-concave densities.
#include "engine/dist_score.h"

#include "engine/dist_type.h"
#include "engine/sampler.h"
#include "engine/vecmath.h"

#define PI 3.14159265358979323846
#define HALF_LOG_2PI 0.91893853320467274178
#define PANEL_DROP 1.5           // log density may change by this much within a panel
#define LOG_NOTHING 85.0         // density below exp(-85) of its maximum: its tail holds less than 1e-36
#define REACH 8.5                // the table's range of z
#define TOLERANCE 1e-10          // of d, absolute
#define TOLERANCE_RELATIVE 1e-12 // of d

typedef struct cell {
  double k[8]; // polynomial in 0..1 across the cell, k[6] and k[7] unused: one cache line
} cell;

struct tf_score_table {
  size_t cells;
  double per_unit; // cells per unit of z
  cell *cell;
};

tf_score_density tf_score_gamma(double a) {
  return (tf_score_density){false, a, 0, 0, 0};
}

tf_score_density tf_score_beta(double a, double b) {
  return (tf_score_density){true, a, b, a / (a + b), b / (a + b)};
}

// exp(d) - 1 - d without cancellation.
static double exp_rest(double d) {
  if (fabs(d) > 0.1) {
    return expm1(d) - d;
  }
  double sum = 0;
  for (int k = 12; k >= 2; k--) {
    sum = (sum + 1) * d / k;
  }
  return sum * d;
}

static double log_density(const tf_score_density *f, double d) {
  if (!f->beta) {
    return -f->a * exp_rest(d);
  }
  if (d >= 0) { // exp(-d) only, so that nothing overflows
    const double e = log1p(f->n * expm1(-d));
    return -(f->a + f->b) * e - f->b * d;
  }
  const double e = log1p(f->m * expm1(d));
  return -(f->a + f->b) * e + f->a * d;
}

// Its derivative.
static double slope(const tf_score_density *f, double d) {
  if (!f->beta) {
    return -f->a * expm1(d);
  }
  if (d >= 0) {
    const double e = expm1(-d);
    return f->b * f->m * e / (1 + f->n * e);
  }
  const double e = expm1(d);
  return -f->a * f->n * e / (1 + f->m * e);
}

// Integral of exp(log density) from c to d by Gauss-Legendre with 10 points.
static double integral_of(const tf_score_density *f, double c, double d) {
  static const double node[5] = {0.14887433898163121089, 0.43339539412924719080, 0.67940956829902440623,
                                 0.86506336668898451073, 0.97390652851717172008};
  static const double weight[5] = {0.29552422471475287017, 0.26926671930999635509, 0.21908636251598204400,
                                   0.14945134915058059315, 0.06667134430868813759};
  const double middle = 0.5 * (c + d);
  const double half = 0.5 * (d - c);
  double sum = 0;
  for (int i = 0; i < 5; i++) {
    sum += weight[i] * (exp(log_density(f, middle - half * node[i])) + exp(log_density(f, middle + half * node[i])));
  }
  return sum * half;
}

// Length of the panel that starts at d and goes in direction sign: short against the distance to the singularities of
// the log density in the complex plane (i pi away from `turn`), and with a bounded change of the density.
static double panel_length(const tf_score_density *f, double d, double sign) {
  const double turn = f->beta ? log(f->b / f->a) : 0.0;
  double length = 0.5 * sqrt((d - turn) * (d - turn) + PI * PI);
  if (!f->beta && d > -2) {
    length = fmin(length, 1); // exp(-a exp(d)) is entire, but grows fast off the real line
  }
  const double here = log_density(f, d);
  while (here - log_density(f, d + sign * length) > PANEL_DROP) {
    length *= 0.5;
  }
  return length;
}

void tf_score_integrate(tf_score_density density, tf_score_integral *integral) {
  integral->density = density;
  double right[TF_SCORE_PANELS / 2 + 1];
  double left[TF_SCORE_PANELS / 2 + 1];
  size_t rights = 0;
  size_t lefts = 0;
  for (double d = 0; rights < TF_SCORE_PANELS / 2 && log_density(&density, d) > -LOG_NOTHING;) {
    d += panel_length(&density, d, 1);
    right[rights++] = d;
  }
  for (double d = 0; lefts < TF_SCORE_PANELS / 2 && log_density(&density, d) > -LOG_NOTHING;) {
    d -= panel_length(&density, d, -1);
    left[lefts++] = d;
  }
  const size_t count = lefts + rights;
  double *edge = integral->edge;
  integral->count = count;
  for (size_t i = 0; i < lefts; i++) {
    edge[i] = left[lefts - 1 - i];
  }
  edge[lefts] = 0;
  for (size_t i = 0; i < rights; i++) {
    edge[lefts + 1 + i] = right[i];
  }
  // Both tails are summed from their far end, so that the small sums keep their digits.
  integral->lower[0] = 0;
  integral->upper[count] = 0;
  for (size_t i = 0; i < count; i++) {
    integral->lower[i + 1] = integral->lower[i] + integral_of(&density, edge[i], edge[i + 1]);
  }
  for (size_t i = count; i > 0; i--) {
    integral->upper[i - 1] = integral->upper[i] + integral_of(&density, edge[i - 1], edge[i]);
  }
  const double total = integral->lower[count];
  integral->log_norm = log(total);
  for (size_t i = 0; i <= count; i++) {
    integral->lower[i] /= total;
    integral->upper[i] /= total;
  }
}

// The panel that holds d: edge[i] <= d < edge[i + 1].
static size_t panel_of(const tf_score_integral *s, double d) {
  size_t low = 0;
  size_t high = s->count;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (s->edge[middle] <= d) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

double tf_score_below(const tf_score_integral *integral, double d) {
  if (!(d > integral->edge[0])) {
    return 0;
  }
  if (d >= integral->edge[integral->count]) {
    return 1;
  }
  const size_t i = panel_of(integral, d);
  return integral->lower[i] + integral_of(&integral->density, integral->edge[i], d) * exp(-integral->log_norm);
}

double tf_score_above(const tf_score_integral *integral, double d) {
  if (!(d > integral->edge[0])) {
    return 1;
  }
  if (d >= integral->edge[integral->count]) {
    return 0;
  }
  const size_t i = panel_of(integral, d);
  return integral->upper[i + 1] + integral_of(&integral->density, d, integral->edge[i + 1]) * exp(-integral->log_norm);
}

double tf_score_at(const tf_score_integral *integral, double z) {
  // Log-concave densities have log-concave tail probabilities: Newton's method on the logarithm of the smaller tail
  // never passes the root from the outside, and converges.
  enum { STEPS_MAX = 60 };
  const bool from_left = z <= 0;
  const double target = tf_dist_normal_below(from_left ? z : -z);
  size_t low = 0;
  size_t high = integral->count;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (from_left ? integral->lower[middle] <= target : integral->upper[middle] > target) {
      low = middle;
    } else {
      high = middle;
    }
  }
  double d = from_left ? integral->edge[low + (low == 0)] : integral->edge[high - (high == integral->count)];
  const double sign = from_left ? 1 : -1;
  for (int step = 0; step < STEPS_MAX; step++) {
    const double tail = from_left ? tf_score_below(integral, d) : tf_score_above(integral, d);
    const double density = exp(log_density(&integral->density, d) - integral->log_norm);
    const double move = log(target / tail) * tail / density;
    d += sign * move;
    if (fabs(move) <= 4e-16 * (fabs(d) + 1e-3 * tail / density)) {
      break;
    }
  }
  return d;
}

// Value, first and second derivative of d with respect to z: d' = phi(z) / f(d), (log d')' = -z - (log f)' d'.
static void node_at(const tf_score_integral *s, double z, double v[3]) {
  v[0] = tf_score_at(s, z);
  v[1] = exp(-0.5 * z * z - HALF_LOG_2PI + s->log_norm - log_density(&s->density, v[0]));
  v[2] = v[1] * (-z - slope(&s->density, v[0]) * v[1]);
}

static void hermite(const double left[3], const double right[3], double width, double k[8]) {
  const double s0 = left[1] * width;
  const double s1 = right[1] * width;
  const double c0 = left[2] * width * width;
  const double c1 = right[2] * width * width;
  const double a = right[0] - left[0] - s0 - 0.5 * c0;
  const double b = s1 - s0 - c0;
  const double c = c1 - c0;
  k[0] = left[0];
  k[1] = s0;
  k[2] = 0.5 * c0;
  k[3] = 10 * a - 4 * b + 0.5 * c;
  k[4] = -15 * a + 7 * b - c;
  k[5] = 6 * a - 3 * b + 0.5 * c;
  k[6] = 0;
  k[7] = 0;
}

TF_INLINE double polynomial(const double *k, double t) {
  return ((((k[5] * t + k[4]) * t + k[3]) * t + k[2]) * t + k[1]) * t + k[0];
}

// Returns the largest error in the middle of a cell, in units of the tolerance.
static double tabulate(tf_arena *arena, const tf_score_integral *integral, size_t cells, tf_score_table *table) {
  const double width = 2 * REACH / (double)cells;
  table->cells = cells;
  table->per_unit = (double)cells / (2 * REACH);
  table->cell = tf_alloc_aligned(arena, cells, sizeof *table->cell);
  double worst = 0;
  double left[3];
  node_at(integral, -REACH, left);
  for (size_t i = 0; i < cells; i++) {
    double right[3];
    const double start = (double)i * width - REACH;
    node_at(integral, start + width, right);
    hermite(left, right, width, table->cell[i].k);
    const double exact = tf_score_at(integral, start + 0.5 * width);
    const double error =
        fabs(polynomial(table->cell[i].k, 0.5) - exact) / (TOLERANCE + TOLERANCE_RELATIVE * fabs(exact));
    worst = error > worst || isnan(error) ? error : worst;
    left[0] = right[0];
    left[1] = right[1];
    left[2] = right[2];
  }
  return worst;
}

tf_status tf_score_tabulate(tf_context *cx, tf_arena *arena, tf_span at, const tf_score_integral *integral,
                            const tf_score_table **table) {
  enum { CELLS_MIN = 128, CELLS_MAX = 1024 };
  tf_score_table *made = TF_NEW(arena, tf_score_table);
  const tf_arena_mark mark = tf_arena_save(arena);
  for (size_t cells = CELLS_MIN; cells <= CELLS_MAX; cells *= 2) {
    tf_arena_restore(arena, mark);
    if (tabulate(arena, integral, cells, made) <= 1) {
      *table = made;
      return TF_OK;
    }
  }
  const tf_status status =
      tf_fail(cx, TF_NUMERIC, at, "the quantiles of this distribution cannot be computed to ten digits");
  tf_hint(cx, "its shape is too extreme; a lognormal or normal range may serve");
  return status;
}

TF_KERNEL static void look_up(const tf_score_table *table, double *z, size_t n) {
  const double per_unit = table->per_unit;
  const double last = (double)table->cells - 1;
  const double *coefficients = table->cell[0].k;
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double position = (z[i] + REACH) * per_unit;
    const double low = position > 0 ? position : 0;
    const double inside = low < last + 1 ? low : last + 1;
    const double capped = inside < last ? inside : last;
    const int32_t index = (int32_t)capped;
    const double t = inside - (double)index;
    z[i] = polynomial(coefficients + (size_t)8 * (size_t)index, t);
  }
}

void tf_score_quantile(const tf_score_table *table, const double *u, double *d, size_t n) {
  tf_normal_quantile(u, d, n);
  look_up(table, d, n);
}
