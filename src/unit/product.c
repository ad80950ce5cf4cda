// SPDX-License-Identifier: GPL-3.0-or-later
// Products of atoms: their factor, dimension and canonical spelling.
#include <math.h>

#include "unit/registry.h"

static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12,
                              1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24};

// The same atom twice is one with the sum of the powers; those that cancel go.
static tf_product merged(const tf_product *product) {
  tf_product out = {.count = 0};
  for (size_t i = 0; i < product->count; i++) {
    tf_atom atom = product->at[i];
    size_t k = 0;
    while (k < out.count &&
           (out.at[k].symbol != atom.symbol || out.at[k].prefix != atom.prefix || out.at[k].year != atom.year)) {
      k++;
    }
    if (k < out.count) {
      out.at[k].power += atom.power;
    } else {
      out.at[out.count++] = atom;
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < out.count; i++) {
    if (out.at[i].power != 0) {
      out.at[kept++] = out.at[i];
    }
  }
  out.count = kept;
  return out;
}

// Numerator and denominator apart: both stay whole numbers as long as they can, and one division rounds once.
static double factor_of(const tf_units *units, const tf_product *product) {
  double num = 1;
  double den = 1;
  for (size_t i = 0; i < product->count; i++) {
    tf_atom atom = product->at[i];
    tf_symbol symbol = units->symbols.at[atom.symbol];
    int exponent = atom.prefix < 0 ? 0 : tf_prefixes[atom.prefix].exponent;
    double up = symbol.num * (exponent > 0 ? tens[exponent] : 1);
    double down = symbol.den * (exponent < 0 ? tens[-exponent] : 1);
    // g with k is 1000/1000.
    if (up == down) {
      up = 1;
      down = 1;
    }
    for (int k = atom.power; k > 0; k--) {
      num *= up;
      den *= down;
    }
    for (int k = atom.power; k < 0; k++) {
      num *= down;
      den *= up;
    }
  }
  return num / den;
}

static tf_dim atom_dim(tf_units *units, tf_atom atom) {
  tf_symbol symbol = units->symbols.at[atom.symbol];
  if (atom.year == 0) {
    return symbol.dim;
  }
  tf_base base = units->bases.at[units->dims.at[symbol.dim].terms[0].base];
  base.name = tf_str_of(tf_format(units->cx->arena, "%.*s%d", TF_STR_ARGS(symbol.name), atom.year));
  base.real = true;
  tf_term term = {tf_base_add(units, base), 1, 1};
  return tf_dim_intern(units, &term, 1);
}

static tf_dim dim_of(tf_units *units, const tf_product *product) {
  enum { TERMS = TF_ATOMS * 3 }; // no symbol has more than kg, m and s
  tf_term list[TERMS];
  size_t count = 0;
  for (size_t i = 0; i < product->count; i++) {
    tf_dimension d = units->dims.at[atom_dim(units, product->at[i])];
    tf_terms_add(list, &count, d.terms, d.count, product->at[i].power, 1);
  }
  return tf_dim_intern(units, list, count);
}

static void add_atom(tf_text *out, const tf_units *units, tf_atom atom) {
  if (atom.prefix >= 0) {
    tf_text_addc(out, tf_prefixes[atom.prefix].letter);
  }
  tf_text_add(out, units->symbols.at[atom.symbol].name);
  if (atom.year != 0) {
    tf_text_addf(out, "%d", atom.year);
  }
  int power = atom.power < 0 ? -atom.power : atom.power;
  if (power != 1) {
    tf_text_addf(out, "^%d", power);
  }
}

// The atoms of one sign joined by `*`, money first (so that its scale can stand before the unit). Returns how many.
static size_t add_atoms(tf_text *out, const tf_units *units, const tf_product *product, bool negative) {
  size_t count = 0;
  for (int round = 0; round < 2; round++) {
    for (size_t i = 0; i < product->count; i++) {
      tf_atom atom = product->at[i];
      bool money = tf_symbol_is_money(units, atom.symbol);
      bool one = tf_str_is(units->symbols.at[atom.symbol].name, "1");
      if ((atom.power < 0) == negative && money == (round == 0) && !one) {
        tf_text_adds(out, count++ > 0 ? "*" : "");
        add_atom(out, units, atom);
      }
    }
  }
  return count;
}

static tf_str spell(tf_units *units, const tf_product *product) {
  tf_text above = tf_text_new(units->cx->arena);
  tf_text below = tf_text_new(units->cx->arena);
  if (add_atoms(&above, units, product, false) == 0) {
    tf_text_addc(&above, '1');
  }
  size_t count = add_atoms(&below, units, product, true);
  if (count > 0) {
    tf_text_addf(&above, count > 1 ? "/(%s)" : "/%s", below.ptr);
  }
  return tf_text_str(&above);
}

bool tf_product_unit(tf_units *units, const tf_product *product, tf_unit *unit) {
  tf_product whole = merged(product);
  double factor = factor_of(units, &whole);
  if (!isnormal(factor)) {
    return false;
  }
  bool percent = false;
  for (size_t i = 0; i < whole.count; i++) {
    percent = percent || tf_str_is(units->symbols.at[whole.at[i].symbol].name, "%");
  }
  *unit = (tf_unit){dim_of(units, &whole), factor, percent, spell(units, &whole)};
  return true;
}
