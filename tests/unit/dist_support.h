// SPDX-License-Identifier: GPL-3.0-or-later
// Short ways to write distributions in tests.
#ifndef TF_TESTS_DIST_SUPPORT_H
#define TF_TESTS_DIST_SUPPORT_H

#include <math.h>

#include "engine/dist.h"
#include "support.h"

// An open-ended spec of plain numbers.
UNUSED static tf_dist_spec spec_of(tf_family family, tf_form form, size_t count, const double *args) {
  return (tf_dist_spec){.family = family,
                        .form = form,
                        .level = 0.9,
                        .count = count,
                        .args = args,
                        .low = -INFINITY,
                        .high = INFINITY,
                        .unit_factor = 1,
                        .unit = "",
                        .quantity = "x"};
}

#define NUMBERS(...) ((const double[]){__VA_ARGS__})
#define SPEC(id, shape, ...)                                                                                           \
  spec_of(TF_FAMILY_##id, TF_FORM_##shape, sizeof NUMBERS(__VA_ARGS__) / sizeof(double), NUMBERS(__VA_ARGS__))

UNUSED static const tf_dist *prepared(tf_context *cx, tf_dist_spec spec) {
  const tf_dist *dist = NULL;
  if (tf_dist_prepare(cx, cx->arena, &spec, &dist) != TF_OK) {
    fail_msg("%s", messages(cx));
  }
  return dist;
}

UNUSED static double quantile_of(const tf_dist *dist, double u) {
  _Alignas(64) double x[8];
  for (int i = 0; i < 8; i++) {
    x[i] = u;
  }
  tf_dist_quantile(dist, x, x, 8);
  for (int i = 1; i < 8; i++) {
    assert_true(x[i] == x[0]);
  }
  return x[0];
}

#endif
