// SPDX-License-Identifier: GPL-3.0-or-later
// Interned names and sets of definitions.
#include "model/definition.h"

void tf_definitions_init(tf_definitions *d, tf_arena *arena) {
  *d = (tf_definitions){.arena = arena, .name_ids = tf_map_new(arena), .set_ids = tf_map_new(arena)};
  tf_vec_push(arena, &d->sets, ((tf_definition_set){0, NULL}));
}

static uint32_t intern_name(tf_definitions *d, tf_str text) {
  uint32_t id = tf_map_get(&d->name_ids, text);
  if (id == TF_MAP_NONE) {
    id = (uint32_t)d->names.count;
    (void)tf_map_put(&d->name_ids, text, id);
    tf_vec_push(d->arena, &d->names, ((tf_definition_name){.text = text}));
  }
  return id;
}

// `names` ascending.
static uint32_t intern_set(tf_definitions *d, const uint32_t *names, size_t count) {
  if (count == 0) {
    return TF_SET_NONE;
  }
  tf_text key = tf_text_new(d->arena);
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(&key, "%u,", names[i]);
  }
  uint32_t id = tf_map_get(&d->set_ids, tf_text_str(&key));
  if (id == TF_MAP_NONE) {
    id = (uint32_t)d->sets.count;
    (void)tf_map_put(&d->set_ids, tf_text_str(&key), id);
    uint32_t *own = TF_ARRAY(d->arena, uint32_t, count);
    for (size_t i = 0; i < count; i++) {
      own[i] = names[i];
    }
    tf_vec_push(d->arena, &d->sets, ((tf_definition_set){count, own}));
  }
  return id;
}

static uint32_t bridge_name(tf_definitions *d, tf_str text, tf_str from, tf_str to) {
  uint32_t a = intern_name(d, from);
  uint32_t b = intern_name(d, to);
  uint32_t id = intern_name(d, text);
  d->names.at[id] = (tf_definition_name){.text = text, .bridge = true, .from = a, .to = b};
  return id;
}

// "A to B": the first ` to ` with something on both sides.
static bool split_bridge(tf_str text, tf_str *from, tf_str *to) {
  for (size_t i = 1; i + 5 <= text.len; i++) {
    if (tf_str_is(tf_str_sub(text, i, i + 4), " to ")) {
      *from = tf_str_trim(tf_str_sub(text, 0, i));
      *to = tf_str_trim(tf_str_sub(text, i + 4, text.len));
      return from->len > 0 && to->len > 0;
    }
  }
  return false;
}

uint32_t tf_definition_set_of(tf_definitions *d, tf_str cell) {
  tf_str text = tf_str_trim(cell);
  tf_str from;
  tf_str to;
  if (text.len == 0) {
    return TF_SET_NONE;
  }
  uint32_t name = split_bridge(text, &from, &to) ? bridge_name(d, text, from, to) : intern_name(d, text);
  return intern_set(d, &name, 1);
}

uint32_t tf_definition_union(tf_definitions *d, uint32_t a, uint32_t b) {
  if (a == b || b == TF_SET_NONE) {
    return a;
  }
  if (a == TF_SET_NONE) {
    return b;
  }
  const tf_definition_set *one = &d->sets.at[a];
  const tf_definition_set *two = &d->sets.at[b];
  uint32_t *all = TF_ARRAY(d->arena, uint32_t, one->count + two->count);
  size_t count = 0;
  size_t i = 0;
  size_t j = 0;
  while (i < one->count || j < two->count) {
    bool first = j == two->count || (i < one->count && one->names[i] <= two->names[j]);
    uint32_t name = first ? one->names[i] : two->names[j];
    i += i < one->count && one->names[i] == name ? 1 : 0;
    j += j < two->count && two->names[j] == name ? 1 : 0;
    all[count++] = name;
  }
  return intern_set(d, all, count);
}

bool tf_definition_bridge(tf_definitions *d, uint32_t set, uint32_t *from, uint32_t *to) {
  if (d->sets.at[set].count != 1) {
    return false;
  }
  tf_definition_name name = d->names.at[d->sets.at[set].names[0]];
  if (!name.bridge) {
    return false;
  }
  *from = intern_set(d, &name.from, 1);
  *to = intern_set(d, &name.to, 1);
  return true;
}

uint32_t tf_definition_back(tf_definitions *d, uint32_t set) {
  if (d->sets.at[set].count != 1) {
    return set;
  }
  tf_definition_name name = d->names.at[d->sets.at[set].names[0]];
  if (!name.bridge) {
    return set;
  }
  tf_str from = d->names.at[name.to].text;
  tf_str to = d->names.at[name.from].text;
  tf_str text = tf_str_of(tf_format(d->arena, "%.*s to %.*s", TF_STR_ARGS(from), TF_STR_ARGS(to)));
  uint32_t back = bridge_name(d, text, from, to);
  return intern_set(d, &back, 1);
}

const char *tf_definition_text(const tf_definitions *d, uint32_t set) {
  tf_text text = tf_text_new(d->arena);
  for (size_t i = 0; i < d->sets.at[set].count; i++) {
    tf_text_addf(&text, "%s%.*s", i == 0 ? "" : " x ", TF_STR_ARGS(d->names.at[d->sets.at[set].names[i]].text));
  }
  return text.len == 0 ? "" : text.ptr;
}
