// SPDX-License-Identifier: GPL-3.0-or-later
// Open addressing with linear probing over an array of entries in order of insertion.
#include "base/map.h"

#include <string.h>

tf_map tf_map_new(tf_arena *arena) {
  return (tf_map){.arena = arena};
}

// Eight bytes at a time, each step a multiplication whose upper half comes back down: nothing that a map gives out
// depends on it, unlike tf_str_hash, which keys streams and is slower by the byte. 32 bits place the entries that a
// number of 32 bits can count.
static uint32_t hash_of(tf_str key) {
  uint64_t h = key.len * UINT64_C(0x9e3779b97f4a7c15);
  const char *at = key.ptr;
  size_t left = key.len;
  uint64_t word = 0;
  for (; left > sizeof word; left -= sizeof word, at += sizeof word) {
    memcpy(&word, at, sizeof word);
    h = (h ^ word) * UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 32;
  }
  if (key.len >= sizeof word) { // the last eight bytes, some of them again
    memcpy(&word, key.ptr + key.len - sizeof word, sizeof word);
  } else if (left >= 4) {
    uint32_t first = 0;
    uint32_t last = 0;
    memcpy(&first, at, sizeof first);
    memcpy(&last, at + left - sizeof last, sizeof last);
    word = (uint64_t)first << 32 | last;
  } else if (left > 0) {
    word =
        (uint64_t)(unsigned char)at[0] << 16 | (uint64_t)(unsigned char)at[left / 2] << 8 | (unsigned char)at[left - 1];
  }
  h = (h ^ word) * UINT64_C(0xff51afd7ed558ccd);
  h = (h ^ (h >> 32)) * UINT64_C(0xc4ceb9fe1a85ec53);
  return (uint32_t)(h >> 32);
}

// The slot that holds the key, or the empty one where it would go. Needs at least one empty slot.
static size_t slot_of(const tf_map *map, tf_str key, uint32_t hash) {
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
  size_t slot = slot_of(map, key, hash_of(key));
  return map->slots[slot] == 0 ? TF_MAP_NONE : map->entries[map->slots[slot] - 1].value;
}

// Keeps the slots at most two thirds full; everything is allocated before the map changes, so a failed allocation
// leaves it as it was.
static void rebuild(tf_map *map, size_t slot_count) {
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

void tf_map_reserve(tf_map *map, size_t count) {
  size_t slot_count = map->slot_count == 0 ? 16 : map->slot_count;
  while (slot_count * 2 / 3 < count) {
    slot_count *= 2;
  }
  if (slot_count > map->slot_count) {
    rebuild(map, slot_count);
  }
}

bool tf_map_put(tf_map *map, tf_str key, uint32_t value) {
  uint32_t hash = hash_of(key);
  size_t slot = 0;
  if (map->slot_count > 0) {
    slot = slot_of(map, key, hash);
    if (map->slots[slot] != 0) {
      map->entries[map->slots[slot] - 1].value = value;
      return false;
    }
  }
  if (map->count == map->capacity) {
    rebuild(map, map->slot_count == 0 ? 16 : map->slot_count * 2);
    slot = slot_of(map, key, hash);
  }
  map->entries[map->count] = (tf_map_entry){key, hash, value};
  map->slots[slot] = (uint32_t)++map->count;
  return true;
}

enum { FOLD = 64 };

static tf_str fold(tf_str s, char buffer[static FOLD]) {
  size_t len = s.len < FOLD ? s.len : FOLD;
  for (size_t i = 0; i < len; i++) {
    buffer[i] = tf_lower(s.ptr[i]);
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
