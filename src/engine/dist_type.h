// SPDX-License-Identifier: GPL-3.0-or-later
// What a family of distributions provides, and the checks and message texts that families share.
#ifndef TF_ENGINE_DIST_TYPE_H
#define TF_ENGINE_DIST_TYPE_H

#include "engine/dist.h"

typedef struct tf_dist_type {
  const char *name;
  // Checks the spec and computes the parameters (in arena). On failure the error is recorded.
  tf_status (*prepare)(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params);
  // x[i] = quantile(u[i]); n a multiple of 8, aligned to 64 bytes, x may be u; non-decreasing in u.
  void (*quantile)(const void *params, const double *u, double *x, size_t n);
  // P(X < x) and P(X > x), each accurate where it is small.
  double (*below)(const void *params, double x);
  double (*above)(const void *params, double x);
  double (*mean)(const void *params);
  double (*sd)(const void *params);
  // Values that have positive probability, ascending; NULL for continuous families. Such a family is cut by leaving
  // out values (restrict_to), so that the rest keep their exact values.
  const double *(*atoms)(const void *params, size_t *count);
  const void *(*restrict_to)(tf_arena *arena, const void *params, double low, double high);
} tf_dist_type;

// One per family, each defined in its dist_<name>.c: tf_dist_normal, tf_dist_lognormal, ...
#define FAMILY(id, name, forms, min_args, max_args, arguments) extern const tf_dist_type tf_dist_##name;
#include "lang/family.def"
#undef FAMILY

// A distribution with its cut, for families built of others (mixture).
double tf_dist_below(const tf_dist *dist, double x);
double tf_dist_above(const tf_dist *dist, double x);
const double *tf_dist_atoms(const tf_dist *dist, size_t *count);
double tf_dist_quantile_one(const tf_dist *dist, double u);

// Texts in the quantity's unit: "25000 USD/GPU", "40 %"; as one would write them: "`20 to 40 USD/GPU`" (shape "" or
// "normal" ...), with `by` between the two: " to ", " +- ", " .. ".
const char *tf_dist_value(tf_context *cx, const tf_dist_spec *spec, double value);
const char *tf_dist_written(tf_context *cx, const tf_dist_spec *spec, const char *shape, double a, const char *by,
                            double b);

// Checks; each records its error and returns it.
TF_NODISCARD tf_status tf_dist_check_interval(tf_context *cx, const tf_dist_spec *spec); // A < B, level in (0, 1)
TF_NODISCARD tf_status tf_dist_check_bounds(tf_context *cx, const tf_dist_spec *spec);   // a < b
TF_NODISCARD tf_status tf_dist_check_sd(tf_context *cx, const tf_dist_spec *spec);       // args[1] > 0
// args[0] > 0 for the lower end of a family of positive values; the hint offers the normal shape.
TF_NODISCARD tf_status tf_dist_check_positive(tf_context *cx, const tf_dist_spec *spec);
TF_NODISCARD tf_status tf_dist_check_mean(tf_context *cx, const tf_dist_spec *spec); // args[0] > 0, called the mean
// A family of positive values that is written as an interval or as mean and standard deviation, and no other way.
TF_NODISCARD tf_status tf_dist_check_positive_form(tf_context *cx, const tf_dist_spec *spec);
// args[index] > 0, a plain number called `what`.
TF_NODISCARD tf_status tf_dist_check_parameter(tf_context *cx, const tf_dist_spec *spec, size_t index,
                                               const char *what);
TF_NODISCARD tf_status tf_dist_check_triangle(tf_context *cx,
                                              const tf_dist_spec *spec); // min <= mode <= max, min < max
// Weights in 0..1 that sum to 1 within 1e-9, at least one.
TF_NODISCARD tf_status tf_dist_check_weights(tf_context *cx, const tf_dist_spec *spec);
TF_NODISCARD tf_status tf_dist_too_wide(tf_context *cx, const tf_dist_spec *spec); // values beyond doubles
TF_NODISCARD tf_status tf_dist_no_form(tf_context *cx, const tf_dist_spec *spec);

// z with P(Z > z) = (1 - level) / 2 for a standard normal Z: the interval form's half width in standard deviations.
double tf_dist_interval_score(const tf_dist_spec *spec);

// P(Z < z) for a standard normal Z.
double tf_dist_normal_below(double z);

#endif
