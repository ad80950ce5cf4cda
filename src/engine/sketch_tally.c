// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sketch_tally.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "engine/column.h"

enum {
  SLOTS = 64,
  PAGES = 32,
  ROOTS = 4096,
  ROOT_SHIFT = 11,
  PAGE_SHIFT = 6,
  KEYS = 1 << 22, // of one sign; also the whole numbers there are
  STOCK_LEAST = 512,
  STOCK_MOST = 1 << 16,
  SETTLE_AFTER = 1 << 28, // sub-blocks (exact_sum.h)
};

// The parts of a key: 12 bits of the root, 5 of the page, 6 of the slot.
static uint32_t root_of(uint32_t key) {
  return key >> ROOT_SHIFT;
}

static uint32_t page_of(uint32_t key) {
  return key >> PAGE_SHIFT & (PAGES - 1);
}

static uint32_t slot_of(uint32_t key) {
  return key & (SLOTS - 1);
}

// Keys are patterns of bits, bins are in the order of the values. The same function leads back.
static uint32_t bin_of(bool whole, uint32_t key) {
  if (whole) {
    return key;
  }
  return key < KEYS ? KEYS + key : 2 * KEYS - 1 - key;
}

static uint32_t key_of(bool whole, uint32_t bin) {
  if (whole) {
    return bin;
  }
  return bin >= KEYS ? bin - KEYS : 2 * KEYS - 1 - bin;
}

void tf_sketch_edges(uint32_t bin, double *low, double *high) {
  const uint32_t key = key_of(false, bin) % KEYS;
  if (key < 1U << ROOT_SHIFT) { // subnormal numbers and 0
    *low = *high = 0;
    return;
  }
  const uint64_t from = (uint64_t)key << 41;
  const uint64_t to = (uint64_t)(key + 1) << 41;
  double inner = 0;
  double outer = 0;
  memcpy(&inner, &from, sizeof inner);
  memcpy(&outer, &to, sizeof outer);
  outer = outer < DBL_MAX ? outer : DBL_MAX;
  *low = bin >= KEYS ? inner : -outer;
  *high = bin >= KEYS ? outer : -inner;
}

typedef struct node {
  uint32_t *page[PAGES]; // SLOTS counts each; NULL: none yet
} node;

typedef struct column_tally {
  uint64_t count, undefined, later;
  double minimum, maximum;
  bool whole, overflow;
  double origin, shift;
  uint32_t unsettled; // sub-blocks added to the sums since they were settled
  tf_exact_sum sum[TF_SKETCH_LANES], square;
  uint32_t *root; // number of a node; 0: none
} column_tally;

typedef struct carry { // a bin that was full and began again
  size_t column;
  uint32_t key;
} carry;

struct tf_tally {
  tf_arena *arena;
  size_t columns;
  column_tally *column;
  node *nodes; // [0] has no pages
  uint32_t node_count, node_capacity;
  uint32_t *stock; // of pages
  size_t stock_left, pages;
  uint32_t full;
  carry *carries;
  size_t carry_count, carry_capacity;
  bool busy; // a sub-block is only partly counted
  size_t key_count, key_next;
  uint32_t *keys;
  double *finite;
};

tf_tally *tf_tally_new(tf_arena *arena, const tf_sketch_column *columns, size_t count, uint32_t full) {
  tf_tally *tally = tf_alloc_aligned(arena, 1, sizeof *tally);
  tally->arena = arena;
  tally->columns = count;
  tally->column = tf_alloc_aligned(arena, count + 1, sizeof *tally->column);
  for (size_t c = 0; c < count; c++) {
    column_tally *column = &tally->column[c];
    column->minimum = INFINITY;
    column->maximum = -INFINITY;
    column->whole = columns[c].whole;
    column->origin = isfinite(columns[c].origin) && !columns[c].whole ? columns[c].origin : 0;
    column->shift = isfinite(columns[c].shift) && !columns[c].whole ? columns[c].shift : 0;
    column->root = tf_alloc_aligned(arena, ROOTS, sizeof *column->root);
  }
  tally->full = full != 0 ? full : UINT32_MAX;
  tally->keys = tf_alloc_aligned(arena, TF_SKETCH_ALIGN, sizeof *tally->keys);
  tally->finite = tf_alloc_aligned(arena, TF_SKETCH_ALIGN, sizeof *tally->finite);
  tally->node_count = 1;
  tf_tally_stock(tally);
  return tally;
}

void tf_tally_stock(tf_tally *tally) {
  if (tally->stock_left == 0) {
    size_t pages = tally->pages / 2 + STOCK_LEAST;
    pages = pages < STOCK_MOST ? pages : STOCK_MOST;
    tally->stock = tf_alloc_aligned(tally->arena, pages * SLOTS, sizeof *tally->stock);
    tally->stock_left = pages;
    tally->pages += pages;
  }
  if (tally->node_count >= tally->node_capacity) {
    const uint32_t capacity = 2 * tally->node_count + 8 * (uint32_t)tally->columns + 64;
    node *nodes = tf_alloc_aligned(tally->arena, capacity, sizeof *nodes);
    if (tally->nodes != NULL) {
      memcpy(nodes, tally->nodes, tally->node_count * sizeof *nodes);
    }
    tally->nodes = nodes;
    tally->node_capacity = capacity;
  }
  if (tally->carry_count == tally->carry_capacity) {
    const size_t capacity = 2 * tally->carry_count + 16;
    carry *carries = TF_ARRAY(tally->arena, carry, capacity);
    if (tally->carries != NULL) {
      memcpy(carries, tally->carries, tally->carry_count * sizeof *carries);
    }
    tally->carries = carries;
    tally->carry_capacity = capacity;
  }
}

static void add_sums(column_tally *column, const tf_column_scan *scan) {
  // Squares in a fixed order of their lanes: one number for the sub-block.
  const double *s = scan->square;
  const double square = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
  if (!isfinite(square)) {
    column->overflow = true;
    return;
  }
  for (size_t l = 0; l < TF_SKETCH_LANES; l++) {
    tf_exact_add(&column->sum[l], scan->sum[l]);
  }
  tf_exact_add(&column->square, square);
  if (++column->unsettled == SETTLE_AFTER) {
    for (size_t l = 0; l < TF_SKETCH_LANES; l++) {
      tf_exact_settle(&column->sum[l]);
    }
    tf_exact_settle(&column->square);
    column->unsettled = 0;
  }
}

static void widen(column_tally *column, double low, double high) {
  low += 0.0; // -0 is +0: which of the two comes first must not matter
  high += 0.0;
  column->minimum = low < column->minimum ? low : column->minimum;
  column->maximum = high > column->maximum ? high : column->maximum;
}

// Values without a number are counted apart, the others put together at the front of `finite`.
static size_t sort_out(tf_tally *tally, column_tally *column, const double *x, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    const double v = x[i];
    if (v == INFINITY) {
      column->later++;
    } else if (!isfinite(v) || (column->whole && !(v >= 0 && v < KEYS))) {
      column->undefined++;
    } else {
      tally->finite[kept++] = v;
      widen(column, v, v);
    }
  }
  return kept;
}

// Sums, extremes and keys of a sub-block.
static void begin(tf_tally *tally, column_tally *column, const double *x, size_t n) {
  column->count += n;
  tally->busy = true;
  tally->key_next = 0;
  if (column->whole) {
    tally->key_count = sort_out(tally, column, x, n);
    for (size_t i = 0; i < tally->key_count; i++) {
      tally->keys[i] = (uint32_t)tally->finite[i];
    }
    return;
  }
  const tf_column_scan scan = tf_column_read(x, n, column->shift);
  if (scan.odd > 0) {
    tally->key_count = sort_out(tally, column, x, n);
    tf_column_keys(tally->finite, tally->key_count, column->origin, tally->keys);
    return;
  }
  widen(column, scan.low, scan.high);
  add_sums(column, &scan);
  tally->key_count = n;
  tf_column_keys(x, n, column->origin, tally->keys);
}

static uint32_t *new_page(tf_tally *tally, column_tally *column, uint32_t key) {
  uint32_t *number = &column->root[root_of(key)];
  if (tally->stock_left == 0 || (*number == 0 && tally->node_count == tally->node_capacity)) {
    return NULL;
  }
  if (*number == 0) {
    *number = tally->node_count++;
  }
  uint32_t *page = tally->stock;
  tally->stock += SLOTS;
  tally->stock_left--;
  tally->nodes[*number].page[page_of(key)] = page;
  return page;
}

bool tf_tally_add(tf_tally *tally, size_t number, const double *x, size_t n) {
  column_tally *column = &tally->column[number];
  if (!tally->busy) {
    begin(tally, column, x, n);
  }
  const uint32_t *keys = tally->keys;
  const uint32_t *root = column->root;
  for (size_t i = tally->key_next; i < tally->key_count; i++) {
    const uint32_t key = keys[i];
    uint32_t *page = tally->nodes[root[root_of(key)]].page[page_of(key)];
    if (page == NULL) {
      page = new_page(tally, column, key);
      if (page == NULL) {
        tally->key_next = i;
        return false;
      }
    }
    uint32_t *slot = &page[slot_of(key)];
    if (*slot == tally->full) {
      if (tally->carry_count == tally->carry_capacity) {
        tally->key_next = i;
        return false;
      }
      tally->carries[tally->carry_count++] = (carry){number, key};
      *slot = 0; // and 1 in a moment: what was met once is never 0
    }
    ++*slot;
  }
  tally->busy = false;
  return true;
}

// --- sketches

// Bins in ascending order with what all threads have in them; only counted if bin is NULL.
static size_t collect(tf_tally *const *tallies, size_t threads, size_t number, uint32_t *bin, uint64_t *held) {
  const bool whole = tallies[0]->column[number].whole;
  size_t found = 0;
  for (uint32_t first = 0; first < (whole ? KEYS : TF_SKETCH_BINS); first += SLOTS) {
    const uint32_t begins = key_of(whole, first);
    const uint32_t ends = key_of(whole, first + SLOTS - 1);
    const uint32_t any = begins < ends ? begins : ends; // the lower end of the page
    bool root = false;
    bool page = false;
    for (size_t t = 0; t < threads; t++) {
      const uint32_t at = tallies[t]->column[number].root[root_of(any)];
      root = root || at != 0;
      page = page || tallies[t]->nodes[at].page[page_of(any)] != NULL;
    }
    if (!root) { // on to the last page under it
      first += (PAGES - 1) * SLOTS;
      continue;
    }
    for (uint32_t b = first; page && b < first + SLOTS; b++) {
      const uint32_t key = key_of(whole, b);
      uint64_t total = 0;
      for (size_t t = 0; t < threads; t++) {
        const uint32_t *slots = tallies[t]->nodes[tallies[t]->column[number].root[root_of(key)]].page[page_of(key)];
        total += slots != NULL ? slots[slot_of(key)] : 0;
      }
      if (total > 0 && bin != NULL) {
        bin[found] = b;
        held[found] = total;
      }
      found += total > 0;
    }
  }
  return found;
}

static void add_carries(const tf_tally *tally, size_t number, tf_sketch *sketch, uint64_t *held) {
  for (size_t i = 0; i < tally->carry_count; i++) {
    if (tally->carries[i].column != number) {
      continue;
    }
    const uint32_t bin = bin_of(sketch->whole, tally->carries[i].key);
    size_t at = 0;
    while (sketch->bin[at] != bin) {
      at++;
    }
    held[at] += tally->full;
  }
}

tf_sketch *tf_tally_sketch(tf_arena *arena, tf_tally *const *tallies, size_t threads, size_t column) {
  tf_sketch *sketch = TF_NEW(arena, tf_sketch);
  sketch->whole = tallies[0]->column[column].whole;
  sketch->origin = tallies[0]->column[column].origin;
  sketch->shift = tallies[0]->column[column].shift;
  sketch->minimum = INFINITY;
  sketch->maximum = -INFINITY;
  for (size_t t = 0; t < threads; t++) {
    column_tally *own = &tallies[t]->column[column];
    sketch->count += own->count;
    sketch->undefined += own->undefined;
    sketch->later += own->later;
    sketch->overflow = sketch->overflow || own->overflow;
    sketch->minimum = own->minimum < sketch->minimum ? own->minimum : sketch->minimum;
    sketch->maximum = own->maximum > sketch->maximum ? own->maximum : sketch->maximum;
    for (size_t l = 0; l < TF_SKETCH_LANES; l++) {
      tf_exact_sum part = own->sum[l];
      tf_exact_settle(&part);
      tf_exact_join(&sketch->sum[l], &part);
    }
    tf_exact_sum part = own->square;
    tf_exact_settle(&part);
    tf_exact_join(&sketch->square, &part);
  }
  for (size_t l = 0; l < TF_SKETCH_LANES; l++) {
    tf_exact_settle(&sketch->sum[l]);
  }
  tf_exact_settle(&sketch->square);
  sketch->bin_count = collect(tallies, threads, column, NULL, NULL);
  uint32_t *bin = TF_ARRAY(arena, uint32_t, sketch->bin_count + 1);
  uint64_t *held = TF_ARRAY(arena, uint64_t, sketch->bin_count + 1);
  (void)collect(tallies, threads, column, bin, held);
  sketch->bin = bin;
  sketch->held = held;
  for (size_t t = 0; t < threads; t++) {
    add_carries(tallies[t], column, sketch, held);
  }
  return sketch;
}
