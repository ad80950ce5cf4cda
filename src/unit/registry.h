// SPDX-License-Identifier: GPL-3.0-or-later
// Private to unit: what the registry holds, and the steps from a spelling to a dimension and a factor.
#ifndef TF_UNIT_REGISTRY_H
#define TF_UNIT_REGISTRY_H

#include "base/map.h"
#include "unit/unit.h"

// Base dimensions. The first are fixed; currencies, real currencies and declared units follow.
enum { TF_BASE_KG, TF_BASE_M, TF_BASE_S, TF_BASE_BIT, TF_BASE_FLOP, TF_BASE_GPU, TF_BASE_TOKEN, TF_BASE_PERSON };
typedef enum tf_base_kind { TF_KIND_PHYSICAL, TF_KIND_COUNT, TF_KIND_MONEY } tf_base_kind;
typedef struct tf_base {
  tf_str name;
  tf_base_kind kind;
  tf_str currency; // of money: the code without the year
  bool real;       // money of one year's prices
} tf_base;

// One factor of a dimension: base^(num/den), den > 0, reduced. Terms are sorted by base, and none is base^0.
typedef struct tf_term {
  uint32_t base;
  int32_t num, den;
} tf_term;

typedef struct tf_dimension {
  const tf_term *terms;
  size_t count;
  const char *text; // made when first asked for
} tf_dimension;

// A unit by name, before prefixes: value in base units = value * num / den.
typedef struct tf_symbol {
  tf_str name;
  tf_dim dim;
  double num, den;
  uint32_t prefixes; // bit i: prefix i of tf_prefixes may stand before it
  bool declared;     // by a model
} tf_symbol;

enum { TF_PREFIXES = 11 };
typedef struct tf_prefix {
  char letter;
  int exponent; // of ten
} tf_prefix;
extern const tf_prefix tf_prefixes[TF_PREFIXES];

// A word of a unit: prefix, symbol, the year of real money, and its power.
typedef struct tf_atom {
  uint32_t symbol;
  int prefix; // index in tf_prefixes, -1: none
  int year;   // of USD2024, 0: none
  int power;
} tf_atom;

enum { TF_ATOMS = 32 };
typedef struct tf_product {
  tf_atom at[TF_ATOMS];
  size_t count;
} tf_product;

struct tf_units {
  tf_context *cx;
  TF_VEC(tf_base) bases;
  TF_VEC(tf_dimension) dims; // [0] is dimensionless
  TF_VEC(tf_symbol) symbols;
  TF_VEC(tf_unit) parsed;
  tf_map base_ids;   // name -> bases
  tf_map dim_ids;    // bytes of the terms -> dims
  tf_map symbol_ids; // name -> symbols
  tf_map parsed_ids; // text -> parsed
};

// builtin.c
void tf_units_fill(tf_units *units);
uint32_t tf_base_add(tf_units *units, tf_base base); // the id of the existing one of that name, if any
void tf_symbol_add(tf_units *units, tf_symbol symbol);
typedef enum tf_found { TF_FOUND, TF_UNKNOWN, TF_BAD_PREFIX } tf_found;
// The word as a unit with prefix, year or length's power; for TF_BAD_PREFIX the atom tells which.
tf_found tf_atom_find(const tf_units *units, tf_str word, tf_atom *atom);
bool tf_symbol_is_money(const tf_units *units, uint32_t symbol);

// dimension.c
// Adds terms^(num/den) to a sorted list with room for them; keeps it sorted, reduced and without zeros.
void tf_terms_add(tf_term *list, size_t *count, const tf_term *terms, size_t more, int num, int den);
tf_dim tf_dim_intern(tf_units *units, const tf_term *terms, size_t count);

// product.c
// The unit that a product means. False if its factor is beyond double's range.
bool tf_product_unit(tf_units *units, const tf_product *product, tf_unit *unit);

// parse.c
// The text parsed without diagnostics and whole.
bool tf_unit_quiet(tf_units *units, tf_str text, tf_unit *unit);
// As tf_unit_parse; the first `head` bytes of text.text stand for the place `from` (money that was rewritten), and
// those behind it for the bytes that follow `from` in the source.
tf_status tf_unit_strict(tf_units *units, tf_str text, tf_span from, size_t head, tf_unit *unit);

// suggest.c
// What to write instead of an unknown word, as a hint without the final question mark's sentence; NULL if nothing is
// near.
const char *tf_unit_suggestion(tf_units *units, tf_str word);
const char *tf_blank_suggestion(tf_units *units, tf_str text);
// The scale of money (k m mn bn tn: 1e3 .. 1e12) with its usual spelling, 0 if the word is none.
double tf_scale_of(tf_str word, const char **spelling);
// What a look-alike (billion, B, Mio) stands for; NULL if it is none.
const char *tf_scale_meant(tf_str word);

#endif
