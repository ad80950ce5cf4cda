// SPDX-License-Identifier: GPL-3.0-or-later
// Rows gathered by series and lined up across scenarios (out/blocks.h).
#include "out/blocks.h"

#include <math.h>
#include <string.h>

#include "base/map.h"

typedef struct row_list {
  const tf_row **at;
  size_t count, capacity;
} row_list;

static void insert_row(tf_arena *arena, row_list *list, size_t at, const tf_row *row) {
  if (list->count == list->capacity) {
    list->capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
    const tf_row **more = TF_ARRAY(arena, const tf_row *, list->capacity);
    for (size_t i = 0; i < list->count; i++) {
      more[i] = list->at[i];
    }
    list->at = more;
  }
  for (size_t i = list->count++; i > at; i--) {
    list->at[i] = list->at[i - 1];
  }
  list->at[at] = row;
}

static size_t rows_of(const tf_result *result, size_t first, size_t count) {
  size_t rows = 0;
  for (size_t s = first; s < first + count; s++) {
    rows += result->scenarios[s].rows.count;
  }
  return rows;
}

typedef struct pending { // a block while rows are still added
  const tf_row *first;
  row_list *by_scenario;
} pending;

static tf_str series_key(tf_arena *arena, const tf_row *row) {
  tf_text key = tf_text_new(arena);
  tf_text_add(&key, row->name);
  for (size_t i = 0; i < row->index_count; i++) {
    tf_text_addc(&key, '\x1f'); // in no name or label
    tf_text_add(&key, row->index_labels[i]);
  }
  return tf_text_str(&key);
}

static int64_t time_of(const tf_row *row) {
  return row->series ? tf_period_start(row->period) : 0;
}

// All distinct times of a block in order, then each scenario's row at each of them.
static tf_block finish(tf_arena *arena, const pending *p, size_t scenarios) {
  tf_block block = {.first = p->first};
  size_t most = 0;
  for (size_t s = 0; s < scenarios; s++) {
    most += p->by_scenario[s].count;
  }
  int64_t *times = TF_ARRAY(arena, int64_t, most);
  for (size_t s = 0; s < scenarios; s++) {
    for (size_t i = 0; i < p->by_scenario[s].count; i++) {
      int64_t time = time_of(p->by_scenario[s].at[i]);
      size_t at = block.count;
      while (at > 0 && times[at - 1] > time) {
        at--;
      }
      if (at > 0 && times[at - 1] == time) {
        continue;
      }
      memmove(times + at + 1, times + at, (block.count - at) * sizeof *times);
      times[at] = time;
      block.count++;
    }
  }
  const tf_row **rows = TF_ARRAY(arena, const tf_row *, block.count *scenarios);
  for (size_t s = 0; s < scenarios; s++) {
    for (size_t i = 0; i < p->by_scenario[s].count; i++) {
      const tf_row *row = p->by_scenario[s].at[i];
      size_t at = 0;
      while (times[at] != time_of(row)) {
        at++;
      }
      rows[at * scenarios + s] = row;
    }
  }
  block.rows = rows;
  // Constant in the first scenario, perhaps not in others.
  for (size_t i = 0; i < block.count * scenarios && !block.series; i++) {
    block.series = rows[i] != NULL && rows[i]->series;
  }
  block.title = tf_row_title(arena, block.first);
  return block;
}

// One scale per quantity, whatever its elements and scenarios are.
static void set_shows(tf_arena *arena, const tf_result *result, tf_block *blocks, size_t count) {
  tf_map names = tf_map_new(arena);
  row_list *lists = TF_ARRAY(arena, row_list, rows_of(result, 0, result->scenario_count) + 1);
  size_t list_count = 0;
  for (size_t s = 0; s < result->scenario_count; s++) {
    for (size_t i = 0; i < result->scenarios[s].rows.count; i++) {
      const tf_row *row = &result->scenarios[s].rows.at[i];
      uint32_t at = tf_map_get(&names, row->name);
      if (at == TF_MAP_NONE) {
        at = (uint32_t)list_count++;
        tf_map_put(&names, row->name, at);
      }
      insert_row(arena, &lists[at], lists[at].count, row);
    }
  }
  const tf_show **shows = TF_ARRAY(arena, const tf_show *, list_count + 1);
  for (size_t i = 0; i < list_count; i++) {
    tf_show *show = TF_NEW(arena, tf_show);
    *show = tf_show_for(arena, result, lists[i].at, lists[i].count);
    shows[i] = show;
  }
  for (size_t b = 0; b < count; b++) {
    blocks[b].show = shows[tf_map_get(&names, blocks[b].first->name)];
  }
}

tf_blocks tf_blocks_of(tf_arena *arena, const tf_result *result, size_t first, size_t count) {
  tf_map keys = tf_map_new(arena);
  pending *list = TF_ARRAY(arena, pending, rows_of(result, first, count) + 1);
  size_t list_count = 0;
  for (size_t s = 0; s < count; s++) {
    const tf_scenario_result *scenario = &result->scenarios[first + s];
    for (size_t i = 0; i < scenario->rows.count; i++) {
      const tf_row *row = &scenario->rows.at[i];
      tf_str key = series_key(arena, row);
      uint32_t at = tf_map_get(&keys, key);
      if (at == TF_MAP_NONE) {
        at = (uint32_t)list_count++;
        tf_map_put(&keys, key, at);
        list[at] = (pending){.first = row, .by_scenario = TF_ARRAY(arena, row_list, count)};
      }
      row_list *rows = &list[at].by_scenario[s];
      insert_row(arena, rows, rows->count, row);
    }
  }
  tf_block *blocks = TF_ARRAY(arena, tf_block, list_count + 1);
  for (size_t b = 0; b < list_count; b++) {
    blocks[b] = finish(arena, &list[b], count);
  }
  set_shows(arena, result, blocks, list_count);
  return (tf_blocks){.count = list_count, .scenarios = count, .at = blocks};
}

static const tf_stat default_stats[] = {TF_STAT_CENTRAL, TF_STAT_P5, TF_STAT_P95};
static const tf_stat all_stats[] = {TF_STAT_CENTRAL, TF_STAT_MEAN, TF_STAT_SE,  TF_STAT_SD, TF_STAT_P5,
                                    TF_STAT_P25,     TF_STAT_P50,  TF_STAT_P75, TF_STAT_P95};

static size_t stats_of(const tf_result *result, bool all, const tf_stat **stats) {
  *stats = all && result->uncertain ? all_stats : default_stats;
  return !result->uncertain ? 1 : all ? sizeof all_stats / sizeof *all_stats : 3;
}

static tf_str stat_header(const tf_result *result, tf_stat stat) {
  return stat == TF_STAT_CENTRAL && !result->uncertain ? TF_STR("value") : tf_str_of(tf_stat_title(stat));
}

// Digits behind the point (with %) so that numbers of one column can be put point under point.
static size_t tail_of(tf_str s) {
  size_t point = tf_str_find(s, '.');
  return point == SIZE_MAX ? (tf_str_ends(s, "%") ? 1 : 0) : s.len - point;
}

static bool is_number(tf_str s) {
  return s.len > 0 && ((s.ptr[s.len - 1] >= '0' && s.ptr[s.len - 1] <= '9') || tf_str_ends(s, "%"));
}

static void align_points(tf_arena *arena, tf_cell *const *lines, size_t count, size_t column) {
  size_t longest = 0;
  for (size_t i = 0; i < count; i++) {
    size_t tail = is_number(lines[i][column].text) && lines[i][column].span <= 1 ? tail_of(lines[i][column].text) : 0;
    longest = tail > longest ? tail : longest;
  }
  for (size_t i = 0; i < count; i++) {
    tf_cell *cell = &lines[i][column];
    if (is_number(cell->text) && cell->span <= 1 && tail_of(cell->text) < longest) {
      tf_text padded = tf_text_new(arena);
      tf_text_add(&padded, cell->text);
      tf_text_pad(&padded, longest - tail_of(cell->text));
      cell->text = tf_text_str(&padded);
    }
  }
}

static void fill_cells(const tf_show *show, const tf_row *row, const tf_stat *stats, size_t count, tf_cell *cells) {
  tf_str shares = row->uncertain ? tf_show_shares(show, row) : (tf_str){"", 0};
  if (shares.len > 0) {
    cells[0] = (tf_cell){.text = shares, .span = count};
    return;
  }
  for (size_t i = 0; i < count; i++) {
    if (stats[i] == TF_STAT_CENTRAL || tf_row_spreads(row)) {
      cells[i].text = tf_show_stat(show, row, stats[i]);
    }
  }
}

tf_grid tf_grid_of(tf_arena *arena, const tf_result *result, const tf_blocks *blocks, size_t first,
                   const tf_emit_options *options, bool series, bool others) {
  const tf_stat *stats = NULL;
  size_t each = stats_of(result, options->stats, &stats);
  tf_grid grid = tf_grid_new(arena, each * blocks->scenarios);
  tf_str *headers = TF_ARRAY(arena, tf_str, grid.columns);
  for (size_t c = 0; c < grid.columns; c++) {
    headers[c] = stat_header(result, stats[c % each]);
  }
  if (blocks->scenarios > 1) {
    tf_grid_group *groups = TF_ARRAY(arena, tf_grid_group, blocks->scenarios);
    for (size_t s = 0; s < blocks->scenarios; s++) {
      groups[s] = (tf_grid_group){result->scenarios[first + s].name, s * each, each};
    }
    grid.groups = groups;
    grid.group_count = blocks->scenarios;
    for (size_t c = 0; c < grid.columns && each == 1; c++) { // the scenario is header enough
      headers[c] = result->scenarios[first + c].name;
      grid.group_count = 0;
    }
  }
  grid.headers = headers;
  bool after_series = false;
  for (size_t b = 0; b < blocks->count; b++) {
    const tf_block *block = &blocks->at[b];
    if (block->series ? !series : !others) {
      continue;
    }
    grid.key_header = block->series ? "period" : grid.key_header;
    tf_cell **lines = TF_ARRAY(arena, tf_cell *, block->count);
    for (size_t k = 0; k < block->count; k++) {
      lines[k] = tf_grid_cells(&grid);
      for (size_t s = 0; s < blocks->scenarios; s++) {
        const tf_row *row = tf_block_row(blocks, block, k, s);
        if (row != NULL) {
          fill_cells(block->show, row, stats, each, lines[k] + s * each);
        }
      }
    }
    for (size_t c = 0; c < grid.columns && block->series; c++) {
      align_points(arena, lines, block->count, c);
    }
    for (size_t k = 0; k < block->count; k++) {
      tf_text remark = tf_text_new(arena);
      const tf_row *any = NULL;
      for (size_t s = 0; s < blocks->scenarios; s++) {
        const tf_row *row = tf_block_row(blocks, block, k, s);
        any = any == NULL ? row : any;
        tf_str words = row == NULL ? (tf_str){"", 0} : tf_show_remark(arena, row);
        if (words.len > 0) {
          tf_text_adds(&remark, remark.len > 0 ? "; " : "");
          if (blocks->scenarios > 1) {
            tf_text_addf(&remark, "%.*s: ", TF_STR_ARGS(result->scenarios[first + s].name));
          }
          tf_text_add(&remark, words);
        }
      }
      tf_grid_line line = {.name = k == 0 ? block->title : (tf_str){"", 0},
                           .key = tf_row_period(arena, any),
                           .unit = k == 0 ? tf_str_of(block->show->unit) : (tf_str){"", 0},
                           .cells = lines[k],
                           .remark = tf_text_str(&remark),
                           .gap = k == 0 && (block->series || after_series)};
      tf_grid_add(&grid, line);
    }
    after_series = block->series;
  }
  return grid;
}

size_t tf_wide_periods(tf_arena *arena, const tf_blocks *blocks, const tf_row ***rows) {
  row_list list = {0};
  for (size_t b = 0; b < blocks->count; b++) {
    const tf_block *block = &blocks->at[b];
    for (size_t k = 0; k < block->count && block->series; k++) {
      const tf_row *row = NULL;
      for (size_t s = 0; s < blocks->scenarios && row == NULL; s++) {
        row = tf_block_row(blocks, block, k, s);
      }
      if (row == NULL) {
        continue;
      }
      size_t at = 0;
      while (at < list.count && time_of(list.at[at]) < time_of(row)) {
        at++;
      }
      if (at < list.count && time_of(list.at[at]) == time_of(row)) {
        continue;
      }
      insert_row(arena, &list, at, row);
    }
  }
  *rows = list.at;
  return list.count;
}

// A period is marked A if every quantity shown in it is actual, E if every one is a projection; else it carries no
// mark.
static tf_str wide_header(tf_arena *arena, const tf_blocks *blocks, const tf_row *period) {
  bool actual = true, projected = true;
  for (size_t b = 0; b < blocks->count; b++) {
    const tf_block *block = &blocks->at[b];
    for (size_t k = 0; k < block->count * blocks->scenarios && block->series; k++) {
      const tf_row *row = block->rows[k];
      if (row != NULL && time_of(row) == time_of(period)) {
        actual = actual && row->actual;
        projected = projected && !row->actual && !row->past;
      }
    }
  }
  char buffer[16];
  return tf_str_of(tf_format(arena, "%s%s", tf_period_print(period->period, buffer),
                             actual      ? "A"
                             : projected ? "E"
                                         : ""));
}

tf_grid tf_grid_wide(tf_arena *arena, const tf_result *result, const tf_blocks *blocks, const tf_emit_options *options,
                     size_t first_period, size_t count) {
  const tf_stat *stats = NULL;
  size_t each = stats_of(result, options->stats, &stats);
  const tf_row **periods = NULL;
  size_t all = tf_wide_periods(arena, blocks, &periods);
  count = first_period + count > all ? all - first_period : count;
  tf_grid grid = tf_grid_new(arena, count);
  tf_str *headers = TF_ARRAY(arena, tf_str, count + 1);
  for (size_t c = 0; c < count && periods != NULL; c++) {
    headers[c] = wide_header(arena, blocks, periods[first_period + c]);
  }
  grid.headers = headers;
  grid.key_header = result->uncertain ? "statistic" : NULL;
  for (size_t b = 0; b < blocks->count; b++) {
    const tf_block *block = &blocks->at[b];
    if (!block->series) {
      continue;
    }
    for (size_t i = 0; i < each; i++) {
      tf_cell *cells = tf_grid_cells(&grid);
      bool any = stats[i] == TF_STAT_CENTRAL;
      for (size_t c = 0; c < count && periods != NULL; c++) {
        for (size_t k = 0; k < block->count; k++) {
          const tf_row *row = tf_block_row(blocks, block, k, 0);
          if (row != NULL && time_of(row) == time_of(periods[first_period + c]) &&
              (stats[i] == TF_STAT_CENTRAL || tf_row_spreads(row))) {
            cells[c].text = tf_show_stat(block->show, row, stats[i]);
            any = any || tf_row_spreads(row);
          }
        }
      }
      if (any) {
        tf_grid_add(&grid, (tf_grid_line){.name = i == 0 ? block->title : (tf_str){"", 0},
                                          .key = tf_str_of(tf_stat_title(stats[i])),
                                          .unit = i == 0 ? tf_str_of(block->show->unit) : (tf_str){"", 0},
                                          .cells = cells,
                                          .gap = i == 0 && each > 1});
      }
    }
  }
  return grid;
}
