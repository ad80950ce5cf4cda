// SPDX-License-Identifier: GPL-3.0-or-later
// Pert(min, mode, max): beta with alpha = 1 + 4 (mode - min) / (max - min), beta = 1 + 4 (max - mode) / (max - min), so
// that the mean is (min + 4 mode + max) / 6. Error: 1e-9 of the distance to the nearer end, and rounding.
#include "engine/dist_beta.h"

static tf_status prepare(tf_context *cx, tf_arena *arena, const tf_dist_spec *spec, const void **params) {
  if (spec->form != TF_FORM_ARGUMENTS) {
    return tf_dist_no_form(cx, spec);
  }
  tf_status status = tf_dist_check_triangle(cx, spec);
  if (status != TF_OK) {
    return status;
  }
  const double low = spec->args[0];
  const double mode = spec->args[1];
  const double high = spec->args[2];
  const double a = 1 + 4 * ((mode - low) / (high - low));
  const double b = 1 + 4 * ((high - mode) / (high - low));
  tf_beta *made = NULL;
  status = tf_beta_prepare(cx, arena, spec->at, a, b, low, high, &made);
  *params = made;
  return status;
}

const tf_dist_type tf_dist_pert = {
    "pert", prepare, tf_beta_quantile, tf_beta_below, tf_beta_above, tf_beta_mean, tf_beta_sd, NULL, NULL};
