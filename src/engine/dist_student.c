// SPDX-License-Identifier: GPL-3.0-or-later
// Student's t with df > 2 degrees of freedom, mean m and standard deviation s: `m +- s` means the same as for a normal.
// t = sqrt(df) sinh(d / 2) where 1 / (1 + exp(-d)) is a beta variable with both parameters df / 2.
// Error: relative 1e-9 (absolute 1e-9 s around the mean) for u in 1e-16 .. 1 - 1e-16.
#include "base/number.h"
#include "engine/dist_score.h"
#include "engine/dist_type.h"
#include "engine/vecmath.h"

typedef struct student {
  double mean, sd;
  double scale; // of sinh(d / 2): s sqrt(df - 2)
  const tf_score_integral *integral;
  const tf_score_table *table;
} student;

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_MEAN_SD || spec->count < 3) {
    return tf_dist_no_form(cx, spec);
  }
  tf_status status = tf_dist_check_sd(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  const double df = spec->args[2];
  if (!(df > 2)) {
    char buffer[32];
    status =
        tf_fail(cx, TF_INVALID, spec->at, "a student distribution with %s degrees of freedom has no standard deviation",
                tf_number_print15(df, buffer));
    tf_hint(cx, "give more than 2 degrees of freedom; 3 is already heavy-tailed");
    return status;
  }
  student *p = TF_NEW(arena, student);
  tf_score_integral *integral = TF_NEW(arena, tf_score_integral);
  tf_score_integrate(tf_score_beta(0.5 * df, 0.5 * df), integral);
  *p = (student){spec->args[0], spec->args[1], spec->args[1] * sqrt(df - 2), integral, NULL};
  *params = p;
  return tf_score_tabulate(cx, arena, spec->at, integral, &p->table);
}

TF_KERNEL static void finish(double *x, double mean, double scale, size_t n) {
  TF_SIMD
  for (size_t i = 0; i < n; i++) {
    const double e = expm1(0.5 * x[i]);
    x[i] = mean + scale * (0.5 * (e + e / (1.0 + e)));
  }
}

static void quantile(const void *params, const double *u, double *x, size_t n) {
  const student *p = params;
  tf_score_quantile(p->table, u, x, n);
  finish(x, p->mean, p->scale, n);
}

static double position(const student *p, double x) {
  return 2 * asinh((x - p->mean) / p->scale);
}

static double below(const void *params, double x) {
  const student *p = params;
  return tf_score_below(p->integral, position(p, x));
}

static double above(const void *params, double x) {
  const student *p = params;
  return tf_score_above(p->integral, position(p, x));
}

static double mean(const void *params) {
  return ((const student *)params)->mean;
}

static double sd(const void *params) {
  return ((const student *)params)->sd;
}

const tf_dist_type tf_dist_student = {"student", prepare, quantile, below, above, mean, sd, NULL, NULL};
