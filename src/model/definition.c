// SPDX-License-Identifier: GPL-3.0-or-later
// Interned names and sets of definitions.
#include "model/definition.h"

void tf_definitions_init(tf_definitions *d, tf_arena *arena) {
  *d = (tf_definitions){.arena = arena, .name_ids = tf_map_new(arena), .set_ids = tf_map_new(arena)};
  tf_vec_push(arena, &d->sets, ((tf_definition_set){0, NULL}));
}

uint64_t tf_definition_kind_of(tf_units *units, tf_dim dim, tf_dim time) {
  int power = (int)tf_dim_time_exponent(units, dim);
  for (; power < 0; power++) {
    dim = tf_dim_multiply(units, dim, time);
  }
  for (; power > 0; power--) {
    dim = tf_dim_divide(units, dim, time);
  }
  return dim;
}

uint64_t tf_definition_kind(const tf_model *model, uint32_t quantity, tf_dim time) {
  const tf_quantity *q = &model->quantities.at[quantity];
  uint64_t kind = q->kind == TF_KIND_NUMBER ? tf_definition_kind_of(model->units, q->unit.dim, time) : TF_DIM_NONE;
  return kind == TF_DIM_NONE ? UINT64_C(1) << 32 | quantity : kind;
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

bool tf_definition_whole(tf_arena *arena, tf_str cell, const char **hint) {
  const tf_str text = tf_str_trim(cell);
  tf_str from = {"", 0};
  tf_str to = {"", 0};
  if (tf_str_is(text, "to")) {
    *hint = "write `A to B` for what leads from the definition A to B";
    return false;
  }
  if (tf_str_ends(text, " to")) {
    *hint =
        tf_format(arena, "say where it leads, as in `%.*s B`; a name alone does not end in `to`", TF_STR_ARGS(text));
    return false;
  }
  if (tf_str_starts(text, "to ")) {
    *hint = tf_format(arena, "say from where it leads, as in `A %.*s`; a name alone does not begin with `to`",
                      TF_STR_ARGS(text));
    return false;
  }
  if (split_bridge(text, &from, &to) && split_bridge(to, &(tf_str){"", 0}, &(tf_str){"", 0})) {
    *hint = "a bridge leads from one definition to one other: write `A to B`, and no ` to ` in a name";
    return false;
  }
  return true;
}

static uint32_t intern_name(tf_definitions *d, uint64_t kind, tf_str text) {
  tf_str key = tf_str_of(tf_format(d->arena, "%llu %.*s", (unsigned long long)kind, TF_STR_ARGS(text)));
  uint32_t id = tf_map_get(&d->name_ids, key);
  if (id == TF_MAP_NONE) {
    id = (uint32_t)d->names.count;
    (void)tf_map_put(&d->name_ids, key, id);
    tf_definition_name name = {.text = text, .kind = kind};
    name.bridge = split_bridge(text, &name.from, &name.to);
    tf_vec_push(d->arena, &d->names, name);
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

uint32_t tf_definition_set_of(tf_definitions *d, uint64_t kind, tf_str cell) {
  tf_str text = tf_str_trim(cell);
  if (text.len == 0) {
    return TF_SET_NONE;
  }
  uint32_t name = intern_name(d, kind, text);
  return intern_set(d, &name, 1);
}

static bool has_name(const tf_definition_set *set, uint32_t name) {
  for (size_t i = 0; i < set->count; i++) {
    if (set->names[i] == name) {
      return true;
    }
  }
  return false;
}

static bool has_kind(const tf_definitions *d, const tf_definition_set *set, uint64_t kind) {
  for (size_t i = 0; i < set->count; i++) {
    if (d->names.at[set->names[i]].kind == kind) {
      return true;
    }
  }
  return false;
}

// Both sets, `common` saying whether kinds that both define stay.
static uint32_t merge(tf_definitions *d, uint32_t a, uint32_t b, bool common) {
  tf_definition_set one = d->sets.at[a];
  tf_definition_set two = d->sets.at[b];
  uint32_t *all = TF_ARRAY(d->arena, uint32_t, one.count + two.count + 1);
  size_t count = 0;
  size_t i = 0;
  size_t j = 0;
  while (i < one.count || j < two.count) {
    bool first = j == two.count || (i < one.count && one.names[i] <= two.names[j]);
    uint32_t name = first ? one.names[i] : two.names[j];
    i += i < one.count && one.names[i] == name ? 1 : 0;
    j += j < two.count && two.names[j] == name ? 1 : 0;
    uint64_t kind = d->names.at[name].kind;
    if (common || !has_kind(d, &one, kind) || !has_kind(d, &two, kind)) {
      all[count++] = name;
    }
  }
  return intern_set(d, all, count);
}

uint32_t tf_definition_union(tf_definitions *d, uint32_t a, uint32_t b) {
  return a == b || b == TF_SET_NONE ? a : a == TF_SET_NONE ? b : merge(d, a, b, true);
}

uint32_t tf_definition_cancel(tf_definitions *d, uint32_t a, uint32_t b) {
  return merge(d, a, b, false);
}

static uint32_t of_kind(tf_definitions *d, uint32_t set, uint64_t kind) {
  tf_definition_set all = d->sets.at[set];
  uint32_t *names = TF_ARRAY(d->arena, uint32_t, all.count + 1);
  size_t count = 0;
  for (size_t i = 0; i < all.count; i++) {
    if (d->names.at[all.names[i]].kind == kind) {
      names[count++] = all.names[i];
    }
  }
  return intern_set(d, names, count);
}

bool tf_definition_clash(tf_definitions *d, uint32_t a, uint32_t b, uint32_t *in_a, uint32_t *in_b) {
  if (a == b || a == TF_SET_NONE || b == TF_SET_NONE) {
    return false;
  }
  for (int side = 0; side < 2; side++) {
    tf_definition_set one = d->sets.at[side == 0 ? a : b];
    tf_definition_set two = d->sets.at[side == 0 ? b : a];
    for (size_t i = 0; i < one.count; i++) {
      uint64_t kind = d->names.at[one.names[i]].kind;
      if (has_kind(d, &two, kind) && !has_name(&two, one.names[i])) {
        *in_a = of_kind(d, a, kind);
        *in_b = of_kind(d, b, kind);
        return true;
      }
    }
  }
  return false;
}

const tf_definition_name *tf_definition_bridge(const tf_definitions *d, uint32_t set) {
  const tf_definition_set *all = &d->sets.at[set];
  const tf_definition_name *name = all->count == 1 ? &d->names.at[all->names[0]] : NULL;
  return name != NULL && name->bridge ? name : NULL;
}

uint32_t tf_definition_back(tf_definitions *d, uint32_t set) {
  const tf_definition_name *bridge = tf_definition_bridge(d, set);
  if (bridge == NULL) {
    return set;
  }
  const char *text = tf_format(d->arena, "%.*s to %.*s", TF_STR_ARGS(bridge->to), TF_STR_ARGS(bridge->from));
  return tf_definition_set_of(d, bridge->kind, tf_str_of(text));
}

bool tf_definition_has(const tf_definitions *d, uint32_t set, tf_str text) {
  const tf_definition_set *all = &d->sets.at[set];
  for (size_t i = 0; i < all->count; i++) {
    if (tf_str_eq(d->names.at[all->names[i]].text, text)) {
      return true;
    }
  }
  return false;
}

uint32_t tf_definition_replace(tf_definitions *d, uint32_t set, tf_str text, tf_str by) {
  tf_definition_set all = d->sets.at[set];
  uint32_t result = TF_SET_NONE;
  for (size_t i = 0; i < all.count; i++) {
    tf_definition_name name = d->names.at[all.names[i]];
    uint32_t one = tf_definition_set_of(d, name.kind, tf_str_eq(name.text, text) ? by : name.text);
    result = tf_definition_union(d, result, one);
  }
  return result;
}

size_t tf_definition_parts(const tf_definitions *d, uint32_t set, const struct tf_definition_part **parts) {
  const tf_definition_set *all = &d->sets.at[set];
  struct tf_definition_part *sorted = TF_ARRAY(d->arena, struct tf_definition_part, all->count + 1);
  for (size_t i = 0; i < all->count; i++) {
    const tf_definition_name *name = &d->names.at[all->names[i]];
    size_t at = i;
    for (; at > 0 && tf_str_compare(name->text, sorted[at - 1].text) < 0; at--) {
      sorted[at] = sorted[at - 1];
    }
    sorted[at] = (struct tf_definition_part){name->kind, name->text};
  }
  *parts = sorted;
  return all->count;
}

const char *tf_definition_text(const tf_definitions *d, uint32_t set) {
  tf_text text = tf_text_new(d->arena);
  const struct tf_definition_part *parts = NULL;
  size_t count = tf_definition_parts(d, set, &parts);
  for (size_t i = 0; i < count; i++) {
    tf_text_addf(&text, "%s%.*s", i == 0 ? "" : ", ", TF_STR_ARGS(parts[i].text));
  }
  return text.len == 0 ? "" : text.ptr;
}
