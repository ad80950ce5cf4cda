// SPDX-License-Identifier: GPL-3.0-or-later
// String -> number map (open addressing, in an arena). Iteration is by insertion order, so output never depends on
// hashes.
#ifndef TF_BASE_MAP_H
#define TF_BASE_MAP_H

#include "base/str.h"

typedef struct tf_map_entry {
  tf_str key;
  uint32_t hash;
  uint32_t value;
} tf_map_entry;

typedef struct tf_map {
  tf_arena *arena;
  tf_map_entry *entries; // count of them, in order of insertion
  size_t count, capacity;
  uint32_t *slots; // slot_count, 0 = empty, else entry + 1
  size_t slot_count;
} tf_map;

#define TF_MAP_NONE UINT32_MAX

tf_map tf_map_new(tf_arena *arena);
// Room for this many keys, so that the map is not rebuilt on the way there.
void tf_map_reserve(tf_map *map, size_t count);
uint32_t tf_map_get(const tf_map *map, tf_str key); // TF_MAP_NONE if absent
// Adds or replaces; the key's bytes must outlive the map. Returns true if the key is new.
bool tf_map_put(tf_map *map, tf_str key, uint32_t value);
// The key nearest in spelling to `name` for "did you mean" (at most a third of its letters wrong, upper and lower case
// alike), or an empty slice. Of equally near ones the first added.
tf_str tf_map_nearest(const tf_map *map, tf_str name);
// The measure behind it, for candidates that are not in a map: smaller is nearer, SIZE_MAX is too far.
size_t tf_str_misspelling(tf_str name, tf_str key);

#endif
