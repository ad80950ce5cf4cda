// SPDX-License-Identifier: GPL-3.0-or-later
// Sketches in the making: one thread's counts and sums of all columns. Private to the engine.
//
// The counts of a column are a tree: 4,096 signs and exponents, 32 pages each, 64 bins a page. Pages are made where
// values fall, from a stock that is taken from the arena between parallel regions only.
#ifndef TF_ENGINE_SKETCH_TALLY_H
#define TF_ENGINE_SKETCH_TALLY_H

#include "engine/sketch.h"

enum { TF_SKETCH_BINS = 1 << 23 };

// Ends of a bin of a sketch that is not of whole numbers: low <= its values < high, the other way round below zero.
void tf_sketch_edges(uint32_t bin, double *low, double *high);

typedef struct tf_sketch_column {
  double origin, shift; // what is not finite counts as 0
  bool whole;
} tf_sketch_column;

typedef struct tf_tally tf_tally;
// A bin counts up to `full` before that many are noted apart: 0 for what 32 bits hold (less in tests).
tf_tally *tf_tally_new(tf_arena *arena, const tf_sketch_column *columns, size_t count, uint32_t full);
// Adds a sub-block, or the last part of the samples: n <= TF_SKETCH_ALIGN values, the first one of a sample that is a
// multiple of TF_SKETCH_ALIGN. False: the stock of pages is used up. Then call tf_tally_stock outside of any parallel
// region, and this again with the same values before any other: it goes on where it stopped.
bool tf_tally_add(tf_tally *tally, size_t column, const double *x, size_t n);
void tf_tally_stock(tf_tally *tally);
// What all threads have of a column, as a sketch in `arena`. The tallies may go on counting afterwards.
tf_sketch *tf_tally_sketch(tf_arena *arena, tf_tally *const *tallies, size_t threads, size_t column);

#endif
