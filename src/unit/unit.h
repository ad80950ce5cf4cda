// SPDX-License-Identifier: GPL-3.0-or-later
// Dimensions and units: strict, own grammar (../docs/architecture.md says why not udunits2).
//
// A dimension is a vector of rational exponents over base units (kg, m, s, bit, FLOP, GPU, token, person, each
// currency, each real currency such as USD2024, and units declared by models), interned in a registry so that equal
// dimensions have equal ids and id 0 is "dimensionless". A unit is a dimension and a factor to base units. B = 8 bit, J
// = kg*m^2/s^2, W = J/s, Wh = 3600 J, min, h or hour, day, week = 7 day, month = year/12, quarter = year/4, year = 8766
// h, t = 1000 kg, g, L = 0.001 m^3, % = 0.01. Prefixes n u m k M G T P E Z Y only where they make sense (s: n u m; m: n
// u m k; g: n u m k; W Wh J: m k M G T P E; bit B FLOP GPU token: k M G T P E Z Y; t: k M G; USD and the others: none).
// Currencies: every ISO 4217 code in use, each its own dimension; <CODE><year> is real money of that year's prices.
//
// Grammar (no blanks inside): unit := group { ('*' group)* | '/' group } at most one '/' per level: `a/b/c` is a/(b*c),
// `a/b*c` is an error that asks for parentheses; group := '(' unit ')' | atom [^ ['-'] integer]; `m2` and `m3` are
// powers only for lengths; atom := [prefix] name | '%' | '1'.
#ifndef TF_UNIT_UNIT_H
#define TF_UNIT_UNIT_H

#include "base/context.h"

typedef uint32_t tf_dim; // id in a registry; 0 = dimensionless
enum { TF_DIM_NONE = 0 };

typedef struct tf_unit {
  tf_dim dim;
  double factor; // value in base units = value in this unit * factor
  bool percent;  // spelled with %: a bare number for it is an error
  tf_str text;   // canonical spelling, such as "USD/(GPU*hour)"; "1" for none
} tf_unit;

typedef struct tf_units tf_units;

tf_units *tf_units_new(tf_context *cx); // with the built-in units; lives in the context's arena
// `unit rack` / `currency XYZ` of a model: letters, digits and `_`, a letter first and no digit last (it would read as
// a power or a year). The language's reserved words are the caller's to refuse. Declaring the same name twice is no
// error; a built-in name is.
TF_NODISCARD tf_status tf_unit_declare(tf_units *units, tf_located name, bool currency);
bool tf_unit_known(const tf_units *units, tf_str name); // with prefixes; true for "kWh", "GPU", "USD2024", "%"

tf_dim tf_dim_multiply(tf_units *units, tf_dim a, tf_dim b);
tf_dim tf_dim_divide(tf_units *units, tf_dim a, tf_dim b);
// a^(numerator/denominator); exponents are small rationals.
tf_dim tf_dim_power(tf_units *units, tf_dim a, int numerator, int denominator);
// In base units, such as "kg*m^2/s^3"; "1" if dimensionless. The text lives in the registry.
const char *tf_dim_text(tf_units *units, tf_dim dim);
tf_dim tf_dim_of(tf_units *units, const char *unit); // dimension of a built-in unit text, for C code: "s", "1/year"
double tf_factor_of(tf_units *units, const char *unit);
// Exponent of time in base units (-1 for USD/year: a rate; 0 otherwise for stocks). Watts count as energy per time: -3.
double tf_dim_time_exponent(const tf_units *units, tf_dim dim);
bool tf_dim_is_money(const tf_units *units, tf_dim dim); // exactly one currency to the power 1, anything else beside it

// Longest prefix of s that is a unit; consumes `*name` or `/name` only if name is a unit (so `5 MW*pue` stops at MW).
// Returns the bytes used, 0 if s starts with no unit. No diagnostics. A name before `(`, `[` or `.x` is no unit, nor is
// a lone `1`. Of `USD/GPU*hour` only `USD/GPU` is read: a caller that finds a unit behind the `*` should hand the whole
// to tf_unit_parse, whose error spells out both readings.
size_t tf_unit_scan(tf_units *units, tf_str s, tf_unit *unit);
// The whole text as a unit, with an error that says where and what: unknown unit with "did you mean", `a/b*c`,
// wrong prefix, blanks.
TF_NODISCARD tf_status tf_unit_parse(tf_units *units, tf_located text, tf_unit *unit);
// The same for `unit` cells of CSV, which may also spell money with a scale: "bn USD", "USD bn", "$bn", "USD m",
// "tn USD", "$/GPU", "bn USD/year": the scale goes into the factor.
TF_NODISCARD tf_status tf_unit_parse_cell(tf_units *units, tf_located text, tf_unit *unit);
// A canonical unit for a dimension without a given one, for computed expressions: W, J, money per year, else base
// units.
tf_unit tf_unit_base(tf_units *units, tf_dim dim);

// Do two dimensions differ by a factor that explains a slip? "a time (one side is per year)", "a count of GPU", or
// NULL.
const char *tf_dim_missing(tf_units *units, tf_dim have, tf_dim want);

// Display scale for people: for money the step of USD, k, m, bn, tn USD that suits `magnitude` (in the unit), else
// the unit as declared (k from 10,000 on, the others from one on; zero and non-finite magnitudes keep the unit).
// Returns what a value in `unit` must be divided by, and sets text, such as "bn USD/year".
double tf_unit_display(tf_units *units, tf_unit unit, double magnitude, const char **text);

#endif
