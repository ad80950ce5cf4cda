// SPDX-License-Identifier: GPL-3.0-or-later
// Private to out: axes that end at round numbers, and values as charts write them.
#ifndef TF_OUT_TICKS_H
#define TF_OUT_TICKS_H

#include "stats/result.h"
#include "unit/unit.h"

enum { TF_TICKS_MAX = 24 };

typedef struct tf_ticks {
  size_t count;
  double at[TF_TICKS_MAX];
  double low, high; // of the axis; ticks may end before
  int decimals;     // that tell the ticks apart (linear)
  bool log;
} tf_ticks;

// About `wanted` steps of 1, 2, 2.5 or 5 times a power of ten. A range that starts near zero, seen from its end, starts
// at zero; equal or no values give an axis around them.
tf_ticks tf_ticks_linear(double low, double high, int wanted);
// Powers of ten, with 2 and 5 between them if there are few; low must be positive.
tf_ticks tf_ticks_log(double low, double high, int wanted);

// Makes the axis end at low and high, without the ticks beyond.
void tf_ticks_clip(tf_ticks *ticks, double low, double high);

// How one axis writes values: by magnitude, as money ("$100 bn"), percent, words ("2 million") or powers ("3x10^25").
typedef struct tf_scale {
  tf_arena *arena;
  tf_units *units;
  tf_unit unit;
  bool money, dollar;
  double divide;      // value in the declared unit / divide = number on the axis
  const char *word;   // "bn", "million", ""
  int power;          // != 0: the numbers on the axis carry x10^power
  tf_str currency;    // "EUR"
  double resolution;  // values closer than this (in the declared unit) need not be told apart; 0: unknown
  tf_str unit_words;  // for subtitles: "billion US dollars per year", "GPU", "% per year"; "" if dimensionless
  tf_str unit_beside; // beside a number: "MW"; empty for money, percent and what is long
} tf_scale;

tf_scale tf_scale_for(tf_arena *arena, tf_units *units, tf_unit unit, double magnitude);
// A tick; `first` (the topmost) carries the unit. Linear axes share scale and decimals, logarithmic ones do not.
tf_str tf_scale_tick(const tf_scale *scale, const tf_ticks *ticks, size_t tick);
// A value by itself, at a scale of its own, two or three digits: "$140 bn", "1.6x10^29", "38%". `with_unit` adds the
// unit where it is short.
tf_str tf_scale_value(const tf_scale *scale, double value, bool with_unit);
// The same with at most so many significant digits; 0: no bound.
tf_str tf_scale_value_to(const tf_scale *scale, double value, bool with_unit, int most);
// A value of a row of `samples` draws, in the row's unit times `factor`.
tf_str tf_scale_row_value(const tf_scale *scale, const tf_row *row, uint64_t samples, double value, double factor,
                          bool with_unit);

#endif
