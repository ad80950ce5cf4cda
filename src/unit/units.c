// SPDX-License-Identifier: GPL-3.0-or-later
// The registry: birth, declarations of models, and questions about built-in units.
#include "unit/registry.h"

tf_units *tf_units_new(tf_context *cx) {
  tf_units *units = TF_NEW(cx->arena, tf_units);
  units->cx = cx;
  units->base_ids = tf_map_new(cx->arena);
  units->dim_ids = tf_map_new(cx->arena);
  units->symbol_ids = tf_map_new(cx->arena);
  units->parsed_ids = tf_map_new(cx->arena);
  tf_vec_push(cx->arena, &units->dims, ((tf_dimension){NULL, 0, "1"}));
  tf_units_fill(units);
  return units;
}

static bool name_valid(tf_str name) {
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c == '_' && i > 0);
    if (!letter && (i == 0 || c < '0' || c > '9')) {
      return false;
    }
  }
  // A digit at the end would read as a power or as a year of prices.
  return name.len > 0 && (name.ptr[name.len - 1] < '0' || name.ptr[name.len - 1] > '9');
}

tf_status tf_unit_declare(tf_units *units, tf_located name, bool currency) {
  tf_context *cx = units->cx;
  tf_str word = tf_str_trim(name.text);
  tf_atom atom;
  if (!name_valid(word)) {
    tf_status status = tf_fail(cx, TF_INVALID, name.at, "`%.*s` cannot be the name of a %s", TF_STR_ARGS(word),
                               currency ? "currency" : "unit");
    tf_hint(cx, "a name is letters, digits and `_`, with a letter first and no digit last");
    return status;
  }
  if (tf_atom_find(units, word, &atom) == TF_FOUND) {
    tf_symbol symbol = units->symbols.at[atom.symbol];
    if (!symbol.declared) {
      return tf_fail(cx, TF_INVALID, name.at, "`%.*s` is a built-in unit", TF_STR_ARGS(word));
    }
    if (tf_symbol_is_money(units, atom.symbol) != currency) {
      return tf_fail(cx, TF_INVALID, name.at, "`%.*s` is declared as a unit and as a currency", TF_STR_ARGS(word));
    }
    return TF_OK;
  }
  tf_str kept = tf_str_copy(cx->arena, word);
  tf_base base = {kept, currency ? TF_KIND_MONEY : TF_KIND_COUNT, kept, false};
  tf_term term = {tf_base_add(units, base), 1, 1};
  tf_dim dim = tf_dim_intern(units, &term, 1);
  tf_symbol_add(units, (tf_symbol){.name = kept, .dim = dim, .num = 1, .den = 1, .declared = true});
  return TF_OK;
}

bool tf_unit_known(const tf_units *units, tf_str name) {
  tf_atom atom;
  return tf_atom_find(units, name, &atom) == TF_FOUND;
}

tf_dim tf_dim_of(tf_units *units, const char *unit) {
  tf_unit found;
  return tf_unit_quiet(units, tf_str_of(unit), &found) ? found.dim : TF_DIM_NONE;
}

double tf_factor_of(tf_units *units, const char *unit) {
  tf_unit found;
  return tf_unit_quiet(units, tf_str_of(unit), &found) ? found.factor : 1;
}

// Units in which a product is usually spoken, tried in this order; the rest stays in base units.
static const char *const spoken[] = {"W", "J"};

tf_unit tf_unit_base(tf_units *units, tf_dim dim) {
  if (dim == TF_DIM_NONE) {
    return (tf_unit){TF_DIM_NONE, 1, false, TF_STR("1")};
  }
  tf_unit unit = {dim, 1, false, tf_str_of(tf_dim_text(units, dim))};
  for (size_t i = 0; i < sizeof spoken / sizeof spoken[0]; i++) {
    if (tf_dim_of(units, spoken[i]) == dim) {
      unit.text = tf_str_of(spoken[i]);
      return unit;
    }
  }
  // Money per time is spoken per year.
  if (tf_dim_is_money(units, dim) && tf_dim_time_exponent(units, dim) == -1) {
    const char *rest = tf_dim_text(units, tf_dim_multiply(units, dim, tf_dim_of(units, "year")));
    if (tf_str_find(tf_str_of(rest), '/') == SIZE_MAX) {
      unit.factor = 1 / tf_factor_of(units, "year");
      unit.text = tf_str_of(tf_format(units->cx->arena, "%s/year", rest));
    }
  }
  return unit;
}
