// SPDX-License-Identifier: GPL-3.0-or-later
// The built-in units, and words to units.
#include <string.h>

#include "unit/registry.h"

const tf_prefix tf_prefixes[TF_PREFIXES] = {{'n', -9}, {'u', -6}, {'m', -3}, {'k', 3},  {'M', 6}, {'G', 9},
                                            {'T', 12}, {'P', 15}, {'E', 18}, {'Z', 21}, {'Y', 24}};

// Exact factors as quotients of doubles that are integers. `of` is a product of base units with powers in the order of
// TF_BASE_KG .. TF_BASE_S, or one counted base.
typedef struct builtin {
  const char *name, *prefixes;
  double num, den;
  int kg, m, s;
  int counted; // a base from TF_BASE_BIT on, 0: none
} builtin;

// SI and IEC; year and month as the language defines them (a Julian year; month = year/12).
static const builtin builtins[] = {
    {"1", "", 1, 1, 0, 0, 0, 0},
    {"%", "", 1, 100, 0, 0, 0, 0},
    {"s", "num", 1, 1, 0, 0, 1, 0},
    {"min", "", 60, 1, 0, 0, 1, 0},
    {"hour", "", 3600, 1, 0, 0, 1, 0},
    {"day", "", 86400, 1, 0, 0, 1, 0},
    {"week", "", 604800, 1, 0, 0, 1, 0},
    {"month", "", 2629800, 1, 0, 0, 1, 0},
    {"quarter", "", 7889400, 1, 0, 0, 1, 0},
    {"year", "", 31557600, 1, 0, 0, 1, 0},
    {"m", "numk", 1, 1, 0, 1, 0, 0},
    {"L", "", 1, 1000, 0, 3, 0, 0},
    {"g", "numk", 1, 1000, 1, 0, 0, 0},
    {"t", "kMG", 1000, 1, 1, 0, 0, 0},
    {"J", "mkMGTPE", 1, 1, 1, 2, -2, 0},
    {"W", "mkMGTPE", 1, 1, 1, 2, -3, 0},
    {"Wh", "mkMGTPE", 3600, 1, 1, 2, -2, 0},
    {"bit", "kMGTPEZY", 1, 1, 0, 0, 0, TF_BASE_BIT},
    {"B", "kMGTPEZY", 8, 1, 0, 0, 0, TF_BASE_BIT},
    {"FLOP", "kMGTPEZY", 1, 1, 0, 0, 0, TF_BASE_FLOP},
    {"GPU", "kMGTPEZY", 1, 1, 0, 0, 0, TF_BASE_GPU},
    {"token", "kMGTPEZY", 1, 1, 0, 0, 0, TF_BASE_TOKEN},
    {"person", "", 1, 1, 0, 0, 0, TF_BASE_PERSON},
};

// ISO 4217, national currencies and those of unions; no funds, metals or test codes.
static const char currencies[] =
    "USD EUR GBP JPY CNY AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHF CLF CLP COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON "
    "RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX UYU UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG";

uint32_t tf_base_add(tf_units *units, tf_base base) {
  uint32_t known = tf_map_get(&units->base_ids, base.name);
  if (known != TF_MAP_NONE) {
    return known;
  }
  tf_vec_push(units->cx->arena, &units->bases, base);
  uint32_t id = (uint32_t)(units->bases.count - 1);
  (void)tf_map_put(&units->base_ids, base.name, id);
  return id;
}

void tf_symbol_add(tf_units *units, tf_symbol symbol) {
  tf_vec_push(units->cx->arena, &units->symbols, symbol);
  (void)tf_map_put(&units->symbol_ids, symbol.name, (uint32_t)(units->symbols.count - 1));
}

static uint32_t prefix_mask(const char *letters) {
  uint32_t mask = 0;
  for (unsigned i = 0; i < TF_PREFIXES; i++) {
    mask |= strchr(letters, tf_prefixes[i].letter) != NULL ? 1u << i : 0;
  }
  return mask;
}

static tf_dim builtin_dim(tf_units *units, const builtin *unit) {
  const int powers[] = {unit->kg, unit->m, unit->s};
  tf_term terms[4];
  size_t count = 0;
  for (uint32_t i = 0; i < 3; i++) {
    if (powers[i] != 0) {
      terms[count++] = (tf_term){i, powers[i], 1};
    }
  }
  if (unit->counted != 0) {
    terms[count++] = (tf_term){(uint32_t)unit->counted, 1, 1};
  }
  return tf_dim_intern(units, terms, count);
}

void tf_units_fill(tf_units *units) {
  static const char *const names[] = {"kg", "m", "s", "bit", "FLOP", "GPU", "token", "person"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    tf_base base = {.name = tf_str_of(names[i]), .kind = i < TF_BASE_BIT ? TF_KIND_PHYSICAL : TF_KIND_COUNT};
    (void)tf_base_add(units, base);
  }
  for (size_t i = 0; i < sizeof builtins / sizeof builtins[0]; i++) {
    const builtin *unit = &builtins[i];
    tf_symbol_add(units, (tf_symbol){.name = tf_str_of(unit->name),
                                     .dim = builtin_dim(units, unit),
                                     .num = unit->num,
                                     .den = unit->den,
                                     .prefixes = prefix_mask(unit->prefixes)});
  }
  // Another spelling of the same unit; results print `hour`.
  (void)tf_map_put(&units->symbol_ids, TF_STR("h"), tf_map_get(&units->symbol_ids, TF_STR("hour")));
  for (tf_str rest = tf_str_of(currencies), code; rest.len > 0;) {
    (void)tf_str_split(rest, ' ', &code, &rest);
    tf_term term = {tf_base_add(units, (tf_base){code, TF_KIND_MONEY, code, false}), 1, 1};
    tf_symbol_add(units, (tf_symbol){.name = code, .dim = tf_dim_intern(units, &term, 1), .num = 1, .den = 1});
  }
}

bool tf_symbol_is_money(const tf_units *units, uint32_t symbol) {
  const tf_dimension *d = &units->dims.at[units->symbols.at[symbol].dim];
  return d->count == 1 && units->bases.at[d->terms[0].base].kind == TF_KIND_MONEY;
}

// Four digits at the end of the word: the year of real money; 0 if not.
static int year_of(tf_str word) {
  int year = 0;
  for (size_t i = word.len - 4; i < word.len; i++) {
    if (word.ptr[i] < '0' || word.ptr[i] > '9') {
      return 0;
    }
    year = year * 10 + (word.ptr[i] - '0');
  }
  return year >= 1800 && year < 2200 ? year : 0;
}

static tf_found find_prefixed(const tf_units *units, tf_str word, tf_atom *atom) {
  uint32_t symbol = tf_map_get(&units->symbol_ids, word);
  if (symbol != TF_MAP_NONE) {
    *atom = (tf_atom){symbol, -1, 0, 1};
    return TF_FOUND;
  }
  for (int i = 0; i < TF_PREFIXES && word.len > 1; i++) {
    if (word.ptr[0] == tf_prefixes[i].letter) {
      symbol = tf_map_get(&units->symbol_ids, tf_str_sub(word, 1, word.len));
      if (symbol != TF_MAP_NONE) {
        *atom = (tf_atom){symbol, i, 0, 1};
        return (units->symbols.at[symbol].prefixes >> i & 1u) != 0 ? TF_FOUND : TF_BAD_PREFIX;
      }
    }
  }
  return TF_UNKNOWN;
}

tf_found tf_atom_find(const tf_units *units, tf_str word, tf_atom *atom) {
  tf_found found = find_prefixed(units, word, atom);
  if (found == TF_FOUND) {
    return found;
  }
  if (word.len > 5 && year_of(word) != 0) {
    uint32_t symbol = tf_map_get(&units->symbol_ids, tf_str_sub(word, 0, word.len - 4));
    if (symbol != TF_MAP_NONE && tf_symbol_is_money(units, symbol)) {
      *atom = (tf_atom){symbol, -1, year_of(word), 1};
      return TF_FOUND;
    }
  }
  char last = word.len > 1 ? word.ptr[word.len - 1] : '\0';
  if (last == '2' || last == '3') {
    tf_atom length;
    if (find_prefixed(units, tf_str_sub(word, 0, word.len - 1), &length) == TF_FOUND &&
        tf_str_is(units->symbols.at[length.symbol].name, "m")) {
      length.power = last - '0';
      *atom = length;
      return TF_FOUND;
    }
  }
  return found;
}
