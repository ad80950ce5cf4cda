// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of distribution arguments and the texts of their errors.
#include <math.h>

#include "base/number.h"
#include "engine/dist_type.h"
#include "engine/sampler.h"

enum { WEIGHT_DIGITS = 6 };
#define WEIGHT_TOLERANCE 1e-9

static bool plain(const tf_dist_spec *spec) {
  return spec->unit == NULL || spec->unit[0] == '\0' || (spec->unit[0] == '1' && spec->unit[1] == '\0');
}

static bool percent(const tf_dist_spec *spec) {
  return spec->unit != NULL && spec->unit[0] == '%';
}

static const char *number(tf_context *cx, const tf_dist_spec *spec, double value) {
  char buffer[32];
  const double factor = spec->unit_factor > 0 ? spec->unit_factor : 1.0;
  return tf_format(cx->arena, "%s", tf_number_print15(value / factor, buffer));
}

const char *tf_dist_value(tf_context *cx, const tf_dist_spec *spec, double value) {
  const char *text = number(cx, spec, value);
  return plain(spec) ? text : tf_format(cx->arena, "%s %s", text, spec->unit);
}

const char *tf_dist_written(tf_context *cx, const tf_dist_spec *spec, const char *shape, double a, const char *by,
                            double b) {
  const char *left = number(cx, spec, a);
  const char *right = number(cx, spec, b);
  const char *unit = plain(spec) ? "" : spec->unit;
  const bool close = shape[0] != '\0';
  // A percent sign belongs to each number; another unit after the last one holds for both.
  return tf_format(cx->arena, "`%s%s%s%s%s%s%s%s%s`", shape, close ? "(" : "", left, percent(spec) ? unit : "", by,
                   right, plain(spec) || percent(spec) ? "" : " ", unit, close ? ")" : "");
}

tf_status tf_dist_too_wide(tf_context *cx, const tf_dist_spec *spec) {
  const tf_status status = tf_fail(cx, TF_INVALID, spec->at, "the distribution is too wide: its tail exceeds 1e308");
  tf_hint(cx, "check the ends and their units");
  return status;
}

static tf_status check_order(tf_context *cx, const tf_dist_spec *spec, const char *by) {
  const double a = spec->args[0];
  const double b = spec->args[1];
  if (a < b && isfinite(b - a)) {
    return TF_OK;
  }
  if (a < b) {
    return tf_dist_too_wide(cx, spec);
  }
  if (a > b) {
    const tf_status status = tf_fail(cx, TF_INVALID, spec->at, "the range is backwards");
    tf_hint(cx, "write %s", tf_dist_written(cx, spec, "", b, by, a));
    return status;
  }
  const tf_status status =
      tf_fail(cx, TF_INVALID, spec->at, "the range is empty: both ends are %s", tf_dist_value(cx, spec, a));
  tf_hint(cx, "write the one value if it is certain");
  return status;
}

tf_status tf_dist_check_interval(tf_context *cx, const tf_dist_spec *spec) {
  if (!(spec->level > 0 && spec->level < 1)) {
    char buffer[32];
    const tf_status status = tf_fail(cx, TF_INVALID, spec->at, "the level must lie between 0 %% and 100 %%, not %s %%",
                                     tf_number_print15(spec->level * 100, buffer));
    tf_hint(cx, "`A to B at 80%%` holds 80 %% of the mass, 10 %% lie on either side");
    return status;
  }
  return check_order(cx, spec, " to ");
}

tf_status tf_dist_check_bounds(tf_context *cx, const tf_dist_spec *spec) {
  return check_order(cx, spec, " .. ");
}

tf_status tf_dist_check_sd(tf_context *cx, const tf_dist_spec *spec) {
  if (spec->args[1] > 0) {
    return TF_OK;
  }
  const tf_status status = tf_fail(cx, TF_INVALID, spec->at, "the standard deviation must be positive, not %s",
                                   tf_dist_value(cx, spec, spec->args[1]));
  if (spec->args[1] < 0) {
    tf_hint(cx, "write %s", tf_dist_written(cx, spec, "", spec->args[0], " +- ", -spec->args[1]));
  } else {
    tf_hint(cx, "write the one value if it is certain");
  }
  return status;
}

tf_status tf_dist_check_positive(tf_context *cx, const tf_dist_spec *spec) {
  if (spec->args[0] > 0) {
    return TF_OK;
  }
  static const char *const names[] = {
#define FAMILY(id, name, forms, min_args, max_args, arguments) #name,
#include "lang/family.def"
#undef FAMILY
  };
  const char *name = names[spec->family];
  const tf_status status = tf_fail(cx, TF_INVALID, spec->at, "a %s range needs a positive lower end, not %s", name,
                                   tf_dist_value(cx, spec, spec->args[0]));
  const bool hard = spec->form == TF_FORM_BOUNDS || spec->family == TF_FAMILY_LOGUNIFORM;
  tf_hint(cx, "for values that may be zero or negative write %s",
          tf_dist_written(cx, spec, hard ? "" : "normal", spec->args[0], hard ? " .. " : " to ", spec->args[1]));
  return status;
}

tf_status tf_dist_check_mean(tf_context *cx, const tf_dist_spec *spec) {
  if (spec->args[0] > 0) {
    return TF_OK;
  }
  const tf_status status =
      tf_fail(cx, TF_INVALID, spec->at, "the mean must be positive, not %s", tf_dist_value(cx, spec, spec->args[0]));
  if (spec->form == TF_FORM_MEAN_SD && spec->args[1] > 0) {
    tf_hint(cx, "for values that may be zero or negative write %s",
            tf_dist_written(cx, spec, "normal", spec->args[0], " +- ", spec->args[1]));
  }
  return status;
}

tf_status tf_dist_check_parameter(tf_context *cx, const tf_dist_spec *spec, size_t index, const char *what) {
  if (spec->args[index] > 0) {
    return TF_OK;
  }
  char buffer[32];
  return tf_fail(cx, TF_INVALID, spec->at, "the %s must be positive, not %s", what,
                 tf_number_print15(spec->args[index], buffer));
}

tf_status tf_dist_check_triangle(tf_context *cx, const tf_dist_spec *spec) {
  const double low = spec->args[0];
  const double mode = spec->args[1];
  const double high = spec->args[2];
  if (low < high && mode >= low && mode <= high) {
    return TF_OK;
  }
  tf_status status = TF_INVALID;
  if (low > high) {
    status = tf_fail(cx, TF_INVALID, spec->at, "the range is backwards");
  } else if (low < high) {
    status = tf_fail(cx, TF_INVALID, spec->at, "the mode %s lies outside %s .. %s", tf_dist_value(cx, spec, mode),
                     tf_dist_value(cx, spec, low), tf_dist_value(cx, spec, high));
  } else {
    status = tf_fail(cx, TF_INVALID, spec->at, "the range is empty: both ends are %s", tf_dist_value(cx, spec, low));
    tf_hint(cx, "write the one value if it is certain");
    return status;
  }
  tf_hint(cx, "the order is min, mode, max");
  return status;
}

tf_status tf_dist_check_weights(tf_context *cx, const tf_dist_spec *spec) {
  double sum = 0;
  char buffer[48];
  if (spec->count == 0) {
    return tf_fail(cx, TF_INVALID, spec->at, "no values are given");
  }
  for (size_t i = 0; i < spec->count; i++) {
    const double w = spec->weights[i];
    if (!(w >= 0 && w <= 1)) {
      return tf_fail(cx, TF_INVALID, spec->at, "a probability must lie between 0 %% and 100 %%, not %s %%",
                     tf_number_pretty(w * 100, WEIGHT_DIGITS, buffer));
    }
    sum += w;
  }
  if (fabs(sum - 1) > WEIGHT_TOLERANCE) {
    const tf_status status = tf_fail(cx, TF_INVALID, spec->at, "the probabilities sum to %s %%, not 100 %%",
                                     tf_number_pretty(sum * 100, WEIGHT_DIGITS, buffer));
    tf_hint(cx, "write each as `70%%: value`, together 100 %%");
    return status;
  }
  return TF_OK;
}

tf_status tf_dist_no_form(tf_context *cx, const tf_dist_spec *spec) {
  static const char *const forms[] = {"`A to B`",    "`a .. b`",    "`m +- s`",
                                      "`a, b, ...`", "`p: v, ...`", "`table.column`"};
  static const char *const names[] = {
#define FAMILY(id, name, forms, min_args, max_args, arguments) #name,
#include "lang/family.def"
#undef FAMILY
  };
  return tf_fail(cx, TF_INVALID, spec->at, "%s is not written with %s", names[spec->family], forms[spec->form]);
}

tf_status tf_dist_check_positive_form(tf_context *cx, const tf_dist_spec *spec) {
  if (spec->form != TF_FORM_INTERVAL && spec->form != TF_FORM_MEAN_SD) {
    return tf_dist_no_form(cx, spec);
  }
  const bool interval = spec->form == TF_FORM_INTERVAL;
  tf_status status = interval ? tf_dist_check_interval(cx, spec) : tf_dist_check_sd(cx, spec);
  if (status == TF_OK) {
    status = interval ? tf_dist_check_positive(cx, spec) : tf_dist_check_mean(cx, spec);
  }
  return status;
}

// One normal quantile through the kernel of columns, so that it has the bits of a sample.
static double normal_score(double u) {
  _Alignas(64) double z[8];
  for (size_t i = 0; i < 8; i++) {
    z[i] = u;
  }
  tf_normal_quantile(z, z, 8);
  return z[0];
}

double tf_dist_normal_below(double z) {
  return 0.5 * erfc(z * -0.70710678118654752440);
}

double tf_dist_interval_score(const tf_dist_spec *spec) {
  return -normal_score(0.5 - 0.5 * spec->level);
}
