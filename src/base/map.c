// SPDX-License-Identifier: GPL-3.0-or-later
// Open addressing with linear probing over an array of entries in order of insertion.
#include "base/map.h"

#include <string.h>

tf_map tf_map_new(tf_arena *arena) {
  return (tf_map){.arena = arena};
}

// The slot that holds the key, or the empty one where it would go. Needs at least one empty slot.
static size_t slot_of(const tf_map *map, tf_str key, uint64_t hash) {
  size_t mask = map->slot_count - 1;
  size_t slot = (size_t)hash & mask;
  while (map->slots[slot] != 0) {
    const tf_map_entry *entry = &map->entries[map->slots[slot] - 1];
    if (entry->hash == hash && tf_str_eq(entry->key, key)) {
      break;
    }
    slot = (slot + 1) & mask;
  }
  return slot;
}

uint32_t tf_map_get(const tf_map *map, tf_str key) {
  if (map->count == 0) {
    return TF_MAP_NONE;
  }
  size_t slot = slot_of(map, key, tf_str_hash(key));
  return map->slots[slot] == 0 ? TF_MAP_NONE : map->entries[map->slots[slot] - 1].value;
}

// Keeps the slots at most two thirds full; everything is allocated before the map changes, so a failed allocation
// leaves it as it was.
static void grow(tf_map *map) {
  size_t slot_count = map->slot_count == 0 ? 16 : map->slot_count * 2;
  size_t capacity = slot_count * 2 / 3;
  uint32_t *slots = TF_ARRAY(map->arena, uint32_t, slot_count);
  tf_map_entry *entries = TF_ARRAY(map->arena, tf_map_entry, capacity);
  if (map->count > 0) {
    memcpy(entries, map->entries, map->count * sizeof *entries);
  }
  map->slots = slots;
  map->slot_count = slot_count;
  map->entries = entries;
  map->capacity = capacity;
  for (size_t i = 0; i < map->count; i++) {
    size_t slot = (size_t)entries[i].hash & (slot_count - 1);
    while (slots[slot] != 0) {
      slot = (slot + 1) & (slot_count - 1);
    }
    slots[slot] = (uint32_t)(i + 1);
  }
}

bool tf_map_put(tf_map *map, tf_str key, uint32_t value) {
  uint64_t hash = tf_str_hash(key);
  if (map->slot_count > 0) {
    size_t slot = slot_of(map, key, hash);
    if (map->slots[slot] != 0) {
      map->entries[map->slots[slot] - 1].value = value;
      return false;
    }
  }
  if (map->count == map->capacity) {
    grow(map);
  }
  size_t slot = slot_of(map, key, hash);
  map->entries[map->count] = (tf_map_entry){key, hash, value};
  map->slots[slot] = (uint32_t)++map->count;
  return true;
}

enum { FOLD = 64 };

static tf_str fold(tf_str s, char buffer[static FOLD]) {
  size_t len = s.len < FOLD ? s.len : FOLD;
  for (size_t i = 0; i < len; i++) {
    char c = s.ptr[i];
    buffer[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
  }
  return (tf_str){buffer, len};
}

size_t tf_str_misspelling(tf_str name, tf_str key) {
  size_t longer = name.len > key.len ? name.len : key.len;
  size_t shorter = name.len > key.len ? key.len : name.len;
  size_t allowed = longer / 3;
  if (shorter == 0 || longer - shorter > allowed) {
    return SIZE_MAX;
  }
  if (longer > FOLD) {
    size_t exact = tf_str_distance(name, key);
    return exact <= allowed ? 2 * exact : SIZE_MAX;
  }
  char a[FOLD];
  char b[FOLD];
  size_t folded = tf_str_distance(fold(name, a), fold(key, b));
  return folded <= allowed ? 2 * folded + (tf_str_eq(name, key) ? 0 : 1) : SIZE_MAX;
}

tf_str tf_map_nearest(const tf_map *map, tf_str name) {
  tf_str nearest = TF_STR("");
  size_t least = SIZE_MAX;
  for (size_t i = 0; i < map->count; i++) {
    size_t cost = tf_str_misspelling(name, map->entries[i].key);
    if (cost < least) {
      least = cost;
      nearest = map->entries[i].key;
    }
  }
  return nearest;
}
