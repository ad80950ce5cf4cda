// SPDX-License-Identifier: GPL-3.0-or-later
// Dimensions: vectors of rational exponents, interned by their bytes so that equal ones have equal ids.
#include <string.h>

#include "unit/registry.h"

// Far beyond any meaning; it keeps products of exponents within int64 and sums within int32.
enum { EXPONENT_MAX = 1000000 };

static int64_t gcd(int64_t a, int64_t b) {
  a = a < 0 ? -a : a;
  while (b != 0) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static int32_t clamp(int64_t value) {
  return (int32_t)(value > EXPONENT_MAX ? EXPONENT_MAX : value < -EXPONENT_MAX ? -EXPONENT_MAX : value);
}

static tf_term reduced(uint32_t base, int64_t num, int64_t den) {
  int64_t common = gcd(num, den);
  return (tf_term){base, clamp(num / common), clamp(den / common)};
}

void tf_terms_add(tf_term *list, size_t *count, const tf_term *terms, size_t more, int num, int den) {
  size_t i = 0;
  for (size_t k = 0; k < more; k++) {
    tf_term term = reduced(terms[k].base, (int64_t)terms[k].num * num, (int64_t)terms[k].den * den);
    while (i < *count && list[i].base < term.base) {
      i++;
    }
    if (i < *count && list[i].base == term.base) {
      term = reduced(term.base, (int64_t)list[i].num * term.den + (int64_t)term.num * list[i].den,
                     (int64_t)list[i].den * term.den);
      if (term.num != 0) {
        list[i] = term;
      } else {
        (*count)--;
        memmove(list + i, list + i + 1, (*count - i) * sizeof *list);
      }
    } else if (term.num != 0) {
      memmove(list + i + 1, list + i, (*count - i) * sizeof *list);
      list[i] = term;
      (*count)++;
    }
  }
}

static tf_str key_of(const tf_term *terms, size_t count) {
  return (tf_str){(const char *)terms, count * sizeof *terms};
}

tf_dim tf_dim_intern(tf_units *units, const tf_term *terms, size_t count) {
  if (count == 0) {
    return TF_DIM_NONE;
  }
  uint32_t known = tf_map_get(&units->dim_ids, key_of(terms, count));
  if (known != TF_MAP_NONE) {
    return known;
  }
  tf_term *kept = TF_ARRAY(units->cx->arena, tf_term, count);
  memcpy(kept, terms, count * sizeof *kept);
  tf_vec_push(units->cx->arena, &units->dims, ((tf_dimension){kept, count, NULL}));
  tf_dim dim = (tf_dim)(units->dims.count - 1);
  (void)tf_map_put(&units->dim_ids, key_of(kept, count), dim);
  return dim;
}

// a * b^(num/den)
static tf_dim combine(tf_units *units, tf_dim a, tf_dim b, int num, int den) {
  tf_dimension x = units->dims.at[a];
  tf_dimension y = units->dims.at[b];
  enum { USUAL = 16 };
  tf_term few[USUAL];
  tf_term *list = x.count + y.count <= USUAL ? few : TF_ARRAY(units->cx->arena, tf_term, x.count + y.count);
  size_t count = x.count;
  if (count > 0) {
    memcpy(list, x.terms, count * sizeof *list);
  }
  tf_terms_add(list, &count, y.terms, y.count, num, den);
  return tf_dim_intern(units, list, count);
}

tf_dim tf_dim_multiply(tf_units *units, tf_dim a, tf_dim b) {
  return b == TF_DIM_NONE ? a : a == TF_DIM_NONE ? b : combine(units, a, b, 1, 1);
}

tf_dim tf_dim_divide(tf_units *units, tf_dim a, tf_dim b) {
  return b == TF_DIM_NONE ? a : a == b ? TF_DIM_NONE : combine(units, a, b, -1, 1);
}

tf_dim tf_dim_power(tf_units *units, tf_dim a, int numerator, int denominator) {
  if (numerator == 0 || denominator == 0) {
    return TF_DIM_NONE;
  }
  int sign = denominator < 0 ? -1 : 1;
  return combine(units, TF_DIM_NONE, a, clamp((int64_t)numerator * sign), clamp((int64_t)denominator * sign));
}

// One term with the sign of its exponent left to the caller.
static void add_term(tf_text *out, const tf_units *units, tf_term term) {
  int32_t num = term.num < 0 ? -term.num : term.num;
  tf_text_add(out, units->bases.at[term.base].name);
  if (term.den != 1) {
    tf_text_addf(out, "^(%d/%d)", (int)num, (int)term.den);
  } else if (num != 1) {
    tf_text_addf(out, "^%d", (int)num);
  }
}

// The terms of one sign joined by `*`: money first, time last, as units are usually spoken. Returns how many.
static size_t add_terms(tf_text *out, const tf_units *units, tf_dimension d, bool negative) {
  size_t count = 0;
  for (int round = 0; round < 3; round++) {
    for (size_t i = 0; i < d.count; i++) {
      tf_term term = d.terms[i];
      int rank = units->bases.at[term.base].kind == TF_KIND_MONEY ? 0 : term.base == TF_BASE_S ? 2 : 1;
      if ((term.num < 0) == negative && rank == round) {
        tf_text_adds(out, count++ > 0 ? "*" : "");
        add_term(out, units, term);
      }
    }
  }
  return count;
}

const char *tf_dim_text(tf_units *units, tf_dim dim) {
  tf_dimension *d = &units->dims.at[dim];
  if (d->text == NULL) {
    tf_text above = tf_text_new(units->cx->arena);
    tf_text below = tf_text_new(units->cx->arena);
    if (add_terms(&above, units, *d, false) == 0) {
      tf_text_addc(&above, '1');
    }
    size_t count = add_terms(&below, units, *d, true);
    if (count > 0) {
      tf_text_addf(&above, count > 1 ? "/(%s)" : "/%s", below.ptr);
    }
    d->text = above.ptr;
  }
  return d->text;
}

static double exponent_of(const tf_units *units, tf_dim dim, uint32_t base) {
  const tf_dimension *d = &units->dims.at[dim];
  for (size_t i = 0; i < d->count; i++) {
    if (d->terms[i].base == base) {
      return (double)d->terms[i].num / d->terms[i].den;
    }
  }
  return 0;
}

double tf_dim_time_exponent(const tf_units *units, tf_dim dim) {
  return exponent_of(units, dim, TF_BASE_S);
}

bool tf_dim_is_money(const tf_units *units, tf_dim dim) {
  const tf_dimension *d = &units->dims.at[dim];
  size_t currencies = 0;
  bool first_power = false;
  for (size_t i = 0; i < d->count; i++) {
    if (units->bases.at[d->terms[i].base].kind == TF_KIND_MONEY) {
      currencies++;
      first_power = d->terms[i].num == 1 && d->terms[i].den == 1;
    }
  }
  return currencies == 1 && first_power;
}

// kg^1 m^2 s^time, whatever stands beside it
static bool has_energy(const tf_units *units, tf_dim dim, double time) {
  return exponent_of(units, dim, TF_BASE_KG) == 1 && exponent_of(units, dim, TF_BASE_M) == 2 &&
         exponent_of(units, dim, TF_BASE_S) == time;
}

// What one surplus term on one side means in words; NULL if nothing that people forget.
static const char *slip(tf_units *units, tf_dim have, tf_dim want, tf_term term, bool alone) {
  tf_base base = units->bases.at[term.base];
  int32_t size = term.num < 0 ? -term.num : term.num;
  if (term.base == TF_BASE_S && term.den == 1) {
    if ((has_energy(units, have, -3) && has_energy(units, want, -2)) ||
        (has_energy(units, have, -2) && has_energy(units, want, -3))) {
      return "a time (power against energy: energy is power times time)";
    }
    if (size == 1) {
      double a = tf_dim_time_exponent(units, have);
      double b = tf_dim_time_exponent(units, want);
      return alone && ((a == -1 && b == 0) || (a == 0 && b == -1)) ? "a time (one side is per year)" : "a time";
    }
    return size == 2 ? "a time squared" : NULL;
  }
  if (size != 1 || term.den != 1) {
    return NULL;
  }
  if (base.kind == TF_KIND_MONEY) {
    return tf_format(units->cx->arena, "an amount of %.*s", TF_STR_ARGS(base.name));
  }
  if (base.kind == TF_KIND_COUNT) {
    return tf_format(units->cx->arena, "a count of %.*s", TF_STR_ARGS(base.name));
  }
  return term.base == TF_BASE_M ? "a length" : term.base == TF_BASE_KG ? "a mass" : NULL;
}

// One currency against another.
static const char *exchange(tf_units *units, tf_term x, tf_term y) {
  tf_base a = units->bases.at[x.base];
  tf_base b = units->bases.at[y.base];
  if (a.kind != TF_KIND_MONEY || b.kind != TF_KIND_MONEY || x.num != -y.num || x.den != y.den) {
    return NULL;
  }
  if (tf_str_eq(a.currency, b.currency)) {
    return a.real && b.real ? "a price level (prices of two different years)"
                            : "a price level (real money against nominal: real(x, year) and nominal(x) convert)";
  }
  tf_base above = x.num > 0 ? a : b;
  tf_base below = x.num > 0 ? b : a;
  return tf_format(units->cx->arena, "an exchange rate in %.*s/%.*s", TF_STR_ARGS(below.name), TF_STR_ARGS(above.name));
}

const char *tf_dim_missing(tf_units *units, tf_dim have, tf_dim want) {
  tf_dimension d = units->dims.at[tf_dim_divide(units, have, want)];
  if (d.count == 1) {
    return slip(units, have, want, d.terms[0], true);
  }
  if (d.count != 2) {
    return NULL;
  }
  const char *rate = exchange(units, d.terms[0], d.terms[1]);
  if (rate != NULL) {
    return rate;
  }
  const char *one = slip(units, have, want, d.terms[0], false);
  const char *two = slip(units, have, want, d.terms[1], false);
  return one == NULL || two == NULL ? NULL : tf_format(units->cx->arena, "%s and %s", one, two);
}
