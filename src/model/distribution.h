// SPDX-License-Identifier: GPL-3.0-or-later
// A distribution as it was written: family, form and constant arguments in base units. The engine fits and samples it.
#ifndef TF_MODEL_DISTRIBUTION_H
#define TF_MODEL_DISTRIBUTION_H

#include "base/source.h"

typedef enum tf_family {
#define FAMILY(id, name, forms, min_args, max_args, arguments) TF_FAMILY_##id,
#include "lang/family.def"
#undef FAMILY
  TF_FAMILY_COUNT
} tf_family;

typedef enum tf_form {
  TF_FORM_INTERVAL,  // args = {A, B}; the central `level` of the mass lies between them
  TF_FORM_BOUNDS,    // args = {a, b}: hard bounds
  TF_FORM_MEAN_SD,   // args = {m, s} (student: {m, s, df})
  TF_FORM_ARGUMENTS, // args in the order of family.def
  TF_FORM_WEIGHTED,  // weights[i]: args[i] (metalog: percentiles; discrete) or parts[i] (mixture)
  TF_FORM_SAMPLE     // args = the column's values
} tf_form;

typedef struct tf_dist_spec tf_dist_spec;
struct tf_dist_spec {
  tf_family family;
  tf_form form;
  double level; // 0.9 unless `at P%` says otherwise
  size_t count; // of args, weights, parts
  const double *args;
  const double *weights; // as written: percentiles for metalog; probabilities (sum 1) for discrete and mixture
  const tf_dist_spec *const *parts;
  double low,
      high; // permitted range, base units; -INFINITY / INFINITY where open: the distribution is cut exactly there
  double unit_factor;   // of the unit messages should use (value in unit = base / factor)
  const char *unit;     // its text
  const char *quantity; // name for messages
  tf_span at;
};

#endif
