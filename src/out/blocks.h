// SPDX-License-Identifier: GPL-3.0-or-later
// Private to out: a result's rows gathered by series and lined up across scenarios, ready for grids and charts.
#ifndef TF_OUT_BLOCKS_H
#define TF_OUT_BLOCKS_H

#include "out/emit.h"
#include "out/grid.h"
#include "out/show.h"

// One quantity and element with all its periods (one "period" if it is no series), in every scenario.
typedef struct tf_block {
  tf_str title; // "fleet.orders[GB200]"
  bool series;
  size_t count;              // periods
  const tf_row *const *rows; // [count][scenario_count]; NULL where a scenario has no such row
  const tf_row *first;       // any of its rows
  const tf_show *show;       // shared by all elements and scenarios of the quantity
} tf_block;

typedef struct tf_blocks {
  size_t count, scenarios;
  const tf_block *at;
} tf_blocks;

// Blocks of the scenarios first .. first+count-1, in the order of the first scenario's rows, then what only later ones
// have. Periods of one block are in order of time.
tf_blocks tf_blocks_of(tf_arena *arena, const tf_result *result, size_t first, size_t count);
static inline const tf_row *tf_block_row(const tf_blocks *blocks, const tf_block *block, size_t period,
                                         size_t scenario) {
  return block->rows[period * blocks->scenarios + scenario];
}

// The grids of a result: text and Markdown differ only in layout. `scenarios` as above; the default grid has a column
// group per scenario if there are several.
tf_grid tf_grid_of(tf_arena *arena, const tf_result *result, const tf_blocks *blocks, size_t first,
                   const tf_emit_options *options, bool series, bool others);
// Periods as columns: period columns first_period .. of all series; `periods` says how many there are.
tf_grid tf_grid_wide(tf_arena *arena, const tf_result *result, const tf_blocks *blocks, const tf_emit_options *options,
                     size_t first_period, size_t count);
size_t tf_wide_periods(tf_arena *arena, const tf_blocks *blocks, const tf_row ***rows);

#endif
